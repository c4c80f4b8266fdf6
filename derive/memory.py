"""What was decided in this run, so that a claim which comes again is not decided again.

Many people solve one problem: they write the same lines.  A claim is the same if the
claim itself, its scope, the seed and the way of deciding are, symbol by symbol; then a
new decision would say the same, for a checker that remembers begins each with nothing in
its hands.  Processes tell each other what they decided, as text.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from derive.kernel.stored import recalled, written
from derive.kernel.verdict import Unresolved
from derive.language.encoding import digest_of
from derive.numeric.evidence import Confirmation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.kernel.verdict import Verdict
    from derive.language.claims import Claim
    from derive.language.scope import Scope

    Decided: TypeAlias = tuple[Verdict, Confirmation | None]

_OVERHEAD = 200  # bytes that an entry takes besides its text
# How deep is too deep depends on who asks: no property of the claim.
_OF_THE_MOMENT = "the terms are nested too deeply"


@dataclass(frozen=True)
class Counts:
    """How often something was remembered, and how often not."""

    hits: int = 0
    misses: int = 0


class Memory:
    """Decided claims, the least used of them forgotten when there are too many.

    An entry is text until it is asked for: what is not exactly as this class writes it
    is not remembered.
    """

    def __init__(self, most_bytes: int = 64_000_000) -> None:
        """Keep texts of so many bytes at most."""
        self.most_bytes = most_bytes
        self._known: OrderedDict[str, str] = OrderedDict()
        self._size = 0
        self._mine: list[str] = []  # what was decided here since `news`
        self._log: OrderedDict[str, tuple[int, object]] = OrderedDict()  # its number, from whom
        self._number = 0
        self._hits = self._misses = 0

    # --- one claim ---

    def key(self, way: str, claim: Claim, scope: Scope, seed: int) -> str:
        """Give the name of a decision; "" for one that is not remembered."""
        try:
            return digest_of(way, claim, scope, seed).hex()
        except RecursionError:
            return ""

    def find(self, key: str) -> Decided | None:
        """Give what was decided."""
        text = self._known.get(key)
        found = None if text is None else _read(text)
        if found is None:
            self._misses += 1
        else:
            self._hits += 1
            self._known.move_to_end(key)
        return found

    def keep(self, key: str, verdict: Verdict, confirmation: Confirmation | None) -> None:
        """Remember what was decided."""
        if not key or verdict == Unresolved(_OF_THE_MOMENT):
            return
        numbers = None
        if confirmation is not None:
            numbers = [confirmation.models, confirmation.max_error, confirmation.agreed]
        text = json.dumps([written(verdict), numbers], separators=(",", ":"))
        if self._add(key, text, None):
            self._mine.append(key)

    def counted(self) -> Counts:
        """Give the counts since this was asked last."""
        counts = Counts(self._hits, self._misses)
        self._hits = self._misses = 0
        return counts

    # --- between processes ---

    def news(self) -> bytes:
        """Give one line of what was decided here since this was asked last; b"" for nothing."""
        keys, self._mine = self._mine, []
        return _line((key, self._known[key]) for key in keys if key in self._known)

    def learn(self, line: bytes, source: object = None) -> None:
        """Remember what another process decided, told by its `news` or `since`."""
        for key, text in _entries(line):
            self._add(key, text, source)

    @property
    def mark(self) -> int:
        """The number of the newest entry."""
        return self._number

    def since(self, mark: int, source: object = None) -> bytes:
        """Give one line of what was learned after a mark, but not from that source."""
        new = []
        for key, (number, origin) in reversed(self._log.items()):
            if number <= mark:
                break
            if origin != source or source is None:
                new.append(key)
        return _line((key, self._known[key]) for key in reversed(new))

    def _add(self, key: str, text: str, source: object) -> bool:
        if key in self._known:
            return False
        self._number += 1
        self._known[key] = text
        self._log[key] = self._number, source
        self._size += len(text) + _OVERHEAD
        while self._size > self.most_bytes:
            old, forgotten = self._known.popitem(last=False)
            del self._log[old]
            self._size -= len(forgotten) + _OVERHEAD
        return True


def _line(entries: Iterable[tuple[str, str]]) -> bytes:
    found = dict(entries)
    return json.dumps(found, separators=(",", ":")).encode() if found else b""


def _entries(line: bytes) -> Iterator[tuple[str, str]]:
    try:
        found: Any = json.loads(line) if line else {}
    except ValueError:
        return
    if isinstance(found, dict):
        yield from ((key, text) for key, text in found.items() if isinstance(text, str))


def _read(text: str) -> Decided | None:
    """Read an entry; None for what is none."""
    try:
        match json.loads(text):
            case [verdict, None]:
                return recalled(verdict), None
            case [verdict, [int(models), str() | None as error, bool(agreed)]]:
                return recalled(verdict), Confirmation(models, error, agreed)
            case _:
                return None
    except (ValueError, RecursionError):  # Malformed, too, is a ValueError
        return None
