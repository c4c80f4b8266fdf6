"""Scope: what may be assumed where a link is decided.

The laws of the random variables, ranges of the parameters, side equations, and
which fluxes vanish at infinity.  A scope is part of the claim: the same two
sides may be equal in one scope and different in another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.language.terms import RV, Apply, Field, Sym, Term
from derive.language.traverse import walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction


@dataclass(frozen=True)
class Law:
    """The law of a random variable: its density at `at`, given its parents.

    The random variables that occur in `density` are the parents; variables with
    no common ancestor are independent.
    """

    at: Sym
    density: Term

    @property
    def parents(self) -> tuple[RV, ...]:
        """The random variables this one depends on, in order of occurrence."""
        return tuple(dict.fromkeys(t for t in walk(self.density) if isinstance(t, RV)))


@dataclass(frozen=True)
class Moments:
    """Mean vector and isotropic covariance `variance I` known of an unspecified density."""

    mean: Term
    variance: Term


@dataclass(frozen=True)
class Decay:
    """`flux -> 0` as `var` goes to infinity (to the ends of the support).

    In R^d it means what the divergence theorem needs: the flux through large spheres
    tends to 0 (for a scalar flux, that of every constant direction times it).

    for_all: other letters of the flux for whose every value this is assumed.
    """

    flux: Term
    var: Sym
    stated: bool = True  # whether the problem states it, or the author of the key adds it
    for_all: tuple[Sym, ...] = ()


@dataclass(frozen=True)
class Range:
    """An open interval of the real line; None is infinite."""

    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True)
class Scope:
    """The hypotheses in force, as immutable data; `extended` gives a larger one."""

    laws: Mapping[RV, Law] = field(default_factory=dict)
    definitions: Mapping[RV, Term] = field(default_factory=dict)
    moments: Mapping[Field, Moments] = field(default_factory=dict)
    ranges: Mapping[Sym, Range] = field(default_factory=dict)
    equations: tuple[tuple[Term, Term], ...] = ()
    positive: tuple[Term, ...] = ()  # quantities that are taken to be positive
    decays: tuple[Decay, ...] = ()

    def extended(  # noqa: PLR0913 - a name for each kind of hypothesis
        self,
        *,
        laws: Mapping[RV, Law] | None = None,
        definitions: Mapping[RV, Term] | None = None,
        moments: Mapping[Field, Moments] | None = None,
        ranges: Mapping[Sym, Range] | None = None,
        equations: tuple[tuple[Term, Term], ...] = (),
        positive: tuple[Term, ...] = (),
        decays: tuple[Decay, ...] = (),
    ) -> Scope:
        """Give this scope with more hypotheses; a later one of the same name wins."""
        return Scope(
            {**self.laws, **(laws or {})},
            {**self.definitions, **(definitions or {})},
            {**self.moments, **(moments or {})},
            {**self.ranges, **(ranges or {})},
            (*self.equations, *equations),
            (*self.positive, *positive),
            (*self.decays, *decays),
        )


def flaw(scope: Scope) -> str:
    """Say what makes the hypotheses meaningless, whatever is claimed under them; "" if nothing."""
    for symbol, bounds in scope.ranges.items():
        if bounds.low is not None and bounds.high is not None and bounds.low >= bounds.high:
            return f"no number lies in the range of {symbol.name}"
    for variable, law in scope.laws.items():
        if law.at.rank != variable.rank or law.density.rank:
            return f"the law of {variable.name} is of another rank than {variable.name}"
    for variable, value in scope.definitions.items():
        if value.rank != variable.rank:
            return f"the definition of {variable.name} is of another rank than {variable.name}"
    return _circle(scope)


def _circle(scope: Scope) -> str:
    """Find a random variable whose law or definition leads back to itself."""
    terms = {v: law.density for v, law in scope.laws.items()} | dict(scope.definitions)
    below = {v: {x for x in walk(t) if isinstance(x, RV)} for v, t in terms.items()}
    for variable in terms:
        reached: set[RV] = set()
        pending = [variable]
        while pending:
            new = below.get(pending.pop(), set()) - reached
            if variable in new:
                return f"the law or definition of {variable.name} leads back to itself"
            reached |= new
            pending += new
    return ""


def depends_on_theta(node: Term) -> bool:
    """Whether a trained field occurs in the term."""
    return any(isinstance(t, Apply) and t.field.trained for t in walk(node))
