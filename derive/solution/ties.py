r"""Noise that a document ties to a variable: `X_t = a X_{t-1} + b \varepsilon_t`.

The hypotheses know the law of X_t alone, and a noise of that letter that is independent
of it.  The document says more: X_t is made of this noise.  A claim in which both stand
is decided with the noise solved for, and not at all where that cannot be done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.documents.chains import Chain, chains_of
from derive.documents.model import Formula, Located
from derive.errors import IllTyped, ParseError
from derive.kernel.verdict import Proved
from derive.language.claims import Equal, EqualInLaw, EqualUpToConstant
from derive.language.terms import (
    RV,
    Add,
    Density,
    Div,
    Expect,
    Mul,
    Neg,
    Term,
    Variance,
    Zero,
    add,
    mul,
    term,
)
from derive.language.traverse import rebuild, walk
from derive.reader.calculus import free_symbols
from derive.reader.lowercase import put_variables
from derive.reader.notation import canonical
from derive.solution.conventions import drawn
from derive.solution.noise import is_noise, noise_family, through_noise
from derive.solution.pathwise import ancestors, outside, pathwise, put_outside
from derive.solution.sides import Side
from derive.solution.spoken import spoken_in
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.language.claims import Claim
    from derive.language.scope import Scope
    from derive.solution.context import Context

EQUALITIES = frozenset({"=", ":=", "\\equiv", "\\triangleq", "\\doteq", "=:"})
_ONE, _NOTHING = term(1), term(0)


@dataclass(frozen=True)
class Tie:
    """An equation that makes a noise part of other variables.

    made_of: the variables that the noise is a part of; it depends on them.
    parts:   the rest of the equation, of which the noise is independent.
    value:   the noise, solved for; None where the equation is false or not solved.
    forward: whether the equation gives a variable through earlier ones and the noise.
    merging: whether it puts one noise for others.
    """

    noise: RV
    made_of: tuple[RV, ...]
    parts: tuple[RV, ...]
    lhs: Term
    rhs: Term
    line: int
    value: Term | None = None
    forward: bool = False
    merging: bool = False

    @property
    def variables(self) -> frozenset[RV]:
        """The variables of the equation, the noise left out."""
        return frozenset({*self.made_of, *self.parts})


def ties(chains: Iterable[Chain], context: Context) -> list[Tie]:
    """Give the equations of a document that tie noise to variables, in its order."""
    found: list[Tie] = []
    seen: set[Term] = set()
    for chain in chains:
        sides = [Side(text) for text in chain.sides]
        for index, sign in enumerate(chain.signs):
            if sign.symbol not in EQUALITIES:
                continue
            # The last side is said of the first one as well.
            pairs = [equation(sides[k], sides[index + 1], context) for k in {index, 0}]
            if sign.symbol == ":=":
                pairs = [p for p in pairs if p is not None and not is_noise(p[0], context.scope)]
            line = sign.text.place(0).line
            for pair in pairs:
                if pair is not None:
                    found += _of_equation(*pair, line, seen, context)
            seen |= {v for pair in pairs if pair is not None for v in outside(*pair)}
    return [*found, *_of_the_sheet({tie.noise for tie in found}, context)]


def _of_the_sheet(known: set[RV], context: Context) -> Iterator[Tie]:
    """What the sheet says of other noise: a reason for doubt, for the letter may be another's."""
    statement = "" if context.problem is None else context.problem.statement
    texts = re.findall(r"\$([^$]+)\$", statement)
    for chain in chains_of([Formula(Located.plain(text), display=False) for text in texts]):
        if isinstance(chain, Chain) and len(chain.signs) == 1 and chain.signs[0].symbol == "=":
            pair = equation(Side(chain.sides[0]), Side(chain.sides[1]), context)
            found = [] if pair is None else _of_equation(*pair, 0, set(), context)
            yield from (replace(t, value=None) for t in found if t.noise not in known)


def equation(lhs: Side, rhs: Side, context: Context) -> tuple[Term, Term] | None:
    """Read an equation between random terms; None for what is none."""
    if lhs.flaw is not None or rhs.flaw is not None:
        return None
    try:
        left, right = (context.elaborated(s.node, s.text.text)[0].term for s in (lhs, rhs))
    except (ParseError, IllTyped):
        return None
    if spoken_in(context, left, right):
        return None  # a rule with letters of its own is of another process
    return drawn(left, right, context) if left.rank == right.rank else None


def _of_equation(
    lhs: Term, rhs: Term, line: int, seen: set[Term], context: Context
) -> Iterator[Tie]:
    scope = context.scope
    left, right = _variables(lhs), _variables(rhs)
    everything = {*left, *right}
    bare = all(isinstance(_unsigned(side), RV) for side in (lhs, rhs))
    noises = {
        v
        for v in everything
        if (bare or is_noise(v, scope)) and _is_apart(v, everything - {v}, scope)
        if all(coefficient(side, v) is not None for side in (lhs, rhs))
    }
    if not left or not right or not noises or _says_nothing(lhs, rhs, context):
        return
    if holds(Equal(*pathwise(lhs, rhs, scope)), context):
        return
    ours, theirs = noises & {*left} - {*right}, noises & {*right} - {*left}
    if ours and theirs and not isinstance(lhs, RV):
        # One noise for several: what is new on the right is made of what is on the left.
        for noise in sorted(theirs, key=_by_name):
            rest = tuple(v for v in right if v != noise)
            yield Tie(noise, tuple(left), rest, lhs, rhs, line, merging=True)
        return
    holder = _holder(lhs, everything - noises, scope)
    for noise in sorted(noises - {holder}, key=_by_name):
        rest = tuple(v for v in dict.fromkeys((*left, *right)) if v not in {noise, holder})
        if holder is None:
            yield Tie(noise, rest, (), lhs, rhs, line)
            continue
        tie = Tie(noise, (holder,), rest, lhs, rhs, line)
        above = {*ancestors(holder, scope), *noises}
        forward = lhs == holder and set(rest) <= above
        introducing = forward or (noise not in seen and (isinstance(lhs, RV) or left == [noise]))
        alone = len(noises - {holder}) == 1 and not bare
        value = _solved(tie, holder, context) if introducing and alone else None
        yield replace(tie, value=value, forward=forward)


def _variables(side: Term) -> list[RV]:
    return list(dict.fromkeys(v for v in outside(side) if isinstance(v, RV)))


def _says_nothing(lhs: Term, rhs: Term, context: Context) -> bool:
    """Whether two variables of equal standing are said to be one: that defines neither."""
    sides = [_unsigned(side) for side in (lhs, rhs)]
    variables = [side for side in sides if isinstance(side, RV)]
    own = [_is_own(variable, context) for variable in variables]
    return len(own) == len(sides) and (all(own) or context.problem is None)


def _unsigned(side: Term) -> Term:
    return side.body if isinstance(side, Neg) else side


def _is_own(variable: RV, context: Context) -> bool:
    """Whether a variable is one of the problem's."""
    problem = context.problem
    if problem is None:
        return False
    return variable in problem.scope.laws or variable in problem.scope.definitions


def _by_name(variable: RV) -> str:
    return variable.name


def _family(variable: Term, scope: Scope) -> set[Term]:
    return {variable, *ancestors(variable, scope)}


def _is_apart(variable: RV, others: Iterable[RV], scope: Scope) -> bool:
    """Whether the hypotheses have a variable independent of all others of an equation."""
    mine = _family(variable, scope)
    return all(mine.isdisjoint(_family(other, scope)) for other in others)


def _holder(lhs: Term, rest: set[RV], scope: Scope) -> RV | None:
    """The variable that comes last: it is the one that the noise is a part of."""
    if not rest:
        return lhs if isinstance(lhs, RV) else None
    last = [v for v in rest if rest - {v} <= ancestors(v, scope)]
    return last[0] if last else None


def _solved(tie: Tie, holder: RV, context: Context) -> Term | None:
    """The noise through the other variables, if the equation has the law of the holder."""
    solved = solved_for(tie.lhs, tie.rhs, holder)
    noise = solved_for(tie.lhs, tie.rhs, tie.noise)
    if solved is None or noise is None:
        return None
    claim = EqualInLaw(*through_noise(holder, solved, context))
    return noise if holds(claim, context) else None


def holds(claim: Claim, context: Context) -> bool:
    """Whether a claim is proved under some stage of the hypotheses."""
    return any(isinstance(decide(claim, scope), Proved) for scope in context.scopes)


def solved_for(lhs: Term, rhs: Term, variable: RV) -> Term | None:
    """Solve an equation that is linear in a variable; None for any other."""
    left, right = (coefficient(side, variable) for side in (lhs, rhs))
    if left is None or right is None:
        return None
    ours, theirs = (without(side, variable) for side in (lhs, rhs))
    if right == _NOTHING:
        return _over(_less(theirs, ours), left)
    if left == _NOTHING:
        return _over(_less(ours, theirs), right)
    return Div(_less(theirs, ours), add(left, Neg(right)))


def _less(more: Term, less: Term) -> Term:
    return more if less in {_NOTHING, Zero(1)} else add(more, Neg(less))


def without(side: Term, variable: RV) -> Term:
    """A linear combination with 0 put for a variable."""
    match side:
        case Add(terms=terms):
            kept = [t for t in terms if variable not in outside(t)]
            return add(*kept) if len(kept) > 1 else kept[0] if kept else _zero(variable)
        case _ if side == variable:
            return _zero(variable)
        case _:
            return put_outside(side, {variable: _zero(variable)})


def _zero(variable: RV) -> Term:
    return Zero(1) if variable.rank else _NOTHING


def _over(difference: Term, weight: Term) -> Term | None:
    if weight == _NOTHING:
        return None
    return difference if weight == _ONE else Div(difference, weight)


def coefficient(  # noqa: PLR0911 - a row for each kind of term
    value: Term, variable: RV
) -> Term | None:
    """Give the factor of a variable in a linear combination; None for another expression."""
    if value == variable:
        return _ONE
    if variable not in value.nodes:
        return _NOTHING
    match value:
        case Neg(body=body):
            inner = coefficient(body, variable)
            return None if inner is None else Neg(inner)
        case Div(num=num, den=den) if variable not in den.nodes:
            inner = coefficient(num, variable)
            return None if inner is None else Div(inner, den)
        case Add(terms=terms):
            parts = [coefficient(part, variable) for part in terms]
            known = [part for part in parts if part is not None]
            return add(*known) if len(known) == len(parts) else None
        case Mul(factors=factors):
            return _of_product(factors, variable)
        case _:
            return None


def _of_product(factors: tuple[Term, ...], variable: RV) -> Term | None:
    holding = [f for f in factors if variable in f.nodes]
    inner = coefficient(holding[0], variable) if len(holding) == 1 else None
    return None if inner is None else mul(*(inner if f is holding[0] else f for f in factors))


# --- what follows for a claim ---


def tie_for(noise: RV, among: Iterable[Term], context: Context) -> Tie | None:
    """The equation that says what a noise is; None where there is none, or several."""
    known = [t for t in context.ties if t.noise == noise and t.value is not None]
    forward = [t for t in known if t.forward]
    if not forward:
        return known[0] if known else None
    here = set(among)
    if len({t.variables for t in forward}) > 1:
        # The same letter for the noise of different steps: the one between these variables.
        forward = [t for t in forward if t.variables <= here]
    return forward[0] if len({t.variables for t in forward}) == 1 else None


def solved(
    terms: Iterable[Term], noises: Iterable[RV], context: Context
) -> tuple[tuple[Term, ...], list[Tie]]:
    """Put for noise what the document says it is; the equations that were used."""
    terms = tuple(terms)
    among = [x for side in terms for x in walk(side) if isinstance(x, RV)]
    found = [tie for noise in noises if (tie := tie_for(noise, among, context)) is not None]
    images: dict[Term, Term] = {t.noise: t.value for t in found if t.value is not None}
    return tuple(rebuild(side, images) for side in terms), found


def entangled(claim: Claim, context: Context) -> list[RV]:
    """The noises that a claim takes together with what they may depend on."""
    found: dict[RV, None] = {}
    for variables in _joint(claim):
        for noise in variables:
            others = variables - {noise}
            if any(noise in ancestors(v, context.scope) for v in others):
                continue  # made of the problem's own noise
            if any(_may_depend(noise, v, context) for v in others):
                found[noise] = None
    return list(found)


def with_letters_drawn(claim: Claim, context: Context) -> Claim | None:
    """Put for small letters under means the variables that depend on the noise beside them.

    None where there are none: what is held fixed is independent of what is averaged over.
    """
    if not isinstance(claim, Equal | EqualUpToConstant):
        return None
    images: dict[Term, Term] = {}
    for node in (x for side in (claim.lhs, claim.rhs) for x in walk(side)):
        if not isinstance(node, Expect | Variance):
            continue
        found = {x for x in walk(node) if isinstance(x, RV)}
        fixed = {x for event in node.given for x in free_symbols(event.value)}
        free = (x for x in free_symbols(node) if x not in fixed)
        values = {x: v for x in free if (v := context.twin_of(x)) is not None}
        tied = {
            x: v
            for x, v in values.items()
            if v not in found
            and any(_may_depend(r, v, context) or _is_tied(r, v, context) for r in found)
        }
        if tied:
            images[node] = put_variables(node, tied)
    if not images:
        return None
    return type(claim)(rebuild(claim.lhs, images), rebuild(claim.rhs, images))


def _is_tied(noise: RV, other: RV, context: Context) -> bool:
    """Whether the document has a variable and a noise in one equation, and the noise is new."""
    return any(t.noise == noise and other in t.made_of for t in context.ties)


def _joint(claim: Claim) -> Iterator[set[RV]]:
    """The sets of variables whose joint law a claim is about."""
    sides = [getattr(claim, name) for name in ("lhs", "rhs", "functional") if hasattr(claim, name)]
    for side in sides:
        nodes = [side] if isinstance(claim, EqualInLaw) else walk(side)
        for node in nodes:
            if isinstance(claim, EqualInLaw) or isinstance(node, Expect | Variance | Density):
                yield {x for x in walk(node) if isinstance(x, RV)}


def _may_depend(noise: RV, other: RV, context: Context) -> bool:
    scope = context.scope
    mine = [t for t in context.ties if t.noise == noise]
    theirs = [t for t in context.ties if t.noise == other]
    if any(other in t.parts for t in mine) or any(noise in t.parts for t in theirs):
        return False  # the document has both in one equation
    if not theirs:
        return any(_depends(t, other, scope) for t in mine) or (
            not mine and _are_twins(noise, other, context)
        )
    if not mine:
        return _are_twins(noise, other, context)
    return any(_both(a, b, scope) for a in mine for b in theirs)


def _depends(tie: Tie, other: RV, scope: Scope) -> bool:
    """Whether the noise of an equation may depend on another variable."""
    if other in _apart_from(tie, scope):
        return False
    holders = {x for v in tie.made_of for x in _family(v, scope)}
    return not holders.isdisjoint(_family(other, scope))


def _apart_from(tie: Tie, scope: Scope) -> set[Term]:
    """What the noise of an equation is independent of."""
    return {x for v in tie.parts for x in _family(v, scope)}


def _both(one: Tie, other: Tie, scope: Scope) -> bool:
    """Whether two noises may depend on each other; that of an earlier step does not."""
    if set(other.made_of) <= _apart_from(one, scope):
        return False
    if set(one.made_of) <= _apart_from(other, scope):
        return False
    mine, theirs = ({x for v in t.made_of for x in _family(v, scope)} for t in (one, other))
    return not mine.isdisjoint(theirs)


def _are_twins(noise: RV, other: RV, context: Context) -> bool:
    r"""Whether two letters may be one noise: `arepsilon` beside `arepsilon_t`."""
    if _is_own(noise, context) and _is_own(other, context):
        return False
    names = [canonical(v.name) for v in (noise, other)]
    (mine, _, here), (theirs, _, there) = (name.partition("_") for name in names)
    if noise_family(mine) != noise_family(theirs):
        return False
    return not here or not there or here == there
