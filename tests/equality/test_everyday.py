"""Statements of lecture notes: what is decided, and under which conditions."""

from __future__ import annotations

import pytest

from derive.equality.engine import decide
from derive.equality.reading import read_statement
from derive.kernel.verdict import Proved
from derive.recheck import recheck

NATURAL = (r"n \in \mathbb N",)
RATES = (r"0<\alpha_t<1", r"0<\bar\alpha_{t-1}<1")
PRODUCT = r"\bar\alpha_t=\alpha_t\bar\alpha_{t-1}"

# left, right, side equations, assumptions, the letter that varies, conditions
TRUE = [
    pytest.param("x^2/x", "x", (), (), None, ["x ≠ 0"], id="a fraction cancelled"),
    pytest.param(r"\sqrt{x^2}", "x", (), (r"x \ge 0",), None, [], id="a root under its domain"),
    pytest.param(r"\log x^2", r"2\log x", (), (), None, ["x > 0"], id="a logarithm of a square"),
    pytest.param(r"\frac{1}{a^2+b^2}", r"\frac{1}{b^2+a^2}", (), (r"a \ne 0",), None, [],
                 id="a sum of squares, one of which is not 0"),
    pytest.param(r"\sqrt{5+2\sqrt6}", r"\sqrt2+\sqrt3", (), (), None, [], id="a nested root"),
    pytest.param(r"\log(\sqrt2-1)", r"-\log(1+\sqrt2)", (), (), None, [], id="a conjugate"),
    pytest.param(r"\cos(n\pi)", "(-1)^n", (), (r"n \in \mathbb Z",), None, [], id="half turns"),
    pytest.param(r"\sum_{k=0}^n x^k", r"\frac{1-x^{n+1}}{1-x}", (), NATURAL, None, ["1 − x ≠ 0"],
                 id="a geometric series"),
    pytest.param(r"\sum_{i=1}^n\sum_{j=1}^n ij", r"\frac{n^2(n+1)^2}{4}", (), NATURAL, None, [],
                 id="a double sum"),
    pytest.param(r"\frac{d}{dx}\sum_{k=1}^{3}x^k", "1+2x+3x^2", (), (), None, [],
                 id="a sum between numbers needs no condition"),
    pytest.param(r"\prod_{k=1}^{n}(1-b)", "(1-b)^n", (), (*NATURAL, "0<b<1"), None, [],
                 id="a product of equal factors"),
    pytest.param("x^2=4", "|x|=2", (), (), None, [], id="one equation in two forms"),
    pytest.param(r"\sqrt{x-1}=2", "x=5", (), (), None, ["x − 1 ≥ 0"], id="an equation squared"),
    pytest.param(
        r"\left(\frac{\alpha_t}{\beta_t}+\frac{1}{1-\bar\alpha_{t-1}}\right)^{-1}",
        r"\frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\beta_t",
        (PRODUCT, r"\beta_t=1-\alpha_t"), RATES, None, [], id="the variance of a posterior",
    ),
    pytest.param(
        r"\frac{1}{\sqrt{\alpha_t}}"
        r"\left(x_t-\frac{1-\alpha_t}{\sqrt{1-\bar\alpha_t}}\epsilon\right)",
        r"\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t"
        r"+\frac{\sqrt{\bar\alpha_{t-1}}(1-\alpha_t)}{1-\bar\alpha_t}x_0",
        (PRODUCT, r"x_0=\frac{x_t-\sqrt{1-\bar\alpha_t}\epsilon}{\sqrt{\bar\alpha_t}}"), RATES,
        None, [], id="the mean of a posterior through the noise",
    ),
    pytest.param(
        r"-\frac{(x-a)^2}{2s}-\frac{(x-b)^2}{2r}",
        r"-\frac{r+s}{2rs}\left(x-\frac{ra+sb}{r+s}\right)^2-\frac{(a-b)^2}{2(r+s)}",
        (), ("r>0", "s>0"), None, [], id="a square completed",
    ),
    pytest.param(r"\frac{\bar\alpha_t}{1-\bar\alpha_t}", r"e^{\lambda}",
                 (r"\bar\alpha_t=\frac{1}{1+e^{-\lambda}}",), (), None, [], id="a sigmoid's odds"),
    pytest.param(r"\frac{1}{\sqrt{1-\gamma h}}", r"1+\frac12\gamma h+\frac38\gamma^2h^2+O(h^3)", (),
                 (), "h", [], id="an expansion of a root"),
    pytest.param(r"\sqrt{n^2+2n}", r"n+1+O(1/n)", (), (), r"n \to \infty", [], id="at infinity"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "given", "assume", "vary", "conditions"), TRUE)
def test_it_is_proved_under_these_conditions(  # noqa: PLR0913 - what a statement is made of
    lhs, rhs, given, assume, vary, conditions
):
    decision = decide(read_statement(lhs, rhs, given, assume, vary))
    assert isinstance(decision.verdict, Proved)
    assert [str(condition) for condition in decision.verdict.conditions] == conditions
    assert len(recheck(decision.document)) == len(conditions)
