"""Files to documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from derive.documents.macros import Expander
from derive.documents.markdown import Markdown
from derive.documents.model import Document, Kind, Note, Source
from derive.documents.notebook import cells_of
from derive.documents.tex import Tex
from derive.errors import DeriveError

if TYPE_CHECKING:
    from pathlib import Path

KINDS: Final[dict[str, Kind]] = {
    ".md": "md",
    ".markdown": "md",
    ".tex": "tex",
    ".ipynb": "ipynb",
}
MAX_BYTES: Final = 256 * 1024  # of text
MAX_NOTEBOOK: Final = 16 * 1024 * 1024  # a notebook holds its pictures too
MAX_NOTES: Final = 100


def read_document(path: Path) -> Document:
    """Read a Markdown file, a LaTeX file or a notebook.

    Raises:
        DeriveError: there is no such file, or it is not a text of one of these kinds.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        found = f"'{path.suffix}'" if path.suffix else "no suffix"
        message = f"{path}: expected a file .md, .tex or .ipynb, found {found}"
        raise DeriveError(message)
    text = _text(path, MAX_NOTEBOOK if kind == "ipynb" else MAX_BYTES)
    sources = cells_of(text, str(path)) if kind == "ipynb" else [Source(text)]
    if sum(len(source.text) for source in sources) > MAX_BYTES:
        raise DeriveError(_too_large(path, MAX_BYTES))
    return read_sources(sources, str(path), kind)


def read_sources(sources: list[Source], path: str, kind: Kind) -> Document:
    """Read the texts of one document; macros defined in one hold in those after it."""
    expander = Expander(sum(len(source.text) for source in sources))
    blocks, notes = [], []
    for source in sources:
        reading = (Tex if kind == "tex" else Markdown)(source, expander)
        reading.read()
        blocks += reading.blocks
        notes += reading.notes
    notes += expander.notes
    notes.sort(key=lambda note: (note.place.cell or 0, note.place.line, note.place.column))
    if len(notes) > MAX_NOTES:
        rest = Note(notes[MAX_NOTES].place, f"and {len(notes) - MAX_NOTES} more from here on")
        notes[MAX_NOTES:] = [rest]
    return Document(path, kind, tuple(blocks), tuple(notes), tuple(sources))


def _too_large(path: Path, limit: int) -> str:
    return f"{path}: larger than {limit // 1024} KB; expected a written solution"


def _text(path: Path, limit: int) -> str:
    r"""Read a file as text, with `\n` at the end of each line."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        message = f"{path}: expected a file, found a device or a pipe"
        raise DeriveError(message)
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise DeriveError(message) from None
    if len(data) > limit:
        raise DeriveError(_too_large(path, limit))
    if b"\0" in data:
        message = f"{path}: expected text, found a NUL at byte {data.index(0)}: a binary file?"
        raise DeriveError(message)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        message = f"{path}: expected UTF-8, found another encoding at byte {error.start}"
        raise DeriveError(message) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
