r"""Macros of the author: `\newcommand` and its kin, expanded with places kept.

A character that a macro produced stands for its whole call; an argument keeps its own
places.  What expands without end is cut off by three bounds and noted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.documents.model import Located, Note, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.documents.model import Place

MAX_DEPTH = 20
MAX_PRODUCED = 65536  # characters, in one document
MAX_GROWTH = 10  # times the length of the document

_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.)", re.DOTALL)
_SPACE = re.compile(r"[ \t]*\n?[ \t]*")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_OPTIONAL = re.compile(r"\[((?:\\.|\{[^{}]{0,500}\}|[^\]{}\\]){0,500})\]", re.DOTALL)
_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
_PARAMETER = re.compile(r"#([1-9])")
_PREFIX = re.compile(r"\\(?:long|global|protected|outer)(?![A-Za-z])\s*")
_DEFINITIONS = {
    "\\newcommand": "new",
    "\\renewcommand": "new",
    "\\providecommand": "provide",
    "\\DeclareRobustCommand": "new",
    "\\def": "def",
    "\\gdef": "def",
    "\\edef": "def",
    "\\let": "let",
    "\\DeclareMathOperator": "operator",
    "\\DeclarePairedDelimiter": "delimiter",
    "\\newenvironment": "environment",
    "\\renewenvironment": "environment",
}
_MAYBE = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|DeclareRobustCommand|[ge]?def|let"
    r"|DeclareMathOperator|DeclarePairedDelimiter|(?:re)?newenvironment)(?![A-Za-z])"
)


@dataclass(frozen=True)
class Macro:
    r"""What a command stands for.

    default: of the first argument, which is then optional.
    final: a meaning saved by `\let`, not expanded again.
    sized: `\norm*{x}` and `\norm[\big]{x}` are calls too.
    """

    body: str
    arguments: int = 0
    default: str | None = None
    final: bool = False
    sized: bool = False


@dataclass
class _Frame:
    """A text that is being read, and how many macros deep it came to be."""

    text: Located
    depth: int
    at: int = 0
    _closers: dict[int, int] | None = None

    def closer(self, at: int) -> int | None:
        """Index of the brace that closes the one at an index.

        All pairs are found at once, so that a text of unclosed braces is read once.
        """
        if self._closers is None:
            self._closers, stack = {}, []
            for match in _BRACE.finditer(self.text.text):
                if match.group() == "{":
                    stack.append(match.start())
                elif match.group() == "}" and stack:
                    self._closers[stack.pop()] = match.start()
        return self._closers.get(at)

    def skip_space(self) -> None:
        match = _SPACE.match(self.text.text, self.at)
        self.at = match.end() if match else self.at

    @property
    def ended(self) -> bool:
        return self.at >= len(self.text)


@dataclass
class Expander:
    """The macros of one document; texts are expanded in the order of the document."""

    size: int
    macros: dict[str, Macro] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    produced: int = 0
    _stuck: bool = False
    _outer: _Frame | None = None  # the text that definitions were last read from

    def expand(self, text: Located) -> Located:
        """Expand the macros in a text; definitions in it are taken out."""
        if not (_MAYBE.search(text.text) or self._calls(text.text)):
            return text
        out: list[Located] = [text[0:0]]
        stack = [_Frame(text, 0)]
        while stack:
            self._step(stack, out)
        return joined(out)

    def _calls(self, text: str) -> bool:
        if not self.macros:
            return False
        names = (match.group() for match in _COMMAND.finditer(text))
        return any(name in self.macros or name == "\\begin" for name in names)

    def _step(self, stack: list[_Frame], out: list[Located]) -> None:
        """Copy up to the next command of the topmost text, and expand it."""
        frame = stack[-1]
        match = _COMMAND.search(frame.text.text, frame.at)
        begin = match.start() if match else len(frame.text)
        if begin > frame.at:
            out.append(frame.text[frame.at : begin])
        if match is None:
            stack.pop()
            return
        frame.at = match.end()
        name = match.group()
        if name in _DEFINITIONS and self._define(frame, _DEFINITIONS[name]):
            return
        if name in {"\\begin", "\\end"}:
            name = self._environment(frame, name)
        macro = self.macros.get(name)
        if macro is None or self._stuck or not self._call(stack, out, begin, macro):
            out.append(frame.text[begin : frame.at])

    def _environment(self, frame: _Frame, name: str) -> str:
        match = re.compile(r"\s*\{([A-Za-z]+\*?)\}").match(frame.text.text, frame.at)
        key = f"{name}{{{match.group(1)}}}" if match else name
        if match and key in self.macros:
            frame.at = match.end()
        return key

    def _call(self, stack: list[_Frame], out: list[Located], begin: int, macro: Macro) -> bool:
        """Put the body of a macro in place of its call; False where it stays as written."""
        frame = stack[-1]
        depth, after_name = frame.depth, frame.at
        if depth >= MAX_DEPTH:
            self._refuse(frame.text.place(begin), "a macro that calls itself is not expanded")
            return False
        arguments = _arguments(stack, macro)
        if arguments is None:
            frame.at = after_name
            return False
        call = frame.text[begin : frame.at]
        body = _substituted(macro, arguments, call)
        self.produced += len(body)
        if self.produced > min(MAX_PRODUCED + self.size, MAX_GROWTH * self.size + 1000):
            message = "the macros expand to too much; from here on they are not expanded"
            self._refuse(call.place(), message)
            self._stuck = True
            return False
        while stack and stack[-1].ended:
            stack.pop()
        if macro.final:
            out.append(body)
        else:
            stack.append(_Frame(body, depth + 1))
        return True

    def _refuse(self, place: Place, message: str) -> None:
        if not any(note.message == message for note in self.notes):
            self.notes.append(Note(place, message))

    def define_at(self, text: Located, at: int) -> int | None:
        """Read the definition that begins at a command; the index after it."""
        match = _COMMAND.match(text.text, at)
        if match is None or match.group() not in _DEFINITIONS:
            return None
        if self._outer is None or self._outer.text is not text:
            self._outer = _Frame(text, 0)
        self._outer.at = match.end()
        return self._outer.at if self._define(self._outer, _DEFINITIONS[match.group()]) else None

    def _define(self, frame: _Frame, kind: str) -> bool:
        """Read a definition after its command; False, and nothing read, if it is none."""
        begin = frame.at
        done = self._read_definition(frame, kind)
        if not done:
            frame.at = begin
        return done

    def _read_definition(self, frame: _Frame, kind: str) -> bool:
        _take_star(frame)
        if kind == "environment":
            return self._define_environment(frame)
        name = _name(frame)
        if name is None:
            return False
        macro: Macro | None
        match kind:
            case "def":
                macro = _def_body(frame)
            case "let":
                macro = self._let_body(frame)
            case "operator":
                body = _braced(frame)
                macro = None if body is None else Macro(f"\\operatorname{{{body.text}}}")
            case "delimiter":
                macro = _delimiter_body(frame)
            case _:
                macro = _command_body(frame)
        if macro is None:
            return False
        if kind != "provide" or name not in self.macros:
            self.macros[name] = macro
        return True

    def _let_body(self, frame: _Frame) -> Macro | None:
        frame.skip_space()
        if frame.text.text.startswith("=", frame.at):
            frame.at += 1
            frame.skip_space()
        match = _COMMAND.match(frame.text.text, frame.at)
        if match is None:
            return None
        frame.at = match.end()
        return self.macros.get(match.group(), Macro(match.group(), final=True))

    def _define_environment(self, frame: _Frame) -> bool:
        name = _braced(frame)
        begin = None if name is None else _command_body(frame)
        end = None if begin is None else _braced(frame)
        if name is None or begin is None or end is None:
            return False
        self.macros[f"\\begin{{{name.text}}}"] = begin
        self.macros[f"\\end{{{name.text}}}"] = Macro(end.text)
        return True


def _take_star(frame: _Frame) -> None:
    if frame.text.text.startswith("*", frame.at):
        frame.at += 1


def _name(frame: _Frame) -> str | None:
    r"""Name of the command that is defined: `{\x}` or `\x`."""
    frame.skip_space()
    match = re.compile(r"\{\s*(\\(?:[A-Za-z@]+|.))\s*\}|(\\(?:[A-Za-z@]+|.))").match(
        frame.text.text, frame.at
    )
    if match is None:
        return None
    frame.at = match.end()
    return match.group(1) or match.group(2)


def _braced(frame: _Frame) -> Located | None:
    """Text of the group that comes next."""
    frame.skip_space()
    close = frame.closer(frame.at) if frame.text.text.startswith("{", frame.at) else None
    if close is None:
        return None
    inner = frame.text[frame.at + 1 : close]
    frame.at = close + 1
    return inner


def _bracketed(frame: _Frame) -> Located | None:
    """Text of the optional argument that comes next."""
    frame.skip_space()
    match = _OPTIONAL.match(frame.text.text, frame.at)
    if match is None:
        return None
    frame.at = match.end()
    return frame.text[match.start(1) : match.end(1)]


def _command_body(frame: _Frame) -> Macro | None:
    count = _bracketed(frame)
    number = count.text.strip() if count is not None else "0"
    default = _bracketed(frame) if count is not None else None
    body = _braced(frame)
    if body is None or not (number.isdecimal() and int(number) <= 9):
        return None
    return Macro(body.text, int(number), None if default is None else default.text)


def _def_body(frame: _Frame) -> Macro | None:
    match = re.compile(r"\s*((?:#[1-9]\s*)*)(?=\{)").match(frame.text.text, frame.at)
    if match is None:
        return None
    frame.at = match.end()
    body = _braced(frame)
    return Macro(body.text, match.group(1).count("#")) if body is not None else None


def _delimiter_body(frame: _Frame) -> Macro | None:
    left, right = _one_argument(frame), _one_argument(frame)
    if left is None or right is None:
        return None
    return Macro(f"\\left{left.text} #1 \\right{right.text}", 1, sized=True)


def _one_argument(frame: _Frame) -> Located | None:
    """Take a group, a command or a character."""
    frame.skip_space()
    if frame.ended or frame.text.text[frame.at] in "}$&":
        return None
    if frame.text.text[frame.at] == "{":
        return _braced(frame)
    match = _COMMAND.match(frame.text.text, frame.at)
    end = match.end() if match else frame.at + 1
    argument = frame.text[frame.at : end]
    frame.at = end
    return argument


def _arguments(stack: list[_Frame], macro: Macro) -> list[Located | None] | None:
    """Read the arguments of a call; they may stand after the text that a macro produced."""
    found: list[Located | None] = []
    if macro.sized:
        _take_star(stack[-1])
        _bracketed(stack[-1])
    for index in range(macro.arguments):
        if index == 0 and macro.default is not None:
            found.append(_bracketed(stack[-1]))
            continue
        argument = None
        for frame in reversed(stack):
            argument = _one_argument(frame)
            if argument is not None or not frame.ended:
                break
        if argument is None:
            return None
        found.append(argument)
    return found


def _substituted(macro: Macro, arguments: Sequence[Located | None], call: Located) -> Located:
    """Put the arguments into the body."""
    pieces: list[Located] = [call[0:0]]
    at = 0
    for match in _PARAMETER.finditer(macro.body):
        pieces.append(_literal(macro.body[at : match.start()], call))
        at = match.end()
        number = int(match.group(1)) - 1
        if number < len(arguments):
            argument = arguments[number]
            given = call.standing_for(macro.default or "") if argument is None else argument
            pieces.append(given)
    last = macro.body[at:]
    pieces.append(_literal(last, call) if macro.arguments else call.standing_for(last))
    return joined(pieces)


def _literal(text: str, call: Located) -> Located:
    """Part of a body; a command at its end must not grow into what follows."""
    return call.standing_for(text + " " if _ENDS_IN_COMMAND.search(text) else text)
