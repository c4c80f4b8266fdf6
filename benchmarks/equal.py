r"""`derive equal` beside SymPy's simplify and math-verify, on the same pairs in one run.

Run from the checkout: `.venv/bin/python benchmarks/equal.py [--pairs FILE...] [--against
simplify,math-verify]`.  Without FILE the pairs are those of `benchmarks/pairs`; a FILE has a
JSON object on each line, with id, lhs, rhs, given, assume, vary, truth and family.  The pairs
go in blocks to one contender after the other, each in a process of its own with a time limit.
The exit code is 1 if a verdict of derive is wrong.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import platform
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contenders import LIBRARIES, Answer, PairData, Worker
from growth import CLAIMS
from pairs import all_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = 20  # pairs that one contender is given before the next
RUNS = 3  # of each size of a growing claim, of which the fastest counts


@dataclass(frozen=True)
class Result:
    """A pair with the answers of all contenders."""

    pair: PairData
    answers: dict[str, Answer]

    def outcome(self, name: str) -> str:
        """Class a contender's answer as right, wrong or open."""
        return self.answers[name].outcome(self.pair["truth"])


def read_pairs(files: Sequence[str]) -> list[PairData]:
    """Read the pairs of files, or take our own."""
    if not files:
        return [pair.as_json() for pair in all_pairs()]
    lines = [x for file in files for x in Path(file).read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


def run(pairs: Sequence[PairData], workers: dict[str, Worker]) -> list[Result]:
    """Have some pairs decided by one after the other, a different one being first each time.

    In blocks, as in a batch: who is asked after 50 ms of another's work finds the processor's
    caches full of that.
    """
    results: list[Result] = []
    names = list(workers)
    for number, start in enumerate(range(0, len(pairs), BLOCK)):
        block, turn = pairs[start : start + BLOCK], number % len(names)
        found = {
            n: [workers[n].ask(pair) for pair in block] for n in (*names[turn:], *names[:turn])
        }
        results += [Result(pair, {n: found[n][i] for n in names}) for i, pair in enumerate(block)]
        if sys.stderr.isatty():
            print(f"\r{len(results)}/{len(pairs)}", end="", file=sys.stderr, flush=True)
    return results


# --- what is printed -----------------------------------------------------------


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def row(label: str, name: str, results: Sequence[Result]) -> str:
    """Count one contender's answers to some pairs."""
    right = [r.pair["truth"] for r in results if r.outcome(name) == "right"]
    wrong = [r.pair["truth"] for r in results if r.outcome(name) == "wrong"]
    seconds = [r.answers[name].seconds for r in results if r.answers[name].tried] or [math.nan]
    failed = sum(r.answers[name].said in {"unread", "error", "timeout"} for r in results)
    return (
        f"{label:<16}{name:<13}{len(results):>6}{sum(right):>7}{len(right) - sum(right):>7}"
        f"{len(wrong) - sum(wrong):>9}{sum(wrong):>9}{len(results) - len(right) - len(wrong):>7}"
        f"{failed:>8}{1000 * statistics.median(seconds):>10.2f}"
        f"{1000 * quantile(seconds, 0.99):>10.1f}"
    )


def print_table(results: Sequence[Result], names: Sequence[str]) -> None:
    """Print the counts by family and in all."""
    print(
        f"{'family':<16}{'by':<13}{'pairs':>6}{'proved':>7}{'refut.':>7}{'f.proved':>9}"
        f"{'f.refut.':>9}{'open':>7}{'failed':>8}{'median':>10}{'p99 ms':>10}"
    )
    families = dict.fromkeys(r.pair["family"] for r in results)
    for family in families:
        for name in names:
            print(row(family, name, [r for r in results if r.pair["family"] == family]))
    for name in names:
        print(row("all", name, results))


def print_wrong(results: Sequence[Result], name: str) -> int:
    """Print the pairs that a contender was wrong about; give how many."""
    wrong = [r for r in results if r.outcome(name) == "wrong"]
    for r in wrong:
        print(f"WRONG {r.pair['id']}: {r.pair['lhs']}  {r.pair['rhs']}  {r.answers[name].said}")
    return len(wrong)


def verdict(met: bool) -> str:
    """Say whether an aim is met."""
    return "yes" if met else "NO"


def print_aims(results: Sequence[Result], names: Sequence[str]) -> None:
    """Print how derive stands to the others, with what is aimed at."""
    decided = {n: [r for r in results if r.outcome(n) == "right"] for n in names}
    print()
    if "simplify" in names:
        right = decided["simplify"]
        share = sum(r.outcome("derive") == "right" for r in right) / max(1, len(right))
        print(f"of what simplify decides: {share:.1%}, at least 95 %: {verdict(share >= 0.95)}")
        more = len(decided["derive"]) > len(right)
        print(f"decided: {len(decided['derive'])} against {len(right)}, more: {verdict(more)}")
    for name, aim in (("simplify", 1 / 10), ("math-verify", 1 / 5)):
        tried = [r for r in results if name in names and r.answers[name].tried]
        if tried:
            ours, theirs = (
                statistics.median(r.answers[n].seconds for r in tried) for n in ("derive", name)
            )
            print(
                f"median on {len(tried)} pairs that {name} tried: derive {1000 * ours:.2f} ms, "
                f"{name} {1000 * theirs:.2f} ms, ratio {ours / theirs:.3f}, "
                f"at most {aim:g}: {verdict(ours / theirs <= aim)}"
            )
    late = 1000 * quantile([r.answers["derive"].seconds for r in results], 0.99)
    print(f"p99 of derive: {late:.1f} ms, under 250 ms: {verdict(late < 250)}")


# --- growth --------------------------------------------------------------------


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of log seconds over log size, by least squares."""
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points]
    return statistics.linear_regression(*zip(*logs, strict=True)).slope


def print_growth(worker: Worker) -> int:
    """Measure how time grows with the size of a claim; give how many were refuted."""
    refuted = 0
    print("\ntime to decide, without reading")
    for label, (_, sizes) in CLAIMS.items():
        answers = [(k, _fastest(worker, {"growth": [label, k]})) for k in sizes]
        refuted += sum(answer.said == "different" for _, answer in answers)
        points = [(k, answer.seconds) for k, answer in answers if answer.said == "equal"]
        growth = f"k^{exponent(points):.2f}" if len(points) > 1 else "not decided"
        times = "  ".join(f"{k}: {1000 * a.seconds:.1f} ms ({a.said})" for k, a in answers)
        print(f"{label:<24}{growth:<12}{times}")
    return refuted


def _fastest(worker: Worker, claim: PairData) -> Answer:
    return min((worker.ask(claim) for _ in range(RUNS)), key=lambda answer: answer.seconds)


def main() -> int:
    """Measure, print the tables, and give the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", nargs="+", default=[], metavar="FILE", help="JSON lines")
    parser.add_argument("--against", default="simplify,math-verify", metavar="NAMES")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds for a pair (10)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th pair (1)")
    parser.add_argument("--no-growth", action="store_true", help="leave out the growth")
    arguments = parser.parse_args()
    names = ["derive", *filter(None, arguments.against.split(","))]
    missing = [n for n in names if importlib.util.find_spec(LIBRARIES[n]) is None]
    names = [n for n in names if n not in missing]
    workers = {name: Worker(name, arguments.timeout) for name in names}
    pairs = read_pairs(arguments.pairs)[:: arguments.every]
    left_out = "".join(f", {name} is not installed" for name in missing)
    print(f"Python {platform.python_version()}, {len(pairs)} pairs{left_out}")
    results = run(pairs, workers)
    print_table(results, names)
    print_aims(results, names)
    wrong = 0 if arguments.no_growth else print_growth(workers["derive"])
    wrong += print_wrong(results, "derive")
    for worker in workers.values():
        worker.close()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
