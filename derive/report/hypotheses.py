"""What a derivation assumes, one hypothesis a line, as LaTeX.

A reader must see under which hypotheses a step is proved, those above all that
the author of the key added and the sheet does not state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.latex import latex
from derive.language.terms import Apply, Density, Event, Normal, Num, Sym, term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from derive.language.scope import Law, Range, Scope
    from derive.language.terms import RV, Term


def hypotheses(scope: Scope, known: Scope | None = None) -> list[tuple[str, bool]]:
    """Give the hypotheses of a scope that `known` does not have: formula, stated by the sheet."""
    before = set(_all(known)) if known is not None else set()
    return [line for line in _all(scope) if line not in before]


def _all(scope: Scope) -> Iterator[tuple[str, bool]]:
    for variable, law in scope.laws.items():
        if not any(law.density == field(law.at) for field in scope.moments):
            yield _law(variable, law), True
    for field, moments in scope.moments.items():
        owner = next((v.name for v, law in scope.laws.items() if law.density == field(law.at)), "")
        mean, spread = latex(moments.mean), _spread(moments.variance, moments.mean.rank)
        yield rf"\mathbb{{E}}{owner} = {mean},\ \operatorname{{Var}}{owner} = {spread}", True
    for variable, value in scope.definitions.items():
        yield f"{variable.name} = {latex(value)}", True
    for letter, bounds in scope.ranges.items():
        yield _range(letter.name, bounds), True
    for lhs, rhs in scope.equations:
        yield f"{latex(lhs)} = {latex(rhs)}", True
    for quantity in scope.positive:
        yield f"{latex(quantity)} > 0", False
    for decay in scope.decays:
        point = rf"\|{decay.var.name}\|" if decay.var.rank else rf"|{decay.var.name}|"
        yield rf"{latex(decay.flux)} \to 0 \ (\,{point} \to \infty)", decay.stated


def _law(variable: RV, law: Law) -> str:
    given = tuple(Event(parent, parent) for parent in law.parents)
    bar = rf" \mid {', '.join(parent.name for parent in law.parents)}" if given else ""
    if isinstance(law.density, Normal) and law.density.at == law.at:
        spread = _spread(law.density.variance, variable.rank)
        return rf"{variable.name}{bar} \sim \mathcal{{N}}({latex(law.density.mean)}, {spread})"
    if isinstance(law.density, Apply) and law.density.args == (law.at,):
        return rf"{variable.name} \sim {law.density.field.name}"
    density = latex(Density((Event(variable, law.at),), given))
    return f"{density} = {latex(law.density)}"


def _spread(variance: Term, rank: int) -> str:
    """Write `v I`, without a factor 1 and with parentheses where v is composed."""
    if not rank:
        return latex(variance)
    if variance == term(1):
        return "I"
    plain = isinstance(variance, (Sym, Num))
    return f"{latex(variance)} I" if plain else f"({latex(variance)}) I"


def _range(name: str, bounds: Range) -> str:
    low = f"{_number(bounds.low)} < " if bounds.low is not None else ""
    high = f" < {_number(bounds.high)}" if bounds.high is not None else ""
    return f"{low}{name}{high}"


def _number(value: Fraction) -> str:
    return str(value)
