"""What every command does with input that cannot be read."""

from __future__ import annotations

import math
import sys
from contextlib import contextmanager
from functools import wraps
from typing import IO, TYPE_CHECKING, ParamSpec, TypeVar

import click

from derive.commands.language import say, speaking
from derive.errors import DeriveError
from derive.translation import NoCatalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")


DAY = 86400.0  # seconds: the longest limit there is


class Unreadable(click.ClickException):
    """Input that cannot be read; the message says what was expected."""

    exit_code = 4


def input_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Show an error in the input as a message with exit code 4, an unknown target with 2."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DeriveError as error:
            # An unknown target, with its near misses, is a fault of the command line.
            told = _in_words(error)
            if hasattr(error, "near"):
                raise click.UsageError(told, click.get_current_context()) from error
            raise Unreadable(told) from error

    return guarded


def _in_words(error: DeriveError) -> str:
    """Give a message in the language of the command; the catalogue may be what is missing.

    It may quote a name out of an archive: what drives a terminal is taken out.
    """
    from derive.report.plain import clean_lines  # noqa: PLC0415 - start-up time
    from derive.translation.patterns import translate_pattern  # noqa: PLC0415 - start-up time

    lang = "en" if isinstance(error, NoCatalogue) else speaking()
    return clean_lines(translate_pattern(str(error), lang))


def a_time(_context: click.Context, parameter: click.Parameter, value: float) -> float:
    """Take a number of seconds that is one: NaN lies in every range."""
    if math.isnan(value):
        raise click.BadParameter(say("expected a number of seconds"), param=parameter)
    return value


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """Open a file to read; standard input for `-`."""
    if name == "-":
        if sys.stdin is None:
            raise DeriveError("cannot read -: standard input is closed")
        yield sys.stdin.buffer
        return
    try:
        source = open(name, "rb")  # noqa: PTH123, SIM115 - `-` is no path, and it is closed below
    except OSError as error:
        raise DeriveError(f"cannot read {name}: {error.strerror}") from error
    with source:
        yield source
