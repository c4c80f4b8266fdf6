"""The key that a class is graded with: its problems, its rubric, what it was made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.rubric import FILE, Rubric, read_rubric
from derive.keys import select
from derive.language.claims import Equal, EqualUpToConstant
from derive.solution.checker import LoadedKey, load_key
from derive.solution.ideas import Equation, Idea

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from derive.derivation import Chain, Problem
    from derive.grading.rubric import IdeaItem
    from derive.keys import ProblemRef


@dataclass(frozen=True)
class GradingKey:
    """A key with its rubric.

    loaded:   what documents are checked against.
    titles:   of the problems, by their ids, in the order of the sheet.
    engine:   a digest of what decides: derive itself and the key.  A record made by
              another one is out of date.  The points of the rubric are not in it: they
              are counted anew each time.
    """

    loaded: LoadedKey
    rubric: Rubric
    titles: dict[str, str]
    engine: str


def load_grading_key(target: str, rubric: Path | None = None) -> GradingKey:
    """Load a key, run its scripts and read its rubric.

    Args:
        target: a key, a problem or a group of problems, or a folder with a `key.toml`.
        rubric: a file to use instead of the key's own `rubric.toml`.

    Raises:
        DeriveError: there is no such key, or its rubric does not fit it.
    """
    refs = select([target])
    if rubric is not None and not rubric.is_file():
        raise DeriveError(f"{rubric}: there is no such file; expected a rubric")
    loaded = load_key(target, refs)
    problems = [problem for _, problem in loaded.problems.values()]
    file = rubric or refs[0].path.parent / FILE
    known = read_rubric(file, problems, whole=len(problems) == len(loaded.ids))
    ideas = {
        rubric_.problem: tuple(_idea(item, problem, file) for item in rubric_.ideas)
        for rubric_, problem in zip(known.problems, problems, strict=True)
    }
    titles = {problem.id: problem.title for problem in problems}
    loaded = replace(loaded, ideas=ideas)
    return GradingKey(loaded, known, titles, _digest(refs, loaded, known))


def _idea(item: IdeaItem, problem: Problem, file: Path) -> Idea:
    where = f"{file}: problem {problem.id}, idea {item.id}"
    equations = []
    for title in item.chains:
        chain = next(chain for chain in problem.chains if chain.title == title)
        equation = _equation(chain, where)
        try:
            equation.check()
        except DeriveError as error:
            raise DeriveError(
                f"{where}: the chain {title!r} cannot be looked for: {error}"
            ) from None
        equations.append(equation)
    return Idea(item.id, tuple(equations))


def _equation(chain: Chain, where: str) -> Equation:
    """Give what a chain proves: its first side is its last."""
    claims = [link.claim for link in chain.links]
    if not claims or not all(isinstance(claim, Equal) for claim in claims):
        kinds = {type(claim).__name__ for claim in claims}
        told = "up to a constant" if EqualUpToConstant.__name__ in kinds else "of another kind"
        raise DeriveError(
            f"{where}: the chain {chain.title!r} proves something {told}; expected an equality"
        )
    first = claims[0]
    assert isinstance(first, Equal)  # noqa: S101 - they all are
    return Equation(first.lhs, chain.last, chain.links[-1].scope)


def _digest(refs: Sequence[ProblemRef], loaded: LoadedKey, rubric: Rubric) -> str:
    """Name what records depend on: the sources of derive and of the key, the ideas."""
    digest = hashlib.sha256()
    for path in [*_sources(Path(__file__).parents[1]), *_key_files(refs)]:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    ideas = [(p.problem, idea.id, idea.chains) for p in rubric.problems for idea in p.ideas]
    digest.update(repr((loaded.name, [r.target for r in refs], ideas)).encode())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    """Give the program's own files: its version alone says nothing in a checkout."""
    yield from sorted(folder.rglob("*.py"))


def _key_files(refs: Sequence[ProblemRef]) -> Iterator[Path]:
    for folder in sorted({ref.path.parent for ref in refs}):
        yield from sorted(p for p in folder.rglob("*") if p.suffix in {".py", ".json", ".csv"})
