"""Walking through terms and putting terms for subterms."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from derive.language.terms import Event, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def children(node: Term) -> Iterator[Term]:
    """Give the direct subterms, in the order of the fields."""
    return iter(node.children)


def walk(node: Term) -> Iterator[Term]:
    """Give the term and all its subterms, parents first."""
    return iter(node.nodes)


def rebuild(node: Term, replace: Mapping[Term, Term]) -> Term:
    """Put terms for subterms, outermost first; what is put is not searched again.

    Bound variables are not protected: callers put terms whose variables are free
    where they land (a kernel operation substitutes under its own environment).
    """
    if node in replace:
        return replace[node]
    values = {f.name: _rebuilt(getattr(node, f.name), replace) for f in fields(node)}
    if all(values[f.name] is getattr(node, f.name) for f in fields(node)):
        return node
    return type(node)(**values)


def _rebuilt(value: object, replace: Mapping[Term, Term]) -> object:
    if isinstance(value, Term):
        return rebuild(value, replace)
    if isinstance(value, Event):
        return Event(rebuild(value.variable, replace), rebuild(value.value, replace))
    if isinstance(value, tuple):
        new = tuple(_rebuilt(item, replace) for item in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    return value
