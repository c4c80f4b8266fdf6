"""Independent pieces of work shared out among processes.

The processes are forks of this one: what they need is there already, and only what
they found comes back, pickled by ourselves for ourselves.  Where there is no fork
(Windows), or for one job, the work is done in this process.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from typing import Any, TypeAlias

    Message: TypeAlias = tuple[str, Any]  # what happened, and what belongs to it
    Tell: TypeAlias = Callable[[str], None]

R = TypeVar("R")
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


class RemoteTraceback(Exception):
    """Where another process was when it raised."""


def usable_cpus() -> int:
    """Count the processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared_out(  # noqa: PLR0913 - one piece of work, its order, and whom to tell what
    work: Callable[[int, Tell], R],
    order: Sequence[int],
    jobs: int,
    tell: Tell,
    lost: Callable[[int, int], R],
    meanwhile: Callable[[], None] | None = None,
) -> list[R]:
    """Do the pieces of work 0, 1, ... and give what came of them, in that order.

    Args:
        work: does one piece; its second argument may be called with what is being done.
        order: the numbers of the pieces in the order to begin them.
        jobs: how many processes to use.
        tell: called in this process with what the pieces told.
        lost: what comes of a piece whose process ended without an answer, by its exit
            status (negative: a signal).
        meanwhile: called in this process while others work; not called where none do.

    Raises:
        Exception: what a piece raised, with its traceback there as the cause.
    """
    jobs = min(jobs, len(order))
    if jobs <= 1 or not hasattr(os, "fork"):
        found = {index: work(index, tell) for index in order}
    else:
        team = _Team(work, order, tell, lost)
        try:
            found = team.run(jobs, meanwhile)
        finally:
            team.dismiss()
        # What could not be sent is done again here.
        found |= {index: work(index, tell) for index in order if index not in found}
    return [found[index] for index in sorted(found)]


class _Team:
    """The processes of one call, each with a pipe."""

    def __init__(
        self,
        work: Callable[[int, Tell], R],
        order: Sequence[int],
        tell: Tell,
        lost: Callable[[int, int], R],
    ) -> None:
        self.work, self.tell, self.lost = work, tell, lost
        self.waiting = list(order)
        self.found: dict[int, Any] = {}
        self.members: dict[Connection, BaseProcess] = {}
        self.busy: dict[Connection, int] = {}

    def run(self, jobs: int, meanwhile: Callable[[], None] | None) -> dict[int, Any]:
        """Start the processes and listen until all is done or nobody is left to do it."""
        from multiprocessing.connection import wait  # noqa: PLC0415 - start-up time

        # All are started before anything is told: telling may start a thread, and
        # a fork of a process with threads may inherit a lock that nobody opens.
        for _ in range(jobs):
            self._hire()
        for pipe in list(self.members):
            self._give(pipe)
        if meanwhile is not None:
            meanwhile()
        while self.busy:
            ready = wait(list(self.busy))
            for pipe in [pipe for pipe in self.busy if pipe in ready]:
                self._listen(pipe)
        return self.found

    def dismiss(self) -> None:
        """End every process, at once if it is still busy."""
        for pipe, process in self.members.items():
            pipe.close()  # an idle process sees the end of its pipe and leaves
            if pipe in self.busy:
                process.terminate()
            process.join()

    def _hire(self) -> None:
        import multiprocessing  # noqa: PLC0415 - start-up time

        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        # A fork holds our ends of the pipes made so far: closed, else nobody sees their end.
        inherited = [*self.members, ours]
        process = context.Process(target=_serve, args=(theirs, self.work, inherited), daemon=True)
        # What interrupts is held back until the new process has its own answer to it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self.members[ours] = process

    def _give(self, pipe: Connection) -> None:
        self.busy.pop(pipe, None)
        if self.waiting:
            self.busy[pipe] = self.waiting.pop(0)
            with suppress(BrokenPipeError):  # of a process that is gone: `_listen` will see it
                pipe.send(self.busy[pipe])

    def _listen(self, pipe: Connection) -> None:
        try:
            kind, content = pipe.recv()
        except (EOFError, ConnectionResetError):
            index, process = self.busy.pop(pipe), self.members[pipe]
            process.join()
            self.found[index] = self.lost(index, process.exitcode or 0)
            return
        if kind == "told":
            self.tell(content)
            return
        if kind == "raised":
            error, where = content
            raise error from RemoteTraceback(where)
        if kind == "done":
            self.found[self.busy[pipe]] = pickle.loads(content)  # noqa: S301 - from our own fork
        self._give(pipe)


def _serve(
    pipe: Connection, work: Callable[[int, Tell], object], inherited: list[Connection]
) -> None:
    """Do what comes through the pipe, in a process of its own."""
    # Ctrl-C reaches every process of a terminal; it is the first one that ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    for other in inherited:
        other.close()
    # Either end of the pipe: the first process wants no more, or it is gone.
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            index: int = pipe.recv()
            pipe.send(_answer(work, index, lambda name: pipe.send(("told", name))))
            sys.stdout.flush()  # what a script wrote past `sys.stdout`'s redirection


def _answer(work: Callable[[int, Tell], object], index: int, tell: Tell) -> Message:
    try:
        found = work(index, tell)
    except Exception as error:  # noqa: BLE001 - it is raised again in the first process
        where = "".join(traceback.format_exception(error))
        return "raised", (_portable(error), where)
    try:
        return "done", pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError):
        return "unsent", None  # a function within a script, say: it has no name to send


def _portable(error: Exception) -> Exception:
    """Give an exception that survives the way: itself, or its message."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - just made
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError):
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
