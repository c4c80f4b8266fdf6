"""Terms, claims and scopes as data: a digest of what is claimed, and terms as JSON.

Two claims have one digest only if they are the same, symbol by symbol, and a scope also
lists its hypotheses in the same order: whatever is decided of one holds of the other,
down to the words.
"""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from derive.errors import IllTyped
from derive.language import terms as t
from derive.language.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


Json: TypeAlias = "list[Json] | str | int | bool | None"

_MEMO = "_digest"  # what a term or a scope remembers of itself


class Malformed(ValueError):
    """Data that `encoded` has not made."""


# --- digests ----------------------------------------------------------------------------


def digest_of(*parts: object) -> bytes:
    """Give 32 bytes that tell these parts from any others.

    The parts are claims, scopes, terms, texts, numbers, and tuples or mappings of them.

    Raises:
        RecursionError: a term is nested too deeply.
    """
    return _hashed(tuple(map(_digestible, parts)))


def _hashed(row: tuple[object, ...]) -> bytes:
    # `repr` writes texts in quotation marks and bytes as such: no row looks like another.
    return sha256(repr(row).encode()).digest()


def _digestible(value: object) -> object:
    """Give what is hashed in place of a value: a digest for what is remembered by one."""
    if isinstance(value, t.Term | Scope):
        memo = vars(value)
        if _MEMO not in memo:
            memo[_MEMO] = _hashed(_row(value))
        return memo[_MEMO]
    if isinstance(value, str | bytes | int | Fraction | None):
        return value
    if isinstance(value, tuple):
        return tuple(map(_digestible, value))
    if isinstance(value, dict):
        return "{}", *((_digestible(k), _digestible(v)) for k, v in value.items())
    return _row(value)


def _row(value: Any) -> tuple[object, ...]:  # noqa: ANN401 - a dataclass
    return type(value).__name__, *(_digestible(getattr(value, f.name)) for f in fields(value))


# --- terms as JSON and back -------------------------------------------------------------


def encoded(value: object) -> Json:
    """Give a term, or what stands in one, as JSON: `["Neg", ["Sym", "x", 0]]`."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [encoded(part) for part in value]
    if isinstance(value, t.Term | t.Event | t.Field):
        return [type(value).__name__, *(encoded(getattr(value, f.name)) for f in fields(value))]
    if isinstance(value, str | int | None):
        return value
    raise TypeError(type(value).__name__)


def decoded(data: Json) -> t.Term:
    """Give the term of which this is the encoding.

    Raises:
        Malformed: it is the encoding of none.
    """
    try:
        found = _term(data)
    except (IllTyped, ValueError, TypeError, ArithmeticError, LookupError) as error:
        raise Malformed(f"no term: {error}") from None
    # A number that is not in lowest terms, True for 1: what reads alike is not the same.
    if repr(encoded(found)) != repr(data):
        raise Malformed("not as terms are written")
    return found


def _term(data: Json) -> t.Term:
    made = _made(data)
    if not isinstance(made, t.Term):
        raise Malformed("expected a term")
    return made


def _made(data: Json) -> t.Term | t.Event | t.Field:
    if not isinstance(data, list) or not isinstance(data[0], str):
        raise Malformed("expected a list that begins with a name")
    make, readers = _SHAPES[data[0]]
    return make(*(read(part) for read, part in zip(readers, data[1:], strict=True)))


def _letter(data: Json) -> t.Sym:
    made = _made(data)
    if not isinstance(made, t.Sym):
        raise Malformed("expected a letter")
    return made


def _maybe(data: Json) -> t.Term | None:
    return None if data is None else _term(data)


def _items(data: Json) -> list[Json]:
    if not isinstance(data, list):
        raise Malformed("expected a list")
    return data


def _terms(data: Json) -> tuple[t.Term, ...]:
    return tuple(map(_term, _items(data)))


def _events(data: Json) -> tuple[t.Event, ...]:
    found = tuple(_made(item) for item in _items(data))
    if not all(isinstance(one, t.Event) for one in found):
        raise Malformed("expected events")
    return tuple(one for one in found if isinstance(one, t.Event))


def _field(data: Json) -> t.Field:
    made = _made(data)
    if not isinstance(made, t.Field):
        raise Malformed("expected a field")
    return made


def _text(data: Json) -> str:
    if not isinstance(data, str):
        raise Malformed("expected a text")
    return data


def _fraction(data: Json) -> Fraction:
    return Fraction(_text(data))


def _one_of(*values: str | int) -> Callable[[Json], str | int]:
    known = {(type(value), value) for value in values}

    def read(data: Json) -> str | int:
        # True is 1 to Python.
        if not isinstance(data, str | int) or (type(data), data) not in known:
            raise Malformed(f"expected one of {values}")
        return data

    return read


_flag, _rank = _one_of(False, True), _one_of(0, 1, 2)
_RANGING = (_term, _letter, _term, _term)

# How each field of each kind of term is read, in their order.
_SHAPES: Mapping[str, tuple[Callable[..., Any], tuple[Callable[[Json], Any], ...]]] = {
    kind.__name__: (kind, readers)
    for kind, readers in (
        (t.Num, (_fraction,)), (t.Const, (_one_of("pi", "d"),)), (t.Sym, (_text, _rank)),
        (t.Zero, (_rank,)), (t.RV, (_text, _rank)), (t.Field, (_text, _rank, *[_flag] * 3)),
        (t.Apply, (_field, _terms)), (t.Add, (_terms,)), (t.Mul, (_terms,)), (t.Neg, (_term,)),
        (t.Div, (_term, _term)), (t.Pow, (_term, _term)),
        (t.Fun, (_one_of(*t.FUNCTION_NAMES), _term)), (t.Factorial, (_term,)),
        (t.Binomial, (_term, _term)), (t.FiniteSum, _RANGING), (t.FiniteProduct, _RANGING),
        (t.Dot, (_term, _term)), (t.NormSq, (_term,)), (t.Outer, (_term, _term)),
        (t.Identity, ()), (t.MatVec, (_term, _term)), (t.Trace, (_term,)),
        (t.MatMul, (_term, _term)), (t.Transpose, (_term,)), (t.Basis, (_text,)),
        (t.IndexSum, (_term, _text)), (t.Diff, (_term, _letter)),
        (t.Divergence, (_term, _letter)), (t.At, (_term, _letter, _term)),
        (t.Integral, (_term, _letter, _maybe, _maybe)), (t.Bracket, (_term, _letter)),
        (t.Landau, (_one_of("o", "O"), _term)), (t.Event, (_term, _term)),
        (t.Expect, (_term, _events)), (t.Variance, (_term, _events)),
        (t.Density, (_events, _events)), (t.Normal, (_term, _term, _term)),
        (t.Ito, (_term, _letter, _term, _rank)),
    )
}  # fmt: skip
