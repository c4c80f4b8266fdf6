"""Values of terms in a model that a person can redo by hand."""

from fractions import Fraction

import pytest

from derive.language import terms as t
from derive.language.scope import Law, Moments, Scope
from derive.numeric.evaluate import evaluate
from derive.numeric.model import Model
from derive.numeric.ring import NotEvaluable

HALF = Fraction(1, 2)
x, y, k, a, b = (t.Sym(name) for name in ("x", "y", "k", "a", "b"))
X, Z, Y, E, U, V = (t.RV(name) for name in "XZYEUV")
p, q, r = (t.Field(name, density=True) for name in ("p", "q", "r"))
s = t.Field("s", trained=True)
g = t.Field("g")
score = t.At(t.Diff(t.log(p(x)), x), x, X)

# X ~ N(0, 1); Z ~ N(0, 2); Y | X ~ N(X/2, 3/4); V | X ~ N(X, 1);
# U is N(0, 1) or N(1, 2) with probability 1/2; E is known by its variance 1
SCOPE = Scope(
    laws={
        X: Law(x, p(x)),
        Z: Law(t.Sym("z"), t.Normal(t.Sym("z"), t.term(0), t.term(2))),
        Y: Law(y, t.Normal(y, X / 2, t.term(Fraction(3, 4)))),
        E: Law(t.Sym("e"), q(t.Sym("e"))),
        V: Law(x, r(x, X)),
        U: Law(x, (p(x) + t.Normal(x, t.term(1), t.term(2))) / 2),
    },
    definitions={t.RV("S"): X + Z},
    moments={q: Moments(t.term(0), t.term(1))},
)
S = t.RV("S")


def simple() -> Model:
    """Give the model with p = N(0, 1), s(x) = x, and 1 for the first free letter."""
    return Model(1, "0", simple=True)


def ito(body: t.Term, upper: int) -> t.Ito:
    return t.Ito(body, t.Sym("u"), t.term(upper), 0)


u = t.Sym("u")
VALUES = [
    pytest.param(t.Expect(X**4), 3, id="the fourth moment of N(0, 1)"),
    pytest.param(t.Expect(X**3), 0, id="an odd moment"),
    pytest.param(t.Variance(X + 2 * Z), 9, id="variances of independent variables add"),
    pytest.param(
        t.Expect(HALF * s(X) ** 2) - t.Expect(s(X) * score),
        Fraction(3, 2),
        id="half E s^2 - E s (log p)'",
    ),
    pytest.param(
        t.Expect(HALF * s(X) ** 2) - t.Expect(t.At(t.Diff(s(x), x), x, X)),
        Fraction(-1, 2),
        id="half E s^2 - E s': the wrong sign shows",
    ),
    pytest.param(t.Integral(p(x), x), 1, id="a density has integral one"),
    pytest.param(t.Integral(x**2 * p(x), x), 1, id="a second moment as an integral"),
    pytest.param(t.Integral(x**2, x, t.term(0), t.term(3)), 9, id="an integral with limits"),
    pytest.param(
        t.At(t.Diff(t.Integral(u**2, u, t.term(0), x), x), x, t.term(3)),
        9,
        id="the derivative in a limit",
    ),
    pytest.param(t.Bracket(x * p(x), x), 0, id="a boundary term of a Gaussian"),
    pytest.param(
        t.Density((t.Event(X, t.term(1)),)) / t.Density((t.Event(X, t.term(-1)),)),
        1,
        id="a quotient of densities is exact",
    ),
    pytest.param(
        t.At(t.Diff(t.log(t.Density((t.Event(X + Z, y),))), y), y, t.term(3)),
        -1,
        id="the score of N(0, 3) at 3",
    ),
    pytest.param(t.Expect(X, (t.Event(X + Z, t.term(3)),)), 1, id="E[X | X+Z=3]"),
    pytest.param(t.Expect(X, (t.Event(S, t.term(3)),)), 1, id="the sum under a name"),
    pytest.param(
        t.Expect(X**2, (t.Event(2 * X - Z, t.term(3)),)),
        Fraction(4, 3),
        id="a general affine condition: N(1, 1/3)",
    ),
    pytest.param(t.Expect(Y, (t.Event(X, t.term(3)),)), Fraction(3, 2), id="a child given"),
    pytest.param(t.Expect(X, (t.Event(Y, t.term(3)),)), Fraction(3, 2), id="a parent given"),
    pytest.param(
        t.Expect(X * Z, (t.Event(X, t.term(2)), t.Event(X + Z, t.term(5)))),
        6,
        id="two conditions determine both",
    ),
    pytest.param(t.Variance(Y), 1, id="the marginal variance of a child"),
    pytest.param(t.Variance(t.Expect(X, (t.Event(Y, Y),))), Fraction(1, 4), id="Var E[X|Y]"),
    pytest.param(t.Expect(X * t.Expect(X, (t.Event(Y, Y),))), Fraction(1, 4), id="E[X E[X|Y]]"),
    pytest.param(t.Expect(X * t.Expect(X + 1)), 0, id="an inner X is another X"),
    pytest.param(t.Expect(t.Expect(X, (t.Event(X + Z, X),)) * X), Fraction(1, 3), id="E[X|X+Z=X]"),
    pytest.param(
        t.Expect(X * t.Expect(X, (t.Event(Y, Y),)), (t.Event(Y, t.term(3)),)),
        Fraction(9, 4),
        id="what an outer condition fixes is fixed inside",
    ),
    pytest.param(t.Integral(r(x, y, a), x), 1, id="a density with further arguments"),
    pytest.param(t.Expect(V * X), 1, id="a law that is a conditional density"),
    pytest.param(t.Expect(X, (t.Event(V, t.term(1)),)), HALF, id="its parent, given it"),
    pytest.param(t.Expect(U), Fraction(1, 2), id="a law that is a mixture, by integrals"),
    pytest.param(
        t.Integral(x * t.exp(x), x, t.term(0), t.term(1)), 1, id="integration by parts with limits"
    ),
    pytest.param(t.Density((t.Event(2 * X + 1, t.term(1)),)) / p(t.term(0)), HALF, id="a Jacobian"),
    pytest.param(
        t.Density((t.Event(X, t.term(1)),), (t.Event(Y, t.term(2)),))
        / t.Normal(t.term(1), t.term(1), t.term(Fraction(3, 4))),
        1,
        id="a posterior density",
    ),
    pytest.param(
        t.Density((t.Event(X, x), t.Event(Z, y)))
        / (t.Density((t.Event(X, x),)) * t.Density((t.Event(Z, y),))),
        1,
        id="a joint density of independent variables",
    ),
    pytest.param((x**3 + x**2) / x - x**2 - x, 0, id="an exact quotient"),
    pytest.param(t.Integral((x**3 + x**2) / x * p(x), x), 1, id="an exact quotient of polynomials"),
    pytest.param(t.Expect(E**2), 1, id="a law with known variance"),
    pytest.param(t.Expect(t.exp(X)) / t.exp(t.term(HALF)), 1, id="the moment generating function"),
    pytest.param(
        t.Variance(ito(u, 1)), Fraction(1, 3), id="the Ito isometry for g(u) = u on [0, 1]"
    ),
    pytest.param(
        t.Expect(ito(u, 1) * ito(t.term(1), 2)), HALF, id="two Ito integrals share their noise"
    ),
    pytest.param(t.Variance(ito(t.term(1), 2) - 2 * ito(t.term(1), 1)), 2, id="W_2 - 2 W_1"),
    pytest.param(
        t.Expect(ito(t.term(1), 1), (t.Event(ito(t.term(1), 2), t.term(3)),)),
        Fraction(3, 2),
        id="a Brownian bridge",
    ),
    pytest.param(t.Const("pi") / t.Const("pi"), 1, id="pi cancels"),
    pytest.param(t.Normal(x, x, t.term(2)) * t.sqrt(4 * t.PI), 1, id="the height of a Gaussian"),
    pytest.param(t.Fun("sin", t.term(0)) + t.Fun("cos", t.term(0)), 1, id="sin and cos"),
    pytest.param(
        t.At(t.Diff(t.Fun("sin", x) ** 2 + t.Fun("cos", x) ** 2, x), x, t.term(2)),
        0,
        id="the derivative of sin^2 + cos^2",
    ),
    pytest.param(
        t.At(t.Diff(t.sqrt(1 - x) / (1 + x), x), x, t.term(0)), Fraction(-3, 2), id="AD of a root"
    ),
    pytest.param(
        t.At(t.Diff(t.Diff(t.log(x), x), x), x, t.term(2)), Fraction(-1, 4), id="two derivatives"
    ),
    pytest.param(t.At(t.Diff(x * y, x), y, x) - x, 0, id="At does not capture"),
    pytest.param(
        t.Integral(x * t.Integral(x**2 * p(x), x), x, t.term(0), t.term(2)),
        2,
        id="an inner bound letter hides an outer one",
    ),
]


@pytest.mark.parametrize(("term", "value"), VALUES)
def test_value(term: t.Term, value: Fraction) -> None:
    assert evaluate(term, simple(), SCOPE) == value


def test_kl_of_two_normal_laws() -> None:
    """KL(N(0, 1), N(1, 2)) = (log 2 + (1 + 1)/2 - 1)/2 = log(2)/2."""
    kl = t.Expect(t.log(p(X) / t.Normal(X, t.term(1), t.term(2))))
    assert evaluate(kl - t.log(t.term(2)) / 2, simple(), SCOPE) == 0


def test_tweedie() -> None:
    """X_t = X/2 + sqrt(3)/2 noise: the score is (E[X | X_t = y]/2 - y)/(3/4)."""
    noisy = t.Density((t.Event(Y, y),))
    mean = t.Expect(X, (t.Event(Y, y),))
    claim = t.Diff(t.log(noisy), y) - (mean / 2 - y) / Fraction(3, 4)
    assert evaluate(claim, simple(), SCOPE) == 0


VX, VE = t.RV("V", 1), t.RV("W", 1)
v, w, e = t.Sym("v", 1), t.Sym("w", 1), t.Sym("e", 1)
F = t.Field("F", 1)
PLANE = Scope(
    laws={VX: Law(v, t.Normal(v, t.Zero(1), t.term(2))), VE: Law(e, q(e))},
    moments={q: Moments(t.Zero(1), t.term(1))},
)
jacobian = t.Diff(F(w), w)
VECTORS = [
    pytest.param(t.Expect(t.NormSq(VX)), 4, id="E |V|^2 = 2d"),
    pytest.param(t.Expect(t.Outer(VX, VX)), ((2, 0), (0, 2)), id="a covariance matrix"),
    pytest.param(t.Variance(VX), ((2, 0), (0, 2)), id="the same as Variance"),
    pytest.param(t.Trace(t.Identity()) - t.DIM, 0, id="the trace of I is d"),
    pytest.param(t.Divergence(w, w), 2, id="the divergence of x is d"),
    pytest.param(t.Trace(jacobian) - t.Divergence(F(w), w), 0, id="tr J = div"),
    pytest.param(
        t.Expect(t.Dot(t.MatVec(jacobian, VE), VE)) - t.Divergence(F(w), w), 0, id="Hutchinson"
    ),
    pytest.param(t.Integral(t.Normal(v, w, t.term(3)), v), 1, id="a normal density in the plane"),
    pytest.param(
        t.At(t.Diff(t.NormSq(w), w), w, VX) - 2 * VX, (0, 0), id="an equation between variables"
    ),
]


@pytest.mark.parametrize(("term", "value"), VECTORS)
@pytest.mark.parametrize("seed", ["a", "b"])
def test_value_in_the_plane(term: t.Term, value: object, seed: str) -> None:
    assert evaluate(term, Model(2, seed), PLANE) == value


IMPOSSIBLE = [
    pytest.param(t.Expect(t.log(p(X) + t.Normal(X, t.term(1), t.term(1)))), id="log of a sum"),
    pytest.param(t.Expect(1 / X), id="a pole"),
    pytest.param(t.Integral(x, x), id="a divergent integral"),
    pytest.param(t.Expect(t.exp(X**2)), id="an exponential that grows too fast"),
    pytest.param(1 / (x - x), id="a division by zero"),
    pytest.param(t.Landau("o", x), id="a Landau symbol"),
    pytest.param(t.Expect(t.RV("Q")), id="a variable without a law"),
    pytest.param(t.Expect(X, (t.Event(X * Z, t.term(1)),)), id="a condition that is not affine"),
    pytest.param(ito(u, 1), id="a stochastic integral alone"),
]


@pytest.mark.parametrize("term", IMPOSSIBLE)
def test_what_has_no_value_says_so(term: t.Term) -> None:
    with pytest.raises(NotEvaluable):
        evaluate(term, simple(), SCOPE)


def test_a_new_scope_forgets_old_values() -> None:
    model = simple()
    wider = SCOPE.extended(laws={X: Law(x, t.Normal(x, t.term(0), t.term(5)))})
    assert evaluate(t.Expect(X**2), model, SCOPE) == 1
    assert evaluate(t.Expect(X**2), model, wider) == 5


def test_the_letters_of_a_law_are_those_of_the_scope() -> None:
    """A letter bound where a variable is used does not reach into its law."""
    m = t.Sym("m")
    scope = Scope(laws={X: Law(x, t.Normal(x, m, t.term(1)))})
    model = simple()
    term = t.Integral(t.Expect(X), m, t.term(0), t.term(1)) - t.Expect(X)
    assert evaluate(term, model, scope) == 0
    assert evaluate(t.Diff(t.Expect(X**2), m) - 2 * m, model, scope) == 0
