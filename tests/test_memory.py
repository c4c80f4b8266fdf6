"""What is remembered is what a new decision would say, whoever decided it and when."""

from __future__ import annotations

import json
import os
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from derive.checking import Checker
from derive.kernel.verdict import Proved, Unresolved
from derive.language.claims import Equal
from derive.language.scope import Scope
from derive.language.terms import Sym, term
from derive.memory import Counts, Memory
from derive.numeric.evidence import Confirmation
from derive.processes.requests import Requests
from derive.processes.stream import Limits, Work, answers_as_they_come
from derive.report.json import render_json
from derive.results import Report
from derive.solution.checker import check_source, load_key

CASES = Path(__file__).parent / "cases"
DOCUMENTS = sorted(path.name for path in CASES.glob("*.md"))
LIMITS = Limits(seconds=600, megabytes=4000, grown=4000)

x, y = Sym("x"), Sym("y")
SQUARE = Equal((x + y) ** 2, x**2 + 2 * x * y + y**2)


@cache
def key():
    return load_key("hw3")


def checked(name, memory):
    data = (CASES / name).read_bytes()
    return render_json(Report(documents=(check_source(name, data, key(), memory=memory),)))


def by_two_processes(names, memory):
    """Check documents; give the report of each, and the counts of all."""

    def answer(_number, name):
        report, counts = checked(name.decode(), memory), memory.counted()
        return json.dumps([name.decode(), report, counts.hits, counts.misses]).encode()

    _ = key()
    requests = Requests(name.encode() for name in names)
    work = Work(answer, lambda *given: json.dumps(given[2]).encode(), exchange=memory)
    with closing(answers_as_they_come(requests, work, 2, LIMITS)) as found:
        rows = [json.loads(answer) for _, answer in found]
    return {row[0]: row[1] for row in rows}, sum(r[2] for r in rows), sum(r[3] for r in rows)


def test_documents_are_the_same_whatever_was_remembered():
    """Two processes, another order, and nothing left to decide the second time."""
    memory = Memory()
    cold, _, _ = by_two_processes(DOCUMENTS, memory)
    warm, hits, misses = by_two_processes(DOCUMENTS[::-1], memory)
    assert len(cold) == len(DOCUMENTS) > 20
    assert warm == cold
    assert hits > 1000
    assert misses == 0


@pytest.mark.parametrize("name", ["right_ru.md", "adversary_free.md", "premises.md"])
def test_who_remembers_says_what_others_say(name):
    memory = Memory()
    without = checked(name, None)
    assert checked(name, memory) == without
    _ = memory.counted()
    assert checked(name, memory) == without
    assert memory.counted().misses == 0


def test_the_seed_and_the_way_of_deciding_are_part_of_what_is_remembered():
    memory = Memory()
    ways = [
        lambda: Checker(0, memory=memory).claim(SQUARE, Scope(), ""),
        lambda: Checker(1, memory=memory).claim(SQUARE, Scope(), ""),
        lambda: Checker(0, numeric=False, memory=memory).claim(SQUARE, Scope(), ""),
        lambda: Checker(0, memory=memory).attempt(SQUARE, Scope()),
    ]
    first = [way() for way in ways]
    assert memory.counted() == Counts(0, 4)
    assert [way() for way in ways] == first
    assert memory.counted() == Counts(4, 0)
    assert first[2][1] is None


def test_what_is_too_deep_for_the_moment_is_not_remembered():
    memory = Memory()
    memory.keep("k", Unresolved("the terms are nested too deeply"), None)
    assert memory.find("k") is None
    deep = x
    for _ in range(200_000):
        deep = -deep
        deep.__dict__.update(_hash=0)  # making the hash would be too deep as well
    assert memory.key("claim", Equal(deep, x), Scope(), 0) == ""


# --- what is kept, and what others tell ---

AGREED = Confirmation(3, "0", agreed=True)
PROVED = Proved("normal form")


def test_a_memory_is_bounded_and_forgets_what_is_least_used():
    memory = Memory(most_bytes=1000)
    for name in "abc":
        memory.keep(name, PROVED, AGREED)
    assert memory.find("a") == (PROVED, AGREED)
    memory.keep("d", PROVED, AGREED)
    assert [memory.find(name) is not None for name in "abcd"] == [True, False, True, True]
    assert list(json.loads(memory.news())) == ["a", "c", "d"]
    assert list(json.loads(memory.since(0))) == ["a", "c", "d"]


def test_what_one_finds_out_the_others_are_told_once():
    first, other = Memory(), Memory()
    other.keep("a", PROVED, None)
    first.learn(other.news(), "other")
    assert other.news() == b""
    assert first.since(0, "other") == b""
    mark = first.mark
    third = Memory()
    third.learn(first.since(0, "third"))
    assert third.find("a") == (PROVED, None)
    assert third.news() == b""
    assert first.since(mark, "third") == b""


FORGED = [
    pytest.param(b"\xff", id="no text"),
    pytest.param(b"[1", id="no JSON"),
    pytest.param(b'["k"]', id="no table"),
    pytest.param(b'{"k": null}', id="no entry"),
    pytest.param(b'{"k": "proved"}', id="an entry that is no JSON"),
    pytest.param(b'{"k": "[[\\"proved\\"], null]"}', id="half a verdict"),
    pytest.param(b'{"k": "[[\\"unresolved\\", \\"r\\"], [3, 0, true]]"}', id="half a confirmation"),
    pytest.param(b'{"k": "[[\\"unresolved\\", \\"r\\"]]"}', id="no word on numbers"),
    pytest.param(b'{"k": "' + b"[" * 5000 + b'"}', id="nested too deeply"),
]


@pytest.mark.parametrize("line", FORGED)
def test_what_is_malformed_is_not_remembered(line):
    memory = Memory()
    memory.learn(line)
    assert memory.find("k") is None
    assert memory.counted() == Counts(0, 1)


def loop():
    while True:
        pass


def crash():
    raise KeyError("x")


def leave():
    os._exit(3)


FAILURES = [
    pytest.param(loop, "time limit of 1 s", id="it takes too long"),
    pytest.param(crash, "a defect of derive: KeyError: 'x'", id="a defect"),
    pytest.param(leave, "the process that decided it ended with status 3", id="it leaves"),
]


@pytest.mark.parametrize(("deed", "reason"), FAILURES)
def test_who_does_not_come_to_an_end_tells_nothing(deed, reason):
    memory = Memory()

    def answer(number, _line):
        memory.keep(f"k{number}", PROVED, None)
        if number == 2:
            deed()
        known = [n for n in (1, 2, 3) if memory.find(f"k{n}") is not None]
        return json.dumps(known).encode()

    work = Work(answer, lambda *given: json.dumps(given[2]).encode(), exchange=memory)
    requests, limits = Requests([b""] * 3), Limits(seconds=1)
    with closing(answers_as_they_come(requests, work, 1, limits, lambda _told: None)) as found:
        rows = [json.loads(line) for _, line in found]
    assert rows == [[1], reason, [1, 3]]
    assert [memory.find(f"k{n}") is not None for n in (1, 2, 3)] == [True, False, True]


def test_an_expression_that_is_not_decided_anew():
    """A claim made of other objects, equal symbol by symbol."""
    memory = Memory()
    again = Equal((Sym("x") + Sym("y")) ** term(2), SQUARE.rhs)
    verdicts = [Checker(memory=memory).claim(c, Scope(), "")[0] for c in (SQUARE, again)]
    assert verdicts[0] == verdicts[1]
    assert memory.counted() == Counts(1, 1)
