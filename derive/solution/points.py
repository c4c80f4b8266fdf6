"""The points of a formula: the letters at which its functions and densities stand."""

from __future__ import annotations

from derive.language.terms import Density, Sym, Term
from derive.language.traverse import walk
from derive.reader.calculus import free_symbols, places


def points_of(term: Term) -> list[Sym]:
    """The free letters at which functions and densities of a term stand."""
    return [x for x in dict.fromkeys(places(term)) if isinstance(x, Sym)]


def free_points(*terms: Term) -> list[Sym]:
    """The free letters that are points: functions stand there, or they are vectors."""
    free = {s for term in terms for s in free_symbols(term)}
    standing = [s for term in terms for s in points_of(term) if s in free]
    vectors = sorted((s for s in free if s.rank == 1), key=lambda s: s.name)
    return list(dict.fromkeys([*standing, *vectors]))


def main_points(*terms: Term) -> list[Sym]:
    """The points that no formula states a condition for: all but those behind a bar."""
    behind = {
        event.value
        for term in terms
        for node in walk(term)
        if isinstance(node, Density)
        for event in node.given
    }
    return [point for point in free_points(*terms) if point not in behind]
