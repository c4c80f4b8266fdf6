"""Values put for variables, as they are printed: where `(grad log p)(X)` may be written short."""

from __future__ import annotations

from dataclasses import fields

from derive.language import terms as t
from derive.language.traverse import children, walk

_BINDERS = (
    t.Integral, t.Bracket, t.Ito, t.Expect, t.Variance, t.At, t.Diff, t.Divergence, t.IndexSum,
    t.FiniteSum, t.FiniteProduct,
)  # fmt: skip


def symbols_of(node: t.Term) -> tuple[t.Sym, ...]:
    """Give the letters that occur in a term, bound ones included, in order, each once."""
    return tuple(dict.fromkeys(s for s in walk(node) if isinstance(s, t.Sym)))


def has_other_vector(node: t.Term, var: t.Sym) -> bool:
    """Whether a vector other than `var` stands in a term, names of densities aside."""
    if isinstance(node, (t.Sym, t.RV)):
        return node.rank == 1 and node != var
    parts = children(node)
    if isinstance(node, t.Density):
        parts = iter([e.value for e in (*node.of, *node.given)])
    return any(has_other_vector(part, var) for part in parts)


def spread(node: t.At) -> t.Term:
    """Carry a value inwards as far as it may go without being captured.

    What is left of the form `At` stands directly around a derivative in its own
    variable, or around a binder that contains the variable.
    """
    return _put(node.body, node.var, node.value)


def _put(node: t.Term, var: t.Sym, value: t.Term) -> t.Term:
    if node == var:
        return value
    if var not in symbols_of(node):
        return node
    if isinstance(node, _BINDERS):
        return _under_binder(node, var, value)
    return type(node)(*(_put_in(getattr(node, f.name), var, value) for f in fields(node)))


def _under_binder(node: t.Term, var: t.Sym, value: t.Term) -> t.Term:
    kept = (var, *symbols_of(value))
    match node:
        case t.At(body, inner, old) if inner == var:
            return t.At(body, inner, _put(old, var, value))
        case t.Diff(body, other) if other not in kept:
            return t.Diff(_put(body, var, value), other)
        case t.Divergence(body, other) if other not in kept:
            return t.Divergence(_put(body, var, value), other)
        case t.IndexSum(body, index) if t.Basis(index) not in walk(value):
            return t.IndexSum(_put(body, var, value), index)
        case _:
            return t.At(node, var, value)


def _put_in(part: object, var: t.Sym, value: t.Term) -> object:
    if isinstance(part, t.Term):
        return _put(part, var, value)
    if isinstance(part, t.Event):
        return t.Event(part.variable, _put(part.value, var, value))
    if isinstance(part, tuple):
        return tuple(_put_in(item, var, value) for item in part)
    return part


def shorthand(node: t.At) -> t.Term | None:
    r"""Give the body of `\nabla \log p(X)` for a derivative at a value, or None.

    The short form is read as "the derivative of the function, taken at X".  That
    is right where the variable stands only as a whole argument of functions.  A
    partial derivative, and a function of several arguments, name the variable in
    the operator and are short only at a random variable: `\nabla_x \log p(X, z)`.
    """
    body: t.Term = node.body
    vector = node.var.rank == 1
    while isinstance(body, (t.Diff, t.Divergence)) and body.var == node.var:
        body = body.body
    if body is node.body or any(isinstance(s, _BINDERS) for s in walk(body)):
        return None
    counts = _argument_counts(body, node.var)
    if counts is None:
        return None
    alone = vector and max(counts) == 1 and len(symbols_of(body)) == 1
    if not (alone or isinstance(node.value, t.RV)):
        return None
    return _put(body, node.var, node.value)


def _argument_counts(node: t.Term, var: t.Sym) -> list[int] | None:
    """Count the arguments of the functions of `var`; None where it stands elsewhere too."""
    if node == var:
        return None
    counts: list[int] = []
    arguments: tuple[t.Term, ...] = ()
    if isinstance(node, t.Apply):
        arguments = node.args
    elif isinstance(node, t.Density):
        arguments = tuple(e.value for e in (*node.of, *node.given))
    if var in arguments:
        counts.append(len(arguments))
    for child in children(node):
        if child == var and var in arguments:
            continue
        inner = _argument_counts(child, var)
        if inner is None:
            return None
        counts.extend(inner)
    return counts
