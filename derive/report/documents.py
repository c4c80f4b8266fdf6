"""A written solution in a terminal: what is wrong with it and where, then its answers.

What is right is only counted, unless all is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from derive.language.transcribe import transcribe, transcribe_words
from derive.report.columns import Column, Columns
from derive.report.excerpt import Excerpt, gutters
from derive.report.lines import (
    STYLES,
    line,
    mark,
    nothing,
    section,
    unstated,
)
from derive.report.outcome import document_entries, document_outcomes, worst_of
from derive.report.places import shown_file, spot
from derive.report.wording import (
    Lang,
    diagnosis_words,
    finding_lines,
    name_words,
    repair_words,
    transcribed,
    transcribed_words,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.derivation import Source
    from derive.results import DocumentLink, DocumentReport, DocumentResult, Outcome

_SHORT = 24  # characters of a left side that a list of steps shows
_ORDER: tuple[Outcome, ...] = ("refuted", "unresolved", "unread")
_WORDS: dict[Outcome, str] = {"unread": "not_read"}
_AGREEMENT: dict[Outcome, str] = {**_WORDS, "proved": "agrees", "refuted": "differs"}
_COUNTED: dict[Outcome, tuple[str, int]] = {  # its word, and how soon its column is left out
    "proved": ("count_proved", 2),
    "refuted": ("count_false", 0),
    "unresolved": ("count_open", 0),
    "unread": ("count_unread", 0),
    "given": ("count_given", 3),
}


def document_view(
    report: DocumentReport, lang: Lang = "en", *, verbose: bool = False
) -> RenderableType:
    """Give one document: its heading, what is false, open or unread, its answers, the counts."""
    parts: list[RenderableType] = [_heading(report, lang)]
    if report.error:
        told = f"{word('not_read', lang)}: {diagnosis_words(report.error, lang)}"
        return Group(*parts, _told(told, STYLES["unread"]))
    for found in _ORDER:
        for link, *more in _shown_once(link for link in report.links if link.outcome == found):
            parts += [Text(""), _link(link, lang)]
            if more:
                columns = ", ".join(str(_where(other).column) for other in more)
                parts.append(_told(f"{word('also_at', lang)} {columns}", "dim"))
    parts += [Group(Text(""), _note(source, told, lang)) for source, told in report.notes]
    makers = [_all_links, _answers, _conditions, _notation] if verbose else [_answers, _conditions]
    for make in (*makers, _summary):
        body = make(report, lang)
        if body is not None:
            parts += [Text(""), body]
    return Group(*parts)


def _heading(report: DocumentReport, lang: Lang) -> Text:
    key = f"{word('against', lang)} {report.key}" if report.key else word("alone", lang)
    return Text.assemble(
        mark(worst_of(document_outcomes(report))),
        " ",
        line(report.id, "bold underline"),
        line(f"   {key}", "dim"),
    )


def problem_id(problem: str) -> str:
    """Name a problem within its key: `2.1` of `sheet/2.1`."""
    return problem.rpartition("/")[2]


# --- one finding ---


def _shown_once(links: Iterable[DocumentLink]) -> list[list[DocumentLink]]:
    """Put together what is unread for the same reason in one line.

    Of links that are unread because of one place in a side they share, one is left.
    """
    groups: dict[object, list[DocumentLink]] = {}
    for link in {link.stopped or link.id: link for link in links}.values():
        unread = link.stopped is not None and link.diagnosis is not None
        reason = link.diagnosis.message if unread and link.diagnosis else link.id
        groups.setdefault((_where(link).line, reason), []).append(link)
    return list(groups.values())


def _where(link: DocumentLink) -> Source:
    return link.stopped[0] if link.stopped else link.source


def _link(link: DocumentLink, lang: Lang) -> Group:
    follows = link.diagnosis is not None and link.diagnosis.kind == "follows"
    told = word("follows" if follows else _WORDS.get(link.outcome, link.outcome), lang)
    source, written = link.stopped or (link.source, link.written)
    return Group(
        _place(source, told, link.outcome, problem_id(link.problem)),
        *_excerpt(source, written, STYLES[link.outcome]),
        *_evidence(link, lang),
        *(_told(transcribed_words(diagnosis_words(note, lang)), "dim") for note in link.notes),
    )


def _note(source: Source, told: str, lang: Lang) -> Group:
    return Group(
        _place(source, word("not_read", lang), "unread"), _told(diagnosis_words(told, lang))
    )


def _told(text: str, style: str = "") -> Padding:
    """Set a line below the place it is about; what is wrapped stays indented."""
    return Padding(line(text, style), (0, 0, 0, 2))


def _place(source: Source, told: str, found: Outcome, problem: str = "") -> Text:
    return Text.assemble(
        line(f"{shown_file(source)}:{spot(source)}", "bold"),
        line(f"  {told}", STYLES[found]),
        line(f"  {problem}" if problem else "", "dim"),
    )


def _excerpt(source: Source, written: str, style: str) -> list[RenderableType]:
    """Show the line of a document with carets under a place in it."""
    if not written.strip():
        return []
    start = source.column - 1
    if source.end_line is not None and source.end_line > source.line:
        end = len(written)
    else:
        end = (source.end_column or source.column + 1) - 1
    return [Excerpt(written, start, end, *gutters(source.line), style)]


def _evidence(entry: DocumentLink | DocumentResult, lang: Lang) -> list[RenderableType]:
    """Say why a link or an answer is false, open or unread, and what was probably meant."""
    style, diagnosis = STYLES[entry.outcome], entry.diagnosis
    rows: list[RenderableType] = [_told(row, style) for row in finding_lines(entry, lang)]
    if diagnosis is None or diagnosis.repair is None:
        return rows
    # The corrected side as LaTeX, to be copied, with carets under what was changed.
    label = f"  {word('meant', lang)}: "
    marked = Excerpt(
        diagnosis.repair, diagnosis.start, diagnosis.end, label, " " * len(label), STYLES["proved"]
    )
    return [*rows, marked, _told(f"  ({repair_words(entry, diagnosis, lang)})")]


# --- the sections ---


def _all_links(report: DocumentReport, lang: Lang) -> RenderableType | None:
    if not report.links:
        return None
    places = [spot(link.source) for link in report.links]
    problems = [problem_id(link.problem) for link in report.links]
    wide, room = max(map(len, places)), max(map(len, problems))
    rows, above = [], ""
    for link, where, problem in zip(report.links, places, problems, strict=True):
        row = Text.assemble(
            mark(link.outcome),
            line(f" {where:{wide}}  {problem:{room}}  ", "dim"),
            line(_beginning(link, above), "dim"),
            line(f"{transcribed(link.relation)} {transcribed(link.rhs)}"),
        )
        above = link.rhs
        row.no_wrap, row.overflow = True, "ellipsis"
        rows.append(row)
    return section(word("every_link", lang), *rows)


def _beginning(link: DocumentLink, above: str) -> str:
    """Give the left side that a chain begins with, if it leaves room for the right side."""
    begins = transcribed(link.lhs)
    return f"{begins} " if link.lhs != above and len(begins) <= _SHORT else ""


def _answers(report: DocumentReport, lang: Lang) -> RenderableType | None:
    if not report.results:
        return None
    table = Columns(
        [
            Column(),
            Column(word("problem", lang)),
            Column(word("result", lang), folds=True),
            Column(word("sheet_asks", lang), folds=True, rank=2),
            Column(word("written_at", lang), rank=1),
            Column(),
        ],
        "dim",
    )
    for result in report.results:
        told = word(_AGREEMENT.get(result.outcome, result.outcome), lang)
        table.add(
            mark(result.outcome),
            line(problem_id(result.problem)),
            line(transcribe_words(name_words(result.name))),
            line(transcribe(result.stated)),
            nothing() if result.source is None else line(spot(result.source)),
            line(told, STYLES[result.outcome]),
        )
    details = [_answer(result, lang) for result in report.results if result.outcome in _ORDER]
    return Group(section(word("answers", lang), table), *details)


def _answer(result: DocumentResult, lang: Lang) -> Group:
    """Show why an answer is not known to agree with the sheet."""
    head = f"{problem_id(result.problem)}  {transcribe_words(name_words(result.name))}"
    told = word(_AGREEMENT.get(result.outcome, result.outcome), lang)
    if result.source is None:
        rows: list[RenderableType] = [line(f"{head}  {told}", STYLES[result.outcome])]
    else:
        rows = [
            _place(result.source, told, result.outcome, head),
            *_excerpt(result.source, result.written, STYLES[result.outcome]),
        ]
    asked = _told(f"{word('stated', lang)}: {transcribe(result.stated)}")
    return Group(Text(""), *rows, asked, *_evidence(result, lang))


def _conditions(report: DocumentReport, lang: Lang) -> RenderableType | None:
    entries = document_entries(report)
    return unstated([(problem_id(entry.problem), entry.verdict) for entry in entries], lang)


def _notation(report: DocumentReport, lang: Lang) -> RenderableType | None:
    if not report.notation:
        return None
    return section(
        word("letters", lang),
        *(line(transcribed_words(_read_as(r, lang))) for r in report.notation),
    )


def _read_as(told: str, lang: Lang) -> str:
    """Translate how a letter is read: `sheet/1: X: a random variable with the law N(0, I)`."""
    letter, colon, meaning = told.rpartition(": ")
    return f"{letter}{colon}{diagnosis_words(meaning, lang)}"


def _summary(report: DocumentReport, lang: Lang) -> RenderableType | None:
    """Count what was found, problem by problem."""
    entries = document_entries(report)
    used = {entry.problem for entry in entries}
    problems = [p for p in report.titles if p in used]
    problems += sorted(used - set(problems), key=lambda problem: (not problem, problem))
    if not problems:
        return None
    table = Columns(
        [
            Column(),
            Column(word("problem", lang)),
            Column(word("title", lang), folds=True, rank=4),
            *(Column(word(key, lang), right=True, rank=rank) for key, rank in _COUNTED.values()),
            Column(word("answers", lang), right=True, rank=1),
        ],
        "bold",
    )
    for problem in problems:
        words = [entry.outcome for entry in entries if entry.problem == problem]
        links = [link.outcome for link in report.links if link.problem == problem]
        answers = [result.outcome for result in report.results if result.problem == problem]
        name = problem_id(problem) if problem else word("elsewhere", lang)
        table.add(
            mark(worst_of(words)),
            line(name, "bold"),
            line(transcribe_words(report.titles.get(problem, ""))),
            *_numbers(links),
            line(f"{answers.count('proved')}/{len(answers)}") if answers else nothing(),
        )
    return table


def _numbers(words: Iterable[Outcome]) -> list[Text]:
    found = list(words)
    return [
        line(str(found.count(kind)), STYLES[kind]) if kind in found else line("0", "dim")
        for kind in _COUNTED
    ]
