"""Confirming a claim in random models, and searching for a model in which it is false.

Nothing is decided in floating point: values are exact, or enclosed; "equal" is
said of sums that cancel exactly or of enclosures that overlap within 1e-50, and
only `refute` has consequences: it answers with two values that certainly differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from derive.language.claims import Claim, Equal, EqualInLaw, EqualUpToConstant, Minimises
from derive.language.terms import Basis
from derive.numeric import orders
from derive.numeric.compare import (
    Differs,
    Outcome,
    Same,
    against_zero,
    claim_terms,
    difference,
    disjoint,
    has_points,
    moments_of_law,
    moves,
    shared,
)
from derive.numeric.environment import free
from derive.numeric.evaluate import Evaluator, Value, as_numbers
from derive.numeric.evidence import Confirmation
from derive.numeric.model import FieldModel, Model, Polynomial
from derive.numeric.ring import Ball, NotEvaluable
from derive.numeric.sampling import (
    constant_models,
    describe,
    is_admissible,
    letters,
    sample_models,
)
from derive.numeric.values import Val, apply, plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from derive.language.scope import Scope
    from derive.language.terms import Field, Term

CHOICES = 3  # of the trained functions, where a difference must not depend on them
CONSTANT = 4  # models with constant functions
PATIENCE = 4  # models tried for each one that is wanted
POOLED = 4  # scopes whose models are kept
MOST = 60  # models of one scope


@dataclass(frozen=True)
class Difference:
    """A model that the scope admits and in which the two sides certainly differ.

    Attributes:
        model: what is put for each letter, as LaTeX.
        lhs: value of the left side: a Fraction, a `flint.arb` or tuples of them.
        rhs: value of the right side, disjoint from it.
        note: what the two values are of, where it is not the sides themselves.
    """

    model: Mapping[str, str]
    lhs: Value
    rhs: Value
    note: str = ""


# --- confirmation ---------------------------------------------------------------


def confirm(claim: Claim, scope: Scope, seed: int, models: int = 3) -> Confirmation:
    """Check a claim in random models that satisfy the scope.

    Args:
        claim: `=`, also with Landau terms, `= + const` or a minimiser.
        scope: the hypotheses.
        seed: of the models.
        models: how many to check.

    Returns:
        How many models had a value for both sides (0: none, and nothing is said),
        the largest error and whether all agreed.
    """
    check = _check_for(claim, scope)
    errors: list[Ball | None] = []
    agreed = True
    count = models * PATIENCE if has_points(claim, scope) else 0
    for model in _models(claim, scope, seed, count):
        if len(errors) == models:
            break
        try:
            outcome = check(model)
        except NotEvaluable:
            continue
        agreed = agreed and isinstance(outcome, Same)
        errors.append(outcome.error if isinstance(outcome, Same) else None)
    limit = isinstance(claim, Equal) and orders.has_landau(claim)
    return Confirmation(len(errors), None if limit else _largest(errors), agreed)


def _check_for(claim: Claim, scope: Scope) -> Callable[[Model], Outcome]:
    match claim:
        case Equal() if orders.has_landau(claim):
            return lambda model: _check_order(claim, scope, model)
        case Equal(lhs, rhs):
            return lambda model: against_zero(difference(Evaluator(model, scope), lhs, rhs))
        case EqualUpToConstant():
            return lambda model: _check_constant(claim, scope, model)
        case EqualInLaw():
            return lambda model: _check_law(claim, scope, model)
        case Minimises():
            return lambda model: _check_minimum(claim, scope, model)


def _check_order(claim: Equal, scope: Scope, model: Model) -> Outcome:
    fine, gap = orders.agrees(claim, scope, model.seed, model.dimension)
    return Same(gap) if fine else Differs()


def _check_constant(claim: EqualUpToConstant, scope: Scope, model: Model) -> Outcome:
    differences = [
        difference(Evaluator(variant, scope), claim.lhs, claim.rhs)
        for variant in (model, *(model.variant(str(k)) for k in range(1, CHOICES)))
    ]
    worst: Ball | None = None
    for other in differences[1:]:
        outcome = against_zero(plus(differences[0], apply(lambda g: -g, other)))
        if isinstance(outcome, Differs):
            return outcome
        worst = outcome.error if worst is None else worst
    return Same(worst)


def _check_law(claim: EqualInLaw, scope: Scope, model: Model) -> Outcome:
    evaluator, worst = Evaluator(model, scope), Same(None)
    for _, equal in moments_of_law(claim, shared(claim, scope)):
        outcome = against_zero(difference(evaluator, equal.lhs, equal.rhs))
        if isinstance(outcome, Differs):
            return outcome
        worst = Same(_largest_of(worst.error, outcome.error))
    return worst


def _largest_of(a: Ball | None, b: Ball | None) -> Ball | None:
    return b if a is None else a if b is None else max(a, b)


def _check_minimum(claim: Minimises, scope: Scope, model: Model) -> Outcome:
    lower = any((m.moved - m.stated).sign() < 0 for m in moves(claim, model, scope, 2))
    return Differs() if lower else Same(None)


def _largest(errors: list[Ball | None]) -> str:
    balls = [error for error in errors if error is not None]
    if not balls:
        return "0"
    largest = balls[0]
    for ball in balls[1:]:
        largest = max(largest, ball)
    return f"{float(largest):.1e}"


# --- models shared by neighbouring links ----------------------------------------

_POOL: dict[tuple[int, int, bool], tuple[Scope, list[Model], Iterator[Model]]] = {}


def forget_models() -> None:
    """Let go of all models, so that what is confirmed next is as in a new process."""
    _POOL.clear()
    orders.forget_models()


def _models(claim: Claim, scope: Scope, seed: int, count: int) -> Iterator[Model]:
    """Give random models, the same ones for all links of a scope.

    Neighbouring links share a side; a model remembers its values.
    """
    terms = claim_terms(claim)
    flat = not any(letter.rank for letter in letters(terms, scope))
    key = (id(scope), seed, flat)
    if key not in _POOL:
        if len(_POOL) >= POOLED:
            _POOL.clear()
        # The scope is kept with its models: its id stays taken as long as they live.
        _POOL[key] = scope, [], sample_models(terms, scope, seed, MOST, simplest=False)
    _, made, more = _POOL[key]
    for index in range(count):
        if index == len(made):
            following = next(more, None)
            if following is None:
                return
            made.append(following)
        yield made[index]


# --- refutation -----------------------------------------------------------------


def refute(claim: Claim, scope: Scope, seed: int, tries: int = 12) -> Difference | None:
    """Search for a model in which the claim is false, the simplest first.

    Returns:
        A model with two values that certainly differ, or None.  Claims with
        Landau terms are left to the power series of the kernel: None.
    """
    if isinstance(claim, Equal) and orders.has_landau(claim):
        return None
    if not (isinstance(claim, EqualInLaw) or has_points(claim, scope)) or _has_indices(scope):
        return None
    terms = claim_terms(claim)
    models = sample_models(terms, scope, seed, tries)
    for model in chain(models, constant_models(terms, scope, seed, CONSTANT)):
        try:
            found = _refute_in(claim, scope, model) if is_admissible(model, scope) else None
        except NotEvaluable:
            continue
        if found is not None:
            return found
    return None


def _has_indices(scope: Scope) -> bool:
    """Whether a hypothesis has a free index: a model would satisfy it in one coordinate only."""
    sides = [side for equation in scope.equations for side in equation]
    sides += [*scope.positive, *(decay.flux for decay in scope.decays)]
    return any(isinstance(letter, Basis) for side in sides for letter in free(side).syms)


def _refute_in(claim: Claim, scope: Scope, model: Model) -> Difference | None:
    match claim:
        case Equal():
            return _difference(model, claim, scope, _sides(claim, scope, model))
        case EqualInLaw():
            return _refute_law(claim, scope, model)
        case EqualUpToConstant():
            return _refute_constant(claim, scope, model)
        case Minimises():
            return _refute_minimum(claim, scope, model)


def _sides(claim: Equal, scope: Scope, model: Model) -> tuple[Value, Value]:
    evaluator = Evaluator(model, scope)
    left, right = (as_numbers(evaluator.closed(side)) for side in (claim.lhs, claim.rhs))
    return left, right


def _refute_law(claim: EqualInLaw, scope: Scope, model: Model) -> Difference | None:
    """Find a mean or a variance in which the sides differ, whatever they have in common."""
    for name, equal in moments_of_law(claim):
        values = _sides(equal, scope, model)
        found = _difference(model, equal, scope, values, f"{name} of the two sides")
        if found is not None:
            return found
    return None


def _difference(
    model: Model, claim: Claim, scope: Scope, sides: tuple[Value, Value], note: str = ""
) -> Difference | None:
    lhs, rhs = sides
    if not disjoint(lhs, rhs):
        return None
    terms = claim_terms(claim)
    return Difference(describe(model, terms, scope), lhs, rhs, note)


def _refute_constant(claim: EqualUpToConstant, scope: Scope, model: Model) -> Difference | None:
    """Find two choices of the trained functions for which the sides differ differently."""
    terms = claim_terms(claim)
    first = as_numbers(_sides_differ(claim, scope, model))
    zero = model.variant("zero", _zeros(model, terms, scope))
    for other in (zero, *(model.variant(str(k)) for k in range(1, CHOICES))):
        try:
            second = as_numbers(_sides_differ(claim, scope, other))
        except NotEvaluable:
            continue
        shown = describe(other, terms, scope)
        chosen = ", ".join(f"{f.name} = {shown[f.name]}" for f in other.fields if f.name in shown)
        note = f"left side minus right side, in the model shown and for {chosen}"
        found = _difference(model, claim, scope, (first, second), note)
        if found is not None:
            return found
    return None


def _sides_differ(claim: EqualUpToConstant, scope: Scope, model: Model) -> Val:
    return difference(Evaluator(model, scope), claim.lhs, claim.rhs)


def _zeros(model: Model, terms: tuple[Term, ...], scope: Scope) -> dict[Field, FieldModel]:
    """Give the zero function for each trained function of a model."""
    found = [x for x in letters(terms, scope) if x in model.fields]
    return {
        field: Polynomial(((),) * model.size(field.rank), ())
        for field in model.fields
        if field.trained and not field.density and field in found
    }


def _refute_minimum(claim: Minimises, scope: Scope, model: Model) -> Difference | None:
    for move in moves(claim, model, scope, 3):
        if (move.moved - move.stated).sign() < 0:
            extra = move.extra.latex()
            note = f"the functional at the stated function, and at it plus {extra}"
            sides = move.stated.value(), move.moved.value()
            return _difference(model, claim, scope, sides, note)
    return None
