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
