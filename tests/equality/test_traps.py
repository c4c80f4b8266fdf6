r"""Equalities that hold on a part of the real line only, and those that look as if they did.

True: at all admitted points where both sides are defined.  What is true must not be refuted,
what is false not be proved; open is always allowed here.
"""

from __future__ import annotations

import pytest

from derive.equality.engine import decide
from derive.equality.reading import read_statement
from derive.errors import DeriveError
from derive.kernel.verdict import Proved, Refuted

WHOLE = (r"n \in \mathbb Z",)
COUNT = (r"n \in \mathbb N",)

TRUE = [
    (r"\log x^2", r"2\log x", (), ()),
    (r"\log x^2", r"2\log|x|", (), ()),
    (r"\sqrt{xy}", r"\sqrt x\sqrt y", (), ()),
    (r"(\sqrt x)^2", "x", (), ()),
    (r"\sqrt[4]{x^4}", "|x|", (), ()),
    (r"\tan(\arctan x)", "x", (), ()),
    (r"\sin(\arcsin x)", "x", (), ()),
    (r"\arcsin(\sin x)", "x", (), ("-1<x<1",)),
    (r"\arctan x+\arctan\frac{1}{x}", r"\frac{\pi}{2}", (), ("x>0",)),
    (r"\arctan x+\arctan\frac{1}{x}", r"-\frac{\pi}{2}", (), ("x<0",)),
    (r"\frac{\sin 2x}{2\sin x}", r"\cos x", (), ()),
    (r"\frac{|x|}{x}", r"\frac{x}{|x|}", (), ()),
    (r"|x+y|", r"|x|+|y|", (), ("x>0", "y>0")),
    (r"(-1)^n(-1)^n", "1", (), WHOLE),
    (r"\cos(n\pi)", "(-1)^n", (), WHOLE),
    (r"\sin(n\pi)", "0", (), WHOLE),
    (r"\sum_{k=1}^n k", r"\frac{n(n+1)}{2}", (), COUNT),
    (r"\sum_{k=0}^n x^k", r"\frac{1-x^{n+1}}{1-x}", (), COUNT),
    ("x^0", "1", (), ("x>0",)),
    (r"\frac{1}{\frac{1}{x}}", "x", (), ()),
    (r"x^{1/2}x^{1/2}", "x", (), ()),
    (r"\operatorname{arcosh}(\cosh x)", "|x|", (), ()),
    (r"\frac{x}{\sqrt{x^2}}", "1", (), ("x>0",)),
    ("x^2=4", "|x|=2", (), ()),
    (r"\frac{1}{x}=0", r"\frac{2}{x}=0", (), ()),
    ("x^2=-1", "x^2=-2", (), ()),
    ("x^2=y^2", "(x-y)(x+y)=0", (), ()),
    ("x^3=y^3", "x=y", (), ()),
    ("e^x=1", "x=0", (), ()),
    (r"\sqrt x=-1", r"x^2=-1", (), ()),
    ("x^2", "1", ("x=1",), ()),
    ("x^3", "x", ("x^2=1",), ()),
    ("y", "z", ("xy=xz",), ("x>0",)),
    (r"\sqrt{1-x^2}", "|y|", ("x^2+y^2=1",), ()),
    (r"a", r"b", (r"\log a=\log b",), ()),
    *(
        (one, two, (), COUNT)
        for one, two in (
            (r"\sum_{k=1}^n a_k", r"\sum_{j=1}^n a_j"),
            (r"\sum_{k=1}^1 a_k", "a_1"),
            (r"\sum_{k=1}^{n+1} a_k", r"a_{n+1}+\sum_{k=1}^n a_k"),
            (r"\sum_{k=1}^0 a_k", "0"),
            (r"\sum_{k=1}^n f(k)", r"\sum_{k=0}^{n-1} f(k+1)"),
        )
    ),
    *(
        (one, two, (), ())
        for one, two in (
            ("a_{n+1}", "a_{1+n}"),
            ("x_{t-1}", "x_{-1+t}"),
            ("a_{2n}", "a_{n+n}"),
            ("a_{n+1-1}", "a_n"),
            (r"a_{(n+1)^2}", "a_{n^2+2n+1}"),
            ("x_{1+2}", "x_3"),
            (r"a_{n\cdot m}", r"a_{m\cdot n}"),
            (r"a_{\frac{2n}{4}}", r"a_{\frac{n}{2}}"),
            ("f_{n+1}(x)", "f_{1+n}(x)"),
            (r"\bar\alpha_{t+1-1}", r"\bar\alpha_t"),
            ("x_{n_1+1}", "x_{1+n_1}"),
            (r"\frac{d}{dx_{n+1}}x_{1+n}^2", "2x_{n+1}"),
            ("a_{2^{n+1}}", r"a_{2\cdot 2^n}"),
            ("x_{n_{i+1}}", "x_{n_{1+i}}"),
        )
    ),
    ("a_{n+1}", "1", ("a_{1+n}=1",), ()),
    ("|a_{n+1}|", "a_{1+n}", (), ("a_{1+n}>0",)),
    ("a_n", "a_2", ("n=2",), ()),
    ("x_{t-1}", "x_s", ("s=t-1",), ()),
    ("a_n", "a_m", ("n^2=m^2",), ("n>0", "m>0")),
    ("a_n", "a_m", (), (r"n \le m", r"m \le n")),
    ("a_n", "a_1", (), (r"n \in \mathbb N", "0<n<2")),
    ("f(x) a_n", "f(x) a_2", ("n=2",), ()),
    ("a_n=1", "a_m=1", ("n=m",), ()),
    (r"\frac{a_1+a_n}{2}", r"\frac{2a_1+(n-1)d}{2}", ("a_n=a_1+(n-1)d",), ()),
]

LARGE = [  # neither side of them may be written out
    ("x", "1", ("x=10^{5000}",), ()),
    ("x", "1", ("10^{5000}x=y",), ()),
    ("x=10^{5000}", "x=10^{5000}+1", (), ()),
    ("10^{5000}x=1", "x=2", (), ()),
    ("10^{5000}x", "10^{4999}x", (), ()),
    (r"10^{5000}\cdot 10^{-5000}x", "2x", (), ()),
    ("x^{10^9}", "x", (), ()),
    ("((((x^{64})^{64})^{64})^{64})^{64}", "x", (), ()),
    ("x", "x+1", (), ("x<((10^{60})^{60})^{60}",)),
    ("f(x)+10^{5000}", "f(x)", (), ()),
    ("\\cdot".join(["9" * 50] * 100) + "x", "x", (), ()),
    ("x^{" + "\\cdot".join(["9" * 50] * 100) + "}", "x", (), ()),
]


@pytest.mark.parametrize(("lhs", "rhs", "given", "assume"), LARGE)
def test_numbers_of_very_many_digits_raise_nothing_else(lhs, rhs, given, assume) -> None:
    try:
        verdict = decide(read_statement(lhs, rhs, given, assume)).verdict
    except DeriveError:
        return
    assert not isinstance(verdict, Proved)


FALSE = [
    (r"\sqrt{x^2}", "x", (), ()),
    (r"\sqrt[4]{x^4}", "x", (), ()),
    (r"\log x^2", r"2\log x+1", (), ()),
    (r"\arcsin(\sin x)", "x", (), ()),
    (r"\arcsin(\sin x)", "x", (), ("0<x<2",)),
    (r"\arccos(\cos x)", "x", (), ()),
    (r"\arctan(\tan x)", "x", (), ()),
    (r"\arctan x+\arctan\frac{1}{x}", r"\frac{\pi}{2}", (), ()),
    (r"\arctan x+\arctan y", r"\arctan\frac{x+y}{1-xy}", (), ()),
    (r"\operatorname{arcosh}(\cosh x)", "x", (), ()),
    (r"|x+y|", r"|x|+|y|", (), ()),
    (r"\frac{|x|}{x}", "1", (), ()),
    (r"\sqrt{1-\sin^2 x}", r"\cos x", (), ()),
    (r"(-1)^n", "1", (), WHOLE),
    (r"\cos(n\pi)", "1", (), WHOLE),
    (r"\cos^2(\pi x)", "1", (), ()),
    (r"(-1)^{n(n+1)}", "-1", (), WHOLE),
    (r"\sin(n\frac{\pi}{2})", "0", (), WHOLE),
    (r"\sum_{k=1}^n k", r"\frac{n(n+1)}{2}+\frac{1}{10^{40}}", (), COUNT),
    (r"\sum_{k=1}^n x^k", r"\frac{1-x^{n+1}}{1-x}", (), COUNT),
    (r"\prod_{k=0}^n k", "n!", (), COUNT),
    (r"\binom{n}{2}", r"\frac{n(n+1)}{2}", (), (*COUNT, r"n \ge 2")),
    (r"\sum_{k=1}^n a_k", r"\sum_{k=1}^n a_{k+1}", (), COUNT),
    (r"\sum_{k=1}^n f(k)", "n f(1)", (), COUNT),
    (r"\sum_{k=1}^n a_k b_k", r"\sum_{k=1}^n a_k\cdot\sum_{k=1}^n b_k", (), COUNT),
    ("f(x)", "f(2x)", (), ()),
    (r"\sqrt{f(x)^2}", "f(x)", (), ()),
    ("f(|x|)", "f(x)", (), ()),
    ("a_{n+1}", "a_n", (), ()),
    ("x_{ij}", "x_{ji}", (), ()),
    ("x_{1,23}", "x_{12,3}", (), ()),
    ("f_{n+1}(x)", "f_{n+2}(x)", (), ()),
    (r"x_{\max}", r"x_{\min}", (), ()),
    ("|a_{n+1}|", "a_n", (), ("a_{1+n}>0",)),
    ("a_n", "a_m", (), (r"n \ge 1", r"m \in \mathbb N")),
    ("a_n", "a_2", ("n=3",), ()),
    (r"\frac{a_1+a_n}{2}", r"\frac{2a_1+nd}{2}", ("a_n=a_1+(n-1)d",), ()),
    ("x^2=4", "x=2", (), ()),
    ("x=y", "x^2=y^2", (), ()),
    (r"x=1", r"\sqrt x=-1", (), ()),
    (r"\frac{x}{x}=1", "x=0", (), ()),
    ("x^2+y^2=0", "x=0", (), ()),
    ("xy=0", "x=0", (), ()),
    (r"\sin x=0", "x=0", (), ()),
    ("x", "1", ("x^2=1",), ()),
    ("y", "z", ("xy=xz",), ()),
    ("y", "1", ("xy=x",), ()),
    ("x", "a", ("(x-a)(x-b)=0",), ()),
    ("x", "0", (r"x\sin y=0",), ()),
    (r"y", r"\sqrt{1-x^2}", ("x^2+y^2=1",), ()),
    (r"x", r"y", (r"\sin x=\sin y",), ()),
    (r"x", r"y", (r"x^2=y^2",), ()),
    (r"x", r"y", (r"x^2=y^2",), ("x>0",)),
    (r"\alpha_t", r"(1-\beta_t)\alpha_t", (r"\alpha_t=(1-\beta_t)\alpha_{t-1}",), ()),
    (r"x^{1/3}x^{1/6}", r"\sqrt{-x}", (), ()),
    (r"\left(x^2\right)^{1/2}", "x", (), ()),
    (r"\left(x^2\right)^{3/2}", "x^3", (), ()),
    (r"\left(x^6\right)^{1/2}", "x^3", (), ()),
    (r"e^{\frac{1}{2}\log x^2}", "x", (), ()),
    (r"\log\frac{x}{y}", r"\log x+\log y", (), ()),
    (r"\frac{d}{dx}|x|", "1", (), ()),
    (r"\frac{d}{dx}\log|x|", r"\frac{1}{|x|}", (), ()),
    (r"\frac{d}{dx} x^x", r"x\cdot x^{x-1}", (), ("x>0",)),
    (r"\frac{d}{dx}\arcsin(\sin x)", "1", (), ()),
]


def said(lhs: str, rhs: str, given: tuple[str, ...], assume: tuple[str, ...]) -> object:
    try:
        return decide(read_statement(lhs, rhs, given, assume)).verdict
    except DeriveError:
        return None


@pytest.mark.parametrize(("lhs", "rhs", "given", "assume"), TRUE)
def test_what_is_true_is_not_refuted(
    lhs: str, rhs: str, given: tuple[str, ...], assume: tuple[str, ...]
) -> None:
    assert not isinstance(said(lhs, rhs, given, assume), Refuted)
    assert not isinstance(said(rhs, lhs, given, assume), Refuted)


@pytest.mark.parametrize(("lhs", "rhs", "given", "assume"), FALSE)
def test_what_is_false_is_not_proved(
    lhs: str, rhs: str, given: tuple[str, ...], assume: tuple[str, ...]
) -> None:
    assert not isinstance(said(lhs, rhs, given, assume), Proved)
    assert not isinstance(said(rhs, lhs, given, assume), Proved)


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        ("f(x)", "f(x)"), ("f(x+1)", "f(1+x)"), ("f(x)-f(x)", "0"), ("f(x)^2", "f(x)f(x)"),
        ("f((x+1)^2)", "f(x^2+2x+1)"), ("a_{n+1}", "a_{1+n}"), ("f_{n+1}(x)", "f_{1+n}(x)"),
        ("e^{f(x)}e^{g(x)}", "e^{f(x)+g(x)}"),
    ],
)  # fmt: skip
def test_what_is_the_same_is_proved(lhs: str, rhs: str) -> None:
    assert isinstance(decide(read_statement(lhs, rhs)).verdict, Proved)


@pytest.mark.parametrize(("lhs", "rhs"), [("f(x)", "g(x)"), ("f(x)", "f(2x)"), ("a_{n+1}", "a_n")])
def test_what_is_never_the_same_is_refuted(lhs: str, rhs: str) -> None:
    assert isinstance(decide(read_statement(lhs, rhs)).verdict, Refuted)
