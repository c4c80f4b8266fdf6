"""Rubrics: read strictly, and their sums held against the sheet."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from derive.checking import load
from derive.errors import DeriveError
from derive.grading.key import load_grading_key
from derive.grading.rubric import decimal, read_rubric
from derive.keys import default_root, select

if TYPE_CHECKING:
    from pathlib import Path

SHEET = {"1": "1", "2.1": "0.4", "2.2": "0.4", "2.3": "0.2", "3.1": "0.8", "3.2": "0.2"}


@pytest.fixture(scope="module")
def problems():
    return [load(ref) for ref in select(["hw3/2.1"])]


def test_the_rubric_of_the_homework_adds_up_to_the_sheet() -> None:
    rubric = load_grading_key("hw3").rubric
    assert {p.problem: decimal(p.points) for p in rubric.problems} == SHEET
    assert rubric.maximum == 3


@pytest.mark.parametrize("key", ["hw3", "classics", "hw3/2", "classics/dsm"])
def test_every_packaged_key_can_be_graded_with(key: str) -> None:
    rubric = load_grading_key(key).rubric
    for problem in rubric.problems:
        items = [*problem.results, *problem.ideas]
        assert sum((item.points for item in items), Fraction(0)) == problem.points


GOOD = """
total = "0.4"
[problem."2.1"]
points = "0.4"
results = { "J" = "0.3" }
[[problem."2.1".idea]]
id = "parts"
points = "0.1"
title = "by parts"
chains = ["The cross term, by parts"]
"""

BAD = [
    pytest.param(("0.3", "0.4"), "the items are worth 0.5 together; expected 0.4", id="items"),
    pytest.param(('points = "0.4"', 'points = "0.5"'), "expected 0.4, as on the sheet", id="sheet"),
    pytest.param(('total = "0.4"', 'total = "3"'), "expected the total, 3", id="total"),
    pytest.param(('"0.1"', "0.1"), 'expected points as a text, for example "0.4"', id="a float"),
    pytest.param(('"0.1"', '"-0.1"'), "expected points as a text", id="negative points"),
    pytest.param(('"0.1"', '"nan"'), "expected points as a text", id="no number"),
    pytest.param(('"0.1"', '"1e999999"'), "expected points as a text", id="a bomb"),
    pytest.param(('"J"', '"K"'), "a result of the key of J", id="a result that the key lacks"),
    pytest.param(("chains", "chain"), "unknown 'chain'", id="a slip in a word"),
    pytest.param(("The cross", "A cross"), "the key has no chain 'A cross term", id="a lost chain"),
    pytest.param(('"2.1"', '"2.7"'), "a problem of the key of 2.1", id="another problem"),
    pytest.param(('"parts"', '"J"'), "two items are called 'J'", id="one name, two items"),
    pytest.param(("total", "[credit]\nfalse_step = 'x'\n[x]\ntotal"), "unknown 'x'", id="a table"),
    pytest.param(
        ("[problem", "[credit]\nwrong_result = '3/2'\n[problem"), "a share from 0 to 1", id="share"
    ),
    pytest.param(
        ("[problem", "[credit]\nforgiven = ['typo']\n[problem"), "a kind of slip of", id="a slip"
    ),
    pytest.param(("[[", "[["), "", id="the good one"),
    pytest.param(("]]", "]"), "Expected", id="an idea that is no list"),
]


@pytest.mark.parametrize(("change", "told"), BAD)
def test_a_rubric_says_what_is_wrong_with_it(
    problems, tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    file = tmp_path / "rubric.toml"
    file.write_text(GOOD.replace(*change, 1), encoding="utf-8")
    if not told:
        assert read_rubric(file, problems).maximum == Fraction(2, 5)
        return
    with pytest.raises(DeriveError) as error:
        read_rubric(file, problems)
    assert told in str(error.value)
    assert str(file) in str(error.value)


def test_a_key_without_a_rubric_is_graded_by_its_results(problems, tmp_path: Path) -> None:
    rubric = read_rubric(tmp_path / "rubric.toml", problems)
    assert [(r.id, r.points) for r in rubric.problems[0].results] == [("J", Fraction(2, 5))]
    assert not rubric.problems[0].ideas


NOT_TOLD = [
    pytest.param("2.1", "Expand the square", "plain computation", id="only algebra"),
    pytest.param("2.1", "Put together", "up to a constant", id="not an equality"),
    pytest.param("1", "$C_t$", "a remainder", id="an expansion"),
]


@pytest.mark.parametrize(("problem", "chain", "told"), NOT_TOLD)
def test_an_idea_that_cannot_be_told_from_computation_is_refused(
    tmp_path: Path, problem: str, chain: str, told: str
) -> None:
    text = (default_root() / "hw3" / "rubric.toml").read_text(encoding="utf-8")
    idea = {"1": "d) The score through the denoiser", "2.1": "The cross term, by parts"}[problem]
    file = tmp_path / "rubric.toml"
    file.write_text(text.replace(idea, chain, 1), encoding="utf-8")
    with pytest.raises(DeriveError, match=told):
        load_grading_key("hw3", file)


DECIMALS = [
    (Fraction(2, 5), "0.4"),
    (Fraction(3), "3"),
    (Fraction(0), "0"),
    (Fraction(1, 3), "0.3333"),
    (Fraction(2, 3), "0.6667"),
    (Fraction(-1, 10), "-0.1"),
    (Fraction(-1, 10**9), "0"),
    (Fraction(10), "10"),
]


@pytest.mark.parametrize(("points", "text"), DECIMALS)
def test_points_are_written_as_decimals(points: Fraction, text: str) -> None:
    assert decimal(points) == text
