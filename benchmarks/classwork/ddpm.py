"""Problem 1 as students write it: one DDPM step through the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classwork.planting import Chain, Piece, Planter, Side, Value, Words, chain
from classwork.worlds import GAMMA, SMALL, steps

if TYPE_CHECKING:
    from classwork.style import Pen

BETA = r"\beta_t"
SMALL_BETA = r"h\gamma_t"


def frac(a: str, b: str) -> str:
    """A fraction."""
    return rf"\frac{{{a}}}{{{b}}}"


class _Terms:
    """The letters of the problem."""

    def __init__(self, y: Pen) -> None:
        self.y, self.w = y, steps()
        self.a, self.b, self.q, self.qf = y.abar, y.before, y.one_step, y.one_step_factor
        self.root_a, self.root_b = rf"\sqrt{{{self.a}}}", rf"\sqrt{{{self.b}}}"
        self.root_q = rf"\sqrt{{{self.q}}}"
        self.score = rf"\nabla_{{x_t}} {y.style.log} p_t(x_t)"
        self.denoised = y.E(r"X_0 \mid X_t = x_t", "")

    def opening(self) -> list[Piece]:
        """What the letters mean."""
        y = self.y
        if not y.style.bar:
            return []
        if y.style.step == "alpha":
            product = rf"${y.abar} = \alpha_t {y.before}$"
            text = y.say(
                rf"Обозначим $\alpha_t = 1 - \beta_t$ и {product}.",
                rf"Write $\alpha_t = 1 - \beta_t$ and {product}.",
            )
        else:
            product = rf"${y.abar} = (1 - \beta_t) {y.before}$"
            text = y.say(
                f"Накопленное произведение {product}.", f"The product of all steps is {product}."
            )
        return [Words(text)]

    def weights(self) -> tuple[str, str]:
        """The weights of x_t and x_0 in the mean of the step, as LaTeX."""
        first = frac(rf"{self.root_q}(1 - {self.b})", f"1 - {self.a}")
        return first, frac(rf"{self.root_b}\, \beta_t", f"1 - {self.a}")

    @property
    def weight_values(self) -> tuple[Value, Value]:
        """Their values."""
        w = self.w
        first = np.sqrt(1 - w.beta) * (1 - w.b) / (1 - w.a)
        return first, np.sqrt(w.b) * w.beta / (1 - w.a)


def _variance(t: Planter, terms: _Terms) -> Chain:
    """The precisions add up."""
    w, a, b = terms.w, terms.a, terms.b
    start = t.side(
        rf"{frac(terms.q, BETA)} + {frac('1', f'1 - {b}')}", (1 - w.beta) / w.beta + 1 / (1 - w.b)
    )
    middle = t.side(
        frac(rf"{terms.qf} (1 - {b}) + \beta_t", rf"\beta_t (1 - {b})"),
        ((1 - w.beta) * (1 - w.b) + w.beta) / (w.beta * (1 - w.b)),
        optional=True,
    )
    wrong = t.pick("index", "variance", False, True)
    end = t.side(
        frac(f"1 - {b if wrong else a}", rf"\beta_t (1 - {b})"),
        (1 - (w.b if wrong else w.a)) / (w.beta * (1 - w.b)),
    )
    return chain(start, middle, end)


def _tweedie(t: Planter, terms: _Terms) -> list[Piece]:
    """The denoiser through the score."""
    y, w = terms.y, terms.w
    start = t.side(terms.score, w.score)
    flip = t.pick("sign", "score", False, True)
    letter = t.pick("letter", "score", "x_t", "x_0")
    x = w.x if letter == "x_t" else w.x0
    mean = rf"{terms.root_a}\, {terms.denoised}"
    numerator = f"{letter} - {mean}" if flip else f"{mean} - {letter}"
    value = (np.sqrt(w.a) * w.denoised - x) / (1 - w.a) * (-1 if flip else 1)
    score = chain(start, t.side(frac(numerator, f"1 - {terms.a}"), value))
    left = t.side(terms.denoised, w.denoised)
    sign = t.pick("sign", "score", "+", "-")
    root = t.pick("root", "denoiser", True, False)
    below = terms.root_a if root else terms.a
    top = rf"x_t {sign} (1 - {terms.a})\, {terms.score}"
    value = (w.x + (1 if sign == "+" else -1) * (1 - w.a) * w.score) / (
        np.sqrt(w.a) if root else w.a
    )
    tex = frac(top, below) if y.rng.random() < 0.6 else rf"{frac('1', below)} \left({top}\right)"
    return [score, Words(y.say("Отсюда|Выразим", "Hence|Solve for it:")),
            chain(left, t.side(tex, value))]  # fmt: skip


def _coefficients(t: Planter, terms: _Terms) -> list[Piece]:
    """What stands before x_t and the score."""
    y, w, a = terms.y, terms.w, terms.a
    first, second = terms.weights()
    one, two = terms.weight_values
    at_x = t.side(rf"{first} + {frac(BETA, rf'(1 - {a}) {terms.root_q}')}",
                  one + w.beta / ((1 - w.a) * np.sqrt(1 - w.beta)))  # fmt: skip
    top = rf"{terms.qf} (1 - {terms.b}) + \beta_t"
    below = rf"(1 - {a}) {terms.root_q}"
    joined = t.side(frac(top, below), ((1 - w.beta) * (1 - w.b) + w.beta)
                    / ((1 - w.a) * np.sqrt(1 - w.beta)), optional=True)  # fmt: skip
    root = t.pick("root", "A", True, False)
    end = t.side(
        frac("1", terms.root_q if root else terms.q),
        1 / (np.sqrt(1 - w.beta) if root else 1 - w.beta),
    )
    at_score = t.side(
        rf"{second} \cdot {frac(f'1 - {a}', terms.root_a)}", two * (1 - w.a) / np.sqrt(w.a)
    )
    middle = t.side(
        frac(rf"{terms.root_b}\, \beta_t", terms.root_a), np.sqrt(w.b) * w.beta / np.sqrt(w.a),
        optional=True,
    )  # fmt: skip
    square = t.pick("exponent", "B", False, True)
    beta = r"\beta_t^2" if square else r"\beta_t"
    last = t.side(frac(beta, terms.root_q), w.beta ** (2 if square else 1) / np.sqrt(1 - w.beta))
    return [
        chain(at_x, joined, end),
        Words(y.say("а при градиенте|Коэффициент при градиенте:",
                    "and before the gradient|The weight of the score:")),
        chain(at_score, middle, last),
    ]  # fmt: skip


def _answers(t: Planter, terms: _Terms) -> list[Piece]:
    """A_t, B_t and C_t."""
    w, y = terms.w, terms.y
    right_a, right_b = 1 / np.sqrt(1 - w.beta), w.beta / np.sqrt(1 - w.beta)
    right_c = (1 - w.b) / (1 - w.a) * w.beta
    root = t.pick("root", "A", True, False) and t.pick("answer", "A", True, False)
    long = y.rng.random() < 0.3 and root
    first, one = terms.weights()[0], terms.weight_values[0]
    other = frac(rf"{terms.root_b}\, \beta_t", rf"(1 - {terms.a}) {terms.root_a}")
    found_a = (
        t.side(f"{first} + {other}",
               one + np.sqrt(w.b) * w.beta / ((1 - w.a) * np.sqrt(w.a)),
               answer="1 A_t", correct=right_a)
        if long
        else t.side(frac("1", terms.root_q if root else terms.q),
                    right_a if root else 1 / (1 - w.beta), answer="1 A_t", correct=right_a)
    )  # fmt: skip
    start_b = t.side("B_t", right_b)
    square = t.pick("exponent", "B", False, True)
    beta = r"\beta_t^2" if square else r"\beta_t"
    found_b = t.side(
        frac(beta, terms.root_q), w.beta ** (2 if square else 1) / np.sqrt(1 - w.beta),
        answer="1 B_t", correct=right_b,
    )  # fmt: skip
    start_c = t.side("C_t", right_c)
    swapped = t.pick("index", "C", False, True)
    top, below = (terms.a, terms.b) if swapped else (terms.b, terms.a)
    value = (1 - w.a) / (1 - w.b) * w.beta if swapped else right_c
    found_c = t.side(
        y.times(frac(f"1 - {top}", f"1 - {below}"), r"\beta_t"), value,
        answer="1 C_t", correct=right_c,
    )  # fmt: skip
    return [
        Chain((Side("A_t", right_a), found_a), answers=True),
        Chain((start_b, found_b), answers=True),
        Chain((start_c, found_c), answers=True),
    ]


def _expansions(t: Planter, terms: _Terms) -> list[Piece]:
    """Small steps."""
    y, h, g = terms.y, SMALL, GAMMA
    exact_a = 1 / np.sqrt(1 - h * g)
    power = y.rng.random() < 0.5
    small = SMALL_BETA
    tex_a = rf"(1 - {small})^{{-1/2}}" if power else frac("1", rf"\sqrt{{1 - {small}}}")
    tex_b = rf"{small} {tex_a}" if power else frac(small, rf"\sqrt{{1 - {small}}}")
    start_a, exact = t.side("A_t", exact_a), t.side(tex_a, exact_a)
    factor = t.pick("factor", "expansion", 0.5, 1.0)
    sign = t.pick("sign", "expansion", 1, -1)
    order = t.pick("order", "expansion", 1, 2)
    kept = t.pick("remainder", "expansion", True, False)
    half = rf"\frac{{{small}}}{{2}}" if y.rng.random() < 0.5 else rf"\frac{{1}}{{2}} {small}"
    term = half if factor == 0.5 else small
    landau = y.rng.choice(("o", r"\overline{o}"))
    rest = f" + {landau}(h{'^2' if order == 2 else ''})" if kept else ""
    found_a = t.side(
        f"1 {'+' if sign > 0 else '-'} {term}{rest}", 1 + sign * factor * h * g,
        order=order if kept else None, answer="1 A_t(h)", correct=exact_a,
    )  # fmt: skip
    small_steps = r"$\beta_t = h\gamma_t$"
    start_b, exact_b = t.side("B_t", h * g * exact_a), t.side(tex_b, h * g * exact_a)
    order = t.pick("order", "expansion-B", 1, 2)
    kept = t.pick("remainder", "expansion-B", True, False)
    rest = f" + {landau}(h{'^2' if order == 2 else ''})" if kept else ""
    found_b = t.side(
        f"{small}{rest}", h * g, order=order if kept else None,
        answer="1 B_t(h)", correct=h * g * exact_a,
    )  # fmt: skip
    return [
        Words(y.say(
            rf"Пусть теперь {small_steps} и $h \to 0$.|При {small_steps}, $h \to 0$:",
            rf"Now let {small_steps} and $h \to 0$.|For {small_steps} as $h \to 0$:",
        )),
        chain(start_a, exact, found_a, answers=True),
        chain(start_b, exact_b, found_b, answers=True),
    ]  # fmt: skip


def _mean(t: Planter, terms: _Terms) -> Chain:
    """The mean of the step with the denoiser put in."""
    w = terms.w
    first, second = terms.weights()
    one, two = terms.weight_values
    start = t.side(rf"{first}\, x_t + {second}\, {terms.denoised}", one * w.x + two * w.denoised)
    sign = t.pick("sign", "mean", 1, -1)
    inner = rf"x_t {'+' if sign > 0 else '-'} (1 - {terms.a})\, {terms.score}"
    outer = frac(r"\beta_t", rf"(1 - {terms.a}) {terms.root_q}")
    middle = t.side(
        rf"{first}\, x_t + {outer} \left({inner}\right)",
        one * w.x + w.beta / ((1 - w.a) * np.sqrt(1 - w.beta)) * (w.x + sign * (1 - w.a) * w.score),
    )
    sign = t.pick("sign", "mean", 1, -1)
    inner = rf"x_t {'+' if sign > 0 else '-'} \beta_t\, {terms.score}"
    end = t.side(
        rf"{frac('1', terms.root_q)} \left({inner}\right)",
        (w.x + sign * w.beta * w.score) / np.sqrt(1 - w.beta),
    )
    return chain(start, middle, end)


def by_coefficients(y: Pen, t: Planter) -> list[Piece]:
    """Tweedie's formula, then coefficient by coefficient."""
    terms = _Terms(y)
    return [
        *terms.opening(),
        Words(y.say("Точности двух нормальных множителей складываются:|Дисперсия:",
                    "The precisions of the two normal factors add up:|The variance:")),
        _variance(t, terms),
        Words(y.say("Выразим прогноз через градиент.|Градиент шумной плотности:",
                    "The prediction through the score.|The score of the noisy density:")),
        *_tweedie(t, terms),
        Words(y.say("Коэффициент при $x_t$:|Соберём множитель при $x_t$:",
                    "The weight of $x_t$:|What stands before $x_t$:")),
        *_coefficients(t, terms),
        Words(y.say("Ответ:|Итак,", "Answer:|So")),
        *_answers(t, terms),
        *_expansions(t, terms),
    ]  # fmt: skip


def by_mean(y: Pen, t: Planter) -> list[Piece]:
    """Tweedie's formula, then the whole mean at once."""
    terms = _Terms(y)
    return [
        *terms.opening(),
        Words(y.say("Градиент логарифма плотности|Формула Твиди:",
                    "The gradient of the log-density|Tweedie's formula:")),
        *_tweedie(t, terms),
        Words(y.say("Подставим в среднее обратного шага:|Среднее шага:",
                    "Put it into the mean of the step:|The mean of the step:")),
        _mean(t, terms),
        Words(y.say("Для дисперсии|Дисперсия получается так:", "For the variance|The variance:")),
        _variance(t, terms),
        Words(y.say("Ответ:|Итого", "Answer:|In sum")),
        *_answers(t, terms),
        *_expansions(t, terms),
    ]  # fmt: skip


ROUTES = {"coefficients": by_coefficients, "mean": by_mean}
