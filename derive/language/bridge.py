"""To SymPy and back: for the computations of proof scripts, and for sides given as expressions.

SymPy proposes (it solves, expands, completes squares), the engine decides: what
comes back is stated in a chain like anything else.  Only scalar algebra crosses.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import sympy
from sympy.core.function import AppliedUndef

from derive.errors import IllTyped
from derive.language import terms as t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FUNCTIONS: dict[t.FunctionName, Callable[[sympy.Expr], sympy.Expr]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "cot": sympy.cot,
    "sec": sympy.sec,
    "csc": sympy.csc,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "coth": sympy.coth,
    "arsinh": sympy.asinh,
    "arcosh": sympy.acosh,
    "artanh": sympy.atanh,
    "abs": sympy.Abs,
}
_MOST_BITS = 13_287  # of which 4000 digits are made
_REFUSED: dict[sympy.Basic, str] = {
    sympy.I: "the imaginary unit: all letters are real",
    sympy.zoo: "an infinity",
    sympy.oo: "an infinity",
    -sympy.oo: "an infinity",
    sympy.nan: "no number",
}


def to_sympy(  # noqa: C901, PLR0911, PLR0912 - a row for each kind of term
    term: t.Term, symbols: Mapping[t.Sym, sympy.Symbol] | None = None
) -> sympy.Expr:
    """Give a scalar term to SymPy; a letter without a symbol becomes a real one of its name.

    Raises IllTyped for what is not scalar algebra.
    """
    known = symbols or {}

    def of(inner: t.Term) -> sympy.Expr:
        return to_sympy(inner, known)

    match term:
        case t.Num(value):
            return sympy.Rational(value.numerator, value.denominator)
        case t.Const(name):
            return sympy.pi if name == "pi" else sympy.Symbol("d", positive=True)
        case t.Sym(name, 0):
            return known.get(term, sympy.Symbol(name, real=True))
        case t.Add(terms):
            return sympy.Add(*map(of, terms))
        case t.Mul(factors):
            return sympy.Mul(*map(of, factors))
        case t.Neg(body):
            return -of(body)
        case t.Div(num, den):
            return of(num) / of(den)
        case t.Pow(base, exponent):
            return of(base) ** of(exponent)
        case t.Fun(name, arg):
            return _FUNCTIONS[name](of(arg))
        case t.Apply(field, args) if field.rank == 0:
            return sympy.Function(field.name)(*map(of, args))
        case t.Diff(body, var) if body.rank == var.rank == 0:
            return sympy.Derivative(of(body), of(var))
        case t.At(body, var, value) if body.rank == var.rank == 0:
            return sympy.Subs(of(body), of(var), of(value))
        case t.Factorial(body):
            return sympy.factorial(of(body))
        case t.Binomial(upper, lower):
            return sympy.binomial(of(upper), of(lower))
        case t.FiniteSum(body, var, low, high):
            return sympy.Sum(of(body), (of(var), of(low), of(high)))
        case t.FiniteProduct(body, var, low, high):
            return sympy.Product(of(body), (of(var), of(low), of(high)))
        case _:
            raise IllTyped(f"SymPy is given scalars only, not a {type(term).__name__}")


def from_sympy(expression: sympy.Basic, *, as_written: bool = False) -> t.Term:  # noqa: PLR0911
    """Take a SymPy expression back as a term, in SymPy's order of terms.

    as_written: keep the denominators where they are, and read d as a letter like others;
        else fractions are joined, and d is the dimension.

    Raises IllTyped for what the language of terms does not contain.
    """

    def of(inner: sympy.Basic) -> t.Term:
        return from_sympy(inner, as_written=as_written)

    match expression:
        case sympy.Rational():
            _check_size(expression)
            return t.term(Fraction(int(expression.p), int(expression.q)))
        case sympy.Symbol():
            dimension = expression.name == "d" and not as_written
            return t.DIM if dimension else t.Sym(expression.name)
        case sympy.Add():
            return t.add(*map(of, expression.as_ordered_terms()))
        case sympy.Mul():
            return _factors(expression) if as_written else _product(expression)
        case sympy.Pow() if as_written and _below(expression):
            return t.Div(t.term(1), of(sympy.Pow(expression.base, -expression.exp)))
        case sympy.Pow():
            if as_written:
                _check_root(expression)
            return t.Pow(of(expression.base), of(expression.exp))
        case _:
            return _other(expression, of)


def _other(  # noqa: C901, PLR0911, PLR0912 - a row for each kind
    expression: sympy.Basic, of: Callable[[sympy.Basic], t.Term]
) -> t.Term:
    match expression:
        case sympy.pi:
            return t.PI
        case sympy.E:
            return t.exp(1)
        case sympy.factorial():
            return t.Factorial(of(expression.args[0]))
        case sympy.binomial():
            return t.Binomial(*map(of, expression.args))
        case sympy.Sum() | sympy.Product():
            return _over_range(expression, of)
        case sympy.Derivative():
            return _derivative(expression, of)
        case sympy.Subs() if len(expression.variables) == 1:
            return t.At(of(expression.expr), _letter(expression.variables[0], of),
                        of(expression.point[0]))  # fmt: skip
        case sympy.Order() if len(expression.variables) == 1 and expression.point[0] in (
            0,
            sympy.oo,
        ):
            return t.Landau("O", of(expression.expr))
        case AppliedUndef():
            return _unspecified(expression, of)
        case _:
            pass
    for name, function in _FUNCTIONS.items():
        if isinstance(expression, function):  # type: ignore[arg-type]
            return t.Fun(name, of(expression.args[0]))
    if expression in _REFUSED:
        raise IllTyped(f"no term for SymPy's {expression}, {_REFUSED[expression]}")
    if isinstance(expression, sympy.Float):
        raise IllTyped(f"the rounded number {expression}: give an exact one, a Rational")
    raise IllTyped(f"no term for SymPy's {type(expression).__name__}")


def _letter(symbol: sympy.Basic, of: Callable[[sympy.Basic], t.Term]) -> t.Sym:
    letter = of(symbol)
    if not isinstance(letter, t.Sym):
        raise IllTyped(f"no variable: SymPy's {symbol}")
    return letter


def _over_range(
    expression: sympy.Sum | sympy.Product, of: Callable[[sympy.Basic], t.Term]
) -> t.Term:
    """A sum or product over whole numbers; the first limits are those of the innermost one."""
    value = of(expression.function)
    make = t.FiniteSum if isinstance(expression, sympy.Sum) else t.FiniteProduct
    for limits in expression.limits:
        if len(limits) != 3:
            raise IllTyped("a sum or product without its limits")
        value = make(value, _letter(limits[0], of), of(limits[1]), of(limits[2]))
    return value


def _derivative(expression: sympy.Derivative, of: Callable[[sympy.Basic], t.Term]) -> t.Term:
    value = of(expression.expr)
    for symbol, count in expression.variable_count:
        if not count.is_Integer:
            raise IllTyped(f"a derivative of the order {count}")
        for _ in range(int(count)):
            value = t.Diff(value, _letter(symbol, of))
    return value


def _unspecified(expression: AppliedUndef, of: Callable[[sympy.Basic], t.Term]) -> t.Term:
    """An unspecified function; it may be real, and what else is assumed of it is not read."""
    name = expression.func.__name__
    narrowed = ("positive", "negative", "nonnegative", "nonpositive", "nonzero", "integer")
    if any(getattr(expression, f"is_{kind}") is not None for kind in narrowed):
        raise IllTyped(f"an assumption about the function {name}")
    return t.Field(name)(*map(of, expression.args))


def _product(expression: sympy.Mul) -> t.Term:
    """Write a product as a fraction, its sign in front."""
    num, den = expression.as_numer_denom()
    if den != 1:
        return t.Div(from_sympy(num), from_sympy(den))
    if expression.could_extract_minus_sign():
        return t.Neg(from_sympy(-expression))
    factors = sympy.Mul.make_args(expression)
    return t.mul(*(from_sympy(f) for f in factors)) if len(factors) > 1 else from_sympy(factors[0])


def _factors(expression: sympy.Mul) -> t.Term:
    """Write a product with its denominators below, where they may not vanish."""
    above: list[t.Term] = []
    below: list[t.Term] = []
    negative = False
    for factor in expression.args:
        if isinstance(factor, sympy.Rational):
            negative ^= bool(factor < 0)
            above += [t.term(abs(int(factor.p)))] if abs(factor.p) != 1 else []
            below += [t.term(int(factor.q))] if factor.q != 1 else []
        elif isinstance(factor, sympy.Pow) and _below(factor):
            inverse = sympy.Pow(factor.base, -factor.exp)
            below.append(from_sympy(inverse, as_written=True))
        else:
            above.append(from_sympy(factor, as_written=True))
    value = t.mul(*above) if above else t.term(1)
    value = t.Div(value, t.mul(*below)) if below else value
    return t.Neg(value) if negative else value


def _check_size(number: sympy.Rational) -> None:
    """Refuse a number of so many digits that Python does not write it out."""
    if max(int(number.p).bit_length(), int(number.q).bit_length()) > _MOST_BITS:
        raise IllTyped("a number of more than 4000 digits")


def _check_root(power: sympy.Pow) -> None:
    """Refuse an odd root whose base may be negative: a real one here, a complex one in SymPy."""
    exponent = power.exp
    if isinstance(exponent, sympy.Rational):
        odd = exponent.q > 1 and exponent.q % 2 == 1
    else:  # a rational number that is written as a formula
        odd = exponent.is_number and not exponent.is_integer and exponent.is_rational is not False
    if odd and _really(power.base).is_nonnegative is not True:
        raise IllTyped(
            "an odd root of what may be negative is complex in SymPy, real here: "
            "declare the symbols positive or nonnegative"
        )


def _really(expression: sympy.Basic) -> sympy.Basic:
    """Take symbols without any assumption for the real numbers that they stand for."""
    plain = [s for s in expression.atoms(sympy.Symbol) if s.assumptions0 == {"commutative": True}]
    return expression.xreplace({s: sympy.Dummy(s.name, real=True) for s in plain})


def _below(power: sympy.Pow) -> bool:
    """Whether a power is written below a fraction line."""
    return isinstance(power.exp, sympy.Rational) and bool(power.exp < 0)
