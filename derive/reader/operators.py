r"""Letters and words with a meaning of their own, where no declared letter takes it.

`E`, `\nabla`, `e`, `I`, `o` are ordinary letters to the grammar; a key that declares a
letter `E` gets its letter.  One row per operator in the tables at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from derive.errors import ParseError, Span
from derive.language.terms import (
    DIM,
    PI,
    Basis,
    Dot,
    Field,
    Fun,
    Identity,
    Num,
    Term,
    exp,
    log,
)
from derive.reader.commands import FUNCTIONS
from derive.reader.components import component_named, entry, indices_in
from derive.reader.conditionals import conditional_density
from derive.reader.definitions import applied_definition, derived
from derive.reader.derivatives import div, laplace, nabla, of_operand, partial, trace
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.expectations import covariance, expectation, variance
from derive.reader.laws import at_divergence, divergence_between
from derive.reader.names import name_of, near, readable
from derive.reader.probability import density_of_arguments, density_of_subscript, landau, normal
from derive.reader.products import Factor
from derive.reader.scan import Scan, refuse_inverse
from derive.reader.syntax import (
    Letter,
    Node,
    Script,
    Scripted,
    Word,
    is_ellipsis,
)

if TYPE_CHECKING:
    from derive.language.terms import FunctionName
    from derive.reader.notation import Meaning

Handler: TypeAlias = Callable[[Scan, Node], Factor]


def read_letter(scan: Scan, letter: Letter, item: Node) -> Factor:
    """Read a declared letter, or an operator that is spelled with one letter."""
    _, sub, _, _ = unscripted(item)
    if is_ellipsis(letter):
        message = f"an ellipsis is not read: '{scan.elab.written(item.span)}'"
        raise scan.elab.error(item.span, message)
    if at_divergence(scan, letter, sub):
        return divergence_between(scan, item)
    return _named(scan, letter, item)


def _named(scan: Scan, letter: Letter, item: Node) -> Factor:
    _, sub, sup, primes = unscripted(item)
    found = scan.elab.notation.resolve(letter, sub, sup, primes)
    conditional = conditional_density(scan, letter, item, None if found is None else found[0])
    if conditional is not None:
        return conditional
    part = component_named(scan.elab.notation, letter, sub, sup, primes)
    if part is not None and (found is None or not found[1]):
        return _declared(scan, item, part[0], part[2], primes, part[1])
    if found is not None:
        meaning, with_sup, with_primes = found
        power = None if with_sup else sup
        return _declared(scan, item, meaning, power, 0 if with_primes else primes)
    spelled = _spelled_word(scan)
    if spelled is not None:
        return spelled
    handler = _LETTERS.get((letter.name, letter.font)) or _LETTERS.get((letter.name, ""))
    if handler is not None and letter.font in _LOOKED_THROUGH:
        return handler(scan, item)
    return _density(scan, letter, item)


def _density(scan: Scan, letter: Letter, item: Node) -> Factor:
    density = density_of_subscript(scan, letter, item)
    if density is None:
        density = density_of_arguments(scan, letter, item)
    if density is None:
        raise unknown(scan.elab, letter, item)
    return density


def _declared(  # noqa: PLR0913 - what a name with its scripts is made of
    scan: Scan,
    item: Node,
    meaning: Meaning,
    power: Script | None,
    primes: int,
    indices: tuple[str, ...] = (),
) -> Factor:
    """Read a declared letter: a value, a function or a definition with its arguments."""
    scan.position += 1
    if isinstance(meaning, Field):
        return scan.applied(meaning, power, primes, item, indices)
    if isinstance(meaning, Term) or not meaning.params:
        scan.unscripted_only(None, primes)
    value = meaning if isinstance(meaning, Term) else meaning.body
    if isinstance(meaning, Term) or not meaning.params:
        _require_product(scan, item)
    else:
        group = scan.bracketed("(") if meaning.params else None
        of = derived(scan.elab, meaning, item, primes)
        value = applied_definition(scan.elab, of, group, item)
        if group is not None:
            value = entry(scan.elab, item, value, indices) if indices else value
            return scan.after_arguments(scan.column(scan.powered(value, power, item), item.span))
    return scan.powered(entry(scan.elab, item, value, indices) if indices else value, power, item)


def _require_product(scan: Scan, item: Node) -> None:
    """Refuse `g(t)` where g is no function: few write a product so, many a value."""
    group = scan.bracketed("(")
    if group is None or scan.elab.notation.free:  # where the customs of free letters decide
        return
    inside = group.parts.items
    if len(inside) > 1 or isinstance(unscripted(inside[0])[0], Letter):
        name = scan.elab.written(item.span)
        where = Span(item.span.start, group.span.end)
        message = f"'{name}' is not declared as a function; for a product write '{name} \\cdot'"
        raise scan.elab.error(where, message)


def unknown(elab: Elaborator, letter: Letter | Word, item: Node) -> ParseError:
    """Make the error: the letter is not declared; the nearest declared ones are named."""
    _, sub, _, primes = unscripted(item)
    name = name_of(letter, sub, None, primes)
    end = sub.span.end if sub is not None else letter.span.end
    where = Span(item.span.start, max(end, item.span.start + 1))
    return elab.error(
        where, f"unknown letter '{readable(name)}'{near(name, elab.notation.letters)}"
    )


def read_word(scan: Scan, word: Word, item: Node) -> Factor:
    """Read a declared name of several letters, or an operator."""
    _, sub, sup, primes = unscripted(item)
    if at_divergence(scan, word, sub):
        return divergence_between(scan, item)
    found = scan.elab.notation.resolve(word, sub, sup, primes)
    if found is not None:
        return read_letter(scan, Letter(word.span, word.name), item)
    handler = _WORDS.get(word.name)
    if handler is None:
        raise unknown(scan.elab, word, item)
    return handler(scan, item)


def _spelled_word(scan: Scan) -> Factor | None:
    """Read `Tr`, `div`, `exp` typed as plain letters next to each other."""
    letters = ""
    items: list[Node] = []
    for item in scan.items[scan.position : scan.position + 4]:
        base, sub, _, _ = unscripted(item)
        touching = not items or items[-1].span.end == item.span.start
        if not (isinstance(base, Letter) and len(base.name) == 1 and not base.font and touching):
            break
        items.append(item)
        letters += base.name
        if letters in _TYPED_WORDS:
            word: Node = Word(Span(items[0].span.start, base.span.end), letters)
            if isinstance(item, Scripted):
                word = Scripted(Span(items[0].span.start, item.span.end), word, sub, item.sup,
                                item.primes)  # fmt: skip
            start = scan.position
            scan.items = (*scan.items[:start], word, *scan.items[start + len(items) :])
            return _WORDS[letters](scan, word)
        if isinstance(item, Scripted):
            break
    return None


# --- functions of a number ---


def _function(name: FunctionName) -> Handler:
    def read(scan: Scan, item: Node) -> Factor:
        word, sub, sup, primes = unscripted(item)
        scan.position += 1
        base = None
        based = isinstance(word, Word) and word.name == "log" and scan.elab.notation.free
        if sub is not None and based:
            base = log(scan.elab.term(scan.elab.single(sub.parts)))
        elif sub is not None:
            raise scan.elab.error(sub.span, f"only the natural '{name}' is read, without a base")
        scan.unscripted_only(None, primes)
        refuse_inverse(scan, sup)
        value = of_operand(scan, item, lambda x: Fun(name, x) if base is None else log(x) / base)
        return scan.powered(scan.column(value, item.span), sup, item)

    return read


def _no_decimal_logarithm(scan: Scan, item: Node) -> Factor:
    raise scan.elab.error(item.span, "only the natural logarithm is read: write '\\log'")


def _euler(scan: Scan, item: Node) -> Factor:
    """Read `e`, `e^x`."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(sub, primes)
    if sup is None:
        _require_product(scan, item)
    return exp(Num(Fraction(1)) if sup is None else scan.elab.exponent(sup))


def _constant(value: Term) -> Handler:
    def read(scan: Scan, item: Node) -> Factor:
        _, sub, sup, primes = unscripted(item)
        if sub is not None and not (isinstance(value, Identity) and sub.text == "d"):
            base = unscripted(item)[0]
            if isinstance(base, Letter | Word):
                raise unknown(scan.elab, base, item)
        scan.position += 1
        scan.unscripted_only(None, primes)
        return scan.powered(value, sup, item)

    return read


def _dimension(scan: Scan, item: Node) -> Factor:
    """Read `d`, the dimension; a stray `dx` is not d times x."""
    after = scan.items[scan.position + 1 : scan.position + 2]
    base = unscripted(after[0])[0] if after else None
    if isinstance(base, Letter) and not _acts(scan.elab, base):
        raise scan.elab.error(
            Span(item.span.start, after[0].span.end),
            "a differential without its integral? for a product write 'd \\cdot'",
        )
    return _constant(DIM)(scan, item)


def _acts(elab: Elaborator, letter: Letter) -> bool:
    """Whether a letter is an operator here, so that no differential is meant before it."""
    known = elab.notation.find(name_of(letter, None)) is not None
    return letter.name in ("E", "\\nabla", "\\partial", "\\Delta") and not known


# --- components ---


def _kronecker(scan: Scan, item: Node) -> Factor:
    r"""Read `\delta_{ij}`."""
    base, sub, sup, primes = unscripted(item)
    indices = indices_in(scan.elab.notation, sub)
    if len(indices) != 2 and isinstance(base, Letter):
        raise unknown(scan.elab, base, item)
    scan.position += 1
    scan.unscripted_only(None, primes)
    return scan.powered(Dot(Basis(indices[0]), Basis(indices[1])), sup, item)


_LOOKED_THROUGH = frozenset({"", "mathbf", "mathrm", "mathsf", "mathbb", "mathcal"})

# (letter, font) -> handler.  A row without a font serves the fonts that are looked
# through; a calligraphic or blackboard letter has the meaning of its own row only.
_LETTERS: Mapping[tuple[str, str], Handler] = {
    ("E", ""): expectation,
    ("e", ""): _euler,
    ("\\pi", ""): _constant(PI),
    ("d", ""): _dimension,
    ("I", ""): _constant(Identity()),
    ("\\nabla", ""): nabla,
    ("\\partial", ""): partial,
    ("\\Delta", ""): laplace,
    ("N", "mathcal"): normal,
    ("N", ""): normal,
    ("o", ""): landau("o"),
    ("\\bar{o}", ""): landau("o"),
    ("O", ""): landau("O"),
    ("\\bar{O}", ""): landau("O"),
    ("V", "mathbb"): variance,
    ("D", "mathbb"): variance,
    ("D", "mathsf"): variance,
    ("D", "mathrm"): variance,
    ("\\delta", ""): _kronecker,
}

_WORDS: Mapping[str, Handler] = {
    **{spelling: _function(name) for spelling, name in FUNCTIONS.items()},
    "lg": _no_decimal_logarithm,
    "div": div,
    "Tr": trace,
    "tr": trace,
    "trace": trace,
    "Var": variance,
    "var": variance,
    "Cov": covariance,
    "cov": covariance,
    "E": expectation,
    "Id": _constant(Identity()),
    "KL": divergence_between,
}
_TYPED_WORDS = frozenset({"exp", "log", "ln", "div", "Tr", "tr", "Var", "KL"})
