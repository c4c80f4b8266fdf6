"""The JSON report: the schema of the design, deterministic, null where absent."""

import json

from derive.report.json import render_json
from derive.results import Report

LINK = {
    "id", "relation", "lhs", "rhs", "by", "verdict", "method", "conditions", "witness",
    "numeric", "counterexample", "diagnosis", "source",
}  # fmt: skip
RESULT = {"problem", "name", "stated", "verdict", "points", "numeric", "source"}


def test_every_object_has_the_members_of_the_schema(report):
    document = json.loads(render_json(report))
    assert list(document) == ["schema", "targets", "summary"]
    assert document["schema"] == 1
    for target in document["targets"]:
        assert {"id", "title", "points", "verdict", "links", "results"} <= set(target)
        assert all(set(link) == LINK for link in target["links"])
        assert all(set(result) >= RESULT for result in target["results"])


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
        "end_column": None,
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
