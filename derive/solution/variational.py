r"""Equations and bounds between means of logarithms of densities: `\log p(x) \ge \text{ELBO}`.

Both sides are brought into the normal form of `logdensities`; that they are equal, or
differ by a divergence, which is not negative, is a claim about numbers that the engine
decides.  Nothing is refuted here: what a law is of is read off its letters alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.language.claims import Equal
from derive.language.terms import Sym, Term, add, mul, term
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in
from derive.reader.notation import canonical
from derive.reader.syntax import Group, Letter, Script, items_of
from derive.solution.factors import markov_step
from derive.solution.hidden import Hidden, changes, changes_in_means, hidden_letters
from derive.solution.judgement import Judgement, unresolved
from derive.solution.logdensities import (
    Divergence,
    Log,
    Mean,
    NotRead,
    One,
    Opaque,
    Parts,
    Spread,
    Summed,
    expanded,
    joint,
    mean,
    moved,
    plus,
)
from derive.solution.pathreading import Reading, is_law
from derive.solution.sides import Side
from derive.solution.spans import NO_SUM, Span, Variables, contained, shifted
from derive.solution.telescoping import Index, index_of, only
from derive.solution.usage import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.documents.chains import Chain, Sign
    from derive.reader.syntax import Node
    from derive.solution.equations import Equations

_SIGNS = frozenset({"=", ":=", "\\equiv", "\\triangleq", "\\doteq"})
_ORDERS = frozenset({"\\le", "\\ge"})
_DIVERGENCE = "the difference is a Kullback-Leibler divergence"


@dataclass
class Paths:
    """What a document says of its laws.

    markov:    the laws of Markov chains with their letters, and the lines that say so.
    marginals: densities of one variable under another name.
    blocks:    letters that stand for several variables.
    values:    names of numbers, with the chains that define them.
    hidden:    what letters depend on without showing it.
    mixed:     letters that stand for several variables here and for something else there.
    """

    markov: dict[tuple[str, str], int] = field(default_factory=dict)
    marginals: dict[tuple[str, Span], str] = field(default_factory=dict)
    blocks: dict[str, Span] = field(default_factory=dict)
    values: dict[str, list[tuple[Side, Chain]]] = field(default_factory=dict)
    hidden: Hidden = field(default_factory=dict)
    mixed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, chains: Iterable[Chain]) -> Paths:
        """Collect what the chains of a document say."""
        chains = list(chains)
        made = cls(hidden=hidden_letters(chains))
        denied: set[tuple[str, str]] = set()
        for chain in chains:
            sides = [Side(text) for text in chain.sides]
            if any(side.flaw is not None for side in sides[:2]) or len(sides) < 2:
                continue
            if chain.signs[0].symbol in _SIGNS:
                made._add(sides[0], sides[1], chain, denied)
        for law in denied:
            made.markov.pop(law, None)
        return made

    def _add(self, lhs: Side, rhs: Side, chain: Chain, denied: set[tuple[str, str]]) -> None:
        step = markov_step(lhs.node, rhs.node)
        if step is not None and not step.markov:
            denied.add((step.law, step.base))
        elif step is not None:
            self.markov.setdefault((step.law, step.base), lhs.text.place(0).line)
            if step.alone is not None:
                name, (letter, shift) = step.alone
                index = Index(letter, shift)
                self.marginals[name, Span(step.base, index, index)] = step.law
        named = name_in(lhs.node)
        if named is None or _is_indexed(lhs.node):
            return
        block = _block(rhs.node)
        if block is not None and isinstance(lhs.node, Letter):
            if self.blocks.setdefault(named, block) != block or named in self.values:
                self.mixed.add(named)
        else:
            if named in self.blocks:
                self.mixed.add(named)
            self.values.setdefault(named, []).append((rhs, chain))

    def without(self, names: Iterable[str]) -> Paths:
        """Leave out what names are said to stand for that have a meaning elsewhere."""
        left = set(self.values) - set(names)
        return replace(self, values={name: self.values[name] for name in left})

    # --- what is decided ---

    def decided(
        self, lhs: Side, rhs: Side, symbol: str, chain: Chain
    ) -> tuple[Equal, tuple[str, ...]] | None:
        """Give a claim about numbers that makes a link true, with what it rests on.

        Raises NotRead where a side is no formula of densities; None: it may be false.
        """
        low, high = (lhs, rhs) if symbol == "\\le" else (rhs, lhs)
        notes = (_DIVERGENCE,) if symbol in _ORDERS else ()
        whatever = replace(self, markov={}, marginals={})  # true of all laws
        try:
            claim = whatever.claim(low, high, chain, bound=symbol in _ORDERS)
        except NotRead:
            claim = None
        if claim is not None:
            return claim, notes
        claim = self.claim(low, high, chain, bound=symbol in _ORDERS)
        return None if claim is None else (claim, (*notes, *self._because(lhs, rhs)))

    def claim(self, low: Side, high: Side, chain: Chain, *, bound: bool) -> Equal | None:
        """The claim, where it comes of every reading."""
        if self._misleads(low, high):
            raise NotRead
        claim: Equal | None = None
        for reading in self._readings(chain, _names(low, high)):
            one, two = _both(low, high, reading)
            if not (_has_density(one) or _has_density(two)):
                raise NotRead
            if bound:
                values = self._values(_names(low, high), whole=True)
                whole = replace(reading, whole=True, values=values)
                claim = self._written(low, high, whole) or self._found(one, two)
            else:
                one, two = self._settled(one), self._settled(two)
                claim = _as_numbers(one, two) if one == two else None
            if claim is None:
                return None
        return claim

    def _misleads(self, *sides: Side) -> bool:
        """Whether a letter is more than one, or a function of what a sum or a mean goes over."""
        shown = {name: on for name, on in self.hidden.items() if name not in self.blocks}
        return bool(_names(*sides) & self.mixed) or any(
            changes(side.node, shown) or changes_in_means(side.node, shown) for side in sides
        )

    def _written(self, low: Side, high: Side, reading: Reading) -> Equal | None:
        """The claim, where the difference is made of divergences as they are written."""
        try:
            one, two = reading.number(low.node), reading.number(high.node)
        except NotRead:
            return None
        one, two = self._settled(one), self._settled(two)
        more = plus((two, 1), (one, -1))
        return _as_numbers(plus((one, 1), (more, 1)), two) if _is_positive(more) else None

    def _found(self, one: Parts, two: Parts) -> Equal | None:
        """The claim, where the difference is a divergence that is not written as one."""
        more = self._settled(plus((two, 1), (one, -1)))
        for divergence, times in _candidates(plus((two, 1), (one, -1))):
            found = self._settled(divergence)
            if found and more == plus((found, times)):
                one, two = self._settled(one), self._settled(two)
                return _as_numbers(plus((one, 1), (found, times)), two)
        return None

    def _settled(self, parts: Parts) -> Parts:
        return expanded(parts, frozenset(self.markov))

    def _because(self, lhs: Side, rhs: Side) -> Iterator[str]:
        """Which lines were used."""
        used = _names(lhs, rhs)
        lines = sorted({line for (law, _), line in self.markov.items() if law in used})
        if lines:
            yield f"with the chain of line {', '.join(map(str, lines))}"

    # --- readings ---

    def _readings(self, chain: Chain, names: frozenset[str]) -> Iterator[Reading]:
        """The meanings that `E_q` can have: of what is written, in full or given a condition."""
        made = Reading(self.blocks, self.marginals, self._values(names))
        known, bare = _spreads(chain, made)
        left = {name: item for name, item in bare.items() if name not in known}
        if not left:
            yield replace(made, bare=known)
            return
        for given in (frozenset[Span](), *_conditions(chain, made)):
            guessed = {name: _bare(item, given, made) for name, item in left.items()}
            yield replace(made, bare={**known, **guessed})

    def _values(self, names: frozenset[str], *, whole: bool = False) -> dict[str, Parts]:
        """What names stand for, where all their definitions agree."""
        found: dict[str, Parts] = {}
        for name in sorted(names & set(self.values)):
            definitions = self.values[name]
            made = [self._value(side, chain, whole=whole) for side, chain in definitions]
            known = [self._settled(value) for value in made if value is not None]
            first = made[0]
            same = len(known) == len(made) and all(value == known[0] for value in known)
            if same and first is not None and _has_density(first):
                found[name] = first
        return found

    def _value(self, side: Side, chain: Chain, *, whole: bool) -> Parts | None:
        made = Reading(self.blocks, self.marginals, whole=whole)
        known, bare = _spreads(chain, made)
        if set(bare) - set(known) or self._misleads(side):
            return None
        try:
            return replace(made, bare=known).number(side.node)
        except NotRead:
            return None


# --- means ---


def _spreads(chain: Chain, reading: Reading) -> tuple[dict[str, Spread], dict[str, Node]]:
    """What means of a chain are written in full, by law and by variable; and the bare ones."""
    full: dict[str, set[Spread]] = {}
    bare: dict[str, Node] = {}
    for sub in _means(chain):
        item = only(sub)
        name = None if item is None else name_in(item)
        if name is not None and item is not None:
            bare[name] = item
            continue
        try:
            spread = None if item is None else reading.drawn(item)
        except NotRead:
            continue
        if spread is not None and spread.over is not None:
            names = [spread.law, *(_shown(span) for span in spread.over)]
            for each in names if len(spread.over) == 1 else names[:1]:
                full.setdefault(each, set()).add(spread)
    return {name: next(iter(s)) for name, s in full.items() if len(s) == 1}, bare


def _bare(item: Node, given: Variables, reading: Reading) -> Spread:
    """A mean over all variables by a law, or over those that are named, by a law of their own."""
    if is_law(item):
        return Spread(name_in(item) or "", None, given)
    return Spread("", frozenset(reading.variables_of(item)), frozenset())


def _means(chain: Chain) -> Iterator[Script]:
    for text in chain.sides:
        side = Side(text)
        if side.flaw is not None:
            continue
        for node in nodes_in(side.node):
            base, sub, _, _ = unscripted(node)
            if isinstance(base, Letter) and base.name == "E" and sub is not None:
                yield sub


def _conditions(chain: Chain, reading: Reading) -> set[Variables]:
    """What densities of a chain are given."""
    found = set()
    for text in chain.sides:
        side = Side(text)
        rows = () if side.flaw is not None else map(items_of, nodes_in(side.node))
        for row in rows:
            for letter, group in pairwise(row):
                if isinstance(group, Group):
                    try:
                        found.add(frozenset(reading.applied(letter, group).given))
                    except NotRead:
                        continue
    return found - {frozenset()}


def _shown(span: Span) -> str:
    return span.base if span.first is None else f"{span.base}_{{{span.first.text}}}"


# --- parts of combinations ---


def _both(lhs: Side, rhs: Side, reading: Reading) -> tuple[Parts, Parts]:
    """Read two sides as numbers, or else both as products by their logarithms."""
    try:
        return reading.number(lhs.node), reading.number(rhs.node)
    except NotRead:
        one, two = (reading.product(items_of(side.node)) for side in (lhs, rhs))
        return one, two


def _has_density(parts: Parts) -> bool:
    return any(not isinstance(atom, One | Opaque) for atom in parts)


def _is_positive(parts: Parts) -> bool:
    """Whether a combination is of divergences, which are not negative: sums, less some terms."""
    left = dict(parts)
    for atom, n in parts.items():
        if isinstance(atom, Summed) and n > 0:
            ends = [shifted(atom.low, k) for k in range(3)]
            ends += [shifted(atom.high, -k) for k in range(3)]
            for term_ in (moved(atom.of, end) for end in ends):
                if -n <= left.get(term_, 0) < 0:
                    left[term_] = Fraction(0)
    return all(n >= 0 and _is_divergence(atom) for atom, n in left.items())


def _is_divergence(atom: object) -> bool:
    while isinstance(atom, Mean | Summed):
        atom = atom.of
    return isinstance(atom, Divergence)


def _candidates(more: Parts) -> Iterator[tuple[Parts, Fraction]]:
    """The divergences, means of them too, that a combination may be a multiple of."""
    means = [(atom, n) for atom, n in more.items() if isinstance(atom, Mean)]
    logs = {atom.of for atom in more if isinstance(atom, Log)}
    logs |= {atom.of.of for atom, _ in means if isinstance(atom.of, Log)}
    for atom, n in means:
        inner = atom.of
        if n >= 0 or not isinstance(inner, Log) or inner.law == atom.law:
            continue
        for given in {frozenset[Span](), atom.given, *logs}:
            # Of the other variables, and averaged over no more than what it is given.
            inside = contained(given, inner.of, NO_SUM) and given != inner.of
            if inside and contained(atom.given, given, NO_SUM):
                yield _divergence(atom, inner, given), -n


def _divergence(atom: Mean, model: Log, given: Variables) -> Parts:
    """The mean of the divergence of the law from a model of the same variables, given some."""
    laws = ((atom.law, 1), (model.law, -1))
    parts = [
        (plus((joint(law, model.of, NO_SUM), 1), (joint(law, given, NO_SUM), -1)), n)
        for law, n in laws
    ]
    return mean(Spread(atom.law, None, atom.given), plus(*parts), NO_SUM)


# --- claims ---


def _as_numbers(one: Parts, two: Parts) -> Equal:
    """The claim that two combinations are equal, whatever numbers their atoms are."""
    keys = dict.fromkeys([*one, *two])
    letters = {key: Sym(f"a_{{{number}}}") for number, key in enumerate(keys)}

    def total(parts: Parts) -> Term:
        return add(*(mul(term(n), letters[key]) for key, n in parts.items())) if parts else term(0)

    return Equal(total(one), total(two))


# --- names ---


def _names(*sides: Side) -> frozenset[str]:
    return frozenset(name for s in sides for n in nodes_in(s.node) if (name := name_in(n)))


def _is_indexed(node: Node) -> bool:
    _, sub, _, _ = unscripted(node)
    inner = None if sub is None else only(sub)
    return sub is not None and (inner is None or index_of(inner) is not None)


def _block(node: Node) -> Span | None:
    r"""Read `x_{1:T}`, `(x_1, \dots, x_T)`, `\{x_1, \dots, x_T\}`."""
    items = node.parts.items if isinstance(node, Group) else (node,)
    try:
        found = Reading().listed(items)
    except NotRead:
        return None
    block = found[0] if len(found) == 1 else None
    return block if block is not None and block.first != block.last else None


# --- links ---

_OPEN = "means and densities of a process, which are not seen to be equal"
_OPEN_ORDER = "a difference of means and densities, which is not seen to be a divergence"


def improved(
    judgement: Judgement,
    sides: tuple[Side, Side],
    sign: Sign,
    chain: Chain,
    equations: Equations,
) -> Judgement:
    """Judge anew what is open, as an equation or a bound between means of densities."""
    context, symbol = equations.context, sign.symbol
    follows = judgement.diagnosis is not None and judgement.diagnosis.kind == "follows"  # false
    closed = follows or judgement.outcome not in {"unread", "unresolved"}
    if closed or context.paths is None or symbol not in _SIGNS | _ORDERS:
        return judgement
    if any(side.flaw is not None for side in sides) or not any(map(_has_law, sides)):
        return judgement
    own = () if context.problem is None else map(canonical, context.problem.letters)
    try:
        found = context.paths.without(own).decided(*sides, symbol, chain)
    except NotRead:
        return judgement
    if found is None:
        message = _OPEN_ORDER if symbol in _ORDERS else _OPEN
        return unresolved(message) if judgement.outcome == "unread" else judgement
    claim, because = found
    proved = equations.claim(claim)
    return proved.noting(*because) if proved.outcome == "proved" else judgement


def _has_law(side: Side) -> bool:
    """Whether a density stands in a side."""
    rows = map(items_of, nodes_in(side.node))
    return any(is_law(one) and isinstance(two, Group) for row in rows for one, two in pairwise(row))
