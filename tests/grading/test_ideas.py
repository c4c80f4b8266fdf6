"""Ideas: found in another notation, and not where only their words stand."""

from __future__ import annotations

import pytest

from derive.grading.key import load_grading_key
from derive.solution.checker import check_source


@pytest.fixture(scope="module")
def key():
    return load_grading_key("hw3").loaded


def standing(key, problem: str, idea: str, text: str) -> str:
    document = f"## Problem {problem}\n\n{text}\n"
    report = check_source("x.md", document.encode(), key, numeric=False)
    found = {(i.problem, i.id): i.standing for i in report.ideas}
    return found.get((f"hw3/{problem}", idea), "open")


PARTS = [
    pytest.param(
        r"$$\int s_\theta(x) p'(x) dx = -\int s_\theta'(x) p(x) dx$$", "right", id="the step alone"
    ),
    pytest.param(
        r"$$\int s_\theta(x) p'(x) dx = \int s_\theta'(x) p(x) dx$$", "mistaken", id="a lost sign"
    ),
    pytest.param(
        r"$$\int s_\theta'(x) p(x) dx = -E[s_\theta(X) (\log p(X))']$$", "right", id="backwards"
    ),
    pytest.param(
        r"$$\frac12 E[s_\theta(X)^2] - \int s_\theta(x) p'(x)\,dx"
        r" = E\left[\frac12 s_\theta(X)^2 + s_\theta'(X)\right]$$",
        "right",
        id="with other terms beside it",
    ),
    pytest.param(
        r"$$E[s_\theta(X)\,\partial_x \log p(X)] = \int s_\theta(x) p'(x) dx$$",
        "open",
        id="only the definition of the mean",
    ),
    pytest.param(r"$$\int s_\theta(x) p'(x) dx$$", "open", id="one side"),
    pytest.param("We integrate by parts.", "open", id="words alone"),
    pytest.param(
        r"Let $E[X^2] = 0$. Then $$\int s_\theta(x) p'(x) dx = -\int s_\theta'(x) p(x) dx$$",
        "open",
        id="said under a condition that the problem does not make",
    ),
    pytest.param(
        r"$$\int s_\theta(x) p'(x) dx \approx -\int s_\theta'(x) p(x) dx$$",
        "open",
        id="an approximation claims no equality",
    ),
    pytest.param(
        r"$$\int s_\theta(x) p'(x) dx = -\int x\, s_\theta'(x) p(x) dx$$",
        "open",
        id="another claim",
    ),
    pytest.param(
        r"$$\int f(x) p'(x) dx = -\int f'(x) p(x) dx$$", "open", id="of a function nobody speaks of"
    ),
]


@pytest.mark.parametrize(("text", "told"), PARTS)
def test_by_parts(key, text: str, told: str) -> None:
    assert standing(key, "2.1", "parts", text) == told


SCORE = [
    pytest.param(
        r"$$\nabla \log p_t(x_t)"
        r" = \frac{\sqrt{\alpha_t} E[X_0 \mid X_t = x_t] - x_t}{1-\alpha_t}$$",
        "right",
        id="in one line",
    ),
    pytest.param(
        r"$$\nabla \log p_t(x_t) = \frac{\nabla p_t(x_t)}{p_t(x_t)}$$", "open", id="half the way"
    ),
    pytest.param(
        r"$$\nabla \log p_t(x_t) = \frac{\nabla p_t(x_t)}{p_t(x_t)}$$"
        "\n\n"
        r"$$\frac{\nabla p_t(x_t)}{p_t(x_t)} = \frac{\sqrt{\alpha_t} D_t(x_t) - x_t}{1-\alpha_t}$$",
        "right",
        id="over two displays",
    ),
    pytest.param(
        r"$$\nabla \log p_t(x_t) = \frac{\sqrt{\alpha_t} D_t(x_t) + x_t}{1-\alpha_t}$$",
        "mistaken",
        id="a wrong sign",
    ),
    pytest.param(
        r"$$\frac{\sqrt{\alpha_t} D_t(x_t) - x_t}{1-\alpha_t}"
        r" = -\frac{x_t - \sqrt{\alpha_t} D_t(x_t)}{1-\alpha_t}$$",
        "open",
        id="a true line about the denoiser only",
    ),
]


SCORE += [
    pytest.param(
        r"$$\nabla \log p_t(x) = \frac{\sqrt{\alpha_t} E[X_0 \mid X_t = x] - x}{1-\alpha_t}$$",
        "right",
        id="at a point of another name",
    ),
    pytest.param(
        r"$$D_t(x_t) = \frac{x_t + (1-\alpha_t) \nabla \log p_t(x_t)}{\sqrt{\alpha_t}}$$",
        "right",
        id="solved for the denoiser",
    ),
    pytest.param(
        r"$$D_t(x_t) = \frac{x_t - (1-\alpha_t) \nabla \log p_t(x_t)}{\sqrt{\alpha_t}}$$",
        "mistaken",
        id="solved for the denoiser, a wrong sign",
    ),
]


@pytest.mark.parametrize(("text", "told"), SCORE)
def test_the_score_through_the_denoiser(key, text: str, told: str) -> None:
    assert standing(key, "1", "score", text) == told


GRADIENT = [
    pytest.param(
        r"Let $Y = X + Z$."
        "\n\n"
        r"$$\nabla_y p_Y(y) = \int \nabla_y p_X(y - z)\, p_Z(z)\, dz$$",
        "right",
        id="of a variable that the text names, the other way round",
    ),
    pytest.param(
        "Let $Y = X + Z$.\n\n"
        r"$$p_Y(y) = \int p_X(y - z)\, p_Z(z)\, dz$$",
        "open",
        id="the convolution without a gradient",
    ),
    pytest.param(
        r"$$\nabla_y p_{X+Z}(y) = \int p_X(k)\, \nabla_y p_Z(y - k)\, dk$$",
        "open",
        id="the gradient on the other density",
    ),
    pytest.param(
        r"$$\nabla_y \log p_{X+Z}(y) = E[\nabla_x \log p_X(X) \mid X + Z = y]$$",
        "open",
        id="the statement of the sheet",
    ),
    pytest.param(
        r"$$\nabla_y \log p_{X+Z}(y) = \frac{\nabla_y p_{X+Z}(y)}{p_{X+Z}(y)}"
        r" = E[\nabla_x \log p_X(X) \mid X + Z = y]$$",
        "open",
        id="the statement with a line between",
    ),
    pytest.param(
        r"$$\nabla_y \log p_{X+Z}(y) = \frac{\int \nabla p_X(k) p_Z(y - k) dk}{p_{X+Z}(y)}"
        r" = E[\nabla_x \log p_X(X) \mid X + Z = y]$$",
        "right",
        id="with the integral that shows it",
    ),
]


@pytest.mark.parametrize(("text", "told"), GRADIENT)
def test_the_gradient_of_a_sum(key, text: str, told: str) -> None:
    assert standing(key, "3.1", "gradient", text) == told


def test_an_idea_counts_for_its_own_problem(key) -> None:
    text = r"$$\int s_\theta(x) p'(x) dx = -\int s_\theta'(x) p(x) dx$$"
    assert standing(key, "2.1", "parts", text) == "right"
    assert standing(key, "2.2", "divergence", "no formula") == "open"
