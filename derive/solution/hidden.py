r"""What letters depend on without showing it: `z` on t after `z = (y_1, \dots, y_t)`.

Under a sum over t such a letter changes from term to term.  A letter with an index,
`x_t`, shows what it depends on; so does `f(x, t)` by its arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.reader.elaborate import unscripted
from derive.reader.syntax import (
    Group,
    Integrate,
    Letter,
    Node,
    Number,
    Relation,
    Scripted,
    is_ellipsis,
    items_of,
)
from derive.solution.sides import Side
from derive.solution.usage import bound_index, free_letters, nodes_in, summations_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from derive.documents.chains import Chain

Hidden = dict[str, frozenset[str]]  # a letter, and all letters it depends on
_ORDERS = frozenset({"<", ">", "\\le", "\\ge", "\\ne", "\\ll", "\\gg", "\\to", "\\in"})


def hidden_letters(chains: Iterable[Chain]) -> Hidden:
    """Collect what the letters that the chains of a document define depend on."""
    direct: dict[str, set[str]] = {}
    for chain in chains:
        nodes = [side.node for side in map(Side, chain.sides) if side.flaw is None]
        symbols = {sign.symbol for sign in chain.signs}
        if symbols & _ORDERS:
            continue
        for node in nodes[:1] if "\\sim" in symbols else nodes:
            head = _head(node, nodes)
            if head is not None:
                others = {x for other in nodes if other is not node for x in _shown(other)}
                direct.setdefault(head, set()).update(others - free_letters(node))
    return {letter: reached({letter}, direct) - {letter} for letter in direct}


def _shown(node: Node) -> frozenset[str]:
    """The letters that a formula is a function of: no sum, mean or integral binds them."""
    return free_letters(node) - frozenset(x for inner in nodes_in(node) for x in _averaged(inner))


def changes(root: Node, hidden: Hidden) -> bool:
    """Whether a letter under a sum depends on its index without showing it."""
    return any(
        reached(plain_letters(node.body) - bound_index(node), hidden) & bound_index(node)
        for node in summations_in(root)
    )


def changes_in_means(root: Node, hidden: Hidden) -> bool:
    """Whether a letter depends on what a mean or an integral is taken over without showing it."""
    over = frozenset(x for node in nodes_in(root) for x in _averaged(node))
    return any(
        (reached({letter}, hidden) - {letter}) & over
        for letter in plain_letters(root) - over
        if letter in hidden
    )


def _averaged(node: Node) -> frozenset[str]:
    r"""The letters of the variables of `E_{x \sim p}`, `E_{q(x | y)}`, `E_x`, and of integrals."""
    if isinstance(node, Integrate):
        return frozenset(_bases(node.var))
    base, sub, _, _ = unscripted(node)
    if sub is None or not isinstance(base, Letter) or base.name != "E":
        return frozenset()
    heads = (x.sides[0] if isinstance(x, Relation) else x for x in sub.parts.items)
    return frozenset(name for head in heads for name in _bases(head))


def _bases(node: Node) -> Iterator[str]:
    """The letters of variables without their indices, of `q(x_t, y | z)` those before the bar."""
    items = items_of(node)
    if isinstance(items[-1], Group):
        parts = items[-1].parts
        cut = parts.separators.index("|") + 1 if "|" in parts.separators else len(parts.items)
        items = parts.items[:cut]
    bases = (unscripted(item)[0] for item in items)
    return (base.name for base in bases if isinstance(base, Letter))


def plain_letters(root: Node) -> frozenset[str]:
    """The letters of a formula that have no index, those of the indices among them."""
    nodes = [node for node in nodes_in(root) if not is_ellipsis(node)]
    indexed = {id(x.base) for x in nodes if isinstance(x, Scripted) and _is_indexed(x)}
    return frozenset(x.name for x in nodes if isinstance(x, Letter) and id(x) not in indexed)


def reached(letters: Iterable[str], depends: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The letters with all that they depend on."""
    found: set[str] = set()
    pending = list(letters)
    while pending:
        letter = pending.pop()
        if letter not in found:
            found.add(letter)
            pending.extend(depends.get(letter, ()))
    return frozenset(found)


def _head(node: Node, nodes: list[Node]) -> str | None:
    r"""The letter that a side is a value of: `z`, or `q` of `q(x)`; `x_t` and `q(x_t)` are none.

    A density that is an integral, or a mean, says nothing of what the law depends on.
    """
    match items_of(node):
        case (one,):
            return _plain(one)
        case (letter, Group(kind="(") as group) if not any(map(_is_averaged, nodes)):
            shown = (unscripted(item)[1] for item in group.parts.items)
            return None if any(sub is not None for sub in shown) else _plain(letter)
        case _:
            return None


def _plain(node: Node) -> str | None:
    """The letter of a name without an index."""
    base = unscripted(node)[0]
    if is_ellipsis(node):
        return None
    return base.name if isinstance(base, Letter) and not _is_indexed(node) else None


def _is_indexed(node: Node) -> bool:
    r"""Whether a name has an index; the subscript of `z_\phi` and `p_\theta` is none."""
    sub = unscripted(node)[1]
    inside = () if sub is None else (x for item in sub.parts.items for x in nodes_in(item))
    return any(
        isinstance(x, Number) or (isinstance(x, Letter) and x.name.isalpha()) for x in inside
    )


def _is_averaged(node: Node) -> bool:
    letters = (unscripted(x)[0] for x in nodes_in(node))
    return any(
        isinstance(x, Integrate) or (isinstance(x, Letter) and x.name == "E") for x in letters
    )
