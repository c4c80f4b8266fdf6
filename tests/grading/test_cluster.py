"""A class on a cluster of dask.distributed: two workers here, one of which is killed."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from classroom import KEY, LOST_SIGN, RIGHT, WRONG_ANSWER, graded, laid_out, table
from distributed import LocalCluster

from derive.errors import DeriveError
from derive.grading.cluster import SHARD, Cluster
from derive.grading.key import load_grading_key, unpacked
from derive.grading.run import Room, run
from derive.grading.work import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The cluster's own threads and sockets end when they end.
pytestmark = pytest.mark.filterwarnings("ignore")

COUNT = 3 * SHARD


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as found:
        yield found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    texts = [RIGHT, LOST_SIGN, WRONG_ANSWER]
    files = {f"s{n:02}/a.md": f"{texts[n % 3]}\nNumber {n}.\n" for n in range(COUNT)}
    return laid_out(tmp_path / "in", dict(files))


def test_a_class_survives_the_death_of_a_worker(
    cluster: LocalCluster, source: Path, tmp_path: Path
) -> None:
    graded(source, tmp_path / "here")
    killed: list[int] = []

    def kill_one(_name: str) -> None:
        if not killed:
            killed.append(cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    from derive.grading.intake.conventions import intake  # noqa: PLC0415

    key = load_grading_key(KEY)
    room = Room(intake(source).submissions, key, tmp_path / "out", jobs=1)
    room.out.mkdir()
    on_cluster = Cluster(cluster.scheduler_address)
    tally = run(
        room,
        check=lambda requests: on_cluster.checked(requests, key.parcel, Terms()),
        tell=kill_one,
    )
    assert killed
    assert tally.fresh == COUNT
    for name in ("grades.csv", "review.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    pages = sorted((tmp_path / "here" / "feedback").iterdir())
    assert len(pages) == COUNT
    for page in pages:
        assert (tmp_path / "out" / "feedback" / page.name).read_bytes() == page.read_bytes()


def test_the_command_line_takes_the_address_of_a_scheduler(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    source = laid_out(tmp_path / "in", {"ann.md": RIGHT, "bob.md": LOST_SIGN})
    told = graded(source, tmp_path / "out", scheduler=cluster.scheduler_address)
    assert "2 submissions checked" in told
    assert [row["points"] for row in table(tmp_path / "out")] == ["0.4", "0.25"]


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", {"ann.md": RIGHT})
    with pytest.raises(DeriveError, match="no scheduler answers there"):
        graded(source, tmp_path / "out", scheduler="tcp://127.0.0.1:1")


def test_a_key_travels_whole(tmp_path: Path) -> None:
    key = load_grading_key(KEY)
    there = unpacked(key.parcel, tmp_path)
    assert there.engine == key.engine
    assert there.rubric == key.rubric


WRONG_PARCELS = [
    pytest.param({"program": "0" * 64}, "another version of derive", id="another derive"),
    pytest.param({"files": {"../x.py": b""}}, "expected a path within", id="a path that leads out"),
]


@pytest.mark.parametrize(("change", "told"), WRONG_PARCELS)
def test_a_wrong_parcel_is_refused(tmp_path: Path, change: dict, told: str) -> None:
    parcel = replace(load_grading_key(KEY).parcel, **change)
    with pytest.raises(DeriveError, match=told):
        unpacked(parcel, tmp_path / "key")
