"""Texts made safe to show: what a terminal, an XML file or a table may not contain."""

from __future__ import annotations

import unicodedata

# Bidirectional controls reorder what is read on a line; "Trojan Source", CVE-2021-42574.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Replace control characters, line ends and tabs by a space, other ones by U+FFFD."""
    return "".join(_clean_character(c) for c in text)


def clean_lines(text: str) -> str:
    """As `clean`, but line ends stay."""
    return "\n".join(clean(line) for line in text.splitlines())


def _clean_character(character: str) -> str:
    if character in "\n\r\t\u2028\u2029":
        return " "
    # Cc: C0 and C1 controls, Cs: lone surrogates (from file names).
    if (
        character in _BIDI
        or character in "\ufffe\uffff"
        or unicodedata.category(character) in {"Cc", "Cs"}
    ):
        return "\ufffd"
    return character
