"""`derive.equal`: what Python programs import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sympy

import derive
from derive.errors import ParseError
from derive.kernel import verdict

ROOT = Path(derive.__file__).parents[1]

CALLS = [
    pytest.param(["(a+b)^2", "a^2 + 2ab + b^2"], {}, derive.Proved, id="two sides"),
    pytest.param(["(a+b)^2", "a^2 + b^2"], {}, derive.Refuted, id="a false one"),
    pytest.param([r"\sqrt{x^2}", "x"], {"assume": [r"x \ge 0"]}, derive.Proved, id="assumed"),
    pytest.param([r"\sqrt{x^2}", "x"], {"assume": r"x \ge 0"}, derive.Proved,
                 id="a text is one assumption"),
    pytest.param([r"\sqrt{x^2}", "x"], {}, derive.Refuted, id="not assumed"),
    pytest.param(["a^2", "b^2"], {"given": "a=b"}, derive.Proved, id="a text is one equation"),
    pytest.param(["e^h", "1 + h + o(h)"], {"vary": "h"}, derive.Proved, id="what varies"),
]  # fmt: skip


@pytest.mark.parametrize("timeout", [None, 60])
@pytest.mark.parametrize(("sides", "more", "expected"), CALLS)
def test_what_is_decided(sides, more, expected, timeout):
    found = derive.equal(*sides, **more, timeout=timeout)
    assert isinstance(found, expected), found


def test_what_is_not_understood_is_an_error_with_its_place():
    with pytest.raises(ParseError) as raised:
        derive.equal("x", "x + @", timeout=1)
    assert (raised.value.where, raised.value.column) == ("right side", 5)
    assert isinstance(raised.value, derive.DeriveError)


@pytest.mark.parametrize("timeout", [None, 60])
def test_sympy_expressions(timeout):
    x, y = sympy.symbols("x y", positive=True)
    found = derive.equal(sympy.log(x * y), sympy.log(x) + sympy.log(y), timeout=timeout)
    assert isinstance(found, derive.Proved)
    assert isinstance(derive.equal(x**2, y**2, given=sympy.Eq(x, y)), derive.Proved)
    assert isinstance(derive.equal(x**2, y**2, given=[(x, y)]), derive.Proved)
    assert isinstance(derive.equal(x**2, y**2, timeout=timeout), derive.Refuted)


LIMITS = [
    pytest.param("sleep", 0.2, "time limit of 0.2 s", id="one that never ends"),
    pytest.param("hog", 60, "memory limit of 512 MB", id="one that takes all memory"),
    pytest.param("killed", 60, "the process that decided it was ended by SIGKILL", id="killed"),
    pytest.param("open", 60, "no way to decide $x^2$", id="one that is not decided in time either"),
]


@pytest.mark.usefixtures("fakes")
@pytest.mark.parametrize(("word", "timeout", "reason"), LIMITS)
def test_with_a_timeout_what_takes_too_much_is_unresolved(word, timeout, reason):
    assert derive.equal(word, "x", timeout=timeout) == derive.Unresolved(reason)


def test_nothing_of_a_call_goes_on(monkeypatch):
    started, fork = [], os.fork
    monkeypatch.setattr(os, "fork", lambda: started.append(fork()) or started[-1])
    derive.equal("x", "x", timeout=60)
    (process,) = started
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize("name", derive.__all__)
def test_what_is_exported(name):
    exported = getattr(derive, name)
    assert exported is getattr(verdict, name, exported)
    assert name in dir(derive)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'derive' has no attribute 'prove'"):
        _ = derive.prove


def test_importing_the_package_imports_nothing_else():
    probe = "import derive, sys; print(sorted(m for m in sys.modules if m.startswith('derive')))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "['derive']\n"
