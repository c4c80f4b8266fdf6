"""Terms of elementary algebra in numbers: mpmath at random admitted points.

It shares no code with `derive.numeric` and `derive.kernel`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmath import isint, mp

from derive.language import terms as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

    from derive.equality.statement import Domain, Statement

DIGITS = 80
SAME = mp.mpf(10) ** -50  # of the larger value: what rounding leaves is below, what we change above
FEW = 3

Env = dict[t.Sym | str, object]


class Undefined(ArithmeticError):
    """The term has no value at the point."""


def within(condition: bool) -> None:
    if not condition:
        raise Undefined


def power(base, exponent):
    if abs(base) < SAME:
        within(exponent > 0)
        return mp.mpf(0)
    if isint(exponent):
        return base ** int(exponent)
    within(base > 0)
    return mp.exp(exponent * mp.log(base))


def divided(num, den):
    within(abs(den) > SAME)
    return num / den


_PLAIN = {
    "exp": mp.exp, "sin": mp.sin, "cos": mp.cos, "arctan": mp.atan, "sinh": mp.sinh,
    "cosh": mp.cosh, "tanh": mp.tanh, "arsinh": mp.asinh, "abs": abs,
}  # fmt: skip
_PARTIAL = {
    "log": (mp.log, lambda x: x > SAME),
    "tan": (mp.tan, lambda x: abs(mp.cos(x)) > SAME),
    "cot": (mp.cot, lambda x: abs(mp.sin(x)) > SAME),
    "sec": (mp.sec, lambda x: abs(mp.cos(x)) > SAME),
    "csc": (mp.csc, lambda x: abs(mp.sin(x)) > SAME),
    "coth": (mp.coth, lambda x: abs(x) > SAME),
    "arcsin": (mp.asin, lambda x: abs(x) <= 1),
    "arccos": (mp.acos, lambda x: abs(x) <= 1),
    "arcosh": (mp.acosh, lambda x: x >= 1),
    "artanh": (mp.atanh, lambda x: abs(x) < 1),
}


def applied(name: str, argument):
    if name in _PLAIN:
        return _PLAIN[name](argument)
    function, defined = _PARTIAL[name]
    within(defined(argument))
    return function(argument)


def value(term: t.Term, env: Mapping[t.Sym | str, object]):  # noqa: PLR0911 - all cases
    """The term's value at a point.  Raises Undefined."""
    match term:
        case t.Num(number):
            return mp.mpf(number.numerator) / number.denominator
        case t.Const("pi"):
            return +mp.pi
        case t.Sym():
            return env[term]
        case t.Add(terms):
            return mp.fsum(value(x, env) for x in terms)
        case t.Mul(factors):
            return mp.fprod([value(x, env) for x in factors])
        case t.Neg(body):
            return -value(body, env)
        case t.Div(num, den):
            return divided(value(num, env), value(den, env))
        case t.Pow(base, exponent):
            return power(value(base, env), value(exponent, env))
        case t.Fun(name, arg):
            return applied(name, value(arg, env))
        case _:
            return _further(term, env)


def _further(term: t.Term, env: Mapping[t.Sym | str, object]):  # noqa: PLR0911 - all cases
    """Counting and calculus; an unspecified function stands in the point under `f()`."""
    match term:
        case t.Factorial(body):
            return mp.factorial(value(body, env))
        case t.Binomial(upper, lower):
            return mp.binomial(value(upper, env), value(lower, env))
        case t.FiniteSum(body, var, low, high) | t.FiniteProduct(body, var, low, high):
            first, last = (int(value(limit, env)) for limit in (low, high))
            each = [value(body, {**env, var: mp.mpf(k)}) for k in range(first, last + 1)]
            return mp.fsum(each) if isinstance(term, t.FiniteSum) else mp.fprod(each)
        case t.Diff(body, var):
            return mp.diff(lambda number: value(body, {**env, var: number}), env[var])
        case t.At(body, var, at):
            return value(body, {**env, var: value(at, env)})
        case t.Apply(field, args):
            return env[f"{field.name}()"](*(value(arg, env) for arg in args))
        case t.Landau():
            return mp.mpf(0)
        case _:
            raise NotImplementedError(type(term).__name__)


def drawn(domain: Domain | None, random: Random):
    """A number of a domain, with few digits."""
    low = None if domain is None else domain.low
    high = None if domain is None else domain.high
    if domain is not None and domain.whole:
        low = 0 if low is None else int(low)
        return mp.mpf(random.randint(low, low + 5 if high is None else int(high)))
    low = (-3 if high is None else high - 5) if low is None else low
    high = low + random.choice((1, 5)) if high is None else high
    number = low + (high - low) * mp.mpf(random.randint(1, 1023)) / 1024
    return mp.mpf(number)


def points(statement: Statement, letters: Iterable[t.Sym], random: Random) -> list[Env]:
    """Some admitted points; side equations are not asked."""
    found: list[Env] = []
    for _ in range(60):
        env: Env = {s: drawn(statement.letters.get(s), random) for s in letters}
        if all(_holds(fact.kind, value(fact.term, env)) for fact in statement.facts):
            found.append(env)
    return found


def _holds(kind: str, number) -> bool:
    return {"positive": number > 0, "nonnegative": number >= 0, "nonzero": number != 0}[kind]


def letters_of(term: t.Term) -> set[t.Sym]:
    return {x for x in term.nodes if isinstance(x, t.Sym)}


def compared(statement: Statement, random: Random) -> tuple[int, int]:
    """At how many admitted points the sides are the same, and at how many they differ."""
    terms = (statement.lhs, statement.rhs, *(fact.term for fact in statement.facts))
    letters = sorted({s for term in terms for s in letters_of(term)}, key=lambda s: s.name)
    same = different = 0
    with mp.workdps(DIGITS):
        for env in points(statement, letters, random):
            try:
                left, right = value(statement.lhs, env), value(statement.rhs, env)
            except (Undefined, OverflowError):
                continue
            size = max(abs(left), abs(right))
            if size > mp.mpf(10) ** 25 or (0 < size < mp.mpf(10) ** -25):
                continue  # too large or small for what rounding leaves to be told apart
            if abs(left - right) > SAME * max(1, size):
                different += 1
            else:
                same += 1
            if max(same, different) == FEW:
                break
    return same, different
