r"""Ranges of parameters that a document states: `a, b > 0`, `0 < \beta < 1`, `a \in (0, 1)`.

An end that is allowed (`a \ge 0`) is left out: the equations that are decided hold at an
end where they hold next to it, as far as they have a meaning there.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from derive.language.scope import Range
from derive.language.terms import RV, Sym
from derive.reader.notation import canonical
from derive.solution.answers import read_term
from derive.solution.sides import Side
from derive.solution.stretches import (
    Stretch,
    defines,
    is_empty,
    narrowed,
    position_of,
    stretch,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.documents.chains import Chain
    from derive.solution.context import Context

_BELOW = frozenset({"<", "\\le", "\\leq", "\\ll"})
_ABOVE = frozenset({">", "\\ge", "\\geq", "\\gg"})
_NUMBER = re.compile(
    r"\s*(-?)\s*(?:(\d+)(?:\.(\d+))?|\\[dt]?frac\s*\{?(\d)\}?\s*\{?(\d)\}?)\s*[.,;]?\s*"
)
_INTERVAL = re.compile(r"\s*(?:\\left)?\s*[(\[]([^,]*),([^,]*?)(?:\\right)?\s*[)\]]\s*[.,;]?\s*")

Bound = tuple[str, Fraction | None, Fraction | None]  # a name, and what it lies between


def state_ranges(chains: Iterable[Chain], context: Context) -> None:
    """Take the ranges that chains state over into the hypotheses."""
    stated: dict[Sym, list[Stretch]] = {}
    passing: list[Stretch] = []
    for chain in chains:
        for name, low, high in _bounds(chain):
            letter = context.letters.get(name)
            if not isinstance(letter, Sym) or letter.rank:
                continue
            part = stretch(chain, letter, Range(low, high))
            if part is not None:
                passing.append(part)
            else:
                here = position_of(chain)
                whole = Stretch(letter, Range(low, high), here, here)
                stated.setdefault(letter, []).append(whole)
    ranges: dict[Sym, Range] = {}
    for letter, parts in stated.items():
        held = [part.held for part in parts if isinstance(part.held, Range)]
        bounds = reduce(narrowed, held, context.scope.ranges.get(letter, Range()))
        if is_empty(bounds):
            passing += parts  # each holds somewhere: where is not said
        else:
            ranges[letter] = bounds
    if ranges:
        context.scopes = tuple(s.extended(ranges=ranges) for s in context.scopes)
    for letter, bounds in ranges.items():
        context.told[canonical(letter.name)] = f"a number in {_interval(bounds)}"
    context.doubts.stretches += tuple(passing)
    context.doubts.stated.update(
        {s.letter: context.scope.ranges.get(s.letter, Range()) for s in passing}
    )
    for part in passing:
        _begin(part, context)


def _begin(part: Stretch, context: Context) -> None:
    """Let what is to hold from a line on hold until the first line is reached."""
    known = context.scope.ranges.get(part.letter, Range())
    if not isinstance(part.held, Range) or part.end is not None:
        return
    bounds = narrowed(known, part.held)
    if not is_empty(bounds):
        context.scopes = tuple(s.extended(ranges={part.letter: bounds}) for s in context.scopes)
        name = canonical(part.letter.name)
        context.told[name] = f"a number in {_interval(bounds)}, from its line on"


def state_values(chains: Iterable[Chain], context: Context) -> None:
    """Take over what a text supposes of letters for a while: "if $a = 1$"."""
    for chain in chains:
        if defines(chain) or not chain.signs or chain.signs[0].symbol != "=":
            continue
        sides = [Side(text) for text in chain.sides[:2]]
        letter, value = (read_term(side, context) for side in sides)
        if not isinstance(letter, Sym) or value is None or value.rank != letter.rank:
            continue
        if letter in value.nodes or any(isinstance(x, RV) for x in value.nodes):
            continue
        passing = stretch(chain, letter, value)
        if passing is not None:
            context.doubts.stretches += (passing,)
            known = context.scope.ranges.get(letter, Range())
            context.doubts.stated.setdefault(letter, known)


def _bounds(chain: Chain) -> Iterator[Bound]:
    for index, sign in enumerate(chain.signs):
        left, right = chain.sides[index].text, chain.sides[index + 1].text
        if sign.symbol in _BELOW:
            yield from _order(left, right)
        elif sign.symbol in _ABOVE:
            yield from _order(right, left)
        elif sign.symbol == "\\in" and (ends := _INTERVAL.fullmatch(right)) is not None:
            low, high = _number(ends[1]), _number(ends[2])
            yield from ((name, low, high) for name in _names(left))


def _order(less: str, more: str) -> Iterator[Bound]:
    """What `less < more` says of letters, if one side is a number."""
    low, high = _number(less), _number(more)
    if low is not None:
        yield from ((name, low, None) for name in _names(more))
    elif high is not None:
        yield from ((name, None, high) for name in _names(less))


def _number(text: str) -> Fraction | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals, num, den = found.groups()
    if num is not None:
        size = Fraction(int(num), int(den)) if int(den) else None
    else:
        size = Fraction(f"{whole}.{decimals or 0}") if len(whole) < _DIGITS else None
    return -size if sign and size is not None else size


_DIGITS = 20  # of a bound; more than that is no bound that a person writes


def _names(text: str) -> list[str]:
    """The letters of a list `a, b`; empty if something else stands in it."""
    names = [canonical(part.strip().rstrip(".,;")) for part in text.split(",")]
    plain = re.compile(r"(?:[A-Za-z]|\\[A-Za-z]+(?:\{[^{}]*\})?)(?:_\{[^{}]*\})?")
    return names if all(plain.fullmatch(name) for name in names) else []


def _interval(bounds: Range) -> str:
    low = "-oo" if bounds.low is None else str(bounds.low)
    high = "oo" if bounds.high is None else str(bounds.high)
    return f"({low}, {high})"
