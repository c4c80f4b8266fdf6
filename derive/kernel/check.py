"""Claims to verdicts: the only place where `Proved` and `Refuted` are made.

A session lowers the terms of one scope into one algebra.  What a tactic found
(integrations by parts, the scale of an excess risk, two values) comes in as a
witness and is computed through here; a wrong witness leaves the claim open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from flint import arb

from derive.kernel.algebra import Algebra, Quotient
from derive.kernel.calculus import differentiate
from derive.kernel.functions import sign
from derive.kernel.integrals import FUBINI, integrate
from derive.kernel.laws import equal_in_law, outside_conditions
from derive.kernel.limits import Ambiguous, Hidden, Restart, Undecidable
from derive.kernel.lowering import Lowering
from derive.kernel.point import find_point
from derive.kernel.series import Expansion, Series, contains, larger, small_variable
from derive.kernel.tensors import Binder, Bound, Jet, Tensor, contract, outer, variable
from derive.kernel.verdict import (
    Condition,
    Counterexample,
    Flux,
    Proved,
    Refuted,
    Unresolved,
    Verdict,
    Witness,
)
from derive.language import terms as t
from derive.language.scope import flaw
from derive.language.traverse import rebuild, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from derive.kernel.series import Remainder
    from derive.kernel.tensors import Labelled
    from derive.language.claims import Equal, EqualInLaw, EqualUpToConstant, Minimises
    from derive.language.scope import Scope

T = TypeVar("T")
Value = Fraction | arb
Describe: TypeAlias = "Callable[[Quotient], t.Term | None]"
Values: TypeAlias = "Value | tuple[Values, ...]"

_FINEST_SCALE = 64
_HIGHEST_ORDER = 24


class Session:
    """One scope and one algebra; the sides of neighbouring links are lowered once."""

    def __init__(self, scope: Scope, scale: int = 1, describe: Describe | None = None) -> None:
        if flaw(scope):
            raise Ambiguous(flaw(scope))
        self.scope, self.describe = scope, describe
        self.algebra = Algebra(scale)
        self.lowering = Lowering(scope, self.algebra)
        self._given = dict(self.algebra.conditions)
        self._assumed = len(self.algebra.assumed)

    def lower(self, term: t.Term) -> Tensor:
        """Lower a closed term."""
        return self.lowering(term)

    def difference(self, lhs: t.Term, rhs: t.Term) -> Tensor:
        """Lower both sides and subtract, whichever of them says first what is positive.

        `sqrt(x y) = sqrt(x) sqrt(y)`: only the right side tells the signs that the
        left one needs, and a claim is about values where both are defined.
        """
        while True:
            assumed = len(self.algebra.assumed)
            try:
                left: Tensor | None = self.lower(lhs)
            except Undecidable:
                left = None
            right = self.lower(rhs)
            if len(self.algebra.assumed) == assumed:
                return (self.lower(lhs) if left is None else left) - right

    def assumes(self) -> bool:
        """Whether a claim made the algebra assume more than the hypotheses say."""
        return len(self.algebra.assumed) > self._assumed

    def begin(self) -> None:
        """Start a decision: only the conditions of the hypotheses stand."""
        self.algebra.conditions = dict(self._given)


class Sessions:
    """Sessions by scope, made anew in a finer algebra when one asks for it."""

    def __init__(self, describe: Describe | None = None) -> None:
        """Take a function that writes a quantity as a term, for the words of conditions."""
        self._describe = describe
        self._by_scope: dict[int, tuple[Scope, Session]] = {}

    def run(self, scope: Scope, action: Callable[[Session], T]) -> T:
        """Run a decision, again with finer exponents where one asks for it."""
        key, scale = id(scope), 1
        while True:
            try:
                if key not in self._by_scope:
                    self._by_scope[key] = (scope, Session(scope, scale, self._describe))
                return self._run(key, action)
            except Restart as restart:
                self._by_scope.pop(key, None)
                scale = restart.scale
                if scale > _FINEST_SCALE:
                    raise Undecidable("roots of exponentials of too high an order") from None

    def _run(self, key: int, action: Callable[[Session], T]) -> T:
        session = self._by_scope[key][1]
        session.begin()
        try:
            return action(session)
        finally:
            if session.assumes():
                # What one claim assumes, being defined, another must not find in a memo.
                self._by_scope.pop(key)


@dataclass(frozen=True)
class PartsWitness:
    """One integration by parts: over `binders`, the integral of div(weight * u) is zero.

    u is the flux of a decay hypothesis of the scope, `decay` its number, read with
    `letters` for its free letters (its own variable is the first binder).
    coefficient: what the vanishing integral is multiplied by before it is added.
    """

    coefficient: Quotient
    weight: Tensor
    decay: int
    binders: tuple[Binder, ...]
    letters: Mapping[t.Term, Tensor] = field(default_factory=dict)
    shown: Flux | None = None


# --- proofs ------------------------------------------------------------------------


def prove_equal(session: Session, claim: Equal, parts: Sequence[PartsWitness] = ()) -> Verdict:
    """Decide an exact equation: the difference, less what vanishes by parts, must be 0."""
    rest = _difference(session, claim.lhs, claim.rhs, parts)
    if not rest.vanishes():
        return Unresolved("the difference of the two sides does not reduce to 0")
    method = "divergence" if parts else "normal form"
    return Proved(method, Witness(fluxes=_shown(parts)), _conditions(session, parts))


def prove_up_to_constant(
    session: Session, claim: EqualUpToConstant, parts: Sequence[PartsWitness] = ()
) -> Verdict:
    """Decide equality up to a constant: no atom of the difference depends on theta."""
    rest = _difference(session, claim.lhs, claim.rhs, parts)
    if depends_on_theta(rest):
        return Unresolved("the difference of the two sides depends on theta")
    form = "0" if rest.vanishes() else "free of theta"
    witness = Witness(normal_form=form, fluxes=_shown(parts))
    return Proved("constant difference", witness, _conditions(session, parts))


def prove_in_law(session: Session, claim: EqualInLaw) -> Verdict:
    """Decide equality in law: given what both sides share, both are normal with one law."""
    if not equal_in_law(session.lowering, claim.lhs, claim.rhs):
        return Unresolved("the means or the variances of the two sides do not reduce to the same")
    return Proved("law", Witness(), _conditions(session, ()))


def prove_minimiser(
    session: Session, claim: Minimises, scale: Fraction, parts: Sequence[PartsWitness] = ()
) -> Verdict:
    """Decide a minimiser by its excess risk.

    J[D] - J[D*] = c E|D(Y) - D*(Y)|^2 with c > 0 shows that D* is the minimiser,
    and the only one up to null sets (the orthogonality of the projection; e.g.
    Williams, Probability with Martingales, 9.4).
    """
    if scale <= 0:
        return Unresolved("an excess risk must have a positive factor")
    best, excess = excess_risk(claim, session.scope)
    rest = _difference(session, claim.functional, best, ())
    rest = rest - session.lower(excess).times(session.algebra.number(scale))
    if not (rest - _vanishing(session, parts, rest)).vanishes():
        return Unresolved("the excess over the stated minimum is not a mean square distance")
    witness = Witness(normal_form="0", fluxes=_shown(parts))
    return Proved("excess risk", witness, _conditions(session, parts))


def excess_risk(claim: Minimises, scope: Scope) -> tuple[t.Term, t.Term]:
    """Give the functional at the stated minimiser, and E|D(Y) - D*(Y)|^2."""
    variable_, *_ = claim.unknown.args
    applied = [
        x
        for x in walk(claim.functional)
        if isinstance(x, t.Apply) and x.field == claim.unknown.field
    ]
    if not applied or not isinstance(variable_, t.Sym):
        raise Undecidable("the unknown function does not occur in the functional")
    if any(x.args[1:] != claim.unknown.args[1:] for x in applied):
        raise Undecidable("the unknown function occurs with other parameters than stated")
    hidden = [claim.value, *(x for pair in scope.equations for x in pair), *scope.positive]
    hidden += [law.density for law in scope.laws.values()] + list(scope.definitions.values())
    hidden += [x for m in scope.moments.values() for x in (m.mean, m.variance)]
    hidden += [x for applied_ in applied for x in applied_.args]
    if any(
        isinstance(x, t.Apply) and x.field == claim.unknown.field for h in hidden for x in walk(h)
    ):
        raise Undecidable("the unknown function occurs in the value, a hypothesis or itself")
    indices = {t.Basis(x.index) for x in walk(claim.functional) if isinstance(x, t.IndexSum)}
    if not indices.isdisjoint(walk(claim.value)):
        raise Undecidable("an index of the value is summed over in the functional")
    if claim.unknown.field.density:
        raise Undecidable("a minimum over densities only, not over all functions")
    if outside_conditions(claim.value):
        raise Undecidable("the stated minimiser is random: it must be a function of the argument")
    images: dict[t.Term, t.Term] = {x: t.At(claim.value, variable_, x.args[0]) for x in applied}
    best = rebuild(claim.functional, images)
    gap = applied[0] - images[applied[0]]
    square = t.NormSq(gap) if gap.rank else t.Pow(gap, t.term(2))
    return best, t.Expect(square)


def decide_landau(session: Session, claim: Equal) -> Verdict:
    """Decide `f = T + o(h^k)`: coefficients up to the remainder, and the remainders' order."""
    h = small_variable(claim.lhs, claim.rhs)
    if h is None or claim.lhs.rank:
        raise Undecidable("a Landau claim about a vector")
    open_right = any(isinstance(x, t.Landau) for x in walk(claim.rhs))
    for order in range(2, _HIGHEST_ORDER):
        try:
            left = Expansion(session.lowering, h, Fraction(order))(claim.lhs)
            right = Expansion(session.lowering, h, Fraction(order))(claim.rhs)
        except Hidden:
            continue  # cancelled below this order: look further
        gap = Series((left + -right).terms, larger(left.remainder, right.remainder))
        if gap.terms:
            return _other_coefficient(h, left, right, gap)
        verdict = _compare_remainders(session, h, left.remainder, right.remainder, open_right)
        if verdict is not None:
            return verdict
    return Unresolved("the remainder of the left side could not be made small enough")


def _compare_remainders(
    session: Session,
    h: t.Sym,
    left: Remainder | None,
    right: Remainder | None,
    open_right: bool,
) -> Verdict | None:
    """Decide by the remainders of two expansions with the same terms; None: look further."""
    if open_right and (right is None or right.ours):
        return None  # the author's remainder lies below what was cut off
    if left is None or (right is not None and not right.ours and contains(right, left)):
        if right is not None and right.ours:
            return None
        for c in right.factors if right is not None else ():
            if find_point(c, ()) is None:
                return Unresolved("a Landau term is multiplied by what may be zero")
            if sign(c) is None:
                session.algebra.conditions["nonzero", str(c.key)] = c
        return Proved("series", Witness(normal_form="0"), _conditions(session, ()))
    if left.ours or (right is not None and right.ours and not contains(left, right)):
        return None
    return _larger_remainder(h, left, None if right is None or right.ours else right)


def _other_coefficient(h: t.Sym, left: Series, right: Series, gap: Series) -> Verdict:
    """Refute by the first coefficient below both remainders that differs."""
    power_, coefficient = gap.leading()
    zero = coefficient.algebra.zero
    sides = (left.terms.get(power_, zero), right.terms.get(power_, zero))
    found = find_point(coefficient, sides)
    if found is None:
        return Unresolved(f"the coefficients of {_power(h, power_)} are not known to be equal")
    model, (left_value, right_value) = found
    return refute("series", model, left_value, right_value, f"coefficient of {_power(h, power_)}")


def _power(h: t.Sym, order: Fraction) -> str:
    return f"${h.name}^{{{order}}}$" if order != 1 else f"${h.name}$"


def _larger_remainder(h: t.Sym, left: Remainder, right: Remainder | None) -> Verdict:
    """Refute by a function that the left remainder admits and the right one does not."""
    if any(find_point(c, ()) is None for c in left.factors):
        return Unresolved("a Landau term is multiplied by what may be zero")
    order = left.order
    if left.kind == "o":
        order = (order + right.order) / 2 if right is not None else order + 1
    shown = _power(h, order).strip("$")
    model = {r"\text{the remainder of the left side}": shown}
    note = f"coefficient of {_power(h, order)} in the difference from the terms of the right side"
    return refute("series", model, Fraction(1), Fraction(0), note)


# --- refutations -----------------------------------------------------------------------


def refute_types(lhs: t.Term, rhs: t.Term) -> Verdict:
    """Refute an equation between sides of two kinds: a number is no vector, whatever they are."""
    if lhs.rank == rhs.rank:
        return Unresolved("the two sides are of one kind")
    return Refuted("types", Counterexample({}, _KINDS[lhs.rank], _KINDS[rhs.rank]))


def refute(method: str, model: Mapping[str, str], lhs: Values, rhs: Values, note: str) -> Verdict:
    """Turn two values of the sides in one model into a refutation, if they certainly differ.

    Exact rational values must be different; enclosures must be disjoint.  Of two
    vectors or matrices one component is shown.
    """
    if isinstance(lhs, tuple) and isinstance(rhs, tuple):
        for k, (a, b) in enumerate(zip(lhs, rhs, strict=True), start=1):
            names = [note] * bool(note) + [f"component {k}"] * (len(lhs) > 1)
            verdict = refute(method, model, a, b, ", ".join(names))
            if isinstance(verdict, Refuted):
                return verdict
        return Unresolved("no component of the two sides is known to differ")
    if isinstance(lhs, tuple) or isinstance(rhs, tuple):
        return Unresolved("the two sides are of different shapes in the model")
    if isinstance(lhs, Fraction) and isinstance(rhs, Fraction):
        differ = lhs != rhs
    else:
        differ = not _ball(lhs).overlaps(_ball(rhs))
    if not differ:
        return Unresolved("the values of the two sides in the model are not known to differ")
    return Refuted(method, Counterexample(dict(model), *_texts(lhs, rhs), note))


def _ball(value: Value) -> arb:
    return arb(value.numerator) / arb(value.denominator) if isinstance(value, Fraction) else value


def _texts(lhs: Value, rhs: Value) -> tuple[str, str]:
    """Write both values with as few digits as show that they differ."""
    for digits in (6, 12, 24, 48):
        shown = [v if isinstance(v, Fraction) else arb(v.str(digits)) for v in (lhs, rhs)]
        if not _ball(shown[0]).overlaps(_ball(shown[1])):
            break
    a, b = (str(v) if isinstance(v, Fraction) else v.str(digits) for v in (lhs, rhs))
    return a, b


# --- the parts of a proof -----------------------------------------------------------------


def _difference(
    session: Session, lhs: t.Term, rhs: t.Term, parts: Sequence[PartsWitness]
) -> Tensor:
    rest = session.difference(lhs, rhs)
    return rest - _vanishing(session, parts, rest)


def _vanishing(session: Session, parts: Sequence[PartsWitness], like: Tensor) -> Tensor:
    """The sum of coefficient times integral of a divergence that vanishes at infinity."""
    total = Tensor(session.algebra, like.rank, {})
    for part in parts:
        total = total + vanishing_integral(session, part).times(part.coefficient)
    return total


def vanishing_integral(session: Session, part: PartsWitness) -> Tensor:
    """Integrate div(weight * u) over all binders; it is zero when u decays in the first.

    Raises Undecidable if the weight depends on the variable that goes to infinity.
    """
    first, *others = part.binders
    names = {b.name for b in part.binders}
    if any(b.limits for b in part.binders) or first.name in part.weight.free:
        raise Undecidable("a flux whose weight is not constant at infinity")
    if len(names) < len(part.binders) or not all("#" in name for name in names):
        raise Undecidable("the variables of a flux must be bound ones, each once")
    flux = outer(part.weight, decaying_flux(session, part))
    if flux.rank < first.rank:
        raise Undecidable("a flux in R^d must be a vector")
    if others:
        session.algebra.conditions[FUBINI] = None
    slope = differentiate(flux, first.name, first.rank)
    if first.rank:
        slope = contract(slope, slope.rank - 2, slope.rank - 1)
    return integrate(slope, part.binders)


def decaying_flux(session: Session, part: PartsWitness) -> Tensor:
    """The flux of a decay hypothesis, with the bound variable for its own."""
    decay = session.scope.decays[part.decay]
    if not set(part.letters) <= set(decay.for_all):
        raise Undecidable("a decay hypothesis read for other letters than it is stated for")
    if any(part.binders[0].name in value.free for value in part.letters.values()):
        raise Undecidable("a decay hypothesis read along another path to infinity")
    x = variable(session.algebra, part.binders[0].name, part.binders[0].rank)
    env: dict[t.Term, Tensor] = {**session.lowering.env, **part.letters, decay.var: x}
    return session.lowering.lower(decay.flux, env)


def _shown(parts: Sequence[PartsWitness]) -> tuple[Flux, ...]:
    return tuple(p.shown for p in parts if p.shown is not None)


def depends_on_theta(tensor: Tensor) -> bool:
    """Whether a trained field occurs anywhere in the normal form."""
    algebra = tensor.algebra
    return any(
        _net_trained(algebra, net) or _quotient_trained(c) for net, c in tensor.parts.items()
    )


def _quotient_trained(value: Quotient) -> bool:
    gens = (value.algebra.gens[i] for i in value.used())
    return any(
        _net_trained(value.algebra, g.net) or (g.inner is not None and _quotient_trained(g.inner))
        for g in gens
    )


def _net_trained(algebra: Algebra, net: Sequence[Labelled]) -> bool:
    for factor, _ in net:
        payload = algebra.factors[factor].payload
        if isinstance(payload, Jet):
            if payload.field.trained or any(depends_on_theta(a) for a in payload.args):
                return True
        elif isinstance(payload, Bound):
            limits = [x for b in payload.binders for x in b.limits]
            if any(depends_on_theta(x) for x in (payload.core, *limits)):
                return True
    return False


def _conditions(session: Session, parts: Sequence[PartsWitness]) -> tuple[Condition, ...]:
    """What the proof rests on besides the two sides, each once."""
    found: dict[str, Condition] = {}
    for (kind, text), evidence in session.algebra.conditions.items():
        term = evidence if isinstance(evidence, t.Term) else None
        if isinstance(evidence, Quotient) and session.describe is not None:
            term = session.describe(evidence)
        if kind in {"regularity", "premise"}:
            found[text] = Condition(kind, None, text)
        elif text in session.lowering.positive:
            found[kind + text] = Condition(kind, session.lowering.positive[text], "positive")
        elif term is not None and not any(isinstance(x, t.RV) for x in walk(term)):
            found[kind + text] = Condition(kind, term, f"{kind}")
        else:
            found[kind] = Condition(kind, term, f"every {_WHERE[kind]} is {kind}")
    for part in parts:
        decay = session.scope.decays[part.decay]
        words = _SPHERES if decay.var.rank else "at infinity"
        found[f"decay{part.decay}"] = Condition("decay", decay.flux, words, decay.stated)
    return tuple(found.values())


_KINDS = ("a number", "a vector", "a matrix")
_SPHERES = "at infinity, with its flux through large spheres"
_WHERE = {"nonzero": "denominator", "positive": "argument of a root or a logarithm"}
