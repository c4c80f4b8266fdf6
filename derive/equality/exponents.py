r"""Exponentials, logarithms and powers with whole exponents.

An exponent is split into terms; `exp(c m)` is a power of the generator `exp(m / n)`, n the common
denominator of all c that m occurs with, and `exp(q log v) = v^q`.  A logarithm is split over
the factors of its argument.  A power with a whole exponent is one of `b^m` for each irreducible b.

Source: Risch, Algebraic properties of the elementary functions of analysis (1979).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpz

from derive.equality import roots
from derive.equality.field import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.equality.field import Field
    from derive.equality.lowering import Lowering
    from derive.equality.quotients import Quotient

_MOST = 50_000  # the power of a generator
_MOST_BITS = 200


def terms(field: Field, value: Quotient) -> Iterator[tuple[Fraction, Quotient]]:
    """Split a quotient into terms, each a number times a product: `(x^2 + 2)/x = x + 2 (1/x)`."""
    num, den = value.num, value.den
    whole, rest = (num, None) if den.is_constant() else divmod(num, den)
    for poly, below in ((whole, None), (rest, den)):
        if poly is None:
            continue
        for exponents, coefficient in poly.to_dict().items():
            product = field.whole_quotient(field.poly({exponents: coefficient / coefficient}))
            if below is not None:
                product = product / field.whole_quotient(below)
            yield Fraction(int(coefficient.p), int(coefficient.q)), product


def exponential(low: Lowering, argument: Quotient) -> tuple[Quotient, dict[str, Any]]:
    """Give exp of an argument and its rule."""
    field = low.field
    value, algebraic = field.one, field.one
    exps: dict[int, int] = {}
    logs: list[tuple[int, Fraction]] = []
    wholes: list[list[int]] = []  # a power, the logarithm of its base, how often
    for coefficient, product in terms(field, argument):
        index = field.lone(product)
        if index is not None and field.generators[index].kind == "log":
            logs.append((index, coefficient))
            algebraic *= roots.root(low, field.generators[index].of[0], coefficient) if (
                coefficient.denominator > 1
            ) else field.generators[index].of[0] ** int(coefficient)  # fmt: skip
            continue
        power = _power_of_number(low, product, coefficient)
        if power is not None:
            wholes.append(power)
            value *= field.gen(power[0]) ** power[2]
            continue
        unit = field.shape.common(("exp", *product.key), coefficient.denominator)
        index = field.index("exp", "", (product * field.number(Fraction(1, unit)),))
        times = int(coefficient * unit)
        if abs(times) > _MOST:
            raise Unsupported("an exponent out of bounds")
        exps[index] = exps.get(index, 0) + times
        value *= field.gen(index) ** times
    rule: dict[str, Any] = {"exps": [[i, n] for i, n in exps.items()]}
    rule["logs"] = [[i, str(q)] for i, q in logs]
    rule["wholes"] = wholes
    if any(q.denominator > 1 for _, q in logs):
        rule["root"] = algebraic
    return value * algebraic, rule


def _power_of_number(low: Lowering, product: Quotient, times: Fraction) -> list[int] | None:
    """The generator `b^m` that exp of `m log b` is, for a whole m."""
    field = low.field
    logs = [i for i in product.used() if field.generators[i].kind == "log"]
    if len(logs) != 1 or times.denominator != 1:
        return None
    exponent = product / field.gen(logs[0])
    if logs[0] in exponent.used() or not is_whole(low, exponent):
        return None
    index = field.index("whole", "", (field.generators[logs[0]].of[0], exponent))
    return [index, logs[0], int(times)]


def logarithm(low: Lowering, argument: Quotient) -> tuple[Quotient, dict[str, Any]]:
    """Give log of an argument and its rule."""
    field = low.field
    if argument.is_zero():
        raise Unsupported("the logarithm of 0")
    unit, factors = field.factors(argument)
    logs: dict[int, Fraction] = {}
    exps: dict[int, Fraction] = {}
    together = field.one
    negative = unit < 0
    for factor, times in factors:
        part = field.whole_quotient(factor)
        sign = field.sign(part)
        if sign is None and times % 2:
            together *= part**times
            continue
        if sign is None:
            _add_log(low, logs, exps, part * part, Fraction(times, 2))
        else:
            negative ^= sign < 0 and times % 2 == 1
            _add_log(low, logs, exps, part if sign > 0 else -part, Fraction(times))
    if negative:
        together = -together
    _add_number(low, logs, abs(unit))
    if together != field.one:
        _add_log(low, logs, exps, together, Fraction(1))
    value = field.zero
    for index, share in logs.items():
        value += field.gen(index) * field.number(share)
    for index, share in exps.items():
        value += field.generators[index].of[0] * field.number(share)
    return value, {
        "logs": [[i, str(q)] for i, q in logs.items() if q],
        "exps": [[i, str(q)] for i, q in exps.items() if q],
    }


def _add_log(
    low: Lowering, logs: dict[int, Fraction], exps: dict[int, Fraction], base: Quotient,
    times: Fraction,
) -> None:  # fmt: skip
    """Add `times * log(base)` of a positive base."""
    field = low.field
    index = field.lone(base)
    made = None if index is None else field.generators[index]
    if index is not None and made is not None and made.kind == "exp":
        exps[index] = exps.get(index, Fraction(0)) + times
        return
    if made is not None and made.kind == "root":
        constant = field.constant_of(made.of[0])
        if constant is not None:
            _add_number(low, logs, constant, times / made.degree)
        else:
            _add_log(low, logs, exps, made.of[0], times / made.degree)
        return
    conjugate = _conjugate(field, base)
    norm = base if conjugate is None else field.reduced(base * conjugate)
    # A norm with other roots could have conjugates without end.
    plain = all(field.generators[i].kind != "root" for i in norm.used())
    if conjugate is not None and plain:
        _, rule = logarithm(low, norm)
        for kind, known in (("logs", logs), ("exps", exps)):
            for index, share in rule[kind]:
                known[index] = known.get(index, Fraction(0)) + Fraction(share) * times
        base, times = conjugate, -times
    index = field.index("log", "", (base,))
    logs[index] = logs.get(index, Fraction(0)) + times


def _conjugate(field: Field, base: Quotient) -> Quotient | None:
    """`a + b sqrt(c)` for `a - b sqrt(c)` or `b sqrt(c) - a`, where a and b are positive."""
    for index in base.used():
        made = field.generators[index]
        if made.kind == "root" and made.degree == 2 and base.num.degrees()[index] == 1:
            term = field.whole_quotient(base.num.derivative(index)) * field.gen(index)
            signs = field.sign(base - term), field.sign(term)
            if signs in {(1, -1), (-1, 1)} and field.sign(base) == 1:
                conjugate = base - term * field.number(2)
                return conjugate if signs[0] == 1 else -conjugate
    return None


def _add_number(
    low: Lowering, logs: dict[int, Fraction], value: Fraction, times: Fraction = Fraction(1)
) -> None:
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        if part == 1:
            continue
        primes = fmpz(part).factor() if part.bit_length() <= _MOST_BITS else [(part, 1)]
        for prime, power in primes:
            index = low.field.index("log", "", (low.field.number(int(prime)),))
            logs[index] = logs.get(index, Fraction(0)) + sign * int(power) * times


# --- whole exponents ---


def is_whole(low: Lowering, value: Quotient) -> bool:
    """Whether a quotient is a polynomial over the whole numbers in whole letters."""
    if not value.den.is_constant():
        return False
    lead = value.den.leading_coefficient()
    made = [low.field.generators[i] for i in value.used()]
    return all((c / lead).q == 1 for c in value.num.coeffs()) and all(
        g.kind == "factorial" or (g.kind == "letter" and g.name in low.whole) for g in made
    )


def whole_power(
    low: Lowering, base: Quotient, exponent: Quotient
) -> tuple[Quotient, dict[str, Any]]:
    """Give `base ** exponent` for a whole exponent, and its rule."""
    field = low.field
    unit, factors = field.factors(base)
    parts = []
    for factor, times in factors:
        part = field.whole_quotient(factor)
        if field.sign(part) == -1:
            part, unit = -part, -unit if times % 2 else unit
        parts.append((part, times))
    if unit < 0:
        parts.append((field.number(-1), 1))
    for number, sign in ((abs(unit).numerator, 1), (abs(unit).denominator, -1)):
        if number.bit_length() > _MOST_BITS:
            raise Unsupported("the power of a very large number")
        parts += [(field.number(int(p)), sign * int(n)) for p, n in fmpz(number).factor()]
    value, written = field.one, []
    for part, times in parts:
        power, powers, rest = _irreducible_power(low, part, exponent)
        value *= power**times
        written.append([part, times, powers, rest])
    return value, {"factors": written}


def _irreducible_power(
    low: Lowering, base: Quotient, exponent: Quotient
) -> tuple[Quotient, list[list[Any]], int]:
    """Give a power of one base, the generators it is made of, and the number in its exponent."""
    field = low.field
    value, powers, rest = field.one, [], 0
    for coefficient, product in terms(field, exponent):
        if product == field.one:
            rest = int(coefficient)
            value *= base**rest
            continue
        index = field.lone(base)
        made = None if index is None else field.generators[index]
        if made is not None and made.kind == "exp":
            _, rule = exponential(low, made.of[0] * product)
            ((index, times),) = rule["exps"] or [[0, 0]]
            if times != 1:
                raise Unsupported("a power of an exponential with a broken exponent")
        else:
            index = field.index("whole", "", (base, product))
        powers.append([index, int(coefficient)])
        value *= field.gen(index) ** int(coefficient)
    return value, powers, rest
