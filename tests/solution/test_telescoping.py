r"""Sums over time under logarithms: what claims without sums they come down to."""

import pytest

from derive.checking import load
from derive.kernel.verdict import Proved
from derive.keys import select
from derive.language.terms import Field
from derive.reader.grammar import parse
from derive.solution.context import Context
from derive.solution.factors import covers
from derive.solution.telescoping import reduced
from derive.tactics.decide import decide


@pytest.fixture(scope="module")
def context():
    (ref,) = select(["classics/ddpm"])
    made = Context.of_problem(ref.target, load(ref))
    made.define(r"p_{\theta}", Field(r"p_\theta", 0, trained=True))
    return made


TRUE = [
    pytest.param(
        r"\log \prod_{t=1}^T q(x_t | x_{t-1})",
        r"\sum_{t=1}^T \log q(x_t | x_{t-1})",
        id="the logarithm of a product",
    ),
    pytest.param(
        r"\sum_{t=1}^T \log \frac{q(x_t | x_0)}{p_\theta(x_t)}",
        r"\sum_{t=1}^T \log q(x_t | x_0) - \sum_{t=1}^T \log p_\theta(x_t)",
        id="a quotient",
    ),
    pytest.param(
        r"\sum_{t=2}^T \log \frac{q(x_t | x_0)}{q(x_{t-1} | x_0)}",
        r"\log \frac{q(x_T | x_0)}{q(x_1 | x_0)}",
        id="a telescope",
    ),
    pytest.param(
        r"\sum_{t=1}^T \log q(x_t | x_{t-1})",
        r"\log q(x_1 | x_0) + \sum_{t=2}^T \log q(x_t | x_{t-1})",
        id="the first term apart",
    ),
    pytest.param(
        r"\sum_{i=1}^t \log q(x_i | x_{i-1})",
        r"\sum_{i=1}^t \log q(x_i | x_{i-1}, x_0)",
        id="the Markov property, term by term",
    ),
    pytest.param(
        r"\sum_{t=2}^T \log q(x_t | x_{t-1}, x_0)",
        r"\sum_{t=2}^T \log \frac{q(x_{t-1} | x_t, x_0) q(x_t | x_0)}{q(x_{t-1} | x_0)}",
        id="Bayes, term by term",
    ),
    pytest.param(
        r"a + \sum_{t=1}^T \log p_\theta(x_{t-1} | x_t)",
        r"\sum_{t=1}^T \log p_\theta(x_{t-1} | x_t) + a",
        id="another term on both sides",
    ),
]


@pytest.mark.parametrize(("lhs", "rhs"), TRUE)
def test_true_equations_come_down_to_claims_that_are_proved(context, lhs, rhs):
    claims = reduced(parse(lhs), parse(rhs), context)
    assert claims
    assert all(isinstance(decide(claim, context.scopes[0]), Proved) for claim in claims)


FALSE = [
    pytest.param(
        r"\sum_{t=1}^T \log q(x_t | x_{t-1}, x_0)",
        r"\sum_{t=1}^T \log \frac{q(x_{t-1} | x_t, x_0) q(x_t | x_0)}{q(x_{t-1} | x_0)}",
        id="Bayes at the first step, where it has no density",
    ),
    pytest.param(
        r"\sum_{t=0}^T \log q(x_t | x_{t-1})",
        r"\sum_{t=0}^T \log q(x_t | x_{t-1}, x_0)",
        id="a step before the first",
    ),
    pytest.param(
        r"\sum_{t=2}^T \log \frac{q(x_t | x_0)}{q(x_{t-1} | x_0)}",
        r"\log q(x_T | x_0)",
        id="one end of a telescope lost",
    ),
    pytest.param(
        r"\sum_{t=1}^T \log \frac{q(x_t | x_0)}{q(x_{t-1} | x_0)}",
        r"\log \frac{q(x_T | x_0)}{q(x_1 | x_0)}",
        id="a telescope that begins too early",
    ),
    pytest.param(
        r"\sum_{t=1}^T \log q(x_t | x_{t-1})",
        r"\sum_{t=2}^T \log q(x_t | x_{t-1})",
        id="the first term lost",
    ),
    pytest.param(
        r"\sum_{t=1}^T \log q(x_t | x_{t-1})",
        r"\sum_{t=1}^T \log q(x_{t-1} | x_t)",
        id="a condition turned round",
    ),
    pytest.param(
        r"\sum_{t=1}^T \log q(x_t | x_{t-1})",
        r"\sum_{s=1}^S \log q(x_s | x_{s-1})",
        id="another end",
    ),
    pytest.param(
        r"\sum_{t=1}^T \log q(x_t | x_0)",
        r"- \sum_{t=1}^T \log q(x_t | x_0)",
        id="a sign",
    ),
    pytest.param("a + b", "b + a", id="no sum at all"),
    pytest.param(r"\sum_{t=1}^T a_t", r"\sum_{t=1}^T a_t + \sum_{t=1}^T 0", id="no logarithms"),
    pytest.param(r"\sum_{t=1}^T \sum_{s=1}^T \log q(x_t | x_s)", "a", id="a double sum"),
]


@pytest.mark.parametrize(("lhs", "rhs"), FALSE)
def test_of_anything_else_nothing_is_proved(context, lhs, rhs):
    claims = reduced(parse(lhs), parse(rhs), context)
    verdicts = [decide(claim, context.scopes[0]) for claim in claims or ()]
    assert not verdicts or not all(isinstance(v, Proved) for v in verdicts)


PRODUCTS = [
    pytest.param(
        "q(x_{1:T} | x_0)", r"\prod_{t=1}^T q(x_t | x_{t-1})", True, id="forwards from x_0"
    ),
    pytest.param("q(x_{0:T})", r"q(x_0) \prod_{t=1}^T q(x_t | x_{t-1})", True, id="with the first"),
    pytest.param("p(x_{0:T})", r"p(x_T) \prod_{t=1}^T p(x_{t-1} | x_t)", True, id="backwards"),
    pytest.param(
        "p(x_{0:T})", r"p(x_T) \prod_{t=0}^T p(x_{t-1} | x_t)", False, id="one factor too many"
    ),
    pytest.param(
        "q(x_{1:T} | x_0)", r"\prod_{t=2}^T q(x_t | x_{t-1})", False, id="one factor lost"
    ),
    pytest.param("q(x_{1:T})", r"\prod_{t=1}^T q(x_t | x_{t-1})", False, id="a lost condition"),
    pytest.param("q(x_{1:T} | x_0)", "q(x_T)", None, id="no product"),
    pytest.param("q(x_T | x_0)", r"\prod_{t=1}^T q(x_t | x_{t-1})", None, id="no joint density"),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), PRODUCTS)
def test_the_factors_of_a_joint_density(lhs, rhs, expected):
    assert covers(parse(lhs), parse(rhs)) is expected
