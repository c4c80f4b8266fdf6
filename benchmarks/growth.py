"""True claims of any size, as terms: a formula of 200 fractions is longer than what is read."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

from derive.equality.statement import Statement
from derive.language import terms as t

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZES = (10, 20, 50, 100, 200)  # terms of a rational identity
ORDERS = (4, 8, 12, 16, 20, 24)  # of an expansion

x, h = t.Sym("x"), t.Sym("h")


def telescope(size: int) -> Statement:
    """Partial fractions written out: `1/(x(x+1)) + ... = k/(x(x+k))`."""
    terms = [1 / ((x + i) * (x + i + 1)) for i in range(size)]
    return Statement(t.add(*terms), size / (x * (x + size)))


def quotients(size: int) -> Statement:
    """A product written out, in which everything but two factors cancels."""
    return Statement(t.mul(*((x + i) / (x + i + 1) for i in range(size))), x / (x + size))


def exponential(order: int) -> Statement:
    """The expansion of `e^h`."""
    terms = [h**k / factorial(k) for k in range(1, order + 1)]
    return _expansion(t.exp(h), order, terms)


def composed(order: int) -> Statement:
    """The expansion of `1/(1-h^2)` where it has to be found: `e^{-log(1-h)-log(1+h)}`."""
    function = t.exp(-t.log(1 - h) - t.log(1 + h))
    return _expansion(function, order, [h**k for k in range(2, order + 1, 2)])


def _expansion(function: t.Term, order: int, terms: Sequence[t.Term]) -> Statement:
    return Statement(function, t.add(1, *terms, t.Landau("o", h**order)), vary=h)


CLAIMS: dict[str, tuple[Callable[[int], Statement], tuple[int, ...]]] = {
    "sum of k fractions": (telescope, SIZES),
    "product of k fractions": (quotients, SIZES),
    "e^h to order k": (exponential, ORDERS),
    "1/(1-h^2) to order k": (composed, ORDERS),
}
