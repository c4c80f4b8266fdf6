"""Where angles jump, signs that contradict each other, derivatives at lone points, recurrences."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from forging import (
    document,
    expansion,
    gen,
    letter,
    letters,
    minus,
    number,
    over,
    plus,
    power,
    ratio,
    root,
    times,
    within,
)

import derive
from derive.equality.engine import decide
from derive.equality.reading import read_statement
from derive.kernel.verdict import Proved, Refuted
from derive.recheck import Rejected, recheck

ROOT = Path(derive.__file__).parents[1]
SECONDS = 20

h, k, n, x, y = (letter(name) for name in "hknxy")
one, two = number(1), number(2)
NATURAL = {"n": within("0", None, "[", whole=True)}

# --- documents ---

MODULUS = root(power(x, 2))
ARC, BESIDE = ["arctan", x], ["arctan", over(x, power(MODULUS, 2))]
X_OVER_SQUARE = [[["1", [[0, 1]]]], [["1", [[2, 2]]]]]
QUARTER = {"turn": ["1/2", ratio(), ratio((1,))]}
ARCS = [
    *letters("x"),
    {"kind": "pi"},
    {"kind": "root", "degree": 2, "of": [ratio((1, (0, 2)))]},
    {"kind": "arctan", "of": [gen(0)]},
    {"kind": "arctan", "of": [X_OVER_SQUARE]},
]
FIFTH = plus(times(number(16), power(x, 5)), times(number(-20), power(x, 3)), times(number(5), x))
ACROSS = plus(times(number(16), power(x, 4)), times(number(-12), power(x, 2)), one)
ARCSINES = [
    *letters("x"),
    {"kind": "root", "degree": 2, "of": [ratio((1,), (-1, (0, 2)))]},
    {"kind": "arcsin", "of": [gen(0)], "beside": gen(1)},
]
FIVE_TIMES = {"arcs": [[2, 5]], "beside": ratio((16, (0, 4), (1, 1)), (-12, (0, 2), (1, 1)),
                                                (1, (1, 1)))}  # fmt: skip
HIDDEN_ZERO = root(plus(["exp", ["log", two]], number(-2)))
NEVER = ["sum", over(one, x), "k", one, number(0)]
SLOPES = ["sum", ["diff", power(k, 2), "k"], "k", one, n]
ROOT_OF = root(plus(power(x, 2), h))
POSITIVE_H = {"h": within("0")}
LONE = power(minus(power(x, 2)), "3/2")
LONE_TOO = times(power(x, "3/2"), power(minus(x), "3/2"))

FORGED = [
    pytest.param(document(plus(BESIDE, ARC), over(["pi"], two), {"x": "2"}, ARCS,
                          functions=[[MODULUS, {"is": gen(2)}], [ARC, {"arcs": [[3, 1]]}],
                                     [BESIDE, {"arcs": [[3, -1]], **QUARTER}]]),
                 id="arctan x + arctan(x/|x|^2) jumps at 0, where |x| is not > 0"),
    pytest.param(document(["arcsin", FIFTH], times(number(5), ["arcsin", x]), {"x": "0"}, ARCSINES,
                          letters={"x": within("-1", "1")},
                          functions=[[["arcsin", x], {"arcs": [[2, 1]], "beside": gen(1)}],
                                     [["arcsin", FIFTH], FIVE_TIMES]],
                          conditions=[["nonnegative", ACROSS]]),
                 id="arcsin(sin 5u) = 5u where cos 5u >= 0: a turn is lost on the way"),
    pytest.param(document(plus(x, HIDDEN_ZERO, NEVER), x, {"x": "0"}, letters("x"),
                          relation="equivalent", verdict="refuted"),
                 id="1/x in a sum without a summand, beside a root that is not enclosed"),
    pytest.param(document(SLOPES, times(n, plus(n, one)), {"n": "2"}, letters("nk"),
                          letters=NATURAL,
                          functions=[[SLOPES, {"antidifference": times(k, plus(k, minus(one)))}]]),
                 id="a derivative in the letter of a sum, which is whole"),
    pytest.param(expansion(ROOT_OF, plus(x, over(h, times(two, x))), {"x": "2", "h": "1"}, "xh",
                           letters=POSITIVE_H, functions=[[ROOT_OF, {"is": gen(0)}]],
                           conditions=[["positive", plus(x, minus(h))]]),
                 id="a condition that ties x to the h that tends to 0"),
    pytest.param(expansion(h, number(0), {"h": "2"}, "h", 1,
                           conditions=[["positive", plus(h, number(-1))]]),
                 id="h tends to 0 under the condition h > 1"),
    pytest.param(document(["diff", LONE, "x"], one, {"x": "0"}, letters("x"), verdict="refuted"),
                 id="(-x^2)^(3/2) is defined at 0 alone and has no derivative"),
    pytest.param(document(["diff", LONE_TOO, "x"], one, {"x": "0"}, letters("x"),
                          verdict="refuted"), id="x^(3/2) (-x)^(3/2) is defined at 0 alone"),
    pytest.param(document(["diff", ["sum", LONE, "k", one, two], "x"], one, {"x": "0"},
                          letters("x"), verdict="refuted"),
                 id="a sum of what is defined at 0 alone"),
    # rejected today
    *(pytest.param(document(["sum", root(power(plus(k, number(-5)), 2)), "k", one, n],
                            over(times(n, plus(n, number(-9))), two), {"n": "6"}, letters("nk"),
                            letters=NATURAL, conditions=[[kind, bound]],
                            functions=[[root(power(plus(k, number(-5)), 2)),
                                        {"is": ratio((1, (1, 1)), (-5,))}],
                                       [["sum", root(power(plus(k, number(-5)), 2)), "k", one, n],
                                        {"antidifference": times(number("1/2"), k,
                                                                 plus(k, number(-11)))}]]),
                   id=f"a condition on the bound k: {kind} {bound[0]}")
      for kind, bound in (("nonnegative", plus(k, number(-5))),
                          ("positive", ["exp", ["log", plus(k, number(-5))]]),
                          ("nonzero", ["factorial", plus(k, number(-5))]))),
    pytest.param(document(["diff", power(x, "3/2"), "x"], number(0), {"x": "0"}, letters("x"),
                          letters={"x": within("0", "1", "[]")}, verdict="refuted"),
                 id="the slope of x^(3/2) at 0"),
]  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_no_forged_witness_is_accepted(forged):
    with pytest.raises(Rejected):
        recheck(json.loads(json.dumps(forged)))


BOTH_SIGNS = [["nonnegative", plus(power(x, 2), minus(y))],
              ["nonnegative", plus(y, minus(power(x, 2)))]]  # fmt: skip
ALONE = ["sum", k, "k", n, n]
CONTRADICTING = [
    pytest.param(document(x, x, {"x": "1", "y": "1"}, letters("xy"), assume=BOTH_SIGNS),
                 id="x^2 >= y and y >= x^2"),
    pytest.param(document(ALONE, n, {"n": "2"}, letters("nk"), letters=NATURAL,
                          functions=[[ALONE, {"antidifference": times(number("1/2"), k,
                                                                      plus(k, number(-1)))}]]),
                 id="k >= n and n >= k"),
]  # fmt: skip
RECHECKED = """
import json, sys
from derive.recheck import recheck
recheck(json.load(sys.stdin))
print("done")
"""
DECIDED = """
import json, sys
from derive.equality.engine import decide
from derive.equality.reading import read_statement
lhs, rhs, given, assume = json.load(sys.stdin)
decide(read_statement(lhs, rhs, given=given, assume=assume, vary=None))
print("done")
"""


def finishes(program, stated):
    """Whether a program ends with a line that says so, in a process of its own."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", program], input=json.dumps(stated), capture_output=True,
            cwd=ROOT, encoding="utf-8", check=False, timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.stdout == "done\n"


@pytest.mark.parametrize("stated", CONTRADICTING)
def test_what_is_true_is_accepted_in_the_end(stated):
    assert finishes(RECHECKED, stated)


# --- statements ---

N = (r"n \in \mathbb{N}_0",)
Z = (r"n \in \mathbb{Z}",)
WIDE = r"\arcsin\left(2\frac{(x+y)(1-xy)}{(1+x^2)(1+y^2)}\right)"
GROWING = r"\sqrt{1+(|x|-y)^2}"

ENDLESS = [
    pytest.param("x", "x", (), (r"x^2 \ge y", r"y \ge x^2"), id="both signs of x^2 - y"),
    pytest.param("x", "x", (), (r"xy \ge 1", r"xy \le 1"), id="both signs of xy - 1"),
    pytest.param(r"\sum_{k=n}^{n} k", "n", (), N, id="one summand"),
    pytest.param(r"\sum_{k=n}^{n} k", "n", (), Z, id="one summand, all whole numbers"),
    pytest.param(r"\prod_{k=n}^{n} k", "n", (), N, id="one factor"),
    pytest.param(r"\sum_{k=0}^{n-n} k", "0", (), N, id="one summand, written with n"),
    pytest.param(r"\sum_{k=m}^{n} k", "n", ("n=m",), (r"m \in \mathbb{Z}",), id="n = m is given"),
    pytest.param(r"\frac{d}{dx}(x^{3/2}(-x)^{3/2})", "0", (), (), id="x >= 0 and -x >= 0"),
    pytest.param(rf"\ln({GROWING}+|x|-y)", rf"-\ln({GROWING}-(|x|-y))", (), (r"x^2y \ge 0",),
                 id="conjugates of conjugates"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "given", "assume"), ENDLESS)
def test_a_decision_ends(lhs, rhs, given, assume):
    assert finishes(DECIDED, [lhs, rhs, list(given), list(assume)])


def verdict(lhs, rhs, given=(), assume=(), vary=None):
    return decide(
        read_statement(lhs, rhs, given=list(given), assume=list(assume), vary=vary)
    ).verdict


FALSE = [
    pytest.param(r"\arctan x+\arctan\frac{x}{|x|^2}", r"\frac{\pi}{2}", ("x<30",),
                 id="-pi/2 for x < 0"),
    pytest.param(r"\arctan x+\arctan\frac{x}{|x|^2}", r"\frac{\pi}{2}",
                 ("x>-1/1000000", r"x \ne 0"), id="-pi/2 on a short interval"),
    pytest.param(r"\arctan(x-1000)+\arctan\frac{x-1000}{|x-1000|^2}", r"-\frac{\pi}{2}", (),
                 id="pi/2 for x > 1000"),
    pytest.param(r"\arctan(x-50)+\arctan\frac{x-50}{|x-50|^2}", r"-\frac{\pi}{2}", (),
                 id="pi/2 for x > 50"),
    pytest.param(r"\arctan(x-9)+\arctan\frac{x-9}{\sqrt{(x-9)^2}^2}", r"-\frac{\pi}{2}", (),
                 id="the square of a root"),
    pytest.param(r"\arctan x^3+\arctan\frac{x^3}{|x^3|^2}", r"-\frac{\pi}{2}", ("1-x^2-y^2>0",),
                 id="pi/2 for x > 0, in a disc"),
    pytest.param(r"\arccos x", r"\arctan\frac{\sqrt{1-x^2}x}{|x|^2}", ("-0.000001<x<1",),
                 id="less by pi for x < 0"),
    pytest.param(r"2\arctan\frac{x}{1000}",
                 r"\arctan\frac{2x \cdot 1000(1-x^2/1000000)}{1000000|1-x^2/1000000|^2}",
                 (r"x \ne 1000", r"x \ne -1000"), id="twice an angle, beyond 1000"),
    pytest.param(WIDE, r"2\arctan x+2\arctan y", ("(1-x^2)(1-y^2)-4xy>0",),
                 id="a whole turn at x = y = 10"),
    # right today
    pytest.param(WIDE, r"2\arctan x+2\arctan y", (), id="half a turn"),
    pytest.param(r"\arcsin\frac{4x(1-x^2)}{(1+x^2)^2}", r"4\arctan x", ("(1-x^2)^2-4x^2>0",),
                 id="a turn at x = 3"),
    pytest.param(r"\arctan\frac{(1-xy)(x+y)}{|x+y|^2}", r"\frac{\pi}{2}-\arctan x-\arctan y",
                 ("x>0", "y>-0.0000001"), id="x + y < 0"),
    pytest.param(r"\arcsin x+\arcsin\sqrt{1-x^2}", r"\frac{\pi}{2}", ("-0.000000001<x<1",),
                 id="x < 0"),
    pytest.param(r"\arcsin(\sin x)", "x", (r"\cos x>0",), id="x = 2 pi"),
    pytest.param(r"\arccos(4x^3-3x)", r"3\arccos x", ("-1<x<1",), id="three times an angle"),
    pytest.param(r"\cos(\frac{n\pi}{2})", "0", Z, id="an even n"),
    pytest.param(r"\cos(xn\pi)", "(-1)^n", Z, id="x is not whole"),
    pytest.param(r"\cos(n\pi)", "(-1)^n", ("n>0",), id="n is not whole"),
    pytest.param(r"(-1)^{n!}", "1", N, id="0! and 1! are odd"),
    pytest.param(r"e^{n\ln|x|}", "x^n", Z, id="a negative x, an odd n"),
    pytest.param(r"\sqrt{x^{2n}}", "x^n", Z, id="a root of a power, an odd n"),
    pytest.param(r"\sqrt{(-2)^{2n}}", "(-2)^n", Z, id="a root of a power of -2"),
    pytest.param(r"\sum_{k=0}^n (-1)^k \binom{n}{k}", "0", N, id="1 for n = 0"),
    pytest.param(r"\sum_{k=1}^n \sqrt{(k-x)^2}", r"\frac{n(n+1)}{2}-nx", (*N, "x<2"),
                 id="1 - x < 0"),
    pytest.param(r"\sqrt{x-2\sqrt{x-1}}", r"1-\sqrt{x-1}", (), id="x > 2"),
    pytest.param(r"\sqrt{5-2\sqrt6}", r"\sqrt2-\sqrt3", (), id="a negative root"),
    pytest.param("x=0", r"\sum_{k=1}^n x=0", N, id="an empty sum is 0 for all x"),
    pytest.param(r"\frac{x^2-3x+2}{x-1}=0", "x^2-3x+2=0", (), id="undefined at a solution"),
    pytest.param(r"x+0 \cdot \ln x=-1", "x=-1", (), id="0 times what is undefined"),
    pytest.param("x=1", "x=5", ("x>3",), id="one of them has a solution"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "assume"), FALSE)
def test_what_is_false_is_not_proved(lhs, rhs, assume):
    assert not isinstance(verdict(lhs, rhs, (), assume), Proved)


NOWHERE = [
    pytest.param(r"\frac{d}{dx}(-x^2)^{3/2}", "1", (), id="defined at 0 alone"),
    pytest.param(r"\frac{d}{dx}(\cos x-1)^{3/2}", "1", (), id="defined at multiples of 2 pi"),
    pytest.param(r"\frac{d}{dx}(x+(-x^2)^{3/2})", "2", (), id="a sum defined at 0 alone"),
    pytest.param(r"\frac{d}{dx}\sum_{k=1}^{2}(-x^2)^{3/2}", "1", (), id="within a sum"),
]


@pytest.mark.parametrize(("lhs", "rhs", "assume"), NOWHERE)
def test_what_has_a_value_nowhere_is_not_refuted(lhs, rhs, assume):
    assert not isinstance(verdict(lhs, rhs, (), assume), Refuted)


STEP = "a_t=(1-b_t)a_{t-1}"
FOR_ALL = [
    pytest.param("a_{t+1}", "(1-b_{t+1})a_t", (STEP,), (), id="one step on"),
    pytest.param("a_2", "(1-b_2)a_1", (STEP,), (), id="a step of numbers"),
    pytest.param(r"|\beta_{t-1}|", r"\beta_{t-1}", (), (r"0<\beta_t<1",), id="a domain for all t"),
]


@pytest.mark.parametrize(("lhs", "rhs", "given", "assume"), FOR_ALL)
def test_what_may_be_meant_for_all_indices_refutes_nothing(lhs, rhs, given, assume):
    assert not isinstance(verdict(lhs, rhs, given, assume), Refuted)


DECIDED_TODAY = [
    pytest.param(r"\arctan\frac1x", r"\frac{\pi}{2}-\arctan x", (), ("x>0",), None, id="x > 0"),
    pytest.param(r"\arccos x", r"\arctan\frac{\sqrt{1-x^2}}{x}", (), ("0<x<1",), None,
                 id="an acute angle"),
    pytest.param(r"\arctan\frac{1-xy}{|x+y|}", r"\frac{\pi}{2}-\arctan x-\arctan y", (),
                 ("x>0", "y>0"), None, id="x + y > 0"),
    pytest.param(r"\arcsin(x\sqrt{1-y^2}-y\sqrt{1-x^2})", r"\arcsin x-\arcsin y", (),
                 (r"0 \le x \le 1", r"0 \le y \le 1"), None, id="a difference of acute angles"),
    pytest.param(r"\arcsin(\tanh x)", r"\arctan(\sinh x)", (), (), None, id="Gudermann"),
    pytest.param(r"\arctan e^x", r"\frac{\pi}{4}+\arctan(\tanh(x/2))", (), (), None,
                 id="Gudermann, shifted"),
    pytest.param(r"2\arctan(\sqrt{1+x^2}-x)", r"\frac{\pi}{2}-\arctan x", (), (), None,
                 id="half an angle"),
    pytest.param(r"\cos(\pi nm)", "(-1)^{nm}", (), (*Z, r"m \in \mathbb{Z}"), None,
                 id="a product of whole numbers"),
    pytest.param(r"\tan(x+n\pi)", r"\tan x", (), Z, None, id="half turns"),
    pytest.param(r"\sum_{k=1}^n \cos(k\pi)", r"\frac{(-1)^n-1}{2}", (), N, None,
                 id="half turns in a sum"),
    pytest.param(r"e^{n!\ln x}", "x^{n!}", (), N, None, id="a factorial is whole"),
    pytest.param(r"\sqrt{x^{2n}}", "|x^n|", (), Z, None, id="a root of an even power"),
    pytest.param(r"\sum_{k=n}^{2n} k", r"\frac{3n(n+1)}{2}", (), N, None, id="both ends move"),
    pytest.param(r"\sum_{k=1}^n \sum_{j=k+1}^n 1", r"\frac{n(n-1)}{2}", (), N, None,
                 id="an inner sum that is empty once"),
    pytest.param(r"\prod_{k=1}^n k", "n!", (), N, None, id="a factorial"),
    pytest.param("z", "xw^2", ("z=xy", "y=w^2"), (), None, id="solved into what was solved"),
    pytest.param("x", "1", ("x+y=2", "x-y=0"), (), None, id="two equations for two letters"),
    pytest.param(r"\frac{|q|}{q}", "1", ("p+q=1",), (r"0 \le p \le 1",), None, id="q >= 0"),
    pytest.param("y", r"-\sqrt x", ("y^2=x",), ("y<0",), None, id="the negative root"),
    pytest.param("x^2=4", "x=2", (), (r"x \ge 0",), None, id="one solution is left"),
    pytest.param("x=1", "x=5", (), ("x>10",), None, id="no solution at all"),
    pytest.param(r"\sqrt[3]{h^3+h^4}", "h+O(h^2)", (), (), "h", id="an odd root from both sides"),
    pytest.param(r"|x+h|", "|x|+h+O(h^2)", (), ("x>0",), "h", id="the sign of x is known"),
    pytest.param(r"(1+x/n)^n", r"e^x(1-\frac{x^2}{2n})+O(1/n^2)", (), N, r"n \to \infty",
                 id="compound interest"),
    pytest.param(r"\frac{d}{dx}(x^2)^{3/2}", "3x|x|", (), (), None, id="a smooth modulus"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "given", "assume", "vary"), DECIDED_TODAY)
def test_what_is_true_is_proved(lhs, rhs, given, assume, vary):
    assert isinstance(verdict(lhs, rhs, given, assume, vary), Proved)
