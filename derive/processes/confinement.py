"""What a process that reads other people's files may not do.

Nothing of a submission is ever run; this is what stands behind that rule should it fail.
An audit hook (PEP 578), which cannot be removed, hears what Python is about to do and
raises: no network, no processes, no foreign functions, no change of any file, no reading
but of the interpreter's own modules, for some are imported only when needed.  Code of a
C library is not heard, nor what Python's own modules leave out (`_posixsubprocess`, used
directly); against that the system's limits stand, and on Linux, where it is permitted, a
network of its own without interfaces.
"""

from __future__ import annotations

import os
import signal
import sys
import sysconfig
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LAST_WORDS = 1 << 16  # bytes that a dying library may write to standard error
_OPEN_FILES = 64
_LONGEST = 200  # characters of what is told

_FORBIDDEN = (  # what events begin with
    "socket.", "subprocess.", "pty.", "ctypes.", "os.", "resource.", "syslog.", "sqlite3.",
    "signal.", "winreg.", "msvcrt.", "_winapi.", "_posixsubprocess.", "setopencodehook",
    "cpython.PyInterpreterState_New",  # hooks are an interpreter's own
)  # fmt: skip
_HARMLESS = {"os.putenv", "os.unsetenv", "os.walk", "os.fwalk"}  # a walk lists, which is heard
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_READABLE = {"/proc/self/statm", os.devnull}  # how large the process is

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


class Confined(BaseException):
    """Something was tried that this process may not do.

    No Exception: a handler in the engine or in a library must not take it for an error of
    its own and go on.
    """


_tried: list[str] = []  # what was, also where a library swallowed the exception


def tried() -> str:
    """Say what was tried first in this process that it may not do; "" if nothing was."""
    return _tried[0] if _tried else ""


def confine(readable: Iterable[Path] = ()) -> bool:
    """Let this process do nothing any more but compute; there is no way back.

    Args:
        readable: folders whose files may be read besides the interpreter's modules.

    Returns:
        Whether it has a network of its own, in which there is nobody.
    """
    # What numpy would import: the module calls a foreign function when it is imported.
    import ctypes  # noqa: F401, PLC0415 - not needed elsewhere

    # Threads of a library of linear algebra would take memory for each processor.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.dont_write_bytecode = True
    alone = leave_network()
    _limit()
    sys.addaudithook(_hook(_Roots([*_import_roots(), *readable])))
    return alone


# --- the system's part ------------------------------------------------------------------


def leave_network() -> bool:
    """Move this process to a network without interfaces; say whether that was permitted."""
    import ctypes  # noqa: PLC0415 - not needed elsewhere

    if not sys.platform.startswith("linux"):
        return False
    system = ctypes.CDLL(None)
    system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Root needs no new user; who is not root may leave the network as one of his own only.
    return any(system.unshare(f) == 0 for f in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def end_with_parent() -> None:
    """Let the system kill this process as soon as the one that forked it ends (Linux).

    Else it would work on until its time is over, where its parent was killed or its
    terminal closed.  It is the thread that forked which counts: it must be one that stays.
    """
    import ctypes  # noqa: PLC0415 - not needed elsewhere

    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _LAST_WORDS),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ]
    for what, most in limits:
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # a system that knows it and refuses it
            resource.setrlimit(what, (least, least))


# --- the hook ---------------------------------------------------------------------------


def _hook(roots: _Roots) -> Callable[[str, tuple[object, ...]], None]:
    @cache  # some events come a million times; there are few names of them
    def watched(event: str) -> bool:
        return event in {"open", "import"} or event.startswith(_FORBIDDEN)

    def hear(event: str, found: tuple[object, ...]) -> None:
        if watched(event) and (told := _deed(event, found, roots)):
            _tried.append(told)
            raise Confined(told)

    return hear


def _deed(event: str, found: tuple[object, ...], roots: _Roots) -> str:
    """Say what an event is that may not be; "" for one that may."""
    if event in _HARMLESS:
        return ""
    if event == "import":  # of a library in machine code there is a file
        file = found[1]
        return "" if file is None or roots.hold(file) else _told("import", file)
    if event == "open":
        return _opening(*found[:3], roots=roots)
    if event in ("os.listdir", "os.scandir"):
        return "" if roots.list(found[0]) else _told(event, found[0])
    return _told(event, *found[:2])


def _opening(file: object, _mode: object, flags: object, *, roots: _Roots) -> str:
    if isinstance(flags, int) and flags & _WRITING and os.fspath(_path(file)) != os.devnull:
        return _told("writing", file)
    return "" if roots.hold(file) else _told("reading", file)


def _told(*parts: object) -> str:
    shown = " ".join(part if isinstance(part, str) else repr(part) for part in parts)
    return f"tried what it may not do: {shown[:_LONGEST]}"


def _path(file: object) -> str:
    if isinstance(file, str | bytes | os.PathLike):
        return os.fsdecode(file)
    return ""


def _absolute(name: str) -> str:
    """Make a path absolute and follow no link; the current folder for none."""
    return os.path.abspath(name or os.curdir)  # noqa: PTH100 - `resolve` follows links


def _import_roots() -> list[Path]:
    """The folders that modules are in; not the one that Python happens to be started in."""
    here = Path.cwd()
    paths = sysconfig.get_paths()
    known = {Path(paths[kind]) for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    known.add(Path(__file__).parents[1])
    entries = [Path(entry) for entry in sys.path if entry]
    return [*known, *(entry for entry in entries if entry.absolute() != here)]


class _Roots:
    """Folders whose files may be read."""

    def __init__(self, folders: Iterable[Path]) -> None:
        both = [(os.path.realpath(folder), _absolute(str(folder))) for folder in folders]
        self._folders = tuple({name for pair in both for name in pair} - {os.sep})
        self._below = tuple(folder + os.sep for folder in self._folders)
        # The import of a module looks through all of these for its name.
        self._listed = {_absolute(entry) for entry in sys.path}

    def hold(self, file: object) -> bool:
        """Whether a file may be read; a number is that of a file opened before."""
        if isinstance(file, int):
            return True
        name = _path(file)
        if not name or name in _READABLE:
            return bool(name)
        # A link within a root was put there by who installed it; `..` may lead out of one.
        whole = os.path.realpath(name) if os.pardir in name else _absolute(name)
        return self._has(whole) or self._has(os.path.realpath(whole))

    def list(self, folder: object) -> bool:
        """Whether the names in a folder may be read."""
        if isinstance(folder, int):
            return False
        return _absolute(_path(folder)) in self._listed or self.hold(folder)

    def _has(self, whole: str) -> bool:
        return whole in self._folders or whole.startswith(self._below)
