r"""Homework 3, problem 2.3: the divergence by random projections.

Claim.   E <J(X) eps, eps> = E div s(X) for every eps independent of X with
         E eps = 0 and Var eps = I, so the divergence may be replaced by the quadratic form.
Source.  Sheet 3, problem 2.3 (0.2 points); Hutchinson, Commun. Stat. Simul. 19 (1990).
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, apply, at, div, dot, half, jacobian, norm2, score
from derive.language.terms import Identity, Outer, Trace, Variance
from derive.numeric.simulation import trace_by_noise

problem = Problem(
    "2.3",
    title="The trace identity",
    points="0.2",
    statement=(
        r"Let $\varepsilon$ be independent of $X$ with $\mathbb{E}\varepsilon = 0$ and "
        r"$\operatorname{Var}\varepsilon = I$. Show that the score can be learnt by "
        r"minimising $\mathbb{E}(\frac12\|s_\theta(X)\|^2 + "
        r"\langle\frac{\partial}{\partial x}s_\theta(X)\varepsilon, \varepsilon\rangle)$."
    ),
)

x = problem.vector("x")
p = problem.density("p")
s = problem.field(r"s_\theta", rank=1, trained=True)
X = problem.random("X", p)
eps = problem.noise(r"\varepsilon", variance=1)
problem.decays(s(x) * p(x), x)

p_score = score(p, x)
J = Function(x, jacobian(s(x), x))
div_s = Function(x, div(s(x), x))
form = dot(apply(J(X), eps), eps)

problem.chain(Variance(eps), "The noise").eq(
    E(Outer(eps, eps)),
    by="the mean is zero",
).eq(
    Identity(),
    by="unit covariance",
)

problem.chain(E(form, at(X, x)), "Given $X = x$").eq(
    E(dot(apply(J(x), eps), eps)),
    by=r"independence of $\varepsilon$ and $X$",
).eq(
    Trace(J(x)),
    by=r"$\mathbb{E}\varepsilon_i\varepsilon_j$ is 1 for $i = j$ and 0 otherwise",
).eq(
    div_s(x),
    by="the trace of the Jacobian",
)

problem.chain(E(form), "The tower property").eq(
    E(E(form, X)),
    by="tower property",
).eq(
    E(div_s(X)),
    by="the conditional expectation above",
)

sliced = E(half * norm2(s(X)) + form)

problem.chain(half * E(norm2(s(X) - p_score(X))), "Put together").eq_up_to_constant(
    E(half * norm2(s(X)) + div_s(X)),
    by="problem 2.2",
).eq(
    sliced,
    by="the tower property above",
)

# The identity needs unit covariance.
eta = problem.noise(r"\eta", variance=2)
problem.control(
    E(dot(apply(J(X), eta), eta)), E(div_s(X)), why=r"$\operatorname{Var}\eta = 2I$ in place of $I$"
)

problem.result(
    "J",
    half * E(norm2(s(X) - p_score(X))),
    stated=r"E\left(\frac{1}{2}||s_{\theta}(X)||^{2} + \left\langle \frac{\partial}{\partial x}"
    r"s_{\theta}(X)\varepsilon, \varepsilon \right\rangle \right)",
    points="0.2",
    up_to_constant=True,
    simulation=trace_by_noise,
)
