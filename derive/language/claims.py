"""Claims: what one link of a derivation says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from derive.language.arithmetic import require

if TYPE_CHECKING:
    from derive.language.terms import Apply, Term


_TWO_RANKS = "an equation between a scalar and a vector"


@dataclass(frozen=True)
class Equal:
    """`lhs = rhs`, read from left to right where a Landau term stands on the right.

    Then every function that the left side stands for is one that the right side admits.
    """

    lhs: Term
    rhs: Term

    def __post_init__(self) -> None:
        require(self.lhs.rank == self.rhs.rank, _TWO_RANKS)


@dataclass(frozen=True)
class EqualUpToConstant:
    """`lhs = rhs + const`, where const does not depend on the parameter theta."""

    lhs: Term
    rhs: Term

    def __post_init__(self) -> None:
        require(self.lhs.rank == self.rhs.rank, _TWO_RANKS)


@dataclass(frozen=True)
class EqualInLaw:
    """Two terms in random variables have the same law, jointly with those that occur in both.

    `sqrt(a) Z_1 + sqrt(b) Z_2 = sqrt(a + b) Z`, as it is written of fresh noise.
    """

    lhs: Term
    rhs: Term

    def __post_init__(self) -> None:
        require(self.lhs.rank == self.rhs.rank, _TWO_RANKS)


@dataclass(frozen=True)
class Minimises:
    """`functional`, over all functions put for `unknown`, is least at `value`.

    unknown: a trained field at its argument, `D(x)` with a free variable x.
    value:   a term in the same variable, `E[G | Y = x]`.
    """

    functional: Term
    unknown: Apply
    value: Term

    def __post_init__(self) -> None:
        require(self.functional.rank == 0, "a functional that is not a number has no minimum")
        require(
            self.unknown.rank == self.value.rank,
            "a minimiser of another rank than the unknown function",
        )


Claim: TypeAlias = Equal | EqualUpToConstant | EqualInLaw | Minimises
