"""What grading says, in every language at once: grades are kept without one.

A text by language is a mapping "en", "ru" -> text.  Pieces of it may be other people's;
who shows it escapes it.
"""

from __future__ import annotations

from derive.translation import LANGS, Number, plural, translate

Told = dict[str, str]


def phrase(one: str, other: str | None = None, n: Number = 0) -> Told:
    """Give a phrase in every language; with two forms, the one that the number asks for."""
    if other is None:
        return {lang: translate(one, lang) for lang in LANGS}
    return {lang: plural(one, other, n, lang) for lang in LANGS}


def note(english: str, *pieces: str, reason: str = "") -> Told:
    """Give a phrase with pieces in it; `{0}`, `{1}` stand for them, `{why}` for a reason.

    >>> note("{0}: {why}", "a.md", reason="a damaged archive")["en"]
    'a.md: a damaged archive'
    """
    return {
        lang: translate(english, lang).format(*pieces, why=translate(reason, lang))
        for lang in LANGS
    }
