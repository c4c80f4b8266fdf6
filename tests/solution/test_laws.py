r"""Laws of random variables, conditional ones among them: `X_t | X_0 \sim \mathcal N(m, v I)`."""

import pytest

from derive.solution.checker import check_document

OPEN = {"unresolved", "unread"}

LAWS = [
    pytest.param(
        "hw3/1", r"X_t | X_0 \sim N(\sqrt{\alpha_t}X_0, (1-\alpha_t) I)", "given", id="of the key"
    ),
    pytest.param(
        "hw3/1",
        r"X_t \mid X_0 = x_0 \sim N(\sqrt{\alpha_t}x_0, (1-\alpha_t) I)",
        "given",
        id="with the value of the condition",
    ),
    pytest.param(
        "hw3/1",
        r"X_t \mid X_0 = x_0 \sim N(\sqrt{\alpha_t}x_0, \alpha_t I)",
        "refuted",
        id="another variance",
    ),
    pytest.param(
        "hw3/1",
        r"X_t | X_{t-1} \sim N(\sqrt{1-\beta_t}X_{t-1}, \beta_t I)",
        "given",
        id="one step",
    ),
    pytest.param(
        "hw3/1",
        r"x_t | x_{t-1}, x_0 \sim N(\sqrt{1-\beta_t}x_{t-1}, \beta_t I)",
        "given",
        id="a second condition that changes nothing",
    ),
    pytest.param(
        "hw3/1",
        r"X_{t-1} | X_t, X_0 \sim N(\sqrt{1-\beta_t}X_t, \beta_t I)",
        "refuted",
        id="the step turned round",
    ),
    pytest.param(
        "hw3/1",
        r"X_t | X_0 \sim N(\sqrt{1-\beta_t}X_{t-1}, \beta_t I)",
        "open",
        id="a variable that is no condition",
    ),
    pytest.param(
        "hw3/3.2", r"X_t | X_0 \sim N(X_0, \int_0^t g^2(s) ds\, I)", "given", id="a diffusion"
    ),
    pytest.param(
        "hw3/3.2", r"X_t | X_0 \sim N(X_0, \int_0^t g(s) ds\, I)", "refuted", id="a lost square"
    ),
    pytest.param("hw3/3.2", r"X_t | X_0 \sim N(X_0, v I)", "open", id="an unknown variance"),
]


@pytest.mark.parametrize(("key", "law", "expected"), LAWS)
def test_conditional_laws(tmp_path, key, law, expected):
    document = tmp_path / "solution.md"
    document.write_text(f"$${law}$$\n", encoding="utf-8")
    (link,) = check_document(document, key, numeric=False).links
    assert link.outcome in (OPEN if expected == "open" else {expected})


DENSITIES = [
    pytest.param(r"p_{2X}(y) = p_X(y/2)", id="the factor 1/2 is lost"),
    pytest.param(r"p_{X-Z}(y) = p_{X+Z}(y)", id="a difference is no sum"),
]


@pytest.mark.parametrize("claim", DENSITIES)
def test_the_density_of_known_variables_is_not_ours_to_define(tmp_path, claim):
    document = tmp_path / "solution.md"
    document.write_text(f"$${claim}$$\n", encoding="utf-8")
    (link,) = check_document(document, "hw3/3.1", numeric=False).links
    assert link.outcome in {"refuted", *OPEN}


def test_an_answer_may_speak_of_a_variable_that_the_document_defines(tmp_path):
    document = tmp_path / "solution.md"
    document.write_text(
        "Let $Y = X + Z$.\n\n$$\\nabla\\log p_Y(y) = E[\\nabla\\log p_X(X)|Y=y]$$\n",
        encoding="utf-8",
    )
    (result,) = check_document(document, "hw3/3.1", numeric=False).results
    assert result.outcome == "proved"


LOST = [
    pytest.param(
        r"\int s_\theta(x)\frac{p'(x)}{p(x)}dx = \int s_\theta(x)p'(x)dx", id="a lost divisor"
    ),
    pytest.param(
        r"E[s_\theta(X)\partial_x\log p(X)] = \int s_\theta(x)\frac{p'(x)}{p(x)}dx",
        id="a lost density",
    ),
    pytest.param(r"E[s_\theta(X)^2] = \int s_\theta(x)^2 dx", id="a mean without its density"),
]


@pytest.mark.parametrize("claim", LOST)
def test_an_integral_without_its_density_is_refuted(tmp_path, claim):
    document = tmp_path / "solution.md"
    document.write_text(f"$${claim}$$\n", encoding="utf-8")
    (link,) = check_document(document, "hw3/2.1", numeric=False).links
    assert link.outcome == "refuted"


def test_a_point_behind_a_bar_stands_on_its_side_too(tmp_path):
    claim = r"p(x_{t-1}|x_t,x_0) = \frac{p(x_t|x_{t-1})p(x_{t-1}|x_0)}{p(x_t)}"
    document = tmp_path / "solution.md"
    document.write_text(f"$${claim}$$\n", encoding="utf-8")
    (link,) = check_document(document, "hw3/1", numeric=False).links
    assert link.outcome == "refuted"
    assert link.diagnosis is None or "side only" not in link.diagnosis.message
