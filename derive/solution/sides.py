"""The sides of a chain: parsed once, with the place of what cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from derive.derivation import Source
from derive.errors import ParseError, Span
from derive.reader.grammar import parse
from derive.reader.syntax import (
    Integrate,
    Letter,
    Relation,
    Row,
    Scripted,
    Summation,
    is_ellipsis,
)

if TYPE_CHECKING:
    from derive.documents.model import Located, Place
    from derive.reader.syntax import Node

_SCRIPTS = re.compile(
    r"\s*(?:\\limits)?\s*(?:[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|\w))*"
)
_OPERATIONS = re.compile(r"\\(?:int|frac|sqrt|log|ln|nabla|sum|partial)(?![A-Za-z])")
LETTERS = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
_OPTIMUM = re.compile(
    r"\s*(?:\\arg\s*(?:\\,|\\;|\\!|\s)*\\(?:min|max)|\\arg(?:min|max)"
    r"|\\operatorname\*?\s*\{\s*arg\s*(?:\\,)?\s*(?:min|max)\s*\}|\\(?:min|max))"
)


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Node | ParseError:
    """Parse a text once: every context of a document asks for the same sides."""
    try:
        return parse(text)
    except ParseError as error:
        return error


@dataclass(frozen=True)
class Optimum:
    r"""A minimum or maximum of a functional, or (`argument`) where it is attained.

    over: the letters under the sign, `\theta` of `\min_\theta`.
    """

    functional: Side
    over: frozenset[str]
    maximal: bool
    argument: bool


@dataclass(frozen=True)
class Side:
    """One side of a chain."""

    text: Located

    @property
    def latex(self) -> str:
        """The side as written, on one line."""
        return " ".join(self.text.text.split())

    @property
    def node(self) -> Node:
        """The syntax tree.  Raises ParseError."""
        found = _parsed(self.text.text)
        if isinstance(found, ParseError):
            raise found.with_traceback(None)
        return found

    @property
    def flaw(self) -> ParseError | None:
        """Why the side has no syntax tree."""
        if not self.text.text.strip():
            return ParseError("expected a formula: the chain is cut off here", "", Span(0, 0))
        found = _parsed(self.text.text)
        return found if isinstance(found, ParseError) else None

    @cached_property
    def optimum(self) -> Optimum | None:
        r"""What `\min_\theta f` or `\arg\max_\theta f` says; None for other formulas."""
        found = _OPTIMUM.match(self.text.text)
        if found is None:
            return None
        scripts = _SCRIPTS.match(self.text.text, found.end())
        start = found.end() if scripts is None else scripts.end()
        written = found.group()
        over = frozenset(LETTERS.findall(self.text.text[found.end() : start]))
        rest = Side(self.text[start:].strip())
        return Optimum(rest, over - {"\\limits"}, "max" in written, "arg" in written)

    @property
    def minimised(self) -> Side | None:
        r"""The functional of `\min_\theta f` or `\arg\min_\theta f`; None for other formulas."""
        found = self.optimum
        return None if found is None else found.functional

    @property
    def summand(self) -> Side | None:
        r"""What is summed up, of a side that is one `\sum_t`, `\int_0^T ... dt` or `E_{t \sim U}`.

        A functional that is summed up over steps or time is least where each part is.
        """
        if self.flaw is not None:
            return None
        match self.node:
            case Summation(kind="sum", body=body):
                span = body.span
            case Integrate(sub=sub, sup=sup, body=body) if sub is not None and sup is not None:
                span = body.span
            case Row(items=(head, second, *_)) if _is_mean_over_time(head):
                span = Span(second.span.start, self.node.span.end)
            case _:
                return None
        return Side(self.text[span.start : span.end])

    @property
    def is_minimum(self) -> bool:
        r"""Whether the side is `\min_\theta` alone, the end of an objective."""
        rest = self.minimised
        return rest is not None and not rest.text.text.strip(" .,;")

    @property
    def is_left_out(self) -> bool:
        r"""Whether the side is `\dots` alone."""
        return self.flaw is None and is_ellipsis(self.node)

    def beginning(self, *commands: str) -> bool:
        """Whether the side begins with one of these commands."""
        return self.text.text.lstrip().startswith(commands)


def span_source(file: str, begin: Place, end: Place) -> Source:
    """Give the range between two places of a file, empty where the second is not the later."""
    if (end.line, end.column) < (begin.line, begin.column):
        end = begin
    return Source(file, begin.line, begin.column, end.line, end.column, begin.cell)


def _is_mean_over_time(head: Node) -> bool:
    r"""Whether a factor is a mean over a time that is drawn, `E_{t \sim U[0, T]}` or `E_t`."""
    if not isinstance(head, Scripted) or head.sub is None or head.sup is not None:
        return False
    if not isinstance(head.base, Letter) or head.base.name != "E":
        return False
    drawn = head.sub.parts.items[0]
    if isinstance(drawn, Relation):
        drawn = drawn.sides[0] if drawn.symbols == ("\\sim",) else head
    return len(head.sub.parts.items) == 1 and isinstance(drawn, Letter) and drawn.name == "t"


def has_operations(*sides: Side) -> bool:
    """Whether one of these sides is more than a name: in running text, a formula."""
    return any(_OPERATIONS.search(side.text.text) for side in sides)
