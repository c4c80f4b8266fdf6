r"""Arguments without brackets where letters need no declaration: `\sin 2\pi x`, `\log n!`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.errors import Span
from derive.reader.commands import FUNCTIONS
from derive.reader.elaborate import unscripted
from derive.reader.syntax import Group, Letter, Mark, Node, Number, Word

if TYPE_CHECKING:
    from derive.language.terms import Term
    from derive.reader.scan import Scan

_OPERATORS = frozenset({"d", "\\partial", "e"})


def bare_argument(scan: Scan, operator: Span) -> Term:
    r"""Read what a function without brackets is of: one factor, or `2\pi x` whole.

    A number or pi in front runs over the letters after it.  Another function may follow,
    `\sin x \cos x`, or a sign; what else follows could belong to the argument.
    """
    elab, start = scan.elab, scan.position
    item = scan.peek()
    name = elab.written(operator)
    if item is None or isinstance(item, Mark):
        raise elab.error(operator, f"expected what '{name}' is applied to after it")
    elab.deeper(operator)
    if _begins_run(item):
        end = start + 1
        while end < len(scan.items) and _in_run(scan.items[end]):
            end += 1
        value = replace(scan, items=scan.items[start:end], position=0).whole(item)
        scan.position = end
        constant = end == start + 1
    else:
        value = scan.column(scan.factor(), item.span)
        constant = False
    elab.depth -= 1
    rest = scan.peek()
    if rest is not None and not (_bars(item) or _may_follow(rest, constant=constant)):
        where = Span(operator.start, rest.span.end)
        message = f"ambiguous: where does the argument of '{name}' end? write brackets"
        raise elab.error(where, message)
    return value


def _begins_run(item: Node) -> bool:
    return isinstance(item, Number) or (
        isinstance(item, Letter) and item.name == "\\pi" and not item.font
    )


def _in_run(item: Node) -> bool:
    base = unscripted(item)[0]
    return isinstance(base, Letter) and base.name not in _OPERATORS


def _bars(item: Node) -> bool:
    """Whether an argument ends visibly though it has no brackets."""
    return isinstance(item, Group) and item.kind == "|"


def _may_follow(rest: Node, *, constant: bool) -> bool:
    base = unscripted(rest)[0]
    if isinstance(base, Mark):
        return base.symbol != "/" and not constant
    return isinstance(base, Word) and base.name in FUNCTIONS
