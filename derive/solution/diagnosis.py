"""Why a link is false, for its author: the edit that mends it, else what does not fit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.kernel.verdict import Refuted
from derive.language.terms import RV, Term
from derive.reader.calculus import free_symbols
from derive.reader.grammar import parse
from derive.reader.names import name_in
from derive.reader.syntax import Group, Node, Sum, items_of
from derive.results import Diagnosis
from derive.solution.answers import read_term
from derive.solution.equations import Equations
from derive.solution.pathwise import outside
from derive.solution.points import points_of
from derive.solution.premises import Premises
from derive.solution.repairs import find_repair
from derive.solution.sides import Side
from derive.solution.usage import uses

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.solution.context import Context
    from derive.solution.judgement import Decider, Judgement

_TRUE = frozenset({"proved", "given"})


class Diagnoser:
    """Looks for what is wrong in the links and answers of one context."""

    def __init__(self, context: Context, decider: Decider) -> None:
        self.context, self.decider = context, decider

    def link(self, judgement: Judgement, lhs: Side, symbol: str, rhs: Side) -> Judgement:
        """Add to a refuted link what was probably meant."""
        found = self.mended(rhs, self._proves(lhs, symbol, rhs))
        if found is not None and symbol == "\\sim" and self._other_variable(lhs, rhs):
            return judgement  # either side may be the wrong one
        found = found or self._mismatch(judgement, lhs, rhs)
        return judgement if found is None else replace(judgement, diagnosis=found)

    def mended(self, side: Side, proves: Callable[[str], bool]) -> Diagnosis | None:
        """Find the one edit of a side with which it is right."""
        small = tuple(s.name for s in self.decider.small)
        letters = list(self.context.letters)

        def same(one: str, other: str) -> bool:
            # Both make the side what it should be; in one place, they say the same of it.
            changed = _changed(side, one)
            return changed is not None and changed == _changed(side, other)

        repair = find_repair(side.text.text, letters, proves, small=small, same=same)
        if repair is None:
            return None
        return Diagnosis(repair.kind, repair.message, repair.latex, repair.start, repair.end)

    def _proves(self, lhs: Side, symbol: str, rhs: Side) -> Callable[[str], bool]:
        # Attempts must leave no trace: their own sessions, and no new definitions.
        decider = self.decider.apart()
        equations = Equations(self.context, decider)
        premises = Premises(self.context, equations)
        left = read_term(lhs, self.context)
        head = None if lhs.flaw is not None else _applied(lhs.node)
        if rhs.flaw is None and head in {use.name for use in uses(rhs.node)}:
            head = None

        def proves(text: str) -> bool:
            side = Side(rhs.text.plain(text))
            if head and side.flaw is None and head in {use.name for use in uses(side.node)}:
                return False  # a name that is said to be itself
            if symbol == "\\sim":
                return left is not None and premises.law(lhs, side).outcome in _TRUE
            if symbol == "\\propto":
                return premises.proportional(lhs, side).outcome in _TRUE
            return equations.judge(lhs, symbol, side).outcome == "proved"

        return proves

    def _other_variable(self, lhs: Side, law: Side) -> bool:
        """Whether one edit of a variable, written as a formula, gives it the stated law."""
        if lhs.flaw is not None or name_in(lhs.node) is not None:
            return False
        premises = Premises(self.context, Equations(self.context, self.decider.apart()))

        def proves(text: str) -> bool:
            side = Side(lhs.text.plain(text))
            return (
                read_term(side, self.context) is not None
                and premises.law(side, law).outcome in _TRUE
            )

        return self.mended(lhs, proves) is not None

    def _mismatch(self, judgement: Judgement, lhs: Side, rhs: Side) -> Diagnosis | None:
        """Say what the sides are, where already that tells that they cannot be equal."""
        decision = judgement.decision
        left, right = read_term(lhs, self.context), read_term(rhs, self.context)
        if decision is None or left is None or right is None:
            return None
        verdict = decision.verdict
        if isinstance(verdict, Refuted) and verdict.method == "types":
            told = verdict.counterexample
            return Diagnosis("types", f"the left side is {told.lhs}, the right side {told.rhs}")
        random = _random(left, right)
        if random:
            return Diagnosis("random", random)
        lost = _one_sided(left, right)
        return Diagnosis("variable", lost) if lost else None


def _applied(node: Node) -> str | None:
    """The name that a side is, alone or with its arguments."""
    first, *rest = items_of(node)
    return name_in(first) if not rest or (len(rest) == 1 and isinstance(rest[0], Group)) else None


def _changed(side: Side, text: str) -> list[int] | None:
    """Which terms of a sum a correction changes; None where it adds or drops one."""
    before, after = _terms(side.text.text), _terms(text)
    if len(before) != len(after):
        return None
    return [k for k, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]


def _terms(text: str) -> list[str]:
    """The terms of a sum as written, with their signs; signs stand before their terms."""
    node = parse(text)
    if not isinstance(node, Sum):
        return [text]
    ends = [term.span.end for _, term in node.terms]
    return [text[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)]


def _random(left: Term, right: Term) -> str:
    """Name the random variables that only one side leaves outside its expectations."""
    for here, there, side in ((left, right, "left"), (right, left, "right")):
        names = [x.name if isinstance(x, RV) else "\\int dW" for x in outside(here)]
        if names and not outside(there):
            return f"${', '.join(names)}$ stands outside an expectation on the {side} side only"
    return ""


def _one_sided(left: Term, right: Term) -> str:
    """Name the points that stand on one side only."""
    for here, there, side in ((left, right, "left"), (right, left, "right")):
        points, others = points_of(here), points_of(there)
        lost = [s.name for s in points if s not in free_symbols(there)]
        if lost and others:
            return f"${', '.join(lost)}$ stands on the {side} side only"
    return ""
