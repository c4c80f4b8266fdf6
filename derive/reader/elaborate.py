"""Elaboration: from the syntax tree to a term, under a notation.

What a rank error is about is known here, so it is raised again with its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError, Span
from derive.language.terms import Div, Identity, Neg, Num, Pow, Term, Zero, add, mul, sqrt
from derive.reader.syntax import (
    Bang,
    Choice,
    Group,
    Integrate,
    Mark,
    Node,
    Number,
    Parts,
    Quotient,
    Relation,
    Root,
    Script,
    Scripted,
    Sum,
    Summation,
    items_of,
)

if TYPE_CHECKING:
    from derive.reader.notation import Notation


# A place may be come upon again when what is around it is read anew, and so on outwards.
MAX_CHOICES = 64
_ZERO = Num(Fraction(0))
_ZEROS: tuple[Term, ...] = (_ZERO, Zero(), mul(_ZERO, Identity()))  # by their rank
MAX_DEPTH = 80  # brackets and operators together: each level is a handful of Python frames


@dataclass
class Elaborator:
    """Turns nodes of one source text into terms; raises ParseError with a span.

    depth: how many formulas and operators are around.
    """

    notation: Notation
    depth: int = 0

    def under(self, notation: Notation) -> Elaborator:
        """Elaborate something inside under another notation."""
        return Elaborator(notation, self.depth)

    def deeper(self, where: Span) -> None:
        """Go one level down; the caller comes up again with `depth -= 1`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(where, f"nested more than {MAX_DEPTH} deep")

    def term(self, node: Node) -> Term:
        """Elaborate one formula."""
        # Imported where it is used: a row holds formulas and a formula is a row.
        from derive.reader.scan import Scan  # noqa: PLC0415

        self.deeper(node.span)
        try:
            match node:
                case Sum(terms=terms):
                    value = self._sum(terms)
                case Relation():
                    raise self.error(node.span, "a relation stands where a formula is expected")
                case Parts():
                    raise self.error(node.span, "a list stands where a formula is expected")
                case Mark(symbol=symbol):
                    raise self.error(node.span, f"'{symbol}' stands where a formula is expected")
                case _:
                    value = Scan(self, items_of(node)).whole(node)
        except IllTyped as error:
            raise ParseError(str(error), self.notation.source, node.span) from None
        self.depth -= 1
        return value

    def _sum(self, terms: tuple[tuple[str, Node], ...]) -> Term:
        signed = [(sign, self.term(node)) for sign, node in terms]
        if self.notation.choices is not None:
            rank = max(int(value.rank) for _, value in signed)
            zero = _ZEROS[rank] if rank < len(_ZEROS) else _ZERO
            signed = [(s, zero if v == _ZERO else v) for s, v in signed]
        return add(*(Neg(value) if sign == "-" else value for sign, value in signed))

    def single(self, parts: Parts) -> Node:
        """Give the only formula of a group, or fail at the second."""
        if len(parts.items) == 1:
            return parts.items[0]
        raise self.error(
            Span(parts.items[1].span.start, parts.span.end),
            f"expected one formula, found '{parts.separators[0]}' and another",
        )

    def root(self, node: Root) -> Term:
        """Elaborate a root; of an integer degree the exponent is a number."""
        body = self.term(node.body)
        if node.degree is None:
            return sqrt(body)
        if isinstance(node.degree, Number) and node.degree.value > 0:
            return Pow(body, Num(1 / node.degree.value))
        return Pow(body, Div(Num(Fraction(1)), self.term(node.degree)))

    def exponent(self, sup: Script) -> Term:
        """Elaborate a superscript that is a power."""
        node = self.single(sup.parts)
        if isinstance(node, Group) and node.kind == "(":
            raise self.error(sup.span, f"'^{{{sup.text}}}' in brackets is an index, not a power")
        if isinstance(node, Mark):
            raise self.error(
                sup.span, f"'^{sup.text}' is part of a name, and no such letter is declared"
            )
        return self.term(node)

    def choose(self, where: Span, message: str, options: tuple[str, ...]) -> int:
        """Choose a reading of an ambiguous place, the customary one first; else refuse it."""
        choices = self.notation.choices
        if choices is None:
            raise self.error(where, message)
        if choices.asked >= MAX_CHOICES:
            raise self.error(where, "too many ambiguous places; write brackets")
        return choices.take(where, options)

    def error(self, where: Span, message: str) -> ParseError:
        """Make the error about a place in the source."""
        return ParseError(message, self.notation.source, where)

    def written(self, where: Span) -> str:
        """The text of a place in the source."""
        return self.notation.source[where.start : where.end]


def unscripted(node: Node) -> tuple[Node, Script | None, Script | None, int]:
    """Take an atom apart: base, subscript, superscript, primes."""
    if isinstance(node, Scripted):
        return node.base, node.sub, node.sup, node.primes
    return node, None, None, 0


def children(node: Node) -> tuple[Node, ...]:
    """Give the formulas directly inside a node, scripts left out."""
    match node:
        case Group(parts=Parts(items=items)) | Parts(items=items) | Relation(sides=items):
            return items
        case Sum(terms=terms):
            return tuple(t for _, t in terms)
        case Quotient(num=one, den=two) | Choice(upper=one, lower=two):
            return (one, two)
        case (
            Root(body=inner)
            | Integrate(body=inner)
            | Summation(body=inner)
            | Scripted(base=inner)
            | Bang(body=inner)
        ):
            return (inner,)
        case _:
            return ()
