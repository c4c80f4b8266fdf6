r"""Letters that a document has instead of the usual ones: M for the mean, f for $s_\theta$."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.documents.model import Formula, Located, Prose
from derive.solution.checker import check_document
from derive.solution.means import with_usual_mean
from derive.solution.rewriting import bare

if TYPE_CHECKING:
    from pathlib import Path

    from derive.results import DocumentReport


def report(folder: Path, key: str, *lines: str) -> DocumentReport:
    """The report on a document of these paragraphs."""
    file = folder / "solution.md"
    file.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return check_document(file, key, numeric=False)


def last(folder: Path, key: str, *lines: str) -> str:
    """The outcome of the last link of a document."""
    return report(folder, key, *lines).links[-1].outcome


STEIN = r"$$<M>[s_\theta(X) (\log p)'(X)] = <sign><M>[s_\theta'(X)]$$"

MEANS = [
    # how the mean is written, the sign of the right side, outcome
    pytest.param(r"\mathsf{M}", "-", "proved", id="sans serif"),
    pytest.param(r"\mathsf M", "-", "proved", id="without braces"),
    pytest.param(r"\mathbf M", "-", "proved", id="bold"),
    pytest.param(r"\mathrm{M}", "-", "proved", id="upright"),
    pytest.param("M", "-", "proved", id="plain, with square brackets"),
    pytest.param(r"M_{X\sim p}", "-", "proved", id="with its law"),
    pytest.param(r"\mathsf{M}", "", "refuted", id="and the sign lost"),
]


@pytest.mark.parametrize(("mean", "sign", "outcome"), MEANS)
def test_m_for_the_mean(tmp_path: Path, mean: str, sign: str, outcome: str) -> None:
    line = STEIN.replace("<M>", mean).replace("<sign>", sign)
    assert last(tmp_path, "hw3/2.1", line) == outcome


NO_MEANS = [
    # formulas, names of the problems
    pytest.param([r"M = A^T A", r"M[X] = 1"], [], id="it stands alone"),
    pytest.param([r"M_{ij}[X]"], [], id="an entry"),
    pytest.param([r"M(x) = x^2"], [], id="a function of no random variable"),
    pytest.param([r"M(X + Y)"], [], id="a matrix times a sum in round brackets"),
    pytest.param([r"M^{-1}[X]"], [], id="an inverse"),
    pytest.param([r"M'[X]"], [], id="a derivative"),
    pytest.param([r"p_{M}[X]"], [], id="in an index"),
    pytest.param([r"M[X] = \mathbb{E}[X^2]"], [], id="beside the usual mean"),
    pytest.param([r"M[X] = 1"], ["M"], id="a letter of a problem"),
    pytest.param([r"\text{M}[X] = \operatorname{MSE}[X]"], [], id="in words"),
]


@pytest.mark.parametrize(("formulas", "names"), NO_MEANS)
def test_an_m_that_is_no_mean(formulas: list[str], names: list[str]) -> None:
    blocks = [Formula(Located.plain(text), display=True) for text in formulas]
    assert with_usual_mean(blocks, names) is None


@pytest.mark.parametrize(
    ("base", "letter"), [(r"\mathbf{s}", "s"), ("s", "s"), (r"\}", r"\}"), (r"\{", r"\{")]
)
def test_a_letter_without_its_font(base: str, letter: str) -> None:
    assert bare(base) == letter


def test_where_a_rewritten_letter_stands() -> None:
    """Each character put in stands for the whole of what is written; prose stays."""
    blocks = [
        Prose(Located.plain("Maxwell: $M[X]$.")),
        Formula(Located.plain("M[X]"), display=True),
    ]
    found = with_usual_mean(blocks, [])
    assert found is not None
    prose, formula = found
    assert isinstance(prose, Prose)
    assert isinstance(formula, Formula)
    assert prose.text.text == r"Maxwell: $\mathbb{E}[X]$."
    assert [place.column for place in formula.text.span(0, 10)] == [1, 2]


J = r"$$E[\frac12 <f>(X)^2 + <f>'(X)] \to \min_\theta$$"
WRONG = r"$$E[\frac12 <f>(X)^2 - <f>'(X)] \to \min_\theta$$"

TIES = [
    # what the text says, the function, the answer, outcome
    pytest.param(r"Let $f_\theta(x) = s_\theta(x)$.", r"f_\theta", J, "proved", id="an equation"),
    pytest.param(r"I write $f_\theta$ for $s_\theta$.", r"f_\theta", J, "proved", id="for"),
    pytest.param(r"I write $f$ for $s_\theta$.", "f", J, "proved", id="without a parameter"),
    pytest.param(r"Вместо $s_\theta$ пишу $f_\theta$.", r"f_\theta", J, "proved", id="вместо"),
    pytest.param(r"Обозначим $s_\theta$ через $\psi_\theta$.", r"\psi_\theta", J, "proved",
                 id="через"),
    pytest.param(r"The model of the score is $f_\theta(x)$.", r"f_\theta", J, "proved",
                 id="the model of the score"),
    pytest.param(r"Модель для score обозначим $f(x)$.", "f", J, "proved", id="модель"),
    pytest.param(r"I write $f_\theta$ for $s_\theta$.", r"f_\theta", WRONG, "refuted",
                 id="what is said may refute"),
    pytest.param("", r"f_\theta", J, "proved", id="nothing is said: it is the trained function"),
    pytest.param("", "f", J, "proved", id="nothing is said: what is minimised"),
    pytest.param("", r"f_\theta", WRONG, "unresolved", id="what is guessed refutes nothing"),
    pytest.param(r"$f_\theta(x) = \theta x$", r"f_\theta", WRONG, "missing",
                 id="a function of its own"),
    pytest.param(r"I do not write $f_\theta$ for $2 s_\theta$; $s_\theta(x)$ stays.",
                 r"f_\theta", WRONG, "missing", id="it is denied"),
    pytest.param(r"Denote the derivative of $s_\theta$ by $f_\theta$.", r"f_\theta", WRONG,
                 "missing", id="the name of a derivative"),
    pytest.param(r"$f_\theta$ is trained, and so is $s_\theta(x)$.", r"f_\theta", WRONG,
                 "missing", id="beside the problem's own"),
    pytest.param(r"$f_\theta$ is trained, and so is $\mathbf{s}_\theta(x)$.", r"f_\theta", WRONG,
                 "missing", id="beside it in bold type"),
    pytest.param(r"Let $f_\theta(x) = s_\theta(x)$, $f_\theta(x) = s_\theta(x) + x$.",
                 r"f_\theta", WRONG, "missing", id="two meanings"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "name", "line", "outcome"), TIES)
def test_a_letter_of_ones_own(
    tmp_path: Path, said: str, name: str, line: str, outcome: str
) -> None:
    found = report(tmp_path, "hw3/2.1", said, line.replace("<f>", name))
    (answer,) = found.results
    assert answer.outcome == outcome


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        pytest.param(r"Let $f_\theta(x) = s_\theta(x)$.", "proved", id="tied, with time beside"),
        pytest.param("", "proved", id="guessed"),
    ],
)
def test_with_time_beside(tmp_path: Path, said: str, outcome: str) -> None:
    line = r"$$E\|f_\theta(X_t, t) - \nabla\log p_0(X_0)\|^2 \to \min_\theta$$"
    (answer,) = report(tmp_path, "hw3/3.2", said, line).results
    assert answer.outcome == outcome


DIV = r"$$\operatorname{div} s_\theta(x) = \sum_i \partial_i s_\theta^{(i)}(x)$$"
JACOBI = (
    r"$$\operatorname{div} s_\theta(x) = "
    r"\sum_j \frac{\partial s^{(j)}_\theta(x)}{\partial x^{(j)}}$$"
)

COMPONENTS = [
    # lines, the outcome of the last
    pytest.param([DIV], "proved", id="derived along its own coordinate"),
    pytest.param([DIV.replace("=", "= -")], "refuted", id="with a wrong sign"),
    pytest.param([DIV, r"$$\|s_\theta(x)\|^2 = \sum_i (s_\theta^{(i)}(x))^2$$"], "proved",
                 id="without a derivative, beside one"),
    pytest.param([DIV.replace("s_", r"\mathbf{s}_")], "proved", id="of a bold letter"),
    pytest.param([JACOBI], "proved", id="the variable too"),
    pytest.param([r"I write $f$ for $s_\theta$.",
                  DIV.replace(r"s_\theta", "f")], "proved", id="of a letter of one's own"),
    pytest.param([r"$$\|s_\theta(x)\|^2 = \sum_i (s_\theta^{(i)}(x))^2$$"], "unread",
                 id="samples or components: nothing tells"),
    pytest.param([r"$$E\|s_\theta^{(k)}(X)\|^2 = 0$$", DIV], "unread",
                 id="a norm is taken: steps of an iteration"),
    pytest.param([r"$$s_\theta^{(i+1)}(x) = 0$$", DIV], "unread", id="counted on: steps"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "outcome"), COMPONENTS)
def test_components_in_brackets(tmp_path: Path, lines: list[str], outcome: str) -> None:
    assert last(tmp_path, "hw3/2.2", *lines) == outcome


def test_a_derivative_of_some_order_is_no_component(tmp_path: Path) -> None:
    line = r"$$\partial_x s_\theta^{(n)}(x) = s_\theta^{(n-1)}(x)$$"
    assert last(tmp_path, "hw3/2.1", line) not in ("proved", "refuted")
