r"""Names whose indices are formulas: `a_{n+1}` and `a_{1+n}` are one letter.

An index is part of a name, and different names are different letters.  So indices that are
identically equal have to make one name; and where values are put for `n`, `a_n` and `a_2`
may be different only as long as n is not 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

from derive.equality.occurrences import letters_of
from derive.errors import ParseError, Span
from derive.reader.elaborate import unscripted
from derive.reader.names import name_of, readable
from derive.reader.syntax import (
    Group,
    Letter,
    Mark,
    Node,
    Number,
    Quotient,
    Row,
    Script,
    Sum,
    Word,
    items_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Monomial: TypeAlias = tuple[str, ...]  # its letters, sorted, as often as their powers say
Polynomial: TypeAlias = frozenset[tuple[Monomial, Fraction]]
_Terms: TypeAlias = dict[Monomial, Fraction]
FORMULA = "?"  # in front of what is no polynomial: whether two of them are equal is not known
_MOST_TERMS = 64
_MOST_POWER = 8
_UNWRITTEN = str.maketrans("", "", ",() ")


@dataclass(frozen=True)
class Place:
    """Where a letter stands: in which text, and in which characters of it."""

    source: str
    span: Span

    def error(self, message: str) -> ParseError:
        """Make the error about the place."""
        return ParseError(message, self.source, self.span)


@dataclass(frozen=True)
class Indexed:
    """A letter with indices in its scripts."""

    name: str
    base: str
    scripts: tuple[Script, ...]
    place: Place


@dataclass(frozen=True)
class Index:
    """The normal form of an index: a polynomial for each of its positions.

    marks: how the positions are set apart, and the brackets around them.
    """

    positions: tuple[Polynomial, ...]
    marks: tuple[str, ...]


def index_of_name(indexed: Indexed) -> Index:
    """Give the normal form of an index."""
    positions: list[Polynomial] = []
    marks: list[str] = []
    for script in indexed.scripts:
        parts = script.parts
        first = parts.items[0]
        if len(parts.items) == 1 and isinstance(first, Group) and first.kind == "(":
            parts = first.parts
            marks.append("(")
        marks += [*parts.separators, "|"]
        for item in parts.items:
            positions += [_polynomial(node, indexed.place.source) for node in _side_by_side(item)]
    return Index(tuple(positions), tuple(marks))


def _side_by_side(node: Node) -> tuple[Node, ...]:
    """The letters of `ij`, which are two indices; any other formula is one."""
    items = items_of(node)
    letters = all(isinstance(unscripted(i)[0], Letter) and unscripted(i)[2] is None for i in items)
    return items if letters else (node,)


def one_name_each(
    labels: Iterable[Indexed],
) -> tuple[dict[str, str], tuple[tuple[Index, ...], ...]]:
    """Find the names that are spelled in several ways, and the indices that tell names apart.

    Returns:
        Each further spelling with the first one; and of each base the different indices,
        where it has several and letters stand in them.

    Raises:
        ParseError: two spellings of which it is not clear whether they mean one name.
    """
    bases: dict[str, dict[str, Indexed]] = {}
    for label in labels:
        bases.setdefault(label.base, {}).setdefault(label.name, label)
    spellings: dict[str, str] = {}
    groups: list[tuple[Index, ...]] = []
    for names in bases.values():
        if len(names) == 1:
            continue
        found: dict[tuple[Polynomial, ...], tuple[Index, str]] = {}
        written: dict[str, Indexed] = {}
        for label in names.values():
            index = index_of_name(label)
            first, name = found.setdefault(index.positions, (index, label.name))
            alike = written.setdefault(_bare(label), label)
            apart = alike.name != label.name and index_of_name(alike) != index
            if first.marks != index.marks or (apart and _is_set_otherwise(alike, label)):
                shown = readable(alike.name if apart else name)
                raise label.place.error(
                    f"'{readable(label.name)}' and '{shown}': one name, or two? write them alike"
                )
            if name != label.name:
                spellings[label.name] = name
        if len(found) > 1 and any(key for positions in found for p in positions for key, _ in p):
            groups.append(tuple(index for index, _ in found.values()))
    return spellings, tuple(groups)


def check_varying(labels: Iterable[Indexed], name: str) -> None:
    """Refuse a letter in whose index the letter stands that tends somewhere."""
    for label in labels:
        if any(name in letters_of(script.parts.items) for script in label.scripts):
            shown = readable(label.name)
            raise label.place.error(f"'{shown}' changes with what varies: not read")


def _bare(label: Indexed) -> str:
    """The index as it is written, but for what sets its parts apart."""
    text = "|".join(script.text for script in label.scripts).replace("\\cdot", "")
    return text.translate(_UNWRITTEN)


def _is_set_otherwise(one: Indexed, other: Indexed) -> bool:
    """Whether commas or signs of multiplication stand in one index alone."""
    counts = [
        [sum(script.text.count(mark) for script in label.scripts) for mark in (",", "\\cdot")]
        for label in (one, other)
    ]
    return counts[0] != counts[1]


# --- polynomials ---


def _polynomial(node: Node, source: str) -> Polynomial:
    terms = _terms(node)
    if terms is None:
        written = "".join(source[node.span.start : node.span.end].split())
        terms = {(FORMULA + written,): Fraction(1)}
    return frozenset((key, value) for key, value in terms.items() if value)


def _terms(node: Node) -> _Terms | None:  # noqa: PLR0911 - all cases
    """Expand an index; None: it is no polynomial, or a very large one."""
    match node:
        case Number(value=value):
            return {(): value}
        case Letter():
            return {(readable(name_of(node, None)),): Fraction(1)}
        case Word(name=name):
            return {(f"\\text{{{name}}}",): Fraction(1)}
        case Sum(terms=terms):
            signed = [(Fraction(-1 if sign == "-" else 1), _terms(part)) for sign, part in terms]
            known = [(sign, part) for sign, part in signed if part is not None]
            if len(known) < len(signed):
                return None
            return reduce(_added, ({k: sign * v for k, v in part.items()} for sign, part in known))
        case Group(kind="(" | "[" | "{", parts=parts) if len(parts.items) == 1:
            return _terms(parts.items[0])
        case Quotient(num=num, den=den):
            return _divided(_terms(num), _terms(den))
        case Row(items=items):
            return _product(items)
        case _:
            return _power(node)


def _power(node: Node) -> _Terms | None:
    """Expand `n^2`, or take `n_1` and `n^*` for a letter."""
    base, sub, sup, primes = unscripted(node)
    exponent = sup.parts.items[0] if sup is not None else None
    plain = all(isinstance(part, Letter | Number | Word) for part in sub.parts.items) if sub else 1
    if isinstance(base, Letter) and (sup is None or isinstance(exponent, Mark)) and plain:
        return {(readable(name_of(base, sub, sup, primes)),): Fraction(1)}
    if sub is not None or primes or not isinstance(exponent, Number) or sup is None:
        return None
    times = exponent.value
    inner = _terms(base)
    if inner is None or times.denominator != 1 or not 0 < times <= _MOST_POWER:
        return None
    powers: list[_Terms | None] = [inner] * int(times)
    return reduce(_multiplied, powers)


def _product(items: Sequence[Node]) -> _Terms | None:
    r"""Expand `2n`, `2 \cdot n` and `n/2`; other factors side by side are not multiplied."""
    runs: list[list[Node]] = [[]]
    signs = [""]
    for item in items:
        if isinstance(item, Mark):
            signs.append(item.symbol)
            runs.append([])
        else:
            runs[-1].append(item)
    total: _Terms | None = {(): Fraction(1)}
    for sign, run in zip(signs, runs, strict=True):
        numbered = len(run) == 2 and isinstance(run[0], Number) and sign != "/"
        if not run or (len(run) > 1 and not (numbered and not isinstance(run[1], Number))):
            return None
        for factor in run:
            combine = _divided if sign == "/" else _multiplied
            total = combine(total, _terms(factor))
    return total


def _added(one: _Terms, other: _Terms) -> _Terms:
    total = dict(one)
    for key, value in other.items():
        total[key] = total.get(key, Fraction(0)) + value
    return total


def _multiplied(one: _Terms | None, other: _Terms | None) -> _Terms | None:
    if one is None or other is None or len(one) * len(other) > _MOST_TERMS:
        return None
    total: _Terms = {}
    for left, first in one.items():
        for right, second in other.items():
            key = tuple(sorted((*left, *right)))
            total[key] = total.get(key, Fraction(0)) + first * second
    return total


def _divided(one: _Terms | None, other: _Terms | None) -> _Terms | None:
    """Divide by a number."""
    if one is None or other is None or set(other) != {()} or not other[()]:
        return None
    return {key: value / other[()] for key, value in one.items()}
