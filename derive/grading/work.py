"""Submissions checked by processes of this machine, each within its time and memory.

What goes to a process and what comes back is a line of JSON.  A process that hangs, grows
or dies costs the submission it works on, which then waits for a person with the reason.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.record import Record, given_up, of_files
from derive.memory import Counts, Memory
from derive.processes.confinement import confine, end_with_parent
from derive.processes.requests import Requests
from derive.processes.stream import Limits, Work, answers_as_they_come
from derive.solution.checker import check_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from derive.grading.model import Submission
    from derive.solution.checker import LoadedKey

# A process that has checked many is replaced: what libraries keep for later adds up.
USUAL = Limits(seconds=120.0, megabytes=2048, grown=512, answers=50)
_KILLED = "ended by SIGKILL"  # where a limit of ours was met, its name stands instead


@dataclass(frozen=True)
class Terms:
    """How submissions are checked.

    seed:   of the models.
    limits: what one submission may take.
    jobs:   how many processes check at a time.
    remembers: whether a claim that comes again in another submission is decided once.
    """

    seed: int = 0
    limits: Limits = USUAL
    jobs: int = 1
    remembers: bool = True

    @property
    def given(self) -> str:
        """Name the limits, which tell only what becomes of those that meet them."""
        return f"{self.limits.seconds:g} s, {self.limits.megabytes} MB"


@dataclass(frozen=True)
class Answer:
    """What came of a submission: its record as JSON, and what it took.

    number:  of the request, from 0.
    hits:    claims that had been decided before, of another submission or of this one.
    misses:  claims that were decided.
    """

    number: int
    record: bytes
    gave_up: bool
    seconds: float
    hits: int = 0
    misses: int = 0

    @property
    def was_killed(self) -> bool:
        """Whether somebody else ended the process, as a system does that is out of memory.

        That says nothing of the submission: it is worth another try.
        """
        return self.gave_up and json.loads(self.record)["gave_up"]["en"].endswith(_KILLED)


def request(submission: Submission) -> bytes:
    """Read what somebody handed in and give it as one line.

    A file that cannot be read, or is too large, is skipped with the reason.
    """
    files, skipped = [], [list(pair) for pair in submission.skipped]
    for file in submission.files:
        try:
            data = file.read()
        except DeriveError as error:
            skipped.append([file.name, str(error).removeprefix(f"{file.name}: ")])
            continue
        files.append([file.name, base64.b64encode(data).decode()])
    return json.dumps({"files": files, "skipped": skipped}).encode()


def digest(line: bytes, engine: str, seed: int) -> str:
    """Name a request and what checks it: equal only where the record would be."""
    whole = hashlib.sha256(line)
    whole.update(f"\n{engine} {seed}".encode())
    return whole.hexdigest()


def checked(
    requests: Iterable[bytes],
    key: LoadedKey,
    terms: Terms,
    complain: Callable[[str], None] | None = None,
) -> Iterator[Answer]:
    """Check submissions, and give what came of each as soon as it is known.

    Args:
        requests: what `request` gives; taken when a process is free for it.
        key: what they are checked against.
        terms: how.
        complain: is told the traceback of a defect of ours, which costs its submission.
    """
    memory = Memory() if terms.remembers else None
    check = partial(check_source, memory=memory)

    def answer(_number: int, line: bytes) -> bytes:
        start = time.perf_counter()
        data = json.loads(line)
        files = [(name, base64.b64decode(text)) for name, text in data["files"]]
        record = of_files(files, data["skipped"], key, seed=terms.seed, check=check)
        counts = Counts() if memory is None else memory.counted()
        return _line(record, time.perf_counter() - start, counts.hits, counts.misses)

    def give_up(_number: int, line: bytes, reason: str, seconds: float) -> bytes:
        return _line(given_up(names_in(line), reason), seconds)

    work = Work(answer, give_up, _begin, memory)
    found = answers_as_they_come(
        Requests(requests), work, terms.jobs, terms.limits, complain or _tell_nobody
    )
    for number, reply in found:
        yield _answer(number - 1, reply)


def _begin() -> None:
    """Let a process that will read what students wrote do nothing but compute."""
    end_with_parent()
    confine()


def _tell_nobody(_where: str) -> None:
    """Leave a defect to the record of its submission."""


def names_in(line: bytes) -> list[str]:
    """Give the names of the files in a request."""
    return [name for name, _ in json.loads(line)["files"]]


def _line(record: Record, seconds: float, hits: int = 0, misses: int = 0) -> bytes:
    told = {"record": record, "seconds": seconds, "hits": hits, "misses": misses}
    return json.dumps(told).encode()


def _answer(number: int, reply: bytes) -> Answer:
    told = json.loads(reply)
    record: Record = told["record"]
    text = json.dumps(record, separators=(",", ":")).encode()
    gave_up = record["gave_up"] is not None
    return Answer(number, text, gave_up, told["seconds"], told["hits"], told["misses"])


def reply_of(answer: Answer) -> bytes:
    """Give an answer as a line; `answer_of` reads it."""
    head = f"{answer.number} {answer.seconds!r} {answer.hits} {answer.misses} "
    return head.encode() + answer.record


def answer_of(reply: bytes) -> Answer:
    """Read what `reply_of` wrote."""
    number, seconds, hits, misses, record = reply.split(b" ", 4)
    gave_up = json.loads(record)["gave_up"] is not None
    return Answer(int(number), record, gave_up, float(seconds), int(hits), int(misses))
