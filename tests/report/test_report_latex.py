"""The LaTeX document: complete, escaped, and accepted by the engines that are there."""

import shutil
from dataclasses import replace

import pytest

from derive.errors import DeriveError
from derive.language import terms as t
from derive.language.claims import Equal
from derive.report import pdf
from derive.report.latex import _number, latex_document
from derive.report.pdf import NoEngineError, compile_pdf, first_error, missing_characters
from derive.report.typesetting import packed, tex_formula, tex_words, width
from derive.results import Report

WORDS = [
    pytest.param("50 % & #1_a {x}", r"50 \% \& \#1\_a \{x\}", id="special characters"),
    pytest.param(r"\input{x}", r"\textbackslash{}input\{x\}", id="commands are shown"),
    pytest.param("for $x_t$ only", "for $x_t$ only", id="formulas stay"),
    pytest.param("5$", r"5\$", id="a dollar alone"),
    pytest.param("α ≤ β", r"$\alpha$ $\leqslant$ $\beta$", id="symbols as commands"),
    pytest.param("Задача — №1", "Задача — №1", id="Cyrillic stays"),
    pytest.param("\U0001f600", r"\texttt{U+1F600}", id="no glyph"),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words_are_escaped(text, expected):
    assert tex_words(text) == expected


def test_a_formula_has_no_paragraphs_and_no_bare_symbols():
    assert tex_formula("α\n\n+ b") == r"\alpha + b"


def test_a_document_has_every_part(report):
    text = latex_document(report, "Sheet 3", "en")
    for part in (
        r"{\LARGE\bfseries Sheet 3\par}",
        r"\problem{hw3/2.2}{Score matching в $R^d$}{0.4 points}",
        r"Пусть $X$ имеет плотность $p(x)$. 100 \% \&",
        r"\chain{Integration by parts}",
        r"\start{\mathbb{E}[\langle s_\theta(X), \nabla \log p(X) \rangle]}",
        r"\step{=}{-\mathbb{E}[\operatorname{div} s_\theta(X)]}",
        r"integration by parts~\yes}",
        r"the flux \formula{p(x) s_\theta(x)}",
        r"\formula{1 - \alpha_t \ne 0} \textbf{(not on the sheet)}",
        r"\alarm{counterexample: $p = \mathcal{N}(0, 1)$, $s_\theta = x$:",
        r"\textit{agrees up to a constant} \yes",
        r"hw3/2.2 & 7/7 & 21 & 0 (exact)",
        r"hw3/2.2 & Hutchinson & $1.0021$ & $1$ & $0.0017$ & $+1.24$ & 100\,000",
        r"\alarm{SCRIPT FAILED: p31.py:7: IllTyped: no sum}",
    ):
        assert part in text, part
    assert text.endswith("\\end{document}\n")


VALUES = [
    pytest.param("-1/2", "$-1/2$", id="exact"),
    pytest.param("[0.25 +/- 2.1e-30]", r"$[0.25 \pm 2.1 \cdot 10^{-30}]$", id="a ball"),
    pytest.param("nan_1", r"\texttt{nan\_1}", id="anything else"),
]


@pytest.mark.parametrize(("value", "shown"), VALUES)
def test_values_of_a_counterexample(report, value, shown):
    problem = report.problems[0]
    false = replace(
        problem.links[2],
        verdict=replace(
            problem.links[2].verdict,
            counterexample=replace(problem.links[2].verdict.counterexample, lhs=value),
        ),
    )
    text = latex_document(Report((replace(problem, links=(false,), results=()),)))
    assert f"left side {shown}, right side" in text


def test_a_long_sum_is_broken_at_its_plus_signs(report):
    letters = [t.Sym(rf"\alpha_{{{n}}}") for n in range(60)]
    problem = report.problems[0]
    claim = Equal(t.Sym("x"), t.add(*letters))
    link = replace(problem.links[0], link=replace(problem.links[0].link, claim=claim))
    text = latex_document(Report((replace(problem, links=(link,), results=()),)))
    steps = [row for row in text.splitlines() if row.startswith(r"\step{")]
    assert len(steps) > 3
    assert steps[0].endswith("{}")  # the reason stands at the last line only
    assert steps[-1].startswith(r"\step{}{\quad {}+ \alpha_")


def test_summands_are_packed_in_order():
    pieces = ["a", " + b", " - c"]
    assert packed(pieces, 100) == ["a + b - c"]
    assert packed(pieces, 2.5) == ["a + b", "- c"]


def test_a_wide_bracket_is_cut_at_its_signs():
    inside = r"\mathbb{E}\left[(a - b) - \frac{a + b}{2} + c\right]"
    assert packed([inside, " + d"], 7) == [
        r"\mathbb{E}\Bigl[(a - b)",
        r"- \frac{a + b}{2} + c\Bigr]",
        "+ d",
    ]
    assert packed([inside], 100) == [inside]


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        pytest.param(r"\frac{a}{b}", "a / b", id="a fraction is as wide as its wider part"),
        pytest.param("x^2", "x2", id="exponents are small"),
        pytest.param(r"\alpha", "aaaaa", id="a command is one glyph"),
    ],
)
def test_widths(narrow, wide):
    assert width(narrow) < width(wide)


engines = [
    pytest.param(
        name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"{name} is not installed")
    )
    for name in pdf.ENGINES
]


@pytest.mark.parametrize("engine", engines)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_engines_accept_the_document(report, engine, lang, monkeypatch):
    monkeypatch.setattr(pdf, "ENGINES", (engine,))
    compiled = compile_pdf(latex_document(report, "Sheet 3: ∇", lang))
    assert compiled.data.startswith(b"%PDF")
    assert compiled.missing == ()


@pytest.mark.parametrize("engine", engines)
def test_a_document_cannot_read_files_of_the_machine(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "ENGINES", (engine,))
    secret = tmp_path / "secret.tex"
    secret.write_text("secret")
    text = rf"\documentclass{{article}}\begin{{document}}\input{{{secret}}}\end{{document}}"
    with pytest.raises(DeriveError, match="failed"):
        compile_pdf(text)


def test_without_an_engine_the_packages_are_named(monkeypatch):
    monkeypatch.setattr(pdf, "ENGINES", ("no-such-engine",))
    with pytest.raises(NoEngineError, match="apt-get install texlive-xetex"):
        compile_pdf("")


@pytest.mark.parametrize("engine", engines[:1])
def test_an_endless_document_is_ended(engine, monkeypatch):
    monkeypatch.setattr(pdf, "ENGINES", (engine,))
    with pytest.raises(DeriveError, match="did not end within 1 s"):
        compile_pdf(r"\def\x{\x}\x", seconds=1)


def test_the_log_is_read():
    log = (
        "Missing character: There is no ☃ in font cmr10!\n"
        "Missing character: There is no ☃ in font cmr10!\n"
        "! Undefined control sequence.\nl.12 \\foo\n"
    )
    assert missing_characters(log) == ("☃",)
    assert first_error(log) == r"Undefined control sequence. (line 12: \foo)"
    assert first_error("") == "no reason given"


def test_a_sheet_that_asks_up_to_a_constant_is_printed_so(report):
    text = latex_document(report)
    assert r"\|s_\theta(X)\|^2\right) + \mathrm{const}}{on the sheet}" in text
    assert r"\alpha_t \beta_t}{on the sheet}" in text


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        pytest.param(3.8266e-05, ".5g", r"$3.8266 \cdot 10^{-5}$", id="small"),
        pytest.param(4e20, ".2g", r"$4 \cdot 10^{20}$", id="large"),
        pytest.param(-0.5, "+.2f", "$-0.50$", id="ordinary"),
    ],
)
def test_numbers_in_print(value, form, shown):
    assert _number(value, form) == shown
