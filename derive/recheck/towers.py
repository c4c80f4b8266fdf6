"""Real numbers as quotients of polynomials in generators, and the zero test.

A generator is a letter, pi, or a function of a quotient of earlier generators: an
exponential, a logarithm, a root, a point of the unit circle, an angle, a power with a whole
exponent, a factorial.  A quotient is 0 where its numerator vanishes modulo
`root^n = radicand`, `sin^2 = 1 - cos^2` and `((-1)^n)^2 = 1`.

Source: Geddes, Czapor & Labahn, Algorithms for Computer Algebra (1992), ch. 3 and 12.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from derive.recheck.balls import Json, Tree, Undefined
from derive.recheck.elements import Generator, Interval, Ratio, fraction, reject
from derive.recheck.signs import Signs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KINDS = frozenset(
    {"letter", "pi", "exp", "log", "root", "cos", "sin", "arctan", "arcsin", "whole",
     "factorial"}
)  # fmt: skip
MOST_VARIABLES = 400


class Tower(Signs):
    """The generators of one witness, what is assumed of them, and what follows."""

    def __init__(self, stated: list[Any], letters: Mapping[str, Interval]) -> None:
        if len(stated) > MOST_VARIABLES:
            reject("more generators than are read")
        super().__init__()
        self.ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(max(1, len(stated)))], "lex")
        self.one = self.number(Fraction(1))
        self.letters = letters
        self.generators: list[Generator] = []
        self.legal: set[int] = set()  # generators that are shown to be defined
        for entry in stated:
            self.generators.append(self._generator(entry))

    def _generator(self, entry: Mapping[str, Any]) -> Generator:
        kind = entry["kind"]
        if kind not in KINDS:
            reject(f"an unknown kind of generator: {kind}")
        name = str(entry["name"]) if kind == "letter" else ""
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
                if type(power) is not int:
                    reject("a power that is not whole")
                exponents[index] = power
            value = fraction(coefficient)
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
