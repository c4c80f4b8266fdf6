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

from dataclasses import dataclass
from typing import Literal

from derive.language.arithmetic import (
    DIM,
    FUNCTION_NAMES,
    HALF,
    PI,
    RV,
    Add,
    Apply,
    Const,
    Div,
    Field,
    Fun,
    FunctionName,
    Mul,
    Neg,
    Num,
    Number,
    Operand,
    Pair,
    Pow,
    Sym,
    Term,
    Zero,
    add,
    exp,
    log,
    mul,
    require,
    require_name,
    sqrt,
    term,
)
from derive.language.discrete import Binomial, Factorial, FiniteProduct, FiniteSum

__all__ = [
    "DIM",
    "FUNCTION_NAMES",
    "HALF",
    "PI",
    "RV",
    "Add",
    "Apply",
    "At",
    "Basis",
    "Binomial",
    "Bracket",
    "Const",
    "Density",
    "Diff",
    "Div",
    "Divergence",
    "Dot",
    "Event",
    "Expect",
    "Factorial",
    "Field",
    "FiniteProduct",
    "FiniteSum",
    "Fun",
    "FunctionName",
    "Identity",
    "IndexSum",
    "Integral",
    "Ito",
    "Landau",
    "MatMul",
    "MatVec",
    "Mul",
    "Neg",
    "NormSq",
    "Normal",
    "Num",
    "Number",
    "Operand",
    "Outer",
    "Pow",
    "Sym",
    "Term",
    "Trace",
    "Transpose",
    "Variance",
    "Zero",
    "add",
    "exp",
    "log",
    "mul",
    "sqrt",
    "term",
]


# --- vectors and matrices ------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Dot(Term):
    """The inner product of two vectors."""

    left: Term
    right: Term

    def _typed(self) -> int:
        require(self.left.rank == 1 == self.right.rank, "an inner product of non-vectors")
        return 0


@dataclass(frozen=True, eq=False)
class NormSq(Term):
    """The squared Euclidean norm of a vector."""

    body: Term

    def _typed(self) -> int:
        require(self.body.rank == 1, "the norm of a non-vector")
        return 0


@dataclass(frozen=True, eq=False)
class Outer(Term):
    """The matrix `left right^T`."""

    left: Term
    right: Term

    def _typed(self) -> int:
        require(self.left.rank == 1 == self.right.rank, "an outer product of non-vectors")
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
        require(self.matrix.rank == 2 and self.vector.rank == 1, "a matrix times a vector")
        return 1


@dataclass(frozen=True, eq=False)
class Trace(Term):
    """The trace of a matrix."""

    body: Term

    def _typed(self) -> int:
        require(self.body.rank == 2, "the trace of a non-matrix")
        return 0


@dataclass(frozen=True, eq=False)
class MatMul(Term):
    """The product of two matrices."""

    left: Term
    right: Term

    def _typed(self) -> int:
        require(self.left.rank == 2 == self.right.rank, "a product of matrices")
        return 2


@dataclass(frozen=True, eq=False)
class Transpose(Term):
    """A matrix with rows and columns exchanged."""

    body: Term

    def _typed(self) -> int:
        require(self.body.rank == 2, "the transpose of a non-matrix")
        return 2


# --- components ----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Basis(Term):
    """The unit vector of the coordinate that an index letter names.

    The component `v_i` is its inner product with v, `delta_ij` that of two of
    them.  An index that no sum binds is any coordinate: a claim with it is made of
    each, one letter being one coordinate on both sides.
    """

    index: str

    def _typed(self) -> int:
        require_name(self.index)
        return 1


@dataclass(frozen=True, eq=False)
class IndexSum(Term):
    """The sum over a coordinate, from 1 to d; it binds the index."""

    body: Term
    index: str

    def _typed(self) -> int:
        require_name(self.index)
        return self.body.rank


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
        require(self.body.rank + self.var.rank <= 2, "the gradient of a matrix")
        return self.body.rank + self.var.rank


@dataclass(frozen=True, eq=False)
class Divergence(Term):
    """The divergence of a vector field in the vector variable `var`."""

    body: Term
    var: Sym

    def _typed(self) -> int:
        require(self.body.rank == 1 == self.var.rank, "the divergence of a non-vector")
        return 0


@dataclass(frozen=True, eq=False)
class At(Term):
    """`body` with `value` put for its free variable `var`: `(grad log p)(X)`."""

    body: Term
    var: Sym
    value: Term

    def _typed(self) -> int:
        require(self.var.rank == self.value.rank, "a scalar put for a vector")
        return self.body.rank


@dataclass(frozen=True, eq=False)
class Integral(Term):
    """An integral over all of R or R^d, or from `lower` to `upper` on the line."""

    body: Term
    var: Sym
    lower: Term | None = None
    upper: Term | None = None

    def _typed(self) -> int:
        require((self.lower is None) == (self.upper is None), "an integral with one limit")
        require(self.lower is None or self.var.rank == 0, "limits of a vector")
        limits = (self.lower, self.upper)
        require(all(x is None or x.rank == 0 for x in limits), "a limit that is no number")
        return self.body.rank


@dataclass(frozen=True, eq=False)
class Bracket(Term):
    """The boundary term `[body]` from -oo to +oo in a scalar variable."""

    body: Term
    var: Sym

    def _typed(self) -> int:
        require(self.var.rank == 0, "a boundary term in a vector variable")
        return self.body.rank


@dataclass(frozen=True, eq=False)
class Landau(Term):
    """Any function in `o(scale)` or `O(scale)`; `scale` is a power of the small variable."""

    kind: Literal["o", "O"]
    scale: Term

    def _typed(self) -> int:
        return 0


# --- probability ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Event(Pair):
    """`variable = value`: a random variable, or an expression in some, at a value."""

    variable: Term
    value: Term

    def __post_init__(self) -> None:
        require(self.variable.rank == self.value.rank, "a condition of two ranks")

    @property
    def parts(self) -> tuple[Term, Term]:
        """The variable and its value."""
        return self.variable, self.value

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
        return self.body.rank


@dataclass(frozen=True, eq=False)
class Variance(Term):
    """The variance of a random number, or the covariance matrix, conditional on `given`."""

    body: Term
    given: tuple[Event, ...] = ()

    def _typed(self) -> int:
        return 2 * self.body.rank


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
        require(self.at.rank == self.mean.rank <= 1, "a normal density of two ranks")
        require(self.variance.rank == 0, "the variance of a normal law is the scalar in v I")
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
        require(self.rank in {0, 1}, "a Wiener integral is a number or a vector")
        numbers = (self.body, self.var, self.upper)
        require(all(x.rank == 0 for x in numbers), "a Wiener integral of what is no number")
        return self.rank
