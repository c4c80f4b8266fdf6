"""The answer to `derive equal` in a terminal: the verdict, and what it rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding

from derive.kernel.verdict import Counterexample
from derive.report.excerpt import Excerpt, gutters
from derive.report.lines import STYLES, line, mark
from derive.report.wording import (
    Lang,
    counterexample_sentence,
    diagnosis_words,
    in_words,
    transcribed,
    transcribed_words,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = re.compile(r"\\text\{(.*)\}", re.DOTALL)
# What the texts are called in a record, and by the words of a report.
_PLACES = {
    "left side": "left",
    "right side": "right",
    "side equation": "side_equation",
    "assumption": "assumption",
}


def answer_view(
    record: Mapping[str, Any], texts: Mapping[str, str], lang: Lang = "en"
) -> RenderableType:
    """Give the view of an answer.

    Args:
        record: the answer, as the object that is printed as JSON.
        texts: what was asked, by what `where` of an error calls it: `left side`.
        lang: the language of the words.
    """
    found = record["verdict"]
    told = word("not_read" if found == "unread" else found, lang)
    head = mark(found).append(" ").append_text(line(told, STYLES[found]))
    if record["method"]:
        head.append_text(line(f"   {diagnosis_words(record['method'], lang)}", "dim"))
    return Group(head, *_rows(record, texts, lang))


def _rows(record: Mapping[str, Any], texts: Mapping[str, str], lang: Lang) -> list[RenderableType]:
    rows = [_told(f"{word('for', lang)} {condition_told(c, lang)}") for c in record["conditions"]]
    if record["counterexample"] is not None:
        found = Counterexample(**{**record["counterexample"], "note": _note(record)})
        told = counterexample_sentence(found, lang)
        rows.append(_told(f"{word('counterexample', lang)}: {told}"))
    if "reason" in record:
        reason = transcribed_words(diagnosis_words(record["reason"], lang))
        rows.append(_told(f"{word('reason', lang)}: {reason}"))
    return rows + _error(record.get("error"), texts, lang)


def _note(record: Mapping[str, Any]) -> str:
    return record["counterexample"]["note"] or ""


def condition_told(condition: str, lang: Lang = "en") -> str:
    r"""Transcribe a condition: a formula, or words in `\text`."""
    words = _WORDS.fullmatch(condition)
    if words is None:
        return transcribed(condition)
    return transcribed_words(in_words(words[1], lang))


def _error(
    error: Mapping[str, Any] | None, texts: Mapping[str, str], lang: Lang
) -> list[RenderableType]:
    """Say what could not be read and where, with carets under the place."""
    if error is None:
        return []
    message = transcribed_words(diagnosis_words(error["message"], lang))
    if error["where"] is None:
        return [_told(message)]
    rows = [_told(f"{_place(error['where'], lang)}: {message}")]
    if error["column"] is None:
        return rows
    written = texts.get(error["where"], "").split("\n")
    number, start, end = error["line"], error["column"] - 1, error["end_column"] - 1
    margin = gutters(number) if len(written) > 1 else ("    ", "    ")
    shown = written[min(number, len(written)) - 1]
    return [*rows, Excerpt(shown, start, end, *margin, STYLES["unread"])]


def _place(where: str, lang: Lang) -> str:
    """Name a text: `left side`, `assumption 2`."""
    if where in _PLACES:
        return word(_PLACES[where], lang)
    kind, _, number = where.rpartition(" ")
    return f"{word(_PLACES[kind], lang)} {number}" if kind in _PLACES else where


def _told(text: str) -> RenderableType:
    return Padding(line(text), (0, 0, 0, 2))
