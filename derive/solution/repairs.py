r"""Repairs: the single edit of a side with which a refuted link is proved, if one alone does it.

A repair is a guess at what was meant, so it must not be had for nothing: an edit that hides
terms in a remainder is none, and where two different claims would be true, neither is named.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import chain, islice
from math import ceil
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from derive.errors import ParseError
from derive.reader.grammar import parse
from derive.reader.names import name_in, name_of, readable
from derive.reader.notation import canonical
from derive.reader.syntax import (
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
from derive.solution.edits import Edit, base_of, children, edits, head_of, is_landau, is_power

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

MAX_ORDER = 9  # of a remainder that is offered: nobody expands further

# What a numeric factor may be moved across.
LINEAR = frozenset({"E", "div", "Tr", "tr", "\\nabla"})

# Where one remainder is true every weaker one is: only the sharpest counts.
_GRADED = frozenset({"remainder", "order"})


@dataclass(frozen=True)
class Repair:
    """The corrected side: `[start, end)` of `latex` is what was edited, empty for a deletion.

    message: the mistake as a noun phrase, "the sign of ...", "a missing factor 2 before ...".
    """

    kind: str
    latex: str
    start: int
    end: int
    edit: Edit
    message: str


def find_repair(  # noqa: PLR0913 - what may be edited, and who decides about it
    text: str,
    letters: Collection[str],
    proves: Callable[[str], bool],
    *,
    limit: int = 200,
    small: Collection[str] = (),
    same: Callable[[str, str], bool] | None = None,
) -> Repair | None:
    """Find the one edit that makes a link true; None where there is none, or several.

    Args:
        text:    the side as written, in LaTeX.
        letters: the names that may be put for each other.
        proves:  whether the link is proved with this text for the side.
        limit:   how many edits are tried, likely mistakes first.
        small:   the names of what tends to 0: a remainder in them may be missing.
        same:    whether two corrected texts make the same claim.
    """
    tree = _tree(text)
    if tree is None:
        return None
    names = [canonical(name) for name in small]
    candidates = chain(_orders(text, tree), _remainders(text, tree, names), edits(text, letters))
    tried, graded = {_claim(tree)}, set()
    hidden, found = _hidden(tree), None
    for edit in islice(candidates, limit):
        corrected = edit.apply(text)
        edited = _tree(corrected)
        place = (edit.kind, edit.start)
        if edited is None or place in graded or _hidden(edited) > hidden:
            continue
        claim = _claim(edited)
        if claim in tried:
            continue
        tried.add(claim)
        if not proves(corrected):
            continue
        if edit.kind in _GRADED:
            graded.add(place)
        if found is None:
            found = _repair(text, edit)
        elif same is None or not same(found.latex, corrected):
            return None
    return found


def _tree(text: str) -> Node | None:
    """Parse a side; None where it is no formula, or over a cap of the grammar."""
    try:
        return parse(text)
    except ParseError:
        return None


def _repair(text: str, edit: Edit) -> Repair:
    corrected, start = edit.apply(text), edit.start
    message = _message(text, corrected, edit)
    return Repair(edit.kind, corrected, start, start + len(edit.replacement), edit, message)


# --- remainders ---


class _Landau(NamedTuple):
    """A term `o(name^power)` or `O(name^power)`: head, brackets, and what the scale is of."""

    head: Node
    scale: Group
    big: bool
    name: str
    power: Fraction


def _landau(term: Node) -> _Landau | None:
    """Take a remainder apart; None for other terms and for scales that are no powers."""
    items = items_of(term)
    if len(items) != 2 or not is_landau(items[0], items[1]) or not isinstance(items[1], Group):
        return None
    body = items[1].parts.items[0]
    big = head_of(items[0]) in ("O", "\\bar{O}")
    power = _exponent(body)
    if isinstance(body, Scripted) and power is not None and isinstance(body.base, Letter):
        return _Landau(items[0], items[1], big, name_of(body.base, body.sub), power)
    name = name_in(body)
    return None if name is None else _Landau(items[0], items[1], big, name, Fraction(1))


def _exponent(node: Node) -> Fraction | None:
    """The power of an atom, where it is a number."""
    inside = node.sup.parts.items[0] if isinstance(node, Scripted) and node.sup else None
    return inside.value if isinstance(inside, Number) else None


def _degrees(node: Node, name: str) -> tuple[Fraction, Fraction]:
    """The lowest and the highest power of a letter in a formula, as far as shapes tell."""
    match node:
        case Sum(terms=terms):
            found = [_degrees(t, name) for _, t in terms if _landau(t) is None]
            return min((low for low, _ in found), default=Fraction(0)), max(
                (high for _, high in found), default=Fraction(0)
            )
        case Row(items=items):
            low = high = Fraction(0)
            for before, item in zip((None, *items), items, strict=False):
                down, up = _degrees(item, name)
                divided = isinstance(before, Mark) and before.symbol == "/"
                low, high = (low - up, high - down) if divided else (low + down, high + up)
            return low, high
        case Quotient(num=num, den=den):
            above, below = _degrees(num, name), _degrees(den, name)
            return above[0] - below[1], above[1] - below[0]
        case Root(body=body, degree=None):
            low, high = _degrees(body, name)
            return low / 2, high / 2
        case Group(parts=Parts(items=(inside,))):
            return _degrees(inside, name)
        case _:
            return _degrees_of_atom(node, name)


def _degrees_of_atom(node: Node, name: str) -> tuple[Fraction, Fraction]:
    if isinstance(node, Letter | Scripted) and name_in(node) == name:
        return Fraction(1), Fraction(1)
    power = _exponent(node)
    if isinstance(node, Scripted) and power is not None and power > 0 and is_power(node):
        letter = isinstance(node.base, Letter) and name_of(node.base, node.sub) == name
        low, high = (1, 1) if letter else _degrees(node.base, name)
        return low * power, high * power
    return Fraction(0), Fraction(0)


def _hidden(node: Node) -> Fraction:
    """How many orders of written terms lie inside the remainders beside them.

    An edit that makes this larger can make any claim true: `1 - h + o(h)` is wrong about
    `1 + h`, and `1 - h + O(h)` and `1 - h^2 + o(1)` say nothing.
    """
    total = Fraction(0)
    if isinstance(node, Sum):
        remainders = [r for _, term in node.terms if (r := _landau(term)) is not None]
        terms = [term for _, term in node.terms if _landau(term) is None]
        for landau in remainders:
            highest = (_degrees(term, landau.name)[1] for term in terms)
            total += sum(max(Fraction(0), high - landau.power + landau.big) for high in highest)
    return total + sum(_hidden(child) for _, nodes in children(node) for child in nodes)


def _has_remainder(node: Node) -> bool:
    items = items_of(node)
    inside = [child for _, nodes in children(node) for child in nodes]
    return any(map(is_landau, items, items[1:])) or any(map(_has_remainder, inside))


def _orders(text: str, node: Node) -> Iterator[Edit]:
    """Weaken each remainder step by step; a sharper one is true only where it was."""
    found = _landau(node)
    if found is not None:
        head, scale = found.head.span, found.scale.parts.items[0]
        base = scale.base.span.start if isinstance(scale, Scripted) else scale.span.start
        end = scale.sub.span.end if isinstance(scale, Scripted) and scale.sub else None
        end = end or (base_of(scale) or scale).span.end
        letter = text[head.start : head.end]
        weaker = [(True, found.power)] * (not found.big)
        for lower in range(min(ceil(found.power) - 1, MAX_ORDER), 0, -1):
            weaker += [(False, Fraction(lower)), (True, Fraction(lower))]
        for big, power in weaker:
            new = re.sub(r"[oO](?=\}*$)", "O" if big else "o", letter)
            new += text[head.end : base] + text[base:end] + _power(power)
            new += text[scale.span.end : found.scale.span.end]
            yield Edit("order", head.start, found.scale.span.end, new)
        return
    for _, nodes in children(node):
        for child in nodes:
            yield from _orders(text, child)


def _power(power: Fraction) -> str:
    if power == 1:
        return ""
    return f"^{power}" if power.denominator == 1 and 0 < power < 10 else f"^{{{power}}}"


def _remainders(text: str, node: Node, small: Iterable[str]) -> Iterator[Edit]:
    """Add the remainder that goes with the highest written power of a small letter.

    Not where there is one: a further one would only make the claim weaker.
    """
    if _has_remainder(node):
        return
    end = len(text.rstrip())
    for name in small:
        highest = _degrees(node, name)[1]
        if highest > 0:
            new = f" + o({readable(name)}{_power(highest)})"
            yield Edit("remainder", end, end, new)


# --- which texts are the same claim ---

_Claim: TypeAlias = tuple[Fraction, Hashable]  # a number, and what it multiplies
_ONE = Fraction(1)


def _claim(node: Node) -> _Claim:  # noqa: PLR0911 - one case per class of nodes
    r"""Give a form in which the places where one factor may stand make no difference.

    `-\frac{a}{b}` and `\frac{-a}{b}`, `2E[f]` and `E[2f]` are one claim, and one mistake.
    """
    match node:
        case Number(value=value):
            return value, ()
        case Sum(terms=terms):
            signed = [(_claim(term), sign) for sign, term in terms]
            parts = tuple((-c if sign == "-" else c, core) for (c, core), sign in signed)
            return parts[0] if len(parts) == 1 else (_ONE, ("+", parts))
        case Row(items=items):
            return _claim_of_row(items)
        case Quotient(num=num, den=den):
            (above, core), (below, under) = _claim(num), _claim(den)
            number = above / below if below else above
            return number, core if under == () and below else ("/", core, under)
        case Group(kind="(" | "[" | "{", parts=Parts(items=(inside,))):
            return _claim(inside)
        case Integrate() | Summation(kind="sum"):
            number, core = _claim(node.body)
            return number, (_written(node), core)
        case _:
            return _ONE, _written(node)


def _claim_of_row(items: tuple[Node, ...]) -> _Claim:
    number, cores = _ONE, list[Hashable]()
    claims = [_claim(item) for item in items]
    for index, item in enumerate(items):
        before = items[index - 1] if index else None
        coefficient, core = claims[index]
        divided = isinstance(before, Mark) and before.symbol == "/"
        if isinstance(item, Mark):
            # `2 \cdot x` is `2x` and `x / 2` is half of x, but `\nabla \cdot s` is no gradient.
            near = (index + 1,) if item.symbol == "/" else (index - 1, index + 1)
            if any(claims[i][1] == () for i in near):
                continue
        function = isinstance(base_of(before), Letter | Word) and head_of(before) not in LINEAR
        if isinstance(item, Group) and function:
            cores.append((item.kind, coefficient, core))
            continue
        if divided and coefficient:
            number /= coefficient
        else:
            number *= coefficient
        if core != () and (item.kind if isinstance(item, Group) else "") == "[":
            core = ("[", core)
        cores += [core] if core != () else []
    if len(cores) == 1:
        return number, cores[0]
    return number, tuple(cores)


def _written(node: Node | Script) -> Hashable:
    """Give class and contents of a node without its places."""
    out: list[Hashable] = [type(node).__name__]
    for field in fields(node):
        value = getattr(node, field.name)
        body = field.name == "body" and isinstance(node, Integrate | Summation)
        if field.name == "span" or body:
            continue
        if isinstance(value, Script):
            out.append((value.text, tuple(_claim(item) for item in value.parts.items)))
        elif isinstance(value, Parts):
            out.append((tuple(_claim(item) for item in value.items), value.separators))
        elif isinstance(value, tuple):
            out.append(tuple(v if isinstance(v, str) else _claim(v) for v in value))
        else:
            out.append(_claim(value) if hasattr(value, "span") else value)
    return tuple(out)


# --- what to call a mistake ---


def _message(text: str, corrected: str, edit: Edit) -> str:  # noqa: PLR0911 - one per kind
    """Name the mistake and the piece it is in."""
    old, new = text[edit.start : edit.end].strip(), edit.replacement.strip()
    new = re.sub(r"^\{(.*)\}$", r"\1", new)  # an argument that had no braces gets them
    match edit.kind:
        case "sign":
            return f"the sign of ${_starting(text, edit.end)}$"
        case "factor":
            return _factor_message(text, edit, old, new)
        case "index":
            piece, meant = _around(text, edit.start), _around(corrected, edit.start)
            return f"the index of ${piece}$, which should be ${meant}$"
        case "exponent":
            return _exponent_message(text, edit, old, new)
        case "root":
            return _root_message(old, new)
        case "remainder":
            return f"the missing remainder ${new.removeprefix('+').strip()}$"
        case "order":
            return f"the order of the remainder ${old}$, which should be ${new}$"
        case "component":
            return f"the missing component index ${new[1:]}$ of ${_ending(text, edit.start)}$"
        case "argument":
            return f"the argument ${old}$, which should be ${new}$"
        case _:
            return _letter_message(text, corrected, edit, old, new)


def _factor_message(text: str, edit: Edit, old: str, new: str) -> str:
    if not old:
        return f"a missing factor ${new}$ before ${_starting(text, edit.end)}$"
    if old.startswith("/"):
        return f"an extra divisor ${old[1:].strip()}$"
    if not new:
        bare = re.sub(r"^(\\cdot|\\times|\*)|(\\cdot|\\times|\*)$", "", old)
        return f"an extra factor ${bare.strip()}$"
    if old.startswith("\\") and not new.isdigit() and not new.startswith("\\frac"):
        return f"an extra divisor 2 of ${new}$"
    return f"the factor ${old}$, which should be ${new}$"


def _exponent_message(text: str, edit: Edit, old: str, new: str) -> str:
    if new == "^2" and not old:
        return f"a missing square of ${_ending(text, edit.start)}$"
    if not new.startswith("^") and (new or not old.startswith("^")):
        return f"the sign of the exponent of ${_around(text, edit.start)}$"
    piece = _ending(text, edit.start) if old.startswith("^") else _around(text, edit.start)
    return f"an extra exponent ${old[1:].strip('{}')}$ of ${piece}$" if not new else (
        f"the exponent of ${piece}$, which should be ${new.removeprefix('^').strip('{}')}$"
    )  # fmt: skip


def _root_message(old: str, new: str) -> str:
    extra = new.strip("()") in old and len(new) < len(old)
    return f"an extra root of ${new}$" if extra else f"a missing root of ${old}$"


def _letter_message(text: str, corrected: str, edit: Edit, old: str, new: str) -> str:
    piece, meant = _letter(text, edit.start), _letter(corrected, edit.start)
    if old == piece:
        return f"the letter ${old}$, which should be ${new}$"
    return f"the letter ${piece}$ throughout, which should be ${meant}$"


def _nodes(text: str) -> list[Node]:
    """The atoms and products of a text, outer ones first."""
    pending, found = [parse(text)], list[Node]()
    while pending:
        node = pending.pop(0)
        pending += [child for _, nodes in children(node) for child in nodes]
        found += [] if isinstance(node, Sum | Relation) else [node]
    return found


def _starting(text: str, position: int) -> str:
    """The longest product that starts at a position."""
    start = position + len(text[position:]) - len(text[position:].lstrip())
    starting = [n.span.end for n in _nodes(text) if n.span.start == start]
    return text[start : max(starting, default=len(text))].strip()


def _ending(text: str, position: int) -> str:
    """The atom that ends at a position, or the one whose scripts begin before it."""
    starts = [0]
    for node in _nodes(text):
        ends = node.span.end == position and not isinstance(node, Row | Integrate | Summation)
        inside = isinstance(node, Scripted) and node.base.span.end <= position <= node.span.end
        starts += [node.span.start] if ends or inside else []
    start = max(starts)
    if text[start : start + 1] in {"(", "["}:
        # The arguments of a function: `s_\theta(x)`, not `(x)`.
        heads = [n.span.start for n in _nodes(text) if n.span.end == start and head_of(n)]
        start = min(heads, default=start)
    return text[start:position].strip()


def _around(text: str, position: int) -> str:
    """The innermost atom in whose scripts a position is."""
    scripted = [n for n in _nodes(text) if isinstance(n, Scripted)]
    spans = [n.span for n in scripted if n.base.span.end <= position < n.span.end]
    inner = max(spans, key=lambda s: s.start, default=None)
    return text[inner.start : inner.end] if inner is not None else text.strip()


def _letter(text: str, position: int) -> str:
    """The letter that starts at a position, with its scripts but without a power."""
    start = len(text) - len(text[position:].lstrip(" {"))
    for node in _nodes(text):
        if node.span.start == start and head_of(node):
            power = isinstance(node, Scripted) and is_power(node) and node.sup
            return text[start : power.span.start if power else node.span.end]
    return text[start:]
