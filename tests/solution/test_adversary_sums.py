r"""Statements built to deceive: sums and products over steps, unnamed functions, surroundings.

What is false may be refuted, unresolved or unread, but neither proved nor given; the true
neighbours of it show that not everything is refused.
"""

import pytest

from derive.checking import load
from derive.keys import select
from derive.reader.grammar import parse
from derive.solution.checker import check_document
from derive.solution.context import Context
from derive.solution.conventions import hides_index, mixes_indices, product_definition
from derive.solution.factors import covers
from derive.solution.telescoping import reduced

FINE = {"proved", "given"}
OPEN = {"refuted", "unresolved", "unread"}


def outcomes(folder, key, problem, formulas):
    document = folder / "solution.md"
    lines = [f"# Problem {problem}"] if problem else []
    lines += [f"$${formula}$$" for formula in formulas]
    document.write_text("\n\n".join(lines), encoding="utf-8")
    return [link.outcome for link in check_document(document, key, numeric=False).links]


class _Side:
    """A side of an equation, without a document around it."""

    flaw = None

    def __init__(self, text):
        self.node, self.text = parse(text), _Text(text)


class _Text:
    def __init__(self, text):
        self.text = text


def context_of(target, same=()):
    (ref,) = select([target])
    made = Context.of_problem(ref.target, load(ref))
    made.same_index = frozenset(same)
    return made


STEPS = r"\sum_{t=1}^T "
BACK = r"\frac{\|x_t\|^2 - 2\sqrt{\alpha_t}\langle x_t, x_0\rangle}{2(1 - \alpha_t)}"
WRONG = BACK.replace("- 2", "+ 2")
KERNEL = "p_{t|0}(x_t|x_0)"
UNDER = "E_{q(x_{1:T}|x_0)}"

FALSE = [
    # powers of densities
    pytest.param([STEPS + r"\log q(x_t)^2", STEPS + r"\log q(x_t)"], id="a square is lost"),
    pytest.param(
        [STEPS + r"\log\frac{q(x_t)^2}{q(x_{t-1})}", r"\log q(x_T) - \log q(x_0)"],
        id="a telescope with a square",
    ),
    # the index where it is not moved
    pytest.param(
        [STEPS + r"\log p_t(x_t)", r"\sum_{s=1}^T \log p_t(x_s)"], id="the index of a name"
    ),
    pytest.param(
        [STEPS + r"(\log p_t(x_t) - \log p_t(x_{t-1}))", r"\log p_t(x_T) - \log p_t(x_0)"],
        id="a telescope of densities that change",
    ),
    pytest.param(
        [STEPS + r"(\log q(x_t, t) - \log q(x_{t-1}, t))", r"\log q(x_T, t) - \log q(x_0, t)"],
        id="the index as an argument",
    ),
    pytest.param(
        [
            STEPS + r"(\log q(x_t|x_T) - \log q(x_{t-1}|x_{T-1}))",
            r"\log q(x_T|x_T) - \log q(x_0|x_0)",
        ],
        id="terms that change with the end of the sum",
    ),
    pytest.param(
        [r"\sum_{t=1, t \ne s}^T \log q(x_t)", STEPS + r"\log q(x_t)"],
        id="a sum with a step left out",
    ),
    # products
    pytest.param([r"\alpha_t", r"\prod_{s=5}^t (1 - \beta_s)"], id="a product that begins late"),
    pytest.param([r"\alpha_t", r"\prod_{s=t}^t (1 - \beta_s)"], id="a product of one factor"),
    pytest.param([r"\alpha_t", r"\prod_{s=1}^t (1 - \beta_t)"], id="a slip of the index"),
    pytest.param([r"\alpha_t", r"\prod_{s<1}^t (1 - \beta_s)"], id="another relation below"),
    # unnamed functions
    pytest.param([KERNEL, rf"C(x_0)\exp(-{WRONG})"], id="a sign beside an unnamed factor"),
    pytest.param([KERNEL, rf"\exp(-{WRONG} + C(x_0))"], id="a sign beside an unnamed summand"),
    pytest.param([r"C(x_0)\|x_t\|^2", r"5C(x_0)\|x_t\|^2"], id="one function on both sides"),
    pytest.param([r"C(x_0)\|x_t\|^2", "C(x_0)"], id="a factor that is no constant"),
    pytest.param([r"\log " + KERNEL, r"C(x_0)\|x_t\|^2 + C(x_0)"], id="factor and summand"),
    # surroundings
    pytest.param([UNDER + r"[\|x_t\|]^2", UNDER + r"[\|x_t\|^2]"], id="a square outside"),
    pytest.param(
        [UNDER + r"[\|x_t\|^2]\,\|x_0\|^2", UNDER + r"[\|x_0\|^2]\,\|x_t\|^2"],
        id="what stands outside the brackets",
    ),
    pytest.param(
        [
            UNDER + r"\left[\|x_t\|^2\right]\|x_0\|^2",
            UNDER + r"\left[\|x_0\|^2\right]\|x_t\|^2",
        ],
        id="large brackets",
    ),
    pytest.param(
        [r"\frac{d}{ds}[\|x_t\|^2]\|x_0\|^2", r"\frac{d}{ds}[\|x_0\|^2]\|x_t\|^2"],
        id="outside a derivative",
    ),
    pytest.param(
        [r"\log_2(\|x_t\|^2)\|x_0\|^2", r"\log_2(\|x_0\|^2)\|x_t\|^2"], id="outside a logarithm"
    ),
    pytest.param([r"\sup_y[\|x_t\|]\|x_t\|", r"\sup_y[\|x_t\|^2]"], id="outside a supremum"),
    pytest.param([r"g[\|x_t\|]^2", r"g[\|x_t\|^2]"], id="a power of an unknown function"),
]


@pytest.mark.parametrize("sides", FALSE)
def test_nothing_false_is_proved_or_given(tmp_path, sides):
    (outcome,) = outcomes(tmp_path, "hw3", "1", [" = ".join(sides)])
    assert outcome in OPEN


@pytest.mark.parametrize("sides", FALSE[:7])
def test_nor_without_a_key(tmp_path, sides):
    (outcome,) = outcomes(tmp_path, None, "", [" = ".join(sides)])
    assert outcome in OPEN


TRUE = [
    pytest.param(
        [
            STEPS + r"(\log p_t(x_t) - \log p_{t-1}(x_{t-1}))",
            r"\log p_T(x_T) - \log p_0(x_0)",
        ],
        id="a telescope with the index of the name",
    ),
    pytest.param(
        [STEPS + r"(\log q(x_t, t) - \log q(x_{t-1}, t-1))", r"\log q(x_T, T) - \log q(x_0, 0)"],
        id="a telescope with the index as an argument",
    ),
    pytest.param(
        [STEPS + r"\log q_t(x_t|x_{t-1})", r"\sum_{s=1}^T \log q_s(x_s|x_{s-1})"],
        id="another letter for the index",
    ),
    pytest.param([r"\alpha_t", r"\prod_{s=1}^t (1 - \beta_s)"], id="the product of all steps"),
    pytest.param([KERNEL, rf"C(x_0)\exp(-{BACK})"], id="an unnamed factor"),
    pytest.param([KERNEL, rf"\exp(-{BACK} + C(x_0))"], id="an unnamed summand of an exponent"),
    pytest.param([KERNEL, rf"\frac{{\exp(-{BACK})}}{{C(x_0)}}"], id="an unnamed divisor"),
    pytest.param([r"\log " + KERNEL, rf"-({BACK} + C(x_0))"], id="an unnamed summand in brackets"),
    pytest.param(
        [UNDER + r"[\|x_t - x_0\|^2]", UNDER + r"[\|x_0 - x_t\|^2]"], id="inside the brackets"
    ),
    pytest.param(
        [UNDER + r"\|x_t - x_0\|^2", UNDER + r"\|x_0 - x_t\|^2"], id="an operand without brackets"
    ),
]


@pytest.mark.parametrize("sides", TRUE)
def test_what_is_true_still_passes(tmp_path, sides):
    (outcome,) = outcomes(tmp_path, "hw3", "1", [" = ".join(sides)])
    assert outcome in FINE


@pytest.mark.parametrize(
    "product",
    [
        pytest.param(r"\prod_{s=2}^t (1 - \beta_s)", id="that begins late"),
        pytest.param(r"\prod_{s=1}^t (1 - \beta_t)", id="with a slip of the index"),
    ],
)
def test_a_name_for_another_product_is_not_the_keys(tmp_path, product):
    formulas = [rf"\kappa_t = {product}", r"\kappa_t = \alpha_t"]
    first, second = outcomes(tmp_path, "hw3", "1", formulas)
    assert first in {*OPEN, "given"}
    assert second in OPEN


def test_a_name_for_the_keys_product_is_the_keys_letter(tmp_path):
    formulas = [r"\kappa_t = \prod_{s=1}^t (1 - \beta_s)", r"\frac{\kappa_t}{\alpha_t} = 1"]
    assert outcomes(tmp_path, "hw3", "1", formulas) == ["given", "proved"]


def test_a_name_without_the_index_is_no_product_of_steps(tmp_path):
    formulas = [r"\kappa = \prod_{s=1}^t (1 - \beta_s)", r"\frac{\kappa}{\alpha_{t-1}} = 1"]
    assert not set(outcomes(tmp_path, "hw3", "1", formulas)) & {"proved", "refuted"}


# --- joint densities ---

JOINTS = [
    pytest.param(
        "p(x_{0:t})",
        r"p(x_t) \prod_{t=1}^t p(x_{t-1}|x_t)",
        False,
        id="an index that is its own end",
    ),
    pytest.param(
        r"p_\theta(x_{0:T})",
        r"p_0(x_T) \prod_{t=1}^T p_\theta(x_{t-1}|x_t)",
        False,
        id="the law at the other end",
    ),
    pytest.param(
        r"p_\theta(x_{0:T})",
        r"p_T(x_T) \prod_{t=1}^T p_\theta(x_{t-1}|x_t)",
        True,
        id="the law at the end, with its step",
    ),
    pytest.param("q(x_{1:T}|x_0)", r"\prod_{t=1}^T q(x_t|x_{t-1})^2", False, id="a squared factor"),
    pytest.param("q(x_{1:T}|x_0)^2", r"\prod_{t=1}^T q(x_t|x_{t-1})", False, id="a squared joint"),
    pytest.param("q(x_{1:T}|x_0)", r"\prod_{t=1}^T 2q(x_t|x_{t-1})", False, id="a number"),
    pytest.param(
        "q(x_{1:T}|x_0)", r"\prod_{t=1}^T p_\theta(x_t|x_{t-1})", False, id="another density"
    ),
    pytest.param("q(x_{1:T}|x_0)", r"\prod_{t=1}^T q(z_t|z_{t-1})", False, id="another process"),
    pytest.param("q(x_{1:T}|z_0)", r"\prod_{t=1}^T q(x_t|x_{t-1})", False, id="another start"),
    pytest.param(
        r"p_\theta(x_{0:T})",
        r"p(x_T)^2 \prod_{t=1}^T p_\theta(x_{t-1}|x_t)",
        False,
        id="a squared end",
    ),
    pytest.param(
        r"p_\theta(x_{0:T})",
        r"p(x_T) \prod_{t=1}^T q(x_{t-1}|x_t)",
        False,
        id="steps of another density",
    ),
    pytest.param(
        r"p_\theta(x_{0:T})",
        r"p(z_T) \prod_{t=1}^T p_\theta(x_{t-1}|x_t)",
        False,
        id="the end of another process",
    ),
    pytest.param(
        r"p_\theta(x_{0:T})",
        r"p(x_T) \prod_{t=1, t \ne 3}^T p_\theta(x_{t-1}|x_t)",
        False,
        id="a step left out",
    ),
    pytest.param(
        "q(x_{1:T}|x_0, c)", r"\prod_{t=1}^T q(x_t|x_{t-1})", False, id="a condition left out"
    ),
    pytest.param(
        "q(x_{1:T}|x_0)",
        r"q(x_T) \prod_{t=2}^T q(x_{t-1}|x_t, x_0)",
        False,
        id="the end without its condition",
    ),
    pytest.param(
        r"q(x_1, \dots, x_T|x_0)", r"\prod_{t=2}^T q(x_t|x_{t-1})", False, id="a list, one lost"
    ),
    pytest.param(
        r"q(x_1, \dots, x_T|x_0)", r"\prod_{t=1}^T q(x_t|x_{t-1})", True, id="a list of variables"
    ),
    pytest.param(
        r"p_\theta(x_{0:T})",
        r"p(x_T) \prod_{t=1}^T p_\theta(x_{t-1}|x_t)",
        True,
        id="a model with its prior",
    ),
    pytest.param(
        "q(x_{1:T}|x_0)",
        r"q(x_T|x_0) \prod_{t=2}^T q(x_{t-1}|x_t, x_0)",
        True,
        id="backwards, given the first",
    ),
    pytest.param(
        "q(x_{1:T}|x_0)", r"\prod_{t=1}^T q(x_t|x_{t-1}, x_0)", True, id="a condition more"
    ),
    pytest.param(
        "q(x_{1:T}|x_0)",
        r"q(x_1|x_0) \prod_{t=2}^T q(x_t|x_{t-1})",
        True,
        id="the first step apart",
    ),
    pytest.param(
        r"p_\theta(x_{0:T}|c)",
        r"p(x_T) \prod_{t=1}^T p_\theta(x_{t-1}|x_t, c)",
        True,
        id="a label",
    ),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), JOINTS)
def test_factors_of_joint_densities(lhs, rhs, expected):
    assert covers(parse(lhs), parse(rhs)) is expected


def test_what_does_not_fit_is_no_definition(tmp_path):
    formulas = [r"p(x_{1:T}|x_0) = \prod_{t=1}^T 2p(x_t|x_{t-1})"]
    assert outcomes(tmp_path, "hw3", "1", formulas) == ["unresolved"]


# --- letters that are read as one index ---

MIXED = [
    pytest.param(r"\alpha_k", r"\alpha_t", True, id="free on both sides"),
    pytest.param(
        r"\sum_{k=1}^T \log p(x_k|x_{k-1})",
        r"\sum_{k=1}^T \log p(x_t|x_{t-1})",
        True,
        id="bound and free",
    ),
    pytest.param(
        r"\log p(x_t) + \sum_{k=1}^t \log p(x_k)", "1", False, id="free outside of the sum"
    ),
    pytest.param(
        r"\sum_{k=1}^T \sum_{t=1}^T \|x_k\|^2", "1", True, id="bound where the other is bound"
    ),
    pytest.param(
        r"\sum_{k=1}^T \log p(x_k)", r"\sum_{t=1}^T \log p(x_t)", False, id="each in its own sum"
    ),
    pytest.param(
        r"\sum_{k=1}^t \log p(x_k)", r"\log \prod_{k=1}^t p(x_k)", False, id="the end of a sum"
    ),
    pytest.param(r"\|x_k\|^2", r"\|x_{k-1}\|^2", False, id="one letter"),
    pytest.param(r"\alpha_t", r"\prod_{k=1}^t (1 - \beta_k)", False, id="bound by a product"),
    pytest.param(r"\alpha_t", r"\prod_{k=1}^t (1 - \beta_t)", True, id="a slip in a product"),
    pytest.param(r"\sum_{k=1}^d \|x_k\|^2", r"d\|x_k\|^2", True, id="a sum over components"),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), MIXED)
def test_two_letters_for_one_index(lhs, rhs, expected):
    context = context_of("hw3/1", {"k", "t"})
    assert mixes_indices(_Side(lhs), _Side(rhs), context) is expected
    assert not mixes_indices(_Side(lhs), _Side(rhs), context_of("hw3/1"))


@pytest.mark.parametrize(
    ("lhs", "rhs", "expected"),
    [
        pytest.param("c", r"\alpha_k", True, id="out of sight"),
        pytest.param("c_k", r"\alpha_k", False, id="in sight"),
        pytest.param("c", r"\alpha_1", False, id="a number"),
    ],
)
def test_definitions_that_hide_an_index(lhs, rhs, expected):
    context = context_of("hw3/1", {"k", "t"})
    assert hides_index(_Side(lhs), _Side(rhs), context) is expected


@pytest.mark.parametrize(
    "formulas",
    [
        pytest.param(
            [r"E\sum_{i=1}^T \|x_i - x_{i-1}\|^2 = E\sum_{i=1}^T \|x_t - x_{t-1}\|^2"],
            id="under a sum",
        ),
        pytest.param(
            [r"X_i = \sqrt{1 - \beta_i}X_{i-1}", r"\sum_{i=1}^d \|x_i\|^2 = d\|x_t\|^2"],
            id="under a sum over components",
        ),
        pytest.param(
            [r"X_k = \sqrt{1 - \beta_k}X_{k-1}", r"c = \alpha_k", r"c = \alpha_t"],
            id="hidden by a definition",
        ),
    ],
)
def test_letters_that_stand_for_one_index_are_not_equal(tmp_path, formulas):
    assert outcomes(tmp_path, "hw3", "1", formulas)[-1] in OPEN


def test_term_by_term_the_index_of_the_key_is_free():
    claims = reduced(
        parse(r"\sum_{i=1}^T \log p(x_i|x_{i-1})"),
        parse(r"\sum_{i=1}^T \log p(x_t|x_{t-1})"),
        context_of("hw3/1"),
    )
    assert claims is None


@pytest.mark.parametrize(
    ("product", "taken"),
    [
        pytest.param(r"\prod_{s=1}^t (1 - \beta_s)", True, id="from the first step"),
        pytest.param(r"\prod_{s=2}^t (1 - \beta_s)", False, id="from the second"),
        pytest.param(r"\prod_{s=1}^t (1 - \beta_1)", False, id="without its index"),
        pytest.param(r"\prod_{s=1}^T (1 - \beta_s)", False, id="to another step"),
    ],
)
def test_products_that_define_a_step(product, taken):
    claim = product_definition(_Side(r"\alpha_t"), _Side(product), context_of("hw3/1"))
    assert (claim is not None) is taken
