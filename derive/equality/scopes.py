"""Whether what is given is meant at one point, or for all values of a variable.

`y = x^2` says of `y + 1` what y is; in `dy/dx` it would have to hold for every x.  An
equation between numbers at one point is all that a side equation says here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.terms import (
    Apply,
    At,
    Bracket,
    Diff,
    Field,
    FiniteProduct,
    FiniteSum,
    Integral,
    Sym,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MESSAGE = "for all values of '{}', or for one? what is given is read at one point alone"
_BINDERS = (Diff, At, Integral, Bracket, FiniteSum, FiniteProduct)


def meant_for_all(aside: Sequence[Term], everything: Sequence[Term], *, equation: bool) -> str:
    """Find what a side condition would be meant for all values of; "" if there is nothing.

    It is a variable that the statement derives in, sums or integrates over, or the argument
    of a function that stands with other arguments elsewhere.

    equation: the condition is an equation, not an inequality.
    """
    taken = [node for root in aside for node in root.nodes if isinstance(node, Apply)]
    depending = {node.field: node.args for node in taken if _letters(node.args)}
    held = _letters(aside) if equation else frozenset()
    if not (depending or held):
        return ""
    for node in (node for root in everything for node in root.nodes):
        if isinstance(node, Apply) and depending.get(node.field, node.args) != node.args:
            return node.field.name
        if isinstance(node, _BINDERS) and _binds_something(node, held, depending):
            return node.var.name
    return ""


def _binds_something(
    node: Diff | At | Integral | Bracket | FiniteSum | FiniteProduct,
    held: frozenset[Sym],
    depending: Mapping[Field, tuple[Term, ...]],
) -> bool:
    if node.var in held:
        return True
    return any(
        isinstance(inner, Apply) and inner.field in depending and node.var in _letters(inner.args)
        for inner in node.body.nodes
    )


def _letters(terms: Sequence[Term]) -> frozenset[Sym]:
    return frozenset(node for root in terms for node in root.nodes if isinstance(node, Sym))
