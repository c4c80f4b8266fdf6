"""Running proof scripts: what they may do wrong, in one process and in several."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import derive
from derive import checking
from derive.checking import EngineDefect
from derive.kernel.verdict import Proved, Unresolved
from derive.keys import ProblemRef
from derive.numeric.evidence import Confirmation
from derive.report.json import render_json
from derive.report.latex import latex_document
from derive.report.outcome import exit_code
from derive.report.show import show_text
from derive.report.terminal import check_text

ROOT = Path(derive.__file__).parents[1]
HEAD = '''
"""A script."""
import os, sys
from derive.derivation import Problem
problem = Problem("1", title="T")
x = problem.scalar("x")
'''
PROVED = HEAD + 'problem.chain(x + x).eq(2 * x, by="algebra")\n'
FALSE = HEAD + 'problem.chain(x + x).eq(3 * x, by="algebra")\n'
UNREAD = PROVED + 'problem.result("r", x, stated=r"\\frac{x}+2")\n'
SIMULATED = PROVED + "def draw(seed):\n    {}\nproblem.result('r', x, 'x', simulation=draw)\n"
JOBS = [pytest.param(1, id="one process"), pytest.param(3, id="several processes")]


def refs(folder, *scripts):
    """Write scripts a.py, b.py, ... into a folder."""
    made = []
    for name, script in zip("abcdef", scripts, strict=False):
        path = folder / f"{name}.py"
        path.write_text(textwrap.dedent(script))
        made.append(ProblemRef("key", name, path))
    return made


BROKEN = [
    pytest.param("sys.exit(0)", "a.py:8: the script ended the run, SystemExit(0)", id="exit"),
    pytest.param("exit()", "a.py:8: the script ended the run", id="exit as in a shell"),
    pytest.param("x + problem.vector('v')", "a.py:8: IllTyped: ", id="ill-typed"),
    pytest.param("1 / 0", "a.py:8: ZeroDivisionError: division by zero", id="a Python error"),
    pytest.param("x = (", "a.py:8: '(' was never closed", id="no Python"),
    pytest.param("del problem", "a.py: expected a variable `problem`", id="no problem"),
    pytest.param("problem = 3", "a.py: expected a variable `problem`", id="another thing"),
]


@pytest.mark.parametrize("jobs", JOBS)
@pytest.mark.parametrize(("statement", "message"), BROKEN)
def test_what_a_script_does_wrong_is_an_error_of_its_problem(tmp_path, statement, message, jobs):
    broken = PROVED + statement + "\n"
    report = checking.check(refs(tmp_path, broken, PROVED, PROVED), jobs=jobs)
    first, *others = report.problems
    assert message in first.error
    assert first.error.count("a.py") == 1
    assert [problem.error for problem in others] == ["", ""]
    assert exit_code(report) == 4


def test_a_missing_script_names_the_key(tmp_path):
    report = checking.check([ProblemRef("key", "1", tmp_path / "none.py")])
    assert report.problems[0].error == (
        f"{tmp_path / 'none.py'}: there is no such file; the key.toml beside it names it"
    )


SIMULATIONS = [
    pytest.param("1 / 0", "simulation of r: ZeroDivisionError", id="it raises"),
    pytest.param("sys.exit(0)", "simulation of r: SystemExit: 0", id="it ends the run"),
    pytest.param("return 3", "simulation of r: TypeError", id="no sequence"),
    pytest.param("return [3]", "expected values of type Estimate or Slope", id="no estimate"),
]


@pytest.mark.parametrize("jobs", JOBS)
@pytest.mark.parametrize(("body", "message"), SIMULATIONS)
def test_an_error_in_a_simulation_is_the_authors(tmp_path, body, message, jobs):
    report = checking.check(refs(tmp_path, SIMULATED.format(body), PROVED), jobs=jobs)
    first = report.problems[0]
    assert message in first.error
    assert isinstance(first.links[0].verdict, Proved)
    assert exit_code(report) == 4
    assert exit_code(checking.check(refs(tmp_path, SIMULATED.format(body)), numeric=False)) == 0


@pytest.mark.parametrize("jobs", JOBS)
def test_the_report_does_not_depend_on_the_number_of_processes(tmp_path, jobs):
    good = SIMULATED.format(
        "from derive.numeric.evidence import Slope; return [Slope('n', 1., 1.)]"
    )
    report = checking.check(refs(tmp_path, good, FALSE, UNREAD, PROVED), seed=3, jobs=jobs)
    alone = checking.check(refs(tmp_path, good, FALSE, UNREAD, PROVED), seed=3)
    assert render_json(report) == render_json(alone)
    assert [problem.id for problem in report.problems] == ["key/a", "key/b", "key/c", "key/d"]
    assert report.problems[0].results[0].simulations
    assert exit_code(report) == 1


def test_progress_is_told_by_every_process(tmp_path):
    told = []
    checking.check(refs(tmp_path, PROVED, FALSE), jobs=2, on_link=told.append)
    assert sorted(told) == ["key/a#1", "key/b#1"]


def test_a_process_that_is_gone_is_an_error_of_its_problem(tmp_path):
    report = checking.check(refs(tmp_path, PROVED + "os._exit(0)\n", PROVED, PROVED), jobs=2)
    assert report.problems[0].error.endswith("the process that ran it ended with status 0")
    assert [problem.error for problem in report.problems[1:]] == ["", ""]
    assert exit_code(report) == 4


def test_what_cannot_be_sent_is_done_here(tmp_path):
    odd = PROVED + "problem.statement = type('Local', (str,), {})('words')\n"
    report = checking.check(refs(tmp_path, odd, PROVED), jobs=2)
    assert report.problems[0].problem.statement == "words"
    assert exit_code(report) == 0


@pytest.mark.parametrize("jobs", JOBS)
def test_a_proof_that_numbers_contradict_stops_the_run(tmp_path, monkeypatch, jobs):
    monkeypatch.setattr(checking, "confirm", lambda *_: Confirmation(1, "1", agreed=False))
    with pytest.raises(EngineDefect, match=r"key/.#1 is proved, and false in a model"):
        checking.check(refs(tmp_path, PROVED, PROVED, PROVED), jobs=jobs)


def test_a_control_that_is_true_is_a_slip_of_its_author(tmp_path):
    control = PROVED + "problem.control(x, x, why='not false')\n"
    report = checking.check(refs(tmp_path, control))
    assert exit_code(report) == 3
    assert f"NOT REFUTED  {tmp_path / 'a.py'}:8" in check_text(report, width=300)
    assert "controls not refuted: 1" in check_text(report)


def test_what_a_script_prints_is_not_in_the_report(tmp_path, capsys):
    talks = "print('one')\n" + SIMULATED.format("print('two'); return []")
    checking.check(refs(tmp_path, talks))
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "one\ntwo\n")


def test_a_formula_nested_too_deeply_is_an_open_step(tmp_path):
    deep = (
        HEAD + "y = x\nfor _ in range(3000):\n    y = 1 / (1 + y)\nproblem.chain(y).eq(x, by='?')"
    )
    report = checking.check(refs(tmp_path, deep, PROVED))
    first = report.problems[0]
    assert first.error.startswith(str(tmp_path)) or isinstance(first.links[0].verdict, Unresolved)
    assert isinstance(report.problems[1].links[0].verdict, Proved)


@pytest.fixture
def unread(tmp_path):
    return checking.check(refs(tmp_path, UNREAD))


def caret_stands_under_plus(text):
    rows = text.splitlines()
    at = next(i for i, row in enumerate(rows) if row.strip() == "^")
    return rows[at - 1][rows[at].index("^")] == "+"


def test_an_unread_answer_is_no_open_step(unread):
    assert exit_code(unread) == 4
    for text in (check_text(unread), show_text(unread)):
        assert "NOT READ" in text
        assert "a.py:8" in text
        assert caret_stands_under_plus(text)
    assert "not read: 1" in check_text(unread)
    assert "not decided" not in check_text(unread)


def test_an_unread_answer_in_json_and_latex(unread):
    document = json.loads(render_json(unread))
    result = document["targets"][0]["results"][0]
    assert document["targets"][0]["verdict"] == result["verdict"] == "unread"
    assert result["diagnosis"]["kind"] == "unread"
    assert caret_stands_under_plus(result["diagnosis"]["message"])
    assert document["summary"] == {
        "proved": 1, "refuted": 0, "unresolved": 0, "unread": 1, "given": 0,
    }  # fmt: skip
    printed = latex_document(unread)
    assert r"\texttt{~~\textbackslash{}frac\{x\}+2}\newline \texttt{~~~~" in printed
    assert r"\step{=}{\frac{x}+2}" not in printed


def derive_check(*args, **options):
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "derive", "check", *map(str, args)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


@pytest.mark.parametrize("jobs", JOBS)
@pytest.mark.parametrize(
    ("end", "number"),
    [
        pytest.param(os.killpg, signal.SIGINT, id="Ctrl-C, to the group"),
        pytest.param(os.kill, signal.SIGTERM, id="a time-out, to the first process"),
    ],
)
def test_an_interrupt_ends_every_process(tmp_path, jobs, end, number):
    endless = "import pathlib, time\npathlib.Path(__file__ + '.pid').touch()\ntime.sleep(60)\n"
    scripts = [ref.path for ref in refs(tmp_path, endless, endless)]
    running = derive_check(*scripts, "--jobs", jobs, start_new_session=True)
    while not list(tmp_path.glob("*.pid")) and running.poll() is None:
        time.sleep(0.01)
    end(running.pid, number)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err.strip()) == (130, "", "interrupted")
    with pytest.raises(ProcessLookupError):  # nobody of its group is left
        os.killpg(running.pid, 0)


def test_the_whole_way_from_a_script_to_the_exit_code(tmp_path):
    made = refs(tmp_path, PROVED + "sys.exit(0)\n", FALSE)
    running = derive_check(made[0].path)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 4
    assert "the script ended the run" in out
