"""Single edits: which are offered and in which order, and that each leaves a formula."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.reader.grammar import parse
from derive.solution.edits import Edit, edits

LETTERS = (
    r"\alpha_t", r"\alpha_{t-1}", r"\beta_t", "h", "x", "y", "x_0", "x_t", "X", "Z", "p_X", "p_Z",
    r"s_\theta", r"D_t^\theta", r"D_{t-1}^\theta", r"\mathbf{x}_t", r"\mathbf{x}_{t-1}",
)  # fmt: skip


def bare(text: str) -> str:
    return text.replace(" ", "")


def offered(text: str) -> dict[str, str]:
    """The edited texts, with the kind of the edit that gives each."""
    return {bare(edit.apply(text)): edit.kind for edit in edits(text, LETTERS)}


OFFERED = [
    #            wrong, right, kind
    pytest.param("x-y", "x+y", "sign", id="minus to plus"),
    pytest.param("x+y", "x-y", "sign", id="plus to minus"),
    pytest.param("x−y", "x+y", "sign", id="a minus typed as a minus"),
    pytest.param("-x", "x", "sign", id="leading minus lost"),
    pytest.param("x", "-x", "sign", id="leading minus added"),
    pytest.param("-x+y", "x+y", "sign", id="leading minus of a sum"),
    pytest.param("x+y", "-x+y", "sign", id="leading minus for a sum"),
    pytest.param(r"x - \frac{1-h}{x}", r"x - \frac{1+h}{x}", "sign", id="in a numerator"),
    pytest.param(r"\|x - y\|^2", r"\|x + y\|^2", "sign", id="in a norm"),
    pytest.param("E[x | X-Z=y]", "E[x | X+Z=y]", "sign", id="in a condition"),
    pytest.param(r"\exp\left(\frac{x}{h}\right)", r"\exp\left(-\frac{x}{h}\right)", "sign",
                 id="in an exponential"),
    pytest.param(r"\underbrace{x}_{-1} + y", r"\underbrace{x}_{-1} - y", "sign",
                 id="the label of a brace is no sign"),
    pytest.param("xy", "2xy", "factor", id="a 2 before a product"),
    pytest.param("x + hy", "x + 2hy", "factor", id="a 2 before a term"),
    pytest.param("x + hy", r"x + \frac{1}{2}hy", "factor", id="a half before a term"),
    pytest.param("2xy", "xy", "factor", id="a 2 too many"),
    pytest.param("x2", "x", "factor", id="a 2 at the end"),
    pytest.param(r"x \cdot 2", "x", "factor", id="a 2 and the dot before it"),
    pytest.param("2/x", "1/x", "factor", id="a 2 above a slash"),
    pytest.param(r"\frac{1}{2}xy", "2xy", "factor", id="a half for a 2"),
    pytest.param(r"\frac{1}{4}xy", r"\frac{1}{2}xy", "factor", id="a quarter for a half"),
    pytest.param(r"\frac{x}{2}", "x", "factor", id="a denominator 2"),
    pytest.param(r"\frac{x}{2h}", r"\frac{x}{h}", "factor", id="a 2 in a denominator"),
    pytest.param(r"\alpha_t2x", r"\alpha_t x", "factor", id="what is left does not run together"),
    pytest.param(r"\log 2x", r"\log x", "factor", id="a command word ends before a letter"),
    pytest.param(r"\alpha_t", r"\alpha_{t-1}", "index", id="index of the step before"),
    pytest.param(r"\alpha_{t-1}", r"\alpha_t", "index", id="index of this step"),
    pytest.param(r"\frac{\alpha_t}{h}", r"\frac{\alpha_{t-1}}{h}", "index", id="a numerator"),
    pytest.param(r"D_{t}^{\theta}(x)", r"D_{t-1}^\theta(x)", "index", id="superscript kept"),
    pytest.param(r"\mathbf{x}_t + h", r"\mathbf{x}_{t-1} + h", "index", id="bold letter"),
    pytest.param(r"\boldsymbol{x}_t", r"\boldsymbol{x}_{t-1}", "index", id="the font as written"),
    pytest.param(r"\alpha_t^2", r"\alpha_{t-1}^2", "index", id="a power is no index"),
    pytest.param("x_t", "x_0", "index", id="0 for t"),
    pytest.param("p_X(y)", "p_Z(y)", "index", id="density of another variable"),
    pytest.param("h y_3 + y_4", "h y_4 + y_4", "index", id="a name of the side itself"),
    pytest.param("x_0", "x", "variable", id="index too many"),
    pytest.param("x", "x_0", "variable", id="index lost"),
    pytest.param("x+y", "x+x", "variable", id="another letter"),
    pytest.param("X+hZ", "Z+hZ", "variable", id="another random variable"),
    pytest.param("hx+x^2", "hy+y^2", "variable", id="a letter wherever it stands"),
    pytest.param(r"h\sqrt x", r"h\sqrt{x_0}", "variable", id="braces for a longer argument"),
    pytest.param(r"\log\alpha_t", r"\log\beta_t", "variable", id="Greek for Greek"),
    pytest.param("p_X(x)p_Z(y)", "p_X(y)p_Z(y)", "argument", id="another argument"),
    pytest.param("p_X(y)p_Z(y-h)", "p_X(y)p_Z(y)", "argument", id="a simpler argument"),
    pytest.param(r"\|x\|", r"\|x\|^2", "exponent", id="square of a norm"),
    pytest.param(r"E\|x\|_2", r"E\|x\|_2^2", "exponent", id="square of a norm with its index"),
    pytest.param(r"\|x\|^2", r"\|x\|", "exponent", id="square too many"),
    pytest.param("p_X(x)", "p_X(x)^2", "exponent", id="square of a value"),
    pytest.param("hx", "h^2x", "exponent", id="square of a letter"),
    pytest.param("h^3", "h^{2}", "exponent", id="a lower power"),
    pytest.param("e^{-x}", "e^{x}", "exponent", id="sign in an exponent lost"),
    pytest.param("e^{x}", "e^{-x}", "exponent", id="sign in an exponent"),
    pytest.param("x^{-1}", "x^{1}", "exponent", id="sign of a power"),
    pytest.param(r"\sqrt{1-h}x", "(1-h)x", "root", id="root of a sum"),
    pytest.param(r"\sqrt hx", "hx", "root", id="root without braces"),
    pytest.param(r"\sqrt{hx}^2", "(hx)^2", "root", id="root under a power"),
    pytest.param("hx", r"\sqrt{h}x", "root", id="root of a letter"),
    pytest.param("2(1-h)x", r"2\sqrt{1-h}x", "root", id="root of brackets"),
    pytest.param(r"\frac{x}{1-h}", r"\frac{x}{\sqrt{1-h}}", "root", id="root of a denominator"),
    pytest.param(r"x\frac{h}{y}", r"x\sqrt{\frac{h}{y}}", "root", id="root of a fraction"),
    pytest.param(r"\sum_{i=1}^d x y_i", r"\sum_{i=1}^d x_i y_i", "component", id="component"),
    pytest.param(r"\sum_{i,j} x_i y", r"\sum_{i,j} x_i y_j", "component", id="of two sums"),
    pytest.param(r"\sum_i s^i_\theta(x) s_\theta(x)", r"\sum_i s^i_\theta(x) s_\theta^i(x)",
                 "component", id="index above, as elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right", "kind"), OFFERED)
def test_an_edit_is_offered(wrong, right, kind) -> None:
    assert offered(wrong).get(bare(right)) == kind


NOT_OFFERED = [
    pytest.param("x + o(h)", "x + o(2h)", id="scales are not rescaled"),
    pytest.param("x + o(h)", "x + o(y)", id="scales are edited as remainders"),
    pytest.param("-(x+y)", "--(x+y)", id="no second sign"),
    pytest.param(r"\nabla p_X(x)", r"\nabla^2 p_X(x)", id="no power of an operator"),
    pytest.param(r"\frac{\partial}{\partial x} p_X(x)", r"\frac{\partial}{\partial x^2} p_X(x)",
                 id="no power in the sign of a derivative"),
    pytest.param("p_X(x)", "p_X^2(x)", id="no power between a function and its argument"),
    pytest.param("p_X(x)", "h(x)", id="no letter for a function"),
    pytest.param("xh", r"X\beta_t", id="no Greek for Latin letters"),
    pytest.param("X", "x", id="no point for a random variable"),
    pytest.param(r"x - \frac{h}{y}", r"x - \frac{-h}{y}", id="one place for a sign"),
    pytest.param("D_t^\\theta(x)", "D_t(x)", id="a letter above is part of the name"),
    pytest.param("x_t' + x_0", "x_0 + x_0", id="a prime is not lost"),
    pytest.param("hI", "hX", id="the identity is no variable"),
    pytest.param(r"\int x dy", r"\int x d2y", id="differentials are no factors"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "edited"), NOT_OFFERED)
def test_an_edit_is_not_offered(text, edited) -> None:
    assert bare(edited) not in offered(text)


@pytest.mark.parametrize("text", ["", "x +", r"\frac{x}{", "{", "x + " * 400 + "x", r"\unknown{x}"])
def test_no_edits_of_what_is_no_formula(text) -> None:
    assert list(edits(text, LETTERS)) == []


LIKELIER = [
    pytest.param("x - h y", "x + h y", "x - h^2 y", id="a sign before a power"),
    pytest.param(r"\alpha_t h", r"\alpha_{t-1} h", r"\beta_t h", id="an index before a letter"),
    pytest.param("2x + y", "x + y", "4x + y", id="a factor lost before one doubled"),
    pytest.param(r"\|x\| + h", r"\|x\|^2 + h", r"\|x\| + h^2", id="a norm before a letter"),
    pytest.param("x + y_3", "y_3 + y_3", "X + y_3", id="a letter of the side before others"),
]


@pytest.mark.parametrize(("text", "first", "second"), LIKELIER)
def test_likely_mistakes_come_first(text, first, second) -> None:
    order = list(offered(text))
    assert bare(first) in order
    assert bare(second) not in order or order.index(bare(first)) < order.index(bare(second))


def test_an_edit_replaces_characters() -> None:
    assert Edit("sign", 2, 3, "+").apply("x - y") == "x + y"
    assert Edit("factor", 0, 0, "2").apply("x") == "2x"


PIECES = st.sampled_from(
    [
        "x", "y", "h", r"\alpha_t", r"\alpha_{t-1}", "2", "12", r"\frac{1}{2}", r"\frac12", "2h",
        "x_t^2", r"\sqrt{1-h}", r"\sqrt x", r"\|x\|^2", "||y||", "p_X(x)", r"s_\theta(x-y)",
        "(x+h)", "e^{-x}", "e^x", r"E[x | X=y]", r"\int p_X(x)p_Z(y-x)dx", r"\bar\alpha_t",
        r"\hat{x_t}", r"\mathbf{x}_t", r"\frac{\partial}{\partial x} s_\theta(x)", r"\boxed{x+y}",
        r"\sum_{i=1}^d x_i y", "o(h^2)", r"\underbrace{xy}_{-1}", r"\color{red}{x}",
        r"\langle x, -y\rangle", r"\left(-x\right)", r"\log y",
    ]
)  # fmt: skip
MARKS = st.sampled_from([" + ", " - ", "-", r"\cdot ", " ", " / "])
FORMULAS = st.tuples(PIECES, st.lists(st.tuples(MARKS, PIECES), max_size=3)).map(
    lambda parts: parts[0] + "".join(mark + piece for mark, piece in parts[1])
)


@settings(deadline=None, max_examples=60)
@given(FORMULAS)
def test_every_edit_is_inside_and_leaves_another_formula(text) -> None:
    seen = {bare(text)}
    for edit in edits(text, LETTERS):
        edited = edit.apply(text)
        assert 0 <= edit.start <= edit.end <= len(text)
        assert edited.startswith(text[: edit.start])
        assert edited.endswith(text[edit.end :])
        assert bare(edited) not in seen
        assert edited.count("{") == edited.count("}")
        parse(edited)
        seen.add(bare(edited))


@settings(deadline=None, max_examples=60)
@given(FORMULAS)
def test_the_order_is_always_the_same(text) -> None:
    assert list(edits(text, LETTERS)) == list(edits(text, tuple(reversed(LETTERS))))
