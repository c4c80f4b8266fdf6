r"""Denoising score matching for additive noise of any smooth density.

Claim.   For Y = X + eps with independent X ~ p and eps ~ g the functionals
         E |s(Y) - grad log p_Y(Y)|^2 and E |s(Y) - grad log g(eps)|^2 differ by a constant.
Source.  Vincent, Neural Computation 23 (2011), sec. 4.2, there for Gaussian noise.
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, at, density, dot, grad, integral, norm2, score
from derive.language.terms import log

problem = Problem(
    "additive",
    title="Denoising score matching for additive noise",
    statement=(
        r"Let $X \sim p$ and $\varepsilon \sim g$ be independent, $Y = X + \varepsilon$. Show "
        r"that $\mathbb{E}\|s_\theta(Y) - \nabla\log p_Y(Y)\|^2$ and $\mathbb{E}\|s_\theta(Y) - "
        r"\nabla\log g(\varepsilon)\|^2$ are least at the same $s_\theta$."
    ),
)

x, y = problem.vector("x"), problem.vector("y")
p, g = problem.density("p"), problem.density("g")
s = problem.field(r"s_\theta", rank=1, trained=True)
X = problem.random("X", p)
eps = problem.random(r"\varepsilon", g)
Y = problem.define("Y", X + eps)
problem.decays(p(y - x) * g(x), x, stated=False, for_all=(y,))

noise_score = score(g, x)
noisy_score = Function(y, grad(log(density(Y, y)), y))

problem.chain(density(Y, y), "The noisy density").eq(integral(p(x) * g(y - x), x), by="convolution")
problem.chain(grad(density(Y, y), y), "Its gradient").eq(
    integral(p(x) * grad(g(y - x), y), x), by="differentiation under the integral"
).eq(integral(p(x) * g(y - x) * noise_score(y - x), x), by="gradient of the logarithm")
problem.chain(noisy_score(y), "Its score").eq(
    E(noise_score(eps), at(Y, y)), by=r"the density of $\varepsilon$ given $Y = y$"
)
problem.chain(E(dot(s(Y), noisy_score(Y))), "The cross term").eq(
    integral(dot(s(y), grad(density(Y, y), y)), y), by="gradient of the logarithm"
).eq(
    integral(integral(dot(s(y), noise_score(y - x)) * p(x) * g(y - x), x), y),
    by="the gradient above",
).eq(E(dot(s(Y), noise_score(eps))), by="the joint density")
problem.chain(E(norm2(s(Y) - noisy_score(Y))), "The two functionals").eq_up_to_constant(
    E(norm2(s(Y) - noise_score(eps))), by="equal cross terms"
)
problem.chain(E(norm2(s(Y) - noise_score(eps))), "The minimiser").minimised_by(
    s(y), noisy_score(y), by="projection"
)

problem.control(
    E(norm2(s(X) - noisy_score(X))),
    E(norm2(s(Y) - noise_score(eps))),
    why="the noisy score taken at the clean variable",
    up_to_constant=True,
)
problem.result(
    "J",
    E(norm2(s(Y) - noisy_score(Y))),
    stated=r"E\left[\|s_\theta(Y) - (\nabla \log g)(\varepsilon)\|^2\right]",
    up_to_constant=True,
)
