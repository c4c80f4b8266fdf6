"""Why a file of a submission was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.translation import LANGS, noted, translate

if TYPE_CHECKING:
    from derive.grading.phrases import Told

NOT_A_SOLUTION = noted("not a file .md, .tex or .ipynb")
ONLINE_TEXT = noted("text typed into the site's own editor")
OTHER_ARCHIVE = noted("an archive that is not opened; zip would be")
ARCHIVE_WITHIN = noted("an archive within an archive")
HIDDEN = noted("a hidden file")
TOO_LARGE = noted("too large")
TOO_MANY = noted("one file too many")
DAMAGED = noted("a damaged archive")
UNREADABLE = noted("could not be read")
LINK = noted("a link to another file")
SPECIAL = noted("not an ordinary file")
ENCRYPTED = noted("protected with a password")
METHOD = noted("compressed by a method that is not read")
DUPLICATE = noted("several files of this name in one archive")
ABSOLUTE = noted("an absolute path")
PARENT = noted("a path that leaves its folder")
DRIVE = noted("a path with a drive letter")
BACKSLASH = noted("a path with a backslash")
DEVICE = noted("the name of a device")
CONTROL = noted("a name with control characters")
LONG = noted("a name that is too long")
OTHERWISE = noted("named otherwise than the other files")
NO_METADATA = noted("not in submission_metadata.yml")
NOT_IN_SUBMISSION = noted("outside the folder of the submission")


def in_words(reason: str) -> Told:
    """Give a reason of this file by language; one from elsewhere is the same in all.

    >>> in_words(LINK)
    {'en': 'a link to another file', 'ru': 'ссылка на другой файл'}
    """
    return {lang: translate(reason, lang) for lang in LANGS}
