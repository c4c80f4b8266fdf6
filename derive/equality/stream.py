"""Lines answered by processes that may hang, grow or die: each costs its own line only.

The processes are forks of this one, which has imported what they need.  Lines go to them
through pipes and answers come back, as bytes.  A process ends itself when its time is
over: an alarm whose answer is the end works in C code too, and needs nobody to wait for
it.  What memory it may take is limited by the system.  Answers are given in the order of
the lines, and no more than a window of them is held.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import tempfile
import time
import traceback
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, TypeAlias

from derive.workers import RemoteTraceback

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from derive.equality.lines import Lines

Line: TypeAlias = tuple[int, bytes]  # its number in the input and what stands there

AHEAD = 2  # lines a process has: one it works on, one that it need not wait for
WINDOW = 4096  # lines that may be answered while an earlier one is not
WINDOW_BYTES = 32_000_000
GROWN = 64_000_000  # bytes; a process that has grown by more is replaced

_BLOCK = 1 << 16
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
_ANSWER, _DEFECT = b"=", b"!"  # what a line from a process begins with


@dataclass(frozen=True)
class Limits:
    """What one line may take: seconds, and megabytes beyond what the process has already."""

    seconds: float = 5.0
    megabytes: int = 512


@dataclass(frozen=True)
class Work:
    """What is done with a line.

    answer:  gives the answer to a line, itself one line, by its number and its text.
    give_up: gives the answer to a line that has none, by number, text, reason and seconds.
    """

    answer: Callable[[int, bytes], bytes]
    give_up: Callable[[int, bytes, str, float], bytes]


class Defect(Exception):
    """Something in another process that is our own fault; its cause says where."""


def answers(
    lines: Lines,
    work: Work,
    jobs: int = 1,
    limits: Limits = Limits(),
    complain: Callable[[str], None] | None = None,
) -> Generator[bytes, None, None]:
    """Answer lines in their order.

    Args:
        lines: what is to be answered.
        work: how.
        jobs: how many processes to use; where there is no fork (Windows), the work is
            done in this one, without limits.
        limits: what one line may take.
        complain: called with the traceback of a defect, which costs its line only.

    Raises:
        Defect: without `complain`.
    """
    if not hasattr(os, "fork"):
        yield from _alone(lines, work)
        return
    _occupy_standard_streams()
    team = _Team(lines, work, limits, complain)
    try:
        yield from team.run(jobs)
    finally:
        team.dismiss()


def _occupy_standard_streams() -> None:
    """Let no pipe take the number of a standard stream that somebody closed."""
    while (spare := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(spare)


def _alone(lines: Lines, work: Work) -> Iterator[bytes]:
    while lines.waiting or not lines.ended:
        if not lines.waiting:
            lines.take_more()
        while lines.waiting:
            yield work.answer(*lines.waiting.popleft())


@dataclass(eq=False)
class _Member:
    """A process: its pipes, the lines it has, and what is on its way."""

    pid: int
    requests: int
    replies: int
    errors: IO[bytes]  # what it wrote to standard error, for the reason of its end
    has: deque[tuple[int, Line]] = field(default_factory=deque)
    unsent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    answered: int = 0
    since: float = 0.0  # when it began with the first line it has


class _Team:
    """The processes of one call."""

    def __init__(
        self, lines: Lines, work: Work, limits: Limits, complain: Callable[[str], None] | None
    ) -> None:
        self.lines, self.work, self.limits, self.complain = lines, work, limits, complain
        self.members: dict[int, _Member] = {}  # by either of their pipes' ends
        self.poll = select.poll()
        self.returned: deque[tuple[int, Line]] = deque()  # lines whose process ended before them
        self.given = 0  # how many lines were taken from the input
        self.told = 0  # how many answers were given
        self.ready: dict[int, bytes] = {}
        self.held = 0  # bytes in `ready`

    def run(self, jobs: int) -> Iterator[bytes]:
        """Give the answers as they come, in order."""
        listening = False
        while True:
            self._share_out(jobs)
            while (found := self.ready.pop(self.told, None)) is not None:
                self.told += 1
                self.held -= len(found)
                yield found
            if self.told == self.given and self.lines.ended and not self.lines.waiting:
                return
            listening = self._hear_input(listening)
            for pipe, _ in self.poll.poll():
                if pipe == self.lines.source:
                    self.lines.take_more()
                else:
                    self._hear(pipe)

    def _hear_input(self, listening: bool) -> bool:
        """Wait for lines too, where one could be worked on."""
        wanted = not self.lines.ended and not self.lines.waiting and self._has_room()
        if wanted and not listening:
            self.poll.register(self.lines.source, select.POLLIN)
        if listening and not wanted:
            self.poll.unregister(self.lines.source)
        return wanted

    def _has_room(self) -> bool:
        return self.given - self.told < WINDOW and self.held < WINDOW_BYTES

    def dismiss(self) -> None:
        """End every process, at once."""
        for member in self._all():
            with suppress(ProcessLookupError):
                os.kill(member.pid, signal.SIGKILL)
            self._bury(member)

    # --- giving ---

    def _all(self) -> list[_Member]:
        return list(dict.fromkeys(self.members.values()))

    def _share_out(self, jobs: int) -> None:
        """Give lines to whoever has least to do; start a process for a line nobody is free for."""
        while self.returned or (self.lines.waiting and self._has_room()):
            members = self._all()
            member = min(members, key=lambda one: len(one.has), default=None)
            if member is None or (member.has and len(members) < jobs):
                member = self._hire()
            elif len(member.has) >= AHEAD:
                return
            self._give(member, self._next())

    def _next(self) -> tuple[int, Line]:
        if self.returned:
            return self.returned.popleft()
        self.given += 1
        return self.given - 1, self.lines.waiting.popleft()

    def _give(self, member: _Member, task: tuple[int, Line]) -> None:
        if not member.has:
            member.since = time.monotonic()
        member.has.append(task)
        number, line = task[1]
        member.unsent += b"%d %b\n" % (number, line)
        self._send(member)

    def _send(self, member: _Member) -> None:
        """Write what the pipe takes; the rest when it takes more."""
        try:
            while member.unsent:
                del member.unsent[: os.write(member.requests, member.unsent[:_BLOCK])]
        except BlockingIOError:
            self.poll.register(member.requests, select.POLLOUT)
            return
        except BrokenPipeError:  # it has ended: its other pipe will tell
            member.unsent.clear()
        with suppress(KeyError):
            self.poll.unregister(member.requests)

    # --- hearing ---

    def _hear(self, pipe: int) -> None:
        member = self.members.get(pipe)
        if member is None:  # it was buried in this round
            return
        if pipe == member.requests:
            self._send(member)
            return
        block = os.read(pipe, _BLOCK)
        if not block:
            self._mourn(member)
            return
        begun = len(member.received)
        member.received += block
        if member.received.find(b"\n", begun) < 0:
            return
        *whole, rest = member.received.split(b"\n")
        member.received = rest
        for reply in whole:
            self._take(member, bytes(reply))

    def _take(self, member: _Member, reply: bytes) -> None:
        index, (number, line) = member.has.popleft()
        member.answered += 1
        now = time.monotonic()
        if reply[:1] == _ANSWER:
            self._keep(index, reply[1:])
        else:
            told, _, where = reply[1:].decode("unicode_escape").partition("\n")
            if self.complain is None:
                raise Defect(told) from RemoteTraceback(where)
            self.complain(where)
            reason = f"a defect of derive: {told}"
            self._keep(index, self.work.give_up(number, line, reason, now - member.since))
        member.since = now

    def _keep(self, index: int, answer: bytes) -> None:
        self.ready[index] = answer
        self.held += len(answer)

    def _mourn(self, member: _Member) -> None:
        """Answer for a process that has ended, and hand back what it had not begun."""
        spent = time.monotonic() - member.since
        status, wrote = self._bury(member)
        # One that had grown leaves after an answer, with status 0.
        if member.has and (status != 0 or not member.answered):
            index, (number, line) = member.has.popleft()
            reason = self._reason(status, wrote)
            self._keep(index, self.work.give_up(number, line, reason, spent))
        self.returned = deque(sorted([*member.has, *self.returned]))

    def _reason(self, status: int, wrote: bytes) -> str:
        if status == -signal.SIGALRM:
            return f"time limit of {self.limits.seconds:g} s"
        if b"allocate memory" in wrote or b"reallocate" in wrote:  # FLINT's and GMP's last words
            return _too_much(self.limits)
        if status < 0:
            told = signal.Signals(-status).name
            return f"the process that decided it was ended by {told}"
        return f"the process that decided it ended with status {status}"

    def _bury(self, member: _Member) -> tuple[int, bytes]:
        """Wait for the end of a process: its status, negative for a signal, and its last words."""
        for pipe in (member.requests, member.replies):
            self.members.pop(pipe, None)
            with suppress(KeyError):
                self.poll.unregister(pipe)
            os.close(pipe)
        _, status = os.waitpid(member.pid, 0)
        with member.errors:
            member.errors.seek(0)
            wrote = member.errors.read(_BLOCK)
        return os.waitstatus_to_exitcode(status), wrote

    # --- a new process ---

    def _hire(self) -> _Member:
        theirs, requests = os.pipe()
        replies, ours = os.pipe()
        errors = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `_bury`
        # What interrupts is held back until the new process has its own answer to it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        try:
            pid = os.fork()
            if pid == 0:
                _serve(theirs, ours, errors.fileno(), self.work, self.limits)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(theirs)
        os.close(ours)
        os.set_blocking(requests, False)
        member = _Member(pid, requests, replies, errors)
        self.members[requests] = self.members[replies] = member
        self.poll.register(replies, select.POLLIN)
        return member


def _too_much(limits: Limits) -> str:
    return f"memory limit of {limits.megabytes} MB"


def _serve(requests: int, replies: int, errors: int, work: Work, limits: Limits) -> NoReturn:
    """Answer what comes through a pipe, in a process of its own; never returns."""
    status = 1
    try:
        _set_up(errors, {requests, replies})
        _limit_memory(limits)
        with os.fdopen(requests, "rb") as source:
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
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_INTERRUPTS, signal.SIGALRM))
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
    gc.freeze()  # what was there before is not looked at again
    started = _size()
    for request in source:
        number, _, line = request.rstrip(b"\n").partition(b" ")
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        reply, whole = _reply(int(number), line, work, limits)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write(replies, reply + b"\n")
        if not whole or _size() > started + GROWN:
            return


def _reply(number: int, line: bytes, work: Work, limits: Limits) -> tuple[bytes, bool]:
    """Answer one line; also say whether this process may be relied on further."""
    start = time.monotonic()
    try:
        return _ANSWER + work.answer(number, line), True
    except MemoryError:
        spent = time.monotonic() - start
        return _ANSWER + work.give_up(number, line, _too_much(limits), spent), False
    except Exception as error:  # noqa: BLE001 - it is told by the first process
        where = "".join(traceback.format_exception(error))
        told = f"{type(error).__name__}: {error}".replace("\n", " ")
        return _DEFECT + f"{told}\n{where}".encode("unicode_escape"), False
