"""A document's own letters for means, trained functions, components, put into the usual ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.language.terms import Field
from derive.reader.notation import canonical
from derive.solution.aliases import alias_in, named, with_usual_name
from derive.solution.bracketed import with_usual_components
from derive.solution.means import with_usual_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from derive.derivation import Problem
    from derive.documents.model import Block


@dataclass(frozen=True)
class Usual:
    """A document in the letters of the problems.

    told:    what was put for what, a line each, for the reader of the report.
    guessed: the names that nobody says another letter stands for.
    """

    blocks: Sequence[Block]
    told: tuple[str, ...]
    guessed: frozenset[str]


def in_usual_letters(blocks: Sequence[Block], problems: Iterable[Problem]) -> Usual:
    """Put a document's blocks into the letters of the problems."""
    letters = [(name, meaning) for p in problems for name, meaning in p.letters.items()]
    told: list[str] = []
    meant = with_usual_mean(blocks, {name for name, _ in letters})
    if meant is not None:
        blocks = meant
        told.append("M: the mean")
    fields = [(name, meaning) for name, meaning in letters if isinstance(meaning, Field)]
    trained = [name for name, meaning in fields if meaning.trained]
    alias = alias_in(blocks, {name for name, _ in letters}, trained)
    guessed: set[str] = set()
    if alias is not None:
        blocks = with_usual_name(blocks, alias)
        told.append(": ".join(alias.told))
        if alias.guessed:
            guessed = {canonical(name) for name in trained if named(name) == alias.target}
    vectors = {one.base for name, m in fields if m.rank and (one := named(name)) is not None}
    components = with_usual_components(blocks, vectors)
    if components is not None:
        blocks = components
        told.append("an index in brackets: a component")
    return Usual(blocks, tuple(told), frozenset(guessed))
