"""Translations: every phrase has one, it fits its original, and the right language is chosen."""

import ast
import gettext
import re
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import click
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import derive
from derive.cli import cli, main
from derive.commands.language import localised
from derive.locale.update import extracted, po_file
from derive.translation import decimal, number, plural, translate
from derive.translation.language import asked_language, chosen_language
from derive.translation.patterns import filled, translate_pattern
from derive.translation.sentences import SENTENCES

PO = po_file("ru")
UPDATE = "run `python -m derive.locale.update`"
HOLE = re.compile(r"\{[^{}\s]*\}")


@pytest.fixture(scope="module")
def catalogue():
    with PO.open("rb") as source:
        return read_po(source)


def texts(message):
    """Both forms of the original, and all of the translation."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return ids, strings


def messages(catalogue):
    return [message for message in catalogue if message.id]


# --- the catalogue ---


def test_every_phrase_of_the_sources_is_in_the_catalogue(catalogue):
    known = {(message.context, texts(message)[0]) for message in messages(catalogue)}
    asked = {(c, (one,) if other is None else (one, other)) for c, one, other in extracted()}
    assert len(asked) > 700
    assert asked - known == set(), UPDATE
    assert known - asked == set(), UPDATE


def test_every_phrase_is_translated(catalogue):
    assert [m.id for m in messages(catalogue) if not all(texts(m)[1])] == []


def test_nothing_is_doubtful_or_left_over(catalogue):
    assert [m.id for m in catalogue if m.fuzzy and m.id] == []
    assert not catalogue.obsolete


def test_counted_phrases_have_the_three_forms_of_russian(catalogue):
    assert catalogue.num_plurals == 3
    counted = [m for m in messages(catalogue) if isinstance(m.id, tuple)]
    assert counted
    assert [m.id for m in counted if len(m.string) != 3] == []


def test_the_holes_of_a_translation_are_those_of_its_original(catalogue):
    wrong = []
    for message in messages(catalogue):
        ids, strings = texts(message)
        holes = [sorted(HOLE.findall(text)) for text in ids]
        for string in strings:
            found = sorted(HOLE.findall(string))
            numbered = [f"{{{i}}}" for i in range(len(found))]
            if found not in holes and not (found == numbered and ["{}"] * len(found) in holes):
                wrong.append((ids, string))
    # A value that is left out, since its number says it: `Нужно значение.`
    assert [w for w in wrong if not isinstance(w[0], tuple) or len(w[0]) == 1] == []
    named = [set(HOLE.findall(string)) - set(HOLE.findall("".join(ids))) for ids, string in wrong]
    assert not any(named), "a hole that the original has not"


def test_spaces_at_the_ends_agree(catalogue):
    for message in messages(catalogue):
        ids, strings = texts(message)
        for one in strings:
            assert one[:1].isspace() == ids[0][:1].isspace(), ids
            assert one[-1:].isspace() == ids[0][-1:].isspace(), ids


def test_the_compiled_catalogue_is_up_to_date(catalogue):
    compiled = PO.with_suffix(".mo")
    assert compiled.exists(), "`pip install -e .` compiles the translations"
    made = BytesIO()
    write_mo(made, catalogue)
    made.seek(0)
    with compiled.open("rb") as source:
        there, expected = (gettext.GNUTranslations(file)._catalog for file in (source, made))
    told = "derive.po is newer than what was compiled of it: `pip install -e .` compiles it"
    there[""] = expected[""]  # the head names the version of Babel
    assert there == expected, told


def test_a_catalogue_that_is_missing_says_how_it_is_made(monkeypatch, tmp_path):
    monkeypatch.setattr("derive.translation.FOLDER", tmp_path)
    derive.translation._catalogue.cache_clear()
    with pytest.raises(derive.DeriveError, match=r"no catalogue.*`pip install -e \.` makes it"):
        translate("Problem", "ru")
    assert translate("Problem", "en") == "Problem"


# --- sentences of the engine ---


# Sentences that stand nowhere in the sources as they are, and why.
COMPOSED = {
    "No such file or directory": "the system says it",
    "Permission denied": "the system says it",
    "Is a directory": "the system says it",
    "cannot be read: No such file or directory": "the system says a part of it",
    "read as a value, {}": "composed in reader/readings.py and probability.py",
    "every denominator is nonzero": "composed in kernel/check.py",
    "every argument of a root or a logarithm is positive": "composed in kernel/check.py",
    "every argument of a root or a logarithm is nonzero": "composed in kernel/check.py",
}


def test_the_engine_still_says_its_sentences():
    """The longest clause of each sentence, its holes apart, occurs in a text of the sources."""
    source = Path(derive.__file__).parent
    rooms = [f for f in source.rglob("*.py") if f.parent.name not in ("translation", "locale")]
    said = "\n".join(
        node.value
        for path in rooms
        if "packaged_proofs" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    clauses = {s: max(re.split(r"\{\}|[;,:] ", s), key=len).strip("' ") for s in SENTENCES}
    gone = {sentence for sentence, clause in clauses.items() if clause not in said}
    assert gone == set(COMPOSED)


SAID = [
    pytest.param("unknown letter 'y'", "неизвестная буква 'y'", id="a piece"),
    pytest.param(
        "a.md:3:14: unknown letter 'y'\n  $y$\n   ^",
        "a.md:3:14: неизвестная буква 'y'\n  $y$\n   ^",
        id="with its place and the line",
    ),
    pytest.param(
        "unknown letter 'x': did you mean s or in?",
        "неизвестная буква 'x'; похожи: s или in",
        id="a letter is no word of a report",
    ),
    pytest.param("x is not read", "x не читается", id="the pattern of many"),
    pytest.param("an inner product is not read", "скалярное произведение не читается", id="exact"),
    pytest.param("no such sentence: \\frac{}{x}", "no such sentence: \\frac{}{x}", id="unknown"),
    pytest.param("y" * 3000, "y" * 3000, id="too long to look at"),
]


@pytest.mark.parametrize(("message", "told"), SAID)
def test_sentences(message, told):
    assert translate_pattern(message, "ru") == told
    assert translate_pattern(message, "en") == message


def test_braces_of_a_document_are_no_holes():
    assert filled("вместо {} — {}", (r"\frac{a}{b}", "{}")) == r"вместо \frac{a}{b} — {}"


# --- numbers ---

COUNTS = [
    pytest.param(1, "1 балл", id="1"),
    pytest.param(2, "2 балла", id="2"),
    pytest.param(5, "5 баллов", id="5"),
    pytest.param(11, "11 баллов", id="11 is not as 1"),
    pytest.param(21, "21 балл", id="21 is as 1"),
    pytest.param(112, "112 баллов", id="112 is as 12"),
    pytest.param(Fraction(2, 5), "0,4 балла", id="a fraction"),
    pytest.param(1.5, "1,5 балла", id="more than 1"),
    pytest.param(Fraction(3), "3 балла", id="a whole fraction"),
    pytest.param(0, "0 баллов", id="none"),
]


@pytest.mark.parametrize(("n", "told"), COUNTS)
def test_counted(n, told):
    assert plural("{n} point", "{n} points", n, "ru") == told


DECIMALS = [
    pytest.param("≈ −0.51", "≈ −0,51", id="a value"),
    pytest.param("1.2.3", "1.2.3", id="a version, or a problem"),
    pytest.param("line 3. Next", "line 3. Next", id="the end of a sentence"),
]


@pytest.mark.parametrize(("text", "told"), DECIMALS)
def test_decimals(text, told):
    assert decimal(text, "ru") == told
    assert decimal(text, "en") == text


def test_the_comma_of_tex_stands_in_braces():
    assert decimal("$0.5$", "ru", "{,}") == "$0{,}5$"
    assert number(0.25, "en") == "0.25"


# --- the choice of the language ---

CHOICES = [
    pytest.param({}, True, "en", id="nothing is set"),
    pytest.param({"LANG": "ru_RU.UTF-8"}, True, "ru", id="the locale"),
    pytest.param({"LANG": "ru_RU.UTF-8"}, False, "en", id="a file does not depend on the locale"),
    pytest.param({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, True, "en", id="LC_ALL comes first"),
    pytest.param({"LC_MESSAGES": "ru", "LANG": "C"}, True, "ru", id="LC_MESSAGES before LANG"),
    pytest.param({"LC_ALL": "", "LANG": "ru"}, True, "ru", id="empty is not set"),
    pytest.param({"LANG": "rup_MK"}, True, "en", id="Aromanian is not Russian"),
    pytest.param({"DERIVE_LANG": "ru", "LC_ALL": "C"}, True, "ru", id="ours before the locale"),
    pytest.param({"DERIVE_LANG": "ru"}, False, "ru", id="ours for files, too"),
    pytest.param({"DERIVE_LANG": "en", "LANG": "ru"}, True, "en", id="English in a Russian locale"),
]


@pytest.mark.parametrize(("environment", "by_locale", "lang"), CHOICES)
def test_the_language_that_is_chosen(environment, by_locale, lang):
    assert chosen_language(environment, by_locale=by_locale) == lang


ASKED = [
    pytest.param(["check", "--lang", "ru"], {}, "ru", id="asked"),
    pytest.param(["check", "--lang=en"], {"DERIVE_LANG": "ru"}, "en", id="over the environment"),
    pytest.param(["check", "--lang"], {}, "en", id="no value"),
    pytest.param(["check", "--lang", "de"], {"DERIVE_LANG": "ru"}, "ru", id="unknown"),
    pytest.param(["equal", "--", "--lang", "ru"], {}, "en", id="after the options"),
]


@pytest.mark.parametrize(("arguments", "environment", "lang"), ASKED)
def test_the_language_that_is_asked_for(arguments, environment, lang):
    assert asked_language(arguments, environment) == lang


# --- the command line ---


@pytest.fixture
def run(capsys, monkeypatch):
    def command(*args, **environment):
        for name in ("DERIVE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main(list(args))
        found = capsys.readouterr()
        return ended.value.code, found.out, found.err

    return command


def test_help_in_russian(run):
    code, out, _ = run("--help", DERIVE_LANG="ru", LC_ALL="C")
    assert code == 0
    assert out.startswith("Использование: derive [ПАРАМЕТРЫ] КОМАНДА [АРГУМЕНТЫ]...\n")
    assert "Показать выводы полностью." in out
    assert gettext.textdomain() == "messages", "the domain is set while the command runs"


@pytest.mark.parametrize("name", ["check", "show", "latex", "list", "equal", "recheck"])
def test_help_of_a_command_is_wholly_russian(run, name):
    _, out, _ = run(name, "--help", LANG="ru_RU.UTF-8")
    assert max(map(len, out.splitlines())) <= 100
    for english in ("Usage", "Options", "default:", "Show this", "Language", "INTEGER"):
        assert english not in out


def test_help_shows_the_language_there_is(run):
    assert "[default: en]" in run("check", "--help")[1]
    assert "[по умолчанию: ru]" in run("check", "--help", LANG="ru_RU.UTF-8")[1]
    assert "[по умолчанию: en]" in run("latex", "--help", LANG="ru_RU.UTF-8")[1]


def test_help_was_not_changed_by_help_in_russian(run):
    before = run("check", "--help")
    run("check", "--help", DERIVE_LANG="ru")
    assert run("check", "--help") == before
    assert localised(cli, "en") is cli


MISTAKES = [
    pytest.param(["check", "--lag"], "Ошибка: Нет параметра", id="an option"),
    pytest.param(["chek"], "Ошибка: Нет команды 'chek'.", id="a command"),
    pytest.param(["check", "hw33"], "Ошибка: нет решений, задачи или файла 'hw33'", id="a key"),
    pytest.param(["recheck"], "Ошибка: Не хватает аргумента 'FILE'.", id="an argument"),
    pytest.param(["equal", "x"], "Ошибка: ожидаются две части, LHS и RHS", id="of ours"),
    pytest.param(["check", "no.md"], "no.md: нет такого файла", id="a file"),
    pytest.param(["recheck", "no.jsonl"], "не удаётся прочитать no.jsonl: нет такого", id="ours"),
]


@pytest.mark.parametrize(("args", "told"), MISTAKES)
def test_mistakes_in_russian(run, args, told):
    code, out, err = run(*args, DERIVE_LANG="ru")
    assert code in (2, 4)
    assert told in out + err
    assert "Usage" not in err


def test_a_language_that_is_unknown(run):
    code, _, err = run("check", "hw3/1", DERIVE_LANG="de")
    assert code == 2
    assert "'de' is not one of 'en', 'ru'" in err


def test_the_option_comes_before_the_environment(run):
    assert "доказано" in run("equal", "x", "x", DERIVE_LANG="ru")[1]
    assert "proved" in run("equal", "x", "x", "--lang", "en", DERIVE_LANG="ru")[1]


def test_what_machines_read_has_no_language(run):
    english = run("equal", "x^2/x", "x", "--format", "json")[1]
    russian = run("equal", "x^2/x", "x", "--format", "json", DERIVE_LANG="ru")[1]
    seconds = re.compile(r'"seconds": [\d.e-]+')
    assert seconds.sub("", english) == seconds.sub("", russian)


def test_a_document_in_latex_does_not_depend_on_the_locale(run):
    args = ("latex", "hw3/2.3", "--no-numeric", "--jobs", "1")
    english = run(*args)[1]
    assert run(*args, LANG="ru_RU.UTF-8")[1] == english
    assert "0,2 балла" in run(*args, DERIVE_LANG="ru")[1]
    assert "0.2 points" in english


def test_what_is_rechecked_is_counted_in_russian(run, tmp_path):
    answers = tmp_path / "answers.jsonl"
    one = run("equal", "x^2/x", "x", "--format", "json")[1]
    answers.write_text(one * 3, encoding="utf-8")
    out = run("recheck", str(answers), DERIVE_LANG="ru")[1]
    assert out.splitlines()[-1] == "3 приняты"
    assert "принято: доказано: x²/x = x, при x ≠ 0" in out


def test_without_its_catalogue_a_language_says_so(run, monkeypatch, tmp_path):
    monkeypatch.setattr("derive.translation.FOLDER", tmp_path)
    monkeypatch.setattr("derive.translation.of_click.FOLDER", tmp_path)
    derive.translation._catalogue.cache_clear()
    code, _, err = run("equal", "x", "x", DERIVE_LANG="ru")
    assert code == 4
    assert err.startswith("Error: no catalogue for the language 'ru'")
    assert run("equal", "x", "x")[0] == 0


def test_every_command_is_translated():
    """A command whose help is English in Russian was added without running the update."""
    for name, command in localised(cli, "ru").commands.items():
        assert isinstance(command, click.Command)
        assert re.search("[а-я]", command.help or ""), name
