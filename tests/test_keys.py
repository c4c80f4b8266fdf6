"""The answer keys: every link and every result is proved, and numbers agree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from derive import checking
from derive.kernel.check import Sessions
from derive.kernel.verdict import Condition, Proved
from derive.language import terms as t
from derive.language.claims import Equal, EqualUpToConstant, Minimises
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from derive.derivation import Link, Result

HOMEWORK = ["1", "2.1", "2.2", "2.3", "3.1", "3.2"]
CLASSICS = ["dsm", "additive", "stein", "kl", "line", "sliced", "tweedie", "ddpm"]
TARGETS = [*(f"hw3/{n}" for n in HOMEWORK), *(f"classics/{n}" for n in CLASSICS)]

# The decay hypotheses that an author of the key adds: the sheet does not state them.
UNSTATED = {"hw3/3.1": {"decay"}, "hw3/3.2": {"decay"}, "classics/additive": {"decay"}}

EVERY_DIMENSION = ["hw3/2.2", "hw3/2.3", "hw3/3.1", "hw3/3.2", "classics/kl", "classics/stein"]


@cache
def problem(target: str):
    (ref,) = checking.select([target])
    return checking.load(ref)


def links(target: str) -> list[Link]:
    return [link for chain in problem(target).chains for link in chain.links]


@cache
def report(target: str):
    (found,) = checking.check(checking.select([target])).problems
    return found


def conditions(target: str) -> list[Condition]:
    return [
        condition
        for item in (*report(target).links, *report(target).results)
        if isinstance(item.verdict, Proved)
        for condition in item.verdict.conditions
    ]


LINKS = [
    pytest.param(target, number, id=f"{target}#{number + 1}")
    for target in TARGETS
    for number in range(len(links(target)))
]
RESULTS = [
    pytest.param(target, number, id=f"{target}: {result.name}")
    for target in TARGETS
    for number, result in enumerate(problem(target).results)
]


def test_the_keys_are_these_problems() -> None:
    assert sorted(ref.target for ref in checking.select([])) == sorted(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_the_script_runs(target: str) -> None:
    assert report(target).error == ""
    assert len(report(target).links) == len(links(target)) > 0
    assert len(report(target).results) == len(problem(target).results)


@pytest.mark.parametrize(("target", "number"), LINKS)
def test_every_link_is_proved_and_confirmed(target: str, number: int) -> None:
    link = report(target).links[number]
    assert isinstance(link.verdict, Proved), link.verdict
    assert link.numeric is not None
    assert link.numeric.agreed
    assert link.numeric.models >= 3


@pytest.mark.parametrize(("target", "number"), RESULTS)
def test_every_result_is_what_the_sheet_states(target: str, number: int) -> None:
    result = report(target).results[number]
    assert isinstance(result.verdict, Proved), result.verdict
    assert result.numeric is not None
    assert result.numeric.agreed
    assert result.numeric.models >= 3


@pytest.mark.parametrize(("target", "number"), LINKS)
def test_a_link_is_proved_without_its_neighbours(target: str, number: int) -> None:
    """A fresh session: nothing is left over from the links before."""
    link = links(target)[number]
    alone = decide(link.claim, link.scope, Sessions())
    assert isinstance(alone, Proved)
    together = report(target).links[number].verdict
    assert {(c.kind, c.term) for c in alone.conditions} == {
        (c.kind, c.term) for c in together.conditions
    }


@pytest.mark.parametrize("target", TARGETS)
def test_every_unstated_condition_is_reported(target: str) -> None:
    unstated = {c.kind for c in conditions(target) if not c.stated}
    assert unstated == UNSTATED.get(target, set())


def test_the_decay_of_3_1_is_named_with_its_flux() -> None:
    x, z = t.Field("p_X", density=True), t.Field("p_Z", density=True)
    k, y = t.Sym("k", 1), t.Sym("y", 1)
    found = [c for c in conditions("hw3/3.1") if c.kind == "decay"]
    assert found
    assert {c.term for c in found} == {x(k) * z(y - k)}


@pytest.mark.parametrize("target", ["hw3/2.1", "hw3/2.2"])
def test_the_decay_of_2_is_stated_by_the_sheet(target: str) -> None:
    found = [c for c in conditions(target) if c.kind == "decay"]
    assert found
    assert all(c.stated for c in found)


@pytest.mark.parametrize("target", EVERY_DIMENSION)
def test_the_dimension_stays_a_symbol(target: str) -> None:
    """No scope says what d is, and vectors of R^d occur: nothing is proved by instances."""
    letters = problem(target).letters.values()
    assert any(getattr(letter, "rank", 0) == 1 for letter in letters)
    for link in links(target):
        assert not any(t.DIM in (lhs, rhs) for lhs, rhs in link.scope.equations)
        assert all(symbol.name != "d" for symbol in link.scope.ranges)


def _is_trivial(claim: object) -> bool:
    match claim:
        case Equal(lhs, rhs) | EqualUpToConstant(lhs, rhs):
            return lhs == rhs
        case Minimises():
            return False
    raise AssertionError(claim)


@pytest.mark.parametrize(("target", "number"), LINKS)
def test_no_link_says_that_a_term_equals_itself(target: str, number: int) -> None:
    assert not _is_trivial(links(target)[number].claim)


@pytest.mark.parametrize("target", TARGETS)
def test_points_of_the_results_do_not_exceed_those_of_the_problem(target: str) -> None:
    results: list[Result] = problem(target).results
    assert sum(result.points for result in results) in (0, problem(target).points)
