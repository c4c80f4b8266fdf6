"""Reports on their way to standard output: its marks, its encoding, its end.

Rich is imported inside the functions: `--help` must not wait for it.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from derive.errors import DeriveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import TextIO

    from rich.console import RenderableType


def print_view(make: Callable[[], RenderableType]) -> None:
    """Make a view with the marks that standard output has, and print it."""
    from rich.console import Console  # noqa: PLC0415

    from derive.report.lines import PLAIN_WIDTH, as_text  # noqa: PLC0415

    with marks_of(sys.stdout):
        view = make()
    if not sys.stdout.isatty():
        print_text(as_text(view, PLAIN_WIDTH))
        return
    with _quiet_pipe():
        Console(markup=False, highlight=False).print(view)


def marks_of(stream: TextIO) -> AbstractContextManager[None]:
    """Use marks of ASCII letters where a stream has no others: `?` is a mark already."""
    from derive.report.lines import MARKS, ascii_marks  # noqa: PLC0415

    try:
        "".join(MARKS.values()).encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ascii_marks()
    return nullcontext()


def print_bytes(text: str) -> None:
    """Write a file format to standard output: in UTF-8, whatever the terminal speaks."""
    with _quiet_pipe():
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()


def print_line(data: bytes) -> bool:
    """Write a line of a file format to standard output, at once; say if anybody still reads."""
    with _quiet_pipe():
        sys.stdout.buffer.write(data + b"\n")
        sys.stdout.buffer.flush()
        return True
    return False


def print_text(text: str) -> None:
    """Write a text to standard output."""
    with _quiet_pipe():
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def _quiet_pipe() -> Iterator[None]:
    """Let a reader of standard output go away: that changes no verdict.

    Raises DeriveError where it cannot be written to: a full disk.
    """
    try:
        yield
    except OSError as error:
        # What is still in the buffer would raise once more when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise DeriveError(f"cannot write the report: {error.strerror}") from error
