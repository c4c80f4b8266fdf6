"""A folder or a zip as one thing: members with names, sizes and lazily read bytes.

Archives are read as data, nothing is unpacked.  What is wrong with a single member (a link,
a password, a path that leaves the archive) stays with this member, as its `problem`: one
hostile file must not stop a class.  DeriveError is for what makes the whole unreadable: no
archive, a damaged directory, more members or bytes than the limits admit.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.intake import skipping
from derive.grading.intake.membernames import alike, decoded, path_problem, zip_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Source = Callable[[], AbstractContextManager[IO[bytes]]]

_MB = 1 << 20
_CHUNK = 1 << 16
FILE = 16 * _MB  # bytes of a file that is read, unless more is asked for

_LOCAL_HEADER = struct.Struct("<4s22xHH")  # APPNOTE 4.3.7: signature, lengths of name and extra
_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE = 20
_COMMENT = 1 << 16
_ENCRYPTED = 0x1 | 0x40
_ENTRY = 512  # bytes of the directory a member may take on average; 46 and the name are usual

_BROKEN = (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, OverflowError)


@dataclass(frozen=True)
class Limits:
    """What an archive may hold: members, and bytes in all as its directory says."""

    members: int
    total: int


CLASS = Limits(members=200_000, total=64 << 30)  # what a platform gives for a class
OWN = Limits(members=2_000, total=1 << 30)  # what a student packed


@dataclass(frozen=True)
class Member:
    """A file of a folder or archive.

    name:    its path with `/`, in NFC; other people's text.
    size:    in bytes, as the folder or the archive's directory says; it may lie.
    problem: why it must not be read, a reason of `skipping`; "" if it may.
    strayed: the problem is with the path: it may not be believed.
    """

    name: str
    size: int
    content: Callable[[int], bytes]
    problem: str = ""
    strayed: bool = False

    def read(self, limit: int = FILE) -> bytes:
        """Give the content.

        Raises:
            DeriveError: it has a problem, is damaged, or is longer than `limit` bytes,
                whatever its header says.
        """
        if self.problem:
            raise DeriveError(f"{self.name}: {self.problem}")
        try:
            return self.content(limit)
        except (OSError, *_BROKEN, zlib.error, EOFError):
            raise DeriveError(f"{self.name}: {skipping.UNREADABLE}") from None


@dataclass(frozen=True)
class Archive:
    """The members of a folder or zip, by name.  `name` is for messages."""

    name: str
    members: tuple[Member, ...]


def opened(path: Path, limits: Limits = CLASS) -> Archive:
    """List a folder or a zip.

    Raises:
        DeriveError: it is neither, is damaged, or holds more than the limits admit.
    """
    if path.is_dir():
        return _folder(path, limits)
    if not path.is_file():
        raise DeriveError(f"{path}: expected a folder or a zip archive, found nothing")
    return _zip(lambda: path.open("rb"), str(path), limits)


def opened_within(member: Member, limits: Limits = OWN) -> Archive:
    """List a zip that is itself a member; its bytes are fetched again for each file."""

    @contextmanager
    def source() -> Iterator[IO[bytes]]:
        yield io.BytesIO(member.read(4 * FILE))

    return _zip(source, member.name, limits, own=True)


# -- Folders


def _folder(root: Path, limits: Limits) -> Archive:
    entries: list[tuple[bytes, os.DirEntry[str] | None]] = []
    pending = [(os.fspath(root), b"")]
    while pending:
        folder, prefix = pending.pop()
        try:
            with os.scandir(folder) as found:
                for entry in found:
                    name = prefix + os.fsencode(entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        pending.append((entry.path, name + b"/"))
                    else:
                        entries.append((name, entry))
        except OSError as error:
            if not prefix:
                raise DeriveError(f"{root}: expected a folder: {error.strerror}") from None
            entries.append((prefix.rstrip(b"/"), None))
        if len(entries) > limits.members:
            _too_many(str(root), os.fsdecode(entries[limits.members][0]), limits)
    names = [alike(text) for text in decoded([raw for raw, _ in entries])]
    members = [_file(n, entry) for n, (_, entry) in zip(names, entries, strict=True)]
    return _archive(str(root), members, limits)


def _file(name: str, entry: os.DirEntry[str] | None) -> Member:
    if entry is None:
        return Member(name, 0, _nothing, skipping.UNREADABLE)
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return Member(name, 0, _nothing, skipping.UNREADABLE)
    problem = ""
    if stat.S_ISLNK(found.st_mode):
        # Wherever it leads: out of the folder, or to what is listed anyway.
        problem = skipping.LINK
    elif not stat.S_ISREG(found.st_mode):
        problem = skipping.SPECIAL
    path = entry.path
    return _judged(Member(name, found.st_size, lambda limit: _bytes(path, limit), problem))


def _bytes(path: str, limit: int) -> bytes:
    # What was a file when the folder was listed may be a link or a pipe by now.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise DeriveError(f"{Path(path).name}: {skipping.SPECIAL}")
        return _bounded(file.read(limit + 1), Path(path).name, limit)


# -- Zips


def _zip(source: Source, name: str, limits: Limits, *, own: bool = False) -> Archive:
    try:
        with source() as file:
            _require_small_directory(file, name, limits, own=own)
            with zipfile.ZipFile(file) as archive:
                # Not `is_dir()`, which crashes on an empty name.
                infos = [i for i in archive.infolist() if not i.orig_filename.endswith("/")]
    except OSError as error:
        raise DeriveError(f"{name}: {skipping.UNREADABLE}: {error.strerror}") from None
    except _BROKEN:
        message = f"{name}: expected a folder or a zip archive, found neither or a damaged one"
        raise DeriveError(message) from None
    if len(infos) > limits.members:
        _too_many(name, infos[limits.members].filename, limits)
    members = [_zipped(source, n, i) for n, i in zip(_names(infos), infos, strict=True)]
    return _archive(name, members, limits)


def _require_small_directory(file: IO[bytes], name: str, limits: Limits, *, own: bool) -> None:
    """Raise DeriveError for a directory that it would take too much memory to read."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - _COMMENT - _END_SIZE - _LOCATOR_SIZE))
    tail = file.read()
    # As `zipfile` looks for it: at the very end, else the last one before a comment.
    at = len(tail) - _END_SIZE
    if at < 0 or not (tail.startswith(_END, at) and tail.endswith(b"\0\0")):
        at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        raise zipfile.BadZipFile
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    long_form = tail.startswith(_LOCATOR, at - _LOCATOR_SIZE) if at >= _LOCATOR_SIZE else False
    if own and (long_form or size > limits.members * _ENTRY):
        raise DeriveError(f"{name}: the directory of the archive is too large")
    file.seek(0)


def _names(infos: list[zipfile.ZipInfo]) -> list[str]:
    raws = [_raw(info) for info in infos]
    told = [zip_name(r, i.flag_bits, i.extra) for r, i in zip(raws, infos, strict=True)]
    guessed = iter(decoded([r for r, t in zip(raws, told, strict=True) if t is None]))
    return [alike(next(guessed) if t is None else t) for t in told]


def _raw(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")


def _zipped(source: Source, name: str, info: zipfile.ZipInfo) -> Member:
    mode = info.external_attr >> 16
    problem = ""
    if stat.S_ISLNK(mode):
        problem = skipping.LINK
    elif stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        problem = skipping.SPECIAL
    elif info.flag_bits & _ENCRYPTED:
        problem = skipping.ENCRYPTED
    elif info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        problem = skipping.METHOD
    content = lambda limit: _inflated(source, info, name, limit)  # noqa: E731 - as a field
    return _judged(Member(name, info.file_size, content, problem))


def _inflated(source: Source, info: zipfile.ZipInfo, name: str, limit: int) -> bytes:
    """Read one member by its place in the file.

    Without `zipfile`, which keeps the archive open: here nothing has to be closed, and no
    position in a file is shared.  `limit` bounds what is inflated, not what a header says.
    """
    with source() as file:
        file.seek(info.header_offset)
        signature, *lengths = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
        if signature != b"PK\x03\x04":
            raise zipfile.BadZipFile
        file.seek(sum(lengths), os.SEEK_CUR)
        if info.compress_type == zipfile.ZIP_STORED:
            data = file.read(min(info.compress_size, limit + 1))
        else:
            data = _deflated(file, info.compress_size, limit)
    _bounded(data, name, limit)
    if len(data) != info.file_size or zlib.crc32(data) != info.CRC:
        raise DeriveError(f"{name}: {skipping.DAMAGED}")
    return data


def _deflated(file: IO[bytes], packed: int, limit: int) -> bytes:
    """Inflate up to `limit + 1` bytes of what `packed` bytes hold."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    room = limit + 1
    rest = packed
    waiting = b""
    while room > 0 and not inflater.eof:
        if not waiting:
            waiting = file.read(min(_CHUNK, rest))
            rest -= len(waiting)
        piece = inflater.decompress(waiting, room)
        if not piece and not waiting:
            break
        waiting = inflater.unconsumed_tail
        pieces.append(piece)
        room -= len(piece)
    return b"".join(pieces)


# -- Both


def _archive(name: str, members: list[Member], limits: Limits) -> Archive:
    total = 0
    for member in members:
        total += member.size
        if total > limits.total:
            most = limits.total // _MB
            raise DeriveError(f"{name}: expected at most {most} MB in all; '{member.name}' is more")
    counts = Counter(member.name for member in members)
    told = [
        replace(m, problem=skipping.DUPLICATE) if counts[m.name] > 1 and not m.problem else m
        for m in members
    ]
    return Archive(name, tuple(sorted(told, key=lambda m: m.name)))


def _judged(member: Member) -> Member:
    problem = path_problem(member.name)
    return replace(member, problem=problem, strayed=True) if problem else member


def _bounded(data: bytes, name: str, limit: int) -> bytes:
    if len(data) > limit:
        raise DeriveError(f"{name}: {skipping.TOO_LARGE}: more than {limit // _MB} MB")
    return data


def _nothing(_limit: int) -> bytes:
    raise DeriveError(skipping.UNREADABLE)


def _too_many(name: str, member: str, limits: Limits) -> None:
    raise DeriveError(f"{name}: expected at most {limits.members} files; '{member}' is one more")
