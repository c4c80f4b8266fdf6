"""Factorials, and sums and products over a range.

A sum is a difference of values of an antidifference, `F(k+1) - F(k) = f(k)`: powers by the
ansatz of a polynomial, hypergeometric terms by Gosper's algorithm (SymPy's).

Source: Gosper, Decision procedure for indefinite hypergeometric summation (1978).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.equality.encode import Tree, mentions
from derive.equality.field import Unsupported

if TYPE_CHECKING:
    from derive.equality.field import Field
    from derive.equality.lowering import Lowering
    from derive.equality.quotients import Quotient

_MOST = 5000
_MOST_SHIFT = 60


def factorial(low: Lowering, argument: Quotient) -> tuple[Quotient, dict[str, Any]]:
    """Give the factorial of an argument through that of the least one that differs by a number."""
    field = low.field
    constant = field.constant_of(argument)
    if constant is not None:
        if constant.denominator != 1 or not 0 <= constant <= _MOST:
            raise Unsupported("the factorial of a number that is negative, broken or very large")
        value = field.one
        for k in range(2, int(constant) + 1):
            value = value * field.number(k)
        return value, {"is": int(constant)}
    if not argument.den.is_constant():
        raise Unsupported("the factorial of a fraction")
    bare, shift = _split(field, argument)
    least = field.shape.lowest(("factorial", *bare.key), shift)
    if shift - least > _MOST_SHIFT:
        raise Unsupported("factorials that are far apart")
    base = bare + field.number(least)
    index = field.index("factorial", "", (base,))
    value = field.gen(index)
    for k in range(1, shift - least + 1):
        value = value * (base + field.number(k))
    return value, {"of": [index, shift - least]}


def _split(field: Field, argument: Quotient) -> tuple[Quotient, int]:
    """Take the number off an argument."""
    shift = Fraction(0)
    for exponents, coefficient in argument.num.to_dict().items():
        if not any(exponents):
            shift = Fraction(int(coefficient.p), int(coefficient.q))
    if shift.denominator != 1:
        raise Unsupported("the factorial of what is not whole")
    return argument - field.number(shift), int(shift)


def antidifference(low: Lowering, tree: Tree) -> Tree:
    """Find F with F(k+1) - F(k) = f(k), or for a product F(k+1) = F(k) f(k)."""
    head, body, name, *_ = tree
    if not mentions(body, name):
        k: Tree = ("letter", name)
        return ("times", k, body) if head == "sum" else ("power", body, k)
    from derive.equality import summation  # noqa: PLC0415 - SymPy is slow to import

    found = summation.summed(low, body, name) if head == "sum" else summation.multiplied(body, name)
    if found is None:
        raise Unsupported(f"no closed form of the {head} was found")
    return found
