"""Laurent series in a small letter, with quotients of generators for coefficients.

Source: Knuth, The Art of Computer Programming 2, sec. 4.7 (power series; Brent & Kung).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from derive.recheck.balls import Tree, mentions
from derive.recheck.elements import Rejected, fraction, reject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.recheck.balls import Json
    from derive.recheck.elements import Ratio
    from derive.recheck.rules import Rules
    from derive.recheck.towers import Tower


class Values(Protocol):
    """What gives trees without the small letter, and knows signs."""

    def value(self, node: Tree) -> Ratio:
        """Give a tree in generators."""

    def knows(self, kind: str, ratio: Ratio) -> bool:
        """Whether a condition follows from what is assumed."""


@dataclass(frozen=True)
class Series:
    """`sum of parts[i] h^(start + i)`, up to a remainder O(h^(start + len(parts)))."""

    start: int
    parts: tuple[Ratio, ...]

    @property
    def end(self) -> int:
        """The order of what is left out."""
        return self.start + len(self.parts)


class Expander:
    """Series of trees in the letter `name`, of `terms` coefficients each.

    one_sided: the letter takes small positive values alone.
    """

    def __init__(  # noqa: PLR0913 - what an expansion is made with
        self, tower: Tower, rules: Rules, values: Values, stated: Mapping[Tree, Json],
        name: str, terms: int, *, one_sided: bool,
    ) -> None:  # fmt: skip
        self.tower, self.rules, self.values, self.stated = tower, rules, values, stated
        self.name, self.terms, self.one_sided = name, terms, one_sided
        self.zero = tower.number(Fraction(0))
        self._memo: dict[Tree, Series] = {}

    def series(self, node: Tree) -> Series:
        """Expand a tree."""
        if node not in self._memo:
            self._memo[node] = self._series(node)
        return self._memo[node]

    def _series(self, node: Tree) -> Series:  # noqa: PLR0911 - all cases
        head, *parts = node
        if not mentions(node, self.name):
            return self._constant(self.values.value(node))
        if head == "letter":
            return Series(1, self._constant(self.tower.one).parts)
        if head == "minus":
            return self._scaled(self.series(parts[0]), Fraction(-1))
        if head in {"add", "times", "over"}:
            total = self.series(parts[0])
            for part in parts[1:]:
                other = self.series(part)
                if head == "add":
                    total = self._sum(total, other)
                else:
                    total = self._product(total, self._inverse(other) if head == "over" else other)
            return total
        if head == "power" and parts[1][0] == "number":
            return self._power(node, self.series(parts[0]), fraction(parts[1][1]))
        if head == "power":
            return self.series(("exp", ("times", parts[1], ("log", parts[0]))))
        return self._function(node, head, self._at_least(self.series(parts[0]), 0))

    def _require(self, kind: str, ratio: Ratio) -> None:
        if not self.values.knows(kind, ratio):
            reject("a leading coefficient of unknown sign")

    def _constant(self, value: Ratio) -> Series:
        return Series(0, (value, *[self.zero] * (self.terms - 1)))

    def _scaled(self, one: Series, factor: Fraction) -> Series:
        number = self.tower.number(factor)
        return Series(one.start, tuple(part * number for part in one.parts))

    def _at_least(self, one: Series, start: int) -> Series:
        """Write a series from an order on; what is before must be 0."""
        away = one.start - start
        if away >= 0:
            return Series(start, (*[self.zero] * away, *one.parts)[: self.terms])
        if not all(self.tower.vanishes(part) for part in one.parts[:-away]):
            reject("a function of what tends to infinity")
        return Series(start, one.parts[-away:])

    def _sum(self, one: Series, two: Series) -> Series:
        start, end = min(one.start, two.start), min(one.end, two.end)
        parts = [self.zero] * (end - start)
        for series in (one, two):
            for i, part in enumerate(series.parts):
                if series.start + i < end:
                    parts[series.start + i - start] += part
        return Series(start, tuple(parts))

    def _product(self, one: Series, two: Series) -> Series:
        length = min(len(one.parts), len(two.parts))
        parts = [self.zero] * length
        right = [(j, part) for j, part in enumerate(two.parts) if not part.num.is_zero()]
        for i, left in enumerate(one.parts[:length]):
            if left.num.is_zero():
                continue
            for j, part in right:
                if i + j < length:
                    parts[i + j] += left * part
        return Series(one.start + two.start, tuple(parts))

    def _stripped(self, one: Series) -> Series:
        """Begin with a coefficient that is not 0."""
        parts, start = one.parts, one.start
        while parts and self.tower.vanishes(parts[0]):
            parts, start = parts[1:], start + 1
        if not parts:
            reject("a divisor that is 0 to the order of the expansion")
        self._require("nonzero", parts[0])
        return Series(start, parts)

    def _inverse(self, one: Series) -> Series:
        return self._binomial(self._stripped(one), Fraction(-1), None)

    def _binomial(self, one: Series, exponent: Fraction, first: Ratio | None) -> Series:
        """Raise to a power by `u g' = r u' g` (J. C. P. Miller's recurrence)."""
        lead = one.parts[0]
        found = [lead ** int(exponent) if first is None else first]
        for n in range(1, len(one.parts)):
            total = self.zero
            for k in (k for k in range(1, n + 1) if not one.parts[k].num.is_zero()):
                factor = self.tower.number(exponent * k - (n - k))
                total += factor * one.parts[k] * found[n - k]
            found.append(total / (lead * self.tower.number(Fraction(n))))
        return Series(int(one.start * exponent), tuple(found))

    def _power(self, node: Tree, base: Series, exponent: Fraction) -> Series:
        if exponent.denominator == 1 and 0 <= exponent <= self.terms:
            found, times = self._constant(self.tower.one), int(exponent)
            while times:
                if times % 2:
                    found = self._product(found, base)
                base, times = self._product(base, base), times // 2
            return found
        base = self._stripped(base)
        if exponent.denominator == 1:
            return self._binomial(base, exponent, None)
        even = exponent.denominator % 2 == 0
        if (base.start * exponent).denominator > 1 or (base.start and not self.one_sided and even):
            reject("a root that is no power series")
        if even:
            self._require("positive", base.parts[0])
        first = self.rules.root(base.parts[0], exponent, self.stated.get(node, {}))
        return self._binomial(base, exponent, first)

    def _function(self, node: Tree, head: str, inner: Series) -> Series:
        first, rule = inner.parts[0], self.stated.get(node, {})
        slope = self._slope(inner)
        if head == "exp":
            return self._exponential(self.rules.exp(first, rule), slope)
        if head == "log":
            self._require("positive", first)
            over = self._product(slope, self._inverse(inner))
            return self._antiderivative(self.rules.log(first, rule), over)
        if head in {"cos", "sin"}:
            return self._circle(self.rules.circle(first, rule), slope)[head == "sin"]
        if head == "arctan" and self.tower.vanishes(first):
            square = self._sum(self._constant(self.tower.one), self._product(inner, inner))
            return self._antiderivative(self.zero, self._product(slope, self._inverse(square)))
        raise Rejected(f"no series of {head}")

    def _slope(self, one: Series) -> Series:
        """Differentiate a series that begins with its constant."""
        parts = [p * self.tower.number(Fraction(i)) for i, p in enumerate(one.parts)]
        return Series(0, tuple(parts[1:]))

    def _antiderivative(self, first: Ratio, slope: Series) -> Series:
        slope = self._at_least(slope, 0)
        rest = (p * self.tower.number(Fraction(1, i + 1)) for i, p in enumerate(slope.parts))
        return Series(0, (first, *rest))

    def _exponential(self, first: Ratio, slope: Series) -> Series:
        """Solve g' = u' g."""
        found = [first]
        for n in range(1, min(self.terms, len(slope.parts) + 1)):
            total = self.zero
            for k in (k for k in range(n) if not slope.parts[k].num.is_zero()):
                total += slope.parts[k] * found[n - 1 - k]
            found.append(total * self.tower.number(Fraction(1, n)))
        return Series(0, tuple(found))

    def _circle(self, first: tuple[Ratio, Ratio], slope: Series) -> tuple[Series, Series]:
        """Solve c' = -u' s, s' = u' c."""
        cosine, sine = ([part] for part in first)
        for n in range(1, min(self.terms, len(slope.parts) + 1)):
            number = self.tower.number(Fraction(1, n))
            down = up = self.zero
            for k in (k for k in range(n) if not slope.parts[k].num.is_zero()):
                down += slope.parts[k] * sine[n - 1 - k]
                up += slope.parts[k] * cosine[n - 1 - k]
            cosine.append(-down * number)
            sine.append(up * number)
        return Series(0, tuple(cosine)), Series(0, tuple(sine))
