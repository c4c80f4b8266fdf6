r"""Equal in equal surroundings: what two formulas differ in.

`E_q[A] = E_q[B]` follows from A = B whatever `E_q` is, if it is one and the same function of
what stands in it.  The argument: let C be a formula with a gap.  Every construct here
(sums, quotients, roots, powers, brackets, functions, norms, expectations, integrals,
sums over an index, derivatives) takes its value from the values of its parts, for all
values of the letters that it binds.  So if A and B have one value for every value of
their letters and every outcome of their random variables, C[A] and C[B] have one too.

It does not follow from an equality in law, nor from one that uses hypotheses about a
letter which C binds: these letters are told, and it is for the caller to see to it that
nothing was assumed of them.  That A and B differ says nothing of C[A] and C[B].
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import Span
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in
from derive.reader.syntax import (
    Bang,
    Choice,
    Group,
    Integrate,
    Letter,
    Mark,
    Node,
    Number,
    Parts,
    Quotient,
    Relation,
    Root,
    Row,
    Script,
    Scripted,
    Sum,
    Summation,
    Word,
    items_of,
)
from derive.solution.usage import bound_index

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

_DERIVATIVES = frozenset({"\\nabla", "\\partial", "\\Delta", "div", "d"})
_BRACKETS = frozenset({"(", "[", "\\{"})
ANY = "\\nabla"  # in `bound`: a derivative whose variable is not named


@dataclass(frozen=True)
class Congruence:
    """Two formulas that stand in equal surroundings, which bind these letters."""

    lhs: Node
    rhs: Node
    bound: frozenset[str] = frozenset()


def congruent(lhs: Node, rhs: Node) -> Congruence | None:
    """Give the smallest formulas that two sides differ in; None if they have nothing in common."""
    found = list(congruences(lhs, rhs))
    return found[-1] if found else None


def congruences(lhs: Node, rhs: Node) -> Iterator[Congruence]:
    """Give ever smaller formulas the equality of which makes the sides equal.

    The smallest may differ where larger ones are equal: `(a - b)^2 = (b - a)^2`.
    """
    pair = Congruence(lhs, rhs)
    while (inner := _inside(pair)) is not None:
        yield inner
        pair = inner


def shape(node: Node | Script | None) -> Hashable:  # noqa: C901, PLR0911, PLR0912 - a row for each node
    """What a formula looks like, wherever it stands."""
    match node:
        case None:
            return None
        case Number(value=value):
            return ("number", value)
        case Letter(name=name, font=font):
            return ("letter", name, font)
        case Word(name=name):
            return ("word", name)
        case Mark(symbol=symbol):
            return ("mark", symbol)
        case Script(text=text, parts=parts):
            return ("script", text, shape(parts))
        case Scripted(base=base, sub=sub, sup=sup, primes=primes):
            return ("scripted", shape(base), shape(sub), shape(sup), primes)
        case Parts(items=items, separators=separators):
            return ("parts", tuple(map(shape, items)), separators)
        case Group(kind=kind, parts=parts):
            return ("group", kind, shape(parts))
        case Row(items=items):
            return ("row", tuple(map(shape, items)))
        case Sum(terms=terms):
            return ("sum", tuple((sign, shape(term)) for sign, term in terms))
        case Relation(sides=sides, symbols=symbols):
            return ("relation", tuple(map(shape, sides)), symbols)
        case Quotient(num=num, den=den):
            return ("quotient", shape(num), shape(den))
        case Root(body=body, degree=degree):
            return ("root", shape(body), shape(degree))
        case Integrate(sub=sub, sup=sup, body=body, var=var):
            return ("integral", shape(sub), shape(sup), shape(body), shape(var))
        case Summation(kind=kind, sub=sub, sup=sup, body=body):
            return (kind, shape(sub), shape(sup), shape(body))
        case Bang(body=body):
            return ("factorial", shape(body))
        case Choice(upper=upper, lower=lower):
            return ("binomial", shape(upper), shape(lower))


def _inside(pair: Congruence) -> Congruence | None:
    """Take off one layer that both formulas have; None if there is none."""
    one, two, bound = pair.lhs, pair.rhs, pair.bound
    if shape(one) == shape(two):
        return None
    if isinstance(one, Sum) or isinstance(two, Sum):
        return _of_sums(one, two, bound)
    if isinstance(one, Row) and isinstance(two, Row):
        return _of_rows(one, two, bound)
    if type(one) is not type(two):
        return None
    found = _parts_of(one, two)
    return None if found is None else Congruence(found[0], found[1], bound | _binds(one))


def _parts_of(  # noqa: PLR0911 - a row for each node
    one: Node, two: Node
) -> tuple[Node, Node] | None:
    """The parts in which two nodes of one kind differ, if all else in them is equal."""
    match one, two:
        case Scripted(), Scripted():
            rest = all(shape(getattr(one, n)) == shape(getattr(two, n)) for n in ("sub", "sup"))
            named = isinstance(one.base, Letter | Word) or isinstance(two.base, Letter | Word)
            return (one.base, two.base) if rest and one.primes == two.primes and not named else None
        case Group(), Group() if one.kind == two.kind:
            return _of_parts(one.parts, two.parts)
        case Quotient(), Quotient():
            return _only((one.num, one.den), (two.num, two.den))
        case Root(), Root() if shape(one.degree) == shape(two.degree):
            return one.body, two.body
        case Integrate(), Integrate():
            return (one.body, two.body) if _around(one) == _around(two) else None
        case Summation(), Summation() if _around(one) == _around(two):
            # Where a product, a limit or a maximum ends is not written: `\lim [a] b`.
            ends = one.kind == "sum" or (_operand(one.body) and _operand(two.body))
            return (one.body, two.body) if ends else None
        case _:
            return None


def _around(node: Integrate | Summation) -> Hashable:
    """What an integral or a sum looks like but for what it is of."""
    var = shape(node.var) if isinstance(node, Integrate) else node.kind
    return (shape(node.sub), shape(node.sup), var)


def _of_parts(one: Parts, two: Parts) -> tuple[Node, Node] | None:
    """Of `f | X = x` and `g | X = x` the formulas; conditions have no value."""
    if one.separators != two.separators or len(one.items) != len(two.items):
        return None
    found = _only(one.items, two.items)
    return None if found is None or isinstance(found[0], Relation) else found


def _only(one: tuple[Node, ...], two: tuple[Node, ...]) -> tuple[Node, Node] | None:
    """The one place in which two sequences differ."""
    differing = [(a, b) for a, b in zip(one, two, strict=True) if shape(a) != shape(b)]
    return differing[0] if len(differing) == 1 else None


def _of_sums(one: Node, two: Node, bound: frozenset[str]) -> Congruence | None:
    """Take equal terms off two sums; what is left of none is 0."""
    left, right = _terms(one), _terms(two)
    kept = list(right)
    rest: list[tuple[str, Node]] = []
    for sign, term in left:
        match = next((t for t in kept if t[0] == sign and shape(t[1]) == shape(term)), None)
        if match is None:
            rest.append((sign, term))
        else:
            kept.remove(match)
    if len(rest) == len(left):
        return None
    return Congruence(_sum(rest, one), _sum(kept, two), bound)


def _terms(node: Node) -> tuple[tuple[str, Node], ...]:
    return node.terms if isinstance(node, Sum) else (("+", node),)


def _sum(terms: list[tuple[str, Node]], around: Node) -> Node:
    if not terms:
        return Number(Span(around.span.start, around.span.start), Fraction(0))
    if len(terms) == 1 and terms[0][0] == "+":
        return terms[0][1]
    return Sum(Span(terms[0][1].span.start, terms[-1][1].span.end), tuple(terms))


# --- rows ---


def _of_rows(one: Row, two: Row, bound: frozenset[str]) -> Congruence | None:
    """Take equal factors and operators off the ends of two rows.

    A function stays with its arguments, and what is left of a product must be a product:
    the cut may not stand next to a `/`, which takes one factor only.  Behind an operator
    it must be one operand, for `E[a] b` is not `E[a b]` and `E[a]^2` not `E[a^2]`.
    """
    a, b = one.items, two.items
    start = 0
    while start < min(len(a), len(b)) and shape(a[start]) == shape(b[start]):
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and shape(a[-1 - end]) == shape(b[-1 - end]):
        end += 1
    while start and _belongs(a[start - 1 : start + 1], b[start - 1 : start + 1]):
        start -= 1
    while end and (_argument(a[len(a) - end]) or isinstance(a[len(a) - end], Mark)):
        end -= 1
    middle = a[start : len(a) - end], b[start : len(b) - end]
    if not all(middle) or start + end == 0 or any(_slash(row) for row in (a, b)):
        return None
    if end and any(_operator(row[-1]) or _reaches(row) for row in middle):
        return None
    if _open(a[:start]) and not all(_operand(_row(row)) for row in middle):
        return None
    if start and _applied(a[start - 1], middle) and not all(_enclosed(row) for row in middle):
        return None
    acting = frozenset(n for item in a[:start] for n in _acting(item))
    return Congruence(_row(middle[0]), _row(middle[1]), bound | acting)


def _belongs(*ends: tuple[Node, ...]) -> bool:
    """Whether the first item of what differs is the argument, or the power, of the one before."""
    return any(
        len(pair) > 1
        and _argument(pair[1])
        and isinstance(unscripted(pair[0])[0], Letter | Word)
        and not _operator(pair[0])
        for pair in ends
    )


def _argument(item: Node) -> bool:
    base = unscripted(item)[0]
    return isinstance(base, Group) and base.kind == "("


def _bracket(item: Node) -> bool:
    base = unscripted(item)[0]
    return isinstance(base, Group) and base.kind in _BRACKETS


def _open(items: tuple[Node, ...]) -> bool:
    """Whether an operator has no brackets after it, so that its operand may go on."""
    return any(
        _operator(item) and not (following and _bracket(following[0]))
        for item, following in ((item, items[k + 1 : k + 2]) for k, item in enumerate(items))
    )


def _operand(node: Node) -> bool:
    """Whether a formula is one operand, wherever that of an operator before it ends."""
    items = items_of(node)
    while len(items) > 1 and _operator(items[0]):
        items = items[1:]
    match items:
        case (Scripted() as item,):
            return not _bracket(item)
        case (_,):
            return True
        case (head, Group(kind="(")):
            return isinstance(unscripted(head)[0], Letter | Word)
        case _:
            return False


def _applied(head: Node, rows: tuple[tuple[Node, ...], ...]) -> bool:
    """Whether a letter may be applied to brackets after it, `g[x]`."""
    letter = isinstance(unscripted(head)[0], Letter | Word)
    return letter and any(_bracket(row[0]) for row in rows)


def _enclosed(row: tuple[Node, ...]) -> bool:
    return len(row) == 1 and isinstance(row[0], Group) and row[0].kind in _BRACKETS


def _slash(items: tuple[Node, ...]) -> bool:
    return any(isinstance(item, Mark) and item.symbol == "/" for item in items)


def _reaches(items: tuple[Node, ...]) -> bool:
    """Whether a row has an operator, whose operand may go on after the row ends."""
    return any(_operator(item) for item in items)


def _operator(item: Node) -> bool:
    base = unscripted(item)[0]
    match base:
        case Word():
            return True
        case Letter(name=name):
            return name in _DERIVATIVES or name == "E"
        case Quotient(num=num):
            return _operator(items_of(num)[0])  # `\frac{d}{dt}`
        case _:
            return False


def _row(items: tuple[Node, ...]) -> Node:
    if len(items) == 1:
        return items[0]
    return Row(Span(items[0].span.start, items[-1].span.end), items)


# --- what surroundings bind ---


def _binds(node: Node) -> frozenset[str]:
    """The letters that a node binds in its body."""
    match node:
        case Integrate(var=var):
            return frozenset({name_in(var) or ANY})
        case Summation():
            return bound_index(node)
        case Scripted(sub=sub, primes=primes) if sub is not None or primes:
            return frozenset({ANY})  # a derivative, or a bar with the values of a variable
        case _:
            return frozenset()


def _acting(item: Node) -> Iterator[str]:
    r"""The letters that an operator before an operand binds: `\nabla_x`, `E_{x \sim p}`."""
    base, sub, _, primes = unscripted(item)
    if isinstance(base, Quotient):
        if any(_operator(part) for part in items_of(base.num)[:1]):
            yield from (name_in(part) or ANY for part in items_of(base.den)[1:])
    elif _operator(item):
        named = [name_in(part) for part in sub.parts.items] if sub is not None else []
        relations = [p for p in sub.parts.items if isinstance(p, Relation)] if sub else []
        yield from (name for name in named if name is not None)
        yield from (name for r in relations if (name := name_in(r.sides[0])) is not None)
        if not named and isinstance(base, Letter) and base.name in _DERIVATIVES:
            yield ANY
    if primes:
        yield ANY
