r"""Letters that nobody declared: what is called the same is the same, and no more is known.

A letter with indices is a function of them, `x_{i-1}` the function x at i - 1; a letter
with arguments is another function for each pattern of scripts and arguments, so that
p(x) and p(x | y) have nothing in common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from derive.language.terms import Apply, Field, Integral, Neg, Sym, Term, add, term
from derive.reader.elaborate import children, unscripted
from derive.reader.names import name_of
from derive.reader.syntax import (
    Group,
    Integrate,
    Letter,
    Mark,
    Node,
    Number,
    Row,
    Script,
    Scripted,
    Sum,
    Summation,
)
from derive.solution.indexed import Index, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DENSITIES = frozenset({"p", "q", "\\pi", "\\rho"})
# Letters that bind others, that act on what follows or that are no single value.
_OPERATORS = frozenset({"\\nabla", "\\partial", "\\Delta", "d", "E", "\\cdot", "\\infty", "o", "O"})
_LAWS = frozenset({"N", "U"})  # applied, they are often a variable that has this law
_FONTS = frozenset({"", "mathbf", "mathit", "mathsf"})
_STARS = frozenset({"*", "\\star", "\\ast"})
_CAPITAL = re.compile(r"(?:\\math\w+\{|\\(?:bar|hat|tilde)\{)*\\?[A-Z]")
_MAX_POWER = 8


@dataclass(frozen=True)
class Name:
    """A letter with its scripts: what it is called, its indices and the power it is raised to."""

    text: str
    indices: tuple[Term, ...]
    power: int | None


@dataclass(frozen=True)
class Letters:
    """Reads letters; `bound` holds the indices of the sums around, `whole` other whole numbers."""

    whole: frozenset[str]
    bound: dict[str, Sym] = field(default_factory=dict)

    def within(self, name: str, index: Sym) -> Letters:
        """Give the letters in a sum over an index."""
        return replace(self, bound={**self.bound, name: index})

    def name(self, item: Node) -> Name:
        """Read a letter with its scripts.  Raises Unreadable."""
        base, sub, sup, primes = unscripted(item)
        if not isinstance(base, Letter) or primes:
            raise Unreadable
        if base.name in _OPERATORS or base.font not in _FONTS:
            raise Unreadable
        text, indices = self._subscript(sub)
        text, power = name_of(base, None) + text, None
        match sup.parts.items if sup is not None else ():
            case ():
                pass
            case (Number(),) if sup is not None:
                power = power_of(sup)
            case (Mark(symbol=star) | Letter(name=star),) if star in _STARS:
                text += "^{*}"
            case (Group(kind="(", parts=parts),):
                indices += [self.index(part) for part in parts.items]
                text += f"^{{({',' * (len(parts.items) - 1)})}}"
            case _:
                raise Unreadable
        return Name(text, tuple(indices), power)

    def _subscript(self, sub: Script | None) -> tuple[str, list[Term]]:
        """Read a subscript: indices, each written as a point in the name, and other marks."""
        if sub is None:
            return "", []
        if any(separator != "," for separator in sub.parts.separators):
            self.refuse_bound(sub)
            return f"_{{{sub.text}}}", []
        spelled, indices = list[str](), list[Term]()
        for part in sub.parts.items:
            try:
                indices.append(self.index(part))
                spelled.append(".")
            except Unreadable:
                self.refuse_bound(part)
                spelled.append(sub.text)
        return f"_{{{','.join(spelled)}}}", indices

    def index(self, node: Node) -> Term:
        """Read `i`, `i - 1`, `0`.  Raises Unreadable."""
        match node:
            case Number(value=value) if value.denominator == 1:
                return term(value)
            case Letter() if node.name not in _OPERATORS:
                return self._letter(name_of(node, None))
            case Sum(terms=(("+", Letter() as letter), (sign, Number(value=value)))):
                shift = value if sign == "+" else -value
                found = self.index(letter)
                if value.denominator == 1 and isinstance(found, Sym):
                    return Index(found, int(shift)).term
            case _:
                pass
        raise Unreadable

    def refuse_bound(self, node: Node | Script) -> None:
        """Refuse what is named by the index of a sum, in a way that is not read."""
        if not self.bound.keys().isdisjoint(letters_in(node)):
            raise Unreadable

    def value(self, name: Name) -> Term:
        """What a name stands for without arguments."""
        return Apply(Field(name.text), name.indices) if name.indices else self._letter(name.text)

    def _letter(self, name: str) -> Sym:
        return self.bound.get(name, Sym(name))

    def applied(self, base: Letter, name: Name, group: Group) -> Term:
        """Read a function at its arguments; those called like densities are positive."""
        called = name_of(base, None)
        if called in self.bound or called in self.whole or base.name in _LAWS:
            raise Unreadable
        if any(separator not in {",", ";", "|"} for separator in group.parts.separators):
            raise Unreadable
        arguments = [self._argument(node) for node in group.parts.items]
        pattern = "." + "".join(f"{separator}." for separator in group.parts.separators)
        plain = base.name.removesuffix("}").rpartition("{")[2]  # without an accent
        # A bold p is a vector, and p^{(n)} may be a derivative.
        positive = plain in _DENSITIES and base.font != "mathbf" and "^{(" not in name.text
        function = Field(f"{name.text}({pattern})", density=positive)
        return Apply(function, (*name.indices, *arguments))

    def _argument(self, node: Node) -> Term:
        """Read an argument: letters and numbers, their sums and differences.

        Products are not read here, which vectors have several of.
        """
        match node:
            case Number(value=value):
                return term(value)
            case Sum(terms=terms):
                read = [(sign, self._argument(part)) for sign, part in terms]
                return add(*(Neg(part) if sign == "-" else part for sign, part in read))
            case _:
                name = self.name(node)
                if name.power is not None:
                    raise Unreadable
                return self.value(name)

    # --- the order of factors ---

    def refuse_order(self, factors: Sequence[Term]) -> None:
        """Refuse a product in which the order of the factors may matter."""
        if sum(not self.is_number(factor) for factor in factors) > 1:
            raise Unreadable

    def may_act(self, node: Term) -> bool:
        """Whether a letter may be an operator on what follows, `L p`."""
        match node:
            case Sym(name=name) | Apply(field=Field(name=name, density=False)):
                return _CAPITAL.match(name) is not None and not self.is_number(node)
            case _:
                return False

    def is_number(self, node: Term) -> bool:
        """Whether a term is a number beyond doubt, and neither a vector nor a matrix."""
        match node:
            case Sym(name=name):
                return name in self.whole or node in self.bound.values()
            case Apply(field=applied):
                return applied.density
            case Integral(body=body, var=var):
                return self.within(var.name, var).is_number(body)
            case _:
                return all(self.is_number(child) for child in node.children)


def power_of(script: Script) -> int:
    """Read a power with a small number for its exponent.  Raises Unreadable."""
    number = whole_number(script.parts.items[0]) if len(script.parts.items) == 1 else 0
    if not 1 <= number <= _MAX_POWER:
        raise Unreadable
    return number


def whole_number(node: Node) -> int:
    """Read a whole number.  Raises Unreadable."""
    if not isinstance(node, Number) or node.value.denominator != 1:
        raise Unreadable
    return int(node.value)


def letters_in(node: Node | Script) -> Iterator[str]:
    """All letters in a formula, those in scripts included."""
    if isinstance(node, Letter):
        yield name_of(node, None)
    for part in parts_of(node):
        yield from letters_in(part)


def parts_of(node: Node | Script) -> Iterator[Node]:
    """The formulas directly inside a node and in its scripts."""
    match node:
        case Script(parts=parts):
            yield from parts.items
        case Row(items=items):
            yield from items
        case Scripted(sub=sub, sup=sup) | Summation(sub=sub, sup=sup) | Integrate(sub=sub, sup=sup):
            yield from children(node)
            for script in (sub, sup):
                if script is not None:
                    yield from script.parts.items
        case _:
            yield from children(node)
