"""Points: from what a worker found and a rubric to a grade.

Only what is refuted, with its counterexample, costs points.  What is unresolved, unread or
not found leaves its item open: it has no points, which is not 0, until a person says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from derive.grading.model import Grade, ItemGrade
from derive.grading.phrases import note, phrase
from derive.grading.rubric import decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from derive.grading.model import Override, Standing, Status, Student
    from derive.grading.record import Record
    from derive.grading.rubric import Credit, IdeaItem, ProblemRubric, ResultItem, Rubric

_Told: TypeAlias = "Callable[[Standing, Fraction | None, Mapping[str, str]], ItemGrade]"

TOTAL = ""  # the item of an override that settles everything

_ZERO = Fraction(0)


@dataclass(frozen=True)
class _Found:
    """What one submission says of one problem.

    refuted: the steps that cost something, each once.
    open:    links that were not decided or not read.
    whole:   whether nothing else was handed in that a person would have to open.
    """

    links: Sequence[Mapping[str, Any]]
    results: Sequence[Mapping[str, Any]]
    ideas: Mapping[str, Mapping[str, Any]]
    refuted: Sequence[Mapping[str, Any]]
    open: Sequence[Mapping[str, Any]]
    whole: bool


def grade(
    student: Student,
    record: Record | None,
    rubric: Rubric,
    overrides: Mapping[str, Override] | None = None,
    late: str = "",
) -> Grade:
    """Count the points of one submission.

    Args:
        student: whose it is.
        record: what a worker found; None where nothing was handed in.
        rubric: what the items are worth.
        overrides: what a person decided, by `problem item`, `problem`, or `TOTAL`.
        late: what the platform says of lateness.
    """
    decided = overrides or {}
    items: list[ItemGrade] = []
    for problem in rubric.problems:
        items += _items(problem, record, decided)
    settled = {
        name: decided[name]
        for name in (TOTAL, *(p.problem for p in rubric.problems))
        if name in decided
    }
    points, pending = _sums(rubric, items, settled)
    status: Status = "review" if pending or _waits(items, settled) else "graded"
    if record is None and not decided:
        status = "none"
    return Grade(
        student, status, tuple(items), points, pending, rubric.maximum, late,
        tuple(_notes(record)), settled,
    )  # fmt: skip


def _sums(
    rubric: Rubric, items: Sequence[ItemGrade], settled: Mapping[str, Override]
) -> tuple[Fraction, Fraction]:
    """Give the points that are settled and those that are open."""
    if TOTAL in settled:
        return settled[TOTAL].points, _ZERO
    points = pending = _ZERO
    for problem in rubric.problems:
        if problem.problem in settled:
            points += settled[problem.problem].points
            continue
        own = [item for item in items if item.problem == problem.problem]
        points += sum((item.points for item in own if item.points is not None), _ZERO)
        pending += sum((item.maximum for item in own if item.points is None), _ZERO)
    return points, pending


def _waits(items: Sequence[ItemGrade], settled: Mapping[str, Override]) -> bool:
    """Whether an item is open that nobody settled, though it may be worth nothing."""
    if TOTAL in settled:
        return False
    return any(item.points is None and item.problem not in settled for item in items)


def _items(
    problem: ProblemRubric, record: Record | None, overrides: Mapping[str, Override]
) -> list[ItemGrade]:
    if record is None:
        reason = phrase("nothing was handed in")
        bare = [
            _item(problem, item, kind, "open", None, reason) for item, kind in _rubric_of(problem)
        ]
        return [_overridden(item, overrides) for item in bare]
    found = _found(problem, record)
    items = [_result(problem, item, found) for item in problem.results]
    items += [_idea(problem, idea, found) for idea in problem.ideas]
    items = [_overridden(item, overrides) for item in items]
    steps = _steps(problem, found, items) if found.refuted else None
    if steps is not None:
        items.append(_overridden(steps, overrides))
    return items


def _rubric_of(problem: ProblemRubric) -> list[tuple[Any, Any]]:
    results = [(item, "result") for item in problem.results]
    return [*results, *((idea, "idea") for idea in problem.ideas)]


def item_name(problem: str, item: str) -> str:
    """Name an item as tables and overrides do: `2.2 J`."""
    return f"{problem} {item}"


def _overridden(item: ItemGrade, overrides: Mapping[str, Override]) -> ItemGrade:
    found = overrides.get(item_name(item.problem, item.id))
    if found is None:
        return item
    return replace(item, points=found.points, override=found, proposed=item.points)


def _item(  # noqa: PLR0913 - what an item of a grade consists of
    problem: ProblemRubric,
    item: ResultItem | IdeaItem,
    kind: Any,  # noqa: ANN401 - a literal that follows from the item
    standing: Standing,
    points: Fraction | None,
    reason: Mapping[str, str],
    place: tuple[str, int] | None = None,
) -> ItemGrade:
    return ItemGrade(
        problem.problem, item.id, kind, item.title, item.points, points, standing, reason, place
    )


# --- what was found ---------------------------------------------------------------------


def _found(problem: ProblemRubric, record: Record) -> _Found:
    targets = [f["target"] for f in record["files"] if f["target"] is not None]

    def own(entries: str) -> list[Mapping[str, Any]]:
        return [
            entry
            for target in targets
            for entry in target[entries]
            if (entry["problem"] or "").rpartition("/")[2] == problem.problem
        ]

    links = own("links")
    ideas: dict[str, Mapping[str, Any]] = {}
    for idea in record["ideas"]:
        if idea["problem"] == problem.problem:
            known = ideas.get(idea["id"])
            if known is None or _RANK[idea["standing"]] > _RANK[known["standing"]]:
                ideas[idea["id"]] = idea
    whole = not record["skipped"] and not any(f["error"] for f in record["files"])
    return _Found(
        links,
        own("results"),
        ideas,
        _charged(links, problem.credit),
        [link for link in links if link["verdict"] in ("unresolved", "unread")],
        whole and bool(targets) and record["gave_up"] is None,
    )


_RANK = {"open": 0, "mistaken": 1, "right": 2}


def _charged(links: Sequence[Mapping[str, Any]], credit: Credit) -> list[Mapping[str, Any]]:
    """Give the refuted steps that cost something; a mistake that is copied, once."""
    found: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for link in links:
        diagnosis = link["diagnosis"] or {}
        kind = diagnosis.get("kind")
        if link["verdict"] == "refuted" and link["counterexample"] is not None and (
            kind != "follows" and kind not in credit.forgiven
        ):  # fmt: skip
            found.setdefault((link["lhs"], link["relation"], link["rhs"]), link)
    return list(found.values())


def _place(entry: Mapping[str, Any]) -> tuple[str, int] | None:
    source = entry["source"]
    return None if source is None else (source["file"], source["line"])


# --- items ------------------------------------------------------------------------------


def _result(problem: ProblemRubric, item: ResultItem, found: _Found) -> ItemGrade:
    said = [r for r in found.results if r["name"] == item.id and r["verdict"] != "missing"]
    verdicts = {r["verdict"] for r in said}

    def told(standing: Standing, points: Fraction | None, reason: Mapping[str, str]) -> ItemGrade:
        place = _place(said[0]) if said else None
        return _item(problem, item, "result", standing, points, reason, place)

    if "proved" in verdicts and "refuted" not in verdicts:
        return told("right", item.points, phrase("agrees with the sheet"))
    if "proved" in verdicts:
        return told("open", None, phrase("two answers, one of them right: see both"))
    if verdicts == {"refuted"} and all(r["counterexample"] is not None for r in said):
        return _wrong(told, item, problem.credit, found)
    if not said:
        return told("open", None, _missing(found))
    return told("open", None, phrase("the answer was not decided: compare it by hand"))


def _wrong(told: _Told, item: ResultItem, credit: Credit, found: _Found) -> ItemGrade:
    """Grade an answer that differs: part of its points where there are steps, all of them right."""
    if not found.whole:
        reason = phrase("differs from the sheet, but not everything that was handed in is read")
        return told("open", None, reason)
    if found.refuted or not any(link["verdict"] == "proved" for link in found.links):
        return told("wrong", _ZERO, phrase("differs from the sheet"))
    points = item.points * credit.wrong_result
    reason = phrase("differs from the sheet, though no step is false")
    return told("partial" if points else "wrong", points, reason)


def _missing(found: _Found) -> Mapping[str, str]:
    if not found.whole:
        return phrase("not found in what could be read")
    if not found.links:
        return phrase("nothing was recognised for this problem")
    return phrase("no answer was recognised")


def _idea(problem: ProblemRubric, idea: IdeaItem, found: _Found) -> ItemGrade:
    seen = found.ideas.get(idea.id)
    standing = "open" if seen is None else seen["standing"]
    place = None if seen is None or seen["file"] is None else (seen["file"], seen["line"])
    if standing == "mistaken" and not found.refuted:
        standing = "right"  # but for slips that the rubric forgives
    if standing == "right":
        reason, points = phrase("shown"), idea.points
        return _item(problem, idea, "idea", "right", points, reason, place)
    if standing == "mistaken":
        points = idea.points * problem.credit.mistaken_idea
        reason = phrase("shown, but for a mistake that one edit mends")
        return _item(problem, idea, "idea", "partial", points, reason, place)
    why = phrase("not found: look whether it is there") if found.links else _missing(found)
    return _item(problem, idea, "idea", "open", None, why, place)


def _steps(problem: ProblemRubric, found: _Found, items: Sequence[ItemGrade]) -> ItemGrade | None:
    """Charge refuted steps, as far as wrong results and mistaken ideas have not paid for them."""
    credit, count = problem.credit, len(found.refuted)
    charge = min(count * credit.false_step, credit.false_steps * problem.points)
    lost = sum(
        (i.maximum - i.points for i in items if i.points is not None and i.standing != "right"),
        _ZERO,
    )
    earned = sum((i.points for i in items if i.points is not None), _ZERO)
    cost = max(_ZERO, min(charge - lost, earned))
    if not cost:
        return None
    price = note(
        "each of them costs {0}, and only what nothing above has cost already",
        decimal(credit.false_step),
    )
    steps = phrase("{n} false step", "{n} false steps", count)
    reason = {lang: f"{told}; {price[lang]}" for lang, told in steps.items()}
    title = phrase("false steps")
    place = _place(found.refuted[0])
    return ItemGrade(problem.problem, "steps", "steps", title, _ZERO, -cost, "wrong", reason, place)


def _notes(record: Record | None) -> list[Mapping[str, str]]:
    """What a person should know of the submission as a whole."""
    if record is None:
        return []
    if record["gave_up"] is not None:
        unread: list[Mapping[str, Any]] = []
    else:
        unread = [{"name": f["name"], "reason": f["error"]} for f in record["files"] if f["error"]]
    return [
        *([] if record["gave_up"] is None else [record["gave_up"]]),
        *(
            {lang: f"{file['name']}: {why}" for lang, why in file["reason"].items()}
            for file in (*unread, *record["skipped"])
        ),
    ]
