r"""Sets of variables in densities: `x_0`, `x_{1:T}`, `z`, with ends that are letters.

Of an index that a sum binds it is known between which ends it lies, and a letter that
nothing binds, `T`, is as large as it has to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.solution.telescoping import Index

if TYPE_CHECKING:
    from collections.abc import Iterable

BOUND = "#"  # the index of a sum
_FAR = 1000  # how far a letter is from a number at least


@dataclass(frozen=True)
class Order:
    """Between which ends the index of a sum lies; none where there is no sum."""

    low: Index | None = None
    high: Index | None = None

    def least(self, one: Index, two: Index) -> int | None:
        """How far the second index is behind the first at least; None: it is not known."""
        if one.letter == two.letter:
            return two.shift - one.shift
        if two.letter == BOUND:
            return None if self.low is None else self.least(one, shifted(self.low, two.shift))
        if one.letter == BOUND:
            return None if self.high is None else self.least(shifted(self.high, one.shift), two)
        return None if one.letter else _FAR

    def before(self, one: Index, two: Index, by: int = 1) -> bool:
        """Whether the second index is known to be behind the first, by some steps at least."""
        least = self.least(one, two)
        return least is not None and least >= by


NO_SUM = Order()


def shifted(index: Index, steps: int) -> Index:
    """Go some steps on."""
    return Index(index.letter, index.shift + steps)


@dataclass(frozen=True)
class Span:
    """The variables of a process from the first to the last index, or one letter without any."""

    base: str
    first: Index | None = None
    last: Index | None = None

    def at(self, letter: str, value: Index) -> Span:
        """Put a value for an index."""
        if self.first is None or self.last is None:
            return self
        return Span(self.base, self.first.at(letter, value), self.last.at(letter, value))

    @property
    def letters(self) -> frozenset[str]:
        """The letters of its indices."""
        return frozenset(i.letter for i in (self.first, self.last) if i is not None)


Variables = frozenset[Span]


def disjoint(one: Span, two: Span, order: Order) -> bool:
    """Whether two spans are known to have no variable in common."""
    if one.base != two.base:
        return True
    if one.first is None or one.last is None or two.first is None or two.last is None:
        return False
    return order.before(one.last, two.first) or order.before(two.last, one.first)


def within(inner: Span, outer: Span, order: Order) -> bool:
    """Whether one span is known to be a part of another."""
    if inner == outer:
        return True
    if inner.base != outer.base or inner.first is None or outer.first is None:
        return False
    if inner.last is None or outer.last is None:
        return False
    return order.before(outer.first, inner.first, 0) and order.before(inner.last, outer.last, 0)


def contained(inner: Variables, outer: Variables, order: Order) -> bool:
    """Whether all variables of one set are known to be in another."""
    return all(any(within(one, two, order) for two in outer) for one in inner)


def apart(one: Variables, two: Variables, order: Order) -> bool:
    """Whether two sets are known to have no variable in common."""
    return all(disjoint(a, b, order) for a in one for b in two)


def united(spans: Iterable[Span], order: Order) -> Variables:
    """Give the union, spans that follow each other joined."""
    found = list(dict.fromkeys(spans))
    while (pair := _joined(found, order)) is not None:
        one, two, whole = pair
        found = [*(s for s in found if s not in (one, two)), whole]
    return frozenset(found)


def _joined(spans: list[Span], order: Order) -> tuple[Span, Span, Span] | None:
    for one in spans:
        for two in spans:
            if one is two:
                continue
            if within(two, one, order):
                return one, two, one
            if one.base != two.base or one.last is None or two.first is None:
                continue
            if two.first == shifted(one.last, 1):
                return one, two, Span(one.base, one.first, two.last)
    return None


def without(spans: Variables, gone: Variables, order: Order) -> Variables | None:
    """Take variables out of a set that has them all; None where that is not known."""
    left = set(spans)
    for part in gone:
        around = next((s for s in left if within(part, s, order)), None)
        if around is None:
            return None
        left.remove(around)
        left |= _ends(around, part)
    return united(left, order)


def _ends(whole: Span, part: Span) -> set[Span]:
    """What is left of a span at both ends of a part of it."""
    if whole == part or whole.first is None or part.first is None or part.last is None:
        return set()
    found = set()
    if whole.first != part.first:
        found.add(Span(whole.base, whole.first, shifted(part.first, -1)))
    if whole.last != part.last:
        found.add(Span(whole.base, shifted(part.last, 1), whole.last))
    return found
