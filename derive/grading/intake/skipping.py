"""Why a file of a submission was not read, and notes on what came in: in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_A_SOLUTION = "not a file .md, .tex or .ipynb"
ONLINE_TEXT = "text typed into the site's own editor"
OTHER_ARCHIVE = "an archive that is not opened; zip would be"
ARCHIVE_WITHIN = "an archive within an archive"
HIDDEN = "a hidden file"
TOO_LARGE = "too large"
TOO_MANY = "one file too many"
DAMAGED = "a damaged archive"
UNREADABLE = "could not be read"
LINK = "a link to another file"
SPECIAL = "not an ordinary file"
ENCRYPTED = "protected with a password"
METHOD = "compressed by a method that is not read"
DUPLICATE = "several files of this name in one archive"
ABSOLUTE = "an absolute path"
PARENT = "a path that leaves its folder"
DRIVE = "a path with a drive letter"
BACKSLASH = "a path with a backslash"
DEVICE = "the name of a device"
CONTROL = "a name with control characters"
LONG = "a name that is too long"
OTHERWISE = "named otherwise than the other files"
NO_METADATA = "not in submission_metadata.yml"
NOT_IN_SUBMISSION = "outside the folder of the submission"

_RUSSIAN: Mapping[str, str] = {
    NOT_A_SOLUTION: "не файл .md, .tex или .ipynb",
    ONLINE_TEXT: "текст, набранный в редакторе сайта",
    OTHER_ARCHIVE: "архив, который не открывается; zip открылся бы",
    ARCHIVE_WITHIN: "архив внутри архива",
    HIDDEN: "скрытый файл",
    TOO_LARGE: "слишком большой",
    TOO_MANY: "файл сверх допустимого числа",
    DAMAGED: "повреждённый архив",
    UNREADABLE: "не удалось прочитать",
    LINK: "ссылка на другой файл",
    SPECIAL: "не обычный файл",
    ENCRYPTED: "защищён паролем",
    METHOD: "сжат способом, который не читается",
    DUPLICATE: "несколько файлов с этим именем в одном архиве",
    ABSOLUTE: "абсолютный путь",
    PARENT: "путь, выходящий из своей папки",
    DRIVE: "путь с буквой диска",
    BACKSLASH: "путь с обратной косой чертой",
    DEVICE: "имя устройства",
    CONTROL: "имя с управляющими символами",
    LONG: "слишком длинное имя",
    OTHERWISE: "назван не так, как остальные файлы",
    NO_METADATA: "нет в submission_metadata.yml",
    NOT_IN_SUBMISSION: "вне папки с работой",
}


def in_words(reason: str) -> Mapping[str, str]:
    """Give a reason of this file by language; one from elsewhere is the same in all.

    >>> in_words(LINK)
    {'en': 'a link to another file', 'ru': 'ссылка на другой файл'}
    """
    return {"en": reason, "ru": _RUSSIAN.get(reason, reason)}


def note(english: str, russian: str, *pieces: str, reason: str = "") -> Mapping[str, str]:
    """Make a note in two languages; `{0}`, `{1}` stand for pieces, `{why}` for a reason.

    Pieces may be other people's text: who shows a note escapes it.
    """
    why = in_words(reason)
    return {
        "en": english.format(*pieces, why=why["en"]),
        "ru": russian.format(*pieces, why=why["ru"]),
    }
