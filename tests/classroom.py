"""Small solutions of one problem of the homework (2.1, worth 0.4), and what each is worth.

Of the 0.4 points, the answer `J` has 0.1 and the idea `parts` 0.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.grading.assistant import Options, assist

if TYPE_CHECKING:
    from pathlib import Path

KEY = "hw3/2.1"

_HEAD = "# Homework\n\n## Problem 2.1\n\n"
_PARTS = r"$$\int s_\theta(x) p'(x)\, dx = -\int s_\theta'(x) p(x)\, dx$$" + "\n\n"
_ANSWER = (
    r"$$E\left[\frac12 s_\theta(X)^2 + \frac{\partial}{\partial x} s_\theta(X)\right] \to "
    r"\min_\theta$$" + "\n"
)

RIGHT = _HEAD + _PARTS + _ANSWER
LOST_SIGN = _HEAD + _PARTS.replace("= -", "= ") + _ANSWER
WRONG_ANSWER = _HEAD + _PARTS + _ANSWER.replace("2 + ", "2 - ")
ONLY_ANSWER = _HEAD + _ANSWER
PROSE = _HEAD + "The solution is obvious.\n"
UNREAD = _HEAD + r"$$\int s_\theta(x) p'(x) = \oiint$$" + "\n"


@dataclass(frozen=True)
class Worth:
    """What a solution is worth: the cells of `grades.csv`."""

    status: str
    points: str
    pending: str


WORTH = {
    RIGHT: Worth("graded", "0.4", "0"),
    # 0.1 for the answer, half of the idea's 0.3, which pays for the false step (0.1).
    LOST_SIGN: Worth("graded", "0.25", "0"),
    # 0.3 for the idea, half of the answer's 0.1: no step is false.
    WRONG_ANSWER: Worth("graded", "0.35", "0"),
    ONLY_ANSWER: Worth("review", "0.1", "0.3"),
    PROSE: Worth("review", "0", "0.4"),
    UNREAD: Worth("review", "0", "0.4"),
}


def laid_out(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def graded(source: Path, out: Path, **options: object) -> str:
    """Grade a folder or zip with the key of these solutions, in one process."""
    asked = {"key": KEY, "jobs": 1, "memory": 1024, **options}
    return assist(Options((source,), out=out, **asked))  # type: ignore[arg-type]


def table(out: Path, name: str = "grades.csv") -> list[dict[str, str]]:
    """Read a table of the output."""
    import csv  # noqa: PLC0415
    import io  # noqa: PLC0415

    text = (out / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
