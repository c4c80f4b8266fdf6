"""A written solution in a terminal: each finding at its place, the rest counted."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from rich.cells import cell_len

from derive.kernel.verdict import Counterexample, Refuted
from derive.report.github import render_github
from derive.report.json import render_json
from derive.report.junit import render_junit
from derive.report.outcome import exit_code
from derive.report.plain import inert
from derive.report.terminal import check_text
from derive.report.wording import (
    counterexample_sentence,
    finding_lines,
    transcribed,
    transcribed_words,
)
from derive.results import Diagnosis, DocumentReport, Report
from derive.translation.patterns import translate_pattern

CHECK = r"""✗ solution.md   checked against hw3

solution.md:153:52  FALSE  2.2
  153 | $$E[\langle s_\theta(X), \nabla \log p(X) \rangle] = E[\operatorname{div} s_\theta(X)]$$
      |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  counterexample: p = N(0, 1), s_θ = x: the left side is 3/2, the right side −1/2
  probably meant: -E[\operatorname{div} s_\theta(X)]
                  ^
    (the sign of div s_θ(X); with it the step is proved)

solution.md:154:4  rests on an error above  2.2
  154 | $c = 0$
      |    ^^^
  it rests on line 153

solution.md:155:4  not decided  2.2
  155 | $c = d$
      |    ^^^
  reason: no rule for cₜ

solution.md:156:4  NOT READ
  156 | $c = (d$
      |    ^^^^
  expected ')' before the end

solution.md:170:1  NOT READ
  expected `$$` before the end of the file

Answers
     Problem  Result      The sheet asks  Written at
  –  2.1      Aₜ          αₜ              –           MISSING
  ✗  2.2      functional  βₜ              160:5       DIFFERS
  ✓  2.2      Cₜ          γ               161:6       agrees

solution.md:160:5  DIFFERS  2.2  functional
  160 | $$J = \alpha_t$$
      |     ^^^^^^^^^^
  on the sheet: βₜ
  counterexample: p = N(0, 1), s_θ = x: the left side is 3/2, the right side −1/2
  probably meant: \beta_t
                  ^^^^^^^
    (αₜ; with it the answer agrees)

Conditions used that the sheet does not state
  1 − αₜ ≠ 0   [2.2]

   Problem       Title                 proved  false  open  not read  given  Answers
?  2.1           In one dimension           0      0     0         0      1      0/1
✗  2.2           Score matching in Rᵈ       1      1     2         0      0      1/2
!  (no problem)                             0      0     0         1      0        –

✗ Steps: 1/5 proved · Results: 1/3 proved · false: 2 · not decided: 2 · answers missing: 1 · not
read: 2 · given: 1 · Numeric: 2/2, largest error 0 (exact) · 1.2 s · seed 0
"""

VERBOSE = r"""
All steps
  · 151:5   2.1  p = p(x)
  ✓ 152:6   2.2  a = a
  ✗ 153:52  2.2  E[⟨s_θ(X), ∇ log p(X)⟩] = E[div s_θ(X)]
  ? 154:4   2.2  c = 0
  ? 155:4   2.2  c = d
  ! 156:4        c = (d
"""

LETTERS = r"""
How the letters are read
  hw3/2.2: s_\theta: a field with values in Rᵈ
"""


def shown(*documents, lang="en", width=110, verbose=False):
    return check_text(Report((), 0, 1.25, (), documents), lang, width, verbose=verbose)


def test_the_whole_report(document):
    assert shown(document, width=100) == CHECK


def test_all_is_shown_to_who_asks(document):
    text = shown(document, verbose=True)
    assert VERBOSE in text
    assert LETTERS in text


def test_a_right_document_is_only_counted(right_document):
    text = shown(right_document, width=200)
    assert "FALSE" not in text
    assert "|" not in text
    assert text.splitlines()[-1].startswith("✓ Everything is proved. Steps: 1/1 proved")


def test_in_russian(document):
    text = shown(document, lang="ru")
    for part in (
        "✗ solution.md   сверено с hw3",
        "solution.md:153:52  НЕВЕРНО  2.2",
        "контрпример: p = N(0, 1), s_θ = x: левая часть равна 3/2, правая −1/2",
        "вероятно, имелось в виду: -E[",
        "(знак; с этой правкой шаг доказан)",
        "опирается на ошибку выше",
        "НЕТ ОТВЕТА",
    ):
        assert part in text, part


MESSAGES = [
    pytest.param("unknown letter 'y'", "неизвестная буква 'y'", id="a piece of the document"),
    pytest.param(
        "unknown letter 'y': did you mean x or X?",
        "неизвестная буква 'y'; похожи: x или X",
        id="the longer sentence first",
    ),
    pytest.param(
        "its readings differ: read as $a$; read as 'E' of all of 'b'",
        "зависит от прочтения: прочитано как $a$; прочитано как 'E' от всего 'b'",
        id="several readings",
    ),
    pytest.param(
        "expected ']' to close '[' after '2', found ')'",
        "ожидается ']', закрывающая '[' после '2', а здесь ')'",
        id="within a message",
    ),
    pytest.param("nobody translated this", "nobody translated this", id="no translation"),
]


@pytest.mark.parametrize(("message", "told"), MESSAGES)
def test_messages_in_russian(message, told):
    assert translate_pattern(message, "ru") == told


def test_kinds_in_russian(document):
    link = replace(document.links[2], verdict=KINDS, diagnosis=None)
    assert finding_lines(link, "ru") == ["слева число, справа вектор"]


def test_a_document_without_a_key_is_said_to_be_alone(right_document):
    assert "checked by its own definitions" in shown(replace(right_document, key=""))


def test_a_file_that_cannot_be_read_is_told():
    text = shown(DocumentReport("x.md", "hw3", {}, error="expected UTF-8"))
    assert "! x.md" in text
    assert "NOT READ: expected UTF-8" in text
    assert "files not read: 1" in text


def test_nothing_in_a_document():
    text = shown(DocumentReport("x.md", "", {}))
    assert text.splitlines()[-1].startswith("✓ Nothing to check.")


def test_keys_come_before_documents_and_one_line_closes(report, document):
    text = check_text(replace(report, documents=(document,)))
    assert text.index("SCRIPT FAILED") < text.index("solution.md")
    assert text.count("Steps:") == 1
    assert "Steps: 4/10 proved · Results: 3/6 proved · false: 4" in text


CODES = [  # which entries are left, whether a note is; the exit code
    pytest.param(("proved", "given"), False, 0, id="all proved or given"),
    pytest.param(("proved", "unresolved"), False, 3, id="something open"),
    pytest.param(("proved", "missing"), False, 3, id="an answer is missing"),
    pytest.param(("proved", "unresolved", "unread"), False, 4, id="a link is unread"),
    pytest.param(("proved",), True, 4, id="a part is unread"),
    pytest.param(("refuted", "unread"), True, 1, id="false outweighs unread"),
    pytest.param((), False, 0, id="nothing"),
]


@pytest.mark.parametrize(("kept", "note", "code"), CODES)
def test_exit_codes(document, kept, note, code):
    links = tuple(link for link in document.links if link.outcome in kept)
    results = tuple(result for result in document.results if result.outcome in kept)
    notes = document.notes if note else ()
    chosen = replace(document, links=links, results=results, notes=notes)
    assert exit_code(Report(documents=(chosen,))) == code


def test_an_unreadable_file_has_its_exit_code():
    report = Report(documents=(DocumentReport("x.md", "", {}, error="no file"),))
    assert exit_code(report) == 4


def test_a_worse_document_decides(document, right_document, proved_report):
    assert exit_code(replace(proved_report, documents=(right_document, document))) == 1
    assert exit_code(replace(proved_report, documents=(right_document,))) == 0


WIDTHS = [pytest.param(width, id=f"{width} columns") for width in (30, 40, 60, 80, 110)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_width(document, width, lang):
    rows = shown(document, lang=lang, width=width, verbose=True).splitlines()
    assert max(map(cell_len, rows)) <= width
    carets = [i for i, row in enumerate(rows) if row.startswith("      | ")]
    assert len(carets) == 5
    for index in carets:
        assert rows[index - 1][rows[index].index("^")] == "="


def test_a_notebook_is_told_by_its_cells(document):
    link = document.links[2]
    there = replace(link, source=replace(link.source, file="a.ipynb", cell=3))
    assert "a.ipynb:cell 3:153:52  FALSE" in shown(replace(document, links=(there,)))


def test_a_side_on_several_lines_is_marked_to_the_end_of_the_first(document):
    link = document.links[4]
    there = replace(link, source=replace(link.source, end_line=157, end_column=2))
    rows = shown(replace(document, links=(there,))).splitlines()
    assert rows[rows.index("  155 | $c = d$") + 1] == "      |    ^^^^"


KINDS = Refuted("types", Counterexample({}, "a number", "a vector"))
TYPES = [  # the verdict, the diagnosis, what is told
    pytest.param(
        None, Diagnosis("types", "a vector of $R^d$ cannot be a number"),
        ["a vector of Rᵈ cannot be a number"], id="the engine was not asked",
    ),
    pytest.param(
        KINDS, Diagnosis("types", "the left side is a number"), ["the left side is a number"],
        id="told once",
    ),
    pytest.param(
        KINDS, Diagnosis("component", "the index of x", "x_i", 1, 3),
        ["the left side is a number, the right side a vector"], id="with a repair",
    ),
    pytest.param(
        KINDS, None, ["the left side is a number, the right side a vector"], id="not diagnosed",
    ),
    pytest.param(
        Refuted("point", Counterexample({"x": "1"}, "1", "2")), Diagnosis("types", "and more"),
        ["counterexample: x = 1: the left side is 1, the right side 2", "and more"],
        id="two values",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "diagnosis", "told"), TYPES)
def test_what_is_told_of_a_false_link(document, verdict, diagnosis, told):
    link = replace(document.links[2], verdict=verdict, diagnosis=diagnosis)
    assert finding_lines(link) == told


def test_a_message_of_several_lines_keeps_its_caret(document):
    told = Diagnosis("unread", "expected ')'\n  a_{t} + (b\n          ^")
    text = shown(replace(document, links=(replace(document.links[5], diagnosis=told),)))
    assert "  expected ')'\n    a_{t} + (b\n            ^\n" in text


SENTENCES = [
    pytest.param(
        {"x": "1"}, "1", "2", "", "x = 1: the left side is 1, the right side 2", id="one letter"
    ),
    pytest.param({}, "1", "2", "", "the left side is 1, the right side 2", id="no letters"),
    pytest.param(
        {"x": "1"}, "1", "2", "component 2",
        "x = 1; component 2: the left side is 1, the right side 2", id="a note",
    ),
    pytest.param(
        {r"p_0": "a: b"}, "[1 +/- 2]", "x: y", "",
        "p₀ = a: b: the left side is [1 ± 2], the right side x: y", id="colons stay",
    ),
    pytest.param(
        {}, "[0.516398 +/- 2.21e-7]", "[-1.9434e-8 +/- 1.52e-14]", "",
        "the left side ≈ 0.516398, the right side ≈ −1.9434 · 10⁻⁸", id="certain digits",
    ),
    pytest.param(
        {}, "(1/2, [0.25 +/- 1e-9])", "[+/- 3e-3]", "",
        "the left side is (1/2, ≈ 0.25), the right side [± 3e−3]", id="digits within a vector",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("model", "lhs", "rhs", "note", "sentence"), SENTENCES)
def test_counterexamples_in_a_sentence(model, lhs, rhs, note, sentence):
    assert counterexample_sentence(Counterexample(model, lhs, rhs, note)) == sentence


# --- what a document may try -----------------------------------------------------------

EVIL = [
    pytest.param("\x1b[2J", id="clear the screen"),
    pytest.param("\x1b]0;title\x07", id="the title of the window"),
    pytest.param("\x9b2J\x90\x85", id="C1 controls"),
    pytest.param("[/oops] [bold]x[/bold]", id="markup"),
    pytest.param("\u202ereversed\u2066", id="a change of direction"),
    pytest.param("%0A::error::x", id="an escaped command"),
    pytest.param("\n::error::x\r::add-mask::y", id="a command of a workflow"),
    pytest.param("\n##[add-mask]x", id="a command of the old form"),
    pytest.param("\u2028::error::x\v\f\x1c\x85::error::y", id="other line ends"),
    pytest.param("]]> & <x> \" ' --> \x00 \ud800", id="against XML and UTF-8"),
    pytest.param("^" * 5000, id="too deep to transcribe"),
    pytest.param("$" * 301 + "{" * 300, id="nothing closes"),
    pytest.param("\u0302" * 500, id="accents without letters"),
    pytest.param("x" * 20_000, id="a long word"),
]


@pytest.fixture
def evil_report(document, request):
    evil = request.param
    source = replace(document.links[0].source, file=f"a{evil}.md")
    # It begins each text, so that a line end in it would begin a line with what follows.
    told = Diagnosis(evil, evil, evil, 0, 5)
    links = [
        replace(
            link, lhs=evil, rhs=evil, relation=f"={evil}", written=evil, source=source,
            problem=f"hw3/{evil}", notes=(evil,), diagnosis=diagnosis,
        )
        for link in document.links
        for diagnosis in (told, replace(told, repair=None), None)
    ]  # fmt: skip
    results = [
        replace(result, found=evil, written=evil, source=place, diagnosis=told)
        for result in document.results
        for place in (source, None)
    ]
    notes = ((source, evil),)
    bad = replace(
        document, id=evil, key=evil, links=tuple(links), results=tuple(results),
        notation=(evil,), notes=notes,
    )  # fmt: skip
    return Report(documents=(bad, DocumentReport(evil, evil, {}, error=evil)))


CONTROLS = {
    *map(chr, [*range(10), *range(11, 32), *range(0x7F, 0xA0)]),
    *"\u2028\u2029\u202e\u2066",
}
EVERY = pytest.mark.parametrize("evil_report", EVIL, indirect=True)


def clean_rows(text):
    """The lines of an output that nothing acts on."""
    text.encode()
    assert not CONTROLS & set(text)
    return text.split("\n")


@EVERY
@pytest.mark.parametrize("width", [40, 110])
def test_nothing_acts_on_the_terminal(evil_report, width):
    rows = clean_rows(check_text(evil_report, width=width, verbose=True))
    assert not [row for row in rows if row.lstrip().startswith("::") or "##[" in row]
    assert max(map(cell_len, rows)) <= width


@EVERY
def test_json_stays_json(evil_report):
    text = render_json(evil_report)
    rows = clean_rows(text)
    assert not [row for row in rows if row.lstrip().startswith("::")]
    found = json.loads(text)["targets"][0]
    assert found["id"] == evil_report.documents[0].id


@EVERY
def test_junit_stays_xml(evil_report):
    text = render_junit(evil_report)
    rows = clean_rows(text)
    assert not [row for row in rows if row.lstrip().startswith("::")]
    root = ET.fromstring(text)  # noqa: S314 - written here
    assert [len(suite) for suite in root] == [18 + 6 + 1, 1]


@EVERY
def test_commands_stay_one_a_line(evil_report):
    rows = clean_rows(render_github(evil_report).removesuffix("\n"))
    # 12 links and 4 answers of 18 and 6 are not right, a note and a file are not read.
    assert len(rows) == 4 * 3 + 2 * 2 + 1 + 1
    for row in rows:
        head, *_ = row.removeprefix("::").partition("::")
        assert head.startswith(("error ", "warning ", "notice "))
        assert all(pair.count("=") >= 1 for pair in head.split(","))


def test_markup_is_shown_as_it_is(document):
    link = replace(document.links[4], written="$[bold]c[/oops] = d$")
    assert "  155 | $[bold]c[/oops] = d$" in shown(replace(document, links=(link,)))


INERT = [
    pytest.param("::error::x", ":\u200b:error::x", id="a command"),
    pytest.param("  ::error::x", "  :\u200b:error::x", id="an indented command"),
    pytest.param("a ::error::x", "a ::error::x", id="within a line it is none"),
    pytest.param("a ##[group]", "a #\u200b#[group]", id="the old form, anywhere"),
]


@pytest.mark.parametrize(("row", "shown_row"), INERT)
def test_commands_in_a_log(row, shown_row):
    assert inert(row) == shown_row


DEEP = [
    pytest.param("^" * 5000, id="exponents"),
    pytest.param(r"\frac" * 5000, id="fractions"),
    pytest.param(r"\hat" * 5000, id="accents"),
    pytest.param(r"\sqrt{" * 5000, id="roots"),
]


@pytest.mark.parametrize("formula", DEEP)
def test_what_is_nested_too_deeply_is_shown_as_it_is(formula):
    assert transcribed(formula) == formula[:2000] + "…"
    assert transcribed_words(f"expected {formula}").startswith("expected ")
