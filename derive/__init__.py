"""`derive` decides, step by step, whether a written mathematical derivation is true.

From Python, `derive.equal(lhs, rhs)` decides an equality.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.equality.library import equal
    from derive.errors import DeriveError
    from derive.kernel.verdict import Proved, Refuted, Unresolved, Verdict

__all__ = ["DeriveError", "Proved", "Refuted", "Unresolved", "Verdict", "equal"]


def __getattr__(name: str) -> object:
    """Import what is asked for: `import derive` alone stays light."""
    if name == "equal":
        from derive.equality.library import equal  # noqa: PLC0415

        return equal
    if name == "DeriveError":
        from derive.errors import DeriveError  # noqa: PLC0415

        return DeriveError
    if name in __all__:
        from derive.kernel import verdict  # noqa: PLC0415

        return getattr(verdict, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
