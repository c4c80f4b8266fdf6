"""What a record says of one submission, in one language, ready to be shown.

Records are JSON that another process made of other people's text; here they become frozen
data with types, once, so that the pages need not look into them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Json: TypeAlias = Mapping[str, Any]
    from derive.translation import Lang

# A number in an enclosure, `[1.29099 +/- 4.45e-6]`; a coarse one is shown as it is.
_DIGITS = r"\d{1,40}(?:\.\d{1,40})?"
_ENCLOSURE = re.compile(
    rf"\[(-?{_DIGITS})(?:e([-+]?\d{{1,9}}))? \+/- ({_DIGITS}(?:e[-+]?\d{{1,9}})?)\]"
)
_NARROW = 1e-4


@dataclass(frozen=True)
class Value:
    """One of two numbers that differ: LaTeX, and whether it is rounded."""

    latex: str
    about: bool


@dataclass(frozen=True)
class Example:
    """A counterexample: what is put for each letter, and what both sides then are."""

    model: tuple[tuple[str, str], ...]
    left: Value
    right: Value


@dataclass(frozen=True)
class Repair:
    """What was probably meant: the side as LaTeX, the range that was edited, words."""

    latex: str
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Place:
    """A place in a file: its line from 1, the cell of a notebook or None, a column range."""

    file: str
    line: int
    cell: int | None
    start: int
    end: int


@dataclass(frozen=True)
class Entry:
    """A link of a derivation, or an answer that the sheet asks for.

    problem: within the key, "2.2"; "" outside of all.
    lhs, relation, rhs: of a link.  Of an answer: what the sheet states, "", what is written.
    name:    of an answer; "" of a link.
    mark:    proved, refuted, unresolved, unread, given, follows or missing.
    lines:   messages, plain text; of an example that can be set, without its sentence.
    written: the line of the file at `place`.
    display: whether it stands in a display of its own.
    """

    problem: str
    lhs: str
    relation: str
    rhs: str
    mark: str
    name: str = ""
    lines: tuple[str, ...] = ()
    example: Example | None = None
    repair: Repair | None = None
    place: Place | None = None
    written: str = ""
    display: bool = True


@dataclass(frozen=True)
class Handed:
    """A submission: its steps and answers in order, and what could not be read.

    unopened: (file, why); (place or None, why) of parts of files that were read.
    """

    steps: tuple[Entry, ...] = ()
    answers: tuple[Entry, ...] = ()
    unopened: tuple[tuple[str, str], ...] = ()
    gave_up: str = ""
    files: int = 0


def handed(record: Json | None, lang: Lang) -> Handed:
    """Read a record; None is a student who handed in nothing."""
    if record is None:
        return Handed()
    targets = [(f["name"], f["target"]) for f in record["files"] if f["target"] is not None]
    unopened = [(f["name"], f["error"][lang]) for f in record["files"] if f["error"]]
    unopened += [(f["name"], f["reason"][lang]) for f in record["skipped"]]
    unopened += [
        (f"{name}:{note['source']['line']}", note["message"])
        for name, target in targets
        for note in target["notes"]
    ]
    return Handed(
        tuple(_link(link, lang) for _, target in targets for link in target["links"]),
        tuple(_answers([(r, lang) for _, target in targets for r in target["results"]])),
        tuple(unopened),
        record["gave_up"][lang] if record["gave_up"] else "",
        len(record["files"]),
    )


def _answers(found: Iterable[tuple[Json, Lang]]) -> Sequence[Entry]:
    """Give every answer that is there; one that is missing, only if no file has it."""
    answers = [_answer(result, lang) for result, lang in found]
    there = {(a.problem, a.name) for a in answers if a.mark != "missing"}
    shown: dict[tuple[str, str, int], Entry] = {}
    for number, answer in enumerate(answers):
        name = (answer.problem, answer.name)
        if answer.mark == "missing" and name not in there:
            shown.setdefault((*name, -1), answer)
        elif answer.mark != "missing":
            shown[*name, number] = answer
    return list(shown.values())


def _problem(entry: Json) -> str:
    return (entry["problem"] or "").rpartition("/")[2]


def _link(link: Json, lang: Lang) -> Entry:
    kind = (link["diagnosis"] or {}).get("kind")
    example = _example(link["counterexample"])
    return Entry(
        _problem(link),
        link["lhs"],
        link["relation"],
        link["rhs"],
        "follows" if kind == "follows" else link["verdict"],
        "",
        _lines(link, example, lang),
        example,
        _repair(link["repair"], lang),
        _place(link["source"]),
        link["written"],
        link["display"],
    )


def _answer(result: Json, lang: Lang) -> Entry:
    example = _example(result["counterexample"])
    return Entry(
        _problem(result),
        result["stated"],
        "",
        result["derived"] or "",
        result["verdict"],
        result["name"],
        _lines(result, example, lang),
        example,
        _repair(result["repair"], lang),
        _place(result["source"]),
        result["written"],
    )


def _lines(entry: Json, example: Example | None, lang: Lang) -> tuple[str, ...]:
    """Give the messages; the sentence of an example that is shown as formulas comes first."""
    lines = tuple(entry["texts"][lang])
    return lines[1:] if example is not None else lines


def _example(found: Json | None) -> Example | None:
    """Give a counterexample that says all by its numbers; a note needs its sentence."""
    if found is None or found["note"] or not found["model"]:
        return None
    return Example(tuple(found["model"].items()), _value(found["lhs"]), _value(found["rhs"]))


def _value(text: str) -> Value:
    found = _ENCLOSURE.fullmatch(text)
    if found is None:
        return Value(text.replace("+/-", r"\pm"), False)
    middle, power, radius = found.groups()
    if float(radius) > _NARROW * abs(float(f"{middle}e{power or 0}")):
        return Value(text.replace("+/-", r"\pm"), True)
    times = rf" \cdot 10^{{{int(power)}}}" if power else ""
    return Value(f"{middle}{times}", True)


def _repair(found: Json | None, lang: Lang) -> Repair | None:
    if found is None:
        return None
    return Repair(found["latex"], found["start"], found["end"], found["words"][lang])


def _place(source: Json | None) -> Place | None:
    if source is None:
        return None
    line, start = source["line"], source["column"] - 1
    ends_here = source["end_line"] in {None, line} and source["end_column"] is not None
    end = source["end_column"] - 1 if ends_here else -1
    return Place(source["file"], line, source["cell"], start, end)


def chains(steps: Iterable[Entry]) -> list[list[Entry]]:
    """Put links together that go on from one another."""
    found: list[list[Entry]] = []
    for step in steps:
        if found and found[-1][-1].rhs == step.lhs and found[-1][-1].problem == step.problem:
            found[-1].append(step)
        else:
            found.append([step])
    return found


def shown_and_hidden(steps: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Part links that are worth a row from those that are not.

    A formula within the text, or one that stands above already, has a row only where it is
    refuted or not decided.
    """
    shown: list[Entry] = []
    hidden: list[Entry] = []
    seen: set[tuple[str, str, str]] = set()
    for step in steps:
        said = (step.lhs, step.relation, step.rhs)
        loud = step.mark in {"refuted", "unresolved", "follows"}
        (shown if loud or (step.display and said not in seen) else hidden).append(step)
        seen.add(said)
    return shown, hidden
