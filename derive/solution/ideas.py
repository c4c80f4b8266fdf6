r"""Which ideas a written solution shows: equations of the key, found by what they say.

An idea is an equation `L = R` that the key proves.  A solution shows it where it writes
two sides, joined by links that hold, which say the same.  What "the same" is depends on
what the equation adds to plain computation:

- Where L - R is not 0 by the zero test alone (an integration by parts is needed, a flux
  that vanishes), the difference of the two sides is a multiple of L - R: they say the
  same up to plain computation, whatever else stands beside it.
- Where it is 0 (a score written through a denoiser), one side speaks of what only L speaks
  of (its logarithm, its density) and of nothing that only R does, and the other the other
  way round; where R speaks of nothing that L does not, the sides are L and R themselves.

The statement that is to be shown does not show itself: a step to the sheet's answer, as the
sheet has it, from something that is no integral shows nothing but that answer.

Nothing is proved or refuted here: what is not found is open, and for a person to look for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, islice
from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.documents.model import Located
from derive.errors import DeriveError
from derive.kernel.check import Session, Sessions
from derive.kernel.limits import Undecidable
from derive.language.terms import (
    RV,
    Density,
    Diff,
    Divergence,
    Expect,
    Fun,
    Integral,
    Ito,
    Landau,
    Normal,
    Term,
    Variance,
)
from derive.language.traverse import walk
from derive.results import DocumentIdea
from derive.solution.answers import read_term, stated_term
from derive.solution.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from derive.derivation import Source
    from derive.language.scope import Scope
    from derive.results import DocumentLink
    from derive.solution.context import Context

Found: TypeAlias = Literal["right", "mistaken", "open"]

_MULTIPLES = (1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2))
_PAIRS = 400  # of sides of one solution that are compared with one equation
# What a formula is about, whether it is written in components or not.
_OPERATIONS: tuple[tuple[type[Term], str], ...] = (
    (Density, "density"),
    (Diff, "derivative"),
    (Divergence, "derivative"),
    (Expect, "expectation"),
    (Integral, "integral"),
    (Ito, "integral over a process"),
    (Normal, "normal density"),
    (Variance, "variance"),
)
_HOLDS = frozenset({"proved", "given"})


@dataclass(frozen=True)
class Equation:
    """Something that the key proves, and the hypotheses it does so under."""

    lhs: Term
    rhs: Term
    scope: Scope

    def check(self) -> None:
        """Raise DeriveError where it could not be told from plain computation."""
        if any(isinstance(x, Landau) for side in (self.lhs, self.rhs) for x in walk(side)):
            raise DeriveError("it has a remainder, and can be graded as a result only")
        sessions = Sessions()
        if sessions.run(self.scope, lambda s: _same(s, self.lhs, self.rhs)) and not any(
            _only_in(self.lhs, self.rhs)
        ):
            raise DeriveError("its sides differ by plain computation alone")


@dataclass(frozen=True)
class Idea:
    """What a solution should show: one of several equations."""

    id: str
    equations: tuple[Equation, ...]
    answers: tuple[Term, ...] = ()  # as the sheet has them


@dataclass(frozen=True)
class _Step:
    """A link with its sides as terms."""

    lhs: Term
    rhs: Term
    source: Source


def shown(
    ideas: Sequence[Idea], problem: str, links: Sequence[DocumentLink], context: Context
) -> list[DocumentIdea]:
    """Look for ideas in the links of one problem.

    "mistaken": the solution shows the idea once its mistakes are mended as proposed.
    """
    if not ideas:
        return []
    links = [link for link in links if link.relation != "\\approx"]  # which claims no equality
    held = [step for link in links if link.outcome in _HOLDS for step in _step(link, context)]
    mended = [step for link in links if _is_mended(link) for step in _step(link, context)]
    found = []
    for idea in ideas:
        standing: Found = "right"
        place = _find(idea, held, context)
        if place is None and mended:
            standing, place = "mistaken", _find(idea, [*held, *mended], context)
        found.append(DocumentIdea(problem, idea.id, standing if place else "open", place))
    return found


def _is_mended(link: DocumentLink) -> bool:
    return link.outcome == "refuted" and link.diagnosis is not None and bool(link.diagnosis.repair)


def _step(link: DocumentLink, context: Context) -> Iterator[_Step]:
    """Give a link as terms, its right side as it should be; nothing where it has no meaning."""
    repair = link.diagnosis.repair if link.diagnosis is not None and _is_mended(link) else None
    sides = [Side(Located.plain(text)) for text in (link.lhs, repair or link.rhs)]
    lhs, rhs = (read_term(side, context) for side in sides)
    if lhs is not None and rhs is not None and lhs.rank == rhs.rank and lhs != rhs:
        yield _Step(lhs, rhs, link.source)


def _find(idea: Idea, steps: Sequence[_Step], context: Context) -> Source | None:
    """Give the place of the last link that a solution needs to show an idea.

    context: of the solution, which names random variables of its own: `Y = X + Z`.
    """
    groups, asked = list(_joined(steps)), _asked(context)
    for equation in idea.equations:
        for scope in (equation.scope, *context.scopes):
            sessions = Sessions()
            for group in groups:
                look = partial(_in_group, equation=equation, group=group, idea=idea, asked=asked)
                place = sessions.run(scope, look)
                if place is not None:
                    return place
    return None


def _joined(steps: Sequence[_Step]) -> Iterable[list[_Step]]:
    """Put together the links that are joined by common sides."""
    group_of: dict[Term, list[_Step]] = {}
    for step in steps:
        merged = [step]
        for side in (step.lhs, step.rhs):
            known = group_of.get(side)
            if known is not None and known is not merged:
                merged = [*known, *merged]
        for one in merged:
            group_of[one.lhs] = group_of[one.rhs] = merged
    return {id(group): group for group in group_of.values()}.values()


def _asked(context: Context) -> list[tuple[Term, Term]]:
    """The equations that the problem wants to be shown: to write one down shows nothing."""
    results = context.problem.results if context.problem else ()
    stated = ((r.derived, stated_term(r)) for r in results if not r.up_to_constant)
    return [(lhs, rhs) for lhs, rhs in stated if rhs is not None]


def _in_group(
    session: Session,
    equation: Equation,
    group: Sequence[_Step],
    idea: Idea,
    asked: Sequence[tuple[Term, Term]],
) -> Source | None:
    places: dict[Term, Source] = {}
    for step in group:
        places.setdefault(step.lhs, step.source)
        places[step.rhs] = step.source
    sides = [side for side in places if side.rank == equation.lhs.rank]
    try:
        plain = session.difference(equation.lhs, equation.rhs)
    except Undecidable:
        return None
    near = sorted(combinations(range(len(sides)), 2), key=lambda pair: pair[1] - pair[0])
    for first, second in islice(near, _PAIRS):
        pair = sides[first], sides[second]
        if any(_states(pair, stated) for stated in idea.answers) or any(
            _repeats(session, pair, claim) for claim in asked
        ):
            continue
        if plain.vanishes():
            found = any(_says(session, equation, *ends) for ends in (pair, pair[::-1]))
        else:
            found = _is_multiple(session, equation, *pair)
        if found:
            return places[pair[1]]
    return None


def _repeats(session: Session, pair: tuple[Term, Term], claim: tuple[Term, Term]) -> bool:
    """Whether two sides are those of a claim, with no integral that would show why."""
    if any(isinstance(x, Integral) for side in pair for x in walk(side)):
        return False
    return any(all(map(partial(_same, session), ends, claim)) for ends in (pair, pair[::-1]))


def _is_multiple(session: Session, equation: Equation, one: Term, other: Term) -> bool:
    """Whether `one = other` says what an equation says, a factor apart."""
    try:
        content = session.difference(equation.lhs, equation.rhs)
        written = session.difference(one, other)
        factors = [session.algebra.number(c) for c in _MULTIPLES]
        if len(content.parts) > 1 and content.parts.keys() == written.parts.keys():
            # Vectors: one ratio of all coefficients, a density that both were divided by.
            net = next(iter(content.parts))
            factors.append(written.parts[net] / content.parts[net])
        return any((written - content.times(c)).vanishes() for c in factors)
    except Undecidable:
        return False


def _states(pair: tuple[Term, Term], stated: Term) -> bool:
    """Whether a side is made as an answer is, and nothing leads to it but what it was made of.

    An integral on the other side is a step on the way: it is neither the loss nor the score
    that the sheet begins with.
    """
    made = [_made_of(side) for side in pair]
    answer = _made_of(stated)
    return answer in made and not any("integral" in one for one in made)


def _made_of(term: Term) -> Counter[str]:
    """Count the operations of a term, points and plain arithmetic left out."""
    return Counter(name for node in walk(term) for name in _names(node))


def _says(session: Session, equation: Equation, one: Term, other: Term) -> bool:
    """Whether two equal sides are told apart by what those of an equation are told apart by."""
    left, right = _only_in(equation.lhs, equation.rhs)
    here, there = _speaks_of(one), _speaks_of(other)
    if left and right:
        return left <= here and not right & here and right <= there and not left & there
    told = left <= here and not left & there if left else right <= there and not right & here
    return told and _same(session, one, equation.lhs) and _same(session, other, equation.rhs)


def _same(session: Session, one: Term, other: Term) -> bool:
    if one.rank != other.rank:
        return False
    try:
        return session.difference(one, other).vanishes()
    except Undecidable:
        return False


def _only_in(lhs: Term, rhs: Term) -> tuple[set[str], set[str]]:
    left, right = _speaks_of(lhs), _speaks_of(rhs)
    return left - right, right - left


def _speaks_of(term: Term) -> set[str]:
    """The operations, functions and random variables in a term; products are plain."""
    return {name for node in walk(term) for name in _names(node)}


def _names(node: Term) -> Iterator[str]:
    if isinstance(node, Fun | RV):
        yield str(node.name)
    yield from (name for kind, name in _OPERATIONS if isinstance(node, kind))
