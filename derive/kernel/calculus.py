"""Derivatives and substitution in the normal form.

The total derivative is the product and chain rule on generators and networks:
a jet gains a derivative index for each argument, an integral is differentiated
under its sign (the regularity this needs is recorded as a condition).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel.algebra import Quotient
from derive.kernel.functions import exp, log, power
from derive.kernel.tensors import (
    Bound,
    Jet,
    Labelled,
    Tensor,
    assemble,
    delta,
    from_net,
    jet,
    scalar,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.kernel.algebra import Algebra, Gen
    from derive.kernel.tensors import Net

Images = dict[str, Tensor]
Memo = tuple[dict[int, Tensor], dict[int, Quotient]]  # images of factors, of generators


# --- derivatives -------------------------------------------------------------------


def differentiate(tensor: Tensor, name: str, rank: int) -> Tensor:
    """Differentiate in the variable `name`; for a vector the new index comes last."""
    algebra = tensor.algebra
    total = Tensor(algebra, tensor.rank + rank, {})
    for net, c in tensor.parts.items():
        if name in c.free:
            gradient = quotient_derivative(c, name, rank)
            total = total + _with_net(gradient, net, tensor.rank, rank)
        total = total + _net_derivative(algebra, net, tensor.rank, name, rank).times(c)
    return total


def _with_net(gradient: Tensor, net: Net, net_rank: int, rank: int) -> Tensor:
    labels = (-1 - net_rank,) if rank else ()
    return assemble(gradient.algebra, net_rank + rank, list(net), [(gradient, labels)])


def quotient_derivative(value: Quotient, name: str, rank: int) -> Tensor:
    """Differentiate a coefficient: sum over its generators."""
    algebra = value.algebra
    total = Tensor(algebra, rank, {})
    for i in value.used():
        gen = algebra.gens[i]
        if name not in gen.free:
            continue
        top = value.num.derivative(i) * value.den - value.num * value.den.derivative(i)
        partial = Quotient.make(algebra, top, value.den * value.den)
        total = total + _gen_derivative(algebra, i, gen, name, rank).times(partial)
    return total


def _gen_derivative(algebra: Algebra, i: int, gen: Gen, name: str, rank: int) -> Tensor:
    if gen.kind == "net":
        return _net_derivative(algebra, gen.net, 0, name, rank)
    assert gen.inner is not None  # noqa: S101 - all other kinds that depend on a variable
    inner = quotient_derivative(gen.inner, name, rank)
    itself = algebra.named(i)
    if gen.kind == "exp":
        return inner.times(itself)
    if gen.kind == "log":
        return inner.times(gen.inner.inverse())
    return inner.times(itself / (gen.inner * algebra.number(2)))


def _net_derivative(algebra: Algebra, net: Net, net_rank: int, name: str, rank: int) -> Tensor:
    total = Tensor(algebra, net_rank + rank, {})
    opened = (-1 - net_rank,) if rank else ()
    for position, (factor, labels) in enumerate(net):
        if name not in algebra.factors[factor].free:
            continue
        rest = [*net[:position], *net[position + 1 :]]
        image = _factor_derivative(algebra, factor, name, rank)
        total = total + assemble(algebra, net_rank + rank, rest, [(image, labels + opened)])
    return total


def _factor_derivative(algebra: Algebra, factor: int, name: str, rank: int) -> Tensor:
    """Give the derivative as a tensor: the slots of the factor, then the new index."""
    info = algebra.factors[factor]
    if info.kind == "var":
        if info.slots:
            return from_net(algebra, 2, [(delta(algebra), (-1, -2))])
        return scalar(algebra.one)
    if info.kind == "jet":
        assert isinstance(info.payload, Jet)  # noqa: S101 - a jet carries a Jet
        return _jet_derivative(algebra, info.payload, info.slots, name, rank)
    assert isinstance(info.payload, Bound)  # noqa: S101 - only integrals are left
    return info.payload.differentiated(name, rank)


def _jet_derivative(algebra: Algebra, payload: Jet, slots: int, name: str, rank: int) -> Tensor:
    total = Tensor(algebra, slots + rank, {})
    opened = (-1 - slots,) if rank else ()
    for k, arg in enumerate(payload.args):
        if name not in arg.free:
            continue
        orders = tuple(n + (j == k) for j, n in enumerate(payload.orders))
        factor = jet(algebra, payload.field, payload.args, orders)
        own = [-1 - j for j in range(slots)]
        chain = differentiate(arg, name, rank)
        if arg.rank:
            at = _group_end(payload, k)
            labelled = (factor, (*own[:at], 0, *own[at:]))
            piece = assemble(algebra, slots + rank, [labelled], [(chain, (0, *opened))])
        else:
            piece = assemble(algebra, slots + rank, [(factor, tuple(own))], [(chain, opened)])
        total = total + piece
    return total


def _group_end(payload: Jet, k: int) -> int:
    """The slot behind the derivative indices of argument k."""
    before = zip(payload.args[: k + 1], payload.orders[: k + 1], strict=True)
    return (1 if payload.field.rank else 0) + sum(n for a, n in before if a.rank)


def affine(tensor: Tensor, name: str, rank: int) -> Quotient | None:
    """If the tensor is `a x + b` with a number a, free of x like b, give a."""
    if tensor.rank != rank or name not in tensor.free:
        return None
    slope = differentiate(tensor, name, rank)
    algebra = tensor.algebra
    if slope.vanishes():
        return None
    if rank:
        ((_, c), *more) = slope.parts.items()
        identity = from_net(algebra, 2, [(delta(algebra), (-1, -2))])
        if more or not (slope - identity.times(c)).vanishes():
            return None
    else:
        c = slope.number()
    return None if name in c.free else c


# --- substitution --------------------------------------------------------------------


def substitute(tensor: Tensor, images: Mapping[str, Tensor], memo: Memo | None = None) -> Tensor:
    """Put tensors for variables.  Bound names never clash: see `integrals`."""
    names = frozenset(images)
    if not names & tensor.free:
        return tensor
    algebra, images, memo = tensor.algebra, dict(images), memo or ({}, {})
    total = Tensor(algebra, tensor.rank, {})
    for net, c in tensor.parts.items():
        image = _net_image(algebra, net, tensor.rank, images, memo)
        total = total + image.times(_quotient_image(c, images, memo))
    return total


def _quotient_image(value: Quotient, images: Images, memo: Memo) -> Quotient:
    algebra, replaced = value.algebra, {}
    for i in value.used():
        gen = algebra.gens[i]
        if not gen.free.isdisjoint(images):
            if i not in memo[1]:
                memo[1][i] = _gen_image(algebra, gen, images, memo)
            replaced[i] = memo[1][i]
    return value.evaluate(replaced)


def _gen_image(algebra: Algebra, gen: Gen, images: Images, memo: Memo) -> Quotient:
    if gen.kind == "net":
        return _net_image(algebra, gen.net, 0, images, memo).number()
    assert gen.inner is not None  # noqa: S101 - all other kinds that depend on a variable
    inner = _quotient_image(gen.inner, images, memo)
    if gen.kind == "exp":
        return exp(inner)
    return log(inner) if gen.kind == "log" else power(inner, Fraction(1, 2))


def _net_image(algebra: Algebra, net: Net, rank: int, images: Images, memo: Memo) -> Tensor:
    kept: list[Labelled] = []
    inserted: list[tuple[Tensor, tuple[int, ...]]] = []
    for factor, labels in net:
        if algebra.factors[factor].free.isdisjoint(images):
            kept.append((factor, labels))
            continue
        if factor not in memo[0]:
            memo[0][factor] = _factor_image(algebra, factor, images)
        inserted.append((memo[0][factor], labels))
    if not inserted:
        return from_net(algebra, rank, kept)
    return assemble(algebra, rank, kept, inserted)


def _factor_image(algebra: Algebra, factor: int, images: Images) -> Tensor:
    info = algebra.factors[factor]
    if info.kind == "var":
        return images[info.name]
    if info.kind == "jet":
        assert isinstance(info.payload, Jet)  # noqa: S101 - a jet carries a Jet
        args = tuple(substitute(a, images) for a in info.payload.args)
        new = jet(algebra, info.payload.field, args, info.payload.orders)
        return from_net(algebra, info.slots, [(new, tuple(-1 - k for k in range(info.slots)))])
    assert isinstance(info.payload, Bound)  # noqa: S101 - only integrals are left
    return info.payload.substituted(images)


def rename(tensor: Tensor, names: Mapping[str, tuple[str, int]]) -> Tensor:
    """Give variables other names: old name to (new name, rank)."""
    algebra, key = tensor.algebra, tuple(sorted(names.items()))
    images = {old: variable(algebra, new, rank) for old, (new, rank) in names.items()}
    return substitute(tensor, images, algebra.renamed.setdefault(key, ({}, {})))
