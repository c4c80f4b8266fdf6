r"""Brackets that the converter of formulas can be trusted with.

math-core 0.9 looks for the partner of each opening bracket anew: every one that has none
doubles its time, forty of them last for hours, and it cannot be interrupted.  What is a
partner is for its parser to say (in `\frac)` the bracket is an argument), so that none are
looked for here: a formula with few opening brackets is converted as it is; in others each
bracket is written with a size, `\Bigg(`, which is an ordinary sign to it.
"""

from __future__ import annotations

import re
import unicodedata

MOST = 10  # opening brackets without a size: at most 2^10 passes, which take milliseconds
SIZED = "2.470em"  # what `\Bigg` comes out as

TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[^\\]", re.DOTALL)
_WORDS = re.compile(r"\\(?:text[a-z]*|mbox|hbox|operatorname\*?)\s*\{[^{}$\\]*\}")
_PIECE = re.compile(rf"{_WORDS.pattern}|{TOKEN.pattern}", re.DOTALL)
_SIDED = re.compile(r"\\([bB]igg?)[lrm](?![A-Za-z])")
_SIZES = frozenset(
    {r"\big", r"\Big", r"\bigg", r"\Bigg", r"\left", r"\right", r"\middle", "^", "_"}
)
_OPENING_NAMES = r"""
    \{ \lAngle \lBrace \lVert \lang \langle \lbrace \lbrack \lceil \lfloor \lgroup
    \llangle \llbracket \llcorner \llparenthesis \lmoustache \lparen \lvert \ulcorner ⌜ ⌞ ⎰
"""
_OPENING = frozenset(_OPENING_NAMES.split())
_CLOSING_NAMES = r"""
    \} \rAngle \rBrace \rVert \rang \rangle \rbrace \rbrack \rceil \rfloor \rgroup \rrangle
    \rrbracket \rmoustache \rparen \rvert
"""
_CLOSING = frozenset(_CLOSING_NAMES.split())
# Commands that bring no bracket, tried out one by one and mixed.  Others (`\bra`, `\pmod`,
# whatever the next release knows) count as brackets that nothing can be done about.
_ORDINARY_NAMES = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi
    pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta
    Lambda Xi Pi Sigma Upsilon Phi Psi Omega frac dfrac tfrac cfrac binom sqrt sum prod int iint
    iiint oint lim limsup liminf max min sup inf arg argmin argmax det dim exp ln log lg sin cos
    tan cot sec csc arcsin arccos arctan sinh cosh tanh coth ker gcd Pr deg hom Re Im partial
    nabla infty ell hbar forall exists in notin ni subset subseteq supset supseteq cup cap
    setminus emptyset varnothing le leq leqslant ge geq geqslant ne neq equiv approx sim simeq
    cong propto ll gg prec succ triangleq coloneqq doteq pm mp times div cdot ast star circ
    bullet oplus otimes odot wedge vee top bot perp parallel mid nmid to gets rightarrow
    leftarrow Rightarrow Leftarrow Leftrightarrow leftrightarrow mapsto longrightarrow iff
    implies xrightarrow xleftarrow uparrow downarrow hookrightarrow hat widehat tilde widetilde
    bar overline underline vec dot ddot check breve acute grave overset underset stackrel
    overbrace underbrace mathbb mathbf mathrm mathcal mathsf mathit mathtt mathfrak mathscr
    boldsymbol bm operatorname text textbf textit textrm textsf mbox boxed color textcolor quad
    qquad left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm
    Bigm dots ldots cdots vdots ddots prime dagger colon begin end vert Vert rVert limits
    nolimits displaystyle textstyle substack not because therefore square blacksquare mathop
    phantom
"""
_ORDINARY = frozenset(f"\\{name}" for name in _ORDINARY_NAMES.split())


def is_tame(text: str) -> bool:
    r"""Whether a formula has few opening brackets.

    >>> is_tame("f(x)" * 10), is_tame(r"\langle" * 11)
    (True, False)
    """
    return sum(_opens(piece) or _is_strange(piece) for piece in TOKEN.findall(text)) <= MOST


def with_sizes(text: str) -> str | None:
    r"""Write every bracket of a formula with a size; None where too many have to stay.

    >>> with_sizes(r"f(-x] \text{a (b)}")
    'f\\Bigg( {-}x\\Bigg]  \\text{a (b)}'
    """
    pieces: list[str] = []
    kept, before, waiting = 0, "", False  # waiting: a `[` was left, its `]` is still to come
    for piece in _PIECE.findall(_SIDED.sub(r"\\\1 ", text)):
        opens = _opens(piece)
        # After a command it may begin an argument; after a size it is an ordinary sign.
        optional = piece == "[" and before[:1] == "\\" and before not in _SIZES
        stays = before in _SIZES or optional or (piece == "]" and waiting)
        if piece in {"[", "]"}:
            waiting = optional
        if (opens or _closes(piece)) and not stays:
            pieces.append(rf"\Bigg{piece} ")
        elif piece == "-" and before and _opens(before):
            pieces.append("{-}")
        else:
            pieces.append(piece)
            kept += (opens and before not in _SIZES) or _is_strange(piece)
        before = piece if piece.strip() else before
    return "".join(pieces) if kept <= MOST else None


def _is_strange(piece: str) -> bool:
    if _WORDS.fullmatch(piece) or not re.fullmatch(r"\\[A-Za-z]+", piece):
        return False
    return not (piece in _ORDINARY or _opens(piece) or _closes(piece))


def _opens(piece: str) -> bool:
    if piece in _OPENING:
        return True
    return len(piece) == 1 and piece != "{" and unicodedata.category(piece) in {"Ps", "Pi"}


def _closes(piece: str) -> bool:
    if piece in _CLOSING:
        return True
    return len(piece) == 1 and piece != "}" and unicodedata.category(piece) in {"Pe", "Pf"}
