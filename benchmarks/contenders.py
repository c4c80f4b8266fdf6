"""Those who decide pairs, each in a process of its own: derive, SymPy's simplify, math-verify.

As a script, `contenders.py NAME`: reads a pair on each line of stdin, writes a line with what
was said (equal, different, open, unread) and the seconds.  An error of a library ends the
process; `Worker` starts another one and counts the pair as an error.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from growth import CLAIMS

from derive.equality.reading import read_statement
from derive.errors import DeriveError
from derive.kernel.verdict import Proved, Refuted, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from derive.equality.statement import Domain, Statement

PairData = dict[str, Any]  # a line of a batch, with truth and family
LIBRARIES = {"derive": "derive", "simplify": "sympy", "math-verify": "math_verify"}


def _read(pair: PairData) -> Statement:
    given, assume = tuple(pair["given"]), tuple(pair["assume"])
    return read_statement(pair["lhs"], pair["rhs"], given, assume, pair["vary"])


def by_derive(pair: PairData) -> str:
    """Read and decide; a claim of `growth.py` goes by its name and size, and is not read."""
    from derive.equality.engine import decide  # noqa: PLC0415 - in its own process only

    grown = pair.get("growth")
    statement = _read(pair) if grown is None else CLAIMS[grown[0]][0](grown[1])
    match decide(statement).verdict:
        case Proved():
            return "equal"
        case Refuted():
            return "different"
        case Unresolved():
            return "open"


def by_simplify(pair: PairData) -> str:
    """Ask `simplify(lhs - rhs)` for 0; a number that is not 0 says that they differ.

    It is given our reading with what is assumed of each letter.  Side equations and Landau
    terms it has no place for, and equations it does not compare: these it is not asked.
    """
    import sympy  # noqa: PLC0415 - in its own process only

    from derive.language.bridge import to_sympy  # noqa: PLC0415

    statement = _read(pair)
    if statement.equations or statement.given or statement.vary is not None:
        return "unasked"
    letters = {
        sympy.Symbol(letter.name, real=True): sympy.Symbol(letter.name, **_assumed(domain))
        for letter, domain in statement.letters.items()
    }
    difference = to_sympy(statement.lhs) - to_sympy(statement.rhs)
    left = sympy.simplify(difference.xreplace(letters))
    if left == 0:
        return "equal"
    return "different" if left.is_number and left.is_zero is False else "open"


def _assumed(domain: Domain) -> Mapping[str, bool]:
    known = {"real": True}
    if domain.low is not None and domain.low >= 0:
        known["nonnegative"] = True
        if domain.low > 0 or not domain.low_closed:
            known["positive"] = True
    if domain.high is not None and domain.high <= 0:
        known["nonpositive"] = True
        if domain.high < 0 or not domain.high_closed:
            known["negative"] = True
    if domain.whole:
        known["integer"] = True
    return known


def by_math_verify(pair: PairData) -> str:
    """Ask `verify`, which knows equal and not equal and nothing between.

    It takes neither assumptions nor side equations.
    """
    import math_verify  # noqa: PLC0415 - in its own process only

    sides = [
        math_verify.parse(f"${pair[side]}$", parsing_timeout=None, raise_on_error=True)
        for side in ("lhs", "rhs")
    ]
    if not all(sides):
        return "unread"
    same = math_verify.verify(*sides, timeout_seconds=None, raise_on_error=True)
    return "equal" if same else "different"


CONTENDERS: dict[str, Callable[[PairData], str]] = {
    "derive": by_derive,
    "simplify": by_simplify,
    "math-verify": by_math_verify,
}


@dataclass(frozen=True)
class Answer:
    """What was said of a pair: equal, different, open, unasked, unread, error or timeout."""

    said: str
    seconds: float

    @property
    def tried(self) -> bool:
        """Whether the time is that of an attempt to decide."""
        return self.said in {"equal", "different", "open", "timeout"}

    def outcome(self, truth: bool) -> str:
        """Class it as right, wrong or open."""
        if self.said not in {"equal", "different"}:
            return "open"
        return "right" if (self.said == "equal") == truth else "wrong"


class Worker:
    """A contender's process, started anew where it failed or ran out of time."""

    def __init__(self, name: str, timeout: float) -> None:
        self.name, self.timeout = name, timeout
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, pair: PairData) -> Answer:
        """Have a pair decided."""
        if self.process is None:
            self.process = self._started()
        to, back = _pipes(self.process)
        start = time.perf_counter()
        to.write(json.dumps(pair).encode() + b"\n")
        to.flush()
        if not select.select([back], [], [], self.timeout)[0]:
            self.close()
            return Answer("timeout", self.timeout)
        line = back.readline()
        if not line:
            self.close()
            return Answer("error", time.perf_counter() - start)
        said, seconds = json.loads(line)
        return Answer(said, seconds)

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), self.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _pipes(process)[1].readline()  # it has imported everything
        return process


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise ValueError("a process without pipes")
    return process.stdin, process.stdout


WARM: PairData = {
    "lhs": r"\sin^2 x+\cos^2 x+\sqrt{x}", "rhs": r"1+\sqrt x", "given": [], "assume": ["x>0"],
    "vary": None,
}  # fmt: skip


def main() -> None:
    """Answer one pair after another."""
    decide = CONTENDERS[sys.argv[1]]
    answers = sys.stdout
    sys.stdout = sys.stderr  # a library that prints must not answer
    try:
        decide(WARM)
    finally:
        print("ready", file=answers, flush=True)
    for line in sys.stdin:
        pair = json.loads(line)
        start = time.perf_counter()
        try:
            said = decide(pair)
        except DeriveError:
            said = "unread"
        print(json.dumps([said, time.perf_counter() - start]), file=answers, flush=True)


if __name__ == "__main__":
    main()
