"""Pairs of numbers and counting: constants, whole powers, factorials, sums and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pairs.pair import Family, near

if TYPE_CHECKING:
    from random import Random

WHOLE = (r"n \in \mathbb N",)
FROM_ONE = (r"n \in \mathbb N", r"n \ge 1")


def constants(random: Random) -> Family:
    """Numbers, large and small, some of which differ by very little."""
    f = Family("constants")
    f.row(r"\frac{1}{2004!}", r"\frac{2005\cdot 2006}{2006!}", r"\frac{1}{2006!}")
    f.row(r"2^{-98}", r"\frac{2}{2^{99}}", r"2^{-99}")
    f.row(r"e^{-50}", r"e\cdot e^{-51}", r"e^{-51}")
    f.row(r"1+\frac{1}{e}", r"\frac{e+1}{e}", r"1-\frac{1}{e}")
    f.row(r"4\sqrt{2}", r"\sqrt{32}", "4")
    f.row(r"\log 2+\log 5", r"\log 10", r"\log 7", r"1")
    f.row(r"e^{\pi}", r"\left(e^{\pi/2}\right)^2", r"\pi^e", r"20+\pi")
    f.row(r"\left(1+10^{-20}\right)^2", r"1+2\cdot 10^{-20}+10^{-40}", r"1+2\cdot 10^{-20}")
    f.row(r"\frac{355}{113}-\pi+\pi", r"\frac{355}{113}", r"\pi")
    f.row(r"2^{100}", "1267650600228229401496703205376", "1267650600228229401496703205377")
    f.row(
        r"\frac{1}{\sqrt{2}-1}",
        r"1+\sqrt{2}",
        r"\sqrt{2}-1",
        r"\frac{24142135623730950488}{10^{19}}",
    )
    f.row(r"\left(\frac{1+\sqrt{5}}{2}\right)^2", r"\frac{3+\sqrt{5}}{2}", r"\frac{3-\sqrt{5}}{2}")
    for _ in range(4):
        a, b = random.sample(range(2, 10), 2)
        f.row(
            rf"\frac{{{a}\pi}}{{{b}}}",
            rf"\frac{{{3 * a}\pi}}{{{3 * b}}}",
            near(rf"\frac{{{a}\pi}}{{{b}}}"),
        )
        f.row(rf"e^{{{a}}}e^{{{b}}}", rf"e^{{{a + b}}}", rf"e^{{{a * b + 1}}}")
        f.row(rf"\log {a**3}", rf"3\log {a}", rf"\left(\log {a}\right)^3")
        f.row(rf"{a}^{{{b}0}}", rf"\left({a}^{{{b}}}\right)^{{10}}", rf"{a}^{{{b}0}}+1")
    return f


def powers(random: Random) -> Family:
    """Powers with a whole number for a letter in the exponent."""
    f = Family("powers")
    for _ in range(3):
        a, b, c = random.sample(range(2, 8), 3)
        f.row(
            rf"{a}^{{n+{b}}}",
            rf"{a**b}\cdot {a}^n",
            rf"{a * b}\cdot {a}^n",
            near(rf"{a**b}\cdot {a}^n"),
            assume=WHOLE,
        )
        f.row(r"(-1)^{2n}" + f"+{c}", f"{1 + c}", f"(-1)^n+{c}", assume=WHOLE)
        f.row(rf"(-1)^{{2n+1}} \cdot {a}^n", f"-{a}^n", f"(-{a})^n", assume=WHOLE)
        f.row(rf"\frac{{x^{{n+{a}}}}}{{x^n}}", f"x^{a}", f"x^{{n+{a}}}-x^n", assume=("x>0", *WHOLE))
        f.row(f"(xy)^n+{a}", f"x^ny^n+{a}", f"xy^n+{a}", assume=("x>0", "y>0", *WHOLE))
        f.row(rf"\left(x^n\right)^{a}", f"x^{{{a}n}}", f"x^{{n+{a}}}", assume=("x>0", *WHOLE))
        f.row(rf"{a}^n\cdot {b}^n", f"{a * b}^n", f"{a + b}^n", assume=WHOLE)
        f.row(rf"{a}^{{n+1}}-{a}^n", rf"{a - 1}\cdot {a}^n", f"{a}", assume=WHOLE)
        f.row(rf"e^{{n\log {a}}}", f"{a}^n", f"n^{a}", f"{a}n", assume=WHOLE)
        f.row(
            rf"\left(\frac{{{a}}}{{{b}}}\right)^{{-n}}",
            rf"\frac{{{b}^n}}{{{a}^n}}",
            rf"\frac{{{a}^n}}{{{b}^n}}",
            assume=WHOLE,
        )
        f.row(rf"\sqrt{{{a}^{{2n}}}}", f"{a}^n", f"{a}^{{n/2}}", assume=WHOLE)
        f.row(r"(-x)^{2n}", r"x^{2n}", r"-x^{2n}", assume=("x>0", *WHOLE))
    return f


def factorials(random: Random) -> Family:
    """Factorials and binomial coefficients."""
    f = Family("factorials")
    both = (r"n \in \mathbb N", r"k \in \mathbb N", r"1 \le k", r"k<n")
    for _ in range(3):
        a, b = random.sample(range(2, 7), 2)
        f.row(
            rf"\frac{{(n+{a})!}}{{(n+{a - 1})!}}",
            f"n+{a}",
            f"n+{a - 1}",
            near(f"n+{a}"),
            assume=WHOLE,
        )
        f.row(rf"\frac{{(n+1)!}}{{(n-1)!}}+{b}", f"n(n+1)+{b}", f"n(n-1)+{b}", assume=FROM_ONE)
        f.row(
            r"\binom{n}{2}" + f"+{a}",
            rf"\frac{{n(n-1)}}{{2}}+{a}",
            rf"\frac{{n(n+1)}}{{2}}+{a}",
            assume=(r"n \in \mathbb N", r"n \ge 2"),
        )
        f.row(
            r"\binom{n}{k}+\binom{n}{k-1}",
            r"\binom{n+1}{k}",
            r"\binom{n+1}{k+1}",
            r"\binom{n}{k+1}",
            assume=both,
        )
        f.row(
            rf"{b}\binom{{n}}{{k}}", rf"{b}\binom{{n}}{{n-k}}", rf"\binom{{{b}n}}{{k}}", assume=both
        )
        f.row(
            rf"{a}k\binom{{n}}{{k}}",
            rf"{a}n\binom{{n-1}}{{k-1}}",
            rf"{a}n\binom{{n-1}}{{k}}",
            assume=both,
        )
        f.row(rf"(n+1)!-n!+{b}", rf"n\cdot n!+{b}", f"1+{b}", f"n!+{b}", assume=WHOLE)
        f.row(r"\frac{(2n+2)!}{(2n)!}", r"(2n+1)(2n+2)", r"2n+2", r"(n+1)(n+2)", assume=WHOLE)
        f.row(r"\binom{n}{k}\binom{k}{1}", r"n\binom{n-1}{k-1}", r"k\binom{n-1}{k-1}", assume=both)
        f.row(
            rf"\frac{{n!}}{{(n-{a})!}}",
            "".join(f"(n-{k})" if k else "n" for k in range(a)),
            f"n^{a}",
            assume=(r"n \in \mathbb N", rf"n \ge {a}"),
        )
        f.row(r"\frac{1}{n!}-\frac{1}{(n+1)!}", r"\frac{n}{(n+1)!}", r"-\frac{1}{n!}", assume=WHOLE)
        f.row(
            r"\frac{\binom{n}{k+1}}{\binom{n}{k}}",
            r"\frac{n-k}{k+1}",
            r"\frac{n}{k+1}",
            r"\frac{n-k+1}{k+1}",
            assume=both,
        )
    return f


def sums(random: Random) -> Family:
    """Finite sums and products in closed form."""
    f = Family("sums")
    for _ in range(3):
        a, b = random.sample(range(2, 7), 2)
        f.row(
            rf"{a}\sum_{{k=1}}^n k",
            rf"\frac{{{a}n(n+1)}}{{2}}",
            rf"\frac{{{a}n(n-1)}}{{2}}",
            near(rf"\frac{{{a}n(n+1)}}{{2}}"),
            assume=FROM_ONE,
        )
        f.row(
            rf"\sum_{{k=1}}^n k^2+{a}",
            rf"\frac{{n(n+1)(2n+1)}}{{6}}+{a}",
            rf"\left(\frac{{n(n+1)}}{{2}}\right)^2+{a}",
            assume=FROM_ONE,
        )
        f.row(
            rf"\sum_{{k=0}}^n {a}^k",
            rf"\frac{{{a}^{{n+1}}-1}}{{{a - 1}}}",
            rf"\frac{{{a}^n-1}}{{{a - 1}}}",
            assume=FROM_ONE,
        )
        f.row(
            r"\sum_{k=1}^n\frac{1}{k(k+1)}",
            r"\frac{n}{n+1}",
            r"\frac{1}{n+1}",
            r"\frac{n+1}{n+2}",
            assume=FROM_ONE,
        )
        f.row(
            rf"\prod_{{k=1}}^n\frac{{k+{a}}}{{k+{a - 1}}}",
            rf"\frac{{n+{a}}}{{{a}}}",
            rf"\frac{{n+{a}}}{{n+1}}",
            assume=FROM_ONE,
        )
        f.row(
            rf"\sum_{{k=1}}^n ({a}k+{b})",
            rf"\frac{{{a}n(n+1)}}{{2}}+{b}n",
            rf"\frac{{{a}n(n+1)}}{{2}}+{b}",
            assume=FROM_ONE,
        )
        f.row(
            r"\sum_{k=0}^{n-1} x^k",
            r"\frac{1-x^n}{1-x}",
            r"\frac{1-x^{n+1}}{1-x}",
            r"\frac{1-x^{n-1}}{1-x}",
            assume=("0<x<1", *FROM_ONE),
        )
        f.row(rf"\prod_{{k=1}}^n {a}", f"{a}^n", f"{a}n", assume=FROM_ONE)
        f.row(rf"\sum_{{k=1}}^n {b}x_1", f"{b}nx_1", f"{b}x_1", assume=FROM_ONE)
        f.row(
            rf"\prod_{{k=1}}^{{n}} k+{b}",
            f"n!+{b}",
            f"(n-1)!+{b}",
            assume=(r"n \in \mathbb N", r"n \ge 2"),
        )
        f.row(
            rf"\sum_{{k=1}}^{{{a + 2}}} k^3",
            f"{((a + 2) * (a + 3) // 2) ** 2}",
            f"{((a + 2) * (a + 1) // 2) ** 2}",
        )
        f.row(
            r"\sum_{k=1}^n k^3",
            r"\frac{n^2(n+1)^2}{4}",
            r"\frac{n^2(n+1)}{4}",
            r"\frac{n^2(n-1)^2}{4}",
            assume=FROM_ONE,
        )
    return f


FAMILIES = (constants, powers, factorials, sums)
