r"""Other people's letters, put into the usual ones before anything is read.

As with the author's macros, what is put in stands for the whole of what is written, so
that a message points at that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.documents.model import Formula, Item, Prose, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from derive.documents.model import Block, Located

_FONT = r"\\(?:mathsf|mathbf|mathrm|mathbb|mathit|boldsymbol|bm|operatorname\*?)"
_BRACED = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_TOKEN = re.compile(
    rf"(?P<fonted>(?P<font>{_FONT})\s*(?:\{{\s*(?P<inner>[A-Za-z])\s*\}}"
    r"|(?<=[a-z])\s+(?P<bare>[A-Za-z])(?![A-Za-z])))"
    rf"|(?P<words>\\(?:text\w*|mbox|operatorname\*?|mathrm|label|tag|begin|end|hspace|color)\s*{_BRACED})"
    r"|(?P<command>\\(?:[A-Za-z]+|.))|(?P<plain>[A-Za-z])",
    re.DOTALL,
)
_NEAR = 300  # characters
_SUB = re.compile(rf"\s*_\s*(?P<sub>{_BRACED}|\\[A-Za-z]+|[^\s\\{{}}])")
_INLINE = re.compile(r"\$\$?(?P<dollar>[^$]+)\$\$?|\\\((?P<round>.{1,300}?)\\\)", re.DOTALL)


@dataclass(frozen=True)
class Occurrence:
    r"""A letter where it stands in a formula.

    base: with its font, `\mathsf{M}`; "M" where it has none.
    sub:  its subscript without braces, "" for none.
    """

    base: str
    sub: str
    start: int
    end: int
    text: str

    @property
    def before(self) -> str:
        """What stands closely in front of it, without white space at the end."""
        return self.text[max(0, self.start - _NEAR) : self.start].rstrip()

    @property
    def after(self) -> str:
        """What follows it and its subscript closely, without white space in front."""
        return self.text[self.end : self.end + _NEAR].lstrip(" \n\t")

    @property
    def scripted(self) -> bool:
        """Whether it is, or begins, a script of another letter."""
        return self.before.removesuffix("{").rstrip().endswith(("_", "^"))


@dataclass(frozen=True)
class Edit:
    """Another text for a part of a formula."""

    start: int
    end: int
    new: str


def bare(base: str) -> str:
    r"""A letter without its font: `s` for `\mathbf{s}`."""
    _, fonted, letter = base.partition("{")
    return letter.removesuffix("}") if fonted and letter else base


def occurrences(text: str) -> Iterator[Occurrence]:
    """Find the letters of a formula, commands that are letters too; words are left out."""
    at = 0
    while (found := _TOKEN.search(text, at)) is not None:
        at = found.end()
        if found["words"]:
            continue
        base = found["plain"] or found["command"]
        if found["fonted"]:
            base = f"{found['font']}{{{found['inner'] or found['bare']}}}"
        sub = _SUB.match(text, at)
        inside = "" if sub is None else sub["sub"].removeprefix("{").removesuffix("}").strip()
        end = at if sub is None else sub.end()
        yield Occurrence(base, inside, found.start(), end, text)


def formulas_in(block: Block) -> Iterator[Located]:
    """Give the formulas of a block that holds any, those of a sentence too."""
    match block:
        case Formula(text=text):
            yield text
        case Prose(text=text) | Item(text=text):
            for found in _INLINE.finditer(text.text):
                part = "dollar" if found["dollar"] is not None else "round"
                yield text[found.start(part) : found.end(part)]
        case _:
            pass


def rewritten(
    blocks: Iterable[Block], put: Callable[[Occurrence], str | None]
) -> tuple[Block, ...]:
    """Put other text for letters of all formulas; None leaves a letter as it is."""

    def edits(text: str) -> Iterator[Edit]:
        for found in occurrences(text):
            new = put(found)
            if new is not None:
                glued = found.start > 0 and text[found.start - 1].isalpha()
                shown = f" {new}" if glued and new[0].isalpha() else new
                yield Edit(found.start, found.end, shown)

    return edited(blocks, edits)


def edited(blocks: Iterable[Block], edits: Callable[[str], Iterable[Edit]]) -> tuple[Block, ...]:
    """Put other text for parts of all formulas; of parts that overlap the first counts."""
    return tuple(_block(block, edits) for block in blocks)


def _block(block: Block, edits: Callable[[str], Iterable[Edit]]) -> Block:
    match block:
        case Formula(text=text):
            return replace(block, text=_formula(text, edits))
        case Prose(text=text) | Item(text=text):
            pieces, at = [text[0:0]], 0
            for found in _INLINE.finditer(text.text):
                part = "dollar" if found["dollar"] is not None else "round"
                start, end = found.span(part)
                pieces += [text[at:start], _formula(text[start:end], edits)]
                at = end
            return replace(block, text=joined([*pieces, text[at:]])) if at else block
        case _:
            return block


def _formula(text: Located, edits: Callable[[str], Iterable[Edit]]) -> Located:
    pieces, at = [text[0:0]], 0
    for edit in edits(text.text):
        if edit.start >= at:
            written = text[edit.start : edit.end]
            pieces += [text[at : edit.start], written.standing_for(edit.new)]
            at = edit.end
    return joined([*pieces, text[at:]]) if at else text
