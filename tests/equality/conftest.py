"""The commands with a fake engine behind them, in this process and in others."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import fake_equality
import pytest
from click.testing import CliRunner

import derive
from derive.cli import cli
from derive.equality import engine, reading

ROOT = Path(derive.__file__).parents[1]


@pytest.fixture
def fakes(monkeypatch):
    monkeypatch.setattr(engine, "decide", fake_equality.decide)
    monkeypatch.setattr(reading, "read_statement", fake_equality.read_statement)


@pytest.fixture
def run(request):
    """Run a command in this process."""
    request.getfixturevalue("fakes")
    return lambda *args: CliRunner().invoke(cli, args)


@pytest.fixture
def start():
    """Start the command in a process of its own, whose streams are pipes."""
    started = []

    def begin(*args):
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, str(ROOT / "tests" / "fake_equality.py"), *args],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            with suppress(BrokenPipeError):  # what was not written yet
                stream.close()
