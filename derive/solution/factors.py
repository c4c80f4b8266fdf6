r"""Joint densities of a process as products: `q(x_{1:T} | x_0) = \prod_{t=1}^T q(x_t | x_{t-1})`.

Such an equation says that the process is a Markov chain.  What can be wrong with it is
what the factors are of, their conditions, and the range: they must cover exactly the
variables of the joint density.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.reader.elaborate import unscripted
from derive.reader.names import DECORATIONS, name_in, name_of
from derive.reader.syntax import (
    Group,
    Letter,
    Node,
    Number,
    Relation,
    Script,
    Sum,
    Summation,
    Word,
    is_ellipsis,
    items_of,
)
from derive.solution.usage import summations_in

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = tuple[str, int]  # a letter and a number to add


@dataclass(frozen=True)
class Variable:
    """One variable of a process, `x_{t-1}`; a condition without an index has none."""

    base: str
    index: Index | None


@dataclass(frozen=True)
class Joint:
    """A joint density of the variables from `first` to `last`, with what it is given."""

    name: str
    base: str
    first: Index
    last: Index
    given: frozenset[Variable]

    def variable(self, index: Index) -> Variable:
        """The variable of this process with an index."""
        return Variable(self.base, index)


@dataclass(frozen=True)
class Factor:
    """The density of one variable, `q(x_t | x_{t-1}, x_0)`."""

    letter: Node
    variable: Variable
    given: frozenset[Variable]

    @property
    def name(self) -> str | None:
        """The density with its scripts."""
        return name_in(self.letter)


@dataclass(frozen=True)
class Factors:
    """A product of conditional densities, with the density of one end before it or not."""

    letter: str
    low: Index
    high: Index
    step: Factor
    alone: Factor | None


def covers(lhs: Node, rhs: Node) -> bool | None:
    """Whether the factors are those of the joint density; None: it is another equation."""
    if not (_is_joint(lhs) and any(s.kind == "prod" for s in summations_in(rhs))):
        return None
    joint, factors = _joint(lhs), _factors(rhs)
    if joint is None or factors is None or not _of_one_process(joint, factors):
        return False
    step = factors.step
    now, past = joint.variable((factors.letter, 0)), joint.variable((factors.letter, -1))
    if step.variable == now and past in step.given:
        return _forwards(joint, factors, step.given - {past})
    if step.variable == past and now in step.given:
        return _backwards(joint, factors, step.given - {now})
    return False


@dataclass(frozen=True)
class MarkovStep:
    """A law that is written as a product over steps; `alone`: the density of one end."""

    law: str
    base: str
    markov: bool  # a step is given no more than the variable next to it
    alone: tuple[str, Index] | None


def markov_step(lhs: Node, rhs: Node) -> MarkovStep | None:
    """Read off a joint density by its factors what is said of its steps."""
    if not (_is_joint(lhs) and any(s.kind == "prod" for s in summations_in(rhs))):
        return None
    joint, factors = _joint(lhs), _factors(rhs)
    if joint is None or factors is None or not _of_one_process(joint, factors):
        return None
    here = {joint.variable((factors.letter, 0)), joint.variable((factors.letter, -1))}
    step, alone = factors.step, factors.alone
    start = joint.variable((joint.first[0], joint.first[1] - 1))
    alike = {step.variable} | step.given == here and len(step.given) == 1
    markov = alike and joint.given <= {start}
    # Where the product begins may be a slip, not what stands for the end of the process.
    end = joint.variable(joint.last if step.variable.index == (factors.letter, -1) else joint.first)
    if alone is None or alone.given or alone.variable != end or end.index is None:
        return MarkovStep(joint.name, joint.base, markov, None)
    name = name_in(alone.letter) or joint.name
    return MarkovStep(joint.name, joint.base, markov, (name, end.index))


def _of_one_process(joint: Joint, factors: Factors) -> bool:
    """Whether the factors are of the density and the variables of the joint density."""
    if factors.step.name != joint.name:
        return False
    return factors.alone is None or (
        factors.alone.variable.base == joint.base and _is_marginal(factors.alone, joint.name)
    )


def _is_marginal(alone: Factor, name: str) -> bool:
    r"""Whether a density may be that of one end: `p` or `p_T` beside `p_\theta`."""
    if alone.name == name:
        return True
    base, sub, sup, primes = unscripted(alone.letter)
    trained = sub is not None and sub.text in DECORATIONS
    if not isinstance(base, Letter) or sup is not None or primes or trained:
        return False
    step = None if sub is None else _written(sub.text)
    if step is not None and not step[0] and step != alone.variable.index:
        return False  # `p_0` is the law at another time than `x_T`
    return name.partition("_")[0].partition("^")[0] == name_of(base, None)


def _forwards(joint: Joint, factors: Factors, more: frozenset[Variable]) -> bool:
    """Whether steps forwards cover the variables; `more`: what else the steps are given."""
    before = (factors.low[0], factors.low[1] - 1)
    start = joint.variable(before)
    if joint.last != factors.high:
        return False
    if factors.alone is None:
        rest = joint.given - {start}
        return start in joint.given and joint.first == factors.low and rest <= more <= joint.given
    # What came before the first variable says no more, once that is known.
    earlier = {v for v in joint.given if v.base == joint.base and _is_earlier(v.index, before)}
    return (
        (factors.alone.variable, joint.first) == (start, before)
        and factors.alone.given == joint.given
        and joint.given - earlier <= more <= joint.given
    )


def _is_earlier(index: Index | None, than: Index) -> bool:
    return index is not None and index[0] == than[0] and index[1] < than[1]


def _backwards(joint: Joint, factors: Factors, more: frozenset[Variable]) -> bool:
    """Whether steps backwards cover the variables; `more`: what else the steps are given."""
    before = (factors.low[0], factors.low[1] - 1)
    alone = factors.alone
    if alone is None or alone.variable != joint.variable(factors.high):
        return False
    # The last variable of a model may not depend on a label that the steps know.
    free = not alone.given and all(v.base != joint.base for v in joint.given)
    ends = (joint.first, joint.last) == (before, factors.high)
    return ends and more == joint.given and (alone.given == joint.given or free)


# --- reading ---


def _is_joint(node: Node) -> bool:
    """Whether a side is a density of several variables, or a power of one."""
    found = _application(node)
    return found is not None and _ends(found[1]) is not None


def _joint(node: Node) -> Joint | None:
    """Read `q(x_{1:T} | x_0)`."""
    found = _application(node)
    if found is None or not isinstance(items_of(node)[1], Group):
        return None
    letter, group = found
    name, ends = name_in(letter), _ends(group)
    given = _given(group)
    if name is None or ends is None or given is None:
        return None
    return Joint(name, *ends, given)


def _application(node: Node) -> tuple[Node, Group] | None:
    """Take `q(...)` apart; the brackets may have a power."""
    items = items_of(node)
    if len(items) != 2 or not isinstance(unscripted(items[0])[0], Letter):
        return None
    group = unscripted(items[1])[0]
    return (items[0], group) if isinstance(group, Group) and group.kind == "(" else None


def _ends(group: Group) -> tuple[str, Index, Index] | None:
    r"""Read `x_{1:T}` or `x_1, \dots, x_T` before the bar: the letter, first and last index."""
    first, *others = _before_bar(group)
    base, sub, sup, primes = unscripted(first)
    if not others:
        ends = _range(sub)
        if ends is None or not isinstance(base, Letter) or sup is not None or primes:
            return None
        return name_of(base, None), *ends
    if not any(is_ellipsis(item) for item in others[:-1]):
        return None
    one, two = _variable(first), _variable(others[-1])
    if one is None or two is None or one.index is None or two.index is None:
        return None
    return (one.base, one.index, two.index) if one.base == two.base else None


def _before_bar(group: Group) -> tuple[Node, ...]:
    bars = group.parts.separators
    return group.parts.items[: bars.index("|") + 1] if "|" in bars else group.parts.items


def _given(group: Group) -> frozenset[Variable] | None:
    """The conditions behind the bar."""
    behind = group.parts.items[len(_before_bar(group)) :]
    found = [_variable(item) for item in behind]
    known = [variable for variable in found if variable is not None]
    return frozenset(known) if len(known) == len(found) else None


def _variable(node: Node) -> Variable | None:
    base, sub, sup, primes = unscripted(node)
    if not isinstance(base, Letter) or sup is not None or primes:
        return None
    if sub is None:
        return Variable(name_of(base, None), None)
    index = _written(sub.text)
    return None if index is None else Variable(name_of(base, None), index)


def _range(sub: Script | None) -> tuple[Index, Index] | None:
    """Read the subscript `1:T`."""
    if sub is None or sub.text.count(":") != 1:
        return None
    first, last = (_written(text) for text in sub.text.split(":"))
    return None if first is None or last is None else (first, last)


def _written(text: str) -> Index | None:
    letter, sign, number = text.partition("-") if "-" in text else text.partition("+")
    shift = int(sign + number) if number.isdigit() else 0
    if letter.isdigit() and not sign:
        return "", int(letter)
    return (letter, shift) if letter.isalpha() and (number.isdigit() or not sign) else None


def _factors(node: Node) -> Factors | None:
    r"""Read `p(x_T) \prod_{t=1}^T p(x_{t-1} | x_t)`."""
    *before, product = items_of(node)
    if not isinstance(product, Summation) or product.kind != "prod":
        return None
    bounds, step = _bounds(product), _factor(items_of(product.body))
    alone = _factor(before) if before else None
    if bounds is None or step is None or (before and alone is None):
        return None
    if bounds[0] in (bounds[1][0], bounds[2][0]):  # the index of the product is also its end
        return None
    return Factors(*bounds, step, alone)


def _factor(items: Sequence[Node]) -> Factor | None:
    """Read `q(x_t | x_{t-1})`; a power of it is none."""
    if len(items) != 2 or not isinstance(unscripted(items[0])[0], Letter):
        return None
    letter, group = items
    if not isinstance(group, Group) or group.kind != "(" or len(_before_bar(group)) != 1:
        return None
    variable, given = _variable(group.parts.items[0]), _given(group)
    return None if variable is None or given is None else Factor(letter, variable, given)


def _bounds(node: Summation) -> tuple[str, Index, Index] | None:
    if node.sub is None or node.sup is None:
        return None
    if len(node.sub.parts.items) != 1 or len(node.sup.parts.items) != 1:
        return None
    start = node.sub.parts.items[0]
    if not isinstance(start, Relation) or start.symbols != ("=",):
        return None
    letter, low = start.sides[0], _value(start.sides[1])
    high = _value(node.sup.parts.items[0])
    if not isinstance(letter, Letter) or low is None or high is None:
        return None
    return letter.name, low, high


def _value(node: Node) -> Index | None:
    match node:
        case Number(value=value) if value.denominator == 1:
            return "", int(value)
        case Letter(name=name) | Word(name=name):
            return name, 0
        case Sum(terms=(("+", Letter(name=name)), (sign, Number(value=value)))):
            return name, int(value) if sign == "+" else -int(value)
        case _:
            return None
