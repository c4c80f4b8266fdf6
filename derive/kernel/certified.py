"""Verdicts on statements of elementary algebra: given to what `derive.recheck` accepts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb

from derive.kernel.verdict import Condition, Counterexample, Proved, Refuted, Verdict, Witness
from derive.language import terms as t
from derive.recheck import Rejected, recheck, refutation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from derive.recheck.balls import Tree

_DIGITS = 15
_MOST_DIGITS = 4000
_MOST_WHOLE = 10**30
_LARGE = 10**_MOST_DIGITS  # Python does not write out integers of 4300 digits
_UNDEFINED = "undefined"
_LARGE = 10**_MOST_DIGITS  # Python does not write out integers of 4300 digits
_COEFFICIENT = "the first coefficient in which the series of the two sides differ, against 0"
_DIFFERENCES = "left side less right side, of each equation"


def certified(document: Mapping[str, Any]) -> Verdict | str:
    """Give the verdict that a document shows, or why it is rejected."""
    try:
        if document["verdict"] == "proved":
            conditions = tuple(condition(*found) for found in recheck(document))
            method = "series" if document["relation"] == "expansion" else "normal form"
            return Proved(method, Witness(), conditions)
        left, right = refutation(document)
    except Rejected as reason:
        return str(reason)
    point, relation = dict(document["point"]), document["relation"]
    if relation == "expansion":
        values = [_digits(ball, left, right) for ball in (left, right)]
        return Refuted("series", Counterexample(point, values[0], values[1], _COEFFICIENT))
    pairs = ((document["lhs"], left), (document["rhs"], right))
    shown = [None if ball.is_integer() else _exact(tree, point) for tree, ball in pairs]
    values = [_digits(ball, left, right) if value is None else str(value)
              for value, (_, ball) in zip(shown, pairs, strict=True)]  # fmt: skip
    note = _DIFFERENCES if relation == "equivalent" else ""
    return Refuted("values at a point", Counterexample(point, values[0], values[1], note))


def condition(kind: str, tree: Tree) -> Condition:
    """Give a condition of `derive.recheck` as one of a verdict."""
    return Condition(kind, decoded(tree), kind)


def _digits(ball: arb, left: arb, right: arb) -> str:
    """Write a ball with as many digits as tell the two sides apart."""
    if ball.is_nan():
        return _UNDEFINED
    if ball.is_exact() and ball.is_integer() and abs(ball) < _MOST_WHOLE:
        return str(ball.unique_fmpz())
    digits = _DIGITS
    while digits < _MOST_DIGITS and arb(left.str(digits)).overlaps(arb(right.str(digits))):
        digits *= 2
    return str(ball.str(digits))


def _exact(  # noqa: PLR0911 - all cases
    tree: Tree, point: Mapping[str, str]
) -> Fraction | None:
    """The value of a tree of rational arithmetic at a point, or None; it may be too large."""
    head, *parts = tree
    if head == "number":
        return Fraction(parts[0])
    if head == "letter":
        return Fraction(point[parts[0]]) if parts[0] in point else None
    if head not in {"add", "times", "minus", "over", "power"}:
        return None
    values = [_exact(part, point) for part in parts]
    if any(value is None for value in values):
        return None
    first, *rest = (Fraction(value) for value in values if value is not None)
    for value in rest:
        if head == "power" and (value.denominator > 1 or abs(value) > 64):
            return None
        if (head == "over" and not value) or (head == "power" and value < 0 and not first):
            return None
        first = Fraction(_ARITHMETIC[head](first, value))
        if max(abs(first.numerator), first.denominator) >= _LARGE:
            return None
    return -first if head == "minus" else first


_ARITHMETIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda a, b: a + b,
    "times": lambda a, b: a * b,
    "over": lambda a, b: a / b,
    "power": lambda a, b: a ** int(b),
}


def decoded(tree: Tree) -> t.Term:
    """Give a tree of `derive.recheck` as a term."""
    head, *parts = tree
    match head:
        case "number":
            value = Fraction(parts[0])
            top, below = t.term(value.numerator), value.denominator
            return top if below == 1 else top / below
        case "letter":
            return t.Sym(parts[0].replace("#", "\\#") if "#" in parts[0] else parts[0])
        case "pi":
            return t.PI
        case "diff":
            return t.Diff(decoded(parts[0]), t.Sym(parts[1]))
        case "sum" | "product":
            name = parts[1].partition("#")[0]
            body, low, high = (decoded(_renamed(parts[i], parts[1], name)) for i in (0, 2, 3))
            kind = t.FiniteSum if head == "sum" else t.FiniteProduct
            return kind(body, t.Sym(name), low, high)
        case _:
            return _BUILDERS[head](*map(decoded, parts))


def _renamed(tree: Tree, old: str, new: str) -> Tree:
    if tree == ("letter", old):
        return ("letter", new)
    return tuple(_renamed(part, old, new) if isinstance(part, tuple) else part for part in tree)


def _power(base: t.Term, exponent: t.Term) -> t.Term:
    return t.sqrt(base) if exponent == t.term(1) / 2 else t.Pow(base, exponent)


_BUILDERS: Mapping[str, Callable[..., t.Term]] = {
    "add": t.add,
    "times": t.mul,
    "minus": t.Neg,
    "over": t.Div,
    "power": _power,
    "exp": lambda u: t.Fun("exp", u),
    "log": lambda u: t.Fun("log", u),
    "sin": lambda u: t.Fun("sin", u),
    "cos": lambda u: t.Fun("cos", u),
    "arctan": lambda u: t.Fun("arctan", u),
    "arcsin": lambda u: t.Fun("arcsin", u),
    "factorial": t.Factorial,
}
