"""What must hold for a tree to be defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.equality.encode import ONE, Tree, exact, minus

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANKS = {"positive": 0, "nonnegative": 1, "nonzero": 2}
_ARITHMETIC = frozenset({"number", "letter", "pi", "add", "times", "minus", "over"})


def requirements(*trees: Tree) -> list[tuple[str, Tree]]:
    """The conditions under which trees are defined, plain ones first.

    Those on bound letters are left out: they must hold without being assumed.
    """
    found = dict.fromkeys(r for tree in trees for r in _required(tree) if "#" not in str(r))
    return sorted(found, key=_order)


def _order(requirement: tuple[str, Tree]) -> tuple[int, int, int]:
    kind, tree = requirement
    return _depth(tree), len(str(tree)), _RANKS[kind]


def _depth(tree: Tree) -> int:
    """How deep functions stand in functions."""
    inner = max((_depth(part) for part in tree if isinstance(part, tuple)), default=0)
    plain = tree[0] in _ARITHMETIC or (tree[0] == "power" and _is_whole(tree[2]))
    return inner if plain else inner + 1


def _is_whole(exponent: Tree) -> bool:
    return exponent[0] == "number" and exact(exponent[1]).denominator == 1


def _required(tree: Tree) -> Iterator[tuple[str, Tree]]:
    for part in tree[1:]:
        if isinstance(part, tuple):
            yield from _required(part)
    match tree:
        case ("over", _, den):
            yield from _nonzero(den)
        case ("log", inner):
            yield from _positive(inner)
        case ("power", base, ("number", text)):
            exponent = exact(text)
            if exponent < 0:
                yield from _nonzero(base)
            if exponent.denominator % 2 == 0:
                yield "nonnegative", base
        case ("arcsin", inner):
            yield "nonnegative", minus(ONE, ("power", inner, ("number", "2")))
        case ("factorial", inner):
            yield "nonnegative", inner
        case _:
            return


def _nonzero(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """A product differs from 0 where every factor does."""
    match tree:
        case ("times", *parts):
            for part in parts:
                yield from _nonzero(part)
        case ("minus", part) | ("over", part, _):
            yield from _nonzero(part)
        case ("power", base, ("number", _)):
            yield from _nonzero(base)
        case ("number", _) | ("exp", _) | ("pi",) | ("factorial", _):
            return
        case _:
            yield "nonzero", tree


def _positive(tree: Tree) -> Iterator[tuple[str, Tree]]:
    match tree:
        case ("power", base, ("number", text)) if exact(text).numerator % 2 == 0:
            yield from _nonzero(base)
        case ("power", base, ("number", _)):
            yield from _positive(base)
        case ("number", _) | ("exp", _) | ("pi",):
            return
        case _:
            yield "positive", tree
