r"""What the text says of the independence of random variables.

"$X$ and $Y$ are independent" speaks of the two, "independent noise $Z$" of Z and all
others, "i.i.d." of a whole family `X_i`.  What is denied, asked or only supposed in an
"if" says nothing; where dependence is spoken of, only what is named counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.reader.names import without_font
from derive.reader.notation import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

_IID = re.compile(r"\bi\.?\s?i\.?\s?d\b\.?|\bн\.?\s?о\.?\s?р\b\.?", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_SAID = re.compile(r"\bindependen(?:t|tly|ce)\b|\biid\b|\bнезависим\w*", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|never|no|without|nor|if|unless|whether|neither|conditionally|linearly|pairwise"
    r"|не|ни|без|если|условно|линейно|попарно|зависим\w*)\b|n't\b|[\w}$]-(?:in)?dependen"
    r"|independent(?:ly)?\s+(?:of|from)\s+(?!(?:the\s+)?(?:\w+\s+){0,2}\$|each|one\s|every|all"
    r"|the\s+(?:others?|rest|past))"
    r"|(?<![\w-])dependen|correlat|\bcoupl|коррел|\?\s*$",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(
    r"(?<![\w-])dependent\b|\bnot\s+(?:\w+\s+)?independent|correlat|\bcoupl|коррел|(?<!не)зависимы",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:mutually|jointly|all|everything|each other|one another|iid)\b|в совокупности|взаимно",
    re.IGNORECASE,
)
_OF = re.compile(r"independent(?:ly)?\s+(?:of|from)\s+(?:the\s+)?(?:\w+\s+){0,2}\$(?P<of>[^$]+)\$")
_FORMULA = re.compile(r"\$+([^$]+)\$+|\\\((.+?)\\\)")
_LETTER = re.compile(
    r"(?:\\(?:bar|tilde|hat|mathbf|mathrm|boldsymbol|bm)\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z])"
    r"(?:_(?:\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9]))?"
)


@dataclass(frozen=True)
class Independence:
    """The names that sentences on independence have in them; an empty one is of all."""

    sentences: tuple[frozenset[str], ...] = ()

    @classmethod
    def told(cls, prose: Iterable[str], names: Iterable[str]) -> Independence:
        """Read what the text says; `names`: those of the random variables."""
        known = frozenset(_plain(name) for name in names)
        text = "\n\n".join(prose)
        found = [s for s in _SENTENCE.split(_IID.sub("iid", text)) if s]
        dependent = any(_DEPENDENT.search(s) for s in found)
        said = (_said(s, known) for s in found if _SAID.search(s) and not _DENIED.search(s))
        kept = [s for s in said if s is not None and (len(s) > 1 or not dependent)]
        return cls(tuple(kept))

    def of(self, one: str, other: str) -> bool:
        """Whether two variables are said to be independent."""
        pair = {_plain(one), _plain(other)}
        return any(self._speaks(names, pair) for names in self.sentences)

    def _speaks(self, names: frozenset[str], pair: set[str]) -> bool:
        if not names or pair <= names:
            return True
        families, named = set(map(_family, pair)), set(map(_family, names))
        alone = len(named) == 1 and bool(families & named)
        return alone or (len(families) == 1 and families <= named)


def _said(sentence: str, known: frozenset[str]) -> frozenset[str] | None:
    """The variables that a sentence is about; None if it is about others."""
    found = frozenset(x for f in _FORMULA.finditer(sentence) for x in _letters(f[1] or f[2]))
    families = set(map(_family, known))
    about = frozenset(x for x in found if _family(x) in families)
    if not about:
        return about if _ALL.search(sentence) and not found else None
    of = _OF.search(sentence)
    others = set() if of is None else _letters(of["of"])
    return None if len(about) == 1 and others and not others & about else about


def _letters(formula: str) -> set[str]:
    return {_plain(match[0]) for match in _LETTER.finditer(formula)}


def _plain(name: str) -> str:
    name = canonical(name)
    return (without_font(name) or name).replace(" ", "")


def _family(name: str) -> str:
    r"""The letter without an index that is a letter: X of `X_i`, but `X_1` of `X_1`."""
    return re.sub(r"_\{[a-z](?:[+-]\d)?\}$", "", name)
