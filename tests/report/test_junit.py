"""The JUnit report: one case a claim, and nothing that XML may not contain."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from derive.kernel.verdict import Unresolved
from derive.report.junit import render_junit
from derive.results import DocumentReport, Report


def _parsed(report):
    return ET.fromstring(render_junit(report))  # noqa: S314 - written here


def test_a_case_for_every_link_result_and_failed_script(report):
    root = _parsed(report)
    assert {k: root.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "9", "failures": "2", "errors": "1", "skipped": "1",
    }  # fmt: skip
    assert [suite.get("tests") for suite in root] == ["8", "1"]


def test_a_false_step_is_a_failure_with_the_two_values(report):
    case = _parsed(report).findall("testsuite/testcase")[2]
    assert (case.get("file"), case.get("line")) == ("proofs/hw3/p22.py", "43")
    failure = case.find("failure")
    assert failure.get("message") == "false: E[⟨s_θ(X), ∇ log p(X)⟩] = E[div s_θ(X)]"
    assert failure.text == "p = N(0, 1), s_θ = x\nleft side: 3/2\nright side: −1/2"


def test_an_open_step_is_skipped_and_never_a_failure(report):
    case = _parsed(report).findall("testsuite/testcase")[3]
    assert [child.tag for child in case] == ["skipped"]
    assert case[0].get("message") == "not decided: not a total derivative in xᵢ"


def test_control_characters_do_not_break_the_file(report):
    problem = report.problems[0]
    link = replace(problem.links[0], verdict=Unresolved("\x00 \x1b[2J ]]> & < \ud800"))
    chosen = Report((replace(problem, links=(link,), results=()),))
    message = _parsed(chosen).find(".//skipped").get("message")
    assert message == "not decided: \ufffd \ufffd[2J ]]> & < \ufffd"


def test_a_document_is_a_suite_with_a_case_for_every_link_and_answer(document):
    root = _parsed(Report(documents=(document,)))
    assert {k: root[0].get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "10", "failures": "2", "errors": "2", "skipped": "3",
    }  # fmt: skip
    tags = [[child.tag for child in case] for case in root[0]]
    assert tags == [
        [], [], ["failure"], ["skipped"], ["skipped"], ["error"],
        ["skipped"], ["failure"], [], ["error"],
    ]  # fmt: skip


def test_a_false_link_of_a_document_is_told_with_what_was_meant(document):
    case = _parsed(Report(documents=(document,)))[0][2]
    assert (case.get("file"), case.get("line")) == ("solution.md", "153")
    assert case[0].text == (
        "counterexample: p = N(0, 1), s_θ = x: the left side is 3/2, the right side −1/2\n"
        r"probably meant: -E[\operatorname{div} s_\theta(X)]"
        " (the sign of div s_θ(X); with it the step is proved)"
    )


def test_a_document_that_cannot_be_read_is_an_error():
    root = _parsed(Report(documents=(DocumentReport("x.md", "", {}, error="no file"),)))
    assert root[0].get("errors") == "1"
    assert root.find(".//error").get("message") == "no file"
