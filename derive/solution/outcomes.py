r"""Equations between random variables that no expectation integrates over.

They are said of every outcome.  With noise that one side lacks, an equation may also
introduce that noise, and then it is one in law: `X_t = a X_{t-1} + b \varepsilon_t`.  What
the noise is after that is no longer open: the next equation with it is one of outcomes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.claims import Equal, EqualInLaw
from derive.language.terms import RV, Ito, Neg, Sym, Term
from derive.language.traverse import walk
from derive.reader.notation import canonical
from derive.solution.conventions import at_points
from derive.solution.judgement import given, unresolved
from derive.solution.noise import is_noise, through_noise
from derive.solution.pathwise import (
    ancestors,
    expanded,
    law_claim,
    outside,
    pathwise,
    put_outside,
)
from derive.solution.points import free_points
from derive.solution.stated import is_step
from derive.solution.ties import solved, tie_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.language.claims import Claim
    from derive.solution.context import Context
    from derive.solution.judgement import Judgement

_IN_LAW = "equal in law alone: how the noise depends on the variables is not said"
_OTHERWISE = "equal in law alone: another line has this noise otherwise"
_TWO = "two variables that the problem tells apart"
_POINTS = "a value at a point is compared with a random variable"


class Outcomes:
    """Judges such equations in one context; `one` judges a claim."""

    def __init__(self, context: Context, one: Callable[[Claim], Judgement]) -> None:
        self.context, self.one = context, one

    def judge(self, lhs: Term, rhs: Term) -> Judgement:
        """Judge an equation of every outcome, or in law where it introduces noise."""
        scope = self.context.scope
        lhs, rhs = at_points(lhs, rhs)
        meant = self._meant(lhs)
        if rhs in meant:
            return unresolved(_TWO)
        first = self._first([Equal(*pathwise(side, rhs, scope)) for side in (lhs, *meant)])
        if first.outcome == "proved":
            return first
        tied = self._with_noise(lhs, rhs)
        if tied is not None and tied.outcome == "proved":
            return tied
        here, there = (set(outside(expanded(side, scope))) for side in (lhs, rhs))
        if here == there:
            return first
        if not here or not there:
            points = free_points(rhs if here else lhs)
            values = first.outcome == "refuted" and any(map(self._is_value, points))
            return unresolved(_POINTS) if values else first
        judgement = self._in_law(lhs, rhs, first, meant=bool(meant))
        return self._beside(lhs, rhs, judgement, tied)

    def _is_value(self, point: Sym) -> bool:
        """Whether a letter is written for a value of a random variable, x_t for X_t."""
        names = {name.lower() for name in self.context.notation("").variables}
        return canonical(point.name).lower() in names

    def _first(self, claims: list[Claim]) -> Judgement:
        """The judgement of the one that is proved; else of one that is open, or the last."""
        judgements = [self.one(claim) for claim in claims]
        proved = (j for j in judgements if j.outcome == "proved")
        open_ = (j for j in judgements if j.outcome == "unresolved")
        return next(proved, next(open_, judgements[-1]))

    def _meant(self, lhs: Term) -> list[RV]:
        r"""The variables of the key that a name may mean with `\theta` left out of it."""
        if not isinstance(lhs, RV):
            return []
        bare = _undecorated(lhs.name)
        return [
            v for v in self.context.scope.definitions if v != lhs and _undecorated(v.name) == bare
        ]

    def _with_noise(self, lhs: Term, rhs: Term) -> Judgement | None:
        """Judge an equation of every outcome, with noise as another line defines it."""
        among = [x for side in (lhs, rhs) for x in walk(side) if isinstance(x, RV)]
        noises = []
        for variable in outside(lhs, rhs):
            tie = tie_for(variable, among, self.context) if isinstance(variable, RV) else None
            if tie is not None and (tie.lhs, tie.rhs) != (lhs, rhs):
                noises.append(tie.noise)
        if not noises:
            return None
        (left, right), used = solved((lhs, rhs), noises, self.context)
        lines = ", ".join(str(line) for line in sorted({tie.line for tie in used}))
        claim = Equal(*pathwise(*_at_values(left, right), self.context.scope))
        judgement = self.one(claim).noting(f"with the noise of line {lines}")
        tied = {tie.noise for tie in self.context.ties}
        if judgement.outcome == "refuted" and tied & set(outside(left, right)):
            return None  # of the noise that is left nothing definite is known
        return judgement

    def _in_law(self, lhs: Term, rhs: Term, first: Judgement, *, meant: bool) -> Judgement:
        """Judge an equation with noise that one side lacks; `first`: what outcomes say."""
        scope = self.context.scope
        if not isinstance(lhs, RV):
            return self.one(EqualInLaw(*through_noise(lhs, rhs, self.context)))
        parts = set(outside(expanded(rhs, scope)))
        if lhs in parts or (parts <= ancestors(lhs, scope) and lhs not in scope.definitions):
            return first  # by itself, or without the noise that it has
        known = self._of_definition(lhs, rhs) if lhs in scope.definitions else None
        if known is not None:
            return known
        claim = law_claim(lhs, rhs, scope)
        if claim is not None:
            return self.one(claim)
        if is_step(lhs, rhs, self.context):
            return given("a step to a later time, solved for the earlier variable")
        return first if meant else given("a step to an earlier time, which the problem leaves open")

    def _of_definition(self, lhs: Term, rhs: Term) -> Judgement | None:
        """Judge what a variable that the problem defines is equal to in law; None if open."""
        scope = self.context.scope
        # Means and variances say more to a person than two densities at a point.
        judgement = self.one(EqualInLaw(expanded(lhs, scope), expanded(rhs, scope)))
        if judgement.outcome == "proved" and any(isinstance(x, Ito) for x in outside(rhs)):
            return unresolved("equal in law; of one Wiener process more is said")
        return None if judgement.outcome == "unresolved" else judgement

    def _beside(
        self, lhs: Term, rhs: Term, judgement: Judgement, tied: Judgement | None
    ) -> Judgement:
        """Let an equation in law introduce noise; what another line says of it comes first."""
        if judgement.outcome not in {"proved", "given"}:
            return judgement
        scope = self.context.scope
        if tied is not None and tied.outcome == "refuted":
            if judgement.outcome == "given":
                step = isinstance(lhs, RV) and is_step(lhs, rhs, self.context)
                return tied if step else judgement
            noisy = any(isinstance(x, RV) and is_noise(x, scope) for x in outside(lhs))
            if (isinstance(lhs, RV) and not noisy) or (noisy and not isinstance(_bare(lhs), RV)):
                return unresolved(_OTHERWISE)
            return tied
        if self._introduces(lhs, rhs):
            return judgement
        return unresolved(_IN_LAW)

    def _introduces(self, lhs: Term, rhs: Term) -> bool:
        """Whether an equation in law says what a variable or a new noise is."""
        if isinstance(_bare(lhs), RV) and isinstance(_bare(rhs), RV):
            return False
        if isinstance(lhs, RV):
            return True
        own = [t for t in self.context.ties if (t.lhs, t.rhs) == (lhs, rhs)]
        return any(t.merging or t.value is not None for t in own)


def _at_values(lhs: Term, rhs: Term) -> tuple[Term, Term]:
    """Put values for the variables of a side where the other one is a formula in these."""
    for one, other in ((lhs, rhs), (rhs, lhs)):
        if outside(one):
            continue
        points = {canonical(s.name).lower(): s for s in free_points(one)}
        values: dict[Term, Term] = {
            v: points[name]
            for v in outside(other)
            if isinstance(v, RV) and (name := canonical(v.name).lower()) in points
        }
        there = put_outside(other, values)
        return (one, there) if one is lhs else (there, one)
    return lhs, rhs


def _bare(side: Term) -> Term:
    """The side without its sign."""
    return side.body if isinstance(side, Neg) else side


def is_scheme(left: Term | None, right: Term | None, small: set[Sym], context: Context) -> bool:
    """Whether a variable of the problem is said to be a step in a small letter of its own."""
    if not isinstance(left, RV) or right is None:
        return False
    defined = context.scope.definitions.items()
    meant = [value for v, value in defined if _undecorated(v.name) == _undecorated(left.name)]
    known = {x for value in meant for x in walk(value)}
    return bool(meant and small & set(walk(right))) and small.isdisjoint(known)


def _undecorated(name: str) -> str:
    for mark in (r"^\theta", r"^{\theta}", r"^*", r"^{*}", r"^\star"):
        name = name.replace(mark, "")
    return name
