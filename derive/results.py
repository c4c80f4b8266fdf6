"""Reports as data: what was checked and what came of it.  Renderers turn it into text."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from derive.derivation import Link, Problem, Result
from derive.kernel.verdict import Verdict

Outcome: TypeAlias = Literal["proved", "refuted", "unresolved", "unread", "given", "missing"]


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
        return (self.estimate - self.expected) / self.error


@dataclass(frozen=True)
class Slope:
    """The order of a remainder: the slope of log |remainder| against log h."""

    name: str
    slope: float
    expected: float


Simulation: TypeAlias = Estimate | Slope


@dataclass(frozen=True)
class LinkReport:
    """A link with its verdict."""

    id: str  # "hw3/2.2#3", counted from 1 within the problem
    chain: str  # the title of its chain
    link: Link
    verdict: Verdict
    numeric: Confirmation | None
    seconds: float


@dataclass(frozen=True)
class ResultReport:
    """A result compared with the sheet's answer."""

    result: Result
    verdict: Verdict
    numeric: Confirmation | None
    simulations: tuple[Simulation, ...] = ()


@dataclass(frozen=True)
class ProblemReport:
    """One problem, or the error its script raised."""

    id: str  # "hw3/2.2"
    title: str
    points: Fraction
    problem: Problem | None
    links: tuple[LinkReport, ...] = ()
    results: tuple[ResultReport, ...] = ()
    controls: tuple[LinkReport, ...] = ()  # false on purpose: each must be refuted
    error: str = ""  # file, line and message of a script that raised


@dataclass(frozen=True)
class Report:
    """Everything one run checked."""

    problems: tuple[ProblemReport, ...] = ()
    seed: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())

    def verdicts(self) -> list[Verdict]:
        """All verdicts, those of the results included."""
        return [v.verdict for p in self.problems for v in (*p.links, *p.results)]
