"""Equations between random quantities: what they claim of every outcome, or of laws.

`X_t = X_0 + Z` is said of every outcome: the random variables that no expectation
integrates over become letters, and the equation must hold whatever they are.  With noise
that only one side has, or of a variable that is known by its law, the equation is one
in law: both sides have the same density, given the variables that they share.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from derive.kernel.laws import outside_conditions
from derive.language.claims import Equal
from derive.language.terms import RV, Density, Event, Expect, Ito, Sym, Term, Variance
from derive.language.traverse import rebuild, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from derive.language.scope import Scope


def outside(*terms: Term) -> list[Term]:
    """The random variables that the terms leave to an enclosing expectation, each once."""
    return list(dict.fromkeys(x for term in terms for x in outside_conditions(term)))


def put_outside(term: Term, values: Mapping[Term, Term]) -> Term:
    """Put terms for random variables where no expectation integrates over them."""
    if term in values:
        return values[term]
    if isinstance(term, Ito) or not outside_conditions(term):
        return term
    match term:
        case Expect(body=body, given=given):
            return Expect(body, _events(given, values))
        case Variance(body=body, given=given):
            return Variance(body, _events(given, values))
        case Density(of=of, given=given):
            return Density(_events(of, values), _events(given, values))
        case _:
            parts = {f.name: _put_in(getattr(term, f.name), values) for f in fields(term)}
            return type(term)(**parts)


def _events(events: tuple[Event, ...], values: Mapping[Term, Term]) -> tuple[Event, ...]:
    return tuple(Event(e.variable, put_outside(e.value, values)) for e in events)


def _put_in(value: object, values: Mapping[Term, Term]) -> object:
    if isinstance(value, Term):
        return put_outside(value, values)
    if isinstance(value, tuple):
        return tuple(_put_in(item, values) for item in value)
    return value


def expanded(term: Term, scope: Scope) -> Term:
    """Put their definitions for the defined random variables outside expectations."""
    for _ in range(len(scope.definitions) + 1):
        known: dict[Term, Term] = {
            v: scope.definitions[v]
            for v in outside(term)
            if isinstance(v, RV) and v in scope.definitions
        }
        if not known:
            break
        term = put_outside(term, known)
    return put_outside(term, {x: _spelled(x) for x in outside(term) if isinstance(x, Ito)})


def _spelled(integral: Ito) -> Ito:
    """Give the variable of a Wiener integral one name, whatever its author calls it."""
    taken = {x.name for x in walk(integral.body) if isinstance(x, Sym) and x != integral.var}
    var = fresh("s", 0, taken)
    return Ito(rebuild(integral.body, {integral.var: var}), var, integral.upper, integral.rank)


def pathwise(lhs: Term, rhs: Term, scope: Scope) -> tuple[Term, Term]:
    """Give the sides with a letter for every random variable outside expectations."""
    lhs, rhs = expanded(lhs, scope), expanded(rhs, scope)
    taken = {x.name for side in (lhs, rhs) for x in walk(side) if isinstance(x, Sym)}
    letters: dict[Term, Term] = {}
    for variable in outside(lhs, rhs):
        name = variable.name if isinstance(variable, RV) else "w"
        letters[variable] = fresh(name, int(variable.rank), taken)
    return put_outside(lhs, letters), put_outside(rhs, letters)


def at_any_value(lhs: Term, rhs: Term, scope: Scope) -> Equal | None:
    """Claim of functions of one defined variable that they agree, whatever its value is.

    That is more than is said; what the variable is made of need not be known for it.
    """
    found = outside(lhs, rhs)
    if len(found) != 1 or found[0] not in scope.definitions or found[0] in (lhs, rhs):
        return None
    taken = {x.name for side in (lhs, rhs) for x in walk(side) if isinstance(x, Sym)}
    name = found[0].name if isinstance(found[0], RV) else "w"
    value = {found[0]: fresh(name, int(found[0].rank), taken)}
    return Equal(put_outside(lhs, value), put_outside(rhs, value))


def fresh(name: str, rank: int, taken: set[str]) -> Sym:
    """Make a letter that is not taken, and take it."""
    while name in taken:
        name += "'"
    taken.add(name)
    return Sym(name, rank)


def ancestors(variable: Term, scope: Scope) -> set[Term]:
    """The random variables that a random variable is made of, by its law or definition."""
    found: set[Term] = set()
    pending = _parents(variable, scope)
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending += _parents(node, scope)
    return found


def _parents(variable: Term, scope: Scope) -> list[Term]:
    if not isinstance(variable, RV):
        return []
    if variable in scope.definitions:
        return outside(scope.definitions[variable])
    return list(scope.laws[variable].parents) if variable in scope.laws else []


def law_claim(variable: RV, value: Term, scope: Scope) -> Equal | None:
    """Claim that a random variable has the law of `value`, given what both are made of.

    None where `value` is made of what comes after the variable: a step back in time says
    nothing of the variable's own law.
    """
    parts = outside(expanded(value, scope))
    above = ancestors(variable, scope)
    if any(variable == p or variable in ancestors(p, scope) for p in parts):
        return None
    given = [p for p in parts if p in above]
    return equal_densities(variable, value, given)


def equal_densities(lhs: Term, rhs: Term, given: Iterable[Term]) -> Equal:
    """Claim that two random terms have the same density, given these variables."""
    taken = {x.name for side in (lhs, rhs) for x in walk(side) if isinstance(x, Sym)}
    events = []
    for variable in given:
        name = variable.name.lower() if isinstance(variable, RV) else "w"
        events.append(Event(variable, fresh(name, int(variable.rank), taken)))
    point = fresh("v", int(lhs.rank), taken)
    conditions = tuple(events)
    return Equal(
        Density((Event(lhs, point),), conditions), Density((Event(rhs, point),), conditions)
    )
