"""From terms to trees: the small core language in which statements are decided.

Functions that others define are spelled out (`tan u = sin u / cos u`), with the same domain.
Bound letters get names of their own.  Heads of trees: see `derive.recheck.balls`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from derive.equality.field import Unsupported
from derive.equality.sizes import TOO_LARGE, is_large
from derive.language import terms as t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Tree: TypeAlias = tuple[Any, ...]
ZERO: Tree = ("number", "0")
ONE: Tree = ("number", "1")
BINDERS = frozenset({"sum", "product", "diff"})
HALF: Tree = ("number", "1/2")
PI: Tree = ("pi",)


class NotElementary(Exception):
    """A term that the core language does not contain."""


def number(value: Fraction | int) -> Tree:
    """Give the tree of a rational number.  Raises Unsupported if it has too many digits."""
    if is_large(value):
        raise Unsupported(TOO_LARGE)
    return ("number", str(value))


@lru_cache(maxsize=4096)
def exact(text: str) -> Fraction:
    """Give the number of a tree; the same few are met again and again."""
    return Fraction(text)


def minus(one: Tree, other: Tree) -> Tree:
    """Give a difference."""
    return ("add", one, ("minus", other))


class Encoder:
    """Encodes the terms of one statement, so that no letter is bound twice."""

    def __init__(self) -> None:
        self.bound = 0
        self.names: set[str] = set()  # of letters that are bound
        self.letters: dict[str, None] = {}  # that are free, in the order of their occurrence
        self._memo: dict[t.Term, Tree] = {}

    def tree(self, term: t.Term, names: Mapping[str, str] | None = None) -> Tree:
        """Encode a term; names: of the letters that are bound around it.

        Raises:
            NotElementary: it holds an operator that is not of elementary real algebra.
            Unsupported: it holds a number of too many digits.
        """
        if names:
            return self._tree(term, names)
        found = self._memo.get(term)
        if found is None:
            found = self._memo[term] = self._tree(term, {})
        return found

    def _tree(self, term: t.Term, names: Mapping[str, str]) -> Tree:  # noqa: C901, PLR0911 - all cases
        match term:
            case t.Num(value):
                return number(value)
            case t.Const("pi"):
                return PI
            case t.Sym(name, 0):
                if name in names:
                    return ("letter", names[name])
                self.letters[name] = None
                return ("letter", name)
            case t.Add(parts):
                return ("add", *(self.tree(part, names) for part in parts))
            case t.Mul(factors):
                return ("times", *(self.tree(factor, names) for factor in factors))
            case t.Neg(body):
                return _negative(self.tree(body, names))
            case t.Div(num, den):
                return _quotient(self.tree(num, names), self.tree(den, names))
            case t.Pow(base, exponent):
                return ("power", self.tree(base, names), _exponent(self.tree(exponent, names)))
            case t.Fun(name, arg):
                return _function(name, self.tree(arg, names))
            case _:
                return self._further(term, names)

    def _further(self, term: t.Term, names: Mapping[str, str]) -> Tree:
        match term:
            case t.Factorial(body):
                return ("factorial", self.tree(body, names))
            case t.Binomial(upper, lower):
                n, k = self.tree(upper, names), self.tree(lower, names)
                return ("over", ("factorial", n),
                        ("times", ("factorial", k), ("factorial", minus(n, k))))  # fmt: skip
            case t.FiniteSum() | t.FiniteProduct():
                return self._range(term, names)
            case t.Diff(body, t.Sym(name, 0)) if body.rank == 0 and name not in names:
                self.letters[name] = None
                return ("diff", self.tree(body, names), name)
            case _:
                raise NotElementary(type(term).__name__)

    def _range(self, term: t.FiniteSum | t.FiniteProduct, names: Mapping[str, str]) -> Tree:
        head = "sum" if isinstance(term, t.FiniteSum) else "product"
        low, high = self.tree(term.low, names), self.tree(term.high, names)
        self.bound += 1
        name = f"{term.var.name}#{self.bound}"
        self.names.add(term.var.name)
        return (head, self.tree(term.body, {**names, term.var.name: name}), name, low, high)


def _negative(inner: Tree) -> Tree:
    return number(-exact(inner[1])) if inner[0] == "number" else ("minus", inner)


def _quotient(num: Tree, den: Tree) -> Tree:
    if num[0] == den[0] == "number" and exact(den[1]):
        return number(exact(num[1]) / exact(den[1]))
    return ("over", num, den)


def _exponent(tree: Tree) -> Tree:
    """Compute an exponent that is a number: roots are told from other powers by it."""
    value = constant(tree)
    return tree if value is None else number(value)


def constant(tree: Tree) -> Fraction | None:  # noqa: PLR0911 - all cases
    """Compute a tree of rational arithmetic on numbers alone; None for any other."""
    head, *parts = tree
    if head == "number":
        return exact(parts[0])
    if head not in {"add", "times", "minus", "over"}:
        return None
    values = [constant(part) for part in parts]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or (head == "over" and not known[1]):
        return None
    if head == "add":
        return sum(known, Fraction(0))
    if head == "minus":
        return -known[0]
    if head == "over":
        return known[0] / known[1]
    total = Fraction(1)
    for value in known:
        total *= value
    return total


def _function(name: str, u: Tree) -> Tree:
    return _DEFINED[name](u) if name in _DEFINED else (name, u)


def _root(u: Tree) -> Tree:
    return ("power", u, HALF)


def _half(sign: Callable[[Tree, Tree], Tree], u: Tree) -> Tree:
    return ("times", HALF, sign(("exp", u), ("exp", ("minus", u))))


def _plus(one: Tree, other: Tree) -> Tree:
    return ("add", one, other)


def _sinh(u: Tree) -> Tree:
    return _half(minus, u)


def _cosh(u: Tree) -> Tree:
    return _half(_plus, u)


def _squared(u: Tree) -> Tree:
    return ("power", u, ("number", "2"))


# Each as in the NIST Handbook of Mathematical Functions (2010), ch. 4, for real arguments.
_DEFINED: Mapping[str, Callable[[Tree], Tree]] = {
    "tan": lambda u: ("over", ("sin", u), ("cos", u)),
    "cot": lambda u: ("over", ("cos", u), ("sin", u)),
    "sec": lambda u: ("over", ONE, ("cos", u)),
    "csc": lambda u: ("over", ONE, ("sin", u)),
    "arccos": lambda u: minus(("times", HALF, PI), ("arcsin", u)),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": lambda u: ("over", _sinh(u), _cosh(u)),
    "coth": lambda u: ("over", _cosh(u), _sinh(u)),
    "arsinh": lambda u: ("log", ("add", u, _root(("add", _squared(u), ONE)))),
    "arcosh": lambda u: ("log", ("add", u, _root(minus(_squared(u), ONE)))),
    "artanh": lambda u: ("times", HALF, ("log", ("over", ("add", ONE, u), minus(ONE, u)))),
    "abs": lambda u: _root(_squared(u)),
}


def trees(tree: Tree) -> Iterator[Tree]:
    """Give a tree and all trees in it."""
    yield tree
    for part in tree:
        if isinstance(part, tuple):
            yield from trees(part)


def put(tree: Tree, name: str, value: Tree) -> Tree:
    """Put a tree for a letter."""
    if tree == ("letter", name):
        return value
    return tuple(put(part, name, value) if isinstance(part, tuple) else part for part in tree)


def mentions(tree: Tree, name: str) -> bool:
    """Whether a letter occurs in a tree."""
    return tree == ("letter", name) or any(
        isinstance(part, tuple) and mentions(part, name) for part in tree
    )
