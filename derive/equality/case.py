"""One statement in trees: its points, and the search for a proof or a counterexample."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from flint import arb, ctx

from derive.equality import givens
from derive.equality.decision import Decision
from derive.equality.domains import requirements
from derive.equality.encode import Encoder, Tree
from derive.equality.field import Again, Field, Shape, Unsupported
from derive.equality.lowering import Lowering
from derive.equality.points import contains, points
from derive.equality.quotients import Quotient
from derive.equality.solutions import on_equation, on_linear
from derive.equality.statement import Domain, Statement
from derive.equality.values import Evaluator, NoValue, ball, holds, negative_odd_roots
from derive.kernel.certified import certified
from derive.kernel.verdict import Proved, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from derive.equality.points import Point

_T = TypeVar("_T")
BITS = 128
_FINE = (512, 4096)
POINTS = 5  # that a proof is looked for with
_MOST_POINTS = 20
_ATTEMPTS = ("left side first", "right side first", "signs unknown")
_ROUNDS = 16


class Case:
    """A statement in trees, its points, and the search."""

    def __init__(self, statement: Statement, seed: int) -> None:
        encoder = Encoder()
        self.statement, self.seed = statement, seed
        self.lhs, self.rhs = encoder.tree(statement.lhs), encoder.tree(statement.rhs)
        self.given = [(encoder.tree(a), encoder.tree(b)) for a, b in statement.given]
        self.facts = [(fact.kind, encoder.tree(fact.term)) for fact in statement.facts]
        stated = {symbol.name: domain for symbol, domain in statement.letters.items()}
        self.domains = {name: stated.get(name, Domain()) for name in encoder.letters}
        self.whole = frozenset(n for n, d in self.domains.items() if d.whole)
        self.solved: dict[str, Tree] = {}
        self.turned = False
        self.caught = next((name for name in encoder.names if name in encoder.letters), "")
        self.unsolved: list[int] = []
        self.witness: dict[str, Any] = {  # of a point: what the solved letters are, if any
            "generators": [{"kind": "letter", "name": name} for name in self.domains]
        }

    def decide(self) -> Decision:
        """Try points, then the proof."""
        if self.caught:
            return self._open(f"{self.caught} is bound in a sum and stands outside of it, too")
        with ctx.workprec(BITS):
            try:
                self.solve()
            except (Unsupported, ZeroDivisionError):
                self.unsolved = list(range(len(self.given)))
            fresh = self._defined_points()
            tried: list[tuple[Point, Evaluator]] = []
            for point, value in islice(fresh, POINTS):
                tried.append((point, value))
                found = self._first_difference(tried[-1:])
                if found is not None:
                    return found
            other = None
            if self.statement.equations:
                other = self._first_difference(self._solutions())
            if other is not None:
                return other
            if not tried:
                return self._open("no point was found at which both sides are defined and the "
                                  "assumptions hold")  # fmt: skip
            decision = self._search(tried)
            if isinstance(decision.verdict, Proved):
                # Where its conditions fail, the sides may have values, and differ.
                few = islice(fresh, POINTS) if decision.verdict.conditions else ()
                return self._first_difference(few) or decision
            return self._first_difference(fresh) or self._finer(tried) or decision

    def _first_difference(self, tried: Iterable[tuple[Point, Evaluator]]) -> Decision | None:
        """Refute by the first point at which the sides are told apart."""
        for point, value in tried:
            if self._differ(value):
                found = self.decided(self.document("refuted", point, self.witness))
                if found.document is not None:
                    return found
        return None

    def decided(self, document: Mapping[str, Any]) -> Decision:
        """Give the verdict that a document shows, or Unresolved with why it is rejected."""
        found = certified(document)
        if isinstance(found, str):
            return self._open(found)
        return Decision(self.statement, found, document)

    def _open(self, reason: str) -> Decision:
        return Decision(self.statement, Unresolved(reason))

    # --- points ---

    def solve(self) -> None:
        """Solve side equations for letters, so that points can be chosen for the others."""
        if not self.given:
            return
        low, (solved, self.unsolved) = settled(
            Shape(), [], self, lambda low: givens.solve(low, self.given, self.domains)
        )
        self.solved = givens.trees_of_solved(low)
        self.witness = witness_of(low, {"solved": solved})

    def admitted(self, *without: str) -> Iterator[tuple[Point, Evaluator]]:
        """Points at which assumptions and side equations hold, but for the letters `without`."""
        left_out = {*self.solved, *without}
        free = {n: d for n, d in self.domains.items() if n not in left_out}
        for point in points(free, self.seed, on_curve=bool(self.unsolved)):
            value = self.at(point)
            try:
                if value is not None and self.admits(value):
                    yield point, value
            except (NoValue, RecursionError):
                continue

    def _defined_points(self) -> Iterator[tuple[Point, Evaluator]]:
        """Points that are admitted, at which both sides have values."""
        return islice((pair for pair in self.admitted() if self._defined(pair[1])), _MOST_POINTS)

    def _defined(self, value: Evaluator) -> bool:
        try:
            value(self.lhs), value(self.rhs)
        except (NoValue, RecursionError):
            return False
        return True

    def at(self, point: Point) -> Evaluator | None:
        """Give the values at a point; None where a solved letter leaves its domain."""
        value = Evaluator({n: ball(x) for n, x in point.items()})
        for name, tree in self.solved.items():
            try:
                found = value(tree)
            except (NoValue, KeyError):
                return None
            value.point[name] = found
            domain = self.domains[name]
            if domain != Domain() and not _ball_within(found, domain):
                return None
        return value

    def admits(self, value: Evaluator) -> bool:
        """Whether assumptions and side equations hold at a point.  Raises NoValue."""
        for kind, tree in self.facts:
            found = value(tree)
            if not holds(kind, found):
                return False
        for index in self.unsolved:
            left, right = self.given[index]
            away = value(left) - value(right)
            if not (away.contains(0) and away.rad() < arb("1e-20")):
                return False
        return True

    def _differ(self, value: Evaluator) -> bool:
        if self.statement.equations:
            return self._solves(value, self.lhs) != self._solves(value, self.rhs)
        try:
            left, right = value(self.lhs), value(self.rhs)
            if left.overlaps(right):
                return False
            return not negative_odd_roots((self.lhs, self.rhs), value)
        except NoValue:
            return False

    def _solves(self, value: Evaluator, side: Tree) -> bool:
        """Whether a point may be a solution: where a side is undefined, it is none."""
        try:
            return bool(value(side).contains(0))
        except NoValue:
            return False

    def _solutions(self) -> Iterator[tuple[Point, Evaluator]]:
        """Points that may be solutions of one of the equations."""
        low = Lowering(Field(Shape(size=1), []), tuple(self.domains), self.whole)
        for side in (self.lhs, self.rhs):
            found = list(islice(on_linear(side, self.domains, self.seed), _MOST_POINTS))
            try:
                value = low.value(side)
            except (Again, Unsupported, ZeroDivisionError):
                pass
            else:
                exact = on_equation(low.field, value, self.domains, self.seed)
                found += islice(exact, _MOST_POINTS)
            for point in found:
                there = self.at(point)
                if there is not None and self.admits(there):
                    yield point, there

    def _finer(self, tried: list[tuple[Point, Evaluator]]) -> Decision | None:
        """Try the first points again with more digits."""
        for bits in _FINE:
            with ctx.workprec(bits):
                again = ((point, self.at(point)) for point, _ in tried[:2])
                found = self._first_difference((p, v) for p, v in again if v is not None)
                if found is not None:
                    return found
        return None

    # --- proofs ---

    def _search(self, tried: list[tuple[Point, Evaluator]]) -> Decision:
        reason = "the difference of the sides could not be reduced to 0"
        samples = [dict(value.point) for _, value in tried]
        for attempt in _ATTEMPTS:
            shape = Shape(split=attempt != "signs unknown")
            self.turned = attempt == "right side first"
            try:
                _, witness = settled(shape, samples, self, self._proof)
            except Unsupported as error:
                reason = str(error)
                continue
            except ZeroDivisionError:
                reason = "a divisor is 0 wherever it is defined"
                continue
            if witness is None:
                continue
            rejected = None
            for point, _ in tried:
                found = self.decided(self.document("proved", point, witness))
                if found.document is not None:
                    return found
                rejected = found.verdict
            if isinstance(rejected, Unresolved):
                reason = f"a proof was found that its check rejects ({rejected.reason})"
        return self._open(reason)

    def _proof(self, low: Lowering) -> dict[str, Any] | None:
        solved, left = givens.solve(low, self.given, self.domains)
        for _, tree in self.facts:
            low.value(tree)
        for lhs, rhs in self.given:
            low.value(lhs), low.value(rhs)
        required = requirements(self.lhs, self.rhs)
        for _, tree in required:
            low.value(tree)
        more = {"solved": solved, "conditions": required}
        if self.turned:  # what is met first is what the rest is expressed by
            low.value(self.rhs)
        one, two = low.value(self.lhs), low.value(self.rhs)
        if self.statement.equations:
            return _equivalence(low, one, two, more)
        rest, cofactors = givens.divide(low, low.field.reduced(one - two), self.given, left)
        if not low.field.vanishes(rest):
            return None
        return witness_of(low, more | {"cofactors": cofactors})

    def document(self, verdict: str, point: Point, witness: Mapping[str, Any]) -> dict[str, Any]:
        """Write the statement with a verdict on it, for whoever checks it."""
        return {
            "schema": 1,
            "relation": "equivalent" if self.statement.equations else "equal",
            "lhs": self.lhs,
            "rhs": self.rhs,
            "letters": {n: _written_domain(d) for n, d in self.domains.items()},
            "assume": self.facts,
            "given": self.given,
            "verdict": verdict,
            "point": {n: str(x) for n, x in point.items()},
            "witness": witness,
        }


def settled(
    shape: Shape, samples: list[dict[str, arb]], case: Case, work: Callable[[Lowering], _T]
) -> tuple[Lowering, _T]:
    """Do a piece of work in a field of the right shape."""
    for _ in range(_ROUNDS):
        field = Field(shape, samples)
        try:
            low = Lowering(field, tuple(case.domains), case.whole)
            return low, work(low)
        except Again:
            continue
        except OverflowError:
            raise Unsupported("exponents that are too large to compute with") from None
    raise Unsupported("the field of functions does not settle")


def witness_of(low: Lowering, more: Mapping[str, Any]) -> dict[str, Any]:
    """Write generators, rules and what else a check is told, as JSON."""
    witness = {
        "generators": [made.written() for made in low.field.generators],
        "functions": [[tree, _plain(rule)] for tree, rule in low.rules.items()],
    }
    return witness | {name: _plain(value) for name, value in more.items()}


def _plain(value: object) -> object:
    """Write the quotients in a rule as JSON."""
    if isinstance(value, Quotient):
        return value.written()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


def _equivalence(
    low: Lowering, one: Quotient, two: Quotient, more: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Show that each side is 0 where the other is: a power of it is a multiple of the other."""
    found = dict(more)
    empty = [low.field.vanishes(side) for side in (one, two)]
    if all(empty):  # both hold wherever they are defined
        return witness_of(
            low, found | {"forward": [1, low.field.zero], "back": [1, low.field.zero]}
        )
    if any(empty):
        return None
    for name, first, second in (("forward", one, two), ("back", two, one)):
        _, factors = low.field.factors(second)
        power = max([1, *(times for _, times in factors)])
        found[name] = [power, _defined(low, low.field.reduced(first**power / second))]
    return witness_of(low, found)


def _defined(low: Lowering, cofactor: Quotient) -> Quotient:
    """Write a cofactor with a divisor that is not 0 anywhere, where roots can be moved."""
    field = low.field
    above = field.rationalised(cofactor)
    below = field.rationalised(field.one / cofactor)
    ranked = [
        (_doubt(low, written), i, written) for i, written in enumerate((above, field.one / below))
    ]
    return min(ranked)[2]


def _doubt(low: Lowering, cofactor: Quotient) -> int:
    """How likely a divisor is to be 0 somewhere: not at all for numbers, less with roots."""
    below = low.field.whole_quotient(cofactor.den)
    if below.is_constant():
        return 0
    rooted = any(low.field.generators[i].kind == "root" for i in below.used())
    return 1 if rooted and low.field.sign(below) is not None else 2


def _ball_within(value: arb, domain: Domain) -> bool:
    above = domain.low is None or value > ball(domain.low)
    below = domain.high is None or value < ball(domain.high)
    if domain.whole:
        exact = value.unique_fmpz() if value.is_exact() else None
        return exact is not None and contains(domain, Fraction(int(exact)))
    return above and below


def _written_domain(domain: Domain) -> dict[str, Any]:
    return {
        "low": None if domain.low is None else str(domain.low),
        "high": None if domain.high is None else str(domain.high),
        "low_closed": domain.low_closed,
        "high_closed": domain.high_closed,
        "whole": domain.whole,
    }
