"""Derivatives of trees, by the rules of the calculus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.equality.encode import HALF, ONE, ZERO, Tree, exact, mentions, minus, number
from derive.equality.field import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def derivative(tree: Tree, name: str) -> Tree:  # noqa: C901, PLR0911 - all cases
    """Differentiate a tree in a letter.  Raises Unsupported where no rule applies."""
    if not mentions(tree, name):
        return ZERO
    match tree:
        case ("letter", _):
            return ONE
        case ("add" | "minus" as head, *parts):
            return (head, *(derivative(part, name) for part in parts))
        case ("times", *parts):
            return ("add", *(_in_place(parts, i, name) for i in range(len(parts))))
        case ("over", u, v):
            above = minus(("times", derivative(u, name), v), ("times", u, derivative(v, name)))
            return ("over", above, ("times", v, v))
        case ("power", u, v) if mentions(v, name):
            return ("times", tree, derivative(("times", v, ("log", u)), name))
        case ("power", u, v):
            return _power_rule(u, v, derivative(u, name))
        case ("sum", body, bound, low, high) if (
            bound != name and not mentions(low, name) and not mentions(high, name)
        ):
            return ("sum", derivative(body, name), bound, low, high)
        case ("diff", body, other):
            return derivative(derivative(body, other), name)
        case (head, u) if head in _SLOPES:
            return _SLOPES[head](tree, u, derivative(u, name))
    raise Unsupported(f"no derivative of {tree[0]}")


def _in_place(parts: list[Tree], index: int, name: str) -> Tree:
    changed = [derivative(p, name) if i == index else p for i, p in enumerate(parts)]
    return ("times", *changed)


def _power_rule(u: Tree, v: Tree, slope: Tree) -> Tree:
    if v[0] != "number":
        return ("times", v, ("power", u, ("add", v, number(-1))), slope)
    exponent = exact(v[1])
    if exponent in {0, 1}:
        return slope if exponent else ZERO
    return ("times", v, ("power", u, number(exponent - 1)), slope)


_SLOPES: Mapping[str, Callable[[Tree, Tree, Tree], Tree]] = {
    "exp": lambda whole, _, du: ("times", whole, du),
    "log": lambda _, u, du: ("over", du, u),
    "sin": lambda _, u, du: ("times", ("cos", u), du),
    "cos": lambda _, u, du: ("minus", ("times", ("sin", u), du)),
    "arctan": lambda _, u, du: ("over", du, ("add", ONE, ("times", u, u))),
    "arcsin": lambda _, u, du: (
        "over",
        du,
        ("power", ("add", ONE, ("minus", ("times", u, u))), HALF),
    ),
}
