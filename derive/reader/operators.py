r"""Letters and words with a meaning of their own, where no declared letter takes it.

`E`, `\nabla`, `e`, `I`, `o` are ordinary letters to the grammar; a key that declares a
letter `E` gets its letter.  One row per operator in the tables at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

from derive.errors import ParseError, Span
from derive.language.terms import DIM, PI, Field, Fun, Identity, Num, Term, Trace, exp
from derive.reader.calculus import differentiate, divergence, laplacian
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.names import name_of, near, readable
from derive.reader.probability import (
    density_of_subscript,
    expectation,
    landau,
    normal,
    variance,
)
from derive.reader.scan import Factor, Scan, bare_function, refuse_inverse
from derive.reader.syntax import (
    Letter,
    Mark,
    Node,
    Number,
    Quotient,
    Row,
    Script,
    Scripted,
    Word,
    items_of,
)

Handler: TypeAlias = Callable[[Scan, Node], Factor]


def read_letter(scan: Scan, letter: Letter, item: Node) -> Factor:
    """Read a declared letter, or an operator that is spelled with one letter."""
    _, sub, sup, primes = unscripted(item)
    found = scan.elab.notation.resolve(letter, sub, sup, primes)
    if found is not None:
        meaning, with_sup, with_primes = found
        scan.position += 1
        power = None if with_sup else sup
        left = 0 if with_primes else primes
        if isinstance(meaning, Field):
            return scan.applied(meaning, power, left, item)
        scan.unscripted_only(None, left)
        _require_product(scan, item)
        return scan.powered(meaning, power, item)
    spelled = _spelled_word(scan)
    if spelled is not None:
        return spelled
    handler = _LETTERS.get((letter.name, letter.font)) or _LETTERS.get((letter.name, ""))
    if handler is not None and letter.font in _LOOKED_THROUGH:
        return handler(scan, item)
    density = density_of_subscript(scan, letter, item)
    if density is not None:
        return density
    raise unknown(scan.elab, letter, item)


def _require_product(scan: Scan, item: Node) -> None:
    """Refuse `g(t)` where g is no function: few write a product so, many a value."""
    group = scan.bracketed("(")
    if group is None:
        return
    inside = group.parts.items
    if len(inside) > 1 or isinstance(unscripted(inside[0])[0], Letter):
        name = scan.elab.written(item.span)
        raise scan.elab.error(
            Span(item.span.start, group.span.end),
            f"'{name}' is not declared as a function; for a product write '{name} \\cdot'",
        )


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


def _function(name: Literal["exp", "log", "sin", "cos"]) -> Handler:
    def read(scan: Scan, item: Node) -> Factor:
        _, sub, sup, primes = unscripted(item)
        scan.position += 1
        if sub is not None:
            raise scan.elab.error(sub.span, f"only the natural '{name}' is read, without a base")
        scan.unscripted_only(None, primes)
        refuse_inverse(scan, sup)
        value = Fun(name, bracketed_operand(scan, item))
        return scan.powered(value, sup, item)

    return read


def bracketed_operand(scan: Scan, item: Node) -> Term:
    r"""Read an operand in brackets, or a factor; `\log(x)^2` has two readings."""
    group = scan.bracketed("(", "[", "\\{")
    if group is None:
        return scan.operand(item.span)
    written = scan.items[scan.position]
    if written is not group:
        _, _, sup, _ = unscripted(written)
        power = f"^{sup.text}" if sup else ""
        name, inside = scan.elab.written(item.span), scan.elab.written(group.span)
        raise scan.elab.error(
            Span(item.span.start, written.span.end),
            f"ambiguous: '({name}{inside}){power}' or '{name}({inside}{power})'; write brackets",
        )
    scan.position += 1
    return scan.elab.term(scan.elab.single(group.parts))


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
    if after and isinstance(unscripted(after[0])[0], Letter):
        raise scan.elab.error(
            Span(item.span.start, after[0].span.end),
            "a differential without its integral? for a product write 'd \\cdot'",
        )
    return _constant(DIM)(scan, item)


# --- derivatives ---


def _nabla(scan: Scan, item: Node) -> Factor:
    r"""Read `\nabla f`, `\nabla_x f`, `\nabla \cdot f`."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(None, primes)
    if sup is not None:
        raise scan.elab.error(
            item.span, "is this a Hessian or a Laplacian? write '\\Delta' for the latter"
        )
    var = scan.elab.single(sub.parts) if sub is not None else None
    dot = scan.peek()
    if isinstance(dot, Mark) and dot.symbol == "\\cdot":
        scan.position += 1
        sign = Span(item.span.start, dot.span.end)
        return divergence(scan.elab, item, var, scan.operand(sign, "derivative"))
    return differentiate(scan.elab, item, var, scan.operand(item.span, "derivative"))


def _partial(scan: Scan, item: Node) -> Factor:
    r"""Read `\partial_x f`."""
    _, sub, sup, _ = unscripted(item)
    scan.position += 1
    if sub is None:
        raise scan.elab.error(
            item.span, "expected a variable, '\\partial_x', or a fraction of partials"
        )
    order = _order(scan.elab, sup)
    return differentiate(
        scan.elab, item, scan.elab.single(sub.parts), scan.operand(item.span, "derivative"), order
    )


def _laplace(scan: Scan, item: Node) -> Factor:
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of the Laplacian is not read")
    scan.unscripted_only(None, primes)
    var = scan.elab.single(sub.parts) if sub is not None else None
    return laplacian(scan.elab, item, var, scan.operand(item.span, "derivative"))


def _div(scan: Scan, item: Node) -> Factor:
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(None, primes)
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of the divergence: write brackets")
    var = scan.elab.single(sub.parts) if sub is not None else None
    return divergence(scan.elab, item, var, bracketed_operand(scan, item))


def _trace(scan: Scan, item: Node) -> Factor:
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(sub, primes)
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of the trace: write brackets")
    return Trace(bracketed_operand(scan, item))


def read_derivative(scan: Scan, base: Quotient, item: Node) -> Factor | None:
    r"""Read `\frac{\partial}{\partial x} f`, `\frac{df}{dx}`; None: a plain fraction.

    derivative = \frac{ d^n [ row ] }{ d x^n } [ operand ]
    """
    parts = _derivative_parts(scan.elab, base)
    if parts is None:
        return None
    order, rest, var = parts
    scan.position += 1
    if not rest:
        body = scan.operand(item.span, "derivative")
        return differentiate(scan.elab, item, var, body, order)
    above = Row(Span(rest[0].span.start, rest[-1].span.end), rest) if len(rest) > 1 else rest[0]
    following = scan.arguments() if bare_function(scan.elab, above) else None
    notation = scan.elab.notation
    inner = notation if following is None else notation.applying(*following)
    value = differentiate(scan.elab, item, var, scan.elab.under(inner).term(above), order)
    return scan.after_arguments(value) if following is not None else value


def _derivative_parts(
    elab: Elaborator, base: Quotient
) -> tuple[int, tuple[Node, ...], Node] | None:
    num, den = items_of(base.num), items_of(base.den)
    head, _, sup, _ = unscripted(num[0])
    below = den[0]
    if not (isinstance(head, Letter) and isinstance(below, Letter) and len(den) == 2):
        return None
    if head.name != below.name or head.name not in ("d", "\\partial"):
        return None
    if isinstance(den[1], Number | Mark):
        return None
    if elab.notation.find(head.name) is not None:
        raise elab.error(base.span, f"a derivative, or a quotient with the letter '{head.name}'?")
    order = _order(elab, sup)
    var, sub, below_sup, primes = unscripted(den[1])
    if order > 1 and (below_sup is None or below_sup.text != str(order)):
        raise elab.error(den[1].span, f"expected the power {order} of the variable below")
    if order > 1 and isinstance(den[1], Scripted):
        plain = Scripted(den[1].span, var, sub, None, primes)
        return order, num[1:], plain if sub is not None or primes else var
    return order, num[1:], den[1]


def _order(elab: Elaborator, sup: Script | None) -> int:
    """The order of a derivative."""
    if sup is None:
        return 1
    if sup.text not in ("1", "2", "3", "4"):
        raise elab.error(sup.span, "expected the order of the derivative, at most 4")
    return int(sup.text)


_LOOKED_THROUGH = frozenset({"", "mathbf", "mathrm", "mathsf", "mathbb", "mathcal"})

# (letter, font) -> handler.  A row without a font serves the fonts that are looked
# through; a calligraphic or blackboard letter has the meaning of its own row only.
_LETTERS: Mapping[tuple[str, str], Handler] = {
    ("E", ""): expectation,
    ("e", ""): _euler,
    ("\\pi", ""): _constant(PI),
    ("d", ""): _dimension,
    ("I", ""): _constant(Identity()),
    ("\\nabla", ""): _nabla,
    ("\\partial", ""): _partial,
    ("\\Delta", ""): _laplace,
    ("N", "mathcal"): normal,
    ("N", ""): normal,
    ("o", ""): landau("o"),
    ("\\bar{o}", ""): landau("o"),
    ("O", ""): landau("O"),
    ("\\bar{O}", ""): landau("O"),
    ("V", "mathbb"): variance,
}

_WORDS: Mapping[str, Handler] = {
    "exp": _function("exp"),
    "log": _function("log"),
    "ln": _function("log"),
    "sin": _function("sin"),
    "cos": _function("cos"),
    "lg": _no_decimal_logarithm,
    "div": _div,
    "Tr": _trace,
    "tr": _trace,
    "trace": _trace,
    "Var": variance,
    "var": variance,
    "E": expectation,
    "Id": _constant(Identity()),
}
_TYPED_WORDS = frozenset({"exp", "log", "ln", "div", "Tr", "tr", "Var"})
