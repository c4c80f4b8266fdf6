r"""Statements that once were decided wrongly, and hard ones that are decided rightly.

Each row is a statement with what is true of it: a true one is not refuted, a false one is
not proved.  Where the reason names no model, it says at which values the sides differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import sympy
from sympy.abc import a, h, n, x

import derive
from derive.equality.engine import decide
from derive.equality.reading import read_statement
from derive.errors import DeriveError
from derive.kernel.verdict import Proved, Refuted, Unresolved
from derive.recheck import recheck

if TYPE_CHECKING:
    from derive.kernel.verdict import Verdict

TO_INFINITY = r"n \to \infty"
N, M, Z = r"n \in \mathbb N", r"m \in \mathbb N", r"n \in \mathbb Z"
GIVEN_FUNCTION = "what is given of a function holds at every place, not at one"
TIED_NAME = "an index is a formula: both names are the same number"


@dataclass(frozen=True)
class Row:
    """A statement, and why it is true or false."""

    lhs: str
    rhs: str
    why: str
    given: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    vary: str | None = None

    def __str__(self) -> str:
        return f"{self.lhs} against {self.rhs}: {self.why}"

    @property
    def verdict(self) -> Verdict | None:
        """The verdict; None if it is not read."""
        try:
            statement = read_statement(
                self.lhs, self.rhs, given=self.given, assume=self.assume, vary=self.vary
            )
        except DeriveError:
            return None
        return decide(statement).verdict


# --- what was wrong ---

FALSE = [
    # values from inside of a sum, where its range is not empty
    Row(r"\left(\sum_{k=1}^{n}|n-1|\right)+|n-1|", "(n+1)(n-1)", "1 and -1 at n=0", assume=(Z,)),
    Row(r"\left(\sum_{k=1}^{m+n}|m+n-1|\right)+|m+n-1|", "(m+n+1)(m+n-1)", "1, -1 at m=n=0",
        assume=(N, M)),
    Row(r"\left(\sum_{k=1}^{m+n}\sqrt{(m+n-1)^2}\right)+\sqrt{(m+n-1)^2}-(m+n-1)",
        "(m+n)(m+n-1)", "2 and 0 at m=n=0", assume=(N, M)),
    Row(r"\left(\sum_{k=1}^{m+n}\sqrt{(m+n-\frac12)^2}\right)+\sqrt{(m+n-\frac12)^2}",
        r"(m+n+1)(m+n-\frac12)", "1/2 and -1/2 at m=n=0", assume=(N, M)),
    Row(r"\left(\prod_{k=1}^{m+n}|m+n-1|\right)+|m+n-1|", "(m+n-1)^{m+n}+m+n-1",
        "2 and 0 at m=n=0", assume=(N, M)),
    # towards infinity
    Row("e^n", "1+n+O(n^2)", "it outgrows every power", vary=TO_INFINITY),
    Row("O(n^2)", "O(n)", "n^2 is no O(n)", vary=TO_INFINITY),
    Row("n^2+O(n)", "O(n)", "n^2 is no O(n)", vary=TO_INFINITY),
    Row("1+n+n^2+O(n)", "1+O(n)", "n^2 is no O(n)", vary=TO_INFINITY),
    Row("(1+O(n))^2", "1+O(n)", "(1+n)^2 is no O(n)", vary=TO_INFINITY),
    Row("e^n+O(n)", "1+O(n)", "it outgrows every power", vary=TO_INFINITY),
    Row("f(x)n^2", "O(n)", "f = 1", vary=TO_INFINITY),
    Row(r"f(x)\sqrt{n^2}+O(n)", "O(1)", "n is no O(1)", vary=TO_INFINITY),
    # another letter varies
    Row("k^2", "o(k)", "k does not vary, and is not 0", vary="h"),
    Row("e^k", "1+k+o(k)", "k does not vary", vary="h"),
    Row("O(k^2)", "o(k)", "k does not vary", vary="h"),
    # from both sides
    Row(r"\sqrt{h^2}", "h+o(h^5)", "it is -h from below", vary="h"),
    Row(r"\sqrt{h^2}", "h+O(h^2)", "it is -h from below", vary="h", assume=("h>-1",)),
    Row(r"\sqrt{4h^2}", "2h+o(h)", "it is -2h from below", vary="h", assume=("-1<h<1",)),
    Row(r"\sqrt{h^2+h^3}", "h+O(h^2)", "it is about -h from below", vary="h"),
    Row(r"\frac{\sqrt{h^2}}{h}", "1+O(h)", "it is -1 from below", vary="h"),
    Row(r"(h^2)^{1/2}+O(h^2)", "h+O(h^2)", "it is -h from below", vary="h"),
    Row(r"f(x)\sqrt{h^2}", "hf(x)+O(h^2)", "f = 1, from below", vary="h"),
    # divided by what may be 0
    Row("x", "0", "x=1, y=0", given=("xy=0",)),
    Row("a", "b", "c=0", given=("ac=bc",)),
    Row("x", "z", "y=1", given=("(x-z)(y-1)=0",)),
    Row("x+y", "1", "x=z=0, y=0", given=("(x-z)(y+x-1)=0",)),
    Row("x", "2", "z=0", given=("xyz=2yz",)),
    Row("xh+h", "h+O(h^2)", "z=0, x=1", given=("xz=0",), vary="h"),
    # nothing has these values
    Row(r"\left.\frac{d}{dx}\log x\right|_{x=-1}", "-1", "no logarithm at -1"),
    Row(r"\left.\frac{d}{dx}\sqrt{x}^2\right|_{x=-1}", "1", "no root at -1"),
    Row(r"\left.\frac{d}{dx}\frac{x^2}{x}\right|_{x=0}", "1", "a division by 0"),
    Row(r"\int_{-1}^1\frac1x\,dx-\int_{-1}^1\frac1x\,dx", "0", "the integrals diverge"),
    # nothing has these properties
    Row("f'(y)", "f'(y)", "no x is like this", assume=("x^2<0",)),
    Row("f'(y)", "f'(y)", "no x and y are like this", assume=("x>y", "y>x")),
    Row("e^h", "1+O(h)", "no x is like this", assume=("x^2<0",), vary="h"),
    Row(r"f'(y)\cdot\sqrt{x-1}+\sqrt{-x}", r"f'(y)\sqrt{x-1}+\sqrt{-x}", "it is never defined"),
]  # fmt: skip

TRUE = [
    Row(r"\frac{dy}{dx}", "2x", GIVEN_FUNCTION, given=("y=x^2",)),
    Row(r"\frac{d}{dx}y", "0", GIVEN_FUNCTION, given=("y=2",)),
    Row("f'(x)", "2x", GIVEN_FUNCTION, given=("f(x)=x^2",)),
    Row("f'(x)", "0", GIVEN_FUNCTION, given=("f(x)=1",)),
    Row("f''(x)", "f(x)", GIVEN_FUNCTION, given=("f'(x)=f(x)",)),
    Row(r"\frac{d^2y}{dx^2}", "y", GIVEN_FUNCTION, given=(r"\frac{dy}{dx}=y",)),
    Row(r"\frac{\partial u}{\partial t}", "0", GIVEN_FUNCTION, given=("u=0",)),
    Row(r"\frac{\partial}{\partial x}f(x,y)", "0", GIVEN_FUNCTION, given=("f(x,y)=y",)),
    Row(r"\int_0^1f(x)\,dx", "0", GIVEN_FUNCTION, given=("f(x)=0",)),
    Row(r"\frac{\partial^2u}{\partial t^2}", r"c^2\frac{\partial^2u}{\partial x^2}",
        GIVEN_FUNCTION, given=(r"\frac{\partial u}{\partial t}=c\frac{\partial u}{\partial x}",)),
    Row(r"\frac{\partial^2u}{\partial t\partial x}", r"\frac{\partial^3u}{\partial x^3}",
        GIVEN_FUNCTION, given=(r"\frac{\partial u}{\partial t}=\frac{\partial^2u}{\partial x^2}",)),
    Row(r"\frac{d}{dx}(ax)", "2x", "a moves with x", given=("a=x",)),
    Row("O(n)", "O(n^2)", "n <= n^2", vary=TO_INFINITY),
    Row("n+O(n)", "O(n^2)", "n <= n^2", vary=TO_INFINITY),
    Row("a_{n+1}", "a_{1+n}", TIED_NAME),
    Row("x_{t-1}", "x_{-1+t}", TIED_NAME),
    Row("a_{2n}", "a_{n+n}", TIED_NAME),
    Row("a_{n+1-1}", "a_n", TIED_NAME),
    Row("x_{(n+1)}", "x_{n+1}", TIED_NAME),
    Row("e^{(-1)}", r"\frac1e", "brackets in an exponent"),
    Row("e^{(x+1)}", r"e\cdot e^x", "brackets in an exponent"),
    Row("a_n", "a_2", TIED_NAME, given=("n=2",)),
    Row("a_{t+1}", "(1-b_{t+1})a_t", "a recurrence is meant for all t",
        given=("a_t=(1-b_t)a_{t-1}",)),
    Row("x_{t-1}", "x_s", TIED_NAME, given=("s=t-1",)),
    Row(r"\ln e", "1", "e is a number, not what x is compared with", assume=("x>e",)),
    Row("|x|", "x", "e is a number", assume=("x>e",)),
    Row(r"e^{\ln 2}", "2", "e is a number", assume=("0<x<e",)),
    Row(r"\left.\frac{d}{dx}\sqrt{x^2}\right|_{x=0}", "1", "there is no derivative that differs"),
]  # fmt: skip


@pytest.mark.parametrize("row", FALSE, ids=str)
def test_what_is_false_or_void_is_not_proved(row: Row) -> None:
    assert not isinstance(row.verdict, Proved)


@pytest.mark.parametrize("row", TRUE, ids=str)
def test_what_is_true_or_undefined_is_not_refuted(row: Row) -> None:
    assert not isinstance(row.verdict, Refuted)


INDEFINITE = [
    pytest.param(r"\int xe^{-x^2}\,dx", "0", id="an odd function"),
    pytest.param(r"\int e^{-x^2}\,dx", r"\sqrt\pi", id="a bell"),
    pytest.param(r"\int f'(x)\,dx", "f(x)", id="a derivative"),
]


@pytest.mark.parametrize(("lhs", "rhs"), INDEFINITE)
def test_an_antiderivative_is_not_taken_for_an_integral_over_the_line(lhs: str, rhs: str) -> None:
    assert not isinstance(Row(lhs, rhs, "").verdict, Proved | Refuted)


def test_a_value_from_inside_of_a_sum_does_not_hold_outside() -> None:
    r"""A witness for n >= 1 with the domain widened to n >= 0: at 0 the sides are 2 and 0."""
    lhs = r"\left(\sum_{k=1}^{n}\sqrt{(n-1)^2}\right)+\sqrt{(n-1)^2}-(n-1)"
    assume = [N, r"n \ge 1"]
    document = decide(read_statement(lhs, "n(n-1)", assume=assume)).document
    assert document is not None
    recheck(document)
    widened: dict[str, Any] = {**document, "letters": {**document["letters"]}}
    widened["letters"]["n"] = {**widened["letters"]["n"], "low": "0"}
    with pytest.raises(derive.recheck.Rejected):
        recheck(widened)


def test_a_requirement_inside_of_a_sum_is_a_condition_outside() -> None:
    """At n=0 the right side has no value, though the empty sum has one."""
    document = decide(read_statement(r"\sum_{k=1}^n\sqrt{n-1}", r"n\sqrt{n-1}", assume=[N]))
    assert document.document is not None
    stripped = {**document.document, "witness": {**document.document["witness"], "conditions": []}}
    try:
        conditions = recheck(stripped)
    except derive.recheck.Rejected:
        return
    assert conditions


# --- SymPy ---

POSITIVE, NEGATIVE = sympy.Symbol("x", positive=True), sympy.Symbol("x", negative=True)
REAL = sympy.Symbol("x", real=True)
THIRD, ONE = sympy.Rational(1, 3), sympy.Integer(1)
AT_INFINITY = sympy.O(n, (n, sympy.oo))

SYMPY_FALSE = [
    pytest.param(sympy.Pow(-8, THIRD, evaluate=False), sympy.Integer(-2), {}, id="a complex root"),
    pytest.param(sympy.Pow(-1, 2 * THIRD, evaluate=False), ONE, {}, id="a complex power"),
    pytest.param((NEGATIVE**3) ** THIRD, NEGATIVE, {}, id="a complex root of a letter"),
    pytest.param((REAL**3) ** THIRD, REAL, {}, id="a root that is complex for x < 0"),
    pytest.param(n**2, AT_INFINITY, {"vary": n}, id="an Order at infinity"),
    pytest.param(sympy.O(n**2, (n, sympy.oo)), AT_INFINITY, {"vary": n}, id="two of them"),
    pytest.param(sympy.sqrt(x**2), x, {}, id="a root of a square"),
    pytest.param(sympy.Symbol("e"), sympy.E, {}, id="a symbol of the name of a number"),
    pytest.param(sympy.exp(h), 1 + sympy.O(h**2), {"vary": h}, id="an Order"),
]


def said(lhs: object, rhs: object, more: dict[str, Any]) -> Verdict | None:
    try:
        return derive.equal(lhs, rhs, **more)  # type: ignore[arg-type]
    except DeriveError:
        return None


@pytest.mark.parametrize(("lhs", "rhs", "more"), SYMPY_FALSE)
def test_what_is_false_in_sympy_is_not_proved(lhs, rhs, more) -> None:
    assert not isinstance(said(lhs, rhs, more), Proved)


SYMPY_TRUE = [
    pytest.param(n, sympy.O(n**2, (n, sympy.oo)), {"vary": n}, id="an Order at infinity"),
    pytest.param(h**2, sympy.O(h), {"vary": r"h \to \infty"}, id="an Order at 0"),
    pytest.param(sympy.sqrt(POSITIVE**2), POSITIVE, {}, id="a root of a square"),
    pytest.param(sympy.Eq(POSITIVE**2, 1), sympy.Eq(POSITIVE, 1), {}, id="an equation"),
    pytest.param((a + 1) ** 2, a**2 + 2 * a + 1, {}, id="a square"),
]


@pytest.mark.parametrize(("lhs", "rhs", "more"), SYMPY_TRUE)
def test_what_is_true_in_sympy_is_not_refuted(lhs, rhs, more) -> None:
    assert not isinstance(said(lhs, rhs, more), Refuted)


REFUSED = [
    pytest.param(sympy.oo, sympy.oo, id="infinity"),
    pytest.param(sympy.nan, sympy.nan, id="no number"),
    pytest.param(sympy.Float("0.5"), sympy.Rational(1, 2), id="a rounded number"),
    pytest.param(sympy.I * x, x * sympy.I, id="the imaginary unit"),
    pytest.param(sympy.Symbol("z", complex=True), sympy.Symbol("z", complex=True), id="complex"),
    pytest.param(sympy.Symbol("n", even=True), sympy.Symbol("n", even=True), id="even"),
    pytest.param(POSITIVE, x, id="two symbols of one name"),
    pytest.param(sympy.Piecewise((x, x > 0), (-x, True)), sympy.Abs(REAL), id="cases"),
    pytest.param(sympy.Symbol("k#1"), ONE, id="a name of a bound letter"),
    pytest.param(sympy.Eq(x, 1), x, id="an equation against an expression"),
]


@pytest.mark.parametrize(("lhs", "rhs"), REFUSED)
def test_what_has_no_meaning_over_the_reals_is_refused(lhs, rhs) -> None:
    with pytest.raises(DeriveError):
        derive.equal(lhs, rhs)


def test_large_numbers_do_not_crash() -> None:
    said(x, sympy.Integer(10) ** 5000, {})
    said("x", "1", {"given": "x=10^{5000}"})


# --- what is right ---

PROVED = [
    Row(r"\frac{d}{dx}x^x", r"x^x(1+\ln x)", "a power with x in both places"),
    Row(r"\frac{d}{dx}\ln|x|", r"\frac1x", "on both sides of 0"),
    Row(r"\frac{d}{dx}\arcsin(\sin x)", r"\frac{\cos x}{|\cos x|}", "a triangle wave"),
    Row(r"\frac{d}{dx}f(g(x))", "f'(g(x))g'(x)", "the chain rule"),
    Row(r"\left.\frac{d}{dx}f(2x)\right|_{x=0}", "2f'(0)", "a value of a derivative"),
    Row(r"\frac{\partial}{\partial t}u(x-ct)+c\frac{\partial}{\partial x}u(x-ct)", "0", "a wave"),
    Row(r"\sum_{k=0}^nx^k", r"\frac{1-x^{n+1}}{1-x}", "a geometric sum", assume=(N,)),
    Row(r"\sum_{k=1}^nk\cdot k!", "(n+1)!-1", "a sum that telescopes", assume=(N,)),
    Row(r"\prod_{k=2}^n\left(1-\frac1{k^2}\right)", r"\frac{n+1}{2n}", "a product that does",
        assume=(N, "n>1")),
    Row(r"\binom nk+\binom n{k+1}", r"\binom{n+1}{k+1}", "Pascal", assume=(N, r"k\in\mathbb N")),
    Row(r"\sqrt[4]{x^4}", "|x|", "an even root"),
    Row(r"\sqrt{x-2\sqrt{x-1}}", r"|\sqrt{x-1}-1|", "a root under a root"),
    Row(r"\sqrt{\frac{x}{y}}", r"\frac{\sqrt{xy}}{|y|}", "of a quotient, perhaps of negatives"),
    Row(r"\arctan x+\arctan\frac1x", r"-\frac\pi2", "below 0", assume=("x<0",)),
    Row(r"2\arctan e^x-\frac\pi2", r"\arctan\sinh x", "Gudermann"),
    Row(r"\arctan\frac{1+x}{1-x}", r"\arctan x-\frac{3\pi}4", "behind the pole", assume=("x>1",)),
    Row(r"\left|\sin\frac x2\right|", r"\sqrt{\frac{1-\cos x}{2}}", "half an angle"),
    Row("x+2y=4", r"y=2-\frac x2", "one line"),
    Row("x^2=-1", "x^2=-2", "neither has a solution"),
    Row("x^2=1", "x=1", "the positive solution", assume=("x>0",)),
    Row(r"x^2+y^2", "1", "a circle", given=(r"x=\cos t", r"y=\sin t")),
    Row(r"(1+h)^{1/h}", r"e-\frac e2h+O(h^2)", "through a logarithm", vary="h"),
    Row(r"\sqrt{n^2+n}", r"n+\frac12+O(1/n)", "at infinity", vary=TO_INFINITY),
    Row("|h|", "h+o(h)", "from above", assume=("h>0",), vary="h"),
]  # fmt: skip

REFUTED = [
    Row(r"\sqrt{x^2}", "x", "x=-1"),
    Row(r"\log x^2", r"(\log x)^2", "x=e"),
    Row(r"\frac{d}{dx}|x|", "1", "x=-1"),
    Row(r"\frac{d}{dx}f(x^2)", "f'(x^2)", "f(x)=x"),
    Row(r"\sum_{k=1}^n\frac1{k(k+1)}", r"\frac{n+1}{n+2}", "the empty sum, n=0", assume=(N,)),
    Row(r"\sum_{k=-n}^nk^2", "0", "n=1", assume=(N,)),
    Row("0^n", "0", "n=0", assume=(N,)),
    Row("(2n)!", "2n!", "n=2", assume=(N,)),
    Row(r"\arctan x+\arctan y", r"\arctan\frac{x+y}{1-xy}", "beyond the pole",
        assume=("x>1", "y>1")),
    Row(r"2\arctan x", r"\arcsin\frac{2x}{1+x^2}", "x=2"),
    Row(r"\arcsin(2x\sqrt{1-x^2})", r"2\arcsin x", "x=9/10", assume=("0<x<1",)),
    Row(r"\sqrt{x-2\sqrt{x-1}}", r"1-\sqrt{x-1}", "x=5/2", assume=("1<x<3",)),
    Row("(-x)^n", "-x^n", "n=2", assume=(Z,)),
    Row(r"((x^2)^{1/3})^{3/2}", "x", "x=-1"),
    Row("ax=ay", "x=y", "a=0"),
    Row("x^2=y^2", "x=y", "x=1, y=-1"),
    Row(r"\sqrt x=y", "x=y^2", "y=-1"),
    Row("n=2", "n^2=4", "n=-2", assume=(Z,)),
    Row("x=x", "x=0", "x=1"),
    Row("(1+O(h))^2", "1+O(h^2)", "a middle term", vary="h"),
    Row("1+O(h)", "1+h+O(h^2)", "2h is an O(h)", vary="h"),
    Row(r"\sqrt{n^2+n}", "n+o(1)", "1/2 is lost", vary=TO_INFINITY),
    Row("x^{(2)}", "x^2", "an index in brackets"),
    Row(r"|\beta-2|", r"\beta-2", "beta=1/2", assume=(r"0<\beta<1",)),
]  # fmt: skip

VOID = [
    Row("1", "2", "no x is both", given=("x=1", "x=2")),
    Row("x", "1", "no x is", given=("x=1",), assume=("x>2",)),
    Row("1", "1", "no x is", assume=("x>x",)),
    Row(r"\log(-x^2)", r"\log(-x^2)", "never defined"),
    Row(r"\tan\frac\pi2-\tan\frac\pi2", "0", "never defined"),
    Row(r"\frac{x}{x}", "1", "x is 0", given=("x=0",)),
    Row(r"\log x+\log(-x)", r"\log(-x^2)", "never defined"),
]


@pytest.mark.parametrize("row", PROVED, ids=str)
def test_hard_ones_are_proved(row: Row) -> None:
    assert isinstance(row.verdict, Proved)


@pytest.mark.parametrize("row", REFUTED, ids=str)
def test_hard_ones_are_refuted(row: Row) -> None:
    assert isinstance(row.verdict, Refuted)


@pytest.mark.parametrize("row", VOID, ids=str)
def test_what_is_about_nothing_is_neither(row: Row) -> None:
    assert isinstance(row.verdict, Unresolved)
