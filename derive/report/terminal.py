"""The report in a terminal: the table of `derive check`.

Every text becomes a `Text` of cleaned characters, so that nothing in a title, a
reason or a file name is taken for markup or for a control sequence.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode, unicode_claim
from derive.report.outcome import (
    conditions_of,
    confirmations,
    entries,
    largest_error,
    outcome,
    outcomes,
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
from derive.results import Estimate, Outcome, Slope

if TYPE_CHECKING:
    from derive.derivation import Source
    from derive.results import LinkReport, ProblemReport, Report, ResultReport, Simulation

MARKS: dict[Outcome, str] = {
    "proved": "✓",
    "refuted": "✗",
    "unresolved": "?",
    "unread": "!",
    "given": "·",
    "missing": "–",
}
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


def _overview(report: Report, lang: Lang) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    table.add_column("")
    table.add_column(word("problem", lang), no_wrap=True)
    table.add_column(word("title", lang), ratio=1, min_width=12)
    for key in ("points", "steps", "results", "numeric", "seconds"):
        table.add_column(word(key, lang), justify="right", no_wrap=True)
    for problem in report.problems:
        found = worst(problem)
        table.add_row(
            line(MARKS[found], STYLES[found]),
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
    seconds = sum(link.seconds for link in problem.links)
    checks = confirmations(problem)
    agreed = sum(check.agreed for check in checks)
    numeric = line(f"{agreed}/{len(checks)}" if checks else "–")
    if agreed < len(checks):
        numeric.stylize(STYLES["refuted"])
    return [
        _ratio([outcome(link.verdict) for link in problem.links]),
        _ratio([outcome(result.verdict) for result in problem.results]),
        numeric,
        line(f"{seconds:.1f} s"),
    ]


def _ratio(found: list[Outcome]) -> Text:
    """Give `proved/total`, in the colour of the worst of them."""
    if not found:
        return Text("–")
    worst_of = next((w for w in ("refuted", "unresolved") if w in found), "proved")
    style = {"refuted": STYLES["refuted"], "unresolved": STYLES["unresolved"]}.get(worst_of, "")
    return line(f"{found.count('proved')}/{len(found)}", style)


# --- the sections below it ---


def _section(title: str, *rows: RenderableType) -> Group:
    return Group(line(title, "bold"), *(Padding(row, (0, 0, 0, 2)) for row in rows))


def _compared(report: Report, lang: Lang) -> RenderableType | None:
    rows = [(problem.id, result) for problem in report.problems for result in problem.results]
    if not rows:
        return None
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True)
    for problem, result in rows:
        found = outcome(result.verdict)
        table.add_row(
            line(MARKS[found], STYLES[found]),
            line(problem),
            line(transcribe_words(name_words(result.result.name))),
            line(transcribe(result.result.stated)),
            line(
                agreement(result.verdict, lang, constant=result.result.up_to_constant),
                STYLES[found],
            ),
        )
    details = [d for problem, r in rows for d in _result_details(problem, r, lang)]
    return _section(word("compared", lang), table, *details)


def _result_details(problem: str, report: ResultReport, lang: Lang) -> list[RenderableType]:
    if isinstance(report.verdict, Proved):
        return []
    result = report.result
    head = f"{problem}  {transcribe_words(name_words(result.name))}"
    rows = [
        Text(""),
        line(f"{head}   {place(result.source)}", "bold"),
        line(f"  {word('derived', lang)}: {unicode(result.derived)}"),
        line(f"  {word('stated', lang)}: {transcribe(result.stated)}"),
    ]
    return [*rows, *evidence(report.verdict, lang)]


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
        line(f"{MARKS[found]} {report.id}  {word(found, lang)}", STYLES[found]),
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
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        table.add_column(no_wrap=True)
    table.add_column(ratio=2)
    table.add_column(ratio=3)
    for problem, control in rows:
        match control.verdict:
            case Refuted(_, counterexample):
                mark, told = "proved", "; ".join(counterexample_lines(counterexample, lang))
            case _:
                mark, told = "refuted", word("missed", lang)
        table.add_row(
            line(MARKS[mark], STYLES[mark]),
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
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column(word("problem", lang), no_wrap=True)
    table.add_column(word("quantity", lang), ratio=1)
    for title in ("estimate", "expected", "error"):
        table.add_column(word(title, lang), justify="right", no_wrap=True)
    table.add_column("z", justify="right", no_wrap=True)
    table.add_column(word("samples", lang), justify="right", no_wrap=True)
    for problem, simulation in rows:
        table.add_row(line(problem), *_simulation_row(simulation, lang))
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
    links = [outcome(link.verdict) for p in report.problems for link in p.links]
    results = [outcome(result.verdict) for p in report.problems for result in p.results]
    found = [word_ for p in report.problems for word_ in outcomes(p)]
    failed = sum(bool(problem.error) for problem in report.problems)
    counts = [
        f"{word('steps', lang)}: {links.count('proved')}/{len(links)} {word('proved', lang)}",
        f"{word('results', lang)}: {results.count('proved')}/{len(results)} {word('proved', lang)}",
    ]
    for key, number in (
        ("found_false", found.count("refuted")),
        ("found_open", found.count("unresolved")),
        ("found_failed", failed),
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
    return line(f"{MARKS[overall]} {lead}{told}", STYLES[overall])


def _overall(report: Report) -> Outcome:
    found = {worst(problem) for problem in report.problems}
    order: tuple[Outcome, ...] = ("refuted", "unread", "unresolved")
    return next((w for w in order if w in found), "proved")
