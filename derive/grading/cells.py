"""Cells of tables of ours that somebody opens in a spreadsheet."""

from __future__ import annotations

import re

from derive.report.plain import clean

# A spreadsheet computes what begins so; the wide forms become these where a Japanese one
# reads them.
_FORMULA = re.compile(r"[\s\u200b-\u200d\ufeff]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")

# Where the list separator is a semicolon (Russian, German) a spreadsheet splits our commas'
# file at semicolons, and the piece behind one is a cell.
_AFTER_SEPARATOR = re.compile(r"(;[\s\"']*)([=+\-@＝＋－＠])")


def safe_cell(text: str) -> str:
    r"""Give the text so that no spreadsheet computes it, without control characters.

    Numbers stay as they are.  Write rows with `csv`, which quotes.

    >>> safe_cell('=HYPERLINK("http://x";"y")'), safe_cell("-1.5")
    ('\'=HYPERLINK("http://x";"y")', '-1.5')
    """
    # Before `clean`, which makes spaces of them: a tab at the start is a trap as well.
    trap = text[:1] in {"\t", "\r", "\n"}
    plain = clean(text).replace("\ufffd", "")
    if _NUMBER.fullmatch(plain):
        return plain
    plain = _AFTER_SEPARATOR.sub(r"\1'\2", plain)
    return f"'{plain}" if trap or _FORMULA.match(plain) else plain
