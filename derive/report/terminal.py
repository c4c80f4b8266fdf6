"""The report in a terminal: the table of `derive check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode, unicode_claim
from derive.numeric.evidence import Estimate, Slope
from derive.report.columns import Column, Columns
from derive.report.documents import document_view
from derive.report.lines import (
    PLAIN_WIDTH,
    STYLES,
    as_text,
    line,
    mark,
    nothing,
    section,
    time_words,
    unstated,
)
from derive.report.outcome import (
    all_confirmations,
    confirmations,
    entries,
    entry_outcome,
    largest_error,
    missed_controls,
    outcome,
    overall,
    seconds,
    worst,
    worst_of,
)
from derive.report.places import place
from derive.report.plain import clean_lines
from derive.report.wording import (
    Lang,
    agreement,
    counterexample_lines,
    diagnosis_words,
    name_words,
    word,
)
from derive.translation import decimal, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from derive.numeric.evidence import Simulation
    from derive.results import LinkReport, Outcome, ProblemReport, Report, ResultReport

SUSPICIOUS_Z = 4.0  # a correct check exceeds it once in 16000 runs


def check_view(report: Report, lang: Lang = "en", *, verbose: bool = False) -> RenderableType:
    """Give what a reader has to know of a run: of keys a table, of documents what is wrong.

    verbose: every link of a document, and how its letters were read.
    """
    if not report.problems and not report.documents:
        return line(word("nothing", lang))
    parts = _keys(report, lang)
    for document in report.documents:
        parts += [document_view(document, lang, verbose=verbose), Text("")]
    return Group(*parts, closing(report, lang))


def check_text(
    report: Report, lang: Lang = "en", width: int = PLAIN_WIDTH, *, verbose: bool = False
) -> str:
    """Give `check_view` as plain text."""
    return as_text(check_view(report, lang, verbose=verbose), width)


def _keys(report: Report, lang: Lang) -> list[RenderableType]:
    if not report.problems:
        return []
    parts: list[RenderableType] = [_overview(report, lang), Text("")]
    for make in (_compared, _not_proved, _unstated, _controls, _simulations, _notes):
        body = make(report, lang)
        if body is not None:
            parts += [body, Text("")]
    return parts


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
            line(number(problem.points, lang) if problem.points else ""),
            *_counts(problem, lang),
        )
    return table


def _counts(problem: ProblemReport, lang: Lang) -> list[Text]:
    if problem.error:
        failed = line(word("unread", lang), STYLES["unread"])
        return [failed, Text(""), Text(""), Text("")]
    checks = confirmations(problem)
    agreed = sum(check.agreed for check in checks)
    numeric = line(f"{agreed}/{len(checks)}") if checks else nothing()
    if agreed < len(checks):
        numeric.stylize(STYLES["refuted"])
    return [
        _ratio([entry_outcome(link) for link in problem.links]),
        _ratio([entry_outcome(result) for result in problem.results]),
        numeric,
        line(time_words(seconds(problem), lang)),
    ]


def _ratio(words: list[Outcome]) -> Text:
    """Give `proved/total`, in the colour of the worst of them."""
    if not words:
        return nothing()
    found = worst_of(words)
    style = "" if found == "proved" else STYLES[found]
    return line(f"{words.count('proved')}/{len(words)}", style)


# --- the sections below it ---


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
    return section(word("compared", lang), table, *details)


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
    told = Text(
        clean_lines(diagnosis_words(report.unread, lang)), style=STYLES["unread"], no_wrap=True
    )
    return [line(f"  {word('reason', lang)}:", STYLES["unread"]), Padding(told, (0, 0, 0, 4))]


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
            told = f"  {word('reason', lang)}: {transcribe_words(diagnosis_words(reason, lang))}"
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
    return section(word("not_proved", lang), *rows[:-1]) if rows else None


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
    found = [(problem.id, e.verdict) for problem in report.problems for e in entries(problem)]
    return unstated(found, lang)


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
    return section(word("controls", lang), table)


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
    return section(word("simulations", lang), table, *warning)


def _simulation_row(simulation: Simulation, lang: Lang) -> list[Text]:
    name = transcribe_words(simulation.name)
    match simulation:
        case Estimate(_, estimate, expected, error, samples):
            suspicious = abs(simulation.z) > SUSPICIOUS_Z
            style = STYLES["refuted"] if suspicious else ""
            values = (f"{estimate:.5g}", f"{expected:.5g}", f"{error:.2g}")
            score = decimal(f"{simulation.z:+.2f}{' !' if suspicious else ''}", lang)
            count = line(f"{samples:,}".replace(",", " "))
            return [line(name), *_decimals(values, lang), line(score, style), count]
        case Slope(_, slope, expected):
            name = f"{name}: {word('order', lang).lower()}"
            values = (f"{slope:.3f}", f"{expected:g}", "")
            return [line(name), *_decimals(values, lang), Text(""), Text("")]


def _decimals(values: Iterable[str], lang: Lang) -> list[Text]:
    return [line(decimal(value, lang)) for value in values]


def _notes(report: Report, lang: Lang) -> RenderableType | None:
    notes = [line(diagnosis_words(note, lang)) for note in report.notes]
    return Group(*notes) if notes else None


def closing(report: Report, lang: Lang = "en") -> Text:
    """Give the line that says what came of the run."""
    counts = _found(report, lang)
    checks = all_confirmations(report)
    if checks:
        error = largest_error(checks)
        agreed = f"{sum(check.agreed for check in checks)}/{len(checks)}"
        largest = word("exact", lang) if error == "0" else decimal(error, lang)
        counts.append(f"{word('numeric', lang)}: {agreed}, {word('error_max', lang)} {largest}")
    spent = decimal(f"{report.seconds:.1f}", lang)
    counts += [f"{spent} {word('second', lang)}", f"{word('seed', lang)} {report.seed}"]
    found = overall(report)
    lead = ""
    if found == "proved":
        lead = f" {word('all_proved' if _claims(report) else 'nothing', lang)}"
    return Text.assemble(mark(found), line(f"{lead} {' · '.join(counts)}", STYLES[found]))


def _claims(report: Report) -> bool:
    """Whether there was anything to prove: definitions alone are not."""
    links, results = _outcomes(report)
    return any(found != "given" for found in links + results)


def _outcomes(report: Report) -> tuple[list[Outcome], list[Outcome]]:
    """Give the outcomes of all links, then those of all results."""
    links = [entry_outcome(link) for p in report.problems for link in p.links]
    results = [entry_outcome(result) for p in report.problems for result in p.results]
    links += [link.outcome for d in report.documents for link in d.links]
    results += [result.outcome for d in report.documents for result in d.results]
    return links, results


def _found(report: Report, lang: Lang) -> list[str]:
    """Count what was proved, and each kind of what was not where there is some."""
    links, results = _outcomes(report)
    notes = sum(len(document.notes) for document in report.documents)
    numbers = {
        "found_false": (links + results).count("refuted"),
        "found_open": (links + results).count("unresolved"),
        "found_missing": results.count("missing"),
        "found_unread": (links + results).count("unread") + notes,
        "found_given": links.count("given"),
        "found_failed": sum(bool(problem.error) for problem in report.problems),
        "found_unreadable": sum(bool(document.error) for document in report.documents),
        "found_missed": sum(len(missed_controls(problem)) for problem in report.problems),
    }
    claimed = [found for found in links if found != "given"]
    return [
        f"{word('steps', lang)}: {_proved_of(claimed, lang)}",
        f"{word('results', lang)}: {_proved_of(results, lang)}",
        *(f"{word(key, lang)}: {number}" for key, number in numbers.items() if number),
    ]


def _proved_of(words: Sequence[Outcome], lang: Lang) -> str:
    return f"{words.count('proved')}/{len(words)} {word('proved', lang)}"
