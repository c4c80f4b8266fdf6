r"""Formal readings: equations that hold for any functions, whatever the letters mean.

Most steps of a derivation such as that of the evidence bound are algebra, rules of the
logarithm and of sums over steps.  They are read here without any declaration:
  p_\theta(x_{i-1} | x_i)   an unspecified function of its arguments, for each pattern of
                            arguments and scripts another; positive for the letters that
                            densities have;
  x_{i-1}, x_0, x_T         an unspecified function x of the index;
  \sum, \prod               see `derive.solution.indexed`; a product is exp of the sum of
                            the logarithms of its factors, which must be positive;
  any other letter          a number.

What is proved of all functions holds for those that the author means.  Vectors may stand
for numbers so, for what is proved of coordinates holds for them, and an argument may be
named by any number; but the order of factors is not to be touched where two of them may be
vectors or matrices, and such products are not read.  The converse does not hold: what is
not proved by such a reading is not shown to be false.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.language.terms import Div, Integral, Neg, Sym, Term, add, exp, mul, term
from derive.reader.elaborate import unscripted
from derive.reader.names import name_of
from derive.reader.syntax import (
    Group,
    Letter,
    Mark,
    Node,
    Number,
    Quotient,
    Relation,
    Row,
    Scripted,
    Sum,
    Summation,
    Word,
)
from derive.solution.indexed import Unreadable, claim_of_sums
from derive.solution.logarithms import is_positive, logarithm, raised
from derive.solution.opaque import Letters, letters_in, parts_of, power_of, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from derive.language.claims import Equal


def formal_claim(lhs: Node, rhs: Node) -> Equal | None:
    """Claim that two formulas are equal for any functions; None if they are not read so.

    To be decided without hypotheses, in an empty scope.  Only a proof says something.
    """
    sides = (lhs, rhs)
    reader = _Reader(Letters(frozenset(x for side in sides for x in _counting(side))))
    try:
        return claim_of_sums(*(reader.term(side) for side in sides))
    except Unreadable:
        return None


def _counting(node: Node) -> Iterator[str]:
    """The letters up to which sums run: whole numbers."""
    if isinstance(node, Summation) and node.sup is not None:
        yield from letters_in(node.sup)
    for part in parts_of(node):
        yield from _counting(part)


@dataclass(frozen=True)
class _Reader:
    """Reads formulas; every method raises Unreadable."""

    letters: Letters

    def term(self, node: Node) -> Term:
        value: Term
        match node:
            case Number():
                value = term(node.value)
            case Sum(terms=terms):
                read = [(sign, self.term(part)) for sign, part in terms]
                value = add(*(Neg(part) if sign == "-" else part for sign, part in read))
            case Quotient(num=num, den=den):
                value = self._quotient(self.term(num), self.term(den))
            case Summation():
                value = self._summation(node)
            case Group():
                value = self.term(_single(node))
            case Row(items=items):
                value = self._row(items)
            case Letter() | Word() | Scripted():
                value = self._row((node,))
            case _:
                raise Unreadable
        return value

    # --- products ---

    def _row(self, items: Sequence[Node]) -> Term:
        """Read a product; a slash divides by the one factor after it, the last."""
        factors: list[Term] = []
        position = 0
        while position < len(items):
            sign = items[position]
            if isinstance(sign, Mark):
                position += 1
            factor, position = self._factor(items, position)
            match sign:
                case Mark(symbol="/") if position == len(items) and factors:
                    return self._quotient(self._product(factors), factor)
                case Mark(symbol=symbol) if symbol not in {"\\cdot", "\\times"}:
                    raise Unreadable
                case _:
                    factors.append(factor)
        return self._product(factors)

    def _product(self, factors: Sequence[Term]) -> Term:
        self.letters.refuse_order(factors)
        if not factors or (len(factors) > 1 and any(map(self.letters.may_act, factors))):
            raise Unreadable
        return mul(*factors)

    def _quotient(self, num: Term, den: Term) -> Term:
        self.letters.refuse_order((num, den))
        return Div(num, den)

    def _factor(self, items: Sequence[Node], position: int) -> tuple[Term, int]:
        """Read one factor; also give the position after it."""
        if position >= len(items):
            raise Unreadable
        base, sub, sup, primes = unscripted(items[position])
        if isinstance(base, Letter):
            return self._letter(base, items, position)
        if sub is not None or primes:
            raise Unreadable
        if isinstance(base, Word):
            if sup is not None:
                raise Unreadable
            return self._function(base.name, items, position + 1)
        return raised(self.term(base), None if sup is None else power_of(sup)), position + 1

    def _letter(self, base: Letter, items: Sequence[Node], position: int) -> tuple[Term, int]:
        """Read a letter, or a function with its arguments: what is `a (b + c)` is not asked.

        What holds for every function a holds for the product too.
        """
        name = self.letters.name(items[position])
        following = items[position + 1 : position + 2]
        group, sub, sup, primes = unscripted(following[0]) if following else (None, None, None, 0)
        if not isinstance(group, Group) or group.kind == "{":
            return raised(self.letters.value(name), name.power), position + 1
        if group.kind != "(" or sub is not None or primes or name.power is not None:
            raise Unreadable
        applied = self.letters.applied(base, name, group)
        return raised(applied, None if sup is None else power_of(sup)), position + 2

    def _function(self, name: str, items: Sequence[Node], position: int) -> tuple[Term, int]:
        """Read the exponential of a bracket, or the logarithm of the rest of a row."""
        rest = items[position:]
        if name == "exp" and rest and isinstance(rest[0], Group) and rest[0].kind != "{":
            return exp(self.term(rest[0])), position + 1
        if name not in {"log", "ln"} or not rest:
            raise Unreadable
        value, end = self._factor(items, position)
        factors = [value]
        while end < len(items):
            # Of `\log p(x) q(x)` and `\log (a) b` it is not clear what the logarithm is of.
            if not isinstance(items[end], Quotient | Summation) or isinstance(rest[0], Group):
                raise Unreadable
            value, end = self._factor(items, end)
            factors.append(value)
        return logarithm(self._product(factors)), end

    # --- sums ---

    def _summation(self, node: Summation) -> Term:
        name, first, last = self._range(node)
        index = Sym(f"index {name} {node.span.start}")
        body = _Reader(self.letters.within(name, index)).term(node.body)
        if node.kind == "sum":
            return Integral(body, index, first, last)
        if not is_positive(body):
            raise Unreadable
        return exp(Integral(logarithm(body), index, first, last))

    def _range(self, node: Summation) -> tuple[str, Term, Term]:
        r"""Read `i=1` with its upper end, `t > 1`, or an index alone: then no end is named."""
        start = node.sub.parts.items if node.sub is not None else ()
        end = node.sup.parts.items if node.sup is not None else ()
        low: Node | None = None
        ends: tuple[Term, Term]
        match start, end:
            case (Letter() as letter,), ():
                name = name_of(letter, None)
                ends = Sym(f"first {name}"), Sym(f"last {name}")
            case (Relation(sides=(Letter() as letter, low), symbols=("=",)),), (high,):
                name = name_of(letter, None)
                ends = self.letters.index(low), self.letters.index(high)
                self.letters.refuse_bound(high)
            case (Relation(sides=(Letter() as letter, low), symbols=(">" | "\\ge" as sign,)),), ():
                name = name_of(letter, None)
                ends = term(whole_number(low) + (sign == ">")), Sym(f"last {name}")
            case _:
                raise Unreadable
        if name in self.letters.bound:
            raise Unreadable
        if low is not None:
            self.letters.refuse_bound(low)
        return name, *ends


def _single(group: Group) -> Node:
    if len(group.parts.items) != 1 or group.kind not in {"(", "[", "\\{", "{"}:
        raise Unreadable
    inner = group.parts.items[0]
    if group.kind == "{" and isinstance(inner, Sum):
        raise Unreadable  # braces print nothing: `2 {a + b}` misleads
    return inner
