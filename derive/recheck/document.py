"""One statement with its witness or counterexample, checked from the JSON alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from flint import arb, ctx, fmpq, fmpz

from derive.recheck.balls import (
    Json,
    Tree,
    Undefined,
    derivative,
    enclose,
    mentions,
    rational,
)
from derive.recheck.elements import Interval, Ratio, Rejected, fraction, reject
from derive.recheck.rules import Rules
from derive.recheck.series import Expander
from derive.recheck.signs import PRECISION
from derive.recheck.statement import (
    MOST_TERMS,
    Condition,
    Landau,
    Statement,
    conditions,
    merged,
    nodes,
    parts_of,
    put,
    tree,
    whole,
    within,
)
from derive.recheck.towers import Tower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Rejected", "recheck", "refutation"]

_T = TypeVar("_T")
_BINDERS = frozenset({"sum", "product", "diff"})
PRECISIONS = (PRECISION, 4 * PRECISION, 64 * PRECISION)


def recheck(document: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Check what is said to be proved or refuted.

    Returns:
        The conditions of a proof, each a kind (positive, nonnegative, nonzero) and a tree:
        where they and the assumptions hold, both sides are defined and the statement is true.

    Raises:
        Rejected: the document does not show its verdict.
    """
    if _verdict(document) == "refuted":
        refutation(document)
        return ()
    return _checked(document, _Checked.proved)


def refutation(document: Mapping[str, Any]) -> tuple[arb, arb]:
    """Check a refutation and give the balls in which the two sides lie.  Raises Rejected."""
    return _checked(document, _Checked.refuted)


def _verdict(document: Mapping[str, Any]) -> str:
    found = document.get("verdict") if isinstance(document, dict) else None
    if isinstance(found, str) and found in {"proved", "refuted"}:
        return found
    raise Rejected("neither proved nor refuted")


def _checked(document: Mapping[str, Any], work: Callable[[_Checked], _T]) -> _T:
    try:
        with ctx.workprec(PRECISION):
            return work(_Checked(document))
    except Undefined as error:
        raise Rejected(str(error)) from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Rejected(f"not a witness: {type(error).__name__} {error}") from error
    except (ArithmeticError, RecursionError, MemoryError) as error:
        raise Rejected(f"out of bounds: {error}") from error


@dataclass
class _Checked:
    document: Mapping[str, Any]
    conditions: list[Condition] = field(default_factory=list)
    values: dict[Tree, Ratio] = field(default_factory=dict)
    bound: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        said = self.said = Statement.read(self.document)
        self.lhs, self.rhs, self.given, self.facts = said.lhs, said.rhs, said.given, said.facts
        self.letters = dict(said.letters)
        self.witness = self.document["witness"]
        self.tower = Tower(self.witness["generators"], self.letters)
        self.solved: dict[str, Ratio] = {}
        self.stated = {tree(t): rule for t, rule in self.witness.get("functions", [])}
        self.point = {name: rational(value) for name, value in said.point.items()}
        self.rules = Rules(self.tower, self.point)

    # --- verdicts ---

    def proved(self) -> tuple[Condition, ...]:
        """Show that the sides are equal, or that two equations have the same solutions."""
        self._solve_given()
        self._suppose()
        if self.said.relation == "expansion":
            if not all(map(self.tower.vanishes, self._coefficients())):
                reject("the sides differ to the order that is stated")
            self._admitted(self.point, (*self.facts, *self.conditions))
            return merged(self.conditions)
        left, right = (self.value(side) for side in (self.lhs, self.rhs))
        if self.said.relation == "equivalent":
            self._divides(left, right, self.witness["forward"])
            self._divides(right, left, self.witness["back"])
        else:
            rest = left - right
            for index, cofactor in self.witness.get("cofactors", []):
                sides = [self.value(side) for side in self.given[index]]
                rest -= self.tower.trusted(cofactor) * (sides[0] - sides[1])
            if not self.tower.vanishes(rest):
                reject("the sides do not differ by 0")
        self._admitted(self.point, (*self.facts, *self.conditions))
        return merged(self.conditions)

    def _divides(self, one: Ratio, other: Ratio, stated: Json) -> None:
        """Show one^power = cofactor * other: where `other` is 0, so is `one`."""
        power, cofactor = whole(stated[0]), stated[1]
        if not 0 < power < MOST_TERMS or not self.tower.vanishes(
            one**power - self.tower.trusted(cofactor) * other
        ):
            reject("the equations are not multiples of each other")

    def refuted(self) -> tuple[arb, arb]:
        """Show that a point is admitted, and that the sides differ there; give their balls."""
        self._solve_given()
        if self.said.relation == "expansion":
            self._suppose()
            return self._refuted_expansion()
        for precision in PRECISIONS:
            with ctx.workprec(precision):
                point = {n: rational(v) for n, v in self.said.point.items()}
                self._admitted(point, self.facts)
                left, right = (enclose(side, self._with_solved(point))
                               for side in (self.lhs, self.rhs))  # fmt: skip
                if self.said.relation == "equivalent":
                    nonzero = [not ball.contains(0) for ball in (left, right)]
                    differ = (nonzero[1] and self._vanishes(left, self.lhs)) or (
                        nonzero[0] and self._vanishes(right, self.rhs)
                    )
                else:
                    differ = not left.overlaps(right)
                if differ:
                    self._admitted(point, self.conditions)
                    return left, right
        raise Rejected("the sides are not shown to differ at the point")

    def _coefficients(self) -> list[Ratio]:
        """The coefficients of the difference of the sides that a Landau term does not allow."""
        landau = self.said.landau
        if landau is None:
            raise Rejected("no Landau term")
        name, order = landau.letter, landau.order
        sides = self._toward_zero(landau)
        one_sided = landau.to_infinity or self.letters.get(name, Interval()).low == 0
        terms = whole(self.witness["terms"])
        if not 0 < terms <= MOST_TERMS:
            reject("an expansion out of bounds")
        expander = Expander(
            self.tower, self.rules, self, self.stated, name, terms,
            one_sided=one_sided,
        )  # fmt: skip
        left, right = (expander.series(side) for side in sides)
        most = order + landau.little  # the first order that is allowed
        if min(left.end, right.end) < most:
            reject("an expansion that ends too early")
        zero = self.tower.number(Fraction(0))
        found = []
        for n in range(min(left.start, right.start), most):
            parts = [s.parts[n - s.start] if s.start <= n else zero for s in (left, right)]
            found.append(parts[0] - parts[1])
        return found

    def _toward_zero(self, landau: Landau) -> list[Tree]:
        """Give the sides with the letter that tends to 0; the trees without it must be defined."""
        name, sides = landau.letter, [self.lhs, self.rhs]
        domain = self.letters.get(name, Interval())
        if landau.to_infinity:
            sides = [put(side, name, ("over", ("number", "1"), ("letter", name))) for side in sides]
            if domain.high is not None:
                reject("a bounded letter that tends to infinity")
        elif not domain.reaches_zero():
            reject("a letter that does not tend to 0")
        for node in (x for side in sides for x in nodes(side)):
            if node[0] in _BINDERS:
                reject("a sum or derivative in an expansion")
            if not mentions(node, name):
                self.value(node)
        return sides

    def _refuted_expansion(self) -> tuple[arb, arb]:
        """Show that the first coefficient that does not vanish is not 0 at a point."""
        first = next((c for c in self._coefficients() if not self.tower.vanishes(c)), None)
        if first is None:
            raise Rejected("the sides agree to the order that is stated")
        with ctx.workprec(PRECISION):
            point = {n: rational(v) for n, v in self.said.point.items()}
            self._admitted(point, (*self.facts, *self.conditions))
            value = self.tower.enclose(first, self._with_solved(point))
        if value.contains(0):
            reject("a coefficient that may be 0 at the point")
        return value, arb(0)

    def _vanishes(self, ball: arb, side: Tree) -> bool:
        """Whether a side in a ball is exactly 0 at the point."""
        return bool(ball.is_zero()) or (ball.contains(0) and self._is_zero(side))

    def _is_zero(self, side: Tree) -> bool:
        """Whether a side is exactly 0 at the point, by rational arithmetic."""
        found = self.value(side)
        point = self.said.point
        values: dict[str | int, int | fmpz | fmpq] = {
            f"g{i}": _fmpq(point[made.name])
            for i, made in enumerate(self.tower.generators)
            if made.kind == "letter" and made.name in point
        }
        return found.num.subs(values).is_zero() and not found.den.subs(values).is_zero()

    def _admitted(self, point: Mapping[str, arb], facts: Json) -> None:
        """Show that a point is in every interval and that facts and side equations hold at it."""
        with ctx.workprec(max(ctx.prec, PRECISION)):
            point = self._with_solved(point)
            for name, value in point.items():
                if not within(value, self.letters.get(name, Interval())):
                    reject(f"{name} is not within its domain")
            for kind, stated in facts:
                value = enclose(stated, point)
                holds = value > 0 or (kind == "nonzero" and value < 0)
                if not (holds or (kind == "nonnegative" and value.is_zero())):
                    reject("an assumption or condition that fails at the point")
            for index, (left, right) in enumerate(self.given):
                away = enclose(left, point) - enclose(right, point)
                if any(entry["given"] == index for entry in self.witness.get("solved", [])):
                    continue  # defined, it holds by the value of the letter it was solved for
                if not self._vanishes(away, ("add", left, ("minus", right))):
                    reject("a side equation that fails at the point")
            if self.document["verdict"] == "proved" and self.said.relation != "expansion":
                for side in (self.lhs, self.rhs):
                    enclose(side, point)

    def _with_solved(self, point: Mapping[str, arb]) -> dict[str, arb]:
        return {**point, **{n: self.tower.enclose(v, point) for n, v in self.solved.items()}}

    # --- assumptions ---

    def _suppose(self) -> None:
        """Take the assumptions as known."""
        for kind, stated in self.facts:
            self.tower.assume(kind, self.value(stated))
        for name, value in self.solved.items():
            known = self.letters.get(name, Interval())
            if known.whole:
                reject("a whole letter that is solved for")
            for bound, sign, closed in ((known.low, 1, known.low_closed),
                                        (known.high, -1, known.high_closed)):  # fmt: skip
                if bound is not None:
                    away = (value - self.tower.number(bound)) * self.tower.number(Fraction(sign))
                    self.tower.assume("nonnegative" if closed else "positive", away)
        ranges = {x for t in self.said.trees for x in nodes(t) if x[0] in _BINDERS}
        for kind, stated in conditions(self.witness.get("conditions", [])):
            if not {x for x in nodes(stated) if x[0] in _BINDERS} <= ranges:
                reject("a condition with a sum or derivative that is not in the statement")
            self.require(kind, self.value(stated), stated)
        for left, right in self.given:
            for side in (left, right):
                self.value(side)

    def _solve_given(self) -> None:
        """Solve side equations for letters."""
        for entry in self.witness.get("solved", []):
            self._solve(self.given[entry["given"]], entry["letter"], entry["index"])

    def _solve(self, sides: tuple[Tree, Tree], letter: str, index: int) -> None:
        """Take the value of a letter from an equation that is linear in it."""
        away = (self.value(sides[0]) - self.value(sides[1])).num
        made = self.tower.generators[index]
        if made.kind != "letter" or made.name != letter or away.degrees()[index] != 1:
            reject("a side equation that is not linear in the letter")
        slope = away.derivative(index)
        rest = away.subs({f"g{index}": 0})
        one = self.tower.ring.constant(1)
        if any(self._mentions(g.of, index) for g in self.tower.generators):
            reject("a letter that is solved for inside of a generator")
        if not any(self.tower.is_nonzero(Ratio(poly, one)) for poly in (slope, rest)):
            reject("a side equation that does not determine the letter")
        found = Ratio.make(-rest, slope)
        for name, value in self.solved.items():
            den = self.tower.put(Ratio(value.den, one), index, found)
            self.require("nonzero", den, self.tower.tree(den))
            self.solved[name] = self.tower.put(Ratio(value.num, one), index, found) / den
        self.solved[letter] = found
        self.values.clear()

    def _mentions(self, ratios: Json, index: int) -> bool:
        return any(p.degrees()[index] for r in ratios for p in (r.num, r.den))

    def require(self, kind: str, ratio: Ratio, stated: Tree) -> None:
        """See to it that a quotient is positive, nonnegative or nonzero; else assume it."""
        parts = parts_of(kind, stated)
        if parts is not None:
            for part_kind, part in parts:
                self.require(part_kind, self.value(part), part)
            self.tower.assume(kind, ratio)
            return
        if self.knows(kind, ratio):
            return
        if any(mentions(stated, name) for name in self.bound):
            reject("a condition on the letter of a sum")
        self.conditions.append((kind, stated))
        self.tower.assume(kind, ratio)

    def knows(self, kind: str, ratio: Ratio) -> bool:
        """Whether a quotient is shown to be positive, nonnegative or nonzero."""
        if kind == "nonzero":
            return self.tower.is_nonzero(ratio)
        sign = self.tower.sign(ratio)
        return sign is not None and sign[0] >= 0 and (sign[1] or kind == "nonnegative")

    # --- values ---

    def value(self, node: Tree) -> Ratio:
        """Give a tree in generators, and require what it needs to be defined."""
        found = self.values.get(node)
        if found is None:
            found = self.values[node] = self._value(node)
        return found

    def _value(self, node: Tree) -> Ratio:  # noqa: C901, PLR0911 - all cases
        head, *parts = node
        rule = self.stated.get(node, {})
        if head == "number":
            return self.tower.number(fraction(parts[0]))
        if head in {"letter", "pi"}:
            return self._letter(head, parts[0] if parts else "")
        if head in {"sum", "product"}:
            return self._over_range(node, rule)
        if head == "diff":
            return self._derivative(*parts)
        if head == "power" and parts[1][0] == "number":
            return self._power(parts[0], fraction(parts[1][1]), rule)
        if head == "power":
            return self._general_power(parts[0], parts[1], rule)
        values = [self.value(part) for part in parts]
        if head == "minus":
            return -values[0]
        if head == "over":
            self.require("nonzero", values[1], parts[1])
            return values[0] / values[1]
        if head in {"add", "times"}:
            total = values[0]
            for other in values[1:]:
                total = total + other if head == "add" else total * other
            return total
        return self._function(head, parts[0], values[0], rule)

    def _letter(self, kind: str, name: str) -> Ratio:
        if name in self.solved:
            return self.solved[name]
        for index, made in enumerate(self.tower.generators):
            if made.kind == kind and made.name == name:
                return self.tower.gen(index)
        raise Rejected(f"no generator for {name or kind}")

    def _function(self, head: str, stated: Tree, argument: Ratio, rule: Json) -> Ratio:
        if head == "exp":
            return self.rules.exp(argument, rule)
        if head == "log":
            self.require("positive", argument, stated)
            return self.rules.log(argument, rule)
        if head in {"cos", "sin"}:
            return self.rules.circle(argument, rule)[head == "sin"]
        if head == "factorial":
            if not self.tower.is_whole(argument):
                reject("the factorial of what may not be whole")
            self.require("nonnegative", argument, stated)
            return self.rules.factorial(argument, rule)
        across = self.tower.one
        if head == "arcsin":
            square = self.tower.one - argument * argument
            self.require("nonnegative", square, self.tower.tree(square))
            across = self.rules.root(square, Fraction(1, 2), {"is": rule["beside"]})
        elif head != "arctan":
            reject(f"an unknown function: {head}")
        exact = (head, stated)
        return self.rules.angle(
            across, argument, lambda: enclose(exact, self._with_solved(self.point)), rule
        )

    def _power(self, base: Tree, exponent: Fraction, rule: Json) -> Ratio:
        value = self.value(base)
        if exponent < 0:
            self.require("nonzero", value, base)
        if exponent.denominator == 1:
            if abs(exponent) * (1 + int(value.num.total_degree())) > 10**6:
                reject("a power out of bounds")
            return value ** int(exponent)
        if exponent.denominator % 2 == 0:
            self.require("nonnegative", value, base)
        return self.rules.root(value, exponent, rule)

    def _general_power(self, base: Tree, exponent: Tree, rule: Json) -> Ratio:
        value, times = self.value(base), self.value(exponent)
        if "factors" in rule:
            if not self.tower.is_whole(times):
                reject("an exponent that may not be whole")
            sign = self.tower.sign(times)
            if sign is None or sign[0] < 0:
                self.require("nonzero", value, base)
            return self.rules.whole(value, times, rule)
        self.require("positive", value, base)
        return self.rules.exp(times * self.value(("log", base)), rule)

    def _derivative(self, body: Tree, name: str) -> Ratio:
        """Differentiate where the body is defined and the derivative is."""
        self.said.require_free(name)
        self.value(body)
        return self.value(derivative(body, name))

    def _over_range(self, node: Tree, rule: Json) -> Ratio:
        """A sum of F(k+1) - F(k), or a product of F(k+1) / F(k): F at its ends alone."""
        head, _, name, low, high = node
        start, stop = self.value(low), self.value(high)
        if not (self.tower.is_whole(start) and self.tower.is_whole(stop)):
            reject("limits that may not be whole")
        one = self.tower.one
        length: Tree = ("add", high, ("minus", low), ("number", "1"))
        self.require("nonnegative", stop - start + one, length)
        stated = tree(rule["antidifference"])
        if any(inner[0] in _BINDERS for inner in nodes(stated)):
            reject("an antidifference with a sum or derivative in it")
        self._check_step(node, stated)
        after: Tree = ("add", high, ("number", "1"))
        first, last = (self.value(put(stated, name, end)) for end in (low, after))
        if head == "sum":
            return last - first
        self.require("nonzero", first, put(stated, name, low))
        return last / first

    def _check_step(self, node: Tree, stated: Tree) -> None:
        """Show F(k+1) - F(k) = f(k), or F(k+1) = F(k) f(k), for low <= k <= high."""
        head, body, name, low, high = node
        tower = self.tower
        saved = (dict(tower.signs), list(tower.products), set(tower.nonzero), set(tower.legal))
        values = dict(self.values)
        first, last = (Fraction(e[1]) if e[0] == "number" else None for e in (low, high))
        self.letters[name] = Interval(first, last, low_closed=True, high_closed=True, whole=True)
        tower.forget()
        self.bound.append(name)
        k: Tree = ("letter", name)
        index = self.value(k)
        tower.assume("nonnegative", index - self.value(low))
        tower.assume("nonnegative", self.value(high) - index)
        here = self.value(stated)
        there = self.value(put(stated, name, ("add", k, ("number", "1"))))
        step = self.value(body)
        if head == "product":
            if not tower.is_nonzero(here):
                reject("a product of what may be 0")
            step *= here
            here = tower.number(Fraction(0))
        if not tower.vanishes(there - here - step):
            reject("not the antidifference")
        self.bound.pop()
        # What holds because k is within its range does not hold where the range is empty.
        tower.signs, tower.products, tower.nonzero, tower.legal = saved
        self.values = values
        del self.letters[name]  # a bound letter is no other letter
        tower.forget()
        for condition, stated_condition in self.conditions:
            tower.assume(condition, self.value(stated_condition))


def _fmpq(text: str) -> fmpq:
    value = fraction(text)
    return fmpq(value.numerator, value.denominator)
