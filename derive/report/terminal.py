"""The report in a terminal: the table of `derive check`.

Every text becomes a `Text` of cleaned characters, so that nothing in a title, a
reason or a file name is taken for markup or for a control sequence.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode, unicode_claim
from derive.numeric.evidence import Estimate, Slope
from derive.report.columns import Column, Columns
from derive.report.outcome import (
    conditions_of,
    confirmations,
    entries,
    entry_outcome,
    largest_error,
    missed_controls,
    outcome,
    seconds,
    worst,
)
from derive.report.plain import clean, clean_lines
from derive.report.wording import (
    Lang,
    agreement,
    condition_line,
    counterexample_lines,
    name_words,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from derive.derivation import Source
    from derive.numeric.evidence import Simulation
    from derive.results import LinkReport, Outcome, ProblemReport, Report, ResultReport

MARKS: dict[Outcome, str] = {
    "proved": "✓",
    "refuted": "✗",
    "unresolved": "?",
    "unread": "!",
    "given": "·",
    "missing": "–",
}
_ASCII_MARKS: dict[Outcome, str] = {
    "proved": "ok",
    "refuted": "FALSE",
    "unresolved": "?",
    "unread": "!",
    "given": ".",
    "missing": "-",
}
_marks: ContextVar[dict[Outcome, str]] = ContextVar("marks", default=MARKS)
STYLES: dict[Outcome, str] = {
    "proved": "green",
    "refuted": "bold red",
    "unresolved": "yellow",
    "unread": "bold red",
    "given": "dim",
    "missing": "dim",
}
_PLAIN_WIDTH = 110
SUSPICIOUS_Z = 4.0  # a correct check exceeds it once in 16000 runs


@contextmanager
def ascii_marks() -> Iterator[None]:
    """Use marks of ASCII in the views that are made within."""
    token = _marks.set(_ASCII_MARKS)
    try:
        yield
    finally:
        _marks.reset(token)


def mark(found: Outcome) -> Text:
    """Give the sign of an outcome, in its colour."""
    return line(_marks.get()[found], STYLES[found])


def line(text: str, style: str = "") -> Text:
    """Give one line of cleaned text."""
    return Text(clean(text), style=style)


def as_text(view: RenderableType, width: int = _PLAIN_WIDTH) -> str:
    """Give what a view shows, without colours, `width` characters wide."""
    console = Console(
        file=io.StringIO(), width=width, color_system=None, legacy_windows=False, markup=False
    )
    with console.capture() as capture:
        console.print(view)
    return "\n".join(row.rstrip() for row in capture.get().splitlines()) + "\n"


def check_view(report: Report, lang: Lang = "en") -> RenderableType:
    """Give the table of a run and, below it, all that a reader has to know."""
    if not report.problems:
        return line(word("nothing", lang))
    parts: list[RenderableType] = [_overview(report, lang)]
    for section in (_compared, _not_proved, _unstated, _controls, _simulations, _notes):
        body = section(report, lang)
        if body is not None:
            parts += [Text(""), body]
    return Group(*parts, Text(""), closing(report, lang))


def check_text(report: Report, lang: Lang = "en", width: int = _PLAIN_WIDTH) -> str:
    """Give `check_view` as plain text."""
    return as_text(check_view(report, lang), width)


# --- the table ---


def _overview(report: Report, lang: Lang) -> Columns:
    heads = [word(key, lang) for key in ("points", "steps", "results", "numeric", "seconds")]
    points, steps, results, numeric, spent = heads
    table = Columns(
        [
            Column(),
            Column(word("problem", lang)),
            Column(word("title", lang), folds=True, rank=4),
            Column(points, right=True, rank=3),
            Column(steps, right=True),
            Column(results, right=True, rank=1),
            Column(numeric, right=True, rank=2),
            Column(spent, right=True, rank=3),
        ],
        "bold",
    )
    for problem in report.problems:
        table.add(
            mark(worst(problem)),
            line(problem.id, "bold"),
            line(transcribe_words(problem.title)),
            line(f"{float(problem.points):g}" if problem.points else ""),
            *_counts(problem, lang),
        )
    return table


def _counts(problem: ProblemReport, lang: Lang) -> list[Text]:
    if problem.error:
        failed = line(word("unread", lang), STYLES["unread"])
        return [failed, Text(""), Text(""), Text("")]
    checks = confirmations(problem)
    agreed = sum(check.agreed for check in checks)
    numeric = line(f"{agreed}/{len(checks)}") if checks else _nothing()
    if agreed < len(checks):
        numeric.stylize(STYLES["refuted"])
    return [
        _ratio([entry_outcome(link) for link in problem.links]),
        _ratio([entry_outcome(result) for result in problem.results]),
        numeric,
        line(time_words(seconds(problem))),
    ]


def time_words(spent: float) -> str:
    """Give a time in seconds, a short one in milliseconds."""
    return f"{spent:.1f} s" if spent >= 1 else f"{1000 * spent:.0f} ms"


def _nothing() -> Text:
    return Text(_marks.get()["missing"])


def _ratio(words: list[Outcome]) -> Text:
    """Give `proved/total`, in the colour of the worst of them."""
    if not words:
        return _nothing()
    found = _worst_of(words)
    style = "" if found == "proved" else STYLES[found]
    return line(f"{words.count('proved')}/{len(words)}", style)


# --- the sections below it ---


def _section(title: str, *rows: RenderableType) -> Group:
    return Group(line(title, "bold"), *(Padding(row, (0, 0, 0, 2)) for row in rows))


def _compared(report: Report, lang: Lang) -> RenderableType | None:
    rows = [(problem.id, result) for problem in report.problems for result in problem.results]
    if not rows:
        return None
    stated, agrees = Column(folds=True, rank=2), Column(rank=1)
    table = Columns([Column(), Column(), Column(folds=True), stated, agrees])
    for problem, result in rows:
        table.add(
            mark(entry_outcome(result)),
            line(problem),
            line(transcribe_words(name_words(result.result.name))),
            line(stated_words(result)),
            agreement_text(result, lang),
        )
    details = [d for problem, r in rows for d in _result_details(problem, r, lang)]
    return _section(word("compared", lang), table, *details)


def stated_words(report: ResultReport) -> str:
    """Give the answer of the sheet; one that cannot be read, as it is written."""
    stated = report.result.stated
    return stated if report.unread else transcribe(stated)


def agreement_text(report: ResultReport, lang: Lang) -> Text:
    """Say whether a result agrees with the sheet, in the colour of the answer."""
    if report.unread:
        return line(word("not_read", lang), STYLES["unread"])
    constant = report.result.up_to_constant
    return line(agreement(report.verdict, lang, constant=constant), STYLES[outcome(report.verdict)])


def _result_details(problem: str, report: ResultReport, lang: Lang) -> list[RenderableType]:
    if isinstance(report.verdict, Proved):
        return []
    result = report.result
    head = f"{problem}  {transcribe_words(name_words(result.name))}"
    rows = [
        Text(""),
        line(f"{head}   {place(result.source)}", "bold"),
        line(f"  {word('derived', lang)}: {unicode(result.derived)}"),
        line(f"  {word('stated', lang)}: {stated_words(report)}"),
    ]
    return [*rows, *result_evidence(report, lang)]


def result_evidence(report: ResultReport, lang: Lang) -> list[RenderableType]:
    """Show why a result is not known to agree; of an unread answer, the place in it."""
    if not report.unread:
        return evidence(report.verdict, lang)
    told = Text(clean_lines(report.unread), style=STYLES["unread"], no_wrap=True)
    return [line(f"  {word('reason', lang)}:", STYLES["unread"]), Padding(told, (0, 0, 0, 4))]


def place(source: Source) -> str:
    """Give `file:line`, the file as it is called from the working directory."""
    file = Path(source.file)
    if file.is_absolute() and file.is_relative_to(Path.cwd()):
        file = file.relative_to(Path.cwd())
    return f"{file}:{source.line}"


def evidence(verdict: Verdict, lang: Lang) -> list[RenderableType]:
    """Show why a claim is false or open; nothing for a proof."""
    match verdict:
        case Proved():
            return []
        case Refuted(_, counterexample):
            lines = counterexample_lines(counterexample, lang)
            first = line(f"  {word('counterexample', lang)}: {lines[0]}", STYLES["refuted"])
            return [first, *(line(f"    {row}") for row in lines[1:])]
        case Unresolved(reason):
            told = f"  {word('reason', lang)}: {transcribe_words(reason)}"
            return [line(told, STYLES["unresolved"])]


def _not_proved(report: Report, lang: Lang) -> RenderableType | None:
    rows: list[RenderableType] = []
    for problem in report.problems:
        for link in problem.links:
            if not isinstance(link.verdict, Proved):
                rows += [*_link_details(link, lang), Text("")]
        if problem.error:
            rows.append(line(f"{problem.id}: {word('unread', lang)}", STYLES["unread"]))
            rows.append(Padding(Text(clean_lines(problem.error)), (0, 0, 0, 2)))
            rows.append(Text(""))
    return _section(word("not_proved", lang), *rows[:-1]) if rows else None


def _link_details(report: LinkReport, lang: Lang) -> list[RenderableType]:
    found = outcome(report.verdict)
    lhs, relation, rhs = unicode_claim(report.link.claim)
    head = Text.assemble(
        mark(found),
        line(f" {report.id}  {word(found, lang)}", STYLES[found]),
        line(f"   {transcribe_words(report.link.by)}", "italic"),
        line(f"   {place(report.link.source)}", "dim"),
    )
    return [head, line(f"    {lhs}"), line(f"  {relation} {rhs}"), *evidence(report.verdict, lang)]


def _unstated(report: Report, lang: Lang) -> RenderableType | None:
    users: dict[str, list[str]] = {}
    for problem in report.problems:
        for entry in entries(problem):
            for condition in conditions_of(entry.verdict):
                if not condition.stated:
                    names = users.setdefault(condition_line(condition, lang), [])
                    if problem.id not in names:
                        names.append(problem.id)
    if not users:
        return None
    rows = [line(f"{text}   [{', '.join(names)}]") for text, names in users.items()]
    return _section(word("unstated", lang), *rows)


def _controls(report: Report, lang: Lang) -> RenderableType | None:
    rows = [(problem.id, control) for problem in report.problems for control in problem.controls]
    if not rows:
        return None
    table = Columns([Column(), Column(), Column(folds=True), Column(folds=True, rank=1)])
    for problem, control in rows:
        match control.verdict:
            case Refuted(_, counterexample):
                sign, told = mark("proved"), "; ".join(counterexample_lines(counterexample, lang))
            case _:
                sign = mark("refuted")
                told = f"{word('missed', lang)}  {place(control.link.source)}"
        table.add(
            sign,
            line(problem),
            line(transcribe_words(control.link.by)),
            line(told),
        )
    return _section(word("controls", lang), table)


def _simulations(report: Report, lang: Lang) -> RenderableType | None:
    rows = [
        (problem.id, simulation)
        for problem in report.problems
        for result in problem.results
        for simulation in result.simulations
    ]
    if not rows:
        return None
    table = Columns(
        [
            Column(word("problem", lang)),
            Column(word("quantity", lang), folds=True),
            Column(word("estimate", lang), right=True, rank=1),
            Column(word("expected", lang), right=True, rank=1),
            Column(word("error", lang), right=True, rank=2),
            Column("z", right=True),
            Column(word("samples", lang), right=True, rank=3),
        ],
        "dim",
    )
    for problem, simulation in rows:
        table.add(line(problem), *_simulation_row(simulation, lang))
    warned = any(isinstance(s, Estimate) and abs(s.z) > SUSPICIOUS_Z for _, s in rows)
    warning = [line(word("suspicious", lang), STYLES["refuted"])] if warned else []
    return _section(word("simulations", lang), table, *warning)


def _simulation_row(simulation: Simulation, lang: Lang) -> list[Text]:
    name = transcribe_words(simulation.name)
    match simulation:
        case Estimate(_, estimate, expected, error, samples):
            suspicious = abs(simulation.z) > SUSPICIOUS_Z
            style = STYLES["refuted"] if suspicious else ""
            values = (f"{estimate:.5g}", f"{expected:.5g}", f"{error:.2g}")
            score = line(f"{simulation.z:+.2f}{' !' if suspicious else ''}", style)
            return [line(name), *map(line, values), score, line(f"{samples:,}".replace(",", " "))]
        case Slope(_, slope, expected):
            name = f"{name}: {word('order', lang).lower()}"
            values = (f"{slope:.3f}", f"{expected:g}", "")
            return [line(name), *map(line, values), Text(""), Text("")]


def _notes(report: Report, _lang: Lang) -> RenderableType | None:
    return Group(*(line(note) for note in report.notes)) if report.notes else None


def closing(report: Report, lang: Lang = "en") -> Text:
    """Give the line that says what came of the run."""
    links = [entry_outcome(link) for p in report.problems for link in p.links]
    results = [entry_outcome(result) for p in report.problems for result in p.results]
    found = links + results
    failed = sum(bool(problem.error) for problem in report.problems)
    missed = sum(len(missed_controls(problem)) for problem in report.problems)
    counts = [
        f"{word('steps', lang)}: {links.count('proved')}/{len(links)} {word('proved', lang)}",
        f"{word('results', lang)}: {results.count('proved')}/{len(results)} {word('proved', lang)}",
    ]
    for key, number in (
        ("found_false", found.count("refuted")),
        ("found_open", found.count("unresolved")),
        ("found_unread", found.count("unread")),
        ("found_failed", failed),
        ("found_missed", missed),
    ):
        counts += [f"{word(key, lang)}: {number}"] if number else []
    checks = [check for p in report.problems for check in confirmations(p)]
    if checks:
        error = largest_error(checks)
        agreed = f"{sum(check.agreed for check in checks)}/{len(checks)}"
        largest = word("exact", lang) if error == "0" else error
        counts.append(f"{word('numeric', lang)}: {agreed}, {word('error_max', lang)} {largest}")
    counts += [f"{report.seconds:.1f} s", f"{word('seed', lang)} {report.seed}"]
    told = " · ".join(counts)
    overall = _overall(report)
    lead = word("all_proved", lang) + " " if overall == "proved" else ""
    return Text.assemble(mark(overall), line(f" {lead}{told}", STYLES[overall]))


def _overall(report: Report) -> Outcome:
    return _worst_of([worst(problem) for problem in report.problems])


def _worst_of(words: Sequence[Outcome]) -> Outcome:
    order: tuple[Outcome, ...] = ("refuted", "unread", "unresolved")
    return next((one for one in order if one in words), "proved")
