"""From LaTeX to PDF, with an engine of the machine.

The engine runs without shell escape in an empty directory, with `openin_any` and
`openout_any` at "p" (paranoid: files of that directory and of TeX itself only), no
input and a limit on time, so that a formula cannot read or write other files.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from derive.errors import DeriveError

ENGINES = ("xelatex", "pdflatex")
PACKAGES = (
    "texlive-xetex texlive-latex-recommended texlive-lang-cyrillic fonts-cmu lmodern cm-super"
)
_RUNS = 3  # the widths of a long table settle in two runs; one more to be sure
_SECONDS = 120  # of one run; the first one on a machine may build a font cache


class NoEngineError(DeriveError):
    """Neither xelatex nor pdflatex is installed; the message names the packages to install."""

    def __init__(self) -> None:
        super().__init__(
            f"neither {' nor '.join(ENGINES)} is installed. On Debian or Ubuntu:\n"
            f"  sudo apt-get install {PACKAGES}"
        )


@dataclass(frozen=True)
class Pdf:
    """A compiled document; `missing` lists the characters its fonts do not have."""

    data: bytes
    engine: str
    missing: tuple[str, ...] = ()


def compile_pdf(tex: str, seconds: float = _SECONDS) -> Pdf:
    """Compile a document with the first engine there is.

    Args:
        tex: the whole document.
        seconds: the limit on one run of the engine.

    Raises:
        NoEngineError: no engine is installed.
        DeriveError: the engine failed or took too long; the message gives its first error.
    """
    engine = next(filter(None, map(shutil.which, ENGINES)), None)
    if engine is None:
        raise NoEngineError
    with tempfile.TemporaryDirectory(prefix="derive-") as name:
        folder = Path(name)
        (folder / "key.tex").write_text(tex, encoding="utf-8")
        before = b""
        for _ in range(_RUNS):
            _run(engine, folder, seconds)
            settled = (folder / "key.aux").read_bytes()
            if settled == before:
                break
            before = settled
        log = (folder / "key.log").read_text(encoding="utf-8", errors="replace")
        return Pdf((folder / "key.pdf").read_bytes(), Path(engine).name, missing_characters(log))


def missing_characters(log: str) -> tuple[str, ...]:
    """Give the characters that the log reports as absent from a font, each once."""
    found = re.findall(r"^Missing character: There is no (\S+)", log, flags=re.MULTILINE)
    return tuple(dict.fromkeys(found))


def first_error(log: str) -> str:
    """Give the first error of a log with the line of the document it is about."""
    start = re.search(r"^! (.*)$", log, flags=re.MULTILINE)
    if start is None:
        return "no reason given"
    place = re.search(r"^l\.(\d+)(.*)$", log[start.end() :], flags=re.MULTILINE)
    return start[1] + (f" (line {place[1]}:{place[2]})" if place else "")


def _run(engine: str, folder: Path, seconds: float) -> None:
    process = subprocess.Popen(  # noqa: S603 - found on PATH, arguments are fixed
        [engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "key.tex"],
        cwd=folder,
        env=os.environ
        | {
            "openin_any": "p",
            "openout_any": "p",
            "TEXMFOUTPUT": str(folder),
            "max_print_line": "1000",  # else messages of the log are cut at column 79
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that its helpers end with it
    )
    try:
        code = process.wait(seconds)
    except BaseException as error:
        # A run is ended on any way out, Ctrl-C included; only a timeout is the document's fault.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise DeriveError(f"{engine} did not end within {seconds:g} s") from None
        raise
    if code:
        log = folder / "key.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        raise DeriveError(f"{Path(engine).name} failed: {first_error(text)}")
