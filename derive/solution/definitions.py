r"""Definitions that a document makes: `\mu(x, y) := ...`, `\Sigma = ...`, `Y = aX + Z`.

An equation defines its left side where that is a name without a meaning so far, alone
or with letters for arguments.  What is defined below may be used above, so definitions
are collected before anything is decided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.terms import RV, Landau, Sym, Term, sqrt
from derive.language.traverse import walk
from derive.reader.elaborate import unscripted
from derive.reader.names import name_in, name_of, readable
from derive.reader.notation import Defined
from derive.reader.products import INNER, SIDE_BY_SIDE
from derive.reader.readings import Reading, readings_of
from derive.reader.syntax import (
    Group,
    Letter,
    Node,
    Number,
    Quotient,
    Relation,
    Row,
    Scripted,
    Sum,
    Word,
    items_of,
)
from derive.solution.conventions import hides_index
from derive.solution.equations import EQUALITIES
from derive.solution.judgement import Judgement, given, unread, unresolved
from derive.solution.laws import introduce
from derive.solution.noise import equated_before_laws, noise_family
from derive.solution.pathreading import is_law
from derive.solution.pathwise import outside
from derive.solution.products import name_product
from derive.solution.redefinitions import LANDAU
from derive.solution.sides import Side
from derive.solution.usage import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.documents.chains import Chain
    from derive.solution.context import Context

_DEVIATIONS = frozenset({"\\sigma", "\\varsigma", "\\tau"})
_ACCENT = re.compile(r"^\\(?:bar|tilde|hat|dot|check|vec)\{(.+)\}$")
_STARS = frozenset({"*", "\\ast", "\\star"})
_ROUNDS = 3  # definitions that use each other against the order of the page
_DENSITIES = frozenset({"p", "q"})
_WORDS = frozenset(
    {"exp", "log", "ln", "lg", "sin", "cos", "tan", "tanh", "sqrt", "div", "tr", "trace", "var",
     "cov", "corr", "kl", "e", "id", "det", "rank", "diag", "sign", "max", "min", "sup", "inf",
     "arg", "argmin", "argmax", "p", "pr", "prob", "lim"}
)  # fmt: skip
_OPERATORS = frozenset({"E", "e", "d", "\\nabla", "\\partial", "\\Delta", "o", "O", "\\infty"})


@dataclass(frozen=True)
class Head:
    """A name, with the arguments it is defined for."""

    name: str
    arguments: tuple[Node, ...] = ()
    square: bool = False  # `\sigma^2 = ...`: the positive root is what is named


def head_of(side: Side, context: Context) -> Head | None:
    """Give the name that an equation with this left side defines; None if it has a meaning."""
    if side.flaw is not None:
        return None
    head = _head(side.node)
    if head is None or (head.square and _is_component(head.name, context)):
        return None
    if _is_density_of_variable(side, context):
        return None
    try:
        _ = context.elaborated(side.node, side.text.text)
    except (ParseError, IllTyped):
        # A derivative of what has a meaning is not ours to define: `p' = ...`.
        known = context.declares(head.name) or context.declares(head.name.rstrip("'"))
        return None if known else head
    return None


def _is_component(name: str, context: Context) -> bool:
    r"""Whether a name is that of a variable with an index more, in whatever glyph."""
    base, _, index = name.partition("_")
    plain = noise_family(base).replace("\\var", "\\")
    variables = {noise_family(known).replace("\\var", "\\") for known in context.letters}
    return bool(index) and plain in variables


def defines_here(side: Side, context: Context) -> bool:
    r"""Whether a left side is a function of letters that this very line defines, `J(\theta, v)`."""
    head = None if side.flaw is not None else _head(side.node)
    if head is None or not head.arguments:
        return False
    return context.lines.get(head.name) == side.text.place(0).line


def is_named(side: Side) -> bool:
    """Whether a side is a name, alone or with letters for arguments."""
    return side.flaw is None and _head(side.node) is not None


def is_starred(side: Side) -> bool:
    r"""Whether a side is the name of an optimum: `\theta^*`, `\hat s`."""
    if side.flaw is not None or name_in(side.node) is None:
        return False
    base, _, sup, _ = unscripted(side.node)
    starred = sup is not None and sup.text.strip("{}") in _STARS
    return starred or (isinstance(base, Letter | Word) and base.name.startswith("\\hat"))


def is_application(side: Side) -> bool:
    r"""Whether a side is a name applied to arguments, `q(x_{1:T} \mid x_0)`."""
    if side.flaw is not None:
        return False
    match side.node:
        case Row(items=(Letter() | Scripted() as letter, Group(kind="(", parts=parts))):
            base = unscripted(letter)[0]
            if not isinstance(base, Letter) or base.font == "mathbb" or base.name == "P":
                return False
            related = any(isinstance(item, Relation) for item in parts.items)
            return base.name not in _OPERATORS and not related
        case _:
            return False


def is_free(side: Side, context: Context) -> bool:
    r"""Whether the name that a side applies may still get a meaning.

    `p'` and `s^{-1}` have one where p and s do, and `p_{X-Z}` where X and Z do.
    """
    match side.node:
        case Row(items=(Letter() | Word() | Scripted() as letter, *_)):
            base, sub, sup, _ = unscripted(letter)
        case _:
            return False
    if not isinstance(base, Letter | Word):
        return False
    if _is_density_of_variable(side, context):
        return False
    names = {name_of(base, sub, sup), name_of(base, sub)}
    return not any(context.declares(name) for name in names)


def _is_density_of_variable(side: Side, context: Context) -> bool:
    r"""Whether a side is the density of what has a law already: `p_{2X}(y)`, `p_{X-Z}(y)`."""
    base, sub, _, _ = unscripted(items_of(side.node)[0])
    if sub is None or not isinstance(base, Letter) or base.name not in _DENSITIES:
        return False
    node = sub.parts.items[0]
    try:
        return bool(outside(context.elaborated(node, side.text.text)[0].term))
    except (ParseError, IllTyped):
        return False


def _head(node: Node) -> Head | None:
    name = name_in(node)
    if name is not None:
        return Head(name) if _is_name(node) else _square(node)
    match node:
        case Row(items=(Letter() | Word() | Scripted() as letter, Group(kind="(", parts=parts))):
            square = None if _is_name(letter) else _square(letter)
            name = name_in(letter) if square is None else square.name
            if square is None and not _is_name(letter):
                return None
            letter_name = unscripted(letter)[0]
            if "|" in parts.separators and getattr(letter_name, "name", "") in _DENSITIES:
                return None  # its arguments say which density it is
            named = all(name_in(item) is not None for item in parts.items)
            if name is None or not named:
                return None
            return Head(name, parts.items, square=square is not None)
        case _:
            return None


def _square(node: Node) -> Head | None:
    base, sub, sup, primes = unscripted(node)
    if not isinstance(base, Letter) or sup is None or primes or base.name in _OPERATORS:
        return None
    power = sup.parts.items[0]
    if not isinstance(power, Number) or power.value != 2 or len(sup.parts.items) > 1:
        return None
    return Head(name_of(base, sub), square=True)


def _is_name(node: Node) -> bool:
    """Whether scripts belong to a name: `e^x` and `x^2` are powers."""
    base, _, sup, _ = unscripted(node)
    if isinstance(base, Word) and base.name.lstrip("\\").lower() in _WORDS:
        return False
    if isinstance(base, Letter) and base.name in _OPERATORS:
        return False
    power = sup.parts.items[0] if sup is not None else None
    return power is None or not isinstance(power, Number | Sum | Quotient | Row)


def collect(chains: Iterable[Chain], context: Context) -> None:
    """Give the names that the chains define their meanings."""
    begun = [chain for chain in chains if chain.signs]
    equated = equated_before_laws(begun)
    for chain in begun:
        if chain.signs[0].symbol == "\\sim":
            _drawn(Side(chain.sides[0]), Side(chain.sides[1]), equated, context)
    positive = _positive(begun)
    pending = [pair for chain in begun for pair in _equations(chain)]
    for _ in range(_ROUNDS):
        left: list[tuple[Side, Side]] = []
        unread: set[str] = set()
        for lhs, rhs in pending:
            head = head_of(lhs, context)
            # A name that is defined by what is not read is not defined by what follows.
            blocked = head is not None and head.name in unread
            if blocked or not _defined(lhs, rhs, positive, context):
                left.append((lhs, rhs))
                if head is not None and not LANDAU.search(rhs.latex):
                    unread.add(head.name)
        if len(left) == len(pending):
            return
        pending = left


def _equations(chain: Chain) -> Iterator[tuple[Side, Side]]:
    """The equations of a chain that may define their left side: `a = b`, `b =: a`."""
    sides = [Side(text) for text in chain.sides]
    for index, sign in enumerate(chain.signs):
        if sign.symbol == "=:":
            yield sides[index + 1], sides[index]
        elif index == 0 and sign.symbol in EQUALITIES:
            yield sides[0], sides[1]


def _drawn(lhs: Side, rhs: Side, equated: set[str], context: Context) -> None:
    """Introduce the random variable that a law is stated of, if it has no meaning yet."""
    head = head_of(lhs, context)
    if head is not None and head.name in equated:
        return  # an equation says what it is
    if head is not None and not head.arguments and rhs.flaw is None:
        _ = introduce(head.name, rhs, context)


def _positive(chains: Iterable[Chain]) -> set[str]:
    """The names that are said to be positive."""
    found = set()
    for chain in chains:
        for index, sign in enumerate(chain.signs):
            ends = [Side(chain.sides[index]), Side(chain.sides[index + 1])]
            low, high = ends if sign.symbol in {"<", "\\le"} else reversed(ends)
            above = sign.symbol in {"<", "\\le", ">", "\\ge"} and low.latex == "0"
            if above and high.flaw is None:
                found.add(name_in(high.node) or "")
    return found


def _defined(lhs: Side, rhs: Side, positive: set[str], context: Context) -> bool:
    """Define the left side by the right one, if the one has no meaning and the other has."""
    head = head_of(lhs, context)
    if head is None or rhs.flaw is not None or _is_ornamented(lhs, rhs):
        return False
    if hides_index(lhs, rhs, context):
        return False
    if name_product(lhs, rhs, context):
        return True
    try:
        meaning = _meaning(head, rhs, context)
    except (ParseError, IllTyped):
        return False
    body = meaning.body if isinstance(meaning, Defined) else meaning
    if any(isinstance(x, Landau) for x in walk(body)):
        return False  # an expansion does not say what is expanded
    context.lines[head.name] = lhs.text.place(0).line
    if isinstance(meaning, Term) and outside(meaning) and meaning.rank <= 1:
        context.define_variable(head.name, meaning)
    elif isinstance(meaning, Term) and head.square and not _has_sign(head.name, positive):
        letter = Sym(readable(head.name), 0)
        context.define(head.name, letter)
        context.signs[letter] = meaning
    else:
        context.define(head.name, meaning)
    return True


def introduction(lhs: Side, rhs: Side, context: Context) -> Judgement:
    """Judge an equation whose left side has no meaning that could be told."""
    if rhs.flaw is not None:
        return unread(rhs, rhs.flaw)
    if _is_ornamented(lhs, rhs):
        return unresolved("what the ornament of the letter means is not said")
    if of_one_law(lhs, rhs):
        return unresolved("a claim about one density at two places")
    line, text = lhs.text.place(0).line, rhs.latex.strip(" .,;")
    first, told = context.heads.setdefault(lhs.latex.strip(), (line, text))
    if told != text:
        return unresolved(f"defined otherwise in line {first}")
    if LANDAU.search(text):
        return unresolved("what is expanded here is not defined")
    return given("a definition")


def of_one_law(lhs: Side, rhs: Side) -> bool:
    r"""Whether the density on the left stands on the right too, `p(x_T) = p(x_0)`."""
    head, *group = items_of(lhs.node)
    if not is_law(head) or not group:
        return False
    rows = map(items_of, nodes_in(rhs.node))
    return any(
        name_in(one) == name_in(head) and isinstance(two, Group)
        for row in rows
        for one, two in pairwise(row)
    )


def _has_sign(name: str, positive: set[str]) -> bool:
    r"""Whether a letter is a positive root where its square is defined: deviations are."""
    return name in positive or noise_family(name.partition("_")[0]) in _DEVIATIONS


def _is_ornamented(lhs: Side, rhs: Side) -> bool:
    r"""Whether a letter with an ornament is said to be the letter: `x^* = x` says no more."""
    ours, theirs = (unscripted(side.node) for side in (lhs, rhs))
    left, right = ours[0], theirs[0]
    if not isinstance(left, Letter) or not isinstance(right, Letter):
        return False
    plain = _ACCENT.sub(r"\1", left.name)
    scripts = [(s.text if s else "") for s in (ours[1], theirs[1])]
    return plain == right.name and scripts[0] == scripts[1]


def _meaning(head: Head, rhs: Side, context: Context) -> Term | Defined:
    text = rhs.text.text
    if not head.arguments:
        value = _unambiguous(context.elaborated(rhs.node, text), rhs)
        at = [point for point in context.points if point in value.nodes]
        if len(at) == 1 and not head.square and context.bare(rhs.node, text):
            return Defined((at[0],), value)  # a function by functions: `l = \log p`
        return sqrt(value) if head.square else value
    failure: ParseError | None = None
    for rank in (1, 0):
        params = tuple(_parameter(node, context, rank) for node in head.arguments)
        notation = context.notation(text)
        names = {name_in(n) or "": p for n, p in zip(head.arguments, params, strict=True)}
        notation = replace(notation, letters={**notation.letters, **names})
        try:
            value = readings_of(rhs.node, notation, 1)[0].term
            return Defined(params, sqrt(value) if head.square else value)
        except ParseError as error:
            failure = failure or error
    raise failure or ParseError("expected a formula", text, rhs.node.span)


def _unambiguous(readings: list[Reading], rhs: Side) -> Term:
    """The customary meaning; a product of vectors that may be a matrix defines nothing."""
    first = readings[0]
    ranks = {reading.term.rank for reading in readings}
    inner = any(note.message.endswith(INNER) for note in first.notes)
    if inner and len(ranks) > 1:
        raise ParseError(SIDE_BY_SIDE, rhs.text.text, rhs.node.span)
    return first.term


def _parameter(node: Node, context: Context, rank: int) -> Sym:
    """Give the parameter that an argument names; of an undeclared letter the rank is a guess."""
    base, sub, sup, primes = unscripted(node)
    name = name_in(node) or ""
    found = None
    if isinstance(base, Letter | Word):
        found = context.notation("").resolve(base, sub, sup, primes)
    meaning = found[0] if found is not None else None
    if isinstance(meaning, Sym):
        return meaning
    known = int(meaning.rank) if isinstance(meaning, RV) else context.ranks.get(name, rank)
    return Sym(readable(name), known)
