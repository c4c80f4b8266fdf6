r"""Points that nobody writes: `[s p]` or `\langle s, g\rangle` beside an integral.

A function without its argument stands at the problem's point.  Where the other side of an
equation is free of that point, a bracket may hide limits or an integral: nothing is refuted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.solution.points import free_points
from derive.solution.sides import LETTERS

if TYPE_CHECKING:
    from derive.solution.context import Context
    from derive.solution.sides import Side

_DIFFERENTIAL = r"(?<![A-Za-z\\])(?:d|\\mathrm\s*\{?\s*d\s*\}?)\s*"


def stands_at_unwritten(lhs: Side, rhs: Side, context: Context) -> bool:
    """Whether, beside an integral, one side alone depends on a point that it does not write."""
    if not any("\\int" in side.text.text for side in (lhs, rhs)):
        return False
    left, right = _points(lhs, context), _points(rhs, context)
    if left is None or right is None:
        return False
    own = [(name, lhs) for name in left - right] + [(name, rhs) for name in right - left]
    return any(not _writes(side.text.text, name.partition("_")[0]) for name, side in own)


def _writes(text: str, letter: str) -> bool:
    """Whether a letter stands in a formula but as what is integrated over."""
    over = re.compile(rf"\\int.*?{_DIFFERENTIAL}{re.escape(letter)}(?![A-Za-z])", re.DOTALL)
    return letter in LETTERS.findall(over.sub("", text))


def _points(side: Side, context: Context) -> set[str] | None:
    if side.flaw is not None:
        return None
    try:
        term = context.elaborated(side.node, side.text.text)[0].term
    except (ParseError, IllTyped):
        return None
    return {point.name for point in free_points(term)}
