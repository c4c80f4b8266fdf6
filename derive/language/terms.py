"""Terms: the mathematical expressions that derivations are written in.

A term is frozen data and is never evaluated: `x / x` stays `x / x`, so that a
printed derivation looks as it was written and a side condition (`x != 0`) can
still be read off it.  Meaning is given elsewhere: `derive.kernel.lowering`
decides with it, `derive.numeric.evaluate` computes with it in a concrete model.

Every term has a rank: 0 for a real number, 1 for a vector of R^d, 2 for a
d x d matrix.  The dimension d is the constant `DIM` and stays a symbol.
A constructor raises `IllTyped` when the ranks do not fit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from derive.errors import IllTyped

Number: TypeAlias = int | Fraction
Operand: TypeAlias = "Term | int | Fraction"


def _require_name(name: str) -> None:
    # The kernel names its bound variables with a #, so that no letter is one of them.
    _require("#" not in name, f"a letter cannot be called {name!r}")


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise IllTyped(message)


class _Ranked:
    rank: int  # 0: a real number, 1: a vector of R^d, 2: a d x d matrix


@dataclass(frozen=True, eq=False)
class Term(_Ranked):
    """The base of all terms: rank, structural equality and operators."""

    def __post_init__(self) -> None:
        """Set the rank.  Raises IllTyped if those of the parts do not fit."""
        object.__setattr__(self, "rank", self._typed())

    def _typed(self) -> int:
        raise NotImplementedError

    @cached_property
    def _key(self) -> tuple[object, ...]:
        return (type(self).__name__, *(getattr(self, f.name) for f in fields(self)))

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Term) and self._hash == other._hash and self._key == other._key

    def __bool__(self) -> bool:
        """Refuse: a term is not a truth value (`term == 0` compares structure)."""
        raise TypeError("a term has no truth value")

    def __add__(self, other: Operand) -> Term:
        return add(self, other)

    def __radd__(self, other: Operand) -> Term:
        return add(other, self)

    def __sub__(self, other: Operand) -> Term:
        return add(self, Neg(term(other)))

    def __rsub__(self, other: Operand) -> Term:
        return add(other, Neg(self))

    def __mul__(self, other: Operand) -> Term:
        return mul(self, other)

    def __rmul__(self, other: Operand) -> Term:
        return mul(other, self)

    def __truediv__(self, other: Operand) -> Term:
        return Div(self, term(other))

    def __rtruediv__(self, other: Operand) -> Term:
        return Div(term(other), self)

    def __neg__(self) -> Term:
        return Neg(self)

    def __pow__(self, exponent: Operand) -> Term:
        return Pow(self, term(exponent))


def term(value: Operand) -> Term:
    """Give a number its term; a term is itself."""
    if isinstance(value, Term):
        return value
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return Num(Fraction(value)) if value >= 0 else Neg(Num(Fraction(-value)))
    raise IllTyped(f"expected a term or an exact number, got {type(value).__name__}")


# --- numbers and letters -------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Num(Term):
    """An exact rational number, not negative (`Neg` carries the sign)."""

    value: Fraction

    def _typed(self) -> int:
        return 0


@dataclass(frozen=True, eq=False)
class Const(Term):
    """A named constant: `pi`, or `d`, the dimension of the space of vectors."""

    name: Literal["pi", "d"]

    def _typed(self) -> int:
        return 0


@dataclass(frozen=True, eq=False)
class Sym(Term):
    r"""A deterministic variable or parameter; `name` is its LaTeX, e.g. `\beta_t`."""

    name: str
    rank: int = 0

    def _typed(self) -> int:
        _require_name(self.name)
        return self.rank


@dataclass(frozen=True, eq=False)
class RV(Term):
    """A random variable; its law stands in the `Scope`."""

    name: str
    rank: int = 0

    def _typed(self) -> int:
        _require_name(self.name)
        return self.rank


@dataclass(frozen=True)
class Field:
    """An unspecified function, smooth enough for the derivatives that are written.

    rank:    of its value (0: scalar field, 1: vector field).
    trained: it depends on the parameter theta that is optimised over.
    density: a probability density in its first argument: positive, integral one.
    known:   a function of analysis under its own name, not an unspecified one.
    """

    name: str
    rank: int = 0
    trained: bool = False
    density: bool = False
    known: bool = False

    def __post_init__(self) -> None:
        """Refuse a name that is reserved."""
        _require_name(self.name)

    def __call__(self, *args: Operand) -> Apply:
        """Apply the field to arguments."""
        return Apply(self, tuple(term(a) for a in args))


@dataclass(frozen=True, eq=False)
class Apply(Term):
    """A field at its arguments, `s(x)`."""

    field: Field
    args: tuple[Term, ...]

    def _typed(self) -> int:
        return self.field.rank


# --- arithmetic ----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Add(Term):
    """A sum of terms of one rank, in the order written."""

    terms: tuple[Term, ...]

    def _typed(self) -> int:
        _require(len({t.rank for t in self.terms}) == 1, "a sum of a scalar and a vector")
        return int(self.terms[0].rank)


@dataclass(frozen=True, eq=False)
class Mul(Term):
    """A product in the order written; at most one factor is not a scalar."""

    factors: tuple[Term, ...]

    def _typed(self) -> int:
        _require(sum(f.rank > 0 for f in self.factors) <= 1, "a product of two vectors")
        return max(int(f.rank) for f in self.factors)


@dataclass(frozen=True, eq=False)
class Neg(Term):
    """Minus a term."""

    body: Term

    def _typed(self) -> int:
        return int(self.body.rank)


@dataclass(frozen=True, eq=False)
class Div(Term):
    """A fraction, `num / den`, with a scalar `den`."""

    num: Term
    den: Term

    def _typed(self) -> int:
        _require(self.den.rank == 0, "a division by a vector")
        return int(self.num.rank)


@dataclass(frozen=True, eq=False)
class Pow(Term):
    """A power of a scalar; a square root is the exponent 1/2."""

    base: Term
    exponent: Term

    def _typed(self) -> int:
        _require(self.base.rank == 0 and self.exponent.rank == 0, "a power of a vector")
        return 0


@dataclass(frozen=True, eq=False)
class Fun(Term):
    """A known function of one scalar: `exp`, `log` (natural), `sin`, `cos`."""

    name: Literal["exp", "log", "sin", "cos"]
    arg: Term

    def _typed(self) -> int:
        _require(self.arg.rank == 0, f"the {self.name} of a vector")
        return 0


# --- vectors and matrices ------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Dot(Term):
    """The inner product of two vectors."""

    left: Term
    right: Term

    def _typed(self) -> int:
        _require(self.left.rank == 1 == self.right.rank, "an inner product of non-vectors")
        return 0


@dataclass(frozen=True, eq=False)
class NormSq(Term):
    """The squared Euclidean norm of a vector."""

    body: Term

    def _typed(self) -> int:
        _require(self.body.rank == 1, "the norm of a non-vector")
        return 0


@dataclass(frozen=True, eq=False)
class Outer(Term):
    """The matrix `left right^T`."""

    left: Term
    right: Term

    def _typed(self) -> int:
        _require(self.left.rank == 1 == self.right.rank, "an outer product of non-vectors")
        return 2


@dataclass(frozen=True, eq=False)
class Identity(Term):
    """The d x d identity matrix."""

    def _typed(self) -> int:
        return 2


@dataclass(frozen=True, eq=False)
class MatVec(Term):
    """A matrix applied to a vector."""

    matrix: Term
    vector: Term

    def _typed(self) -> int:
        _require(self.matrix.rank == 2 and self.vector.rank == 1, "a matrix times a vector")
        return 1


@dataclass(frozen=True, eq=False)
class Trace(Term):
    """The trace of a matrix."""

    body: Term

    def _typed(self) -> int:
        _require(self.body.rank == 2, "the trace of a non-matrix")
        return 0


# --- calculus ------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Diff(Term):
    """The derivative in `var`, which it leaves free.

    In a scalar variable it keeps the rank.  In a vector variable it is the
    gradient of a scalar, or the Jacobian `J_ij = d s_i / d x_j` of a vector.
    """

    body: Term
    var: Sym

    def _typed(self) -> int:
        _require(self.body.rank + self.var.rank <= 2, "the gradient of a matrix")
        return int(self.body.rank) + self.var.rank


@dataclass(frozen=True, eq=False)
class Divergence(Term):
    """The divergence of a vector field in the vector variable `var`."""

    body: Term
    var: Sym

    def _typed(self) -> int:
        _require(self.body.rank == 1 == self.var.rank, "the divergence of a non-vector")
        return 0


@dataclass(frozen=True, eq=False)
class At(Term):
    """`body` with `value` put for its free variable `var`: `(grad log p)(X)`."""

    body: Term
    var: Sym
    value: Term

    def _typed(self) -> int:
        _require(self.var.rank == self.value.rank, "a scalar put for a vector")
        return int(self.body.rank)


@dataclass(frozen=True, eq=False)
class Integral(Term):
    """An integral over all of R or R^d, or from `lower` to `upper` on the line."""

    body: Term
    var: Sym
    lower: Term | None = None
    upper: Term | None = None

    def _typed(self) -> int:
        _require((self.lower is None) == (self.upper is None), "an integral with one limit")
        return int(self.body.rank)


@dataclass(frozen=True, eq=False)
class Bracket(Term):
    """The boundary term `[body]` from -oo to +oo in a scalar variable."""

    body: Term
    var: Sym

    def _typed(self) -> int:
        _require(self.var.rank == 0, "a boundary term in a vector variable")
        return int(self.body.rank)


@dataclass(frozen=True, eq=False)
class Landau(Term):
    """Any function in `o(scale)` or `O(scale)`; `scale` is a power of the small variable."""

    kind: Literal["o", "O"]
    scale: Term

    def _typed(self) -> int:
        return 0


# --- probability ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Event:
    """`variable = value`: a random variable, or an expression in some, at a value."""

    variable: Term
    value: Term

    def __post_init__(self) -> None:
        _require(self.variable.rank == self.value.rank, "a condition of two ranks")

    def __hash__(self) -> int:
        return hash((self.variable, self.value))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Event)
            and self.variable == other.variable
            and self.value == other.value
        )


@dataclass(frozen=True, eq=False)
class Expect(Term):
    """The expectation over the random variables in `body`, conditional on `given`.

    A condition whose value is the random variable itself, `E[G | Y]`, is again a
    random variable: an enclosing expectation integrates over it.
    """

    body: Term
    given: tuple[Event, ...] = ()

    def _typed(self) -> int:
        return int(self.body.rank)


@dataclass(frozen=True, eq=False)
class Variance(Term):
    """The variance of a random number, or the covariance matrix of a random vector."""

    body: Term

    def _typed(self) -> int:
        return 2 * int(self.body.rank)


@dataclass(frozen=True, eq=False)
class Density(Term):
    """The (joint, conditional) density of random variables at the given values."""

    of: tuple[Event, ...]
    given: tuple[Event, ...] = ()

    def _typed(self) -> int:
        return 0


@dataclass(frozen=True, eq=False)
class Normal(Term):
    """The density at `at` of the normal law with `mean` and covariance `variance` I."""

    at: Term
    mean: Term
    variance: Term

    def _typed(self) -> int:
        _require(self.at.rank == self.mean.rank <= 1, "a normal density of two ranks")
        _require(self.variance.rank == 0, "the variance of a normal law is the scalar in v I")
        return 0


@dataclass(frozen=True, eq=False)
class Ito(Term):
    """The Wiener integral of the deterministic scalar `body` in `var`, from 0 to `upper`.

    It is a random variable of the rank of the driving Wiener process, centred,
    with covariance given by the Ito isometry (Oksendal, Stochastic Differential
    Equations, Cor. 3.1.7).  Integrals of one scope share one Wiener process.
    """

    body: Term
    var: Sym
    upper: Term
    rank: int = 1

    def _typed(self) -> int:
        return self.rank


# --- building ------------------------------------------------------------------

PI = Const("pi")
DIM = Const("d")
HALF = Fraction(1, 2)


def add(*operands: Operand) -> Term:
    """Add in the order written; nested sums are joined, nothing is computed."""
    parts: list[Term] = []
    for operand in map(term, operands):
        parts.extend(operand.terms if isinstance(operand, Add) else (operand,))
    return Add(tuple(parts)) if len(parts) > 1 else parts[0]


def mul(*operands: Operand) -> Term:
    """Multiply in the order written; nested products are joined, nothing is computed."""
    parts: list[Term] = []
    for operand in map(term, operands):
        parts.extend(operand.factors if isinstance(operand, Mul) else (operand,))
    return Mul(tuple(parts)) if len(parts) > 1 else parts[0]


def sqrt(body: Operand) -> Term:
    """The square root, real and not negative."""
    return Pow(term(body), Num(HALF))


def exp(body: Operand) -> Term:
    """The exponential function."""
    return Fun("exp", term(body))


def log(body: Operand) -> Term:
    """The natural logarithm."""
    return Fun("log", term(body))
