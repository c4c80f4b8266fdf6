r"""Square matrices that a document speaks of and the language has no letters for.

Any matrix is the Jacobian of some vector field at 0, so "a matrix $A$" is read as
that of an unspecified field: what is proved of it holds for every square matrix, and
nothing false is told from a guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from derive.language.terms import At, Diff, Field, Sym, Zero
from derive.reader.calculus import MATRIX
from derive.reader.names import readable
from derive.reader.syntax import Letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.solution.context import Context
    from derive.solution.formulas import Formulas
    from derive.solution.usage import Use

_CALLED = re.compile(
    r"\b(?:matrix|matrices|матриц\w*)\s+\${1,2}\s*(?P<name>[^$]*?)\s*"
    r"(?:\\in\s*(?P<space>[^$]*?))?\s*\${1,2}",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[$.;]")
_SPECIAL = re.compile(
    r"\brectangular|\brandom|\bcovariance|\bidentity|прямоуг|случайн|ковариац|единичн",
    re.IGNORECASE,
)
RANDOM = re.compile(r"\brandom|\bstochastic|\bnois[ey]|\bdrawn\b|случайн|шум", re.IGNORECASE)
_SQUARE = re.compile(
    r"(?:\\mathbb|\\mathbf)?\s*\{?\s*\\?R\s*\}?\s*\^\s*\{?\s*(\w)\s*\\times\s*\1\s*\}?"
)


_FAR = 200  # characters of a sentence around a formula
_Called: TypeAlias = "tuple[str, str, str | None]"


def declare_matrices(formulas: Formulas, context: Context) -> None:
    """Declare the letters that the text calls matrices, any square ones."""
    called = _called(formulas.prose)
    by_name: dict[str, list[Use]] = {}
    for use in formulas.uses:
        by_name.setdefault(use.name, []).append(use)
    for name, found in by_name.items():
        if (
            context.declares(name)
            or not _is_letter(found)
            or not _is_any(called.get(readable(name), ()))
        ):
            continue
        shown = readable(name)
        at = Sym(f"{MATRIX}({shown})", 1)
        context.define(name, At(Diff(Field(shown, 1)(at), at), at, Zero(1)))
        context.told[name] = "a matrix"
        context.guessed.add(name)


def _is_letter(found: Sequence[Use]) -> bool:
    return all(
        isinstance(use.letter, Letter) and not (use.primes or use.arguments) for use in found
    )


def _is_any(called: Sequence[_Called]) -> bool:
    """Whether the text says "matrix $A$", and nothing that not every square matrix is."""
    return bool(called) and all(
        not _SPECIAL.search(before)
        and not RANDOM.search(after)
        and (space is None or _SQUARE.fullmatch(space.strip()) is not None)
        for before, after, space in called
    )


def _called(prose: Sequence[str]) -> dict[str, list[_Called]]:
    """What the text calls matrices: what stands before and after them, and their space."""
    found: dict[str, list[_Called]] = {}
    for text in prose:
        for match in _CALLED.finditer(text):
            found.setdefault(match["name"], []).append((*sentence_around(match), match["space"]))
    return found


def sentence_around(match: re.Match[str]) -> tuple[str, str]:
    """What a sentence says before and after a formula in it, up to the next formula."""
    text, start, end = match.string, match.start(), match.end()
    return _ENDS.split(text[max(0, start - _FAR) : start])[-1], _ENDS.split(text[end : end + _FAR])[
        0
    ]
