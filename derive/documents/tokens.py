r"""Tokens of LaTeX and the pairs of brackets in it, for text that may be broken.

Braces, environments and `\left ... \right` are hard brackets; `(`, `[` and their kin are
soft ones: half-open intervals and forgotten partners are common, and one that finds no
partner counts as an ordinary character.  All loops are linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LENGTH = r"\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu|pc|bp|sp|\\[A-Za-z]+)\s*\]"
_DELIMITER = r"\s*(?:\\[A-Za-z]+|\\.|[^\\{}\s])"
TOKEN = re.compile(
    rf"(?P<row>\\\\\*?(?:{_LENGTH})?|\\(?:newline|cr)(?![A-Za-z]))"
    rf"|(?P<left>\\left(?![A-Za-z]){_DELIMITER})"
    rf"|(?P<right>\\right(?![A-Za-z]){_DELIMITER})"
    rf"|(?P<middle>\\middle(?![A-Za-z]){_DELIMITER})"
    r"|(?P<begin>\\begin\s*\{(?P<begun>[A-Za-z]*)\*?\})"
    r"|(?P<end>\\end\s*\{(?P<ended>[A-Za-z]*)\*?\})"
    r"|(?P<command>\\(?:[A-Za-z@]+|.)|\\\Z)"
    r"|(?P<space>[\s~]+)"
    r"|(?P<dots>\.{2,})"
    r"|(?P<char>.)",
    re.DOTALL,
)
COMMENT = re.compile(r"\\.|%[^\n]*(?:\n[ \t]*(?!\n))?", re.DOTALL)

# Environments that set rows of statements; whatever else begins stays within its side.
_ROWS_NAMES = """
    align aligned alignat alignedat gather gathered split eqnarray multline multlined equation
    displaymath math flalign IEEEeqnarray subequations dmath
"""
ROWS = frozenset(_ROWS_NAMES.split())
# What follows `\begin{alignat}` in braces is a number of columns, no formula.
COLUMNS = frozenset({"alignat", "alignedat", "IEEEeqnarray", "array"})

_SOFT = {"(": ")", "[": "]", "\\{": "\\}", "\\lbrace": "\\rbrace", "\\langle": "\\rangle"}
_SOFT |= {"\\lfloor": "\\rfloor", "\\lceil": "\\rceil", "\\lbrack": "\\rbrack"}
_CLOSERS = {closer: opener for opener, closer in _SOFT.items()}
_HALF_OPEN = frozenset({"(", "["})


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` is the name for an environment, what is written otherwise."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Split LaTeX into tokens; every character is in one."""
    tokens = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind in {"begun", "ended"}:
            kind = "begin" if kind == "begun" else "end"
        name = match["begun"] if match["begin"] else match["ended"] if match["end"] else None
        written = match.group() if name is None else name
        tokens.append(Token(kind, written, match.start(), match.end()))
    return tokens


def pair_brackets(tokens: Sequence[Token], relations: Sequence[bool]) -> dict[int, int]:
    """Map each opening token that has a partner to it.

    relations: which tokens are relations; a row that begins with one ends what the row
        before left open.
    """
    return _Pairing(tokens, relations).run()


@dataclass(slots=True)
class _Level:
    """A hard bracket that is open, and the soft ones inside it that are."""

    kind: str
    index: int
    soft: list[tuple[str, int]] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)


class _Pairing:
    """One run of `pair_brackets`: the open brackets, and how many of each hard kind."""

    def __init__(self, tokens: Sequence[Token], relations: Sequence[bool]) -> None:
        self.tokens = tokens
        self.relations = relations
        self.levels = [_Level("", -1)]
        self.open: Counter[str] = Counter()
        self.pairs: dict[int, int] = {}

    def run(self) -> dict[int, int]:
        for index, token in enumerate(self.tokens):
            self._take(index, token)
        return self.pairs

    def _take(self, index: int, token: Token) -> None:
        match token.kind:
            case "begin" | "left":
                self._push("left" if token.kind == "left" else f"env {token.text}", index)
            case "end":
                self._close(f"env {token.text}", index)
            case "right":
                self._close("left", index)
            case "row":
                self._break_row(index)
            case "char" | "command" if token.text == "{":
                self._push("{", index)
            case "char" | "command" if token.text == "}":
                self._close("{", index)
            case "char" | "command" if token.text in _SOFT:
                self.levels[-1].soft.append((token.text, index))
                self.levels[-1].count[token.text] += 1
            case "char" | "command" if token.text in _CLOSERS:
                self._close_soft(_CLOSERS[token.text], index)
            case _:
                pass

    def _push(self, kind: str, index: int) -> None:
        self.levels.append(_Level(kind, index))
        self.open[kind] += 1

    def _close(self, kind: str, index: int) -> None:
        """Pair with the nearest opener of this kind; what is open inside has no partner."""
        if not self.open[kind]:
            return
        while True:
            level = self.levels.pop()
            self.open[level.kind] -= 1
            if level.kind == kind:
                self.pairs[level.index] = index
                return

    def _close_soft(self, kind: str, index: int) -> None:
        # A soft bracket never closes across a hard one: `{(}` and `)` are no pair.
        level = self.levels[-1]
        if not level.soft:
            return
        if not level.count[kind]:
            if not (kind in _HALF_OPEN and level.soft[-1][0] in _HALF_OPEN):
                return
            kind = level.soft[-1][0]
        while True:
            opened, begin = level.soft.pop()
            level.count[opened] -= 1
            if opened == kind:
                self.pairs[begin] = index
                return

    def _break_row(self, index: int) -> None:
        # No `\left` reaches over the end of a row; `\big[` does.
        level = self.levels[-1]
        if level.kind and level.kind.removeprefix("env ") not in ROWS:
            return
        if level.soft and self._relation_follows(index):
            level.soft.clear()
            level.count.clear()

    def _relation_follows(self, index: int) -> bool:
        for after in range(index + 1, len(self.tokens)):
            token = self.tokens[after]
            if token.kind != "space" and token.text != "&":
                return self.relations[after]
        return False
