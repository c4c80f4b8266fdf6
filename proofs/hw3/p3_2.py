r"""Homework 3, problem 3.2: learning the score of the noisy law from the clean score.

Claim.   For dX = g dW the functional E |s(X_t, t) - grad log p_0(X_0)|^2 is least at
         s = grad log p_t.
Source.  Sheet 3, problem 3.2 (0.2 points); Oksendal, Stochastic Differential Equations,
         Cor. 3.1.7 (Ito isometry).
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, at, density, grad, integral, norm2, normal, score
from derive.language.terms import DIM, Identity, Ito, Variance, log
from derive.numeric.simulation import fitted_score

problem = Problem(
    "3.2",
    title="The score under the VE-SDE from the clean score",
    points="0.2",
    statement=(
        r"For $dX_t = g(t)\,dW_t$, $X_0 \sim p_0$, with the score of $p_0$ known, find a "
        r"functional whose minimiser is the score of the noisy density $p_t$."
    ),
)

x = problem.vector("x")
z = problem.vector("z")
r = problem.scalar("r")
t = problem.scalar("t", low=0)
p_0 = problem.density("p_0")
g = problem.field("g")
s = problem.field(r"s_\theta", rank=1, trained=True)
X_0 = problem.random("X_0", p_0)
noise = Ito(g(r), r, t)
X_t = problem.define("X_t", X_0 + noise)
variance = integral(g(r) ** 2, r, 0, t)
problem.positive(variance)
problem.decays(p_0(z) * normal(x, z, variance), z, stated=False, for_all=(x,))

clean_score = score(p_0, x)
noisy_score = Function(x, grad(log(density(X_t, x)), x))

problem.chain(Variance(noise), "The noise").eq(
    variance * Identity(),
    by="Itô isometry",
)
problem.chain(E(norm2(X_t - X_0)), "The size of the noise").eq(
    E(norm2(noise)),
    by="the solution of the SDE",
).eq(
    DIM * variance,
    by="Itô isometry, componentwise",
)
problem.chain(density(X_t, x), "The noisy density").eq(
    integral(p_0(z) * normal(x, z, variance), z),
    by="convolution with the normal law of the Wiener integral",
)

problem.chain(noisy_score(x), "Problem 3.1 with the Wiener integral for $Z$").eq(
    E(clean_score(X_0), at(X_t, x)),
    by="the score of a sum",
)

functional = E(norm2(s(X_t, t) - clean_score(X_0)))

problem.chain(functional, "The functional").eq(
    E(norm2(s(X_t, t) - E(clean_score(X_0), X_t)))
    + E(norm2(E(clean_score(X_0), X_t) - clean_score(X_0))),
    by="the cross term vanishes by the tower property",
).eq_up_to_constant(
    E(norm2(s(X_t, t) - noisy_score(X_t))),
    by=r"the second term does not depend on $\theta$",
)
problem.chain(functional, "The minimiser").minimised_by(
    s(x, t), noisy_score(x), by="a mean square is least where it is zero"
)

problem.result(
    "functional",
    E(norm2(s(X_t, t) - noisy_score(X_t))),
    stated=r"E[\|s_{\theta}(X_t, t) - \nabla_x \log p_0(X_0)\|^2]",
    points="0.2",
    up_to_constant=True,
    simulation=fitted_score,
)
