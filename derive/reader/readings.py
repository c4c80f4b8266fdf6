"""All readings of a formula that is ambiguous, the customary one first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.reader.choices import Choices
from derive.reader.elaborate import Elaborator
from derive.reader.grammar import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.errors import Span
    from derive.language.terms import Term
    from derive.reader.choices import Place
    from derive.reader.notation import Notation
    from derive.reader.syntax import Node

_TRIES = 32  # formulas elaborated for one text
_FAILURES = 8  # of these, as long as none has a meaning


@dataclass(frozen=True, slots=True)
class ParseNote:
    """An ambiguous place and how it was read; `message` is for the author."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a text; the notes say what was chosen, the customary options included."""

    term: Term
    notes: tuple[ParseNote, ...]


def readings(text: str, notation: Notation, limit: int = 8) -> list[Reading]:
    """Read a formula in all the ways that it can be read, at most `limit`.

    The first reading is the customary one; readings with equal terms are one, and one
    whose ranks do not fit is dropped where another fits.

    Raises:
        ParseError: no reading gives a term; the error is that of the customary reading.
    """
    return readings_of(parse(text), replace(notation, source=text), limit)


def readings_of(node: Node, notation: Notation, limit: int = 8) -> list[Reading]:
    """Give the readings of a formula that is parsed already; as `readings`."""
    found: dict[Term, Reading] = {}
    failure: ParseError | None = None
    # Fewest departures from custom first: breadth first over the decisions.
    pending: deque[Mapping[Place, int]] = deque([{}])
    tries = 0
    while pending and len(found) < limit and tries < (_TRIES if found else _FAILURES):
        decided = pending.popleft()
        choices = Choices(decided)
        tries += 1
        try:
            term = Elaborator(replace(notation, choices=choices)).term(node)
            _ = found.setdefault(term, Reading(term, _notes(choices)))
        except ParseError as error:
            failure = failure or error
        pending.extend(_departures(decided, choices))
    if not found and failure is not None:
        raise failure
    return list(found.values())


def _departures(decided: Mapping[Place, int], choices: Choices) -> list[Mapping[Place, int]]:
    """Decide one more place otherwise; places before the last one decided are settled."""
    places = list(choices.taken)
    settled = max((places.index(p) + 1 for p in decided if p in choices.taken), default=0)
    return [
        {**decided, place: option}
        for place in places[settled:]
        for option in range(1, len(place[1]))
    ]


def _notes(choices: Choices) -> tuple[ParseNote, ...]:
    return tuple(
        ParseNote(span, f"read as {options[option]}")
        for (span, options), option in choices.taken.items()
    )
