"""What Gradescope says of submissions: `submission_metadata.yml` and `.json`.

Sources: gradescope-autograders.readthedocs.io, "Submission Metadata", for the JSON of the
autograder; for the export of a class, which nothing documents, public tools that read it:

    submission_123:
      :submitters:
      - :name: Ann Lee
        :sid: '3031'
        :email: ann@example.com
      :created_at: ...
"""

from __future__ import annotations

import json
import re

from derive.errors import DeriveError
from derive.grading.model import Student

EXPORT = "submission_metadata.yml"
AUTOGRADER = "submission_metadata.json"

_TOP = re.compile(r"^(?=[^\s#-])[^\n]*:[ \t]*$", re.MULTILINE)
_SUBMITTERS = re.compile(r"^  :?submitters:[ \t]*\n(?:(?:  -|   )[^\n]*\n?)*", re.MULTILINE)
_LONGEST = 20_000  # characters of one list of submitters


def export_submitters(data: bytes) -> dict[str, tuple[Student, ...]]:
    """Read `submission_metadata.yml`: folder (or file) -> who handed it in.

    Only the lists of submitters are parsed, as YAML: the rest, what tests have printed, may
    be long, and nothing in it is ours.  A submitter's id is `:sid`, else the e-mail
    address, else the name.

    Raises:
        DeriveError: it is not as Gradescope writes it, or PyYAML is not installed.
    """
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    heads = list(_TOP.finditer(text))
    ends = [*(head.start() for head in heads), len(text)][1:]
    found: dict[str, tuple[Student, ...]] = {}
    for head, end in zip(heads, ends, strict=True):
        block = _SUBMITTERS.search(text, head.end(), end)
        if block is not None and len(block[0]) <= _LONGEST:
            found.update(_read_block(f"{head[0]}\n{block[0]}"))
    if not found:
        raise DeriveError(
            f"{EXPORT}: expected what Gradescope exports: for each submission a list"
            " ':submitters:' with ':name:', ':sid:' and ':email:'"
        )
    return found


def _read_block(text: str) -> dict[str, tuple[Student, ...]]:
    try:
        import yaml  # noqa: PLC0415 - an extra
    except ImportError:
        message = f"{EXPORT}: to read it, install 'derive-check[gradescope]'"
        raise DeriveError(message) from None
    try:
        loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes text, lists and mappings alone
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}  # the submission will be one of which nothing says whose it is
    found: dict[str, tuple[Student, ...]] = {}
    for key, entry in loaded.items() if isinstance(loaded, dict) else ():
        people = next(iter(entry.values()), None) if isinstance(entry, dict) else None
        if isinstance(key, str) and isinstance(people, list):
            found[key] = tuple(s for s in map(_submitter, people) if s is not None)
    return found


def _submitter(entry: object) -> Student | None:
    if not isinstance(entry, dict):
        return None
    told = {str(k).strip(":"): v.strip() for k, v in entry.items() if isinstance(v, str)}
    return _student(told.get("sid", ""), told.get("name", ""), told.get("email", ""))


def autograder_submitters(data: bytes) -> tuple[Student, ...]:
    """Read `submission_metadata.json`; a user's id is the e-mail address, else the name.

    Raises:
        DeriveError: it is not as Gradescope writes it.
    """
    try:
        users = json.loads(data.decode("utf-8-sig"))["users"]
        told = [
            _student("", str(u.get("name") or u.get("id") or ""), str(u.get("email") or ""))
            for u in users
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        message = f'{AUTOGRADER}: expected what Gradescope writes: {{"users": [{{"email": ...}}]}}'
        raise DeriveError(message) from None
    return tuple(s for s in told if s is not None)


def _student(sid: str, name: str, email: str) -> Student | None:
    # Half a character, which an escape in JSON or YAML can be, no file takes.
    sid, name, email = (text.encode(errors="replace").decode() for text in (sid, name, email))
    number = sid or email or name
    return Student(number, name or number, email) if number else None
