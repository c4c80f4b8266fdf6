r"""LaTeX of other people as MathML, which browsers set without a script or a font.

`math-core` reads the LaTeX.  What it gives is not put on a page: it is parsed, and built
again of the elements, attributes and values that are allowed here; anything else, or a
formula that it cannot read, is shown as its source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from math_core import LatexError, LatexToMathML

from derive.grading.pages.brackets import SIZED, TOKEN, is_tame, with_sizes
from derive.grading.pages.markup import MATHML, Html, element
from derive.report.plain import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST = 2000  # characters of LaTeX
_DEEPEST = 60  # elements in one another, and groups of LaTeX
_FEW = 14  # letters and commands that fit on a phone
_LARGEST = 60_000  # characters of MathML
_WIDEST = 4.0  # em of a space, so that nothing is pushed out of sight or over its neighbours
_CHANGED = "C0FFEE"  # the colour by which `marked` knows its own group again

_CONVERTER = LatexToMathML(
    fancy_error=False,
    allow_unreliable_rendering=True,  # \widetilde; a tilde that does not stretch is still one
    max_expansions=200,
    macros={
        "substack": r"\begin{matrix}#1\end{matrix}",
        "mbox": r"\text{#1}",
        "mathds": r"\mathbb{#1}",
        "mathbbm": r"\mathbb{#1}",
        "pmb": r"\boldsymbol{#1}",
        "xspace": "",
        "vspace": "",
    },
)

# Definitions could make anything of anything, and grow without bound.
_DEFINING = re.compile(
    r"\\(?:def|edef|gdef|xdef|let|futurelet|newcommand|renewcommand|providecommand|newcommandx"
    r"|DeclareMathOperator|DeclarePairedDelimiter|global|csname|expandafter|begingroup)(?![A-Za-z])"
)
_GROUPS = re.compile(r"(?<!\\)[{}]|\\(?:begin|end|left|right)(?![A-Za-z])")
# What says nothing of the formula: numbers of equations, the end of a row that was cut off.
_IDLE = re.compile(r"\\(?:label|tag\*?|ref|eqref)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")

_LENGTH = re.compile(r"(-?\d{1,4}(?:\.\d+)?)(em|ex)?")
_NUMBER_OR_WORD = re.compile(r"true|false|normal|prefix|infix|postfix|\d")
_LENGTHS = frozenset({"lspace", "rspace", "width", "minsize", "maxsize", "linethickness"})
_PLAIN_NAMES = """
    accent accentunder displaystyle form largeop mathvariant movablelimits scriptlevel stretchy
    symmetric separator
    """
_PLAIN = frozenset(_PLAIN_NAMES.split())
_STYLE = re.compile(
    r"(text-align|justify-items): ?(left|right|center|start|end)"
    r"|(padding-left|padding-right|padding-top|margin-left): ?(-?\d{1,4}(?:\.\d+)?)(?:em)?"
)
_DRAWN = {"box": "box", "updiagonalstrike": "strike", "downdiagonalstrike": "strike"}
_BARS = frozenset("\u0305\u0332")
_PRIMES = frozenset("\u2032\u2033\u2034\u2057")
_LINES = {"mover": "overline", "munder": "underline"}
_INERT = frozenset({"b", "i", "em", "strong"})  # in \textbf; their text stays


def typeset(latex: str, *, display: bool = False) -> Html:
    """Give a formula as MathML, or its source where that cannot be had."""
    return _typeset(latex, display) or source(latex)


def marked(latex: str, start: int, end: int) -> Html:
    """Give a formula in which `latex[start:end]` is marked, if that can be set by itself."""
    piece = latex[start:end]
    script = piece[:1] if piece[:1] in {"^", "_"} else ""
    body = piece[len(script) :].strip()
    if body and (script or _whole(latex[:start])) and _balanced(body):
        group = rf"\color[HTML]{{{_CHANGED}}} {body}"
        found = _typeset(f"{latex[:start]}{script}{{{group}}}{latex[end:]}", True)
        if found:
            return found
    return typeset(latex, display=True)


def is_short(latex: str) -> bool:
    """Whether a formula is narrower than any page: of few letters and commands."""
    return len(TOKEN.findall(latex)) <= _FEW


def source(latex: str) -> Html:
    """Give LaTeX as it is written, cut where it is endless."""
    cut = latex if len(latex) <= _LONGEST else f"{latex[:_LONGEST]}…"
    return element("code", cut, cls="tex")


@lru_cache(maxsize=4096)
def _typeset(latex: str, display: bool) -> Html | None:
    text = _IDLE.sub(" ", clean(latex)).strip()
    if not text or len(text) > _LONGEST or _DEFINING.search(text) or _depth(text) > _DEEPEST:
        return None
    tame = text if is_tame(text) else with_sizes(text)
    if tame is None:
        return None
    attempts = [tame]
    if "&" in text or r"\\" in text:  # rows that were cut out of their environment
        attempts.append(rf"\begin{{aligned}}{tame}\end{{aligned}}")
    for attempt in attempts:
        try:
            found = _CONVERTER.convert_with_local_state(attempt, displaystyle=display)
        except LatexError:
            continue
        return _rebuilt(found, tame is not text) if len(found) <= _LARGEST else None
    return None


def _depth(text: str) -> int:
    """Give how deep groups stand in one another, not caring of which kind they are."""
    depth = deepest = 0
    for found in _GROUPS.findall(text):
        depth += 1 if found in {"{", r"\begin", r"\left"} else -1
        deepest = max(deepest, depth)
    return deepest


def _whole(before: str) -> bool:
    r"""Whether a piece may begin after this: not in the middle of a command."""
    return re.search(r"\\[A-Za-z]*\Z", before) is None


def _balanced(piece: str) -> bool:
    depth = 0
    for part in TOKEN.findall(piece):
        if part in {"&", r"\\", r"\left", r"\right", r"\begin", r"\end"}:
            return False
        depth += (part == "{") - (part == "}")
        if depth < 0:
            return False
    return depth == 0


# --- the answer of the converter, built again -----------------------------------------


class _NotAllowed(Exception):
    """The converter gave something that is not put on a page."""


def _rebuilt(found: str, sized: bool) -> Html | None:
    builder = _Builder(sized)
    try:
        builder.feed(found)
        builder.close()
        return builder.result()
    except _NotAllowed:
        return None


@dataclass
class _Open:
    """An element that is not closed yet; `children` have the role that `_role` gives."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[tuple[str, Html]] = field(default_factory=list)
    text: str = ""


class _Builder(HTMLParser):
    """Builds allowed elements again, from the inside out.

    sized: whether brackets got a size, which they lose here.
    """

    def __init__(self, sized: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.sized = sized
        self.open = [_Open("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self.open) > _DEEPEST:
            raise _NotAllowed
        given = {key: value or "" for key, value in attrs}
        if self.sized and tag == "mo" and given.get("minsize") == SIZED:
            given = {"stretchy": "false", "lspace": "0", "rspace": "0"}
        if tag in _INERT and self.open[-1].name in {"mtext", *_INERT}:
            self.open.append(_Open(tag))
        elif tag == "menclose" and given.get("notation") in _DRAWN:
            self.open.append(_Open(tag, {"class": _DRAWN[given["notation"]]}))
        elif tag in MATHML:
            self.open.append(_Open(tag, dict(_attributes(given))))
        else:
            raise _NotAllowed

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        if closed.name != tag or not self.open:
            raise _NotAllowed
        self.open[-1].children.append((_role(closed), _made(closed)))

    def handle_data(self, data: str) -> None:
        if self.open[-1].name in {"mi", "mn", "mo", "mtext", "ms", *_INERT}:
            self.open[-1].text += data
            self.open[-1].children.append(("", Html(data)))
        elif data.strip():
            raise _NotAllowed

    def handle_comment(self, data: str) -> None:
        raise _NotAllowed(data)

    def handle_decl(self, decl: str) -> None:
        raise _NotAllowed(decl)

    def handle_pi(self, data: str) -> None:
        raise _NotAllowed(data)

    def unknown_decl(self, data: str) -> None:
        raise _NotAllowed(data)

    def result(self) -> Html:
        if len(self.open) != 1 or len(self.open[0].children) != 1:
            raise _NotAllowed
        return self.open[0].children[0][1]


def _role(closed: _Open) -> str:
    """Say of an operator whether it is a bar or a prime."""
    if closed.name != "mo" or not closed.text:
        return ""
    if closed.text in _BARS:
        return "bar"
    return "prime" if set(closed.text) <= _PRIMES else ""


def _made(closed: _Open) -> Html:
    """Give an element anew.  Browsers' fonts want some things written otherwise.

    A combining bar does not stretch over a sum: it is drawn as a border.  A prime in an
    exponent is made small and flies off, fonts have it raised already.
    """
    parts = [part for _, part in closed.children]
    last = closed.children[-1][0] if closed.children else ""
    if closed.name in _INERT:
        return Html(*parts)
    if closed.name == "menclose":
        return element("mrow", *parts, attributes=closed.attributes)
    if closed.name in _LINES and last == "bar" and len(parts) == 2:
        return element("mrow", parts[0], cls=_LINES[closed.name])
    if last == "prime" and (closed.name, len(parts)) in {("msup", 2), ("msubsup", 3)}:
        base = parts[0] if closed.name == "msup" else element("msub", *parts[:2])
        return element("mrow", base, parts[-1])
    named = closed.attributes
    if _role(closed) == "prime":
        named = {"lspace": "0", "rspace": "0"}
    return element(closed.name, *parts, attributes=named)


def _attributes(given: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Give the attributes that may stay; what is too wide or unknown is left out."""
    for name, value in given.items():
        if name == "display":  # large, but in the line: the page says where it stands
            yield "displaystyle", "true"
        elif (name in _PLAIN and _NUMBER_OR_WORD.fullmatch(value)) or (
            name in _LENGTHS and _short(value)
        ):
            yield name, value
        elif name == "style":
            if f"color:#{_CHANGED}" in value:
                yield "class", "changed"
            style = ";".join(part.strip() for part in value.split(";") if _harmless(part.strip()))
            if style:
                yield name, style


def _short(value: str) -> bool:
    found = _LENGTH.fullmatch(value)
    return found is not None and abs(float(found[1])) <= _WIDEST


def _harmless(declaration: str) -> bool:
    found = _STYLE.fullmatch(declaration)
    return found is not None and (found[4] is None or abs(float(found[4])) <= _WIDEST)
