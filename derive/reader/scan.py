r"""Rows: what atoms side by side mean - application, product, operator and operand.

Operators (`\log`, `\nabla`, `\operatorname{div}`) reach as far as the next factor: the
`\nabla` of `\nabla p(x) q(x)` is on p alone.  Where the operand is a bare letter that more
factors follow (`\log x y`), both readings are in use, and the row is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from derive.errors import Span
from derive.language.terms import (
    Apply,
    Binomial,
    Density,
    Div,
    Dot,
    Factorial,
    Field,
    Neg,
    Normal,
    NormSq,
    Num,
    Outer,
    Pow,
    Term,
    Transpose,
)
from derive.language.traverse import walk
from derive.reader.bare import bare_argument
from derive.reader.components import entries, entry, group_indices
from derive.reader.elaborate import Elaborator, unscripted
from derive.reader.lost import bare_function, lost_argument, with_trailing
from derive.reader.norms import inner_product, norm
from derive.reader.products import (
    MAX_VECTORS,
    OUTER,
    SIDE_BY_SIDE,
    TRANSPOSED,
    Factor,
    Transposed,
    directed,
    inverse,
    is_side_by_side,
    product,
    refuse_number,
)
from derive.reader.sums import summation
from derive.reader.syntax import (
    Bang,
    Choice,
    Group,
    Integrate,
    Letter,
    Mark,
    Node,
    Number,
    Quotient,
    Root,
    Row,
    Script,
    Scripted,
    Sum,
    Summation,
    Word,
)

# Groups that the grammar has and that have no meaning here.
_UNREAD = {
    "matrix": "a matrix of its entries is not read",
    "cases": "a distinction of cases is not read",
    "\\lceil": "rounding is not read",
    "\\lfloor": "rounding is not read",
}

Reach: TypeAlias = Literal["function", "derivative", "all"]


@dataclass
class Scan:
    """A position in the items of a row."""

    elab: Elaborator
    items: tuple[Node, ...]
    position: int = 0
    dots: int = 0
    lone: bool = True  # two vectors side by side may be an inner product
    vectors: int = 0  # and matrices, so far
    pairs: int = 0  # of vectors side by side, so far

    def whole(self, node: Node) -> Term:
        """Elaborate the whole row."""
        return self.column(self._row(), node.span)

    def peek(self) -> Node | None:
        """The next item, if there is one."""
        return self.items[self.position] if self.position < len(self.items) else None

    def column(self, value: Factor, where: Span) -> Term:
        """Require a term: a row vector by itself is no value here."""
        if isinstance(value, Transposed):
            raise self.elab.error(
                where, "a transposed vector without the vector that it multiplies"
            )
        return value

    # --- products ---

    def _row(self) -> Factor:
        done: Factor | None = None
        pending = ""
        run: list[Factor] = []
        divided = False
        while (item := self.peek()) is not None:
            if not isinstance(item, Mark):
                if run:
                    refuse_number(self.elab, self.items[self.position - 1], item)
                run.append(self.factor())
                continue
            self._refuse_convolution(item)
            self.position += 1
            if item.symbol != "/":
                done = self._joined(done, pending, run, item.span)
                run, pending, divided = [], item.symbol, False
            elif divided:
                raise self.elab.error(item.span, "ambiguous: a second '/'; write brackets")
            else:
                run, divided = [self._quotient(self._product(run), item)], True
        return self._joined(done, pending, run, self._span(0))

    def _refuse_convolution(self, mark: Mark) -> None:
        """Refuse `p * g` of functions without arguments: hardly their product."""
        if self.elab.written(mark.span) != "*":
            return
        before, after = self.items[self.position - 1], self.items[self.position + 1 :][:2]
        pair = [Row(mark.span, nodes) for nodes in ((before,), after) if nodes]
        if any(
            isinstance(unscripted(n.items[0])[0], Letter) and bare_function(self.elab, n)
            for n in pair
        ):
            raise self.elab.error(mark.span, "a convolution of functions is not read")

    def _joined(self, done: Factor | None, mark: str, run: list[Factor], where: Span) -> Factor:
        """Multiply what was read so far with the run of factors after the last mark."""
        value = self._product(run)
        if done is None:
            return value
        if isinstance(done, Term) and isinstance(value, Term) and done.rank == value.rank == 1:
            self.dots += 1
            if self.dots > MAX_VECTORS:
                raise self.elab.error(where, "too many vectors and matrices in one product")
            if mark == "\\cdot":
                return Dot(done, value)
            raise self.elab.error(where, f"'{mark}' between two vectors is not read")
        return self._product([done, value])

    def _quotient(self, num: Factor, slash: Mark) -> Term:
        """Divide by the one factor after a slash; `1/2x` has two readings."""
        start = self.position
        den = self.column(self.factor(), slash.span)
        rest = self.peek()
        if rest is not None and not isinstance(rest, Mark):
            above = self.elab.written(self._span(0, start - 1))
            over = self.elab.written(self._span(start, self.position))
            after = self.elab.written(self._run_span(self.position))
            whole = self.elab.written(self._run_span(start))
            options = (f"({above}/{over}) {after}", f"{above}/({whole})")
            where = Span(self.items[0].span.start, self._run_span(start).end)
            message = f"ambiguous: '{options[0]}' or '{options[1]}'; write brackets"
            if self.elab.choose(where, message, options):
                den = self._rest_of_run(start, slash.span)
        return Div(self.column(num, slash.span), den)

    def _product(self, run: list[Factor]) -> Factor:
        if self.pairs or directed(run):
            self.pairs += is_side_by_side(run)
            self.vectors += len(directed(run))
            if self.pairs and (self.vectors > 2 or not self.lone):
                raise self.elab.error(self._span(0), SIDE_BY_SIDE)
        return product(self.elab, self._span(0), run)

    def _rest_of_run(self, start: int, where: Span, *, lone: bool = True) -> Term:
        """Elaborate all from an item to the next mark as one product, and step over it."""
        end = start
        while end < len(self.items) and not isinstance(self.items[end], Mark):
            end += 1
        for _ in range(2):  # of the Python stack it takes as much as two levels of operators
            self.elab.deeper(where)
        rest = Scan(self.elab, self.items[start:end], lone=lone)
        value = self.column(rest._row(), where)
        self.elab.depth -= 2
        self.position = end
        return value

    # --- factors ---

    def factor(self) -> Factor:
        """Read one factor: an atom, an application, or an operator with its operand."""
        from derive.reader.operators import read_letter, read_word  # noqa: PLC0415

        item = self.items[self.position]
        base, sub, sup, primes = unscripted(item)
        match base:
            case Letter():
                return read_letter(self, base, item)
            case Word():
                return read_word(self, base, item)
            case Quotient():
                return self._fraction(base, item)
            case Group(kind=kind) if kind in _UNREAD:
                raise self.elab.error(item.span, _UNREAD[kind])
            case Group():
                return self._group(base, item)
            case Number():
                return self._number(base, item)
            case _:
                self.position += 1
                self.unscripted_only(sub, primes)
                return self.powered(self._atom(base), sup, item)

    def _atom(self, node: Node) -> Term:
        from derive.reader.calculus import integral  # noqa: PLC0415

        match node:
            case Root():
                return self.elab.root(node)
            case Integrate():
                return integral(self.elab, node)
            case Summation():
                return summation(self.elab, node)
            case Bang(body=body):
                return Factorial(self.elab.term(body))
            case Choice(upper=upper, lower=lower):
                return Binomial(self.elab.term(upper), self.elab.term(lower))
            case Scripted() | Row() | Sum():
                return self.elab.term(node)
            case _:
                raise self.elab.error(node.span, "expected a factor")

    def _number(self, base: Number, item: Node) -> Factor:
        self.position += 1
        _, sub, sup, primes = unscripted(item)
        self.unscripted_only(sub, primes)
        return self.powered(Num(base.value), sup, item)

    def _fraction(self, base: Quotient, item: Node) -> Factor:
        from derive.reader.derivatives import read_derivative  # noqa: PLC0415

        _, sub, sup, primes = unscripted(item)
        self.unscripted_only(sub, primes)
        derivative = read_derivative(self, base, item)
        if derivative is not None:
            if sup is not None:
                raise self.elab.error(item.span, "a power of a derivative: write brackets")
            return derivative
        before = self.items[self.position - 1] if self.position else None
        value = Div(self.elab.term(base.num), self.elab.term(base.den))
        if isinstance(before, Number) and _proper(base):
            message = "a mixed number or a product? write '\\cdot' or '+'"
            whole = Span(before.span.start, item.span.end)
            options = (f"the product '{self.elab.written(whole)}'",)
            _ = self.elab.choose(item.span, message, options)
        self.position += 1
        return self.powered(value, sup, item)

    def _group(self, base: Group, item: Node) -> Factor:
        from derive.reader.calculus import evaluated, primed_brackets  # noqa: PLC0415

        _, sub, sup, primes = unscripted(item)
        self.position += 1
        indices = group_indices(self.elab, base, sub)
        if indices and sup is not None and sup.text in ("d", "D"):
            sup = None
        if indices:
            inner = self.elab.term(self.elab.single(base.parts))
            value = entries(self.elab, item, inner, indices)
            return self.powered(value, sup, item)
        if base.kind in ("[", ".") and sub is not None:
            return evaluated(self.elab, base.parts, sub, sup, item)
        if base.kind in ("\\|", "|"):
            return norm(self, base, item)
        if base.kind == "{" and (len(self.items) > 1 or item is not base):
            self._require_brackets(base, item)
        if base.kind == "(" and self.bracketed("(") and bare_function(self.elab, base):
            following = self.arguments()
            if following is not None:
                return self._function_group(base, item, following)
        self.unscripted_only(sub, primes if base.kind not in ("(", "[") else 0)
        before = self.items[self.position - 2 :: -1] if self.position > 1 else ()
        pair = base.kind == "(" and base.parts.separators == (",",)
        if base.kind == "\\langle" or (
            pair and all(isinstance(x, Number | Quotient) for x in before)
        ):
            return self.powered(inner_product(self, base), sup, item)
        value = self.elab.term(self.elab.single(base.parts))
        if primes:
            value = primed_brackets(self.elab, item, value, primes)
        return self.powered(value, sup, item)

    def _require_brackets(self, base: Group, item: Node) -> None:
        """Refuse braces around a sum or below a script, where they mislead."""
        if not (isinstance(base.parts.items[0], Row) and item is base):
            message = "braces print nothing: put this in round brackets"
            inside = self.elab.written(base.parts.span)
            _ = self.elab.choose(base.span, message, (f"({inside})",))

    def _function_group(self, base: Group, item: Node, following: tuple[Term, ...]) -> Factor:
        r"""Elaborate `(\log p)(x)`: functions without brackets take the argument after it."""
        from derive.reader.calculus import primed  # noqa: PLC0415

        _, sub, sup, primes = unscripted(item)
        self.unscripted_only(sub, 0)
        inner = self.elab.under(self.elab.notation.applying(*following))
        value = inner.term(self.elab.single(base.parts))
        value = primed(self.elab, item, value, following[0], primes)
        return self.after_arguments(self.column(self.powered(value, sup, item), item.span))

    # --- applications ---

    def arguments(self) -> tuple[Term, ...] | None:
        """The arguments in the round brackets that come next, which stay there."""
        group = self.bracketed("(")
        if group is None:
            return None
        return tuple(self.elab.term(item) for item in group.parts.items)

    def bracketed(self, *kinds: str) -> Group | None:
        """The group of one of these kinds that comes next, which stays there."""
        item = self.peek()
        base = unscripted(item)[0] if item is not None else None
        return base if isinstance(base, Group) and base.kind in kinds else None

    def after_arguments(self, value: Term) -> Factor:
        """Step over the arguments just used and raise the value to their superscript."""
        item = self.items[self.position]
        _, sub, sup, primes = unscripted(item)
        self.position += 1
        self.unscripted_only(sub, primes)
        return self.powered(value, sup, item)

    def applied(
        self,
        function: Field,
        sup: Script | None,
        primes: int,
        item: Node,
        indices: tuple[str, ...] = (),
    ) -> Factor:
        """Apply a declared function, whose name was just read, to what follows."""
        from derive.reader.calculus import primed  # noqa: PLC0415

        refuse_inverse(self, sup)
        written = self.arguments()
        arguments = written if written is not None else self.elab.notation.argument
        if arguments is None:
            arguments = lost_argument(self.elab.notation, function)
        if arguments is not None:
            arguments = with_trailing(self.elab.notation, function, arguments)
        if arguments is None:
            name = self.elab.written(item.span)
            raise self.elab.error(
                item.span, f"expected '(' and an argument after the function '{name}'"
            )
        known = self.elab.notation.argument_ranks.get(function)
        ranks = tuple(int(a.rank) for a in arguments)
        if known is not None and ranks != known and not self._is_another(function, known, ranks):
            kinds = {0: "a number", 1: "a vector", 2: "a matrix"}
            raise self.elab.error(
                item.span if written is None else self.items[self.position].span,
                f"'{self.elab.written(item.span)}' takes {', '.join(kinds[r] for r in known)}, "
                f"found {', '.join(kinds[r] for r in ranks)}",
            )
        value = primed(self.elab, item, function(*arguments), arguments[0], primes)
        if indices:
            value = entry(self.elab, item, value, indices)
        powered = self.powered(value, sup, item)
        if written is None:
            return powered
        if isinstance(powered, Transposed):
            return Transposed(self.column(self.after_arguments(powered.body), item.span))
        return self.after_arguments(powered)

    def _is_another(self, function: Field, known: tuple[int, ...], ranks: tuple[int, ...]) -> bool:
        r"""Whether a document gives a model more arguments or less, `s_\theta(x, t)`.

        It is another function than `s_\theta(x)`: no hypothesis speaks of it.
        """
        if self.elab.notation.choices is None or not function.trained:
            return False
        return all(a == b for a, b in zip(known, ranks, strict=False))

    def powered(self, value: Term, sup: Script | None, item: Node) -> Factor:
        """Raise to the power that a superscript is, or transpose."""
        if sup is None:
            return value
        if sup.text in TRANSPOSED and value.rank == 1:
            return Transposed(value)
        if sup.text in TRANSPOSED and value.rank == 2:
            return Transpose(value)
        exponent = self.elab.exponent(sup)
        if value.rank == 1 and exponent == Num(Fraction(2)):
            options = ("the squared norm", OUTER)
            outer = self.elab.choose(item.span, "a power of a vector", options)
            return Outer(value, value) if outer else NormSq(value)
        if value.rank == 2 and exponent == Neg(Num(Fraction(1))):
            return inverse(self.elab, item.span, value)
        if value.rank:
            kind = "vector" if value.rank == 1 else "matrix"
            raise self.elab.error(item.span, f"a power of a {kind}")
        return Pow(value, exponent)

    def unscripted_only(self, sub: Script | None, primes: int) -> None:
        """Refuse a subscript or a prime on what has none."""
        where = self.items[min(self.position, len(self.items)) - 1].span
        if sub is not None:
            raise self.elab.error(sub.span, "a subscript on what is not a letter")
        if primes:
            raise self.elab.error(where, "a prime on what is not a function")

    # --- operands ---

    def operand(self, operator: Span, reach: Reach = "function") -> Term:
        """Read what an operator is applied to, where that is beyond doubt.

        A function of a bare letter, a derivative of anything but an application or
        brackets, and an expectation must not be followed by another factor.
        """
        if self.elab.notation.free and reach == "function":
            return bare_argument(self, operator)
        self.elab.deeper(operator)
        start = self.position
        item = self.peek()
        name = self.elab.written(operator)
        if item is None or isinstance(item, Mark):
            raise self.elab.error(operator, f"expected what '{name}' is applied to after it")
        items = self.items
        factor = self.factor()
        self.elab.depth -= 1
        rest = self.peek()
        if isinstance(factor, Transposed) and rest is not None and reach == "all":
            self.items = items  # `E x^\top y` is of all: a row vector alone has no meaning
            return self._rest_of_run(start, operator)
        value = self.column(factor, item.span)
        base = unscripted(item)[0] if self.position == start + 1 else None
        doubt = {
            "function": isinstance(base, Letter | Number) and not isinstance(rest, Mark),
            "derivative": not _bracketed(base) if base is not None else self.elab.notation.free,
            "all": True,
        }[reach]
        if rest is None or not doubt:
            return value
        operand = self.elab.written(self._span(start, self.position))
        whole = self.elab.written(self._run_span(start))
        next_factor, everything = f"'{name}' of '{operand}'", f"of all of '{whole}'"
        options = (next_factor, f"'{name}' {everything}")
        # An expectation is customarily of all that follows, and nothing is a derivative of 2.
        if reach == "all" or (reach == "derivative" and _constant(value)):
            options = options[::-1]
        message = f"ambiguous: {next_factor}, or {everything}; write brackets"
        where = Span(operator.start, self._run_span(start).end)
        if options[self.elab.choose(where, message, options)] == next_factor:
            return value
        self.items = items
        return self._rest_of_run(start, operator, lone=reach == "all")

    def _span(self, start: int, end: int | None = None) -> Span:
        last = self.items[(len(self.items) if end is None else end) - 1]
        return Span(self.items[start].span.start, last.span.end)

    def _run_span(self, start: int) -> Span:
        """The span from an item to the last one before the next mark after the position."""
        end = max(self.position, start) + 1
        while end < len(self.items) and not isinstance(self.items[end], Mark):
            end += 1
        return self._span(start, min(end, len(self.items)))


def _bracketed(base: Node) -> bool:
    return isinstance(base, Group) and base.kind in ("(", "[", "\\{")


def _proper(fraction: Quotient) -> bool:
    """Whether a fraction is one of numbers and less than one, as in a mixed number."""
    num, den = fraction.num, fraction.den
    return isinstance(num, Number) and isinstance(den, Number) and 0 < num.value < den.value


def _constant(value: Term) -> bool:
    """Whether there is nothing in a term that one derives in space."""
    return not any(t.rank or isinstance(t, Apply | Density | Normal) for t in walk(value))


def refuse_inverse(scan: Scan, sup: Script | None) -> None:
    r"""Refuse `\sin^{-1} x` and `f^{-1}(x)`: the inverse function to some, a power to others."""
    if sup is not None and sup.text == "-1":
        raise scan.elab.error(sup.span, "the inverse function, or one over it? write a fraction")
