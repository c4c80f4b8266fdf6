"""Ambiguous places of a formula, and which reading is taken at each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.errors import Span

Place: TypeAlias = "tuple[Span, tuple[str, ...]]"


@dataclass
class Choices:
    """Takes one option at each ambiguous place: the decided one, else the first.

    A place that is come upon twice gets the same option twice.

    asked: how often an option was taken, repetitions included.
    """

    decided: Mapping[Place, int] = field(default_factory=dict)
    taken: dict[Place, int] = field(default_factory=dict)
    asked: int = 0

    def take(self, span: Span, options: tuple[str, ...]) -> int:
        """Give the number of the option to read the place with."""
        self.asked += 1
        place = (span, options)
        return self.taken.setdefault(place, self.decided.get(place, 0))
