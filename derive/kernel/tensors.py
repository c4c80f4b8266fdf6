"""Tensors with abstract indices: how R^d stays symbolic.

A network is a product of factors (a vector x_i, a jet s_{i;j}, an integral with
open indices, delta_ij) whose index labels say what is summed: a label that
occurs twice is a sum from 1 to d.  Open indices are -1, -2, ...; summed ones
0, 1, ...  A connected network without open indices is a number, hence a
generator of the coefficient field; a tensor is a sum of coefficient times open
network.  Delta is contracted away, delta_ii = d, summed labels are named
canonically; so equal networks are equal tuples.

Unit vectors e of the coordinates, for single components, have e.e = 1; the sum
over all of them of e_i e_j ... e_l is a factor of its own, of which two that
share an index are one again (Coecke & Pavlovic, Quantum measurements without
sums (2007), call them spiders).

That closed connected networks are algebraically independent for symbolic d is
the second fundamental theorem of invariant theory (Weyl, The Classical Groups,
Thm 2.17.A: every relation needs more than d vectors).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations, product
from math import prod
from typing import TYPE_CHECKING, Literal

from derive.kernel.algebra import Algebra, Gen, Key, Quotient
from derive.kernel.limits import Undecidable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from derive.language.terms import Field

Labelled = tuple[int, tuple[int, ...]]  # (factor number, labels of its slots)
Net = tuple[Labelled, ...]

UNIT = "e#"  # how the names of unit vectors begin
_LARGEST_SEARCH = 5000


@dataclass(frozen=True)
class FactorInfo:
    """What a factor is.

    slots:     how many indices it has.
    symmetric: groups of slots that may be exchanged (derivative indices).
    free:      the variables it depends on.
    payload:   `Jet`, `Bound` or, for a variable, None.
    """

    kind: Literal["var", "jet", "integral", "delta", "diagonal"]
    name: str
    slots: int
    symmetric: tuple[tuple[int, ...], ...] = ()
    free: frozenset[str] = frozenset()
    payload: object = None


@dataclass(frozen=True)
class Jet:
    """A partial derivative of a field at its arguments.

    orders: for each argument how often it is differentiated in it.  The slots are
            the component (of a vector field), then the derivative indices of the
            vector arguments in order.
    """

    field: Field
    args: tuple[Tensor, ...]
    orders: tuple[int, ...]

    @property
    def positive(self) -> bool:
        """A density itself, not a derivative of it: positive where it is divided by."""
        return self.field.density and not any(self.orders)


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
class Bound:
    """The payload of an integral factor: the integral of `core` (of rank slots) over `binders`.

    Its calculus is in `derive.kernel.integrals`, which knows how to integrate again.
    """

    binders: tuple[Binder, ...]
    core: Tensor
    positive: bool

    def differentiated(self, name: str, rank: int) -> Tensor:
        """Give the derivative in a free variable."""
        raise NotImplementedError

    def substituted(self, images: Mapping[str, Tensor]) -> Tensor:
        """Put tensors for free variables."""
        raise NotImplementedError

    def contracted(self, i: int, j: int) -> Tensor:
        """Sum over two slots."""
        raise NotImplementedError


def register(algebra: Algebra, key: Key, info: FactorInfo) -> int:
    """Give the number of the factor of that key."""
    found = algebra.factor_index.get(key)
    if found is None:
        found = len(algebra.factors)
        algebra.factors.append(info)
        algebra.factor_index[key] = found
    return found


class Tensor:
    """A sum of coefficient times open network; immutable, in normal form."""

    __slots__ = ("_key", "algebra", "parts", "rank")

    def __init__(self, algebra: Algebra, rank: int, parts: dict[Net, Quotient]) -> None:
        self.algebra, self.rank = algebra, rank
        self.parts = {net: c for net, c in parts.items() if not c.vanishes()}
        self._key: Key | None = None

    def __add__(self, other: Tensor) -> Tensor:
        parts = dict(self.parts)
        for net, c in other.parts.items():
            parts[net] = parts[net] + c if net in parts else c
        return Tensor(self.algebra, self.rank, parts)

    def __neg__(self) -> Tensor:
        return Tensor(self.algebra, self.rank, {n: -c for n, c in self.parts.items()})

    def __sub__(self, other: Tensor) -> Tensor:
        return self + (-other)

    def times(self, coefficient: Quotient) -> Tensor:
        """Multiply by a number."""
        parts = {n: c * coefficient for n, c in self.parts.items()}
        return Tensor(self.algebra, self.rank, parts)

    def vanishes(self) -> bool:
        """The zero test: no network is left."""
        return not self.parts

    def number(self) -> Quotient:
        """Give the coefficient of a tensor of rank 0."""
        return self.parts.get((), self.algebra.zero)

    @property
    def key(self) -> Key:
        """A hashable form: equal exactly for equal tensors of one algebra."""
        if self._key is None:
            parts = tuple(sorted((n, c.key) for n, c in self.parts.items()))
            self._key = (self.rank, parts)
        return self._key

    @property
    def free(self) -> frozenset[str]:
        """The variables that the value depends on."""
        names: set[str] = set()
        for net, c in self.parts.items():
            names |= c.free | net_free(self.algebra, net)
        return frozenset(names)


def factors_of(value: Quotient) -> Iterator[FactorInfo]:
    """Give the factors in the networks of a coefficient (not those inside integrals)."""
    algebra = value.algebra
    for i in value.used():
        for factor, _ in algebra.gens[i].net:
            yield algebra.factors[factor]


def scalar(value: Quotient) -> Tensor:
    """Give a number as a tensor of rank 0."""
    return Tensor(value.algebra, 0, {(): value})


def net_free(algebra: Algebra, net: Iterable[Labelled]) -> frozenset[str]:
    """The variables that a network depends on."""
    return frozenset().union(*(algebra.factors[f].free for f, _ in net))


def from_net(algebra: Algebra, rank: int, net: Iterable[Labelled]) -> Tensor:
    """Give the tensor of one (not yet normal) network."""
    coefficient, normal = normalise(algebra, list(net))
    return Tensor(algebra, rank, {normal: coefficient})


def variable(algebra: Algebra, name: str, rank: int) -> Tensor:
    """Give a variable as a tensor: `x` or `x_i`."""
    info = FactorInfo("var", name, rank, (), frozenset((name,)))
    factor = register(algebra, ("var", name, rank), info)
    if name.startswith(UNIT):
        algebra.basis.add(factor)
    return from_net(algebra, rank, [(factor, (-1,) if rank else ())])


def jet(algebra: Algebra, field: Field, args: tuple[Tensor, ...], orders: tuple[int, ...]) -> int:
    """Give the number of the factor for a partial derivative of a field at its arguments."""
    start = 1 if field.rank else 0
    groups: list[tuple[int, ...]] = []
    for arg, order in zip(args, orders, strict=True):
        if arg.rank and order:
            groups.append(tuple(range(start, start + order)))
            start += order
    key = ("jet", field, tuple(a.key for a in args), orders)
    free = frozenset().union(*(a.free for a in args))
    symmetric = tuple(g for g in groups if len(g) > 1)
    info = FactorInfo("jet", field.name, start, symmetric, free, Jet(field, args, orders))
    return register(algebra, key, info)


def delta(algebra: Algebra) -> int:
    """Give the number of the factor delta_ij."""
    return register(algebra, ("delta",), FactorInfo("delta", "delta", 2, ((0, 1),)))


def diagonal(algebra: Algebra, labels: tuple[int, ...]) -> Labelled:
    """Give the sum over the unit vectors e of the product of their components at the labels."""
    n = len(labels)
    if n in {0, 2}:  # the dimension is delta_ii
        return delta(algebra), labels or (0, 0)
    symmetric = (tuple(range(n)),) if n > 1 else ()
    info = FactorInfo("diagonal", "diagonal", n, symmetric)
    factor = register(algebra, ("diagonal", n), info)
    algebra.basis.add(factor)
    return factor, labels


# --- products and contractions --------------------------------------------------


def outer(left: Tensor, right: Tensor) -> Tensor:
    """Multiply; the open indices of `right` come after those of `left`."""
    if left.rank == 0:
        return right.times(left.number())
    if right.rank == 0:
        return left.times(right.number())
    algebra, total = left.algebra, left.rank + right.rank
    result = Tensor(algebra, total, {})
    for net1, c1 in left.parts.items():
        for net2, c2 in right.parts.items():
            moved = shift(net2, summed(net1), lambda k: k - left.rank)
            result = result + from_net(algebra, total, (*net1, *moved)).times(c1 * c2)
    return result


def contract(tensor: Tensor, i: int, j: int) -> Tensor:
    """Sum over two open indices, counted from 0; the others move down."""
    algebra = tensor.algebra
    left = [k for k in range(tensor.rank) if k not in (i, j)]
    names = {-1 - k: -1 - new for new, k in enumerate(left)}
    result = Tensor(algebra, tensor.rank - 2, {})
    for net, c in tensor.parts.items():
        top = summed(net)
        names[-1 - i] = names[-1 - j] = top
        relabelled = [(f, tuple(names.get(k, k) for k in ls)) for f, ls in net]
        result = result + from_net(algebra, tensor.rank - 2, relabelled).times(c)
    return result


def dot(left: Tensor, right: Tensor) -> Tensor:
    """Contract the last index of `left` with the first of `right`."""
    return contract(outer(left, right), left.rank - 1, left.rank)


def assemble(
    algebra: Algebra,
    rank: int,
    rest: list[Labelled],
    inserted: list[tuple[Tensor, tuple[int, ...]]],
) -> Tensor:
    """Multiply a network by tensors whose k-th open index gets the k-th given label.

    Labels that occur twice are summed, the negative ones are open: this is every
    replacement of factors in one step.
    """
    total: dict[Net, Quotient] = {}
    top = 1 + max((k for ls in (*(ls for _, ls in rest), *(ls for _, ls in inserted)) for k in ls),
                  default=0)  # fmt: skip
    top = max(top, 0)
    for choice in product(*(t.parts.items() for t, _ in inserted)):
        net, coefficient, free = list(rest), algebra.one, top
        for (part, c), (_, labels) in zip(choice, inserted, strict=True):
            net += shift(part, free, lambda k, ls=labels: ls[-1 - k])  # type: ignore[misc]
            free += summed(part)
            coefficient = coefficient * c
        extra, normal = normalise(algebra, net)
        value = coefficient * extra
        total[normal] = total[normal] + value if normal in total else value
    return Tensor(algebra, rank, total)


def transposed(matrix: Tensor) -> Tensor:
    """Exchange the two indices of a matrix."""
    return assemble(matrix.algebra, 2, [], [(matrix, (-2, -1))])


def plugged(
    net: Iterable[Labelled], labels: tuple[int, ...], beside: Iterable[Labelled]
) -> list[Labelled]:
    """Give a network with labels for its open indices, its own summed labels kept apart."""
    used = [k for _, ls in beside for k in ls] + list(labels)
    return shift(net, 1 + max((k for k in used if k >= 0), default=-1), lambda k: labels[-1 - k])


def summed(net: Iterable[Labelled]) -> int:
    """Give the first label above all summed labels of the network."""
    return 1 + max((k for _, ls in net for k in ls), default=-1) if net else 0


def shift(net: Iterable[Labelled], by: int, opened: Callable[[int], int]) -> list[Labelled]:
    """Move the summed labels up by `by` and the open ones by a function."""
    by = max(by, 0)
    return [(f, tuple(k + by if k >= 0 else opened(k) for k in ls)) for f, ls in net]


# --- the normal form of a network ------------------------------------------------


def normalise(algebra: Algebra, net: list[Labelled]) -> tuple[Quotient, Net]:
    """Contract deltas, turn closed components into generators, name labels canonically."""
    coefficient, net = _contract_deltas(algebra, net)
    if not algebra.basis.isdisjoint(f for f, _ in net):
        more, net = _contract_deltas(algebra, _fused(algebra, net))
        coefficient = coefficient * more
    opened: list[Labelled] = []
    for component in _components(net):
        if any(k < 0 for _, ls in component for k in ls):
            opened.extend(component)
        else:
            coefficient = coefficient * _closed(algebra, component)
    return coefficient, _canonical(algebra, opened)


def _closed(algebra: Algebra, component: list[Labelled]) -> Quotient:
    for position, (factor, labels) in enumerate(component):
        payload = algebra.factors[factor].payload
        if len(set(labels)) < len(labels) and isinstance(payload, Bound):
            # The trace of an integral is the integral of the trace.
            label = next(k for k in labels if labels.count(k) == 2)
            i = labels.index(label)
            value = payload.contracted(i, labels.index(label, i + 1))
            rest = [*component[:position], *component[position + 1 :]]
            others = tuple(k for k in labels if k != label)
            return assemble(algebra, 0, rest, [(value, others)]).number()
    net = _canonical(algebra, component)
    gen = Gen("net", net=net, free=net_free(algebra, net))
    return algebra.generator(("net", net), gen)


def _contract_deltas(algebra: Algebra, net: list[Labelled]) -> tuple[Quotient, list[Labelled]]:
    coefficient = algebra.one
    kept: list[Labelled] = []
    deltas = [ls for f, ls in net if algebra.factors[f].kind == "delta"]
    rest = [(f, ls) for f, ls in net if algebra.factors[f].kind != "delta"]
    while deltas:
        a, b = deltas.pop()
        if a == b:
            coefficient = coefficient * algebra.constant("d")
            continue
        old, new = (a, b) if a >= 0 else (b, a)
        if old < 0:  # both open: it stays
            kept.append((delta(algebra), (a, b)))
            continue
        rest = [(f, tuple(new if k == old else k for k in ls)) for f, ls in rest]
        deltas = [tuple(new if k == old else k for k in ls) for ls in deltas]
    return coefficient, rest + kept


def _fused(algebra: Algebra, net: list[Labelled]) -> list[Labelled]:
    """Join unit vectors and sums over them that share an index.

    Two sums are one over the indices they do not share; a unit vector picks one
    summand, e of its own, and e.e = 1.  Of two different vectors nothing is known.
    """
    unit = {f: f if algebra.factors[f].kind == "var" else None for f, _ in net}
    pending = [(unit[f], ls) for f, ls in net if f in algebra.basis]
    result = [item for item in net if item[0] not in algebra.basis]
    while pending:
        of, labels = pending.pop()
        labels = tuple(k for k in labels if labels.count(k) == 1)
        for position, (other, more) in enumerate(pending):
            if (of is None or other in {None, of}) and not set(labels).isdisjoint(more):
                pending[position] = (other if of is None else of, labels + more)
                break
        else:
            single = [] if of is None else [(of, (k,)) for k in labels]
            result += [diagonal(algebra, labels)] if of is None else single
    return result


def _components(net: list[Labelled]) -> list[list[Labelled]]:
    """Split a network into its connected components (shared labels connect)."""
    groups: list[tuple[set[int], list[Labelled]]] = []
    for factor, labels in net:
        names, members = set(labels), [(factor, labels)]
        apart = []
        for other_names, other in groups:
            if names & other_names:
                names |= other_names
                members = other + members
            else:
                apart.append((other_names, other))
        groups = [*apart, (names, members)]
    return [members for _, members in groups]


def _canonical(algebra: Algebra, net: list[Labelled]) -> Net:
    """Name summed labels in order of occurrence, least over all orders of equal factors."""
    if len(net) <= 1 and all(len(ls) <= 1 for _, ls in net):
        return tuple(net)
    net = sorted(net)
    groups: list[list[Labelled]] = []
    for item in net:
        if groups and groups[-1][0][0] == item[0]:
            groups[-1].append(item)
        else:
            groups.append([item])
    orders = [list(permutations(g)) for g in groups]
    variants = [_slot_orders(algebra, f, ls) for f, ls in net]
    size = prod(len(o) for o in orders) * prod(len(v) for v in variants)
    if size > _LARGEST_SEARCH:
        raise Undecidable("a contraction of too many equal factors")
    best: Net | None = None
    for chosen in product(*orders):
        flat = [item for group in chosen for item in group]
        for labels in product(*(_slot_orders(algebra, f, ls) for f, ls in flat)):
            named = _rename([(f, ls) for (f, _), ls in zip(flat, labels, strict=True)])
            if best is None or named < best:
                best = named
    return best or ()


def _slot_orders(algebra: Algebra, factor: int, labels: tuple[int, ...]) -> list[tuple[int, ...]]:
    """All orders of the labels that the symmetry of the factor allows."""
    results = [labels]
    for group in algebra.factors[factor].symmetric:
        new = []
        for current in results:
            for order in permutations([current[k] for k in group]):
                changed = list(current)
                for k, label in zip(group, order, strict=True):
                    changed[k] = label
                new.append(tuple(changed))
        results = new
    return list(dict.fromkeys(results))


def _rename(net: list[Labelled]) -> Net:
    names: dict[int, int] = {}
    for _, labels in net:
        for k in labels:
            if k >= 0:
                names.setdefault(k, len(names))
    return tuple((f, tuple(names.get(k, k) for k in ls)) for f, ls in net)
