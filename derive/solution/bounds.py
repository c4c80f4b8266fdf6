r"""Limits and inequalities: premises where they agree with the problem, else open.

Nothing here is proved or refuted: what is given is a hypothesis of the problem, or says of
a letter of the document's own where it lies or what it tends to.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.terms import Neg, NormSq, Num, Pow, Sym, Term
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in
from derive.reader.syntax import Group, Letter, items_of
from derive.solution.answers import read_term
from derive.solution.judgement import Judgement, given, unread, unresolved
from derive.solution.sides import Side

if TYPE_CHECKING:
    from derive.language.scope import Range
    from derive.solution.context import Context

ORDERS = frozenset({"<", ">", "\\le", "\\ge", "\\ne", "\\ll", "\\gg"})
_LIMIT = re.compile(
    r"\s*\\lim\s*(?:\\limits)?\s*(?:_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|\w))?\s*"
)
_NUMBER = r"\s*(-?\d+(?:\.\d+)?|-?\\infty)\s*"
_INTERVAL = re.compile(rf"^\s*[(\[]{_NUMBER},{_NUMBER}[)\]][\s.,;]*$")


def tends(lhs: Side, rhs: Side, context: Context) -> Judgement:
    r"""Judge `h \to 0`, `\|x\| \to \infty`: given of a letter; of a formula it is a claim."""
    if lhs.flaw is not None:
        return unread(lhs, lhs.flaw)
    term = read_term(lhs, context)
    end = rhs.text.text.strip(" .,;+")
    if term is None or isinstance(term, Sym) or (_is_size(term) and end in {"0", "\\infty"}):
        return given("a limit")
    return unresolved("limits are not decided")


def _is_size(term: Term) -> bool:
    """Whether a term is the size of a letter, or a power of it."""
    match term:
        case NormSq(body=Sym()) | Pow(base=Sym()):
            return True
        case Pow(base=body):
            return _is_size(body)
        case _:
            return False


def limit(lhs: Side, rhs: Side, context: Context) -> Judgement:
    r"""Judge `\lim f = 0`: given where the problem supposes it."""
    for side in (lhs, rhs):
        body = _LIMIT.match(side.text.text)
        if body is None:
            if side.text.text.strip(" .,;") != "0":
                return unresolved("a limit that is not compared with the hypotheses")
        elif not vanishes(Side(side.text[body.end() :].strip()), context):
            return unresolved("a limit that the problem does not suppose")
    return given("a limit")


def vanishes(side: Side, context: Context) -> bool:
    """Whether the hypotheses say that a side tends to 0 at infinity."""
    term = read_term(side, context)
    return any(term == decay.flux for scope in context.scopes for decay in scope.decays)


def order(lhs: Side, symbol: str, rhs: Side, context: Context) -> Judgement:
    """Judge an inequality: a range of a letter is given where the problem agrees."""
    for side in (lhs, rhs):
        if side.flaw is not None:
            return unread(side, side.flaw)
    left, right = read_term(lhs, context), read_term(rhs, context)
    if left is None or right is None:
        sides = ((lhs, left), (rhs, right))
        new = [_is_new(side, term) for side, term in sides]
        free = context.problem is None and all(
            new[k] or isinstance(term, Sym) or _is_unknown(side)
            for k, (side, term) in enumerate(sides)
        )
        fixed = all(isinstance(t, Num) or name_in(s.node) == "\\infty" for s, t in sides)
        return given("a range") if (all(new) or free) and not fixed else unresolved(_OPEN)
    letter, bound = (left, right) if isinstance(left, Sym) else (right, left)
    if not isinstance(letter, Sym) or isinstance(bound, Sym) or symbol == "\\ne":
        free = all(isinstance(t, Sym | Num) and not _known(t, context) for t in (left, right))
        named = isinstance(left, Sym) or isinstance(right, Sym)  # `3 > 5` is a claim
        return given("a range") if free and named and letter != bound else unresolved(_OPEN)
    number = _number(bound)
    known = context.scope.ranges.get(letter)
    if number is None or known is None:
        return given("a range") if number is not None else unresolved(_OPEN)
    below = (letter is left) == (symbol in {"<", "\\le", "\\ll"})
    agrees = _below(known, number) if below else _above(known, number)
    return given("a range") if agrees else unresolved("the problem does not say so")


def _is_new(side: Side, term: Term | None) -> bool:
    """Whether a side is a letter that has no meaning yet, or a number."""
    return isinstance(term, Num) or (term is None and name_in(side.node) is not None)


def _is_unknown(side: Side) -> bool:
    """Whether a side is a value of a function without a meaning: no law, mean or divergence."""
    match items_of(side.node):
        case (head, Group(kind="(")):
            base = unscripted(head)[0]
            return isinstance(base, Letter) and base.name not in _KNOWN
        case _:
            return False


_OPEN = "inequalities are not decided"
_KNOWN = frozenset({"p", "q", "E", "D", "P", "H", "I", "N"})


def member(lhs: Side, rhs: Side, context: Context) -> Judgement:
    r"""Judge `a \in (0, 1)`; membership in a space is given."""
    interval = _INTERVAL.match(rhs.text.text)
    term = read_term(lhs, context)
    known = context.scope.ranges.get(term) if isinstance(term, Sym) else None
    if known is None:
        return unresolved("nothing is in it") if _EMPTY.search(rhs.text.text) else _MEMBER
    if interval is None:
        listed = [Fraction(x) for x in re.findall(r"-?\d+(?:\.\d+)?", rhs.text.text)]
        fits = "\\{" not in rhs.text.text or all(_holds(known, x) for x in listed)
        below = _NEGATIVE.search(rhs.text.text) and not _below(known, Fraction(0))
        return _MEMBER if fits and not below else unresolved("the problem does not say so")
    low, high = (None if "infty" in x else Fraction(x) for x in interval.groups())
    agrees = (low is None or _above(known, low)) and (high is None or _below(known, high))
    return given("a membership") if agrees else unresolved("the problem does not say so")


_MEMBER = given("a membership")
_EMPTY = re.compile(r"\\(emptyset|varnothing)\b")
_NEGATIVE = re.compile(r"_\s*\{?\s*(-|<|\\le)")


def _holds(known: Range, number: Fraction) -> bool:
    """Whether a number is in a range, its ends included."""
    low, high = known.low, known.high
    return (low is None or low <= number) and (high is None or number <= high)


def _known(letter: Term, context: Context) -> bool:
    scope = context.scope
    tied = any(letter in side.nodes for pair in scope.equations for side in pair)
    return tied or letter in scope.ranges


def _below(known: Range, number: Fraction) -> bool:
    return known.high is not None and known.high <= number


def _above(known: Range, number: Fraction) -> bool:
    return known.low is not None and known.low >= number


def _number(term: Term) -> Fraction | None:
    match term:
        case Num(value=value):
            return value
        case Neg(body=Num(value=value)):
            return -value
        case _:
            return None
