"""What trees are worth at a point, in balls.

The balls are for finding: what is found is enclosed again by `derive.recheck`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from derive.equality.calculus import derivative
from derive.equality.encode import BINDERS, exact, trees

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from derive.equality.encode import Tree

_MOST_TERMS = 500
_MOST_WHOLE = 10**15
_MOST_FACTORIAL = 5000


class NoValue(Exception):
    """A tree has no value at a point."""


def ball(value: Fraction) -> arb:
    """Enclose a rational number."""
    return _ball(value.numerator, value.denominator, ctx.prec)


@lru_cache(maxsize=4096)
def _ball(top: int, below: int, _bits: int) -> arb:
    return arb(fmpq(top, below))


@lru_cache(maxsize=4096)
def _written(text: str, _bits: int) -> arb:
    value = exact(text)
    return arb(fmpq(value.numerator, value.denominator))


class Evaluator:
    """Values at one point; what was computed once is remembered."""

    def __init__(self, point: Mapping[str, arb]) -> None:
        self.point = dict(point)
        self._memo: dict[int, tuple[Tree, arb]] = {}  # by the object, which is kept alive

    def __call__(self, tree: Tree) -> arb:
        """Enclose a tree.  Raises NoValue where it is not defined."""
        head = tree[0]
        if head == "number":
            return _written(tree[1], ctx.prec)
        if head == "letter":
            return self.point[tree[1]]
        known = self._memo.get(id(tree))
        if known is not None:
            return known[1]
        found = _RULES[head](self, *tree[1:])
        if not found.is_finite():
            raise NoValue
        self._memo[id(tree)] = tree, found
        return found

    def whole(self, tree: Tree, least: int, most: int) -> int:
        """Give a value that is a whole number within bounds."""
        whole = _whole(self(tree))
        if whole is None or not least <= whole <= most:
            raise NoValue
        return whole


def _whole(value: arb) -> int | None:
    # The whole number of a very large ball would fill the memory.
    if not (value.is_exact() and value.is_integer() and abs(value) < _MOST_WHOLE):
        return None
    return int(value.unique_fmpz() or 0)


def _add(value: Evaluator, *parts: Tree) -> arb:
    total = value(parts[0])
    for part in parts[1:]:
        total = total + value(part)
    return total


def _times(value: Evaluator, *parts: Tree) -> arb:
    total = value(parts[0])
    for part in parts[1:]:
        total = total * value(part)
    return total


def _over(value: Evaluator, num: Tree, den: Tree) -> arb:
    return _divided(value(num), value(den))


def _divided(num: arb, den: arb) -> arb:
    if den.contains(0):
        raise NoValue
    return num / den


def _raised(value: Evaluator, base: Tree, exponent: Tree) -> arb:
    if exponent[0] == "number":
        return _power(value(base), exact(exponent[1]))
    times = value(exponent)
    whole = _whole(times)
    if whole is not None:
        return _power(value(base), Fraction(whole))
    return (times * _logarithm(value(base))).exp()


def _power(base: arb, exponent: Fraction) -> arb:
    top, degree = exponent.numerator, exponent.denominator
    if degree > 1:
        if base < 0 and degree % 2:
            base = -((-base).root(degree))
        elif base > 0:
            base = base.root(degree)
        elif not base.is_zero():
            raise NoValue
    return base**top if top >= 0 else _divided(arb(1), base**-top)


def _logarithm(value: arb) -> arb:
    if not value > 0:
        raise NoValue
    return value.log()


def _arcsin(value: arb) -> arb:
    if not abs(value) <= 1:
        raise NoValue
    return value.asin()


def _derived(value: Evaluator, body: Tree, name: str) -> arb:
    value(body)  # it must be defined there itself, and around the point
    _require_inner(value, body)
    return value(derivative(body, name))


def _require_inner(value: Evaluator, body: Tree) -> None:
    """See to it that no even root is of 0, where its argument's domain may end."""
    if _is_even_root(body) and not value(body[1]) > 0:
        raise NoValue
    if body[0] in BINDERS:
        if any(map(_is_even_root, trees(body))):
            raise NoValue  # its terms are not looked at one by one
        return
    for part in body[1:]:
        if isinstance(part, tuple):
            _require_inner(value, part)


def _is_even_root(tree: Tree) -> bool:
    return tree[0] == "power" and tree[2][0] == "number" and exact(tree[2][1]).denominator % 2 == 0


def _over_range(head: str) -> Callable[..., arb]:
    def found(value: Evaluator, body: Tree, name: str, low: Tree, high: Tree) -> arb:
        start = value.whole(low, -1000, 1000)
        stop = value.whole(high, start - 1, start + _MOST_TERMS)
        total = arb(0) if head == "sum" else arb(1)
        for k in range(start, stop + 1):
            part = Evaluator({**value.point, name: arb(k)})(body)
            total = total + part if head == "sum" else total * part
        return total

    return found


_RULES: Mapping[str, Callable[..., Any]] = {
    "pi": lambda _: arb.pi(),
    "add": _add,
    "times": _times,
    "minus": lambda value, part: -value(part),
    "over": _over,
    "power": _raised,
    "exp": lambda value, part: value(part).exp(),
    "log": lambda value, part: _logarithm(value(part)),
    "sin": lambda value, part: value(part).sin(),
    "cos": lambda value, part: value(part).cos(),
    "arctan": lambda value, part: value(part).atan(),
    "arcsin": lambda value, part: _arcsin(value(part)),
    "factorial": lambda value, part: arb.fac_ui(value.whole(part, 0, _MOST_FACTORIAL)),
    "sum": _over_range("sum"),
    "product": _over_range("product"),
    "diff": _derived,
}


def holds(kind: str, value: arb) -> bool:
    """Whether a value is certainly positive, nonnegative or nonzero."""
    return bool(
        value > 0
        or (kind == "nonzero" and value < 0)
        or (kind == "nonnegative" and value.is_zero())
    )


def negative_odd_roots(sides: Sequence[Tree], value: Evaluator) -> bool:
    """Whether an odd root of a negative number is taken, which some leave undefined."""
    for tree in sides:
        parts = [part for part in tree if isinstance(part, tuple)]
        if tree[0] == "power" and tree[2][0] == "number" and Fraction(tree[2][1]).denominator > 1:
            letters = any(inner[0] == "letter" for inner in trees(tree[1]))
            if letters and value(tree[1]) < 0:
                return True
        if tree[0] not in {"sum", "product"} and negative_odd_roots(parts, value):
            return True
    return False
