"""What ends a decision early: an honest 'I cannot tell', and a wish to begin again."""

from __future__ import annotations


class Undecidable(Exception):
    """The kernel's honest 'I cannot tell'; becomes an `Unresolved` verdict."""


class Ambiguous(Undecidable):
    """A claim with two readings: neither proved nor refuted until it is said which is meant."""


class Hidden(Undecidable):
    """A leading term lies below the order to which an expansion was cut."""


class Restart(Exception):
    """The decision must be made again with a finer scale of the exponents."""

    def __init__(self, scale: int) -> None:
        self.scale = scale
        super().__init__()
