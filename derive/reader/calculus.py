r"""Derivatives, integrals and boundary terms.

A derivative is taken in a variable, and `\nabla \log p(X)` names none: the gradient is
taken in the argument of p and then evaluated at X, `At(Diff(log p(x), x), x, X)`.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from derive.errors import ParseError
from derive.language.terms import (
    RV,
    Apply,
    At,
    Basis,
    Bracket,
    Density,
    Diff,
    Divergence,
    Event,
    Expect,
    Field,
    FiniteProduct,
    FiniteSum,
    IndexSum,
    Integral,
    Ito,
    Neg,
    Normal,
    Sym,
    Term,
    Variance,
    Zero,
    add,
)
from derive.language.traverse import children, walk
from derive.reader.components import directional
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.names import argument_names, name_in, near, readable, without_font
from derive.reader.syntax import Integrate, Letter, Node, Parts, Relation, Script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BOUNDARIES = frozenset({"\\partial R^{d}", "\\partial R", "\\partial\\Omega"})
MATRIX = "\\xi"  # the letter of a Jacobian at 0 that stands for a matrix: no point at all
MAX_PRIMES = 4
MAX_GUESSES = 4  # nested integrals over variables of unknown rank: two tries each


# --- what a term depends on ---


def free_symbols(term: Term) -> frozenset[Sym]:  # noqa: PLR0911 - a row for each binder
    """The deterministic variables that no integral, `At` or boundary term binds."""
    match term:
        case Sym():
            return frozenset({term})
        case At(body=body, var=var, value=value):
            return (free_symbols(body) - {var}) | free_symbols(value)
        case Bracket(body=body, var=var):
            return free_symbols(body) - {var}
        case FiniteSum() | FiniteProduct():
            limits = free_symbols(term.low) | free_symbols(term.high)
            return (free_symbols(term.body) - {term.var}) | limits
        case Integral(body=body, var=var, lower=lower, upper=upper):
            limits = frozenset().union(*(free_symbols(t) for t in (lower, upper) if t is not None))
            return (free_symbols(body) - {var}) | limits
        case Ito(body=body, var=var, upper=upper):
            return (free_symbols(body) - {var}) | free_symbols(upper)
        case _:
            return frozenset().union(*(free_symbols(child) for child in children(term)))


def places(term: Term) -> Iterator[Term]:
    """The points that functions in the term are taken at: their first arguments."""
    match term:
        case Apply(args=args):
            yield args[0]
        case Density(of=of):
            yield from (event.value for event in of)
        case Normal(at=at):
            yield at
        case At(value=Zero(), var=var) if var.name.startswith(MATRIX):
            return
        case At(value=value):
            yield value
        case Expect(given=given) | Variance(given=given):
            yield from (event.value for event in given)
        case Integral(body=body, var=var):
            yield from (p for p in places(body) if var not in free_symbols(p))
        case _:
            for child in children(term):
                yield from places(child)


def put(term: Term, place: Term, symbol: Sym) -> Term:
    """Put a variable for the point `place`; what an expectation integrates over stays."""
    if term == place:
        return symbol
    match term:
        case Density(of=of, given=given):
            return Density(_put_events(of, place, symbol), _put_events(given, place, symbol))
        case Variance(body=body, given=given):
            return Variance(body, _put_events(given, place, symbol))
        case Expect(body=body, given=given):
            return Expect(body, _put_events(given, place, symbol))
        case _:
            values = {
                f.name: _put_value(getattr(term, f.name), place, symbol) for f in fields(term)
            }
            return type(term)(**values)


def _put_events(events: tuple[Event, ...], place: Term, symbol: Sym) -> tuple[Event, ...]:
    return tuple(Event(e.variable, put(e.value, place, symbol)) for e in events)


def _put_value(value: object, place: Term, symbol: Sym) -> object:
    if isinstance(value, Term):
        return put(value, place, symbol)
    if isinstance(value, tuple):
        return tuple(_put_value(item, place, symbol) for item in value)
    return value


# --- derivatives ---


def differentiate(
    elab: Elaborator, item: Node, var: Node | None, body: Term, order: int = 1
) -> Term:
    """Derive `body` in `var`, or in the one point that its functions are taken at."""

    def derive(inner: Term, symbol: Sym) -> Term:
        for _ in range(order):
            inner = Diff(inner, symbol)
        return inner

    return _derived(elab, item, var, body, derive)


def along(  # noqa: PLR0913 - what a derivative consists of
    elab: Elaborator, item: Node, var: Node | None, body: Term, index: str, order: int = 1
) -> Term:
    """Derive along a coordinate: a component of the gradient, a column of the Jacobian."""

    def derive(inner: Term, symbol: Sym) -> Term:
        if symbol.rank == 0:
            raise elab.error(item.span, f"the coordinate '{index}' of a number")
        for _ in range(order):
            inner = directional(inner, symbol, index)
        return inner

    return _derived(elab, item, var, body, derive)


def hessian(elab: Elaborator, item: Node, var: Node | None, body: Term) -> Term:
    """Take the matrix of second derivatives; on the line it is the second derivative."""
    return _derived(elab, item, var, body, lambda f, x: Diff(Diff(f, x), x))


def divergence(elab: Elaborator, item: Node, var: Node | None, body: Term) -> Term:
    """Take the divergence; on the line it is the derivative."""
    return _derived(elab, item, var, body, _divergence)


def laplacian(elab: Elaborator, item: Node, var: Node | None, body: Term) -> Term:
    """Take the divergence of the gradient."""
    return _derived(elab, item, var, body, lambda f, x: _divergence(Diff(f, x), x))


def _divergence(body: Term, symbol: Sym) -> Term:
    if body.rank == symbol.rank == 0:
        return Diff(body, symbol)
    return Divergence(body, symbol)


def primed(elab: Elaborator, item: Node, value: Term, place: Term, primes: int) -> Term:
    """Derive a function of one number as often as it has primes."""
    if not primes:
        return value
    if primes > MAX_PRIMES:
        raise elab.error(item.span, f"more than {MAX_PRIMES} primes")
    if place.rank > 0:
        raise elab.error(item.span, "a prime on a function of a vector: write '\\nabla'")
    if isinstance(value, Apply) and len(value.args) > 1:
        raise elab.error(item.span, "a prime on a function of several arguments: name the variable")
    symbol = place if isinstance(place, Sym) else fresh(elab, value, place)
    inner = put(value, place, symbol)
    for _ in range(primes):
        inner = Diff(inner, symbol)
    return inner if symbol == place else At(inner, symbol, place)


def primed_brackets(elab: Elaborator, item: Node, value: Term, primes: int) -> Term:
    r"""Derive what brackets hold as often as they have primes, `(s(x) p(x))'`."""
    if primes > MAX_PRIMES:
        raise elab.error(item.span, f"more than {MAX_PRIMES} primes")
    derived = differentiate(elab, item, None, value, primes)
    if derived.rank != value.rank:
        raise elab.error(item.span, "a prime on a function of a vector: write '\\nabla'")
    return derived


def _derived(
    elab: Elaborator, item: Node, var: Node | None, body: Term,
    derive: Callable[[Term, Sym], Term],
) -> Term:  # fmt: skip
    symbol, place = _variable(elab, item, var, body)
    if symbol == place:
        return derive(body, symbol)
    return At(derive(put(body, place, symbol), symbol), symbol, place)


def _variable(elab: Elaborator, item: Node, var: Node | None, body: Term) -> tuple[Sym, Term]:
    """Find the variable of a derivative, and the point at which it is evaluated."""
    points = tuple(dict.fromkeys(places(body)))
    if var is None:
        points = points or _vectors(body)
        if len(points) != 1:
            shown = "several points" if points else "no point"
            raise elab.error(
                item.span,
                f"'{elab.written(item.span)}' of a formula with {shown}: name the variable",
            )
        point = points[0]
        return (point, point) if isinstance(point, Sym) else (fresh(elab, body, point), point)
    name = name_in(var)
    if name is None:
        point = elab.term(var)
        if point not in points:
            raise elab.error(var.span, f"no function here is taken at '{elab.written(var.span)}'")
        return fresh(elab, body, point), point
    meaning = elab.notation.find(name)
    if isinstance(meaning, Sym) and (
        meaning in free_symbols(body) or _is_constant_in(elab, meaning, body)
    ):
        return meaning, meaning
    own = [s for s in free_symbols(body) if s.name == readable(name)]
    if meaning is None and len(own) == 1:  # a letter that is no more than a value
        return own[0], own[0]
    if isinstance(meaning, RV) and meaning in points:
        return fresh(elab, body, meaning), meaning
    point = _random_point(elab, var, name, points)
    return fresh(elab, body, point, readable(name)), point


def _is_constant_in(elab: Elaborator, var: Sym, body: Term) -> bool:
    r"""Whether a formula of a document has no point at all, `\nabla_x \log Z_\theta`.

    Only of a vector: what has time in its name may depend on time.
    """
    if elab.notation.choices is None or var.rank == 0:
        return False
    free = free_symbols(body)
    letters = [t for t in walk(body) if isinstance(t, RV | Sym | Apply | Density | Expect)]
    return all(
        (isinstance(t, Sym) and not t.rank and var.name not in t.name) or _is_bound(t, free)
        for t in letters
    )


def _is_bound(term: Term, free: frozenset[Sym]) -> bool:
    r"""Whether a letter is integrated over, or a function taken there: `\int e^{-f(x)} dx`."""
    inside = {t for t in walk(term) if isinstance(t, Sym)}
    return isinstance(term, Sym | Apply) and bool(inside) and not inside & free


def _vectors(body: Term) -> tuple[Term, ...]:
    r"""The vector letters of a term without functions, else its letters: `\nabla \|x\|^2`."""
    letters = [t for t in walk(body) if isinstance(t, RV)] + list(free_symbols(body))
    vectors = [t for t in letters if t.rank == 1]
    return tuple(dict.fromkeys(vectors or letters))


def _random_point(elab: Elaborator, var: Node, name: str, points: tuple[Term, ...]) -> Term:
    r"""Find the point X that `\nabla_x f(X)` is evaluated at: x is the name of the slot."""
    random = [p for p in points if any(isinstance(t, RV) for t in walk(p))]
    base = readable(name).partition("_")[0].lower()
    alike = [p for p in random if isinstance(p, RV) and _stem(p) == base]
    if len(alike) == 1:
        return alike[0]
    if elab.notation.choices is not None and len(points) == 1 and _is_slot(name, points[0]):
        return points[0]
    declared = elab.notation.find(name)
    if len(random) == 1 and base == "x" and declared is None:
        return random[0]
    shown = elab.written(var.span)
    if declared is None:
        raise elab.error(var.span, f"unknown letter '{shown}'{near(name, elab.notation.letters)}")
    raise elab.error(var.span, f"the derivative in '{shown}' of a formula without '{shown}'")


def _is_slot(name: str, point: Term) -> bool:
    r"""Whether a letter without an index names the slot that a point stands in, x of `x_{t-1}`."""
    if not isinstance(point, Sym) or "_" in name:
        return False
    return "_" in point.name and point.name.partition("_")[0] == (without_font(name) or name)


def _stem(variable: RV) -> str:
    return variable.name.partition("_")[0].lower()


def fresh(elab: Elaborator, body: Term, place: Term, name: str = "") -> Sym:
    """Make the variable that stands for `place`; free variables of `body` are avoided."""
    law = elab.notation.scope.laws.get(place) if isinstance(place, RV) else None
    if not name and law is not None:
        name = law.at.name
    if not name:
        name = place.name.lower() if isinstance(place, RV) else "u"
    taken = {s.name for s in free_symbols(body)}
    while name in taken:
        name += "'"
    return Sym(name, int(place.rank))


# --- integrals ---


def integral(elab: Elaborator, node: Integrate) -> Term:
    r"""Elaborate `\int f dx`, over the line or the space, or between finite limits."""
    base, sub, _, _ = unscripted(node.var)
    name = name_in(node.var)
    if name is None or not isinstance(base, Letter):
        raise elab.error(node.var.span, "expected a variable after the d of the integral")
    lower, upper = _limits(elab, node)
    if base.name in ("W", "B"):
        return _ito(elab, node, sub, upper)
    tries: list[Term] = []
    failure: ParseError | None = None
    ranks = _ranks(elab, node, name, bounded=lower is not None)
    for rank in ranks:
        symbol = Sym(readable(name), rank)
        inner = elab.notation.binding(name, symbol, guess=len(ranks) > 1)
        inner = replace(inner, around=(symbol,)) if inner.bare else inner
        if inner.guesses > MAX_GUESSES:
            raise elab.error(node.var.span, "too many nested integrals over undeclared letters")
        try:
            tries.append(Integral(elab.under(inner).term(node.body), symbol, lower, upper))
        except ParseError as error:
            failure = failure or error
    if failure is not None and not tries:
        raise failure
    if len(tries) > 1:
        shown = elab.written(node.var.span)
        raise elab.error(node.var.span, f"is '{shown}' a number or a vector? the text does not say")
    return tries[0]


def _ranks(elab: Elaborator, node: Integrate, name: str, *, bounded: bool) -> tuple[int, ...]:
    """The ranks that the bound variable may have."""
    region = node.sub.text if node.sub is not None else ""
    if region in ("R", "R^{d}") and node.sup is None:
        return (0,) if region == "R" else (1,)
    meaning = elab.notation.find(name)
    if isinstance(meaning, RV):
        raise elab.error(node.var.span, "an integral over a random variable")
    if bounded:
        return (0,)
    if isinstance(meaning, Field):
        raise elab.error(node.var.span, "an integral over a function")
    return (meaning.rank,) if isinstance(meaning, Sym) else (0, 1)


def _limits(elab: Elaborator, node: Integrate) -> tuple[Term | None, Term | None]:
    lower, upper = node.sub, node.sup
    below, above = lower.text if lower else "", upper.text if upper else ""
    everywhere = below in ("", "R", "R^{d}") and not above
    if everywhere or (below == "-\\infty" and above in ("\\infty", "+\\infty")):
        return None, None
    if lower is None or upper is None:
        raise elab.error(node.span, "an integral with one limit")
    for script in (lower, upper):
        if "\\infty" in script.text:
            raise elab.error(script.span, "an integral over a half-line is not read")
    return elab.term(elab.single(lower.parts)), elab.term(elab.single(upper.parts))


def _ito(elab: Elaborator, node: Integrate, sub: Script | None, upper: Term | None) -> Term:
    r"""Elaborate `\int_0^t g(s) dW_s`; of `dW` alone the time is the letter that g is taken at."""
    name = name_in(elab.single(sub.parts)) if sub is not None else _lost_time(elab, node.body)
    from_zero = node.sub is not None and node.sub.text == "0"
    if name is None or upper is None or not from_zero:
        raise elab.error(node.span, "a Wiener integral is read from 0 to a finite time, in dW_s")
    symbol = Sym(readable(name), 0)
    inner = elab.under(elab.notation.binding(name, symbol))
    wiener = next((v for k, v in elab.notation.variables.items() if k in ("W", "B")), None)
    return Ito(inner.term(node.body), symbol, upper, 1 if wiener is None else wiener.rank)


def _lost_time(elab: Elaborator, body: Node) -> str | None:
    """The one undeclared letter that the functions of an integrand are taken at."""
    names = {n for n in argument_names(body) if elab.notation.find(n) is None}
    return names.pop() if len(names) == 1 else None


# --- boundary terms ---


def evaluated(elab: Elaborator, parts: Parts, sub: Script, sup: Script | None, item: Node) -> Term:
    r"""Elaborate `f |_{-\infty}^{+\infty}` and `f |_{x = a}`."""
    body = elab.term(elab.single(parts))
    if sup is None and _is_boundary(elab, sub):
        return _through_boundary(elab, item, body)
    named, low = _named_limit(elab, sub)
    if sup is None:
        value = elab.term(low)
        if not (isinstance(named, Sym) and named in free_symbols(body)):
            raise elab.error(sub.span, "expected the variable and its value, 'x = a'")
        return At(body, named, value)
    _, high = _named_limit(elab, sup)
    points = [p for p in dict.fromkeys(places(body)) if isinstance(p, Sym)]
    var = named if isinstance(named, Sym) else points[0] if len(points) == 1 else None
    infinite = ["\\infty" in elab.written(end.span) for end in (low, high)]
    ends = tuple(elab.written(end.span).replace(" ", "") for end in (low, high))
    if any(infinite) and (ends[0] != "-\\infty" or ends[1] not in ("\\infty", "+\\infty")):
        raise elab.error(item.span, "only boundary terms from -\\infty to +\\infty are read")
    if var is None:
        raise elab.error(item.span, "in which variable? write it, '|_{x=-\\infty}^{x=+\\infty}'")
    if not any(infinite):
        return add(At(body, var, elab.term(high)), Neg(At(body, var, elab.term(low))))
    if var.rank == 0:
        return Bracket(body, var)
    if body.rank:
        raise elab.error(item.span, "a boundary term of a vector in a vector variable is not read")
    # What flows through large spheres is the integral of the gradient over the space.
    return Integral(Diff(body, var), var)


def _is_boundary(elab: Elaborator, sub: Script) -> bool:
    r"""Whether a subscript is the boundary of the space, `\partial\mathbb{R}^d`."""
    return elab.notation.choices is not None and sub.text in _BOUNDARIES


def _through_boundary(elab: Elaborator, item: Node, body: Term) -> Term:
    """Make the boundary term of the space: the integral of a divergence, or of one part of it.

    Of a number it is the gradient that is integrated, and with one coordinate in it,
    `s_i p`, the derivative along that.
    """
    points = [p for p in dict.fromkeys(places(body)) if isinstance(p, Sym)]
    if len(points) != 1:
        raise elab.error(item.span, "in which variable? write it, '|_{x=-\\infty}^{x=+\\infty}'")
    var = points[0]
    if var.rank == 0:
        return Bracket(body, var)
    if body.rank:
        return Integral(Divergence(body, var), var)
    bound = {x.index for x in walk(body) if isinstance(x, IndexSum)}
    indices = {x.index for x in walk(body) if isinstance(x, Basis)} - bound
    if len(indices) > 1:
        raise elab.error(item.span, "a boundary term of several components is not read")
    derived = directional(body, var, indices.pop()) if indices else Diff(body, var)
    return Integral(derived, var)


def _named_limit(elab: Elaborator, script: Script) -> tuple[Term | None, Node]:
    """Take `x = a` apart; without a name the limit alone."""
    node = elab.single(script.parts)
    if isinstance(node, Relation) and node.symbols in (("=",), ("\\to",)):
        return elab.term(node.sides[0]), node.sides[1]
    return None, node
