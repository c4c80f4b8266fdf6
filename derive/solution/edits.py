r"""Single edits of a formula as its author wrote it: the slips that people make.

Each family of edits is one function over the sites of the syntax tree.  Nothing here knows
what a letter means or whether an edit makes a claim true.  Remainders: see `repairs`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from derive.errors import ParseError, Span
from derive.reader.grammar import parse
from derive.reader.names import name_of, readable
from derive.reader.notation import canonical
from derive.reader.syntax import (
    Group,
    Letter,
    Mark,
    Node,
    Number,
    Parts,
    Quotient,
    Root,
    Row,
    Script,
    Scripted,
    Sum,
    Summation,
    Word,
    items_of,
)
from derive.reader.tokens import Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MAX_LENGTH = 800  # of a side: every edit is parsed again, and nobody writes a longer one

# Letters with a meaning of their own: no variables, no factors, no bases of powers.
OPERATORS = frozenset({"\\nabla", "\\partial", "\\Delta", "d", "E", "e", "\\infty", "\\pi", "I"})


@dataclass(frozen=True)
class Edit:
    """Put `replacement` for the characters `[start, end)` of a text.

    kind: "sign", "factor", "index", "exponent", "root", "remainder", "order", "variable",
        "component" or "argument".
    """

    kind: str
    start: int
    end: int
    replacement: str

    def apply(self, text: str) -> str:
        """Give the edited text."""
        return text[: self.start] + self.replacement + text[self.end :]


_Ranked: TypeAlias = tuple[int, Edit]  # the likelier the mistake, the lower its rank


def edits(text: str, letters: Collection[str]) -> Iterator[Edit]:
    """Give the edits of one side, likely mistakes first; each edited text is in the grammar.

    Args:
        text:    one side in LaTeX.
        letters: the declared names that may be put for each other.
    """
    seen = {_spelled(text), None}
    if len(seen) == 1 or len(text) > MAX_LENGTH:
        return
    side = _Side(text, parse(text), frozenset(canonical(name) for name in letters))
    families = (
        _signs,
        _factors,
        _exponents,
        _roots,
        _letters,
        _everywhere,
        _arguments,
        _components,
    )
    found = [ranked for family in families for ranked in family(side)]
    found.sort(key=lambda ranked: (ranked[0], ranked[1].start, ranked[1].end))
    for _, edit in found:
        edited = _spelled(edit.apply(text))
        if edited not in seen:
            seen.add(edited)
            yield edit


def _spelled(text: str) -> tuple[str, ...] | None:
    """The tokens of a formula, without the spaces between them; None: it is no formula."""
    try:
        parse(text)
    except ParseError:
        return None
    return tuple(token.text for token in tokenize(text))


# --- the tree and the text ---


def base_of(node: Node | None) -> Node | None:
    """The node without its scripts."""
    return node.base if isinstance(node, Scripted) else node


def head_of(node: Node | None) -> str:
    """The name of a letter or a word without its scripts; "" for any other node."""
    base = base_of(node)
    return base.name if isinstance(base, Letter | Word) else ""


def is_landau(head: Node | None, scale: Node | None) -> bool:
    r"""Whether two atoms side by side are `o(...)`, `\overline{o}(...)` or `\mathcal{O}(...)`."""
    letter = isinstance(head, Letter) and head.name in ("o", "O", "\\bar{o}", "\\bar{O}")
    return letter and isinstance(scale, Group) and scale.kind == "("


def is_power(node: Scripted) -> bool:
    """Whether the superscript is a power, as far as shapes tell; a letter is part of a name."""
    inside = node.sup.parts.items if node.sup is not None else ()
    if len(inside) != 1 or (isinstance(node.base, Group) and node.base.kind == "."):
        return False
    return not isinstance(base_of(inside[0]), Letter | Word | Mark | Group) or head_of(node) == "e"


def children(node: Node) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """Give the formulas inside a node of any class, by field; no scripts but powers."""
    if isinstance(node, Scripted):
        yield "base", (node.base,)
        if node.sup is not None and is_power(node):
            yield "sup", node.sup.parts.items
        return
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Parts):
            yield field.name, value.items
        elif isinstance(value, tuple):
            # The terms of a sum come with their signs.
            inside = [part[1] if isinstance(part, tuple) else part for part in value]
            yield field.name, tuple(part for part in inside if hasattr(part, "span"))
        elif hasattr(value, "span") and not isinstance(value, Script):
            yield field.name, (value,)


@dataclass(frozen=True)
class _Site:
    """A node and where it hangs: the role is the parent's field; then the atoms beside it."""

    node: Node
    role: str = "side"
    parent: _Site | None = None
    depth: int = 0
    before: Node | None = None
    after: Node | None = None

    def walk(self) -> Iterator[_Site]:
        """Give this site and all below it, in the order written; no remainders."""
        yield self
        span = self.node.span
        for role, nodes in children(self.node):
            row = (None, *nodes, None) if role == "items" else (None,) * (len(nodes) + 2)
            for before, node, after in zip(row, nodes, row[2:], strict=False):
                # A script under an accent is the letter's: such a base is wider than its node.
                inside = span.start <= node.span.start and node.span.end <= span.end
                site = _Site(node, role, self, self.depth + 1, before, after)
                if inside and not (is_landau(node, after) or is_landau(before, node)):
                    yield from site.walk()

    @property
    def above(self) -> Node | None:
        return self.parent.node if self.parent is not None else None

    @property
    def letter(self) -> bool:
        """Whether the node is a letter that is no operator."""
        base = base_of(self.node)
        return isinstance(base, Letter) and base.name not in OPERATORS

    @property
    def applied(self) -> bool:
        """Whether round brackets follow the letter, as after a function."""
        bracket = base_of(self.after)
        return isinstance(bracket, Group) and bracket.kind == "("

    @property
    def function(self) -> str:
        """The name of the function whose brackets the node stands in; "" if of none."""
        around = self.parent
        if around is not None and around.role == "base":
            around = around.parent
        return head_of(around.before) if around is not None and self.role == "parts" else ""

    @property
    def differential(self) -> bool:
        r"""Whether the node is part of the sign of a derivative, `\frac{\partial}{\partial x}`."""
        if self.parent is None or self.role not in ("num", "den", "items"):
            return False
        return _is_derivative(self.above) or self.parent.differential

    @property
    def whole(self) -> bool:
        """Whether a factor of the node is one of nothing larger: one mistake, one edit."""
        if isinstance(self.node, Sum):
            return False
        if isinstance(self.above, Sum):
            return len(self.above.terms) > 1 or self.depth == 1
        exponent = self.function == "exp" or (self.role == "sup" and head_of(self.above) == "e")
        return self.role == "side" or exponent


def _is_derivative(node: Node | None) -> bool:
    parts = (node.num, node.den) if isinstance(node, Quotient) else ()
    return {head_of(items_of(part)[0]) for part in parts} in ({"\\partial"}, {"d"})


@dataclass(frozen=True)
class _Side:
    """One side of a link: text, tree, and the names that may be put for each other."""

    text: str
    tree: Node
    letters: frozenset[str]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokenize(self.text)

    @cached_property
    def sites(self) -> tuple[_Site, ...]:
        return tuple(_Site(self.tree).walk())

    @cached_property
    def atoms(self) -> tuple[tuple[_Site, str, Span], ...]:
        """The letters without primes: site, name, and where the name stands, without a power."""
        letters = (s for s in self.sites if s.letter and s.role != "base")
        return tuple(self._name(s) for s in letters if not getattr(s.node, "primes", 0))

    def _name(self, site: _Site) -> tuple[_Site, str, Span]:
        node, base = site.node, base_of(site.node)
        sub, sup = (node.sub, node.sup) if isinstance(node, Scripted) else (None, None)
        name = name_of(base, sub, sup) if isinstance(base, Letter) else ""
        if isinstance(node, Scripted) and name not in self.letters and is_power(node):
            name, sup = name[: -len(f"^{{{sup.text}}}")] if sup else name, None
        return site, name, Span(node.span.start, (sup or sub or base or node).span.end)

    def next_start(self, position: int) -> int:
        """Where the first token at or after a position starts."""
        return next(t.span.start for t in self.tokens if t.span.start >= position)

    def put(self, kind: str, site: _Site, where: Span, new: str) -> Edit:
        r"""Replace text of a site, with the spaces and braces that TeX needs.

        A control word ends before a letter, and the argument of `\sqrt x` is one token.
        """
        whole = site.node.span
        argument = isinstance(site.above, Quotient | Root | Scripted) and site.role != "base"
        bare = argument and not re.search(r"[{\[]\s*$", self.text[: whole.start])
        if bare and where.start == whole.start:
            new = f"{{{new}{self.text[where.end : whole.end]}}}"
            where = whole
        before, after = self.text[: where.start], self.text[where.end :]
        if re.search(r"\\[A-Za-z]+$", before) and (new + after)[:1].isalpha():
            new = " " + new
        elif re.search(r"\\[A-Za-z]+$", new) and after[:1].isalpha():
            new += " "
        return Edit(kind, where.start, where.end, new)


# --- the families ---


def _signs(side: _Side) -> Iterator[_Ranked]:
    """Flip the sign of each term; give a minus to a side or an exponent without one."""
    for site in side.sites:
        node, kind = site.node, "exponent" if site.role == "sup" else "sign"
        if isinstance(node, Sum):
            low = node.span.start
            for index, (_, term) in enumerate(node.terms):
                yield _flipped(side, site, kind, Span(low, term.span.start), first=index == 0)
                low = term.span.end
        elif site.whole and not isinstance(site.above, Sum):
            start = side.next_start(0) if site.role == "side" else node.span.start
            yield 1 + 2 * (site.depth > 0), side.put(kind, site, Span(start, start), "-")


def _flipped(side: _Side, site: _Site, kind: str, gap: Span, *, first: bool) -> _Ranked:
    """Flip the last sign in the gap before a term: the label of a brace may stand there too."""
    signs = [t for t in side.tokens if gap.start <= t.span.start < gap.end and t.text in ("+", "-")]
    if not signs:
        return 4, side.put(kind, site, Span(gap.start, gap.start), "-")
    sign = signs[-1]
    if first and sign.text == "-":
        end = side.next_start(sign.span.end)
        return int(site.depth > 0), side.put(kind, site, Span(sign.span.start, end), "")
    return int(site.depth > 3), side.put(kind, site, sign.span, "-" if sign.text == "+" else "+")


def _factors(side: _Side) -> Iterator[_Ranked]:
    r"""Insert or remove 2 and `\frac{1}{2}`; double and halve numbers."""
    for site in side.sites:
        node, start = site.node, site.node.span.start
        if site.whole and not _starts_with_number(node):
            rank = 2 + (site.depth > 2) + 2 * isinstance(node, Letter)
            for factor in ("2", "\\frac{1}{2}"):
                yield rank, side.put("factor", site, Span(start, start), factor)
        if isinstance(node, Number):
            yield from _numbers(side, site, node)
        elif isinstance(node, Quotient) and isinstance(node.den, Number) and node.den.value == 2:
            yield from _halves(side, site, node)


def _starts_with_number(node: Node) -> bool:
    first = base_of(items_of(node)[0])
    return isinstance(first.num if isinstance(first, Quotient) else first, Number)


def _numbers(side: _Side, site: _Site, node: Number) -> Iterator[_Ranked]:
    if site.role in ("sup", "base", "degree") or node.value.denominator > 1 or not node.value:
        return
    factor = site.role in ("items", "num", "den")
    if node.value == 2 and site.role == "items":
        yield 1, _without(side, site)
        yield 3, side.put("factor", site, node.span, "\\frac{1}{2}")
    for number in (2 * node.value, node.value / 2):
        if number.denominator == 1 and not (factor and number == 1):
            yield 3 if factor else 5, side.put("factor", site, node.span, str(number))


def _halves(side: _Side, site: _Site, node: Quotient) -> Iterator[_Ranked]:
    """Remove a half, or the denominator 2 of anything."""
    if not isinstance(node.num, Number):
        above = side.text[node.num.span.start : node.num.span.end]
        kept = f"({above})" if isinstance(node.num, Sum) and site.role != "side" else above
        yield 1, side.put("factor", site, node.span, kept)
    elif node.num.value == 1 and site.role == "items":
        yield 1, _without(side, site)
        yield 3, side.put("factor", site, node.span, "2")


def _without(side: _Side, site: _Site) -> Edit:
    """Remove a factor from its row, and the mark that joined it."""
    start, end, kept = site.node.span.start, site.node.span.end, ""
    if isinstance(site.before, Mark):
        start = site.before.span.start
    elif isinstance(site.after, Mark) and site.after.symbol == "/":
        kept = "1"
    else:
        end = side.next_start(site.after.span.end if isinstance(site.after, Mark) else end)
    return side.put("factor", site, Span(start, end), kept)


def _exponents(side: _Side) -> Iterator[_Ranked]:
    """Remove a square, add one, change a power by one."""
    for site in side.sites:
        node, end = site.node, site.node.span.end
        sup = node.sup if isinstance(node, Scripted) else None
        power = sup.parts.items[0] if sup is not None else None
        if sup is not None and isinstance(power, Number) and head_of(node) not in OPERATORS:
            if power.value == 2:
                yield 3, side.put("exponent", site, sup.span, "")
            for other in sorted({power.value - 1, power.value + 1} - {0, 1}):
                yield 6, side.put("exponent", site, sup.span, f"^{{{other}}}")
        elif sup is None and _may_have_power(site):
            rank = 3 if isinstance(base_of(node), Group) else 5
            yield rank, side.put("exponent", site, Span(end, end), "^2")


def _may_have_power(site: _Site) -> bool:
    """Whether a power may be missing: on a norm, on brackets, on a letter that is no operator."""
    base = base_of(site.node)
    if site.role in ("base", "sup", "var") or site.differential:
        return False
    if isinstance(base, Group):
        operator = head_of(site.before) in {*OPERATORS, "exp", "div", "Tr", "tr"}
        return base.kind in ("|", "\\|") or (base.kind == "(" and not operator)
    return site.letter and not site.applied


def _roots(side: _Side) -> Iterator[_Ranked]:
    """Remove a root; put one over a factor, a numerator, a denominator."""
    for site in side.sites:
        node = site.node
        if isinstance(node, Root) and node.degree is None:
            yield 3, side.put("root", site, node.span, _unrooted(side, site, node))
        elif _may_have_root(site):
            bare = isinstance(node, Group) and len(node.parts.items) == 1
            where = node.parts.span if isinstance(node, Group) and bare else node.span
            under = side.text[where.start : where.end]
            yield 4, side.put("root", site, node.span, f"\\sqrt{{{under}}}")


def _unrooted(side: _Side, site: _Site, node: Root) -> str:
    """What stands under a root, in brackets where it needs them."""
    inside = re.sub(r"^(\\sqrt|√)\s*", "", side.text[node.span.start : node.span.end])
    inside = inside[1:-1] if inside.startswith("{") else inside
    factor = isinstance(node.body, Row) and site.role != "base"
    closed = site.role in ("side", "num", "den", "parts") or not isinstance(node.body, Sum | Row)
    return inside if closed or (factor and not isinstance(site.before, Mark)) else f"({inside})"


def _may_have_root(site: _Site) -> bool:
    node = site.node
    if site.differential or _is_derivative(node) or _starts_with_number(node):
        return False
    if site.role in ("num", "den"):
        return not isinstance(node, Root)
    bracket = isinstance(node, Group) and node.kind == "(" and not head_of(site.before)
    factor = bracket or isinstance(node, Quotient) or (site.letter and not site.applied)
    return factor and site.role in ("items", "terms", "side")


def _letters(side: _Side) -> Iterator[_Ranked]:
    """Put one name for another of its kind, at one place."""
    for site, name, where in side.atoms:
        for rank, kind, other in _others(side, site, name):
            if kind == "index":
                scripts = Span((base_of(site.node) or site.node).span.end, where.end)
                yield rank, side.put(kind, site, scripts, readable("_" + other.split("_", 1)[1]))
            else:
                yield rank, side.put(kind, site, where, readable(other))


def _others(side: _Side, site: _Site, name: str) -> Iterator[tuple[int, str, str]]:
    """Give the names that may be meant by a letter: rank, kind of the mistake, name."""
    written = {t.text for t in side.tokens} | {n for _, n, _ in side.atoms}
    functions = {n for s, n, _ in side.atoms if s.applied}
    base, _, sub = name.partition("_")
    argument = site.function not in {"", *OPERATORS}
    for other in sorted((side.letters | {n for _, n, _ in side.atoms}) - {name}):
        new_base, _, new_sub = other.partition("_")
        if base == new_base:
            near = {sub[1:-1], new_sub[1:-1]}
            shifted = any({n, n + "-1"} == near or {n, n + "+1"} == near for n in near)
            yield 2 if shifted else 4, "index" if sub and new_sub else "variable", other
        elif site.applied or other in functions or _alphabet(base) != _alphabet(new_base):
            continue
        elif sub == new_sub or not base.startswith("\\"):
            rank = 4 if other in written else 6
            yield rank, "argument" if argument else "variable", other


def _alphabet(base: str) -> tuple[bool, bool]:
    """Greek or Latin, capital or not: letters of one alphabet stand for things of one kind."""
    letter = re.sub(r"\\(?:bar|hat|tilde|vec|dot|math[a-z]+)\{|\}", "", base)
    return letter.startswith("\\"), letter.lstrip("\\")[:1].isupper()


def _everywhere(side: _Side) -> Iterator[_Ranked]:
    """Put one name for another wherever it stands."""
    for name in sorted({n for _, n, _ in side.atoms}):
        places = [(site, where) for site, n, where in side.atoms if n == name]
        first, start = places[0][0], places[0][1].start
        if len(places) < 2 or first.applied:
            continue
        for rank, _, other in _others(side, first, name):
            new, low = "", start
            for site, where in places:
                piece = side.put("variable", site, where, readable(other)).replacement
                new += side.text[low : where.start] + piece
                low = where.end
            yield rank + 1, Edit("variable", start, low, new)


def _arguments(side: _Side) -> Iterator[_Ranked]:
    """Put one argument of a function for another."""
    places = [s for s in side.sites if s.function not in {"", "exp", "log", *OPERATORS}]
    texts = {side.text[s.node.span.start : s.node.span.end]: None for s in places}
    for site in places:
        for text in texts:
            yield 4, side.put("argument", site, site.node.span, text)


def _components(side: _Side) -> Iterator[_Ranked]:
    """Add the index of a sum to a letter under it that has none."""
    for site in side.sites:
        under = site.node.sub if isinstance(site.node, Summation) else None
        for index in re.findall(r"(?<!\\)\b[a-z]\b", under.text) if under is not None else ():
            yield from _component(side, site.node.span, index)


def _component(side: _Side, where: Span, index: str) -> Iterator[_Ranked]:
    above = re.search(rf"\^\{{?{index}\b", side.text) is not None
    for site, name, place in side.atoms:
        node = site.node
        inside = where.start <= place.start and place.end <= where.end
        if not inside or name == index or re.search(rf"(?<!\\)\b{index}\b", name.partition("_")[2]):
            continue
        sub, sup = (node.sub, node.sup) if isinstance(node, Scripted) else (None, None)
        if sup is None:
            script = "^" if above or sub is not None else "_"
            yield 3, side.put("component", site, Span(place.end, place.end), script + index)
