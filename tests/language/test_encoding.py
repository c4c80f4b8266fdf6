"""Claims and scopes have digests of their own; terms are written as JSON and read back."""

import json
from fractions import Fraction

import pytest

from derive.language import terms as t
from derive.language.claims import Equal, EqualUpToConstant, Minimises
from derive.language.encoding import Malformed, decoded, digest_of, encoded
from derive.language.scope import Decay, Law, Moments, Range, Scope

x, y, n = t.Sym("x"), t.Sym("y"), t.Sym("n")
v, w = t.Sym("v", 1), t.Sym("w", 1)
X, Y = t.RV("X"), t.RV("Y", 1)
f, s, p = t.Field("f"), t.Field("s", 1, trained=True), t.Field("p", density=True)
event = t.Event(X, x)
matrix = t.Outer(v, w)

TERMS = [
    t.Num(Fraction(3, 7)), t.Const("pi"), x, v, t.Zero(), t.Zero(0), X, Y, f(x), s(v, x), p(v),
    t.Field("K", known=True)(x), t.Add((x, y)), t.Mul((x, v)), t.Neg(x), t.Div(v, x),
    t.Pow(x, t.Num(t.HALF)), t.Fun("artanh", x), t.Factorial(n), t.Binomial(n, x),
    t.FiniteSum(x, n, x, y), t.FiniteProduct(x, n, x, y), t.Dot(v, w), t.NormSq(v), matrix,
    t.Identity(), t.MatVec(matrix, v), t.Trace(matrix), t.MatMul(matrix, matrix),
    t.Transpose(matrix), t.Basis("i"), t.IndexSum(t.Dot(v, t.Basis("i")), "i"), t.Diff(f(x), x),
    t.Divergence(s(v), v), t.At(f(x), x, y), t.Integral(f(x), x), t.Integral(f(x), x, y, n),
    t.Bracket(f(x), x), t.Landau("o", x), t.Expect(X), t.Expect(X, (event,)), t.Variance(Y),
    t.Density((event,), (event, event)), t.Normal(v, w, x), t.Ito(x, x, y, 0), t.Ito(x, x, y),
]  # fmt: skip


def kinds(base):
    for kind in base.__subclasses__():
        if not kind.__name__.startswith("_"):
            yield kind
        yield from kinds(kind)


def test_there_is_a_term_of_each_kind():
    assert {type(term) for term in TERMS} == set(kinds(t.Term))


@pytest.mark.parametrize("term", TERMS, ids=repr)
def test_terms_are_read_back(term):
    data = json.loads(json.dumps(encoded(term)))
    assert decoded(data) == term
    assert decoded(data).rank == term.rank


def test_every_term_has_its_own_digest():
    assert len({digest_of(term) for term in TERMS}) == len(TERMS)


MALFORMED = [
    pytest.param(None, id="nothing"),
    pytest.param("x", id="a text"),
    pytest.param([], id="an empty list"),
    pytest.param([[]], id="a list in place of a name"),
    pytest.param(["os.system", "x"], id="no kind of term"),
    pytest.param(["Term"], id="the base of all kinds"),
    pytest.param(["Sym", "x"], id="a field too few"),
    pytest.param(["Sym", "x", 0, 0], id="a field too many"),
    pytest.param(["Sym", "x", 7], id="a rank that there is not"),
    pytest.param(["Sym", "x", True], id="true for 1"),
    pytest.param(["Apply", ["Field", "f", 0, 0, False, False], []], id="0 for false"),
    pytest.param(["Sym", "x", 0.0], id="0.0 for 0"),
    pytest.param(["Sym", 5, 0], id="a number for a name"),
    pytest.param(["Sym", "x#1", 0], id="a name that is the kernel's"),
    pytest.param(["Num", "2/4"], id="not in lowest terms"),
    pytest.param(["Num", " 1"], id="a space"),
    pytest.param(["Num", "1/0"], id="a division by zero"),
    pytest.param(["Num", 1], id="a number that is no text"),
    pytest.param(["Num", "nan"], id="no number"),
    pytest.param(["Const", "e"], id="no constant"),
    pytest.param(["Fun", "exec", ["Sym", "x", 0]], id="no function"),
    pytest.param(["Fun", ["log"], ["Sym", "x", 0]], id="a list for a name"),
    pytest.param(["Neg", ["Event", ["RV", "X", 0], ["Sym", "x", 0]]], id="what is no term"),
    pytest.param(["Event", ["RV", "X", 0], ["Sym", "x", 0]], id="an event alone"),
    pytest.param(["Neg", None], id="nothing for a term"),
    pytest.param(["Neg", "x"], id="a text for a term"),
    pytest.param(["Diff", ["Sym", "x", 0], ["Num", "1"]], id="a number for a letter"),
    pytest.param(["Add", []], id="an empty sum"),
    pytest.param(["Add", "xy"], id="a text for a sum"),
    pytest.param(["Dot", ["Sym", "x", 0], ["Sym", "x", 0]], id="ill-typed"),
    pytest.param(["Expect", ["RV", "X", 0], [["Sym", "x", 0]]], id="a condition that is none"),
    pytest.param(["Apply", ["Sym", "x", 0], []], id="a letter for a function"),
    pytest.param({"Sym": "x"}, id="an object"),
]


@pytest.mark.parametrize("data", MALFORMED)
def test_what_is_no_term_is_refused(data):
    with pytest.raises(Malformed):
        decoded(data)


a, b = Equal(x, y), Scope()
DIFFERENT = [
    pytest.param((a, b), (Equal(y, x), b), id="sides exchanged"),
    pytest.param((a, b), (EqualUpToConstant(x, y), b), id="another relation"),
    pytest.param((a, b), (Equal(x, t.Sym("y ")), b), id="another name"),
    pytest.param((Equal(v, v), b), (Equal(x, x), b), id="letters of another rank, one name"),
    pytest.param((Equal(X, X), b), (Equal(x, x), b), id="a variable and a letter"),
    pytest.param((Equal(f(x), y), b), (Equal(t.Field("f", trained=True)(x), y), b), id="trained"),
    pytest.param((Equal(t.Add((x, t.Add((x, y)))), y), b), (Equal(t.Add((x, x, y)), y), b),
                 id="brackets"),
    pytest.param((a, b), (a, Scope(ranges={x: Range(Fraction(0))})), id="a range"),
    pytest.param((a, Scope(ranges={x: Range(Fraction(0))})),
                 (a, Scope(ranges={x: Range(None, Fraction(0))})), id="the other end"),
    pytest.param((a, Scope(ranges={x: Range(), y: Range()})),
                 (a, Scope(ranges={y: Range(), x: Range()})), id="the order of hypotheses"),
    pytest.param((a, Scope(positive=(x,))), (a, Scope(equations=((x, x),))), id="another list"),
    pytest.param((a, Scope(positive=(x, y))), (a, Scope(positive=(y, x))), id="another order"),
    pytest.param((a, Scope(decays=(Decay(x, x),))), (a, Scope(decays=(Decay(x, x, stated=False),))),
                 id="stated by the author of the key"),
    pytest.param((a, Scope(laws={X: Law(x, f(x))})), (a, Scope(definitions={X: f(x)})), id="a law"),
    pytest.param((a, Scope(moments={p: Moments(x, y)})), (a, Scope(moments={f: Moments(x, y)})),
                 id="moments of another function"),
    pytest.param((a, b, "claim"), (a, b, "attempt"), id="another way of deciding"),
    pytest.param((a, b, 1), (a, b, "1"), id="a number and a text"),
    pytest.param((a, b, ("x", "y")), (a, b, "x", "y"), id="two parts and a pair"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_what_differs_has_two_digests(one, two):
    assert digest_of(*one) != digest_of(*two)


def test_what_is_made_twice_has_one_digest():
    def made():
        claim = Minimises(t.Expect(t.NormSq(s(t.RV("Y", 1)))), s(t.Sym("v", 1)), t.Zero())
        return claim, Scope(laws={t.RV("X"): Law(t.Sym("x"), t.Normal(x, t.Zero(0), y))}), 0

    assert digest_of(*made()) == digest_of(*made())


def test_what_has_no_digest_is_an_error():
    with pytest.raises(TypeError):
        digest_of(object())
