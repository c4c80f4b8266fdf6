"""Problem 2.1 as students write it: implicit score matching on the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classwork.planting import Chain, Piece, Planter, Side, Value, Words, chain
from classwork.worlds import line

if TYPE_CHECKING:
    from collections.abc import Callable

    from classwork.style import Pen

ITEM = "2.1 J"


def weighted(weight: float, body: str, y: Pen) -> str:
    """A term with the weight 1, -1, 1/2 or -1/2."""
    sign = "-" if weight < 0 else ""
    return f"{sign}{body}" if abs(weight) == 1 else f"{sign}{y.style.half} {body}"


def half(y: Pen, body: str) -> str:
    """A half of something."""
    return f"{y.style.half} {body}"


class _Terms:
    """The terms of the problem, with their values."""

    def __init__(self, y: Pen) -> None:
        w, at = line(), y.X
        self.w, self.y = w, y
        self.s, self.score = y.s(at), y.log_slope(at)
        self.ds = y.slope(y.style.s, at)
        v = y.style.var
        self.v, self.s_v, self.p_v = v, y.s(v), f"p({v})"
        self.dp_v, self.ds_v = y.slope("p", v, v), y.slope(y.style.s, v, v)

    @property
    def loss(self) -> tuple[str, Value]:
        """The objective of the sheet."""
        y, w = self.y, self.w
        tex = half(y, y.E(f"({self.s} - {self.score})^2"))
        return tex, 0.5 * w.E((w.s - w.score) ** 2)

    def implicit(self, t: Planter, weight: float, place: str) -> tuple[str, Value]:
        """The objective to be found; `weight` stands before the slope."""
        y, w = self.y, self.w
        outer = t.pick("answer", place, 0.5, 1.0)
        power = t.pick("exponent", f"{place}-square", 2, 1)
        square = f"{self.s}^2" if power == 2 else self.s
        first = f"{y.style.half} {square}" if outer == 0.5 else square
        value = w.E(outer * w.s**power + weight * w.ds)
        terms = (first, weighted(weight, self.ds, y))
        if y.rng.random() < 0.4:
            return y.add(weighted(outer, y.E(square), y), weighted(weight, y.E(self.ds), y)), value
        return y.E(y.add(*terms)), value

    def right(self) -> Value:
        """The value of the objective to be found."""
        w = self.w
        return w.E(0.5 * w.s**2 + w.ds)


def _expanded(t: Planter, terms: _Terms) -> Chain:
    """The square multiplied out."""
    y, w = terms.y, terms.w
    start = t.side(*terms.loss)
    cross = _cross(t)
    power = t.pick("exponent", "expand", 2, 1)
    body = terms.s if power == 1 else f"{terms.s}^2"
    tex = y.add(
        half(y, y.E(body)),
        weighted(cross, y.E(f"{terms.s}\\, {terms.score}"), y),
        half(y, y.E(f"({terms.score})^2")),
    )
    value = 0.5 * w.E(w.s**power) + cross * w.E(w.s * w.score) + 0.5 * w.E(w.score**2)
    return chain(start, t.side(tex, value))


def _cross(t: Planter) -> float:
    """The weight of the cross term."""
    weight: float = t.pick("factor", "cross", -1.0, -0.5)
    return t.pick("sign", "cross", weight, -weight)


def _final(t: Planter, terms: _Terms, weight: Callable[[], float]) -> Chain:
    """The objective of the sheet is the one to be found up to a constant."""
    y = terms.y
    if y.rng.random() < 0.3:
        tex, value = terms.implicit(t, weight(), "final")
        found = t.side(tex, value, answer=ITEM, correct=terms.right(), constant=True)
        return chain(found, t.side(y.style.least, 0.0, relation=r"\to"), answers=True)
    start = t.side(*terms.loss)
    tex, value = terms.implicit(t, weight(), "final")
    found = t.side(
        f"{tex} + {y.style.constant}", value, constant=True, answer=ITEM, correct=terms.right()
    )
    return chain(start, found, answers=True)


def by_square(y: Pen, t: Planter) -> list[Piece]:
    """Expand the square, then integrate the cross term by parts."""
    terms = _Terms(y)
    pieces: list[Piece] = [
        Words(y.say("Раскроем квадрат.|Начнём с разложения квадрата.",
                    "Expand the square.|We multiply the square out.")),
        _expanded(t, terms),
        Words(y.say("Среднее слагаемое берём по частям.|Займёмся перекрёстным слагаемым.",
                    "The middle term is integrated by parts.|Now the cross term.")),
    ]  # fmt: skip
    pieces.append(_by_parts(t, terms))
    pieces.append(
        Words(y.say("Последнее слагаемое не зависит от параметров.|Итак,",
                    "The last term does not depend on the parameters.|Altogether,"))
    )  # fmt: skip
    pieces.append(_final(t, terms, lambda: _cross(t) * t.pick("sign", "parts", -1, 1)))
    return pieces


def by_ends(y: Pen, t: Planter) -> list[Piece]:
    """The integral of the slope of s p is 0."""
    terms, w = _Terms(y), line()
    v = terms.v
    product = rf"\left({terms.s_v} {terms.p_v}\right)"
    whole = y.integral(rf"\frac{{d}}{{d{v}}} {product}", v, line=True)
    first = y.integral(f"{terms.ds_v}\\, {terms.p_v}", v, line=True)
    zero = t.side("0", 0.0)
    total = t.side(whole, w.int(w.ds * w.p + w.s * w.dp))
    factor = t.pick("sign", "product", 1, -1)
    second = y.integral(f"{terms.s_v}\\, {terms.dp_v}", v, line=True)
    parted = t.side(
        y.add(first, weighted(factor, second, y)), w.int(w.ds * w.p) + factor * w.int(w.s * w.dp)
    )
    start = t.side(y.E(f"{terms.s}\\, {terms.score}"), w.E(w.s * w.score))
    lost = t.pick("density", "parts", False, True)
    body = y.log_slope(v, v) if lost else terms.dp_v
    middle = t.side(
        y.integral(f"{terms.s_v}\\, {body}", v, line=True),
        w.int(w.s * (w.score if lost else w.dp)),
    )
    sign = t.pick("sign", "product", -1, 1)
    bare = t.pick("expectation", "parts", False, True)
    end = t.side(
        weighted(sign, terms.ds if bare else y.E(terms.ds), y),
        sign * (w.ds if bare else w.E(w.ds)),
    )
    return [
        Words(y.say("На концах произведение исчезает, поэтому|Интеграл производной равен нулю:",
                    "At both ends the product vanishes, so|The integral of a derivative is 0:")),
        chain(zero, total, parted),
        Words(y.say("Отсюда|Значит,", "Hence|This gives")),
        chain(start, middle, end),
        Words(y.say("Раскрываем квадрат:|Подставим в квадрат:", "With the square expanded:")),
        _expanded(t, terms),
        Words(y.say("Получаем|Собираем вместе:", "Together|We obtain")),
        _final(t, terms, lambda: _cross(t) * t.pick("sign", "product", -1, 1)),
    ]  # fmt: skip


def backward(y: Pen, t: Planter) -> list[Piece]:
    """From the objective to be found to the one of the sheet."""
    terms, w = _Terms(y), line()
    v = terms.v
    sides = [t.side(y.E(terms.ds), w.E(w.ds))]
    sides.append(
        t.side(y.integral(f"{terms.ds_v}\\, {terms.p_v}", v, line=True), w.int(w.ds * w.p))
    )
    sign = t.pick("sign", "parts", -1, 1)
    lost = t.pick("argument", "parts", False, True)
    body = f"{terms.ds_v}\\, {terms.dp_v}" if lost else f"{terms.s_v}\\, {terms.dp_v}"
    sides.append(
        t.side(weighted(sign, y.integral(body, v, line=True), y),
               sign * w.int((w.ds if lost else w.s) * w.dp))
    )  # fmt: skip
    sign = t.pick("sign", "parts", -1, 1)
    inner = y.E(f"{terms.s}\\, {terms.score}")
    sides.append(t.side(weighted(sign, inner, y), sign * w.E(w.s * w.score)))
    return [
        Words(y.say("Пойдём с конца: преобразуем второе слагаемое.|Интегрируем по частям.",
                    "We start at the end, with the second term.|By parts:")),
        Chain(tuple(sides)),
        Words(y.say("С другой стороны,|А квадрат равен", "On the other hand,|The square is")),
        _expanded(t, terms),
        Words(y.say("Осталось сложить:|Следовательно,", "It remains to add:|Therefore")),
        _final(t, terms, lambda: _cross(t) * t.pick("sign", "parts", -1, 1)),
    ]  # fmt: skip


def _by_parts(t: Planter, terms: _Terms) -> Chain:
    """The cross term."""
    y, w, v = terms.y, terms.w, terms.v
    sides = [t.side(y.E(f"{terms.s}\\, {terms.score}"), w.E(w.s * w.score))]
    quotient = rf"\frac{{{terms.dp_v}}}{{{terms.p_v}}}"
    sides.append(
        t.side(y.integral(rf"{terms.s_v} {quotient}\, {terms.p_v}", v, line=True),
               w.int(w.s * w.dp), optional=True)
    )  # fmt: skip
    lost = t.pick("density", "parts", False, True)
    sides.append(
        t.side(
            y.integral(f"{terms.s_v}\\, {y.log_slope(v, v)}", v, line=True), w.int(w.s * w.score)
        )
        if lost
        else t.side(y.integral(f"{terms.s_v}\\, {terms.dp_v}", v, line=True), w.int(w.s * w.dp))
    )
    return _after_parts(t, terms, sides)


def _after_parts(t: Planter, terms: _Terms, sides: list[Side]) -> Chain:
    """The end of a chain that integrates by parts."""
    y, w, v = terms.y, terms.w, terms.v
    inner = y.integral(f"{terms.ds_v}\\, {terms.p_v}", v, line=True)
    ends = rf"{terms.s_v} {terms.p_v} \Big|_{{-\infty}}^{{+\infty}}"
    if y.rng.random() < 0.5:
        sign = t.pick("sign", "parts", -1, 1)
        joint = "-" if sign < 0 else "+"
        sides.append(t.side(f"{ends} {joint} {inner}", sign * w.int(w.ds * w.p), optional=True))
    sign = t.pick("sign", "parts", -1, 1)
    value = sign * w.int(w.ds * w.p)
    other = t.pick("variable", "parts", False, True)
    if other:
        letter = "u" if v != "u" else "y"
        inner = y.integral(f"{y.slope(y.style.s, letter, letter)}\\, {terms.p_v}", v, line=True)
        value = sign * w.ds * w.int(w.p)
    sides.append(t.side(weighted(sign, inner, y), value))
    sign = t.pick("sign", "parts", -1, 1)
    bare = t.pick("expectation", "parts", False, True)
    mean = terms.ds if bare else y.E(terms.ds)
    sides.append(t.side(weighted(sign, mean, y), sign * (w.ds if bare else w.E(w.ds))))
    return Chain(tuple(sides))


ROUTES = {"square": by_square, "ends": by_ends, "backward": backward}
