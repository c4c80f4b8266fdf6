"""The answers the sheet asks for: where a document gives them, and whether they are right.

An answer is found by its name (`A_t = ...`), as an objective (`... -> min`), or by its
meaning: it speaks of what the sheet's answer speaks of.  It is then compared with the
key, in whatever form it is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.claims import Claim, Equal
from derive.language.terms import (
    RV,
    Apply,
    At,
    Density,
    Diff,
    Divergence,
    Dot,
    Event,
    Expect,
    Field,
    Integral,
    Landau,
    Neg,
    Normal,
    NormSq,
    Num,
    Pow,
    Sym,
    Term,
)
from derive.language.traverse import rebuild, walk
from derive.reader.constants import split_constant
from derive.reader.formula import read_formula
from derive.reader.names import name_in
from derive.reader.notation import canonical
from derive.solution.approximation import approximation_claim
from derive.solution.context import answer_name
from derive.solution.equations import APPROXIMATIONS, EQUALITIES
from derive.solution.expanded import continues, is_unexpanded
from derive.solution.objectives import same_objective
from derive.solution.pathwise import pathwise
from derive.solution.sides import Side

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from derive.derivation import Result
    from derive.documents.chains import Chain
    from derive.language.scope import Scope
    from derive.reader.syntax import Node
    from derive.solution.context import Context


BY_MEANING = 2  # the rank of an answer that nothing but its meaning tells
# Signs after which a side is still what the chain began with.
_SAME = EQUALITIES | APPROXIMATIONS


@dataclass(frozen=True)
class Candidate:
    """A side that may be an answer.

    rank:  0 by name, 1 an objective, 2 by its meaning; where an expansion is asked for,
           1 an expansion of what the name was given as, 3 a value that is not expanded.
    chain: the number of its chain.
    rough: it stands behind an approximation sign: what it neglects is not written.
    maximised: it is to be greatest: the term is minus what is written.
    unexpanded: the sheet asks for an expansion, and it is an exact value.
    """

    side: Side
    term: Term
    rank: int
    chain: int
    rough: bool = False
    maximised: bool = False
    unexpanded: bool = False


@dataclass(frozen=True)
class Signature:
    """What a formula speaks of: its functions, those of its laws too, parameters, its form.

    forms: the operators of probability in it, and of which functions it has squares and
           derivatives.
    """

    functions: frozenset[Field]
    letters: frozenset[Sym]
    forms: frozenset[object]
    expansion: bool

    @classmethod
    def of(cls, term: Term, scope: Scope) -> Signature:
        """Collect what a term speaks of; `p_X` is the density that the law of X is."""
        nodes = list(walk(term))
        bound = {x.var for x in nodes if isinstance(x, (At, Integral, Diff, Divergence))}
        variables = [x for x in nodes if isinstance(x, RV)]
        forms: list[object] = []
        for node in nodes:
            if isinstance(node, Expect | Integral):
                forms.append("conditional" if isinstance(node, Expect) and node.given else "mean")
            elif isinstance(node, Density | Normal) and _function(node, scope) is None:
                forms.append("density")
            elif isinstance(node, (Diff, Divergence)):
                forms += [("derivative", f) for f in _functions(node, scope)]
            forms += [("square", f) for body in _squared(node) for f in _functions(body, scope)]
        return cls(
            frozenset([*_functions(term, scope), *_drawn(variables, scope)]),
            frozenset(x for x in nodes if isinstance(x, Sym) and x not in bound),
            frozenset(forms),
            any(isinstance(x, Landau) for x in nodes),
        )

    def fits(self, asked: Signature) -> bool:
        """Whether a formula speaks of the same as the sheet's answer, in the same form."""
        return (
            self.functions == asked.functions
            and self.forms == asked.forms
            and bool(self.functions)
            and self.letters <= asked.letters
        )

    def likeness(self, asked: Signature) -> tuple[bool, float]:
        """Tell how much two formulas have in common; an expansion is like an expansion."""
        union = self.letters | asked.letters
        share = len(self.letters & asked.letters) / len(union) if union else 1.0
        return share > 0, share + (0.5 if self.expansion == asked.expansion else 0.0)


def stated_term(result: Result) -> Term | None:
    """Read the sheet's answer; None where the key's own LaTeX is not read."""
    try:
        return read_formula(result.stated, result.letters, result.scope)
    except (ParseError, IllTyped):
        return None


def _functions(term: Term, scope: Scope) -> list[Field]:
    found = (_function(node, scope) for node in walk(term))
    return [field for field in found if field is not None]


def _function(node: Term, scope: Scope) -> Field | None:
    """The function that a node applies; the density of a variable is that of its law."""
    match node:
        case Apply(field=field):
            return field
        case Density(of=(Event(variable=RV() as variable),), given=()) if variable in scope.laws:
            density = scope.laws[variable].density
            return density.field if isinstance(density, Apply) else None
        case _:
            return None


def _drawn(variables: Iterable[RV], scope: Scope) -> list[Field]:
    """The densities that a mean over the variables speaks of, where they are functions."""
    laws = (scope.laws[x].density for x in variables if x in scope.laws)
    return [density.field for density in laws if isinstance(density, Apply)]


def _squared(node: Term) -> list[Term]:
    """What a node is the square of."""
    match node:
        case NormSq(body=body) | Pow(base=body):
            return [body]
        case Dot(left=left, right=right) if left == right:
            return [left]
        case _:
            return []


@dataclass(frozen=True)
class Asked:
    """An answer that is looked for.

    stated: the sheet's answer.
    definitions: of the problem's own random variables.
    rivals: what the further answers of the same name speak of; a side goes to the answer
            that it is most like.
    """

    name: str
    rank: int
    up_to_constant: bool
    stated: Term
    signature: Signature
    definitions: frozenset[RV]
    rivals: tuple[Signature, ...]

    @classmethod
    def of(cls, result: Result, results: Iterable[Result]) -> Asked | None:
        """Tell what to look for; None where the key's own answer is not read."""
        stated = stated_term(result)
        if stated is None:
            return None
        name = answer_name(result.name)
        same = (r for r in results if r is not result and answer_name(r.name) == name)
        others = (t for r in same if (t := stated_term(r)) is not None)
        rivals = tuple(Signature.of(t, result.scope) for t in others)
        own = Signature.of(stated, result.scope)
        known = frozenset(result.scope.definitions)
        rank, constant = int(stated.rank), result.up_to_constant
        return cls(canonical(name), rank, constant, stated, own, known, rivals)

    def found_in(self, chains: Iterable[Chain], context: Context) -> list[Candidate]:
        """Find the sides that may be this answer, in the order of the document."""
        numbered = list(enumerate(chains))
        found = [c for number, chain in numbered for c in self._in_chain(number, chain, context)]
        values, known = {c.term for c in found if c.unexpanded}, 0
        while len(values) > known:
            known = len(values)
            on = [c for n, chain in numbered for c in self._on(n, chain, values, context)]
            values |= {c.term for c in on if c.unexpanded}
            found = [*(c for c in found if c.rank != 1), *(c for c in on if not c.unexpanded)]
        return found

    def _on(
        self, number: int, chain: Chain, values: Collection[Term], context: Context
    ) -> Iterator[Candidate]:
        """Find what a chain that begins with a value of the name says it is: expansions too."""
        first, *_ = (Side(text) for text in chain.sides)
        if continues(self._read(first, context, objective=False)[1], values):
            found = self._in_chain(number, chain, context, named=True)
            yield from (c if c.unexpanded else replace(c, rank=1) for c in found)

    def _in_chain(
        self, number: int, chain: Chain, context: Context, *, named: bool = False
    ) -> Iterator[Candidate]:
        sides = [Side(text) for text in chain.sides]
        called = bool(self.name) and sides[0].flaw is None and name_in(sides[0].node) == self.name
        named = named or called
        for index, side in enumerate(sides):
            formula = side if side.minimised is None else side.minimised
            if (named and index == 0) or not formula.text.text.strip():
                continue
            if index and not all(s.symbol in _SAME for s in chain.signs[:index]):
                break
            to = index < len(chain.signs) and chain.signs[index].symbol == "\\to"
            objective = to or formula is not side
            formula, term = self._read(formula, context, objective=objective)
            if term is None or term.rank != self.rank:
                continue
            maximised = _is_maximised(side, sides[index + 1] if to else None)
            term = Neg(term) if maximised else term
            own = Signature.of(term, context.scope)
            rough = any(s.symbol in APPROXIMATIONS for s in chain.signs[:index])
            if named and self._nearest(own) and own.expansion <= self.signature.expansion:
                if (not rough or self.signature.expansion) and not self._restates(own):
                    exact = is_unexpanded(term, self.stated)
                    rank = 3 if exact else 0
                    yield Candidate(formula, term, rank, number, rough, maximised, exact)
            elif not named and own.fits(self.signature):
                rank = 1 if objective else BY_MEANING
                about = any(s.symbol == "\\approx" for s in chain.signs[:index])
                yield Candidate(formula, term, rank, number, about, maximised)

    def _read(
        self, formula: Side, context: Context, *, objective: bool
    ) -> tuple[Side, Term | None]:
        """Read a side, or what it sums up; a name is no answer to what it is."""
        if self.name and formula.flaw is None and name_in(formula.node) == self.name:
            return formula, None
        term = read_term(formula, context, constant=self.up_to_constant)
        if term is None and objective and formula.summand is not None:
            formula = formula.summand
            term = read_term(formula, context, constant=self.up_to_constant)
        return formula, None if term is None else self._spelled_out(term, context)

    def fits(self, side: Side, context: Context) -> bool:
        """Whether a side speaks of what the answer speaks of."""
        term = self.term_of(side, context)
        if term is None or term.rank != self.rank:
            return False
        return Signature.of(term, context.scope).fits(self.signature)

    def term_of(self, side: Side, context: Context) -> Term | None:
        """Give the meaning of a side, without unnamed constants where the answer is up to one."""
        term = read_term(side, context, constant=self.up_to_constant)
        return None if term is None else self._spelled_out(term, context)

    def _spelled_out(self, term: Term, context: Context) -> Term:
        """Put for the document's own random variables what it defines them to be."""
        defined = context.scope.definitions
        own: dict[Term, Term] = {v: t for v, t in defined.items() if v not in self.definitions}
        for _ in own:
            term = rebuild(term, own)
        return term

    def _restates(self, own: Signature) -> bool:
        """Whether a functional has scores that the answer is free of, or lacks a law of it."""
        if not self.up_to_constant:
            return False
        scores = {f for f in own.forms - self.signature.forms if is_score(f)}
        return bool(scores or self.signature.functions - own.functions)

    def _nearest(self, own: Signature) -> bool:
        likeness = own.likeness(self.signature)
        return all(likeness >= own.likeness(rival) for rival in self.rivals)


def is_weaker(remainders: Iterable[Landau], asked: Iterable[Landau]) -> bool:
    """Whether a remainder says less than that of the sheet: `O(h)` where that has `o(h)`."""
    wanted = max((_strength(landau) for landau in asked), default=None)
    if wanted is None:
        return False
    return any(_strength(landau) < wanted for landau in remainders)


def _strength(landau: Landau) -> tuple[Fraction, bool]:
    """The power of the small letter, and whether the remainder is smaller than it."""
    match landau.scale:
        case Pow(exponent=Num(value=power)):
            return Fraction(power), landau.kind == "o"
        case Num():
            return Fraction(0), landau.kind == "o"
        case _:
            return Fraction(1), landau.kind == "o"


def is_score(form: object) -> bool:
    """Whether a form is the derivative of a density."""
    match form:
        case ("derivative", Field(density=True)):
            return True
        case _:
            return False


def _is_maximised(side: Side, end: Side | None) -> bool:
    optimum = side.optimum or (end.optimum if end is not None else None)
    return optimum is not None and optimum.maximal


def read_term(side: Side, context: Context, *, constant: bool = False) -> Term | None:
    """Give the customary meaning of a side, None where it has none.

    constant: leave out unnamed constants, `+ C`.
    """
    if side.flaw is not None:
        return None
    node: Node | None = side.node
    if constant:
        node, _ = split_constant(side.node, context.notation(side.text.text))
    try:
        return None if node is None else context.elaborated(node, side.text.text)[0].term
    except (ParseError, IllTyped):
        return None


def best(found: Sequence[Candidate]) -> list[Candidate]:
    """Keep the candidates found in the surest way."""
    surest = min((c.rank for c in found), default=0)
    return [c for c in found if c.rank == surest]


def claims_of(
    result: Result, term: Term, small: Sequence[Sym] = (), *, rough: bool = False
) -> Iterator[Claim]:
    """Claim that a term is the answer; one of the claims is enough."""
    approximate = approximation_claim(result.derived, term, small) if rough else None
    if approximate is not None:
        yield approximate.claim
    elif result.up_to_constant:
        yield from same_objective(result.derived, term, result.scope)
    else:
        yield Equal(*pathwise(result.derived, term, result.scope))
