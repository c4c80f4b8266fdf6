r"""How letters are used in formulas: what they are applied to, what acts on them.

Read off syntax trees alone, for a letter that nobody declared has no term.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.reader.elaborate import unscripted
from derive.reader.names import DECORATIONS, name_of
from derive.reader.products import TRANSPOSED
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INDEX_LETTERS = frozenset("ijklmn")
_OPERATORS = frozenset({"\\nabla", "\\partial", "\\Delta"})
_SYMBOLS = frozenset(
    {"\\infty", "e", "d", "I", "\\pi", "\\delta", "o", "O", "\\bar{o}", "\\bar{O}"}
)
_WORDS = frozenset(
    {"exp", "log", "ln", "lg", "sin", "cos", "div", "Tr", "tr", "trace", "Var", "var", "Cov",
     "cov", "E", "Id"}
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    r"""One occurrence of a letter.

    name:      with its subscript, without what may be a power.
    arguments: of the brackets after it; None where none follow.
    bars:      the separators between the arguments.
    within:    what acts on it, outermost first: `\nabla`, `log`, `norm`, `law`, `root`, ...
    """

    letter: Letter | Word
    name: str
    sub: Script | None
    sup: Script | None
    primes: int = 0
    arguments: tuple[Node, ...] | None = None
    bars: tuple[str, ...] = ()
    within: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The letter with its accent, without font and scripts."""
        return self.letter.name

    @property
    def letter_font(self) -> str:
        """The font of the letter, "" for the usual one."""
        return self.letter.font if isinstance(self.letter, Letter) else ""

    @property
    def transposed(self) -> bool:
        """Whether it is written as a row vector."""
        return self.sup is not None and self.sup.text in TRANSPOSED

    @property
    def trained(self) -> bool:
        r"""Whether `\theta` or `\phi` stands in its subscript."""
        parts = [] if self.sub is None else self.sub.text.split(",")
        return any(part.strip() in DECORATIONS for part in parts)


def uses(root: Node) -> list[Use]:
    """Give the occurrences of letters in a formula, operators left out."""
    return list(_in(root, ()))


def _in(  # noqa: C901, PLR0912 - a row for each node
    node: Node, within: tuple[str, ...]
) -> Iterator[Use]:
    match node:
        case Letter() | Word() | Scripted() | Row():
            yield from _row(items_of(node), within)
        case Sum(terms=terms):
            for _, term in terms:
                yield from _in(term, _through_sum(within))
        case Group(kind=kind, parts=parts):
            yield from _parts(parts, _grouped(kind, within))
        case Quotient(num=num, den=den):
            yield from _in(num, within)
            yield from _in(den, (*within, "wrt" if _is_derivative(num) else "den"))
        case Root(body=body):
            yield from _in(body, ("root",))
        case Integrate(sub=sub, sup=sup, body=body, var=var):
            yield from _in(body, ("integral",))
            yield from _in(var, ("variable",))
            for limit in (sub, sup):
                yield from (u for item in _items(limit) for u in _in(item, ("limit",)))
        case Summation(body=body) | Bang(body=body):
            yield from _in(body, ())
        case Choice(upper=upper, lower=lower):
            for part in (upper, lower):
                yield from _in(part, ())
        case Relation(sides=sides):
            for side in sides:
                yield from _in(side, ())
        case Parts():
            yield from _parts(node, within)
        case Number() | Mark():
            pass


def _items(script: Script | None) -> tuple[Node, ...]:
    return () if script is None else script.parts.items


def _through_sum(within: tuple[str, ...]) -> tuple[str, ...]:
    """Norms, expectations and derivatives are of each term, a logarithm is not."""
    return tuple(w for w in within if w not in ("log", "exp", "root"))


def _grouped(kind: str, within: tuple[str, ...]) -> tuple[str, ...]:
    match kind:
        case "\\|":
            return ("norm",)
        case "|":
            return ("abs",)
        case _:
            return within


def _parts(parts: Parts, within: tuple[str, ...]) -> Iterator[Use]:
    for item in parts.items:
        yield from _in(item, within)


def _is_derivative(num: Node) -> bool:
    head = unscripted(items_of(num)[0])[0]
    return isinstance(head, Letter) and head.name in ("\\partial", "d")


def _row(items: tuple[Node, ...], within: tuple[str, ...]) -> Iterator[Use]:
    acting: tuple[str, ...] = ()  # operators whose operand has not come yet
    position = 0
    while position < len(items):
        item = items[position]
        position += 1
        if isinstance(item, Mark):
            if acting[-1:] == ("\\nabla",):
                acting = (*acting[:-1], "div")  # `\nabla \cdot f`
            continue
        operator = _operator(item)
        if operator is not None:
            _, sub, sup, _ = unscripted(item)
            yield from _scripts(operator, sub, sup)
            acting = (*acting, operator) if operator else acting
            if _is_normal(item) and (law := _arguments(items[position : position + 1])):
                yield from _law(law)
                position += 1
            continue
        base = unscripted(item)[0]
        if isinstance(base, Letter | Word):
            group = _arguments(items[position : position + 1])
            raised = unscripted(items[position])[2] if group is not None else None
            yield from _letter(item, group, raised, (*within, *acting))
            if group is not None:
                yield from _parts(group.parts, ("argument",))
                position += 1
        else:
            yield from _in(base, (*within, *acting))
            yield from _power(unscripted(item)[2])
        acting = ()


def _is_normal(item: Node) -> bool:
    base = unscripted(item)[0]
    return isinstance(base, Letter) and base.name == "N"


def _law(group: Group) -> Iterator[Use]:
    r"""The letters of `\mathcal N(x; m, v)`: its last parts are the mean and the variance."""
    places = ("point", "mean", "variance")[-len(group.parts.items) :]
    for node, place in zip(group.parts.items, places, strict=False):
        yield from _in(node, (place,))


def _operator(item: Node) -> str | None:  # noqa: PLR0911 - a row for each operator
    """Name the operator that an atom is; "" for one that takes no operand; None: a letter."""
    base, sub, sup, _ = unscripted(item)
    match base:
        case Letter(name="\\nabla") if sup is not None:
            return "hessian"
        case Letter(name=name, font=font) if name == "E":
            parameters = sub is not None and not font and sub.text in DECORATIONS
            return None if parameters else "E"
        case Letter(name=name) if name in _OPERATORS:
            return name
        case Letter(name="V" | "D", font="mathbb" | "mathsf"):
            return "E"
        case Letter(name="N"):
            return "" if sub is None else None
        case Letter(name=name) if name in _SYMBOLS:
            return "" if sub is None or name == "I" else None
        case Word(name=name) if name in _WORDS:
            return {"Tr": "tr", "trace": "tr", "ln": "log"}.get(name, name)
        case _:
            return None


def _arguments(following: tuple[Node, ...]) -> Group | None:
    group = unscripted(following[0])[0] if following else None
    return group if isinstance(group, Group) and group.kind == "(" else None


def _letter(
    item: Node, group: Group | None, raised: Script | None, within: tuple[str, ...]
) -> Iterator[Use]:
    base, sub, sup, primes = unscripted(item)
    if not isinstance(base, Letter | Word):
        return
    sup = sup if sup is not None else raised
    arguments = None if group is None else group.parts.items
    bars = () if group is None else group.parts.separators
    yield Use(base, name_of(base, sub), sub, sup, primes, arguments, bars, within)
    yield from _power(sup)


def _power(sup: Script | None) -> Iterator[Use]:
    if sup is not None and sup.text not in TRANSPOSED | DECORATIONS:
        for item in sup.parts.items:
            yield from _in(item, ("exponent",))


def _scripts(operator: str, sub: Script | None, sup: Script | None) -> Iterator[Use]:
    r"""Letters in the scripts of an operator: `E_{x \\sim p}`, `\\nabla_x`, `e^{-f}`."""
    if sub is not None and operator == "E":
        for item in sub.parts.items:
            if isinstance(item, Relation) and item.symbols == ("\\sim",):
                yield from _in(item.sides[0], ("draw",))
                yield from _in(item.sides[1], ("law",))
            else:
                yield from _in(item, ("law",))
    elif sub is not None and operator in (*_OPERATORS, "hessian"):
        for item in sub.parts.items:
            yield from _in(item, ("wrt",))
    if not operator:
        yield from _power(sup)


def component(use: Use) -> str | None:
    r"""The name without its component index, `s_\theta` of `s_{\theta,i}`; None: it has none."""
    if use.sub is None:
        return None
    *parts, last = (part.strip() for part in use.sub.text.split(","))
    if last not in INDEX_LETTERS:
        return None
    name = name_of(use.letter, None)
    return f"{name}_{{{','.join(parts)}}}" if parts else name


def free_letters(root: Node, bound: frozenset[str] = frozenset()) -> frozenset[str]:
    """The letters of a formula, scripts included, that no sum or product binds."""
    pairs = _with_bound(root, bound)
    return frozenset(
        n.name for n, around in pairs if isinstance(n, Letter) and n.name not in around
    )


def letters_in(root: Node) -> frozenset[str]:
    """The letters of a formula, scripts included, bound ones too."""
    nodes = (node for node, _ in _with_bound(root, frozenset()))
    return frozenset(node.name for node in nodes if isinstance(node, Letter))


def placed_letters(
    root: Node, bound: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """The letters of a formula but for the limits of sums, each with what is bound there."""
    if isinstance(root, Letter):
        yield root.name, bound
    inside: Iterable[Node] = _inside(root)
    if isinstance(root, Summation):
        bound |= bound_index(root)
        inside = (root.body,)
    for node in inside:
        yield from placed_letters(node, bound)


def _with_bound(node: Node, bound: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    """Walk all nodes, scripts included, each with the letters that are bound there."""
    yield node, bound
    if isinstance(node, Summation):
        bound |= bound_index(node)
    for inner in _inside(node):
        yield from _with_bound(inner, bound)


def summands_in(root: Node) -> Iterator[Node]:
    """The terms of all sums in a formula, and a side that is one term."""
    if not isinstance(root, Sum):
        yield root
    for node, _ in _with_bound(root, frozenset()):
        if isinstance(node, Sum):
            yield from (term for _, term in node.terms)


def nodes_in(root: Node) -> Iterator[Node]:
    """All nodes of a formula, scripts included."""
    return (node for node, _ in _with_bound(root, frozenset()))


def summations_in(root: Node) -> Iterator[Summation]:
    """The sums, products and other large operators anywhere in a formula."""
    nodes = (node for node, _ in _with_bound(root, frozenset()))
    return (node for node in nodes if isinstance(node, Summation))


def bound_in(root: Node) -> set[str]:
    """The letters that sums and products anywhere in a formula bind."""
    return {name for node in summations_in(root) for name in bound_index(node)}


def bound_index(node: Summation) -> frozenset[str]:
    """The letters that a sum or a product binds."""
    names = set()
    for item in node.sub.parts.items if node.sub is not None else ():
        head = item.sides[0] if isinstance(item, Relation) else item
        if isinstance(head, Letter):
            names.add(head.name)
    return frozenset(names)


def _inside(node: Node) -> Iterable[Node]:  # noqa: PLR0911 - a row for each node
    match node:
        case Scripted(base=base, sub=sub, sup=sup):
            scripts = [item for s in (sub, sup) if s is not None for item in s.parts.items]
            return (base, *scripts)
        case Summation(sub=sub, sup=sup, body=body):
            scripts = [item for s in (sub, sup) if s is not None for item in s.parts.items]
            return (*scripts, body)
        case Integrate(body=body, var=var):
            return (body, var)
        case Group(parts=Parts(items=items)) | Parts(items=items) | Relation(sides=items):
            return items
        case Row(items=items):
            return items
        case Sum(terms=terms):
            return tuple(term for _, term in terms)
        case Quotient(num=num, den=den):
            return (num, den)
        case Root(body=body):
            return (body,)
        case _:
            return ()
