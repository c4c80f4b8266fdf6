r"""Normal laws as notes write them: beside each other, in sums, in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from pathlib import Path

FALSE = "refuted|unresolved|unread"
TWO = (
    r"\sqrt{\alpha_t}\sqrt{1-\alpha_{t-1}}\varepsilon_{t-1}"
    r" + \sqrt{1-\alpha_t}\varepsilon_t"
)
SUM = r"\mathcal N(0, \alpha_t(1-\alpha_{t-1})I) + \mathcal N(0, (1-\alpha_t)I)"
ONE = r"\mathcal N(0, (1-\alpha_t\alpha_{t-1})I)"


def _outcomes(folder: Path, key: str | None, *formulas: str, prose: str = "") -> list[str]:
    path = folder / "notes.md"
    path.write_text(prose + "\n\n".join(f"$$\n{formula}\n$$" for formula in formulas))
    return [link.outcome for link in check_document(path, key, numeric=False).links]


LAWS = [
    pytest.param(TWO + r"\sim" + SUM, "proved", id="noise beside the sum of its laws"),
    pytest.param(TWO + r"\sim" + SUM.replace(r"1-\alpha_{t-1}", r"1+\alpha_{t-1}"), "refuted",
                 id="one of the variances has a wrong sign"),
    pytest.param(TWO + r"\sim" + SUM.replace(" + ", " - "), "unread",
                 id="a difference of laws is none that is read"),
    pytest.param(TWO + r"\sim" + SUM.replace(r" + ", r" + \frac12"), "unread",
                 id="a weight may belong to a mixture"),
    pytest.param(SUM + r"\sim" + ONE, "proved", id="variances add"),
    pytest.param(SUM + r"\sim \mathcal N(0, (1-\alpha_t)I)", "refuted",
                 id="a variance is lost"),
    pytest.param(SUM + r"\sim \mathcal N(0, \alpha_t(1-\alpha_{t-1})I + (1-\alpha_t)I)", "proved",
                 id="a covariance written as a sum"),
    pytest.param(r"\mathcal N(\sqrt{\alpha_t}x_{t-1}, I) + \mathcal N(-x_0, I)"
                 r"\sim \mathcal N(\sqrt{\alpha_t}x_{t-1} - x_0, 2I)", "proved",
                 id="means add"),
    pytest.param(r"\mathcal N(\sqrt{\alpha_t}x_{t-1}, I) + \mathcal N(-x_0, I)"
                 r"\sim \mathcal N(\sqrt{\alpha_t}x_{t-1} + x_0, 2I)", "refuted",
                 id="a mean of the wrong sign"),
    pytest.param(r"\mathcal N(x_0, I) + \mathcal N(0, I) \sim \mathcal N(0, 2I)", "refuted",
                 id="a mean is lost"),
    pytest.param(ONE + r"\sim \sqrt{1-\alpha_t\alpha_{t-1}}\,\varepsilon", "proved",
                 id="the law before the variable that has it"),
    pytest.param(ONE + r"\sim (1-\alpha_t\alpha_{t-1})\varepsilon", "refuted",
                 id="the variance where the deviation belongs"),
    pytest.param(TWO + r"\sim \sqrt{1-\alpha_t\alpha_{t-1}}\,\varepsilon", "proved",
                 id="two random terms of one law"),
    pytest.param(TWO + r"\sim \sqrt{1-\alpha_t}\,\varepsilon", "refuted",
                 id="two random terms of two laws"),
    pytest.param(r"\varepsilon_t + \varepsilon_t \sim \mathcal N(0, I) + \mathcal N(0, I)",
                 FALSE, id="a noise twice is not two noises"),
    pytest.param(r"X_t + \varepsilon_t \sim \mathcal N(0, I) + \mathcal N(0, I)",
                 FALSE, id="the law of the data is not known"),
    pytest.param(r"\varepsilon \sim \mathcal N(\cdot; 1, I)", "refuted",
                 id="centred noise with a number for its mean"),
    pytest.param(r"\varepsilon \sim \mathcal N(\cdot; 0, I)", "given", id="a law restated"),
    pytest.param(r"x_0 \sim \Omega_{\text{images}}", "given", id="a name for the law of the data"),
    pytest.param(r"x_0 \sim \mathcal N", "unread", id="the letter of a known law"),
    pytest.param(r"x_t \sim \Omega", "unread", id="a law that the problem has already"),
    pytest.param(r"X_t \sim \mathcal N(1, I)", FALSE, id="a mean that is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), LAWS)
def test_laws_beside_laws(statement: str, outcome: str, tmp_path: Path) -> None:
    (found,) = _outcomes(tmp_path, "classics/ddpm", statement)
    assert found in outcome.split("|"), found


INDEPENDENT = "Let $Y$ and $Z$ be independent.\n\n"
FREE = [
    pytest.param(r"2 Y + Z \sim \mathcal N(0, 5 I)", INDEPENDENT, "proved", id="squares add"),
    pytest.param(r"2 Y + Z \sim \mathcal N(0, 3 I)", INDEPENDENT, FALSE, id="roots do not"),
    pytest.param(r"Y + Z \sim \sqrt2 Y", INDEPENDENT, "proved", id="in law alone"),
    pytest.param(r"Y + Z \sim 2 Y", INDEPENDENT, FALSE, id="deviations do not add"),
    pytest.param(r"Y + Z \sim \sqrt2 Y", "", "unresolved", id="independence is not said"),
    pytest.param(r"\mathcal N(0, I) + \mathcal N(0, I) \sim \mathcal N(0, 2 I)", "", "proved",
                 id="laws alone"),
    pytest.param(r"\mathcal N(0, I) + \mathcal N(0, I) \sim \mathcal N(0, 4 I)", "", "refuted",
                 id="laws alone, their deviations added"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "prose", "outcome"), FREE)
def test_laws_without_a_key(statement: str, prose: str, outcome: str, tmp_path: Path) -> None:
    laws = (r"Y \sim \mathcal N(0, I)", r"Z \sim \mathcal N(0, I)")
    *_, found = _outcomes(tmp_path, None, *laws, statement, prose=prose)
    assert found in outcome.split("|"), found


MEANS = r"\begin{bmatrix}\sqrt{\bar\alpha_t}x_0 \\ \sqrt{\bar\alpha_{t-1}}x_0\end{bmatrix}"
OFF = r"\sqrt{\alpha_t}(1-\bar\alpha_{t-1})I"


def _joint(
    means: str = MEANS, off: str = OFF, below: str = "", first: str = r"(1-\bar\alpha_t)I"
) -> str:
    return (
        rf"q(x_t, x_{{t-1}} \mid x_0) = \mathcal N\left({means}, \begin{{bmatrix}}"
        rf"{first} & {off} \\ {below or off} & (1-\bar\alpha_{{t-1}})I\end{{bmatrix}}\right)"
    )


BLOCKS = [
    pytest.param(_joint(), "proved", id="a joint law in blocks"),
    pytest.param(_joint(off=r"\Sigma_{XY}", below=r"\Sigma_{XY}^\top"), "proved",
                 id="a covariance that is only named"),
    pytest.param(_joint(off=r"\Sigma_{XY}", below=r"\Sigma_{YX}"), "proved",
                 id="a covariance with two names"),
    pytest.param(_joint(off=r"\Sigma_{XY}", below=r"\Sigma_{XY}"), "unresolved",
                 id="one name for two blocks"),
    pytest.param(_joint(off=r"\Sigma_{XY}", below=r"-\Sigma_{XY}^\top"), FALSE,
                 id="the opposite of a name"),
    pytest.param(_joint(off="-" + OFF), "refuted", id="a covariance of the wrong sign"),
    pytest.param(_joint(below="-" + OFF), "refuted", id="one of two covariances is wrong"),
    pytest.param(_joint(off=r"\sqrt{\alpha_t}(1-\bar\alpha_t)I"), "refuted",
                 id="a covariance with another index"),
    pytest.param(_joint(off=r"\alpha_t(1-\bar\alpha_{t-1})I"), "refuted",
                 id="a covariance without its root"),
    pytest.param(_joint(off="0"), "refuted", id="the variables are not independent"),
    pytest.param(_joint(first=r"(1-\alpha_t)I"), "refuted", id="the variance of one step"),
    pytest.param(_joint(MEANS.replace(r"{t-1}", "t")), "refuted", id="one mean for both"),
    pytest.param(_joint(MEANS.replace(r"x_0 \\", r"x_0 & 0 \\")), "unread",
                 id="means side by side"),
    pytest.param(_joint(MEANS.replace(r"\end", r"\\ x_0 \end")), "unresolved",
                 id="three means of two variables"),
    pytest.param(_joint().replace(r"x_t, x_{t-1} \mid", r"x_{t-1}, x_t \mid"), "refuted",
                 id="the variables exchanged"),
    pytest.param(_joint().replace(r" \mid x_0", ""), FALSE, id="the condition is lost"),
    pytest.param(r"\begin{pmatrix} U \\ V \end{pmatrix} \sim \mathcal N\left(\begin{pmatrix}"
                 r"0 \\ 0\end{pmatrix}, \begin{pmatrix} I & \frac12 I \\ \frac12 I & I"
                 r"\end{pmatrix}\right)", "given", id="new variables with their law"),
    pytest.param(r"\begin{pmatrix} U \\ V \end{pmatrix} \sim \mathcal N\left(\begin{pmatrix}"
                 r"0 \\ 0\end{pmatrix}, \begin{pmatrix} I & \frac12 I \\ 0 & I"
                 r"\end{pmatrix}\right)", "unresolved", id="no covariance is like this"),
    pytest.param(r"\begin{bmatrix} \varepsilon_t \\ \varepsilon_{t-1} \end{bmatrix} \sim"
                 r"\mathcal N\left(\begin{bmatrix} 0 \\ 0\end{bmatrix}, \begin{bmatrix}"
                 r"I & 0 \\ 0 & I\end{bmatrix}\right)", "proved", id="independent noise"),
    pytest.param(r"\begin{bmatrix} \varepsilon_t \\ \varepsilon_{t-1} \end{bmatrix} \sim"
                 r"\mathcal N\left(\begin{bmatrix} 0 \\ 0\end{bmatrix}, \begin{bmatrix}"
                 r"I & I \\ I & I\end{bmatrix}\right)", "refuted", id="noise is not one"),
    pytest.param(r"\begin{bmatrix} X_0 \\ \varepsilon_t \end{bmatrix} \sim \mathcal N\left("
                 r"\begin{bmatrix} m \\ 0\end{bmatrix}, \begin{bmatrix} S & 0 \\ 0 & I"
                 r"\end{bmatrix}\right)", FALSE, id="the data need not be normal"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), BLOCKS)
def test_laws_in_blocks(statement: str, outcome: str, tmp_path: Path) -> None:
    (found,) = _outcomes(tmp_path, "classics/ddpm", statement)
    assert found in outcome.split("|"), found


TEMPLATE = (
    r"\begin{bmatrix} X \\ Y \end{bmatrix} \sim \mathcal N\left(\begin{bmatrix} \mu_X \\ \mu_Y"
    r"\end{bmatrix}, \begin{bmatrix} \Sigma_X & \Sigma_{XY} \\ \Sigma_{XY}^\top & \Sigma_Y"
    r"\end{bmatrix}\right)"
)
MEAN = r"\mu_Y + \Sigma_{YX}\Sigma_X^{-1}(X - \mu_X)"
SPREAD = r"\Sigma_Y - \Sigma_{YX}\Sigma_X^{-1}\Sigma_{XY}"
STEP_BACK = (
    r"\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t"
    r" + \frac{\sqrt{\bar\alpha_{t-1}}(1-\alpha_t)}{1-\bar\alpha_t}x_0"
)
SPREAD_BACK = r"\frac{(1-\bar\alpha_{t-1})(1-\alpha_t)}{1-\bar\alpha_t}I"
CONDITIONAL = [
    pytest.param(f"{MEAN} = {STEP_BACK}", "proved", id="the conditional mean"),
    pytest.param(f"{MEAN} = {STEP_BACK}".replace("+ \\Sigma", "- \\Sigma", 1), "refuted",
                 id="a sign in the formula"),
    pytest.param(f"{MEAN} = {STEP_BACK}".replace(r" + \frac", r" - \frac"), "refuted",
                 id="a sign in the result"),
    pytest.param(f"{MEAN} = {STEP_BACK}".replace(r"\Sigma_X^{-1}", r"\Sigma_Y^{-1}"), "refuted",
                 id="the other variance inverted"),
    pytest.param(f"{MEAN} = {STEP_BACK}".replace(r"\Sigma_X^{-1}", r"\Sigma_X"), "refuted",
                 id="the inverse is lost"),
    pytest.param(f"{MEAN} = {STEP_BACK}".replace(r"(X - \mu_X)", r"(Y - \mu_Y)"), "refuted",
                 id="the variables exchanged"),
    pytest.param(f"{SPREAD} = {SPREAD_BACK}", "proved", id="the conditional variance"),
    pytest.param(f"{SPREAD} = {SPREAD_BACK}".replace("- \\Sigma_{YX}", "+ \\Sigma_{YX}"),
                 "refuted", id="a variance that grows"),
    pytest.param(f"{SPREAD} = {SPREAD_BACK}".replace("(1-\\alpha_t)", r"\alpha_t"), "refuted",
                 id="a factor in the result"),
    pytest.param(rf"\mu_{{Y\mid X}} = {MEAN}", "proved", id="the formula for the mean"),
    pytest.param(rf"\mu_{{Y|X}} = {MEAN}".replace("+ ", "- "), "refuted",
                 id="the formula with a wrong sign"),
    pytest.param(rf"\mu_{{X|Y}} = {MEAN}", "refuted", id="the mean of the other one"),
    pytest.param(rf"\Sigma_{{Y\mid X}} = {SPREAD}", "proved", id="the formula for the variance"),
    pytest.param(rf"\Sigma_{{Y|X}} = {SPREAD}".replace("_X^{-1}", "_Y^{-1}"), "refuted",
                 id="the formula with the other inverse"),
    pytest.param(rf"\Sigma_{{XY}}\Sigma_Z^{{-1}} = {SPREAD_BACK}", "unread",
                 id="a name that no block has"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), CONDITIONAL)
def test_conditional_normal_law(statement: str, outcome: str, tmp_path: Path) -> None:
    named = ("X = x_t", "Y = x_{t-1}")
    *_, found = _outcomes(tmp_path, "classics/ddpm", TEMPLATE, _joint(), *named, statement)
    assert found in outcome.split("|"), found


def test_nothing_follows_from_a_false_law(tmp_path: Path) -> None:
    named, statement = ("X = x_t", "Y = x_{t-1}"), f"{MEAN} = {STEP_BACK}"
    false = _joint(off="-" + OFF)
    *_, found = _outcomes(tmp_path, "classics/ddpm", TEMPLATE, _joint(), false, *named, statement)
    assert found == "unread"


UNNAMED = [
    pytest.param((), id="which variables they are is not said"),
    pytest.param(("X = x_t",), id="of one it is said"),
    pytest.param(("X = x_t", "Y = x_t"), id="one variable for both"),
    pytest.param(("X = x_t", "Y = x_0"), id="a variable of which no law was stated"),
]


@pytest.mark.parametrize("named", UNNAMED)
def test_names_of_blocks_need_their_variables(named: tuple[str, ...], tmp_path: Path) -> None:
    statement = f"{MEAN} = {STEP_BACK}"
    *_, found = _outcomes(tmp_path, "classics/ddpm", TEMPLATE, _joint(), *named, statement)
    assert found == "unread"


def _with_index(formula: str, index: str) -> str:
    return formula.replace("_t", f"_{index}").replace("{t-1}", f"{{{index}-1}}")


MIXED = [
    pytest.param([_with_index(_joint(), "k")], "proved", id="another letter for the index"),
    pytest.param([_with_index(_joint(), "k").replace(r"\bar\alpha_k}x", r"\bar\alpha_t}x")],
                 "unresolved", id="two letters in one law"),
    pytest.param([TEMPLATE, _with_index(_joint(), "k"), "X = x_k", "Y = x_{k-1}",
                  f"{MEAN} = {_with_index(STEP_BACK, 'k')}"], "proved",
                 id="another letter in the law and the formula"),
    pytest.param([TEMPLATE, _with_index(_joint(), "k"), "X = x_k", "Y = x_{k-1}",
                  f"{MEAN} = {STEP_BACK}"], "unresolved", id="two letters, one behind names"),
]  # fmt: skip


@pytest.mark.parametrize(("formulas", "outcome"), MIXED)
def test_letters_of_the_index(formulas: list[str], outcome: str, tmp_path: Path) -> None:
    *_, found = _outcomes(tmp_path, "classics/ddpm", *formulas)
    assert found == outcome


PRODUCTS = [
    pytest.param(r"E[(\varepsilon_t)(\varepsilon_t)] = I", "proved", id="beside I it is a matrix"),
    pytest.param(r"E[(\varepsilon_t)(\varepsilon_t)] = 2I", "refuted", id="another matrix"),
    pytest.param(r"E[(\varepsilon_t)(\varepsilon_t)] = d", "proved", id="beside d it is a number"),
    pytest.param(r"E[(\varepsilon_t)(\varepsilon_t)] = 1", "refuted", id="another number"),
    pytest.param(r"E[(\varepsilon_t)(\varepsilon_{t-1})] = I", "refuted", id="independent noise"),
    pytest.param(r"E[\beta_t\varepsilon_t^2 + \alpha_t\varepsilon_t\varepsilon_{t-1}] = \beta_t I",
                 "proved", id="a square and a product in one sum"),
    pytest.param(r"E[\beta_t\varepsilon_t^2 + \alpha_t\varepsilon_t\varepsilon_{t-1}]"
                 r" = (\alpha_t + \beta_t) I", "refuted", id="a product of two noises is lost"),
    pytest.param(r"E_q[(x_t - \sqrt{\bar\alpha_t}x_0)(x_{t-1} - \sqrt{\bar\alpha_{t-1}}x_0)]"
                 r" = \sqrt{\alpha_t}(1-\bar\alpha_{t-1})I", "proved",
                 id="a covariance about the means given the data"),
    pytest.param(r"E_q[(x_t - \sqrt{\bar\alpha_t}x_0)(x_{t-1} - \sqrt{\bar\alpha_{t-1}}x_0)]"
                 r" = -\sqrt{\alpha_t}(1-\bar\alpha_{t-1})I", FALSE, id="its sign"),
    pytest.param(r"E_q[(x_t - \sqrt{\bar\alpha_t}x_0)(x_{t-1} - \sqrt{\bar\alpha_{t-1}}x_0)]"
                 r" = \alpha_t(1-\bar\alpha_{t-1})I", FALSE, id="its root"),
    pytest.param(r"E_q[(x_t - E_q[x_t])(x_t - E_q[x_t])] = (1-\bar\alpha_t)I", "unresolved",
                 id="true only where the data is held fixed"),
    pytest.param(r"E_q[x_{t-1}] = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t"
                 r" + \frac{\sqrt{\bar\alpha_{t-1}}\beta_t}{1-\bar\alpha_t}x_0", "unresolved",
                 id="true of the mean of the step back, which is not said to be meant"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), PRODUCTS)
def test_products_without_transposes(statement: str, outcome: str, tmp_path: Path) -> None:
    *_, found = _outcomes(tmp_path, "classics/ddpm", _joint(), statement)
    assert found in outcome.split("|"), found


def test_a_product_that_may_be_a_matrix_defines_nothing(tmp_path: Path) -> None:
    *_, law = _outcomes(
        tmp_path, "classics/ddpm",
        r"\Sigma_{XY} = E_q[(x_t - E_q[x_t])(x_{t-1} - E_q[x_{t-1}])]",
        _joint(off=r"\Sigma_{XY}", below=r"\Sigma_{XY}^\top"),
    )  # fmt: skip
    assert law == "proved"


WORDS = [
    pytest.param(r"\nabla\log p_t(x_t) = \frac{\text{noise of the data} - x_t}{\beta_t}",
                 "unresolved", id="a phrase without a meaning"),
    pytest.param(r"\|x_t\|^2 = \text{noise of the data} \cdot \omega", "unread",
                 id="a letter without a meaning beside it"),
    pytest.param(r"x_t = \text{one phrase} + \text{another phrase}", "unread", id="two phrases"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "outcome"), WORDS)
def test_phrases_in_formulas(statement: str, outcome: str, tmp_path: Path) -> None:
    (found,) = _outcomes(tmp_path, "classics/ddpm", statement)
    assert found == outcome


NAMED = [
    pytest.param("classics/ddpm", TEMPLATE, "given", id="names for the blocks"),
    pytest.param(None, TEMPLATE, "given", id="names for the blocks, without a key"),
    pytest.param("classics/ddpm", TEMPLATE.replace(r"\mu_X \\ \mu_Y", r"\mu_Y \\ \mu_X"),
                 "unresolved", id="names of the other blocks"),
    pytest.param(None, TEMPLATE.replace(r"\mu_X \\ \mu_Y", r"\mu_Y \\ \mu_X"), "unresolved",
                 id="names of the other blocks, without a key"),
    pytest.param("classics/ddpm", rf"\mu_{{Y|X}} = {MEAN}".replace("+ ", "- "), "unresolved",
                 id="a formula for variables that are not known"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "statement", "outcome"), NAMED)
def test_names_of_blocks(key: str | None, statement: str, outcome: str, tmp_path: Path) -> None:
    before = () if statement.startswith(r"\begin") else (TEMPLATE,)
    *_, found = _outcomes(tmp_path, key, *before, statement)
    assert found == outcome
