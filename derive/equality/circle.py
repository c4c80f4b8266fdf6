r"""Points of the unit circle and angles.

`cos` and `sin` of a sum are the product of complex numbers of length 1; a rational multiple
of pi is a root of unity, made of those for pi/2^a, pi/3 and pi/5.  An angle `arctan u` is a
sum of others where the product of their directions says so up to a multiple of pi; for
rational u the directions of Gaussian primes are a basis (Machin's formula is found by
factoring).

Source: Todd, A problem on arc tangent relations (Amer. Math. Monthly 56, 1949).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product as grid
from typing import TYPE_CHECKING, Any, TypeAlias

from flint import arb, fmpz

from derive.equality import roots
from derive.equality.exponents import is_whole, terms
from derive.equality.field import Unsupported

if TYPE_CHECKING:
    from derive.equality.lowering import Lowering
    from derive.equality.quotients import Quotient

    Angle: TypeAlias = int  # the number of a generator
    Complex: TypeAlias = tuple[Quotient, Quotient]

_MOST_TIMES = 64
_MOST_BITS = 120
_TURNS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 20, 24, 30, 40, 60)  # denominators that are built
_FEW = 3  # angles that a relation is searched among


# --- cosines and sines ---


def point(low: Lowering, argument: Quotient) -> tuple[Quotient, Quotient, dict[str, Any]]:
    """Give cos and sin of an argument, and their rule."""
    field = low.field
    found: Complex = (field.one, field.zero)
    pairs: list[list[int]] = []
    arcs: list[list[Any]] = []
    turns: list[list[int]] = []
    turn = Fraction(0)
    for coefficient, product in terms(field, argument):
        kind = _kind(low, product)
        if kind == "pi" and coefficient.denominator in _TURNS:
            turn = coefficient
        elif coefficient.denominator == 1 and (index := _whole_turn(low, product)) is not None:
            times = _bounded(coefficient)
            found = multiplied(low, found, (field.gen(index) ** times, field.zero))
            turns.append([index, times])
        elif kind in {"arctan", "arcsin"} and coefficient.denominator == 1:
            index = product.used()[0]
            across, up = direction(low, index)
            norm = roots.root(low, field.reduced(across * across + up * up), Fraction(1, 2))
            times = _bounded(coefficient)
            found = multiplied(low, found, power(low, (across / norm, up / norm), times))
            arcs.append([index, times, norm])
        else:
            found = _turned_by(low, found, pairs, coefficient, product)
    rule: dict[str, Any] = {"circle": pairs, "arcs": arcs, "turns": turns}
    if turn:
        corner = root_of_unity(low, turn)
        found = multiplied(low, found, corner)
        rule["turn"] = [str(turn), *corner]
    return (*found, rule)


def _whole_turn(low: Lowering, product: Quotient) -> int | None:
    """The generator `(-1)^m` for a product `pi m` with a whole m."""
    field = low.field
    pi = next((i for i in product.used() if field.generators[i].kind == "pi"), None)
    if pi is None or product == field.gen(pi):
        return None
    times = product / field.gen(pi)
    if pi in times.used() or not is_whole(low, times):
        return None
    return field.index("whole", "", (field.number(-1), times))


def _turned_by(
    low: Lowering, found: Complex, pairs: list[list[int]], coefficient: Fraction, product: Quotient
) -> Complex:
    """Multiply by the point at an angle that is a term like any other."""
    field = low.field
    unit = field.shape.common(("circle", *product.key), coefficient.denominator)
    of = (product * field.number(Fraction(1, unit)),)
    index = field.index("cos", "", of)
    if field.index("sin", "", of) != index + 1:
        raise Unsupported("a sine apart from its cosine")
    times = _bounded(coefficient * unit)
    pairs.append([index, times])
    return multiplied(low, found, power(low, (field.gen(index), field.gen(index + 1)), times))


def _bounded(times: Fraction) -> int:
    if abs(times) > _MOST_TIMES:
        raise Unsupported("a multiple of an angle that is too high to expand")
    return int(times)


def _kind(low: Lowering, product: Quotient) -> str:
    index = low.field.lone(product)
    return "" if index is None else low.field.generators[index].kind


def multiplied(low: Lowering, one: Complex, two: Complex) -> Complex:
    """Multiply complex numbers."""
    reduced = low.field.reduced
    return (
        reduced(one[0] * two[0] - one[1] * two[1]),
        reduced(one[0] * two[1] + one[1] * two[0]),
    )


def power(low: Lowering, value: Complex, times: int) -> Complex:
    """Raise to a whole power; for a negative one the length is taken to be 1."""
    if times < 0:
        value, times = (value[0], -value[1]), -times
    found: Complex = (low.field.one, low.field.zero)
    while times:
        if times % 2:
            found = multiplied(low, found, value)
        times //= 2
        if times:
            value = multiplied(low, value, value)
    return found


def root_of_unity(low: Lowering, turn: Fraction) -> Complex:
    """Give (cos, sin) of a rational multiple of pi whose denominator is in `_TURNS`."""
    field = low.field
    found: Complex = (field.one, field.zero)
    rest = turn
    for prime in (3, 5):
        if turn.denominator % prime == 0:
            other = turn.denominator // prime
            times = turn.numerator * pow(other, -1, prime) % prime
            rest -= Fraction(times, prime)
            found = multiplied(low, found, power(low, _unit(low, prime), times))
    part = power(low, _unit(low, rest.denominator), rest.numerator % (2 * rest.denominator))
    return multiplied(low, found, part)


def _unit(low: Lowering, order: int) -> Complex:
    """(cos, sin)(pi / order), for a power of 2, 3 or 5."""
    field = low.field

    def number(top: int, below: int = 1) -> Quotient:
        return field.number(Fraction(top, below))

    def square_root(value: Quotient) -> Quotient:
        return roots.root(low, value, Fraction(1, 2))

    match order:
        case 1:
            return number(-1), field.zero
        case 2:
            return field.zero, field.one
        case 3:
            return number(1, 2), square_root(number(3)) / number(2)
        case 5:
            five = square_root(number(5))
            return (field.one + five) / number(4), square_root(
                number(10) - number(2) * five
            ) / number(4)
        case _:
            cosine, sine = _unit(low, order // 2)
            half = square_root((field.one + cosine) / number(2))
            return half, field.reduced(sine / (number(2) * half))


# --- angles ---


def direction(low: Lowering, index: int) -> Complex:
    """A vector at an angle: (1, u) at arctan u, (sqrt(1 - u^2), u) at arcsin u."""
    made = low.field.generators[index]
    return made.beside or low.field.one, made.of[0]


def inverse(low: Lowering, name: str, argument: Quotient) -> tuple[Quotient, dict[str, Any]]:
    """Give arctan or arcsin of an argument through angles that are there, and the rule."""
    field = low.field
    rule: dict[str, Any] = {}
    across = field.one
    if name == "arcsin":
        across = roots.root(low, field.reduced(field.one - argument * argument), Fraction(1, 2))
        rule["beside"] = across
    constant = field.constant_of(argument)
    beside = field.constant_of(across)
    if constant is not None and beside:
        return _of_rational(low, constant / beside, rule)
    exact = _values(low, name, argument)
    related = _related(low, (across, argument), exact)
    if related is None:
        index = field.index(name, "", (argument,), 0, across if name == "arcsin" else None)
        if index not in low.angles:
            low.angles.append(index)
        related = [(index, 1)], Fraction(0)
    return _combined(low, *related, rule)


def _combined(
    low: Lowering, arcs: list[tuple[int, int]], turn: Fraction, rule: dict[str, Any]
) -> tuple[Quotient, dict[str, Any]]:
    """Give the sum of multiples of angles and of pi, and its rule."""
    field = low.field
    value = field.zero
    for index, times in arcs:
        value += field.gen(index) * field.number(times)
    rule["arcs"] = [[index, times] for index, times in arcs]
    if turn:
        value += field.gen(field.index("pi")) * field.number(turn)
        rule["turn"] = [str(turn), *root_of_unity(low, turn)]
    return value, rule


def _values(low: Lowering, name: str, argument: Quotient) -> list[arb]:
    values = low.field.values(argument)
    return [value.atan() if name == "arctan" else value.asin() for value in values]


def _related(
    low: Lowering, vector: Complex, exact: list[arb]
) -> tuple[list[tuple[int, int]], Fraction] | None:
    """Find the angle of a vector as a combination of a few angles and a multiple of pi."""
    if not exact or not all(value.is_finite() for value in exact):
        return None
    known = low.angles[-_FEW:]
    worth = [low.field.values(low.field.gen(index)) for index in known]
    if any(len(values) != len(exact) for values in worth):
        return None
    for times in sorted(grid((0, 1, -1, 2, -2), repeat=len(known)), key=lambda v: sum(map(abs, v))):
        away = [
            (value - sum((n * w[i] for n, w in zip(times, worth, strict=True)), arb(0))) / arb.pi()
            for i, value in enumerate(exact)
        ]
        turn = _same_turn(away)
        if turn is None:
            continue
        arcs = [(index, n) for index, n in zip(known, times, strict=True) if n]
        if _aligned(low, vector, arcs, turn):
            return arcs, turn
    return None


def _same_turn(values: list[arb]) -> Fraction | None:
    """The multiple of 1/60 or 1/16 that all values may be, or None."""
    for denominator in (60, 24, 16, 40):
        scaled = [value * denominator for value in values]
        whole = scaled[0].unique_fmpz()
        if whole is not None and all(value.unique_fmpz() == whole for value in scaled):
            turn = Fraction(int(whole), denominator)
            if turn.denominator in _TURNS and all(value.rad() < arb("1e-10") for value in scaled):
                return turn
    return None


def _aligned(low: Lowering, vector: Complex, arcs: list[tuple[int, int]], turn: Fraction) -> bool:
    """Whether a vector points where a combination of angles does, up to a half turn."""
    found = root_of_unity(low, turn)
    for index, times in arcs:
        across, up = direction(low, index)
        up = -up if times < 0 else up
        found = multiplied(low, found, power(low, (across, up), abs(times)))
    _, turned = multiplied(low, (vector[0], -vector[1]), found)
    return low.field.vanishes(turned)


def _of_rational(
    low: Lowering, value: Fraction, rule: dict[str, Any]
) -> tuple[Quotient, dict[str, Any]]:
    """Give arctan of a rational number through the angles of Gaussian primes."""
    x, y = value.denominator, value.numerator
    norm = x * x + y * y
    if norm.bit_length() > _MOST_BITS:
        raise Unsupported("the arctangent of a fraction of very large numbers")
    arcs: list[tuple[int, int]] = []
    rest = (arb(y) / arb(x)).atan()
    for prime, times in fmpz(norm).factor():
        if prime == 2:
            continue
        u, v = _two_squares(int(prime))
        index = low.field.index("arctan", "", (low.field.number(Fraction(v, u)),))
        # z is divisible by u + iv exactly if z (u - iv) / p is a Gaussian integer
        sign = 1 if (x * u + y * v) % prime == 0 and (y * u - x * v) % prime == 0 else -1
        arcs.append((index, sign * int(times)))
        rest -= sign * int(times) * (arb(v) / arb(u)).atan()
    turn = Fraction(int((rest / arb.pi() * 4 + arb("0.5")).floor().unique_fmpz() or 0), 4)
    return _combined(low, arcs, turn, rule)


def _two_squares(prime: int) -> tuple[int, int]:
    """Write a prime of the form 4k + 1 as u^2 + v^2 with u > v > 0 (Cornacchia, 1908)."""
    root = next(
        r for r in (pow(a, (prime - 1) // 4, prime) for a in range(2, prime))
        if r * r % prime == prime - 1
    )  # fmt: skip
    a, b = prime, root
    while b * b > prime:
        a, b = b, a % b
    u, v = b, a % b
    return max(u, v), min(u, v)
