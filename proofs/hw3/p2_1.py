r"""Homework 3, problem 2.1: implicit score matching on the line.

Claim.   1/2 E (s(X) - (log p)'(X))^2 = E[1/2 s(X)^2 + s'(X)] + const, const free of theta,
         if s p -> 0 at both infinities.
Source.  Sheet 3, problem 2.1 (0.4 points); Hyvaerinen, JMLR 6 (2005), Theorem 1.
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, derivative, half, integral, score
from derive.language.terms import Bracket
from derive.numeric.simulation import same_constant

problem = Problem(
    "2.1",
    title="Implicit score matching on the line",
    points="0.4",
    statement=(
        r"Let $X$ have the density $p$ on the line and let $s_\theta p \to 0$ at both "
        r"infinities. Show that $\frac12 \mathbb{E}(s_\theta(X) - "
        r"\frac{\partial}{\partial x}\log p(X))^2$ and $\mathbb{E}(\frac12 s_\theta(X)^2 "
        r"+ \frac{\partial}{\partial x}s_\theta(X))$ differ by a constant that does not "
        r"depend on $\theta$."
    ),
)

x = problem.scalar("x")
p = problem.density("p")
s = problem.field(r"s_\theta", trained=True)
X = problem.random("X", p, rank=0)
problem.decays(s(x) * p(x), x)

p_score = score(p, x)
ds = Function(x, derivative(s(x), x))

explicit = half * E((s(X) - p_score(X)) ** 2)
implicit = E(half * s(X) ** 2 + ds(X))

problem.chain(explicit, "Expand the square").eq(
    half * E(s(X) ** 2) - E(s(X) * p_score(X)) + half * E(p_score(X) ** 2),
    by="square of a difference, linearity",
)

problem.chain(E(s(X) * p_score(X)), "The cross term, by parts").eq(
    integral(s(x) * derivative(p(x), x) / p(x) * p(x), x),
    by="definition of the expectation, derivative of the logarithm",
).eq(
    integral(s(x) * derivative(p(x), x), x),
    by="cancel the density",
).eq(
    Bracket(s(x) * p(x), x) - integral(derivative(s(x), x) * p(x), x),
    by="integration by parts",
).eq(
    -integral(derivative(s(x), x) * p(x), x),
    by=r"$s_\theta p \to 0$ at both infinities",
).eq(
    -E(ds(X)),
    by="definition of the expectation",
)

problem.chain(explicit, "Put together").eq(
    implicit + half * E(p_score(X) ** 2),
    by="the cross term",
).eq_up_to_constant(
    implicit,
    by=r"the last term does not depend on $\theta$",
)

# Without the hypothesis the step is false where the density has an edge.
problem.control(
    E(s(X) * p_score(X)), -E(ds(X)), why="the boundary condition is missing", decays=False
)
problem.control(
    explicit, E(half * s(X) ** 2 - ds(X)), why="the sign of the derivative", up_to_constant=True
)

problem.result(
    "J",
    explicit,
    stated=r"E\left(\frac{1}{2}(s_{\theta}(X))^2 + \frac{\partial}{\partial x}s_{\theta}(X)\right)",
    points="0.4",
    up_to_constant=True,
    simulation=same_constant,
)
