"""Reports as data: what was checked and what came of it.  Renderers turn it into text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from fractions import Fraction

    from derive.derivation import Link, Problem, Result, Source
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
    documents: tuple[DocumentReport, ...] = ()

    def verdicts(self) -> list[Verdict]:
        """All verdicts on the problems of keys, those of the results included."""
        links = [link.verdict for p in self.problems for link in p.links]
        return links + [result.verdict for p in self.problems for result in p.results]


# --- documents -------------------------------------------------------------------------


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a link or an answer, and what was probably meant.

    kind:    "sign", "factor", "index", ... of a repair, "types", "follows", "unread", "undecided".
    message: a sentence for the author.
    repair:  the corrected side as LaTeX; what was edited in it is `repair[start:end]`.
    """

    kind: str
    message: str
    repair: str | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class DocumentLink:
    """A link of a written solution.

    problem: the problem of the key it belongs to, "hw3/2.1"; "" where none is matched.
    verdict: the engine's, where it was asked; None for what is given or unread.
    source:  the relation sign and the right-hand side.
    written: the line of the file in which the relation sign stands.
    stopped: where reading stopped, of a link that is unread, and the line of the file there.
    """

    id: str  # "solution.md#12", counted from 1 within the document
    problem: str
    relation: str
    lhs: str
    rhs: str
    outcome: Outcome
    verdict: Verdict | None
    source: Source
    written: str
    diagnosis: Diagnosis | None = None
    numeric: Confirmation | None = None
    display: bool = True
    stopped: tuple[Source, str] | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class DocumentResult:
    """An answer the sheet asks for, and what the document says.

    found: the answer as it is written, LaTeX; "" where it is missing.
    """

    problem: str
    name: str
    stated: str
    points: Fraction
    outcome: Outcome
    verdict: Verdict | None = None
    found: str = ""
    source: Source | None = None
    written: str = ""
    diagnosis: Diagnosis | None = None
    numeric: Confirmation | None = None


@dataclass(frozen=True)
class DocumentIdea:
    """An idea that a rubric asks for: shown, shown but for a mistake, or not found.

    problem: the problem of the key, "hw3/2.1".
    source:  the link that shows it.
    """

    problem: str
    id: str
    standing: Literal["right", "mistaken", "open"]
    source: Source | None = None


@dataclass(frozen=True)
class DocumentReport:
    """One document, link by link, or why it could not be read.

    titles:   problem -> its title in the key, in the key's order.
    notation: what was inferred of the letters, a line each, for `--verbose`.
    notes:    (source, message) of what could not be read at all, an unclosed `$$`.
    error:    why nothing of it could be read; without the path.
    ideas:    those that were asked for.
    """

    id: str  # the path as it was given
    key: str
    titles: dict[str, str]
    links: tuple[DocumentLink, ...] = ()
    results: tuple[DocumentResult, ...] = ()
    notation: tuple[str, ...] = ()
    notes: tuple[tuple[Source, str], ...] = ()
    seconds: float = 0.0
    error: str = ""
    ideas: tuple[DocumentIdea, ...] = ()
