"""Verdicts of this run, read back: another of its processes has given them.

Nothing is decided here, and what is not exactly as a verdict is written down is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.kernel.verdict import (
    Condition,
    Counterexample,
    Flux,
    Proved,
    Refuted,
    Unresolved,
    Verdict,
    Witness,
)
from derive.language.encoding import Json, Malformed, decoded, encoded

if TYPE_CHECKING:
    from derive.language.terms import Term


def written(verdict: Verdict) -> Json:
    """Write a verdict down as JSON."""
    match verdict:
        case Unresolved(reason):
            return ["unresolved", reason]
        case Refuted(method, Counterexample(model, lhs, rhs, note)):
            return ["refuted", method, [[k, v] for k, v in model.items()], lhs, rhs, note]
        case Proved(method, w, conditions):
            fluxes = encoded(tuple((f.coefficient, f.flux, f.var) for f in w.fluxes))
            needs = encoded(tuple((c.kind, c.term, c.text, c.stated) for c in conditions))
            found = [w.normal_form, fluxes, encoded(w.constant), encoded(w.series)]
            return ["proved", method, *found, needs]


def recalled(data: Json) -> Verdict:
    """Give the verdict that was written down.

    Raises:
        Malformed: none was.
    """
    try:
        found = _verdict(data)
    except (ValueError, TypeError) as error:
        raise Malformed(f"no verdict: {error}") from None
    if repr(written(found)) != repr(data):
        raise Malformed("not as verdicts are written")
    return found


def _verdict(data: Any) -> Verdict:  # noqa: ANN401 - of any shape
    match data:
        case ["unresolved", str(reason)]:
            return Unresolved(reason)
        case ["refuted", str(method), model, str(lhs), str(rhs), str(note)]:
            return Refuted(method, Counterexample({_s(k): _s(v) for k, v in model}, lhs, rhs, note))
        case ["proved", str(method), str(form), fluxes, constant, series, conditions]:
            steps = tuple(Flux(_maybe(c), decoded(f), decoded(x)) for c, f, x in fluxes)
            orders = tuple((_s(text), decoded(term)) for text, term in series)
            needs = tuple(
                Condition(_s(kind), _maybe(term), _s(text), stated is True)
                for kind, term, text, stated in conditions
            )
            return Proved(method, Witness(form, steps, _maybe(constant), orders), needs)
        case _:
            raise Malformed("of no known kind")


def _maybe(data: Json) -> Term | None:
    return None if data is None else decoded(data)


def _s(data: Json) -> str:
    if not isinstance(data, str):
        raise Malformed("expected a text")
    return data
