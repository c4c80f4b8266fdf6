"""One statement with its witness or counterexample, checked from the JSON alone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from flint import arb, ctx, fmpq, fmpz

from derive.recheck.balls import (
    BINDERS,
    Json,
    Tree,
    Undefined,
    enclose,
    evaluated,
    mentions,
    nodes,
    rational,
)
from derive.recheck.elements import Interval, Ratio, Rejected, fraction, reject
from derive.recheck.series import Expander
from derive.recheck.signs import PRECISION
from derive.recheck.statement import (
    MOST_TERMS,
    Condition,
    Landau,
    merged,
    put,
    whole,
    within,
)
from derive.recheck.valued import Valued

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Rejected", "recheck", "refutation"]

_T = TypeVar("_T")
PRECISIONS = (PRECISION, 4 * PRECISION, 64 * PRECISION)


def recheck(document: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Check what is said to be proved or refuted.

    Returns:
        The conditions of a proof, each a kind (positive, nonnegative, nonzero) and a tree:
        where they and the assumptions hold, both sides are defined and the statement is true.

    Raises:
        Rejected: the document does not show its verdict.
    """
    if _verdict(document) == "refuted":
        refutation(document)
        return ()
    return _checked(document, _Checked.proved)


def refutation(document: Mapping[str, Any]) -> tuple[arb, arb]:
    """Check a refutation and give the balls in which the two sides lie.  Raises Rejected."""
    return _checked(document, _Checked.refuted)


def _verdict(document: Mapping[str, Any]) -> str:
    found = document.get("verdict") if isinstance(document, dict) else None
    if isinstance(found, str) and found in {"proved", "refuted"}:
        return found
    raise Rejected("neither proved nor refuted")


def _checked(document: Mapping[str, Any], work: Callable[[_Checked], _T]) -> _T:
    try:
        with ctx.workprec(PRECISION):
            return work(_Checked(document))
    except Undefined as error:
        raise Rejected(str(error)) from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Rejected(f"not a witness: {type(error).__name__} {error}") from error
    except (ArithmeticError, RecursionError, MemoryError) as error:
        raise Rejected(f"out of bounds: {error}") from error


class _Checked(Valued):
    """A document with its verdict."""

    # --- verdicts ---

    def proved(self) -> tuple[Condition, ...]:
        """Show that the sides are equal, or that two equations have the same solutions."""
        self._solve_given()
        self._suppose()
        if self.said.relation == "expansion":
            if not all(map(self.tower.vanishes, self._coefficients())):
                reject("the sides differ to the order that is stated")
            self._admitted(self.point, (*self.facts, *self.conditions))
            return merged(self.conditions)
        left, right = (self.value(side) for side in (self.lhs, self.rhs))
        if self.said.relation == "equivalent":
            self._divides(left, right, self.witness["forward"])
            self._divides(right, left, self.witness["back"])
        else:
            rest = left - right
            for index, cofactor in self.witness.get("cofactors", []):
                sides = [self.value(side) for side in self.given[index]]
                rest -= self.tower.trusted(cofactor) * (sides[0] - sides[1])
            if not self.tower.vanishes(rest):
                reject("the sides do not differ by 0")
        self._admitted(self.point, (*self.facts, *self.conditions))
        return merged(self.conditions)

    def _divides(self, one: Ratio, other: Ratio, stated: Json) -> None:
        """Show one^power = cofactor * other: where `other` is 0, so is `one`."""
        power, cofactor = whole(stated[0]), stated[1]
        if not 0 < power < MOST_TERMS or not self.tower.vanishes(
            one**power - self.tower.trusted(cofactor) * other
        ):
            reject("the equations are not multiples of each other")

    def refuted(self) -> tuple[arb, arb]:
        """Show that a point is admitted, and that the sides differ there; give their balls."""
        self._solve_given()
        if self.said.relation == "expansion":
            self._suppose()
            return self._refuted_expansion()
        for precision in PRECISIONS:
            with ctx.workprec(precision):
                point = {n: rational(v) for n, v in self.said.point.items()}
                self._admitted(point, self.facts)
                full = self.with_solved(point)
                if self.said.relation == "equivalent":
                    left, right = (self._ball_or_nan(side, full) for side in (self.lhs, self.rhs))
                    apart = [not ball.contains(0) or ball.is_nan() for ball in (left, right)]
                    differ = (apart[1] and self._vanishes(left, self.lhs)) or (
                        apart[0] and self._vanishes(right, self.rhs)
                    )
                else:
                    left, right = (enclose(side, full) for side in (self.lhs, self.rhs))
                    differ = not left.overlaps(right)
                if differ:
                    self._admitted(point, self.conditions)
                    return left, right
        raise Rejected("the sides are not shown to differ at the point")

    def _ball_or_nan(self, side: Tree, point: Mapping[str, arb]) -> arb:
        """Enclose a side; nan where it is certain that it has no value, and so no solution."""
        try:
            return enclose(side, point)
        except Undefined:
            if any(self._has_no_value(node, point) for node in evaluated(side)):
                return arb("nan")
            raise

    def _has_no_value(self, node: Tree, point: Mapping[str, arb]) -> bool:
        """Whether it is certain that a function or division is undefined at a point."""
        match node:
            case ("over", _, den):
                return self._vanishes(enclose(den, point), den)
            case ("log", inner):
                ball = enclose(inner, point)
                return ball < 0 or self._vanishes(ball, inner)
            case ("power", base, ("number", text)) if fraction(text) < 0:
                return self._vanishes(enclose(base, point), base)
            case ("power", base, ("number", text)) if fraction(text).denominator % 2 == 0:
                return bool(enclose(base, point) < 0)
            case _:
                return False

    def _coefficients(self) -> list[Ratio]:
        """The coefficients of the difference of the sides that a Landau term does not allow."""
        landau = self.said.landau
        if landau is None:
            raise Rejected("no Landau term")
        name, order = landau.letter, landau.order
        sides = self._toward_zero(landau)
        one_sided = landau.to_infinity or self.letters.get(name, Interval()).low == 0
        terms = whole(self.witness["terms"])
        if not 0 < terms <= MOST_TERMS:
            reject("an expansion out of bounds")
        expander = Expander(
            self.tower, self.rules, self, self.stated, name, terms,
            one_sided=one_sided,
        )  # fmt: skip
        left, right = (expander.series(side) for side in sides)
        most = order + landau.little  # the first order that is allowed
        if min(left.end, right.end) < most:
            reject("an expansion that ends too early")
        zero = self.tower.number(Fraction(0))
        found = []
        for n in range(min(left.start, right.start), most):
            parts = [s.parts[n - s.start] if s.start <= n else zero for s in (left, right)]
            found.append(parts[0] - parts[1])
        return found

    def _toward_zero(self, landau: Landau) -> list[Tree]:
        """Give the sides with the letter that tends to 0; the trees without it must be defined."""
        name, sides = landau.letter, [self.lhs, self.rhs]
        domain = self.letters.get(name, Interval())
        if landau.to_infinity:
            sides = [put(side, name, ("over", ("number", "1"), ("letter", name))) for side in sides]
            if domain.high is not None:
                reject("a bounded letter that tends to infinity")
        elif not domain.reaches_zero():
            reject("a letter that does not tend to 0")
        for node in (x for side in sides for x in nodes(side)):
            if node[0] in BINDERS:
                reject("a sum or derivative in an expansion")
            if not mentions(node, name):
                self.value(node)
        return sides

    def _refuted_expansion(self) -> tuple[arb, arb]:
        """Show that the first coefficient that does not vanish is not 0 at a point."""
        first = next((c for c in self._coefficients() if not self.tower.vanishes(c)), None)
        if first is None:
            raise Rejected("the sides agree to the order that is stated")
        with ctx.workprec(PRECISION):
            point = {n: rational(v) for n, v in self.said.point.items()}
            self._admitted(point, (*self.facts, *self.conditions))
            value = self.tower.enclose(first, self.with_solved(point))
        if value.contains(0):
            reject("a coefficient that may be 0 at the point")
        return value, arb(0)

    def _vanishes(self, ball: arb, side: Tree) -> bool:
        """Whether a side in a ball is exactly 0 at the point."""
        return bool(ball.is_zero()) or (
            ball.contains(0) and not ball.is_nan() and self._is_zero(side)
        )

    def _is_zero(self, side: Tree) -> bool:
        """Whether a side is exactly 0 at the point, by rational arithmetic."""
        found = self.value(side)
        point = self.said.point
        values: dict[str | int, int | fmpz | fmpq] = {
            f"g{i}": _fmpq(point[made.name])
            for i, made in enumerate(self.tower.generators)
            if made.kind == "letter" and made.name in point
        }
        return found.num.subs(values).is_zero() and not found.den.subs(values).is_zero()

    def _admitted(self, point: Mapping[str, arb], facts: Json) -> None:
        """Show that a point is in every interval and that facts and side equations hold at it."""
        with ctx.workprec(max(ctx.prec, PRECISION)):
            point = self.with_solved(point)
            for name, value in point.items():
                if not within(value, self.letters.get(name, Interval())):
                    reject(f"{name} is not within its domain")
            for kind, stated in facts:
                value = enclose(stated, point)
                holds = value > 0 or (kind == "nonzero" and value < 0)
                if not (holds or (kind == "nonnegative" and value.is_zero())):
                    reject("an assumption or condition that fails at the point")
            for index, sides in enumerate(self.given):
                away = enclose(sides[0], point) - enclose(sides[1], point)
                if any(entry["given"] == index for entry in self.witness.get("solved", [])):
                    continue  # defined, it holds by the value of the letter it was solved for
                if not self._vanishes(away, ("add", sides[0], ("minus", sides[1]))):
                    reject("a side equation that fails at the point")
            if self.document["verdict"] == "proved" and self.said.relation != "expansion":
                left, right = (enclose(side, point) for side in (self.lhs, self.rhs))
                if self.said.relation == "equal" and not left.overlaps(right):
                    reject("sides that differ at the point")


def _fmpq(text: str) -> fmpq:
    value = fraction(text)
    return fmpq(value.numerator, value.denominator)
