r"""What a LaTeX document needs around formulas: escaped words, widths, line breaks."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.language.latex import latex
from derive.language.transcribe import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.kernel.verdict import Condition

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
}
# A letter typed as such, `α ≤ β`, is an error to pdflatex and a hole in the page to xelatex.
_COMMANDS = {glyph: command for command, glyph in SYMBOLS.items() if not glyph.isascii() and glyph}
_COMMANDS |= {"²": "{}^2", "³": "{}^3", "½": r"\tfrac{1}{2}", "√": r"\surd", "₀": "{}_0"}
_TYPESET = re.compile(r"[\u0020-\u007e\u00a0-\u00ff\u0400-\u045f–—‘’“”„«»…№]")

_RELATIONS = {
    "nonzero": r" \ne 0",
    "positive": " > 0",
    "nonnegative": r" \ge 0",
    "decay": r" \to 0",
}
_GLYPH = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_WIDTHS = {
    **dict.fromkeys(["+", "-", "=", r"\cdot", r"\mid", r"\to", r"\ne", ">", "<"], 1.2),
    **dict.fromkeys(["(", ")", "[", "]", r"\langle", r"\rangle", ",", ";", "|", r"\|"], 0.4),
    **dict.fromkeys(
        [r"\left", r"\right", r"\Bigl", r"\Bigr", r"\mathbb", r"\mathcal", r"\mathrm", "{", "}"],
        0.0,
    ),
    **dict.fromkeys([r"\operatorname", r"\operatorname*", r"\text", r"\displaystyle"], 0.0),
    **dict.fromkeys([r"\log", r"\exp", r"\sin", r"\cos"], 1.5),
    r"\,": 0.17,
    r"\int": 1.0,
}


def tex_words(text: str) -> str:
    r"""Escape a text for LaTeX; formulas between dollars stay, other symbols are named.

    >>> tex_words("50 % of $x_t$, α_t")
    '50 \\% of $x_t$, $\\alpha$\\_t'
    """
    pieces = text.split("$")
    if len(pieces) % 2 == 0:  # a dollar without its pair is a dollar
        return "".join(map(_tex_character, text))
    return "".join(
        "".join(map(_tex_character, piece)) if index % 2 == 0 else f"${tex_formula(piece)}$"
        for index, piece in enumerate(pieces)
        if piece or index % 2 == 0
    )


def tex_verbatim(text: str) -> str:
    r"""Set lines as they are typed, spaces and all: a caret stays under its place.

    >>> tex_verbatim("1 $\n  ^")
    '\\texttt{1~\\$}\\newline \\texttt{~~\\textasciicircum{}}'
    """
    lines = ("".join("~" if c == " " else _tex_character(c) for c in row) for row in
             text.splitlines())  # fmt: skip
    return r"\newline ".join(rf"\texttt{{{row}}}" for row in lines)


def tex_formula(formula: str) -> str:
    """Name the symbols that stand in a formula as themselves; blank lines end no paragraph."""
    named = "".join(f"{_COMMANDS[c]} " if c in _COMMANDS else c for c in formula)
    return " ".join(named.split())


def _tex_character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character in _COMMANDS:
        return f"${_COMMANDS[character]}$"
    if _TYPESET.match(character) or character.isspace():
        return character
    return rf"\texttt{{U+{ord(character):04X}}}"


def condition_formula(condition: Condition) -> str:
    """Give a condition as LaTeX; "" for one that is stated in words only."""
    if condition.term is None:
        return ""
    return latex(condition.term) + _RELATIONS.get(condition.kind, "")


def width(formula: str) -> float:
    """Estimate the width of a displayed formula, in em; right to about a fifth."""
    tokens = _GLYPH.findall(formula)[::-1]
    total = 0.0
    while tokens:
        total += _width(tokens)
        if tokens and tokens[-1] == "}":
            tokens.pop()
    return total


def _group(tokens: list[str]) -> float:
    """Measure one argument: a token, or what stands between braces."""
    while tokens and tokens[-1].isspace():
        tokens.pop()
    if not tokens:
        return 0.0
    if tokens[-1] != "{":
        return _width(tokens)
    tokens.pop()
    total = 0.0
    while tokens and tokens[-1] != "}":
        total += _width(tokens)
    if tokens:
        tokens.pop()
    return total


def _width(tokens: list[str]) -> float:
    first = tokens.pop()
    if first == "{":
        tokens.append(first)
        return _group(tokens)
    if first == r"\frac":
        return max(_group(tokens), _group(tokens)) + 0.25
    if first == r"\sqrt":
        return _group(tokens) + 0.85
    if first in {"_", "^"}:
        return 0.75 * _group(tokens)
    return 0.0 if first.isspace() else _WIDTHS.get(first, 0.58)


def packed(pieces: Iterable[str], limit: float) -> list[str]:
    """Put the summands of a formula on as few lines as `limit` (in em) allows."""
    lines: list[str] = []
    for piece in (part for whole in pieces for part in _opened(whole, limit)):
        if lines and width(lines[-1]) + width(piece) <= limit:
            lines[-1] += piece
        else:
            lines.append(piece.strip())
    return lines


def _opened(formula: str, limit: float) -> list[str]:
    r"""Cut a formula that is too wide at the signs inside its outermost brackets.

    Brackets that are cut get a fixed size: `\left` and `\right` must share a line.
    """
    if width(formula) <= limit:
        return [formula]
    tokens = _GLYPH.findall(formula)
    braces, fences, cuts = 0, [], [0]
    for index, glyph in enumerate(tokens):
        braces += {"{": 1, "}": -1}.get(glyph, 0)
        sized = index > 0 and tokens[index - 1] in {r"\left", r"\right", r"\Bigl", r"\Bigr"}
        if braces or sized:
            continue
        if glyph in {r"\left", r"\langle", "(", "["}:
            fences.append(index)
        elif glyph in {r"\right", r"\rangle", ")", "]"} and fences:
            start = fences.pop()
            if not fences and cuts[-1] > start and glyph == r"\right":
                tokens[start], tokens[index] = r"\Bigl", r"\Bigr"
        elif glyph in {"+", "-"} and len(fences) == 1 and tokens[index - 1] == " ":
            cuts.append(index - 1)
    return ["".join(tokens[a:b]) for a, b in pairwise([*cuts, len(tokens)])]
