"""Tables for any width: what tells true from false is the last to go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

_GAP = 2  # between two columns
_NARROWEST = 12  # of a column that may be folded


@dataclass
class Column:
    """One column.

    folds: its cells may go over several lines; else they are shown whole.
    right: its cells are set to the right.
    rank: columns of the highest rank are left out first where the width is small; 0: never.
    """

    title: str = ""
    folds: bool = False
    right: bool = False
    rank: int = 0
    cells: list[Text] = field(default_factory=list)

    def least(self) -> int:
        """Give the width that the column must have, in characters of a terminal."""
        widest = max([len(self.title), *(cell.cell_len for cell in self.cells)])
        return min(widest, _NARROWEST) if self.folds else widest


@dataclass
class Columns:
    """A table that leaves out columns until it fits; `style` is that of its head."""

    columns: list[Column]
    style: str = ""

    def add(self, *cells: Text) -> None:
        """Add a row."""
        for column, cell in zip(self.columns, cells, strict=True):
            column.cells.append(cell)

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        for rank in sorted({column.rank for column in self.columns}, reverse=True):
            shown = [column for column in self.columns if column.rank <= rank]
            # Rich measures no more than there is room for; it leaves a gap after the last, too.
            if sum(column.least() + _GAP for column in shown) <= options.max_width:
                break
        yield self._table(shown)

    def _table(self, shown: list[Column]) -> Table:
        table = Table(
            box=None, padding=(0, _GAP, 0, 0), show_edge=False, pad_edge=False,
            show_header=any(column.title for column in shown), header_style=self.style,
        )  # fmt: skip
        for column in shown:
            table.add_column(
                column.title,
                justify="right" if column.right else "left",
                no_wrap=not column.folds,
                overflow="fold",
                min_width=column.least(),
            )
        for row in zip(*(column.cells for column in shown), strict=True):
            table.add_row(*row)
        return table
