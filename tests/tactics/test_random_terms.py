"""Random claims: a proof never contradicts numbers, a true claim is never refuted.

A random term is rewritten by true rules (odd notation on purpose) and then
edited once (`mutants.edits`).  Numbers come from `derive.numeric`, which shares
no code with the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutants import edits, places

from derive.derivation import Problem
from derive.errors import IllTyped
from derive.kernel.verdict import Proved, Refuted
from derive.language.claims import Equal
from derive.language.phrases import E, O, apply, at, density, dot, grad, integral, norm2, o
from derive.language.terms import (
    Add,
    Diff,
    Divergence,
    Dot,
    Identity,
    Mul,
    Neg,
    Normal,
    NormSq,
    Pow,
    Term,
    Trace,
    add,
    exp,
    log,
    mul,
    sqrt,
    term,
)
from derive.numeric.confirm import confirm
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from random import Random

problem = Problem("random", title="", file=__file__)
x, y = problem.scalar("x"), problem.scalar("y")
b, c = problem.scalar("b", 0), problem.scalar("c", 0, 1)
v, w = problem.vector("v"), problem.vector("w")
f, field = problem.field("f"), problem.field("F", rank=1)
p, q = problem.density("p"), problem.density("q")
p_v, p_w = problem.density("p_v"), problem.density("p_w")
X, Z = problem.random("X", p, rank=0), problem.random("Z", q, rank=0)
V, W = problem.random("V", p_v), problem.random("W", p_w)
G = problem.random("G", lambda point: Normal(point, b * V, c))
N = problem.random("N", lambda point: Normal(point, x, b), rank=0)
M = problem.random("M", lambda point: Normal(point, c * N, b), rank=0)
S = problem.define("S", X + 2 * Z)
Y = problem.define("Y", b * G - W)
SCOPE = problem.scope
LETTERS = [x, y, b, c, v, w, X, Z, N, M, V, W, G, S, Y]

Draw = Callable[[list[Term]], Term]


# --- random terms -----------------------------------------------------------------------


def number(random: Random) -> Term:
    return term(random.choice([1, 2, 3, -1, Fraction(1, 2)]))


def scalar(random: Random, depth: int, known: tuple[Term, ...] = ()) -> Term:
    """A number; `known` are the random variables that an expectation around it binds."""
    if depth <= 0:
        return random.choice([x, y, b, c, *known, *known, number(random)])
    sub = depth - 1
    shapes = [
        lambda: scalar(random, sub, known) + scalar(random, sub, known),
        lambda: scalar(random, sub, known) * scalar(random, sub, known),
        lambda: scalar(random, sub, known) - scalar(random, sub, known),
        lambda: scalar(random, sub, known) / random.choice([b, c, 1 + b, 1 - c, b + c]),
        lambda: sqrt(random.choice([b, c, b * c, 1 - c, b**2, b / c, 1 + x**2])),
        lambda: log(random.choice([b, c, 1 + b, b * c, b**2 / c])),
        lambda: scalar(random, sub, known) ** 2,
        lambda: f(scalar(random, 1, known)),
        lambda: norm2(vector(random, sub)),
        lambda: dot(vector(random, sub), vector(random, sub)),
    ]
    if not known:
        shapes += [
            lambda: exp(scalar(random, 1)),
            lambda: Diff(scalar(random, sub), random.choice([x, y, b])),
            lambda: Divergence(vector(random, sub), v),
            lambda: expectation(random, sub),
            lambda: expectation(random, sub),
        ]
    return random.choice(shapes)()


def vector(random: Random, depth: int) -> Term:
    if depth <= 0:
        return random.choice([v, w, field(v)])
    shapes = [
        lambda: vector(random, depth - 1) + vector(random, depth - 1),
        lambda: scalar(random, 1) * vector(random, depth - 1),
        lambda: grad(scalar(random, 1) * norm2(random.choice([v, v - w, field(v)])), v),
        lambda: vector(random, 0),
    ]
    return random.choice(shapes)()


def expectation(random: Random, depth: int) -> Term:
    vectors = [V, W, G, Y, v, field(V)]
    shapes = [
        lambda: E(scalar(random, depth, (X, Z))),
        lambda: E(scalar(random, depth, (N, M))),
        lambda: E(scalar(random, 1, (S, X))),
        lambda: E(scalar(random, 1, (N,)), at(M, y)),
        lambda: E(scalar(random, 1, (X,)), at(random.choice([S, X + Z, Z]), y)),
        lambda: E(E(X * f(Z), Z) * scalar(random, 1, (Z,))),
        lambda: E(E(X, S) * f(S)),
        lambda: E(dot(random.choice(vectors), random.choice(vectors))),
        lambda: E(norm2(random.choice([V, G, W, Y]) - random.choice([V, W, v]))),
        lambda: integral(scalar(random, 1) * p(x), x),
        lambda: density(random.choice([X, Z, S, X + Z, N, M]), y),
        lambda: density(random.choice([G, V + W, Y]), v),
    ]
    return random.choice(shapes)()


# --- true rules ---------------------------------------------------------------------------


def notations(random: Random, node: Term) -> list[Term]:
    """Other ways to write a term, each of them equal to it under the scope."""
    if node.rank == 1:
        return [
            Neg(Neg(node)), (b * node) / b, node + v - v, c * node + (1 - c) * node,
            apply(Identity(), node), grad(dot(node, w), w) if w not in letters(node) else node,
        ]  # fmt: skip
    if node.rank:
        return [Neg(Neg(node))]
    found = [
        node + 0 * number(random), (node * b) / b, (node * c) / c, node + b - b, Neg(Neg(node)),
        node * (1 - c) + node * c, node * exp(b) * exp(-b), node * sqrt(b) * sqrt(b) / b,
        node + (log(b * c) - log(b) - log(c)), node * sqrt(b**2) / b, node * exp(log(c)) / c,
        node * E(term(1)), node * integral(p(y), y), node + E(X - X), node * Diff(x * x, x) / x / 2,
        node * integral(Normal(y, x, b), y), node * (E(Z**2, at(Z, c)) / c**2),
    ]  # fmt: skip
    match node:
        case Add(terms):
            found.append(Add(tuple(reversed(terms))))
        case Mul(factors):
            found.append(Mul(tuple(random.sample(factors, len(factors)))))
            if isinstance(factors[0], Add):
                found.append(add(*(mul(part, *factors[1:]) for part in factors[0].terms)))
        case NormSq(body):
            found.append(dot(body, body))
        case Dot(left, right):
            found += [dot(right, left), (norm2(left + right) - norm2(left - right)) / 4]
        case Pow(base, exponent) if exponent == term(2):
            found.append(base * base)
        case Divergence(body, var):
            found.append(Trace(Diff(body, var)))
    return found


def letters(node: Term) -> set[Term]:
    return {place.node for place in places(node)}


def rewritten(random: Random, node: Term, times: int) -> Term:
    for _ in range(times):
        place = random.choice([pl for pl in places(node) if ".given" not in pl.path])
        try:
            image = place.put(random.choice(notations(random, place.node)))
        except IllTyped:
            continue
        assert isinstance(image, Term)
        node = image
    return node


def drawn(random: Random) -> Term:
    depth = random.choice([1, 2, 2, 3, 3])
    return scalar(random, depth) if random.random() < 0.8 else vector(random, depth)


# --- the properties -------------------------------------------------------------------------


def check_true(random: Random) -> None:
    node = drawn(random)
    claim = Equal(node, rewritten(random, node, random.choice([1, 2, 3])))
    verdict = decide(claim, SCOPE)
    assert not isinstance(verdict, Refuted), (claim, verdict)
    if isinstance(verdict, Proved):
        assert confirm(claim, SCOPE, seed=3).agreed, claim


def check_edited(random: Random) -> None:
    node = drawn(random)
    other = rewritten(random, node, random.choice([0, 1, 2]))
    found = [edit for edit in edits(other, LETTERS) if edit[2].rank == node.rank]
    if not found:
        return
    _, _, edited = random.choice(found)
    claim = Equal(node, edited)
    verdict = decide(claim, SCOPE)
    numbers = confirm(claim, SCOPE, seed=11, models=12 if isinstance(verdict, Proved) else 4)
    if isinstance(verdict, Proved):
        assert numbers.agreed, ("proved, and false in a model", claim)
    if isinstance(verdict, Refuted):
        assert not (numbers.agreed and numbers.models == 4), ("refuted, and true", claim)


def check_series(random: Random) -> None:
    """A polynomial in h is its own expansion; a term less needs the right remainder."""
    h = small.scalar("h", 0)
    size = random.choice([2, 3, 4])
    coefficients = [random.choice([-2, -1, 1, 2, 3]) for _ in range(size)]
    step = random.choice([Fraction(1), Fraction(1, 2)])
    terms = [k * h ** (step * n) for n, k in enumerate(coefficients)]
    cut = random.randrange(1, size)
    order = step * cut
    kept = add(*terms[:cut])
    smooth = random.choice([exp(h) * exp(-h), 1 / (1 + h) * (1 + h), sqrt(1 + h) ** 2 / (1 + h)])
    whole = add(*terms) * smooth
    for kind, expected in ((O, True), (o, False)):
        verdict = decide(Equal(whole, kept + kind(h**order)), small.scope)
        assert isinstance(verdict, Proved if expected else Refuted), (whole, kept, order, verdict)


small = Problem("small", title="", file=__file__)
small.scalar("h", 0)

PROPERTIES = [
    pytest.param(check_true, id="a true claim is never refuted"),
    pytest.param(check_edited, id="a proof never contradicts numbers"),
    pytest.param(check_series, id="a series is cut at its order"),
]
RANDOM = st.randoms(use_true_random=False)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@pytest.mark.parametrize("check", PROPERTIES)
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(random=RANDOM)
def test_random_claims(check: Callable[[Random], None], random: Random) -> None:
    check(random)


@pytest.mark.soak
@pytest.mark.parametrize("check", PROPERTIES)
@settings(max_examples=4000, deadline=None, suppress_health_check=SLOW)
@given(random=RANDOM)
def test_many_random_claims(check: Callable[[Random], None], random: Random) -> None:
    check(random)
