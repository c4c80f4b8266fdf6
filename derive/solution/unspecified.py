r"""Other names for a law that the key leaves open: `X_0 \sim p_{data}` where it has p_0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.terms import RV, Apply, Field
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in
from derive.reader.notation import canonical
from derive.reader.probability import variable_at
from derive.reader.syntax import Letter
from derive.solution.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.documents.chains import Chain
    from derive.solution.context import Context
    from derive.solution.usage import Use

_DENSITIES = frozenset({"p", "q", "\\pi", "\\mu", "\\nu", "\\rho"})


def adopt_laws(chains: Iterable[Chain], uses: Iterable[Use], context: Context) -> None:
    """Take the name that a document gives to a density which the key leaves open.

    Where it writes the key's own name too, or two names, they may be two densities.
    """
    written = {use.name for use in uses}
    found: dict[Field, set[str]] = {}
    for chain in chains:
        for index, sign in enumerate(chain.signs):
            if sign.symbol != "\\sim":
                continue
            name = _name(Side(chain.sides[index + 1]))
            field = open_law(Side(chain.sides[index]), context)
            if name and field is not None:
                found.setdefault(field, set()).add(name)
    for field, names in found.items():
        own = canonical(field.name)
        (name, *others) = sorted(names)
        if not others and own not in written and not context.declares(name):
            context.define(name, field)
            context.told[name] = f"the problem's {field.name}"


def open_law(side: Side, context: Context) -> Field | None:
    """The density that the key says no more of, of the variable that a side names."""
    if side.flaw is not None:
        return None
    notation = context.notation("")
    named = context.letters.get(name_in(side.node) or "")
    variable = named if isinstance(named, RV) else variable_at(notation, side.node)
    law = None if variable is None else context.scope.laws.get(variable)
    match None if law is None else law.density:
        case Apply(field=field) if field.density and not field.trained:
            return field
        case _:
            return None


def _name(side: Side) -> str:
    """The name of a density that a side is; "" if it is none."""
    if side.flaw is not None:
        return ""
    base, _, sup, primes = unscripted(side.node)
    plain = isinstance(base, Letter) and base.name in _DENSITIES and sup is None and not primes
    return (name_in(side.node) or "") if plain else ""
