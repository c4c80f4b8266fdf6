r"""Score matching on the line, by parts.

Claim.   E (s(X) - (log p)'(X))^2 / 2 = E[s(X)^2 / 2 + s'(X)] + const if s p -> 0, and for a
         model q_theta the same with s = (log q_theta)'.
Source.  Hyvarinen, JMLR 6 (2005), sec. 2.
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, derivative, half, integral
from derive.language.terms import Bracket, log

problem = Problem(
    "line",
    title="Score matching on the line",
    statement=(
        r"For a scalar $X \sim p$ and $s_\theta p \to 0$ at both ends of the line write "
        r"$\frac12\mathbb{E}(s_\theta(X) - (\log p)'(X))^2$ without the density of $X$."
    ),
)

x = problem.scalar("x")
p = problem.density("p")
s = problem.field(r"s_\theta", trained=True)
X = problem.random("X", p, rank=0)
problem.decays(s(x) * p(x), x)

p_score = Function(x, derivative(log(p(x)), x))
slope = Function(x, derivative(s(x), x))

problem.chain(E(s(X) * p_score(X)), "The cross term").eq(
    integral(s(x) * derivative(p(x), x), x), by="derivative of the logarithm"
).eq(Bracket(s(x) * p(x), x) - integral(p(x) * slope(x), x), by="integration by parts").eq(
    -E(slope(X)), by="the boundary term vanishes"
)
problem.chain(half * E((s(X) - p_score(X)) ** 2), "Without the density of the data").eq(
    half * E(s(X) ** 2) - E(s(X) * p_score(X)) + half * E(p_score(X) ** 2), by="the square"
).eq_up_to_constant(E(half * s(X) ** 2 + slope(X)), by="the cross term")

problem.control(
    E(s(X) * p_score(X)), E(slope(X)), why="the sign of the integration by parts forgotten"
)

problem.result(
    "J",
    half * E((s(X) - p_score(X)) ** 2),
    stated=r"E\left[\frac{1}{2} s_\theta(X)^2 + s_\theta'(X)\right]",
    up_to_constant=True,
)
