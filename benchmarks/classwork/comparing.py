"""What the checker says of a generated submission, held against the truth."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from classwork.submission import Mistake, Truth
    from derive.results import DocumentReport

_LOOKS = re.compile(r"\s|[.,&]$|\\\\$")


def plain(tex: str) -> str:
    """A side without what is only typesetting."""
    return _LOOKS.sub("", _LOOKS.sub("", tex))


@dataclass(frozen=True)
class Said:
    """A link as the checker judged it; cell and line as in a `Mistake`."""

    cell: int | None
    line: int
    lhs: str
    rhs: str
    outcome: str
    display: bool = True


@dataclass(frozen=True)
class Judged:
    """What is said of a document: its links, and item of the rubric -> outcome."""

    links: tuple[Said, ...]
    items: Mapping[str, str]


def of_report(report: DocumentReport) -> Judged:
    """What a report says."""
    links = tuple(
        Said(s.source.cell, s.source.line, s.lhs, s.rhs, s.outcome, s.display) for s in report.links
    )
    return Judged(links, _items((r.problem, r.name, r.outcome) for r in report.results))


def of_record(record: Mapping[str, Any]) -> Judged:
    """What the record of a graded submission says of its files."""
    targets = [file["target"] for file in record["files"] if file["target"] is not None]
    links = tuple(
        Said(
            link["source"].get("cell"), link["source"]["line"], link["lhs"], link["rhs"],
            link["verdict"], link["display"],
        )
        for target in targets
        for link in target["links"]
    )  # fmt: skip
    results = [result for target in targets for result in target["results"]]
    return Judged(links, _items((r["problem"], r["name"], r["verdict"]) for r in results))


def _items(results: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    return {f"{problem.rpartition('/')[2]} {name}": said for problem, name, said in results}


@dataclass
class Comparison:
    """What came out.

    links:       of displays: outcome -> how often.
    answers:     what is said of the items that are stated: outcome -> how often.
    alarms:      refuted links that are true, and answers called wrong that are right.
    believed:    proved links that are false, and answers called right that are wrong.
    found, lost: the planted mistakes; of the lost ones what is said of their links.
    """

    links: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    alarms: list[str] = field(default_factory=list)
    believed: list[str] = field(default_factory=list)
    found: list[Mistake] = field(default_factory=list)
    lost: list[tuple[Mistake, str]] = field(default_factory=list)


def compare(truth: Truth, judged: Judged) -> Comparison:
    """Hold what is said of a submission against the truth."""
    told = Comparison(Counter(link.outcome for link in judged.links if link.display))
    false = {(cell, line, plain(tex)) for cell, line, tex in truth.false}
    lines = {(cell, line) for cell, line, _ in (*truth.false, *truth.wrong)}
    for link in judged.links:
        place = (link.cell, link.line)
        shown = f"{link.line}: {link.lhs} = {link.rhs}"
        if link.outcome == "refuted" and place not in lines:
            told.alarms.append(shown)
        if link.outcome == "proved" and (*place, plain(link.rhs)) in false:
            told.believed.append(shown)
    for item, standing in truth.items.items():
        outcome = judged.items.get(item, "missing")
        if standing != "missing":
            told.answers[outcome] += 1
        mistaken = any(m.problem == item.split(" ")[0] for m in truth.mistakes)
        blamed = standing == "right" or (standing == "missing" and not mistaken)
        if blamed and outcome == "refuted":
            told.alarms.append(f"answer {item}, which is {standing}")
        if (standing, outcome) == ("wrong", "proved"):
            told.believed.append(f"answer {item}")
    for mistake in truth.mistakes:
        said = _outcomes(mistake, truth, judged)
        if "refuted" in said:
            told.found.append(mistake)
        else:
            told.lost.append((mistake, " ".join(said) or "nothing"))
    return told


def _outcomes(mistake: Mistake, truth: Truth, judged: Judged) -> list[str]:
    """What is said where a mistake stands, and of the answers that it made wrong."""
    lines = {mistake.line, mistake.link}
    here = [s for s in judged.links if s.cell == mistake.cell and s.line in lines]
    own = [link for link in here if plain(link.rhs) == plain(mistake.text)] or here
    answers = [
        judged.items.get(item, "missing")
        for item, standing in truth.items.items()
        if item.split(" ")[0] == mistake.problem and standing == "wrong"
    ]
    return [*(link.outcome for link in own), *answers]
