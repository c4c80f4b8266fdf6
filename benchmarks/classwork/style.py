"""How one student writes: letters, signs, layout, language.

Everything here is a matter of taste: no choice changes what a formula says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

CHOICES: dict[str, tuple[str, ...]] = {
    "lang": ("ru", "ru", "ru", "en", "en"),
    "kind": ("md", "md", "md", "tex", "ipynb"),
    # The sheet writes E; a few write M, as Russian books do.
    "mean": (
        *("E", r"\mathbb E", r"\mathbb{E}", r"\mathbb{E}") * 6,
        *(r"\mathsf{E}", r"\mathbf{E}") * 3,
        r"\mathsf{M}",
    ),
    "under": ("", "", "", r"X\sim p", r"x\sim p", "p(x)", r"X \sim p(x)"),
    "bracket": ("plain", "left", "big", "round", "plain"),
    "s": (
        r"s_\theta",
        r"s_\theta",
        r"s_\theta",
        r"s_{\theta}",
        "s",
        "s",
        "f",
        r"f_\theta",
        r"\mathbf{s}_\theta",
    ),
    "slope": ("prime", "partial", "ratio", "quotient", "total", "after"),
    "log": (r"\log", r"\log", r"\ln"),
    "div": (
        r"\operatorname{div}",
        r"\operatorname{div}",
        r"\nabla\cdot",
        "trace",
        "sum",
        r"\mathrm{div}\,",
        "Tr",
        "partials",
    ),
    "dot": ("angle", "angle", "top", "cdot"),
    "norm": (r"\|", r"\|", r"\lVert", "||"),
    "square": ("^2", "^2", "^2", "_2^2"),
    "var": ("x", "x", "u", "z"),
    "shift": ("k", "u", "x", "k"),
    "bar": (r"\bar\alpha", r"\bar\alpha", r"\overline{\alpha}", r"\bar{\alpha}", "", ""),
    "total": ("p_{X+Z}", "p_{X+Z}", "p_{X+Z}", "p_Y"),
    "transpose": (r"^\top", r"^\top", "^T", r"^{\mathsf T}"),
    "parts": ("below", "below", "below", "above", "power", "taken"),
    "least": (r"\min_\theta", r"\min_\theta", r"\min\limits_{\theta}"),
    "step": ("alpha", "beta"),
    "layout": ("align", "align", "split", "line", "continued", "inner"),
    "limits": ("", "", "", "full"),
    "differential": (r"\,d<>", r" d<>", r"\,\mathrm{d}<>", r"\, \mathrm d<>", "front"),
    "half": (r"\frac{1}{2}", r"\frac12", r"\tfrac12"),
    "heading": ("plain", "deep", "bold", "sub"),
    "constant": (r"\text{const}", r"\mathrm{const}", "C", "const"),
    "noise": (r"\varepsilon", r"\varepsilon", r"\epsilon"),
}

ALPHA = r"\alpha"  # of the sheet: the product of all steps
BRACKETS = {
    "plain": ("[", "]"),
    "left": (r"\left[", r"\right]"),
    "big": (r"\bigl[", r"\bigr]"),
    "round": (r"\left(", r"\right)"),
}


@dataclass(frozen=True)
class Style:
    """One choice of each; `seed` fixes the order of terms and the choice of words."""

    lang: str
    kind: str
    mean: str
    under: str
    bracket: str
    s: str
    slope: str
    log: str
    div: str
    dot: str
    norm: str
    square: str
    var: str
    shift: str
    bar: str
    total: str
    transpose: str
    parts: str
    least: str
    step: str
    layout: str
    limits: str
    differential: str
    half: str
    heading: str
    constant: str
    noise: str
    seed: str


def draw(rng: Random) -> Style:
    """A student's habits."""
    drawn = {name: rng.choice(options) for name, options in CHOICES.items()}
    return Style(**drawn, seed=str(rng.getrandbits(32)))


def renamed(style: Style, rng: Random) -> Style:
    """The habits of somebody who copies a text and renames its letters."""
    names = ("s", "var", "shift", "constant", "layout", "half", "mean")
    changed = {name: rng.choice(CHOICES[name]) for name in names}
    return replace(style, **changed)


class Pen:
    """Writes formulas in a style."""

    def __init__(self, style: Style, problem: str) -> None:
        self.style = style
        self.rng = Random(f"{style.seed} {problem}")  # noqa: S311 - no secret

    @property
    def russian(self) -> bool:
        """Whether the prose is."""
        return self.style.lang == "ru"

    def say(self, russian: str, english: str) -> str:
        """One of several sentences, divided by `|`, in the student's language."""
        return self.rng.choice((russian if self.russian else english).split("|"))

    def add(self, *terms: str) -> str:
        """A sum, its terms in some order; a term may begin with `-`."""
        order = list(terms)
        self.rng.shuffle(order)
        if order[0].startswith("-"):  # nobody begins with a minus who need not
            order.sort(key=lambda term: term.startswith("-"))
        text = order[0]
        for term in order[1:]:
            text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
        return text

    def times(self, *factors: str) -> str:
        """A product, its factors in some order."""
        order = list(factors)
        self.rng.shuffle(order)
        return r"\, ".join(order)

    # --- means and integrals -----------------------------------------------------------

    @property
    def X(self) -> str:  # noqa: N802 - mathematics
        """The random point under a mean."""
        return "x" if "x" in self.style.under and "X" not in self.style.under else "X"

    def E(self, body: str, under: str | None = None) -> str:  # noqa: N802 - mathematics
        """A mean over X, or over what `under` says."""
        under = self.style.under if under is None else under
        mean = self.style.mean + (f"_{{{under}}}" if under else "")
        left, right = BRACKETS[self.style.bracket]
        return f"{mean}{left}{body}{right}"

    def integral(self, body: str, over: str, line: bool = False) -> str:
        """An integral over the whole space."""
        sign = r"\int"
        if self.style.limits:
            sign = r"\int_{-\infty}^{+\infty}" if line else r"\int_{\mathbb{R}^d}"
        if self.style.differential == "front":
            return rf"{sign} d{over}\, {body}"
        return f"{sign} {body}{self.differential(over)}"

    def differential(self, over: str) -> str:
        """The end of an integral."""
        style = self.style.differential
        return rf"\, d{over}" if style == "front" else style.replace("<>", over)

    # --- fields ------------------------------------------------------------------------

    def s(self, at: str) -> str:
        """The network at a point."""
        return f"{self.style.s}({at})"

    def component(self, index: str, at: str) -> str:
        """A component of the network."""
        letter = self.style.s
        match self.style.parts:
            case "above":
                return f"{letter}^{index}({at})"
            case "power":
                return f"{letter}^{{({index})}}({at})"
            case "taken":
                return f"[{letter}({at})]_{index}"
            case _ if letter.endswith((r"_\theta", r"_{\theta}")):
                return f"{letter.split('_')[0]}_{{\\theta,{index}}}({at})"
            case _:
                return f"{letter}_{index}({at})"

    def slope(self, function: str, at: str, by: str = "x") -> str:
        """The derivative of a function of one variable."""
        match self.style.slope:
            case "prime":
                return f"{function}'({at})"
            case "partial":
                return rf"\partial_{by} {function}({at})"
            case "ratio":
                return rf"\frac{{\partial}}{{\partial {by}}} {function}({at})"
            case "quotient":
                return rf"\frac{{\partial {function}({at})}}{{\partial {by}}}"
            case "after":
                return rf"\frac{{d{function}}}{{d{by}}}({at})"
            case _:
                return rf"\frac{{d}}{{d{by}}} {function}({at})"

    def log_slope(self, at: str, by: str = "x") -> str:
        """The derivative of log p."""
        log = self.style.log
        match self.style.slope:
            case "prime":
                return rf"({log} p)'({at})"
            case "partial":
                return rf"\partial_{by} {log} p({at})"
            case "total" | "after":
                return rf"\frac{{d}}{{d{by}}} {log} p({at})"
            case _:
                return rf"\frac{{\partial}}{{\partial {by}}} {log} p({at})"

    def div(self, at: str, by: str = "x") -> str:
        """The divergence of the network."""
        match self.style.div:
            case "trace":
                return rf"\operatorname{{tr}}\left(\nabla {self.s(at)}\right)"
            case "Tr":
                return rf"\operatorname{{Tr}} \frac{{\partial {self.s(at)}}}{{\partial {by}}}"
            case "partials":
                below = "i" if by == "x" else f"{{{by}_i}}"
                return rf"\sum_i \partial_{below} {self.component('i', at)}"
            case "sum":
                inner = rf"\frac{{\partial {self.component('i', at)}}}{{\partial {by}_i}}"
                return rf"\sum_{{i=1}}^{{d}} {inner}"
            case sign:
                return f"{sign} {self.s(at)}"

    def dot(self, a: str, b: str) -> str:
        """A scalar product."""
        match self.style.dot:
            case "angle":
                return rf"\langle {a}, {b} \rangle"
            case "top":
                return rf"{a}{self.style.transpose} {b}"
            case _:
                return rf"{a} \cdot {b}"

    def norm2(self, body: str, power: bool = True) -> str:
        """A squared norm; without its power, a norm."""
        closing = r"\rVert" if self.style.norm == r"\lVert" else self.style.norm
        square = self.style.square if power else ""
        return f"{self.style.norm} {body} {closing}{square}"

    # --- the forward process -----------------------------------------------------------

    @property
    def abar(self) -> str:
        """The product of all steps."""
        return f"{self.style.bar or ALPHA}_t"

    @property
    def before(self) -> str:
        """The product of all steps but the last."""
        return f"{self.style.bar or ALPHA}_{{t-1}}"

    @property
    def one_step(self) -> str:
        """The factor of a step."""
        return r"\alpha_t" if self.style.bar and self.style.step == "alpha" else r"1 - \beta_t"

    @property
    def one_step_factor(self) -> str:
        """The same within a product."""
        return self.one_step if "-" not in self.one_step else f"({self.one_step})"
