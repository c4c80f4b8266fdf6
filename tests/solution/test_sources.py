"""Documents from bytes, against problems that are loaded once."""

from functools import cache
from pathlib import Path

import pytest

from derive.documents.reading import document_of, read_document
from derive.errors import DeriveError
from derive.report.json import render_json
from derive.results import Report
from derive.solution.checker import LoadedKey, check_document, check_source, load_key

CASES = Path(__file__).parents[1] / "cases"


@cache
def key():
    return load_key("hw3")


def told(report):
    return render_json(Report(documents=(report,)))


def checked(name, loaded=None, **more):
    data = (CASES / name).read_bytes()
    return told(check_source(name, data, loaded or key(), **more))


def test_one_document_leaves_no_trace_in_the_key():
    """Models and definitions of the document between must not be seen by the one after."""
    first = checked("adversary_noise.md")
    assert checked("wrong_ru.md") != first
    assert checked("adversary_noise.md") == first
    assert checked("adversary_noise.md", load_key("hw3")) == first


@pytest.mark.parametrize(
    ("name", "target"),
    [
        pytest.param("adversary_noise.md", "hw3/3.1", id="a problem: the key's others are known"),
        pytest.param("adversary_free.md", None, id="no key"),
        pytest.param("wrong_nb.ipynb", "hw3", id="a notebook"),
    ],
)
def test_bytes_get_the_report_of_the_file(name, target, monkeypatch):
    monkeypatch.chdir(CASES)
    by_path = told(check_document(Path(name), target, numeric=False))
    assert checked(name, load_key(target), numeric=False) == by_path


def test_without_a_key_nothing_is_loaded():
    assert load_key(None) == LoadedKey()


BAD = [
    pytest.param("a.docx", b"", "found '.docx'", id="another kind"),
    pytest.param("a", b"", "found no suffix", id="no kind"),
    pytest.param("a.md", b"\xff", "another encoding at byte 0", id="no UTF-8"),
    pytest.param("a.md", b"a\0", "found a NUL at byte 1", id="a binary file"),
    pytest.param("a.md", b"x" * 300_000, "larger than 256 KB", id="too large"),
    pytest.param("a.ipynb", b"[", "expected a Jupyter notebook", id="no notebook"),
]


@pytest.mark.parametrize(("name", "data", "message"), BAD)
def test_bytes_that_are_no_document(name, data, message):
    with pytest.raises(DeriveError, match=message) as raised:
        document_of(name, data)
    assert str(raised.value).startswith(f"{name}: ")


def test_a_name_is_not_opened(tmp_path):
    """What a student calls a file is no path of this machine."""
    name = str(tmp_path / "x.md")
    (tmp_path / "x.md").write_text("$1 = 2$")
    assert document_of(name, b"# A").sources[0].text == "# A"
    assert read_document(tmp_path / "x.md").sources[0].text == "$1 = 2$"
