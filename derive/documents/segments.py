r"""Rows of a formula to segments, and segments to statements.

A row is cut at commas, `\quad`, `&`, words and arrows; a segment is then joined to the one
before unless both state something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from derive.documents.words import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from derive.documents.atoms import Atom

EDGE: Final = frozenset({"space", "drop", "quad", "point", "amp", "cut", "row"})
_SEPARATORS: Final = frozenset({"quad", "point", "amp", "words", "arrow"})
_OPEN: Final = frozenset({"sign", "operator"})
_BRACKET: Final = re.compile(r"\(|\\left\s*\(")
_BOX: Final = re.compile(
    r"\\boxed\s*\{.*?(?:[=<>]|\\(?:sim|to|approx|leq?|geq?|propto|in|equiv)(?![A-Za-z]))", re.DOTALL
)
_QUANTIFIER: Final = re.compile(r"\\(?:forall|exists)(?![A-Za-z])|[∀∃]")

# Join: the segment goes on; new: a statement begins; aside: one beside the chain of the row;
# remark: neither.
Step: TypeAlias = Literal["join", "new", "aside", "remark"]


@dataclass
class Segment:
    """Atoms up to the next separator, and the separators in front of them.

    amps: how many `&` of the row stand before it.
    """

    before: list[Atom] = field(default_factory=list)
    atoms: list[Atom] = field(default_factory=list)
    core: list[Atom] = field(default_factory=list)
    amps: int = 0
    has_sign: bool = False

    def add(self, atom: Atom) -> None:
        """Take one more atom."""
        self.atoms.append(atom)
        if atom.kind not in EDGE:
            self.core.append(atom)
        self.has_sign = self.has_sign or atom.kind == "sign"

    @property
    def is_open(self) -> bool:
        """Whether something has to follow."""
        return bool(self.core) and self.core[-1].kind in _OPEN

    @property
    def goes_on(self) -> bool:
        """Whether something has to stand before it."""
        return bool(self.core) and self.core[0].kind in _OPEN

    def states(self, formula: str) -> bool:
        """Whether there is a relation in it, or in the box that it is."""
        boxed = len(self.core) == 2 and self.matches(_BOX, formula)
        return self.has_sign or boxed

    def separated_by(self, kind: str) -> bool:
        """Whether a separator of this kind is in front."""
        return any(atom.kind == kind for atom in self.before)

    def matches(self, pattern: re.Pattern[str], formula: str) -> bool:
        """Whether a pattern fits at its first atom."""
        if not self.core:
            return False
        return pattern.match(formula, self.core[0].start, self.core[-1].end) is not None


@dataclass
class Statement(Segment):
    """One statement while it is collected.

    remarks: ranges of the formula that belong to none of its sides.
    aside: said beside the chain of the row, for example after `where`.
    in_remark: its last segment was a remark, and a comma goes on with that.
    """

    remarks: list[tuple[int, int]] = field(default_factory=list)
    aside: bool = False
    in_remark: bool = False

    def take(self, atoms: Iterable[Atom]) -> None:
        """Take atoms that follow."""
        for atom in atoms:
            self.add(atom)


@dataclass
class Row:
    """The statements of one row.

    after_arrow: an arrow stands before the first of them.
    before_arrow: an arrow ends the row, and nothing goes on after it.
    """

    statements: list[Statement]
    after_arrow: bool = False
    before_arrow: bool = False


def row_of(atoms: Sequence[Atom], formula: str) -> Row:
    """Cut one row into its statements."""
    segments = _segments(atoms, formula)
    row = Row([Statement()], after_arrow=segments[0].separated_by("arrow"))
    for index, segment in enumerate(segments):
        _place(row, segments, index, formula)
        if index and not segment.core:
            row.before_arrow = segment.separated_by("arrow")
    return row


def _segments(atoms: Sequence[Atom], formula: str) -> list[Segment]:
    segments = [Segment()]
    amps = 0
    for atom in atoms:
        if atom.kind not in _SEPARATORS:
            if atom.kind == "math" and _QUANTIFIER.match(formula, atom.start, atom.end):
                # `a = b \\; \\forall t` has no separator in front.
                segments += [Segment(amps=amps)] if segments[-1].core else []
            segments[-1].add(atom)
            continue
        amps += atom.kind == "amp"
        if segments[-1].core:
            segments.append(Segment())
        segments[-1].before.append(atom)
        segments[-1].amps = amps
    return segments


def _place(row: Row, segments: Sequence[Segment], index: int, formula: str) -> None:
    """Put one segment where it belongs."""
    segment, statement = segments[index], row.statements[-1]
    step = _step(statement, segments, index, formula)
    if step in {"new", "aside"} and statement.core:
        statement = Statement(aside=step == "aside")
        row.statements.append(statement)
    words = [atom for atom in segment.before if atom.kind == "words"]
    if step == "remark":
        begin = (*words, *segment.core)[0].start
        statement.remarks.append((begin, segment.core[-1].end))
        statement.in_remark = True
        return
    statement.in_remark = False
    statement.remarks += [(atom.start, atom.end) for atom in words]
    statement.take(atom for atom in segment.before if atom.kind in {"point", "quad", "amp"})
    statement.take(segment.atoms)


def _step(  # noqa: PLR0911 - one for each separator
    statement: Statement, segments: Sequence[Segment], index: int, formula: str
) -> Step:
    segment = segments[index]
    if not segment.core:
        return "join"
    if segment.separated_by("arrow"):
        return "new"
    if segment.separated_by("words"):
        return _after_words(statement, segment)
    after_colon = any(atom.text == ":" for atom in segment.before)
    if statement.in_remark and all(atom.kind == "point" for atom in segment.before):
        return "new" if after_colon else "remark"
    if not statement.core or statement.is_open:
        return "join"
    if index and segment.matches(_QUANTIFIER, formula):
        return "remark"
    if segment.goes_on:
        return "join"
    if segment.separated_by("amp"):
        return _after_amp(statement, segments, index)
    if segment.separated_by("quad"):
        return _after_quad(statement, segments, index, formula)
    return "new" if statement.states(formula) and segment.states(formula) else "join"


def _after_words(statement: Statement, segment: Segment) -> Step:
    words = next(atom.text for atom in reversed(segment.before) if atom.kind == "words")
    if segment.goes_on or (statement.core and statement.is_open):
        return "join"
    match role_of(words):
        case "condition":
            return "remark"
        case "aside":
            return "aside"
        case "comment":
            return "new"


def _after_amp(statement: Statement, segments: Sequence[Segment], index: int) -> Step:
    """Tell the columns of one equation from two equations beside each other.

    In `align`, the second, fourth ... `&` of a row begins another equation.
    """
    segment = segments[index]
    if segment.amps % 2:
        return "aside" if statement.has_sign and segment.has_sign else "join"
    following = segments[index + 1 : index + 2]
    states = segment.has_sign or any(after.goes_on for after in following)
    return "aside" if states else "remark"


def _after_quad(
    statement: Statement, segments: Sequence[Segment], index: int, formula: str
) -> Step:
    segment = segments[index]
    if not statement.states(formula):
        return "new" if segment.separated_by("point") and segment.states(formula) else "join"
    if segment.matches(_BRACKET, formula) and len(segment.core) == 1:
        return "remark"  # `\\quad (1)`, `\\quad (h \\to 0)`
    return "new" if _run_states(segments, index, formula) else "join"


def _run_states(segments: Sequence[Segment], index: int, formula: str) -> bool:
    r"""Whether a list such as `x, y \in A` that begins here states something."""
    for at in range(index, len(segments)):
        segment = segments[at]
        if at > index and any(atom.kind != "point" for atom in segment.before):
            return False
        if segment.states(formula):
            return True
    return False
