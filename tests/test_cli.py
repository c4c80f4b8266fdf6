"""The command line: arguments, streams and exit codes, with a fake engine behind it."""

import gc
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

import derive
from derive import cli as command_line
from derive import keys
from derive.cli import cli
from derive.derivation import Link, Source
from derive.errors import DeriveError
from derive.kernel.verdict import Counterexample, Proved, Refuted, Unresolved
from derive.keys import KeyRef, ProblemRef, UnknownTarget
from derive.language.claims import Equal
from derive.language.scope import Scope
from derive.language.terms import Sym
from derive.report import pdf
from derive.results import DocumentLink, DocumentReport, LinkReport, ProblemReport, Report
from derive.workers import usable_cpus

ROOT = Path(derive.__file__).parents[1]
VERDICTS = {
    "proved": Proved("algebra"),
    "refuted": Refuted("point", Counterexample({"x": "1"}, "1", "2")),
    "open": Unresolved("no tactic"),
}


TITLE = "Sheet 3: $\\nabla$"
KEY = Path("proofs/hw3")
REFS = tuple(ProblemRef("hw3", i, KEY / f"no{i}.py", TITLE) for i in ("1", "2.1"))


class FakeDefect(Exception):
    pass


def fake_select(targets):
    if "hw3/2.9" in targets:
        raise UnknownTarget("hw3/2.9", ("hw3/2.1", "hw3/2.2"))
    if any(target.endswith((".md", ".tex", ".ipynb")) for target in targets):
        raise AssertionError("a document is no key")
    if "unreadable.py" in targets:
        raise DeriveError("unreadable.py: not UTF-8")
    if "interrupt" in targets:
        raise KeyboardInterrupt
    return [ref for ref in REFS if ref.target in targets or not targets or "hw3" in targets]


@dataclass
class FakeChecking(ModuleType):
    """Stands for `derive.checking`; remembers how it was called."""

    verdict: object = VERDICTS["proved"]
    error: str = ""
    raises: BaseException | None = None
    calls: list = field(default_factory=list)
    EngineDefect: type = FakeDefect

    def __post_init__(self):
        super().__init__("derive.checking")

    def check(self, refs, *, seed=0, numeric=True, jobs=1, **_callbacks):
        self.calls.append({"refs": refs, "seed": seed, "numeric": numeric, "jobs": jobs})
        if self.raises is not None:
            raise self.raises
        x = Sym("x")
        link = Link(Equal(x, x), "algebra", Scope(), Source("p.py", 3))
        report = LinkReport("hw3/1#1", "", link, self.verdict, None, 0.1)
        problem = ProblemReport("hw3/1", "Title", Fraction(1), None, (report,), error=self.error)
        return Report((problem,), seed, 0.1)


@pytest.fixture
def engine(monkeypatch):
    fake = FakeChecking()
    monkeypatch.setitem(sys.modules, "derive.checking", fake)
    monkeypatch.setattr(derive, "checking", fake, raising=False)
    monkeypatch.setattr(keys, "select", fake_select)
    monkeypatch.setattr(keys, "discover", lambda: (KeyRef("hw3", TITLE, KEY, REFS),))
    monkeypatch.setattr(gc, "disable", lambda: None)  # the tests go on after the command
    return fake


def run(*args):
    return CliRunner().invoke(cli, args)


@pytest.mark.parametrize(
    ("verdict", "error", "code"),
    [
        pytest.param("proved", "", 0, id="all proved"),
        pytest.param("refuted", "", 1, id="a false step"),
        pytest.param("open", "", 3, id="an open step"),
        pytest.param("proved", "p.py:7: boom", 4, id="a script that raised"),
        pytest.param("refuted", "p.py:7: boom", 1, id="false outweighs unread"),
    ],
)
@pytest.mark.parametrize("command", ["check", "show", "latex"])
def test_the_exit_code_is_that_of_the_report(engine, command, verdict, error, code):
    engine.verdict, engine.error = VERDICTS[verdict], error
    assert run(command).exit_code == code


def test_the_options_reach_the_engine(engine):
    result = run("check", "hw3/1", "--seed", "7", "--no-numeric", "--jobs", "3")
    assert result.exit_code == 0
    assert engine.calls == [{"refs": [REFS[0]], "seed": 7, "numeric": False, "jobs": 3}]


def test_without_a_number_of_jobs_every_processor_works(engine):
    run("check")
    assert engine.calls[0]["jobs"] == usable_cpus()


@pytest.mark.usefixtures("engine")
def test_formats():
    assert "Everything is proved." in run("check").output
    assert "Всё доказано." in run("check", "--lang", "ru").output
    assert json.loads(run("check", "--format", "json").stdout)["schema"] == 1
    assert run("check", "--format", "junit").stdout.startswith("<?xml")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        pytest.param(["check", "hw3/2.9"], 2, "did you mean hw3/2.1 or hw3/2.2?", id="near misses"),
        pytest.param(["check", "unreadable.py"], 4, "not UTF-8", id="unreadable input"),
        pytest.param(["chekc"], 2, "Did you mean one of: 'check'", id="unknown command"),
        pytest.param(["check", "--format", "xml"], 2, "'xml' is not one of", id="unknown format"),
        pytest.param(["check", "--seed", "-1"], 2, "--seed", id="negative seed"),
        pytest.param(["check", "--jobs", "0"], 2, "--jobs", id="nobody to work"),
    ],
)
@pytest.mark.usefixtures("engine")
def test_bad_input(args, code, message):
    result = run(*args)
    assert result.exit_code == code
    assert message in result.stderr
    assert not result.stdout


@pytest.mark.usefixtures("engine")
def test_list_names_keys_and_problems(monkeypatch):
    monkeypatch.setattr(ProblemRef, "title", lambda ref: f"about $x_{ref.id[0]}$")
    result = run("list")
    assert result.stdout == (
        "hw3  Sheet 3: ∇  (proofs/hw3)\n  hw3/1    about x₁\n  hw3/2.1  about x₂\n"
    )


def test_help_is_laid_out():
    text = run("--help").stdout
    assert "\\b" not in text
    assert "  1  something is refuted\n" in text
    assert "..." not in text.partition("Commands:")[2]


DEFECTS = [  # what is raised, DERIVE_DEBUG, whether the place is shown
    pytest.param(FakeDefect("1#2 is proved, and false in a model"), "", False, id="found by us"),
    pytest.param(FakeDefect("1#2 is proved, and false in a model"), "1", True, id="to be debugged"),
    pytest.param(KeyError("x"), "", True, id="a crash"),
]


@pytest.mark.parametrize(("error", "debug", "traceback"), DEFECTS)
def test_a_defect_is_not_a_false_step(  # noqa: PLR0913 - fixtures and a row
    engine, monkeypatch, capsys, error, debug, traceback
):
    engine.raises = error
    monkeypatch.setenv("DERIVE_DEBUG", debug)
    with pytest.raises(SystemExit) as ended:
        command_line.main(["check"])
    told = capsys.readouterr().err
    assert ended.value.code == 70
    assert "defect of derive: " in told
    assert "please report this" in told
    assert ("Traceback" in told) is traceback


ENCODINGS = [
    pytest.param("utf-8", {"check": "✓", "latex": "✗"}, id="utf-8"),
    pytest.param("latin-1", {"check": "ok", "latex": "FALSE"}, id="latin-1"),
    pytest.param("ascii", {"check": "ok", "latex": "FALSE"}, id="ascii"),
]


@pytest.mark.parametrize(("encoding", "marks"), ENCODINGS)
@pytest.mark.parametrize("command", ["check", "latex"])
def test_marks_that_the_output_has(engine, monkeypatch, encoding, marks, command):
    stream, errors = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", errors)
    engine.verdict = VERDICTS["proved" if command == "check" else "refuted"]
    with pytest.raises(SystemExit):
        command_line.main([command])
    shown = stream if command == "check" else errors
    shown.flush()
    text = shown.buffer.getvalue().decode(encoding)
    assert any(row.startswith(f"{marks[command]} ") for row in text.splitlines())


NAMES = [
    pytest.param([], "hw3.pdf", id="everything"),
    pytest.param(["hw3"], "hw3.pdf", id="a key"),
    pytest.param(["hw3/2.1"], "hw3-2.1.pdf", id="a problem"),
    pytest.param(["hw3/1", "hw3/2.1"], "hw3-1-hw3-2.1.pdf", id="two problems"),
]


@pytest.mark.parametrize(("targets", "name"), NAMES)
@pytest.mark.usefixtures("engine")
def test_a_document_is_named_after_what_it_holds(tmp_path, monkeypatch, targets, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pdf, "compile_pdf", lambda _: pdf.Pdf(b"%PDF", "xelatex"))
    assert run("latex", "--pdf", *targets).exit_code == 0
    assert {file.name for file in tmp_path.iterdir()} == {name, name.replace(".pdf", ".tex")}


@pytest.mark.usefixtures("engine")
def test_latex_goes_to_standard_output_or_to_a_file(tmp_path):
    printed = run("latex", "hw3").stdout
    assert printed.startswith(r"\documentclass")
    assert r"Sheet 3: $\nabla$" in printed
    target = tmp_path / "key.tex"
    result = run("latex", "hw3", "-o", str(target))
    assert result.stdout == ""
    assert target.read_text(encoding="utf-8") == printed


@pytest.mark.usefixtures("engine")
def test_pdf_writes_the_source_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "compile_pdf", lambda _: pdf.Pdf(b"%PDF", "xelatex", ("☃",)))
    result = run("latex", "--pdf", "-o", str(tmp_path / "key.pdf"))
    assert result.exit_code == 0
    assert (tmp_path / "key.pdf").read_bytes() == b"%PDF"
    assert (tmp_path / "key.tex").exists()
    assert "no glyphs for ☃" in result.stderr


def test_a_printed_key_that_is_not_proved_says_so_beside_the_document(engine):
    engine.verdict = VERDICTS["refuted"]
    result = run("latex")
    assert result.stdout.startswith(r"\documentclass")
    assert "false: 1" in result.stderr


@pytest.mark.usefixtures("engine")
def test_without_an_engine_the_source_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "ENGINES", ("no-such-engine",))
    result = run("latex", "--pdf", "-o", str(tmp_path / "key.pdf"))
    assert result.exit_code == 4
    assert "apt-get install" in result.stderr
    assert f"kept in {tmp_path / 'key.tex'}" in result.stderr
    assert (tmp_path / "key.tex").exists()


@pytest.mark.usefixtures("engine")
def test_a_file_that_cannot_be_written(tmp_path):
    result = run("latex", "-o", str(tmp_path / "none" / "key.tex"))
    assert result.exit_code == 4
    assert "cannot write" in result.stderr


INTERRUPTED = """
import os, signal
from derive import keys
signal.signal(signal.SIGINT, signal.default_int_handler)  # even where a shell ignores it
keys.select = lambda targets: os.kill(os.getpid(), signal.SIGINT)
from derive.cli import main
main(["check"])
"""


def test_a_real_interrupt_leaves_no_traceback():
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", INTERRUPTED],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 130
    assert done.stderr.strip() == "interrupted"


@pytest.mark.usefixtures("engine")
def test_ctrl_c_leaves_no_traceback(capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.main(["check", "interrupt"])
    assert ended.value.code == 130
    assert capsys.readouterr().err.strip() == "interrupted"


def test_main_gives_the_exit_code_of_a_command(engine, capsys):
    engine.verdict = VERDICTS["refuted"]
    with pytest.raises(SystemExit) as ended:
        command_line.main(["check"])
    assert ended.value.code == 1
    assert "FALSE" in capsys.readouterr().out


LIGHT = [
    pytest.param(["--help"], 0, id="help"),
    pytest.param(["check", "--help"], 0, id="help of a command"),
    pytest.param(["--version"], 0, id="version"),
    pytest.param(["check", "--bad"], 2, id="usage error"),
    pytest.param(["check", "hw3/nine"], 2, id="unknown target"),
    pytest.param(["check", "a.md", "--key", "hw3/nine"], 2, id="unknown key"),
    pytest.param(["show", "a.md"], 2, id="a document that cannot be shown"),
]


@pytest.mark.parametrize(("args", "code"), LIGHT)
def test_light_commands_do_not_import_the_engine(args, code):
    probe = (
        "import sys, atexit\n"
        "heavy = {'sympy', 'numpy', 'rich', 'flint'}\n"
        "atexit.register(lambda: print('HEAVY', sorted(heavy & set(sys.modules))))\n"
        f"sys.argv = ['derive', *{args!r}]\n"
        "import runpy; runpy.run_module('derive', run_name='__main__')\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", probe],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_completion_does_not_import_the_engine():
    environment = os.environ | {
        "_DERIVE_COMPLETE": "bash_complete", "COMP_WORDS": "derive ch", "COMP_CWORD": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "derive"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "plain,check" in done.stdout
    assert "sympy" not in done.stderr


def test_a_reader_that_goes_away_is_no_error():
    """A closed pipe: no traceback, and not the exit code of a false step."""
    script = (
        "import os, sys, time\n"
        "from derive.report import streams\n"
        "time.sleep(0.2)\n"
        "streams.print_text('x' * 1_000_000)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        ["/bin/bash", "-c", f'"{sys.executable}" -c "$0" | true; echo ${{PIPESTATUS[0]}}', script],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "0\n"
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_no_defect():
    with Path("/dev/full").open("wb", buffering=0) as full:
        done = subprocess.run(
            [sys.executable, "-m", "derive", "list"],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 4
    assert done.stderr == "Error: cannot write the report: No space left on device\n"


# --- written solutions -----------------------------------------------------------------


@dataclass
class FakeChecker(ModuleType):
    """Stands for `derive.solution.checker`: a document's outcome is told by its name."""

    calls: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__("derive.solution.checker")

    def check_document(self, path, key, *, seed, numeric, on_link):
        self.calls.append((str(path), key, seed, numeric))
        on_link(f"{path}#1")
        if "none" in path.name:
            raise DeriveError(f"{path}: no such \x1b[2J file")
        if "unread" in path.name:
            raise DeriveError("expected UTF-8")
        if "killed" in path.name:
            os._exit(9)
        if "defect" in path.name:
            raise FakeDefect("#1 is proved, and false in a model")
        outcome = next((o for o in ("refuted", "unresolved") if o in path.name), "proved")
        verdict = VERDICTS["open" if outcome == "unresolved" else outcome]
        link = DocumentLink(
            f"{path}#1", "hw3/1", "=", "a", "b", outcome, verdict,
            Source(str(path), 3, 2, 3, 5), "a = b",
        )  # fmt: skip
        return DocumentReport(str(path), key or "", {"hw3/1": "Title"}, (link,))


@pytest.fixture
def checker(engine, monkeypatch):
    fake = FakeChecker()
    monkeypatch.setitem(sys.modules, "derive.solution.checker", fake)
    fake.engine = engine
    return fake


def test_a_document_is_checked_alone_or_against_a_key(checker):
    assert run("check", "a.md").exit_code == 0
    assert run("check", "a.md", "--key", "hw3/1", "--seed", "7", "--no-numeric").exit_code == 0
    assert checker.calls == [("a.md", None, 0, True), ("a.md", "hw3/1", 7, False)]
    assert checker.engine.calls == []  # and no key is checked


def test_documents_and_keys_are_checked_in_one_run(checker):
    result = run("check", "a.md", "hw3/1", "b.TEX", "c.ipynb", "a.md", "--jobs", "1")
    assert result.exit_code == 0
    assert checker.engine.calls[0]["refs"] == [REFS[0]]
    assert sorted(path for path, *_ in checker.calls) == ["a.md", "b.TEX", "c.ipynb"]
    positions = [result.stdout.index(name) for name in ("hw3/1", "a.md", "b.TEX", "c.ipynb")]
    assert positions == sorted(positions)


DOCUMENT_CODES = [
    pytest.param(["a.md"], 0, id="all proved"),
    pytest.param(["a.md", "refuted.md"], 1, id="a false step"),
    pytest.param(["unresolved.tex"], 3, id="an open step"),
    pytest.param(["none.md"], 4, id="no such file"),
    pytest.param(["none.md", "unresolved.md"], 4, id="unread outweighs open"),
    pytest.param(["unread.md", "refuted.md"], 1, id="false outweighs unread"),
]


@pytest.mark.parametrize(("targets", "code"), DOCUMENT_CODES)
@pytest.mark.parametrize("form", ["text", "json", "junit", "github"])
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.usefixtures("checker")
def test_the_exit_code_of_documents(targets, code, form, jobs):
    assert run("check", *targets, "--format", form, "--jobs", jobs).exit_code == code


@pytest.mark.usefixtures("checker")
def test_a_file_that_cannot_be_read_stops_no_other():
    result = run("check", "none.md", "unread.md", "refuted.md")
    assert result.stderr == (
        "none.md: no such \ufffd[2J file\nunread.md: expected UTF-8\n"
    )  # fmt: skip
    assert "refuted.md:3:2  FALSE  1" in result.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the work is done in this process")
@pytest.mark.usefixtures("checker")
def test_a_process_that_is_killed_stops_no_other():
    result = run("check", "killed.md", "a.md", "--jobs", "2")
    assert result.exit_code == 4
    assert result.stderr == "killed.md: the process that checked it ended with status 9\n"
    assert "a.md" in result.stdout


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.usefixtures("checker")
def test_a_defect_in_a_document_is_a_defect(capsys, jobs):
    with pytest.raises(SystemExit) as ended:
        command_line.main(["check", "defect.md", "a.md", "--jobs", jobs])
    assert ended.value.code == 70
    assert "defect of derive: " in capsys.readouterr().err


@pytest.mark.usefixtures("checker")
def test_the_report_is_the_same_in_any_number_of_processes():
    names = ["refuted.md", "a.md", "none.md", "unresolved.tex"]
    one, two = (run("check", *names, "--format", "json", "--jobs", jobs) for jobs in "12")
    assert one.stdout == two.stdout
    assert [target["id"] for target in json.loads(one.stdout)["targets"]] == names


@pytest.mark.usefixtures("checker")
def test_verbose_lists_what_is_right():
    assert "All steps" not in run("check", "a.md").stdout
    assert "All steps" in run("check", "a.md", "--verbose").stdout


@pytest.mark.usefixtures("checker")
def test_github_gets_commands():
    stdout = run("check", "refuted.md", "--format", "github").stdout
    assert stdout.startswith("::error file=refuted.md,line=3,col=2,endColumn=5,title=")


DOCUMENT_ERRORS = [
    pytest.param(["check", "a.md", "--key", "hw3/2.9"], "did you mean hw3/2.1", id="near keys"),
    pytest.param(["check", "hw3", "--key", "hw3"], "--key needs a written solution", id="no file"),
    pytest.param(["check", "--key", "hw3"], "--key needs a written solution", id="no target"),
    pytest.param(["show", "a.md"], "'a.md' is a written solution", id="show"),
    pytest.param(["latex", "hw3", "a.ipynb"], "'a.ipynb' is a written solution", id="latex"),
    pytest.param(["check", "a.md", "--format", "xml"], "'xml' is not one of", id="format"),
]


@pytest.mark.parametrize(("args", "message"), DOCUMENT_ERRORS)
def test_wrong_use_with_documents(checker, args, message):
    result = run(*args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not result.stdout
    assert not checker.calls
