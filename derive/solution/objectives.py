r"""Objectives: `J(\theta) \to \min`, `\arg\min f = \arg\min g`.

What is minimised counts up to a positive factor and a constant; to maximise is to
minimise the opposite.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.claims import Claim, Equal, EqualUpToConstant, Minimises
from derive.language.scope import depends_on_theta
from derive.language.terms import (
    Apply,
    Const,
    Diff,
    Div,
    Field,
    Fun,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    Term,
    mul,
)
from derive.language.traverse import walk
from derive.solution.judgement import Judgement, given, unresolved
from derive.solution.sides import LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.language.scope import Scope
    from derive.solution.context import Context
    from derive.solution.equations import Equations
    from derive.solution.sides import Optimum, Side

_SCALES = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(4), Fraction(1, 4))


def same_objective(derived: Term, functional: Term, scope: Scope) -> Iterator[Claim]:
    """Claim that two functionals are one up to a positive factor and a constant."""
    bare = without_factor(functional, scope)
    for scale in _SCALES:
        scaled = derived if scale == 1 else mul(Num(scale), derived)
        yield EqualUpToConstant(scaled, bare)


def without_factor(term: Term, scope: Scope) -> Term:
    """Leave out positive constants that multiply a whole term."""
    match term:
        case Mul(factors=factors):
            left = [f for f in factors if not _is_positive(f, scope)]
            return without_factor(left[0], scope) if len(left) == 1 else term
        case Div(num=num, den=den) if _is_positive(den, scope):
            return without_factor(num, scope)
        case Neg(body=Neg(body=body)):
            return without_factor(body, scope)
        case _:
            return term


def _is_positive(term: Term, scope: Scope) -> bool:  # noqa: PLR0911 - all cases
    match term:
        case Num(value=value):
            return value > 0
        case Const():
            return True
        case Sym():
            bounds = scope.ranges.get(term)
            return bounds is not None and bounds.low is not None and bounds.low >= 0
        case Mul(factors=factors):
            return all(_is_positive(f, scope) for f in factors)
        case Div(num=num, den=den):
            return _is_positive(num, scope) and _is_positive(den, scope)
        case Pow(base=base):
            return _is_positive(base, scope)
        case _:
            return False


class Objectives:
    """Judges what is said to be minimised in one context."""

    def __init__(self, context: Context, equations: Equations) -> None:
        self.context, self.equations = context, equations

    def tended(self, side: Side, optimum: Optimum) -> Judgement:
        r"""Judge `J(\theta) \to \min_\theta`; what `\min_f` is over any functions is not said."""
        judgement = self.objective(side, maximal=optimum.maximal)
        if judgement.outcome == "refuted" and not self._is_trained(optimum.over):
            return unresolved("only what a trained function minimises is compared")
        return judgement

    def objective(self, side: Side, *, maximal: bool = False) -> Judgement:
        r"""Judge a functional that is to be least: the problem's."""
        read = self.equations.read(side)
        if isinstance(read, Judgement):
            summand = side.summand
            return read if summand is None else self.objective(summand, maximal=maximal)
        terms = [Neg(r.term) if maximal else r.term for r in read[0]]
        found = [self._functional(term) for term in terms]
        agreed = (j for j in found if j.outcome == "given")
        doubtful = (j for j in found if j.outcome != "refuted")
        return next(agreed, next(doubtful, found[0]))

    def _functional(self, functional: Term) -> Judgement:
        """Compare a functional with those of the problem's answers."""
        if functional.rank:
            return unresolved("a functional that is not a number has no minimum")
        if isinstance(functional, Neg) and isinstance(functional.body, Neg):
            functional = functional.body.body
        problem = self.context.problem
        asked = [r for r in problem.results if r.up_to_constant] if problem else []
        told: list[Judgement] = []
        for result in asked:
            for claim in same_objective(result.derived, functional, self.context.scope):
                judgement = self.equations.claim(claim)
                if judgement.outcome == "proved":
                    return replace(judgement, outcome="given")
                told.append(judgement)
        doubtful = (j for j in told if j.outcome != "refuted")  # it may be this multiple
        return next(doubtful, told[0] if told else given())

    def differ_by_constant(self, judgement: Judgement) -> bool:
        """Whether the sides of a false equation differ by what no parameter moves."""
        claim = None if judgement.decision is None else judgement.decision.claim
        if judgement.outcome != "refuted" or not isinstance(claim, Equal):
            return False
        return self.equations.claim(EqualUpToConstant(claim.lhs, claim.rhs)).outcome == "proved"

    def optima(self, lhs: Optimum, rhs: Optimum) -> Judgement:
        r"""Judge `\arg\min f = \arg\min g`, and `\min f = \min g`, which is said of values."""
        terms: list[Term] = []
        for optimum in (lhs, rhs):
            read = self.equations.read(optimum.functional)
            if isinstance(read, Judgement):
                return read
            terms.append(read[0][0].term)
        if lhs.argument != rhs.argument or any(t.rank for t in terms):
            return unresolved("a minimum is not compared with a minimiser")
        trained = all(self._is_trained(o.over) for o in (lhs, rhs))
        if not trained or not any(map(depends_on_theta, terms)):
            return unresolved("only what a trained function minimises is compared")
        if lhs.maximal != rhs.maximal:
            terms[1] = Neg(terms[1])
        if not lhs.argument:
            judgement = self.equations.claim(Equal(*terms))
            known = judgement.outcome == "proved" and lhs.maximal == rhs.maximal
            return judgement if known else unresolved("minima of functionals are not computed")
        for claim in same_objective(terms[0], terms[1], self.context.scope):
            judgement = self.equations.claim(claim)
            if judgement.outcome == "proved":
                return judgement
        return unresolved("the functionals differ, which does not settle their minimisers")

    def _is_trained(self, over: frozenset[str]) -> bool:
        """Whether the letters under a minimum stand in the name of a trained function."""
        return any(
            isinstance(meaning, Field) and meaning.trained and over <= set(LETTERS.findall(name))
            for name, meaning in self.context.letters.items()
        )

    def wish(self, unknown: Apply, value: Term) -> Judgement:
        r"""Judge `s_\theta(x) = v(x)`: what a trained function is to be, its optimum."""
        problem = self.context.problem
        for result in problem.results if problem else []:
            if result.up_to_constant and unknown.rank == value.rank:
                claim = Minimises(result.derived, unknown, value)
                if self.equations.claim(claim).outcome == "proved":
                    return given("the optimum of the problem's functional")
        if _is_score_of_model(unknown, value):
            return given("the score of a model, by what a score is")
        return unresolved("what a trained function equals is a wish, not the problem's optimum")


def _is_score_of_model(unknown: Apply, value: Term) -> bool:
    r"""Whether a trained function is said to be `\nabla\log p_\theta`, of a trained density."""
    match value:
        case Diff(body=Fun(name="log", arg=model), var=var) if unknown.args[0] == var:
            fields = {x.field for x in walk(model) if isinstance(x, Apply)}
            return bool(fields) and all(field.trained for field in fields)
        case _:
            return False
