"""From checked documents to verdicts, and from statements beyond algebra to the tactics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.equality.decision import Decision
from derive.kernel.certified import certified
from derive.kernel.verdict import Unresolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.equality.statement import Statement


def decided(statement: Statement, document: Mapping[str, Any]) -> Decision:
    """Give the verdict that a document shows, or Unresolved with why it is rejected."""
    found = certified(document)
    if isinstance(found, str):
        return Decision(statement, Unresolved(found))
    return Decision(statement, found, document)


def beyond(statement: Statement, seed: int) -> Decision:
    """Decide what is not of elementary algebra: by the tactics, without a witness to recheck."""
    from derive.equality.tactical import by_tactics  # noqa: PLC0415 - start-up time

    return by_tactics(statement, seed)
