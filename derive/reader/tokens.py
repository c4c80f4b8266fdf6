r"""Tokens of a LaTeX formula, each with its span.

What only spaces or sizes the page (`\,`, `\displaystyle`, `\bigl`) is dropped
here; `\left`, `\bigl` and their kin leave their side on the delimiter that follows,
since it tells an opening bar from a closing one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from derive.errors import ParseError, Span

MAX_CHARACTERS = 4096
MAX_DIGITS = 50  # in one number: nobody writes more, and conversion is quadratic

Kind: TypeAlias = Literal[
    "number", "letter", "word", "command", "open", "close", "bar", "norm", "symbol", "end"
]
Side: TypeAlias = Literal["", "left", "right", "middle"]


@dataclass(frozen=True, slots=True)
class Token:
    r"""One token; `text` is its canonical spelling, so `\le` and `≤` are one.

    side: which side `\left`, `\right`, `\middle` or `\mid` puts a delimiter on.
    """

    kind: Kind
    text: str
    span: Span
    side: Side = ""


_GREEK = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi
    pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    ell hbar nabla partial infty top intercal prime dagger emptyset star ast
"""
_LETTERS = frozenset("\\" + name for name in _GREEK.split())

_SPACING = """
    , ; : ! > / quad qquad displaystyle textstyle scriptstyle limits nolimits nonumber notag
    thinspace medspace thickspace negthinspace scriptscriptstyle mathstrut strut allowbreak
    hfill noindent enspace relax
"""
_IGNORED = frozenset("\\" + name for name in _SPACING.split()) | {"\\ ", "\\\n"}

_SIZES: dict[str, Side] = {
    **dict.fromkeys(("\\left", "\\bigl", "\\Bigl", "\\biggl", "\\Biggl"), "left"),
    **dict.fromkeys(("\\right", "\\bigr", "\\Bigr", "\\biggr", "\\Biggr"), "right"),
    **dict.fromkeys(("\\middle", "\\bigm", "\\Bigm", "\\biggm", "\\Biggm"), "middle"),
    **dict.fromkeys(("\\big", "\\Big", "\\bigg", "\\Bigg"), ""),
}

# Spelling -> (kind, canonical text, side).
_SPELLINGS: dict[str, tuple[Kind, str, Side]] = {
    "(": ("open", "(", ""),
    ")": ("close", ")", ""),
    "[": ("open", "[", ""),
    "]": ("close", "]", ""),
    "\\lbrack": ("open", "[", ""),
    "\\rbrack": ("close", "]", ""),
    "\\{": ("open", "\\{", ""),
    "\\}": ("close", "\\}", ""),
    "\\lbrace": ("open", "\\{", ""),
    "\\rbrace": ("close", "\\}", ""),
    "\\langle": ("open", "\\langle", ""),
    "\\rangle": ("close", "\\rangle", ""),
    "⟨": ("open", "\\langle", ""),
    "⟩": ("close", "\\rangle", ""),
    "|": ("bar", "|", ""),
    "\\vert": ("bar", "|", ""),
    "\\lvert": ("bar", "|", "left"),
    "\\rvert": ("bar", "|", "right"),
    "\\mid": ("bar", "|", "middle"),
    "\\|": ("norm", "\\|", ""),
    "‖": ("norm", "\\|", ""),
    "\\Vert": ("norm", "\\|", ""),
    "\\lVert": ("norm", "\\|", "left"),
    "\\rVert": ("norm", "\\|", "right"),
    **{c: ("symbol", c, "") for c in "+-*/^_{},;=<>':.&!?"},
    "−": ("symbol", "-", ""),
    "·": ("symbol", "\\cdot", ""),
    "×": ("symbol", "\\times", ""),
    "≤": ("symbol", "\\le", ""),
    "≥": ("symbol", "\\ge", ""),
    "≈": ("symbol", "\\approx", ""),
    "→": ("symbol", "\\to", ""),
    "\\leq": ("symbol", "\\le", ""),
    "\\geq": ("symbol", "\\ge", ""),
    "\\neq": ("symbol", "\\ne", ""),
    "\\rightarrow": ("symbol", "\\to", ""),
    "\\coloneqq": ("symbol", "\\coloneqq", ""),
    "\\colon": ("symbol", ":", ""),
    **{
        c: ("symbol", c, "")
        for c in (
            "\\cdot", "\\times", "\\le", "\\ge", "\\ne", "\\to", "\\approx", "\\sim", "\\in",
            "\\propto", "\\parallel", "\\equiv", "\\Rightarrow", "\\implies", "\\iff", "\\pm",
            "\\mp", "\\odot",
        )
    },
    "∇": ("letter", "\\nabla", ""),
    "∂": ("letter", "\\partial", ""),
    "∞": ("letter", "\\infty", ""),
    "′": ("symbol", "'", ""),
    "≠": ("symbol", "\\ne", ""),
    "\\lceil": ("open", "\\lceil", ""),
    "\\rceil": ("close", "\\rceil", ""),
    "\\lfloor": ("open", "\\lfloor", ""),
    "\\rfloor": ("close", "\\rfloor", ""),
    "∼": ("symbol", "\\sim", ""),
    "…": ("command", "\\dots", ""),
    "...": ("command", "\\dots", ""),
    "∑": ("command", "\\sum", ""),
    "∏": ("command", "\\prod", ""),
    "\\\\": ("command", "\\\\", ""),
    "∫": ("command", "\\int", ""),
    "√": ("command", "\\sqrt", ""),
}  # fmt: skip

# The Greek block from α on, final sigma left out, and the capitals that are no Latin ones.
_BLOCK = """
    alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi _ pi rho
    _ sigma tau upsilon varphi chi psi omega
"""
_CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
_UNICODE = {chr(0x3B1 + i): n for i, n in enumerate(_BLOCK.split()) if n != "_"}
_UNICODE |= dict(zip("ΓΔΘΛΞΠΣΦΨΩ", _CAPITALS.split(), strict=True))
# Cyrillic letters that look like Latin ones: keyboards are switched too late.
_ALIKE = dict(zip("АВЕКМНОРСТХаеорсухі", "ABEKMHOPCTXaeopcyxi", strict=True))
_SPELLINGS.update({char: ("letter", latin, "") for char, latin in _ALIKE.items()})
_SPELLINGS.update({char: ("letter", "\\" + name, "") for char, name in _UNICODE.items()})

_PATTERN = re.compile(
    r"(?P<space>[\s~]+|%[^\n]*"
    r"|\\(?:[hv]space\*?|[hv]?phantom|tag\*?|label|color\s*(?:\[[^\]{}]*\])?)\s*"
    r"\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\rule\s*\{[^{}]*\}\s*\{[^{}]*\}|\\math(?:op|ord|rel|bin)\s*\{\s*\}"
    r"|\\text\s*\{\s*\})"
    r"|(?P<word>\\(?:operatorname\*?|mathrm|text|textrm|mbox)\s*\{(?P<name>[^{}\\$_^]*)\})"
    r"|(?P<number>[0-9]+(?:(?:\.|\{,\})[0-9]+)?)"
    r"|(?P<command>\\(?:[A-Za-z]+\*?|.|\n)|\.\.\.)"
    r"|(?P<other>.)",
    re.DOTALL,
)


def tokenize(source: str, longest: int = MAX_CHARACTERS) -> tuple[Token, ...]:
    """Split a formula into tokens; the last one is of kind `end`.

    Raises:
        ParseError: the text is too long, or holds a character that no formula has.
    """
    if len(source) > longest:
        message = f"a formula of {len(source)} characters: at most {longest} are read"
        raise ParseError(message, source, Span(0, 1))
    return _tokens(source)


@lru_cache(maxsize=256)
def _tokens(source: str) -> tuple[Token, ...]:
    """Tokens of a text that is looked at more than once while it is read."""
    tokens: list[Token] = []
    size: Token | None = None
    for match in _PATTERN.finditer(source):
        text, span = match.group(), Span(*match.span())
        if match.group("word"):
            # The regular expression takes the braces too: prose in any script may stand in them.
            tokens.append(Token("word", match.group("name").strip(), span))
            continue
        if match.lastgroup == "space" or text in _IGNORED:
            continue
        if text in _SIZES and size is None:
            size = Token("command", text, span, _SIZES[text])
            continue
        token = _token(source, match.lastgroup or "", text, span)
        if size is not None:
            token = _sized(source, size, token)
            size = None
        tokens.append(token)
    if size is not None:
        raise ParseError(f"expected a delimiter after '{size.text}'", source, size.span)
    tokens.append(Token("end", "", Span(len(source), len(source))))
    return tuple(tokens)


def _token(source: str, group: str, text: str, span: Span) -> Token:
    if group == "number":
        if len(text) > MAX_DIGITS:
            raise ParseError(f"a number of more than {MAX_DIGITS} digits", source, span)
        return Token("number", text.replace("{,}", "."), span)
    if text in _SPELLINGS:
        kind, canonical, side = _SPELLINGS[text]
        return Token(kind, canonical, span, side)
    if text in _LETTERS or (text.isascii() and text.isalpha()):
        return Token("letter", text, span)
    if group == "command" and text[1:].rstrip("*").isalpha():
        return Token("command", text, span)
    shown = text if text.isprintable() else f"U+{ord(text[-1]):04X}"
    raise ParseError(f"no formula has the character '{shown}'", source, span)


def _sized(source: str, size: Token, token: Token) -> Token:
    r"""Join `\left` with the delimiter after it, keeping the side."""
    span = Span(size.span.start, token.span.end)
    if token.text == "." and size.side:
        return Token("open" if size.side == "left" else "close", ".", span, size.side)
    if token.text == "/" and size.side not in {"left", "right"}:
        return token  # `a \Big/ b`
    if token.text in "<>" and token.kind == "symbol":
        angle: tuple[Kind, str] = (
            ("open", "\\langle") if token.text == "<" else ("close", "\\rangle")
        )
        return Token(*angle, span, size.side)
    if token.kind not in ("open", "close", "bar", "norm"):
        raise ParseError(f"expected a delimiter after '{size.text}'", source, token.span)
    return replace(token, span=span, side=size.side or token.side)
