"""Integration by parts: with the decay hypothesis it needs, and never without."""

from __future__ import annotations

import pytest

from derive.derivation import Problem
from derive.kernel.verdict import Proved
from derive.language.claims import Equal
from derive.language.phrases import E, Function, at, density, div, dot, grad, integral, norm2, score
from derive.language.scope import Decay, Scope
from derive.language.terms import At, Bracket, Diff, Field, Normal, log, term

space = Problem("space", title="", file=__file__)
x, y = space.vector("x"), space.vector("y")
v = space.scalar("v", 0)
a = space.scalar("a")
f = space.field("f", rank=1)
s = space.field(r"s_\theta", rank=1, trained=True)
h, k = space.field("h"), space.field("k")
p, q = space.density("p"), space.density("q")
X, Z = space.random("X", p), space.random("Z", q)
G = space.random("G", lambda point: Normal(point, y, v))
laplace_h, laplace_k = div(grad(h(x), x), x), div(grad(k(x), x), x)
div_s = Function(x, div(s(x), x))
p_score = score(p, x)
sum_score = grad(log(density(X + Z, y)), y)

line = Problem("line", title="", file=__file__)
u, w, r = line.scalar("u"), line.scalar("w"), line.scalar("r")
s1 = line.field(r"s_\theta", trained=True)
p1 = line.density("p")
X1 = line.random("X", p1, rank=0)
two = Field("F")
ds = Function(u, Diff(s1(u), u))
p1_score = score(p1, u)

row = pytest.param


def given(problem: Problem, *decays: tuple[object, object]) -> Scope:
    return problem.scope.extended(decays=tuple(Decay(flux, var) for flux, var in decays))


STEIN = Equal(E(dot(s(X), p_score(X))), -E(div_s(X)))
SUM = Equal(sum_score, E(p_score(X), at(X + Z, y)))
GREEN_1 = Equal(integral(h(x) * laplace_k, x), -integral(dot(grad(h(x), x), grad(k(x), x)), x))
GREEN_2 = Equal(integral(h(x) * laplace_k, x), integral(k(x) * laplace_h, x))
HYVARINEN = Equal(E(s1(u) * 0 + s1(X1) * p1_score(X1)), -E(ds(X1)))
GAUSS = Equal(E(dot(G - y, f(G))), v * E(At(div(f(x), x), x, G)))
CUBE = Equal(E(3 * s1(X1) ** 2 * ds(X1)), -E(s1(X1) ** 3 * p1_score(X1)))
OTHER = Equal(E(dot(s(X), s(X)) + dot(s(X), p_score(X))), E(norm2(s(X))) - E(div_s(X)))
CLAIMS = [
    row(STEIN, space, [(s(x) * p(x), x)], id="Stein"),
    row(OTHER, space, [(s(x) * p(x), x)], id="Stein beside another term"),
    row(SUM, space, [(p(x) * q(y - x), x)], id="the score of a sum"),
    row(GREEN_1, space, [(h(x) * grad(k(x), x), x)], id="Green's first identity"),
    row(GREEN_2, space, [(h(x) * grad(k(x), x), x), (k(x) * grad(h(x), x), x)],
        id="Green's second identity"),
    row(HYVARINEN, line, [(s1(u) * p1(u), u)], id="Hyvaerinen on the line"),
    row(GAUSS, space, [(f(x) * Normal(x, y, v), x)], id="Stein for a normal law"),
    row(CUBE, line, [(s1(u) ** 3 * p1(u), u)], id="a cube"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "problem", "decays"), CLAIMS)
def test_with_its_hypothesis(judge, claim, problem, decays) -> None:
    verdict = judge(claim, given(problem, *decays), "proved")
    assert isinstance(verdict, Proved)
    needed = [c for c in verdict.conditions if c.kind == "decay"]
    assert needed
    assert {c.term for c in needed} <= {flux for flux, _ in decays}


@pytest.mark.parametrize(("claim", "problem", "decays"), CLAIMS)
def test_without_it(judge, claim, problem, decays) -> None:
    assert decays
    judge(claim, problem.scope, "not proved")


@pytest.mark.parametrize(("claim", "problem", "decays"), CLAIMS)
def test_with_the_other_sign(judge, claim, problem, decays) -> None:
    judge(Equal(claim.lhs, -claim.rhs), given(problem, *decays), "not proved")


WRONG_FLUX = [
    row(STEIN, [(s(x), x)], id="s alone"),
    row(STEIN, [(p(x) * x, x)], id="the density times x"),
    row(STEIN, [(s(x) * q(x), x)], id="under another density"),
    row(STEIN, [(f(x) * p(x), x)], id="another field"),
    row(STEIN, [(s(x + y) * p(x), x)], id="at another place"),
    row(STEIN, [(norm2(s(x)) * p(x), x)], id="its square"),
    row(SUM, [(p(x) * q(y + x), x)], id="at the mirrored place"),
    row(SUM, [(p(x) * p(y - x), x)], id="with the other density"),
    row(GREEN_2, [(h(x) * grad(k(x), x), x)], id="half of what is needed"),
    row(GREEN_1, [(k(x) * grad(h(x), x), x)], id="the other half"),
]


@pytest.mark.parametrize(("claim", "decays"), WRONG_FLUX)
def test_the_decay_of_another_flux_does_not_help(judge, claim, decays) -> None:
    judge(claim, given(space, *decays), "not proved")


SECOND = [
    row(Equal(E(At(dot(grad(div(f(x), x), x), f(x)), x, X)),
              -E(At(div(f(x), x) ** 2 + div(f(x), x) * dot(f(x), grad(log(p(x)), x)), x, X))),
        [(div(f(x), x) * f(x) * p(x), x)], "proved", id="a gradient of a divergence"),
    row(Equal(E(At(dot(grad(div(f(x), x), x), f(x)), x, X)),
              -E(At(div(f(x), x) ** 2, x, X))),
        [(div(f(x), x) * f(x) * p(x), x)], "not proved", id="the density has a slope, too"),
    row(Equal(integral(h(x) * laplace_h, x), -integral(norm2(grad(h(x), x)), x)),
        [(h(x) * grad(h(x), x), x)], "proved", id="the Dirichlet integral"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "decays", "expected"), SECOND)
def test_second_order(judge, claim, decays, expected) -> None:
    judge(claim, given(space, *decays), expected)


BOUNDARY = [
    row(Equal(integral(s1(u) * Diff(p1(u), u), u),
              Bracket(s1(u) * p1(u), u) - integral(Diff(s1(u), u) * p1(u), u)),
        [], "proved", id="with the boundary term no hypothesis is needed"),
    row(Equal(Bracket(s1(u) * p1(u), u), term(0)), [(s1(u) * p1(u), u)], "proved",
        id="the boundary term under its hypothesis"),
    row(Equal(Bracket(s1(u) * p1(u), u), term(0)), [(s1(u), u)], "not proved",
        id="under another"),
    row(Equal(Bracket(s1(u), u), term(0)), [(s1(u) * p1(u), u)], "not proved",
        id="p s -> 0 does not say s -> 0"),
    row(Equal(integral(Diff(two(u, w), w), w), term(0)), [(two(u, w), u)], "not proved",
        id="in the other argument"),
    row(Equal(integral(u * Diff(p1(u), u), u), term(-1)), [(p1(u), u)], "not proved",
        id="a weight that grows at infinity"),
    row(Equal(integral(u * Diff(p1(u), u), u), term(-1)), [(u * p1(u), u)], "proved",
        id="with the weight in the hypothesis"),
    row(Equal(integral(w * Diff(p1(u), u), u), term(0)), [(p1(u), u)], "proved",
        id="a weight that is constant"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "decays", "expected"), BOUNDARY)
def test_on_the_line(judge, claim, decays, expected) -> None:
    judge(claim, given(line, *decays), expected)


EVERYWHERE = Equal(integral(integral(Diff(two(u, r), u) * p1(r), u), r), term(0))
HERE = Equal(integral(Diff(two(u, w), u), u), term(0))
FLUX = two(u, w)

LETTERS = [
    row(EVERYWHERE, Decay(FLUX, u, for_all=(w,)), (), "proved", id="for every value of w"),
    row(EVERYWHERE, Decay(FLUX, u), (), "not proved", id="for the w of the problem alone"),
    row(HERE, Decay(FLUX, u), (), "proved", id="which is this one"),
    row(EVERYWHERE, Decay(FLUX, u), ((w, term(2)),), "not proved", id="for w = 2 alone"),
    row(Equal(integral(Diff(two(u, term(2)), u), u), term(0)), Decay(FLUX, u), ((w, term(2)),),
        "proved", id="which is 2"),
    row(Equal(integral(Diff(two(u, term(3)), u), u), term(0)), Decay(FLUX, u), ((w, term(2)),),
        "not proved", id="and not 3"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "decay", "equations", "expected"), LETTERS)
def test_the_other_letters_of_a_hypothesis(judge, claim, decay, equations, expected) -> None:
    judge(claim, line.scope.extended(equations=equations, decays=(decay,)), expected)
