"""Pages: what is on them, and that nothing of somebody else's text gets out of its place."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from records import grade_of, override, poisoned, record_of, titles

from derive.grading.model import ItemGrade
from derive.grading.pages import entries, markup, words
from derive.grading.pages.derivation import SIGNS
from derive.grading.pages.feedback import feedback_page
from derive.grading.pages.index import Row, Run, Waiting, index_page, open_items
from derive.grading.pages.markup import Html, element, link
from derive.grading.pages.mathml import marked, source, typeset
from derive.grading.pages.texts import mixed

PAGES = Path(markup.__file__).parent
LANGUAGES = pytest.mark.parametrize("lang", ["en", "ru"])
ADDRESS = re.compile(r"#[\w%-]+|\./feedback/[\w%.~-]+")
STYLE = re.compile(r"(?:(?:text-align|justify-items|padding-\w+|margin-left): ?[\w.-]+;?)+")
VOID = {"meta", "br"}


class Seen(HTMLParser):
    """What a browser would make of a page: elements, attributes, texts; nesting is checked."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.title = ""
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), "an attribute twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["title"]:
            self.title += data
        elif self.open[-1:] != ["style"]:
            self.texts.append(data)

    def handle_comment(self, data):
        pytest.fail(f"a comment: {data}")

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


def assert_safe(page: str) -> Seen:
    """Only what pages are made of, and no address but those of this folder."""
    seen = Seen(page)
    names = [name for name, _ in seen.elements]
    assert set(names) <= markup.ELEMENTS | markup.MATHML
    assert [names.count(n) for n in ("html", "head", "body", "title", "style")] == [1] * 5
    for name, attributes in seen.elements:
        allowed = markup.MATHML_ATTRIBUTES if name in markup.MATHML else markup.ATTRIBUTES
        assert attributes.keys() <= allowed | ({"href"} if name == "a" else set())
        if "href" in attributes:
            assert ADDRESS.fullmatch(attributes["href"]), attributes
        if "style" in attributes:
            assert STYLE.fullmatch(attributes["style"]), attributes
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", page
    )
    return seen


TRICKS = [
    pytest.param("<script>document.title='PWNED'</script>", id="a script"),
    pytest.param("\"'><img src=x onerror=alert(1)>", id="out of an attribute"),
    pytest.param("</title></style></code></math><svg onload=alert(1)>", id="ends what is open"),
    pytest.param("<!-- ]]> <![CDATA[ <?php", id="comments and declarations"),
    pytest.param("javascript:alert(1)//", id="a scheme, as a file name"),
    pytest.param("../../../etc/passwd", id="a path"),
    pytest.param(r"$\href{javascript:alert(1)}{x}$ \text{<script>alert(1)</script>}", id="TeX"),
    pytest.param(r"\input{/etc/passwd} \write18{ls} ^^5cinput", id="TeX that reads files"),
    pytest.param(r"\newcommand{\a}{\a\a}\a \def\b{\b}\b", id="macros without end"),
    pytest.param("$" + "(" * 400 + "$", id="brackets without partners"),
    pytest.param(r"\pmod\operatorname{a}" * 40, id="brackets of commands"),
    pytest.param("{" * 300 + r"\sqrt" * 100, id="deep groups"),
    pytest.param("\x00\x1b[2J\x1b]0;x\x07 \u202egnp.exe\u2066 \ud800", id="controls and bidi"),
    pytest.param("&lt;b&gt; &#60;script&#62;", id="entities"),
    pytest.param("{n} {points} {0.__class__} %s %(n)s {{ x }} {% x %}", id="templates"),
    pytest.param("\n\r\n\u2028" * 30 + "x" * 3000, id="lines and length"),
]  # fmt: skip


@pytest.fixture(scope="module")
def record():
    return record_of("ambiguous.md", "follows.md", skipped=(("photo.jpg", "a picture"),))


@LANGUAGES
@pytest.mark.parametrize("trick", TRICKS)
def test_no_text_gets_out_of_its_place_on_a_student_page(record, trick, lang):
    bad = poisoned(record, trick)
    bad["files"].append({"name": trick, "error": {"en": trick, "ru": trick}, "target": None})
    bad["gave_up"] = {"en": trick, "ru": trick}
    found = grade_of(
        bad, trick, {"2.1 J": override("1/10", trick, trick), "": override("1", trick)}
    )
    item = ItemGrade(
        trick, trick, "idea", {lang: trick}, Fraction(1), None, "open", {lang: trick}, (trick, 3)
    )
    found = replace(found, items=(*found.items, item), late=trick)
    seen = assert_safe(feedback_page(bad, found, {**titles(), trick: trick}, lang))
    if trick.isprintable():
        assert seen.title.endswith(trick)


@LANGUAGES
@pytest.mark.parametrize("trick", TRICKS)
def test_no_text_gets_out_of_its_place_on_the_page_of_the_assistant(record, trick, lang):
    bad = poisoned(record, trick)
    found = grade_of(
        bad, trick, {"2.1 J": override("1/10", trick, trick), "1": override("1", trick)}
    )
    row = Row(replace(found, late=trick), trick)
    nobody = Row(grade_of(None, trick), "")
    waiting = [Waiting(row, trick, trick, Fraction(1), trick, trick, 3)]
    run = Run(trick, (trick,), ((trick, trick),))
    tricky = {**titles(), trick: trick}
    assert_safe(index_page([row, nobody], tricky, lang, waiting=waiting, run=run))
    assert_safe(index_page([row, nobody], tricky, lang))


def test_a_page_asks_for_nothing(record):
    page = feedback_page(record, grade_of(record), titles(), "en")
    policies = [a["content"] for _, a in Seen(page).elements if "http-equiv" in a]
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    assert policies == [f"{policy} form-action 'none'"]
    assert '<meta name="referrer" content="no-referrer">' in page
    assert "url(" not in page
    assert "@import" not in page


def test_only_one_function_makes_markup_of_a_string():
    for file in PAGES.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
        raw = [n.lineno for n in calls if getattr(n.func, "id", "") == "_raw"]
        private = [n.lineno for n in ast.walk(tree) if getattr(n, "attr", "") == "_text"]
        assert file.name == "markup.py" or not (raw or private)
    assert str(Html("<b>", Html("&"))) == "&lt;b&gt;&amp;"
    with pytest.raises(ValueError, match="script"):
        element("script", "x")
    with pytest.raises(ValueError, match="onload"):
        element("p", attributes={"onload": "x"})


@pytest.mark.parametrize(
    ("parts", "address"),
    [
        pytest.param(["feedback", "Ян.html"], "./feedback/%D0%AF%D0%BD.html", id="Cyrillic"),
        pytest.param(["feedback", "a b#?.html"], "./feedback/a%20b%23%3F.html", id="marks"),
        pytest.param(["javascript:alert(1)"], "./javascript%3Aalert%281%29", id="a scheme"),
        pytest.param(["..", "/etc"], "./../%2Fetc", id="a slash within a part"),
    ],
)  # fmt: skip
def test_addresses(parts, address):
    assert f'href="{address}"' in str(link(parts, "x"))


# --- formulas ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "told"),
    [
        pytest.param(r"\frac12 x", "<mfrac>", id="a fraction"),
        pytest.param(r"\boxed{x}", '<mrow class="box"><mi>x</mi></mrow>', id="boxed"),
        pytest.param(r"\cancel{x}", '<mrow class="strike">', id="struck out"),
        pytest.param(r"\overline{x+y}", '<mrow class="overline">', id="a bar over a sum"),
        pytest.param(r"\widetilde{x}", "~", id="a wide tilde"),
        pytest.param(r"\operatorname*{argmin}_\theta", "argmin", id="a starred operator"),
        pytest.param(r"\mathbb{E}[X]", "𝔼", id="an expectation"),
        pytest.param("f'(x)", "<mrow><mi>f</mi>", id="a prime is not raised twice"),
        pytest.param(r"\textbf{a<b}", "<mtext>a&lt;b</mtext>", id="bold text within"),
        pytest.param(r"a &= b \\ &= c", "<mtable", id="rows without an environment"),
        pytest.param(r"x \label{eq:1}", "<mi>x</mi>", id="a label says nothing"),
        pytest.param(r"\begin{cases}1 & \text{иначе}\end{cases}", "иначе", id="cases in Russian"),
        pytest.param("[0, 1) " * 40, "<math", id="half-open intervals"),
        pytest.param("f(-x) + " * 20 + "1", "<math", id="many brackets"),
        pytest.param(r"\left(x\right)" * 20, "<math", id="many brackets that stretch"),
        pytest.param(r"\sqrt[3]{(x)}" * 9, "<mroot>", id="many brackets and a cube root"),
    ],
)
def test_formulas(latex, told):
    assert told in str(typeset(latex))


@pytest.mark.parametrize(
    "latex",
    [
        pytest.param("(" * 40, id="of one kind"),
        pytest.param("([" * 300 + "x", id="of two"),
        pytest.param(r"\langle\lbrace\lvert ⟦⌜" * 20, id="commands and signs"),
        pytest.param(r"\bigl(\Biggl[" * 30, id="with sizes"),
        pytest.param(r"(\frac{a})" * 30, id="the partner is an argument"),
        pytest.param(r"(\frac{)}{2}" * 30, id="the partner is in another group"),
        pytest.param(r"(\sqrt[)]{x}" * 30, id="the partner is in an optional argument"),
        pytest.param(r"(^)" * 30, id="the partner is an exponent"),
        pytest.param(r"(\left.\right)" * 30, id="the partner is of another kind"),
        pytest.param(
            r"\begin{matrix}(&)\\[(]\end{matrix}" * 8, id="the partner is in another cell"
        ),
        pytest.param(r"\pmod\operatorname{a}" * 40, id="brackets that a command brings"),
        pytest.param(r"\bra \bra{x}\Bigg(" * 30, id="brackets of physicists"),
        pytest.param(r"\sqrt[" * 40 + "]" * 40, id="optional arguments"),
        pytest.param(r"\log[" * 40, id="after a function"),
    ],
)
def test_brackets_without_a_partner_do_not_hold_up_a_page(latex):
    """The converter would take hours over each; whether it is set or not does not matter."""
    assert str(typeset(latex))


@pytest.mark.parametrize(
    "latex",
    [
        pytest.param(r"\unknown{x}", id="an unknown command"),
        pytest.param("{x", id="unclosed"),
        pytest.param("x" * 2001, id="too long"),
        pytest.param(r"\sqrt{" * 70 + "}" * 70, id="too deep"),
        pytest.param(r"\sqrt" * 90 + "x", id="too deep without braces"),
        pytest.param(r"\def\x{y}\x", id="a definition"),
        pytest.param(r"\eqref{\mbox{a}}", id="a link within the page"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_cannot_be_set_is_shown_as_its_source(latex):
    assert str(typeset(latex)) == str(source(latex))


class Fixed:
    """A converter that says the same of every formula."""

    def __init__(self, given: str) -> None:
        self.given = given

    def convert_with_local_state(self, latex, *, displaystyle):  # noqa: ARG002
        return self.given


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("<math><script>alert(1)</script></math>", id="an element"),
        pytest.param('<math><maction href="x">x</maction></math>', id="an action"),
        pytest.param('<math><mtext><a href="#x">y</a></mtext></math>', id="an address"),
        pytest.param("<math><mi>x</mi>", id="not closed"),
        pytest.param("<math><mi>x</math></mi>", id="closed the wrong way"),
        pytest.param("<math></math><math></math>", id="two"),
        pytest.param("<math><!-- x --></math>", id="a comment"),
        pytest.param("<math>x</math>", id="text outside of a token"),
        pytest.param("alert", id="no element"),
    ],
)
def test_the_converter_is_not_trusted(given, monkeypatch):
    monkeypatch.setattr("derive.grading.pages.mathml._CONVERTER", Fixed(given))
    assert str(typeset(f"x {given}")).startswith("<code")


def test_attributes_of_the_converter_that_are_not_known_are_left_out(monkeypatch):
    given = (
        '<math onload="x" href="y" style="color:red;padding-left:900em;text-align: left;'
        'background:url(x)"><mspace width="999em"/><mi mathvariant="normal">x</mi></math>'
    )
    monkeypatch.setattr("derive.grading.pages.mathml._CONVERTER", Fixed(given))
    assert str(typeset("attributes")) == (
        '<math style="text-align: left"><mspace></mspace><mi mathvariant="normal">x</mi></math>'
    )


@pytest.mark.parametrize(
    ("latex", "start", "end", "told"),
    [
        pytest.param("a - b", 2, 3, "−", id="an operator"),
        pytest.param(r"\bar\alpha_t + 1", 10, 12, "<mi>t</mi>", id="an index"),
        pytest.param("x^2", 2, 3, "<mn>2</mn>", id="an exponent"),
        pytest.param(r"1 + \frac{1}{2}h", 4, 15, "<mfrac>", id="a whole fraction"),
        pytest.param("a + b", 2, 2, None, id="what was removed is not there"),
        pytest.param(r"\frac{a}{b}", 6, 9, None, id="half a fraction"),
        pytest.param(r"\alpha", 2, 4, None, id="half a command"),
    ],
)
def test_what_a_repair_changed_is_marked(latex, start, end, told):
    page = str(marked(latex, start, end))
    assert page.startswith("<math")
    assert ('class="changed"' in page) == (told is not None)
    if told is not None:
        assert told in page.partition('class="changed"')[2]


def test_sentences_hold_formulas():
    assert str(mixed("sign of $x_t$ < 0")).startswith("sign of <math>")
    assert str(mixed("it costs $5")) == "it costs $5"


# --- what is on the pages -----------------------------------------------------------------


@LANGUAGES
@pytest.mark.parametrize("name", ["ambiguous.md", "follows.md", "adversary_conditions.md"])
def test_every_link_has_a_row_or_is_counted(name, lang):
    found = record_of(name)
    page = feedback_page(found, grade_of(found), titles(), lang)
    work = entries.handed(found, lang)
    shown, hidden = entries.shown_and_hidden(work.steps)
    assert len(shown) + len(hidden) == len(found["files"][0]["target"]["links"])
    rows = [a["class"] for name, a in assert_safe(page).elements if name == "li" and "class" in a]
    for kind in ("proved", "refuted", "unresolved", "unread", "given", "follows"):
        wanted = sum(step.mark == kind for step in shown)
        wanted += sum(answer.mark == kind for answer in work.answers)
        assert rows.count(kind) == wanted, kind
    for step in shown:
        assert str(typeset(step.rhs, display=True)) in page
    for step in hidden:
        assert step.mark in {"proved", "given", "unread"}


@LANGUAGES
def test_a_false_step_comes_with_its_counterexample_and_its_repair(lang):
    found = record_of("continuing.md", "follows.md")
    seen = assert_safe(feedback_page(found, grade_of(found), titles(), lang))
    assert words.word("counterexample", lang) in seen.text
    assert words.word("meant", lang) in seen.text
    assert words.word("follows", lang) in seen.text
    assert any(a.get("class") == "changed" for _, a in seen.elements)
    assert any(name == "mark" for name, _ in seen.elements)


@LANGUAGES
def test_every_mark_has_words_beside_its_sign(record, lang):
    seen = assert_safe(feedback_page(record, grade_of(record), titles(), lang))
    signs = sum(a.get("class") == "sign" for _, a in seen.elements)
    hidden = sum(a.get("aria-hidden") == "true" for _, a in seen.elements)
    assert 0 < signs <= hidden
    assert '<html lang="' + lang in feedback_page(record, grade_of(record), {}, lang)


@LANGUAGES
def test_what_waits_and_what_a_person_decided_is_told(record, lang):
    decided = {"2.1 J": override("1/10", "see $x$", "Olga"), "1": override("1/2", "all of it")}
    found = grade_of(record, overrides=decided)
    student = assert_safe(feedback_page(record, found, titles(), lang)).text
    assert words.word("waits", lang) in student
    assert words.word("decided_by", lang, author="Olga") in student
    assert "all of it" in student
    assert "photo.jpg" in student
    rows = [Row(found, "a.html"), Row(grade_of(None, "Nobody"))]
    index = assert_safe(index_page(rows, titles(), lang)).text
    assert "Olga" in index
    assert words.word("absent", lang) in index
    assert words.word("status_none", lang) in index


@LANGUAGES
def test_nothing_handed_in_is_not_no_points(lang):
    page = assert_safe(feedback_page(None, grade_of(None), titles(), lang)).text
    assert words.word("nothing", lang) in page
    assert words.word("total", lang) not in page


def test_the_most_doubtful_come_first(record):
    stakes = [waiting.stake for waiting in open_items([Row(grade_of(record), "a.html")], "en")]
    assert stakes
    assert stakes == sorted(stakes, reverse=True)


# --- words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key_", "n", "ru", "en"),
    [
        pytest.param("students_n", 0, "0 студентов", "0 students", id="none"),
        pytest.param("students_n", 1, "1 студент", "1 student", id="one"),
        pytest.param("students_n", 2, "2 студента", "2 students", id="few"),
        pytest.param("students_n", 5, "5 студентов", "5 students", id="many"),
        pytest.param("students_n", 11, "11 студентов", "11 students", id="eleven is many"),
        pytest.param("students_n", 12, "12 студентов", "12 students", id="twelve is many"),
        pytest.param("students_n", 21, "21 студент", "21 students", id="twenty-one is one"),
        pytest.param("students_n", 112, "112 студентов", "112 students", id="a hundred more"),
        pytest.param("points_of", 1, "1 балла", "1 point", id="the genitive of one"),
        pytest.param("points_of", 3, "3 баллов", "3 points", id="the genitive of few"),
        pytest.param("points_of", Fraction(1, 2), "0,5 балла", "0.5 points", id="a half"),
        pytest.param("points_of", Fraction(5, 2), "2,5 балла", "2.5 points", id="two and a half"),
        pytest.param("points_of", Fraction(1, 3), "0,33 балла", "0.33 points", id="rounded"),
        pytest.param("points_of", Fraction(-3), "−3 баллов", "−3 points", id="below zero"),
    ],
)
def test_numbers_and_their_words(key_, n, ru, en):
    assert (words.counted(key_, n, "ru"), words.counted(key_, n, "en")) == (ru, en)


def test_every_phrase_that_is_asked_for_is_there_and_none_is_idle():
    asked: set[str] = set()
    for file in PAGES.glob("*.py"):
        if file.name != "words.py":
            nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            asked |= {
                n.value for n in nodes if isinstance(n, ast.Constant) and type(n.value) is str
            }
    statuses, sides = ("graded", "review", "none"), ("left_side", "right_side")
    asked |= {*(f"status_{s}" for s in statuses), *(f"{s}_students" for s in statuses)}
    asked |= {*(f"{kind}_told" for kind in SIGNS), *(f"{side}_about" for side in sides)}
    asked |= set(words._BROKEN.values())
    assert {*words._WORDS, *words._COUNTED} - asked == set()
