r"""What a document says of a process, put in where it is used.

`x_0 = (x_t - b \varepsilon)/a` says what the noise of the step to x_t is.  It is taken over
if, solved for the later variable, it has that variable's law; then a formula with x_0
and one with the noise may be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.kernel.verdict import Proved
from derive.language.claims import EqualInLaw
from derive.language.terms import RV, Add, Div, Mul, Neg, Num, Term, Zero, add, mul, term
from derive.solution.conventions import drawn
from derive.solution.noise import through_noise
from derive.solution.pathwise import ancestors, outside, put_outside
from derive.solution.sides import Side
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.documents.chains import Chain
    from derive.solution.context import Context

_EQUALITIES = frozenset({"=", ":=", "\\equiv", "\\triangleq", "\\doteq", "=:"})
_ONE = term(1)


@dataclass(frozen=True)
class Value:
    """A random variable, what it is said to be, and the line that says so."""

    variable: RV
    value: Term
    line: int


def stated_values(chains: Iterable[Chain], context: Context) -> list[Value]:
    """Give the equations of earlier variables through later ones and noise that are true."""
    found: list[Value] = []
    for chain in chains:
        for index, sign in enumerate(chain.signs):
            if sign.symbol not in _EQUALITIES:
                continue
            pair = _read(Side(chain.sides[index]), Side(chain.sides[index + 1]), context)
            if pair is not None and _is_step(*pair, context):
                found.append(Value(*pair, sign.text.place(0).line))
    return found


def _read(lhs: Side, rhs: Side, context: Context) -> tuple[RV, Term] | None:
    if lhs.flaw is not None or rhs.flaw is not None:
        return None
    try:
        left, right = (context.elaborated(s.node, s.text.text)[0].term for s in (lhs, rhs))
        if left.rank != right.rank:
            return None
        left, right = drawn(left, right, context)
    except (ParseError, IllTyped):
        return None
    return (left, right) if isinstance(left, RV) and left not in outside(right) else None


def _is_step(variable: RV, value: Term, context: Context) -> bool:
    """Whether the equation, solved for the one later variable, has that variable's law."""
    scope = context.scope
    later = [v for v in outside(value) if isinstance(v, RV) and variable in ancestors(v, scope)]
    if len(later) != 1:
        return False
    weight, rest = coefficient(value, later[0]), _without(value, later[0])
    if weight is None or later[0] in outside(rest):
        return False
    solved = Div(add(variable, Neg(rest)), weight)
    claim = EqualInLaw(*through_noise(later[0], solved, context))
    return isinstance(decide(claim, context.scope), Proved)


def _without(value: Term, variable: RV) -> Term:
    return put_outside(value, {variable: Zero(int(variable.rank))})


def coefficient(  # noqa: PLR0911 - a row for each kind of term
    value: Term, variable: RV
) -> Term | None:
    """Give the factor of a variable in a linear combination; None for another expression."""
    if value == variable:
        return _ONE
    if variable not in value.nodes:
        return Num(_ONE.value - 1) if isinstance(_ONE, Num) else None
    match value:
        case Neg(body=body):
            inner = coefficient(body, variable)
            return None if inner is None else Neg(inner)
        case Div(num=num, den=den) if variable not in den.nodes:
            inner = coefficient(num, variable)
            return None if inner is None else Div(inner, den)
        case Add(terms=terms):
            parts = [coefficient(part, variable) for part in terms]
            known = [part for part in parts if part is not None]
            return add(*known) if len(known) == len(parts) else None
        case Mul(factors=factors):
            return _of_product(factors, variable)
        case _:
            return None


def _of_product(factors: tuple[Term, ...], variable: RV) -> Term | None:
    holding = [f for f in factors if variable in f.nodes]
    inner = coefficient(holding[0], variable) if len(holding) == 1 else None
    return None if inner is None else mul(*(inner if f is holding[0] else f for f in factors))


def with_values(
    lhs: Term, rhs: Term, values: Iterable[Value], context: Context
) -> Iterator[tuple[Term, Term, Value]]:
    """Give the sides with the value of one variable put in, where one side only has it."""
    left, right = drawn(lhs, rhs, context)
    for value in values:
        if (value.variable in outside(left)) == (value.variable in outside(right)):
            continue
        images: dict[Term, Term] = {value.variable: value.value}
        yield put_outside(left, images), put_outside(right, images), value
