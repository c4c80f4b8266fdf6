"""The page of the assistant: the class, what waits for a person, what people decided."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from derive.grading.pages.markup import Html, element, join, jump, link
from derive.grading.pages.texts import (
    clipped,
    mixed,
    moment,
    named,
    page,
    share,
)
from derive.grading.pages.words import counted, number, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from derive.grading.model import Grade, ItemGrade, Override
    from derive.translation import Lang

_MOST = 2000  # rows of the queue; `review.csv` has all of them


@dataclass(frozen=True)
class Row:
    """One student of the class.

    page: the file name of the student's page within `feedback/`; "" where there is none.
    """

    grade: Grade
    page: str = ""


@dataclass(frozen=True)
class Waiting:
    """Something a person should look at.

    problem: within the key; "" where it is about the whole submission.
    item:    what it is, in the page's language: the title of an item of the rubric.
    stake:   the points that wait for it.
    place:   file and line.
    count:   how many such things; 1 for an item.
    """

    row: Row
    problem: str
    item: str
    stake: Fraction
    reason: str
    place: str = ""
    count: int = 1


@dataclass(frozen=True)
class Run:
    """How the run went.

    key:    what was graded against.
    told:   sentences in the page's language: how long it took, what was known already.
    limits: (student's name, which limit was met).
    """

    key: str = ""
    told: tuple[str, ...] = ()
    limits: tuple[tuple[str, str], ...] = ()


def index_page(  # noqa: PLR0913 - what there is to say of a class
    rows: Sequence[Row],
    titles: Mapping[str, str],
    lang: Lang,
    *,
    waiting: Sequence[Waiting] | None = None,
    run: Run | None = None,
    written_at: datetime | None = None,
) -> str:
    """Give the page of the assistant.

    Args:
        rows: the students, in the order in which they are listed.
        titles: problem within the key -> its title, in the order of the sheet.
        lang: "en" or "ru".
        waiting: what waits, the most doubtful first; the open items of `rows` if None.
        run: how the run went.
        written_at: when; left out if None.
    """
    run = run or Run()
    queue = open_items(rows, lang) if waiting is None else list(waiting)
    title = word("class_of", lang, key=clipped(run.key)) if run.key else word("class", lang)
    parts = {
        "queue": _queue(queue, lang),
        "students": _students(rows, titles, lang),
        "changed": _changed(rows, titles, lang),
        "absent": _absent(rows, lang),
        "run": _run(run, lang),
    }
    there = [name for name, part in parts.items() if part]
    head = [element("h1", title), moment(written_at, lang), _figures(rows, queue, lang)]
    header = join([*head, _contents(there, lang)])
    main = join(parts[name] for name in there)
    return page(title, lang, header, main, element("p", word("made_by", lang)))


def open_items(rows: Sequence[Row], lang: Lang) -> list[Waiting]:
    """Give the items that have no points yet, those with most points at stake first."""
    found = [
        Waiting(
            row,
            item.problem,
            item.title.get(lang, item.id),
            item.maximum,
            item.reason.get(lang, ""),
            f"{item.place[0]}:{item.place[1]}" if item.place else "",
        )
        for row in rows
        if row.grade.status == "review" and "" not in row.grade.settled
        for item in row.grade.items
        if item.points is None and item.problem not in row.grade.settled
    ]
    return sorted(found, key=lambda w: (-w.stake, w.row.grade.student.name, w.problem, w.item))


def _figures(rows: Sequence[Row], queue: Sequence[Waiting], lang: Lang) -> Html:
    """Give the figures of the class in a row of boxes."""
    counts = {
        status: sum(row.grade.status == status for row in rows)
        for status in ("graded", "review", "none")
    }
    points = [row.grade.points for row in rows if row.grade.status == "graded"]
    figures = [(str(n), word(f"{status}_students", lang)) for status, n in counts.items()]
    if points:
        figures.append((number(median(points), lang), word("median", lang)))
    figures.append((number(sum((w.stake for w in queue), Fraction(0)), lang), word("stakes", lang)))
    boxes = [element("li", element("strong", n), told) for n, told in figures]
    return Html(
        element("p", counted("students_n", len(rows), lang)), element("ul", *boxes, cls="figures")
    )


def _section(name: str, lang: Lang, *content: Html | None) -> Html:
    """Give a section that `_contents` can lead to."""
    return element(
        "section",
        element("h2", word(name, lang), attributes={"id": name}),
        *content,
        attributes={"aria-labelledby": name},
    )


def _contents(names: Sequence[str], lang: Lang) -> Html:
    """Give links to the sections."""
    entries = [element("li", jump(name, word(name, lang))) for name in names]
    return element("nav", element("ul", *entries, cls="values"))


def _table(heads: Sequence[tuple[str, str]], rows: Sequence[Html], cls: str = "") -> Html:
    """Give a table in a box of its own; `heads` are titles with a class each."""
    cells = [
        element("th", title, attributes={"scope": "col"}, cls=cls) if title else element("td")
        for title, cls in heads
    ]
    table = element(
        "table", element("thead", element("tr", *cells)), element("tbody", *rows), cls=cls
    )
    return element("div", table, cls="scroll")


def _name(row: Row) -> Html:
    """Give the student's name, with a link to the page, and the id; a row header."""
    student = row.grade.student
    name = clipped(student.name) or clipped(student.id)
    shown = link(["feedback", row.page], name) if row.page else Html(name)
    told = "" if student.id in {student.name, name} else f" {clipped(student.id)}"
    ident = [element("span", told, cls="quiet")] if told else []
    return element("th", shown, *ident, attributes={"scope": "row"}, cls="who")


def _queue(queue: Sequence[Waiting], lang: Lang) -> Html:
    if not queue:
        return _section("queue", lang, element("p", word("queue_empty", lang)))
    heads = [
        (word("student", lang), ""),
        (word("item", lang), ""),
        (word("at_stake", lang), "number"),
        (word("why", lang), ""),
        (word("place", lang), ""),
    ]
    rows = [
        element(
            "tr",
            _name(waiting.row),
            element("td", waiting.problem, " ", named(waiting.item)),
            element("td", number(waiting.stake, lang), cls="number"),
            element(
                "td",
                mixed(waiting.reason),
                f" (×{waiting.count})" if waiting.count > 1 else None,
                cls="wide",
            ),
            element("td", clipped(waiting.place), cls="wide quiet"),
        )
        for waiting in queue[:_MOST]
    ]
    cut = element("p", word("queue_cut", lang), cls="note") if len(queue) > _MOST else None
    return _section("queue", lang, _table(heads, rows, "stack"), cut)


# --- students ---------------------------------------------------------------------------


def _students(rows: Sequence[Row], titles: Mapping[str, str], lang: Lang) -> Html:
    met = dict.fromkeys(item.problem for row in rows for item in row.grade.items)
    problems = [*(p for p in titles if p in met), *(p for p in met if p not in titles)]
    late = any(row.grade.late for row in rows)
    heads = [
        (word("student", lang), ""),
        (word("status", lang), ""),
        *((problem, "number") for problem in problems),
        (word("total", lang), "number"),
        *([(word("late_column", lang), "")] if late else []),
    ]
    shown = [_student(row, problems, late, lang) for row in rows]
    legend = [
        element("li", element("strong", problem), " ", mixed(titles[problem]))
        for problem in problems
        if titles.get(problem)
    ]
    return _section(
        "students",
        lang,
        _table(heads, shown),
        element("ul", *legend, cls="quiet") if legend else None,
    )


def _student(row: Row, problems: Sequence[str], late: bool, lang: Lang) -> Html:
    grade = row.grade
    tone = {"graded": "good", "review": "doubt", "none": "quiet"}[grade.status]
    cells = [element("td", _of_problem(grade, problem, lang), cls="number") for problem in problems]
    total = "" if grade.status == "none" else share(grade.points, grade.maximum, lang)
    pending = [_pending(grade.pending, lang)] if grade.pending and grade.status == "review" else []
    return element(
        "tr",
        _name(row),
        element("td", word(f"status_{grade.status}", lang), cls=tone),
        *cells,
        element("td", element("strong", total), *pending, cls="number"),
        element("td", clipped(grade.late)) if late else None,
    )


def _pending(points: Fraction, lang: Lang) -> Html:
    told = word("pending_also", lang, points=number(points, lang))
    return Html(" ", element("small", told, cls="doubt"))


def _of_problem(grade: Grade, problem: str, lang: Lang) -> Html:
    """Give the points of one problem; what is open is told beside them."""
    if grade.status == "none":
        return Html()
    if problem in grade.settled:
        return Html(number(grade.settled[problem].points, lang))
    if "" in grade.settled:  # decided as a whole, so that its parts say nothing
        return Html(word("no_points", lang))
    own = [item for item in grade.items if item.problem == problem]
    points = sum((i.points for i in own if i.points is not None), Fraction(0))
    pending = sum((i.maximum for i in own if i.points is None), Fraction(0))
    if own and all(item.points is None for item in own):
        return element("span", "?", cls="doubt", attributes={"title": word("open", lang)})
    told = Html(number(points, lang))
    if not pending:
        return told
    more = element("span", f"+{number(pending, lang)}?", cls="doubt")
    return Html(told, " ", more)


# --- what people decided, who is absent, how it went ----------------------------------------


def _changed(rows: Sequence[Row], titles: Mapping[str, str], lang: Lang) -> Html | None:
    found = [
        _change(row, item, lang)
        for row in rows
        for item in row.grade.items
        if item.override is not None
    ]
    found += [_settled(row, name, titles, lang) for row in rows for name in row.grade.settled]
    if not found:
        return None
    heads = [
        (word("student", lang), ""),
        (word("item", lang), ""),
        (word("points", lang), "number"),
        (word("without", lang), "number"),
        (word("comment", lang), ""),
        (word("author", lang), ""),
    ]
    return _section("changed", lang, _table(heads, found))


def _change(row: Row, item: ItemGrade, lang: Lang) -> Html:
    """Give the row of an item that a person decided."""
    what = Html(item.problem, " ", named(item.title.get(lang, item.id)))
    without = word("open_item", lang) if item.proposed is None else number(item.proposed, lang)
    return _decision(row, what, item.override, without, lang)


def _settled(row: Row, problem: str, titles: Mapping[str, str], lang: Lang) -> Html:
    """Give the row of a problem, or of a submission, that a person decided as a whole."""
    found = row.grade.settled
    what: list[Html | str] = [word("whole_problem" if problem else "whole_work", lang)]
    if problem:
        what = [problem, " ", mixed(titles.get(problem, "")), ": ", *what]
    own = [
        item
        for item in row.grade.items
        if (not problem and item.problem not in found) or item.problem == problem
    ]
    points = sum((i.points for i in own if i.points is not None), Fraction(0))
    if not problem:
        points += sum((o.points for name, o in found.items() if name), Fraction(0))
    pending = sum((i.maximum for i in own if i.points is None), Fraction(0))
    without = number(points, lang) + (f" +{number(pending, lang)}?" if pending else "")
    return _decision(row, Html(*what), found[problem], without, lang)


def _decision(row: Row, what: Html, found: Override | None, without: str, lang: Lang) -> Html:
    assert found is not None  # noqa: S101 - only what was decided has a row
    return element(
        "tr",
        _name(row),
        element("td", what),
        element("td", element("strong", number(found.points, lang)), cls="number"),
        element("td", without, cls="number"),
        element("td", mixed(found.comment)),
        element("td", clipped(found.author)),
    )


def _absent(rows: Sequence[Row], lang: Lang) -> Html | None:
    absent = [row.grade.student for row in rows if row.grade.status == "none"]
    if not absent:
        return None
    names = [
        element("li", clipped(s.name), element("span", f" {clipped(s.email)}", cls="quiet"))
        for s in absent
    ]
    return _section("absent", lang, element("ul", *names))


def _run(run: Run, lang: Lang) -> Html:
    limits = [
        element("li", element("strong", clipped(name)), ": ", clipped(limit))
        for name, limit in run.limits
    ]
    return _section(
        "run",
        lang,
        *(element("p", clipped(told)) for told in run.told),
        element("h3", word("limits", lang)) if limits else element("p", word("no_limits", lang)),
        element("ul", *limits) if limits else None,
    )
