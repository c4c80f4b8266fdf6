r"""Time to check a written solution: links per second on one core, and growth with length.

Run from the checkout: `.venv/bin/python benchmarks/documents.py [-n RUNS] [--numeric]`.
A generated solution is checked against the key of homework 3, then documents of 2, 4 and
8 such solutions, each with other numbers, so that nothing decided before can be reused.
The exponent g of time ~ length^g is fitted to the best run of each length: 1 is linear.
The exit code is 1 if g is more than LIMIT.
"""

from __future__ import annotations

import argparse
import math
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from derive.solution.checker import check_document

LIMIT = 1.3
COPIES = (1, 2, 4, 8)

# Each `<n>` becomes another number in each copy.
_SOLUTION = r"""
# Problem 1

With $\alpha_t$ the cumulative product of $1 - \beta_t$,

$$<n>\,\frac{\sqrt{\alpha_{t-1}}\,\beta_t}{\sqrt{\alpha_t}}
  = \frac{<n> \beta_t}{\sqrt{1 - \beta_t}}$$

$$\frac{<n>(1 - \beta_t)}{\beta_t} + \frac{<n>}{1 - \alpha_{t-1}}
  = \frac{<n>(1 - \alpha_t)}{\beta_t (1 - \alpha_{t-1})}
  = <n> \frac{1 - \alpha_t}{\beta_t (1 - \alpha_{t-1})}$$

$$\frac{<n>}{\sqrt{1 - h\gamma_t}} = <n> + \frac{<n>}{2} h \gamma_t + o(h) = <n> + h \gamma_t$$

# Problem 2.1

$$\mathbb{E}[<n> s_\theta(X) (\log p)'(X)] = <n> \int s_\theta(x) p'(x)\, dx
  = -<n> \mathbb{E}[s_\theta'(X)]$$

# Problem 2.2

$$<n> \mathbb{E}\langle s_\theta(X), \nabla \log p(X) \rangle
  = <n> \int \langle s_\theta(x), \nabla p(x) \rangle\, dx
  = -<n> \mathbb{E} \operatorname{div} s_\theta(X)$$

$$<n> \mathbb{E}\|s_\theta(X) - \nabla \log p(X)\|^2
  = <n> \mathbb{E}[\|s_\theta(X)\|^2 - 2\operatorname{div} s_\theta(X)] + C$$

# Problem 2.3

$$\mathbb{E} <n> \langle \frac{\partial s_\theta(x)}{\partial x} \varepsilon, \varepsilon \rangle
  = <n> \operatorname{tr} \frac{\partial s_\theta(x)}{\partial x}
  = <n> \operatorname{div} s_\theta(x)$$

# Problem 3.1

$$<n> \nabla_y p_{X+Z}(y) = <n> \int p_X(k) \nabla_y p_Z(y - k)\, dk
  = <n> \int \nabla p_X(k)\, p_Z(y - k)\, dk$$
"""


@dataclass(frozen=True)
class Run:
    """One document checked."""

    copies: int
    links: int
    seconds: float  # of this process's own time: one core


def solution(copies: int, first: int) -> str:
    """Several solutions one after another, each with its own number."""
    return "".join(_SOLUTION.replace("<n>", str(first + copy)) for copy in range(copies))


def checked(copies: int, first: int, *, numeric: bool) -> Run:
    """Check a document and time it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "solution.md"
        path.write_text(solution(copies, first), encoding="utf-8")
        start = time.process_time()
        report = check_document(path, key="hw3", seed=0, numeric=numeric)
        return Run(copies, len(report.links), time.process_time() - start)


def exponent(runs: list[Run]) -> float:
    """The slope of log seconds over log length, by least squares."""
    xs = [math.log(run.copies) for run in runs]
    ys = [math.log(run.seconds) for run in runs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )


def main() -> int:
    """Measure, print the table, and give the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-n", type=int, default=3, metavar="RUNS", help="runs of each length (3)")
    parser.add_argument("--numeric", action="store_true", help="confirm proofs numerically")
    arguments = parser.parse_args()
    checked(1, 2, numeric=arguments.numeric)  # imports and the key, which is loaded once
    first, best = 3, list[Run]()
    print(f"Python {platform.python_version()}, one core, best of {arguments.n} runs")
    print(f"{'copies':>8}{'links':>8}{'seconds':>10}{'links/s':>10}")
    for copies in COPIES:
        runs = []
        for _ in range(arguments.n):
            runs.append(checked(copies, first, numeric=arguments.numeric))
            first += copies
        run = min(runs, key=lambda run: run.seconds)
        best.append(run)
        rate = run.links / run.seconds
        print(f"{run.copies:>8}{run.links:>8}{run.seconds:>10.2f}{rate:>10.1f}")
    growth = exponent(best)
    print(f"time ~ length^{growth:.2f}, at most {LIMIT:g}: {'yes' if growth <= LIMIT else 'NO'}")
    return int(growth > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
