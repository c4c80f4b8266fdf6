r"""Equations of a document: what they claim, and which of their readings decides.

`a = b` may be said of numbers, of every outcome of random variables, in law (with noise
that one side lacks), up to a constant (`+ C`) or as an approximation (`\approx`).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.kernel import check
from derive.kernel.verdict import Proved, Unresolved
from derive.language.claims import Claim, Equal, EqualInLaw, EqualUpToConstant
from derive.language.scope import depends_on_theta
from derive.language.terms import RV, Apply, Diff, Ito, Landau, Sym, Term, Zero, add, term
from derive.language.traverse import walk
from derive.reader.constants import split_constant
from derive.reader.notation import canonical
from derive.solution.approximation import approximation_claim
from derive.solution.congruence import ANY, Congruence, congruences
from derive.solution.conventions import at_points, drawn, is_choice, up_to_function
from derive.solution.judgement import (
    Decision,
    Judgement,
    given,
    judged,
    unread,
    unresolved,
)
from derive.solution.noise import through_noise
from derive.solution.pathwise import ancestors, expanded, law_claim, outside, pathwise
from derive.solution.points import free_points, main_points
from derive.solution.stated import with_values
from derive.solution.telescoping import reduced

if TYPE_CHECKING:
    from derive.reader.readings import Reading
    from derive.solution.context import Context
    from derive.solution.judgement import Decider
    from derive.solution.sides import Side

EQUALITIES = frozenset({"=", ":=", "\\equiv", "\\triangleq", "\\doteq", "=:"})
APPROXIMATIONS = frozenset({"\\approx", "\\simeq", "\\cong"})
_ZERO = term(0)


class Equations:
    """Judges equations in one context."""

    def __init__(self, context: Context, decider: Decider) -> None:
        self.context, self.decider = context, decider

    def judge(self, lhs: Side, symbol: str, rhs: Side, *, constant: bool = False) -> Judgement:
        """Judge `lhs = rhs`; `constant`: they need only agree up to a constant."""
        read: list[list[Reading]] = []
        for side in (lhs, rhs):
            found = self.read(side)
            if isinstance(found, Judgement):
                return found
            terms, with_constant = found
            read.append(terms)
            constant = constant or with_constant
        return self._of_readings(read[0], symbol, read[1], constant)

    def read(self, side: Side) -> tuple[list[Reading], bool] | Judgement:
        """Read a side: its meanings, and whether an unnamed constant stands in it."""
        if side.flaw is not None:
            return unread(side, side.flaw)
        text = side.text.text
        node, constant = split_constant(side.node, self.context.notation(text))
        if node is None:
            from derive.reader.readings import Reading  # noqa: PLC0415

            return [Reading(term(0), ())], True
        try:
            return self.context.elaborated(node, text), constant
        except ParseError as error:
            return unread(side, error)

    def _of_readings(
        self, left: list[Reading], symbol: str, right: list[Reading], constant: bool
    ) -> Judgement:
        """Judge by the customary reading; another one that says otherwise is reported."""
        pairs = list(product(left, right))[:6]
        judgements: list[Judgement] = []
        for a, b in pairs:
            judgement = self.terms(a.term, symbol, b.term, constant=constant)
            judgements.append(judgement)
            if judgement.outcome in {"proved", "given"}:
                break
        first, best = judgements[0], judgements[-1]
        notes = tuple(note.message for reading in pairs[0] for note in reading.notes)
        if best is first or best.outcome not in {"proved", "given"}:
            if len({j.outcome for j in judgements}) == 1 or first.outcome != "refuted":
                return first.noting(*notes)
            return unresolved("its readings differ: " + "; ".join(notes), "ambiguous")
        chosen = pairs[len(judgements) - 1]
        read = [note.message for reading in chosen for note in reading.notes]
        return unresolved(
            "false as it is customarily read; true if " + "; ".join(read), "ambiguous"
        )

    def limit(self, lhs: Side, rhs: Side) -> Judgement | None:
        """Prove `f -> a` where f = a + O(h) with the small letter h; None: it is left open."""
        read = [self.read(side) for side in (lhs, rhs)]
        terms = [one[0][0].term for one in read if not isinstance(one, Judgement)]
        if len(terms) != len(read) or any(t.rank for t in terms) or not self.decider.small:
            return None
        remainder = Landau("O", self.decider.small[0])
        judgement = self._one(Equal(terms[0], add(terms[1], remainder)))
        return judgement if judgement.outcome == "proved" else None

    def by_congruence(self, lhs: Side, rhs: Side) -> Judgement | None:
        """Prove two sides equal that differ only in what is equal for every outcome."""
        if lhs.flaw is not None or rhs.flaw is not None:
            return None
        whole = Congruence(lhs.node, rhs.node)
        for pair in (whole, *congruences(lhs.node, rhs.node)):
            if self._assumed(pair.bound):
                continue
            summed = self._of_sums(pair)
            if summed is not None:
                return summed
            if pair is whole:
                continue
            try:
                left = self.context.elaborated(pair.lhs, lhs.text.text)[0].term
                right = self.context.elaborated(pair.rhs, rhs.text.text)[0].term
            except (ParseError, IllTyped):
                continue
            if left.rank != right.rank or _expands(left, right):
                continue
            judgement = self._one(Equal(*pathwise(left, right, self.context.scope)))
            if judgement.outcome == "proved":
                return judgement.noting("equal in equal surroundings")
        return None

    def _of_sums(self, pair: Congruence) -> Judgement | None:
        """Prove two sums over the steps of a process equal, by claims without sums."""
        claims = reduced(pair.lhs, pair.rhs, self.context)
        if not claims:
            return None
        judgements = [self._one(claim) for claim in claims]
        if any(judgement.outcome != "proved" for judgement in judgements):
            return None
        return judgements[-1].noting("by induction over the steps, or term by term")

    def _assumed(self, bound: frozenset[str]) -> bool:
        """Whether anything is assumed of letters that the surroundings bind."""
        scopes = self.context.scopes
        known = {x for s in scopes for pair in s.equations for side in pair for x in walk(side)}
        known |= {x for s in scopes for x in (*s.ranges, *s.definitions)}
        letters = [x for x in known if isinstance(x, Sym | RV)]
        if ANY in bound and any(x.rank for x in letters):
            return True
        names = {canonical(x.name) for x in letters}
        meanings = (self.context.letters.get(name) for name in bound)
        return bool(names & bound) or any(
            m is not None and not isinstance(m, Sym | RV) for m in meanings
        )

    # --- two terms ---

    def terms(self, lhs: Term, symbol: str, rhs: Term, *, constant: bool = False) -> Judgement:
        """Judge an equation between two terms."""
        lhs, rhs = with_zero(lhs, rhs), with_zero(rhs, lhs)
        if lhs.rank == rhs.rank:
            lhs, rhs = drawn(lhs, rhs, self.context)
        if lhs.rank != rhs.rank:
            verdict = check.refute_types(lhs, rhs)
            claim = Equal(lhs, lhs)  # of two ranks there is no claim
            return judged(Decision(claim, self.context.scope, verdict))
        judgement = self._decided(lhs, symbol, rhs, constant=constant)
        if judgement.outcome == "refuted" and is_choice(lhs, rhs, self.context):
            return given("a choice of a parameter that the problem leaves open")
        if judgement.outcome not in {"proved", "given"} and lhs.rank == 1 and not constant:
            judgement = self._with_values(lhs, symbol, rhs) or judgement
        settled = judgement.outcome in {"proved", "given"} or self.decider.trial
        if settled or not self.context.authors:
            return judgement
        return self._following(lhs, rhs, judgement, constant=constant)

    def _with_values(self, lhs: Term, symbol: str, rhs: Term) -> Judgement | None:
        """Prove an equation with what the document says of a variable of one side only."""
        for left, right, value in with_values(lhs, rhs, self.context.values, self.context):
            judgement = self._decided(left, symbol, right, constant=False)
            if judgement.outcome == "proved":
                return judgement.noting(f"with line {value.line}")
        return None

    def _decided(self, lhs: Term, symbol: str, rhs: Term, *, constant: bool) -> Judgement:
        if constant:
            return self._up_to_constant(*pathwise(lhs, rhs, self.context.scope))
        if symbol in APPROXIMATIONS:
            return self._approximate(lhs, rhs)
        unnamed = up_to_function(lhs, rhs, self.context)
        return self._exact(lhs, rhs) if unnamed is None else self._one(unnamed)

    def _exact(self, lhs: Term, rhs: Term) -> Judgement:
        if _is_wish(lhs, rhs):
            return given("what a trained function is to be")
        if not outside(lhs, rhs):
            return self._one(Equal(lhs, rhs))
        if any(isinstance(a, Sym) and outside(b) for a, b in ((lhs, rhs), (rhs, lhs))):
            return given("an event")
        return self._random(lhs, rhs)

    def _one(self, claim: Claim) -> Judgement:
        return judged(self.decider.decide(claim, self.context))

    def _up_to_constant(self, lhs: Term, rhs: Term) -> Judgement:
        """Judge `lhs = rhs + C`: C is free of theta, and of the points on the page.

        A constant beside a conditional density may still depend on the condition.
        """
        whole = self._one(EqualUpToConstant(lhs, rhs))
        if whole.outcome != "proved":
            return whole
        points = free_points(lhs, rhs)
        alone = any(side in {_ZERO, Zero(1)} for side in (lhs, rhs))
        if not points and not alone and not any(map(depends_on_theta, (lhs, rhs))):
            return unresolved("both sides are constants: up to one, nothing is claimed")
        if lhs.rank > 1:
            return unresolved("what a constant matrix may depend on is not decided")
        for point in points:
            slopes = self._one(Equal(Diff(lhs, point), Diff(rhs, point)))
            if slopes.outcome == "proved":
                continue
            if slopes.outcome == "refuted" and point not in main_points(lhs, rhs):
                return unresolved(f"the constant depends on {point.name}")
            return slopes
        return whole

    def _approximate(self, lhs: Term, rhs: Term) -> Judgement:
        if any(isinstance(x, Landau) for x in walk(rhs)):
            return self._one(Equal(lhs, rhs))
        exact = self._one(Equal(lhs, rhs))
        if exact.outcome == "proved":
            return exact
        claim = approximation_claim(lhs, rhs, self.decider.small)
        if claim is None:
            return unresolved("what an approximation neglects is not said")
        judgement = self._one(claim.claim)
        if judgement.outcome == "refuted" and not claim.strict:
            return unresolved("what the approximation neglects is not said")
        return judgement

    def _random(self, lhs: Term, rhs: Term) -> Judgement:
        """Judge an equation with random variables outside expectations."""
        scope = self.context.scope
        lhs, rhs = at_points(lhs, rhs)
        claims: list[Claim] = [
            Equal(*pathwise(side, rhs, scope)) for side in (lhs, *self._meant(lhs))
        ]
        first = judged(self._first_proved(claims))
        if first.outcome == "proved":
            return first
        here, there = (set(outside(expanded(side, scope))) for side in (lhs, rhs))
        if here == there or not here or not there:
            return first
        return self._in_law(lhs, rhs, first, meant=len(claims) > 1)

    def _in_law(self, lhs: Term, rhs: Term, first: Judgement, *, meant: bool) -> Judgement:
        """Judge an equation with noise that one side lacks; `first`: what outcomes say."""
        scope = self.context.scope
        if not isinstance(lhs, RV):
            return self._one(EqualInLaw(*through_noise(lhs, rhs, self.context)))
        parts = set(outside(expanded(rhs, scope)))
        if lhs in parts or (parts <= ancestors(lhs, scope) and lhs not in scope.definitions):
            return first  # by itself, or without the noise that it has
        if lhs in scope.definitions:
            # Means and variances say more to a person than two densities at a point.
            judgement = self._one(EqualInLaw(expanded(lhs, scope), expanded(rhs, scope)))
            if judgement.outcome == "proved" and any(isinstance(x, Ito) for x in outside(rhs)):
                return unresolved("equal in law; of one Wiener process more is said")
            if judgement.outcome != "unresolved":
                return judgement
        claim = law_claim(lhs, rhs, scope)
        if claim is not None:
            return self._one(claim)
        return first if meant else given("a step to an earlier time, which the problem leaves open")

    def _first_proved(self, claims: list[Claim]) -> Decision:
        decisions = [self.decider.decide(claim, self.context) for claim in claims]
        proved = (d for d in decisions if isinstance(d.verdict, Proved))
        open_ = (d for d in decisions if isinstance(d.verdict, Unresolved))
        return next(proved, next(open_, decisions[-1]))

    def _meant(self, lhs: Term) -> list[RV]:
        r"""The variables of the key that a name may mean with `\theta` left out of it."""
        if not isinstance(lhs, RV):
            return []
        bare = _undecorated(lhs.name)
        return [
            v for v in self.context.scope.definitions if v != lhs and _undecorated(v.name) == bare
        ]

    def _following(
        self, lhs: Term, rhs: Term, judgement: Judgement, *, constant: bool
    ) -> Judgement:
        """Tell apart what is true if an earlier premise of the author's were."""
        lines = sorted({line for _, line in self.context.authors.values()})
        claim: Claim = EqualUpToConstant(lhs, rhs) if constant else Equal(lhs, rhs)
        if outside(lhs, rhs):
            scope = self.context.as_the_author(self.context.scope)
            claim = Equal(*pathwise(lhs, rhs, scope))
        decision = self.decider.decide(claim, self.context, authors=True)
        if isinstance(decision.verdict, Proved):
            told = ", ".join(map(str, lines))
            return unresolved(f"it follows from line {told}, which is false", "follows")
        return judgement


def _is_wish(lhs: Term, rhs: Term) -> bool:
    """Whether a trained function, free so far, is said to equal something without it."""
    return (
        isinstance(lhs, Apply)
        and lhs.field.trained
        and all(not (isinstance(x, Apply) and x.field == lhs.field) for x in walk(rhs))
    )


def _expands(*terms: Term) -> bool:
    return any(isinstance(x, Landau) for term in terms for x in walk(term))


def with_zero(side: Term, other: Term) -> Term:
    """Give the number 0 the rank of the other side, where that is a vector."""
    return Zero(1) if other.rank == 1 and side == _ZERO else side


def _undecorated(name: str) -> str:
    for mark in (r"^\theta", r"^{\theta}", r"^*", r"^{*}", r"^\star"):
        name = name.replace(mark, "")
    return name
