"""Logarithms of products, written as sums as far as the factors are positive."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.terms import Add, Apply, Div, Fun, Mul, Num, Pow, Term, add, log, mul, term

if TYPE_CHECKING:
    from collections.abc import Iterator


def raised(base: Term, power: int | None) -> Term:
    """Raise to a power, where one is written."""
    return base if power is None or power == 1 else Pow(base, Num(Fraction(power)))


def is_positive(node: Term) -> bool:
    """Whether a term is positive wherever its densities are."""
    match node:
        case Num(value=value):
            return value > 0
        case Apply(field=applied):
            return applied.density
        case Fun(name="exp"):
            return True
        case Add() | Mul() | Div():
            return all(is_positive(child) for child in node.children)
        case Pow(base=base):
            return is_positive(base)
        case _:
            return False


def logarithm(node: Term) -> Term:
    """Write the logarithm of a product as a sum, as far as the factors are positive.

    What is left is one logarithm: it is of a positive number if the whole is.
    """
    parts: list[Term] = []
    above, below = list[Term](), list[Term]()
    for factor, power in _factors(node, 1):
        if not is_positive(factor):
            (above if power > 0 else below).append(raised(factor, abs(power)))
        elif factor != term(1):
            whole = factor.arg if isinstance(factor, Fun) else log(factor)
            parts.append(mul(power, whole) if power != 1 else whole)
    if above or below:
        rest = mul(*above) if above else term(1)
        parts.append(log(Div(rest, mul(*below)) if below else rest))
    return add(*parts) if parts else term(0)


def _factors(node: Term, power: int) -> Iterator[tuple[Term, int]]:
    match node:
        case Mul(factors=factors):
            for factor in factors:
                yield from _factors(factor, power)
        case Div(num=num, den=den):
            yield from _factors(num, power)
            yield from _factors(den, -power)
        case Pow(base=base, exponent=Num(value=value)) if is_positive(base):
            yield from _factors(base, power * int(value))
        case _:
            yield node, power
