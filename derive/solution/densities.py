r"""What the text says to be a density: "$p$ the density of X", `x \sim q`, `q(x \mid y)`.

A `p` of which nothing is said may be a polynomial, and a `q` may lack its factor.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.reader.elaborate import unscripted
from derive.reader.grammar import parse
from derive.reader.names import name_in, name_of
from derive.reader.notation import canonical
from derive.reader.syntax import Letter, items_of
from derive.solution.introductions import introduced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.solution.formulas import Formulas
    from derive.solution.usage import Use

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")
_DENSITY = re.compile(
    r"\b(?:densit(?:y|ies)|distributions?|laws?|pdfs?|probabilit(?:y|ies)"
    r"|плотност\w*|распределени\w*)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|no|un-?normali[sz]ed|non-?normali[sz]ed|up to|proportional|ненормир\w+|не)\b"
    r"|n't\b|\?\s*$",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"\$+([^$]+)\$+|\\\((.+?)\\\)")
_SIGN = re.compile(r"\\(?:sim|propto|colon|to|in|coloneqq|geq?|leq?)(?![A-Za-z])|[=<>:]")
_OTHER = re.compile(
    r"\${1,2}(?P<name>[^$=]{1,20}?)\${1,2}\s+(?:is|be|are|denotes?)\s+(?:an?\s+)?(?:\w+\s+){0,2}?"
    r"(?:polynomials?|functions?|numbers?|primes?|maps?|permutations?|polynomial)\b",
    re.IGNORECASE,
)
_INTEGRAL = re.compile(
    r"\\int(?:\\limits)?(?:\s*[_^]\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+|\w))*\s*"
    r"(?P<name>[^\s()\\]*(?:\\[A-Za-z]+[^\s()\\]*)*)\s*\([^()]*\)\s*"
    r"(?:\\[,;:!]|\\mathrm|[\s{}~])*d(?![A-Za-z]{2})"
)


def is_other(name: str, formulas: Formulas) -> bool:
    """Whether the text calls a letter something that is no density."""
    return any(
        name in {_name(part) for part in match["name"].split(",")}
        for text in formulas.prose
        for match in _OTHER.finditer(text)
    )


def is_normalised(name: str, found: list[Use], formulas: Formulas) -> bool:
    """Whether a guessed density integrates to 1, as the document has it."""
    if name in set(_divisors(formulas)):
        return False
    if any("law" in use.within or "|" in use.bars for use in found):
        return True
    return is_law(name, formulas) or name in set(_called(formulas))


def is_law(name: str, formulas: Formulas) -> bool:
    r"""Whether variables are drawn from a letter, `X \sim p`."""
    return any(_name(one.law) == name for one in introduced(formulas.chains, formulas.prose))


def _called(formulas: Formulas) -> Iterator[str]:
    """The letters that the text calls densities, or their laws."""
    for text in formulas.prose:
        for sentence in _SENTENCE.split(text):
            if not _DENSITY.search(sentence) or _DENIED.search(sentence):
                continue
            for match in _FORMULA.finditer(sentence):
                first, *_ = _SIGN.split(match[1] or match[2])
                yield from (_name(part) for part in first.split(","))


def _divisors(formulas: Formulas) -> Iterator[str]:
    r"""The functions whose integral is a number of its own, `Z = \int q(x) dx`."""
    for chain in formulas.chains:
        others = [side.text.strip(" .,;") for side in chain.sides]
        for side in chain.sides:
            alone = "1" in others and _INTEGRAL.match(side.text.strip()) is not None
            if not alone:
                yield from (canonical(m["name"]) for m in _INTEGRAL.finditer(side.text))


def _name(text: str) -> str:
    """The letter that a text is, alone or with arguments; "" for anything else."""
    try:
        node = parse(text)
    except ParseError:
        return ""
    name = name_in(node)
    if name is not None:
        return name
    base, sub, _, _ = unscripted(items_of(node)[0])
    return name_of(base, sub) if isinstance(base, Letter) else ""
