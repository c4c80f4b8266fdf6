r"""Norms and inner products: `\|x\|^2`, `\langle x, y\rangle`, `(x, y)`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.terms import HALF, Dot, Fun, NormSq, Num, Pow, Term, mul
from derive.reader.elaborate import unscripted
from derive.reader.products import isotropic
from derive.reader.syntax import Group, Node, Number

if TYPE_CHECKING:
    from derive.reader.elaborate import Elaborator
    from derive.reader.products import Factor
    from derive.reader.scan import Scan
    from derive.reader.syntax import Script


def inner_product(scan: Scan, base: Group) -> Term:
    """Elaborate an inner product; of numbers it is their product.

    In round brackets, `(a, b)`, only vectors have one.
    """
    if len(base.parts.items) != 2:
        raise scan.elab.error(base.span, "expected two vectors in an inner product")
    left, right = (scan.elab.term(part) for part in base.parts.items)
    if base.kind == "(" and not left.rank == right.rank == 1:
        _ = scan.elab.single(base.parts)
    if base.kind == "(" and len(scan.items) == scan.elab.depth == 1:
        raise scan.elab.error(base.span, "a pair, or an inner product? write '\\langle'")
    return mul(left, right) if left.rank == right.rank == 0 else Dot(left, right)


def absolute(scan: Scan, base: Group, item: Node) -> Factor:
    """Elaborate the absolute value of a number."""
    _, sub, sup, primes = unscripted(item)
    if base.kind != "|":
        raise scan.elab.error(base.span, "a norm is not read: write '|x|' of a number")
    scan.unscripted_only(sub, primes)
    return scan.powered(Fun("abs", scan.elab.term(scan.elab.single(base.parts))), sup, item)


def norm(scan: Scan, base: Group, item: Node) -> Factor:
    r"""Elaborate `\|x\|^n` as a power of the squared norm, the only one in the language."""
    _, sub, sup, primes = unscripted(item)
    if scan.elab.notation.free:
        return absolute(scan, base, item)
    if sub is not None and sub.text != "2":
        raise scan.elab.error(sub.span, "only the Euclidean norm is read")
    scan.unscripted_only(None, primes)
    body = _measured(scan.elab, scan.elab.term(scan.elab.single(base.parts)), sub)
    power = sup.parts.items[0] if sup else Number(base.span, Fraction(1))
    if sup is not None and not (isinstance(power, Number) and len(sup.parts.items) == 1):
        raise scan.elab.error(sup.span, "expected a number as the power of a norm")
    exponent = power.value if isinstance(power, Number) else Fraction(1)
    if body.rank == 0 and exponent % 2 == 0:
        return Pow(body, Num(exponent))
    square = Pow(body, Num(Fraction(2))) if body.rank == 0 else NormSq(body)
    return square if exponent == 2 else Pow(square, Num(exponent * HALF))


def _measured(elab: Elaborator, body: Term, sub: Script | None) -> Term:
    r"""Give what a norm is taken of; of the covariance `v I` the operator norm is |v|."""
    if body.rank < 2 or sub is None or elab.notation.choices is None:
        return body
    variance = isotropic(body)
    return body if variance is None else variance
