r"""What a document says of a process, put in where it is used.

`x_0 = (x_t - b \varepsilon)/a` says what the noise of the step to x_t is.  It is taken over
if, solved for the later variable, it has that variable's law; then a formula with x_0
and one with the noise may be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.language.claims import Equal, EqualInLaw
from derive.language.terms import RV, Term
from derive.solution.conventions import drawn
from derive.solution.noise import through_noise
from derive.solution.pathwise import ancestors, outside, pathwise, put_outside
from derive.solution.sides import Side
from derive.solution.ties import (
    EQUALITIES,
    equation,
    holds,
    solved,
    solved_for,
    tie_for,
    ties,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.documents.chains import Chain
    from derive.solution.context import Context


@dataclass(frozen=True)
class Value:
    """A random variable, what it is said to be, and the line that says so."""

    variable: RV
    value: Term
    line: int


def stated_values(chains: Iterable[Chain], context: Context) -> list[Value]:
    """Give the equations of earlier variables through later ones and noise that are true.

    What noise the document ties to variables is noted in the context.
    """
    chains = list(chains)
    context.ties = tuple(ties(chains, context))
    found: list[Value] = []
    for chain in chains:
        for index, sign in enumerate(chain.signs):
            if sign.symbol not in EQUALITIES:
                continue
            pair = _read(Side(chain.sides[index]), Side(chain.sides[index + 1]), context)
            if pair is not None and is_step(*pair, context) and _agrees(*pair, context):
                found.append(Value(*pair, sign.text.place(0).line))
    return found


def _agrees(variable: RV, value: Term, context: Context) -> bool:
    """Whether no other line defines the noise of an equation, or does so with the same sign."""
    among = [variable, *outside(value)]
    noises = [
        tie.noise
        for x in outside(value)
        if isinstance(x, RV)
        and (tie := tie_for(x, among, context)) is not None
        and (tie.lhs, tie.rhs) != (variable, value)
    ]
    sides, _ = solved((variable, value), noises, context)
    return not noises or holds(Equal(*pathwise(sides[0], sides[1], context.scope)), context)


def _read(lhs: Side, rhs: Side, context: Context) -> tuple[RV, Term] | None:
    pair = equation(lhs, rhs, context)
    if pair is None or not isinstance(pair[0], RV) or pair[0] in outside(pair[1]):
        return None
    return pair[0], pair[1]


def is_step(variable: RV, value: Term, context: Context) -> bool:
    """Whether the equation, solved for the one later variable, has that variable's law."""
    scope = context.scope
    later = [v for v in outside(value) if isinstance(v, RV) and variable in ancestors(v, scope)]
    solved = solved_for(variable, value, later[0]) if len(later) == 1 else None
    if solved is None or later[0] in outside(solved):
        return False
    return holds(EqualInLaw(*through_noise(later[0], solved, context)), context)


def with_values(
    lhs: Term, rhs: Term, values: Iterable[Value], context: Context
) -> Iterator[tuple[Term, Term, Value]]:
    """Give the sides with the value of one variable put in, where one side only has it."""
    left, right = drawn(lhs, rhs, context)
    for value in values:
        if (value.variable in outside(left)) == (value.variable in outside(right)):
            continue
        if (left, right) == (value.variable, value.value):
            continue  # the line itself
        images: dict[Term, Term] = {value.variable: value.value}
        yield put_outside(left, images), put_outside(right, images), value
