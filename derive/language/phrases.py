"""The words in which a proof script writes terms: E, grad, div, score, density.

Each is a constructor of `derive.language.terms` under the name that a paper uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.terms import (
    At,
    Density,
    Diff,
    Divergence,
    Dot,
    Event,
    Expect,
    Field,
    Integral,
    Landau,
    MatVec,
    Normal,
    NormSq,
    Num,
    Operand,
    Sym,
    Term,
    log,
    term,
)

if TYPE_CHECKING:
    from derive.language.terms import RV

half = Num(Fraction(1, 2))

grad = Diff
jacobian = Diff
derivative = Diff
div = Divergence
dot = Dot
norm2 = NormSq
apply = MatVec


@dataclass(frozen=True)
class Function:
    """A named expression in one variable, to be put at other values: `f(X)`."""

    var: Sym
    body: Term

    def __call__(self, value: Operand) -> Term:
        """Give the body at a value."""
        return self.body if value == self.var else At(self.body, self.var, term(value))


def score(density: Field, x: Sym) -> Function:
    """The score of a density, grad log p, as a function of its argument."""
    return Function(x, Diff(log(density(x)), x))


def at(variable: Term, value: Operand) -> Event:
    """The condition `variable = value`."""
    return Event(variable, term(value))


def E(body: Operand, *given: Event | Term) -> Expect:  # noqa: N802 - as it is written
    """The expectation of `body`, conditional on events or on random variables."""
    events = tuple(g if isinstance(g, Event) else Event(g, g) for g in given)
    return Expect(term(body), events)


def density(variable: RV | Term, value: Operand, *given: Event) -> Density:
    """The density of a random variable at a value, conditional on events."""
    return Density((Event(variable, term(value)),), given)


def normal(at: Operand, mean: Operand, variance: Operand) -> Normal:
    """The normal density at a point; the covariance is `variance` times the identity."""
    return Normal(term(at), term(mean), term(variance))


def o(scale: Operand) -> Landau:
    """Any function of smaller order than `scale`."""
    return Landau("o", term(scale))


def O(scale: Operand) -> Landau:  # noqa: N802, E743 - as it is written
    """Any function of at most the order of `scale`."""
    return Landau("O", term(scale))


def integral(
    body: Operand, var: Sym, lower: Operand | None = None, upper: Operand | None = None
) -> Integral:
    """An integral over the whole space, or between limits on the line."""
    limits = (None if x is None else term(x) for x in (lower, upper))
    return Integral(term(body), var, *limits)
