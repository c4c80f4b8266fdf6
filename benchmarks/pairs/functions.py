"""Pairs in exponentials, logarithms, trigonometric and hyperbolic functions and inverses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pairs.pair import Family, near

if TYPE_CHECKING:
    from random import Random


def explog(random: Random) -> Family:
    """The laws of exponentials and logarithms."""
    f = Family("explog")
    for _ in range(3):
        a, b = random.sample(range(2, 9), 2)
        both = ("x>0", "y>0")
        f.row(
            rf"e^{{{a}x}}e^{{-{b}y}}",
            rf"e^{{{a}x-{b}y}}",
            rf"e^{{-{a * b}xy}}",
            near(rf"e^{{{a}x-{b}y}}"),
        )
        f.row(r"\log(xy)", r"\log x+\log y", r"\log x\cdot\log y", r"\log(x+y)", assume=both)
        f.row(
            rf"\log\frac{{x^{a}}}{{y}}",
            rf"{a}\log x-\log y",
            rf"\frac{{{a}\log x}}{{\log y}}",
            assume=both,
        )
        f.row(rf"e^{{{a}\log x}}", f"x^{a}", f"{a}x", assume=("x>0",))
        f.row(rf"\log\left({a}e^{{{b}x}}\right)", rf"{b}x+\log {a}", rf"{a * b}x", rf"{b}x+{a}")
        f.row(
            rf"\left(e^x+e^{{-x}}\right)^2-{a}",
            rf"e^{{2x}}+e^{{-2x}}-{a - 2}",
            rf"e^{{2x}}+e^{{-2x}}-{a}",
        )
        f.row(
            rf"\frac{{1}}{{1+e^{{-{a}x}}}}",
            rf"\frac{{e^{{{a}x}}}}{{1+e^{{{a}x}}}}",
            rf"\frac{{e^{{{a}x}}}}{{1-e^{{{a}x}}}}",
        )
        f.row(
            rf"\log\left(1+e^{{{a}x}}\right)-{a}x",
            rf"\log\left(1+e^{{-{a}x}}\right)",
            rf"\log\left(1-e^{{-{a}x}}\right)",
            assume=("x>0",),
        )
        f.row(
            rf"\sqrt{{e^{{{2 * a}x}}}}",
            rf"e^{{{a}x}}",
            rf"e^{{\sqrt{{{2 * a}x}}}}",
            assume=("x>0",),
        )
        f.row(r"x^y", r"e^{y\log x}", r"e^{x\log y}", assume=both)
        f.row(
            rf"\log\left(x^2-{b * b}\right)-\log(x-{b})",
            rf"\log(x+{b})",
            rf"\log(x-{b})",
            assume=(f"x>{b}",),
        )
        f.row(
            rf"\frac{{e^{{{a}x}}-1}}{{e^x-1}}",
            "+".join(f"e^{{{k}x}}" for k in range(a - 1, 0, -1)) + "+1",
            rf"e^{{{a - 1}x}}",
        )
    return f


def trigonometric(random: Random) -> Family:
    """Sums of angles, double angles, squares, special angles."""
    f = Family("trigonometric")
    for _ in range(3):
        a, b, c = random.sample(range(2, 7), 3)
        f.row(
            rf"\sin(x+{a}y)",
            rf"\sin x\cos({a}y)+\cos x\sin({a}y)",
            rf"\sin x+\sin({a}y)",
            rf"\sin x\cos({a}y)-\cos x\sin({a}y)",
        )
        f.row(
            rf"\cos({2 * a}x)", rf"1-2\sin^2({a}x)", rf"1-\sin^2({a}x)", near(rf"1-2\sin^2({a}x)")
        )
        f.row(rf"{a}\sin^2 x+{a}\cos^2 x", f"{a}", f"{a}+10^{{-30}}", f"{a * a}")
        f.row(r"\tan x+\cot x", r"\frac{2}{\sin 2x}", r"\frac{1}{\sin 2x}")
        f.row(
            rf"\sin({a}x)\cos({b}x)",
            rf"\frac{{\sin({a + b}x)+\sin(({a}-{b})x)}}{{2}}",
            rf"\frac{{\sin({a + b}x)-\sin(({a}-{b})x)}}{{2}}",
        )
        f.row(r"\sin 3x", r"3\sin x-4\sin^3 x", r"3\sin x-4\sin^2 x", r"3\sin x")
        f.row(rf"1+\tan^2({a}x)", rf"\frac{{1}}{{\cos^2({a}x)}}", rf"\frac{{1}}{{\sin^2({a}x)}}")
        f.row(rf"\cos\left(\frac{{\pi}}{{2}}-{a}x\right)", rf"\sin({a}x)", rf"-\sin({a}x)")
        f.row(r"\frac{\sin x}{1+\cos x}", r"\tan\frac{x}{2}", r"\tan x", r"\frac{1-\sin x}{\cos x}")
        f.row(rf"\sin^4 x-\cos^4 x+{c}", rf"{c}-\cos 2x", rf"{c}+\cos 2x")
    f.row(r"\cos\frac{\pi}{12}", r"\frac{\sqrt{6}+\sqrt{2}}{4}", r"\frac{\sqrt{6}-\sqrt{2}}{4}")
    f.row(
        r"\cos\frac{\pi}{5}",
        r"\frac{1+\sqrt{5}}{4}",
        r"\frac{1+\sqrt{5}}{2}",
        near(r"\frac{1+\sqrt{5}}{4}"),
    )
    f.row(r"\sin\frac{\pi}{6}+\tan\frac{\pi}{4}", r"\frac{3}{2}", r"\frac{\sqrt{3}}{2}+1")
    f.row(r"\sin\frac{5\pi}{12}", r"\frac{\sqrt{2+\sqrt{3}}}{2}", r"\frac{\sqrt{2-\sqrt{3}}}{2}")
    return f


def hyperbolic(random: Random) -> Family:
    """Hyperbolic functions and the exponentials that they are made of."""
    f = Family("hyperbolic")
    for _ in range(5):
        a, b = random.sample(range(2, 8), 2)
        f.row(rf"{a}\cosh^2 x-{a}\sinh^2 x", f"{a}", f"{a * a}", rf"{a}\cosh 2x")
        f.row(
            rf"\sinh(x+{a}y)",
            rf"\sinh x\cosh({a}y)+\cosh x\sinh({a}y)",
            rf"\sinh x\cosh({a}y)-\cosh x\sinh({a}y)",
        )
        f.row(rf"\cosh({2 * a}x)", rf"1+2\sinh^2({a}x)", rf"1-2\sinh^2({a}x)")
        f.row(
            rf"\tanh({a}x)",
            rf"\frac{{e^{{{2 * a}x}}-1}}{{e^{{{2 * a}x}}+1}}",
            rf"\frac{{e^{{{2 * a}x}}+1}}{{e^{{{2 * a}x}}-1}}",
        )
        f.row(rf"1-\tanh^2({b}x)", rf"\frac{{1}}{{\cosh^2({b}x)}}", rf"\frac{{1}}{{\sinh^2({b}x)}}")
        f.row(rf"\cosh x+\sinh x+{b}", rf"e^x+{b}", rf"e^{{-x}}+{b}", near(rf"e^x+{b}"))
        f.row(rf"\frac{{\sinh({2 * b}x)}}{{\sinh({b}x)}}", rf"2\cosh({b}x)", "2")
        f.row(r"\coth x-\tanh x", r"\frac{2}{\sinh 2x}", r"\frac{1}{\sinh 2x}")
    return f


def inverse(random: Random) -> Family:
    """Inverse functions: their sums, and what undoes what."""
    f = Family("inverse")
    for _ in range(3):
        a, b, c = random.sample(range(2, 9), 3)
        f.row(
            rf"\arctan\frac{{1}}{{{a}}}+\arctan\frac{{1}}{{{b}}}",
            rf"\arctan\frac{{{a + b}}}{{{a * b - 1}}}",
            rf"\arctan\frac{{{a + b}}}{{{a * b + 1}}}",
            rf"\arctan\frac{{{a + b}}}{{{a * b}}}",
        )
        f.row(
            rf"{a}\arcsin x+{a}\arccos x", rf"\frac{{{a}\pi}}{{2}}", rf"{a}\pi", assume=("-1<x<1",)
        )
        f.row(
            rf"\sin\left(\arccos\frac{{x}}{{{a}}}\right)",
            rf"\frac{{\sqrt{{{a * a}-x^2}}}}{{{a}}}",
            rf"\frac{{{a}-x}}{{{a}}}",
            assume=(f"-{a}<x<{a}",),
        )
        f.row(
            rf"\cos(2\arctan({b}x))",
            rf"\frac{{1-{b * b}x^2}}{{1+{b * b}x^2}}",
            rf"\frac{{1+{b * b}x^2}}{{1-{b * b}x^2}}",
        )
        f.row(
            rf"\arctan({c}x)+\arctan\frac{{1}}{{{c}x}}",
            r"\frac{\pi}{2}",
            r"-\frac{\pi}{2}",
            assume=("x>0",),
        )
        f.row(
            rf"\tan\left(\arctan x+\arctan {a}\right)",
            rf"\frac{{x+{a}}}{{1-{a}x}}",
            rf"\frac{{x+{a}}}{{1+{a}x}}",
        )
        f.row(
            rf"\operatorname{{arsinh}}({a}x)",
            rf"\log\left({a}x+\sqrt{{{a * a}x^2+1}}\right)",
            rf"\log\left({a}x+\sqrt{{{a * a}x^2-1}}\right)",
            assume=("x>1",),
        )
        f.row(
            r"\operatorname{artanh} x",
            r"\frac{1}{2}\log\frac{1+x}{1-x}",
            r"\log\frac{1+x}{1-x}",
            assume=("-1<x<1",),
        )
        f.row(
            rf"\cosh\left(\operatorname{{arsinh}}({b}x)\right)",
            rf"\sqrt{{1+{b * b}x^2}}",
            rf"\sqrt{{{b * b}x^2-1}}",
            assume=("x>1",),
        )
    f.row(
        r"4\arctan\frac{1}{5}-\arctan\frac{1}{239}",
        r"\frac{\pi}{4}",
        r"\frac{\pi}{4}+\frac{1}{10^{30}}",
    )
    f.row(
        r"4\arctan\frac{1}{5}-\arctan\frac{1}{238}+0",
        r"4\arctan\frac{1}{5}-\arctan\frac{1}{238}",
        r"\frac{\pi}{4}",
    )
    f.row(r"2\arctan\frac{1}{3}+\arctan\frac{1}{7}", r"\frac{\pi}{4}", r"\frac{\pi}{3}")
    f.row(r"\arctan 1+\arctan 2+\arctan 3", r"\pi", r"0", r"2\pi")
    f.row(r"\arcsin\frac{3}{5}", r"\arctan\frac{3}{4}", r"\arctan\frac{4}{3}")
    f.row(r"\arcsin\left(\sin\frac{3\pi}{4}\right)", r"\frac{\pi}{4}", r"\frac{3\pi}{4}")
    return f


FAMILIES = (explog, trigonometric, hyperbolic, inverse)
