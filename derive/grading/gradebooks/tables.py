"""CSV files of others: cells that know where in the bytes they stand.

A gradebook is filled in by replacing bytes of single cells; everything else, the mark of
the encoding, line ends, quotes, stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from derive.errors import DeriveError
from derive.grading.phrases import note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = (b",", b";", b"\t")
_QUOTED = re.compile(rb'"((?:[^"]|"")*+)"')
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_DECIMAL_POINT = re.compile(r"[+-]?\d+\.\d+")


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and the bytes `[start, end)` it stands in, with its quotes."""

    text: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True)
class Table:
    """The rows of a file; empty lines are none."""

    data: bytes
    delimiter: str
    rows: tuple[tuple[Cell, ...], ...]

    def texts(self) -> list[list[str]]:
        """Give what is in the cells."""
        return [[cell.text for cell in row] for row in self.rows]


class Filled(NamedTuple):
    """A gradebook with grades in it, and notes on the rows that were left alone."""

    data: bytes
    notes: tuple[Mapping[str, str], ...]


def read_table(data: bytes, name: str) -> Table:
    """Find the cells of a CSV file in UTF-8, as the module `csv` would.

    The delimiter is the comma, the semicolon or the tab that the first row has most of.

    Raises:
        DeriveError: it is not UTF-8, or a quote is never closed.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise DeriveError(
            f"{name}: expected a CSV file in UTF-8 (a spreadsheet calls it 'CSV UTF-8')"
        ) from None
    start = len(_BOM) if data.startswith(_BOM) else 0
    delimiter = max(_DELIMITERS, key=lambda d: len(_row(data, start, d, name)[0]))
    rows = []
    while start < len(data):
        row, start = _row(data, start, delimiter, name)
        if row:
            rows.append(tuple(row))
    return Table(data, delimiter.decode(), tuple(rows))


def _row(data: bytes, start: int, delimiter: bytes, name: str) -> tuple[list[Cell], int]:
    """Read the cells from `start` to the end of the line; give them and what comes after."""
    plain = re.compile(rb"[^" + re.escape(delimiter) + rb"\r\n]*+")
    cells: list[Cell] = []
    if data[start : start + 1] in {b"\r", b"\n"}:
        return cells, _next_line(data, start)
    at = start
    while True:
        begin, text, quoted = at, b"", False
        if data.startswith(b'"', at):
            found = _QUOTED.match(data, at)
            if found is None:
                line = data.count(b"\n", 0, at) + 1
                raise DeriveError(f"{name}:{line}: expected a quote that closes the cell")
            text, at, quoted = found[1].replace(b'""', b'"'), found.end(), True
        rest = plain.match(data, at)
        if rest is not None:
            text, at = text + rest[0], rest.end()
        cells.append(Cell(text.decode(), begin, at, quoted))
        if not data.startswith(delimiter, at):
            return cells, _next_line(data, at)
        at += len(delimiter)


def _next_line(data: bytes, at: int) -> int:
    if data.startswith(b"\r\n", at):
        return at + 2
    return min(at + 1, len(data))


def replaced(table: Table, texts: Mapping[Cell, str]) -> bytes:
    """Give the file with other texts in some cells; a cell keeps its quotes."""
    pieces = []
    at = 0
    for cell in sorted(texts, key=lambda c: c.start):
        pieces += [table.data[at : cell.start], _written(table, cell, texts[cell])]
        at = cell.end
    pieces.append(table.data[at:])
    return b"".join(pieces)


def _written(table: Table, cell: Cell, text: str) -> bytes:
    needs = any(c in text for c in (table.delimiter, '"', "\r", "\n"))
    if cell.quoted or needs:
        text = '"' + text.replace('"', '""') + '"'
    return text.encode()


def number(text: str) -> Fraction | None:
    """Read a number with a decimal point or comma; None if it is none.

    >>> number("7,50")
    Fraction(15, 2)
    """
    stripped = text.strip()
    if len(stripped) > 40 or not stripped.isascii() or not _NUMBER.fullmatch(stripped):
        return None
    return Fraction(stripped.replace(",", "."))


def has_decimal_commas(table: Table, columns: Sequence[int]) -> bool:
    """Tell whether numbers in these columns are written `7,5`: more so than `7.5`."""
    texts = [row[c].text.strip() for row in table.rows for c in columns if c < len(row)]
    commas = sum(_DECIMAL_COMMA.fullmatch(t) is not None for t in texts)
    points = sum(_DECIMAL_POINT.fullmatch(t) is not None for t in texts)
    return commas > points


def set_number(
    table_texts: dict[Cell, str], cell: Cell, points: Fraction, who: str, *, comma: bool
) -> list[Mapping[str, str]]:
    """Put points into a cell unless it has them, and tell of another number that was there."""
    present = number(cell.text)
    text = written_number(points, comma=comma)
    if present == number(text):
        return []
    table_texts[cell] = text
    if present is None:
        return []
    return [note("{0}: {1} was there, now {2}", who, cell.text, text)]


def written_number(points: Fraction, *, comma: bool = False) -> str:
    """Write points with at most two decimals, halves up, without idle zeros.

    >>> written_number(Fraction(15, 2), comma=True), written_number(Fraction(1, 3))
    ('7,5', '0.33')
    """
    hundredths = (200 * points.numerator + points.denominator) // (2 * points.denominator)
    whole, rest = divmod(abs(hundredths), 100)
    sign = "-" if hundredths < 0 else ""
    decimals = f"{rest:02}".rstrip("0")
    mark = "," if comma else "."
    return f"{sign}{whole}{mark}{decimals}" if decimals else f"{sign}{whole}"
