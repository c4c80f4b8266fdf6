r"""Whole documents, link by link, against the expectation that stands on their lines.

A comment at the end of a line, `<!-- expect: proved, refuted:sign -->` or `% expect: ...`,
names the outcome of each link whose relation sign stands on that line, in order; `a|b`
allows either, and a line without comment only what is proved or given.  A comment
`results: hw3/2.2 J refuted; ...` names answers, `key: hw3/2.1` another key, `key: none`
none.  The checker sees the documents without these comments.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from derive.derivation import Source
from derive.results import Diagnosis, DocumentLink, DocumentReport
from derive.solution.checker import check_document

if TYPE_CHECKING:
    from derive.results import Outcome

FOLDER = Path(__file__).parent / "cases"
DOCUMENTS = sorted(p for p in FOLDER.iterdir() if p.suffix in {".md", ".tex", ".ipynb"})
HANDED_IN = os.environ.get("DERIVE_HANDED_IN", "")
FINE = "proved|given"

_COMMENT = re.compile(r"[ ]*(?:<!--|%)[ ]*(expect|results|key):[ ]*(.*?)[ ]*(?:-->)?[ ]*$")

Line = tuple[int | None, int]  # the cell of a notebook, the line


@dataclass
class Expected:
    """What a document says about itself."""

    key: str | None = "hw3"
    links: dict[Line, list[str]] = field(default_factory=dict)
    results: dict[tuple[str, str], str] = field(default_factory=dict)

    def take(self, line: str, place: Line) -> str:
        """Note the comment of a line and give the line without it."""
        match = _COMMENT.search(line)
        if match is None:
            return line
        kind, text = match.groups()
        if kind == "expect":
            self.links[place] = [word.strip() for word in text.split(",")]
        elif kind == "key":
            self.key = None if text == "none" else text
        else:
            for entry in text.split(";"):
                problem, _, rest = entry.strip().partition(" ")
                name, _, outcome = rest.rpartition(" ")
                self.results[problem, name] = outcome
        return line[: match.start()]

    def strip(self, text: str, cell: int | None = None) -> str:
        """Note the comments of a text and give the text without them."""
        lines = text.split("\n")
        return "\n".join(self.take(line, (cell, n)) for n, line in enumerate(lines, 1))


def without_expectations(document: Path, target: Path) -> Expected:
    """Write the document to `target` without its expectations, which are returned."""
    expected, text = Expected(), document.read_text(encoding="utf-8")
    if document.suffix == ".ipynb":
        notebook = json.loads(text)
        for number, cell in enumerate(notebook["cells"]):
            source = expected.strip("".join(cell["source"]), number)
            cell["source"] = source.splitlines(keepends=True)
        stripped = json.dumps(notebook)
    else:
        stripped = expected.strip(text)
    target.write_text(stripped, encoding="utf-8")
    return expected


def found_links(report: DocumentReport) -> dict[Line, list[DocumentLink]]:
    """The links of a report by line, from the left."""
    found: dict[Line, list[DocumentLink]] = {}
    for link in sorted(report.links, key=lambda link: link.source.column):
        found.setdefault((link.source.cell, link.source.line), []).append(link)
    return found


def described(link: DocumentLink) -> str:
    """An outcome with the kind of its diagnosis: `refuted:sign`."""
    return f"{link.outcome}:{link.diagnosis.kind}" if link.diagnosis else link.outcome


def fits(link: DocumentLink, wanted: str) -> bool:
    """Whether an outcome is one of those wanted; without a kind every kind is."""
    return any(word in {link.outcome, described(link)} for word in wanted.split("|"))


def why(link: DocumentLink) -> str:
    """What the report says of a link, for the message of a failed test."""
    reason = link.diagnosis.message if link.diagnosis else ""
    return f"{described(link)}: {link.lhs} {link.relation} {link.rhs}  [{reason} {link.verdict}]"


def mismatches(name: str, expected: Expected, report: DocumentReport) -> list[str]:
    """Every line that came out otherwise than expected."""
    found, wrong = found_links(report), []
    order = {*expected.links, *found}
    for place in sorted(order, key=lambda place: (-1 if place[0] is None else place[0], place[1])):
        links = found.get(place, [])
        wanted = expected.links.get(place, [FINE] * len(links))
        where = f"{name}:" + ":".join(str(n) for n in place if n is not None)
        if len(links) != len(wanted):
            listed = "; ".join(map(why, links))
            wrong.append(f"{where}: expected {wanted}, found {len(links)} links: {listed}")
            continue
        for link, word in zip(links, wanted, strict=True):
            if not fits(link, word):
                wrong.append(f"{where}:{link.source.column}: expected {word}, found {why(link)}")
    return wrong + wrong_results(name, expected, report)


def wrong_results(name: str, expected: Expected, report: DocumentReport) -> list[str]:
    """Every answer that came out otherwise than expected."""
    found = {(result.problem, result.name): result for result in report.results}
    lines = []
    for (problem, answer), outcome in expected.results.items():
        result = found.get((problem, answer))
        if result is None:
            lines.append(f"{name}: {problem} {answer}: no such answer in the report")
        elif result.outcome != outcome:
            place = result.source.line if result.source else "-"
            lines.append(
                f"{name}:{place}: {problem} {answer}: expected {outcome}, "
                f"found {result.outcome}: {result.found}"
            )
    return lines


def a_link(line: int, outcome: Outcome, kind: str = "") -> DocumentLink:
    """A link as the checker reports one."""
    diagnosis = Diagnosis(kind, "") if kind else None
    source = Source("a.md", line, 3)
    return DocumentLink("a.md#1", "", "=", "a", "b", outcome, None, source, "", diagnosis)


@pytest.mark.parametrize(
    ("line", "link", "noticed"),
    [
        pytest.param("a = b", a_link(1, "proved"), False, id="proved without a comment"),
        pytest.param("a = b", a_link(1, "refuted"), True, id="refuted without a comment"),
        pytest.param("a = b % expect: refuted", a_link(1, "proved"), True, id="not refuted"),
        pytest.param("a = b % expect: refuted", a_link(1, "refuted", "sign"), False, id="any kind"),
        pytest.param("a % expect: refuted:sign", a_link(1, "refuted", "root"), True, id="its kind"),
        pytest.param("a % expect: unread|given", a_link(1, "given"), False, id="either"),
        pytest.param("a % expect: proved", a_link(2, "proved"), True, id="another line"),
        pytest.param("a <!-- expect: proved, given -->", a_link(1, "proved"), True, id="too few"),
        pytest.param("a <!-- results: 1 A_t proved -->", a_link(1, "proved"), True, id="answer"),
    ],
)  # fmt: skip
def test_the_comparison_notices(line: str, link: DocumentLink, noticed: bool) -> None:
    expected = Expected()
    assert expected.strip(line).startswith("a")
    report = DocumentReport("a.md", "", {}, (link,))
    assert bool(mismatches("a.md", expected, report)) == noticed


def test_there_are_cases() -> None:
    assert {path.suffix for path in DOCUMENTS} == {".md", ".tex", ".ipynb"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_document(document: Path, tmp_path: Path) -> None:
    copy = tmp_path / document.name
    expected = without_expectations(document, copy)
    report = check_document(copy, key=expected.key, seed=0, numeric=False)
    wrong = mismatches(document.name, expected, report)
    assert not wrong, "\n".join(wrong)


# --- a document that is not in the repository: its verdicts by line, made by hand ---------

# What the checker may say where the hand says this.  Only a false "proved" and a false
# "refuted" are errors of the mathematics; the rest is what it should also be able to do.
ALLOWED = {
    "true": {"proved"},
    "given": {"given", "proved"},
    "false": {"refuted"},
    "follows": {"unresolved"},
    "unreadable": {"unread"},
}
ANSWERS = {"right": "proved", "wrong": "refuted", "missing": "missing"}


def rows_by_hand() -> list[list[str]]:
    """The rows of `handed_in.expect`."""
    lines = (FOLDER / "handed_in.expect").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def by_relation(report: DocumentReport) -> dict[tuple[int, int, str], DocumentLink]:
    """The links by line, number among those of the line with this relation, and relation."""
    numbered: dict[tuple[int, int, str], DocumentLink] = {}
    counts: dict[tuple[int, str], int] = {}
    for (_, line), links in found_links(report).items():
        for link in links:
            number = counts[line, link.relation] = counts.get((line, link.relation), 0) + 1
            numbered[line, number, link.relation] = link
    return numbered


def test_rows_by_hand_are_well_formed() -> None:
    rows = rows_by_hand()
    assert all(len(row) == 5 for row in rows)
    links = [row for row in rows if row[0] != "result"]
    assert {verdict for _, _, _, verdict, _ in links} <= set(ALLOWED)
    assert len({tuple(row[:3]) for row in rows}) == len(rows)
    assert {row[3] for row in rows if row[0] == "result"} <= set(ANSWERS)


@pytest.mark.skipif(not HANDED_IN, reason="DERIVE_HANDED_IN does not name the handed-in document")
def test_handed_in() -> None:
    report = check_document(Path(HANDED_IN), key="hw3", seed=0, numeric=False)
    found, wrong, expected = by_relation(report), [], Expected()
    for first, second, third, verdict, reason in rows_by_hand():
        if first == "result":
            expected.results[second, third] = ANSWERS[verdict]
            continue
        link = found.pop((int(first), int(second), third), None)
        if link is None:
            wrong.append(f"{first}: no link {second} with {third}, by hand {verdict}: {reason}")
        elif link.outcome not in ALLOWED[verdict]:
            wrong.append(f"{first}: link {second}: by hand {verdict} ({reason}), found {why(link)}")
    wrong += [f"{link.source.line}: not judged by hand: {why(link)}" for link in found.values()]
    wrong += wrong_results("handed in", expected, report)
    assert not wrong, "\n".join(wrong)
