"""One derivation in a terminal: `derive show`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from derive.kernel.verdict import Proved, Verdict
from derive.language.claims import Minimises
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode, unicode_claim
from derive.report.hypotheses import hypotheses
from derive.report.lines import STYLES, as_text, line, mark
from derive.report.outcome import entry_outcome, outcome, shared_conditions
from derive.report.places import place
from derive.report.plain import clean_lines
from derive.report.terminal import agreement_text, evidence, result_evidence, stated_words
from derive.report.wording import Lang, condition_line, name_words, steps_words, word

if TYPE_CHECKING:
    from derive.language.scope import Scope
    from derive.results import LinkReport, ProblemReport, Report, ResultReport

_DETAIL = (0, 0, 0, 4)


def show_view(report: Report, lang: Lang = "en") -> RenderableType:
    """Give each problem in full: its statement, its chains and its results."""
    parts: list[RenderableType] = []
    for problem in report.problems:
        parts += [*_problem(problem, lang), Text("")]
    return Group(*parts[:-1])


def show_text(report: Report, lang: Lang = "en", width: int = 110) -> str:
    """Give `show_view` as plain text."""
    return as_text(show_view(report, lang), width)


def _problem(report: ProblemReport, lang: Lang) -> list[RenderableType]:
    parts: list[RenderableType] = [
        line(f"{report.id}  {transcribe_words(report.title)}", "bold underline")
    ]
    if report.error:
        parts.append(line(word("unread", lang), STYLES["unread"]))
        parts.append(Text(clean_lines(report.error)))
    if report.problem is not None and report.problem.statement:
        parts += [Text(""), line(transcribe_words(" ".join(report.problem.statement.split())))]
    known: Scope | None = None
    for title, group in groupby(report.links, key=lambda link: link.chain):
        links = list(group)
        parts += [*_hypotheses(links[0].link.scope, known, lang), Text("")]
        parts += _chain(title, links, lang)
        known = links[-1].link.scope
    if report.results:
        parts += [Text(""), line(word("results", lang), "bold")]
        for result in report.results:
            parts += _result(result, lang)
    return parts


def _hypotheses(scope: Scope, known: Scope | None, lang: Lang) -> list[RenderableType]:
    """Show the hypotheses that come into force, with those that the sheet does not state."""
    new = hypotheses(scope, known)
    if not new:
        return []
    parts: list[RenderableType] = [
        Text(""),
        line(word("hypotheses" if known is None else "from_here", lang), "bold"),
    ]
    for formula, stated in new:
        mark = "" if stated else f"   ← {word('assumed', lang)}"
        parts.append(Padding(line(f"{transcribe(formula)}{mark}"), _DETAIL))
    return parts


def _chain(title: str, links: list[LinkReport], lang: Lang) -> list[RenderableType]:
    parts: list[RenderableType] = [line(transcribe_words(title), "bold")] if title else []
    last: str | None = None
    for link in links:
        lhs, relation, rhs = unicode_claim(link.link.claim)
        if lhs != last:
            parts.append(Padding(line(lhs), _DETAIL))
        parts.append(_step(link, relation, rhs))
        parts += [Padding(row, (0, 0, 0, 8)) for row in details(link.verdict, lang)]
        last = None if isinstance(link.link.claim, Minimises) else unicode(link.link.claim.rhs)
    for condition, numbers in shared_conditions(links):
        mark = "" if condition.stated else f"   ← {word('assumed', lang)}"
        told = f"{word('condition', lang)} ({steps_words(numbers, lang)}): "
        row = line(f"{told}{condition_line(condition, lang)}{mark}", "dim")
        parts.append(Padding(row, _DETAIL))
    return parts


def _step(report: LinkReport, relation: str, rhs: str) -> Table:
    sign = mark(outcome(report.verdict))
    reason = Text.assemble(
        line(report.id.rpartition("#")[2], "dim"),
        "  ",
        line(transcribe_words(report.link.by), "italic"),
        line(f"  {report.link.equation}" if report.link.equation else "", "dim"),
    )
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=sign.cell_len)
    grid.add_column(width=2, justify="right")
    grid.add_column(ratio=2)
    grid.add_column(ratio=1)
    grid.add_row(sign, line(relation), line(rhs), reason)
    return grid


def details(verdict: Verdict, lang: Lang) -> list[RenderableType]:
    """Show what a proof rests on, or the evidence against a claim."""
    if not isinstance(verdict, Proved):
        return evidence(verdict, lang)
    fluxes = dict.fromkeys(unicode(flux.flux) for flux in verdict.witness.fluxes)
    rows = [f"{word('witness', lang)} {flux} {word('vanishes', lang)}" for flux in fluxes]
    if verdict.witness.constant is not None:
        rows.append(f"{word('constant', lang)} {unicode(verdict.witness.constant)}")
    return [line(row, "dim") for row in rows]


def _result(report: ResultReport, lang: Lang) -> list[RenderableType]:
    result = report.result
    head = Text.assemble(
        mark(entry_outcome(report)),
        " ",
        line(transcribe_words(name_words(result.name)), "bold"),
        "   ",
        agreement_text(report, lang),
        line(f"   {place(result.source)}" if report.unread else "", "dim"),
    )
    rows = [
        line(f"{word('derived', lang)}: {unicode(result.derived)}"),
        line(f"{word('stated', lang)}: {stated_words(report)}"),
    ]
    return [head, *(Padding(row, _DETAIL) for row in (*rows, *result_evidence(report, lang)))]
