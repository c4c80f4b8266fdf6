"""Reading: the texts of a statement to what is to be decided."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from derive.equality.assumptions import Assumed, Assumption, parse_assumption
from derive.equality.customs import check_source
from derive.equality.letters import Letters, free_notation
from derive.equality.statement import Statement
from derive.errors import ParseError, Span
from derive.language.terms import Neg, Sym, Term, add
from derive.reader.elaborate import Elaborator
from derive.reader.grammar import parse
from derive.reader.names import name_in
from derive.reader.syntax import Letter, Node, Number, Relation, Sum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from derive.reader.notation import Meaning

LARGER = 16  # than the formulas of a homework: sides may be made by programs
LEFT, RIGHT, VARY = "left side", "right side", "vary"


def read_statement(
    lhs: str,
    rhs: str,
    given: Sequence[str] = (),
    assume: Sequence[str] = (),
    vary: str | None = None,
) -> Statement:
    r"""Read two sides, in which letters need no declaration.

    Args:
        lhs:    an expression, or an equation.
        rhs:    the same.
        given:  side equations.
        assume: assumptions, `x > 0`, `n \in \mathbb N`.
        vary:   the letter of Landau terms, `h` or `n \to \infty`.

    Raises:
        ParseError: a text is not understood; its `where` says which, its span the place in it.
    """
    sides = [_Text.parsed(LEFT, lhs), _Text.parsed(RIGHT, rhs)]
    equations = [
        _Text.parsed(f"side equation {number}", text) for number, text in enumerate(given, 1)
    ]
    assumptions: list[tuple[str, Assumption]] = []
    for number, text in enumerate(assume, 1):
        with _about(f"assumption {number}"):
            check_source(text)
            assumptions.append((f"assumption {number}", parse_assumption(text)))
    varying = _vary(vary)
    letters = Letters(frozenset().union(*(a.subjects for _, a in assumptions)))
    origin: dict[str, str] = {}
    for side in (*sides, *equations):
        with _about(side.where):
            origin.setdefault(side.source, side.where)
            letters.collect(side.source, side.node)
    for where, assumption in assumptions:
        with _about(where):
            origin.setdefault(assumption.source, where)
            for node in assumption.nodes:
                letters.collect(assumption.source, node)
    if varying is not None and vary is not None:
        with _about(VARY):
            origin.setdefault(vary, VARY)
            letters.collect(vary, varying[0])
    if varying is None and letters.landau is not None:
        with _origin(origin):
            raise letters.landau.error("a Landau term: which letter varies? name it by '--vary'")
    with _origin(origin):
        meanings = letters.meanings()
    return _assembled(sides, equations, assumptions, meanings, varying)


def _assembled(
    sides: list[_Text], equations: list[_Text], assumptions: list[tuple[str, Assumption]],
    meanings: dict[str, Meaning], varying: tuple[Letter | Node, Literal["0", "oo"]] | None,
) -> Statement:  # fmt: skip
    left, right = (text.sides(meanings) for text in sides)
    if len(left) != len(right):
        lone = sides[0] if len(left) > len(right) else sides[1]
        with _about(lone.where):
            raise ParseError("an equation against an expression", lone.source, lone.node.span)
    assumed = Assumed()
    for where, assumption in assumptions:
        elab = Elaborator(free_notation(assumption.source, meanings))
        with _about(where):
            assumed.add(assumption, elab.term)
    symbol = meanings.get(name_in(varying[0]) or "") if varying is not None else None
    if varying is not None and not isinstance(symbol, Sym):
        with _about(VARY):
            raise ParseError("expected a letter that is no function", "", Span(0, 0))
    return Statement(
        _difference(left),
        _difference(right),
        equations=len(left) == 2,
        letters=assumed.letters,
        facts=tuple(assumed.facts),
        given=tuple(pair for text in equations for pair in text.pairs(meanings)),
        vary=symbol if isinstance(symbol, Sym) else None,
        toward=varying[1] if varying is not None else "0",
    )


def _difference(sides: tuple[Term, ...]) -> Term:
    return sides[0] if len(sides) == 1 else add(sides[0], Neg(sides[1]))


@dataclass(frozen=True)
class _Text:
    """One text: which it is, and its syntax tree."""

    where: str
    source: str
    node: Node

    @classmethod
    def parsed(cls, where: str, source: str) -> _Text:
        with _about(where):
            check_source(source)
            return cls(where, source, parse(source, LARGER))

    def sides(self, meanings: dict[str, Meaning]) -> tuple[Term, ...]:
        """The expression, or the two sides of the equation."""
        nodes = self._written()
        if len(nodes) > 2:
            with _about(self.where):
                message = "expected an expression or one equation, found a chain"
                raise ParseError(message, self.source, nodes[2].span)
        return tuple(self._term(node, meanings) for node in nodes)

    def pairs(self, meanings: dict[str, Meaning]) -> Iterator[tuple[Term, Term]]:
        """The equations that a side equation consists of."""
        terms = [self._term(node, meanings) for node in self._written()]
        if len(terms) < 2:
            with _about(self.where):
                raise ParseError("expected an equation", self.source, self.node.span)
        yield from pairwise(terms)

    def _written(self) -> tuple[Node, ...]:
        if not isinstance(self.node, Relation):
            return (self.node,)
        if set(self.node.symbols) != {"="}:
            with _about(self.where):
                raise ParseError("expected '=' or an expression", self.source, self.node.span)
        return self.node.sides

    def _term(self, node: Node, meanings: dict[str, Meaning]) -> Term:
        with _about(self.where):
            return Elaborator(free_notation(self.source, meanings)).term(node)


def _vary(text: str | None) -> tuple[Node, Literal["0", "oo"]] | None:
    """Read which letter varies, and whether it tends to 0 or to infinity."""
    if text is None:
        return None
    with _about(VARY):
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
def _about(where: str) -> Iterator[None]:
    """Say in an error which text it is about."""
    try:
        yield
    except ParseError as error:
        error.where = where
        raise


@contextmanager
def _origin(names: dict[str, str]) -> Iterator[None]:
    """Say in an error which text it is about, by the text itself."""
    try:
        yield
    except ParseError as error:
        error.where = names.get(error.source, "")
        raise
