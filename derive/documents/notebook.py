"""Notebooks: the Markdown cells, never run."""

from __future__ import annotations

import json
import warnings

from derive.documents.model import Source
from derive.errors import DeriveError


def cells_of(text: str, path: str) -> list[Source]:
    """Read the Markdown cells of a notebook.

    Raises:
        DeriveError: it is no notebook, or the library that reads one is not installed.
    """
    try:
        import nbformat  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        message = f"{path}: to read a notebook, install 'derive-check[notebook]'"
        raise DeriveError(message) from None
    # The library has a class of its own for each way in which a file is no notebook, and
    # lets those of its parser through.
    bad = (ValueError, KeyError, TypeError, AttributeError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _require_cells(json.loads(text))
            notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
            cells = [
                Source(_normalised(cell["source"]), number)
                for number, cell in enumerate(notebook["cells"])
                if cell["cell_type"] == "markdown"
            ]
    except RecursionError:
        raise DeriveError(f"{path}: expected a Jupyter notebook: nested too deeply") from None
    except (*bad, nbformat.ValidationError) as error:
        message = f"{path}: expected a Jupyter notebook, and this is none ({_first_line(error)})"
        raise DeriveError(message) from None
    return cells


def _require_cells(found: object) -> None:
    """Raise TypeError unless it is an object whose cells, if it has some, are objects."""
    if not isinstance(found, dict):
        raise TypeError("no object")
    cells = found.get("cells", [])
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise TypeError("cells that are no objects")


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0][:100]}" if lines else type(error).__name__
