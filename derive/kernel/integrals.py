"""Integrals in normal form: linear, flat, integrated out where the answer is known.

An integral that stays is a factor like any other.  On the way there:
  linearity and Fubini   a sum splits, constants move out, an integral inside an
                         integral is joined to it, independent parts are multiplied;
  normalisation          a variable that occurs in its own density alone gives 1;
  known moments          mean and covariance of an unspecified density;
  Gaussian integrals     exp(quadratic) times a polynomial (Isserlis' theorem);
  change of variables    the argument a x + b of a field becomes x.
All integrals that are written are taken to converge absolutely.

Bound variables of an integral are named by its depth of nesting, and so never
clash with those of an integral inside it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

from derive.kernel.algebra import Algebra, Quotient, Undecidable, monomial
from derive.kernel.calculus import differentiate, rename, substitute
from derive.kernel.functions import exp, sign
from derive.kernel.gaussian import gaussian_factor, moments_factor
from derive.kernel.tensors import (
    FactorInfo,
    Jet,
    Labelled,
    Net,
    Tensor,
    assemble,
    delta,
    from_net,
    net_free,
    register,
    scalar,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from derive.kernel.calculus import Images


@dataclass(frozen=True)
class Binder:
    """A bound variable; `lower` and `upper` are None for the whole space."""

    name: str
    rank: int
    lower: Tensor | None = None
    upper: Tensor | None = None

    @property
    def limits(self) -> tuple[Tensor, ...]:
        """The limits that are given."""
        return () if self.lower is None or self.upper is None else (self.lower, self.upper)

    @property
    def kind(self) -> tuple[object, ...]:
        """What two bound variables must share to be exchangeable."""
        return (self.rank, tuple(t.key for t in self.limits))


@dataclass(frozen=True)
class IntegralInfo:
    """The payload of an integral factor: integral of `core` (of rank slots) over `binders`."""

    binders: tuple[Binder, ...]
    core: Tensor
    positive: bool


@dataclass(frozen=True)
class Core:
    """One product under an integral: network, exponential of `exponent`, the rest."""

    net: list[Labelled]
    exponent: Quotient
    rest: Quotient

    def free(self, algebra: Algebra) -> frozenset[str]:
        return net_free(algebra, self.net) | self.exponent.free | self.rest.free

    def value(self, algebra: Algebra, rank: int) -> Tensor:
        tensor = from_net(algebra, rank, self.net)
        return tensor.times(self.rest * exp(self.exponent))


def integrate(tensor: Tensor, binders: Sequence[Binder]) -> Tensor:
    """Integrate a tensor over the bound variables (which must be named apart)."""
    algebra = tensor.algebra
    key = (tensor.key, tuple((b.name, b.kind) for b in binders))
    if key not in algebra.integrals:
        with algebra.conditions_recorded() as recorded:
            algebra.integrals[key] = (_integrate(tensor, binders), recorded)
    value, conditions = algebra.integrals[key]
    algebra.conditions.update(conditions)
    return value


def _integrate(tensor: Tensor, binders: Sequence[Binder]) -> Tensor:
    algebra = tensor.algebra
    names = frozenset(b.name for b in binders)
    total, pieces = Tensor(algebra, tensor.rank, {}), 0
    for net, c in tensor.parts.items():
        for outside, core in _split(c, names):
            pieces += 1
            whole = [*net, *_lifted(core.net, net)]
            apart = [item for item in whole if algebra.factors[item[0]].free.isdisjoint(names)]
            inside = [item for item in whole if item not in apart]
            merged = Core(inside, core.exponent, core.rest)
            value, labels = _integrate_core(algebra, merged, tuple(binders))
            piece = assemble(algebra, tensor.rank, apart, [(value, labels)])
            total = total + piece.times(outside)
    if pieces > 1:
        algebra.conditions["regularity", "the integrals of the single terms converge"] = None
    return total


def _lifted(net: list[Labelled], beside: Net) -> list[Labelled]:
    top = 1 + max((k for _, ls in beside for k in ls), default=-1)
    return [(f, tuple(k + max(top, 0) for k in ls)) for f, ls in net]


# --- splitting a coefficient -----------------------------------------------------------


def _split(value: Quotient, names: frozenset[str]) -> list[tuple[Quotient, Core]]:
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
        elif len(used) == 1 and base.terms() == [(((used[0], 1),), 1)]:
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
                net += _lifted(list(gen.net), tuple(net))
        else:
            rest = rest * monomial(algebra, [(i, n)])
    inside, outside = _split_exponent(exponent, names)
    return (exp(outside) if not outside.is_zero() else algebra.one), Core(net, inside, rest)


def _split_exponent(value: Quotient, names: frozenset[str]) -> tuple[Quotient, Quotient]:
    """Write an exponent as (depends on the variables) + (free of them)."""
    algebra = value.algebra
    denominator = value.below
    if value.is_zero() or not denominator.free.isdisjoint(names):
        return value, algebra.zero
    inside = algebra.zero
    for exponents, c in value.terms():
        if any(not algebra.gens[i].free.isdisjoint(names) for i, _ in exponents):
            inside = inside + monomial(algebra, exponents) * algebra.number(c)
    inside = inside / denominator
    return inside, value - inside


# --- one product -------------------------------------------------------------------------


def _integrate_core(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...]
) -> tuple[Tensor, tuple[int, ...]]:
    """Integrate one product; also give the labels that its open indices stand for."""
    labels = _crossing(core.net)
    opened = {k: -1 - j for j, k in enumerate(labels)}
    named = [(f, tuple(opened.get(k, k) for k in ls)) for f, ls in core.net]
    core = Core(named, core.exponent, core.rest)
    value = _nested(algebra, core, binders, len(labels))
    if value is None:
        value = _flattened(algebra, core, binders, len(labels))
    if value is None:
        value = _integrated_out(algebra, core, binders, len(labels))
    if value is None:
        value = _straightened(algebra, core, binders, len(labels))
    if value is None:
        value = _stays(algebra, core, binders, len(labels))
    return value, labels


def _nested(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...], rank: int
) -> Tensor | None:
    """Under a quotient, integrate first over the variables that it does not contain.

    What comes out may cancel with the denominator: E[E[G|Y]] is
    the integral over y of (N(y) / D(y)) D(y).
    """
    inside = tuple(b for b in binders if b.name not in core.rest.free)
    if not inside or len(inside) == len(binders):
        return None
    outside = tuple(b for b in binders if b.name in core.rest.free)
    return integrate(integrate(core.value(algebra, rank), inside), outside)


def _flattened(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...], rank: int
) -> Tensor | None:
    """Join an inner integral to this one (Fubini), unless a quotient stands in between."""
    names = frozenset(b.name for b in binders)
    if not core.rest.free.isdisjoint(names):
        return None
    for position, (factor, labels) in enumerate(core.net):
        info = algebra.factors[factor]
        if not isinstance(info.payload, IntegralInfo) or info.free.isdisjoint(names):
            continue
        if any(not t.free.isdisjoint(names) for b in info.payload.binders for t in b.limits):
            continue
        rest = [*core.net[:position], *core.net[position + 1 :]]
        with algebra.names_released():
            inner, value = opened_integral(algebra, info.payload)
            joined = assemble(algebra, rank, rest, [(value, labels)])
            joined = joined.times(core.rest * exp(core.exponent))
            return integrate(joined, (*binders, *inner))
    return None


def _integrated_out(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...], rank: int
) -> Tensor | None:
    """Integrate over one variable for which the answer is known."""
    for k, binder in enumerate(binders):
        if binder.limits:
            continue
        others = (*binders[:k], *binders[k + 1 :])
        value = _known(algebra, core, binder, rank)
        if value is not None:
            return integrate(value, others) if others else value
    return None


def _known(algebra: Algebra, core: Core, binder: Binder, rank: int) -> Tensor | None:
    name = binder.name
    if name in core.rest.free:
        return None
    bound = [item for item in core.net if name in algebra.factors[item[0]].free]
    apart = [item for item in core.net if name not in algebra.factors[item[0]].free]
    if name not in core.exponent.free:
        value = None
        if not bound:
            return None  # the integral of a constant over the whole space
        if len(bound) == 1 and _is_own_density(algebra, bound[0][0], binder):
            value = from_net(algebra, rank, apart)
        else:
            value = moments_factor(algebra, bound, apart, name, rank)
        if value is None:
            return None
        return value.times(core.rest * exp(core.exponent))
    value = gaussian_factor(algebra, bound, apart, core.exponent, name, binder.rank, rank)
    return None if value is None else value.times(core.rest)


def _is_own_density(algebra: Algebra, factor: int, binder: Binder) -> bool:
    """Whether a factor is a density, at +-x + c, in its first argument only."""
    payload = algebra.factors[factor].payload
    if not isinstance(payload, Jet) or not payload.positive:
        return False
    if any(binder.name in a.free for a in payload.args[1:]):
        return False
    linear = affine(payload.args[0], binder.name, binder.rank)
    return linear is not None and linear.as_number() in (1, -1)


def affine(tensor: Tensor, name: str, rank: int) -> Quotient | None:
    """If the tensor is `a x + b` with a number a, free of x like b, give a."""
    if tensor.rank != rank or name not in tensor.free:
        return None
    slope = differentiate(tensor, name, rank)
    algebra = tensor.algebra
    if rank:
        ((_, c), *more) = slope.parts.items()
        identity = from_net(algebra, 2, [(delta(algebra), (-1, -2))])
        if more or not (slope - identity.times(c)).is_zero():
            return None
    else:
        c = slope.number()
    return None if name in c.free else c


def _straightened(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...], rank: int
) -> Tensor | None:
    """Change a variable so that a field's argument `a x + b` becomes `x`."""
    names = frozenset(b.name for b in binders)
    for binder in binders:
        if binder.limits:
            continue
        found = _crooked(algebra, core, binder, names)
        if found is None:
            continue
        argument, slope = found
        jacobian = algebra.one
        if slope.as_number() not in (1, -1):
            known = sign(slope)
            if known is None:
                continue
            jacobian = _jacobian(slope if known > 0 else -slope, binder.rank)
        offset = argument - variable(algebra, binder.name, binder.rank).times(slope)
        with algebra.names_released():
            new = algebra.fresh()
            image = (variable(algebra, new, binder.rank) - offset).times(slope.inverse())
            value = substitute(core.value(algebra, rank), {binder.name: image}).times(jacobian)
            fresh = [Binder(new, binder.rank) if b is binder else b for b in binders]
            return integrate(value, fresh)
    return None


def _jacobian(slope: Quotient, rank: int) -> Quotient:
    from derive.kernel.functions import log  # noqa: PLC0415 - one use

    algebra = slope.algebra
    if not rank:
        return slope.inverse()
    return exp(-(algebra.constant("d") * log(slope)))


def _crooked(
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
        elif isinstance(payload, IntegralInfo):
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


# --- an integral that stays -----------------------------------------------------------------


def _stays(algebra: Algebra, core: Core, binders: tuple[Binder, ...], rank: int) -> Tensor:
    """Make factors of the independent parts; a variable that nothing uses is an error."""
    groups = _independent(algebra, core, binders)
    product_net: list[Labelled] = []
    inserted: list[tuple[Tensor, tuple[int, ...]]] = []
    for members, part in groups:
        labels = _crossing(part.net)
        value = _atom(algebra, members, part, labels)
        inserted.append((value, labels))
    return assemble(algebra, rank, product_net, inserted)


def _crossing(net: list[Labelled]) -> tuple[int, ...]:
    """The labels of a part of a network that are open or lead out of it."""
    inside = Counter(k for _, ls in net for k in ls)
    return tuple(k for k, n in inside.items() if n == 1)


def _independent(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...]
) -> list[tuple[tuple[Binder, ...], Core]]:
    """Group the bound variables that a factor, an exponent or the rest connects."""
    names = {b.name for b in binders}
    pieces = _exponent_pieces(core.exponent, names)
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


def _exponent_pieces(value: Quotient, names: set[str]) -> list[Quotient]:
    algebra = value.algebra
    denominator = value.below
    if denominator.free & names:
        return [value]
    scale = denominator.inverse()
    return [monomial(algebra, m) * algebra.number(c) * scale for m, c in value.terms()]


def _atom(
    algebra: Algebra, binders: tuple[Binder, ...], core: Core, labels: tuple[int, ...]
) -> Tensor:
    """Register the integral of one connected product under its canonical names."""
    opened = {k: -1 - j for j, k in enumerate(labels)}
    named = [(f, tuple(opened.get(k, k) for k in ls)) for f, ls in core.net]
    value = Core(named, core.exponent, core.rest).value(algebra, len(labels))
    depth = 1 + max((_depth(n) for n in _inner_names(value)), default=0)
    best: tuple[object, tuple[Binder, ...], Tensor] | None = None
    for order in permutations(binders):
        kinds = tuple(b.kind for b in order)
        names = {b.name: (f"b#{depth}.{k}", b.rank) for k, b in enumerate(order)}
        core_named = rename(value, names)
        key = (kinds, core_named.key)
        if best is None or key < best[0]:  # type: ignore[operator]
            renamed = tuple(
                Binder(names[b.name][0], b.rank, b.lower, b.upper) for b in order
            )
            best = (key, renamed, core_named)
    assert best is not None  # noqa: S101 - there is at least one order
    key, renamed, core_named = best
    free = core_named.free - {b.name for b in renamed}
    free = free.union(*(t.free for b in renamed for t in b.limits))
    info = IntegralInfo(renamed, core_named, _is_positive(core_named, renamed))
    slots = len(labels)
    factor = register(
        algebra, ("integral", key), FactorInfo("integral", "integral", slots, (), free, info)
    )
    return from_net(algebra, slots, [(factor, tuple(-1 - k for k in range(slots)))])


def _is_positive(core: Tensor, binders: Sequence[Binder]) -> bool:
    """Whether the integrand is positive, and no interval is empty or reversed."""
    if core.rank or sign(core.number()) != 1:
        return False
    spans = [b.upper - b.lower for b in binders if b.lower is not None and b.upper is not None]
    return all(sign(span.number()) == 1 for span in spans)


def _inner_names(value: Tensor) -> set[str]:
    """The bound names of the integrals inside a tensor."""
    algebra, names = value.algebra, set()
    nets = [*value.parts, *(algebra.gens[i].net for c in value.parts.values() for i in c.used())]
    for net in nets:
        for f, _ in net:
            payload = algebra.factors[f].payload
            if isinstance(payload, IntegralInfo):
                names |= {b.name for b in payload.binders}
    return names | {n for n in value.free if n.startswith("b#")}


def _depth(name: str) -> int:
    return int(name[2:].split(".")[0])


# --- integrals as factors ---------------------------------------------------------------------


def opened_integral(algebra: Algebra, info: IntegralInfo) -> tuple[tuple[Binder, ...], Tensor]:
    """Give the core under fresh names of its bound variables."""
    names = {b.name: (algebra.fresh(), b.rank) for b in info.binders}
    binders = tuple(Binder(names[b.name][0], b.rank, b.lower, b.upper) for b in info.binders)
    return binders, rename(info.core, names)


def differentiate_integral(
    algebra: Algebra, info: FactorInfo, name: str, rank: int
) -> Tensor:
    """Differentiate under the integral sign."""
    assert isinstance(info.payload, IntegralInfo)  # noqa: S101 - an integral carries its info
    if any(name in t.free for b in info.payload.binders for t in b.limits):
        raise Undecidable("the derivative of an integral in its limit")
    algebra.conditions["regularity", "differentiation under the integral sign"] = None
    with algebra.names_released():
        binders, core = opened_integral(algebra, info.payload)
        return integrate(differentiate(core, name, rank), binders)


def substitute_integral(algebra: Algebra, info: FactorInfo, images: Images) -> Tensor:
    """Put tensors for the free variables of an integral, its limits included."""
    assert isinstance(info.payload, IntegralInfo)  # noqa: S101 - an integral carries its info
    with algebra.names_released():
        binders, core = opened_integral(algebra, info.payload)
        binders = tuple(
            Binder(b.name, b.rank, *(substitute(t, images) for t in b.limits)) for b in binders
        )
        return integrate(substitute(core, images), binders)


def as_product(core: Tensor) -> Core | None:
    """Give the core of an integral as one product, which is what an atom is made of."""
    if len(core.parts) != 1:
        return None
    ((net, c),) = core.parts.items()
    split = _split(c, c.free)
    if len(split) != 1:
        return None
    outside, inside = split[0]
    joined = [*net, *_lifted(inside.net, net)]
    return Core(joined, inside.exponent, inside.rest * outside)
