r"""Monte Carlo checks of answers, with their standard errors, and the orders of remainders.

These are checks beside the proofs, of whole answers, on laws that the exact
models do not contain: mixtures, random signs, fitted models.  They report z-scores; no
verdict depends on them.  Each function takes a seed, the numbers of the answer
under test and the number of samples, and is fast: at most about 15 ms.

NumPy is imported when a simulation runs: reading a proof script does not need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import flint

from derive.numeric.environment import EMPTY
from derive.numeric.evaluate import Evaluator
from derive.numeric.evidence import Estimate, Slope
from derive.numeric.ring import PRECISION, Ball, NotEvaluable
from derive.numeric.sampling import make_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from derive.language.scope import Scope
    from derive.language.terms import Sym, Term

    Array = NDArray[np.float64]

SAMPLES = 40_000


@dataclass(frozen=True)
class Mixture:
    """A mixture of normal laws on the line with one common variance."""

    weights: tuple[float, ...] = (0.3, 0.7)
    means: tuple[float, ...] = (-1.5, 1.0)
    variance: float = 0.5

    def sample(self, rng: np.random.Generator, count: int) -> Array:
        """Draw independent samples, shape (count,)."""
        import numpy as np  # noqa: PLC0415

        chosen = rng.choice(len(self.weights), size=count, p=self.weights)
        noise = rng.standard_normal(count)
        return np.asarray(self.means)[chosen] + np.sqrt(self.variance) * noise

    def score(self, x: Array) -> Array:
        """Give the exact derivative of the log-density at the points."""
        import numpy as np  # noqa: PLC0415

        total, slope = np.zeros_like(x), np.zeros_like(x)
        for weight, mean in zip(self.weights, self.means, strict=True):
            distance = x - mean
            density = weight * np.exp(-0.5 * distance**2 / self.variance)
            total += density
            slope -= density * distance / self.variance
        return slope / total

    def moved(self, scale: float, variance: float) -> Mixture:
        """Give the law of `scale X + sqrt(variance) noise`."""
        means = tuple(scale * mean for mean in self.means)
        return Mixture(self.weights, means, scale**2 * self.variance + variance)


def _generator(seed: int, *tags: int) -> np.random.Generator:
    import numpy as np  # noqa: PLC0415

    return np.random.default_rng([seed, *tags])


def _mean(name: str, values: Array, expected: float) -> Estimate:
    """Give the sample mean with its standard error."""
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    return Estimate(name, float(values.mean()), expected, error, len(values))


# --- one step back through the score ---------------------------------------------


def step_mean(
    seed: int,
    beta: float,
    drift: float,
    score_coefficient: float,
    law: Mixture | None = None,
) -> tuple[Estimate, ...]:
    r"""Check that the mean of X given Y is `drift Y + score_coefficient (log p_Y)'(Y)`.

    Here `Y = sqrt(1 - beta) X + sqrt(beta) noise` and X has the mixture law, so that
    the score of Y is exact.  The residual must be orthogonal to every function of Y;
    it is projected on 1, y, y^2 and sign(y).

    Returns:
        One estimate of 0 for each test function.
    """
    import numpy as np  # noqa: PLC0415

    before = law or Mixture()
    rng = _generator(seed, 1)
    x = before.sample(rng, SAMPLES)
    y = np.sqrt(1 - beta) * x + np.sqrt(beta) * rng.standard_normal(SAMPLES)
    score = before.moved((1 - beta) ** 0.5, beta).score(y)
    residual = x - (drift * y + score_coefficient * score)
    tests = {"1": np.ones_like(y), "y": y, "y^2": y * y, r"\operatorname{sign} y": np.sign(y)}
    return tuple(
        _mean(f"residual of the mean times ${name}$", residual * test, 0.0)
        for name, test in tests.items()
    )


def step_given_clean(
    seed: int,
    schedule: tuple[float, float],
    mean: tuple[float, float],
    variance: float,
    law: Mixture | None = None,
) -> tuple[Estimate, ...]:
    r"""Check mean and variance of X_{t-1} given X_t and X_0 of the variance-preserving process.

    Args:
        seed: of the samples.
        schedule: alpha_{t-1}, the product of the 1 - beta up to t - 1, and beta_t.
        mean: the coefficients of X_t and of X_0 in the conditional mean.
        variance: the conditional variance, C_t.
        law: of X_0.

    Returns:
        Estimates of E r X_t = 0, E r X_0 = 0 and E r^2 = variance for the residual r.
    """
    import numpy as np  # noqa: PLC0415

    alpha, beta = schedule
    rng = _generator(seed, 6)
    clean = (law or Mixture()).sample(rng, SAMPLES)
    before = np.sqrt(alpha) * clean + np.sqrt(1 - alpha) * rng.standard_normal(SAMPLES)
    now = np.sqrt(1 - beta) * before + np.sqrt(beta) * rng.standard_normal(SAMPLES)
    residual = before - (mean[0] * now + mean[1] * clean)
    return (
        _mean("residual of the mean times $X_t$", residual * now, 0.0),
        _mean("residual of the mean times $X_0$", residual * clean, 0.0),
        _mean("variance of the residual", residual**2, variance),
    )


# --- explicit and implicit score matching ----------------------------------------


def same_constant(
    seed: int,
    parameters: Sequence[tuple[float, float]] = ((1.0, 0.0), (-0.5, 1.0), (0.3, -2.0)),
    divergence: float = 1.0,
    law: Mixture | None = None,
) -> tuple[Estimate, ...]:
    r"""Check that explicit minus implicit score matching does not depend on theta.

    The model is `s(x) = a x + b sin x` for each theta = (a, b); the difference of
    the functionals `E (s - (log p)')^2 / 2 - E (s^2 / 2 + divergence s')` at theta
    is compared with that at theta = 0 on the same samples.

    Returns:
        One estimate of 0 for each theta.
    """
    import numpy as np  # noqa: PLC0415

    density = law or Mixture()
    x = density.sample(_generator(seed, 2), SAMPLES)
    score, sine, cosine = density.score(x), np.sin(x), np.cos(x)
    out = []
    for a, b in parameters:
        s, slope = a * x + b * sine, a + b * cosine
        excess = 0.5 * (s - score) ** 2 - (0.5 * s**2 + divergence * slope) - 0.5 * score**2
        out.append(_mean(rf"constant at $\theta = ({a:g}, {b:g})$ less that at $0$", excess, 0.0))
    return tuple(out)


_NOISES = {"normal": "Gaussian", "signs": "Rademacher"}


# --- the trace by random directions ----------------------------------------------


def trace_by_noise(
    seed: int,
    noises: Sequence[Literal["normal", "signs"]] = ("normal", "signs"),
    matrix: Sequence[Sequence[float]] = ((1.0, 2.0, 0.5), (-1.0, 0.5, 1.0), (0.0, 3.0, -2.0)),
    variance: float = 1.0,
) -> tuple[Estimate, ...]:
    r"""Check that `E <J e, e> = tr J` for noise with mean 0 and covariance `variance I`.

    `signs` takes the values +-sqrt(variance) with probability 1/2 each.  J must not
    be diagonal: signs would then give the trace without any spread.
    """
    import numpy as np  # noqa: PLC0415

    jacobian = np.asarray(matrix, dtype=float)
    shape = (SAMPLES, len(jacobian))
    out = []
    for noise in noises:
        rng = _generator(seed, 3, noise == "signs")
        drawn = rng.standard_normal(shape) if noise == "normal" else rng.choice([-1.0, 1.0], shape)
        forms = variance * np.einsum("ni,ij,nj->n", drawn, jacobian, drawn, optimize=True)
        out.append(
            _mean(
                rf"$\operatorname{{tr}} J$ with {_NOISES[noise]} noise",
                forms,
                float(np.trace(jacobian)),
            )
        )
    return tuple(out)


# --- the score of a sum ----------------------------------------------------------


def score_of_sum(
    seed: int,
    points: Sequence[float] = (-1.0, 0.25, 2.0),
    noise_variance: float = 0.8,
    coefficient: float = 1.0,
    law: Mixture | None = None,
) -> tuple[Estimate, ...]:
    r"""Check that the score of X + Z at y is `coefficient E[(log p_X)'(X) | X + Z = y]`.

    Z is normal, X has the mixture law.  The conditional expectation is a
    self-normalised average with the weights p_Z(y - X); its standard error is that
    of a quotient of means (the delta method).
    """
    import numpy as np  # noqa: PLC0415

    density = law or Mixture()
    x = density.sample(_generator(seed, 4), SAMPLES)
    score = coefficient * density.score(x)
    exact = density.moved(1.0, noise_variance).score(np.asarray(points, dtype=float))
    out = []
    for y, expected in zip(points, exact, strict=True):
        weights = np.exp(-0.5 * (y - x) ** 2 / noise_variance)
        total = float(weights.sum())
        estimate = float(weights @ score) / total
        error = float(np.sqrt(weights**2 @ (score - estimate) ** 2)) / total
        out.append(
            Estimate(f"score of the sum at $y = {y:g}$", estimate, float(expected), error, SAMPLES)
        )
    return tuple(out)


# --- learning the score of noisy data from the score of clean data ----------------


def fitted_score(
    seed: int,
    mean: float = 0.7,
    variance: float = 1.5,
    noise_variance: float = 0.5,
    target: float = 1.0,
) -> tuple[Estimate, Estimate]:
    r"""Fit `a + b X_t` to `target (log p_0)'(X_0)` by least squares; compare with (log p_t)'.

    X_0 is N(mean, variance) and X_t = X_0 + sqrt(noise_variance) noise, so the score
    is `(mean - x) / (variance + noise_variance)`.  The standard errors hold without
    assumptions on the residual (White 1980).

    Returns:
        The estimates of the slope b and of the constant a.
    """
    import numpy as np  # noqa: PLC0415

    rng = _generator(seed, 5)
    clean = mean + np.sqrt(variance) * rng.standard_normal(SAMPLES)
    noisy = clean + np.sqrt(noise_variance) * rng.standard_normal(SAMPLES)
    design = np.stack([noisy, np.ones(SAMPLES)], axis=1)
    wanted = target * (mean - clean) / variance
    inverse = np.linalg.inv(design.T @ design)
    fitted = inverse @ (design.T @ wanted)
    weighted = design * (wanted - design @ fitted)[:, None]
    errors = np.sqrt(np.diag(inverse @ (weighted.T @ weighted) @ inverse))
    total = variance + noise_variance
    return (
        Estimate(
            "slope of the fitted score", float(fitted[0]), -1 / total, float(errors[0]), SAMPLES
        ),
        Estimate(
            "constant of the fitted score",
            float(fitted[1]),
            mean / total,
            float(errors[1]),
            SAMPLES,
        ),
    )


# --- orders ----------------------------------------------------------------------


def order_of_remainder(
    name: str,
    remainder: Callable[[Ball], Ball],
    expected: float,
    powers: tuple[int, int] = (40, 60),
) -> Slope:
    """Give the slope of log|remainder(h)| against log h between two small h, in balls.

    Args:
        name: of the remainder.
        remainder: a function of a `flint.arb`.
        expected: the order, 2.0 for a remainder of exact order h^2.
        powers: h is 2^-powers.

    Raises:
        NotEvaluable: where an enclosure of the remainder contains 0.
    """
    with flint.ctx.workprec(PRECISION):
        sizes = [abs(remainder(flint.arb(flint.fmpq(1, 2**power)))) for power in powers]
        if not all(size > 0 for size in sizes):
            raise NotEvaluable(f"the remainder {name} is not separated from 0")
        slope = (sizes[0] / sizes[1]).log() / flint.arb(2).log() / (powers[1] - powers[0])
    return Slope(name, float(slope.mid()), expected)


def remainder_of(
    lhs: Term, rhs: Term, small: Sym, scope: Scope, seed: int
) -> Callable[[Ball], Ball]:
    """Give `|lhs - rhs|` as a function of the small variable, the other letters held fixed.

    The letters are drawn under the scope, whose equations give what depends on the
    small variable (`beta = h gamma`).  The function takes exact dyadic numbers.
    """

    def remainder(h: Ball) -> Ball:
        value = h.fmpq()
        fixed = {small: Fraction(int(value.p), int(value.q))}
        model = make_model(scope, f"{seed}/order", 1, fixed=fixed)
        if model is None:
            raise NotEvaluable("no parameters satisfy the hypotheses at a small value")
        evaluator = Evaluator(model, scope)
        gap = evaluator.scalar(lhs, EMPTY) - evaluator.scalar(rhs, EMPTY)
        return gap.enclose()

    return remainder


def orders_of_remainders(
    seed: int, scope: Scope, small: Sym, remainders: Sequence[tuple[str, Term, Term, float]]
) -> tuple[Slope, ...]:
    """Give the order of each `(name, term, its expansion, expected order)`."""
    return tuple(
        order_of_remainder(name, remainder_of(lhs, rhs, small, scope, seed), expected)
        for name, lhs, rhs, expected in remainders
    )
