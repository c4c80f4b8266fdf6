"""`derive recheck`: what it takes, what it says, and what it does without."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import derive
from derive.cli import cli
from derive.equality.answering import answer
from derive.equality.pairs import Pair

ROOT = Path(derive.__file__).parents[1]


def run(path):
    return CliRunner().invoke(cli, ["recheck", str(path)])


def found(lhs, rhs, **more):
    return answer(Pair(lhs, rhs, id=7, **more))


PROVED = found("x^2/x", "x")
FALSE = found("x^2/x", "-x")
EQUATIONS = found("x+2y=4", "y=2-x/2")
OPEN = {"id": 7, "verdict": "unresolved", "reason": "time limit of 5 s"}
UNREAD = {"id": 7, "verdict": "unread", "error": {"message": "not JSON"}}


def changed(record, **more):
    return {**record, **more}


def forged(record, **more):
    """Put another statement in place of what the witness was made for."""
    return {**record, "witness": {**record["witness"], **more}}


ACCEPTED = "✓ 1  7  accepted: proved: x²/x = x, for x ≠ 0"
RECHECKED = [
    pytest.param([PROVED], 0, [ACCEPTED, "1 accepted"], id="a proof, its conditions"),
    pytest.param([FALSE], 0, ["✓ 1  7  accepted: refuted: x²/x = −x", "1 accepted"],
                 id="a counterexample"),
    pytest.param([EQUATIONS], 0, None, id="equations"),
    pytest.param([OPEN, UNREAD, changed(PROVED, witness=None)], 0, ["3 without a witness"],
                 id="answers without a witness are counted"),
    pytest.param([forged(PROVED, rhs=["number", "1"])], 1, None, id="another statement"),
    pytest.param([forged(FALSE, point={"x": "0"})], 1, None, id="a point where nothing differs"),
    pytest.param([changed(PROVED, conditions=[])], 1,
                 ["✗ 1  7  rejected: the answer does not list every condition", "1 rejected"],
                 id="a condition kept back"),
    pytest.param([changed(PROVED, conditions=None)], 1, None, id="conditions that are none"),
    pytest.param([changed(FALSE, verdict="proved")], 1,
                 ["✗ 1  7  rejected: the witness is of something refuted", "1 rejected"],
                 id="a verdict that the witness does not have"),
    pytest.param([changed(PROVED, witness=[1])], 1, None, id="a list for a witness"),
    pytest.param([changed(PROVED, witness={})], 1, None, id="an empty witness"),
    pytest.param([changed(PROVED, witness={"verdict": "proved"})], 1, None, id="a bare claim"),
    pytest.param([PROVED, FALSE, changed(PROVED, witness=1), OPEN], 1,
                 [ACCEPTED, "✓ 2  7  accepted: refuted: x²/x = −x", "✗ 3  7  rejected: …",
                  "2 accepted · 1 rejected · 1 without a witness"], id="several"),
    pytest.param([], 0, ["nothing to recheck"], id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("records", "code", "told"), RECHECKED)
def test_answers_one_a_line(tmp_path, records, code, told):
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    result = run(path)
    assert result.exit_code == code, result.output
    if told is not None:
        rows = result.stdout.splitlines()
        assert len(rows) == len(told)
        for row, expected in zip(rows, told, strict=True):
            assert row == expected or (
                row.startswith(expected.partition("…")[0]) and "…" in expected
            )


BROKEN = "! 2  not read: not JSON: Expecting property name enclosed in double quotes"
TEXTS = [
    pytest.param(json.dumps(PROVED, indent=1), 0, [ACCEPTED, "1 accepted"], id="over many lines"),
    pytest.param("\n\n" + json.dumps(PROVED), 0,
                 [ACCEPTED.replace("1", "3", 1), "1 accepted"], id="blank lines are counted"),
    pytest.param(json.dumps(PROVED) + "\n{", 4,
                 [ACCEPTED, BROKEN, "1 accepted · 1 not read"], id="a broken line"),
    pytest.param("{\n" + json.dumps(PROVED), 4, None, id="a broken line before"),
    pytest.param(json.dumps(PROVED)[:-9], 4, None, id="a file cut short"),
    pytest.param("[]", 4, ["! 1  not read: expected a JSON object", "1 not read"], id="a list"),
    pytest.param("[" * 100_000, 4, None, id="brackets without end"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "told"), TEXTS)
def test_what_a_file_may_hold(tmp_path, text, code, told):
    path = tmp_path / "answers.jsonl"
    path.write_text(text, encoding="utf-8")
    result = run(path)
    assert result.exit_code == code, result.output
    assert told is None or result.stdout.splitlines() == told


def test_a_file_that_is_not_there():
    result = run("no.json")
    assert result.exit_code == 4
    assert "cannot read no.json" in result.stderr


PROBE = """
import sys, atexit
heavy = ("sympy", "numpy", "derive.equality", "derive.tactics", "derive.reader")
atexit.register(lambda: print("HEAVY", [m for m in heavy if m in sys.modules]))
from derive.cli import main
main(["recheck", "-"])
"""


def test_it_needs_nothing_of_what_searches_or_reads():
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PROBE],
        cwd=ROOT, input=json.dumps(PROVED), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "HEAVY []"
