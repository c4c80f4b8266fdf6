r"""Stein's identity in R^d, for a general density and for the normal law.

Claim.   E[<grad log p(X), f(X)> + div f(X)] = 0 if f p -> 0, and for X ~ N(m, v I)
         E <X - m, f(X)> = v E div f(X).
Source.  Stein, Ann. Stat. 9 (1981), Lemma 2; Gorham & Mackey, NeurIPS 2015.
"""

from derive.derivation import Problem
from derive.language.phrases import E, Function, div, dot, grad, integral, normal, score
from derive.language.terms import DIM

problem = Problem(
    "stein",
    title="Stein's identity",
    statement=(
        r"For a smooth vector field $f$ with $fp \to 0$ at infinity: "
        r"$\mathbb{E}[\langle\nabla\log p(X), f(X)\rangle + \operatorname{div} f(X)] = 0$."
    ),
)

x = problem.vector("x")
m = problem.vector("m")
v = problem.scalar("v", low=0)
p = problem.density("p")
f = problem.field("f", rank=1)
X = problem.random("X", p)
G = problem.random("G", lambda at: normal(at, m, v))
problem.decays(f(x) * p(x), x)
problem.decays(f(x) * normal(x, m, v), x)

p_score = score(p, x)
div_f = Function(x, div(f(x), x))

problem.chain(E(dot(p_score(X), f(X)) + div_f(X)), "Every density").eq(
    integral(dot(grad(p(x), x), f(x)) + p(x) * div(f(x), x), x), by="gradient of the logarithm"
).eq(integral(div(f(x) * p(x), x), x), by="divergence of a product").eq(0, by="no flux at infinity")

problem.chain(E(dot(G - m, f(G))), "The normal law").eq(
    -v * integral(dot(f(x), grad(normal(x, m, v), x)), x), by="gradient of the normal density"
).eq(v * E(div_f(G)), by="integration by parts")

problem.chain(E(dot(G - m, G)), "The identity field").eq(v * DIM, by=r"$\operatorname{div} x = d$")
