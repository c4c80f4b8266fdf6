"""Lowering: what a term means, as a tensor in normal form under a scope.

Vectors get abstract indices, expectations become integrals over the joint
density of the random variables they contain (with their ancestors), conditions
become quotients of two such integrals.  Nothing is assumed silently: a division
leaves the condition that its denominator is not zero.
"""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel.calculus import affine, differentiate, substitute
from derive.kernel.functions import assume_positive, exp, log, power, sign
from derive.kernel.indices import unit_sum
from derive.kernel.integrals import integrate
from derive.kernel.laws import Base, outside_conditions
from derive.kernel.limits import Ambiguous, Undecidable
from derive.kernel.tensors import (
    UNIT,
    Binder,
    Tensor,
    contract,
    delta,
    dot,
    factors_of,
    from_net,
    jet,
    outer,
    scalar,
    transposed,
    variable,
)
from derive.language import terms as t
from derive.language.traverse import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.kernel.algebra import Algebra, Conditions, Quotient
    from derive.language.scope import Scope

__all__ = ["Env", "Lowering", "outside_conditions"]

Env = dict[t.Term, Tensor]
Letter = t.Sym | t.Basis


class Lowering:
    """Lowers the terms of one scope into one algebra; closed terms are remembered."""

    def __init__(self, scope: Scope, algebra: Algebra) -> None:
        self.scope, self.algebra = scope, algebra
        self.env: Env = {}
        self._bound: frozenset[t.Term] = frozenset()
        self._memo: dict[object, tuple[Tensor, Conditions]] = {}
        self._reach: dict[t.Term, tuple[t.Term, ...]] = {}
        for symbol, bounds in scope.ranges.items():
            algebra.ranges[symbol.name] = (bounds.low, bounds.high)
        for lhs, rhs in scope.equations:
            self._eliminate(lhs, rhs)
        for field, known in scope.moments.items():
            mean = self.lower(known.mean, self.env)
            algebra.moments[field] = (mean, self.quotient(known.variance, self.env))
        self.positive: dict[str, t.Term] = {}  # the hypotheses of positivity, by what is assumed
        for term in scope.positive:
            value = self.quotient(term, self.env)
            if sign(value) is None:
                with algebra.conditions_recorded():
                    assume_positive(value)
                self.positive[str(value.key)] = term

    def __call__(self, term: t.Term) -> Tensor:
        """Lower a term whose letters are those of the scope."""
        return self.lower(term, self.env)

    # --- side equations ---

    def _eliminate(self, lhs: t.Term, rhs: t.Term) -> None:
        """Solve a side equation for one letter, the left side's first, and put it everywhere."""
        left, right = self.lower(lhs, self.env), self.lower(rhs, self.env)
        if isinstance(lhs, t.Sym) and lhs not in self.env and lhs.name not in right.free:
            self._put(lhs, right)
            return
        if left.rank:
            raise Undecidable("a side equation between vectors must define one of them")
        self._solve(left.number() - right.number(), list(walk(rhs)))

    def _solve(self, value: Quotient, order: list[t.Term]) -> None:
        if value.vanishes():
            return
        for symbol in [s for s in order if isinstance(s, t.Sym) and s not in self.env]:
            x = variable(self.algebra, symbol.name, 0).number()
            slope = differentiate(scalar(value), symbol.name, 0).number()
            if slope.vanishes() or symbol.name in slope.free or sign(slope) is None:
                continue
            self._put(symbol, scalar(x - value / slope))
            return
        raise Undecidable("a side equation that can be solved for none of its letters")

    def _put(self, symbol: t.Sym, value: Tensor) -> None:
        images = {symbol.name: value}
        self.env = {k: substitute(v, images) for k, v in self.env.items()}
        self.env[symbol] = value
        bounds = self.scope.ranges.get(symbol)
        for bound, side in ((bounds.low, 1), (bounds.high, -1)) if bounds else ():
            gap = None if bound is None else value.number() - self.algebra.number(bound)
            if gap is not None and sign(gap) in {0, -side}:
                raise Undecidable(f"the hypotheses contradict each other about {symbol.name}")

    # --- terms ---

    def quotient(self, term: t.Term, env: Env) -> Quotient:
        """Lower a scalar."""
        return self.lower(term, env).number()

    def lower(self, term: t.Term, env: Env) -> Tensor:
        """Lower a term under values for its letters; what was lowered once is remembered."""
        if isinstance(term, (t.Num, t.Const, t.Sym, t.RV, t.Basis)):
            return self._lower(term, env)
        letters = self._letters(term)
        values = tuple((k, env[k].key) for k in letters if k in env)
        assumed = len(self.algebra.assumed)  # it only grows: what is known then, holds later
        key = (term, values, self._bound.intersection(letters), assumed)
        if key not in self._memo:
            with self.algebra.conditions_recorded() as recorded:
                self._memo[key] = (self._lower(term, env), recorded)
        value, conditions = self._memo[key]
        self.algebra.conditions.update(conditions)
        return value

    def _letters(self, term: t.Term) -> tuple[t.Term, ...]:
        """All letters whose value may matter to a term: its own, of definitions and of laws."""
        if term not in self._reach:
            found: dict[t.Term, None] = {}
            pending = [term]
            while pending:
                for node in walk(pending.pop()):
                    if node in found or not isinstance(node, (t.Sym, t.RV, t.Ito, t.Basis)):
                        continue
                    found[node] = None
                    if node in self.scope.definitions and isinstance(node, t.RV):
                        pending.append(self.scope.definitions[node])
                    elif node in self.scope.laws and isinstance(node, t.RV):
                        pending.append(self.scope.laws[node].density)
            self._reach[term] = tuple(found)
        return self._reach[term]

    def _lower(self, term: t.Term, env: Env) -> Tensor:  # noqa: C901, PLR0911, PLR0912 - all cases
        algebra = self.algebra
        match term:
            case t.Num(value):
                return scalar(algebra.number(value))
            case t.Zero(rank):
                return Tensor(algebra, rank, {})
            case t.Const(name):
                return scalar(algebra.constant(name))
            case t.Sym(name, rank):
                return env[term] if term in env else variable(algebra, name, rank)
            case t.RV() | t.Ito():
                return self._random(term, env)
            case t.Apply(field, args):
                return self._apply(field, tuple(self.lower(a, env) for a in args))
            case t.Add(parts):
                total = self.lower(parts[0], env)
                for part in parts[1:]:
                    total = total + self.lower(part, env)
                return total
            case t.Mul(factors):
                total = scalar(algebra.one)
                for factor in factors:
                    total = outer(total, self.lower(factor, env))
                return total
            case t.Neg(body):
                return -self.lower(body, env)
            case t.Div(num, den):
                return self.lower(num, env).times(self._inverse(den, env))
            case t.Pow(base, exponent):
                return scalar(self._power(base, exponent, env))
            case t.Fun(name, arg):
                return scalar(self._function(name, self.quotient(arg, env)))
            case t.Landau():
                raise Undecidable("a Landau term where an exact value is needed")
            case t.Normal(at, mean, variance):
                away = self.lower(at, env) - self.lower(mean, env)
                return scalar(self._normal(away, self.quotient(variance, env)))
            case t.Expect(body, given):
                return self._expect(body, given, env)
            case t.Variance(body, given):
                return self._variance(body, given, env)
            case t.Density(of, given):
                return scalar(self._density(of, given, env))
            case _:
                return self._vector_or_calculus(term, env)

    def _vector_or_calculus(self, term: t.Term, env: Env) -> Tensor:  # noqa: C901, PLR0911, PLR0912 - all cases
        match term:
            case t.Dot(left, right):
                return dot(self.lower(left, env), self.lower(right, env))
            case t.NormSq(body):
                value = self.lower(body, env)
                return dot(value, value)
            case t.Outer(left, right):
                return outer(self.lower(left, env), self.lower(right, env))
            case t.Identity():
                return from_net(self.algebra, 2, [(delta(self.algebra), (-1, -2))])
            case t.MatVec(matrix, vector):
                return dot(self.lower(matrix, env), self.lower(vector, env))
            case t.MatMul(left, right):
                return dot(self.lower(left, env), self.lower(right, env))
            case t.Transpose(body):
                return transposed(self.lower(body, env))
            case t.Basis(index):
                return env[term] if term in env else variable(self.algebra, UNIT + index, 1)
            case t.IndexSum(body, index):
                return self._index_sum(body, t.Basis(index), env)
            case t.Trace(body):
                return contract(self.lower(body, env), 0, 1)
            case t.Diff(body, var):
                return self._derivative(body, var, env)
            case t.Divergence(body, var):
                return contract(self._derivative(body, var, env), 0, 1)
            case t.At(body, var, value):
                with self._binding(var):
                    return self.lower(body, {**env, var: self.lower(value, env)})
            case t.Integral(body, var, lower, upper):
                return self._integral(body, var, lower, upper, env)
            case t.Bracket(body, var):  # the fundamental theorem of calculus
                return self._integral(t.Diff(body, var), var, None, None, env)
            case _:  # of counting: factorials, sums over a range
                raise Undecidable(f"no reasoning about a {type(term).__name__} here")

    # --- arithmetic ---

    def _inverse(self, den: t.Term, env: Env) -> Quotient:
        value = self.quotient(den, env)
        if value.vanishes():
            raise Undecidable("a division by an expression that is identically zero")
        if sign(value) is None:
            self.algebra.conditions["nonzero", repr(den)] = den
        self._positive_densities(value)
        return value.inverse()

    def _positive_densities(self, value: Quotient) -> None:
        """Note that a density, which may have a support, was divided by."""
        if any(info.payload is not None and getattr(info.payload, "positive", False)
               for info in factors_of(value)):  # fmt: skip
            words = "the densities that are divided by are positive"
            self.algebra.conditions["regularity", words] = None

    def _power(self, base: t.Term, exponent: t.Term, env: Env) -> Quotient:
        value, n = self.quotient(base, env), self.quotient(exponent, env)
        number = n.as_number()
        if number is None:
            return exp(n * log(value))
        if number < 0:
            value, number = self._inverse(base, env), -number
        return power(value, number)

    def _function(self, name: str, arg: Quotient) -> Quotient:
        if name == "exp":
            return exp(arg)
        if name == "log":
            self._positive_densities(arg)
            return log(arg)
        if name not in {"sin", "cos"}:
            raise Undecidable(f"the {name} of an expression is not reasoned about here")
        return self._apply(t.Field(name, known=True), (scalar(arg),)).number()

    def _apply(self, field: t.Field, args: tuple[Tensor, ...]) -> Tensor:
        factor = jet(self.algebra, field, args, (0,) * len(args))
        return from_net(self.algebra, field.rank, [(factor, (-1,) if field.rank else ())])

    def _normal(self, away: Tensor, v: Quotient) -> Quotient:
        """Give the normal density of covariance v I at a distance from its mean."""
        square = dot(away, away).number() if away.rank else away.number() ** 2
        half = self.algebra.number(Fraction(1, 2))
        scale = log(self.algebra.number(2) * self.algebra.constant("pi") * v)
        dimension = self.algebra.constant("d") if away.rank else self.algebra.one
        return exp(-half * (square / v) - half * dimension * scale)

    # --- calculus ---

    def _derivative(self, body: t.Term, var: t.Sym, env: Env) -> Tensor:
        self._independent(var)
        with self.algebra.names_released():
            name = self.algebra.fresh()
            x = variable(self.algebra, name, var.rank)
            slope = differentiate(self.lower(body, {**env, var: x}), name, var.rank)
            return substitute(slope, {name: self.lower(var, env)})

    def _index_sum(self, body: t.Term, unit: t.Basis, env: Env) -> Tensor:
        with self.algebra.names_released():
            name = UNIT + self.algebra.fresh()
            with self._binding(unit):
                value = self.lower(body, {**env, unit: variable(self.algebra, name, 1)})
            return unit_sum(value, name)

    def _integral(
        self, body: t.Term, var: t.Sym, lower: t.Term | None, upper: t.Term | None, env: Env
    ) -> Tensor:
        with self.algebra.names_released():
            name = self.algebra.fresh()
            with self._binding(var):
                value = self.lower(body, {**env, var: variable(self.algebra, name, var.rank)})
            limits = [None if x is None else self.lower(x, env) for x in (lower, upper)]
            return integrate(value, [Binder(name, var.rank, *limits)])

    # --- probability ---

    @contextmanager
    def _binding(self, var: Letter) -> Iterator[None]:
        """Note that an integral, a sum or a substitution binds a letter."""
        self._independent(var)
        before, self._bound = self._bound, self._bound | {var}
        try:
            yield
        finally:
            self._bound = before

    def _independent(self, var: Letter) -> None:
        """Refuse to bind or vary a letter that hypotheses tie to others.

        Under `a = 2 b` it is not said whether `a` moves with `b`; the same of the
        letters of known moments.
        """
        name = var.name if isinstance(var, t.Sym) else UNIT + var.index
        tied = var in self.env or any(name in v.free for v in self.env.values())
        moments = [x for m in self.scope.moments.values() for x in (m.mean, m.variance)]
        if tied or any(var in walk(x) for x in moments):
            raise Ambiguous("a letter that the hypotheses tie to others is bound or varied")

    def _unbound(self, term: t.Term, at: t.Sym | None = None) -> None:
        """Refuse a law or definition with a letter that is bound where it is used.

        Whether such a letter means the bound variable is not said anywhere.
        """
        if any(s in self._bound and s != at for s in walk(term)):
            raise Ambiguous("a letter of a law is also a variable of integration")

    def _random(self, term: t.Term, env: Env) -> Tensor:
        if term in env:
            return env[term]
        if isinstance(term, t.RV) and term in self.scope.definitions:
            definition = self.scope.definitions[term]
            self._unbound(definition)
            return self.lower(definition, env)
        raise Undecidable("a random variable stands outside an expectation")

    def _expect(self, body: t.Term, given: tuple[t.Event, ...], env: Env) -> Tensor:
        with self.algebra.names_released():
            inner, binders, _, joint = self._joint([body], given, env)
            top = integrate(self.lower(body, inner).times(joint), binders)
            if not given:
                return top
            bottom = integrate(scalar(joint), binders).number()
            return top.times(bottom.inverse())  # the Jacobian cancels

    def _variance(self, body: t.Term, given: tuple[t.Event, ...], env: Env) -> Tensor:
        square = t.Outer(body, body) if body.rank else t.Pow(body, t.term(2))
        mean = self._expect(body, given, env)
        return self._expect(square, given, env) - outer(mean, mean)

    def _density(self, of: tuple[t.Event, ...], given: tuple[t.Event, ...], env: Env) -> Quotient:
        value = self._joint_density((*of, *given), env)
        return value / self._joint_density(given, env) if given else value

    def _joint_density(self, events: tuple[t.Event, ...], env: Env) -> Quotient:
        with self.algebra.names_released():
            _, binders, jacobian, joint = self._joint([], events, env)
            return integrate(scalar(joint), binders).number() * jacobian

    def _joint(
        self, bodies: list[t.Term], given: tuple[t.Event, ...], env: Env
    ) -> tuple[Env, list[Binder], Quotient, Quotient]:
        """Values of the random variables, those that stay to integrate over, the density."""
        bases, defined = self._bases([*bodies, *(e.variable for e in given)])
        names = {b: self.algebra.fresh() for b in bases}
        inner = {k: v for k, v in env.items() if not isinstance(k, (t.RV, t.Ito))}
        inner |= {b: variable(self.algebra, names[b], b.rank) for b in bases}
        jacobian, left = self.algebra.one, list(bases)
        for event in given:
            solved, slope = self._condition(event, left, names, inner, env)
            left.remove(solved)
            if slope is not None:
                jacobian = jacobian * slope
        joint = self.algebra.one
        used = [x for body in bodies for x in outside_conditions(body)]
        for variable_ in defined:
            if all(e.variable != variable_ for e in given):
                joint = joint * self._exchange(variable_, left, used, names, inner)
        for base in bases:
            joint = joint * self._law(base, inner)
        return inner, [Binder(names[b], b.rank) for b in left], jacobian, joint

    def _exchange(
        self,
        defined: t.RV,
        left: list[Base],
        used: list[t.Term],
        names: dict[Base, str],
        inner: Env,
    ) -> Quotient:
        """Integrate over X_t := a X_0 + b Z in place of Z; give the factor of the density.

        Functions of X_t, conditional expectations above all, then depend on one
        variable instead of two.
        """
        expression, own = self.lower(defined, inner), set(names.values())
        latest_first = [b for b in left[::-1] if b not in used]
        for base in (*latest_first, *(b for b in left[::-1] if b in used)):
            slope = affine(expression, names[base], base.rank)
            if slope is None or not own.isdisjoint(slope.free) or sign(slope) is None:
                continue
            old, names[base] = names[base], self.algebra.fresh()
            new = variable(self.algebra, names[base], base.rank)
            rest = expression - variable(self.algebra, old, base.rank).times(slope)
            image = (new - rest).times(slope.inverse())
            for key in inner:
                inner[key] = substitute(inner[key], {old: image})
            inner[defined] = new
            factor = self._slope_density(slope if sign(slope) == 1 else -slope, base.rank)
            return self.algebra.one if factor is None else factor
        return self.algebra.one

    def _bases(self, nodes: Iterable[t.Term]) -> tuple[list[Base], list[t.RV]]:
        """The random variables that occur, directly, by definition or as ancestors.

        First those that have a law, then those that are defined by others.
        """
        found: dict[Base, None] = {}
        defined: dict[t.RV, None] = {}
        pending = [x for node in nodes for x in outside_conditions(node)]
        while pending:
            node = pending.pop(0)
            if node in found or node in defined:
                continue
            if isinstance(node, t.Ito):
                found[node] = None
            elif isinstance(node, t.RV) and node in self.scope.definitions:
                defined[node] = None
                pending += outside_conditions(self.scope.definitions[node])
            elif isinstance(node, t.RV):
                if node not in self.scope.laws:
                    raise Undecidable(f"no law is known of the random variable {node.name}")
                found[node] = None
                pending += self.scope.laws[node].parents
        if sum(isinstance(b, t.Ito) for b in found) > 1:
            raise Undecidable("two different Ito integrals in one expectation")
        return list(found), list(defined)

    def _condition(
        self, event: t.Event, left: list[Base], names: dict[Base, str], inner: Env, env: Env
    ) -> tuple[Base, Quotient | None]:
        """Solve `variable = value` for one random variable and put it into `inner`."""
        value, expression = self.lower(event.value, env), self.lower(event.variable, inner)
        candidates = [b for b in left if names[b] in expression.free and b.rank == value.rank]
        own = set(names.values())
        for base in sorted(candidates, key=lambda b: b != event.variable):
            slope = affine(expression, names[base], base.rank)
            if slope is None or not own.isdisjoint(slope.free):
                continue
            known = sign(slope)
            if known is None:
                continue
            x = variable(self.algebra, names[base], base.rank)
            image = (value - (expression - x.times(slope))).times(slope.inverse())
            for key in inner:
                inner[key] = substitute(inner[key], {names[base]: image})
            return base, self._slope_density(slope if known > 0 else -slope, base.rank)
        raise Undecidable("a condition that can be solved for none of its random variables")

    def _slope_density(self, slope: Quotient, rank: int) -> Quotient | None:
        """The factor |a|^-d by which the density of a X + b differs from that of X."""
        if slope.as_number() == 1:
            return None
        if not rank:
            return slope.inverse()
        return exp(-(self.algebra.constant("d") * log(slope)))

    def _law(self, base: Base, inner: Env) -> Quotient:
        if isinstance(base, t.Ito):
            square = t.Integral(t.Pow(base.body, t.term(2)), base.var, t.term(0), base.upper)
            return self._normal(inner[base], self.quotient(square, inner))
        law = self.scope.laws[base]
        match law.density:
            case t.Normal(at) if at == law.at:
                normalised = True
            case t.Apply(field, (at, *_)):
                normalised = field.density and at == law.at
            case _:
                normalised = False
        if not normalised:
            self.algebra.conditions["premise", "the stated laws have total mass one"] = None
        self._unbound(law.density, law.at)
        return self.quotient(law.density, {**inner, law.at: inner[base]})
