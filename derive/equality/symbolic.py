"""Sides that are given as SymPy expressions: terms, and what their symbols assume."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import sympy

from derive.equality.assumptions import Assumed, Unfit, parse_assumption
from derive.equality.letters import Letters, free_notation
from derive.equality.scopes import MESSAGE, meant_for_all
from derive.equality.statement import Domain, Fact, Statement
from derive.equality.texts import about, difference, parse_vary
from derive.errors import IllTyped, ParseError, Span
from derive.language.bridge import from_sympy
from derive.language.terms import Sym, Term
from derive.reader.elaborate import Elaborator
from derive.reader.names import name_in, readable
from derive.reader.notation import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from derive.equality.texts import Side

_ZERO = Fraction(0)
_DOMAINS: Mapping[str, Domain] = {
    "positive": Domain(_ZERO),
    "nonnegative": Domain(_ZERO, low_closed=True),
    "negative": Domain(None, _ZERO),
    "nonpositive": Domain(None, _ZERO, high_closed=True),
    "integer": Domain(whole=True),
    "real": Domain(),
}

_SIGNS: Mapping[type, str] = {
    sympy.StrictGreaterThan: ">",
    sympy.StrictLessThan: "<",
    sympy.GreaterThan: "\\ge",
    sympy.LessThan: "\\le",
    sympy.Ne: "\\ne",
}


@dataclass
class Symbols:
    """Takes expressions as terms and collects what their symbols assume."""

    assumed: Assumed
    known: dict[str, sympy.Symbol] = field(default_factory=dict)

    def sides(self, value: Side) -> tuple[Term, ...]:
        """An expression as its term, an equation as the terms of its two sides.

        Raises:
            IllTyped: a part that is not real, or has no term.
        """
        if isinstance(value, int):
            return (from_sympy(sympy.Integer(value), as_written=True),)
        if isinstance(value, sympy.Eq):
            return (*self.sides(value.lhs), *self.sides(value.rhs))
        if isinstance(value, str):
            raise IllTyped("expected a SymPy expression beside another one, found LaTeX")
        if not isinstance(value, sympy.Expr):
            raise IllTyped(f"expected an expression or an equation, not a {type(value).__name__}")
        for symbol in sorted(value.atoms(sympy.Symbol), key=str):
            self._take(symbol, bound=symbol not in value.free_symbols)
        return (from_sympy(value, as_written=True),)

    def symbol(self, symbol: sympy.Symbol) -> Sym:
        """The letter that a symbol is."""
        self._take(symbol, bound=False)
        return Sym(symbol.name)

    def pair(self, equation: Side | tuple[Side, Side]) -> tuple[Term, Term]:
        """The two sides of a side equation."""
        parts = equation if isinstance(equation, tuple) else (equation,)
        sides = tuple(side for part in parts for side in self.sides(part))
        if len(sides) != 2:
            raise IllTyped("expected an equation of SymPy, or a pair")
        return sides[0], sides[1]

    def assume(self, assumption: Side, where: str) -> None:
        """Take an assumption in: a relation of SymPy, or LaTeX about symbols by their names."""
        if isinstance(assumption, str):
            self._assume_text(assumption, where)
            return
        if assumption == sympy.true:  # SymPy knows it from the symbols
            return
        if assumption == sympy.false:
            raise Unfit("an assumption that is false")
        sign = _SIGNS.get(type(assumption))
        if sign is None or not isinstance(assumption, sympy.Rel):
            raise IllTyped(f"expected an assumption such as x > 0, not {assumption}")
        (left,), (right,) = self.sides(assumption.lhs), self.sides(assumption.rhs)
        self.assumed.compare(left, sign, right)

    def _assume_text(self, text: str, where: str) -> None:
        with about(where):
            assumption = parse_assumption(text)
            letters = Letters(assumption.subjects)
            for node in assumption.nodes:
                letters.collect(text, node)
            meanings = letters.meanings()
            strangers = sorted(set(meanings) - {canonical(name) for name in self.known})
            if strangers:
                message = f"no symbol of the expressions is called '{strangers[0]}'"
                raise ParseError(message, text, Span(0, len(text)))
            self.assumed.add(assumption, Elaborator(free_notation(text, meanings)).term)

    def orders(self, sides: Sequence[Side | tuple[Side, Side]], vary: Sym | None,
               toward: Literal["0", "oo"]) -> None:  # fmt: skip
        """Refuse an O of SymPy in another letter, or elsewhere, than what varies.

        Raises:
            IllTyped: there is one.
        """
        limit = {"0": sympy.Integer(0), "oo": sympy.oo}[toward]
        parts = [part for side in sides for part in (side if isinstance(side, tuple) else (side,))]
        for order in (o for part in parts if isinstance(part, sympy.Basic)
                      for o in part.atoms(sympy.Order)):  # fmt: skip
            if vary is None:
                raise IllTyped("an O of SymPy: which letter varies?")
            if [symbol.name for symbol in order.variables] != [vary.name]:
                raise IllTyped(f"an O of SymPy in another letter than {vary.name}, which varies")
            if tuple(order.point) != (limit,):
                raise IllTyped(
                    f"an O of SymPy at another point than {limit}, where {vary.name} tends to"
                )

    def varying(self, vary: Side | None) -> tuple[Sym | None, Literal["0", "oo"]]:
        """The letter that Landau terms speak of, and where it tends to."""
        if vary is None or isinstance(vary, sympy.Symbol):
            return (None if vary is None else self.symbol(vary)), "0"
        if not isinstance(vary, str):
            raise IllTyped(f"expected a symbol that varies, not {vary}")
        parsed = parse_vary(vary)
        name = readable(name_in(parsed[0]) or "") if parsed is not None else ""
        if parsed is None or name not in self.known:
            raise IllTyped(f"no symbol of the expressions is called '{vary}'")
        return Sym(name), parsed[1]

    def _take(self, symbol: sympy.Symbol, *, bound: bool) -> None:
        if self.known.setdefault(symbol.name, symbol) != symbol:
            raise IllTyped(f"two symbols called {symbol.name}")
        letter = Sym(symbol.name)
        if bound or letter in self.assumed.letters:
            return
        kinds = _kinds(symbol)
        self.assumed.restrict(letter, Domain())
        for kind in kinds:
            if kind in _DOMAINS:
                self.assumed.restrict(letter, _DOMAINS[kind])
        if "nonzero" in kinds and not {"positive", "negative"} & set(kinds):
            self.assumed.facts.append(Fact("nonzero", letter))


def _kinds(symbol: sympy.Symbol) -> tuple[str, ...]:
    """What a symbol assumes; without any assumption it is real."""
    assumed = symbol.assumptions0
    if assumed == {"commutative": True}:
        return ("real",)
    if assumed.get("real") is not True:
        raise IllTyped(f"the symbol {symbol.name} is not known to be real")
    kinds = tuple(kind for kind in (*_DOMAINS, "nonzero") if assumed.get(kind) is True)
    # Whatever else is assumed (even, prime, irrational) would be lost on the way.
    if sympy.Dummy(**dict.fromkeys(kinds, True)).assumptions0 != assumed:
        raise IllTyped(f"an assumption about the symbol {symbol.name} that is not read")
    return kinds


def read_symbolic(
    lhs: Side,
    rhs: Side,
    given: Sequence[Side | tuple[Side, Side]],
    assume: Sequence[Side],
    vary: Side | None,
) -> Statement:
    """Read two SymPy expressions; the letters of assumptions in LaTeX are names of symbols.

    Raises:
        IllTyped: an expression that has no meaning over the real numbers.
        ParseError: an assumption in LaTeX that is not understood.
    """
    symbols = Symbols(Assumed())
    left, right = symbols.sides(lhs), symbols.sides(rhs)
    if len(left) != len(right):
        raise IllTyped("an equation against an expression")
    pairs = [symbols.pair(equation) for equation in given]
    for number, assumption in enumerate(assume, 1):
        symbols.assume(assumption, f"assumption {number}")
    terms = (*left, *right, *(side for pair in pairs for side in pair))
    facts = tuple(fact.term for fact in symbols.assumed.facts)
    for aside, equation in ((terms[len(left) + len(right) :], True), (facts, False)):
        name = meant_for_all(aside, (*terms, *facts), equation=equation)
        if name:
            raise IllTyped(MESSAGE.format(name))
    symbol, toward = symbols.varying(vary)
    symbols.orders((lhs, rhs, *given, *assume), symbol, toward)
    return Statement(
        difference(left),
        difference(right),
        equations=len(left) == 2,
        letters=symbols.assumed.letters,
        facts=tuple(symbols.assumed.facts),
        given=tuple(pairs),
        vary=symbol,
        toward=toward,
    )
