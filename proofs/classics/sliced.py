r"""Score matching by parts, and by random directions.

Claim.   E |s - grad log p|^2 / 2 = E[|s|^2 / 2 + div s] + const, and for a direction v
         with E v v^T = I the divergence may be replaced by v^T J v.
Source.  Hyvarinen, JMLR 6 (2005), Theorem 1; Hutchinson (1990); Song, Garg, Shi & Ermon,
         UAI 2019, sec. 3.
"""

from derive.derivation import Problem
from derive.language.phrases import (
    E,
    Function,
    apply,
    div,
    dot,
    grad,
    half,
    integral,
    jacobian,
    norm2,
    score,
)
from derive.language.terms import Identity, Outer, Trace

problem = Problem(
    "sliced",
    title="Score matching by parts and along random directions",
    statement=(
        r"For $s_\theta p \to 0$ at infinity write $\frac12\mathbb{E}\|s_\theta(X) - "
        r"\nabla\log p(X)\|^2$ without the score of $p$; then without its divergence, and "
        r"do the same for the projections $v^\top s_\theta$."
    ),
)

x = problem.vector("x")
p = problem.density("p")
s = problem.field(r"s_\theta", rank=1, trained=True)
X = problem.random("X", p)
v = problem.noise("v", variance=1)
problem.decays(s(x) * p(x), x)

p_score = score(p, x)
J = Function(x, jacobian(s(x), x))
div_s = Function(x, div(s(x), x))

problem.chain(E(dot(s(X), p_score(X))), "The cross term").eq(
    integral(dot(s(x), grad(p(x), x)), x), by="gradient of the logarithm"
).eq(-integral(p(x) * div(s(x), x), x), by="integration by parts").eq(
    -E(Trace(J(X))), by="the trace of the Jacobian"
)
explicit = half * E(norm2(s(X) - p_score(X)))
problem.chain(explicit, "Without the score of the data").eq(
    half * E(norm2(s(X))) - E(dot(s(X), p_score(X))) + half * E(norm2(p_score(X))),
    by="the square",
).eq_up_to_constant(E(half * norm2(s(X)) + div_s(X)), by="the cross term")

form = dot(v, apply(J(X), v))
problem.chain(E(Outer(v, v)), "A random direction").eq(Identity(), by="unit covariance")
problem.chain(E(form), "The trace by projections").eq(
    E(div_s(X)), by=r"$\mathbb{E}\,v_iv_j$ is 1 for $i = j$ and 0 otherwise"
)
problem.chain(E(half * norm2(s(X)) + form), "Without the trace").eq(
    E(half * norm2(s(X)) + div_s(X)), by="the trace by projections"
)

problem.chain(E(dot(v, s(X) - p_score(X)) ** 2), "The projections of the two scores").eq(
    E(norm2(s(X) - p_score(X))), by="unit covariance"
)

problem.control(
    E(half * norm2(s(X)) - form),
    E(half * norm2(s(X)) + div_s(X)),
    why="the sign of the trace",
    up_to_constant=True,
)
problem.result(
    "J",
    explicit,
    stated=r"E\left[\frac{1}{2}\|s_\theta(X)\|^2 + v^\top \nabla_x s_\theta(X) v\right]",
    up_to_constant=True,
)
