r"""Conditional laws of random variables: `X_t | X_0 \sim N(m, v I)`, `X \mid Y = y \sim ...`."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.language.claims import Equal
from derive.language.terms import RV, Density, Event, Sym, Term
from derive.language.traverse import walk
from derive.solution.laws import density_of
from derive.solution.pathwise import fresh, outside, put_outside
from derive.solution.sides import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from derive.solution.context import Context

_TOKEN = re.compile(
    r"(?P<open>\\left\s*[(\[{|]|[({\[])|(?P<close>\\right\s*[)\]}|]|[)}\]])"
    r"|(?P<bar>\\(?:mid|vert|middle\s*\|)(?![A-Za-z])|\|)|(?P<comma>,)|\\[A-Za-z]+|."
)


@dataclass(frozen=True)
class Conditioned:
    """A random variable and what it is conditioned on, as written."""

    variable: Side
    conditions: tuple[Side, ...]


def conditioned(side: Side) -> Conditioned | None:
    r"""Take `X | Y, Z = z` apart; None for a side without one bar at its top level."""
    bars: list[tuple[int, int]] = []
    commas: list[tuple[int, int]] = []
    depth = 0
    for token in _TOKEN.finditer(side.text.text):
        depth += (token["open"] is not None) - (token["close"] is not None)
        if depth == 0 and token["bar"] is not None:
            bars.append(token.span())
        elif depth == 0 and token["comma"] is not None:
            commas.append(token.span())
    if len(bars) != 1 or any(start < bars[0][0] for start, _ in commas):
        return None
    edges = [bars[0], *commas, (len(side.text.text), len(side.text.text))]
    parts = [
        Side(side.text[here:there].strip()) for (_, here), (there, _) in itertools.pairwise(edges)
    ]
    return Conditioned(Side(side.text[: bars[0][0]].strip()), tuple(parts))


def law_claim(
    law: Conditioned, rhs: Side, context: Context, twin: Callable[[Term], RV | None]
) -> Equal:
    """Claim that the right side is the conditional law.

    twin: gives the random variable that a small letter is a value of.

    Raises:
        ParseError, IllTyped: where something is not read, or is no random variable.
    """
    variable = _variable(law.variable, context, twin)[0]
    events = [_event(side, context, twin) for side in law.conditions]
    taken = {x.name for _, value in events if value is not None for x in _symbols(value)}
    at = fresh("v'", int(variable.rank), taken)
    density = density_of(rhs, at, context)
    taken |= {x.name for x in _symbols(density)}
    values: dict[Term, Term] = {}
    for condition, value in events:
        letter = fresh(condition.name, int(condition.rank), taken) if value is None else value
        values[condition] = letter
    stray = [x for x in outside(density) if x not in values]
    stray += [x for x in _symbols(density) if twin(x) not in {None, *values} and x != at]
    if stray:
        raise ParseError("a variable that is no condition", rhs.text.text, rhs.node.span)
    given = tuple(Event(condition, value) for condition, value in values.items())
    return Equal(Density((Event(variable, at),), given), put_outside(density, values))


def _symbols(term: Term) -> Iterator[Sym]:
    return (x for x in walk(term) if isinstance(x, Sym))


def _variable(
    side: Side, context: Context, twin: Callable[[Term], RV | None]
) -> tuple[RV, Term | None]:
    """Read a random variable, or the small letter of its value."""
    if side.flaw is not None:
        raise side.flaw
    term = context.elaborated(side.node, side.text.text)[0].term
    if isinstance(term, RV):
        return term, None
    variable = twin(term)
    if variable is None:
        raise ParseError("expected a random variable", side.text.text, side.node.span)
    return variable, term


def _event(
    side: Side, context: Context, twin: Callable[[Term], RV | None]
) -> tuple[RV, Term | None]:
    """Read a condition: a variable, or a variable and its value."""
    name, sign, _ = side.text.text.partition("=")
    if not sign:
        return _variable(side, context, twin)
    variable, _ = _variable(Side(side.text[: len(name)].strip()), context, twin)
    written = Side(side.text[len(name) + 1 :].strip())
    if written.flaw is not None:
        raise written.flaw
    term = context.elaborated(written.node, written.text.text)[0].term
    if term.rank != variable.rank:
        raise ParseError("a value of another rank", written.text.text, written.node.span)
    return variable, term
