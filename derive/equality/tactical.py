"""Statements that are not of elementary algebra, given to the tactics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.equality.decision import Decision
from derive.kernel.verdict import Unresolved
from derive.language.claims import Equal
from derive.language.scope import Range, Scope
from derive.language.terms import Apply
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from derive.equality.statement import Statement


def by_tactics(statement: Statement, seed: int) -> Decision:
    """Decide by the tactics, whose hypotheses are open intervals and equations."""
    if statement.equations:
        return Decision(statement, Unresolved("equations with operators are not compared"))
    if any(isinstance(x, Apply) for pair in statement.given for side in pair for x in side.nodes):
        reason = "a side equation about an unspecified function, for one value or for all?"
        return Decision(statement, Unresolved(reason))
    ranges = {s: Range(d.low, d.high) for s, d in statement.letters.items()}
    closed = any(d.low_closed or d.high_closed or d.whole for d in statement.letters.values())
    positive = tuple(f.term for f in statement.facts if f.kind == "positive")
    if closed or len(positive) < len(statement.facts):
        return Decision(statement, Unresolved("assumptions other than open intervals"))
    scope = Scope(ranges=ranges, equations=statement.given, positive=positive)
    return Decision(statement, decide(Equal(statement.lhs, statement.rhs), scope, seed=seed))
