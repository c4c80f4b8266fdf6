"""Points at which a statement is tried, and what its sides are worth there.

The balls are for finding: what is found is enclosed again by `derive.recheck`.
"""

from __future__ import annotations

import random
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from flint import arb, ctx, fmpq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from derive.equality.encode import Tree
    from derive.equality.statement import Domain

Point: TypeAlias = dict[str, Fraction]
_REAL = tuple(
    map(Fraction, ("2", "-1", "1/2", "3", "-2", "1", "-1/2", "5", "-3", "7/3", "0", "-5/4"))
)
_UNIT = tuple(map(Fraction, ("1/2", "1/3", "3/4", "1/5", "2/3", "9/10", "1/10", "2/5")))
_STEPS = tuple(map(Fraction, ("1", "2", "1/2", "3", "1/3", "5", "7/2", "10")))
_CIRCLE = tuple(
    map(Fraction, ("0", "1", "-1", "3/5", "4/5", "-3/5", "-4/5", "5/13", "12/13", "8/17", "15/17"))
)
_MOST_TERMS = 500


class NoValue(Exception):
    """A tree has no value at a point."""


def ball(value: Fraction) -> arb:
    """Enclose a rational number."""
    return _ball(value, ctx.prec)


@lru_cache(maxsize=4096)
def _ball(value: Fraction, _bits: int) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


@lru_cache(maxsize=4096)
def _written(text: str, _bits: int) -> arb:
    value = Fraction(text)
    return arb(fmpq(value.numerator, value.denominator))


@lru_cache(maxsize=1024)
def candidates(domain: Domain) -> tuple[Fraction, ...]:
    """Give some values of a domain, plain ones first."""
    low, high = domain.low, domain.high
    if domain.whole:
        start = 0 if low is None and high is None else low if low is not None else high - 6  # type: ignore[operator]
        whole = [
            Fraction(-(-start.numerator // start.denominator) + k) for k in (2, 3, 1, 4, 5, 0, 6)
        ]
        whole += [Fraction(-1), Fraction(-2)] if low is None and high is None else []
        return tuple(x for x in whole if contains(domain, x))
    if low is None and high is None:
        return _REAL
    if low is not None and high is not None:
        inner = [low + (high - low) * unit for unit in _UNIT]
        ends = [low] * domain.low_closed + [high] * domain.high_closed
        return (*inner, *ends)
    steps = [low + step if low is not None else high - step for step in _STEPS]  # type: ignore[operator]
    end = [low if low is not None else high] * (domain.low_closed or domain.high_closed)
    return (*steps, *end)  # type: ignore[arg-type]


def contains(domain: Domain, value: Fraction) -> bool:
    """Whether a value is in a domain."""
    above = domain.low is None or value > domain.low or (domain.low_closed and value == domain.low)
    below = (
        domain.high is None or value < domain.high or (domain.high_closed and value == domain.high)
    )
    return above and below and (not domain.whole or value.denominator == 1)


def points(letters: Mapping[str, Domain], seed: int, *, on_curve: bool) -> Iterator[Point]:
    """Give points, plain ones first; on_curve: many, since few satisfy an equation."""
    choices = {name: candidates(domain) for name, domain in letters.items()}
    if not choices:
        yield {}
        return
    if on_curve:
        extended = {n: tuple(dict.fromkeys((*c, *(x for x in _CIRCLE if contains(letters[n], x)))))
                    for n, c in choices.items()}  # fmt: skip
        grid = product(*extended.values())
        for _, values in zip(range(4000), grid, strict=False):
            yield dict(zip(choices, values, strict=True))
        return
    chooser = random.Random(seed)  # noqa: S311 - no secret
    for index in range(max(map(len, choices.values()))):
        # Different letters get different values where they can.
        yield {
            name: values[(index + shift) % len(values)]
            for shift, (name, values) in enumerate(choices.items())
        }
    for _ in range(40):
        yield {name: chooser.choice(values) for name, values in choices.items()}


class Evaluator:
    """Values at one point; what was computed once is remembered."""

    def __init__(self, point: Mapping[str, arb], derivative: Callable[[Tree, str], Tree]) -> None:
        self.point = dict(point)
        self.derivative = derivative
        self._memo: dict[Tree, arb] = {}

    def __call__(self, tree: Tree) -> arb:
        """Enclose a tree.  Raises NoValue where it is not defined."""
        found = self._memo.get(tree)
        if found is None:
            found = self._value(tree)
            if not found.is_finite():
                raise NoValue
            self._memo[tree] = found
        return found

    def _value(self, tree: Tree) -> arb:  # noqa: C901, PLR0911, PLR0912 - all cases
        match tree:
            case ("number", text):
                return _written(text, ctx.prec)
            case ("letter", name):
                return self.point[name]
            case ("pi",):
                return arb.pi()
            case ("add", *parts):
                return sum(map(self, parts), arb(0))
            case ("times", *parts):
                total = arb(1)
                for part in parts:
                    total *= self(part)
                return total
            case ("minus", part):
                return -self(part)
            case ("over", num, den):
                return _divided(self(num), self(den))
            case ("power", base, ("number", text)):
                return _power(self(base), Fraction(text))
            case ("power", base, exponent):
                times = self(exponent)
                whole = times.unique_fmpz() if times.is_exact() else None
                if whole is not None:
                    return _power(self(base), Fraction(int(whole)))
                return (times * _logarithm(self(base))).exp()
            case ("log", part):
                return _logarithm(self(part))
            case ("arcsin", part):
                value = self(part)
                if not abs(value) <= 1:
                    raise NoValue
                return value.asin()
            case ("factorial", part):
                return arb.fac_ui(self._whole(part, 0, 5000))
            case ("sum" | "product" as head, body, name, low, high):
                return self._range(head, body, name, low, high)
            case ("diff", body, name):
                self(body)
                return self(self.derivative(body, name))
            case ("exp" | "sin" | "cos", part):
                return getattr(self(part), tree[0])()
            case ("arctan", part):
                return self(part).atan()
            case _:
                raise NoValue

    def _whole(self, tree: Tree, least: int, most: int) -> int:
        value = self(tree)
        whole = value.unique_fmpz() if value.is_exact() else None
        if whole is None or not least <= whole <= most:
            raise NoValue
        return int(whole)

    def _range(self, head: str, body: Tree, name: str, low: Tree, high: Tree) -> arb:
        start = self._whole(low, -1000, 1000)
        stop = self._whole(high, start - 1, start + _MOST_TERMS)
        total = arb(0) if head == "sum" else arb(1)
        for k in range(start, stop + 1):
            value = Evaluator({**self.point, name: arb(k)}, self.derivative)(body)
            total = total + value if head == "sum" else total * value
        return total


def _divided(num: arb, den: arb) -> arb:
    if den.contains(0):
        raise NoValue
    return num / den


def _logarithm(value: arb) -> arb:
    if not value > 0:
        raise NoValue
    return value.log()


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


def negative_odd_roots(trees: Sequence[Tree], value: Evaluator) -> bool:
    """Whether an odd root of a negative number is taken, which some leave undefined."""
    for tree in trees:
        parts = [part for part in tree if isinstance(part, tuple)]
        if tree[0] == "power" and tree[2][0] == "number" and Fraction(tree[2][1]).denominator > 1:
            base = tree[1]
            letters = "letter" in str(base)
            if letters and value(base) < 0:
                return True
        if tree[0] not in {"sum", "product"} and negative_odd_roots(parts, value):
            return True
    return False
