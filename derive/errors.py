"""What the user can mend: a file, a formula, an argument.

Verdicts speak of mathematics and errors of this family speak of input; any
other exception is a defect of `derive` and is left to crash.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters `[start, end)` in one source text, 0-based."""

    start: int
    end: int


class DeriveError(Exception):
    """Something the user can mend; the message says what was expected."""


class IllTyped(DeriveError):
    """A term with no meaning: a scalar added to a vector, the divergence of a number."""


class ParseError(DeriveError):
    """A formula that the reader's grammar does not contain.

    `span` points into `source`, the text as the author wrote it; `where` says which of
    several texts that is, if there are several.
    """

    where = ""

    def __init__(self, message: str, source: str, span: Span) -> None:
        self.message = message
        self.source = source
        self.span = span
        super().__init__(self.render())

    @property
    def line(self) -> int:
        """Line of the first character of the span, 1-based."""
        return self.source.count("\n", 0, self.span.start) + 1

    @property
    def column(self) -> int:
        """Column of the first character of the span, 1-based."""
        return self.span.start - (self.source.rfind("\n", 0, self.span.start) + 1) + 1

    def render(self) -> str:
        """Give the message, the line it is about and a caret under the span."""
        begin = self.source.rfind("\n", 0, self.span.start) + 1
        end = self.source.find("\n", begin)
        text = self.source[begin:] if end < 0 else self.source[begin:end]
        width = max(1, min(self.span.end, begin + len(text)) - self.span.start)
        caret = " " * (self.column - 1) + "^" * width
        return f"{self.line}:{self.column}: {self.message}\n  {text}\n  {caret}"
