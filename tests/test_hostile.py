"""Documents meant to break the checker: each ends with a clear message and the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from derive.solution.checker import check_document

ROOT = Path(__file__).parents[1]
SAFETY_NET = 300  # seconds: a hanging process must not hang the tests; nothing is measured

KILOBYTE = 1 << 10
DECIDED = {0, 1, 3, 4}  # any verdict, and no crash
TRACES = ("Traceback", "RecursionError", "MemoryError")

BOMB = "".join(
    [
        r"\newcommand{\a}{x}",
        *(rf"\newcommand{{\{new}}}{{\{old}\{old}}}" for old, new in zip("abcdefghijklmnopqrstu",
                                                                        "bcdefghijklmnopqrstuv",
                                                                        strict=True)),
        r"$$\v = 1$$",
    ]
)  # fmt: skip
LOOP = r"\newcommand{\me}{\me + 1} $$\me = 1$$"
ESCAPES = "\x1b[2J\x1b]0;title\x07"


def derive_check(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `derive check` on a path, as a user would."""
    command = [sys.executable, "-m", "derive", "check", str(path), *options]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "110"}
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
        timeout=SAFETY_NET, check=False, env=environment,
    )  # fmt: skip


def assert_ended_well(done: subprocess.CompletedProcess[str], codes: set[int]) -> None:
    """One of the exit codes of the design, no crash, nothing that drives a terminal."""
    printed = done.stdout + done.stderr
    assert done.returncode in codes, printed[-2000:]
    assert not any(trace in printed for trace in TRACES), printed[-2000:]
    assert not any(ord(c) < 32 and c not in "\n\t" for c in printed)


# --- files that cannot be read at all ------------------------------------------------------

UNREADABLE = [
    pytest.param("big.md", b"$$ a" * 256 * KILOBYTE, "larger", id="1 MB of open displays"),
    pytest.param("latin.md", b"Caf\xe9 $$1 = 1$$", "UTF-8", id="bytes that are no UTF-8"),
    pytest.param("half.tex", "$$1 = 1$$ \u0436".encode()[:-1], "UTF-8", id="half a letter"),
    pytest.param("wide.md", "$$1 = 1$$".encode("utf-16"), "expected text", id="UTF-16"),
    pytest.param("image.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "", id="a binary file"),
    pytest.param("zero.tex", b"\x00" * 64, "", id="zero bytes"),
    pytest.param("broken.ipynb", b'{"cells": [', "notebook", id="a notebook cut off"),
    pytest.param("list.ipynb", b"[1, 2]", "notebook", id="JSON that is no notebook"),
    pytest.param("deep.ipynb", b"[" * 100_000, "notebook", id="deeply nested JSON"),
]


@pytest.mark.parametrize(("name", "content", "message"), UNREADABLE)
def test_an_unreadable_file_says_so(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = derive_check(path)
    assert_ended_well(done, {4})
    assert name in done.stderr
    assert message in done.stderr


def test_a_directory_with_the_name_of_a_document(tmp_path: Path) -> None:
    path = tmp_path / "folder.md"
    path.mkdir()
    done = derive_check(path)
    assert_ended_well(done, {4})
    assert "folder.md" in done.stderr


def test_a_loop_of_links(tmp_path: Path) -> None:
    path = tmp_path / "loop.md"
    path.symlink_to(tmp_path / "back.md")
    (tmp_path / "back.md").symlink_to(path)
    done = derive_check(path)
    assert_ended_well(done, {4})
    assert "loop.md" in done.stderr


def test_no_such_file(tmp_path: Path) -> None:
    done = derive_check(tmp_path / "gone.md")
    assert_ended_well(done, {4})
    assert "gone.md" in done.stderr


# --- files that can be read, whatever comes of them ----------------------------------------

HOSTILE = [
    pytest.param("$$ a\n" * 50 * KILOBYTE, DECIDED, id="250 KB of displays never closed"),
    pytest.param("$$ a = a $$\n\n" * 500, {0, 3, 4}, id="many short displays"),
    pytest.param("$$ " + "{" * 10_000 + "}" * 10_000 + " = 1 $$", {4}, id="nested braces"),
    pytest.param("$$ " + "{" * 10_000 + " = 1 $$", {4}, id="braces never closed"),
    pytest.param("$$ " + "(" * 5_000 + "1" + ")" * 5_000 + " = 1 $$", {4}, id="nested brackets"),
    pytest.param("$$ " + r"\frac{1}{" * 3_000 + "2" + "}" * 3_000 + "= 1 $$", {4}, id="fractions"),
    pytest.param("$$ 9^{9^{9^9}} = 1 $$", {1, 3, 4}, id="tower of powers"),
    pytest.param("$$ (x + 1)^{99999999} = x $$", {1, 3, 4}, id="power of a sum"),
    pytest.param("$$ (x + y + z + u + v)^{60} = (x + y)^{61} $$", {1, 3, 4}, id="many terms"),
    pytest.param("$$ " + "9" * 100_000 + " = 1 $$", {1, 3, 4}, id="a long number"),
    pytest.param("$$ 1 " + "= 1 " * 5_000 + "$$", DECIDED, id="a long chain"),
    pytest.param("$$ " + "a + " * 5_000 + "a = 0 $$", {1, 3, 4}, id="a long sum"),
    pytest.param("$$ 1 " + r"\Rightarrow 1 " * 5_000 + "$$", DECIDED, id="implications"),
    pytest.param(BOMB, {4}, id="macros that double"),
    pytest.param(LOOP, {4}, id="a macro that calls itself"),
    pytest.param(r"\input{/etc/passwd} $$1 = 1$$", DECIDED, id="a file asked for"),
    pytest.param("$" * 20_000, DECIDED, id="dollars"),
    pytest.param("`" * 20_000 + "$$1 = 1$$", DECIDED, id="backticks"),
    pytest.param("[" * 20_000 + "$$1 = 1$$", DECIDED, id="open links"),
    pytest.param("> " * 5_000 + "$$1 = 1$$", DECIDED, id="nested quotations"),
    pytest.param("<!--" * 10_000, DECIDED, id="open comments"),
    pytest.param("\\" * 20_001, DECIDED, id="backslashes"),
    pytest.param("_a" * 20_000 + " $x_{" * 2_000, DECIDED, id="scripts"),
]  # fmt: skip


@pytest.mark.parametrize("suffix", [".md", ".tex"])
@pytest.mark.parametrize(("text", "codes"), HOSTILE)
def test_a_hostile_document_ends_well(
    text: str, codes: set[int], suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"hostile{suffix}"
    path.write_text(text, encoding="utf-8")
    assert_ended_well(derive_check(path), codes)


@pytest.mark.parametrize("kind", ["text", "json", "junit", "github"])
def test_no_format_lets_a_terminal_escape_through(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "escapes.md"
    text = f"# Title {ESCAPES}\n\n$$1 + 1 = 3 {ESCAPES}$$\n\n$$\\text{{[bold]::error}} = 2$$\n"
    path.write_text(text, encoding="utf-8")
    done = derive_check(path, "--format", kind)
    assert_ended_well(done, {1, 4})
    assert "\x1b" not in done.stdout + done.stderr


# Formulas that are torn: every beginning and every end of each, as a side of its own.
TORN = (
    r"\sum_{i=1}^{d} E[\frac{\partial}{\partial x_i} s_{\theta}^i(X)]",
    r"\int_{-\infty}^{+\infty} s_\theta(x)\, p'(x)\, dx \Big|_a^b",
    r"\mathbb{E}\left[\left.\nabla \log p_X(X) \right| X + Z = y\right]",
    r"\frac{\sqrt{\alpha_{t-1}}\beta_t}{(1-\alpha_t)\sqrt{\alpha_t}}^{1/2} + \overline{o}(h)",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} \|x\|_2^2 \lim_{x \to \infty} x",
    r"X_0 + \int_0^t g(s)\, dW_s \sim \mathcal{N}(0, \int_0^t g^2(s)\, ds\, I)",
    r"\sum x \int x \prod x \lim x \nabla \partial E \operatorname{Var} \operatorname{div} \sqrt x",
    r"\argmin_\theta \operatorname*{arg\,min}_\theta \prod_{s=1}^t \max_x \binom{n}{k} n!",
)


@pytest.mark.parametrize("key", [None, "hw3"])
@pytest.mark.parametrize("formula", TORN, ids=range(len(TORN)))
def test_torn_formulas_are_no_defects(formula: str, key: str | None, tmp_path: Path) -> None:
    cuts = range(1, len(formula))
    displays = [f"$${formula[:cut]} = {formula[cut:]}$$" for cut in cuts]
    path = tmp_path / "torn.md"
    path.write_text("\n\n".join(["# Problem 3.2", *displays]), encoding="utf-8")
    assert check_document(path, key=key, seed=0, numeric=False).id == str(path)


# --- files that are odd and fine -------------------------------------------------------------

TRUE = "# Sums\n\n$$1 + 1 = 2$$\n"
ODD = [
    pytest.param(b"\xef\xbb\xbf" + TRUE.encode(), 0, id="a byte order mark"),
    pytest.param(TRUE.replace("\n", "\r\n").encode(), 0, id="lines as on Windows"),
    pytest.param(TRUE.replace("\n", "\r").encode(), 0, id="lines as on old Macs"),
    pytest.param(TRUE.rstrip().encode(), 0, id="no end of the last line"),
    pytest.param(b"", 0, id="an empty file"),
    pytest.param(b"\n \n\t\n", 0, id="white space alone"),
    pytest.param(b"Words alone.\n", 0, id="no formula"),
]


@pytest.mark.parametrize(("content", "code"), ODD)
def test_an_odd_document_is_read(content: bytes, code: int, tmp_path: Path) -> None:
    path = tmp_path / "odd.md"
    path.write_bytes(content)
    assert_ended_well(derive_check(path), {code})


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        pytest.param(b"\xef\xbb\xbf$$1 = 2$$", 1, 5, id="a byte order mark takes no column"),
        pytest.param(b"a\r\n\r\n$$1 = 2$$\r\n", 3, 5, id="CRLF is one end of a line"),
        pytest.param("Ж́ $1 = 2$ $$1 = 3$$".encode(), 1, 7, id="columns count characters"),
        pytest.param(b"a\t$$1 = 2$$", 1, 7, id="a tab is one column"),
    ],
)
def test_places_survive_odd_bytes(content: bytes, line: int, column: int, tmp_path: Path) -> None:
    path = tmp_path / "odd.md"
    path.write_bytes(content)
    done = derive_check(path, "--format", "json")
    assert_ended_well(done, {1})
    source = json.loads(done.stdout)["targets"][0]["links"][0]["source"]
    assert (source["line"], source["column"]) == (line, column)
