r"""Markdown to blocks: one pass over the lines, linear in the text.

Formulas come first: a line within `$$ ... $$` is never a heading or a list.  Front matter,
code and comments are skipped; a fenced block that says `math` is a display.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.documents.delimiters import (
    DISPLAYS,
    Delimiters,
    looks_like_mathematics,
    looks_like_prose,
    without_comments,
)
from derive.documents.model import Formula, Heading, Item, Note, Prose, joined

if TYPE_CHECKING:
    from derive.documents.macros import Expander
    from derive.documents.model import Block, Source

BOLD_LEVEL = 7  # a line in bold type is below every heading

_FRONT = re.compile(r"(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCE = re.compile(
    r"[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(?P<mark>```+|~~~+)[ \t]*(?P<info>[^\n`]*)"
)
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]+(?P<title>[^\n]*)")
_BOLD = re.compile(r"[ \t]*(?P<mark>\*\*|__)(?P<title>[^*\n]+?)(?P=mark)[ \t]*(?P<end>[.:]?)[ \t]*")
_ITEM = re.compile(
    r"[ \t>]*(?:\*\*)?(?P<label>\d{1,3}(?:\.\d{1,2})*|\(?[^\W\d_]\)|\(\d{1,2}\))"
    r"(?P<mark>[.)]?)(?:\*\*)?(?:[ \t]+(?=\S)|[ \t]*(?=\n|\Z))"
)
_BULLET = re.compile(r"[ \t>]*[-*+•][ \t]+(?=\S)")
_QUOTE = re.compile(r"[ \t]*>[ \t>]*")
_INLINE = re.compile(
    r"\\(?:begin\s*\{(?P<environment>[A-Za-z]+)\*?\}|[A-Za-z]+|.)|`+|\$\$|\$|<!--|\n", re.DOTALL
)
_BACKTICKS = re.compile(r"`+")
_DISPLAY_OR_MARK = re.compile(r"\$\$.*?\$\$|^[ \t>]*(?:[-*+]|\d+[.)])[ \t]")
_WORD = re.compile(r"\w")
_MATH_FENCE = re.compile(r"\{?\s*math\b")
_QUOTE_LINE = re.compile(r"\n([ \t]*>[ \t>]*)")


@dataclass
class _Paragraph:
    """The paragraph that is being read, up to the last display."""

    start: int
    label: str | None = None
    begun: bool = False  # whether a line of it has text
    formulas: list[Formula] = field(default_factory=list)


class Markdown:
    """One reading of a Markdown text."""

    def __init__(self, source: Source, expander: Expander) -> None:
        self.whole = source.located()
        self.text = source.text
        self.expander = expander
        self.search = Delimiters(self.text)
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self.paragraph: _Paragraph | None = None
        self.line_with_words = (-1, False)
        self.readers = {
            "$$": self._double_dollar,
            "$": self._dollar,
            "\\(": self._round,
            "\\[": self._square,
            "<!--": self._comment,
        }
        self.ticks: dict[int, list[int]] = {}
        for match in _BACKTICKS.finditer(self.text):
            self.ticks.setdefault(len(match.group()), []).append(match.start())

    def read(self) -> None:
        """Read all lines into `blocks` and `notes`."""
        front = _FRONT.match(self.text)
        at = front.end() if front else 0
        while at < len(self.text):
            at = self._line(at)
        self._flush(at)

    def _note(self, at: int, message: str) -> None:
        self.notes.append(Note(self.whole.place(at), message))

    def _line(self, at: int) -> int:
        """Read what begins with the line at an index; the index after it."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        if not self.text[at:end].strip(" \t>"):
            self._flush(at)
            return end + 1
        if fence := _FENCE.match(self.text, at, end):
            self._flush(at)
            return self._fence(fence, end)
        if heading := _HEADING.match(self.text, at, end):
            self._flush(at)
            title = heading["title"].rstrip(" \t#")
            self._heading(len(heading["marks"]), title, heading.start("title"))
            return end + 1
        begun = self.paragraph is not None and self.paragraph.begun
        if not begun and (bold := _BOLD.match(self.text, at, end)):
            at = self._bold(bold, end)
        self._begin_item(at, end, begun=begun)
        if self.paragraph is None:
            self.paragraph = _Paragraph(at)
        return self._inline(at)

    def _heading(self, level: int, title: str, at: int) -> None:
        self.blocks.append(Heading(level, title, self.whole.place(at)))

    def _bold(self, bold: re.Match[str], end: int) -> int:
        """Take a line in bold type, or a bold beginning with a full stop, as a heading."""
        title = bold["title"].strip()
        whole_line = bold.end() == end
        if not whole_line and not (bold["end"] or title.endswith((".", ":"))):
            return bold.start()
        self._flush(bold.start())
        self._heading(BOLD_LEVEL, title.rstrip(".: "), bold.start("title"))
        return bold.end()

    def _begin_item(self, at: int, end: int, *, begun: bool) -> None:
        item = _ITEM.match(self.text, at, end)
        if item and (item["mark"] or item["label"].endswith(")")):
            label = item["label"].strip("()")
            in_list = self.paragraph is not None and self.paragraph.label is not None
            if not begun or in_list or label == "1":
                self._flush(at)
                self.paragraph = _Paragraph(at, label)
        elif _BULLET.match(self.text, at, end):
            self._flush(at)
            self.paragraph = _Paragraph(at)

    def _flush(self, at: int) -> None:
        """End the paragraph."""
        paragraph, self.paragraph = self.paragraph, None
        if paragraph is None:
            return
        text = self.whole[paragraph.start : at].strip()
        if paragraph.label is not None:
            self.blocks.append(Item(paragraph.label, text))
        elif paragraph.formulas or _WORD.search(text.text):
            self.blocks.append(Prose(text))
        self.blocks += paragraph.formulas

    def _fence(self, fence: re.Match[str], end: int) -> int:
        mark = fence["mark"]
        closing = re.compile(rf"^[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
        close = closing.search(self.text, end)
        if _MATH_FENCE.match(fence["info"]):
            if close is None:
                self._note(fence.start("mark"), "a block of code that is never closed")
            self._display(end, close.start() if close else len(self.text), fence.start("mark"))
        self.paragraph = None
        return close.end() + 1 if close else len(self.text)

    def _inline(self, at: int) -> int:
        """Find the formulas of a line; displays may reach over several lines."""
        line = at
        while True:
            match = _INLINE.search(self.text, at)
            end = len(self.text) if match is None else match.start()
            if match is None or match.group() == "\n":
                paragraph = self.paragraph
                if paragraph is not None:
                    rest = self.text[max(paragraph.start, line) : end]
                    paragraph.begun = paragraph.begun or bool(rest.strip(" \t>"))
                return end + 1
            at = self._take(match)
            if "\n" in self.text[match.start() : at]:
                line = at

    def _take(self, match: re.Match[str]) -> int:
        """Read one formula, code span or comment; the index after it."""
        opener, at = match.group(), match.start()
        if opener in self.readers:
            return self.readers[opener](at)
        if opener[0] == "`":
            return self._code(at, len(opener))
        if match["environment"] in DISPLAYS:
            return self._environment(match)
        defined = self.expander.define_at(self.whole, at) if opener[0] == "\\" else None
        return match.end() if defined is None else defined

    def _comment(self, at: int) -> int:
        close = self.search.find("-->", at)
        return at + 4 if close is None else close + 3

    def _code(self, at: int, length: int) -> int:
        """Skip a code span: it ends at as many backticks as it began with."""
        places = self.ticks.get(length, [])
        index = bisect_right(places, at)
        if index < len(places) and places[index] < self.search.paragraph_end(at):
            return places[index] + length
        return at + length

    def _emit(self, start: int, end: int, *, display: bool) -> Formula | None:
        text = self.whole[start:end]
        line = self.text.rfind("\n", 0, start) + 1
        if "\n" in text.text and _QUOTE.match(self.text, line, start):
            pieces = [text[0:0]]
            at = 0
            for mark in _QUOTE_LINE.finditer(text.text):
                pieces.append(text[at : mark.start(1)])
                at = mark.end()
            text = joined([*pieces, text[at:]])
        text = self.expander.expand(without_comments(text)).strip()
        return Formula(text, display) if text.text else None

    def _display(self, start: int, end: int, opener: int) -> None:
        """End the paragraph in front of a display, and take the display."""
        self._flush(opener)
        formula = self._emit(start, end, display=True)
        if formula is not None:
            self.blocks.append(formula)

    def _closed_display(self, start: int, end: int, opener: int, after: int) -> int:
        self._display(start, end, opener)
        self.paragraph = _Paragraph(after)
        return after

    def _in_line(self, start: int, end: int) -> None:
        formula = self._emit(start, end, display=False)
        if formula is not None and self.paragraph is not None:
            self.paragraph.formulas.append(formula)

    def _unclosed(self, at: int, length: int, written: str) -> int:
        """Note a display without an end; what looks like mathematics there is taken."""
        self._note(at, f"the '{written}' here is never closed")
        end = self.search.paragraph_end(at)
        if looks_like_prose(self.text[at + length : end]):
            return at + length
        return self._closed_display(at + length, end, at, end)

    def _double_dollar(self, at: int) -> int:
        close = self.search.display_closer("$$", at + 2)
        if close is None:
            return self._unclosed(at, 2, "$$")
        if "\n" not in self.text[at:close] and self._has_words(at):
            self._in_line(at + 2, close)
            return close + 2
        return self._closed_display(at + 2, close, at, close + 2)

    def _has_words(self, at: int) -> bool:
        """Whether the line of a display has text beside its displays."""
        start = self.text.rfind("\n", 0, at) + 1
        if self.line_with_words[0] != start:
            end = self.search.find("\n", start)
            line = self.text[start : len(self.text) if end is None else end]
            bare = _DISPLAY_OR_MARK.sub(" ", line)
            self.line_with_words = start, _WORD.search(bare) is not None
        return self.line_with_words[1]

    def _dollar(self, at: int) -> int:
        end = self.search.paragraph_end(at)
        close = self.search.closer("$", at + 1, end)
        if close is None:
            if looks_like_mathematics(self.text[at + 1 : min(end, at + 80)]):
                self._note(at, "the '$' here is never closed")
            return at + 1
        inner = self.text[at + 1 : close]
        money = self.text[close + 1 : close + 2].isdigit() and not looks_like_mathematics(inner)
        loose = inner.strip() != inner
        if money or not inner.strip() or (loose and looks_like_prose(inner)):
            return at + 1
        ticked = len(inner) > 2 and inner[0] == inner[-1] == "`"
        self._in_line(at + 1 + ticked, close - ticked)
        return close + 1

    def _round(self, at: int) -> int:
        close = self.search.closer("\\)", at + 2, self.search.paragraph_end(at))
        if close is None or looks_like_prose(self.text[at + 2 : close]):
            return at + 2
        self._in_line(at + 2, close)
        return close + 2

    def _square(self, at: int) -> int:
        close = self.search.display_closer("\\]", at + 2)
        if close is None:
            if looks_like_mathematics(
                self.text[at + 2 : min(at + 80, self.search.paragraph_end(at))]
            ):
                return self._unclosed(at, 2, "\\[")
            return at + 2
        inner = self.text[at + 2 : close]
        if inner.strip().isdigit() or (
            looks_like_prose(inner) and not looks_like_mathematics(inner)
        ):
            return close + 2  # `\[1\]` is a reference
        return self._closed_display(at + 2, close, at, close + 2)

    def _environment(self, match: re.Match[str]) -> int:
        """Take an environment with the lines that begin and end it."""
        begin = match.group()
        end = "\\end" + begin.removeprefix("\\begin").lstrip()
        close = self.search.find(end, match.end())
        again = self.search.find(begin, match.end())
        if close is None or (again is not None and again < close):
            self._note(match.start(), f"the '{begin}' here is never closed")
            after = self.search.paragraph_end(match.end())
            return self._closed_display(match.start(), after, match.start(), after)
        after = close + len(end)
        return self._closed_display(match.start(), after, match.start(), after)
