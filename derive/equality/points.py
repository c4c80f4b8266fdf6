"""Points at which a statement is tried, and what its sides are worth there.

The balls are for finding: what is found is enclosed again by `derive.recheck`.
"""

from __future__ import annotations

import random
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from derive.equality.statement import Domain

Point: TypeAlias = dict[str, Fraction]
_REAL = tuple(
    map(Fraction, ("2", "-1", "1/2", "3", "-2", "1", "-1/2", "5", "-3", "7/3", "0", "-5/4"))
)
_UNIT = tuple(map(Fraction, ("1/2", "1/3", "3/4", "1/5", "2/3", "9/10", "1/10", "2/5")))
_STEPS = tuple(map(Fraction, ("1", "2", "1/2", "3", "1/3", "5", "7/2", "10")))
_CIRCLE = tuple(
    map(Fraction, ("0", "1", "-1", "3/5", "4/5", "-3/5", "-4/5", "5/13", "12/13", "8/17", "15/17"))
)


@lru_cache(maxsize=1024)
def candidates(domain: Domain) -> tuple[Fraction, ...]:
    """Give some values of a domain, plain ones first."""
    low, high = domain.low, domain.high
    if domain.whole:
        start = 0 if low is None and high is None else low if low is not None else high - 6  # type: ignore[operator]
        whole = [
            Fraction(-(-start.numerator // start.denominator) + k) for k in (2, 3, 1, 4, 5, 0, 6)
        ]
        whole += [Fraction(-1), Fraction(-2)] if low is None and high is None else []
        return tuple(x for x in whole if contains(domain, x))
    if low is None and high is None:
        return _REAL
    if low is not None and high is not None:
        inner = [low + (high - low) * unit for unit in _UNIT]
        ends = [low] * domain.low_closed + [high] * domain.high_closed
        return (*inner, *ends)
    steps = [low + step if low is not None else high - step for step in _STEPS]  # type: ignore[operator]
    end = [low if low is not None else high] * (domain.low_closed or domain.high_closed)
    return (*steps, *end)  # type: ignore[arg-type]


def contains(domain: Domain, value: Fraction) -> bool:
    """Whether a value is in a domain."""
    above = domain.low is None or value > domain.low or (domain.low_closed and value == domain.low)
    below = (
        domain.high is None or value < domain.high or (domain.high_closed and value == domain.high)
    )
    return above and below and (not domain.whole or value.denominator == 1)


def points(letters: Mapping[str, Domain], seed: int, *, on_curve: bool) -> Iterator[Point]:
    """Give points, plain ones first; on_curve: many, since few satisfy an equation."""
    choices = {name: candidates(domain) for name, domain in letters.items()}
    if not choices:
        yield {}
        return
    if on_curve:
        extended = {n: tuple(dict.fromkeys((*c, *(x for x in _CIRCLE if contains(letters[n], x)))))
                    for n, c in choices.items()}  # fmt: skip
        grid = product(*extended.values())
        for _, values in zip(range(4000), grid, strict=False):
            yield dict(zip(choices, values, strict=True))
        return
    chooser = random.Random(seed)  # noqa: S311 - no secret
    for index in range(max(map(len, choices.values()))):
        # Different letters get different values where they can.
        yield {
            name: values[(index + shift) % len(values)]
            for shift, (name, values) in enumerate(choices.items())
        }
    for _ in range(40):
        yield {name: chooser.choice(values) for name, values in choices.items()}
