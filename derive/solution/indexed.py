r"""Sums over an index as integrals: what holds for every weight holds for counting.

A sum over i from a to b is the integral of its terms against the measure that counts
a, ..., b.  Counting is a limit of smooth weights m(i) di, and every sequence is a smooth
function at the integers.  So an equation between integrals of f(i) m(i) that holds for
every m, with all functions unspecified, holds for the sums.  Nothing is assumed of m: what
is true of one measure alone, a shift or a reflection of the index or its total mass, cannot
be proved so.

What is known of counting is used before, on the sums: a term that has i - 1 for its largest
index is summed over i - 1, and the first and last terms of longer ranges are written out
(\sum_{i=a}^b g(i-1) is g(a-1) and \sum_{i=a}^{b-1} g(i)).  Ranges with letters are
understood to be as long as that takes: t >= 1 in \sum_{i=1}^t.

Until then a sum is written as an integral with its first and its last index for limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from derive.language.claims import Equal
from derive.language.terms import (
    Add,
    Apply,
    Div,
    Field,
    Integral,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    Term,
    add,
    mul,
    term,
)
from derive.language.traverse import rebuild, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAX_TERMS = 16  # of a sum that are written out
_MAX_NODES = 4096  # of all of them, for sums in sums
_MAX_ADDENDS = 64  # of a product of sums that is multiplied out
_MAX_POWER = 4


class Unreadable(Exception):
    """A formula without a reading as sums of unspecified functions."""


@dataclass(frozen=True)
class Index:
    """A letter and a whole number to add, `t - 1`; a number alone has no letter."""

    letter: Sym | None
    shift: int = 0

    @property
    def term(self) -> Term:
        """The index as a term."""
        if self.letter is None:
            return term(self.shift)
        return add(self.letter, self.shift) if self.shift else self.letter

    def plus(self, number: int) -> Index:
        """Add a number."""
        return Index(self.letter, self.shift + number)


def index_of(node: Term) -> Index | None:
    """Read a term as an index; None if it is another term."""
    match node:
        case Sym():
            return Index(node)
        case Add(terms=(Sym() as letter, other)):
            number = _whole(other)
            return None if number is None else Index(letter, number)
        case _:
            number = _whole(node)
            return None if number is None else Index(None, number)


def _whole(node: Term) -> int | None:
    match node:
        case Num(value=value) if value.denominator == 1:
            return int(value)
        case Neg(body=Num(value=value)) if value.denominator == 1:
            return -int(value)
        case _:
            return None


def claim_of_sums(lhs: Term, rhs: Term) -> Equal:
    """Claim that two sides are equal, with integrals against a weight for their sums.

    Raises:
        Unreadable: a range is empty, or too long to be written out.
    """
    left, right = (_mapped(side, _reindexed) for side in (lhs, rhs))
    ranges = _common_ranges(x for side in (left, right) for x in walk(side))
    weigh = _Weigh(ranges)
    return Equal(_mapped(left, weigh), _mapped(right, weigh))


def _mapped(node: Term, change: Callable[[Term], Term]) -> Term:
    """Change a term from its leaves upwards."""
    return change(rebuild(node, {child: _mapped(child, change) for child in node.children}))


# --- every term of a sum over its own largest index ---


def _reindexed(node: Term) -> Term:
    if not isinstance(node, Integral):
        return node
    first, last = _ends(node)
    parts: list[Term] = []
    for part in _addends(node.body):
        top = _largest(part, node.var)
        moved = _at(part, node.var, Index(node.var, -top))
        ends = first.plus(top).term, last.plus(top).term
        parts += [Integral(addend, node.var, *ends) for addend in _addends(moved)]
    return add(*parts)


def _largest(node: Term, letter: Sym) -> int:
    """The largest number that is added to an index where functions have it."""
    functions: list[Term] = [x for x in walk(node) if isinstance(x, Apply)]
    shifts = {shift for x in functions or [node] for shift in _shifts(x, letter)}
    return max(shifts, default=0)


def _ends(node: Integral) -> tuple[Index, Index]:
    found = [index_of(end) for end in (node.lower, node.upper) if end is not None]
    match found:
        case [Index() as first, Index() as last]:
            return first, last
        case _:
            raise Unreadable


def _addends(node: Term) -> list[Term]:
    """Multiply out: write a term as a sum, as far as that is short."""
    match node:
        case Add(terms=terms):
            return [part for x in terms for part in _addends(x)]
        case Neg(body=body):
            return [Neg(part) for part in _addends(body)]
        case Div(num=num, den=den):
            return [Div(part, den) for part in _addends(num)]
        case Mul(factors=factors):
            return _multiplied([_addends(factor) for factor in factors], node)
        case Pow(base=Add() as base, exponent=Num(value=n)) if n in range(2, _MAX_POWER + 1):
            return _multiplied([_addends(base)] * int(n), node)
        case _:
            return [node]


def _multiplied(factors: list[list[Term]], whole: Term) -> list[Term]:
    count = 1
    for parts in factors:
        count *= len(parts)
    return [mul(*choice) for choice in product(*factors)] if count <= _MAX_ADDENDS else [whole]


def _shifts(node: Term, letter: Sym) -> set[int]:
    """The numbers that are added to an index where it occurs."""
    found = index_of(node)
    if found is not None:
        return {found.shift} if found.letter == letter else set()
    return {shift for child in node.children for shift in _shifts(child, letter)}


def _at(node: Term, letter: Sym, value: Index) -> Term:
    """Put a value for an index; `i - 1` at i = t + 1 is written `t`."""
    images: Mapping[Term, Term] = {
        Index(letter, shift).term: value.plus(shift).term for shift in _shifts(node, letter)
    }
    return rebuild(node, images)


# --- common ranges ---

Letters = tuple[Sym | None, Sym | None]  # of the first and of the last index


def _common_ranges(nodes: Iterable[Term]) -> dict[Letters, tuple[int, int]]:
    """What all ranges between the same letters have in common, as numbers to add to these."""
    common: dict[Letters, tuple[int, int]] = {}
    for node in nodes:
        if isinstance(node, Integral):
            first, last = _ends(node)
            letters = first.letter, last.letter
            low, high = common.get(letters, (first.shift, last.shift))
            common[letters] = max(low, first.shift), min(high, last.shift)
    return common


@dataclass(frozen=True)
class _Weigh:
    """Makes of a sum the integral over the common range, and the terms beyond it."""

    ranges: Mapping[Letters, tuple[int, int]]

    def __call__(self, node: Term) -> Term:
        if not isinstance(node, Integral):
            return node
        first, last = _ends(node)
        if first.letter == last.letter:
            return add(*_terms(node, first, last.shift - first.shift + 1, least=1))
        low, high = self.ranges[first.letter, last.letter]
        begin, end = Index(first.letter, low), Index(last.letter, high)
        # The letters of the reader have one sign for a name: none is called so.
        weight = Field(f"weight from {_written(begin)} to {_written(end)}")
        return add(
            *_terms(node, first, low - first.shift),
            Integral(mul(node.body, weight(node.var)), node.var),
            *_terms(node, end.plus(1), last.shift - high),
        )


def _terms(node: Integral, first: Index, count: int, least: int = 0) -> list[Term]:
    """Write terms of a sum out, from one index on."""
    if not least <= count <= MAX_TERMS or count * len(node.body.nodes) > _MAX_NODES:
        raise Unreadable
    return [_at(node.body, node.var, first.plus(k)) for k in range(count)]


def _written(index: Index) -> str:
    letter = index.letter.name if index.letter is not None else ""
    return f"{letter}{index.shift:+d}"
