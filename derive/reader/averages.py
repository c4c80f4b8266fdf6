r"""What an expectation is over: `E_X`, `E_{x \sim p}`, `E_{p(x)}`, `E_p`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.language.terms import (
    RV,
    Density,
    Event,
    Expect,
    Field,
    Integral,
    Ito,
    Sym,
    Term,
    mul,
)
from derive.language.traverse import rebuild, walk
from derive.reader.calculus import free_symbols
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.joint import mean_over_letters
from derive.reader.laws import read_law
from derive.reader.lost import around_expectation
from derive.reader.lowercase import BINDERS, loose_variables, read_letters
from derive.reader.names import argument_names, name_in, readable
from derive.reader.notation import Defined
from derive.reader.probability import variable_at
from derive.reader.syntax import Group, Letter, Node, Relation, Script, Word, items_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.reader.notation import Meaning, Notation


@dataclass(frozen=True)
class Average:
    """What an expectation is over, and the elaborator for its inside.

    named: the random variables that its subscript names; None: it names none, all are meant.
    bound: variables and densities, where the expectation is written as an integral.
    given: the conditions of the density that its subscript is.
    joint: its subscript is no more than the letter of the joint density, `E_q`.
    """

    elab: Elaborator
    sub: Script | None = None
    named: frozenset[RV] | None = None
    bound: tuple[tuple[Sym, Term], ...] = ()
    given: tuple[Event, ...] = ()
    joint: bool = False

    def of(self, body: Term, given: tuple[Event, ...] = ()) -> Term:
        """Make the expectation of a term."""
        if self.bound and self.sub is not None:
            if given:
                raise self.elab.error(self.sub.span, "a condition under a law of its own")
            for symbol, density in reversed(self.bound):
                body = Integral(mul(body, density), symbol)
            return body
        given = (*self.given, *given)
        if self.sub is None:
            (body,), given = read_letters(self.elab, (body,), given)
        value = Expect(body, given)
        if self.joint and self.sub is not None and not _loose(value):
            over = mean_over_letters(self.elab, body, given)
            if over is None:
                raise _unread(self.elab, self.sub)
            return over
        if self.named is None or self.sub is None:
            return value
        others = _loose(value) - self.named
        if not others:
            return value
        if _ancestors(self.elab, self.named) & _ancestors(self.elab, others):
            raise _unread(self.elab, self.sub)
        # What is independent of the named variables is held fixed.
        fixed = tuple(Event(v, v) for v in sorted(others, key=lambda v: v.name))
        return Expect(body, (*given, *fixed))


def average(elab: Elaborator, sub: Script | None, nodes: Sequence[Node]) -> Average:
    """Read the subscript of an expectation of what stands in `nodes`."""
    if sub is None:
        return Average(around_expectation(elab, nodes))
    several = _draws(sub) if elab.notation.choices is not None else []
    if len(several) > 1:
        return _drawn_in_turn(elab, sub, several, nodes)
    under = _law_under(elab, sub)
    if under is not None:
        return _drawn(elab, sub, under, nodes)
    density = _density(elab, sub)
    if density is not None:
        return _over_density(elab, sub, density, nodes)
    node = sub.parts.items[0]
    if isinstance(node, Letter) and len(sub.parts.items) == 1 and _is_joint(elab, node):
        return Average(around_expectation(elab, nodes), sub, joint=True)
    letters: dict[str, RV] = {}
    named: set[RV] = set()
    for node in sub.parts.items:
        meaning = elab.notation.find(name_in(node) or "")
        variable = meaning if isinstance(meaning, RV) else variable_at(elab.notation, node)
        if variable is None or not isinstance(meaning, RV | Sym | None):
            raise _unread(elab, sub)
        named.add(variable)
        if meaning != variable:  # the letter of a value stands for the variable: E_x[f(x)]
            letters[name_in(node) or ""] = variable
    inner = elab.under(_with_variables(elab.notation, letters))
    return Average(around_expectation(inner, nodes), sub, frozenset(named))


def _is_joint(elab: Elaborator, letter: Letter) -> bool:
    known = elab.notation.find(letter.name) is not None
    return letter.name in elab.notation.densities and not letter.font and not known


def _density(elab: Elaborator, sub: Script) -> Density | None:
    """The density `q(x_t | x_0)` of random variables that a subscript is."""
    node = sub.parts.items[0]
    items = items_of(node)
    group = items[-1]
    if len(sub.parts.items) != 1 or len(items) != 2 or not isinstance(group, Group):
        return None
    try:
        value = elab.term(node)
    except ParseError:
        return None
    return value if isinstance(value, Density) else None


def _over_density(
    elab: Elaborator, sub: Script, density: Density, nodes: Sequence[Node]
) -> Average:
    """Read `E_{q(x_t | x_0)}[...]`: inside, x_t stands for the variable X_t."""
    group = items_of(sub.parts.items[0])[-1]
    written = group.parts.items if isinstance(group, Group) else ()
    letters: dict[str, RV] = {}
    named: set[RV] = set()
    for event, node in zip(density.of, written, strict=False):
        name = name_in(node)
        if not isinstance(event.variable, RV) or name is None:
            raise _unread(elab, sub)
        named.add(event.variable)
        letters[name] = event.variable
    inner = elab.under(_with_variables(elab.notation, letters))
    around = around_expectation(inner, nodes)
    return Average(around, sub, frozenset(named), given=density.given)


def _with_variables(notation: Notation, letters: dict[str, RV]) -> Notation:
    """Let letters stand for variables, in what others are defined to be too."""
    points: dict[Term, Term] = {
        point: variable
        for name, variable in letters.items()
        if isinstance(point := notation.find(name), Sym)
    }
    known = {name: _put(meaning, points) for name, meaning in notation.letters.items()}
    named = {name: meaning for name, meaning in known.items() if meaning is not None}
    return replace(notation, letters={**named, **letters})


def _put(meaning: Meaning, values: dict[Term, Term]) -> Meaning | None:
    """Put variables for letters that are free in a definition; None where they are bound too."""
    if isinstance(meaning, Field | Sym | RV):
        return meaning
    body, params = (meaning.body, meaning.params) if isinstance(meaning, Defined) else (meaning, ())
    free = free_symbols(body) - set(params)
    own = {letter: value for letter, value in values.items() if letter in free}
    if any(isinstance(x, BINDERS) and x.var in own for x in walk(body)):
        return None
    body = rebuild(body, own)
    return Defined(params, body) if isinstance(meaning, Defined) else body


def _unread(elab: Elaborator, sub: Script) -> ParseError:
    return elab.error(
        sub.span, "under E only all the random variables inside, or 'x \\sim p', are read"
    )


# --- random variables ---


def _loose(value: Expect) -> frozenset[RV]:
    """The random variables that an expectation averages over."""
    fixed = {v for event in value.given for v in walk(event.variable) if isinstance(v, RV)}
    return frozenset(loose_variables(value.body) - fixed)


# Wiener integrals share one process: what has one depends on it.
_WIENER = RV("the Wiener process", 1)


def _ancestors(elab: Elaborator, variables: frozenset[RV]) -> set[RV]:
    """The variables with all that their laws and definitions depend on."""
    scope = elab.notation.scope
    pending = list(variables)
    found: set[RV] = set()
    while pending:
        variable = pending.pop()
        if variable in found:
            continue
        found.add(variable)
        law = scope.laws.get(variable)
        terms = [scope.definitions.get(variable), law.density if law is not None else None]
        below = [node for term in terms if term is not None for node in walk(term)]
        pending += [node for node in below if isinstance(node, RV)]
        if any(isinstance(node, Ito) for node in below):
            found.add(_WIENER)
    return found


# --- laws ---


def _law_under(elab: Elaborator, sub: Script) -> tuple[Node | None, Node] | None:
    r"""The letter and the law of a subscript `x \sim p`, `p(x)` or `p`; the letter may lack."""
    if len(sub.parts.items) != 1:
        return None
    node = sub.parts.items[0]
    if isinstance(node, Relation):
        return (node.sides[0], node.sides[1]) if node.symbols == ("\\sim",) else None
    head, *rest = items_of(node)
    if not _is_density(elab, head):
        return None
    if not rest:
        return None, head
    group = rest[0]
    single = len(rest) == 1 and isinstance(group, Group) and group.kind == "("
    if single and isinstance(group, Group) and len(group.parts.items) == 1:
        return group.parts.items[0], head
    return None


def _is_density(elab: Elaborator, node: Node) -> bool:
    base, low, high, primes = unscripted(node)
    if not isinstance(base, Letter | Word):
        return False
    found = elab.notation.resolve(base, low, high, primes)
    return found is not None and isinstance(found[0], Field) and found[0].density


def _drawn(
    elab: Elaborator, sub: Script, under: tuple[Node | None, Node], nodes: Sequence[Node]
) -> Average:
    r"""Read `x \sim p`: the variable of this law, else the integral against it."""
    letter, law = under
    ranks = _ranks(elab, law)
    name = name_in(letter) if letter is not None else _only_letter(elab, sub, ranks, nodes)
    if name is None:
        raise elab.error(sub.span, "expected 'x \\sim p' with a letter x and a declared density p")
    declared = elab.notation.find(name)
    if isinstance(declared, RV) and _has_law(elab, declared, law):
        return Average(around_expectation(elab, nodes), sub, frozenset({declared}))
    rank = ranks if ranks is not None else _rank_of(declared)
    rank = rank if rank is not None else _rank_of_normal(elab, law)
    if rank is None:
        raise elab.error((letter or law).span, "is it a number or a vector? the text does not say")
    symbol = Sym(readable(name), rank)
    inner = elab.notation.binding(name, symbol)
    if inner.bare:
        inner = replace(inner, around=(symbol,))
    return Average(elab.under(inner), sub, None, ((symbol, read_law(elab, law, symbol)),))


def _draws(sub: Script) -> list[tuple[Node, Node]]:
    r"""The letters and laws of `x \sim p, y \sim q`; empty: the subscript is something else."""
    found = [
        (node.sides[0], node.sides[1])
        for node in sub.parts.items
        if isinstance(node, Relation) and node.symbols == ("\\sim",)
    ]
    return found if len(found) == len(sub.parts.items) else []


def _drawn_in_turn(
    elab: Elaborator, sub: Script, draws: Sequence[tuple[Node, Node]], nodes: Sequence[Node]
) -> Average:
    r"""Read `x \sim p, y \sim q(y | x)`: each law may depend on the letters before it."""
    bound: list[tuple[Sym, Term]] = []
    named: set[RV] = set()
    inside = elab
    for draw in draws:
        over = _drawn(inside, sub, draw, nodes)
        inside = over.elab
        bound += over.bound
        named |= over.named or set()
    if bound and named:
        raise _unread(elab, sub)
    if len({symbol for symbol, _ in bound}) < len(bound):
        raise elab.error(sub.span, "one letter is drawn twice")
    return Average(inside, sub, frozenset(named) if named else None, tuple(bound))


def _has_law(elab: Elaborator, variable: RV, law: Node) -> bool:
    known = elab.notation.scope.laws.get(variable)
    return known is not None and read_law(elab, law, known.at) == known.density


def _ranks(elab: Elaborator, law: Node) -> int | None:
    """The rank of what has a law, as far as the law tells."""
    base, low, high, primes = unscripted(items_of(law)[0])
    if not isinstance(base, Letter | Word):
        return None
    found = elab.notation.resolve(base, low, high, primes)
    if found is None or not isinstance(found[0], Field):
        return None
    ranks = elab.notation.argument_ranks.get(found[0])
    return ranks[0] if ranks else None


def _rank_of_normal(elab: Elaborator, law: Node) -> int | None:
    r"""The rank of what is drawn from `\mathcal N(m, v I)`, in a document."""
    head, *rest = items_of(law)
    base, sub, sup, primes = unscripted(head)
    group = rest[0] if len(rest) == 1 else None
    named = isinstance(base, Letter) and base.name == "N" and base.font == "mathcal"
    if not named or sub is not None or elab.notation.choices is None:
        return None
    if not isinstance(group, Group) or sup is not None or primes:
        return None
    try:
        terms = [elab.term(node) for node in group.parts.items[-2:]]
    except ParseError:
        return None
    return min(1, max(int(term.rank) for term in terms))


def _rank_of(meaning: Meaning | None) -> int | None:
    return meaning.rank if isinstance(meaning, Sym | RV) else None


def _only_letter(elab: Elaborator, sub: Script, rank: int | None, nodes: Sequence[Node]) -> str:
    """The one letter that the functions inside `E_p[...]` are taken at."""
    names = {name for node in nodes for name in argument_names(node)}
    ranks = {name: _rank_of(elab.notation.find(name)) for name in names}
    fitting = [name for name, own in ranks.items() if rank is None or own in (None, rank)]
    if len(fitting) != 1:
        shown = elab.written(sub.parts.span)
        raise elab.error(sub.span, f"'{shown}' over which letter? write 'x \\sim p'")
    return fitting[0]
