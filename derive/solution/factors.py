r"""Joint densities of a process as products: `q(x_{1:T} | x_0) = \prod_{t=1}^T q(x_t | x_{t-1})`.

Such an equation says that the process is a Markov chain.  What can be wrong with it is
the range: the factors must cover exactly the variables of the joint density.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.reader.elaborate import unscripted
from derive.reader.syntax import (
    Group,
    Letter,
    Node,
    Number,
    Relation,
    Row,
    Script,
    Sum,
    Summation,
    Word,
    items_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = tuple[str, int]  # a letter and a number to add


@dataclass(frozen=True)
class Joint:
    """A joint density of the variables from `first` to `last`, given the one before or nothing."""

    name: str
    first: Index
    last: Index
    given: Index | None


@dataclass(frozen=True)
class Factors:
    """A product of conditional densities, each step forwards in time or backwards."""

    low: Index
    high: Index
    forwards: bool
    alone: tuple[Index, ...]  # variables with a factor of their own


def covers(lhs: Node, rhs: Node) -> bool | None:
    """Whether the factors are those of the joint density; None: it is another equation."""
    joint, factors = _joint(lhs), _factors(rhs)
    if joint is None or factors is None:
        return None
    before = (factors.low[0], factors.low[1] - 1)
    if factors.forwards:
        start = joint.given == before or factors.alone == (before,)
        first = before if factors.alone else factors.low
        return start and joint.first == first and joint.last == factors.high
    return (joint.first, joint.last, factors.alone) == (before, factors.high, (factors.high,))


def _joint(node: Node) -> Joint | None:
    """Read `q(x_{1:T} | x_0)`."""
    items = items_of(node)
    group = unscripted(items[1])[0] if len(items) == 2 else None
    letter = unscripted(items[0])[0]
    if not isinstance(letter, Letter) or not isinstance(group, Group) or group.kind != "(":
        return None
    parts, bars = group.parts.items, group.parts.separators
    _, sub, _, _ = unscripted(parts[0])
    ends = _range(sub)
    if ends is None or bars not in ((), ("|",)):
        return None
    given = _index_of(parts[1]) if bars else None
    return None if bars and given is None else Joint(letter.name, *ends, given)


def _range(sub: Script | None) -> tuple[Index, Index] | None:
    """Read the subscript `1:T`."""
    if sub is None or sub.text.count(":") != 1:
        return None
    first, last = (_written(text) for text in sub.text.split(":"))
    return None if first is None or last is None else (first, last)


def _written(text: str) -> Index | None:
    letter, sign, number = text.partition("-") if "-" in text else text.partition("+")
    shift = int(sign + number) if number.isdigit() else 0
    if letter.isdigit() and not sign:
        return "", int(letter)
    return (letter, shift) if letter.isalpha() and (number.isdigit() or not sign) else None


def _index_of(node: Node) -> Index | None:
    _, sub, _, _ = unscripted(node)
    return None if sub is None else _written(sub.text)


def _factors(node: Node) -> Factors | None:
    r"""Read `p(x_T) \prod_{t=1}^T p(x_{t-1} | x_t)`."""
    *before, product = items_of(node)
    if not isinstance(product, Summation) or product.kind != "prod":
        return None
    alone = _alone(before)
    bounds, step = _bounds(product), _step(product.body)
    if alone is None or bounds is None or step is None:
        return None
    letter, low, high = bounds
    now, past = (letter, 0), (letter, -1)
    if step not in ((now, past), (past, now)):
        return None
    return Factors(low, high, step == (now, past), alone)


def _alone(items: Sequence[Node]) -> tuple[Index, ...] | None:
    if not items:
        return ()
    group = unscripted(items[-1])[0]
    if len(items) != 2 or not isinstance(group, Group):
        return None
    index = _index_of(group.parts.items[0]) if len(group.parts.items) == 1 else None
    return None if index is None else (index,)


def _bounds(node: Summation) -> tuple[str, Index, Index] | None:
    start = node.sub.parts.items[0] if node.sub is not None else None
    if node.sup is None or not isinstance(start, Relation):
        return None
    letter, low = start.sides[0], _value(start.sides[1])
    high = _value(node.sup.parts.items[0])
    if not isinstance(letter, Letter) or low is None or high is None:
        return None
    return letter.name, low, high


def _value(node: Node) -> Index | None:
    match node:
        case Number(value=value) if value.denominator == 1:
            return "", int(value)
        case Letter(name=name) | Word(name=name):
            return name, 0
        case Sum(terms=(("+", Letter(name=name)), (sign, Number(value=value)))):
            return name, int(value) if sign == "+" else -int(value)
        case _:
            return None


def _step(body: Node) -> tuple[Index, Index] | None:
    """Read `q(x_t | x_{t-1})` as the two indices."""
    items = body.items if isinstance(body, Row) else (body,)
    group = unscripted(items[-1])[0]
    if len(items) != 2 or not isinstance(group, Group) or group.parts.separators != ("|",):
        return None
    now, past = (_index_of(item) for item in group.parts.items)
    return None if now is None or past is None else (now, past)
