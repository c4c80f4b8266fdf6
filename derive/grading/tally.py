"""What a run did, and what is told of it at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from derive.grading.rubric import decimal
from derive.report.plain import clean
from derive.translation import decimal as localised
from derive.translation import plural, translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from derive.grading.model import Grade
    from derive.translation import Lang

_MOST = 20  # notes that are printed; all stand in the index


@dataclass
class Tally:
    """What a run did.

    fresh:    submissions that were checked; kept: those that were known.
    gave_up:  those whose worker was ended, of all.
    statuses: how many have which status.
    doubts:   how many rows wait in `review.csv`.
    grades:   of every student; pages: student id -> the file of the feedback page.
    """

    fresh: int = 0
    kept: int = 0
    gave_up: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    doubts: int = 0
    grades: list[Grade] = field(default_factory=list)
    pages: dict[str, Path] = field(default_factory=dict)


def sentences(tally: Tally, lang: Lang) -> list[str]:
    """Say how many submissions were checked, and how much was known already."""
    told = [
        plural("{n} submission checked", "{n} submissions checked", tally.fresh, lang),
        plural("{n} known from before", "{n} known from before", tally.kept, lang),
    ]
    lines = ["; ".join(told)]
    if tally.gave_up:
        lines.append(
            plural(
                "{n} met a limit and waits for a person",
                "{n} met a limit and wait for a person",
                tally.gave_up,
                lang,
            )
        )
    return lines


def closing(
    tally: Tally, most: Fraction, out: Path, lang: Lang, notes: Sequence[Mapping[str, str]]
) -> str:
    """Give the closing lines: what is odd, how many are graded, what waits, where it is.

    most: the points that can be had; out: the folder that was written to.
    """
    lines = [clean(note[lang]) for note in notes[:_MOST]]
    if len(notes) > _MOST:
        lines.append(plural("and {n} more note", "and {n} more notes", len(notes) - _MOST, lang))
    statuses = tally.statuses
    lines += sentences(tally, lang)
    lines.append(
        "; ".join((
            plural("{n} student", "{n} students", len(tally.grades), lang),
            plural("{n} graded", "{n} graded", statuses["graded"], lang),
            plural("{n} waits for a person", "{n} wait for a person", statuses["review"], lang),
            plural("{n} handed in nothing", "{n} handed in nothing", statuses["none"], lang),
        ))
    )  # fmt: skip
    graded = [grade.points for grade in tally.grades if grade.status == "graded"]
    if graded:
        middle, all_ = (localised(decimal(p), lang) for p in (median(graded), most))
        lines.append(f"{translate('median of those graded', lang)}: {middle} / {all_}")
    named = {
        "index.html": translate("begin with", lang),
        "review.csv": translate("what waits", lang),
        "grades.csv": translate("grades", lang),
    }
    lines += [f"{told}: {clean(str(out / name))}" for name, told in named.items()]
    return "\n".join(lines) + "\n"
