"""What came of a pair, as the JSON object that `derive equal` prints.

Every object has the members id, verdict, method, conditions, counterexample and seconds.
To them come `witness` where there is one to recheck, `reason` where the pair is
unresolved, and `error` where it is unread.  Formulas are LaTeX.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias, cast

from derive.errors import ParseError
from derive.kernel.verdict import Unresolved
from derive.report.json import condition_text, counterexample_object
from derive.report.outcome import conditions_of, outcome

if TYPE_CHECKING:
    from derive.equality.decision import Decision
    from derive.errors import DeriveError
    from derive.jsonlines import Name
    from derive.report.json import Json
    from derive.results import Outcome

Record: TypeAlias = "dict[str, Json]"

_VERDICT = re.compile(rb'"verdict": "([a-z]+)"')


def decided(decision: Decision, seconds: float, name: Name = None) -> Record:
    """Give the object of a pair that was read."""
    verdict = decision.verdict
    record = _record(name, outcome(verdict), seconds)
    record["conditions"] = [condition_text(condition) for condition in conditions_of(verdict)]
    record["counterexample"] = counterexample_object(verdict)
    if isinstance(verdict, Unresolved):
        return {**record, "reason": verdict.reason}
    record["method"] = verdict.method
    if decision.document is None:
        return record
    return {**record, "witness": dict(decision.document)}


def unresolved(reason: str, seconds: float, name: Name = None) -> Record:
    """Give the object of a pair whose decision was ended."""
    return {**_record(name, "unresolved", seconds), "reason": reason}


def unread(error: DeriveError, where: str | None, seconds: float, name: Name = None) -> Record:
    """Give the object of a pair that could not be read.

    Args:
        error: what was wrong.
        where: the text it was found in, `left side` say.
        seconds: the time it took.
        name: the id of the pair.
    """
    told: Json = {
        "message": error.message if isinstance(error, ParseError) else str(error),
        "where": where,
        "line": getattr(error, "line", None),
        "column": getattr(error, "column", None),
        "end_column": _end(error) if isinstance(error, ParseError) else None,
    }
    return {**_record(name, "unread", seconds), "error": told}


def _end(error: ParseError) -> int:
    """Give the column after the span, of which only the first line is shown."""
    first = error.source[error.span.start : error.span.end].partition("\n")[0]
    return error.column + max(1, len(first))


def as_line(record: Record) -> bytes:
    """Write an object on one line, in ASCII, so that no byte of it can be misunderstood."""
    return json.dumps(record, allow_nan=False).encode()


def verdict_of(line: bytes) -> Outcome:
    """Give the verdict of an object on one line, without reading the rest of it.

    >>> verdict_of(b'{"id": 1, "verdict": "proved", "method": null}')
    'proved'
    """
    # Before it stands the id alone, and a string has no bare quotation mark.
    found = _VERDICT.search(line)
    assert found is not None  # noqa: S101 - it is a line of ours
    return cast("Outcome", found[1].decode())


def _record(name: Name, word: Outcome, seconds: float) -> Record:
    return {
        "id": name,
        "verdict": word,
        "method": None,
        "conditions": [],
        "counterexample": None,
        "seconds": round(seconds, 6),
    }
