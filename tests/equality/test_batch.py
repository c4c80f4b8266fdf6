"""`derive equal --batch`: pairs in, answers out, whatever the lines and the pairs are."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import derive
from derive.equality.pairs import LONGEST

ROOT = Path(derive.__file__).parents[1]


def pair(lhs, **more):
    return json.dumps({"lhs": lhs, "rhs": "x", **more}).encode()


@pytest.fixture
def batch(run, tmp_path):
    """Decide the lines of a file; the exit code, and the answers."""

    def decide(lines, *options):
        path = tmp_path / "pairs.jsonl"
        path.write_bytes(b"\n".join(lines))
        result = run("equal", "--batch", str(path), *options)
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]

    return decide


def test_an_answer_a_line_in_order(batch):
    words = ["true", "false", "open", "empty"] * 10
    code, answers = batch([pair(word, id=i) for i, word in enumerate(words)], "--jobs", "2")
    verdicts = {"true": "proved", "false": "refuted", "open": "unresolved", "empty": "unread"}
    assert [(a["id"], a["verdict"]) for a in answers] == [
        (i, verdicts[word]) for i, word in enumerate(words)
    ]
    assert code == 1


BAD = [  # a line; the id it is told with; what is told
    pytest.param(b"{", None, "not JSON: Expecting property name", id="no JSON"),
    pytest.param(b'{"id": 5, "lhs": ', 5, "not JSON", id="no JSON, with an id"),
    pytest.param(b'{"id": "a\\u00e9\\"b", lhs', 'aé"b', "not JSON", id="an id with escapes"),
    pytest.param(b'{"id": "\\ud800", lhs', "\ud800", "not JSON", id="half a character"),
    pytest.param(b'{"id": "\\x", "lhs"', None, "not JSON", id="an id that is none"),
    pytest.param(b"[1, 2]", None, "expected a JSON object", id="a list"),
    pytest.param(b'"x"', None, "expected a JSON object", id="a text"),
    pytest.param(b"null", None, "expected a JSON object", id="nothing"),
    pytest.param(b"{}", None, "lhs: expected a string, found nothing", id="an empty object"),
    pytest.param(b'{"id": 5, "lhs": "x"}', 5, "rhs: expected a string", id="one side"),
    pytest.param(pair(5, id=5), 5, "lhs: expected a string", id="a number for a side"),
    pytest.param(pair(None, id=5), 5, "lhs: expected a string", id="null for a side"),
    pytest.param(pair("x", given="a=b", id=5), 5, "given: expected a list", id="a text for a list"),
    pytest.param(pair("x", assume=[1], id=5), 5, "assume: expected a list", id="a list of numbers"),
    pytest.param(pair("x", vary=["h"], id=5), 5, "vary: expected a string", id="a list varies"),
    pytest.param(pair("x", id=[5]), None, "id: expected a string or a number", id="a list for id"),
    pytest.param(pair("x", id=True), None, "id: expected a string or a number", id="yes for id"),
    pytest.param(b'{"id": NaN, "lhs": "x", "rhs": "x"}', None, "NaN", id="no number"),
    pytest.param(b'{"id": 1e999, "lhs": "x", "rhs": "x"}', None, "id: expected", id="infinity"),
    pytest.param(b'{"id": ' + b"1" * 5000 + b"}", None, "not JSON", id="a number too long"),
    pytest.param(b'{"id": 5, "lhs": "x", "lhs": "y", "rhs": "x"}', 5, "occurs twice", id="twice"),
    pytest.param(b'{"id": 5, "lhs": "\xff", "rhs": "x"}', 5, "not UTF-8", id="no UTF-8"),
    pytest.param("{'lhs': 'x'}".encode("utf-16"), None, "not UTF-8", id="UTF-16"),
    pytest.param(b"[" * 100_000, None, "nested too deeply", id="brackets without end"),
    pytest.param(pair("x" * LONGEST, id=5), None, "longer than 1000000 bytes", id="a long line"),
    pytest.param(b'{"id": 5, "lhs": "' + b"x" * LONGEST, 5, "longer than", id="long, with an id"),
    pytest.param(b"\x00" * 10, None, "not JSON", id="zeros"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "name", "told"), BAD)
def test_a_bad_line_is_one_error_line(batch, line, name, told):
    code, (before, answer, after) = batch([pair("true", id=1), line, pair("true", id=3)])
    assert code == 4
    assert [before["id"], before["verdict"], after["id"], after["verdict"]] == [
        1, "proved", 3, "proved"
    ]  # fmt: skip
    assert (answer["id"], answer["verdict"]) == (name, "unread")
    assert told in answer["error"]["message"]
    assert (answer["error"]["where"], answer["error"]["line"]) == ("input", 2)


GOOD = [
    pytest.param(pair("true"), None, id="no id"),
    pytest.param(pair("true", id="a"), "a", id="a text for id"),
    pytest.param(pair("true", id=-1.5), -1.5, id="a number for id"),
    pytest.param(pair("true", id=10**40), 10**40, id="a large number for id"),
    pytest.param(pair("true", given=None, assume=None, vary=None), None, id="nulls"),
    pytest.param(pair("true", truth=True, family="roots"), None, id="further members"),
    pytest.param(pair("true") + b"\r", None, id="as Windows ends lines"),
    pytest.param(b"\xef\xbb\xbf" + pair("true"), None, id="a mark of the encoding"),
    pytest.param(b"\n\n  \n" + pair("true") + b"\n\n", None, id="blank lines are skipped"),
]


@pytest.mark.parametrize(("line", "name"), GOOD)
def test_a_good_line(batch, line, name):
    code, (answer,) = batch([line])
    assert (code, answer["verdict"], answer["id"]) == (0, "proved", name)


CODES = [
    pytest.param([], 0, id="no pairs"),
    pytest.param(["true", "true"], 0, id="all proved"),
    pytest.param(["true", "open"], 3, id="one open"),
    pytest.param(["open", "empty"], 4, id="unread outweighs open"),
    pytest.param(["false", "empty", "open"], 1, id="false outweighs unread"),
]


@pytest.mark.parametrize(("words", "expected"), CODES)
def test_the_exit_code(batch, words, expected):
    code, answers = batch([pair(word) for word in words])
    assert (code, len(answers)) == (expected, len(words))


FAULTS = [
    pytest.param("sleep", "time limit of 0.5 s", id="one that never ends"),
    pytest.param("hog", "memory limit of 100 MB", id="one that takes all memory"),
    pytest.param("killed", "the process that decided it was ended by SIGKILL", id="killed"),
    pytest.param("crash", "a defect of derive: KeyError: 'crash'", id="a defect"),
    pytest.param("nested", "the terms are nested too deeply", id="terms that are too deep"),
]


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("word", "reason"), FAULTS)
def test_a_fault_costs_its_own_pair(batch, word, reason, jobs):
    lines = [pair(w, id=w) for w in ("true", word, "false")]
    code, answers = batch(lines, "--jobs", jobs, "--timeout", "0.5", "--memory", "100")
    assert code == 1
    assert [a["verdict"] for a in answers] == ["proved", "unresolved", "refuted"]
    assert (answers[1]["id"], answers[1]["reason"]) == (word, reason)
    assert answers[1]["seconds"] >= 0


def test_the_members_of_every_answer(batch):
    _, answers = batch([pair(w) for w in ("true", "false", "open", "empty")] + [b"{"])
    first = ["id", "verdict", "method", "conditions", "counterexample", "seconds"]
    more = [["witness"], ["witness"], ["reason"], ["error"], ["error"]]
    assert [list(a) for a in answers] == [first + m for m in more]


WARM = r"""
import sys
from derive.equality.answering import answer, warm_up
from derive.equality.pairs import Pair
warm_up()
before = set(sys.modules)
whole = (r"n \in \mathbb N",)
for pair in (
    Pair("f'(x)", "-f'(x)"), Pair(r"\sin 2x", r"2 \sin x \cos x"), Pair("x", "@"),
    Pair(r"\cos h", "1 + O(h^2)", vary="h"), Pair(r"\sum_{k=1}^n k^2", "n", assume=whole),
    Pair(r"\prod_{k=1}^n 2k", "2^n n!", assume=whole), Pair("x+2y=4", "y=2-x/2"),
    Pair(r"\sum_{k=0}^{n} 2^k", "2^{n+1}-1", assume=whole), Pair("|x|^2", "x^2"),
):
    answer(pair)
print(sorted(m for m in set(sys.modules) - before if m.startswith(("derive", "sympy"))))
"""


def test_what_a_pair_needs_is_imported_before_processes_are_forked():
    """Else each process would import it again, in the time of a pair."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", WARM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


# --- streams ---


def test_an_answer_does_not_wait_for_the_next_pair(start):
    """Another program may ask pair by pair."""
    process = start("equal", "--batch", "-")
    for number, word in enumerate(["true", "open", "empty"]):
        process.stdin.write(pair(word, id=number) + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == number
    process.stdin.close()
    assert process.wait() == 4


def test_a_reader_who_goes_away_is_no_error(start, tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(b"\n".join([pair("true")] * 5000))
    process = start("equal", "--batch", str(path))
    assert json.loads(process.stdout.readline())["verdict"] == "proved"
    process.stdout.close()
    assert process.wait() == 0
    assert process.stderr.read() == b""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_every_process(start, sign):
    process = start("equal", "--batch", "-", "--jobs", "2", "--timeout", "600")
    process.stdin.write(pair("true") + b"\n" + pair("sleep") + b"\n" + pair("sleep") + b"\n")
    process.stdin.flush()
    process.stdout.readline()
    others = children(process.pid)
    process.send_signal(sign)
    assert process.wait() == 130
    assert process.stderr.read().strip() == b"interrupted"
    assert others
    assert not [other for other in others if Path(f"/proc/{other}").exists()]


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_a_standard_stream_that_is_closed(tmp_path, closed):
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(pair("true") + b"\n" + pair("false"))
    command = f'"$0" tests/fake_equality.py equal --batch "$1" {closed}'
    done = subprocess.run(  # noqa: S603 - our own interpreter
        ["/bin/sh", "-c", command, sys.executable, str(path)],
        cwd=ROOT, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    found = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
    assert (found, done.returncode) == (["proved", "refuted"], 1)


def test_standard_input_that_is_closed_cannot_be_read():
    process = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m derive equal --batch - <&-', sys.executable],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert process.returncode == 4
    assert "standard input is closed" in process.stderr


def children(process):
    path = Path(f"/proc/{process}/task/{process}/children")
    return path.read_text(encoding="ascii").split()


MEMORY = """
import json, resource, runpy, sys, atexit
atexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
                              resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
                              file=sys.stderr))
sys.argv = ["fake", "equal", "--batch", "-", "--jobs", "1"]
runpy.run_path("tests/fake_equality.py", run_name="__main__")
"""


def test_memory_does_not_grow_with_the_number_of_pairs():
    def peaks(count):
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", MEMORY],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        )  # fmt: skip
        line = pair("true", id="n") + b"\n"
        feeder = threading.Thread(target=lambda: feed(process.stdin, line, count))
        feeder.start()
        answers = sum(1 for _ in process.stdout)
        feeder.join()
        process.wait()
        with process.stderr as told:
            peak = [int(word) for word in told.read().split()]
        process.stdout.close()
        assert answers == count
        return peak

    few, many = peaks(500), peaks(8000)
    # 7500 pairs with their answers are more than 3 MB; sizes are in KB.
    assert all(b < a + 1500 for a, b in zip(few, many, strict=True)), (few, many)


def feed(stream, line, count):
    with stream:
        for _ in range(count):
            stream.write(line)
