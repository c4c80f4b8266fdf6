r"""False answers that other tools are known to have given, and what is right instead.

Numbers that are tiny or nearly equal, letters that differ in case alone, sums of arctangents
off by a unit, and expansions whose last terms were lost or wrong.
"""

from __future__ import annotations

from math import comb

import pytest

from derive.equality.engine import decide
from derive.equality.reading import read_statement
from derive.errors import DeriveError
from derive.kernel.verdict import Proved, Refuted, Verdict


def verdict(
    lhs: str, rhs: str, *, assume: tuple[str, ...] = (), vary: str | None = None
) -> Verdict:
    return decide(read_statement(lhs, rhs, assume=assume, vary=vary)).verdict


FALSE_NUMBERS = {
    "both are nearly 0": (r"\frac{1}{2004!}", r"\frac{1}{2006!}"),
    "both are nearly 0, and no factorials": (r"10^{-6000}", r"2\cdot 10^{-6000}"),
    "below the precision of a double": (r"2^{-98}", r"2^{-99}"),
    "a small exponential": (r"e^{-50}", r"e^{-51}"),
    "a smaller exponential": (r"e^{-5000}", r"e^{-5001}"),
    "the sign of a part": (r"1+\frac{1}{e}", r"1-\frac{1}{e}"),
    "a lost root": ("4", r"4\sqrt2"),
    "a lost root of a product": (r"\sqrt{2}\sqrt{3}", r"6"),
    "the last digit of a large number": (r"10^{40}+1", r"10^{40}"),
    "nearly a whole number": (r"e^{\pi\sqrt{163}}", r"640320^3+744"),
    "nearly pi": (r"\frac{355}{113}", r"\pi"),
    "nearly pi, to thirty digits": (r"\pi", r"3.14159265358979323846264338327950"),
    "a rounded root": (r"\sqrt{2}", "1.41421356237309504880168872420969807"),
}


@pytest.mark.parametrize(("lhs", "rhs"), FALSE_NUMBERS.values(), ids=FALSE_NUMBERS)
def test_different_numbers_are_refuted(lhs: str, rhs: str) -> None:
    assert isinstance(verdict(lhs, rhs), Refuted)
    assert isinstance(verdict(rhs, lhs), Refuted)


TRUE = {
    "a root of a fraction": (r"\sqrt{1/n}", r"1/\sqrt n", (r"n \in \mathbb N", r"n \ge 1")),
    "a root of a fraction, a real number": (r"\sqrt{\frac{1}{x}}", r"\frac{1}{\sqrt x}", ("x>0",)),
    "factorials cancel": (r"\frac{2006!}{2004!}", r"2006 \cdot 2005", ()),
    "powers of two": (r"2^{-98}", r"2 \cdot 2^{-99}", ()),
    "exponentials": (r"e^{-50}", r"e \cdot e^{-51}", ()),
    "a root under a root": (r"\sqrt{3+2\sqrt2}", r"1+\sqrt2", ()),
}


@pytest.mark.parametrize(("lhs", "rhs", "assume"), TRUE.values(), ids=TRUE)
def test_what_was_called_false_is_proved(lhs: str, rhs: str, assume: tuple[str, ...]) -> None:
    assert isinstance(verdict(lhs, rhs, assume=assume), Proved)


LETTERS = {
    "case": ("X", "x"),
    "case of an index": ("x_T", "x_t"),
    "case of Greek": (r"\Gamma", r"\gamma"),
    "the variants of a letter": (r"\varepsilon", r"\epsilon"),
    "fonts": (r"\mathbf x", "x"),
    "a bar": (r"\bar\alpha_t", r"\alpha_t"),
    "an index": ("x_1", "x_2"),
    "an index in brackets is no power": ("x^{(2)}", "x^2"),
    "a product is no index": ("x_12", "x_{12}"),
    "an index and its shift": (r"\alpha_{t-1}", r"\alpha_t-1"),
    "differences and variations": (r"\Delta p", r"\delta p"),
    "a derivative is not 0": (r"\frac{\partial p}{\partial t}", "0"),
    "a derivative in another variable": (r"\frac{dy}{dx}", r"\frac{dy}{dt}"),
}


@pytest.mark.parametrize(("lhs", "rhs"), LETTERS.values(), ids=LETTERS)
def test_different_letters_are_never_taken_for_each_other(lhs: str, rhs: str) -> None:
    """They may be different, open, or not read, but not equal."""
    try:
        said: Verdict | None = verdict(lhs, rhs)
    except DeriveError:
        said = None
    assert not isinstance(said, Proved)


def test_case_is_refuted() -> None:
    assert isinstance(verdict("X", "x"), Refuted)


# pi/4 as a sum of c arctan(1/m), from the factors of Gaussian integers.
MACHIN = {
    "Machin": ((4, 5), (-1, 239)),
    "Euler": ((1, 2), (1, 3)),
    "Hermann": ((2, 2), (-1, 7)),
    "Hutton": ((2, 3), (1, 7)),
    "three terms": ((1, 2), (1, 5), (1, 8)),
    "Gauss": ((12, 18), (8, 57), (-5, 239)),
    "Klingenstierna": ((8, 10), (-1, 239), (-4, 515)),
    "Stormer": ((44, 57), (7, 239), (-12, 682), (24, 12943)),
}


def arctangents(*parts: tuple[int, int]) -> str:
    return "".join(rf"{'+' if k > 0 else ''}{k}\arctan\frac{{1}}{{{m}}}" for k, m in parts).lstrip(
        "+"
    )


@pytest.mark.parametrize("parts", MACHIN.values(), ids=MACHIN)
def test_sums_of_arctangents(parts: tuple[tuple[int, int], ...]) -> None:
    quarter = r"\frac{\pi}{4}"
    assert isinstance(verdict(arctangents(*parts), quarter), Proved)
    (k, m), *rest = parts
    assert isinstance(verdict(arctangents((k, m + 1), *rest), quarter), Refuted)
    assert isinstance(verdict(arctangents((k + 1, m), *rest), quarter), Refuted)
    assert isinstance(verdict(arctangents(*parts), r"\frac{5\pi}{4}"), Refuted)


def eighth_root(*, wrong: int = 0) -> str:
    """(1 - 16 x^4 / (1 - x^2)^4)^(1/8) to the order 12, one coefficient perhaps wrong.

    With q = (1 - x^2)^-4 = sum comb(k+3, 3) x^2k it is 1 - 2 x^4 q - 14 x^8 q^2 - 140 x^12 q^3.
    """
    size = 7  # coefficients of x^0, x^2, ..., x^12
    series = [1] + [0] * (size - 1)
    for power, factor in ((1, -2), (2, -14), (3, -140)):
        for k in range(size - 2 * power):
            series[k + 2 * power] += factor * comb(k + 4 * power - 1, 4 * power - 1)
    series[4] += wrong
    terms = [f"{value:+d}x^{{{2 * k}}}" for k, value in enumerate(series) if value]
    return "".join(["1", *terms[1:], "+o(x^{12})"])


SERIES = {
    # SymPy issue 10761: the term in x^5 was lost, though the remainder said O(x^6).
    "a quotient": (
        r"\frac{1}{x^{-2}+x^{-3}}", "x^3-x^4+x^5+O(x^6)", "x^3-x^4+O(x^6)", "x",
    ),
    # SymPy issue 12578: an even function, far out, through a root of a quotient.
    "an eighth root": (
        r"\left(1-\left(\frac{x}{2}-\frac{1}{2x}\right)^{-4}\right)^{1/8}",
        eighth_root(), eighth_root(wrong=8), "x",
    ),
    # SymPy issue 9549: at infinity, a term was lost and a sign with it.
    "at infinity": (
        r"\frac{x^2+x+1}{x^3+x^2}", "x^{-1}+x^{-3}-x^{-4}+x^{-5}+O(x^{-6})",
        "x^{-1}+x^{-3}+x^{-5}+O(x^{-6})", r"x \to \infty",
    ),
    # SymPy issue 14143: every coefficient of a quotient of logarithms.
    "a quotient of logarithms": (
        r"\frac{\log(1+x)}{\log(1-x)}", r"-1+x-\frac{x^2}{2}+\frac{5x^3}{12}+o(x^3)",
        r"-1+x-\frac{x^2}{2}+\frac{x^3}{3}+o(x^3)", "x",
    ),
    "a power series, and one without its last term": (
        r"\cos(x^3)", r"1-\frac{x^6}{2}+o(x^7)", "1+o(x^7)", "x",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lhs", "right", "wrong", "vary"), SERIES.values(), ids=SERIES)
def test_expansions(lhs: str, right: str, wrong: str, vary: str) -> None:
    assert not isinstance(verdict(lhs, right, vary=vary), Refuted)
    assert not isinstance(verdict(lhs, wrong, vary=vary), Proved)


# SymPy issue 11722: an expansion with a logarithm in its coefficients.  With
#     A(g, t) = 1/t + g + t (g - 1/2) + t^2 (-g^2/2 + 3g/2 - 5/6),   g = -log t,
# the iteration x -> x^2 / (x - 1) leads from A(g + log(1-t), t/(1-t)) to A(g, t), up to o(t^3).


def iterated(g: str, t: str, last: str) -> str:
    return (
        rf"\left(\frac{{1}}{{{t}}}+\left({g}\right)+{t}\left({g}-\frac{{1}}{{2}}\right)"
        rf"+\left({t}\right)^2\left(-\frac{{\left({g}\right)^2}}{{2}}"
        rf"+\frac{{3}}{{2}}\left({g}\right)-{last}\right)\right)"
    )


def defect(last: str) -> str:
    before = iterated(r"-\log t+\log(1-t)", r"\frac{t}{1-t}", last)
    return iterated(r"-\log t", "t", last) + rf"-\frac{{{before}^2}}{{{before}-1}}"


def test_an_expansion_with_logarithms() -> None:
    right, wrong = defect(r"\frac{5}{6}"), defect(r"\frac{1}{6}")
    assert not isinstance(verdict(right, "o(t^3)", assume=("0<t<1",), vary="t"), Refuted)
    assert not isinstance(verdict(wrong, "o(t^3)", assume=("0<t<1",), vary="t"), Proved)
