r"""Components with their index in brackets above: `\partial_i s^{(i)}`.

So are derivatives of any order, samples and steps of an iteration written.  A function of
the problem has components there if a formula derives one along its own coordinate, and
no norm or divergence is taken of one: then it has components in the whole document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.solution.rewriting import Edit, bare, edited, formulas_in, occurrences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from derive.documents.model import Block
    from derive.solution.rewriting import Occurrence

_ABOVE = re.compile(r"\s*\^\s*\{\s*\(\s*(?P<index>[ijkl])\s*\)\s*\}")
_OTHER = re.compile(r"\s*\^\s*\{\s*\(\s*(?![ijkl]\s*\)|\d\s*\))")
_DIVERGENCE = re.compile(r"\\nabla\s*\\cdot\s*\(?\s*\Z")
_NORM = re.compile(r"(?:\\\||\\lVert|\|\||\\(?:operatorname\*?|mathrm)\{div\}\s*\(?)\s*\Z")
_DERIVED = (
    r"\\(?:partial|nabla)\s*+(?:_\s*+)?(?:\{\s*+)?(?:[a-z]\s*+(?:_\s*+\{?|\^\s*+\{\s*+\()\s*+)?"
)


def with_usual_components(
    blocks: Sequence[Block], bases: Collection[str]
) -> tuple[Block, ...] | None:
    """Take the index of components out of its brackets; None where there are none.

    bases: the letters of the vector fields of the problems.
    """
    texts = [text.text for block in blocks for text in formulas_in(block)]
    if not any("(" in text and "^" in text for text in texts):
        return None
    paired = False
    for text in texts:
        derived = {index for index in "ijkl" if _is_derived(text, index)}
        for one in occurrences(text):
            if bare(one.base) not in bases:
                continue
            if _is_whole(one):
                return None
            above = _ABOVE.match(text, one.end)
            paired = paired or (above is not None and above["index"] in derived)
    return edited(blocks, lambda text: _edits(text, bases)) if paired else None


def _is_derived(text: str, index: str) -> bool:
    return re.search(rf"{_DERIVED}{index}(?![A-Za-z])", text) is not None


def _is_whole(one: Occurrence) -> bool:
    """Whether a function with something in brackets above is a vector, or is counted."""
    if _OTHER.match(one.text, one.end):
        return True
    taken = _NORM.search(one.before) or _DIVERGENCE.search(one.before)
    return bool(taken and _ABOVE.match(one.text, one.end))


def _edits(text: str, bases: Collection[str]) -> Iterator[Edit]:
    for one in occurrences(text):
        above = _ABOVE.match(text, one.end)
        if above is None:
            continue
        if bare(one.base) in bases:
            yield Edit(above.start(), above.end(), f"^{{{above['index']}}}")
        elif one.before.endswith(r"\partial") and not one.sub:
            yield Edit(above.start(), above.end(), f"_{{{above['index']}}}")
