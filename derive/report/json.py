"""The report as JSON, schema 1.

The same input and seed give the same text: times are left out.  Formulas are LaTeX.
What is absent is null, so that every object of one kind has the same members.
A target is a problem of a key or a document; both have links and results.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

from derive.kernel.verdict import Counterexample, Proved, Refuted, Unresolved, Verdict
from derive.language.latex import latex, latex_claim
from derive.numeric.evidence import Estimate, Simulation, Slope
from derive.report.outcome import (
    conditions_of,
    document_outcomes,
    entry_outcome,
    outcome,
    outcomes,
    worst,
    worst_of,
)
from derive.report.typesetting import condition_formula

if TYPE_CHECKING:
    from derive.derivation import Source
    from derive.kernel.verdict import Condition, Witness
    from derive.language.terms import Term
    from derive.numeric.evidence import Confirmation
    from derive.results import (
        Diagnosis,
        DocumentLink,
        DocumentReport,
        DocumentResult,
        LinkReport,
        ProblemReport,
        Report,
        ResultReport,
    )

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

SCHEMA = 1

# What a terminal acts on and `json.dumps` writes as it is; a surrogate has no UTF-8.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def render_json(report: Report) -> str:
    """Give the report as indented JSON in UTF-8, with a line end."""
    counts: Counter[str] = Counter(
        word for problem in report.problems for word in outcomes(problem)
    )
    counts["unread"] += sum(bool(problem.error) for problem in report.problems)
    for written in report.documents:
        counts.update(document_outcomes(written))
    words = ("proved", "refuted", "unresolved", "unread", "given")
    document: Json = {
        "schema": SCHEMA,
        "targets": [
            *(_target(problem) for problem in report.problems),
            *(document_object(written) for written in report.documents),
        ],
        "summary": {word: counts[word] for word in words},
    }
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _target(problem: ProblemReport) -> Json:
    return {
        "id": problem.id,
        "title": problem.title,
        "key": None,
        "points": float(problem.points),
        "verdict": worst(problem),
        "error": problem.error or None,
        "links": [_link(problem.id, link) for link in problem.links],
        "results": [_result(problem.id, result) for result in problem.results],
        "controls": [_link(problem.id, control) for control in problem.controls],
        "notes": [],
    }


def document_object(report: DocumentReport) -> dict[str, Any]:
    """Give one document as the object that stands for it in `targets`."""
    return {
        "id": report.id,
        "title": None,
        "key": report.key or None,
        "points": float(sum(result.points for result in report.results)),
        "verdict": worst_of(document_outcomes(report)),
        "error": report.error or None,
        "links": [_document_link(link) for link in report.links],
        "results": [_document_result(result) for result in report.results],
        "controls": [],
        "notes": [{"message": told, "source": _source(place)} for place, told in report.notes],
    }


def _link(problem: str, report: LinkReport) -> Json:
    lhs, relation, rhs = latex_claim(report.link.claim)
    return {
        "id": report.id,
        "problem": problem,
        "relation": relation,
        "lhs": lhs,
        "rhs": rhs,
        "by": report.link.by,
        "verdict": outcome(report.verdict),
        **_evidence(report.verdict),
        "numeric": _numeric(report.numeric),
        "diagnosis": _undecided(report.verdict),
        "source": _source(report.link.source),
    }


def _document_link(link: DocumentLink) -> Json:
    return {
        "id": link.id,
        "problem": link.problem or None,
        "relation": link.relation,
        "lhs": link.lhs,
        "rhs": link.rhs,
        "by": None,
        "verdict": link.outcome,
        **_evidence(link.verdict),
        "numeric": _numeric(link.numeric),
        "diagnosis": _diagnosis(link.diagnosis) or _undecided(link.verdict),
        "source": _source(link.source),
    }


def _evidence(verdict: Verdict | None) -> dict[str, Json]:
    return {
        "method": verdict.method if isinstance(verdict, Proved | Refuted) else None,
        "conditions": [condition_text(c) for c in conditions_of(verdict)],
        "witness": _witness(verdict.witness) if isinstance(verdict, Proved) else None,
        "counterexample": counterexample_object(verdict),
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
        "counterexample": counterexample_object(report.verdict),
        "diagnosis": _unread(report.unread) if report.unread else _undecided(report.verdict),
        "source": _source(result.source),
    }


def _document_result(result: DocumentResult) -> Json:
    return {
        "problem": result.problem,
        "name": result.name,
        "stated": result.stated,
        "derived": result.found or None,
        "verdict": result.outcome,
        "points": float(result.points),
        "numeric": _numeric(result.numeric),
        "simulations": [],
        "counterexample": counterexample_object(result.verdict),
        "diagnosis": _diagnosis(result.diagnosis) or _undecided(result.verdict),
        "source": None if result.source is None else _source(result.source),
    }


def condition_text(condition: Condition) -> str:
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


def counterexample_object(verdict: Verdict | None) -> Json:
    """Give the counterexample of what is refuted, null of any other verdict."""
    if not isinstance(verdict, Refuted):
        return None
    found: Counterexample = verdict.counterexample
    return {
        "model": dict(found.model),
        "lhs": found.lhs,
        "rhs": found.rhs,
        "note": found.note or None,
    }


def _diagnosis(found: Diagnosis | None) -> Json:
    if found is None:
        return None
    return {"kind": found.kind, "message": found.message, "repair": found.repair}


def _undecided(verdict: Verdict | None) -> Json:
    """Say why a claim is open."""
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
        "cell": source.cell,
    }
