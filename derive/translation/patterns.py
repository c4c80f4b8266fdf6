"""Sentences of the engine in other languages: what it says is matched with what it can say."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from derive.translation import translate
from derive.translation.sentences import SENTENCES

if TYPE_CHECKING:
    from derive.translation import Lang

_LONGEST = 2000  # characters of a message that is looked up
_DEEPEST = 4  # how far sentences stand in the holes of sentences
_NEXT_READING = re.compile(r"; (?=read as )")
_PLACED = re.compile(r"((?:[^:\n]*:)?\d+:\d+: )(.+)")  # a message and its place: `file.md:3:14: `
_KNOWN = frozenset(SENTENCES)
_HOLE = re.compile(r"\{(\d*)\}")


def translate_pattern(message: str, lang: Lang) -> str:
    """Give a message of the engine in a language, or what of it has a translation.

    The pieces of a document in it stay as they are; several lines are an excerpt with a
    caret below it, of which the first is the message.

    >>> translate_pattern("unknown letter 'y'", "en")
    "unknown letter 'y'"
    """
    if lang == "en" or len(message) > _LONGEST:
        return message
    head, newline, excerpt = message.partition("\n")
    placed = _PLACED.fullmatch(head)
    place, told = ("", head) if placed is None else placed.groups()
    first, *readings = _NEXT_READING.split(told)
    sentences = "; ".join(_translated(part, lang, 0) for part in (first, *readings))
    return f"{place}{sentences}{newline}{excerpt}"


def filled(pattern: str, pieces: tuple[str, ...]) -> str:
    """Put pieces into the holes of a sentence: `{}` in turn, `{0}` by number.

    Unlike `str.format` it takes other braces for text: LaTeX is full of them.

    >>> filled("{1} of {0} in {x}", ("a", "b"))
    'b of a in {x}'
    """
    turn = iter(pieces)
    return _HOLE.sub(lambda hole: pieces[int(hole[1])] if hole[1] else next(turn, "{}"), pattern)


def _translated(message: str, lang: Lang, depth: int) -> str:
    if message in _KNOWN:  # no other phrase: a letter `s` is not the sign of seconds
        return translate(message, lang)
    if depth > _DEEPEST:
        return message
    for first, last, pattern, english in _patterns():
        if message.startswith(first) and message.endswith(last):
            found = pattern.fullmatch(message)
            if found is not None:
                pieces = tuple(_piece(piece, lang, depth) for piece in found.groups())
                return filled(translate(english, lang), pieces)
    return message


def _piece(piece: str, lang: Lang, depth: int) -> str:
    told = _translated(piece, lang, depth + 1)
    return told if told != piece else piece.replace(" or ", translate(" or ", lang))


@cache
def _patterns() -> tuple[tuple[str, str, re.Pattern[str], str], ...]:
    """Give the sentences with holes: how each begins and ends, its pattern, itself.

    Those with most letters come first: they say most precisely what was meant.
    """
    holed = sorted((s for s in SENTENCES if "{}" in s), key=lambda s: -len(s.replace("{}", "")))
    return tuple((*_ends(s), _pattern(s), s) for s in holed)


def _ends(sentence: str) -> tuple[str, str]:
    return sentence.partition("{}")[0], sentence.rpartition("{}")[2]


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("(.+)".join(map(re.escape, sentence.split("{}"))))
