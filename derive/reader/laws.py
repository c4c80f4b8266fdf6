r"""Laws: what stands to the right of `X \sim`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.terms import At, Density, Event, Field, Sym, Term
from derive.reader.calculus import free_symbols
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in
from derive.reader.probability import normal_at
from derive.reader.syntax import Group, Letter, Node, Word, items_of

if TYPE_CHECKING:
    from derive.reader.elaborate import Elaborator


def read_law(elab: Elaborator, node: Node, at: Term) -> Term:
    r"""Read a law as its density at `at`.

    A normal law is written `\mathcal N(m, v I)`, or as its density `\mathcal N(x; m, v I)`,
    `\mathcal N(\cdot; m, v I)`; another one by its name, `p_0`, `p(x)`, `p(\cdot)`.

    Raises:
        ParseError: the node is no law that is read.
    """
    head, *rest = items_of(node)
    base, sub, sup, primes = unscripted(head)
    group = rest[0] if rest else None
    if not isinstance(base, Letter | Word) or len(rest) > 1 or not isinstance(group, Group | None):
        raise elab.error(node.span, "expected a law, such as '\\mathcal N(m, v I)'")
    found = elab.notation.resolve(base, sub, sup, primes)
    if found is not None and isinstance(found[0], Field) and found[0].density:
        return _of_density(elab, found[0], group, at)
    if found is None and base.name == "N" and group is not None:
        return _normal(elab, group, at)
    return _at_point(elab, node, group, at)


def _of_density(elab: Elaborator, density: Field, group: Group | None, at: Term) -> Term:
    items = group.parts.items if group is not None else ()
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
