r"""Claims with a Landau term, `A = 1 + h/2 + o(h)`, checked at h = 2^-16, 2^-24, 2^-32.

Each Landau symbol is evaluated as an infinitesimal, so that its coefficient in a
side, `x` in `x o(h)`, comes out exactly: with sides l + sum a_i o_i and
r + sum b_j o_j the claim says that (l - r) and a_i scale_i are small against
sum |b_j| scale_j.  Small means: bounded for O, falling for o.  This confirms; it
proves nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import flint

from derive.language.terms import Landau, Sym, Term
from derive.language.traverse import walk
from derive.numeric.environment import EMPTY, Env
from derive.numeric.evaluate import Evaluator
from derive.numeric.ring import BITS, FIELD, PRECISION, Ball, NotEvaluable
from derive.numeric.sampling import make_model
from derive.numeric.values import components

if TYPE_CHECKING:
    from derive.language.claims import Equal
    from derive.language.scope import Scope
    from derive.numeric.gauss import Gauss
    from derive.numeric.model import Model

POWERS = (16, 24, 32)
GROWTH = 16  # how much a bounded ratio may grow on the way, the parameters being redrawn


class Ratios(NamedTuple):
    """At one h: the two errors of the left side, over the allowance of the right side.

    gap:    |l - r|; `size` is the same, not divided by the allowance.
    little: the sum of |a_i| scale_i over the `o` on the left.
    big:    that over the `O` on the left.
    """

    gap: Ball
    little: Ball
    big: Ball
    size: Ball


def has_landau(claim: Equal) -> bool:
    """Whether a Landau symbol occurs on a side."""
    return any(isinstance(x, Landau) for side in (claim.lhs, claim.rhs) for x in walk(side))


def small_variable(claim: Equal) -> Sym:
    """Give the variable that tends to 0: the one in the scales, `h` where there are more."""
    found = {
        symbol
        for side in (claim.lhs, claim.rhs)
        for landau in walk(side)
        if isinstance(landau, Landau)
        for symbol in walk(landau.scale)
        if isinstance(symbol, Sym)
    }
    if len(found) != 1:
        raise NotEvaluable("a Landau symbol in more than one variable")
    return found.pop()


def agrees(claim: Equal, scope: Scope, seed: str, dimension: int) -> tuple[bool, Ball]:
    """Check a claim with Landau terms in one model.

    Returns:
        Whether it agreed, and |l - r| at the smallest h.

    Raises:
        NotEvaluable: where a side has no value at some h.
    """
    small = small_variable(claim)
    models = [_model(scope, seed, dimension, {small: Fraction(1, 2**k)}) for k in POWERS]
    ratios = [_at(claim, Evaluator(model, scope)) for model in models]
    little = _all_little(claim.rhs)
    with flint.ctx.workprec(PRECISION):
        fine = _vanishes([r.gap for r in ratios]) if little else _bounded([r.gap for r in ratios])
        fine = fine and _bounded([r.little for r in ratios])
        big = [r.big for r in ratios]
        fine = fine and (_vanishes(big) if little else _bounded(big))
    return fine, ratios[-1].size


def _all_little(rhs: Term) -> bool:
    return all(x.kind == "o" for x in walk(rhs) if isinstance(x, Landau))


def _vanishes(ratios: list[Ball]) -> bool:
    # h falls by 2^-16 from first to last: even sqrt(h) falls by 2^-8.
    return bool(ratios[-1] * 32 <= ratios[0]) or bool(ratios[-1] < 2.0**-100)


def _bounded(ratios: list[Ball]) -> bool:
    # h^(-1/2) would grow by 2^8.
    return bool(ratios[-1] <= ratios[0] * GROWTH) or bool(ratios[-1] < 2.0**-100)


def _at(claim: Equal, evaluator: Evaluator) -> Ratios:
    """Compare the sides at one h; of vectors, the worst component counts."""
    left, right = _landaus(claim.lhs), _landaus(claim.rhs)
    both = (*left, *right)
    with evaluator.ring.fresh("infinitesimal", len(both)) as indices:
        symbols = [evaluator.bound([index], 0) for index in indices]
        first = Env({}, {}, dict(zip(left, symbols[: len(left)], strict=True)))
        second = Env({}, {}, dict(zip(right, symbols[len(left) :], strict=True)))
        mask = sum(FIELD << (BITS * index) for index in indices)
        scales = [_size(evaluator.scalar(x.scale, EMPTY)) for x in both]
        sides = (evaluator.evaluated(claim.lhs, first), evaluator.evaluated(claim.rhs, second))
        worst: Ratios | None = None
        for a, b in zip(*map(components, sides), strict=True):
            values = [a] * len(left) + [b] * len(right)
            sizes = [
                _size(value.coefficient(index).without(mask)) * scale
                for value, index, scale in zip(values, indices, scales, strict=True)
            ]
            worst = _worse(worst, _ratios(_size((a - b).without(mask)), left, sizes))
    if worst is None:
        raise NotEvaluable("an empty vector")
    return worst


# Neighbouring claims are about the same terms: a model remembers their values.
_MODELS: dict[tuple[object, ...], tuple[Scope, Model]] = {}
_MOST_MODELS = 64


def forget_models() -> None:
    """Let go of all models."""
    _MODELS.clear()


def _model(scope: Scope, seed: str, dimension: int, fixed: dict[Sym, Fraction]) -> Model:
    key = (id(scope), seed, dimension, *fixed.items())
    if key not in _MODELS:
        model = make_model(scope, seed, dimension, fixed=fixed)
        if model is None:
            raise NotEvaluable("no parameters satisfy the hypotheses at a small value")
        if len(_MODELS) >= _MOST_MODELS:
            _MODELS.clear()
        _MODELS[key] = (scope, model)
    return _MODELS[key][1]


def _landaus(side: Term) -> list[Landau]:
    return list(dict.fromkeys(x for x in walk(side) if isinstance(x, Landau)))


def _size(value: Gauss) -> Ball:
    with flint.ctx.workprec(PRECISION):
        return abs(value.enclose())


def _ratios(gap: Ball, left: list[Landau], sizes: list[Ball]) -> Ratios:
    with flint.ctx.workprec(PRECISION):
        total = sum(sizes[len(left) :], flint.arb(0))
        if not total > 0:
            raise NotEvaluable("a right side whose Landau term has no weight")
        own = list(zip(left, sizes, strict=False))
        little = sum((size for x, size in own if x.kind == "o"), flint.arb(0))
        big = sum((size for x, size in own if x.kind == "O"), flint.arb(0))
        ratios = [(x / total).upper() for x in (gap, little, big)]
        return Ratios(ratios[0], ratios[1], ratios[2], gap.upper())


def _worse(a: Ratios | None, b: Ratios) -> Ratios:
    return b if a is None else Ratios(*(max(y, x) for x, y in zip(a, b, strict=True)))
