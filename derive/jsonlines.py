"""JSON objects, one a line, from a source that may hold anything."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn, TypeAlias

from derive.errors import DeriveError

Name: TypeAlias = str | int | float | None  # what a line is called by who wrote it

_FIRST = re.compile(rb'\s*\{\s*"id"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.){0,999}"|-?[0-9]{1,99})\s*[,}]')


class Misplaced(DeriveError):
    """A line that is not what was expected.

    line, column: where in the input, from 1; column is None for the whole line.
    name: the id of the line, where it has one.
    """

    where = "input"

    def __init__(
        self, message: str, line: int, column: int | None = None, name: Name = None
    ) -> None:
        self.line, self.column, self.name = line, column, name
        super().__init__(message)


def read_object(text: bytes, number: int) -> dict[str, Any]:
    """Read the line with a number, which holds one JSON object.

    Raises:
        Misplaced: if it does not.
    """

    def wrong(message: str, column: int | None = None) -> Misplaced:
        return Misplaced(message, number, column, first_name(text))

    try:
        # A file that Windows wrote may begin with a mark of its encoding.
        decoded = text.decode("utf-8-sig" if number == 1 else "utf-8")
        found = json.loads(decoded, parse_constant=_no_number, object_pairs_hook=_members)
    except UnicodeDecodeError as error:
        raise wrong(f"not UTF-8: byte {error.start + 1} of the line") from None
    except json.JSONDecodeError as error:
        raise wrong(f"not JSON: {error.msg}", error.colno) from None
    except RecursionError:
        raise wrong("JSON nested too deeply") from None
    except (DeriveError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise wrong(f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise wrong("expected a JSON object")
    return found


def first_name(text: bytes) -> Name:
    """Give the id of a line that may be no JSON, if the line begins with it."""
    found = _FIRST.match(text[:2000])
    if found is None:
        return None
    try:
        return json.loads(found[1])
    except ValueError:  # not UTF-8, or an escape that is none
        return None


def _no_number(text: str) -> NoReturn:
    raise DeriveError(f"{text} is no number")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise DeriveError("a member occurs twice")
    return members
