"""Sides of equations with their values, and the mistakes that are planted in them.

A problem is written by a function that asks a `Planter` at each place where a mistake may
be made.  What a side is worth is computed beside its LaTeX from numbers of a model, so a
planted mistake is known to be one because the values on the two sides of its link differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = NDArray[np.float64]
T = TypeVar("T")

RELATIVE = 1e-6  # the integrals of the models are exact to about 1e-9
SMALL_STEP = 1e-5  # the last h at which expansions are compared
VANISHES = 1e-3  # what is left of a remainder, divided by its order, at that h


@dataclass(frozen=True)
class Slip:
    """A mistake at a place; carried: what is computed from it is wrong as well."""

    kind: str
    place: str
    carried: bool = True


@dataclass(frozen=True)
class Side:
    """One side of a chain.

    value:    in the model; the first axis runs over what a constant does not depend on.
    relation: the sign before it.
    order:    of the remainder o(h^order) in it, whose value is not in `value`.
    constant: up to a constant.
    answer:   the item of the rubric that it states, with `correct` its right value.
    optional: the next side follows from the one before as well.
    planted:  mistakes made here; carried: those made above that it still contains.
    """

    tex: str
    value: Value
    relation: str = "="
    order: int | None = None
    constant: bool = False
    answer: str = ""
    correct: Value | None = None
    optional: bool = False
    planted: tuple[Slip, ...] = ()
    carried: tuple[Slip, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the answer is."""
        if self.correct is None:
            return True
        meant = replace(self, value=self.correct)
        return holds(meant, self)


@dataclass(frozen=True)
class Chain:
    """A run of equations."""

    sides: tuple[Side, ...]
    answers: bool = False  # part of what a student states who only states answers


@dataclass(frozen=True)
class Words:
    """A sentence."""

    text: str


Piece = Chain | Words


def _spread(value: Value) -> Value:
    """What is left of a value when constants are disregarded."""
    value = np.atleast_1d(value)
    return value[1:] - value[:1]


def holds(left: Side, right: Side) -> bool:
    """Whether `left relation right` is true, by the values."""
    if right.relation not in {"=", "&="}:
        return True
    a, b = left.value, right.value
    if left.constant or right.constant:
        a, b = _spread(a), _spread(b)
    if left.order is not None or right.order is not None:
        order = min(o for o in (left.order, right.order) if o is not None)
        rest = np.abs(np.atleast_1d(a - b))[..., -1] / SMALL_STEP**order
        return bool((rest < VANISHES).all())
    scale = max(float(np.abs(a).max()), float(np.abs(b).max()), 1e-3)
    return bool((np.abs(a - b) < RELATIVE * scale).all())


@dataclass
class Planter:
    """Asked at each place where a mistake may be made."""

    slips: tuple[Slip, ...] = ()
    places: dict[Slip, int] = field(default_factory=dict)  # how often each was asked for
    _touched: list[Slip] = field(default_factory=list)
    _made: set[Slip] = field(default_factory=set)

    def pick(self, kind: str, place: str, right: T, wrong: T) -> T:
        """Give the right reading of a place, or the wrong one if it is to be planted."""
        asked = Slip(kind, place)
        self.places[asked] = self.places.get(asked, 0) + 1
        for slip in self.slips:
            if (slip.kind, slip.place) == (kind, place):
                if slip.carried or slip not in self._made:
                    self._touched.append(slip)
                    return wrong
                break
        return right

    def side(  # noqa: PLR0913 - what a side has
        self,
        tex: str,
        value: Value | float,
        *,
        relation: str = "=",
        order: int | None = None,
        constant: bool = False,
        answer: str = "",
        correct: Value | float | None = None,
        optional: bool = False,
    ) -> Side:
        """Build a side; mistakes asked for since the last one are in it."""
        touched = tuple(dict.fromkeys(self._touched))
        self._touched.clear()
        planted = tuple(slip for slip in touched if slip not in self._made)
        self._made.update(planted)
        return Side(
            tex, np.asarray(value, dtype=float), relation, order, constant, answer,
            None if correct is None else np.asarray(correct, dtype=float),
            optional and not touched, planted,
            tuple(slip for slip in touched if slip not in planted),
        )  # fmt: skip


def chain(*sides: Side, answers: bool = False) -> Chain:
    """Build a chain."""
    return Chain(sides, answers)


def false_links(found: Sequence[Side]) -> list[int]:
    """The numbers of the sides whose link to the one before is false."""
    return [n for n in range(1, len(found)) if not holds(found[n - 1], found[n])]
