"""True rules of rewriting, and edits that usually make an expression another one.

`rewritten` applies some rules at random places: the result is equal to what it began with,
wherever both are defined.  `perturbed` makes one edit.  Each rule is a function from a term
to a term, or to None where it does not apply; `RULES` names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.equality.statement import Domain, Fact
from derive.language import terms as t
from derive.language.traverse import rebuild, walk

if TYPE_CHECKING:
    from random import Random

Rule = Callable[[t.Term, "Random"], "t.Term | None"]

x, c = t.Sym("x"), t.Sym("c")
y, a, b = t.Sym("y"), t.Sym("a"), t.Sym(r"\beta_t")
n = t.Sym("n")
ZERO = Fraction(0)
DOMAINS: Mapping[t.Sym, Domain] = {
    y: Domain(low=ZERO),
    a: Domain(low=ZERO),
    b: Domain(low=ZERO, high=Fraction(1)),
    n: Domain(low=Fraction(1), low_closed=True, whole=True),
}
FACTS = (Fact("nonzero", c),)
HALF = t.term(Fraction(1, 2))


# --- random expressions ---------------------------------------------------------


def number(random: Random) -> t.Term:
    """A small positive number."""
    return t.term(random.choice((1, 2, 3, 5, Fraction(1, 2), Fraction(2, 3))))


def positive(random: Random, depth: int) -> t.Term:
    """An expression that is positive wherever its letters are admitted."""
    if depth <= 0:
        return random.choice((y, a, b, number(random)))
    less = depth - 1
    return random.choice((
        lambda: positive(random, less) + positive(random, less),
        lambda: positive(random, less) * positive(random, less),
        lambda: positive(random, less) / positive(random, less),
        lambda: t.sqrt(positive(random, less)),
        lambda: t.exp(real(random, less - 1)),
        lambda: 1 - b,
        lambda: real(random, less) ** 2 + number(random),
        lambda: positive(random, less) ** random.choice((2, 3, -1, Fraction(1, 3))),
        lambda: positive(random, less) ** n,
        lambda: t.Fun("cosh", real(random, less - 1)),
    ))()  # fmt: skip


def real(random: Random, depth: int) -> t.Term:
    """Any expression."""
    if depth <= 0:
        return random.choice((x, c, y, a, b, number(random), t.PI))
    less = depth - 1
    return random.choice((
        lambda: real(random, less) + real(random, less),
        lambda: real(random, less) - real(random, less),
        lambda: real(random, less) * real(random, less),
        lambda: number(random) * real(random, less),
        lambda: real(random, less) / positive(random, less),
        lambda: real(random, less) / c,
        lambda: real(random, less) ** random.choice((2, 3)),
        lambda: t.log(positive(random, less)),
        lambda: positive(random, less),
        lambda: t.Fun(random.choice(("sin", "cos")), real(random, less - 1)),
        lambda: t.Fun(random.choice(("tanh", "arctan", "sinh", "abs")), real(random, less - 1)),
    ))()  # fmt: skip


def is_positive(term: t.Term) -> bool:  # noqa: PLR0911 - all cases
    """Whether an expression is positive by its form alone."""
    match term:
        case t.Sym():
            return term in {y, a, b, n}
        case t.Num(value):
            return value > 0
        case t.Const("pi") | t.Fun("exp" | "cosh"):
            return True
        case t.Add(terms) | t.Mul(terms):
            return all(map(is_positive, terms))
        case t.Div(num, den):
            return is_positive(num) and is_positive(den)
        case t.Pow(base, _):
            return is_positive(base)
        case _:
            return False


# --- rules: arithmetic ------------------------------------------------------------


def shuffled(term: t.Term, random: Random) -> t.Term | None:
    """Put summands or factors into another order."""
    match term:
        case t.Add(parts):
            return t.Add(tuple(random.sample(parts, len(parts))))
        case t.Mul(parts):
            return t.Mul(tuple(random.sample(parts, len(parts))))
        case _:
            return None


def expanded(term: t.Term, _random: Random) -> t.Term | None:
    """Multiply a sum out: `u (v + w) = u v + u w`, and `(v + w)^2`."""
    match term:
        case t.Mul(factors):
            for i, factor in enumerate(factors):
                if isinstance(factor, t.Add):
                    return t.add(*(t.mul(*factors[:i], s, *factors[i + 1 :]) for s in factor.terms))
            return None
        case t.Pow(t.Add((u, *rest)), t.Num(power)) if power == 2:
            v = t.add(*rest)
            return u**2 + 2 * u * v + v**2
        case _:
            return None


def factored(term: t.Term, _random: Random) -> t.Term | None:
    """Take the first factor out of a sum, also where it does not divide: `u + v = u (1 + v/u)`."""
    match term:
        case t.Add((t.Mul((u, *rest)), *others)) if is_positive(u):
            return u * (t.mul(*rest) + t.add(*others) / u)
        case t.Add((u, *others)) if is_positive(u):
            return u * (1 + t.add(*others) / u)
        case _:
            return None


def joined(term: t.Term, _random: Random) -> t.Term | None:
    """Bring a sum to a common denominator."""
    match term:
        case t.Add(terms):
            for i, div in enumerate(terms):
                if isinstance(div, t.Div):
                    others = t.add(*terms[:i], *terms[i + 1 :])
                    return (div.num + others * div.den) / div.den
            return None
        case _:
            return None


def split(term: t.Term, _random: Random) -> t.Term | None:
    """Divide a sum term by term."""
    match term:
        case t.Div(t.Add(terms), den):
            return t.add(*(s / den for s in terms))
        case t.Div(num, den):
            return num * (1 / den)
        case _:
            return None


def added_and_subtracted(term: t.Term, random: Random) -> t.Term:
    """`u = u + w - w`."""
    other = real(random, 1)
    return term + other - other


def multiplied_and_divided(term: t.Term, random: Random) -> t.Term:
    """`u = u w / w` for a positive w."""
    other = positive(random, 1)
    return term * other / other


def negated_twice(term: t.Term, _random: Random) -> t.Term:
    """`u = -(-u)`."""
    return t.Neg(t.Neg(term))


def conjugated(term: t.Term, _random: Random) -> t.Term | None:
    """`w / (u + v) = w (u - v) / (u^2 - v^2)`."""
    match term:
        case t.Div(num, t.Add((u, *rest))):
            v = t.add(*rest)
            return num * (u - v) / (u**2 - v**2)
        case _:
            return None


def square_completed(term: t.Term, _random: Random) -> t.Term | None:
    """`u v = ((u + v)^2 - (u - v)^2) / 4`."""
    match term:
        case t.Mul((u, v)):
            return ((u + v) ** 2 - (u - v) ** 2) / 4
        case _:
            return None


# --- rules: powers, roots, exponentials, logarithms -----------------------------------


def rationalised(term: t.Term, _random: Random) -> t.Term | None:
    """`1 / sqrt u = sqrt u / u`."""
    match term:
        case t.Div(num, t.Pow(base, t.Num(power)) as root) if power == Fraction(1, 2):
            return num * root / base
        case _:
            return None


def power_split(term: t.Term, _random: Random) -> t.Term | None:
    """`u^(r + s) = u^r u^s`, `(u v)^r = u^r v^r`, `(u/v)^r = u^r / v^r` for positive u, v."""
    match term:
        case t.Pow(t.Mul(factors), exponent) if all(map(is_positive, factors)):
            return t.mul(*(u**exponent for u in factors))
        case t.Pow(t.Div(num, den), exponent) if is_positive(num) and is_positive(den):
            return num**exponent / den**exponent
        case t.Pow(base, t.Num(power)) if is_positive(base):
            return base ** (power - 1) * base
        case t.Pow(base, exponent) if is_positive(base):
            return base ** (exponent + 1) / base
        case _:
            return None


def power_as_exponential(term: t.Term, _random: Random) -> t.Term | None:
    """`u^r = e^(r log u)` for a positive u."""
    match term:
        case t.Pow(base, exponent) if is_positive(base):
            return t.exp(exponent * t.log(base))
        case _ if is_positive(term):
            return t.exp(t.log(term))
        case _:
            return None


def as_square_root(term: t.Term, _random: Random) -> t.Term | None:
    """`u = sqrt(u^2)` for a positive u, `|u| = sqrt(u^2)`."""
    match term:
        case t.Fun("abs", u):
            return t.sqrt(u**2)
        case _ if is_positive(term):
            return t.sqrt(term**2)
        case _:
            return None


def logarithm_split(term: t.Term, _random: Random) -> t.Term | None:
    """`log(u v) = log u + log v`, `log(u / v)`, `log(u^r)` for positive u, v; `log e^u`."""
    match term:
        case t.Fun("log", t.Mul(factors)) if all(map(is_positive, factors)):
            return t.add(*map(t.log, factors))
        case t.Fun("log", t.Div(num, den)) if is_positive(num) and is_positive(den):
            return t.log(num) - t.log(den)
        case t.Fun("log", t.Pow(base, exponent)) if is_positive(base):
            return exponent * t.log(base)
        case t.Fun("log", t.Fun("exp", u)):
            return u
        case t.Fun("log", u) if is_positive(u):
            return -t.log(1 / u)
        case _:
            return None


def exponential_split(term: t.Term, _random: Random) -> t.Term | None:
    """`e^(u + v) = e^u e^v`, `e^u = 1 / e^-u`."""
    match term:
        case t.Fun("exp", t.Add(terms)):
            return t.mul(*map(t.exp, terms))
        case t.Fun("exp", u):
            return 1 / t.exp(-u)
        case _:
            return None


# --- rules: trigonometric and hyperbolic ---------------------------------------------


def _sin(u: t.Term) -> t.Term:
    return t.Fun("sin", u)


def _cos(u: t.Term) -> t.Term:
    return t.Fun("cos", u)


def angles_split(term: t.Term, _random: Random) -> t.Term | None:
    """The sums of angles, and half angles where there is no sum."""
    match term:
        case t.Fun("sin", t.Add((u, *rest))):
            v = t.add(*rest)
            return _sin(u) * _cos(v) + _cos(u) * _sin(v)
        case t.Fun("cos", t.Add((u, *rest))):
            v = t.add(*rest)
            return _cos(u) * _cos(v) - _sin(u) * _sin(v)
        case t.Fun("sin", u):
            return 2 * _sin(u / 2) * _cos(u / 2)
        case t.Fun("cos", u):
            return 1 - 2 * _sin(u / 2) ** 2
        case _:
            return None


def circle(term: t.Term, random: Random) -> t.Term:
    """`u = u (sin^2 v + cos^2 v)`."""
    v = real(random, 1)
    return term * (_sin(v) ** 2 + _cos(v) ** 2)


def hyperbola(term: t.Term, random: Random) -> t.Term:
    """`u = u (cosh^2 v - sinh^2 v)`."""
    v = real(random, 0)
    return term * (t.Fun("cosh", v) ** 2 - t.Fun("sinh", v) ** 2)


def as_exponentials(term: t.Term, _random: Random) -> t.Term | None:
    """The hyperbolic functions by exponentials."""
    match term:
        case t.Fun("cosh", u):
            return (t.exp(u) + t.exp(-u)) / 2
        case t.Fun("sinh", u):
            return (t.exp(u) - t.exp(-u)) / 2
        case t.Fun("tanh", u):
            return 1 - 2 / (t.exp(2 * u) + 1)
        case _:
            return None


def another_function(term: t.Term, _random: Random) -> t.Term | None:
    """Functions by others, and even and odd ones at the opposite argument."""
    match term:
        case t.Fun("arctan", u):
            return t.Fun("arcsin", u / t.sqrt(1 + u**2))
        case t.Fun("sin" | "sinh" | "tanh" as name, u):
            return -t.Fun(name, -u)
        case t.Fun("cos" | "cosh" | "abs" as name, u):
            return t.Fun(name, -u)
        case _:
            return None


RULES: tuple[Rule, ...] = (
    shuffled, expanded, factored, joined, split, added_and_subtracted, multiplied_and_divided,
    negated_twice, conjugated, square_completed, rationalised, power_split, power_as_exponential,
    as_square_root, logarithm_split, exponential_split, angles_split, circle, hyperbola,
    as_exponentials, another_function,
)  # fmt: skip


# --- edits that usually change the value --------------------------------------------


def sign_flipped(term: t.Term, random: Random) -> t.Term | None:
    """Change the sign of one summand."""
    match term:
        case t.Add(terms):
            i = random.randrange(len(terms))
            return t.Add((*terms[:i], -terms[i], *terms[i + 1 :]))
        case t.Neg(body):
            return body
        case _:
            return None


def coefficient_changed(term: t.Term, random: Random) -> t.Term | None:
    """Change a number by one, or put a factor before anything else."""
    match term:
        case t.Num(value):
            return t.term(value + 1)
        case _:
            return random.choice((2, Fraction(1, 2), 3)) * term


def exponent_changed(term: t.Term, _random: Random) -> t.Term | None:
    """Change an exponent by one."""
    match term:
        case t.Pow(base, exponent):
            return base ** (exponent + 1)
        case _:
            return None


def part_dropped(term: t.Term, random: Random) -> t.Term | None:
    """Leave out a factor, a summand or a root."""
    match term:
        case t.Add(parts) | t.Mul(parts):
            i = random.randrange(len(parts))
            join = t.add if isinstance(term, t.Add) else t.mul
            return join(*parts[:i], *parts[i + 1 :])
        case t.Pow(base, _) | t.Div(base, _) | t.Fun(_, base):
            return base
        case _:
            return None


def letter_exchanged(term: t.Term, _random: Random) -> t.Term | None:
    """Write another letter."""
    return {x: c, c: x, y: a, a: y, b: y}.get(term) if isinstance(term, t.Sym) else None


def barely_changed(term: t.Term, _random: Random) -> t.Term:
    """Add a tiny constant."""
    return term + t.term(10) ** -30


EDITS: tuple[Rule, ...] = (
    sign_flipped, coefficient_changed, exponent_changed, part_dropped, letter_exchanged,
    barely_changed,
)  # fmt: skip


# --- somewhere in a term ------------------------------------------------------------


def applied(rules: tuple[Rule, ...], term: t.Term, random: Random) -> t.Term:
    """Apply one of the rules at one place; the term itself where none applies."""
    # A number may be an exponent, and one that is only known to be whole is none to everybody.
    places = [p for p in walk(term) if rules is EDITS or not isinstance(p, t.Num)]
    for _ in range(30 if places else 0):
        rule, place = random.choice(rules), random.choice(places)
        if (new := rule(place, random)) is not None and new != place:
            return rebuild(term, {place: new})
    return term


def rewritten(term: t.Term, random: Random, times: int) -> t.Term:
    """Apply rules at random places."""
    for _ in range(times):
        term = applied(RULES, term, random)
    return term


def perturbed(term: t.Term, random: Random) -> t.Term:
    """Make one edit at a random place."""
    return applied(EDITS, term, random)
