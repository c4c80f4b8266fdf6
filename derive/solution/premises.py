r"""Statements that are no equations: laws, objectives, limits, stochastic differentials.

They restate the problem or introduce something: `given` where they agree with the
problem, refuted where a counterexample shows that they do not.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.claims import Equal, EqualUpToConstant
from derive.language.terms import (
    RV,
    Apply,
    Density,
    Diff,
    Event,
    Expect,
    Identity,
    Normal,
    Num,
    Sym,
    Term,
    Variance,
    log,
    mul,
)
from derive.language.traverse import walk
from derive.reader.syntax import Group, Letter, Row, Scripted
from derive.solution.answers import read_term
from derive.solution.definitions import head_of
from derive.solution.judgement import Judgement, given, judged, unread, unresolved
from derive.solution.laws import density_of, introduce
from derive.solution.pathwise import fresh, outside

if TYPE_CHECKING:
    from derive.solution.context import Context
    from derive.solution.equations import Equations
    from derive.solution.judgement import Decider
    from derive.solution.sides import Side

ORDERS = frozenset({"<", ">", "\\le", "\\ge", "\\ne", "\\ll", "\\gg"})
_SCALES = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(4), Fraction(1, 4))


class Premises:
    """Judges the statements of one context that are no equations."""

    def __init__(self, context: Context, decider: Decider, equations: Equations) -> None:
        self.context, self.decider, self.equations = context, decider, equations

    # --- laws ---

    def law(self, lhs: Side, rhs: Side) -> Judgement:
        r"""Judge `X \sim law`."""
        for side in (lhs, rhs):
            if side.flaw is not None:
                return unread(side, side.flaw)
        head = head_of(lhs, self.context)
        try:
            if head is not None and not head.arguments:
                known = introduce(head.name, rhs, self.context)
                return given() if known else given("its law is not read")
            variable = self.context.elaborated(lhs.node, lhs.text.text)[0].term
        except (ParseError, IllTyped) as error:
            return unread(lhs, _located(error, lhs))
        if not outside(variable):
            return given("a letter that stands for a draw")
        return self._law_of(variable, rhs)

    def _law_of(self, variable: Term, rhs: Side) -> Judgement:
        if _is_conditional_law(rhs):
            return given("a draw from a law that the document names")
        taken = {x.name for x in walk(variable) if isinstance(x, Sym)}
        at = fresh("v", int(variable.rank), taken)
        try:
            density = density_of(rhs, at, self.context)
        except (ParseError, IllTyped) as error:
            return unread(rhs, _located(error, rhs))
        if outside(density):
            return given("a draw from a law that depends on other variables")
        claim = Equal(Density((Event(variable, at),)), density)
        judgement = judged(self.decider.decide(claim, self.context))
        if judgement.outcome == "refuted" and isinstance(density, Normal):
            judgement = self._moments(variable, density) or judgement
        restated = isinstance(variable, RV) and judgement.outcome == "proved"
        return replace(judgement, outcome="given") if restated else judgement

    def _moments(self, variable: Term, law: Normal) -> Judgement | None:
        """Refute a normal law by its mean or variance, which a person can compute."""
        spread = mul(law.variance, Identity()) if variable.rank else law.variance
        for lhs, rhs in ((Expect(variable), law.mean), (Variance(variable), spread)):
            judgement = judged(self.decider.decide(Equal(lhs, rhs), self.context))
            if judgement.outcome == "refuted":
                return judgement
        return None

    # --- objectives, limits, ranges ---

    def tends(self, lhs: Side, rhs: Side) -> Judgement:
        r"""Judge `J \to \min_\theta`, or a limit `h \to 0`, which is a premise."""
        return self.objective(lhs) if rhs.is_minimum else given("a limit")

    def order(self, lhs: Side, rhs: Side) -> Judgement:
        """Judge an inequality: a range is given, anything else is not ours to decide."""
        for side in (lhs, rhs):
            if side.flaw is not None:
                return unread(side, side.flaw)
        terms = [read_term(side, self.context) for side in (lhs, rhs)]
        if any(t is None or isinstance(t, Sym) for t in terms):
            return given("a range")
        return unresolved("inequalities are not decided")

    def objective(self, side: Side) -> Judgement:
        r"""Judge `J(\theta) \to \min`: the problem's functional, up to scale and a constant."""
        read = self.equations.read(side)
        if isinstance(read, Judgement):
            summand = side.summand
            return read if summand is None else self.objective(summand)
        found = [self.functional(reading.term) for reading in read[0]]
        agreed = (j for j in found if j.outcome == "given")
        doubtful = (j for j in found if j.outcome != "refuted")
        return next(agreed, next(doubtful, found[0]))

    def functional(self, functional: Term) -> Judgement:
        """Compare a functional with those of the problem's answers."""
        if functional.rank:
            return unresolved("a functional that is not a number has no minimum")
        problem = self.context.problem
        asked = [r for r in problem.results if r.up_to_constant] if problem else []
        first: Judgement | None = None
        for result in asked:
            for scale in _SCALES:
                scaled = result.derived if scale == 1 else mul(Num(scale), result.derived)
                claim = EqualUpToConstant(scaled, functional)
                judgement = judged(self.decider.decide(claim, self.context))
                if judgement.outcome == "proved":
                    return replace(judgement, outcome="given")
                first = first or judgement
        return first or given()

    def minima(self, lhs: Side, rhs: Side) -> Judgement:
        r"""Judge `\arg\min f = \arg\min g`: equal up to scale and a constant."""
        read = [self.equations.read(side) for side in (lhs, rhs)]
        terms = []
        for one in read:
            if isinstance(one, Judgement):
                return one
            terms.append(one[0][0].term)
        judgement = self.equations.terms(terms[0], "=", terms[1], constant=True)
        if judgement.outcome == "refuted":
            for scale in _SCALES[1:]:
                scaled = mul(Num(scale), terms[0])
                other = self.equations.terms(scaled, "=", terms[1], constant=True)
                if other.outcome == "proved":
                    return other
            return unresolved("the functionals differ, which does not settle their minimisers")
        return judgement

    # --- proportionality ---

    def limit(self, lhs: Side, rhs: Side) -> Judgement:
        r"""Judge `\lim f = 0`, a premise about behaviour at infinity."""
        values = [s.text.text.strip(" .,;") for s in (lhs, rhs) if not s.beginning("\\lim")]
        if all(value == "0" for value in values):
            return given("a limit")
        return unresolved("a limit that is not compared with the hypotheses")

    def proportional(self, lhs: Side, rhs: Side) -> Judgement:
        r"""Judge `f \propto g` as functions of the point at which a density stands."""
        read = [self.equations.read(side) for side in (lhs, rhs)]
        terms: list[Term] = []
        for one in read:
            if isinstance(one, Judgement):
                return one
            terms.append(one[0][0].term)
        point = _point(terms[0])
        if point is None or any(t.rank for t in terms) or outside(*terms):
            return unresolved("in which variable the sides are proportional is not said")
        slopes = [Diff(log(t), point) for t in terms]
        return judged(self.decider.decide(Equal(slopes[0], slopes[1]), self.context))


def _is_conditional_law(side: Side) -> bool:
    r"""Whether a side is `q(\cdot | x)`: a name, with a dot for the point."""
    match side.node:
        case Row(items=(Letter() | Scripted(), Group(kind="(", parts=parts))):
            point = parts.items[0]
            return "|" in parts.separators and isinstance(point, Letter) and point.name == "\\cdot"
        case _:
            return False


def _point(term: Term) -> Sym | None:
    """The variable that the first density of a term is a function of."""
    for node in walk(term):
        match node:
            case Density(of=of) if isinstance(of[0].value, Sym):
                return of[0].value
            case Apply(field=field, args=(Sym() as at, *_)) if field.density:
                return at
            case _:
                continue
    return None


def _located(error: ParseError | IllTyped, side: Side) -> ParseError:
    if isinstance(error, ParseError):
        return error
    return ParseError(str(error), side.text.text, side.node.span)
