r"""Which commands and characters are relations, and their canonical symbols."""

from __future__ import annotations

import re
from typing import Final

_SPELLINGS: Final = r"""
    =          = ＝
    :=         ≔ \coloneqq \triangleq \doteq \coloneq \eqdef \defeq \mathrel{:=} ≜ ≝
    =:         ≕ \eqqcolon
    \ne        \ne \neq ≠
    \le        \le \leq \leqslant \leqq ≤ ⩽
    \ge        \ge \geq \geqslant \geqq ≥ ⩾
    <          < \lt
    >          > \gt
    \ll        \ll ≪
    \gg        \gg ≫
    \lesssim   \lesssim ≲
    \gtrsim    \gtrsim ≳
    \approx    \approx \thickapprox ≈
    \sim       \sim \thicksim ∼
    \simeq     \simeq ≃
    \cong      \cong ≅
    \asymp     \asymp ≍
    \equiv     \equiv ≡
    \propto    \propto \varpropto ∝
    \to        \to \rightarrow \longrightarrow \mapsto \longmapsto → ⟶ ↦
    \leftarrow \leftarrow \gets \longleftarrow ←
    \in        \in ∈
    \notin     \notin ∉
    \ni        \ni
    \subset    \subset ⊂
    \subseteq  \subseteq ⊆
    \supset    \supset ⊃
    \supseteq  \supseteq ⊇
    \perp      \perp ⊥ \indep
    \succ      \succ
    \succeq    \succeq
    \prec      \prec
    \preceq    \preceq
"""
SYMBOLS: Final[dict[str, str]] = {
    spelling: line.split()[0]
    for line in _SPELLINGS.splitlines()
    if line.strip()
    for spelling in line.split()[1:]
}
# Not in the table: two tokens that are one sign.
DOUBLE: Final[dict[str, str]] = {
    ":=": ":=",
    "=:": "=:",
    "==": "=",
    "<=": "\\le",
    ">=": "\\ge",
    "->": "\\to",
}

# They stand between statements, not between sides.
_ARROWS_NAMES = r"""
    \Rightarrow \implies \Longrightarrow \iff \Leftrightarrow \Longleftrightarrow \Leftarrow
    \impliedby \Longleftarrow \therefore \because ⇒ ⟹ ⇔ ⟺ ⇐ ∴ ∵
"""
ARROWS: Final = frozenset(_ARROWS_NAMES.split())
OPERATORS: Final = frozenset(
    {"+", "-", "−", "\\pm", "\\mp", "\\cdot", "\\times", "·", "×", "\\oplus"}
)

_HARMLESS = re.compile(
    r"""
    \(.*\) | [*†‡\s]+ | \d+ | \\?(?:ast|star|dagger)  # a reference to a remark
    | \\(?:eq)?ref\{.*\}
    | i\.?i\.?d\.?
    """,
    re.VERBOSE | re.DOTALL,
)
_DEFINITION = frozenset({"def", "def.", "defn", "definition", "опр", "опр.", "△", "\\triangle"})
_DEFINITION |= {"\\Delta", "Δ"}
# Words above an equality that change what it says: in law, almost surely, up to a constant.
_CHANGING = frozenset({"d", "law", "dist", "dist.", "p", "p.", "a.s.", "as", "a.e.", "const"})
_CHANGING |= {"const.", "c", "п.н.", "п. н.", "by law", "distr", "distr."}
_TEXT = re.compile(r"\\(?:text|textrm|textit|textbf|mathrm|mathit|mbox|rm|operatorname)\b\s*")


def labelled(symbol: str, label: str) -> str:
    r"""Symbol of a relation with something above or below it.

    A reference, `\stackrel{(i)}{=}`, changes nothing; a definition is `:=`.  Whatever else is
    kept, for `\stackrel{d}{=}` says less than `=`.
    """
    written = " ".join(label.split())
    words = _TEXT.sub("", written).replace("{", "").replace("}", "").strip()
    if words.lower() in _DEFINITION and symbol in {"=", "\\equiv"}:
        return ":="
    is_text = _TEXT.match(written) is not None and len(words) > 2
    if not words or _HARMLESS.fullmatch(words):
        return symbol
    if is_text and words.lower() not in _CHANGING:
        return symbol
    return f"\\overset{{{words}}}{{{symbol}}}"
