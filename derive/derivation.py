"""Derivations: what a proof script builds and what a report lists.

A script makes one `Problem`, states hypotheses, writes chains of links and
claims results.  Nothing here decides anything: the links are handed to
`derive.checking`, which hands them to the engine.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from derive.language.claims import Claim, Equal, EqualUpToConstant, Minimises
from derive.language.scope import Decay, Law, Moments, Range, Scope
from derive.language.terms import RV, Apply, Field, Number, Operand, Sym, Term, Zero, term
from derive.language.traverse import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType

    from derive.language.phrases import Function
    from derive.numeric.evidence import Simulation

L = TypeVar("L", Sym, RV, Field)


@dataclass(frozen=True)
class Source:
    """A place in a file, 1-based; in a notebook within the cell, which is counted from 0."""

    file: str
    line: int
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None
    cell: int | None = None


@dataclass(frozen=True)
class Link:
    """One step: a claim, the reason its author gives, and where it is written."""

    claim: Claim
    by: str
    scope: Scope
    source: Source
    equation: str = ""  # the number that the paper or the sheet gives it


@dataclass
class Chain:
    """A run of links, each starting from the right side of the one before."""

    problem: Problem
    last: Term
    title: str
    links: list[Link] = field(default_factory=list)

    def eq(self, rhs: Operand, by: str, equation: str = "") -> Chain:
        """Add `= rhs`, a Landau term in `rhs` included."""
        return self._add(Equal(self.last, term(rhs)), term(rhs), by, equation)

    def eq_up_to_constant(self, rhs: Operand, by: str, equation: str = "") -> Chain:
        """Add `= rhs + const`, const free of theta."""
        return self._add(EqualUpToConstant(self.last, term(rhs)), term(rhs), by, equation)

    def minimised_by(self, unknown: Apply, value: Operand, by: str) -> Chain:
        """Add: as a functional of `unknown`, the last side is least at `value`."""
        return self._add(Minimises(self.last, unknown, term(value)), self.last, by, "")

    def _add(self, claim: Claim, last: Term, by: str, equation: str) -> Chain:
        link = Link(claim, by, self.problem.scope, _caller(self.problem.file), equation)
        self.links.append(link)
        self.last = last
        return self


@dataclass(frozen=True)
class Result:
    """An answer: what the derivation found, and what the sheet states, as LaTeX.

    up_to_constant: the sheet asks for it only up to a constant free of theta.
    simulation:     draws a Monte Carlo check; see `derive.numeric.simulation`.
    """

    name: str
    derived: Term
    stated: str
    points: Fraction
    source: Source
    scope: Scope
    letters: Mapping[str, Term | Field]
    up_to_constant: bool = False
    simulation: Callable[[int], Iterable[Simulation]] | None = None


@dataclass
class Problem:
    """One problem of a key: its hypotheses, its chains, its results.

    id:        within the key, e.g. `2.1`.
    statement: the problem in words (LaTeX between dollars is allowed).
    """

    id: str
    title: str
    points: Fraction | str | int = Fraction(0)
    statement: str = ""
    scope: Scope = field(default_factory=Scope)
    chains: list[Chain] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    controls: list[Link] = field(default_factory=list)  # false on purpose
    letters: dict[str, Term | Field] = field(default_factory=dict)
    named: dict[str, Function] = field(default_factory=dict)
    file: str = ""

    def __post_init__(self) -> None:
        self.points = Fraction(self.points)
        if not self.file:
            self.file = sys._getframe(2).f_code.co_filename  # noqa: SLF001 - the running script

    # --- letters and hypotheses ---

    def scalar(self, name: str, low: Number | None = None, high: Number | None = None) -> Sym:
        """Declare a real parameter, in the open interval (low, high)."""
        symbol = self._letter(Sym(name, 0))
        if low is not None or high is not None:
            bounds = Range(
                None if low is None else Fraction(low),
                None if high is None else Fraction(high),
            )
            self.scope = self.scope.extended(ranges={symbol: bounds})
        return symbol

    def vector(self, name: str) -> Sym:
        """Declare a vector of R^d."""
        return self._letter(Sym(name, 1))

    def density(self, name: str) -> Field:
        """Declare an unspecified probability density."""
        return self._letter(Field(name, 0, density=True))

    def field(self, name: str, rank: int = 0, *, trained: bool = False) -> Field:
        """Declare an unspecified smooth function; `trained`: it depends on theta."""
        return self._letter(Field(name, rank, trained=trained))

    def random(self, name: str, law: Callable[[Sym], Term], rank: int = 1) -> RV:
        """Declare a random variable by its density, a function of the point.

        Random variables inside the density are its parents: `lambda x: Normal(x, a * X, v)`.
        """
        variable, at = RV(name, rank), Sym(name.lower(), rank)
        while at in walk(law(Sym(r"\cdot", rank))):
            at = Sym(f"{at.name}'", rank)  # the density has a letter of this name
        self.scope = self.scope.extended(laws={variable: Law(at, law(at))})
        return self._letter(variable)

    def noise(self, name: str, variance: Operand, rank: int = 1) -> RV:
        """Declare a centred random variable of unspecified law with covariance `variance` I."""
        law = Field(f"q_{{{name}}}", 0, density=True)
        mean = Zero(rank)
        self.scope = self.scope.extended(moments={law: Moments(mean, term(variance))})
        return self.random(name, law, rank)

    def define(self, name: str, value: Term) -> RV:
        """Declare a random variable as an expression in others: `X_t := X_0 + Z`."""
        variable = RV(name, int(value.rank))
        self.scope = self.scope.extended(definitions={variable: value})
        return self._letter(variable)

    def denotes(self, name: str, function: Function) -> None:
        """State what a name stands for in written solutions: an expression in one variable."""
        self.named[name] = function

    def suppose(self, lhs: Operand, rhs: Operand) -> None:
        """Assume an equation between parameters, used in every later link."""
        self.scope = self.scope.extended(equations=((term(lhs), term(rhs)),))

    def positive(self, quantity: Term) -> None:
        """Assume that a quantity is positive."""
        self.scope = self.scope.extended(positive=(quantity,))

    def restate(self, *equations: tuple[Operand, Operand]) -> None:
        """Replace the side equations in force by others (another letter is held fixed)."""
        pairs = tuple((term(lhs), term(rhs)) for lhs, rhs in equations)
        self.scope = replace(self.scope, equations=pairs)

    def decays(
        self, flux: Term, var: Sym, *, stated: bool = True, for_all: tuple[Sym, ...] = ()
    ) -> None:
        """Assume `flux -> 0` as `var` goes to infinity, whatever the letters `for_all` are."""
        self.scope = self.scope.extended(decays=(Decay(flux, var, stated, for_all),))

    # --- derivation ---

    def chain(self, start: Operand, title: str = "") -> Chain:
        """Begin a chain of links at its first term."""
        chain = Chain(self, term(start), title)
        self.chains.append(chain)
        return chain

    def control(
        self,
        lhs: Operand,
        rhs: Operand,
        why: str,
        *,
        up_to_constant: bool = False,
        decays: bool = True,
    ) -> None:
        """State something false that must be refuted: a check of the checker.

        decays=False drops the decay hypotheses: what needs them must then fail.
        """
        make = EqualUpToConstant if up_to_constant else Equal
        scope = self.scope if decays else replace(self.scope, decays=())
        claim = make(term(lhs), term(rhs))
        self.controls.append(Link(claim, why, scope, _caller(self.file)))

    def result(  # noqa: PLR0913 - what an answer consists of
        self,
        name: str,
        derived: Operand,
        stated: str,
        points: str | int = 0,
        *,
        up_to_constant: bool = False,
        simulation: Callable[[int], Iterable[Simulation]] | None = None,
    ) -> None:
        """Claim an answer; `stated` is the sheet's LaTeX, read by the project's reader."""
        self.results.append(
            Result(
                name, term(derived), stated, Fraction(points), _caller(self.file), self.scope,
                dict(self.letters), up_to_constant, simulation,
            )
        )  # fmt: skip

    def _letter(self, letter: L) -> L:
        self.letters[letter.name] = letter
        return letter


@dataclass(frozen=True)
class Key:
    """An answer key: a named list of problems, in the order of the sheet."""

    name: str
    title: str
    problems: tuple[Problem, ...]


def _caller(file: str) -> Source:
    """Find the line of the script that is being run."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - asks where one is called from
    while frame is not None:
        if frame.f_code.co_filename == file:
            return Source(file, frame.f_lineno)
        frame = frame.f_back
    return Source(file, 1)
