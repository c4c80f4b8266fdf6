"""From targets to a report: find the keys, run their scripts, decide every link.

A key is a folder with a `key.toml` (title, problems) and one script per problem.
Keys are looked for in the `proofs` folder of the checkout, else in the package.
"""

from __future__ import annotations

import difflib
import runpy
import time
import tomllib
import traceback
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from derive.derivation import Problem
from derive.errors import DeriveError, ParseError
from derive.kernel.check import Sessions
from derive.kernel.verdict import Proved, Unresolved, Verdict
from derive.language.claims import Claim, Equal, EqualUpToConstant
from derive.numeric.confirm import confirm
from derive.reader import read_formula
from derive.results import Confirmation, LinkReport, ProblemReport, Report, ResultReport
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from derive.derivation import Link, Result
    from derive.language.scope import Scope
    from derive.results import Simulation


class UnknownTarget(DeriveError):
    """No key or problem has this name; `near` lists similar ones."""

    def __init__(self, target: str, near: list[str]) -> None:
        self.target, self.near = target, near
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"no target {target!r}{hint}")


class EngineDefect(Exception):
    """A proved claim that numbers contradict: our bug, never the author's."""


@dataclass(frozen=True)
class ProblemRef:
    """One problem of a key, before its script has run."""

    key: str
    id: str
    path: Path

    @property
    def target(self) -> str:
        """The name on the command line, e.g. `hw3/2.2`."""
        return f"{self.key}/{self.id}"


@dataclass(frozen=True)
class KeyRef:
    """One key, before its scripts have run."""

    name: str
    title: str
    path: Path
    problems: tuple[ProblemRef, ...]


# --- finding ---------------------------------------------------------------------------


def default_root() -> Path:
    """Give the folder of keys: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parent
    beside = package.parent / "proofs"
    return beside if beside.is_dir() else package / "packaged_proofs"


def discover(root: Path | None = None) -> tuple[KeyRef, ...]:
    """List the keys without running anything."""
    folder = root or default_root()
    return tuple(_key(path.parent) for path in sorted(folder.glob("*/key.toml")))


def _key(folder: Path) -> KeyRef:
    try:
        data = tomllib.loads((folder / "key.toml").read_text(encoding="utf-8"))
        pairs = data["problems"].items()
        problems = tuple(ProblemRef(folder.name, i, folder / file) for i, file in pairs)
        return KeyRef(folder.name, str(data["title"]), folder, problems)
    except (tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        message = f"{folder / 'key.toml'}: expected `title` and a table `[problems]`: {error}"
        raise DeriveError(message) from None


def select(targets: Sequence[str], root: Path | None = None) -> list[ProblemRef]:
    """Resolve targets (`hw3`, `hw3/2.1`; none: everything).  Raises UnknownTarget."""
    keys = discover(root)
    everything = [p for key in keys for p in key.problems]
    if not targets:
        return everything
    chosen: list[ProblemRef] = []
    for target in targets:
        found = [p for p in everything if target.rstrip("/") in (p.key, p.target)]
        if not found:
            names = [k.name for k in keys] + [p.target for p in everything]
            raise UnknownTarget(target, difflib.get_close_matches(target, names, n=3, cutoff=0.4))
        chosen += [p for p in found if p not in chosen]
    return chosen


def load(ref: ProblemRef) -> Problem:
    """Run a proof script and take the `problem` it built."""
    namespace = runpy.run_path(str(ref.path))
    problem = namespace.get("problem")
    if not isinstance(problem, Problem):
        raise DeriveError(f"{ref.path}: expected a variable `problem` of type Problem")
    return problem


# --- checking --------------------------------------------------------------------------


def check(
    refs: Sequence[ProblemRef],
    *,
    seed: int = 0,
    numeric: bool = True,
    on_link: Callable[[str], None] | None = None,
) -> Report:
    """Decide every link and result of the problems.

    A script that raises becomes an error of its problem; the others still run.
    """
    start = time.perf_counter()
    reports = tuple(_check_problem(ref, seed, numeric, on_link) for ref in refs)
    return Report(reports, seed, time.perf_counter() - start)


def _check_problem(
    ref: ProblemRef, seed: int, numeric: bool, on_link: Callable[[str], None] | None
) -> ProblemReport:
    try:
        problem = load(ref)
    except Exception as error:  # noqa: BLE001 - a script is the author's code: any error is theirs
        return ProblemReport(ref.target, "", Fraction(0), None, error=_where(error, ref.path))
    checker = Checker(seed, numeric)
    links = [(chain.title, link) for chain in problem.chains for link in chain.links]
    reports = []
    for number, (title, link) in enumerate(links, start=1):
        name = f"{ref.target}#{number}"
        if on_link is not None:
            on_link(name)
        reports.append(checker.link(name, title, link))
    results = tuple(checker.result(result) for result in problem.results)
    controls = tuple(
        checker.control(f"{ref.target}#control-{number}", link)
        for number, link in enumerate(problem.controls, start=1)
    )
    return ProblemReport(
        ref.target, problem.title, Fraction(problem.points), problem, tuple(reports), results, controls
    )


def _where(error: BaseException, path: Path) -> str:
    """Give file, line and message of an error inside a proof script."""
    if isinstance(error, SyntaxError):
        return f"{path}:{error.lineno}: {error.msg}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    line = f":{frames[-1].lineno}" if frames else ""
    return f"{path}{line}: {type(error).__name__}: {error}"


class Checker:
    """Decides and confirms the links of one problem, sharing sessions between them."""

    def __init__(self, seed: int = 0, numeric: bool = True) -> None:
        self.seed, self.numeric = seed, numeric
        self.sessions = Sessions()

    def link(self, name: str, chain: str, link: Link) -> LinkReport:
        """Decide one link."""
        start = time.perf_counter()
        verdict, confirmation = self.claim(link.claim, link.scope, name)
        seconds = time.perf_counter() - start
        return LinkReport(name, chain, link, verdict, confirmation, seconds)

    def control(self, name: str, link: Link) -> LinkReport:
        """Decide a claim that its author knows to be false.

        Raises EngineDefect if it is proved.
        """
        start = time.perf_counter()
        verdict = decide(link.claim, link.scope, self.sessions, self.seed)
        if isinstance(verdict, Proved):
            raise EngineDefect(f"{name} is false on purpose, and proved: please report this")
        return LinkReport(name, "", link, verdict, None, time.perf_counter() - start)

    def result(self, result: Result) -> ResultReport:
        """Compare a result with the stated answer, read by the project's own reader."""
        try:
            stated = read_formula(result.stated, result.letters, result.scope)
        except ParseError as error:
            return ResultReport(result, Unresolved(f"the stated answer is not read: {error}"), None)
        make = EqualUpToConstant if result.up_to_constant else Equal
        verdict, confirmation = self.claim(make(result.derived, stated), result.scope, result.name)
        simulations: tuple[Simulation, ...] = ()
        if self.numeric and result.simulation is not None:
            simulations = tuple(result.simulation(self.seed))
        return ResultReport(result, verdict, confirmation, simulations)

    def claim(
        self, claim: Claim, scope: Scope, name: str
    ) -> tuple[Verdict, Confirmation | None]:
        """Decide a claim; a proved one is confirmed in random models.

        Raises EngineDefect if numbers contradict a proof.
        """
        verdict = decide(claim, scope, self.sessions, self.seed)
        if not self.numeric or not isinstance(verdict, Proved):
            return verdict, None
        confirmation = confirm(claim, scope, self.seed)
        if not confirmation.agreed:
            raise EngineDefect(f"{name} is proved, and false in a model: please report this")
        return verdict, confirmation
