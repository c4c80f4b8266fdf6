"""Keys and targets: what there is to check, found without running a script.

A key is a folder with a `key.toml` (title, problems) and one script per problem.
Keys are looked for in the `proofs` folder of the checkout, else in the package.
"""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from derive.errors import DeriveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_NEAREST = 3
_CLOSE = 0.6  # a name less similar than this is no near miss
_SPREAD = 0.1  # nor is one that much further off than the best


class UnknownTarget(DeriveError):
    """No key or problem has this name; `near` lists similar ones, the closest first."""

    def __init__(self, target: str, near: Sequence[str]) -> None:
        self.target, self.near = target, list(near)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"no key, problem or file {target!r}{hint}")


@dataclass(frozen=True)
class ProblemRef:
    """One problem of a key, before its script has run."""

    key: str
    id: str
    path: Path
    key_title: str = ""

    @property
    def target(self) -> str:
        """The name on the command line, e.g. `hw3/2.2`."""
        return f"{self.key}/{self.id}"

    def title(self) -> str:
        """Read the title in the script without running it; "" where it has none."""
        return _title(self.path)


@dataclass(frozen=True)
class KeyRef:
    """One key, before its scripts have run."""

    name: str
    title: str
    path: Path
    problems: tuple[ProblemRef, ...]


# --- keys ------------------------------------------------------------------------------


def default_root() -> Path:
    """Give the folder of keys: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parent
    beside = package.parent / "proofs"
    return beside if beside.is_dir() else package / "packaged_proofs"


def discover(root: Path | None = None) -> tuple[KeyRef, ...]:
    """List the keys without running anything.  Raises DeriveError for a broken `key.toml`."""
    folder = root or default_root()
    return tuple(read_key(path.parent) for path in sorted(folder.glob("*/key.toml")))


def read_key(folder: Path) -> KeyRef:
    """Read the `key.toml` of a folder.  Raises DeriveError where it is not one."""
    file = folder / "key.toml"
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DeriveError(f"{file}: {error}") from None
    title, table = data.get("title"), data.get("problems")
    named = isinstance(table, dict) and all(isinstance(name, str) for name in table.values())
    if not isinstance(title, str) or not isinstance(table, dict) or not named:
        raise DeriveError(
            f'{file}: expected `title = "..."` and a table `[problems]` of lines `"1" = "p1.py"`'
        )
    if not table:
        raise DeriveError(f"{file}: expected at least one problem in the table `[problems]`")
    key = folder.resolve().name  # of `.` too
    problems = tuple(ProblemRef(key, id_, folder / name, title) for id_, name in table.items())
    return KeyRef(key, title, folder, problems)


def _title(script: Path) -> str:
    """Give the `title` that a script passes to `Problem`, else the head of its docstring."""
    try:
        module = ast.parse(script.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError):
        return ""  # it is `check` that says what is wrong with the script
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Problem":
            for title in (k.value for k in call.keywords if k.arg == "title"):
                if isinstance(title, ast.Constant) and isinstance(title.value, str):
                    return title.value
    return next(iter((ast.get_docstring(module) or "").splitlines()), "")


# --- targets ---------------------------------------------------------------------------


def select(targets: Sequence[str], root: Path | None = None) -> list[ProblemRef]:
    """Resolve targets; without one, every problem of every key.

    A target is a key (`hw3`), a problem (`hw3/2.1`), a group of problems (`hw3/2`: all
    whose ids begin with `2.`), a proof script, or a folder with a `key.toml`.

    Raises:
        UnknownTarget: there is no such thing.
        DeriveError: a `key.toml` cannot be read, or a file is no proof script.
    """
    # Not before a name asks for it: a broken key of ours must not stop the check of a file.
    keys = cache(lambda: discover(root))
    if not targets:
        return [problem for key in keys() for problem in key.problems]
    chosen = (ref for target in targets for ref in _resolve(target, keys))
    return list({(ref.target, ref.path.resolve()): ref for ref in chosen}.values())


def _resolve(target: str, keys: Callable[[], tuple[KeyRef, ...]]) -> Sequence[ProblemRef]:
    path = Path(target)
    if target.startswith(".") or path.is_absolute() or path.suffix == ".py":
        found = _from_path(path)
        if found:
            return found
    everything = [problem for key in keys() for problem in key.problems]
    name = target.rstrip("/")
    named = [p for p in everything if name in (p.key, p.target) or p.target.startswith(f"{name}.")]
    found = named or (_from_path(path) if name else ())
    if not found:
        raise UnknownTarget(target, _near(name, [*_names(keys())]))
    return found


def _from_path(path: Path) -> Sequence[ProblemRef]:
    """Give the problem of a script or those of a folder; nothing where there is no such path."""
    if path.is_dir():
        if not (path / "key.toml").is_file():
            raise DeriveError(f"{path}: expected a folder with a key.toml, or a proof script")
        return read_key(path).problems
    if not path.is_file():
        return ()
    if path.suffix != ".py":
        raise DeriveError(f"{path}: expected a proof script, a Python file")
    folder = path.parent
    listed = read_key(folder).problems if (folder / "key.toml").is_file() else ()
    own = [problem for problem in listed if problem.path.resolve() == path.resolve()]
    return own or [ProblemRef(folder.resolve().name, path.stem, path)]


def siblings(ref: ProblemRef) -> tuple[ProblemRef, ...]:
    """Give all problems of the key that a problem belongs to."""
    folder = ref.path.parent
    return read_key(folder).problems if (folder / "key.toml").is_file() else (ref,)


def _names(keys: Sequence[KeyRef]) -> Iterator[str]:
    for key in keys:
        yield key.name
        yield from (problem.target for problem in key.problems)


def _near(target: str, names: Sequence[str]) -> list[str]:
    """Give the names most like a target, the closest first, those alike in the sheet's order."""
    scores = {name: _likeness(target.casefold(), name.casefold()) for name in names}
    best = max(scores.values(), default=0.0)
    good = [name for name in names if scores[name] >= max(_CLOSE, best - _SPREAD)]
    return sorted(good, key=lambda name: -scores[name])[:_NEAREST]


def _likeness(target: str, name: str) -> float:
    if name.endswith(f"/{target}"):  # the problem without its key
        return 1.0
    return SequenceMatcher(None, target, name).ratio()
