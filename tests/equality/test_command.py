"""`derive equal` and `derive recheck` for one answer, with a fake engine behind them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import derive
from derive import cli as command_line

ROOT = Path(derive.__file__).parents[1]

PROVED = """\
✓ proved   rational functions
  for x ≠ 0
  for every denominator is nonzero
"""
FALSE = """\
✗ FALSE   point
  counterexample: x = −1, βₜ = ½: the left side is 1, the right side −1
"""
OPEN = """\
? not decided
  reason: no way to decide x²
"""
UNREAD = """\
! NOT READ
  left side: unknown letter '@'
    a + @@
        ^^
"""
TEXTS = [
    pytest.param(["true", "x"], 0, PROVED, id="conditions, in symbols and in words"),
    pytest.param(["false", "x"], 1, FALSE, id="a point where the sides differ"),
    pytest.param(["open", "x"], 3, OPEN, id="the reason"),
    pytest.param(["a + @@", "x"], 4, UNREAD, id="the place that was not understood"),
]


@pytest.mark.parametrize(("args", "code", "text"), TEXTS)
def test_an_answer_as_text(run, args, code, text):
    result = run("equal", *args)
    assert (result.stdout, result.exit_code) == (text, code)


RUSSIAN = [
    pytest.param(["true", "x"], "при x ≠ 0", id="proved"),
    pytest.param(["true", "x"], "знаменатели не равны нулю", id="words of a condition"),
    pytest.param(["@", "x"], "левая часть: неизвестная буква '@'", id="not read"),
]


@pytest.mark.parametrize(("args", "told"), RUSSIAN)
def test_an_answer_in_russian(run, args, told):
    assert told in run("equal", "--lang", "ru", *args).stdout


PLACES = [
    pytest.param(["@", "@"], "left side", id="the first of two that are alike"),
    pytest.param(["x", "@"], "right side", id="the right side"),
    pytest.param(["x", "y", "--given", "a=b", "--given", "c@"], "side equation 2", id="given"),
    pytest.param(["x", "y", "--assume", "@"], "assumption 1", id="assumed"),
    pytest.param(["x", "y", "--vary", "@"], "vary", id="what varies"),
]


@pytest.mark.parametrize(("args", "where"), PLACES)
def test_the_text_that_was_not_understood_is_named(run, args, where):
    found = json.loads(run("equal", "--format", "json", *args).stdout)
    assert found["error"]["where"] == where
    assert f"  {where}: unknown letter" in run("equal", *args).stdout


def test_the_place_in_a_formula_of_several_lines(run):
    result = run("equal", "a\n+ @", "x")
    assert "  2 | + @\n    |   ^\n" in result.stdout
    error = json.loads(run("equal", "a\n+ @", "x", "--format", "json").stdout)["error"]
    assert (error["line"], error["column"], error["end_column"]) == (2, 3, 4)


ODD = [
    pytest.param(["empty", "x"], 4, "no number is admitted for x", id="an error without a place"),
    pytest.param(["deep", "x"], 4, "nested too deeply", id="a formula that is too deep"),
    pytest.param(["nested", "x"], 3, "nested too deeply", id="terms that are too deep"),
    pytest.param(["sleep", "x", "--timeout", "0.2"], 3, "time limit of 0.2 s", id="time"),
    pytest.param(["hog", "x", "--memory", "64"], 3, "memory limit of 64 MB", id="memory"),
    pytest.param(["killed", "x"], 3, "ended by SIGKILL", id="a process that was killed"),
    pytest.param(["\udcff", "x"], 0, "proved", id="an argument that is not UTF-8"),
]


@pytest.mark.parametrize(("args", "code", "told"), ODD)
def test_what_cannot_be_decided(run, args, code, told):
    result = run("equal", *args)
    assert result.exit_code == code
    assert told in result.stdout


def test_the_members_of_an_answer(run):
    def answer(lhs):
        found = json.loads(run("equal", lhs, "x", "--format", "json").stdout)
        assert found.pop("seconds") >= 0
        return found

    common = {"id": None, "method": None, "conditions": [], "counterexample": None}
    assert answer("true") == {
        **common,
        "verdict": "proved",
        "method": "rational functions",
        "conditions": [r"x \ne 0", r"\text{every denominator is nonzero}"],
        "witness": {"asked": "true", "seed": 0},
    }
    values = {"model": {"x": "-1", r"\beta_t": r"\frac{1}{2}"}, "lhs": "1", "rhs": "-1"}
    assert answer("false") == {
        **common,
        "verdict": "refuted",
        "method": "point",
        "counterexample": {**values, "note": None},
        "witness": {"asked": "false", "seed": 0},
    }
    assert answer("open") == {
        **common, "verdict": "unresolved", "reason": "no way to decide $x^2$"
    }  # fmt: skip
    assert answer("empty") == {
        **common,
        "verdict": "unread",
        "error": {
            "message": "no number is admitted for $x$",
            "where": None, "line": None, "column": None, "end_column": None,
        },
    }  # fmt: skip


SIDES = ["-x", "-1", "-h", "-ah", "-2x=3", "--x", "-", "-x^2+y"]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("order", [1, -1])
def test_a_side_may_begin_with_a_minus(run, side, order):
    """What the engine is asked is what was written, whole and on its side."""
    written = [side, "@ y"][::order]
    found = run("equal", *written, "--assume", "-x>0")
    assert found.exit_code == 4
    assert "    @ y\n    ^\n" in found.stdout
    assert ("right" if order == 1 else "left") + " side" in found.stdout
    marked = run("equal", f"{side}@", "y")
    assert f"    {side}@\n" in marked.stdout


USAGE = [
    pytest.param([], "expected two sides", id="nothing"),
    pytest.param(["x"], "expected two sides", id="one side"),
    pytest.param(["-h"], "for help write --help", id="the short form of --help"),
    pytest.param(["x", "y", "z"], "unexpected extra argument", id="three sides"),
    pytest.param(["--timeot", "5"], "no such option: --timeot", id="a mistyped option"),
    pytest.param(["x", "--asume", "x>0"], "", id="a mistyped option and its argument"),
    pytest.param(["x", "y", "--timeout", "0"], "--timeout", id="no time"),
    pytest.param(["x", "y", "--timeout", "nan"], "--timeout", id="no number of seconds"),
    pytest.param(["x", "y", "--memory", "0"], "--memory", id="no memory"),
    pytest.param(["x", "y", "--format", "junit"], "--format", id="a format of other commands"),
    pytest.param(["x", "y", "--batch", "-"], "--batch", id="sides and a batch"),
    pytest.param(["--batch", "-", "--assume", "x>0"], "--batch", id="facts and a batch"),
    pytest.param(["--batch", "-", "--format", "text"], "--batch", id="a batch as text"),
]


@pytest.mark.parametrize(("args", "told"), USAGE)
def test_wrong_usage(run, args, told):
    result = run("equal", *args)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not result.stdout


@pytest.mark.usefixtures("fakes")
def test_a_defect_has_an_exit_code_of_its_own(capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.main(["equal", "crash", "x"])
    assert ended.value.code == 70
    assert "defect of derive: Defect: KeyError: 'crash'; please report this" in (
        capsys.readouterr().err
    )


def test_a_file_that_is_not_there(run):
    for args in (["recheck", "no.json"], ["equal", "--batch", "no.jsonl"]):
        result = run(*args)
        assert result.exit_code == 4
        assert "cannot read no.json" in result.stderr


# --- start-up ---


@pytest.mark.parametrize(
    ("args", "code"),
    [
        pytest.param(["--help"], 0, id="help"),
        pytest.param(["equal", "--help"], 0, id="help of equal"),
        pytest.param(["recheck", "--help"], 0, id="help of recheck"),
        pytest.param(["equal", "x"], 2, id="usage error"),
    ],
)
def test_help_does_not_wait_for_the_engine(args, code):
    probe = (
        "import sys, atexit\n"
        "heavy = {'sympy', 'numpy', 'rich', 'flint', 'derive.equality.engine'}\n"
        "atexit.register(lambda: print('HEAVY', sorted(heavy & set(sys.modules))))\n"
        f"from derive.cli import main; main({args!r})\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert done.stdout.endswith("HEAVY []\n")
