"""The words of the reports, in the languages they come in, and phrases built of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.kernel.verdict import Condition, Counterexample

Lang: TypeAlias = Literal["en", "ru"]

_RELATIONS: Mapping[str, str] = {"nonzero": "≠ 0", "positive": "> 0", "decay": "→ 0"}

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
    "witness": ("integration by parts: the flux", "интегрирование по частям: поток"),
    "vanishes": ("vanishes at infinity", "исчезает на бесконечности"),
    "constant": ("the sides differ by the constant", "стороны отличаются на константу"),
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
    return _RUSSIAN.get(condition.text, condition.text) if lang == "ru" else condition.text


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
    formula = f"{unicode(condition.term)} {_RELATIONS.get(condition.kind, '')}".rstrip()
    return f"{formula}  {words}" if words else formula


def counterexample_lines(found: Counterexample, lang: Lang = "en") -> list[str]:
    """Give a counterexample: what is put for each letter, then the two values."""
    model = [f"{transcribe(letter)} = {transcribe(value)}" for letter, value in found.model.items()]
    sides = {"left": found.lhs, "right": found.rhs}
    values = [
        f"{word(side, lang)}: {transcribe(value.replace('+/-', '±'))}"
        for side, value in sides.items()
    ]
    note = [transcribe_words(note_words(found.note))] if found.note else []
    first = [", ".join(model)] if model else []
    return [*first, *note, *values]
