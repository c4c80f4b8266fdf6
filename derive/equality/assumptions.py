r"""Assumptions: `x > 0`, `0 < \beta \le 1`, `n \in \mathbb N`, `x \in (0, 1)`."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING, TypeAlias

from derive.equality.occurrences import letters_of
from derive.equality.sizes import TOO_LARGE, is_large
from derive.equality.statement import Domain, Fact
from derive.errors import DeriveError, ParseError, Span
from derive.language.terms import Add, Const, Div, Mul, Neg, Num, Pow, Sym, Term
from derive.reader.grammar import parse
from derive.reader.syntax import Letter, Node
from derive.reader.tokens import Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from derive.equality.statement import FactKind

_COMPARISONS = frozenset({"<", ">", "\\le", "\\ge", "\\ne"})
_MIRRORED = {"<": ">", ">": "<", "\\le": "\\ge", "\\ge": "\\le", "\\ne": "\\ne"}
_CLOSED = {">": "\\ge", "<": "\\le"}
MAX_POWER = 64  # of numbers in assumptions
_SET = re.compile(r"\\(?:math(?:bb|ds|bf)|mathbbm)?\{?([A-Z])\}?(.*)")
_ZERO, _ONE = Fraction(0), Fraction(1)
_NONNEGATIVE = Domain(_ZERO, None, low_closed=True)
_POSITIVE = Domain(_ZERO)
_COUNTING = Domain(_ONE, None, low_closed=True, whole=True)
_NATURAL = Domain(_ZERO, None, low_closed=True, whole=True)
_SETS: Mapping[tuple[str, str], Domain] = {
    ("R", ""): Domain(),
    **dict.fromkeys([("R", "_>0"), ("R", "_++"), ("R", "^>0"), ("R", "_+^*")], _POSITIVE),
    **dict.fromkeys([("R", "_\\ge0"), ("R", "^\\ge0")], _NONNEGATIVE),
    ("R", "_<0"): Domain(None, _ZERO),
    ("R", "_\\le0"): Domain(None, _ZERO, high_closed=True),
    ("Z", ""): Domain(whole=True),
    **dict.fromkeys([("Z", "_\\ge0"), ("N", ""), ("N", "_0"), ("N", "_\\ge0")], _NATURAL),
    **dict.fromkeys(
        [("Z", "_>0"), ("Z", "^+"), ("Z", "_\\ge1"), ("N", "_+"), ("N", "^+"), ("N", "^*"),
         ("N", "_>0"), ("N", "_\\ge1"), ("N", "^\\ast")],
        _COUNTING,
    ),
}  # fmt: skip
_DOUBTFUL: Mapping[str, str] = {
    "R_+": "with 0 or without? write 'x > 0' or 'x \\ge 0'",
    "R^+": "with 0 or without? write 'x > 0' or 'x \\ge 0'",
    "Z_+": "with 0 or without? write '\\mathbb Z_{>0}' or '\\mathbb Z_{\\ge 0}'",
    "C": "complex numbers are not read",
    "Q": "rational numbers alone are not read as a domain: write '\\mathbb R'",
}

End: TypeAlias = "Node | None"


@dataclass(frozen=True)
class Interval:
    """An interval whose ends are formulas; None is infinite."""

    low: End
    high: End
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True)
class Comparison:
    """`left sign right`."""

    left: Node
    sign: str
    right: Node


@dataclass(frozen=True)
class Membership:
    """A formula in a set."""

    member: Node
    members_of: Domain | Interval


@dataclass(frozen=True)
class Assumption:
    """One assumption as written."""

    source: str
    parts: tuple[Comparison | Membership, ...]

    @property
    def nodes(self) -> Iterator[Node]:
        """The formulas that it consists of."""
        for part in self.parts:
            if isinstance(part, Comparison):
                yield from (part.left, part.right)
            else:
                yield part.member
                if isinstance(part.members_of, Interval):
                    ends = (part.members_of.low, part.members_of.high)
                    yield from (end for end in ends if end is not None)

    @property
    def subjects(self) -> frozenset[str]:
        """The letters that it is about alone: they stand for real numbers, even e and i."""
        found: set[str] = set()
        for part in self.parts:
            if isinstance(part, Comparison):  # with a number: `x > e` is about x
                pairs = ((part.left, part.right), (part.right, part.left))
                sides = [side for side, other in pairs if not letters_of((other,))]
            else:
                sides = [part.member]
            found |= {side.name for side in sides if isinstance(side, Letter) and not side.font}
        return frozenset(found & {"e", "i"})


# --- the text ---


def parse_assumption(source: str) -> Assumption:
    """Parse an assumption, or several with commas between them.

    Raises:
        ParseError: it is none that is read.
    """
    tokens = tokenize(source)[:-1]
    pieces = _split(tokens, 0, len(tokens), ",")
    parts: list[Comparison | Membership] = []
    waiting: list[tuple[int, int]] = []
    closed = True  # the assumption before the comma ends with no letter
    for begin, end in pieces:
        signs = _signs(tokens, begin, end)
        if not signs:
            waiting.append((begin, end))
            continue
        if not closed:
            where = Span(0, len(source))
            raise ParseError("ambiguous: assume each by itself", source, where)
        found = list(_parsed(source, tokens, (begin, end), signs, waiting))
        parts += found
        waiting = []
        last = found[-1]
        closed = isinstance(last, Membership) or not letters_of((last.right,))
    if waiting or not parts:
        where = Span(0, max(1, len(source)))
        message = "expected an assumption, such as 'x > 0' or 'n \\in \\mathbb N'"
        raise ParseError(message, source, where)
    return Assumption(source, tuple(parts))


def _split(tokens: tuple[Token, ...], begin: int, end: int, *marks: str) -> list[tuple[int, int]]:
    depth, start = 0, begin
    found: list[tuple[int, int]] = []
    for index in range(begin, end):
        token = tokens[index]
        depth += _step(token)
        if depth == 0 and token.kind == "symbol" and token.text in marks:
            found.append((start, index))
            start = index + 1
    return [*found, (start, end)]


def _step(token: Token) -> int:
    if token.kind == "open" or token.text == "{":
        return 1
    return -1 if token.kind == "close" or token.text == "}" else 0


def _signs(tokens: tuple[Token, ...], begin: int, end: int) -> list[int]:
    depth = 0
    found = []
    for index in range(begin, end):
        depth += _step(tokens[index])
        sign = tokens[index].kind == "symbol" and tokens[index].text in (
            *_COMPARISONS, "\\in", "=", "\\to", "\\approx", "\\sim", "\\equiv",
        )  # fmt: skip
        if depth == 0 and sign:
            found.append(index)
    return found


def _parsed(
    source: str, tokens: tuple[Token, ...], piece: tuple[int, int], signs: list[int],
    waiting: list[tuple[int, int]],
) -> Iterator[Comparison | Membership]:  # fmt: skip
    """Parse one assumption; the letters before it, `a, b > 0`, are its left side too."""
    texts = [tokens[index].text for index in signs]
    begin, end = piece
    if texts == ["\\in"]:
        members = [*waiting, (begin, signs[0])]
        domain = _parse_set(source, tokens, signs[0] + 1, end)
        for stretch in members:
            yield Membership(_formula(source, tokens, *stretch), domain)
        return
    for index, text in zip(signs, texts, strict=True):
        if text not in _COMPARISONS:
            hint = "; a side equation is given by '--given'" if text == "=" else ""
            raise ParseError(f"expected a comparison{hint}", source, tokens[index].span)
    bounds = [begin - 1, *signs, end]
    sides = [_formula(source, tokens, low + 1, high) for low, high in pairwise(bounds)]
    firsts = [_formula(source, tokens, *stretch) for stretch in waiting]
    if firsts and len(sides) > 2:
        raise ParseError("ambiguous: assume each by itself", source, tokens[begin].span)
    for left in (*firsts, sides[0]):
        yield Comparison(left, texts[0], sides[1])
    for left, text, right in zip(sides[1:], texts[1:], sides[2:], strict=False):
        yield Comparison(left, text, right)


def _formula(source: str, tokens: tuple[Token, ...], begin: int, end: int) -> Node:
    """Parse a stretch of the text; its places are those in the whole."""
    if begin >= end:
        at = tokens[begin - 1].span.end if begin else 0
        raise ParseError("expected a formula", source, Span(at, at + 1))
    start, stop = tokens[begin].span.start, tokens[end - 1].span.end
    try:
        return parse(" " * start + source[start:stop])
    except ParseError as error:
        raise ParseError(error.message, source, error.span) from None


def _parse_set(source: str, tokens: tuple[Token, ...], begin: int, end: int) -> Domain | Interval:
    where = Span(tokens[begin - 1].span.start, tokens[end - 1].span.end)
    if begin == end:
        raise ParseError("expected a set", source, where)
    first, last = tokens[begin], tokens[end - 1]
    ends = _split(tokens, begin + 1, end - 1, ",", ";")
    if first.text in "([" and last.text in ")]" and len(ends) == 2:
        low, high = (_end(source, tokens, *stretch) for stretch in ends)
        if (low is None and first.text == "[") or (high is None and last.text == "]"):
            raise ParseError("infinity belongs to no interval", source, where)
        return Interval(low, high, first.text == "[", last.text == "]")
    spelled = "".join(token.text for token in tokens[begin:end])
    match = _SET.fullmatch(spelled)
    if match:
        name, rest = match[1], match[2].replace("{", "").replace("}", "")
        if (name, rest) in _SETS:
            return _SETS[name, rest]
        for doubtful, message in _DOUBTFUL.items():
            if name + rest == doubtful:
                raise ParseError(message, source, where)
    message = "expected a set of numbers, such as '\\mathbb R', '\\mathbb N' or '(0, 1)'"
    raise ParseError(message, source, where)


def _end(source: str, tokens: tuple[Token, ...], begin: int, end: int) -> End:
    texts = tuple(token.text for token in tokens[begin:end])
    if texts[-1:] == ("\\infty",) and texts[:-1] in ((), ("+",), ("-",)):
        return None
    return _formula(source, tokens, begin, end)


# --- the meaning ---


class Unfit(DeriveError):
    """An assumption that leaves no number, or is about no letter."""


@dataclass
class Assumed:
    """What is assumed of letters and of expressions."""

    letters: dict[Sym, Domain] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    def add(self, assumption: Assumption, term: Callable[[Node], Term]) -> None:
        """Take an assumption in; `term` gives formulas their meaning.

        Raises:
            ParseError: with what is assumed already no number is left, or it is about no letter.
        """
        try:
            for part in assumption.parts:
                if isinstance(part, Comparison):
                    self.compare(term(part.left), part.sign, term(part.right))
                elif isinstance(part.members_of, Domain):
                    self._belong(term(part.member), part.members_of)
                else:
                    self._between(term(part.member), part.members_of, term)
        except Unfit as unfit:
            where = Span(0, len(assumption.source))
            raise ParseError(str(unfit), assumption.source, where) from None

    def _between(self, member: Term, interval: Interval, term: Callable[[Node], Term]) -> None:
        if interval.low is not None:
            self.compare(member, "\\ge" if interval.low_closed else ">", term(interval.low))
        if interval.high is not None:
            self.compare(member, "\\le" if interval.high_closed else "<", term(interval.high))
        if interval.low is None and interval.high is None:
            self._belong(member, Domain())

    def _belong(self, member: Term, domain: Domain) -> None:
        if isinstance(member, Sym):
            self.restrict(member, domain)
        elif domain.whole:
            raise Unfit("a whole number must be a single letter")
        else:
            for sign, bound, closed in (
                (">", domain.low, domain.low_closed), ("<", domain.high, domain.high_closed),
            ):  # fmt: skip
                if bound is not None:
                    self.compare(member, _CLOSED[sign] if closed else sign, Num(bound))

    def compare(self, left: Term, sign: str, right: Term) -> None:
        """Assume `left sign right`.  Raises Unfit if it is false, or about no letter."""
        value, bound = rational(left), rational(right)
        if value is not None and bound is not None:
            if not _holds(value, sign, bound):
                raise Unfit("the assumption is false")
            return
        if value is not None:
            left, right, value, bound, sign = right, left, bound, value, _MIRRORED[sign]
        if isinstance(left, Sym) and bound is not None and sign != "\\ne":
            closed = sign in ("\\le", "\\ge")
            upper = sign in ("<", "\\le")
            low, high = (None, bound) if upper else (bound, None)
            self.restrict(left, Domain(low, high, closed and not upper, closed and upper))
            return
        if sign in ("<", "\\le"):
            left, right, sign = right, left, _MIRRORED[sign]
        kinds: dict[str, FactKind] = {">": "positive", "\\ge": "nonnegative", "\\ne": "nonzero"}
        difference = left if rational(right) == 0 else left - right
        if not any(not isinstance(node, (Num, Const)) and not node.children
                   for node in difference.nodes):  # fmt: skip
            raise Unfit("an assumption about a letter is expected")
        self.facts.append(Fact(kinds[sign], difference))

    def restrict(self, letter: Sym, domain: Domain) -> None:
        """Admit only the numbers of a domain.  Raises Unfit if none is left."""
        if any(end is not None and is_large(end) for end in (domain.low, domain.high)):
            raise Unfit(TOO_LARGE)
        both = _intersection(self.letters.get(letter, Domain()), domain)
        if both is None:
            raise Unfit(f"no number is left for '{letter.name}'")
        self.letters[letter] = both


def rational(term: Term) -> Fraction | None:
    """The value of a rational number that is written out; None: it is none."""
    match term:
        case Num(value):
            return value
        case Pow(base, exponent):
            return _power(rational(base), rational(exponent))
        case Neg() | Add() | Mul() | Div():
            known = [rational(child) for child in term.children]
            values = [value for value in known if value is not None]
            if len(values) < len(known) or (isinstance(term, Div) and not values[1]):
                return None
            return reduce(_OPERATIONS[type(term)], values) if len(values) > 1 else -values[0]
        case _:
            return None


_OPERATIONS: Mapping[type[Term], Callable[[Fraction, Fraction], Fraction]] = {
    Add: operator.add,
    Mul: operator.mul,
    Div: operator.truediv,
}


def _power(base: Fraction | None, exponent: Fraction | None) -> Fraction | None:
    if base is None or exponent is None or (not base and exponent <= 0):
        return None
    small = exponent.denominator == 1 and abs(exponent) <= MAX_POWER and not is_large(base)
    return base ** int(exponent) if small else None


def _holds(left: Fraction, sign: str, right: Fraction) -> bool:
    return {
        "<": left < right, ">": left > right, "\\le": left <= right, "\\ge": left >= right,
        "\\ne": left != right,
    }[sign]  # fmt: skip


def _intersection(one: Domain, two: Domain) -> Domain | None:
    """The numbers of both domains; None: there are none."""
    low, low_closed = _stricter(one.low, one.low_closed, two.low, two.low_closed, upper=False)
    high, high_closed = _stricter(one.high, one.high_closed, two.high, two.high_closed, upper=True)
    whole = one.whole or two.whole
    if whole and low is not None:
        low = Fraction(ceil(low) if low_closed else floor(low) + 1)
        low_closed = True
    if whole and high is not None:
        high = Fraction(floor(high) if high_closed else ceil(high) - 1)
        high_closed = True
    if low is not None and high is not None:
        reached = low_closed and high_closed
        if low > high or (low == high and not reached):
            return None
    return Domain(low, high, low_closed, high_closed, whole)


def _stricter(
    one: Fraction | None, one_closed: bool, two: Fraction | None, two_closed: bool, *, upper: bool
) -> tuple[Fraction | None, bool]:
    if one is None or two is None:
        return (two, two_closed) if one is None else (one, one_closed)
    if one == two:
        return one, one_closed and two_closed
    first = (one < two) == upper
    return (one, one_closed) if first else (two, two_closed)
