"""`derive.equal`: equalities decided from Python."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias

from derive.equality.answering import decide, read
from derive.kernel.verdict import Unresolved
from derive.processes.lines import Lines
from derive.processes.stream import Limits, Work, answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sympy import Basic

    from derive.equality.statement import Statement
    from derive.kernel.verdict import Verdict

    Formula: TypeAlias = str | Basic
    Given: TypeAlias = Formula | tuple[Formula, Formula]


def equal(  # noqa: PLR0913 - two sides, and what may be said of them
    lhs: Formula,
    rhs: Formula,
    given: Sequence[Given] | Formula = (),
    assume: Sequence[Formula] | Formula = (),
    vary: Formula | None = None,
    timeout: float | None = None,
) -> Verdict:
    r"""Decide whether two expressions are equal for all values that are admitted.

    Letters stand for real numbers, any of them where nothing is assumed.  Two equations
    are equal when they have the same solutions.

    Args:
        lhs: the left side, in LaTeX or as a SymPy expression.
        rhs: the right side.
        given: equations that hold, such as `\alpha_t = 1 - \beta_t`; in SymPy, `Eq` or a
            tuple of two sides.
        assume: what the letters are, such as `x > 0`, `0 < \beta < 1` or
            `n \in \mathbb N`.
        vary: what `o()` and `O()` speak of: `h` (it tends to 0) or `n \to \infty`.
        timeout: after so many seconds the verdict is `Unresolved`.

    Returns:
        `Proved`, with the conditions under which it holds; `Refuted`, with a point where
        the sides differ; or `Unresolved`, with the reason.  A verdict has no truth value:
        ask for its type.

    Raises:
        DeriveError: if something is not understood; as `ParseError`, with its place.

    With a timeout, the statement is first decided in a fork of this process, which may
    also take no more than 512 MB and is ended when its time is over.  Only if it was
    decided there it is decided here, once more and in about the same time, so that the
    verdict comes from this process's own kernel.  No signal handler or thread is needed.
    Where there is no fork (Windows), a timeout is not kept.

    >>> import derive
    >>> type(derive.equal(r"(a+b)^2", r"a^2 + 2ab + b^2")).__name__
    'Proved'
    >>> type(derive.equal(r"\sqrt{x^2}", "x", assume=[r"x \ge 0"], timeout=60)).__name__
    'Proved'

    Conditions are part of the answer:

    >>> [condition.kind for condition in derive.equal("x^2/x", "x").conditions]
    ['nonzero']

    What is false is false at a point:

    >>> match derive.equal("(a+b)^2", "a^2 + b^2"):
    ...     case derive.Refuted(counterexample=found):
    ...         sorted(found.model)
    ['a', 'b']
    """
    statement = read(lhs, rhs, _several(given), _several(assume), vary)
    if timeout is not None:
        reason = _unresolved_within(statement, Limits(timeout))
        if reason is not None:
            return Unresolved(reason)
    return decide(statement).verdict


def _several(formulas: Sequence[Given] | Formula) -> Sequence[Given]:
    """Take a single formula for a list of one; a text is a sequence of letters, too."""
    return formulas if isinstance(formulas, list | tuple) else (formulas,)


def _unresolved_within(statement: Statement, limits: Limits) -> str | None:
    """Say why a statement is unresolved within limits; None if it is decided."""

    def answer(_number: int, _line: bytes) -> bytes:
        verdict = decide(statement).verdict
        return _told(verdict.reason if isinstance(verdict, Unresolved) else None)

    def give_up(_number: int, _line: bytes, reason: str, _seconds: float) -> bytes:
        return _told(reason)

    with closing(answers(Lines.of(b""), Work(answer, give_up), limits=limits)) as found:
        return json.loads(next(found))


def _told(reason: str | None) -> bytes:
    return json.dumps(reason).encode()
