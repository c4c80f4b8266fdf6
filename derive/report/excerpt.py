"""A line of a document with carets under a place in it, cut to the width there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from derive.report.plain import clean

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

_CUT = "…"
_NARROWEST = 16  # cells of an excerpt, however narrow the terminal is
_READ = 4000  # characters on either side of the place; no terminal shows more


@dataclass(frozen=True)
class Excerpt:
    """A line, and the range `[start, end)` of its characters that is meant.

    before: what stands before the line.
    below:  what stands before the carets, as wide as `before`.
    """

    text: str
    start: int
    end: int
    before: str = ""
    below: str = ""
    style: str = ""

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        room = max(options.max_width - cell_len(self.before), _NARROWEST)
        shown, pad, wide = cut(self.text, self.start, self.end, room)
        # Text that fits is never wrapped: the carets must stay below their place.
        yield _row(Text(self.before, style="dim"), Text(shown))
        yield _row(Text(self.below, style="dim"), Text(" " * pad), Text("^" * wide, self.style))


def gutters(number: int) -> tuple[str, str]:
    """Give what stands before a line with its number, and before the carets below it."""
    return f"  {number} | ", f"  {' ' * len(str(number))} | "


def cut(text: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """Cut a line to `room` cells of a terminal around a range of its characters.

    Returns:
        The cleaned text, an ellipsis where it is cut; the cells before the range; the
        cells of what is shown of it, at least one.

    >>> cut("a + b + c + d = e", 8, 9, 11)
    ('…b + c + d…', 5, 1)
    """
    text, start, end = _read(text, start, end)
    if cell_len(text) <= room:
        first, last = 0, len(text)
    else:
        first, last = _window(text, start, end, room)
    head = (_CUT if first else "") + text[first:start]
    shown = head + text[start:last] + (_CUT if last < len(text) else "")
    return shown, cell_len(head), max(1, cell_len(text[start : min(end, last)]))


def _read(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Clean a line without its indentation, and keep the range within it."""
    text = clean(text).rstrip()
    start = min(max(start, 0), len(text))
    end = min(max(end, start), len(text))
    # Cleaning keeps the number of characters, so that positions stay what they are.
    indent = min(len(text) - len(text.lstrip()), start)
    begin = max(indent, start - _READ)
    end = min(end, start + _READ)
    return text[begin : end + _READ], start - begin, end - begin


def _window(text: str, start: int, end: int, room: int) -> tuple[int, int]:
    """Choose what is shown: the range, and about as much on either side of it."""
    widths = [cell_len(character) for character in text]
    room -= 2 * cell_len(_CUT)
    ahead = max(room // 4, (room - sum(widths[start:end])) // 2)
    first, used = _reach_back(widths, start, ahead)
    last = start
    while last < len(text) and used + widths[last] <= room:
        used += widths[last]
        last += 1
    if last == len(text):
        first, _ = _reach_back(widths, first, room - used)
    while first < start and widths[first] == 0:  # an accent without its letter
        first += 1
    return first, last


def _reach_back(widths: list[int], index: int, room: int) -> tuple[int, int]:
    """Go back from a character as long as there is room: where to, and what it took."""
    used = 0
    while index > 0 and used + widths[index - 1] <= room:
        index -= 1
        used += widths[index]
    return index, used


def _row(*pieces: Text) -> Text:
    row = Text.assemble(*pieces)
    row.no_wrap, row.overflow = True, "crop"
    return row
