"""Vectors of R^d with d a symbol: products, matrices, derivatives."""

from __future__ import annotations

import pytest

from derive.derivation import Problem
from derive.language.claims import Equal
from derive.language.phrases import Function, apply, div, dot, grad, half, jacobian, norm2
from derive.language.terms import DIM, At, Diff, Field, Identity, Outer, Trace, exp, log, sqrt, term

problem = Problem("vectors", title="", file=__file__)
x, y, z = (problem.vector(name) for name in "xyz")
a = problem.scalar("a", 0)
u, w = problem.scalar("u"), problem.scalar("w")
f, g = problem.field("f", rank=1), problem.field("g", rank=1)
h, k = problem.field("h"), problem.field("k")
two = Field("F")
J, H = Function(x, jacobian(f(x), x)), Function(x, grad(grad(h(x), x), x))
d = DIM

row = pytest.param

ALGEBRA = [
    row(dot(x, y) ** 2, norm2(x) * norm2(y), "refuted", id="Cauchy-Schwarz is no equation"),
    row(dot(x, x) ** 2, norm2(x) * norm2(x), "proved", id="but for parallel vectors"),
    row(norm2(x + y), norm2(x) + 2 * dot(x, y) + norm2(y), "proved", id="square of a sum"),
    row(norm2(x + y), norm2(x) + norm2(y), "refuted", id="Pythagoras without a right angle"),
    row(norm2(x + y) - norm2(x - y), 4 * dot(y, x), "proved", id="polarisation"),
    row(norm2(x + y) + norm2(x - y), 2 * norm2(x) + 2 * norm2(y), "proved", id="parallelogram"),
    row(norm2(a * x), a**2 * norm2(x), "proved", id="a factor in a norm"),
    row(norm2(a * x), a * norm2(x), "refuted", id="squared"),
    row(apply(Outer(x, y), z), dot(y, z) * x, "proved", id="a matrix of rank one"),
    row(apply(Outer(x, y), z), dot(x, z) * y, "refuted", id="its transpose"),
    row(Trace(Outer(x, y)), dot(x, y), "proved", id="trace of a matrix of rank one"),
    row(Trace(Identity()), d, "proved", id="trace of the identity"),
    row(Trace(Identity()), term(1), "refuted", id="which is d, not 1"),
    row(Outer(x, y), Outer(y, x), "refuted", id="not symmetric"),
    row(Outer(x, x) - Outer(x, x), 0 * Identity(), "proved", id="matrices cancel"),
    row(apply(Identity(), x), x, "proved", id="the identity applied"),
    row(norm2(x) / norm2(x), term(1), "proved", id="a norm cancels"),
]

DERIVATIVES = [
    row(dot(apply(J(x), y), z), dot(apply(J(x), z), y), "refuted", id="a Jacobian and its adjoint"),
    row(dot(apply(H(x), y), z), dot(apply(H(x), z), y), "proved", id="a Hessian is symmetric"),
    row(Trace(J(x)), div(f(x), x), "proved", id="trace of the Jacobian"),
    row(div(h(x) * f(x), x), h(x) * div(f(x), x) + dot(grad(h(x), x), f(x)), "proved",
        id="product rule"),
    row(div(h(x) * f(x), x), h(x) * div(f(x), x), "refuted", id="half of it"),
    row(grad(h(x) * k(x), x), h(x) * grad(k(x), x) + k(x) * grad(h(x), x), "proved",
        id="gradient of a product"),
    row(div(grad(h(x), x), x), Trace(H(x)), "proved", id="the Laplacian"),
    row(div(grad(h(x) * k(x), x), x),
        h(x) * div(grad(k(x), x), x) + 2 * dot(grad(h(x), x), grad(k(x), x))
        + k(x) * div(grad(h(x), x), x), "proved", id="Laplacian of a product"),
    row(grad(dot(x, y), x), y, "proved", id="gradient of a linear form"),
    row(grad(norm2(x), x), 2 * x, "proved", id="gradient of the square"),
    row(jacobian(x, x), Identity(), "proved", id="Jacobian of the identity map"),
    row(div(x, x), d, "proved", id="divergence of x"),
    row(div(norm2(x) * x, x), (d + 2) * norm2(x), "proved", id="divergence of |x|^2 x"),
    row(grad(sqrt(norm2(x)), x), x / sqrt(norm2(x)), "proved", id="gradient of the norm"),
    row(div(x / sqrt(norm2(x)), x), (d - 1) / sqrt(norm2(x)), "proved", id="a radial field"),
    row(div(grad(log(norm2(x)), x), x), 2 * (d - 2) / norm2(x), "proved", id="harmonic for d = 2"),
    row(div(grad(log(norm2(x)), x), x), 0 * norm2(x), "refuted", id="and for no other d"),
    row(grad(norm2(x) ** (d / 2), x), d * norm2(x) ** (d / 2 - 1) * x, "proved",
        id="gradient of |x|^d"),
    row(grad(norm2(f(x)), x), 2 * apply(J(x), f(x)), "refuted", id="the adjoint is needed"),
    row(grad(norm2(grad(h(x), x)), x), 2 * apply(H(x), grad(h(x), x)), "proved",
        id="and for a gradient it is the same"),
    row(half * div(grad(norm2(f(x)), x), x), div(apply(J(x), f(x)), x), "refuted",
        id="tr J J and tr J J^T"),
    row(div(apply(J(x), f(x)), x), dot(grad(div(f(x), x), x), f(x)) + Trace(J(x)) ** 2, "refuted",
        id="tr(J J) is not (tr J)^2"),
    row(div(apply(Outer(f(x), g(x)), y), x),
        div(f(x), x) * dot(g(x), y) + dot(apply(jacobian(g(x), x), f(x)), y), "proved",
        id="divergence of a matrix of rank one"),
    row(grad(exp(-norm2(x - y) / (2 * a)), x), (y - x) / a * exp(-norm2(x - y) / (2 * a)), "proved",
        id="gradient of a bell"),
]  # fmt: skip

CHAIN = [
    row(jacobian(f(a * x + y), x), a * At(J(x), x, a * x + y), "proved", id="an affine argument"),
    row(jacobian(f(a * x + y), x), At(J(x), x, a * x + y), "refuted", id="its factor"),
    row(div(f(y - x), x), -At(div(f(x), x), x, y - x), "proved", id="a mirrored argument"),
    row(div(f(y - x), x), At(div(f(x), x), x, y - x), "refuted", id="its sign"),
    row(Diff(h(u * x), u), dot(At(grad(h(x), x), x, u * x), x), "proved", id="along a ray"),
    row(grad(h(grad(k(x), x)), x),
        apply(grad(grad(k(x), x), x), At(grad(h(x), x), x, grad(k(x), x))),
        "proved", id="a function of a gradient"),
    row(Diff(two(u, u), u), At(Diff(two(u, w), u) + Diff(two(u, w), w), w, u), "proved",
        id="on the diagonal"),
    row(Diff(two(u, u), u), At(Diff(two(u, w), u), w, u), "refuted", id="both arguments move"),
    row(Diff(Diff(two(u, w), u), w), Diff(Diff(two(u, w), w), u), "proved", id="mixed partials"),
    row(Diff(two(u, w), u), Diff(two(u, w), w), "refuted", id="different partials"),
    row(Diff(At(k(u), u, u**2), u), 2 * u * At(Diff(k(u), u), u, u**2), "proved",
        id="the letter of At is bound in its body alone"),
    row(Diff(At(k(u), u, u**2), u), At(Diff(k(u), u), u, u**2), "refuted", id="inner derivative"),
    row(At(At(k(u + w), u, w), w, u), k(2 * u), "proved", id="one letter after the other"),
    row(At(Diff(k(u), u), u, term(2)), term(0), "refuted", id="the value is put afterwards"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "expected"), ALGEBRA + DERIVATIVES + CHAIN)
def test_vectors(judge, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), problem.scope, expected)
