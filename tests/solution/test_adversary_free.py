r"""What a document without a key leaves open is not taken for granted.

A row gives a document and its displays with the outcomes that mathematics allows: of
what the text does not say (independence, a range, a factor of a density) nothing is proved
that depends on it, and nothing refuted.
"""

from pathlib import Path

import pytest

from derive.solution.checker import check_document
from derive.solution.independence import Independence
from derive.solution.infinity import vanishes

PROVED, REFUTED, OPEN = {"proved"}, {"refuted"}, {"unresolved", "unread"}
NOT_PROVED = REFUTED | OPEN
NOT_REFUTED = PROVED | OPEN

NORMAL = r"Let $X \sim \mathcal N(0, 1)$"
PAIR = NORMAL + r" and $Y \sim \mathcal N(0, 1)$"
STEIN = r"E\langle s(X), \nabla\log p(X)\rangle = -E[\operatorname{div} s(X)]"

Row = tuple[str, set[str]]


def rows(text: str, *displays: Row) -> list[str | Row]:
    return [text, *displays]


RANKS = [
    pytest.param(
        rows(
            f"{NORMAL}.",
            (r"E[X^2] = 1", PROVED),
            (r"\operatorname{Cov}(X, X) = 1", PROVED),
            (r"E[X^4] = 3", PROVED),
            (r"E[X^2] = 2", REFUTED),
        ),
        id="a normal law without an identity is of a number",
    ),
    pytest.param(
        rows(
            r"Let $X \sim \mathcal N(\mu, \sigma^2)$.",
            (r"E[X^2] = \mu^2 + \sigma^2", PROVED),
            (r"E[X^2] = \mu^2", REFUTED),
        ),
        id="with a mean and a variance",
    ),
    pytest.param(
        rows(
            NORMAL + r" in $\mathbb R^d$.",
            (r"E\|X\|^2 = d", NOT_REFUTED),
            (r"E\|X\|^2 = 1", NOT_PROVED),
        ),
        id="a norm makes it a vector",
    ),
    pytest.param(
        rows(NORMAL + r" in $\mathbb R^d$.", (r"E[X^2] = d", NOT_REFUTED)),
        id="where it may be a vector nothing is refuted",
    ),
]

INDEPENDENCE = [
    pytest.param(
        rows(
            PAIR + r" with correlation $r$.",
            (r"E[XY] = 0", OPEN),
            (r"E[XY] = r", OPEN),
            (r"E[(X + Y)^2] = 2", OPEN),
            (r"E[X + Y] = 0", PROVED),
            (r"E[X^2] + E[Y^2] = 2", PROVED),
            (r"E[(X + Y)^2] = E[X^2] + 2E[XY] + E[Y^2]", PROVED),
        ),
        id="two laws do not make variables independent",
    ),
    pytest.param(
        rows(
            PAIR + " be independent.",
            (r"E[XY] = 0", PROVED),
            (r"E[(X + Y)^2] = 2", PROVED),
            (r"E[(X + Y)^2] = 4", REFUTED),
        ),
        id="the text makes them so",
    ),
    pytest.param(
        rows(PAIR + ". They are not independent.", (r"E[XY] = 0", OPEN)), id="the text denies it"
    ),
    pytest.param(rows(PAIR + ". Are they independent?", (r"E[XY] = 0", OPEN)), id="the text asks"),
    pytest.param(
        rows(
            NORMAL + r" and $Y = -X$, so $Y \sim \mathcal N(0, 1)$.",
            (r"E[XY] = 0", NOT_PROVED),
            (r"E[XY] = -1", NOT_REFUTED),
            (r"X + Y = 0", NOT_REFUTED),
            (r"X = Y", NOT_PROVED),
        ),
        id="an equation above a law defines the variable",
    ),
    pytest.param(
        rows(PAIR + ".", (r"X = Y", NOT_PROVED), (r"E[(X - Y)^2] = 0", OPEN)),
        id="of one law is not equal",
    ),
    pytest.param(
        rows(
            r"Let $z_t \sim \mathcal N(0, I)$.",
            (r"E\langle z_t, z_{t-1}\rangle = 0", OPEN),
            (r"E\|z_t\|^2 = d", PROVED),
        ),
        id="noise of two indices",
    ),
    pytest.param(
        rows(
            r"Let $z_t \sim \mathcal N(0, I)$ be i.i.d. noise.",
            (r"E\langle z_t, z_{t-1}\rangle = 0", PROVED),
        ),
        id="a family",
    ),
]

INFINITY = [
    pytest.param(
        rows(f"Let $X \\sim p$. {said}", (STEIN, outcomes)),
        id=said,
    )
    for said, outcomes in (
        ("The boundary terms vanish.", PROVED),
        ("The boundary term does **not** vanish here.", OPEN),
        ("We use weight decay in training.", OPEN),
        ("The learning rate decays quickly.", OPEN),
        ("Nothing is said.", OPEN),
    )
]

DENSITIES = [
    pytest.param(
        rows(
            "Let $p$ be a polynomial.",
            (r"\int p(x)dx = 1", NOT_PROVED),
            (r"\sqrt{p(x)^2} = p(x)", NOT_PROVED),
        ),
        id="a polynomial",
    ),
    pytest.param(
        rows(
            "Put",
            (r"Z = \int q(x)\,dx", {"given"}),
            (r"Z = 1", NOT_PROVED),
            (r"\log q(x) - \log Z = \log q(x)", NOT_PROVED),
            (r"\frac{q(x)}{Z} = q(x)", NOT_PROVED),
        ),
        id="a density without its factor",
    ),
    pytest.param(
        rows(
            "Then",
            (r"\nabla\log p(x) = \frac{\nabla p(x)}{p(x)}", PROVED),
            (r"\int p(x)dx = 1", OPEN),
        ),
        id="what has a logarithm is positive, no more",
    ),
    pytest.param(
        rows("Let $p$ be a density.", (r"\int p(x)dx = 1", PROVED)), id="what is called a density"
    ),
    pytest.param(
        rows("Let $p$ be an unnormalised density.", (r"\int p(x)dx = 1", OPEN)),
        id="what is called no density",
    ),
    pytest.param(
        rows("Let $f$ be smooth.", (r"f(2x) = 2f(x)", NOT_PROVED)), id="a function is no factor"
    ),
]

RANGES = [
    pytest.param(rows("Let $b > 0$.", (r"\sqrt{b^2} = b", PROVED)), id="stated"),
    pytest.param(
        rows("Is $c > 0$? No.", (r"\sqrt{c^2} = c", NOT_PROVED), (r"(c + 1)^2 = c^2 + 1", REFUTED)),
        id="asked",
    ),
    pytest.param(
        ["Then", (r"\sqrt{b^2} = b", OPEN), "Now suppose $b > 0$.", (r"\sqrt{b^2} = b", PROVED)],
        id="supposed below",
    ),
    pytest.param(
        [
            "If $b > 0$, then",
            (r"\sqrt{b^2} = b", PROVED),
            "That is one case.",
            (r"\sqrt{b^2} = b", OPEN),
            "In general,",
            (r"\sqrt{b^2} = -b", NOT_PROVED),
        ],
        id="for a case",
    ),
    pytest.param(
        [
            "Suppose $b > 0$. Then",
            (r"\sqrt{b^2} = b", PROVED),
            "Now without that assumption",
            (r"\sqrt{b^2} = b", OPEN),
        ],
        id="dropped",
    ),
    pytest.param(rows(r"where $b > 0$.", (r"\sqrt{b^2} = b", PROVED)), id="where"),
]

VALUES = [
    pytest.param(
        rows("If $x = y$ then $x^2 = y^2$. In general", ("x = y", OPEN), ("x^2 = y^2", OPEN)),
        id="an equation in a condition",
    ),
    pytest.param(
        [
            "Suppose $a = b$.",
            ("a + b = 2a", PROVED),
            "Without that assumption",
            ("a + b = 2a", OPEN),
        ],
        id="an equation that is dropped",
    ),
    pytest.param(rows("Suppose $y = 2x$. Then", ("y^2 = 4x^2", PROVED)), id="an equation kept"),
    pytest.param(rows("Is $x = 2$?", ("x^2 = 4", NOT_PROVED)), id="an equation that is asked"),
]

AGAIN = [
    pytest.param(
        [
            f"{NORMAL}.",
            (r"E[X^2] = 1", PROVED),
            r"Now let $X \sim \mathcal N(0, 4)$.",
            (r"E[X^2] = 4", PROVED),
            (r"E[X^2] = 1", NOT_PROVED),
        ],
        id="another law",
    ),
    pytest.param(
        [
            "Let $a = 2$.",
            ("a^2 = 4", PROVED),
            "Now let $a = 3$.",
            ("a^2 = 9", NOT_REFUTED),
            ("a^2 = 4", NOT_PROVED),
        ],
        id="another number",
    ),
    pytest.param(
        [
            "Let $f(x) = x^2$.",
            ("f(3) = 9", PROVED),
            "Now let $f(x) = x^3$.",
            ("f(3) = 27", NOT_REFUTED),
            ("f'(x) = 3x^2", NOT_REFUTED),
            ("f'(x) = 2x", NOT_PROVED),
        ],
        id="another function",
    ),
]


@pytest.mark.parametrize(
    "document",
    [*RANKS, *INDEPENDENCE, *INFINITY, *DENSITIES, *RANGES, *VALUES, *AGAIN],
)
def test_what_is_left_open(document: list[str | Row], tmp_path: Path) -> None:
    path = tmp_path / "document.md"
    displays = [part for part in document if not isinstance(part, str)]
    path.write_text(
        "\n\n".join(part if isinstance(part, str) else f"$${part[0]}$$" for part in document)
    )
    report = check_document(path, numeric=False)
    links = [link for link in report.links if link.display]
    assert len(links) == len(displays)
    found = [(display, link.outcome) for display, link in zip(displays, links, strict=True)]
    wrong = [(text, outcome) for (text, allowed), outcome in found if outcome not in allowed]
    assert not wrong


SAID = [
    pytest.param("$X$ and $Y$ are independent.", "X", "Y", True, id="both named"),
    pytest.param("$X$ and $Y$ are independent.", "X", "Z", False, id="another one"),
    pytest.param(r"where $Z \sim p$ is independent noise.", "X", "Z", True, id="one named"),
    pytest.param(r"$Z$ is independent of $X$.", "X", "Z", True, id="of another"),
    pytest.param(r"$Z$ is independent of $X$.", "Y", "Z", False, id="of another only"),
    pytest.param(r"$Z$ is independent of $\theta$.", "X", "Z", False, id="of a parameter"),
    pytest.param("All variables are mutually independent.", "X", "Y", True, id="all"),
    pytest.param("If $X$ and $Y$ are independent, this holds.", "X", "Y", False, id="a condition"),
    pytest.param("$X$ and $Y$ are conditionally independent.", "X", "Y", False, id="conditionally"),
    pytest.param("$X$ and $Y$ are uncorrelated.", "X", "Y", False, id="no correlation"),
    pytest.param("$X$ and $Y$ aren't independent.", "X", "Y", False, id="denied"),
    pytest.param("The bound for $X$ is dimension-independent.", "X", "Y", False, id="a dimension"),
    pytest.param("Величины $X$ и $Y$ независимы.", "X", "Y", True, id="in Russian"),
    pytest.param("$X_1, X_2$ are i.i.d. draws.", "X_1", "X_2", True, id="draws"),
    pytest.param("$X_i$ are i.i.d. draws.", "X_i", "X_j", True, id="a family by its index"),
]


@pytest.mark.parametrize(("text", "one", "other", "expected"), SAID)
def test_independence(text: str, one: str, other: str, expected: bool) -> None:
    names = {"X", "Y", "Z", "X_1", "X_2", "X_i", "X_j"}
    assert Independence.told([text], names).of(one, other) is expected


VANISHING = [
    pytest.param("The boundary terms vanish.", True, id="boundary terms"),
    pytest.param("a field with sufficiently fast decay at $\\infty$", True, id="decay"),
    pytest.param("if we assume $p(x) \\to 0$ when $|x| \\to \\infty$", True, id="assumed"),
    pytest.param("The boundary terms need not vanish.", False, id="need not"),
    pytest.param("The boundary terms don't vanish.", False, id="do not"),
    pytest.param("If $p$ vanishes at infinity, it holds.", False, id="a condition"),
    pytest.param("We train with weight decay and fast schedules.", False, id="training"),
    pytest.param("Vanishing gradients are avoided.", False, id="gradients"),
    pytest.param("Граничный член исчезает.", True, id="in Russian"),
    pytest.param("Граничный член не исчезает.", False, id="denied in Russian"),
]


@pytest.mark.parametrize(("text", "expected"), VANISHING)
def test_vanishing(text: str, expected: bool) -> None:
    assert vanishes([text]) is expected
