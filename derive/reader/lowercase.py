r"""Random variables under the letters of their values: `E[x_0 \mid x_t]` in many papers.

A small letter that stands alone as a condition is the variable of the same name in
capitals, at that value; the other letters of the expectation are then the variables
themselves.

Where nothing is said, `E[f(x_t)]`, a letter may be either: the variable, or a value of it
that is held fixed.  Beside variables that have no other letter, `E[f(\varepsilon, x_t)]`, a
value is the customary reading, else the variable.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.errors import Span
from derive.language.terms import (
    RV,
    At,
    Bracket,
    Density,
    Diff,
    Divergence,
    Event,
    Expect,
    Integral,
    Ito,
    Sym,
    Term,
    Variance,
)
from derive.language.traverse import rebuild, walk
from derive.reader.notation import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.reader.elaborate import Elaborator

BINDERS = (At, Bracket, Diff, Divergence, Integral, Ito)
_EVERYWHERE = Span(0, 0)  # the letters of one formula are read in one way
_MESSAGE = "are the letters under a mean the variables, or their values?"
_VARIABLES = "a mean over the variables that the letters stand for"
_VALUES = "a mean with the letters held fixed"
KINDS = (_VARIABLES, _VALUES)


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


def read_letters(
    elab: Elaborator, bodies: tuple[Term, ...], given: tuple[Event, ...]
) -> tuple[tuple[Term, ...], tuple[Event, ...]]:
    """Read the small letters under a mean: give the bodies and what is held fixed."""
    here = set().union(*map(loose_variables, bodies))
    if given or any(v.name[:1].isupper() for v in here):  # the letters beside it are values
        return tuple(drawn_letters(elab, body, given) for body in bodies), given
    images = _variables_of(elab, bodies)
    if not images:
        return bodies, given
    options = (_VALUES, _VARIABLES) if here else (_VARIABLES, _VALUES)
    if options[elab.choose(_EVERYWHERE, _MESSAGE, options)] == _VARIABLES:
        return tuple(put_variables(body, images) for body in bodies), given
    held = tuple(Event(v, x) for x, v in images.items()) if here else ()
    return bodies, held


def _variables_of(elab: Elaborator, bodies: tuple[Term, ...]) -> dict[Sym, RV]:
    """The letters of bodies that are values of random variables."""
    letters = set[Sym]().union(*map(_free, bodies))
    ordered = sorted(letters, key=lambda x: x.name)
    return {x: v for x in ordered if (v := variable_of(elab, x)) is not None}


def _free(term: Term) -> set[Sym]:
    """The letters that nothing in a term binds."""
    if isinstance(term, Sym):
        return {term}
    found = set[Sym]().union(*map(_free, term.children))
    match term:
        case At(var=var, value=value):
            return (found - {var}) | _free(value)
        case Bracket(var=var) | Integral(var=var) | Ito(var=var):
            return found - {var}
        case _:
            return found


def put_variables(term: Term, images: Mapping[Sym, RV]) -> Term:
    """Put variables for free letters; a derivative is taken first."""
    local: dict[Term, Term] = {}
    for node in walk(term):
        match node:
            case Diff(body=body, var=var) | Divergence(body=body, var=var) if var in images:
                rest = {x: v for x, v in images.items() if x != var}
                local[node] = At(replace(node, body=put_variables(body, rest)), var, images[var])
            case At(var=var) | Bracket(var=var) | Integral(var=var) | Ito(var=var):
                if var in images:
                    local[node] = At(node, var, images[var])
            case _:
                continue
    return rebuild(term, local | dict(images))


def averaged_over(term: Term) -> set[RV]:
    """The random variables that stand in a term or under its means, laws and conditions apart."""
    inside = (x.body for x in walk(term) if isinstance(x, Expect | Variance))
    return set[RV]().union(*map(loose_variables, (term, *inside)))


def loose_variables(term: Term) -> set[RV]:
    """The random variables that no expectation inside a term averages over."""
    match term:
        case RV():
            return {term}
        case Expect(given=given) | Variance(given=given):
            return {v for event in given for v in loose_variables(event.value)}
        case Density(of=of, given=given):
            return {v for event in (*of, *given) for v in loose_variables(event.value)}
        case _:
            return {v for child in term.children for v in loose_variables(child)}
