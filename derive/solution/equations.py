r"""Equations of a document: what they claim, and which of their readings decides.

`a = b` may be said of numbers, of every outcome of random variables, in law (with noise
that one side lacks), up to a constant (`+ C`) or as an approximation (`\approx`).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.kernel import check
from derive.language.claims import Claim, Equal, EqualUpToConstant, Minimises
from derive.language.scope import depends_on_theta
from derive.language.terms import (
    RV,
    Add,
    Apply,
    Diff,
    Expect,
    Identity,
    Landau,
    Mul,
    Neg,
    Outer,
    Sym,
    Term,
    Trace,
    Variance,
    Zero,
    add,
    mul,
    term,
)
from derive.language.traverse import rebuild, walk
from derive.reader.calculus import free_symbols
from derive.reader.constants import split_constant
from derive.reader.joint import OVER_ALL
from derive.reader.lowercase import KINDS, averaged_over
from derive.reader.notation import canonical
from derive.reader.products import OUTER
from derive.solution.approximation import approximation_claim
from derive.solution.congruence import ANY, Congruence, congruences
from derive.solution.conventions import drawn, is_choice, up_to_function
from derive.solution.following import following
from derive.solution.halfbound import half_bound
from derive.solution.judgement import (
    Decision,
    Judgement,
    given,
    judged,
    unread,
    unresolved,
)
from derive.solution.outcomes import Outcomes
from derive.solution.pathwise import at_any_value, outside, pathwise
from derive.solution.points import free_points, main_points
from derive.solution.redefinitions import defines_square, redefine, redefined_in
from derive.solution.stated import with_values
from derive.solution.telescoping import reduced
from derive.solution.ties import entangled, solved, with_letters_drawn
from derive.solution.unwritten import stands_at_unwritten
from derive.solution.words import undefined_words

if TYPE_CHECKING:
    from derive.reader.readings import Reading
    from derive.solution.context import Context
    from derive.solution.judgement import Decider
    from derive.solution.sides import Side

EQUALITIES = frozenset({"=", ":=", "\\equiv", "\\triangleq", "\\doteq", "=:"})
APPROXIMATIONS = frozenset({"\\approx", "\\simeq", "\\cong"})
_ZERO = term(0)
_MATRIX = 2  # the rank of matrices


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
                return undefined_words(lhs, rhs, self.context) or found
            terms, with_constant = found
            read.append(terms)
            constant = constant or with_constant
        judgement = self._of_readings(read[0], symbol, read[1], constant)
        if self.decider.trial or judgement.outcome == "given":
            return judgement
        if judgement.outcome != "proved":
            one, other = _of_one_kind(list(product(read[0], read[1])))[0]
            judgement = self._following(one.term, other.term, constant=constant) or judgement
        return self._where(lhs, symbol, rhs, judgement)

    def _following(self, lhs: Term, rhs: Term, *, constant: bool) -> Judgement | None:
        """Tell of which false lines an equation that is not proved is a consequence."""
        lhs, rhs = with_zero(lhs, rhs), with_zero(rhs, lhs)
        if lhs.rank != rhs.rank:
            return None
        lhs, rhs = drawn(lhs, rhs, self.context)
        return following(lhs, rhs, self.context, self.decider.apart(), constant=constant)

    def _where(self, lhs: Side, symbol: str, rhs: Side, judgement: Judgement) -> Judgement:
        """Take account of a name that has one meaning above a line, another below it."""
        if judgement.outcome == "proved" and defines_square(lhs, self.context):
            return given("a definition")
        line = redefined_in(self.context, lhs, rhs)
        decided = judgement.outcome in {"proved", "refuted"}
        if line is not None and decided and symbol != ":=":
            return unresolved(f"a letter of it was defined anew in line {line}")
        if judgement.outcome == "refuted":
            other = redefine(lhs, symbol, rhs, self.context)
            if other is not None:
                return unresolved(f"defined otherwise in line {other}")
            if stands_at_unwritten(lhs, rhs, self.context):
                return unresolved("one side stands at a point that is not written")
        return judgement

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
        pairs = _of_one_rank(_of_one_kind(list(product(left, right))))[:6]
        judgements: list[Judgement] = []
        for a, b in pairs:
            judgement = self.terms(a.term, symbol, b.term, constant=constant)
            judgements.append(judgement)
            if judgement.outcome in {"proved", "given"}:
                break
        first, best = judgements[0], judgements[-1]
        notes = tuple(note.message for reading in pairs[0] for note in reading.notes)
        if best.outcome == "refuted" and self._may_be_held(notes, pairs[0]):
            return unresolved("false, unless some variables are held fixed under the mean", "guess")
        if best is first or best.outcome not in {"proved", "given"}:
            if len({j.outcome for j in judgements}) == 1 or first.outcome != "refuted":
                return first.noting(*notes)
            return unresolved("its readings differ: " + "; ".join(notes), "ambiguous")
        chosen = pairs[len(judgements) - 1]
        read = [note.message for reading in chosen for note in reading.notes]
        return unresolved(
            "false as it is customarily read; true if " + "; ".join(read), "ambiguous"
        )

    def _may_be_held(self, notes: tuple[str, ...], pair: tuple[Reading, Reading]) -> bool:
        """Whether some letters may be held fixed under a mean that was read as one over all."""
        if any(note.endswith(OVER_ALL) for note in notes):
            return True
        loose = {x for reading in pair for x in free_symbols(reading.term)}
        drawn_all = any(note.endswith(KINDS[0]) for note in notes)
        return drawn_all and any(self.context.twin_of(x) is not None for x in loose)

    def limit(self, lhs: Side, rhs: Side) -> Judgement | None:
        """Prove `f -> a` where f = a + O(h) with the small letter h; None: it is left open."""
        read = [self.read(side) for side in (lhs, rhs)]
        terms = [one[0][0].term for one in read if not isinstance(one, Judgement)]
        if len(terms) != len(read) or any(t.rank for t in terms) or not self.decider.small:
            return None
        remainder = Landau("O", self.decider.small[0])
        judgement = self.claim(Equal(terms[0], add(terms[1], remainder)))
        return judgement if judgement.outcome == "proved" else None

    def by_congruence(self, lhs: Side, rhs: Side) -> Judgement | None:
        """Prove two sides equal that differ only in what is equal for every outcome."""
        if lhs.flaw is not None or rhs.flaw is not None:
            return None
        if redefined_in(self.context, lhs, rhs) is not None:
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
            judgement = self.claim(Equal(*pathwise(left, right, self.context.scope)))
            if judgement.outcome == "proved":
                return judgement.noting("equal in equal surroundings")
        return None

    def _of_sums(self, pair: Congruence) -> Judgement | None:
        """Prove two sums over the steps of a process equal, by claims without sums."""
        claims = reduced(pair.lhs, pair.rhs, self.context)
        if not claims:
            return None
        judgements = [self.claim(claim) for claim in claims]
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
        squared = [x for x in self.context.signs if x in lhs.nodes or x in rhs.nodes]
        if squared:
            return self._of_both_signs(lhs, symbol, rhs, squared[0], constant=constant)
        if lhs.rank == rhs.rank:
            lhs, rhs = drawn(lhs, rhs, self.context)
        if lhs.rank != rhs.rank:
            return self._of_two_ranks(lhs, rhs)
        judgement = self._decided(lhs, symbol, rhs, constant=constant)
        if judgement.outcome == "refuted" and is_choice(lhs, rhs, self.context):
            return given("a choice of a parameter that the problem leaves open")
        if judgement.outcome not in {"proved", "given"} and lhs.rank == 1 and not constant:
            judgement = self._with_values(lhs, symbol, rhs) or judgement
        return judgement

    def _of_two_ranks(self, lhs: Term, rhs: Term) -> Judgement:
        """Refute an equation of two types, but not one with the variance of a vector.

        Some write one number for it: the variance of each component, or that of all.
        """
        matrix, number = (lhs, rhs) if lhs.rank > rhs.rank else (rhs, lhs)
        if matrix.rank == _MATRIX and not number.rank and _is_variance(matrix):
            claims = (Equal(matrix, mul(number, Identity())), Equal(Trace(matrix), number))
            if any(self.claim(claim).outcome != "refuted" for claim in claims):
                return unresolved("the variance of a vector is a matrix: which number is meant?")
        verdict = check.refute_types(lhs, rhs)
        claim = Equal(lhs, lhs)  # of two ranks there is no claim
        return judged(Decision(claim, self.context.scope, verdict))

    def _of_both_signs(
        self, lhs: Term, symbol: str, rhs: Term, letter: Sym, *, constant: bool
    ) -> Judgement:
        """Judge an equation with a letter of which the document defines the square alone."""
        root = self.context.signs[letter]
        judgements = [
            self.terms(
                rebuild(lhs, {letter: value}), symbol, rebuild(rhs, {letter: value}),
                constant=constant,
            )
            for value in (root, Neg(root))
        ]  # fmt: skip
        if len({j.outcome for j in judgements}) == 1:
            return judgements[0]
        return unresolved(f"only the square of {letter.name} is defined, not its sign")

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
        return self._exact(lhs, rhs) if unnamed is None else self.claim(unnamed)

    def _exact(self, lhs: Term, rhs: Term) -> Judgement:
        if _is_wish(lhs, rhs):
            return given("what a trained function is to be")
        if not outside(lhs, rhs):
            return self.claim(Equal(lhs, rhs))
        if any(isinstance(a, Sym) and outside(b) for a, b in ((lhs, rhs), (rhs, lhs))):
            return given("an event")
        everywhere = at_any_value(lhs, rhs, self.context.scope)
        if everywhere is not None:
            judgement = self.claim(everywhere)
            if judgement.outcome == "proved":
                return judgement
        return Outcomes(self.context, self.claim).judge(lhs, rhs)

    def claim(self, claim: Claim) -> Judgement:
        """Judge a claim, whether letters beside noise are held fixed under its mean or not."""
        judgement = self._with_noise(claim)
        letter = half_bound(claim) if judgement.outcome == "refuted" else None
        if letter is not None:
            return unresolved(f"{letter.name} is integrated over and stands beside the integral")
        other = with_letters_drawn(claim, self.context)
        if other is None or judgement.outcome not in {"proved", "refuted"}:
            return judgement
        if self._with_noise(other).outcome == judgement.outcome:
            return judgement
        return unresolved("a letter under a mean may depend on the noise beside it")

    def _with_noise(self, claim: Claim) -> Judgement:
        """Judge a claim, noise that the document ties to other variables solved for."""
        judgement = judged(self.decider.decide(claim, self.context))
        noises = entangled(claim, self.context)
        if not noises or isinstance(claim, Minimises) or judgement.outcome == "unresolved":
            return judgement
        (lhs, rhs), used = solved((claim.lhs, claim.rhs), noises, self.context)
        same = type(claim)(lhs, rhs)
        if len(used) == len(noises) and not entangled(same, self.context):
            other = judged(self.decider.decide(same, self.context))
            lines = ", ".join(str(tie.line) for tie in used)
            if other.outcome == "proved":
                return other.noting(f"with the noise of line {lines}")
            if other.outcome == "refuted" and judgement.outcome == "refuted":
                return judgement
        names = ", ".join(noise.name for noise in noises)
        return unresolved(f"how {names} depends on the other variables is not clear")

    def _up_to_constant(self, lhs: Term, rhs: Term) -> Judgement:
        """Judge `lhs = rhs + C`: C is free of theta, and of the points on the page.

        A constant beside a conditional density may still depend on the condition.
        """
        whole = self.claim(EqualUpToConstant(lhs, rhs))
        if whole.outcome != "proved":
            return whole
        points = free_points(lhs, rhs)
        alone = any(side in {_ZERO, Zero(1)} for side in (lhs, rhs))
        if not points and not alone and not any(map(depends_on_theta, (lhs, rhs))):
            return unresolved("both sides are constants: up to one, nothing is claimed")
        if lhs.rank > 1:
            return unresolved("what a constant matrix may depend on is not decided")
        for point in points:
            slopes = self.claim(Equal(Diff(lhs, point), Diff(rhs, point)))
            if slopes.outcome == "proved":
                continue
            if slopes.outcome == "refuted" and point not in main_points(lhs, rhs):
                return unresolved(f"the constant depends on {point.name}")
            return slopes
        return whole

    def _approximate(self, lhs: Term, rhs: Term) -> Judgement:
        if any(isinstance(x, Landau) for x in walk(rhs)):
            return self.claim(Equal(lhs, rhs))
        exact = self.claim(Equal(lhs, rhs))
        if exact.outcome == "proved":
            return exact
        claim = approximation_claim(lhs, rhs, self.decider.small)
        if claim is None:
            return unresolved("what an approximation neglects is not said")
        judgement = self.claim(claim.claim)
        if judgement.outcome == "refuted" and not claim.strict:
            return unresolved("what the approximation neglects is not said")
        return judgement


def _is_wish(lhs: Term, rhs: Term) -> bool:
    """Whether a trained function, free so far, is said to equal something without it."""
    return (
        isinstance(lhs, Apply)
        and lhs.field.trained
        and all(not (isinstance(x, Apply) and x.field == lhs.field) for x in walk(rhs))
    )


def _is_variance(term: Term) -> bool:
    """Whether a matrix is made of variances and covariances."""
    match term:
        case Variance():
            return True
        case Add(terms=(Expect(body=Outer()), Neg(body=Outer(left=Expect(), right=Expect())))):
            return True
        case Expect(body=body) | Neg(body=body):
            return _is_variance(body)
        case Add(terms=parts) | Mul(factors=parts):
            return any(map(_is_variance, parts))
        case _:
            return False


def _of_one_kind(pairs: list[tuple[Reading, Reading]]) -> list[tuple[Reading, Reading]]:
    """Read the small letters under the means of both sides in one way.

    Beside a side that has the variable itself, E f(X) = E f(x), they are values.
    """
    fitting: list[tuple[Reading, Reading]] = []
    for pair in pairs:
        one, other = ({n.message for n in x.notes if n.message.endswith(KINDS)} for x in pair)
        shared = averaged_over(pair[0].term) & averaged_over(pair[1].term)
        drawn_all = any(message.endswith(KINDS[0]) for message in one | other)
        apart = not (one and other) and drawn_all and any(x.name[:1].isupper() for x in shared)
        if (not one or not other or one == other) and not apart:
            fitting.append(pair)
    return fitting or pairs


def _of_one_rank(pairs: list[tuple[Reading, Reading]]) -> list[tuple[Reading, Reading]]:
    """Read a product of two vectors beside a matrix as a matrix; else give all the pairs."""
    if _rank_beside(*pairs[0]) == _rank_beside(*reversed(pairs[0])):
        return pairs
    fitting = [
        (a, b)
        for a, b in pairs
        if any(note.message.endswith(OUTER) for one in (a, b) for note in one.notes)
        and _rank_beside(a, b) == _rank_beside(b, a)
    ]
    return fitting or pairs


def _rank_beside(one: Reading, other: Reading) -> int:
    return int(with_zero(one.term, other.term).rank)


def _expands(*terms: Term) -> bool:
    return any(isinstance(x, Landau) for term in terms for x in walk(term))


def with_zero(side: Term, other: Term) -> Term:
    """Give the number 0 the rank of the other side, where that is a vector or a matrix."""
    if side != _ZERO or other.rank not in (1, _MATRIX):
        return side
    return Zero(1) if other.rank == 1 else mul(_ZERO, Identity())
