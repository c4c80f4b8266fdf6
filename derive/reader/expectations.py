r"""Expectations and variances: `E[f | X = x]`, `E_{x \sim p}`, `\operatorname{Var}`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.errors import Span
from derive.language.terms import (
    RV,
    Dot,
    Event,
    Expect,
    Neg,
    Outer,
    Term,
    Variance,
    add,
    mul,
)
from derive.language.traverse import walk
from derive.reader.averages import Average, average
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.lost import around_expectation
from derive.reader.lowercase import drawn_letters, read_letters, variable_of
from derive.reader.names import readable
from derive.reader.probability import value_of
from derive.reader.syntax import Group, Node, Parts, Relation, Script, Sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.reader.products import Factor
    from derive.reader.scan import Reach, Scan


def expectation(scan: Scan, item: Node) -> Factor:
    r"""Read `E[f]`, `E\left(f \mid X = x\right)`, `E\|f\|^2`, `E_{x \sim p}[f]`."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(None, primes)
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of an expectation stands after its brackets")
    group = scan.bracketed("(", "[", "\\{")
    if group is None:
        over = _over(scan.elab, sub, scan.items[scan.position :])
        return over.of(_operand(scan, item, over.elab))
    written = scan.items[scan.position]
    _, low, power, dashes = unscripted(written)
    over = _over(scan.elab, sub, group.parts.items)
    if group.kind == "(" and power is not None and _inner_power(scan, item, group, written, power):
        return over.of(_operand(scan, item, over.elab, "derivative"))
    scan.position += 1
    scan.unscripted_only(low, dashes)
    return scan.powered(_expect(over, group.parts), power, written)


def _over(elab: Elaborator, sub: Script | None, nodes: Sequence[Node]) -> Average:
    r"""Read what an expectation is over; `E_{X | Y = y}[f]` has its condition below."""
    if sub is None or sub.parts.separators[:1] != ("|",):
        return average(elab, sub, nodes)
    given = conditions(elab, sub.parts, 1)
    over = average(elab, replace(sub, parts=Parts(sub.span, sub.parts.items[:1], ())), nodes)
    if over.named is None or over.given:
        raise elab.error(sub.span, "expected a random variable before the condition under E")
    return replace(over, given=given)


def _operand(scan: Scan, item: Node, inside: Elaborator, reach: Reach = "all") -> Term:
    """Read the operand of an expectation, in which letters may have another meaning."""
    outer, scan.elab = scan.elab, inside
    inside.depth = outer.depth
    body = scan.operand(item.span, reach)
    scan.elab = outer
    return body


def _inner_power(scan: Scan, item: Node, group: Group, written: Node, power: Script) -> bool:
    """Whether `E(f)^2` is read as the expectation of the square."""
    where = Span(item.span.start, written.span.end)
    shown = readable(f"^{{{power.text}}}")
    message = (
        f"ambiguous: the power {shown} of the expectation, or of "
        "what stands in the brackets; write 'E[...]'"
    )
    name, inside = scan.elab.written(item.span), scan.elab.written(group.span)
    outer, inner = f"({name}{inside}){shown}", f"{name}[{inside}{shown}]"
    # `E(a - b)^2` is the mean of a square to everybody, `E(X)^2` the square of a mean.
    composed = isinstance(group.parts.items[0], Sum)
    options = (inner, outer) if composed else (outer, inner)
    return options[scan.elab.choose(where, message, options)] == inner


def _expect(over: Average, parts: Parts) -> Term:
    """Elaborate `body | conditions`."""
    if not parts.separators or parts.separators[0] == "|":
        given = conditions(over.elab, parts, 1)
        return over.of(drawn_letters(over.elab, over.elab.term(parts.items[0]), given), given)
    given = conditions(over.elab, parts, 2) if parts.separators[1:2] == ("|",) else ()
    left, right = (over.elab.term(item) for item in parts.items[:2])
    if left.rank != 1 or right.rank != 1 or len(parts.items) != len(given) + 2:
        raise over.elab.error(parts.items[1].span, "expected one formula inside the expectation")
    return over.of(drawn_letters(over.elab, Dot(left, right), given), given)  # E(a, b)


def conditions(elab: Elaborator, parts: Parts, first: int) -> tuple[Event, ...]:
    """Elaborate the conditions after a bar, which are the parts from `first` on."""
    for node, separator in zip(parts.items[first + 1 :], parts.separators[first:], strict=True):
        if separator != ",":
            raise elab.error(node.span, "a second bar in one expectation")
    return tuple(_condition(elab, node) for node in parts.items[first:])


def _condition(elab: Elaborator, node: Node) -> Event:
    """Elaborate `X = x`, `X + Z = y`, or `X` alone."""
    if not isinstance(node, Relation):
        variable = elab.term(node)
        twin = variable_of(elab, variable)
        if twin is not None:
            return Event(twin, variable)
        _require_random(elab, node, variable)
        return Event(variable, variable)
    if node.symbols != ("=",):
        raise elab.error(node.span, "expected a condition of the form 'X = x'")
    variable = elab.term(node.sides[0])
    value = value_of(elab, node.sides[1], variable)
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


# --- variances ---


def variance(scan: Scan, item: Node) -> Factor:
    r"""Read `\operatorname{Var}(X | Y)`, `\operatorname{Var} X`."""
    return _spread(scan, item, Variance)


def covariance(scan: Scan, item: Node) -> Factor:
    r"""Read `\operatorname{Cov}(X, Y)`; of one variable it is the covariance matrix."""
    group = None
    following = scan.items[scan.position + 1 : scan.position + 2]
    if following:
        group = unscripted(following[0])[0]
    pair = isinstance(group, Group) and group.parts.separators[:1] == (",",)
    return _spread(scan, item, Variance if not pair else None)


def _spread(scan: Scan, item: Node, of_one: type[Variance] | None) -> Factor:
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(sub, primes)
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of the variance: write brackets")
    group = scan.bracketed("(", "[", "\\{")
    if group is None:
        body = _operand(scan, item, average(scan.elab, None, scan.items).elab)
        (body,), given = read_letters(scan.elab, (body,), ())
        return Variance(body, given)
    inner = around_expectation(scan.elab, group.parts.items)
    written = scan.items[scan.position]
    _, low, power, dashes = unscripted(written)
    if power is not None and group.kind == "(":
        message = "ambiguous: a power of the variance, or of what stands inside"
        name, inside = scan.elab.written(item.span), scan.elab.written(written.span)
        _ = scan.elab.choose(written.span, message, (f"the power of '{name}{inside}'",))
    value = _variance(inner, group.parts) if of_one is not None else _covariance(inner, group.parts)
    scan.position += 1
    scan.unscripted_only(low, dashes)
    return scan.powered(value, power, written)


def _variance(elab: Elaborator, parts: Parts) -> Term:
    if parts.separators and parts.separators[0] != "|":
        raise elab.error(parts.items[1].span, "expected one random variable")
    given = conditions(elab, parts, 1)
    (body,), given = read_letters(elab, (elab.term(parts.items[0]),), given)
    return Variance(body, given)


def _covariance(elab: Elaborator, parts: Parts) -> Term:
    """Elaborate the covariance of two: `E[X Y^T] - E[X] E[Y]^T`."""
    bar = parts.separators.index("|") + 1 if "|" in parts.separators else len(parts.items)
    if bar != 2:
        raise elab.error(parts.span, "expected two random variables")
    left, right = (elab.term(node) for node in parts.items[:2])
    (left, right), given = read_letters(elab, (left, right), conditions(elab, parts, 2))
    times = mul if left.rank == right.rank == 0 else Outer
    means = times(Expect(left, given), Expect(right, given))
    return add(Expect(times(left, right), given), Neg(means))
