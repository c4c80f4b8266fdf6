"""One statement to one verdict.

First values at points, which may refute; then the search for a proof, which
`derive.recheck` checks.  What is not of elementary real algebra goes to the tactics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.equality.case import Case
from derive.equality.coincidence import told_apart
from derive.equality.decision import Decision
from derive.equality.encode import NotElementary
from derive.equality.field import Unsupported
from derive.equality.landau import decide_expansion
from derive.kernel.verdict import Unresolved

if TYPE_CHECKING:
    from derive.equality.statement import Statement


def decide(statement: Statement, seed: int = 0) -> Decision:
    """Decide a statement.

    Sound:     Proved and Refuted are given only for what `derive.recheck` accepts, and for
               what the kernel decides where the statement is not of elementary algebra.
    Complete:  no; for rational functions, independent roots, exponentials and logarithms
               of them the zero test is a decision procedure, if the needed signs are known.
    """
    return told_apart(_decided(statement, seed))


def _decided(statement: Statement, seed: int) -> Decision:
    try:
        if statement.vary is None:
            return Case(statement, seed).decide()
        found = decide_expansion(statement, seed)
    except NotElementary:
        found = None
    except Unsupported as error:
        return Decision(statement, Unresolved(str(error)))
    if found is not None:
        return found
    from derive.equality.tactical import by_tactics  # noqa: PLC0415 - start-up time

    return by_tactics(statement, seed)
