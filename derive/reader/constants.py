r"""Constants that an author leaves unnamed: `+ const`, `+ C`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.reader.elaborate import unscripted
from derive.reader.names import DECORATIONS, name_in
from derive.reader.syntax import Group, Letter, Node, Sum, Word, items_of

if TYPE_CHECKING:
    from derive.reader.notation import Notation

_WORDS = frozenset({"const", "const.", "constant", "Const", "Const.", "cst", "константа"})
_LETTERS = frozenset({"C", "c"})


def split_constant(node: Node, notation: Notation) -> tuple[Node | None, bool]:
    """Take the undeclared constants out of a sum: what is left, and whether there was one.

    Nothing is left of a formula that is a constant and nothing else.
    """
    terms = node.terms if isinstance(node, Sum) else (("+", node),)
    kept = tuple((sign, term) for sign, term in terms if not _constant(term, notation))
    if len(kept) == len(terms):
        return node, False
    if not kept:
        return None, True
    if len(kept) == 1 and kept[0][0] == "+":
        return kept[0][1], True
    return (replace(node, terms=kept) if isinstance(node, Sum) else None), True


def _constant(node: Node, notation: Notation) -> bool:
    node = _of_others(node)
    base, sub, sup, primes = unscripted(_spelled(node) or node)
    match base:
        case Word(name=name) if name.strip() in _WORDS:
            return notation.resolve(base, sub, sup, primes) is None
        case Letter(name=name) if name in _LETTERS:
            return notation.resolve(base, sub, sup, primes) is None
        case _:
            return False


def _of_others(node: Node) -> Node:
    r"""The word of `const(p)`; what depends on parameters, `const(\theta)`, stays whole."""
    match items_of(node):
        case (Word() as word, Group(kind="(", parts=parts)) if word.name.strip() in _WORDS:
            names = {name_in(item) or "" for item in parts.items}
            return word if names.isdisjoint({"", *DECORATIONS}) and len(names) == 1 else node
        case _:
            return node


def _spelled(node: Node) -> Node | None:
    """The word that is typed as letters side by side, `const`."""
    items = getattr(node, "items", ())
    letters = [i for i in items if isinstance(i, Letter) and not i.font]
    if not letters or len(letters) != len(items):
        return None
    word = "".join(letter.name for letter in letters)
    return Word(node.span, word) if word in _WORDS else None
