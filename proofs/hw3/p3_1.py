r"""Homework 3, problem 3.1: the score of a sum.

Claim.   grad log p_{X+Z}(y) = E[grad log p_X(X) | X + Z = y] for independent X and Z,
         if p_X(k) p_Z(y - k) -> 0 as |k| -> infinity (the sheet does not say so).
Source.  Sheet 3, problem 3.1 (0.8 points).
"""

from derive.derivation import Problem
from derive.language.phrases import E, at, density, grad, integral, score
from derive.language.terms import log
from derive.numeric.simulation import score_of_sum

problem = Problem(
    "3.1",
    title="The score of a sum of independent vectors",
    points="0.8",
    statement=(
        r"Let $X$ and $Z$ be independent. Show that $\nabla_y \log p_{X+Z}(y) = "
        r"\mathbb{E}[\nabla_x \log p_X(X) \mid X + Z = y]$."
    ),
)

y = problem.vector("y")
k = problem.vector("k")
p_X = problem.density("p_X")
p_Z = problem.density("p_Z")
X = problem.random("X", p_X)
Z = problem.random("Z", p_Z)
problem.decays(p_X(k) * p_Z(y - k), k, stated=False)

X_score = score(p_X, problem.vector("x"))
p_sum = density(X + Z, y)

problem.chain(p_sum, "The density of the sum").eq(
    integral(p_X(k) * p_Z(y - k), k),
    by="convolution",
)

problem.chain(grad(p_sum, y), "Its gradient, by parts").eq(
    integral(p_X(k) * grad(p_Z(y - k), y), k),
    by="differentiation under the integral",
).eq(
    -integral(p_X(k) * grad(p_Z(y - k), k), k),
    by="$p_Z$ depends on $y - k$ only",
).eq(
    integral(grad(p_X(k), k) * p_Z(y - k), k),
    by="integration by parts",
).eq(
    integral(X_score(k) * p_X(k) * p_Z(y - k), k),
    by="gradient of the logarithm",
)

problem.chain(grad(log(p_sum), y), "The score").eq(
    grad(p_sum, y) / p_sum,
    by="gradient of the logarithm",
).eq(
    integral(X_score(k) * p_X(k) * p_Z(y - k), k) / p_sum,
    by="the gradient above",
).eq(
    E(X_score(X), at(X + Z, y)),
    by="the density of $X$ given $X + Z = y$ is $p_X(k)p_Z(y - k)/p_{X+Z}(y)$",
)

problem.result(
    "score of the sum",
    grad(log(p_sum), y),
    stated=r"E\left[\nabla_x \log p_X(X)|X+Z=y\right]",
    points="0.8",
    simulation=score_of_sum,
)
