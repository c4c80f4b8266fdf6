"""The choice of a language: `--lang`, then the environment, then the locale."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from derive.translation import LANGS, Lang

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VARIABLE = "DERIVE_LANG"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order of POSIX: the first that is set


def chosen_language(
    environment: Mapping[str, str] | None = None, *, by_locale: bool = True
) -> Lang:
    """Give the language where no `--lang` says it: DERIVE_LANG, then the locale, then English.

    by_locale: whether the locale has a say: it has with what is read in the terminal, not
    with files, which should not depend on the machine that writes them.

    >>> chosen_language({"LANG": "ru_RU.UTF-8"}), chosen_language({"LANG": "ru", "LC_ALL": "C"})
    ('ru', 'en')
    """
    known = os.environ if environment is None else environment
    asked = _known(known.get(VARIABLE, ""))
    if asked is not None:
        return asked
    if by_locale:
        spoken = next((known[name] for name in _LOCALE if known.get(name)), "")
        return _known(spoken.partition(".")[0].partition("_")[0].casefold()) or "en"
    return "en"


def asked_language(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Lang:
    """Give the language of help and of what is wrong with a command line, before it is read.

    >>> asked_language(["check", "--lang", "ru", "--help"], {})
    'ru'
    """
    asked: str | None = None
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang":
            asked = next(iter(arguments[index + 1 : index + 2]), None)
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return _known(asked or "") or chosen_language(environment)


def _known(name: str) -> Lang | None:
    return next((lang for lang in LANGS if lang == name), None)
