"""Records to make pages of: real ones of `tests/cases`, and the same full of somebody's tricks."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from test_cases import FOLDER, Expected

from derive.grading.key import GradingKey, load_grading_key
from derive.grading.model import Grade, Override, Student
from derive.grading.points import grade
from derive.grading.record import Record, of_files

# What says how to read the rest; everything else in a record is other people's text.
_STRUCTURE = {"verdict", "kind", "problem", "standing"}


@cache
def key() -> GradingKey:
    return load_grading_key("hw3")


@cache
def record_of(*names: str, skipped: tuple[tuple[str, str], ...] = ()) -> Record:
    """Check cases as one submission, without the expectations on their lines."""
    files = []
    for name in names:
        text = (FOLDER / name).read_text(encoding="utf-8")
        files.append((Path(name).name, Expected().strip(text).encode()))
    return of_files(files, skipped, key().loaded)


def grade_of(
    record: Record | None, name: str = "Anna", overrides: dict[str, Override] | None = None
) -> Grade:
    return grade(Student("17", name, "a@b.c"), record, key().rubric, overrides, "2 days late")


def override(points: str, comment: str = "", author: str = "") -> Override:
    return Override(Fraction(points), comment, author)


def poisoned(value: Any, text: str, at: str = "") -> Any:
    """Give a record with `text` in every string of it, formulas, messages and names."""
    if isinstance(value, dict):
        return {
            (f"{k} {text}" if at == "model" else k): poisoned(v, text, k) for k, v in value.items()
        }
    if isinstance(value, list):
        return [poisoned(v, text, at) for v in value]
    if isinstance(value, str) and at not in _STRUCTURE:
        return f"{value} {text}"
    return value


def titles() -> dict[str, str]:
    """The titles of the problems as a page takes them."""
    return {problem: title["en"] for problem, title in key().titles.items()}
