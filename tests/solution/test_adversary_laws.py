r"""Documents that once got a false verdict: laws, and small letters under means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from pathlib import Path

    from derive.results import DocumentReport

OPEN = "unresolved|unread"
FALSE = f"refuted|{OPEN}"


def _report(folder: Path, key: str | None, *formulas: str, prose: str = "") -> DocumentReport:
    path = folder / "notes.md"
    path.write_text(prose + "\n\n" + "\n\n".join(f"$$\n{formula}\n$$" for formula in formulas))
    return check_document(path, key, numeric=False)


def _last(folder: Path, key: str | None, *formulas: str, prose: str = "") -> str:
    return _report(folder, key, *formulas, prose=prose).links[-1].outcome


MEANS = r"\begin{pmatrix} \sqrt{\alpha_t} x_0 \\ \sqrt{\alpha_{t-1}} x_0\end{pmatrix}"
TIE = r"\sqrt{1-\beta_t}(1-\alpha_{t-1}) I"
SPREAD = rf"\begin{{pmatrix}} (1-\alpha_t) I & {TIE} \\ {TIE} & (1-\alpha_{{t-1}}) I\end{{pmatrix}}"
POINTS = r"\begin{pmatrix} x_t \\ x_{t-1}\end{pmatrix}; "
COLUMN = r"\begin{pmatrix} X_t \\ X_{t-1}\end{pmatrix} \sim "


def _blocks(before: str = "", letter: str = r"\mathcal N", left: str = "", means: str = "") -> str:
    left = left or r"p(x_t, x_{t-1} | x_0) ="
    return rf"{left} {letter}\left({before}{means or MEANS}, {SPREAD}\right)"


BLOCKS = [
    pytest.param(_blocks(), "proved", id="a law in blocks"),
    pytest.param(_blocks(POINTS), "proved", id="with the points it is taken at"),
    pytest.param(_blocks(r"\begin{pmatrix} x_{t-1} \\ x_t\end{pmatrix}; "), OPEN,
                 id="the points exchanged"),
    pytest.param(_blocks(r"\begin{pmatrix} x_0 \\ x_0\end{pmatrix}; "), OPEN, id="other points"),
    pytest.param(_blocks(letter=r"\mathcal N^2"), OPEN, id="the square of a density"),
    pytest.param(_blocks(letter=r"\mathcal N_\theta"), OPEN, id="another law by its index"),
    pytest.param(_blocks(left=COLUMN), "proved", id="values in a law are its conditions"),
    pytest.param(_blocks(left=COLUMN, means=MEANS.replace("_{t-1}", "_t")), "refuted",
                 id="one mean for both, given the values"),
    pytest.param(_blocks(left=COLUMN).replace("x_0", "x_t"), FALSE, id="given one of them"),
    pytest.param(_blocks(left=COLUMN.replace("X_t", "X_0")).replace("} x_0", "} x_t"), FALSE,
                 id="given what comes later"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), BLOCKS)
def test_laws_in_blocks(statement: str, outcome: str, tmp_path: Path) -> None:
    assert _last(tmp_path, "hw3/1", statement) in outcome.split("|")


DRAWS = [
    pytest.param("hw3/1", r"X_{t-1} \sim \mathcal N(X_t, I)", "given", id="a step back in time"),
    pytest.param("hw3/1", r"X_t \sim \mathcal N(X_t, I)", OPEN, id="a law given itself"),
    pytest.param("hw3/1", r"\varepsilon_t \sim \mathcal N(X_0, I)", OPEN, id="noise and the data"),
    pytest.param("hw3/1", r"X_0 \sim \mathcal N(\varepsilon_t, I)", OPEN, id="the data and noise"),
    pytest.param("classics/ddpm", r"\varepsilon_t \sim \mathcal N(\varepsilon_{t-1}, I)", OPEN,
                 id="one noise about another"),
    pytest.param("hw3/1", r"X_0 \sim p_{data}", "given", id="a word for an index"),
    pytest.param("hw3/1", r"X_0 \sim p_{X_0}", "given", id="the variable's own name"),
    pytest.param("hw3/1", r"X_0 \sim q_0", "given", id="the variable's own index"),
    pytest.param("hw3/1", r"X_0 \sim p_t", OPEN, id="the law of another time"),
    pytest.param("hw3/1", r"X_0 \sim p_{t|0}", OPEN, id="a conditional law"),
    pytest.param("hw3/1", r"X_0 \sim p_1", OPEN, id="the law of the first step"),
    pytest.param("hw3/3.1", r"X \sim p_{X+Z}", OPEN, id="the law of a sum"),
    pytest.param("classics/additive", r"X \sim p_Y", OPEN, id="the law of another variable"),
    pytest.param("classics/additive", r"X \sim p_X", "given", id="the law of this one"),
    pytest.param("classics/additive", r"X \sim p(x)", "given", id="a law at a point"),
    pytest.param("classics/additive", r"X \sim p(x - 1)", OPEN, id="the law of a shift"),
    pytest.param("classics/additive", r"X \sim p(2x)", OPEN, id="the law of a multiple"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "statement", "outcome"), DRAWS)
def test_draws(key: str, statement: str, outcome: str, tmp_path: Path) -> None:
    assert _last(tmp_path, key, statement) in outcome.split("|")


LETTERS = [
    pytest.param(r"E[x_t] = \sqrt{\bar\alpha_t} E[x_0]", "proved", id="the letters are variables"),
    pytest.param(r"E[x_t] = \bar\alpha_t E[x_0]", FALSE, id="a root is lost"),
    pytest.param(r"E[x_t] = x_t", OPEN, id="or they are held fixed"),
    pytest.param(r"E[x_t] = \sqrt{\bar\alpha_t} x_0", OPEN, id="or some of them are"),
    pytest.param(r"E\|x_t\|^2 = \bar\alpha_t E\|x_0\|^2 + (1-\bar\alpha_t) d", "proved",
                 id="a mean without brackets"),
    pytest.param(r"E\|x_t\|^2 = \bar\alpha_t E\|x_0\|^2 + (1-\bar\alpha_t)", FALSE,
                 id="the dimension is lost"),
    pytest.param(r"E[\|\nabla_{x_t} \log q(x_t)\|^2] = \|\nabla_{x_t} \log q(x_t)\|^2", OPEN,
                 id="a letter that is derived by"),
    pytest.param(r"\operatorname{Var}(x_t) = 0", OPEN, id="the variance of a letter is not 0"),
    pytest.param(r"\operatorname{Cov}(x_t, x_{t-1}) = 0 I", OPEN, id="nor is the covariance"),
    pytest.param(r"\operatorname{Var}(x_t) = \bar\alpha_t \operatorname{Var}(x_0)"
                 r" + (1-\bar\alpha_t) I", "proved", id="the variance of letters"),
    pytest.param(r"\operatorname{Var}(x_t) = \bar\alpha_t \operatorname{Var}(x_0)"
                 r" - (1-\bar\alpha_t) I", FALSE, id="a variance that is subtracted"),
    pytest.param(r"\operatorname{Cov}(x_t, x_{t-1} | x_0) = \sqrt{\alpha_t}(1-\bar\alpha_{t-1}) I",
                 "proved", id="a covariance of letters, given a letter"),
    pytest.param(r"\operatorname{Cov}(x_t, x_{t-1} | x_0) = \alpha_t(1-\bar\alpha_{t-1}) I",
                 "refuted", id="a covariance without its root"),
    pytest.param(r"\operatorname{Cov}(\varepsilon_t, \varepsilon_{t-1}) = 0", "proved",
                 id="0 beside a matrix is a matrix"),
    pytest.param(r"\operatorname{Cov}(\varepsilon_t, \varepsilon_t) = 0", "refuted",
                 id="a matrix that is not 0"),
    pytest.param(r"\operatorname{Cov}(\varepsilon_t, \varepsilon_t) = 1", "unresolved",
                 id="a number for a covariance"),
    pytest.param(r"2\operatorname{Var}(\varepsilon_t) = 2", "unresolved",
                 id="a number for a multiple of a variance"),
    pytest.param(r"2\operatorname{Var}(\varepsilon_t) = 3", "refuted", id="a number that none is"),
    pytest.param(r"q(x_t) = E_{x_0}[q(x_t | x_0)]", "proved", id="a point under a named mean"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), LETTERS)
def test_small_letters_under_means(statement: str, outcome: str, tmp_path: Path) -> None:
    assert _last(tmp_path, "classics/ddpm", statement) in outcome.split("|")


STEP = r"x_t = \sqrt{1-\beta_t}x_{t-1} + \sqrt{\beta_t}\varepsilon_t"
TIED = [
    pytest.param(r"E[\langle\varepsilon_t, x_t\rangle] = 0", OPEN, id="noise and what it is in"),
    pytest.param(r"E[\langle\varepsilon_t, x_t\rangle] = \sqrt{\beta_t} d", "proved|unresolved",
                 id="what their product is"),
    pytest.param(r"E[\|\varepsilon_t - x_t\|^2] = d + \|x_t\|^2", OPEN, id="a square"),
    pytest.param(r"E_{x_0, \varepsilon_t}[\|\varepsilon_t - x_t\|^2] = d + \|x_t\|^2", OPEN,
                 id="a square, the variables named"),
    pytest.param(r"E[\langle\varepsilon_t, x_{t-1}\rangle] = 0", "proved",
                 id="noise and what is before it"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), TIED)
def test_letters_made_of_noise(statement: str, outcome: str, tmp_path: Path) -> None:
    assert _last(tmp_path, "hw3/1", STEP, statement) in outcome.split("|")


HELD = [
    pytest.param(r"E[v^T \nabla s_\theta(x) v] = \operatorname{tr} \nabla s_\theta(x)", "proved",
                 id="a point beside independent noise"),
    pytest.param(r"E[v^T \nabla s_\theta(x) v] = E[\operatorname{tr} \nabla s_\theta(x)]",
                 "proved", id="the letters of both sides in one way"),
    pytest.param(r"E[v^T \nabla s_\theta(x) v] = d \operatorname{tr} \nabla s_\theta(x)", FALSE,
                 id="a factor"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), HELD)
def test_letters_beside_independent_noise(statement: str, outcome: str, tmp_path: Path) -> None:
    assert _last(tmp_path, "classics/sliced", statement) in outcome.split("|")


def test_a_letter_that_is_called_random_is_not_held_fixed(tmp_path: Path) -> None:
    said = r"Here $\eta$ is {}."
    noise = _last(tmp_path, "classics/sliced", r"E[v + \eta] = \eta",
                  prose=said.format("random noise"))  # fmt: skip
    shift = _last(tmp_path, "classics/sliced", r"E[v + \eta] = \eta", prose=said.format("a shift"))
    assert (noise, shift) == ("unread", "proved")


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        pytest.param(r"\omega := \beta_t", "proved", id="a new letter"),
        pytest.param(r"\alpha_t := \beta_t", "unresolved", id="a letter of the answer"),
    ],
)
def test_an_answer_in_letters_defined_anew(before: str, outcome: str, tmp_path: Path) -> None:
    answer = r"C_t = \frac{1-\alpha_{t-1}}{1-\alpha_t}\beta_t"
    results = _report(tmp_path, "hw3/1", before, answer).results
    assert [r.outcome for r in results if r.name == "C_t"] == [outcome]


def test_what_follows_from_a_false_line_is_not_proved(tmp_path: Path) -> None:
    of_then = r"p_{t-1}(x_{t-1})"
    bayes = rf"p_{{t-1}}(x_{{t-1}} | x_t) = p_t(x_t | x_{{t-1}}){of_then} / p_t(x_t)"
    false = rf"p_t(x_{{t-1}}) = {of_then}"
    assert _last(tmp_path, "hw3/1", false, bayes) == "proved"
    wrong = bayes.replace(of_then + " /", r"p_t(x_{t-1}) /")
    assert _last(tmp_path, "hw3/1", false, wrong) == "unresolved"
