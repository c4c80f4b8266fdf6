"""What click itself says: its phrases for the catalogue, and how it comes to read them.

click asks the standard library's gettext for the domain that the process has chosen; its
phrases stand in our catalogue beside ours.
"""

from __future__ import annotations

import gettext
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from derive.translation import DOMAIN, FOLDER, noted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.translation import Lang

# Phrases of click 8.2 to 8.5 that the command line can come to say.
PHRASES = noted((
    "Aborted!",
    "Usage:",
    "Options",
    "Positional arguments",
    "Commands",
    "[OPTIONS]",
    "COMMAND [ARGS]...",
    "INTEGER RANGE",
    "FLOAT RANGE",
    "FILE",
    "required",
    "default: {default}",
    "env var: {var}",
    "Show this message and exit.",
    "Try '{command} {option}' for help.",
    "Error: {message}",
    "Invalid value for {param_hint}: {message}",
    "Invalid value: {message}",
    "Missing argument",
    "Missing option",
    "Missing parameter",
    "Missing parameter: {param_name}",
    "Missing command.",
    "Missing {param_type}",
    "No such option {name!r}.",
    "No such option: {name}",
    "No such command {name!r}.",
    "Could not open file {filename!r}: {message}",
    "unknown error",
    "Option {name!r} does not take a value.",
    "Argument {name!r} takes {nargs} values.",
    "Choose from:\n\t{choices}",
    "{value} is not in the range {range}.",
    "{value!r} is not a valid {number_type}.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is not readable.",
    "{name} {filename!r} is not writable.",
    "{name} {filename!r} does not exist.",
    "file",
    "directory",
    "path",
))  # fmt: skip

PLURALS = noted((
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("(Possible options: {possibilities})", "(Possible options: {possibilities})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    ("Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given."),
))  # fmt: skip


@contextmanager
def click_speaks(lang: Lang) -> Iterator[None]:
    """Let click speak a language; of English nothing has to be set."""
    if lang == "en":
        yield
        return
    # LANGUAGE comes before the locale, which may be C, in what gettext looks for.
    before, domain = os.environ.get("LANGUAGE"), gettext.textdomain()
    os.environ["LANGUAGE"] = lang
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before
