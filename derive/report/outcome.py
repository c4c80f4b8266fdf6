"""What a verdict, a problem and a whole run amount to: the words and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.kernel.verdict import Condition
    from derive.results import (
        Confirmation,
        LinkReport,
        Outcome,
        ProblemReport,
        Report,
        ResultReport,
    )


def outcome(verdict: Verdict) -> Outcome:
    """Give the word for a verdict, as it stands in every machine-readable report."""
    match verdict:
        case Proved():
            return "proved"
        case Refuted():
            return "refuted"
        case Unresolved():
            return "unresolved"


def entries(problem: ProblemReport) -> list[LinkReport | ResultReport]:
    """Give the links, then the results of one problem."""
    return [*problem.links, *problem.results]


def outcomes(problem: ProblemReport) -> list[Outcome]:
    """Give the outcomes of the links and results of one problem, in order."""
    return [outcome(entry.verdict) for entry in entries(problem)]


def worst(problem: ProblemReport) -> Outcome:
    """Sum up one problem; a script that raised counts as unread."""
    found = outcomes(problem)
    if "refuted" in found:
        return "refuted"
    if problem.error:
        return "unread"
    missed = any(not isinstance(control.verdict, Refuted) for control in problem.controls)
    return "unresolved" if missed or "unresolved" in found else "proved"


def exit_code(report: Report) -> int:
    """Give 0: all proved, 1: something refuted, 4: a script raised, 3: something open."""
    found = {worst(problem) for problem in report.problems}
    for word, code in (("refuted", 1), ("unread", 4), ("unresolved", 3)):
        if word in found:
            return code
    return 0


def confirmations(problem: ProblemReport) -> list[Confirmation]:
    """Give the numeric checks of a problem's links and results that were made."""
    return [entry.numeric for entry in entries(problem) if entry.numeric is not None]


def largest_error(checks: Iterable[Confirmation]) -> str:
    """Give the largest of the errors, as it was reported; "0" if all were exact."""
    errors = [check.max_error for check in checks if check.max_error is not None]
    return max(errors, key=float, default="0")


def conditions_of(verdict: Verdict) -> tuple[Condition, ...]:
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
