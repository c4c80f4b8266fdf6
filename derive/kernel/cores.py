"""Products under an integral sign: a network, an exponential and the rest.

An integrand is split into such products, which are what the rules of `integrals`
look at; coefficients and exponents that are free of the bound variables move out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from derive.kernel.algebra import Algebra, Quotient, monomial
from derive.kernel.functions import exp
from derive.kernel.tensors import Binder, Labelled, Net, Tensor, from_net, net_free


@dataclass(frozen=True)
class Core:
    """One product under an integral: network, exponential of `exponent`, the rest."""

    net: list[Labelled]
    exponent: Quotient
    rest: Quotient

    def free(self, algebra: Algebra) -> frozenset[str]:
        """The variables that the product depends on."""
        return net_free(algebra, self.net) | self.exponent.free | self.rest.free

    def value(self, algebra: Algebra, rank: int) -> Tensor:
        """Give the product as a tensor."""
        tensor = from_net(algebra, rank, self.net)
        return tensor.times(self.rest * exp(self.exponent))


def lifted(net: list[Labelled], beside: Net) -> list[Labelled]:
    """Move the summed labels of a closed network above those of another one."""
    top = 1 + max((k for _, ls in beside for k in ls), default=-1)
    return [(f, tuple(k + max(top, 0) for k in ls)) for f, ls in net]


def crossing(net: list[Labelled]) -> tuple[int, ...]:
    """The labels of a part of a network that are open or lead out of it."""
    inside = Counter(k for _, ls in net for k in ls)
    return tuple(k for k, n in inside.items() if n == 1)


def split(value: Quotient, names: frozenset[str]) -> list[tuple[Quotient, Core]]:
    """Write a coefficient as a sum of (free of the variables) times (one product)."""
    algebra = value.algebra
    outside, powers, rest = _split_denominator(value, names)
    merged: dict[object, tuple[Quotient, Core]] = {}
    for exponents, c in value.terms():
        free = [(i, n) for i, n in exponents if algebra.gens[i].free.isdisjoint(names)]
        bound = dict(powers)
        for i, n in exponents:
            if not algebra.gens[i].free.isdisjoint(names):
                bound[i] = bound.get(i, 0) + n
        factor = outside * monomial(algebra, free) * algebra.number(c)
        extra, core = _core(algebra, bound, rest, names)
        key = (tuple(core.net), core.exponent.key, core.rest.key)
        old = merged.get(key)
        total = factor * extra + (old[0] if old else algebra.zero)
        merged[key] = (total, core)
    return list(merged.values())


def _split_denominator(
    value: Quotient, names: frozenset[str]
) -> tuple[Quotient, dict[int, int], Quotient]:
    """Split 1/den: free of the variables, powers of single generators, the rest."""
    algebra = value.algebra
    if value.below.free.isdisjoint(names):
        return value.below.inverse(), {}, algebra.one
    content, factors = value.den.factor()
    outside, rest = algebra.number(content), algebra.one
    powers: dict[int, int] = {}
    for poly, n in factors:
        base = Quotient(algebra, poly)
        used = base.used()
        if base.free.isdisjoint(names):
            outside = outside * base ** int(n)
        elif len(poly) == 1:
            powers[used[0]] = -int(n)
        else:
            rest = rest * base ** int(n)
    return outside.inverse(), powers, rest.inverse()


def _core(
    algebra: Algebra, powers: dict[int, int], rest: Quotient, names: frozenset[str]
) -> tuple[Quotient, Core]:
    """Sort generators to powers into network, exponent and rest; free exponents move out."""
    net: list[Labelled] = []
    exponent = algebra.zero
    for i, n in powers.items():
        gen = algebra.gens[i]
        if gen.kind == "exp" and gen.inner is not None:
            exponent = exponent + gen.inner * algebra.number(n)
        elif gen.kind == "net" and n > 0:
            for _ in range(n):
                net += lifted(list(gen.net), tuple(net))
        else:
            rest = rest * monomial(algebra, [(i, n)])
    inside, outside = split_exponent(exponent, names)
    return (exp(outside) if not outside.vanishes() else algebra.one), Core(net, inside, rest)


def split_exponent(value: Quotient, names: frozenset[str]) -> tuple[Quotient, Quotient]:
    """Write an exponent as (depends on the variables) + (free of them)."""
    algebra = value.algebra
    denominator = value.below
    if value.vanishes() or not denominator.free.isdisjoint(names):
        return value, algebra.zero
    inside = algebra.zero
    for exponents, c in value.terms():
        if any(not algebra.gens[i].free.isdisjoint(names) for i, _ in exponents):
            inside = inside + monomial(algebra, exponents) * algebra.number(c)
    inside = inside / denominator
    return inside, value - inside


def as_product(core: Tensor) -> Core | None:
    """Give the core of an integral as one product, which is what an atom is made of."""
    if len(core.parts) != 1:
        return None
    ((net, c),) = core.parts.items()
    pieces = split(c, c.free)
    if len(pieces) != 1:
        return None
    outside, inside = pieces[0]
    joined = [*net, *lifted(inside.net, net)]
    return Core(joined, inside.exponent, inside.rest * outside)


# --- independent parts -------------------------------------------------------------------


def independent(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...]
) -> list[tuple[tuple[Binder, ...], Core]]:
    """Group the bound variables that a factor, an exponent or the rest connects."""
    names = {b.name for b in binders}
    pieces = exponent_pieces(core.exponent, names)
    links = [algebra.factors[f].free & names for f, _ in core.net]
    links += [piece.free & names for piece in pieces]
    links.append(core.rest.free & names)
    groups: list[set[str]] = [{b.name} for b in binders]
    for link in links:
        touched = [g for g in groups if g & link]
        if len(touched) > 1:
            groups = [g for g in groups if not g & link] + [set().union(*touched)]
    result = []
    for position, group in enumerate(groups):
        members = tuple(b for b in binders if b.name in group)
        net = [item for item in core.net if algebra.factors[item[0]].free & group]
        exponent = sum((p for p in pieces if p.free & group), start=algebra.zero)
        owns = core.rest.free & group or (position == 0 and not core.rest.free & names)
        result.append((members, Core(net, exponent, core.rest if owns else algebra.one)))
    return result


def exponent_pieces(value: Quotient, names: set[str]) -> list[Quotient]:
    """Write an exponent as a sum of terms, for what does not mix may be split apart."""
    algebra = value.algebra
    denominator = value.below
    if denominator.free & names:
        return [value]
    scale = denominator.inverse()
    return [monomial(algebra, m) * algebra.number(c) * scale for m, c in value.terms()]
