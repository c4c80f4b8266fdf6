r"""Wrong answers that do not look like the sheet's, found by what they are said to equal.

In `E[\nabla\log p_Z(X) | X + Z = y] = ... = \nabla\log p_{X+Z}(y)` the left side is the
answer to what stands at the right.  Such a side is looked for only where no answer is
found otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.reader.constants import split_constant
from derive.solution.answers import Candidate, Signature, is_score
from derive.solution.equations import EQUALITIES
from derive.solution.sides import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from derive.documents.chains import Chain
    from derive.language.terms import Term
    from derive.solution.answers import Asked
    from derive.solution.context import Context


def equated_in(
    asked: Asked, chains: Iterable[Chain], context: Context, is_asked: Callable[[Term], bool]
) -> Iterator[Candidate]:
    """Find the sides of the answer's kind in chains that what is asked for stands in.

    is_asked: whether a term is what the sheet wants to be expressed.
    """
    for number, chain in enumerate(chains):
        if not chain.signs or any(sign.symbol not in EQUALITIES for sign in chain.signs):
            continue
        sides = [Side(text) for text in chain.sides]
        terms = [asked.term_of(side, context) for side in sides]
        kin = [term is not None and _is_kin(term, asked, context) for term in terms]
        kin = [k and (index > 0 or not asked.up_to_constant) for index, k in enumerate(kin)]
        if not any(kin) or all(kin):
            continue
        others = (t for t, k in zip(terms, kin, strict=True) if t is not None and not k)
        if any(term.rank == asked.rank and is_asked(term) for term in others):
            for side, term, k in zip(sides, terms, kin, strict=True):
                if term is not None and k and _is_whole(side, asked, context):
                    yield Candidate(side, term, 4, number)


def _is_kin(term: Term, asked: Asked, context: Context) -> bool:
    """Whether a term speaks of the same functions as the answer, in the same kinds of ways."""
    own = Signature.of(term, context.scope)
    wanted = asked.signature
    same = bool(own.functions) and own.functions == wanted.functions
    if not same or not own.letters <= wanted.letters or term.rank != asked.rank:
        return False
    if asked.up_to_constant:
        scores = {form for form in own.forms - wanted.forms if is_score(form)}
        return not scores and "mean" in own.forms and own.forms != wanted.forms
    return _kinds(own) == _kinds(wanted)


def _is_whole(side: Side, asked: Asked, context: Context) -> bool:
    """Whether a side says that the rest is a constant, where the answer is up to one."""
    return not asked.up_to_constant or split_constant(side.node, context.notation(side.latex))[1]


def _kinds(signature: Signature) -> frozenset[object]:
    return frozenset(form[0] if isinstance(form, tuple) else form for form in signature.forms)
