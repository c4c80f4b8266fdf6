"""Time and memory of whole processes: `derive check` against importing SymPy alone.

Run from the checkout: `.venv/bin/python benchmarks/check.py [-n RUNS]`.  The commands
are run alternately, so that a machine that slows down slows all of them; medians are
compared.  The exit code is 1 if `derive check` takes more than LIMIT times the import
of SymPy, or if `derive --help` imports SymPy.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 3.0
WARM_UP = 1  # byte code and the file cache are there for every timed run
_KIBIBYTE_UNITS = 1024 if platform.system() == "Darwin" else 1  # ru_maxrss: bytes there


@dataclass
class Timing:
    """One command, with what its runs took."""

    name: str
    args: tuple[str, ...]
    seconds: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)  # KiB

    @property
    def median(self) -> float:
        """Median of the wall-clock times, in seconds."""
        return statistics.median(self.seconds)

    @property
    def peak(self) -> float:
        """Largest resident set of one process of any run, in MiB."""
        return max(self.peaks) / 1024

    def run(self, *, record: bool = True) -> None:
        """Run the command once.  Raises CalledProcessError if it fails."""
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *self.args], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        # wait4 reports this child alone; RUSAGE_CHILDREN would be the maximum of all so far.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, self.args)
        if record:
            self.seconds.append(seconds)
            self.peaks.append(usage.ru_maxrss // _KIBIBYTE_UNITS)


def imports_sympy(*args: str) -> bool:
    """Whether a `derive` command imports SymPy, by the interpreter's own log of imports."""
    command = [sys.executable, "-X", "importtime", "-m", "derive", *args]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    modules = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines())
    return any(name.partition(".")[0] == "sympy" for name in modules)


def measure(timings: list[Timing], runs: int) -> None:
    """Run all the commands alternately."""
    for number in range(WARM_UP + runs):
        for timing in timings:
            timing.run(record=number >= WARM_UP)


def main() -> int:
    """Measure, print the table, and give the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-n", type=int, default=7, metavar="RUNS", help="timed runs of each (7)")
    runs = parser.parse_args().n
    base = Timing("import sympy", ("-c", "import sympy"))
    check = Timing("derive check", ("-m", "derive", "check"))
    timings = [
        base,
        check,
        Timing("derive check hw3", ("-m", "derive", "check", "hw3")),
        Timing("derive check --jobs 1", ("-m", "derive", "check", "--jobs", "1")),
        Timing("derive check --no-numeric", ("-m", "derive", "check", "--no-numeric")),
        Timing("derive show hw3/2.2", ("-m", "derive", "show", "hw3/2.2")),
        Timing("derive --help", ("-m", "derive", "--help")),
    ]
    measure(timings, runs)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {runs} runs")
    print(f"{'command':<28}{'seconds':>9}{'ratio':>8}{'best':>9}{'peak MiB':>10}")
    for timing in timings:
        ratio = timing.median / base.median
        best = min(timing.seconds)
        print(
            f"{timing.name:<28}{timing.median:>9.3f}{ratio:>8.2f}{best:>9.3f}{timing.peak:>10.0f}"
        )
    slow = check.median > LIMIT * base.median
    heavy = imports_sympy("--help")
    print(f"derive check is at most {LIMIT:g} times the import: {'NO' if slow else 'yes'}")
    print(f"derive --help imports SymPy: {'YES' if heavy else 'no'}")
    return int(slow or heavy)


if __name__ == "__main__":
    sys.exit(main())
