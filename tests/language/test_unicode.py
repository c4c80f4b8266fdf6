"""The Unicode printer, and the transcription of LaTeX into one line of Unicode."""

from fractions import Fraction
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.language import terms as t
from derive.language.claims import EqualUpToConstant, Minimises
from derive.language.latex import latex
from derive.language.printing import Printer
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.traverse import children
from derive.language.unicode import unicode, unicode_claim

a, b, h = (t.Sym(name) for name in "abh")
x, y = t.Sym("x", 1), t.Sym("y", 1)
alpha, before = t.Sym(r"\alpha_t"), t.Sym(r"\alpha_{t-1}")
X, Z = t.RV("X", 1), t.RV("Z", 1)
p = t.Field("p", density=True)
s = t.Field(r"s_\theta", 1, trained=True)
score = t.At(t.Diff(t.log(p(x)), x), x, X)
eps = t.RV(r"\varepsilon", 1)

TERMS = [
    pytest.param(-(a + b), "−(a + b)", id="minus a sum"),
    pytest.param(a / b / h, "(a/b)/h", id="fractions from the left"),
    pytest.param(a / (b / h), "a/(b/h)", id="fractions from the right"),
    pytest.param(a / (b * h), "a/(b h)", id="a product below"),
    pytest.param(a * b / h, "a b/h", id="a product above"),
    pytest.param(a * (b / h), "a (b/h)", id="a fraction as a factor"),
    pytest.param(t.log(a) / b, "(log a)/b", id="log does not swallow the denominator"),
    pytest.param((a / b) ** 2, "(a/b)²", id="power of a fraction"),
    pytest.param(a ** (-Fraction(1, 2)), "a^{−½}", id="no small glyph for it"),
    pytest.param(a ** (b + 1), "aᵇ⁺¹", id="a sum in small glyphs"),
    pytest.param(Fraction(3, 7) * a, "(3/7) a", id="no vulgar fraction for it"),
    pytest.param(
        t.sqrt(1 - t.Sym(r"\beta_t")) * (1 - before) / (1 - alpha),
        "√(1 − βₜ) (1 − αₜ₋₁)/(1 − αₜ)",
        id="the mean of the posterior",
    ),
    pytest.param(
        Fraction(1, 2) * t.Expect(t.NormSq(s(X) - score)),
        "½ E[‖s_θ(X) − ∇ log p(X)‖²]",
        id="the functional of score matching",
    ),
    pytest.param(
        t.Dot(t.MatVec(t.At(t.Diff(s(x), x), x, X), eps), eps),
        "⟨(∂s_θ/∂x)(X) ε, ε⟩",
        id="Hutchinson's form",
    ),
    pytest.param(
        t.Expect(score, (t.Event(X + Z, y),)), "E[∇ log p(X) | X + Z = y]", id="given a sum"
    ),
    pytest.param(t.Density((t.Event(X + Z, y),)), "p_{X+Z}(y)", id="density of a sum"),
    pytest.param(t.Integral(p(x), x), "∫ p(x) dx", id="integral"),
    pytest.param(t.Bracket(t.Field("f")(a), a), "[f(a)]_{−∞}^{+∞}", id="boundary term"),
    pytest.param(
        t.Ito(t.Field("g")(t.Sym("s")), t.Sym("s"), t.Sym("t")), "∫₀ᵗ g(s) dWₛ", id="Ito integral"
    ),
    pytest.param(t.Outer(eps, eps), "ε εᵀ", id="outer product"),
    pytest.param(
        t.IndexSum(t.Dot(s(x), t.Basis("i")) * t.Dot(eps, t.Basis("i")), "i"),
        "∑ᵢ₌₁ᵈ [s_θ(x)]ᵢ εᵢ",
        id="a sum over components",
    ),
    pytest.param(t.Dot(t.Basis("i"), t.Basis("j")), "δᵢⱼ", id="an entry of the identity"),
]


@pytest.mark.parametrize(("node", "expected"), TERMS)
def test_a_term_on_one_line(node, expected):
    assert unicode(node) == expected


def test_claims():
    assert unicode_claim(EqualUpToConstant(a, b)) == ("a", "=", "b + const")
    claim = Minimises(t.Expect(t.NormSq(s(X))), s(x), x)
    assert unicode_claim(claim) == ("argmin over s_θ(x) of E[‖s_θ(X)‖²]", "=", "x")


FORMULAS = [
    pytest.param(r"\frac{\beta_t}{\sqrt{1-\alpha_{t-1}}}", "βₜ/√(1−αₜ₋₁)", id="fraction, root"),
    pytest.param(r"\frac{a}{b} \beta_t", "(a/b) βₜ", id="a factor after a fraction"),
    pytest.param(r"\frac{a}{b}\left(x\right)", "(a/b)(x)", id="a bracket after a fraction"),
    pytest.param(r"\left(\frac{a}{b}\right) + \frac{a}{b}", "(a/b) + a/b", id="ends of fractions"),
    pytest.param(r"\frac{1}{2} x", "½ x", id="a half is one glyph"),
    pytest.param(r"1 + \overline{o}(h)", "1 + ō(h)", id="o with a bar"),
    pytest.param(r"\left\|x\right\|^2", "‖x‖²", id="norm"),
    pytest.param(r"\left. f \right|_0", "f |₀", id="an empty delimiter"),
    pytest.param(r"\mathbb{E}[X \mid Y]", "E[X | Y]", id="alphabets"),
    pytest.param(r"\log\alpha + \log x + \exp\left(x\right)", "log α + log x + exp(x)", id="names"),
    pytest.param(r"\frac{\partial}{\partial x}s(x)", "∂/∂x s(x)", id="a partial derivative"),
    pytest.param(r"\frac{a}{2b} + \log\frac{a}{b}", "a/(2b) + log (a/b)", id="what is divided"),
    pytest.param(r"\left\langle x, y \right\rangle", "⟨x, y⟩", id="spaces inside brackets"),
    pytest.param(r"\nabla\log p", "∇ log p", id="two operators"),
    pytest.param(r"||x||^2", "‖x‖²", id="a norm typed with bars"),
    pytest.param(r"\text{при } h \to 0", "при h → 0", id="words"),
    pytest.param(r"p_{\text{data}}", "p_{data}", id="no small glyph for d"),
    pytest.param(r"\unknown{x}", "unknownx", id="an unknown command is shown"),
    pytest.param(r"x_{", "x", id="an open brace at the end"),
    pytest.param(r"a}b", "ab", id="a brace that closes nothing"),
    pytest.param(r"\frac", "/", id="no arguments"),
    pytest.param("\\", "", id="a lone backslash"),
]


@pytest.mark.parametrize(("tex", "expected"), FORMULAS)
def test_transcription_of_latex(tex, expected):
    assert transcribe(tex) == expected


@given(st.text(alphabet="\\{}_^$ab1frcsqt .", max_size=60))
def test_transcription_takes_any_text(text):
    assert isinstance(transcribe_words(text), str)


def test_a_deep_nest_of_braces_is_shown_as_it_is():
    deep = "{" * 5000
    assert transcribe(deep) == deep


def test_words_around_formulas_stay():
    assert transcribe_words(r"where $\alpha_t$ costs 5$") == "where αₜ costs 5$"


# --- no structure is lost: a printed term, read again, has the value it had ---

LETTERS = {"a": Fraction(2), "b": Fraction(-3), "h": Fraction(5, 7)}
atoms = st.one_of(
    st.sampled_from([t.Sym(name) for name in LETTERS]),
    st.integers(0, 12).map(t.term),
    st.sampled_from([Fraction(1, 2), Fraction(3, 7), Fraction(11, 4)]).map(t.term),
)


def _grown(children):
    lists = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        lists.map(t.Add),
        lists.map(t.Mul),
        children.map(t.Neg),
        st.tuples(children, children).map(lambda pair: t.Div(*pair)),
        st.tuples(children, st.integers(0, 3)).map(lambda pair: pair[0] ** pair[1]),
    )


scalars = st.recursive(atoms, _grown, max_leaves=8)


OPERATIONS = {
    t.Add: sum,
    t.Mul: prod,
    t.Neg: lambda v: -v[0],
    t.Pow: lambda v: v[0] ** int(v[1]),
    t.Div: lambda v: v[0] / v[1] if v[1] else None,
}


def value(node):
    """Evaluate a term of this subset; None where it divides by zero."""
    if isinstance(node, t.Num):
        return node.value
    if isinstance(node, t.Sym):
        return LETTERS[node.name]
    values = [value(child) for child in children(node)]
    return None if None in values else OPERATIONS[type(node)](values)


class Read:
    """A reader of the subset, by the conventions of a human reader."""

    def __init__(self, text):
        for command, glyph in ((r"\left", ""), (r"\right", ""), (r"\cdot", " "), ("−", "-")):
            text = text.replace(command, glyph)
        for sup, digit in zip("⁰¹²³", "0123", strict=True):
            text = text.replace(sup, f"^{digit}")
        self.text = text.replace("½", "(1/2)").replace("·", " ")
        self.at = 0

    def peek(self):
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1
        return self.text[self.at : self.at + 1]

    def take(self, token):
        assert self.peek()
        assert self.text.startswith(token, self.at), (self.text, self.at, token)
        self.at += len(token)

    def sum(self):
        total = self.signed()
        while total is not None and self.peek() in {"+", "-"} and self.peek():
            sign = -1 if self.peek() == "-" else 1
            self.at += 1
            product = self.product()
            total = None if product is None else total + sign * product
        return total

    def signed(self):
        if self.peek() == "-":
            self.take("-")
            product = self.product()
            return None if product is None else -product
        return self.product()

    def product(self):
        result = self.power()
        while result is not None and self.peek() not in {"", "+", "-", ")", "}"}:
            if self.peek() == "/":
                self.take("/")
                below = self.power()
                result = result / below if below else None
            else:
                factor = self.power()
                result = None if factor is None else result * factor
        return result

    def power(self):
        base = self.atom()
        if base is not None and self.peek() == "^":
            self.take("^")
            return base ** int(self.atom())
        return base

    def atom(self):
        first = self.peek()
        if first in {"(", "{"}:
            self.take(first)
            inside = self.sum()
            if inside is not None:
                self.take(")" if first == "(" else "}")
            return inside
        if first == "\\":
            self.take(r"\frac")
            above, below = self.atom(), self.atom()
            return above / below if above is not None and below else None
        if first.isdigit():
            start = self.at
            while self.text[self.at : self.at + 1].isdigit():
                self.at += 1
            return Fraction(int(self.text[start : self.at]))
        self.take(first)
        return LETTERS[first]


@given(scalars)
def test_structure_survives_on_a_line(node):
    expected = value(node)
    if expected is not None:
        assert Read(unicode(node)).sum() == expected, unicode(node)


@given(scalars)
def test_structure_survives_in_latex(node):
    expected = value(node)
    if expected is not None:
        assert Read(latex(node)).sum() == expected, latex(node)


def _kinds(kind=t.Term):
    for sub in kind.__subclasses__():
        if not sub.__name__.startswith("_"):  # what others are made from
            yield sub
        yield from _kinds(sub)


def test_every_kind_of_term_has_a_printed_form():
    known = Printer.__dict__["rule"].dispatcher.registry
    signs = {t.Neg, t.Event}  # a sign is taken out first; an event is part of another term
    assert set(_kinds()) - set(known) - signs == set()
