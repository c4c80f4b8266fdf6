"""A position in a row of tokens, with the caps and the wording of errors."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from derive.errors import ParseError, Span
from derive.reader.tokens import MAX_CHARACTERS, Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

# A formula that people write nests a dozen deep; each level costs a handful of Python
# frames here and in all that walks the term later.
MAX_DEPTH = 64
MAX_NODES = 2000


@dataclass
class Cursor:
    """Where the parser stands.

    closers: the kinds of the groups around, innermost last; `{` for braces.
    differentials: for each group around, how many integrals await their `dx` in it.
    large: how many integrals and sums are around.
    most: how many nodes are read.
    """

    source: str
    tokens: tuple[Token, ...]
    position: int = 0
    nodes: int = 0
    large: int = 0
    closers: list[str] = field(default_factory=list)
    differentials: list[int] = field(default_factory=lambda: [0])
    most: int = MAX_NODES

    @classmethod
    def at_start(cls, source: str, times: int = 1) -> Cursor:
        """Tokenize `source` and stand before its first token; it may be `times` as large."""
        return cls(source, tokenize(source, times * MAX_CHARACTERS), most=times * MAX_NODES)

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.position]

    def ahead(self, count: int) -> Token:
        """Give the token `count` places after the next one, or the end."""
        return self.tokens[min(self.position + count, len(self.tokens) - 1)]

    def at(self, *texts: str) -> bool:
        """Whether the next token is spelled in one of these ways."""
        token = self.tokens[self.position]
        return token.text in texts and token.kind != "word"

    def take(self) -> Token:
        """Step over the next token."""
        token = self.token
        if token.kind != "end":
            self.position += 1
        return token

    def take_digit(self) -> Token:
        r"""Step over one digit: TeX's unbraced argument, `\frac12`, is one token of its own."""
        token = self.token
        start, end = token.span.start, token.span.end
        if len(token.text) == 1:
            return self.take()
        if "." in token.text:
            raise self.expected("an argument in braces: the number is longer than a digit")
        rest = replace(token, text=token.text[1:], span=Span(start + 1, end))
        self.tokens = (
            *self.tokens[: self.position], rest, *self.tokens[self.position + 1 :],
        )  # fmt: skip
        return replace(token, text=token.text[0], span=Span(start, start + 1))

    def turn_into_separator(self) -> None:
        r"""Make the bar that comes next one between parts: `\left. f \right| X` is `f \mid X`."""
        bar = replace(self.token, side="middle")
        self.tokens = (*self.tokens[: self.position], bar, *self.tokens[self.position + 1 :])

    def expect(self, text: str, wanted: str) -> Token:
        """Step over the token spelled `text`, or fail: `wanted` is expected here."""
        if not self.at(text):
            raise self.expected(wanted)
        return self.take()

    def skip_braces(self) -> None:
        """Step over a group in braces that is no formula, the name of a colour."""
        self.expect("{", "'{'")
        depth = 1
        while depth:
            if self.token.kind == "end":
                raise self.expected("'}'")
            depth += {"{": 1, "}": -1}.get(self.take().text, 0)

    def skip_argument(self) -> None:
        """Step over an argument that is no formula: braces, or one token."""
        if self.at("{"):
            self.skip_braces()
        else:
            self.take()

    def expected(self, wanted: str) -> ParseError:
        """Make the error: `wanted` is expected where the cursor stands."""
        found = "the end" if self.token.kind == "end" else f"'{self.written(self.token)}'"
        return ParseError(f"expected {wanted} {self._after()}, found {found}", self.source,
                         self.token.span)  # fmt: skip

    def error(self, message: str, start: int, end: int | None = None) -> ParseError:
        """Make an error with a message of its own, about the characters from `start` on."""
        return ParseError(message, self.source, Span(start, self.end if end is None else end))

    def _after(self) -> str:
        if self.position == 0:
            return "at the start"
        return f"after '{self.written(self.tokens[self.position - 1])}'"

    def written(self, token: Token) -> str:
        """Give a token as the author wrote it."""
        return self.source[token.span.start : token.span.end]

    @property
    def end(self) -> int:
        """Where the last token taken ends."""
        return self.tokens[self.position - 1].span.end if self.position else 0

    def span_from(self, start: int) -> Span:
        """The span from `start` to the last token taken; counts a node against the cap."""
        self.nodes += 1
        if self.nodes > self.most:
            raise self.error(f"a formula of more than {self.most} nodes", start)
        return Span(start, max(start, self.end))

    @contextmanager
    def inside(self, closer: str) -> Iterator[None]:
        """Stand inside a group: bars pair within it and no outer `dx` ends it."""
        if len(self.closers) >= MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} deep", self.token.span.start,
                        self.token.span.end)  # fmt: skip
        self.closers.append(closer)
        self.differentials.append(0)
        yield
        self.closers.pop()
        self.differentials.pop()
