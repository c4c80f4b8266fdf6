"""What two formulas differ in: the surroundings taken off, and what may not be."""

import pytest

from derive.reader.grammar import parse
from derive.solution.congruence import ANY, congruences, congruent, shape


def written(text, node):
    return text[node.span.start : node.span.end]


DIFFERENCES = [
    pytest.param("E_q[a b]", "E_q[b a]", ("a b", "b a"), id="an expectation that nobody reads"),
    pytest.param("E_q [ a b ]", "E_q[b a]", ("a b", "b a"), id="spaces"),
    pytest.param("2 E_q[a]", "2 E_q[b]", ("a", "b"), id="a factor in front"),
    pytest.param("x + E_q[a]", "E_q[b] + x", ("a", "b"), id="equal terms, in any order"),
    pytest.param(r"\frac{a}{c}", r"\frac{b}{c}", ("a", "b"), id="a numerator"),
    pytest.param(r"\frac{c}{a}", r"\frac{c}{b}", ("a", "b"), id="a denominator"),
    pytest.param(r"\sqrt{a}", r"\sqrt{b}", ("a", "b"), id="a root"),
    pytest.param(r"\|a\|^2", r"\|b\|^2", ("a", "b"), id="a norm"),
    pytest.param(r"\log a", r"\log b", ("a", "b"), id="an operator"),
    pytest.param("c f(a)", "c f(b)", ("f(a)", "f(b)"), id="a function and its argument"),
    pytest.param("f(x) c", "g(x) c", ("f(x)", "g(x)"), id="as factors too"),
    pytest.param(r"\int a dx", r"\int b dx", ("a", "b"), id="an integral"),
    pytest.param(r"\sum_{i=1}^n a", r"\sum_{i=1}^n b", ("a", "b"), id="a sum"),
    pytest.param("E[a | X = x]", "E[b | X = x]", ("a", "b"), id="under a condition"),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), DIFFERENCES)
def test_the_smallest_difference(lhs, rhs, expected):
    found = congruent(parse(lhs), parse(rhs))
    assert found is not None
    assert (written(lhs, found.lhs), written(rhs, found.rhs)) in (
        expected,
        tuple(f"({side})" for side in expected),
    )


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        pytest.param("a", "b", id="nothing in common"),
        pytest.param("a", "a", id="no difference"),
        pytest.param("f(a)", "f(b)", id="a function alone"),
        pytest.param("a/b c", "a/d c", id="a slash takes one factor"),
        pytest.param("x^2", "y^2", id="a letter's scripts may belong to its name"),
        pytest.param(r"\sum_{i=1}^n a", r"\sum_{i=0}^n b", id="sums over different ranges"),
        pytest.param(r"\int a dx", r"\int b dy", id="integrals in different variables"),
        pytest.param(r"\sqrt{a}", r"\sqrt[3]{b}", id="roots of different degrees"),
        pytest.param("(a, b)", "(a, b, c)", id="brackets with different numbers of parts"),
    ],
)
def test_what_has_no_common_surroundings(lhs, rhs):
    assert congruent(parse(lhs), parse(rhs)) is None


def test_of_equal_terms_nothing_is_left_but_zero():
    found = congruent(parse("a + b"), parse("b + a + c"))
    assert found is not None
    assert shape(found.lhs) == ("number", 0)


@pytest.mark.parametrize(
    ("lhs", "rhs", "bound"),
    [
        pytest.param(r"\int a dx", r"\int b dx", {"x"}, id="an integral"),
        pytest.param(r"\sum_{i=1}^n a", r"\sum_{i=1}^n b", {"i"}, id="a sum"),
        pytest.param(r"E_{x \sim p}[a]", r"E_{x \sim p}[b]", {"x"}, id="an expectation"),
        pytest.param(r"\nabla_x a", r"\nabla_x b", {"x"}, id="a gradient"),
        pytest.param(r"\frac{d}{dt} a", r"\frac{d}{dt} b", {"t"}, id="a derivative"),
        pytest.param(r"\nabla a", r"\nabla b", {ANY}, id="a gradient in whatever it is"),
        pytest.param("(a)'", "(b)'", {ANY}, id="a prime"),
        pytest.param("E[a]", "E[b]", set(), id="nothing"),
    ],
)
def test_the_letters_that_the_surroundings_bind(lhs, rhs, bound):
    found = congruent(parse(lhs), parse(rhs))
    assert found is not None
    assert found.bound == bound


def test_larger_differences_come_first():
    lhs, rhs = "E[(a - b)^2]", "E[(b - a)^2]"
    pairs = [written(lhs, c.lhs) for c in congruences(parse(lhs), parse(rhs))]
    assert pairs == ["[(a - b)^2]", "(a - b)^2", "(a - b)", "a - b"]


@pytest.mark.parametrize(
    ("one", "two", "equal"),
    [
        pytest.param("x_{t}", "x_t", True, id="one name, two spellings"),
        pytest.param(r"\mathbf x", "x", False, id="another font"),
        pytest.param("a  b", "a b", True, id="spaces"),
        pytest.param("a + b", "b + a", False, id="order"),
        pytest.param("a'", "a", False, id="a prime"),
    ],
)
def test_shape(one, two, equal):
    assert (shape(parse(one)) == shape(parse(two))) is equal
