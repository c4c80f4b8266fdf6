r"""The grammar of commands: fractions, roots, accents, fonts, and what is looked through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.errors import ParseError, Span
from derive.reader.commands import (
    ACCENTS,
    BINOMIALS,
    CELL_ENDS,
    DROPPED_WITH_ARGUMENT,
    ENVIRONMENTS,
    FONTS,
    FRACTIONS,
    INTEGRALS,
    LARGE_WORDS,
    LOOKED_THROUGH,
    SUMS,
    WORDS,
)
from derive.reader.grammar import (
    parse_argument,
    parse_braces,
    parse_item,
    parse_list,
    parse_script,
    parse_sum,
    transparent,
)
from derive.reader.large import parse_integral, parse_summation
from derive.reader.syntax import (
    Choice,
    Group,
    Letter,
    Mark,
    Node,
    Parts,
    Quotient,
    Root,
    Row,
    Scripted,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.reader.cursor import Cursor


def _parse_fraction(cursor: Cursor) -> Node:
    r"""Parse a fraction.

    fraction = ( "\frac" | "\tfrac" | "\dfrac" | "\cfrac" | "\nicefrac" ) argument argument
    """
    token = cursor.take()
    num, den = parse_argument(cursor, token.text), parse_argument(cursor, token.text)
    return Quotient(cursor.span_from(token.span.start), num, den)


def _parse_binomial(cursor: Cursor) -> Node:
    r"""Parse a binomial coefficient.

    binomial = ( "\binom" | "\tbinom" | "\dbinom" ) argument argument
    """
    token = cursor.take()
    upper, lower = parse_argument(cursor, token.text), parse_argument(cursor, token.text)
    return Choice(cursor.span_from(token.span.start), upper, lower)


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
            degree = parse_sum(cursor)
        cursor.expect("]", "']' after the degree of the root")
    body = parse_argument(cursor, "\\sqrt")
    return Root(cursor.span_from(start), body, degree)


def _parse_accent(cursor: Cursor) -> Node:
    r"""Parse an accented letter; a script inside the accent belongs to the letter.

    accent = ( "\bar" | "\overline" | "\hat" | "\tilde" | ... ) argument
    """
    token = cursor.take()
    argument = parse_argument(cursor, token.text)
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
    argument = parse_argument(cursor, token.text)
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
                   | ( "\textcolor" | "\overset" | ... ) argument argument
    """
    token = cursor.take()
    label = cursor.position
    if token.text in DROPPED_WITH_ARGUMENT:
        cursor.skip_argument()
    if token.text == "\\color":
        with cursor.inside(cursor.closers[-1] if cursor.closers else "{"):
            return parse_item(cursor)
    if not cursor.at("{") and token.text in ("\\underset", "\\overset", "\\stackrel"):
        inner = parse_argument(cursor, token.text)
    elif not cursor.at("{"):
        raise cursor.expected(f"'{{' after {token.text}")
    else:
        inner = transparent(parse_braces(cursor))
    large = isinstance(inner, Letter | Word) and inner.name in ("E", *LARGE_WORDS)
    if token.text == "\\underset" and large:
        return _with_label(cursor, token.span.start, label, inner)
    while token.text in ("\\underbrace", "\\overbrace") and cursor.at("_", "^"):
        cursor.take()
        cursor.skip_argument()  # the label under the brace: often no formula
    return inner


def _with_label(cursor: Cursor, start: int, label: int, base: Node) -> Node:
    r"""Read what is set under an operator as its subscript: `\underset{x \sim p}{\mathbb E}`."""
    after = cursor.position
    cursor.position = label - 1  # a subscript begins with its sign: the command stands for it
    sub = parse_script(cursor)
    cursor.position = after
    return Scripted(cursor.span_from(start), base, sub, None)


def _parse_arg(cursor: Cursor) -> Node:
    r"""Parse `\arg\min`, which is one word.

    arg = "\arg" ( "\min" | "\max" )
    """
    start = cursor.take().span.start
    if not cursor.at("\\min", "\\max"):
        raise cursor.expected("'\\min' or '\\max'")
    name = cursor.take().text.removeprefix("\\")
    return Word(cursor.span_from(start), f"arg{name}")


def _parse_environment(cursor: Cursor) -> Node:
    r"""Parse a matrix or a distinction of cases.

    environment = "\begin" "{" name "}" cell { ( "&" | "\\" ) cell } "\end" "{" name "}"
    """
    start = cursor.take().span.start
    name = _environment_name(cursor)
    kind = ENVIRONMENTS.get(name)
    if kind is None:
        raise cursor.error("a system of formulas is not read", start)
    if name == "array" and cursor.at("{"):
        cursor.skip_braces()
    begin = cursor.token.span.start
    with cursor.inside("\\begin"):
        items, separators = [_parse_cell(cursor)], []
        while cursor.at("&", "\\\\"):
            separators.append(cursor.take().text)
            items.append(_parse_cell(cursor))
    parts = Parts(cursor.span_from(begin), tuple(items), tuple(separators))
    cursor.expect("\\end", f"'\\end{{{name}}}'")
    if _environment_name(cursor) != name:
        raise cursor.error(f"expected '\\end{{{name}}}'", start)
    return Group(cursor.span_from(start), kind, parts)


def _environment_name(cursor: Cursor) -> str:
    begin = cursor.token.span.start
    cursor.skip_braces()
    return cursor.source[begin + 1 : cursor.end - 1].strip()


def _parse_cell(cursor: Cursor) -> Node:
    """Parse one cell, which may be empty.

    cell = [ parts [ "," ] ]
    """
    start = cursor.token.span.start
    if cursor.at(*CELL_ENDS):
        return Mark(Span(start, start), "")
    parts = parse_list(cursor, ",")
    return parts.items[0] if len(parts.items) == 1 else parts


CONSTRUCTS: dict[str, Callable[[Cursor], Node]] = {
    **dict.fromkeys(FRACTIONS, _parse_fraction),
    **dict.fromkeys(BINOMIALS, _parse_binomial),
    **dict.fromkeys(ACCENTS, _parse_accent),
    **dict.fromkeys(FONTS, _parse_font),
    **dict.fromkeys(LOOKED_THROUGH, _parse_looked_through),
    **dict.fromkeys(WORDS, _parse_named),
    **dict.fromkeys(INTEGRALS, parse_integral),
    **dict.fromkeys(SUMS, parse_summation),
    "\\sqrt": _parse_root,
    "\\arg": _parse_arg,
    "\\begin": _parse_environment,
}
