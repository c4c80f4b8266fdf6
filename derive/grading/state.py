"""What a run has found so far, in one SQLite file: a run that is killed goes on there.

A record is written the moment it is known, in a transaction of its own.  What it was made
of stands beside it as a digest, so that a changed submission, key or version is checked
anew and nothing else is.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Self

from derive.errors import DeriveError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from derive.grading.record import Record

FILE = "state.sqlite"
_SCHEMA = 1
_WAIT = 1.0  # seconds that another run of the same folder may hold the file
_TABLES = """
create table if not exists submissions (
    id text primary key,      -- of the student
    digest text not null,     -- of the files and of what checked them
    record text not null,     -- JSON
    seconds real not null,    -- that it took, and of its claims:
    hits integer not null,    -- how many were decided before
    misses integer not null   -- and how many had to be
) strict;
"""


class State:
    """The records of one output folder.

    Used by one process: a fork must not touch a connection of its parent.
    """

    def __init__(self, file: Path) -> None:
        """Open the file, or make it.

        Raises:
            DeriveError: it is not such a file, or it cannot be written.
        """
        self._file = file
        with self._told():
            self._base = sqlite3.connect(file, timeout=_WAIT, isolation_level=None)
            # Nothing is checked twice: a second run of this folder is refused, not let in.
            self._base.execute("pragma locking_mode = exclusive")
            # Written to disk before it counts: it must survive a loss of power.
            self._base.execute("pragma journal_mode = delete")
            self._base.execute("pragma synchronous = full")
            (version,) = self._base.execute("pragma user_version").fetchone()
            if version not in {0, _SCHEMA}:
                raise DeriveError(
                    f"{file}: made by another version of derive; give another --out, "
                    "or remove this file to check everything again"
                )
            self._base.executescript(_TABLES)
            self._base.execute(f"pragma user_version = {_SCHEMA}")

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._base.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what is wrong with the file."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise DeriveError(f"{self._file}: another run writes to this folder") from error
            raise DeriveError(f"{self._file}: {error}") from error
        except sqlite3.Error as error:
            raise DeriveError(f"{self._file}: {error}") from error

    def digests(self) -> dict[str, str]:
        """Give what is known, by student: the digest it was made of."""
        with (
            self._told(),
            closing(self._base.execute("select id, digest from submissions")) as rows,
        ):
            return dict(rows.fetchall())

    def record(self, student: str) -> Record:
        """Give the record of a student.  Raises KeyError where there is none."""
        record: Record = json.loads(self.text(student))
        return record

    def text(self, student: str) -> bytes:
        """Give the record of a student as JSON.  Raises KeyError where there is none."""
        with self._told():
            found = self._base.execute(
                "select record from submissions where id = ?", (student,)
            ).fetchone()
        if found is None:
            raise KeyError(student)
        return str(found[0]).encode()

    def keep(
        self, student: str, digest: str, record: bytes, took: tuple[float, int, int] = (0.0, 0, 0)
    ) -> None:
        """Keep a record, in place of an older one of the same student.

        took: seconds, claims decided before, claims decided.
        """
        with self._told():
            self._base.execute(
                "insert or replace into submissions values (?, ?, ?, ?, ?, ?)",
                (student, digest, record.decode(), *took),
            )
