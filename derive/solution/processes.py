r"""Stochastic differentials: `dX_t = g(t)\,dW_t`, as premises about a process.

Of a process that the problem writes with a Wiener integral the integrands must agree;
any other process is introduced by its equation.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.terms import RV, Ito
from derive.language.traverse import walk
from derive.reader.names import name_in
from derive.reader.syntax import Letter, Row
from derive.solution.judgement import Judgement, given, unresolved

if TYPE_CHECKING:
    from derive.solution.context import Context
    from derive.solution.equations import Equations
    from derive.solution.sides import Side

# An integrand without another differential in it, then `d W_t`.
_WIENER = re.compile(
    r"^(?P<integrand>(?:(?!d\s*[A-Za-z]).)*?)(?:\\[,;!]|\s)*"
    r"d\s*[WB]_\{?(?P<time>\w)\}?\s*$",
    re.DOTALL,
)
_NOT_COMPARED = "a stochastic equation that is not compared with the problem's"


def differential(lhs: Side, rhs: Side, context: Context, equations: Equations) -> Judgement | None:
    """Judge the equation that a process solves; None where the left side is no differential."""
    if lhs.flaw is not None or rhs.flaw is not None:
        return None
    name = _differential_of(lhs)
    if name is None:
        return None
    known = _wiener_integrals(name, context)
    if not known:
        return given(f"the equation that {name} solves")
    found = _WIENER.match(rhs.text.text)
    if found is None or len(known) > 1:
        return unresolved(_NOT_COMPARED)
    time = found["time"]
    try:
        written = context.read(rf"\int_0^{{{time}}} {found['integrand']} dW_{{{time}}}")[0].term
    except (ParseError, IllTyped):
        return unresolved(_NOT_COMPARED)
    judgement = equations.terms(known[0], "=", written)
    return replace(judgement, outcome="given") if judgement.outcome == "proved" else judgement


def _differential_of(side: Side) -> str | None:
    match side.node:
        case Row(items=(Letter(name="d"), letter)):
            return name_in(letter)
        case _:
            return None


def _wiener_integrals(name: str, context: Context) -> list[Ito]:
    """The Wiener integrals in the definition that the problem gives a process."""
    variable = context.notation("").find(name)
    if not isinstance(variable, RV) or variable not in context.scope.definitions:
        return []
    return [x for x in walk(context.scope.definitions[variable]) if isinstance(x, Ito)]
