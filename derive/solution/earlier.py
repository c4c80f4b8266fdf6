r"""One step further back than the key goes: `X_{t-2}`, `\beta_{t-1}`, `\alpha_{t-2}`.

What is said of a step from t - 1 to t is said of every step.  Where a document writes the
step before, the laws and the recursion of the key are taken one index lower as well; the
key's own law of X_{t-1} must follow from them, or they are not taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.kernel.verdict import Proved
from derive.language.claims import Equal
from derive.language.scope import Law, Scope
from derive.language.terms import RV, Density, Div, Event, Sym, Term, mul, term
from derive.language.traverse import rebuild, walk
from derive.reader.names import readable
from derive.reader.notation import canonical
from derive.solution.conventions import at_index, process_index, recursions
from derive.solution.pathwise import fresh
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from derive.solution.context import Context
    from derive.solution.usage import Use


def step_back(uses: Iterable[Use], context: Context) -> None:
    """Take the hypotheses of the key one index lower, if the document writes letters of then."""
    own = process_index(context)
    pair = _pair(context, own) if own else None
    if pair is None:
        return
    now, before = pair
    images = _images(now, before, own, context)
    if any(isinstance(x, Sym) and context.letters.get(_name(x)) != x for x in images):
        return  # the document calls a letter of the key otherwise, and may mean another by its name
    new = {canonical(_name(x)): x for x in images.values() if not context.declares(_name(x))}
    if not new or not {use.name for use in uses} & set(new):
        return
    first = context.scopes[0]
    laws = {
        image: Law(first.laws[v].at, rebuild(first.laws[v].density, images))
        for v in (before, now)
        if isinstance(image := images[v], RV)
    }
    ranges = {
        image: first.ranges[x]
        for x, image in images.items()
        if isinstance(x, Sym) and isinstance(image, Sym) and x in first.ranges
    }
    stages = [
        stage.extended(laws=laws, ranges=ranges, equations=_recursion(stage, images, own, context))
        for stage in context.scopes
    ]
    same = all(s.laws.get(v) == first.laws[v] for s in context.scopes for v in (now, before))
    if not same or not _follows(before, first, stages[0]):
        return  # the later stages say the same, solved for other letters
    context.scopes = tuple(stages)
    for name, meaning in new.items():
        context.define(name, meaning)
        context.told[name] = "as the problem has it one step later"


def _recursion(
    stage: Scope, images: Mapping[Term, Term], own: str, context: Context
) -> tuple[tuple[Term, Term], ...]:
    """The recursion one index lower, solved for a letter that the stage does not solve for."""
    known = {lhs for lhs, _ in stage.equations}
    found: list[tuple[Term, Term]] = []
    for now, before in recursions(context, own):
        step = next(rhs for lhs, rhs in context.scopes[0].equations if lhs == now)
        factor = rebuild(step, {before: term(1)})
        if not isinstance(decide(Equal(step, mul(factor, before)), Scope()), Proved):
            continue
        lower, moved = images[now], rebuild(factor, images)
        if lower in known:
            found.append((images[before], Div(lower, moved)))
        else:
            found.append((lower, mul(moved, images[before])))
    return tuple(found)


def _pair(context: Context, own: str) -> tuple[RV, RV] | None:
    """The variable of now and the one before, of which the first is a step from the second."""
    laws = context.scope.laws
    by_name = {canonical(v.name): v for v in laws}
    found = [
        (v, before)
        for name, v in by_name.items()
        if (before := by_name.get(_lower(name, own))) is not None
        and before != v
        and laws[v].parents == (before,)
    ]
    return found[0] if len(found) == 1 else None


def _images(now: RV, before: RV, own: str, context: Context) -> dict[Term, Term]:
    """The letters of the two laws and of the recursion, each with the one of an index lower."""
    laws = context.scope.laws
    terms = [laws[now].density, laws[before].density, now, before]
    terms += [letter for pair in recursions(context, own) for letter in pair]
    bound = {laws[now].at, laws[before].at}
    images: dict[Term, Term] = {}
    for letter in (x for one in terms for x in walk(one)):
        if letter in bound or not isinstance(letter, Sym | RV):
            continue
        name = canonical(letter.name)
        lower = _lower(name, own)
        if lower != name:
            images[letter] = _letter(lower, letter, context)
    return images


def _letter(name: str, like: Sym | RV, context: Context) -> Term:
    known = context.letters.get(name)
    if isinstance(like, RV):
        known = context.notation("").variables.get(name)
    if isinstance(known, Term):
        return known
    return type(like)(readable(name), int(like.rank))


def _lower(name: str, own: str) -> str:
    """A name at the index before."""
    try:
        return canonical(at_index(name, own, own, -1))
    except ParseError:
        return name


def _name(letter: Term) -> str:
    return canonical(letter.name) if isinstance(letter, Sym | RV) else ""


def _follows(variable: RV, old: Scope, new: Scope) -> bool:
    """Whether the law that a variable had follows from the new hypotheses."""
    law = old.laws[variable]
    taken = {x.name for x in walk(law.density) if isinstance(x, Sym)}
    at = fresh("u", int(variable.rank), taken)
    values: Mapping[Term, Sym] = {
        v: fresh("w", int(v.rank), taken | {at.name}) for v in law.parents
    }
    given = tuple(Event(v, value) for v, value in values.items())
    claim = Equal(
        Density((Event(variable, at),), given), rebuild(law.density, {law.at: at, **values})
    )
    return len(values) < 2 and isinstance(decide(claim, new), Proved)
