"""The words of the reports, in the languages they come in, and phrases built of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.kernel.verdict import RELATIONS, Proved, Refuted, Unresolved, Verdict
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode
from derive.report.russian import in_russian
from derive.results import DocumentResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.kernel.verdict import Condition, Counterexample
    from derive.results import Diagnosis, DocumentLink

Lang: TypeAlias = Literal["en", "ru"]

# What the engine says of a condition in words, where a reader of Russian would meet it.
_RUSSIAN: Mapping[str, str] = {
    "every denominator is nonzero": "знаменатели не равны нулю",
    "every argument of a root or a logarithm is positive": (
        "под корнями и логарифмами стоят положительные величины"
    ),
    "differentiation under the integral sign": "дифференцирование под знаком интеграла",
    "the integrals converge": "интегралы сходятся",
    "the integrals of the single terms converge": "интегралы отдельных слагаемых сходятся",
    "the order of integration may be exchanged": "порядок интегрирования можно поменять",
    "the densities that are divided by are positive": "плотности в знаменателях положительны",
    "the stated laws have total mass one": "заданные распределения нормированы",
    "at infinity": "на бесконечности",
    "at infinity, with its flux through large spheres": (
        "на бесконечности, вместе с потоком через большие сферы"
    ),
}

_LONGEST = 2000  # characters of a formula or a sentence in a report for people
_MOST = 20  # lines of a message

_WORDS: Mapping[str, tuple[str, str]] = {
    "problem": ("Problem", "Задача"),
    "title": ("Title", "Название"),
    "points": ("Points", "Баллы"),
    "points_short": ("points", "б."),
    "steps": ("Steps", "Шаги"),
    "step": ("step", "шаг"),
    "results": ("Results", "Ответы"),
    "result": ("Result", "Ответ"),
    "numeric": ("Numeric", "Численно"),
    "seconds": ("Time", "Время"),
    "verdict": ("Verdict", "Вердикт"),
    "proved": ("proved", "доказано"),
    "refuted": ("FALSE", "НЕВЕРНО"),
    "unresolved": ("not decided", "не решено"),
    "unread": ("SCRIPT FAILED", "СБОЙ СКРИПТА"),
    "not_read": ("NOT READ", "НЕ ПРОЧИТАНО"),
    "also_at": ("so too in this line at column", "то же в этой строке, столбец"),
    "derived": ("derived", "выведено"),
    "stated": ("on the sheet", "в условии"),
    "agrees": ("agrees", "совпадает"),
    "agrees_constant": ("agrees up to a constant", "совпадает с точностью до константы"),
    "differs": ("DIFFERS", "НЕ СОВПАДАЕТ"),
    "compared": ("Results against the sheet", "Ответы в сравнении с условием"),
    "not_proved": ("Steps that are not proved", "Недоказанные шаги"),
    "conditions": ("Conditions", "Условия"),
    "condition": ("condition", "условие"),
    "at_step": ("step", "шаг"),
    "at_steps": ("steps", "шаги"),
    "point_short": ("point", "б."),
    "unstated": (
        "Conditions used that the sheet does not state",
        "Использованные условия, которых нет в тексте задания",
    ),
    "controls": (
        "Controls: false on purpose, so each must be refuted",
        "Контроль: заведомо неверное, должно быть опровергнуто",
    ),
    "missed": ("NOT REFUTED", "НЕ ОПРОВЕРГНУТО"),
    "simulations": ("Simulations", "Моделирование"),
    "quantity": ("Quantity", "Величина"),
    "estimate": ("Estimate", "Оценка"),
    "expected": ("Expected", "Ожидается"),
    "error": ("Std. error", "Ст. ошибка"),
    "samples": ("Samples", "Выборка"),
    "order": ("Order of the remainder", "Порядок остатка"),
    "counterexample": ("counterexample", "контрпример"),
    "left": ("left side", "левая часть"),
    "right": ("right side", "правая часть"),
    "reason": ("reason", "причина"),
    "assumption": ("assumption", "предположение"),
    "side_equation": ("side equation", "данное равенство"),
    "witness": ("integration by parts: the flux", "интегрирование по частям: поток"),
    "vanishes": ("vanishes at infinity", "исчезает на бесконечности"),
    "constant": ("the sides differ by the constant", "части отличаются на константу"),
    "hypotheses": ("Hypotheses", "Предположения"),
    "from_here": ("From here on also", "Далее также"),
    "assumed": ("not on the sheet", "нет в условии"),
    "key": ("Answer key", "Решения"),
    "check": ("Numeric confirmation", "Численная проверка"),
    "models": ("Models", "Моделей"),
    "largest_error": ("Largest error", "Наибольшая ошибка"),
    "exact": ("0 (exact)", "0 (точно)"),
    "error_max": ("largest error", "наибольшая ошибка"),
    "CONTRADICTED": ("CONTRADICTED", "ПРОТИВОРЕЧИТ"),
    "all_proved": ("Everything is proved.", "Всё доказано."),
    "seed": ("seed", "seed"),
    "found_false": ("false", "неверно"),
    "found_open": ("not decided", "не решено"),
    "found_unread": ("not read", "не прочитано"),
    "found_failed": ("scripts failed", "сбоев скриптов"),
    "found_missed": ("controls not refuted", "неопровергнутых контрольных"),
    "suspicious": (
        "! further from the expected value than chance explains (|z| > 4)",
        "! дальше от ожидаемого значения, чем объясняется случайностью (|z| > 4)",
    ),
    "contents": ("Problem", "Задача"),
    "summary": ("Every step below was decided by derive.", "Каждый шаг ниже проверен derive."),
    "claims": ("Claims", "Утверждений"),
    "confirmed": ("Confirmed", "Подтверждено"),
    "flux": ("Flux", "Поток"),
    "by_parts": ("integrates by parts with the flux", "интегрирует по частям с потоком"),
    "needs": ("needs", "требует"),
    "statement": ("Statement", "Условие"),
    "nothing": ("Nothing to check.", "Проверять нечего."),
    "against": ("checked against", "сверено с"),
    "alone": ("checked by its own definitions", "проверено по собственным определениям"),
    "follows": ("rests on an error above", "опирается на ошибку выше"),
    "given": ("given", "дано"),
    "missing": ("MISSING", "НЕТ ОТВЕТА"),
    "meant": ("probably meant", "вероятно, имелось в виду"),
    "step_repaired": ("with it the step is proved", "с этой правкой шаг доказан"),
    "answer_repaired": ("with it the answer agrees", "с этой правкой ответ совпадает"),
    "difference": ("left side minus right side is", "разность левой и правой частей равна"),
    "for": ("for", "при"),
    "no_constant": ("so it is not constant", "значит, это не константа"),
    "left_is": ("the left side is", "левая часть равна"),
    "left_is_about": ("the left side", "левая часть"),
    "right_is": ("the right side", "правая"),
    "sheet_asks": ("The sheet asks", "В условии"),
    "written_at": ("Written at", "Место"),
    "answers": ("Answers", "Ответы"),
    "elsewhere": ("(no problem)", "(вне задач)"),
    "every_link": ("All steps", "Все шаги"),
    "letters": ("How the letters are read", "Как прочитаны буквы"),
    "count_proved": ("proved", "доказано"),
    "count_false": ("false", "неверно"),
    "count_open": ("open", "не решено"),
    "count_unread": ("not read", "не прочит."),
    "count_given": ("given", "дано"),
    "found_missing": ("answers missing", "нет ответов"),
    "found_given": ("given", "дано"),
    "found_unreadable": ("files not read", "непрочитанных файлов"),
}

# A difference of two sides that should not depend on what is trained, for two choices of it.
_OTHER_CHOICE = re.compile(r"^left side minus right side, in the model shown and for (.+)$")
_ENCLOSURE = re.compile(r"\[(-?\d+(?:\.\d+)?)(?:e([-+]?\d+))? \+/- (\d+(?:\.\d+)?(?:e[-+]?\d+)?)\]")
_NARROW = 1e-4  # the radius of an enclosure, relative to its middle, that goes without saying
_PIECE = re.compile(r"\$[^$]*\$|(?<=line )[\d, ]+(?=,)")  # a formula, or the numbers of lines

# Sentences of diagnoses, their formulas left out.
_DIAGNOSES: Mapping[str, str] = {
    "the sign of {}": "знак перед {}",
    "the index of {}, which should be {}": "индекс: вместо {} должно быть {}",
    "the missing remainder {}": "пропущен остаточный член {}",
    "the order of the remainder {}, which should be {}":
        "порядок остатка: вместо {} должно быть {}",
    "the missing component index {} of {}": "пропущен номер компоненты {} у {}",
    "the argument {}, which should be {}": "аргумент: вместо {} должно быть {}",
    "a missing factor {} before {}": "пропущен множитель {} перед {}",
    "an extra divisor {}": "лишний делитель {}",
    "an extra factor {}": "лишний множитель {}",
    "an extra divisor 2 of {}": "лишний делитель 2 у {}",
    "the factor {}, which should be {}": "множитель: вместо {} должно быть {}",
    "a missing square of {}": "пропущен квадрат {}",
    "the sign of the exponent of {}": "знак показателя степени в {}",
    "an extra exponent {} of {}": "лишний показатель степени {} у {}",
    "the exponent of {}, which should be {}": "показатель степени {} должен быть {}",
    "an extra root of {}": "лишний корень из {}",
    "a missing root of {}": "пропущен корень из {}",
    "the letter {}, which should be {}": "буква: вместо {} должно быть {}",
    "the letter {} throughout, which should be {}": "буква всюду: вместо {} должно быть {}",
    "the left side is a number, the right side a vector": "слева число, справа вектор",
    "the left side is a vector, the right side a number": "слева вектор, справа число",
    "the left side is a number, the right side a matrix": "слева число, справа матрица",
    "the left side is a matrix, the right side a number": "слева матрица, справа число",
    "the left side is a vector, the right side a matrix": "слева вектор, справа матрица",
    "the left side is a matrix, the right side a vector": "слева матрица, справа вектор",
    "{} stands on the left side only": "{} есть только слева",
    "{} stands on the right side only": "{} есть только справа",
    "{} stands outside an expectation on the left side only":
        "{} стоит вне математического ожидания только слева",
    "{} stands outside an expectation on the right side only":
        "{} стоит вне математического ожидания только справа",
    "it follows from line {}, which is false": "следует из строки {}, а она неверна",
}  # fmt: skip

# What a repair changes, where its sentence has no translation.
_REPAIRS: Mapping[str, str] = {
    "sign": "знак",
    "factor": "множитель",
    "index": "индекс",
    "exponent": "показатель степени",
    "root": "корень",
    "remainder": "остаточный член",
    "order": "порядок остатка",
    "variable": "переменная",
    "component": "номер компоненты",
    "argument": "аргумент",
}


def word(key: str, lang: Lang = "en") -> str:
    """Give a word or a phrase of the reports; `key` is one of this module's table."""
    return _WORDS[key][("en", "ru").index(lang)]


def name_words(name: str) -> str:
    """Give the name of a result as words with its formulas between dollars: `$A_t$`."""
    looks_like_formula = len(name) == 1 or any(mark in name for mark in "\\_^")
    return f"${name}$" if looks_like_formula and "$" not in name else name


def agreement(verdict: Verdict, lang: Lang = "en", *, constant: bool = False) -> str:
    """Say whether a result agrees with the sheet, perhaps up to a constant only."""
    match verdict:
        case Proved():
            return word("agrees_constant" if constant else "agrees", lang)
        case Refuted():
            return word("differs", lang)
        case Unresolved():
            return word("unresolved", lang)


def condition_words(condition: Condition, lang: Lang = "en") -> str:
    """Give what the words of a condition add to its formula (LaTeX between dollars)."""
    if condition.text == condition.kind:
        return ""
    return in_words(condition.text, lang)


def in_words(text: str, lang: Lang = "en") -> str:
    """Give what the engine says of a condition in words, in a language."""
    return _RUSSIAN.get(text, text) if lang == "ru" else text


def note_words(note: str) -> str:
    r"""Give a note with its formulas between dollars, where the engine left them bare.

    >>> note_words(r"both sides for s_\theta = 0")
    'both sides for $s_\\theta$ = 0'
    """
    if "$" in note:
        return note
    words: list[str] = []
    for piece in note.split(" "):
        if words and words[-1].count("{") > words[-1].count("}"):  # a space within braces
            words[-1] += f" {piece}"
        else:
            words.append(piece)
    return " ".join(_between_dollars(piece) for piece in words)


def _between_dollars(piece: str) -> str:
    formula = piece.rstrip(",;:.")
    looks_like_formula = any(sign in formula for sign in "\\_^")
    balanced = formula.count("{") == formula.count("}")
    return f"${formula}${piece[len(formula) :]}" if looks_like_formula and balanced else piece


def steps_words(numbers: str, lang: Lang = "en") -> str:
    """Say which steps are meant: `step 4`, `steps 4, 6–8`."""
    return f"{word('at_step' if numbers.isdigit() else 'at_steps', lang)} {numbers}"


def condition_line(condition: Condition, lang: Lang = "en") -> str:
    """Give a condition on one line: its formula, then its words."""
    words = transcribe_words(condition_words(condition, lang))
    if condition.term is None:
        return words
    formula = f"{unicode(condition.term)} {RELATIONS.get(condition.kind, '')}".rstrip()
    return f"{formula}  {words}" if words else formula


def counterexample_sentence(found: Counterexample, lang: Lang = "en") -> str:
    """Give a counterexample in one sentence: the letters, then what the sides are."""
    *model, left, right = counterexample_lines(found, lang)
    left, right = (row.partition(": ")[2] for row in (left, right))
    other = _OTHER_CHOICE.search(found.note)
    if other is not None:
        chosen = transcribe_words(note_words(other[1]))
        differ = (
            f"{word('difference', lang)} {left}; {word('for', lang)} {chosen}: {right}; "
            f"{word('no_constant', lang)}"
        )
        return f"{', '.join(model[:1])}: {differ}"
    verb = "left_is_about" if left.startswith("≈") else "left_is"
    sides = f"{word(verb, lang)} {left}, {word('right_is', lang)} {right}"
    return ": ".join([*(["; ".join(model)] if model else []), sides])


def finding_lines(entry: DocumentLink | DocumentResult, lang: Lang = "en") -> list[str]:
    """Say in plain lines what is wrong with a link or an answer, a repair apart."""
    verdict, diagnosis = entry.verdict, entry.diagnosis
    lines: list[str] = []
    if isinstance(verdict, Refuted) and verdict.method != "types":
        told = counterexample_sentence(verdict.counterexample, lang)
        lines.append(f"{word('counterexample', lang)}: {told}")
    elif isinstance(verdict, Refuted) and (diagnosis is None or diagnosis.kind != "types"):
        # No model is needed to tell a number from a vector; a diagnosis of it says the same.
        told = counterexample_sentence(verdict.counterexample)
        lines.append(diagnosis_words(told, lang))
    if diagnosis is not None and (diagnosis.message or diagnosis.repair is not None):
        message = _message(diagnosis_words(diagnosis.message, lang))
        return lines if diagnosis.repair is not None else [*lines, *message]
    if isinstance(verdict, Unresolved):
        reason = transcribed_words(diagnosis_words(verdict.reason, lang))
        lines.append(f"{word('reason', lang)}: {reason}")
    return lines


def _message(message: str) -> list[str]:
    """Transcribe a sentence; several lines, a formula with a caret below it, stay as they are."""
    rows = message.splitlines()
    return [transcribed_words(message)] if len(rows) == 1 else [*map(_clipped, rows[:_MOST])]


def advice_lines(entry: DocumentLink | DocumentResult) -> list[str]:
    """Say in plain lines what is wrong with a link or an answer, and what was probably meant."""
    diagnosis = entry.diagnosis
    if diagnosis is None or diagnosis.repair is None:
        return finding_lines(entry)
    meant = f"{word('meant')}: {_clipped(diagnosis.repair)}"
    return [*finding_lines(entry), f"{meant} ({repair_words(entry, diagnosis)})"]


def diagnosis_words(message: str, lang: Lang = "en") -> str:
    """Give the sentence of a diagnosis in a language, its formulas as they are."""
    if lang == "en":
        return message
    pieces = _PIECE.findall(message)
    told = _DIAGNOSES.get(_PIECE.sub("{}", message))
    return in_russian(message) if told is None else told.format(*pieces)


def repair_words(
    entry: DocumentLink | DocumentResult, diagnosis: Diagnosis, lang: Lang = "en"
) -> str:
    """Say what a repair changes and what it achieves."""
    changed = diagnosis_words(diagnosis.message, lang)
    if lang == "ru" and changed == diagnosis.message:
        changed = _REPAIRS.get(diagnosis.kind, changed)
    achieved = "answer_repaired" if isinstance(entry, DocumentResult) else "step_repaired"
    told = transcribed_words(changed.rstrip(". "))
    return "; ".join(part for part in (told, word(achieved, lang)) if part)


def transcribed(tex: str) -> str:
    r"""Give a formula of a document as one line of Unicode; one nested too deeply, as it is."""
    try:
        return transcribe(_clipped(tex))
    except RecursionError:  # `^^^^...`: nobody can read it in either form
        return _clipped(tex)


def transcribed_words(text: str) -> str:
    """Give a sentence about a document, with its formulas transcribed as in `transcribed`."""
    try:
        return transcribe_words(note_words(_clipped(text)))
    except RecursionError:
        return _clipped(text)


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def counterexample_lines(found: Counterexample, lang: Lang = "en") -> list[str]:
    """Give a counterexample: what is put for each letter, then the two values."""
    model = [f"{transcribe(letter)} = {transcribe(value)}" for letter, value in found.model.items()]
    sides = {"left": found.lhs, "right": found.rhs}
    values = [
        f"{word(side, lang)}: {transcribe(_enclosure(value))}" for side, value in sides.items()
    ]
    told = found.note if lang == "en" else diagnosis_words(found.note, lang)
    note = [transcribe_words(note_words(told))] if told else []
    first = [", ".join(model)] if model else []
    return [*first, *note, *values]


def _enclosure(value: str) -> str:
    """Give a number that is known to a few digits as `≈ 0.51`, a coarser one as `[a ± r]`."""

    def shown(found: re.Match[str]) -> str:
        middle, power, radius = found.groups()
        if float(radius) > _NARROW * abs(float(f"{middle}e{power or 0}")):
            return found[0]
        return f"≈ {middle}" + (rf" \cdot 10^{{{int(power)}}}" if power else "")

    return _ENCLOSURE.sub(shown, value).replace("+/-", "±")
