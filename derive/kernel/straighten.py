"""Changes of variables: which argument of a field should become the variable itself.

The choice depends on names alone, so that equal integrals end in the same form
however they were written: both orders of a convolution, a noise scaled or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.kernel.algebra import Algebra, Quotient, monomial
from derive.kernel.calculus import affine
from derive.kernel.functions import exp, log
from derive.kernel.tensors import Binder, Bound, Jet, Net, Tensor, net_free, scalar, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.kernel.cores import Core


def crooked(
    algebra: Algebra, core: Core, binder: Binder, names: frozenset[str]
) -> tuple[Tensor, Quotient] | None:
    """Find the argument that decides the variable; None if it is bare already.

    The choice depends on names alone, so that both orders of a convolution end
    in the same form: a quotient first (it keeps variables from being integrated
    over), then unspecified functions, then densities, by name.
    """
    candidates = []
    for place, (factor, argument) in _arguments(algebra, core, names):
        slope = affine(argument, binder.name, binder.rank)
        if slope is not None and slope.free.isdisjoint(names):
            bare = argument.key == variable(algebra, binder.name, binder.rank).key
            field = factor.field
            order = (place, field.density, field.name, not bare)
            candidates.append((order, argument, slope, bare))
    if not candidates:
        return None
    _, argument, slope, bare = min(candidates, key=lambda c: c[0])
    return None if bare else (argument, slope)


def _arguments(
    algebra: Algebra, core: Core, names: frozenset[str]
) -> Iterator[tuple[int, tuple[Jet, Tensor]]]:
    """All arguments of fields; of those inside the quotient, the part in the variables."""
    for factor, _ in core.net:
        payload = algebra.factors[factor].payload
        if isinstance(payload, Jet):
            for argument in payload.args:
                yield 1, (payload, argument)
    for jet in _jets(core.rest):
        for argument in jet.args:
            if not argument.free.isdisjoint(names):
                yield 0, (jet, _within(argument, names))


def _jets(value: Quotient) -> Iterator[Jet]:
    """All jets in a coefficient, those inside integrals included."""
    for i in value.used():
        gen = value.algebra.gens[i]
        yield from _net_jets(value.algebra, gen.net)
        if gen.inner is not None:
            yield from _jets(gen.inner)


def _net_jets(algebra: Algebra, net: Net) -> Iterator[Jet]:
    for factor, _ in net:
        payload = algebra.factors[factor].payload
        if isinstance(payload, Jet):
            yield payload
        elif isinstance(payload, Bound):
            for inner, c in payload.core.parts.items():
                yield from _net_jets(algebra, inner)
                yield from _jets(c)


def _within(argument: Tensor, names: frozenset[str]) -> Tensor:
    """The part of an argument that is linear in the given variables."""
    algebra = argument.algebra
    if argument.rank:
        parts = {n: c for n, c in argument.parts.items() if net_free(algebra, n) & names}
        return Tensor(algebra, argument.rank, parts)
    value = argument.number()
    total = algebra.zero
    for exponents, c in value.terms():
        piece = monomial(algebra, exponents) * algebra.number(c)
        if piece.free & names:
            total = total + piece
    return scalar(total / value.below)


def volume_factor(slope: Quotient, rank: int) -> Quotient:
    """Give slope^-d, or 1/slope on the line: what dx = dy / slope^d leaves."""
    algebra = slope.algebra
    if not rank:
        return slope.inverse()
    return exp(-(algebra.constant("d") * log(slope)))
