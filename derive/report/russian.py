"""What the engine and the reader say of a document, in Russian."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 2000  # characters of a message that is looked up

# Messages; `{}` stands for a piece of the document, which stays as it is.
_MESSAGES: Mapping[str, str] = {
    "expected {} after {}, found {}": "ожидается {} после {}, а здесь {}",
    "expected {} at the start, found {}": "ожидается {} в начале, а здесь {}",
    "the end": "конец",
    "the end of the formula": "конец формулы",
    "{} to close {}": "{}, закрывающая {}",
    "an argument of {}": "аргумент {}",
    "an integrand": "подынтегральная функция",
    "what is summed": "слагаемое",
    "a factor": "множитель",
    "a number, a letter or a formula in brackets": "число, буква или формула в скобках",
    "the differential of the integral, such as 'dx',": "дифференциал интеграла, например 'dx',",
    "unknown letter {}: did you mean {}?": "неизвестная буква {}; похожи: {}",
    "unknown letter {}": "неизвестная буква {}",
    "is {} a number or a vector? the text does not say":
        "{} — число или вектор? в тексте не сказано",
    "{} is not declared as a function; for a product write {}":
        "{} не введено как функция; для произведения пишите {}",
    "expected '(' and an argument after the function {}":
        "после функции {} ожидается '(' и аргумент",
    "the command {} is not one that formulas are read with": "команда {} в формулах не читается",
    "no formula has the character {}": "в формулах не бывает символа {}",
    "the {} here is never closed": "скобка или окружение {} не закрыто",
    "a relation stands where a formula is expected": "знак отношения там, где ожидается формула",
    "a list stands where a formula is expected": "список там, где ожидается одна формула",
    "expected one formula inside the expectation":
        "под математическим ожиданием ожидается одна формула",
    "a distinction of cases is not read": "разбор случаев не читается",
    "a matrix of its entries is not read": "матрица, заданная элементами, не читается",
    "a matrix or a system of formulas is not read": "матрица или система формул не читается",
    "a system of formulas is not read": "система формул не читается",
    "a convolution of functions is not read": "свёртка функций не читается: запишите интеграл",
    "an ellipsis is not read: {}": "многоточие не читается: {}",
    "an inner product of non-vectors": "скалярное произведение не векторов",
    "the divergence of a non-vector": "дивергенция не векторного поля",
    "an equation between a scalar and a vector": "слева и справа число и вектор",
    "inequalities are not decided": "неравенства не проверяются",
    "the relation {} is not decided": "отношение {} не проверяется",
    "a limit that is not compared with the hypotheses": "предел, который не проверяется",
    "a limit that the problem does not suppose": "предел, которого нет среди предположений",
    "a stochastic equation that is not compared with the problem's":
        "стохастическое уравнение, не сравниваемое с условием",
    "what an approximation neglects is not said": "не сказано, чем пренебрегает приближение",
    "what the approximation neglects is not said": "не сказано, чем пренебрегает приближение",
    "both sides are constants: up to one, nothing is claimed":
        "обе части — константы: с точностью до константы ничего не утверждается",
    "the functionals differ, which does not settle their minimisers":
        "функционалы различаются, но о точках минимума это ещё ничего не говорит",
    "the difference of the two sides does not reduce to 0; an integration by parts would need a "
    "flux to vanish at infinity, which is not among the hypotheses":
        "разность левой и правой частей не сводится к 0; для интегрирования по частям "
        "внеинтегральный член должен исчезать на бесконечности, а этого нет среди предположений",
    "the difference of the two sides does not reduce to 0":
        "разность левой и правой частей не сводится к 0",
    "false, if its letters mean what they seem to":
        "неверно, если буквы значат то, чем они кажутся",
    "false as it is customarily read; true if read as {}":
        "в обычном прочтении неверно; верно, если читать как {}",
    "its readings differ: {}": "зависит от прочтения: {}",
    "read as a value, {}": "прочитано как значение {}",
    "read as {} of all of {}": "прочитано как {} от всего {}",
    "read as {} of {}": "прочитано как {} от {}",
    "read as {}": "прочитано как {}",
    "with {} as line {} has it": "{} — как в строке {}",
    "coefficient of {} in the difference from the terms of the right side":
        "коэффициент при {} в разности с членами правой части",
    "coefficient of {}": "коэффициент при {}",
    "the variances of the two sides": "дисперсии левой и правой частей",
    "component {}": "компонента {}",
    "cannot be read: No such file or directory": "нет такого файла",
}  # fmt: skip

_PATTERNS = tuple(
    (re.compile("(.+)".join(map(re.escape, english.split("{}")))), russian)
    for english, russian in _MESSAGES.items()
)
_NEXT_READING = re.compile(r"; (?=read as )")


def in_russian(message: str) -> str:
    """Give a message in Russian, or what of it has a translation.

    >>> in_russian("unknown letter 'y'")
    "неизвестная буква 'y'"
    """
    if len(message) > _LONGEST:
        return message
    first, *readings = _NEXT_READING.split(message)
    return "; ".join(_translated(part) for part in (first, *readings))


def _translated(message: str) -> str:
    for pattern, russian in _PATTERNS:
        found = pattern.fullmatch(message)
        if found is not None:
            pieces = (_translated(piece).replace(" or ", ", ") for piece in found.groups())
            return russian.format(*pieces)
    return message
