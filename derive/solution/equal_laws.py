r"""Laws beside laws: `N(0, s I) + N(0, r I) \sim N(0, (s + r) I) \sim c\,\varepsilon`.

Normal laws are equal where their means and variances are.  A sum of laws is the law of a sum
of independent variables; with weights it might be a mixture and is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.claims import Equal, EqualInLaw
from derive.language.terms import (
    RV,
    Apply,
    Const,
    Dot,
    Expect,
    Normal,
    Num,
    Sym,
    Term,
    Variance,
    Zero,
    mul,
)
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.laws import is_normal, normal_parts, read_law
from derive.reader.names import name_in
from derive.reader.syntax import Letter
from derive.solution.conventions import mixes_indices
from derive.solution.judgement import Judgement, given, unread, unresolved
from derive.solution.pathwise import ancestors, equal_densities, outside, pathwise
from derive.solution.redefinitions import redefined_in
from derive.solution.unspecified import belongs_elsewhere

if TYPE_CHECKING:
    from derive.language.scope import Scope
    from derive.solution.context import Context
    from derive.solution.equations import Equations
    from derive.solution.sides import Side

_KNOWN_LAWS = frozenset({"N", "U", "B", "P", "E"})  # normal, uniform, ...: these say something


def is_written(side: Side, context: Context) -> bool:
    r"""Whether a side is a normal law, or a sum of normal laws, and no variable."""
    if side.flaw is not None:
        return False
    elab = Elaborator(context.notation(side.text.text))
    return all(is_normal(elab, part) for _, part in normal_parts(side.node))


def beside(lhs: Side, rhs: Side, equations: Equations) -> Judgement:
    """Judge two laws to be one by their means and their variances."""
    laws: list[Normal] = []
    for side in (lhs, rhs):
        law = _law(side, equations.context)
        if isinstance(law, Judgement):
            return law
        laws.append(law)
    one, two = laws
    pairs = ((one.mean, two.mean), (one.variance, two.variance))
    if any(a.rank != b.rank for a, b in pairs):
        error = ParseError("normal laws of two ranks", rhs.text.text, rhs.node.span)
        return unread(rhs, error)
    scope = equations.context.scope
    if mixes_indices(lhs, rhs, equations.context):
        return unresolved("two index letters that stand for one are not told apart")
    line = redefined_in(equations.context, lhs, rhs)
    if line is not None:
        return unresolved(f"a letter of it was defined anew in line {line}")
    judgements = [
        equations.terms(left, "=", right)
        for left, right in (pathwise(a, b, scope) for a, b in pairs)
    ]
    for outcome in ("refuted", "unresolved", "given"):
        for judgement in judgements:
            if judgement.outcome == outcome:
                return judgement
    return judgements[-1]


def _law(side: Side, context: Context) -> Normal | Judgement:
    """Read a law as its density at a vector, or else at a number."""
    failure: ParseError | None = None
    for rank in (1, 0):
        try:
            law = read_law(Elaborator(context.notation(side.text.text)), side.node, Sym("v'", rank))
        except ParseError as error:
            failure = failure or error
        except IllTyped as error:
            failure = failure or ParseError(str(error), side.text.text, side.node.span)
        else:
            if isinstance(law, Normal):
                return law
    message = "expected a normal law"
    return unread(side, failure or ParseError(message, side.text.text, side.node.span))


def of_variables(one: Term, side: Side, equations: Equations) -> Judgement | None:
    r"""Judge `X \sim Y` of two random terms; None where the right side is none."""
    try:
        two = equations.context.elaborated(side.node, side.text.text)[0].term
    except (ParseError, IllTyped):
        return None
    if one.rank != two.rank or not outside(one) or not outside(two):
        return None
    if one == two:
        return given("a variable beside itself")
    jointly = equations.claim(EqualInLaw(one, two))
    if jointly.outcome == "proved":
        return jointly
    for moment in (Expect, Variance):
        judgement = equations.claim(Equal(moment(one), moment(two)))
        if judgement.outcome == "refuted":
            return judgement
    return equations.claim(equal_densities(one, two, ()))


def sums_dependent(variable: Term, side: Side, scope: Scope) -> bool:
    """Whether a sum of laws stands beside variables that may depend on each other."""
    if len(normal_parts(side.node)) == 1:
        return False
    families = [{v, *ancestors(v, scope)} for v in outside(variable)]
    return sum(map(len, families)) > len(set().union(*families))


def new_name(variable: Term, side: Side, context: Context) -> Judgement | None:
    r"""Take `x \sim \Omega` for a name of the law of x, if the problem leaves that law open."""
    law = context.scope.laws.get(variable) if isinstance(variable, RV) else None
    base = unscripted(side.node)[0]
    name = name_in(side.node)
    if name is None or not isinstance(base, Letter) or context.declares(name):
        return None
    if law is None or not isinstance(law.density, Apply) or base.name in _KNOWN_LAWS:
        return None
    if belongs_elsewhere(side, law.density.field, context):
        return None
    line, text = side.text.place(0).line, f"{name} of {law.density.field.name}"
    first, told = context.heads.setdefault(f"\\sim {name}", (line, text))
    return given("a name for a law") if told == text else unresolved(f"named in line {first}")


def false_mean(variable: Term, side: Side, equations: Equations) -> Judgement | None:
    r"""Refute `\varepsilon \sim N(1, I)` of a centred vector, where 1 can mean ones alone.

    None where the law is read otherwise, or the variable is not known to have mean 0.
    """
    elab = Elaborator(equations.context.notation(side.text.text))
    parts = normal_parts(side.node)
    if variable.rank != 1 or len(parts) != 1 or not is_normal(elab, parts[0][1]):
        return None
    try:
        law = read_law(elab, side.node, Sym("v'", 0))
    except (ParseError, IllTyped):
        return None
    if not isinstance(law, Normal) or not isinstance(law.mean, Num) or not law.mean.value:
        return None
    mean = Expect(variable)
    if equations.claim(Equal(mean, Zero(1))).outcome != "proved":
        return None
    stated = mul(Num(law.mean.value**2), Const("d"))
    judgement = equations.claim(Equal(Dot(mean, mean), stated))
    return judgement if judgement.outcome == "refuted" else None
