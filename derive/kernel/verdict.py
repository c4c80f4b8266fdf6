"""Verdicts: a closed sum of three cases, each with its evidence, none with a truth value.

Only this package builds `Proved` and `Refuted`; `tests/test_borders.py` guards it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from derive.language.unicode import unicode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.language.terms import Term


RELATIONS: Mapping[str, str] = {  # by the kind of a condition, what holds of its term
    "nonzero": "≠ 0",
    "positive": "> 0",
    "nonnegative": "≥ 0",
    "decay": "→ 0",
}


class _ThreeValued:
    __slots__ = ()

    def __bool__(self) -> NoReturn:
        """Refuse: `if verdict:` would hide the third case."""
        raise TypeError("a verdict has three cases: match on its type")


@dataclass(frozen=True)
class Condition:
    """What a proof needs beyond the two sides: `text` in words, `term` in symbols."""

    kind: str  # "nonzero" | "positive" | "decay" | "premise" | "regularity"
    term: Term | None
    text: str
    stated: bool = True  # whether the problem itself states it

    def __str__(self) -> str:
        """Give the condition on one line, `x ≠ 0`; one without a formula in its words."""
        relation = RELATIONS.get(self.kind)
        if self.term is None or relation is None:
            return self.text
        return f"{unicode(self.term)} {relation}"


@dataclass(frozen=True)
class Flux:
    """A step of integration by parts: `coefficient * integral of div flux` is zero.

    coefficient is None where it has no name in vector notation.
    """

    coefficient: Term | None
    flux: Term
    var: Term


@dataclass(frozen=True)
class Witness:
    """What the kernel re-checked.

    normal_form: what the difference was reduced to, as text.
    fluxes:      the integrations by parts.
    constant:    what the two sides differ by, where a constant is allowed.
    series:      the coefficients of the expansion, lowest order first, as text.
    """

    normal_form: str = "0"
    fluxes: tuple[Flux, ...] = ()
    constant: Term | None = None
    series: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True)
class Counterexample:
    """A model in which the two sides take the values `lhs` and `rhs`, as exact text or balls.

    model: each letter with what was put for it, as LaTeX.
    note:  what the values are of, where it is not the two sides themselves.
    """

    model: Mapping[str, str]
    lhs: str
    rhs: str
    note: str = ""


@dataclass(frozen=True)
class Proved(_ThreeValued):
    """True for all admissible values, functions and (in R^d) every d, under `conditions`."""

    method: str
    witness: Witness = Witness()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Refuted(_ThreeValued):
    """False: in the model shown, which the hypotheses admit, the two sides differ."""

    method: str
    counterexample: Counterexample


@dataclass(frozen=True)
class Unresolved(_ThreeValued):
    """Not decided; the reason says what stood in the way."""

    reason: str


Verdict: TypeAlias = Proved | Refuted | Unresolved
