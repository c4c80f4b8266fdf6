"""How Moodle and Canvas name the files that they give out for grading.

Sources: Moodle, mod/assign/classes/downloader.php and the upload of feedback files, which
splits a name at the first four underscores; Canvas, lib/content_zipper.rb.
"""

from __future__ import annotations

import re

from derive.grading.intake import skipping
from derive.grading.intake.collecting import Place

# Lazy: what follows is the student's own file name, and may look like numbers again.
_REST = r"(?P<rest>\d+_.+|text\.html|link\.html)"
_CANVAS = re.compile(rf"(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d+)_{_REST}", re.DOTALL)
_ANONYMOUS = re.compile(
    rf"(?P<name>anon)_(?P<late>LATE_)?(?P<id>[A-Za-z0-9]{{4,8}})_(?P<late2>LATE_)?{_REST}",
    re.DOTALL,
)
_CANVAS_FILE = re.compile(r"(?P<number>\d+)_(?P<file>.+)", re.DOTALL)
_SITE_TEXT = frozenset({"text.html", "link.html"})


def moodle_place(path: str) -> Place | None:
    """Read `Full name_12345_assignsubmission_file_/hw.md`, or the same without a folder.

    The words before the number are the student's, a team's, or, where names are hidden, the
    site's word for a participant, whatever its language.  The folder ends with `_file_` or
    `_file`.

    >>> moodle_place("Участник_12345_assignsubmission_file_/hw.md").id
    '12345'
    """
    top, slash, inner = path.partition("/")
    name, _, rest = top.partition("_")
    number, _, rest = rest.partition("_")
    subtype, _, rest = rest.partition("_")
    plugin, _, own = rest.partition("_")
    if subtype != "assignsubmission" or not _is_number(number) or not plugin:
        return None
    if own and slash:
        inner = f"{own}/{inner}"
    elif own:
        inner = own
    if not inner:
        return None
    folder = top if slash else top.removesuffix(own)
    typed = plugin == "onlinetext" and inner.casefold().endswith((".html", ".htm"))
    reason = skipping.ONLINE_TEXT if typed else ""
    return Place(number, name or number, inner, folder=folder, reason=reason)


def canvas_place(path: str) -> Place | None:
    """Read `lastnamefirstname_[LATE_]USERID_SUBMISSIONID_filename`.

    A text typed on the site is `lastnamefirstname_[LATE_]USERID_[SUBMISSIONID_]text.html`.

    >>> canvas_place("doejane_LATE_77_1234_hw_2.md").inner
    'hw_2.md'
    """
    found = _ANONYMOUS.fullmatch(path) or _CANVAS.fullmatch(path)
    if found is None or "/" in path:
        return None
    told = found.groupdict()
    rest = found["rest"]
    file = _CANVAS_FILE.fullmatch(rest)
    inner = file["file"] if file else rest
    return Place(
        id=found["id"],
        name=found["name"],
        inner=inner,
        late="LATE" if told["late"] or told.get("late2") else "",
        folder=path.removesuffix(inner),
        reason=skipping.ONLINE_TEXT if inner in _SITE_TEXT else "",
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
