"""Numbers for every formula of the sheet: densities that are mixtures, networks by formula.

Two networks (the first axis) stand for two values of theta, so that "up to a constant" can
be told from "equal".  Integrals are sums over grids: of smooth functions that vanish at the
edge they are exact to about 1e-9.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from classwork.planting import SMALL_STEP, Value

# Mixtures: weight, centre, variance.
LINE_MIXTURE = ((0.6, -0.7, 0.8), (0.4, 1.1, 0.5))


def _bell(x: Value, centre: float, variance: float | Value) -> Value:
    """The normal density on the line."""
    density: Value = np.exp(-((x - centre) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    return density


@dataclass(frozen=True)
class Line:
    """Problem 2.1: x is (n,), s and its slope (2, n), means (2, 1)."""

    x: Value
    p: Value
    dp: Value
    s: Value
    ds: Value

    @property
    def score(self) -> Value:
        """The slope of log p."""
        return self.dp / self.p

    def int(self, f: Value) -> Value:
        """The integral over the line."""
        return f.sum(axis=-1, keepdims=True) * (self.x[1] - self.x[0])

    def E(self, f: Value) -> Value:  # noqa: N802 - mathematics
        """The mean over X."""
        return self.int(f * self.p)


@cache
def line() -> Line:
    """The model of problem 2.1."""
    x = np.linspace(-9, 9, 1201)
    p, dp = np.zeros_like(x), np.zeros_like(x)
    for weight, centre, variance in LINE_MIXTURE:
        part = weight * _bell(x, centre, variance)
        p, dp = p + part, dp - (x - centre) / variance * part
    s = np.stack([np.sin(x) + 0.3 * x, np.cos(0.7 * x) - 0.5 * x + 0.2])
    ds = np.stack([np.cos(x) + 0.3, -0.7 * np.sin(0.7 * x) - 0.5])
    return Line(x, p, dp, s, ds)


@dataclass(frozen=True)
class Plane:
    """Problems 2.2 and 2.3 for d = 2: fields are (2 networks, n points), vectors have a last 2.

    J: the Jacobians, (2, n, i, j) = the slope of component i by x_j.
    """

    p: Value  # (n,)
    dp: Value  # (n, 2)
    s: Value  # (2, n, 2)
    J: Value
    cell: float

    @property
    def score(self) -> Value:
        """The gradient of log p, (n, 2)."""
        return self.dp / self.p[:, None]

    @property
    def div(self) -> Value:
        """The divergence of s."""
        return np.trace(self.J, axis1=-2, axis2=-1)

    def int(self, f: Value) -> Value:
        """The integral over the plane."""
        return f.sum(axis=-1, keepdims=True) * self.cell

    def E(self, f: Value) -> Value:  # noqa: N802 - mathematics
        """The mean over X."""
        return self.int(f * self.p)

    @property
    def noise(self) -> list[tuple[float, Value]]:
        """Values of a noise with mean 0 and variance I, and their probabilities."""
        return [(0.25, np.array(point, dtype=float)) for point in product((-1, 1), repeat=2)]


def dot(a: Value, b: Value) -> Value:
    """The scalar product in the last axis."""
    return (a * b).sum(axis=-1)


@cache
def plane() -> Plane:
    """The model of problems 2.2 and 2.3."""
    axis = np.linspace(-8, 8, 101)
    points = np.array(list(product(axis, axis)))
    x, y = points.T
    p, dp = np.zeros(len(points)), np.zeros_like(points)
    for weight, centre, variance in ((0.6, (-0.5, 0.4), 0.9), (0.4, (0.8, -0.3), 0.7)):
        part = weight * _bell(x, centre[0], variance) * _bell(y, centre[1], variance)
        p, dp = p + part, dp - (points - centre) / variance * part[:, None]
    s = np.stack(
        [
            np.stack([np.sin(x + y) + 0.3 * x, x * y / 4], axis=-1),
            np.stack([np.cos(y) - 0.5 * x, np.sin(x) * y + 0.1], axis=-1),
        ]
    )
    first = [[np.cos(x + y) + 0.3, np.cos(x + y)], [y / 4, x / 4]]
    second = [[np.full_like(x, -0.5), -np.sin(y)], [np.cos(x) * y, np.sin(x)]]
    jacobians = np.stack([np.moveaxis(np.array(m), -1, 0) for m in (first, second)])
    return Plane(p, dp, s, jacobians, float(axis[1] - axis[0]) ** 2)


@dataclass(frozen=True)
class Sum:
    """Problem 3.1 on the line: k is (n,), y is (m, 1); what depends on both is (m, n).

    px, dpx: of X at k.  pz, dpz: of Z at y - k, the slope by y.
    zx, dzx, xz: of X at y - k, its slope by y, and the density of Z at k.
    """

    k: Value
    y: Value
    px: Value
    dpx: Value
    pz: Value
    dpz: Value
    px_shift: Value
    dpx_shift: Value
    pz_plain: Value
    dpz_plain: Value
    px_y: Value
    p_sum: Value  # in closed form, not by the integral
    dp_sum: Value

    def int(self, f: Value) -> Value:
        """The integral over k, (m, 1)."""
        return (f + np.zeros_like(self.pz)).sum(axis=-1, keepdims=True) * (self.k[1] - self.k[0])


def _mixture(x: Value, spread: float = 0.0) -> tuple[Value, Value]:
    """The density of the mixture, widened by a normal noise, and its slope."""
    p, dp = np.zeros_like(x), np.zeros_like(x)
    for weight, centre, variance in LINE_MIXTURE:
        part = weight * _bell(x, centre, variance + spread)
        p, dp = p + part, dp - (x - centre) / (variance + spread) * part
    return p, dp


NOISE_VARIANCE, NOISE_CENTRE = 0.6, 0.3


@cache
def convolution() -> Sum:
    """The model of problem 3.1."""
    k, y = np.linspace(-11, 11, 1401), np.array([[-1.3], [0.2], [0.9], [2.1]])

    def noise(x: Value) -> tuple[Value, Value]:
        bell = _bell(x, NOISE_CENTRE, NOISE_VARIANCE)
        return bell, -(x - NOISE_CENTRE) / NOISE_VARIANCE * bell

    p_sum, dp_sum = _mixture(y - NOISE_CENTRE, NOISE_VARIANCE)
    return Sum(
        k, y, *_mixture(k), *noise(y - k), *_mixture(y - k), *noise(k), _mixture(y)[0],
        p_sum, dp_sum,
    )  # fmt: skip


@dataclass(frozen=True)
class Noisy:
    """Problem 3.2 on the line at one time: x is (1, n, 1), the clean point (1, 1, n).

    joint: the density of both.  s: two networks at the noisy point, s0 at the clean one.
    """

    joint: Value
    s: Value
    s0: Value
    clean: Value
    noisy: Value  # in closed form
    conditional: Value  # E[clean | noisy point], by integration
    cell: float

    def E(self, f: Value) -> Value:  # noqa: N802 - mathematics
        """The mean over both points, (2, 1, 1)."""
        return (f * self.joint).sum(axis=(-1, -2), keepdims=True) * self.cell


VARIANCE, FIRST_POWER = 0.7, 0.9  # the integrals of g^2 and of g


@cache
def noisy() -> Noisy:
    """The model of problem 3.2."""
    axis = np.linspace(-8, 8, 321)
    x, clean = axis[None, :, None], axis[None, None, :]
    p0, dp0 = _mixture(clean)
    joint = p0 * _bell(x - clean, 0.0, VARIANCE)
    pt, dpt = _mixture(x, VARIANCE)
    score = dp0 / p0
    conditional = (score * joint).sum(axis=-1, keepdims=True) / joint.sum(axis=-1, keepdims=True)

    def networks(at: Value) -> Value:
        return np.concatenate([np.sin(at) + 0.3 * at, np.cos(0.7 * at) - 0.5 * at])

    step = float(axis[1] - axis[0])
    return Noisy(joint, networks(x), networks(clean), score, dpt / pt, conditional, step**2)


@dataclass(frozen=True)
class Steps:
    """Problem 1: values are (2, 3): two noisy points x, and three settings of the rest.

    a: the product of all steps; b: of all but the last; score: of p_t at x.
    denoised: E[X_0 | X_t = x], by integration and not from the score.
    """

    beta: Value
    b: Value
    x: Value
    x0: Value
    score: Value
    denoised: Value

    @property
    def a(self) -> Value:
        """The product of all steps."""
        return (1 - self.beta) * self.b


@cache
def steps() -> Steps:
    """The model of problem 1."""
    ones = np.ones((2, 1))
    beta, b = ones * np.array([0.3, 0.15, 0.42]), ones * np.array([0.6, 0.85, 0.35])
    x = np.array([[0.4], [1.3]]) + np.array([0.0, -0.7, 0.25])
    x0 = ones * np.array([0.8, -0.6, 1.7])
    a = (1 - beta) * b
    z = np.linspace(-10, 10, 2001)[:, None, None]
    weight = _mixture(z)[0] * _bell(x - np.sqrt(a) * z, 0.0, 1 - a)
    p, dp = np.zeros_like(x), np.zeros_like(x)
    for share, centre, variance in LINE_MIXTURE:
        spread = a * variance + 1 - a
        part = share * _bell(x - np.sqrt(a) * centre, 0.0, spread)
        p, dp = p + part, dp - (x - np.sqrt(a) * centre) / spread * part
    return Steps(beta, b, x, x0, dp / p, (z * weight).sum(axis=0) / weight.sum(axis=0))


SMALL = np.array([[1e-2, 1e-3, 1e-4, SMALL_STEP]])  # h, the remainder is judged at the last
GAMMA = 1.4
