"""Trees in generators: the walk over a statement, with what must hold for it to be defined.

Every condition that is not derived from the assumptions is noted and reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.recheck.balls import (
    BINDERS,
    Json,
    Tree,
    derivative,
    enclose,
    evaluated,
    is_even_root,
    mentions,
    nodes,
    rational,
    require_no_root_inside,
)
from derive.recheck.elements import Interval, Ratio, Rejected, fraction, reject
from derive.recheck.rules import Rules
from derive.recheck.statement import (
    MOST_TERMS,
    Condition,
    Statement,
    conditions,
    parts_of,
    put,
    tree,
)
from derive.recheck.towers import Tower

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flint import arb


@dataclass
class Valued:
    """A document with the values of its trees, as far as they are computed."""

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

    # --- assumptions ---

    def with_solved(self, point: Mapping[str, arb]) -> dict[str, arb]:
        """Give a point with the values of the letters that were solved for."""
        return {**point, **{n: self.tower.enclose(v, point) for n, v in self.solved.items()}}

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
        self._suppose_conditions()
        for left, right in self.given:
            for side in (left, right):
                self.value(side)

    def _suppose_conditions(self) -> None:
        """Take the conditions that a witness adds as known, and report them."""
        ranges = {x for t in self.said.trees for x in nodes(t) if x[0] in BINDERS}
        for kind, stated in conditions(self.witness.get("conditions", [])):
            if not {x for x in nodes(stated) if x[0] in BINDERS} <= ranges:
                reject("a condition with a sum or derivative that is not in the statement")
            if self.said.landau is not None and mentions(stated, self.said.landau.letter):
                reject("a condition on the letter that varies")
            self.require(kind, self.value(stated), stated)

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
        return any(p.degrees()[index] > 0 for r in ratios for p in (r.num, r.den))

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
            across, argument, lambda: enclose(exact, self.with_solved(self.point)), rule
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
        for node in evaluated(body):  # around the point, not at the point alone
            require_no_root_inside(node, name)
            if is_even_root(node) and mentions(node, name):
                self.require("positive", self.value(node[1]), node[1])
        return self.value(derivative(body, name))

    def _over_range(self, node: Tree, rule: Json) -> Ratio:
        """A sum of F(k+1) - F(k), or a product of F(k+1) / F(k): F at its ends alone."""
        head, body, name, low, high = node
        if low[0] == high[0] == "number" and "antidifference" not in rule:
            return self._written_out(head, body, name, fraction(low[1]), fraction(high[1]))
        start, stop = self.value(low), self.value(high)
        if not (self.tower.is_whole(start) and self.tower.is_whole(stop)):
            reject("limits that may not be whole")
        one = self.tower.one
        length: Tree = ("add", high, ("minus", low), ("number", "1"))
        self.require("nonnegative", stop - start + one, length)
        stated = tree(rule["antidifference"])
        if any(inner[0] in BINDERS for inner in nodes(stated)):
            reject("an antidifference with a sum or derivative in it")
        self._check_step(node, stated)
        after: Tree = ("add", high, ("number", "1"))
        first, last = (self.value(put(stated, name, end)) for end in (low, after))
        if head == "sum":
            return last - first
        self.require("nonzero", first, put(stated, name, low))
        return last / first

    def _written_out(
        self, head: str, body: Tree, name: str, first: Fraction, last: Fraction
    ) -> Ratio:
        """A sum or product between numbers, term by term."""
        count = last - first + 1
        if first.denominator > 1 or count.denominator > 1 or not 0 <= count <= MOST_TERMS:
            reject("limits that are not whole, or far apart")
        total = self.tower.number(Fraction(head == "product"))
        for k in range(int(count)):
            term = self.value(put(body, name, ("number", str(first + k))))
            total = total + term if head == "sum" else total * term
        return total

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
