r"""Grids of formulas: columns, normal laws written in blocks, and the names of their blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from derive.reader.elaborate import unscripted
from derive.reader.names import name_in, name_of, without_font
from derive.reader.products import TRANSPOSED
from derive.reader.syntax import Group, Letter, Mark, Scripted, items_of
from derive.solution.sides import Side

if TYPE_CHECKING:
    from derive.language.terms import Term
    from derive.reader.syntax import Node


@dataclass(frozen=True)
class Name:
    """A block that is a name without a meaning, or the transpose of one."""

    name: str
    transposed: bool = False


_SEPARATORS = ((",",), (";",), (";", ","), ("|", ","), (",", ","))
Block: TypeAlias = "Term | Name"


@dataclass(frozen=True)
class GridLaw:
    """A law as it is written: its means, the rows of its covariance, the points it is taken at."""

    means: tuple[Side, ...]
    rows: tuple[tuple[Side, ...], ...]
    points: tuple[Side, ...] = ()


def law_in(side: Side) -> GridLaw | str | None:
    r"""Read `\mathcal N(means, covariance)` in blocks; None for another side, or what is wrong."""
    head, *rest = items_of(side.node)
    base, *scripts = unscripted(head)
    group = rest[0] if len(rest) == 1 else None
    if not isinstance(base, Letter) or base.name != "N" or not isinstance(group, Group):
        return None
    parts = [part for part in group.parts.items if isinstance(part, Group)]
    grids = [_grid(part, side) for part in parts if part.kind == "matrix"]
    if not grids:
        return None
    if len(grids) != len(group.parts.items) or group.parts.separators not in _SEPARATORS:
        return "expected the means and the covariance, both in blocks"
    if any(scripts):
        return "a normal law with an index or a power is not read"
    *first, means, rows = grids
    if any(len(row) != 1 for column in (*first, means) for row in column):
        return "expected the means one below the other"
    points = tuple(row[0] for column in first for row in column)
    return GridLaw(tuple(row[0] for row in means), rows, points)


def column_in(side: Side) -> tuple[Side, ...] | None:
    """The members of a column of letters."""
    if not isinstance(side.node, Group) or side.node.kind != "matrix":
        return None
    rows = _grid(side.node, side)
    return tuple(row[0] for row in rows) if all(len(row) == 1 for row in rows) else None


def _grid(group: Group, side: Side) -> tuple[tuple[Side, ...], ...]:
    """The cells of a matrix, row by row; a last row that is empty is none."""
    rows: list[list[Side]] = [[]]
    separators = ("", *group.parts.separators)
    for mark, cell in zip(separators, group.parts.items, strict=True):
        if mark == "\\\\":
            rows.append([])
        rows[-1].append(Side(side.text[cell.span.start : cell.span.end].strip()))
    last = group.parts.items[-1]
    if len(rows[-1]) == 1 and len(rows) > 1 and isinstance(last, Mark):
        rows.pop()
    return tuple(tuple(row) for row in rows)


def name_of_block(node: Node) -> Name | None:
    r"""The name that a block is, `\Sigma_{XY}` or `\Sigma_{XY}^\top`."""
    base, sub, sup, _ = unscripted(node)
    if isinstance(node, Scripted) and sup is not None and sup.text.strip("{}") in TRANSPOSED:
        return Name(name_of(base, sub), transposed=True) if isinstance(base, Letter) else None
    name = name_in(node)
    return Name(name) if name is not None and isinstance(base, Letter) else None


def plain(name: str) -> str:
    """The name without its font."""
    return without_font(name) or name


# --- names ---


def is_consistent(means: tuple[Block, ...], rows: tuple[tuple[Block, ...], ...]) -> bool:
    """Whether each name is of one block, or of two that are transposes of each other."""
    places: dict[str, list[tuple[int, int, bool]]] = {}
    for k, block in enumerate(means):
        if isinstance(block, Name):
            places.setdefault(block.name, []).append((-1, k, block.transposed))
    for k, row in enumerate(rows):
        for m, block in enumerate(row):
            if isinstance(block, Name):
                places.setdefault(block.name, []).append((k, m, block.transposed))
    return all(
        (len(found) == 1 and not found[0][2]) or _are_transposes(found) for found in places.values()
    )


def _are_transposes(found: list[tuple[int, int, bool]]) -> bool:
    if len(found) != 2:
        return False
    (k, m, one), (n, o, other) = found
    return (k, m) == (o, n) and one != other


def are_misnamed(
    letters: tuple[str, ...], means: tuple[Block, ...], rows: tuple[tuple[Block, ...], ...]
) -> bool:
    """Whether a name has the letters of other variables than its block has."""
    cells = [(block, {k}) for k, block in enumerate(means)]
    cells += [(b, {k, m}) for k, row in enumerate(rows) for m, b in enumerate(row)]
    for block, places in cells:
        index = block.name.partition("_")[2].strip("{}") if isinstance(block, Name) else ""
        said = {k for k, letter in enumerate(letters) if letter in index}
        if index and set(index) <= set("".join(letters)) and said != places:
            return True
    return False
