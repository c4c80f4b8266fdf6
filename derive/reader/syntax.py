r"""The syntax tree of a formula: positions and shape, no meaning.

Juxtaposition stays a flat `Row`: whether `s(x)` applies a function or multiplies
depends on what `s` is, which only elaboration knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from fractions import Fraction

    from derive.errors import Span

GroupKind: TypeAlias = Literal[
    "(", "[", "\\{", "{", "|", "\\|", "\\langle", ".", "\\lceil", "\\lfloor", "matrix", "cases"
]
LargeKind: TypeAlias = Literal[
    "sum", "prod", "lim", "limsup", "liminf", "min", "max", "inf", "sup", "argmin", "argmax"
]

ELLIPSIS = "\\dots"  # the name of the letter that stands for what is left out


@dataclass(frozen=True, slots=True)
class Number:
    """A number, a decimal as an exact fraction."""

    span: Span
    value: Fraction


@dataclass(frozen=True, slots=True)
class Letter:
    r"""One letter, `x`, `\alpha`, `\bar{\alpha}`, `\nabla`; `font` is `mathbf`, `mathcal`, ...

    Fonts are names of a family: `\boldsymbol`, `\bm` and `\mathbf` are all `mathbf`.
    """

    span: Span
    name: str
    font: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    r"""A name of several letters: `\log`, `\operatorname{div}`, `\text{const}`."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    r"""An operator between factors: `\cdot`, `*`, `\times`, `/`."""

    span: Span
    symbol: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Formulas with separators between them: `a, b`, `x; m, v`, `f | X = x`."""

    span: Span
    items: tuple[Node, ...]
    separators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A subscript or a superscript; `text` is its canonical spelling, for names."""

    span: Span
    text: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Scripted:
    """An atom with a subscript, a superscript or primes."""

    span: Span
    base: Node
    sub: Script | None
    sup: Script | None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    r"""What a pair of delimiters encloses; kind `.` is an evaluation bar `f |_a^b`.

    Of a matrix and of a distinction of cases the parts are the cells, `&` and `\\` between.
    """

    span: Span
    kind: GroupKind
    parts: Parts


@dataclass(frozen=True, slots=True)
class Row:
    """Two or more atoms side by side, with the marks between them."""

    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms with their signs, `+` or `-`."""

    span: Span
    terms: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """Sides with relation signs between them."""

    span: Span
    sides: tuple[Node, ...]
    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    r"""A `\frac`."""

    span: Span
    num: Node
    den: Node


@dataclass(frozen=True, slots=True)
class Root:
    r"""A `\sqrt`, with its degree where one is written."""

    span: Span
    body: Node
    degree: Node | None = None


@dataclass(frozen=True, slots=True)
class Integrate:
    """An integral up to and including its differential; `var` is what follows the d."""

    span: Span
    sub: Script | None
    sup: Script | None
    body: Node
    var: Node


@dataclass(frozen=True, slots=True)
class Summation:
    """A sum, a product, a limit, a minimum over what its scripts say; its body is a row."""

    span: Span
    kind: LargeKind
    sub: Script | None
    sup: Script | None
    body: Node


@dataclass(frozen=True, slots=True)
class Bang:
    """A factorial, `n!`."""

    span: Span
    body: Node


@dataclass(frozen=True, slots=True)
class Choice:
    r"""A binomial coefficient, `\binom{n}{k}`."""

    span: Span
    upper: Node
    lower: Node


Node: TypeAlias = (
    Number
    | Letter
    | Word
    | Mark
    | Parts
    | Scripted
    | Group
    | Row
    | Sum
    | Relation
    | Quotient
    | Root
    | Integrate
    | Summation
    | Bang
    | Choice
)


def items_of(node: Node) -> tuple[Node, ...]:
    """Give the atoms of a row; any other node is a row of one."""
    return node.items if isinstance(node, Row) else (node,)


def is_ellipsis(node: Node) -> bool:
    r"""Whether a formula is no more than `\dots`: steps or members of a list that are left out."""
    return isinstance(node, Letter) and node.name == ELLIPSIS
