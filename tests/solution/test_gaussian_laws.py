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
