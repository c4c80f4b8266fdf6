"""Side equations: solved for a letter where they are linear in one, else divided by."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.equality.encode import Tree, number
from derive.equality.field import Unsupported
from derive.equality.points import contains
from derive.equality.statement import Domain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flint import fmpq_mpoly

    from derive.equality.field import Field, Generator
    from derive.equality.lowering import Lowering
    from derive.equality.quotients import Quotient


def solve(
    low: Lowering, given: list[tuple[Tree, Tree]], domains: Mapping[str, Domain]
) -> tuple[list[dict[str, Any]], list[int]]:
    """Solve side equations for letters, one each, where that is possible for all values.

    Returns:
        For each that was solved what `derive.recheck` is told; the others' numbers.
    """
    solved: list[dict[str, Any]] = []
    left: list[int] = []
    for number_, (lhs, rhs) in enumerate(given):
        away = low.value(lhs) - low.value(rhs)
        index = _letter_to_solve(low, away.num, domains)
        if index is None:
            left.append(number_)
            continue
        name = low.field.generators[index].name
        slope = low.field.whole_quotient(away.num.derivative(index))
        rest = low.field.whole_quotient(away.num.subs({f"g{index}": 0}))
        value = -rest / slope
        for other, known in low.solved.items():
            low.solved[other] = _put(low.field, known, index, value)
        low.solved[name] = value
        solved.append({"given": number_, "letter": name, "index": index})
        low.forget()
    return solved, left


def _put(field: Field, quotient: Quotient, index: int, value: Quotient) -> Quotient:
    """Put a quotient for a generator."""
    parts = []
    for poly in (quotient.num, quotient.den):
        total = field.zero
        for exponents, coefficient in poly.to_dict().items():
            key = (*exponents[:index], 0, *exponents[index + 1 :])
            rest = field.whole_quotient(field.poly({key: coefficient}))
            total += rest * value ** int(exponents[index])
        parts.append(total)
    return parts[0] / parts[1]


def _letter_to_solve(low: Lowering, away: fmpq_mpoly, domains: Mapping[str, Domain]) -> int | None:
    """A letter that an equation `a l + b = 0` gives: a is not 0, or b is not, so that a is not."""
    field = low.field
    inside = {i for made in field.generators for q in made.of for i in q.used()}
    choices = []
    for index, degree in enumerate(away.degrees()):
        if degree != 1 or index in inside:
            continue
        made = field.generators[index]
        if made.kind != "letter" or made.name in low.whole:
            continue
        slope, rest = away.derivative(index), away.subs({f"g{index}": 0})
        if any(_never_zero(field, poly, domains) for poly in (slope, rest)):
            # Domains are known best of the letters that stay.
            bounded = domains[made.name] != Domain()
            choices.append((not slope.is_constant(), bounded, len(slope), index))
    return min(choices)[-1] if choices else None


def _never_zero(field: Field, poly: fmpq_mpoly, domains: Mapping[str, Domain]) -> bool:
    """Whether no factor is 0 in the domains: numbers, and linear ones in a single letter."""
    if poly.is_zero() or poly.is_constant():
        return not poly.is_zero()
    for factor, _ in poly.factor()[1]:
        used = [i for i, degree in enumerate(factor.degrees()) if degree > 0]
        signs = {c > 0 for c in factor.coeffs()}
        if len(signs) == 1 and all(_is_positive(field.generators[i], domains) for i in used):
            continue
        made = field.generators[used[0]]
        if len(used) > 1 or factor.degrees()[used[0]] > 1 or made.kind != "letter":
            return False
        root = -factor.subs({f"g{used[0]}": 0}) / factor.derivative(used[0])
        value = field.constant_of(field.whole_quotient(root))
        if value is None or contains(domains[made.name], value):
            return False
    return True


def _is_positive(made: Generator, domains: Mapping[str, Domain]) -> bool:
    if made.kind != "letter":
        return made.kind in {"exp", "pi", "factorial"}
    low = domains[made.name].low
    return low is not None and low >= 0 and not domains[made.name].low_closed


def divide(
    low: Lowering, rest: Quotient, given: list[tuple[Tree, Tree]], left: list[int]
) -> tuple[Quotient, list[list[Any]]]:
    """Take multiples of unsolved side equations off a difference.

    Pseudo-division by each in its leading letter: `l^k rest = q G + r`.
    """
    field = low.field
    cofactors: list[list[Any]] = []
    for number_ in left:
        lhs, rhs = given[number_]
        equation = low.value(lhs) - low.value(rhs)
        divisor = equation.num
        exact, over = divmod(rest.num, divisor)
        if over.is_zero() and not exact.is_zero():
            cofactor = field.whole_quotient(exact * equation.den) / field.whole_quotient(rest.den)
            return field.zero, [*cofactors, [number_, cofactor]]
        choices = [
            i for i, degree in enumerate(divisor.degrees())
            if degree > 0 and field.generators[i].kind == "letter"
        ]  # fmt: skip
        for index in sorted(choices, key=lambda i: not _leading(divisor, i).is_constant()):
            quotient, remainder, factor = _pseudo_divided(field, rest.num, divisor, index)
            # factor * rest.num = quotient * divisor + remainder
            scale = field.whole_quotient(factor * rest.den)
            cofactor = field.whole_quotient(quotient * equation.den) / scale
            if cofactor.is_zero():
                continue
            cofactors.append([number_, cofactor])
            rest = field.whole_quotient(remainder) / scale
            break
    return rest, cofactors


def _leading(poly: fmpq_mpoly, index: int) -> fmpq_mpoly:
    degree = int(poly.degrees()[index])
    for _ in range(degree):
        poly = poly.derivative(index)
    return poly


def _pseudo_divided(
    field: Field, poly: fmpq_mpoly, divisor: fmpq_mpoly, index: int
) -> tuple[fmpq_mpoly, fmpq_mpoly, fmpq_mpoly]:
    """Divide in one letter: `factor * poly = quotient * divisor + remainder`."""
    degree = int(divisor.degrees()[index])
    variable = field.gen(index).num
    lead = _coefficient(field, divisor, index, degree)
    quotient, factor = field.ring.constant(0), field.ring.constant(1)
    while not poly.is_zero() and int(poly.degrees()[index]) >= degree:
        top = int(poly.degrees()[index])
        term = _coefficient(field, poly, index, top) * variable ** (top - degree)
        if lead.is_constant():
            unit = lead.leading_coefficient()
            poly, quotient = poly - divisor * term / unit, quotient + term / unit
        else:
            poly = poly * lead - divisor * term
            quotient, factor = quotient * lead + term, factor * lead
        if len(poly) > 5000:
            raise Unsupported("side equations that are too large to divide by")
    return quotient, poly, factor


def _coefficient(field: Field, poly: fmpq_mpoly, index: int, degree: int) -> fmpq_mpoly:
    terms = {
        (*e[:index], 0, *e[index + 1 :]): c for e, c in poly.to_dict().items() if e[index] == degree
    }
    return field.ring.from_dict(terms)


def trees_of_solved(low: Lowering) -> dict[str, Tree]:
    """The values of solved letters as trees, to evaluate them at points."""
    return {name: tree_of(low.field, value) for name, value in low.solved.items()}


def tree_of(field: Field, value: Quotient) -> Tree:
    """Give a quotient as a tree."""
    num, den = (_poly_tree(field, poly) for poly in (value.num, value.den))
    return ("over", num, den)


def _poly_tree(field: Field, poly: fmpq_mpoly) -> Tree:
    terms: list[Tree] = []
    for exponents, coefficient in poly.to_dict().items():
        powers: list[Tree] = []
        for index, times in ((i, int(e)) for i, e in enumerate(exponents) if e):
            base = _generator_tree(field, index)
            powers.append(base if times == 1 else ("power", base, number(times)))
        value = Fraction(int(coefficient.p), int(coefficient.q))
        factors = powers if value == 1 and powers else [number(value), *powers]
        terms.append(factors[0] if len(factors) == 1 else ("times", *factors))
    return ("add", *terms) if terms else number(0)


def _generator_tree(field: Field, index: int) -> Tree:
    made = field.generators[index]
    inner = tuple(tree_of(field, quotient) for quotient in made.of)
    match made.kind:
        case "letter":
            return ("letter", made.name)
        case "pi":
            return ("pi",)
        case "root":
            return ("power", *inner, ("number", f"1/{made.degree}"))
        case "whole":
            return ("power", *inner)
        case kind:
            return (kind, *inner)
