r"""Other names for a law that the key leaves open: `X_0 \sim p_{data}` where it has p_0."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.language.terms import RV, Apply, Field
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in
from derive.reader.notation import canonical
from derive.reader.probability import variable_at
from derive.reader.syntax import Letter
from derive.solution.conventions import process_index
from derive.solution.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.documents.chains import Chain
    from derive.language.terms import Term
    from derive.solution.context import Context
    from derive.solution.usage import Use

_PARAMETERS = ("\\theta", "\\phi", "\\psi", "\\vartheta", "\\varphi")
_TOKENS = re.compile(r"\\[A-Za-z]+|[A-Za-z]+|[0-9]")
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
            law = Side(chain.sides[index + 1])
            name = _name(law)
            field = open_law(Side(chain.sides[index]), context)
            if name and field is not None and not belongs_elsewhere(law, field, context):
                found.setdefault(field, set()).add(name)
    for field, names in found.items():
        own = canonical(field.name)
        (name, *others) = sorted(names)
        if not others and own not in written and not context.declares(name):
            context.define(name, field)
            context.told[name] = f"the problem's {field.name}"


def belongs_elsewhere(side: Side, field: Field, context: Context) -> bool:
    r"""Whether the index of a name says that it is another law: `p_t`, `p_{X+Z}`, `p_\theta`."""
    sub = unscripted(side.node)[1]
    if sub is None:
        return False
    variables = context.notation("").variables
    laws = context.scope.laws
    own = {canonical(v.name) for v, law in laws.items() if _is_of(law.density, field)}
    known = {process_index(context), *_PARAMETERS}
    known |= {token for name in variables for token in _TOKENS.findall(name)}
    mine = {token for name in (*own, canonical(field.name)) for token in _TOKENS.findall(name)}
    return any(t in known or t.isdigit() for t in _TOKENS.findall(sub.text) if t not in mine)


def _is_of(density: Term, field: Field) -> bool:
    return isinstance(density, Apply) and density.field == field


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
