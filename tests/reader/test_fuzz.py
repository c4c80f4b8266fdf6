"""Any text either is read or is refused with a ParseError: nothing else may escape."""

# Mathematics keeps its letters: p_X is the density of X.
# ruff: noqa: N816

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from derive.errors import ParseError
from derive.language.scope import Law, Scope
from derive.language.terms import RV, Field, Sym, Term
from derive.reader import read_equation, read_formula, strip_objective
from derive.reader.notation import Notation
from derive.reader.readings import readings

if TYPE_CHECKING:
    from collections.abc import Callable

p, p_X = Field("p", density=True), Field("p_X", density=True)
X, Z, U, x = RV("X", 1), RV("Z", 1), RV("U"), Sym("x", 1)
LETTERS: dict[str, Term | Field] = {
    "p": p, "p_X": p_X, r"s_\theta": Field(r"s_\theta", 1, trained=True), "g": Field("g"),
    "X": X, "Z": Z, "U": U, "x": x, "a": Sym("a"), "t": Sym("t"), r"\alpha_{t-1}": Sym("c"),
}  # fmt: skip
SCOPE = Scope(laws={X: Law(x, p_X(x))}, definitions={RV("X_t", 1): X + Z})
DOCUMENT = replace(Notation.declared("", LETTERS, SCOPE), bare=True, decorated=True)

PIECES = [
    "a", "t", "x", "X", "Z", "U", "p(x)", "p(X)", "p_X", r"s_\theta", "g", "(", ")", "[", "]",
    "{", "}", "|", r"\|", "||", r"\mid", "+", "-", "/", r"\cdot", "*", "^", "_", "'", "2", "1",
    ",", ";", "=", r"\frac", r"\sqrt", r"\int", "dx", "dt", "d", r"\log", r"\exp", "e", "E",
    r"\mathbb{E}", r"\nabla", r"\partial", r"\frac{\partial}{\partial x}", r"\frac{d}{dt}",
    r"\operatorname{div}", "Tr", r"\Delta", r"\operatorname{Var}", r"\mathcal{N}", "I", "o",
    "O", r"\left(", r"\right)", r"\left.", r"\right|", r"\langle", r"\rangle", r"\top", "T",
    r"\infty", r"\alpha_{t-1}", r"\bar", r"\mathbf", r"\color{red}", r"\underbrace", r"\sim",
    "p_t", "dW_s", "_0^t", r"_{-\infty}^{+\infty}", r"\text{ok}", " ", "(X)", "(x)", "(t)",
    "^2", "^{-1}", "|X=x", "x;x,aI",
    r"\sum", r"\sum_i", r"\prod_{i=1}^n", r"\lim_{t\to 0}", r"\min", r"\argmin_\theta", r"\dots",
    r"\arg", "D_{KL}", "KL(p,p_X)", r"(p\|p_X)", r"\mid\mid", r"\begin{pmatrix}", "&", "\\\\",
    r"\end{pmatrix}", r"_{\partial\mathbb{R}^d}", r"_{x\sim p,Z\sim p}", r"\lceil", r"\rceil",
    r"_{v\sim\mathcal{N}(0,I)}", "+0", "^+", "_i", r"\delta_{ij}", r"\int_0^t", "xx",
]  # fmt: skip


def read_document(text: str, _letters: object, _scope: object) -> object:
    return readings(text, DOCUMENT)


def refusal(read: Callable[..., object], text: str) -> ParseError | None:
    try:
        _ = read(text, LETTERS, SCOPE)
    except ParseError as error:
        return error
    return None


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_pieces_of_formulas(text: str) -> None:
    for read in (read_formula, read_equation, read_document):
        error = refusal(read, text)
        if error is not None:
            assert 0 <= error.span.start <= error.span.end <= len(text)
            assert error.message


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_arbitrary_text(text: str) -> None:
    assert isinstance(strip_objective(text), str)
    for read in (read_formula, read_document):
        error = refusal(read, text)
        assert error is None or error.source == text
