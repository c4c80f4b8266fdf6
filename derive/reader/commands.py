r"""Which commands the grammar knows, and what each stands for.  One row per command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.terms import FUNCTION_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.language.terms import FunctionName
    from derive.reader.syntax import GroupKind, LargeKind

_AREA: tuple[tuple[str, FunctionName], ...] = (
    ("sinh", "arsinh"),
    ("cosh", "arcosh"),
    ("tanh", "artanh"),
)

FRACTIONS = frozenset({"\\frac", "\\tfrac", "\\dfrac", "\\cfrac", "\\nicefrac", "\\sfrac"})

BINOMIALS = frozenset({"\\binom", "\\tbinom", "\\dbinom"})

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
    "\\operatorname*": "mathrm",
    "\\mathsf": "mathsf",
    "\\mathit": "mathit",
    "\\textit": "mathit",
    "\\textbf": "mathbf",
    "\\mathbb": "mathbb",
    "\\mathcal": "mathcal",
    "\\mathscr": "mathcal",
    "\\mathfrak": "mathfrak",
    "\\mathds": "mathbb",
    "\\mathbbm": "mathbb",
    "\\mathup": "mathrm",
    "\\symbf": "mathbf",
    "\\sf": "mathsf",
    "\\cal": "mathcal",
}

LOOKED_THROUGH = frozenset(
    {"\\boxed", "\\underbrace", "\\overbrace", "\\color", "\\textcolor", "\\fbox", "\\mathop",
     "\\colorbox", "\\ensuremath", "\\cancel", "\\bcancel", "\\xcancel", "\\cancelto",
     "\\mathclap", "\\smash", "\\underset", "\\overset", "\\stackrel"}
)  # fmt: skip

# The name of a colour, or what is set above or below, stands before the formula itself.
DROPPED_WITH_ARGUMENT = frozenset(
    {"\\color", "\\textcolor", "\\colorbox", "\\cancelto", "\\underset", "\\overset",
     "\\stackrel"}
)  # fmt: skip

ELLIPSES = frozenset(
    {
        "\\dots",
        "\\ldots",
        "\\cdots",
        "\\dotsc",
        "\\dotsb",
        "\\dotsm",
        "\\dotso",
        "\\vdots",
        "\\ddots",
    }
)

# Sign of an integral -> how many differentials it has.
INTEGRALS: Mapping[str, int] = {"\\int": 1, "\\iint": 2, "\\iiint": 3}

SUMS: Mapping[str, LargeKind] = {"\\sum": "sum", "\\prod": "prod"}

# Word -> the operator that it is before an operand; alone it is a word, as in `\to \min`.
LARGE_WORDS: Mapping[str, LargeKind] = {
    "lim": "lim",
    "limsup": "limsup",
    "liminf": "liminf",
    "min": "min",
    "max": "max",
    "inf": "inf",
    "sup": "sup",
    "argmin": "argmin",
    "argmax": "argmax",
}

CELL_ENDS = ("&", "\\\\", "\\end")

# Environment -> the kind of the group that its cells are.
ENVIRONMENTS: Mapping[str, GroupKind] = {
    "matrix": "matrix",
    "pmatrix": "matrix",
    "bmatrix": "matrix",
    "Bmatrix": "matrix",
    "smallmatrix": "matrix",
    "array": "matrix",
    "cases": "cases",
}

# Spelling of a function of a number -> its name.
FUNCTIONS: Mapping[str, FunctionName] = {
    **{name: name for name in FUNCTION_NAMES},
    "ln": "log",
    "tg": "tan",
    "ctg": "cot",
    "cosec": "csc",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "arctg": "arctan",
    "sh": "sinh",
    "ch": "cosh",
    "th": "tanh",
    "cth": "coth",
    **{f"{prefix}{name}": arc for prefix in ("a", "arc") for name, arc in _AREA},
}

# Command -> the word that elaboration knows.
WORDS: Mapping[str, str] = {
    **{f"\\{name}": name for name in FUNCTIONS},
    "\\lg": "lg",
    "\\div": "div",
    "\\Var": "Var",
    "\\Tr": "Tr",
    "\\tr": "tr",
    "\\E": "E",
    **{f"\\{name}": name for name in LARGE_WORDS},
    "\\Cov": "Cov",
    "\\cov": "Cov",
    "\\var": "Var",
    "\\trace": "tr",
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
    "\\lceil": ("\\rceil", "\\lceil"),
    "\\lfloor": ("\\rfloor", "\\lfloor"),
}
