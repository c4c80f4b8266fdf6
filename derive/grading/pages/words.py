"""Every word of the pages.

`word` gives a phrase; where it speaks of a number, `counted` gives the form that goes with
it.  Holes are named: `{n}` is the number, others are filled by who asks.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.translation import noted_in_context, plural, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.translation import Lang

_WORDS: Mapping[str, str] = noted_in_context(
    {
        "feedback": "Feedback",
        "feedback_on": "Feedback: {name}",
        "of_maximum": "{points} of {maximum}",
        "so_far": "So far {points} of {maximum}",
        "waits": "Waits for a person",
        "waits_more": (
            "{points} more may be added once a person has looked at what could not be "
            "decided by machine. Nothing is lost because of that."
        ),
        "waits_none": "A person still looks at some of it; no points depend on that.",
        "nothing": "Nothing was handed in.",
        "late": "Handed in late: {late}",
        "checked_at": "Checked",
        "intro": (
            "Every formula below was checked step by step. Points are lost only where a "
            "step or an answer is shown to be false by an example."
        ),
        "skip": "To the derivations",
        "points": "Points",
        "total": "Total",
        "problem": "Problem",
        "item": "Item",
        "why": "Why",
        "open_item": "waits",
        "right": "right",
        "partial": "in part",
        "wrong": "wrong",
        "open": "waits for a person",
        "decided_by": "decided by {author}",
        "decided": "decided by a person",
        "instead_of": "instead of {points}",
        "instead_of_open": "it was open before",
        "whole_problem": "the problem as a whole",
        "whole_work": "the work as a whole",
        "derivations": "Step by step",
        "elsewhere": "Outside the problems",
        "line": "line {n}",
        "cell_line": "cell {cell}, line {n}",
        "in_file": "{file}, line {n}",
        "proved": "proved",
        "refuted": "false",
        "unresolved": "not decided",
        "unread": "not read",
        "given": "given",
        "follows": "rests on an error above",
        "counterexample": "Counterexample",
        "left_side": "the left side is",
        "left_side_about": "the left side is",
        "right_side": "the right side is",
        "right_side_about": "the right side is",
        "meant": "Perhaps you meant",
        "as_latex": "as LaTeX",
        "written": "You wrote",
        "no_steps": "No formulas of this problem were found.",
        "more_cut": "More follow that are not shown here.",
        "answers": "Answers",
        "asked": "Expected",
        "stated_by_you": "In your work",
        "agrees": "agrees",
        "differs": "differs",
        "missing": "not found",
        "missing_told": "No such answer was recognised in the work.",
        "not_opened": "What could not be opened or read",
        "not_opened_told": "A person has to look at these; they cost nothing by themselves.",
        "gave_up": "The check was ended early",
        "legend": "What the marks mean",
        "proved_told": "the step holds",
        "refuted_told": "a counterexample shows that the step does not hold",
        "follows_told": "it would be right if an earlier wrong line were",
        "unresolved_told": "it could be neither proved nor refuted; this costs no points",
        "unread_told": "the formula was not understood; this costs no points",
        "given_told": "a definition, a premise, or what the sheet states",
        "made_by": "Made by derive.",
        "class": "The class",
        "class_of": "The class: {key}",
        "graded_students": "graded",
        "review_students": "wait for a person",
        "none_students": "handed in nothing",
        "median": "median of those graded",
        "queue": "What waits for a person",
        "queue_cut": "More wait; all are in review.csv.",
        "stakes": "points wait for a person",
        "queue_empty": "Nothing waits.",
        "at_stake": "At stake",
        "students": "Students",
        "student": "Student",
        "status": "Status",
        "status_graded": "graded",
        "status_review": "waits",
        "status_none": "nothing handed in",
        "late_column": "Late",
        "changed": "Decided by people",
        "without": "Without it",
        "comment": "Comment",
        "author": "Who",
        "absent": "Without a submission",
        "run": "How the run went",
        "limits": "Limits that were met",
        "no_limits": "No limit was met.",
        "place": "Where",
        "pending_also": "{points} open",
        "points_to_part": "Up to {n} points",
        "points_of_part": "{n} points",
        "no_points": "–",
    }
)

_COUNTED: Mapping[str, tuple[str, str]] = noted_in_context(
    {
        "points_to": ("Up to {n} point", "Up to {n} points"),
        "points_of": ("{n} point", "{n} points"),
        "students_n": ("{n} student", "{n} students"),
        "hidden": (
            "{n} more formula stands in the text or repeats one above; nothing is wrong with it.",
            "{n} more formulas stand in the text or repeat others; nothing is wrong with them.",
        ),
        "hidden_unread": (
            "{n} formula within the text was not read; this costs no points.",
            "{n} formulas within the text were not read; this costs no points.",
        ),
    }
)


# Where Russian has a form for broken numbers that is none of the others: the genitive.
_BROKEN = {"points_to": "points_to_part", "points_of": "points_of_part"}


def word(key: str, lang: Lang, /, **holes: str) -> str:
    """Give a phrase of the pages; `key` is one of this module's table."""
    told = translate(_WORDS[key], lang, key)
    return told.format(**holes) if holes else told


def counted(key: str, n: int | Fraction, lang: Lang) -> str:
    """Give a phrase with a number in it, in the form that goes with the number.

    >>> counted("points_of", Fraction(1, 2), "en"), counted("points_of", 1, "en")
    ('0.5 points', '1 point')
    """
    if n != int(n) and key in _BROKEN:
        return word(_BROKEN[key], lang, n=number(n, lang))
    one, other = _COUNTED[key]
    return plural(one, other, n, lang, key, number(n, lang))


def number(n: int | Fraction, lang: Lang) -> str:
    """Write a number for people: at most two decimals, rounded half up.

    >>> number(Fraction(-5, 2), "ru"), number(Fraction(1, 3), "en"), number(4, "en")
    ('−2,5', '0.33', '4')
    """
    scaled = int(abs(Fraction(n)) * 100 + Fraction(1, 2))
    whole, rest = divmod(scaled, 100)
    text = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    sign = "−" if n < 0 and scaled else ""
    return sign + (text.replace(".", ",") if lang == "ru" else text)
