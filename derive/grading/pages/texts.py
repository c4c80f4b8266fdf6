"""Sentences with formulas, numbers of points, and the frame of a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.grading.pages.markup import Html, document, element, join, stylesheet
from derive.grading.pages.mathml import is_short, typeset
from derive.grading.pages.style import CSS
from derive.grading.pages.words import counted, number, word
from derive.report.wording import name_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from fractions import Fraction

    from derive.translation import Lang

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " form-action 'none'"
)
_FORMULA = re.compile(r"\$([^$]+)\$")
_LONGEST = 4000  # characters of a sentence, a name, a comment


def mixed(text: str) -> Html:
    """Give a sentence, what stands between dollars as formulas."""
    pieces = _FORMULA.split(clipped(text))
    return join(_inline(p) if i % 2 else Html(p) for i, p in enumerate(pieces))


def _inline(latex: str) -> Html:
    """Set a formula into a line; one that may be wider than a page, into a box that scrolls."""
    # The box stands on the line with its lower edge, which nobody would want of an index.
    made = typeset(latex)
    return made if is_short(latex) else element("span", made, cls="inline")


def named(name: str) -> Html:
    """Give the name of a result or an item: one that looks like a formula is set as one."""
    return mixed(name_words(clipped(name)))


def clipped(text: str) -> str:
    """Cut what nobody would read to its end."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def paragraphs(lines: Iterable[str], cls: str = "") -> Html:
    """Give messages; one of several lines has a caret below a formula and stays as it is."""
    found: list[Html] = []
    for line in lines:
        rows = clipped(line).splitlines()
        if len(rows) > 1:
            body = join(Html(Html(row), _NEWLINE) for row in rows)
            found.append(element("pre", body, cls="scroll"))
        else:
            found.append(element("p", *rows, cls=cls))
    return join(found)


_NEWLINE = element("br")


def share(points: Fraction | None, maximum: Fraction, lang: Lang) -> str:
    """Give points of a maximum in numbers: `2 / 3`, `– / 3` where they are open."""
    got = word("no_points", lang) if points is None else number(points, lang)
    return f"{got} / {number(maximum, lang)}"


def of_maximum(key: str, points: Fraction, maximum: Fraction, lang: Lang) -> str:
    """Say points of a maximum in words."""
    return word(key, lang, points=number(points, lang), maximum=counted("points_of", maximum, lang))


def box(*content: Html) -> Html:
    """Set a formula into a box of its own, in which it scrolls where it is too wide."""
    return element("div", *content, cls="scroll")


def moment(written_at: datetime | None, lang: Lang) -> Html | None:
    """Say when a page was made, in the time of its maker."""
    if written_at is None:
        return None
    shown = written_at.strftime("%d.%m.%Y %H:%M" if lang == "ru" else "%Y-%m-%d %H:%M")
    stamp = element("time", shown, attributes={"datetime": written_at.isoformat("T", "minutes")})
    return element("p", word("checked_at", lang), " ", stamp, cls="quiet")


def page(title: str, lang: Lang, header: Html, main: Html, footer: Html) -> str:
    """Give a whole page: it asks for nothing from anywhere, and runs nothing."""
    metas = (
        {"charset": "utf-8"},
        {"http-equiv": "Content-Security-Policy", "content": _POLICY},
        {"name": "referrer", "content": "no-referrer"},
        {"name": "viewport", "content": "width=device-width, initial-scale=1"},
        {"name": "color-scheme", "content": "light dark"},
    )
    head = element(
        "head",
        *(element("meta", attributes=meta) for meta in metas),
        element("title", clipped(title)),
        stylesheet(CSS),
    )
    body = element(
        "body", element("header", header), element("main", main), element("footer", footer)
    )
    return document(lang, head, body)
