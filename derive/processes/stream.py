"""Requests answered by processes that may hang, grow or die: each costs its own only.

The processes are forks of this one, which has imported what they need.  Requests, the
lines of a stream or what an iterator gives, go to them through pipes and answers come
back, as bytes.  A process ends itself when its time is over: an alarm whose answer is the
end works in C code too, and needs nobody to wait for it; one that does not is killed a
little later.  What memory it may take is limited by the system.  Answers are given as
they come, or in the order of the requests, and then no more than a window of them is held.
"""

from __future__ import annotations

import os
import select
import signal
import tempfile
import time
from collections import deque
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, TypeAlias

from derive.processes.serving import ANSWER, INTERRUPTS, NEWS, Limits, Work, serve, too_much
from derive.workers import RemoteTraceback

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from derive.processes.lines import Lines
    from derive.processes.requests import Requests

    Input: TypeAlias = Lines | Requests

__all__ = ["Defect", "Limits", "Work", "answers", "answers_as_they_come"]

Line: TypeAlias = tuple[int, bytes]  # its number in the input and what stands there

WINDOW = 4096  # lines that may be answered while an earlier one is not
WINDOW_BYTES = 32_000_000

_BLOCK = 1 << 16
_USUAL = Limits()


class Defect(Exception):
    """Something in another process that is our own fault; its cause says where."""


def answers(
    lines: Input,
    work: Work,
    jobs: int = 1,
    limits: Limits = _USUAL,
    complain: Callable[[str], None] | None = None,
) -> Generator[bytes, None, None]:
    """Answer requests in their order.

    Args:
        lines: what is to be answered.
        work: how.
        jobs: how many processes to use; where there is no fork (Windows), the work is
            done in this one, without limits.
        limits: what one request may take.
        complain: called with the traceback of a defect, which costs its request only.

    Raises:
        Defect: without `complain`.
    """
    with closing(_answers(lines, work, jobs, limits, complain, ordered=True)) as found:
        for _, answer in found:
            yield answer


def answers_as_they_come(
    lines: Input,
    work: Work,
    jobs: int = 1,
    limits: Limits = _USUAL,
    complain: Callable[[str], None] | None = None,
) -> Generator[tuple[int, bytes], None, None]:
    """Answer requests, each as soon as it is done: its number and the answer.

    As `answers` else; who is slow holds nobody up.
    """
    return _answers(lines, work, jobs, limits, complain, ordered=False)


def _answers(  # noqa: PLR0913 - those of `answers`
    lines: Input,
    work: Work,
    jobs: int,
    limits: Limits,
    complain: Callable[[str], None] | None,
    *,
    ordered: bool,
) -> Generator[tuple[int, bytes], None, None]:
    if not hasattr(os, "fork"):
        yield from _alone(lines, work)
        return
    _occupy_standard_streams()
    team = _Team(lines, work, limits, complain, ordered=ordered)
    try:
        yield from team.run(jobs)
    finally:
        team.dismiss()


def _occupy_standard_streams() -> None:
    """Let no pipe take the number of a standard stream that somebody closed."""
    while (spare := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(spare)


def _alone(lines: Input, work: Work) -> Iterator[tuple[int, bytes]]:
    while lines.waiting or not lines.ended:
        if not lines.waiting:
            lines.take_more()
        while lines.waiting:
            number, line = lines.waiting.popleft()
            yield number, work.answer(number, line)


@dataclass(eq=False)
class _Member:
    """A process: its pipes, the lines it has, and what is on its way."""

    pid: int
    requests: int
    replies: int
    errors: IO[bytes]  # what it wrote to standard error, for the reason of its end
    has: deque[tuple[int, Line]] = field(default_factory=deque)
    unsent: deque[memoryview] = field(default_factory=deque)
    received: bytearray = field(default_factory=bytearray)
    answered: int = 0
    mark: int = 0  # how much it knows of what the others found out
    since: float = 0.0  # when it began with the first line it has
    heard: float = 0.0  # when a part of an answer came last
    overdue: bool = False  # whether it was killed for having had it for too long


class _Team:
    """The processes of one call."""

    def __init__(
        self,
        lines: Input,
        work: Work,
        limits: Limits,
        complain: Callable[[str], None] | None,
        *,
        ordered: bool,
    ) -> None:
        self.lines, self.work, self.limits, self.complain = lines, work, limits, complain
        self.ordered = ordered
        self.members: dict[int, _Member] = {}  # by either of their pipes' ends
        self.poll = select.poll()
        self.returned: deque[tuple[int, Line]] = deque()  # lines whose process ended before them
        self.given = 0  # how many lines were taken from the input
        self.told = 0  # how many answers were given
        self.ready: dict[int, tuple[int, bytes]] = {}  # index -> number and answer
        self.held = 0  # bytes in `ready`

    def run(self, jobs: int) -> Iterator[tuple[int, bytes]]:
        """Give the answers as they come, in order where that is asked for."""
        listening = False
        while True:
            self._share_out(jobs)
            while (found := self._next_answer()) is not None:
                yield found
            if self.told == self.given and self.lines.ended and not self.lines.waiting:
                return
            listening = self._hear_input(listening)
            heard = self.poll.poll(self._patience())
            for pipe, _ in heard:
                if pipe == self.lines.source:
                    self.lines.take_more()
                else:
                    self._hear(pipe)
            self._end_overdue({pipe for pipe, _ in heard})

    def _next_answer(self) -> tuple[int, bytes] | None:
        index = self.told if self.ordered else next(iter(self.ready), -1)
        found = self.ready.pop(index, None)
        if found is not None:
            self.told += 1
            self.held -= len(found[1])
        return found

    def _hear_input(self, listening: bool) -> bool:
        """Wait for lines too, where one could be worked on."""
        if self.lines.source is None:  # nothing to wait for: they are taken when needed
            return False
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
        while self._is_somebody_free(jobs) and self._is_something_waiting():
            members = self._all()
            member = min(members, key=lambda one: len(one.has), default=None)
            if member is None or (member.has and len(members) < jobs):
                member = self._hire()
            self._give(member, self._next())

    def _is_somebody_free(self, jobs: int) -> bool:
        members = self._all()
        return len(members) < jobs or any(len(one.has) < self.lines.ahead for one in members)

    def _is_something_waiting(self) -> bool:
        if self.returned:
            return True
        if not self._has_room():
            return False
        if self.lines.source is None and not (self.lines.waiting or self.lines.ended):
            self.lines.take_more()
        return bool(self.lines.waiting)

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
        news, exchange = b"", self.work.exchange
        if exchange is not None:
            news, member.mark = exchange.since(member.mark, member.pid), exchange.mark
        head = b"%d %d %d\n" % (number, len(news), len(line))
        member.unsent += (memoryview(head + news), memoryview(line))
        self._send(member)

    def _send(self, member: _Member) -> None:
        """Write what the pipe takes; the rest when it takes more."""
        try:
            while member.unsent:
                written = os.write(member.requests, member.unsent[0][:_BLOCK])
                member.unsent[0] = member.unsent[0][written:]
                if not member.unsent[0]:
                    member.unsent.popleft()
        except BlockingIOError:
            self.poll.register(member.requests, select.POLLOUT)
            return
        except BrokenPipeError:  # it has ended: its other pipe will tell
            member.unsent.clear()
        if len(member.has) == 1:  # it has it only now
            member.since = time.monotonic()
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
        member.heard = time.monotonic()
        begun = len(member.received)
        member.received += block
        if member.received.find(b"\n", begun) < 0:
            return
        *whole, rest = member.received.split(b"\n")
        member.received = rest
        for reply in whole:
            if self.work.exchange is not None and reply[:1] == NEWS:
                self.work.exchange.learn(bytes(reply[1:]), member.pid)
            else:
                self._take(member, bytes(reply))

    def _patience(self) -> float | None:
        """Milliseconds until a process may be overdue; None where none works."""
        begun = [max(one.since, one.heard) for one in self._all() if one.has and not one.overdue]
        if not begun:
            return None
        left = min(begun) + self._longest() - time.monotonic()
        return max(0.0, left) * 1000 + 1

    def _longest(self) -> float:
        return self.limits.seconds + self.limits.grace

    def _end_overdue(self, heard: set[int]) -> None:
        """Kill who should have ended by itself and says nothing; its pipe will tell.

        Who speaks or listens is not overdue: it may be this process that was away.
        """
        last = time.monotonic() - self._longest()
        for member in self._all():
            silent = heard.isdisjoint((member.requests, member.replies))
            begun = max(member.since, member.heard)
            if member.has and silent and begun < last and not member.overdue:
                member.overdue = True
                os.kill(member.pid, signal.SIGKILL)

    def _take(self, member: _Member, reply: bytes) -> None:
        index, (number, line) = member.has.popleft()
        member.answered += 1
        now = time.monotonic()
        if reply[:1] == ANSWER:
            self._keep(index, number, reply[1:])
        else:
            told, _, where = reply[1:].decode("unicode_escape").partition("\n")
            if self.complain is None:
                raise Defect(told) from RemoteTraceback(where)
            self.complain(where)
            reason = f"a defect of derive: {told}"
            self._keep(index, number, self.work.give_up(number, line, reason, now - member.since))
        member.since = now

    def _keep(self, index: int, number: int, answer: bytes) -> None:
        self.ready[index] = number, answer
        self.held += len(answer)

    def _mourn(self, member: _Member) -> None:
        """Answer for a process that has ended, and hand back what it had not begun."""
        spent = time.monotonic() - member.since
        status, wrote = self._bury(member)
        # One that had grown leaves after an answer, with status 0.
        if member.has and (status != 0 or not member.answered):
            index, (number, line) = member.has.popleft()
            reason = self._reason(status, wrote, overdue=member.overdue)
            self._keep(index, number, self.work.give_up(number, line, reason, spent))
        self.returned = deque(sorted([*member.has, *self.returned]))

    def _reason(self, status: int, wrote: bytes, *, overdue: bool) -> str:
        if status == -signal.SIGALRM or overdue:
            return f"time limit of {self.limits.seconds:g} s"
        if b"allocate memory" in wrote or b"reallocate" in wrote:  # FLINT's and GMP's last words
            return too_much(self.limits)
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
        before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
        try:
            pid = os.fork()
            if pid == 0:
                serve(theirs, ours, errors.fileno(), self.work, self.limits)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(theirs)
        os.close(ours)
        os.set_blocking(requests, False)
        member = _Member(pid, requests, replies, errors)
        if self.work.exchange is not None:
            member.mark = self.work.exchange.mark
        self.members[requests] = self.members[replies] = member
        self.poll.register(replies, select.POLLIN)
        return member
