"""Points: only what is refuted costs, a mistake is charged once, a person's word wins."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.grading.model import Override, Student
from derive.grading.points import grade
from derive.grading.record import given_up
from derive.grading.rubric import Credit, IdeaItem, ProblemRubric, ResultItem, Rubric

F = Fraction
WHO = Student("7", "Ann")
TITLE = {"en": "by parts", "ru": "по частям"}
RUBRIC = Rubric((
    ProblemRubric(
        "1", F(1), (ResultItem("A", F("0.4"), TITLE), ResultItem("B", F("0.2"), TITLE)),
        (IdeaItem("parts", F("0.4"), TITLE, ("c",)),),
    ),
))  # fmt: skip
WITNESS = {"model": {}, "lhs": "1", "rhs": "2", "note": None}


def link(verdict: str, number: int = 1, kind: str = "", witness: object = WITNESS) -> dict:
    return {
        "problem": "key/1", "verdict": verdict, "lhs": f"x_{number}", "relation": "=", "rhs": "y",
        "counterexample": witness if verdict == "refuted" else None,
        "diagnosis": {"kind": kind} if kind else None,
        "source": {"file": "a.md", "line": number}, "texts": {"en": ["w"], "ru": ["w"]},
    }  # fmt: skip


def answer(name: str, verdict: str, witness: object = WITNESS) -> dict:
    return {
        "problem": "key/1", "name": name, "verdict": verdict,
        "counterexample": witness if verdict == "refuted" else None,
        "source": None if verdict == "missing" else {"file": "a.md", "line": 9},
    }  # fmt: skip


def record(links: list[dict], a: str, b: str, idea: str, **more: object) -> dict:
    target = {"links": links, "results": [answer("A", a), answer("B", b)]}
    place = {"file": None, "line": None} if idea == "open" else {"file": "a.md", "line": 3}
    ideas = [{"problem": "1", "id": "parts", "standing": idea, **place}]
    files = [{"name": "a.md", "error": None, "target": target}]
    return {"files": files, "skipped": [], "ideas": ideas, "gave_up": None, **more}


RIGHT, FALSE = link("proved"), link("refuted")

#        links, A, B, idea -> points, pending
CASES = [
    pytest.param([RIGHT], "proved", "proved", "right", "1", "0", id="all right"),
    pytest.param([FALSE], "proved", "proved", "right", "0.9", "0", id="a false step"),
    pytest.param([FALSE, link("refuted", 2)], "proved", "proved", "right", "0.8", "0", id="two"),
    pytest.param([FALSE, FALSE], "proved", "proved", "right", "0.9", "0", id="one copied"),
    pytest.param(
        [link("refuted", n) for n in range(9)], "proved", "proved", "right", "0.5", "0",
        id="steps cost no more than half a problem",
    ),
    pytest.param([RIGHT], "refuted", "proved", "right", "0.8", "0", id="half for right steps"),
    pytest.param([], "refuted", "proved", "right", "0.6", "0", id="a wrong answer and no step"),
    pytest.param([FALSE], "refuted", "proved", "right", "0.6", "0", id="a mistake is charged once"),
    pytest.param(
        [link("refuted", n) for n in range(9)], "proved", "refuted", "right", "0.5", "0",
        id="what the wrong result has not paid for is charged",
    ),
    pytest.param([FALSE], "proved", "proved", "mistaken", "0.8", "0", id="an idea with a slip"),
    pytest.param([RIGHT], "proved", "proved", "open", "0.6", "0.4", id="an idea that is not found"),
    pytest.param([RIGHT], "missing", "proved", "right", "0.6", "0.4", id="no answer recognised"),
    pytest.param([RIGHT], "unresolved", "proved", "right", "0.6", "0.4", id="not decided"),
    pytest.param([RIGHT], "unread", "proved", "right", "0.6", "0.4", id="not read"),
    pytest.param([link("unresolved")], "proved", "proved", "right", "1", "0", id="an open step"),
    pytest.param([link("unread")], "proved", "proved", "right", "1", "0", id="an unread step"),
    pytest.param(
        [link("refuted", kind="follows")], "proved", "proved", "right", "1", "0",
        id="what rests on an error above",
    ),
    pytest.param(
        [link("refuted", witness=None)], "proved", "proved", "right", "1", "0",
        id="no counterexample, no cost",
    ),
    pytest.param([], "missing", "missing", "open", "0", "1", id="nothing recognised"),
    pytest.param([FALSE], "missing", "missing", "open", "0", "1", id="never less than nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("links", "a", "b", "idea", "points", "pending"), CASES)
def test_points(links, a, b, idea, points, pending) -> None:  # noqa: PLR0913
    found = grade(WHO, record(links, a, b, idea), RUBRIC)
    assert (found.points, found.pending) == (F(points), F(pending))
    assert found.status == ("review" if F(pending) else "graded")
    assert found.maximum == 1


def test_an_answer_refuted_without_a_counterexample_waits() -> None:
    made = record([RIGHT], "proved", "proved", "right")
    made["files"][0]["target"]["results"][0] = answer("A", "refuted", None)
    assert grade(WHO, made, RUBRIC).pending == F("0.4")


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"skipped": [{"name": "p.pdf", "reason": TITLE}]}, id="a PDF beside it"),
        pytest.param({"gave_up": TITLE}, id="the worker was ended"),
    ],
)
def test_a_wrong_answer_waits_where_not_everything_was_read(more: dict) -> None:
    found = grade(WHO, record([RIGHT], "refuted", "proved", "right", **more), RUBRIC)
    assert (found.points, found.pending, found.status) == (F("0.6"), F("0.4"), "review")


def test_two_files_that_disagree_wait() -> None:
    made = record([RIGHT], "proved", "proved", "right")
    made["files"] += record([RIGHT], "refuted", "proved", "right")["files"]
    found = grade(WHO, made, RUBRIC)
    assert [i.standing for i in found.items] == ["open", "right", "right"]


def test_nothing_handed_in_is_not_0_points() -> None:
    found = grade(WHO, None, RUBRIC)
    assert found.status == "none"
    assert all(item.points is None for item in found.items)


def test_a_worker_that_was_ended_leaves_everything_open() -> None:
    found = grade(WHO, given_up(["a.md"], "time limit of 1 s"), RUBRIC)
    assert (found.points, found.pending, found.status) == (0, 1, "review")
    assert found.notes[0]["en"] == "time limit of 1 s"


OVERRIDES = [
    pytest.param({"1 A": "0.1"}, "0.7", "0", "graded", id="an item"),
    pytest.param({"1": "0.3"}, "0.3", "0", "graded", id="a problem"),
    pytest.param({"": "0.9", "1": "0.3"}, "0.9", "0", "graded", id="everything"),
    pytest.param({"1 parts": "0"}, "0.2", "0.4", "review", id="another item than the open one"),
]


@pytest.mark.parametrize(("decided", "points", "pending", "status"), OVERRIDES)
def test_a_persons_word_wins(decided, points, pending, status) -> None:
    overrides = {name: Override(F(value), "seen", "TA") for name, value in decided.items()}
    found = grade(WHO, record([RIGHT], "missing", "proved", "right"), RUBRIC, overrides)
    assert (found.points, found.pending, found.status) == (F(points), F(pending), status)


def test_an_override_shows_what_it_changed() -> None:
    made = record([RIGHT], "proved", "proved", "right")
    found = grade(WHO, made, RUBRIC, {"1 A": Override(F("0.1"))})
    assert (found.items[0].points, found.items[0].proposed) == (F("0.1"), F("0.4"))


def test_somebody_without_a_file_may_be_given_points() -> None:
    found = grade(WHO, None, RUBRIC, {"": Override(F(1), "on paper")})
    assert (found.status, found.points) == ("graded", 1)


def test_kinds_of_slips_may_be_forgiven() -> None:
    credit = Credit(forgiven=frozenset({"component"}))
    problem = RUBRIC.problems[0]
    rubric = Rubric((ProblemRubric("1", F(1), problem.results, problem.ideas, credit),))
    made = record([link("refuted", kind="component")], "proved", "proved", "right")
    assert grade(WHO, made, rubric).points == 1
    assert grade(WHO, made, RUBRIC).points == F("0.9")
