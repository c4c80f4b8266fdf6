"""What `derive grade` does with a class: speed, memory, growth, mistakes found, false alarms.

Run from the checkout: `.venv/bin/python benchmarks/grade.py [--counts 25 50 100] [--jobs N]`.
With `--without-memory` the last class is graded once more, each claim decided anew.
Each count is a generated class (`classes.py`).  Memory is that of all processes together, in
which pages that they share are counted once; it is sampled.  The exponent g of
time ~ count^g is fitted to the runs.  The exit code is 1 if g is more than LIMIT, if a link
or an answer that is right is called wrong, or if a submission has no row.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from classes import generate
from classwork.comparing import Comparison, compare, of_record
from classwork.people import CONVENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from classwork.submission import Truth

LIMIT = 1.2
SAMPLE = 0.2  # seconds between two looks at the memory


@dataclass
class Run:
    """A class that was graded."""

    count: int
    seconds: float
    peak: int  # bytes
    hits: int = 0  # claims that were decided for a submission before, and those that were not
    misses: int = 0
    rows: list[dict[str, str]] = field(default_factory=list)
    compared: list[tuple[Truth, Comparison]] = field(default_factory=list)


def _family(root: int) -> Iterator[int]:
    """A process and all that it started."""
    yield root
    for children in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            found = children.read_text(encoding="ascii").split()
        except OSError:  # it has ended meanwhile
            continue
        for child in found:
            yield from _family(int(child))


def memory_of(root: int) -> int:
    """The proportional memory of a process and its descendants in bytes; 0 off Linux."""
    total = 0
    for process in _family(root):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        except OSError:  # it has ended meanwhile
            continue
        total += sum(int(row.split()[1]) for row in text.splitlines() if row.startswith("Pss:"))
    return total * 1024


def graded(folder: Path, out: Path, jobs: int, *, remembers: bool = True) -> tuple[float, int]:
    """Grade a folder; give seconds and the largest memory seen.

    Raises:
        SystemExit: `derive grade` failed; its messages stand above.
    """
    program = (
        "import sys; from pathlib import Path; from derive.grading.assistant import *; "
        "assist(Options((Path(sys.argv[1]),), 'hw3', Path(sys.argv[2]), "
        f"jobs={jobs}, remembers={remembers}))"
    )
    command = [sys.executable, "-c", program, str(folder), str(out)]
    start, peak = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        while running.poll() is None:
            peak = max(peak, memory_of(running.pid))
            time.sleep(SAMPLE)
        code = running.returncode
    if not (out / "grades.csv").exists():
        sys.exit(f"derive grade ended with {code} and wrote no grades.csv")
    return time.perf_counter() - start, peak


def without_memory(count: int, seed: int, convention: str, jobs: int) -> float:
    """Give the seconds that a class takes with every claim decided anew."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "class"
        generate(folder, count, seed, convention)
        return graded(folder, Path(place) / "grades", jobs, remembers=False)[0]


def run(count: int, seed: int, convention: str, jobs: int) -> Run:
    """Generate a class, grade it, and hold the records against the truth."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "class", Path(place) / "grades"
        truths = {truth.id: truth for truth in generate(folder, count, seed, convention)}
        done = Run(count, *graded(folder, out, jobs))
        with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as table:
            done.rows = list(csv.DictReader(table))
        with sqlite3.connect(out / "state.sqlite") as state:
            records = state.execute("SELECT id, record FROM submissions").fetchall()
            sums = "SELECT sum(hits), sum(misses) FROM submissions"
            done.hits, done.misses = state.execute(sums).fetchone()
        state.close()
        done.compared = [
            (truths[ident], compare(truths[ident], of_record(json.loads(record))))
            for ident, record in records
            if ident in truths and record
        ]
    return done


def report(runs: Sequence[Run], jobs: int) -> int:
    """Print the figures; the number of false alarms and lost submissions."""
    print(f"{'count':>7}{'seconds':>10}{'a second and core':>20}{'peak MiB':>10}")
    for done in runs:
        rate = done.count / done.seconds / min(jobs, os.cpu_count() or 1)
        print(f"{done.count:>7}{done.seconds:>10.1f}{rate:>20.2f}{done.peak / 2**20:>10.0f}")
    last = runs[-1]
    print(f"claims decided before: {shares(Counter(before=last.hits, anew=last.misses))}")
    compared = [told for _, told in last.compared]
    links = sum((told.links for told in compared), Counter[str]())
    print("links:", shares(links))
    print("stated answers:", shares(sum((told.answers for told in compared), Counter[str]())))
    found = Counter(mistake.kind for told in compared for mistake in told.found)
    lost = Counter(mistake.kind for told in compared for mistake, _ in told.lost)
    for kind in sorted(found | lost):
        print(f"  {kind:<12}{found[kind]:>4} of {found[kind] + lost[kind]}")
    pending = sum(row["status"] == "review" for row in last.rows)
    print(f"mistakes found: {found.total()} of {found.total() + lost.total()}")
    print(f"submissions that wait for a person: {pending} of {last.count}")
    alarms = [(truth, alarm) for truth, told in last.compared for alarm in told.alarms]
    believed = [(truth, text) for truth, told in last.compared for text in told.believed]
    for title, rows in (("FALSE ALARM", alarms), ("believed", believed)):
        for truth, text in rows:
            print(f"{title}: {truth.path}:{text}")
    missing = last.count - len(last.compared)
    if missing:
        print(f"submissions without a record: {missing}")
    return len(alarms) + missing


def shares(counts: Counter[str]) -> str:
    """Counts as percentages."""
    whole = max(1, counts.total())
    return ", ".join(f"{name} {100 * n / whole:.1f} %" for name, n in counts.most_common())


def exponent(runs: Sequence[Run]) -> float:
    """The slope of log seconds over log count, by least squares."""
    xs = [math.log(done.count) for done in runs]
    ys = [math.log(done.seconds) for done in runs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )


def main() -> int:
    """Measure, print, and give the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[25, 50, 100])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--convention", choices=CONVENTIONS, default="moodle")
    parser.add_argument("--without-memory", action="store_true")
    arguments = parser.parse_args()
    runs = [
        run(count, arguments.seed, arguments.convention, arguments.jobs)
        for count in sorted(arguments.counts)
    ]
    bad = report(runs, arguments.jobs)
    if arguments.without_memory:
        last = runs[-1]
        plain = without_memory(last.count, arguments.seed, arguments.convention, arguments.jobs)
        print(f"without memory: {plain:.1f} s, with it {last.seconds / plain:.2f} of that")
    if len(runs) > 1:
        growth = exponent(runs)
        print(f"time ~ count^{growth:.2f}, at most {LIMIT:g}: {'yes' if growth <= LIMIT else 'NO'}")
        bad += growth > LIMIT
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
