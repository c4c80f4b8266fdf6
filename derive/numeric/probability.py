"""Averages over random variables: expectation, variance and density.

The random variables of an average are those in its body and in the variables of
its conditions, expanded through the definitions of the scope, with all their
ancestors; each has fresh generators for its components.  Their joint density is
the product of the densities of the laws.  A condition `variable = value` is
solved for one generator that occurs in it linearly; then

    E[f | V = v] = (integral of f * joint) / (integral of joint)     on V = v,

the Jacobian of the solution cancelling.  The value is evaluated outside: there a
random variable is one of an enclosing average, or a point of the model.

`Ito(g, s, t)` is normal with mean 0 and variance (integral of g^2 from 0 to t) I;
two of them are jointly normal with covariance (integral of g f from 0 to min) I.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import flint

from derive.language import terms as t
from derive.numeric import integrate
from derive.numeric.densities import HALF, known_moments, normal_density, normal_parameters
from derive.numeric.environment import Env, free
from derive.numeric.gauss import Gauss, broken_power
from derive.numeric.integrate import Shape
from derive.numeric.model import MomentsLaw, NormalLaw
from derive.numeric.ring import BITS, FIELD, NotEvaluable, Poly
from derive.numeric.values import Val, components, scalar, vector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from derive.language.scope import Law
    from derive.numeric.evaluate import Evaluator

Measure: TypeAlias = tuple[list[Gauss], list[Gauss], Shape]  # means, variances, shape


# --- the random variables of an average ----------------------------------------


@dataclass
class _Source:
    """A random variable with a law of its own, or an Ito integral."""

    variable: t.RV | t.Ito
    indices: list[int]
    solved: bool = False

    @property
    def mask(self) -> int:
        return sum(FIELD << (BITS * index) for index in self.indices)


def _sources(ev: Evaluator, terms: Sequence[t.Term]) -> list[t.RV | t.Ito]:
    """Give the random variables of the terms with all ancestors, parents first."""
    out: dict[t.RV | t.Ito, None] = {}
    seen: set[t.Term] = set()

    def visit(term: t.Term) -> None:
        for variable in sorted(free(term).random, key=_name):
            if variable in seen:
                continue
            seen.add(variable)
            if isinstance(variable, t.Ito):
                out[variable] = None
            elif not isinstance(variable, t.RV):
                raise NotEvaluable("a random term of an unknown kind")
            elif variable in ev.scope.definitions:
                visit(ev.scope.definitions[variable])
            elif variable in ev.scope.laws:
                visit(ev.scope.laws[variable].density)
                out[variable] = None
            else:
                raise NotEvaluable(f"no law of the random variable {_name(variable)}")

    for term in terms:
        visit(term)
    return list(out)


def _name(variable: t.Term) -> str:
    return variable.name if isinstance(variable, t.RV) else f"~{variable!r}"


class _Average:
    """The joint law of the sources under the conditions, ready to integrate."""

    def __init__(self, ev: Evaluator, sources: list[_Source], env: Env) -> None:
        self.ev = ev
        self.ring = ev.ring
        self.sources = sources
        self.jacobian = Gauss.number(ev.ring, 1)
        self.solution: dict[int, Gauss] = {}
        self.by_moments: list[tuple[_Source, Measure]] = []
        self.weight = Gauss.number(ev.ring, 1)
        self.weighted: list[_Source] = []
        values: dict[t.Term, Val] = {}
        for source in sources:
            values[source.variable] = ev.bound(source.indices, source.variable.rank)
        self.inside = Env(env.syms, values, env.params)
        self.itos = _ItoMeasures(ev, [s for s in sources if isinstance(s.variable, t.Ito)], env)

    # --- conditions ---

    def solve(self, events: Sequence[t.Event], env: Env) -> None:
        """Put what the conditions determine into the random variables."""
        for event in events:
            variable = components(self.ev.evaluated(event.variable, self.inside))
            value = components(self.ev.evaluated(event.value, env))
            for left, right in zip(variable, value, strict=True):
                self._solve_one((left - right).as_poly())
        if events:
            self._put_solution()

    def _solve_one(self, equation: Poly) -> None:
        ring = self.ring
        for index, known in self.solution.items():
            equation = ring.substitute(equation, index, known.as_poly())
        for source in reversed(self.sources):
            for index in source.indices:
                powers = ring.collect(equation, index)
                slope = Gauss.poly(ring, powers.get(1, {}))
                if 1 not in powers or max(powers) > 1 or slope.contains(ring.variables):
                    continue
                finite, _ = slope.split()
                rest = Gauss.poly(ring, powers.get(0, {}))
                solved = -(rest / slope)
                self.jacobian /= slope if finite.sign() > 0 else -slope
                self.solution = {
                    k: integrate.at(v, index, solved.as_poly()) for k, v in self.solution.items()
                }
                self.solution[index] = solved
                source.solved = True
                return
        raise NotEvaluable("a condition that is not affine in a random variable")

    def _put_solution(self) -> None:
        values = dict(self.inside.rvs)
        for source in self.sources:
            if source.solved:
                flat = [
                    self.solution.get(i, Gauss.poly(self.ring, self.ring.gen(i)))
                    for i in source.indices
                ]
                values[source.variable] = vector(flat) if source.variable.rank else flat[0]
        self.inside = Env(self.inside.syms, values, self.inside.params)

    # --- laws ---

    def prepare(self, known: frozenset[t.Term]) -> None:
        """Decide, children first, which laws average by moments and which are weights.

        `known`: variables given directly; the law of one whose parents are known,
        too, is a factor that numerator and denominator share, and is left out.
        """
        for source in reversed(self.sources):
            if source.variable in known and self._parents(source) <= known:
                continue
            measure = self._measure(source)
            if measure is not None and not source.solved and not self.weight.contains(source.mask):
                self.by_moments.append((source, measure))
                continue
            self.weight = self.weight * self._density(source, measure)
            self.weighted.append(source)

    def _parents(self, source: _Source) -> frozenset[t.Term]:
        if isinstance(source.variable, t.Ito):
            return frozenset({source.variable.upper})  # never known: Ito laws are kept
        return free(self.ev.scope.laws[source.variable].density).random

    def _law_env(self, source: _Source, law: Law) -> Env:
        at = self.inside.rvs[source.variable]
        return Env({law.at: at}, self.inside.rvs, self.inside.params)

    def _measure(self, source: _Source) -> Measure | None:
        """Give means, variances and shape, where the law is of a known shape."""
        if isinstance(source.variable, t.Ito):
            return self.itos.measure(source.variable, self.inside)
        law = self.ev.scope.laws[source.variable]
        env = self._law_env(source, law)
        match law.density:
            case t.Normal(at, mean, variance) if at == law.at:
                if law.at in free(mean).syms | free(variance).syms:
                    return None
                means = components(self.ev.evaluated(mean, env))
                return means, [self.ev.scalar(variance, env)] * len(means), "normal"
            case t.Apply(field, (at, *further)) if at == law.at and field.density:
                return self._field_measure(field, further, env)
        return None

    def _field_measure(self, field: t.Field, further: list[t.Term], env: Env) -> Measure | None:
        ranks = tuple(int(term.rank) for term in (*env.syms, *further))
        match self.ev.model.field(field, ranks):
            case NormalLaw() as law:
                args = [self.ev.evaluated(arg, env) for arg in further]
                return (*normal_parameters(self.ev, law, args), "normal")
            case MomentsLaw(two_point):
                shape: Shape = "two-point" if two_point else "normal"
                return (*known_moments(self.ev, field, env), shape)
            case _:
                return None

    def _density(self, source: _Source, measure: Measure | None) -> Gauss:
        if isinstance(source.variable, t.Ito) and measure is not None:
            at = components(self.inside.rvs[source.variable])
            return normal_density(self.ring, at, measure[0], measure[1])
        law = self.ev.scope.laws[source.variable]  # type: ignore[index]
        return scalar(self.ev.evaluated(law.density, self._law_env(source, law)))

    # --- integrals ---

    def integral(self, value: Gauss) -> Gauss:
        """Integrate a function of the random variables against their joint density."""
        for source, (means, variances, shape) in self.by_moments:
            for index, mean, variance in zip(source.indices, means, variances, strict=True):
                value = _averaged(value, index, mean, variance, shape)
        value = value * self.weight
        for source in self.weighted:
            for index in source.indices:
                if index not in self.solution:
                    value = integrate.over_line(value, index)
        return value


def _averaged(value: Gauss, index: int, mean: Gauss, variance: Gauss, shape: Shape) -> Gauss:
    ring = value.ring
    quick = integrate.by_moments(value, index, mean, variance.as_poly(), shape)
    if quick is not None:
        return quick
    if shape == "normal":
        variable = Gauss.poly(ring, ring.gen(index))
        return integrate.over_line(
            value * normal_density(ring, [variable], [mean], [variance]), index
        )
    spread = broken_power(variance, HALF)
    both = (integrate.at(value, index, (mean + s).as_poly()) for s in (spread, -spread))
    return (next(both) + next(both)).scale(flint.fmpq(1, 2))


class _ItoMeasures:
    """Each Ito integral given those before it: its mean is linear in them."""

    def __init__(self, ev: Evaluator, sources: list[_Source], env: Env) -> None:
        self.weights: dict[t.Ito, list[tuple[t.Ito, Gauss]]] = {}
        self.variances: dict[t.Ito, Gauss] = {}
        outside = Env({}, {}, env.params)
        terms: list[t.Ito] = [s.variable for s in sources if isinstance(s.variable, t.Ito)]
        # Gram-Schmidt: I_k = sum_j w_kj I_j + rest; `residual` of j is I_j minus its mean.
        residual: dict[t.Ito, dict[t.Ito, Gauss]] = {}
        for k, term in enumerate(terms):
            one = Gauss.number(ev.ring, 1)
            combination = {term: one}
            variance = _covariance(ev, term, term, outside)
            for earlier in terms[:k]:
                cross = Gauss(ev.ring, {})
                for other, w in residual[earlier].items():
                    cross += w * _covariance(ev, term, other, outside)
                if not cross.parts:
                    continue
                factor = cross / self.variances[earlier]
                variance -= factor * cross
                for other, w in residual[earlier].items():
                    known = combination.get(other, Gauss(ev.ring, {}))
                    combination[other] = known - factor * w
            residual[term] = combination
            self.variances[term] = variance
            self.weights[term] = [(o, -w) for o, w in combination.items() if o != term]

    def measure(self, term: t.Ito, inside: Env) -> Measure:
        """Give the law of one integral given the values of those before it."""
        zero = Gauss(self.variances[term].ring, {})
        own = inside.rvs[term]
        means: list[Gauss] = [zero] * len(components(own))
        for other, weight in self.weights[term]:
            values = components(inside.rvs[other])
            means = [m + weight * x for m, x in zip(means, values, strict=True)]
        return means, [self.variances[term]] * len(means), "normal"


def _covariance(ev: Evaluator, a: t.Ito, b: t.Ito, env: Env) -> Gauss:
    upper, other = ev.scalar(a.upper, env), ev.scalar(b.upper, env)
    if (upper - other).sign() > 0:
        upper = other
    with ev.ring.fresh("variable", 1) as indices:
        s = ev.bound(indices, 0)
        product = ev.scalar(a.body, env.binding(a.var, s)) * ev.scalar(
            b.body, env.binding(b.var, s)
        )
        return integrate.between(product, indices[0], Gauss(ev.ring, {}), upper)


# --- what the evaluator calls ---------------------------------------------------


@contextmanager
def _joint(
    ev: Evaluator, terms: Sequence[t.Term], events: Sequence[t.Event], env: Env
) -> Iterator[_Average]:
    variables = _sources(ev, [*terms, *(event.variable for event in events)])
    sizes = [ev.model.size(variable.rank) for variable in variables]
    with ev.ring.fresh("variable", sum(sizes)) as indices:
        rest = iter(indices)
        sources = [
            _Source(variable, [next(rest) for _ in range(size)])
            for variable, size in zip(variables, sizes, strict=True)
        ]
        average = _Average(ev, sources, env)
        average.solve(events, env)
        yield average


def _directly_given(events: Sequence[t.Event]) -> frozenset[t.Term]:
    return frozenset(event.variable for event in events if isinstance(event.variable, t.RV))


@contextmanager
def averaging(
    ev: Evaluator, terms: Sequence[t.Term], given: Sequence[t.Event], env: Env
) -> Iterator[tuple[Env, Callable[[Gauss], Gauss]]]:
    """Give the environment of the body, and the average of a value found in it."""
    with _joint(ev, terms, given, env) as joint:
        joint.prepare(_directly_given(given))
        total = joint.integral(Gauss.number(ev.ring, 1)) if joint.weighted else None

        def average(value: Gauss) -> Gauss:
            integral = joint.integral(value)
            return integral / total if total is not None and given else integral

        yield joint.inside, average


def mass(ev: Evaluator, events: Sequence[t.Event], given: Sequence[t.Event], env: Env) -> Gauss:
    """Give the density of the events, but for the factors that `given` alone determines."""
    with _joint(ev, [], events, env) as joint:
        joint.prepare(_directly_given(given))
        return joint.integral(Gauss.number(ev.ring, 1)) * joint.jacobian
