r"""What undeclared letters are taken for, with a key and without.

A row gives the formulas of a document, one chain each, and what some of its names mean.
"""

import pytest

from derive.checking import load
from derive.documents.chains import Chain, chains_of
from derive.documents.model import Formula, Located
from derive.kernel.verdict import Proved
from derive.keys import select
from derive.language.claims import Equal, EqualInLaw
from derive.language.terms import RV, Field, Sym
from derive.reader.grammar import parse
from derive.solution.context import Context
from derive.solution.conventions import at_index, at_points, drawn, is_choice, product_definition
from derive.solution.inference import infer
from derive.solution.noise import through_noise
from derive.solution.pathwise import pathwise
from derive.solution.sides import Side
from derive.solution.stated import stated_values, with_values
from derive.solution.usage import uses
from derive.tactics.decide import decide

HW3 = [r"X_t = \sqrt{1 - \beta_t} X_{t-1} + \sqrt{\beta_t} \varepsilon_t"]


def chains(*formulas: str) -> list[Chain]:
    blocks = [Formula(Located.plain(text), display=True) for text in formulas]
    return [part for part in chains_of(blocks) if isinstance(part, Chain)]


def keyed(target: str) -> Context:
    (ref,) = select([target])
    return Context.of_problem(ref.target, load(ref))


def inferred(context: Context, *formulas: str, prose: tuple[str, ...] = ()) -> Context:
    infer(chains(*formulas), context, prose)
    return context


def side(text: str) -> Side:
    return Side(Located.plain(text))


def holds(context: Context, lhs: str, rhs: str) -> bool:
    left, right = (context.read(text)[0].term for text in (lhs, rhs))
    return isinstance(decide(Equal(left, right), context.scopes[0]), Proved)


# --- without a key ---

FREE = [
    pytest.param(["(a + b)^2 = c"], "a", ("number", 0), id="a letter is a number"),
    pytest.param([r"\|u + v\|^2 = 1"], "u", ("number", 1), id="in a norm a vector"),
    pytest.param([r"\mathbf v^\top w = 0"], r"\mathbf{v}", ("number", 1), id="in bold a vector"),
    pytest.param([r"p(x) \nabla \log p(x) = \nabla p(x)"], "p", ("density", 0), id="a density"),
    pytest.param([r"p(x) \nabla \log p(x) = \nabla p(x)"], "x", ("number", 1), id="its point"),
    pytest.param(
        [r"E_{x \sim \rho}[f(x)] = \int \rho(x) f(x) dx"], r"\rho", ("density", 0), id="a law"
    ),
    pytest.param([r"\log g(x) = a"], "g", ("density", 0), id="what has a logarithm"),
    pytest.param([r"s_\theta(x)^\top v = 0"], r"s_{\theta}", ("trained", 1), id="a transpose"),
    pytest.param(
        [r"\operatorname{div} s(x) = 0"], "s", ("function", 1), id="what has a divergence"
    ),
    pytest.param([r"\nabla \cdot s(x) = 0"], "s", ("function", 1), id="a divergence with a nabla"),
    pytest.param(
        [r"\operatorname{tr}(\nabla_x s_\theta(x)) = 0"],
        r"s_{\theta}",
        ("trained", 1),
        id="the trace of a Jacobian",
    ),
    pytest.param(
        [r"\operatorname{tr}(\nabla_x^2 f_\theta(x)) = 0"],
        r"f_{\theta}",
        ("trained", 0),
        id="the trace of a Hessian",
    ),
    pytest.param([r"\|\nabla f(x)\|^2 = 1"], "f", ("function", 0), id="a gradient's function"),
    pytest.param([r"f'(x) = g(x)"], "f", ("function", 0), id="a prime"),
    pytest.param([r"z_t \sim \mathcal N(0, I)"], "z_{t}", ("variable", 1), id="noise"),
    pytest.param(
        [r"z_t \sim \mathcal N(0, I)", r"y = z_t + z_{t-1}"],
        "z_{t-1}",
        ("variable", 1),
        id="noise of another index",
    ),
]


def kind(meaning: object) -> tuple[str, int] | None:
    match meaning:
        case Field(rank=rank, density=True):
            return "density", rank
        case Field(rank=rank, trained=True):
            return "trained", rank
        case Field(rank=rank):
            return "function", rank
        case Sym(rank=rank):
            return "number", rank
        case RV(rank=rank):
            return "variable", rank
        case _:
            return None


@pytest.mark.parametrize(("formulas", "name", "expected"), FREE)
def test_without_a_key(formulas, name, expected):
    assert kind(inferred(Context.free(), *formulas).letters.get(name)) == expected


NO_LETTERS = [
    pytest.param([r"\sum_{i=1}^d v_i w_i = a"], "i", id="the index of a sum"),
    pytest.param(["f = a + C"], "C", id="a constant that is added"),
    pytest.param(["D = b^2 - 4 a c"], "c_{1}", id="what is not there"),
    pytest.param([r"x \in \mathbb R"], r"\mathbb{R}", id="a set"),
    pytest.param([r"L_\text{VLB} = a"], "VLB", id="part of a subscript"),
]


@pytest.mark.parametrize(("formulas", "name"), NO_LETTERS)
def test_what_is_no_letter(formulas, name):
    assert name not in inferred(Context.free(), *formulas).letters


def test_what_an_equation_defines_is_not_guessed():
    context = inferred(Context.free(), "D = b^2 - 4 a c", "f(x) = x^2 + D")
    assert holds(context, "f(2)", "4 + b^2 - 4 a c")
    assert "D" not in context.guessed


def test_a_constant_that_is_a_factor_somewhere_is_a_letter():
    assert "c" in inferred(Context.free(), "a x^2 + b x + c = 0", "D = b^2 - 4 a c").letters


RANGES = [
    pytest.param("a, b > 0", True, id="a list"),
    pytest.param("0 < a", True, id="from the left"),
    pytest.param("0 < a < 1", True, id="between"),
    pytest.param(r"a \in (0, 1)", True, id="an interval"),
    pytest.param(r"a \ge 0", True, id="with its end"),
    pytest.param("a < 1", False, id="from above only"),
    pytest.param(r"a \in (-1, 1)", False, id="an interval around zero"),
    pytest.param("b > 0", False, id="another letter"),
    pytest.param("a > b", False, id="no number"),
]


@pytest.mark.parametrize(("statement", "positive"), RANGES)
def test_ranges(statement, positive):
    context = inferred(Context.free(), statement, r"\sqrt{a^2} = b")
    assert holds(context, r"\sqrt{a^2}", "a") is positive


PARTS = (
    r"E_{x \sim p}[s_\theta(x)^\top \nabla \log p(x)]",
    r"-E_{x \sim p}[\nabla \cdot s_\theta(x)]",
)


@pytest.mark.parametrize(
    ("prose", "proved"),
    [
        pytest.param("The boundary terms vanish.", True, id="said in words"),
        pytest.param(r"$p(x) s(x) \to 0$ as $|x| \to \infty$", True, id="said as a limit"),
        pytest.param("By a short computation:", False, id="not said"),
        pytest.param(r"Let $T \to \infty$.", False, id="another limit"),
    ],
)
def test_what_vanishes_at_infinity_must_be_said(prose, proved):
    context = inferred(Context.free(), f"{PARTS[0]} = {PARTS[1]}", prose=(prose,))
    assert holds(context, *PARTS) is proved


INTRODUCED = [
    pytest.param(r"Let $X$ be a random variable with density $p$.", "X", id="with a density"),
    pytest.param(
        r"Let $X$ be a random variable on $\mathbb R^d$ with density $p$.", "X", id="on a space"
    ),
    pytest.param(
        r"Let $z$ be an independent random variable with distribution $\mathcal N(0, \sigma^2 I)$.",
        "z",
        id="with a normal law",
    ),
]


@pytest.mark.parametrize(("text", "name"), INTRODUCED)
def test_random_variables_of_the_text(text, name):
    formulas = (r"p(x) \nabla \log p(x) = \nabla p(x)", r"a = \sigma b")
    context = inferred(Context.free(), *formulas, prose=(text,))
    assert isinstance(context.letters[name], RV)
    assert context.letters[name] in context.scope.laws


SCORE = (r"\nabla_y \log p_Y(y)", r"-\frac{1}{\sigma^2} E[z | Y = y]")


def test_the_density_of_a_variable_of_the_text():
    context = inferred(
        Context.free(),
        r"X \sim p",
        r"p(x) \nabla \log p(x) = \nabla p(x)",
        r"z \sim \mathcal N(0, \sigma^2 I)",
        "Y = X + z",
        f"{SCORE[0]} = {SCORE[1]}",
        prose=("We call $p_Y$ the distribution of $Y = X + z$.",),
    )
    assert holds(context, *SCORE)


@pytest.mark.parametrize(
    ("text", "trained"),
    [
        pytest.param("where $c$ does not depend on $s$", True, id="what a constant is free of"),
        pytest.param("where $c$ does not depend on $p$", False, id="another function"),
    ],
)
def test_the_function_that_constants_do_not_depend_on(text, trained):
    context = inferred(Context.free(), r"E[\nabla \cdot s(X)] = a + c", prose=(text,))
    assert context.letters["s"].trained is trained


# --- with a key: only customs ---

CUMULATIVE = r"\bar\alpha_t"
CUSTOMS = [
    pytest.param(
        "hw3/1", [r"\bar\alpha_t = 1 - C_t", r"1 - \bar\alpha_{t-1} = C_t"],
        r"\bar\alpha_t", r"\alpha_t", id="a bar alone",
    ),
    pytest.param(
        "hw3/1", [r"\alpha_t = 1 - \beta_t", r"\bar\alpha_t = \prod_{s=1}^t \alpha_s"],
        r"\bar\alpha_t", r"(1 - \beta_t) \bar\alpha_{t-1}", id="a bar, and what has none",
    ),
    pytest.param(
        "hw3/1", [r"\alpha_t = 1 - \beta_t", r"\bar\alpha_t = \prod_{s=1}^t \alpha_s"],
        r"\bar\alpha_t", r"\alpha_t \bar\alpha_{t-1}", id="one step as it is defined",
    ),
    pytest.param(
        "hw3/1", [r"\sqrt{\bar\alpha_t} = \sqrt{\alpha_t} \sqrt{\bar\alpha_{t-1}}"],
        r"\alpha_t", r"1 - \beta_t", id="one step as a ratio",
    ),
    pytest.param(
        "classics/ddpm", [r"\bar\alpha_i = \alpha_i \bar\alpha_{i-1}"],
        r"\bar\alpha_i", r"\alpha_i \bar\alpha_{i-1}", id="another index",
    ),
    pytest.param(
        "hw3/2.3", [r"E \|\epsilon\|^2 = d"], r"E \|\epsilon\|^2", "d", id="another glyph",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("target", "formulas", "lhs", "rhs"), CUSTOMS)
def test_customs(target, formulas, lhs, rhs):
    assert holds(inferred(keyed(target), *formulas), lhs, rhs)


def test_a_definition_that_contradicts_the_problem_changes_nothing():
    context = inferred(keyed("hw3/1"), r"\alpha_t = 1 - \beta_t^2", r"1 - \bar\alpha_t = C_t")
    assert holds(context, r"\alpha_t", r"(1 - \beta_t) \alpha_{t-1}")
    assert r"\bar{\alpha}_{t}" not in context.letters


def test_two_index_letters_are_told():
    context = inferred(keyed("classics/ddpm"), r"\bar\alpha_i = \alpha_i \bar\alpha_{i-1}")
    assert context.same_index == {"i", "t"}


GUESSED_WITH_A_KEY = [
    pytest.param("w(x) = \\lambda", None, id="what an equation defines"),
    pytest.param("f = \\lambda x", None, id="an unknown number is more likely a slip"),
    pytest.param("f = s(u)", ("number", 1), id="a point where a function stands"),
    pytest.param("f = \\nabla \\log \\rho(x)", ("density", 0), id="a density"),
    pytest.param("1 = \\varepsilon_i", None, id="a component of noise"),
]


@pytest.mark.parametrize(("formula", "expected"), GUESSED_WITH_A_KEY)
def test_with_a_key_little_is_guessed(formula, expected):
    context = keyed("hw3/2.3")
    known = set(context.letters)
    infer(chains(formula), context)
    new = {kind(v) for k, v in context.letters.items() if k not in known}
    assert expected in new or (expected is None and new <= {None})


# --- statements about processes ---


@pytest.mark.parametrize(
    ("text", "letter", "value", "shift", "expected"),
    [
        pytest.param("x_i", "i", "t", 0, "x_{t}", id="a script"),
        pytest.param("x_{i-1}", "i", "t", 0, "x_{t-1}", id="a script with a shift"),
        pytest.param("x_{t-1}", "t", "t", -1, "x_{t-2}", id="shifts add up"),
        pytest.param("x_{t-1}", "t", "t", 1, "x_{t}", id="to none"),
        pytest.param("x_{i-1}", "i", "1", 0, "x_{0}", id="a number"),
        pytest.param("s(x, t)", "t", "t", -1, "s(x, t-1)", id="an argument"),
        pytest.param("2 t", "t", "t", -1, "2 (t-1)", id="a factor"),
        pytest.param(r"\text{it}_i", "i", "t", 0, r"\text{it}_{t}", id="a word"),
    ],
)
def test_another_index(text, letter, value, shift, expected):
    assert at_index(text, letter, value, shift) == expected


@pytest.mark.parametrize(
    ("lhs", "rhs", "proved"),
    [
        pytest.param(r"\bar\alpha_t", r"\prod_{s=1}^t \alpha_s", True, id="a product"),
        pytest.param(r"\bar\alpha_t", r"\prod_{s=1}^t (1 - \beta_s)", True, id="spelled out"),
        pytest.param(r"\bar\alpha_t", r"\prod_{s=1}^t \beta_s", False, id="of something else"),
        pytest.param(r"\bar\alpha_t", r"\sum_{s=1}^t \alpha_s", None, id="a sum"),
        pytest.param(r"\bar\alpha_t", r"\alpha_t", None, id="no product"),
    ],
)
def test_product_definitions(lhs, rhs, proved):
    context = keyed("classics/ddpm")
    claim = product_definition(side(lhs), side(rhs), context)
    if claim is None:
        assert proved is None
    else:
        assert isinstance(decide(claim, context.scopes[0]), Proved) is proved


LAWS = [
    pytest.param(
        r"\sqrt{\alpha_t} x_{t-1} + \sqrt{1 - \alpha_t} \varepsilon_t",
        r"\sqrt{\alpha_t \alpha_{t-1}} x_{t-2} + \sqrt{1 - \alpha_t \alpha_{t-1}} \varepsilon",
        True,
        id="two steps",
    ),
    pytest.param(
        r"\sqrt{\alpha_t} x_{t-1} + \sqrt{1 - \alpha_t} \varepsilon_t",
        r"\sqrt{\bar\alpha_t} x_0 + \sqrt{1 - \bar\alpha_t} \varepsilon",
        True,
        id="all steps",
    ),
    pytest.param(
        r"\sqrt{\alpha_t} x_{t-1} + \sqrt{1 - \alpha_t} \varepsilon_t",
        r"\sqrt{\alpha_t \alpha_{t-1}} x_{t-2} + \sqrt{1 - \alpha_t} \varepsilon",
        False,
        id="the wrong variance",
    ),
    pytest.param(
        r"\sqrt{\alpha_t} x_{t-1} + \sqrt{1 - \alpha_t} \varepsilon_t",
        r"\alpha_t x_{t-2} + \sqrt{1 - \alpha_t \alpha_{t-1}} \varepsilon",
        False,
        id="the wrong mean",
    ),
]


@pytest.mark.parametrize(("lhs", "rhs", "proved"), LAWS)
def test_steps_through_their_noise(lhs, rhs, proved):
    context = keyed("classics/ddpm")
    left, right = (context.read(text)[0].term for text in (lhs, rhs))
    left, right = drawn(left, right, context)
    claim = EqualInLaw(*through_noise(left, right, context))
    assert isinstance(decide(claim, context.scope), Proved) is proved


MEAN = (
    r"\frac{\sqrt{\alpha_t}(1 - \bar\alpha_{t-1}) x_t + \sqrt{\bar\alpha_{t-1}} \beta_t x_0}"
    r"{1 - \bar\alpha_t}"
)
THROUGH_NOISE = (
    r"\frac{1}{\sqrt{\alpha_t}}(x_t - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}} \varepsilon)"
)


@pytest.mark.parametrize(
    ("stated", "proved"),
    [
        pytest.param(
            r"x_0 = \frac{x_t - \sqrt{1 - \bar\alpha_t} \varepsilon}{\sqrt{\bar\alpha_t}}",
            True,
            id="what follows from x_t",
        ),
        pytest.param(
            r"x_0 = \frac{x_t - (1 - \bar\alpha_t) \varepsilon}{\sqrt{\bar\alpha_t}}",
            False,
            id="a lost root is not taken over",
        ),
        pytest.param(r"x_0 = x_t - \varepsilon", False, id="nor anything else"),
    ],
)
def test_stated_values(stated, proved):
    context = keyed("classics/ddpm")
    values = stated_values(chains(stated), context)
    left, right = (context.read(text)[0].term for text in (MEAN, THROUGH_NOISE))
    found = list(with_values(left, right, values, context))
    assert [value.line for *_, value in found] == [1] * proved
    for a, b, _ in found:
        claim = Equal(*pathwise(a, b, context.scope))
        assert isinstance(decide(claim, context.scopes[0]), Proved)


def test_a_bare_condition_is_meant_at_the_point_of_the_other_side():
    context = keyed("classics/tweedie")
    left = context.read(r"y + \sigma^2 \nabla_y \log p_Y(y)")[0].term
    right = context.read("E[X | Y]")[0].term
    claim = Equal(*at_points(left, right))
    assert isinstance(decide(claim, context.scopes[0]), Proved)


@pytest.mark.parametrize(
    ("lhs", "rhs", "choice"),
    [
        pytest.param(r"\sigma_t^2", r"\beta_t", True, id="a free parameter"),
        pytest.param(r"\beta_t", r"\sigma_t", True, id="on the right"),
        pytest.param(r"\beta_t", "1", False, id="one that equations tie"),
        pytest.param(r"\sigma_t", r"\sigma_t + 1", False, id="one through itself"),
    ],
)
def test_choices_of_parameters(lhs, rhs, choice):
    context = keyed("classics/ddpm")
    left, right = (context.read(text)[0].term for text in (lhs, rhs))
    assert is_choice(left, right, context) is choice


@pytest.mark.parametrize(
    ("text", "name", "within"),
    [
        pytest.param(r"\nabla_x \log p(x)", "p", ("\\nabla", "log"), id="operators"),
        pytest.param(r"\nabla \cdot s(x)", "s", ("div",), id="a divergence"),
        pytest.param(r"\|a - s(x)\|^2", "s", ("norm",), id="in a norm"),
        pytest.param(r"\mathcal N(x; m, v)", "m", ("mean",), id="a mean"),
        pytest.param(r"\frac{\partial f}{\partial x}", "x", ("wrt", "\\partial"), id="a variable"),
        pytest.param(r"e^{-f(x)}", "f", ("exponent",), id="an exponent"),
        pytest.param(r"E_{x \sim p}[f(x)]", "p", ("law",), id="a law"),
        pytest.param(r"\log(a + b)", "a", (), id="no logarithm of a summand"),
    ],
)
def test_what_acts_on_a_letter(text, name, within):
    assert within in [use.within for use in uses(parse(text)) if use.name == name]
