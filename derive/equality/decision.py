"""The verdict on a statement, with what `derive recheck` needs to believe it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.equality.statement import Statement
    from derive.kernel.verdict import Verdict


@dataclass(frozen=True)
class Decision:
    """A verdict; `document` is the statement with its witness or counterexample, as JSON.

    It is None where nothing was decided, and where the verdict is not of elementary algebra.
    """

    statement: Statement
    verdict: Verdict
    document: Mapping[str, Any] | None = None
