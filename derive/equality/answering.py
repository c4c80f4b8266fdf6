"""From a pair of texts to what is told of it: read, decide, and look at the clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from derive.equality import engine, outcome, reading
from derive.equality.decision import Decision
from derive.equality.pairs import Pair, read_pair
from derive.errors import DeriveError, ParseError
from derive.jsonlines import Misplaced, first_name, read_object
from derive.kernel.verdict import Unresolved

if TYPE_CHECKING:
    from derive.equality.outcome import Record
    from derive.equality.statement import Statement


def read(*asked: Any) -> Statement:  # noqa: ANN401 - texts, or SymPy's objects
    """Read the sides, what is given, what is assumed and what varies.

    Raises:
        DeriveError: if it is not understood.
    """
    try:
        return reading.read_statement(*asked)
    except RecursionError:
        raise DeriveError("the formula is nested too deeply") from None


def decide(statement: Statement) -> Decision:
    """Decide a statement; one that is nested too deeply is unresolved."""
    try:
        return engine.decide(statement)
    except RecursionError:
        return Decision(statement, Unresolved("the terms are nested too deeply"))


def answer(pair: Pair) -> Record:
    """Read a pair and decide it."""
    start = time.perf_counter()
    try:
        statement = read(pair.lhs, pair.rhs, pair.given, pair.assume, pair.vary)
    except DeriveError as error:
        return outcome.unread(error, _where(error, pair), time.perf_counter() - start, pair.id)
    decision = decide(statement)
    return outcome.decided(decision, time.perf_counter() - start, pair.id)


def _where(error: DeriveError, pair: Pair) -> str | None:
    """Say which of the texts an error is about."""
    if not isinstance(error, ParseError):
        return None
    return error.where or pair.where(error.source)


def warm_up() -> None:
    """Import what any pair may need, so that forks of this process have it."""
    whole = (r"n \in \mathbb N",)
    answer(Pair("f'(x)", "f'(x)"))
    answer(Pair("e^h", "1 + h + o(h)", vary="h"))
    answer(Pair(r"\sum_{k=1}^n k", "n(n+1)/2", assume=whole))
    answer(Pair(r"\sum_{k=0}^n 2^k", "2^{n+1} - 1", assume=whole))
    answer(Pair(r"\prod_{k=1}^n k", "n!", assume=whole))


def answer_line(number: int, line: bytes) -> bytes:
    """Answer a line of a batch with a line."""
    try:
        pair = read_pair(line, number)
    except Misplaced as error:
        return outcome.as_line(outcome.unread(error, error.where, 0.0, error.name))
    return outcome.as_line(answer(pair))


def give_up(number: int, line: bytes, reason: str, seconds: float) -> bytes:
    """Answer a line whose decision was ended."""
    try:
        name = read_object(line, number).get("id")
    except Misplaced:
        name = first_name(line)
    return outcome.as_line(outcome.unresolved(reason, seconds, name))
