"""Integrals over one variable: Gaussian, half-line, between limits, and by moments."""

from __future__ import annotations

from typing import Literal, TypeAlias

import flint

from derive.numeric.gauss import UNIT, Frozen, Gauss, Kernel
from derive.numeric.ring import BITS, ONE, NotEvaluable, Poly, Ring

Shape: TypeAlias = Literal["normal", "two-point"]
TWO = flint.fmpq(2)
MINUS = flint.fmpq(-1)


def _mask(index: int) -> int:
    return 0xFFFF << (BITS * index)


def over_line(value: Gauss, index: int) -> Gauss:
    """Integrate over all of R in one variable, part by part.

    Raises:
        NotEvaluable: where a part's integral diverges or is not elementary.
    """
    total = Gauss(value.ring, {})
    for kernel, poly in value.parts.items():
        exponent = value.ring.collect(dict(kernel.exponent), index)
        edges = [s for s in kernel.support if any(key & _mask(index) for key, _ in s)]
        if edges:
            total += _over_support(value.ring, kernel, poly, index, edges)
        else:
            total += _gaussian(value.ring, kernel, poly, exponent, index)
    return total


def _gaussian(
    ring: Ring, kernel: Kernel, poly: Poly, exponent: dict[int, Poly], index: int
) -> Gauss:
    """Integrate `P(u) exp(-a u^2 + b u + c) = sqrt(pi/a) exp(c + b^2/4a) E[P(N(b/2a, 1/2a))]`."""
    curvature = ring.scale(exponent.get(2, {}), MINUS)
    if max(exponent, default=0) > 2 or not ring.is_number(curvature) or ring.sign(curvature) <= 0:
        raise NotEvaluable("an integral that diverges or is not Gaussian")
    variance = ring.inverse(ring.scale(curvature, TWO))
    slope = exponent.get(1, {})
    mean = ring.mul(slope, variance)
    rest = ring.add(exponent.get(0, {}), ring.scale(ring.mul(slope, mean), 1 / TWO))
    averaged = _moments(ring, ring.collect(poly, index), mean, variance, "normal")
    root = ring.sqrt(ring.scale(variance, TWO))
    return Gauss.part(ring, ring.mul(root, averaged), rest, kernel.pi + 1, kernel.support)


def _moments(
    ring: Ring, coefficients: dict[int, Poly], mean: Poly, variance: Poly, shape: Shape
) -> Poly:
    """Give E[P(U)] where U has this mean, variance and shape, by recursion on the moments.

    normal:    E U^k = m E U^(k-1) + (k-1) v E U^(k-2)   (Stein's identity)
    two-point: E U^k = 2m E U^(k-1) - (m^2 - v) E U^(k-2), U being a root of that quadratic
    """
    before: Poly = {}
    moment: Poly = {0: ONE}
    total = coefficients.get(0, {})
    shift = ring.add(variance, ring.scale(ring.mul(mean, mean), MINUS))
    for k in range(1, max(coefficients, default=0) + 1):
        if shape == "normal":
            factors = mean, ring.scale(variance, flint.fmpq(k - 1))
        else:
            factors = (mean, {}) if k == 1 else (ring.scale(mean, TWO), shift)
        following = ring.add(ring.mul(factors[0], moment), ring.mul(factors[1], before))
        before, moment = moment, following
        if k in coefficients:
            total = ring.add(total, ring.mul(coefficients[k], moment))
    return total


def by_moments(value: Gauss, index: int, mean: Gauss, variance: Poly, shape: Shape) -> Gauss | None:
    """Average over a variable of known shape; None where it occurs in an exponential.

    The variance is a number, or a number plus infinitesimals.
    """
    ring, mask = value.ring, _mask(index)
    if not value.contains(mask):
        return value
    parts: dict[Kernel, Poly] = {}
    centre = mean.as_poly()
    for kernel, poly in value.parts.items():
        inside = (kernel.exponent, *kernel.support)
        if kernel is not UNIT and any(key & mask for f in inside for key, _ in f):
            return None
        averaged = _moments(ring, ring.collect(poly, index), centre, variance, shape)
        if averaged:
            parts[kernel] = averaged
    return Gauss(ring, parts)


# --- with limits ---------------------------------------------------------------


def between(value: Gauss, index: int, lower: Gauss, upper: Gauss) -> Gauss:
    """Integrate from `lower` to `upper`, which are polynomials."""
    primitive = _primitive(value, index)
    return at(primitive, index, upper.as_poly()) - at(primitive, index, lower.as_poly())


def at(value: Gauss, index: int, point: Poly) -> Gauss:
    """Put a polynomial for a variable."""
    ring = value.ring
    total = Gauss(ring, {})
    for kernel, poly in value.parts.items():
        exponent = ring.substitute(dict(kernel.exponent), index, point)
        support = frozenset(
            frozenset(ring.substitute(dict(s), index, point).items()) for s in kernel.support
        )
        put = ring.substitute(poly, index, point)
        total += decided(Gauss.part(ring, put, exponent, kernel.pi, support))
    return total


def decided(value: Gauss) -> Gauss:
    """Decide each condition of a support that has become a number."""
    ring = value.ring
    total = Gauss(ring, {})
    for kernel, poly in value.parts.items():
        open_: list[Frozen] = []
        inside = True
        for condition in kernel.support:
            finite, _ = ring.split(dict(condition))
            if not ring.is_number(finite):
                open_.append(condition)
                continue
            sign = ring.sign(finite)
            if sign == 0:
                raise NotEvaluable("a density at the edge of its support")
            inside = inside and sign > 0
        if inside:
            total += Gauss.part(ring, poly, dict(kernel.exponent), kernel.pi, frozenset(open_))
    return total


def _primitive(value: Gauss, index: int) -> Gauss:
    """Give an antiderivative of polynomial times exponential of an affine exponent."""
    ring = value.ring
    total = Gauss(ring, {})
    for kernel, poly in value.parts.items():
        exponent = ring.collect(dict(kernel.exponent), index)
        rate = exponent.get(1, {})
        if max(exponent, default=0) > 1 or not ring.is_number(rate):
            raise NotEvaluable("an integral that is not elementary")
        if any(key & _mask(index) for s in kernel.support for key, _ in s):
            raise NotEvaluable("an integral with limits over a part of a support")
        primitive = _primitive_poly(ring, poly, rate, index)
        total += Gauss(ring, {kernel: primitive} if primitive else {})
    return total


def _primitive_poly(ring: Ring, poly: Poly, rate: Poly, index: int) -> Poly:
    """Give F with (F exp(rate u))' = P exp(rate u): P/b - P'/b^2 + P''/b^3 - ..."""
    one = 1 << (BITS * index)
    if not rate:
        return {
            key + one: value / (((key >> (BITS * index)) & 0xFFFF) + 1)
            for key, value in poly.items()
        }
    inverse = ring.inverse(rate)
    total: Poly = {}
    term = ring.mul(poly, inverse)
    while term:
        total = ring.add(total, term)
        derived = {
            key - one: value * ((key >> (BITS * index)) & 0xFFFF)
            for key, value in term.items()
            if (key >> (BITS * index)) & 0xFFFF
        }
        term = ring.scale(ring.mul(derived, inverse), MINUS)
    return total


def _over_support(ring: Ring, kernel: Kernel, poly: Poly, index: int, edges: list[Frozen]) -> Gauss:
    """Integrate over the interval where every edge is positive."""
    lower, upper = _interval(ring, edges, index)
    rest = frozenset(s for s in kernel.support if s not in edges)
    bare = Gauss.part(ring, poly, dict(kernel.exponent), kernel.pi, rest)
    primitive = _primitive(bare, index)
    high = _at_end(primitive, index, upper, 1)
    low = _at_end(primitive, index, lower, -1)
    out = high - low
    if lower is not None and upper is not None:
        width = ring.add(upper, ring.scale(lower, MINUS))
        out = out * Gauss.part(ring, {0: ONE}, {}, 0, frozenset({frozenset(width.items())}))
    return decided(out)


def _at_end(primitive: Gauss, index: int, end: Poly | None, side: int) -> Gauss:
    if end is not None:
        return at(primitive, index, end)
    for kernel in primitive.parts:
        rate = primitive.ring.collect(dict(kernel.exponent), index).get(1, {})
        if primitive.ring.sign(rate) * side >= 0:
            raise NotEvaluable("an integral that diverges")
    return Gauss(primitive.ring, {})


def _interval(ring: Ring, edges: list[Frozen], index: int) -> tuple[Poly | None, Poly | None]:
    bounds: dict[int, Poly] = {}
    for edge in edges:
        by_power = ring.collect(dict(edge), index)
        slope, rest = by_power.get(1, {}), by_power.get(0, {})
        if max(by_power) > 1 or not ring.is_number(slope):
            raise NotEvaluable("a support that is not an interval")
        # Differentiating an integral whose limits move would cross the edge of the
        # density, where it is not smooth: such a model is not admissible there.
        if ring.split(dict(edge))[1]:
            raise NotEvaluable("a derivative across the edge of a support")
        sign = ring.sign(slope)
        bound = ring.scale(ring.mul(rest, ring.inverse(slope)), MINUS)
        known = bounds.get(sign)
        if known is not None:
            excess = ring.sign(ring.add(bound, ring.scale(known, MINUS)))
            bound = bound if excess * sign > 0 else known
        bounds[sign] = bound
    return bounds.get(1), bounds.get(-1)


# --- boundary terms ------------------------------------------------------------


def boundary(value: Gauss, index: int) -> Gauss:
    """Give the limit at +oo minus the limit at -oo; of a support, at its ends from inside."""
    ring = value.ring
    total = Gauss(ring, {})
    for kernel, poly in value.parts.items():
        edges = [s for s in kernel.support if any(key & _mask(index) for key, _ in s)]
        rest = frozenset(s for s in kernel.support if s not in edges)
        bare = Gauss.part(ring, poly, dict(kernel.exponent), kernel.pi, rest)
        lower, upper = _interval(ring, edges, index) if edges else (None, None)
        total += _limit(bare, index, upper, 1) - _limit(bare, index, lower, -1)
    return total


def _limit(value: Gauss, index: int, end: Poly | None, side: int) -> Gauss:
    if end is not None:
        return at(value, index, end)
    ring = value.ring
    for kernel, poly in value.parts.items():
        exponent = ring.collect(dict(kernel.exponent), index)
        top = max(exponent, default=0)
        if top == 0:
            if any(key & _mask(index) for key in poly):
                raise NotEvaluable("a boundary term that diverges")
            continue
        if not ring.is_number(exponent[top]):
            raise NotEvaluable("a limit that depends on other variables")
        if ring.sign(exponent[top]) * side**top >= 0:
            raise NotEvaluable("a boundary term that diverges")
    constant = {
        k: p for k, p in value.parts.items() if not any(key & _mask(index) for key, _ in k.exponent)
    }
    return Gauss(ring, constant)


def vanishes(value: Gauss, index: int) -> bool:
    """Whether the limits at -oo and +oo are zero, whatever the other variables are.

    Raises:
        NotEvaluable: where a limit is infinite or is not found.
    """
    if any(kernel.support for kernel in value.parts):
        raise NotEvaluable("a flux of a density with an edge")
    return not any(_limit(value, index, None, side).parts for side in (1, -1))
