"""The report as commands of a workflow on GitHub, which shows them beside the lines they are about.

What is false is an error, what is open or unread a warning, a missing answer a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.kernel.verdict import Proved, Refuted, Unresolved
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode, unicode_claim
from derive.report.outcome import entry_outcome, missed_controls
from derive.report.places import shown_file, spot
from derive.report.plain import clean
from derive.report.wording import advice_lines, counterexample_sentence, name_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from derive.derivation import Source
    from derive.kernel.verdict import Verdict
    from derive.results import DocumentReport, DocumentResult, Outcome, ProblemReport, Report

    Level: TypeAlias = Literal["error", "warning", "notice"]

_LEVELS: Mapping[Outcome, tuple[Level, str]] = {
    "refuted": ("error", "false"),
    "unresolved": ("warning", "not decided"),
    "unread": ("warning", "not read"),
    "missing": ("notice", "missing"),
}


def render_github(report: Report) -> str:
    """Give a line for everything that is not proved; nothing where all is."""
    rows = [row for problem in report.problems for row in _problem(problem)]
    rows += [row for document in report.documents for row in _document(document)]
    return "".join(f"{row}\n" for row in rows)


def _problem(problem: ProblemReport) -> Iterator[str]:
    for link in problem.links:
        claim = " ".join(unicode_claim(link.link.claim))
        yield from _entry(
            entry_outcome(link), link.id, link.link.source, [claim, *_told(link.verdict)]
        )
    for report in problem.results:
        result = report.result
        told = report.unread.splitlines() or [
            f"{unicode(result.derived)} = {transcribe(result.stated)}",
            *_told(report.verdict),
        ]
        name = f"{problem.id} {_name(result.name)}"
        yield from _entry(entry_outcome(report), name, result.source, told)
    for control in missed_controls(problem):
        told = [f"{transcribe_words(control.link.by)}: false on purpose, and not refuted"]
        yield _command("error", control.id, told, _position(control.link.source))
    if problem.error:
        yield _command("error", f"{problem.id}: script failed", problem.error.splitlines())


def _document(report: DocumentReport) -> Iterator[str]:
    for link in report.links:
        claim = f"{link.lhs} {link.relation} {link.rhs}"
        title = link.problem or link.id
        yield from _entry(link.outcome, title, link.source, [claim, *advice_lines(link)])
    for result in report.results:
        yield from _result(report, result)
    for source, told in report.notes:
        yield from _entry("unread", report.id, source, [told])
    if report.error:
        yield _command("error", "not read", [report.error], {"file": report.id})


def _result(report: DocumentReport, result: DocumentResult) -> Iterator[str]:
    title = f"{result.problem} {_name(result.name)}"
    told = [f"on the sheet: {transcribe(result.stated)}", *advice_lines(result)]
    if result.source is None and result.outcome in _LEVELS:
        level, word = _LEVELS[result.outcome]
        yield _command(level, f"{word}: {title}", told, {"file": report.id})
    elif result.source is not None:
        yield from _entry(result.outcome, title, result.source, [result.found, *told])


def _name(name: str) -> str:
    return transcribe_words(name_words(name))


def _told(verdict: Verdict) -> list[str]:
    match verdict:
        case Refuted(_, counterexample):
            return [f"counterexample: {counterexample_sentence(counterexample)}"]
        case Unresolved(reason):
            return [f"reason: {transcribe_words(reason)}"]
        case Proved():
            return []


def _entry(found: Outcome, title: str, source: Source, told: list[str]) -> Iterator[str]:
    """Give the command for a claim, none for one that is proved or given."""
    if found not in _LEVELS:
        return
    level, word = _LEVELS[found]
    # Lines are counted within a cell; those of the notebook's file are nobody's business.
    cell = [spot(source)] if source.cell is not None else []
    yield _command(level, f"{word}: {title}", [*cell, *told], _position(source))


def _position(source: Source) -> dict[str, str]:
    position = {"file": shown_file(source)}
    if source.cell is not None:
        return position
    position |= {"line": str(source.line), "col": str(source.column)}
    # Columns of two lines are refused.
    if source.end_column is not None and source.end_line in {None, source.line}:
        position["endColumn"] = str(source.end_column)
    return position


def _command(
    level: Level, title: str, told: list[str], position: Mapping[str, str] | None = None
) -> str:
    """Write a command: nothing in it can end it, or begin another."""
    properties = {**(position or {}), "title": title}
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {given}::" + _escaped("\n".join(map(clean, told)))


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(clean(text)).replace(":", "%3A").replace(",", "%2C")
