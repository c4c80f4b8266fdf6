"""A submission's text: headings, prose and displays, and the line of every side."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from classwork.planting import Chain, Piece, Side

if TYPE_CHECKING:
    from random import Random

    from classwork.style import Style

PREAMBLE = (
    r"\documentclass{article}",
    r"\usepackage{amsmath,amssymb}",
    r"\newcommand{\E}{\mathbb{E}}",
    r"\begin{document}",
)
TITLES = {
    "1": ("Шаг DDPM", "One step of DDPM"),
    "2.1": ("Одномерный случай", "On the line"),
    "2.2": ("Многомерный случай", "In every dimension"),
    "2.3": ("Случайные проекции", "Random projections"),
    "3.1": ("Score суммы", "The score of a sum"),
    "3.2": ("Функционал", "The functional"),
}


@dataclass(frozen=True)
class Place:
    """A line of a file, in a notebook of a cell counted from 0; both as `derive` counts."""

    line: int
    cell: int | None = None


@dataclass
class Written:
    """A text with its sides.

    links: (left, right, place of the right side), in order.
    shown: the place where each side stands first, a chain's first side included.
    """

    text: str = ""
    links: list[tuple[Side, Side, Place]] = field(default_factory=list)
    shown: list[tuple[Side, Place]] = field(default_factory=list)


class Writer:
    """Puts pieces on lines."""

    def __init__(self, style: Style, rng: Random, typos: float) -> None:
        self.style, self.rng, self.typos = style, rng, typos
        self.found = Written()
        self._lines: list[str] = list(PREAMBLE) if style.kind == "tex" else []
        self._cells: list[list[str]] = []
        self._codes: set[int] = set()

    @property
    def _here(self) -> Place:
        cell = len(self._cells) if self.style.kind == "ipynb" else None
        return Place(len(self._lines), cell)

    def _put(self, line: str) -> Place:
        self._lines.append(line)
        return self._here

    def _close_cell(self) -> None:
        if self._lines:
            self._cells.append(self._lines)
            self._lines = []

    def heading(self, problem: str) -> None:
        """The heading of a problem."""
        style, word = self.style, "Задача" if self.style.lang == "ru" else "Problem"
        if style.kind == "ipynb":
            self._close_cell()
            if self.rng.random() < 0.2:
                self._codes.add(len(self._cells))
                self._cells.append(["import numpy as np"])
        tex = style.kind == "tex"
        title = TITLES[problem][style.lang != "ru"]
        group = problem.partition(".")[0]
        match style.heading:
            case "deep" if group != problem:
                lines = [f"{word} {group}", problem]
                if tex:
                    shown = [rf"\section*{{{lines[0]}}}", rf"\subsection*{{{lines[1]}}}"]
                else:
                    shown = [f"# {lines[0]}", "", f"## {lines[1]}"]
            case "bold":
                text = f"{word} {problem}."
                shown = [rf"\textbf{{{text}}}" if tex else f"**{text}**"]
            case "sub":
                text = f"{word} {problem}. {title}"
                shown = [rf"\subsection*{{{text}}}" if tex else f"### {text}"]
            case _:
                text = f"{word} {problem}"
                shown = [rf"\section*{{{text}}}" if tex else f"## {text}"]
        for line in shown:
            self._put(line)
        self._put("")

    def piece(self, piece: Piece) -> None:
        """A sentence or a chain."""
        if isinstance(piece, Chain):
            self._chain(piece)
            return
        self.words(piece.text)

    def words(self, text: str) -> None:
        """A sentence."""
        self._put(self._misspelt(text))
        self._put("")

    def _misspelt(self, text: str) -> str:
        """Two letters of a word change places, now and then."""
        words = text.split(" ")
        for number, word in enumerate(words):
            if word.isalpha() and len(word) > 5 and self.rng.random() < self.typos:
                at = self.rng.randrange(1, len(word) - 2)
                words[number] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return " ".join(words)

    # --- displays ----------------------------------------------------------------------

    def _chain(self, chain: Chain) -> None:
        sides = chain.sides
        if len(sides) == 2 or self.style.layout == "line":
            self._one_line(sides)
            return
        match self.style.layout:
            case "align":
                self._aligned(sides)
            case "inner":
                self._stacked(sides)
            case "split":
                for left, right in pairwise(sides):
                    self._one_line((left, right))
            case _:
                self._one_line(sides[:2])
                for left, right in pairwise(sides[1:]):
                    self._one_line((right,), after=left)

    def _note(self, left: Side | None, side: Side, place: Place) -> None:
        if left is not None:
            self.found.links.append((left, side, place))
        if not any(side is other for other, _ in self.found.shown):
            self.found.shown.append((side, place))

    def _one_line(self, sides: tuple[Side, ...], after: Side | None = None) -> None:
        text = f"{sides[0].relation} {sides[0].tex}" if after else sides[0].tex
        for side in sides[1:]:
            text += f" {side.relation} {side.tex}"
        if self.style.kind == "tex":
            self._put(r"\[")
            place = self._put(f"  {text}")
            self._put(r"\]")
        elif self.style.half == r"\frac12":
            self._put("$$")
            place = self._put(text)
            self._put("$$")
        else:
            place = self._put(f"$${text}$$")
        self._put("")
        for left, side in zip((after, *sides), sides, strict=False):
            self._note(left, side, place)

    def _stacked(self, sides: tuple[Side, ...]) -> None:
        tex = self.style.kind == "tex"
        self._put(r"\[" if tex else "$$")
        self._note(None, sides[0], self._put(sides[0].tex))
        for left, side in pairwise(sides):
            self._note(left, side, self._put(f"  {side.relation} {side.tex}"))
        self._put(r"\]" if tex else "$$")
        self._put("")

    def _aligned(self, sides: tuple[Side, ...]) -> None:
        tex = self.style.kind == "tex"
        opening, closing = (
            ([r"\begin{align*}"], [r"\end{align*}"])
            if tex
            else (["$$", r"\begin{aligned}"], [r"\end{aligned}", "$$"])
        )
        for line in opening:
            self._put(line)
        together = self.style.constant.startswith("\\")
        rows = list(sides[1:])
        if together:
            place = self._put(f"{sides[0].tex} &{rows[0].relation} {rows[0].tex} \\\\")
            self._note(None, sides[0], place)
            self._note(sides[0], rows[0], place)
        else:
            self._note(None, sides[0], self._put(sides[0].tex))
        first = 1 if together else 0
        for number, side in enumerate(rows[first:], start=first):
            end = r" \\" if number < len(rows) - 1 else "."
            place = self._put(f"  &{side.relation} {side.tex}{end}")
            self._note(sides[number], side, place)
        for line in closing:
            self._put(line)
        self._put("")

    def finish(self) -> Written:
        """The text of the file."""
        match self.style.kind:
            case "tex":
                self._put(r"\end{document}")
                self.found.text = "\n".join(self._lines) + "\n"
            case "ipynb":
                self._close_cell()
                self.found.text = self._notebook()
            case _:
                self.found.text = "\n".join(self._lines) + "\n"
        return self.found

    def _notebook(self) -> str:
        cells = []
        for number, lines in enumerate(self._cells):
            source = [f"{line}\n" for line in lines[:-1]] + lines[-1:]
            common = {"id": f"cell-{number}", "metadata": {}, "source": source}
            code: dict[str, Any] = {"cell_type": "code", "execution_count": None, "outputs": []}
            cells.append(
                {**(code if number in self._codes else {"cell_type": "markdown"}), **common}
            )
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
