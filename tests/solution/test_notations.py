"""Notations of published notes: what is read, what is decided, and what must stay open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from pathlib import Path


def outcomes(folder: Path, key: str | None, *displays: str) -> list[str]:
    """The outcomes of the links of a document of these displays."""
    file = folder / "solution.md"
    file.write_text("\n\n".join(f"$${text}$$" for text in displays), encoding="utf-8")
    return [link.outcome for link in check_document(file, key, numeric=False).links]


ENERGY = (
    r"p_\theta(x) = \frac{1}{Z_\theta} e^{-E_\theta(x)},"
    r"\qquad Z_\theta = \int e^{-E_\theta(x)}\,dx"
)
SCORE = r"s(x) := \nabla\log p(x)"

ENERGIES = [
    # key, statement below the model, right outcomes
    pytest.param("classics/additive", r"\nabla_x \log Z_\theta = 0", {"proved"},
                 id="a constant in x"),
    pytest.param(None, r"\nabla_x \log p_\theta(x) = -\nabla_x E_\theta(x)", {"proved"},
                 id="its score"),
    pytest.param("classics/additive",
                 r"\nabla_x \log p_\theta(x) = -\nabla_x E_\theta(x) - \nabla_x \log Z_\theta",
                 {"proved"}, id="its score, the constant written out"),
    pytest.param(None, r"\nabla_x \log p_\theta(x) = \nabla_x E_\theta(x)",
                 {"refuted", "unresolved"}, id="the sign of the energy is lost"),
    pytest.param(None, r"\nabla_x \log p_\theta(x) = -\frac{1}{Z_\theta}\nabla_x E_\theta(x)",
                 {"refuted", "unresolved"}, id="the constant stays as a factor"),
    pytest.param("classics/additive", r"s_\theta(x) = \nabla_x \log p_\theta(x)", {"given"},
                 id="the model's score"),
    pytest.param("classics/additive", r"s_\theta(x) = -\nabla_x \log p_\theta(x)",
                 {"unresolved"}, id="no score, its sign is another"),
    pytest.param("classics/additive", r"s_\theta(x) = \nabla_x p_\theta(x)",
                 {"unresolved"}, id="the logarithm is lost"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "statement", "right"), ENERGIES)
def test_energy_models(tmp_path: Path, key: str | None, statement: str, right: set[str]) -> None:
    assert outcomes(tmp_path, key, ENERGY, statement)[-1] in right


MODELS = [
    # the document, right outcomes of its last link
    pytest.param((SCORE, ENERGY, r"s_\theta(x) = -\nabla_x E_\theta(x)"), {"given"},
                 id="a model of a function of the density is another function"),
    pytest.param((SCORE, ENERGY, r"s_\theta(x) = \nabla_x\log p_\theta(x)",
                  r"s_\theta(x) = s(x)"), {"refuted", "unresolved"},
                 id="and not proved to be the function"),
    pytest.param((ENERGY, r"s_\theta(x) = \nabla_x\log p_\theta(x)",
                  r"s_\theta(x, t) = -\nabla_x E_\theta(x)"), {"given", "unresolved"},
                 id="of time too it is another function"),
    pytest.param((ENERGY, r"s_\theta(x) = \nabla_x\log p_\theta(x)",
                  r"\|s_\theta(x, t)\|^2 = \|\nabla_x E_\theta(x)\|^2"), {"unresolved"},
                 id="of which nothing is proved or refuted"),
    pytest.param((ENERGY, r"p_\theta(x \mid y) = p_\theta(x)"), {"given", "unresolved"},
                 id="a conditional model is another one"),
    pytest.param((ENERGY, r"\nabla_x\log p_\theta(x \mid y) = -\nabla_x E_\theta(x)"),
                 {"unresolved"}, id="and has another score"),
]  # fmt: skip


@pytest.mark.parametrize(("displays", "right"), MODELS)
def test_models_with_other_arguments(
    tmp_path: Path, displays: tuple[str, ...], right: set[str]
) -> None:
    assert outcomes(tmp_path, None, *displays)[-1] in right


LISTS = [
    # key, statement, outcome
    pytest.param("classics/ddpm", r"\varepsilon_t, \varepsilon_{t-1}, \dots \sim \mathcal N(0, I)",
                 "given", id="noise of several steps"),
    pytest.param("classics/ddpm", r"\varepsilon_t, \varepsilon_{t-1} \sim \mathcal N(0, 2I)",
                 "refuted", id="of another variance"),
    pytest.param("classics/ddpm", r"\varepsilon_t, x_{t-1} \sim \mathcal N(0, I)",
                 "refuted", id="the second has another law"),
    pytest.param("classics/ddpm", r"\dots \sim \mathcal N(0, I)", "given",
                 id="nothing is named"),
    pytest.param("classics/ddpm", r"\varepsilon_t + 1, \varepsilon_{t-1} \sim \mathcal N(0, I)",
                 "unread", id="no list of names"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "statement", "outcome"), LISTS)
def test_laws_of_several(tmp_path: Path, key: str, statement: str, outcome: str) -> None:
    assert outcomes(tmp_path, key, statement) == [outcome]


def test_a_definition_in_letters_of_its_own(tmp_path: Path) -> None:
    """The bound letter of a definition has no meaning outside it."""
    line = r"J(\theta; v) = E\|s_\theta(X) - v\|^2"
    assert outcomes(tmp_path, "classics/additive", line) == ["given"]


def spoken_of(folder: Path, key: str | None, text: str, *displays: str) -> list[str]:
    """The outcomes of the displays of a document that begins with this text."""
    file = folder / "solution.md"
    shown = "\n\n".join(f"$${line}$$" for line in displays)
    file.write_text(f"{text}\n\n{shown}\n", encoding="utf-8")
    links = check_document(file, key, numeric=False).links
    return [link.outcome for link in links if link.display]


MATRIX = r"For any matrix $A \in \mathbb{R}^{d \times d}$ and a matrix $B$:"

MATRICES = [
    # text, statement, right outcomes
    pytest.param(MATRIX, r"\operatorname{tr}(A) = E_{v \sim \mathcal N(0,I)}[v^\top A v]",
                 {"proved"}, id="the trace estimated"),
    pytest.param(MATRIX, r"\operatorname{tr}(A) = E_{v \sim \mathcal N(0,2I)}[v^\top A v]",
                 {"unresolved", "refuted"}, id="with noise of another variance"),
    pytest.param(MATRIX, r"\nabla_x (x^\top A x) = (A + A^\top) x", {"proved"},
                 id="the gradient of a quadratic form"),
    pytest.param(MATRIX, r"\nabla_x (x^\top A x) = 2 A x", {"unresolved", "refuted"},
                 id="as if it were symmetric"),
    pytest.param(MATRIX, r"\operatorname{tr}(A B) = \operatorname{tr}(B A)", {"proved"},
                 id="a trace is cyclic"),
    pytest.param(MATRIX, r"x^\top A B x = x^\top B A x", {"unresolved", "refuted"},
                 id="a product is not commutative"),
    pytest.param(MATRIX, r"x^\top A y = y^\top A x", {"unresolved", "refuted"},
                 id="the transpose is lost"),
    pytest.param(MATRIX, r"\operatorname{div}(A x) + x^\top x = \operatorname{tr}(A) + \|x\|^2",
                 {"proved"}, id="a linear field"),
    pytest.param(MATRIX, r"\operatorname{div}(A x) + x^\top x = d + \|x\|^2",
                 {"unresolved", "refuted"}, id="as if it were the identity"),
    pytest.param(MATRIX, r"\nabla (x^\top A x) = 2 A x", {"unresolved", "refuted"},
                 id="a gradient without its variable"),
    pytest.param(r"For a matrix $A \in \mathbb{R}^{m \times d}$:",
                 r"\operatorname{div}(A x) = \operatorname{tr}(A)", {"unread"},
                 id="it need not be square"),
    pytest.param(r"For a random matrix $A$:",
                 r"E[\operatorname{tr}(A)] = \operatorname{tr}(A)", {"unread", "unresolved"},
                 id="it is random"),
    pytest.param(r"A number $A$:", r"\operatorname{tr}(A) = \operatorname{tr}(A)",
                 {"unread", "unresolved", "refuted"}, id="nobody says that it is a matrix"),
]  # fmt: skip


@pytest.mark.parametrize("key", [None, "classics/additive"])
@pytest.mark.parametrize(("text", "statement", "right"), MATRICES)
def test_matrices(
    tmp_path: Path, key: str | None, text: str, statement: str, right: set[str]
) -> None:
    assert spoken_of(tmp_path, key, text, statement)[-1] in right


STEP = r"Here $\eta$ is the step size."

SPOKEN = [
    # text, statement, right outcomes
    pytest.param(STEP, r"\nabla_x (\eta \|x\|^2) = 2 \eta x", {"proved"}, id="a number"),
    pytest.param(STEP, r"\nabla_x (\eta \|x\|^2) = \eta x", {"unresolved"},
                 id="what is false of every number"),
    pytest.param(STEP, r"\eta + \eta = 2\eta", {"unread"}, id="a number or a vector"),
    pytest.param("", r"\nabla_x (\eta \|x\|^2) = 2 \eta x", {"unread"},
                 id="nobody speaks of it: a slip"),
    pytest.param(STEP, r"\nabla_x (\kappa \|x\|^2) = 2 \kappa x", {"unread"},
                 id="another letter is spoken of"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "statement", "right"), SPOKEN)
def test_letters_that_the_text_speaks_of(
    tmp_path: Path, text: str, statement: str, right: set[str]
) -> None:
    assert spoken_of(tmp_path, "classics/stein", text, statement)[-1] in right


READ = [
    # statement under the key of DDPM, outcome
    pytest.param(r"\nabla_x \|x_t\|^2 = 2x_t", "unread", id="no function has the slot"),
    pytest.param(r"\nabla_x \log q(x_t \mid x_0) = -\frac{x_t - \sqrt{\bar\alpha_t} x_0}"
                 r"{1 - \bar\alpha_t}", "proved", id="the slot of a point with an index"),
    pytest.param(r"\nabla_x \log q(x_t \mid x_0) = \frac{x_t - \sqrt{\bar\alpha_t} x_0}"
                 r"{1 - \bar\alpha_t}", "refuted", id="the same with the wrong sign"),
    pytest.param(r"\nabla_y \log q(x_t \mid x_0) = 0", "unread", id="another letter's slot"),
    pytest.param(r"\|\sigma_t^2 I\|_2^2 = \sigma_t^4", "proved", id="an operator norm"),
    pytest.param(r"\|\sigma_t^2 I\|_2 = \sigma_t^2", "proved", id="its first power"),
    pytest.param(r"\|\sigma_t^2 I\|_2^2 = \sigma_t^2", "refuted", id="a power is lost"),
    pytest.param(r"\|\sigma_t^2 I\|^2 = \sigma_t^4", "unread", id="which norm is not said"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), READ)
def test_slots_and_norms(tmp_path: Path, statement: str, outcome: str) -> None:
    assert outcomes(tmp_path, "classics/ddpm", statement) == [outcome]


TWO = r"X_{t-1} = \sqrt{1-\beta_{t-1}} X_{t-2} + \sqrt{\beta_{t-1}}\varepsilon_{t-1}"

EARLIER = [
    # statement about the step before, outcome
    pytest.param(TWO, "proved", id="the step before"),
    pytest.param(r"X_{t-1} = \sqrt{1-\beta_t} X_{t-2} + \sqrt{\beta_t}\varepsilon_{t-1}",
                 "refuted", id="with the noise level of now"),
    pytest.param(r"\alpha_{t-1} = (1-\beta_{t-1})\alpha_{t-2}", "proved", id="its recursion"),
    pytest.param(r"\alpha_{t-1} = (1-\beta_t)\alpha_{t-2}", "refuted", id="of another index"),
    pytest.param(r"\alpha_t = (1-\beta_t)(1-\beta_{t-1})\alpha_{t-2}", "proved",
                 id="two steps of the recursion"),
    pytest.param(r"\alpha_t = (1-\beta_t)\alpha_{t-2}", "refuted", id="one step is lost"),
    pytest.param(r"X_t = \sqrt{(1-\beta_t)(1-\beta_{t-1})} X_{t-2}"
                 r" + \sqrt{1-(1-\beta_t)(1-\beta_{t-1})}\varepsilon", "proved",
                 id="two steps at once"),
    pytest.param(r"X_t = \sqrt{(1-\beta_t)(1-\beta_{t-1})} X_{t-2}"
                 r" + \sqrt{1-(1-\beta_t)\beta_{t-1}}\varepsilon", "refuted",
                 id="two steps with another variance"),
    pytest.param(r"X_t = \sqrt{(1-\beta_t)(1-\beta_{t-1})} X_{t-2}"
                 r" + \sqrt{(1-\beta_t)\beta_{t-1} + \beta_t}\,\varepsilon", "proved",
                 id="their variances added"),
    pytest.param(r"p_{t-1|t,0}(x_{t-1}|x_t,x_0)\, p_{t|0}(x_t|x_0) ="
                 r" p_{t|t-1}(x_t|x_{t-1})\, p_{t-1|0}(x_{t-1}|x_0)", "proved",
                 id="what the key says stays true"),
    pytest.param(r"p_{t-1|0}(x_{t-1}|x_0) = \mathcal N(x_{t-1}; \sqrt{\alpha_{t-2}}x_0,"
                 r" (1-\alpha_{t-2}) I)", "refuted", id="and what contradicts it false"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), EARLIER)
def test_the_step_before(tmp_path: Path, statement: str, outcome: str) -> None:
    assert outcomes(tmp_path, "hw3/1", TWO, statement)[-1] == outcome


MIXTURE = r"p_t(x_t) = \int p_{data}(x_0)\, p_{t|0}(x_t|x_0)\,dx_0"

NAMES = [
    # document, right outcomes of its last link
    pytest.param((r"X_0 \sim p_{data}", MIXTURE), {"proved"}, id="the law that is left open"),
    pytest.param((r"x_0 \sim p_{data}", MIXTURE), {"proved"}, id="in a small letter"),
    pytest.param((r"X_0 \sim p_{data}", r"p_{t-1}(x_{t-1}) = p_{data}(x_{t-1})"),
                 {"refuted", "unresolved"}, id="which is not that of another variable"),
    pytest.param((MIXTURE,), {"unresolved", "unread"}, id="nobody says whose it is"),
    pytest.param((r"X_t \sim p_{data}", MIXTURE), {"unresolved", "unread", "refuted"},
                 id="said of another variable"),
    pytest.param((r"X_0 \sim p_{data}", r"X_0 \sim p_{model}",
                  r"\log p_{data}(x_0) = \log p_{model}(x_0)"),
                 {"unresolved", "unread"}, id="two names may be two densities"),
    pytest.param((r"X_0 \sim p_{data}", r"p_0(x_0) = p_{data}(x_0)"), {"unresolved", "unread"},
                 id="beside the key's name it may be another"),
]  # fmt: skip


@pytest.mark.parametrize(("displays", "right"), NAMES)
def test_names_of_open_laws(tmp_path: Path, displays: tuple[str, ...], right: set[str]) -> None:
    assert outcomes(tmp_path, "hw3/1", *displays)[-1] in right
