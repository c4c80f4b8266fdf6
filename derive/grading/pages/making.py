"""Pages made by processes that may hang or die: they typeset what students wrote."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

from derive.processes.confinement import confine
from derive.processes.requests import Requests
from derive.processes.stream import Limits, Work, answers_as_they_come

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

USUAL = Limits(seconds=60.0, megabytes=1024, grown=256, answers=500)


def made(
    page: Callable[[int, bytes], str],
    instead: Callable[[int, bytes, str], str],
    requests: Iterable[bytes],
    jobs: int,
    limits: Limits = USUAL,
) -> Iterator[tuple[int, str]]:
    """Make pages, and give each with the number of its request, from 0, as soon as it is done.

    Args:
        page: makes one of the number and the text of a request, in another process.
        instead: makes, here, what stands for a page that could not be made: of the number,
            the text and why.
        requests: taken when a process is free.
        jobs: how many processes.
        limits: what one page may take.
    """

    def answer(number: int, line: bytes) -> bytes:
        return json.dumps(page(number - 1, line)).encode()

    def give_up(number: int, line: bytes, reason: str, _seconds: float) -> bytes:
        return json.dumps(instead(number - 1, line, reason)).encode()

    work = Work(answer, give_up, _begin)
    told = answers_as_they_come(Requests(requests), work, jobs, limits, _tell_nobody)
    with closing(told) as found:
        for number, reply in found:
            yield number - 1, json.loads(reply)


def _begin() -> None:
    confine()


def _tell_nobody(_where: str) -> None:
    """Leave a defect to the page that stands instead."""
