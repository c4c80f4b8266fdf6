r"""Derivatives: `\nabla`, `\partial`, `\operatorname{div}`, fractions of differentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.errors import Span
from derive.language.terms import Term, Trace, Transpose
from derive.reader.calculus import (
    along,
    differentiate,
    divergence,
    hessian,
    laplacian,
)
from derive.reader.components import coordinate_of, entry, stripped
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.lost import bare_function
from derive.reader.products import TRANSPOSED, Factor, Transposed
from derive.reader.syntax import (
    Bang,
    Group,
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from derive.reader.scan import Scan


def of_operand(scan: Scan, item: Node, build: Callable[[Term], Term]) -> Factor:
    r"""Apply to an operand in brackets, or to a factor; `\log(x)^2` has two readings."""
    group = scan.bracketed("(", "[", "\\{")
    following = scan.peek()
    if isinstance(following, Bang) and isinstance(following.body, Group):
        name = scan.elab.written(item.span)
        raise scan.elab.error(following.span, f"'!' after the argument of '{name}': write brackets")
    if group is None:
        return build(scan.operand(item.span))
    written = scan.items[scan.position]
    _, sub, sup, primes = unscripted(written)
    if written is not group:
        power = f"^{sup.text}" if sup else ""
        name, inside = scan.elab.written(item.span), scan.elab.written(group.span)
        options = (f"({name}{inside}){power}", f"{name}({inside}{power})")
        where = Span(item.span.start, written.span.end)
        message = f"ambiguous: '{options[0]}' or '{options[1]}'; write brackets"
        if scan.elab.choose(where, message, options):
            return build(scan.column(scan.factor(), item.span))
    scan.position += 1
    scan.unscripted_only(sub, primes)
    return scan.powered(build(scan.elab.term(scan.elab.single(group.parts))), sup, written)


def _derived(elab: Elaborator, item: Node, var: Node | None, body: Term, order: int = 1) -> Term:
    r"""Derive in a variable, or along a coordinate: `\partial_i f`, `\partial_{x_i} f`."""
    coordinate = coordinate_of(elab.notation, var) if var is not None else None
    if coordinate is None:
        return differentiate(elab, item, var, body, order)
    slot, index = coordinate
    return along(elab, item, slot, body, index, order)


def nabla(scan: Scan, item: Node) -> Factor:
    r"""Read `\nabla f`, `\nabla_x f`, `\nabla \cdot f`, the Hessian `\nabla^2 f`."""
    _, sub, sup, primes = unscripted(item)
    elab = scan.elab
    scan.position += 1
    scan.unscripted_only(None, primes)
    var = elab.single(sub.parts) if sub is not None else None
    dot = scan.peek()
    if sup is not None and sup.text in TRANSPOSED:
        return divergence(elab, item, var, scan.operand(item.span, "derivative"))
    if sup is not None:
        return _second(scan, item, var, sup)
    if isinstance(dot, Mark) and dot.symbol == "\\cdot":
        scan.position += 1
        sign = Span(item.span.start, dot.span.end)
        return divergence(elab, item, var, scan.operand(sign, "derivative"))
    if dot is not None and var is None and _is_nabla_transposed(dot):
        scan.position += 1
        return hessian(elab, item, var, scan.operand(item.span, "derivative"))
    return _gradient(scan, item, var)


def _gradient(scan: Scan, item: Node, var: Node | None) -> Factor:
    """Read what a gradient is of; scripts on it may be of the gradient."""
    elab, following = scan.elab, scan.peek()
    # The entry of a Jacobian, its indices on the function: `\nabla_x s_\theta^{i,j}(X)`.
    plain = stripped(elab.notation, following) if following is not None else None
    transposed = _strip_transpose(scan)
    if plain is not None and len(plain[1]) == 2:
        scan.items = (*scan.items[: scan.position], plain[0], *scan.items[scan.position + 1 :])
    value = _derived(elab, item, var, scan.operand(item.span, "derivative"))
    if plain is not None and len(plain[1]) == 2:
        return entry(elab, item, value, plain[1])
    if transposed:
        return Transposed(value) if value.rank == 1 else Transpose(value)
    return value


def _is_nabla_transposed(item: Node) -> bool:
    r"""Whether `\nabla^\top` comes next: `\nabla\nabla^\top f` is the Hessian."""
    base, sub, sup, _ = unscripted(item)
    transposed = sup is not None and sup.text in TRANSPOSED and sub is None
    return transposed and isinstance(base, Letter) and base.name == "\\nabla"


def _strip_transpose(scan: Scan) -> bool:
    r"""Take the transpose off the brackets in `\nabla f(x)^\top`: it is that of the gradient."""
    position = scan.position
    while position < len(scan.items) and isinstance(
        unscripted(scan.items[position])[0], Letter | Word
    ):
        position += 1
    if position in (scan.position, len(scan.items)):
        return False
    base, sub, sup, primes = unscripted(scan.items[position])
    called = isinstance(base, Group) and base.kind == "(" and sub is None and not primes
    if not called or sup is None or sup.text not in TRANSPOSED:
        return False
    scan.items = (*scan.items[:position], base, *scan.items[position + 1 :])
    return True


def _second(scan: Scan, item: Node, var: Node | None, sup: Script) -> Factor:
    r"""Read `\nabla^2 f`: the Hessian to most, the Laplacian to some."""
    message = "is this a Hessian or a Laplacian? write '\\Delta' for the latter"
    if sup.text != "2":
        raise scan.elab.error(sup.span, "a power of the gradient is not read")
    chosen = scan.elab.choose(item.span, message, ("the Hessian", "the Laplacian"))
    take = laplacian if chosen else hessian
    return take(scan.elab, item, var, scan.operand(item.span, "derivative"))


def partial(scan: Scan, item: Node) -> Factor:
    r"""Read `\partial_x f`, `\partial_i f`."""
    _, sub, sup, _ = unscripted(item)
    scan.position += 1
    if sub is None:
        raise scan.elab.error(
            item.span, "expected a variable, '\\partial_x', or a fraction of partials"
        )
    order = _order(scan.elab, sup)
    body = scan.operand(item.span, "derivative")
    return _derived(scan.elab, item, scan.elab.single(sub.parts), body, order)


def laplace(scan: Scan, item: Node) -> Factor:
    r"""Read `\Delta f`."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of the Laplacian is not read")
    scan.unscripted_only(None, primes)
    var = scan.elab.single(sub.parts) if sub is not None else None
    return laplacian(scan.elab, item, var, scan.operand(item.span, "derivative"))


def div(scan: Scan, item: Node) -> Factor:
    r"""Read `\operatorname{div} f`."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(None, primes)
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of the divergence: write brackets")
    var = scan.elab.single(sub.parts) if sub is not None else None
    return of_operand(scan, item, lambda body: divergence(scan.elab, item, var, body))


def trace(scan: Scan, item: Node) -> Factor:
    r"""Read `\operatorname{Tr} M`."""
    _, sub, sup, primes = unscripted(item)
    scan.position += 1
    scan.unscripted_only(sub, primes)
    if sup is not None:
        raise scan.elab.error(sup.span, "a power of the trace: write brackets")
    return of_operand(scan, item, Trace)


def read_derivative(scan: Scan, base: Quotient, item: Node) -> Factor | None:
    r"""Read `\frac{\partial}{\partial x} f`, `\frac{df}{dx}`; None: a plain fraction.

    derivative = \frac{ d^n [ row ] }{ d x^n } [ operand ]
               | \frac{ \partial^2 [ row ] }{ \partial x_i \partial x_j } [ operand ]
    """
    parts = derivative_parts(scan.elab, base)
    if parts is None:
        return None
    rest, variables = parts
    scan.position += 1
    following = None
    if not rest:
        value = scan.operand(item.span, "derivative")
    else:
        above = Row(Span(rest[0].span.start, rest[-1].span.end), rest) if len(rest) > 1 else rest[0]
        following = scan.arguments() if bare_function(scan.elab, above) else None
        notation = scan.elab.notation
        inner = notation if following is None else notation.applying(*following)
        value = scan.elab.under(inner).term(above)
    for var, order in reversed(variables):
        value = _derived(scan.elab, item, var, value, order)
    return scan.after_arguments(value) if following is not None else value


def derivative_parts(
    elab: Elaborator, base: Quotient
) -> tuple[tuple[Node, ...], list[tuple[Node, int]]] | None:
    """What stands above after the d, and the variables below with their orders."""
    num, den = items_of(base.num), items_of(base.den)
    head, _, sup, _ = unscripted(num[0])
    below = den[0]
    pairs = len(den) == 2 or (len(den) == 4 and _same_letter(below, den[2]))
    if not (isinstance(head, Letter) and isinstance(below, Letter) and pairs):
        return None
    if head.name != below.name or head.name not in ("d", "\\partial"):
        return None
    if any(isinstance(var, Number | Mark) for var in den[1::2]):
        return None
    if elab.notation.find(head.name) is not None:
        raise elab.error(base.span, f"a derivative, or a quotient with the letter '{head.name}'?")
    order = _order(elab, sup)
    if len(den) > 2:
        if order != len(den) // 2:
            raise elab.error(base.num.span, f"expected the power {len(den) // 2} above")
        return num[1:], [(var, 1) for var in den[1::2]]
    var, sub, below_sup, primes = unscripted(den[1])
    if order > 1 and (below_sup is None or below_sup.text != str(order)):
        raise elab.error(den[1].span, f"expected the power {order} of the variable below")
    if order > 1 and isinstance(den[1], Scripted):
        plain = Scripted(den[1].span, var, sub, None, primes)
        return num[1:], [(plain if sub is not None or primes else var, order)]
    return num[1:], [(den[1], order)]


def _same_letter(one: Node, two: Node) -> bool:
    return isinstance(one, Letter) and isinstance(two, Letter) and one.name == two.name


def _order(elab: Elaborator, sup: Script | None) -> int:
    """The order of a derivative."""
    if sup is None:
        return 1
    if sup.text not in ("1", "2", "3", "4"):
        raise elab.error(sup.span, "expected the order of the derivative, at most 4")
    return int(sup.text)
