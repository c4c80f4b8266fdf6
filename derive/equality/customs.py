r"""Customs of notation, and what is refused because it has a meaning that is not read.

Nothing is read as a product that somebody may have meant otherwise: `\Gamma(n)`, `E[X]`,
`\Delta u` and `sin x` are errors with their place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.errors import ParseError, Span
from derive.reader.commands import FUNCTIONS, RELATIONS
from derive.reader.elaborate import children, unscripted
from derive.reader.syntax import (
    Bang,
    Group,
    Integrate,
    Letter,
    Mark,
    Node,
    Number,
    Quotient,
    Relation,
    Row,
    Script,
    Sum,
    Word,
    items_of,
)
from derive.reader.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.reader.tokens import Token

_FUNCTIONS = frozenset(
    {*"fghpqsuvFGH", "\\phi", "\\psi", "\\varphi"}
)  # fmt: skip
NUMBERS = frozenset({"e", "\\pi", "i"})

# Before brackets these are functions, laws or orders that are not read.
_KNOWN = frozenset(
    {"\\Gamma", "\\zeta", "\\delta", "\\Theta", "\\Omega", "\\chi", "\\Pi", "\\Phi",
     "\\Psi", *"BEJPW"}
)  # fmt: skip
_REFUSED: Mapping[str, str] = {
    "\\infty": "infinity is no number",
    "\\nabla": "a gradient needs declared vectors: it is not read",
    "\\partial": "expected a variable, '\\partial_x', or a fraction",
    "\\top": "a transposed matrix is not read",
    "\\intercal": "a transposed matrix is not read",
    "\\prime": "a prime stands on a function alone",
    "\\dagger": "an adjoint matrix is not read",
    "\\star": "a star is not read: give the letter another name",
    "\\ast": "a star is not read: give the letter another name",
    "\\emptyset": "a set is no number",
    "\\dots": "an ellipsis is not read",
    "\\cdot": "expected a letter",
}
_FONT_OF_DIGIT = re.compile(
    r"\\(?:math(?:bb|bf|ds|cal|frak|bbm|sf)|boldsymbol|bm|mathbbm)\s*\{?\s*[0-9]"
)
_KRONECKER = re.compile(r"[a-z],?[a-z]")
_ACCENTS: Mapping[str, str] = {
    "\\underline{": "an underlined letter is not read",
    "\\dot{": "a derivative in time? write '\\frac{dx}{dt}'",
    "\\vec{": "vectors are not read",
}
_WORDS = (
    "exp", "log", "ln", "sin", "cos", "tan", "cot", "sec", "csc", "sqrt", "lim", "max", "min",
    "abs", "det", "div", "erf", "mod", "gcd", "sgn", "sup", "inf", "arg", "alpha", "beta", "gamma",
    "delta", "epsilon", "theta", "lambda", "sigma", "omega",
)  # fmt: skip
_TYPED: Mapping[str, tuple[str, ...]] = {  # by their last letters
    end: tuple(word for word in _WORDS if word[-1] == end) for end in {w[-1] for w in _WORDS}
}


def is_customary(letter: Letter, sub: Script | None) -> bool:
    r"""Whether a letter before brackets is a function by custom, f or `\epsilon_\theta`."""
    plain = letter.name.rpartition("{")[2].rstrip("}")
    return plain in _FUNCTIONS or (sub is not None and sub.text in ("\\theta", "\\phi", "\\psi"))


def is_called(after: Node | None) -> bool:
    """Whether round brackets come next, a factorial of them included."""
    base = unscripted(after)[0] if after is not None else None
    base = base.body if isinstance(base, Bang) else base
    return isinstance(base, Group) and base.kind == "("


def _is_bracketed(after: Node) -> bool:
    base = unscripted(after)[0]
    base = base.body if isinstance(base, Bang) else base
    return isinstance(base, Group) and base.kind in ("(", "[", "\\{")


def follows_as_factor(after: Node) -> bool:
    """Whether what comes next is no sign."""
    return not isinstance(after, Mark)


def check_letter(source: str, letter: Letter, item: Node, after: Node | None) -> None:
    """Refuse a letter that is no number where it stands."""
    _, sub, sup, _ = unscripted(item)
    message = _objection(letter, sub, after)
    if message:
        raise ParseError(message, source, item.span)
    if sup is not None and isinstance(sup.parts.items[0], Mark):
        message = f"'^{sup.text}' is not read: give the letter another name"
        raise ParseError(message, source, sup.span)
    message = _not_a_power(letter, sub, sup) if sup is not None else ""
    if message and sup is not None:
        raise ParseError(message, source, sup.span)
    if after is not None and _is_bracketed(after):
        _check_brackets(source, letter, item, after)


def _objection(letter: Letter, sub: Script | None, after: Node | None) -> str:
    """What speaks against reading a letter as a number; "" if nothing."""
    if letter.name in _REFUSED:
        return _REFUSED[letter.name]
    if letter.font == "mathbb":
        return "a set, or an operator, is no number"
    accented = [why for accent, why in _ACCENTS.items() if letter.name.startswith(accent)]
    if accented:
        return accented[0]
    if letter.name == "\\delta" and sub is not None and _KRONECKER.fullmatch(sub.text):
        return "the symbol of Kronecker is not read"
    return "" if after is None else _operator(letter, after)


def _not_a_power(letter: Letter, sub: Script | None, sup: Script) -> str:
    """What speaks against reading a superscript as an exponent; "" if nothing."""
    if sup.text == "T":
        return "a transposed matrix, or a power? for a power write '(x)^T'"
    if letter.name in ("A", "C") and sub is not None and not letter.font:
        return "a binomial coefficient, or a power? write '\\binom', or '(C_n)^k'"
    inner = sup.parts.items[0]
    if isinstance(inner, Letter) and inner.name.startswith("\\bar{") and letter.name != "e":
        return "a rising factorial, or a power? for a power write '(x)^{...}'"
    return ""


def is_plain_index(script: Script) -> bool:
    """Whether a superscript in brackets is an index, `(2)`, `(k)` or `(t-1)`, not `(a+b)`."""
    group = script.parts.items[0]
    items = group.parts.items if isinstance(group, Group) else ()
    return all(_is_step(item) for item in items)


def _is_step(node: Node) -> bool:
    if isinstance(node, Number):
        return node.value.denominator == 1
    if isinstance(node, Sum):
        letter, number = (node.terms[0][1], node.terms[-1][1])
        whole = isinstance(number, Number) and number.value.denominator == 1
        return len(node.terms) == 2 and isinstance(letter, Letter) and whole
    return isinstance(unscripted(node)[0], Letter)


def _operator(letter: Letter, after: Node) -> str:
    """What speaks against a product of a letter with what comes next."""
    following = unscripted(after)[0]
    if letter.name == "E" and isinstance(following, Letter | Group):
        return "an expectation is not read; for a product write 'E \\cdot'"
    if letter.name == "\\Delta" and not isinstance(after, Mark):
        return "a difference, a Laplacian, or a product? write '\\Delta \\cdot'"
    if letter.name == "d" and letter.font in ("", "mathrm") and isinstance(following, Letter):
        return "a differential without its integral? for a product write 'd \\cdot'"
    if (letter.font == "mathcal" or letter.name in _KNOWN) and is_called(after):
        return f"a function or a law '{letter.name}' is not read; for a product write '\\cdot'"
    return ""


def script_fonts(source: str, script: Script) -> tuple[str, ...]:
    r"""The fonts of single letters in a script: canonical spelling leaves them out.

    Raises:
        ParseError: a font that makes another letter, or numbers side by side, `x_{1 2}`.
    """
    found: list[str] = []
    pending = list(script.parts.items)
    while pending:
        node = pending.pop()
        base, below, above, _ = unscripted(node)
        if isinstance(base, Letter):
            if base.font not in ("", "mathrm"):
                raise ParseError("a font in an index is not read", source, base.span)
            found.append(base.font)
        if isinstance(base, Relation):
            raise ParseError("a relation in an index: a sum is written '\\sum'", source, base.span)
        if isinstance(base, Row) and any(isinstance(item, Number) for item in base.items[1:]):
            raise ParseError("expected ',' or '\\cdot' before a number", source, base.span)
        pending += base.items if isinstance(base, Row) else children(base)
        for inner in (below, above):
            pending += inner.parts.items if inner is not None else ()
    return tuple(found)


def _check_brackets(source: str, letter: Letter, item: Node, after: Node) -> None:
    """Refuse `a(b)`, `x(2)` and `x[n]`: few write a product so."""
    group = unscripted(after)[0]
    group = group.body if isinstance(group, Bang) else group
    if not isinstance(group, Group):
        return
    inside = items_of(group.parts.items[0])
    base, _, power, _ = unscripted(inside[0])
    atom = len(inside) == 1 and isinstance(base, Letter | Number) and power is None
    needed = unscripted(after)[2] is not None  # as in `a (2x)^3`
    needless = atom or (isinstance(base, Letter | Number | Quotient) and not needed)
    signed = isinstance(inside[0], Sum) and len(inside[0].terms) == 1
    if len(group.parts.items) > 1 or needless or (signed and letter.name == "\\sigma"):
        name = source[item.span.start : item.span.end]
        where = Span(item.span.start, group.span.end)
        message = (
            f"'{name}' is not customary for a function: for a product write '{name} \\cdot', "
            "for a function use f"
        )
        raise ParseError(message, source, where)


def check_word(source: str, word: Word) -> None:
    """Refuse a word that is no function of a number."""
    if word.name not in FUNCTIONS and word.name != "lg":
        raise ParseError(f"'{word.name}' is not read", source, word.span)


def check_group(source: str, group: Group) -> None:
    """Refuse delimiters of vectors, and braces."""
    if group.kind == "\\langle":
        raise ParseError("an inner product is not read", source, group.span)
    if group.kind == "\\|":
        raise ParseError("a norm is not read: write '|x|' of a number", source, group.span)
    if group.kind == "\\{":
        raise ParseError("a fractional part, or brackets? write '(x)'", source, group.span)


def is_over_all(source: str, node: Integrate) -> bool:
    r"""Whether an integral is over all numbers, `\int_{-\infty}^\infty` or `\int_{\mathbb R}`.

    Raises:
        ParseError: an integral without limits, or over what is not known.
    """
    below, above = (node.sub.text if node.sub else "", node.sup.text if node.sup else "")
    if below == "-\\infty" and above in ("\\infty", "+\\infty"):
        return True
    if not below and not above:
        message = "an antiderivative, or over all numbers? write the limits"
        raise ParseError(message, source, node.span)
    if above or node.sub is None:
        return False
    region = node.sub.parts.items[0]
    if not (isinstance(region, Letter) and region.name == "R" and region.font == "mathbb"):
        raise ParseError("an integral with one limit", source, node.span)
    return True


def check_number(source: str, number: Number) -> None:
    """Refuse `1{,}000`, which is one to some and a thousand to others."""
    written = source[number.span.start : number.span.end]
    if "{,}" in written and len(written.partition("{,}")[2]) == 3:
        message = "a thousand, or a decimal? write '.' or no sign at all"
        raise ParseError(message, source, number.span)


def check_typed_words(source: str, items: tuple[Node, ...]) -> None:
    """Refuse `sin x` without its backslash: it would be a product of letters."""
    run, start, end = "", 0, -1
    for item in items:
        base = unscripted(item)[0]
        plain = isinstance(base, Letter) and len(base.name) == 1 and not base.font
        if not plain or not isinstance(base, Letter):
            run = ""
            continue
        if item.span.start != end or not run:
            run, start = "", item.span.start
        run += base.name
        end = item.span.end if item is base else -1
        for word in _TYPED.get(base.name, ()):
            if run.endswith(word):
                where = Span(start + len(run) - len(word), base.span.end)
                message = f"'{word}' in letters: write '\\{word}', or spaces between the factors"
                raise ParseError(message, source, where)


def check_bars(source: str) -> None:
    """Refuse `|x|y|z|`, where it is not clear which bars belong together."""
    if source.count("|") + source.count("\\vert") < 4:
        return
    tokens = tokenize(source, len(source))
    groups: list[list[int]] = [[]]
    for position, token in enumerate(tokens):
        if token.kind == "open" or token.text == "{":
            groups.append([])
        elif (token.kind == "close" or token.text == "}") and len(groups) > 1:
            _check_pairs(source, tokens, groups.pop())
        elif token.kind == "bar" and not token.side:
            groups[-1].append(position)
    for bars in groups:
        _check_pairs(source, tokens, bars)


def _check_pairs(source: str, tokens: tuple[Token, ...], bars: list[int]) -> None:
    """Refuse bars where what is between two pairs of them could be between bars itself."""
    for close, opening in zip(bars[1::2], bars[2::2], strict=False):
        between = tokens[close + 1 : opening]
        if not between or any(t.text in RELATIONS or t.text == "," for t in between):
            continue
        first, last = between[0], between[-1]
        whole = first.kind != "symbol" or first.text in ("+", "-", "{")
        if whole and (last.kind not in ("symbol", "command") or last.text in ("}", "'", "!")):
            where = Span(tokens[bars[0]].span.start, tokens[bars[-1]].span.end)
            raise ParseError("which bars belong together? write '\\left|'", source, where)


def check_source(source: str) -> None:
    """Refuse what the tree does not show any more: comments, stacked formulas, crossing bars."""
    check_bars(source)
    start = source.find("%")
    if start >= 0:
        where = Span(start - source[:start].endswith("\\"), start + 1)
        raise ParseError("percent, or a comment? write the number out", source, where)
    digit = _FONT_OF_DIGIT.search(source)
    if digit:
        message = "a digit in a font, the function that indicates, is not read"
        raise ParseError(message, source, Span(*digit.span()))
    for command in ("\\overset", "\\underset", "\\stackrel", "\\cancel", "\\bcancel", "\\xcancel"):
        start = source.find(command)
        if start >= 0:
            where = Span(start, start + len(command))
            raise ParseError(f"the command '{command}' is not read here", source, where)
