r"""Arguments left out: `E\|s_\theta\|^2`, `s_\theta(X_t)` for `s_\theta(X_t, t)`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.language.terms import RV, Apply, Field, Sym, Term
from derive.language.traverse import walk
from derive.reader.components import component_named
from derive.reader.elaborate import Elaborator, children, unscripted
from derive.reader.notation import Defined
from derive.reader.syntax import Group, Letter, Node, Row, items_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from derive.reader.notation import Notation


def with_trailing(
    notation: Notation, function: Field, arguments: tuple[Term, ...]
) -> tuple[Term, ...]:
    """Add the last arguments of a function, as far as they are missing and may be left out."""
    trailing = notation.trailing.get(function, ())
    known = notation.argument_ranks.get(function)
    wanted = len(known) if known is not None else 1 + len(trailing)
    missing = wanted - len(arguments)
    return arguments if not 0 < missing <= len(trailing) else (*arguments, *trailing[-missing:])


def lost_argument(notation: Notation, function: Field) -> tuple[Term, ...] | None:
    """Find the one point that a function without brackets can be taken at, in a document.

    It is the point of the other functions in the same expectation, or else the one random
    variable that the hypotheses take the function at, or that has an unspecified density.
    Outside expectations and integrals it is the one point that the hypotheses name.
    """
    if not notation.bare:
        return None
    known = notation.argument_ranks.get(function)
    rank = known[0] if known else None
    hypothetical = tuple(_taken_at(notation, function))
    inside = (notation.around, hypothetical, tuple(_unspecified(notation)))
    for candidates in inside if notation.around is not None else (notation.points,):
        if candidates is None:
            continue
        fitting = {c for c in candidates if rank is None or c.rank == rank}
        if len(fitting) > 1 and set(hypothetical) & fitting:
            fitting &= set(hypothetical)
        if fitting:
            return (fitting.pop(),) if len(fitting) == 1 else None
    return None


def lost_value(notation: Notation, rank: int) -> Term | None:
    """Find the one point inside an expectation or integral that a defined function is at."""
    for candidates in (notation.around or (), tuple(_unspecified(notation))):
        fitting = {c for c in candidates if c.rank == rank}
        if fitting:
            return fitting.pop() if len(fitting) == 1 else None
    return None


def _taken_at(notation: Notation, function: Field) -> Iterator[Term]:
    """The random variables whose values the hypotheses take the function at."""
    at = {law.at: variable for variable, law in notation.scope.laws.items()}
    for root in notation.hypotheses:
        for node in walk(root):
            if isinstance(node, Apply) and node.field == function:
                point = node.args[0]
                if isinstance(point, RV):
                    yield point
                elif isinstance(point, Sym) and point in at:
                    yield at[point]


def _unspecified(notation: Notation) -> Iterator[Term]:
    """The random variables of an unspecified density."""
    for variable, law in notation.scope.laws.items():
        if isinstance(law.density, Apply):
            yield variable


def taken_elsewhere(notation: Notation, node: Node) -> bool:
    """Whether a function of the formula stands with another argument than the one point."""
    alone = Elaborator(replace(notation, bare=False, choices=None))
    return any(point not in notation.points for point in _points(alone, node))


def around_expectation(elab: Elaborator, nodes: Sequence[Node]) -> Elaborator:
    """Give the elaborator for the inside of an expectation, where functions may stand bare."""
    if not elab.notation.bare:
        return elab
    alone = elab.under(replace(elab.notation, bare=False, choices=None))
    points = tuple(dict.fromkeys(p for node in nodes for p in _points(alone, node) if _random(p)))
    return elab.under(replace(elab.notation, around=points))


def _random(term: Term) -> bool:
    return any(isinstance(node, RV) for node in walk(term))


def _points(elab: Elaborator, root: Node) -> Iterator[Term]:
    """The first arguments of the functions in a formula, as far as they can be read alone."""
    pending = [root]
    while pending:
        node = pending.pop()
        items = items_of(node)
        for item, following in zip(items, (*items[1:], None), strict=True):
            base, sub, sup, primes = unscripted(item)
            group = unscripted(following)[0] if following is not None else None
            if isinstance(base, Letter) and isinstance(group, Group) and group.kind == "(":
                found = elab.notation.resolve(base, sub, sup, primes)
                if found is not None and isinstance(found[0], Field):
                    yield from _read(elab, group.parts.items[0])
            if not isinstance(base, Letter):
                pending.extend(children(base) if not isinstance(base, Row) else (base,))


def _read(elab: Elaborator, node: Node) -> Iterator[Term]:
    try:
        yield elab.term(node)
    except ParseError:
        return


def bare_function(elab: Elaborator, node: Node) -> bool:
    """Whether a function, declared or defined, stands in the node without its arguments."""
    items = items_of(node)
    for index, item in enumerate(items):
        base, sub, sup, primes = unscripted(item)
        if isinstance(base, Letter):
            found = elab.notation.resolve(base, sub, sup, primes)
            part = component_named(elab.notation, base, sub, sup, primes)
            meaning = part[0] if part is not None else found[0] if found is not None else None
            after = unscripted(items[index + 1])[0] if index + 1 < len(items) else None
            called = isinstance(after, Group) and after.kind == "("
            function = isinstance(meaning, Field) or (
                isinstance(meaning, Defined) and bool(meaning.params)
            )
            if function and not called:
                return True
        elif any(bare_function(elab, child) for child in children(base)):
            return True
    return False
