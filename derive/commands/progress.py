"""What a person sees who waits; nothing when nobody looks."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(total: int | None = None) -> Iterator[Callable[[str], None] | None]:
    """Show on standard error what is being done; None where that is no terminal.

    Gives a function that is called with the name of each piece of work, a text of other
    people's; `total`: how many there are.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - start-up time
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    from derive.report.plain import clean  # noqa: PLC0415

    counted: list[ProgressColumn] = [TextColumn("{task.completed:.0f}")]
    if total is not None:
        counted = [BarColumn(), MofNCompleteColumn()]
    columns = (
        SpinnerColumn(),
        *counted,
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    shown = Progress(*columns, console=Console(stderr=True), transient=True)
    task = shown.add_task("", total=total)

    def advance(name: str) -> None:
        shown.start()  # not earlier: it starts a thread, and the workers are forks
        shown.update(task, advance=1, description=clean(name))

    try:
        yield advance
    finally:
        shown.stop()
