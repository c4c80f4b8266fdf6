"""The benchmark's pairs: each is as true as it says, and the engine contradicts none."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import pytest
from document_values import damaged, is_false
from mpmath import mp
from pairs import Pair, all_pairs
from pairs.meaning import Reading
from pairs.truth import Admitted, differs
from real_values import DIGITS, FEW, SAME, letters_of, value

from derive.equality.engine import decide
from derive.equality.reading import read_statement
from derive.kernel.verdict import Proved, Refuted
from derive.recheck import Rejected, recheck

if TYPE_CHECKING:
    from derive.language import terms as t

PAIRS = all_pairs()
NO_BRACES = str.maketrans("", "", "{}")
SAMPLE = PAIRS[::4]  # of an ordinary run; all of them are a long one


def test_there_are_enough_of_each_kind_and_family() -> None:
    counts = Counter((pair.family, pair.truth) for pair in PAIRS)
    families = {pair.family for pair in PAIRS}
    assert len(families) == 17
    assert min(counts[family, True] for family in families) >= 18
    assert min(counts[family, False] for family in families) >= 20
    assert sum(pair.truth for pair in PAIRS) >= 400
    assert sum(not pair.truth for pair in PAIRS) >= 400


def test_names_are_given_once() -> None:
    assert len({pair.id for pair in PAIRS}) == len(PAIRS)


def test_pairs_are_as_true_as_they_say() -> None:
    """By numbers, and by a reading of the LaTeX that the project does not share."""
    wrong = [pair.id for pair in PAIRS if differs(pair, seed=1) == pair.truth]
    assert not wrong


def readings_differ(pair: Pair, side: str, term: t.Term) -> bool:
    """Whether the project's reading of a side and the pairs' own have different values."""
    reading = Reading(side)
    ((meaning,), _), random = reading.relations(), Random(pair.id)  # noqa: S311 - no secret
    names = {letter: letter.name.translate(NO_BRACES) for letter in letters_of(term)}
    with mp.workdps(DIGITS):
        for env in islice(Admitted(pair).points(reading.letters, random), FEW):
            point = {**env, **{letter: env[name] for letter, name in names.items() if name in env}}
            try:
                left, right = meaning(env), value(term, point)
            except ArithmeticError:
                continue
            if abs(left - right) > SAME * max(abs(left), abs(right)) > SAME**2:
                return True
    return False


def test_the_second_reading_agrees_with_the_first() -> None:
    """It does not know of equations, which are read as differences."""
    differ = []
    for pair in PAIRS:
        statement = read_statement(pair.lhs, pair.rhs, pair.given, pair.assume, pair.vary)
        if not statement.equations:
            sides = ((pair.lhs, statement.lhs), (pair.rhs, statement.rhs))
            differ += [side for side, term in sides if readings_differ(pair, side, term)]
    assert not differ


def contradicted(pair: Pair) -> bool:
    statement = read_statement(pair.lhs, pair.rhs, pair.given, pair.assume, pair.vary)
    verdict = decide(statement).verdict
    return isinstance(verdict, Refuted if pair.truth else Proved)


def test_no_pair_of_a_sample_is_contradicted() -> None:
    assert not [pair.id for pair in SAMPLE if contradicted(pair)]


@pytest.mark.soak
def test_no_pair_is_contradicted() -> None:
    assert not [pair.id for pair in PAIRS if contradicted(pair)]


def accepted_and_false(pair: Pair, times: int) -> list[object]:
    """Damaged documents of a pair's decision that the recheck accepts, though they are false."""
    statement = read_statement(pair.lhs, pair.rhs, pair.given, pair.assume, pair.vary)
    document, random = decide(statement).document, Random(pair.id)  # noqa: S311 - no secret
    found: list[object] = []
    for _ in range(times if document is not None else 0):
        changed = damaged(dict(document), random)
        try:
            conditions = recheck(changed)
        except Rejected:
            continue
        if is_false(changed, conditions, random):
            found.append(changed)
    return found


def test_the_numbers_see_what_is_false() -> None:
    """A control of the tests below: documents of what is false, turned into proofs."""
    told = []
    for pair in SAMPLE:
        statement = read_statement(pair.lhs, pair.rhs, pair.given, pair.assume, pair.vary)
        decision = decide(statement)
        if decision.document is not None and isinstance(decision.verdict, Refuted):
            claimed = {**decision.document, "verdict": "proved"}
            told.append(is_false(claimed, (), Random(pair.id)))  # noqa: S311 - no secret
    assert len(told) > 100
    assert sum(told) >= 0.95 * len(told)


def test_damaged_documents_of_a_sample_are_rejected_or_true() -> None:
    assert not [found for pair in SAMPLE for found in accepted_and_false(pair, 2)]


@pytest.mark.soak
def test_damaged_documents_are_rejected_or_true() -> None:
    assert not [found for pair in PAIRS for found in accepted_and_false(pair, 40)]
