"""Expectations: normal laws, unspecified laws, independence, conditioning, definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.derivation import Problem
from derive.language.claims import Equal
from derive.language.phrases import E, at, density, dot, half, integral, norm2
from derive.language.terms import (
    DIM,
    PI,
    Density,
    Event,
    Identity,
    Ito,
    Normal,
    Variance,
    exp,
    log,
    sqrt,
    term,
)

# --- on the line ---
line = Problem("line", title="", file=__file__)
x, y, z = (line.scalar(name) for name in "xyz")
m, r = line.scalar("m"), line.scalar("r")
b = line.scalar("b", 0)
c = line.scalar("c", 0, Fraction(1, 3))
s = line.scalar("s")
f, g = line.field("f"), line.field("g")
p, q = line.density("p"), line.density("q")
X, Z = line.random("X", p, rank=0), line.random("Z", q, rank=0)
N = line.random("N", lambda at_: Normal(at_, m, b), rank=0)
C = line.random("C", lambda at_: Normal(at_, m, c), rank=0)
S = line.define("S", X + 2 * Z)
T = line.define("T", S - X)
e = line.noise(r"\varepsilon", variance=b, rank=0)

row = pytest.param

NORMAL_LINE = [
    row(integral(Normal(y, x, b), y), term(1), "proved", id="a normal law is one"),
    row(integral(Normal(y, x, b), x), term(1), "proved", id="in its mean as well"),
    row(integral(Normal(2 * y, x, b), y), half, "proved", id="a scaled argument"),
    row(integral(Normal(2 * y, x, b), y), term(1), "refuted", id="which is not one"),
    row(integral(exp(-(y**2)), y), sqrt(PI), "proved", id="the Gaussian integral"),
    row(integral(exp(-b * y**2 + y), y), sqrt(PI / b) * exp(1 / (4 * b)), "proved", id="shifted"),
    row(E(N), m, "proved", id="mean"),
    row(Variance(N), b, "proved", id="variance"),
    row(Variance(N), b**2, "refuted", id="not its square"),
    row(E(N**2), m**2 + b, "proved", id="second moment"),
    row(E((N - m) ** 4), 3 * b**2, "proved", id="fourth moment"),
    row(E((N - m) ** 4), b**2, "refuted", id="three pairings"),
    row(E((N - m) ** 3), term(0), "proved", id="third moment"),
    row(E(exp(x * N)), exp(m * x + b * x**2 / 2), "proved", id="moment generating function"),
    row(E(exp(x * N)), exp(m * x + b * x**2), "refuted", id="half of the variance"),
    row(E(exp((C - m) ** 2)), 1 / sqrt(1 - 2 * c), "proved", id="a square, while it converges"),
    row(E(exp((N - m) ** 2)), 1 / sqrt(1 - 2 * b), "not proved", id="it need not"),
    row(E(log(Normal(N, m, b))), -half * log(2 * PI * b) - half, "proved", id="entropy"),
]

OF_NOISE = next(iter(line.scope.moments))  # its density

MOMENTS = [
    row(integral(y * OF_NOISE(y - x), y), x, "proved", id="the mean moves"),
    row(integral(y**2 * OF_NOISE(2 * y), y), b / 8, "proved", id="the variance of half of it"),
    row(integral(y**2 * OF_NOISE(2 * y), y), b / 4, "refuted", id="without the Jacobian"),
    row(E(e), term(0), "proved", id="noise is centred"),
    row(E(e**2), b, "proved", id="its variance is known"),
    row(E(e**4), 3 * b**2, "not proved", id="its fourth moment is not"),
    row(E((X + e) ** 2), E(X**2) + b, "proved", id="added to another variable"),
    row(E(f(e)), f(term(0)), "not proved", id="no function of it is known"),
]

UNSPECIFIED = [
    row(integral(p(x), x), term(1), "proved", id="a density is one"),
    row(integral(p(x), x, 0, 1), term(1), "not proved", id="not between limits"),
    row(integral(p(2 * x), x), half, "proved", id="scaled"),
    row(integral(p(-x), x), term(1), "proved", id="mirrored"),
    row(integral(f(x) * p(x), x), E(f(X)), "proved", id="the expectation"),
    row(integral(f(-x) * p(x), x), integral(f(x) * p(-x), x), "proved", id="the mirror moves over"),
    row(integral(f(-x) * p(x), x), integral(f(x) * p(x), x), "refuted", id="p is not even"),
    row(E(term(3)), term(3), "proved", id="a constant"),
    row(E(x * X), x * E(X), "proved", id="a letter is a constant"),
    row(E(f(X) * g(Z)), E(f(X)) * E(g(Z)), "proved", id="independent"),
    row(E(f(X) * g(X)), E(f(X)) * E(g(X)), "refuted", id="not independent of itself"),
    row(E(X * E(X)), E(X) ** 2, "proved", id="an inner expectation binds its own variable"),
    row(E(X * E(X)), E(X**2), "refuted", id="it is not the outer one"),
    row(Variance(X + Z), Variance(X) + Variance(Z), "proved", id="variances add"),
    row(Variance(X - Z), Variance(X) - Variance(Z), "refuted", id="they do not subtract"),
    row(Variance(s * X + y), s**2 * Variance(X), "proved", id="variance of an affine image"),
    row(E(X) ** 2, E(X**2), "refuted", id="Jensen, a square"),
    row(log(E(exp(f(X)))), E(f(X)), "refuted", id="Jensen, a logarithm"),
    row(E(log(p(X) / q(X))), term(0), "refuted", id="a divergence is not zero"),
    row(E(density(X, X)), integral(p(x) ** 2, x), "proved", id="a density at its own variable"),
    row(E(density(X, Z)), integral(p(x) * q(x), x), "proved", id="at another one"),
]

DENSITIES = [
    row(density(2 * X, x), p(x / 2) / 2, "proved", id="of a multiple"),
    row(density(2 * X, x), p(x / 2), "refuted", id="its Jacobian"),
    row(density(-X, x), p(-x), "proved", id="of the negative"),
    row(density(s * X, x), p(x / s) / s, "not proved", id="a factor of unknown sign"),
    row(density(X**2, x), p(sqrt(x)) / sqrt(x), "not proved", id="of a square"),
    row(density(X + Z, y), integral(p(x) * q(y - x), x), "proved", id="of a sum"),
    row(integral(p(x) * q(y - x), x), integral(q(x) * p(y - x), x), "proved", id="convolution"),
    row(integral(p(x) * q(y - x), x), integral(p(x) * q(y + x), x), "refuted", id="correlation"),
    row(density(X + Z + N, x), integral(density(X + Z, z) * Normal(x - z, m, b), z), "proved",
        id="three summands"),
    row(density(T, x), q(x / 2) / 2, "proved", id="a definition in terms of a definition"),
    row(Density((Event(S, x), Event(X, y))), p(y) * q((x - y) / 2) / 2, "proved", id="joint"),
    row(Density((Event(S, x), Event(X, y))), p(y) * q((x - y) / 2), "refuted", id="its Jacobian 2"),
    row(density(X, x, at(Z, z)), p(x), "proved", id="independent of the condition"),
    row(density(X, x, at(X + Z, y)), p(x) * q(y - x) / density(X + Z, y), "proved", id="Bayes"),
    row(density(X, x, at(X + Z, y)), p(x), "refuted", id="dependent on the condition"),
    row(integral(density(X + Z, y) * log(density(X + Z, y)), y), E(log(density(X + Z, X + Z))),
        "proved", id="entropy of a sum"),
]  # fmt: skip

CONDITIONAL = [
    row(E(E(f(X) * g(Z), X)), E(f(X)) * E(g(Z)), "proved", id="tower"),
    row(E(E(X, S)), E(X), "proved", id="tower, given a defined variable"),
    row(E(E(X, S) ** 2), E(X**2), "refuted", id="a projection shortens"),
    row(E(f(S) * X), E(f(S) * E(X, S)), "proved", id="what is known is taken out"),
    row(E(f(Z) * X, at(Z, z)), f(z) * E(X), "proved", id="taken out at a value"),
    row(E(X, at(X + Z, z)) + E(Z, at(X + Z, z)), z, "proved", id="the parts of a known sum"),
    row(E(X, at(X + Z, z)), z / 2, "refuted", id="not half each"),
    row(E(X, at(X + Z, z)), E(X), "refuted", id="a sum tells something"),
    row(E(X, at(Z, z)), E(X), "proved", id="another variable tells nothing"),
    row(E(f(X), at(X, x)), f(x), "proved", id="given itself"),
    row(E(f(X), at(X, x), at(X, y)), f(x), "unresolved", id="given two values of one variable"),
    row(E(E(X, at(X, Z))), E(Z), "proved", id="a value that is random"),
    row(Variance(X), E((X - E(X, S)) ** 2) + Variance(E(X, S)), "proved", id="total variance"),
    row(Variance(X), E((X - E(X, S)) ** 2), "refuted", id="a part of it"),
    row(E((X - f(S)) ** 2), E((X - E(X, S)) ** 2) + E((E(X, S) - f(S)) ** 2), "proved",
        id="Pythagoras of the projection"),
    row(E((X - f(S)) ** 2), E((X - E(X, S)) ** 2) - E((E(X, S) - f(S)) ** 2), "refuted",
        id="its sign"),
    row(E(f(T)), E(f(2 * Z)), "proved", id="a definition put in"),
    row(E(E(E(X, S, Z), S) * f(S)), E(X * f(S)), "proved", id="tower of two conditions"),
    row(E((E(X, S, Z) - X) ** 2), term(0), "proved", id="two conditions determine it"),
    row(E(E(X, S), at(Z, z)), E(X, at(Z, z)), "refuted", id="conditions that are not nested"),
    row(E(X, at(S, y)), E(X, at(2 * S, 2 * y)), "proved", id="the same condition, twice as large"),
    row(E(X, at(S, y)), E(X, at(2 * S, y)), "refuted", id="another value of it"),
    row(E(f(X), at(S, y)), E(f(X), at(-S, -y)), "proved", id="the same condition, negative"),
    row(density(S, y, at(X, x)), q((y - x) / 2) / 2, "proved", id="a conditional density"),
    row(E(f(T)), E(f(Z)), "refuted", id="with its factor"),
]  # fmt: skip

TABLE = NORMAL_LINE + MOMENTS + UNSPECIFIED + DENSITIES + CONDITIONAL


@pytest.mark.parametrize(("lhs", "rhs", "expected"), TABLE)
def test_on_the_line(judge, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), line.scope, expected)


# --- in R^d ---
space = Problem("space", title="", file=__file__)
v, w, mu = (space.vector(name) for name in ("v", "w", r"\mu"))
a, t, k = space.scalar("a", 0), space.scalar("t", 0), space.scalar("k", 0)
r_ = space.scalar("r")
gain = space.field("g")
p_v, p_w = space.density("p"), space.density("q")
V, W = space.random("V", p_v), space.random("W", p_w)
G = space.random("G", lambda at_: Normal(at_, mu, a))
H = space.random("H", lambda at_: Normal(at_, k * G, 1 + k))
eps = space.noise(r"\varepsilon", variance=1)
law_of_noise = space.random(r"\eta", lambda at_: Normal(at_, 0 * mu, term(1)))
scaled = space.define("Y", k * V + sqrt(a) * law_of_noise)
conditional = space.random("Y'", lambda at_: Normal(at_, k * V, a))
wiener = Ito(gain(r_), r_, t)
d = DIM
centred = G - mu
total = a * k**2 + 1 + k

NORMAL_SPACE = [
    row(E(norm2(centred)), d * a, "proved", id="second moment"),
    row(E(norm2(centred)), a, "refuted", id="of d components"),
    row(E(norm2(centred) ** 2), (d**2 + 2 * d) * a**2, "proved", id="fourth moment"),
    row(E(norm2(centred) ** 2), 3 * d**2 * a**2, "refuted", id="which agrees for d = 1 alone"),
    row(E(norm2(centred) ** 3), d * (d + 2) * (d + 4) * a**3, "proved", id="sixth moment"),
    row(E(norm2(centred) * centred), 0 * mu, "proved", id="an odd moment"),
    row(Variance(G), a * Identity(), "proved", id="covariance"),
    row(E(exp(dot(G, v))), exp(dot(v, mu) + a * norm2(v) / 2), "proved", id="generating function"),
    row(E(exp(-norm2(centred) / 2)), (1 + a) ** (-d / 2), "proved", id="of the square"),
    row(E(exp(-norm2(centred) / 2)), (1 + a) ** (-half), "refuted", id="to the d"),
    row(integral(Normal(v, w, a) * Normal(v, mu, k), v), Normal(w, mu, a + k), "proved",
        id="product of normal laws"),
    row(integral(Normal(v, w, a) * Normal(v, mu, k), v), Normal(w, mu, a * k), "refuted",
        id="variances add"),
    row(density(H, v), Normal(v, k * mu, total), "proved", id="the marginal of a chain"),
    row(density(H, v), Normal(v, k * mu, 1 + k), "refuted", id="with the variance of its parent"),
    row(E(G, at(H, v)), mu + a * k / total * (v - k * mu), "proved", id="regression"),
    row(E(G, at(H, v)), mu + a / total * (v - k * mu), "refuted", id="its slope"),
    row(density(G, w, at(H, v)),
        Normal(w, mu + a * k / total * (v - k * mu), a * (1 + k) / total), "proved",
        id="posterior"),
    row(density(scaled, v), density(conditional, v), "proved", id="defined, or given its law"),
    row(E(V, at(scaled, v)), E(V, at(conditional, v)), "proved", id="the same of its conditions"),
    row(E(dot(V, scaled)), E(dot(V, conditional)), "proved", id="and of joint moments"),
    row(E(dot(V, scaled)), k * E(norm2(V)), "proved", id="with the noise gone"),
    row(E(norm2(scaled)), k**2 * E(norm2(V)) + a, "refuted", id="d components of noise"),
    row(E(norm2(eps)), d, "proved", id="trace of a covariance"),
    row(E(norm2(eps) ** 2), d**2 + 2 * d, "refuted", id="noise need not be normal"),
    row(E(dot(v, eps) ** 2), norm2(v), "proved", id="a component of noise"),
    row(E(norm2(wiener)), d * integral(gain(r_) ** 2, r_, 0, t), "proved", id="Ito isometry"),
    row(E(norm2(wiener)), integral(gain(r_) ** 2, r_, 0, t), "refuted", id="in each component"),
    row(E(norm2(wiener)), d * integral(gain(r_), r_, 0, t) ** 2, "refuted", id="square inside"),
    row(E(dot(V, wiener)), term(0), "proved", id="independent of the start"),
    row(density(2 * V, v), p_v(v / 2) / term(2) ** d, "proved", id="Jacobian of a multiple in R^d"),
    row(density(2 * V, v), p_v(v / 2) / 2, "refuted", id="not that of the line"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "expected"), NORMAL_SPACE)
def test_in_space(judge, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), space.scope, expected)
