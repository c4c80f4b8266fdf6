"""What Gradescope's autograder reads: `results.json`.

Source: gradescope-autograders.readthedocs.io, "Autograder Specifications".  Texts quote
submissions, so all of them are of the format "text".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from derive.grading.gradebooks.tables import written_number
from derive.language.transcribe import transcribe_words
from derive.report.plain import clean_lines
from derive.report.wording import name_words
from derive.translation import noted, translate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from derive.grading.model import Grade, ItemGrade
    from derive.translation import Lang

_WORDS = noted(
    {
        "waits": "This item waits for a person; it has no points yet.",
        "unfinished": "{n} of {m} items wait for a person: the sum is not final.",
        "none": "Nothing was handed in that could be read.",
        "failed": "Not checked automatically",
        "told": "This could not be checked automatically. A person will look at it; "
        "it costs no points.",
        "details": "Details for the staff",
    }
)


def results_json(
    grade: Grade,
    texts: Mapping[tuple[str, str], str],
    lang: Lang,
    *,
    failure: str = "",
) -> str:
    """Give the text of `results.json` for one submission.

    texts:   (problem, item) -> what the student reads of the item; without one it is the
             reason of the grade.
    failure: why the submission could not be checked at all, for the staff; "" if it was.
             The student sees that it was not, and nothing of why.  A hidden test hides the
             student's sum, which is as well: there is none.

    An item that waits for a person has no score, not 0.  If all of them wait there is no
    score at all, which Gradescope shows as not graded.
    """
    tests = [_test(item, number, texts, lang) for number, item in _numbered(grade)]
    waiting = sum(item.points is None for item in grade.items)
    output = ""
    if waiting:
        output = _word("unfinished", lang).format(n=waiting, m=len(grade.items))
    elif grade.status == "none":
        output = _word("none", lang)
    if failure:
        tests = [*_failed(failure, lang), *tests]
    results: dict[str, Any] = {
        "output": output,
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {"status": grade.status, "waiting": waiting},
    }
    return json.dumps(results, ensure_ascii=False, indent=1) + "\n"


def _numbered(grade: Grade) -> list[tuple[str, ItemGrade]]:
    """Number items "1.2": the problem in the order of the rubric, the item within it."""
    problems: dict[str, int] = {}
    found = []
    for item in grade.items:
        problems[item.problem] = problems.get(item.problem, 0) + 1
        place = list(problems).index(item.problem) + 1
        found.append((f"{place}.{problems[item.problem]}", item))
    return found


def _test(
    item: ItemGrade, number: str, texts: Mapping[tuple[str, str], str], lang: Lang
) -> dict[str, Any]:
    title = item.title.get(lang) or item.title.get("en") or item.id
    told = texts.get((item.problem, item.id), "") or item.reason.get(lang, "")
    test: dict[str, Any] = {
        "number": number,
        "name": clean_lines(f"{item.problem}: {transcribe_words(name_words(title))}"),
        "name_format": "text",
        "max_score": _score(item.maximum),
        "output_format": "text",
        "visibility": "visible",
    }
    if item.points is None:
        told = "\n".join(filter(None, (_word("waits", lang), told)))
    else:
        test["score"] = _score(item.points)
        test["status"] = "passed" if item.points >= item.maximum else "failed"
    return {**test, "output": clean_lines(told)}


def _failed(failure: str, lang: Lang) -> list[dict[str, Any]]:
    told = {
        "name": _word("failed", lang),
        "output": _word("told", lang),
        "output_format": "text",
        "visibility": "visible",
    }
    details = {
        "name": f"{_word('failed', lang)}: {_word('details', lang)}",
        "status": "failed",
        "output": clean_lines(failure),
        "output_format": "text",
        "visibility": "hidden",
    }
    return [told, details]


def _score(points: Fraction) -> int | float:
    return int(points) if points.denominator == 1 else float(written_number(points))


def _word(key: str, lang: Lang) -> str:
    return translate(_WORDS[key], lang)
