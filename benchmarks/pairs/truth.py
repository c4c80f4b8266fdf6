"""Whether a pair is as true as it says: evaluation at random admitted points, 160 digits.

`differs(pair, seed)` looks for points at which both sides have a value, and says whether they
differ at one of them.  A pair without such points is a mistake of its author.
"""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

import mpmath
from mpmath import mp

from pairs.meaning import Meaning, Reading, Real, Undefined, holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pairs.pair import Pair

DIGITS = 160
POINTS = 4
TRIES = 4000
_WHOLE = {r"\mathbb N": 0, r"\mathbb{N}": 0, r"\mathbb Z": -6, r"\mathbb{Z}": -6}
_IN = re.compile(r"^(.*?)\s*\\in\s*(.*)$")

Env: TypeAlias = dict[str, Any]


class Admitted:
    """The points that a pair's assumptions, definitions and side equations admit."""

    def __init__(self, pair: Pair) -> None:
        self.whole: dict[str, int] = {}
        self.low: dict[str, Fraction] = {}
        self.high: dict[str, Fraction] = {}
        self.chains: list[tuple[list[Meaning], list[str]]] = []
        self.letters: set[str] = set()
        for text in pair.assume:
            self._assume(text)
        for text in pair.given:
            self._chain(Reading(text))
        self.where = {}
        for name, text in pair.where.items():
            reading = Reading(text)
            self._chain(reading)
            self.where[name] = self._single(text)

    @staticmethod
    def _single(text: str) -> Meaning:
        sides, _ = Reading(text).relations()
        return sides[0]

    def _chain(self, reading: Reading) -> None:
        sides, signs = reading.relations()
        self.letters |= reading.letters
        if signs:
            self.chains.append((sides, signs))

    def _assume(self, text: str) -> None:
        membership = _IN.match(text)
        if membership:
            names, among = membership.groups()
            for name in names.split(","):
                if among in _WHOLE:
                    self.whole[name.strip()] = _WHOLE[among]
                elif among not in {r"\mathbb R", r"\mathbb{R}"}:
                    raise ValueError(f"{text}: not understood")
            return
        self._chain(Reading(text))
        parts = re.split(r"(<|>|\\le\b|\\ge\b)", text)
        for left, sign, right in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            small, large = (left, right) if sign in {"<", r"\le"} else (right, left)
            self._bound(small.strip(), large.strip())

    def _bound(self, small: str, large: str) -> None:
        if re.fullmatch(r"-?\d+", small):
            self.low[large] = Fraction(small)
        if re.fullmatch(r"-?\d+", large):
            self.high[small] = Fraction(large)

    def value(self, name: str, random: Random) -> Real:
        """Draw a value for a letter."""
        if name in self.whole:
            first = max(self.whole[name], int(self.low.get(name, self.whole[name])))
            return mp.mpf(random.randint(first, int(self.high.get(name, Fraction(first + 8)))))
        low, high = self._ends(name, random)
        part = Fraction(random.randint(1, 2**12 - 1), 2**12)
        drawn = low + part * (high - low)
        return mp.mpf(drawn.numerator) / drawn.denominator

    def _ends(self, name: str, random: Random) -> tuple[Fraction, Fraction]:
        low, high = self.low.get(name), self.high.get(name)
        if low is None:
            return (Fraction(-3), Fraction(3)) if high is None else (high - 4, high)
        return low, low + random.choice((1, 4)) if high is None else high

    def points(self, letters: set[str], random: Random) -> Iterator[Env]:
        """Draw points until they are enough; one without letters comes once."""
        names = sorted((letters | self.letters) - set(self.where))
        for _ in range(TRIES if names else 1):
            env: Env = {name: self.value(name, random) for name in names}
            env.update(_functions(random))
            try:
                for name, meaning in self.where.items():
                    env[name] = meaning(env)
                if all(holds(sides, signs, env) for sides, signs in self.chains):
                    yield env
            except Undefined:
                continue


def _functions(random: Random) -> Env:
    """Smooth functions for the letters that stand for unspecified ones."""

    def smooth(a: int, b: int) -> Real:
        return lambda *xs: mp.sin(sum(xs) * a / 7 + b) + mp.exp(sum(xs) / 5) + b

    return {f"{n}()": smooth(random.randint(3, 9), random.randint(1, 5)) for n in "fguv"}


def apart(left: Real, right: Real) -> bool:
    """Whether two numbers differ beyond what the digits leave open."""
    scale = max(abs(left), abs(right))
    return bool(abs(left - right) > mp.mpf(10) ** -100 * scale)


def _different_at(lhs: Meaning, rhs: Meaning, env: Env) -> bool:
    """Whether the sides differ; what is only smaller than rounding is computed again."""
    left, right = lhs(env), rhs(env)
    if not apart(left, right):
        return False
    with mp.workdps(2 * DIGITS):
        finer_left, finer_right = lhs(env), rhs(env)
        if not apart(finer_left, finer_right):
            return False
        # Two values that vanish shrink with every digit of precision.
        shrinks = mp.mpf(10) ** (-DIGITS // 2)
        small = max(abs(finer_left), abs(finer_right)) <= shrinks * max(abs(left), abs(right))
    return not small


def differs(pair: Pair, seed: int = 0) -> bool:
    """Whether the sides differ at an admitted point where both are defined."""
    mp.dps = DIGITS
    random = Random(f"{pair.id} {seed}")  # noqa: S311 - points, not secrets
    if pair.equations:
        return _different_solutions(pair, random)
    if pair.vary:
        return _different_orders(pair, random)
    left, right = Reading(pair.lhs), Reading(pair.rhs)
    (lhs,), _ = left.relations()
    (rhs,), _ = right.relations()
    found = 0
    letters = left.letters | right.letters
    wanted = POINTS if letters or pair.given or left.unknown else 1
    for env in Admitted(pair).points(letters, random):
        try:
            if _different_at(lhs, rhs, env):
                return True
        except Undefined:
            continue
        found += 1
        if found == (wanted if pair.truth else 60):
            break
    if not found:
        raise ValueError(f"{pair.id}: no admitted point at which both sides are defined")
    return False


def _different_orders(pair: Pair, random: Random) -> bool:
    """Whether the difference outgrows the Landau term of the right side."""
    name, _, end = pair.vary.partition(r" \to ")  # type: ignore[union-attr]
    left, right = Reading(pair.lhs), Reading(pair.rhs)
    (lhs,), _ = left.relations()
    (rhs,), _ = right.relations()
    ((kind, scale),) = right.landau
    letters = (left.letters | right.letters) - {name}
    for env in Admitted(pair).points(letters | {"#"}, random):
        ratios = []
        for power in (8, 12, 16):
            with mp.workdps(900):
                size = mp.mpf(10) ** (power if end == r"\infty" else -power)
                here = {**env, name: size}
                ratios.append(abs((lhs(here) - rhs(here)) / scale(here)))
        allowed = ratios[0] / 100 if kind == "o" else 100 * ratios[0] + mp.mpf(10) ** -90
        return bool(ratios[-1] > allowed)
    raise ValueError(f"{pair.id}: no admitted point")


# --- equations -----------------------------------------------------------------


def _roots(meaning: Meaning, name: str, env: Env) -> list[Real]:
    """Find real solutions in one letter, from a grid of starting points."""

    def value(x: Real) -> Real:
        return meaning({**env, name: x})

    found: list[Real] = []
    for start in range(-12, 13):
        try:
            root = mpmath.findroot(
                value, mp.mpf(start) * 2 / 3 + mp.mpf(1) / 17, tol=mp.mpf(10) ** -200
            )
        except (ValueError, ZeroDivisionError, Undefined):
            continue
        if mpmath.im(root) == 0 and all(abs(root - r) > mp.mpf(10) ** -20 for r in found):
            found.append(mpmath.re(root))
    return found


def _difference(text: str) -> tuple[Meaning, set[str]]:
    reading = Reading(text)
    (left, right), _ = reading.relations()
    return (lambda env: left(env) - right(env)), reading.letters


def _different_solutions(pair: Pair, random: Random) -> bool:
    first, letters = _difference(pair.lhs)
    second, more = _difference(pair.rhs)
    chains = Admitted(pair).chains
    found = 0
    for number, env in enumerate(Admitted(pair).points(letters | more, random)):
        for one, other, names in ((first, second, letters), (second, first, more)):
            name = random.choice(sorted(names))
            for root in _roots(one, name, env):
                try:
                    at = {**env, name: root}
                    admitted = all(holds(*chain, at) for chain in chains)
                    found += admitted
                    if admitted and abs(other(at)) > mp.mpf(10) ** -80:
                        return True
                except Undefined:
                    continue
        if number == 2 * POINTS:
            break
    if not found:
        raise ValueError(f"{pair.id}: neither equation has a solution")
    return False
