r"""Where the formulas of a text end, for Markdown and LaTeX alike.

A search that failed once is not begun again, so that a text of nothing but openers is read in
linear time.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from derive.documents.model import Located, joined
from derive.documents.tokens import COMMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

# Environments that are displays by themselves.
_DISPLAYS_NAMES = """
    equation align alignat gather multline eqnarray flalign displaymath dmath IEEEeqnarray
    aligned alignedat gathered split cases subequations
"""
DISPLAYS = frozenset(_DISPLAYS_NAMES.split())
_BLANK_LINE = re.compile(r"\n(?:[ \t>]*\n)+")
_CLOSERS = {
    "$": re.compile(r"\\.|\$", re.DOTALL),
    "$$": re.compile(r"\\.|\$\$", re.DOTALL),
    "\\)": re.compile(r"\\.", re.DOTALL),
    "\\]": re.compile(r"\\.", re.DOTALL),
}
_BLOCK = re.compile(
    r"^[ \t]{0,3}(?:#{1,6}[ \t]|```)|\\(?:section|subsection|item|begin)\b", re.MULTILINE
)
# Two words in a row, outside of a command: nobody's formula.
_TWO_WORDS = re.compile(r"(?<![\\{\w])[^\W\d_]{2,}+[ \t]++[^\W\d_]{2,}+(?![}\w])")
_ARGUMENT = re.compile(r"\\[A-Za-z]+\*?\s*\{[^{}]*\}")
_MATHEMATICS = re.compile(r"[\\_^=+<>]")


@dataclass
class Delimiters:
    """Searches in one text; what a search found or not is kept for the next."""

    text: str
    _found: dict[str, tuple[int, int]] = field(default_factory=dict)
    _failed: dict[tuple[str, int], int] = field(default_factory=dict)

    @cached_property
    def blank_lines(self) -> Sequence[int]:
        """Where paragraphs end."""
        return [match.start() for match in _BLANK_LINE.finditer(self.text)]

    def paragraph_end(self, at: int) -> int:
        """Index of the blank line after an index, or of the end of the text."""
        index = bisect_left(self.blank_lines, at)
        return self.blank_lines[index] if index < len(self.blank_lines) else len(self.text)

    def find(self, what: str, at: int) -> int | None:
        """Next occurrence of a string."""
        begun, found = self._found.get(what, (len(self.text), -1))
        if not (begun <= at and (at <= found or found < 0)):
            found = self.text.find(what, at)
            self._found[what] = (at, found)
        return found if found >= 0 else None

    def closer(self, closer: str, at: int, end: int) -> int | None:
        """Next occurrence of a closing delimiter that no backslash escapes, before `end`."""
        if self._failed.get((closer, end), end + 1) <= at:
            return None
        for match in _CLOSERS[closer].finditer(self.text, at, end):
            if match.group() == closer:
                return match.start()
        self._failed[closer, end] = at
        return None

    def display_closer(self, closer: str, at: int) -> int | None:
        """Next occurrence of the delimiter that ends a display.

        A display may hold blank lines, though LaTeX has none there; but one that would go on
        into the words or headings of the next paragraph was never closed.
        """
        close = self.closer(closer, at, len(self.text))
        blank = self.paragraph_end(at)
        if close is None or blank >= close:
            return close
        between = self.text[blank:close]
        return None if looks_like_prose(between) or _BLOCK.search(between) else close


def looks_like_prose(text: str) -> bool:
    """Whether a text that may be a formula has words in a row."""
    return _TWO_WORDS.search(_ARGUMENT.sub(" ", text)) is not None


def looks_like_mathematics(text: str) -> bool:
    r"""Whether there is anything in it that prose in brackets, `\[1\]`, does not have."""
    return _MATHEMATICS.search(text) is not None


def without_comments(text: Located) -> Located:
    """Cut the comments of LaTeX out of a formula or a file."""
    if "%" not in text.text:
        return text
    pieces = [text[0:0]]
    at = 0
    for match in COMMENT.finditer(text.text):
        if match.group().startswith("%"):
            pieces.append(text[at : match.start()])
            at = match.end()
    pieces.append(text[at:])
    return joined(pieces)
