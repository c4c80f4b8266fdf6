r"""What the grammar decides by looking ahead: bars, and the `d` of a differential.

A bar opens where an operand is expected.  After an operand it closes the absolute value
it is in, else it separates (`E[f | X = x]`), else it opens: `\frac{1}{2}|x|`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.reader.commands import ACCENTS, FONTS

if TYPE_CHECKING:
    from derive.reader.cursor import Cursor


# After a `d` that is the dimension: `d \mathbb{E}`, `d \nabla`.
_NO_VARIABLES = frozenset({"\\mathbb", "\\mathds", "\\mathbbm", "\\nabla", "\\partial"})


def at_evaluation_bar(cursor: Cursor) -> bool:
    """Whether a bar with limits comes next, and no absolute value that it could close."""
    if cursor.token.kind != "bar":
        return False
    around = cursor.closers[-1] if cursor.closers else ""
    limits = cursor.ahead(1).text in ("_", "^")
    if cursor.token.side == "right":
        return cursor.at("|") and limits and around not in ("|", "||", ".")
    return cursor.at("|") and limits and not cursor.token.side and around not in ("|", "||")


def opens(cursor: Cursor) -> bool:
    """Whether the bar after an operand opens a norm, rather than closing or separating."""
    token = cursor.token
    if token.side in ("right", "middle"):
        return False
    if token.side == "left":
        return True
    innermost = cursor.closers[-1] if cursor.closers else ""
    if token.kind == "norm":
        return innermost != "\\|" and not at_separating_bar(cursor)
    if innermost in ("|", "||"):
        return False
    if cursor.ahead(1).text in ("_", "^"):
        return False  # an evaluation bar
    # `E[a|b]` has one bar left in its brackets, `E[2|a|]` a pair; `D(p||q)` one double bar.
    left = _bars_left(cursor)
    return left != (2 if is_double(cursor) and innermost else 1)


def _bars_left(cursor: Cursor, kind: str = "bar") -> int:
    """Count the unsided bars of a kind before the end of the group that the cursor is in."""
    depth = count = 0
    for token in cursor.tokens[cursor.position :]:
        if token.kind == "open" or token.text == "{":
            depth += 1
        elif token.kind == "close" or token.text == "}":
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and token.kind == kind and not token.side:
            count += 1
    return count


def is_double(cursor: Cursor) -> bool:
    """Whether two bars stand next to each other, as in `||x||`."""
    one, two = cursor.token, cursor.ahead(1)
    return one.text == two.text == "|" and one.span.end == two.span.start


def at_separating_bar(cursor: Cursor) -> bool:
    """Whether a bar between parts comes next, as in `E[f | X = x]`."""
    innermost = cursor.closers[-1] if cursor.closers else ""
    token = cursor.token
    if token.kind == "norm" and token.side == "middle":
        return True
    if token.kind == "norm":  # `D(q \| p)`
        return innermost not in ("", "\\|") and _bars_left(cursor, "norm") == 1
    sided = token.side == "middle" or innermost not in ("|", "||")
    bar = token.kind == "bar" and token.side != "right" and sided
    return bar or cursor.at("\\parallel")


def at_separating_colon(cursor: Cursor) -> bool:
    """Whether a colon between indices comes next, `1:T`."""
    inside = bool(cursor.closers) and cursor.closers[-1] == "{"
    return inside and cursor.at(":") and cursor.ahead(1).text != "="


def at_prime(cursor: Cursor) -> bool:
    r"""Whether a prime comes next, `'`, `^\prime` or `^{\prime\prime}`."""
    if cursor.at("'"):
        return True
    if not cursor.at("^"):
        return False
    if cursor.ahead(1).text in ("\\prime", "'"):
        return True
    count = 2
    while cursor.ahead(count).text in ("\\prime", "'"):
        count += 1
    return count > 2 and cursor.ahead(1).text == "{" and cursor.ahead(count).text == "}"


def differential_length(cursor: Cursor) -> int:
    r"""How many tokens make the `d` of a differential here; 0: there is none."""
    spelled = tuple(cursor.ahead(i).text for i in range(5))
    if spelled[0] == "d" and cursor.token.kind in ("letter", "word"):
        length = (
            5 if spelled[1:] == ("^", "{", "d", "}") else 3 if spelled[1:3] == ("^", "d") else 1
        )
    elif spelled[:2] == ("\\rm", "d") or spelled[:2] == ("\\mathrm", "d"):
        length = 2
    elif spelled[:4] == ("{", "\\rm", "d", "}"):
        length = 4
    else:
        return 0
    after = cursor.ahead(length)
    if after.text in _NO_VARIABLES:
        return 0
    named = after.kind == "letter" or after.text in FONTS or after.text in ACCENTS
    return length if named else 0


def at_signed_brace(cursor: Cursor) -> bool:
    r"""Whether a braced term with its sign comes next: `a \underbrace{- b}_{c}` is `a - b`."""
    braced = cursor.at("\\underbrace", "\\overbrace") and cursor.ahead(1).text == "{"
    return braced and cursor.ahead(2).text in ("+", "-")
