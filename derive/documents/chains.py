"""The chains of a document: formulas cut into sides and signs, joined across displays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from derive.documents.model import Chain, Formula, Heading, Item, Prose, Sign
from derive.documents.statements import chains_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.documents.model import Block

__all__ = ["Chain", "Part", "Sign", "chains_of"]

Part: TypeAlias = Chain | Heading | Item | Prose


def chains_of(blocks: Sequence[Block]) -> list[Part]:
    """Replace the formulas of a document by their chains, in document order.

    A display that ends in a sign goes on in the next display, and one that begins with a
    sign goes on with the chain before it; a heading or an item ends this.
    """
    parts: list[Part] = []
    last: int | None = None  # the part that the next display may go on with
    for block in blocks:
        if not isinstance(block, Formula):
            parts.append(block)
            last = last if isinstance(block, Prose) else None
            continue
        for number, found in enumerate(chains_in(block.text, display=block.display)):
            before = parts[last] if last is not None and block.display and not number else None
            if isinstance(before, Chain) and last is not None and _goes_on(before, found.chain):
                parts[last] = _continued(before, found.chain)
                continue
            parts.append(found.chain)
            if block.display and not found.aside:
                last = len(parts) - 1
    return parts


def _goes_on(before: Chain, after: Chain) -> bool:
    return bool(before.signs and not before.sides[-1].text) or bool(
        after.signs and not after.sides[0].text
    )


def _continued(before: Chain, after: Chain) -> Chain:
    """Join two chains where one of them leaves a side out."""
    signs, sides = before.signs, before.sides
    if not sides[-1].text and not after.sides[0].text:
        if signs[-1].symbol == after.signs[0].symbol:
            # `a =` at the end of one display, `= b` at the begin of the next.
            signs, sides = signs[:-1], sides[:-1]
        rest = after.sides[1:]
    elif not sides[-1].text:
        sides, rest = sides[:-1], after.sides
    else:
        rest = after.sides[1:]
    return replace(
        before,
        sides=sides + rest,
        signs=signs + after.signs,
        remarks=before.remarks + after.remarks,
    )
