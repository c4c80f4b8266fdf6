r"""The front of the reader: the text of a stated answer to a term."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.language.terms import Field, Num, Term, Zero
from derive.reader.elaborate import Elaborator
from derive.reader.grammar import parse
from derive.reader.notation import Notation
from derive.reader.syntax import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.language.scope import Scope

_EQUALITIES = frozenset({"=", ":=", "\\coloneqq", "\\equiv"})

# `\to \min_\theta`, with or without its subscript, and the punctuation of the sentence.
_OBJECTIVE = re.compile(
    r"(?:\\(?:to|rightarrow|longrightarrow)\s*\\(?:min|max)\s*"
    r"(?:\\limits)?\s*(?:_\s*(?:\{[^{}]*\}|\\[A-Za-z]+|\w))?)?[\s.,;]*$"
)


def read_formula(text: str, letters: Mapping[str, Term | Field], scope: Scope) -> Term:
    r"""Read a formula.

    Args:
        text:    LaTeX without its dollars, `\frac{1}{2} E\|s_\theta(X)\|^2`.
        letters: what each letter stands for, by its LaTeX name as declared.
        scope:   the hypotheses: they tell which arguments a density takes.

    Returns:
        The term as written: nothing is evaluated, no number computed.

    Raises:
        ParseError: the text is not a formula under this notation; its span says where.
    """
    elaborator = Elaborator(Notation.declared(text, letters, scope))
    return elaborator.term(parse(text))


def read_equation(text: str, letters: Mapping[str, Term | Field], scope: Scope) -> tuple[Term, ...]:
    """Read `a = b = c` into its sides, two or more; a side `0` takes the rank of the others.

    Raises:
        ParseError: as `read_formula`, and where the text is no equation.
    """
    elaborator = Elaborator(Notation.declared(text, letters, scope))
    node = parse(text)
    if not isinstance(node, Relation) or not set(node.symbols) <= _EQUALITIES:
        raise ParseError("expected an equation", text, node.span)
    sides = [elaborator.term(side) for side in node.sides]
    vector = next((side for side in sides if side.rank == 1), None)
    zero = Num(Fraction(0))
    sides = [Zero() if vector is not None and s == zero else s for s in sides]
    for side, written in zip(sides, node.sides, strict=True):
        if side.rank != sides[0].rank:
            raise ParseError("an equation between a scalar and a vector", text, written.span)
    return tuple(sides)


def strip_objective(text: str) -> str:
    r"""Drop a final `\to \min_\theta` and the punctuation of the sentence around a formula."""
    stripped = _OBJECTIVE.sub("", text.rstrip(), count=1)
    return stripped.rstrip().removesuffix("\\,").rstrip()
