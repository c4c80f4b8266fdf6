"""The answers of one problem: compared with the key, and where they are false, mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel.verdict import Proved, Refuted
from derive.language.claims import Equal
from derive.language.terms import Apply, Field, Landau, Sym, Term
from derive.language.traverse import walk
from derive.results import Diagnosis, DocumentResult
from derive.solution.announced import is_announced
from derive.solution.answers import (
    BY_MEANING,
    Asked,
    Candidate,
    best,
    claims_of,
    is_weaker,
    read_term,
)
from derive.solution.equated import equated_in
from derive.solution.judgement import Decision, Judgement, judged, unresolved
from derive.solution.pathwise import outside, pathwise
from derive.solution.redefinitions import redefined_in
from derive.solution.sides import Side, span_source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from derive.derivation import Result
    from derive.documents.chains import Chain
    from derive.solution.context import Context
    from derive.solution.diagnosis import Diagnoser
    from derive.solution.judgement import Decider


@dataclass(frozen=True)
class Choice:
    """What a text puts for a letter; `proved`: as the problem itself says."""

    letter: Sym
    value: Term
    proved: bool


@dataclass(frozen=True)
class Answers:
    """Compares what chains state with what a problem asks for; chains in their order.

    choices: what the text puts for letters of the problem, as in "let b = h g".
    """

    file: str
    chains: Sequence[Chain]
    context: Context
    decider: Decider
    diagnoser: Diagnoser
    choices: Sequence[Choice] = ()

    def compared(self) -> list[DocumentResult]:
        """Compare the answers that the problem asks for."""
        problem = self.context.problem
        results = problem.results if problem else ()
        return [self._answer(result, Asked.of(result, results)) for result in results]

    def _answer(self, result: Result, asked: Asked | None) -> DocumentResult:
        found = [] if asked is None else best(asked.found_in(self.chains, self.context))
        if not found and asked is not None:
            found = list(equated_in(asked, self.chains, self.context, self._asked_for(result)))
        missing = DocumentResult(
            self.context.target, result.name, result.stated, Fraction(result.points), "missing"
        )
        if not found or asked is None:
            return missing
        letters = set(walk(asked.stated))
        decisions = [(c, self._compared(result, c, letters)) for c in found]
        proved = [d for d in decisions if isinstance(d[1].verdict, Proved)]
        chosen, decision = decisions[-1]
        if proved and found[0].rank > 0:
            chosen, decision = proved[-1]
        right = [c for c, _ in proved if c.chain != chosen.chain]
        judgement = self._judged(result, chosen, judged(decision), right, letters)
        judgement = _if_random(judgement, result, chosen)
        judgement = self._if_announced(judgement, result, chosen)
        judgement = self._if_alone(judgement, result, decisions)
        diagnosis = judgement.diagnosis
        if judgement.outcome == "refuted" and not chosen.maximised:
            diagnosis = self._mended(result, chosen)
        begin, end = chosen.side.text.span()
        return replace(
            missing,
            outcome=judgement.outcome,
            verdict=decision.verdict,
            found=chosen.side.latex,
            source=span_source(self.file, begin, end),
            written=chosen.side.text.source.lines[begin.line - 1],
            diagnosis=diagnosis,
            numeric=decision.numeric,
        )

    def _asked_for(self, result: Result) -> Callable[[Term], bool]:
        """Tell whether a term is what the sheet asks to express."""
        checker = self.decider.apart().checker

        def is_asked(term: Term) -> bool:
            claim = Equal(*pathwise(result.derived, term, result.scope))
            return isinstance(checker.attempt(claim, result.scope), Proved)

        return is_asked

    def _judged(
        self,
        result: Result,
        chosen: Candidate,
        judgement: Judgement,
        right: list[Candidate],
        asked: Collection[Term],
    ) -> Judgement:
        """Take account of what a document says of an answer elsewhere, and of its remainder."""
        if judgement.outcome == "refuted" and right:
            line = right[-1].side.text.place(0).line
            return unresolved(f"another answer, which is right, stands in line {line}")
        anew = redefined_in(self.context, chosen.side)
        if anew is not None and anew < chosen.side.text.place(0).line:
            return unresolved(f"a letter of it was defined anew in line {anew}")
        sides = (walk(chosen.term), asked)
        remainders = [[x for x in nodes if isinstance(x, Landau)] for nodes in sides]
        if judgement.outcome == "proved" and chosen.unexpanded:
            return unresolved("right, but it is not expanded")
        if judgement.outcome == "proved" and chosen.rough and result.up_to_constant:
            return unresolved("right, but it stands behind an approximation sign")
        if judgement.outcome == "proved" and is_weaker(*remainders):
            return unresolved("right, but its remainder says less than the sheet's")
        return self._doubted(chosen, judgement, asked)

    def _doubted(
        self, chosen: Candidate, judgement: Judgement, asked: Collection[Term]
    ) -> Judgement:
        """Leave open what is refuted, where its letters may be others than they seem."""
        if judgement.outcome != "refuted":
            return judgement
        if self.context.is_guessed(chosen.term):
            return unresolved("false, if its letters mean what they seem to")
        if self._is_put(chosen, asked, proved=False):
            return unresolved("it is written in letters that the text puts for the sheet's")
        return judgement

    def _if_announced(self, judgement: Judgement, result: Result, chosen: Candidate) -> Judgement:
        """Hold nothing against an author that may mean another thing, or be on the way to it."""
        if judgement.outcome == "refuted" and _has_other_arguments(chosen.term, result.derived):
            return unresolved("a function of it has other arguments than the sheet's")
        if judgement.outcome != "refuted" or chosen.rank < BY_MEANING or not result.up_to_constant:
            return judgement
        if is_announced(self.chains[chosen.chain], result, self.context):
            return judgement
        return unresolved("it differs from the sheet's, and may be a step on the way to the answer")

    def _if_alone(
        self, judgement: Judgement, result: Result, decisions: list[tuple[Candidate, Decision]]
    ) -> Judgement:
        """Leave a right answer open that stands beside a wrong one: which of them is meant?"""
        if judgement.outcome != "proved":
            return judgement
        for found, decision in decisions:
            said = found.rank < BY_MEANING or is_announced(
                self.chains[found.chain], result, self.context
            )
            if said and isinstance(decision.verdict, Refuted):
                line = found.side.text.place(0).line
                return unresolved(f"another answer, which is wrong, stands in line {line}")
        return judgement

    def _is_put(self, chosen: Candidate, asked: Collection[Term], *, proved: bool) -> bool:
        """Whether an answer has letters that the text puts for those of the sheet."""
        written = {x for x in walk(chosen.term) if isinstance(x, Sym)} - set(asked)
        return any(
            choice.letter in asked and not written.isdisjoint(walk(choice.value))
            for choice in self.choices
            if choice.proved == proved
        )

    def _compared(self, result: Result, found: Candidate, asked: Collection[Term]) -> Decision:
        """Decide whether a term is the answer: the first claim that is proved, or the first."""
        decisions: list[Decision] = []
        known = tuple((c.letter, c.value) for c in self.choices if c.proved)
        put = self._is_put(found, asked, proved=True)
        scope = result.scope.extended(equations=known) if put else result.scope
        rough = found.rough and not result.up_to_constant
        for claim in claims_of(result, found.term, self.decider.small, rough=rough):
            verdict, numeric = self.decider.checker.claim(claim, scope, result.name)
            decisions.append(Decision(claim, scope, verdict, numeric))
            if isinstance(verdict, Proved):
                return decisions[-1]
        doubtful = (d for d in decisions if not isinstance(d.verdict, Refuted))
        return next(doubtful, decisions[0])  # it may be this multiple

    def _mended(self, result: Result, found: Candidate) -> Diagnosis | None:
        checker, side = self.decider.apart().checker, found.side

        def proves(text: str) -> bool:
            term = read_term(Side(side.text.plain(text)), self.context)
            if term is None or term.rank != result.derived.rank:
                return False
            claims = claims_of(result, term, self.decider.small, rough=found.rough)
            return any(isinstance(checker.attempt(c, result.scope), Proved) for c in claims)

        return self.diagnoser.mended(side, proves)


def _has_other_arguments(term: Term, asked: Term) -> bool:
    r"""Whether a trained function has arguments in another order, or others: `s_\theta(t, X_t)`."""
    known: dict[Field, set[tuple[int, ...]]] = {}
    for node in (x for x in walk(asked) if isinstance(x, Apply)):
        known.setdefault(node.field, set()).add(tuple(int(a.rank) for a in node.args))
    return any(
        isinstance(x, Apply)
        and x.field.trained
        and tuple(int(a.rank) for a in x.args) not in known.get(x.field, {()})
        for x in walk(term)
    )


def _if_random(judgement: Judgement, result: Result, chosen: Candidate) -> Judgement:
    """Leave an answer open that is random, `E[s(X) | Y]`, where the sheet's is not."""
    if judgement.outcome == "refuted" and len(outside(chosen.term)) > len(outside(result.derived)):
        return unresolved("it is random, and the sheet's is not")
    return judgement
