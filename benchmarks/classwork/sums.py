"""Problems 3.1 and 3.2 as students write them: the score of a sum, and of a noisy point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classwork.planting import Chain, Piece, Planter, Value, Words, chain
from classwork.scalar_matching import weighted
from classwork.worlds import FIRST_POWER, VARIANCE, convolution, noisy

if TYPE_CHECKING:
    from classwork.style import Pen

ITEM = "3.1 score of the sum"


class _Terms:
    """The factors of the convolution, written with k as the variable."""

    def __init__(self, y: Pen) -> None:
        self.w, self.y, self.k = convolution(), y, y.style.shift
        k = self.k
        self.px, self.pz = f"p_X({k})", f"p_Z(y - {k})"
        self.dpx = rf"\nabla_{{{k}}} p_X({k})"
        self.dpz_y, self.dpz_k = rf"\nabla_y p_Z(y - {k})", rf"\nabla_{{{k}}} p_Z(y - {k})"
        self.score = rf"\nabla_{{{k}}} {y.style.log} p_X({k})"
        self.total = f"{y.style.total}(y)"
        self.given = "Y = y" if y.style.total == "p_Y" else "X + Z = y"
        self.whole = rf"\nabla_y {y.style.log} {self.total}"

    @property
    def wanted(self) -> Value:
        """The value of the score of the sum."""
        return self.w.dp_sum / self.w.p_sum

    def opening(self) -> list[Piece]:
        """What the letters mean."""
        if self.given == "Y = y":
            return [Words(self.y.say("Пусть $Y = X + Z$.", "Let $Y = X + Z$."))]
        return []

    def over(self, body: str) -> str:
        """A formula divided by the density of the sum."""
        if self.y.rng.random() < 0.5:
            return rf"\frac{{1}}{{{self.total}}} {body}"
        return rf"\frac{{{body}}}{{{self.total}}}"

    def mean(self, t: Planter) -> tuple[str, Value]:
        """The conditional mean that is to be found."""
        w, log = self.w, self.y.style.log
        swapped = t.pick("swap", "answer", False, True)
        density, slope = ("Z", w.dpz_plain / w.pz_plain) if swapped else ("X", w.dpx / w.px)
        point = t.pick("argument", "answer", "X", "Z")
        body = rf"\nabla {log} p_{density}({point}) \mid {self.given}"
        joint = w.px * w.pz
        if point == "Z":  # Z = y - k
            slope = (w.dpz / w.pz) if swapped else w.dpx_shift / w.px_shift
        tex = self.y.E(body, "")
        return tex, w.int(slope * joint) / w.p_sum


def forward(y: Pen, t: Planter) -> list[Piece]:
    """The gradient goes under the integral, then to the other factor."""
    terms = _Terms(y)
    w, k = terms.w, terms.k
    point = t.pick("argument", "convolution", k, "y")
    density = t.side(
        y.integral(rf"p_X({point})\, {terms.pz}", k), w.int((w.px if point == k else w.px_y) * w.pz)
    )
    first = chain(t.side(terms.total, w.p_sum), density)
    sides = [t.side(rf"\nabla_y {terms.total}", w.dp_sum)]
    body = y.integral(rf"{terms.px}\, {terms.dpz_y}", k)
    if t.pick("variable", "convolution", False, True):
        sides.append(t.side(y.integral(rf"{terms.px}\, {terms.dpz_y}", "y"), w.px * 0.0))
    else:
        sides.append(t.side(body, w.int(w.px * w.dpz)))
    sign = t.pick("sign", "argument", -1, 1)
    inner = y.integral(rf"{terms.px}\, {terms.dpz_k}", k)
    sides.append(t.side(weighted(sign, inner, y), sign * w.int(w.px * -w.dpz), optional=True))
    sign = t.pick("sign", "argument", -1, 1) * t.pick("sign", "parts", -1, 1)
    inner = y.integral(y.times(terms.dpx, terms.pz), k)
    sides.append(t.side(weighted(sign, inner, y), sign * w.int(w.dpx * w.pz)))
    lost = t.pick("density", "log", False, True)
    sign = t.pick("sign", "argument", -1, 1) * t.pick("sign", "parts", -1, 1)
    body = rf"{terms.score}\, {terms.pz}" if lost else rf"{terms.score}\, {terms.px}\, {terms.pz}"
    value = w.int((w.dpx / w.px if lost else w.dpx) * w.pz)
    sides.append(t.side(weighted(sign, y.integral(body, k), y), sign * value))
    return [
        *terms.opening(),
        Words(y.say("Плотность суммы — свёртка.|Независимость даёт свёртку плотностей.",
                    "The density of the sum is a convolution.")),
        first,
        Words(y.say("Градиент вносим под интеграл и берём по частям.|Дифференцируем:",
                    "The gradient goes under the integral; then by parts.|Differentiate:")),
        Chain(tuple(sides)),
        Words(y.say("Делим на плотность:|Осталось разделить.", "Divide by the density:")),
        _division(t, terms),
    ]  # fmt: skip


def _division(t: Planter, terms: _Terms) -> Chain:
    """The score of the sum is the conditional mean."""
    y, w, k = terms.y, terms.w, terms.k
    sides = [t.side(terms.whole, terms.wanted)]
    sides.append(
        t.side(
            rf"\frac{{\nabla_y {terms.total}}}{{{terms.total}}}", w.dp_sum / w.p_sum, optional=True
        )
    )
    sign = t.pick("sign", "argument", -1, 1) * t.pick("sign", "parts", -1, 1)
    wrong = t.pick("copy", "division", False, True)
    pz = f"p_Z(y + {k})" if wrong else terms.pz
    # p_Z(y + k) at k is p_Z(y - k) at -k; the grid of k is symmetric.
    value = w.pz[..., ::-1] if wrong else w.pz
    inner = y.integral(rf"{terms.score}\, {terms.px}\, {pz}", k)
    sides.append(
        t.side(weighted(sign, terms.over(inner), y), sign * w.int(w.dpx * value) / w.p_sum)
    )
    sign = t.pick("sign", "argument", -1, 1) * t.pick("sign", "parts", -1, 1)
    tex, mean = terms.mean(t)
    sides.append(t.side(weighted(sign, tex, y), sign * mean, answer=ITEM, correct=terms.wanted))
    return Chain(tuple(sides), answers=True)


def shifted(y: Pen, t: Planter) -> list[Piece]:
    """The other form of the convolution needs no integration by parts."""
    terms = _Terms(y)
    w, v, log = terms.w, "z", y.style.log
    px, pz = f"p_X(y - {v})", f"p_Z({v})"
    sides = [t.side(rf"\nabla_y {terms.total}", w.dp_sum)]
    lost = t.pick("swap", "shift", False, True)
    wrong = rf"\nabla_y p_X({v})\, p_Z(y - {v})"
    body = wrong if lost else rf"\nabla_y {px}\, {pz}"
    sides.append(t.side(y.integral(body, v), w.int((0 if lost else w.dpx_shift) * w.pz_plain)))
    factor = t.pick("density", "shift", False, True)
    body = rf"\nabla {log} {px}\, {pz}" if factor else rf"\nabla {log} {px}\, {px}\, {pz}"
    value = (w.dpx_shift / w.px_shift if factor else w.dpx_shift) * w.pz_plain
    sides.append(t.side(y.integral(body, v), w.int(value)))
    start = t.side(terms.whole, terms.wanted)
    copied = t.pick("copy", "shift", False, True)
    body = rf"\nabla {log} {px}\, {px}\, {f'p_Z(y - {v})' if copied else pz}"
    value = w.dpx_shift * (w.pz if copied else w.pz_plain)
    middle = t.side(terms.over(y.integral(body, v)), w.int(value) / w.p_sum)
    tex, mean = terms.mean(t)
    return [
        *terms.opening(),
        Words(y.say("Сдвинем переменную, чтобы производная сразу попала на нужный множитель.",
                    "Shift the variable, so that the derivative falls on the right factor.")),
        Chain(tuple(sides)),
        Words(y.say("После деления|Делим:", "After division|Divide:")),
        chain(start, middle, t.side(tex, mean, answer=ITEM, correct=terms.wanted), answers=True),
    ]  # fmt: skip


def from_the_right(y: Pen, t: Planter) -> list[Piece]:
    """From the conditional mean to the score."""
    terms = _Terms(y)
    w, k = terms.w, terms.k
    tex, mean = terms.mean(t)
    sides = [t.side(tex, mean, answer=ITEM, correct=terms.wanted)]
    inner = y.integral(rf"{terms.score}\, {terms.px}\, {terms.pz}", k)
    sides.append(t.side(rf"\frac{{1}}{{{terms.total}}} {inner}", w.int(w.dpx * w.pz) / w.p_sum))
    lost = t.pick("argument", "right", False, True)
    second = "p_Z(y)" if lost else terms.pz
    value = w.int(w.dpx * (0.0 if lost else w.pz))
    inner = y.integral(rf"{terms.dpx}\, {second}", k)
    sides.append(t.side(_over_sum(terms, inner), value / w.p_sum))
    sign = t.pick("sign", "right", 1, -1)
    inner = y.integral(rf"{terms.px}\, {terms.dpz_y}", k)
    sides.append(
        t.side(weighted(sign, _over_sum(terms, inner), y), sign * w.int(w.px * w.dpz) / w.p_sum)
    )
    sign = t.pick("sign", "right", 1, -1)
    ratio = rf"\frac{{\nabla_y {terms.total}}}{{{terms.total}}}"
    sides.append(t.side(weighted(sign, ratio, y), sign * terms.wanted, optional=True))
    sign = t.pick("sign", "right", 1, -1)
    sides.append(t.side(weighted(sign, terms.whole, y), sign * terms.wanted))
    return [
        *terms.opening(),
        Words(y.say("Пойдём справа налево.|Начнём с условного среднего.",
                    "From right to left.|We start with the conditional mean.")),
        Chain(tuple(sides), answers=True),
    ]  # fmt: skip


def _over_sum(terms: _Terms, body: str) -> str:
    return rf"\frac{{1}}{{{terms.total}}} {body}"


def by_sum(y: Pen, t: Planter) -> list[Piece]:
    """X_t is X_0 and an independent noise; a conditional mean is the best prediction."""
    r = y.rng.choice(("s", "r", "u"))
    first = t.pick("exponent", "process", False, True)
    g, d = f"g({r})", y.differential(r)
    path = rf"\int_0^t {g}{'^2' if first else ''}\, dW_{r}"
    # The law of the noise is told by its variance; g^2 in place of g makes it another one.
    start = t.side("X_t", VARIANCE)
    process = chain(start, t.side(rf"X_0 + {path}", VARIANCE + (0.35 if first else 0.0)))
    variance = t.pick("exponent", "variance", False, True)
    covariance = chain(
        t.side(rf"\operatorname{{Var}}\left(\int_0^t {g}\, dW_{r}\right)", VARIANCE),
        t.side(rf"\int_0^t {g}{'' if variance else '^2'}{d}\, I",
               FIRST_POWER if variance else VARIANCE),
    )  # fmt: skip
    return [
        Words(y.say("Решение уравнения — сумма начальной точки и независимого шума:",
                    "The solution is the initial point and an independent noise:")),
        process,
        Words(y.say("Дисперсия шума по изометрии Ито", "By the isometry the noise has")),
        covariance,
        *_learn(y, t),
    ]  # fmt: skip


def by_problem_before(y: Pen, t: Planter) -> list[Piece]:
    """Straight from problem 3.1."""
    return _learn(y, t)


def _learn(y: Pen, t: Planter) -> list[Piece]:
    w, log = noisy(), y.style.log
    window = slice(90, 231)  # of noisy points: at the edge of the grid nothing is known
    score_t = t.side(rf"\nabla_x {log} p_t(x)", w.noisy[:, window])
    clean = t.pick("argument", "clean", "X_0", "X_t")
    conditional = w.conditional if clean == "X_0" else _score_at(w.noisy.shape)
    mean = t.side(y.E(rf"\nabla {log} p_0({clean}) \mid X_t = x", ""), conditional[:, window])
    point = t.pick("argument", "objective", "X_t", "X_0")
    network = w.s if point == "X_t" else w.s0
    start = rf"\nabla {log} p_0(X_0)"
    body = y.norm2(f"{y.s(point + ', t')} - {start}")
    objective = t.side(
        y.E(body, ""), w.E((network - w.clean) ** 2), answer="3.2 functional", constant=True,
        correct=w.E((w.s - w.noisy) ** 2),
    )  # fmt: skip
    pieces: list[Piece] = [
        Words(y.say("По предыдущей задаче|Доказанное выше даёт",
                    "By the problem before|What is proved above gives")),
        chain(score_t, mean),
        Words(y.say("Условное среднее — лучший прогноз, поэтому учим так:|Минимизируем",
                    "A conditional mean is the best prediction, so we minimise|Learn by")),
        chain(objective, t.side(y.style.least, 0.0, relation=r"\to"), answers=True),
    ]  # fmt: skip
    if y.rng.random() < 0.4:
        left = t.side(y.E(y.norm2(rf"{y.s('X_t, t')} - {start}"), ""), w.E((w.s - w.clean) ** 2))
        sign = t.pick("sign", "difference", "-", "+")
        noisy_score = rf"\nabla {log} p_t(X_t)"
        difference = w.s - w.noisy if sign == "-" else w.s + w.noisy
        right = t.side(_compared(y, sign, noisy_score), w.E(difference**2), constant=True)
        pieces += [Words(y.say("Действительно,|В самом деле,", "Indeed,")), chain(left, right)]
    return pieces


def _compared(y: Pen, sign: str, score: str) -> str:
    body = f"{y.s('X_t, t')} {sign} {score}"
    return f"{y.E(y.norm2(body), '')} + {y.style.constant}"


def _score_at(shape: tuple[int, ...]) -> Value:
    """The score of the clean density at the noisy point."""
    scores: Value = np.broadcast_to(noisy().clean.reshape(1, -1, 1), shape)
    return scores


ROUTES = {"forward": forward, "shifted": shifted, "right": from_the_right}
NOISY = {"sum": by_sum, "before": by_problem_before}
