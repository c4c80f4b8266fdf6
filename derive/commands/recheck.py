"""`derive recheck`: what `derive equal` has found, computed again from its witness alone."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from derive.commands.inputs import input_errors, opened
from derive.commands.language import say, speaking
from derive.jsonlines import Misplaced, read_object
from derive.report.streams import marks_of, print_line
from derive.translation import noted, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from derive.recheck.statement import Statement
    from derive.results import Outcome

Record: TypeAlias = "dict[str, Any] | Misplaced"

# What becomes of an answer, as a verdict of the whole.
_OUTCOMES: dict[str, Outcome] = {
    "accepted": "proved",
    "rejected": "refuted",
    "not read": "unread",
    "without a witness": "missing",
}

# The same, in words and counted.
_WORDS: dict[str, str] = noted({"accepted": "accepted", "rejected": "rejected"})
_COUNTED: dict[str, tuple[str, str]] = noted({
    "accepted": ("{n} accepted", "{n} accepted"),
    "rejected": ("{n} rejected", "{n} rejected"),
    "not read": ("{n} not read", "{n} not read"),
    "without a witness": ("{n} without a witness", "{n} without a witness"),
})  # fmt: skip

_SIGNS = {"equivalent": "{} = 0 ⇔ {} = 0"}


@click.command()
@click.argument("file", metavar="FILE")
@input_errors
def recheck(file: str) -> None:
    """Check again what `derive equal` has found, from its witness alone.

    FILE holds what `derive equal --format json` or `derive equal --batch` printed; - is
    standard input.  Each witness is computed through; nothing is searched for.  What it
    shows is printed, and an answer that says more than its witness shows is rejected.
    Answers without a witness are only counted.

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
            row = f"{mark(_OUTCOMES[word]).plain} {number}{_name(record)}  {say(word)}{told}"
            if not print_line(_encoded(clean(row))):
                break
    counts = " · ".join(
        plural(*_COUNTED[word], found[word], speaking()) for word in _OUTCOMES if found[word]
    )
    print_line(_encoded(counts or say("nothing to recheck")))
    worst = worst_of(_OUTCOMES[word] for word in found if word != "without a witness")
    click.get_current_context().exit(code_of(worst))


def _encoded(row: str) -> bytes:
    return row.encode(sys.stdout.encoding or "utf-8", "replace")


def _name(record: Record) -> str:
    name = record.name if isinstance(record, Misplaced) else record.get("id")
    return "" if name is None else f"  {name}"


def _judged(record: Record) -> tuple[str, str]:
    """Recheck one answer: what becomes of it, and what is told of it."""
    from derive.recheck import Rejected, recheck  # noqa: PLC0415 - start-up time

    if isinstance(record, Misplaced):
        return "not read", f": {record}"
    witness = record.get("witness")
    if witness is None:
        return "without a witness", ""
    try:
        conditions = recheck(witness)
    except Rejected as error:
        return "rejected", f": {error}"
    return _compared(record, witness, conditions)


def _compared(
    record: dict[str, Any], witness: dict[str, Any], found: Iterable[tuple[str, Any]]
) -> tuple[str, str]:
    """Compare an answer with what its witness shows: no more may be said than is shown."""
    from derive.kernel.certified import condition  # noqa: PLC0415 - start-up time
    from derive.recheck.statement import Statement  # noqa: PLC0415
    from derive.report.equality import condition_told  # noqa: PLC0415
    from derive.report.json import condition_text  # noqa: PLC0415
    from derive.report.wording import word  # noqa: PLC0415

    shown = witness["verdict"]
    if record.get("verdict") != shown:
        asked = say("the witness is of something {verdict}")
        return "rejected", f": {asked.replace('{verdict}', str(shown))}"
    told = [condition_text(condition(kind, part)) for kind, part in found]
    listed = record.get("conditions")
    if not isinstance(listed, list) or not all(text in listed for text in told):
        return "rejected", f": {say('the answer does not list every condition')}"
    said, lang = Statement.read(witness), speaking()
    if shown == "refuted" and (record.get("counterexample") or {}).get("model") != said.point:
        other = say("the counterexample of the answer is not that of the witness")
        return "rejected", f": {other}"
    return "accepted", "".join(
        [
            f": {word(shown, lang) if lang != 'en' else shown}: {_told(said)}",
            *(f", {say('for')} {condition_told(text, lang)}" for text in told),
        ]
    )


def _told(said: Statement) -> str:
    """Write a statement as it was checked, with what it takes as given and assumes."""
    from derive.kernel.certified import condition, decoded  # noqa: PLC0415 - start-up time
    from derive.language.unicode import unicode  # noqa: PLC0415
    from derive.report.equality import condition_told  # noqa: PLC0415
    from derive.report.json import condition_text  # noqa: PLC0415

    told = _SIGNS.get(said.relation, "{} = {}").format(
        *(unicode(decoded(side)) for side in (said.lhs, said.rhs))
    )
    if said.landau is not None:
        kind, letter = "o" if said.landau.little else "O", said.landau.letter
        end = "∞" if said.landau.to_infinity else "0"
        told += f" + {kind}({letter}^{said.landau.order}), {letter} → {end}"
    for name, domain in said.letters.items():
        low, high = (("" if x is None else str(x)) for x in (domain.low, domain.high))
        if low or high or domain.whole:
            inside = f"[{low}" if domain.low_closed else f"({low or '−∞'}"
            inside += f", {high}]" if domain.high_closed else f", {high or '∞'})"
            told += f"; {name} {say('in')} {inside}"
            told += f", {say('whole')}" if domain.whole else ""
    for kind, fact in said.facts:
        fact_told = condition_told(condition_text(condition(kind, fact)), speaking())
        told += f"; {say('where')} {fact_told}"
    for left, right in said.given:
        told += f"; {say('given')} {unicode(decoded(left))} = {unicode(decoded(right))}"
    return told


def _records(source: IO[bytes]) -> Iterator[tuple[int, Record]]:
    """Read the answers, each with its line: one a line, or one over all lines."""
    lines: Iterator[bytes] = iter(source)
    head = next(lines, b"")
    if head.strip() and isinstance(_read(head, 1), Misplaced):
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
