"""Classes meant to cheat, to break the run or to reach other people's grades: they do not."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from classroom import KEY, ONLY_ANSWER, PROSE, RIGHT, WRONG_ANSWER, graded, laid_out, table

from derive.errors import DeriveError
from derive.grading.assistant import Options, assist

HEAD = "# Homework\n\n## Problem 2.1\n\n"
BODY = RIGHT.removeprefix(HEAD)


def points(out: Path) -> dict[str, tuple[str, str]]:
    """Give status and points of each student."""
    return {row["id"]: (row["status"], row["points"]) for row in table(out)}


# --- points ---------------------------------------------------------------------------------

PARTS, ANSWER = BODY.strip().split("\n\n")
OTHER = ANSWER.replace("2 + ", "2 - ")
NAMED = r"$$J(\theta) = E[\tfrac12 s_\theta(X)^2 + \tfrac{\partial}{\partial x} s_\theta(X)]$$"
CHEATS = [
    pytest.param([PARTS, OTHER, ANSWER, ANSWER.replace("frac12", "frac13")], "0.3",
                 id="every answer that may be right"),
    pytest.param([PARTS, ANSWER, OTHER], "0.3", id="the right answer first"),
    pytest.param([NAMED, NAMED.replace("2 + ", "2 - ")], "0", id="a name for two answers"),
    pytest.param([NAMED.replace("2 + ", "2 - "), NAMED], "0", id="the other way round"),
    pytest.param(["<!--", PARTS, ANSWER, "-->"], "0", id="a comment"),
    pytest.param(["```", PARTS, ANSWER, "```"], "0", id="code"),
    pytest.param([rf"$$\phantom{{{PARTS.strip('$')}}}$$"], "0", id="a formula nobody sees"),
    pytest.param(["$$1 = 1$$", "$$E[s_\\theta(X)] = E[s_\\theta(X)]$$"], "0", id="true and idle"),
    pytest.param([PARTS.replace("= -", r"\ne -")], "0", id="the idea denied"),
    pytest.param([PARTS.replace("= -", r"\stackrel{?}{=} -")], "0", id="the idea asked"),
    pytest.param([r"$$0 \cdot \int s_\theta(x) p'(x)\, dx = 0 \cdot \int s_\theta'(x) p(x)\, dx$$"],
                 "0", id="nothing times the idea"),
    pytest.param([PARTS.replace("= -", ":="), ANSWER], "0.1", id="the idea, false, defined"),
    pytest.param([r"$$J = \frac12 E(s_\theta(X) - \frac{\partial}{\partial x} \log p(X))^2$$"],
                 "0", id="the question as the answer"),
    pytest.param(["## Problem 2.2", PARTS, ANSWER], "0", id="in another problem"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "worth"), CHEATS)
def test_what_was_not_shown_waits_for_a_person(
    tmp_path: Path, lines: list[str], worth: str
) -> None:
    source = laid_out(tmp_path / "in", {"eve.md": HEAD + "\n\n".join(lines) + "\n"})
    graded(source, tmp_path / "out")
    assert points(tmp_path / "out") == {"eve": ("review", worth)}


_CROSS = r"\int s_\theta(x) p'(x)\, dx"
_BACK = r"\int s_\theta'(x) p(x)\, dx"
ODD = [
    pytest.param(rf"$${_CROSS} = [s_\theta(x) p(x)] - {_BACK}$$", id="a bracket without limits"),
    pytest.param(rf"$${_CROSS} = s_\theta(x) p(x) - {_BACK}$$", id="no limits at all"),
    pytest.param(rf"$${_CROSS} = \cdots = -{_BACK}$$", id="dots"),
    pytest.param(rf"$${_CROSS} \ne {_BACK}$$", id="what is denied"),
    pytest.param(rf"$$\cancel{{{_CROSS} = {_BACK}}}$$", id="what is crossed out"),
]


@pytest.mark.parametrize("line", ODD)
def test_an_odd_notation_costs_nothing(tmp_path: Path, line: str) -> None:
    source = laid_out(tmp_path / "in", {"ann.md": f"{RIGHT}\n{line}\n"})
    graded(source, tmp_path / "out")
    assert points(tmp_path / "out") == {"ann": ("graded", "0.4")}


# --- files ----------------------------------------------------------------------------------


def zipped(*files: tuple[str, str | bytes]) -> bytes:
    """Pack files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def notebook(*cells: dict[str, object]) -> str:
    """Give a notebook of cells."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)})


MARKDOWN = {"cell_type": "markdown", "metadata": {}, "source": RIGHT}
SCRIPT = {
    "cell_type": "code", "metadata": {}, "source": "import os; os.abort()", "execution_count": 1,
    "outputs": [{"output_type": "display_data", "metadata": {},
                 "data": {"text/html": "<script>x</script>", "text/markdown": RIGHT}}],
}  # fmt: skip
BOMB = "".join(rf"\def\{a}{{\{b}\{b}}}" for a, b in pairwise("abcdefghijklmnop"))

# What stands in files: "0.4" is a right solution that was read.
FILES = [
    pytest.param({"a.md": b"\xef\xbb\xbf" + RIGHT.encode()}, "0.4", id="a byte order mark"),
    pytest.param({"A.MD": RIGHT}, "0.4", id="a suffix in capitals"),
    pytest.param({"a.md": RIGHT.encode("utf-16")}, "0", id="UTF-16"),
    pytest.param({"a.md": RIGHT.replace("Home", "\0")}, "0", id="a NUL"),
    pytest.param({"a.md": ""}, "0", id="nothing"),
    pytest.param({"a.md": RIGHT + "a" * 17_000_000}, "0", id="17 MB"),
    pytest.param({"a.md": f"{RIGHT}$${'{' * 9999}x{'}' * 9999}=1$$"}, "0.4", id="deep braces"),
    pytest.param({"a.tex": rf"{BOMB}\def\p{{xx}}$$\a=1$$\input{{/etc/passwd}}" + RIGHT
                  .replace("# Homework", "").replace("## Problem 2.1", r"\section{Problem 2.1}")},
                 "0.4", id="macros that explode, a file that is asked for"),
    pytest.param({"a.ipynb": notebook(MARKDOWN, SCRIPT)}, "0.4", id="code and HTML in a notebook"),
    pytest.param({"a.ipynb": notebook({**SCRIPT, "source": RIGHT})}, "0", id="only code"),
    pytest.param({"a.ipynb": "[" * 99_999 + "]" * 99_999}, "0", id="deep JSON"),
    pytest.param({"a.ipynb": '{"nbformat":1e999,"cells":[{"source":{"a":1}},7,null]}'}, "0",
                 id="a notebook that is none"),
    pytest.param({"a.ipynb": notebook({**MARKDOWN, "source": f"{RIGHT}$$x=\ud800$$ \ud800"})},
                 "0.4", id="half a character"),
    pytest.param({"w.zip": zipped(("../../a.md", RIGHT), ("/etc/a.md", RIGHT), ("ok.md", RIGHT))},
                 "0.4", id="paths that lead out of an archive"),
    pytest.param({"w.zip": zipped(("in.zip", zipped(("a.md", RIGHT))))}, "0", id="zip in a zip"),
    pytest.param({"w.zip": zipped(("a.md", b"a" * 70_000_000), ("b.md", RIGHT))}, "0.4",
                 id="70 MB in 70 kB"),
    pytest.param({"w.zip": zipped(*((f"{n}.md", "") for n in range(2001)))}, "0", id="2001 files"),
    pytest.param({"w.zip": b"PK\5\6" + b"\xff" * 18}, "0", id="a directory of 4 GB"),
    pytest.param({"w.zip": zipped(("aXb.md", RIGHT)).replace(b"aXb", b"a\0b")}, "0",
                 id="a name with a NUL in an archive"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "worth"), FILES)
def test_what_is_handed_in_costs_nobody_else(
    tmp_path: Path, files: dict[str, str | bytes], worth: str
) -> None:
    mine = {f"eve/{name}": content for name, content in files.items()}
    source = laid_out(tmp_path / "in", {**mine, "bob/a.md": ONLY_ANSWER})
    graded(source, tmp_path / "out")
    found = points(tmp_path / "out")
    assert found["bob"] == ("review", "0.1")
    assert found["eve"][1] == worth
    if worth == "0":
        assert found["eve"][0] == "review"  # nobody gets 0 for what was not read
    assert "<script" not in next((tmp_path / "out" / "feedback").glob("eve*")).read_text("utf-8")


def test_pipes_and_links_are_not_opened(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", {"bob/a.md": RIGHT, "eve/b.md": RIGHT})
    os.mkfifo(source / "eve" / "pipe.md")
    (tmp_path / "secret.md").write_text(RIGHT, "utf-8")
    (source / "eve" / "link.md").symlink_to(tmp_path / "secret.md")
    (source / "eve" / "around").symlink_to(source)
    (source / "mallory").symlink_to(tmp_path)
    graded(source, tmp_path / "out")
    skipped = {(row["file"], row["reason"]) for row in table(tmp_path / "out", "review.csv")}
    assert {"eve", "bob", "mallory"} == set(points(tmp_path / "out"))
    assert points(tmp_path / "out")["mallory"] == ("review", "0")
    assert ("pipe.md", "not an ordinary file") in skipped
    assert ("link.md", "a link to another file") in skipped


HIDDEN = [
    pytest.param(".hw/a.md", True, id="a folder of the student's own"),
    pytest.param(".a.md", True, id="a file"),
    pytest.param(".ipynb_checkpoints/a.md", False, id="an old state that an editor keeps"),
    pytest.param("__MACOSX/._a.md", False, id="what a Mac adds"),
]


@pytest.mark.parametrize(("name", "told"), HIDDEN)
def test_no_solution_is_lost_for_a_dot(tmp_path: Path, name: str, told: bool) -> None:
    source = laid_out(tmp_path / "in", {"ann/a.md": PROSE, f"ann/{name}": RIGHT, "bob.md": RIGHT})
    graded(source, tmp_path / "out")
    assert points(tmp_path / "out")["ann"] == ("review", "0")
    assert ("a hidden file" in (tmp_path / "out" / "review.csv").read_text("utf-8")) is told


# --- names ----------------------------------------------------------------------------------

NAMES = [
    pytest.param("ctrl\x1b[31m\x07", id="escapes of a terminal"),
    pytest.param("new\nline", id="a line end"),
    pytest.param("bidi\u202egnp", id="reversed"),
    pytest.param("<img src=x onerror=alert(1)>", id="HTML"),
    pytest.param("=HYPERLINK(1)", id="a formula"),
    pytest.param("a;=1+1", id="a formula behind a semicolon"),
    pytest.param(b"\xff\xfe", id="bytes that are no UTF-8"),
    pytest.param("x" * 240, id="a long name"),
    pytest.param("overrides.csv", id="a file of ours"),
    pytest.param("state.sqlite", id="another file of ours"),
    pytest.param("..dots..", id="dots"),
    pytest.param("\U0001f600", id="an emoji"),
]


def test_names_reach_nothing(tmp_path: Path) -> None:
    source = tmp_path / "in"
    names = [one.values[0] for one in NAMES]
    for name in names:
        assert isinstance(name, str | bytes)
        folder = os.path.join(os.fsencode(source), os.fsencode(name))  # noqa: PTH118 - bytes
        os.makedirs(folder)  # noqa: PTH103
        Path(os.fsdecode(folder), "a.md").write_text(ONLY_ANSWER, "utf-8")
    out = tmp_path / "out"
    told = graded(source, out)
    rows = table(out)
    assert len(rows) == len(names)
    assert {row["points"] for row in rows} == {"0.1"}
    assert sorted(path.name for path in out.iterdir()) == sorted([
        "feedback", "grades.csv", "index.html", "overrides.csv", "review.csv", "state.sqlite",
    ])  # fmt: skip
    for file in [*out.glob("*.csv"), *out.glob("*.html"), *(out / "feedback").iterdir()]:
        text = file.read_text("utf-8")
        assert not {"\x1b", "\x07", "\u202e"} & set(text + told + file.name)
        if file.suffix == ".csv":
            cells = text.replace(";", ",").split(",")
            assert not [cell for cell in cells if cell.startswith("=")]
        else:
            assert "<img" not in text


ESCAPING = [
    pytest.param({"roster": "id,name\n1\x1b[31m,a\n1\x1b[31m,b\n"}, id="a roster"),
    pytest.param({"moodle": "Identifier,Full name,Grade\x1b]0;x\x07\n1,a,\n"}, id="a worksheet"),
]


@pytest.mark.parametrize("files", ESCAPING)
def test_messages_drive_no_terminal(tmp_path: Path, files: dict[str, str]) -> None:
    from derive.commands.inputs import Unreadable, input_errors  # noqa: PLC0415

    source = laid_out(tmp_path / "in", {"ann.md": PROSE})
    ((kind, text),) = files.items()
    (tmp_path / "table.csv").write_text(text, "utf-8")
    with pytest.raises(Unreadable) as error:
        input_errors(graded)(source, tmp_path / "out", **{kind: tmp_path / "table.csv"})
    assert not {"\x1b", "\x07"} & set(error.value.message)


METADATA = (
    'submission_1:\n  :submitters:\n  - :name: "{0}"\n    :sid: "{1}"\n    :email: e@x\n'
    '  :created_at: x\nsubmission_2:\n  :submitters:\n  - :name: Bob\n    :sid: "2"\n'
)
TOLD = [
    pytest.param(r"A\ud800", r"1\udfff", "1?", id="half a character"),
    pytest.param("../../x", "../../y", "../../y", id="a path"),
    pytest.param("Abe", "2", "2", id="somebody else's number"),
    pytest.param("<b>", "=1+1", "'=1+1", id="a formula"),
]


@pytest.mark.parametrize(("name", "ident", "shown"), TOLD)
def test_what_a_platform_says_of_students_breaks_nothing(
    tmp_path: Path, name: str, ident: str, shown: str
) -> None:
    source = laid_out(tmp_path / "in", {
        "submission_metadata.yml": METADATA.format(name, ident),
        "submission_1/a.md": PROSE, "submission_2/a.md": ONLY_ANSWER,
    })  # fmt: skip
    graded(source, tmp_path / "out")
    found = points(tmp_path / "out")
    assert len(found) == 2
    assert shown in found
    assert sorted(worth for _, worth in found.values()) == ["0", "0.1"]
    assert len(list((tmp_path / "out" / "feedback").iterdir())) == 2


# --- whose grade ----------------------------------------------------------------------------

LOOK_ALIKES = [
    pytest.param("Ann\tLee", id="a tab"),
    pytest.param("Ann\u2028Lee", id="a line separator"),
    pytest.param("Ann Lee\u200e", id="a mark that nobody sees"),
    pytest.param("Ann Lee ", id="a space"),
    pytest.param("Ann Lee\x7f", id="a control character"),
]


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_a_decision_is_for_whom_it_names(tmp_path: Path, name: str) -> None:
    source = laid_out(tmp_path / "in", {"Ann Lee/a.md": PROSE, f"{name}/a.md": WRONG_ANSWER})
    out = laid_out(tmp_path / "out", {"overrides.csv": "student,item,points\nAnn Lee,total,0.4\n"})
    graded(source, out)
    found = {row["id"]: row["points"] for row in table(out)}
    assert len(found) == 2  # tables show them differently
    assert found["Ann Lee"] == "0.4"
    assert sorted(found.values()) == ["0.35", "0.4"]


def test_students_decide_nothing(tmp_path: Path) -> None:
    forged = "student,item,points\neve,total,0.4\n"
    files = {"eve/a.md": PROSE, "eve/overrides.csv": forged, "overrides.csv": forged}
    source = laid_out(tmp_path / "in", dict(files))
    graded(source, tmp_path / "out")
    assert points(tmp_path / "out")["eve"] == ("review", "0")
    for out in (source, source / "eve", source / "grades", tmp_path / "out" / ".." / "in"):
        with pytest.raises(DeriveError, match="expected a folder outside of"):
            graded(source, out)


def test_nobody_is_graded_twice(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", {"ann.md": PROSE})
    with pytest.raises(DeriveError, match="expected each folder or archive once"):
        assist(Options((source, tmp_path / "out" / ".." / "in"), key=KEY, out=tmp_path / "out"))


def test_grades_depend_neither_on_the_others_nor_on_processes(tmp_path: Path) -> None:
    texts = [RIGHT, WRONG_ANSWER, ONLY_ANSWER, RIGHT.replace("= -", "="), f"{RIGHT}\n{PROSE}"]
    files: dict[str, str | bytes] = {f"s{n}/a.md": text for n, text in enumerate(texts)}
    graded(laid_out(tmp_path / "in", files), tmp_path / "one")
    graded(tmp_path / "in", tmp_path / "two", jobs=2)
    for name in ("grades.csv", "review.csv", "index.html", "feedback/s1.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    turned: dict[str, str | bytes] = {f"s{9 - n}/a.md": text for n, text in enumerate(texts)}
    graded(laid_out(tmp_path / "turned", turned), tmp_path / "three")
    before, after = points(tmp_path / "one"), points(tmp_path / "three")
    assert {f"s{9 - int(name[1])}": worth for name, worth in before.items()} == after


# --- processes ------------------------------------------------------------------------------

_SLOW = HEAD + "".join(f"$$\\int s_\\theta(x) p'(x)\\, dx = {n}$$\n\n" for n in range(3_000))


def _processes() -> dict[int, tuple[int, str]]:
    """Give all that run: number -> that of the parent, and the state."""
    told = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, check=True)  # noqa: S607
    rows = [line.split() for line in told.stdout.decode().splitlines()]
    return {int(pid): (int(parent), state) for pid, parent, state in rows if state[0] != "Z"}


def _children(pid: int) -> list[int]:
    return [one for one, (parent, state) in _processes().items() if parent == pid]


def _started(source: Path, out: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    """Begin to grade; give the process and those that check for it."""
    program = [sys.executable, "-m", "derive", "grade", str(source), "--key", KEY]
    run = subprocess.Popen([*program, "--out", str(out), "--jobs", "1"])  # noqa: S603
    while not (found := _children(run.pid)) and run.poll() is None:
        time.sleep(0.01)
    return run, found


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_works_on_when_the_run_is_ended(tmp_path: Path, how: signal.Signals) -> None:
    source = laid_out(tmp_path / "in", {"eve.md": _SLOW})
    run, workers = _started(source, tmp_path / "out")
    time.sleep(0.3)  # until the worker has set itself up
    run.send_signal(how)
    run.wait()
    assert workers
    for _ in range(1000):
        if _processes().keys().isdisjoint(workers):
            break
        time.sleep(0.01)
    assert _processes().keys().isdisjoint(workers)


def test_a_worker_that_somebody_kills_costs_one_submission_until_the_next_run(
    tmp_path: Path,
) -> None:
    source = laid_out(tmp_path / "in", {"eve.md": _SLOW, "fay.md": RIGHT})
    run, workers = _started(source, tmp_path / "out")
    time.sleep(0.3)
    os.kill(workers[0], signal.SIGKILL)
    assert run.wait() == 0
    assert points(tmp_path / "out") == {"eve": ("review", "0"), "fay": ("graded", "0.4")}
    told = graded(source, tmp_path / "out", timeout=0.5)
    assert "1 submission checked; 1 known from before" in told
