r"""Logarithms of densities, their means and their sums over steps, in one normal form.

`log q(x_1 | x_0)` is `log q(x_0, x_1) - log q(x_0)`: so Bayes' rule and the chain rule hold
by themselves.  What is left to know is that a process is a Markov chain, how a sum
over steps begins and ends, and of which variables a mean is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from derive.solution.spans import (
    BOUND,
    NO_SUM,
    Order,
    Span,
    Variables,
    apart,
    contained,
    shifted,
    united,
    without,
)
from derive.solution.telescoping import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Parts: TypeAlias = "dict[Atom, Fraction]"
Chains: TypeAlias = frozenset[tuple[str, str]]  # laws of Markov chains, and their letters
_HERE = Index(BOUND)
_MAX_TERMS = 16  # of a sum that are written out


class NotRead(Exception):
    """A formula that has no such normal form."""


class Overlap(NotRead):
    """A density of a variable that may be among its conditions."""


@dataclass(frozen=True)
class One:
    """The number 1."""


@dataclass(frozen=True)
class Opaque:
    """A number that is not looked into."""

    look: Hashable


@dataclass(frozen=True)
class Log:
    """The logarithm of the joint density of some variables under a law."""

    law: str
    of: Variables


@dataclass(frozen=True)
class Exp:
    """The exponential of a combination: a product of densities under a mean."""

    of: frozenset[tuple[Atom, Fraction]]


@dataclass(frozen=True)
class Divergence:
    """A Kullback-Leibler divergence that is not taken apart: a number that is not negative."""

    sides: tuple[tuple[str, Variables, Variables], tuple[str, Variables, Variables]]


@dataclass(frozen=True)
class Mean:
    """The mean over all variables of an atom but those that are given, by the law given them."""

    law: str
    given: Variables
    of: Atom


@dataclass(frozen=True)
class Summed:
    """An atom summed over its index."""

    of: Atom
    low: Index
    high: Index


Atom: TypeAlias = One | Opaque | Log | Exp | Divergence | Mean | Summed


@dataclass(frozen=True)
class Spread:
    """The law and the variables that a mean is taken over; `over` is None for all there are."""

    law: str
    over: Variables | None
    given: Variables


def plus(*parts: tuple[Parts, Fraction | int]) -> Parts:
    """Add multiples of combinations."""
    total: dict[Atom, Fraction] = {}
    for part, times in parts:
        for atom, count in part.items():
            total[atom] = total.get(atom, Fraction(0)) + count * times
    return {atom: count for atom, count in total.items() if count}


def _single(atom: Atom) -> Parts:
    return {atom: Fraction(1)}


def _mapped(parts: Parts, image: Callable[[Atom], Parts]) -> Parts:
    return plus(*((image(atom), count) for atom, count in parts.items()))


# --- densities ---


def density(law: str, of: Variables, given: Variables, order: Order) -> Parts:
    """Give `log law(of | given)`.  Raises Overlap."""
    if not apart(of, given, order):
        if of & given:
            return {Opaque((law, of, given)): Fraction(1)}  # no density: `q(x_0 | x_1, x_0)`
        raise Overlap
    return plus((joint(law, of | given, order), 1), (joint(law, given, order), -1))


def joint(law: str, of: Variables, order: Order) -> Parts:
    """Give `log law(of)`; of no variables it is 0."""
    return {Log(law, united(of, order)): Fraction(1)} if of else {}


def integrated(parts: Parts, over: Variables, order: Order) -> Parts:
    """Give the logarithm of an integral of densities: one of them has all the variables."""
    inside = [a for a in parts if isinstance(a, Opaque) or not _free(a, over, order)]
    if len(inside) != 1 or parts[inside[0]] != 1:
        raise NotRead
    (atom,) = inside
    left = without(atom.of, over, order) if isinstance(atom, Log) else None
    if left is None or not isinstance(atom, Log):
        raise NotRead
    return plus((parts, 1), ({atom: Fraction(1)}, -1), (joint(atom.law, left, order), 1))


def variables(atom: Atom) -> Variables:
    """The variables that an atom is a function of."""
    match atom:
        case Log(of=of):
            return of
        case Mean(given=given):
            return given
        case Exp(of=parts):
            return frozenset[Span]().union(*(variables(part) for part, _ in parts))
        case Summed(of=inner):
            return variables(inner)
        case _:
            return frozenset()


def _free(atom: Atom, over: Variables, order: Order) -> bool:
    """Whether an atom is known not to depend on some variables."""
    if isinstance(atom, Summed):
        return _free(atom.of, over, Order(atom.low, atom.high))
    return apart(variables(atom), over, order)


# --- means ---


def mean(spread: Spread, parts: Parts, order: Order) -> Parts:
    """Give the mean of a combination."""
    return _mapped(parts, lambda atom: _mean_of(spread, atom, order))


def _mean_of(spread: Spread, atom: Atom, order: Order) -> Parts:
    if isinstance(atom, One):
        return {atom: Fraction(1)}
    if isinstance(atom, Divergence):
        return {Mean(spread.law, spread.given, atom): Fraction(1)}
    if isinstance(atom, Summed):
        if any(BOUND in span.letters for span in spread.given):
            raise NotRead
        inner = _mean_of(spread, atom.of, Order(atom.low, atom.high))
        return summed(inner, atom.low, atom.high)
    if isinstance(atom, Opaque):
        raise NotRead
    return _of_function(spread, atom, order)


def _of_function(spread: Spread, atom: Log | Exp | Mean, order: Order) -> Parts:
    known = variables(atom)
    if spread.over is not None and apart(known, spread.over, order):
        return {atom: Fraction(1)}
    everything = None if spread.over is None else united(spread.over | spread.given, order)
    if everything is not None and not contained(known, everything, order):
        raise NotRead
    if not isinstance(atom, Mean):
        return settled(Mean(spread.law, spread.given, atom), order)
    # The mean of a conditional mean, of the same law and given no less.
    if atom.law != spread.law or not contained(spread.given, atom.given, order):
        raise NotRead
    return settled(Mean(atom.law, spread.given, atom.of), order)


def settled(atom: Atom, order: Order) -> Parts:
    """Take out of a mean what is given."""
    inner = atom.of if isinstance(atom, Mean) else None
    if not isinstance(atom, Mean) or not isinstance(inner, Log):
        return {atom: Fraction(1)}
    if contained(inner.of, atom.given, order):
        return {inner: Fraction(1)}
    return {atom: Fraction(1)}


# --- sums over steps ---


def summed(parts: Parts, low: Index, high: Index) -> Parts:
    """Sum atoms over their index."""
    return _mapped(parts, lambda atom: _sum_of(atom, low, high))


def _sum_of(atom: Atom, low: Index, high: Index) -> Parts:
    """Sum an atom from 1 to a letter, with the terms at the ends that are more or fewer."""
    shifts = _shifts(atom)
    if isinstance(atom, Summed) or not shifts:
        raise NotRead
    last = max(shifts)
    atom = moved(atom, Index(BOUND, -last))
    low, high = shifted(low, last), shifted(high, last)
    if low.letter == high.letter:
        return _terms(atom, low, high)
    if low.letter:
        return {Summed(atom, low, high): Fraction(1)}
    top, one = Index(high.letter), Index("", 1)
    return plus(
        ({Summed(atom, one, top): Fraction(1)}, 1),
        (_terms(atom, one, shifted(low, -1)), -1),
        (_terms(atom, low, Index("", 0)), 1),
        (_terms(atom, shifted(top, 1), high), 1),
        (_terms(atom, shifted(high, 1), top), -1),
    )


def _terms(atom: Atom, low: Index, high: Index) -> Parts:
    """The sum between two ends with one letter."""
    steps = range(low.shift, high.shift + 1)
    if len(steps) > _MAX_TERMS:
        raise NotRead
    found = (settled(moved(atom, Index(low.letter, k)), NO_SUM) for k in steps)
    return plus(*((part, 1) for part in found))


def moved(atom: Atom, value: Index) -> Atom:
    """Put a value for the index of a sum."""
    match atom:
        case Log(law=law, of=of):
            return Log(law, _moved(of, value))
        case Mean(law=law, given=given, of=inner):
            return Mean(law, _moved(given, value), moved(inner, value))
        case Exp(of=parts):
            return Exp(frozenset((moved(part, value), count) for part, count in parts))
        case Divergence(sides=(one, two)):
            left, right = (
                (law, _moved(of, value), _moved(given, value)) for law, of, given in (one, two)
            )
            return Divergence((left, right))
        case _:
            return atom


def _moved(of: Variables, value: Index) -> Variables:
    return united((span.at(BOUND, value) for span in of), NO_SUM)


def _shifts(atom: Atom) -> list[int]:
    """What is added to the index of the sum, wherever it stands in an atom."""
    match atom:
        case Log(of=of):
            spans = of
        case Mean(given=given, of=inner):
            return [*_shifts(Log("", given)), *_shifts(inner)]
        case Exp(of=parts):
            return [shift for part, _ in parts for shift in _shifts(part)]
        case Divergence(sides=sides):
            return [s for _, of, given in sides for s in _shifts(Log("", of | given))]
        case _:
            return []
    ends = (i for span in spans for i in (span.first, span.last) if i is not None)
    return [i.shift for i in ends if i.letter == BOUND]


# --- Markov chains ---


def expanded(parts: Parts, chains: Chains) -> Parts:
    """Give joint densities of Markov chains by those of one variable and of two."""
    return _mapped(parts, lambda atom: _expanded(atom, chains, NO_SUM))


def _expanded(atom: Atom, chains: Chains, order: Order) -> Parts:
    match atom:
        case Log(law=law, of=of) if all((law, span.base) in chains for span in of):
            return _in_steps(law, of, order) or {atom: Fraction(1)}
        case Mean(law=law, given=given, of=Log() as inner):
            return mean(Spread(law, None, given), _expanded(inner, chains, order), order)
        case Summed(of=inner, low=low, high=high):
            try:
                return summed(_expanded(inner, chains, Order(low, high)), low, high)
            except NotRead:
                return {atom: Fraction(1)}
        case _:
            return {atom: Fraction(1)}


def _in_steps(law: str, of: Variables, order: Order) -> Parts | None:
    """The density of a chain at some steps: of all neighbours, by those of all inner steps."""
    spans = _ordered(of, order)
    if spans is None:
        return None
    singles: list[Parts] = []
    pairs: list[Parts] = []
    try:
        for _, first, last in spans:
            here, before = Log(law, _one(spans, _HERE)), _both(spans, shifted(_HERE, -1), _HERE)
            singles.append(_sum_of(here, first, last))
            pairs.append(_sum_of(Log(law, before), shifted(first, 1), last))
    except NotRead:
        return None
    for (_, _, one), (_, two, _) in pairwise(spans):
        pairs.append(_single(Log(law, _both(spans, one, two))))
    ends = [_single(Log(law, _one(spans, i))) for i in (spans[0][1], spans[-1][2])]
    return plus(*((p, 1) for p in pairs), *((p, -1) for p in singles), *((p, 1) for p in ends))


def _ordered(of: Variables, order: Order) -> list[tuple[str, Index, Index]] | None:
    """The spans of one process in their order; None where that is not known."""
    found = [(s.base, s.first, s.last) for s in of if s.first is not None and s.last is not None]
    if len(found) != len(of) or len({base for base, _, _ in found}) != 1:
        return None
    if any(BOUND in (i.letter, j.letter) and i.letter != j.letter for _, i, j in found):
        return None  # a sum in a sum
    left, spans = list(found), []
    while left:
        least = [a for a in left if all(a is b or order.before(a[2], b[1], 0) for b in left)]
        if len(least) != 1:
            return None
        spans.append(least[0])
        left.remove(least[0])
    return spans


def _one(spans: list[tuple[str, Index, Index]], index: Index) -> Variables:
    return frozenset({Span(spans[0][0], index, index)})


def _both(spans: list[tuple[str, Index, Index]], one: Index, two: Index) -> Variables:
    return united(_one(spans, one) | _one(spans, two), NO_SUM)
