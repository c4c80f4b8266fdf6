"""Landau claims: expansions at h -> 0+ with exact coefficients and an honest remainder.

A series is a finite sum of c h^q (q rational, c in the coefficient field) and a
remainder class, o(h^q) or O(h^q), or none.  Arithmetic on the classes is the
usual one: the sum of two remainders is the larger, o times O is o.  Computed
terms are cut at a working order, which leaves an O of it; the order is raised
until the claim is decided or a limit is met.

Source: de Bruijn, Asymptotic Methods in Analysis, ch. 1 (`=` with a Landau term
is read from left to right); Knuth, TAOCP 1, 1.2.11.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from derive.kernel.algebra import Algebra, Quotient, Term, monomial
from derive.kernel.functions import exp, log, power, sign
from derive.kernel.limits import Hidden, Undecidable
from derive.language import terms as t
from derive.language.traverse import walk

if TYPE_CHECKING:
    from derive.kernel.lowering import Lowering

Q = Fraction

_MULTIPLIED_OUT = 40  # whole powers up to this one


@dataclass(frozen=True)
class Remainder:
    """The class o(h^order) or O(h^order).

    ours: it bounds what was cut off here, so a higher working order lowers it; else
          it is the author's, and every function of the class is meant.
    factors: what the author's Landau term was multiplied by: the class is that large
          only where none of them is zero.
    """

    order: Fraction
    kind: Literal["o", "O"]
    ours: bool = False
    factors: tuple[Quotient, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Series:
    """The sum of `terms[q] h^q` and a function in the remainder class."""

    terms: dict[Fraction, Quotient]
    remainder: Remainder | None = None

    def __post_init__(self) -> None:
        kept = {q: c for q, c in self.terms.items() if not c.vanishes() and not self._absorbs(q)}
        object.__setattr__(self, "terms", dict(sorted(kept.items())))

    def _absorbs(self, q: Fraction) -> bool:
        return self.remainder is not None and contains(self.remainder, Remainder(q, "O"))

    def __add__(self, other: Series) -> Series:
        terms = dict(self.terms)
        for q, c in other.terms.items():
            terms[q] = terms[q] + c if q in terms else c
        return Series(terms, larger(self.remainder, other.remainder))

    def __neg__(self) -> Series:
        return Series({q: -c for q, c in self.terms.items()}, self.remainder)

    def __mul__(self, other: Series) -> Series:
        terms: dict[Fraction, Quotient] = {}
        for q, c in self.terms.items():
            for r, b in other.terms.items():
                terms[q + r] = terms[q + r] + c * b if q + r in terms else c * b
        remainder = larger(times(self.remainder, other._size), times(other.remainder, self._size))
        return Series(terms, remainder)

    @property
    def _size(self) -> Remainder | None:
        """The smallest class that is known to contain the whole series."""
        if self.terms:
            q, c = self.leading()
            return Remainder(q, "O", factors=(c,))
        return self.remainder

    def cut(self, order: Fraction) -> Series:
        """Forget the terms from h^order on."""
        if all(q < order for q in self.terms):
            return self
        kept = {q: c for q, c in self.terms.items() if q < order}
        return Series(kept, larger(self.remainder, Remainder(order, "O", ours=True)))

    def leading(self) -> tuple[Fraction, Quotient]:
        """The first term.  Raises Undecidable where none is known."""
        if not self.terms:
            raise Hidden("the leading term of an expansion is not known")
        return next(iter(self.terms.items()))


def contains(outer: Remainder, inner: Remainder) -> bool:
    """Whether every function of the inner class is in the outer one."""
    if inner.order != outer.order:
        return inner.order > outer.order
    return outer.kind == "O" or inner.kind == "o"


def larger(a: Remainder | None, b: Remainder | None) -> Remainder | None:
    """The class of a sum; of equal classes the author's."""
    if a is None or b is None:
        return b if a is None else a
    if contains(a, b) and contains(b, a):
        return b if a.ours else a
    return a if contains(a, b) else b


def _bound_of_power(remainder: Remainder, exponent: Fraction) -> Remainder:
    return Remainder(remainder.order * exponent, remainder.kind, ours=True)


def times(a: Remainder | None, b: Remainder | None) -> Remainder | None:
    """The class of a product."""
    if a is None or b is None:
        return None
    kind: Literal["o", "O"] = "O" if a.kind == b.kind == "O" else "o"
    return Remainder(a.order + b.order, kind, a.ours or b.ours, a.factors + b.factors)


class Expansion:
    """Expands scalar terms in the small positive variable `h`, up to a working order."""

    def __init__(self, lowering: Lowering, h: t.Sym, order: Fraction) -> None:
        self.lowering, self.h, self.order = lowering, h, order
        self.algebra: Algebra = lowering.algebra
        if h in lowering.env:
            raise Undecidable("the small variable is fixed by a side equation")
        low, high = self.algebra.ranges.get(h.name, (None, None))
        if (low is not None and low > 0) or (high is not None and high <= 0):
            raise Undecidable("the small variable cannot tend to 0 from above")
        moved = {s for s, value in lowering.env.items() if h.name in value.free}
        self.moving = moved | {h}

    def __call__(self, term: t.Term) -> Series:
        """Expand a term."""
        return self._expand(term).cut(self.order)

    def _constant(self, value: Quotient) -> Series:
        return Series({Q(0): value})

    def _expand(self, term: t.Term) -> Series:  # noqa: C901, PLR0911, PLR0912 - all cases
        if not any(x in self.moving or isinstance(x, t.Landau) for x in walk(term)):
            return self._quotient(self.lowering(term).number())  # h may come from a law
        match term:
            case t.Sym():
                return self._quotient(self.lowering(term).number())
            case t.Landau(kind, scale):
                return Series({}, Remainder(landau_order(scale, self.h), kind))
            case t.Add(parts):
                total = self(parts[0])
                for part in parts[1:]:
                    total = total + self(part)
                return total
            case t.Mul(factors):
                total = self(factors[0])
                for factor in factors[1:]:
                    total = (total * self(factor)).cut(self.order)
                return total
            case t.Neg(body):
                return -self(body)
            case t.Div(num, den):
                return self(num) * self._power(self(den), Q(-1))
            case t.Pow(base, exponent):
                number = self.lowering(exponent).number().as_number()
                if number is None:
                    raise Undecidable("a power with a symbolic exponent in an expansion")
                return self._power(self(base), number)
            case t.Fun("exp" | "log" as name, arg):
                return self._exp(self(arg)) if name == "exp" else self._log(self(arg))
            case _:
                raise Undecidable(f"the expansion of a term of kind {type(term).__name__}")

    # --- composed functions ---

    def _normalised(self, base: Series) -> tuple[Fraction, Quotient, Series]:
        """Write a series as c h^q (1 + u)."""
        q, c = base.leading()
        if sign(c) is None:
            self.algebra.conditions["nonzero", repr(c.key)] = c
        inverse = Series({-q: c.inverse()})
        u = base * inverse
        rest = {r: b for r, b in u.terms.items() if r != 0}
        return q, c, Series(rest, u.remainder)

    def _power(self, base: Series, exponent: Fraction) -> Series:
        if exponent > 1 and not base.terms and base.remainder is not None:
            # The squares of O(h) are not all of O(h^2): only a bound.
            return Series({}, _bound_of_power(base.remainder, exponent))
        if exponent.denominator == 1 and 0 <= exponent <= _MULTIPLIED_OUT:  # nothing is cut off
            result = self._constant(self.algebra.one)
            for _ in range(int(exponent)):
                result = (result * base).cut(self.order)
            return result
        q, c, u = self._normalised(base)
        coefficients, factor = [Q(1)], Q(1)
        for n in range(1, self._steps(u) + 1):
            factor = factor * (exponent - n + 1) / n
            coefficients.append(factor)
        scale = Series({q * exponent: power(c, exponent)})
        return scale * self._compose(coefficients, u)

    def _exp(self, arg: Series) -> Series:
        constant, u = self._split_constant(arg)
        coefficients = [Q(1)]
        for n in range(1, self._steps(u) + 1):
            coefficients.append(coefficients[-1] / n)
        return self._constant(exp(constant)) * self._compose(coefficients, u)

    def _log(self, arg: Series) -> Series:
        q, c, u = self._normalised(arg)
        if q != 0:
            raise Undecidable("a logarithm of the small variable in an expansion")
        steps = self._steps(u)
        coefficients = [Q(0)] + [Q((-1) ** (n + 1), n) for n in range(1, steps + 1)]
        return self._constant(log(c)) + self._compose(coefficients, u)

    def _split_constant(self, arg: Series) -> tuple[Quotient, Series]:
        if any(q < 0 for q in arg.terms):
            raise Undecidable("an exponential that grows without bound in an expansion")
        rest = {q: c for q, c in arg.terms.items() if q > 0}
        return arg.terms.get(Q(0), self.algebra.zero), Series(rest, arg.remainder)

    def _steps(self, u: Series) -> int:
        """How many powers of u lie below the working order."""
        if u._size is None:  # noqa: SLF001 - same module
            return 0
        first, kind = u._size.order, u._size.kind  # noqa: SLF001 - same module
        if first < 0 or (first == 0 and kind == "O"):
            if u._size.ours:  # noqa: SLF001 - same module
                raise Hidden("a term is as small as what was cut off")
            raise Undecidable("a remainder as large as the term it is compared with")
        return int(self.order / first) + 1 if first else 1

    def _compose(self, coefficients: list[Fraction], u: Series) -> Series:
        """Evaluate a power series, its tail included, at a series that tends to 0."""
        total = self._constant(self.algebra.number(coefficients[-1]))
        for c in reversed(coefficients[:-1]):
            total = (total * u).cut(self.order) + self._constant(self.algebra.number(c))
        size = u._size  # noqa: SLF001 - same module
        if size is None:
            return total
        count = len(coefficients)  # the first power that is left out
        return total + Series({}, Remainder(size.order * count, size.kind, ours=True))

    # --- coefficients that depend on h through a side equation ---

    def _quotient(self, value: Quotient) -> Series:
        if self.h.name not in value.free:
            return self._constant(value)
        top = self._polynomial(value.terms())
        bottom = self._polynomial(value.below.terms())
        return (top * self._power(bottom, Q(-1))).cut(self.order)

    def _polynomial(self, terms: list[Term]) -> Series:
        total = Series({})
        for exponents, c in terms:
            free = [(i, n) for i, n in exponents if self.h.name not in self.algebra.gens[i].free]
            piece = self._constant(monomial(self.algebra, free) * self.algebra.number(c))
            for i, n in exponents:
                if self.h.name in self.algebra.gens[i].free:
                    piece = piece * self._power(self._generator(i), Q(n))
            total = total + piece
        return total

    def _generator(self, i: int) -> Series:
        gen = self.algebra.gens[i]
        info = self.algebra.factors[gen.net[0][0]] if len(gen.net) == 1 else None
        if info is not None and info.kind == "var" and info.name == self.h.name:
            return Series({Q(1): self.algebra.one})
        if gen.inner is None:
            raise Undecidable("the expansion of an unspecified function")
        inner = self._quotient(gen.inner)
        if gen.kind == "root":
            return self._power(inner, Q(1, 2))
        return self._exp(inner) if gen.kind == "exp" else self._log(inner)


def landau_order(scale: t.Term, h: t.Sym) -> Fraction:
    """The exponent of `o(h^n)`.  Raises Undecidable for another scale."""
    match scale:
        case t.Sym() if scale == h:
            return Q(1)
        case t.Pow(base, t.Num(n)) if base == h:
            return n
        case t.Num(n) if n == 1:
            return Q(0)
        case _:
            raise Undecidable("the scale of a Landau term is not a power of one small variable")


def small_variable(*sides: t.Term) -> t.Sym | None:
    """The variable of the Landau terms, if there are any."""
    scales = [x.scale for side in sides for x in walk(side) if isinstance(x, t.Landau)]
    letters = list(dict.fromkeys(s for x in scales for s in walk(x) if isinstance(s, t.Sym)))
    if len(letters) > 1:
        raise Undecidable("Landau terms in two different variables")
    if scales and not letters:
        raise Undecidable("o(1) or O(1) does not say which variable tends to 0")
    return letters[0] if letters else None
