r"""Which problem of the key each part of a document is about.

Headings carry numbers (`Problem 2`, `Задача 2.1`), numbered items carry the last part
of one (`1. (0.4 points) ...`).  A number counts only if the key has such a problem: a
list of steps inside a solution opens none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.documents.chains import Chain
from derive.documents.model import Heading, Item, Prose
from derive.solution.cases import Lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.documents.chains import Part

_NUMBER = re.compile(r"(?<![\w.,^_{\\-])(\d+(?:\.\d+)*)(?![\w%])")
# The number of the sheet, of a lecture, of points is no number of a problem.
_OTHER_NUMBER = re.compile(
    r"(?:step|lemma|claim|remark|case|stage|theorem|proposition|corollary|шаг|лемма|случай|этап"
    r"|теорема|утверждение|следствие|замечание)\s*№?\s*\d+(?:\.\d+)*"
    r"|(?:№|#|home\s*work|assignment|sheet|lecture|домашн\w+\s+(?:работ|задани)\w*|дз|лист\w*"
    r"|лекци\w+|eq\.?|figure|рис\.?)\s*№?\s*\d+(?:\.\d+)*"
    r"|\d+(?:[.,]\d+)?\s*(?:балл|балов|point|pt)\w*",
    re.IGNORECASE,
)
_SOLUTION = re.compile(
    r"^\W*(?:solution|proof|answer|решение|доказательство|ответ)\b", re.IGNORECASE
)
_LETTER = re.compile(
    r"\W*(?:part|question|item|часть|пункт)?\W*([a-hа-з])\s*(?:[).:]|$)", re.IGNORECASE
)
_LETTERS = ("abcdefgh", "абвгдежз")
_DEEPEST = 99
_POINTS = re.compile(r"\d\s*(?:балл|point|pt)", re.IGNORECASE)


@dataclass
class Section:
    """A run of chains on one problem; `solved` are those of the solution, not of the sheet.

    problem: its id in the key, "2.1"; "" where none is matched.
    group:   "2" for what stands under "Problem 2" before 2.1 begins.
    """

    problem: str
    group: str = ""
    chains: list[Chain] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)  # of each chain
    statement: int = 0  # how many chains at the beginning restate the sheet

    @property
    def solved(self) -> list[Chain]:
        """The chains of the solution itself."""
        return self.chains[self.statement :]


def sections(pieces: Sequence[Part], problems: Sequence[str]) -> list[Section]:
    """Split a document by the problems of a key, whose ids are given in its order."""
    splitter = _Splitter(tuple(problems), pieces)
    lead = Lead()
    for index, piece in enumerate(pieces):
        match piece:
            case Heading(title=title, level=level):
                splitter.heading(title, level)
                lead = Lead(index)
            case Item(label=label, text=text):
                splitter.item(index, label, text.text)
                lead = Lead(index, text.text)
            case Prose(text=text):
                splitter.prose(text.text)
                lead = Lead(index, text.text)
            case Chain():
                splitter.current.chains.append(piece)
                splitter.current.leads.append(lead)
    return [section for section in splitter.found if section.chains]


class _Splitter:
    def __init__(self, problems: tuple[str, ...], pieces: Sequence[Part]) -> None:
        self.problems, self.pieces = problems, pieces
        only = problems[0] if len(problems) == 1 else ""
        self.current = Section(only)
        self.found = [self.current]
        self.group = ""  # `2` under "Problem 2" of a key with 2.1, 2.2, 2.3
        self.group_level = _DEEPEST  # of the heading that opened the group
        self.level = _DEEPEST  # of the heading that opened what one is in
        self.lettered = False  # whether what one is in was opened by a letter, "(b)"
        self.begun = False  # whether "Solution" has been read in this section

    def heading(self, title: str, level: int) -> None:
        if _SOLUTION.match(title):
            self._solve()
        part = _LETTER.match(title)
        if part is not None and self._part(part[1], level):
            return
        plain = _OTHER_NUMBER.sub(" ", title)
        for number in _NUMBER.findall(plain):
            named = self._named(number, level)
            first = next((p for p in self.problems if p.startswith(f"{number}.")), None)
            if first is not None and named is None and not self._goes_back(first, level):
                self._open("", number)
                self._enter(number, level)
                return
            if named is not None and not self._goes_back(named, level):
                self._open(named)
                self._enter(named.rpartition(".")[0], level)
                return

    def _enter(self, group: str, level: int) -> None:
        """Note the heading that one is under."""
        if group != self.group:
            self.group, self.group_level = group, level
        self.level, self.lettered = level, False

    def _part(self, letter: str, level: int) -> bool:
        """Open the part "(b)" of a group; under a part with a number letters are steps."""
        number = next((row.index(letter.lower()) for row in _LETTERS if letter.lower() in row), 0)
        name = f"{self.group}.{number + 1}"
        free = not self.current.problem or (self.lettered and level == self.level)
        if not self.group or name not in self.problems or not free:
            return False
        self._open(name)
        self.level, self.lettered = level, True
        return True

    def _goes_back(self, name: str, level: int) -> bool:
        """Whether a heading inside a problem names an earlier one: a step, a case."""
        here = self.current.problem
        earlier = bool(here) and self.problems.index(name) < self.problems.index(here)
        return level > self.level and earlier

    def item(self, index: int, label: str, text: str) -> None:
        part = _LETTER.match(f"{label.strip('().: ')})")
        if part is not None and self._part(part[1], _DEEPEST):
            self.prose(text)
            return
        name = self._named(label.strip("().: "), _DEEPEST)
        if name is not None and self._opens(index, name, text):
            self._open(name)
        self.prose(text)

    def _named(self, number: str, level: int) -> str | None:
        """The problem that a number names: `2` under "Problem 2" is 2.2 before it is 2."""
        joined = f"{self.group}.{number}" if self.group and level > self.group_level else ""
        order, here = self.problems.index, self.current.problem
        if joined in self.problems and (not here or order(joined) > order(here)):
            return joined
        return number if number in self.problems else None

    def prose(self, text: str) -> None:
        if _SOLUTION.match(text):
            self._solve()

    def _opens(self, index: int, name: str, text: str) -> bool:
        """Whether an item opens a problem, rather than being a step of a solution."""
        order = self.problems.index(name)
        here = self.current.problem
        if here and order != self.problems.index(here) + 1:
            return False
        if not self.begun or _POINTS.search(text):
            return True
        return self._solution_follows(index)

    def _solution_follows(self, index: int) -> bool:
        for piece in self.pieces[index + 1 :]:
            if isinstance(piece, Heading):
                return bool(_SOLUTION.match(piece.title))
            if isinstance(piece, Item):
                return False
            if isinstance(piece, Prose) and _SOLUTION.match(piece.text.text):
                return True
        return False

    def _open(self, problem: str, group: str = "") -> None:
        if problem and problem == self.current.problem:
            return
        self.current = Section(problem, group)
        self.found.append(self.current)
        self.begun = False

    def _solve(self) -> None:
        if not self.begun:
            self.current.statement = len(self.current.chains)
        self.begun = True
