"""Models that satisfy the hypotheses of a scope: ranges, equations, decay."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from derive.language.terms import DIM, RV, Apply, Basis, Field, Num, Pow, Sym, Term
from derive.language.traverse import walk
from derive.numeric import integrate
from derive.numeric.densities import known_moments
from derive.numeric.environment import EMPTY, free
from derive.numeric.evaluate import Evaluator
from derive.numeric.gauss import Gauss
from derive.numeric.model import Letter, Model, MomentsLaw
from derive.numeric.ring import NotEvaluable
from derive.numeric.values import Val, components, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from derive.language.scope import Decay, Range, Scope

TURNS = 8  # attempts in which no two parameters may have one value
ATTEMPTS = 40  # draws of the parameters before the hypotheses count as too narrow


def sample_models(
    terms: Iterable[Term], scope: Scope, seed: int, count: int, *, simplest: bool = True
) -> Iterator[Model]:
    """Give up to `count` models of a scope, the simplest first.

    The first: d = 1, N(0, 1), s(x) = x, small distinct parameters; the second has
    s(x) = x^2.  Then random ones in d = 1, 2, 3.  In the third, densities that occur in
    no decay hypothesis are exponential: their flux does not vanish at the edge.  In the
    fourth, functions vanish at infinity: integrals without a density converge.

    Args:
        terms: what will be evaluated; in the simplest model their letters are
            given values in a fixed order, so that no two are equal.
        scope: the hypotheses.
        seed: of everything random.
        count: how many models; fewer where the hypotheses cannot be satisfied.
        simplest: begin with the simplest model; else all are random.
    """
    terms = tuple(terms)
    found = letters(terms, scope)
    dimensions = [1, 1, 1, 1, 2, 3, 2] if simplest else [2, 1, 1, 3]
    dimensional = _dimensional(terms, found)
    edges = _without_decay(found, scope) if simplest else frozenset()
    for index in range(count):
        model = make_model(
            scope,
            f"{seed}/{index}",
            dimensions[index % len(dimensions)] if dimensional else 1,
            simple=simplest and index in {0, 1, 3},
            shift=index % 3,
            exponential=edges if index == 2 else frozenset(),
            diagonal=index % 2 == 0,
            decaying=simplest and index == 3,
        )
        if model is not None:
            yield _drawn(model, found)


def constant_models(terms: Iterable[Term], scope: Scope, seed: int, count: int) -> Iterator[Model]:
    """Give models in which functions are constants, where a root is taken of one, else none.

    A norm that lost its square has no value in other models.
    """
    terms = tuple(terms)
    if not any(_is_root(node) for term in terms for node in walk(term)):
        return
    found = letters(terms, scope)
    for index in range(count):
        dimension = 1 + index // 2 if _dimensional(terms, found) else 1
        model = make_model(scope, f"{seed}/constant {index}", dimension, constants=True)
        if model is not None:
            yield _drawn(model, found)


def _is_root(node: Term) -> bool:
    """Whether a node is a root of an unspecified function."""
    if not isinstance(node, Pow) or not isinstance(node.exponent, Num):
        return False
    applied = (x.field for x in walk(node.base) if isinstance(x, Apply))
    return node.exponent.value.denominator > 1 and any(not field.density for field in applied)


def _drawn(model: Model, found: Iterable[Letter]) -> Model:
    """Give the letters of a model their values."""
    for letter in found:
        if isinstance(letter, Sym):
            model.symbol(letter)
        elif isinstance(letter, Basis):
            model.coordinate(letter)
    return model


def _without_decay(found: Iterable[Letter], scope: Scope) -> frozenset[Field]:
    """Give the densities that no decay hypothesis mentions, through laws included."""
    decaying = letters([decay.flux for decay in scope.decays], scope)
    return frozenset(x for x in found if isinstance(x, Field) and x.density and x not in decaying)


def is_admissible(model: Model, scope: Scope) -> bool:
    """Whether every flux that the scope supposes to decay does so in the model.

    Raises:
        NotEvaluable: where the limit of a flux is not found.
    """
    evaluator = Evaluator(model, scope)
    return all(_decays(evaluator, decay) for decay in scope.decays)


def _decays(evaluator: Evaluator, decay: Decay) -> bool:
    size = evaluator.model.size(decay.var.rank)
    with evaluator.ring.fresh("variable", size) as indices:
        at = evaluator.bound(indices, decay.var.rank)
        flux = evaluator.evaluated(decay.flux, EMPTY.binding(decay.var, at))
        return all(
            integrate.vanishes(component, index)
            for component in components(flux)
            for index in indices
        )


def make_model(  # noqa: PLR0913  named options
    scope: Scope,
    seed: str,
    dimension: int,
    *,
    simple: bool = False,
    shift: int = 0,
    exponential: frozenset[Field] = frozenset(),
    diagonal: bool = False,
    decaying: bool = False,
    constants: bool = False,
    fixed: Mapping[Sym, Fraction] | None = None,
) -> Model | None:
    """Make a model whose parameters satisfy the ranges and the equations of a scope.

    Args:
        scope: the hypotheses.
        seed: of everything random.
        dimension: d.
        simple: prefer the simplest values.
        shift: which of the simplest functions comes first.
        exponential: densities that are exponential instead of normal.
        diagonal: all free indices have one coordinate.
        decaying: functions vanish at infinity.
        constants: functions are constants.
        fixed: values that are given beforehand, of scalars.

    Returns:
        The model, or None where no attempt satisfied the equations.
    """
    for attempt in range(ATTEMPTS):
        name = f"{seed}/{attempt}" if attempt else seed
        model = Model(
            dimension,
            name,
            simple=simple,
            exponential=exponential,
            diagonal=diagonal,
            decaying=decaying,
            constants=constants,
        )
        model.turn, model.shift = attempt % TURNS, shift
        model.ranges = dict(scope.ranges)
        for sym, value in (fixed or {}).items():
            model.symbols[sym] = Gauss.number(model.ring, value)
        try:
            if _satisfy(model, scope) and (_distinct(model) or attempt >= TURNS):
                return model
        except NotEvaluable:
            continue
    return None


def _distinct(model: Model) -> bool:
    """Whether no two letters have one value: a claim that mixes them up would hold."""
    values = [scalar(v).value() for s, v in model.symbols.items() if not s.rank]
    exact = [value for value in values if isinstance(value, Fraction)]
    return len(set(exact)) == len(exact)


def _satisfy(model: Model, scope: Scope) -> bool:
    """Draw the parameters of the equations, solving each equation for its last unknown."""
    evaluator = Evaluator(model, scope)
    pending = [(e, _symbols(e)) for e in scope.equations]
    solved_for = {lhs for lhs, _ in scope.equations}
    unknown = {s for _, found in pending for s in found}
    unknown -= set(model.symbols)
    # What an equation defines is drawn last: most likely it is not drawn at all.
    order = sorted(unknown, key=lambda s: (s in solved_for, s.name))
    while pending:
        progress = False
        for entry in list(pending):
            equation, found = entry
            left = list({s for s in found if s in unknown})
            if len(left) > 1:
                continue
            pending.remove(entry)
            progress = True
            if left:
                _solve(evaluator, equation, left[0])
                unknown.discard(left[0])
            elif not _holds(evaluator, equation):
                return False
        if not progress:
            chosen = next(s for s in order if s in unknown)
            model.symbol(chosen)
            unknown.discard(chosen)
    positive = all(scalar(evaluator.evaluated(q, EMPTY)).sign() > 0 for q in scope.positive)
    return positive and all(
        _in_range(model.symbols[s], r) for s, r in scope.ranges.items() if s in model.symbols
    )


def _symbols(equation: tuple[Term, Term]) -> list[Sym]:
    return [s for side in equation for s in free(side).syms if isinstance(s, Sym)]


def _solve(evaluator: Evaluator, equation: tuple[Term, Term], sym: Sym) -> None:
    """Give a letter the value that an equation says, directly or as a linear equation."""
    model, ring = evaluator.model, evaluator.ring
    for side, other in (equation, equation[::-1]):
        if side == sym and sym not in free(other).syms:
            model.symbols[sym] = evaluator.evaluated(other, EMPTY)
            return
    if sym.rank:
        raise NotEvaluable("a vector equation that does not define a vector")
    with ring.fresh("variable", 1) as (index,):
        env = EMPTY.binding(sym, Gauss.poly(ring, ring.gen(index)))
        sides = [evaluator.scalar(side, env) for side in equation]
        powers = ring.collect((sides[0] - sides[1]).as_poly(), index)
        if max(powers, default=0) != 1 or not ring.is_number(powers[1]):
            raise NotEvaluable("an equation that is not linear in a letter")
        rest = Gauss.poly(ring, powers.get(0, {}))
        model.symbols[sym] = -(rest / Gauss.poly(ring, powers[1]))


def _holds(evaluator: Evaluator, equation: tuple[Term, Term]) -> bool:
    sides = [components(evaluator.evaluated(side, EMPTY)) for side in equation]
    differences = [a - b for a, b in zip(*sides, strict=True)]
    return all(not d.parts or bool(d.enclose().contains(0)) for d in differences)


def _in_range(value: Val, bounds: Range) -> bool:
    number = scalar(value)
    ring = number.ring
    above = bounds.low is None or (number - Gauss.number(ring, bounds.low)).sign() > 0
    return above and (bounds.high is None or (Gauss.number(ring, bounds.high) - number).sign() > 0)


# --- letters --------------------------------------------------------------------


def letters(terms: Iterable[Term], scope: Scope) -> list[Letter]:
    """Give the letters that the terms leave free, also through laws and definitions, sorted."""
    found: dict[Letter, None] = {}

    def visit(term: Term, bound: frozenset[Term] = frozenset()) -> None:
        kinds = (Sym, Basis)
        found.update(dict.fromkeys(s for s in free(term).syms - bound if isinstance(s, kinds)))
        for letter in _mentioned(term):
            if letter in found:
                continue
            found[letter] = None
            if isinstance(letter, Field):
                if letter in scope.moments:
                    visit(scope.moments[letter].mean)
                    visit(scope.moments[letter].variance)
            elif letter in scope.definitions:
                visit(scope.definitions[letter])
            elif letter in scope.laws:
                visit(scope.laws[letter].density, frozenset({scope.laws[letter].at}))

    for term in terms:
        visit(term)
    return sorted(found, key=lambda x: (type(x).__name__, _name(x)))


def _name(letter: Letter) -> str:
    return letter.index if isinstance(letter, Basis) else letter.name


@lru_cache(maxsize=1 << 12)
def _mentioned(term: Term) -> tuple[RV | Field, ...]:
    found: dict[RV | Field, None] = {}
    for node in walk(term):
        if isinstance(node, Apply):
            found[node.field] = None
        elif isinstance(node, RV):
            found[node] = None
    return tuple(found)


def describe(model: Model, terms: Iterable[Term], scope: Scope) -> dict[str, str]:
    """Give what the model puts for the letters of the terms, as LaTeX; d where it matters."""
    terms = tuple(terms)
    found = letters(terms, scope)
    dimensional = _dimensional(terms, found)
    shown = {"d": str(model.dimension)} if dimensional else {}
    shown |= model.base.describe(found) if model.base is not None else {}
    return shown | model.describe(found, _known_moments(model, scope))


def _dimensional(terms: Iterable[Term], found: Iterable[Letter]) -> bool:
    """Whether d matters: a vector or a matrix occurs, or d itself."""
    if any(letter.rank for letter in found):  # an index is of rank 1
        return True
    return any(node.rank or node == DIM for term in terms for node in walk(term))


def _known_moments(model: Model, scope: Scope) -> dict[Field, str]:
    out: dict[Field, str] = {}
    evaluator = Evaluator(model, scope)
    for field, law in model.fields.items():
        if isinstance(law, MomentsLaw):
            means, variances = known_moments(evaluator, field, EMPTY)
            out[field] = law.latex([g.value() for g in means], variances[0].value())
    return out
