r"""Components of vectors and entries of matrices: `x_i`, `s_{\theta,i}(X)`, `(\nabla f)_i`.

A component is the inner product with a unit vector, so an index needs no meaning of its
own: `v_i` is `<v, e_i>`, and the entry `M_ij` is `<M e_j, e_i>`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.language.terms import At, Basis, Diff, Dot, Field, MatVec, Sym, Term
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in
from derive.reader.syntax import Group, Letter, Node, Parts, Script, Scripted, Word, items_of

if TYPE_CHECKING:
    from derive.reader.elaborate import Elaborator
    from derive.reader.notation import Meaning, Notation

_LETTERS = frozenset("ijklmnab")  # what a sum over coordinates may bind
_FREE = frozenset("ijl")  # the others number steps, samples and constants too


def is_index(notation: Notation, node: Node) -> bool:
    """Whether a node is a letter for a coordinate: bound by a sum, or customary and undeclared."""
    if not isinstance(node, Letter) or node.font:
        return False
    if node.name in notation.indices:
        return True
    return node.name in _FREE and node.name not in notation.letters


def may_bind(node: Letter) -> bool:
    """Whether a sum may be over a letter as a coordinate; it binds it, whatever it is outside."""
    return not node.font and node.name in _LETTERS


def _nodes(script: Script) -> tuple[Node, ...]:
    return tuple(node for part in script.parts.items for node in items_of(part))


def indices_in(notation: Notation, script: Script | None) -> tuple[str, ...]:
    """The coordinates that a script consists of, `ij` or `i,j`; empty: it is no such script."""
    if script is None:
        return ()
    nodes = _nodes(script)
    if not all(is_index(notation, node) for node in nodes):
        return ()
    return tuple(node.name for node in nodes if isinstance(node, Letter))


def _split(notation: Notation, script: Script) -> tuple[Script | None, tuple[str, ...]]:
    r"""Split the coordinates at the end of a script off: `\theta,i` is `\theta` and i."""
    nodes = _nodes(script)
    count = 0
    while count < len(nodes) and is_index(notation, nodes[-1 - count]):
        count += 1
    found = tuple(node.name for node in nodes[len(nodes) - count :] if isinstance(node, Letter))
    kept = nodes[: len(nodes) - count]
    if not found or not kept:
        return None, found
    text = script.text
    for name in reversed(found):
        text = text.removesuffix(name).rstrip(" ,")
    return replace(script, text=text, parts=Parts(script.span, kept, (",",) * len(kept[1:]))), found


def component_named(
    notation: Notation, letter: Letter | Word, sub: Script | None, sup: Script | None, primes: int
) -> tuple[Meaning, tuple[str, ...], Script | None] | None:
    """Find the declared vector that a name with coordinates in its scripts is a component of.

    Gives its meaning, the coordinates, and the superscript that is left as a power.
    """
    above = indices_in(notation, sup)
    if above:
        found = notation.resolve(letter, sub, None, primes)
        if found is not None and rank_of(found[0]) > 0 and found[2] == bool(primes):
            return found[0], above, None
    if sub is None:
        return None
    rest, below = _split(notation, sub)
    if not below:
        return None
    found = notation.resolve(letter, rest, sup, primes)
    if found is None or rank_of(found[0]) == 0 or found[2] != bool(primes):
        return None
    return found[0], below, None if found[1] else sup


def stripped(notation: Notation, item: Node) -> tuple[Node, tuple[str, ...]] | None:
    """Take the coordinates off the name of a vector: the name alone, and the coordinates."""
    base, sub, sup, primes = unscripted(item)
    if not isinstance(base, Letter):
        return None
    found = component_named(notation, base, sub, sup, primes)
    if found is None:
        return None
    if sup is not None and indices_in(notation, sup):
        return Scripted(item.span, base, sub, None, primes), found[1]
    rest = _split(notation, sub)[0] if sub is not None else None
    return Scripted(item.span, base, rest, sup, primes), found[1]


def coordinate_of(notation: Notation, var: Node) -> tuple[Node | None, str] | None:
    """Take a variable of a derivative apart, `x_i` or `i`: the vector, where named, and i."""
    if is_index(notation, var) and isinstance(var, Letter):
        return None, var.name
    base, sub, sup, primes = unscripted(var)
    if sub is None or not isinstance(base, Letter) or notation.find(name_in(var) or "") is not None:
        return None
    rest, indices = _split(notation, sub)
    if len(indices) != 1:
        return None
    if rest is None and sup is None and not primes:
        return base, indices[0]
    return Scripted(var.span, base, rest, sup, primes), indices[0]


def rank_of(meaning: Meaning) -> int:
    """The rank of the values of a term, a function or a definition."""
    if isinstance(meaning, Term | Field):
        return meaning.rank
    return meaning.body.rank


def entry(elab: Elaborator, item: Node, value: Term, indices: tuple[str, ...]) -> Term:
    """Take a component of a vector or an entry of a matrix."""
    if value.rank != len(indices):
        kinds = {0: "a number", 1: "a vector", 2: "a matrix"}
        shown = "an index" if len(indices) == 1 else f"{len(indices)} indices"
        raise elab.error(item.span, f"{shown} on {kinds[value.rank]}")
    for index in reversed(indices):
        value = _contracted(value, index)
    return value


def _contracted(value: Term, index: str) -> Term:
    return Dot(value, Basis(index)) if value.rank == 1 else MatVec(value, Basis(index))


def directional(body: Term, var: Sym, index: str) -> Term:
    """Derive along a coordinate: a component of the gradient, a column of the Jacobian.

    Of a component it is an entry of the Jacobian, so that all ways to write it are one.
    """
    match body:
        case Dot(left=Term() as vector, right=Basis(index=row)):
            return _contracted(_contracted(Diff(vector, var), index), row)
        case _:
            return _contracted(Diff(body, var), index)


def group_indices(elab: Elaborator, base: Group, sub: Script | None) -> tuple[str, ...]:
    r"""The coordinates below brackets: `[v]_i`, `(M)_{ij}`, `\{ M_{ij} \}_{i,j}`."""
    if base.kind not in ("(", "[", "\\{") or sub is None or len(base.parts.items) != 1:
        return ()
    return indices_in(elab.notation, sub)


def entries(elab: Elaborator, item: Node, inner: Term, indices: tuple[str, ...]) -> Term:
    """Take components of what brackets hold, or collect the components that they hold.

    `(v_i)_i` is v, and the entries `M_ij` in brackets with the indices i, j are M.
    """
    if inner.rank:
        return entry(elab, item, inner, indices)
    if isinstance(inner, At):
        return At(entries(elab, item, inner.body, indices), inner.var, inner.value)
    match inner, indices:
        case Dot(left=vector, right=Basis(index=i)), (first,) if first == i:
            return vector
        case (
            Dot(left=MatVec(matrix=matrix, vector=Basis(index=j)), right=Basis(index=i)),
            (first, second),
        ) if (first, second) == (i, j):
            return matrix
        case _:
            shown = elab.written(item.span)
            raise elab.error(item.span, f"'{shown}' is no collection of components that is read")
