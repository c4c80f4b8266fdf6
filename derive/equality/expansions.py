"""Landau claims: Laurent series of both sides in the letter that varies.

Coefficients are quotients in the field of the other letters.  A function is expanded by its
differential equation from its value at the constant of its argument.

Source: Knuth, The Art of Computer Programming 2, sec. 4.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from derive.equality import circle, exponents, roots
from derive.equality.calculus import derivative
from derive.equality.encode import Tree, constant, mentions
from derive.equality.field import Unsupported
from derive.language import terms as t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.equality.lowering import Lowering
    from derive.equality.quotients import Quotient
    from derive.equality.statement import Statement

_MOST_TERMS = 40


@dataclass(frozen=True)
class Claim:
    """`lhs = rhs + kind(letter^order)`, order of 1/letter where it tends to infinity."""

    lhs: t.Term
    rhs: t.Term
    kind: Literal["o", "O"]
    order: int
    letter: t.Sym


def claim_of(statement: Statement) -> Claim | None:
    """Take the Landau term of the right side off; None for any other place or scale."""
    letter = statement.vary
    sides = [_split(side) for side in (statement.lhs, statement.rhs)]
    if letter is None or sides[0] is None or sides[1] is None or sides[0][1] is not None:
        return None
    landau = sides[1][1]
    if landau is None:
        return None
    order = _order(landau.scale, letter)
    if order is None:
        return None
    order = -order if statement.toward == "oo" else order
    return Claim(sides[0][0], sides[1][0], landau.kind, order, letter)


def _split(side: t.Term) -> tuple[t.Term, t.Landau | None] | None:
    """Separate a side from a Landau term among its summands; None where there are others."""
    parts = side.terms if isinstance(side, t.Add) else (side,)
    kept = [part for part in parts if not isinstance(part, t.Landau)]
    found = [part for part in parts if isinstance(part, t.Landau)]
    if len(found) > 1 or any(isinstance(node, t.Landau) for part in kept for node in part.nodes):
        return None
    return (t.add(*kept) if kept else t.term(0)), (found[0] if found else None)


def _order(scale: t.Term, letter: t.Sym) -> int | None:
    """The exponent of the letter in a scale."""
    match scale:
        case t.Num(value) if value == 1:
            return 0
        case t.Sym():
            return 1 if scale == letter else None
        case t.Pow(base, t.Num(value)) if base == letter and value.denominator == 1:
            return int(value)
        case t.Pow(base, t.Neg(t.Num(value))) if base == letter and value.denominator == 1:
            return -int(value)
        case t.Div(num, den):
            above, below = _order(num, letter), _order(den, letter)
            return None if above is None or below is None else above - below
        case _:
            return None


@dataclass(frozen=True)
class Laurent:
    """Coefficients from the order `start` on."""

    start: int
    parts: tuple[Quotient, ...]


class Expansion:
    """Series of trees in one letter, all with the same number of coefficients."""

    def __init__(self, low: Lowering, name: str, terms: int) -> None:
        if terms > _MOST_TERMS:
            raise Unsupported("an expansion to a very high order")
        self.low, self.field, self.name, self.terms = low, low.field, name, terms
        self._memo: dict[Tree, Laurent] = {}

    def of(self, tree: Tree) -> Laurent:
        """Expand a tree."""
        found = self._memo.get(tree)
        if found is None:
            found = self._memo[tree] = self._of(tree)
        return found

    def _of(self, tree: Tree) -> Laurent:  # noqa: C901, PLR0911 - all cases
        if not mentions(tree, self.name):
            return Laurent(0, self._padded([self.low.value(tree)]))
        match tree:
            case ("letter", _):
                return Laurent(1, self._padded([self.field.one]))
            case ("add", *parts):
                return self._added([self.of(part) for part in parts])
            case ("minus", part):
                inner = self.of(part)
                return Laurent(inner.start, tuple(-x for x in inner.parts))
            case ("times", first, *rest):
                total = self.of(first)
                for part in rest:
                    total = self._times(total, self.of(part))
                return total
            case ("over", num, den):
                return self._times(self.of(num), self._power(None, self.of(den), Fraction(-1)))
            case ("diff", body, name) if name != self.name:
                return self.of(derivative(body, name))
            case ("power", base, exponent):
                value = constant(exponent)
                if value is None:
                    return self.of(("exp", ("times", exponent, ("log", base))))
                return self._power(tree, self.of(base), value)
            case ("exp" | "log" | "sin" | "cos" | "arctan" as head, part):
                return self._function(tree, head, self._from_constant(self.of(part)))
            case _:
                raise Unsupported(f"no series of {tree[0]}")

    def _padded(self, parts: Sequence[Quotient]) -> tuple[Quotient, ...]:
        return (*parts, *[self.field.zero] * (self.terms - len(parts)))[: self.terms]

    def _added(self, all_: list[Laurent]) -> Laurent:
        start = min(one.start for one in all_)
        end = min(one.start + len(one.parts) for one in all_)
        total = [self.field.zero] * (end - start)
        for one in all_:
            for n, part in enumerate(one.parts, one.start - start):
                if n < len(total):
                    total[n] = total[n] + part
        return Laurent(start, tuple(map(self.field.reduced, total)))

    def _times(self, one: Laurent, two: Laurent) -> Laurent:
        length = min(len(one.parts), len(two.parts))
        return Laurent(one.start + two.start, tuple(
            self._dot(one.parts[: n + 1], two.parts[n::-1]) for n in range(length)
        ))  # fmt: skip

    def _dot(self, one: Sequence[Quotient], two: Sequence[Quotient]) -> Quotient:
        total = self.field.zero
        for a, b in zip(one, two, strict=True):
            if not (a.is_zero() or b.is_zero()):
                total += a * b
        return self.field.reduced(total)

    def _from_constant(self, one: Laurent) -> Laurent:
        """Write a series from its constant on."""
        if one.start >= 0:
            return Laurent(0, self._padded([self.field.zero] * one.start + list(one.parts)))
        if not all(map(self.field.vanishes, one.parts[: -one.start])):
            raise Unsupported("a function of what tends to infinity")
        return Laurent(0, one.parts[-one.start :])

    def _leading(self, one: Laurent) -> Laurent:
        skip = next((i for i, x in enumerate(one.parts) if not self.field.vanishes(x)), None)
        if skip is None:
            raise Unsupported("a divisor that is 0 to the order of the expansion")
        return Laurent(one.start + skip, one.parts[skip:])

    def _power(self, tree: Tree | None, base: Laurent, exponent: Fraction) -> Laurent:
        if exponent.denominator == 1 and 0 <= exponent <= self.terms:
            found, times = Laurent(0, self._padded([self.field.one])), int(exponent)
            while times:
                if times % 2:
                    found = self._times(found, base)
                base, times = self._times(base, base), times // 2
            return found
        base = self._leading(base)
        start = base.start * exponent
        if start.denominator > 1:
            raise Unsupported("a root that is no power series")
        lead = base.parts[0]
        if exponent.denominator == 1:
            first = lead ** int(exponent)
        else:
            first = roots.root(self.low, lead, exponent)
            if tree is not None:
                self.low.by(tree, first, **{"is": first})
        found_parts = [first]
        for n in range(1, len(base.parts)):
            weights = [self.field.number(exponent * k - (n - k)) for k in range(1, n + 1)]
            scaled = [w * x for w, x in zip(weights, base.parts[1 : n + 1], strict=True)]
            total = self._dot(scaled, found_parts[::-1])
            found_parts.append(self.field.reduced(total / (lead * self.field.number(n))))
        return Laurent(int(start), tuple(found_parts))

    def _function(self, tree: Tree, head: str, inner: Laurent) -> Laurent:
        first = inner.parts[0]
        slope = [x * self.field.number(i) for i, x in enumerate(inner.parts)][1:]
        match head:
            case "exp":
                value, rule = exponents.exponential(self.low, first)
                self.low.by(tree, value, **rule)
                return self._solved(slope, [value], 1)
            case "sin" | "cos":
                cosine, sine, rule = circle.point(self.low, first)
                self.low.by(tree, cosine, **rule)
                pair = self._turning(slope, cosine, sine)
                return pair[head == "sin"]
            case "log":
                value, rule = exponents.logarithm(self.low, first)
                self.low.by(tree, value, **rule)
                return self._integral(value, slope, inner)
            case _:
                pass
        if not self.field.vanishes(first):
            raise Unsupported("the arctangent at another point than 0")
        square = self._times(inner, inner)
        return self._integral(
            self.field.zero,
            slope,
            Laurent(0, (square.parts[0] + self.field.one, *square.parts[1:])),
        )

    def _integral(self, first: Quotient, slope: list[Quotient], below: Laurent) -> Laurent:
        rate = self._times(Laurent(0, tuple(slope)), self._power(None, below, Fraction(-1)))
        if rate.start:
            raise Unsupported("a logarithm of what tends to 0")
        rest = [x * self.field.number(Fraction(1, i)) for i, x in enumerate(rate.parts, 1)]
        return Laurent(0, (first, *rest))

    def _solved(self, slope: list[Quotient], found: list[Quotient], sign: int) -> Laurent:
        """Solve g' = u' g."""
        for n in range(1, len(slope) + 1):
            total = self._dot(slope[:n], found[n - 1 :: -1])
            found.append(total * self.field.number(Fraction(sign, n)))
        return Laurent(0, tuple(found))

    def _turning(
        self, slope: list[Quotient], cosine: Quotient, sine: Quotient
    ) -> tuple[Laurent, Laurent]:
        """Solve c' = -u' s, s' = u' c."""
        across, up = [cosine], [sine]
        for n in range(1, len(slope) + 1):
            down = self._dot(slope[:n], up[n - 1 :: -1])
            rise = self._dot(slope[:n], across[n - 1 :: -1])
            across.append(down * self.field.number(Fraction(-1, n)))
            up.append(rise * self.field.number(Fraction(1, n)))
        return Laurent(0, tuple(across)), Laurent(0, tuple(up))


def difference(low: Lowering, sides: tuple[Tree, Tree], claim: Claim) -> tuple[int, list[Quotient]]:
    """Give the number of terms to expand to and the coefficients that must vanish."""
    most = claim.order + (claim.kind == "o")
    for terms in (max(most, 0) + 2, max(most, 0) + 8):
        expansion = Expansion(low, claim.letter.name, terms)
        left, right = (expansion.of(side) for side in sides)
        if min(one.start + len(one.parts) for one in (left, right)) >= most:
            break
    else:
        raise Unsupported("an expansion that ends too early")
    found, zero = [], low.field.zero
    for n in range(min(left.start, right.start), most):
        parts = [one.parts[n - one.start] if one.start <= n else zero for one in (left, right)]
        found.append(low.field.reduced(parts[0] - parts[1]))
    return terms, found
