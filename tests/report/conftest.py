"""A report as the engine gives it, with one of each: proved, refuted, open, failed."""

from dataclasses import replace
from fractions import Fraction

import pytest

from derive.derivation import Link, Problem, Result, Source
from derive.kernel.verdict import (
    Condition,
    Counterexample,
    Flux,
    Proved,
    Refuted,
    Unresolved,
    Witness,
)
from derive.language import terms as t
from derive.language.claims import Equal, EqualUpToConstant
from derive.language.scope import Scope
from derive.numeric.evidence import Confirmation, Estimate, Slope
from derive.results import (
    Diagnosis,
    DocumentLink,
    DocumentReport,
    DocumentResult,
    LinkReport,
    ProblemReport,
    Report,
    ResultReport,
)

FILE = "proofs/hw3/p22.py"
x, X = t.Sym("x", 1), t.RV("X", 1)
p = t.Field("p", density=True)
s = t.Field(r"s_\theta", 1, trained=True)
beta, before, now = t.Sym(r"\beta_t"), t.Sym(r"\alpha_{t-1}"), t.Sym(r"\alpha_t")
score = t.At(t.Diff(t.log(p(x)), x), x, X)
divergence = t.At(t.Divergence(s(x), x), x, X)
cross = t.Expect(t.Dot(s(X), score))
explicit = Fraction(1, 2) * t.Expect(t.NormSq(s(X) - score))
implicit = t.Expect(Fraction(1, 2) * t.NormSq(s(X)) + divergence)
A = t.sqrt(1 - beta) * (1 - before) / (1 - now) + t.sqrt(before) * beta / ((1 - now) * t.sqrt(now))

PROVED = Proved("algebra")
PARTS = Proved(
    "divergence",
    Witness(fluxes=(Flux(t.term(1), p(x) * s(x), x),)),
    (
        Condition("decay", p(x) * s(x), "as $\\|x\\| \\to \\infty$", stated=True),
        Condition("nonzero", 1 - now, "", stated=False),
    ),
)
FALSE = Refuted(
    "gaussian",
    Counterexample({"p": r"\mathcal{N}(0, 1)", r"s_\theta": "x"}, "3/2", "-1/2"),
)
EXACT = Confirmation(3, "0", agreed=True)


def link(number, claim, by, verdict, numeric=EXACT):
    made = Link(claim, by, Scope(), Source(FILE, 40 + number))
    return LinkReport(f"hw3/2.2#{number}", "Integration by parts", made, verdict, numeric, 0.25)


def result(name, derived, stated, verdict, simulations=()):
    # Only the functional is asked for up to a constant.
    constant = name == "functional"
    points, place = Fraction("0.3"), Source(FILE, 90)
    made = Result(name, derived, stated, points, place, Scope(), {}, up_to_constant=constant)
    return ResultReport(made, verdict, EXACT, simulations)


LINKS = (
    link(1, Equal(explicit, explicit), "definition", PROVED),
    link(2, Equal(cross, -t.Expect(divergence)), "integration by parts", PARTS),
    link(3, Equal(cross, t.Expect(divergence)), "sign lost", FALSE),
    link(4, Equal(cross, cross), "no tactic", Unresolved("not a total derivative in $x_i$"), None),
    link(5, EqualUpToConstant(explicit, implicit), "the square of the score", PROVED),
)
RESULTS = (
    result("A_t", A, r"\frac{\sqrt{1-\beta_t}(1-\alpha_{t-1})}{1-\alpha_t}", PROVED),
    result(
        "functional",
        implicit,
        r"E\left(\frac{1}{2}\|s_\theta(X)\|^2\right)",
        PROVED,
        (
            Estimate("Hutchinson", 1.0021, 1.0, 0.0017, 100_000),
            Estimate("biased", 1.9, 1.0, 0.0017, 100_000),
            Slope("$A_t - 1$", 0.998, 1.0),
        ),
    ),
    result("C_t", beta, r"\alpha_t \beta_t", FALSE),
)
STATEMENT = r"Пусть $X$ имеет плотность $p(x)$. 100 % & <b>_#{}~^\ "


@pytest.fixture
def problem_report():
    problem = Problem("2.2", "Score matching в $R^d$", Fraction("0.4"), STATEMENT, file=FILE)
    return ProblemReport("hw3/2.2", problem.title, problem.points, problem, LINKS, RESULTS)


@pytest.fixture
def proved_report(problem_report):
    chosen = ProblemReport(
        "hw3/1", "The DDPM step", Fraction(1), problem_report.problem, LINKS[:2], RESULTS[:2]
    )
    return Report((chosen,), 0, 1.25)


@pytest.fixture
def report(problem_report):
    failed = ProblemReport(
        "hw3/3.1", "Score of a sum", Fraction("0.8"), None, error="p31.py:7: IllTyped: no sum"
    )
    return Report((problem_report, failed), 0, 1.25)


# --- a written solution ---

SHEET = {"hw3/2.1": "In one dimension", "hw3/2.2": "Score matching in $R^d$", "hw3/3.1": "A sum"}
DIV = r"E[\operatorname{div} s_\theta(X)]"
REPAIR = Diagnosis("sign", r"the sign of \operatorname{div} s_\theta(X)", f"-{DIV}", 0, 1)


def written(number, outcome, text, sides, verdict=None, **more):
    """A link of `solution.md`; the place is that of its relation and right side in the text."""
    lhs, relation, rhs = sides
    start = text.index(f"{relation} {rhs}")
    end = start + len(f"{relation} {rhs}")
    row = 150 + number
    source = Source("solution.md", row, start + 1, row, end + 1)
    problem = more.pop("problem", "hw3/2.2")
    place = f"solution.md#{number}"
    return DocumentLink(place, problem, relation, lhs, rhs, outcome, verdict, source, text, **more)


CROSS = r"E[\langle s_\theta(X), \nabla \log p(X) \rangle]"
WRITTEN = (
    written(1, "given", "$$p = p(x)$$", ("p", "=", "p(x)"), problem="hw3/2.1"),
    written(2, "proved", "  $a = a,$", ("a", "=", "a"), PARTS, numeric=EXACT),
    written(3, "refuted", f"$${CROSS} = {DIV}$$", (CROSS, "=", DIV), FALSE, diagnosis=REPAIR),
    written(
        4, "unresolved", "$c = 0$", ("c", "=", "0"), Unresolved("no tactic"),
        diagnosis=Diagnosis("follows", "it rests on line 153"),
    ),
    written(5, "unresolved", "$c = d$", ("c", "=", "d"), Unresolved("no rule for $c_t$")),
    written(
        6, "unread", "$c = (d$", ("c", "=", "(d"), problem="",
        diagnosis=Diagnosis("unread", "expected ')' before the end"),
    ),
)  # fmt: skip
ASKED = (
    DocumentResult("hw3/2.1", "A_t", r"\alpha_t", Fraction("0.3"), "missing"),
    DocumentResult(
        "hw3/2.2", "functional", r"\beta_t", Fraction("0.4"), "refuted", FALSE, r"\alpha_t",
        Source("solution.md", 160, 5, 160, 15), r"$$J = \alpha_t$$",
        Diagnosis("variable", r"\alpha_t", r"\beta_t", 0, 7),
    ),
    DocumentResult(
        "hw3/2.2", "C_t", r"\gamma", Fraction(0), "proved", PROVED, r"\gamma",
        Source("solution.md", 161, 6, 161, 14), r"$C_t = \gamma$", numeric=EXACT,
    ),
)  # fmt: skip


@pytest.fixture
def document():
    notes = ((Source("solution.md", 170, 1), "expected `$$` before the end of the file"),)
    told = ("hw3/2.2: s_\\theta: a field with values in $R^d$",)
    return DocumentReport("solution.md", "hw3", SHEET, WRITTEN, ASKED, told, notes, 0.5)


@pytest.fixture
def right_document(document):
    return replace(document, links=WRITTEN[:2], results=ASKED[2:], notes=())
