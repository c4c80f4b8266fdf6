r"""Sums of logarithms over an index, `\sum_{t=1}^T \log q(x_t | x_{t-1})`, reduced to claims.

Both sides become linear combinations of logarithms of densities, alone or summed over an
index.  They are equal if the difference vanishes with its sum empty and does not change
from T - 1 to T (induction), or if it vanishes term by term.  What has to hold for that
comes back as claims without sums; deciding them is left to the engine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.claims import Equal
from derive.language.terms import Neg, Sym, Term, add, term
from derive.reader.elaborate import unscripted
from derive.reader.names import name_of
from derive.reader.syntax import (
    Group,
    Letter,
    Mark,
    Node,
    Number,
    Parts,
    Quotient,
    Relation,
    Row,
    Script,
    Sum,
    Summation,
    Word,
    items_of,
)
from derive.solution.congruence import shape
from derive.solution.conventions import process_index
from derive.solution.hidden import changes
from derive.solution.usage import free_letters

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from derive.solution.context import Context

_BOUND = "#"  # the index of a sum, in an atom


@dataclass(frozen=True)
class Index:
    """A letter and a number to add, `t - 1`; a number alone has no letter."""

    letter: str
    shift: int = 0

    def at(self, letter: str, value: Index) -> Index:
        """Put a value for a letter."""
        return Index(value.letter, value.shift + self.shift) if self.letter == letter else self

    @property
    def text(self) -> str:
        """The index as it is written."""
        if not self.letter:
            return str(self.shift)
        return f"{self.letter}{self.shift:+d}" if self.shift else self.letter


@dataclass(frozen=True)
class Indexed:
    """A letter with an index, `x_{t-1}`, or an index alone; `fixed`: letters that do not move."""

    name: str
    index: Index | None
    fixed: frozenset[str] = frozenset()

    def at(self, letter: str, value: Index) -> Indexed:
        """Put a value for an index."""
        moved = None if self.index is None else self.index.at(letter, value)
        return Indexed(self.name, moved, self.fixed)

    @property
    def text(self) -> str:
        """The letter as it is written."""
        if self.index is None:
            return self.name
        return f"{self.name}_{{{self.index.text}}}" if self.name else self.index.text


@dataclass(frozen=True)
class Atom:
    """The logarithm of a density at letters with an index, or another formula as it stands.

    parts: the name of the density, then its arguments.
    """

    parts: tuple[Indexed, ...] = ()
    bars: tuple[str, ...] = ()
    look: Hashable = None

    def at(self, letter: str, value: Index) -> Atom:
        """Put a value for an index."""
        return Atom(tuple(part.at(letter, value) for part in self.parts), self.bars, self.look)

    @property
    def fixed(self) -> frozenset[str]:
        """The letters that putting a value for them leaves as they are."""
        return frozenset[str]().union(*(part.fixed for part in self.parts))

    @property
    def indices(self) -> frozenset[str]:
        """The letters of the indices."""
        return frozenset(part.index.letter for part in self.parts if part.index is not None)

    @property
    def text(self) -> str:
        """The formula as it is written, where it is the logarithm of a density."""
        name, first, *rest = (part.text for part in self.parts)
        written = first
        for bar, part in zip(self.bars, rest, strict=True):
            written += f" {bar} {part}"
        return rf"\log {name}({written})"


@dataclass(frozen=True)
class Summed:
    """An atom summed over its index, from `low` to `high`."""

    atom: Atom
    low: Index
    high: Index


Combination = Counter[Atom | Summed]


class _Unknown(Exception):
    """A formula that is no combination of logarithms."""


def reduced(lhs: Node, rhs: Node, context: Context) -> list[Equal] | None:
    """Give claims without sums that make the sides equal; None where there are none."""
    if context.paths is not None and any(changes(s, context.paths.hidden) for s in (lhs, rhs)):
        return None
    try:
        left, right = _combination(lhs), _combination(rhs)
    except _Unknown:
        return None
    difference = Counter(left)
    difference.subtract(right)
    difference = _clean(difference)
    if not any(isinstance(key, Summed) for key in (*left, *right)):
        return None
    if not difference:
        difference = Counter(left)  # the same on both sides: x - x
        return [_as_numbers(difference, minus=difference)]
    if not any(isinstance(key, Summed) for key in difference):
        return None
    return _by_induction(difference) or _term_by_term(difference, context)


def _clean(found: Combination) -> Combination:
    return Counter({key: count for key, count in found.items() if count})


# --- reading ---


def _combination(node: Node) -> Combination:
    """Read a sum of logarithms.  Raises _Unknown."""
    match node:
        case Sum(terms=terms):
            total: Combination = Counter()
            for sign, part in terms:
                _add(total, _combination(part), -1 if sign == "-" else 1)
            return total
        case Group(parts=Parts(items=(inner,))) if node.kind in ("(", "["):
            return _combination(inner)
        case Summation(kind="sum"):
            return _summed(node, _combination(node.body))
        case Row(items=(Word(name="log" | "ln"), *rest)) if rest:
            return _logarithm(tuple(rest))
        case Row() | Summation():
            raise _Unknown
        case _:
            return Counter({Atom(look=shape(node)): 1})


def _add(total: Combination, part: Combination, times: int) -> None:
    for key, count in part.items():
        total[key] += times * count


def _summed(node: Summation, body: Combination) -> Combination:
    found = range_of(node)
    if found is None or any(isinstance(key, Summed) for key in body):
        raise _Unknown  # a double sum
    letter, low, high = found
    here = Index(_BOUND)
    atoms = {key: n for key, n in body.items() if isinstance(key, Atom)}
    if any(not key.parts or letter in key.fixed for key in atoms):
        raise _Unknown  # the index may stand where it is not moved
    return Counter({Summed(key.at(letter, here), low, high): n for key, n in atoms.items()})


def range_of(node: Summation) -> tuple[str, Index, Index] | None:
    """The index of a sum and its ends; None where they are not whole numbers and letters."""
    start, end = only(node.sub), only(node.sup)
    if end is None or not isinstance(start, Relation) or start.symbols != ("=",):
        return None
    letter, low, high = start.sides[0], index_of(start.sides[1]), index_of(end)
    if not isinstance(letter, Letter) or letter.font or low is None or high is None:
        return None
    return letter.name, low, high


def only(script: Script | None) -> Node | None:
    r"""The formula of a script; `t = 1, t \ne s` is more than one."""
    return script.parts.items[0] if script is not None and len(script.parts.items) == 1 else None


def index_of(node: Node) -> Index | None:
    """Read `t - 1`; None where it is something else."""
    match node:
        case Number(value=value) if value.denominator == 1:
            return Index("", int(value))
        case Letter(name=name, font=""):
            return Index(name)
        case Sum(terms=(("+", Letter(name=name, font="")), (sign, Number(value=value)))):
            whole = value.denominator == 1
            return Index(name, int(value) if sign == "+" else -int(value)) if whole else None
        case _:
            return None


def _logarithm(items: tuple[Node, ...]) -> Combination:
    """Read the logarithm of a product."""
    total: Combination = Counter()
    position = 0
    while position < len(items):
        item = items[position]
        position += 1
        if isinstance(item, Mark) and item.symbol in ("\\cdot", "*", "\\times"):
            continue
        # A group with a script is a power, `q(x)^2`, which is no density.
        density = _density(item, items[position] if position < len(items) else None)
        if density is not None:
            total[density] += 1
            position += 1
        else:
            _add(total, _logarithm_of(item), 1)
    return total


def _logarithm_of(item: Node) -> Combination:
    match item:
        case Quotient(num=num, den=den):
            total = _logarithm(items_of(num))
            _add(total, _logarithm(items_of(den)), -1)
            return total
        case Group(kind="(" | "[", parts=Parts(items=(inner,))):
            return _logarithm(items_of(inner))
        case Summation(kind="prod", body=body):
            return _summed(item, _logarithm(items_of(body)))
        case Number(value=value) if value == 1:
            return Counter()
        case _:
            raise _Unknown


def _density(item: Node, group: Node | None) -> Atom | None:
    """Read `q(x_{t-1} | x_t, x_0)`."""
    if not isinstance(unscripted(item)[0], Letter):
        return None
    if not isinstance(group, Group) or group.kind != "(":
        return None
    name = _indexed(item)
    if name is None:
        return None
    arguments = [_argument(node) for node in group.parts.items]
    return Atom((name, *arguments), group.parts.separators)


def _argument(node: Node) -> Indexed:
    index = index_of(node)
    found = Indexed("", index) if index is not None else _indexed(node)
    if found is None:
        raise _Unknown
    return found


def _indexed(node: Node) -> Indexed | None:
    """Read a letter with its index; a script of another form stays part of its name."""
    base, sub, sup, primes = unscripted(node)
    if not isinstance(base, Letter) or sup is not None or primes:
        return None
    inner = only(sub)
    index = None if inner is None else index_of(inner)
    if index is not None:
        return Indexed(name_of(base, None), index, free_letters(base))
    return Indexed(name_of(base, sub), None, free_letters(node))


# --- induction ---


def _by_induction(difference: Combination) -> list[Equal] | None:
    """Claim that the difference vanishes with empty sums, and does not change in a step.

    All sums must go up to one letter.  With the letter T and the least index m of a sum,
    the sums are empty at T = m - 1; a sum that begins later is taken from m with its
    first terms subtracted.
    """
    sums = [(key, n) for key, n in difference.items() if isinstance(key, Summed)]
    plain: Combination = Counter({k: n for k, n in difference.items() if isinstance(k, Atom)})
    tops, lows = {key.high for key, _ in sums}, {key.low for key, _ in sums}
    top = tops.pop()
    if tops or not top.letter or top.shift or any(low.letter for low in lows):
        return None
    first = min(low.shift for low in lows)
    body: Combination = Counter()
    for key, n in sums:
        body[key.atom] += n
        if top.letter in key.atom.indices | key.atom.fixed:
            return None  # the terms of the sum change with its end
        for early in range(first, key.low.shift):
            plain[key.atom.at(_BOUND, Index("", early))] -= n
    base = _moved(plain, top.letter, Index("", first - 1))
    grown = _moved(plain, top.letter, Index(top.letter, -1))
    grown.subtract(_moved(body, _BOUND, top))
    if any(base.values()) or _clean(plain) != _clean(grown):
        return None
    return [_as_numbers(base, Counter()), _as_numbers(plain, grown)]


def _moved(atoms: Combination, letter: str, value: Index) -> Combination:
    moved: Combination = Counter()
    for key, n in atoms.items():
        moved[key.at(letter, value) if isinstance(key, Atom) else key] += n
    return moved


def _as_numbers(atoms: Combination, minus: Combination) -> Equal:
    """The claim that two combinations are equal, whatever numbers their atoms are."""
    keys = dict.fromkeys([*atoms, *minus])
    letters = {key: Sym(f"a_{{{number}}}") for number, key in enumerate(keys)}
    sides = (_sum((letters[key], n) for key, n in side.items()) for side in (atoms, minus))
    return Equal(*sides)


def _sum(parts: Iterable[tuple[Term, int]]) -> Term:
    terms = [part if n > 0 else Neg(part) for part, n in parts for _ in range(abs(n))]
    return add(*terms) if terms else term(0)


# --- term by term ---


def _term_by_term(difference: Combination, context: Context) -> list[Equal] | None:
    """Claim that the terms of the sums over each range cancel, at every index."""
    ranges: dict[tuple[Index, Index], Combination] = defaultdict(Counter)
    for key, n in difference.items():
        if not isinstance(key, Summed) or _meets(key):
            return None
        ranges[key.low, key.high][key.atom] += n
    own = process_index(context)
    # The index of the sum takes the place of the key's: that may not stand there already.
    taken = {own, *context.same_index}
    claims: list[Equal] = []
    for atoms in ranges.values():
        if any(taken & (key.fixed | key.indices) for key in atoms if isinstance(key, Atom)):
            return None
        claim = _read(_moved(atoms, _BOUND, Index(own)), context) if own else None
        if claim is None:
            return None
        claims.append(claim)
    return claims


def _meets(key: Summed) -> bool:
    """Whether a term may be no density, for the key has it for a step in the middle only.

    At the first step `q(x_{t-1} | x_0)` is none, and there is no variable before `x_0`.
    """
    parts, low = key.atom.parts, key.low
    cut = key.atom.bars.index("|") + 2 if "|" in key.atom.bars else len(parts)
    for one, two in product(parts[1:cut], parts[cut:]):
        here, other = (one, two) if one.index and one.index.letter == _BOUND else (two, one)
        if one.name != two.name or here.index is None or other.index is None:
            continue
        if here.index.letter != _BOUND or other.index.letter == _BOUND:
            continue
        if low.letter or other.index.letter or low.shift + here.index.shift <= other.index.shift:
            return True
    shifts = [part.index.shift for part in parts if part.index and part.index.letter == _BOUND]
    return not low.letter and low.shift + min(shifts, default=0) < 0


def _read(atoms: Combination, context: Context) -> Equal | None:
    logs = [(key.text, n) for key, n in atoms.items() if isinstance(key, Atom)]
    try:
        terms = [(context.read(text)[0].term, n) for text, n in logs]
    except (ParseError, IllTyped):
        return None
    return None if any(t.rank for t, _ in terms) else Equal(_sum(terms), term(0))
