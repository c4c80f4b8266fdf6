"""What a worker finds in one submission, as JSON: the record.

It is all that goes from the process that reads a student's text to the one that counts
points, and all that is kept.  It holds both languages, so that pages can be made in
either without a second check, and everything in it is other people's text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from derive.errors import DeriveError
from derive.grading.intake.skipping import in_words
from derive.report.json import document_object
from derive.report.wording import diagnosis_words, finding_lines, repair_words
from derive.solution.checker import check_source
from derive.translation import LANGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from derive.results import DocumentLink, DocumentReport, DocumentResult
    from derive.solution.checker import LoadedKey

Record: TypeAlias = dict[str, Any]  # as JSON has it; `of_files` says what is in it

SCHEMA = 1


def of_files(
    files: Iterable[tuple[str, bytes]],
    skipped: Iterable[tuple[str, str]],
    key: LoadedKey,
    *,
    seed: int = 0,
    check: Callable[..., DocumentReport] = check_source,
) -> Record:
    """Check the files of one submission.

    Args:
        files: (name, content) of those that may be solutions.
        skipped: (name, why) of the others.
        key: what they are checked against.
        seed: of the models.
        check: does it; takes the arguments of `check_source`.

    Returns:
        schema:  1.
        files:   of each its name, `error` (language -> why nothing of it could be read) or
                 null, and `target`, the object of `derive check --format json`, in which
                 links and results have besides `written` (the line of the file), `texts`
                 (language -> lines that say what is wrong) and `repair`.
        skipped: names and reasons, by language.
        ideas:   those of the rubric, each with the file and line that show it.
        gave_up: null; language -> why, where the worker was ended before it had done.
    """
    found, ideas = [], []
    for name, data in files:
        try:
            report = check(name, data, key, seed=seed)
        except DeriveError as error:
            told = str(error).removeprefix(f"{name}: ")
            found.append({"name": name, "error": _told(told), "target": None})
            continue
        found.append({"name": name, "error": None, "target": _target(report)})
        ideas += [
            {
                "problem": idea.problem.rpartition("/")[2],
                "id": idea.id,
                "standing": idea.standing,
                "file": name if idea.source else None,
                "line": idea.source.line if idea.source else None,
            }
            for idea in report.ideas
        ]
    passed = [{"name": name, "reason": in_words(why)} for name, why in skipped]
    return {"schema": SCHEMA, "files": found, "skipped": passed, "ideas": ideas, "gave_up": None}


def given_up(names: Sequence[str], reason: str) -> Record:
    """Give the record of a submission whose worker was ended, with the reason."""
    files = [{"name": name, "error": _told(reason), "target": None} for name in names]
    told = _told(reason)
    return {"schema": SCHEMA, "files": files, "skipped": [], "ideas": [], "gave_up": told}


def _told(message: str) -> dict[str, str]:
    return {lang: diagnosis_words(message, lang) for lang in LANGS}


def _target(report: DocumentReport) -> Record:
    """Give a document as its report has it, with what a page says of each entry."""
    target = document_object(report)
    for link, found in zip(report.links, target["links"], strict=True):
        found.update(_besides(link), display=link.display)
    for result, found in zip(report.results, target["results"], strict=True):
        found.update(_besides(result))
    return target


def _besides(entry: DocumentLink | DocumentResult) -> Record:
    diagnosis = entry.diagnosis
    repair = None
    if diagnosis is not None and diagnosis.repair is not None:
        repair = {
            "latex": diagnosis.repair,
            "start": diagnosis.start,
            "end": diagnosis.end,
            "words": {lang: repair_words(entry, diagnosis, lang) for lang in LANGS},
        }
    return {
        "written": entry.written,
        "texts": {lang: finding_lines(entry, lang) for lang in LANGS},
        "repair": repair,
    }
