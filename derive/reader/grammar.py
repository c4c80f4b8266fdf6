r"""The grammar of formulas, by recursive descent: text to syntax tree.

Each `_parse_<rule>` implements the one rule it quotes.  Nothing here knows what a
letter means; what depends on meaning (application or product, which variable a
gradient is in) is left to elaboration.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from derive.errors import ParseError, Span
from derive.reader.commands import CELL_ENDS, CLOSERS, ELLIPSES, MARKS, RELATIONS
from derive.reader.cursor import Cursor
from derive.reader.lookahead import (
    at_evaluation_bar,
    at_prime,
    at_separating_bar,
    at_separating_colon,
    at_signed_brace,
    differential_length,
    is_double,
    opens,
)
from derive.reader.names import spell
from derive.reader.syntax import (
    ELLIPSIS,
    Bang,
    Choice,
    Group,
    Letter,
    Mark,
    Node,
    Number,
    Parts,
    Quotient,
    Relation,
    Row,
    Script,
    Scripted,
    Sum,
    Word,
    is_ellipsis,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_OPERATORS = frozenset({"E", "d", "\\nabla", "\\partial", "\\Delta"})


def parse(source: str, times: int = 1) -> Node:
    """Parse one formula, or relation between formulas, and all of the text.

    Raises:
        ParseError: the text is not in the grammar, or over a cap (4096 characters and
            2000 nodes, or `times` as much; 64 levels, 50 digits in a number).
    """
    cursor = Cursor.at_start(source, times)
    node = _parse_member(cursor)
    if cursor.at(",") and cursor.ahead(1).kind != "end":
        raise cursor.error("a list stands where one formula is expected", 0, len(source))
    if cursor.token.kind != "end":
        raise cursor.expected("the end of the formula")
    return node


def parse_parts(cursor: Cursor) -> Parts:
    """Parse formulas with separators between them.

    parts = member { ( "," | ";" | "|" | "||" | ":" ) member }

    A colon separates in scripts alone, `x_{1:T}`.
    """
    parts = parse_list(cursor, ",", ";", "|", ":")
    if len(parts.items) == 1 and is_ellipsis(parts.items[0]):
        raise _no_ellipsis(cursor, parts.span)
    return parts


def parse_list(cursor: Cursor, *marks: str) -> Parts:
    """Parse members with these separators between them; a comma may end the cell of a matrix."""
    start = cursor.token.span.start
    items, separators = [_parse_member(cursor)], []
    while _at_separator(cursor, marks):
        if cursor.at(",") and cursor.ahead(1).text in CELL_ENDS:
            cursor.take()
            break
        separators.append(_take_separator(cursor))
        items.append(_parse_member(cursor))
    return Parts(cursor.span_from(start), tuple(items), tuple(separators))


def _at_separator(cursor: Cursor, marks: tuple[str, ...]) -> bool:
    if "|" in marks and at_separating_bar(cursor):
        return True
    if cursor.at(":"):
        return ":" in marks and at_separating_colon(cursor)
    return cursor.at(*marks) and not cursor.at("|")


def _take_separator(cursor: Cursor) -> str:
    r"""Step over a separator; two bars are one, `\|`, however they are written."""
    first = cursor.take()
    if first.kind == "bar" and cursor.token.kind == "bar" and at_separating_bar(cursor):
        cursor.take()
        return "\\|"
    return first.text


def _parse_member(cursor: Cursor) -> Node:
    r"""Parse one member of a list, which may be left out, `x_1, \dots, x_n`.

    member = relation | "\dots"
    """
    token, after = cursor.token, cursor.ahead(1)
    if token.text in ELLIPSES and (
        after.kind in ("close", "bar", "end") or after.text in _AFTER_ELLIPSIS
    ):
        cursor.take()
        return Letter(cursor.span_from(token.span.start), ELLIPSIS)
    return _parse_relation(cursor)


def _no_ellipsis(cursor: Cursor, where: Span) -> ParseError:
    shown = cursor.source[where.start : where.end]
    return ParseError(f"an ellipsis is not read: '{shown}'", cursor.source, where)


def _parse_relation(cursor: Cursor) -> Node:
    """Parse sides with relation signs between them.

    relation = sum { relation-sign sum }
    """
    start = cursor.token.span.start
    sides, symbols = [parse_sum(cursor)], []
    while cursor.token.text in RELATIONS or (cursor.at(":") and cursor.ahead(1).text == "="):
        symbol = cursor.take().text
        symbols.append(symbol + cursor.take().text if symbol == ":" else symbol)
        sides.append(parse_sum(cursor))
    if not symbols:
        return sides[0]
    return Relation(cursor.span_from(start), tuple(sides), tuple(symbols))


def parse_sum(cursor: Cursor) -> Node:
    """Parse a sum.

    sum = [ "+" | "-" ] row { [ "+" | "-" ] row }; without a sign, a row begins with a brace
          under a sign
    """
    start = cursor.token.span.start
    sign = cursor.take().text if cursor.at("+", "-") else "+"
    terms = [(sign, parse_row(cursor))]
    while cursor.at("+", "-") or at_signed_brace(cursor):
        sign = cursor.take().text if cursor.at("+", "-") else "+"
        terms.append((sign, parse_row(cursor)))
    if len(terms) == 1 and terms[0][0] == "+":
        return terms[0][1]
    return Sum(cursor.span_from(start), tuple(terms))


def parse_row(cursor: Cursor) -> Node:
    r"""Parse atoms side by side, up to an evaluation bar if there is one.

    row = item { [ mark ] item } [ "|" scripts ]
    mark = "\cdot" | "*" | "\times" | "/"
    """
    start = cursor.token.span.start
    if cursor.at("\\cdot") and cursor.ahead(1).text in (")", ";", ",", "|", "]"):
        token = cursor.take()  # the point of a law, `p(\cdot | x)`
        return Letter(cursor.span_from(token.span.start), token.text)
    items: list[Node] = [parse_item(cursor)]
    while True:
        if cursor.at(*MARKS):
            token = cursor.take()
            items.append(Mark(token.span, "\\cdot" if token.text == "*" else token.text))
            items.append(parse_item(cursor))
        elif at_item(cursor) and not (at_signed_brace(cursor) and _ends_term(items[-1])):
            items.append(parse_item(cursor))
        else:
            break
    row = items[0] if len(items) == 1 else Row(cursor.span_from(start), tuple(items))
    if at_evaluation_bar(cursor):
        cursor.take()
        span = cursor.span_from(start)
        return _with_scripts(cursor, Group(span, ".", Parts(span, (row,), ())), start)
    return row


def _ends_term(item: Node) -> bool:
    """Whether a term may end with an item: it is no operator without its operand."""
    base = item.base if isinstance(item, Scripted) else item
    return not isinstance(base, Word | Letter) or (
        isinstance(base, Letter) and base.name not in _OPERATORS
    )


def at_item(cursor: Cursor) -> bool:
    """Whether another atom of the same row comes next."""
    token = cursor.token
    if cursor.differentials[-1] and differential_length(cursor):
        return False
    match token.kind:
        case "number" | "letter" | "word" | "open":
            return True
        case "command":
            return token.text not in ("\\end", "\\\\", "\\over", "\\choose")
        case "symbol":
            return token.text == "{"
        case "bar" | "norm":
            return opens(cursor)
        case "close" | "end":
            return False


def parse_item(cursor: Cursor) -> Node:
    """Parse an atom with its scripts.

    item = atom { "_" argument | "^" argument | "'" | "!" } | large-word scripts row
    """
    # Imported where it is used: an operator holds formulas and a formula operators.
    from derive.reader.large import parse_operand  # noqa: PLC0415

    start = cursor.token.span.start
    item = _with_scripts(cursor, parse_atom(cursor), start)
    return parse_operand(cursor, item)


def _with_scripts(  # noqa: C901 - a branch for each sign
    cursor: Cursor, base: Node, start: int
) -> Node:
    sub = sup = None
    primes = 0
    while True:
        if cursor.at("_", "^") and cursor.ahead(1).text == "{" and cursor.ahead(2).text == "}":
            for _ in range(3):  # a macro was given nothing to write there
                cursor.take()
        elif cursor.at("_"):
            if sub is not None:
                raise cursor.error("a second subscript: write braces", start)
            sub = parse_script(cursor)
        elif at_prime(cursor):
            primes += _take_primes(cursor)
        elif cursor.at("!"):
            if sup is not None or primes:
                raise cursor.error("a factorial of what? write brackets", start, cursor.end + 1)
            inner = base if sub is None else Scripted(cursor.span_from(start), base, sub, None)
            base, sub = _parse_bang(cursor, inner), None
        elif cursor.at("^"):
            if sup is not None:
                raise cursor.error("a second superscript: write braces", start)
            sup = parse_script(cursor)
        else:
            break
    if sub is None and sup is None and not primes:
        return base
    return Scripted(cursor.span_from(start), base, sub, sup, primes)


def _parse_bang(cursor: Cursor, body: Node) -> Node:
    """Parse the sign of a factorial, which binds tighter than a power.

    bang = "!"
    """
    sign = cursor.take()
    after = cursor.token
    if isinstance(body, Bang):
        raise cursor.error("a double factorial is not read: write brackets", body.span.start)
    if after.text == "=" and after.span.start == sign.span.end:
        message = "a factorial or '\\ne'? write a space between '!' and '='"
        raise cursor.error(message, sign.span.start, after.span.end)
    return Bang(cursor.span_from(body.span.start), body)


def _take_primes(cursor: Cursor) -> int:
    r"""Step over one prime, `'` or `^\prime`, or the primes in the braces of a superscript."""
    if cursor.take().text == "'":
        return 1
    if not cursor.at("{"):
        cursor.take()
        return 1
    count = 0
    while cursor.take().text != "}":
        count += 1
    return count - 1  # the brace that opens them


def parse_script(cursor: Cursor) -> Script:
    """Parse one subscript or superscript.

    script = ( "_" | "^" ) ( "{" parts "}" | token | sign | "{" sign "}" )
    sign = "*" | "+" | "-"
    """
    start = cursor.take().span.start
    begin = cursor.position
    braced = 1 if cursor.at("{") and cursor.ahead(2).text == "}" else 0
    if cursor.ahead(braced).text in _SIGNS:
        token = cursor.ahead(braced)
        for _ in range(1 + 2 * braced):
            cursor.take()
        parts = Parts(token.span, (Mark(token.span, token.text),), ())
    elif cursor.at("{"):
        parts = parse_braces(cursor).parts
    elif cursor.token.kind == "number" and len(cursor.token.text) > 1:
        token = cursor.token
        message = f"TeX moves the first digit alone: write '{{{token.text}}}' in braces"
        raise cursor.error(message, token.span.start, token.span.end)
    else:
        with cursor.inside("{"):
            atom = parse_atom(cursor)
        parts = Parts(atom.span, (atom,), ())
    text = spell(cursor.tokens[begin : cursor.position])
    return Script(cursor.span_from(start), text, parts)


def parse_argument(cursor: Cursor, command: str) -> Node:
    """Parse the argument of a command: a group in braces or a single token.

    argument = "{" relation "}" | digit | letter | command
    """
    if cursor.at("{"):
        return unwrapped(parse_braces(cursor))
    if cursor.token.kind == "number":
        token = cursor.take_digit()
        _ = cursor.span_from(token.span.start)
        return Number(token.span, Fraction(token.text))
    if cursor.token.kind not in ("letter", "command", "word"):
        raise cursor.expected(f"an argument of {command}")
    with cursor.inside("{"):
        return parse_atom(cursor)


def parse_braces(cursor: Cursor) -> Group:
    r"""Parse a group in braces, which print nothing.

    braces = "{" parts [ ( "\over" | "\choose" ) parts ] "}"
    """
    start = cursor.take().span.start
    with cursor.inside("{"):
        parts = parse_parts(cursor)
        if cursor.at("\\over", "\\choose"):
            node = Quotient if cursor.take().text == "\\over" else Choice
            below = parse_parts(cursor)
            span = cursor.span_from(parts.span.start)
            num, den = (unwrapped(Group(p.span, "{", p)) for p in (parts, below))
            parts = Parts(span, (node(span, num, den),), ())
    cursor.expect("}", "'}'")
    return Group(cursor.span_from(start), "{", parts)


def unwrapped(group: Group) -> Node:
    """Give what braces hold; a list in braces keeps them."""
    return group.parts.items[0] if len(group.parts.items) == 1 else group


def parse_atom(cursor: Cursor) -> Node:
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
    return Number(cursor.span_from(token.span.start), _number(token.text))


@lru_cache(maxsize=1024)
def _number(text: str) -> Fraction:
    return Fraction(text)


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
    return transparent(parse_braces(cursor))


def transparent(group: Group) -> Node:
    """Give what braces hold, but keep the braces of what is more than an atom."""
    inner = unwrapped(group)
    return group if isinstance(inner, Sum | Row | Relation) else inner


def _parse_group(cursor: Cursor) -> Node:
    r"""Parse a group in visible delimiters.

    group = "(" parts ")" | "[" parts "]" | "\{" parts "\}" | "\langle" parts "\rangle"
          | "\left." parts "\right|"
    """
    opening = cursor.take()
    with cursor.inside(opening.text):
        parts = parse_parts(cursor)
    if opening.text == ".":
        return _after_point(cursor, opening.span.start, parts)
    closer, kind = CLOSERS[opening.text]
    cursor.expect(closer, f"'{closer}' to close '{cursor.written(opening)}'")
    return Group(cursor.span_from(opening.span.start), kind, parts)


def _after_point(cursor: Cursor, start: int, parts: Parts) -> Node:
    r"""Parse the end of `\left. f \right|`: an evaluation bar has scripts, a condition has none."""
    if not (cursor.token.kind == "bar" and cursor.token.side == "right"):
        raise cursor.expected("'\\right|' to close '\\left.'")
    if cursor.ahead(1).text not in ("_", "^") and len(parts.items) == 1:
        cursor.turn_into_separator()
        return transparent(Group(cursor.span_from(start), "{", parts))
    cursor.take()
    return Group(cursor.span_from(start), ".", parts)


def _parse_bars(cursor: Cursor) -> Node:
    r"""Parse an absolute value or a norm.

    bars = "|" sum "|" | "||" sum "||" | "\|" sum "\|"
    """
    opening = cursor.token
    kind = "||" if is_double(cursor) and not opening.side else opening.text
    for _ in range(len(kind) if kind == "||" else 1):
        cursor.take()
    with cursor.inside(kind):
        body = parse_sum(cursor)
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
    # Imported where it is used: a command holds formulas and a formula commands.
    from derive.reader.constructs import CONSTRUCTS  # noqa: PLC0415

    name = cursor.token.text
    if name in ELLIPSES:
        raise _no_ellipsis(cursor, cursor.token.span)
    if name == "\\\\":
        message = "a matrix or a system of formulas is not read"
        raise ParseError(message, cursor.source, cursor.token.span)
    parser = CONSTRUCTS.get(name)
    if parser is None:
        raise ParseError(f"the command '{name}' is not one that formulas are read with",
                         cursor.source, cursor.token.span)  # fmt: skip
    return parser(cursor)


_SIGNS = ("*", "+", "-")
_AFTER_ELLIPSIS = (",", ";", ":", "}", *CELL_ENDS)

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
