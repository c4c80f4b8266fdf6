r"""The statements of one formula as chains.

A row that begins with a relation or a plus goes on with the statement of the row above, and
so does every row after one that ended in a relation or an operator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.documents.atoms import Atom, atoms_of
from derive.documents.model import Chain, Located, Sign, joined
from derive.documents.segments import EDGE, Statement, row_of
from derive.documents.words import is_prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_WRAPPERS = 8  # boxes within boxes that are looked through

_MINUS = frozenset({"-", "−", "\\pm", "\\mp"})
_GAP = frozenset({"drop", "amp", "row", "cut"})
_JOINED_ROWS = re.compile(r"\\begin\s*\{(?:multline|multlined|dmath)\*?\}")
_SEPARATE_ROWS = re.compile(r"\\begin\s*\{(?:gather|gathered)\*?\}")
_BOXES = frozenset({"\\boxed", "\\fbox", "\\framebox", "\\ensuremath", "\\displaystyle"})
_COLOURS = frozenset({"\\color", "\\textcolor", "\\colorbox"})
_SIZES = r"(?:\\[bB]igg?[lr]?(?![A-Za-z])\s*)?"
_RIGHT_DOT = re.compile(r"\\right\s*\.\s*\Z")
_LEFT_DOT = re.compile(r"\\left\s*\.")
# The brackets of the `left` kind stand around a whole relation, `\left\{` before a system.
_OPENERS = re.compile(
    rf"\{{|\\left\s*(?:\[|\\\{{|\.)|{_SIZES}\["
    r"|\\begin\s*\{(?:cases|dcases|rcases|array)\}(?:\s*\[[a-z]\])?(?:(?<=array\})\s*\{[^{}]*\})?"
)
_REMARK = re.compile(
    r"(?:\\left|\\[bB]igg?l?)?\s*(?:\[|\(|\\\{|\|)\s*"
    r"\\(?:text|textit|textrm|mbox)\s*\{[^{}$]*\}[\s.:;,]*"
    r"(?:\\right|\\[bB]igg?r?)?\s*(?:\]|\)|\\\}|\|)"
)
_BAR = re.compile(r"\\(?:mid|vert)(?![A-Za-z])|\|")
_CLOSERS = re.compile(rf"(?:\}}|\\right\s*(?:\]|\\\}}|\.)|{_SIZES}\]|\\end\s*\{{[a-z]*\}})\Z")


@dataclass(frozen=True)
class Found:
    """A chain of a formula; an aside does not go on in the next display."""

    chain: Chain
    aside: bool


def chains_in(text: Located, *, display: bool, depth: int = 0) -> list[Found]:
    """Cut one formula into chains, in the order in which they are written.

    A chain begins or ends with an empty side where the formula begins or ends with a sign.
    """
    atoms = _marked(atoms_of(text.text), text.text)
    chains: list[Found] = []
    for statement in _statements(atoms, text.text):
        inner = _unwrapped(statement, text, display=display)
        if inner is not None and depth < MAX_WRAPPERS:
            found = chains_in(inner, display=display, depth=depth + 1)
            if found and all(each.chain.signs for each in found):
                chains += found
                continue
        chain = _chain(statement, text, display=display)
        if chain is not None:
            chains.append(Found(chain, statement.aside))
    return chains


def _marked(atoms: list[Atom], formula: str) -> list[Atom]:
    """Make mathematics of the words that name an operand."""
    return [
        replace(atom, kind="math")
        if atom.kind == "words" and not is_prose(atoms, index, formula)
        else atom
        for index, atom in enumerate(atoms)
    ]


def _statements(atoms: list[Atom], formula: str) -> list[Statement]:
    all_joined = _JOINED_ROWS.search(formula) is not None
    aligned = _SEPARATE_ROWS.search(formula) is not None or any(a.kind == "amp" for a in atoms)
    statements: list[Statement] = []
    main: Statement | None = None
    for end, content in _rows(atoms):
        row = row_of(content, formula)
        first = row.statements[0]
        if not (first.core or first.remarks):
            continue
        on = main is not None and not row.after_arrow and bool(first.core)
        broken = main is not None and _is_broken(main, formula)
        if main is not None and on and (all_joined or broken or _continues(main, first, aligned)):
            main.take(end)
            main.take(first.atoms)
            main.remarks += first.remarks
            row.statements[0] = main
        else:
            statements.append(first)
        statements += row.statements[1:]
        main = [statement for statement in row.statements if not statement.aside][-1]
        main = None if row.before_arrow else main
    return statements


def _rows(atoms: Sequence[Atom]) -> Iterator[tuple[list[Atom], list[Atom]]]:
    """Yield the rows, each with the end of the row before it."""
    end: list[Atom] = []
    row: list[Atom] = []
    for atom in atoms:
        if atom.kind != "row":
            row.append(atom)
            continue
        yield end, row
        end, row = [atom], []
    yield end, row


def _is_broken(main: Statement, formula: str) -> bool:
    r"""Whether it ends in `\left( ... \right.`, a bracket that the next row closes."""
    last = main.core[-1]
    opened = formula.startswith(("\\left(", "\\left["), last.start)
    return opened and _RIGHT_DOT.search(formula, last.start, last.end) is not None


def _continues(main: Statement, first: Statement, aligned: bool) -> bool:
    """Whether a row goes on with the statement of the row above."""
    if main.is_open:
        return True
    if not first.goes_on:
        return False
    if first.core[0].kind == "sign" or not first.has_sign or not aligned:
        return True
    # `-c &= d` under `a &= b` is another equation, `&- c = d` is not.
    led = any(atom.kind == "amp" and atom.start < first.core[0].start for atom in first.atoms)
    return led or first.core[0].text not in _MINUS


def _unwrapped(statement: Statement, text: Located, *, display: bool) -> Located | None:
    r"""Look into a box, a coloured group or brackets around a whole statement."""
    core = statement.core
    if statement.has_sign or not core:
        return None
    formula = text.text
    first = formula[core[0].start : core[0].end]
    skipped = 1 if first in _BOXES else 2 if first in _COLOURS else 0
    if re.match(r"\\[bB]ig", first):
        skipped = 1
    if len(core) != skipped + 1 or not (display or skipped):
        return None
    start, end = core[skipped].start, core[skipped].end
    opener = _OPENERS.match(formula, start, end)
    if opener is None:
        return None
    closer = _CLOSERS.search(formula, max(opener.end(), end - 60), end)
    if closer is None:
        return None
    if "array" in opener.group() or "cases" in opener.group():
        return text[opener.end() : closer.start()] if _is_system(formula, opener, closer) else None
    return text[opener.end() : closer.start()]


def _is_system(formula: str, opener: re.Match[str], closer: re.Match[str]) -> bool:
    """Whether rows are statements: `x & x > 0` is a value and its condition."""
    inner = formula[opener.end() : closer.start()]
    for _, row in _rows(atoms_of(inner)):
        before: list[Atom] = []
        for index, atom in enumerate(row):
            if atom.kind == "amp":
                after = [each for each in row[index + 1 :] if each.kind not in EDGE][:1]
                around = [*before[-1:], *after]
                stated = any(each.kind == "sign" for each in before)
                if not stated and not any(each.kind in {"sign", "operator"} for each in around):
                    return False
            elif atom.kind not in EDGE:
                before.append(atom)
    return True


def _chain(statement: Statement, text: Located, *, display: bool) -> Chain | None:
    """Cut a statement at its signs."""
    if not statement.core:
        return None
    runs: list[list[Atom]] = [[]]
    signs: list[Atom] = []
    conditions = _conditions(statement.atoms, text.text)
    for atom in statement.atoms:
        if atom.kind != "sign" or atom in conditions:
            runs[-1].append(atom)
        elif signs and signs[-1].text == atom.text and _is_bare(runs[-1], text.text):
            # A sign at the end of a row and the same again where the next begins, or
            # `= [\text{by parts}] =`: the second one is where the next side follows.
            runs[-1], signs[-1] = [], atom
        else:
            signs.append(atom)
            runs.append([])
    sides = tuple(_side(run, text, signs, index) for index, run in enumerate(runs))
    cut = [(atom.start, atom.end) for atom in statement.atoms if atom.kind == "cut"]
    remarks = tuple(text[start:end].strip() for start, end in sorted(statement.remarks + cut))
    marks = tuple(Sign(atom.text, text[atom.start : atom.end]) for atom in signs)
    return Chain(sides, marks, display, remarks)


def _conditions(atoms: Sequence[Atom], formula: str) -> list[Atom]:
    r"""The signs that give a condition its value, in `X | Y = y \sim N(y, 1)`."""
    before: list[Atom] = []
    for atom in atoms:
        if atom.kind == "sign" and atom.text == "\\sim":
            break
        before.append(atom)
    else:
        return []
    first = next((index for index, atom in enumerate(before) if atom.kind == "sign"), None)
    written = "" if first is None else " ".join(formula[a.start : a.end] for a in before[:first])
    bars = len(_BAR.findall(written))
    return (
        [atom for atom in before if atom.kind == "sign" and atom.text == "="] if bars == 1 else []
    )


def _is_bare(run: Sequence[Atom], formula: str) -> bool:
    """Whether there is nothing between two signs, or a remark in brackets."""
    core = [atom for atom in run if atom.kind not in EDGE]
    return not core or _REMARK.fullmatch(formula, core[0].start, core[-1].end) is not None


def _side(run: Sequence[Atom], text: Located, signs: Sequence[Atom], index: int) -> Located:
    """Give the text of one side, without what only sets the page at its ends and in rows."""
    inside = [at for at, atom in enumerate(run) if atom.kind not in EDGE]
    if not inside:
        # Left out by the author: before the first sign, or after the last one.
        here = signs[index - 1].end if index else signs[0].start
        return text[here:here]
    pieces: list[Located] = []
    row = None
    for atom in run[inside[0] : inside[-1] + 1]:
        if atom.kind in _GAP:
            row = len(pieces) if atom.kind == "row" else row
            pieces.append(text[atom.start : atom.end].standing_for(" "))
            continue
        pieces += _without_breaks(atom, text)
        if row is not None and atom.kind not in EDGE:
            _close_gap(pieces, row)
            row = None
    return joined(pieces).strip()


def _close_gap(pieces: list[Located], row: int) -> None:
    r"""Take `\right.` at the end of a row and `\left.` after it out: they are one bracket."""
    while row > 1 and not pieces[row - 1].text.strip():
        row -= 1
    ending = _RIGHT_DOT.search(pieces[row - 1].text)
    beginning = _LEFT_DOT.match(pieces[-1].text)
    if ending and beginning:
        pieces[row - 1] = pieces[row - 1][: ending.start()]
        pieces[-1] = pieces[-1][beginning.end() :]


def _without_breaks(atom: Atom, text: Located) -> Iterator[Located]:
    at = atom.start
    for start, end in atom.breaks:
        yield text[at:start]
        yield text[start:end].standing_for(" ")
        at = end
    yield text[at : atom.end]
