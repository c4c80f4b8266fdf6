"""The Unicode printer: terms on one line of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from derive.language import terms as t
from derive.language.claims import Claim, Equal, EqualInLaw, EqualUpToConstant, Minimises
from derive.language.printing import Doc, Level, Printer
from derive.language.transcribe import VULGAR, subscript, superscript, transcribe

if TYPE_CHECKING:
    from fractions import Fraction

_FENCES = {"<": "⟨", ">": "⟩", "|": "‖"}


def unicode(node: t.Term) -> str:
    """Print a term on one line.

    >>> from derive.language.terms import Sym, sqrt
    >>> unicode(sqrt(1 - Sym("x")) ** 2)
    '(√(1 − x))²'
    """
    return _PRINTER.text(node)


def unicode_claim(claim: Claim) -> tuple[str, str, str]:
    """Print a claim as its left side, its relation sign and its right side."""
    match claim:
        case Equal(lhs, rhs):
            return unicode(lhs), "=", unicode(rhs)
        case EqualUpToConstant(lhs, rhs):
            return unicode(lhs), "=", unicode(rhs) + " + const"
        case EqualInLaw(lhs, rhs):
            return unicode(lhs), "= in law", unicode(rhs)
        case Minimises(functional, unknown, value):
            bare = _PRINTER.fit(functional, Level.PRODUCT)
            return f"argmin over {unicode(unknown)} of {bare}", "=", unicode(value)


class _Unicode(Printer):
    minus: ClassVar[str] = "−"
    times: ClassVar[str] = "·"
    mid: ClassVar[str] = "|"
    nabla: ClassVar[str] = "∇"
    functions: ClassVar[dict[str, str]] = {name: name for name in t.FUNCTION_NAMES}

    def name(self, latex: str) -> str:
        return transcribe(latex)

    def fence(self, left: str, text: str, right: str) -> str:
        return _FENCES.get(left, left) + text + _FENCES.get(right, right)

    def command(self, name: str) -> str:
        return name

    def number(self, value: Fraction) -> Doc:
        if value.denominator == 1:
            return Doc(str(value))
        vulgar = VULGAR.get(str(value))
        return Doc(vulgar, Level.CLOSED) if vulgar else Doc(str(value), Level.PRODUCT)

    def fraction(self, num: t.Term, den: t.Term) -> Doc:
        above = self.fit(num, Level.PRODUCT, closed=True)
        if isinstance(num, t.Div):  # a/b/c would have to be counted from the left
            above = self.paren(self.text(num))
        return Doc(f"{above}/{self.fit(den, Level.POWER, closed=True)}", Level.PRODUCT)

    def root(self, body: t.Term) -> Doc:
        return Doc("√" + self.fit(body, Level.ATOM), Level.CLOSED)

    def choose(self, upper: t.Term, lower: t.Term) -> Doc:
        return Doc(f"C({self.text(upper)}, {self.text(lower)})", Level.CLOSED)

    def scripts(self, base: str, sub: str = "", sup: str = "") -> str:
        return base + (subscript(sub) if sub else "") + (superscript(sup) if sup else "")

    def exponent(self, node: t.Term) -> str:
        return self.text(node)

    def partial(self, var: str, order: int, of: str = "") -> str:
        power = superscript(str(order)) if order > 1 else ""
        if of:
            return f"(∂{power}{of}/∂{var}{power})"
        return f"∂{power}/∂{var}{power}"

    def integral(self, lower: str, upper: str, body: str, differential: str) -> str:
        return f"{self.scripts('∫', lower, upper)} {body} {differential}"

    def evaluated(self, body: Doc, lower: str, upper: str = "") -> str:
        if upper:
            return self.scripts(f"[{body.text}]", lower, upper)
        return f"({body.text})|_{{{lower}}}"


_PRINTER = _Unicode()
