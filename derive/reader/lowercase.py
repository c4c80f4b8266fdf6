r"""Random variables under the letters of their values: `E[x_0 \mid x_t]` in many papers.

A small letter that stands alone as a condition is the variable of the same name in
capitals, at that value; the other letters of the expectation are then the variables
themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.terms import RV, At, Bracket, Diff, Divergence, Integral, Ito, Sym, Term
from derive.language.traverse import rebuild, walk
from derive.reader.notation import canonical

if TYPE_CHECKING:
    from derive.language.terms import Event
    from derive.reader.elaborate import Elaborator

BINDERS = (At, Bracket, Diff, Divergence, Integral, Ito)


def variable_of(elab: Elaborator, letter: Term) -> RV | None:
    """Give the random variable that a small letter is a value of; None in a key."""
    if elab.notation.choices is None or not isinstance(letter, Sym):
        return None
    name = canonical(letter.name)
    twin = elab.notation.variables.get(name[:1].upper() + name[1:])
    return twin if twin is not None and twin.rank == letter.rank else None


def drawn_letters(elab: Elaborator, body: Term, given: tuple[Event, ...]) -> Term:
    """Put variables for the small letters of a body, those of the conditions left out."""
    if not any(isinstance(event.value, Sym) and variable_of(elab, event.value) == event.variable
               for event in given):  # fmt: skip
        return body
    nodes = list(walk(body))
    kept = {x for x in nodes if isinstance(x, Sym) and any(x == e.value for e in given)}
    kept |= {x.var for x in nodes if isinstance(x, BINDERS)}
    letters = {x for x in nodes if isinstance(x, Sym)} - kept
    twins: dict[Term, Term] = {
        x: twin for x in letters if (twin := variable_of(elab, x)) is not None
    }
    return rebuild(body, twins) if twins else body
