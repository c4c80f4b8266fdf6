"""Files to documents."""

from __future__ import annotations

from pathlib import PurePath
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
    return document_of(str(path), _data(path, _limit(_kind(str(path)))))


def document_of(name: str, data: bytes) -> Document:
    """Read the bytes of a document; its name says of which kind it is, and is not opened.

    Raises:
        DeriveError: it is not a text of one of these kinds.
    """
    kind = _kind(name)
    text = _text(name, data, _limit(kind))
    sources = cells_of(text, name) if kind == "ipynb" else [Source(text)]
    if sum(len(source.text) for source in sources) > MAX_BYTES:
        raise DeriveError(_too_large(name, MAX_BYTES))
    return read_sources(sources, name, kind)


def _kind(name: str) -> Kind:
    suffix = PurePath(name).suffix
    kind = KINDS.get(suffix.lower())
    if kind is None:
        found = f"'{suffix}'" if suffix else "no suffix"
        message = f"{name}: expected a file .md, .tex or .ipynb, found {found}"
        raise DeriveError(message)
    return kind


def _limit(kind: Kind) -> int:
    return MAX_NOTEBOOK if kind == "ipynb" else MAX_BYTES


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


def _too_large(name: str, limit: int) -> str:
    return f"{name}: larger than {limit // 1024} KB; expected a written solution"


def _data(path: Path, limit: int) -> bytes:
    """Read a file, and no more than one byte beyond the limit."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        message = f"{path}: expected a file, found a device or a pipe"
        raise DeriveError(message)
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise DeriveError(message) from None


def _text(name: str, data: bytes, limit: int) -> str:
    r"""Read bytes as text, with `\n` at the end of each line."""
    if len(data) > limit:
        raise DeriveError(_too_large(name, limit))
    if b"\0" in data:
        message = f"{name}: expected text, found a NUL at byte {data.index(0)}: a binary file?"
        raise DeriveError(message)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        message = f"{name}: expected UTF-8, found another encoding at byte {error.start}"
        raise DeriveError(message) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
