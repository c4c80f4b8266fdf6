"""Which problem of a key the parts of a document are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.documents.chains import chains_of
from derive.documents.reading import read_document
from derive.solution.sections import sections

if TYPE_CHECKING:
    from pathlib import Path

KEY = ["1", "2.1", "2.2", "2.3", "3.1", "3.2"]

MARKDOWN = [
    pytest.param("# Problem 2.2\n$a=1$\n", ["2.2"], id="a number of the key"),
    pytest.param("# Homework 3\n## 1\n$a=1$\n## 2\n### 3\n$b=1$\n", ["1", "2.3"],
                 id="the number of the sheet is none of a problem"),
    pytest.param("## Problem 2\n### Part 1\n$a=1$\n### Part 2\n$b=1$\n## Problem 3\n"
                 "### Part 1\n$c=1$\n", ["2.1", "2.2", "3.1"],
                 id="a part that was not handed in"),
    pytest.param("## Problem 2\n### (a)\n$a=1$\n### (c)\n$b=1$\n", ["2.1", "2.3"],
                 id="parts by letters"),
    pytest.param("# Задача 2\n\nа) имеем\n$a=1$\n\nб)\n$b=1$\n", ["2.1", "2.2"],
                 id="parts by Russian letters, as items"),
    pytest.param("## 2.1\n### (a)\n$a=1$\n### (b)\n$b=1$\n", ["2.1", "2.1"],
                 id="letters under a numbered part are steps"),
    pytest.param("# Problem 3.2\n## Step 1. Mean\n$a=1$\n", ["3.2"], id="a step"),
    pytest.param("# Problem 3.2\n## 1. Mean\n$a=1$\n", ["3.2"], id="a number that goes back"),
    pytest.param("# Problem 1\n1. first\n$a=1$\n2. then\n$b=1$\n", ["1", "1"],
                 id="a list of steps opens nothing"),
]  # fmt: skip


def _problems(file: Path) -> list[str]:
    found = sections(chains_of(read_document(file).blocks), KEY)
    return [section.problem for section in found for _ in section.chains]


@pytest.mark.parametrize(("text", "expected"), MARKDOWN)
def test_markdown(tmp_path: Path, text: str, expected: list[str]) -> None:
    file = tmp_path / "solution.md"
    file.write_text(text, encoding="utf-8")
    assert _problems(file) == expected


TEX = [
    pytest.param(r"\section{Problem 2}\begin{enumerate}\item $a=1$ \begin{enumerate}"
                 r"\item $b=1$ \item $c=1$ \end{enumerate}\item $d=1$\end{enumerate}",
                 ["2.1", "2.1", "2.1", "2.2"], id="items are parts, those inside are steps"),
    pytest.param(r"\newtheorem{problem}{Problem}\begin{problem}$a=1$\end{problem}"
                 r"\begin{problem}\begin{enumerate}\item $b=1$\item $c=1$\end{enumerate}"
                 r"\end{problem}", ["1", "2.1", "2.2"], id="environments are counted"),
    pytest.param(r"\newtheorem{ex}{Exercise}\begin{ex}[2.3]$a=1$\end{ex}", ["2.3"],
                 id="an environment with its number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TEX)
def test_tex(tmp_path: Path, text: str, expected: list[str]) -> None:
    file = tmp_path / "solution.tex"
    file.write_text(text, encoding="utf-8")
    assert _problems(file) == expected
