"""Rubrics: what each problem of a key is worth, item by item, and what a mistake costs.

A rubric is a file `rubric.toml` beside the `key.toml`; points are strings, so that "0.1" is
a tenth.  A key without one is graded by the points that its scripts give to results.

    total = "1"

    [problem."1"]
    points = "1"                     # as on the sheet
    title = "Score matching"         # or { en = "…", ru = "…" }; else that of the script
    results = { "J" = "0.6" }        # by the names that the scripts give them
    titles = { "J" = "the loss" }    # what pages call them, if not by their names
    [[problem."1".idea]]
    id = "parts"
    points = "0.4"
    title = { en = "the cross term by parts", ru = "перекрёстный член по частям" }
    chains = ["The cross term"]      # titles of chains of the key; showing one of them is enough

    [credit]                         # may stand in [problem."1".credit] as well
    false_step = "0.1"               # what each refuted step costs, where the results are right
    false_steps = "1/2"              # the share of a problem that they may cost in all
    wrong_result = "1/2"             # the share that a refuted result keeps, every step being right
    mistaken_idea = "1/2"            # the share of an idea that is shown but for a mistake
    forgiven = ["component"]         # kinds of slips in a step that cost nothing; see `KINDS`
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.errors import DeriveError
from derive.translation import LANGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from derive.derivation import Problem

FILE = "rubric.toml"
_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6}|/[0-9]{1,6})?")
# What a single edit mends; `derive.solution.repairs` proposes them.
KINDS = (
    "argument", "component", "exponent", "factor", "index", "order", "remainder", "root", "sign",
    "variable",
)  # fmt: skip


@dataclass(frozen=True)
class Credit:
    """What mistakes cost.

    A mistake is charged once: refuted steps cost only what wrong results and mistaken
    ideas of their problem have not cost already.

    false_step:    points, of each refuted step.
    false_steps:   the share of the problem's points that refuted steps may cost together.
    wrong_result:  the share of its points that a refuted result keeps where no step of its
                   problem is refuted.
    mistaken_idea: the share of an idea that is shown but for a mistake.
    forgiven:      kinds of slips that cost nothing in a step: what one edit would mend.
    """

    false_step: Fraction = Fraction(1, 10)
    false_steps: Fraction = Fraction(1, 2)
    wrong_result: Fraction = Fraction(1, 2)
    mistaken_idea: Fraction = Fraction(1, 2)
    forgiven: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ResultItem:
    """A result and its points; its title is its name unless the rubric says otherwise."""

    id: str
    points: Fraction
    title: Mapping[str, str]


@dataclass(frozen=True)
class IdeaItem:
    """An idea and its points; `chains` are titles of chains of the key."""

    id: str
    points: Fraction
    title: Mapping[str, str]
    chains: tuple[str, ...]


@dataclass(frozen=True)
class ProblemRubric:
    """What one problem is worth.  The points of the items add up to `points`."""

    problem: str
    points: Fraction
    results: tuple[ResultItem, ...]
    ideas: tuple[IdeaItem, ...] = ()
    credit: Credit = field(default=Credit())
    title: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rubric:
    """What a sheet is worth, problem by problem in its order."""

    problems: tuple[ProblemRubric, ...]

    @property
    def maximum(self) -> Fraction:
        """All points that can be had."""
        return sum((p.points for p in self.problems), Fraction(0))


def read_rubric(file: Path, problems: Sequence[Problem], *, whole: bool = True) -> Rubric:
    """Read the rubric of a key and check its sums against the sheet.

    Args:
        file: `rubric.toml`; where there is none, the points are those of the scripts.
        problems: those of the key that are graded, in the order of the sheet.
        whole: whether these are all; else the rubric may speak of others and its total
            is not checked.

    Raises:
        DeriveError: it is no rubric of this key; the message says what was expected where.
    """
    if not file.is_file():
        return Rubric(tuple(map(_of_script, problems)))
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DeriveError(f"{file}: {error}") from None
    try:
        return _rubric(data, problems, whole=whole)
    except DeriveError as error:
        raise DeriveError(f"{file}: {error}") from None


def _of_script(problem: Problem) -> ProblemRubric:
    results = tuple(
        ResultItem(r.name, Fraction(r.points), _everywhere(r.name)) for r in problem.results
    )
    title = _everywhere(problem.title)
    rubric = ProblemRubric(problem.id, Fraction(problem.points), results, title=title)
    try:
        return _summed(rubric)
    except DeriveError as error:
        raise DeriveError(f"{problem.file}: {error}") from None


def _rubric(data: dict[str, Any], problems: Sequence[Problem], *, whole: bool) -> Rubric:
    _known(data, {"total", "problem", "credit"}, "the rubric")
    tables, credit = data.get("problem", {}), _credit(data.get("credit", {}), Credit(), "[credit]")
    if not isinstance(tables, dict):
        raise DeriveError('expected tables [problem."1"]')
    if whole:
        _known(tables, {p.id for p in problems}, "[problem]", "a problem of the key")
    found = []
    for problem in problems:
        where = f'[problem."{problem.id}"]'
        if problem.id not in tables:
            raise DeriveError(f"expected a table {where}: the key has this problem")
        found.append(_problem(tables[problem.id], problem, credit, where))
    rubric = Rubric(tuple(found))
    total = _points(data.get("total", str(rubric.maximum)), "total")
    if whole and total != rubric.maximum:
        raise DeriveError(
            f"the problems are worth {decimal(rubric.maximum)} together; "
            f"expected the total, {decimal(total)}"
        )
    return rubric


def _problem(table: object, problem: Problem, credit: Credit, where: str) -> ProblemRubric:
    if not isinstance(table, dict):
        raise DeriveError(f"expected a table {where}")
    _known(table, {"points", "results", "idea", "credit", "title", "titles"}, where)
    results, ideas = table.get("results", {}), table.get("idea", [])
    if not isinstance(results, dict) or not isinstance(ideas, list):
        raise DeriveError(f"{where}: expected a table `results` and tables [[problem.….idea]]")
    _known(results, {r.name for r in problem.results}, f"{where} results", "a result of the key")
    titles = table.get("titles", {})
    if not isinstance(titles, dict):
        raise DeriveError(f"{where}: expected `titles`, a table by the names of results")
    _known(titles, set(results), f"{where} titles", "a result")
    read = ProblemRubric(
        problem.id,
        _points(table.get("points"), f"{where} points"),
        tuple(
            ResultItem(k, _points(v, f"{where} results.{k}"), _title(titles.get(k, k), where))
            for k, v in results.items()
        ),
        tuple(_idea(one, f"{where} idea {n}") for n, one in enumerate(ideas, start=1)),
        _credit(table.get("credit", {}), credit, f"{where} credit"),
        _title(table.get("title", problem.title), where),
    )
    if read.points != problem.points:
        raise DeriveError(
            f"{where}: worth {decimal(read.points)}; expected {decimal(Fraction(problem.points))}, "
            "as on the sheet"
        )
    names = [idea.id for idea in read.ideas]
    for name in names:
        if names.count(name) > 1 or name in results:
            raise DeriveError(f"{where}: two items are called {name!r}")
    _chains(read, problem, where)
    return _summed(read, where)


def _chains(rubric: ProblemRubric, problem: Problem, where: str) -> None:
    titles = {chain.title for chain in problem.chains if chain.title}
    for idea in rubric.ideas:
        for title in idea.chains:
            if title not in titles:
                known = ", ".join(repr(t) for t in sorted(titles))
                raise DeriveError(
                    f"{where} idea {idea.id}: the key has no chain {title!r}; it has {known}"
                )


def _summed(rubric: ProblemRubric, where: str = "") -> ProblemRubric:
    items: list[ResultItem | IdeaItem] = [*rubric.results, *rubric.ideas]
    total = sum((item.points for item in items), Fraction(0))
    if total != rubric.points:
        raise DeriveError(
            f"{where or rubric.problem}: the items are worth {decimal(total)} together; "
            f"expected {decimal(rubric.points)}, the points of the problem"
        )
    return rubric


def _idea(table: object, where: str) -> IdeaItem:
    if not isinstance(table, dict):
        raise DeriveError(f"{where}: expected a table")
    _known(table, {"id", "points", "title", "chains"}, where)
    name, title, chains = table.get("id"), table.get("title"), table.get("chains")
    if not isinstance(name, str) or not name:
        raise DeriveError(f"{where}: expected `id`, a short name")
    if not isinstance(chains, list) or not chains or not all(isinstance(c, str) for c in chains):
        raise DeriveError(f"{where}: expected `chains`, titles of chains of the key")
    points = _points(table.get("points"), f"{where} points")
    return IdeaItem(name, points, _title(title, where), tuple(chains))


def _title(title: object, where: str) -> Mapping[str, str]:
    """Read a title in one language for all, or one for each."""
    if isinstance(title, str):
        return _everywhere(title)
    if isinstance(title, dict) and all(isinstance(title.get(k), str) for k in LANGS):
        return title
    raise DeriveError(f'{where}: expected `title`, a text or {{ en = "…", ru = "…" }}')


def _everywhere(text: str) -> Mapping[str, str]:
    return dict.fromkeys(LANGS, text)


def _credit(table: object, start: Credit, where: str) -> Credit:
    if not isinstance(table, dict):
        raise DeriveError(f"{where}: expected a table")
    names = {f.name for f in fields(Credit)}
    _known(table, names, where)
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name == "forgiven":
            found[name] = _kinds(value, f"{where} {name}")
            continue
        found[name] = _points(value, f"{where} {name}")
        if name != "false_step" and found[name] > 1:
            raise DeriveError(f"{where} {name}: expected a share from 0 to 1")
    return replace(start, **found)


def _kinds(value: object, where: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
        raise DeriveError(f"{where}: expected a list of kinds of slips")
    _known(dict.fromkeys(value), set(KINDS), where, "a kind of slip")
    return frozenset(value)


def _known(table: Mapping[str, object], names: set[str], where: str, what: str = "") -> None:
    for name in table:
        if name not in names:
            expected = ", ".join(sorted(names))
            raise DeriveError(f"{where}: unknown {name!r}; expected {what or 'one'} of {expected}")


def _points(value: object, where: str) -> Fraction:
    """Read points or a share: "0.4", "1/2" or a whole number; a float is no tenth."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return Fraction(value)
    found = fraction(value.replace(",", ".")) if isinstance(value, str) else None
    if found is not None and found >= 0:
        return found
    raise DeriveError(f'{where}: expected points as a text, for example "0.4"')


def fraction(text: str) -> Fraction | None:
    """Read "0.4", "-0.1", "1/2" or "2"; None where a text is no such number.

    >>> fraction("0.4"), fraction("1e9")
    (Fraction(2, 5), None)
    """
    if _NUMBER.fullmatch(text) is None:
        return None
    try:
        return Fraction(text)
    except ZeroDivisionError:
        return None


def decimal(points: Fraction) -> str:
    """Write points as a decimal, rounded half up to four places where they have more.

    >>> decimal(Fraction(2, 5)), decimal(Fraction(1, 3)), decimal(Fraction(3))
    ('0.4', '0.3333', '3')
    """
    scaled = int(abs(points) * 10_000 + Fraction(1, 2))
    whole, rest = divmod(scaled, 10_000)
    text = f"{whole}.{rest:04}".rstrip("0").rstrip(".")
    return f"-{text}" if points < 0 and scaled else text
