"""Submissions checked on a cluster: shards of them go to the workers of dask.distributed.

A worker of a cluster must not be the process that reads what a student wrote: it cannot be
ended alone.  So each shard is checked by a program of its own (`derive.grading.shard`),
with the same limits as on one machine.  A shard whose worker dies is given to another one;
one that no worker survives is tried submission by submission.

Whoever can reach a scheduler can run programs on its workers: it belongs into a network
that one trusts, and `--scheduler` takes the address of one's own.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from derive.errors import DeriveError
from derive.grading.record import given_up
from derive.grading.work import Answer, Terms, answer_of, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from derive.grading.key import Parcel

SHARD = 8  # submissions: as many as are lost with a worker, and checked again by another
_AHEAD = 4  # shards that wait for each worker: the input is not held whole
_CONNECT = "15s"
_UNREADABLE = 4  # the status of a shard's program that says what the user can mend


@dataclass(frozen=True)
class Cluster:
    """A scheduler of dask.distributed, by its address: `tcp://host:8786`."""

    address: str

    def checked(self, requests: Iterable[bytes], parcel: Parcel, terms: Terms) -> Iterator[Answer]:
        """Check submissions on the workers, and give what came of each as it is known.

        Args:
            requests: what `derive.grading.work.request` gives.
            parcel: the key, as its files.
            terms: how; `jobs` processes on each worker at a time.

        Raises:
            DeriveError: dask is not installed, the scheduler does not answer, or a worker
                has another version of derive.
        """
        distributed = _distributed()
        try:
            client = distributed.Client(self.address, timeout=_CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            told = f"{self.address}: no scheduler answers there: {error}"
            raise DeriveError(told) from None
        with client:
            yield from _Run(client, distributed, parcel, terms).through(requests)


def _distributed() -> Any:  # noqa: ANN401 - an optional library
    try:
        import distributed  # noqa: PLC0415 - an extra, and half a second
    except ImportError:
        raise DeriveError(
            "--scheduler needs dask: pip install 'derive-check[dask]', "
            "in the same versions on all machines"
        ) from None
    return distributed


class _Run:
    """One class on one cluster."""

    def __init__(self, client: Any, distributed: Any, parcel: Parcel, terms: Terms) -> None:  # noqa: ANN401
        self.client, self.distributed = client, distributed
        self.header = {
            "program": parcel.program,
            "target": parcel.target,
            "name": parcel.name,
            "ids": parcel.ids,
            "files": {n: base64.b64encode(d).decode() for n, d in parcel.files.items()},
            "seed": terms.seed,
            "seconds": terms.limits.seconds,
            "megabytes": terms.limits.megabytes,
            "jobs": terms.jobs,
        }
        self.executor = client.get_executor(pure=False, retries=0)
        self.gone = (OSError, CancelledError, distributed.client.FutureCancelledError)
        self.pending: dict[Any, list[tuple[int, bytes]]] = {}

    def through(self, requests: Iterable[bytes]) -> Iterator[Answer]:
        """Send shards while there are workers for them, and hear what they found."""
        numbered = enumerate(requests)
        more = True
        while more or self.pending:
            while more and len(self.pending) < self._room():
                shard = list(islice(numbered, SHARD))
                more = bool(shard)
                if shard:
                    self._send(shard)
            if self.pending:
                done, _ = wait(self.pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from self._heard(future, self.pending.pop(future))

    def _room(self) -> int:
        return _AHEAD * max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))

    def _send(self, shard: list[tuple[int, bytes]]) -> None:
        lines = [json.dumps(self.header).encode(), *(line for _, line in shard)]
        self.pending[self.executor.submit(check_shard, b"\n".join(lines))] = shard

    def _heard(self, future: Any, shard: Sequence[tuple[int, bytes]]) -> Iterator[Answer]:  # noqa: ANN401
        try:
            replies = future.result().splitlines()
        except (self.distributed.KilledWorker, _Broken) as error:
            if len(shard) > 1:
                for one in shard:
                    self._send([one])
                return
            ((number, line),) = shard
            told = str(error) if isinstance(error, _Broken) else "the worker that checked it died"
            yield Answer(number, json.dumps(given_up(names_in(line), told)).encode(), True, 0.0)
            return
        except self.gone as error:
            raise DeriveError(
                f"the cluster went away: {error}; run the same command again to go on"
            ) from None
        for reply in replies:
            answer = answer_of(reply)
            yield replace(answer, number=shard[answer.number][0])


class _Broken(Exception):
    """A shard of which the program ended without an answer to each submission."""


def check_shard(shard: bytes) -> bytes:
    """Check a shard by a program of its own; runs on a worker of the cluster.

    Raises:
        DeriveError: the worker's derive is another one, or cannot read the key.
    """
    program = [sys.executable, "-m", "derive.grading.shard"]
    done = subprocess.run(program, input=shard, capture_output=True, check=False)  # noqa: S603
    if done.returncode == _UNREADABLE:
        raise DeriveError(done.stderr.decode(errors="replace").strip())
    asked, answered = shard.count(b"\n"), done.stdout.count(b"\n")
    if done.returncode or asked != answered:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise _Broken(f"the program that checked it ended with status {done.returncode}: {last}")
    return done.stdout
