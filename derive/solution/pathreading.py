r"""Formulas of densities read off their syntax: `E_q[\log \frac{q(x_{1:T} | x_0)}{p(x_{0:T})}]`.

Letters `p` and `q`, whatever their scripts, are laws; a density is named by its arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.reader.elaborate import unscripted
from derive.reader.names import name_in, name_of, without_font
from derive.reader.syntax import (
    Group,
    Integrate,
    Letter,
    Mark,
    Node,
    Number,
    Quotient,
    Relation,
    Row,
    Script,
    Scripted,
    Sum,
    Summation,
    Word,
    is_ellipsis,
    items_of,
)
from derive.solution.congruence import shape
from derive.solution.logdensities import (
    Divergence,
    Exp,
    NotRead,
    One,
    Opaque,
    Overlap,
    Parts,
    Spread,
    density,
    integrated,
    mean,
    plus,
    summed,
    variables,
)
from derive.solution.spans import BOUND, NO_SUM, Order, Span, Variables, disjoint, shifted
from derive.solution.telescoping import Index, index_of, only, range_of
from derive.solution.usage import free_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LAWS = frozenset({"p", "q"})
_KL = frozenset({"KL", "\\mathrm{KL}", "\\text{KL}"})
_BRACKETS = frozenset({"(", "[", "\\{", "{"})
_BETWEEN = frozenset({"\\|", "\\parallel", "||", ","})
_PRODUCTS = frozenset({"\\cdot", "*", "\\times"})


@dataclass(frozen=True)
class Application:
    """A density with its arguments, `q(x_t | x_0)`."""

    law: str
    of: tuple[Span, ...]
    given: tuple[Span, ...]


@dataclass(frozen=True)
class Reading:
    r"""What the names in a formula mean.

    blocks:    letters that stand for several variables, `z = x_{1:T}`.
    marginals: densities of one variable under another name: `p(x_T)` of the law `p_\theta`.
    values:    what names stand for, `\text{ELBO}`.
    bare:      the laws of means that are written without all of it, `E_q`, `E_x`.
    bound:     the values of indices inside sums.
    whole:     whether divergences are left as they are.
    """

    blocks: Mapping[str, Span] = field(default_factory=dict)
    marginals: Mapping[tuple[str, Span], str] = field(default_factory=dict)
    values: Mapping[str, Parts] = field(default_factory=dict)
    bare: Mapping[str, Spread] = field(default_factory=dict)
    bound: tuple[tuple[str, Index], ...] = ()
    order: Order = NO_SUM
    whole: bool = False

    # --- numbers ---

    def number(self, node: Node) -> Parts:
        """Read a combination of logarithms, means and divergences.  Raises NotRead."""
        match node:
            case Number(value=value):
                return {One(): value} if value else {}
            case Sum(terms=terms):
                return plus(*((self.number(t), -1 if sign == "-" else 1) for sign, t in terms))
            case Group(kind="(" | "[" | "{" | "\\{") if len(node.parts.items) == 1:
                return self.number(node.parts.items[0])
            case Summation(kind="sum"):
                return self._sum(node, product=False)
            case Integrate(sub=None, sup=None):
                return self._integral(node)
            case _:
                return self._row(items_of(node))

    def _row(self, items: tuple[Node, ...]) -> Parts:
        head, rest = items[0], items[1:]
        if isinstance(head, Number) and rest:
            times = self.number(rest[0]) if len(rest) == 1 else self._row(rest)
            return plus((times, head.value))
        if isinstance(head, Word) and head.name in ("log", "ln") and rest:
            return self.product(rest)
        if _is_mean(head) and rest:
            return self._mean(head, rest, positive=False)
        if _is_divergence(head) and len(rest) == 1:
            return self._divergence(rest[0])
        if len(items) > 1 or not isinstance(head, Letter | Word | Scripted):
            raise NotRead
        return self._named(head)

    def _integral(self, node: Integrate) -> Parts:
        r"""Read `\int q(z | x) \log p(x, z) dz` as a mean."""
        match items_of(node.body):
            case (letter, Group(kind="(") as group, *rest) if rest and is_law(letter):
                found = self.applied(letter, group)
            case _:
                raise NotRead
        over = frozenset(found.of)
        if over != self._integrated_over(node.var, over):
            raise NotRead
        spread = Spread(found.law, over, frozenset(found.given))
        body = rest[0] if len(rest) == 1 else Row(rest[0].span, tuple(rest))
        return mean(spread, self.number(body), self.order)

    def _named(self, node: Node) -> Parts:
        name = name_in(node)
        if name is None or free_letters(node) & {letter for letter, _ in self.bound}:
            raise NotRead
        if name in self.values:
            return self.values[name]
        return {Opaque(shape(node)): Fraction(1)}

    def _sum(self, node: Summation, *, product: bool) -> Parts:
        """Read a sum; its first terms stand apart where they are of no density."""
        found = range_of(node)
        if found is None:
            raise NotRead
        letter, low, high = found
        if self.bound or BOUND in (letter, low.letter) or letter in (low.letter, high.letter):
            raise NotRead  # a sum in a sum
        first: list[tuple[Parts, int]] = []
        for _ in range(3):
            inside = self._within(letter, Index(BOUND), Order(low, high))
            try:
                body = inside.product(items_of(node.body)) if product else inside.number(node.body)
            except Overlap:
                if low.letter:
                    raise
                alone = self._within(letter, low, NO_SUM)
                body = alone.product(items_of(node.body)) if product else alone.number(node.body)
                first.append((body, 1))
                low = shifted(low, 1)
                continue
            return plus((summed(body, low, high), 1), *first)
        raise NotRead

    def _within(self, letter: str, value: Index, order: Order) -> Reading:
        return replace(self, bound=((letter, value),), order=order)

    # --- products ---

    def product(self, items: Sequence[Node]) -> Parts:
        """Read the logarithm of a product of densities.  Raises NotRead."""
        total: Parts = {}
        position, sign = 0, 1
        while position < len(items):
            item = items[position]
            position += 1
            if isinstance(item, Mark):
                if item.symbol not in _PRODUCTS | {"/"} or position == len(items):
                    raise NotRead
                sign = -1 if item.symbol == "/" else 1
                continue
            if _is_mean(item):
                if position != 1 or position == len(items):
                    raise NotRead
                return plus((total, 1), (self._mean(item, items[position:], positive=True), 1))
            group = items[position] if position < len(items) else None
            if is_law(item) and isinstance(group, Group) and group.kind == "(":
                position += 1
                found = self._density(self.applied(item, group))
            else:
                found = self._factor(item)
            total = plus((total, 1), (found, sign))
            sign = 1
        return total

    def _factor(self, item: Node) -> Parts:
        match item:
            case Quotient(num=num, den=den):
                below = self.product(items_of(den))
                return plus((self.product(items_of(num)), 1), (below, -1))
            case Group(kind="(" | "[" | "{" | "\\{") if len(item.parts.items) == 1:
                return self.product(items_of(item.parts.items[0]))
            case Summation(kind="prod"):
                return self._sum(item, product=True)
            case Integrate(body=body, var=var, sub=None, sup=None):
                found = self.product(items_of(body))
                used = frozenset[Span]().union(*map(variables, found))
                return integrated(found, self._integrated_over(var, used), self.order)
            case Row():
                return self.product(item.items)
            case Number(value=value) if value == 1:
                return {}
            case _:
                raise NotRead

    def _integrated_over(self, var: Node, used: Variables) -> Variables:
        """The variables of `dx_{1:T}`, in the font that the densities have them in."""
        plain = {without_font(span.base) or span.base: span.base for span in used}
        found = self.variables_of(var)
        bases = [plain.get(without_font(span.base) or span.base, span.base) for span in found]
        return frozenset(replace(s, base=b) for s, b in zip(found, bases, strict=True))

    def _density(self, found: Application) -> Parts:
        for spans in (found.of, found.given):
            for k, one in enumerate(spans):
                if any(not disjoint(one, two, self.order) for two in spans[:k]):
                    raise Overlap
        law = found.law
        if len(found.of) == 1 and not found.given:
            law = self.marginals.get((law, found.of[0]), law)
        return density(law, frozenset(found.of), frozenset(found.given), self.order)

    def applied(self, item: Node, group: Group) -> Application:
        """Read a density with its arguments.  Raises NotRead."""
        law, bars = _law(item), group.parts.separators
        if law is None or free_letters(item) & {letter for letter, _ in self.bound}:
            raise NotRead
        if set(bars) - {"|", ","} or bars.count("|") > 1:
            raise NotRead
        cut = bars.index("|") + 1 if "|" in bars else len(group.parts.items)
        of, given = group.parts.items[:cut], group.parts.items[cut:]
        found = Application(law, self.listed(of), self.listed(given))
        indices = frozenset[str]().union(*(span.letters for span in found.of + found.given))
        if any(span.base in indices for span in found.of + found.given):
            raise NotRead  # a time is no random variable
        return found

    def listed(self, items: Sequence[Node]) -> tuple[Span, ...]:
        r"""Read variables, `x_0, x_{1:T}`, or `x_0, x_1, \dots, x_T`."""
        dots = [k for k, item in enumerate(items) if is_ellipsis(item)]
        if not dots:
            return tuple(span for item in items for span in self.variables_of(item))
        if len(dots) > 1 or not 0 < dots[0] < len(items) - 1 or dots[0] != len(items) - 2:
            raise NotRead
        known = [self.variables_of(item)[0] for item in items if not is_ellipsis(item)]
        first, last = known[0], known[-1]
        steps = [one.first for one in known[:-1]]
        if first.first is None or last.last is None or first.base != last.base:
            raise NotRead
        if steps != [shifted(first.first, k) for k in range(len(steps))]:
            raise NotRead
        return (Span(first.base, first.first, last.last),)

    def variables_of(self, node: Node) -> tuple[Span, ...]:
        """Read `x_t`, `x_{1:T}`, or a letter without an index."""
        base, sub, sup, primes = unscripted(node)
        name = name_in(node)
        block = self.blocks.get(name or "")
        if block is not None and block.letters & {letter for letter, _ in self.bound}:
            raise NotRead
        if block is not None:
            return (block,)
        if not isinstance(base, Letter) or sup is not None or primes or name is None:
            raise NotRead
        letter = name_of(base, None)
        if sub is None and any(base.name == bound for bound, _ in self.bound):
            raise NotRead  # the index of the sum as an argument, `q(x_t, t)`
        if sub is None:
            return (Span(letter),)
        ends = sub.parts.items
        if len(ends) == 2 and sub.parts.separators == (":",):
            return (Span(letter, self._index(ends[0]), self._index(ends[1])),)
        inner = only(sub)
        index = None if inner is None else index_of(inner)
        if index is not None and inner is not None:
            return (Span(letter, self._index(inner), self._index(inner)),)
        if free_letters(node) & {letter for letter, _ in self.bound}:
            raise NotRead
        return (Span(name),)

    def _index(self, node: Node) -> Index:
        index = index_of(node)
        if index is None:
            raise NotRead
        for letter, value in self.bound:
            index = index.at(letter, value)
        return index

    # --- means and divergences ---

    def _mean(self, head: Node, rest: Sequence[Node], *, positive: bool) -> Parts:
        """Read a mean, or the logarithm of one of what is positive."""
        spread = self.spread(unscripted(head)[1])
        body = tuple(rest)
        if isinstance(body[0], Group) and body[0].kind in _BRACKETS:
            if len(body) > 1 or len(body[0].parts.items) != 1:
                raise NotRead
            body = items_of(body[0].parts.items[0])
        if positive:
            return self._log_mean(spread, body)
        whole: Node = body[0] if len(body) == 1 else Row(body[0].span, body)
        try:
            inner = self.number(whole)
        except NotRead:
            inner = {Exp(frozenset(self.product(body).items())): Fraction(1)}
        return mean(spread, inner, self.order)

    def _log_mean(self, spread: Spread, body: Sequence[Node]) -> Parts:
        if spread.over is None:
            raise NotRead
        law = density(spread.law, spread.over, spread.given, self.order)
        return integrated(plus((law, 1), (self.product(body), 1)), spread.over, self.order)

    def spread(self, sub: Script | None) -> Spread:
        r"""Read what a mean is taken over: `x \sim q(x | y)`, `q(x | y)`, `q`, `x`."""
        item = only(sub)
        if item is None:
            raise NotRead
        known = self.bare.get(name_in(item) or "")
        if known is not None:
            return known
        explicit = self.drawn(item)
        if explicit is None:
            raise NotRead
        return explicit

    def drawn(self, item: Node) -> Spread | None:
        """Read a law and what is drawn from it; None where one of them is not written."""
        over: tuple[Span, ...] | None = None
        if isinstance(item, Relation):
            if item.symbols != ("\\sim",):
                raise NotRead
            over, item = self.variables_of(item.sides[0]), item.sides[1]
        match items_of(item):
            case (letter, Group(kind="(") as group):
                return self._of_application(letter, group, over)
            case (letter,) if over is not None and (name := name_in(letter)) is not None:
                return Spread(name, frozenset(over), frozenset())
            case _:
                return None

    def _of_application(
        self, letter: Node, group: Group, over: tuple[Span, ...] | None
    ) -> Spread | None:
        first, *others = group.parts.items
        if isinstance(first, Letter) and first.name == "\\cdot" and over is not None:
            law, bars = _law(letter), group.parts.separators
            if law is None or (bars and bars[0] != "|") or set(bars[1:]) - {","}:
                raise NotRead
            return Spread(law, frozenset(over), frozenset(self.listed(others)))
        found = self.applied(letter, group)
        if over is not None and set(over) != set(found.of):
            raise NotRead
        if not all(disjoint(a, b, self.order) for a in found.of for b in found.given):
            raise Overlap
        return Spread(found.law, frozenset(found.of), frozenset(found.given))

    def _divergence(self, group: Node) -> Parts:
        r"""Read `(q(x | y) \| p(x))`: the mean of the logarithm of the quotient, by the first."""
        if not isinstance(group, Group) or len(group.parts.items) != 2:
            raise NotRead
        if group.kind not in _BRACKETS or set(group.parts.separators) - _BETWEEN:
            raise NotRead
        one, two = (self._application(item) for item in group.parts.items)
        if set(one.of) != set(two.of):
            raise NotRead
        over, given = frozenset(one.of), frozenset(one.given)
        quotient = plus((self._density(one), 1), (self._density(two), -1))
        found = mean(Spread(one.law, over, given), quotient, self.order)
        if not self.whole:
            return found
        sides = ((one.law, over, given), (two.law, over, frozenset(two.given)))
        return {Divergence(sides): Fraction(1)}

    def _application(self, node: Node) -> Application:
        match node:
            case Row(items=(letter, Group(kind="(") as group)):
                return self.applied(letter, group)
            case _:
                raise NotRead


def _law(item: Node) -> str | None:
    """The name of a law, with its scripts."""
    base, sub, sup, primes = unscripted(item)
    if not isinstance(base, Letter) or base.name not in LAWS or sup is not None or primes:
        return None
    return name_of(base, sub)


def is_law(item: Node) -> bool:
    """Whether a letter is that of a law."""
    return _law(item) is not None


def _is_mean(item: Node) -> bool:
    base, sub, sup, primes = unscripted(item)
    plain = sup is None and not primes and sub is not None
    return plain and isinstance(base, Letter) and base.name == "E"


def _is_divergence(item: Node) -> bool:
    base, sub, sup, primes = unscripted(item)
    if sup is not None or primes:
        return False
    if isinstance(base, Word) and base.name.upper() in ("KL", "DKL"):
        return sub is None
    return isinstance(base, Letter) and base.name == "D" and sub is not None and sub.text in _KL
