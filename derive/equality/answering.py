"""From a pair of texts to what is told of it: read, decide, and look at the clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeAlias

from derive.equality import engine, outcome, reading
from derive.equality.decision import Decision
from derive.equality.pairs import read_pair
from derive.errors import DeriveError, ParseError
from derive.jsonlines import Misplaced, first_name, read_object
from derive.kernel.verdict import Unresolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sympy import Basic

    from derive.equality.outcome import Record
    from derive.equality.pairs import Pair
    from derive.equality.statement import Statement

    Formula: TypeAlias = str | Basic


def read(
    lhs: Formula,
    rhs: Formula,
    given: Sequence[Formula],
    assume: Sequence[Formula],
    vary: Formula | None,
) -> Statement:
    """Read a statement, of texts or of SymPy's objects.

    Raises:
        DeriveError: if it is not understood.
    """
    try:
        return reading.read_statement(lhs, rhs, given, assume, vary)
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
        where = pair.where(error.source) if isinstance(error, ParseError) else None
        return outcome.unread(error, where, time.perf_counter() - start, pair.id)
    decision = decide(statement)
    return outcome.decided(decision, time.perf_counter() - start, pair.id)


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
