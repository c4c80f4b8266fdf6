r"""Homework 3, problem 2.2: implicit score matching in R^d.

Claim.   1/2 E |s(X) - grad log p(X)|^2 = E[1/2 |s(X)|^2 + div s(X)] + const for every d,
         if s p -> 0 at infinity.
Source.  Sheet 3, problem 2.2 (0.4 points); Hyvaerinen, JMLR 6 (2005), Theorem 1.
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, div, dot, grad, half, integral, norm2, score

problem = Problem(
    "2.2",
    title="Implicit score matching in every dimension",
    points="0.4",
    statement=(
        r"Let $X$ have the density $p$ on $\mathbb{R}^d$ and let $s_\theta p \to 0$ at "
        r"infinity. Show that $\frac12 \mathbb{E}\|s_\theta(X) - \nabla\log p(X)\|^2$ and "
        r"$\mathbb{E}(\frac12 \|s_\theta(X)\|^2 + \operatorname{div} s_\theta(X))$ differ "
        r"by a constant that does not depend on $\theta$."
    ),
)

x = problem.vector("x")
p = problem.density("p")
s = problem.field(r"s_\theta", rank=1, trained=True)
X = problem.random("X", p)
problem.decays(s(x) * p(x), x)

p_score = score(p, x)
div_s = Function(x, div(s(x), x))

explicit = half * E(norm2(s(X) - p_score(X)))
implicit = E(half * norm2(s(X)) + div_s(X))

problem.chain(explicit, "Expand the norm").eq(
    half * E(norm2(s(X))) - E(dot(s(X), p_score(X))) + half * E(norm2(p_score(X))),
    by="square of a difference, linearity",
)

problem.chain(E(dot(s(X), p_score(X))), "The cross term, by the divergence theorem").eq(
    integral(dot(s(x), grad(p(x), x)), x),
    by="gradient of the logarithm",
).eq(
    integral(div(s(x) * p(x), x), x) - integral(div(s(x), x) * p(x), x),
    by="divergence of a product",
).eq(
    -integral(div(s(x), x) * p(x), x),
    by=r"the flux of $s_\theta p$ through a large sphere vanishes",
).eq(
    -E(div_s(X)),
    by="definition of the expectation",
)

problem.chain(explicit, "Put together").eq(
    implicit + half * E(norm2(p_score(X))),
    by="the cross term",
).eq_up_to_constant(
    implicit,
    by=r"the last term does not depend on $\theta$",
)

problem.control(
    explicit,
    E(half * norm2(s(X)) - div_s(X)),
    why="the sign of the divergence",
    up_to_constant=True,
)

problem.result(
    "J",
    explicit,
    stated=r"E\left(\frac{1}{2}||s_{\theta}(X)||^2 + \operatorname{div} s_{\theta}(X)\right)",
    points="0.4",
    up_to_constant=True,
)
