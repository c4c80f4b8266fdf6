"""`derive recheck`: what `derive equal` has found, computed again by the kernel alone."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from derive.commands.inputs import input_errors, opened
from derive.jsonlines import Misplaced, read_object
from derive.report.streams import marks_of, print_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from derive.results import Outcome

Record: TypeAlias = "dict[str, Any] | Misplaced"

# What becomes of an answer, as a verdict of the whole.
_OUTCOMES: dict[str, Outcome] = {
    "accepted": "proved",
    "rejected": "refuted",
    "not read": "unread",
    "without a witness": "missing",
}


@click.command()
@click.argument("file", metavar="FILE")
@input_errors
def recheck(file: str) -> None:
    """Check again what `derive equal` has found, with the kernel alone.

    FILE holds what `derive equal --format json` or `derive equal --batch` printed; - is
    standard input.  Each witness is computed through: nothing is searched for, and of an
    answer nothing is believed.  Answers without a witness are only counted.

    \b
    Exit codes; the first that applies:
      1  a witness is rejected
      4  something could not be read
      0  every witness is accepted
    """  # noqa: D301 - click's own mark
    from derive.report.lines import mark  # noqa: PLC0415 - start-up time
    from derive.report.outcome import code_of, worst_of  # noqa: PLC0415
    from derive.report.plain import clean  # noqa: PLC0415

    found: Counter[str] = Counter()
    with opened(file) as source, marks_of(sys.stdout):
        for number, record in _records(source):
            word, told = _judged(record)
            found[word] += 1
            if word == "without a witness":
                continue
            row = f"{mark(_OUTCOMES[word]).plain} {number}{_name(record)}  {word}{told}"
            if not print_line(_encoded(clean(row))):
                break
    print_line(_encoded(" · ".join(f"{found[word]} {word}" for word in _OUTCOMES if found[word])))
    worst = worst_of(_OUTCOMES[word] for word in found if word != "without a witness")
    click.get_current_context().exit(code_of(worst))


def _encoded(row: str) -> bytes:
    return row.encode(sys.stdout.encoding or "utf-8", "replace")


def _name(record: Record) -> str:
    name = record.name if isinstance(record, Misplaced) else record.get("id")
    return "" if name is None else f"  {name}"


def _judged(record: Record) -> tuple[str, str]:
    """Recheck one answer: what becomes of it, and what is told of it."""
    from derive.kernel.certified import condition  # noqa: PLC0415 - start-up time
    from derive.recheck import Rejected  # noqa: PLC0415
    from derive.recheck import recheck as compute  # noqa: PLC0415
    from derive.report.wording import condition_line  # noqa: PLC0415

    if isinstance(record, Misplaced):
        return "not read", f": {record}"
    witness = record.get("witness")
    if witness is None:
        return "without a witness", ""
    if not isinstance(witness, dict):
        return "rejected", ": the witness is no object"
    try:
        conditions = compute(witness)
    except Rejected as error:
        return "rejected", f": {error}"
    except RecursionError:
        return "rejected", ": the witness is nested too deeply"
    return "accepted", "".join(f", for {condition_line(condition(*told))}" for told in conditions)


def _records(source: IO[bytes]) -> Iterator[tuple[int, Record]]:
    """Read the answers, each with its line: one a line, or one over all lines."""
    lines: Iterator[bytes] = iter(source)
    head = next(lines, b"")
    start = _read(head, 1)
    if isinstance(start, Misplaced):
        rest = list(lines)
        whole = _read(b"".join([head, *rest]), 1)
        if not isinstance(whole, Misplaced):
            yield 1, whole
            return
        lines = iter(rest)
    for number, line in enumerate(chain([head], lines), 1):
        if line.strip():
            yield number, _read(line, number)


def _read(text: bytes, number: int) -> Record:
    try:
        return read_object(text, number)
    except Misplaced as error:
        return error
