r"""How long what a document supposes holds: "if $a > 0$", "suppose $x = y$", "is $c > 0$?".

"Let $a > 0$" holds from its line on, "where $a > 0$" above it as well.  What follows an
"if" holds in its sentence, a case up to the next one; a question supposes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from derive.language.scope import Range
from derive.language.terms import Sym, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.documents.chains import Chain
    from derive.documents.model import Source
    from derive.solution.context import Context

Position: TypeAlias = tuple[int, int]  # the cell, the offset in it

_SENTENCE = re.compile(r"[.!?;](?=\s)|\n[ \t]*\n|\n[ \t]*(?:[-*+]|\d+\.)[ \t]|\n#+[^\n]*\n")
_STOP = re.compile(r"[.!?](?=\s|\Z)")
_QUESTION = re.compile(r"[^.!?\n]*\?")
_DENIED = re.compile(r"(?:\bnot|n't|\bunless|\bwithout|\bне|\bбез)\b[^.,;]{0,40}$", re.IGNORECASE)
# The clause that a condition is made in ends with "then", or a comma after words.
_CLAUSE = r"(?:(?!\bthen\b|\bwe\b|\bто\b|(?<!\$),|,(?!\s*(?:\$|\Z)))[\s\S])*\Z"
_CONDITION = re.compile(r"\b(?:if|when|whenever|provided|если|когда)\b" + _CLAUSE, re.IGNORECASE)
_CASE = re.compile(r"\b(?:case|cases|случа\w+)\b" + _CLAUSE, re.IGNORECASE)
_SUPPOSED = re.compile(
    r"\b(?:suppose|supposing|assume|assuming|допустим|предположим)\b" + _CLAUSE, re.IGNORECASE
)
_AFTER = re.compile(r"\b(?:let|now|take|from now on|пусть|теперь|возьм\w+)\b", re.IGNORECASE)
_DROPPED = re.compile(
    r"\b(?:no longer|drop(?:ping|ped)?\s+(?:that|this|the|these|our|all)"
    r"|without\s+(?:that|this|the|any|these|such)\s+(?:assum|condition|restrict|suppos|hypothes)"
    r"|без\s+(?:этого|этих|предположени|услови|ограничени))",
    re.IGNORECASE,
)
_IN_GENERAL = re.compile(
    r"\b(?:otherwise|in general|in the general case|conversely|иначе|в общем случае)\b",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"^#{1,6}\s|\\(?:sub)*section\b|\\paragraph\b|\b(?:if|case|now|suppose|assume|если|случа\w+"
    r"|теперь|допустим|предположим)\b",
    re.IGNORECASE | re.MULTILINE,
)


class Status(Enum):
    """In what manner a text says something of a letter."""

    STATED = "holds everywhere"
    FROM_HERE = "holds from its line on"
    SUPPOSED = "holds until it is dropped"
    CONDITION = "holds in its sentence"
    CASE = "holds for its case"
    OPEN = "is asked or denied"


_ENDS: dict[Status, tuple[re.Pattern[str], ...]] = {
    Status.FROM_HERE: (_DROPPED,),
    Status.SUPPOSED: (_DROPPED, _IN_GENERAL),
    Status.CASE: (_DROPPED, _IN_GENERAL, _NEXT),
    Status.CONDITION: (_DROPPED, _IN_GENERAL, _NEXT, _STOP),
}


@dataclass(frozen=True)
class Stretch:
    """A range of a letter, or a value of it, and from where to where it holds."""

    letter: Sym
    held: Range | Term
    begin: Position
    end: Position | None

    def covers(self, position: Position) -> bool:
        """Whether it holds at a place of the document."""
        return self.begin <= position and (self.end is None or position < self.end)


def position_of(chain: Chain) -> Position:
    """The place of a chain in the order of the document."""
    text = chain.sides[0]
    return text.source.cell or 0, text.offset(0)


def status_of(chain: Chain) -> Status:
    """Tell from the words around a formula how what it says is meant."""
    before, after = _around(chain)
    sentence = _SENTENCE.split(before)[-1]
    if _QUESTION.match(after) or _DENIED.search(sentence):
        return Status.OPEN
    rows = (
        (_CASE, Status.CASE),
        (_CONDITION, Status.CONDITION),
        (_SUPPOSED, Status.SUPPOSED),
        (_AFTER, Status.FROM_HERE),
    )
    return next((status for words, status in rows if words.search(sentence)), Status.STATED)


def stretch(chain: Chain, letter: Sym, held: Range | Term) -> Stretch | None:
    """Say how long a chain's range or equation holds; None where it holds everywhere."""
    status = status_of(chain)
    begin = position_of(chain)
    match status:
        case Status.STATED:
            return None
        case Status.OPEN:
            return Stretch(letter, held, begin, begin)
        case _:
            return Stretch(letter, held, begin, _end(chain, _ENDS[status]))


def _end(chain: Chain, words: tuple[re.Pattern[str], ...]) -> Position | None:
    """Where one of the words follows a chain first."""
    last = chain.sides[-1]
    text, after = last.source.text, last.offset(len(last.text))
    found = [m.start() for pattern in words if (m := pattern.search(text, after)) is not None]
    return (last.source.cell or 0, min(found)) if found else None


def defines(chain: Chain) -> bool:
    """Whether an equation may define a letter: not in an "if", in a question, or for a while."""
    if chain.display:
        return True
    match status_of(chain):
        case Status.CASE | Status.CONDITION | Status.OPEN:
            return False
        case Status.SUPPOSED:
            return _end(chain, (_DROPPED,)) is None
        case _:
            return True


def is_conditional(chain: Chain) -> bool:
    """Whether a formula is asked, or said of a case."""
    return status_of(chain) in {Status.OPEN, Status.CASE, Status.CONDITION}


def place_in(sources: Iterable[Source], text: str) -> Position | None:
    """Where a text stands in the document."""
    found = ((s.cell or 0, s.text.find(text)) for s in sources)
    return next((place for place in found if place[1] >= 0), None)


def is_introduced(chain: Chain) -> bool:
    """Whether a "let" or "now" stands before a formula."""
    return status_of(chain) is Status.FROM_HERE


def _around(chain: Chain) -> tuple[str, str]:
    """The text before a formula and after it, without the marks of mathematics."""
    first, last = chain.sides[0], chain.sides[-1]
    text = first.source.text
    before = text[: first.offset(0)]
    opened = re.search(r"(?:\$+|\\[(\[])\s*\Z", before)
    after = text[last.offset(len(last.text)) :]
    return before[: opened.start()] if opened else before, after.lstrip("$ \t)\\]")


def enter(chain: Chain, context: Context) -> None:
    """Assume from the stretches of a document what holds where a chain stands.

    What may hold there, and may not, is in doubt.
    """
    if context.doubts.stretches:
        _suppose(position_of(chain), context)
    if context.doubts.laws:
        _draw(position_of(chain), context)


def _draw(here: Position, context: Context) -> None:
    """Give the variables with several laws the one that stands last above a place."""
    laws = {one.variable: one.law for one in reversed(context.doubts.laws)}
    laws |= {one.variable: one.law for one in context.doubts.laws if one.begin <= here}
    context.scopes = tuple(s.extended(laws=laws) for s in context.scopes)


def _suppose(here: Position, context: Context) -> None:
    doubts = context.doubts
    # What a chain itself supposes is neither assumed of it nor in doubt there.
    own = {s.letter for s in doubts.stretches if s.begin == here}
    others = [s for s in doubts.stretches if s.letter not in own]
    inside = [s for s in others if s.covers(here)]
    outside = [s for s in others if not s.covers(here)]
    values = {(s.letter, s.held) for s in doubts.stretches if isinstance(s.held, Term)}
    holding = tuple((s.letter, s.held) for s in inside if isinstance(s.held, Term))
    ranges = {s.letter: doubts.stated.get(s.letter, Range()) for s in doubts.stretches}
    for each in inside:
        if isinstance(each.held, Range):
            ranges[each.letter] = narrowed(ranges[each.letter], each.held)
    known = {letter: bounds for letter, bounds in ranges.items() if bounds != Range()}
    context.scopes = tuple(
        replace(
            s,
            ranges={k: v for k, v in s.ranges.items() if k not in ranges} | known,
            equations=(*(e for e in s.equations if e not in values), *holding),
        )
        for s in context.scopes
    )
    possible = [
        (s.letter, narrowed(ranges[s.letter], s.held)) for s in outside if isinstance(s.held, Range)
    ]
    doubts.ranges = tuple((s, r) for s, r in possible if r != ranges[s] and not is_empty(r))
    doubts.equations = tuple((s.letter, s.held) for s in outside if isinstance(s.held, Term))


def narrowed(first: Range, second: Range) -> Range:
    """Give what lies in both ranges."""
    lows = [low for low in (first.low, second.low) if low is not None]
    highs = [high for high in (first.high, second.high) if high is not None]
    return Range(max(lows, default=None), min(highs, default=None))


def is_empty(bounds: Range) -> bool:
    """Whether no number lies in a range."""
    return bounds.low is not None and bounds.high is not None and bounds.low >= bounds.high
