r"""Models: what is put for each letter of a claim.

A model chooses the dimension d, rational values for the parameters, Gaussian
laws for the unspecified densities and polynomials for the unspecified
functions; all small enough that a person can redo the computation by hand.
`derive.numeric.sampling` makes models that satisfy the hypotheses of a scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd, isqrt
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from derive.language.terms import RV, Basis, Field, Sym, Term
from derive.numeric.gauss import Gauss, Number
from derive.numeric.ring import NotEvaluable, Ring
from derive.numeric.values import Val, vector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from derive.language.scope import Range, Scope

Letter: TypeAlias = Sym | RV | Field | Basis
Monomial: TypeAlias = tuple[Fraction, tuple[int, ...]]

UNIT_INTERVAL = [Fraction(a, b) for b in (2, 3, 4, 5, 6) for a in range(1, b) if gcd(a, b) == 1]
POSITIVE = [Fraction(q) for q in ["1", "2", "1/2", "3", "3/2", "1/3", "5/2", "2/3", "4", "5"]]
REAL = [Fraction(q) for q in ("1", "2", "-1", "1/2", "-2", "3", "-1/2", "3/2", "-3/2", "1/3")]


# --- what is put for a function ------------------------------------------------


@dataclass(frozen=True)
class Polynomial:
    """A polynomial for each component, in the components of the arguments in their order."""

    components: tuple[tuple[Monomial, ...], ...]
    letters: tuple[str, ...]  # of the components of the arguments, as LaTeX

    def latex(self) -> str:
        """Give it as LaTeX."""
        shown = [_sum_latex(c, self.letters) for c in self.components]
        return shown[0] if len(shown) == 1 else f"({', '.join(shown)})"


@dataclass(frozen=True)
class Decaying:
    """A polynomial times `exp(-|x|^2/2)` in the first argument: integrable over the space."""

    polynomial: Polynomial
    first: int  # how many components the first argument has

    def latex(self) -> str:
        """Give it as LaTeX."""
        letters = self.polynomial.letters[: self.first]
        squares = " + ".join(f"{letter}^{{2}}" for letter in letters)
        over = rf"\frac{{{squares}}}{{2}}"
        shown = self.polynomial.latex()
        if [len(component) for component in self.polynomial.components] != [1]:
            shown = rf"\left({shown}\right)"
        return rf"{shown} e^{{-{over}}}"


@dataclass(frozen=True)
class NormalLaw:
    """Independent normal components; each mean moves with the further arguments."""

    means: tuple[Fraction, ...]
    variances: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...] = ()  # one for each argument after the first

    def latex(self) -> str:
        """Give it as LaTeX."""
        mean = _vector_latex(self.means)
        for k, slope in enumerate(self.slopes):
            mean += f" + {rational_latex(slope)} a_{{{k + 1}}}"
        if len(self.variances) == 1:
            return rf"\mathcal{{N}}({mean}, {rational_latex(self.variances[0])})"
        if len(set(self.variances)) == 1:
            factor = "" if self.variances[0] == 1 else f"{rational_latex(self.variances[0])} "
            return rf"\mathcal{{N}}({mean}, {factor}I)"
        return rf"\mathcal{{N}}({mean}, \operatorname{{diag}}{_vector_latex(self.variances)})"


@dataclass(frozen=True)
class ExponentialLaw:
    """The density `exp(-x)` on (0, oo): at the edge 0 no flux vanishes."""

    def latex(self) -> str:
        """Give it as LaTeX."""
        return "e^{-x},\\ x > 0"


@dataclass(frozen=True)
class MomentsLaw:
    """A law of which only the mean and the variance are known: normal, or on two points."""

    two_point: bool

    def latex(self, means: Sequence[Number], variance: Number) -> str:
        """Give it as LaTeX, with the mean and the variance that the scope says."""
        shown = [number_latex(mean) for mean in means]
        mean = shown[0] if len(shown) == 1 else f"({', '.join(shown)})"
        if self.two_point:
            centre = "" if mean == "0" else f"{mean} "
            return rf"{centre}\pm {_root_latex(variance)}\ \text{{(probability 1/2 each)}}"
        return rf"\mathcal{{N}}({mean}, {number_latex(variance)}{'' if len(shown) == 1 else ' I'})"


@dataclass(frozen=True)
class Definition:
    """The function that a term defines, plus `scale` times a polynomial: a candidate."""

    parameters: tuple[Sym, ...]
    body: Term
    plus: Polynomial | None = None
    scale: Gauss | None = None

    def latex(self) -> str:
        """Give the polynomial that is added."""
        return r"\text{the value stated}" + (f" + {self.plus.latex()}" if self.plus else "")


FieldModel: TypeAlias = Polynomial | Decaying | NormalLaw | ExponentialLaw | MomentsLaw | Definition


# --- the model -----------------------------------------------------------------


class Model:
    """One concrete model; letters get their values when they are first asked for.

    The value of a letter depends on the seed, the letter and `attempt` alone.

    Attributes:
        dimension: d, what rank-1 terms have for components.
        simple: prefer the simplest values (N(0, 1), x, 1/2) to random ones.
        exponential: densities that are exponential instead of normal (d = 1).
        diagonal: free indices all have one coordinate; else the first two have different
            ones (d > 1).
        decaying: functions that no law specifies vanish at infinity faster than any power.
        constants: such functions are constants: roots of their squares have values.
    """

    def __init__(  # noqa: PLR0913  named options
        self,
        dimension: int,
        seed: str,
        *,
        simple: bool = False,
        exponential: frozenset[Field] = frozenset(),
        diagonal: bool = False,
        decaying: bool = False,
        constants: bool = False,
    ) -> None:
        self.decaying = decaying
        self.constants = constants
        self.dimension = dimension
        self.seed = seed
        self.simple = simple
        self.exponential = exponential
        self.diagonal = diagonal
        self.turn = 0  # where the simplest values begin
        self.shift = 0  # which of the simplest functions comes first
        self.ring = Ring()
        self.symbols: dict[Sym, Val] = {}
        self.fields: dict[Field, FieldModel] = {}
        self.points: dict[RV, Val] = {}
        self.coordinates: dict[Basis, int] = {}
        self.ranges: dict[Sym, Range] = {}
        self.taken: set[Fraction] = set()
        self.taken_by_vectors: set[Fraction] = set()
        self.memo: dict[Term, Val] = {}
        self.theta_free: dict[Term, Val] = self.memo  # variants share what has no trained field
        self.scope: Scope | None = None
        self.base: Model | None = None  # where a variant takes its untrained letters from

    def variant(self, name: str, fields: dict[Field, FieldModel] | None = None) -> Model:
        """Give a model that differs in the trained fields alone.

        `fields` are put for some of them; the others are drawn anew.
        """
        other = Model(
            self.dimension,
            f"{self.seed}/{name}",
            exponential=self.exponential,
            decaying=self.decaying,
            constants=self.constants,
        )
        other.ring, other.ranges, other.scope = self.ring, self.ranges, self.scope
        other.symbols, other.points, other.base = self.symbols, self.points, self
        other.coordinates = self.coordinates
        other.fields = dict(fields or {})
        other.theta_free = self.theta_free
        return other

    def random(self, name: str) -> Random:
        """Give the random numbers that belong to one letter."""
        return Random(f"{self.seed}/{name}")  # noqa: S311  reproducible, not secret

    # --- letters ---

    def symbol(self, sym: Sym) -> Val:
        """Give the value of a parameter or a free variable."""
        if sym not in self.symbols:
            if self.base is not None:
                return self.base.symbol(sym)
            draw = self.random(sym.name)
            if sym.rank == 1:
                numbers = [
                    self._choose(self.reals, draw, self.taken_by_vectors)
                    for _ in range(self.dimension)
                ]
                self.taken_by_vectors.update(numbers)
            else:
                numbers = [self._scalar(sym, draw)]
            self.symbols[sym] = self.constant(numbers, sym.rank)
        return self.symbols[sym]

    def point(self, variable: RV) -> Val:
        """Give a point at which an equation between random variables is checked."""
        if variable not in self.points:
            if self.base is not None:
                return self.base.point(variable)
            draw = self.random(f"point {variable.name}")
            numbers = [
                self._choose(self.reals, draw, set()) for _ in range(self.size(variable.rank))
            ]
            self.points[variable] = self.constant(numbers, variable.rank)
        return self.points[variable]

    def coordinate(self, index: Basis) -> int:
        """Give the coordinate, counted from 0, of a free index."""
        if index not in self.coordinates:
            if self.base is not None:
                return self.base.coordinate(index)
            chosen = self.random("coordinates").randrange(self.dimension)
            if not self.diagonal and len(self.coordinates) == 1:
                chosen += 1
            elif not self.diagonal and self.coordinates:
                chosen = self.random(f"coordinate {index.index}").randrange(self.dimension)
            self.coordinates[index] = chosen % self.dimension
        return self.coordinates[index]

    def field(self, field: Field, ranks: tuple[int, ...]) -> FieldModel:
        """Give what is put for a function of arguments of these ranks."""
        if self.base is not None and not field.trained:
            return self.base.field(field, ranks)
        if field not in self.fields:
            self.fields[field] = self._field(field, ranks)
        return self.fields[field]

    def constant(self, numbers: Sequence[Fraction], rank: int) -> Val:
        """Give rational numbers as a scalar or a vector."""
        components = [Gauss.number(self.ring, number) for number in numbers]
        return vector(components) if rank else components[0]

    def size(self, rank: int) -> int:
        """Give the number of components."""
        return int(self.dimension**rank)

    # --- choosing ---

    @property
    def reals(self) -> list[Fraction]:
        """Where letters without a range are drawn from: inside the support of the densities."""
        return POSITIVE if self.exponential else REAL

    def _scalar(self, sym: Sym, draw: Random) -> Fraction:
        known = self.ranges.get(sym)
        low, high = (known.low, known.high) if known else (None, None)
        if low is not None and high is not None:
            candidates = [low + (high - low) * q for q in UNIT_INTERVAL]
        elif low is not None:
            candidates = [low + q for q in POSITIVE]
        elif high is not None:
            candidates = [high - q for q in POSITIVE]
        else:
            candidates = self.reals
        value = self._choose(candidates, draw, self.taken)
        self.taken.add(value)
        return value

    def _choose(self, candidates: list[Fraction], draw: Random, taken: set[Fraction]) -> Fraction:
        """Choose a value that no other letter has, so that a mixed-up letter shows."""
        if self.simple:
            order = candidates[self.turn :] + candidates[: self.turn]
        else:
            order = draw.sample(candidates, len(candidates))
        left = [value for value in order if value not in taken]
        return left[0] if left else draw.choice(candidates)

    def _field(self, field: Field, ranks: tuple[int, ...]) -> FieldModel:
        draw = self.random(f"field {field.name}")
        if self.scope is not None and field in self.scope.moments:
            return MomentsLaw(not self.simple and draw.random() < 0.5)
        if not field.density:
            polynomial = self._polynomial(field, ranks, draw)
            if not self.decaying or not ranks:
                return polynomial
            return Decaying(polynomial, self.size(ranks[0]))
        if not ranks:
            raise NotEvaluable(f"a density {field.name} without an argument")
        if field in self.exponential and len(ranks) == 1:
            return ExponentialLaw()
        size = self.size(ranks[0])
        if self.simple:
            return NormalLaw(
                (Fraction(0),) * size, (Fraction(1),) * size, (Fraction(1),) * (len(ranks) - 1)
            )
        means = tuple(draw.choice([Fraction(0), *REAL[:7]]) for _ in range(size))
        common = draw.random() < 0.5
        first = draw.choice(POSITIVE[:6])
        variances = tuple(first if common else draw.choice(POSITIVE[:6]) for _ in range(size))
        return NormalLaw(means, variances, tuple(draw.choice(REAL[:6]) for _ in ranks[1:]))

    def _polynomial(self, field: Field, ranks: tuple[int, ...], draw: Random) -> Polynomial:
        letters = component_letters(ranks, self.dimension)
        size = self.size(field.rank)
        if self.constants:
            drawn = [draw.choice(REAL[1:]) for _ in range(size)]
            return Polynomial(tuple(((v, (0,) * len(letters)),) for v in drawn), letters)
        if not letters:
            values = [draw.choice(REAL) for _ in range(size)]
            return Polynomial(tuple(((v, ()),) for v in values), ())
        if self.simple:
            order = self.shift + sum(
                isinstance(m, Polynomial | Decaying) for m in self.fields.values()
            )
            return Polynomial(tuple(_simple(k, order, len(letters)) for k in range(size)), letters)
        return random_polynomial(size, letters, draw, 3 if len(letters) == 1 else 2)

    # --- showing ---

    def describe(
        self, letters: Sequence[Letter], known: Mapping[Field, str] | None = None
    ) -> dict[str, str]:
        """Give the LaTeX of what was put for these letters.

        `known`: what is shown for laws of which a scope says mean and variance.
        """
        shown = {field.name: text for field, text in (known or {}).items() if field in letters}
        for letter in letters:
            match letter:
                case Field() if letter in self.fields:
                    law = self.fields[letter]
                    if not isinstance(law, MomentsLaw):
                        shown[letter.name] = law.latex()
                case Sym() if letter in self.symbols:
                    shown[letter.name] = _value_latex(self.symbols[letter])
                case RV() if letter in self.points:
                    shown[letter.name] = _value_latex(self.points[letter])
                case Basis() if letter in self.coordinates:
                    shown[letter.index] = str(self.coordinates[letter] + 1)
                case _:
                    pass
        return shown


def random_polynomial(size: int, letters: tuple[str, ...], draw: Random, degree: int) -> Polynomial:
    """Draw a polynomial of at most this degree, never constant in a component."""
    count = len(letters)
    powers = [p for p in product(range(degree + 1), repeat=count) if 0 < sum(p) <= degree]
    components = []
    for _ in range(size):
        chosen = draw.sample(powers, min(len(powers), draw.choice([2, 3])))
        constant: list[Monomial] = (
            [(draw.choice(REAL), (0,) * count)] if draw.random() < 0.5 else []
        )
        components.append((*constant, *((draw.choice(REAL), p) for p in sorted(chosen))))
    return Polynomial(tuple(components), letters)


def _simple(component: int, order: int, count: int) -> tuple[Monomial, ...]:
    """Give x for the first function, then x^2, 1 + x, x + x^2, ..., so that they differ."""

    def power(k: int) -> tuple[int, ...]:
        return tuple(k if j == component % count else 0 for j in range(count))

    one = Fraction(1)
    table: list[tuple[Monomial, ...]] = [
        ((one, power(1)),),
        ((one, power(2)),),
        ((one, power(0)), (one, power(1))),
        ((one, power(1)), (one, power(2))),
    ]
    return table[order % len(table)]


def component_letters(ranks: tuple[int, ...], dimension: int) -> tuple[str, ...]:
    """Give a LaTeX name for each component of arguments of these ranks."""
    names = ["x", "t", "u", "v", "w"]
    out: list[str] = []
    for k, rank in enumerate(ranks):
        name = names[k] if k < len(names) else f"w_{{{k}}}"
        if rank == 0 or dimension == 1:
            out.append(name)
        else:
            out.extend(f"{name}_{i + 1}" for i in range(dimension))
    return tuple(out)


# --- LaTeX ---------------------------------------------------------------------


def rational_latex(value: Fraction) -> str:
    """Give `3/2`."""
    return str(value)


def _vector_latex(values: tuple[Fraction, ...]) -> str:
    shown = ", ".join(rational_latex(v) for v in values)
    return shown if len(values) == 1 else f"({shown})"


def number_latex(number: Number) -> str:
    """Give a Fraction exactly, an enclosure with the digits it is sure of (15 at most)."""
    if isinstance(number, Fraction):
        return rational_latex(number)
    return str(number.str(15, radius=False))


def _root_latex(variance: Number) -> str:
    if isinstance(variance, Fraction):
        root = Fraction(isqrt(variance.numerator), isqrt(variance.denominator))
        if root**2 == variance:
            return rational_latex(root)
    return rf"\sqrt{{{number_latex(variance)}}}"


def _value_latex(value: Val) -> str:
    if isinstance(value, Gauss):
        return number_latex(value.value())
    shown = [_value_latex(component) for component in value]
    return shown[0] if len(shown) == 1 else f"({', '.join(shown)})"


def _sum_latex(monomials: tuple[Monomial, ...], letters: tuple[str, ...]) -> str:
    out = ""
    for value, powers in monomials:
        body = " ".join(
            name if e == 1 else f"{name}^{{{e}}}"
            for name, e in zip(letters, powers, strict=True) if e
        )  # fmt: skip
        size = abs(value)
        head = "" if size == 1 and body else _frac(size)
        text = f"{head} {body}".strip()
        sign = "-" if value < 0 else "+"
        out += f" {sign} {text}" if out else (f"-{text}" if value < 0 else text)
    return out or "0"


def _frac(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
