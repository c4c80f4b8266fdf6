r"""Families of letters with an index: what is said of one index holds for the others.

`\beta_t := 1 - \alpha_t` defines \beta_{t-1} and \beta_i too, and a product up to t says of
every index by which factor it grows.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.terms import Sym, Term
from derive.language.traverse import walk
from derive.reader.names import name_in, readable
from derive.reader.notation import canonical
from derive.solution.conventions import at_index, product_definition
from derive.solution.pathwise import outside
from derive.solution.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from derive.solution.context import Context

_INDEXED = re.compile(r"(?P<base>.*)_\{(?P<letter>[a-z])(?P<shift>[+-]\d)?\}")


def siblings(name: str, names: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Give the names of one family with another index: name, index letter, shift."""
    own = _INDEXED.fullmatch(name)
    if own is None or own["shift"]:
        return
    for other in sorted(set(names)):
        found = _INDEXED.fullmatch(other)
        if found is not None and found["base"] == own["base"] and other != name:
            yield other, found["letter"], int(found["shift"] or 0)


def index_of(name: str) -> str:
    """The index letter of a name without a shift; "" if it has none."""
    found = _INDEXED.fullmatch(name)
    return found["letter"] if found is not None and not found["shift"] else ""


def define_siblings(
    sides: Sequence[Sequence[Side]], names: Iterable[str], context: Context
) -> None:
    """Define the names of a family as the one that the document defines."""
    used = set(names)
    for row in sides:
        head = name_in(row[0].node) if len(row) > 1 and row[0].flaw is None else None
        if head is None or row[1].flaw is not None or not context.declares(head):
            continue
        for other, letter, shift in siblings(head, used):
            if context.declares(other):
                continue
            try:
                text = at_index(row[1].text.text, index_of(head), letter, shift)
                meaning = context.read(text)[0].term
            except (ParseError, IllTyped):
                _doubt(head, context)
                continue
            if not outside(meaning):
                context.define(other, meaning)
                context.told[other] = f"as {readable(head)} is defined"


def _doubt(head: str, context: Context) -> None:
    """Tell nothing false from a definition that not every member of a family can have."""
    meaning = context.letters.get(head)
    if context.problem is None and isinstance(meaning, Term):
        context.guessed |= {canonical(x.name) for x in walk(meaning) if isinstance(x, Sym)}


def state_products(
    sides: Sequence[Sequence[Side]], names: Iterable[str], context: Context
) -> set[str]:
    r"""Assume `P_i = f(i) P_{i-1}` of every index of a product `P_t = \prod_{s=1}^t f(s)`.

    Gives the names that this is said of; they are declared as numbers.
    """
    used, found = set(names), set[str]()
    for row in sides:
        for lhs, rhs in pairwise(row):
            name = name_in(lhs.node) if lhs.flaw is None else None
            if name is None or not index_of(name):
                continue
            family = [name, *(n for n, _, _ in siblings(name, used))]
            found.update(_product(family, name, lhs, rhs, context))
    return found


def _product(family: list[str], name: str, lhs: Side, rhs: Side, context: Context) -> Iterator[str]:
    if rhs.flaw is not None or r"\prod" not in rhs.text.text:
        return
    for member in family:
        if not context.declares(member):
            context.define(member, Sym(readable(member), 0))
            context.told[member] = "a number, by its product"
    for member in family:
        match = _INDEXED.fullmatch(member)
        if match is None:
            continue
        value, shift = match["letter"], int(match["shift"] or 0)
        try:
            left, right = (at_index(s.text.text, index_of(name), value, shift) for s in (lhs, rhs))
        except ParseError:
            continue
        claim = product_definition(Side(lhs.text.plain(left)), Side(rhs.text.plain(right)), context)
        if claim is not None:
            context.suppose(claim.lhs, claim.rhs)
            yield member
