r"""The LaTeX printer: terms as a textbook sets them, in the order written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from derive.language import terms as t
from derive.language.claims import Claim, Equal, EqualInLaw, EqualUpToConstant, Minimises
from derive.language.printing import Doc, Level, Printer, split_sign

if TYPE_CHECKING:
    from fractions import Fraction

_LETTER = re.compile(r"[A-Za-z0-9]|\\[A-Za-z]+")
_TALL = re.compile(r"\\(frac|int|left|sum|prod|underbrace)(?![A-Za-z])")
_FENCES = {"(": "(", ")": ")", "[": "[", "]": "]", "<": r"\langle", ">": r"\rangle", "|": r"\|"}
_COMMANDS = {"E": r"\mathbb{E}", "N": r"\mathcal{N}"}


def latex(node: t.Term) -> str:
    r"""Print a term as LaTeX, for math mode.

    >>> x = t.Sym("x")
    >>> latex(-(x + 1) / t.sqrt(1 - x))
    '-\\frac{x + 1}{\\sqrt{1 - x}}'
    """
    return _PRINTER.text(node)


def latex_summands(node: t.Term) -> tuple[str, ...]:
    """Print the summands of a term, each but the first with its sign: where a line may break."""
    return tuple(_PRINTER.summands(node))


def latex_claim(claim: Claim) -> tuple[str, str, str]:
    """Print a claim as its left side, its relation sign and its right side."""
    match claim:
        case Equal(lhs, rhs):
            return latex(lhs), "=", latex(rhs)
        case EqualUpToConstant(lhs, rhs):
            return latex(lhs), "=", latex(rhs) + r" + \mathrm{const}"
        case EqualInLaw(lhs, rhs):
            return latex(lhs), r"\overset{d}{=}", latex(rhs)
        case Minimises(functional, unknown, value):
            below = rf"\operatorname*{{arg\,min}}_{{{latex(unknown)}}}"
            bare = _PRINTER.fit(functional, Level.PRODUCT)
            return f"{below} {bare}", "=", latex(value)


class _Latex(Printer):
    minus: ClassVar[str] = "-"
    times: ClassVar[str] = r"\cdot"
    mid: ClassVar[str] = r"\mid"
    nabla: ClassVar[str] = r"\nabla"
    bars: ClassVar[str] = r"\left|{}\right|"  # bare bars in each other would be a norm
    functions: ClassVar[dict[str, str]] = {
        name: rf"\operatorname{{{name}}}" if name in ("arsinh", "arcosh", "artanh")
        else rf"\{name}"
        for name in t.FUNCTION_NAMES
    }  # fmt: skip

    def name(self, latex: str) -> str:
        return latex

    def fence(self, left: str, text: str, right: str) -> str:
        opening, closing = _FENCES[left], _FENCES[right]
        # `\|` is an ordinary symbol: without \left a minus after it would be spaced as binary.
        if left == "|" or _TALL.search(text):
            gap = " " if opening[-1].isalpha() else ""
            return rf"\left{opening}{gap}{text}\right{closing}"
        gap = " " if opening[-1].isalpha() else ""
        return f"{opening}{gap}{text}{gap}{closing}"

    def command(self, name: str) -> str:
        return _COMMANDS.get(name, rf"\operatorname{{{name}}}")

    def number(self, value: Fraction) -> Doc:
        if value.denominator == 1:
            return Doc(str(value.numerator))
        return Doc(rf"\frac{{{value.numerator}}}{{{value.denominator}}}", Level.CLOSED)

    def fraction(self, num: t.Term, den: t.Term) -> Doc:
        return Doc(rf"\frac{{{self.text(num)}}}{{{self.text(den)}}}", Level.CLOSED)

    def root(self, body: t.Term) -> Doc:
        return Doc(rf"\sqrt{{{self.text(body)}}}", Level.CLOSED)

    def choose(self, upper: t.Term, lower: t.Term) -> Doc:
        return Doc(rf"\binom{{{self.text(upper)}}}{{{self.text(lower)}}}", Level.CLOSED)

    def scripts(self, base: str, sub: str = "", sup: str = "") -> str:
        below = f"_{_braced(sub)}" if sub else ""
        above = f"^{_braced(sup)}" if sup else ""
        return base + below + above

    def exponent(self, node: t.Term) -> str:
        """Print an exponent; plain fractions stand on one line there, `x^{-1/2}`."""
        negative, bare = split_sign(node)
        sign = self.minus if negative else ""
        match bare:
            case t.Num(value):
                return f"{sign}{value}"
            case t.Div(num, den):
                parts = [self.doc(num), self.doc(den)]
                if all(p.level == Level.ATOM for p in parts):
                    return f"{sign}{parts[0].text}/{parts[1].text}"
            case _:
                pass
        return self.text(node)

    def partial(self, var: str, order: int, of: str = "") -> str:
        power = f"^{order}" if order > 1 else ""
        above = rf"\partial{power} {of}".rstrip()
        below = f"{{{var}}}" if power and "^" in var else var
        return rf"\frac{{{above}}}{{\partial {below}{power}}}"

    def integral(self, lower: str, upper: str, body: str, differential: str) -> str:
        sign = self.scripts(r"\int", lower, upper)
        return rf"{sign} {body} \, {differential}"

    def evaluated(self, body: Doc, lower: str, upper: str = "") -> str:
        if body.level == Level.SUM and upper:
            return self.scripts(rf"\left[{body.text}\right]", lower, upper)
        text = self.paren(body.text) if body.level == Level.SUM else body.text
        return self.scripts(rf"\left. {text} \right|", lower, upper)


def _braced(text: str) -> str:
    return text if _LETTER.fullmatch(text) else f"{{{text}}}"


_PRINTER = _Latex()
