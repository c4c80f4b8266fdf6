"""What every printer of terms shares: order, precedence, parentheses.

A printer turns each subterm into a `Doc`: its text, how tightly the text holds
together, and whether it is open on the right (`log p(x)` would swallow a factor
written after it).  Here stands which parentheses a reader needs; the glyphs are
the printers' own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import IntEnum
from functools import singledispatchmethod
from typing import TYPE_CHECKING, ClassVar

from derive.errors import IllTyped
from derive.language import terms as t
from derive.language.values import has_other_vector, shorthand, spread, symbols_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction


class Level(IntEnum):
    """How tightly a text holds together, loosest first."""

    SUM = 0  # a + b, -a
    PRODUCT = 1  # a b
    POWER = 2  # a^2
    CLOSED = 3  # a fraction, a root, an operator with its argument
    ATOM = 4  # may carry an exponent


@dataclass(frozen=True)
class Doc:
    """A printed subterm."""

    text: str
    level: Level = Level.ATOM
    open: bool = False  # on the right


def split_sign(node: t.Term) -> tuple[bool, t.Term]:
    """Take one minus sign out of the front of a term, as it is printed.

    `-x * y` is a product that begins with `-x`; on paper its sign stands in front
    of the whole, like that of `-(x * y)` and of `(-x) / y`.
    """
    match node:
        case t.Neg(body):
            return True, body
        case t.Mul((first, *rest)):
            negative, bare = split_sign(first)
            return (True, t.Mul((bare, *rest))) if negative else (False, node)
        case t.Div(num, den):
            negative, bare = split_sign(num)
            return (True, t.Div(bare, den)) if negative else (False, node)
        case _:
            return False, node


class Printer(ABC):
    """The walk over a term.  A subclass supplies the glyphs."""

    minus: ClassVar[str]
    times: ClassVar[str]  # between two factors where juxtaposition would mislead
    mid: ClassVar[str]  # "given"
    nabla: ClassVar[str]
    functions: ClassVar[dict[str, str]]
    bars: ClassVar[str] = "|{}|"  # around a number, for its absolute value

    # --- glyphs ---

    @abstractmethod
    def name(self, latex: str) -> str:
        """Print a letter, given as LaTeX."""

    @abstractmethod
    def fence(self, left: str, text: str, right: str) -> str:
        """Put delimiters around a text."""

    @abstractmethod
    def command(self, name: str) -> str:
        """Print the name of an operator: `div`, `tr`, `Var`."""

    @abstractmethod
    def number(self, value: Fraction) -> Doc:
        """Print a rational number that is not negative."""

    @abstractmethod
    def fraction(self, num: t.Term, den: t.Term) -> Doc:
        """Print a quotient."""

    @abstractmethod
    def root(self, body: t.Term) -> Doc:
        """Print a square root."""

    @abstractmethod
    def choose(self, upper: t.Term, lower: t.Term) -> Doc:
        """Print a binomial coefficient."""

    @abstractmethod
    def scripts(self, base: str, sub: str = "", sup: str = "") -> str:
        """Put printed texts below and above a base."""

    @abstractmethod
    def exponent(self, node: t.Term) -> str:
        """Print an exponent."""

    @abstractmethod
    def partial(self, var: str, order: int, of: str = "") -> str:
        """Print the operator of a partial derivative, of a named function if given."""

    @abstractmethod
    def integral(self, lower: str, upper: str, body: str, differential: str) -> str:
        """Print an integral; empty limits are not shown."""

    @abstractmethod
    def evaluated(self, body: Doc, lower: str, upper: str = "") -> str:
        """Print a value or a difference of values, `f |_a^b`."""

    # --- parentheses ---

    def fit(self, node: t.Term, level: Level, *, closed: bool = False) -> str:
        """Print a subterm where at least `level` is needed, in parentheses if it is looser."""
        doc = self.doc(node)
        if doc.level < level or (closed and doc.open):
            return self.paren(doc.text)
        return doc.text

    def paren(self, text: str) -> str:
        """Put round parentheses around a text."""
        return self.fence("(", text, ")")

    def text(self, node: t.Term) -> str:
        """Print a term that stands by itself."""
        return self.doc(node).text

    # --- arithmetic ---

    def doc(self, node: t.Term) -> Doc:
        """Print a subterm."""
        negative, bare = split_sign(node)
        if negative:
            return Doc(self.minus + self.fit(bare, Level.PRODUCT), Level.SUM)
        return self.rule(bare)

    @singledispatchmethod
    def rule(self, node: t.Term) -> Doc:
        """Print a term that has no sign in front, by its kind."""
        raise IllTyped(f"no printed form of {type(node).__name__}")

    @rule.register
    def _(self, node: t.Num) -> Doc:
        return self.number(node.value)

    @rule.register
    def _(self, node: t.Zero) -> Doc:
        del node
        return Doc("0")

    @rule.register
    def _(self, node: t.Const) -> Doc:
        return Doc(self.name({"pi": r"\pi", "d": "d"}[node.name]))

    @rule.register(t.Sym)
    @rule.register(t.RV)
    def _(self, node: t.Sym | t.RV) -> Doc:
        # A second exponent on a letter that has one would be wrong: x^i^2.
        return Doc(self.name(node.name), Level.POWER if "^" in node.name else Level.ATOM)

    @rule.register
    def _(self, node: t.Apply) -> Doc:
        return self._apply(self.name(node.field.name), [self.text(a) for a in node.args])

    @rule.register
    def _(self, node: t.Add) -> Doc:
        return Doc("".join(self.summands(node)), Level.SUM)

    @rule.register
    def _(self, node: t.Div) -> Doc:
        return self.fraction(node.num, node.den)

    @rule.register
    def _(self, node: t.Pow) -> Doc:
        if node.exponent == t.Num(t.HALF):
            return self.root(node.base)
        below = self.fit(node.base, Level.ATOM)
        return Doc(self.scripts(below, sup=self.exponent(node.exponent)), Level.POWER)

    def summands(self, node: t.Term) -> Iterator[str]:
        """Give the pieces of a sum, each but the first with its sign; others whole."""
        if not isinstance(node, t.Add):
            yield self.text(node)
            return
        yield self.fit(node.terms[0], Level.SUM)
        for summand in node.terms[1:]:
            negative, bare = split_sign(summand)
            sign = self.minus if negative else "+"
            yield f" {sign} {self.fit(bare, Level.PRODUCT)}"

    @rule.register
    def _(self, node: t.Mul) -> Doc:
        factors = node.factors
        texts = [self.fit(f, Level.POWER, closed=True) for f in factors[:-1]]
        last = self.doc(factors[-1])
        loose = last.level < Level.POWER
        texts.append(self.paren(last.text) if loose else last.text)
        product = texts[0]
        for before, factor, text in zip(factors, factors[1:], texts[1:], strict=False):
            # A number before a fraction of numbers would be a mixed number.
            fraction = isinstance(factor, t.Div) and isinstance(factor.num, t.Num)
            mixed = fraction and isinstance(before, t.Num)
            clash = text[0].isdigit() or isinstance(factor, t.Num) or mixed
            product += f" {self.times} {text}" if clash else f" {text}"
        return Doc(product, Level.PRODUCT, open=last.open and not loose)

    @rule.register
    def _(self, node: t.Fun) -> Doc:
        name = self.functions[node.name]
        argument = self.doc(node.arg)
        if node.name == "abs":
            return Doc(self.bars.format(argument.text), Level.CLOSED)
        if node.name == "exp" or argument.level < Level.CLOSED:
            return Doc(name + self.paren(argument.text), Level.CLOSED)
        return Doc(f"{name} {argument.text}", Level.CLOSED, open=True)

    def _apply(self, name: str, args: list[str], given: list[str] | None = None) -> Doc:
        inside = ", ".join(args)
        if given:
            inside += f" {self.mid} " + ", ".join(given)
        return Doc(name + (self.paren(inside) if inside else ""))

    # --- vectors and matrices ---

    @rule.register
    def _(self, node: t.Dot) -> Doc:
        component = self.component(node)
        if component is not None:
            return component
        inside = f"{self.text(node.left)}, {self.text(node.right)}"
        return Doc(self.fence("<", inside, ">"), Level.CLOSED)

    @rule.register
    def _(self, node: t.NormSq) -> Doc:
        norm = self.fence("|", self.text(node.body), "|")
        return Doc(self.scripts(norm, sup="2"), Level.CLOSED)

    @rule.register
    def _(self, node: t.Outer) -> Doc:
        column = self.fit(node.left, Level.POWER, closed=True)
        row = self.scripts(self.fit(node.right, Level.ATOM), sup=self.name(r"\top"))
        return Doc(f"{column} {row}", Level.POWER)

    @rule.register
    def _(self, _node: t.Identity) -> Doc:
        return Doc("I")

    @rule.register
    def _(self, node: t.MatVec) -> Doc:
        match node:
            case t.MatVec(t.Diff(body, var), t.Basis(i)) if body.rank == 1:
                return self._partial(var, i, body)
            case _:
                pass
        matrix = self.fit(node.matrix, Level.POWER, closed=True)
        vector = self.fit(node.vector, Level.CLOSED)
        return Doc(f"{matrix} {vector}", Level.POWER, open=self.doc(node.vector).open)

    @rule.register
    def _(self, node: t.MatMul) -> Doc:
        left = self.fit(node.left, Level.POWER, closed=True)
        right = self.doc(node.right)
        text = right.text if right.level >= Level.POWER else self.paren(right.text)
        return Doc(f"{left} {text}", Level.PRODUCT, open=right.open)

    @rule.register
    def _(self, node: t.Transpose) -> Doc:
        top = self.name(r"\top")
        return Doc(self.scripts(self.fit(node.body, Level.ATOM), sup=top), Level.POWER)

    @rule.register
    def _(self, node: t.Trace) -> Doc:
        return Doc(self.command("tr") + self.paren(self.text(node.body)), Level.CLOSED)

    # --- components ---

    def component(self, node: t.Dot) -> Doc | None:
        """Print `v_i`, `M_ij`, `delta_ij` or a partial derivative in a component, or None."""
        match node:
            case t.Dot(t.Basis(i), t.Basis(j)):
                return Doc(self.scripts(self.name(r"\delta"), self._indices(i, j)))
            case t.Dot(t.MatVec(t.Diff(body, var), t.Basis(j)), t.Basis(i)) if body.rank == 1:
                return self._partial(var, j, t.Dot(body, t.Basis(i)))
            case t.Dot(t.MatVec(matrix, t.Basis(j)), t.Basis(i)):
                return self._entry(matrix, i, j)
            case t.Dot(t.Diff(body, var), t.Basis(i)):
                return self._partial(var, i, body)
            case t.Dot(vector, t.Basis(i)) | t.Dot(t.Basis(i), vector):
                return self._entry(vector, i)
            case _:
                return None

    def _indices(self, *indices: str) -> str:
        names = [self.name(index) for index in indices]
        return ("" if all(len(name) == 1 for name in names) else ", ").join(names)

    def _entry(self, node: t.Term, *indices: str) -> Doc:
        """Print a component: of a letter without an index of its own without brackets."""
        text = self.text(node)
        letter = isinstance(node, (t.Sym, t.RV)) and "_" not in node.name and "^" not in node.name
        base = text if letter else self.fence("[", text, "]")
        return Doc(self.scripts(base, self._indices(*indices)))

    def _partial(self, var: t.Sym, index: str, body: t.Term) -> Doc:
        inner = self.doc(body)
        text = inner.text if inner.level >= Level.CLOSED else self.paren(inner.text)
        below = self.text(t.Dot(var, t.Basis(index)))
        return Doc(f"{self.partial(below, 1)} {text}", Level.CLOSED, open=True)

    @rule.register
    def _(self, node: t.Basis) -> Doc:
        return Doc(self.scripts("e", self.name(node.index)))

    @rule.register
    def _(self, node: t.IndexSum) -> Doc:
        sign = self.scripts(self.name(r"\sum"), f"{self.name(node.index)}=1", "d")
        return Doc(f"{sign} {self.fit(node.body, Level.PRODUCT)}", Level.POWER, open=True)

    # --- counting ---

    @rule.register
    def _(self, node: t.Factorial) -> Doc:
        # `log (n + 1)!` would be the logarithm of brackets to some.
        closed = self.doc(node.body).level == Level.ATOM
        return Doc(self.fit(node.body, Level.ATOM) + "!", Level.CLOSED if closed else Level.POWER)

    @rule.register
    def _(self, node: t.Binomial) -> Doc:
        return self.choose(node.upper, node.lower)

    @rule.register(t.FiniteSum)
    @rule.register(t.FiniteProduct)
    def _(self, node: t.FiniteSum | t.FiniteProduct) -> Doc:
        sign = self.name(r"\sum" if isinstance(node, t.FiniteSum) else r"\prod")
        below = f"{self.name(node.var.name)}={self.text(node.low)}"
        whole = self.scripts(sign, below, self.text(node.high))
        return Doc(f"{whole} {self.fit(node.body, Level.PRODUCT)}", Level.POWER, open=True)

    # --- calculus ---

    @rule.register(t.Diff)
    @rule.register(t.Divergence)
    def _(self, node: t.Diff | t.Divergence) -> Doc:
        return self._derivative(node, node.var)

    @rule.register
    def _(self, node: t.Integral) -> Doc:
        lower, upper = ("" if x is None else self.text(x) for x in (node.lower, node.upper))
        return self._integral(node.body, lower, upper, "d" + self.name(node.var.name))

    @rule.register
    def _(self, node: t.Ito) -> Doc:
        differential = "d" + self.scripts("W", sub=self.name(node.var.name))
        return self._integral(node.body, "0", self.text(node.upper), differential)

    def _integral(self, body: t.Term, lower: str, upper: str, differential: str) -> Doc:
        text = self.integral(lower, upper, self.fit(body, Level.PRODUCT), differential)
        return Doc(text, Level.CLOSED, open=True)

    @rule.register
    def _(self, node: t.Bracket) -> Doc:
        several = any(s != node.var for s in symbols_of(node.body))
        at = f"{self.name(node.var.name)} = " if several else ""
        infinity = self.name(r"\infty")
        ends = (f"{at}{self.minus}{infinity}", f"{at}+{infinity}")
        return Doc(self.evaluated(self.doc(node.body), *ends), Level.PRODUCT)

    @rule.register
    def _(self, node: t.Landau) -> Doc:
        return Doc(node.kind + self.paren(self.text(node.scale)))

    @rule.register
    def _(self, node: t.At) -> Doc:
        pushed = spread(node)
        if pushed != node:
            return self.doc(pushed)
        body = shorthand(node)
        if body is not None:
            return self._derivative(node.body, node.var, body)
        value = f"{self.name(node.var.name)} = {self.text(node.value)}"
        return Doc(self.evaluated(self.doc(node.body), value), Level.PRODUCT)

    def _derivative(self, node: t.Term, var: t.Sym, core: t.Term | None = None) -> Doc:
        """Print a tower of derivatives in one variable.

        core: what stands under the tower with a value put for `var`; without one
              the derivative is taken at `var` itself.
        """
        operators, body = tower(node, var)
        value = body if core is None else core
        if operators[-1] == "jacobian" and isinstance(body, t.Apply) and var in body.args:
            operator = self.partial(self.name(var.name), 1, self.name(body.field.name))
            args = [self.text(a) for a in value.args] if isinstance(value, t.Apply) else []
            inner = Doc(self._apply(operator, args).text, Level.CLOSED)
            operators = operators[:-1]
        else:
            inner = self.doc(value)
        prefix = self._prefix(operators, var, body, bare=core is not None)
        if not prefix:
            return inner
        text = inner.text if inner.level >= Level.CLOSED else self.paren(inner.text)
        return Doc(f"{prefix} {text}", Level.CLOSED, open=True)

    def _prefix(self, operators: list[str], var: t.Sym, body: t.Term, *, bare: bool) -> str:
        name, words = self.name(var.name), []
        several = has_other_vector(body, var)
        mixed = several if bare else True
        while operators:
            kind = operators[0]
            order = next((i for i, k in enumerate(operators) if k != kind), len(operators))
            # A Jacobian of a gradient is the Hessian, and is printed as one.
            if kind == "jacobian" and operators[order : order + 1] == ["gradient"]:
                kind, order = "gradient", order + 1
            sup = str(order) if order > 1 else ""
            if kind == "gradient":
                words.append(self.scripts(self.nabla, name if mixed else "", sup))
            elif kind == "divergence":
                words.append(self.scripts(self.command("div"), name if several else ""))
            else:
                words.append(self.partial(name, order))
            operators = operators[order:]
        return " ".join(words)

    # --- probability ---

    @rule.register
    def _(self, node: t.Expect) -> Doc:
        inside = self._conditional(node.body, node.given)
        return Doc(self.command("E") + self.fence("[", inside, "]"), Level.CLOSED)

    @rule.register
    def _(self, node: t.Variance) -> Doc:
        inside = self._conditional(node.body, node.given)
        return Doc(self.command("Var") + self.fence("[", inside, "]"), Level.CLOSED)

    @rule.register
    def _(self, node: t.Density) -> Doc:
        below = ", ".join(self.text(e.variable) for e in node.of)
        if node.given:
            below += f" {self.mid} " + ", ".join(self.text(e.variable) for e in node.given)
        tight = below.replace(" + ", "+").replace(f" {self.minus} ", self.minus)
        values = [self.text(e.value) for e in node.of]
        conditions = [self.text(e.value) for e in node.given]
        return self._apply(self.scripts("p", sub=tight), values, conditions)

    @rule.register
    def _(self, node: t.Normal) -> Doc:
        covariance = self.text(node.variance)
        if node.at.rank == 1:
            scalar = self.fit(node.variance, Level.POWER, closed=True)
            covariance = "I" if node.variance == t.term(1) else f"{scalar} I"
        inside = f"{self.text(node.at)}; {self.text(node.mean)}, {covariance}"
        return Doc(self.command("N") + self.paren(inside))

    def _conditional(self, body: t.Term, given: tuple[t.Event, ...]) -> str:
        conditions = f" {self.mid} " + ", ".join(map(self._event, given)) if given else ""
        return self.text(body) + conditions

    def _event(self, event: t.Event) -> str:
        if event.variable == event.value:
            return self.text(event.variable)
        return f"{self.text(event.variable)} = {self.text(event.value)}"


def tower(node: t.Term, var: t.Sym) -> tuple[list[str], t.Term]:
    """Peel the derivatives in `var` off a term: their kinds, outermost first, and the rest."""
    kinds: list[str] = []
    while isinstance(node, (t.Diff, t.Divergence)) and node.var == var:
        if isinstance(node, t.Divergence):
            kinds.append("divergence")
        elif var.rank == 0:
            kinds.append("partial")
        else:
            kinds.append("jacobian" if node.body.rank else "gradient")
        node = node.body
    return kinds, node
