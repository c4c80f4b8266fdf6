"""The field of functions that a statement is lowered into, built as it is needed.

Generators are made when a function of new arguments is met.  Some must be chosen with all
arguments in view (the degree of a root, the unit of an exponent): then the `Shape` is told
and the field is built again.

Signs are guessed from values at points; the proof that comes of a guess is checked later.

Source: Geddes, Czapor & Labahn, Algorithms for Computer Algebra (1992), ch. 3 and 12.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any, TypeAlias

from flint import arb, fmpq, fmpq_mpoly_ctx

from derive.equality.quotients import Quotient

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flint import fmpq_mpoly

Key: TypeAlias = tuple[Any, ...]
_SIZES = (8, 16, 32, 64, 128)


class Again(Exception):
    """The shape has changed: the field must be built anew."""


class Unsupported(Exception):
    """The search has no way to go on; the message says where."""


@dataclass
class Shape:
    """What must be known before generators are made."""

    size: int = 0  # an index into _SIZES
    units: dict[Key, int] = field(default_factory=dict)  # common denominators
    least: dict[Key, int] = field(default_factory=dict)  # the least shift of a factorial
    split: bool = True  # whether a sign that holds at all points is relied upon

    def common(self, key: Key, denominator: int) -> int:
        """Give the common denominator for a key, so far; raise Again where it grows."""
        known = self.units.get(key, 1)
        grown = lcm(known, denominator)
        if grown != known:
            self.units[key] = grown
            raise Again
        return known

    def lowest(self, key: Key, shift: int) -> int:
        """Give the least shift for a key, so far; raise Again where it falls."""
        known = self.least.get(key)
        if known is None or shift < known:
            self.least[key] = shift
            if known is not None:
                raise Again
        return self.least[key]


@dataclass(frozen=True)
class Generator:
    """A letter, pi, or a function of quotients."""

    kind: str
    name: str = ""
    of: tuple[Quotient, ...] = ()
    degree: int = 0
    beside: Quotient | None = None

    def written(self) -> dict[str, Any]:
        """The generator as JSON."""
        found: dict[str, Any] = {"kind": self.kind}
        if self.kind == "letter":
            found["name"] = self.name
        if self.of:
            found["of"] = [quotient.written() for quotient in self.of]
        if self.degree:
            found["degree"] = self.degree
        if self.beside is not None:
            found["beside"] = self.beside.written()
        return found


class Field:
    """Generators, arithmetic modulo their relations, and values at the points."""

    def __init__(self, shape: Shape, points: Sequence[Mapping[str, arb]]) -> None:
        self.shape = shape
        size = _SIZES[shape.size]
        self.ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(size)], "lex")
        self.generators: list[Generator] = []
        self._gens = self.ring.gens()
        self._one = self.ring.constant(1)
        self.one = Quotient(self._one, self._one)
        self.zero = self.number(0)
        self._known: dict[Key, int] = {}
        self._relations: dict[int, tuple[int, Quotient]] = {}  # a known power, and its value
        self._points = points
        self._values: list[dict[int, arb]] = [{} for _ in points]

    # --- generators ---

    def index(
        self, kind: str, name: str = "", of: tuple[Quotient, ...] = (), degree: int = 0,
        beside: Quotient | None = None,
    ) -> int:  # fmt: skip
        """Give the number of a generator, made if it is new."""
        key = (kind, name, *(x.key for x in of))
        found = self._known.get(key)
        if found is not None:
            return found
        if len(self.generators) == len(self._gens):
            if self.shape.size + 1 == len(_SIZES):
                raise Unsupported("too many different functions")
            self.shape.size += 1
            raise Again
        self.generators.append(Generator(kind, name, of, degree, beside))
        number = self._known[key] = len(self.generators) - 1
        relation = self._relation(number)
        if relation is not None:
            self._relations[number] = relation
        return number

    def gen(self, index: int) -> Quotient:
        """Give a generator as a quotient."""
        return Quotient(self._gens[index], self._one)

    def lone(self, quotient: Quotient) -> int | None:
        """The generator that a quotient is, and nothing else."""
        used = quotient.used()
        return used[0] if len(used) == 1 and quotient == self.gen(used[0]) else None

    def number(self, value: Fraction | int) -> Quotient:
        """Give a rational number."""
        exact = value if isinstance(value, int) else fmpq(value.numerator, value.denominator)
        return Quotient(self.ring.constant(exact), self._one)

    def poly(self, terms: Mapping[tuple[int, ...], fmpq]) -> fmpq_mpoly:
        """Give a polynomial by its terms."""
        return self.ring.from_dict(dict(terms))

    def whole_quotient(self, poly: fmpq_mpoly) -> Quotient:
        """Give a polynomial as a quotient."""
        return Quotient(poly, self._one)

    def constant_of(self, quotient: Quotient) -> Fraction | None:
        """The rational number that a quotient is, or None."""
        if not quotient.is_constant():
            return None
        if quotient.num.is_zero():
            return Fraction(0)
        value = quotient.num.leading_coefficient() / quotient.den.leading_coefficient()
        return Fraction(int(value.p), int(value.q))

    # --- relations ---

    def reduced(self, quotient: Quotient) -> Quotient:
        """Lower the powers of roots, sines and signs in numerator and denominator."""
        if not self._relations:
            return quotient
        num, den, changed = quotient.num, quotient.den, False
        for index, (degree, _) in reversed(self._relations.items()):
            if max(num.degrees()[index], den.degrees()[index]) < degree:
                continue
            num, below = self._lowered(num, index)
            den, above = self._lowered(den, index)
            num, den, changed = num * above, den * below, True
        if den.is_zero():
            raise ZeroDivisionError
        return Quotient.of(num, den) if changed else quotient

    def rationalised(self, quotient: Quotient) -> Quotient:
        """Take square roots out of the denominator by its conjugates."""
        for index in reversed(range(len(self.generators))):
            made = self.generators[index]
            if made.kind != "root" or made.degree != 2 or quotient.den.degrees()[index] != 1:
                continue
            term = quotient.den.derivative(index) * self._gens[index]
            conjugate = self.whole_quotient(quotient.den - 2 * term)
            below = self.reduced(self.whole_quotient(quotient.den) * conjugate)
            if not below.is_zero():
                quotient = self.reduced(self.whole_quotient(quotient.num) * conjugate) / below
        return quotient

    def vanishes(self, quotient: Quotient) -> bool:
        """Whether the numerator is 0 modulo the relations."""
        num = quotient.num
        for index in reversed(self._relations):
            num, _ = self._lowered(num, index)
        return bool(num.is_zero())

    def _relation(self, index: int) -> tuple[int, Quotient] | None:
        """The power of a generator that is known, and its value."""
        made = self.generators[index]
        match made.kind:
            case "root":
                return made.degree, made.of[0]
            case "sin":
                return 2, self.one - self.gen(index - 1) ** 2
            case "whole" if made.of[0].num == -self._one:
                return 2, self.one
            case _:
                return None

    def _lowered(self, poly: fmpq_mpoly, index: int) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """Give a polynomial with low powers and the polynomial it was multiplied by."""
        degree, value = self._relations[index]
        if poly.is_zero() or poly.degrees()[index] < degree:
            return poly, self._one
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents, coefficient in poly.to_dict().items():
            times, rest = divmod(int(exponents[index]), degree)
            key = (*exponents[:index], rest, *exponents[index + 1 :])
            parts.setdefault(times, {})[key] = coefficient
        most, total = max(parts), self.ring.constant(0)
        for times, part in parts.items():
            total += self.ring.from_dict(part) * value.num**times * value.den ** (most - times)
        return total, value.den**most

    # --- factors ---

    def factors(self, quotient: Quotient) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        """The number in front and the irreducible factors, those below with negative powers."""
        unit = Fraction(1)
        found: list[tuple[fmpq_mpoly, int]] = []
        for poly, sign in ((quotient.num, 1), (quotient.den, -1)):
            if poly.is_constant():
                lead = poly.leading_coefficient()
            else:
                lead, parts = poly.factor()
                found += [(factor, sign * int(times)) for factor, times in parts]
            unit *= Fraction(int(lead.p), int(lead.q)) ** sign
        return unit, found

    # --- values ---

    def sign(self, quotient: Quotient) -> int | None:
        """Guess a sign from the values at the points: 1, -1, or None."""
        constant = self.constant_of(quotient)
        if constant is not None:
            return (constant > 0) - (constant < 0) or None
        if not self.shape.split:
            return None
        found = set()
        for i in range(len(self._points)):
            value = self.at(quotient, i)
            if value is None:
                continue
            found.add(1 if value > 0 else -1 if value < 0 else 0)
        found.discard(0)
        return found.pop() if len(found) == 1 else None

    def values(self, quotient: Quotient) -> list[arb]:
        """The values at the points, where it has one."""
        found = [self.at(quotient, i) for i in range(len(self._points))]
        return [value for value in found if value is not None]

    def at(self, quotient: Quotient, point: int) -> arb | None:
        """Enclose a quotient at a point, or None."""
        try:
            num, den = (self._poly_at(p, point) for p in (quotient.num, quotient.den))
        except KeyError:  # a bound letter has no value
            return None
        if den.contains(0):
            return None
        value = num / den
        return value if value.is_finite() else None

    def _poly_at(self, poly: fmpq_mpoly, point: int) -> arb:
        used = [(i, self._gen_at(i, point)) for i, e in enumerate(poly.degrees()) if e > 0]
        total = arb(0)
        for exponents, coefficient in poly.to_dict().items():
            product = arb(coefficient)
            for index, value in used:
                if exponents[index]:
                    product *= value ** int(exponents[index])
            total += product
        return total

    def _gen_at(self, index: int, point: int) -> arb:
        values = self._values[point]
        if index not in values:
            values[index] = self._computed(self.generators[index], point)
        return values[index]

    def _computed(self, made: Generator, point: int) -> arb:
        if made.kind == "pi":
            return arb.pi()
        if made.kind == "letter":
            return self._points[point][made.name]
        inner = [self.at(quotient, point) for quotient in made.of]
        values = [value for value in inner if value is not None]
        if len(values) < len(inner) or (made.kind == "log" and not values[0] > 0):
            return arb("nan")
        if made.kind == "root" and made.degree % 2 and values[0] < 0:
            return -((-values[0]).root(made.degree))
        return _FUNCTIONS[made.kind](*values, made.degree)


_FUNCTIONS: Mapping[str, Callable[..., arb]] = {
    "root": lambda value, degree: value.root(degree),
    "whole": lambda value, exponent, _: value**exponent,
    "factorial": lambda value, _: (value + 1).gamma(),
    "exp": lambda value, _: value.exp(),
    "log": lambda value, _: value.log(),
    "cos": lambda value, _: value.cos(),
    "sin": lambda value, _: value.sin(),
    "arctan": lambda value, _: value.atan(),
    "arcsin": lambda value, _: value.asin(),
}
