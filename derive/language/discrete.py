"""Terms of counting: factorials, binomial coefficients, finite sums and products.

See `derive.language.terms`, under whose name everything here is used.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.language.arithmetic import Sym, Term, require


@dataclass(frozen=True, eq=False)
class Factorial(Term):
    """`n!` of a whole number that is not negative."""

    body: Term

    def _typed(self) -> int:
        require(self.body.rank == 0, "the factorial of a vector")
        return 0


@dataclass(frozen=True, eq=False)
class Binomial(Term):
    """`n! / (k! (n - k)!)` of whole numbers with `0 <= k <= n`."""

    upper: Term
    lower: Term

    def _typed(self) -> int:
        require(self.upper.rank == 0 == self.lower.rank, "a binomial coefficient of vectors")
        return 0


@dataclass(frozen=True, eq=False)
class _Ranging(Term):
    body: Term
    var: Sym
    low: Term
    high: Term

    def _typed(self) -> int:
        numbers = (self.body, self.var, self.low, self.high)
        require(all(x.rank == 0 for x in numbers), "a sum or product of what is no number")
        return 0


@dataclass(frozen=True, eq=False)
class FiniteSum(_Ranging):
    """The sum of `body` over the whole numbers `var` from `low` to `high`, which it binds.

    The limits are whole; where `high` is `low - 1` nothing is summed and the sum is 0.
    """


@dataclass(frozen=True, eq=False)
class FiniteProduct(_Ranging):
    """The product of `body` over the whole numbers `var` from `low` to `high`, which it binds.

    The limits are whole; where `high` is `low - 1` the product is 1.
    """
