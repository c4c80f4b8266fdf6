"""One submission: which routes, which mistakes, and the truth about them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

from classwork import ddpm, field_matching, scalar_matching, sums
from classwork.planting import Chain, Piece, Planter, Side, Slip, holds
from classwork.style import Pen, Style, draw, renamed
from classwork.writing import Writer, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUTES: Mapping[str, Mapping[str, Callable[[Pen, Planter], list[Piece]]]] = {
    "1": ddpm.ROUTES,
    "2.1": scalar_matching.ROUTES,
    "2.2": field_matching.ROUTES,
    "2.3": field_matching.PROJECTIONS,
    "3.1": sums.ROUTES,
    "3.2": sums.NOISY,
}
POINTS: Mapping[str, str] = {
    "1 A_t": "0.3", "1 B_t": "0.3", "1 C_t": "0.2", "1 A_t(h)": "0.1", "1 B_t(h)": "0.1",
    "2.1 J": "0.4", "2.2 J": "0.4", "2.3 J": "0.2", "3.1 score of the sum": "0.8",
    "3.2 functional": "0.2",
}  # fmt: skip
# Sentences between which the language and then chance decide.
HARMLESS = (
    (
        "Здесь важно, что функция дифференцируема по теореме Пифагора.",
        "Это свойство линейности логарифма.",
        "Интеграл от плотности, как известно, положителен и даже чётен.",
    ),
    (
        "Note that the function is smooth by the theorem of Pythagoras.",
        "This is because the logarithm is bounded.",
        "Densities are even functions, as everybody knows.",
    ),
)
DEFINES = (r"\beta", r"\alpha", "$Y")  # sentences that say what letters mean
OWN_LETTER = (
    (
        r"Вместо $s_\theta$ пишу $<>$.",
        r"Обозначим $<>(x) = s_\theta(x)$.",
        "Модель для score обозначим $<>(x)$.",
    ),
    (
        r"I write $<>$ for $s_\theta$.",
        r"Let $<>(x) = s_\theta(x)$.",
        "The model of the score is $<>(x)$.",
    ),
)


@dataclass(frozen=True)
class Plan:
    """What a student does, before it is written down."""

    style: Style
    seed: str
    routes: Mapping[str, str]
    order: tuple[str, ...]  # the problems that are handed in
    slips: Mapping[str, tuple[Slip, ...]]
    only_answers: bool = False
    typos: float = 0.02
    harmless: bool = False  # wrong words that do not matter
    odd: bool = False  # unusual but true steps
    introduced: bool = True  # a letter of one's own for the network is
    unfinished: frozenset[str] = frozenset()  # problems whose answers are not stated


@dataclass(frozen=True)
class Mistake:
    """A planted mistake: the side with it, and the line of the link that is false for it.

    link: 0 where no link is false, only the answer is wrong.
    """

    problem: str
    kind: str
    place: str
    carried: bool
    line: int
    cell: int | None
    text: str
    link: int


@dataclass(frozen=True)
class Truth:
    """What is true of a submission.

    path:     of the file, within the folder of the class.
    group:    the number of the group that worked together, or None.
    items:    item of the rubric -> right, wrong or missing.
    verdicts: problem -> full, slip (the answers are right, a step is not), wrong, unfinished (steps
              without their answers), missing.
    points:   of the items that are right: what a grader gives who looks at answers.
    false:    (cell, line, right side) of every link that is false, whatever made it so.
    wrong:    (cell, line, side) of every answer that is.
    """

    id: str
    name: str
    path: str
    group: int | None
    lang: str
    only_answers: bool
    items: dict[str, str]
    verdicts: dict[str, str]
    points: str
    mistakes: list[Mistake]
    false: list[tuple[int | None, int, str]] = field(default_factory=list)
    wrong: list[tuple[int | None, int, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the file beside the class."""
        return asdict(self)


def plan_of(rng: Random) -> Plan:
    """Draw what a student does."""
    style = draw(rng)
    if style.kind == "tex" and rng.random() < 0.5:
        style = replace(style, mean=r"\E")
    order = tuple(p for p in ROUTES if rng.random() > 0.06) or ("2.1",)
    routes = {p: rng.choice(sorted(ROUTES[p])) for p in ROUTES}
    plan = Plan(
        style, str(rng.getrandbits(32)), routes, order, {}, only_answers=rng.random() < 0.04,
        typos=rng.choice((0.0, 0.02, 0.1)), harmless=rng.random() < 0.15, odd=rng.random() < 0.2,
        introduced=rng.random() < 0.9,
        unfinished=frozenset(p for p in order if rng.random() < 0.04),
    )  # fmt: skip
    if rng.random() < 0.35:
        return plan
    return with_mistakes(plan, rng, 0.35)


def with_mistakes(plan: Plan, rng: Random, share: float) -> Plan:
    """Plant at most two mistakes in each problem."""
    slips = dict(plan.slips)
    for problem in plan.order:
        if rng.random() > share or problem in slips:
            continue
        asked = Planter()
        ROUTES[problem][plan.routes[problem]](_pen(plan, problem), asked)
        places = sorted(asked.places, key=lambda slip: (slip.kind, slip.place))
        kinds = sorted({slip.kind for slip in places})
        drawn: list[Slip] = []
        for _ in range(2 if rng.random() < 0.2 else 1):
            kind = rng.choice(kinds)  # first a kind, so that rare ones occur
            slip = rng.choice([place for place in places if place.kind == kind])
            if all(slip.place != other.place for other in drawn):
                drawn.append(replace(slip, carried=rng.random() < 0.6))
        slips[problem] = tuple(drawn)
    return replace(plan, slips=slips)


def copied(plan: Plan, rng: Random) -> Plan:
    """The plan of somebody who worked from the same text."""
    order = list(plan.order)
    if rng.random() < 0.5:
        rng.shuffle(order)
    style = renamed(plan.style, rng) if rng.random() < 0.7 else plan.style
    if style.kind != "tex" and style.mean == r"\E":
        style = replace(style, mean=r"\mathbb{E}")
    mine = replace(plan, style=style, order=tuple(order))
    return with_mistakes(mine, rng, 0.1) if rng.random() < 0.3 else mine


def _pen(plan: Plan, problem: str) -> Pen:
    style = plan.style
    if problem == "2.3":  # its mean is over the noise as well
        style = replace(style, under="")
    return Pen(style, problem)


def _built(plan: Plan, problem: str) -> list[Piece]:
    """The pieces of a problem, with those of its mistakes that are mistakes."""
    slips = plan.slips.get(problem, ())
    while True:
        pieces = ROUTES[problem][plan.routes[problem]](_pen(plan, problem), Planter(slips))
        pieces = _shortened(plan, problem, pieces)
        kept = tuple(slip for slip in slips if _is_mistake(slip, pieces))
        if kept == slips:
            return pieces
        slips = kept  # two mistakes may undo each other


def _shortened(plan: Plan, problem: str, pieces: list[Piece]) -> list[Piece]:
    """Leave out steps, or everything but the answers; put in unusual steps."""
    rng = Random(f"{plan.seed} {problem}")  # noqa: S311 - no secret
    found: list[Piece] = []
    for piece in pieces:
        if not isinstance(piece, Chain):
            if not plan.only_answers or any(mark in piece.text for mark in DEFINES):
                found.append(piece)
            continue
        if plan.only_answers and not piece.answers:
            continue
        if problem in plan.unfinished and piece.answers and not plan.only_answers:
            continue
        sides = [side for side in piece.sides if not side.optional or rng.random() < 0.6]
        if plan.only_answers and len(sides) > 2:
            sides = [sides[0], sides[-1]]
        if plan.odd and len(sides) > 2 and rng.random() < 0.3:
            sides.insert(2, _unusual(sides[1], rng))
        found.append(Chain(tuple(sides), piece.answers))
    return found


def _unusual(side: Side, rng: Random) -> Side:
    """The same again, in a way that nobody writes."""
    if side.order is not None or side.constant or side.answer:
        return replace(side, planted=(), carried=(), answer="", correct=None)
    tex = rng.choice((
        rf"\frac{{2}}{{2}} \left( {side.tex} \right)", rf"0 + \left( {side.tex} \right)",
        rf"3 \left( {side.tex} \right) - 2 \left( {side.tex} \right)",
    ))  # fmt: skip
    return replace(side, tex=tex, planted=(), carried=side.carried + side.planted)


def _first(slip: Slip, pieces: list[Piece]) -> tuple[Chain, int] | None:
    """Where a mistake shows first."""
    for piece in pieces:
        if isinstance(piece, Chain):
            for number, side in enumerate(piece.sides):
                if slip in side.planted + side.carried:
                    return piece, number
    return None


def _own_link(chain: Chain, number: int) -> bool:
    """Whether the side makes its link false: the one before it, or the first of its chain."""
    at = max(number, 1)
    return not holds(chain.sides[at - 1], chain.sides[at])


def _is_mistake(slip: Slip, pieces: list[Piece]) -> bool:
    """Whether it makes a link false or an answer wrong where it stands."""
    found = _first(slip, pieces)
    return found is not None and (_own_link(*found) or not found[0].sides[found[1]].right)


def write(plan: Plan) -> tuple[Written, dict[str, list[Piece]]]:
    """Write a submission."""
    rng = Random(plan.seed)  # noqa: S311 - no secret
    writer = Writer(plan.style, rng, plan.typos)
    built = {problem: _built(plan, problem) for problem in plan.order}
    letter = plan.style.s
    if plan.introduced and not letter.startswith(("s", r"\mathbf{s}")):
        said = rng.choice(OWN_LETTER[plan.style.lang != "ru"])
        writer.words(said.replace("<>", letter))
    for problem, pieces in built.items():
        writer.heading(problem)
        for number, piece in enumerate(pieces):
            writer.piece(piece)
            if plan.harmless and number and rng.random() < 0.1:
                writer.words(rng.choice(HARMLESS[plan.style.lang != "ru"]))
    return writer.finish(), built


def truth_of(  # noqa: PLR0913 - what is known of a submission
    plan: Plan, written: Written, built: Mapping[str, list[Piece]], ident: str, name: str,
    path: str, group: int | None,
) -> Truth:  # fmt: skip
    """What is true of a written submission."""
    items = dict.fromkeys(POINTS, "missing")
    mistakes: list[Mistake] = []
    verdicts = dict.fromkeys(ROUTES, "missing")
    for problem, pieces in built.items():
        sides = [s for piece in pieces if isinstance(piece, Chain) for s in piece.sides]
        for side in sides:
            if side.answer and (items[side.answer] != "wrong"):
                items[side.answer] = "right" if side.right else "wrong"
        slips = dict.fromkeys(slip for side in sides for slip in side.planted + side.carried)
        for slip in slips:
            found = _first(slip, pieces)
            assert found is not None  # noqa: S101 - it was taken from them
            mistakes.append(_mistake(problem, slip, *found, written))
        mine = [items[item] for item in POINTS if item.split(" ")[0] == problem]
        if "wrong" in mine:
            verdicts[problem] = "wrong"
        elif "missing" in mine:
            verdicts[problem] = "unfinished"
        else:
            verdicts[problem] = "slip" if slips else "full"
    points = sum((Fraction(POINTS[i]) for i, said in items.items() if said == "right"), Fraction(0))
    false = [
        (place.cell, place.line, right.tex)
        for left, right, place in written.links
        if not holds(left, right)
    ]
    wrong = [(place.cell, place.line, s.tex) for s, place in written.shown if not s.right]
    return Truth(
        ident, name, path, group, plan.style.lang, plan.only_answers, items, verdicts,
        str(points), mistakes, false, wrong,
    )  # fmt: skip


def _mistake(problem: str, slip: Slip, chain: Chain, number: int, written: Written) -> Mistake:
    places = {id(side): place for side, place in written.shown}
    side = chain.sides[number]
    place = places[id(side)]
    link = places[id(chain.sides[max(number, 1)])].line if _own_link(chain, number) else 0
    return Mistake(
        problem, slip.kind, slip.place, slip.carried, place.line, place.cell, side.tex, link
    )
