"""Commands of a workflow: one line for what is not proved, and nothing that begins another."""

from dataclasses import replace

import pytest

from derive.report.github import render_github
from derive.results import DocumentReport, ProblemReport, Report

DIV = r"E[\operatorname{div} s_\theta(X)]"
CROSS = r"E[\langle s_\theta(X), \nabla \log p(X) \rangle]"


def rows(*documents):
    return render_github(Report(documents=documents)).splitlines()


def test_a_false_link_is_an_error_at_its_place(document):
    assert rows(document)[0] == (
        "::error file=solution.md,line=153,col=52,endColumn=87,title=false%3A hw3/2.2::"
        f"{CROSS} = {DIV}%0A"
        "counterexample: p = N(0, 1), s_θ = x: the left side is 3/2, the right side −1/2%0A"
        f"probably meant: -{DIV} (the sign of div s_θ(X); with it the step is proved)"
    )


def test_the_levels(document):
    assert [row.split(" ")[0] for row in rows(document)] == [
        "::error", "::warning", "::warning", "::warning", "::notice", "::error", "::warning",
    ]  # fmt: skip


def test_what_is_right_is_not_told(right_document, proved_report):
    assert rows(right_document) == []
    assert render_github(proved_report) == ""


def test_a_key_is_told_with_the_lines_of_its_scripts(report):
    told = render_github(report).splitlines()
    assert told[0].startswith(
        "::error file=proofs/hw3/p22.py,line=43,col=1,title=false%3A hw3/2.2#3::"
    )
    assert [row.split(" ")[0] for row in told] == ["::error", "::warning", "::error", "::error"]
    assert told[-1] == "::error title=hw3/3.1%3A script failed::p31.py:7: IllTyped: no sum"


def test_an_answer_of_a_key_that_cannot_be_read(report):
    problem = report.problems[0]
    unread = replace(problem.results[0], unread="1:3: expected ')'\n  (a\n    ^")
    (told,) = render_github(Report((replace(problem, links=(), results=(unread,)),))).splitlines()
    assert told.startswith("::warning ")
    assert told.endswith("::1:3: expected ')'%0A  (a%0A    ^")


def test_a_control_that_is_not_refuted_is_an_error(report):
    missed = replace(report.problems[0].links[0], id="hw3/2.2#control-1")
    problem = ProblemReport("hw3/2.2", "", report.problems[0].points, None, controls=(missed,))
    (told,) = render_github(Report((problem,))).splitlines()
    assert told.startswith("::error file=")
    assert told.endswith("definition: false on purpose, and not refuted")


def test_a_notebook_is_told_its_cell_and_no_line_of_the_file(document):
    link = document.links[2]
    there = replace(link, source=replace(link.source, file="a.ipynb", cell=3))
    told = rows(replace(document, links=(there,), results=(), notes=()))[0]
    assert told.startswith("::error file=a.ipynb,title=false%3A hw3/2.2::cell 3:153:52%0A")


def test_columns_of_different_lines_are_left_out(document):
    link = document.links[2]
    there = replace(link, source=replace(link.source, end_line=155))
    assert "endColumn" not in rows(replace(document, links=(there,)))[0]


def test_a_file_that_cannot_be_read():
    assert rows(DocumentReport("a,b:c.md", "", {}, error="not UTF-8: 100% sure\n")) == [
        "::error file=a%2Cb%3Ac.md,title=not read::not UTF-8: 100%25 sure "
    ]


ESCAPED = [
    pytest.param("100% sure", "100%25 sure", id="percent"),
    pytest.param("%0A::error::x", "%250A::error::x", id="an escaped line end"),
    pytest.param("a\n::error::x", "a ::error::x", id="a line end"),
    pytest.param("a\r::error::x", "a ::error::x", id="a carriage return"),
    pytest.param("\x1b[2J", "\ufffd[2J", id="a control sequence"),
]


@pytest.mark.parametrize(("text", "shown"), ESCAPED)
def test_what_a_message_may_not_contain(document, text, shown):
    link = replace(document.links[5], rhs=text, diagnosis=None)
    (told,) = rows(replace(document, links=(link,), results=(), notes=()))
    assert told.endswith(f"::c = {shown}")
