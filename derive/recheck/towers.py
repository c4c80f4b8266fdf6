"""Real numbers as quotients of polynomials in generators, the zero test and signs.

A generator is a letter, pi, or a function of a quotient of earlier generators: an
exponential, a logarithm, a root, a point of the unit circle, an angle, a power with a whole
exponent, a factorial.  A quotient is 0 where its numerator
vanishes modulo `root^n = radicand`, `sin^2 = 1 - cos^2` and `((-1)^n)^2 = 1`.

A sign is derived from intervals (a polynomial with coefficients of one sign in variables
that are not negative), from assumptions, or, for constants, from a ball.

Source: Geddes, Czapor & Labahn, Algorithms for Computer Algebra (1992), ch. 3 and 12.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

from flint import arb, ctx, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from derive.recheck.balls import Json, Tree, Undefined

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KINDS = frozenset(
    {"letter", "pi", "exp", "log", "root", "cos", "sin", "arctan", "arcsin", "whole",
     "factorial"}
)  # fmt: skip
PRECISION = 256
MOST_VARIABLES = 400


class Rejected(Exception):
    """The witness does not show what it is said to show."""


def reject(why: str) -> NoReturn:
    """Raise Rejected."""
    raise Rejected(why)


@dataclass(frozen=True)
class Ratio:
    """A quotient of coprime polynomials in the generators."""

    num: fmpq_mpoly
    den: fmpq_mpoly

    @staticmethod
    def make(num: fmpq_mpoly, den: fmpq_mpoly) -> Ratio:
        """Cancel what is common; the caller has seen to it that `den` is not 0."""
        if den.is_zero():
            reject("a division by 0")
        if den.is_constant():
            return Ratio(num / den, den / den)
        common = num.gcd(den)
        return Ratio(num / common, den / common)

    def __add__(self, other: Ratio) -> Ratio:
        if self.den == other.den:
            return Ratio.make(self.num + other.num, self.den)
        return Ratio.make(self.num * other.den + other.num * self.den, self.den * other.den)

    def __neg__(self) -> Ratio:
        return Ratio(-self.num, self.den)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + (-other)

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio.make(self.num * other.num, self.den * other.den)

    def __truediv__(self, other: Ratio) -> Ratio:
        return Ratio.make(self.num * other.den, self.den * other.num)

    def __pow__(self, exponent: int) -> Ratio:
        if exponent < 0:
            return Ratio.make(self.den**-exponent, self.num**-exponent)
        return Ratio(self.num**exponent, self.den**exponent)


@dataclass(frozen=True)
class Interval:
    """The values that a generator may take; whole: only whole numbers."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = False
    high_closed: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Generator:
    """What a generator is: `kind` of the quotients `of`.

    degree: of a root.  beside: the cosine, not negative, of an arcsine.
    """

    kind: str
    name: str = ""
    of: tuple[Ratio, ...] = ()
    degree: int = 0
    beside: Ratio | None = None


_REAL = Interval()
_POSITIVE = Interval(Fraction(0))
_INTERVALS: Mapping[str, Interval] = {
    "pi": Interval(Fraction(333, 106), Fraction(355, 113)),
    "exp": _POSITIVE,
    "cos": Interval(Fraction(-1), Fraction(1), True, True),
    "sin": Interval(Fraction(-1), Fraction(1), True, True),
    "arctan": Interval(Fraction(-11, 7), Fraction(11, 7)),
    "arcsin": Interval(Fraction(-11, 7), Fraction(11, 7)),
    "factorial": Interval(Fraction(1), None, low_closed=True),
}
Sign = tuple[int, bool]  # +1 or -1, and whether 0 is excluded


class Tower:
    """The generators of one witness, what is assumed of them, and what follows."""

    def __init__(self, stated: list[Any], letters: Mapping[str, Interval]) -> None:
        if len(stated) > MOST_VARIABLES:
            reject("more generators than are read")
        self.ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(max(1, len(stated)))], "lex")
        self.one = self.number(Fraction(1))
        self.letters = letters
        self.generators: list[Generator] = []
        self.polys: dict[str, fmpq_mpoly] = {}  # factors, by how they are written
        self.signs: dict[str, Sign] = {}  # of factors, by assumption
        self.products: list[tuple[Mapping[str, int], Sign]] = []
        self.nonzero: set[str] = set()
        self.legal: set[int] = set()  # generators that are shown to be defined
        self._intervals: dict[int, Interval] = {}
        for entry in stated:
            self.generators.append(self._generator(entry))

    def _generator(self, entry: Mapping[str, Any]) -> Generator:
        kind, name = entry["kind"], entry.get("name", "")
        if kind not in KINDS:
            reject(f"an unknown kind of generator: {kind}")
        if any(g.kind == kind and g.name == name for g in self.generators if kind == "letter"):
            reject("a letter with two generators")
        of = tuple(self.ratio(pair) for pair in entry.get("of", []))
        if len(of) != {"letter": 0, "pi": 0, "whole": 2}.get(kind, 1):
            reject(f"a generator of kind {kind} with {len(of)} arguments")
        degree = int(entry.get("degree", 0))
        if kind == "root" and degree < 2:
            reject("a root of a degree below 2")
        if kind == "sin" and self.generators[-1:] != [Generator("cos", "", of)]:
            reject("a sine without the cosine before it")
        beside = self.ratio(entry["beside"]) if kind == "arcsin" else None
        return Generator(kind, name, of, degree, beside)

    # --- polynomials ---

    def ratio(self, pair: Json) -> Ratio:
        """Read a quotient in the generators that are there already."""
        return Ratio.make(self._poly(pair[0]), self._poly(pair[1]))

    def _poly(self, terms: Json) -> fmpq_mpoly:
        known = len(self.generators)
        found: dict[tuple[int, ...], fmpq] = {}
        for coefficient, powers in terms:
            exponents = [0] * self.ring.nvars()
            for index, power in powers:
                if not 0 <= index < known or power < 0:
                    reject("a polynomial in generators that are not there")
                exponents[index] = power
            value = Fraction(coefficient)
            found[tuple(exponents)] = fmpq(value.numerator, value.denominator)
        return self.ring.from_dict(found)

    def gen(self, index: int, kind: str = "") -> Ratio:
        """Give a generator, of the kind that is needed."""
        if not 0 <= index < len(self.generators):
            reject("a generator that is not there")
        if kind and self.generators[index].kind != kind:
            reject(f"a generator that is no {kind}")
        return Ratio(self.ring.gen(index), self.ring.constant(1))

    def trusted(self, pair: Json) -> Ratio:
        """Read a quotient that a rule gives: it is defined wherever the assumptions hold."""
        ratio = self.ratio(pair)
        self.require_legal(ratio)
        if not self.is_nonzero(Ratio(ratio.den, self.ring.constant(1))):
            reject("a divisor that is not shown to differ from 0")
        return ratio

    def require_legal(self, ratio: Ratio) -> None:
        """See to it that every generator in a quotient is a real number by the assumptions."""
        for poly in (ratio.num, ratio.den):
            for index in (i for i, degree in enumerate(poly.degrees()) if degree > 0):
                if index not in self.legal:
                    self._require_generator(self.generators[index])
                    self.legal.add(index)

    def _require_generator(self, made: Generator) -> None:
        for ratio in made.of:
            self.require_legal(ratio)
            if not self.is_nonzero(Ratio(ratio.den, self.ring.constant(1))):
                reject("a generator of what may be undefined")
        first = self.sign(made.of[0]) if made.of else None
        lawful = True
        match made.kind:
            case "log":
                lawful = first == (1, True)
            case "root":
                lawful = made.degree % 2 == 1 or (first is not None and first[0] >= 0)
            case "arcsin" if made.beside is not None:
                self.require_legal(made.beside)
                square = self.one - made.of[0] ** 2
                sign = self.sign(made.beside)
                lawful = sign is not None and sign[0] >= 0
                lawful = lawful and self.vanishes(made.beside**2 - square)
            case "factorial":
                lawful = self.is_whole(made.of[0]) and first is not None and first[0] >= 0
            case "whole":
                exponent = self.sign(made.of[1])
                natural = exponent is not None and exponent[0] >= 0
                lawful = self.is_whole(made.of[1]) and (natural or self.is_nonzero(made.of[0]))
            case _:
                pass
        if not lawful:
            reject(f"a {made.kind} that may be undefined")

    def is_whole(self, ratio: Ratio) -> bool:
        """Whether a quotient is a polynomial over Z in what is whole."""
        used = [i for i, degree in enumerate(ratio.num.degrees()) if degree > 0]
        return (
            ratio.den.is_constant()
            and all(value.q == 1 for value in (ratio.num / ratio.den).coeffs())
            and all(self.interval(i).whole or self.generators[i].kind == "factorial" for i in used)
        )

    def number(self, value: Fraction) -> Ratio:
        """Give a rational number."""
        exact = fmpq(value.numerator, value.denominator)
        return Ratio(self.ring.constant(exact), self.ring.constant(1))

    def put(self, poly: Ratio, index: int, value: Ratio) -> Ratio:
        """Put a quotient for a generator in a polynomial."""
        total = self.number(Fraction(0))
        one = self.ring.constant(1)
        for exponents, coefficient in poly.num.to_dict().items():
            key = (*exponents[:index], 0, *exponents[index + 1 :])
            rest = Ratio(self.ring.from_dict({key: coefficient}), one)
            total += rest * value ** int(exponents[index])
        return total

    # --- the zero test ---

    def vanishes(self, ratio: Ratio) -> bool:
        """Whether a quotient is 0 by the relations between the generators."""
        num = ratio.num
        for index in reversed(range(len(self.generators))):
            num = self._lowered(num, index)
        return bool(num.is_zero())

    def _lowered(self, num: fmpq_mpoly, index: int) -> fmpq_mpoly:
        """Replace high powers of a generator by its relation.

        What is left is 0 only if `num` is: it is `num` times a power of the denominator of
        the radicand, which is not 0.
        """
        made = self.generators[index]
        if made.kind == "root":
            degree, value = made.degree, made.of[0]
        elif made.kind == "sin":
            degree, value = 2, self.one - self.gen(index - 1) ** 2
        elif made.kind == "whole" and made.of[0] == self.number(Fraction(-1)):
            degree, value = 2, self.one
        else:
            return num
        if num.is_zero() or num.degrees()[index] < degree:
            return num
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents, coefficient in num.to_dict().items():
            times, rest = divmod(exponents[index], degree)
            key = (*exponents[:index], rest, *exponents[index + 1 :])
            parts.setdefault(times, {})[key] = coefficient
        most, total = max(parts), self.ring.constant(0)
        for times, part in parts.items():
            total += self.ring.from_dict(part) * value.num**times * value.den ** (most - times)
        return total

    # --- signs ---

    def sign(self, ratio: Ratio) -> Sign | None:
        """Derive a sign, or None."""
        return self._product_sign(
            self._factors(ratio.num) | self._factors(ratio.den), _leading(ratio)
        )

    def is_nonzero(self, ratio: Ratio) -> bool:
        """Whether a quotient is shown not to be 0."""
        return not ratio.num.is_zero() and all(
            self._factor_nonzero(factor) for factor in self._factors(ratio.num)
        )

    def assume(self, kind: str, ratio: Ratio) -> None:
        """Take it as known that a quotient is positive, nonnegative or nonzero."""
        factors = self._factors(ratio.num) | self._factors(ratio.den)
        self._intervals.clear()
        if kind != "nonnegative":
            self.nonzero |= set(factors)
        if kind != "nonzero":
            self.products.append((factors, (_leading(ratio), kind == "positive")))
        for _ in self.products:
            for product, (sign, strict) in self.products:
                unknown, known = self._split(product)
                if len(unknown) == 1 and product[min(unknown)] % 2:
                    self.signs[unknown.pop()] = sign * known, strict

    def _product_sign(self, factors: Mapping[str, int], sign: int) -> Sign | None:
        unknown, known = self._split(factors)
        sign *= known
        if not unknown:
            return (sign, True) if sign else (1, False)
        for product, (other, positive) in self.products:
            rest, inside = self._split(product)
            if rest == unknown and all((factors[f] - product[f]) % 2 == 0 for f in rest):
                return sign * inside * other, positive
        for factor in unknown:
            if factors[factor] % 2 == 0:
                continue
            found = self._factor_sign(factor)
            if found is None:
                return None
            sign *= found[0]
        return sign, False

    def _split(self, product: Mapping[str, int]) -> tuple[set[str], int]:
        """The factors that may be 0, or whose odd power is of unknown sign; the others' sign."""
        unknown, sign = set(), 1
        for factor, times in product.items():
            if times % 2 == 0 and self._factor_nonzero(factor):
                continue
            found = self._factor_sign(factor)
            if found is None or not found[1]:
                unknown.add(factor)
            elif times % 2:
                sign *= found[0]
        return unknown, sign

    def _factors(self, poly: fmpq_mpoly) -> dict[str, int]:
        """The irreducible factors over Q, by how they are written, each with its multiplicity."""
        if poly.is_constant():
            return {}
        found = [(str(factor), factor, int(times)) for factor, times in poly.factor()[1]]
        self.polys |= {name: factor for name, factor, _ in found}
        return {name: times for name, _, times in found}

    def _factor_nonzero(self, factor: str) -> bool:
        if factor in self.nonzero:
            return True
        sign = self._factor_sign(factor)
        return sign is not None and sign[1]

    def _factor_sign(self, factor: str) -> Sign | None:
        found = self.signs.get(factor)
        if found is None:
            found = self.interval_sign(self.polys[factor]) or self._beyond_known(factor)
        if found is not None and not found[1] and factor in self.nonzero:
            return found[0], True
        return found

    def _beyond_known(self, factor: str) -> Sign | None:
        """Derive the sign of an expression that exceeds one of known sign: k >= m, m >= 0."""
        for known, (sign, strict) in self.signs.items():
            for target in (1, -1):
                away = self.polys[factor] * target - self.polys[known] * sign
                found = self.interval_sign(away, 0)
                if found is not None and found[0] >= 0:
                    return target, strict or found[1]
        return None

    def interval_sign(self, poly: fmpq_mpoly, depth: int = 3) -> Sign | None:
        """Derive a sign from the intervals of the generators alone."""
        if poly.is_constant():
            value = Fraction(str(poly.leading_coefficient())) if not poly.is_zero() else 0
            return ((value > 0) - (value < 0), bool(value))
        used = [i for i, degree in enumerate(poly.degrees()) if degree > 0]
        if not any(self._involves_letters(i) for i in used):
            with ctx.workprec(PRECISION):
                ball = self.enclose(Ratio(poly, self.ring.constant(1)), {})
            return (1, True) if ball > 0 else (-1, True) if ball < 0 else None
        for sign in (1, -1):
            found = self._has_positive_coefficients(poly * sign, used)
            if found is not None:
                return sign, found
        if not depth:
            return None
        return self._definite(poly, used, depth) or self._conjugate(poly, used, depth)

    def _conjugate(self, poly: fmpq_mpoly, used: list[int], depth: int) -> Sign | None:
        """Derive the sign of `a + b sqrt(c)` from that of b and `b^2 c - a^2 >= 0`."""
        for index in used:
            made = self.generators[index]
            if made.kind != "root" or made.degree != 2 or poly.degrees()[index] != 1:
                continue
            slope, low = poly.derivative(index), poly.subs({f"g{index}": 0})
            lead = self.interval_sign(slope, depth - 1)
            norm = slope**2 * made.of[0].num - low**2 * made.of[0].den
            away = self.interval_sign(norm * made.of[0].den, depth - 1)
            if lead is not None and lead[1] and away is not None and away[0] >= 0:
                return lead[0], away[1]
        return None

    def _definite(self, poly: fmpq_mpoly, used: list[int], depth: int) -> Sign | None:
        """Derive the sign of `a v^2 + b v + c` from a > 0 and 4ac - b^2 >= 0."""
        for index in used:
            if poly.degrees()[index] != 2:
                continue
            first = poly.derivative(index)
            twice = first.derivative(index)  # 2a
            low, slope = (p.subs({f"g{index}": 0}) for p in (poly, first))
            lead = self.interval_sign(twice, depth - 1)
            if lead is None or not lead[1]:
                continue
            rest = self.interval_sign(2 * twice * low - slope**2, depth - 1)
            if rest is not None and rest[0] >= 0:
                return lead[0], rest[1]
        return None

    def _has_positive_coefficients(self, poly: fmpq_mpoly, used: list[int]) -> bool | None:
        """Whether 0 is excluded, where every coefficient is positive; else None."""
        degrees = poly.degrees()
        loose, weak, ends = [], [], []  # unbounded; may reach an end of the half-line; the far one
        for index in used:
            interval = self.interval(index)
            low, high = interval.low, interval.high
            if low is None and high is None:
                loose.append(index)
                continue
            weak += [index] * (interval.low_closed or interval.high_closed)
            ends += [index] * (interval.high_closed and low is not None)
            poly = self._on_half_line(poly, index, low, high)
        near = far = False  # a term that is left where what may vanish, vanishes; or at the end
        for exponents, coefficient in poly.to_dict().items():
            if coefficient < 0 or any(exponents[i] % 2 for i in loose):
                return None
            left = [i for i in (*loose, *weak) if exponents[i]]
            near = near or not left
            far = far or (left == ends != [] and exponents[left[0]] == degrees[left[0]])
        return near and (not ends or (len(ends) == 1 and far))

    def interval(self, index: int) -> Interval:
        """Give the values that a generator may take, by what is assumed now."""
        if index not in self._intervals:
            self._intervals[index] = _REAL  # while the signs of what it is made of are derived
            self._intervals[index] = self._interval(self.generators[index])
        return self._intervals[index]

    def _interval(self, made: Generator) -> Interval:
        if made.kind == "letter":
            return self.letters.get(made.name, _REAL)
        if made.kind == "root" and made.degree % 2 == 0:
            return Interval(Fraction(0), None, low_closed=self.sign(made.of[0]) != (1, True))
        if made.kind == "whole" and self.sign(made.of[0]) == (1, True):
            return _POSITIVE
        return _INTERVALS.get(made.kind, _REAL)

    def _on_half_line(
        self, poly: fmpq_mpoly, index: int, low: Fraction | None, high: Fraction | None
    ) -> fmpq_mpoly:
        """Put for a generator what is in its interval exactly if the new one is positive."""
        t, one = self.ring.gen(index), self.ring.constant(1)
        if low == 0 and high is None:
            return poly
        ends = [fmpq(x.numerator, x.denominator) for x in (low, high) if x is not None]
        if len(ends) == 1:
            num, den = (ends[0] + t if high is None else ends[0] - t), one
        else:
            num, den = ends[0] + ends[1] * t, one + t
        degree, total = poly.degrees()[index], self.ring.constant(0)
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents, coefficient in poly.to_dict().items():
            key = (*exponents[:index], 0, *exponents[index + 1 :])
            parts.setdefault(exponents[index], {})[key] = coefficient
        for times, part in parts.items():
            total += self.ring.from_dict(part) * num**times * den ** (degree - times)
        return total

    def _involves_letters(self, index: int) -> bool:
        made = self.generators[index]
        return made.kind == "letter" or any(
            self._involves_letters(i)
            for ratio in made.of for poly in (ratio.num, ratio.den)
            for i, degree in enumerate(poly.degrees()) if degree > 0
        )  # fmt: skip

    def forget(self) -> None:
        """Derive the intervals of generators anew: the assumptions have changed."""
        self._intervals.clear()

    # --- trees ---

    def tree(self, ratio: Ratio) -> Tree:
        """Give a quotient as a tree."""
        num, den = (self._poly_tree(poly) for poly in (ratio.num, ratio.den))
        return num if den == ("number", "1") else ("over", num, den)

    def _poly_tree(self, poly: fmpq_mpoly) -> Tree:
        terms: list[Tree] = []
        for exponents, coefficient in poly.to_dict().items():
            powers = [(i, e) for i, e in enumerate(exponents) if e]
            factors: list[Tree] = [
                self._gen_tree(i) if e == 1 else ("power", self._gen_tree(i), ("number", str(e)))
                for i, e in powers
            ]
            if abs(coefficient) != 1 or not factors:
                factors.insert(0, ("number", str(abs(coefficient))))
            term = factors[0] if len(factors) == 1 else ("times", *factors)
            terms.append(term if coefficient > 0 else ("minus", term))
        if not terms:
            return ("number", "0")
        return terms[0] if len(terms) == 1 else ("add", *terms)

    def _gen_tree(self, index: int) -> Tree:
        made = self.generators[index]
        inner = tuple(self.tree(ratio) for ratio in made.of)
        match made.kind:
            case "pi":
                return ("pi",)
            case "letter":
                return ("letter", made.name)
            case "root":
                return ("power", *inner, ("number", f"1/{made.degree}"))
            case "whole":
                return ("power", *inner)
            case kind:
                return (kind, *inner)

    # --- balls ---

    def enclose(self, ratio: Ratio, point: Mapping[str, arb]) -> arb:
        """Enclose a quotient at a point.  Raises Undefined."""
        values = {
            i: self._enclosed(i, point)
            for i, (a, b) in enumerate(zip(ratio.num.degrees(), ratio.den.degrees(), strict=True))
            if a > 0 or b > 0
        }
        num, den = (_at(poly, values) for poly in (ratio.num, ratio.den))
        if den.contains(0):
            raise Undefined("a division by what may be 0")
        return num / den

    def _enclosed(self, index: int, point: Mapping[str, arb]) -> arb:
        made = self.generators[index]
        if made.kind == "pi":
            return arb.pi()
        if made.name:
            if made.name not in point:
                raise Undefined(f"no value for {made.name}")
            return point[made.name]
        first, *rest = (self.enclose(ratio, point) for ratio in made.of)
        if made.kind == "root":
            negative = made.degree % 2 == 1 and first < 0
            value = -((-first).root(made.degree)) if negative else first.root(made.degree)
        elif made.kind == "whole":
            value = first ** rest[0]
        else:
            value = _BALLS[made.kind](first)
        if not value.is_finite():
            raise Undefined(f"a {made.kind} without a finite value")
        return value


_BALLS: Mapping[str, Callable[[arb], arb]] = {
    "exp": arb.exp, "log": arb.log, "cos": arb.cos, "sin": arb.sin, "arctan": arb.atan,
    "arcsin": arb.asin, "factorial": lambda ball: (ball + 1).gamma(),
}  # fmt: skip


def _at(poly: fmpq_mpoly, values: Mapping[int, arb]) -> arb:
    total = arb(0)
    for exponents, coefficient in poly.to_dict().items():
        product = arb(coefficient)
        for index, value in values.items():
            product *= value ** exponents[index]
        total += product
    return total


def _leading(ratio: Ratio) -> int:
    """The sign of the number in front of the factors."""
    if ratio.num.is_zero():
        return 0
    sign = 1
    for poly in (ratio.num, ratio.den):
        unit = poly.leading_coefficient() if poly.is_constant() else poly.factor()[0]
        sign *= 1 if unit > 0 else -1
    return sign
