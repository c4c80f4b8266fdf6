"""Components in a concrete model: coordinates of free indices, sums over bound ones."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.language import terms as t
from derive.language.claims import Equal, EqualInLaw
from derive.language.scope import Law, Scope
from derive.numeric.confirm import confirm, refute
from derive.numeric.evaluate import evaluate
from derive.numeric.model import Model
from derive.numeric.sampling import sample_models

v, w, x, z = (t.Sym(name, 1) for name in "vwxz")
q = t.Sym("q")
i, j, k = (t.Basis(name) for name in "ijk")
X, Z = t.RV("X", 1), t.RV("Z", 1)
U = t.RV("U")
I = t.Identity()  # noqa: E741 - the identity matrix
SCOPE = Scope(
    laws={
        X: Law(x, t.Normal(x, v, t.term(2))),
        Z: Law(z, t.Normal(z, t.Zero(1), t.term(1))),
        U: Law(q, t.Normal(q, t.term(0), t.term(3))),
    },
    definitions={t.RV("Y", 1): X + Z},
)
Y = t.RV("Y", 1)


def plane() -> Model:
    """Give the model with v = (1, 2), w = (3, 5), i = 2 and j = 1."""
    model = Model(2, "0")
    for letter, numbers in ((v, (1, 2)), (w, (3, 5))):
        model.symbols[letter] = model.constant([Fraction(n) for n in numbers], 1)
    model.coordinates.update({i: 1, j: 0})
    return model


def c(vector: t.Term, index: t.Basis) -> t.Term:
    return t.Dot(vector, index)


def entry(matrix: t.Term, row: t.Basis, column: t.Basis) -> t.Term:
    return t.Dot(t.MatVec(matrix, column), row)


M = t.Outer(v, w)
VALUES = [
    pytest.param(c(v, i), 2, id="a component"),
    pytest.param(c(w, j), 3, id="of another index"),
    pytest.param(c(i, j), 0, id="delta of two coordinates"),
    pytest.param(t.NormSq(i), 1, id="a unit vector"),
    pytest.param(i, (0, 1), id="by its components"),
    pytest.param(entry(M, i, j), 6, id="an entry of a matrix"),
    pytest.param(entry(t.Transpose(M), i, j), 5, id="of the transpose"),
    pytest.param(t.MatMul(M, M), ((39, 65), (78, 130)), id="a product"),
    pytest.param(t.IndexSum(c(v, i) * c(w, i), "i"), 13, id="a letter that is also free"),
    pytest.param(t.IndexSum(c(v, i) * c(w, j), "i"), 9, id="another index stays free"),
    pytest.param(t.IndexSum(t.IndexSum(entry(M, i, j), "i"), "j"), 24, id="a double sum"),
    pytest.param(t.IndexSum(c(v, k) * k, "k"), (1, 2), id="a sum of vectors"),
    pytest.param(t.IndexSum(c(v, i) ** 3, "i"), 9, id="what is no contraction"),
    pytest.param(t.At(t.IndexSum(c(x, i) * c(w, i), "i"), x, i), 5, id="no letter is captured"),
    pytest.param(t.IndexSum(t.At(c(x, j), x, i), "i"), 1, id="a bound index in a value"),
    pytest.param(t.Expect(c(X, i) * c(X, j)), 2, id="a mixed moment"),
    pytest.param(t.Expect(c(X, i) ** 2), 6, id="a second moment"),
    pytest.param(t.Variance(X, (t.Event(Y, w),)), ((Fraction(2, 3), 0), (0, Fraction(2, 3))),
                 id="a conditional covariance"),
    pytest.param(t.Variance(U, (t.Event(U, t.term(1)),)), 0, id="of what is given"),
    pytest.param(t.Expect(t.Trace(t.Variance(X, (t.Event(Y, Y),)))), Fraction(4, 3),
                 id="of a random condition"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "expected"), VALUES)
def test_values(node: t.Term, expected: object) -> None:
    assert evaluate(node, plane(), SCOPE) == expected


def test_models_try_equal_and_different_coordinates() -> None:
    found = set()
    for model in sample_models([c(v, i) + c(v, j)], SCOPE, 0, 12):
        if model.dimension > 1:
            found.add(model.coordinates[i] == model.coordinates[j])
    assert found == {True, False}


FALSE = [
    pytest.param(Equal(c(v, i), c(v, j)), {"i", "j", "v", "d"}, id="two components"),
    pytest.param(Equal(c(i, j), t.term(1)), {"i", "j", "d"}, id="delta is 0 somewhere"),
    pytest.param(Equal(c(i, j), t.term(0)), {"i", "j", "d"}, id="delta is 1 somewhere"),
    pytest.param(Equal(c(i, j), c(i, j) / t.DIM), {"i", "j", "d"}, id="delta is not 1/d"),
    pytest.param(
        Equal(t.IndexSum(c(v, k), "k"), t.NormSq(v)), {"v", "d"}, id="a bound index is not shown"
    ),
    pytest.param(
        EqualInLaw(Z + X, t.sqrt(t.term(2)) * Z + v), {"v", "d"}, id="a law by its variance"
    ),
]


@pytest.mark.parametrize(("claim", "shown"), FALSE)
def test_a_model_in_which_it_is_false(claim: Equal | EqualInLaw, shown: set[str]) -> None:
    found = refute(claim, SCOPE, 0)
    assert found is not None
    assert set(found.model) == shown


TRUE = [
    pytest.param(Equal(t.IndexSum(c(v, k) * c(w, k), "k"), t.Dot(v, w)), id="an inner product"),
    pytest.param(Equal(t.Expect(c(Z, i) * c(Z, j)), c(i, j)), id="white noise"),
    pytest.param(Equal(t.IndexSum(entry(I, i, i), "i"), t.DIM), id="a trace"),
    pytest.param(EqualInLaw(X, v + t.sqrt(t.term(2)) * Z), id="a law"),
]


@pytest.mark.parametrize("claim", TRUE)
def test_what_is_true_is_confirmed(claim: Equal | EqualInLaw) -> None:
    found = confirm(claim, SCOPE, seed=1)
    assert found.models == 3
    assert found.agreed
    assert refute(claim, SCOPE, 0) is None


def test_noise_of_both_sides_is_held_fixed() -> None:
    """The sums have one law, but not together with the noise that both contain."""
    claim = EqualInLaw(Y, v + t.sqrt(t.term(3)) * Z)
    assert not confirm(claim, SCOPE, seed=1).agreed
    assert refute(claim, SCOPE, 0) is None
