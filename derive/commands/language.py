"""The language of the command line: help in it, `--lang`, and what is said besides reports."""

from __future__ import annotations

import copy
import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from derive.translation import LANGS, translate
from derive.translation.language import VARIABLE, chosen_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from derive.translation import Lang

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_BLOCK = "\b\n"  # click's mark of a paragraph that is not wrapped
_METAVARS = {"integer range": "INTEGER RANGE", "float range": "FLOAT RANGE", "file": "FILE"}


class _LangOption(click.Option):
    """`--lang`, whose default depends on the environment; help shows what it is here."""

    def __init__(self, *args: Any, by_locale: bool, **kwargs: Any) -> None:  # noqa: ANN401 - click's
        self.by_locale = by_locale
        super().__init__(*args, **kwargs)

    def get_default(self, ctx: click.Context, call: bool = True) -> Lang:  # noqa: ARG002 - click's
        """Give the language where neither option nor DERIVE_LANG is on the command line."""
        return chosen_language(by_locale=self.by_locale)


def lang_option(text: str, *, by_locale: bool = True) -> Decorator:
    """Add `--lang`; `text` is its help.

    by_locale: whether the locale has a say, which it has not in what is written to files.
    """
    option = partial(click.option, cls=_LangOption, by_locale=by_locale, envvar=VARIABLE)
    return option("--lang", type=click.Choice(LANGS), show_default=True, help=text)


def speaking() -> Lang:
    """Give the language in which the command that is running speaks."""
    context = click.get_current_context(silent=True)
    asked = None if context is None else context.params.get("lang")
    return next((lang for lang in LANGS if lang == asked), None) or chosen_language()


def say(message: str) -> str:
    """Give a phrase in the language of the command that is running."""
    return translate(message, speaking())


def localised(command: click.Command, lang: Lang) -> click.Command:
    """Give a command, or a group with its commands, whose help is in a language."""
    if lang == "en":
        return command
    told = copy.copy(command)
    if hasattr(told, "_help_option"):  # made once, in the language of that time
        told._help_option = None  # noqa: SLF001 - click has no other way
    told.help = _text(command.help, lang)
    told.short_help = translate(command.short_help or "", lang) or None
    told.options_metavar = translate(command.options_metavar or "", lang)
    told.params = [_parameter(parameter, lang) for parameter in command.params]
    if isinstance(told, click.Group) and isinstance(command, click.Group):
        told.subcommand_metavar = translate(command.subcommand_metavar, lang)
        told.commands = {name: localised(c, lang) for name, c in command.commands.items()}
    return told


def _parameter(parameter: click.Parameter, lang: Lang) -> click.Parameter:
    if not isinstance(parameter, click.Option):
        return parameter
    told = copy.copy(parameter)
    told.help = translate(parameter.help or "", lang) or None
    if told.metavar is None and told.type.name in _METAVARS:
        told.metavar = translate(_METAVARS[told.type.name], lang)
    return told


def _text(text: str | None, lang: Lang) -> str | None:
    """Translate the help of a command paragraph by paragraph."""
    if text is None:
        return None
    return "\n\n".join(
        f"{mark}{translate(paragraph, lang)}" for mark, paragraph in paragraphs(text)
    )


def paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """Split a help text: the mark of each paragraph that is left as it is, or "", and its words."""
    for part in inspect.cleandoc(text).split("\n\n"):
        if part.startswith(_BLOCK):
            yield _BLOCK, part.removeprefix(_BLOCK)
        else:
            yield "", " ".join(part.split())


def messages(command: click.Command) -> Iterator[str]:
    """Give what of a command, and of those in it, is translated; for the catalogue."""
    yield from (words for _, words in paragraphs(command.help or ""))
    yield command.short_help or ""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield parameter.help or ""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from messages(inner)
