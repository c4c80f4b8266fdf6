"""What grading says, in every language at once: grades are kept without one."""

from __future__ import annotations

LANGUAGES = ("en", "ru")

_RUSSIAN: dict[str, str] = {}


def phrase(one: str, many: str | None = None, n: int | None = None) -> dict[str, str]:
    """Give a phrase in every language; `{n}` is a number that it counts."""
    told = one if many is None or n == 1 else many
    return {lang: told.format(n=n) for lang in LANGUAGES}
