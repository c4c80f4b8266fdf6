"""What a tree is worth at a point: a ball of real numbers that contains it.

A tree is a statement's side in a small core language, nested tuples as they stand in JSON:
`("add", ("letter", "x"), ("number", "1/2"))`.  Heads: number, letter, pi, add, times, minus,
over, power, exp, log, sin, cos, arctan, arcsin, factorial, sum, product, diff.

Source: Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic
(IEEE Trans. Comput. 66, 2017).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from flint import arb, fmpq

from derive.recheck.elements import fraction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Tree: TypeAlias = tuple[Any, ...]
Json: TypeAlias = Any  # a member of a document, not yet validated
BINDERS = frozenset({"sum", "product", "diff"})
MOST_TERMS = 2000  # of a sum that is added up
MOST_FACTORIAL = 20_000
MOST_WHOLE = 10**15
MOST_TREES = 200_000  # that are enclosed for one value
MOST_NODES = 20_000  # of a derivative


class Undefined(Exception):
    """A tree has no real value at a point, or none that can be enclosed."""


def enclose(tree: Tree, point: Mapping[str, arb], spent: list[int] | None = None) -> arb:
    """Enclose the value of a tree where letters have these values.  Raises Undefined.

    spent: how many trees were enclosed so far, counted in its only member.
    """
    head, *parts = tree
    spent = [0] if spent is None else spent
    spent[0] += 1
    if spent[0] > MOST_TREES:
        raise Undefined("a value that takes too long to enclose")
    if head == "number":
        return rational(parts[0])
    if head == "letter":
        return point[parts[0]]
    if head in {"sum", "product"}:
        return _over_range(head, tree, point, spent)
    if head == "diff":
        return _derived(tree, point, spent)
    if head == "power" and parts[1][0] == "number":
        return _power(enclose(parts[0], point, spent), Fraction(parts[1][1]))
    values = [enclose(part, point, spent) for part in parts]
    found = _OPERATIONS[head](*values)
    if not found.is_finite():
        raise Undefined(head)
    return found


def rational(text: str) -> arb:
    """Enclose a number written as p or p/q."""
    value = fraction(text)
    return arb(fmpq(value.numerator, value.denominator))


def _add(*values: arb) -> arb:
    return sum(values, arb(0))


def _times(*values: arb) -> arb:
    total = arb(1)
    for value in values:
        total *= value
    return total


def _over(num: arb, den: arb) -> arb:
    if den.contains(0):
        raise Undefined("a division by what may be 0")
    return num / den


def _log(value: arb) -> arb:
    if not value > 0:
        raise Undefined("the logarithm of what may not be positive")
    return value.log()


def _arcsin(value: arb) -> arb:
    if not (value >= -1 and value <= 1):
        raise Undefined("the arcsine of what may be outside [-1, 1]")
    return value.asin()


def _power(base: arb, exponent: Fraction) -> arb:
    """Raise to a rational power; an odd root of a negative number is negative."""
    top, degree = exponent.numerator, exponent.denominator
    if degree > 1 and base.is_zero():
        root = base
    elif base > 0 or degree == 1:
        root = base if degree == 1 else base.root(degree)
    elif base < 0 and degree % 2:
        root = -((-base).root(degree))
    else:
        raise Undefined("a root of what may be negative")
    value = root**top if top >= 0 else _over(arb(1), root**-top)
    if not value.is_finite():
        raise Undefined("a power out of bounds")
    return value


def _general_power(base: arb, exponent: arb) -> arb:
    whole = _whole(exponent)
    if whole is not None:
        return _power(base, Fraction(whole))
    return (exponent * _log(base)).exp()


def _factorial(value: arb) -> arb:
    whole = _whole(value)
    if whole is None or not 0 <= whole <= MOST_FACTORIAL:
        raise Undefined("the factorial of what is no small whole number")
    return arb.fac_ui(whole)


def _whole(value: arb) -> int | None:
    """The whole number that a ball is, if it is not too large to be written down."""
    if not (value.is_exact() and value.is_integer() and abs(value) < MOST_WHOLE):
        return None
    return int(value.unique_fmpz() or 0)


def _over_range(head: str, tree: Tree, point: Mapping[str, arb], spent: list[int]) -> arb:
    _, body, name, low, high = tree
    first, last = (enclose(limit, point, spent) for limit in (low, high))
    start, stop = _whole(first), _whole(last)
    if start is None or stop is None:
        raise Undefined("limits that are not whole")
    if not start - 1 <= stop < start + MOST_TERMS:
        raise Undefined("a range that is too long, or runs backwards")
    values = [enclose(body, {**point, name: arb(k)}, spent) for k in range(start, stop + 1)]
    return _add(*values) if head == "sum" else _times(*values)


def _derived(tree: Tree, point: Mapping[str, arb], spent: list[int]) -> arb:
    _, body, name = tree
    enclose(body, point, spent)  # it must be defined there itself, and around the point
    for node in evaluated(body):
        if is_even_root(node) and not enclose(node[1], point, spent) > 0:
            raise Undefined("a derivative where a root may end")
        require_no_root_inside(node, name)
    return enclose(derivative(body, name), point, spent)


_OPERATIONS: Mapping[str, Callable[..., arb]] = {
    "pi": arb.pi,
    "add": _add,
    "times": _times,
    "minus": lambda value: -value,
    "over": _over,
    "power": _general_power,
    "exp": arb.exp,
    "log": _log,
    "sin": arb.sin,
    "cos": arb.cos,
    "arctan": arb.atan,
    "arcsin": _arcsin,
    "factorial": _factorial,
}

# --- trees ---


def nodes(node: Tree) -> list[Tree]:
    """Give a tree and all trees in it."""
    found = [node]
    for inner in found:  # it grows while it is walked through
        found += [part for part in inner if isinstance(part, tuple)]
    return found


def evaluated(node: Tree) -> list[Tree]:
    """Give a tree and the trees in it whose values enter: of a sum its limits alone."""
    inner = node[3:] if node[0] in BINDERS else node[1:]
    return [node, *(x for part in inner if isinstance(part, tuple) for x in evaluated(part))]


def require_no_root_inside(node: Tree, name: str) -> None:
    """Refuse a sum or product to differentiate with a root of the letter in each term."""
    inside = node[0] in BINDERS and mentions(node[1], name)
    if inside and any(map(is_even_root, nodes(node[1]))):
        raise Undefined("a derivative of a sum of roots")


def is_even_root(node: Tree) -> bool:
    """Whether a tree is a broken power that is defined from 0 on alone."""
    return (
        node[0] == "power" and node[2][0] == "number" and fraction(node[2][1]).denominator % 2 == 0
    )


# --- derivatives ---

ZERO, ONE = ("number", "0"), ("number", "1")


def derivative(tree: Tree, name: str) -> Tree:  # noqa: PLR0911 - all cases
    """Differentiate a tree in a letter.  Raises Undefined where no rule applies."""
    head, *parts = tree
    if not mentions(tree, name):
        return ZERO
    if head == "letter":
        return ONE
    if head in {"add", "minus"}:
        return (head, *(derivative(part, name) for part in parts))
    if head == "times":
        each = range(len(parts))
        return _bounded(("add", *(
            ("times", *(derivative(p, name) if i == j else p for j, p in enumerate(parts)))
            for i in each
        )))  # fmt: skip
    if head == "diff":
        return derivative(derivative(parts[0], parts[1]), name)
    if head == "sum" and name != parts[1] and not any(mentions(x, name) for x in parts[2:]):
        return ("sum", derivative(parts[0], name), *parts[1:])
    if head == "power" and mentions(parts[1], name):
        inner = ("times", parts[1], ("log", parts[0]))
        return ("times", tree, derivative(inner, name))
    rule = _CHAIN.get(head)
    if rule is None or head in {"sum", "product"}:
        raise Undefined(f"no derivative of {head}")
    slopes = [derivative(part, name) for part in parts]
    return _bounded(rule(tree, *parts, *slopes))


def _bounded(tree: Tree) -> Tree:
    """Refuse a derivative that has grown out of bounds."""
    pending, count = [tree], 0
    while pending:
        count += 1
        if count > MOST_NODES:
            raise Undefined("a derivative that is too large")
        pending += [part for part in pending.pop() if isinstance(part, tuple)]
    return tree


def mentions(tree: Tree, name: str) -> bool:
    """Whether a letter occurs in a tree."""
    return tree == ("letter", name) or any(
        isinstance(part, tuple) and mentions(part, name) for part in tree
    )


def _power_rule(_whole: Tree, base: Tree, exponent: Tree, slope: Tree, _none: Tree) -> Tree:
    if exponent[0] == "number":
        if Fraction(exponent[1]) in {0, 1}:
            return slope if Fraction(exponent[1]) else ZERO
        lowered: Tree = ("number", str(Fraction(exponent[1]) - 1))
    else:
        lowered = ("add", exponent, ("number", "-1"))
    return ("times", exponent, ("power", base, lowered), slope)


def _quotient_rule(_whole: Tree, u: Tree, v: Tree, du: Tree, dv: Tree) -> Tree:
    above = ("add", ("times", du, v), ("minus", ("times", u, dv)))
    return ("over", above, ("times", v, v))


def _one_and(u: Tree, sign: str) -> Tree:
    square = ("times", u, u)
    return ("add", ONE, square if sign == "+" else ("minus", square))


_CHAIN: Mapping[str, Callable[..., Tree]] = {
    "power": _power_rule,
    "over": _quotient_rule,
    "exp": lambda whole, _u, du: ("times", whole, du),
    "log": lambda _whole, u, du: ("over", du, u),
    "sin": lambda _whole, u, du: ("times", ("cos", u), du),
    "cos": lambda _whole, u, du: ("minus", ("times", ("sin", u), du)),
    "arctan": lambda _whole, u, du: ("over", du, _one_and(u, "+")),
    "arcsin": lambda _whole, u, du: ("over", du, ("power", _one_and(u, "-"), ("number", "1/2"))),
}
