r"""Whether names that were taken for different letters may mean the same at a point.

`a_n` and `a_2` are different letters, but not where n is 2: a point with n = 2 refutes nothing.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from derive.equality.decision import Decision
from derive.equality.indices import FORMULA
from derive.equality.statement import Domain
from derive.kernel.verdict import Refuted, Unresolved
from derive.language.terms import Sym

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.equality.indices import Index, Monomial, Polynomial
    from derive.equality.statement import Statement
    from derive.language.terms import Term

_FAMILY = "what is given of one index may be meant for all: give it for each index that occurs"
_REASON = "the sides differ at a point, but different indices of one letter may be equal there"


def told_apart(decision: Decision) -> Decision:
    """Withdraw a refutation by a point at which two indices of one letter may be equal."""
    statement, verdict = decision.statement, decision.verdict
    if not isinstance(verdict, Refuted):
        return decision
    if _meant_for_all(statement):
        return Decision(statement, Unresolved(_FAMILY))
    values = _values(statement, verdict.counterexample.model)
    pairs = (pair for group in statement.indices for pair in combinations(group, 2))
    if any(_may_coincide(one, other, values) for one, other in pairs):
        return Decision(statement, Unresolved(_REASON))
    return decision


def _meant_for_all(statement: Statement) -> bool:
    """Whether something is said of `a_t`, and the sides hold `a_{t+1}` or `a_2`, of which not.

    A recurrence is given for one index and meant for all.
    """
    given = {name for pair in statement.given for side in pair for name in _names(side)}
    given |= {name for fact in statement.facts for name in _names(fact.term)}
    given |= {letter.name for letter, domain in statement.letters.items() if domain != Domain()}
    sides = {name for side in (statement.lhs, statement.rhs) for name in _names(side)}
    families = {base for base, varies in map(_family, given) if varies}
    return any(_family(name)[0] in families for name in sides - given if "_" in name)


def _names(term: Term) -> set[str]:
    return {node.name for node in term.nodes if isinstance(node, Sym)}


def _family(name: str) -> tuple[str, bool]:
    """What a name is without its index, and whether a letter stands in the index."""
    base, _, index = name.partition("_")
    return base, any(character.isalpha() for character in index)


def _values(statement: Statement, model: Mapping[str, str]) -> dict[str, Fraction | None]:
    """The values of letters; None: not known.  A letter that is missing may be any number."""
    values: dict[str, Fraction | None] = {}
    asides = [side for pair in statement.given for side in pair]
    asides += [fact.term for fact in statement.facts]
    for term in asides:
        values |= {node.name: None for node in term.nodes if isinstance(node, Sym)}
    for symbol, domain in statement.letters.items():
        bounded = domain.low is not None and domain.high is not None
        if bounded and (domain.whole or domain.low == domain.high):
            values[symbol.name] = None
    if statement.vary is not None:
        values[statement.vary.name] = None
    for name, text in model.items():
        try:
            values[name] = Fraction(text)
        except (ValueError, ZeroDivisionError):
            values[name] = None
    return values


def _may_coincide(one: Index, other: Index, values: Mapping[str, Fraction | None]) -> bool:
    if len(one.positions) != len(other.positions):
        return False
    return all(
        _may_be_equal(first, second, values)
        for first, second in zip(one.positions, other.positions, strict=True)
    )


def _may_be_equal(
    one: Polynomial, other: Polynomial, values: Mapping[str, Fraction | None]
) -> bool:
    """Whether a difference may be 0: it is, or something in it is not known."""
    difference = dict(one)
    for key, coefficient in other:
        difference[key] = difference.get(key, Fraction(0)) - coefficient
    total: dict[Monomial, Fraction] = {}
    for key, coefficient in difference.items():
        if not coefficient:
            continue
        rest: list[str] = []
        product = coefficient
        for letter in key:
            if letter.startswith(FORMULA) or (letter in values and values[letter] is None):
                return True
            value = values.get(letter)
            if value is None:
                rest.append(letter)
            else:
                product *= value
        total[tuple(rest)] = total.get(tuple(rest), Fraction(0)) + product
    return not any(total.values())
