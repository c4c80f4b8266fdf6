"""The search for antidifferences, with SymPy: what it finds is checked like a guess."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import sympy
from sympy.concrete.gosper import gosper_term

from derive.equality.encode import ONE, Tree, number

_HEADS = {"add": sympy.Add, "times": sympy.Mul}


@lru_cache(maxsize=256)
def summed(body: Tree, name: str) -> Tree | None:
    """Sum hypergeometric terms by Gosper's algorithm, one by one, then together."""
    k = sympy.Symbol(name, integer=True, positive=True)
    term = _to_sympy(body, name, k)
    if term is None:
        return None
    whole = sympy.powsimp(term)
    summands = [sympy.powsimp(x) for x in sympy.Add.make_args(sympy.expand(term, power_exp=False))]
    for parts in (summands, [whole]):
        sums = [_summand(part, k) for part in parts]
        found = [part for part in sums if part is not None]
        if len(found) == len(parts):
            trees = [_from_sympy(part, name, k) for part in found]
            return trees[0] if len(trees) == 1 else ("add", *trees)
    return None


def _summand(term: sympy.Expr, k: sympy.Symbol) -> sympy.Expr | None:
    if not term.has(k):
        return term * k
    certificate = gosper_term(term, k)
    return None if certificate is None else sympy.powsimp(sympy.factor(certificate) * term)


def multiplied(body: Tree, name: str) -> Tree | None:
    """Give F with F(k+1) = F(k) f(k), where f is made of linear factors in k."""
    k = sympy.Symbol(name, integer=True, positive=True)
    term = _to_sympy(body, name, k)
    if term is None:
        return None
    num, den = sympy.fraction(sympy.together(term))
    factors: list[Tree] = []
    for part, sign in ((num, 1), (den, -1)):
        unit, found = sympy.factor_list(part, k)
        factors.append(
            _power(_from_sympy(unit, name, k), ("times", number(sign), ("letter", name)))
        )
        for factor, times in found:
            slope, shift = factor.coeff(k, 1), factor.coeff(k, 0)
            if sympy.degree(factor, k) != 1:
                return None
            start = sympy.nsimplify(shift / slope)
            if not start.is_Integer:
                return None
            slopes = _power(
                _from_sympy(slope, name, k), ("times", number(sign * times), ("letter", name))
            )
            rising: Tree = ("factorial", ("add", ("letter", name), number(int(start) - 1)))
            factors += [slopes, ("power", rising, number(sign * times))]
    return ("times", *factors)


def _power(base: Tree, exponent: Tree) -> Tree:
    return ONE if base == ONE else ("power", base, exponent)


def _to_sympy(tree: Tree, name: str, k: sympy.Symbol) -> sympy.Expr | None:  # noqa: PLR0911
    match tree:
        case ("number", text):
            return sympy.Rational(*Fraction(text).as_integer_ratio())
        case ("letter", letter):
            return k if letter == name else sympy.Symbol(letter, positive=True)
        case ("add" | "times" as head, *parts):
            found = [_to_sympy(part, name, k) for part in parts]
            inner = [part for part in found if part is not None]
            return _HEADS[head](*inner) if len(inner) == len(parts) else None
        case ("minus", part):
            body = _to_sympy(part, name, k)
            return None if body is None else -body
        case ("over" | "power" as head, one, two):
            a, b = _to_sympy(one, name, k), _to_sympy(two, name, k)
            if a is None or b is None:
                return None
            return a / b if head == "over" else a**b
        case ("factorial", part):
            body = _to_sympy(part, name, k)
            return None if body is None else sympy.factorial(body)
        case _:
            return None


def _from_sympy(  # noqa: PLR0911 - all cases
    expression: sympy.Expr, name: str, k: sympy.Symbol
) -> Tree:
    match expression:
        case sympy.Rational():
            return number(Fraction(int(expression.p), int(expression.q)))
        case sympy.Symbol():
            return ("letter", name if expression == k else expression.name)
        case sympy.Add():
            return ("add", *(_from_sympy(part, name, k) for part in expression.args))
        case sympy.Mul():
            return ("times", *(_from_sympy(part, name, k) for part in expression.args))
        case sympy.Pow():
            base, exponent = expression.as_base_exp()
            return ("power", _from_sympy(base, name, k), _from_sympy(exponent, name, k))
        case sympy.factorial():
            return ("factorial", _from_sympy(expression.args[0], name, k))
        case _:
            return ("unknown", str(expression))
