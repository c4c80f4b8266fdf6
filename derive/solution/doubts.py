"""Hypotheses that a document leaves open: what holds with them and without is settled.

Where the text does not say whether variables are independent, a density is normalised or
a range holds at a line, a claim is decided under each possibility.  Proved is what all of
them prove, refuted what all refute; everything else is open, and the reason is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from derive.kernel.verdict import Proved, Refuted, Unresolved
from derive.language.claims import Equal, EqualInLaw, EqualUpToConstant, Minimises
from derive.language.scope import Law, Range
from derive.language.terms import (
    RV,
    Add,
    Apply,
    Density,
    Expect,
    Field,
    Sym,
    Term,
    Variance,
    mul,
)
from derive.language.traverse import rebuild, walk
from derive.solution.pathwise import ancestors, fresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from derive.kernel.verdict import Verdict
    from derive.language.claims import Claim
    from derive.language.scope import Scope
    from derive.solution.independence import Independence
    from derive.solution.stretches import Stretch

_SIDES = ("lhs", "rhs", "functional", "value")


@dataclass(frozen=True)
class LawFrom:
    """A law that a variable has from a place of the document on."""

    variable: RV
    law: Law
    begin: tuple[int, int]


@dataclass
class Doubts:
    """What a document leaves open.

    independence: what is said of the variables it introduces; None with a key.
    densities:    functions that are densities up to a factor, as far as the text says.
    laws:         of variables that have several, each from its line on.
    stretches:    ranges and equations that hold in a part of the document.
    stated:       the ranges, of letters with stretches, that hold everywhere.
    ranges:       those that may hold where the document has got, and may not.
    equations:    likewise.
    """

    independence: Independence | None = None
    densities: set[Field] = field(default_factory=set)
    laws: tuple[LawFrom, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    stated: dict[Sym, Range] = field(default_factory=dict)
    ranges: tuple[tuple[Sym, Range], ...] = ()
    equations: tuple[tuple[Sym, Term], ...] = ()

    def settled(
        self,
        claim: Claim,
        scope: Scope,
        verdict: Verdict,
        decide: Callable[[Claim, Scope], Verdict],
    ) -> Verdict:
        """Give the verdict if the other possibilities lead to it as well."""
        for world in self._worlds(claim, scope):
            match verdict:
                case Proved() if world.stronger:
                    continue
                case Refuted() if not world.refutes:
                    return Unresolved(world.reason)
                case Proved() | Refuted():
                    if not isinstance(decide(world.claim, world.scope), type(verdict)):
                        return Unresolved(world.reason)
                case Unresolved():
                    break
        return verdict

    def _worlds(self, claim: Claim, scope: Scope) -> Iterator[_World]:
        sides = [getattr(claim, name) for name in _SIDES if hasattr(claim, name)]
        nodes = {node for side in sides for node in walk(side)}
        yield from self._unnormalised(claim, scope, nodes)
        for letter, bounds in self.ranges:
            if letter in nodes:
                reason = f"whether the range of ${letter.name}$ holds here is not said"
                yield _World(claim, scope.extended(ranges={letter: bounds}), reason, stronger=True)
        for letter, value in self.equations:
            if letter in nodes:
                reason = f"whether what is supposed of ${letter.name}$ holds here is not said"
                more = scope.extended(equations=((letter, value),))
                yield _World(claim, more, reason, stronger=True)
        if self.independence is not None:
            yield from _dependent(claim, scope, self.independence)

    def _unnormalised(self, claim: Claim, scope: Scope, nodes: set[Term]) -> Iterator[_World]:
        """Give the claim with the densities in doubt multiplied by positive numbers."""
        found = [x for x in nodes if isinstance(x, Apply) and x.field in self.densities]
        if not found:
            return
        taken = {x.name for x in nodes if isinstance(x, Sym)}
        fields = sorted({x.field for x in found}, key=lambda f: f.name)
        factors = {f: fresh(f"c({f.name})", 0, taken) for f in fields}
        ranges = {factor: Range(Fraction(0)) for factor in factors.values()}
        names = ", ".join(f"${f.name}$" for f in fields)
        reason = f"whether {names} integrates to 1 is not said"
        yield _World(_scaled(claim, factors), scope.extended(ranges=ranges), reason, refutes=False)


@dataclass(frozen=True)
class _World:
    """A claim as it is if an open hypothesis holds, or does not.

    refutes:  whether what is refuted here and otherwise is refuted.
    stronger: whether only more is assumed here, so that proofs carry over.
    """

    claim: Claim
    scope: Scope
    reason: str
    refutes: bool = True
    stronger: bool = False


def _scaled(claim: Claim, factors: dict[Field, Sym]) -> Claim:
    """Multiply the values of functions in a claim."""
    match claim:
        case Minimises(functional=functional, unknown=unknown, value=value):
            return Minimises(_scaled_in(functional, factors), unknown, _scaled_in(value, factors))
        case Equal(lhs=lhs, rhs=rhs) | EqualUpToConstant(lhs=lhs, rhs=rhs):
            return type(claim)(_scaled_in(lhs, factors), _scaled_in(rhs, factors))
        case EqualInLaw(lhs=lhs, rhs=rhs):
            return EqualInLaw(_scaled_in(lhs, factors), _scaled_in(rhs, factors))


def _scaled_in(term: Term, factors: dict[Field, Sym]) -> Term:
    images: dict[Term, Term] = {
        x: mul(factors[x.field], x)
        for x in walk(term)
        if isinstance(x, Apply) and x.field in factors
    }
    return rebuild(term, images)


# --- independence ---


def _dependent(claim: Claim, scope: Scope, said: Independence) -> Iterator[_World]:
    """Give the claim for variables that depend on each other in any way that is possible."""
    pairs = {
        pair
        for joined in _joined(claim)
        for pair in combinations(_with_ancestors(joined, scope), 2)
        if _is_open(*pair, scope, said)
    }
    if not pairs:
        return
    order = sorted({v for pair in pairs for v in pair}, key=lambda v: (_depth(v, scope), v.name))
    laws: dict[RV, Law] = {}
    for index, variable in enumerate(order):
        others = [v for v in order[:index] if {(v, variable), (variable, v)} & pairs]
        if others:
            law = scope.laws[variable]
            any_law = Field(f"k({variable.name})", 0, density=True)
            laws[variable] = Law(law.at, any_law(law.at, *dict.fromkeys([*law.parents, *others])))
    names = " and ".join(f"${v.name}$" for v in order)
    reason = f"whether {names} are independent is not said"
    yield _World(claim, scope.extended(laws=laws), reason, refutes=False)


def _joined(claim: Claim) -> Iterator[set[RV]]:
    """The sets of variables whose joint law a claim may depend on."""
    sides = [getattr(claim, name) for name in _SIDES if hasattr(claim, name)]
    if isinstance(claim, EqualInLaw):
        yield from map(_variables, sides)
    for node in (x for side in sides for x in walk(side)):
        match node:
            case Expect(body=Add(terms=terms), given=()):
                yield from map(_variables, terms)
            case Expect() | Variance() | Density():
                yield _variables(node)
            case _:
                continue


def _variables(term: Term) -> set[RV]:
    return {x for x in walk(term) if isinstance(x, RV)}


def _with_ancestors(variables: set[RV], scope: Scope) -> list[RV]:
    """The variables with a law that these are made of, in the order of their names."""
    above = {x for v in variables for x in (v, *ancestors(v, scope)) if isinstance(x, RV)}
    return sorted((v for v in above if v in scope.laws), key=lambda v: v.name)


def _is_open(one: RV, other: RV, scope: Scope, said: Independence) -> bool:
    """Whether nothing says how two variables are tied, and nothing that they are not."""
    tied = one in ancestors(other, scope) or other in ancestors(one, scope)
    return not tied and not said.of(one.name, other.name)


def _depth(variable: RV, scope: Scope) -> int:
    return len(ancestors(variable, scope))
