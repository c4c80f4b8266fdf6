"""Comparing the sides of a claim in one model: what differs, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import flint

from derive.language.claims import Claim, Equal, EqualInLaw, EqualUpToConstant, Minimises
from derive.language.terms import RV, At, Event, Expect, Sym, Term, Variance, Zero
from derive.numeric import integrate
from derive.numeric.environment import EMPTY, free
from derive.numeric.evaluate import Evaluator, Value
from derive.numeric.gauss import Gauss
from derive.numeric.model import (
    Definition,
    Model,
    Polynomial,
    component_letters,
    random_polynomial,
)
from derive.numeric.ring import PRECISION, Ball, NotEvaluable
from derive.numeric.values import Val, apply, components, plus, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.language.scope import Scope

Outcome: TypeAlias = "Same | Differs"
SURE = 1e-50  # a ball around 0 with a larger radius says nothing about equality


@dataclass(frozen=True)
class Same:
    """The difference is 0 exactly (None), or enclosed in a ball around 0 of this radius."""

    error: Ball | None


@dataclass(frozen=True)
class Differs:
    """The difference is certainly not 0."""


def difference(evaluator: Evaluator, lhs: Term, rhs: Term) -> Val:
    """Give lhs - rhs as exact sums, in which equal constants have cancelled."""
    right = apply(lambda g: -g, evaluator.closed(rhs))
    return plus(evaluator.closed(lhs), right)


def against_zero(value: Val) -> Outcome:
    """Compare a value with zero.

    Raises:
        NotEvaluable: where the enclosure is too wide to say.
    """
    worst: Ball | None = None
    for component in components(value):
        number = component.value()
        if isinstance(number, Fraction):
            if number:
                return Differs()
            continue
        if not number.contains(0):
            return Differs()
        with flint.ctx.workprec(PRECISION):
            radius = number.abs_upper()
            if not radius < SURE:
                raise NotEvaluable("an enclosure too wide to compare")
            worst = radius if worst is None or bool(radius > worst) else worst
    return Same(worst)


def disjoint(a: Value, b: Value) -> bool:
    """Whether two values certainly differ: exact numbers, or balls without a common point."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return any(disjoint(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a != b
    with flint.ctx.workprec(PRECISION):
        return not _ball(a).overlaps(_ball(b))


def _ball(number: Value) -> Ball:
    if isinstance(number, Fraction):
        return flint.arb(flint.fmpq(number.numerator, number.denominator))
    return number


def claim_terms(claim: Claim) -> tuple[Term, ...]:
    """Give the terms of a claim."""
    match claim:
        case Equal(lhs, rhs) | EqualUpToConstant(lhs, rhs) | EqualInLaw(lhs, rhs):
            return lhs, rhs
        case Minimises(functional, unknown, value):
            # The claim binds the arguments of the unknown, which are not letters of a model.
            for var in unknown.args:
                if isinstance(var, Sym):
                    value = At(value, var, Zero(var.rank))
            return functional, value


def has_points(claim: Claim, scope: Scope) -> bool:
    """Whether an equation between random variables may be checked at any point.

    Points are drawn for each variable on its own.  That is right for one variable and
    for independent ones; of a variable and its parent some points may be impossible.
    """
    pending = [v for term in claim_terms(claim) for v in free(term).random]
    found: set[Term] = set()
    while pending:
        variable = pending.pop()
        if isinstance(variable, RV) and variable in scope.definitions:
            pending.extend(free(scope.definitions[variable]).random)
        else:
            found.add(variable)
    laws = [scope.laws[v] for v in found if isinstance(v, RV) and v in scope.laws]
    return len(found) <= 1 or not any(law.parents for law in laws)


def moments_of_law(claim: EqualInLaw, given: tuple[Event, ...] = ()) -> Iterator[tuple[str, Equal]]:
    """Give what follows of the means and variances."""
    yield "the means", Equal(Expect(claim.lhs, given), Expect(claim.rhs, given))
    yield "the variances", Equal(Variance(claim.lhs, given), Variance(claim.rhs, given))


def shared(claim: EqualInLaw, scope: Scope) -> tuple[Event, ...]:
    """Give the random variables that occur on both sides, as conditions."""
    left, right = (_sources(side, scope) for side in (claim.lhs, claim.rhs))
    return tuple(Event(v, v) for v in sorted(left & right, key=repr))


def _sources(term: Term, scope: Scope) -> set[Term]:
    """Give the random variables of a term, with definitions read."""
    found: set[Term] = set()
    for variable in free(term).random:
        defined = scope.definitions.get(variable) if isinstance(variable, RV) else None
        found |= {variable} if defined is None else _sources(defined, scope)
    return found


# --- minimisers -----------------------------------------------------------------

STEPS = [Fraction(sign, 4**k) for k in range(5) for sign in (1, -1)]


@dataclass(frozen=True)
class Move:
    """A functional at its stated minimiser, and at that plus the polynomial `extra`."""

    stated: Gauss
    moved: Gauss
    extra: Polynomial


def moves(claim: Minimises, model: Model, scope: Scope, directions: int) -> Iterator[Move]:
    """Give the functional on lines through the stated minimiser, large steps first.

    Each line is evaluated once, its parameter being a generator.

    Raises:
        NotEvaluable: where the unknown is not a function of distinct variables.
    """
    args = [a for a in claim.unknown.args if isinstance(a, Sym)]
    if len(set(args)) < len(claim.unknown.args):
        raise NotEvaluable("a minimiser that is not a function of variables")
    for direction in _directions(claim, model, directions):
        with model.ring.fresh("variable", 1) as (index,):
            scale = Gauss.poly(model.ring, model.ring.gen(index))
            put = Definition(tuple(args), claim.value, direction, scale)
            variant = model.variant(direction.latex(), {claim.unknown.field: put})
            line = scalar(Evaluator(variant, scope).evaluated(claim.functional, EMPTY))
            stated = integrate.at(line, index, {})
            for step in STEPS:
                moved = integrate.at(line, index, Gauss.number(model.ring, step).as_poly())
                yield Move(stated, moved, _scaled(direction, step))


def _directions(claim: Minimises, model: Model, count: int) -> Iterator[Polynomial]:
    ranks = tuple(int(arg.rank) for arg in claim.unknown.args)
    letters = component_letters(ranks, model.dimension)
    size = model.size(claim.unknown.field.rank)
    draw = model.random("directions")
    for power in (1, 0):  # x, then 1: where all is Gaussian, the affine functions decide
        yield Polynomial(
            tuple(
                ((Fraction(1), tuple(power * (j == k) for j in range(len(letters)))),)
                for k in range(size)
            ),
            letters,
        )
    for _ in range(count - 2):
        yield random_polynomial(size, letters, draw, 2)


def _scaled(polynomial: Polynomial, factor: Fraction) -> Polynomial:
    scaled = tuple(tuple((factor * v, p) for v, p in c) for c in polynomial.components)
    return Polynomial(scaled, polynomial.letters)
