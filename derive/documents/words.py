r"""Words in a formula: which are prose, which restrict a statement, which name an operand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.documents.atoms import Atom

Role: TypeAlias = Literal["comment", "condition", "aside"]

# Words that name an operand are kept: `\text{const}`, `\text{KL}(q)`.  These never do.
_PROSE_WORDS = """
    where and or for if when with thus so hence then since as at let given by because such that
    therefore now also recall note using i.e e.g s.t subject to iff on all under whenever где и
    или для если когда тогда при так как то значит пусть отсюда следовательно поскольку откуда
    поэтому ибо причём а также итак на из по
"""
_PROSE: Final = frozenset(_PROSE_WORDS.split())
# What follows these words restricts the statement before them.
_CONDITION_WORDS = """
    for if when whenever as at all under on s.t subject such given при для если когда на
"""
_CONDITION: Final = frozenset(_CONDITION_WORDS.split())
_ASIDE: Final = frozenset({"where", "with", "since", "because", "где", "поскольку", "так", "ибо"})
# Said instead of a sign: what stands before them is not the whole side.
_SIGNS: Final = frozenset({"plus", "minus", "times", "плюс", "минус"})
_WORD: Final = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*")
_OPENS: Final = re.compile(r"\\left|[(\[^_]|\\[bB]ig")
_EDGES: Final = frozenset({"quad", "point", "cut", "row", "words", "arrow"})


def role_of(words: str) -> Role:
    """What a piece of prose does to the formula after it."""
    first = _first(words)
    if first in _CONDITION:
        return "condition"
    return "aside" if first in _ASIDE else "comment"


def _first(words: str) -> str:
    match = _WORD.search(words)
    return match.group().lower() if match else ""


def is_prose_word(words: str) -> bool:
    """Whether it is one word, of two letters or more, that is never an operand."""
    return len(words.strip()) > 1 and words.strip().lower() in _PROSE


def is_prose(atoms: Sequence[Atom], index: int, formula: str) -> bool:
    r"""Whether the words are a remark and no operand such as `\text{const}`."""
    raw = atoms[index].text
    words = raw.strip()
    if not _WORD.search(words) or (words.startswith("(") and words.endswith(")")):
        return True
    if _first(words) in _PROSE | _SIGNS:
        return _first(words) in _PROSE
    before, after = _neighbour(atoms, index, -1), _neighbour(atoms, index, 1)
    if before is not None and before.kind in {"sign", "operator"}:
        return False
    if after is not None and (
        after.kind in {"sign", "operator"} or _OPENS.match(formula, after.start)
    ):
        return False
    if " " in words or raw != words:
        return True
    alone_at_left = before is None or before.kind in _EDGES
    alone_at_right = after is None or after.kind in _EDGES
    between_rows = all(atom is None or atom.kind == "row" for atom in (before, after))
    return alone_at_left and alone_at_right and not between_rows


def _neighbour(atoms: Sequence[Atom], index: int, step: int) -> Atom | None:
    index += step
    while 0 <= index < len(atoms):
        if atoms[index].kind not in {"space", "drop", "amp"}:
            return atoms[index]
        index += step
    return None
