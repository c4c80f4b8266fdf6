"""What looks like an answer, a limit, a range or a heading, and is something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from pathlib import Path

F = r"E(\frac12\|s_\theta(X)\|^2 + \operatorname{div} s_\theta(X))"

OBJECTIVES = [
    # the line below "Problem 2.2", the outcome of its link, that of the answer
    pytest.param(rf"{F} \to \min_\theta", "given", "proved", id="the sheet's own"),
    pytest.param(rf"3{F} \to \min_\theta", "given", "proved", id="times a positive number"),
    pytest.param(rf"\frac1d {F} \to \min_\theta", "given", "proved", id="for each component"),
    pytest.param(rf"-{F} \to \max_\theta", "given", "proved", id="the opposite, maximised"),
    pytest.param(rf"{F} \to \max_\theta", "given", "refuted", id="maximised"),
    pytest.param(rf"-{F} \to \min_\theta", "given", "refuted", id="the opposite, minimised"),
    pytest.param(
        r"E(\|s_\theta(X)\|^2 + \operatorname{div} s_\theta(X)) \to \min_\theta",
        "given", "refuted", id="a half is lost",
    ),
    pytest.param(rf"\arg\min_\theta {F} = \arg\max_\theta {F}", "unresolved", "unresolved",
                 id="least is not greatest: which of them is meant"),
    pytest.param(rf"\min_\theta {F} = \min_\theta ({F} + 1)", "unresolved", "proved",
                 id="minima are values"),
    pytest.param(r"\arg\min_x\|x\|^2 = \arg\min_x 5", "unresolved", "missing",
                 id="over a point: a difference in x is no constant"),
    pytest.param(r"\arg\min\|x\|^2 = \arg\min 5", "unresolved", "missing",
                 id="nothing in it is trained"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "outcome", "answer"), OBJECTIVES)
def test_an_objective(tmp_path: Path, line: str, outcome: str, answer: str) -> None:
    file = tmp_path / "solution.md"
    file.write_text(f"# Problem 2.2\n\n$${line}$$\n", encoding="utf-8")
    report = check_document(file, "hw3/2.2", numeric=False)
    assert [link.outcome for link in report.links] == [outcome]
    assert [result.outcome for result in report.results] == [answer]


STATEMENTS = [
    # problem, statement, outcomes that are right
    pytest.param("2.2", r"s_\theta(x) = \nabla\log p(x)", {"given"}, id="the optimum"),
    pytest.param("2.2", r"s_\theta(x) = -\nabla\log p(x)", {"unresolved", "refuted"},
                 id="not the optimum"),
    pytest.param("2.2", r"s_\theta(x) = 0", {"unresolved", "refuted"}, id="no optimum either"),
    pytest.param("1", r"X_t \sim \mathcal N(\sqrt{\alpha_t}X_0, (1-\alpha_t) I)", {"given"},
                 id="the forward law"),
    pytest.param("1", r"X_t \sim \mathcal N(\sqrt{\alpha_t}X_0, 5I)", {"refuted"},
                 id="a wrong variance given X_0"),
    pytest.param("1", r"x_t \sim \mathcal N(\sqrt{\alpha_t}x_0, 3I)", {"refuted"},
                 id="the same in small letters"),
    pytest.param("1", r"\lim_{h\to 0} A_t = 0", {"unresolved"}, id="a limit that is a claim"),
    pytest.param("1", r"A_t \to 5", {"unresolved"}, id="a limit with a wrong value"),
    pytest.param("1", r"\beta_t > 1", {"unresolved", "refuted"}, id="against the range"),
    pytest.param("1", r"\beta_t > 0", {"given"}, id="within the range"),
    pytest.param("1", r"\alpha_t \in (1, 2)", {"unresolved", "refuted"}, id="another interval"),
    pytest.param("1", r"\alpha_t > \alpha_{t-1}", {"unresolved"}, id="two letters of the key"),
    pytest.param("1", r"\beta_t \ne \beta_t", {"unresolved"}, id="a contradiction"),
    pytest.param("2.1", r"\lim_{x\to\infty} s_\theta(x) = \lim_{x\to\infty} p(x)",
                 {"unresolved", "unread"}, id="limits that nobody supposes"),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "statement", "outcomes"), STATEMENTS)
def test_a_premise(tmp_path: Path, problem: str, statement: str, outcomes: set[str]) -> None:
    file = tmp_path / "solution.md"
    file.write_text(f"# Problem {problem}\n\n$${statement}$$\n", encoding="utf-8")
    report = check_document(file, f"hw3/{problem}", numeric=False)
    assert {link.outcome for link in report.links} <= outcomes
    assert report.links


HEADINGS = [
    pytest.param("# Problem 3.2\n\n## Step 1. The mean\n", id="a step"),
    pytest.param("# Problem 3\n\n## 3.2\n\n### Step 1\n", id="a step below a part"),
    pytest.param("# Problem 3.2\n\n## Lemma 2\n", id="a lemma"),
    pytest.param("# Задача 3.2\n\n## Шаг 1\n", id="a Russian step"),
    pytest.param("# Problem 3.2\n\n### 1. The mean\n", id="a number below"),
]


@pytest.mark.parametrize("head", HEADINGS)
def test_a_part_of_a_solution_opens_no_problem(tmp_path: Path, head: str) -> None:
    file = tmp_path / "solution.md"
    file.write_text(f"{head}\n$$E[X_t] = E[X_0]$$\n", encoding="utf-8")
    (link,) = check_document(file, "hw3", numeric=False).links
    assert (link.problem, link.outcome) == ("hw3/3.2", "proved")
