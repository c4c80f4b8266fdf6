"""The benchmark's pairs: each is as true as it says, and the engine contradicts none."""

from __future__ import annotations

from collections import Counter

import pytest
from derive.equality.engine import decide
from derive.equality.reading import read_statement
from pairs import Pair, all_pairs
from pairs.truth import differs

from derive.kernel.verdict import Proved, Refuted

PAIRS = all_pairs()
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


def contradicted(pair: Pair) -> bool:
    statement = read_statement(pair.lhs, pair.rhs, pair.given, pair.assume, pair.vary)
    verdict = decide(statement).verdict
    return isinstance(verdict, Refuted if pair.truth else Proved)


def test_no_pair_of_a_sample_is_contradicted() -> None:
    assert not [pair.id for pair in SAMPLE if contradicted(pair)]


@pytest.mark.soak
def test_no_pair_is_contradicted() -> None:
    assert not [pair.id for pair in PAIRS if contradicted(pair)]
