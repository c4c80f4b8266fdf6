"""The LaTeX printer: textbook forms, and no structure lost."""

from fractions import Fraction

import pytest

from derive.language import terms as t
from derive.language.claims import Equal, EqualUpToConstant, Minimises
from derive.language.latex import latex, latex_claim, latex_summands

a, b, h, u = (t.Sym(name) for name in "abhu")
x, y, k = (t.Sym(name, 1) for name in "xyk")
alpha, before = t.Sym(r"\alpha_t"), t.Sym(r"\alpha_{t-1}")
U, X, Y, Z = t.RV("U", 0), t.RV("X", 1), t.RV("Y", 1), t.RV("Z", 1)
Xt, X0 = t.RV("X_t", 1), t.RV("X_0", 1)
eps = t.RV(r"\varepsilon", 1)
p, q = t.Field("p", density=True), t.Field("q")
s = t.Field(r"s_\theta", 1, trained=True)
s1 = t.Field(r"s_\theta", trained=True)
D = t.Field("D", 1, trained=True)
HALF = Fraction(1, 2)


def at(body, var, value):
    return t.At(body, var, value)


score = t.Diff(t.log(p(x)), x)
jacobian = t.Diff(s(x), x)

ARITHMETIC = [
    pytest.param(-(a + b), "-(a + b)", id="minus a sum"),
    pytest.param(-a + b, "-a + b", id="a sum that begins with a minus"),
    pytest.param(a - (b - h), "a - (b - h)", id="minus a difference"),
    pytest.param(a + t.Neg(t.Neg(b)), "a - (-b)", id="two signs"),
    pytest.param(t.Neg(t.Neg(a)), "-(-a)", id="minus minus"),
    pytest.param(a * -b, "a (-b)", id="a sign inside a product"),
    pytest.param(-a * b, "-a b", id="a sign in front of a product"),
    pytest.param(t.Add((a, t.Add((b, h)))), "a + (b + h)", id="a sum in a sum"),
    pytest.param((a + b) * h, "(a + b) h", id="a sum in a product"),
    pytest.param(t.Mul((a, t.Mul((b, h)))), "a (b h)", id="a product in a product"),
    pytest.param(a * 2, r"a \cdot 2", id="a digit after a letter"),
    pytest.param(t.mul(2, HALF), r"2 \cdot \frac{1}{2}", id="not two and a half"),
    pytest.param(HALF * a, r"\frac{1}{2} a", id="half in front"),
    pytest.param(-a / b, r"-\frac{a}{b}", id="the sign of a fraction"),
    pytest.param(a / (b / h), r"\frac{a}{\frac{b}{h}}", id="fraction below"),
    pytest.param((a / b) ** 2, r"\left(\frac{a}{b}\right)^2", id="power of a fraction"),
    pytest.param((a + b) ** 2, "(a + b)^2", id="power of a sum"),
    pytest.param((-a) ** 2, "(-a)^2", id="power of a negative"),
    pytest.param(-(a**2), "-a^2", id="negative of a power"),
    pytest.param((a**2) ** h, "(a^2)^h", id="power of a power"),
    pytest.param(a ** (b**h), "a^{b^h}", id="power in an exponent"),
    pytest.param(t.Sym("x^i") ** 2, "(x^i)^2", id="a letter that has an exponent"),
    pytest.param(t.sqrt(a + b), r"\sqrt{a + b}", id="root"),
    pytest.param(t.sqrt(a) ** 2, r"(\sqrt{a})^2", id="power of a root"),
    pytest.param(a**-1, "a^{-1}", id="exponent minus one as written"),
    pytest.param(a ** (-HALF), "a^{-1/2}", id="a fraction in an exponent stays on the line"),
    pytest.param((2 * t.PI) ** (t.DIM / 2), r"(2 \pi)^{d/2}", id="a quotient in an exponent"),
    pytest.param(alpha**2, r"\alpha_t^2", id="index and exponent"),
    pytest.param(
        t.sqrt((1 - before) / (1 - alpha) * b),
        r"\sqrt{\frac{1 - \alpha_{t-1}}{1 - \alpha_t} b}",
        id="C_t",
    ),
]
FUNCTIONS = [
    pytest.param(t.log(a) * b, r"(\log a) b", id="log does not swallow a factor"),
    pytest.param(b * t.log(a), r"b \log a", id="log may stand last"),
    pytest.param(t.log(a * b), r"\log(a b)", id="log of a product"),
    pytest.param(t.log(a) ** 2, r"(\log a)^2", id="square of a log"),
    pytest.param(t.log(a / b), r"\log \frac{a}{b}", id="log of a fraction"),
    pytest.param(t.log(t.log(a)), r"\log \log a", id="log log"),
    pytest.param(t.exp(-a), r"\exp(-a)", id="exp always has parentheses"),
    pytest.param(t.exp(a) * b, r"\exp(a) b", id="exp is closed"),
    pytest.param(p(y - k), "p(y - k)", id="a function of a difference"),
    pytest.param(s(x), r"s_\theta(x)", id="a trained field"),
    pytest.param(D(X, u), "D(X, u)", id="two arguments"),
]
CALCULUS = [
    pytest.param(score, r"\nabla_x \log p(x)", id="gradient"),
    pytest.param(at(score, x, X), r"\nabla \log p(X)", id="gradient at a random point"),
    pytest.param(at(score, x, x), r"\nabla \log p(x)", id="gradient at its own letter"),
    pytest.param(at(score, x, y - k), r"\nabla \log p(y - k)", id="gradient at a difference"),
    pytest.param(t.Diff(p(y - k), y), r"\nabla_y p(y - k)", id="gradient of a composition"),
    pytest.param(
        at(t.Diff(p(x + y), x), x, X),
        r"\left. \nabla_x p(x + y) \right|_{x = X}",
        id="a bar where the short form would mislead",
    ),
    pytest.param(
        at(t.Diff(q(x, y), x), x, X), r"\nabla_x q(X, y)", id="the variable named, two arguments"
    ),
    pytest.param(
        at(t.Diff(q(x, y), x), x, k),
        r"\left. \nabla_x q(x, y) \right|_{x = k}",
        id="a bar, two arguments at a letter",
    ),
    pytest.param(
        at(t.Dot(s(x), score), x, X),
        r"\langle s_\theta(X), \nabla \log p(X) \rangle",
        id="a value is carried into a product",
    ),
    pytest.param(t.Diff(a * b, b) * h, None, id="a derivative does not swallow a factor"),
    pytest.param(t.Diff(s1(u), u), r"\frac{\partial}{\partial u} s_\theta(u)", id="partial"),
    pytest.param(
        at(t.Diff(s1(u), u), u, U),
        r"\frac{\partial}{\partial u} s_\theta(U)",
        id="partial at a random point",
    ),
    pytest.param(
        t.Diff(t.Diff(s1(u), u), u), r"\frac{\partial^2}{\partial u^2} s_\theta(u)", id="second"
    ),
    pytest.param(t.Diff(score, x), r"\nabla_x^2 \log p(x)", id="Hessian"),
    pytest.param(jacobian, r"\frac{\partial s_\theta}{\partial x}(x)", id="Jacobian"),
    pytest.param(
        t.Dot(t.MatVec(at(jacobian, x, X), eps), eps),
        r"\left\langle \frac{\partial s_\theta}{\partial x}(X) \varepsilon, "
        r"\varepsilon\right\rangle",
        id="Hutchinson's form",
    ),
    pytest.param(
        at(t.Diff(D(x, u), x), x, X),
        r"\frac{\partial D}{\partial x}(X, u)",
        id="Jacobian with a time",
    ),
    pytest.param(
        at(t.Divergence(s(x), x), x, X), r"\operatorname{div} s_\theta(X)", id="divergence"
    ),
    pytest.param(
        at(t.Divergence(score, x), x, X),
        r"\operatorname{div} \nabla \log p(X)",
        id="divergence of a gradient",
    ),
    pytest.param(
        t.Integral(p(k) * q(y - k), k), r"\int p(k) q(y - k) \, dk", id="integral over the space"
    ),
    pytest.param(
        t.Integral(p(x), x) * a, r"\left(\int p(x) \, dx\right) a", id="integral as a factor"
    ),
    pytest.param(
        t.Integral(a + u, u, t.term(0), h), r"\int_0^h (a + u) \, du", id="integral of a sum"
    ),
    pytest.param(
        t.Bracket(s1(u) * p(u), u),
        r"\left. s_\theta(u) p(u) \right|_{-\infty}^{+\infty}",
        id="boundary term",
    ),
    pytest.param(
        t.Bracket(a * p(u), u),
        r"\left. a p(u) \right|_{u = -\infty}^{u = +\infty}",
        id="boundary term that has to name its variable",
    ),
    pytest.param(
        t.Ito(t.Field("g")(t.Sym("s")), t.Sym("s"), t.Sym("t")),
        r"\int_0^t g(s) \, dW_s",
        id="Ito integral",
    ),
    pytest.param(1 + h + t.Landau("o", h**2), "1 + h + o(h^2)", id="Landau"),
]
PROBABILITY = [
    pytest.param(
        HALF * t.Expect(t.NormSq(s(X) - at(score, x, X))),
        r"\frac{1}{2} \mathbb{E}\left[\left\|s_\theta(X) - \nabla \log p(X)\right\|^2\right]",
        id="the functional of score matching",
    ),
    pytest.param(
        t.Expect(X0, (t.Event(Xt, x),)), r"\mathbb{E}[X_0 \mid X_t = x]", id="given a value"
    ),
    pytest.param(
        t.Expect(X0, (t.Event(Xt, Xt),)), r"\mathbb{E}[X_0 \mid X_t]", id="given the variable"
    ),
    pytest.param(
        t.Expect(at(score, x, X), (t.Event(X + Z, y),)),
        r"\mathbb{E}[\nabla \log p(X) \mid X + Z = y]",
        id="given a sum",
    ),
    pytest.param(t.Expect(X) + Y, r"\mathbb{E}[X] + Y", id="an expectation ends where it ends"),
    pytest.param(t.Density((t.Event(X + Z, y),)), "p_{X+Z}(y)", id="density of a sum"),
    pytest.param(
        t.Density((t.Event(Xt, x),), (t.Event(X0, y),)),
        r"p_{X_t \mid X_0}(x \mid y)",
        id="conditional density",
    ),
    pytest.param(
        t.Normal(x, t.sqrt(alpha) * y, 1 - alpha),
        r"\mathcal{N}(x; \sqrt{\alpha_t} y, (1 - \alpha_t) I)",
        id="normal density of a vector",
    ),
    pytest.param(
        t.Normal(u, a, t.Sym(r"\sigma") ** 2),
        r"\mathcal{N}(u; a, \sigma^2)",
        id="normal density of a number",
    ),
    pytest.param(
        t.Normal(x, y, t.term(1)), r"\mathcal{N}(x; y, I)", id="the identity as it stands"
    ),
    pytest.param(t.Variance(eps), r"\operatorname{Var}[\varepsilon]", id="variance"),
    pytest.param(t.Outer(eps, eps), r"\varepsilon \varepsilon^\top", id="outer product"),
    pytest.param(t.Trace(t.Identity()), r"\operatorname{tr}(I)", id="trace"),
    pytest.param(t.NormSq(-x), r"\left\|-x\right\|^2", id="the norm of a negative"),
]

i, j = t.Basis("i"), t.Basis("j")
COMPONENTS = [
    pytest.param(t.Dot(x, i), "x_i", id="of a letter"),
    pytest.param(t.Dot(i, x) ** 2, "x_i^2", id="its square"),
    pytest.param(t.Dot(Xt, i), "[X_t]_i", id="of a letter with an index"),
    pytest.param(t.Dot(s(X), i), r"[s_\theta(X)]_i", id="of a function"),
    pytest.param(t.Dot(x + y, i), "[x + y]_i", id="of a sum"),
    pytest.param(t.Dot(i, j), r"\delta_{ij}", id="of a unit vector"),
    pytest.param(t.Dot(t.MatVec(t.Outer(x, y), j), i), r"[x y^\top]_{ij}", id="of a matrix"),
    pytest.param(
        t.Dot(t.Diff(p(x), x), i), r"\frac{\partial}{\partial x_i} p(x)", id="of a gradient"
    ),
    pytest.param(
        t.Dot(t.MatVec(jacobian, j), i),
        r"\frac{\partial}{\partial x_j} [s_\theta(x)]_i",
        id="of a Jacobian",
    ),
    pytest.param(
        t.MatVec(jacobian, i),
        r"\frac{\partial}{\partial x_i} s_\theta(x)",
        id="a column of a Jacobian",
    ),
    pytest.param(
        t.IndexSum(t.Dot(x, i) * t.Dot(y, i), "i"), r"\sum_{i=1}^d x_i y_i", id="an inner product"
    ),
    pytest.param(
        a * t.IndexSum(t.Dot(x, i) + a, "i"), r"a \sum_{i=1}^d (x_i + a)", id="a sum of sums"
    ),
    pytest.param(
        t.IndexSum(t.Dot(x, i), "i") * a,
        r"\left(\sum_{i=1}^d x_i\right) a",
        id="a sum does not swallow a factor",
    ),
    pytest.param(
        t.IndexSum(t.Dot(x, i), "i") ** 2,
        r"\left(\sum_{i=1}^d x_i\right)^2",
        id="the square of a sum",
    ),
    pytest.param(
        t.Variance(X0, (t.Event(Xt, x),)),
        r"\operatorname{Var}[X_0 \mid X_t = x]",
        id="conditional variance",
    ),
    pytest.param(
        t.MatMul(t.Transpose(jacobian), t.Identity()),
        r"\left(\frac{\partial s_\theta}{\partial x}(x)\right)^\top I",
        id="a product of matrices",
    ),
    pytest.param(
        at(t.IndexSum(t.Dot(x, i), "i"), x, y), r"\sum_{i=1}^d y_i", id="a value in a sum"
    ),
    pytest.param(
        at(t.IndexSum(t.Dot(x, i), "i"), x, i),
        r"\left. \sum_{i=1}^d x_i \right|_{x = e_i}",
        id="a value that would be captured",
    ),
]


@pytest.mark.parametrize(
    ("node", "expected"), [*ARITHMETIC, *FUNCTIONS, *CALCULUS, *PROBABILITY, *COMPONENTS]
)
def test_a_term_as_a_textbook_sets_it(node, expected):
    if expected is None:
        expected = r"\left(\frac{\partial}{\partial b} (a b)\right) h"
    assert latex(node) == expected


CLAIMS = [
    pytest.param(Equal(a, b), ("a", "=", "b"), id="equation"),
    pytest.param(
        EqualUpToConstant(a, b), ("a", "=", r"b + \mathrm{const}"), id="equation up to a constant"
    ),
    pytest.param(
        Minimises(t.Expect(t.NormSq(D(Y) - X)), D(y), t.Expect(X, (t.Event(Y, y),))),
        (
            r"\operatorname*{arg\,min}_{D(y)} \mathbb{E}\left[\left\|D(Y) - X\right\|^2\right]",
            "=",
            r"\mathbb{E}[X \mid Y = y]",
        ),
        id="minimiser",
    ),
]


@pytest.mark.parametrize(("claim", "expected"), CLAIMS)
def test_a_claim_is_two_sides_and_a_relation(claim, expected):
    assert latex_claim(claim) == expected


def test_the_summands_put_together_are_the_term():
    node = -a + b - h + t.Landau("o", h)
    assert latex_summands(node) == ("-a", " + b", " - h", " + o(h)")
    assert "".join(latex_summands(node)) == latex(node)
    assert latex_summands(a * b) == ("a b",)


def test_a_value_is_not_put_under_a_binder_that_would_capture_it():
    inner = t.Integral(q(x, k), k)
    assert latex(at(inner, x, k)) == r"\left. \int q(x, k) \, dk \right|_{x = k}"
    mean = t.Expect(q(x, X))
    assert latex(at(mean, x, X)) == r"\left. \mathbb{E}[q(x, X)] \right|_{x = X}"
