r"""What people read, in the language they read it in.

English is in the sources and needs no catalogue; Russian is in `derive/locale/ru`, which
is compiled when the package is installed.  To add a phrase:

1. write it in English where it is printed: `translate("no file", lang)`,
   `plural("{n} step", "{n} steps", n, lang)`, or in a table marked by `noted(...)`;
2. run `python -m derive.locale.update`: it adds the phrase to `derive.po`;
3. write the Russian in `derive/locale/ru/LC_MESSAGES/derive.po`, and run it again.

What machines read (JSON, CSV, codes) is never translated.
"""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from derive.errors import DeriveError

if TYPE_CHECKING:
    from fractions import Fraction

Lang: TypeAlias = Literal["en", "ru"]
Number: TypeAlias = "int | float | Fraction"
T = TypeVar("T")

LANGS: tuple[Lang, ...] = ("en", "ru")
DOMAIN = "derive"
FOLDER = Path(__file__).parents[1] / "locale"

_DECIMAL = re.compile(r"(?<![\d.])(-?\d+)\.(\d+)(?![\d.])")
_BROKEN = 2  # Russian has the form for 2 with broken numbers: 0,4 балла, as 2 балла


class NoCatalogue(DeriveError):
    """The translations of a language are not compiled."""


def translate(message: str, lang: Lang, context: str | None = None) -> str:
    """Give a phrase in a language; one without a translation, as it is.

    context: tells apart what is one phrase in English and two in another language.
    Raises NoCatalogue where the catalogue of the language is not there.
    """
    if lang == "en" or not message:  # "" is the head of a catalogue
        return message
    found = _catalogue(lang)
    return found.gettext(message) if context is None else found.pgettext(context, message)


def plural(  # noqa: PLR0913 - a phrase, its number, and how that is written
    one: str,
    other: str,
    n: Number,
    lang: Lang,
    context: str | None = None,
    written: str | None = None,
) -> str:
    """Give a phrase with a number, in the form that the number asks for.

    one, other: the phrase in English, with `{n}` where the number stands; other holes are
    left as they are.
    context: as of `translate`; written: the number as it is to be printed, if not plainly.

    >>> plural("{n} point", "{n} points", 1, "en"), plural("{n} point", "{n} points", 0.4, "en")
    ('1 point', '0.4 points')
    """
    if lang == "en":
        told = one if n == 1 else other
    else:
        count = abs(int(n)) if n == int(n) else _BROKEN
        found = _catalogue(lang)
        told = (
            found.ngettext(one, other, count)
            if context is None
            else found.npgettext(context, one, other, count)
        )
    return told.replace("{n}", number(n, lang) if written is None else written)


def number(value: Number, lang: Lang) -> str:
    """Write a number for people: six digits at most of a broken one.

    >>> number(2 / 5, "ru"), number(2 / 5, "en"), number(12, "ru")
    ('0,4', '0.4', '12')
    """
    return str(value) if isinstance(value, int) else decimal(f"{float(value):g}", lang)


def decimal(text: str, lang: Lang, comma: str = ",") -> str:
    """Write the decimal points of a text as the language does; `comma` is `{,}` in TeX.

    >>> decimal("[0.51 ± 1.5], version 1.2.3", "ru")
    '[0,51 ± 1,5], version 1.2.3'
    """
    return text if lang == "en" else _DECIMAL.sub(rf"\1{comma}\2", text)


def noted(messages: T) -> T:
    """Mark phrases to be found for the catalogue: a text, or those in a table of literals."""
    return messages


def noted_in_context(messages: T) -> T:
    """Mark the phrases of a table `{context: phrase}`, as `translate(..., context)` has them."""
    return messages


@cache
def _catalogue(lang: Lang) -> gettext.GNUTranslations:
    path = FOLDER / lang / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with path.open("rb") as source:
            return gettext.GNUTranslations(source)
    except OSError as error:
        raise NoCatalogue(
            f"no catalogue for the language {lang!r}: {path} cannot be read "
            f"({error.strerror or error}); `pip install -e .` makes it"
        ) from error
