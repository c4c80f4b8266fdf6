r"""The letter M for the mean, as Russian books have it: `\mathsf{M}[f(X)]`, `M_{X \sim p}`.

A matrix or a function is called so, too.  So M is a mean only where all of a document
says so: it is applied wherever it stands, to something random at least once, nothing is
called M in the problems, and no mean is written with E.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from derive.solution.rewriting import formulas_in, occurrences, rewritten

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from derive.documents.model import Block
    from derive.solution.rewriting import Occurrence

_USUAL = r"\mathbb{E}"
_FORM = re.compile(r"M|\\(?:mathsf|mathbf|mathrm|mathbb|operatorname\*?)\{M\}")
_MEAN = re.compile(r"E|\\E|\\(?:mathsf|mathbf|mathrm|mathbb|operatorname\*?)\{E\}")
_OPEN = r"(?:\\(?:left|[bB]igg?l?)\s*)?"
_SQUARE = re.compile(rf"{_OPEN}(?:\[|\\lbrack)")
_BRACKET = re.compile(rf"{_OPEN}(?:\[|\(|\\\{{|\\\||\\lVert|\|)")
_OPERAND = re.compile(r"\\(?!to|in|q?quad|le|ge|sim|approx|cdot|times|end|right|[,;\\])|[A-Za-z]")
_RANDOM = re.compile(r"(?<![A-Za-z\\])[A-LN-Z](?![A-Za-z])|\\(?:varepsilon|epsilon|xi|eta)")
_COUNTED = re.compile(r"[a-zA-Z]?\s*[,\d]|[i-nt](?:[i-nt\W]|\Z)")


def with_usual_mean(blocks: Sequence[Block], names: Collection[str]) -> tuple[Block, ...] | None:
    r"""Put `\mathbb{E}` for the M of a mean; None where there is none.

    names: of the letters that the problems declare.
    """
    if any(re.match(r"(?:\\\w+\{)?M(?![A-Za-z])", name) for name in names):
        return None
    texts = [text.text for block in blocks for text in formulas_in(block)]
    if not any("M" in text for text in texts):
        return None
    found = list(chain.from_iterable(map(occurrences, texts)))
    if any(_MEAN.fullmatch(one.base) and _BRACKET.match(one.after) for one in found):
        return None
    by_form: dict[str, list[Occurrence]] = {}
    for one in found:
        if _FORM.fullmatch(one.base):
            by_form.setdefault(one.base, []).append(one)
    forms = {form for form, written in by_form.items() if _is_mean(form, written)}
    if not forms:
        return None
    return rewritten(blocks, lambda one: _put(one) if one.base in forms else None)


def _put(one: Occurrence) -> str:
    return _USUAL + (f"_{{{one.sub}}}" if one.sub else "")


def _is_mean(form: str, written: Sequence[Occurrence]) -> bool:
    if not all(_is_applied(one) for one in written):
        return False
    return any(_is_of_random(one, plain=form == "M") for one in written)


def _is_applied(one: Occurrence) -> bool:
    if one.scripted or _COUNTED.match(one.sub):
        return False
    return bool(_BRACKET.match(one.after) or _OPERAND.match(one.after))


def _is_of_random(one: Occurrence, *, plain: bool) -> bool:
    r"""Whether something random is in the brackets, square ones of a plain M, or a law below."""
    if "\\sim" in one.sub:
        return True
    opened = (_SQUARE if plain else _BRACKET).match(one.after)
    return opened is not None and bool(_RANDOM.search(one.after, opened.end()))
