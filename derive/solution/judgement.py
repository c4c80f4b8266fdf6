"""What is said of one link of a document, and the decider it is said by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.checking import Checker
from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.claims import Equal
from derive.language.terms import Apply, Field, Landau, Sym
from derive.language.traverse import rebuild, walk
from derive.results import Diagnosis
from derive.solution.approximation import degree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.errors import ParseError
    from derive.language.claims import Claim
    from derive.language.scope import Scope
    from derive.language.terms import Term
    from derive.numeric.evidence import Confirmation
    from derive.results import Outcome
    from derive.solution.context import Context
    from derive.solution.sides import Side


@dataclass(frozen=True)
class Decision:
    """A claim with its verdict, under the stage of the hypotheses that decided it."""

    claim: Claim
    scope: Scope
    verdict: Verdict
    numeric: Confirmation | None = None


@dataclass(frozen=True)
class Judgement:
    """What came of a link; `error` and `side` tell where one cannot be read."""

    outcome: Outcome
    decision: Decision | None = None
    diagnosis: Diagnosis | None = None
    notes: tuple[str, ...] = ()
    error: ParseError | None = None
    side: Side | None = None

    def noting(self, *notes: str) -> Judgement:
        """Give the judgement with more notes."""
        return replace(self, notes=(*self.notes, *notes))


def unread(side: Side, error: ParseError) -> Judgement:
    """Say that a side cannot be read, where and what was expected there."""
    return Judgement("unread", diagnosis=Diagnosis("unread", error.message), error=error, side=side)


def unresolved(reason: str, kind: str = "undecided") -> Judgement:
    """Say that a link is not decided."""
    return Judgement("unresolved", diagnosis=Diagnosis(kind, reason))


def given(*notes: str) -> Judgement:
    """Say that there is nothing to prove."""
    return Judgement("given", notes=notes)


def judged(decision: Decision) -> Judgement:
    """Say what a verdict says."""
    match decision.verdict:
        case Proved():
            return Judgement("proved", decision)
        case Refuted():
            return Judgement("refuted", decision)
        case Unresolved(reason):
            return Judgement("unresolved", decision, Diagnosis("undecided", reason))


class Decider:
    """Decides claims under the hypotheses of a context; what was decided is remembered."""

    def __init__(self, checker: Checker, name: str, *, trial: bool = False) -> None:
        self.checker, self.name, self.trial = checker, name, trial
        self._known: dict[tuple[Claim, int], Decision] = {}
        self._scopes: list[Scope] = []
        self.small: tuple[Sym, ...] = ()  # the letters that the document expands in

    def apart(self) -> Decider:
        """Give a decider for attempts, most of them wrong: it proves, or leaves open.

        What attempts leave in the engine's sessions stays there.
        """
        checker = Checker(self.checker.seed, numeric=False, memory=self.checker.memory)
        other = Decider(checker, self.name, trial=True)
        other.small = self.small
        return other

    def decide(self, claim: Claim, context: Context, *, authors: bool = False) -> Decision:
        """Decide a claim under the stage of the hypotheses that it is about.

        A claim in letters that only a later stage ties to others is about that stage.
        One with a Landau term is decided where it can be, the last stage first: an
        earlier one may not say what is held fixed.
        """
        if _overloaded(claim):
            reason = "a function of arguments of two kinds, a number and a vector"
            return Decision(claim, context.scope, Unresolved(reason))
        scopes = _stages(claim, context)
        if authors:
            scopes = [context.as_the_author(s) for s in scopes]
        decisions = []
        for scope in scopes:
            rescaled = _rescaled(claim, scope, self.small)
            if rescaled is None:
                continue
            decision = self._settled(rescaled, scope, context)
            if isinstance(decision.verdict, Proved):
                return decision
            decisions.append(decision)
            if _expands(claim) and isinstance(decision.verdict, Refuted):
                return decision
        if not decisions:
            reason = "the hypotheses tie the small letter to several others"
            return Decision(claim, scopes[0], Unresolved(reason))
        undecided = (d for d in decisions if isinstance(d.verdict, Unresolved))
        return next(undecided, decisions[0])

    def _settled(self, claim: Claim, scope: Scope, context: Context) -> Decision:
        """Decide a claim for every hypothesis that the document leaves open."""
        decision = self._decided(claim, scope)
        verdict = context.doubts.settled(
            claim, scope, decision.verdict, lambda c, s: self._decided(c, s).verdict
        )
        if verdict is decision.verdict:
            return decision
        return replace(decision, verdict=verdict, numeric=None)

    def _decided(self, claim: Claim, scope: Scope) -> Decision:
        number = self._number(scope)
        known = self._known.get((claim, number))
        if known is None:
            known = self._known[claim, number] = self._new(claim, scope)
        return known

    def _new(self, claim: Claim, scope: Scope) -> Decision:
        if self.trial:
            return Decision(claim, scope, self.checker.attempt(claim, scope))
        verdict, numeric = self.checker.claim(claim, scope, self.name)
        if isinstance(verdict, Unresolved) and self.checker.memory is None:
            # A session that has seen much may give up where a new one does not.
            again = Checker(self.checker.seed, self.checker.numeric)
            verdict, numeric = again.claim(claim, scope, self.name)
        return Decision(claim, scope, verdict, numeric)

    def _number(self, scope: Scope) -> int:
        """Number the scopes: their parts are mappings, which have no hash."""
        for index, known in enumerate(self._scopes):
            if known is scope or known == scope:
                return index
        self._scopes.append(scope)
        return len(self._scopes) - 1


def _overloaded(claim: Claim) -> bool:
    """Whether a function is applied to arguments of different kinds or number."""
    found: dict[Field, set[tuple[int, ...]]] = {}
    for node in (x for side in sides_of(claim) for x in walk(side) if isinstance(x, Apply)):
        found.setdefault(node.field, set()).add(tuple(int(a.rank) for a in node.args))
    return any(len(ranks) > 1 for ranks in found.values())


def _stages(claim: Claim, context: Context) -> list[Scope]:
    if len(context.scopes) == 1:
        return list(context.scopes)
    if _expands(claim):
        return list(reversed(context.scopes))
    letters = _letters(claim)
    first, *later = context.scopes
    tied = _tied(first)
    own = [s for s in later if letters & (_tied(s) - tied)]
    return own or [first]


def _rescaled(claim: Claim, scope: Scope, small: Sequence[Sym]) -> Claim | None:
    """Give the scales of Landau terms in the letter that the hypotheses make small.

    With b = h c and h small, `o(b)` is `o(h)`: the other letters are held fixed.  None
    where it is not known which letter is the small one.
    """
    if not _expands(claim) or not isinstance(claim, Equal):
        return claim
    known: dict[Term, Term] = {lhs: rhs for lhs, rhs in scope.equations if isinstance(lhs, Sym)}
    images: dict[Term, Term] = {}
    for node in (x for side in sides_of(claim) for x in walk(side) if isinstance(x, Landau)):
        scale = rebuild(node.scale, known)
        if scale == node.scale:
            continue
        inner = [s for s in small if s in walk(scale)]
        power = degree(scale, inner[0]) if len(inner) == 1 else None
        if not power:
            return None
        images[node] = Landau(node.kind, inner[0] if power == 1 else inner[0] ** power)
    return Equal(rebuild(claim.lhs, images), rebuild(claim.rhs, images)) if images else claim


def _expands(claim: Claim) -> bool:
    return any(isinstance(x, Landau) for side in sides_of(claim) for x in walk(side))


def sides_of(claim: Claim) -> tuple[Term, ...]:
    """The terms that a claim is made of."""
    names = ("lhs", "rhs", "functional", "value")
    return tuple(getattr(claim, name) for name in names if hasattr(claim, name))


def _letters(claim: Claim) -> set[Sym]:
    return {x for side in sides_of(claim) for x in walk(side) if isinstance(x, Sym)}


def _tied(scope: Scope) -> set[Sym]:
    """The letters that side equations speak of."""
    return {
        x for pair in scope.equations for side in pair for x in walk(side) if isinstance(x, Sym)
    }
