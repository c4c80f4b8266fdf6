"""Mutants: a claim with one edit at one place, as a careless author would make it.

Places are paths in the tree, not subterms: of `x + x` either summand is edited
alone.  Bound variables and the scales of Landau terms stay as they are, except
where an edit is about them.  What has no meaning (`IllTyped`) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction

from derive.errors import IllTyped
from derive.language import terms as t
from derive.language.claims import Claim, Equal, EqualUpToConstant, Minimises
from derive.language.traverse import walk

HALF = t.Num(Fraction(1, 2))
TWO = t.Num(Fraction(2))

Rebuild = Callable[[t.Term], object]


@dataclass(frozen=True)
class Mutant:
    """kind: what was done; place: the side and the path to the node that was edited."""

    kind: str
    place: str
    claim: Claim

    @property
    def name(self) -> str:
        return f"{self.kind} at {self.place}"


@dataclass(frozen=True)
class _Place:
    """A node in its tree: `put` gives the whole tree with another node in its place."""

    node: t.Term
    path: str
    put: Rebuild
    parent: t.Term | None = None


def mutants(claim: Claim) -> Iterator[Mutant]:
    """Give every mutant of a claim, each different from the claim itself."""
    match claim:
        case Minimises(functional, _, value):
            sides = {"functional": functional, "value": value}
        case Equal(lhs, rhs) | EqualUpToConstant(lhs, rhs):
            sides = {"lhs": lhs, "rhs": rhs}
    letters = _letters(sides.values())
    for side, term in sides.items():
        for kind, path, edited in edits(term, letters):
            try:
                made = replace(claim, **{side: edited})
            except IllTyped:
                continue
            if made != claim:
                yield Mutant(kind, f"{side}{path}", made)


def edits(term: t.Term, letters: list[t.Sym | t.RV]) -> Iterator[tuple[str, str, t.Term]]:
    """Give (kind, path, edited term) for one edit at every possible place."""
    for place in places(term):
        for kind, new in _local(place, letters):
            try:
                whole = place.put(new)
            except IllTyped:
                continue
            assert isinstance(whole, t.Term)
            yield kind, place.path, whole


def _letters(sides: object) -> list[t.Sym | t.RV]:
    found = [x for side in sides for x in walk(side) if isinstance(x, t.Sym | t.RV)]
    return [x for x in dict.fromkeys(found) if x.name != "0"]


# --- places ------------------------------------------------------------------------


def places(term: t.Term) -> list[_Place]:
    """Give every place of a term where another term can be put."""
    return list(_places(_Place(term, "", lambda new: new)))


def _places(place: _Place) -> Iterator[_Place]:
    yield place
    node = place.node
    for f in fields(node):
        if f.name == "var" or (isinstance(node, t.Landau) and f.name == "scale"):
            continue
        value = getattr(node, f.name)
        for step, child, put_child in _slots(value):

            def put(new: t.Term, f=f, put_child=put_child) -> object:
                return place.put(_rebuilt(node, f.name, put_child(new)))

            path = f"{place.path}.{f.name}{step}"
            yield from _places(_Place(child, path, put, node))


def _rebuilt(node: t.Term, name: str, value: object) -> t.Term:
    """Give the node with one field changed; sums and products are joined again."""
    if isinstance(node, t.Add) and isinstance(value, tuple):
        return t.add(*value) if value else t.term(0)
    if isinstance(node, t.Mul) and isinstance(value, tuple):
        return t.mul(*value)
    return type(node)(**{f.name: value if f.name == name else getattr(node, f.name)
                         for f in fields(node)})  # fmt: skip


def _slots(value: object) -> Iterator[tuple[str, t.Term, Rebuild]]:
    if isinstance(value, t.Term):
        yield "", value, lambda new: new
    elif isinstance(value, t.Event):
        yield ".value", value.value, lambda new: t.Event(value.variable, new)
        yield ".variable", value.variable, lambda new: t.Event(new, value.value)
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            for step, child, put in _slots(item):

                def whole(new: t.Term, k=k, put=put) -> object:
                    return (*value[:k], put(new), *value[k + 1 :])

                yield f"[{k}]{step}", child, whole


# --- edits at one place --------------------------------------------------------------


def _local(place: _Place, letters: list[t.Sym | t.RV]) -> Iterator[tuple[str, t.Term]]:
    node, parent = place.node, place.parent
    in_exponent = isinstance(parent, t.Pow) and place.path.endswith(".exponent")
    in_argument = isinstance(parent, t.Apply)
    if not in_exponent and not in_argument:
        yield from _scaled(node, parent)
    if not isinstance(node, t.Add | t.Num):
        yield from _shapes(node)
    if isinstance(node, t.Add):
        yield from _dropped(node)
    if isinstance(node, t.Sym | t.RV):
        yield from _renamed(node, letters)


def _scaled(node: t.Term, parent: t.Term | None) -> Iterator[tuple[str, t.Term]]:
    """Signs and factors: where they are not those of the product around the node."""
    if isinstance(parent, t.Mul | t.Neg) or isinstance(node, t.Landau):
        return
    yield "sign", node.body if isinstance(node, t.Neg) else t.Neg(node)
    yield "factor 2", t.mul(TWO, node)
    yield "factor 1/2", t.mul(HALF, node)


def _shapes(node: t.Term) -> Iterator[tuple[str, t.Term]]:
    match node:
        case t.Pow(base, exponent):
            yield "exponent + 1", t.Pow(base, exponent + 1)
            yield "exponent - 1", t.Pow(base, exponent - 1)
            if exponent == HALF:
                yield "dropped root", base
        case t.Landau(kind, scale):
            yield "next order", t.Landau(kind, _next(scale))
        case t.Divergence():
            yield "minus divergence", t.Neg(node)
        case t.NormSq(body):
            yield "dropped square", body


def _next(scale: t.Term) -> t.Term:
    """Give h^(n + 1) for h^n."""
    if isinstance(scale, t.Pow) and isinstance(scale.exponent, t.Num):
        return t.Pow(scale.base, t.Num(scale.exponent.value + 1))
    return t.Pow(scale, TWO)


def _dropped(node: t.Add) -> Iterator[tuple[str, t.Term]]:
    for k, part in enumerate(node.terms):
        rest = (*node.terms[:k], *node.terms[k + 1 :])
        kind = "dropped remainder" if isinstance(part, t.Landau) else "dropped summand"
        yield f"{kind} {k}", t.add(*rest)


def _renamed(node: t.Sym | t.RV, letters: list[t.Sym | t.RV]) -> Iterator[tuple[str, t.Term]]:
    """Another letter of the claim of the same kind and rank; first the neighbour in time."""
    for other in letters:
        if type(other) is type(node) and other.rank == node.rank and other != node:
            kind = "index" if _neighbours(node.name, other.name) else "letter"
            yield f"{kind} {other.name} for {node.name}", other


def _neighbours(a: str, b: str) -> bool:
    """Whether two names differ by `t` and `t-1` in the index alone."""
    return a.replace("{t-1}", "t") == b or b.replace("{t-1}", "t") == a
