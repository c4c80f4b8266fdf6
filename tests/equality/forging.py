"""Witnesses written by hand: trees, quotients and documents in a few letters."""

from __future__ import annotations

from typing import Any

Json = Any

ONE = [["1", []]]
REAL: dict[str, Json] = {}


def number(value: object) -> Json:
    return ["number", str(value)]


def letter(name: str) -> Json:
    return ["letter", name]


def plus(*parts: Json) -> Json:
    return ["add", *parts]


def times(*parts: Json) -> Json:
    return ["times", *parts]


def minus(part: Json) -> Json:
    return ["minus", part]


def over(num: Json, den: Json) -> Json:
    return ["over", num, den]


def power(base: Json, exponent: object) -> Json:
    return ["power", base, number(exponent)]


def root(part: Json) -> Json:
    return power(part, "1/2")


def ratio(*terms: tuple[Json, ...]) -> Json:
    """A polynomial over 1: `(2, (0, 3))` is 2 g0^3."""
    return [[[str(scale), [list(p) for p in powers]] for scale, *powers in terms], ONE]


def gen(index: int) -> Json:
    return ratio((1, (index, 1)))


def letters(names: str) -> list[Json]:
    return [{"kind": "letter", "name": name} for name in names]


def within(low: Json = None, high: Json = None, marks: str = "", *, whole: bool = False) -> Json:
    """A domain: marks holds [ where the lower end belongs to it, ] where the upper one does."""
    return {
        "low": low, "high": high, "low_closed": "[" in marks, "high_closed": "]" in marks,
        "whole": whole,
    }  # fmt: skip


def document(lhs: Json, rhs: Json, point: Json, generators: list[Json], **more: Json) -> Json:
    """Write a document; what is no member of the statement goes into the witness."""
    outside = ("relation", "letters", "assume", "given", "verdict", "landau")
    stated = {name: more.pop(name) for name in outside if name in more}
    return {
        "schema": 1, "relation": "equal", "lhs": lhs, "rhs": rhs, "letters": {}, "assume": [],
        "given": [], "verdict": "proved", "point": point,
        "witness": {"generators": generators, "functions": [], **more}, **stated,
    }  # fmt: skip


def expansion(lhs: Json, rhs: Json, point: Json, names: str, order: Json = 2, **more: Json) -> Json:
    """A Landau claim in h, O(h^order) for h to 0 unless it is said otherwise."""
    landau = {"letter": "h", "order": order, "kind": "O", "toward": "0", **more.pop("landau", {})}
    generators = letters(names) + more.pop("generators", [])
    return document(
        lhs, rhs, point, generators, landau=landau, relation="expansion",
        **{"terms": 5, **more},
    )  # fmt: skip
