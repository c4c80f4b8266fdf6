r"""Laws: what stands to the right of `X \sim`, and the divergence between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.terms import (
    RV,
    Apply,
    At,
    Density,
    Div,
    Event,
    Field,
    Integral,
    Normal,
    Sym,
    Term,
    Zero,
    add,
    log,
    mul,
)
from derive.reader.calculus import free_symbols
from derive.reader.conditionals import is_conditional, is_density_of_variable
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in, readable
from derive.reader.probability import normal_at, variable_at
from derive.reader.syntax import Group, Letter, Node, Script, Sum, Word, items_of

if TYPE_CHECKING:
    from derive.reader.elaborate import Elaborator
    from derive.reader.products import Factor
    from derive.reader.scan import Scan

_BARS = frozenset({"\\|", "\\parallel", "|", ",", ";"})
_BRACKETS = ("(", "[", "\\{")


def read_law(elab: Elaborator, node: Node, at: Term) -> Term:
    r"""Read a law as its density at `at`.

    A normal law is written `\mathcal N(m, v I)`, or as its density `\mathcal N(x; m, v I)`,
    `\mathcal N(\cdot; m, v I)`; another one by its name, `p_0`, `p(x)`, `p(\cdot)`.

    A sum of normal laws is that of a sum of independent variables.

    Raises:
        ParseError: the node is no law that is read.
    """
    parts = normal_parts(node)
    if len(parts) > 1 and all(sign == "+" and is_normal(elab, part) for sign, part in parts):
        return _summed(elab, [part for _, part in parts], at)
    head, *rest = items_of(node)
    base, sub, sup, primes = unscripted(head)
    group = rest[0] if rest else None
    if not isinstance(base, Letter | Word) or len(rest) > 1 or not isinstance(group, Group | None):
        raise elab.error(node.span, "expected a law, such as '\\mathcal N(m, v I)'")
    found = elab.notation.resolve(base, sub, sup, primes)
    if found is not None and isinstance(found[0], Field) and found[0].density:
        conditional = group is not None and is_conditional(group)
        if conditional and is_density_of_variable(elab.notation, found[0]):
            return _at_point(elab, node, group, at)
        return _of_density(elab, found[0], group, at)
    if found is None and base.name == "N" and group is not None:
        return _normal(elab, group, at)
    return _at_point(elab, node, group, at)


def normal_parts(node: Node) -> list[tuple[str, Node]]:
    """The terms of a sum with their signs; any other node is a sum of one."""
    return list(node.terms) if isinstance(node, Sum) else [("+", node)]


def is_normal(elab: Elaborator, node: Node) -> bool:
    r"""Whether a node is a normal law, `\mathcal N(m, v)` or `\mathcal N(\cdot; m, v)`."""
    head, *rest = items_of(node)
    base, sub, sup, primes = unscripted(head)
    if not isinstance(base, Letter) or base.name != "N" or len(rest) != 1:
        return False
    group = rest[0]
    if not isinstance(group, Group) or group.kind != "(" or sub or sup or primes:
        return False
    first = group.parts.items[0]
    dotted = isinstance(first, Letter) and first.name == "\\cdot"
    known = elab.notation.resolve(base, sub, sup, primes) is not None
    return not known and len(group.parts.items) == 2 + dotted


def _summed(elab: Elaborator, parts: list[Node], at: Term) -> Term:
    laws = [read_law(elab, part, at) for part in parts]
    normal = [law for law in laws if isinstance(law, Normal)]
    means = [law.mean for law in normal if not isinstance(law.mean, Zero)]
    mean = add(*means) if means else normal[0].mean
    return Normal(at, mean, add(*(law.variance for law in normal)))


def _of_density(elab: Elaborator, density: Field, group: Group | None, at: Term) -> Term:
    items = group.parts.items if group is not None else ()
    if items and name_in(items[0]) is None:  # `p(x - 1)` is the density of another variable
        raise elab.error(items[0].span, "expected a letter for the point of the density")
    return density(at, *(elab.term(item) for item in items[1:]))


def _normal(elab: Elaborator, group: Group, at: Term) -> Term:
    written = group.parts.items
    if len(written) == 3 and group.parts.separators in ((";", ","), ("|", ","), (",", ",")):
        return normal_at(elab, at, written[1:])
    if len(written) == 2 and group.parts.separators in ((",",), (";",)):
        return normal_at(elab, at, written)
    raise elab.error(group.span, "expected the mean and the variance of the normal law")


def _at_point(elab: Elaborator, node: Node, group: Group | None, at: Term) -> Term:
    """Read a density that names its variables, `p_{t|0}(x_t | x_0)`, and move it to the point."""
    if group is None or name_in(group.parts.items[0]) is None:
        raise elab.error(node.span, "expected a law, such as '\\mathcal N(m, v I)'")
    first = group.parts.items[0]
    if isinstance(first, Letter) and first.name == "\\cdot":
        dot = Sym("\\cdot", at.rank)
        elab = elab.under(elab.notation.binding(first.name, dot))
    value, point = elab.term(node), elab.term(first)
    if isinstance(value, Density) and len(value.of) == 1 and value.of[0].value == point:
        event = Event(value.of[0].variable, at)
        return Density((event,), value.given)
    if isinstance(point, Sym) and point in free_symbols(value):
        return At(value, point, at)
    raise elab.error(node.span, "expected a law, such as '\\mathcal N(m, v I)'")


# --- divergences ---


def at_divergence(scan: Scan, base: Letter | Word, sub: Script | None) -> bool:
    r"""Whether `D_{KL}(p \| q)` or `\mathrm{KL}(p, q)` comes next.

    In a key a declared letter goes before; what a document's letters mean may be a guess.
    """
    if isinstance(base, Word):
        named = base.name.strip() in ("KL", "D_{KL}") and sub is None
    else:
        named = base.name == "D" and sub is not None and sub.text == "KL"
    following = scan.items[scan.position + 1 : scan.position + 2]
    group = unscripted(following[0])[0] if following else None
    pair = isinstance(group, Group) and group.kind in _BRACKETS and len(group.parts.items) == 2
    notation = scan.elab.notation
    free = notation.choices is not None or notation.resolve(base, sub, None, 0) is None
    return named and pair and free


def divergence_between(scan: Scan, item: Node) -> Factor:
    r"""Read `D_{KL}(p(x) \,\|\, q(x))`: the mean of log(p/q) under p.

    It is an integral over the one variable that both densities are taken at; a declared
    density may stand without it.
    """
    elab = scan.elab
    _, _, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(None, primes)
    group = scan.bracketed(*_BRACKETS)
    if sup is not None or group is None:
        raise elab.error(item.span, "expected two densities in brackets, '(p \\| q)'")
    parts = group.parts
    if len(parts.items) != 2 or parts.separators[0] not in _BARS:
        raise elab.error(group.span, "expected two densities, '(p \\| q)'")
    first, second = parts.items
    name, rank = _point(elab, group)
    var = Sym(readable(name), rank)
    inner = elab.under(elab.notation.binding(name, var))
    one, two = (_density(inner, node, var) for node in (first, second))
    return scan.after_arguments(Integral(mul(one, log(Div(one, two))), var))


def _point(elab: Elaborator, group: Group) -> tuple[str, int]:
    """The name and the rank of the variable that both densities are taken at."""
    written = [_written(node) for node in group.parts.items]
    named = {name_in(node) for node in written if node is not None}
    if len(named) > 1 or (None in written and named):
        raise elab.error(group.span, "two densities at different points, or at several")
    name = named.pop() if named else "x"
    if name is None:
        raise elab.error(group.span, "expected a letter for the point of the densities")
    ranks = {rank for node in (*written, *group.parts.items) if (rank := _rank(elab, node))}
    if len(ranks) != 1:
        raise elab.error(
            group.span, "are these densities of a number or of a vector? the text does not say"
        )
    return name, ranks.pop() - 1


def _written(law: Node) -> Node | None:
    r"""The point at which a law is written, x of `q(x | y)` and of `\mathcal N(x; m, v I)`."""
    group = items_of(law)[-1]
    return group.parts.items[0] if isinstance(group, Group) and group.kind == "(" else None


def _rank(elab: Elaborator, node: Node | None) -> int:
    """One more than the rank of a point, or of the points of a density; 0: it is not known."""
    if node is None:
        return 0
    base, sub, sup, primes = unscripted(items_of(node)[0])
    if not isinstance(base, Letter | Word):
        return 0
    found = elab.notation.resolve(base, sub, sup, primes)
    meaning = found[0] if found is not None else variable_at(elab.notation, node)
    if isinstance(meaning, Field):
        ranks = elab.notation.argument_ranks.get(meaning)
        return 1 + ranks[0] if ranks else 0
    return 1 + int(meaning.rank) if isinstance(meaning, Sym | RV) else 0


def _density(elab: Elaborator, node: Node, var: Sym) -> Term:
    """Read a law as its density at the variable, on which nothing else in it depends."""
    if _written(node) is None:
        elab = elab.under(elab.notation.applying(var))
    value = elab.term(node)
    match value:
        case Apply(field=field, args=(point, *rest)) if field.density and point == var:
            others: tuple[Term, ...] = tuple(rest)
        case Density(of=(event,), given=given) if event.value == var:
            others = tuple(e.value for e in given)
        case Normal(at=point, mean=mean, variance=variance) if point == var:
            others = (mean, variance)
        case Term(rank=0) if _is_model(elab, node):
            others = ()
        case _:
            raise elab.error(node.span, "expected a density, such as 'p(x)'")
    if any(var in free_symbols(other) for other in others):
        raise elab.error(node.span, "a density whose law depends on its own point")
    return value


def _is_model(elab: Elaborator, node: Node) -> bool:
    r"""Whether a law is a density by its letter alone, `p_\theta(x)` as the document defines it."""
    items = items_of(node)
    base = unscripted(items[0])[0]
    group = items[-1]
    single = isinstance(group, Group) and len(group.parts.items) == 1
    named = isinstance(base, Letter) and base.name in elab.notation.densities
    return len(items) == 2 and single and named
