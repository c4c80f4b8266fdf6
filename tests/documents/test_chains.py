"""Formulas to chains: what is a side, what is a sign, where a statement ends."""

import pytest

from derive.documents.chains import Chain, chains_of
from derive.documents.model import Formula, Heading, Item, Located, Place, Prose, Source
from derive.documents.reading import read_sources


def written(chain):
    text = chain.sides[0].text
    for sign, side in zip(chain.signs, chain.sides[1:], strict=True):
        text += f" {sign.symbol} {side.text}"
    return text


def chains_in_formulas(*formulas, display=True):
    blocks = [Formula(Located.plain(formula), display) for formula in formulas]
    return [part for part in chains_of(blocks) if isinstance(part, Chain)]


ONE = [
    pytest.param(r"x", ["x"], id="a lone formula is one side"),
    pytest.param(r"a=b = c", ["a = b = c"], id="two links"),
    pytest.param(r"E[f|X=x] = g(y=1)", ["E[f|X=x] = g(y=1)"], id="conditions are inside"),
    pytest.param(r"\sum_{i=1}^n a_i = s", [r"\sum_{i=1}^n a_i = s"], id="limits of a sum"),
    pytest.param(r"P\{X=x\} = p", [r"P\{X=x\} = p"], id="set braces are brackets"),
    pytest.param(r"\left\{ a=b \right. = c", [r"\left\{ a=b \right. = c"], id="left and right"),
    pytest.param(r"t \in [0, 1) = A", [r"t \in [0, 1) = A"], id="a half-open interval"),
    pytest.param(r"E[(a + b)^2)] = c", [r"E[(a + b)^2)] = c"], id="one bracket too many"),
    pytest.param(r"E[(a + b = c", [r"E[(a + b = c"], id="brackets that are never closed"),
    pytest.param(r"a = \frac{b = c", [r"a = \frac{b = c"], id="a brace that is never closed"),
    pytest.param(r"f|_{x=0} = 1", [r"f|_{x=0} = 1"], id="an evaluation bar"),
    pytest.param(r"x^+ = y^*", [r"x^+ = y^*"], id="a plus as exponent"),
    pytest.param(r"0{,}5 = 1/2", [r"0{,}5 = 1/2"], id="a decimal comma"),
    pytest.param(r"x = 0,5, y = 0.5", ["x = 0,5", "y = 0.5"], id="decimal points stay"),
    pytest.param(r"\langle a=1, b\rangle = 0", [r"\langle a=1, b\rangle = 0"], id="angles"),
    pytest.param(r"<a, b> = c", ["<a, b> = c"], id="angles that are typed as signs"),
    pytest.param(r"a < b > c", ["a < b > c"], id="two inequalities"),
    pytest.param(
        r"A = \begin{pmatrix} a & b \\ c = d & e \end{pmatrix} = B",
        [r"A = \begin{pmatrix} a & b \\ c = d & e \end{pmatrix} = B"],
        id="a matrix keeps its rows",
    ),
    pytest.param(
        r"f(x) = \begin{cases} 1 & x = 0 \\ 0 & \text{otherwise} \end{cases}",
        [r"f(x) = \begin{cases} 1 & x = 0 \\ 0 & \text{otherwise} \end{cases}"],
        id="cases on the right are a side",
    ),
    pytest.param(r"x = a \tag{3}\label{x}", ["x = a"], id="numbers are cut"),
    pytest.param(r"a = [\text{by parts}] = b", ["a = b"], id="a remark between two signs"),
    pytest.param(
        r"a = \left\{\text{по частям}\right\} = b = c", ["a = b = c"], id="the same in braces"
    ),
    pytest.param(
        r"a = [b \text{ or } c] = d", [r"a = [b \text{ or } c] = d"], id="brackets with a formula"
    ),
    pytest.param(r"x = a \qquad (1)", ["x = a"], id="a number set by hand"),
    pytest.param(r"x = a,\;", ["x = a"], id="punctuation at the end"),
    pytest.param(r"\boxed{a = b}", ["a = b"], id="a box around all"),
    pytest.param(r"a = \boxed{b}", [r"a = \boxed{b}"], id="a box in a side stays"),
    pytest.param(
        r"\left[ L(\theta) \to \min_\theta \right]",
        [r"L(\theta) \to \min_\theta"],
        id="brackets around an objective",
    ),
    pytest.param(r"\left[ a \right]", [r"\left[ a \right]"], id="brackets around no relation"),
    pytest.param(r"\color{red}{a = b}", ["a = b"], id="a coloured relation"),
    pytest.param(r"\underbrace{a = b}_{c}", [r"\underbrace{a = b}_{c}"], id="underbrace stays"),
    pytest.param(r"a = \text{const}", [r"a = \text{const}"], id="a word that is an operand"),
    pytest.param(r"\text{KL}(p) = 0", [r"\text{KL}(p) = 0"], id="a word that is a function"),
    pytest.param(r"\text{ELBO} &= b", [r"\text{ELBO} = b"], id="a word that is a side"),
    pytest.param(r"\int f\,\text{d}x = 1", [r"\int f\,\text{d}x = 1"], id="a roman d"),
    pytest.param(r"p_\text{data} = q", [r"p_\text{data} = q"], id="words in an index"),
    pytest.param(r"a = b \text{ by parts}", ["a = b"], id="a comment"),
    pytest.param(r"\text{Thus } a = b", ["a = b"], id="words in front"),
    pytest.param(r"a = b \text{ plus } c", [r"a = b \text{ plus } c"], id="a sign in words"),
    pytest.param(r"a = b = ", ["a = b = "], id="a chain that is cut off"),
    pytest.param(r"= b", [" = b"], id="a chain without a beginning"),
]

SIGNS = [
    pytest.param(r"a := b", [":="], id="colon and equals"),
    pytest.param(r"a :\!= b", [":="], id="colon and equals, kerned"),
    pytest.param(r"a \coloneqq b \triangleq c \doteq d", [":="] * 3, id="definitions"),
    pytest.param(r"a =: b", ["=:"], id="defined to the right"),
    pytest.param(r"a \stackrel{(i)}{=} b", ["="], id="a reference above"),
    pytest.param(r"a \overset{\text{by parts}}{=} b", ["="], id="a reason above"),
    pytest.param(r"a \underset{(1)}{=} b", ["="], id="a reference below"),
    pytest.param(r"a \overset{\text{def}}{=} b", [":="], id="a definition above"),
    pytest.param(r"X \stackrel{d}{=} Y", [r"\overset{d}{=}"], id="in law says less"),
    pytest.param(r"a \overset{c}{=} b", [r"\overset{c}{=}"], id="up to a constant"),
    pytest.param(r"X \overset{i.i.d.}{\sim} p", [r"\sim"], id="independent"),
    pytest.param(r"X \stackrel{p}{\rightarrow} Y", [r"\overset{p}{\to}"], id="in probability"),
    pytest.param(r"X \xrightarrow{d} Y", [r"\overset{d}{\to}"], id="a long arrow"),
    pytest.param(r"a \not= b \neq c", [r"\ne", r"\ne"], id="unequal"),
    pytest.param(r"a \leq b \geqslant c ≤ d", [r"\le", r"\ge", r"\le"], id="spellings"),
    pytest.param(r"a <= b >= c", [r"\le", r"\ge"], id="typed on a keyboard"),
    pytest.param(r"x -> 0", [r"\to"], id="an arrow of two characters"),
    pytest.param(r"a \mapsto b \longrightarrow c", [r"\to", r"\to"], id="arrows"),
    pytest.param(r"a \mathrel{=} b {=} c", ["=", "="], id="relations in braces"),
    pytest.param(
        r"a \propto b \simeq c \cong d \equiv e",
        [r"\propto", r"\simeq", r"\cong", r"\equiv"],
        id="others",
    ),
    pytest.param(r"a \underbrace{=}_{(1)} b", ["="], id="a reference in a brace"),
    pytest.param(r"a == b", ["="], id="a doubled sign"),
]

STATEMENTS = [
    pytest.param(r"a = b \Rightarrow c = d", ["a = b", "c = d"], id="an arrow"),
    pytest.param(r"a = b => c = d", ["a = b", "c = d"], id="an arrow of two characters"),
    pytest.param(r"a = b \Rightarrow", ["a = b"], id="an arrow at the end"),
    pytest.param(r"a = b, h \to 0", ["a = b", r"h \to 0"], id="a comma between relations"),
    pytest.param(r"x, y \in R", [r"x, y \in R"], id="a comma between letters"),
    pytest.param(r"i = 1, \dots, n", [r"i = 1, \dots, n"], id="a list of values"),
    pytest.param(r"X \sim p; \quad Y = g \sim q", [r"X \sim p", r"Y = g \sim q"], id="semicolon"),
    pytest.param(r"a = b \quad c = d", ["a = b", "c = d"], id="space between relations"),
    pytest.param(r"a = b, \quad x, y \sim p", ["a = b", r"x, y \sim p"], id="list after a space"),
    pytest.param(r"a \quad = b", ["a = b"], id="space before a sign"),
    pytest.param(r"a = b, \quad \forall x \in R", ["a = b"], id="a quantifier is a remark"),
    pytest.param(r"a = b \text{ for } x > 0, y > 0", ["a = b"], id="a condition is a remark"),
    pytest.param(r"a = b \quad \text{where} \quad c = d", ["a = b", "c = d"], id="where"),
    pytest.param(r"a = b \; \forall x, y", ["a = b"], id="a quantifier without a comma"),
    pytest.param(r"\text{for } h \to 0: a = b", ["a = b"], id="a condition in front"),
    pytest.param(r"f: R \to R", [r"f: R \to R"], id="a colon between no relations"),
    pytest.param(r"a = b \quad (h \to 0)", ["a = b"], id="a condition in brackets"),
    pytest.param(r"a = b \quad \mathrm{where} \quad c = d", ["a = b", "c = d"], id="roman words"),
    pytest.param(r"\boxed{a = b}, \quad \boxed{c = d}", ["a = b", "c = d"], id="two boxes"),
    pytest.param(r"a = b \text{ и } c = d", ["a = b", "c = d"], id="and, in Russian"),
    pytest.param(r"a \text{ (Bayes)} = b", ["a = b"], id="words between side and sign"),
    pytest.param(
        r"\begin{cases} dX = g dW; \\ X_0 \sim p_0. \end{cases}",
        ["dX = g dW", r"X_0 \sim p_0"],
        id="a system",
    ),
    pytest.param(
        r"\left\{ \begin{aligned} a &= b \\ c &= d \end{aligned} \right.",
        ["a = b", "c = d"],
        id="a system with a brace of its own",
    ),
    pytest.param(
        r"\begin{cases} 1 & x \\ 0 & y \end{cases}",
        [r"\begin{cases} 1 & x \\ 0 & y \end{cases}"],
        id="values are no system",
    ),
]

ROWS = [
    pytest.param(r"a &= b \\ &= c", ["a = b = c"], id="a row that begins with a sign"),
    pytest.param(r"a &= b \\ c &= d", ["a = b", "c = d"], id="two equations"),
    pytest.param(r"a &= b \\ &+ c \\ &= d", ["a = b   + c = d"], id="a row that adds"),
    pytest.param(r"a = b + \\ c", ["a = b +   c"], id="a row after a plus"),
    pytest.param(r"a = \\ b", ["a = b"], id="a row after a sign"),
    pytest.param(r"a = \\ = b", ["a = b"], id="a sign that is repeated"),
    pytest.param(r"a &= b \\ -c &= d", ["a = b", "-c = d"], id="a minus begins an equation"),
    pytest.param(r"a &= b \\[2pt] \\ &= c", ["a = b = c"], id="lengths and blank rows"),
    pytest.param(r"\alpha&x = b", [r"\alpha x = b"], id="no command grows over &"),
    pytest.param(
        r"a &= \big[ b \\ &+ c \big] \\ &= d",
        [r"a = \big[ b     + c \big] = d"],
        id="brackets over two rows",
    ),
    pytest.param(r"a &= f(b \\ &= g)", ["a = f(b = g)"], id="a bracket that stays open"),
    pytest.param(r"a &= b & c &= d \\ &= e", ["a = b = e", "c = d"], id="two columns"),
    pytest.param(r"a &= b & \text{; by parts} \\ &= c", ["a = b = c"], id="a column of words"),
    pytest.param(
        r"a &= b & \text{ ;where } z \sim p \\ &= c",
        ["a = b = c", r"z \sim p"],
        id="an aside does not take the next row",
    ),
    pytest.param(r"a &= b && \text{(1)} \\ &= c", ["a = b = c"], id="a column of numbers"),
    pytest.param(
        r"a &= \left( b + \right. \\ & \left. c \right) \\ &= d",
        [r"a = \left( b + c \right) = d"],
        id="a bracket that is set in two rows",
    ),
    pytest.param(r"a & = & b \\ & = & c", ["a = b = c"], id="three columns"),
]

ENVIRONMENTS = [
    pytest.param("align*", id="align"),
    pytest.param("aligned", id="aligned"),
    pytest.param("split", id="split"),
    pytest.param("eqnarray", id="eqnarray"),
    pytest.param("gather*", id="gather"),
    pytest.param("multline", id="multline"),
]

DISPLAYS = [
    pytest.param(["a = b =", "c = d"], ["a = b = c = d"], id="ends in a sign"),
    pytest.param(["a = b", "= c"], ["a = b = c"], id="begins with a sign"),
    pytest.param(["a =", "= b"], ["a = b"], id="both"),
    pytest.param([r"a =", r"\approx b"], [r"a =  \approx b"], id="two different signs"),
    pytest.param([r"a = b \Rightarrow", "c = d"], ["a = b", "c = d"], id="an arrow does not"),
    pytest.param([r"a = b & \text{ where } c = d", "= e"], ["a = b = e", "c = d"], id="aside"),
]


@pytest.mark.parametrize(("formula", "expected"), ONE + STATEMENTS)
def test_chains(formula, expected):
    assert [written(chain) for chain in chains_in_formulas(formula)] == expected


@pytest.mark.parametrize(("formula", "expected"), SIGNS)
def test_signs(formula, expected):
    (chain,) = chains_in_formulas(formula)
    assert [sign.symbol for sign in chain.signs] == expected
    assert all(sign.text.text in formula for sign in chain.signs)


@pytest.mark.parametrize(("rows", "expected"), ROWS)
def test_rows(rows, expected):
    formula = rf"\begin{{align}} {rows} \end{{align}}"
    found = [" ".join(written(chain).split()) for chain in chains_in_formulas(formula)]
    assert found == [" ".join(each.split()) for each in expected]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environments_of_rows(name):
    formula = rf"\begin{{{name}}} a = b \\ = c \end{{{name}}}"
    assert [written(chain) for chain in chains_in_formulas(formula)] == ["a = b = c"]


@pytest.mark.parametrize(("formulas", "expected"), DISPLAYS)
def test_displays_go_on(formulas, expected):
    assert [written(chain) for chain in chains_in_formulas(*formulas)] == expected


REMARKS = [
    pytest.param(r"a = b \tag{3}", [r"\tag{3}"], id="a number"),
    pytest.param(r"a = b \quad (1)", ["(1)"], id="a number set by hand"),
    pytest.param(
        r"a = b \text{ for } x > 0, y > 0", [r"\text{ for } x > 0", "y > 0"], id="a condition"
    ),
    pytest.param(r"\text{Thus } a = b", [r"\text{Thus }"], id="words"),
    pytest.param(
        r"a = b \label{x} \\ &= c & \text{(by parts)}",
        [r"\label{x}", r"\text{(by parts)}"],
        id="two",
    ),
]


@pytest.mark.parametrize(("formula", "expected"), REMARKS)
def test_remarks(formula, expected):
    (chain,) = chains_in_formulas(formula)
    assert [remark.text for remark in chain.remarks] == expected


def test_brackets_around_inline_formulas_are_theirs():
    (chain,) = chains_in_formulas(r"[t = 0]", display=False)
    assert written(chain) == "[t = 0]"


def test_headings_and_items_end_what_goes_on():
    source = Source("$$a =$$\n# Two\n$$b = c$$\n1. d\n$$= e$$\n")
    parts = chains_of(read_sources([source], "x.md", "md").blocks)
    kinds = [type(part) for part in parts]
    assert kinds == [Chain, Heading, Chain, Item, Chain]
    assert [written(part) for part in parts if isinstance(part, Chain)] == ["a = ", "b = c", " = e"]


def test_prose_between_displays_does_not():
    source = Source("$$a =$$\nwhere $x = 1$ and\n$$b$$\n")
    parts = chains_of(read_sources([source], "x.md", "md").blocks)
    assert [type(part) for part in parts] == [Chain, Prose, Chain]
    assert written(parts[0]) == "a = b"
    assert [side.place() for side in parts[0].sides] == [Place(1, 3), Place(3, 3)]


def test_a_sign_written_twice_is_where_its_row_begins():
    (chain,) = chains_in_formulas("a &= b = \\\\\n&= c")
    assert [sign.text.place(0) for sign in chain.signs][1] == Place(2, 2)
