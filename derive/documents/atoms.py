r"""The top level of a formula: signs, separators, words, and the mathematics between them.

What stands inside brackets, scripts, arguments and environments such as `pmatrix` is one
atom of mathematics; the environments that only set rows (`aligned`) are looked through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.documents.signs import ARROWS, DOUBLE, OPERATORS, SYMBOLS, labelled
from derive.documents.tokens import COLUMNS, ROWS, Token, pair_brackets, tokenize
from derive.documents.words import is_prose_word

if TYPE_CHECKING:
    from collections.abc import Iterator

AtomKind: TypeAlias = Literal[
    "math",
    "operator",
    "sign",
    "arrow",
    "point",
    "quad",
    "space",
    "words",
    "cut",
    "drop",
    "amp",
    "row",
]


@dataclass(frozen=True, slots=True)
class Atom:
    r"""A range of the formula; `text` is the symbol of a sign, the words of `\text`.

    breaks: tokens inside, `\\` and `&`, that only end a line within soft brackets.
    """

    kind: AtomKind
    text: str
    start: int
    end: int
    breaks: tuple[tuple[int, int], ...] = ()


_SPACES_NAMES = r"""
    \, \; \: \! \> \/ \- \thinspace \medspace \thickspace \negthinspace \displaystyle \textstyle
    \allowbreak \break \nobreak \noindent \null \strut \mathstrut \relax
"""
_SPACES = frozenset(_SPACES_NAMES.split()) | {"\\ ", "\\\n"}
_DROPPED = frozenset({"\\nonumber", "\\notag", "\\hfill", "\\par", "\\hline"})
_QUADS = frozenset({"\\quad", "\\qquad", "\\enspace", "\\enskip"})
_LENGTHS = frozenset({"\\hspace", "\\hskip", "\\vspace", "\\mspace", "\\kern", "\\mkern"})
_WORDS = frozenset({"\\text", "\\mbox", "\\textrm", "\\textit", "\\textbf", "\\textnormal"})
_ROMAN = frozenset({"\\mathrm", "\\mathit", "\\mathsf"})
_WORDS |= {"\\intertext", "\\shortintertext", "\\hbox", "\\textup", "\\textsf"}
_CUT = frozenset({"\\tag", "\\label", "\\eqno", "\\leqno", "\\qed", "\\qedhere"})
_CUT |= {"\\square", "\\blacksquare", "\\Box", "\\qedsymbol"}
_ABOVE = frozenset({"\\stackrel", "\\overset", "\\underset"})
_LONG_ARROWS = {"\\xrightarrow": "\\to", "\\xlongrightarrow": "\\to", "\\xlongequal": "="}
_LONG_ARROWS |= {"\\xleftarrow": "\\leftarrow"}
_STATEMENT_ARROWS = frozenset({"\\xRightarrow", "\\xLeftrightarrow"})
_BRACES_OF_SIGNS = frozenset({"\\underbrace", "\\overbrace"})
_MATH_WRAPPERS = frozenset({"\\mathrel", "\\mathbin", "\\mathop"})
_NOT = {"=": "\\ne", "\\in": "\\notin", "\\equiv": "\\not\\equiv"}
_SIGN = 60  # characters that one sign may take
_ANGLE = 200  # tokens between `<` and the `>` that makes a pair of angle brackets of them


def atoms_of(text: str) -> list[Atom]:
    """Cut a formula into its atoms; whatever only spaces the page is `space`."""
    tokens = tokenize(text)
    relations = [_may_be_sign(token) for token in tokens]
    return list(_Walk(text, tokens, pair_brackets(tokens, relations)).atoms())


def _may_be_sign(token: Token) -> bool:
    return token.text in SYMBOLS or token.text in _ABOVE or token.text == ":"


class _Walk:
    """A position in the tokens of one formula, outside of all brackets."""

    def __init__(self, text: str, tokens: list[Token], pairs: dict[int, int]) -> None:
        self.text = text
        self.tokens = tokens
        self.pairs = pairs
        self.transparent = {end for begin, end in pairs.items() if self._sets_rows(tokens[begin])}

    @staticmethod
    def _sets_rows(token: Token) -> bool:
        return token.kind == "begin" and token.text in ROWS

    def atoms(self) -> Iterator[Atom]:
        index = 0
        while index < len(self.tokens):
            atom, index = self._atom(index)
            yield atom

    def _make(self, kind: AtomKind, text: str, first: int, after: int) -> tuple[Atom, int]:
        start, end = self.tokens[first].start, self.tokens[after - 1].end
        return Atom(kind, text, start, end), after

    def _atom(self, index: int) -> tuple[Atom, int]:  # noqa: PLR0911 - one per kind
        token = self.tokens[index]
        match token.kind:
            case "row":
                return self._make("row", "", index, index + 1)
            case "space":
                return self._make("space", "", index, index + 1)
            case "begin":
                return self._begin(index)
            case "end":
                kind: AtomKind = "drop" if self._loose_end(index) else "math"
                return self._make(kind, "", index, index + 1)
            case "command":
                return self._command(index)
            case "char":
                return self._char(index)
            case _:
                return self._math(index)

    def _loose_end(self, index: int) -> bool:
        return index in self.transparent or self.tokens[index].text in ROWS

    def _begin(self, index: int) -> tuple[Atom, int]:
        token = self.tokens[index]
        if token.text not in ROWS:
            return self._math(index)
        after = index + 1
        if self._is(after, "[") and after in self.pairs:
            after = self.pairs[after] + 1
        if token.text in COLUMNS and self._is(after, "{") and after in self.pairs:
            after = self.pairs[after] + 1
        return self._make("drop", "", index, after)

    def _is(self, index: int, text: str) -> bool:
        return index < len(self.tokens) and self.tokens[index].text == text

    def _past_spaces(self, index: int) -> int:
        while index < len(self.tokens) and (
            self.tokens[index].kind == "space" or self.tokens[index].text in _SPACES
        ):
            index += 1
        return index

    def _argument(self, index: int) -> tuple[str, int] | None:
        """Text of the group or token at `index`, and the index after it."""
        index = self._past_spaces(index)
        if index >= len(self.tokens):
            return None
        token = self.tokens[index]
        if token.text != "{":
            return token.text, index + 1
        if index not in self.pairs:
            return None
        close = self.pairs[index]
        return self.text[token.end : self.tokens[close].start], close + 1

    def _command(self, index: int) -> tuple[Atom, int]:  # noqa: PLR0911 - one per kind
        name = self.tokens[index].text
        sign = self._sign(index)
        if sign is not None:
            return self._make("sign", sign[0], index, sign[1])
        if name in ARROWS:
            return self._make("arrow", name, index, index + 1)
        if name in _STATEMENT_ARROWS and (argument := self._argument(index + 1)):
            return self._make("arrow", name, index, argument[1])
        if name in OPERATORS:
            return self._make("operator", name, index, index + 1)
        if name in _QUADS:
            return self._make("quad", "", index, index + 1)
        if name in _SPACES | _DROPPED:
            return self._make("space" if name in _SPACES else "drop", "", index, index + 1)
        if name in _LENGTHS | _CUT | _WORDS or name in _ROMAN:
            return self._with_braces(index)
        return self._math(index)

    def _with_braces(self, index: int) -> tuple[Atom, int]:
        name = self.tokens[index].text
        at = index + 2 if self._is(index + 1, "*") else index + 1
        at = self._past_spaces(at)
        words, after = "", index + 1
        if self._is(at, "{") and at in self.pairs:
            words, after = (
                self.text[self.tokens[at].end : self.tokens[self.pairs[at]].start],
                (self.pairs[at] + 1),
            )
        elif name in _WORDS:
            return self._math(index)
        if name in _ROMAN:
            # `\\mathrm{where}` is prose, `\\mathrm{d}` and `\\mathrm{Var}` are not.
            return (
                self._make("words", words, index, after)
                if is_prose_word(words)
                else self._math(index)
            )
        kind: AtomKind = "words" if name in _WORDS else "cut" if name in _CUT else "quad"
        return self._make(kind, words, index, after)

    def _char(self, index: int) -> tuple[Atom, int]:  # noqa: PLR0911 - one per kind
        char = self.tokens[index].text
        if char in "^_":
            return self._script(index)
        sign = self._sign(index)
        if sign is not None:
            return self._make("sign", sign[0], index, sign[1])
        if char == "=" and self._is(index + 1, ">"):
            return self._make("arrow", "=>", index, index + 2)
        if char in ARROWS:
            return self._make("arrow", char, index, index + 1)
        if char in OPERATORS:
            return self._make("operator", char, index, index + 1)
        if char in ",;.:" and not self._in_number(index):
            return self._make("point", char, index, index + 1)
        if char == "&":
            return self._make("amp", "", index, index + 1)
        return self._math(index)

    def _in_number(self, index: int) -> bool:
        start, end = self.tokens[index].start, self.tokens[index].end
        return self.text[start - 1 : start].isdigit() and self.text[end : end + 1].isdigit()

    def _script(self, index: int) -> tuple[Atom, int]:
        """Take `^` or `_` with the token after it: the `+` of `x^+` is no operator."""
        after = self._past_spaces(index + 1)
        if after >= len(self.tokens) or self.tokens[after].kind in {"row", "begin", "end"}:
            return self._make("math", "", index, index + 1)
        if self.tokens[after].text in {"{", "&"}:
            return self._make("math", "", index, after)
        return self._make("math", "", index, after + 1)

    def _math(self, index: int) -> tuple[Atom, int]:
        """Take one token, or all between a pair of brackets."""
        close = self.pairs.get(index)
        if close is None and self._is(index, "{"):
            # The rest belongs to the argument that was begun here.
            close = len(self.tokens) - 1
        if close is None:
            close = self._angle(index)
        if close is None:
            return self._make("math", "", index, index + 1)
        breaks = tuple(self._breaks(index, close))
        return Atom("math", "", self.tokens[index].start, self.tokens[close].end, breaks), close + 1

    def _angle(self, index: int) -> int | None:
        """Find the `>` of `<a, b>`: angle brackets typed as signs hold a comma."""
        if not self._is(index, "<"):
            return None
        at, comma = index + 1, False
        while at < min(index + _ANGLE, len(self.tokens)):
            token = self.tokens[at]
            if token.text == ">":
                return at if comma else None
            if token.text in SYMBOLS or token.kind == "row":
                return None
            comma = comma or token.text == ","
            at = self.pairs.get(at, at) + 1
        return None

    def _breaks(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Find the ends of lines between soft brackets; those of a matrix are its own."""
        hard = {"{", "env"}
        if self._hardness(first) in hard:
            return
        at = first + 1
        while at < last:
            token = self.tokens[at]
            if token.kind == "row" or token.text == "&":
                yield token.start, token.end
            if at in self.pairs and self._hardness(at) in hard:
                at = self.pairs[at]
            at += 1

    def _hardness(self, index: int) -> str:
        token = self.tokens[index]
        return "env" if token.kind == "begin" else "{" if token.text == "{" else "soft"

    def _sign(self, index: int) -> tuple[str, int] | None:  # noqa: PLR0911 - one per kind
        """Symbol of the sign that begins here, and the index after it."""
        name = self.tokens[index].text
        if name == "\\not" or name in _MATH_WRAPPERS:
            return self._wrapped_sign(index)
        if name in _ABOVE:
            return self._labelled_sign(index)
        if name in _LONG_ARROWS:
            return self._long_arrow(index)
        if name in _BRACES_OF_SIGNS:
            return self._braced_sign(index)
        if name == "{" and not self._is_argument(index):
            argument = self._argument(index)
            found = argument and _only_sign(argument[0])
            return (found, argument[1]) if argument and found else None
        if name == "<" and self._angle(index) is not None:
            return None
        return self._plain_sign(index)

    def _is_argument(self, index: int) -> bool:
        before = self.tokens[index - 1] if index else None
        return before is not None and (before.kind == "command" or before.text in {"^", "_"})

    def _plain_sign(self, index: int) -> tuple[str, int] | None:
        name = self.tokens[index].text
        following = self._past_spaces(index + 1) if name == ":" else index + 1
        after = self.tokens[following].text if following < len(self.tokens) else ""
        if name == "=" and after == ">":
            return None
        if name + after in DOUBLE and len(after) == 1:
            return DOUBLE[name + after], following + 1
        return (SYMBOLS[name], index + 1) if name in SYMBOLS else None

    def _wrapped_sign(self, index: int) -> tuple[str, int] | None:
        argument = self._argument(index + 1)
        found = argument and _only_sign(argument[0])
        if not (argument and found):
            return None
        if self.tokens[index].text == "\\not":
            found = _NOT.get(found, "\\not" + found)
        return found, argument[1]

    def _labelled_sign(self, index: int) -> tuple[str, int] | None:
        label = self._argument(index + 1)
        base = label and self._argument(label[1])
        found = base and _only_sign(base[0])
        if not (label and base and found):
            return None
        return labelled(found, label[0]), base[1]

    def _braced_sign(self, index: int) -> tuple[str, int] | None:
        base = self._argument(index + 1)
        found = base and _only_sign(base[0])
        if not (base and found):
            return None
        label = self._argument(base[1] + 1) if self._is(base[1], "_") else None
        label = label or (self._argument(base[1] + 1) if self._is(base[1], "^") else None)
        return (labelled(found, label[0]), label[1]) if label else (found, base[1])

    def _long_arrow(self, index: int) -> tuple[str, int] | None:
        at, label = index + 1, ""
        if self._is(at, "[") and at in self.pairs:
            label = self.text[self.tokens[at].end : self.tokens[self.pairs[at]].start]
            at = self.pairs[at] + 1
        above = self._argument(at)
        if above is None:
            return None
        symbol = _LONG_ARROWS[self.tokens[index].text]
        return labelled(symbol, f"{above[0]} {label}"), above[1]


def _only_sign(text: str) -> str | None:
    """Symbol of a text that is nothing but one sign."""
    if len(text) > _SIGN:
        return None
    atoms = [atom for atom in atoms_of(text) if atom.kind != "space"]
    return atoms[0].text if len(atoms) == 1 and atoms[0].kind == "sign" else None
