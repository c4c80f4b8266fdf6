"""Published notes against verdicts by hand: what is read, what is decided, what disagrees.

Run from the checkout: `.venv/bin/python benchmarks/wild.py FOLDER [--key KEY]`.  FOLDER
holds documents, each with NAME.audit.json beside it: a list `audit` of the display links
with `line`, `lhs`, `rel`, `rhs` and `verdict` (true, false, unclear, definition).  A link
of the checker belongs to the one by hand with the same right side on the nearest line.
The exit code is 1 if a link is proved that is false by hand, or refuted that is true.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from derive.results import DocumentLink, DocumentReport

OUTCOMES = ("proved", "refuted", "given", "unresolved", "unread")
SUFFIXES = (".md", ".tex", ".ipynb")
CUT = 180  # characters: an audit's text of this length may be the beginning of a side
NEAR = 6  # lines: in a long display the hand may have taken the line of the side or its sign

# Marks of typesetting that make no difference to what a side says.
_LOOKS = re.compile(
    r"\\(?:left|right|big[lrm]?|Big[lrm]?|bigg[lrm]?|Bigg[lrm]?|middle|mathbf|boldsymbol|bm"
    r"|text|mathrm|displaystyle|quad|qquad|limits|[,;:!])(?![A-Za-z])|[\s{}&~.]|,$"
)

Contradiction = tuple[str, str]  # by hand, by the checker
WORST: frozenset[Contradiction] = frozenset({("false", "proved"), ("true", "refuted")})
DISAGREE = WORST | {("definition", "refuted"), ("false", "given"), ("unclear", "refuted")}


@dataclass(frozen=True)
class ByHand:
    """One link of an audit."""

    line: int
    lhs: str
    rhs: str
    verdict: str
    reason: str
    cosmetic: bool = False


@dataclass
class Comparison:
    """A document's links with the verdicts by hand."""

    name: str
    audit: list[ByHand]
    pairs: list[tuple[ByHand, DocumentLink]] = field(default_factory=list)
    lost: list[ByHand] = field(default_factory=list)
    extra: int = 0
    seconds: float = 0.0

    @property
    def outcomes(self) -> Counter[str]:
        """How often each outcome came."""
        return Counter(link.outcome for _, link in self.pairs)

    @property
    def read(self) -> int:
        """How many are not unread."""
        return len(self.pairs) - self.outcomes["unread"]

    @property
    def settled(self) -> int:
        """How many are proved, refuted or given."""
        return sum(self.outcomes[outcome] for outcome in ("proved", "refuted", "given"))

    @property
    def decided(self) -> int:
        """How many are proved, refuted, or a definition also by hand."""
        return sum(
            link.outcome in {"proved", "refuted"}
            or (link.outcome == "given" and hand.verdict == "definition")
            for hand, link in self.pairs
        )

    @property
    def disagreements(self) -> list[tuple[ByHand, DocumentLink]]:
        """The links about which hand and checker contradict each other."""
        return [pair for pair in self.pairs if (pair[0].verdict, pair[1].outcome) in DISAGREE]

    @property
    def worst(self) -> int:
        """How many links are proved and false by hand, or refuted and true."""
        return sum(
            (hand.verdict, link.outcome) in WORST and not hand.cosmetic for hand, link in self.pairs
        )


def plain(side: str) -> str:
    """A side without what is only typesetting."""
    return _LOOKS.sub("", side)


def read_audit(path: Path) -> list[ByHand]:
    """The links of an audit file."""
    rows = json.loads(path.read_text(encoding="utf-8"))["audit"]
    return [
        ByHand(
            row["line"], row["lhs"], row["rhs"], row["verdict"], row["reason"],
            row.get("severity") == "cosmetic",
        )
        for row in rows
    ]  # fmt: skip


def compared(name: str, audit: list[ByHand], report: DocumentReport) -> Comparison:
    """Match the links of a report with those of an audit, each at most once."""
    comparison = Comparison(name, audit, seconds=report.seconds)
    links = [link for link in report.links if link.display]
    for hand in audit:
        fitting = [link for link in links if fit(hand, link) < NEAR]
        if fitting:
            link = min(fitting, key=lambda link: fit(hand, link))
            links.remove(link)
            comparison.pairs.append((hand, link))
        else:
            comparison.lost.append(hand)
    comparison.extra = len(links)
    return comparison


def fit(hand: ByHand, link: DocumentLink) -> float:
    """How far a link is from one by hand: lines between, more where the sides differ."""
    same = alike(hand.rhs, link.rhs)
    same_left = alike(hand.lhs, link.lhs)
    if not same and not (same_left and hand.line == link.source.line):
        return NEAR
    return abs(hand.line - link.source.line) + (0 if same and same_left else 0.5)


def alike(hand: str, written: str) -> bool:
    """Whether two texts are one side: the audits cut long ones off."""
    if len(hand) < CUT:
        return plain(hand) == plain(written)
    return plain(written).startswith(plain(hand[:CUT]).rstrip("\\"))


def print_comparison(comparison: Comparison, *, verbose: bool) -> None:
    """Print the row of a document, then what disagrees."""
    outcomes, total = comparison.outcomes, len(comparison.audit)
    counts = "".join(f"{outcomes[outcome]:>11}" for outcome in OUTCOMES)
    shares = "".join(
        f"{count / total:>9.0%}"
        for count in (comparison.read, comparison.settled, comparison.decided)
    )
    print(f"{comparison.name:<30}{total:>7}{counts}{shares}{comparison.seconds:>9.1f}")
    for hand, link in comparison.disagreements:
        mark = "cosmetic " if hand.cosmetic else ""
        print(f"  {hand.line}: by hand {mark}{hand.verdict}, found {link.outcome}: {hand.reason}")
        print(f"      {link.lhs} {link.relation} {link.rhs}")
    if verbose:
        print_rest(comparison)


def print_rest(comparison: Comparison) -> None:
    """Print what was not found and what was not decided."""
    for hand in comparison.lost:
        print(f"  {hand.line}: not found: {hand.lhs} = {hand.rhs}")
    for hand, link in comparison.pairs:
        if link.outcome in {"unread", "unresolved"}:
            reason = link.diagnosis.message if link.diagnosis else ""
            print(f"  {hand.line}: {hand.verdict}, {link.outcome}: {reason}")
            print(f"      {link.lhs} {link.relation} {link.rhs}")
    print(f"  links that the hand has not: {comparison.extra}")


def document_of(audit: Path) -> Path:
    """The document that an audit belongs to.  Raises FileNotFoundError."""
    stem = audit.name.removesuffix(".audit.json")
    for suffix in SUFFIXES:
        if (path := audit.with_name(stem + suffix)).exists():
            return path
    raise FileNotFoundError(f"{audit}: no document {stem} beside it")


def main() -> int:
    """Check every document of the folder, print the table, and give the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", help="an answer key; without one, the documents' own definitions")
    parser.add_argument("-v", "--verbose", action="store_true", help="list what is not decided")
    arguments = parser.parse_args()
    audits = sorted(arguments.folder.glob("*.audit.json"))
    if not audits:
        parser.error(f"no *.audit.json in {arguments.folder}")
    heads = "".join(f"{outcome:>11}" for outcome in OUTCOMES)
    print(
        f"{'document':<30}{'links':>7}{heads}{'read':>9}{'settled':>9}{'strict':>9}{'seconds':>9}"
    )
    worst, found = 0, []
    for audit in audits:
        path = document_of(audit)
        report = check_document(path, key=arguments.key, seed=0, numeric=False)
        comparison = compared(path.name, read_audit(audit), report)
        print_comparison(comparison, verbose=arguments.verbose)
        worst += comparison.worst
        found.append(comparison)
    total = sum(len(one.audit) for one in found)
    read, settled, decided = (
        sum(getattr(one, name) for one in found) / total for name in ("read", "settled", "decided")
    )
    print(f"of {total} links: read {read:.0%}, proved, refuted or given {settled:.0%}")
    print(f"given counted only where it is a definition by hand as well: {decided:.0%}")
    print(f"proved but false by hand, or refuted but true: {worst}")
    return int(worst > 0)


if __name__ == "__main__":
    sys.exit(main())
