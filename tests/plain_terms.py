"""Terms without what printing them loses."""

from __future__ import annotations

from derive.language.terms import Div, Mul, Neg, Num, Pow, Term, mul, term


def plain(node: Term) -> Term:
    """The term without what print loses: the place of a sign, 1/2 a number or a quotient."""
    match node:
        case Num(value=value) if value.denominator > 1:
            return Div(term(value.numerator), term(value.denominator))
        case Pow(base=base, exponent=Num(value=value)) if value.denominator > 1:
            return Pow(plain(base), node.exponent)
        case Neg(body=body):
            return _product([term(-1), plain(body)])
        case Div(num=num, den=den):
            inner = _product([plain(num)])
            negative = isinstance(inner, Mul) and inner.factors[0] == term(-1)
            rest = mul(*inner.factors[1:]) if negative and isinstance(inner, Mul) else inner
            return _product([term(-1)] * negative + [Div(rest, plain(den))])
        case Mul(factors=factors):
            return _product([plain(f) for f in factors])
        case _:
            values = {n: _plain_value(getattr(node, n)) for n in node.__dataclass_fields__}
            return type(node)(**values)


def _product(factors: list[Term]) -> Term:
    flat = mul(*factors)
    parts = flat.factors if isinstance(flat, Mul) else (flat,)
    rest = [f for f in parts if f != term(-1)]
    odd = (len(parts) - len(rest)) % 2
    return mul(*([term(-1)] if odd else []), *rest) if rest else term(-1 if odd else 1)


def _plain_value(value: object) -> object:
    if isinstance(value, Term):
        return plain(value)
    if isinstance(value, tuple):
        return tuple(_plain_value(item) for item in value)
    return value
