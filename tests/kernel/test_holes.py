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
from derive.language.phrases import E, O, div, integral, norm2, o
from derive.language.scope import Decay, Law, Moments, Range, Scope
from derive.language.terms import (
    RV,
    At,
    Diff,
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
free = problem.scope
xv = Sym("x", 1)
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
    row(Equal(log(x) + 1 / (y - y), x), Equal(sqrt(x**2), x),
        id="that of a logarithm beside one"),
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
    assert told(decide(Equal(lhs, rhs), free), "positive") == expected


# --- Landau terms ------------------------------------------------------------------------

SMALL, UNIT = scope(low={h: 0}), scope(low={h: 0}, within=(x,))
HIDDEN_ZERO = sqrt(1 + sqrt(x)) * sqrt(1 - sqrt(x)) - sqrt(1 - x)
CUBE_ZERO = exp(log(x) / 3) ** 3 - x
BEYOND = replace(free, ranges={h: Range(Fraction(1), None)})

SERIES = [
    row(1 + 2 * h**2 + h**4 + O(h**10), (1 + h**2) ** 2, SMALL, "not proved",
        id="a finite expansion has no remainder"),
    row(1 + h**3 + O(h**9), (1 + h**3) ** 1, SMALL, "not proved", id="nor has the first power"),
    row((1 + h**2) ** 2, 1 + 2 * h**2 + h**4 + o(h**11), SMALL, "proved",
        id="it lies in every class"),
    row((1 + h**2) ** 2, 1 + 2 * h**2 + o(h**4), SMALL, "refuted", id="all its terms are needed"),
    row(h**2, o(h), scope((h, 2 * k)), "not refuted", id="h is fixed by a side equation"),
    row(k**2, o(h), scope((h, 2 * k)), "not refuted", id="a letter is h by a side equation"),
    row(b, h + o(h), scope((b, Field("h")(h)), low={h: 0}), "not proved",
        id="a function of the name h is not h"),
    row(b, h + o(h), scope((b, h + h**2), low={h: 0}), "proved", id="a letter that begins with h"),
    row(x + 1 + h, x + h + o(h), SMALL, "refuted",
        id="coefficients with a letter that the difference lacks"),
    row(sqrt((h - 1) ** 2), 1 - h + o(h), BEYOND, "unresolved", id="h cannot tend to 0"),
    row(b, -1 + h + o(h), BEYOND.extended(equations=((b, sqrt((h - 1) ** 2)),)), "unresolved",
        id="nor in a side equation"),
    row(HIDDEN_ZERO * O(h), o(h), UNIT, "not refuted", id="a class times a hidden zero"),
    row(CUBE_ZERO * O(h), o(h), UNIT, "not refuted", id="a class times a power that is zero"),
    row(h, HIDDEN_ZERO * O(h), UNIT, "not proved", id="such a class admits 0 alone"),
    row(h, CUBE_ZERO * O(h), UNIT, "not proved", id="as does the one of the power"),
    row(x * O(h), o(h), UNIT, "refuted", id="a factor that is not zero is seen"),
    row(-(h**2), O(h) ** 2, SMALL, "not proved", id="a square of a class has no negative function"),
    row(-(h**4), o(h) ** 4, SMALL, "not proved", id="nor has a fourth power"),
    row(O(h) ** 2, O(h**2), SMALL, "proved", id="a square lies in the class of squares"),
    row(O(h) * O(h), O(h**2), SMALL, "proved", id="as does a product of two functions"),
    row(-(h**3), O(h) ** 3, SMALL, "not refuted", id="a cube has either sign"),
    row((1 + h) ** 20000, 1 + 20000 * h + o(h), SMALL, "proved", id="a huge power"),
    row((1 + h) ** 20000, 1 + 20001 * h + o(h), SMALL, "refuted", id="a huge power, another slope"),
    row((1 + h) ** 10**30, 1 + 10**30 * h + o(h), SMALL, "proved", id="a power beyond counting"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "given", "expected"), SERIES)
def test_expansions(judge, lhs, rhs, given, expected) -> None:
    judge(Equal(lhs, rhs), given, expected)


FACTORS = [
    row(h, x * O(h), x, id="a letter"),
    row(h, (x - y) * O(h), -y + x, id="a difference"),
    row(1 / (1 + h), 1 / (1 + x * O(h)), x, id="a letter in a denominator"),
]


@pytest.mark.parametrize(("lhs", "rhs", "factor"), FACTORS)
def test_a_factor_of_a_class_on_the_right_is_not_zero(lhs, rhs, factor) -> None:
    verdict = decide(Equal(lhs, rhs), SMALL)
    if isinstance(verdict, Proved):
        assert factor in told(verdict, "nonzero")
    else:
        assert isinstance(verdict, Unresolved)


# One step of DDPM, where a candidate value of gamma must lie below 1 for a root to exist.
beta, alpha, past = (problem.scalar(name, 0, 1) for name in ("beta", "alpha", "alpha'"))
STEP = problem.scope.extended(equations=((beta, h * g), (past, alpha / (1 - beta))))


def weight(root: Term) -> Term:
    """A_t, with `root` for the beta_t under its root."""
    noise = sqrt(past) * beta / ((1 - alpha) * sqrt(alpha))
    return sqrt(1 - root) * (1 - past) / (1 - alpha) + noise


ROOTS = [
    row(weight(beta), 1 + h * g / 2 + o(h), "proved", id="the step as it is"),
    row(weight(g), 1 + h * g / 2 + o(h), "refuted", id="gamma for beta, first order"),
    row(weight(g), 1 + h * g / 2 + 3 * h**2 * g**2 / 8 + o(h**2), "refuted",
        id="gamma for beta, second order"),
    row(weight(g) - (1 + h * g / 2), 3 * h**2 * g**2 / 8 + o(h**2), "refuted",
        id="gamma for beta, against the Euler step"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "expected"), ROOTS)
def test_a_step_with_another_letter_under_the_root(judge, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), STEP, expected)


# --- letters that hypotheses tie to others ----------------------------------------------------

NOISE, WITH_MEAN = RV("N", 0), RV("M", 0)
q_e = Field("q_e", density=True)
NORMAL = free.extended(laws={NOISE: Law(r, Normal(r, x, term(1)))})
MOMENTS = free.extended(laws={WITH_MEAN: Law(y, q_e(y))}, moments={q_e: Moments(m, term(1))})
PRODUCT = replace(MOMENTS, moments={q_e: Moments(a, term(1))}, equations=((a, h * g),))
TWICE = scope((a, 2 * b))

TIED = [
    row(E(WITH_MEAN), m, MOMENTS, "proved", id="a stated mean"),
    row(Diff(E(WITH_MEAN), m), term(0), MOMENTS, "not proved", id="its slope in itself is not 0"),
    row(integral(E(WITH_MEAN) * p(m), m), m, MOMENTS, "not proved",
        id="a bound letter is not that of the mean"),
    row(E(WITH_MEAN), h * g, PRODUCT, "proved", id="a mean through a side equation"),
    row(E(WITH_MEAN), h * g + o(h), PRODUCT, "not refuted", id="a mean that moves with h"),
    row(Diff(a, b), term(0), TWICE, "not proved", id="a slope through a side equation"),
    row(integral(a * p(b), b), a, TWICE, "not proved", id="an average through a side equation"),
    row(At(a, b, term(3)), 2 * b, TWICE, "not proved", id="a value through a side equation"),
    row(a, 2 * b, TWICE, "proved", id="the side equation"),
    row(Diff(E(NOISE), x), term(1), NORMAL, "proved", id="a slope in a letter of a law"),
    row(At(Diff(E(NOISE), x), x, k), term(1), NORMAL, "not refuted", id="its value elsewhere"),
    row(integral(Diff(E(NOISE), x) * p(x), x), term(1), NORMAL, "not refuted", id="its average"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "given", "expected"), TIED)
def test_letters_that_depend_on_others(judge, lhs, rhs, given, expected) -> None:
    judge(Equal(lhs, rhs), given, expected)


@pytest.mark.parametrize(("claim", "given", "expected"), BOUND)
def test_the_sign_of_a_bound_letter(judge, claim, given, expected) -> None:
    judge(claim, given, expected)


# --- minimisers and constants ---------------------------------------------------------------

D = Field("D", trained=True)
D_density = Field("d", density=True, trained=True)
LOSS = E((D(X) - Z) ** 2)
AVERAGE = scope((c, E(D(X))))

MINIMA = [
    row(LOSS, D(z), E(Z), free, "proved", id="the mean"),
    row(LOSS, D(z), D(z), free, "not proved", id="the unknown as its own minimiser"),
    row(LOSS, D(z), D(z) / 3 + 2 * E(Z) / 3, free, "not proved", id="the unknown in the minimiser"),
    row(LOSS + (c - 2 * E(Z)) ** 2, D(z), E(Z), AVERAGE, "not proved",
        id="the unknown in a side equation"),
    row(E((D_density(X) - q(X)) ** 2) + integral(D_density(x), x), D_density(z), q(z), free,
        "not proved", id="a density has mass one, other functions have not"),
    row(E((D(D(X)) - Z) ** 2), D(z), E(Z), free, "not proved", id="the unknown in itself"),
]  # fmt: skip


@pytest.mark.parametrize(("functional", "unknown", "value", "given", "expected"), MINIMA)
def test_minimisers(judge, functional, unknown, value, given, expected) -> None:  # noqa: PLR0913 - the columns
    judge(Minimises(functional, unknown, value), given, expected)


CONSTANTS = [
    row(
        a * integral(D_density(a * x), x),
        term(0),
        "not refuted",
        id="the zero function is no density",
    ),
    row(integral(D_density(x), x), term(0), "proved", id="a trained density has mass one"),
    row(E(D(X)), term(0), "refuted", id="a trained function has any mean"),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), CONSTANTS)
def test_constants(judge, lhs, rhs, expected) -> None:
    judge(EqualUpToConstant(lhs, rhs), free, expected)


# --- conditions -------------------------------------------------------------------------------

CONVERGE, ORDER = "the integrals converge", "the order of integration may be exchanged"
DECAY = free.extended(decays=(Decay(v(xv), xv),))
DECAY_LINE = free.extended(decays=(Decay(f(x), x),))
DOUBLED = replace(free, laws={X: Law(x, 2 * p(x))})
MASS = "the stated laws have total mass one"

CONDITIONS = [
    row(integral(integral(f(x, y), y), x), integral(integral(f(x, y), x), y), free, ORDER,
        id="an exchange of integrals"),
    row(integral(div(v(xv), xv), xv), term(0), DECAY,
        "at infinity, with its flux through large spheres", id="a flux in space"),
    row(integral(Diff(f(x), x), x), term(0), DECAY_LINE, "at infinity", id="a flux on the line"),
    row(integral(exp(x**3), x) / integral(exp(x**3), x), term(1), free, CONVERGE,
        id="an exponential that grows"),
    row(integral(sqrt(1 + x**2), x) / integral(sqrt(1 + x**2), x), term(1), free, CONVERGE,
        id="a root that grows"),
    row(E(1 + 0 * X), term(2), DOUBLED, MASS, id="a law of mass two"),
    row(E(f(X)), 2 * integral(f(x) * p(x), x), DOUBLED, MASS, id="a mean under it"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "given", "text"), CONDITIONS)
def test_what_a_proof_rests_on_is_told(lhs, rhs, given, text) -> None:
    assert text in words(decide(Equal(lhs, rhs), given))


SILENT = [
    row(integral(f(x) * p(x), x), E(f(X)), ORDER, id="no exchange in one integral"),
    row(integral(f(x) * p(x), x), E(f(X)), MASS, id="no premise where a density is given"),
    row((x + y) ** 2 / 2, x**2 / 2 + x * y + y**2 / 2, CONVERGE, id="no integral at all"),
]


@pytest.mark.parametrize(("lhs", "rhs", "text"), SILENT)
def test_what_it_does_not_rest_on_is_not_told(lhs, rhs, text) -> None:
    assert text not in words(decide(Equal(lhs, rhs), free))


# --- hypotheses that cannot hold ------------------------------------------------------------

W, U = RV("W", 0), RV("U", 0)
LOOP = scope(definitions={W: W + 1})
CIRCLE = scope(definitions={W: U, U: W})
LAWS = scope(laws={X: Law(x, p(x, Z)), Z: Law(y, q(y, X))})
EMPTY = replace(free, ranges={a: Range(Fraction(2), Fraction(1))})

IMPOSSIBLE = [
    row(a, a + 0 * b, scope((a, term(2)), within=(a,)), id="a value outside its interval"),
    row(sqrt((a - 2) ** 2), a - 2, EMPTY, id="an interval without a number"),
    row(x, y, free.extended(positive=(x - y, y - x)), id="a difference of both signs"),
    row(E(W), term(1), LOOP, id="a variable defined by itself"),
    row(E(W), E(W), LOOP, id="a variable defined by itself, in one identity"),
    row(E(W), term(1), CIRCLE, id="two variables defined by each other"),
    row(E(X), E(Z), LAWS, id="two laws given each other"),
]


@pytest.mark.parametrize(("lhs", "rhs", "given"), IMPOSSIBLE)
def test_nothing_is_decided_where_nothing_is_meant(lhs, rhs, given) -> None:
    assert isinstance(decide(Equal(lhs, rhs), given), Unresolved)


def law_of_another_rank() -> Verdict:
    return decide(Equal(E(X), E(Z)), free.extended(laws={X: Law(xv, p(xv))}))


def test_a_law_has_the_rank_of_its_variable() -> None:
    try:
        verdict = law_of_another_rank()
    except IllTyped:
        return
    assert isinstance(verdict, Unresolved)


ILL_TYPED: list[object] = [
    row(lambda: Field("A", 2), id="a field of matrices"),
    row(lambda: Sym("M", 2), id="a letter for a matrix"),
    row(lambda: RV("M", 2), id="a random matrix"),
    row(lambda: Sym("x", -1), id="a letter of negative rank"),
    row(lambda: Ito(exp(x), x, y, 2), id="a Wiener integral with matrices for values"),
    row(lambda: Field("v", 1, density=True), id="a density with vectors for values"),
    row(lambda: Integral(norm2(xv), xv, term(0), term(1)), id="limits of a vector"),
    row(lambda: Integral(x, x, term(0)), id="one limit"),
    row(lambda: Sym("w#0"), id="the name of a bound letter"),
]


@pytest.mark.parametrize("make", ILL_TYPED)
def test_a_term_without_meaning_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(IllTyped):
        make()


# --- resources --------------------------------------------------------------------------------


def negated(depth: int) -> Term:
    node: Term = x
    for _ in range(depth):
        node = Neg(node)
    return node


DEEP = [
    row(lambda: negated(3000), x, id="an even number of signs"),
    row(lambda: negated(3000), x + 1, id="an even number of signs, and false"),
]


@pytest.mark.parametrize(("make", "rhs"), DEEP)
def test_a_deep_formula_is_left_open(make: Callable[[], Term], rhs: Term) -> None:
    assert isinstance(decide(Equal(make(), rhs), free), Unresolved)


def test_a_power_of_a_sum_ends() -> None:
    """39711 terms: true, and perhaps too many."""
    claim = Equal((x + y + b + c) ** 60, (y + x + c + b) ** 60)
    assert isinstance(decide(claim, free), Proved | Unresolved)


# --- witnesses that are not honest ------------------------------------------------------------

F = Field("F")
EVERY = free.extended(decays=(Decay(F(x, y), x, for_all=(y,)),))
ONE = free.extended(decays=(Decay(F(x, y), x),))
SCALAR = free.extended(decays=(Decay(p(xv), xv),))
DIAGONAL = Equal(integral(Diff(F(x, x), x), x), term(0))
SLICE = Equal(integral(Diff(F(x, z), x), x), term(0))
CAPTURED = Equal(integral(integral(Diff(F(x, y), x), x), y), term(0))


def bound(*names: str, rank: int = 0) -> tuple[Binder, ...]:
    return tuple(Binder(name, rank) for name in names)


def letter(name: str) -> Callable[[Session], Tensor]:
    return lambda session: variable(session.algebra, name, 0)


def judged(
    claim: Equal,
    given: Scope,
    binders: tuple[Binder, ...],
    y_is: Callable[[Session], Tensor] | None,
    weight_: Callable[[Session], Tensor] | None = None,
) -> Verdict:
    """Offer a witness that no tactic makes to the kernel."""

    def action(session: Session) -> Verdict:
        one = session.algebra.one
        weighed = scalar(one) if weight_ is None else weight_(session)
        letters = {} if y_is is None else {y: y_is(session)}
        return prove_equal(session, claim, [PartsWitness(one, weighed, 0, binders, letters)])

    return Sessions().run(given, action)


def test_an_honest_witness_is_taken() -> None:
    assert isinstance(judged(SLICE, EVERY, bound("w#0"), letter("z")), Proved)


WITNESSES = [
    row(DIAGONAL, EVERY, bound("w#0"), letter("w#0"), None, id="along the diagonal"),
    row(CAPTURED, ONE, bound("w#0", "y"), None, None, id="a free letter that is captured"),
    row(CAPTURED, EVERY, bound("w#0", "w#0"), None, None, id="a variable bound twice"),
    row(SLICE, ONE, bound("w#0"), letter("z"), None, id="for a letter that is not stated"),
    row(Equal(integral(x * Diff(F(x, y), x), x), term(0)), ONE, bound("w#0"), None,
        letter("w#0"), id="a weight that moves"),
    row(Equal(integral(p(xv), xv), term(0)), SCALAR, bound("w#0", rank=1), None, None,
        id="a number for a flux in space"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "given", "binders", "y_is", "weight_"), WITNESSES)
def test_a_witness_that_is_not_honest_is_refused(claim, given, binders, y_is, weight_) -> None:
    with pytest.raises(Undecidable):
        judged(claim, given, binders, y_is, weight_)
