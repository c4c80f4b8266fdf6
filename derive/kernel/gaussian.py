"""Moments: an unspecified density of known mean and covariance, and Gaussian integrals.

Source: Isserlis, Biometrika 12 (1918) (moments of a normal vector as a sum over
pairings); the integral of exp(-a |v|^2 / 2 + b.v + c) over R^d is
(2 pi / a)^(d/2) exp(|b|^2 / (2 a) + c) for a > 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel.calculus import differentiate
from derive.kernel.functions import exp, log, power, sign
from derive.kernel.limits import Undecidable
from derive.kernel.tensors import Jet, Labelled, Tensor, assemble, delta, dot, scalar, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.kernel.algebra import Algebra, Quotient

_MOST_FACTORS = 8


def moments_factor(
    algebra: Algebra, bound: list[Labelled], apart: list[Labelled], name: str, rank: int
) -> Tensor | None:
    """Integrate `q(v)` times at most two factors v, where mean and covariance of q are known."""
    jets = [f for f, _ in bound if algebra.factors[f].kind == "jet"]
    others = [item for item in bound if algebra.factors[item[0]].kind != "jet"]
    if len(jets) != 1 or len(others) > 2 or not _only(algebra, others, name):
        return None
    payload = algebra.factors[jets[0]].payload
    assert isinstance(payload, Jet)  # noqa: S101 - a jet carries a Jet
    known = algebra.moments.get(payload.field)
    if known is None or not payload.positive or len(payload.args) != 1:
        return None
    mean, variance = known
    if payload.args[0].key != variable(algebra, name, mean.rank).key:
        return None
    return _pairings(algebra, others, apart, mean, variance, rank)


def gaussian_factor(  # noqa: PLR0913 - one product, spelt out
    algebra: Algebra,
    bound: list[Labelled],
    apart: list[Labelled],
    exponent: Quotient,
    name: str,
    variable_rank: int,
    rank: int,
) -> Tensor | None:
    """Integrate exp(quadratic in v) times a product of factors v, over all v."""
    if len(bound) > _MOST_FACTORS or not _only(algebra, bound, name):
        return None
    key = (exponent.key, name, len(algebra.assumed))
    if key not in algebra.gaussians:
        with algebra.conditions_recorded() as recorded:
            value = _completed_square(algebra, exponent, name, variable_rank)
            algebra.gaussians[key] = (value, recorded)
    found, conditions = algebra.gaussians[key]
    algebra.conditions.update(conditions)
    if found is None:
        return None
    total, mean, variance = found
    return _pairings(algebra, bound, apart, mean, variance, rank).times(total)


def _completed_square(
    algebra: Algebra, exponent: Quotient, name: str, rank: int
) -> tuple[Quotient, Tensor, Quotient] | None:
    """Give the integral of exp(exponent) over the variable, and its mean and variance."""
    gradient = differentiate(scalar(exponent), name, rank)
    minus = _multiple_of_identity(algebra, differentiate(gradient, name, rank), rank)
    if minus is None or name in minus.free:
        return None
    precision = -minus
    if precision.vanishes() or sign(precision) == -1:
        raise Undecidable("the integral of a growing exponential over the whole space diverges")
    if sign(precision) != 1:
        return None
    v = variable(algebra, name, rank)
    linear = gradient + v.times(precision)
    square = dot(v, v).number() if rank else (v.number() * v.number())
    cross = dot(linear, v).number() if rank else (linear.number() * v.number())
    half = algebra.number(Fraction(1, 2))
    constant = exponent - cross + half * precision * square
    if name in constant.free or name in linear.free:
        return None
    variance = precision.inverse()
    shift = dot(linear, linear).number() if rank else linear.number() ** 2
    total = exp(constant + half * shift * variance)
    total = total * _volume(algebra.number(2) * algebra.constant("pi") * variance, rank)
    return total, linear.times(variance), variance


def is_gaussian(exponent: Quotient, name: str, rank: int) -> bool:
    """Whether an exponent is quadratic in a variable and falls off in every direction."""
    gradient = differentiate(scalar(exponent), name, rank)
    curvature = _multiple_of_identity(exponent.algebra, differentiate(gradient, name, rank), rank)
    return curvature is not None and name not in curvature.free and sign(curvature) == -1


def _volume(value: Quotient, rank: int) -> Quotient:
    """Give value^(d/2), or value^(1/2) on the line."""
    if not rank:
        return power(value, Fraction(1, 2))
    algebra = value.algebra
    return exp(algebra.number(Fraction(1, 2)) * algebra.constant("d") * log(value))


def _multiple_of_identity(algebra: Algebra, tensor: Tensor, rank: int) -> Quotient | None:
    if not rank or tensor.vanishes():
        return tensor.number()
    if len(tensor.parts) != 1:
        return None
    ((net, c),) = tensor.parts.items()
    return c if net == ((delta(algebra), (-1, -2)),) or net == (
        (delta(algebra), (-2, -1)),
    ) else None  # fmt: skip


def _only(algebra: Algebra, net: list[Labelled], name: str) -> bool:
    """Whether every factor is the variable itself."""
    infos = [algebra.factors[f] for f, _ in net]
    return all(info.kind == "var" and info.name == name for info in infos)


def _pairings(  # noqa: PLR0913 - one formula, spelt out
    algebra: Algebra,
    bound: list[Labelled],
    apart: list[Labelled],
    mean: Tensor,
    variance: Quotient,
    rank: int,
) -> Tensor:
    """Sum over all ways to pair some factors (a delta times the variance) and average the rest."""
    total = Tensor(algebra, rank, {})
    for single, pairs in _matchings(list(range(len(bound)))):
        net = list(apart)
        for i, j in pairs:
            if bound[i][1]:
                net.append((delta(algebra), (bound[i][1][0], bound[j][1][0])))
        inserted = [(mean, bound[i][1]) for i in single]
        piece = assemble(algebra, rank, net, inserted)
        total = total + piece.times(variance ** len(pairs))
    return total


def _matchings(items: list[int]) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
    """All partial matchings: which stay single, which are paired."""
    if not items:
        yield [], []
        return
    first, rest = items[0], items[1:]
    for single, pairs in _matchings(rest):
        yield [first, *single], pairs
    for k, other in enumerate(rest):
        for single, pairs in _matchings(rest[:k] + rest[k + 1 :]):
            yield single, [(first, other), *pairs]
