r"""Densities, normal laws and Landau terms."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from derive.language.terms import (
    RV,
    Apply,
    Density,
    Event,
    Landau,
    Neg,
    Normal,
    Num,
    Sym,
    Term,
    Zero,
    add,
)
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.names import name_in, readable, without_font
from derive.reader.products import isotropic
from derive.reader.syntax import Group, Letter, Node, Sum

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from derive.reader.notation import Notation
    from derive.reader.products import Factor
    from derive.reader.scan import Scan

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
    first, *rest = group.parts.items
    return scan.after_arguments(normal_at(scan.elab, scan.elab.term(first), rest))


def normal_at(elab: Elaborator, at: Term, written: Sequence[Node]) -> Term:
    r"""Make the normal density at a point from the mean and the covariance `v I` written."""
    mean, spread = (elab.term(node) for node in written)
    if at.rank > mean.rank and mean == Num(Fraction(0)):
        mean = Zero(at.rank)
    variance = isotropic(spread)
    if variance is None:
        raise elab.error(written[1].span, "expected a variance of the form 'v I'")
    return Normal(at, mean, variance)


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


_NO_VALUES = frozenset({"d", "e", "o", "\\nabla", "\\partial", "\\infty", "\\pi"})


def density_of_arguments(scan: Scan, letter: Letter, item: Node) -> Factor | None:
    r"""Read `q(x_t | x_0)`, the density of X_t given X_0; None: it names no random variables.

    Arguments name the variables that they are values of, up to case and font.  A density
    with a parameter in its subscript, `p_\theta`, is a model and not read so.
    """
    _, sub, sup, primes = unscripted(item)
    plain = sub is None and sup is None and not primes and letter.font in ("", "mathrm")
    if not plain or letter.name not in scan.elab.notation.densities:
        return None
    following = scan.items[scan.position + 1 : scan.position + 2]
    group = unscripted(following[0])[0] if following else None
    if not isinstance(group, Group) or group.kind != "(":
        return None
    named = [variable_at(scan.elab.notation, node) for node in group.parts.items]
    variables = [variable for variable in named if variable is not None]
    separators = group.parts.separators
    if len(variables) != len(named) or len(set(variables)) != len(named):
        return None
    if any(another_density(scan.elab.notation, letter, v) for v in variables):
        return None
    if separators.count("|") > 1 or not set(separators) <= {",", "|"}:
        return None
    scan.position += 1
    written = zip(group.parts.items, variables, strict=True)
    values = [value_of(scan.elab, node, variable) for node, variable in written]
    events = tuple(Event(v, w) for v, w in zip(variables, values, strict=True))
    bar = separators.index("|") + 1 if "|" in separators else len(events)
    return scan.after_arguments(Density(events[:bar], events[bar:]))


def variable_at(notation: Notation, node: Node) -> RV | None:
    """The random variable that a letter is a value of: X_t for `x_t`, but not X_t for `x_T`."""
    name = name_in(node)
    if name is None:
        return None
    found = {v for k, v in notation.variables.items() if _caseless(k) == _caseless(name)}
    return found.pop() if len(found) == 1 else None


def value_of(elab: Elaborator, node: Node, variable: Term) -> Term:
    """Read the value of a random variable, which in a document may be a letter of its own."""
    base, sub, sup, primes = unscripted(node)
    own = isinstance(base, Letter) and base.name.islower() and base.name not in _NO_VALUES
    if isinstance(base, Letter) and own and sup is None and elab.notation.choices is not None:
        notation = elab.notation
        known = notation.resolve(base, sub, sup, primes)
        name = name_in(node)
        if known is None and name is not None:
            shown = readable(name)
            _ = elab.choose(node.span, f"unknown letter '{shown}'", (f"a value, '{shown}'",))
            return Sym(shown, variable.rank)
    return elab.term(node)


def _caseless(name: str) -> tuple[str, str]:
    base, _, scripts = (without_font(name) or name).partition("_")
    return base.lower(), scripts


def another_density(notation: Notation, letter: Letter, variable: RV) -> bool:
    """Whether a variable has an unspecified density of its own, of another name: `q(x)`."""
    law = notation.scope.laws.get(variable)
    own = law.density if law is not None else None
    return isinstance(own, Apply) and "_" not in variable.name and own.field.name != letter.name


def density_of_subscript(scan: Scan, letter: Letter, item: Node) -> Factor | None:
    r"""Read `p_{X+Z}(y)`, `p_t(x)`, `p_{t|0}(x_t | x_0)`; None: the subscript names no variables.

    A subscript that is an index names the variable of the process: t stands for X_t.
    """
    _, sub, sup, primes = unscripted(item)
    known = letter.name in scan.elab.notation.densities
    if not known or letter.font not in ("", "mathrm") or sub is None:
        return None
    bar = sub.parts.separators.index("|") + 1 if "|" in sub.parts.separators else None
    names = tuple(variable_named(scan.elab, node) for node in sub.parts.items)
    if any(name is None for name in names) or sup is not None:
        return None  # with a superscript it is another density, that of a model
    variables = [name for name in names if name is not None]
    scan.position += 1
    scan.unscripted_only(None, primes)
    group = scan.bracketed("(")
    if group is None:
        raise scan.elab.error(
            item.span, f"expected '(' after the density '{scan.elab.written(item.span)}'"
        )
    if len(group.parts.items) != len(variables):
        raise scan.elab.error(group.span, f"expected {len(variables)} arguments of the density")
    if group.parts.separators != sub.parts.separators:
        raise scan.elab.error(group.span, "expected the same separators as in the subscript")
    written = zip(group.parts.items, variables, strict=True)
    values = [value_of(scan.elab, node, variable) for node, variable in written]
    events = tuple(Event(v, w) for v, w in zip(variables, values, strict=True))
    return scan.after_arguments(Density(events[:bar], events[bar:] if bar is not None else ()))


def variable_named(elab: Elaborator, node: Node) -> Term | None:
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
