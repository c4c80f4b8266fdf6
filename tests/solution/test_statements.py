"""Single statements under the hypotheses of a problem: what each is taken to claim."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from derive.checking import Checker, load
from derive.documents.chains import Chain, chains_of
from derive.documents.model import Formula, Located
from derive.keys import select
from derive.solution.context import Context
from derive.solution.definitions import collect
from derive.solution.judgement import Decider
from derive.solution.problem import ProblemChecker

if TYPE_CHECKING:
    from derive.derivation import Problem
    from derive.results import DocumentLink


@cache
def _problem(name: str) -> Problem:
    return load(select([name])[0])


def _links(name: str, *formulas: str) -> list[DocumentLink]:
    context = Context.of_problem(name, _problem(name))
    links: list[DocumentLink] = []
    checker = ProblemChecker("test", context, Decider(Checker(0, numeric=False), "test"), links)
    pieces = chains_of([Formula(Located.plain(text), display=True) for text in formulas])
    chains = [piece for piece in pieces if isinstance(piece, Chain)]
    collect(chains, context)
    checker.expanding(chains)
    for chain in chains:
        links += checker.chain(chain, restated=False)
    return links


STATEMENTS = [
    # problem, statement, outcome, kind of the diagnosis
    pytest.param("hw3/1", r"X_t = \sqrt{1-\beta_t} X_{t-1} + \sqrt{\beta_t}\varepsilon_t",
                 "proved", "", id="a step forward, in law"),
    pytest.param("hw3/1", r"X_t = \sqrt{1-\beta_t} X_{t-1} + \beta_t\varepsilon_t",
                 "refuted", "root", id="noise of another variance"),
    pytest.param("hw3/1", r"X_t = \sqrt{1-\beta_t} X_t + \sqrt{\beta_t}\varepsilon_t",
                 "refuted", "index", id="a variable by itself is no definition"),
    pytest.param("hw3/1", r"X_t = \sqrt{\alpha_t} X_0", "refuted", "",
                 id="the noise is lost"),
    pytest.param("hw3/2.1", r"\lim_{x\to\infty} s_\theta(x)p(x) = 0", "given", "",
                 id="a limit restated"),
    pytest.param("hw3/2.1", r"\lim_{x\to\infty} s_\theta(x)p(x) = 1", "unresolved", "undecided",
                 id="a limit that the problem does not state"),
    pytest.param("hw3/1", r"X_{t-1} = \frac{1}{\sqrt{1-\beta_t}}X_t"
                 r" + \frac{\beta_t\nabla\log p_t(X_t)}{\sqrt{1-\beta_t}}"
                 r" + \sqrt{C_t}\varepsilon_t",
                 "proved", "", id="the sampling step, its theta left out"),
    pytest.param("hw3/1", r"X_{t-1} = \frac{1}{\sqrt{1-\beta_t}}X_t"
                 r" - \frac{\beta_t\nabla\log p_t(X_t)}{\sqrt{1-\beta_t}}"
                 r" + \sqrt{C_t}\varepsilon_t",
                 "refuted", "sign", id="the sampling step with the wrong sign"),
    pytest.param("hw3/1", r"\sqrt{1-\beta_t} = 1 - \frac{h\gamma_t}{2} + o(h)",
                 "proved", "", id="beta is small only where the key says so"),
    pytest.param("hw3/1", r"\sqrt{1-\beta_t} = 1 - \frac{h\gamma_t}{2} + o(\beta_t)",
                 "proved", "", id="a remainder in another small letter"),
    pytest.param("hw3/1", r"o(h) + \sqrt{1-\beta_t} \approx 1 - \frac{h\gamma_t}{2}",
                 "proved", "", id="an approximation to the order that is written"),
    pytest.param("hw3/1", r"o(h) + \sqrt{1-\beta_t} \approx 1 + \frac{h\gamma_t}{2}",
                 "refuted", "sign", id="an approximation with a wrong coefficient"),
    pytest.param("hw3/1", r"\log p_{t|0}(x_t|x_0) = -\frac{\|x_t-\sqrt{\alpha_t}x_0\|^2}"
                 r"{2(1-\alpha_t)} + C", "proved", "", id="a constant free of every point"),
    pytest.param("hw3/1", r"\log p_{t|0}(x_t|x_0) = -\frac{\|x_t\|^2}{2(1-\alpha_t)} + C",
                 "refuted", "", id="a constant that depends on the point"),
    pytest.param("hw3/1", r"\log p_{t|0}(x_t|x_0) = -\frac{\|x_t\|^2}{2(1-\alpha_t)}"
                 r" + \frac{\sqrt{\alpha_t}\langle x_t, x_0\rangle}{1-\alpha_t} + C",
                 "unresolved", "undecided", id="a constant that depends on the condition"),
    pytest.param("hw3/1", r"\varepsilon_t \sim \mathcal N(0, I)", "given", "",
                 id="a law restated"),
    pytest.param("hw3/1", r"\varepsilon_t \sim \mathcal N(0, 2I)", "refuted", "factor",
                 id="a law with another variance"),
    pytest.param("hw3/1", r"p_{t-1|t,0}(x_{t-1}|x_t,x_0) \propto"
                 r" p_{t|t-1}(x_t|x_{t-1})\, p_{t-1|0}(x_{t-1}|x_0)", "proved", "",
                 id="Bayes up to a factor"),
    pytest.param("hw3/1", r"p_{t-1|t,0}(x_{t-1}|x_t,x_0) \propto"
                 r" p_{t|t-1}(x_t|x_{t-1})\, p_{t|0}(x_t|x_0)", "refuted", "",
                 id="a factor that is not constant"),
    pytest.param("hw3/2.1", r"E[s_\theta(X)(\log p)'(X)] = -s_\theta'(X)", "refuted", "random",
                 id="a number is no random variable"),
    pytest.param("hw3/2.2", r"E\|s_\theta(X)\|^2 = s_\theta(x)", "refuted", "types",
                 id="a number is no vector"),
    pytest.param("hw3/2.2", r"E[\langle s_\theta, \nabla\log p\rangle] = -E[\operatorname{div}"
                 r" s_\theta]", "proved", "", id="arguments left out under an expectation"),
    pytest.param("hw3/2.2", r"s_\theta(x) = \nabla\log p(x)", "given", "",
                 id="what a trained function is to be"),
    pytest.param("hw3/2.2", r"E\|s_\theta(X) - \nabla\log p(X)\|^2 \to \min_\theta", "given", "",
                 id="an objective, scaled"),
    pytest.param("hw3/2.2", r"\arg\min_\theta E\|s_\theta(X) - \nabla\log p(X)\|^2 ="
                 r" \arg\min_\theta E[\|s_\theta(X)\|^2 + 2\operatorname{div} s_\theta(X)]",
                 "proved", "", id="equal minimisers"),
    pytest.param("hw3/2.2", r"\arg\min_\theta E\|s_\theta(X) - \nabla\log p(X)\|^2 ="
                 r" \arg\min_\theta E[\|s_\theta(X)\|^2 + \operatorname{div} s_\theta(X)]",
                 "unresolved", "undecided",
                 id="other functionals may have the same minimisers"),
    pytest.param("hw3/3.1", r"X + Z = y", "given", "", id="an event is no claim"),
    pytest.param("hw3/3.1", r"p_{X+Z}(y) = \int p_X(y)p_Z(y-k)dk", "refuted", "argument",
                 id="the density at another point"),
    pytest.param("hw3/3.2", r"dX_t = g(t)\,dW_t", "given", "", id="the equation of the problem"),
    pytest.param("hw3/3.2", r"dX_t = g(t)^2\,dW_t", "refuted", "", id="another equation"),
    pytest.param("hw3/3.2", r"dY_t = -Y_t\,dt + dW_t", "given", "", id="a process of its own"),
    pytest.param("hw3/3.2", r"X_t = X_0 + \int_0^t g(s)\,dW_s", "given", "",
                 id="the solution, restated"),
    pytest.param("hw3/3.2", r"X_t = X_0 - \int_0^t g(s)\,dW_s", "refuted", "sign",
                 id="the same law is not the same process"),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "statement", "outcome", "kind"), STATEMENTS)
def test_statement(problem: str, statement: str, outcome: str, kind: str) -> None:
    (link,) = _links(problem, statement)
    assert link.outcome == outcome, link.diagnosis
    if kind:
        assert link.diagnosis is not None
        assert link.diagnosis.kind == kind


DOCUMENTS = [
    pytest.param(
        "hw3/1",
        [r"\Sigma = \frac{1-\alpha_{t-1}}{1-\alpha_t}\beta_t",
         r"\Sigma = \beta_t - \frac{\alpha_t\beta_t^2}{(1-\beta_t)(1-\alpha_t)}"],
        ["given", "proved"], id="what is defined above is used below"),
    pytest.param(
        "hw3/1",
        [r"p_{t-1|t,0}(x_{t-1}|x_t,x_0) = \mathcal N(x_{t-1}; m(x_t, x_0), v I)",
         (r"m(x_t, x_0) = \frac{\sqrt{1-\beta_t}(1-\alpha_{t-1})x_t"
         r" + \sqrt{\alpha_{t-1}}\beta_t x_0}{1-\alpha_t}"),
         r"v = \frac{1-\alpha_{t-1}}{1-\alpha_t}\beta_t"],
        ["proved", "given", "given"], id="what is defined below is used above"),
    pytest.param(
        "hw3/2.1",
        [r"p' = 2 (\log p)' p", r"E[s_\theta(X) (\log p)'(X)] = 2\int s_\theta(x) p'(x) dx"],
        ["refuted", "refuted"], id="a derivative is not redefined"),
    pytest.param(
        "hw3/1", [r"m = m + 1"], ["given"], id="a name by itself defines nothing"),
    pytest.param(
        "hw3/3.2",
        [r"X_t = X_0 + \int_0^t g(s)^2\,dW_s", r"E\|X_t - X_0\|^2 = d\int_0^t g(s)^4 ds",
         r"E\|X_t - X_0\|^2 = d\int_0^t g(s)^3 ds"],
        ["refuted", "unresolved", "refuted"], id="a wrong premise is told once"),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "formulas", "outcomes"), DOCUMENTS)
def test_document(problem: str, formulas: list[str], outcomes: list[str]) -> None:
    assert [link.outcome for link in _links(problem, *formulas)] == outcomes
