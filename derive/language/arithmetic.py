"""Terms of scalar arithmetic, and what all terms share: rank, equality, operators.

See `derive.language.terms`, under whose name everything here is used.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, get_args

from derive.errors import IllTyped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Number: TypeAlias = int | Fraction
Operand: TypeAlias = "Term | int | Fraction"
FunctionName: TypeAlias = Literal[
    "exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan",
    "sinh", "cosh", "tanh", "coth", "arsinh", "arcosh", "artanh", "abs",
]  # fmt: skip
FUNCTION_NAMES: tuple[FunctionName, ...] = get_args(FunctionName)


def require_name(name: str) -> None:
    """Raise IllTyped for a name that is kept for the kernel."""
    # The kernel names its bound variables with a #, so that no letter is one of them.
    require("#" not in name, f"a letter cannot be called {name!r}")


def require(condition: bool, message: str) -> None:
    """Raise IllTyped with the message unless the condition holds."""
    if not condition:
        raise IllTyped(message)


_V = TypeVar("_V")
_NAMES: dict[tuple[str, bool], tuple[str, ...]] = {}
_OPERANDS = frozenset({"Term", "Term | None"})  # the fields that take a number for a term


class _remembered(Generic[_V]):  # noqa: N801 - used like `functools.cached_property`
    """A property that is computed once; unlike `cached_property` it takes no lock."""

    def __init__(self, compute: Callable[[Any], _V]) -> None:
        self.compute, self.name = compute, compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> _V:  # noqa: ANN401 - any term
        value = instance.__dict__[self.name] = self.compute(instance)
        return value


class Pair:
    """What holds two terms without being one (a condition `X = x`)."""

    @property
    def parts(self) -> tuple[Term, Term]:
        """The two terms."""
        raise NotImplementedError


class _Ranked:
    rank: int  # 0: a real number, 1: a vector of R^d, 2: a d x d matrix


@dataclass(frozen=True, eq=False)
class Term(_Ranked):
    """The base of all terms: rank, structural equality and operators."""

    def __post_init__(self) -> None:
        """Make terms of numbers and set the rank.  Raises IllTyped if the ranks do not fit."""
        for name in _names(type(self), _OPERANDS):
            value = getattr(self, name)
            if value is not None and not isinstance(value, Term):
                object.__setattr__(self, name, term(value))
        object.__setattr__(self, "rank", self._typed())

    def _typed(self) -> int:
        raise NotImplementedError

    def __getstate__(self) -> dict[str, object]:
        # What is remembered stays here: hashes differ from process to process.
        return {name: getattr(self, name) for name in (*_names(type(self)), "rank")}

    @_remembered
    def children(self) -> tuple[Term, ...]:
        """The direct subterms, in the order of the fields."""
        return tuple(x for name in _names(type(self)) for x in _terms_in(getattr(self, name)))

    @_remembered
    def nodes(self) -> tuple[Term, ...]:
        """The term and all its subterms, parents first."""
        return (self, *(node for child in self.children for node in child.nodes))

    @_remembered
    def _key(self) -> tuple[object, ...]:
        return (type(self).__name__, *(getattr(self, name) for name in _names(type(self))))

    @_remembered
    def _hash(self) -> int:
        return hash(self._key)

    def __hash__(self) -> int:
        return int(self._hash)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Term):
            return False
        return self is other or (self._hash == other._hash and self._key == other._key)

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

    def __rpow__(self, base: Operand) -> Term:
        return Pow(term(base), self)


def _terms_in(value: object) -> Iterator[Term]:
    if isinstance(value, Term):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _terms_in(item)
    elif isinstance(value, Pair):
        yield from value.parts


def _names(kind: type, types: frozenset[str] | None = None) -> tuple[str, ...]:
    """The names of the fields of a class (of these types), looked up once."""
    key = (kind.__qualname__, types is not None)
    if key not in _NAMES:
        _NAMES[key] = tuple(f.name for f in fields(kind) if types is None or f.type in types)
    return _NAMES[key]


def term(value: Operand) -> Term:
    """Give a number its term; a term is itself."""
    if isinstance(value, Term):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise IllTyped(f"expected a term or an exact number, got {type(value).__name__}")
    return Num(Fraction(value)) if value >= 0 else Neg(Num(Fraction(-value)))


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
        require_name(self.name)
        require(self.rank in {0, 1}, "a letter stands for a number or a vector")
        return self.rank


@dataclass(frozen=True, eq=False)
class Zero(Term):
    """The zero vector (rank 1) or the number 0 where a mean is meant."""

    rank: int = 1

    def _typed(self) -> int:
        return self.rank


@dataclass(frozen=True, eq=False)
class RV(Term):
    """A random variable; its law stands in the `Scope`."""

    name: str
    rank: int = 0

    def _typed(self) -> int:
        require_name(self.name)
        require(self.rank in {0, 1}, "a letter stands for a number or a vector")
        return self.rank


@dataclass(frozen=True)
class Field:
    """An unspecified function, smooth enough for the derivatives that are written.

    rank:    of its value (0: scalar field, 1: vector field).
    trained: it depends on the parameter theta that is optimised over.
    density: a probability density in its first argument: not negative, its integral
             one, smooth inside its support (an interval or the whole space), over which
             the integrals with it go.  Where it is divided by, it must be positive.
    known:   a function of analysis under its own name, not an unspecified one.
    """

    name: str
    rank: int = 0
    trained: bool = False
    density: bool = False
    known: bool = False

    def __post_init__(self) -> None:
        """Refuse a reserved name, a matrix field, a density that is not a number."""
        require_name(self.name)
        require(self.rank in {0, 1}, "a field has numbers or vectors for values")
        require(not (self.density and self.rank), "a density has numbers for values")

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
        require(len({t.rank for t in self.terms}) == 1, "a sum of a scalar and a vector")
        return self.terms[0].rank


@dataclass(frozen=True, eq=False)
class Mul(Term):
    """A product in the order written; at most one factor is not a scalar."""

    factors: tuple[Term, ...]

    def _typed(self) -> int:
        require(sum(f.rank > 0 for f in self.factors) <= 1, "a product of two vectors")
        return max(f.rank for f in self.factors)


@dataclass(frozen=True, eq=False)
class Neg(Term):
    """Minus a term."""

    body: Term

    def _typed(self) -> int:
        return self.body.rank


@dataclass(frozen=True, eq=False)
class Div(Term):
    """A fraction, `num / den`, with a scalar `den`."""

    num: Term
    den: Term

    def _typed(self) -> int:
        require(self.den.rank == 0, "a division by a vector")
        return self.num.rank


@dataclass(frozen=True, eq=False)
class Pow(Term):
    """A power of a scalar; a square root is the exponent 1/2."""

    base: Term
    exponent: Term

    def _typed(self) -> int:
        require(self.base.rank == 0 and self.exponent.rank == 0, "a power of a vector")
        return 0


@dataclass(frozen=True, eq=False)
class Fun(Term):
    """A known real function of one scalar; `log` is natural, inverses have their main values."""

    name: FunctionName
    arg: Term

    def _typed(self) -> int:
        require(self.arg.rank == 0, f"the {self.name} of a vector")
        return 0


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
