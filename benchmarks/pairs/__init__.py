"""Pairs of sides in LaTeX, true and false, by families: made here from a fixed seed.

The false ones are mistakes that are made (a sign, a factor, a lost square, a root of a sum)
and near misses; `pairs.truth` says how each is known to be true or false.
"""

from __future__ import annotations

from random import Random

from pairs import algebra, analysis, counting, functions
from pairs.pair import Pair

__all__ = ["SEED", "Pair", "all_pairs"]

SEED = 2026
_FAMILIES = (
    *algebra.FAMILIES, *functions.FAMILIES, *counting.FAMILIES, *analysis.FAMILIES,
)  # fmt: skip


def all_pairs() -> list[Pair]:
    """Give every pair, the same ones in each run; a row drawn twice counts once."""
    pairs: dict[tuple[object, ...], Pair] = {}
    for family in _FAMILIES:
        for pair in family(Random(f"{SEED} {family.__name__}")).pairs:  # noqa: S311 - no secret
            key = (pair.lhs, pair.rhs, pair.given, pair.assume, pair.vary)
            pairs.setdefault(key, pair)
    return list(pairs.values())
