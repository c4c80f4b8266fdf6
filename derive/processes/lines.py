"""Lines of a stream that may pause, be long, or never end."""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress

_BLOCK = 1 << 16


class Lines:
    """The lines of a file descriptor, read as they come.

    waiting: lines that were read, each with its number from 1; blank ones are left out.
    ended:   whether no more will come.
    ahead:   how many a process may have: one it works on, one that it need not wait for.
    """

    ahead = 2

    def __init__(self, source: int, longest: int) -> None:
        """Read from `source`; of a line, no more than `longest` bytes and one are kept."""
        self.source: int | None = source
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.ended = False
        self._source, self._longest = source, longest
        self._number = 0
        self._part = bytearray()

    @classmethod
    def of(cls, line: bytes) -> Lines:
        """Give a single line."""
        lines = cls(-1, len(line))
        lines.waiting.append((1, line))
        lines.ended = True
        return lines

    def take_more(self) -> None:
        """Read what is there; wait for it if nothing is."""
        block = None
        with suppress(BlockingIOError):  # a pipe that another program made so
            block = os.read(self._source, _BLOCK)
        if block is None:
            return
        if not block:
            self.ended = True
            self._end_line()
            return
        *whole, rest = block.split(b"\n")
        for piece in whole:
            self._add(piece)
            self._end_line()
        self._add(rest)

    def _add(self, piece: bytes) -> None:
        self._part += piece[: self._longest + 1 - len(self._part)]

    def _end_line(self) -> None:
        self._number += 1
        line = bytes(self._part).strip()
        self._part.clear()
        if line:
            self.waiting.append((self._number, line))
