"""Deciding a Landau claim by the series of its two sides."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from flint import ctx

from derive.equality import givens
from derive.equality.case import BITS, POINTS, Case, settled, witness_of
from derive.equality.encode import ONE, Tree, mentions, put
from derive.equality.expansions import claim_of, difference
from derive.equality.field import Shape, Unsupported

if TYPE_CHECKING:
    from derive.equality.decision import Decision
    from derive.equality.expansions import Claim
    from derive.equality.lowering import Lowering
    from derive.equality.points import Point
    from derive.equality.statement import Statement


def decide_expansion(statement: Statement, seed: int) -> Decision | None:
    """Decide `lhs = rhs + o(h^k)` or with O; None for what has no Laurent series here.

    Raises:
        NotElementary: a side holds an operator that is not of elementary algebra.
    """
    claim = claim_of(statement)
    if claim is None:
        return None
    case = Case(replace(statement, lhs=claim.lhs, rhs=claim.rhs, vary=None), seed)
    name = claim.letter.name
    stated = [tree for _, tree in case.facts] + [side for pair in case.given for side in pair]
    if any(mentions(tree, name) for tree in stated):
        return None
    decision = _Expansions(case, claim, name).decide()
    return None if decision is None else replace(decision, statement=statement)


class _Expansions:
    def __init__(self, case: Case, claim: Claim, name: str) -> None:
        self.case, self.claim, self.name = case, claim, name
        self.toward = case.statement.toward
        sides = (case.lhs, case.rhs)
        if self.toward == "oo":
            small: Tree = ("over", ONE, ("letter", name))
            sides = (put(case.lhs, name, small), put(case.rhs, name, small))
        self.sides = sides

    def decide(self) -> Decision | None:
        with ctx.workprec(BITS):
            try:
                self.case.solve()
                tried = list(islice(self.case.admitted(self.name), 2 * POINTS))
                samples = [dict(value.point) for _, value in tried[:POINTS]]
                low, (terms, found, more) = settled(Shape(), samples, self.case, self._expanded)
            except (Unsupported, ZeroDivisionError):
                return None
            witness = witness_of(low, more | {"terms": terms})
            wrong = next((c for c in found if not low.field.vanishes(c)), None)
            verdict = "proved" if wrong is None else "refuted"
            for index, (point, _) in enumerate(tried):
                if wrong is not None and index < len(samples):
                    value = low.field.at(wrong, index)
                    if value is None or value.contains(0):
                        continue
                decision = self.case.decided(self._document(verdict, point, witness))
                if decision.document is not None:
                    return decision
        return None

    def _expanded(self, low: Lowering) -> tuple[int, list[Any], dict[str, Any]]:
        solved, _ = givens.solve(low, self.case.given, self.case.domains)
        for _, tree in self.case.facts:
            low.value(tree)
        low.whole.discard(self.name)
        terms, found = difference(low, self.sides, self.claim)
        return terms, found, {"solved": solved}

    def _document(self, verdict: str, point: Point, witness: dict[str, Any]) -> dict[str, Any]:
        landau = {
            "kind": self.claim.kind,
            "order": self.claim.order,
            "letter": self.name,
            "toward": self.toward,
        }
        document = self.case.document(verdict, point, witness)
        return document | {"relation": "expansion", "landau": landau}
