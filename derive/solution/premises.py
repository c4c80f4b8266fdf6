r"""Statements that are no equations: laws, objectives, limits, stochastic differentials.

They restate the problem or introduce something: `given` where they agree with the
problem, refuted where a counterexample shows that they do not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.claims import Equal
from derive.language.terms import (
    RV,
    Apply,
    Density,
    Diff,
    Event,
    Expect,
    Identity,
    Normal,
    Sym,
    Term,
    Variance,
    log,
    mul,
)
from derive.language.traverse import walk
from derive.reader.names import name_in
from derive.reader.syntax import Group, Letter, Row, Scripted
from derive.solution.conditioned import Conditioned, conditioned, law_claim
from derive.solution.definitions import head_of
from derive.solution.equal_laws import (
    beside,
    false_mean,
    is_written,
    new_name,
    of_variables,
    sums_dependent,
)
from derive.solution.judgement import Judgement, given, unread, unresolved
from derive.solution.laws import density_of, introduce
from derive.solution.pathwise import ancestors, fresh, outside, put_outside
from derive.solution.sides import Side

if TYPE_CHECKING:
    from derive.solution.context import Context
    from derive.solution.equations import Equations


class Premises:
    """Judges the statements of one context that are no equations."""

    def __init__(self, context: Context, equations: Equations) -> None:
        self.context, self.equations = context, equations

    # --- laws ---

    def law(self, lhs: Side, rhs: Side) -> Judgement:
        r"""Judge `X \sim law`, `X | Y \sim law`."""
        given_something = conditioned(lhs)
        if given_something is not None and rhs.flaw is None:
            return self._conditional_law(given_something, rhs)
        several = _members(lhs)
        return self._laws(several, rhs) if len(several) > 1 else self._law(lhs, rhs)

    def _law(self, lhs: Side, rhs: Side) -> Judgement:
        r"""Judge one law, a law beside a law, or a law before the variable that has it."""
        for side in (lhs, rhs):
            if side.flaw is not None:
                return unread(side, side.flaw)
        if is_written(lhs, self.context):
            if is_written(rhs, self.context):
                return beside(lhs, rhs, self.equations)
            lhs, rhs = rhs, lhs
        head = head_of(lhs, self.context)
        try:
            if head is not None and not head.arguments:
                known = introduce(head.name, rhs, self.context)
                return given() if known else given("its law is not read")
            variable = self.context.elaborated(lhs.node, lhs.text.text)[0].term
        except (ParseError, IllTyped) as error:
            return unread(lhs, _located(error, lhs))
        twin = self.context.twin_of(variable)
        if twin is None and not outside(variable):
            return given("a letter that stands for a draw")
        return self._law_of(variable if twin is None else twin, rhs)

    def _conditional_law(self, law: Conditioned, rhs: Side) -> Judgement:
        if _is_conditional_law(rhs):
            return given("a draw from a law that the document names")
        try:
            claim = law_claim(law, rhs, self.context, self.context.twin_of)
        except (ParseError, IllTyped) as error:
            return unread(rhs, _located(error, rhs))
        judgement = self.equations.claim(claim)
        proved = judgement.outcome == "proved"
        return replace(judgement, outcome="given") if proved else judgement

    def _laws(self, several: list[Side], rhs: Side) -> Judgement:
        r"""Judge `z_t, z_{t-1}, \dots \sim law`: each is a draw; the worst of them is told."""
        judgements = [self._law(side, rhs) for side in several if not side.is_left_out]
        ranked = ("refuted", "unread", "unresolved", "given", "proved")
        return min(judgements, key=lambda judgement: ranked.index(judgement.outcome))

    def _law_of(self, variable: Term, rhs: Side) -> Judgement:
        if _is_conditional_law(rhs):
            return given("a draw from a law that the document names")
        taken = {x.name for x in walk(variable) if isinstance(x, Sym)}
        at = fresh("v", int(variable.rank), taken)
        try:
            density = density_of(rhs, at, self.context)
        except (ParseError, IllTyped) as error:
            other = of_variables(variable, rhs, self.equations)
            other = other or false_mean(variable, rhs, self.equations)
            other = other or new_name(variable, rhs, self.context)
            return other or unread(rhs, _located(error, rhs))
        claim = self._law_claim(variable, at, density)
        if isinstance(claim, Judgement):
            return claim
        judgement = self.equations.claim(claim)
        if judgement.outcome == "refuted" and isinstance(density, Normal):
            judgement = self._moments(variable, density) or judgement
        if judgement.outcome == "refuted" and sums_dependent(variable, rhs, self.context.scope):
            return unresolved("the sum of the laws of variables that are not independent")
        restated = isinstance(variable, RV) and judgement.outcome == "proved"
        return replace(judgement, outcome="given") if restated else judgement

    def _law_claim(self, variable: Term, at: Sym, density: Term) -> Equal | Judgement:
        """Claim that a law is that of a variable, given what stands in it.

        What comes after the variable is no condition: a model's step back in time.
        """
        scope = self.context.scope
        known = {self.context.twin_of(s): s for s in walk(density) if isinstance(s, Sym)}
        events = [Event(v, s) for v, s in known.items() if v is not None and v != variable]
        taken = {x.name for x in (*walk(density), at) if isinstance(x, Sym)}
        letters: dict[Term, Term] = {}
        for other in outside(density):
            name = other.name if isinstance(other, RV) else "w"
            letters[other] = fresh(name, int(other.rank), taken)
            events.append(Event(other, letters[other]))
        above = ancestors(variable, scope)
        others = [event.variable for event in events if event.variable not in above]
        if any(variable not in ancestors(other, scope) for other in others):
            return unresolved("a law with variables that the variable is not made of")
        if others:
            return given("a draw from a law that depends on later variables")
        given_ = tuple(events)
        return Equal(Density((Event(variable, at),), given_), put_outside(density, letters))

    def _moments(self, variable: Term, law: Normal) -> Judgement | None:
        """Refute a normal law by its mean or variance, which a person can compute."""
        spread = mul(law.variance, Identity()) if variable.rank else law.variance
        for lhs, rhs in ((Expect(variable), law.mean), (Variance(variable), spread)):
            judgement = self.equations.claim(Equal(lhs, rhs))
            if judgement.outcome == "refuted":
                return judgement
        return None

    # --- proportionality ---

    def proportional(self, lhs: Side, rhs: Side) -> Judgement:
        r"""Judge `f \propto g` as functions of the point at which a density stands."""
        read = [self.equations.read(side) for side in (lhs, rhs)]
        terms: list[Term] = []
        for one in read:
            if isinstance(one, Judgement):
                return one
            terms.append(one[0][0].term)
        points = _points(terms[0])
        if not points or any(t.rank for t in terms) or outside(*terms):
            return unresolved("in which variable the sides are proportional is not said")
        judgements: list[Judgement] = []
        for point in points:
            slopes = [Diff(log(t), point) for t in terms]
            judgements.append(self.equations.claim(Equal(slopes[0], slopes[1])))
            if judgements[-1].outcome == "proved":
                told = (f"as functions of {point.name}",) if len(points) > 1 else ()
                return judgements[-1].noting(*told)
        if len({judgement.outcome for judgement in judgements}) > 1:
            return unresolved("in which variable the sides are proportional is not said")
        return judgements[0]


def _members(side: Side) -> list[Side]:
    """The names of a list that stands where one formula is expected, else the side alone."""
    if side.flaw is None:
        return [side]
    found: list[Side] = []
    start = depth = 0
    text = side.text.text
    for index, character in enumerate(f"{text},"):
        depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and not depth:
            found.append(Side(side.text[start:index].strip()))
            start = index + 1
    named = [one for one in found if one.flaw is None and name_in(one.node) is not None]
    return found if len(named) == len(found) and not named[0].is_left_out else [side]


def _is_conditional_law(side: Side) -> bool:
    r"""Whether a side is `q(\cdot | x)`: a name, with a dot for the point."""
    match side.node:
        case Row(items=(Letter() | Scripted(), Group(kind="(", parts=parts))):
            point = parts.items[0]
            return "|" in parts.separators and isinstance(point, Letter) and point.name == "\\cdot"
        case _:
            return False


def _points(term: Term) -> list[Sym]:
    """The variables that a density is a function of; of several densities, theirs."""
    found: list[Sym] = []
    for node in walk(term):
        match node:
            case Density(of=of) if isinstance(of[0].value, Sym):
                found.append(of[0].value)
            case Apply(field=field, args=(Sym() as at, *_)) if field.density:
                found.append(at)
            case _:
                continue
    return list(dict.fromkeys(found))


def _located(error: ParseError | IllTyped, side: Side) -> ParseError:
    if isinstance(error, ParseError):
        return error
    return ParseError(str(error), side.text.text, side.node.span)
