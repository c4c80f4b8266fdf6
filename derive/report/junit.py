"""The report as JUnit XML, for the systems of continuous integration that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

# Only built and written here, never parsed: the attacks on parsers do not apply.
from xml.etree import ElementTree as ET

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode, unicode_claim
from derive.report.outcome import seconds
from derive.report.plain import clean, clean_lines
from derive.report.wording import counterexample_lines, name_words

if TYPE_CHECKING:
    from derive.derivation import Source
    from derive.results import LinkReport, ProblemReport, Report, ResultReport


def render_junit(report: Report) -> str:
    """Give the report as XML: a suite per problem, a case per link and per result.

    A refuted claim is a failure, an open one is skipped with the reason; a script that
    raised and an answer that could not be read are errors.
    """
    root = ET.Element("testsuites", name="derive", time=f"{report.seconds:.3f}")
    for problem in report.problems:
        root.append(_suite(problem))
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
    suite.set("tests", str(len(suite)))
    for total, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(total, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{seconds(problem):.3f}")
    return suite


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
