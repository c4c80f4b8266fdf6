r"""Answers that are expansions: `1 + h/2 + o(h)` is one, `1/\sqrt{1 - h}` is not.

A value that is exact is equal to its expansion, but nobody has expanded it yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.terms import Landau, Num, Pow
from derive.language.traverse import walk
from derive.solution.approximation import degree, expanding_letters

if TYPE_CHECKING:
    from collections.abc import Collection

    from derive.language.terms import Sym, Term


def is_unexpanded(term: Term, asked: Term) -> bool:
    """Whether a term is an exact value where a sheet's answer is an expansion.

    A polynomial in the small letters is an expansion whose remainder was left out.
    """
    letters = expanding_letters([asked])
    if not letters or any(isinstance(node, Landau) for node in walk(term)):
        return False
    return any(degree(term, h) is None or _is_under_a_bar(term, h) for h in letters)


def _is_under_a_bar(term: Term, letter: Sym) -> bool:
    powers = (x for x in walk(term) if isinstance(x, Pow) and isinstance(x.exponent, Num))
    return any(
        isinstance(p.exponent, Num) and p.exponent.value < 0 and letter in set(walk(p.base))
        for p in powers
    )


def continues(first: Term | None, values: Collection[Term]) -> bool:
    """Whether a chain that begins with this term goes on from a value that was given."""
    return first is not None and first in values
