"""Every word of the pages, in the languages they come in.

`word` gives a phrase; where it speaks of a number, `counted` gives the form that goes with
it.  Holes are named: `{n}` is the number, others are filled by who asks.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "ru")

_WORDS: Mapping[str, tuple[str, str]] = {
    # the head of a student's page
    "feedback": ("Feedback", "Проверка работы"),
    "feedback_on": ("Feedback: {name}", "Проверка работы: {name}"),
    "of_maximum": ("{points} of {maximum}", "{points} из {maximum}"),
    "so_far": ("So far {points} of {maximum}", "Пока {points} из {maximum}"),
    "waits": ("Waits for a person", "Ждёт проверки человеком"),
    "waits_more": (
        (
            "{points} more may be added once a person has looked at what could not be decided by"
            " machine. Nothing is lost because of that."
        ),
        (
            "До {points} может добавиться, когда преподаватель посмотрит то, что не удалось"
            " решить автоматически. Из-за этого ничего не снимается."
        ),
    ),
    "waits_none": (
        "A person still looks at some of it; no points depend on that.",
        "Часть работы ещё посмотрит преподаватель; на баллы это не влияет.",
    ),
    "nothing": ("Nothing was handed in.", "Работа не сдана."),
    "late": ("Handed in late: {late}", "Сдано позже срока: {late}"),
    "checked_at": ("Checked", "Проверено"),
    "intro": (
        (
            "Every formula below was checked step by step. Points are lost only where a step or"
            " an answer is shown to be false by an example."
        ),
        (
            "Каждая формула ниже проверена шаг за шагом. Баллы снимаются только там, где"
            " неверность шага или ответа показана на примере."
        ),
    ),
    "skip": ("To the derivations", "К выкладкам"),
    # points
    "points": ("Points", "Баллы"),
    "total": ("Total", "Всего"),
    "problem": ("Problem", "Задача"),
    "item": ("Item", "За что"),
    "why": ("Why", "Почему"),
    "open_item": ("waits", "ждёт"),
    "right": ("right", "верно"),
    "partial": ("in part", "частично"),
    "wrong": ("wrong", "неверно"),
    "open": ("waits for a person", "ждёт проверки человеком"),
    "decided_by": ("decided by {author}", "решил(а) {author}"),
    "decided": ("decided by a person", "решено человеком"),
    "instead_of": ("instead of {points}", "вместо {points}"),
    "instead_of_open": ("it was open before", "раньше не было решено"),
    "whole_problem": ("the problem as a whole", "задача целиком"),
    "whole_work": ("the work as a whole", "работа целиком"),
    # derivations
    "derivations": ("Step by step", "Шаг за шагом"),
    "elsewhere": ("Outside the problems", "Вне задач"),
    "line": ("line {n}", "строка {n}"),
    "cell_line": ("cell {cell}, line {n}", "ячейка {cell}, строка {n}"),
    "in_file": ("{file}, line {n}", "{file}, строка {n}"),
    "proved": ("proved", "доказано"),
    "refuted": ("false", "неверно"),
    "unresolved": ("not decided", "не решено"),
    "unread": ("not read", "не прочитано"),
    "given": ("given", "дано"),
    "follows": ("rests on an error above", "опирается на ошибку выше"),
    "counterexample": ("Counterexample", "Контрпример"),
    "left_side": ("the left side is", "левая часть равна"),
    "left_side_about": ("the left side is", "левая часть"),
    "right_side": ("the right side is", "правая часть равна"),
    "right_side_about": ("the right side is", "правая часть"),
    "meant": ("Perhaps you meant", "Возможно, имелось в виду"),
    "as_latex": ("as LaTeX", "в LaTeX"),
    "written": ("You wrote", "Написано"),
    "no_steps": (
        "No formulas of this problem were found.",
        "Формул этой задачи не найдено.",
    ),
    "more_cut": ("More follow that are not shown here.", "Остальные здесь не показаны."),
    # answers
    "answers": ("Answers", "Ответы"),
    "asked": ("On the sheet", "В условии"),
    "stated_by_you": ("In your work", "В работе"),
    "agrees": ("agrees", "совпадает"),
    "differs": ("differs", "не совпадает"),
    "missing": ("not found", "не найдено"),
    "missing_told": (
        "No such answer was recognised in the work.",
        "Такой ответ в работе не распознан.",
    ),
    # files
    "not_opened": ("What could not be opened or read", "Что не удалось открыть или прочитать"),
    "not_opened_told": (
        "A person has to look at these; they cost nothing by themselves.",
        "Это посмотрит преподаватель; сами по себе баллы из-за этого не снимаются.",
    ),
    "gave_up": ("The check was ended early", "Проверка прервана"),
    # the legend
    "legend": ("What the marks mean", "Что значат пометки"),
    "proved_told": ("the step holds", "переход верен"),
    "refuted_told": (
        "a counterexample shows that the step does not hold",
        "контрпример показывает, что переход неверен",
    ),
    "follows_told": (
        "it would be right if an earlier wrong line were",
        "было бы верно, если бы была верна одна из строк выше",
    ),
    "unresolved_told": (
        "it could be neither proved nor refuted; this costs no points",
        "не удалось ни доказать, ни опровергнуть; баллы за это не снимаются",
    ),
    "unread_told": (
        "the formula was not understood; this costs no points",
        "формула не разобрана; баллы за это не снимаются",
    ),
    "given_told": (
        "a definition, a premise, or what the sheet states",
        "определение, предположение или данное в условии",
    ),
    "made_by": ("Made by derive.", "Подготовлено программой derive."),
    # the page of the assistant
    "class": ("The class", "Группа"),
    "class_of": ("The class: {key}", "Группа: {key}"),
    "graded_students": ("graded", "проверено"),
    "review_students": ("wait for a person", "ждут человека"),
    "none_students": ("handed in nothing", "не сдали"),
    "mean": ("mean of what is settled", "среднее по решённому"),
    "queue": ("What waits for a person", "Что ждёт человека"),
    "queue_cut": ("More wait; all are in review.csv.", "Это не всё; остальное в review.csv."),
    "stakes": ("points wait for a person", "баллов ждут человека"),
    "queue_empty": ("Nothing waits.", "Ничего не ждёт."),
    "at_stake": ("At stake", "Под вопросом"),
    "students": ("Students", "Студенты"),
    "student": ("Student", "Студент"),
    "status": ("Status", "Состояние"),
    "status_graded": ("graded", "проверено"),
    "status_review": ("waits", "ждёт"),
    "status_none": ("nothing handed in", "не сдано"),
    "late_column": ("Late", "Опоздание"),
    "changed": ("Decided by people", "Решено людьми"),
    "without": ("Without it", "Без этого"),
    "comment": ("Comment", "Комментарий"),
    "author": ("Who", "Кто"),
    "absent": ("Without a submission", "Без работы"),
    "run": ("How the run went", "Как прошла проверка"),
    "limits": ("Limits that were met", "Сработавшие ограничения"),
    "no_limits": ("No limit was met.", "Ограничения не сработали."),
    "place": ("Where", "Где"),
    "pending_also": ("{points} open", "ещё {points} не решено"),
    "no_points": ("–", "–"),
}  # fmt: skip

# Forms of what is counted, as CLDR names them: English one, other; Russian one, few, many,
# and other for what is no whole number.
_COUNTED: Mapping[str, tuple[tuple[str, str], tuple[str, str, str, str]]] = {
    "points_to": (
        ("Up to {n} point", "Up to {n} points"),
        ("{n} балла", "{n} баллов", "{n} баллов", "{n} балла"),
    ),
    "points_of": (
        ("{n} point", "{n} points"), ("{n} балла", "{n} баллов", "{n} баллов", "{n} балла"),
    ),
    "students_n": (
        ("{n} student", "{n} students"),
        ("{n} студент", "{n} студента", "{n} студентов", "{n} студента"),
    ),
    "hidden": (
        (
            "{n} more formula stands in the text or repeats one above; nothing is wrong with it.",
            "{n} more formulas stand in the text or repeat others; nothing is wrong with them.",
        ),
        (
            "Ещё {n} формула стоит в тексте или повторяет сказанное выше; замечаний нет.",
            "Ещё {n} формулы стоят в тексте или повторяют сказанное выше; замечаний нет.",
            "Ещё {n} формул стоят в тексте или повторяют сказанное выше; замечаний нет.",
            "Ещё {n} формулы стоят в тексте или повторяют сказанное выше; замечаний нет.",
        ),
    ),
    "hidden_unread": (
        (
            "{n} formula within the text was not read; this costs no points.",
            "{n} formulas within the text were not read; this costs no points.",
        ),
        (
            "{n} формула в тексте не прочитана; баллы за это не снимаются.",
            "{n} формулы в тексте не прочитаны; баллы за это не снимаются.",
            "{n} формул в тексте не прочитано; баллы за это не снимаются.",
            "{n} формулы в тексте не прочитано; баллы за это не снимаются.",
        ),
    ),
}  # fmt: skip


def word(key: str, lang: str, /, **holes: str) -> str:
    """Give a phrase of the pages; `key` is one of this module's table."""
    told = _WORDS[key][LANGUAGES.index(lang)]
    return told.format(**holes) if holes else told


def counted(key: str, n: int | Fraction, lang: str) -> str:
    """Give a phrase with a number in it, in the form that goes with the number.

    >>> [counted("students_n", n, "ru") for n in (1, 3, 11, 21)]
    ['1 студент', '3 студента', '11 студентов', '21 студент']
    >>> counted("points_of", Fraction(5, 2), "ru"), counted("points_of", Fraction(1, 2), "en")
    ('2,5 балла', '0.5 points')
    """
    forms = _COUNTED[key][LANGUAGES.index(lang)]
    return forms[_form(n, lang)].format(n=number(n, lang))


def number(n: int | Fraction, lang: str) -> str:
    """Write a number for people: at most two decimals, rounded half up.

    >>> number(Fraction(-5, 2), "ru"), number(Fraction(1, 3), "en"), number(4, "en")
    ('−2,5', '0.33', '4')
    """
    scaled = int(abs(Fraction(n)) * 100 + Fraction(1, 2))
    whole, rest = divmod(scaled, 100)
    text = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    sign = "−" if n < 0 and scaled else ""
    return sign + (text.replace(".", ",") if lang == "ru" else text)


def _form(n: int | Fraction, lang: str) -> int:
    """Choose the form of a counted word."""
    if lang == "en":
        return 0 if abs(n) == 1 else 1
    exact = Fraction(n)
    if exact.denominator != 1:
        return 3
    whole = abs(exact.numerator)
    tens, ones = whole % 100, whole % 10
    if ones == 1 and tens != 11:
        return 0
    return 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2
