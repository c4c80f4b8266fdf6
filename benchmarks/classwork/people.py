"""Names of students who do not exist, and the folders that platforms make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

CONVENTIONS = ("plain", "moodle", "canvas")
_GIVEN = (
    "Анна Мария Дарья Елена Ольга Софья Полина Вера Алина Юлия Ксения Лилия Иван Пётр Олег Артём "
    "Максим Никита Егор Степан Роман Тимур Лев Фёдор Илья Глеб Марк Борис Семён Захар"
)
GIVEN = tuple(_GIVEN.split())
_FAMILY = (
    "Берёзкин Воронцов Голубь Дятленко Ежевич Журавлюк Зимин Иволгич Калинчук Ландыш Мятликов "
    "Незабудько Осокин Пшеничных Ромашко Сиренев Тополь Утёсов Филиненко Хмелев Цаплин Чернух "
    "Шмелюк Щеглов Эдельвейс Юнгель Яблоков Ясень Рябинских Клевер Вербенко Полынь Облако Ручьёв "
    "Снегирёв Лисичкин Барсук Ёлкин Дубровник Смородин"
)
FAMILY = tuple(_FAMILY.split())
_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SOUNDS = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
_LATIN = dict(zip(_LETTERS, _SOUNDS.replace("-", "").split(" "), strict=True))


def latin(name: str) -> str:
    """A name in Latin letters, lower case."""
    return "".join(_LATIN.get(letter, "") for letter in name.lower())


def draw_names(rng: Random, count: int) -> list[tuple[str, str]]:
    """(given, family) names, no two alike while there are enough."""
    everybody = [(given, family) for given in GIVEN for family in FAMILY]
    rng.shuffle(everybody)
    return [everybody[number % len(everybody)] for number in range(count)]


def place_of(convention: str, name: tuple[str, str], number: int, kind: str) -> tuple[str, str]:
    """The id that a platform gives a student, and the path of the file within the folder.

    Raises:
        ValueError: there is no such convention.
    """
    given, family = name
    match convention:
        case "moodle":
            ident = str(10000 + 7 * number)
            return ident, f"{given} {family}_{ident}_assignsubmission_file_/solution.{kind}"
        case "canvas":
            ident = str(40000 + 3 * number)
            late = "LATE_" if number % 17 == 5 else ""
            return ident, f"{latin(family)}{latin(given)}_{late}{ident}_{90000 + number}_hw3.{kind}"
        case "plain":
            again = number // (len(GIVEN) * len(FAMILY))
            shown = f"{given} {family}" + (f" {again + 1}" if again else "")
            return shown, f"{shown}.{kind}"
        case _:
            raise ValueError(f"no convention {convention!r}: one of {', '.join(CONVENTIONS)}")
