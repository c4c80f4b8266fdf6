"""How the tables of this folder are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language import terms as t
from derive.language.claims import Claim, Equal
from derive.language.traverse import walk
from derive.numeric.confirm import confirm
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.language.scope import Scope

EXPECTED: dict[str, tuple[type, ...]] = {
    "proved": (Proved,),
    "refuted": (Refuted,),
    "unresolved": (Unresolved,),
    "not proved": (Refuted, Unresolved),  # false or without meaning, and not always shown so
    "not refuted": (Proved, Unresolved),  # true, beyond what has to be decided
}


def has_landau(claim: Claim) -> bool:
    sides = (claim.lhs, claim.rhs) if isinstance(claim, Equal) else ()
    return any(isinstance(x, t.Landau) for side in sides for x in walk(side))


@pytest.fixture
def judge() -> Callable[[Claim, Scope, str], Verdict]:
    """Decide a claim, hold the verdict against the table and against numbers."""

    def decided(claim: Claim, scope: Scope, expected: str) -> Verdict:
        verdict = decide(claim, scope)
        assert isinstance(verdict, EXPECTED[expected]), verdict
        if isinstance(verdict, Proved):
            assert confirm(claim, scope, seed=5).agreed, "numbers contradict the proof"
        if isinstance(claim, Equal) and not has_landau(claim):
            swapped = decide(Equal(claim.rhs, claim.lhs), scope)
            assert isinstance(swapped, EXPECTED[expected]), "the verdict depends on the side"
        return verdict

    return decided
