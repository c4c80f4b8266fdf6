r"""Names for products over the steps of a process: `\bar a_t = \prod_{s=1}^t a_s`.

The key has its own letter for such a product, known by how it grows: P_t = f(t) P_{t-1}.
A document's name for a product that grows in the same way is another name for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.kernel.verdict import Proved
from derive.language.claims import Equal
from derive.language.terms import Sym, Term, mul
from derive.reader.names import name_in, readable
from derive.reader.notation import canonical
from derive.solution.conventions import at_index, steps_of
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.solution.context import Context
    from derive.solution.sides import Side


def name_product(lhs: Side, rhs: Side, context: Context) -> bool:
    """Give an undeclared name of a product the meaning of the key's letter for it."""
    name = None if lhs.flaw is not None else name_in(lhs.node)
    steps = steps_of(rhs, context)
    if name is None or steps is None:
        return False
    try:
        factor = context.read(steps.factor)[0].term
        before = canonical(at_index(name, steps.end, steps.end, -1))
    except (ParseError, IllTyped):
        return False
    if before == name:
        return False  # without the index the name says nothing of the other steps
    for now, earlier in _steps(context, steps.end):
        if factor.rank == 0 and _grows(now, factor, earlier, context):
            context.define(name, now)
            context.define(before, earlier)
            context.told[name] = f"the key's ${now.name}$"
            return True
    return False


def _steps(context: Context, end: str) -> Iterator[tuple[Sym, Sym]]:
    """The letters of the key that have a letter for the step before."""
    own = () if context.problem is None else context.problem.letters.values()
    for name, now in list(context.letters.items()):
        if not isinstance(now, Sym) or now.rank or name != canonical(now.name) or now not in own:
            continue
        earlier = context.letters.get(canonical(at_index(readable(name), end, end, -1)))
        if isinstance(earlier, Sym) and earlier != now and not earlier.rank:
            yield now, earlier


def _grows(now: Term, factor: Term, earlier: Term, context: Context) -> bool:
    claim = Equal(now, mul(factor, earlier))
    return any(isinstance(decide(claim, scope), Proved) for scope in context.scopes)
