r"""Formal readings: steps that hold for any functions are proved, others never are.

The false steps are of two kinds: slips of people, and what would hold if the index of a
sum were a real variable, or its weight a probability.
"""

from collections import Counter
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.kernel.verdict import Proved
from derive.language.scope import Scope
from derive.reader.grammar import parse
from derive.solution.formal import formal_claim
from derive.tactics.decide import decide


def is_proved(lhs, rhs):
    claim = formal_claim(parse(lhs), parse(rhs))
    return claim is not None and isinstance(decide(claim, Scope()), Proved)


BACK = r"p_\phi(z_{k-1} \mid z_k)"
FORTH = r"q(z_k \mid z_{k-1})"
POSTERIOR = r"q(z_{k-1} \mid z_k, z_0)"
MARGINALS = r"\frac{q(z_k \mid z_0)}{q(z_{k-1} \mid z_0)}"

TRUE = [
    pytest.param(
        rf"\log \frac{{p(z_n) \prod_{{k=1}}^n {BACK}}}{{\prod_{{k=1}}^n {FORTH}}}",
        rf"\log p(z_n) + \sum_{{k=1}}^n \log \frac{{{BACK}}}{{{FORTH}}}",
        id="the logarithm of products",
    ),
    pytest.param(
        rf"\sum_{{k=1}}^n \log \frac{{{FORTH}}}{{{BACK}}}",
        rf"\sum_{{k=2}}^n \log \frac{{{FORTH}}}{{{BACK}}}"
        r" + \log \frac{q(z_1 \mid z_0)}{p_\phi(z_0 \mid z_1)}",
        id="the first term",
    ),
    pytest.param(
        rf"\sum_{{k=1}}^n \log {FORTH}",
        rf"\log q(z_n \mid z_{{n-1}}) + \sum_{{k=1}}^{{n-1}} \log {FORTH}",
        id="the last term",
    ),
    pytest.param(
        rf"\sum_{{k=2}}^n \log \Big( \frac{{{POSTERIOR}}}{{{BACK}}} \cdot {MARGINALS} \Big)",
        rf"\sum_{{k=2}}^n \log \frac{{{POSTERIOR}}}{{{BACK}}} + \sum_{{k=2}}^n \log {MARGINALS}",
        id="the logarithm of a product under a sum",
    ),
    pytest.param(
        rf"\sum_{{k=2}}^n \log \frac{{{POSTERIOR}}}{{{BACK}}} {MARGINALS}",
        rf"\sum_{{k=2}}^n \log \frac{{{POSTERIOR}}}{{{BACK}}} + \sum_{{k=2}}^n \log {MARGINALS}",
        id="a logarithm of fractions side by side",
    ),
    pytest.param(
        rf"a + \sum_{{k=2}}^n \log {MARGINALS}",
        r"\log \frac{q(z_n \mid z_0)}{q(z_1 \mid z_0)} + a",
        id="a telescoping sum",
    ),
    pytest.param(
        r"\sum_{k=1}^n (f(k) - f(k-2))", "f(n) + f(n-1) - f(0) - f(-1)", id="telescoping by two"
    ),
    pytest.param(
        r"\sum_{k=1}^n \log q(z_{k-1})", r"\sum_{j=0}^{n-1} \log q(z_j)", id="another index"
    ),
    pytest.param(
        r"\log\frac{q(z_{1:n} | z_0)}{p_\phi(z_{0:n}) / p_\phi(z_0)}",
        r"\log\frac{q(z_{1:n} | z_0)}{p_\phi(z_{0:n})} + \log p_\phi(z_0)",
        id="joint densities, opaque",
    ),
    pytest.param(r"-\log \frac{p(x)}{q(x)}", r"\log \frac{q(x)}{p(x)}", id="a fraction inverted"),
    pytest.param(r"\log q(x)^2", r"2 \log q(x)", id="a power"),
    pytest.param(r"\log f(x)^2", r"2 \log f(x)", id="wherever both sides have a meaning"),
    pytest.param(r"\exp(\log p(x) - \log q(y))", r"\frac{p(x)}{q(y)}", id="an exponential"),
    pytest.param(
        r"\frac{\prod_{k=1}^n p(z_k)}{\prod_{k=1}^n q(z_k)}",
        r"\prod_{k=1}^n \frac{p(z_k)}{q(z_k)}",
        id="a quotient of products",
    ),
    pytest.param(
        r"\prod_{k=1}^n p(z_k | z_{k-1})",
        r"p(z_1 | z_0) \prod_{k=2}^n p(z_k | z_{k-1})",
        id="the first factor",
    ),
    pytest.param(
        r"\sum_{k > 1} \log p(z_k) + \log p(z_1)", r"\sum_{k \ge 1} \log p(z_k)", id="no upper end"
    ),
    pytest.param(
        r"\frac1n \sum_{i=1}^n \sum_{j=1}^n p(x_i) q(x_j)",
        r"\frac1n \sum_{i=1}^n q(x_i) \sum_{j=1}^n p(x_j)",
        id="a double sum",
    ),
    pytest.param(
        r"\sum_{k=1}^n \log q_n(z_k | z_n)",
        r"\log q_n(z_n | z_n) + \sum_{k=1}^{n-1} \log q_n(z_k | z_n)",
        id="the end of the range in the terms",
    ),
    pytest.param(r"\sum_{k=1}^3 f(x_k)", "f(x_1) + f(x_2) + f(x_3)", id="a sum of three"),
    pytest.param(r"\sum_{k=1}^n k q(k-1)", r"\sum_{k=0}^{n-1} (k+1) q(k)", id="the index a factor"),
    pytest.param(
        r"\sum_{k=1}^n q_k(x^{(k)}) - q_1(x^{(1)})", r"\sum_{k=2}^n q_k(x^{(k)})",
        id="an index of functions, an index above",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs"), TRUE)
def test_a_step_that_holds_for_any_functions(lhs, rhs):
    assert is_proved(lhs, rhs)
    assert is_proved(rhs, lhs)


FALSE = [
    pytest.param(
        rf"\sum_{{k=1}}^n \log {FORTH}", rf"\sum_{{k=2}}^n \log {FORTH}", id="a dropped term"
    ),
    pytest.param(
        rf"\log \prod_{{k=1}}^n {FORTH}", rf"\sum_{{k=1}}^{{n-1}} \log {FORTH}", id="a wrong range"
    ),
    pytest.param(
        rf"\sum_{{k=2}}^n \log {MARGINALS}",
        r"\log \frac{q(z_n \mid z_0)}{q(z_0 \mid z_0)}",
        id="telescoping to a wrong end",
    ),
    pytest.param(
        rf"\sum_{{k=2}}^n \log {MARGINALS}",
        r"\log \frac{q(z_1 \mid z_0)}{q(z_n \mid z_0)}",
        id="telescoping with a wrong sign",
    ),
    pytest.param(r"\log \frac{p(x)}{q(x)}", r"\log p(x) + \log q(x)", id="a sign"),
    pytest.param(
        r"\log \frac{p(x)}{q(x)}", r"\frac{\log p(x)}{\log q(x)}", id="a log of a fraction"
    ),
    pytest.param(
        r"\log \sum_{k=1}^n p(z_k)", r"\sum_{k=1}^n \log p(z_k)", id="the logarithm of a sum"
    ),
    pytest.param(r"\log (p(x) + q(x))", r"\log p(x) + \log q(x)", id="the logarithm of two terms"),
    pytest.param(
        r"\sum_{k=1}^n \log \frac{p(z_k)}{q(z_k)}",
        r"\sum_{k=1}^n \log \frac{q(z_k)}{p(z_k)}",
        id="p and q exchanged",
    ),
    pytest.param(
        rf"\sum_{{k=1}}^n \log {FORTH}",
        r"\sum_{k=1}^n \log q(z_{k-1} \mid z_k)",
        id="arguments exchanged",
    ),
    pytest.param(
        r"\sum_{k=1}^n \log q(z_k \mid z_0)", r"\sum_{k=1}^n \log q(z_k)", id="a condition dropped"
    ),
    pytest.param(
        r"\sum_{k=1}^n \log q(z_k, z_0)", r"\sum_{k=1}^n \log q(z_k \mid z_0)", id="joint for given"
    ),
    pytest.param(
        r"\prod_{k=1}^n (p(z_k) + q(z_k))",
        r"\prod_{k=1}^n p(z_k) + \prod_{k=1}^n q(z_k)",
        id="the product of a sum",
    ),
    pytest.param(
        r"\sum_{k=1}^n p(z_k) q(z_k)",
        r"\sum_{k=1}^n p(z_k) \sum_{k=1}^n q(z_k)",
        id="the sum of a product",
    ),
    pytest.param(
        r"\sum_{k=1}^n \log p_k(z_k) - \sum_{k=1}^n \log p_k(z_{k-1})",
        r"\log p_k(z_n) - \log p_k(z_0)",
        id="telescoping functions that the index tells apart",
    ),
    pytest.param(
        r"\sum_{k=1}^n \log p(z_k, k) - \sum_{k=1}^n \log p(z_{k-1}, k)",
        r"\log p(z_n, k) - \log p(z_0, k)",
        id="telescoping with the index for an argument",
    ),
    pytest.param(r"\sum_{k=1}^n q(z_k)", "n q(z_n)", id="all terms for equal"),
    pytest.param(r"\sum_{k=1}^n q(z_k)", r"\sum_{k=1}^m q(z_k)", id="another letter for the end"),
    pytest.param(r"q(z_k)", r"q(z_n)", id="one index for another"),
    pytest.param(r"\sum_{k=1}^n q(z_k)", r"\sum_{k=1}^n q(z_j)", id="a free index in a sum"),
    pytest.param(
        r"\sum_{k=1}^n \log p(z_k) - \log p(z_{k-1})",
        r"\log p(z_n) - \log p(z_0)",
        id="brackets left out of a telescoping sum",
    ),
    pytest.param(r"\log x^2", r"2 \log (-x)", id="a letter that may be positive"),
]

ONLY_OF_INTEGRALS = [
    pytest.param(r"\sum_{k=1}^n f(k)", r"\sum_{k=1}^n f(k+1)", id="a shift"),
    pytest.param(r"\sum_k f(k)", r"\sum_k f(k+1)", id="a shift without ends"),
    pytest.param(r"\sum_{k=1}^n f(k)", r"\sum_{k=1}^n f(n-k)", id="a reflection"),
    pytest.param(r"\sum_k f(k)", r"\sum_k f(-k)", id="a reflection without ends"),
    pytest.param(r"\sum_k f(k)", r"2 \sum_k f(k + k)", id="a scaling"),
    pytest.param(r"\sum_{k=1}^n 1", "1", id="the weight is no probability"),
    pytest.param(r"\sum_{k=1}^n a", "a", id="a mean of a constant"),
    pytest.param(r"\sum_k q(k)", "1", id="a density at the index itself"),
    pytest.param(r"\sum_{k=1}^n q(k)", "1", id="a density at the index itself, with ends"),
    pytest.param(r"\sum_j \sum_k q(j, k)", r"\sum_k 1", id="a density in one of two indices"),
    pytest.param(r"\sum_{k=1}^n k", "0", id="a centred weight"),
]


@pytest.mark.parametrize(("lhs", "rhs"), FALSE + ONLY_OF_INTEGRALS)
def test_a_false_step_is_not_proved(lhs, rhs):
    assert not is_proved(lhs, rhs)
    assert not is_proved(rhs, lhs)


UNREADABLE = [
    pytest.param(r"\mathbb{E}[x]", "x", id="an expectation"),
    pytest.param(r"\mathrm{KL}(q \| p)", "x", id="a divergence"),
    pytest.param(r"\nabla f(x)", "x", id="a derivative"),
    pytest.param("f'(x)", "x", id="a prime"),
    pytest.param(r"\int f(x) dx", "x", id="an integral"),
    pytest.param("A B x", "B A x", id="factors that may be matrices"),
    pytest.param(r"\frac{A x}{A}", "x", id="a quotient of matrices"),
    pytest.param("L p(x) q(x)", "q(x) L p(x)", id="a letter that may be an operator"),
    pytest.param("x^i", "x", id="a power that may be an index"),
    pytest.param(r"\log p(x) q(x)", r"\log p(x) + \log q(x)", id="a logarithm of how much?"),
    pytest.param(r"p(x) / q(x) q(y)", "p(x)", id="a slash of how much?"),
    pytest.param("2 {a + b}", "2 a + 2 b", id="braces that print nothing"),
    pytest.param(r"\mathcal{N}(0, 1) - \mathcal{N}(0, 1)", "0", id="a law for a variable"),
    pytest.param("o(h) - o(h)", "0", id="Landau"),
    pytest.param(r"\sum_{k=1}^n q(z_{2k})", "0", id="an index that is not one step"),
    pytest.param(r"\sum_{k=1}^n q(z_{1:k})", "0", id="a bound letter in a name"),
    pytest.param(r"\sum_{k=1}^n q(z_{n_k})", "0", id="a bound letter in the script of a script"),
    pytest.param(r"\sum_{k=1}^n \sum_{j=1}^k q(z_j)", "0", id="a range with a bound letter"),
    pytest.param(r"\sum_{k=1}^n \sum_{k=1}^n q(z_k)", "0", id="an index bound twice"),
    pytest.param(r"\sum_{k=3}^1 q(z_k)", "0", id="an empty range"),
    pytest.param(r"\sum_{k=1}^{99} q(z_k)", "0", id="a range too long to write out"),
    pytest.param(
        r"\sum_{i=1}^{16} \sum_{j=1}^{16} \sum_{k=1}^{16} q(z_i, z_j, z_k)", "0",
        id="ranges too long together",
    ),
    pytest.param(r"\prod_{k=1}^n f(k)", "0", id="a product of what may be negative"),
    pytest.param("p(X = x)", "p(x)", id="a relation in an argument"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs"), UNREADABLE)
def test_what_has_no_formal_reading(lhs, rhs):
    assert formal_claim(parse(lhs), parse(rhs)) is None


# --- random sums of logarithms, against counting ---


@dataclass(frozen=True)
class Piece:
    r"""`\sum_{k=low}^{n+high} \log f(z_{k+shift})`, or one term of it at `n + high` or `low`."""

    sign: int
    name: str
    shift: int
    low: int
    high: int
    only: str = ""  # "low", "high": one term

    @property
    def latex(self):
        def at(letter, number):
            return f"{letter}{number:+d}" if number else letter

        sign = "+" if self.sign > 0 else "-"
        if self.only == "low":
            return rf"{sign} \log {self.name}(z_{{{self.low + self.shift}}})"
        if self.only == "high":
            return rf"{sign} \log {self.name}(z_{{{at('n', self.high + self.shift)}}})"
        body = rf"\log {self.name}(z_{{{at('k', self.shift)}}})"
        return rf"{sign} \sum_{{k={self.low}}}^{{{at('n', self.high)}}} {body}"

    def atoms(self, n):
        indices = {
            "low": [self.low],
            "high": [n + self.high],
            "": range(self.low, n + self.high + 1),
        }
        return {(self.name, k + self.shift): self.sign for k in indices[self.only]}


def counted(pieces, n):
    """How often each logarithm occurs: the sums as they are."""
    total = Counter()
    for piece in pieces:
        for atom, times in piece.atoms(n).items():
            total[atom] += times
    return {atom: times for atom, times in total.items() if times}


def holds(lhs, rhs):
    return all(counted(lhs, n) == counted(rhs, n) for n in (8, 9, 12))


def written(pieces):
    return " ".join(piece.latex for piece in pieces).removeprefix("+") or "0"


PIECES = st.builds(
    Piece,
    sign=st.sampled_from([1, -1]),
    name=st.sampled_from(["p", "q"]),
    shift=st.integers(-1, 1),
    low=st.integers(1, 3),
    high=st.integers(-2, 1),
)
SUMS = st.lists(PIECES, min_size=1, max_size=3)


def rewritten(piece, way):
    match way:
        case "first":
            return [replace(piece, only="low"), replace(piece, low=piece.low + 1)]
        case "last":
            return [replace(piece, high=piece.high - 1), replace(piece, only="high")]
        case "up" | "down":
            step = 1 if way == "up" else -1
            return [
                replace(
                    piece, low=piece.low + step, high=piece.high + step, shift=piece.shift - step
                )
            ]
        case _:
            return [piece]


WAYS = st.lists(st.sampled_from(["first", "last", "up", "down", "stay"]), min_size=3, max_size=3)
SLIPS = st.sampled_from(
    [
        lambda _: [],
        lambda p: [replace(p, sign=-p.sign)],
        lambda p: [replace(p, shift=p.shift + 1)],
        lambda p: [replace(p, low=p.low + 1)],
        lambda p: [replace(p, high=p.high - 1)],
        lambda p: [replace(p, name="q" if p.name == "p" else "p")],
        lambda p: [p, p],
    ]
)


@settings(max_examples=60, deadline=None)
@given(lhs=SUMS, ways=WAYS, order=st.randoms(use_true_random=False))
def test_sums_written_otherwise_are_proved(lhs, ways, order):
    rhs = [part for piece, way in zip(lhs, ways, strict=False) for part in rewritten(piece, way)]
    order.shuffle(rhs)
    assert holds(lhs, rhs)
    assert is_proved(written(lhs), written(rhs))


@settings(max_examples=60, deadline=None)
@given(lhs=SUMS, ways=WAYS, slip=SLIPS, at=st.integers(0, 5))
def test_what_is_proved_counts_the_same(lhs, ways, slip, at):
    rhs = [part for piece, way in zip(lhs, ways, strict=False) for part in rewritten(piece, way)]
    at %= len(rhs)
    rhs[at : at + 1] = slip(rhs[at])
    assert is_proved(written(lhs), written(rhs)) <= holds(lhs, rhs)


@settings(max_examples=60, deadline=None)
@given(lhs=SUMS, rhs=SUMS)
def test_sums_are_proved_equal_exactly_where_they_are(lhs, rhs):
    assert is_proved(written(lhs), written(rhs)) == holds(lhs, rhs)
