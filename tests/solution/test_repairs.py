"""A wrong side and the one edit that mends it, by a set of true sides and by the real engine."""

# Mathematics keeps its letters: p_X is the density of X.
# ruff: noqa: N816

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.errors import DeriveError
from derive.kernel.verdict import Proved
from derive.language.claims import Equal, EqualUpToConstant
from derive.language.scope import Decay, Law, Range, Scope
from derive.language.terms import RV, Field, Sym, Term
from derive.reader import read_formula
from derive.solution.repairs import Repair, find_repair
from derive.tactics.decide import decide

LETTERS = (
    r"\alpha_t", r"\alpha_{t-1}", r"\beta_t", r"\gamma_t", "h", "a", "b", "x_t", "x_0", "x", "y",
    "X", "Z", "p_X", "p_Z", r"s_\theta",
)  # fmt: skip


def bare(text: str) -> str:
    return text.replace(" ", "").replace("{2}", "2").replace("{3}", "3")


def accepting(*sides: str):
    """A decider that proves these texts alone."""
    true = {bare(side) for side in sides}
    return lambda text: bare(text) in true


MENDED = [
    #            written, meant, kind, what the message says, what is marked
    pytest.param("a - b", "a + b", "sign", "the sign of b", "+", id="sign between terms"),
    pytest.param("-ab", "ab", "sign", "the sign of ab", "", id="leading sign too many"),
    pytest.param(
        r"\frac{x_t}{1-a}", r"-\frac{x_t}{1-a}", "sign", r"the sign of \frac{x_t}{1-a}", "-",
        id="leading sign lost",
    ),
    pytest.param(r"\sqrt{1+a}b", r"\sqrt{1-a}b", "sign", "the sign of a", "-", id="under a root"),
    pytest.param("a - (b - h)", "a - (b + h)", "sign", "the sign of h", "+", id="in brackets"),
    pytest.param(
        r"\exp(\frac{x}{2})", r"\exp(-\frac{x}{2})", "sign", r"the sign of \frac{x}{2}", "-",
        id="in an exponential",
    ),
    pytest.param(
        "ax + b", "2ax + b", "factor", "a missing factor 2 before ax", "2", id="a 2 lost"
    ),
    pytest.param(
        r"\|x\|^2 + a", r"\frac{1}{2}\|x\|^2 + a", "factor",
        r"a missing factor \frac{1}{2} before \|x\|^2", r"\frac{1}{2}", id="a half lost",
    ),
    pytest.param(
        r"2\cdot ax", "ax", "factor", "an extra factor 2", "", id="a 2 goes with its dot"
    ),
    pytest.param(
        r"\frac12 a + b", "a + b", "factor", r"an extra factor \frac12", "", id="half too many"
    ),
    pytest.param("a/2 + b", "a + b", "factor", "an extra divisor 2", "", id="a slash and its 2"),
    pytest.param(
        r"\frac{a+b}{2}x", "(a+b)x", "factor", "an extra divisor 2 of (a+b)", "(a+b)",
        id="brackets for a numerator",
    ),
    pytest.param(
        r"2ab", r"\frac{1}{2}ab", "factor", r"the factor 2, which should be \frac{1}{2}",
        r"\frac{1}{2}", id="2 for a half",
    ),
    pytest.param(
        r"\frac{1-\alpha_t}{1-\alpha_t}\beta_t", r"\frac{1-\alpha_{t-1}}{1-\alpha_t}\beta_t",
        "index", r"the index of \alpha_t, which should be \alpha_{t-1}", "_{t-1}",
        id="index of the step before",
    ),
    pytest.param(
        r"\sqrt{\alpha_{t-1}}", r"\sqrt{\alpha_t}", "index",
        r"the index of \alpha_{t-1}, which should be \alpha_t", "_t", id="index of this step",
    ),
    pytest.param(
        "a x_t", "a x_0", "index", "the index of x_t, which should be x_0", "_0", id="0 for t"
    ),
    pytest.param(
        r"\|s\|", r"\|s\|^2", "exponent", r"a missing square of \|s\|", "^2", id="square of a norm"
    ),
    pytest.param(
        r"\|s\|_2 + a", r"\|s\|_2^2 + a", "exponent", r"a missing square of \|s\|_2", "^2",
        id="square after an index",
    ),
    pytest.param("a^2 b", "a b", "exponent", "an extra exponent 2 of a", "", id="square too many"),
    pytest.param(
        "a e^{x}", "a e^{-x}", "exponent", "the sign of the exponent of e^{x}", "-",
        id="sign of an exponent",
    ),
    pytest.param(
        "a e^x", "a e^{-x}", "exponent", "the sign of the exponent of e^x", "{-x}",
        id="an exponent without braces gets them",
    ),
    pytest.param(
        r"\alpha_{t-1}\beta_t", r"\sqrt{\alpha_{t-1}}\beta_t", "root",
        r"a missing root of \alpha_{t-1}", r"\sqrt{\alpha_{t-1}}", id="root of a factor",
    ),
    pytest.param(
        r"\frac{x}{1-a}", r"\frac{x}{\sqrt{1-a}}", "root", "a missing root of 1-a",
        r"\sqrt{1-a}", id="root of a denominator",
    ),
    pytest.param(
        r"(1-a)x", r"\sqrt{1-a}x", "root", "a missing root of (1-a)", r"\sqrt{1-a}",
        id="a root takes the place of brackets",
    ),
    pytest.param(
        r"\sqrt{1-a}x", "(1-a)x", "root", "an extra root of (1-a)", "(1-a)", id="root too many"
    ),
    pytest.param(
        r"h\gamma_t", r"h\gamma_t + o(h)", "remainder", "the missing remainder o(h)", " + o(h)",
        id="remainder lost",
    ),
    pytest.param(
        r"h + h^2/2", r"h + h^2/2 + o(h^2)", "remainder", "the missing remainder o(h^2)",
        " + o(h^2)", id="remainder of the highest written order",
    ),
    pytest.param(
        r"1 + h + o(h^2)", r"1 + h + O(h^2)", "order",
        "the order of the remainder o(h^2), which should be O(h^2)", "O(h^2)", id="o for O",
    ),
    pytest.param(
        r"1 + \beta_t + \overline{o}(\beta_t^2)", r"1 + \beta_t + \overline{o}(\beta_t)", "order",
        r"the order of the remainder \overline{o}(\beta_t^2), which should be "
        r"\overline{o}(\beta_t)", r"\overline{o}(\beta_t)", id="a scale too small",
    ),
    pytest.param(
        "E[x | X + Z = y]", "E[x | X + Z = x]", "variable", "the letter y, which should be x", "x",
        id="a letter in a condition",
    ),
    pytest.param(
        "x + yx", "y + yy", "variable", "the letter x throughout, which should be y", "y + yy",
        id="a letter at all its places",
    ),
    pytest.param(
        r"h\sqrt x", r"h\sqrt {y}", "variable", "the letter x, which should be y", "{y}",
        id="a letter that gets braces",
    ),
    pytest.param(
        "a y^2 + x_t^2", "a y^2 + y^2", "variable", "the letter x_t, which should be y", "y",
        id="a letter without its power",
    ),
    pytest.param(
        r"h + e^{-x_t^2}", "h + e^{-x_t}", "exponent", "an extra exponent 2 of x_t", "",
        id="a square in an exponent",
    ),
    pytest.param(
        r"\sum_i x_i y^2", r"\sum_i x_i y^3", "exponent", "the exponent of y, which should be 3",
        "^{3}", id="a power under a sum",
    ),
    pytest.param(
        r"\int p_X(x)p_Z(y-z)dz", r"\int p_X(z)p_Z(y-z)dz", "argument",
        "the argument x, which should be z", "z", id="argument of a density",
    ),
    pytest.param(
        r"s_\theta(X) + p_X(X+Z)", r"s_\theta(X+Z) + p_X(X+Z)", "argument",
        "the argument X, which should be X+Z", "X+Z", id="a sum for an argument",
    ),
    pytest.param(
        r"\sum_{i=1}^d E[\frac{\partial}{\partial x_i} s_\theta(X)]",
        r"\sum_{i=1}^d E[\frac{\partial}{\partial x_i} s_\theta^i(X)]", "component",
        r"the missing component index i of s_\theta", "^i", id="component of a function",
    ),
    pytest.param(
        r"\sum_{i} x y_i", r"\sum_{i} x_i y_i", "component", "the missing component index i of x",
        "_i", id="component of a letter",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant", "kind", "message", "marked"), MENDED)
def test_the_one_edit_that_mends_a_side(written, meant, kind, message, marked) -> None:
    repair = find_repair(written, LETTERS, accepting(meant), small=("h",))
    assert repair is not None
    assert (repair.kind, repair.message.replace("$", "")) == (kind, message)
    assert bare(repair.latex) == bare(meant)
    assert repair.latex[repair.start : repair.end].strip() == marked.strip()
    assert repair.edit.apply(written) == repair.latex


UNMENDED = [
    pytest.param("a + b", ("a + b",), id="the side itself is no repair"),
    pytest.param("a - b - h", ("a + b + h",), id="two signs"),
    pytest.param("a + b", (), id="nothing is true"),
    pytest.param("a - b", ("a + b", "-a - b"), id="two claims are true"),
    pytest.param("1 - h + o(h)", ("1 - h + O(h)",), id="a remainder that hides the wrong term"),
    pytest.param("1 + h + o(h)", ("1 + h^2 + o(h)",), id="a term pushed into the remainder"),
    pytest.param("1 + h + O(h^2)", ("1 + h + o(h^2)",), id="a sharper remainder was no mistake"),
    pytest.param("a(1 + h + o(h))", ("a(1 + h + o(h)) + o(h)",), id="no second remainder"),
    pytest.param("h + a o(h) x", ("h + a o(h) x + o(h)",), id="no second remainder in a product"),
    pytest.param("1 + o(h^{99999999999999})", ("1 + o(h^10)",), id="no order without an end"),
    pytest.param("1 + a", ("1 + a + O(h)",), id="no remainder in a letter that is not there"),
    pytest.param(r"\frac{a}{", ("a",), id="no formula"),
    pytest.param("a + " * 900 + "b", ("a",), id="longer than anybody writes"),
]


@pytest.mark.parametrize(("written", "true"), UNMENDED)
def test_no_repair(written, true) -> None:
    assert find_repair(written, LETTERS, accepting(*true), small=("h",)) is None


def test_the_sharpest_true_remainder_counts() -> None:
    true = accepting("1 + h + O(h^3)", "1 + h + o(h^2)", "1 + h + O(h^2)", "1 + h + o(h)")
    repair = find_repair("1 + h + o(h^3)", LETTERS, true)
    assert repair is not None
    assert repair.latex == "1 + h + O(h^3)"


def test_one_mistake_in_two_places_is_one_claim() -> None:
    tried: list[str] = []

    def proves(text: str) -> bool:
        tried.append(bare(text))
        return bare(text) in {"E[a]+b", "2E[a/2]+b"}

    repair = find_repair("E[a/2] + b", LETTERS, proves)
    assert repair is not None
    assert repair.latex == "E[a] + b"
    assert "2E[a/2]+b" not in tried


def test_the_caller_may_know_that_two_texts_are_one_claim() -> None:
    true = accepting("a + b", "-a - b")
    assert find_repair("a - b", LETTERS, true) is None
    repair = find_repair("a - b", LETTERS, true, same=lambda one, other: {one, other} <= {
        "a + b", "-a - b"
    })  # fmt: skip
    assert repair is not None
    assert repair.latex == "a + b"


@pytest.mark.parametrize("limit", [0, 1, 7])
def test_no_more_than_the_limit_is_tried(limit) -> None:
    tried: list[str] = []
    found = find_repair("a - b + xy", LETTERS, lambda t: bool(tried.append(t)), limit=limit)
    assert found is None
    assert len(tried) <= limit


# --- with the engine ---

h, x, y, k = Sym("h"), Sym("x", 1), Sym("y", 1), Sym("k", 1)
alpha, alpha_1, beta = Sym(r"\alpha_t"), Sym(r"\alpha_{t-1}"), Sym(r"\beta_t")
gamma, x_t, x_0 = Sym(r"\gamma_t"), Sym("x_t", 1), Sym("x_0", 1)
p, p_X, p_Z = (Field(name, density=True) for name in ("p", "p_X", "p_Z"))
s = Field(r"s_\theta", 1, trained=True)
X, Z, Y = RV("X", 1), RV("Z", 1), RV("Y", 1)
UNIT, POSITIVE = Range(Fraction(0), Fraction(1)), Range(Fraction(0))

ENGINE_LETTERS: dict[str, Term | Field] = {
    n.name: n
    for n in (h, x, y, alpha, alpha_1, beta, gamma, x_t, x_0, p_X, p_Z, s, X, Z, Y)
}  # fmt: skip
ENGINE_SCOPE = Scope(
    laws={X: Law(x, p_X(x)), Z: Law(y, p_Z(y))},
    definitions={Y: X + Z},
    ranges={alpha: UNIT, alpha_1: UNIT, beta: UNIT, h: POSITIVE, gamma: POSITIVE},
    decays=(Decay(s(x) * p_X(x), x), Decay(p_X(k) * p_Z(y - k), k)),
)  # fmt: skip


def repaired(lhs: str, rhs: str, *, constant: bool = False) -> Repair | None:
    """Repair a right-hand side by asking the engine."""
    left = read_formula(lhs, ENGINE_LETTERS, ENGINE_SCOPE)

    def proves(text: str) -> bool:
        try:
            right = read_formula(text, ENGINE_LETTERS, ENGINE_SCOPE)
            claim = EqualUpToConstant(left, right) if constant else Equal(left, right)
        except DeriveError:
            return False
        return isinstance(decide(claim, ENGINE_SCOPE), Proved)

    assert not proves(rhs)
    return find_repair(rhs, list(ENGINE_LETTERS), proves, small=("h",))


SCORE = r"\frac12 E\|s_\theta(X) - \nabla\log p_X(X)\|^2"

ENGINE = [
    pytest.param(
        SCORE, r"E[\frac12\|s_\theta(X)\|^2] - E[\operatorname{div} s_\theta(X)]", True,
        "sign", r"E[\frac12\|s_\theta(X)\|^2] + E[\operatorname{div} s_\theta(X)]",
        id="sign of the divergence",
    ),
    pytest.param(
        SCORE, r"E[\|s_\theta(X)\|^2 + \operatorname{div} s_\theta(X)]", True,
        "factor", r"E[\frac{1}{2}\|s_\theta(X)\|^2 + \operatorname{div} s_\theta(X)]",
        id="half of the norm lost",
    ),
    pytest.param(
        r"E\langle s_\theta(X), \nabla\log p_X(X)\rangle", r"E[\operatorname{div} s_\theta(X)]",
        False, "sign", r"-E[\operatorname{div} s_\theta(X)]", id="sign of the parts",
    ),
    pytest.param(
        r"E\|s_\theta(X) - X\|^2",
        r"E\|s_\theta(X)\|^2 - E\langle s_\theta(X), X\rangle + E\|X\|^2", False,
        "factor", r"E\|s_\theta(X)\|^2 - 2E\langle s_\theta(X), X\rangle + E\|X\|^2",
        id="double product without its 2",
    ),
    pytest.param(
        r"E\|s_\theta(X) - X\|^2",
        r"E\|s_\theta(X)\|^2 - 2E\langle s_\theta(X), X\rangle + E\|X\|", False,
        "exponent", r"E\|s_\theta(X)\|^2 - 2E\langle s_\theta(X), X\rangle + E\|X\|^2",
        id="square of a norm lost",
    ),
    pytest.param(
        r"(1-\alpha_{t-1})\alpha_{t-1}", r"(1-\alpha_t)\alpha_t - h", False, None, "",
        id="no single edit: two mistakes",
    ),
    pytest.param(
        r"\alpha_{t-1}\beta_t", r"\alpha_t\beta_t\alpha_{t-1}/\beta_t", False, None, "",
        id="no single edit: one too far",
    ),
    pytest.param(
        r"\sqrt{\frac{\alpha_{t-1}}{\alpha_t}}\beta_t",
        r"\frac{\sqrt{\alpha_t}\beta_t}{\sqrt{\alpha_t}}", False,
        "index", r"\frac{\sqrt{\alpha_{t-1}}\beta_t}{\sqrt{\alpha_t}}", id="index of alpha",
    ),
    pytest.param(
        r"\sqrt{\frac{\alpha_{t-1}}{\alpha_t}}\beta_t",
        r"\frac{\alpha_{t-1}\beta_t}{\sqrt{\alpha_t}}", False,
        "root", r"\frac{\sqrt{\alpha_{t-1}}\beta_t}{\sqrt{\alpha_t}}", id="root of alpha lost",
    ),
    pytest.param(
        r"\sqrt{1-h\gamma_t}", r"1+\frac{h\gamma_t}{2}+o(h)", False,
        "sign", r"1-\frac{h\gamma_t}{2}+o(h)", id="sign of a term of first order",
    ),
    pytest.param(
        r"\sqrt{1-h\gamma_t}", r"1-h\gamma_t+o(h)", False,
        "factor", r"1-\frac{1}{2}h\gamma_t+o(h)", id="half of a term of first order",
    ),
    pytest.param(
        r"\frac{h\gamma_t}{\sqrt{1-h\gamma_t}}", r"h\gamma_t", False,
        "remainder", r"h\gamma_t + o(h)", id="remainder lost",
    ),
    pytest.param(
        r"\frac{1}{1-\beta_t}", r"1+\beta_t+\overline{o}(\beta_t^2)", False,
        "order", r"1+\beta_t+\overline{O}(\beta_t^2)", id="order of the remainder",
    ),
    pytest.param(
        r"\frac{\alpha_t}{1-\beta_t}", r"\alpha_t(1+\beta_t+\overline{o}(\beta_t^2))", False,
        "order", r"\alpha_t(1+\beta_t+\overline{O}(\beta_t^2))", id="order in brackets",
    ),
    pytest.param(
        r"p_{X+Z}(y)", r"\int p_X(y)p_Z(y-k)dk", False,
        "argument", r"\int p_X(k)p_Z(y-k)dk", id="argument of a convolution",
    ),
    pytest.param(
        r"\nabla_y \log p_{X+Z}(y)", r"E[\nabla\log p_X(X) | X + Z = x]", False,
        "variable", r"E[\nabla\log p_X(X) | X + Z = y]", id="point of a condition",
    ),
    pytest.param(
        r"\nabla_x e^{-\frac{1}{2}\|x\|^2}", r"-xe^{\frac{1}{2}\|x\|^2}", False,
        "exponent", r"-xe^{-\frac{1}{2}\|x\|^2}", id="sign of an exponent",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "constant", "kind", "meant"), ENGINE)
def test_repairs_that_the_engine_proves(lhs, rhs, constant, kind, meant) -> None:
    repair = repaired(lhs, rhs, constant=constant)
    assert (repair and repair.kind) == kind
    assert (repair.latex if repair else "") == meant
