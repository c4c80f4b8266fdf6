"""A norm that lost its square is refuted with constant functions; what is true of norms stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from pathlib import Path

LINES = [
    # key, a display, right outcomes
    pytest.param("hw3/2.2", r"E\|s_\theta(X)\|^2 = E\|s_\theta(X)\|", {"refuted"}, id="lost"),
    pytest.param(
        "hw3/2.2",
        r"\frac12 E\|s_\theta(X) - \nabla\log p(X)\|^2"
        r" = E[\frac12 \|s_\theta(X)\| + \operatorname{div} s_\theta(X)] + C",
        {"refuted"},
        id="lost in the answer",
    ),
    pytest.param(
        "hw3/2.1", r"E|s_\theta(X)|^2 = E|s_\theta(X)|", {"refuted"}, id="of an absolute value"
    ),
    pytest.param("hw3/2.2", r"E\|2s_\theta(X)\| = 2E\|s_\theta(X)\|", {"proved"}, id="a factor"),
    pytest.param("hw3/2.2", r"E\|-s_\theta(X)\| = E\|s_\theta(X)\|", {"proved"}, id="a sign"),
    pytest.param(
        "hw3/2.2",
        r"E[\|s_\theta(X)\|\cdot\|s_\theta(X)\|] = E\|s_\theta(X)\|^2",
        {"proved", "unresolved"},
        id="a product of norms is true",
    ),
    pytest.param(
        "hw3/2.2",
        r"\frac{1}{2} E\|s_\theta(X)\|^2 + E\|s_\theta(X)\| = E[\|s_\theta(X)\|"
        r" + \frac12\|s_\theta(X)\|^2]",
        {"proved", "unresolved"},
        id="linear in both is true",
    ),
]


@pytest.mark.parametrize(("key", "display", "right"), LINES)
def test_norms(tmp_path: Path, key: str, display: str, right: set[str]) -> None:
    file = tmp_path / "solution.md"
    file.write_text(f"$${display}$$\n", encoding="utf-8")
    (link,) = check_document(file, key, numeric=False).links
    assert link.outcome in right
