"""Values of terms: a scalar, a vector or a matrix of exact sums (`Gauss`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from derive.numeric.gauss import Gauss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Val: TypeAlias = "Gauss | tuple[Val, ...]"  # rank 0 | rank 1: d scalars | rank 2: d rows


def vector(components: Iterable[Gauss]) -> Val:
    """Give a vector."""
    return tuple(components)


def scalar(value: Val) -> Gauss:
    """Give a scalar as such; the constructors of terms have checked the ranks."""
    if not isinstance(value, Gauss):
        raise TypeError("a vector where a scalar is expected")
    return value


def components(value: Val) -> list[Gauss]:
    """Give the scalars of a value, row by row."""
    return [value] if isinstance(value, Gauss) else [g for row in value for g in components(row)]


def rows(value: Val) -> list[list[Gauss]]:
    """Give a matrix as lists."""
    return [components(row) for row in value] if isinstance(value, tuple) else [[value]]


def apply(function: Callable[[Gauss], Gauss], value: Val) -> Val:
    """Apply a function to each component."""
    if isinstance(value, Gauss):
        return function(value)
    return tuple(apply(function, row) for row in value)


def plus(a: Val, b: Val) -> Val:
    """Add two values of one rank."""
    if isinstance(a, Gauss) and isinstance(b, Gauss):
        return a + b
    if isinstance(a, tuple) and isinstance(b, tuple):
        return tuple(plus(x, y) for x, y in zip(a, b, strict=True))
    raise TypeError("a sum of two ranks")


def dot(a: Iterable[Gauss], b: Iterable[Gauss]) -> Gauss:
    """Give the inner product."""
    total: Gauss | None = None
    for x, y in zip(a, b, strict=True):
        total = x * y if total is None else total + x * y
    if total is None:
        raise TypeError("an empty vector")
    return total


def reshaped(flat: Iterator[Gauss], like: Val) -> Val:
    """Give scalars the shape of another value."""
    if isinstance(like, Gauss):
        return next(flat)
    return tuple(reshaped(flat, row) for row in like)
