r"""Sums over components: `\sum_{i=1}^d`, `\sum_{i,j}`, `\sum_{i \ne j}`, `\sum_{i=j}`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.errors import Span
from derive.language.terms import Basis, IndexSum, Neg, Term, add
from derive.language.traverse import rebuild, walk
from derive.reader.components import may_bind
from derive.reader.ranges import over_range
from derive.reader.syntax import Letter, Node, Number, Relation, Script, Summation, items_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.errors import ParseError
    from derive.reader.elaborate import Elaborator
    from derive.reader.syntax import LargeKind

_DIMENSIONS = frozenset({"d", "D"})
_NAMES: Mapping[LargeKind, str] = {
    "sum": "a sum",
    "prod": "a product",
    **dict.fromkeys(("lim", "limsup", "liminf"), "a limit"),
    **dict.fromkeys(("min", "argmin", "inf"), "a minimum"),
    **dict.fromkeys(("max", "argmax", "sup"), "a maximum"),
}


@dataclass(frozen=True)
class _Over:
    """What a sum is over: the coordinates, and for two of them whether they agree or differ."""

    indices: tuple[str, ...]
    pair: tuple[str, str] | None = None
    equal: bool = False
    everywhere: bool = False  # the dimension is written as the upper limit


def summation(elab: Elaborator, node: Summation) -> Term:
    """Elaborate a sum over components; no other large operator has a meaning here."""
    refusal = _refusal(elab, node)
    if elab.notation.free and node.kind in ("sum", "prod"):
        return over_range(elab, node)
    over = _over(elab, node) if node.kind == "sum" else None
    if over is None:
        raise refusal
    names = {*over.indices, *(over.pair or ())}
    inside = replace(elab.notation, indices=elab.notation.indices | names)
    body = elab.under(inside).term(node.body)
    used = {t.index for t in walk(body) if isinstance(t, Basis)}
    if not (over.everywhere or names <= used):
        raise refusal
    bound = {t.index for t in walk(body) if isinstance(t, IndexSum)}
    if over.pair is not None and bound & names:
        raise refusal  # putting one index for the other could be caught by the sum inside
    return _summed(body, over)


def _refusal(elab: Elaborator, node: Summation) -> ParseError:
    scripts = [script.span.end for script in (node.sub, node.sup) if script is not None]
    end = max((node.span.start + 1, *scripts))
    head = Span(node.span.start, end if scripts else node.body.span.start)
    what = _NAMES[node.kind]
    if node.kind not in ("sum", "prod"):
        return elab.error(head, f"{what} is not read")
    if node.sub is None:
        return elab.error(head, f"{what} without its index: write what it is over")
    named = node.sub.parts.items[0]
    named = named.sides[0] if isinstance(named, Relation) else named
    return elab.error(head, f"{what} over '{elab.written(named.span)}' is not read")


def _summed(body: Term, over: _Over) -> Term:
    if over.pair is None:
        for index in reversed(over.indices):
            body = IndexSum(body, index)
        return body
    kept, other = over.pair
    diagonal = rebuild(body, {Basis(other): Basis(kept)})
    if over.equal:
        return IndexSum(diagonal, kept)
    everything = body
    for index in reversed(over.indices):
        everything = IndexSum(everything, index)
    rest = IndexSum(diagonal, kept) if kept in over.indices else diagonal
    return add(everything, Neg(rest))


def _over(elab: Elaborator, node: Summation) -> _Over | None:
    if node.sub is None or not _upper(elab, node.sup):
        return None
    items = node.sub.parts.items
    last = items[-1]
    everywhere = node.sup is not None
    if isinstance(last, Relation):
        if len(last.symbols) != 1:
            return None
        left, right = last.sides
        if last.symbols == ("=",) and isinstance(right, Number) and right.value == 1:
            names = _names((*items[:-1], left))
            return None if names is None else _Over(names, everywhere=everywhere)
        return _pair(elab, left, right, last.symbols[0]) if len(items) == 1 else None
    names = _names(items)
    return None if names is None else _Over(names, everywhere=everywhere)


def _upper(elab: Elaborator, sup: Script | None) -> bool:
    """Whether the upper limit is the dimension, or is left out."""
    return sup is None or (sup.text in _DIMENSIONS and elab.notation.find(sup.text) is None)


def _pair(elab: Elaborator, left: Node, right: Node, symbol: str) -> _Over | None:
    names = _names((left, right))
    if names is None or len(names) != 2 or symbol not in ("=", "\\ne"):
        return None
    one, two = names
    outside = elab.notation.indices
    if symbol == "=":
        return None if {one, two} & outside else _Over((one,), (one, two), equal=True)
    if one in outside and two in outside:
        return None
    if one in outside:
        return _Over((two,), (one, two))
    if two in outside:
        return _Over((one,), (two, one))
    return _Over((one, two), (one, two))


def _names(nodes: tuple[Node, ...]) -> tuple[str, ...] | None:
    """The coordinates that nodes name, each once."""
    flat = [item for node in nodes for item in items_of(node)]
    names = [item.name for item in flat if isinstance(item, Letter) and may_bind(item)]
    if len(names) != len(flat) or len(set(names)) != len(names):
        return None
    return tuple(names)
