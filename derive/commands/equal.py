"""`derive equal`: a pair of formulas, or a batch of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Literal

import click

from derive.commands.inputs import DAY, a_time, input_errors, opened
from derive.commands.language import lang_option, say
from derive.report.streams import print_bytes, print_line, print_view

if TYPE_CHECKING:
    from derive.equality.pairs import Pair
    from derive.processes.stream import Limits, Work
    from derive.results import Outcome
    from derive.translation import Lang

    Format = Literal["text", "json"]

_LONG_OPTION = re.compile(r"--[A-Za-z]{2}")


# No short options: in `-hx` they would take letters out of a formula.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("lhs", required=False)
@click.argument("rhs", required=False)
@click.option("--given", metavar="EQUATION", multiple=True,
              help="An equation that holds; may be repeated.")  # fmt: skip
@click.option("--assume", metavar="FACT", multiple=True,
              help="What the letters are: 'x>0', '0<b<1', 'n \\in \\mathbb N'; may be "
              "repeated.  A letter that is not named is any real number.")  # fmt: skip
@click.option("--vary", metavar="LETTER",
              help="What o() and O() speak of: 'h' (to 0), 'n \\to \\infty'.")  # fmt: skip
@click.option("--batch", metavar="PAIRS.jsonl",
              help="Decide the pairs of a file, one JSON object a line; - is standard "
              "input.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1),
              help="How many processes a batch uses.  [default: one for each "
              "processor]")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0, DAY, min_open=True), default=5.0,
              metavar="SECONDS", callback=a_time, show_default=True,
              help="Time for one pair.")  # fmt: skip
@click.option("--memory", type=click.IntRange(min=1), metavar="MB", default=512,
              show_default=True, help="Memory for one pair.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]),
              help="What to print.  [default: text; of a batch, always json]")  # fmt: skip
@lang_option("Language of the text.")
@input_errors
def equal(  # noqa: PLR0913 - the options of a command
    lhs: str | None,
    rhs: str | None,
    given: tuple[str, ...],
    assume: tuple[str, ...],
    vary: str | None,
    batch: str | None,
    jobs: int | None,
    timeout: float,
    memory: int,
    form: Format | None,
    lang: Lang,
) -> None:
    """Decide whether LHS equals RHS for all values that are admitted.

    LHS and RHS are LaTeX: two expressions, or two equations, which are equal when they
    have the same solutions.  The answer is proved, with the conditions under which it
    holds; FALSE, with a point where the sides differ; or not decided, with the reason.

    \b
      derive equal '\\sin 2x' '2 \\sin x \\cos x'
      derive equal '\\sqrt{x^2}' x --assume 'x \\ge 0'
      derive equal 'e^h' '1 + h + o(h)' --vary h
      derive equal -x '0 - x'
      derive equal --batch pairs.jsonl > answers.jsonl

    A batch has one JSON object a line, of which only lhs and rhs are needed:

    \b
      {"id": 1, "lhs": "x^2/x", "rhs": "x", "given": [], "assume": [], "vary": null}

    Other members are not looked at, and blank lines are skipped.  Each pair is answered by
    a line, in the same order, as soon as it and those before it are decided:

    \b
      {"id", "verdict", "method", "conditions", "counterexample", "seconds"}

    The verdict is proved, refuted, unresolved (then there is a "reason") or unread (then
    there is an "error": a line that is no pair, too, costs itself only).  A "witness" can be
    checked again, by `derive recheck`.  A pair that takes too much time or memory is
    unresolved.

    \b
    Exit codes; of a batch, the first that applies:
      1  something is refuted
      4  something could not be read
      3  something is not decided
      0  everything is proved
    """  # noqa: D301 - click's own mark, and LaTeX
    from derive.equality.pairs import Pair  # noqa: PLC0415 - start-up time
    from derive.processes.stream import Limits  # noqa: PLC0415

    _know_options(lhs, rhs)
    limits = Limits(timeout, memory)
    if batch is not None:
        if lhs is not None or given or assume or vary is not None or form == "text":
            raise click.UsageError(
                say("--batch takes the sides and what is assumed from the file, and prints JSON")
            )
        _batch(batch, jobs, limits)
    elif lhs is None or rhs is None:
        if lhs == "-h":
            raise click.UsageError(say("for help write --help"))
        raise click.UsageError(say("expected two sides, LHS and RHS, or --batch"))
    else:
        _single(Pair(lhs, rhs, given, assume, vary), limits, form or "text", lang)


def _know_options(*sides: str | None) -> None:
    """Refuse a mistyped option, which would be read as a formula."""
    for side in sides:
        if side is not None and _LONG_OPTION.match(side):
            told = say("no such option: {side}; a formula that begins so needs brackets")
            raise click.UsageError(told.replace("{side}", side))


def _work() -> Work:
    from derive.equality.answering import answer_line, give_up  # noqa: PLC0415 - the engine
    from derive.processes.stream import Work  # noqa: PLC0415

    return Work(answer_line, give_up)


def _single(pair: Pair, limits: Limits, form: Format, lang: Lang) -> None:
    from derive.equality.outcome import verdict_of  # noqa: PLC0415
    from derive.processes.lines import Lines  # noqa: PLC0415
    from derive.processes.stream import answers  # noqa: PLC0415

    with closing(answers(Lines.of(pair.text()), _work(), limits=limits)) as found:
        answer = next(found)
    if form == "json":
        print_bytes(f"{answer.decode()}\n")
    else:
        from derive.report.equality import answer_view  # noqa: PLC0415

        print_view(lambda: answer_view(json.loads(answer), pair.texts(), lang))
    _exit([verdict_of(answer)])


def _batch(name: str, jobs: int | None, limits: Limits) -> None:
    from derive.equality.answering import warm_up  # noqa: PLC0415 - the engine
    from derive.equality.outcome import verdict_of  # noqa: PLC0415
    from derive.equality.pairs import LONGEST  # noqa: PLC0415
    from derive.processes.lines import Lines  # noqa: PLC0415
    from derive.processes.stream import answers  # noqa: PLC0415
    from derive.workers import usable_cpus  # noqa: PLC0415

    warm_up()
    verdicts: Counter[Outcome] = Counter()
    with opened(name) as source:
        lines = Lines(source.fileno(), LONGEST)
        found = answers(lines, _work(), jobs or usable_cpus(), limits, _complain)
        with closing(found):
            for answer in found:
                verdicts[verdict_of(answer)] += 1
                if not print_line(answer):
                    break
    _exit(verdicts)


def _complain(where: str) -> None:
    click.echo(f"{say('defect of derive; please report this:')}\n{where}", err=True)


def _exit(found: list[Outcome] | Counter[Outcome]) -> None:
    from derive.report.outcome import code_of, worst_of  # noqa: PLC0415

    click.get_current_context().exit(code_of(worst_of(found)))
