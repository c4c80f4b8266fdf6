"""Pairs of analysis: derivatives, expansions, formulas of diffusion models, domains."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

from pairs.pair import Family, near

if TYPE_CHECKING:
    from random import Random


def derivatives(random: Random) -> Family:
    """Derivatives of known functions and of functions nobody specified."""
    f = Family("derivatives")
    for _ in range(3):
        a, b, c = random.sample(range(2, 8), 3)
        f.row(
            rf"\frac{{d}}{{dx}}\left(x^{a}+{b}x\right)",
            f"{a}x^{a - 1}+{b}",
            f"{a}x^{a}+{b}",
            near(f"{a}x^{a - 1}+{b}"),
        )
        f.row(
            rf"\frac{{d}}{{dx}} e^{{-{a}x^2}}",
            rf"-{2 * a}xe^{{-{a}x^2}}",
            rf"e^{{-{a}x^2}}",
            rf"{2 * a}xe^{{-{a}x^2}}",
        )
        f.row(rf"\frac{{d}}{{dx}}\sin({a}x)", rf"{a}\cos({a}x)", rf"\cos({a}x)", rf"-{a}\cos({a}x)")
        f.row(
            rf"\frac{{d}}{{dx}}\log\left(x^2+{b}\right)",
            rf"\frac{{2x}}{{x^2+{b}}}",
            rf"\frac{{1}}{{x^2+{b}}}",
        )
        f.row(
            rf"\frac{{d}}{{dx}}\frac{{x}}{{x+{b}}}",
            rf"\frac{{{b}}}{{(x+{b})^2}}",
            rf"\frac{{1}}{{(x+{b})^2}}",
            "1",
        )
        f.row(
            r"\frac{d}{dx}\left(x^2 f(x)\right)",
            r"2xf(x)+x^2f'(x)",
            r"2xf'(x)",
            r"2xf(x)f'(x)",
        )
        f.row(
            rf"\frac{{\partial}}{{\partial x}}\left(x^{a}y^{b}\right)",
            f"{a}x^{a - 1}y^{b}",
            f"{b}x^{a}y^{b - 1}",
        )
        f.row(
            rf"\frac{{d^2}}{{dx^2}}\cos({c}x)",
            rf"-{c * c}\cos({c}x)",
            rf"-{c}\cos({c}x)",
            rf"{c * c}\cos({c}x)",
        )
        f.row(
            rf"\frac{{d}}{{dx}}\sqrt{{x^2+{a}}}",
            rf"\frac{{x}}{{\sqrt{{x^2+{a}}}}}",
            rf"\frac{{1}}{{2\sqrt{{x^2+{a}}}}}",
        )
        f.row(
            rf"\frac{{d}}{{dx}}\arctan({a}x)",
            rf"\frac{{{a}}}{{1+{a * a}x^2}}",
            rf"\frac{{1}}{{1+{a * a}x^2}}",
            rf"\frac{{{a}}}{{1+x^2}}",
        )
        f.row(
            rf"\frac{{d}}{{dx}}\left(f(x)g(x)\right)+{a}",
            rf"f'(x)g(x)+f(x)g'(x)+{a}",
            rf"f'(x)g'(x)+{a}",
        )
        f.row(
            r"\frac{\partial}{\partial\mu}\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)",
            r"\frac{x-\mu}{\sigma^2}",
            r"-\frac{x-\mu}{\sigma^2}",
            r"\frac{x-\mu}{\sigma}",
            assume=(r"\sigma>0",),
        )
    return f


def _exponential(order: int, *, signs: bool = False) -> str:
    terms = [
        rf"\frac{{{'-' if signs and k % 2 else ''}h^{k}}}{{{factorial(k)}}}"
        for k in range(2, order + 1)
    ]
    return "+".join(["1-h" if signs else "1+h", *terms])


def landau(random: Random) -> Family:
    """Expansions at 0 and at infinity with their remainders."""
    f = Family("landau")
    zero, infinity = "h", r"n \to \infty"
    for order in (2, 3, 5):
        f.row(
            "e^h",
            f"{_exponential(order)}+o(h^{order})",
            f"{_exponential(order - 1)}+o(h^{order})",
            f"{_exponential(order, signs=True)}+o(h^{order})",
            vary=zero,
        )
    for _ in range(2):
        a, b = random.sample(range(2, 8), 2)
        f.row(rf"\sqrt{{1+{a}h}}", rf"1+\frac{{{a}h}}{{2}}+o(h)", rf"1+{a}h+o(h)", vary=zero)
        f.row(
            rf"\frac{{1}}{{1-{b}h}}",
            rf"1+{b}h+{b * b}h^2+O(h^3)",
            rf"1+{b}h+{b}h^2+O(h^3)",
            vary=zero,
        )
        f.row(
            rf"\log(1+{a}h)",
            rf"{a}h-\frac{{{a * a}h^2}}{{2}}+o(h^2)",
            rf"{a}h+\frac{{{a * a}h^2}}{{2}}+o(h^2)",
            vary=zero,
        )
        f.row(rf"\sin({b}h)", rf"{b}h+O(h^3)", rf"{b}h+O(h^4)", r"h+O(h^2)", vary=zero)
        f.row(
            rf"\cos h+{a}",
            rf"{1 + a}-\frac{{h^2}}{{2}}+o(h^3)",
            rf"{1 + a}-\frac{{h^2}}{{2}}+o(h^4)",
            vary=zero,
        )
        f.row(
            rf"\frac{{1}}{{\sqrt{{1-h\gamma_t}}}}+{a}",
            rf"{1 + a}+\frac{{h\gamma_t}}{{2}}+o(h)",
            rf"{1 + a}+h\gamma_t+o(h)",
            rf"{1 + a}-\frac{{h\gamma_t}}{{2}}+o(h)",
            assume=(r"0<\gamma_t<1",),
            vary=zero,
        )
        f.row(
            rf"\frac{{e^{{{a}h}}-1}}{{h}}",
            rf"{a}+\frac{{{a * a}h}}{{2}}+o(h)",
            rf"{a}+{a * a}h+o(h)",
            vary=zero,
        )
        f.row(
            rf"\frac{{n+{a}}}{{n+{b}}}",
            rf"1+\frac{{{a}-{b}}}{{n}}+O(n^{{-2}})",
            rf"1+\frac{{{a}+{b}}}{{n}}+O(n^{{-2}})",
            vary=infinity,
        )
        f.row(
            rf"\sqrt{{n^2+{a}n}}", rf"n+\frac{{{a}}}{{2}}+O(1/n)", rf"n+{a}+O(1/n)", vary=infinity
        )
        f.row(
            rf"(1+h)^{{{a + 2}}}",
            rf"1+{a + 2}h+\frac{{{(a + 2) * (a + 1)}}}{{2}}h^2+o(h^2)",
            rf"1+{a + 2}h+o(h^2)",
            vary=zero,
        )
    f.row(
        r"(1-h\beta)(1-h\gamma)",
        r"1-h\beta-h\gamma+O(h^2)",
        r"1-h\beta-h\gamma+o(h^2)",
        assume=(r"\beta>0", r"\gamma>0"),
        vary=zero,
    )
    return f


STEP = (r"\alpha_t=(1-\beta_t)\alpha_{t-1}",)
BETWEEN = (r"0<\beta_t<1", r"0<\alpha_{t-1}<1")
SOLVED = {r"\alpha_t": r"(1-\beta_t)\alpha_{t-1}"}
BAR = (r"0<\bar\alpha_t<1",)
SCALES = (r"\sigma>0", r"\tau>0")


def diffusion(random: Random) -> Family:
    """Formulas of diffusion models and of the normal laws that they are made of."""
    f = Family("diffusion")
    for a in random.sample(range(2, 10), 2):
        f.row(
            rf"\frac{{{a}}}{{\frac{{1-\beta_t}}{{\beta_t}}+\frac{{1}}{{1-\alpha_{{t-1}}}}}}",
            rf"{a}\frac{{1-\alpha_{{t-1}}}}{{1-\alpha_t}}\beta_t",
            rf"{a}\frac{{1-\alpha_t}}{{1-\alpha_{{t-1}}}}\beta_t",
            rf"{a}\beta_t",
            given=STEP, assume=BETWEEN, where=SOLVED,
        )  # fmt: skip
        f.row(
            rf"\frac{{x_t-\sqrt{{1-\bar\alpha_t}}\varepsilon}}{{{a}\sqrt{{\bar\alpha_t}}}}",
            rf"\frac{{x_t}}{{{a}\sqrt{{\bar\alpha_t}}}}-\frac{{1}}{{{a}}}\sqrt{{\frac{{1}}{{\bar\alpha_t}}-1}}\varepsilon",
            rf"\frac{{x_t}}{{{a}\sqrt{{\bar\alpha_t}}}}+\frac{{1}}{{{a}}}\sqrt{{\frac{{1}}{{\bar\alpha_t}}-1}}\varepsilon",
            assume=BAR,
        )  # fmt: skip
        f.row(
            rf"\log\frac{{\bar\alpha_t}}{{1-\bar\alpha_t}}+{a}",
            rf"\log\bar\alpha_t-\log(1-\bar\alpha_t)+{a}",
            rf"\frac{{\log\bar\alpha_t}}{{\log(1-\bar\alpha_t)}}+{a}",
            assume=BAR,
        )  # fmt: skip
        f.row(
            rf"-\frac{{(x-\mu)^2}}{{2\sigma^2}}-\frac{{(x-\nu)^2}}{{{2 * a}\sigma^2}}",
            rf"-\frac{{{a + 1}x^2-2x({a}\mu+\nu)+{a}\mu^2+\nu^2}}{{{2 * a}\sigma^2}}",
            rf"-\frac{{{a + 1}x^2-2x(\mu+{a}\nu)+{a}\mu^2+\nu^2}}{{{2 * a}\sigma^2}}",
            rf"-\frac{{{a + 1}x^2-2x({a}\mu+\nu)}}{{{2 * a}\sigma^2}}",
            assume=(r"\sigma>0",),
        )  # fmt: skip
        f.row(
            rf"\log\frac{{\tau}}{{\sigma}}+\frac{{\sigma^2+(\mu-\nu)^2}}{{2\tau^2}}-\frac{{1}}{{2}}+{a}",
            rf"\frac{{1}}{{2}}\left(\frac{{\sigma^2}}{{\tau^2}}-1-\log\frac{{\sigma^2}}{{\tau^2}}\right)+\frac{{(\mu-\nu)^2}}{{2\tau^2}}+{a}",
            rf"\frac{{1}}{{2}}\left(\frac{{\sigma^2}}{{\tau^2}}-1+\log\frac{{\sigma^2}}{{\tau^2}}\right)+\frac{{(\mu-\nu)^2}}{{2\tau^2}}+{a}",
            rf"\frac{{1}}{{2}}\left(\frac{{\sigma^2}}{{\tau^2}}-1-\log\frac{{\sigma^2}}{{\tau^2}}\right)+\frac{{(\mu-\nu)^2}}{{2\tau}}+{a}",
            assume=SCALES,
        )  # fmt: skip
        f.row(
            rf"{a}\left(y+\sigma^2\frac{{\mu-y}}{{\sigma^2+\tau^2}}\right)",
            rf"{a}\frac{{\tau^2y+\sigma^2\mu}}{{\sigma^2+\tau^2}}",
            rf"{a}\frac{{\sigma^2y+\tau^2\mu}}{{\sigma^2+\tau^2}}",
            assume=SCALES,
        )  # fmt: skip
        f.row(
            rf"\frac{{1}}{{\sqrt{{2\pi\sigma^2}}}}e^{{-\frac{{x^2}}{{2\sigma^2}}}}\cdot\frac{{1}}{{\sqrt{{2\pi\tau^2}}}}e^{{-\frac{{{a}x^2}}{{2\tau^2}}}}",
            rf"\frac{{1}}{{2\pi\sigma\tau}}\exp\left(-\frac{{x^2(\tau^2+{a}\sigma^2)}}{{2\sigma^2\tau^2}}\right)",
            rf"\frac{{1}}{{2\pi\sigma\tau}}\exp\left(-\frac{{x^2}}{{2(\sigma^2+{a}\tau^2)}}\right)",
            rf"\frac{{1}}{{2\pi\sigma^2\tau^2}}\exp\left(-\frac{{x^2(\tau^2+{a}\sigma^2)}}{{2\sigma^2\tau^2}}\right)",
            assume=SCALES,
        )  # fmt: skip
        f.row(
            rf"{a}\frac{{\sqrt{{\alpha_t}}(1-\bar\alpha_{{t-1}})}}{{1-\alpha_t\bar\alpha_{{t-1}}}}x_t+{a}\frac{{\sqrt{{\bar\alpha_{{t-1}}}}(1-\alpha_t)}}{{1-\alpha_t\bar\alpha_{{t-1}}}}\cdot\frac{{x_t-\sqrt{{1-\alpha_t\bar\alpha_{{t-1}}}}\varepsilon}}{{\sqrt{{\alpha_t\bar\alpha_{{t-1}}}}}}",
            rf"\frac{{{a}}}{{\sqrt{{\alpha_t}}}}\left(x_t-\frac{{1-\alpha_t}}{{\sqrt{{1-\alpha_t\bar\alpha_{{t-1}}}}}}\varepsilon\right)",
            rf"\frac{{{a}}}{{\sqrt{{\alpha_t}}}}\left(x_t-\frac{{1-\alpha_t}}{{1-\alpha_t\bar\alpha_{{t-1}}}}\varepsilon\right)",
            rf"\frac{{{a}}}{{\sqrt{{\alpha_t}}}}\left(x_t-\frac{{1-\bar\alpha_t}}{{\sqrt{{1-\alpha_t\bar\alpha_{{t-1}}}}}}\varepsilon\right)",
            assume=(r"0<\alpha_t<1", r"0<\bar\alpha_{t-1}<1", r"0<\bar\alpha_t<1"),
        )  # fmt: skip
        f.row(
            rf"\alpha_t(1-\bar\alpha_{{t-1}})+1-\alpha_t+{a}",
            rf"{a + 1}-\alpha_t\bar\alpha_{{t-1}}",
            rf"{a + 1}-\alpha_t\alpha_{{t-1}}",
        )
        f.row(
            rf"\frac{{1}}{{\frac{{1}}{{\sigma^2}}+\frac{{{a}}}{{\tau^2}}}}",
            rf"\frac{{\sigma^2\tau^2}}{{\tau^2+{a}\sigma^2}}",
            rf"\sigma^2+\frac{{\tau^2}}{{{a}}}",
            rf"\frac{{\sigma^2\tau^2}}{{\sigma^2+{a}\tau^2}}",
            assume=SCALES,
        )  # fmt: skip
        f.row(
            rf"\frac{{\partial}}{{\partial x}}\left(-\frac{{(x-\sqrt{{\bar\alpha_t}}x_0)^2}}{{{a}(1-\bar\alpha_t)}}\right)",
            rf"-\frac{{2(x-\sqrt{{\bar\alpha_t}}x_0)}}{{{a}(1-\bar\alpha_t)}}",
            rf"-\frac{{2(x-\bar\alpha_tx_0)}}{{{a}(1-\bar\alpha_t)}}",
            assume=BAR,
        )  # fmt: skip
        side = rf"\frac{{\beta_t^2}}{{{a}\sigma_t^2\alpha_t(1-\bar\alpha_t)}}"
        f.row(
            rf"\frac{{1}}{{{a}\sigma_t^2}}\left(\frac{{\beta_t}}{{\sqrt{{\alpha_t}}\sqrt{{1-\bar\alpha_t}}}}\right)^2",
            side,
            rf"\frac{{\beta_t}}{{{a}\sigma_t^2\alpha_t(1-\bar\alpha_t)}}",
            near(side),
            assume=(r"0<\alpha_t<1", *BAR, r"\sigma_t>0"),
        )  # fmt: skip
    return f


def domains(random: Random) -> Family:
    """Equalities that hang on where the letters live."""
    f = Family("domains")
    for _ in range(3):
        a, b = random.sample(range(2, 9), 2)
        f.row(rf"\frac{{x^2}}{{x}}+{a}", f"x+{a}", f"x^2+{a}")
        f.row(rf"{a}\sqrt{{x^2}}", f"{a}x", f"-{a}x", f"{a}x^2", assume=(r"x \ge 0",))
        f.row(rf"{a}\sqrt{{x^2}}+{b}", rf"{a}|x|+{b}", rf"{a}x+{b}")
        f.row(rf"\log x^2+{b}", rf"2\log|x|+{b}", rf"\log|x|+{b}")
        f.row(rf"|{a}x|", rf"{a}|x|", rf"{a}x", rf"-{a}|x|")
        f.row(rf"|x||y|+{a}", rf"|xy|+{a}", rf"xy+{a}")
        f.row(rf"\sqrt{{(x-{a})^2}}", f"{a}-x", f"x-{a}", assume=(f"x<{a}",))
        f.row(rf"|x|^2+{b}", rf"x^2+{b}", rf"x|x|+{b}")
        f.row(rf"\frac{{|x|}}{{x}}+{b}", f"{b - 1}", f"{b + 1}", assume=("x<0",))
        f.row(rf"\sqrt{{x}}\sqrt{{x}}+{a}", f"x+{a}", f"-x+{a}", f"x^2+{a}")
        f.row(rf"e^{{\log x}}+{a}", f"x+{a}", f"{a}x", f"|x|+{a}+1")
        f.row(rf"|x-y|-{a}", rf"|y-x|-{a}", rf"|x|-|y|-{a}", rf"|x+y|-{a}")
    return f


FAMILIES = (derivatives, landau, diffusion, domains)
