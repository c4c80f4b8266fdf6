r"""Denoising score matching.

Claim.   E |s(X) - grad log p(X)|^2 and E |s(X) - grad log q(X | Y)|^2 with X = Y + noise
         differ by a constant free of theta; the law of Y is unspecified.
Source.  Vincent, Neural Computation 23 (2011), sec. 4.2 and appendix.
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, density, dot, grad, half, integral, norm2, normal
from derive.language.terms import log

problem = Problem(
    "dsm",
    title="Denoising score matching",
    statement=(
        r"Let $\tilde X$ given $X$ be normal with mean $aX$ and covariance $\sigma^2 I$. "
        r"The explicit and the denoising functional of score matching differ by a "
        r"constant."
    ),
)

sigma = problem.scalar(r"\sigma", low=0)
a = problem.scalar("a", low=0)
x = problem.vector("x")
y = problem.vector(r"\tilde x")
q_0 = problem.density("q_0")
psi = problem.field(r"\psi_\theta", rank=1, trained=True)
X = problem.random("X", q_0)
Y = problem.random(r"\tilde X", lambda v: normal(v, a * X, sigma**2))

kernel = normal(y, a * x, sigma**2)
marginal = Function(y, grad(log(density(Y, y)), y))
conditional = (a * X - Y) / sigma**2

problem.chain(grad(log(kernel), y), "The score of the kernel").eq(
    (a * x - y) / sigma**2, by="logarithm of the normal density"
)
problem.chain(E(dot(psi(Y), marginal(Y))), "The cross term").eq(
    integral(dot(psi(y), grad(density(Y, y), y)), y), by="gradient of the logarithm"
).eq(
    integral(dot(psi(y), integral(grad(kernel, y) * q_0(x), x)), y),
    by="differentiation under the integral",
).eq(E(dot(psi(Y), conditional)), by="gradient of the normal density, joint density")
problem.chain(half * E(norm2(psi(Y) - marginal(Y))), "Explicit score matching").eq_up_to_constant(
    half * E(norm2(psi(Y) - conditional)), by="equal cross terms"
)
problem.chain(E(norm2(psi(Y) - conditional)), "The minimiser").minimised_by(
    psi(y), marginal(y), by="projection"
)

problem.result(
    "score of the kernel",
    grad(log(kernel), y),
    stated=r"\frac{a x - \tilde x}{\sigma^2}",
)
