"""Reading: two sides, what is given and what is assumed, to what is to be decided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from derive.equality.assumptions import Assumed, Assumption, parse_assumption
from derive.equality.customs import check_source
from derive.equality.indices import check_varying
from derive.equality.letters import Letters, free_notation
from derive.equality.scopes import MESSAGE, meant_for_all
from derive.equality.statement import Statement
from derive.equality.texts import LEFT, RIGHT, VARY, Text, about, difference, origin, parse_vary
from derive.errors import IllTyped, ParseError, Span
from derive.language.terms import Sym
from derive.reader.elaborate import Elaborator
from derive.reader.names import name_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.equality.texts import Side
    from derive.language.terms import Term
    from derive.reader.notation import Meaning
    from derive.reader.syntax import Node


def read_statement(
    lhs: Side,
    rhs: Side,
    given: Sequence[Side | tuple[Side, Side]] = (),
    assume: Sequence[Side] = (),
    vary: Side | None = None,
) -> Statement:
    r"""Read two sides, in which letters need no declaration.

    The sides are both LaTeX, or both SymPy expressions.

    Args:
        lhs:    an expression, or an equation.
        rhs:    the same.
        given:  side equations; of SymPy an `Eq`, or a pair.
        assume: assumptions, `x > 0`, `n \in \mathbb N`; of SymPy also relations.
        vary:   the letter of Landau terms, `h` or `n \to \infty`.

    Raises:
        ParseError: a text is not understood; its `where` says which, its span the place in it.
        IllTyped: a SymPy expression that has no meaning over the real numbers.
    """
    if not (isinstance(lhs, str) and isinstance(rhs, str)):
        # Imported where it is used: SymPy takes long to start.
        from derive.equality.symbolic import read_symbolic  # noqa: PLC0415

        return read_symbolic(lhs, rhs, given, assume, vary)
    texts = [text for text in (*given, *assume, vary) if text is not None]
    if not all(isinstance(text, str) for text in texts):
        raise IllTyped("the sides are LaTeX: what is given and assumed is expected in LaTeX too")
    return _of_texts(
        (lhs, rhs),
        [text for text in given if isinstance(text, str)],
        [text for text in assume if isinstance(text, str)],
        vary if isinstance(vary, str) else None,
    )


def _of_texts(
    written: tuple[str, str], given: list[str], assume: list[str], vary: str | None
) -> Statement:
    sides = [Text.parsed(LEFT, written[0]), Text.parsed(RIGHT, written[1])]
    equations = [
        Text.parsed(f"side equation {number}", text) for number, text in enumerate(given, 1)
    ]
    assumptions: list[tuple[str, Assumption]] = []
    for number, text in enumerate(assume, 1):
        with about(f"assumption {number}"):
            check_source(text)
            assumptions.append((f"assumption {number}", parse_assumption(text)))
    varying = parse_vary(vary)
    letters = Letters(frozenset().union(*(a.subjects for _, a in assumptions)))
    names: dict[str, str] = {}
    for side in (*sides, *equations):
        with about(side.where):
            names.setdefault(side.source, side.where)
            letters.collect(side.source, side.node)
    for where, assumption in assumptions:
        with about(where):
            names.setdefault(assumption.source, where)
            for node in assumption.nodes:
                letters.collect(assumption.source, node)
    if varying is not None and vary is not None:
        with about(VARY):
            names.setdefault(vary, VARY)
            letters.collect(vary, varying[0])
        with origin(names):
            check_varying(letters.labels, name_in(varying[0]) or "")
    if varying is None and letters.landau is not None:
        with origin(names):
            raise letters.landau.error("a Landau term: which letter varies? name it by '--vary'")
    with origin(names):
        meanings = letters.meanings()
    statement = _assembled(sides, equations, assumptions, meanings, varying)
    return replace(statement, indices=letters.indices) if letters.indices else statement


def _assembled(
    sides: list[Text], equations: list[Text], assumptions: list[tuple[str, Assumption]],
    meanings: dict[str, Meaning], varying: tuple[Node, Literal["0", "oo"]] | None,
) -> Statement:  # fmt: skip
    left, right = (text.sides(meanings) for text in sides)
    if len(left) != len(right):
        lone = sides[0] if len(left) > len(right) else sides[1]
        with about(lone.where):
            raise ParseError("an equation against an expression", lone.source, lone.node.span)
    assumed = Assumed()
    asides: list[tuple[str, str, tuple[Term, ...], bool]] = []
    for where, assumption in assumptions:
        elab = Elaborator(free_notation(assumption.source, meanings))
        before = len(assumed.facts)
        with about(where):
            assumed.add(assumption, elab.term)
        terms = tuple(fact.term for fact in assumed.facts[before:])
        asides.append((where, assumption.source, terms, False))
    given: list[tuple[Term, Term]] = []
    for text in equations:
        pairs = tuple(text.pairs(meanings))
        given += pairs
        asides.append((text.where, text.source, tuple(x for pair in pairs for x in pair), True))
    _check_asides((*left, *right), asides)
    symbol = meanings.get(name_in(varying[0]) or "") if varying is not None else None
    if varying is not None and not isinstance(symbol, Sym):
        with about(VARY):
            raise ParseError("expected a letter that is no function", "", Span(0, 0))
    return Statement(
        difference(left),
        difference(right),
        equations=len(left) == 2,
        letters=assumed.letters,
        facts=tuple(assumed.facts),
        given=tuple(given),
        vary=symbol if isinstance(symbol, Sym) else None,
        toward=varying[1] if varying is not None else "0",
    )


def _check_asides(
    sides: tuple[Term, ...], asides: list[tuple[str, str, tuple[Term, ...], bool]]
) -> None:
    everything = (*sides, *(term for _, _, terms, _ in asides for term in terms))
    for where, source, terms, equation in asides:
        name = meant_for_all(terms, everything, equation=equation)
        if name:
            with about(where):
                raise ParseError(MESSAGE.format(name), source, Span(0, len(source)))
