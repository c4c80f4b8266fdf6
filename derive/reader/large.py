r"""The grammar of large operators: integrals with their differentials, sums and products."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.reader.commands import INTEGRALS, LARGE_WORDS, SUMS
from derive.reader.grammar import at_item, parse_item, parse_row, parse_script, parse_sum
from derive.reader.lookahead import differential_length
from derive.reader.names import argument_names, name_in
from derive.reader.syntax import (
    Integrate,
    Letter,
    Node,
    Parts,
    Quotient,
    Row,
    Script,
    Scripted,
    Summation,
    Word,
    items_of,
)

if TYPE_CHECKING:
    from derive.reader.cursor import Cursor

MAX_LARGE = 64  # integrals and sums one in the other
_WIENER = frozenset({"W", "B", "w"})


def parse_summation(cursor: Cursor) -> Node:
    r"""Parse a sum or a product; it reaches to the next `+` or `-`.

    summation = ( "\sum" | "\prod" ) scripts row
    """
    token = cursor.take()
    scripts = _parse_scripts(cursor)
    _deeper(cursor, token.span.start)
    if not at_item(cursor):
        raise cursor.expected("what is summed" if token.text == "\\sum" else "a factor")
    body = parse_row(cursor)
    cursor.large -= 1
    span = cursor.span_from(token.span.start)
    return Summation(span, SUMS[token.text], scripts.get("_"), scripts.get("^"), body)


def parse_operand(cursor: Cursor, item: Node) -> Node:
    r"""Parse what an operator in words is of, `\min_\theta f`; any other item is left alone.

    large-word = "\lim" | "\min" | "\max" | "\sup" | "\inf" | "\argmin" | "\arg" "\min" | ...
    """
    scripted = item if isinstance(item, Scripted) else None
    word = item.base if isinstance(item, Scripted) else item
    kind = LARGE_WORDS.get(word.name.replace(" ", "")) if isinstance(word, Word) else None
    if kind is None or (scripted is not None and scripted.primes) or not at_item(cursor):
        return item
    start = item.span.start
    _deeper(cursor, start)
    body = parse_row(cursor)
    cursor.large -= 1
    sub, sup = (scripted.sub, scripted.sup) if scripted is not None else (None, None)
    return Summation(cursor.span_from(start), kind, sub, sup, body)


def _deeper(cursor: Cursor, start: int) -> None:
    cursor.large += 1
    if len(cursor.differentials) + cursor.large > MAX_LARGE:
        raise cursor.error(f"nested more than {MAX_LARGE} deep", start)


def _parse_scripts(cursor: Cursor) -> dict[str, Script]:
    scripts: dict[str, Script] = {}
    while cursor.at("_", "^") and cursor.token.text not in scripts:
        which = cursor.token.text
        scripts[which] = parse_script(cursor)
    return scripts


def parse_integral(cursor: Cursor) -> Node:
    r"""Parse an integral; its differentials end it or begin it.

    integral = "\int" scripts sum differential { differential }
             | "\int" scripts differential { differential } row
             | "\int" scripts sum-with-a-differential-above-a-fraction-line
    differential = "d" item
    """
    token = cursor.take()
    start = token.span.start
    scripts = _parse_scripts(cursor)
    _deeper(cursor, start)
    if differential_length(cursor):
        body, variables = _differential_first(cursor)
    else:
        cursor.differentials[-1] += INTEGRALS[token.text]
        body = parse_sum(cursor)
        cursor.differentials[-1] -= INTEGRALS[token.text]
        body, variables = _differentials(cursor, body, INTEGRALS[token.text], bare=not scripts)
    cursor.large -= 1
    span = cursor.span_from(start)
    node = body
    for variable in variables:
        node = Integrate(span, scripts.get("_"), scripts.get("^"), node, variable)
    return node


def _differential_first(cursor: Cursor) -> tuple[Node, list[Node]]:
    r"""Parse `dx f(x)`, the form of physicists."""
    begin = cursor.position
    variables = _take_differentials(cursor)
    if not at_item(cursor) or differential_length(cursor):
        cursor.position = begin
        raise cursor.expected("an integrand")
    return parse_row(cursor), variables[::-1]


def _differentials(
    cursor: Cursor, body: Node, wanted: int, *, bare: bool
) -> tuple[Node, list[Node]]:
    """Parse the differentials after an integrand, innermost first."""
    variables: list[Node] = []
    while len(variables) < wanted and differential_length(cursor):
        variables.append(_take_differential(cursor, body))
    # `\int f dx dy`: one sign may stand for several, where no other sign awaits the rest.
    while bare and variables and not cursor.differentials[-1] and differential_length(cursor):
        variables.append(_take_differential(cursor, body))
    if not variables and wanted == 1:
        lifted = _lifted(body)
        if lifted is not None:
            return lifted[0], [lifted[1]]
    if len(variables) < wanted:
        raise cursor.expected("the differential of the integral, such as 'dx',")
    return body, variables


def _take_differentials(cursor: Cursor) -> list[Node]:
    variables: list[Node] = []
    while differential_length(cursor):
        variables.append(_take_differential(cursor, None))
    return variables


def _take_differential(cursor: Cursor, body: Node | None) -> Node:
    for _ in range(differential_length(cursor)):
        cursor.take()
    var = parse_item(cursor)
    if isinstance(var, Letter) and var.name in _WIENER and body is not None:
        time = _lost_time(cursor, body)
        if time is not None:
            parts = Parts(time.span, (time,), ())
            return Scripted(
                cursor.span_from(var.span.start), var, Script(time.span, time.name, parts), None
            )
    return var


def _lost_time(cursor: Cursor, body: Node) -> Letter | None:
    r"""Take the time of a Wiener process off the line: `dW(s)`, or `dWS` where a script is lost.

    Without its script it is the letter after the W, up to case, that the integrand has too.
    """
    token = cursor.token
    closed = cursor.ahead(1).kind == "letter" and cursor.ahead(2).text == ")"
    if cursor.at("(") and closed:
        cursor.take()
        inner = cursor.take()
        cursor.take()
        return Letter(inner.span, inner.text)
    lowered = token.text.lower()
    if token.kind == "letter" and len(lowered) == 1 and lowered in set(argument_names(body)):
        cursor.take()
        return Letter(token.span, lowered)
    return None


def _lifted(body: Node) -> tuple[Node, Node] | None:
    r"""Take the differential out of a numerator: `\int \frac{f(x) dx}{g}`."""
    items = items_of(body)
    for index, item in enumerate(items):
        if not isinstance(item, Quotient):
            continue
        above = items_of(item.num)
        if len(above) > 2 and _is_d(above[-2]) and name_in(above[-1]) is not None:
            kept = above[:-2]
            num = kept[0] if len(kept) == 1 else Row(item.num.span, kept)
            rest = (*items[:index], replace(item, num=num), *items[index + 1 :])
            whole = rest[0] if len(rest) == 1 else Row(body.span, rest)
            return whole, above[-1]
    return None


def _is_d(node: Node) -> bool:
    return isinstance(node, Letter) and node.name == "d" and node.font in ("", "mathrm")
