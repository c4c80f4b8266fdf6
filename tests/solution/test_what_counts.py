r"""What counts as an answer, as a second mistake, and as a hint."""

import os

import pytest

from derive.documents.reading import read_document
from derive.errors import DeriveError
from derive.solution.checker import check_document


def report(folder, key, *lines):
    document = folder / "solution.md"
    document.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return check_document(document, key, numeric=False)


def answer(found, name):
    (result,) = [result for result in found.results if result.name == name]
    return result.outcome


ANSWERS = [
    pytest.param("hw3/1", "C_t", [r"$$C_t = C_t$$"], "missing", id="a name is no answer"),
    pytest.param(
        "hw3/1", "A_t(h)", [r"$$A_t = 1 + O(h)$$"], "unresolved", id="a remainder that is too weak"
    ),
    pytest.param(
        "hw3/1", "B_t(h)", [r"$$B_t = h\gamma_t + O(h^2)$$"], "proved", id="a stronger remainder"
    ),
    pytest.param(
        "hw3/1",
        "C_t",
        [r"Let $\beta_t = h\gamma_t$.", r"$$C_t = \frac{1-\alpha_{t-1}}{1-\alpha_t}h\gamma_t$$"],
        "proved",
        id="in the letters of a later part",
    ),
    pytest.param(
        "hw3/1",
        "C_t",
        [r"Let $\beta_t = h\gamma_t$.", r"$$C_t = \frac{1-\alpha_t}{1-\alpha_{t-1}}h\gamma_t$$"],
        "refuted",
        id="upside down, in the letters of a later part",
    ),
    pytest.param(
        "hw3/1",
        "C_t",
        [
            r"$\alpha_t = 1-\beta_t$, $\bar\alpha_t = \prod_{s=1}^t\alpha_s$.",
            r"$$X_{t-1} = \sqrt{1-\beta_{t-1}}X_{t-2} + \sqrt{\beta_{t-1}}\varepsilon_{t-1}$$",
            r"$$C_t = \frac{1-\alpha_{t-1}}{1-\bar\alpha_t}\beta_t$$",
        ],
        "missing",
        id="a lost bar beside letters of the step before",
    ),
    pytest.param(
        "hw3/2.1",
        "J",
        [r"$$J = \frac12 E[(s_\theta(X)-(\log p)'(X))^2]$$"],
        "missing",
        id="the question is no answer",
    ),
    pytest.param(
        "hw3/2.3",
        "J",
        [r"$$J = E[\tfrac12\|s_\theta(X)\|^2 + \operatorname{div}s_\theta(X)]$$"],
        "missing",
        id="the answer of the part before",
    ),
    pytest.param(
        "hw3/2.1",
        "J",
        [r"$$E[\tfrac12 s_\theta(X)^2 + s_\theta'(X)] \to \max_\theta$$"],
        "refuted",
        id="the wrong end",
    ),
]


@pytest.mark.parametrize(("key", "name", "lines", "expected"), ANSWERS)
def test_answers(tmp_path, key, name, lines, expected):
    assert answer(report(tmp_path, key, *lines), name) == expected


EXACT = r"$$A_t = \frac{1}{\sqrt{1-h\gamma_t}}$$"
EXPANSIONS = [
    pytest.param([EXACT], "unresolved", id="nobody has expanded it"),
    pytest.param(
        [EXACT, r"$$\frac{1}{\sqrt{1-h\gamma_t}} = 1 - \frac{h\gamma_t}{2} + o(h)$$"],
        "refuted",
        id="a wrong expansion of what is right",
    ),
    pytest.param(
        [EXACT, r"$$\frac{1}{\sqrt{1-h\gamma_t}} = 1 + \frac{h\gamma_t}{2} + o(h)$$"],
        "proved",
        id="a right expansion of it, without the name",
    ),
    pytest.param(
        [EXACT, r"$$\frac{1}{\sqrt{1-h\gamma_t}} \approx 1 + h\gamma_t$$"],
        "refuted",
        id="a wrong one behind an approximation sign",
    ),
    pytest.param(
        [
            EXACT,
            r"$$\frac{1}{\sqrt{1-h\gamma_t}} = 1 - \frac{h\gamma_t}{2} + o(h)$$",
            r"$$A_t = 1 + \frac{h\gamma_t}{2} + o(h)$$",
        ],
        "proved",
        id="what is said by name is surer",
    ),
    pytest.param(
        [EXACT, r"$$\frac{1}{\sqrt{1+h\gamma_t}} = 1 - \frac{h\gamma_t}{2} + o(h)$$"],
        "unresolved",
        id="the expansion of something else",
    ),
    pytest.param(
        [
            r"$$A_t = \frac{1}{\sqrt{1+h\gamma_t}}$$",
            r"$$\frac{1}{\sqrt{1+h\gamma_t}} = 1 - \frac{h\gamma_t}{2} + o(h)$$",
        ],
        "refuted",
        id="a true expansion of a wrong value",
    ),
    pytest.param(
        [r"$$A_t = 1 + \frac{h\gamma_t}{2}$$"], "refuted", id="an expansion without remainder"
    ),
]


@pytest.mark.parametrize(("lines", "outcome"), EXPANSIONS)
def test_an_exact_value_is_no_expansion(tmp_path, lines, outcome) -> None:
    found = report(tmp_path, "hw3/1", r"Let $\beta_t = h\gamma_t$, $h \to 0$.", *lines)
    assert answer(found, "A_t(h)") == outcome


def test_a_functional_to_be_greatest_has_no_factor_for_a_hint(tmp_path):
    found = report(tmp_path, "hw3/2.1", ANSWERS[-1].values[2][0])
    (result,) = found.results
    assert result.diagnosis is None or result.diagnosis.repair is None


CHAINS = [
    pytest.param(
        "hw3/2.1",
        r"E[s_\theta(X)(\log p)'(X)] = \int s_\theta p'\,dx "
        r"= s_\theta p|_{-\infty}^{+\infty} + \int s_\theta' p\,dx = -E[s_\theta'(X)]",
        ["proved", "refuted", "follows"],
        id="right again after a lost sign",
    ),
    pytest.param(
        "hw3/2.1",
        r"\int s_\theta p'\,dx = \int s_\theta' p\,dx = 2\int s_\theta' p\,dx",
        ["refuted", "refuted"],
        id="two mistakes are two",
    ),
]


@pytest.mark.parametrize(("key", "chain", "expected"), CHAINS)
def test_chains_that_come_back(tmp_path, key, chain, expected):
    links = report(tmp_path, key, f"$${chain}$$").links
    kinds = [
        link.diagnosis.kind if link.diagnosis and link.diagnosis.kind == "follows" else link.outcome
        for link in links
    ]
    assert kinds == expected


BAYES = r"\frac{p(x_t|x_{t-1}) p(x_{t-1}|x_0)}{p(x_t|x_0)} \propto "
PROPORTIONAL = [
    pytest.param(
        BAYES + r"p(x_t|x_{t-1})p(x_{t-1}|x_0)", "proved", id="Bayes without the evidence"
    ),
    pytest.param(BAYES + r"p(x_t|x_{t-1})", "refuted", id="Bayes without the prior"),
    pytest.param(BAYES + r"p(x_{t-1}|x_0)", "refuted", id="Bayes without the likelihood"),
]


@pytest.mark.parametrize(("claim", "expected"), PROPORTIONAL)
def test_quotients_of_densities_are_proportional_in_one_of_their_points(tmp_path, claim, expected):
    (link,) = report(tmp_path, "hw3/1", f"$${claim}$$").links
    assert link.outcome == expected


def test_a_name_is_no_correction_of_what_it_is_said_to_be(tmp_path):
    (link,) = report(tmp_path, "hw3/1", r"$$D_t(x_t) = E[X_t|X_0=x_t]$$").links
    assert link.outcome == "refuted"
    assert link.diagnosis is None or "D_t" not in (link.diagnosis.repair or "")


def test_a_limit_that_the_problem_supposes_is_given(tmp_path):
    text = r"$$s_\theta(x)p(x) \to 0, \quad s_\theta(x)p(x) \to 1$$"
    assert [link.outcome for link in report(tmp_path, "hw3/2.1", text).links] == [
        "given",
        "unresolved",
    ]


def test_a_pipe_is_no_document(tmp_path):
    path = tmp_path / "pipe.md"
    os.mkfifo(path)
    with pytest.raises(DeriveError, match="found a device or a pipe"):
        read_document(path)


def test_cells_that_are_no_objects_are_told(tmp_path):
    path = tmp_path / "odd.ipynb"
    path.write_text(
        '{"cells": [{"cell_type": "markdown", "source": 5}, 7, {"cell_type": "markdown"}]}',
        encoding="utf-8",
    )
    with pytest.raises(DeriveError, match="expected a Jupyter notebook"):
        read_document(path)


EXPLICIT = r"\frac12 E[(s_\theta(X) - (\log p)'(X))^2]"
SCORE = r"\nabla_y \log p_{X+Z}(y)"
EQUATED = [
    pytest.param(
        "hw3/3.1",
        rf"$$E[\nabla \log p_Z(X) \mid X + Z = y] = \frac{{1}}{{p_{{X+Z}}(y)}} \int"
        rf" \nabla_x \log p_X(x) p_X(x) p_Z(y - x) dx = {SCORE}$$",
        "refuted",
        id="at the left of a chain that ends in what is asked for",
    ),
    pytest.param(
        "hw3/3.1",
        rf"$$E[\nabla \log p_Z(Z) \mid X + Z = y] = {SCORE}$$",
        "proved",
        id="another letter that is as true",
    ),
    pytest.param(
        "hw3/3.1",
        r"$$E[\nabla \log p_Z(X) \mid X + Z = y] = E[\nabla \log p_Z(Z) \mid X + Z = y] + y$$",
        "missing",
        id="beside nothing that is asked for",
    ),
    pytest.param(
        "hw3/2.1",
        rf"$${EXPLICIT} = E[\frac12 s_\theta(X) + s_\theta'(X)] + C$$",
        "refuted",
        id="a square is lost",
    ),
    pytest.param(
        "hw3/2.1",
        rf"$${EXPLICIT} = E[\frac12 s_\theta(X)^2] - E[s_\theta(X) (\log p)'(X)] + C$$",
        "missing",
        id="a step on the way",
    ),
    pytest.param(
        "hw3/2.1",
        r"$$E[s_\theta(X) (\log p)'(X)] = -E[s_\theta'(X)] + C$$",
        "missing",
        id="a part of it",
    ),
]


@pytest.mark.parametrize(("key", "line", "outcome"), EQUATED)
def test_an_answer_that_looks_otherwise(tmp_path, key, line, outcome) -> None:
    (result,) = report(tmp_path, key, line).results
    assert result.outcome == outcome
