"""Requests that this process makes while others answer them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Requests:
    """What an iterator gives, taken when a process is free for it; any bytes.

    Each is held until it is answered, one for each process: they may be large.

    source:  None, for there is nothing to wait for.
    waiting: what was taken, each with its number from 1.
    ended:   whether no more will come.
    ahead:   how many a process may have.
    """

    source: None = None
    ahead = 1

    def __init__(self, made: Iterable[bytes]) -> None:
        """Take them from `made`; what it raises is raised where answers are awaited."""
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.ended = False
        self._made = enumerate(made, start=1)

    def take_more(self) -> None:
        """Take one more."""
        following = next(self._made, None)
        if following is None:
            self.ended = True
        else:
            self.waiting.append(following)
