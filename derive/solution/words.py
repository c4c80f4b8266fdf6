r"""Words that stand in a formula without a meaning: `(\text{denoiser} - y) / \sigma^2`.

Such an equation can be read, but what it claims depends on what the words are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.terms import Sym
from derive.reader.elaborate import children
from derive.reader.names import readable
from derive.reader.syntax import Word
from derive.solution.judgement import unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.reader.syntax import Node
    from derive.solution.context import Context
    from derive.solution.judgement import Judgement
    from derive.solution.sides import Side


def undefined_words(lhs: Side, rhs: Side, context: Context) -> Judgement | None:
    """Leave an equation open that is read but for one phrase; None for any other."""
    if lhs.flaw is not None or rhs.flaw is not None:
        return None
    phrases = {word for side in (lhs, rhs) for word in _phrases(side.node)}
    names = [name for name in phrases if not context.declares(name)]
    if len(names) != 1:
        return None
    for rank in (1, 0):
        letters = {**context.letters, names[0]: Sym(readable(names[0]), rank)}
        known = replace(context, letters=letters)
        try:
            ranks = {known.elaborated(s.node, s.text.text)[0].term.rank for s in (lhs, rhs)}
        except (ParseError, IllTyped):
            continue
        if len(ranks) == 1:
            return unresolved(f"what '{readable(names[0])}' is, is not said")
    return None


def _phrases(root: Node) -> Iterator[str]:
    """The names of several words in a formula; one word may be a function or an operator."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Word) and len(node.name.split()) > 1:
            yield node.name
        pending.extend(children(node))
