r"""Other customs of notation than the key's: glyphs, the letter of an index, what a bar means.

A name is taken over only where nothing else can be meant: it has no meaning of its own,
and one renaming gives names that the key declares.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.kernel.verdict import Proved
from derive.language.claims import Equal
from derive.language.terms import (
    RV,
    Apply,
    At,
    Density,
    Diff,
    Div,
    Divergence,
    Expect,
    Field,
    Fun,
    Integral,
    Num,
    Pow,
    Sym,
    Term,
    Variance,
    log,
    mul,
)
from derive.language.traverse import rebuild, walk
from derive.reader.names import name_in, without_font
from derive.reader.notation import canonical
from derive.reader.syntax import Letter, Number, Relation, Summation
from derive.reader.tokens import tokenize
from derive.solution.pathwise import outside, put_outside
from derive.solution.points import free_points
from derive.solution.unnamed import split
from derive.solution.usage import (
    INDEX_LETTERS,
    bound_index,
    free_letters,
    letters_in,
    placed_letters,
    summations_in,
)
from derive.tactics.decide import decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from derive.reader.syntax import Node
    from derive.solution.context import Context
    from derive.solution.sides import Side
    from derive.solution.usage import Use

_GLYPHS = (
    ("\\epsilon", "\\varepsilon"), ("\\phi", "\\varphi"), ("\\theta", "\\vartheta"),
    ("\\rho", "\\varrho"), ("\\sigma", "\\varsigma"),
)  # fmt: skip
_INDEX = re.compile(r"_\{([a-zA-Z])(?:[+-]\d)?\}")
_DIMENSIONS = frozenset({"d", "D"})
_BINDING = (At, Density, Diff, Divergence, Expect, Integral)
_ACCENT = re.compile(r"\\(?:bar|tilde|hat)\{(.+?)\}")


# --- glyphs ---


def adopt_glyphs(uses: Iterable[Use], context: Context) -> None:
    r"""Read `\epsilon` as the key's `\varepsilon` where a document writes one of them only."""
    written = list(uses)
    bases = {use.base for use in written}
    for pair in _GLYPHS:
        for mine, other in (pair, pair[::-1]):
            declared = [name for name in context.letters if other in _spelled(name)]
            plain = any(mine in _spelled(name) for name in context.letters)
            if mine not in bases or other in bases or plain or not declared:
                continue
            if any(
                use.base == mine and use.within[-1:] in (("root",), ("den",)) for use in written
            ):
                continue  # a small number, not the noise
            for name in declared:
                context.define(_respelled(name, other, mine), context.letters[name])
            context.told[mine] = f"the problem's {other}"


def _spelled(name: str) -> list[str]:
    return re.findall(r"\\[A-Za-z]+|[A-Za-z]", name)


def _respelled(name: str, old: str, new: str) -> str:
    return re.sub(re.escape(old) + r"(?![A-Za-z])", lambda _: new, name)


# --- the letter of the index ---


def adopt_index(uses: Iterable[Use], context: Context) -> None:
    """Read `x_i`, `x_{i-1}` as the key's `x_t`, `x_{t-1}`.

    What is said of the index i is said of every one, as it is of t.  Where both letters
    stand in one equation and no sum binds one of them, they are two indices: the context
    notes the letters that are taken for one.
    """
    own = process_index(context)
    if not own:
        return
    for letter in sorted(_other_indices(uses, own, context)):
        if letter in context.letters:
            continue
        context.same_index |= {letter, own}
        for name, meaning in list(context.letters.items()):
            renamed = reindexed(name, own, letter)
            if renamed != name and renamed not in context.letters:
                context.define(renamed, meaning)
        if own in context.letters:
            context.define(letter, context.letters[own])
        context.told[letter] = f"the problem's index {own}"


def process_index(context: Context) -> str:
    """The index letter of the key's process: it declares names at t and at t - 1."""
    found = Counter(m[1] for name in context.letters for m in _INDEX.finditer(name))
    steps = [
        letter
        for letter, _ in found.most_common()
        if any(f"_{{{letter}-1}}" in name for name in context.letters)
        and any(f"_{{{letter}}}" in name for name in context.letters)
    ]
    return steps[0] if steps else ""


def _other_indices(uses: Iterable[Use], own: str, context: Context) -> set[str]:
    """The letters that become the key's index and make two names at least declared."""
    found: dict[str, set[str]] = {}
    for use in uses:
        match = _INDEX.search(use.name)
        if match is None or match[1] == own or context.declares(use.name):
            continue
        if context.declares(reindexed(use.name, match[1], own)):
            found.setdefault(match[1], set()).add(use.name)
    return {
        letter
        for letter, names in found.items()
        if len(names) > 1
        and (letter not in INDEX_LETTERS or any(f"_{{{letter}-1}}" in name for name in names))
    }


def mixes_indices(lhs: Side, rhs: Side, context: Context) -> bool:
    """Whether an equation has two index letters in it that are read as one.

    Two that are free are mixed, and one that stands where another is bound: what stands
    under a sum may be compared alone.  A letter that is bound elsewhere is out of the way,
    unless the sum is over components, which has terms.  Of a product that defines a name,
    the letter that it goes up to counts.
    """
    same = context.same_index
    if not same or lhs.flaw is not None or rhs.flaw is not None:
        return False
    places = [(name, around & same) for name, around in placed_letters(lhs.node)]
    if isinstance(rhs.node, Summation) and _is_product(rhs.node, context):
        places.append((_end(rhs.node), frozenset()))
    else:
        places += [(name, around & same) for name, around in placed_letters(rhs.node)]
    places = [(name, around) for name, around in places if name in same]
    free = {name for name, around in places if name not in around}
    inside = any(around - {name} for name, around in places)
    return len(free) > 1 or inside or any(_of_components(side.node, same) for side in (lhs, rhs))


def _of_components(root: Node, letters: frozenset[str]) -> bool:
    """Whether one of these letters is bound by a sum that may be over components."""
    return any(
        bound_index(node) & letters and (node.sup is None or node.sup.text in _DIMENSIONS)
        for node in summations_in(root)
    )


def hides_index(lhs: Side, rhs: Side, context: Context) -> bool:
    """Whether a definition takes an index out of sight that is read as another one.

    After `c = a_k` with k read as the problem's t, `c = a_t` would hold whatever k is.
    """
    if lhs.flaw is not None or rhs.flaw is not None:
        return False
    return bool((free_letters(rhs.node) - free_letters(lhs.node)) & context.same_index)


def reindexed(name: str, old: str, new: str) -> str:
    """Put one index letter for another in the subscripts of a name."""
    return re.sub(
        r"_\{[^{}]*\}",
        lambda m: re.sub(rf"(?<![A-Za-z\\]){old}(?![A-Za-z])", lambda _: new, m[0]),
        name,
    )


# --- per step or cumulative ---


def adopt_bars(sides: Sequence[Sequence[Side]], uses: Iterable[Use], context: Context) -> None:
    r"""Tell the letter of one step from the one of all steps so far, by the document's bars.

    The key's cumulative letter P has an equation `P_t = f P_{t-1}`.  A document that bars
    an unbarred P means P by it, and by the plain letter what it defines, else `P_t / P_{t-1}`.
    So does one that defines `P_t` as one step and writes neither a bar nor `P_{t-1}`.
    """
    own = process_index(context)
    written = {use.name for use in uses}
    for now, before in recursions(context, own):
        base = now.name.partition("_")[0]
        accented = {n: m[1] for n in written if (m := _ACCENT.match(n)) and m[1] == base}
        barred = sorted({n[: n.index("_")] for n in accented if "_" in n})
        alone = not accented and before.name not in written
        if alone and _definitions(sides, f"{base}_{{{own}}}", context):
            _per_step(sides, now, before, context)  # no letter of all steps is written
        if len(barred) != 1 or any(context.declares(n) for n in accented):
            continue
        plain = {n for n in written if n.startswith(f"{base}_")}
        meanings = {n: v for n, v in context.letters.items() if n.startswith(f"{base}_")}
        if not plain & set(meanings) or _per_step(sides, now, before, context):
            for name, meaning in meanings.items():
                context.define(barred[0] + name.removeprefix(base), meaning)
            context.told[barred[0]] = f"the problem's {base}"


def recursions(context: Context, own: str) -> list[tuple[Sym, Sym]]:
    """The letters of the equations `P_t = f P_{t-1}` of the key."""
    if not own:
        return []
    found = []
    for now, step in context.scopes[0].equations:
        if not isinstance(now, Sym) or not now.name.endswith((f"_{own}", f"_{{{own}}}")):
            continue
        name = f"{now.name.partition('_')[0]}_{{{own}-1}}"
        before = context.letters.get(name)
        if isinstance(before, Sym) and before in step.nodes:
            found.append((now, before))
    return found


def _per_step(sides: Sequence[Sequence[Side]], now: Sym, before: Sym, context: Context) -> bool:
    """Give the plain letter the meaning of one step; False: its definition says otherwise."""
    own = process_index(context)
    base = now.name.partition("_")[0]
    name = f"{base}_{{{own}}}"
    ratio = Div(now, before)
    defined = _definitions(sides, name, context)
    for meaning in defined:
        verdict = decide(Equal(meaning, ratio), context.scopes[0])
        if not isinstance(verdict, Proved):
            return False
    one_step = defined[0] if defined else ratio
    for key in [n for n in context.letters if n.startswith(f"{base}_")]:
        context.letters.pop(key)
    context.define(name, one_step)
    context.told[base] = "of one step, " + ("as defined" if defined else "the ratio of two bars")
    if not defined:
        context.guessed.add(name)
    return True


def _definitions(sides: Sequence[Sequence[Side]], name: str, context: Context) -> list[Term]:
    """What the document defines a name to be, read before the name changes its meaning."""
    found: list[Term] = []
    for chain in sides:
        if len(chain) < 2 or any(side.flaw is not None for side in chain[:2]):
            continue
        if name_in(chain[0].node) != name:
            continue
        try:
            term = context.elaborated(chain[1].node, chain[1].text.text)[0].term
        except (ParseError, IllTyped):
            continue
        base = name.partition("_")[0]
        if term.rank == 0 and not any(
            isinstance(x, Sym) and x.name.partition("_")[0] == base for x in term.nodes
        ):
            found.append(term)
    return found


def product_definition(lhs: Side, rhs: Side, context: Context) -> Equal | None:
    r"""Give the claim `P_t = f(t) P_{t-1}` that `P_t = \prod_{s=1}^t f(s)` makes of each step."""
    name = None if lhs.flaw is not None else name_in(lhs.node)
    steps = steps_of(rhs, context)
    if name is None or steps is None:
        return None
    try:
        now = context.read(name)[0].term
        before = context.read(at_index(name, steps.end, steps.end, -1))[0].term
        factor = context.read(steps.factor)[0].term
    except (ParseError, IllTyped):
        return None
    numbers = not (now.rank or before.rank or factor.rank)
    return Equal(now, mul(factor, before)) if numbers and before != now else None


@dataclass(frozen=True)
class Steps:
    r"""The product `\prod_{s=1}^t f(s)`: the letter t, and f(t) as it is written."""

    end: str
    factor: str


def steps_of(side: Side, context: Context) -> Steps | None:
    """Read a side that is a product over all steps so far; None if it is no such product."""
    if side.flaw is not None or not isinstance(side.node, Summation):
        return None
    node = side.node
    if not _is_product(node, context):
        return None
    (index,), end = bound_index(node), _end(node)
    body = side.text.text[node.body.span.start : node.body.span.end]
    try:
        return Steps(end, at_index(body, index, end))
    except ParseError:
        return None


def _is_product(node: Summation, context: Context) -> bool:
    """Whether a product goes from the first step to the last, and its factors with it.

    The index must stand in the factor, and no letter there may be taken for it.  The first
    step is 1; a document alone may count from 0, or begin later, as its product grows.
    """
    if node.kind != "prod" or node.sub is None or len(node.sub.parts.items) != 1:
        return False
    start, end = node.sub.parts.items[0], _end(node)
    if not isinstance(start, Relation) or start.symbols != ("=",) or not end:
        return False
    index, first = start.sides
    if not isinstance(index, Letter) or index.font or not isinstance(first, Number):
        return False
    inside = letters_in(node.body)
    others = ({end} | context.same_index) - {index.name}
    firsts = (1,) if context.problem is not None else (0, 1, 2)
    return first.value in firsts and index.name in inside and not inside & others


def _end(node: Summation) -> str:
    """The letter that a sum or a product goes up to; "" if it is no letter."""
    if node.sup is None or len(node.sup.parts.items) != 1:
        return ""
    end = node.sup.parts.items[0]
    return end.name if isinstance(end, Letter) and not end.font else ""


def at_index(text: str, letter: str, value: str, shift: int = 0) -> str:
    """Put another index into a formula: `value + shift` for a letter, `x_{s-1}` included.

    Raises ParseError where the text has no tokens.
    """
    tokens = tokenize(text)
    out, end, position = "", 0, 0
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token.text != letter:
            continue
        total, stop = shift, token.span.end
        sign, number = ([*tokens[position : position + 2], token, token])[:2]
        if sign.text in ("+", "-") and number.text.isdigit():
            total += int(sign.text + number.text)
            stop = number.span.end
            position += 2
        out += text[end : token.span.start] + _shifted(value, total, text, token.span.start, stop)
        end = stop
    return out + text[end:]


def _shifted(value: str, shift: int, text: str, start: int, end: int) -> str:
    """Spell `value + shift` as it must stand between what is before and after it."""
    if value.isdigit():
        written = str(int(value) + shift)
    else:
        written = value if shift == 0 else f"{value}{shift:+d}"
    if text[:start].rstrip().endswith(("_", "^")):
        return f"{{{written}}}"
    alone = text[:start].rstrip()[-1:] in "{(,|=" and text[end:].lstrip()[:1] in "}),|"
    return written if alone or shift == 0 else f"({written})"


def is_choice(lhs: Term, rhs: Term, context: Context) -> bool:
    r"""Whether an equation chooses a parameter that the key leaves free: `\sigma_t^2 = \beta_t`."""
    return context.problem is not None and any(
        _is_free(one, context) and one not in other.nodes and not other.rank
        for one, other in ((lhs, rhs), (rhs, lhs))
    )


def _is_free(side: Term, context: Context) -> bool:
    letter = side.base if isinstance(side, Pow) and isinstance(side.exponent, Num) else side
    if not isinstance(letter, Sym) or letter.rank or letter not in context.letters.values():
        return False
    tied = (pair for scope in context.scopes for pair in scope.equations)
    return all(letter not in part.nodes for pair in tied for part in pair)


def up_to_function(lhs: Term, rhs: Term, context: Context) -> Equal | None:
    """Give the claim of an equation with an unnamed function `C(x, y)` in it, else None.

    Any function of x and y may be meant, so only the dependence on the one other point z
    is claimed: the gradients in z agree, of logarithms where the function is a factor.
    """
    names = {n for n in context.guessed if n.partition("_")[0] in ("C", "c")}
    fields = {context.letters[n] for n in names if isinstance(context.letters.get(n), Field)}
    applied = [x for side in (lhs, rhs) for x in side.nodes if isinstance(x, Apply)]
    unnamed = {x for x in applied if x.field in fields}
    inside = {point for x in unnamed for point in x.args}
    others = [point for point in free_points(lhs, rhs) if point not in inside]
    if not unnamed or len(others) != 1 or lhs.rank or rhs.rank:
        return None
    if isinstance(lhs, Fun) and isinstance(rhs, Fun) and lhs.name == rhs.name == "exp":
        lhs, rhs = lhs.arg, rhs.arg
    left, right = (split(side, unnamed, others[0]) for side in (lhs, rhs))
    if left is None or right is None:
        return None
    if not (left.plain or right.plain) and (left.factor or left.parts != right.parts):
        return None  # on both sides it is one function
    by_logarithm = left.factor or right.factor
    values = [log(side.rest) if by_logarithm else side.rest for side in (left, right)]
    return Equal(*(Diff(value, others[0]) for value in values))


# --- letters for draws ---


def drawn(lhs: Term, rhs: Term, context: Context) -> tuple[Term, Term]:
    r"""Read `x_t` as the random variable X_t in an equation with noise.

    `x_t = a x_{t-1} + b \varepsilon` is said of the variables: of fixed values it would say
    what the noise is.  A letter that is differentiated or integrated in stays a letter,
    and so does `x` where X itself is written.
    """
    if not outside(lhs, rhs):
        return lhs, rhs
    nodes = [*lhs.nodes, *rhs.nodes]
    points = {x for node in nodes if isinstance(node, _BINDING) for x in node.nodes}
    variables = {_plain(name): v for name, v in context.notation("").variables.items()}
    values: dict[Term, Term] = {}
    for node in nodes:
        if isinstance(node, Sym) and node.rank == 1 and node not in points:
            variable = variables.get(_plain(canonical(node.name)))
            if variable is not None and variable.rank == node.rank and variable not in nodes:
                values[node] = variable
    return rebuild(lhs, values), rebuild(rhs, values)


def at_points(lhs: Term, rhs: Term) -> tuple[Term, Term]:
    """Read `E[X | Y]` at the point y where the other side stands at y.

    So it is written in `grad log p(y) = E[f(X) | Y]`; a side with the variable itself
    and one with a point of the same name are meant at one point.
    """
    here = {_plain(canonical(v.name)): v for v in _conditions(lhs)}
    there = {_plain(canonical(v.name)): v for v in _conditions(rhs)}
    points = [{_plain(canonical(s.name)): s for s in free_points(side)} for side in (lhs, rhs)]
    to_left: dict[Term, Term] = {
        v: points[1][n] for n, v in here.items() if n in points[1] and n not in there
    }
    to_right: dict[Term, Term] = {
        v: points[0][n] for n, v in there.items() if n in points[0] and n not in here
    }
    fits = all(v.rank == s.rank for v, s in (*to_left.items(), *to_right.items()))
    return (put_outside(lhs, to_left), put_outside(rhs, to_right)) if fits else (lhs, rhs)


def _conditions(side: Term) -> list[RV]:
    """The variables that expectations of a side are conditioned on."""
    given = [x for node in walk(side) if isinstance(node, Expect | Variance) for x in node.given]
    parts = [part for event in given for part in event.parts]
    under = {v for part in parts for v in part.nodes if isinstance(v, RV)}
    return [v for v in outside(side) if isinstance(v, RV) and v in under]


def _plain(name: str) -> str:
    return (without_font(name) or name).lower()
