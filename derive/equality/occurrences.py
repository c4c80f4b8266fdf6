"""Which letters occur in a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.reader.elaborate import children, unscripted
from derive.reader.syntax import Letter, Node, Row

if TYPE_CHECKING:
    from collections.abc import Iterable


def letters_of(nodes: Iterable[Node]) -> frozenset[str]:
    """The letters in formulas, those in their scripts included."""
    found: set[str] = set()
    pending = list(nodes)
    while pending:
        base, sub, sup, _ = unscripted(pending.pop())
        if isinstance(base, Letter):
            found.add(base.name)
        pending += base.items if isinstance(base, Row) else children(base)
        for inner in (sub, sup):
            pending += inner.parts.items if inner is not None else ()
    return frozenset(found)
