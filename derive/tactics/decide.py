"""One claim to one verdict: the tactics in order, the kernel's word at the end of each.

First the zero test, then integrations by parts, then a search for a model in
which the two sides differ.  `Unresolved` says what stood in the way.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel import check
from derive.kernel.limits import Ambiguous, Undecidable
from derive.kernel.series import small_variable
from derive.kernel.verdict import Proved, Unresolved, Verdict
from derive.language.claims import Claim, Equal, EqualInLaw, EqualUpToConstant, Minimises
from derive.numeric.confirm import refute as find_difference
from derive.tactics.parts import Search
from derive.tactics.raising import raised

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.kernel.tensors import Tensor
    from derive.language.scope import Scope

_MODELS = 2  # that an attempt is tried in
_SCALES = (Fraction(1), Fraction(1, 2), Fraction(2), Fraction(1, 4), Fraction(4))


def decide(
    claim: Claim, scope: Scope, sessions: check.Sessions | None = None, seed: int = 0
) -> Verdict:
    """Decide a claim under the hypotheses of a scope.

    Sound:     Proved holds for all admissible values and functions, under its
               conditions; Refuted shows a model that the hypotheses admit.
    Complete:  no; see the kernel's files for the classes that are decided.
    """
    sessions = sessions or check.Sessions(describe=raised)
    try:
        return _decide(claim, scope, sessions, seed)
    except RecursionError:
        return Unresolved("the terms are nested too deeply")


def attempt(claim: Claim, scope: Scope, sessions: check.Sessions, seed: int = 0) -> Verdict:
    """Prove a claim that is probably false: a model or two first, then as `decide`.

    Never Refuted: what is not proved is Unresolved, whatever the models say.
    """
    if find_difference(claim, scope, seed, tries=_MODELS) is not None:
        return Unresolved("the sides differ in a model")
    try:
        return sessions.run(scope, lambda session: _prove(session, claim))
    except RecursionError:
        return Unresolved("the terms are nested too deeply")
    except Undecidable as reason:
        return Unresolved(str(reason))


def _decide(claim: Claim, scope: Scope, sessions: check.Sessions, seed: int) -> Verdict:
    try:
        verdict = sessions.run(scope, lambda session: _prove(session, claim))
    except Ambiguous as reason:
        return Unresolved(str(reason))
    except Undecidable as reason:
        verdict = Unresolved(str(reason))
    if not isinstance(verdict, Unresolved):
        return verdict
    refuted = _refute(claim, scope, seed)
    return verdict if refuted is None else refuted


def _refute(claim: Claim, scope: Scope, seed: int) -> Verdict | None:
    if isinstance(claim, Minimises):
        try:
            check.excess_risk(claim, scope)
        except Undecidable:
            return None  # not the minimisation of a functional over one unknown function
    found = find_difference(claim, scope, seed)
    if found is None:
        return None
    verdict = check.refute("model", found.model, found.lhs, found.rhs, found.note)
    return None if isinstance(verdict, Unresolved) else verdict


def _prove(session: check.Session, claim: Claim) -> Verdict:
    match claim:
        case Equal(lhs, rhs):
            if small_variable(lhs, rhs) is not None:
                return check.decide_landau(session, claim)
            return _with_parts(
                session,
                lambda parts: check.prove_equal(session, claim, parts),
                lambda: session.difference(lhs, rhs),
                lambda rest: rest.vanishes(),
            )
        case EqualUpToConstant(lhs, rhs):
            return _with_parts(
                session,
                lambda parts: check.prove_up_to_constant(session, claim, parts),
                lambda: session.difference(lhs, rhs),
                lambda rest: not check.depends_on_theta(rest),
            )
        case EqualInLaw():
            return check.prove_in_law(session, claim)
        case Minimises():
            return _minimiser(session, claim)


def _with_parts(
    session: check.Session,
    prove: Callable[[list[check.PartsWitness]], Verdict],
    difference: Callable[[], Tensor],
    done: Callable[[Tensor], bool],
) -> Verdict:
    """Try the plain zero test, then integrations by parts."""
    verdict = prove([])
    if isinstance(verdict, Proved):
        return verdict
    search = Search(session, [])
    parts = search.run(difference(), done)
    if parts is not None:
        return prove(parts)
    if search.missing and isinstance(verdict, Unresolved):
        return Unresolved(
            f"{verdict.reason}; an integration by parts would need a flux to vanish at "
            "infinity, which is not among the hypotheses"
        )
    return verdict


def _minimiser(session: check.Session, claim: Minimises) -> Verdict:
    best, excess = check.excess_risk(claim, session.scope)
    verdict: Verdict = Unresolved("the excess over the stated minimum is not a mean square")
    for scale in _SCALES:
        factor = session.algebra.number(scale)
        verdict = _with_parts(
            session,
            lambda parts, c=scale: check.prove_minimiser(session, claim, c, parts),  # type: ignore[misc]
            lambda c=factor: (  # type: ignore[misc]
                session.lower(claim.functional)
                - session.lower(best)
                - session.lower(excess).times(c)
            ),
            lambda rest: rest.vanishes(),
        )
        if isinstance(verdict, Proved):
            return verdict
    return verdict
