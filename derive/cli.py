"""The command line: arguments, one call, a report, an exit code.

Exit codes: 0 everything proved, 1 something refuted, 2 usage, 3 nothing refuted but
something open, 4 unreadable input (a proof script that raised included), 70 a defect of
`derive` itself, 130 Ctrl-C.

The engine is imported inside the commands: help, usage errors and completion must
not wait for SymPy.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, Literal, ParamSpec, TypeVar

import click

from derive.commands.equal import equal
from derive.commands.grade import grade
from derive.commands.inputs import Unreadable, input_errors
from derive.commands.language import lang_option, localised, say, speaking
from derive.commands.progress import progress
from derive.commands.recheck import recheck
from derive.errors import DeriveError
from derive.report.streams import marks_of, print_bytes, print_text, print_view
from derive.translation import NoCatalogue, translate
from derive.translation.language import asked_language
from derive.translation.of_click import click_speaks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from derive.keys import ProblemRef
    from derive.results import DocumentReport, Report
    from derive.translation import Lang

    Format = Literal["text", "json", "junit", "github"]

P = ParamSpec("P")
R = TypeVar("R")

_DEFECT = 70  # EX_SOFTWARE of sysexits.h; Python's own 1 would say "a false step"
_INTERRUPTED = 130
_DOCUMENTS = frozenset({".md", ".tex", ".ipynb"})


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit; the entry point of the script `derive`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without, say, ∇ shows "?" for it
            stream.reconfigure(errors="replace")
    # The limit on time of a CI job ends a run as Ctrl-C does: with all its processes.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    lang = asked_language(sys.argv[1:] if args is None else args)
    with click_speaks(lang):
        sys.exit(_run_in(lang, args))


def _run_in(lang: Lang, args: Sequence[str] | None) -> int:
    """Run the command line, what it says of itself in a language; give the exit code."""
    try:
        code = localised(cli, lang).main(args, prog_name="derive", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except NoCatalogue as error:  # there is nothing to say it with in that language
        Unreadable(str(error)).show()
        return Unreadable.exit_code
    except click.Abort:  # click's name for Ctrl-C
        click.echo(translate("interrupted", lang), err=True)
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - our own fault, told with an exit code of its own
        _tell_defect(error, lang)
        return _DEFECT
    return code if isinstance(code, int) else 0


def _tell_defect(error: Exception, lang: Lang) -> None:
    """Say that the run ended by a defect of derive; a crash shows where, too."""
    checking = sys.modules.get("derive.checking")  # imported here, it could be what failed
    known = isinstance(error, getattr(checking, "EngineDefect", ()))
    if not known or os.environ.get("DERIVE_DEBUG") == "1":
        traceback.print_exception(error)
    told = str(error) if known else f"{type(error).__name__}: {error}"
    asked = translate("defect of derive: {told}; please report this", lang)
    click.echo(asked.replace("{told}", told), err=True)
    if known and os.environ.get("DERIVE_DEBUG") != "1":
        click.echo(translate("(with DERIVE_DEBUG=1 it shows where it was found)", lang), err=True)


def _show_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - start-up time

    try:
        found = version("derive-check")
    except PackageNotFoundError:  # run from a checkout
        found = "(not installed)"
    click.echo(f"derive {found}")
    context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
    help="Show the version and exit.",
)  # fmt: skip
def cli() -> None:
    """Decide, step by step, whether a written mathematical derivation is true.

    \b
    Exit codes:
      0  everything is proved
      1  something is refuted
      2  wrong usage
      3  nothing is refuted, but something is not decided
      4  unreadable input
     70  a defect of derive itself
    """  # noqa: D301 - click marks a paragraph to be left as it is by the character itself


@dataclass(frozen=True)
class _Run:
    """What to check and how."""

    targets: tuple[str, ...]
    seed: int
    numeric: bool
    jobs: int | None = None  # None: as many as there are processors


def _checks(command: Callable[Concatenate[_Run, P], R]) -> Callable[..., R]:
    """Add the arguments of the commands that check before they print."""

    @click.argument("targets", metavar="[TARGET]...", nargs=-1)
    @click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Seed of the random models and simulations.",
    )
    @click.option(
        "--no-numeric", is_flag=True, help="Leave out the numeric confirmation and the simulations."
    )
    @click.option(
        "--jobs",
        type=click.IntRange(min=1),
        help="How many processes to use.  [default: one for each processor]",
    )
    @wraps(command)
    def run(
        targets: tuple[str, ...],
        seed: int,
        no_numeric: bool,
        jobs: int | None,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        return command(_Run(targets, seed, not no_numeric, jobs), *args, **kwargs)

    return run


@cli.command()
@_checks
@lang_option("Language of the report.")
@click.option("--key", metavar="KEY",
              help="Key to check documents against: a name, a problem or a folder.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "junit", "github"]),
              default="text", show_default=True, help="What to print.")  # fmt: skip
@click.option("-v", "--verbose", is_flag=True,
              help="Of documents, show every step and how the letters are read.")  # fmt: skip
@input_errors
def check(run: _Run, key: str | None, form: Format, lang: Lang, *, verbose: bool) -> None:
    """Decide every step and every result, and print a table.

    TARGET is a key (hw3), a problem of one (hw3/2.1), a group of problems (hw3/2), a
    proof script, a folder with a key.toml, or a written solution: a file in Markdown
    (.md), LaTeX (.tex) or a notebook (.ipynb).  Without one, every key is checked.
    """
    if key is not None:
        _know_key(key, run)
    report, _ = _checked(run, _import_views if form == "text" else None, key)
    if form == "text":
        from derive.report.terminal import check_view  # noqa: PLC0415

        print_view(lambda: check_view(report, lang, verbose=verbose))
    else:
        print_bytes(_rendered(report, form))
    _exit(report)


def _know_key(key: str, run: _Run) -> None:
    """Refuse a key that nothing is checked against, or that is none."""
    from derive import keys  # noqa: PLC0415

    if not any(map(_is_document, run.targets)):
        folder = next((target for target in run.targets if Path(target).is_dir()), None)
        needed = say("--key needs a written solution to check: a .md, .tex or .ipynb")
        if folder is not None:
            files = f"{folder.rstrip('/')}/*.md"
            needed += say("; of a folder give the files: {files}").replace("{files}", files)
        raise click.UsageError(needed)
    keys.select([key])


def _rendered(report: Report, form: Literal["json", "junit", "github"]) -> str:
    match form:
        case "json":
            from derive.report.json import render_json  # noqa: PLC0415

            return render_json(report)
        case "junit":
            from derive.report.junit import render_junit  # noqa: PLC0415

            return render_junit(report)
        case "github":
            from derive.report.github import render_github  # noqa: PLC0415

            return render_github(report)


@cli.command(short_help="Show derivations in full.")
@_checks
@lang_option("Language of the report.")
@input_errors
def show(run: _Run, lang: Lang) -> None:
    """Show derivations in full, each step with its reason and its verdict."""
    _keys_only(run)
    report, _ = _checked(run, _import_views)
    from derive.report.show import show_view  # noqa: PLC0415

    print_view(lambda: show_view(report, lang))
    _exit(report)


@cli.command()
@_checks
@lang_option("Language of the report.", by_locale=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; without it, standard output (with --pdf, TARGET.pdf).",
)
@click.option("--pdf", is_flag=True,
              help="Compile it as well, with xelatex or pdflatex.")  # fmt: skip
@input_errors
def latex(run: _Run, output: Path | None, lang: Lang, *, pdf: bool) -> None:
    """Print derivations as one LaTeX document."""
    _keys_only(run)
    from derive.report.latex import latex_document  # noqa: PLC0415

    report, chosen = _checked(run)
    text = latex_document(report, _title(chosen), lang)
    if pdf or (output is not None and output.suffix == ".pdf"):
        _write_pdf(text, output or _pdf_name(run.targets, chosen))
    elif output is not None:
        _write(output, text.encode())
    else:
        print_bytes(text)
    if not _is_proved(report):
        from derive.report.terminal import closing  # noqa: PLC0415

        with marks_of(sys.stderr):
            sys.stderr.write(f"{closing(report, lang).plain}\n")
    _exit(report)


@cli.command("list")
@input_errors
def list_() -> None:
    """List the keys and their problems."""
    from derive import keys  # noqa: PLC0415
    from derive.language.transcribe import transcribe_words  # noqa: PLC0415
    from derive.report.plain import clean  # noqa: PLC0415

    for key in keys.discover():
        title = clean(transcribe_words(key.title))
        print_text(f"{key.name}  {title}  ({clean(str(key.path))})\n")
        width = max(len(problem.target) for problem in key.problems)
        for problem in key.problems:
            named = f"  {problem.target:{width}}  {transcribe_words(problem.title())}"
            print_text(f"{clean(named).rstrip()}\n")


def _checked(
    run: _Run, meanwhile: Callable[[], None] | None = None, key: str | None = None
) -> tuple[Report, list[ProblemRef]]:
    from derive import keys  # noqa: PLC0415 - an unknown target needs no engine to say so

    start = time.perf_counter()
    documents = [*dict.fromkeys(target for target in run.targets if _is_document(target))]
    others = [target for target in run.targets if not _is_document(target)]
    chosen = keys.select(others) if others or not documents else []
    # Terms live as long as the run, so that collecting garbage looks at them in vain: a
    # fifth of the time of a check.
    gc.disable()
    from derive.results import Report  # noqa: PLC0415

    report = _check_keys(chosen, run, meanwhile) if chosen else Report(seed=run.seed)
    if documents:
        read = _check_documents(documents, key, run, meanwhile)
        report = replace(report, documents=tuple(read), seconds=time.perf_counter() - start)
    return report, chosen


def _check_keys(
    chosen: Sequence[ProblemRef], run: _Run, meanwhile: Callable[[], None] | None
) -> Report:
    from derive import checking  # noqa: PLC0415

    with progress() as advance:
        return checking.check(
            chosen,
            seed=run.seed,
            numeric=run.numeric,
            on_link=advance,
            jobs=_jobs(run),
            meanwhile=meanwhile,
        )


def _jobs(run: _Run) -> int:
    from derive.workers import usable_cpus  # noqa: PLC0415

    return run.jobs or usable_cpus()


def _check_documents(
    paths: Sequence[str], key: str | None, run: _Run, meanwhile: Callable[[], None] | None
) -> list[DocumentReport]:
    """Check written solutions, each in one process; one that cannot be read stops no other."""
    from derive.results import DocumentReport  # noqa: PLC0415
    from derive.solution.checker import check_document  # noqa: PLC0415
    from derive.workers import shared_out  # noqa: PLC0415

    def work(index: int, tell: Callable[[str], None]) -> DocumentReport:
        path = paths[index]
        try:
            return check_document(Path(path), key, seed=run.seed, numeric=run.numeric, on_link=tell)
        except DeriveError as error:
            return DocumentReport(path, key or "", {}, error=str(error).removeprefix(f"{path}: "))

    def lost(index: int, status: int) -> DocumentReport:
        told = f"the process that checked it ended with status {status}"
        return DocumentReport(paths[index], key or "", {}, error=told)

    order = sorted(range(len(paths)), key=lambda index: -_size(Path(paths[index])))
    with progress() as advance:
        tell = advance or (lambda _name: None)
        found = shared_out(work, order, _jobs(run), tell, lost, meanwhile)
    for report in found:
        if report.error:
            _complain(f"{report.id}: {_in_words(report.error)}")
    return found


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _in_words(error: str) -> str:
    from derive.translation.patterns import translate_pattern  # noqa: PLC0415

    return translate_pattern(error, speaking())


def _complain(message: str) -> None:
    from derive.report.plain import clean_lines  # noqa: PLC0415

    click.echo(clean_lines(message), err=True)


def _is_document(target: str) -> bool:
    return Path(target).suffix.casefold() in _DOCUMENTS


def _keys_only(run: _Run) -> None:
    """Refuse a written solution: there is no derivation of ours in it to show."""
    for target in filter(_is_document, run.targets):
        expected = say(
            "{target} is a written solution, which `derive check` takes; expected a key, a "
            "problem or a proof script"
        )
        raise click.UsageError(expected.replace("{target}", repr(target)))


def _import_views() -> None:
    """Import what prints a report while other processes make it: a tenth of a second."""
    from derive.report import show  # noqa: F401, PLC0415


def _title(chosen: Sequence[ProblemRef]) -> str:
    """Give the title of the one key in a report, or those of several."""
    return " · ".join(dict.fromkeys(ref.key_title or ref.key for ref in chosen))


def _pdf_name(targets: Sequence[str], chosen: Sequence[ProblemRef]) -> Path:
    """Name a document after what it holds: `hw3.pdf`, `hw3-2.1.pdf`."""
    names = list(targets) or list(dict.fromkeys(ref.key for ref in chosen))
    if len(chosen) == 1 or any(Path(target).exists() for target in targets):
        names = [ref.target for ref in chosen]  # a path is no name
    return Path(f"{'-'.join(names).replace('/', '-').strip('-') or 'derive'}.pdf")


def _write_pdf(text: str, output: Path) -> None:
    from derive.report.pdf import compile_pdf  # noqa: PLC0415

    source = output.with_suffix(".tex")
    _write(source, text.encode())
    try:
        compiled = compile_pdf(text)
    except DeriveError as error:
        kept = say("The document is kept in {path}.").replace("{path}", str(source))
        raise DeriveError(f"{error}\n{kept}") from error
    _write(output.with_suffix(".pdf"), compiled.data)
    if compiled.missing:
        warning = say("warning: no glyphs for {characters}")
        click.echo(warning.replace("{characters}", " ".join(compiled.missing)), err=True)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise DeriveError(f"cannot write {path}: {error.strerror}") from error
    click.echo(say("wrote {path}").replace("{path}", str(path)), err=True)


def _is_proved(report: Report) -> bool:
    from derive.report.outcome import exit_code  # noqa: PLC0415

    return exit_code(report) == 0


def _exit(report: Report) -> None:
    from derive.report.outcome import exit_code  # noqa: PLC0415

    click.get_current_context().exit(exit_code(report))


cli.add_command(equal)
cli.add_command(grade)
cli.add_command(recheck)
