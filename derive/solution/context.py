r"""What the letters of a document mean in one problem, and what may be assumed there.

The meaning of a name comes from the key, then from the document's own definitions, then
from what the key's answers are called.  Definitions that the document makes join as it
is read; a name used before it is defined has the meaning that it gets below.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.scope import Scope
from derive.language.terms import RV, Apply, Field, Identity, Sym, Term
from derive.language.traverse import walk
from derive.reader.grammar import parse
from derive.reader.lost import taken_elsewhere
from derive.reader.names import name_in, readable
from derive.reader.notation import Defined, Meaning, Notation, canonical
from derive.reader.readings import Reading, readings_of
from derive.solution.approximation import expanding_letters
from derive.solution.doubts import Doubts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.derivation import Problem
    from derive.reader.syntax import Node
    from derive.solution.stated import Value
    from derive.solution.ties import Tie
    from derive.solution.variational import Paths

# What functionals are functions of: `J(\\theta)`.
_PARAMETERS: dict[str, Meaning] = {name: Sym(name) for name in ("\\theta", "\\phi")}
MAX_READINGS = 4  # of one side; more than that is no formula to decide about


IDENTITY = "I"


@dataclass(frozen=True)
class Wrong:
    """An equation of the document that is false, and its line."""

    lhs: Term
    rhs: Term
    line: int


@dataclass
class Context:
    """The notation and the hypotheses of one problem, as far as a document has got.

    scopes:  the hypotheses the key works under, one after the other.
    letters: canonical name -> meaning.
    told:    what was inferred, for the reader of the report.
    small:   the letters that the key expands in.
    points:  the letters that the key takes functions at.
    ranks:   of names that definitions have for parameters, where their use tells it.
    values:  what the document says earlier variables are, as far as it is true.
    ties:    what the document says noise is a part of.
    lines:   of names that the document defines, where.
    heads:   of what it gives a meaning that could not be read, where.
    redefined: what has another meaning from a line on.
    signs:   letters of which the square is defined: their positive values.
    guessed: the names whose meaning is only likely: nothing false is told from them.
    spoken: of these the letters that only the text speaks of.
    same_index: the index letters that stand for one of the key's.
    authors: definitions of the document that contradict the problem, by variable, with
             the line they stand in: what follows from them is told apart.
    wrong:   the equations that were refuted so far, for the same reason.
    doubts:  the hypotheses that the document leaves open.
    paths:   what the whole document says of the laws of processes.
    """

    target: str
    problem: Problem | None
    scopes: tuple[Scope, ...]
    letters: dict[str, Meaning]
    trailing: dict[Field, tuple[Term, ...]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    authors: dict[RV, tuple[Term, int]] = field(default_factory=dict)
    answers: dict[str, Term] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    spoken: set[str] = field(default_factory=set)
    same_index: frozenset[str] = frozenset()
    small: tuple[Sym, ...] = ()
    points: tuple[Sym, ...] = ()
    ranks: dict[str, int] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    ties: tuple[Tie, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    redefined: dict[str, int] = field(default_factory=dict)
    signs: dict[Sym, Term] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    doubts: Doubts = field(default_factory=Doubts)
    paths: Paths | None = None

    @classmethod
    def of_problem(cls, target: str, problem: Problem) -> Context:
        """Make the context of a problem of a key, before the document has said anything."""
        letters: dict[str, Meaning] = {canonical(k): v for k, v in problem.letters.items()}
        for name, function in problem.named.items():
            letters[canonical(name)] = Defined((function.var,), function.body)
        answers = {
            name: result.derived
            for result in problem.results
            if (name := answer_name(result.name)) and _plain(result.derived)
        }
        made = cls(target, problem, _scopes(problem), letters, _trailing(problem), answers=answers)
        made.small = expanding_letters(_terms(problem))
        made.points = _points(problem)
        return made

    @classmethod
    def free(cls) -> Context:
        """Make the context of a document, or a part of one, that belongs to no problem."""
        return cls("", None, (Scope(),), {})

    @property
    def scope(self) -> Scope:
        """The hypotheses that tell which variables there are: the laws of all stages."""
        return self.scopes[-1]

    def notation(self, text: str) -> Notation:
        """Give the notation in which a side is read."""
        letters = {**_PARAMETERS, **self.answers, **self.letters}
        made = Notation.declared(text, letters, self.scope)
        ranks = {f: made.argument_ranks[f] for f in made.argument_ranks if f not in self.trailing}
        return replace(
            made,
            bare=True,
            decorated=True,
            trailing=self.trailing,
            argument_ranks=ranks,
            points=self.points,
        )

    def read(self, text: str) -> list[Reading]:
        """Read a side in every way it can be read.  Raises ParseError where there is none."""
        return self.elaborated(parse(text), text)

    def elaborated(self, node: Node, text: str) -> list[Reading]:
        """Give the readings of a side that is parsed already."""
        notation = self.notation(text)
        if notation.points and taken_elsewhere(notation, node):
            notation = replace(notation, points=())
        return readings_of(node, notation, MAX_READINGS)

    def bare(self, node: Node, text: str) -> bool:
        r"""Whether a formula is of functions alone, their point left out: `\nabla\log p`."""
        try:
            _ = readings_of(node, replace(self.notation(text), points=()), 1)
        except (ParseError, IllTyped):
            return bool(self.points)
        return False

    def declares(self, name: str) -> bool:
        """Whether a canonical name has a meaning from the key or the document."""
        return self.notation("").find(name) is not None

    def twin_of(self, letter: Term) -> RV | None:
        """The random variable that a small letter is a value of."""
        if not isinstance(letter, Sym):
            return None
        name = canonical(letter.name)
        found = self.notation("").variables.get(name[:1].upper() + name[1:])
        return found if found is not None and found.rank == letter.rank else None

    def is_undeclared(self, term: Term) -> bool:
        r"""Whether a model has other arguments here than where it is declared, `s_\theta(x, t)`."""
        known = self.notation("").argument_ranks
        applied = [x for x in walk(term) if isinstance(x, Apply) and x.field.trained]
        return any(
            x.field not in self.letters.values() or len(known.get(x.field, x.args)) != len(x.args)
            for x in applied
        )

    def is_guessed(self, term: Term) -> bool:
        """Whether a letter of a term has a meaning that is only likely."""
        return any(canonical(_name(x)) in self.guessed for x in walk(term))

    def define(self, name: str, meaning: Meaning) -> None:
        """Give a name of the document its meaning."""
        self.letters[name] = meaning

    def define_variable(self, name: str, value: Term) -> None:
        """Make a name a random variable that is an expression in others."""
        variable = RV(readable(name), int(value.rank))
        self.letters[name] = variable
        self.scopes = tuple(s.extended(definitions={variable: value}) for s in self.scopes)

    def suppose(self, lhs: Term, rhs: Term) -> None:
        """Assume an equation between parameters from here on."""
        self.scopes = tuple(s.extended(equations=((lhs, rhs),)) for s in self.scopes)

    def as_the_author(self, scope: Scope) -> Scope:
        """Give a scope with the author's contradicting premises in place of the problem's."""
        return scope.extended(definitions={v: term for v, (term, _) in self.authors.items()})


def answer_name(name: str) -> str:
    """Give the letter an answer is called by: `A_t` of `A_t(h)`; "" if it is no letter."""
    try:
        return name_in(parse(name.partition("(")[0].strip())) or ""
    except ParseError:
        return ""


def _plain(term: Term) -> bool:
    """Whether a term is an expression in parameters alone."""
    return term.rank == 0 and not any(isinstance(x, (RV, Apply)) for x in walk(term))


def _scopes(problem: Problem) -> tuple[Scope, ...]:
    """The stages of the key's hypotheses; one that a later one only adds to is left out."""
    stages: list[Scope] = []
    links = [link.scope for chain in problem.chains for link in chain.links]
    for scope in (*links, *(r.scope for r in problem.results), problem.scope):
        stages = [s for s in stages if not _adds_to(scope, s)]
        if scope not in stages:
            stages.append(scope)
    return tuple(stages)


def _adds_to(more: Scope, less: Scope) -> bool:
    """Whether a scope has all the hypotheses of another."""
    lists = (
        set(less.equations) <= set(more.equations),
        set(less.positive) <= set(more.positive),
        set(less.decays) <= set(more.decays),
    )
    tables = (
        less.laws.items() <= more.laws.items(),
        less.definitions.items() <= more.definitions.items(),
        less.moments.items() <= more.moments.items(),
        less.ranges.items() <= more.ranges.items(),
    )
    return all(lists) and all(tables)


def _trailing(problem: Problem) -> dict[Field, tuple[Term, ...]]:
    """The parameters that a function always has at the end of its arguments, `t` of `s(x, t)`."""
    found: dict[Field, set[tuple[Term, ...]]] = {}
    for term in _terms(problem):
        for node in walk(term):
            if isinstance(node, Apply) and len(node.args) > 1:
                found.setdefault(node.field, set()).add(node.args[1:])
    fixed = {name: next(iter(tails)) for name, tails in found.items() if len(tails) == 1}
    return {n: rest for n, rest in fixed.items() if all(isinstance(x, Sym) for x in rest)}


def _points(problem: Problem) -> tuple[Sym, ...]:
    nodes = (node for term in _terms(problem) for node in walk(term))
    found = (node.args[0] for node in nodes if isinstance(node, Apply))
    return tuple(
        dict.fromkeys(x for x in found if isinstance(x, Sym) and x in problem.letters.values())
    )


def _terms(problem: Problem) -> Iterable[Term]:
    for chain in problem.chains:
        for link in chain.links:
            claim = link.claim
            yield from (getattr(claim, name) for name in ("lhs", "rhs") if hasattr(claim, name))
    yield from (result.derived for result in problem.results)


def _name(node: Term) -> str:
    """The name of a letter or function; "" for other terms."""
    match node:
        case Apply(field=field):
            return field.name
        case RV(name=name) | Sym(name=name):
            return name
        case _:
            return IDENTITY if isinstance(node, Identity) else ""
