r"""The Kullback-Leibler divergence of two isotropic normal laws in R^d.

Claim.   KL(N(m, a I) | N(n, b I)) = d/2 (a/b - 1 - log(a/b)) + |m - n|^2 / (2 b).
Source.  Cover & Thomas, Elements of Information Theory, ch. 8 (entropy of the normal law).
"""

from derive.derivation import Problem
from derive.language.phrases import E, half, norm2, normal
from derive.language.terms import DIM, log

problem = Problem(
    "kl",
    title="KL divergence of two normal laws",
    statement=(
        r"$\mathbb{E}\log\frac{p(X)}{q(X)}$ for $p = \mathcal{N}(m, aI)$, $q = "
        r"\mathcal{N}(n, bI)$ and $X \sim p$."
    ),
)

a = problem.scalar("a", low=0)
b = problem.scalar("b", low=0)
m = problem.vector("m")
n = problem.vector("n")
X = problem.random("X", lambda x: normal(x, m, a))

divergence = E(log(normal(X, m, a) / normal(X, n, b)))
closed = DIM / 2 * (a / b - 1 - log(a / b)) + norm2(m - n) / (2 * b)

problem.chain(divergence).eq(
    E(-(DIM / 2) * log(a / b) - norm2(X - m) / (2 * a) + norm2(X - n) / (2 * b)),
    by="logarithm of the normal density",
).eq(
    -(DIM / 2) * log(a / b) - E(norm2(X - m)) / (2 * a) + E(norm2(X - n)) / (2 * b),
    by="linearity",
).eq(
    -(DIM / 2) * log(a / b) - half * DIM + (DIM * a + norm2(m - n)) / (2 * b),
    by="second moments of the normal law",
).eq(closed, by="collect")

problem.result(
    "KL",
    divergence,
    stated=r"\frac{d}{2}\left(\frac{a}{b} - 1 - \log\frac{a}{b}\right) + \frac{\|m - n\|^2}{2b}",
)
