"""Problems 2.2 and 2.3 as students write them: the divergence, and its random projections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classwork.planting import Chain, Piece, Planter, Value, Words, chain
from classwork.scalar_matching import half, weighted
from classwork.worlds import dot, plane

if TYPE_CHECKING:
    from collections.abc import Callable

    from classwork.style import Pen


class _Terms:
    """The terms of both problems, with their values."""

    def __init__(self, y: Pen) -> None:
        w, at = plane(), y.X
        self.w, self.y = w, y
        self.s, self.div = y.s(at), y.div(at)
        self.score = rf"\nabla {y.style.log} p({at})"
        v = y.style.var
        self.v, self.s_v, self.p_v, self.div_v = v, y.s(v), f"p({v})", y.div(v, v)
        self.dp_v = rf"\nabla p({v})"

    @property
    def loss(self) -> tuple[str, Value]:
        """The objective of the sheet."""
        y, w = self.y, self.w
        tex = half(y, y.E(y.norm2(f"{self.s} - {self.score}")))
        rest = w.s - w.score
        return tex, 0.5 * w.E(dot(rest, rest))

    @property
    def inner(self) -> tuple[str, Value]:
        """The cross term."""
        return self.y.E(self.y.dot(self.s, self.score)), self.w.E(dot(self.w.s, self.w.score))

    def square(self, t: Planter, place: str) -> tuple[str, Value]:
        """The squared norm of the network."""
        length = dot(self.w.s, self.w.s)
        power = t.pick("exponent", place, True, False)
        return self.y.norm2(self.s, power), length if power else np.sqrt(length)

    @property
    def right(self) -> Value:
        """The value of the objective to be found."""
        return self.w.E(0.5 * dot(self.w.s, self.w.s) + self.w.div)


def _cross(t: Planter) -> float:
    """The weight of the cross term."""
    weight: float = t.pick("factor", "cross", -1.0, -2.0)
    return t.pick("sign", "cross", weight, -weight)


def _scaled(weight: float, body: str) -> str:
    """A term with the weight 1, -1, 2 or -2."""
    sign = "-" if weight < 0 else ""
    return f"{sign}{body}" if abs(weight) == 1 else f"{sign}2 {body}"


def _expanded(t: Planter, terms: _Terms) -> Chain:
    """The norm multiplied out."""
    y, w = terms.y, terms.w
    start = t.side(*terms.loss)
    cross = _cross(t)
    square, value = terms.square(t, "expand")
    tex = y.add(
        half(y, y.E(square)), _scaled(cross, terms.inner[0]), half(y, y.E(y.norm2(terms.score)))
    )
    value = 0.5 * w.E(value) + cross * terms.inner[1] + 0.5 * w.E(dot(w.score, w.score))
    return chain(start, t.side(tex, value))


def _objective(
    t: Planter, terms: _Terms, item: str, second: Callable[[], tuple[str, Value]]
) -> Chain:
    """The objective that is found: half the squared norm and a second term."""
    y, w = terms.y, terms.w
    minimised = y.rng.random() < 0.4
    start = None if minimised else t.side(*terms.loss)
    tex, value = second()
    outer = t.pick("answer", "final", 0.5, 1.0)
    square, length = terms.square(t, "final-square")
    first = half(y, square) if outer == 0.5 else square
    whole = w.E(outer * length) + value
    body = y.E(y.add(first, tex))
    if start is None:
        # Twice the objective has the same minimiser.
        double = np.allclose(whole, 2 * terms.right)
        correct = terms.right * (2 if double else 1)
        found = t.side(body, whole, constant=True, answer=item, correct=correct)
        return chain(found, t.side(y.style.least, 0.0, relation=r"\to"), answers=True)
    found = t.side(
        f"{body} + {y.style.constant}", whole, constant=True, answer=item, correct=terms.right
    )
    return chain(start, found, answers=True)


def _divergence(t: Planter, terms: _Terms, weight: Callable[[], float]) -> Chain:
    """The objective of problem 2.2."""

    def second() -> tuple[str, Value]:
        times = weight()
        return _scaled(times, terms.div), times * terms.w.E(terms.w.div)

    return _objective(t, terms, "2.2 J", second)


def _end(t: Planter, terms: _Terms, place: str) -> list[tuple[str, Value]]:
    """The cross term after the theorem: an integral, a mean."""
    y, w = terms.y, terms.w
    sign = t.pick("divergence", place, -1, 1)
    body = y.integral(y.times(terms.p_v, terms.div_v), terms.v)
    if terms.div_v.startswith(r"\sum"):
        body = y.integral(rf"{terms.p_v} {terms.div_v}", terms.v)
    return [(weighted(sign, body, y), sign * w.int(w.div * w.p))]


def _mean_end(t: Planter, terms: _Terms, place: str) -> tuple[str, Value]:
    y, w = terms.y, terms.w
    sign = t.pick("divergence", place, -1, 1)
    bare = t.pick("expectation", place, False, True)
    return weighted(sign, terms.div if bare else y.E(terms.div), y), sign * (
        w.div if bare else w.E(w.div)
    )


def by_components(y: Pen, t: Planter) -> list[Piece]:
    """Each component by parts."""
    terms, w = _Terms(y), plane()
    v = terms.v
    first = y.say("Раскроем норму.|Разложим квадрат нормы.", "Expand the norm.")
    opening: list[Piece] = [Words(first), _expanded(t, terms)]
    sides = [t.side(*terms.inner)]
    lost = t.pick("density", "components", False, True)
    log = f"{y.style.log} " if lost else ""
    slope = rf"\frac{{\partial {log}p({v})}}{{\partial {v}_i}}"
    component = y.component("i", v)
    body = y.integral(rf"{component}\, {slope}", v)
    field = w.score if lost else w.dp
    sides.append(t.side(rf"\sum_{{i=1}}^{{d}} {body}", w.int(dot(w.s, field))))
    sign = t.pick("divergence", "components", -1, 1)
    index = t.pick("index", "components", "i", "j")
    own = rf"\frac{{\partial {component}}}{{\partial {v}_{index}}}"
    own_value = w.div if index == "i" else w.J.sum(axis=(-1, -2))
    sums = r"\sum_{i=1}^{d}" if index == "i" else r"\sum_{i=1}^{d} \sum_{j=1}^{d}"
    inner = y.integral(rf"{terms.p_v}\, {own}", v)
    sides.append(t.side(weighted(sign, rf"{sums} {inner}", y), sign * w.int(own_value * w.p)))
    sides.append(t.side(*_mean_end(t, terms, "components")))
    return [
        *opening,
        Words(y.say("Скалярное произведение запишем по координатам.|Теперь по частям:",
                    "Write the product by components.|Now by parts:")),
        Chain(tuple(sides)),
        Words(y.say("Итого|Последнее слагаемое — константа, поэтому",
                    "In sum|The last term is a constant, so")),
        _divergence(t, terms, lambda: _cross(t) * t.pick("divergence", "components", -1, 1)),
    ]  # fmt: skip


def by_theorem(y: Pen, t: Planter) -> list[Piece]:
    """The flux of s p through a large sphere vanishes."""
    terms, w = _Terms(y), plane()
    v = terms.v
    sides = [t.side(*terms.inner)]
    dp, wrong = y.dot(terms.s_v, terms.dp_v), rf"\nabla {y.style.log} p({v})"
    sides.append(
        t.side(y.integral(rf"{y.dot(terms.s_v, wrong)}\, {terms.p_v}", v), w.int(dot(w.s, w.dp)),
               optional=True)
    )  # fmt: skip
    lost = t.pick("density", "theorem", False, True)
    sides.append(
        t.side(y.integral(y.dot(terms.s_v, wrong) if lost else dp, v),
               w.int(dot(w.s, w.score if lost else w.dp)))
    )  # fmt: skip
    sign = t.pick("divergence", "theorem", -1, 1)
    flux = y.integral(rf"\operatorname{{div}}\left({terms.s_v} {terms.p_v}\right)", v)
    inner = y.integral(rf"{terms.p_v}\, {terms.div_v}", v)
    joint = "-" if sign < 0 else "+"
    # The flux is 0 and the term behind it carries the sign.
    sides.append(t.side(f"{flux} {joint} {inner}", sign * w.int(w.div * w.p)))
    sides.append(t.side(*_end(t, terms, "theorem")[0], optional=True))
    sides.append(t.side(*_mean_end(t, terms, "theorem")))
    return [
        Words(y.say("Применим формулу Гаусса — Остроградского.|Поток через большую сферу исчезает.",
                    "By the divergence theorem:|The flux through a large sphere vanishes.")),
        Chain(tuple(sides)),
        Words(y.say("Раскроем норму:|Теперь сам функционал.", "Expand the norm:")),
        _expanded(t, terms),
        Words(y.say("Отсюда|Получаем", "Hence|We obtain")),
        _divergence(t, terms, lambda: _cross(t) * t.pick("divergence", "theorem", -1, 1)),
    ]  # fmt: skip


def by_product_rule(y: Pen, t: Planter) -> list[Piece]:
    """The divergence of s p, integrated."""
    terms, w = _Terms(y), plane()
    v = terms.v
    start = t.side(rf"\operatorname{{div}}\left({terms.s_v} {terms.p_v}\right)",
                   w.div * w.p + dot(w.s, w.dp))  # fmt: skip
    joint = t.pick("divergence", "rule", 1, -1)
    term = y.dot(terms.s_v, terms.dp_v)
    rule = t.side(
        y.add(rf"{terms.p_v}\, {terms.div_v}", weighted(joint, term, y)),
        w.div * w.p + joint * dot(w.s, w.dp),
    )
    sides = [t.side(*terms.inner), t.side(y.integral(term, v), w.int(dot(w.s, w.dp)))]
    sign = t.pick("divergence", "rule", -1, 1)
    other = t.pick("variable", "rule", False, True)
    letter = "u" if v != "u" else "z"
    body = y.div(letter, letter) if other else terms.div_v
    inner = y.integral(rf"{terms.p_v}\, {body}", v)
    value = w.div * w.int(w.p) if other else w.int(w.div * w.p)
    sides.append(t.side(weighted(sign, inner, y), sign * value))
    bare = t.pick("expectation", "rule", False, True)
    sign = t.pick("divergence", "rule", -1, 1)
    sides.append(
        t.side(weighted(sign, terms.div if bare else y.E(terms.div), y),
               sign * (w.div if bare else w.E(w.div)))
    )  # fmt: skip
    return [
        Words(y.say("Дивергенция произведения:|Сначала правило произведения.",
                    "The divergence of a product:|First a product rule.")),
        chain(start, rule),
        Words(y.say("Проинтегрируем.|После интегрирования", "Integrate.|After integration")),
        Chain(tuple(sides)),
        Words(y.say("Квадрат нормы:|Раскроем скобки.", "The squared norm:")),
        _expanded(t, terms),
        Words(y.say("Поэтому|Окончательно", "So|Finally")),
        _divergence(t, terms, lambda: _cross(t) * t.pick("divergence", "rule", -1, 1)),
    ]  # fmt: skip


# --- problem 2.3 ---------------------------------------------------------------------------


def _jacobian(y: Pen, at: str, by: str = "x") -> str:
    """The matrix of slopes."""
    if y.style.slope in {"quotient", "prime"}:
        return rf"\frac{{\partial {y.s(at)}}}{{\partial {by}}}"
    return rf"\frac{{\partial}}{{\partial {by}}} {y.s(at)}"


def _form(y: Pen, at: str) -> tuple[str, Value]:
    """The quadratic form under a mean over the noise; its value is that mean."""
    w, eps = plane(), y.style.noise
    body = rf"\left\langle {_jacobian(y, at)} {eps}, {eps} \right\rangle"
    if y.style.dot == "top":
        body = rf"{eps}{y.style.transpose} {_jacobian(y, at)} {eps}"
    value = sum(weight * dot(w.J @ point, point) for weight, point in w.noise)
    return body, np.asarray(value)


def _projected(t: Planter, terms: _Terms) -> Chain:
    """The objective of problem 2.3."""
    y, w = terms.y, terms.w

    def second() -> tuple[str, Value]:
        sign = t.pick("sign", "projection", 1, -1)
        tex, value = _form(y, y.X)
        eps = y.style.noise
        if t.pick("letter", "projection", False, True):
            tex = rf"\left\langle {_jacobian(y, y.X)} {y.X}, {eps} \right\rangle"
            value = np.zeros_like(value)  # the noise has the mean 0
        return weighted(sign, tex, y), sign * w.E(value)

    return _objective(t, terms, "2.3 J", second)


def by_indices(y: Pen, t: Planter) -> list[Piece]:
    """The quadratic form by components."""
    terms, w = _Terms(y), plane()
    eps = y.style.noise
    tex, value = _form(y, "x")
    sides = [t.side(y.E(tex, ""), value)]
    slope = rf"\frac{{\partial {y.component('i', 'x')}}}{{\partial x_j}}"
    moments = np.array([[sum(c * q[i] * q[j] for c, q in w.noise) for j in (0, 1)] for i in (0, 1)])
    sides.append(
        t.side(rf"\sum_{{i,j}} {slope}\, {y.E(f'{eps}_i {eps}_j', '')}",
               (w.J * moments).sum(axis=(-1, -2)))
    )  # fmt: skip
    all_pairs = t.pick("index", "indices", False, True)
    own = slope.replace("x_j", "x_i")
    sides.append(
        t.side(rf"\sum_{{i,j}} {slope}", w.J.sum(axis=(-1, -2)))
        if all_pairs
        else t.side(rf"\sum_{{i=1}}^{{d}} {own}", w.div)
    )
    sign = t.pick("divergence", "indices", 1, -1)
    sides.append(
        t.side(weighted(sign, rf"\operatorname{{div}} {y.s('x')}", y), sign * w.div)
    )  # fmt: skip
    return [
        Words(y.say("Так как у шума единичная ковариация, для каждой точки|Запишем по координатам:",
                    "The covariance of the noise is the identity, so|By components:")),
        Chain(tuple(sides)),
        Words(y.say("Усредняем и подставляем:|Заменяем дивергенцию:",
                    "Take the mean and substitute:|Replace the divergence:")),
        _projected(t, terms),
    ]  # fmt: skip


def by_trace(y: Pen, t: Planter) -> list[Piece]:
    """A number is its own trace, and a trace is cyclic."""
    terms, w = _Terms(y), plane()
    eps, at = y.style.noise, "x"
    tex, value = _form(y, at)
    matrix = _jacobian(y, at)
    outer = y.E(rf"{eps} {eps}{y.style.transpose}", "")
    sides = [
        t.side(y.E(tex, ""), value),
        t.side(rf"\operatorname{{tr}}\left({matrix}\, {outer}\right)", w.div),
    ]
    factor = t.pick("factor", "trace", 1.0, 0.5)
    sides.append(
        t.side(weighted(factor, rf"\operatorname{{tr}}\left({matrix}\right)", y), factor * w.div)
    )
    factor = t.pick("factor", "trace", 1.0, 0.5)
    sides.append(
        t.side(weighted(factor, rf"\operatorname{{div}} {y.s(at)}", y), factor * w.div)
    )  # fmt: skip
    return [
        Words(y.say("След числа — само число, след цикличен:|Перейдём к следу.",
                    "A number is its own trace:|Take traces.")),
        Chain(tuple(sides)),
        Words(y.say("Значит, можно минимизировать|Окончательно",
                    "So one may minimise|Finally")),
        _projected(t, terms),
    ]  # fmt: skip


def by_condition(y: Pen, t: Planter) -> list[Piece]:
    """The mean over the noise, then the mean over X."""
    terms, w = _Terms(y), plane()
    tex, value = _form(y, "X")
    start = t.side(y.E(tex, ""), w.E(value))
    bare = t.pick("expectation", "condition", False, True)
    sign = t.pick("divergence", "condition", 1, -1)
    mean = rf"\operatorname{{div}} {y.s('X')}"
    end = t.side(
        weighted(sign, mean if bare else y.E(mean, ""), y), sign * (w.div if bare else w.E(w.div))
    )
    return [
        Words(y.say("Шум не зависит от точки, поэтому|Сначала среднее по шуму:",
                    "The noise is independent of the point, so|First over the noise:")),
        chain(start, end),
        Words(y.say("Функционал из прошлого пункта становится таким:|Итак,",
                    "The functional above becomes|Altogether")),
        _projected(t, terms),
    ]  # fmt: skip


ROUTES = {"components": by_components, "theorem": by_theorem, "rule": by_product_rule}
PROJECTIONS = {"indices": by_indices, "trace": by_trace, "condition": by_condition}
