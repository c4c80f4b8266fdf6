r"""Sums and products over whole numbers: `\sum_{k=1}^{n} k^2`, `\prod_{k=1}^n k`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.errors import Span
from derive.language.terms import FiniteProduct, FiniteSum, Num, Sym, Term
from derive.reader.elaborate import children, unscripted
from derive.reader.syntax import Letter, Node, Relation, Row, Summation, items_of

if TYPE_CHECKING:
    from derive.reader.elaborate import Elaborator


def index_of(node: Summation) -> Letter | None:
    """The letter that a sum or product binds, if it says where the letter begins."""
    if node.sub is None or len(node.sub.parts.items) != 1:
        return None
    match node.sub.parts.items[0]:
        case Relation(sides=(Letter(font="") as letter, _), symbols=("=",)):
            return letter
        case _:
            return None


def over_range(elab: Elaborator, node: Summation) -> Term:
    """Elaborate a finite sum or product."""
    letter = index_of(node)
    what = "sum" if node.kind == "sum" else "product"
    head = Span(node.span.start, node.sub.span.end if node.sub else node.body.span.start)
    if letter is None or node.sub is None:
        raise elab.error(head, f"expected the index of the {what} and its first value, '_{{k=1}}'")
    if node.sup is None:
        raise elab.error(head, f"expected the last value of the index of the {what}, '^{{n}}'")
    first = node.sub.parts.items[0]
    begin = first.sides[1] if isinstance(first, Relation) else first
    low, high = _limit(elab, begin), _limit(elab, elab.single(node.sup.parts))
    symbol = Sym(letter.name)
    if node.kind == "prod":
        _require_end(elab, node, letter.name)
    body = elab.under(elab.notation.binding(letter.name, symbol)).term(node.body)
    make = FiniteSum if node.kind == "sum" else FiniteProduct
    return make(body, symbol, low, high)


def _limit(elab: Elaborator, node: Node) -> Term:
    value = elab.term(node)
    if isinstance(value, Num) and value.value.denominator != 1:
        raise elab.error(node.span, "expected a whole number")
    return value


def _require_end(elab: Elaborator, node: Summation, name: str) -> None:
    r"""Refuse `\prod_{k=1}^n k x`: whether x is a factor once or n times, not all agree."""
    items = items_of(node.body)
    if len(items) > 1 and not mentions(items[-1], name):
        message = "ambiguous: what does the product reach to? write brackets"
        raise elab.error(node.body.span, message)


def rowed(node: Node) -> tuple[Node, ...]:
    """The atoms of a row; nothing of what is no row."""
    return node.items if isinstance(node, Row) else ()


def mentions(node: Node, name: str) -> bool:
    """Whether a letter occurs in a formula, scripts included."""
    base, sub, sup, _ = unscripted(node)
    if isinstance(base, Letter):
        if base.name == name and not base.font:
            return True
    elif any(mentions(child, name) for child in (*children(base), *rowed(base))):
        return True
    if isinstance(base, Summation) and any(
        mentions(part, name) for s in (base.sub, base.sup) if s for part in s.parts.items
    ):
        return True
    return any(mentions(part, name) for s in (sub, sup) if s for part in s.parts.items)
