"""Holes that readings of the kernel have found: each once proved or refuted what it must not.

A row is a claim that went wrong, or its true neighbour, which a mending that is too
coarse would lose.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from derive.derivation import Problem
from derive.errors import IllTyped
from derive.kernel.check import PartsWitness, Sessions, prove_equal
from derive.kernel.limits import Undecidable
from derive.kernel.tensors import Binder, Tensor, scalar, variable
from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.claims import Claim, Equal, EqualUpToConstant, Minimises
from derive.language.phrases import E, O, at, density, div, half, integral, norm2, o
from derive.language.scope import Decay, Law, Moments, Range, Scope
from derive.language.terms import (
    RV,
    At,
    Diff,
    Event,
    Expect,
    Field,
    Integral,
    Ito,
    Neg,
    Normal,
    Sym,
    Term,
    exp,
    log,
    sqrt,
    term,
)
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.kernel.check import Session

problem = Problem("holes", title="", file=__file__)
r, x, y, z, a, b, c, k, m = (problem.scalar(name) for name in "rxyzabckm")
h, g = problem.scalar("h", 0), problem.scalar("g", 0)
f = problem.field("f")
p, q = problem.density("p"), problem.density("q")
X, Z = problem.random("X", p, rank=0), problem.random("Z", q, rank=0)
s = problem.field(r"s_\theta", trained=True)
free = problem.scope
xv, yv, zv = Sym("x", 1), Sym("y", 1), Sym("z", 1)
v = Field("v", 1)

row = pytest.param


def scope(
    *equations: tuple[Term, Term],
    low: dict[Sym, int] | None = None,
    within: tuple[Sym, ...] = (),
    laws: dict[RV, Law] | None = None,
    definitions: dict[RV, Term] | None = None,
) -> Scope:
    """Extend the scope of the file; `low`: least values, `within`: letters in (0, 1)."""
    ranges = {letter: Range(Fraction(least), None) for letter, least in (low or {}).items()}
    ranges |= {letter: Range(Fraction(0), Fraction(1)) for letter in within}
    return free.extended(equations=equations, ranges=ranges, laws=laws, definitions=definitions)


# --- signs ---------------------------------------------------------------------------

ROOT, MEAN = integral(sqrt(r), r, 0, 1), integral(r * q(r), r)
LOG = integral(log(r), r, 0, 1)
BOUND = [
    row(Equal(ROOT + integral(sqrt(r**2), r, -1, 0), ROOT + integral(r, r, -1, 0)),
        free, "not proved", id="the sign of one bound letter is not that of the next"),
    row(Equal(Diff(log(y), y) + integral(sqrt(r**2) * p(r), r), 1 / y + integral(r * p(r), r)),
        scope(low={y: 0}), "not proved", id="nor that of a letter of differentiation"),
    row(Equal(LOG + sqrt(MEAN**2), LOG + MEAN),
        free, "not proved", id="nor that of an integral in a renamed letter"),
    row(Equal(ROOT + integral(sqrt(r) ** 2, r, 0, 2), ROOT + integral(r, r, 0, 2)),
        free, "proved", id="a root that is squared again has its own sign"),
    row(Equal(Diff(sqrt(x) * sqrt(x), x), term(1)), free, "proved",
        id="a condition on a letter of differentiation is told in words"),
    row(Equal(Diff(log(x), x), 2 / x), free, "not proved", id="and still not of another slope"),
]  # fmt: skip


def words(verdict: Verdict) -> set[str]:
    assert isinstance(verdict, Proved), verdict
    return {condition.text for condition in verdict.conditions}


def told(verdict: Verdict, kind: str) -> set[Term | None]:
    assert isinstance(verdict, Proved), verdict
    return {condition.term for condition in verdict.conditions if condition.kind == kind}


BEFORE = [
    row(Equal(sqrt(x) + log(term(-1)), x), Equal(sqrt(x**2), x),
        id="a sign supposed by a claim that breaks off"),
    row(Equal(sqrt(x) + 1 / (y - y), x), Equal(sqrt(x**2), x),
        id="a sign supposed beside a denominator that is zero"),
    row(Equal(log(x) + 1 / (y - y), x), Equal(log(x**2), 2 * log(x) + 0 * sqrt(y**2) + 1),
        id="a logarithm supposed beside one"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), BEFORE)
def test_what_a_broken_claim_supposes_is_forgotten(first: Claim, second: Claim) -> None:
    sessions = Sessions()
    assert isinstance(decide(first, free, sessions), Unresolved)
    assert isinstance(decide(second, free, sessions), Refuted)


SIGNS = [
    row(sqrt(x) * sqrt(y), sqrt(x * y), {x, y}, id="a product of roots"),
    row(sqrt(x * y), sqrt(x) * sqrt(y), {x, y}, id="told by the right side"),
    row(exp(log(x)), x, {x}, id="a logarithm"),
    row(sqrt(x - 1) ** 2, x - 1, {x - 1}, id="a difference"),
    row(sqrt(x + y) * sqrt(x + y), x + y, {x + y}, id="a sum"),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), SIGNS)
def test_what_must_be_positive_is_named(lhs: Term, rhs: Term, expected: set[Term]) -> None:
    verdict = decide(Equal(lhs, rhs), free)
    assert isinstance(verdict, Proved), verdict
    named = told(verdict, "positive")
    assert len(named) == len(expected)
    for term_ in expected:
        same = [n for n in named if n is not None and decide(Equal(n, term_), free)]
        assert same
