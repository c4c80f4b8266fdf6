"""A confined process computes, and does nothing else."""

import contextlib
import ctypes
import json
import mmap
import os
import pty
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import derive
from derive.processes.confinement import Confined, confine, leave_network
from derive.processes.requests import Requests
from derive.processes.stream import Limits, Work, answers

ROOT = Path(derive.__file__).parents[1]
LIBC = ctypes.CDLL(None)
LIMITS = Limits(seconds=30)
SHELL = "/bin/sh"


def give_up(_number, _line, reason, _seconds):
    return f"gave up: {reason}".encode()


def confined(*deeds):
    """Do things in a confined process, one after the other, and tell what came of each."""

    def answer(number, _line):
        return repr(deeds[number - 1]()).encode()

    work = Work(answer, give_up, confine)
    requests = Requests(b"" for _ in deeds)
    with contextlib.closing(answers(requests, work, 1, LIMITS, lambda _told: None)) as found:
        return [line.decode() for line in found]


FORBIDDEN = [
    pytest.param(socket.socket, "socket.__new__", id="a socket"),
    pytest.param(lambda: socket.getaddrinfo("localhost", 80), "socket.getaddrinfo", id="a name"),
    pytest.param(lambda: socket.create_connection(("::1", 9)), "socket", id="a connection"),
    pytest.param(socket.gethostname, "socket.gethostname", id="where it runs"),
    pytest.param(lambda: subprocess.run([SHELL]), "subprocess.Popen", id="a process"),  # noqa: S603, PLW1510
    pytest.param(lambda: os.system(SHELL), "os.system", id="a shell"),  # noqa: S605
    pytest.param(os.fork, "os.fork", id="a fork"),
    pytest.param(os.forkpty, "os.forkpty", id="a fork with a terminal"),
    pytest.param(lambda: pty.spawn(SHELL), "pty.spawn", id="a terminal"),
    pytest.param(lambda: os.execv(SHELL, [SHELL]), "os.exec", id="another program"),  # noqa: S606
    pytest.param(lambda: os.posix_spawn(SHELL, [SHELL], {}), "os.posix_spawn", id="spawning"),
    pytest.param(lambda: os.kill(os.getppid(), signal.SIGTERM), "os.kill", id="the first process"),
    pytest.param(lambda: LIBC.getpid, "ctypes.dlsym", id="a foreign function"),
    pytest.param(lambda: ctypes.CDLL("libm.so.6"), "ctypes.dlopen", id="a library"),
    pytest.param(lambda: ctypes.string_at(id(0)), "ctypes.string_at", id="any memory"),
    pytest.param(lambda: Path("/etc/passwd").read_text(), "reading", id="a file"),
    pytest.param(lambda: Path("x.md").read_text(), "reading", id="a submission"),
    pytest.param(lambda: os.open("/", os.O_RDONLY), "reading", id="a folder"),
    pytest.param(lambda: Path(f"{os.__file__}/../../../../../etc/passwd").read_text(),
                 "reading", id="a path out of the library"),
    pytest.param(lambda: os.listdir("/"), "os.listdir", id="names of files"),  # noqa: PTH208
    pytest.param(lambda: list(os.scandir("/etc")), "os.scandir", id="names of files, one by one"),
    pytest.param(lambda: list(Path("/etc").rglob("*")), "os.", id="names of files below"),
    pytest.param(lambda: Path("x").write_text("x"), "writing", id="writing"),
    pytest.param(lambda: Path(os.__file__).touch(), "os.utime", id="changing a module"),
    pytest.param(lambda: os.open("x", os.O_CREAT), "writing", id="making a file"),
    pytest.param(tempfile.TemporaryFile, "writing", id="a temporary file"),
    pytest.param(lambda: sqlite3.connect("x"), "sqlite3.connect", id="a database"),
    pytest.param(lambda: os.remove("x"), "os.remove", id="removing"),  # noqa: PTH107
    pytest.param(lambda: os.rename("x", "y"), "os.rename", id="renaming"),  # noqa: PTH104
    pytest.param(lambda: os.mkdir("x"), "os.mkdir", id="making a folder"),  # noqa: PTH102
    pytest.param(lambda: os.rmdir("x"), "os.rmdir", id="removing a folder"),  # noqa: PTH106
    pytest.param(lambda: os.symlink("/etc", "x"), "os.symlink", id="a link"),  # noqa: PTH211
    pytest.param(lambda: os.link("x", "y"), "os.link", id="another name"),
    pytest.param(lambda: os.chmod("x", 0), "os.chmod", id="rights"),  # noqa: PTH101
    pytest.param(lambda: os.truncate("x", 0), "os.truncate", id="emptying a file"),
    pytest.param(lambda: os.chdir("/"), "os.chdir", id="another folder"),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "event"), FORBIDDEN)
def test_what_is_forbidden_ends_the_request_and_the_process(deed, event, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.md").write_text("x")
    before, told, after = confined(os.getpid, deed, os.getpid)
    assert told.startswith(f"gave up: tried what it may not do: {event}")
    assert before != after
    assert [path.name for path in tmp_path.iterdir()] == ["x.md"]


def swallowed():
    with contextlib.suppress(BaseException):
        Path("/etc/passwd").read_text()


def taken_for_an_error():
    try:
        Path("/etc/passwd").read_text()
    except Exception:  # noqa: BLE001 - as libraries do
        return "no such file"


@pytest.mark.parametrize("deed", [swallowed, taken_for_an_error])
def test_no_handler_hides_what_was_tried(deed):
    (told,) = confined(deed)
    assert told.startswith("gave up: tried what it may not do: reading /etc/passwd")


def test_it_is_no_error_of_the_library_that_it_goes_through():
    assert not issubclass(Confined, Exception)


def rlimits():
    import resource  # noqa: PLC0415

    kinds = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)
    return [resource.getrlimit(kind) for kind in kinds]


def crashed():
    raise KeyError("x")


ALLOWED = [
    pytest.param(lambda: Path(os.__file__).stat().st_size > 0, "True", id="its own modules"),
    pytest.param(lambda: os.__file__ in Path(os.__file__).parent.iterdir(), "False", id="a list"),
    pytest.param(lambda: "import" in Path(os.__file__).read_text(), "True", id="what they say"),
    pytest.param(lambda: Path(os.devnull).write_text("x"), "1", id="writing to nowhere"),
    pytest.param(lambda: len(mmap.mmap(-1, 4096)), "4096", id="memory"),
    pytest.param(lambda: os.write(2, b"x"), "1", id="last words"),
    pytest.param(rlimits, "[(0, 0), (65536, 65536), (64, 64)]", id="limits, for good"),
    pytest.param(crashed, "gave up: a defect of derive: KeyError: 'x'", id="a defect is told"),
]


@pytest.mark.parametrize(("deed", "expected"), ALLOWED)
def test_what_is_allowed(deed, expected):
    assert confined(deed) == [expected]


def test_folders_that_may_be_read_besides(tmp_path):
    (tmp_path / "x").write_text("x")
    read = (tmp_path / "x").read_text
    work = Work(lambda _number, _line: read().encode(), give_up, lambda: confine([tmp_path]))
    with contextlib.closing(answers(Requests([b""]), work, 1, LIMITS)) as found:
        assert list(found) == [b"x"]


def test_nobody_is_there_in_the_network_of_its_own():
    """Where the system does not permit one, the hook is what remains."""

    def connect():
        if not leave_network():
            return "not permitted"
        with socket.create_server(("", 0)) as server:
            port = server.getsockname()[1]
            try:
                socket.create_connection(("127.0.0.1", port), 1)
            except OSError as error:
                return error.strerror

    work = Work(lambda _number, _line: json.dumps(connect()).encode(), give_up)
    with contextlib.closing(answers(Requests([b""]), work, 1, LIMITS)) as found:
        assert json.loads(next(found)) in ("Network is unreachable", "not permitted")


LAZY = """
import sys
from pathlib import Path
from derive.processes.confinement import confine, tried
from derive.solution.checker import LoadedKey, check_source
data = Path("tests/cases/wrong_nb.ipynb").read_bytes()
confine()
assert not {"numpy", "nbformat", "sympy"} & set(sys.modules)
report = check_source("a.ipynb", data, LoadedKey())
import numpy
from derive.language import bridge
print(len(report.links) > 5, numpy.linalg.inv(numpy.eye(3)).sum(), tried())
print(bridge.from_sympy(numpy.int64(1) * bridge.sympy.Symbol("x") + 1).rank)
"""


def test_modules_are_imported_when_they_are_needed():
    """From a process that has none of them yet, and started where the package is."""
    command = [sys.executable, "-c", LAZY]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "True 3.0 "
