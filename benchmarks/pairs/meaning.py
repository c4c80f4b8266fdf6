"""What the LaTeX of the pairs means in numbers: a second reading, for the pairs alone.

It shares nothing with `derive.reader` and `derive.numeric`, so that a pair's truth does not
rest on what it is to measure.  It reads what the pairs are written in, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, TypeAlias

import mpmath
from mpmath import mp

Real: TypeAlias = Any  # a number of mpmath, which has no types
Env: TypeAlias = Mapping[str, Any]  # the values of letters and of unspecified functions
Meaning: TypeAlias = Callable[[Env], Real]

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|[A-Za-z]|'|\S")
_SILENT = {r"\left", r"\right", r"\,", r"\;", r"\!", r"\quad", r"\displaystyle"}
_ENDS = {"+", "-", ")", "]", "}", r"\}", "=", ",", "<", ">", r"\le", r"\ge", r"\ne", ""}
_UNKNOWN_FUNCTIONS = {"f", "g", "u", "v"}
_ACCENTS = {r"\bar", r"\tilde", r"\hat", r"\mathbf"}
RELATIONS: dict[str, Callable[[Real, Real], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    r"\le": lambda a, b: a <= b,
    r"\ge": lambda a, b: a >= b,
    r"\ne": lambda a, b: a != b,
    "=": lambda a, b: abs(a - b) <= mp.mpf(10) ** -50 * max(abs(a), abs(b), 1),
}


class Undefined(ArithmeticError):
    """A side has no value at the point."""


def _within(condition: bool) -> None:
    if not condition:
        raise Undefined


def _divided(a: Real, b: Real) -> Real:
    _within(b != 0 and (abs(b) > mp.mpf(10) ** -80))
    return a / b


def _power(base: Real, exponent: Real) -> Real:
    if abs(base) < mp.mpf(10) ** -80:
        _within(exponent > 0)
        return mp.mpf(0)
    if mpmath.isint(exponent):
        return base ** int(exponent)
    _within(base > 0)
    return mp.exp(exponent * mp.log(base))


def _root(body: Real, degree: Real) -> Real:
    if abs(body) < mp.mpf(10) ** -80:
        return mp.mpf(0)
    _within(body > 0)
    return mp.root(body, int(degree))


def _whole(value: Real) -> int:
    _within(mpmath.isint(value))
    return int(value)


def _factorial(value: Real) -> Real:
    _within(_whole(value) >= 0)
    return mp.factorial(int(value))


def _chosen(upper: Real, lower: Real) -> Real:
    _within(0 <= _whole(lower) <= _whole(upper))
    return mp.binomial(int(upper), int(lower))


def _checked(
    function: Callable[[Real], Real], domain: Callable[[Real], bool]
) -> Callable[[Real], Real]:
    def value(x: Real) -> Real:
        _within(domain(x))
        return function(x)

    return value


def _away(function: Callable[[Real], Real]) -> Callable[[Real], bool]:
    return lambda x: abs(function(x)) > mp.mpf(10) ** -80


FUNCTIONS: dict[str, Callable[[Real], Real]] = {
    r"\exp": mp.exp,
    r"\log": _checked(mp.log, lambda x: x > 0),
    r"\ln": _checked(mp.log, lambda x: x > 0),
    r"\sin": mp.sin,
    r"\cos": mp.cos,
    r"\tan": _checked(mp.tan, _away(mp.cos)),
    r"\cot": _checked(mp.cot, _away(mp.sin)),
    r"\sec": _checked(mp.sec, _away(mp.cos)),
    r"\csc": _checked(mp.csc, _away(mp.sin)),
    r"\arcsin": _checked(mp.asin, lambda x: abs(x) <= 1),
    r"\arccos": _checked(mp.acos, lambda x: abs(x) <= 1),
    r"\arctan": mp.atan,
    r"\sinh": mp.sinh,
    r"\cosh": mp.cosh,
    r"\tanh": mp.tanh,
    r"\coth": _checked(mp.coth, _away(mp.sinh)),
    r"\operatorname{arsinh}": mp.asinh,
    r"\operatorname{arcosh}": _checked(mp.acosh, lambda x: x >= 1),
    r"\operatorname{artanh}": _checked(mp.atanh, lambda x: abs(x) < 1),
}


class Reading:
    """The meaning of one LaTeX text; `landau` collects its Landau terms, which count as 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [x for x in _TOKEN.findall(text) if x not in _SILENT]
        self.place = 0
        self.bars = 0
        self.landau: list[tuple[str, Meaning]] = []
        self.letters: set[str] = set()
        self.unknown: set[str] = set()
        self.bound: list[str] = []

    def relations(self) -> tuple[list[Meaning], list[str]]:
        """Read the whole text as a chain of expressions and relation signs."""
        sides, signs = [self.expression()], list[str]()
        while self.next in RELATIONS:
            signs.append(self.take())
            sides.append(self.expression())
        if self.next:
            raise ValueError(f"{self.text}: stopped before {self.tokens[self.place :]}")
        return sides, signs

    @property
    def next(self) -> str:
        """The next token, or "" at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        """Take the next token."""
        token = self.next
        if not token or (expected and token != expected):
            raise ValueError(f"{self.text}: {expected or 'more'} expected, got {token!r}")
        self.place += 1
        return token

    def expression(self) -> Meaning:
        """Read a sum."""
        parts: list[tuple[int, Meaning]] = []
        while True:
            sign = 1
            while self.next in {"+", "-"}:
                sign = -sign if self.take() == "-" else sign
            parts.append((sign, self.product()))
            if self.next not in {"+", "-"}:
                return lambda env: mp.fsum(s * part(env) for s, part in parts)

    def product(self) -> Meaning:
        """Read a product; a slash divides by one factor, after which nothing may follow."""
        value = self.factor()
        while self.next not in _ENDS and not (self.next == "|" and self.bars):
            left = value
            if self.next == "/":
                self.take()
                value = _quotient(left, self.factor())
                if self.next not in _ENDS and self.next != "|":
                    raise ValueError(f"{self.text}: something after a slash and its factor")
                return value
            if self.next in {r"\cdot", r"\times"}:
                self.take()
            value = _times(left, self.factor())
        return value

    def factor(self) -> Meaning:
        """Read a factor with its factorials and its power."""
        value = self.atom()
        while self.next == "!":
            self.take()
            value = _mapped(_factorial, value)
        if self.next == "^":
            self.take()
            value = _mapped(_power, value, self.argument())
        return value

    def argument(self) -> Meaning:
        """Read what stands in braces, or one token."""
        if self.next == "{":
            return self.enclosed("{", "}")
        if re.fullmatch(r"\d{2,}", self.next):
            first, rest = self.next[0], self.next[1:]
            self.tokens[self.place : self.place + 1] = [first, rest]
        return self.atom()

    def enclosed(self, opening: str, closing: str) -> Meaning:
        """Read an expression between brackets."""
        bars, self.bars = self.bars, 0
        self.take(opening)
        value = self.expression()
        self.take(closing)
        self.bars = bars
        return value

    def atom(self) -> Meaning:  # noqa: C901, PLR0911 - all cases
        """Read a factor without its power."""
        token = self.next
        if token[:1].isdigit():
            number = self.take()
            return lambda _env: mp.mpf(number)
        for opening, closing in (("(", ")"), ("[", "]"), ("{", "}"), (r"\{", r"\}")):
            if token == opening:
                return self.enclosed(opening, closing)
        match token:
            case "|":
                return self.absolute()
            case r"\frac":
                return self.fraction()
            case r"\sqrt":
                return self.root()
            case r"\binom":
                self.take()
                return _mapped(_chosen, self.argument(), self.argument())
            case r"\sum" | r"\prod":
                return self.ranging()
            case r"\pi":
                self.take()
                return lambda _env: +mp.pi
            case r"\operatorname":
                return self.function(self.take() + "".join(self.braced()))
            case _ if token in FUNCTIONS:
                return self.function(self.take())
            case _:
                return self.letter()

    def absolute(self) -> Meaning:
        """Read `|x|`."""
        bars, self.bars = self.bars, 1
        self.take("|")
        value = self.expression()
        self.take("|")
        self.bars = bars
        return _mapped(abs, value)

    def fraction(self) -> Meaning:
        r"""Read `\frac`: a quotient or a derivative."""
        self.take()
        if self.tokens[self.place : self.place + 2] in ([r"{", "d"], ["{", r"\partial"]):
            numerator, below = self.braced(), self.braced()
            order = int(numerator[3]) if numerator[2:3] == ["^"] else 1
            name = "".join(below[2:-1]).partition("^")[0]
            return _derivative(self.product(), name, order)
        return _quotient(self.argument(), self.argument())

    def root(self) -> Meaning:
        r"""Read `\sqrt[n]{x}`."""
        self.take()
        degree = self.enclosed("[", "]") if self.next == "[" else None
        body = self.argument()
        return _mapped(_root, body, degree or (lambda _env: 2))

    def ranging(self) -> Meaning:
        """Read a sum or product over whole numbers."""
        kind = self.take()
        self.take("_")
        self.take("{")
        name = self.take()
        self.take("=")
        low = self.expression()
        self.take("}")
        self.take("^")
        high = self.argument()
        self.bound.append(name)
        body = self.product()
        self.bound.pop()
        combine = mp.fsum if kind == r"\sum" else mp.fprod

        def value(env: Env) -> Real:
            first, last = _whole(low(env)), _whole(high(env))
            _within(last >= first - 1)
            return combine([body({**env, name: mp.mpf(k)}) for k in range(first, last + 1)])

        return value

    def function(self, name: str) -> Meaning:
        """Read the power and the argument of a known function."""
        power: Meaning | None = None
        if self.next == "^":
            self.take()
            power = self.argument()
        argument = self.unbracketed()
        value = _mapped(FUNCTIONS[name], argument)
        return value if power is None else _mapped(_power, value, power)

    def unbracketed(self) -> Meaning:
        r"""Read an argument: in brackets, one factor, or a number with letters (`\sin 2x`)."""
        if self.next in {"(", "[", r"\{", "|", "{"}:
            value = self.atom()
            if self.next == "^":
                raise ValueError(f"{self.text}: a power after an argument in brackets")
            return value
        number = self.next[:1].isdigit() or self.next == r"\pi"
        value = self.factor()
        while number and (re.fullmatch(r"[A-Za-z]", self.next) or self.next == r"\pi"):
            value = _times(value, self.factor())
        return value

    def letter(self) -> Meaning:
        """Read a letter with its indices, an unknown function at a point, or a Landau term."""
        name = self.take()
        if name in _ACCENTS:
            name += "".join(self.braced()) if self.next == "{" else self.take()
        if not re.match(r"[A-Za-z\\]", name) or name in _ENDS:
            raise ValueError(f"{self.text}: {name!r} is not understood")
        if name == "e":
            return lambda _env: mp.e + 0
        if self.next == "_":
            self.take()
            name += "_" + ("".join(self.braced()[1:-1]) if self.next == "{" else self.take())
        if self.tokens[self.place : self.place + 3] == ["^", "{", "("]:
            self.take()
            name += "^" + "".join(self.braced())
        if name in {"o", "O"} and self.next == "(":
            self.landau.append((name, self.enclosed("(", ")")))
            return lambda _env: mp.mpf(0)
        primes = 0
        while self.next == "'":
            self.take()
            primes += 1
        if name in _UNKNOWN_FUNCTIONS and self.next == "(":
            self.unknown.add(name)
            return _applied(name, primes, self.enclosed("(", ")"))
        if name not in self.bound:
            self.letters.add(name)
        return lambda env: env[name]

    def braced(self) -> list[str]:
        """Take what stands in braces, unread."""
        start, depth = self.place, 0
        while True:
            depth += {"{": 1, "}": -1}.get(self.take(), 0)
            if not depth:
                return self.tokens[start : self.place]


def _mapped(function: Callable[..., Real], *parts: Meaning) -> Meaning:
    return lambda env: function(*(part(env) for part in parts))


def _times(left: Meaning, right: Meaning) -> Meaning:
    return lambda env: left(env) * right(env)


def _quotient(left: Meaning, right: Meaning) -> Meaning:
    return lambda env: _divided(left(env), right(env))


def _derivative(body: Meaning, name: str, order: int) -> Meaning:
    return lambda env: mp.diff(lambda x: body({**env, name: x}), env[name], order)


def _applied(name: str, primes: int, argument: Meaning) -> Meaning:
    def value(env: Env) -> Real:
        return mp.diff(env[name + "()"], argument(env), primes)

    return value


def holds(sides: list[Meaning], signs: list[str], env: Env) -> bool:
    """Whether a chain of relations holds at a point."""
    values = [side(env) for side in sides]
    return all(RELATIONS[s](a, b) for (a, b), s in zip(pairwise(values), signs, strict=True))
