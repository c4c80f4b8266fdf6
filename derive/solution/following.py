"""What follows from a wrong line: it is told apart, for a mistake counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.kernel.verdict import Proved
from derive.language.claims import Claim, Equal, EqualUpToConstant
from derive.language.terms import Landau, Num
from derive.language.traverse import rebuild
from derive.solution.judgement import Judgement, unresolved
from derive.solution.pathwise import outside, pathwise

if TYPE_CHECKING:
    from derive.language.scope import Scope
    from derive.language.terms import Term
    from derive.solution.context import Context, Wrong
    from derive.solution.judgement import Decider


def following(
    lhs: Term, rhs: Term, context: Context, decider: Decider, *, constant: bool
) -> Judgement | None:
    """Say of which false lines a false equation is a consequence; None if of none."""
    if context.authors:
        told = [line for _, line in context.authors.values()]
        claim = _claim(lhs, rhs, context.as_the_author(context.scope), constant)
        if isinstance(decider.decide(claim, context, authors=True).verdict, Proved):
            return _told(told)
    if any(isinstance(x, Landau) for side in (lhs, rhs) for x in side.nodes):
        return None  # what is neglected in an expansion is a claim of its own
    for wrong in context.wrong:
        left, right = (_put_in(side, wrong) for side in (lhs, rhs))
        if left.rank != right.rank or (left, right) == (lhs, rhs):
            continue
        claim = _claim(left, right, context.scope, constant)
        if left == right or isinstance(decider.decide(claim, context).verdict, Proved):
            return _told([wrong.line])
    return None


def _claim(lhs: Term, rhs: Term, scope: Scope, constant: bool) -> Claim:
    if outside(lhs, rhs):
        return Equal(*pathwise(lhs, rhs, scope))
    return EqualUpToConstant(lhs, rhs) if constant else Equal(lhs, rhs)


def _put_in(side: Term, wrong: Wrong) -> Term:
    """Put the right side of a false equation for its left side, unless that holds itself."""
    if wrong.lhs not in side.nodes or isinstance(wrong.lhs, Num) or wrong.lhs in wrong.rhs.nodes:
        return side
    return rebuild(side, {wrong.lhs: wrong.rhs})


def _told(lines: list[int]) -> Judgement:
    numbers = ", ".join(str(line) for line in sorted(set(lines)))
    return unresolved(f"it follows from line {numbers}, which is false", "follows")
