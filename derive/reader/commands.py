r"""Which commands the grammar knows, and what each stands for.  One row per command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.reader.syntax import GroupKind

FRACTIONS = frozenset({"\\frac", "\\tfrac", "\\dfrac", "\\cfrac"})

# Accent -> its family: a wide bar over one letter is a bar.
ACCENTS: Mapping[str, str] = {
    "\\bar": "\\bar",
    "\\overline": "\\bar",
    "\\hat": "\\hat",
    "\\widehat": "\\hat",
    "\\tilde": "\\tilde",
    "\\widetilde": "\\tilde",
    "\\dot": "\\dot",
    "\\vec": "\\vec",
    "\\underline": "\\underline",
}

# Font -> its family.
FONTS: Mapping[str, str] = {
    "\\mathbf": "mathbf",
    "\\boldsymbol": "mathbf",
    "\\bm": "mathbf",
    "\\pmb": "mathbf",
    "\\bf": "mathbf",
    "\\mathrm": "mathrm",
    "\\rm": "mathrm",
    "\\text": "mathrm",
    "\\textrm": "mathrm",
    "\\operatorname": "mathrm",
    "\\mathsf": "mathsf",
    "\\mathit": "mathit",
    "\\textit": "mathit",
    "\\textbf": "mathbf",
    "\\mathbb": "mathbb",
    "\\mathcal": "mathcal",
    "\\mathscr": "mathcal",
    "\\mathfrak": "mathfrak",
    "\\mathds": "mathbb",
}

LOOKED_THROUGH = frozenset(
    {"\\boxed", "\\underbrace", "\\overbrace", "\\color", "\\textcolor", "\\fbox", "\\mathop",
     "\\colorbox", "\\ensuremath"}
)  # fmt: skip

# The name of a colour stands before the formula itself.
DROPPED_WITH_ARGUMENT = frozenset({"\\color", "\\textcolor", "\\colorbox"})

# Command -> the word that elaboration knows.
WORDS: Mapping[str, str] = {
    "\\exp": "exp",
    "\\log": "log",
    "\\ln": "ln",
    "\\sin": "sin",
    "\\cos": "cos",
    "\\lg": "lg",
    "\\div": "div",
    "\\Var": "Var",
    "\\Tr": "Tr",
    "\\tr": "tr",
    "\\E": "E",
}

RELATIONS = frozenset(
    {
        "=", "<", ">", "\\le", "\\ge", "\\ne", "\\approx", "\\sim", "\\in", "\\to", "\\propto",
        "\\equiv", "\\coloneqq", ":=", "\\Rightarrow", "\\implies", "\\iff",
    }
)  # fmt: skip

# Between factors; juxtaposition is the other way to multiply.
MARKS = frozenset({"\\cdot", "*", "/", "\\times"})

# Opening delimiter -> what closes it, and the kind of the group.
CLOSERS: Mapping[str, tuple[str, GroupKind]] = {
    "(": (")", "("),
    "[": ("]", "["),
    "\\{": ("\\}", "\\{"),
    "\\langle": ("\\rangle", "\\langle"),
}
