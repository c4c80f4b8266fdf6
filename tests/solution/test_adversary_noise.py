r"""Statements built to deceive: noise, laws, definitions and what is defined anew.

What is false may be refuted, unresolved or unread, but neither proved nor given; what is
true, or a definition, is never refuted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from pathlib import Path

STEP = r"X_t = \sqrt{1-\beta_t}X_{t-1} + \sqrt{\beta_t}\varepsilon_t"
JUMP = r"X_t = \sqrt{\alpha_t}X_0 + \sqrt{1-\alpha_t}\varepsilon"
LOWER = r"x_t = \sqrt{\alpha_t}x_0 + \sqrt{1-\alpha_t}\varepsilon"
SCORE = r"\nabla\log p_{t|0}(X_t|X_0)"
NORMAL = r"\mathcal N(0, I)"

FINE = "proved|given"
FALSE = "refuted|unresolved|unread"
OPEN = "unresolved|unread"
TRUE = "proved|unresolved"

# Rows: the formulas of a document, each with what may come of it; text is set in $ signs.
NOISE = [
    pytest.param(
        "hw3/1",
        [
            (STEP, "proved"),
            (r"E\langle X_t, \varepsilon_t\rangle = \sqrt{\beta_t} d", "proved"),
            (r"E\langle X_t, \varepsilon_t\rangle = 0", FALSE),
            (r"E\langle X_t, \varepsilon_t\rangle = 5d", FALSE),
            (r"E\|X_t - \sqrt{1-\beta_t}X_{t-1} - \sqrt{\beta_t}\varepsilon_t\|^2 = 0", "proved"),
            (
                r"E\|X_t - \sqrt{1-\beta_t}X_{t-1} - \sqrt{\beta_t}\varepsilon_t\|^2 = 2\beta_t d",
                FALSE,
            ),
            (r"E\langle X_{t-1}, \varepsilon_t\rangle = 0", "proved"),
            (r"\sqrt{\beta_t}\varepsilon_t = X_t - \sqrt{1-\beta_t}X_{t-1}", "proved"),
            (r"\sqrt{\beta_t}\varepsilon_t = X_t + \sqrt{1-\beta_t}X_{t-1}", "refuted"),
            (
                (
                    r"\langle X_t - \sqrt{1-\beta_t}X_{t-1}, \varepsilon_t\rangle"
                    r" = \sqrt{\beta_t}\|\varepsilon_t\|^2"
                ),
                "proved",
            ),
            (r"p(x_t,\varepsilon_t) = p(x_t)p(\varepsilon_t)", FALSE),
        ],
        id="the noise of a step depends on where the step leads",
    ),
    pytest.param(
        "hw3/1",
        [
            (JUMP, "proved"),
            (r"E\langle X_t,\varepsilon\rangle = \sqrt{1-\alpha_t} d", "proved"),
            (r"E\langle X_t,\varepsilon\rangle = 0", FALSE),
            (r"\nabla\log p_t(X_t) = -\frac{E[\varepsilon|X_t]}{\sqrt{1-\alpha_t}}", "proved"),
            (
                r"E[X_0|X_t] = \frac{X_t - \sqrt{1-\alpha_t}E[\varepsilon|X_t]}{\sqrt{\alpha_t}}",
                "proved",
            ),
            (r"E[\varepsilon|X_t] = 0", FALSE),
            (r"E[\varepsilon|X_t,X_0] = 0", FALSE),
        ],
        id="the noise of all steps so far",
    ),
    pytest.param(
        "hw3/1",
        [
            (JUMP, "proved"),
            (SCORE + r" = -\frac{\varepsilon}{\sqrt{1-\alpha_t}}", "proved"),
            (SCORE + r" = \frac{\varepsilon}{\sqrt{1-\alpha_t}}", FALSE),
            (
                r"-\frac{X_t - \sqrt{\alpha_t}X_0}{\sqrt{1-\alpha_t}} = +\varepsilon",
                FALSE,
            ),
            (r"X_0 = (X_t - \sqrt{1-\alpha_t}\varepsilon)/\sqrt{\alpha_t}", FINE),
            (r"X_0 = (X_t + \sqrt{1-\alpha_t}\varepsilon)/\sqrt{\alpha_t}", FALSE),
            (r"\varepsilon = \frac{\sqrt{\alpha_t}X_0 - X_t}{\sqrt{1-\alpha_t}}", FALSE),
            (r"\varepsilon = \frac{X_t - \sqrt{\alpha_t}X_0}{\sqrt{1-\alpha_t}}", FINE),
        ],
        id="the noise has a sign where a line defines it",
    ),
    pytest.param(
        "hw3/1",
        [
            (LOWER, "proved"),
            (r"\nabla_{x_t}\log p(x_t|x_0) = -\frac{\varepsilon}{\sqrt{1-\alpha_t}}", TRUE),
            (r"\nabla_{x_t}\log p(x_t|x_0) = \frac{\varepsilon}{\sqrt{1-\alpha_t}}", FALSE),
        ],
        id="in small letters",
    ),
    pytest.param(
        "hw3/1",
        [(SCORE + r" = \frac{\varepsilon}{\sqrt{1-\alpha_t}}", FALSE)],
        id="in law alone, without a line that ties the noise to X_t",
    ),
    pytest.param(
        "hw3/1",
        [
            (STEP, "proved"),
            (JUMP.replace(r"\varepsilon", r"\varepsilon_t"), "proved"),
            (r"E\langle X_t,\varepsilon_t\rangle = 0", FALSE),
            (r"E\langle X_t,\varepsilon_t\rangle = \sqrt{\beta_t}d", TRUE),
            (SCORE + r" = -\frac{\varepsilon_t}{\sqrt{1-\alpha_t}}", TRUE),
            (SCORE + r" = \frac{\varepsilon_t}{\sqrt{1-\alpha_t}}", FALSE),
        ],
        id="one letter for the noise of one step and of all",
    ),
    pytest.param(
        "hw3/1",
        [
            (STEP, "proved"),
            (r"X_{t-1} = \frac{X_t - \sqrt{\beta_t}\varepsilon_t}{\sqrt{1-\beta_t}}", FINE),
            (r"X_{t-1} = \frac{X_t + \sqrt{\beta_t}\varepsilon_t}{\sqrt{1-\beta_t}}", FALSE),
            (r"X_{t-1} = X_{t-1}^\theta", FALSE),
            (
                (
                    r"X_{t-1} = \frac{1}{\sqrt{1-\beta_t}}X_t + \frac{\beta_t}{\sqrt{1-\beta_t}}"
                    r"\nabla\log p_t(X_t) + \sqrt{C_t}\varepsilon_t"
                ),
                "proved",
            ),
            (
                (
                    r"X_{t-1} = \frac{1}{\sqrt{1-\beta_t}}X_t - \frac{\beta_t}{\sqrt{1-\beta_t}}"
                    r"\nabla\log p_t(X_t) + \sqrt{C_t}\varepsilon_t"
                ),
                "refuted",
            ),
        ],
        id="the step solved for the earlier variable, and the sampling step",
    ),
    pytest.param(
        "hw3/1",
        [
            (r"\varepsilon_t - \varepsilon_{t-1} = 0", FALSE),
            (r"E\langle\varepsilon_t,\varepsilon_{t-1}\rangle = d", FALSE),
            (r"E\langle\varepsilon_t,\varepsilon_{t-1}\rangle = 0", TRUE),
            (r"E\|\varepsilon_t+\varepsilon_{t-1}\|^2 = 4d", FALSE),
            (r"E\|\varepsilon_t+\varepsilon_{t-1}\|^2 = 2d", TRUE),
            (
                (
                    r"\sqrt{\beta_t}\varepsilon_t + \sqrt{\alpha_t}\varepsilon_{t-1}"
                    r" = (\sqrt{\beta_t}+\sqrt{\alpha_t})\varepsilon_t"
                ),
                FALSE,
            ),
        ],
        id="the noises of two steps are two",
    ),
    pytest.param(
        "hw3/1",
        [
            (r"E\|X_t - \sqrt{1-\beta_t}X_{t-1} - \sqrt{\beta_t}\varepsilon_t\|^2 = 0", TRUE),
            (r"E\langle X_t, \varepsilon_t\rangle = 0", FALSE),
            (r"E\langle X_{t-1}, \varepsilon_t\rangle = 0", "proved"),
        ],
        id="the sheet ties its noise where the document does not",
    ),
    pytest.param(
        "hw3/1",
        [(r"E\|\varepsilon-\varepsilon_t\|^2 = 0", OPEN)],
        id="whether a letter with an index is the one without is not said",
    ),
    pytest.param(
        "hw3/1",
        [
            (r"\xi \sim " + NORMAL, FINE),
            (r"\xi = \varepsilon_t", FALSE),
            (r"E\langle\xi,\varepsilon_t\rangle = 0", OPEN),
        ],
        id="one noise is not another",
    ),
]

LAWS = [
    pytest.param(
        "hw3/3.1",
        [
            ("W = -Z", "proved|given|unresolved"),
            (r"W \sim p_Z", FALSE),
            (r"E\langle W, Z\rangle = \langle EW, EZ\rangle", FALSE),
            (r"E\langle W,Z\rangle = -E\|Z\|^2", TRUE),
        ],
        id="what an equation defines no law introduces",
    ),
    pytest.param(
        "hw3/1",
        [
            (r"W = -\varepsilon_t", FINE),
            (r"W \sim " + NORMAL, FINE),
            (r"E\langle W,\varepsilon_t\rangle = 0", FALSE),
            (r"E\langle W,\varepsilon_t\rangle = -d", TRUE),
        ],
        id="the law of a variable that is defined is a claim",
    ),
]

DEFINITIONS = [
    pytest.param(
        "hw3/1",
        [
            (r"\alpha_t := 2\beta_t", "given|unresolved"),
            (r"\alpha_t = (1-\beta_t)\alpha_{t-1}", OPEN),
            (r"\alpha_{t-1} = \frac{\alpha_t}{1-\beta_t}", OPEN),
            (r"\beta_t + \beta_t = 2\beta_t", "proved"),
        ],
        id="a letter of the problem defined anew",
    ),
    pytest.param(
        "hw3/3.1",
        [
            (r"Z := -X", "given|unresolved"),
            (r"p_{X+Z}(y) = \int p_X(k)p_Z(y-k)dk", OPEN),
            (r"E\langle X,Z\rangle = \langle EX,EZ\rangle", OPEN),
        ],
        id="a variable of the problem defined anew",
    ),
    pytest.param(
        "hw3/1",
        [
            (r"u^2 = \beta_t^2", FINE),
            (r"u = \beta_t", "unresolved"),
            (r"u = -\beta_t", "unresolved"),
            (r"u^4 = \beta_t^4", "proved"),
            (r"\sigma^2 = \beta_t^2", FINE),
            (r"\sigma = \beta_t", "proved"),
        ],
        id="a square defines no sign, but that of a standard deviation",
    ),
    pytest.param(
        "hw3/1",
        [
            (r"\kappa_t = \prod_{s=2}^t(1-\beta_s)", "given|unresolved|unread"),
            (r"\kappa_t = \alpha_t", OPEN),
        ],
        id="what follows a definition that is not read defines nothing",
    ),
    pytest.param(
        None,
        [(r"x^2 = 4", FINE), ("x = 2", "unresolved"), ("x = -2", "unresolved")],
        id="an equation to be solved has two solutions",
    ),
    pytest.param(
        "hw3/1",
        [
            ("a = 2", FINE),
            ("a^2 = 4", "proved"),
            ("a = 3", "unresolved"),
            ("a^2 = 9", OPEN),
            ("a^2 = 4", OPEN),
        ],
        id="a letter of the document defined anew",
    ),
    pytest.param(
        None,
        [
            ("f(x) = x^2", FINE),
            ("f(3) = 9", "proved"),
            ("f(x) = x^3", "unresolved"),
            ("f(3) = 27", OPEN),
            ("f'(x) = 3x^2", OPEN),
        ],
        id="a function defined anew",
    ),
    pytest.param(
        "hw3/1",
        [
            (r"\mu(x_t,x_0) = \sqrt{\alpha_t}x_t + x_0", FINE),
            (r"\mu(x_0, x_t) = \mu(x_t, x_0)", "refuted"),
            (r"\mu(X_t, X_0) = E[X_{t-1}|X_t]", FALSE),
            (r"\mu(x_t,x_0) - x_0 = \sqrt{\alpha_t}x_t", "proved"),
        ],
        id="a value of a function is no second definition",
    ),
    pytest.param(
        None,
        [
            ("f(h) = e^h", FINE),
            ("f(h) = 1 + o(h)", "refuted"),
            ("f(h) = 1 + h + o(h)", "proved"),
        ],
        id="an expansion is no second definition",
    ),
    pytest.param(
        "hw3/1",
        [
            (r"\operatorname{Var}(Y) = -5", OPEN),
            (r"\operatorname{tr}(M) = \operatorname{tr}(2M)", OPEN),
            (r"\sin(w) = 2", OPEN),
            (r"\log(q) = 3", OPEN),
            (r"P(X > 0) = 1", OPEN),
        ],
        id="an operator is no name that could be defined",
    ),
    pytest.param(
        "hw3/1",
        [(r"r_t = h + o(h)", OPEN), (r"r_t = 1 + o(h)", OPEN)],
        id="an expansion of what is not defined",
    ),
    pytest.param(
        "hw3/1",
        [(r"\bar x = x", OPEN), (r"x^{(2)} = x^2", OPEN), (r"\dot x = x", OPEN)],
        id="an ornament that nobody explains",
    ),
    pytest.param(
        "hw3/2.3",
        [(r"E[\varepsilon\varepsilon^\top] = I", "proved"), (r"\epsilon_i^2 = 1", FALSE)],
        id="a component in another glyph is not defined by its square",
    ),
]


@pytest.mark.parametrize(("key", "rows"), [*NOISE, *LAWS, *DEFINITIONS])
def test_deceptive_documents(tmp_path: Path, key: str | None, rows: list[tuple[str, str]]) -> None:
    document = tmp_path / "solution.md"
    lines = [f"$${formula}$$" for formula, _ in rows]
    document.write_text("\n\n".join(lines), encoding="utf-8")
    links = check_document(document, key, numeric=False).links
    wrong = [
        f"{formula}: {link.outcome}, expected {expected}"
        for (formula, expected), link in zip(rows, links, strict=True)
        if link.outcome not in expected.split("|")
    ]
    assert not wrong, "\n".join(wrong)
