"""What a document is made of: headings, prose, items, formulas, each with its place.

A formula is not a copy of the file: block quotes lose their marks, comments are cut and
macros expanded.  So every character of a `Located` text carries the range of the file that
it stands for, and a message about a formula points into the file the author opened.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind: TypeAlias = Literal["md", "tex", "ipynb"]


@dataclass(frozen=True, slots=True)
class Place:
    """A character of the file: line and column 1-based, the cell of a notebook 0-based."""

    line: int
    column: int
    cell: int | None = None


@dataclass(frozen=True, eq=False)
class Source:
    r"""A text as the author wrote it: a file, or one cell of a notebook.

    `text` has `\n` at the end of each line whatever the file had there, so that
    an offset in it tells line and column.
    """

    text: str
    cell: int | None = None

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Offsets of the first characters of the lines."""
        breaks = (i + 1 for i, char in enumerate(self.text) if char == "\n")
        return (0, *breaks)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as written, without their ends."""
        return tuple(self.text.split("\n"))

    def place(self, offset: int) -> Place:
        """Line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return Place(line, offset - self.starts[line - 1] + 1, self.cell)

    def located(self) -> Located:
        """The whole text."""
        whole = range(len(self.text))
        return Located(self.text, self, whole, range(1, len(self.text) + 1))


@dataclass(frozen=True, slots=True)
class Located:
    """A text, immutable, of which every character knows where it stands in the file.

    starts, ends: the offsets in `source` that character i stands for; a character that a
        macro produced stands for the whole call.  An empty text keeps its place as the
        start of an empty range.
    """

    text: str
    source: Source = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)

    @staticmethod
    def plain(text: str) -> Located:
        """A text that is its own source."""
        return Source(text).located()

    def __len__(self) -> int:
        return len(self.text)

    def __str__(self) -> str:
        return self.text

    def __getitem__(self, part: slice) -> Located:
        start, stop, _ = part.indices(len(self.text))
        if stop <= start:
            here = range(self.offset(start), self.offset(start))
            return Located("", self.source, here, here)
        where = slice(start, stop)
        return Located(self.text[where], self.source, self.starts[where], self.ends[where])

    def offset(self, index: int) -> int:
        """Offset in the source of a character; of the end where `index` is the length."""
        if index < len(self.text):
            return self.starts[index]
        if self.text:
            return self.ends[-1]
        assert isinstance(self.starts, range)  # noqa: S101 - the invariant of an empty text
        return self.starts.start

    def place(self, index: int = 0) -> Place:
        """Place of character `index`; `len(self)` is the end of the last character."""
        return self.source.place(self.offset(index))

    def span(self, start: int = 0, end: int | None = None) -> tuple[Place, Place]:
        """Places of the first character and after the last one of `[start, end)`."""
        end = len(self.text) if end is None else end
        begin = self.offset(start)
        stop = self.ends[end - 1] if end > start else begin
        return self.source.place(begin), self.source.place(max(begin, stop))

    def strip(self) -> Located:
        """The text without white space at its ends."""
        left = len(self.text) - len(self.text.lstrip())
        return self[left : max(left, len(self.text.rstrip()))]

    def standing_for(self, text: str) -> Located:
        """Another text each character of which stands for the whole of this one."""
        begin = self.offset(0)
        stop = self.ends[-1] if self.text else begin
        if not text:
            return self[0:0]
        size = len(text)
        return Located(text, self.source, (begin,) * size, (stop,) * size)


def joined(parts: Iterable[Located]) -> Located:
    """Put pieces of one source after another; at least one piece.

    Pieces that follow each other in the source stay a range, so that slices are cheap.
    """
    pieces = list(parts)
    full = [piece for piece in pieces if piece.text]
    if not full:
        return pieces[0]
    if len(full) == 1:
        return full[0]
    text = "".join(piece.text for piece in full)
    starts = tuple(chain.from_iterable(piece.starts for piece in full))
    ends = tuple(chain.from_iterable(piece.ends for piece in full))
    return Located(text, full[0].source, starts, ends)


@dataclass(frozen=True)
class Heading:
    """A heading, a line in bold type, or the begin of an environment such as `solution`."""

    level: int
    title: str
    place: Place


@dataclass(frozen=True)
class Prose:
    """A paragraph or a part of one, formulas included; its inline formulas follow it."""

    text: Located


@dataclass(frozen=True)
class Item:
    """The paragraph that begins a numbered item; `label` is its number as written."""

    label: str
    text: Located


@dataclass(frozen=True)
class Formula:
    """A formula without its delimiters, macros expanded; an environment keeps its name."""

    text: Located
    display: bool


Block: TypeAlias = Heading | Prose | Item | Formula


@dataclass(frozen=True)
class Sign:
    r"""A relation as written and its canonical symbol, for example `=` or `\to`."""

    symbol: str
    text: Located


@dataclass(frozen=True)
class Chain:
    """Sides with signs between them; a lone formula is a chain of one side.

    A side is empty only where the author left it out.
    remarks: what stands in the formula and belongs to no side: words, conditions, numbers.
    """

    sides: tuple[Located, ...]
    signs: tuple[Sign, ...]
    display: bool
    remarks: tuple[Located, ...]


@dataclass(frozen=True)
class Note:
    """Something that could not be read, and why."""

    place: Place
    message: str


@dataclass(frozen=True)
class Document:
    """A file in document order; a notebook has one source for each of its Markdown cells."""

    path: str
    kind: Kind
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    sources: tuple[Source, ...]

    def line(self, place: Place) -> str:
        """The line of a place, as written."""
        for source in self.sources:
            if source.cell == place.cell:
                return source.lines[place.line - 1]
        raise KeyError(place)
