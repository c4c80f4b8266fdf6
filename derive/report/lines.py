"""What the views for a terminal are made of: cleaned lines, marks, sections.

Every text becomes a `Text` of cleaned characters, so that nothing in a title, a
reason or a file name is taken for markup or for a control sequence.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from derive.report.outcome import conditions_of
from derive.report.plain import clean, inert
from derive.report.wording import Lang, condition_line, word
from derive.translation import decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.kernel.verdict import Verdict
    from derive.results import Outcome

MARKS: dict[Outcome, str] = {
    "proved": "✓",
    "refuted": "✗",
    "unresolved": "?",
    "unread": "!",
    "given": "·",
    "missing": "–",
}
_ASCII_MARKS: dict[Outcome, str] = {
    "proved": "ok",
    "refuted": "FALSE",
    "unresolved": "?",
    "unread": "!",
    "given": ".",
    "missing": "-",
}
_marks: ContextVar[dict[Outcome, str]] = ContextVar("marks", default=MARKS)
STYLES: dict[Outcome, str] = {
    "proved": "green",
    "refuted": "bold red",
    "unresolved": "yellow",
    "unread": "bold red",
    "given": "dim",
    "missing": "dim",
}
PLAIN_WIDTH = 110


@contextmanager
def ascii_marks() -> Iterator[None]:
    """Use marks of ASCII in the views that are made within."""
    token = _marks.set(_ASCII_MARKS)
    try:
        yield
    finally:
        _marks.reset(token)


def mark(found: Outcome) -> Text:
    """Give the sign of an outcome, in its colour."""
    return line(_marks.get()[found], STYLES[found])


def line(text: str, style: str = "") -> Text:
    """Give one line of cleaned text."""
    return Text(clean(text), style=style)


def as_text(view: RenderableType, width: int = PLAIN_WIDTH) -> str:
    """Give what a view shows, without colours, `width` characters wide."""
    console = Console(
        file=io.StringIO(), width=width, color_system=None, legacy_windows=False, markup=False
    )
    with console.capture() as capture:
        console.print(view)
    return "\n".join(inert(row.rstrip()) for row in capture.get().splitlines()) + "\n"


def nothing() -> Text:
    """Give the sign of what is not there."""
    return Text(_marks.get()["missing"])


def time_words(spent: float, lang: Lang = "en") -> str:
    """Give a time in seconds, a short one in milliseconds."""
    if spent >= 1:
        return f"{decimal(f'{spent:.1f}', lang)} {word('second', lang)}"
    return f"{1000 * spent:.0f} {word('millisecond', lang)}"


def section(title: str, *rows: RenderableType) -> Group:
    """Give rows under a title."""
    return Group(line(title, "bold"), *(Padding(row, (0, 0, 0, 2)) for row in rows))


def unstated(
    verdicts: Iterable[tuple[str, Verdict | None]], lang: Lang = "en"
) -> RenderableType | None:
    """Give the conditions that the sheet does not state, once, with the problems that use them."""
    users: dict[str, dict[str, None]] = {}
    for problem, verdict in verdicts:
        for condition in conditions_of(verdict):
            if not condition.stated:
                users.setdefault(condition_line(condition, lang), {})[problem] = None
    if not users:
        return None
    rows = [
        f"{text}   [{', '.join(filter(None, names))}]" if any(names) else text
        for text, names in users.items()
    ]
    return section(word("unstated", lang), *map(line, rows))
