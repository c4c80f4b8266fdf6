"""Simulations agree with true answers, and see a wrong coefficient from far away."""

from fractions import Fraction

import flint
import pytest

from derive.language import terms as t
from derive.language.scope import Range, Scope
from derive.numeric import simulation as sim
from derive.numeric.ring import NotEvaluable

BETA = 0.3
DRIFT, SCORE = (1 - BETA) ** -0.5, BETA * (1 - BETA) ** -0.5
ALPHA = 0.6 * (1 - BETA)
MEAN = ((1 - BETA) ** 0.5 * 0.4 / (1 - ALPHA), 0.6**0.5 * BETA / (1 - ALPHA))
SPREAD = 0.4 * BETA / (1 - ALPHA)

RIGHT = [
    pytest.param(lambda n: sim.step_mean(n, BETA, DRIFT, SCORE), id="one step back"),
    pytest.param(sim.same_constant, id="the same constant for all theta"),
    pytest.param(lambda n: sim.step_given_clean(n, (0.6, BETA), MEAN, SPREAD), id="a posterior"),
    pytest.param(sim.trace_by_noise, id="normal noise and random signs"),
    pytest.param(sim.score_of_sum, id="the score of a sum"),
    pytest.param(sim.fitted_score, id="a fitted score"),
]
WRONG = [
    pytest.param(lambda n: sim.step_mean(n, BETA, DRIFT, -SCORE), id="the score's sign"),
    pytest.param(lambda n: sim.step_mean(n, BETA, DRIFT**2, SCORE), id="a lost root"),
    pytest.param(
        lambda n: sim.step_given_clean(n, (0.6, BETA), MEAN, (1 - ALPHA) * BETA / (1 - ALPHA)),
        id="C_t with alpha_t for alpha_{t-1}",
    ),
    pytest.param(
        lambda n: sim.step_given_clean(n, (0.6, BETA), MEAN[::-1], SPREAD), id="swapped means"
    ),
    pytest.param(lambda n: sim.same_constant(n, divergence=-1.0), id="the divergence's sign"),
    pytest.param(lambda n: sim.same_constant(n, divergence=0.5), id="half of the divergence"),
    pytest.param(lambda n: sim.trace_by_noise(n, ["signs"], variance=2.0), id="Var e = 2 I"),
    pytest.param(lambda n: sim.trace_by_noise(n, ["normal"], variance=2.5), id="Var e = 2.5 I"),
    pytest.param(lambda n: sim.score_of_sum(n, coefficient=-1.0), id="the score's sign, given"),
    pytest.param(lambda n: sim.fitted_score(n, target=1.2), id="a wrong target"),
]


@pytest.mark.parametrize("simulate", RIGHT)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_right_answers_agree(simulate, seed: int) -> None:
    assert all(abs(estimate.z) < 5 for estimate in simulate(seed))


@pytest.mark.parametrize("simulate", WRONG)
def test_a_planted_error_shows(simulate) -> None:
    assert max(abs(estimate.z) for estimate in simulate(0)) > 10


def test_the_seed_changes_the_samples() -> None:
    assert sim.fitted_score(0) == sim.fitted_score(0) != sim.fitted_score(1)


ORDERS = [
    pytest.param(lambda h: (1 + h).sqrt() - 1 - h / 2, 2.0, id="second order"),
    pytest.param(lambda h: (1 + h).sqrt() - 1 - h / 2 + h * h / 8, 3.0, id="third order"),
    pytest.param(lambda h: h.sqrt() ** 3, 1.5, id="a broken order"),
]


@pytest.mark.parametrize(("remainder", "order"), ORDERS)
def test_order(remainder, order: float) -> None:
    slope = sim.order_of_remainder("r", remainder, order)
    assert slope.slope == pytest.approx(order, abs=1e-6)


def test_the_order_of_two_terms() -> None:
    h, gamma = t.Sym("h"), t.Sym("g")
    scope = Scope(ranges={h: Range(Fraction(0)), gamma: Range(Fraction(0))})
    rows = [("root", t.sqrt(1 - h * gamma), 1 - h * gamma / 2, 2.0), ("h", h, 2 * h, 1.0)]
    slopes = sim.orders_of_remainders(0, scope, h, rows)
    assert [s.slope for s in slopes] == pytest.approx([2.0, 1.0], abs=1e-6)


def test_a_remainder_that_vanishes_has_no_order() -> None:
    with pytest.raises(NotEvaluable):
        sim.order_of_remainder("r", lambda h: h - h, 1.0)


def test_the_balls_are_wide_enough() -> None:
    """A remainder near the rounding of doubles is still separated from 0."""
    slope = sim.order_of_remainder("r", lambda h: (1 + h).log() - h, 2.0, powers=(60, 80))
    assert slope.slope == pytest.approx(2.0, abs=1e-9)
    assert flint.ctx.prec < 320
