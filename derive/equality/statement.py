"""What is to be decided: two expressions, or two equations, and what is assumed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.language.arithmetic import require

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from derive.equality.indices import Index
    from derive.language.terms import Sym, Term

FactKind: TypeAlias = Literal["positive", "nonnegative", "nonzero"]


@dataclass(frozen=True)
class Domain:
    """The real numbers that a letter may stand for: an interval, perhaps its whole numbers.

    low, high: the ends; None is infinite.  closed: whether an end belongs to the interval.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = False
    high_closed: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Fact:
    """An assumption about an expression: it is > 0, >= 0 or not 0."""

    kind: FactKind
    term: Term


@dataclass(frozen=True)
class Statement:
    """`lhs = rhs` for all real values of the letters that are admitted, or an equivalence.

    equations: the sides stand for the equations `lhs = 0` and `rhs = 0`; the statement is
        that they have the same solutions.
    letters: the domains of letters; one that is not named ranges over the real numbers.
    facts:   further assumptions.
    given:   side equations, each with its two sides.
    vary:    the letter that Landau terms speak of, and whether it tends to 0 or to infinity.
    indices: of names with one base, in whose indices letters stand: they are different letters.
    """

    lhs: Term
    rhs: Term
    equations: bool = False
    letters: Mapping[Sym, Domain] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    given: tuple[tuple[Term, Term], ...] = ()
    vary: Sym | None = None
    toward: Literal["0", "oo"] = "0"
    indices: tuple[tuple[Index, ...], ...] = ()

    def __post_init__(self) -> None:
        require(self.lhs.rank == self.rhs.rank, "an equation between a scalar and a vector")
