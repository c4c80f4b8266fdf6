r"""Letters that have one meaning above a line of a document and another one below it.

`\alpha_t := 2\beta_t` of a letter of the problem, or a second definition of a letter of
the document: nothing is decided about what is written with it from there on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.terms import DIM, RV, Sym
from derive.language.traverse import walk
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in, name_of
from derive.reader.notation import Defined, canonical
from derive.reader.syntax import Group, Letter, Node, Row, Word
from derive.solution.usage import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.solution.context import Context
    from derive.solution.sides import Side

# A term `o(h)` or `O(h)`, with a line over the letter or without.
LANDAU = re.compile(
    r"(?<![A-Za-z\\])(?:\\(?:overline|bar)\s*\{?\s*|\\mathcal\s*\{?\s*)?[oO]\s*\}?\s*"
    r"(?:\\(?:left|big|Big))?\("
)
_SHIFT = re.compile(r"(?<=[A-Za-z])[+-]\d+(?=\})")


def redefine(lhs: Side, symbol: str, rhs: Side, context: Context) -> int | None:
    """Note that a name gets another meaning; the line that it had its meaning from.

    None where it gets none: a false equation is no definition.  A name of the problem
    is defined anew by `:=` alone.
    """
    name = None if lhs.flaw is not None else _name(lhs.node)
    if name is None:
        return None
    line, here = context.lines.get(name), lhs.text.place(0).line
    again = line is not None and line != here and _says_what_it_is(name, lhs, rhs, context)
    if symbol == ":=" or again:
        context.redefined.setdefault(_family(name), here)
        return line if line != here else None
    return None


def _says_what_it_is(name: str, lhs: Side, rhs: Side, context: Context) -> bool:
    r"""Whether an equation has the form of a definition of a name.

    `f(X) = X` speaks of a value of f, `f(x) = 1 + o(x)` of its order, and
    `J(\theta) = L(\theta)` compares two functions that the document defines.
    """
    if rhs.flaw is not None or LANDAU.search(rhs.latex):
        return False
    others = {use.name for use in uses(rhs.node)}
    if name in others:
        return False
    match lhs.node, context.letters.get(name):
        case Row(items=(_, Group(parts=parts))), Defined(params=params):
            written = [name_in(item) or "" for item in parts.items]
            return written == [canonical(p.name) for p in params] and not (
                others & set(context.lines)
            )
        case Row(), _:
            return False
        case _:
            return True


def defines_square(lhs: Side, context: Context) -> bool:
    r"""Whether a left side is the square that defines its letter, `\sigma^2 = ...`."""
    if lhs.flaw is not None:
        return False
    base, sub, sup, primes = unscripted(lhs.node)
    if not isinstance(base, Letter) or sup is None or primes:
        return False
    return context.lines.get(name_of(base, sub)) == lhs.text.place(0).line


def redefined_in(context: Context, *sides: Side) -> int | None:
    """The line that gives a letter of these sides another meaning, above them."""
    if not context.redefined:
        return None
    lines = [context.redefined.get(name) for side in sides for name in _names(side, context)]
    return next((line for line in lines if line is not None), None)


def _name(node: Node) -> str | None:
    """The name on a left side, alone or applied to letters."""
    match node:
        case Row(items=(first, Group(kind="(", parts=parts))):
            named = all(name_in(item) is not None for item in parts.items)
            return name_in(first) if named else None
        case _:
            base, sub, sup, primes = unscripted(node)
            if not isinstance(base, Letter | Word) or primes:
                return None
            power = sup is not None and sup.text == "2"
            return name_of(base, sub, None if power else sup)


def _names(side: Side, context: Context) -> Iterator[str]:
    """The families of the letters of a side, and of what they mean."""
    if side.flaw is not None:
        return
    for use in uses(side.node):
        yield _family(use.name)
        yield _family(name_of(use.letter, use.sub, use.sup))
    try:
        value = context.elaborated(side.node, side.text.text)[0].term
    except (ParseError, IllTyped):
        return
    for node in walk(value):
        if isinstance(node, RV | Sym):
            yield _family(canonical(node.name))
        elif node == DIM:
            yield "d"


def _family(name: str) -> str:
    r"""The name without a shift of its index: what \alpha_t is says what \alpha_{t-1} is."""
    return _SHIFT.sub("", name)
