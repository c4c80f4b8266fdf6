"""Derivations and answers on a page: each step in its row, with its mark and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.grading.pages.entries import chains, shown_and_hidden
from derive.grading.pages.markup import Html, element, join
from derive.grading.pages.mathml import marked, source, typeset
from derive.grading.pages.texts import box, clipped, named, paragraphs
from derive.grading.pages.words import counted, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.grading.pages.entries import Entry, Example, Place, Repair
    from derive.translation import Lang

SIGNS = {
    "proved": "✓", "refuted": "✗", "unresolved": "?", "unread": "…", "given": "·", "follows": "↑",
    "missing": "–",
}  # fmt: skip
_MOST = 400  # rows of one problem

_AGREEMENT = {"proved": "agrees", "refuted": "differs"}
_TONE = {"proved": "good", "refuted": "bad"}


def derivations(steps: Sequence[Entry], lang: Lang, *, files: int = 1) -> Html:
    """Give the chains of one problem, then what was left out and why nothing is amiss there."""
    shown, hidden = shown_and_hidden(steps)
    rows = [_chain(chain, lang, files > 1) for chain in chains(shown[:_MOST])]
    cut = [element("p", word("more_cut", lang), cls="note")] if len(shown) > _MOST else []
    unread = sum(step.mark == "unread" for step in hidden)
    fine = len(hidden) - unread
    told = [
        element("p", counted(key, number, lang), cls="quiet")
        for key, number in (("hidden", fine), ("hidden_unread", unread))
        if number
    ]
    return join([*rows, *cut, *told])


def mark(kind: str, lang: Lang, told: str = "") -> Html:
    """Give a mark with its word: never a colour or a sign alone."""
    sign = element("span", SIGNS.get(kind, "?"), cls="sign", attributes={"aria-hidden": "true"})
    return element("span", sign, " ", told or word(kind, lang), cls="verdict")


def _chain(chain: Sequence[Entry], lang: Lang, several: bool) -> Html:
    first = element("li", _side(chain[0].lhs), cls="start")
    return element("ol", first, *(_step(step, lang, several) for step in chain), cls="chain")


def _side(latex: str) -> Html:
    return element("div", box(typeset(latex, display=True)), cls="side")


def _step(step: Entry, lang: Lang, several: bool) -> Html:
    kind = step.mark if step.mark in SIGNS else "unresolved"
    details = _details(step, lang)
    return element(
        "li",
        element("div", box(typeset(step.relation, display=True)), cls="relation"),
        _side(step.rhs),
        mark(kind, lang),
        element("span", where(step.place, lang, several=several), cls="where"),
        element("div", details, cls="more") if details else None,
        cls=kind,
    )


def where(place: Place | None, lang: Lang, *, several: bool = False) -> str:
    """Say where something stands in the file, with the file's name if there are several."""
    if place is None:
        return ""
    if several:
        return word("in_file", lang, file=clipped(place.file), n=str(place.line))
    if place.cell is not None:
        return word("cell_line", lang, cell=str(place.cell), n=str(place.line))
    return word("line", lang, n=str(place.line))


def _details(entry: Entry, lang: Lang) -> Html:
    """Say what is wrong or open, and what was probably meant; of what is right, nothing."""
    if entry.mark in {"proved", "given"}:
        return Html()
    parts = [
        _example(entry.example, lang) if entry.example else None,
        paragraphs(entry.lines),
        _repair(entry.repair, lang) if entry.repair else None,
    ]
    if entry.mark == "unread":
        parts.append(_stopped(entry, lang))
    return join(parts)


def _example(example: Example, lang: Lang) -> Html:
    letters = [element("li", typeset(f"{name} = {value}")) for name, value in example.model]
    about = (r"\approx " if example.left.about else "", r"\approx " if example.right.about else "")
    sides = [
        element(
            "li", word(f"{side}_about" if sign else side, lang), " ", typeset(sign + value.latex)
        )
        for side, sign, value in zip(
            ("left_side", "right_side"), about, (example.left, example.right), strict=True
        )
    ]
    return element(
        "dl",
        element("dt", word("counterexample", lang)),
        element("dd", element("ul", *letters, cls="values"), element("ul", *sides, cls="values")),
    )


def _repair(repair: Repair, lang: Lang) -> Html:
    start, end = repair.start, repair.end
    plain = element(
        "code",
        repair.latex[:start],
        element("mark", repair.latex[start:end]) if start < end else None,
        repair.latex[end:],
        cls="tex",
    )
    return element(
        "dl",
        element("dt", word("meant", lang)),
        element(
            "dd",
            box(marked(repair.latex, start, end)),
            element("p", repair.words) if repair.words else None,
        ),
        element("dt", word("as_latex", lang)),
        element("dd", plain if len(repair.latex) < _LONG else source(repair.latex)),
    )


_LONG = 2000


def _stopped(entry: Entry, lang: Lang) -> Html | None:
    """Show the line that was not read, its formula marked."""
    place, line = entry.place, entry.written.rstrip()[:_LONG]
    if place is None or not line.strip():
        return None
    start = min(max(place.start, 0), len(line))
    end = len(line) if place.end < 0 else min(max(place.end, start), len(line))
    body = Html(line[:start].lstrip(), element("mark", line[start:end]), line[end:])
    return element(
        "dl",
        element("dt", word("written", lang)),
        element("dd", element("code", body, cls="tex")),
    )


# --- answers ----------------------------------------------------------------------------


def answers(found: Sequence[Entry], lang: Lang, *, files: int = 1) -> Html:
    """Give the answers of one problem: what is asked, what is written, whether they agree."""
    return element("ul", *(_answer(answer, lang, files > 1) for answer in found), cls="answers")


def _answer(answer: Entry, lang: Lang, several: bool) -> Html:
    kind = answer.mark if answer.mark in SIGNS else "unresolved"
    told = word(_AGREEMENT.get(kind, kind), lang)
    place = where(answer.place, lang, several=several)
    head = element(
        "div",
        element("span", named(answer.name), cls="name"),
        element("span", mark(kind, lang, told), " ", element("span", place, cls="where")),
        cls="head",
    )
    rows = []
    if kind != "missing":  # who has not answered yet may still do so
        rows = [
            element("dt", word("asked", lang)),
            element("dd", box(typeset(answer.lhs, display=True))),
        ]
    if answer.rhs and kind != "proved":
        rows += [
            element("dt", word("stated_by_you", lang)),
            element("dd", box(typeset(answer.rhs, display=True))),
        ]
    body = element("dl", *rows)
    if kind == "missing":
        missing = element("p", word("missing_told", lang), cls="quiet")
        return element("li", head, body, missing, cls=kind)
    return element("li", head, body, _details(answer, lang), cls=kind)
