"""Claims in models: true ones are confirmed and never refuted, false ones are refuted."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.language import terms as t
from derive.language.claims import Claim, Equal, EqualUpToConstant, Minimises
from derive.language.scope import Decay, Law, Moments, Range, Scope
from derive.numeric.compare import disjoint
from derive.numeric.confirm import confirm, refute

HALF = Fraction(1, 2)
UNIT = Range(Fraction(0), Fraction(1))
POSITIVE = Range(Fraction(0), None)

# --- vectors: score matching, denoising, the score of a sum ---
x, y, k = (t.Sym(name, 1) for name in ("x", "y", "k"))
zero = t.Zero(1)
X, Z, E, X0, XT = (t.RV(name, 1) for name in ("X", "Z", "E", "X_0", "X_t"))
p, q, r = (t.Field(name, density=True) for name in ("p", "q", "r"))
s = t.Field(r"s_\theta", 1, trained=True)
alpha, time, u = t.Sym("a"), t.Sym("t"), t.Sym("u")
g = t.Field("g")
noise = t.Ito(g(u), u, time)
VECTORS = Scope(
    laws={
        X: Law(x, p(x)),
        Z: Law(t.Sym("z", 1), q(t.Sym("z", 1))),
        E: Law(t.Sym("e", 1), r(t.Sym("e", 1))),
        X0: Law(t.Sym("x_0", 1), p(t.Sym("x_0", 1))),
        XT: Law(t.Sym("x_t", 1), t.Normal(t.Sym("x_t", 1), t.sqrt(alpha) * X0, 1 - alpha)),
    },
    definitions={t.RV("Y_t", 1): X + noise},
    moments={r: Moments(zero, t.term(1))},
    ranges={alpha: UNIT, time: POSITIVE},
    decays=(Decay(s(x) * p(x), x),),
)
YT = t.RV("Y_t", 1)
score = t.At(t.Diff(t.log(p(x)), x), x, X)
jacobian = t.At(t.Diff(s(x), x), x, X)
divergence = t.At(t.Divergence(s(x), x), x, X)
explicit = HALF * t.Expect(t.NormSq(s(X) - score))
noisy = t.log(t.Density((t.Event(XT, y),)))
posterior = t.Expect(X0, (t.Event(XT, y),))
kernel_score = t.At(t.At(t.Diff(t.log(t.Normal(x, t.sqrt(alpha) * k, 1 - alpha)), x), k, X0), x, XT)
clean = t.At(t.Diff(t.log(p(x)), x), x, X)


def implicit(sign: int) -> t.Term:
    return t.Expect(HALF * t.NormSq(s(X)) + sign * divergence)


def hutchinson(weight: t.Term) -> t.Term:
    return t.Expect(HALF * t.NormSq(s(X)) + weight * t.Dot(t.MatVec(jacobian, E), E))


def sum_score(variable: t.Term, sign: int) -> Claim:
    given_ = (t.Event(variable, y),)
    return Equal(t.Diff(t.log(t.Density(given_)), y), sign * t.Expect(score, given_))


def denoising(target: t.Term) -> t.Term:
    return HALF * t.Expect(t.NormSq(s(XT) - target))


marginal_score = t.At(t.Diff(noisy, y), y, XT)

diffused_score = t.Diff(t.log(t.Density((t.Event(YT, y),))), y)

# --- scalars: one step of a diffusion, orders ---
h, gamma, beta, now, before = (t.Sym(n) for n in ("h", r"\gamma", r"\beta", "a_t", "a_{t-1}"))
SCALARS = Scope(
    ranges={h: POSITIVE, gamma: POSITIVE, beta: UNIT, now: UNIT, before: UNIT},
    equations=((beta, h * gamma), (now, (1 - beta) * before)),
)
step = t.sqrt(1 - beta) * (1 - before) / (1 - now) + t.sqrt(before) * beta / (
    (1 - now) * t.sqrt(now)
)
euler = 1 + h * gamma / 2


def little(scale: t.Term) -> t.Term:
    return t.Landau("o", scale)


def big(scale: t.Term) -> t.Term:
    return t.Landau("O", scale)


# --- a law on the line, without any decay hypothesis ---
x1, X1 = t.Sym("x"), t.RV("X")
s1 = t.Field("s", trained=True)
LINE = Scope(laws={X1: Law(x1, p(x1))})
parts = Equal(
    t.Expect(s1(X1) * t.At(t.Diff(t.log(p(x1)), x1), x1, X1)),
    -t.Expect(t.At(t.Diff(s1(x1), x1), x1, X1)),
)
integrals = Equal(
    t.Integral(s1(x1) * t.Diff(p(x1), x1), x1),
    t.Bracket(s1(x1) * p(x1), x1) - t.Integral(t.Diff(s1(x1), x1) * p(x1), x1),
)

TRUE = [
    pytest.param(EqualUpToConstant(explicit, implicit(1)), VECTORS, id="score matching"),
    pytest.param(EqualUpToConstant(explicit, hutchinson(t.term(1))), VECTORS, id="trace by noise"),
    pytest.param(
        EqualUpToConstant(denoising(kernel_score), denoising(marginal_score)),
        VECTORS,
        id="denoising score matching",
    ),
    pytest.param(sum_score(X + Z, 1), VECTORS, id="score of a sum"),
    pytest.param(sum_score(YT, 1), VECTORS, id="score of a diffusion"),
    pytest.param(
        Equal(t.Diff(noisy, y), (t.sqrt(alpha) * posterior - y) / (1 - alpha)),
        VECTORS,
        id="Tweedie",
    ),
    pytest.param(
        Minimises(t.Expect(t.NormSq(s(XT) - X0)), s(y), posterior), VECTORS, id="projection"
    ),
    pytest.param(
        Minimises(t.Expect(t.NormSq(s(YT) - score)), s(y), diffused_score),
        VECTORS,
        id="the minimiser is the noisy score",
    ),
    pytest.param(
        Equal(t.Expect(t.Expect(X0, (t.Event(XT, XT),))), t.Expect(X0)), VECTORS, id="tower"
    ),
    pytest.param(Equal(step, 1 / t.sqrt(1 - beta)), SCALARS, id="the closed form of a step"),
    pytest.param(Equal(step, euler + little(h)), SCALARS, id="first order"),
    pytest.param(Equal(step, euler + big(h**2)), SCALARS, id="the true order"),
    pytest.param(Equal(step + big(h**2), euler + little(h)), SCALARS, id="O(h^2) is o(h)"),
    pytest.param(Equal(beta * (1 + little(h)), beta + big(h**2)), SCALARS, id="a factor of o"),
    pytest.param(integrals, LINE, id="parts with the boundary term"),
]


@pytest.mark.parametrize(("claim", "scope"), TRUE)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_true_claim_is_confirmed_and_not_refuted(claim, scope, seed) -> None:
    result = confirm(claim, scope, seed)
    assert (result.models, result.agreed) == (3, True)
    assert result.max_error is None or float(result.max_error) < 1e-45
    assert refute(claim, scope, seed) is None


FALSE = [
    pytest.param(EqualUpToConstant(explicit, implicit(-1)), VECTORS, id="wrong sign"),
    pytest.param(EqualUpToConstant(explicit, hutchinson(t.term(2))), VECTORS, id="Var e = 2 I"),
    pytest.param(EqualUpToConstant(explicit, HALF * implicit(1)), VECTORS, id="a factor of theta"),
    pytest.param(sum_score(X + Z, -1), VECTORS, id="score of a sum, wrong sign"),
    pytest.param(
        Equal(t.Diff(noisy, y), (alpha * posterior - y) / (1 - alpha)),
        VECTORS,
        id="Tweedie without the root",
    ),
    pytest.param(Minimises(t.Expect(t.NormSq(s(XT) - X0)), s(y), y), VECTORS, id="not the mean"),
    pytest.param(
        Equal(t.Expect(t.NormSq(t.Expect(X0, (t.Event(XT, XT),)))), t.Expect(t.NormSq(X0))),
        VECTORS,
        id="Jensen is strict",
    ),
    pytest.param(Equal(step, 1 / (1 - beta)), SCALARS, id="a lost root"),
    pytest.param(parts, LINE, id="a missing boundary condition"),
]


@pytest.mark.parametrize(("claim", "scope"), FALSE)
def test_a_false_claim_is_refuted_by_two_different_values(claim, scope) -> None:
    found = refute(claim, scope, 0)
    assert found is not None
    assert disjoint(found.lhs, found.rhs)
    assert found.model


WRONG_ORDERS = [
    pytest.param(Equal(step, euler + little(h**2)), id="the remainder is only O(h^2)"),
    pytest.param(Equal(step, 1 + h * gamma / 3 + little(h)), id="a wrong coefficient"),
    pytest.param(Equal(step + big(h), euler + little(h)), id="O(h) is not o(h)"),
    pytest.param(Equal(step, euler + little(h) * beta), id="o(h) times a small factor"),
    pytest.param(Equal(euler + little(h), euler + big(h**2)), id="o(h) is not O(h^2)"),
]


@pytest.mark.parametrize("claim", WRONG_ORDERS)
def test_a_wrong_order_is_not_confirmed(claim: Equal) -> None:
    assert not confirm(claim, SCALARS, 0).agreed
    assert refute(claim, SCALARS, 0) is None  # the kernel's series decides, not we


def test_the_edge_of_a_support_is_the_counterexample() -> None:
    """p = exp(-x) on x > 0: E[s (log p)'] = -E s, and -E s' differs by s(0)."""
    found = refute(parts, LINE, 0)
    assert found is not None
    assert found.model["p"] == "e^{-x},\\ x > 0"


def test_a_decay_hypothesis_rules_the_edge_out() -> None:
    scope = LINE.extended(decays=(Decay(s1(x1) * p(x1), x1),))
    assert refute(parts, scope, 0, tries=20) is None


def test_the_simplest_counterexample_comes_first() -> None:
    found = refute(EqualUpToConstant(explicit, implicit(-1)), VECTORS, 0)
    assert found is not None
    assert found.model == {"d": "1", "p": r"\mathcal{N}(0, 1)", r"s_\theta": "x"}
    assert (found.lhs, found.rhs) == (Fraction(5, 2), HALF)
    assert found.note.endswith(r"for s_\theta = 0")


def test_nothing_is_said_where_nothing_has_a_value() -> None:
    claim = Equal(t.Expect(1 / X1), t.Expect(1 / X1 + 1))
    assert confirm(claim, LINE, 0).models == 0
    assert refute(claim, LINE, 0) is None


def test_a_variable_and_its_parent_have_no_common_points() -> None:
    """X_t = a X_0 may be meant as a representation: no point decides it."""
    claim = Equal(XT, t.sqrt(alpha) * X0 + t.sqrt(1 - alpha) * E)
    assert confirm(claim, VECTORS, 0).models == 0
    assert refute(claim, VECTORS, 0) is None


def test_an_equation_between_variables_is_checked_at_points() -> None:
    scope = VECTORS.extended(definitions={t.RV("S", 1): X + Z})
    total = t.RV("S", 1)
    assert confirm(Equal(total - X, Z), scope, 0).agreed
    assert refute(Equal(total + X, Z), scope, 0) is not None


def test_a_model_in_which_a_supposed_flux_does_not_vanish_is_left_out() -> None:
    """With s(x) exp(x^2) p(x) -> 0 no Gaussian p in reach is admissible."""
    scope = LINE.extended(decays=(Decay(s1(x1) * t.exp(3 * x1**2) * p(x1), x1),))
    assert refute(Equal(t.Expect(s1(X1)), t.term(0)), LINE, 0) is not None
    assert refute(Equal(t.Expect(s1(X1)), t.term(0)), scope, 0) is None


COEFFICIENTS = st.fractions(-2, 2, max_denominator=4)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), wrong=COEFFICIENTS.filter(lambda c: c != 1))
def test_a_perturbed_identity_is_refuted_and_the_true_one_is_not(seed, wrong) -> None:
    """E s (log p)' = -c E s' holds for c = 1 alone."""
    scope = LINE.extended(decays=(Decay(s1(x1) * p(x1), x1),))
    perturbed = Equal(parts.lhs, wrong * parts.rhs)
    assert refute(parts, scope, seed, tries=4) is None
    assert confirm(parts, scope, seed).agreed
    assert refute(perturbed, scope, seed) is not None
