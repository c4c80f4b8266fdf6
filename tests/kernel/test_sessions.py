"""One session for many claims, side equations, and what a verdict is."""

from __future__ import annotations

import pytest

from derive.derivation import Problem
from derive.kernel.check import Sessions
from derive.kernel.verdict import Counterexample, Proved, Refuted, Unresolved
from derive.language.claims import Claim, Equal
from derive.language.phrases import E, half, integral
from derive.language.scope import Scope
from derive.language.terms import Sym, Term, log, sqrt, term
from derive.tactics.decide import decide

problem = Problem("sessions", title="", file=__file__)
x, y = problem.scalar("x"), problem.scalar("y")
b, c = problem.scalar("b", 0, 1), problem.scalar("c", 0, 1)
f = problem.field("f")
p = problem.density("p")
X = problem.random("X", p, rank=0)

row = pytest.param

POSITIVE_X = Equal(sqrt(x) * sqrt(x), x)
SCALED = Equal(integral(f(x * y), y), integral(f(y), y) / x)

PAIRS = [
    row(POSITIVE_X, Equal(sqrt(x**2), x), id="a sign supposed before, under a root"),
    row(POSITIVE_X, SCALED, id="a sign supposed before, in a change of variable"),
    row(Equal(log(x) * 2, log(x) + log(x)), Equal(sqrt(x**2), x), id="a sign from a logarithm"),
    row(Equal(sqrt(x) * integral(f(x * y), y), integral(f(y), y) / sqrt(x)), SCALED,
        id="the same integral before"),
    row(Equal(x / x, term(1)), Equal(x - x, term(0)), id="a denominator before"),
    row(Equal(x / x, term(1)), Equal(y / y, term(1)), id="two denominators"),
    row(Equal(E(f(X)) / x * x, E(f(X))), Equal(E(f(X)), integral(f(y) * p(y), y)),
        id="a denominator beside the same expectation"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_claim_does_not_inherit_from_the_one_before(first: Claim, second: Claim) -> None:
    sessions = Sessions()
    decide(first, problem.scope, sessions)
    after, alone = decide(second, problem.scope, sessions), decide(second, problem.scope)
    assert type(after) is type(alone)
    if isinstance(after, Proved) and isinstance(alone, Proved):
        assert set(after.conditions) == set(alone.conditions)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_same_claim_again_has_the_same_conditions(first: Claim, second: Claim) -> None:
    sessions = Sessions()
    verdicts = [decide(claim, problem.scope, sessions) for claim in (first, second, first)]
    assert verdicts[0] == verdicts[2]


def test_two_scopes_in_one_session() -> None:
    sessions = Sessions()
    positive = Problem("positive", title="", file=__file__)
    letter = positive.scalar("x", 0)
    claim = Equal(sqrt(letter**2), letter)
    assert isinstance(decide(claim, positive.scope, sessions), Proved)
    assert not isinstance(decide(claim, Scope(), sessions), Proved)
    assert isinstance(decide(claim, positive.scope, sessions), Proved)


# --- side equations ---
k, m = Sym("k"), Sym("m")

SIDE = [
    row(((k, 1 + m),), k - m, term(1), "proved", id="a definition"),
    row(((1 + m, k),), k - m, term(1), "proved", id="written the other way round"),
    row(((k, 1 + m), (m, k - 1)), k - m, term(1), "proved", id="one equation twice"),
    row(((k, m), (m, x)), k, x, "proved", id="a chain"),
    row(((k, m), (m, x)), k, y, "refuted", id="a chain, another letter"),
    row(((2 * k, 1 + m),), k, (1 + m) / 2, "proved", id="linear"),
    row(((b, 1 - b),), b, half, "proved", id="linear in a letter on both sides"),
    row(((k**2, m),), k**2, m, "not refuted", id="a square"),
    row(((k**2, m),), k, sqrt(m), "not proved", id="has two roots"),
    row(((k, k),), k, term(3), "not proved", id="which says nothing"),
    row(((k, term(2)), (k, term(3))), k, term(5), "unresolved", id="a contradiction"),
    row(((term(0), term(1)),), k, term(7), "unresolved", id="0 = 1"),
    row(((b, term(5)),), sqrt((1 - b) ** 2), 1 - b, "unresolved", id="outside its interval"),
    row(((b, c + 1),), b, term(5), "not proved", id="two intervals that exclude each other"),
    row(((b * k, term(0)),), k, term(0), "not refuted", id="a product that is zero"),
    row(((k * m, term(0)),), k, term(0), "not proved", id="either factor may be"),
    row(((k, E(f(X))),), E(f(X) - k), term(0), "proved", id="a name for an expectation"),
    row(((k, f(x)),), f(x) - k, term(0), "proved", id="a name for a value"),
    row(((k, f(x)),), f(y) - k, term(0), "refuted", id="at another place"),
]


@pytest.mark.parametrize(("equations", "lhs", "rhs", "expected"), SIDE)
def test_side_equations(judge, equations, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), problem.scope.extended(equations=equations), expected)


def nested(depth: int) -> Term:
    node: Term = x
    for _ in range(depth):
        node = 1 / (1 + node)
    return node


def test_a_deeply_nested_formula_is_no_crash() -> None:
    """400 fractions in one another: too deep for Python's own stack."""
    assert not isinstance(decide(Equal(nested(400), term(0)), problem.scope), Proved)


POSITIVITY = [
    row((x,), sqrt(x**2), x, "proved", id="of a letter"),
    row((-x,), sqrt(x**2), x, "refuted", id="of its negative"),
    row((x * y,), sqrt(x**2), x, "not proved", id="of a product"),
    row((x * y,), sqrt((x * y) ** 2), x * y, "not refuted", id="of that product"),
    row((y,), sqrt(x**2), x, "refuted", id="of another letter"),
    row((term(-1),), x, y, "not proved", id="of a negative number"),
    row((x, -x), x, y, "not proved", id="a contradiction"),
]


@pytest.mark.parametrize(("positive", "lhs", "rhs", "expected"), POSITIVITY)
def test_hypotheses_of_positivity(judge, positive, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), problem.scope.extended(positive=positive), expected)


# --- verdicts ---
VERDICTS = [
    Proved("normal form"),
    Refuted("model", Counterexample({"x": "1"}, "1", "2")),
    Unresolved("no reason"),
]


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: type(v).__name__)
def test_a_verdict_has_no_truth_value(verdict) -> None:
    with pytest.raises(TypeError, match="three cases"):
        bool(verdict)


def test_a_counterexample_can_be_redone_by_hand() -> None:
    verdict = decide(Equal((x + y) ** 2, x**2 + y**2), problem.scope)
    assert isinstance(verdict, Refuted)
    model = {name: int(value) for name, value in verdict.counterexample.model.items()}
    left, right = (model["x"] + model["y"]) ** 2, model["x"] ** 2 + model["y"] ** 2
    assert (verdict.counterexample.lhs, verdict.counterexample.rhs) == (str(left), str(right))
    assert left != right


def test_a_counterexample_obeys_the_hypotheses() -> None:
    scope = problem.scope.extended(equations=((b, c / 2),))
    verdict = decide(Equal(b, c), scope)
    assert isinstance(verdict, Refuted)
    assert 2 * float(_value(verdict, "b")) == float(_value(verdict, "c"))


def _value(verdict: Refuted, name: str) -> float:
    top, _, bottom = verdict.counterexample.model[name].partition("/")
    return int(top) / int(bottom or 1)
