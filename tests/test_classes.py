"""Generated classes: the same twice, as wrong as they say, and the checker alarms nobody."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

import pytest
from classes import TOGETHER, generate, plans
from classwork import style
from classwork.comparing import compare, of_report, plain
from classwork.people import CONVENTIONS
from classwork.planting import Chain, Planter, Side, Slip, false_links
from classwork.submission import POINTS, ROUTES, Plan, truth_of, write

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from pathlib import Path

    from classwork.submission import Truth

KINDS = {
    "sign", "factor", "index", "exponent", "root", "remainder", "order", "variable", "argument",
    "swap", "letter", "expectation", "answer", "copy", "divergence", "density",
}  # fmt: skip
EVERY_ROUTE = [(problem, name) for problem in ROUTES for name in ROUTES[problem]]
SAMPLE = 4  # submissions that are checked, a second or two each


def pens(count: int, problem: str) -> list[style.Pen]:
    """Pens of several students."""
    drawn = [style.draw(Random(number)) for number in range(count)]  # noqa: S311 - no secret
    return [style.Pen(replace(s, under="") if problem == "2.3" else s, problem) for s in drawn]


def sides_of(pen: style.Pen, problem: str, route: str, planter: Planter) -> list[list[Side]]:
    """The chains of a problem."""
    fresh = style.Pen(pen.style, problem)
    pieces = ROUTES[problem][route](fresh, planter)
    return [list(piece.sides) for piece in pieces if isinstance(piece, Chain)]


@pytest.mark.parametrize(("problem", "route"), EVERY_ROUTE)
def test_without_mistakes_every_link_and_answer_is_right(problem: str, route: str) -> None:
    for pen in pens(4, problem):
        for chain in sides_of(pen, problem, route, Planter()):
            assert not false_links(chain), [side.tex for side in chain]
            assert all(side.right for side in chain)


@pytest.mark.parametrize(("problem", "route"), EVERY_ROUTE)
@pytest.mark.parametrize("carried", [True, False])
def test_what_is_planted_is_false_where_it_stands(problem: str, route: str, carried: bool) -> None:
    for pen in pens(2, problem):
        asked = Planter()
        sides_of(pen, problem, route, asked)
        for place in asked.places:
            slip = replace(place, carried=carried)
            chains = sides_of(pen, problem, route, Planter((slip,)))
            ((chain, at),) = [
                (chain, n) for chain in chains for n, side in enumerate(chain) if side.planted
            ]
            assert max(at, 1) in false_links(chain) or not chain[at].right, slip


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, convention: str) -> None:
    classes = [generate(tmp_path / name, 12, 5, convention) for name in ("one", "two")]
    assert classes[0] == classes[1]
    one, two = (
        {f.relative_to(tmp_path / name): f.read_bytes() for f in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert one == two
    other = generate(tmp_path / "other", 12, 6, convention)
    assert other != classes[0]
    assert len({truth.id for truth in other}) == len({truth.path for truth in other}) == 12


def lines_of(folder: Path, truth: Truth) -> dict[int | None, list[str]]:
    """The lines of a submission; of a notebook by the number of the cell."""
    text = (folder / truth.path).read_text(encoding="utf-8")
    if not truth.path.endswith(".ipynb"):
        return {None: text.splitlines()}
    cells = json.loads(text)["cells"]
    return {n: "".join(cell["source"]).splitlines() for n, cell in enumerate(cells)}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Truth]]:
    """A class of 200 students."""
    folder = tmp_path_factory.mktemp("large") / "class"
    return folder, generate(folder, 200, 0, "moodle")


def test_every_kind_of_mistake_occurs(large: tuple[Path, list[Truth]]) -> None:
    found = Counter(mistake.kind for truth in large[1] for mistake in truth.mistakes)
    assert set(found) == KINDS
    per_problem = Counter((t.id, m.problem) for t in large[1] for m in t.mistakes)
    assert max(per_problem.values()) == 2
    verdicts = Counter(verdict for truth in large[1] for verdict in truth.verdicts.values())
    assert set(verdicts) == {"full", "slip", "wrong", "unfinished", "missing"}
    assert {truth.path.rpartition(".")[2] for truth in large[1]} == {"md", "tex", "ipynb"}
    assert {truth.lang for truth in large[1]} == {"ru", "en"}
    assert {truth.only_answers for truth in large[1]} == {True, False}


def test_the_lines_of_the_truth_are_in_the_files(large: tuple[Path, list[Truth]]) -> None:
    folder, truths = large
    for truth in truths:
        lines = lines_of(folder, truth)
        told = [(m.cell, m.line, m.text) for m in truth.mistakes]
        for cell, line, text in [*told, *truth.false, *truth.wrong]:
            assert plain(text) in plain(lines[cell][line - 1]), (truth.path, line)
        stated = [item for item, standing in truth.items.items() if standing != "missing"]
        answered = {problem for problem, said in truth.verdicts.items() if said != "missing"}
        unfinished = {problem for problem, said in truth.verdicts.items() if said == "unfinished"}
        assert {item.split(" ")[0] for item in stated} == answered - unfinished


def test_some_students_work_together() -> None:
    groups = [group for _, group in plans(1000, 0)]
    share = sum(group is not None for group in groups) / len(groups)
    assert abs(share - TOGETHER) < 0.06
    assert max(Counter(group for group in groups if group is not None).values()) <= 4


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="expected an empty folder"):
        generate(tmp_path, 3, 0, "plain")


def test_the_checker_calls_nothing_right_wrong(tmp_path: Path) -> None:
    truths = generate(tmp_path / "class", SAMPLE, 3, "plain")
    for truth in truths:
        report = check_document(tmp_path / "class" / truth.path, "hw3", numeric=False)
        told = compare(truth, of_report(report))
        assert not told.alarms
        assert told.links["proved"] > 0
    assert any(truth.mistakes for truth in truths)


def test_a_planted_mistake_is_found_on_its_line(tmp_path: Path) -> None:
    """The places of the truth are those that the checker tells, in each kind of file."""
    slip = Slip("sign", "cross", carried=False)
    habits = style.draw(Random(1))  # noqa: S311 - no secret
    for kind, layout in (("md", "align"), ("tex", "split"), ("ipynb", "inner")):
        drawn = replace(habits, s=r"s_\theta", kind=kind, layout=layout)
        plan = Plan(drawn, "seed", {"2.2": "theorem"}, ("2.2",), {"2.2": (slip,)})
        written, built = write(plan)
        file = tmp_path / f"solution.{kind}"
        file.write_text(written.text, encoding="utf-8")
        truth = truth_of(plan, written, built, "1", "Name", file.name, None)
        told = compare(truth, of_report(check_document(file, "hw3", numeric=False)))
        assert [mistake.place for mistake in told.found] == ["cross"]
        assert truth.items["2.2 J"] == "right"
        assert truth.verdicts["2.2"] == "slip"
        assert not told.alarms


def test_points_are_those_of_the_key(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("# Problem 1\n", encoding="utf-8")
    report = check_document(tmp_path / "empty.md", "hw3")
    asked = {f"{r.problem.removeprefix('hw3/')} {r.name}": r.points for r in report.results}
    assert asked == {item: Fraction(points) for item, points in POINTS.items()}
