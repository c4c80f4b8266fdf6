"""Pairs of algebra: rational functions, polynomials, roots, equations, side equations."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

from pairs.pair import Family, near

if TYPE_CHECKING:
    from random import Random


def rational(random: Random) -> Family:
    """Fractions brought to a common denominator, cancelled, split."""
    f = Family("rational")
    for _ in range(2):
        a, b, c = random.sample(range(2, 10), 3)
        f.row(
            rf"\frac{{1}}{{x+{a}}}-\frac{{1}}{{x+{a + b}}}",
            rf"\frac{{{b}}}{{(x+{a})(x+{a + b})}}",
            rf"\frac{{{b}}}{{(x+{a})(x+{a + b + 1})}}",
            near(rf"\frac{{{b}}}{{(x+{a})(x+{a + b})}}"),
        )
        f.row(
            rf"\frac{{x^2-{a * a}}}{{x-{a}}}",
            f"x+{a}",
            f"x-{a}",
        )
        f.row(
            rf"\frac{{{a}}}{{x}}+\frac{{{b}}}{{y}}",
            rf"\frac{{{a}y+{b}x}}{{xy}}",
            rf"\frac{{{a + b}}}{{x+y}}",
        )
        f.row(
            rf"\frac{{x}}{{\frac{{{a}}}{{y}}+{b}}}",
            rf"\frac{{xy}}{{{a}+{b}y}}",
            rf"\frac{{xy}}{{{a}}}+\frac{{x}}{{{b}}}",
        )
        f.row(
            rf"\frac{{a x+{b}}}{{c x+{a}}}-\frac{{a}}{{c}}",
            rf"\frac{{{b}c-{a}a}}{{c(c x+{a})}}",
            rf"\frac{{{b}c+{a}a}}{{c(c x+{a})}}",
        )
        f.row(
            rf"\frac{{x^3-y^3}}{{x-y}}-{c}xy",
            rf"x^2-{c - 1}xy+y^2",
            rf"x^2-{c}xy+y^2",
        )
        f.row(
            rf"\frac{{1}}{{1+\frac{{1}}{{{a}+\frac{{1}}{{x}}}}}}",
            rf"\frac{{{a}x+1}}{{{a + 1}x+1}}",
            rf"\frac{{{a}x+1}}{{{a}x+2}}",
        )
        f.row(
            rf"\frac{{{c}x+{a}}}{{x(x+1)^2}}",
            rf"\frac{{{a}}}{{x}}-\frac{{{a}}}{{x+1}}+\frac{{{c - a}}}{{(x+1)^2}}",
            rf"\frac{{{a}}}{{x}}-\frac{{{a}}}{{x+1}}+\frac{{{a + c}}}{{(x+1)^2}}",
        )
        f.row(
            rf"\frac{{\alpha}}{{1-\alpha}}+{a}",
            rf"\frac{{{a}-{a - 1}\alpha}}{{1-\alpha}}",
            rf"\frac{{{a}-{a}\alpha}}{{1-\alpha}}",
        )
        f.row(
            rf"\left(\frac{{x+{a}}}{{y}}\right)^{{-2}}",
            rf"\frac{{y^2}}{{x^2+{2 * a}x+{a * a}}}",
            rf"\frac{{y^2}}{{x^2+{a * a}}}",
            rf"\frac{{x^2+{2 * a}x+{a * a}}}{{y^2}}",
        )
        f.row(
            rf"\frac{{X+{a}}}{{X}}",
            rf"1+\frac{{{a}}}{{X}}",
            rf"1+\frac{{{a}}}{{x}}",
        )
        f.row(
            rf"\frac{{a-b}}{{a+b}}+\frac{{b-c}}{{b+c}}+\frac{{c-a}}{{c+a}}+{c}",
            rf"{c}-\frac{{(a-b)(b-c)(c-a)}}{{(a+b)(b+c)(c+a)}}",
            rf"{c}+\frac{{(a-b)(b-c)(c-a)}}{{(a+b)(b+c)(c+a)}}",
        )
    return f


def polynomial(random: Random) -> Family:
    """Products multiplied out, factored, completed to squares."""
    f = Family("polynomial")
    for _ in range(3):
        a, b, c = random.sample(range(2, 10), 3)
        n = random.randint(4, 7)
        f.row(
            f"(x+{a}y)^2", rf"x^2+{2 * a}xy+{a * a}y^2", f"x^2+{a * a}y^2", f"x^2+{a}xy+{a * a}y^2"
        )
        f.row(
            f"(x-{a})(x+{b})({c}x+1)",
            f"{c}x^3+{c * (b - a) + 1}x^2-{a * b * c + a - b}x-{a * b}".replace("+-", "-").replace(
                "--", "+"
            ),
            f"{c}x^3+{c * (b - a) + 1}x^2-{a * b * c + a - b}x+{a * b}".replace("+-", "-").replace(
                "--", "+"
            ),
        )
        terms = [f"{comb(n, k)}x^{n - k}y^{k}" for k in range(1, n)]
        f.row(f"(x+y)^{n}", "+".join([f"x^{n}", *terms, f"y^{n}"]), f"x^{n}+y^{n}")
        f.row(
            f"x^2+{2 * a}x+{c}",
            f"(x+{a})^2+{c}-{a * a}",
            f"(x+{a})^2+{c}+{a * a}",
            near(f"(x+{a})^2+{c}-{a * a}"),
        )
        f.row(
            f"x^4+4\\cdot {a**4}",
            f"(x^2+{2 * a}x+{2 * a * a})(x^2-{2 * a}x+{2 * a * a})",
            f"(x^2+{2 * a * a})^2",
        )
        f.row(
            "a^3+b^3+c^3-3abc",
            "(a+b+c)(a^2+b^2+c^2-ab-bc-ca)",
            "(a+b+c)(a^2+b^2+c^2+ab+bc+ca)",
        )
        f.row(
            rf"(x^2+{a}y^2)(u^2+{a}w^2)",
            rf"(xu-{a}yw)^2+{a}(xw+yu)^2",
            rf"(xu+{a}yw)^2+{a}(xw+yu)^2",
        )
        f.row(
            rf"{a}(x-\mu)^2+{b}(x-\nu)^2",
            rf"{a + b}\left(x-\frac{{{a}\mu+{b}\nu}}{{{a + b}}}\right)^2+\frac{{{a * b}}}{{{a + b}}}(\mu-\nu)^2",
            rf"{a + b}\left(x-\frac{{{a}\mu+{b}\nu}}{{{a + b}}}\right)^2",
        )
        powers = "+".join([f"x^{k}" for k in range(n - 1, 1, -1)])
        f.row(f"x^{n}-1", f"(x-1)({powers}+x+1)", f"(x-1)({powers}+1)")
        f.row(f"(x+y+{a})^2-(x+y-{a})^2", f"{4 * a}(x+y)", f"{2 * a}(x+y)")
        f.row(f"-(x-{b})^2", f"-x^2+{2 * b}x-{b * b}", f"x^2-{2 * b}x+{b * b}")
        f.row(
            f"(x_1-x_2)^2+{a}x_1x_2",
            f"x_1^2+{a - 2}x_1x_2+x_2^2",
            f"x_1^2+{a}x_1x_2-x_2^2",
        )
    return f


def roots(random: Random) -> Family:
    """Square roots, nested too, further roots and rational powers."""
    f = Family("roots")
    positive = ("x>0", "y>0")
    for _ in range(3):
        a, b, c = random.sample(range(2, 8), 3)
        p, q = random.sample((2, 3, 5, 7, 11), 2)
        f.row(
            rf"\sqrt{{{a * a * p}}}",
            rf"{a}\sqrt{{{p}}}",
            rf"{a * a}\sqrt{{{p}}}",
            near(rf"{a}\sqrt{{{p}}}"),
        )
        f.row(
            rf"\sqrt{{{p + q}+2\sqrt{{{p * q}}}}}",
            rf"\sqrt{{{p}}}+\sqrt{{{q}}}",
            rf"\sqrt{{{p + q}}}+\sqrt{{2}}\sqrt[4]{{{p * q}}}",
        )
        f.row(
            rf"\frac{{1}}{{\sqrt{{x+{a}}}-\sqrt{{x}}}}",
            rf"\frac{{\sqrt{{x+{a}}}+\sqrt{{x}}}}{{{a}}}",
            rf"\frac{{1}}{{\sqrt{{{a}}}}}",
            assume=("x>0",),
        )
        f.row(r"\sqrt{xy}", r"\sqrt{x}\sqrt{y}", r"\sqrt{x}+\sqrt{y}", assume=positive)
        f.row(
            rf"\sqrt{{x^2+{2 * a}x+{a * a}}}",
            rf"x+{a}",
            rf"x+\sqrt{{{2 * a}x}}+{a}",
            assume=("x>0",),
        )
        f.row(
            rf"\left(\sqrt{{x}}+{a}\right)^2",
            rf"x+{2 * a}\sqrt{{x}}+{a * a}",
            f"x+{a * a}",
            assume=("x>0",),
        )
        f.row(rf"\sqrt[3]{{{a**3}x}}", rf"{a}\sqrt[3]{{x}}", rf"{a}\sqrt{{x}}", assume=("x>0",))
        f.row(
            rf"x^{{{a}/{b}}}x^{{{c}/{b}}}",
            rf"x^{{{a + c}/{b}}}",
            rf"x^{{{a * c}/{b * b}}}",
            assume=("x>0",),
        )
        f.row(
            rf"\left(x^{{{a}}}y\right)^{{1/{b}}}",
            rf"x^{{{a}/{b}}}y^{{1/{b}}}",
            rf"x^{{{a}/{b}}}y",
            assume=positive,
        )
        f.row(
            rf"\sqrt{{x^2+{a}}}-x",
            rf"\frac{{{a}}}{{\sqrt{{x^2+{a}}}+x}}",
            rf"\sqrt{{{a}}}",
        )
        f.row(
            r"\frac{\sqrt{x}-\sqrt{y}}{\sqrt{x}+\sqrt{y}}",
            r"\frac{x-2\sqrt{xy}+y}{x-y}",
            r"\frac{x-y}{x+y}",
            assume=positive,
        )
        f.row(
            rf"\sqrt{{\frac{{1-\alpha}}{{{a * a}\alpha}}}}",
            rf"\frac{{\sqrt{{1-\alpha}}}}{{{a}\sqrt{{\alpha}}}}",
            rf"\frac{{1-\sqrt{{\alpha}}}}{{{a}\sqrt{{\alpha}}}}",
            assume=(r"0<\alpha<1",),
        )
    return f


def equations(random: Random) -> Family:
    """Equations against equations: the same solutions."""
    f = Family("equations")
    for _ in range(3):
        a, b, c = random.sample(range(2, 10), 3)
        f.row(f"x+{a}y={b}", rf"y=\frac{{{b}-x}}{{{a}}}", rf"y={b}-\frac{{x}}{{{a}}}")
        f.row(f"{a}x={b}", rf"x=\frac{{{b}}}{{{a}}}", rf"x=\frac{{{a}}}{{{b}}}")
        f.row(f"x^2-{a + b}x+{a * b}=0", f"(x-{a})(x-{b})=0", f"(x+{a})(x+{b})=0")
        f.row(f"{a}x+{b}y={c}", f"{c}-{b}y-{a}x=0", f"{c}+{b}y-{a}x=0")
        f.row(f"x^2+y^2={a}", f"y^2={a}-x^2", rf"y=\sqrt{{{a}-x^2}}")
        f.row(f"(x-{a})^2=0", f"x={a}", f"x=-{a}")
        f.row(rf"\frac{{x}}{{{a}}}+\frac{{y}}{{{b}}}=1", f"{b}x+{a}y={a * b}", f"{a}x+{b}y={a * b}")
        f.row(f"x^3={a}x", f"x(x^2-{a})=0", f"x^2={a}")
        f.row(f"y={a}x+{b}", rf"x=\frac{{y-{b}}}{{{a}}}", rf"x=\frac{{y+{b}}}{{{a}}}")
        f.row(f"xy={a}x", f"x(y-{a})=0", f"y={a}")
        f.row(f"x^2={a * a}", f"(x-{a})(x+{a})=0", f"x={a}")
        f.row(f"{a}y^2-{b}x=0", rf"x=\frac{{{a}}}{{{b}}}y^2", rf"x=\frac{{{b}}}{{{a}}}y^2")
    return f


def given(random: Random) -> Family:
    """Equalities under side equations."""
    f = Family("given")
    step = (r"\alpha_t=(1-\beta_t)\alpha_{t-1}",)
    between = (r"0<\beta_t<1", r"0<\alpha_{t-1}<1")
    solved = {r"\alpha_t": r"(1-\beta_t)\alpha_{t-1}"}
    f.row(
        r"\frac{1-\beta_t}{\beta_t}+\frac{1}{1-\alpha_{t-1}}",
        r"\frac{1-\alpha_t}{\beta_t(1-\alpha_{t-1})}",
        r"\frac{1-\alpha_{t-1}}{\beta_t(1-\alpha_t)}",
        r"\frac{1-\alpha_t}{\beta_t(1-\alpha_t)}",
        given=step, assume=between, where=solved,
    )  # fmt: skip
    f.row(
        r"\frac{\sqrt{\alpha_{t-1}}\beta_t}{\sqrt{\alpha_t}}",
        r"\frac{\beta_t}{\sqrt{1-\beta_t}}",
        r"\frac{\beta_t}{1-\beta_t}",
        given=step, assume=between, where=solved,
    )  # fmt: skip
    f.row(
        r"1-\alpha_t",
        r"(1-\beta_t)(1-\alpha_{t-1})+\beta_t",
        r"(1-\beta_t)(1-\alpha_{t-1})-\beta_t",
        given=step, assume=between, where=solved,
    )  # fmt: skip
    f.row(
        r"\frac{\alpha_{t-1}-\alpha_t}{\alpha_{t-1}}", r"\beta_t", r"1-\beta_t",
        given=step, assume=between, where=solved,
    )  # fmt: skip
    circle, on_circle = ("x^2+y^2=1",), {"x": r"\cos w", "y": r"\sin w"}
    for _ in range(5):
        a, b, c = random.sample(range(2, 10), 3)
        f.row(
            f"x^4-y^4+{a}x^2+{a}y^2", f"x^2-y^2+{a}", f"x^2+y^2+{a}",
            given=circle, where=on_circle,
        )  # fmt: skip
        f.row(
            f"(x+{b}y)^2+({b}x-y)^2", f"{1 + b * b}", f"{(1 + b) ** 2}",
            given=circle, where=on_circle,
        )  # fmt: skip
        f.row(
            f"{a}x+{b}y", f"{a * c + b * (c - 1)}", f"{a * (c - 1) + b * c}",
            given=(f"x+y={2 * c - 1}", "x-y=1"), where={"x": f"{c}", "y": f"{c - 1}"},
        )  # fmt: skip
        f.row(
            f"z^2-{a * a}y^2", f"{a * b * 2}y+{b * b}", f"{b * b}", f"{a * b}y+{b * b}",
            given=(f"z={a}y+{b}",), where={"z": f"{a}y+{b}"},
        )  # fmt: skip
        f.row(
            f"a^3+b^3+{c}ab", f"1+{c - 3}ab", f"1+{c}ab",
            given=("a+b=1",), where={"b": "1-a"},
        )  # fmt: skip
    return f


FAMILIES = (rational, polynomial, roots, equations, given)
