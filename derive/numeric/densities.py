"""The functions of a model at their arguments: polynomials and densities."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import flint

from derive.numeric import integrate
from derive.numeric.environment import Env
from derive.numeric.gauss import Gauss, broken_power
from derive.numeric.model import (
    Decaying,
    Definition,
    ExponentialLaw,
    MomentsLaw,
    NormalLaw,
    Polynomial,
)
from derive.numeric.ring import ONE, NotEvaluable, Ring
from derive.numeric.values import Val, components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.language import terms as t
    from derive.numeric.evaluate import Evaluator

HALF = Fraction(1, 2)


def normal_density(
    ring: Ring, at: Sequence[Gauss], means: Sequence[Gauss], variances: Sequence[Gauss]
) -> Gauss:
    """Give the density of independent normal components.

    A variance is a number, or a number plus infinitesimals.
    """
    total = Gauss.number(ring, 1)
    half = flint.fmpq(1, 2)
    for x, mean, variance in zip(at, means, variances, strict=True):
        finite, _ = variance.split()
        if not finite.is_number() or finite.sign() <= 0:
            raise NotEvaluable("a normal law whose variance is not a positive number")
        inverse = variance.inverse()
        distance = x - mean
        exponent = (distance * distance * inverse).scale(-half).as_poly()
        root = broken_power(inverse.scale(half), HALF)
        total = total * (root * Gauss.part(ring, {0: ONE}, exponent, -1, frozenset()))
    return total


def decaying_weight(ring: Ring, at: Sequence[Gauss]) -> Gauss:
    """Give `exp(-|x|^2/2)`."""
    total = Gauss.number(ring, 1)
    for x in at:
        exponent = (x * x).scale(flint.fmpq(-1, 2)).as_poly()
        total *= Gauss.part(ring, {0: ONE}, exponent, 0, frozenset())
    return total


def exponential_density(ring: Ring, at: Sequence[Gauss]) -> Gauss:
    """Give the product of the densities `exp(-x)` on x > 0."""
    total = Gauss.number(ring, 1)
    for x in at:
        point = x.as_poly()
        condition = frozenset({frozenset(point.items())})
        part = Gauss.part(ring, {0: ONE}, ring.scale(point, -ONE), 0, condition)
        total *= integrate.decided(part)
    return total


def apply_field(ev: Evaluator, term: t.Apply, env: Env) -> Val:
    """Give the value of what the model puts for a function."""
    args = [ev.evaluated(arg, env) for arg in term.args]
    model = ev.model.field(term.field, tuple(int(arg.rank) for arg in term.args))
    match model:
        case Polynomial():
            value = put(ev, model, args)
            return tuple(value) if term.field.rank else value[0]
        case Decaying(polynomial):
            weight = decaying_weight(ev.ring, components(args[0]))
            value = [weight * component for component in put(ev, polynomial, args)]
            return tuple(value) if term.field.rank else value[0]
        case NormalLaw():
            means, variances = normal_parameters(ev, model, args[1:])
            return normal_density(ev.ring, components(args[0]), means, variances)
        case ExponentialLaw():
            return exponential_density(ev.ring, components(args[0]))
        case MomentsLaw(two_point=True):
            raise NotEvaluable("the density of a law on two points")
        case MomentsLaw():
            means, variances = known_moments(ev, term.field, env)
            return normal_density(ev.ring, components(args[0]), means, variances)
        case Definition(parameters, body, extra, scale):
            value = components(
                ev.evaluated(body, Env(dict(zip(parameters, args, strict=True)), {}, env.params))
            )
            if extra is not None and scale is not None:
                added = put(ev, extra, args)
                value = [a + scale * b for a, b in zip(value, added, strict=True)]
            return tuple(value) if term.field.rank else value[0]


def put(ev: Evaluator, polynomial: Polynomial, args: list[Val]) -> list[Gauss]:
    """Give the components of a polynomial at its arguments."""
    flat = [component for arg in args for component in components(arg)]
    powers: dict[tuple[int, int], Gauss] = {}
    out = []
    for component in polynomial.components:
        total = Gauss(ev.ring, {})
        for coefficient, exponents in component:
            product = ev.number(coefficient)
            for j, e in enumerate(exponents):
                if e:
                    if (j, e) not in powers:
                        powers[j, e] = flat[j].power(e)
                    product *= powers[j, e]
            total += product
        out.append(total)
    return out


def normal_parameters(
    ev: Evaluator, law: NormalLaw, further: list[Val]
) -> tuple[list[Gauss], list[Gauss]]:
    """Give means and variances of a normal law, moved by the further arguments."""
    means = [ev.number(mean) for mean in law.means]
    for slope, arg in zip(law.slopes, further, strict=True):
        moved = components(arg) * (len(means) if isinstance(arg, Gauss) else 1)
        if len(moved) != len(means):
            raise NotEvaluable("a conditional density over spaces of two dimensions")
        factor = flint.fmpq(slope.numerator, slope.denominator)
        means = [mean + x.scale(factor) for mean, x in zip(means, moved, strict=True)]
    return means, [ev.number(v) for v in law.variances]


def known_moments(ev: Evaluator, field: t.Field, env: Env) -> tuple[list[Gauss], list[Gauss]]:
    """Give the means and variances that the scope states of a density."""
    moments = ev.scope.moments[field]
    outside = Env({}, {}, env.params)
    means = components(ev.evaluated(moments.mean, outside))
    return means, [ev.scalar(moments.variance, outside)] * len(means)
