"""Texts made safe to show: what a terminal, an XML file or a table may not contain."""

from __future__ import annotations

import re
import unicodedata

# Bidirectional controls reorder what is read on a line; "Trojan Source", CVE-2021-42574.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_COMMAND = re.compile(r"\A(\s*)::")


def clean(text: str) -> str:
    """Replace control characters, line ends and tabs by a space, other ones by U+FFFD."""
    return "".join(_clean_character(c) for c in text)


def clean_lines(text: str) -> str:
    """As `clean`, but line ends stay."""
    return "\n".join(clean(line) for line in text.splitlines())


def inert(row: str) -> str:
    r"""Break what the log of a CI job would take for a command: `::error` first, `##[group]`.

    >>> inert("  ::error::x ##[group]")
    '  :\u200b:error::x #\u200b#[group]'
    """
    # By a space of no width: the carets of the next line stay below their place.
    return _COMMAND.sub("\\1:\u200b:", row).replace("##[", "#\u200b#[")


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
