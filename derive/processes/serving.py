"""What a process does that answers requests: one after the other, within its limits."""

from __future__ import annotations

import gc
import os
import signal
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, Protocol

from derive.processes.confinement import Confined, tried

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
ANSWER, DEFECT, NEWS = b"=", b"!", b"+"  # what a line from a process begins with


@dataclass(frozen=True)
class Limits:
    """What one request may take, and one process.

    seconds:   for a request.
    megabytes: for it, beyond what the process has already.
    grace:     seconds after which a process whose own alarm does not end it is killed.
    grown:     megabytes; a process that has grown by more is replaced.
    answers:   after so many a process is replaced; None: it stays.
    """

    seconds: float = 5.0
    megabytes: int = 512
    grace: float = 5.0
    grown: int = 64
    answers: int | None = None


class Exchange(Protocol):
    """What the processes find out and tell each other, by way of the first one."""

    @property
    def mark(self) -> int:
        """How much is known by now."""

    def since(self, mark: int, source: object) -> bytes:
        """Give one line of what was learned since then, but not from that source."""

    def learn(self, line: bytes, source: object = None) -> None:
        """Take in a line that another process gave."""

    def news(self) -> bytes:
        """Give one line of what was found out here since the last time."""


@dataclass(frozen=True)
class Work:
    """What is done with a request.

    answer:  gives the answer to a request, which is one line, by its number and its text.
    give_up: gives the answer to one that has none, by number, text, reason and seconds.
    begin:   called once in each process, before its first request.
    exchange: what the processes know in common.  A new one knows all that the first one
        does; the others are told with their next request, and tell with their answers.
        What a process found out that did not end its request well, it keeps to itself.
    """

    answer: Callable[[int, bytes], bytes]
    give_up: Callable[[int, bytes, str, float], bytes]
    begin: Callable[[], None] | None = None
    exchange: Exchange | None = None


def too_much(limits: Limits) -> str:
    """Say that the memory allowed is not enough."""
    return f"memory limit of {limits.megabytes} MB"


def serve(requests: int, replies: int, errors: int, work: Work, limits: Limits) -> NoReturn:
    """Answer what comes through a pipe, in a process of its own; never returns."""
    status = 1
    try:
        _set_up(errors, {requests, replies})
        _limit_memory(limits)
        with os.fdopen(requests, "rb") as source:
            gc.freeze()  # what was there before is not looked at again
            if work.begin is not None:
                work.begin()
            if work.exchange is not None:
                _ = work.exchange.news()  # the first process knows what it found out itself
            _work_through(source, replies, work, limits)
        status = 0
    except BrokenPipeError:  # the first process is gone
        status = 0
    finally:
        os._exit(status)  # and on no account run on as the first process would


def _set_up(errors: int, kept: set[int]) -> None:
    # Ctrl-C reaches every process of a terminal; it is the first one that ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*INTERRUPTS, signal.SIGALRM))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - by its descriptor
        os.dup2(nothing.fileno(), 0)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    # A fork holds every pipe there is, also those of others: as long as it does, nobody
    # sees their end.
    last = 2
    for pipe in sorted(kept):
        os.closerange(last + 1, pipe)
        last = pipe
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))


def _limit_memory(limits: Limits) -> None:
    """Allow so much more than there is: what was imported before is no line's fault."""
    import resource  # noqa: PLC0415 - not on Windows

    most = _size() + limits.megabytes * 1_000_000
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):  # macOS may refuse
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _size() -> int:
    """Give the bytes of addresses this process uses; without Linux, the most it ever used."""
    try:
        pages = Path("/proc/self/statm").read_bytes().split()[0]
    except OSError:
        import resource  # noqa: PLC0415 - not on Windows

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _write(pipe: int, data: bytes) -> None:
    while data:
        data = data[os.write(pipe, data) :]


def _work_through(source: IO[bytes], replies: int, work: Work, limits: Limits) -> None:
    started = _size()
    for answered, head in enumerate(source, start=1):
        number, told, length = map(int, head.split())
        try:
            news, line = source.read(told), source.read(length)
        except MemoryError:
            reply, whole = ANSWER + work.give_up(number, b"", too_much(limits), 0.0), False
        else:
            signal.setitimer(signal.ITIMER_REAL, limits.seconds)
            if work.exchange is not None:
                work.exchange.learn(news)
            reply, whole = _reply(number, line, work, limits)
            signal.setitimer(signal.ITIMER_REAL, 0)
        found = work.exchange.news() if whole and work.exchange is not None else b""
        if found:
            _write(replies, NEWS + found + b"\n")
        _write(replies, reply + b"\n")
        grown = _size() > started + limits.grown * 1_000_000
        if not whole or grown or answered == limits.answers:
            return


def _reply(number: int, line: bytes, work: Work, limits: Limits) -> tuple[bytes, bool]:
    """Answer one line; also say whether this process may be relied on further."""
    start = time.monotonic()
    try:
        answer = work.answer(number, line)
        reason = tried()
    except MemoryError:
        reason = too_much(limits)
    except Confined as deed:
        reason = str(deed)
    except Exception as error:  # noqa: BLE001 - it is told by the first process
        where = _traceback(error)
        told = f"{type(error).__name__}: {error}".replace("\n", " ")
        return DEFECT + f"{told}\n{where}".encode("unicode_escape"), False
    if not reason:
        return ANSWER + answer, True
    return ANSWER + work.give_up(number, line, reason, time.monotonic() - start), False


def _traceback(error: Exception) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except Confined:  # the line of a file that may not be read any more
        frames = traceback.walk_tb(error.__traceback__)
        return "\n".join(
            f"{f.f_code.co_filename}:{line} in {f.f_code.co_name}" for f, line in frames
        )
