"""The key that a class is graded with: its problems, its rubric, what it was made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.rubric import FILE, Rubric, read_rubric
from derive.keys import read_key, select
from derive.language.claims import Equal, EqualUpToConstant
from derive.solution.answers import stated_term
from derive.solution.checker import LoadedKey, load_key
from derive.solution.ideas import Equation, Idea

_PARTS = frozenset({".py", ".toml", ".json", ".csv"})  # what a key consists of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from derive.derivation import Chain, Problem
    from derive.grading.rubric import IdeaItem
    from derive.keys import ProblemRef


@dataclass(frozen=True)
class Parcel:
    """A key as what it consists of, to be read on another machine.

    program: the digest of derive itself, which must be the same there.
    target:  as it was asked for.
    name:    of its folder; ids: of the problems that are graded.
    files:   its scripts and tables by their paths in the folder, the rubric among them.
    """

    program: str
    target: str
    name: str
    ids: tuple[str, ...]
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Name all of it but the rubric."""
        whole = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            if name != FILE:
                whole.update(f"{name} {len(data)}\n".encode() + data)
        whole.update(repr((self.program, self.target, self.name, self.ids)).encode())
        return whole.hexdigest()


@dataclass(frozen=True)
class GradingKey:
    """A key with its rubric.

    loaded: what documents are checked against.
    titles: of the problems, by their ids, in the order of the sheet; of each by language.
    engine: a digest of what decides: derive itself, the key, the ideas that are looked
            for.  A record made by another one is out of date.  The points of the rubric
            are not in it: they are counted anew each time.
    """

    loaded: LoadedKey
    rubric: Rubric
    titles: dict[str, Mapping[str, str]]
    engine: str
    parcel: Parcel


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
    return _load(target, refs, rubric or refs[0].path.parent / FILE)


def unpacked(parcel: Parcel, folder: Path) -> GradingKey:
    """Load a key from its parcel, which is written to a folder of ours first.

    Raises:
        DeriveError: derive is another one here, or a path leads out of the folder.
    """
    if parcel.program != program_digest():
        raise DeriveError(
            "a worker of the cluster has another version of derive; install the same one "
            "on all machines"
        )
    root = folder / parcel.name
    for name, data in parcel.files.items():
        file = root / name
        if not file.resolve().is_relative_to(root.resolve()):
            raise DeriveError(f"{name}: expected a path within the folder of the key")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    refs = [ref for ref in read_key(root).problems if ref.id in parcel.ids]
    return _load(parcel.target, refs, root / FILE)


def _load(target: str, refs: Sequence[ProblemRef], file: Path) -> GradingKey:
    loaded = load_key(target, refs)
    problems = [problem for _, problem in loaded.problems.values()]
    known = read_rubric(file, problems, whole=len(problems) == len(loaded.ids))
    ideas = {
        rubric.problem: tuple(_idea(item, problem, file) for item in rubric.ideas)
        for rubric, problem in zip(known.problems, problems, strict=True)
    }
    titles = {rubric.problem: rubric.title for rubric in known.problems}
    parcel = _parcel(target, refs, file)
    sought = [(p.problem, idea.id, idea.chains) for p in known.problems for idea in p.ideas]
    engine = hashlib.sha256(f"{parcel.digest} {sought!r}".encode()).hexdigest()
    return GradingKey(replace(loaded, ideas=ideas), known, titles, engine, parcel)


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
    answers = (stated_term(result) for result in problem.results)
    return Idea(item.id, tuple(equations), tuple(term for term in answers if term is not None))


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


def _parcel(target: str, refs: Sequence[ProblemRef], rubric: Path) -> Parcel:
    folder = refs[0].path.parent
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in _PARTS and path.is_file()
    }
    if rubric.is_file():
        files[FILE] = rubric.read_bytes()
    ids = tuple(ref.id for ref in refs)
    return Parcel(program_digest(), target, folder.resolve().name, ids, files)


@cache
def program_digest() -> str:
    """Name the sources of derive: in a checkout its version says nothing."""
    whole = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
