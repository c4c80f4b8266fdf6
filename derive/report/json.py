"""The report as JSON, schema 1.

The same input and seed give the same text: times are left out.  Formulas are LaTeX.
What is absent is null, so that every object of one kind has the same members.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from derive.kernel.verdict import Counterexample, Proved, Refuted, Unresolved, Verdict
from derive.language.latex import latex, latex_claim
from derive.numeric.evidence import Estimate, Simulation, Slope
from derive.report.outcome import conditions_of, entry_outcome, outcome, outcomes, worst
from derive.report.typesetting import condition_formula

if TYPE_CHECKING:
    from derive.derivation import Source
    from derive.kernel.verdict import Condition, Witness
    from derive.language.terms import Term
    from derive.numeric.evidence import Confirmation
    from derive.results import LinkReport, ProblemReport, Report, ResultReport

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

SCHEMA = 1


def render_json(report: Report) -> str:
    """Give the report as indented JSON in UTF-8, with a line end."""
    counts: Counter[str] = Counter(
        word for problem in report.problems for word in outcomes(problem)
    )
    counts["unread"] += sum(bool(problem.error) for problem in report.problems)
    words = ("proved", "refuted", "unresolved", "unread", "given")
    document: Json = {
        "schema": SCHEMA,
        "targets": [_target(problem) for problem in report.problems],
        "summary": {word: counts[word] for word in words},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _target(problem: ProblemReport) -> Json:
    return {
        "id": problem.id,
        "title": problem.title,
        "points": float(problem.points),
        "verdict": worst(problem),
        "error": problem.error or None,
        "links": [_link(link) for link in problem.links],
        "results": [_result(problem.id, result) for result in problem.results],
        "controls": [_link(control) for control in problem.controls],
    }


def _link(report: LinkReport) -> Json:
    lhs, relation, rhs = latex_claim(report.link.claim)
    verdict = report.verdict
    return {
        "id": report.id,
        "relation": relation,
        "lhs": lhs,
        "rhs": rhs,
        "by": report.link.by,
        "verdict": outcome(verdict),
        "method": None if isinstance(verdict, Unresolved) else verdict.method,
        "conditions": [_condition(c) for c in conditions_of(verdict)],
        "witness": _witness(verdict.witness) if isinstance(verdict, Proved) else None,
        "numeric": _numeric(report.numeric),
        "counterexample": _counterexample(verdict),
        "diagnosis": _diagnosis(verdict),
        "source": _source(report.link.source),
    }


def _result(problem: str, report: ResultReport) -> Json:
    result = report.result
    return {
        "problem": problem,
        "name": result.name,
        "stated": result.stated,
        "derived": latex(result.derived),
        "verdict": entry_outcome(report),
        "points": float(result.points),
        "numeric": _numeric(report.numeric),
        "simulations": [_simulation(s) for s in report.simulations],
        "counterexample": _counterexample(report.verdict),
        "diagnosis": _unread(report.unread) if report.unread else _diagnosis(report.verdict),
        "source": _source(result.source),
    }


def _condition(condition: Condition) -> str:
    r"""Give a condition as LaTeX; one that has no formula, as words in `\text`."""
    return condition_formula(condition) or rf"\text{{{condition.text}}}"


def _witness(witness: Witness) -> Json:
    return {
        "normal_form": witness.normal_form,
        "fluxes": [
            {"coefficient": _term(f.coefficient), "flux": latex(f.flux), "var": latex(f.var)}
            for f in witness.fluxes
        ],
        "constant": _term(witness.constant),
        "series": [{"power": p, "coefficient": latex(c)} for p, c in witness.series],
    }


def _term(node: Term | None) -> Json:
    return None if node is None else latex(node)


def _numeric(check: Confirmation | None) -> Json:
    if check is None:
        return None
    return {"models": check.models, "max_error": check.max_error, "agreed": check.agreed}


def _simulation(simulation: Simulation) -> Json:
    match simulation:
        case Estimate(name, estimate, expected, error, samples):
            return {
                "name": name,
                "estimate": estimate,
                "expected": expected,
                "error": error,
                "z": simulation.z,
                "samples": samples,
            }
        case Slope(name, slope, expected):
            return {"name": name, "slope": slope, "expected": expected}


def _counterexample(verdict: Verdict) -> Json:
    if not isinstance(verdict, Refuted):
        return None
    found: Counterexample = verdict.counterexample
    return {
        "model": dict(found.model),
        "lhs": found.lhs,
        "rhs": found.rhs,
        "note": found.note or None,
    }


def _diagnosis(verdict: Verdict) -> Json:
    """Say why a step is open; the repair of a false step is not searched for yet."""
    if not isinstance(verdict, Unresolved):
        return None
    return {"kind": "undecided", "message": verdict.reason, "repair": None}


def _unread(message: str) -> Json:
    """Say where an answer could not be read: the message, the text and a caret, on lines."""
    return {"kind": "unread", "message": message, "repair": None}


def _source(source: Source) -> Json:
    return {
        "file": source.file,
        "line": source.line,
        "column": source.column,
        "end_line": source.end_line,
        "end_column": source.end_column,
    }
