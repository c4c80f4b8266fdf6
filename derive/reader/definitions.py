r"""Names that the document itself defines: `\mu(x_t, x_0) := ...`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.language.terms import Apply, At, Diff, Field, Sym, Term
from derive.language.traverse import walk
from derive.reader.calculus import MAX_PRIMES, free_symbols
from derive.reader.elaborate import unscripted
from derive.reader.lost import lost_value
from derive.reader.names import DECORATIONS, name_in, name_of, readable
from derive.reader.syntax import Group, Letter, Node, Relation, Word

if TYPE_CHECKING:
    from derive.reader.elaborate import Elaborator
    from derive.reader.notation import Defined


def applied_definition(elab: Elaborator, meaning: Defined, group: Group | None, item: Node) -> Term:
    """Put arguments into a definition.

    Without brackets it is taken as it was written, inside an expectation or an integral at
    the point of what stands around it.
    """
    taken = elab.notation.argument  # of `\frac{dg}{dx}(x)`
    if group is None and meaning.params and taken is not None:
        if len(taken) != len(meaning.params):
            raise elab.error(
                item.span, f"expected {len(meaning.params)} arguments of the definition"
            )
        return _put(meaning.body, dict(zip(meaning.params, taken, strict=True)))
    if group is None or not meaning.params:
        around = elab.notation.around
        used = set(meaning.params) & free_symbols(meaning.body)
        if around is None or used <= set(around):
            return meaning.body
        value = lost_value(elab.notation, int(meaning.params[0].rank))
        if value is None or len(meaning.params) > 1:
            raise elab.error(item.span, "expected '(' and the arguments of the definition")
        return _put(meaning.body, {meaning.params[0]: value})
    written = group.parts.items
    if len(written) > len(meaning.params) and _is_model(elab, meaning):
        base, sub, _, _ = unscripted(item)
        if isinstance(base, Letter | Word):  # `s_\theta(x, t)` beside `s_\theta(x) = ...`
            density = "|" in group.parts.separators
            name = readable(name_of(base, sub))
            other = Field(name, int(meaning.body.rank), trained=True, density=density)
            return other(*(elab.term(node) for node in written))
    if len(written) != len(meaning.params):
        raise elab.error(group.span, f"expected {len(meaning.params)} arguments of the definition")
    values = dict(_argument(elab, meaning, i, node) for i, node in enumerate(written))
    if len(values) != len(meaning.params):
        raise elab.error(group.span, "an argument of the definition is given twice")
    changed = {p: v for p, v in values.items() if v != p}
    return _put(meaning.body, changed)


def _is_model(elab: Elaborator, meaning: Defined) -> bool:
    """Whether a document defines a name through trained functions."""
    trained = (isinstance(x, Apply) and x.field.trained for x in walk(meaning.body))
    return elab.notation.choices is not None and any(trained)


def derived(elab: Elaborator, meaning: Defined, item: Node, primes: int) -> Defined:
    """Derive a definition in its one parameter, a number, as often as it has primes."""
    if not primes:
        return meaning
    if len(meaning.params) != 1 or meaning.params[0].rank or primes > MAX_PRIMES:
        raise elab.error(item.span, "a prime on what is not a function of one number")
    body = meaning.body
    for _ in range(primes):
        body = Diff(body, meaning.params[0])
    return replace(meaning, body=body)


def _argument(elab: Elaborator, meaning: Defined, index: int, node: Node) -> tuple[Sym, Term]:
    """The parameter and the value of one argument, `x_0 = D(x_t)` or the value alone."""
    param = meaning.params[index]
    if isinstance(node, Relation) and node.symbols == ("=",):
        named = elab.notation.find(name_in(node.sides[0]) or "")
        if not isinstance(named, Sym) or named not in meaning.params:
            shown = elab.written(node.sides[0].span)
            raise elab.error(node.span, f"the definition has no argument '{shown}'")
        param, node = named, node.sides[1]
    value = elab.term(node)
    if param.name in DECORATIONS and value != param:
        # A trained function does not show its parameters: nothing can be put for them.
        raise elab.error(node.span, f"the definition is read at '{param.name}' alone")
    if value.rank != param.rank:
        raise elab.error(node.span, "a number for a vector, or the other way round")
    return param, value


def _put(body: Term, values: dict[Sym, Term]) -> Term:
    """Put values for all parameters at once: one that a value contains is renamed first."""
    inside = frozenset().union(*(free_symbols(v) for v in values.values()))
    taken = {s.name for s in inside | free_symbols(body)}
    fresh: dict[Sym, Sym] = {}
    for param in values:
        if param in inside:
            name = param.name
            while name in taken:
                name += "'"
            taken.add(name)
            fresh[param] = Sym(name, param.rank)
            body = At(body, param, fresh[param])
    for param, value in values.items():
        body = At(body, fresh.get(param, param), value)
    return body
