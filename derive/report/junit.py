"""The report as JUnit XML, for the systems of continuous integration that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

# Only built and written here, never parsed: the attacks on parsers do not apply.
from xml.etree import ElementTree as ET

from derive.derivation import Source
from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode, unicode_claim
from derive.report.outcome import seconds
from derive.report.places import spot
from derive.report.plain import clean, clean_lines, inert
from derive.report.wording import advice_lines, counterexample_lines, name_words

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_TAGS: Mapping[Outcome, tuple[str, str]] = {
    "refuted": ("failure", "false"),
    "unresolved": ("skipped", "not decided"),
    "missing": ("skipped", "missing"),
    "unread": ("error", "not read"),
}


def render_junit(report: Report) -> str:
    """Give the report as XML: a suite per problem or document, a case per link and per result.

    A refuted claim is a failure, an open one and a missing answer are skipped with the
    reason; a script that raised and a formula that could not be read are errors.
    """
    root = ET.Element("testsuites", name="derive", time=f"{report.seconds:.3f}")
    for problem in report.problems:
        root.append(_suite(problem))
    for document in report.documents:
        root.append(_document(document))
    for total in ("tests", "failures", "errors", "skipped"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(problem: ProblemReport) -> ET.Element:
    suite = ET.Element("testsuite", name=clean(f"{problem.id} {transcribe_words(problem.title)}"))
    for link in problem.links:
        suite.append(_link(problem.id, link))
    for result in problem.results:
        suite.append(_result(problem.id, result))
    for control in problem.controls:
        suite.append(_control(problem.id, control))
    if problem.error:
        case = ET.SubElement(suite, "testcase", classname=clean(problem.id), name="script")
        error = ET.SubElement(case, "error", message=clean(problem.error))
        error.text = clean(problem.error)
    _count(suite, seconds(problem))
    return suite


def _count(suite: ET.Element, spent: float) -> None:
    suite.set("tests", str(len(suite)))
    for total, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(total, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{spent:.3f}")


def _link(problem: str, report: LinkReport) -> ET.Element:
    lhs, relation, rhs = unicode_claim(report.link.claim)
    name = f"#{report.id.rpartition('#')[2]} {transcribe_words(report.link.by)}"
    case = _case(problem, name, report.link.source)
    case.set("time", f"{report.seconds:.3f}")
    _judge(case, report.verdict, f"{lhs} {relation} {rhs}")
    return case


def _result(problem: str, report: ResultReport) -> ET.Element:
    result = report.result
    case = _case(problem, f"result {transcribe_words(name_words(result.name))}", result.source)
    if report.unread:
        error = ET.SubElement(case, "error", message=clean(report.unread.splitlines()[0]))
        error.text = clean_lines(report.unread)
        return case
    _judge(case, report.verdict, f"{unicode(result.derived)} = {transcribe(result.stated)}")
    return case


def _control(problem: str, report: LinkReport) -> ET.Element:
    """Give a claim that is false on purpose: it passes when it is refuted."""
    case = _case(problem, f"control {transcribe_words(report.link.by)}", report.link.source)
    if not isinstance(report.verdict, Refuted):
        ET.SubElement(case, "failure", message="false on purpose, and not refuted")
    return case


def _case(problem: str, name: str, source: Source) -> ET.Element:
    return ET.Element(
        "testcase",
        classname=clean(problem),
        name=clean(name),
        file=clean(source.file),
        line=str(source.line),
    )


def _judge(case: ET.Element, verdict: Verdict, claim: str) -> None:
    match verdict:
        case Proved():
            return
        case Refuted(_, counterexample):
            failure = ET.SubElement(case, "failure", message=clean(f"false: {claim}"))
            failure.text = "\n".join(clean(s) for s in counterexample_lines(counterexample))
        case Unresolved(reason):
            ET.SubElement(
                case, "skipped", message=clean(f"not decided: {transcribe_words(reason)}")
            )


# --- documents ---


def _document(report: DocumentReport) -> ET.Element:
    suite = ET.Element("testsuite", name=clean(report.id))
    for link in report.links:
        name = f"#{link.id.rpartition('#')[2]} {link.problem}".rstrip()
        case = _case(report.id, f"{name} {spot(link.source)}", link.source)
        case.set("time", f"{link.seconds:.3f}")
        _tell(case, link, f"{link.lhs} {link.relation} {link.rhs}")
        suite.append(case)
    for result in report.results:
        name = f"result {result.problem} {transcribe_words(name_words(result.name))}"
        case = _case(report.id, name, result.source or Source(report.id, 1))
        _tell(case, result, result.found or result.stated)
        suite.append(case)
    for source, message in report.notes:
        case = _case(report.id, f"text {spot(source)}", source)
        ET.SubElement(case, "error", message=clean(message))
        suite.append(case)
    if report.error:
        case = ET.SubElement(suite, "testcase", classname=clean(report.id), name="document")
        ET.SubElement(case, "error", message=clean(report.error))
    _count(suite, report.seconds)
    return suite


def _tell(case: ET.Element, entry: DocumentLink | DocumentResult, claim: str) -> None:
    """Say what came of a link or an answer that is not proved."""
    if entry.outcome not in _TAGS:
        return
    tag, told = _TAGS[entry.outcome]
    child = ET.SubElement(case, tag, message=clean(f"{told}: {claim}"))
    child.text = "\n".join(inert(clean(row)) for row in advice_lines(entry)) or None
