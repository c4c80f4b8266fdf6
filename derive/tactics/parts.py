"""The search for integrations by parts.

Every integral in the difference of two sides suggests fluxes: a derivative is
peeled off a field (`p_{;a} X_a = D_a(p X_a) - p D_a X_a`), or a factor v off a
Gaussian.  A flux is of use only if a decay hypothesis makes it vanish.  The
vanishing integrals are then combined to cancel the difference (elimination in
the integrals, depth first).  What is found is a witness for the kernel.

Source: Hereman et al., Direct methods and symbolic software for conservation
laws (2006), for peeling; Olver, Applications of Lie Groups to Differential
Equations, Thm 4.7, for why divergences are what may be added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from derive.kernel.algebra import Algebra, Quotient
from derive.kernel.calculus import affine, rename
from derive.kernel.check import PartsWitness, decaying_flux, vanishing_integral
from derive.kernel.cores import Core, as_product
from derive.kernel.functions import exp
from derive.kernel.limits import Undecidable
from derive.kernel.tensors import (
    Binder,
    Bound,
    Jet,
    Labelled,
    Tensor,
    delta,
    from_net,
    jet,
    plugged,
    variable,
)
from derive.kernel.verdict import Flux
from derive.tactics.raising import raised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from derive.kernel.check import Session
    from derive.language import terms as t

_DEEPEST = 5
_MOST_CANDIDATES = 24


@dataclass(frozen=True)
class _Candidate:
    """A flux `weight * inside`, split by whether a factor depends on the variable."""

    weight: Tensor
    inside: Tensor
    binders: tuple[Binder, ...]


@dataclass
class Search:
    """One search; `missing` collects fluxes for which no decay hypothesis was found."""

    session: Session
    missing: list[Tensor]

    def run(self, rest: Tensor, done: Callable[[Tensor], bool]) -> list[PartsWitness] | None:
        """Find vanishing integrals that, taken off `rest`, make it `done`."""
        return self._descend(rest, done, [], set())

    def _descend(
        self,
        rest: Tensor,
        done: Callable[[Tensor], bool],
        used: list[PartsWitness],
        seen: set[object],
    ) -> list[PartsWitness] | None:
        if done(rest):
            return used
        if len(used) >= _DEEPEST or rest.key in seen or len(seen) > _MOST_CANDIDATES:
            return None
        seen.add(rest.key)
        for factor in _integrals(rest):
            for witness in self._witnesses(factor, rest.rank):
                value = vanishing_integral(self.session, witness)
                ratio = _ratio(rest, value, factor)
                if ratio is None:
                    continue
                scaled = replace(witness, coefficient=ratio, shown=self._shown(witness, ratio))
                found = self._descend(rest - value.times(ratio), done, [*used, scaled], seen)
                if found is not None:
                    return found
        return None

    def _witnesses(self, factor: int, rank: int) -> Iterator[PartsWitness]:
        algebra = self.session.algebra
        payload = algebra.factors[factor].payload
        assert isinstance(payload, Bound)  # noqa: S101 - `_integrals` gives integrals
        if payload.core.rank not in {rank, 0}:
            return
        names = {b.name: (f"w#{k}", b.rank) for k, b in enumerate(payload.binders)}
        binders = tuple(replace(b, name=names[b.name][0]) for b in payload.binders)
        for core, over in self._opened(rename(payload.core, names), binders):
            for candidate in self._fluxes(core, over, payload.core.rank):
                found = self._match(candidate)
                if found is None:
                    self.missing.append(candidate.inside)
                else:
                    yield found
        if rank == 0:
            yield from self._linear_weights()

    def _linear_weights(self) -> Iterator[PartsWitness]:
        """Weigh a decaying density u(z, y) by its other letter y and integrate over both.

        A Gaussian u leaves no trace of y in the normal form, where it could be peeled off.
        """
        algebra = self.session.algebra
        for number, decay in enumerate(self.session.scope.decays):
            for letter in decay.for_all:
                if not letter.rank == decay.var.rank == 1 > decay.flux.rank:
                    continue
                y = variable(algebra, "w#1", letter.rank)
                binders = (Binder("w#0", decay.var.rank), Binder("w#1", letter.rank))
                yield PartsWitness(algebra.one, y, number, binders, {letter: y})

    def _opened(
        self, core: Tensor, binders: tuple[Binder, ...]
    ) -> Iterator[tuple[Core, tuple[Binder, ...]]]:
        """Give the product under an integral, and again with each inner integral opened.

        An inner integral stands there where a quotient keeps it from being joined:
        in the integral of N(y) W(y) / D(y) over y a flux may move inside N.
        """
        whole = as_product(core)
        if whole is None or any(b.limits for b in binders):
            return
        yield whole, binders
        for position, (factor, labels) in enumerate(whole.net):
            payload = self.session.algebra.factors[factor].payload
            if not isinstance(payload, Bound):
                continue
            names = {b.name: (f"u#{k}", b.rank) for k, b in enumerate(payload.binders)}
            inside = as_product(rename(payload.core, names))
            inner = tuple(replace(b, name=names[b.name][0]) for b in payload.binders)
            if inside is None or any(b.limits for b in inner):
                continue
            rest = [*whole.net[:position], *whole.net[position + 1 :]]
            joined = rest + plugged(inside.net, labels, rest)
            yield (
                Core(joined, whole.exponent + inside.exponent, whole.rest * inside.rest),
                (*inner, *binders),
            )

    # --- candidate fluxes ---

    def _fluxes(
        self, product_: Core, binders: tuple[Binder, ...], core_rank: int
    ) -> Iterator[_Candidate]:
        """Peel a derivative, or a factor v, off the product under an integral."""
        algebra = self.session.algebra
        for position, (factor, labels) in enumerate(product_.net):
            rest = [*product_.net[:position], *product_.net[position + 1 :]]
            for binder in binders:
                others = tuple(b for b in binders if b is not binder)
                for peeled, label in self._peeled(factor, labels, binder):
                    net, rank = _redirected(algebra, rest + peeled, label, core_rank, binder)
                    yield self._split(
                        net, rank, product_.exponent, product_.rest, (binder, *others)
                    )

    def _peeled(
        self, factor: int, labels: tuple[int, ...], binder: Binder
    ) -> Iterator[tuple[list[Labelled], int | None]]:
        """Give a factor with one derivative in the variable less, and the label of that one."""
        algebra = self.session.algebra
        info = algebra.factors[factor]
        if info.kind == "var" and info.name == binder.name:
            yield [], labels[0] if labels else None
        if not isinstance(info.payload, Jet):
            return
        jet_, slot = info.payload, 1 if info.payload.field.rank else 0
        for k, (arg, order) in enumerate(zip(jet_.args, jet_.orders, strict=True)):
            if order and affine(arg, binder.name, binder.rank) is not None:
                orders = tuple(n - (j == k) for j, n in enumerate(jet_.orders))
                lower = jet(algebra, jet_.field, jet_.args, orders)
                if not arg.rank:
                    yield [(lower, labels)], None
                for at in range(slot, slot + order) if arg.rank else ():
                    yield [(lower, labels[:at] + labels[at + 1 :])], labels[at]
            slot += order if arg.rank else 0

    def _split(
        self,
        net: list[Labelled],
        rank: int,
        exponent: Quotient,
        rest: Quotient,
        binders: tuple[Binder, ...],
    ) -> _Candidate:
        """Write the flux as weight times what depends on the variable that goes to infinity."""
        algebra, name = self.session.algebra, binders[0].name
        inside = [item for item in net if name in algebra.factors[item[0]].free]
        outside = [item for item in net if name not in algebra.factors[item[0]].free]
        moving = exp(exponent) if name in exponent.free else algebra.one
        still = algebra.one if name in exponent.free else exp(exponent)
        if name in rest.free:
            moving = moving * rest
        else:
            still = still * rest
        opened = [k for _, ls in inside for k in ls if k < 0]
        inner_rank = 1 if opened == [-rank] and binders[0].rank else 0
        relabelled = [(f, tuple(-1 if k == -rank else k for k in ls)) for f, ls in inside] \
            if inner_rank else inside  # fmt: skip
        return _Candidate(
            from_net(algebra, rank - inner_rank, outside).times(still),
            from_net(algebra, inner_rank, relabelled).times(moving),
            binders,
        )

    # --- hypotheses ---

    def _match(self, candidate: _Candidate) -> PartsWitness | None:
        """Find the decay hypothesis that the moving part of a flux is a multiple of."""
        algebra = self.session.algebra
        for number, decay in enumerate(self.session.scope.decays):
            if decay.var.rank != candidate.binders[0].rank:
                continue
            for letters in self._readings(decay.for_all, candidate):
                witness = PartsWitness(
                    algebra.one, candidate.weight, number, candidate.binders, letters
                )
                try:
                    flux = decaying_flux(self.session, witness)
                except Undecidable:
                    continue
                ratio = _multiple(candidate.inside, flux)
                if ratio is not None and candidate.binders[0].name not in ratio.free:
                    return replace(witness, weight=candidate.weight.times(ratio))
        return None

    def _readings(
        self, letters: tuple[t.Sym, ...], candidate: _Candidate
    ) -> Iterator[dict[t.Term, Tensor]]:
        """Read the other letters of a hypothesis as themselves or as variables of the flux."""
        if not letters:
            yield {}
            return
        algebra = self.session.algebra
        others = [(b.name, b.rank) for b in candidate.binders[1:]]
        free = candidate.inside.free
        variables = (f for f in algebra.factors if f.kind == "var" and f.name in free)
        others += [(f.name, f.slots) for f in variables if "#" not in f.name]
        options = [[None, *(name for name, rank in others if rank == s.rank)] for s in letters]
        for chosen in product(*options):
            yield {
                s: variable(algebra, name, s.rank)
                for s, name in zip(letters, chosen, strict=True)
                if name is not None
            }

    def _shown(self, witness: PartsWitness, ratio: Quotient) -> Flux:
        """Write the step for a reader, in the letters of the hypothesis."""
        decay = self.session.scope.decays[witness.decay]
        return Flux(raised(ratio), decay.flux, decay.var)


def _redirected(
    algebra: Algebra, net: list[Labelled], label: int | None, core_rank: int, binder: Binder
) -> tuple[list[Labelled], int]:
    """Let the index of the peeled derivative become the direction of the flux."""
    if not binder.rank:
        return net, core_rank
    direction = -(core_rank + 1)
    assert label is not None  # noqa: S101 - a vector variable is differentiated along an index
    moved = [(f, tuple(direction if k == label else k for k in ls)) for f, ls in net]
    if moved == net:  # the index was open, not summed: flux_ab = delta_ab (...)
        moved = [*net, (delta(algebra), (label, direction))]
    return moved, core_rank + 1


def _integrals(tensor: Tensor) -> list[int]:
    """The integral factors of a tensor, those in its coefficients included."""
    algebra = tensor.algebra
    found: dict[int, None] = {}
    for net, c in tensor.parts.items():
        nets = [net, *(algebra.gens[i].net for i in c.used())]
        for factor, _ in (item for n in nets for item in n):
            if algebra.factors[factor].kind == "integral":
                found[factor] = None
    return list(found)


def _ratio(rest: Tensor, value: Tensor, factor: int) -> Quotient | None:
    """The coefficient that makes `rest - c value` free of the integral, if it is linear."""
    a, b = _coefficient(rest, factor), _coefficient(value, factor)
    if a is None or b is None or a.vanishes() or b.vanishes():
        return None
    return a / b


def _coefficient(tensor: Tensor, factor: int) -> Quotient | None:
    """The coefficient of an integral that occurs linearly, alone in its network."""
    algebra = tensor.algebra
    alone = tuple(-1 - k for k in range(algebra.factors[factor].slots))
    if alone:
        return tensor.parts.get(((factor, alone),), algebra.zero)
    gen = algebra.index.get(("net", ((factor, ()),)))
    if gen is None or not tensor.parts:
        return algebra.zero
    if tensor.rank:
        return None
    value = tensor.number()
    if value.num.degree(gen) != 1 or value.den.degree(gen) > 0:
        return None
    return Quotient.make(algebra, value.num.derivative(gen), value.den)


def _multiple(a: Tensor, b: Tensor) -> Quotient | None:
    """The number a / b of two proportional tensors of one network."""
    if a.rank != b.rank or len(a.parts) != 1 or a.parts.keys() != b.parts.keys():
        return None
    ((net, c),) = a.parts.items()
    return c / b.parts[net]
