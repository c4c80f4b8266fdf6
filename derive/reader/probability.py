r"""Expectations, densities, normal laws and Landau terms."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from derive.errors import Span
from derive.language.terms import (
    RV,
    Density,
    Div,
    Event,
    Expect,
    Field,
    Identity,
    Integral,
    Landau,
    Mul,
    Neg,
    Normal,
    Num,
    Sym,
    Term,
    Variance,
    Zero,
    add,
    mul,
)
from derive.language.traverse import walk
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.names import name_in, readable
from derive.reader.syntax import Group, Letter, Node, Parts, Relation, Script, Sum

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.reader.scan import Factor, Scan

# --- expectations ---


def expectation(scan: Scan, item: Node) -> Factor:
    r"""Read `E[f]`, `E\left(f \mid X = x\right)`, `E\|f\|^2`, `E_{x \sim p}[f]`."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(None, primes)
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of an expectation stands after its brackets")
    group = scan.bracketed("(", "[", "\\{")
    if group is None:
        body = scan.operand(item.span, "all")
        return _over(scan.elab, sub, Expect(body))
    written = scan.items[scan.position]
    _, low, power, dashes = unscripted(written)
    if group.kind == "(" and power is not None:
        raise scan.elab.error(
            Span(item.span.start, written.span.end),
            f"ambiguous: the power {readable('^{' + power.text + '}')} of the expectation, or of "
            "what stands in the brackets; write 'E[...]'",
        )
    scan.position += 1
    scan.unscripted_only(low, dashes)
    if sub is not None and _drawn(sub) is not None:
        return scan.powered(_drawn_from(scan.elab, sub, group), power, written)
    return scan.powered(_over(scan.elab, sub, _expect(scan.elab, group.parts)), power, written)


def _expect(elab: Elaborator, parts: Parts) -> Expect:
    """Elaborate `body | conditions`."""
    if parts.separators and parts.separators[0] != "|":
        raise elab.error(parts.items[1].span, "expected one formula inside the expectation")
    body = elab.term(parts.items[0])
    for node, separator in zip(parts.items[2:], parts.separators[1:], strict=True):
        if separator != ",":
            raise elab.error(node.span, "a second bar in one expectation")
    return Expect(body, tuple(_condition(elab, node) for node in parts.items[1:]))


def _condition(elab: Elaborator, node: Node) -> Event:
    """Elaborate `X = x`, `X + Z = y`, or `X` alone."""
    if not isinstance(node, Relation):
        variable = elab.term(node)
        _require_random(elab, node, variable)
        return Event(variable, variable)
    if node.symbols != ("=",):
        raise elab.error(node.span, "expected a condition of the form 'X = x'")
    variable, value = (elab.term(side) for side in node.sides)
    if not is_random(variable) and is_random(value):
        variable, value = value, variable
    _require_random(elab, node, variable)
    if variable.rank != value.rank:
        raise elab.error(node.span, "a condition between a number and a vector")
    return Event(variable, value)


def _require_random(elab: Elaborator, node: Node, variable: Term) -> None:
    if not is_random(variable):
        shown = elab.written(node.span)
        raise elab.error(node.span, f"no random variable in the condition '{shown}': write 'X = x'")


def is_random(term: Term) -> bool:
    """Whether a random variable occurs in the term."""
    return any(isinstance(node, RV) for node in walk(term))


def _over(elab: Elaborator, sub: Script | None, value: Expect) -> Expect:
    """Check the variables under an E, which name all that it is over, or nothing."""
    if sub is None:
        return value
    named = [elab.notation.find(name_in(node) or "") for node in sub.parts.items]
    fixed = {t for event in value.given for t in walk(event.variable)}
    over = {t for t in walk(value.body) if isinstance(t, RV)} - fixed
    if not all(isinstance(n, RV) for n in named) or not over <= set(named):
        raise elab.error(
            sub.span, "under E only all the random variables inside, or 'x \\sim p', are read"
        )
    return value


def _drawn(sub: Script) -> Relation | None:
    r"""The relation `x \sim p` of a subscript."""
    node = sub.parts.items[0]
    drawn = len(sub.parts.items) == 1 and isinstance(node, Relation) and node.symbols == ("\\sim",)
    return node if drawn and isinstance(node, Relation) else None


def _drawn_from(elab: Elaborator, sub: Script, group: Group) -> Term:
    r"""Elaborate `E_{x \sim p}[f(x)]` as the integral of `f p`."""
    relation = _drawn(sub)
    if relation is None:
        raise elab.error(sub.span, "expected 'x \\sim p'")
    name = name_in(relation.sides[0])
    base, low, high, primes = unscripted(relation.sides[1])
    found = elab.notation.resolve(base, low, high, primes) if isinstance(base, Letter) else None
    density = found[0] if found is not None else None
    if name is None or not (isinstance(density, Field) and density.density):
        raise elab.error(sub.span, "expected 'x \\sim p' with a letter x and a declared density p")
    ranks = elab.notation.argument_ranks.get(density)
    declared = elab.notation.find(name)
    rank = ranks[0] if ranks else declared.rank if isinstance(declared, Sym) else None
    if rank is None:
        raise elab.error(relation.sides[0].span, "is it a number or a vector? declare it")
    symbol = Sym(readable(name), rank)
    inner = elab.under(elab.notation.binding(name, symbol))
    return Integral(mul(inner.term(elab.single(group.parts)), density(symbol)), symbol)


def variance(scan: Scan, item: Node) -> Factor:
    r"""Read `\operatorname{Var}(X)`, `\operatorname{Var} X`."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(sub, primes)
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of the variance: write brackets")
    group = scan.bracketed("(", "[", "\\{")
    if group is None:
        return Variance(scan.operand(item.span, "all"))
    if "|" in group.parts.separators:
        raise scan.elab.error(group.span, "a conditional variance is not read")
    value = Variance(scan.elab.term(scan.elab.single(group.parts)))
    written = scan.items[scan.position]
    _, low, power, dashes = unscripted(written)
    if power is not None and group.kind == "(":
        raise scan.elab.error(
            written.span, "ambiguous: a power of the variance, or of what stands inside"
        )
    scan.position += 1
    scan.unscripted_only(low, dashes)
    return scan.powered(value, power, written)


# --- laws ---


def normal(scan: Scan, item: Node) -> Factor:
    r"""Read the density `\mathcal N(x; m, v I)`; a bar may stand for the semicolon."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(sub, primes)
    group = scan.bracketed("(")
    if sup is not None or group is None:
        raise scan.elab.error(item.span, "expected '(' after the normal density")
    if group.parts.separators not in ((";", ","), ("|", ","), (",", ",")):
        raise scan.elab.error(
            group.span, "expected the density '(x; mean, variance)', a point x first"
        )
    at, mean, spread = (scan.elab.term(node) for node in group.parts.items)
    if at.rank > mean.rank and mean == Num(Fraction(0)):
        mean = Zero(at.rank)
    variance_ = _isotropic(spread)
    if variance_ is None:
        raise scan.elab.error(group.parts.items[2].span, "expected a variance of the form 'v I'")
    return scan.after_arguments(Normal(at, mean, variance_))


def _isotropic(spread: Term) -> Term | None:
    """Give v of the covariance `v I`, or of a scalar variance v."""
    match spread:
        case Identity():
            return Num(Fraction(1))
        case Mul(factors=factors) if spread.rank == 2:
            rest = tuple(f for f in factors if f.rank == 0)
            matrix = _isotropic(next(f for f in factors if f.rank == 2))
            return None if matrix is None else _scaled(rest, matrix)
        case Div(num=num, den=den) if spread.rank == 2:
            inner = _isotropic(num)
            return None if inner is None else Div(inner, den)
        case Neg(body=body) if spread.rank == 2:
            inner = _isotropic(body)
            return None if inner is None else Neg(inner)
        case _:
            return spread if spread.rank == 0 else None


def _scaled(rest: tuple[Term, ...], matrix: Term) -> Term:
    return mul(*rest) if matrix == Num(Fraction(1)) else mul(*rest, matrix)


def landau(kind: Literal["o", "O"]) -> Callable[[Scan, Node], Factor]:
    r"""Make the reader of `o(h)` or `O(h^2)`."""

    def read(scan: Scan, item: Node) -> Factor:
        scan.position += 1
        _, sub, sup, primes = unscripted(item)
        group = scan.bracketed("(")
        if group is None or sup is not None:
            raise scan.elab.error(item.span, f"expected '(' after the Landau symbol '{kind}'")
        scan.unscripted_only(sub, primes)
        scale = scan.elab.term(scan.elab.single(group.parts))
        if scale.rank:
            raise scan.elab.error(group.span, "expected a number in the Landau term")
        return scan.after_arguments(Landau(kind, scale))

    return read


# --- densities named by their variables ---


def density_of_subscript(scan: Scan, letter: Letter, item: Node) -> Factor | None:
    r"""Read `p_{X+Z}(y)`, `p_t(x)`, `p_{t|0}(x_t | x_0)`; None: the subscript names no variables.

    A subscript that is an index names the variable of the process: t stands for X_t.
    """
    _, sub, sup, primes = unscripted(item)
    if letter.name not in ("p", "q") or letter.font not in ("", "mathrm") or sub is None:
        return None
    bar = sub.parts.separators.index("|") + 1 if "|" in sub.parts.separators else None
    names = tuple(_variable_named(scan.elab, node) for node in sub.parts.items)
    if any(name is None for name in names):
        return None
    variables = [name for name in names if name is not None]
    scan.position += 1
    scan.unscripted_only(None, primes)
    group = scan.bracketed("(")
    if group is None or sup is not None:
        raise scan.elab.error(
            item.span, f"expected '(' after the density '{scan.elab.written(item.span)}'"
        )
    if len(group.parts.items) != len(variables):
        raise scan.elab.error(group.span, f"expected {len(variables)} arguments of the density")
    if group.parts.separators != sub.parts.separators:
        raise scan.elab.error(group.span, "expected the same separators as in the subscript")
    values = [scan.elab.term(node) for node in group.parts.items]
    events = tuple(Event(v, w) for v, w in zip(variables, values, strict=True))
    return scan.after_arguments(Density(events[:bar], events[bar:] if bar is not None else ()))


def _variable_named(elab: Elaborator, node: Node) -> Term | None:
    """The random variable that one part of a subscript names: `X`, `X+Z`, or `t` for X_t."""
    variables = elab.notation.variables
    if isinstance(node, Sum):
        # By their full names only: `p_{t-1}` is the density of X_{t-1}, not of X_t - X_1.
        signed = [(sign, variables.get(name_in(term) or "")) for sign, term in node.terms]
        named = [(sign, v) for sign, v in signed if v is not None]
        if len(named) == len(signed):
            return add(*(Neg(v) if sign == "-" else v for sign, v in named))
    name = name_in(node)
    if name is not None and name in variables:
        return variables[name]
    index = elab.written(node.span).replace(" ", "")
    return variables.get(f"X_{{{index}}}")
