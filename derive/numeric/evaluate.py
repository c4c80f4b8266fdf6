"""What a term means, in a concrete model: the definition of the language by computation.

- A parameter or free variable has the value the model gives it; a bound
  variable is a generator of the model's ring, so nothing is ever substituted
  into a term and no letter is ever captured.
- `Diff` evaluates its body at value + e with e^2 = 0 and takes the coefficient of e.
- A free index has one coordinate in a model; a sum over an index is a sum over all.
- `At`, `Integral`, `Bracket`, `Ito` and `IndexSum` bind in their body alone.  The
  letters in a law or a definition of the scope are the scope's letters whatever
  is bound where the random variable is used.
- `Expect`, `Variance` and `Density`: see `derive.numeric.probability`.  A random
  variable outside of them is a number like any other letter: an equation between
  random variables is checked at a point.
- `Bracket` is the limit at +oo minus the limit at -oo (at the ends of the support).
- `Landau` has no value.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import flint

from derive.language import terms as t
from derive.numeric import gauss, integrate, probability
from derive.numeric.densities import apply_field, normal_density
from derive.numeric.environment import EMPTY, Env, depends, free
from derive.numeric.gauss import Gauss, Number
from derive.numeric.ring import ONE, PRECISION, NotEvaluable, Rational
from derive.numeric.values import Val, apply, components, dot, plus, rows, scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.language.scope import Scope
    from derive.numeric.model import Model

Value: TypeAlias = "Number | tuple[Value, ...]"


def evaluate(term: t.Term, model: Model, scope: Scope) -> Value:
    """Give the value of a term in a model, exactly or as a ball.

    Returns:
        A Fraction where no irrational constant is left, else a `flint.arb` of more
        than 50 digits; tuples of them for a vector, tuples of rows for a matrix.

    Raises:
        NotEvaluable: where the model has no value for it, or none that this package
            can compute (a logarithm of a sum under an integral, a divergent integral).
    """
    return as_numbers(Evaluator(model, scope).closed(term))


def as_numbers(value: Val) -> Value:
    """Give Fractions and balls for exact sums."""
    return value.value() if isinstance(value, Gauss) else tuple(as_numbers(row) for row in value)


class Evaluator:
    """Evaluates terms in one model under one scope; keeps the values of closed terms."""

    def __init__(self, model: Model, scope: Scope) -> None:
        self.model = model
        self.scope = scope
        self.ring = model.ring
        if model.scope is not scope:  # laws and definitions have changed: values may have, too
            model.memo.clear()
            model.theta_free.clear()
            model.scope = scope
        hidden = [law.density for law in scope.laws.values()] + list(scope.definitions.values())
        self.trained_laws = any(depends(term) for term in hidden)

    def number(self, value: int | Fraction | Rational) -> Gauss:
        """Give a rational number."""
        return Gauss.number(self.ring, value)

    def evaluated(self, term: t.Term, env: Env) -> Val:
        """Give the value of a term in an environment."""
        rule = RULES.get(type(term))
        if rule is None:
            raise NotEvaluable(f"no value of a {type(term).__name__}")
        if type(term) not in REMEMBERED or env.params:
            return rule(self, term, env)
        letters = free(term)
        if (env.rvs and letters.random) or not letters.syms.isdisjoint(env.syms):
            return rule(self, term, env)
        return self.closed(term)

    def closed(self, term: t.Term) -> Val:
        """Give the value of a term outside of any binder; it is remembered."""
        trained = self.trained_laws or depends(term)  # a law may hide a trained field
        memo = self.model.memo if trained else self.model.theta_free
        known = memo.get(term)
        if known is None:
            rule = RULES.get(type(term))
            if rule is None:
                raise NotEvaluable(f"no value of a {type(term).__name__}")
            known = memo[term] = rule(self, term, EMPTY)
        return known

    def scalar(self, term: t.Term, env: Env) -> Gauss:
        """Give the value of a scalar term."""
        return scalar(self.evaluated(term, env))

    def bound(self, indices: list[int], rank: int) -> Val:
        """Give generators as the value of a variable."""
        parts = [Gauss.poly(self.ring, self.ring.gen(index)) for index in indices]
        return tuple(parts) if rank else parts[0]


# --- letters, arithmetic -------------------------------------------------------


def _num(ev: Evaluator, term: t.Num, env: Env) -> Val:
    del env
    return ev.number(term.value)


def _zero(ev: Evaluator, term: t.Zero, env: Env) -> Val:
    del env
    zero = Gauss.number(ev.ring, Fraction(0))
    return (zero,) * ev.model.dimension if term.rank else zero


def _const(ev: Evaluator, term: t.Const, env: Env) -> Val:
    del env
    if term.name == "d":
        return ev.number(ev.model.dimension)
    return Gauss.part(ev.ring, {0: ONE}, {}, 2, frozenset())


def _sym(ev: Evaluator, term: t.Sym, env: Env) -> Val:
    if term in env.syms:
        return env.syms[term]
    return env.params[term] if term in env.params else ev.model.symbol(term)


def _rv(ev: Evaluator, term: t.RV, env: Env) -> Val:
    if term in env.rvs:
        return env.rvs[term]
    if term in ev.scope.definitions:
        return ev.evaluated(ev.scope.definitions[term], Env({}, env.rvs, env.params))
    return ev.model.point(term)


def _basis(ev: Evaluator, term: t.Basis, env: Env) -> Val:
    return env.syms[term] if term in env.syms else _unit(ev, ev.model.coordinate(term))


def _unit(ev: Evaluator, coordinate: int) -> Val:
    return tuple(ev.number(int(k == coordinate)) for k in range(ev.model.dimension))


def _index_sum(ev: Evaluator, term: t.IndexSum, env: Env) -> Val:
    total: Val | None = None
    for k in range(ev.model.dimension):
        value = ev.evaluated(term.body, env.binding(t.Basis(term.index), _unit(ev, k)))
        total = value if total is None else plus(total, value)
    if total is None:
        raise NotEvaluable("a sum over no components")
    return total


def _landau(ev: Evaluator, term: t.Landau, env: Env) -> Val:
    del ev
    if term in env.params:
        return env.params[term]
    raise NotEvaluable("a Landau symbol has no value")


def _ito(ev: Evaluator, term: t.Ito, env: Env) -> Val:
    del ev
    if term in env.rvs:
        return env.rvs[term]
    raise NotEvaluable("a stochastic integral outside an expectation")


def _add(ev: Evaluator, term: t.Add, env: Env) -> Val:
    total = ev.evaluated(term.terms[0], env)
    for part in term.terms[1:]:
        total = plus(total, ev.evaluated(part, env))
    return total


def _neg(ev: Evaluator, term: t.Neg, env: Env) -> Val:
    return apply(Gauss.__neg__, ev.evaluated(term.body, env))


def _mul(ev: Evaluator, term: t.Mul, env: Env) -> Val:
    factor: Gauss | None = None
    other: Val | None = None
    for part in term.factors:
        value = ev.evaluated(part, env)
        if isinstance(value, Gauss):
            factor = value if factor is None else factor * value
        else:
            other = value
    if other is None:
        return factor if factor is not None else ev.number(1)
    if factor is None:
        return other
    by = factor
    return apply(lambda g: by * g, other)


def _div(ev: Evaluator, term: t.Div, env: Env) -> Val:
    numerator, denominator = ev.evaluated(term.num, env), ev.scalar(term.den, env)
    return apply(lambda g: g / denominator, numerator)


def _pow(ev: Evaluator, term: t.Pow, env: Env) -> Val:
    base, exponent = ev.scalar(term.base, env), ev.scalar(term.exponent, env)
    if not exponent.is_number() or not isinstance(value := exponent.value(), Fraction):
        return gauss.exp(exponent * gauss.log(base))
    return gauss.broken_power(base, value)


def _fun(ev: Evaluator, term: t.Fun, env: Env) -> Val:
    arg = ev.scalar(term.arg, env)
    match term.name:
        case "exp":
            return gauss.exp(arg)
        case "log":
            return gauss.log(arg)
        case "sin":
            return _sin_cos(arg)[0]
        case "cos":
            return _sin_cos(arg)[1]
        case name:
            raise NotEvaluable(f"models have no values of {name}")


def _sin_cos(arg: Gauss) -> tuple[Gauss, Gauss]:
    """Expand around the finite part, which must be a number."""
    ring = arg.ring
    finite, small = arg.split()
    point = finite.as_poly()
    if not ring.is_number(point):
        raise NotEvaluable("the sine of a variable")
    if point:
        name = frozenset(point.items())
        with flint.ctx.workprec(PRECISION):
            sin, cos = ring.enclose(point).sin(), ring.enclose(point).cos()
        s = Gauss.poly(ring, ring.constant(("sin", name), sin))
        c = Gauss.poly(ring, ring.constant(("cos", name), cos))
    else:
        s, c = Gauss(ring, {}), Gauss.number(ring, 1)
    square = small * small
    even = gauss.series(square, lambda j: flint.fmpq(-1, 2 * j * (2 * j - 1)))
    odd = small * gauss.series(square, lambda j: flint.fmpq(-1, 2 * j * (2 * j + 1)))
    return s * even + c * odd, c * even - s * odd


# --- vectors and matrices ------------------------------------------------------


def _dot(ev: Evaluator, term: t.Dot, env: Env) -> Val:
    return dot(components(ev.evaluated(term.left, env)), components(ev.evaluated(term.right, env)))


def _normsq(ev: Evaluator, term: t.NormSq, env: Env) -> Val:
    body = components(ev.evaluated(term.body, env))
    return dot(body, body)


def _outer(ev: Evaluator, term: t.Outer, env: Env) -> Val:
    left = components(ev.evaluated(term.left, env))
    right = components(ev.evaluated(term.right, env))
    return tuple(tuple(a * b for b in right) for a in left)


def _identity(ev: Evaluator, term: t.Identity, env: Env) -> Val:
    del term, env
    size = range(ev.model.dimension)
    return tuple(tuple(ev.number(int(i == j)) for j in size) for i in size)


def _matvec(ev: Evaluator, term: t.MatVec, env: Env) -> Val:
    vector = components(ev.evaluated(term.vector, env))
    return tuple(dot(row, vector) for row in rows(ev.evaluated(term.matrix, env)))


def _matmul(ev: Evaluator, term: t.MatMul, env: Env) -> Val:
    columns = list(zip(*rows(ev.evaluated(term.right, env)), strict=True))
    left = rows(ev.evaluated(term.left, env))
    return tuple(tuple(dot(row, column) for column in columns) for row in left)


def _transpose(ev: Evaluator, term: t.Transpose, env: Env) -> Val:
    return tuple(zip(*rows(ev.evaluated(term.body, env)), strict=True))


def _trace(ev: Evaluator, term: t.Trace, env: Env) -> Val:
    matrix = rows(ev.evaluated(term.body, env))
    total = matrix[0][0]
    for i in range(1, len(matrix)):
        total += matrix[i][i]
    return total


# --- calculus ------------------------------------------------------------------


def _derivatives(ev: Evaluator, body: t.Term, var: t.Sym, env: Env) -> list[Val]:
    """Give the derivative of a value in each component of a variable."""
    ring = ev.ring
    here = ev.evaluated(var, env)
    with ring.fresh("infinitesimal", len(components(here))) as small:
        moved = plus(here, ev.bound(small, var.rank))
        if var in env.syms:
            inside = env.binding(var, moved)
        else:
            inside = Env(env.syms, env.rvs, {**env.params, var: moved})
        value = ev.evaluated(body, inside)
        others = sum(0xFFFF << (16 * index) for index in small)

        def derivative(index: int) -> Val:
            return apply(lambda g: g.coefficient(index).without(others), value)

        return [derivative(index) for index in small]


def _diff(ev: Evaluator, term: t.Diff, env: Env) -> Val:
    by_component = _derivatives(ev, term.body, term.var, env)
    if term.var.rank == 0:
        return by_component[0]
    if term.body.rank == 0:
        return tuple(by_component)
    columns = [components(column) for column in by_component]
    return tuple(tuple(column[i] for column in columns) for i in range(len(columns)))


def _divergence(ev: Evaluator, term: t.Divergence, env: Env) -> Val:
    columns = _derivatives(ev, term.body, term.var, env)
    total = components(columns[0])[0]
    for i, column in enumerate(columns[1:], 1):
        total += components(column)[i]
    return total


def _at(ev: Evaluator, term: t.At, env: Env) -> Val:
    return ev.evaluated(term.body, env.binding(term.var, ev.evaluated(term.value, env)))


def _integral(ev: Evaluator, term: t.Integral, env: Env) -> Val:
    limits: tuple[Gauss, Gauss] | None = None
    if term.lower is not None and term.upper is not None:
        limits = ev.scalar(term.lower, env), ev.scalar(term.upper, env)
    with ev.ring.fresh("variable", ev.model.size(term.var.rank)) as indices:
        body = ev.evaluated(term.body, env.binding(term.var, ev.bound(indices, term.var.rank)))
        if limits is not None:
            lower, upper = limits
            return apply(lambda g: integrate.between(g, indices[0], lower, upper), body)
        return apply(lambda g: over(g, indices), body)


def over(value: Gauss, indices: list[int]) -> Gauss:
    """Integrate over all of R in each variable, the last one first."""
    for index in reversed(indices):
        value = integrate.over_line(value, index)
    return value


def _bracket(ev: Evaluator, term: t.Bracket, env: Env) -> Val:
    with ev.ring.fresh("variable", 1) as indices:
        body = ev.evaluated(term.body, env.binding(term.var, ev.bound(indices, 0)))
        return apply(lambda g: integrate.boundary(g, indices[0]), body)


# --- densities and averages ------------------------------------------------------------------


def _normal(ev: Evaluator, term: t.Normal, env: Env) -> Val:
    at = components(ev.evaluated(term.at, env))
    means = components(ev.evaluated(term.mean, env))
    variance = ev.scalar(term.variance, env)
    return normal_density(ev.ring, at, means, [variance] * len(at))


def _expect(ev: Evaluator, term: t.Expect, env: Env) -> Val:
    with probability.averaging(ev, (term.body,), term.given, env) as (inside, average):
        return apply(average, ev.evaluated(term.body, inside))


def _variance(ev: Evaluator, term: t.Variance, env: Env) -> Val:
    with probability.averaging(ev, (term.body,), term.given, env) as (inside, average):
        body = components(ev.evaluated(term.body, inside))
        means = [average(g) for g in body]
        square = [
            [average(a * b) - m * n for b, n in zip(body, means, strict=True)]
            for a, m in zip(body, means, strict=True)
        ]
    return tuple(tuple(row) for row in square) if term.body.rank else square[0][0]


def _density(ev: Evaluator, term: t.Density, env: Env) -> Val:
    joint = probability.mass(ev, (*term.of, *term.given), term.given, env)
    return joint / probability.mass(ev, term.given, term.given, env) if term.given else joint


def _discrete(_ev: Evaluator, term: t.Term, _env: Env) -> Val:
    raise NotEvaluable(f"models have no values of a {type(term).__name__}")


RULES: dict[type[t.Term], Callable[[Evaluator, Any, Env], Val]] = {
    t.Num: _num, t.Zero: _zero, t.Const: _const, t.Sym: _sym, t.RV: _rv, t.Landau: _landau,
    t.Ito: _ito,
    t.Apply: apply_field, t.Add: _add, t.Mul: _mul, t.Neg: _neg, t.Div: _div, t.Pow: _pow,
    t.Dot: _dot, t.NormSq: _normsq, t.Outer: _outer, t.Identity: _identity, t.MatVec: _matvec,
    t.Trace: _trace, t.Diff: _diff, t.Divergence: _divergence, t.At: _at, t.Integral: _integral,
    t.Bracket: _bracket, t.Expect: _expect, t.Variance: _variance, t.Density: _density,
    t.Normal: _normal, t.Fun: _fun, t.Basis: _basis, t.IndexSum: _index_sum, t.MatMul: _matmul,
    t.Transpose: _transpose,
    t.Factorial: _discrete, t.Binomial: _discrete, t.FiniteSum: _discrete,
    t.FiniteProduct: _discrete,
}  # fmt: skip

REMEMBERED = {t.Expect, t.Variance, t.Density, t.Integral}
