r"""Letters that the text speaks of and no line declares: "where $\eta$ is the step size".

With a key an unknown letter is more likely a slip than a custom, but a slip is not spoken
of.  Such a letter is a number or a vector where only one of the two lets what it stands
in be read; nothing false is told from it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.terms import Sym
from derive.reader.names import name_in, readable
from derive.reader.notation import canonical
from derive.reader.readings import readings_of
from derive.reader.syntax import Letter
from derive.solution.matrices import RANDOM, sentence_around
from derive.solution.usage import INDEX_LETTERS, uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from derive.language.terms import Term
    from derive.solution.context import Context
    from derive.solution.formulas import Formulas
    from derive.solution.sides import Side

_KINDS = ("a number", "a vector")
_OPERATORS = frozenset({"E", "e", "d", "N", "o", "O", "W", "B", "P"})


def declare_spoken(formulas: Formulas, context: Context) -> None:
    """Declare the letters that stand alone in the text, by the rank that they must have."""
    for name in _spoken(formulas):
        if context.declares(name) or is_random(name, formulas.prose):
            continue
        number, vector = (_fit(name, rank, formulas, context) for rank in (0, 1))
        if number != vector:
            rank = int(vector > number)
            context.define(name, Sym(readable(name), rank))
            context.told[name] = _KINDS[rank]
            context.guessed.add(name)
            context.spoken.add(name)


def _spoken(formulas: Formulas) -> Iterator[str]:
    """The names that are formulas of their own in the text, and letters without arguments."""
    alone = [name_in(root) for row in formulas.roots if len(row) == 1 for root in row]
    for name in dict.fromkeys(name for name in alone if name is not None):
        found = [use for use in formulas.uses if use.name == name]
        plain = all(
            isinstance(use.letter, Letter)
            and use.letter_font in ("", "mathbf")
            and not (use.arguments or use.primes)
            for use in found
        )
        if found and plain and found[0].base not in _OPERATORS | INDEX_LETTERS:
            yield name


def is_random(name: str, prose: Sequence[str]) -> bool:
    r"""Whether the text calls a letter random: "random noise $\eta$", "$\eta$ is random"."""
    pattern = re.compile(rf"\$\s*{re.escape(readable(name))}\s*\$")
    return any(
        RANDOM.search(said)
        for text in prose
        for match in pattern.finditer(text)
        for said in sentence_around(match)
    )


def _fit(name: str, rank: int, formulas: Formulas, context: Context) -> tuple[int, int]:
    """How much can be read with the letter of this rank: links of one kind, then sides."""
    pairs = sides = 0
    for row in (row for row in formulas.sides if len(row) > 1):
        here = [_stands_in(name, side) for side in row]
        if not any(here):
            continue
        ranks = [_rank(name, rank, side, context) for side in row]
        sides += sum(read is not None for read, stands in zip(ranks, here, strict=True) if stands)
        steps = zip(pairwise(ranks), pairwise(here), strict=True)
        pairs += sum(a is not None and a == b for (a, b), stands in steps if any(stands))
    return pairs, sides


def _stands_in(name: str, side: Side) -> bool:
    """Whether a side has the letter in it and is more than the letter."""
    if side.flaw is not None or name_in(side.node) == name:
        return False
    return any(use.name == name for use in uses(side.node))


def _rank(name: str, rank: int, side: Side, context: Context) -> int | None:
    """The rank of a side that is read with the letter of this rank; None: it is not."""
    if side.flaw is not None:
        return None
    notation = context.notation(side.text.text)
    letters = {**notation.letters, name: Sym(readable(name), rank)}
    try:
        return int(readings_of(side.node, replace(notation, letters=letters), 1)[0].term.rank)
    except (ParseError, IllTyped):
        return None


def spoken_in(context: Context, *terms: Term) -> bool:
    """Whether a letter of terms is one that the text alone speaks of."""
    return any(
        isinstance(x, Sym) and canonical(x.name) in context.spoken for t in terms for x in t.nodes
    )
