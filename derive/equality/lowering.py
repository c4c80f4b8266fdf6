"""From trees to quotients: the walk, and what each function is worth in generators.

Every value of a function is noted with the rule by which `derive.recheck` finds it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.equality import circle, exponents, roots
from derive.equality.calculus import derivative
from derive.equality.counting import antidifference, factorial, written_out
from derive.equality.encode import ONE, Tree, exact, number, put
from derive.equality.field import Unsupported

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from derive.equality.field import Field
    from derive.equality.quotients import Quotient

_MOST_DEGREE = 20_000


class Lowering:
    """The values of the trees of one statement in one field.

    whole:  the letters that stand for whole numbers.
    solved: the values of letters that side equations were solved for.
    rules:  what is told to whoever checks, by the tree of a function.
    """

    def __init__(self, field: Field, letters: Sequence[str], whole: frozenset[str]) -> None:
        self.field = field
        self.whole = set(whole)
        self.solved: dict[str, Quotient] = {}
        self.rules: dict[Tree, dict[str, Any]] = {}
        self.angles: list[circle.Angle] = []
        self._memo: dict[Tree, Quotient] = {}
        for name in letters:
            field.index("letter", name)

    def value(self, tree: Tree) -> Quotient:
        """Give a tree in generators.

        Raises:
            Unsupported: there is no way to, or it is too large.
            ZeroDivisionError: a divisor is 0 for all values of the letters.
            field.Again: the field must be built anew, with another shape.
        """
        found = self._memo.get(tree)
        if found is None:
            found = self._memo[tree] = self.field.reduced(self._value(tree))
        return found

    def forget(self) -> None:
        """Lower again what was lowered: a letter has a value now."""
        self._memo.clear()

    def _value(self, tree: Tree) -> Quotient:  # noqa: C901, PLR0911, PLR0912 - all cases
        field = self.field
        match tree:
            case ("number", text):
                return field.number(exact(text))
            case ("letter", name):
                return self.solved.get(name) or field.gen(field.index("letter", name))
            case ("pi",):
                return field.gen(field.index("pi"))
            case ("add", first, *rest):
                total = self.value(first)
                for part in rest:
                    total = total + self.value(part)
                return total
            case ("times", first, *rest):
                total = self.value(first)
                for part in rest:
                    total = total * self.value(part)
                return total
            case ("minus", part):
                return -self.value(part)
            case ("over", num, den):
                return self.value(num) / self.value(den)
            case ("power", base, ("number", text)):
                return self._power(tree, base, exact(text))
            case ("power", base, exponent):
                return self._general_power(tree, base, exponent)
            case ("diff", body, name):
                self.value(body)
                return self.value(derivative(body, name))
            case ("sum" | "product", *_):
                return self._over_range(tree)
            case (name, part):
                return self._function(tree, name, self.value(part))
            case _:
                raise Unsupported(f"no value of a tree that begins with {tree[0]}")

    def by(self, tree: Tree, value: Quotient, **rule: object) -> Quotient:
        """Note the rule that gives a value."""
        self.rules[tree] = rule
        return value

    def _function(self, tree: Tree, name: str, argument: Quotient) -> Quotient:
        match name:
            case "exp":
                value, rule = exponents.exponential(self, argument)
            case "log":
                value, rule = exponents.logarithm(self, argument)
            case "sin" | "cos":
                cosine, sine, rule = circle.point(self, argument)
                value = sine if name == "sin" else cosine
            case "arctan" | "arcsin":
                value, rule = circle.inverse(self, name, argument)
            case "factorial":
                value, rule = factorial(self, argument)
            case _:
                raise Unsupported(f"no rule for {name}")
        return self.by(tree, value, **rule)

    def _power(self, tree: Tree, base: Tree, exponent: Fraction) -> Quotient:
        value = self.value(base)
        if exponent.denominator == 1:
            size = sum(map(int, (value.num.total_degree(), value.den.total_degree())))
            if abs(exponent) * max(size, 1) * len(value.num) > _MOST_DEGREE:
                raise Unsupported("a power too high to expand")
            return value ** int(exponent)
        found = roots.root(self, value, exponent)
        return self.by(tree, found, **{"is": found})

    def _general_power(self, tree: Tree, base: Tree, exponent: Tree) -> Quotient:
        value, times = self.value(base), self.value(exponent)
        if exponents.is_whole(self, times):
            found, rule = exponents.whole_power(self, value, times)
        else:
            found, rule = exponents.exponential(self, times * self.value(("log", base)))
        return self.by(tree, found, **rule)

    def _over_range(self, tree: Tree) -> Quotient:
        head, body, name, low, high = tree
        terms = written_out(body, name, low, high)
        if terms is not None:
            parts: Tree = (
                "add" if head == "sum" else "times",
                number(int(head == "product")),
                *terms,
            )
            return self.by(tree, self.value(parts))
        self.whole.add(name)
        stated = antidifference(self, tree)
        after: Tree = ("add", high, ONE)
        k: Tree = ("letter", name)
        # What the check will need of the summand and of each step, too.
        for inner in (body, stated, put(stated, name, ("add", k, ONE))):
            self.value(inner)
        first, last = (self.value(put(stated, name, end)) for end in (low, after))
        value = last - first if head == "sum" else last / first
        return self.by(tree, value, antidifference=stated)
