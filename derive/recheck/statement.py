"""The statement in a document: read strictly, since anybody may have written it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derive.recheck.balls import BINDERS, Json, Tree, mentions, nodes, rational
from derive.recheck.elements import Interval, fraction, reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flint import arb

Condition = tuple[str, Tree]
MOST_DEPTH = 200
MOST_TERMS = 64  # of an expansion
_KINDS = frozenset({"positive", "nonnegative", "nonzero"})
_RELATIONS = frozenset({"equal", "equivalent", "expansion"})
_OPERANDS = {  # how many; None: one or more
    "pi": 0, "add": None, "times": None, "minus": 1, "over": 2, "power": 2, "exp": 1, "log": 1,
    "sin": 1, "cos": 1, "arctan": 1, "arcsin": 1, "factorial": 1,
}  # fmt: skip
_NAMED = {"sum": 2, "product": 2, "diff": 0}  # operands after the body and the letter


def tree(stated: Json, depth: int = 0) -> Tree:
    """Read a tree.  Raises Rejected for a head or a number of operands that is unknown."""
    if depth > MOST_DEPTH or not isinstance(stated, (list, tuple)) or not stated:
        reject("no tree, or one that is nested too deeply")
    head, *parts = stated
    if head in {"number", "letter"}:
        if len(parts) != 1 or not isinstance(parts[0], str):
            reject(f"a {head} that is no text")
        return (head, parts[0] if head == "letter" else str(fraction(parts[0])))
    if head in _NAMED:
        body, name, *ends = parts
        if not isinstance(name, str) or len(ends) != _NAMED[head]:
            reject(f"a {head} with other operands")
        return (head, tree(body, depth + 1), name, *(tree(end, depth + 1) for end in ends))
    if not isinstance(head, str) or head not in _OPERANDS:
        reject("an unknown head")
    wanted = _OPERANDS[head]
    if len(parts) != wanted and not (wanted is None and parts):
        reject(f"{head} of {len(parts)} operands")
    return (head, *(tree(part, depth + 1) for part in parts))


def put(node: Tree, name: str, value: Tree) -> Tree:
    """Put a tree for a free letter."""
    if node == ("letter", name):
        return value
    if not mentions(node, name):
        return node
    if node[0] in BINDERS:
        reject("a sum or derivative inside of an antidifference")
    return tuple(put(part, name, value) if isinstance(part, tuple) else part for part in node)


def conditions(stated: Json) -> list[Condition]:
    """Read assumptions or conditions."""
    found = [(kind, tree(inner)) for kind, inner in stated]
    if any(kind not in _KINDS for kind, _ in found):
        reject("an unknown kind of condition")
    return found


def whole(stated: Json) -> int:
    """Read a whole number, which is no text, no fraction and no truth value."""
    if type(stated) is not int:
        reject("a number that is not whole")
    return int(stated)


def interval(stated: Mapping[str, Any]) -> Interval:
    """Read a domain, in which there is some number."""
    low, high = (None if stated.get(k) is None else fraction(stated[k]) for k in ("low", "high"))
    ends = [stated.get(k, False) for k in ("low_closed", "high_closed", "whole")]
    if not all(isinstance(end, bool) for end in ends):
        reject("an end that is neither open nor closed")
    if low is not None and high is not None and (low > high or (low == high and not all(ends[:2]))):
        reject("a domain without a number")
    return Interval(low, high, *ends)


@dataclass(frozen=True)
class Landau:
    """`O(letter^order)` or `o(letter^order)`; 1/letter where it tends to infinity."""

    little: bool
    order: int
    letter: str
    to_infinity: bool


@dataclass(frozen=True)
class Statement:
    """What a document says, its witness apart."""

    lhs: Tree
    rhs: Tree
    relation: str
    given: tuple[tuple[Tree, Tree], ...]
    facts: tuple[Condition, ...]
    letters: dict[str, Interval]
    point: dict[str, str]
    landau: Landau | None

    @staticmethod
    def read(document: Mapping[str, Any]) -> Statement:
        """Read and validate.  Raises Rejected, and KeyError and the like for what is not there."""
        if document["relation"] not in _RELATIONS:
            reject("an unknown relation")
        point = dict(document["point"])
        if not all(isinstance(text, str) for pair in point.items() for text in pair):
            reject("a point that is no text")
        statement = Statement(
            tree(document["lhs"]),
            tree(document["rhs"]),
            document["relation"],
            tuple((tree(a), tree(b)) for a, b in document.get("given", [])),
            tuple(conditions(document.get("assume", []))),
            {name: interval(found) for name, found in document.get("letters", {}).items()},
            {name: str(fraction(text)) for name, text in point.items()},
            _landau(document) if document["relation"] == "expansion" else None,
        )
        statement.require_apart()
        return statement

    @property
    def trees(self) -> tuple[Tree, ...]:
        """All trees of the statement."""
        sides = (side for pair in self.given for side in pair)
        return (self.lhs, self.rhs, *sides, *(inner for _, inner in self.facts))

    def require_apart(self) -> None:
        """See to it that a bound letter is bound once and free nowhere, and free ones are tied."""
        binders = {x for t in self.trees for x in nodes(t) if x[0] in BINDERS}
        names = [node[2] for node in binders if node[0] != "diff"]
        if names:
            free = {*self.letters, *self.point, *(n for t in self.trees for n in free_letters(t))}
            if len(set(names)) < len(names) or set(names) & free:
                reject("a letter that is bound twice, or free and bound")
        for name in {node[2] for node in binders if node[0] == "diff"}:
            if name in names:
                reject("a derivative in a letter that is bound")
            self.require_free(name)
        if self.landau is not None:
            tied = (t for t in self.trees[2:] if mentions(t, self.landau.letter))
            if any(True for _ in tied):
                reject("an assumption on the letter that varies")

    def require_free(self, name: str) -> None:
        """See to it that a letter that one differentiates in moves freely."""
        if self.letters.get(name, Interval()).whole or any(
            mentions(t, name) for t in self.trees[2:]
        ):
            reject("a derivative in a letter that is whole or tied by an assumption")


def _landau(document: Mapping[str, Any]) -> Landau:
    stated = document["landau"]
    if stated["kind"] not in {"o", "O"} or stated["toward"] not in {"0", "oo"}:
        reject("an unknown kind of Landau term")
    to_infinity = stated["toward"] == "oo"
    return Landau(stated["kind"] == "o", whole(stated["order"]), str(stated["letter"]), to_infinity)


def free_letters(node: Tree) -> Iterable[str]:
    """The letters of a tree that no sum or product in it binds."""
    if node[0] == "letter":
        return {node[1]}
    found = {name for part in node if isinstance(part, tuple) for name in free_letters(part)}
    return found - {node[2]} if node[0] in {"sum", "product"} else found


def parts_of(kind: str, stated: Tree) -> list[Condition] | None:
    """The conditions on parts that a condition on a product or a power comes to."""
    match stated:
        case ("times", *factors) if kind == "nonzero":
            return [("nonzero", factor) for factor in factors]
        case ("minus", inner) | ("over", inner, _) if kind == "nonzero":
            return [("nonzero", inner)]
        case ("factorial" | "exp", _):
            return []  # positive wherever they are defined
        case ("power", base, ("number", text)):
            if kind == "nonzero" or (kind == "positive" and fraction(text).numerator % 2 == 0):
                return [("nonzero", base)]
            return [("positive", base)] if kind == "positive" else None
        case _:
            return None


def merged(found: list[Condition]) -> tuple[Condition, ...]:
    """Write `>= 0` and `not 0` of one tree as `> 0`, and each condition once."""
    kinds: dict[Tree, set[str]] = {}
    for kind, stated in found:
        kinds.setdefault(stated, set()).add(kind)
    return tuple(
        ("positive" if "positive" in known or len(known) > 1 else next(iter(known)), stated)
        for stated, known in kinds.items()
    )


def within(value: arb, interval: Interval) -> bool:
    """Whether a ball lies in a domain."""
    for bound, closed, sign in ((interval.low, interval.low_closed, 1),
                                (interval.high, interval.high_closed, -1)):  # fmt: skip
        if bound is not None:
            away = (value - rational(str(bound))) * sign
            if not (away > 0 or (closed and away.is_zero())):
                return False
    return not interval.whole or (value.is_exact() and value.is_integer())
