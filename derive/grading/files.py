"""Files of the person who grades: read whole, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from derive.errors import DeriveError

_MOST_BYTES = 64_000_000


def read(file: Path) -> bytes:
    """Read a file.  Raises DeriveError where it cannot be, or is larger than any table."""
    try:
        with file.open("rb") as source:
            data = source.read(_MOST_BYTES + 1)
    except OSError as error:
        raise DeriveError(f"{file}: cannot be read: {error.strerror}") from None
    if len(data) > _MOST_BYTES:
        raise DeriveError(f"{file}: larger than {_MOST_BYTES // 1_000_000} MB; expected a table")
    return data


def make_folder(folder: Path) -> None:
    """Make a folder and those above it.  Raises DeriveError where it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DeriveError(f"{folder}: cannot be made: {error.strerror}") from None


def write(file: Path, data: bytes) -> None:
    """Write a file as a whole or not at all.  Raises DeriveError where it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".derive-")
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DeriveError(f"{file}: cannot be written: {error.strerror}") from None
