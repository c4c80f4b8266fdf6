"""The JSON report: the schema of the design, deterministic, null where absent."""

import json
from dataclasses import replace

import pytest

from derive.report.json import render_json
from derive.results import DocumentReport, Report

LINK = {
    "id", "problem", "relation", "lhs", "rhs", "by", "verdict", "method", "conditions", "witness",
    "numeric", "counterexample", "diagnosis", "source",
}  # fmt: skip
RESULT = {
    "problem", "name", "stated", "derived", "verdict", "points", "numeric", "simulations",
    "counterexample", "diagnosis", "source",
}  # fmt: skip


def test_every_object_has_the_members_of_the_schema(report):
    document = json.loads(render_json(report))
    assert list(document) == ["schema", "targets", "summary"]
    assert document["schema"] == 1
    for target in document["targets"]:
        assert {"id", "title", "points", "verdict", "links", "results"} <= set(target)
        assert all(set(link) == LINK for link in target["links"])
        assert all(set(result) == RESULT for result in target["results"])


def test_the_members_of_a_proved_link(report):
    link = json.loads(render_json(report))["targets"][0]["links"][1]
    assert link["id"] == "hw3/2.2#2"
    assert link["lhs"] == r"\mathbb{E}[\langle s_\theta(X), \nabla \log p(X) \rangle]"
    assert link["relation"] == "="
    assert link["rhs"] == r"-\mathbb{E}[\operatorname{div} s_\theta(X)]"
    assert link["verdict"] == "proved"
    assert link["method"] == "divergence"
    assert link["conditions"] == [r"p(x) s_\theta(x) \to 0", r"1 - \alpha_t \ne 0"]
    assert link["witness"]["fluxes"] == [
        {"coefficient": "1", "flux": r"p(x) s_\theta(x)", "var": "x"}
    ]
    assert link["numeric"] == {"models": 3, "max_error": "0", "agreed": True}
    assert link["counterexample"] is None
    assert link["diagnosis"] is None
    assert link["source"] == {
        "file": "proofs/hw3/p22.py", "line": 42, "column": 1, "end_line": None,
        "end_column": None, "cell": None,
    }  # fmt: skip


def test_a_refuted_link_carries_its_counterexample(report):
    link = json.loads(render_json(report))["targets"][0]["links"][2]
    assert link["verdict"] == "refuted"
    assert link["witness"] is None
    assert link["counterexample"] == {
        "model": {"p": r"\mathcal{N}(0, 1)", r"s_\theta": "x"},
        "lhs": "3/2",
        "rhs": "-1/2",
        "note": None,
    }


def test_an_open_link_says_why(report):
    link = json.loads(render_json(report))["targets"][0]["links"][3]
    assert link["verdict"] == "unresolved"
    assert link["method"] is None
    assert link["numeric"] is None
    assert link["diagnosis"]["message"] == "not a total derivative in $x_i$"


def test_a_script_that_raised_is_an_unread_target(report):
    target = json.loads(render_json(report))["targets"][1]
    assert target["verdict"] == "unread"
    assert target["error"] == "p31.py:7: IllTyped: no sum"
    assert target["links"] == target["results"] == []


def test_the_summary_counts_links_and_results(report):
    summary = json.loads(render_json(report))["summary"]
    assert summary == {"proved": 5, "refuted": 2, "unresolved": 1, "unread": 1, "given": 0}


def test_time_and_order_leave_no_trace(report):
    again = Report(report.problems, report.seed, seconds=99.0)
    assert render_json(report) == render_json(again)


def test_an_empty_report():
    assert json.loads(render_json(Report()))["targets"] == []


@pytest.fixture
def target(document):
    (found,) = json.loads(render_json(Report(documents=(document,))))["targets"]
    return found


def test_a_document_is_a_target_with_the_same_members(target, report):
    problem = json.loads(render_json(report))["targets"][0]
    assert list(target) == list(problem)
    assert all(set(link) == LINK for link in target["links"])
    assert all(set(result) == RESULT for result in target["results"])
    assert (target["id"], target["key"], target["verdict"]) == ("solution.md", "hw3", "refuted")
    assert target["points"] == pytest.approx(0.7)


def test_a_false_link_of_a_document_carries_place_and_repair(target):
    link = target["links"][2]
    assert link["problem"] == "hw3/2.2"
    assert link["verdict"] == "refuted"
    assert link["counterexample"]["lhs"] == "3/2"
    assert link["diagnosis"] == {
        "kind": "sign",
        "message": r"the sign of \operatorname{div} s_\theta(X)",
        "repair": r"-E[\operatorname{div} s_\theta(X)]",
    }
    assert link["source"] == {
        "file": "solution.md", "line": 153, "column": 52, "end_line": 153, "end_column": 87,
        "cell": None,
    }  # fmt: skip


def test_what_the_engine_was_not_asked_is_null(target):
    given, unread = target["links"][0], target["links"][5]
    assert [given[k] for k in ("verdict", "method", "witness", "diagnosis")] == [
        "given", None, None, None,
    ]  # fmt: skip
    assert (unread["verdict"], unread["problem"]) == ("unread", None)
    assert unread["diagnosis"]["kind"] == "unread"


def test_open_links_say_why_with_or_without_a_diagnosis(target):
    told = [link["diagnosis"] for link in target["links"] if link["verdict"] == "unresolved"]
    assert [one["kind"] for one in told] == ["follows", "undecided"]


def test_a_missing_answer_has_no_place(target):
    missing = target["results"][0]
    assert (missing["verdict"], missing["source"], missing["derived"]) == ("missing", None, None)


def test_a_place_in_a_notebook_has_its_cell(document):
    link = document.links[1]
    there = replace(link, source=replace(link.source, cell=3))
    report = Report(documents=(replace(document, links=(there,)),))
    target = json.loads(render_json(report))["targets"][0]
    assert target["links"][0]["source"]["cell"] == 3


def test_the_summary_counts_keys_and_documents(report, document):
    both = replace(report, documents=(document, DocumentReport("x.md", "", {}, error="no file")))
    found = json.loads(render_json(both))
    assert [target["id"] for target in found["targets"]] == [
        "hw3/2.2", "hw3/3.1", "solution.md", "x.md",
    ]  # fmt: skip
    # The key's 5, 2, 1, 1; the document's 2, 2, 2, 1 and a note; the file that is not read.
    assert found["summary"] == {
        "proved": 7, "refuted": 4, "unresolved": 3, "unread": 4, "given": 1,
    }  # fmt: skip
    assert found["targets"][3]["error"] == "no file"
    assert found["targets"][2]["notes"][0]["source"]["line"] == 170
