"""Documents of decisions, damaged at one place, and what they then say in numbers."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpmath import findroot, im, isint, mp
from real_values import DIGITS, FEW, SAME, Undefined, applied, divided, power, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

Document = dict[str, Any]
Tree = Any  # nested lists or tuples, a head first
MOST = 10_000  # factors of a factorial, terms of a sum
_DAMAGED = ("lhs", "rhs", "assume", "given", "letters", "witness", "landau")


def tree_value(tree: Tree, env: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0911 - all cases
    """The value of a tree at a point.  Raises Undefined."""
    head, *parts = tree
    if head == "number":
        return _rational(parts[0])
    if head == "letter":
        return env[parts[0]]
    if head == "pi":
        return +mp.pi
    if head in {"sum", "product", "diff"}:
        return _bound_value(tree, env)
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
        case "factorial":
            within(isint(values[0]) and 0 <= values[0] < MOST)
            return mp.factorial(int(values[0]))
        case _:
            return applied(head, values[0])


def _bound_value(tree: Tree, env: Mapping[str, Any]) -> Any:
    """A sum or product over whole numbers, or a derivative."""
    head, body, name, *limits = tree
    if head == "diff":
        return mp.diff(lambda number: tree_value(body, {**env, name: number}), env[name])
    low, high = (tree_value(limit, env) for limit in limits)
    within(isint(low) and isint(high) and low - 1 <= high < low + MOST)
    each = [tree_value(body, {**env, name: mp.mpf(k)}) for k in range(int(low), int(high) + 1)]
    return mp.fsum(each) if head == "sum" else mp.fprod(each)


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
    if document["relation"] == "expansion":
        return _is_false_expansion(document, conditions, random)
    differ = _solutions_differ if document["relation"] == "equivalent" else _differ
    refuted = document["verdict"] == "refuted"
    with mp.workdps(5 * DIGITS if refuted else DIGITS):
        if refuted:
            env = {name: _rational(number) for name, number in document["point"].items()}
            try:
                return len(document["given"]) == 0 and not differ(document, env, random)
            except Undefined:  # a side of an equation without a value has no solution there
                return False
        assumed = [*document["assume"], *conditions]
        for _ in range(20 * FEW):
            try:
                env = _drawn_point(document, assumed, random)
                if _holds(assumed, env) and differ(document, env, random):
                    return True
            except (Undefined, OverflowError, KeyError):
                continue
        return False


def _is_false_expansion(
    document: Document, conditions: Sequence[tuple[str, Tree]], random: Random
) -> bool:
    """Whether what is left of the difference goes the other way than is said."""
    assumed = [*document["assume"], *conditions]
    seen = []
    with mp.workdps(2 * DIGITS):
        for _ in range(20 * FEW):
            try:
                env = _drawn_point(document, (), random)
                if _holds(assumed, {**env, document["landau"]["letter"]: mp.mpf(1) / 1000}):
                    seen.append(_outgrows(document, env))
            except (Undefined, OverflowError, KeyError):
                continue
            if len(seen) == FEW:
                break
    return any(seen) if document["verdict"] == "proved" else bool(seen) and not any(seen)


def _outgrows(document: Document, env: Mapping[str, Any]) -> bool:
    """Whether the difference of the sides is larger than the Landau term, far out."""
    landau, ratios = document["landau"], []
    at_zero = landau["toward"] == "0"
    for size in (mp.mpf(10) ** -3, mp.mpf(10) ** -7):
        here = {**env, landau["letter"]: size if at_zero else 1 / size}
        left, right = (tree_value(document[side], here) for side in ("lhs", "rhs"))
        ratios.append(abs(left - right) / size ** _rational(str(landau["order"])))
    first, last = ratios
    return bool(last > first / 10 if landau["kind"] == "o" else last > 30 * first + SAME)


def _drawn_point(
    document: Document, assumed: Sequence[tuple[str, Tree]], random: Random
) -> dict[str, Any]:
    """A point of the domains, on the curve of a side equation if there is one."""
    equations = document["given"]
    trees = [document["lhs"], document["rhs"], *(t for pair in equations for t in pair)]
    trees += [tree for _, tree in assumed]
    letters = document["letters"]
    names = sorted({name for tree in trees for name in _names(tree)} - _bound(trees))
    env = {name: _drawn(letters.get(name, {}), random) for name in names}
    within(len(equations) <= 1)
    for left, right in equations:
        name = random.choice(sorted(_names(left) | _names(right)))
        env[name] = _root(["add", left, ["minus", right]], name, env)
        within(_inside(env[name], letters.get(name, {})))
    return env


def _bound(trees: Sequence[Tree]) -> set[str]:
    """The letters that sums and products bind."""
    found = set()
    for tree in trees:
        if tree[0] in {"sum", "product"}:
            found.add(tree[2])
        found |= _bound([part for part in tree[1:] if isinstance(part, (list, tuple))])
    return found


def _inside(number: Any, interval: Mapping[str, Any]) -> bool:
    low, high = interval.get("low"), interval.get("high")
    return (
        not interval.get("whole")
        and (low is None or number > _rational(low))
        and (high is None or number < _rational(high))
    )


def _root(tree: Tree, name: str, env: Mapping[str, Any]) -> Any:
    """A real solution in one letter, near its value.  Raises Undefined."""
    try:
        root = findroot(lambda number: tree_value(tree, {**env, name: number}), env[name])
    except (ValueError, ZeroDivisionError):
        raise Undefined from None
    within(im(root) == 0)
    return root


def _solutions_differ(document: Document, env: Mapping[str, Any], random: Random) -> bool:
    """Whether a solution of one equation is none of the other."""
    sides = [document["lhs"], document["rhs"]]
    if document["verdict"] == "refuted":
        zero = [abs(tree_value(side, env)) < SAME for side in sides]
        return zero[0] != zero[1]
    random.shuffle(sides)
    name = random.choice(sorted(_names(sides[0])))
    there = {**env, name: _root(sides[0], name, env)}
    within(_inside(there[name], document["letters"].get(name, {})))
    within(_holds(document["assume"], there))
    return bool(abs(tree_value(sides[1], there)) > mp.mpf(10) ** -20)


def _differ(document: Document, env: Mapping[str, Any], _random: Random) -> bool:
    left, right = (tree_value(document[side], env) for side in ("lhs", "rhs"))
    size = max(abs(left), abs(right))
    if document["verdict"] == "refuted":
        return bool(abs(left - right) > SAME**5 * size)  # with five times the digits
    return bool(size < mp.mpf(10) ** 25 and abs(left - right) > SAME * max(1, size))
