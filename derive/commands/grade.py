"""`derive grade`: a class of submissions, from the download to the upload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.commands.inputs import DAY, a_time, input_errors
from derive.commands.language import lang_option
from derive.commands.progress import progress

if TYPE_CHECKING:
    from typing import Any


_A_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Grade the submissions of a class.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--key", metavar="KEY", required=True,
              help="Key to grade with: a name, a problem or a folder.")  # fmt: skip
@click.option("--out", metavar="DIR", required=True,
              type=click.Path(file_okay=False, path_type=Path),
              help="Folder to write to; made if it is not there.  A run that was stopped goes on "
              "in it.")  # fmt: skip
@click.option("--rubric", type=_A_FILE, help="Use this rubric.toml in place of the key's.")
@click.option("--moodle", type=_A_FILE, metavar="WORKSHEET.csv",
              help="Moodle's grading worksheet, to be filled in: DIR/moodle.csv.")  # fmt: skip
@click.option("--canvas", type=_A_FILE, metavar="EXPORT.csv",
              help="Canvas's gradebook, to be filled in: DIR/canvas.csv.")  # fmt: skip
@click.option("--canvas-assignment", metavar="TITLE",
              help="Its column, as in its first row; needed where there are several.")  # fmt: skip
@click.option("--roster", type=_A_FILE, metavar="STUDENTS.csv",
              help="Who is in the class: columns id, name, email.")  # fmt: skip
@click.option("--gradescope", type=_A_FILE, metavar="RESULTS.json",
              help="File to write for Gradescope's autograder, of the one submission that "
              "there is.")  # fmt: skip
@lang_option("Language of the pages and of the terminal.", by_locale=False)
@click.option("--jobs", type=click.IntRange(min=1),
              help="How many processes to use; on a cluster, on each worker.  "
              "[default: one for each processor; 1]")  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS",
              help="Check on a cluster of dask.distributed: tcp://host:8786.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0, DAY, min_open=True), default=120.0,
              metavar="SECONDS", callback=a_time, show_default=True,
              help="Time for one submission.")  # fmt: skip
@click.option("--memory", type=click.IntRange(min=1), metavar="MB", default=2048,
              show_default=True, help="Memory for one submission.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Seed of the random models.")  # fmt: skip
@input_errors
def grade(paths: tuple[Path, ...], **options: Any) -> None:  # noqa: ANN401 - click gives them by name
    """Grade the submissions of a class with a key and its rubric.

    PATH is a folder or a zip as Moodle, Canvas or Gradescope give it, or a folder of plain
    files.  DIR gets a table of grades, a list of what needs a person, a page for each
    student and an index.  What a person decides goes into DIR/overrides.csv.

    Only what is refuted costs points; what is not understood waits for a person.
    """
    from derive.grading.assistant import Options, assist  # noqa: PLC0415 - start-up time

    asked = Options(paths=paths, **options)
    with progress() as advance:
        told = assist(asked, advance, _complain)
    from derive.report.streams import print_text  # noqa: PLC0415

    print_text(told)


def _complain(where: str) -> None:
    from derive.report.plain import clean_lines  # noqa: PLC0415

    click.echo(clean_lines(where), err=True)
