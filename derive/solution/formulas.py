r"""The formulas of a document as syntax trees, with the letters in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from derive.reader.elaborate import unscripted
from derive.reader.names import name_of
from derive.reader.syntax import Group, Letter, Word, items_of
from derive.solution.equations import EQUALITIES
from derive.solution.sides import Side
from derive.solution.stretches import defines, is_introduced
from derive.solution.usage import Use, uses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.documents.chains import Chain
    from derive.reader.syntax import Node

_ONE_DIMENSION = re.compile(r"\b(?:1-?D|one[- ]dimension|scalar case)|одномерн", re.IGNORECASE)


@dataclass(frozen=True)
class Formulas:
    """The formulas of a document: sides by chain, those that parse, the letters in them."""

    chains: Sequence[Chain]
    sides: list[list[Side]]
    roots: list[list[Node]]
    uses: list[Use]
    prose: Sequence[str] = ()

    @classmethod
    def of(cls, chains: Sequence[Chain], prose: Sequence[str] = ()) -> Formulas:
        """Parse the sides of the chains, the arguments of a minimum in place of it."""
        sides = [[Side(text) for text in chain.sides] for chain in chains]
        roots = [[n for side in row if (n := _root(side)) is not None] for row in sides]
        found = [use for row in roots for root in row for use in uses(root)]
        return cls(chains, sides, roots, found, prose)

    @property
    def one_dimensional(self) -> bool:
        """Whether the text says so of its variables."""
        return any(_ONE_DIMENSION.search(text) for text in self.prose)

    def defines(self, name: str) -> bool:
        """Whether an equation has this name, alone or applied, for its left side."""
        return any(
            sign.symbol in EQUALITIES and headed(row[index]) == name
            for chain, row in zip(self.chains, self.sides, strict=True)
            for index, sign in enumerate(chain.signs)
            if self.may_define(chain, name)
        )

    @cached_property
    def _supposed(self) -> frozenset[str]:
        """The letters that stand for something, of which an equation is only supposed."""
        rows = zip(self.chains, self.sides, strict=True)
        heads = (headed(row[0]) for chain, row in rows if chain.signs and not defines(chain))
        return frozenset(head for head in heads if head is not None)

    def may_define(self, chain: Chain, name: str) -> bool:
        """Whether an equation with this name on the left may give it its meaning."""
        return defines(chain) and (name not in self._supposed or is_introduced(chain))


def headed(side: Side) -> str | None:
    """The name that a side is, alone or with its arguments."""
    if side.flaw is not None:
        return None
    head, *rest = items_of(side.node)
    applied = not rest or (len(rest) == 1 and isinstance(unscripted(rest[0])[0], Group))
    return _bare_name(head) if applied else None


def _root(side: Side) -> Node | None:
    functional = side.minimised
    if functional is not None:
        side = functional
    return side.node if side.text.text.strip() and side.flaw is None else None


def _bare_name(node: Node) -> str | None:
    """The name of a letter with its subscript, powers and primes left out."""
    base, sub, _, _ = unscripted(node)
    return name_of(base, sub) if isinstance(base, Letter | Word) else None
