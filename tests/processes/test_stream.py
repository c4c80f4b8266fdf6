"""Lines answered by processes: what hangs, grows or dies costs its own line only."""

import faulthandler
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import derive
from derive.processes import stream
from derive.processes.lines import Lines
from derive.processes.requests import Requests
from derive.processes.stream import Defect, Limits, Work, answers, answers_as_they_come
from derive.workers import RemoteTraceback

ROOT = Path(derive.__file__).parents[1]
MB = 1_000_000
KEPT = []  # what a process keeps from line to line, as a cache would


def hog():
    held = []
    while True:
        held.append(bytearray(MB))


def deafen():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])


ACTS = {
    b"sleep": lambda: time.sleep(600),
    b"loop": lambda: any(iter(int, 1)),
    b"long C call": lambda: 3 ** (10**9),
    b"hog": hog,
    b"abort": lambda: (os.write(2, b"GNU MP: Cannot allocate memory (size=9)\n"), os.abort()),
    b"grow": lambda: KEPT.append(b"x" * (40 * MB)),
    b"killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    b"segfault": lambda: (faulthandler.disable(), os.kill(os.getpid(), signal.SIGSEGV)),
    b"leave": lambda: os._exit(3),
    b"leave well": lambda: os._exit(0),
    b"exit": lambda: sys.exit(4),
    b"print": lambda: os.write(1, b"=9 noise\n"),
    b"read": lambda: os.read(0, 1),
    b"crash": lambda: {}["x"],
    b"deaf": lambda: (deafen(), time.sleep(600)),
    b"deaf in C": lambda: (deafen(), 3 ** (10**9)),
    b"doze": lambda: time.sleep(0.02),
}


def answer(number, line):
    ACTS.get(line, lambda: None)()
    return b"%d %b" % (number, line)


def give_up(number, _line, reason, _seconds):
    return b"%d gave up: %b" % (number, reason.encode())


WORK = Work(answer, give_up)
LIMITS = Limits(seconds=1, megabytes=200, grace=0.5)


@pytest.fixture
def told(tmp_path):
    """Answer lines of a file."""

    def tell(*lines, jobs=1, **more):
        path = tmp_path / "lines"
        path.write_bytes(b"\n".join(lines))
        with path.open("rb") as source:
            found = answers(Lines(source.fileno(), 1000), WORK, jobs, LIMITS, **more)
            with closing(found):
                return [line.decode() for line in found]

    return tell


TIME, MEMORY = "time limit of 1 s", "memory limit of 200 MB"
ENDED = "the process that decided it "
FAULTS = [
    pytest.param(b"sleep", TIME, id="one that waits for ever"),
    pytest.param(b"loop", TIME, id="one that computes for ever"),
    pytest.param(b"long C call", TIME, id="one that never comes back to Python"),
    pytest.param(b"deaf", TIME, id="one that does not hear its alarm"),
    pytest.param(b"deaf in C", TIME, id="one that does not hear it, in C code"),
    pytest.param(b"hog", MEMORY, id="one that takes all memory"),
    pytest.param(b"abort", MEMORY, id="a library that aborts for want of memory"),
    pytest.param(b"killed", f"{ENDED}was ended by SIGKILL", id="killed for want of memory"),
    pytest.param(b"segfault", f"{ENDED}was ended by SIGSEGV", id="a defect of a library"),
    pytest.param(b"leave", f"{ENDED}ended with status 3", id="one that leaves"),
    pytest.param(b"leave well", f"{ENDED}ended with status 0", id="one that seems to be done"),
    pytest.param(b"exit", f"{ENDED}ended with status 1", id="one that exits as a script does"),
]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(("fault", "reason"), FAULTS)
def test_a_fault_costs_its_own_line(told, fault, reason, jobs):
    found = told(b"a", b"b", fault, b"c", b"d", jobs=jobs)
    assert found == ["1 a", "2 b", f"3 gave up: {reason}", "4 c", "5 d"]


def test_faults_in_a_row(told):
    found = told(b"killed", b"sleep", b"killed", b"hog", b"a", jobs=2)
    reasons = [line.partition("gave up: ")[2] for line in found[:4]]
    assert reasons == [f"{ENDED}was ended by SIGKILL", TIME] * 1 + [reasons[0], MEMORY]
    assert found[4] == "5 a"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"print", id="what it prints is no answer"),
        pytest.param(b"read", id="the input is not its to read"),
    ],
)
def test_the_streams_of_the_first_process_are_its_own(told, line, capfd):
    assert told(line, b"a") == [f"1 {line.decode()}", "2 a"]
    assert capfd.readouterr().out == ""


def test_a_defect_costs_its_own_line_and_is_told_with_its_place(told):
    complaints = []
    found = told(b"a", b"crash", b"b", complain=complaints.append)
    assert found == ["1 a", "2 gave up: a defect of derive: KeyError: 'x'", "3 b"]
    assert ["Traceback" in text and "in answer" in text for text in complaints] == [True]


def test_where_nobody_listens_a_defect_is_raised(told):
    with pytest.raises(Defect, match="KeyError") as raised:
        told(b"crash")
    assert isinstance(raised.value.__cause__, RemoteTraceback)


def test_a_process_that_has_grown_is_replaced(told):
    # Together they are over the limit of 200 MB by far.
    assert told(*[b"grow"] * 12) == [f"{number} grow" for number in range(1, 13)]


def test_the_order_is_kept(told):
    lines = [b"doze" if number % 5 == 0 else b"%d" % number for number in range(60)]
    found = told(*lines, jobs=2)
    assert found == [f"{number} {line.decode()}" for number, line in enumerate(lines, 1)]


@pytest.mark.parametrize("size", [10, 100_000, 900_000])
def test_lines_and_answers_larger_than_a_pipe(tmp_path, size):
    path = tmp_path / "lines"
    path.write_bytes(b"\n".join([b"x" * size] * 8))
    with path.open("rb") as source:
        found = list(answers(Lines(source.fileno(), 1_000_000), WORK, 2))
    assert found == [b"%d %b" % (number, b"x" * size) for number in range(1, 9)]


def test_who_waits_for_a_slow_line_holds_no_more_than_a_window(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "WINDOW", 16)
    path = tmp_path / "lines"
    path.write_bytes(b"\n".join([b"sleep", *[b"a"] * 1000]))
    with path.open("rb") as source:
        lines = Lines(source.fileno(), 1000)
        with closing(answers(lines, WORK, 2, LIMITS)) as found:
            assert next(found).endswith(b"time limit of 1 s")
            assert lines.waiting[0] == (17, b"a")


def test_an_answer_does_not_wait_for_the_next_line():
    read, write = os.pipe()
    with closing(answers(Lines(read, 1000), WORK, 2)) as found:
        for line in (b"a", b"b", b"c"):
            os.write(write, line + b"\n")
            assert next(found).endswith(line)
        os.close(write)
        assert list(found) == []
    os.close(read)


def test_nothing_goes_on_when_nobody_wants_more(monkeypatch, tmp_path):
    started, fork = [], os.fork

    def remember():
        started.append(fork())
        return started[-1]

    monkeypatch.setattr(os, "fork", remember)
    path = tmp_path / "lines"
    path.write_bytes(b"a\nsleep\nsleep\n")
    with path.open("rb") as source:
        with closing(answers(Lines(source.fileno(), 1000), WORK, 2)) as found:
            assert next(found) == b"1 a"
        assert len(started) == 2
        for process in started:
            with pytest.raises(ProcessLookupError):
                os.kill(process, 0)


ORPHANS = """
import os, time
from derive.processes.lines import Lines
from derive.processes.stream import Limits, Work, answers
def answer(number, line):
    print(os.getpid(), file=open(line, "w"))
    time.sleep(600)
next(answers(Lines.of(LINE), Work(answer, None), limits=Limits(SECONDS)))
"""


def test_processes_end_even_if_the_first_one_is_killed(tmp_path):
    path = tmp_path / "pid"
    script = ORPHANS.replace("LINE", repr(os.fsencode(path))).replace("SECONDS", "1")
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)  # noqa: S603
    while not path.is_file() or not path.read_text().strip():
        time.sleep(0.01)
    other = int(path.read_text())
    process.kill()
    process.wait()
    while runs(other):  # if it never ends, neither does this test
        time.sleep(0.01)


def runs(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except FileNotFoundError:
        return False
    return state.split()[0] != "Z"


def test_without_fork_the_work_is_done_here(told, monkeypatch):
    monkeypatch.delattr(os, "fork")
    assert told(b"a", b"", b"b") == ["1 a", "3 b"]


# --- requests of this process, answers as they come ---


def as_they_come(made, jobs=2, limits=LIMITS, work=WORK):
    with closing(answers_as_they_come(Requests(made), work, jobs, limits)) as found:
        yield from found


def test_who_is_slow_holds_nobody_up():
    found = list(as_they_come([b"sleep", b"a", b"", b"b"]))
    assert found[-1] == (1, f"1 gave up: {TIME}".encode())
    assert found[:-1] == [(2, b"2 a"), (3, b"3 "), (4, b"4 b")]


def test_requests_may_be_any_bytes():
    made = [b"\n1 2\n", b"", bytes(range(256)) * 50_000]
    work = Work(lambda number, data: b"%d %d %d" % (number, len(data), sum(data)), give_up)
    found = dict(as_they_come(made, work=work))
    assert found == {n: b"%d %d %d" % (n, len(x), sum(x)) for n, x in enumerate(made, 1)}


def test_requests_are_taken_when_somebody_is_free():
    """Each may be tens of megabytes: no more are held than processes work on."""
    taken = 0

    def made():
        nonlocal taken
        while taken < 39:
            taken += 1
            yield b"doze"

    for done, _ in enumerate(as_they_come(made()), start=1):
        assert taken - done < 4  # at most two that are answered, and one for each process
    assert taken == done == 39


def test_requests_answered_in_order():
    made = (b"doze" if number % 5 == 0 else b"%d" % number for number in range(30))
    with closing(answers(Requests(made), WORK, 2, LIMITS)) as found:
        assert [int(line.split()[0]) for line in found] == list(range(1, 31))


def test_a_request_larger_than_the_memory_allowed():
    found = list(as_they_come([b"x" * (300 * MB), b"a"]))
    assert sorted(found) == [(1, f"1 gave up: {MEMORY}".encode()), (2, b"2 a")]


def test_an_error_where_requests_are_made_is_raised():
    def made():
        yield b"a"
        raise OSError("the disc is gone")

    with pytest.raises(OSError, match="disc"):
        list(as_they_come(made()))


def test_who_waits_elsewhere_does_not_lose_an_answer():
    """This process may write files between two answers: who has answered is not overdue."""
    limits = Limits(seconds=1, grace=0.0)
    answered = []
    for number, answer in as_they_come([b"a", b"b", b"c", b"x" * MB], 2, limits):
        answered.append((number, answer[:3]))
        time.sleep(1.2)
    assert sorted(answered) == [(1, b"1 a"), (2, b"2 b"), (3, b"3 c"), (4, b"4 x")]


def test_a_process_is_replaced_after_so_many_answers():
    work = Work(lambda _number, _data: b"%d" % os.getpid(), give_up)
    limits = Limits(seconds=60, answers=3)
    processes = [answer for _, answer in as_they_come([b""] * 9, 1, limits, work)]
    assert [processes.count(one) for one in dict.fromkeys(processes)] == [3, 3, 3]


def test_what_is_done_first_in_each_process():
    begun = []
    work = Work(lambda _number, _data: b"%d" % len(begun), give_up, lambda: begun.append(1))
    limits = Limits(seconds=60, answers=2)
    assert {answer for _, answer in as_they_come([b""] * 5, 2, limits, work)} == {b"1"}
    assert begun == []


# --- lines ---

READ = [  # what comes through the pipe, piece by piece; the lines
    pytest.param([b"a\nb\n"], [(1, b"a"), (2, b"b")], id="lines"),
    pytest.param([b"a\nb"], [(1, b"a"), (2, b"b")], id="the last line without an end"),
    pytest.param([b"a", b"b\nc", b"\n"], [(1, b"ab"), (2, b"c")], id="lines in pieces"),
    pytest.param([b"a\r\n\r\nb\r\n"], [(1, b"a"), (3, b"b")], id="as Windows ends them"),
    pytest.param([b"\n \n\t\na\n"], [(4, b"a")], id="blank lines are counted"),
    pytest.param([], [], id="nothing"),
    pytest.param([b"x" * 30, b"x" * 30, b"\nb\n"], [(1, b"x" * 11), (2, b"b")], id="too long"),
    pytest.param([b"\xff\x00\n"], [(1, b"\xff\x00")], id="any bytes"),
]


@pytest.mark.parametrize(("pieces", "expected"), READ)
def test_lines_are_read_as_they_come(pieces, expected):
    read, write = os.pipe()
    lines = Lines(read, 10)
    for piece in pieces:
        os.write(write, piece)
        lines.take_more()
    os.close(write)
    lines.take_more()
    os.close(read)
    assert lines.ended
    assert list(lines.waiting) == expected


def test_a_pipe_that_has_nothing_yet():
    read, write = os.pipe()
    os.set_blocking(read, False)
    lines = Lines(read, 10)
    lines.take_more()
    assert not lines.ended
    os.close(write)
    os.close(read)
