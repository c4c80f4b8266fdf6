"""The answers of one problem: compared with the key, and where they are false, mended."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel.verdict import Proved
from derive.results import Diagnosis, DocumentResult
from derive.solution.answers import Asked, Candidate, best, claims_of, read_term
from derive.solution.judgement import Decision, judged, unresolved
from derive.solution.redefinitions import redefined_in
from derive.solution.sides import Side, span_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.derivation import Result
    from derive.documents.chains import Chain
    from derive.solution.context import Context
    from derive.solution.diagnosis import Diagnoser
    from derive.solution.judgement import Decider


class Answers:
    """Compares what chains state with what a problem asks for; chains in their order."""

    def __init__(
        self,
        file: str,
        chains: Sequence[Chain],
        context: Context,
        decider: Decider,
        diagnoser: Diagnoser,
    ) -> None:
        self.file, self.chains = file, chains
        self.context, self.decider, self.diagnoser = context, decider, diagnoser

    def compared(self) -> list[DocumentResult]:
        """Compare the answers that the problem asks for."""
        problem = self.context.problem
        return [self._answer(result) for result in problem.results] if problem else []

    def _answer(self, result: Result) -> DocumentResult:
        problem = self.context.problem
        asked = None if problem is None else Asked.of(result, problem.results)
        found = [] if asked is None else best(asked.found_in(self.chains, self.context))
        missing = DocumentResult(
            self.context.target, result.name, result.stated, Fraction(result.points), "missing"
        )
        if not found:
            return missing
        decisions = [(c, self._compared(result, c)) for c in found]
        proved = [d for d in decisions if isinstance(d[1].verdict, Proved)]
        chosen, decision = decisions[-1]
        if proved and found[0].rank > 0:
            chosen, decision = proved[-1]
        judgement = judged(decision)
        elsewhere = [c for c, _ in proved if c.chain != chosen.chain]
        if judgement.outcome == "refuted" and elsewhere:
            line = elsewhere[-1].side.text.place(0).line
            judgement = unresolved(f"another answer, which is right, stands in line {line}")
        anew = redefined_in(self.context, chosen.side)
        if anew is not None and anew < chosen.side.text.place(0).line:
            judgement = unresolved(f"a letter of it was defined anew in line {anew}")
        diagnosis = judgement.diagnosis
        if judgement.outcome == "refuted":
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

    def _compared(self, result: Result, found: Candidate) -> Decision:
        """Decide whether a term is the answer: the first claim that is proved, or the first."""
        decisions: list[Decision] = []
        for claim in claims_of(result, found.term, self.decider.small, rough=found.rough):
            verdict, numeric = self.decider.checker.claim(claim, result.scope, result.name)
            decisions.append(Decision(claim, result.scope, verdict, numeric))
            if isinstance(verdict, Proved):
                return decisions[-1]
        return decisions[0]

    def _mended(self, result: Result, found: Candidate) -> Diagnosis | None:
        checker, side = self.decider.apart().checker, found.side

        def proves(text: str) -> bool:
            term = read_term(Side(side.text.plain(text)), self.context)
            if term is None or term.rank != result.derived.rank:
                return False
            claims = claims_of(result, term, self.decider.small, rough=found.rough)
            return any(isinstance(checker.attempt(c, result.scope), Proved) for c in claims)

        return self.diagnoser.mended(side, proves)
