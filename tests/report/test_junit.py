"""The JUnit report: one case a claim, and nothing that XML may not contain."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from derive.kernel.verdict import Unresolved
from derive.report.junit import render_junit
from derive.results import Report


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
