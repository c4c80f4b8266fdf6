"""Ways in which students write conditions, constants and means over time, and what is like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from derive.solution.checker import check_document

if TYPE_CHECKING:
    from pathlib import Path

EXPLICIT = r"\frac12 E(s_\theta(X) - (\log p)'(X))^2"
LOSS = r"E\|s_\theta(X_t, t) - \nabla\log p_0(X_0)\|^2 \to \min_\theta"

LINES = [
    # key, a display, outcomes that are right
    pytest.param(
        "hw3/3.1",
        r"\nabla \log p_{X+Z}(y) = E_{X \mid X+Z=y}[\nabla \log p_X(X)]",
        {"proved"},
        id="a condition under the mean",
    ),
    pytest.param(
        "hw3/3.1",
        r"\nabla \log p_{X+Z}(y) = E_{X \mid X+Z=y}[\nabla \log p_Z(X)]",
        {"refuted"},
        id="of another density",
    ),
    pytest.param(
        "hw3/3.1",
        r"\nabla \log p_{X+Z}(y) = E_{X \mid X}[\nabla \log p_X(X)]",
        {"refuted", "unread"},
        id="another condition",
    ),
    pytest.param(
        "hw3/2.1",
        rf"{EXPLICIT} = E[\frac12 s_\theta(X)^2 + s_\theta'(X)] + \operatorname{{const}}(p)",
        {"proved"},
        id="a constant that depends on the density",
    ),
    pytest.param(
        "hw3/2.1",
        rf"{EXPLICIT} = E[\frac12 s_\theta(X)^2 - s_\theta'(X)] + \operatorname{{const}}(p)",
        {"refuted"},
        id="beside what is false",
    ),
    pytest.param(
        "hw3/2.1",
        rf"{EXPLICIT} = E[\frac12 s_\theta(X)^2] + \operatorname{{const}}(\theta)",
        {"unread"},
        id="what depends on the parameters is no constant",
    ),
    pytest.param(
        "hw3/3.2",
        r"\nabla \log p_t(X_t) = E[\nabla \log p_0(X_0) \mid X_t]",
        {"proved"},
        id="random on both sides",
    ),
    pytest.param(
        "hw3/3.2",
        r"\nabla \log p_t(X_t) = -E[\nabla \log p_0(X_0) \mid X_t]",
        {"refuted"},
        id="random on both sides, the sign lost",
    ),
    pytest.param(
        "hw3/3.2",
        r"\nabla \log p_t(X_t) = \nabla \log p_0(X_0)",
        {"refuted", "unresolved"},
        id="the mean lost",
    ),
    pytest.param(
        "hw3/3.2",
        r"\nabla \log p_t(y) = E[\nabla \log p_0(X_0) \mid X_t = y]",
        {"proved"},
        id="at a point of any name",
    ),
    pytest.param(
        "hw3/3.2",
        r"\nabla \log p_t(y) = E[\nabla \log p_0(X_0) \mid X_t = x]",
        {"refuted"},
        id="at two points",
    ),
    pytest.param("hw3/3.2", rf"E_{{t \sim U[0,T]}} {LOSS}", {"given"}, id="over the time"),
    pytest.param(
        "hw3/3.2",
        rf"E_{{t \sim U[0,T]}} {LOSS.replace('-', '+')}",
        {"refuted"},
        id="over the time, the sign lost",
    ),
]


@pytest.mark.parametrize(("key", "display", "right"), LINES)
def test_ways_of_writing(tmp_path: Path, key: str, display: str, right: set[str]) -> None:
    file = tmp_path / "solution.md"
    file.write_text(f"$${display}$$\n", encoding="utf-8")
    (link,) = check_document(file, key, numeric=False).links
    assert link.outcome in right
