"""A pair of expressions with its truth, and the table that a family of pairs is written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Pair:
    """Two sides in LaTeX; `truth`: equal wherever admitted and both defined.

    where: values of letters with which the side equations hold, for the check of the truth.
    """

    id: str
    family: str
    lhs: str
    rhs: str
    truth: bool
    given: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    vary: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def equations(self) -> bool:
        """Whether the sides are equations."""
        return "=" in self.lhs.replace("_{k=", "")

    def as_json(self) -> dict[str, Any]:
        """Give the pair as a line of a batch, with truth and family."""
        return {
            "id": self.id, "lhs": self.lhs, "rhs": self.rhs, "given": list(self.given),
            "assume": list(self.assume), "vary": self.vary, "truth": self.truth,
            "family": self.family,
        }  # fmt: skip


class Family:
    """The pairs of one family: rows of a left side, its right side, and wrong right sides."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pairs: list[Pair] = []
        self._rows = 0

    def row(  # noqa: PLR0913 - a pair has these
        self,
        lhs: str,
        rhs: str,
        *wrong: str,
        given: tuple[str, ...] = (),
        assume: tuple[str, ...] = (),
        vary: str | None = None,
        where: Mapping[str, str] | None = None,
    ) -> None:
        """Add a true pair, and a false one for each wrong right side."""
        self._rows += 1
        for number, side in enumerate((rhs, *wrong)):
            name = f"{self.name}-{self._rows:02d}" + (f"-wrong{number}" if number else "")
            self.pairs.append(
                Pair(name, self.name, lhs, side, not number, given, assume, vary, where or {})
            )


def near(side: str, digits: int = 30) -> str:
    """A near miss: another value by one part in 10^digits."""
    return rf"\left({side}\right)\left(1+10^{{-{digits}}}\right)"
