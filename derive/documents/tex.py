r"""LaTeX to blocks: comments cut, macros expanded, then one pass over what is left.

Nothing is loaded: `\input` and `\usepackage` are text like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.documents.delimiters import DISPLAYS, Delimiters
from derive.documents.model import Formula, Heading, Item, Located, Note, Prose, joined

if TYPE_CHECKING:
    from derive.documents.macros import Expander
    from derive.documents.model import Block, Source

ENVIRONMENT_LEVEL = 6  # `solution` is below every section

_LEVELS = {
    "part": 1,
    "chapter": 1,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}
_VERBATIM = r"verbatim|Verbatim|lstlisting|minted|comment|alltt|tikzpicture|filecontents"
# What is cut before anything else is read, in the order of the text.
_CUT = re.compile(
    rf"\\begin\s*\{{(?P<name>{_VERBATIM})(?P<star>\*?)\}}"
    r"|\\(?P<verb>verb|lstinline)\*?(?P<mark>[^A-Za-z\s*{])"
    r"|(?P<iffalse>\\iffalse)(?![A-Za-z])"
    r"|(?P<stop>\\end\s*\{document\})"
    r"|\\."
    r"|(?P<comment>%[^\n]*(?:\n[ \t]*(?!\n))?)",
    re.DOTALL,
)
_DOCUMENT = re.compile(r"\\begin\s*\{document\}")
_THEOREM = re.compile(r"\\newtheorem\*?\s*\{([^{}]*)\}\s*(?:\[[^\]]*\])?\s*\{([^{}]*)\}")
_TOKEN = re.compile(
    r"\\begin\s*\{(?P<begin>[A-Za-z]+)(?P<star>\*?)\}"
    r"|\\end\s*\{(?P<end>[A-Za-z]+)\*?\}"
    r"|\\(?P<heading>part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)(?![A-Za-z])\*?"
    r"|(?P<item>\\item)(?![A-Za-z])"
    r"|\\ensuremath(?![A-Za-z])\s*(?P<ensured>\{)"
    r"|(?P<formula>\\\(|\\\[|\$\$|\$)"
    r"|\\(?:[A-Za-z@]+|.)"
    r"|(?P<blank>\n[ \t]*\n\s*)",
    re.DOTALL,
)
_TITLE = re.compile(r"[ \t]*(?:\[(?P<short>[^\]]{0,300})\])?[ \t]*\{")
_OPTION = re.compile(r"[ \t]*\[(?P<text>[^\]]{0,300})\]")
_GROUP = re.compile(r"[ \t]*\{(?P<text>[^{}\n]{1,300})\}")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BOLD = re.compile(
    r"\s*(?:\\(?:noindent|medskip|bigskip|smallskip|par)(?![A-Za-z])\s*)*"
    r"\\textbf\s*\{(?P<title>[^{}]{1,200})\}\s*(?P<end>[.:]?)"
)
_WORD = re.compile(r"(?<![\\A-Za-z])\w")
_ENSURE = re.compile(r"\\ensuremath(?![A-Za-z])")
_LISTS = frozenset({"enumerate", "itemize", "description", "parts", "questions"})
# Environments that only set the page; whatever else begins has a meaning, and a heading.
_LAYOUT_NAMES = """
    document abstract center flushleft flushright figure table tabular tabularx minipage quote
    quotation small footnotesize large titlepage thebibliography algorithm algorithmic
    wrapfigure multicols frame columns column block verse landscape appendix appendices
    subfigure longtable spacing onehalfspace doublespace framed mdframed tcolorbox samepage
"""
_LAYOUT = frozenset(_LAYOUT_NAMES.split())
BOLD_LEVEL = 7
# LaTeX numbers them; what is printed at the top of one is its number.
_EXERCISE = re.compile(r"problem|exercise|task|question|задача|задание|упражнение", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


@dataclass
class _List:
    """A list that is open, and how many items it has so far."""

    numbered: bool
    count: int = 0


@dataclass
class _Paragraph:
    start: int
    label: str | None = None
    formulas: list[Formula] = field(default_factory=list)


def _cut_out(text: Located) -> Located:
    r"""Cut comments, listings and what `\iffalse` hides; end where the document ends."""
    search = Delimiters(text.text)
    pieces = [text[0:0]]
    at, position = 0, 0
    while match := _CUT.search(text.text, position):
        end = _end_of_cut(match, search)
        if match["stop"]:
            pieces.append(text[at : match.start()])
            return joined(pieces)
        if end > match.end() or match["comment"]:
            pieces.append(text[at : match.start()])
            at = end
        position = end
    pieces.append(text[at:])
    return joined(pieces)


def _end_of_cut(match: re.Match[str], search: Delimiters) -> int:
    if match["name"]:
        closer = f"\\end{{{match['name']}{match['star']}}}"
    elif match["verb"]:
        closer = match["mark"]
        line = search.find("\n", match.end())
        found = search.find(closer, match.end())
        return match.end() if found is None or (line or found) < found else found + 1
    elif match["iffalse"]:
        closer = "\\fi"
    else:
        return match.end()
    found = search.find(closer, match.end())
    return match.end() if found is None else found + len(closer)


class Tex:
    """One reading of a LaTeX file."""

    def __init__(self, source: Source, expander: Expander) -> None:
        clean = _cut_out(source.located())
        self.printed: dict[str, str] = dict(_THEOREM.findall(clean.text))
        self.whole = expander.expand(clean)
        self.text = self.whole.text
        self.search = Delimiters(self.text)
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self.lists: list[_List] = []
        self.exercises: dict[str, int] = {}  # how many of each environment so far
        self.paragraph: _Paragraph
        self.braces = self._pair_braces()

    def _pair_braces(self) -> dict[int, int]:
        pairs: dict[int, int] = {}
        stack: list[int] = []
        for match in _BRACE.finditer(self.text):
            if match.group() == "{":
                stack.append(match.start())
            elif match.group() == "}" and stack:
                pairs[stack.pop()] = match.start()
        return pairs

    def read(self) -> None:
        """Read the body of the document into `blocks` and `notes`."""
        begin = _DOCUMENT.search(self.text)
        at = begin.end() if begin else 0
        self.paragraph = _Paragraph(at)
        at = self._bold(at)
        while match := _TOKEN.search(self.text, at):
            at = self._take(match)
        self._flush(len(self.text), len(self.text))

    def _take(self, match: re.Match[str]) -> int:  # noqa: PLR0911 - one per kind
        """Read what begins at a token; the index after it."""
        if match["formula"]:
            return self._formula(match)
        if match["ensured"]:
            return self._ensured(match)
        if match["begin"]:
            return self._begin(match)
        if match["heading"]:
            return self._heading(match)
        if match["item"]:
            return self._item(match)
        if match["end"] or match["blank"]:
            self._flush(match.start(), match.end())
            if match["end"] in _LISTS and self.lists:
                self.lists.pop()
            return self._bold(match.end())
        return match.end()

    def _flush(self, at: int, after: int) -> None:
        """End the paragraph at an index, and begin another."""
        paragraph, self.paragraph = self.paragraph, _Paragraph(after)
        text = self.whole[paragraph.start : at].strip()
        if paragraph.label is not None:
            self.blocks.append(Item(paragraph.label, text))
        elif paragraph.formulas or _WORD.search(text.text):
            self.blocks.append(Prose(text))
        self.blocks += paragraph.formulas

    def _add_heading(self, level: int, title: str, at: int) -> None:
        self.blocks.append(Heading(level, " ".join(title.split()), self.whole.place(at)))

    def _bold(self, at: int) -> int:
        """Take a bold beginning of a paragraph that ends in a full stop as a heading."""
        bold = _BOLD.match(self.text, at)
        if bold is None:
            return at
        title = bold["title"].strip()
        alone = not self.text[bold.end() : self.search.paragraph_end(bold.end())].strip()
        if not (alone or bold["end"] or title.endswith((".", ":"))):
            return at
        self._add_heading(BOLD_LEVEL, title.rstrip(".: "), bold.start("title"))
        self.paragraph = _Paragraph(bold.end())
        return bold.end()

    def _heading(self, match: re.Match[str]) -> int:
        title = _TITLE.match(self.text, match.end())
        if title is None:
            return match.end()
        close = self.braces.get(title.end() - 1)
        if close is None:
            return match.end()
        self._flush(match.start(), close + 1)
        level = _LEVELS[match["heading"]]
        self._add_heading(level, self.text[title.end() : close], match.start())
        return close + 1

    def _item(self, match: re.Match[str]) -> int:
        after = match.end()
        option = _OPTION.match(self.text, after)
        self._flush(match.start(), after)
        if option:
            after = option.end()
            self.paragraph = _Paragraph(after, option["text"].strip("() ."))
        elif self.lists and self.lists[-1].numbered:
            self.lists[-1].count += 1
            self.paragraph = _Paragraph(after, self._number())
        return after

    def _number(self) -> str:
        """Number of an item as it is printed: figures, in a list within a list letters."""
        depth = sum(each.numbered for each in self.lists)
        count = self.lists[-1].count
        return chr(ord("a") + (count - 1) % 26) if depth == 2 else str(count)

    def _begin(self, match: re.Match[str]) -> int:
        name = match["begin"]
        if name in DISPLAYS or name == "math":
            return self._environment(match)
        self._flush(match.start(), match.end())
        if name in _LISTS:
            self.lists.append(_List(name not in {"itemize", "description"}))
            return match.end()
        if name in _LAYOUT:
            return match.end()
        after, title = match.end(), ""
        given = _OPTION.match(self.text, after) or _GROUP.match(self.text, after)
        if given:
            after, title = given.end(), given["text"].strip()
        printed = self.printed.get(name) or name
        if _EXERCISE.match(printed) and not _DIGIT.search(title):
            self.exercises[name] = self.exercises.get(name, 0) + 1
            title = f"{printed} {self.exercises[name]} {title}"
        title = title or printed
        self._add_heading(ENVIRONMENT_LEVEL, title, match.start())
        self.paragraph = _Paragraph(after)
        return after

    def _emit(self, start: int, end: int) -> Located:
        text = self.whole[start:end]
        pieces = [text[0:0]]
        at = 0
        for match in _ENSURE.finditer(text.text):
            pieces.append(text[at : match.start()])
            at = match.end()
        return joined([*pieces, text[at:]]).strip()

    def _in_line(self, start: int, end: int) -> None:
        text = self._emit(start, end)
        if text.text:
            self.paragraph.formulas.append(Formula(text, display=False))

    def _display(self, start: int, end: int, opener: int, after: int) -> int:
        self._flush(opener, after)
        text = self._emit(start, end)
        if text.text:
            self.blocks.append(Formula(text, display=True))
        return after

    def _ensured(self, match: re.Match[str]) -> int:
        close = self.braces.get(match.start("ensured"))
        if close is None:
            return match.end()
        self._in_line(match.end(), close)
        return close + 1

    def _formula(self, match: re.Match[str]) -> int:
        opener, start = match["formula"], match.end()
        closer = {"\\(": "\\)", "\\[": "\\]"}.get(opener, opener)
        if opener in {"$", "\\("}:
            close = self.search.closer(closer, start, self.search.paragraph_end(start))
        else:
            close = self.search.display_closer(closer, start)
        if close is None:
            self._unclosed(match.start(), opener)
            end = self.search.paragraph_end(start)
            return self._display(start, end, match.start(), end) if len(closer) > 1 else end
        if opener in {"$", "\\("}:
            self._in_line(start, close)
            return close + len(closer)
        return self._display(start, close, match.start(), close + len(closer))

    def _unclosed(self, at: int, opener: str) -> None:
        self.notes.append(Note(self.whole.place(at), f"the '{opener}' here is never closed"))

    def _environment(self, match: re.Match[str]) -> int:
        begin = match.group()
        end = f"\\end{{{match['begin']}{match['star']}}}"
        close = self.search.find(end, match.end())
        again = self.search.find(begin, match.end())
        if close is None or (again is not None and again < close):
            self._unclosed(match.start(), begin)
            after = self.search.paragraph_end(match.end())
            return self._display(match.start(), after, match.start(), after)
        after = close + len(end)
        if match["begin"] == "math":
            self._in_line(match.end(), close)
            return after
        return self._display(match.start(), after, match.start(), after)
