"""Where something is written, as a person or another program is told it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.derivation import Source


def shown_file(source: Source) -> str:
    """Give a file as it is called from the working directory."""
    file = Path(source.file)
    if file.is_absolute() and file.is_relative_to(Path.cwd()):
        file = file.relative_to(Path.cwd())
    return str(file)


def place(source: Source) -> str:
    """Give `file:line`."""
    return f"{shown_file(source)}:{source.line}"


def spot(source: Source) -> str:
    """Give `line:column`, in a notebook after its cell."""
    cell = "" if source.cell is None else f"cell {source.cell}:"
    return f"{cell}{source.line}:{source.column}"
