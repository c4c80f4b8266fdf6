r"""Definitions that a document makes: `\mu(x, y) := ...`, `\Sigma = ...`, `Y = aX + Z`.

An equation defines its left side where that is a name without a meaning so far, alone
or with letters for arguments.  What is defined below may be used above, so definitions
are collected before anything is decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.terms import RV, Landau, Sym, Term, sqrt
from derive.language.traverse import walk
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in, name_of, readable
from derive.reader.notation import Defined
from derive.reader.readings import readings_of
from derive.reader.syntax import (
    Group,
    Letter,
    Node,
    Number,
    Quotient,
    Row,
    Scripted,
    Sum,
    Word,
)
from derive.solution.equations import EQUALITIES
from derive.solution.laws import introduce
from derive.solution.pathwise import outside
from derive.solution.products import name_product
from derive.solution.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.documents.chains import Chain
    from derive.solution.context import Context

_ROUNDS = 3  # definitions that use each other against the order of the page
_DENSITIES = frozenset({"p", "q"})
_OPERATORS = frozenset({"E", "e", "d", "\\nabla", "\\partial", "\\Delta", "o", "O", "\\infty"})


@dataclass(frozen=True)
class Head:
    """A name, with the arguments it is defined for."""

    name: str
    arguments: tuple[Node, ...] = ()
    square: bool = False  # `\sigma^2 = ...`: the positive root is what is named


def head_of(side: Side, context: Context) -> Head | None:
    """Give the name that an equation with this left side defines; None if it has a meaning."""
    if side.flaw is not None:
        return None
    head = _head(side.node)
    if head is None:
        return None
    try:
        _ = context.elaborated(side.node, side.text.text)
    except (ParseError, IllTyped):
        # A derivative of what has a meaning is not ours to define: `p' = ...`.
        known = context.declares(head.name) or context.declares(head.name.rstrip("'"))
        return None if known else head
    return None


def is_named(side: Side) -> bool:
    """Whether a side is a name, alone or with letters for arguments."""
    return side.flaw is None and _head(side.node) is not None


def is_application(side: Side) -> bool:
    r"""Whether a side is a name applied to arguments, `q(x_{1:T} \mid x_0)`."""
    if side.flaw is not None:
        return False
    match side.node:
        case Row(items=(Letter() | Word() | Scripted() as letter, Group(kind="("))):
            base = unscripted(letter)[0]
            return isinstance(base, Letter | Word) and base.name not in _OPERATORS
        case _:
            return False


def _head(node: Node) -> Head | None:
    name = name_in(node)
    if name is not None:
        return Head(name) if _is_name(node) else _square(node)
    match node:
        case Row(items=(Letter() | Word() | Scripted() as letter, Group(kind="(", parts=parts))):
            square = None if _is_name(letter) else _square(letter)
            name = name_in(letter) if square is None else square.name
            if square is None and not _is_name(letter):
                return None
            letter_name = unscripted(letter)[0]
            if "|" in parts.separators and getattr(letter_name, "name", "") in _DENSITIES:
                return None  # its arguments say which density it is
            named = all(name_in(item) is not None for item in parts.items)
            if name is None or not named:
                return None
            return Head(name, parts.items, square=square is not None)
        case _:
            return None


def _square(node: Node) -> Head | None:
    base, sub, sup, primes = unscripted(node)
    if not isinstance(base, Letter) or sup is None or primes or base.name in _OPERATORS:
        return None
    power = sup.parts.items[0]
    if not isinstance(power, Number) or power.value != 2 or len(sup.parts.items) > 1:
        return None
    return Head(name_of(base, sub), square=True)


def _is_name(node: Node) -> bool:
    """Whether scripts belong to a name: `e^x` and `x^2` are powers."""
    base, _, sup, _ = unscripted(node)
    if isinstance(base, Letter) and base.name in _OPERATORS:
        return False
    power = sup.parts.items[0] if sup is not None else None
    return power is None or not isinstance(power, Number | Sum | Quotient | Row)


def collect(chains: Iterable[Chain], context: Context) -> None:
    """Give the names that the chains define their meanings."""
    begun = [chain for chain in chains if chain.signs]
    for chain in begun:
        if chain.signs[0].symbol == "\\sim":
            _drawn(Side(chain.sides[0]), Side(chain.sides[1]), context)
    pending = [
        (Side(chain.sides[0]), Side(chain.sides[1]))
        for chain in begun
        if chain.signs[0].symbol in EQUALITIES
    ]
    for _ in range(_ROUNDS):
        left = [(lhs, rhs) for lhs, rhs in pending if not _defined(lhs, rhs, context)]
        if len(left) == len(pending):
            return
        pending = left


def _drawn(lhs: Side, rhs: Side, context: Context) -> None:
    """Introduce the random variable that a law is stated of, if it has no meaning yet."""
    head = head_of(lhs, context)
    if head is not None and not head.arguments and rhs.flaw is None:
        _ = introduce(head.name, rhs, context)


def _defined(lhs: Side, rhs: Side, context: Context) -> bool:
    """Define the left side by the right one, if the one has no meaning and the other has."""
    head = head_of(lhs, context)
    if head is None or rhs.flaw is not None:
        return False
    if name_product(lhs, rhs, context):
        return True
    try:
        meaning = _meaning(head, rhs, context)
    except (ParseError, IllTyped):
        return False
    body = meaning.body if isinstance(meaning, Defined) else meaning
    if any(isinstance(x, Landau) for x in walk(body)):
        return False  # an expansion does not say what is expanded
    context.lines[head.name] = lhs.text.place(0).line
    if isinstance(meaning, Term) and outside(meaning) and meaning.rank <= 1:
        context.define_variable(head.name, meaning)
    else:
        context.define(head.name, meaning)
    return True


def _meaning(head: Head, rhs: Side, context: Context) -> Term | Defined:
    text = rhs.text.text
    if not head.arguments:
        value = context.elaborated(rhs.node, text)[0].term
        return sqrt(value) if head.square else value
    failure: ParseError | None = None
    for rank in (1, 0):
        params = tuple(_parameter(node, context, rank) for node in head.arguments)
        notation = context.notation(text)
        names = {name_in(n) or "": p for n, p in zip(head.arguments, params, strict=True)}
        notation = replace(notation, letters={**notation.letters, **names})
        try:
            value = readings_of(rhs.node, notation, 1)[0].term
            return Defined(params, sqrt(value) if head.square else value)
        except ParseError as error:
            failure = failure or error
    raise failure or ParseError("expected a formula", text, rhs.node.span)


def _parameter(node: Node, context: Context, rank: int) -> Sym:
    """Give the parameter that an argument names; of an undeclared letter the rank is a guess."""
    base, sub, sup, primes = unscripted(node)
    name = name_in(node) or ""
    found = None
    if isinstance(base, Letter | Word):
        found = context.notation("").resolve(base, sub, sup, primes)
    meaning = found[0] if found is not None else None
    if isinstance(meaning, Sym):
        return meaning
    known = int(meaning.rank) if isinstance(meaning, RV) else context.ranks.get(name, rank)
    return Sym(readable(name), known)
