"""Reports as data: what was checked and what came of it.  Renderers turn it into text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from fractions import Fraction

    from derive.derivation import Link, Problem, Result
    from derive.kernel.verdict import Verdict
    from derive.numeric.evidence import Confirmation, Simulation

Outcome: TypeAlias = Literal["proved", "refuted", "unresolved", "unread", "given", "missing"]


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
    """A result compared with the sheet's answer.

    unread: why the stated answer could not be read, a caret under the place; the
            verdict is then Unresolved.
    """

    result: Result
    verdict: Verdict
    numeric: Confirmation | None
    simulations: tuple[Simulation, ...] = ()
    unread: str = ""


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
    seconds: float = 0.0  # of the whole problem, its script included


@dataclass(frozen=True)
class Report:
    """Everything one run checked."""

    problems: tuple[ProblemReport, ...] = ()
    seed: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())

    def verdicts(self) -> list[Verdict]:
        """All verdicts, those of the results included."""
        links = [link.verdict for p in self.problems for link in p.links]
        return links + [result.verdict for p in self.problems for result in p.results]
