"""Random variables of a term, and equality in law of what is affine in normal noise.

Given the random variables that occur on both sides, each side is a normal vector:
its noise is independent of them, normal, and occurs affinely.  Normal laws with
covariance v I are equal exactly if their means and variances are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.kernel.calculus import affine, substitute
from derive.kernel.limits import Undecidable
from derive.kernel.tensors import Tensor, variable
from derive.language import terms as t
from derive.language.traverse import children, walk

if TYPE_CHECKING:
    from derive.kernel.algebra import Quotient
    from derive.kernel.lowering import Env, Lowering
    from derive.language.scope import Scope

Base = t.RV | t.Ito  # what has a law of its own


def outside_conditions(node: t.Term) -> list[t.Term]:
    """The random variables that a term leaves to an enclosing expectation.

    Those inside an expectation or a density are bound there; the values of its
    conditions are not.
    """
    if isinstance(node, (t.RV, t.Ito)):
        return [node]
    if isinstance(node, (t.Expect, t.Variance, t.Density)):
        events = (*node.of, *node.given) if isinstance(node, t.Density) else node.given
        return [x for e in events for x in outside_conditions(e.value)]
    return [x for child in children(node) for x in outside_conditions(child)]


def equal_in_law(lowering: Lowering, lhs: t.Term, rhs: t.Term) -> bool:
    """Whether two terms have one law, given the random variables that occur in both.

    Raises Undecidable where a side is not affine in independent normal noise.
    """
    algebra, scope = lowering.algebra, lowering.scope
    left, right = _reached(lhs, scope), _reached(rhs, scope)
    shared = [b for b in left if b in right]
    while True:
        assumed = len(algebra.assumed)
        with algebra.names_released():
            env: Env = {b: variable(algebra, algebra.fresh(), b.rank) for b in shared}
            mean, variance = _given(lowering, lhs, [b for b in left if b not in env], env)
            other, second = _given(lowering, rhs, [b for b in right if b not in env], env)
            same = (mean - other).vanishes() and (variance - second).vanishes()
        if len(algebra.assumed) == assumed:
            return same


def _reached(term: t.Term, scope: Scope, *, ancestors: bool = False) -> list[Base]:
    """What has a law and occurs in a term, also through definitions (and as a parent)."""
    found: dict[Base, None] = {}
    seen: set[t.Term] = set()
    pending = outside_conditions(term)
    while pending:
        node = pending.pop(0)
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, t.RV) and node in scope.definitions:
            pending += outside_conditions(scope.definitions[node])
        elif isinstance(node, (t.RV, t.Ito)):
            found[node] = None
            if ancestors and node in scope.laws and isinstance(node, t.RV):
                pending += scope.laws[node].parents
    return list(found)


def _given(
    lowering: Lowering, side: t.Term, noise: list[Base], shared: Env
) -> tuple[Tensor, Quotient]:
    """Give mean and variance of a side, the shared random variables being held fixed."""
    algebra = lowering.algebra
    fixed = {x for b in shared for x in _reached(b, lowering.scope, ancestors=True)}
    if any(isinstance(b, t.RV) and b not in lowering.scope.laws for b in fixed):
        raise Undecidable("no law is known of a random variable of both sides")
    if not fixed.isdisjoint(noise):
        raise Undecidable("noise on one side only on which a variable of both sides depends")
    if sum(isinstance(b, t.Ito) for b in (*noise, *fixed)) > 1:
        raise Undecidable("two different Ito integrals in one law")
    names = {b: algebra.fresh() for b in noise}
    moving: Env = {b: variable(algebra, name, b.rank) for b, name in names.items()}
    value = lowering.lower(side, {**lowering.env, **shared, **moving})
    variance, means = algebra.zero, {}
    for base in [b for b in noise if names[b] in value.free]:
        mean, own = _normal(lowering, base)
        slope = affine(value, names[base], base.rank)
        if slope is None or not slope.free.isdisjoint(names.values()):
            raise Undecidable("a side is not known to be affine in its noise")
        variance, means[names[base]] = variance + slope * slope * own, mean
    return substitute(value, means), variance


def _normal(lowering: Lowering, base: Base) -> tuple[Tensor, Quotient]:
    """Give mean and variance of noise that depends on no other random variable."""
    if isinstance(base, t.Ito):
        square = t.Integral(t.Pow(base.body, t.term(2)), base.var, t.term(0), base.upper)
        mean: t.Term = t.Zero(base.rank)
        variance: t.Term = square
    else:
        law = lowering.scope.laws.get(base)
        match law.density if law is not None else None:
            case t.Normal(at, mean, variance) if law is not None and at == law.at:
                bound: t.Term = at
            case _:
                raise Undecidable(f"the law of {base.name} is not known to be normal")
        if bound in (*walk(mean), *walk(variance)):
            raise Undecidable(f"the law of {base.name} is not known to be normal")
    if any(isinstance(x, (t.RV, t.Ito)) for m in (mean, variance) for x in walk(m)):
        raise Undecidable("noise that depends on other random variables")
    return lowering(mean), lowering(variance).number()
