"""No mutant of a link is proved, and those that are really false are refuted.

Every link of both keys is edited at every place (`mutants.py`).  An edit may
leave the link true (the sign of an argument of an even function): a mutant that
is proved must hold in twelve models that the engine has not seen.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING

import pytest
from mutants import Mutant, mutants

from derive import checking
from derive.kernel.check import Sessions
from derive.kernel.verdict import Proved, Refuted, Unresolved
from derive.language.claims import Claim, Equal, EqualUpToConstant, Minimises
from derive.language.terms import NormSq, Sym, add, mul, sqrt, term
from derive.numeric.confirm import confirm
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from derive.derivation import Link
    from derive.language.scope import Scope

SAMPLE = 9  # mutants of each link in an ordinary run
ANOTHER_SEED = 1009  # models that `decide` has not searched for counterexamples

KINDS = {
    "sign", "factor", "index", "letter", "exponent", "dropped", "next", "minus",
}  # fmt: skip


@cache
def problem(target: str):
    (ref,) = checking.select([target])
    return checking.load(ref)


def links(target: str) -> list[Link]:
    return [link for chain in problem(target).chains for link in chain.links]


TARGETS = [ref.target for ref in checking.select([])]
LINKS = [
    pytest.param(target, number, id=f"{target}#{number + 1}")
    for target in TARGETS
    for number in range(len(links(target)))
]


def complaint(mutant: Mutant, scope: Scope, sessions: Sessions) -> str | None:
    """Say what is wrong with the verdict on a mutant, if anything is."""
    verdict = decide(mutant.claim, scope, sessions)
    match verdict:
        case Proved():
            numbers = confirm(mutant.claim, scope, ANOTHER_SEED, models=12)
            return None if numbers.models and numbers.agreed else "proved, and numbers disagree"
        case Unresolved(reason):
            numbers = confirm(mutant.claim, scope, ANOTHER_SEED, models=4)
            return None if numbers.agreed else f"false in a model, and unresolved: {reason}"
        case Refuted():
            numbers = confirm(mutant.claim, scope, ANOTHER_SEED, models=4)
            right = not numbers.agreed or numbers.models < 4
            return None if right else "refuted, and numbers agree everywhere"


def complaints(target: str, number: int, size: int | None) -> list[str]:
    link = links(target)[number]
    chosen = list(mutants(link.claim))
    if size is not None and size < len(chosen):
        chosen = Random(f"{target}#{number}").sample(chosen, size)  # noqa: S311
    sessions = Sessions()
    told = ((mutant, complaint(mutant, link.scope, sessions)) for mutant in chosen)
    return [f"{mutant.name}: {text}" for mutant, text in told if text is not None]


@pytest.mark.parametrize(("target", "number"), LINKS)
def test_a_sample_of_the_mutants(target: str, number: int) -> None:
    assert complaints(target, number, SAMPLE) == []


@pytest.mark.soak
@pytest.mark.parametrize(("target", "number"), LINKS)
def test_every_mutant(target: str, number: int) -> None:
    assert complaints(target, number, None) == []


# --- the mutants themselves ------------------------------------------------------------


def test_every_kind_of_mutant_occurs_in_the_keys() -> None:
    found = {
        mutant.kind.split()[0]
        for target in TARGETS
        for link in links(target)
        for mutant in mutants(link.claim)
    }
    assert found >= KINDS


@pytest.mark.parametrize(("target", "number"), LINKS)
def test_every_mutant_differs_from_its_link(target: str, number: int) -> None:
    claim = links(target)[number].claim
    made = list(mutants(claim))
    assert len(made) >= 10
    assert claim not in [mutant.claim for mutant in made]


x, y = Sym(r"\alpha_t"), Sym(r"\alpha_{t-1}")


def names(claim: Claim) -> list[str]:
    return [mutant.name for mutant in mutants(claim)]


def test_equal_summands_are_edited_one_at_a_time() -> None:
    made = names(Equal(add(x, x), mul(2, x)))
    assert "sign at lhs.terms[0]" in made
    assert "sign at lhs.terms[1]" in made
    assert "dropped summand 0 at lhs" in made
    assert "dropped summand 1 at lhs" in made


def test_the_index_of_a_letter_is_moved_in_time() -> None:
    made = names(Equal(sqrt(x), y))
    assert r"index \alpha_{t-1} for \alpha_t at lhs.base" in made
    assert r"index \alpha_t for \alpha_{t-1} at rhs" in made
    assert "dropped root at lhs" in made


def test_edits_without_a_meaning_are_left_out() -> None:
    v = Sym("v", 1)
    claim = Equal(add(NormSq(v), term(1)), term(2))
    made = [mutant.claim for mutant in mutants(claim)]
    assert all(isinstance(m, Equal | EqualUpToConstant | Minimises) for m in made)
    assert not any("dropped square" in name for name in names(claim))
