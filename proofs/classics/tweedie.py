r"""Tweedie's formulas: mean and covariance of what is behind Gaussian noise.

Claim.   For Y = X + eps, eps ~ N(0, sigma^2 I): E[X | Y] = Y + sigma^2 grad log p_Y(Y) and
         Cov(X | Y) = sigma^2 I + sigma^4 Hess log p_Y(Y), whatever the law of X.
Source.  Robbins (1956); Efron, J. Am. Stat. Assoc. 106 (2011), sec. 2.
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, at, density, grad, integral, norm2, normal
from derive.language.terms import DIM, Identity, Outer, Trace, Variance, Zero, log

problem = Problem(
    "tweedie",
    title="Tweedie's formulas, first and second order",
    statement=(
        r"Let $Y = X + \varepsilon$ with $X \sim p$ and an independent $\varepsilon \sim "
        r"\mathcal{N}(0, \sigma^2 I)$. Express the mean and the covariance of $\varepsilon$ "
        r"and of $X$ given $Y$ through the density $p_\sigma$ of $Y$."
    ),
)

sigma = problem.scalar(r"\sigma", low=0)
x, y = problem.vector("x"), problem.vector("y")
p = problem.density("p")
f = problem.field("f", rank=1, trained=True)
X = problem.random("X", p)
eps = problem.random(r"\varepsilon", lambda v: normal(v, Zero(), sigma**2))
Y = problem.define("Y", X + eps)

p_sigma = density(Y, y)
problem.denotes(r"p_\sigma", Function(y, p_sigma))
score = Function(y, grad(log(p_sigma), y))
hessian = Function(y, grad(grad(log(p_sigma), y), y))
kernel = normal(y, x, sigma**2)

problem.chain(p_sigma, "The noisy density").eq(integral(p(x) * kernel, x), by="convolution")
problem.chain(score(y), "First order: the noise").eq(
    integral(p(x) * grad(kernel, y), x) / p_sigma, by="differentiation under the integral"
).eq(
    -integral((y - x) / sigma**2 * p(x) * kernel, x) / p_sigma,
    by="gradient of the normal density",
).eq(-E(eps / sigma**2, at(Y, y)), by="the density of $X$ given $Y = y$")
problem.chain(E(eps, at(Y, y)), "Noise prediction").eq(-(sigma**2) * score(y), by="solved")
problem.chain(E(X, at(Y, y)), "Data prediction").eq(
    y - E(eps, at(Y, y)), by=r"$X = Y - \varepsilon$"
).eq(y + sigma**2 * score(y), by="noise prediction")

problem.chain(hessian(y), "Second order").eq(
    grad(grad(p_sigma, y), y) / p_sigma - Outer(score(y), score(y)),
    by="the logarithm differentiated twice",
).eq(
    E(Outer(eps, eps), at(Y, y)) / sigma**4
    - Identity() / sigma**2
    - Outer(E(eps, at(Y, y)), E(eps, at(Y, y))) / sigma**4,
    by="Hessian of the normal density",
).eq(Variance(eps / sigma**2, (at(Y, y),)) - Identity() / sigma**2, by="the covariance")
problem.chain(Variance(X, (at(Y, y),)), "The covariance of the data").eq(
    Variance(eps, (at(Y, y),)), by=r"given $Y$, $X = Y - \varepsilon$"
).eq(sigma**2 * Identity() + sigma**4 * hessian(y), by="second order")

problem.chain(E(norm2(X - E(X, Y))), "The error of the best denoiser").eq(
    E(Trace(Variance(X, (at(Y, Y),)))), by="the trace of the covariance"
).eq(sigma**2 * DIM + sigma**4 * E(Trace(hessian(Y))), by="the covariance of the data")
problem.chain(E(norm2(f(Y) - X)), "The minimiser").minimised_by(
    f(y), y + sigma**2 * score(y), by="projection, data prediction"
)
problem.chain(E(norm2(f(Y) + eps / sigma**2)), "The score as a minimiser").minimised_by(
    f(y), score(y), by="projection, first order"
)

problem.control(
    E(X, at(Y, y)), y - sigma**2 * score(y), why="the mean moves up the density, not down"
)

problem.result("E[X|Y]", y + sigma**2 * score(y), stated=r"y + \sigma^2\nabla_y\log p_Y(y)")
problem.result(
    "Cov", Variance(X, (at(Y, y),)), stated=r"\sigma^2 I + \sigma^4\nabla_y \nabla_y \log p_Y(y)"
)
