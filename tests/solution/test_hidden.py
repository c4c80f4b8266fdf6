r"""Letters that depend on an index or a random variable without showing it; false premises.

What is false may be refuted, unresolved or unread, but neither proved nor given; the true
neighbours of it show that not everything is refused.
"""

import pytest

from derive.solution.checker import check_document

TELESCOPE = r"\sum_{t=2}^T \log \frac{q(x_t|z)}{q(x_{t-1}|z)} = \log \frac{q(x_T|z)}{q(x_1|z)}"
BOUND = r"\log p(y) \ge E_{q(z|y)}\left[\log \frac{p(y, z)}{q(z|y)}\right]"
MEAN = r"E_{\epsilon \sim p(\epsilon)}[\log p(x|z)] = \log p(x|z)"


def links(tmp_path, text, key=None):
    path = tmp_path / "notes.md"
    path.write_text(text + "\n")
    return {
        link.lhs: link.outcome
        for link in check_document(path, key, numeric=False).links
        if link.display
    }


def judged(tmp_path, before, formula, key=None, after=""):
    return next(iter(links(tmp_path, f"{before}\n\n$$\n{formula}\n$$\n\n{after}", key).values()))


OPEN = [
    pytest.param(r"Let $z = (y_1, \dots, y_t)$.", TELESCOPE, None, id="steps up to the index"),
    pytest.param(
        r"Let $z = (y_1, \dots, y_t)$.", TELESCOPE, "classics/ddpm", id="steps, with a key"
    ),
    pytest.param("Let $z = y_{1:t}$.", TELESCOPE, None, id="a block up to the index"),
    pytest.param("Let $z = 2 y_t + 1$.", TELESCOPE, None, id="a function of a step"),
    pytest.param("Let $w = y_t$ and $z = w + 1$.", TELESCOPE, None, id="by another letter"),
    pytest.param(r"Let $z \sim q(z | y_t)$.", TELESCOPE, None, id="drawn given a step"),
    pytest.param(
        "Let $q(x) = N(x; y_t, 1)$.",
        r"\sum_{t=2}^T \log \frac{q(x_t)}{q(x_{t-1})} = \log \frac{q(x_T)}{q(x_1)}",
        None,
        id="a law that changes with the index",
    ),
    pytest.param(r"Let $z = \mu + \sigma \epsilon$.", MEAN, None, id="a function of the noise"),
    pytest.param("Let $z = 2x$.", r"E_{q(x)}[\log p(z)] = \log p(z)", None, id="of a variable"),
    pytest.param(
        "Let $z = 2x$.", r"\int q(x) \log p(z) dx = \log p(z)", None, id="under an integral"
    ),
    pytest.param("Let $z = (x, y)$.", r"E_{q(x)}[\log p(z)] = \log p(z)", None, id="a pair"),
    pytest.param(
        "Let $z = x_{1:T-1}$, and later $z = x_{1:T}$.",
        r"p(x_0) = \int p(x_0, z) dz",
        None,
        id="a letter for two blocks",
    ),
    pytest.param(r"Let $c = \|x_t\|^2$.", "E_{x_t}[c] = c", "classics/ddpm", id="a value"),
    pytest.param(
        r"Let $c = \|x_t\|^2$ and $b = c + 1$.",
        "E_{x_t}[b] = b",
        "classics/ddpm",
        id="twice",
    ),
    pytest.param(
        r"Let $c = \|x_t\|^2$.", "E_{q(x_t|x_0)}[c] = c", "classics/ddpm", id="under a density"
    ),
    pytest.param("Let $X \\sim N(0, 1)$ and $c = x^2$.", "E_{x}[c] = c", None, id="without a key"),
]


@pytest.mark.parametrize(("before", "formula", "key"), OPEN)
def test_what_changes_unseen_is_not_taken_for_fixed(tmp_path, before, formula, key):
    assert judged(tmp_path, before, formula, key) not in {"proved", "given"}


def test_a_definition_below_counts_too(tmp_path):
    assert judged(tmp_path, "", TELESCOPE, after="where $z = y_{1:t}$.") != "proved"


PROVED = [
    pytest.param("", TELESCOPE, None, id="a letter that nothing is said of"),
    pytest.param(r"Let $z = (y_1, \dots, y_T)$.", TELESCOPE, None, id="all the steps"),
    pytest.param("Let $z = 2 y_1$.", TELESCOPE, "classics/ddpm", id="a step that stays"),
    pytest.param(
        "Let $z = (y_1, \\dots, y_t)$.",
        TELESCOPE.replace("t=2", "s=2").replace("_t", "_s").replace("{t-1}", "{s-1}"),
        None,
        id="another index",
    ),
    pytest.param(r"The loss is $L = \sum_{t=1}^T a_t$, and $w = 2v$.", BOUND, None, id="elsewhere"),
    pytest.param(r"Let $z = \mu + \sigma \epsilon$.", BOUND, None, id="drawn by its law"),
    pytest.param("Let $z = 2y$.", MEAN, None, id="a function of what is held"),
    pytest.param(
        "Let $z = x_{1:T}$.", r"p(x_0) = \int p(x_0, z) dz", None, id="a letter for one block"
    ),
    pytest.param(
        r"Let $c = \|x_t\|^2$.",
        r"E_{x_t}[c + 1] = E_{x_t}[\|x_t\|^2] + 1",
        "classics/ddpm",
        id="the mean of a name",
    ),
]


@pytest.mark.parametrize(("before", "formula", "key"), PROVED)
def test_what_stays_is_proved(tmp_path, before, formula, key):
    assert judged(tmp_path, before, formula, key) == "proved"


STATED = [
    pytest.param(r"\sum_{t=1}^T \log q(x_t) \ge 0", None, False, id="a sum is no premise"),
    pytest.param(r"D_{KL}(q \| p) < 0", None, False, id="a divergence is none"),
    pytest.param("3 > 5", None, False, id="nor are two numbers"),
    pytest.param(r"\infty < 3", None, False, id="nor is infinity"),
    pytest.param("x < \\infty", None, True, id="a letter is finite"),
    pytest.param(r"\beta_t > 0", None, True, id="a letter is positive"),
    pytest.param(r"\alpha_t \in \{2, 3\}", "classics/ddpm", False, id="values out of the range"),
    pytest.param(r"\alpha_t \in \mathbb{R}_{-}", "classics/ddpm", False, id="of the other sign"),
    pytest.param(r"t \in \{1, \dots, T\}", "classics/ddpm", True, id="the steps"),
    pytest.param(r"\sigma \in \mathbb{R}_{>0}", "classics/dsm", True, id="a positive number"),
    pytest.param(r"x \in \emptyset", None, False, id="nothing is in the empty set"),
    pytest.param("p(x_T) = p(x_0)", None, False, id="two laws of one process"),
    pytest.param("p(x_{1:T}) = p(x_1)", None, False, id="steps lost"),
    pytest.param(r"p(x) = e^{-x^2} / Z", None, True, id="a density by a formula"),
]


@pytest.mark.parametrize(("formula", "key", "premise"), STATED)
def test_premises_are_of_what_is_not_known(tmp_path, formula, key, premise):
    assert (judged(tmp_path, "", formula, key) in {"given", "proved"}) == premise
