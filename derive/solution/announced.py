"""Whether a text says of a formula that it is what was asked for, up to a constant.

A functional that is found by its meaning alone may be a step of a derivation: true
equations between such means are written on the way.  Only what is said to be the answer,
or is set equal to the loss, may be held against its author.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.reader.constants import split_constant
from derive.reader.names import name_in
from derive.reader.syntax import Group, items_of
from derive.solution.answers import Signature, read_term
from derive.solution.sides import Side

if TYPE_CHECKING:
    from derive.derivation import Result
    from derive.documents.chains import Chain
    from derive.solution.context import Context

_SAID = re.compile(
    r"\b(?:const\w*|up to|minimi\w+|object\w+|functional\w*|loss|criteri\w+|answer\w*"
    r"|final\w*|(?:al)?together|equivalent\w*"
    r"|констант\w*|минимиз\w+|функционал\w*|лосс\w*|потер\w+|ответ\w*|итог\w*"
    r"|окончательно|собира\w+|эквивалент\w*)\b",
    re.IGNORECASE,
)
_MEAN = re.compile(r"\s*(?:\\(?:math(?:bb|bf|sf|rm|scr)|operatorname)\s*\{)?\s*[EM](?![A-Za-z])")
_ABOVE = 3  # lines of text above a formula that may speak of it


def is_announced(chain: Chain, result: Result, context: Context) -> bool:
    """Whether a chain, or the words before it, make one of its sides an answer."""
    if any(_SAID.search(remark.text) for remark in chain.remarks):
        return True
    sides = [Side(text) for text in chain.sides]
    if _is_named(sides[0]) or any(_has_constant(side, context) for side in sides):
        return True
    loss = Signature.of(result.derived, result.scope)
    terms = (read_term(side, context) for side in sides)
    if any(t is not None and Signature.of(t, context.scope).fits(loss) for t in terms):
        return True
    return _SAID.search(_words_above(sides[0])) is not None


def _is_named(side: Side) -> bool:
    r"""Whether a side is a name, perhaps with arguments: `J(\theta) = ...`."""
    if side.flaw is not None or _MEAN.match(side.text.text):
        return False
    first, *rest = items_of(side.node)
    return name_in(first) is not None and (
        not rest or (len(rest) == 1 and isinstance(rest[0], Group))
    )


def _has_constant(side: Side, context: Context) -> bool:
    """Whether a side ends in an unnamed constant, `+ C`."""
    if side.flaw is not None:
        return False
    return split_constant(side.node, context.notation(side.text.text))[1]


def _words_above(side: Side) -> str:
    """Give the paragraph that a formula stands in or after."""
    lines = side.text.source.lines
    here = side.text.place(0).line - 1
    above: list[str] = []
    for line in reversed(lines[:here]):
        if line.strip().strip("$").strip() and line.strip() not in {"\\[", "\\begin{aligned}"}:
            above.append(line)
        elif above:
            break
        if len(above) == _ABOVE:
            break
    return " ".join([*reversed(above), lines[here]])
