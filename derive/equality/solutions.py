"""Points on the solution set of an equation, over rational values of the other letters."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb, fmpq, fmpq_poly

from derive.equality.points import Point, contains, points
from derive.equality.sizes import is_large
from derive.equality.values import Evaluator, NoValue, ball

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from derive.equality.encode import Tree
    from derive.equality.field import Field
    from derive.equality.quotients import Quotient
    from derive.equality.statement import Domain

_MOST_POINTS = 24
_SIMPLE = 10_000  # the largest denominator of a solution that is guessed
_NEAR = 1e-9  # what is guessed is checked exactly


def on_equation(
    field: Field, side: Quotient, letters: Mapping[str, Domain], seed: int
) -> Iterator[Point]:
    """Give points of the letters' domains at which a quotient of polynomials is 0."""
    numbers = {made.name: i for i, made in enumerate(field.generators) if made.kind == "letter"}
    used = side.used()
    if any(field.generators[i].kind != "letter" for i in used):
        return
    for name, index in numbers.items():
        if side.num.degrees()[index] < 1:
            continue
        others = {n: d for n, d in letters.items() if n != name}
        for _, point in zip(
            range(_MOST_POINTS), points(others, seed, on_curve=False), strict=False
        ):
            values = {numbers[n]: x for n, x in point.items()}
            for root in _rational_roots(field, side, index, values):
                if contains(letters[name], root) and not is_large(root):
                    yield {**point, name: root}


def _rational_roots(
    field: Field, side: Quotient, index: int, values: Mapping[int, Fraction]
) -> list[Fraction]:
    poly = side.num.subs({f"g{i}": field.number(x).num.leading_coefficient() if x else 0
                          for i, x in values.items()})  # fmt: skip
    coefficients = [fmpq(0)] * (max(int(poly.degrees()[index]), 0) + 1)
    for exponents, coefficient in poly.to_dict().items():
        coefficients[int(exponents[index])] = coefficient
    univariate = fmpq_poly(coefficients)
    if univariate.degree() < 1:
        return []
    found = []
    for factor, _ in univariate.factor()[1]:
        if factor.degree() == 1:
            root = -factor[0] / factor[1]
            found.append(Fraction(int(root.p), int(root.q)))
    return found


def on_linear(side: Tree, letters: Mapping[str, Domain], seed: int) -> Iterator[Point]:
    """Give points at which a side that may be linear in a letter may be 0."""
    for name, domain in letters.items():
        others = {n: d for n, d in letters.items() if n != name}
        for _, point in zip(
            range(_MOST_POINTS), points(others, seed, on_curve=False), strict=False
        ):
            root = _linear_root(side, name, point)
            if root is not None and contains(domain, root):
                yield {**point, name: root}


def _linear_root(side: Tree, name: str, point: Point) -> Fraction | None:
    balls = {n: ball(x) for n, x in point.items()}
    try:
        start, end = (Evaluator({**balls, name: arb(x)})(side) for x in (0, 1))
    except NoValue:
        return None
    slope = end - start
    if slope.contains(0):
        return None
    root = float((-start / slope).mid())
    guess = Fraction(root).limit_denominator(_SIMPLE)
    return guess if abs(float(guess) - root) < _NEAR else None
