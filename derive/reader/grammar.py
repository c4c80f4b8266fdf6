r"""The grammar of formulas, by recursive descent: text to syntax tree.

Each `_parse_<rule>` implements the one rule it quotes.  Nothing here knows what a
letter means; what depends on meaning (application or product, which variable a
gradient is in) is left to elaboration.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.reader.commands import (
    ACCENTS,
    CLOSERS,
    DROPPED_WITH_ARGUMENT,
    FONTS,
    FRACTIONS,
    LOOKED_THROUGH,
    MARKS,
    RELATIONS,
    WORDS,
)
from derive.reader.cursor import Cursor
from derive.reader.lookahead import (
    at_evaluation_bar,
    at_separating_bar,
    differential_length,
    is_double,
    opens,
)
from derive.reader.names import spell
from derive.reader.syntax import (
    Group,
    Integrate,
    Letter,
    Mark,
    Node,
    Number,
    Parts,
    Quotient,
    Relation,
    Root,
    Row,
    Script,
    Scripted,
    Sum,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def parse(source: str) -> Node:
    """Parse one formula, or relation between formulas, and all of the text.

    Raises:
        ParseError: the text is not in the grammar, or over a cap (4096 characters,
            2000 nodes, 64 levels, 50 digits in a number).
    """
    cursor = Cursor.at_start(source)
    node = _parse_relation(cursor)
    if cursor.token.kind != "end":
        raise cursor.expected("the end of the formula")
    return node


def _parse_parts(cursor: Cursor) -> Parts:
    """Parse formulas with separators between them.

    parts = relation { ( "," | ";" | "|" ) relation }
    """
    start = cursor.token.span.start
    items, separators = [_parse_relation(cursor)], []
    while cursor.at(",", ";") or at_separating_bar(cursor):
        separators.append(cursor.take().text)
        items.append(_parse_relation(cursor))
    return Parts(cursor.span_from(start), tuple(items), tuple(separators))


def _parse_relation(cursor: Cursor) -> Node:
    """Parse sides with relation signs between them.

    relation = sum { relation-sign sum }
    """
    start = cursor.token.span.start
    sides, symbols = [_parse_sum(cursor)], []
    while cursor.token.text in RELATIONS or (cursor.at(":") and cursor.ahead(1).text == "="):
        symbol = cursor.take().text
        symbols.append(symbol + cursor.take().text if symbol == ":" else symbol)
        sides.append(_parse_sum(cursor))
    if not symbols:
        return sides[0]
    return Relation(cursor.span_from(start), tuple(sides), tuple(symbols))


def _parse_sum(cursor: Cursor) -> Node:
    """Parse a sum.

    sum = [ "+" | "-" ] row { ( "+" | "-" ) row }
    """
    start = cursor.token.span.start
    sign = cursor.take().text if cursor.at("+", "-") else "+"
    terms = [(sign, _parse_row(cursor))]
    while cursor.at("+", "-"):
        sign = cursor.take().text
        terms.append((sign, _parse_row(cursor)))
    if len(terms) == 1 and terms[0][0] == "+":
        return terms[0][1]
    return Sum(cursor.span_from(start), tuple(terms))


def _parse_row(cursor: Cursor) -> Node:
    r"""Parse atoms side by side, up to an evaluation bar if there is one.

    row = item { [ mark ] item } [ "|" scripts ]
    mark = "\cdot" | "*" | "\times" | "/"
    """
    start = cursor.token.span.start
    items: list[Node] = [_parse_item(cursor)]
    while True:
        if cursor.at(*MARKS):
            token = cursor.take()
            items.append(Mark(token.span, "\\cdot" if token.text == "*" else token.text))
            items.append(_parse_item(cursor))
        elif _at_item(cursor):
            items.append(_parse_item(cursor))
        else:
            break
    row = items[0] if len(items) == 1 else Row(cursor.span_from(start), tuple(items))
    if at_evaluation_bar(cursor):
        cursor.take()
        span = cursor.span_from(start)
        return _with_scripts(cursor, Group(span, ".", Parts(span, (row,), ())), start)
    return row


def _at_item(cursor: Cursor) -> bool:
    """Whether another atom of the same row comes next."""
    token = cursor.token
    if cursor.differentials[-1] and differential_length(cursor):
        return False
    match token.kind:
        case "number" | "letter" | "word" | "open":
            return True
        case "command":
            return token.text not in ("\\end", "\\\\")
        case "symbol":
            return token.text == "{"
        case "bar" | "norm":
            return opens(cursor)
        case "close" | "end":
            return False


def _parse_item(cursor: Cursor) -> Node:
    """Parse an atom with its scripts.

    item = atom { "_" argument | "^" argument | "'" }
    """
    start = cursor.token.span.start
    return _with_scripts(cursor, _parse_atom(cursor), start)


def _with_scripts(cursor: Cursor, base: Node, start: int) -> Node:
    sub = sup = None
    primes = 0
    while True:
        if cursor.at("_"):
            if sub is not None:
                raise cursor.error("a second subscript: write braces", start)
            sub = _parse_script(cursor)
        elif cursor.at("^") and cursor.ahead(1).text in ("\\prime", "'"):
            cursor.take(), cursor.take()
            primes += 1
        elif cursor.at("^"):
            if sup is not None:
                raise cursor.error("a second superscript: write braces", start)
            sup = _parse_script(cursor)
        elif cursor.at("'"):
            cursor.take()
            primes += 1
        else:
            break
    if sub is None and sup is None and not primes:
        return base
    return Scripted(cursor.span_from(start), base, sub, sup, primes)


def _parse_script(cursor: Cursor) -> Script:
    """Parse one subscript or superscript.

    script = ( "_" | "^" ) ( "{" parts "}" | token | "*" | "{*}" )
    """
    start = cursor.take().span.start
    begin = cursor.position
    starred = 1 if cursor.at("{") and cursor.ahead(2).text == "}" else 0
    if cursor.ahead(starred).text == "*":
        token = cursor.ahead(starred)
        for _ in range(1 + 2 * starred):
            cursor.take()
        parts = Parts(token.span, (Mark(token.span, "*"),), ())
    elif cursor.at("{"):
        parts = _parse_braces(cursor).parts
    elif cursor.token.kind == "number" and len(cursor.token.text) > 1:
        token = cursor.token
        message = f"TeX moves the first digit alone: write '{{{token.text}}}' in braces"
        raise cursor.error(message, token.span.start, token.span.end)
    else:
        with cursor.inside("{"):
            atom = _parse_atom(cursor)
        parts = Parts(atom.span, (atom,), ())
    text = spell(cursor.tokens[begin : cursor.position])
    return Script(cursor.span_from(start), text, parts)


def _parse_argument(cursor: Cursor, command: str) -> Node:
    """Parse the argument of a command: a group in braces or a single token.

    argument = "{" relation "}" | digit | letter | command
    """
    if cursor.at("{"):
        return _unwrapped(_parse_braces(cursor))
    if cursor.token.kind == "number":
        token = cursor.take_digit()
        _ = cursor.span_from(token.span.start)
        return Number(token.span, Fraction(token.text))
    if cursor.token.kind not in ("letter", "command", "word"):
        raise cursor.expected(f"an argument of {command}")
    with cursor.inside("{"):
        return _parse_atom(cursor)


def _parse_braces(cursor: Cursor) -> Group:
    """Parse a group in braces, which print nothing.

    braces = "{" parts "}"
    """
    start = cursor.take().span.start
    with cursor.inside("{"):
        parts = _parse_parts(cursor)
    cursor.expect("}", "'}'")
    return Group(cursor.span_from(start), "{", parts)


def _unwrapped(group: Group) -> Node:
    """Give what braces hold; a list in braces keeps them."""
    return group.parts.items[0] if len(group.parts.items) == 1 else group


def _parse_atom(cursor: Cursor) -> Node:
    """Parse an atom.

    atom = number | letter | word | braces | group | bars | command
    """
    token = cursor.token
    closing_bar = token.kind in ("bar", "norm") and token.side in ("right", "middle")
    parser = _ATOMS.get("{" if cursor.at("{") else token.kind)
    if parser is None or closing_bar:
        raise cursor.expected("a number, a letter or a formula in brackets")
    return parser(cursor)


def _parse_number(cursor: Cursor) -> Node:
    """Parse a number.

    number = digits [ ( "." | "{,}" ) digits ]
    """
    token = cursor.take()
    return Number(cursor.span_from(token.span.start), Fraction(token.text))


def _parse_letter(cursor: Cursor) -> Node:
    r"""Parse a letter.

    letter = "a" | ... | "Z" | "\alpha" | ... | "\nabla" | "\partial" | "\infty"
    """
    token = cursor.take()
    return Letter(cursor.span_from(token.span.start), token.text)


def _parse_word(cursor: Cursor) -> Node:
    r"""Parse a word in roman type; of one letter it is that letter.

    word = ( "\operatorname" | "\mathrm" | "\text" ) "{" characters "}"
    """
    token = cursor.take()
    span = cursor.span_from(token.span.start)
    return Letter(span, token.text, "mathrm") if len(token.text) == 1 else Word(span, token.text)


def _parse_braced(cursor: Cursor) -> Node:
    """Parse braces as an atom.

    Braces print nothing, so `{a+b}^2` misleads: such a group is kept for elaboration
    to refuse.
    """
    return _transparent(_parse_braces(cursor))


def _transparent(group: Group) -> Node:
    inner = _unwrapped(group)
    return group if isinstance(inner, Sum | Row | Relation) else inner


def _parse_group(cursor: Cursor) -> Node:
    r"""Parse a group in visible delimiters.

    group = "(" parts ")" | "[" parts "]" | "\{" parts "\}" | "\langle" parts "\rangle"
          | "\left." parts "\right|"
    """
    opening = cursor.take()
    with cursor.inside(opening.text):
        parts = _parse_parts(cursor)
    if opening.text == ".":
        if not (cursor.token.kind == "bar" and cursor.token.side == "right"):
            raise cursor.expected("'\\right|' to close '\\left.'")
        cursor.take()
        return Group(cursor.span_from(opening.span.start), ".", parts)
    closer, kind = CLOSERS[opening.text]
    cursor.expect(closer, f"'{closer}' to close '{cursor.written(opening)}'")
    return Group(cursor.span_from(opening.span.start), kind, parts)


def _parse_bars(cursor: Cursor) -> Node:
    r"""Parse an absolute value or a norm.

    bars = "|" sum "|" | "||" sum "||" | "\|" sum "\|"
    """
    opening = cursor.token
    kind = "||" if is_double(cursor) and not opening.side else opening.text
    for _ in range(len(kind) if kind == "||" else 1):
        cursor.take()
    with cursor.inside(kind):
        body = _parse_sum(cursor)
    for _ in range(2 if kind == "||" else 1):
        if cursor.token.text != opening.text or cursor.token.side in ("left", "middle"):
            raise cursor.expected(f"'{kind}' to close '{kind}'")
        cursor.take()
    span = cursor.span_from(opening.span.start)
    return Group(span, "|" if kind == "|" else "\\|", Parts(body.span, (body,), ()))


def _parse_command(cursor: Cursor) -> Node:
    r"""Parse a command.

    command = fraction | root | integral | accent | font | looked-through | named
    """
    parser = _COMMANDS.get(cursor.token.text)
    if parser is None:
        name = cursor.token.text
        raise ParseError(f"the command '{name}' is not one that formulas are read with",
                         cursor.source, cursor.token.span)  # fmt: skip
    return parser(cursor)


def _parse_fraction(cursor: Cursor) -> Node:
    r"""Parse a fraction.

    fraction = ( "\frac" | "\tfrac" | "\dfrac" | "\cfrac" ) argument argument
    """
    token = cursor.take()
    num, den = _parse_argument(cursor, token.text), _parse_argument(cursor, token.text)
    return Quotient(cursor.span_from(token.span.start), num, den)


def _parse_named(cursor: Cursor) -> Node:
    r"""Parse a function with a command of its own.

    named = "\log" | "\ln" | "\exp" | "\sin" | "\cos" | ...
    """
    token = cursor.take()
    return Word(cursor.span_from(token.span.start), WORDS[token.text])


def _parse_root(cursor: Cursor) -> Node:
    r"""Parse a root.

    root = "\sqrt" [ "[" sum "]" ] argument
    """
    start = cursor.take().span.start
    degree = None
    if cursor.at("["):
        cursor.take()
        with cursor.inside("["):
            degree = _parse_sum(cursor)
        cursor.expect("]", "']' after the degree of the root")
    body = _parse_argument(cursor, "\\sqrt")
    return Root(cursor.span_from(start), body, degree)


def _parse_accent(cursor: Cursor) -> Node:
    r"""Parse an accented letter; a script inside the accent belongs to the letter.

    accent = ( "\bar" | "\overline" | "\hat" | "\tilde" | ... ) argument
    """
    token = cursor.take()
    argument = _parse_argument(cursor, token.text)
    span = cursor.span_from(token.span.start)
    base = argument.base if isinstance(argument, Scripted) else argument
    if not isinstance(base, Letter):
        raise ParseError(f"expected one letter under '{token.text}'", cursor.source, base.span)
    letter = Letter(span, f"{ACCENTS[token.text]}{{{base.name}}}", base.font)
    return replace(argument, base=letter) if isinstance(argument, Scripted) else letter


def _parse_font(cursor: Cursor) -> Node:
    r"""Parse letters in a font.

    font = ( "\mathbf" | "\mathbb" | "\mathcal" | ... ) argument
    """
    token = cursor.take()
    argument = _parse_argument(cursor, token.text)
    span = cursor.span_from(token.span.start)
    base = argument.base if isinstance(argument, Scripted) else argument
    if isinstance(base, Letter):
        letter = replace(base, font=FONTS[token.text])
        if isinstance(argument, Scripted):
            return replace(argument, base=letter)
        return replace(letter, span=span)
    if isinstance(base, Row) and all(isinstance(i, Letter) for i in base.items):
        return Word(span, "".join(i.name for i in base.items if isinstance(i, Letter)))
    return argument


def _parse_looked_through(cursor: Cursor) -> Node:
    r"""Parse what only decorates a formula: the formula counts.

    looked-through = "\boxed" argument | "\underbrace" argument [ "_" argument ]
                   | ( "\textcolor" ) argument argument
    """
    token = cursor.take()
    if token.text in DROPPED_WITH_ARGUMENT:
        cursor.skip_braces()
    if token.text == "\\color":
        with cursor.inside(cursor.closers[-1] if cursor.closers else "{"):
            return _parse_item(cursor)
    if not cursor.at("{"):
        raise cursor.expected(f"'{{' after {token.text}")
    group = _parse_braces(cursor)
    while token.text in ("\\underbrace", "\\overbrace") and cursor.at("_", "^"):
        cursor.take()
        if cursor.at("{"):
            cursor.skip_braces()  # the label under the brace: often no formula
        else:
            cursor.take()
    return _transparent(group)


def _parse_integral(cursor: Cursor) -> Node:
    r"""Parse an integral; its differential ends it.

    integral = "\int" { "_" argument | "^" argument } sum "d" item
    """
    start = cursor.take().span.start
    scripts: dict[str, Script] = {}
    while cursor.at("_", "^"):
        which = cursor.token.text
        scripts[which] = _parse_script(cursor)
    cursor.differentials[-1] += 1
    if len(cursor.differentials) + cursor.differentials[-1] > 64:
        raise cursor.error("nested more than 64 deep", start)
    if differential_length(cursor):
        raise cursor.expected("an integrand")
    body = _parse_sum(cursor)
    length = differential_length(cursor)
    if not length:
        raise cursor.expected("the differential of the integral, such as 'dx',")
    cursor.differentials[-1] -= 1
    for _ in range(length):
        cursor.take()
    var = _parse_item(cursor)
    span = cursor.span_from(start)
    return Integrate(span, scripts.get("_"), scripts.get("^"), body, var)


_ATOMS: dict[str, Callable[[Cursor], Node]] = {
    "number": _parse_number,
    "letter": _parse_letter,
    "word": _parse_word,
    "open": _parse_group,
    "bar": _parse_bars,
    "norm": _parse_bars,
    "command": _parse_command,
    "{": _parse_braced,
}

_COMMANDS: dict[str, Callable[[Cursor], Node]] = {
    **dict.fromkeys(FRACTIONS, _parse_fraction),
    **dict.fromkeys(ACCENTS, _parse_accent),
    **dict.fromkeys(FONTS, _parse_font),
    **dict.fromkeys(LOOKED_THROUGH, _parse_looked_through),
    **dict.fromkeys(WORDS, _parse_named),
    "\\sqrt": _parse_root,
    "\\int": _parse_integral,
}
