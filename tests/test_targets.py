"""Targets: names, groups, files and folders; near misses; broken keys; titles."""

import pytest

from derive.errors import DeriveError
from derive.keys import UnknownTarget, discover, read_key, select

SCRIPT = '"""A docstring.\n\nMore.\n"""\n'
TOML = 'title = "T"\n\n[problems]\n'


@pytest.fixture
def root(tmp_path):
    """Two keys, `hw3` as the sheet numbers it."""
    tables = {"hw3": ("1", "2.1", "2.2", "2.3", "3.1", "3.2"), "classics": ("kl", "stein")}
    for key, ids in tables.items():
        folder = tmp_path / "proofs" / key
        folder.mkdir(parents=True)
        lines = [f'"{i}" = "p{i.replace(".", "_")}.py"' for i in ids]
        (folder / "key.toml").write_text(TOML + "\n".join(lines))
        for i in ids:
            (folder / f"p{i.replace('.', '_')}.py").write_text(SCRIPT)
    return tmp_path / "proofs"


def names(refs):
    return [ref.target for ref in refs]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        pytest.param(["hw3/2.1"], ["hw3/2.1"], id="a problem"),
        pytest.param(["hw3/2"], ["hw3/2.1", "hw3/2.2", "hw3/2.3"], id="a group"),
        pytest.param(["hw3/2/"], ["hw3/2.1", "hw3/2.2", "hw3/2.3"], id="a slash at the end"),
        pytest.param(["classics"], ["classics/kl", "classics/stein"], id="a key"),
        pytest.param(["hw3/2.2", "hw3/2"], ["hw3/2.2", "hw3/2.1", "hw3/2.3"], id="none twice"),
    ],
)
def test_names(root, targets, expected):
    assert names(select(targets, root)) == expected


def test_without_a_target_everything(root):
    assert len(select([], root)) == 8


@pytest.mark.parametrize(
    ("target", "near"),
    [
        pytest.param("hw3/2.9", ["hw3/2.1", "hw3/2.2", "hw3/2.3"], id="the order of the sheet"),
        pytest.param("hw4", ["hw3"], id="the good ones only"),
        pytest.param("HW3", ["hw3"], id="capitals"),
        pytest.param("clasics/kl", ["classics/kl"], id="a letter lost"),
        pytest.param("2.1", ["hw3/2.1"], id="without its key"),
        pytest.param("xyzzy", [], id="nothing alike"),
        pytest.param("", [], id="empty"),
    ],
)
def test_near_misses(root, target, near):
    with pytest.raises(UnknownTarget) as raised:
        select([target], root)
    assert raised.value.near == near


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A key of one's own and a lone script, in the working directory."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "key.toml").write_text(TOML + '"a" = "one.py"\n')
    for name in ("one.py", "two.py"):
        (folder / name).write_text(SCRIPT)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("mine", ["mine/a"], id="a folder with a key"),
        pytest.param("./mine/", ["mine/a"], id="a folder, written as a path"),
        pytest.param("mine/one.py", ["mine/a"], id="a script that its key names"),
        pytest.param("mine/two.py", ["mine/two"], id="a script on its own"),
    ],
)
@pytest.mark.usefixtures("outside")
def test_paths(root, target, expected):
    assert names(select([target], root)) == expected


def test_a_path_into_a_known_key_is_the_problem_itself(root):
    assert names(select(["hw3/2.1", str(root / "hw3" / "p2_1.py")], root)) == ["hw3/2.1"]


def test_the_key_in_the_working_directory(outside, root, monkeypatch):
    monkeypatch.chdir(outside)
    assert names(select(["."], root)) == ["mine/a"]


def test_a_broken_key_of_ours_does_not_stop_the_check_of_a_file(outside, root):
    (root / "hw3" / "key.toml").write_text("title = ")
    assert names(select([str(outside / "two.py")], root)) == ["mine/two"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        pytest.param("mine/notes.txt", r"notes\.txt: expected a proof script", id="no script"),
        pytest.param("proofs", "proofs: expected a folder with a key.toml", id="no key"),
    ],
)
def test_a_path_that_holds_no_proof(outside, root, target, message):
    (outside / "notes.txt").write_text("")
    with pytest.raises(DeriveError, match=message):
        select([target], root)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("title = ", "Invalid value", id="no TOML"),
        pytest.param('title = "T"\n', "expected `title", id="no table"),
        pytest.param("[problems]\n1 = 'a.py'\n", "expected `title", id="no title"),
        pytest.param(TOML + "a = 3\n", "expected `title", id="a number for a file"),
        pytest.param("title = 'T'\nproblems = 3\n", "expected `title", id="no table of problems"),
        pytest.param(TOML, "at least one problem", id="an empty table"),
    ],
)
def test_a_broken_key(tmp_path, text, message):
    (tmp_path / "key.toml").write_text(text)
    with pytest.raises(DeriveError, match=message) as raised:
        read_key(tmp_path)
    assert str(tmp_path / "key.toml") in str(raised.value)


@pytest.mark.parametrize(
    ("script", "title"),
    [
        pytest.param('problem = Problem("1", title="$x$ squared")', "$x$ squared", id="argument"),
        pytest.param('problem = Problem(\n"1",\ntitle="a" "b")', "ab", id="a broken line"),
        pytest.param(SCRIPT, "A docstring.", id="docstring"),
        pytest.param('Problem("1", title=1 + 1)', "", id="no text"),
        pytest.param("raise SystemExit(", "", id="no Python"),
        pytest.param("", "", id="empty"),
    ],
)
def test_titles_are_read_without_running(tmp_path, script, title):
    (tmp_path / "key.toml").write_text(TOML + '"1" = "p.py"\n')
    (tmp_path / "p.py").write_text(script)
    assert read_key(tmp_path).problems[0].title() == title


def test_the_keys_of_the_project():
    assert {"hw3", "classics"} <= {key.name for key in discover()}
