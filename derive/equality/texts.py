"""The texts of a statement: syntax trees that know which text they are."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.equality.customs import check_source
from derive.equality.letters import free_notation
from derive.errors import ParseError
from derive.language.terms import Neg, add
from derive.reader.elaborate import Elaborator
from derive.reader.grammar import parse
from derive.reader.names import name_in
from derive.reader.syntax import Letter, Node, Number, Relation, Sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sympy

    from derive.language.terms import Term
    from derive.reader.notation import Meaning

Side: TypeAlias = "str | sympy.Basic | int"
LARGER = 16  # than the formulas of a homework: sides may be made by programs
LEFT, RIGHT, VARY = "left side", "right side", "vary"


@dataclass(frozen=True)
class Text:
    """One text: which it is, and its syntax tree."""

    where: str
    source: str
    node: Node

    @classmethod
    def parsed(cls, where: str, source: str) -> Text:
        """Parse a text.  Raises ParseError, with `where` in it."""
        with about(where):
            check_source(source)
            return cls(where, source, parse(source, LARGER))

    def sides(self, meanings: dict[str, Meaning]) -> tuple[Term, ...]:
        """The expression, or the two sides of the equation."""
        nodes = self._written()
        if len(nodes) > 2:
            with about(self.where):
                message = "expected an expression or one equation, found a chain"
                raise ParseError(message, self.source, nodes[2].span)
        return tuple(self._term(node, meanings) for node in nodes)

    def pairs(self, meanings: dict[str, Meaning]) -> Iterator[tuple[Term, Term]]:
        """The equations that a side equation consists of."""
        terms = [self._term(node, meanings) for node in self._written()]
        if len(terms) < 2:
            with about(self.where):
                raise ParseError("expected an equation", self.source, self.node.span)
        yield from pairwise(terms)

    def _written(self) -> tuple[Node, ...]:
        if not isinstance(self.node, Relation):
            return (self.node,)
        if set(self.node.symbols) != {"="}:
            with about(self.where):
                raise ParseError("expected '=' or an expression", self.source, self.node.span)
        return self.node.sides

    def _term(self, node: Node, meanings: dict[str, Meaning]) -> Term:
        with about(self.where):
            return Elaborator(free_notation(self.source, meanings)).term(node)


def parse_vary(text: str | None) -> tuple[Node, Literal["0", "oo"]] | None:
    """Read which letter varies, and whether it tends to 0 or to infinity."""
    if text is None:
        return None
    with about(VARY):
        node = parse(text)
        toward: Literal["0", "oo"] = "0"
        letter = node
        if isinstance(node, Relation) and node.symbols == ("\\to",):
            letter, limit = node.sides
            if isinstance(limit, Sum) and len(limit.terms) == 1 and limit.terms[0][0] == "+":
                limit = limit.terms[0][1]
            if isinstance(limit, Letter) and limit.name == "\\infty":
                toward = "oo"
            elif not (isinstance(limit, Number) and limit.value == 0):
                raise ParseError("expected '0' or '\\infty'", text, limit.span)
        if name_in(letter) is None:
            raise ParseError("expected one letter, 'h' or 'n \\to \\infty'", text, letter.span)
        return letter, toward


@contextmanager
def about(where: str) -> Iterator[None]:
    """Say in an error which text it is about."""
    try:
        yield
    except ParseError as error:
        error.where = where
        raise


@contextmanager
def origin(names: dict[str, str]) -> Iterator[None]:
    """Say in an error which text it is about, by the text itself."""
    try:
        yield
    except ParseError as error:
        error.where = names.get(error.source, "")
        raise


def difference(sides: tuple[Term, ...]) -> Term:
    """An expression as it is, an equation as the difference of its sides."""
    return sides[0] if len(sides) == 1 else add(sides[0], Neg(sides[1]))
