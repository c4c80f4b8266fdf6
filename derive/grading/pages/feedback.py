"""The page of one student: points and why, then every step with its mark."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.grading.pages.derivation import SIGNS, answers, derivations, mark
from derive.grading.pages.entries import handed
from derive.grading.pages.markup import Html, element, join, jump
from derive.grading.pages.texts import (
    clipped,
    mixed,
    moment,
    named,
    of_maximum,
    page,
    share,
)
from derive.grading.pages.words import counted, number, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from derive.grading.model import Grade, ItemGrade, Override
    from derive.grading.pages.entries import Handed
    from derive.translation import Lang

_TONES = {"right": "good", "partial": "doubt", "wrong": "bad", "open": "doubt"}
_STANDING_SIGNS = {"right": "✓", "partial": "◐", "wrong": "✗", "open": "?"}


def feedback_page(
    record: Mapping[str, Any] | None,
    grade: Grade,
    titles: Mapping[str, str],
    lang: Lang,
    written_at: datetime | None = None,
) -> str:
    """Give the page of one student as HTML that needs nothing else.

    Args:
        record: what a worker found (`derive.grading.record`); None: nothing was handed in.
        grade: the points.
        titles: problem within the key, "2.2" -> its title, in the order of the sheet.
        lang: "en" or "ru".
        written_at: when, in the time of whoever makes the page; left out if None.
    """
    work = handed(record, lang)
    problems = _problems(work, grade, titles)
    header = join([
        element("h1", clipped(grade.student.name)),
        *_standing(grade, lang),
        moment(written_at, lang),
    ])  # fmt: skip
    main = join([
        _skip(lang) if work.steps else None,
        _points(grade, titles, lang),
        _unopened(work, lang),
        _all_problems(work, problems, grade, titles, lang),
        _legend(work, lang),
    ])  # fmt: skip
    title = word("feedback_on", lang, name=clipped(grade.student.name))
    return page(title, lang, header, main, element("p", word("made_by", lang)))


def _skip(lang: Lang) -> Html:
    return element("p", jump("steps", word("skip", lang)), cls="quiet")


def _standing(grade: Grade, lang: Lang) -> list[Html]:
    """Say what the work is worth, and what still may be added."""
    if grade.status == "none":
        return [element("p", word("nothing", lang), cls="total")]
    late = word("late", lang, late=clipped(grade.late)) if grade.late else ""
    after = [element("p", late)] if late else []
    if grade.status == "graded":
        total = of_maximum("of_maximum", grade.points, grade.maximum, lang)
        return [element("p", total, cls="total"), *after]
    total = of_maximum("so_far", grade.points, grade.maximum, lang)
    if grade.pending:
        more = counted("points_to", grade.pending, lang)
        told = word("waits_more", lang, points=more)
    else:
        told = word("waits_none", lang)
    waits = element("strong", word("waits", lang), ". ")
    return [
        element("p", total, cls="total"),
        element("p", waits, told, cls="note"),
        *after,
    ]


def _problems(work: Handed, grade: Grade, titles: Mapping[str, str]) -> list[str]:
    """Give the problems there is something to say of, in the order of the sheet."""
    met = [e.problem for e in (*work.steps, *work.answers)]
    known = dict.fromkeys([*titles, *(item.problem for item in grade.items)])
    used = {*met, *(item.problem for item in grade.items)}
    others = dict.fromkeys(p for p in met if p and p not in known)
    return [*(p for p in known if p in used), *others, *([""] if "" in met else [])]


# --- points -----------------------------------------------------------------------------


def _points(grade: Grade, titles: Mapping[str, str], lang: Lang) -> Html | None:
    if grade.status == "none" or not grade.items:
        return None
    heads = [
        element("th", word(key, lang), attributes={"scope": "col"}, cls=cls)
        for key, cls in (("problem", ""), ("item", ""), ("points", "number"), ("why", ""))
    ]
    # What a person decided as a whole is not told again item by item.
    told = [i for i in grade.items if "" not in grade.settled and i.problem not in grade.settled]
    rows = [_item(item, lang) for item in told]
    rows += [_decided(problem, found, titles, lang) for problem, found in grade.settled.items()]
    total = element(
        "tr",
        element("th", word("total", lang), attributes={"scope": "row", "colspan": "2"}),
        element("td", share(grade.points, grade.maximum, lang), cls="number"),
        element("td"),
    )
    table = element(
        "table",
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
        element("tfoot", total),
        cls="stack",
    )
    return element("section", element("h2", word("points", lang)), table)


def _item(item: ItemGrade, lang: Lang) -> Html:
    title = named(item.title.get(lang, item.id))
    got = number(item.points, lang) if item.kind == "steps" and item.points is not None else ""
    return element(
        "tr",
        element("th", item.problem, attributes={"scope": "row"}),
        element("td", title),
        element("td", got or share(item.points, item.maximum, lang), cls="number"),
        element("td", _why(item, lang), cls="wide"),
    )


def _why(item: ItemGrade, lang: Lang) -> Html:
    sign = element("span", _STANDING_SIGNS[item.standing], attributes={"aria-hidden": "true"})
    standing = element("span", sign, " ", word(item.standing, lang), cls=_TONES[item.standing])
    reason = item.reason.get(lang, "")
    told = Html(standing, *((": ", mixed(reason)) if reason else ()))
    if item.override is None:
        return told
    decided = _override(item.override, item.proposed, lang)
    return decided if item.standing == "open" else Html(decided, element("br"), told)


def _override(found: Override, proposed: Fraction | None, lang: Lang) -> Html:
    """Say what a person decided, and instead of what."""
    who = word("decided_by", lang, author=clipped(found.author)) if found.author else ""
    before = (
        word("instead_of_open", lang)
        if proposed is None
        else word("instead_of", lang, points=counted("points_of", proposed, lang))
    )
    told = Html(element("strong", who or word("decided", lang)), f" ({before})")
    return Html(told, ": ", mixed(found.comment)) if found.comment else told


def _decided(problem: str, found: Override, titles: Mapping[str, str], lang: Lang) -> Html:
    """Give the row of what a person decided of a problem, or of everything."""
    title = titles.get(problem, "")
    who = word("decided_by", lang, author=clipped(found.author)) if found.author else ""
    told = Html(element("strong", who or word("decided", lang)))
    return element(
        "tr",
        element("th", problem, attributes={"scope": "row"}),
        element(
            "td",
            word("whole_problem" if problem else "whole_work", lang),
            Html(": ", mixed(title)) if title else None,
        ),
        element("td", number(found.points, lang), cls="number"),
        element("td", told, *((": ", mixed(found.comment)) if found.comment else ()), cls="wide"),
    )


# --- the work ---------------------------------------------------------------------------


def _unopened(work: Handed, lang: Lang) -> Html | None:
    if not work.unopened and not work.gave_up:
        return None
    rows = [
        element("li", element("strong", clipped(name)), ": ", clipped(why))
        for name, why in work.unopened
    ]
    gave_up = [element("p", word("gave_up", lang), ": ", work.gave_up)] if work.gave_up else []
    return element(
        "section",
        element("h2", word("not_opened", lang)),
        element("p", word("not_opened_told", lang)),
        *gave_up,
        element("ul", *rows) if rows else None,
        cls="unopened",
    )


def _all_problems(
    work: Handed, problems: Sequence[str], grade: Grade, titles: Mapping[str, str], lang: Lang
) -> Html | None:
    if not work.steps and not work.answers:
        return None
    parts = [
        _problem(number, problem, work, grade, titles, lang)
        for number, problem in enumerate(problems)
    ]
    return element(
        "section",
        element("h2", word("derivations", lang)),
        element("p", word("intro", lang), cls="quiet"),
        *parts,
        attributes={"id": "steps"},
    )


def _problem(  # noqa: PLR0913 - the page and one problem of it
    position: int, problem: str, work: Handed, grade: Grade, titles: Mapping[str, str], lang: Lang
) -> Html | None:
    steps = [step for step in work.steps if step.problem == problem]
    found = [answer for answer in work.answers if answer.problem == problem]
    head = Html(word("problem", lang), f" {problem}") if problem else word("elsewhere", lang)
    title = titles.get(problem, "")
    label = f"problem-{position}"
    return element(
        "section",
        element("h3", head, *((". ", mixed(title)) if title else ()), attributes={"id": label}),
        _problem_points(problem, grade, lang),
        derivations(steps, lang, files=work.files)
        if steps
        else element("p", word("no_steps", lang), cls="quiet"),
        element("h4", word("answers", lang)) if found else None,
        answers(found, lang, files=work.files) if found else None,
        attributes={"aria-labelledby": label},
    )


def _problem_points(problem: str, grade: Grade, lang: Lang) -> Html | None:
    """Say what a problem is worth, unless a person decided on the work as a whole."""
    mine = [item for item in grade.items if item.problem == problem]
    if not mine or grade.status == "none" or "" in grade.settled:
        return None
    maximum = sum((i.maximum for i in mine), Fraction(0))
    settled = grade.settled.get(problem)
    if settled is not None:
        told = of_maximum("of_maximum", settled.points, maximum, lang)
    else:
        points = sum((i.points for i in mine if i.points is not None), Fraction(0))
        waits = any(item.points is None for item in mine)
        told = of_maximum("so_far" if waits else "of_maximum", points, maximum, lang)
    return element("p", told, cls="quiet")


def _legend(work: Handed, lang: Lang) -> Html | None:
    """Say what the marks mean that are on this page."""
    used = {e.mark for e in (*work.steps, *work.answers)}
    rows = [
        element("li", mark(kind, lang), ": ", word(f"{kind}_told", lang))
        for kind in SIGNS
        if kind in used and kind != "missing"
    ]
    if not rows:
        return None
    return element(
        "section", element("h2", word("legend", lang)), element("ul", *rows, cls="legend")
    )
