"""Statements that are not of elementary algebra, given to the tactics.

The tactics know open intervals, equations between numbers, and a small letter that is positive.
What a statement says beyond that, and what they leave unsaid, is left undecided here.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from flint import ctx

from derive.equality.case import BITS
from derive.equality.decision import Decision
from derive.equality.encode import Encoder, NotElementary
from derive.equality.points import points
from derive.equality.statement import Domain
from derive.equality.values import Evaluator, NoValue, ball, holds
from derive.kernel.limits import Undecidable
from derive.kernel.series import small_variable
from derive.kernel.verdict import Proved, Unresolved
from derive.language import terms as t
from derive.language.claims import Equal
from derive.language.scope import Range, Scope
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.equality.statement import Statement
    from derive.kernel.verdict import Condition, Verdict

_TRIED = 60
_SMOOTH = frozenset({"exp", "sin", "cos", "arctan", "sinh", "cosh", "tanh", "arsinh"})
_BINDERS = (t.Integral, t.At, t.FiniteSum, t.FiniteProduct, t.Bracket)


def by_tactics(statement: Statement, seed: int) -> Decision:
    """Decide by the tactics where they mean what the statement says."""
    reason = _beyond(statement) or _unlike_limit(statement)
    if reason:
        return Decision(statement, Unresolved(reason))
    ranges = {s: Range(d.low, d.high) for s, d in statement.letters.items()}
    positive = tuple(fact.term for fact in statement.facts)
    scope = Scope(ranges=ranges, equations=statement.given, positive=positive)
    verdict = decide(Equal(statement.lhs, statement.rhs), scope, seed=seed)
    return Decision(statement, _reviewed(statement, verdict, seed))


def _beyond(statement: Statement) -> str:
    """Say what the tactics have no way to be told; "" if nothing."""
    if statement.equations:
        return "equations with operators are not compared"
    sides = [side for pair in statement.given for side in pair]
    if any(isinstance(x, t.Apply | t.Diff) for side in sides for x in side.nodes):
        return "a side equation about an unspecified function: for one value or for all?"
    closed = any(d.low_closed or d.high_closed or d.whole for d in statement.letters.values())
    if closed or any(fact.kind != "positive" for fact in statement.facts):
        return "assumptions other than open intervals"
    for node in _nodes(statement):
        if isinstance(node, t.At) and not _smooth(node.body, node.var):
            return "a value at a point where the function may not be defined"
    return ""


def _nodes(statement: Statement) -> Iterator[t.Term]:
    yield from statement.lhs.nodes
    yield from statement.rhs.nodes


def _unlike_limit(statement: Statement) -> str:  # noqa: PLR0911 - a reason each
    """Say in what a Landau claim is not about a letter that tends to 0 from above."""
    letter = statement.vary
    try:
        small = small_variable(statement.lhs, statement.rhs)
    except Undecidable as reason:
        return str(reason)
    if letter is None:
        return "" if small is None else "a Landau term of a letter that is not said to vary"
    if small != letter or statement.toward != "0":
        return "a Landau term that is not a power of one letter that tends to 0"
    tied = [side for pair in statement.given for side in pair]
    tied += [fact.term for fact in statement.facts]
    if any(letter in term.nodes for term in tied):
        return "an assumption on the letter that varies"
    domain = statement.letters.get(letter, Domain())
    sides = (statement.lhs, statement.rhs)
    if domain.low != 0 and not all(_smooth(side, letter) for side in sides):
        return f"what holds for {letter.name} > 0 may not hold for negative values"
    if domain.low not in {None, 0} or (domain.high is not None and domain.high <= 0):
        return "a letter that does not tend to 0 from above"
    return ""


def _smooth(term: t.Term, letter: t.Sym) -> bool:
    """Whether a term is analytic in a letter wherever it is defined, and defined everywhere."""
    for node in term.nodes:
        if letter not in node.nodes:
            continue
        match node:
            case t.Pow(_, t.Num(value)) if value.denominator == 1:
                continue
            case t.Fun(name, _) if name in _SMOOTH:
                continue
            case t.Pow() | t.Fun():
                return False
            case t.Div(_, den) if letter in den.nodes:
                return False
            case _:
                continue
    return True


def _reviewed(statement: Statement, verdict: Verdict, seed: int) -> Verdict:
    """Hold a proof back whose conditions say too little, or that is of nothing."""
    if not isinstance(verdict, Proved):
        return verdict
    terms = [c.term for c in verdict.conditions if c.term is not None]
    bound = {node.var for node in _nodes(statement) if isinstance(node, _BINDERS)}
    if any(node in bound for term in terms for node in term.nodes):
        return Unresolved("a function may be undefined within an integral or at a point")
    if statement.vary is not None and any(
        c.kind in {"nonzero", "positive"} for c in verdict.conditions
    ):
        return Unresolved("the expansion may be another for values at which a coefficient is 0")
    if not _met(statement, verdict.conditions, seed):
        return Unresolved("no point was found at which the assumptions and conditions hold")
    return verdict


def _met(statement: Statement, conditions: tuple[Condition, ...], seed: int) -> bool:
    """Whether some values of the letters meet assumptions, side equations and conditions."""
    encoder = Encoder()
    wanted = [("positive", fact.term) for fact in statement.facts]
    wanted += [(c.kind, c.term) for c in conditions if c.term is not None]
    trees = []
    for kind, term in wanted:
        try:
            trees.append((kind, encoder.tree(term)))
        except NotElementary:
            continue
    try:
        given = [(encoder.tree(a), encoder.tree(b)) for a, b in statement.given]
    except NotElementary:
        return False
    symbols = {n for side in (statement.lhs, statement.rhs) for n in side.nodes}
    symbols |= {n for fact in statement.facts for n in fact.term.nodes}
    symbols |= {n for pair in statement.given for side in pair for n in side.nodes}
    letters = {s.name: statement.letters.get(s, Domain()) for s in symbols if isinstance(s, t.Sym)}
    with ctx.workprec(BITS):
        for point in islice(points(letters, seed, on_curve=bool(given)), 4000 if given else _TRIED):
            value = Evaluator({n: ball(x) for n, x in point.items()})
            try:
                if all(holds(kind, value(tree)) for kind, tree in trees) and all(
                    (value(a) - value(b)).contains(0) for a, b in given
                ):
                    return True
            except NoValue:
                continue
    return False
