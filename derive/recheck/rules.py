"""What functions are worth in generators: one rule for each, checked by the zero test.

A rule says what the argument of a function is made of; that it is so is computed here.
Every rule is a law that holds for all real values at which what it names is defined.

Source: Bronstein, Symbolic Integration I (2005), ch. 9 (the structure theorems); the laws
of exponentials, logarithms and the unit circle.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from flint import arb, ctx, fmpq

from derive.recheck.elements import Ratio, fraction, reject
from derive.recheck.signs import PRECISION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from derive.recheck.balls import Json
    from derive.recheck.elements import Generator
    from derive.recheck.towers import Tower

MOST_DEGREE = 100_000
MOST_SHIFT = 100


class Rules:
    """The rules over one tower.  Each gives the value of a function or raises Rejected.

    sample: a point at which what is rechecked is defined.
    """

    def __init__(self, tower: Tower, sample: Mapping[str, arb]) -> None:
        self.tower = tower
        self.sample = sample

    def _combination(self, pairs: Json, kind: str) -> list[tuple[int, Generator, Fraction]]:
        """Read `[[generator, times], ...]`, generators of one kind."""
        found = []
        for index, times in pairs:
            self._used(index, kind)
            found.append((index, self.tower.generators[index], fraction(times)))
        return found

    def _used(self, index: int, kind: str) -> Ratio:
        """Give a generator that a rule names, once it is shown to be defined."""
        value = self.tower.gen(index, kind)
        self.tower.require_legal(value)
        return value

    def _require(self, holds: object, what: str) -> None:
        if not holds:
            reject(f"not shown: {what}")

    def _equal(self, left: Ratio, right: Ratio, what: str) -> None:
        self._require(self.tower.vanishes(left - right), what)

    def _scaled(self, ratio: Ratio, factor: Fraction) -> Ratio:
        return ratio * self.tower.number(factor)

    def _total(self, parts: list[tuple[Ratio, Fraction]]) -> Ratio:
        total = self.tower.number(Fraction(0))
        for ratio, times in parts:
            total += self._scaled(ratio, times)
        return total

    def exp(self, argument: Ratio, rule: Json) -> Ratio:
        """For u = sum n_i u_i + sum q_j log v_j: the product of e^(n_i u_i) and v_j^q_j."""
        exps = self._combination(rule.get("exps", []), "exp")
        logs = self._combination(rule.get("logs", []), "log")
        parts = [(made.of[0], times) for _, made, times in exps]
        parts += [(self.tower.gen(index), times) for index, _, times in logs]
        powers = [(self.tower.gen(i), n) for i, _, n in exps]
        for index, log, times in rule.get("wholes", []):  # b^m = exp(m log b)
            power, known = self._used(index, "whole"), self._used(log, "log")
            base, exponent = self.tower.generators[index].of
            self._require(self.tower.generators[log].of[0] == base, "the base of a power")
            parts.append((known * exponent, fraction(times)))
            powers.append((power, fraction(times)))
        self._equal(argument, self._total(parts), "the exponent")
        self._require(all(n.denominator == 1 for _, n in powers), "whole multiples")
        value = self._powers(powers)
        common = lcm(1, *(q.denominator for _, _, q in logs))
        known = self._powers([(made.of[0], q * common) for _, made, q in logs])
        if common == 1:
            return value * known
        root = self.tower.trusted(rule["root"])
        self._equal(root**common, known, "the power of a logarithm's argument")
        self._require(self.tower.sign(root) == (1, True), "a positive root")
        return value * root

    def _powers(self, pairs: list[tuple[Ratio, Fraction]]) -> Ratio:
        value = self.tower.one
        for base, times in pairs:
            self._require(abs(times) <= MOST_DEGREE, "a degree within bounds")
            self._require(times >= 0 or self.tower.is_nonzero(base), "a divisor that is not 0")
            value *= base ** int(times)
        return value

    def log(self, argument: Ratio, rule: Json) -> Ratio:
        """Of u = prod v_j^q_j * prod exp(u_i)^r_i: log u = sum q_j log v_j + sum r_i u_i."""
        logs = self._combination(rule.get("logs", []), "log")
        exps = self._combination(rule.get("exps", []), "exp")
        common = lcm(1, *(q.denominator for *_, q in (*logs, *exps)))
        parts = [(made.of[0], q * common) for _, made, q in logs]
        parts += [(self.tower.gen(index), q * common) for index, _, q in exps]
        self._equal(argument**common, self._powers(parts), "the argument of the logarithm")
        terms = [(self.tower.gen(index), q) for index, _, q in logs]
        return self._total(terms + [(made.of[0], q) for _, made, q in exps])

    def root(self, argument: Ratio, exponent: Fraction, rule: Json) -> Ratio:
        """Give v = u^(p/q), where v^q = u^p and, for an even q, v >= 0."""
        value = self.tower.trusted(rule["is"])
        top, degree = exponent.numerator, exponent.denominator
        self._equal(value**degree, argument**top, "the power of the root")
        sign = self.tower.sign(value)
        self._require(degree % 2 or (sign is not None and sign[0] >= 0), "a root that is >= 0")
        return value

    def circle(self, argument: Ratio, rule: Json) -> tuple[Ratio, Ratio]:
        """Give (cos, sin) of sum n_i u_i + sum n_j angle_j + r pi, by multiplying points."""
        parts: list[tuple[Ratio, Fraction]] = []
        point = (self.tower.one, self.tower.number(Fraction(0)))
        for index, times in rule.get("circle", []):
            cosine = self._used(index, "cos")
            parts.append((self.tower.generators[index].of[0], fraction(times)))
            point = _multiplied(point, _power((cosine, self.tower.gen(index + 1, "sin")), times))
        for index, times, norm in rule.get("arcs", []):
            across, up = self._direction(index)
            length = self.tower.trusted(norm)
            self._equal(length * length, across * across + up * up, "the length of a direction")
            self._require(self.tower.sign(length) == (1, True), "a positive length")
            parts.append((self.tower.gen(index), fraction(times)))
            point = _multiplied(point, _power((across / length, up / length), times))
        for index, times in rule.get("turns", []):  # cos(m pi) = (-1)^m, sin(m pi) = 0
            sign = self._used(index, "whole") ** abs(times)
            base, exponent = self.tower.generators[index].of
            self._require(base == self.tower.number(Fraction(-1)), "a power of -1")
            parts.append((self._pi() * exponent, fraction(times)))
            point = _multiplied(point, (sign, self.tower.number(Fraction(0))))
        if "turn" in rule:
            angle, corner = self._corner(rule["turn"])
            parts.append((self._pi(), angle))
            point = _multiplied(point, corner)
        self._equal(argument, self._total(parts), "the angle")
        return point

    def _pi(self) -> Ratio:
        kinds = [made.kind for made in self.tower.generators]
        return self.tower.gen(kinds.index("pi"))

    def _direction(self, index: int) -> tuple[Ratio, Ratio]:
        """A vector whose angle is the generator: (1, a) of arctan a, (sqrt(1-a^2), a) of arcsin."""
        made = self.tower.generators[index] if 0 <= index < len(self.tower.generators) else None
        if made is None or made.kind not in {"arctan", "arcsin"}:
            reject("a generator that is no angle")
        self.tower.require_legal(self.tower.gen(index))
        return made.beside or self.tower.one, made.of[0]

    def _corner(self, stated: Json) -> tuple[Fraction, tuple[Ratio, Ratio]]:
        """(cos, sin)(r pi): a root of unity exactly, and which one by its ball."""
        angle, cosine, sine = fraction(stated[0]), *map(self.tower.trusted, stated[1:])
        order = 2 * angle.denominator
        self._require(order <= 240, "an angle with a small denominator")
        across, up = _power((cosine, sine), order)
        self._equal(across, self.tower.one, "a root of unity")
        self._equal(up, self.tower.number(Fraction(0)), "a root of unity")
        with ctx.workprec(PRECISION):
            exact = fmpq(angle.numerator, angle.denominator)
            for value, expected in (
                (cosine, arb.cos_pi_fmpq(exact)),
                (sine, arb.sin_pi_fmpq(exact)),
            ):
                away = abs(self.tower.enclose(value, {}) - expected)
                self._require(away < arb(1) / order, "which root of unity")
        return angle, (cosine, sine)

    def angle(self, across: Ratio, up: Ratio, exact: Callable[[], arb], rule: Json) -> Ratio:
        """Give arg(across + i up) = sum n_j angle_j + r pi, where across >= 0.

        Their difference is a multiple of pi by algebra, the same one on the whole box of
        letters by continuity, and 0 at the sample.
        """
        if "turn" not in rule and [abs(times) for _, times in rule.get("arcs", [])] == [1]:
            ((index, times),) = rule["arcs"]
            if self._direction(index) == (across, up if times > 0 else -up):
                return self._scaled(
                    self.tower.gen(index), fraction(times)
                )  # the angle is odd in up
        parts: list[tuple[Ratio, Fraction]] = []
        point = (self.tower.one, self.tower.number(Fraction(0)))
        touched = [across, up]
        for index, times in rule.get("arcs", []):
            direction = self._direction(index)
            touched += direction
            parts.append((self.tower.gen(index), fraction(times)))
            point = _multiplied(point, _power(direction, abs(times), conjugate=times < 0))
        if "turn" in rule:
            angle, corner = self._corner(rule["turn"])
            parts.append((self._pi(), angle))
            point = _multiplied(point, corner)
        _, turned = _multiplied((across, -up), point)
        self._equal(turned, self.tower.number(Fraction(0)), "a multiple of pi")
        self._require(all(map(self._continuous, touched)), "angles that are continuous everywhere")
        signs = [self.tower.sign_on_box(poly) for poly in (across.num, across.den)]
        self._require(
            signs[0] is not None and signs[1] is not None and signs[0][0] * signs[1][0] >= 0,
            "a cosine that is nowhere negative",
        )
        value = self._total(parts)
        with ctx.workprec(PRECISION):
            away = abs(self.tower.enclose(value, self.sample) - exact())
            self._require(away < 1, "the same multiple of pi")
        return value

    def _continuous(self, ratio: Ratio) -> bool:
        """Whether a quotient is defined and continuous for all letters in their intervals."""
        tower = self.tower
        sign = tower.sign_on_box(ratio.den)
        if sign is None or not sign[1]:
            return False
        for poly in (ratio.num, ratio.den):
            for index in (i for i, degree in enumerate(poly.degrees()) if degree > 0):
                made = tower.generators[index]
                if made.kind == "letter" and tower.interval(index).whole:
                    return False
                if made.kind not in {"letter", "pi", "exp", "cos", "sin", "arctan", "root"}:
                    return False
                if not all(self._continuous(inner) for inner in made.of):
                    return False
                if made.kind == "root" and made.degree % 2 == 0:
                    below = tower.sign_on_box(made.of[0].num), tower.sign_on_box(made.of[0].den)
                    if below[0] is None or below[1] is None or below[0][0] * below[1][0] < 0:
                        return False
        return True

    def factorial(self, argument: Ratio, rule: Json) -> Ratio:
        """Give (u + s)! = u! (u + 1) ... (u + s), and the factorials of numbers."""
        if "is" in rule:
            number = int(rule["is"])
            self._require(0 <= number <= MOST_DEGREE // 10, "a small number")
            self._equal(argument, self.tower.number(Fraction(number)), "the number")
            return self._rising(self.tower.one, self.tower.number(Fraction(0)), number)
        index, shift = rule["of"]
        value = self._used(index, "factorial")
        base = self.tower.generators[index].of[0]
        self._require(0 <= shift <= MOST_SHIFT, "a small shift")
        self._equal(argument, base + self.tower.number(Fraction(shift)), "the argument")
        sign = self.tower.sign(base)
        self._require(sign is not None and sign[0] >= 0, "a factorial of what is >= 0")
        return self._rising(value, base, shift)

    def _rising(self, value: Ratio, base: Ratio, shift: int) -> Ratio:
        for k in range(1, shift + 1):
            value *= base + self.tower.number(Fraction(k))
        return value

    def whole(self, base: Ratio, exponent: Ratio, rule: Json) -> Ratio:
        """Give (prod b_k^e_k)^(sum n_i u_i + n_0) in the powers b_k^u_i, all exponents whole."""
        value, product = self.tower.one, self.tower.one
        for stated, times, powers, rest in rule["factors"]:
            factor = self.tower.trusted(stated)
            product *= factor**times
            parts = [(self.tower.one, Fraction(rest))]
            power = factor**rest
            for index, n in powers:
                made = self.tower.generators[index]
                self._used(index, "whole")
                self._require(made.of[0] == factor, "its power")
                parts.append((made.of[1], Fraction(n)))
                power *= self.tower.gen(index) ** n
            self._equal(exponent, self._total(parts), "the exponent")
            value *= power**times
            self._require(
                self.tower.is_nonzero(factor) or self._natural(exponent, times, powers, rest),
                "a base that is not 0",
            )
        self._equal(base, product, "the base")
        return value

    def _natural(self, exponent: Ratio, times: int, powers: Json, rest: int) -> bool:
        """Whether every exponent is >= 0, so that the laws hold for the base 0 too."""
        inner = [exponent, *(self.tower.generators[index].of[1] for index, _ in powers)]
        signs = [self.tower.sign(ratio) for ratio in inner]
        ordered = all(sign is not None and sign[0] >= 0 for sign in signs)
        return ordered and times >= 0 and rest >= 0 and all(n >= 0 for _, n in powers)


def _multiplied(one: tuple[Ratio, Ratio], two: tuple[Ratio, Ratio]) -> tuple[Ratio, Ratio]:
    return one[0] * two[0] - one[1] * two[1], one[0] * two[1] + one[1] * two[0]


def _power(
    point: tuple[Ratio, Ratio], times: int, *, conjugate: bool = False
) -> tuple[Ratio, Ratio]:
    """Raise a complex number to a whole power; for a negative one it has length 1."""
    if type(times) is not int:
        reject("a multiple of an angle that is not whole")
    if times < 0 or conjugate:
        point = point[0], -point[1]
    times = abs(times)
    if times > 10_000:
        reject("a multiple of an angle that is out of bounds")
    value = None
    while times:
        if times % 2:
            value = point if value is None else _multiplied(value, point)
        point, times = _multiplied(point, point), times // 2
    one = Ratio(point[0].den / point[0].den, point[0].den / point[0].den)
    return (one, one - one) if value is None else value
