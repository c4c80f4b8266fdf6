"""What a newcomer reads is true: README's commands, its example, its outputs; the packaging."""

import ast
import functools
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import derive
from derive import checking
from derive.derivation import Chain, Problem
from derive.kernel.verdict import Proved, Refuted
from derive.language import phrases, terms
from derive.report.outcome import exit_code
from derive.report.show import show_view
from derive.report.terminal import as_text, check_view

ROOT = Path(derive.__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WIDTH = 110  # of output that does not go to a terminal

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(match[1], match[2]) for match in FENCE.finditer(README)]


def blocks(language):
    return [text for name, text in BLOCKS if name == language]


def plain(text):
    """Give the lines without spacing and without what differs from run to run: times."""
    joined = [
        " ".join(re.sub(r"<? ?\d+(\.\d+)? m?s\b", "", line).split()) for line in text.splitlines()
    ]
    return [line for line in joined if line and line != "…"]


def run(*args):
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "derive", *args],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


@pytest.fixture
def demo(tmp_path):
    """The example of the README as a root of keys."""
    for name, language in (("key.toml", "toml"), ("stein.py", "python")):
        (text,) = re.findall(
            rf"^`proofs/demo/{name}`:\n\n```{language}\n(.*?)^```$",
            README,
            re.MULTILINE | re.DOTALL,
        )
        path = tmp_path / "proofs" / "demo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "proofs"


def check_demo(root):
    return checking.check(checking.select(["demo"], root))


# --- commands --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/derive check",
            id="set-up",
        ),
        pytest.param(".venv/bin/pytest", id="tests"),
    ],
)
def test_the_two_commands_stand_in_the_readme_word_for_word(command):
    assert [text.strip() for text in blocks("sh")].count(command) == 1


COMMANDS = sorted(set(re.findall(r"`(?:\.venv/bin/)?(derive [a-z][^`]*)`", README)))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_options_of_every_command_mentioned_exist(command):
    name, *arguments = command.split()[1:]
    help_ = run(name, "--help")
    assert help_.returncode == 0, command
    for option in (a for a in arguments if a.startswith("-") and a != "--help"):
        assert re.search(rf"(^|\s|,){option}\b", help_.stdout), f"{command}: {option}"


@pytest.mark.parametrize("option", sorted(set(re.findall(r"`(--[a-z-]+)[^`]*`", README))))
def test_every_option_mentioned_exists(option):
    pages = "".join(
        run(name, "--help").stdout for name in ("check", "show", "latex", "equal", "grade")
    )
    assert option in pages


@functools.cache
def printed(*args):
    done = run(*args)
    assert done.returncode in {0, 1}, done.stderr  # 1: the solution shown has a mistake
    return done.stdout


def test_the_class_of_the_readme_is_graded_as_it_says(tmp_path):
    (text,) = [text for text in blocks("text") if text.startswith("$ derive grade")]
    command, *told = text.splitlines()
    out = str(tmp_path / "grades")
    arguments = [out if a == "/tmp/grades" else a for a in command.split()[2:]]  # noqa: S108
    done = run(*arguments)
    assert done.stdout.replace(out, "/tmp/grades").splitlines() == told  # noqa: S108
    files = set(re.findall(r"^\| `([\w.-]+)`(?:, `([\w.-]+)`)? \|", README, re.MULTILINE))
    written = {path.name for path in (tmp_path / "grades").iterdir()}
    named = {name for pair in files for name in pair if "." in name}
    assert written - {"feedback"} <= named
    assert (tmp_path / "grades" / "feedback" / "Ann_Lee.html").exists()


def test_the_overrides_of_the_readme_are_taken(tmp_path):
    (text,) = blocks("csv")
    out = tmp_path / "grades"
    out.mkdir()
    (out / "overrides.csv").write_text(text, encoding="utf-8")
    done = run("grade", "examples/class", "--key", "hw3/2.2", "--out", str(out))
    assert done.returncode == 0, done.stderr
    grades = (out / "grades.csv").read_text("utf-8-sig")
    assert "103,Cy Fox,graded,0.4" in grades
    assert "101,Ann Lee,graded,0.25" in grades


def test_the_rubric_of_the_readme_is_one():
    (text,) = [text for text in blocks("toml") if "[credit]" in text]
    shown = tomllib.loads(text)
    real = tomllib.loads((ROOT / "proofs/hw3/rubric.toml").read_text(encoding="utf-8"))
    assert shown["problem"]["2.2"] == real["problem"]["2.2"]
    assert shown["credit"].keys() - {"forgiven"} == real["credit"].keys()


CONSOLES = [
    pytest.param(text, id=text.partition("\n")[0])
    for text in blocks("console")
    if text.startswith("$ derive") and "demo" not in text.partition("\n")[0]
]


@pytest.mark.parametrize("text", CONSOLES)
def test_what_the_readme_shows_is_what_is_printed(text):
    command, _, output = text.partition("\n")
    real = plain(printed(*shlex.split(command)[2:]))
    missing = [line for line in plain(output) if line not in real]
    assert not missing


def test_a_readme_without_console_blocks_would_test_nothing():
    assert CONSOLES
    assert len(COMMANDS) > 5


def test_list_names_every_key_the_readme_speaks_of():
    listed = printed("list")
    for target in set(re.findall(r"\bhw3/\d(?:\.\d)?\b", README)):
        assert target in listed


# --- the example -------------------------------------------------------------------------


def test_python_and_toml_blocks_parse():
    for text in blocks("python"):
        ast.parse(text)
    for text in blocks("toml"):
        tomllib.loads(text)
    assert blocks("python")
    assert blocks("toml")


def test_the_example_is_proved_and_shown_as_printed(demo):
    report = check_demo(demo)
    assert exit_code(report) == 0
    assert all(isinstance(verdict, Proved) for verdict in report.verdicts())
    (shown,) = (text for text in blocks("console") if text.startswith("$ derive show demo/1"))
    real = plain(as_text(show_view(report, "en"), WIDTH))
    assert plain(shown.partition("\n")[2]) == real


def changed(demo):
    """The example with the change of the README's diff block."""
    (diff,) = blocks("diff")
    old, new = ([line[1:] for line in diff.splitlines() if line[0] == sign] for sign in "-+")
    script = demo / "demo" / "stein.py"
    text = script.read_text(encoding="utf-8")
    assert text.count("\n".join(old)) == 1
    script.write_text(text.replace("\n".join(old), "\n".join(new)), encoding="utf-8")
    return demo


def test_the_false_line_is_refuted_with_the_counterexample_printed(demo, monkeypatch):
    monkeypatch.chdir(demo.parent)  # files are shown from where one stands
    report = check_demo(changed(demo))
    assert exit_code(report) == 1
    (problem,) = report.problems
    assert [type(link.verdict) for link in problem.links] == [Proved, Proved, Refuted, Refuted]
    assert all(isinstance(result.verdict, Proved) for result in problem.results)
    (shown,) = (text for text in blocks("console") if text.startswith("Steps that are"))
    real = plain(as_text(check_view(report, "en"), WIDTH))
    assert [line for line in plain(shown) if line not in real] == []


def test_without_its_hypothesis_the_example_is_not_proved(demo):
    script = demo / "demo" / "stein.py"
    text = script.read_text(encoding="utf-8")
    line = "problem.decays(f(x) * p, x)\n"
    assert line in text
    script.write_text(text.replace(line, ""), encoding="utf-8")
    (problem,) = check_demo(demo).problems
    assert [isinstance(link.verdict, Proved) for link in problem.links] == [True, True, False, True]
    assert not any(isinstance(result.verdict, Proved) for result in problem.results)


def test_the_words_of_the_table_exist():
    """Every `problem.name(` of the README is a method, every phrase can be imported."""
    for name in set(re.findall(r"`problem\.(\w+)\(", README)):
        assert hasattr(Problem, name), name
    for name in set(re.findall(r"`\.(\w+)\(…\)`", README)):
        assert hasattr(Chain, name), name
    (row,) = re.findall(r"^\| (.*`grad`.*?) \|", README, re.MULTILINE)
    for name in re.findall(r"`(\w+)`", row):
        assert hasattr(phrases, name) or hasattr(terms, name), name


# --- the files beside ---------------------------------------------------------------------


def test_the_changelog_has_an_entry_for_this_version():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (\S+)", changes, re.MULTILINE)
    assert headings[0] == PROJECT["project"]["version"]


def test_links_to_files_lead_somewhere():
    for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "benchmarks/README.md"):
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (path.parent / target).exists(), f"{name}: {target}"


def test_the_architecture_names_every_file_of_the_kernel():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `kernel/(\w+\.py)`", page, re.MULTILINE))
    present = {path.name for path in (ROOT / "derive" / "kernel").glob("*.py")}
    assert named == present - {"__init__.py"}


def test_the_exit_codes_of_the_readme_are_those_of_the_help():
    table = re.findall(r"^\| (\d+) \| (.+) \|$", README, re.MULTILINE)
    assert [code for code, _ in table] == ["0", "1", "2", "3", "4", "70"]
    page = run("--help").stdout
    for code, _ in table:
        assert re.search(rf"\b{code} +\w", page)


# --- packaging ------------------------------------------------------------------------------


def test_the_wheel_carries_the_keys_where_the_installed_package_looks(tmp_path, monkeypatch):
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"proofs": "derive/packaged_proofs"}
    # An installed package: no `proofs` beside it.
    package = tmp_path / "derive"
    shutil.copytree(ROOT / "proofs", tmp_path / included["proofs"])
    module = checking.default_root.__globals__
    monkeypatch.setitem(module, "__file__", str(package / Path(module["__file__"]).name))
    assert checking.default_root() == package / "packaged_proofs"
    assert {"hw3", "classics"} <= {key.name for key in checking.discover()}


def test_the_command_is_installed_under_its_name():
    assert PROJECT["project"]["scripts"] == {"derive": "derive.cli:main"}
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    assert (ROOT / PROJECT["project"]["readme"]).is_file()


def test_the_ci_script_is_executable_and_stops_at_a_failure():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -eu\n" in text
    done = subprocess.run(  # noqa: S603
        ["/bin/bash", "-n", str(script)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
