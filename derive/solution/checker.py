"""A document against a key: every link decided, every answer compared, mistakes located.

The order of work: what letters mean, then definitions, for a name may be used above the
line that defines it; then link by link; then the answers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.checking import Checker, forget_models, load_for
from derive.documents.chains import chains_of
from derive.documents.model import Item, Prose
from derive.documents.reading import document_of, read_document
from derive.keys import select, siblings
from derive.results import (
    Diagnosis,
    DocumentIdea,
    DocumentLink,
    DocumentReport,
    DocumentResult,
)
from derive.solution.context import Context
from derive.solution.definitions import collect
from derive.solution.ideas import shown
from derive.solution.inference import infer
from derive.solution.judgement import Decider
from derive.solution.problem import ProblemChecker
from derive.solution.sections import Section, sections
from derive.solution.sides import span_source
from derive.solution.stated import stated_values
from derive.solution.usual import in_usual_letters
from derive.solution.variational import Paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from derive.derivation import Problem, Source
    from derive.documents.chains import Chain
    from derive.documents.model import Document
    from derive.keys import ProblemRef
    from derive.memory import Memory
    from derive.solution.cases import Lead
    from derive.solution.ideas import Idea


def check_document(  # noqa: PLR0913 - the options of the command line, by name
    path: Path,
    key: str | None = None,
    *,
    seed: int = 0,
    numeric: bool = True,
    on_link: Callable[[str], None] | None = None,
    memory: Memory | None = None,
) -> DocumentReport:
    """Check a written solution, against a key or by its own definitions alone.

    Raises:
        DeriveError: the file cannot be read, or there is no such key.
        EngineDefect: numbers contradict a proof.
    """
    start = time.perf_counter()
    refs = select([key]) if key is not None else []
    document = read_document(path)
    loaded = load_key(key, refs)
    checker = Checker(seed, numeric, memory=memory)
    report = _check(document, loaded, checker, on_link or _tell_nobody)
    return replace(report, seconds=time.perf_counter() - start)


def check_source(  # noqa: PLR0913 - the options of the command line, by name
    name: str,
    data: bytes,
    key: LoadedKey,
    *,
    seed: int = 0,
    numeric: bool = True,
    on_link: Callable[[str], None] | None = None,
    memory: Memory | None = None,
) -> DocumentReport:
    """Check the bytes of a written solution against a key that is loaded already.

    No file is opened and the key stays as it is: of many documents, each gets the report
    that it would get alone.

    Args:
        name: what the document is called; its suffix says of which kind it is.
        data: what stands in it.
        key: against what; `LoadedKey()` for its own definitions alone.
        seed: of the models.
        numeric: whether proved links are confirmed in models.
        on_link: is told the name of each link as its turn comes.
        memory: what was decided before, and is not decided again.

    Raises:
        DeriveError: the bytes are no document.
        EngineDefect: numbers contradict a proof.
    """
    start = time.perf_counter()
    document = document_of(name, data)
    checker = Checker(seed, numeric, memory=memory)
    report = _check(document, key, checker, on_link or _tell_nobody)
    return replace(report, seconds=time.perf_counter() - start)


@dataclass(frozen=True)
class LoadedKey:
    """The problems that documents are checked against, their scripts run.

    name:     as the key was asked for, "hw3" or "hw3/2.2"; "" for none.
    problems: by their ids within the key.
    ids:      of all problems of the key, those that were not asked for included.
    ideas:    what is looked for besides, by the ids of problems.
    """

    name: str = ""
    problems: Mapping[str, tuple[ProblemRef, Problem]] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    ideas: Mapping[str, Sequence[Idea]] = field(default_factory=dict)


def load_key(key: str | None, refs: Sequence[ProblemRef] | None = None) -> LoadedKey:
    """Run the scripts of a key, once for all documents.

    Args:
        key: a target such as "hw3"; None for documents without a key.
        refs: what it stands for, where that is known.

    Raises:
        DeriveError: there is no such key, or a script of it does not run.
    """
    if key is None:
        return LoadedKey()
    found = select([key]) if refs is None else refs
    problems = {ref.id: (ref, load_for(ref)) for ref in found}
    return LoadedKey(key, problems, tuple(dict.fromkeys(p.id for r in found for p in siblings(r))))


def _check(
    document: Document, key: LoadedKey, checker: Checker, on_link: Callable[[str], None]
) -> DocumentReport:
    forget_models()  # those of a document before, whose scopes were the key's too
    name, problems = document.path, key.problems
    usual = in_usual_letters(document.blocks, [loaded for _, loaded in problems.values()])
    parts = chains_of(usual.blocks)
    prose = tuple(part.text.text for part in parts if isinstance(part, Prose | Item))
    run = _Run(name, checker, problems, on_link, prose)
    run.guessed = usual.guessed
    run.document(
        [
            section
            for section in sections(parts, list(key.ids))
            if not section.problem or section.problem in problems or not problems
        ]
    )
    notes = [(span_source(name, note.place, note.place), note.message) for note in document.notes]
    return DocumentReport(
        name,
        key.name,
        {ref.target: problem.title for ref, problem in problems.values()},
        tuple(run.links),
        tuple(run.results()),
        (*usual.told, *run.told()),
        (*notes, *run.damage()),
        ideas=tuple(run.ideas(key.ideas)),
    )


def _tell_nobody(_name: str) -> None:
    """Take no notice of progress."""


class _Run:
    """One document under check."""

    def __init__(
        self,
        file: str,
        checker: Checker,
        problems: Mapping[str, tuple[ProblemRef, Problem]],
        on_link: Callable[[str], None],
        prose: tuple[str, ...],
    ) -> None:
        self.file, self.checker, self.on_link = file, checker, on_link
        self.problems, self.prose = problems, prose
        self.guessed: frozenset[str] = frozenset()  # names of the problems, in all of them
        self.links: list[DocumentLink] = []
        self._checkers: dict[str, ProblemChecker] = {}
        self._chains_of: dict[str, list[Chain]] = {}
        self.paths = Paths()

    def document(self, found: list[Section]) -> None:
        """Decide the links of all sections, in the order of the document."""
        for section in found:
            for problem in self._among(section):
                self._chains_of.setdefault(problem, []).extend(section.chains)
        self.paths = Paths.of(chain for section in found for chain in section.chains)
        for section in found:
            self._section(section)

    def _among(self, section: Section) -> list[str]:
        """The problems that a section may be about."""
        if section.problem or not self.problems:
            return [section.problem]
        inside = [p for p in self.problems if p.startswith(f"{section.group}.")]
        return inside if section.group else list(self.problems)

    def _section(self, section: Section) -> None:
        among = self._among(section)
        if len(among) == 1:
            self._chains(among[0], section.chains, section.leads, section.statement)
            return
        # Under a heading of a group, or without any: each chain to the problem that reads it.
        here = among[0]
        for number, chain in enumerate(section.chains):
            restated = 1 if section.group or number < section.statement else 0
            before, here = here, self._best(chain, among, here)
            first = len(self.links)
            self._chains(here, [chain], [section.leads[number]], restated)
            if before != here and self._checker(before).readable(chain) == self._checker(
                here
            ).readable(chain):
                here = before if self._contested(chain, before, first) else here

    def _best(self, chain: Chain, among: list[str], here: str) -> str:
        order = [here, *(p for p in among if p != here)]
        scores = {p: self._checker(p).readable(chain) for p in order}
        best = [p for p in order if scores[p] == max(scores.values())]
        if len(best) == 1:
            return best[0]
        return max(best, key=lambda p: self._checker(p).provable(chain))

    def _contested(self, chain: Chain, problem: str, first: int) -> bool:
        """Leave open what the problem of the chain before, which reads it too, refutes."""
        false = self._checker(problem).refuted(chain)
        target = self._checker(problem).context.target
        for number, link in enumerate(self.links[first:], start=first):
            if link.outcome == "proved" and (link.lhs, link.rhs) in false:
                told = Diagnosis("ambiguous", f"true in {link.problem}, false in {target}")
                self.links[number] = replace(link, outcome="unresolved", diagnosis=told)
        return bool(false)

    def _chains(self, problem: str, chains: list[Chain], leads: list[Lead], statement: int) -> None:
        checker = self._checker(problem)
        collect(chains, checker.context)
        checker.expanding(chains)
        for number, chain in enumerate(chains):
            for link in checker.chain(chain, leads[number], restated=number < statement):
                self.on_link(link.id)
                self.links.append(link)

    def _checker(self, problem: str) -> ProblemChecker:
        if problem not in self._checkers:
            if problem:
                ref, loaded = self.problems[problem]
                context = Context.of_problem(ref.target, loaded)
                context.guessed |= self.guessed & context.letters.keys()
            else:
                context = Context.free()
            chains = self._chains_of.get(problem, [])
            infer(chains, context, self.prose)
            collect(chains, context)
            context.values = tuple(stated_values(chains, context))
            context.paths = self.paths
            decider = Decider(self.checker, self.file)
            self._checkers[problem] = ProblemChecker(self.file, context, decider, self.links)
        return self._checkers[problem]

    def results(self) -> list[DocumentResult]:
        """Compare the answers of every problem."""
        found: list[DocumentResult] = []
        for name, (ref, problem) in self.problems.items():
            if name in self._checkers:
                found += self._checkers[name].answers()
                continue
            found += [
                DocumentResult(ref.target, r.name, r.stated, Fraction(r.points), "missing")
                for r in problem.results
            ]
        return found

    def ideas(self, wanted: Mapping[str, Sequence[Idea]]) -> list[DocumentIdea]:
        """Look for the ideas that are asked for, problem by problem."""
        found: list[DocumentIdea] = []
        for name, (ref, _) in self.problems.items():
            if name in self._checkers:
                checker = self._checkers[name]
                links = [
                    link
                    for link in self.links
                    if link.problem == ref.target and link.id not in checker.apart
                ]
                found += shown(wanted.get(name, ()), ref.target, links, checker.context)
        return found

    def damage(self) -> list[tuple[Source, str]]:
        """What may have been an equation."""
        return [note for checker in self._checkers.values() for note in checker.damage]

    def told(self) -> list[str]:
        """What was inferred of the letters."""
        return [
            f"{checker.context.target}: {name}: {meaning}".removeprefix(": ")
            for checker in self._checkers.values()
            for name, meaning in checker.context.told.items()
        ]
