"""Factorials, and sums and products over a range.

A sum is a difference of values of an antidifference, `F(k+1) - F(k) = f(k)`: a polynomial
times a power by its coefficients, hypergeometric terms by Gosper's algorithm (SymPy's).

Source: Gosper, Decision procedure for indefinite hypergeometric summation (1978).
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any

from derive.equality.encode import BINDERS, ZERO, Tree, constant, mentions, number, put, trees
from derive.equality.field import Unsupported
from derive.equality.givens import tree_of

if TYPE_CHECKING:
    from derive.equality.field import Field
    from derive.equality.lowering import Lowering
    from derive.equality.quotients import Quotient

_MOST = 5000
_MOST_SHIFT = 60
_MOST_TERMS = 60


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


def written_out(body: Tree, name: str, low: Tree, high: Tree) -> list[Tree] | None:
    """Give the terms of a sum or product between numbers that are near; None for any other."""
    ends = constant(low), constant(high)
    if ends[0] is None or ends[1] is None or {low[0], high[0]} != {"number"}:
        return None
    count = ends[1] - ends[0] + 1
    if ends[0].denominator > 1 or count.denominator > 1 or not 0 <= count <= _MOST_TERMS:
        return None
    if any(tree[0] in BINDERS for tree in trees(body)):
        return None
    return [put(body, name, number(ends[0] + k)) for k in range(int(count))]


def antidifference(low: Lowering, tree: Tree) -> Tree:
    """Find F with F(k+1) - F(k) = f(k), or for a product F(k+1) = F(k) f(k).

    Raises Unsupported where none is found.
    """
    head, body, name, *_ = tree
    k: Tree = ("letter", name)
    if not mentions(body, name):
        return ("times", k, body) if head == "sum" else ("power", body, k)
    if head == "product" and body[0] == "exp":
        return ("exp", antidifference(low, ("sum", body[1], name)))
    found = _of_terms(low, low.value(body), name) if head == "sum" else None
    if found is None:
        from derive.equality import summation  # noqa: PLC0415 - SymPy is slow to import

        found = summation.summed(body, name) if head == "sum" else summation.multiplied(body, name)
    if found is None:
        raise Unsupported(f"no closed form of the {head} was found")
    return found


def _of_terms(low: Lowering, value: Quotient, name: str) -> Tree | None:
    """Sum `p(k) b^k` for polynomials p, term by term; None for anything else."""
    field = low.field
    index = field.index("letter", name)
    if any(_depends(field, i, index) for i in field.whole_quotient(value.den).used()):
        return None
    below = field.whole_quotient(value.den)
    groups: dict[tuple[tuple[int, int], ...], dict[int, Quotient]] = {}
    for exponents, coefficient in value.num.to_dict().items():
        moving = [
            i for i, e in enumerate(exponents) if e and i != index and _depends(field, i, index)
        ]
        kept = tuple(0 if i == index or i in moving else e for i, e in enumerate(exponents))
        powers = tuple((i, int(exponents[i])) for i in moving)
        part = field.whole_quotient(field.poly({kept: coefficient})) / below
        group, times = groups.setdefault(powers, {}), int(exponents[index])
        group[times] = group.get(times, field.zero) + part
    parts = [_summed(field, dict(group), powers, index) for powers, group in groups.items()]
    found = [part for part in parts if part is not None]
    return ("add", *found, ZERO) if len(found) == len(parts) else None


def _depends(field: Field, made: int, index: int) -> bool:
    """Whether a generator is made of the letter with this number."""
    inner = field.generators[made].of
    return made == index or any(_depends(field, i, index) for q in inner for i in q.used())


def _summed(
    field: Field, poly: dict[int, Quotient], powers: tuple[tuple[int, int], ...], index: int
) -> Tree | None:
    """Give F = r(k) b^k, where `b r(k+1) - r(k) = p(k)` coefficient by coefficient."""
    ratio, factor = field.one, field.one
    for made, times in powers:
        generator = field.generators[made]
        if generator.kind != "whole" or any(
            _depends(field, i, index) for i in generator.of[0].used()
        ):
            return None
        slope = field.constant_of(
            field.whole_quotient(generator.of[1].num.derivative(index)) / field.whole_quotient(
                generator.of[1].den
            )
        )  # fmt: skip
        if slope is None or slope.denominator > 1:
            return None
        ratio *= generator.of[0] ** (int(slope) * times)
        factor *= field.gen(made) ** times
    top = max(poly) + (ratio == field.one)
    found: dict[int, Quotient] = {}
    for j in range(top, -1, -1):
        rest = poly.get(j - 1 if ratio == field.one else j, field.zero)
        for i in range(j + 1, top + 1):
            if ratio == field.one:
                rest -= found[i] * field.number(comb(i, j - 1)) if j else field.zero
            else:
                rest -= ratio * found[i] * field.number(comb(i, j))
        divisor = field.number(j) if ratio == field.one else ratio - field.one
        found[j] = rest / divisor if j or ratio != field.one else field.zero
    k = field.gen(index)
    total = field.zero
    for j, coefficient in found.items():
        total += coefficient * k**j
    return tree_of(field, total * factor)
