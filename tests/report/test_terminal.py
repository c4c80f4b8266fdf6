"""What a terminal shows: every fact a reader needs, and nothing that acts on the terminal."""

from dataclasses import replace

import pytest

from derive.kernel.verdict import Counterexample
from derive.numeric.evidence import Confirmation
from derive.report.outcome import exit_code
from derive.report.plain import clean
from derive.report.show import show_text
from derive.report.terminal import check_text
from derive.report.wording import counterexample_lines
from derive.results import Report

CHECK = """\
   Problem  Title                Points          Steps  Results  Numeric   Time
✗  hw3/2.2  Score matching в Rᵈ     0.4            3/5      2/3      7/7  1.2 s
!  hw3/3.1  Score of a sum          0.8  SCRIPT FAILED

Results against the sheet
  ✓  hw3/2.2  Aₜ          (√(1−βₜ)(1−αₜ₋₁))/(1−αₜ)  agrees
  ✓  hw3/2.2  functional  E(½‖s_θ(X)‖²)             agrees up to a constant
  ✗  hw3/2.2  Cₜ          αₜ βₜ                     DIFFERS

  hw3/2.2  Cₜ   proofs/hw3/p22.py:90
    derived: βₜ
    on the sheet: αₜ βₜ
    counterexample: p = N(0, 1), s_θ = x
      left side: 3/2
      right side: −1/2

Steps that are not proved
  ✗ hw3/2.2#3  FALSE   sign lost   proofs/hw3/p22.py:43
      E[⟨s_θ(X), ∇ log p(X)⟩]
    = E[div s_θ(X)]
    counterexample: p = N(0, 1), s_θ = x
      left side: 3/2
      right side: −1/2

  ? hw3/2.2#4  not decided   no tactic   proofs/hw3/p22.py:44
      E[⟨s_θ(X), ∇ log p(X)⟩]
    = E[⟨s_θ(X), ∇ log p(X)⟩]
    reason: not a total derivative in xᵢ

  hw3/3.1: SCRIPT FAILED
    p31.py:7: IllTyped: no sum

Conditions used that the sheet does not state
  1 − αₜ ≠ 0   [hw3/2.2]

Simulations
  Problem  Quantity                        Estimate  Expected  Std. error          z  Samples
  hw3/2.2  Hutchinson                        1.0021         1      0.0017      +1.24  100 000
  hw3/2.2  biased                               1.9         1      0.0017  +529.41 !  100 000
  hw3/2.2  Aₜ − 1: order of the remainder     0.998         1
  ! further from the expected value than chance explains (|z| > 4)

✗ Steps: 3/5 proved · Results: 2/3 proved · false: 2 · not decided: 1 · scripts failed: 1 \
· Numeric: 7/7,
largest error 0 (exact) · 1.2 s · seed 0
"""


def test_the_whole_table(report):
    assert check_text(report, width=110) == CHECK


def test_when_all_is_proved_the_last_line_says_so(proved_report):
    assert check_text(proved_report, width=200).splitlines()[-1] == (
        "✓ Everything is proved. Steps: 2/2 proved · Results: 2/2 proved"
        " · Numeric: 4/4, largest error 0 (exact) · 1.2 s · seed 0"
    )


def test_the_largest_error_is_found_by_size(proved_report):
    problem = proved_report.problems[0]
    first, second = problem.links
    links = (
        replace(first, numeric=Confirmation(3, "2.1e-50", agreed=True)),
        replace(second, numeric=Confirmation(3, "9e-51", agreed=False)),
    )
    text = check_text(Report((replace(problem, links=links),)), width=200)
    assert "Numeric: 3/4, largest error 2.1e-50" in text


def test_the_table_in_russian(report):
    text = check_text(report, "ru")
    assert "Ответы в сравнении с условием" in text
    assert "НЕ СОВПАДАЕТ" in text


def test_nothing_to_check():
    assert check_text(Report()) == "Nothing to check.\n"


def test_show_has_statement_sides_reasons_flux_conditions_and_counterexample(report):
    text = show_text(report)
    for part in (
        "Пусть X имеет плотность p(x).",
        "    E[⟨s_θ(X), ∇ log p(X)⟩]\n✓  = −E[div s_θ(X)]",
        "2  integration by parts",
        "integration by parts: the flux p(x) s_θ(x) vanishes at infinity",
        "condition (step 2): p(x) s_θ(x) → 0  as ‖x‖ → ∞",
        "condition (step 2): 1 − αₜ ≠ 0   ← not on the sheet",
        "counterexample: p = N(0, 1), s_θ = x",
        "reason: not a total derivative in xᵢ",
        "= E[½ ‖s_θ(X)‖² + div s_θ(X)] + const",
        "p31.py:7: IllTyped: no sum",
    ):
        assert part in text, part


def test_titles_cannot_act_on_the_terminal(report):
    problem = replace(report.problems[0], title="\x1b[2J[red]x[/oops]\u202e", links=(), results=())
    for text in (check_text(Report((problem,))), show_text(Report((problem,)))):
        assert "\ufffd[2J[red]x[/oops]\ufffd" in text
        assert "\x1b" not in text


CLEANED = [
    pytest.param("a\nb\tc", "a b c", id="line ends and tabs"),
    pytest.param("\x1b]0;title\x07", "\ufffd]0;title\ufffd", id="a title sequence"),
    pytest.param("\x9b2J", "\ufffd2J", id="C1 controls"),
    pytest.param("a\u202eb", "a\ufffdb", id="a change of direction"),
    pytest.param("Задача ∇²", "Задача ∇²", id="letters and symbols stay"),
]


@pytest.mark.parametrize(("text", "expected"), CLEANED)
def test_cleaning(text, expected):
    assert clean(text) == expected


def test_exit_codes(report, proved_report):
    assert exit_code(proved_report) == 0
    assert exit_code(report) == 1
    false, failed = report.problems
    open_only = replace(false, links=false.links[3:4], results=())
    assert exit_code(Report((open_only,))) == 3
    assert exit_code(Report((open_only, failed))) == 4
    assert exit_code(Report((false, failed))) == 1
    assert exit_code(Report()) == 0


WIDTHS = [pytest.param(width, id=f"{width} columns") for width in (30, 40, 60, 80, 110)]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_false_is_seen_at_any_width(report, width):
    rows = check_text(report, width=width).splitlines()
    assert max(map(len, rows)) <= width
    marked = [tuple(row.split()[:2]) for row in rows]
    assert ("✗", "hw3/2.2") in marked
    assert ("!", "hw3/3.1") in marked
    assert marked.count(("✗", "hw3/2.2")) == 2  # the problem and its C_t
    assert marked.count(("✓", "hw3/2.2")) == 2


def test_short_times_are_in_milliseconds(report):
    quick = replace(report.problems[0], seconds=0.0042)
    assert "4 ms" in check_text(Report((quick,)))


NOTES = [
    pytest.param(r"and for s_\theta = 0", "and for s_θ = 0", id="a letter"),
    pytest.param("coefficient of h^2", "coefficient of h²", id="a power"),
    pytest.param(r"plus \frac{1 + x}{2}, say", "plus (1 + x)/2, say", id="a space in braces"),
    pytest.param(r"at $\theta$ and at_1", "at θ and at_1", id="dollars are there"),
    pytest.param(r"\frac{1", r"\frac{1", id="a brace that is not closed"),
    pytest.param("component 2", "component 2", id="words"),
]


@pytest.mark.parametrize(("note", "shown"), NOTES)
def test_notes_are_transcribed(note, shown):
    assert counterexample_lines(Counterexample({}, "1", "2", note))[0] == shown
