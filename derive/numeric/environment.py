"""Environments: what is bound where a term is evaluated, and which letters it leaves free."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from derive.language import terms as t
from derive.language.scope import depends_on_theta
from derive.language.traverse import children

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.numeric.values import Val


class Env(NamedTuple):
    """What is bound where a term is evaluated.

    syms:   bound variables, as generators or as the values put for them; unit vectors
            of summed indices.
    rvs:    random variables (and Ito integrals) of the enclosing expectation.
    params: letters of the scope that a derivative has moved; Landau terms.
    """

    syms: Mapping[t.Term, Val] = {}
    rvs: Mapping[t.Term, Val] = {}
    params: Mapping[t.Term, Val] = {}

    def binding(self, variable: t.Term, value: Val) -> Env:
        """Give the environment with a variable bound."""
        return Env({**self.syms, variable: value}, self.rvs, self.params)


EMPTY = Env()


class Free(NamedTuple):
    """The letters a term leaves free: deterministic ones, indices included; random ones."""

    syms: frozenset[t.Term]
    random: frozenset[t.Term]


@lru_cache(maxsize=1 << 15)
def free(term: t.Term) -> Free:  # noqa: PLR0911  one case for each binder
    """Give the free letters of a term; Landau terms count as deterministic letters."""
    match term:
        case t.Sym() | t.Landau() | t.Basis():
            return Free(frozenset({term}), frozenset())
        case t.RV():
            return Free(frozenset(), frozenset({term}))
        case t.At(body, var, value):
            return _join(_unbind(free(body), var), free(value))
        case t.Integral(body, var, lower, upper):
            limits = [free(limit) for limit in (lower, upper) if limit is not None]
            return _join(_unbind(free(body), var), *limits)
        case t.Bracket(body, var):
            return _unbind(free(body), var)
        case t.FiniteSum(body, var, low, high) | t.FiniteProduct(body, var, low, high):
            return _join(_unbind(free(body), var), free(low), free(high))
        case t.IndexSum(body, index):
            return _unbind(free(body), t.Basis(index))
        case t.Ito(body, var, upper):
            both = _join(_unbind(free(body), var), free(upper))
            return Free(both.syms, both.random | {term})
        case t.Expect() | t.Variance() | t.Density():
            return _free_of_average(term)
        case _:
            return _join(*map(free, children(term)))


def _join(*parts: Free) -> Free:
    return Free(
        frozenset[t.Term]().union(*(p.syms for p in parts)),
        frozenset[t.Term]().union(*(p.random for p in parts)),
    )


def _unbind(part: Free, var: t.Sym | t.Basis) -> Free:
    return Free(part.syms - {var}, part.random)


def _free_of_average(term: t.Expect | t.Variance | t.Density) -> Free:
    """Random variables are free in the values of the conditions, bound elsewhere."""
    all_ = _join(*map(free, children(term)))
    events = (*term.of, *term.given) if isinstance(term, t.Density) else term.given
    return Free(all_.syms, _join(*(free(event.value) for event in events)).random)


@lru_cache(maxsize=1 << 15)
def depends(term: t.Term) -> bool:
    """Whether a trained field occurs; remembered."""
    return depends_on_theta(term)
