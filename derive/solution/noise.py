r"""Noise: what it is called, and the steps of a process written through theirs.

A variable with a normal law given its parents is, jointly with them, the mean plus the
root of the variance times a standard normal variable that is independent of all before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.language.scope import Law
from derive.language.terms import RV, Apply, Normal, Sym, Term, Zero, add, mul, sqrt, term
from derive.reader.elaborate import unscripted
from derive.reader.grammar import parse
from derive.reader.names import name_in, name_of, without_font
from derive.reader.syntax import Letter
from derive.solution.pathwise import outside, put_outside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.documents.chains import Chain
    from derive.language.scope import Scope
    from derive.solution.context import Context

_STANDARD_NORMAL = re.compile(
    r"\s*\\(?:mathcal|mathscr)\s*\{?\s*N\s*\}?\s*(?:\\left)?\(\s*(?:\\cdot\s*[;,|])?\s*"
    r"(?:\\mathbf|\\boldsymbol)?\{?\s*0\s*\}?\s*,\s*"
    r"(?:\\mathbf|\\boldsymbol|\\mathrm)?\{?\s*I\s*\}?(?:_\{?d\}?)?\s*(?:\\right)?\)\s*[.,;]?\s*"
)


def stated_noise(chains: Iterable[Chain]) -> Iterator[str]:
    r"""The families of letters that are said to be standard normal, `z_t \sim \mathcal N(0, I)`."""
    for chain in chains:
        for index, sign in enumerate(chain.signs):
            law = chain.sides[index + 1].text
            if sign.symbol == "\\sim" and _STANDARD_NORMAL.fullmatch(law):
                for text in chain.sides[index].text.split(","):
                    yield from _letters_of(text)


def equated_before_laws(chains: Iterable[Chain]) -> set[str]:
    r"""The names that an equation gives a value before a law is stated of them, if one is.

    After `W = -Z` the line `W \sim \mathcal N(0, I)` introduces nothing: it is a claim.
    """
    drawn: set[str] = set()
    found: set[str] = set()
    for chain in (chain for chain in chains if chain.signs):
        text, symbol = chain.sides[0].text, chain.signs[0].symbol
        if symbol == "\\sim":
            drawn.update(map(_name_in, text.split(",")))
        elif symbol in {"=", ":=", "\\equiv"}:
            found |= {_name_in(text)} - drawn
    return found


def _name_in(text: str) -> str:
    try:
        return name_in(parse(text)) or ""
    except ParseError:
        return ""


def _letters_of(text: str) -> Iterator[str]:
    """The family of the letter that a text is; of what is no letter nothing."""
    try:
        base = unscripted(parse(text))[0]
    except ParseError:
        return
    if isinstance(base, Letter):
        yield noise_family(name_of(base, None))


def noise_family(name: str) -> str:
    r"""The letter without font and accent: `\bar z` and `z` are one family of noise."""
    plain = without_font(name) or name
    found = re.fullmatch(r"\\(?:bar|tilde|hat)\{(.+)\}", plain)
    return found[1] if found else plain


def is_noise(variable: Term, scope: Scope) -> bool:
    """Whether a random variable is independent of all that come before it, and centred."""
    law = scope.laws.get(variable) if isinstance(variable, RV) else None
    match None if law is None else law.density:
        case Normal(mean=Zero()):
            return True
        case Apply(field=name):
            return name in scope.moments
        case _:
            return False


def through_noise(lhs: Term, rhs: Term, context: Context) -> tuple[Term, Term]:
    """Write the variables that only one side has through their parents and fresh noise.

    The sides given have the same joint law as those of the result, jointly with the variables
    that are left: the noise of one variable is the same wherever it stands.  The laws of
    the noise join the hypotheses.
    """
    for _ in range(len(context.scope.laws)):
        here, there = set(outside(lhs)), set(outside(rhs))
        values: dict[Term, Term] = {
            variable: value
            for variable in sorted(here ^ there, key=_name)
            if isinstance(variable, RV)
            and (value := _through_its_noise(variable, context)) is not None
        }
        if not values:
            break
        lhs, rhs = put_outside(lhs, values), put_outside(rhs, values)
    return lhs, rhs


def _through_its_noise(variable: RV, context: Context) -> Term | None:
    """Give `mean + root of the variance * noise`; None for a variable without parents."""
    law = context.scope.laws.get(variable)
    if law is None or not law.parents:
        return None
    density = law.density
    if not isinstance(density, Normal) or density.at != law.at:
        return None
    rank = int(variable.rank)
    noise, at = RV(f"\\xi({variable.name})", rank), Sym(f"\\xi({variable.name})'", rank)
    if noise not in context.scope.laws:
        standard = {noise: Law(at, Normal(at, Zero(rank), term(1)))}
        context.scopes = tuple(s.extended(laws=standard) for s in context.scopes)
    return add(density.mean, mul(sqrt(density.variance), noise))


def _name(variable: Term) -> str:
    return variable.name if isinstance(variable, RV) else ""
