r"""The report as one LaTeX document: the answer key in print."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.claims import Claim, EqualUpToConstant, Minimises
from derive.language.latex import latex, latex_claim, latex_summands
from derive.numeric.evidence import Estimate, Simulation, Slope
from derive.report.hypotheses import hypotheses
from derive.report.outcome import (
    conditions_of,
    confirmations,
    entry_outcome,
    largest_error,
    outcome,
    shared_conditions,
)
from derive.report.preamble import preamble
from derive.report.typesetting import (
    condition_formula,
    packed,
    tex_formula,
    tex_verbatim,
    tex_words,
)
from derive.report.wording import (
    Lang,
    agreement,
    condition_words,
    diagnosis_words,
    in_text,
    name_words,
    note_words,
    steps_words,
    word,
)
from derive.translation import decimal, number, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.kernel.verdict import Condition, Counterexample
    from derive.language.scope import Scope
    from derive.results import LinkReport, Outcome, ProblemReport, Report, ResultReport

_LINE = 36.0  # em: a formula wider than this is broken at its top-level sum
_MARKS: dict[Outcome, str] = {
    "proved": r"\yes",
    "refuted": r"\no",
    "unresolved": r"\undecided",
    "unread": r"\no",
}


def latex_document(report: Report, title: str = "", lang: Lang = "en") -> str:
    """Give a whole document; `title` is that of the key, in words."""
    head = tex_words(title or word("key", lang))
    parts = [
        preamble(lang),
        r"\begin{document}",
        rf"\begin{{center}}{{\LARGE\bfseries {head}\par}}\end{{center}}",
    ]
    for problem in report.problems:
        parts += _problem(problem, lang)
    parts += [*_numbers(report, lang), *_simulations(report, lang), r"\end{document}", ""]
    return "\n".join(parts)


def _problem(report: ProblemReport, lang: Lang) -> Iterator[str]:
    points = plural("{n} point", "{n} points", report.points, lang) if report.points else ""
    yield rf"\problem{{{tex_words(report.id)}}}{{{tex_words(report.title)}}}{{{points}}}"
    if report.error:
        yield rf"\alarm{{{word('unread', lang)}: {_lines_of_words(report.error)}}}"
    if report.problem is not None and report.problem.statement:
        yield tex_words(" ".join(report.problem.statement.split())) + "\n"
    known: Scope | None = None
    for title, group in groupby(report.links, key=lambda link: link.chain):
        links = list(group)
        yield from _hypotheses(links[0].link.scope, known, lang)
        known = links[-1].link.scope
        if title:
            yield rf"\chain{{{tex_words(title)}}}"
        yield from _chain(links, lang)
    if report.results:
        yield rf"\chain{{{word('compared', lang)}}}"
        for result in report.results:
            yield from _result(result, lang)
    if report.controls:
        yield from _controls(report, lang)


def _lines_of_words(text: str) -> str:
    return r"\newline ".join(map(tex_words, text.splitlines()))


def _hypotheses(scope: Scope, known: Scope | None, lang: Lang) -> Iterator[str]:
    """Set the hypotheses that come into force, with those that the sheet does not state."""
    new = hypotheses(scope, known)
    if new:
        yield rf"\chain{{{word('hypotheses' if known is None else 'from_here', lang)}}}"
        added = rf" \textbf{{({word('assumed', lang)})}}"
        formulas = [f"$\\displaystyle {f}${'' if stated else added}" for f, stated in new]
        yield r"\noindent " + r",\quad ".join(formulas) + "\n"


# --- the steps ---


def _chain(links: list[LinkReport], lang: Lang) -> Iterator[str]:
    last = ""
    for link in links:
        claim = link.link.claim
        lhs, relation, _ = latex_claim(claim)
        if lhs != last:
            yield from _start(claim)
        last = "" if isinstance(claim, Minimises) else latex(claim.rhs)
        number = link.id.rpartition("#")[2]
        equation = f" {tex_words(link.link.equation)}" if link.link.equation else ""
        reason = rf"\textcolor{{faint}}{{{number}}}\enspace {tex_words(link.link.by)}{equation}"
        yield from _step(relation, _lines(claim), f"{reason}~{_MARKS[outcome(link.verdict)]}")
        yield from _evidence(link.verdict, lang)
    for condition, numbers in shared_conditions(links):
        told = f"{word('condition', lang)} ({steps_words(numbers, lang)})"
        yield rf"\note{{{told}: {_condition(condition, lang)}}}"


def _start(claim: Claim) -> Iterator[str]:
    """Set the left side a chain begins with; a long sum on several lines."""
    if isinstance(claim, Minimises):
        yield rf"\start{{{latex_claim(claim)[0]}}}"
        return
    first, *rest = packed(latex_summands(claim.lhs), _LINE)
    yield rf"\start{{{first}}}"
    for more in rest:
        yield rf"\step{{}}{{{{}}{more}}}{{}}"


def _lines(claim: Claim) -> list[str]:
    if isinstance(claim, Minimises):
        return packed(latex_summands(claim.value), _LINE)
    constant = [r" + \mathrm{const}"] if isinstance(claim, EqualUpToConstant) else []
    return packed([*latex_summands(claim.rhs), *constant], _LINE)


def _step(relation: str, lines: list[str], reason: str) -> Iterator[str]:
    r"""Set one relation; the reason stands beside the last line of its right side."""
    for index, line in enumerate(lines):
        last = index == len(lines) - 1
        sign, indent = (relation, "") if index == 0 else ("", r"\quad {}")
        yield rf"\step{{{sign}}}{{{indent}{line}}}{{{reason if last else ''}}}"


def _evidence(verdict: Verdict, lang: Lang) -> Iterator[str]:
    match verdict:
        case Proved(_, witness, _):
            for flux in dict.fromkeys(latex(flux.flux) for flux in witness.fluxes):
                formula = rf"\formula{{{flux}}}"
                yield rf"\note{{{word('witness', lang)} {formula} {word('vanishes', lang)}}}"
            if witness.constant is not None:
                formula = rf"\formula{{{latex(witness.constant)}}}"
                yield rf"\note{{{word('constant', lang)} {formula}}}"
        case Refuted(_, counterexample):
            told = _counterexample(counterexample, lang)
            yield rf"\alarm{{{word('counterexample', lang)}: {told}}}"
        case Unresolved(reason):
            told = tex_words(diagnosis_words(reason, lang))
            yield rf"\alarm{{{word('unresolved', lang)}: {told}}}"


def _condition(condition: Condition, lang: Lang) -> str:
    words = tex_words(condition_words(condition, lang))
    formula = condition_formula(condition)
    if formula:
        words = rf"\formula{{{formula}}} {words}".rstrip()
    return words if condition.stated else rf"{words} \textbf{{({word('assumed', lang)})}}"


def _counterexample(found: Counterexample, lang: Lang) -> str:
    values = {
        in_text(k, lang): decimal(tex_formula(value), lang, "{,}")
        for k, value in found.model.items()
    }
    model = ", ".join(f"${letter} = {value}$" for letter, value in values.items())
    note = f" ({tex_words(note_words(diagnosis_words(found.note, lang)))})" if found.note else ""
    left, right = (_value(value, lang) for value in (found.lhs, found.rhs))
    return f"{model}{note}: {word('left', lang)} {left}, {word('right', lang)} {right}"


def _value(text: str, lang: Lang) -> str:
    """Set a value: a number or a formula as a formula, `[m +/- r]` as m ± r."""
    number = _power_of_ten(text.replace("+/-", r"\pm"))
    if re.fullmatch(r"[-+*/^0-9.()\[\]\\a-z{} ]+", number):
        return f"${decimal(number, lang, '{,}')}$"
    return rf"\texttt{{{tex_words(text)}}}"


def _controls(report: ProblemReport, lang: Lang) -> Iterator[str]:
    """Set the claims that are false on purpose, each with what refutes it."""
    yield rf"\chain{{{word('controls', lang)}}}"
    for control in report.controls:
        yield from _start(control.link.claim)
        relation = latex_claim(control.link.claim)[1]
        yield from _step(relation, _lines(control.link.claim), tex_words(control.link.by))
        yield from _evidence(control.verdict, lang)


# --- results and tables ---


def _result(report: ResultReport, lang: Lang) -> Iterator[str]:
    result = report.result
    points = f" ({number(result.points, lang)})" if result.points else ""
    mark = _MARKS[entry_outcome(report)]
    agrees = agreement(report.verdict, lang, constant=result.up_to_constant)
    told = rf"\textit{{{word('not_read', lang) if report.unread else agrees}}}"
    yield rf"\par\addvspace{{6pt}}\noindent {tex_words(name_words(result.name))}{points}"
    yield rf"\hfill {told} {mark}\par\nobreak"
    yield from _step("=", packed(latex_summands(result.derived), _LINE), word("derived", lang))
    if report.unread:  # what the reader cannot read need not be fit for TeX either
        yield rf"\alarm{{{tex_verbatim(report.unread)}}}"
        return
    # Else two lines would stand there with `=` that are equal up to a constant only.
    constant = r" + \mathrm{const}" if result.up_to_constant else ""
    yield from _step("=", [tex_formula(result.stated) + constant], word("stated", lang))
    yield from _evidence(report.verdict, lang)
    for condition in conditions_of(report.verdict):
        yield rf"\note{{{word('condition', lang)}: {_condition(condition, lang)}}}"


def _numbers(report: Report, lang: Lang) -> Iterator[str]:
    rows = []
    for problem in report.problems:
        checks = confirmations(problem)
        if checks:
            agreed = sum(check.agreed for check in checks)
            models = sum(check.models for check in checks)
            error = largest_error(checks)
            shown = word("exact", lang) if error == "0" else _value(error, lang)
            rows.append(f"{tex_words(problem.id)} & {agreed}/{len(checks)} & {models} & {shown}")
    if rows:
        yield rf"\chain{{{word('check', lang)}}}"
        keys = ("problem", "confirmed", "models", "largest_error")
        yield from _table("lrrr", [word(key, lang) for key in keys], rows)


def _simulations(report: Report, lang: Lang) -> Iterator[str]:
    rows = [
        f"{tex_words(problem.id)} & {_simulation(simulation, lang)}"
        for problem in report.problems
        for result in problem.results
        for simulation in result.simulations
    ]
    if rows:
        yield rf"\chain{{{word('simulations', lang)}}}"
        keys = ("problem", "quantity", "estimate", "expected", "error")
        heads = [*(word(key, lang) for key in keys), "$z$", word("samples", lang)]
        yield from _table(r"l>{\raggedright\arraybackslash}p{5.2cm}rrrrr", heads, rows)


def _simulation(simulation: Simulation, lang: Lang) -> str:
    match simulation:
        case Estimate(name, estimate, expected, error, samples):
            numbers = f"{_number(estimate, '.5g', lang)} & {_number(expected, '.5g', lang)}"
            count = f"{samples:,}".replace(",", r"\,")
            scores = f"{_number(error, '.2g', lang)} & {_number(simulation.z, '+.2f', lang)}"
            return f"{tex_words(name)} & {numbers} & {scores} & {count}"
        case Slope(name, slope, expected):
            told = f"{tex_words(name)}: {_lower('order', lang)}"
            return f"{told} & {_number(slope, '.3f', lang)} & {_number(expected, 'g', lang)} & & &"


def _number(value: float, form: str, lang: Lang = "en") -> str:
    return f"${decimal(_power_of_ten(f'{value:{form}}'), lang, '{,}')}$"


def _power_of_ten(number: str) -> str:
    return re.sub(r"e([-+]?)0*([0-9]+)", r" \\cdot 10^{\1\2}", number).replace("{+", "{")


def _table(columns: str, heads: list[str], rows: list[str]) -> Iterator[str]:
    yield rf"{{\small\begin{{longtable}}[l]{{{columns}}}\toprule"
    yield " & ".join(heads) + r" \\ \midrule\endhead"
    yield from (row + r" \\" for row in rows)
    yield r"\bottomrule\end{longtable}}"


def _lower(key: str, lang: Lang) -> str:
    return word(key, lang).lower()
