r"""LaTeX formulas as one line of Unicode, for a terminal.

This is a transcription for the eye and nothing is decided with it: it takes any
text, and what it does not know it shows without the backslash.  It is used for
letters, for the answers as a sheet states them and for formulas within words.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)


def _table(rows: str) -> dict[str, str]:
    """Read a table written as words, a command and its glyph by turns."""
    words = rows.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _all_to(glyph: str, commands: str) -> dict[str, str]:
    return dict.fromkeys(commands.split(), glyph)


SYMBOLS: Mapping[str, str] = {
    **_table(r"""
    \alpha α  \beta β  \gamma γ  \delta δ  \epsilon ε  \varepsilon ε  \zeta ζ  \eta η  \theta θ
    \vartheta θ  \iota ι  \kappa κ  \lambda λ  \mu μ  \nu ν  \xi ξ  \pi π  \rho ρ  \sigma σ
    \tau τ  \upsilon υ  \phi φ  \varphi φ  \chi χ  \psi ψ  \omega ω
    \Gamma Γ  \Delta Δ  \Theta Θ  \Lambda Λ  \Xi Ξ  \Pi Π  \Sigma Σ  \Phi Φ  \Psi Ψ  \Omega Ω
    \nabla ∇  \partial ∂  \infty ∞  \int ∫  \sum ∑  \prod ∏  \cdot ·  \times ×  \pm ±  \mp ∓
    \le ≤  \leq ≤  \leqslant ≤  \ge ≥  \geq ≥  \geqslant ≥  \ne ≠  \neq ≠  \approx ≈  \sim ∼
    \equiv ≡  \propto ∝  \in ∈  \to →  \rightarrow →  \Rightarrow ⇒  \mapsto ↦  \iff ⇔
    \langle ⟨  \rangle ⟩  \| ‖  \Vert ‖  \lVert ‖  \rVert ‖  \mid |  \vert |  \top ᵀ
    \ldots …  \dots …  \cdots ⋯  \forall ∀  \exists ∃  \subset ⊂  \otimes ⊗  \ell ℓ
    \{ {  \} }  \% %  \_ _  \& &  \# #  \$ $
    """),
    **_all_to(" ", r"~ \, \; \: \quad \qquad \\"),
    **_all_to("", r"\! \left \right \middle \displaystyle \limits \nolimits &"),
    **_all_to("", r"\big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr"),
    "-": "−",  # a minus sign is as wide as a plus and cannot be taken for a hyphen
}

_ALPHABETS = frozenset(
    _all_to(
        "",
        r"\text \mathrm \operatorname \operatorname* \mathbf \boldsymbol \mathit \mathsf "
        r"\mathcal \mathbb \bm \boxed \textbf \textit \emph",
    )
)

_ACCENTS = {
    **_all_to("\u0302", r"\hat \widehat"),
    **_all_to("\u0303", r"\tilde \widetilde"),
    **_all_to("\u0304", r"\bar \overline"),
    **_all_to("\u0307", r"\dot"),
}

VULGAR: Mapping[str, str] = _table(
    "1/2 ½ 1/3 ⅓ 2/3 ⅔ 1/4 ¼ 3/4 ¾ 1/5 ⅕ 2/5 ⅖ 3/5 ⅗ 4/5 ⅘ 1/6 ⅙ 5/6 ⅚ 1/8 ⅛ 3/8 ⅜ 5/8 ⅝ 7/8 ⅞"
)

_PREFIXED = ("log", "exp", "sin", "cos")
_NAMES = frozenset(
    (r"\log", r"\exp", r"\sin", r"\cos", r"\operatorname", r"\min", r"\max", r"\lim")
)
_FRACTIONS = (r"\frac", r"\dfrac", r"\tfrac")

# What may follow a fraction and begins no factor.
_CLOSING = frozenset(
    _all_to(
        "",
        r"\right \mid \cdot \times \pm \mp \le \leq \ge \geq \ne \neq \approx \sim \to \quad "
        r"\qquad "
        r"\, \; \: \! \\ \} \text \Rightarrow \equiv \in \rangle \ldots \dots \cdots \|",
    )
)

_DEEPEST = 200  # braces in one formula; with more of them it is shown as it is

_SUBSCRIPTS = str.maketrans(
    "0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
)
_SUPERSCRIPTS = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzᵀβγδθφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵝᵞᵟᶿᵠᵡ",
)


def transcribe(tex: str) -> str:
    r"""Give a formula in LaTeX as one line of Unicode.

    >>> transcribe(r"\frac{\beta_t}{\sqrt{1-\alpha_{t-1}}}")
    'βₜ/√(1−αₜ₋₁)'
    """
    if tex.count("{") > _DEEPEST:
        return tex
    tokens = _TOKEN.findall(tex.replace("||", r"\|"))[::-1]
    text = ""
    while tokens:
        text += _sequence(tokens)
        if tokens:  # a brace that closes nothing
            tokens.pop()
    text = re.sub(r"(?<=[(\[⟨]) +| +(?=[)\]⟩,;])", "", text)
    return re.sub(r" {2,}", " ", text).strip()


def transcribe_words(text: str) -> str:
    """Give a text with formulas between dollars as plain text; `$` alone stays."""
    pieces = re.split(r"\$\$(.+?)\$\$|\$(.+?)\$", text, flags=re.DOTALL)
    # `split` gives words, displayed formula, inline formula, words, ...
    return "".join(
        piece if index % 3 == 0 else transcribe(piece)
        for index, piece in enumerate(pieces)
        if piece is not None
    )


def subscript(text: str) -> str:
    """Put a text below the line, in small glyphs where Unicode has them all."""
    return _script("_", text, _SUBSCRIPTS)


def superscript(text: str) -> str:
    """Put a text above the line, in small glyphs where Unicode has them all."""
    return _script("^", text, _SUPERSCRIPTS)


def _script(mark: str, text: str, glyphs: dict[int, int]) -> str:
    tight = text.replace(" ", "")
    if all(ord(c) in glyphs for c in tight):
        return tight.translate(glyphs)
    return mark + (text if len(text) == 1 else f"{{{text}}}")


def _sequence(tokens: list[str]) -> str:
    """Transcribe up to a closing brace, which is left on the stack of tokens."""
    text = ""
    while tokens and tokens[-1] != "}":
        fraction = tokens[-1] in _FRACTIONS
        if tokens[-1] in _NAMES and text and text[-1] not in " ([{⟨‖":
            text += " "  # `\nabla\log` is two words
        piece = _item(tokens)
        if fraction and piece.startswith("∂"):
            piece = f"{piece} " if _goes_on(tokens) else piece
        elif fraction and "/" in piece and (_goes_on(tokens) or text.rstrip().endswith(_PREFIXED)):
            piece = f"({piece})"  # `a/b c` would be read as a/(b c), `log a/b` as (log a)/b
        text += piece
    return text


def _goes_on(tokens: list[str]) -> bool:
    """Whether a factor follows."""
    following = next((token for token in reversed(tokens) if not token.isspace()), "}")
    glyph = SYMBOLS.get(following, following)
    return following not in _CLOSING and (glyph.isalnum() or following[0] in "\\({[^_")


def _item(tokens: list[str]) -> str:
    first = tokens.pop()
    if first == "{":
        inside = _sequence(tokens)
        if tokens:
            tokens.pop()
        return inside
    if first in {r"\left", r"\right"} and tokens and tokens[-1] == ".":
        tokens.pop()
        return ""
    if first in _PREFIXES:
        return _PREFIXES[first](tokens)
    if first in _ALPHABETS:
        return _argument(tokens)
    if first in _ACCENTS:
        return _accented(_argument(tokens), _ACCENTS[first])
    return " " if first.isspace() else _glyph(first, tokens)


def _glyph(first: str, tokens: list[str]) -> str:
    glyph = SYMBOLS.get(first, first.lstrip("\\"))
    # `\log\alpha`: a name must not run into what follows it.
    runs_on = len(glyph) > 1 and tokens and (tokens[-1].isalnum() or tokens[-1][0] == "\\")
    return f"{glyph} " if runs_on and tokens[-1] != r"\left" else glyph


def _argument(tokens: list[str]) -> str:
    while tokens and tokens[-1].isspace():
        tokens.pop()
    return _item(tokens).strip() if tokens and tokens[-1] != "}" else ""


def _accented(text: str, accent: str) -> str:
    return unicodedata.normalize("NFC", text + accent) if len(text) == 1 else text


def quotient(num: str, den: str) -> str:
    """Write a fraction on one line."""
    if f"{num}/{den}" in VULGAR:
        return VULGAR[f"{num}/{den}"]
    if num.startswith("∂"):
        return f"{num.replace(' ', '')}/{den.replace(' ', '')}"
    below = den if _ONE.fullmatch(den) else f"({den})"
    return f"{_grouped(num)}/{below}"


def radical(body: str) -> str:
    """Write a square root on one line."""
    return f"√{body}" if _WORD.fullmatch(body) else f"√({body})"


def _grouped(text: str) -> str:
    """Put parentheses around anything but one word, or one root."""
    return text if _WORD.fullmatch(text) or _ONE.fullmatch(text) else f"({text})"


_WORD = re.compile(r"[\w\u0300-\u036f]*")
_MARKS = r"[\u0300-\u036f₀-₎ₐ-ₜᵢ-ᵪⱼ⁰¹²³⁴-ⁿᵃ-ᶿ]*"  # accents, indices and exponents of a letter
# What a fraction bar holds together with on either side: a number, a letter, a root.
_ONE = re.compile(rf"[0-9]+|[^\W\d]{_MARKS}|√([0-9]+|[^\W\d]{_MARKS}|\([^()]*\))|")

_PREFIXES: Mapping[str, Callable[[list[str]], str]] = {
    "_": lambda tokens: subscript(_argument(tokens)),
    "^": lambda tokens: superscript(_argument(tokens)),
    r"\sqrt": lambda tokens: radical(_argument(tokens)),
    **dict.fromkeys(
        _FRACTIONS,
        lambda tokens: quotient(_argument(tokens), _argument(tokens)),
    ),
}
