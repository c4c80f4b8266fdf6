"""Models satisfy the hypotheses and describe the letters that were used, no others."""

import math
from fractions import Fraction

import pytest

from derive.language import terms as t
from derive.language.scope import Decay, Law, Range, Scope
from derive.numeric.evaluate import evaluate
from derive.numeric.model import Model
from derive.numeric.sampling import describe, make_model, sample_models

beta, now, before, h, free = (t.Sym(n) for n in ("b", "a_t", "a_{t-1}", "h", "c"))
UNIT = Range(Fraction(0), Fraction(1))
x, X = t.Sym("x"), t.RV("X")
p, s = t.Field("p", density=True), t.Field("s", trained=True)
STEP = Scope(ranges={beta: UNIT, now: UNIT, before: UNIT}, equations=((now, (1 - beta) * before),))


@pytest.mark.parametrize("seed", range(5))
def test_ranges_and_equations_hold(seed: int) -> None:
    models = list(sample_models([now, before, beta], STEP, seed, 6))
    assert len(models) == 6
    for model in models:
        values = [evaluate(symbol, model, STEP) for symbol in (now, before, beta)]
        assert all(0 < value < 1 for value in values)
        assert values[0] == (1 - values[2]) * values[1]


EQUATIONS = [
    pytest.param(((h, beta + 1),), id="a definition"),
    pytest.param(((beta + 1, h),), id="a definition, turned round"),
    pytest.param(((2 * h + beta, t.term(3)),), id="linear in a letter"),
    pytest.param(((h, t.sqrt(beta)), (free, h**2)), id="an irrational value"),
    pytest.param(((h * beta, free * beta + 1), (free, t.term(2))), id="a system"),
]


@pytest.mark.parametrize("equations", EQUATIONS)
def test_equations_are_solved(equations: tuple[tuple[t.Term, t.Term], ...]) -> None:
    scope = Scope(ranges={beta: UNIT}, equations=equations)
    model = make_model(scope, "0", 1)
    assert model is not None
    for lhs, rhs in equations:
        assert evaluate(lhs - rhs, model, scope) == 0


def test_hypotheses_without_a_model_give_none() -> None:
    scope = Scope(ranges={beta: UNIT}, equations=((beta, t.term(2)),))
    assert list(sample_models([beta], scope, 0, 3)) == []


def test_models_are_the_same_for_the_same_seed() -> None:
    scope = Scope(laws={X: Law(x, p(x))})
    term = t.Expect(s(X) ** 2)

    def shown(seed: int) -> list[str]:
        return [str(evaluate(term, m, scope)) for m in sample_models([term], scope, seed, 5)]

    assert shown(0) == shown(0) != shown(1)


def test_the_first_model_is_the_simplest() -> None:
    scope = Scope(laws={X: Law(x, p(x))}, ranges={beta: UNIT})
    term = beta * t.Expect(s(X))
    model = next(sample_models([term], scope, 0, 1))
    evaluate(term, model, scope)
    assert describe(model, [term], scope) == {"b": "1/2", "p": r"\mathcal{N}(0, 1)", "s": "x"}


def test_in_the_fourth_model_integrals_of_functions_converge() -> None:
    scope = Scope(laws={X: Law(x, p(x))})
    term = t.Integral(s(x) ** 2, x)
    *_, model = sample_models([term], scope, 0, 4)
    value = evaluate(term, model, scope)
    assert describe(model, [term], scope) == {"s": r"x e^{-\frac{x^{2}}{2}}"}
    assert abs(float(value) - math.sqrt(math.pi) / 2) < 1e-12


def test_letters_that_are_not_used_are_not_described() -> None:
    term = t.Expect(X) + t.Integral(x * p(x), x)
    scope = Scope(laws={X: Law(x, p(x))}, ranges={beta: UNIT, h: UNIT})
    model = next(sample_models([term], scope, 0, 1))
    evaluate(term, model, scope)
    assert set(describe(model, [term], scope)) == {"p"}


def test_the_dimension_is_described_where_it_matters() -> None:
    v = t.Sym("v", 1)
    model = Model(3, "0")
    evaluate(t.NormSq(v), model, Scope())
    assert describe(model, [t.NormSq(v)], Scope())["d"] == "3"


def test_two_letters_never_share_a_value_in_the_simplest_model() -> None:
    scope = Scope(ranges={beta: UNIT, now: UNIT, before: UNIT})
    model = next(sample_models([beta, now, before], scope, 0, 1))
    assert len({evaluate(symbol, model, scope) for symbol in (beta, now, before)}) == 3


@pytest.mark.parametrize("decays", [(), (Decay(s(x) * p(x), x),)])
def test_only_a_scope_without_decay_has_densities_with_an_edge(decays: tuple[Decay, ...]) -> None:
    scope = Scope(laws={X: Law(x, p(x))}, decays=decays)
    models = sample_models([t.Expect(X)], scope, 0, 6)
    assert any(model.exponential for model in models) == (not decays)
