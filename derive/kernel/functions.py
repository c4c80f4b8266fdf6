"""Signs, roots, logarithms and exponentials of elements of the coefficient field.

Every rule here needs to know signs: sqrt(x**2) is x only where x >= 0.  A sign
is known from the ranges of the letters or not at all; what cannot be known is
`Undecidable`, never assumed.

Source: the sign test substitutes (0, oo) for each range and asks whether all
coefficients agree (Polya's and Bernstein's certificate, e.g. Powers & Reznick,
Trans. AMS 352 (2000)).  Independence of exponentials of Q-independent exponents:
Ax, Ann. of Math. 93 (1971) (the function-field case of Schanuel's conjecture).
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from flint import fmpq

from derive.kernel.algebra import Algebra, Gen, Quotient
from derive.kernel.limits import Restart, Undecidable
from derive.kernel.poly import Poly

_NOT_BIGGER = 400  # terms of a polynomial whose sign is asked


# --- signs -----------------------------------------------------------------------


def sign(value: Quotient) -> int | None:
    """Give +1 or -1 if the sign is certain for all admissible values, 0 for zero, else None."""
    if value.vanishes():
        return 0
    known = value.algebra.signs
    if value.key in known:
        return known[value.key]
    top, bottom = _sign(value.algebra, value.num), _sign(value.algebra, value.den)
    if top is None or bottom is None:
        return None
    if value.algebra.assumed.keys().isdisjoint(value.used()):
        known[value.key] = top * bottom  # else each use must record what it assumes
    return top * bottom


def _sign(algebra: Algebra, poly: Poly) -> int | None:
    """Substitute a positive variable for each range; agree all coefficients?"""
    content, factors = poly.factor()
    result = 1 if content > 0 else -1
    for factor, power in factors:
        found = _factor_sign(algebra, factor) if power % 2 else 1
        if found is None:
            return None
        result *= found
    return result


def _factor_sign(algebra: Algebra, poly: Poly) -> int | None:
    if len(poly) > _NOT_BIGGER:
        return None
    strict: set[int] = set()
    for i in sorted(poly.used):
        low, high = bounds(algebra, i)
        if low is None and high is None:
            continue  # only even powers will do
        strict.add(i)
        poly = _to_half_line(poly, i, low, high)
    signs = set()
    definite = False
    for m, c in poly.terms.items():
        if any(n % 2 for i, n in m if i not in strict):
            return None
        signs.add(1 if c > 0 else -1)
        definite |= all(i in strict for i, _ in m)
    return signs.pop() if len(signs) == 1 and definite else None


def _to_half_line(poly: Poly, i: int, low: Fraction | None, high: Fraction | None) -> Poly:
    """Replace generator i by a function of a variable in (0, oo) onto (low, high)."""
    if low == 0 and high is None:
        return poly
    u, one = Poly.generator(i), Poly.constant(1)
    if low is not None and high is not None:
        top, bottom = _constant(low) + _constant(high) * u, one + u
    elif low is not None:
        top, bottom = _constant(low) + u, one
    else:
        assert high is not None  # noqa: S101 - one of the two is given
        top, bottom = _constant(high) - u, one
    degree, total = poly.degree(i), Poly({})
    for n, part in poly.by_power(i).items():
        total = total + part * top**n * bottom ** (degree - n)
    return total


def _constant(value: Fraction) -> Poly:
    return Poly.constant(fmpq(value.numerator, value.denominator))


def bounds(algebra: Algebra, i: int) -> tuple[Fraction | None, Fraction | None]:
    """Give the open interval that generator i is known to lie in."""
    gen = algebra.gens[i]
    positive = (Fraction(0), None)
    if i in algebra.assumed:
        _record_positive(algebra.assumed[i])
        return positive
    if gen.kind in ("exp", "root") or gen.kind == "const":
        return positive  # a root of something positive; pi and d
    if gen.kind == "net" and len(gen.net) == 1:
        info = algebra.factors[gen.net[0][0]]
        if info.kind == "var":
            return algebra.ranges.get(info.name, (None, None))
        if info.kind == "jet" and getattr(info.payload, "positive", False):
            return positive
        if info.kind == "integral" and getattr(info.payload, "positive", False):
            return positive
    return (None, None)


# --- roots and logarithms ----------------------------------------------------------


def log(value: Quotient) -> Quotient:
    """Give the logarithm, as a sum over irreducible factors, each of them positive."""
    total = value.algebra.zero
    for base, power in _positive_parts(value):
        total = total + value.algebra.number(power) * _log_generator(base)
    return total


def power(value: Quotient, exponent: Fraction) -> Quotient:
    """Give a rational power; the base must be positive unless the exponent is whole."""
    if exponent.denominator == 1:
        return value ** int(exponent)
    if value.vanishes():
        if exponent > 0:
            return value
        raise Undecidable("a negative power of zero")
    if exponent.denominator == 2:
        result = value.algebra.one
        for base, n in _positive_parts(value):
            whole, half = divmod(int(2 * n * exponent), 2)
            result = result * base**whole
            if half:
                result = result * _root_generator(base)
        return result
    return exp(value.algebra.number(exponent) * log(value))


def _positive_parts(value: Quotient) -> list[tuple[Quotient, Fraction]]:
    """Factor into positive irreducible polynomials and primes, with their exponents.

    One factor of unknown sign may stand with an odd power if everything else is
    positive: where the root or logarithm is defined, it is positive too.
    """
    algebra = value.algebra
    parts: list[tuple[Quotient, Fraction]] = []
    total_sign, unknown = 1, []
    for poly, side in ((value.num, 1), (value.den, -1)):
        content, factors = poly.factor()
        total_sign *= 1 if content > 0 else -1
        parts += _prime_parts(algebra, abs(int(content.p)), side)
        parts += _prime_parts(algebra, int(content.q), -side)
        for factor, n in factors:
            known = _factor_sign(algebra, factor)
            base = Quotient(algebra, factor if known != -1 else -factor)
            if known is None:
                unknown.append((base, Fraction(side * int(n))))
            else:
                total_sign *= known ** int(n)
                parts.append((base, Fraction(side * int(n))))
    if unknown:
        if len(unknown) > 1 or unknown[0][1].numerator % 2 == 0:
            raise Undecidable("the sign under a root or a logarithm is not known")
        base, exponent = unknown[0]
        base = base if total_sign > 0 else -base
        parts.append((base, exponent))
        assume_positive(base)
    elif total_sign < 0:
        raise Undecidable("a root or a logarithm of a negative number")
    return parts


def assume_positive(base: Quotient) -> None:
    """Take a quantity to be positive; each later use records the condition."""
    gen = _single(base)
    if not base.free:
        raise Undecidable("the sign of a number that is not known")
    # The name of a bound variable is given to others later: of it nothing is kept.
    if gen is not None and not any("#" in name for name in base.free):
        base.algebra.assumed[gen] = base
    _record_positive(base)


def _record_positive(base: Quotient) -> None:
    base.algebra.conditions["positive", str(base.key)] = base


def _prime_parts(algebra: Algebra, n: int, side: int) -> list[tuple[Quotient, Fraction]]:
    parts = []
    divisor = 2
    while n > 1:
        if divisor * divisor > n:
            divisor = n
        if divisor > 10**4:
            raise Undecidable("the root of a number with large prime factors")
        count = 0
        while n % divisor == 0:
            n, count = n // divisor, count + 1
        if count:
            parts.append((algebra.number(divisor), Fraction(side * count)))
        divisor += 1
    return parts


def _root_generator(base: Quotient) -> Quotient:
    """Give the square root of a positive irreducible polynomial or prime."""
    gen = _single(base)
    if gen is not None and base.algebra.gens[gen].kind in ("exp", "root"):
        algebra = base.algebra
        if algebra.gens[gen].kind == "exp":  # sqrt(exp(b)) = exp(b/2)
            raise Restart(2 * algebra.scale)
        raise Undecidable("a root of a root")
    return base.algebra.generator(("root", base.key), Gen("root", inner=base, free=base.free))


def _log_generator(base: Quotient) -> Quotient:
    """Give the logarithm of a positive irreducible polynomial or prime."""
    gen = _single(base)
    if gen is not None:
        inner = base.algebra.gens[gen].inner
        if base.algebra.gens[gen].kind == "exp":
            assert inner is not None  # noqa: S101 - an exponential has an exponent
            return inner
        if base.algebra.gens[gen].kind == "root":
            assert inner is not None  # noqa: S101 - an exponential has an exponent
            return base.algebra.number(Fraction(1, 2)) * log(inner)
    return base.algebra.generator(("log", base.key), Gen("log", inner=base, free=base.free))


def _single(base: Quotient) -> int | None:
    """The generator that a quotient is, if it is one."""
    terms = base.terms()
    if base.den.is_one() and len(terms) == 1:
        monomial, c = terms[0]
        if c == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return monomial[0][0]
    return None


# --- exponentials --------------------------------------------------------------------


def exp(value: Quotient) -> Quotient:
    """Give the exponential as a Laurent monomial in exponentials of independent exponents."""
    known = value.algebra.exponentials
    if value.key not in known:
        known[value.key] = _exp(value)
    return known[value.key]


def _exp(value: Quotient) -> Quotient:
    algebra = value.algebra
    result, rest = _split_logs(value)
    if rest.vanishes():
        return result
    solution = algebra.exponents.combination(rest)
    if solution is None:
        scale = algebra.scale
        exponent = rest if scale == 1 else rest * algebra.number(Fraction(1, scale))
        gen = Gen("exp", inner=exponent, free=rest.free)
        itself = algebra.generator(("exp", exponent.key), gen)
        algebra.exponents.append(exponent, itself)
        return result * itself**scale
    finer = lcm(*(q.denominator for q in solution.values()))
    if finer > 1:
        raise Restart(algebra.scale * finer)
    for k, q in solution.items():
        result = result * algebra.exponents.names[k] ** int(q)
    return result


def _constant_part(value: Quotient) -> Fraction:
    """The constant term of a polynomial; of a proper quotient none is split off."""
    c = value.num.terms.get((), fmpq(0)) if value.den.is_one() else fmpq(0)
    return Fraction(int(c.p), int(c.q))


def _split_logs(value: Quotient) -> tuple[Quotient, Quotient]:
    """Turn `q log f`, q in Z/2, inside an exponent into a power of f."""
    algebra = value.algebra
    result, rest = algebra.one, value
    for i in value.used():
        gen = algebra.gens[i]
        if gen.kind != "log" or gen.inner is None or i in value.den.used:
            continue
        slope = _constant_part(Quotient.make(algebra, value.num.derivative(i), value.den))
        if not slope or slope.denominator > 2:
            continue
        whole, half = divmod(int(2 * slope), 2)
        result = result * gen.inner**whole
        if half:
            result = result * _root_generator(gen.inner)
        rest = rest - algebra.number(slope) * algebra.named(i)
    return result, rest
