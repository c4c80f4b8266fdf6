"""What the text says of infinity, assumed of the functions that are guessed.

Which flux vanishes is seldom said, so that a proof lists these conditions as not stated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.language.scope import Decay
from derive.language.terms import At, Diff, Field, Sym, Term, log
from derive.reader.notation import Defined, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from derive.solution.context import Context
    from derive.solution.formulas import Formulas

_DENSITIES = frozenset({"p", "q"})
_VANISHING = re.compile(
    r"\b(?:boundary|surface)\s+(?:terms?|conditions?|contributions?|integrals?)\b"
    r"|\b(?:vanish|decay|go(?:es)?\s+to\s+(?:zero|0)|tends?\s+to\s+(?:zero|0))\w*\b.{0,60}"
    r"(?:\b(?:infinity|boundar\w+|ends|sufficiently|fast|rapidly|quickly|enough)\b|\\infty)"
    r"|\b(?:fast|rapid|rapidly|quick|quickly|sufficiently)\W+(?:\w+\W+)?(?:decay|vanish)"
    r"|\bat infinity\b|на бесконечности|граничн\w+ член|исчеза|убыва"
    r"|(?:\\to|\\rightarrow|=)\s*0\b.{0,80}\\infty|\\infty.{0,80}=\s*0\b",
    re.IGNORECASE | re.DOTALL,
)
_DENIED = re.compile(
    r"\b(?:not|never|no|nor|cannot|fail\w*|не|нет|ненулев\w+)\b|\bnon-|n't\b|n’t\b"
    r"|\\n(?:e|eq|ot)\b",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"\b(?:if(?!\s+we\s+assume)|unless|whether|without|weights?|rates?|gradients?\s+vanish\w*"
    r"|vanishing\s+gradients?|schedules?|averages?|без|если)\b|\?\s*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")


def vanishes(prose: Iterable[str]) -> bool:
    """Whether a sentence says that something vanishes at infinity, and none denies it."""
    sentences = (s for text in prose for s in _SENTENCE.split(text))
    spoken = [s for s in sentences if _VANISHING.search(s)]
    denied = any(map(_DENIED.search, spoken))
    return not denied and not all(map(_IDLE.search, spoken))


def state_decays(formulas: Formulas, names: Iterable[str], context: Context) -> None:
    """Assume of guessed functions what the text says of infinity: that fluxes vanish there."""
    if not vanishes(formulas.prose):
        return
    letters = context.letters
    functions = [m for m in letters.values() if isinstance(m, Field)]
    functions = [f for f in functions if f not in context.trailing]
    new = {m for name in names if isinstance(m := letters.get(name), Field)}
    found = tuple(
        decay
        for rank in (1, 0)
        for decay in _decays(functions, new, Sym("x", rank), formulas, context)
    )
    if found:
        context.scopes = tuple(s.extended(decays=found) for s in context.scopes)
        context.told["infinity"] = "fluxes are assumed to vanish there, as the text says of some"


def _decays(
    functions: Sequence[Field], new: set[Field], at: Sym, formulas: Formulas, context: Context
) -> Iterator[Decay]:
    densities = [f for f in functions if f.density and not f.trained]
    fields: list[tuple[Field, Term]] = [
        (f, f(at)) for f in functions if _is_field(f, int(at.rank), formulas)
    ]
    models = [q for q in functions if q.density and q.trained]
    fields += [(q, Diff(log(q(at)), at)) for q in models]
    for f, flux in fields:
        yield from (Decay(flux * p(at), at, stated=False) for p in densities if {f, p} & new)
    for model in _defined_models(at, context):
        slope = Diff(log(model), at)
        yield from (Decay(slope * p(at), at, stated=False) for p in densities if p in new)


def _defined_models(at: Sym, context: Context) -> list[Term]:
    """The trained densities that the document defines, at a point."""
    models = [
        meaning
        for name, meaning in context.letters.items()
        if isinstance(meaning, Defined)
        and name.partition("_")[0] in _DENSITIES
        and "\\theta" in name
        and len(meaning.params) == 1
    ]
    return [At(m.body, m.params[0], at) for m in models if m.params[0].rank == at.rank]


def _is_field(function: Field, rank: int, formulas: Formulas) -> bool:
    """Whether it is a field on the space of vectors, or on the line in one dimension.

    What stands in an exponent is an energy, whose gradient is the field.
    """
    if function.rank != rank or function.density:
        return False
    name = canonical(function.name)
    counts = {len(use.arguments) for use in formulas.uses if use.name == name and use.arguments}
    if counts and 1 not in counts:
        return False  # of time too: what vanishes where is not said
    energy = any(use.name == name and "exponent" in use.within for use in formulas.uses)
    return rank == 1 or (formulas.one_dimensional and not energy)
