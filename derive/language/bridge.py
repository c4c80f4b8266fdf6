"""To SymPy and back, for the computations of proof scripts.

SymPy proposes (it solves, expands, completes squares), the engine decides: what
comes back is stated in a chain like anything else.  Only scalar algebra crosses.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import sympy

from derive.errors import IllTyped
from derive.language import terms as t

if TYPE_CHECKING:
    from collections.abc import Callable

_FUNCTIONS: dict[str, Callable[[sympy.Expr], sympy.Expr]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
}


def to_sympy(term: t.Term) -> sympy.Expr:  # noqa: PLR0911 - all cases
    """Give a scalar term to SymPy; letters become real symbols of the same name.

    Raises IllTyped for what is not scalar algebra.
    """
    match term:
        case t.Num(value):
            return sympy.Rational(value.numerator, value.denominator)
        case t.Const(name):
            return sympy.pi if name == "pi" else sympy.Symbol("d", positive=True)
        case t.Sym(name, 0):
            return sympy.Symbol(name, real=True)
        case t.Add(terms):
            return sympy.Add(*map(to_sympy, terms))
        case t.Mul(factors):
            return sympy.Mul(*map(to_sympy, factors))
        case t.Neg(body):
            return -to_sympy(body)
        case t.Div(num, den):
            return to_sympy(num) / to_sympy(den)
        case t.Pow(base, exponent):
            return to_sympy(base) ** to_sympy(exponent)
        case t.Fun(name, arg):
            return _FUNCTIONS[name](to_sympy(arg))
        case _:
            raise IllTyped(f"SymPy is given scalars only, not a {type(term).__name__}")


def from_sympy(expression: sympy.Basic) -> t.Term:
    """Take a SymPy expression back as a term, in SymPy's order of terms.

    Raises IllTyped for what the language of terms does not contain.
    """
    match expression:
        case sympy.Rational():
            return t.term(Fraction(int(expression.p), int(expression.q)))
        case sympy.Symbol():
            return t.DIM if expression.name == "d" else t.Sym(expression.name)
        case sympy.Add():
            return t.add(*map(from_sympy, expression.as_ordered_terms()))
        case sympy.Mul():
            return _product(expression)
        case sympy.Pow():
            return t.Pow(from_sympy(expression.base), from_sympy(expression.exp))
        case _:
            return _other(expression)


def _other(expression: sympy.Basic) -> t.Term:
    if expression == sympy.pi:
        return t.PI
    for name, function in _FUNCTIONS.items():
        if isinstance(expression, function):  # type: ignore[arg-type]
            return t.Fun(name, from_sympy(expression.args[0]))  # type: ignore[arg-type]
    raise IllTyped(f"no term for SymPy's {type(expression).__name__}")


def _product(expression: sympy.Mul) -> t.Term:
    """Write a product as a fraction, its sign in front."""
    num, den = expression.as_numer_denom()
    if den != 1:
        return t.Div(from_sympy(num), from_sympy(den))
    if expression.could_extract_minus_sign():
        return t.Neg(from_sympy(-expression))
    factors = sympy.Mul.make_args(expression)
    return t.mul(*(from_sympy(f) for f in factors)) if len(factors) > 1 else from_sympy(factors[0])
