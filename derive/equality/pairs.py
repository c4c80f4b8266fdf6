"""Pairs as JSON lines: `{"id": 1, "lhs": "(a+b)^2", "rhs": "a^2+2ab+b^2"}`.

`id`, `given`, `assume` and `vary` may be left out; other members are not looked at.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from derive.errors import DeriveError
from derive.jsonlines import Misplaced, Name, first_name, read_object

LONGEST = 1_000_000  # bytes of a line


@dataclass(frozen=True)
class Pair:
    """Two sides with what is assumed, as texts."""

    lhs: str
    rhs: str
    given: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    vary: str | None = None
    id: Name = None

    def text(self) -> bytes:
        """Write it as a JSON line."""
        return json.dumps(asdict(self)).encode()

    def texts(self) -> dict[str, str]:
        """Give the texts by what an error calls them: `left side`, `assumption 2`."""
        return {
            "left side": self.lhs,
            "right side": self.rhs,
            **{f"side equation {number}": text for number, text in enumerate(self.given, 1)},
            **{f"assumption {number}": text for number, text in enumerate(self.assume, 1)},
            **({} if self.vary is None else {"vary": self.vary}),
        }

    def where(self, source: str) -> str | None:
        """Name the first of the texts that is `source`."""
        return next((name for name, text in self.texts().items() if text == source), None)


def read_pair(line: bytes, number: int) -> Pair:
    """Read one line of a batch.

    Raises:
        Misplaced: if it is no pair; with the id, if there is one.
    """
    if len(line) > LONGEST:
        raise Misplaced(f"longer than {LONGEST} bytes", number, name=first_name(line))
    members = read_object(line, number)
    name = _name(members, number)
    try:
        return Pair(
            _text(members, "lhs"),
            _text(members, "rhs"),
            _texts(members, "given"),
            _texts(members, "assume"),
            None if members.get("vary") is None else _text(members, "vary"),
            name,
        )
    except DeriveError as error:
        raise Misplaced(str(error), number, name=name) from None


def _name(members: dict[str, Any], number: int) -> Name:
    name = members.get("id")
    whole = isinstance(name, int) and not isinstance(name, bool)
    if name is None or whole or isinstance(name, str):
        return name
    if isinstance(name, float) and math.isfinite(name):
        return name
    raise Misplaced("id: expected a string or a number", number)


def _text(members: dict[str, Any], key: str) -> str:
    found = members.get(key)
    if isinstance(found, str):
        return found
    raise DeriveError(f"{key}: expected a string" + ("" if key in members else ", found nothing"))


def _texts(members: dict[str, Any], key: str) -> tuple[str, ...]:
    found = members.get(key)
    if found is None:
        return ()
    if isinstance(found, list) and all(isinstance(text, str) for text in found):
        return tuple(found)
    raise DeriveError(f"{key}: expected a list of strings")
