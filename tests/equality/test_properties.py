"""Random equalities: what is true is never refuted, what is false is never proved.

A random expression is rewritten by true rules (`rewriting.py`) and then edited once.
Whether an edit changed the value is said by numbers that share no code with the engine.
"""

# ruff: noqa: S311 - random expressions, no secrets

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from document_values import damaged, is_false
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from real_values import FEW, compared
from rewriting import DOMAINS, FACTS, perturbed, positive, real, rewritten
from soaking import soak

from derive.equality.engine import decide
from derive.equality.statement import Statement
from derive.kernel.verdict import Proved, Refuted, Unresolved
from derive.recheck import Rejected, recheck

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.equality.decision import Decision
    from derive.language import terms as t

DEPTH = 2
REWRITES = 3
SEEDS = st.integers(0, 2**40)
DECIDED: Counter[tuple[str, str]] = Counter()  # (what it is, what was said)


def examples(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a property on so many random seeds, the same ones in every run."""
    slow = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
    chosen = settings(
        max_examples=number, derandomize=True, deadline=None, database=None,
        suppress_health_check=slow,
    )  # fmt: skip
    return lambda test: chosen(given(SEEDS)(test))


def claim(left: t.Term, right: t.Term) -> Statement:
    return Statement(left, right, letters=DOMAINS, facts=FACTS)


def expression(random: Random) -> t.Term:
    return random.choice((real, positive))(random, DEPTH)


def decided(kind: str, statement: Statement) -> Decision:
    """Decide, count, and hold a proof against the recheck of its document."""
    decision = decide(statement)
    DECIDED[kind, type(decision.verdict).__name__] += 1
    if isinstance(decision.verdict, Proved):
        assert decision.document is not None
    if decision.document is not None:
        recheck(decision.document)  # raises Rejected
    return decision


def equal_sides(random: Random) -> Statement:
    term = expression(random)
    return claim(term, rewritten(term, random, REWRITES))


def edited_sides(random: Random) -> Statement:
    term = expression(random)
    return claim(term, perturbed(rewritten(term, random, REWRITES - 1), random))


# --- properties -------------------------------------------------------------------


def what_is_true_is_not_refuted(seed: int) -> None:
    verdict = decided("true", equal_sides(Random(seed))).verdict
    assert not isinstance(verdict, Refuted)


def what_is_false_is_not_proved(seed: int) -> None:
    random = Random(seed)
    statement = edited_sides(random)
    _, different = compared(statement, random)
    kind = "false" if different >= FEW else "edited, perhaps true"
    verdict = decided(kind, statement).verdict
    assert not (different and isinstance(verdict, Proved))


def the_order_of_the_sides_does_not_matter(seed: int) -> None:
    random = Random(seed)
    statement = (equal_sides, edited_sides)[seed % 2](random)
    one = decide(statement).verdict
    other = decide(claim(statement.rhs, statement.lhs)).verdict
    kinds = {type(one), type(other)} - {Unresolved}
    assert len(kinds) <= 1


def equality_is_transitive(seed: int) -> None:
    random = Random(seed)
    first = expression(random)
    second = rewritten(first, random, 2)
    third = (rewritten, lambda term, rng, _: perturbed(term, rng))[seed % 2](second, random, 2)
    verdicts = [decide(claim(a, b)).verdict for a, b in ((first, second), (second, third))]
    if all(isinstance(verdict, Proved) for verdict in verdicts):
        assert not isinstance(decide(claim(first, third)).verdict, Refuted)


def a_damaged_document_is_rejected_or_true(seed: int) -> None:
    random = Random(seed)
    decision = decide((equal_sides, edited_sides)[seed % 3 == 0](random))
    if decision.document is None:
        return
    for _ in range(5):
        document = damaged(dict(decision.document), random)
        if document is None:
            return
        try:
            conditions = recheck(document)
        except Rejected:
            DECIDED["damaged document", "rejected"] += 1
            continue
        DECIDED["damaged document", "accepted"] += 1
        assert not is_false(document, conditions, random), document


# --- a few in each run, many by hand -------------------------------------------------


@examples(200)
def test_what_is_true_is_not_refuted(seed: int) -> None:
    what_is_true_is_not_refuted(seed)


@examples(200)
def test_what_is_false_is_not_proved(seed: int) -> None:
    what_is_false_is_not_proved(seed)


@examples(40)
def test_the_order_of_the_sides_does_not_matter(seed: int) -> None:
    the_order_of_the_sides_does_not_matter(seed)


@examples(30)
def test_equality_is_transitive(seed: int) -> None:
    equality_is_transitive(seed)


@examples(30)
def test_a_damaged_document_is_rejected_or_true(seed: int) -> None:
    a_damaged_document_is_rejected_or_true(seed)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("check", "count"),
    [
        (what_is_true_is_not_refuted, 8000),
        (what_is_false_is_not_proved, 8000),
        (the_order_of_the_sides_does_not_matter, 2000),
        (equality_is_transitive, 1000),
        (a_damaged_document_is_rejected_or_true, 1000),
    ],
    ids=lambda check: getattr(check, "__name__", ""),
)
def test_many(check: Callable[[int], None], count: int, capsys: pytest.CaptureFixture[str]) -> None:
    said, failed = soak(check.__name__, count)
    with capsys.disabled():
        print(f"\n{dict(said)}", end="")  # noqa: T201 - asked for
    assert not failed


def test_how_much_is_decided_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        for kind in dict.fromkeys(kind for kind, _ in DECIDED):
            said = {what: n for (k, what), n in DECIDED.items() if k == kind}
            print(f"\n{kind}: {said} of {sum(said.values())}", end="")  # noqa: T201 - asked for
