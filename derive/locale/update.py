"""Update the catalogues from the sources: `python -m derive.locale.update`.

Needs Babel, which the extra `test` installs.  New phrases are added without a translation,
those that are gone are dropped, and what is there is compiled.  No phrase is guessed from
a similar one: a wrong sentence would be worse than an English one.
"""

from __future__ import annotations

import ast
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from derive.translation import DOMAIN, FOLDER, LANGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

_SOURCE = Path(__file__).parents[1]
_HEADER = "# What derive says, in another language; see derive/translation/__init__.py."
_NO_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
# An entry: the context or none, the phrase, and its plural or none.
Entry = tuple[str | None, str, str | None]


def main() -> int:
    """Update and compile each catalogue; 1 where a phrase has no translation yet."""
    missing = 0
    for lang in LANGS:
        if lang == "en":
            continue
        path = po_file(lang)
        catalogue = updated(path, lang)
        with path.open("wb") as target:
            write_po(target, catalogue, width=99, no_location=True, ignore_obsolete=True,
                     sort_output=True)  # fmt: skip
        compiled(path)
        for message in catalogue:
            if message.id and not _is_translated(message):
                missing += 1
                print(f"{path}: not translated: {message.id!r}", file=sys.stderr)  # noqa: T201
    return int(missing > 0)


def po_file(lang: str) -> Path:
    """Give the place of a catalogue."""
    return FOLDER / lang / "LC_MESSAGES" / f"{DOMAIN}.po"


def updated(path: Path, lang: str) -> Catalog:
    """Give a catalogue with the phrases of the sources and the translations there are."""
    template = Catalog(project=DOMAIN, charset="utf-8", fuzzy=False)
    for context, one, other in sorted(extracted(), key=str):
        template.add(one if other is None else (one, other), context=context)
    catalogue = read_po(path.open("rb"), locale=lang) if path.exists() else Catalog(locale=lang)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.header_comment = _HEADER
    catalogue.fuzzy = False
    catalogue.project, catalogue.version = DOMAIN, ""
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    # Dates would change with each run and tell nothing that git does not.
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    return catalogue


def compiled(path: Path) -> None:
    """Compile a catalogue, beside it."""
    with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source))


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(texts)


def extracted() -> set[Entry]:
    """Give every phrase of the sources."""
    found: set[Entry] = set()
    for path in sorted(_SOURCE.rglob("*.py")):
        if "packaged_proofs" not in path.parts:
            found.update(_of_file(path))
    return found | set(_of_help())


def _of_help() -> Iterator[Entry]:
    from derive.cli import cli  # noqa: PLC0415 - the help is in its decorators
    from derive.commands.language import messages  # noqa: PLC0415

    return ((None, message, None) for message in messages(cli) if message)


def _of_file(path: Path) -> Iterator[Entry]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield from _of_call(name, node)
                case _:
                    pass


def _of_call(name: str, call: ast.Call) -> Iterator[Entry]:
    match name, call.args:
        case (("plural" | "phrase" | "counted"), [
            ast.Constant(value=str(one)), ast.Constant(value=str(other)), *_
        ]):  # fmt: skip
            yield None, one, other
        case (("translate" | "say" | "phrase" | "note"), [message, *_]):
            yield from ((None, text, None) for text in _literal(message))
        case "noted", [table]:
            yield from _of_table(table)
        case "noted_in_context", [ast.Dict(keys=keys, values=values)]:
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield from _in_context(str(key.value), value)
        case _:
            pass


def _in_context(context: str, value: ast.expr) -> Iterator[Entry]:
    match value:
        case ast.Tuple(elts=[ast.Constant(value=str(one)), ast.Constant(value=str(other))]):
            yield context, one, other
        case _:
            yield from ((context, text, None) for text in _literal(value))


def _of_table(table: ast.expr) -> Iterator[Entry]:
    """Give the phrases of a table of literals; a pair within a tuple is a phrase with a plural."""
    match table:
        case ast.Dict(values=values):
            parts = values
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            pass
        case _:
            yield from ((None, text, None) for text in _literal(table))
            return
    for part in parts:
        match part:
            case ast.Tuple(elts=[ast.Constant(value=str(one)), ast.Constant(value=str(other))]):
                yield None, one, other
            case _:
                yield from _of_table(part)


def _literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literal(node.body)
        yield from _literal(node.orelse)


if __name__ == "__main__":
    sys.exit(main())
