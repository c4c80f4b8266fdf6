"""What a verdict, a problem and a whole run amount to: the words and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.kernel.verdict import Condition
    from derive.numeric.evidence import Confirmation
    from derive.results import (
        DocumentLink,
        DocumentReport,
        DocumentResult,
        LinkReport,
        Outcome,
        ProblemReport,
        Report,
        ResultReport,
    )

_WORST: tuple[Outcome, ...] = ("refuted", "unread", "unresolved")


def outcome(verdict: Verdict) -> Outcome:
    """Give the word for a verdict, as it stands in every machine-readable report."""
    match verdict:
        case Proved():
            return "proved"
        case Refuted():
            return "refuted"
        case Unresolved():
            return "unresolved"


def entry_outcome(entry: LinkReport | ResultReport) -> Outcome:
    """Give the outcome of a link or a result; one whose stated answer has no reading is unread."""
    return "unread" if getattr(entry, "unread", "") else outcome(entry.verdict)


def entries(problem: ProblemReport) -> list[LinkReport | ResultReport]:
    """Give the links, then the results of one problem."""
    return [*problem.links, *problem.results]


def outcomes(problem: ProblemReport) -> list[Outcome]:
    """Give the outcomes of the links and results of one problem, in order."""
    return [entry_outcome(entry) for entry in entries(problem)]


def worst_of(words: Iterable[Outcome]) -> Outcome:
    """Give the worst of some outcomes; what is missing is open."""
    found = {"unresolved" if word == "missing" else word for word in words}
    return next((word for word in _WORST if word in found), "proved")


def worst(problem: ProblemReport) -> Outcome:
    """Sum up one problem; a script that raised counts as unread."""
    failed: list[Outcome] = ["unread"] if problem.error else []
    missed: list[Outcome] = ["unresolved"] if missed_controls(problem) else []
    return worst_of([*outcomes(problem), *failed, *missed])


def missed_controls(problem: ProblemReport) -> list[LinkReport]:
    """Give the claims that are false on purpose and were not refuted."""
    return [c for c in problem.controls if not isinstance(c.verdict, Refuted)]


def document_entries(document: DocumentReport) -> list[DocumentLink | DocumentResult]:
    """Give the links, then the answers of one document."""
    return [*document.links, *document.results]


def document_outcomes(document: DocumentReport) -> list[Outcome]:
    """Give the outcomes of what is in a document; what could not be read at all is unread."""
    unread: list[Outcome] = ["unread"] * (len(document.notes) + bool(document.error))
    return [*(entry.outcome for entry in document_entries(document)), *unread]


def overall(report: Report) -> Outcome:
    """Sum up a run."""
    documents = [worst_of(document_outcomes(document)) for document in report.documents]
    return worst_of([*map(worst, report.problems), *documents])


def exit_code(report: Report) -> int:
    """Give the exit code of a run."""
    return code_of(overall(report))


def code_of(found: Outcome) -> int:
    """Give 0: all proved, 1: something refuted, 4: something unread, 3: something open."""
    return {"refuted": 1, "unread": 4, "unresolved": 3}.get(found, 0)


def confirmations(problem: ProblemReport) -> list[Confirmation]:
    """Give the numeric checks of a problem's links and results that were made."""
    return [entry.numeric for entry in entries(problem) if entry.numeric is not None]


def all_confirmations(report: Report) -> list[Confirmation]:
    """Give the numeric checks of a whole run."""
    found = [check for problem in report.problems for check in confirmations(problem)]
    written = [entry.numeric for d in report.documents for entry in document_entries(d)]
    return found + [check for check in written if check is not None]


def seconds(problem: ProblemReport) -> float:
    """Give the time a problem took; that of its links where nobody looked at the clock."""
    return problem.seconds or sum(link.seconds for link in problem.links)


def largest_error(checks: Iterable[Confirmation]) -> str:
    """Give the largest of the errors, as it was reported; "0" if all were exact."""
    errors = [check.max_error for check in checks if check.max_error is not None]
    return max(errors, key=float, default="0")


def conditions_of(verdict: Verdict | None) -> tuple[Condition, ...]:
    """Give the conditions a proof needs; none without a proof."""
    return verdict.conditions if isinstance(verdict, Proved) else ()


def shared_conditions(links: Iterable[LinkReport]) -> list[tuple[Condition, str]]:
    """Give each condition of some links once, with the numbers of the links, `4, 6–8`."""
    users: dict[Condition, list[int]] = {}
    for link in links:
        for condition in conditions_of(link.verdict):
            users.setdefault(condition, []).append(int(link.id.rpartition("#")[2]))
    return [(condition, ranges(numbers)) for condition, numbers in users.items()]


def ranges(numbers: Iterable[int]) -> str:
    """Write increasing numbers with runs joined.

    >>> ranges([1, 4, 5, 6])
    '1, 4–6'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
