"""Documents of decisions, damaged at one place, and what they then say in numbers."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpmath import mp
from real_values import DIGITS, FEW, SAME, Undefined, applied, divided, power

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

Document = dict[str, Any]
Tree = Any  # nested lists or tuples, a head first
_DAMAGED = ("lhs", "rhs", "assume", "letters", "witness", "point")


def tree_value(tree: Tree, env: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - all cases
    """The value of a tree at a point.  Raises Undefined."""
    head, *parts = tree
    if head == "number":
        return _rational(parts[0])
    if head == "letter":
        return env[parts[0]]
    if head == "pi":
        return +mp.pi
    if head == "power" and parts[1][0] == "number":
        return _rational_power(tree_value(parts[0], env), Fraction(parts[1][1]))
    values = [tree_value(part, env) for part in parts]
    match head:
        case "add":
            return mp.fsum(values)
        case "times":
            return mp.fprod(values)
        case "minus":
            return -values[0]
        case "over":
            return divided(*values)
        case "power":
            return power(*values)
        case _:
            return applied(head, values[0])


def _rational(text: str) -> Any:
    number = Fraction(text)
    return mp.mpf(number.numerator) / number.denominator


def _rational_power(base: Any, exponent: Fraction) -> Any:
    """Odd roots of negative numbers are negative."""
    if base < -SAME and exponent.denominator % 2:
        sign = -1 if exponent.numerator % 2 else 1
        return sign * power(-base, _rational(str(exponent)))
    return power(base, _rational(str(exponent)))


def _leaves(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The places of all numbers: bare ones, and those that are written as text."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from _leaves(inner, (*path, index))
    elif not isinstance(node, bool) and (isinstance(node, int) or _is_number(node)):
        yield path


def _is_number(text: Any) -> bool:
    try:
        Fraction(text)
    except (ValueError, TypeError, ZeroDivisionError):
        return False
    return True


def damaged(document: Document, random: Random) -> Document | None:
    """Change one number somewhere; None where there is none."""
    copy: Document = json.loads(json.dumps(document))
    places = [p for key in _DAMAGED if key in copy for p in _leaves(copy[key], (key,))]
    if not places:
        return None
    *way, last = random.choice(places)
    node: Any = copy
    for step in way:
        node = node[step]
    old = node[last]
    change = random.choice((1, -1, 2))
    node[last] = old + change if isinstance(old, int) else str(Fraction(old) + change)
    return copy


def _names(tree: Tree) -> set[str]:
    if tree[0] == "letter":
        return {tree[1]}
    return {name for part in tree[1:] if isinstance(part, (list, tuple)) for name in _names(part)}


def _drawn(interval: Mapping[str, Any], random: Random) -> Any:
    low, high = interval.get("low"), interval.get("high")
    if interval.get("whole"):
        first = 0 if low is None else -(-Fraction(low) // 1)
        last = first + 5 if high is None else Fraction(high) // 1
        return mp.mpf(random.randint(int(first), max(int(first), int(last))))
    start = Fraction(low) if low is not None else Fraction(high if high is not None else 3) - 6
    end = Fraction(high) if high is not None else start + 6
    return _rational(str(start + (end - start) * Fraction(random.randint(1, 1023), 1024)))


def _holds(conditions: Sequence[tuple[str, Tree]], env: Mapping[str, Any]) -> bool:
    for kind, tree in conditions:
        number = tree_value(tree, env)
        if not (number > SAME or (kind == "nonzero" and number < -SAME)):
            return False
    return True


def is_false(document: Document, conditions: Sequence[tuple[str, Tree]], random: Random) -> bool:
    """Whether numbers contradict what a document says; conditions: those of its proof."""
    with mp.workdps(DIGITS):
        if document["verdict"] == "refuted":
            return not _differ(document, {n: _rational(x) for n, x in document["point"].items()})
        trees = (document["lhs"], document["rhs"])
        assumed = [*document.get("assume", ()), *conditions]
        names = sorted({n for t in (*trees, *(t for _, t in assumed)) for n in _names(t)})
        letters = document.get("letters", {})
        for _ in range(20 * FEW):
            env = {name: _drawn(letters.get(name, {}), random) for name in names}
            try:
                if _holds(assumed, env) and _differ(document, env):
                    return True
            except (Undefined, OverflowError):
                continue
        return False


def _differ(document: Document, env: Mapping[str, Any]) -> bool:
    left, right = (tree_value(document[side], env) for side in ("lhs", "rhs"))
    size = max(abs(left), abs(right))
    return bool(size < mp.mpf(10) ** 25 and abs(left - right) > SAME * max(1, size))
