"""What numbers say of a claim: confirmations in models, estimates, orders of remainders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Confirmation:
    """The numeric check of one claim in random models.

    max_error: "0" where every model was exact, else the largest distance of the
               two enclosures, e.g. "2.1e-50"; None for a limit (a Landau claim),
               whose remainder was followed to small h instead.
    """

    models: int
    max_error: str | None
    agreed: bool


@dataclass(frozen=True)
class Estimate:
    """One Monte Carlo check: an estimate against an exact value.

    error: the standard error of the estimate; z = (estimate - expected) / error.
    """

    name: str
    estimate: float
    expected: float
    error: float
    samples: int

    @property
    def z(self) -> float:
        """How many standard errors the estimate is off."""
        return (self.estimate - self.expected) / self.error


@dataclass(frozen=True)
class Slope:
    """The order of a remainder: the slope of log |remainder| against log h."""

    name: str
    slope: float
    expected: float


Simulation: TypeAlias = Estimate | Slope
