"""From problems to a report: run their scripts, decide every link and every result.

What an author's code raises becomes an error of its problem and the others still run;
an EngineDefect and whatever the engine itself raises end the run.
"""

from __future__ import annotations

import runpy
import sys
import time
import traceback
from contextlib import redirect_stdout
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.derivation import Problem
from derive.errors import DeriveError
from derive.kernel.check import Sessions
from derive.kernel.verdict import Proved, Unresolved, Verdict
from derive.keys import KeyRef, ProblemRef, UnknownTarget, default_root, discover, select
from derive.language.claims import Claim, Equal, EqualUpToConstant
from derive.numeric.confirm import confirm, forget_models
from derive.numeric.evidence import Estimate, Slope
from derive.reader import read_formula
from derive.results import LinkReport, ProblemReport, Report, ResultReport
from derive.tactics.decide import attempt, decide
from derive.tactics.raising import raised
from derive.workers import shared_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from derive.derivation import Link, Result
    from derive.language.scope import Scope
    from derive.memory import Memory
    from derive.numeric.evidence import Confirmation, Simulation

__all__ = [
    "Checker",
    "EngineDefect",
    "KeyRef",
    "ProblemRef",
    "UnknownTarget",
    "check",
    "default_root",
    "discover",
    "forget_models",
    "load",
    "select",
]

# What a script may raise: SystemExit too, which would else end the run as a success.
_ScriptErrors = (Exception, SystemExit)


class EngineDefect(Exception):
    """A proved claim that numbers contradict: our bug, never the author's."""


class _ScriptFailed(DeriveError):
    """An author's function raised while a result was checked; the message says where."""


def load(ref: ProblemRef) -> Problem:
    """Run a proof script and take the `problem` it built."""
    if not ref.path.is_file():
        raise DeriveError("there is no such file; the key.toml beside it names it")
    with redirect_stdout(sys.stderr):  # standard output is for the report
        problem = runpy.run_path(str(ref.path)).get("problem")
    if not isinstance(problem, Problem):
        raise DeriveError("expected a variable `problem` of type Problem")
    return problem


def load_for(ref: ProblemRef) -> Problem:
    """Run a proof script for a document; where it raises, say so as an error of the key's.

    Raises:
        DeriveError: the script raised, or builds no problem.
    """
    try:
        return load(ref)
    except _ScriptErrors as error:
        raise DeriveError(f"the key does not run: {_where(error, ref.path)}") from error


def check(  # noqa: PLR0913 - the options of the command line, by name
    refs: Sequence[ProblemRef],
    *,
    seed: int = 0,
    numeric: bool = True,
    on_link: Callable[[str], None] | None = None,
    jobs: int = 1,
    meanwhile: Callable[[], None] | None = None,
) -> Report:
    """Decide every link and result of the problems, in `jobs` processes.

    The report is the same for any number of processes; what a script prints is not in
    it.  `on_link` is told the name of each link as its turn comes; `meanwhile` is called
    once while other processes work, if they do.

    Raises:
        EngineDefect: numbers contradict a proof.
    """
    start = time.perf_counter()

    def work(index: int, tell: Callable[[str], None]) -> ProblemReport:
        report = _check_problem(refs[index], seed, numeric, tell)
        return report if jobs == 1 else _without_functions(report)

    def lost(index: int, status: int) -> ProblemReport:
        error = f"{refs[index].path}: the process that ran it ended with status {status}"
        return _failed(refs[index], error)

    # The longest script is likely to take the longest: begun last, it would be waited for.
    order = sorted(range(len(refs)), key=lambda index: -_size(refs[index].path))
    reports = shared_out(work, order, jobs, on_link or _tell_nobody, lost, meanwhile)
    return Report(tuple(reports), seed, time.perf_counter() - start)


def _without_functions(report: ProblemReport) -> ProblemReport:
    """Leave out the simulations, which are drawn by now: functions cannot be sent."""
    results = tuple(
        replace(one, result=replace(one.result, simulation=None)) for one in report.results
    )
    if report.problem is not None:
        # In place: the chains of the problem point back to it.
        report.problem.results[:] = [replace(r, simulation=None) for r in report.problem.results]
    return replace(report, results=results)


def _tell_nobody(_name: str) -> None:
    """Take no notice of progress."""


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _check_problem(
    ref: ProblemRef, seed: int, numeric: bool, on_link: Callable[[str], None]
) -> ProblemReport:
    start = time.perf_counter()
    try:
        problem = load(ref)
    except _ScriptErrors as error:
        return _failed(ref, _where(error, ref.path))
    checker = Checker(seed, numeric)
    links: list[LinkReport] = []
    for title, link in [(chain.title, link) for chain in problem.chains for link in chain.links]:
        name = f"{ref.target}#{len(links) + 1}"
        on_link(name)
        links.append(checker.link(name, title, link))
    results, errors = [], []
    for result in problem.results:
        try:
            results.append(checker.result(result))
        except _ScriptFailed as error:
            errors.append(str(error))
    controls = tuple(
        checker.control(f"{ref.target}#control-{number}", link)
        for number, link in enumerate(problem.controls, start=1)
    )
    return ProblemReport(
        ref.target,
        problem.title,
        Fraction(problem.points),
        problem,
        tuple(links),
        tuple(results),
        controls,
        "\n".join(errors),
        time.perf_counter() - start,
    )


def _failed(ref: ProblemRef, error: str) -> ProblemReport:
    return ProblemReport(ref.target, ref.title(), Fraction(0), None, error=error)


def _where(error: BaseException, path: Path) -> str:
    """Give file, line and message of an error inside a proof script."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno}: {error.msg}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    line = f":{frames[-1].lineno}" if frames else ""
    if isinstance(error, SystemExit):
        return f"{path}{line}: the script ended the run, SystemExit({error.code!r})"
    # What `load` itself has to say needs no class name; where a script raised, it helps.
    kind = "" if isinstance(error, DeriveError) and not frames else f"{type(error).__name__}: "
    return f"{path}{line}: {kind}{error}"


class Checker:
    """Decides and confirms the links of one problem, sharing sessions between them.

    With a memory nothing is shared: what is remembered must not depend on what was
    decided before it.
    """

    def __init__(
        self, seed: int = 0, numeric: bool = True, *, memory: Memory | None = None
    ) -> None:
        self.seed, self.numeric, self.memory = seed, numeric, memory
        self.sessions = Sessions(describe=raised)

    def link(self, name: str, chain: str, link: Link) -> LinkReport:
        """Decide one link."""
        start = time.perf_counter()
        verdict, confirmation = self.claim(link.claim, link.scope, name)
        seconds = time.perf_counter() - start
        return LinkReport(name, chain, link, verdict, confirmation, seconds)

    def control(self, name: str, link: Link) -> LinkReport:
        """Decide a claim that its author takes to be false; a true one is the author's slip."""
        return self.link(name, "", link)

    def result(self, result: Result) -> ResultReport:
        """Compare a result with the stated answer, read by the project's own reader."""
        try:
            stated = read_formula(result.stated, result.letters, result.scope)
        except DeriveError as error:  # a ParseError, or IllTyped: a sum of a number and a vector
            return ResultReport(
                result, Unresolved("the stated answer is not read"), None, unread=str(error)
            )
        make = EqualUpToConstant if result.up_to_constant else Equal
        verdict, confirmation = self.claim(make(result.derived, stated), result.scope, result.name)
        return ResultReport(result, verdict, confirmation, self._simulations(result))

    def claim(self, claim: Claim, scope: Scope, name: str) -> tuple[Verdict, Confirmation | None]:
        """Decide a claim; a proved one is confirmed in random models.

        Raises EngineDefect if numbers contradict a proof.
        """
        if self.memory is not None:
            return self._remembered(claim, scope, name, self.memory)
        return self._claim(claim, scope, name)

    def _claim(self, claim: Claim, scope: Scope, name: str) -> tuple[Verdict, Confirmation | None]:
        verdict = decide(claim, scope, self.sessions, self.seed)
        if not self.numeric or not isinstance(verdict, Proved):
            return verdict, None
        confirmation = confirm(claim, scope, self.seed)
        if not confirmation.agreed:
            raise EngineDefect(f"{name} is proved, and false in a model")
        return verdict, confirmation

    def attempt(self, claim: Claim, scope: Scope) -> Verdict:
        """Try to prove a claim that is probably false: Proved or Unresolved, soon."""
        memory = self.memory
        if memory is None:
            return attempt(claim, scope, self.sessions, self.seed)
        key = memory.key("attempt", claim, scope, self.seed)
        known = memory.find(key)
        if known is None:
            known = attempt(claim, scope, Sessions(describe=raised), self.seed), None
            memory.keep(key, *known)
        return known[0]

    def _remembered(
        self, claim: Claim, scope: Scope, name: str, memory: Memory
    ) -> tuple[Verdict, Confirmation | None]:
        key = memory.key("claim, confirmed" if self.numeric else "claim", claim, scope, self.seed)
        known = memory.find(key)
        if known is None:
            forget_models()
            known = Checker(self.seed, self.numeric)._claim(claim, scope, name)  # noqa: SLF001
            memory.keep(key, *known)
        return known

    def _simulations(self, result: Result) -> tuple[Simulation, ...]:
        """Draw the author's simulations.  Raises _ScriptFailed where their code raises."""
        if not self.numeric or result.simulation is None:
            return ()
        place = f"{result.source.file}:{result.source.line}: simulation of {result.name}"
        try:
            with redirect_stdout(sys.stderr):
                drawn = tuple(result.simulation(self.seed))
        except _ScriptErrors as error:
            raise _ScriptFailed(f"{place}: {type(error).__name__}: {error}") from error
        if not all(isinstance(one, Estimate | Slope) for one in drawn):
            raise _ScriptFailed(f"{place}: expected values of type Estimate or Slope")
        return drawn
