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

from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING

from derive.kernel.calculus import affine, differentiate, rename, substitute
from derive.kernel.cores import Core, crossing, independent, lifted, split
from derive.kernel.functions import exp, sign
from derive.kernel.gaussian import gaussian_factor, is_gaussian, moments_factor
from derive.kernel.limits import Undecidable
from derive.kernel.straighten import crooked, volume_factor
from derive.kernel.tensors import (
    Binder,
    Bound,
    FactorInfo,
    Jet,
    Tensor,
    assemble,
    contract,
    from_net,
    register,
    transposed,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from derive.kernel.algebra import Algebra, Key


FUBINI = ("regularity", "the order of integration may be exchanged")


def integrate(tensor: Tensor, binders: Sequence[Binder]) -> Tensor:
    """Integrate a tensor over the bound variables (which must be named apart)."""
    algebra = tensor.algebra
    binding = tuple((b.name, b.kind) for b in binders)
    key = (tensor.key, binding, len(algebra.assumed))
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
        for outside, core in split(c, names):
            pieces += 1
            whole = [*net, *lifted(core.net, net)]
            apart = [item for item in whole if algebra.factors[item[0]].free.isdisjoint(names)]
            inside = [item for item in whole if item not in apart]
            merged = Core(inside, core.exponent, core.rest)
            value, labels = _integrate_core(algebra, merged, tuple(binders))
            piece = assemble(algebra, tensor.rank, apart, [(value, labels)])
            total = total + piece.times(outside)
    if pieces > 1:
        algebra.conditions["regularity", "the integrals of the single terms converge"] = None
    return total


# --- one product -------------------------------------------------------------------------


def _integrate_core(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...]
) -> tuple[Tensor, tuple[int, ...]]:
    """Integrate one product; also give the labels that its open indices stand for."""
    labels = crossing(core.net)
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


def _nested(algebra: Algebra, core: Core, binders: tuple[Binder, ...], rank: int) -> Tensor | None:
    """Under a quotient, integrate first over the variables that it does not contain.

    What comes out may cancel with the denominator: E[E[G|Y]] is
    the integral over y of (N(y) / D(y)) D(y).
    """
    inside = tuple(b for b in binders if b.name not in core.rest.free)
    if not inside or len(inside) == len(binders):
        return None
    outside = tuple(b for b in binders if b.name in core.rest.free)
    algebra.conditions[FUBINI] = None
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
        algebra.conditions[FUBINI] = None
        with algebra.names_released():
            inner, value = info.payload.opened()
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
        if all(algebra.factors[f].kind == "var" for f, _ in bound):
            raise Undecidable("the integral of a polynomial over the whole space diverges")
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


def _straightened(
    algebra: Algebra, core: Core, binders: tuple[Binder, ...], rank: int
) -> Tensor | None:
    """Change a variable so that a field's argument `a x + b` becomes `x`."""
    names = frozenset(b.name for b in binders)
    for binder in binders:
        if binder.limits:
            continue
        found = crooked(algebra, core, binder, names)
        if found is None:
            continue
        argument, slope = found
        jacobian = algebra.one
        if slope.as_number() not in (1, -1):
            known = sign(slope)
            if known is None:
                continue
            jacobian = volume_factor(slope if known > 0 else -slope, binder.rank)
        offset = argument - variable(algebra, binder.name, binder.rank).times(slope)
        with algebra.names_released():
            new = algebra.fresh()
            image = (variable(algebra, new, binder.rank) - offset).times(slope.inverse())
            value = substitute(core.value(algebra, rank), {binder.name: image}).times(jacobian)
            fresh = [Binder(new, binder.rank) if b is binder else b for b in binders]
            return integrate(value, fresh)
    return None


# --- an integral that stays --------------------------------------------------------------


def _stays(algebra: Algebra, core: Core, binders: tuple[Binder, ...], rank: int) -> Tensor:
    """Make factors of the independent parts."""
    groups = independent(algebra, core, binders)
    inserted: list[tuple[Tensor, tuple[int, ...]]] = []
    for members, part in groups:
        labels = crossing(part.net)
        value = _atom(algebra, members, part, labels)
        inserted.append((value, labels))
    return assemble(algebra, rank, [], inserted)


def _atom(
    algebra: Algebra, binders: tuple[Binder, ...], core: Core, labels: tuple[int, ...]
) -> Tensor:
    """Register the integral of one connected product under its canonical names."""
    opened = {k: -1 - j for j, k in enumerate(labels)}
    relabelled = [(f, tuple(opened.get(k, k) for k in ls)) for f, ls in core.net]
    value = Core(relabelled, core.exponent, core.rest).value(algebra, len(labels))
    densities = any(_is_density(algebra, f) for f, _ in core.net)
    whole = [b for b in binders if not b.limits]
    if not densities and not all(is_gaussian(core.exponent, b.name, b.rank) for b in whole):
        algebra.conditions["regularity", "the integrals converge"] = None
    depth = 1 + max((_depth(n) for n in _inner_names(value)), default=0)
    named = [_named(value, order, depth) for order in permutations(binders)]
    key, renamed, core_named = min(named, key=lambda candidate: candidate[0])
    free = core_named.free - {b.name for b in renamed}
    free = free.union(*(t.free for b in renamed for t in b.limits))
    info = IntegralInfo(renamed, core_named, _is_positive(core_named, renamed))
    slots = len(labels)
    even = slots == 2 and transposed(core_named).key == core_named.key
    symmetric = ((0, 1),) if even else ()
    kind = FactorInfo("integral", "integral", slots, symmetric, free, info)
    factor = register(algebra, ("integral", key), kind)
    return from_net(algebra, slots, [(factor, tuple(-1 - k for k in range(slots)))])


def _is_density(algebra: Algebra, factor: int) -> bool:
    payload = algebra.factors[factor].payload
    return isinstance(payload, Jet) and payload.field.density


def _named(
    value: Tensor, order: Sequence[Binder], depth: int
) -> tuple[Key, tuple[Binder, ...], Tensor]:
    """Name the bound variables in the given order; give what tells equal integrals too."""
    names = {b.name: (f"b#{depth}.{k}", b.rank) for k, b in enumerate(order)}
    core = rename(value, names)
    binders = tuple(replace(b, name=names[b.name][0]) for b in order)
    return (tuple(b.kind for b in order), core.key), binders, core


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
            if isinstance(payload, Bound):
                names |= {b.name for b in payload.binders}
    return names | {n for n in value.free if n.startswith("b#")}


def _depth(name: str) -> int:
    return int(name[2:].split(".", maxsplit=1)[0])


# --- integrals as factors ----------------------------------------------------------------


@dataclass(frozen=True)
class IntegralInfo(Bound):
    """An integral that stays; what differentiation and substitution do to it."""

    def opened(self) -> tuple[tuple[Binder, ...], Tensor]:
        """Give the core under fresh names of its bound variables."""
        algebra = self.core.algebra
        names = {b.name: (algebra.fresh(), b.rank) for b in self.binders}
        binders = tuple(replace(b, name=names[b.name][0]) for b in self.binders)
        return binders, rename(self.core, names)

    def differentiated(self, name: str, rank: int) -> Tensor:
        """Differentiate under the integral sign."""
        algebra = self.core.algebra
        if any(name in limit.free for b in self.binders for limit in b.limits):
            raise Undecidable("the derivative of an integral in its limit")
        algebra.conditions["regularity", "differentiation under the integral sign"] = None
        with algebra.names_released():
            binders, core = self.opened()
            return integrate(differentiate(core, name, rank), binders)

    def contracted(self, i: int, j: int) -> Tensor:
        """Sum under the integral sign."""
        with self.core.algebra.names_released():
            binders, core = self.opened()
            return integrate(contract(core, i, j), binders)

    def substituted(self, images: Mapping[str, Tensor]) -> Tensor:
        """Put tensors for the free variables, those of the limits included."""
        with self.core.algebra.names_released():
            binders, core = self.opened()
            binders = tuple(
                Binder(b.name, b.rank, *(substitute(limit, images) for limit in b.limits))
                for b in binders
            )
            return integrate(substitute(core, images), binders)
