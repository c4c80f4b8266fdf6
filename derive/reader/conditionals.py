r"""Conditional densities beside densities of one argument: `p_t(x_t | x_0)` beside `p_t(x)`.

A letter that is the density of a random variable serves for its conditional densities
too.  With a bar the arguments name the variables, or the letter names the first of them.
A density that belongs to none of the variables, a model `p_\theta`, is another family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.terms import RV, Apply, Density, Event, Field, Term
from derive.language.traverse import rebuild
from derive.reader.elaborate import unscripted
from derive.reader.names import DECORATIONS
from derive.reader.notation import Defined
from derive.reader.probability import another_density, value_of, variable_at, variable_named
from derive.reader.syntax import Group

if TYPE_CHECKING:
    from derive.reader.elaborate import Elaborator
    from derive.reader.notation import Meaning, Notation
    from derive.reader.products import Factor
    from derive.reader.scan import Scan
    from derive.reader.syntax import Letter, Node


def conditional_density(
    scan: Scan, letter: Letter, item: Node, meaning: Meaning | None
) -> Factor | None:
    r"""Read `p_t(x_t | x_0)` where the letter is the density of one variable alone.

    None: it is not, or the arguments do not say which variables are meant.
    """
    following = scan.items[scan.position + 1 : scan.position + 2]
    group = unscripted(following[0])[0] if following else None
    if not isinstance(group, Group) or not is_conditional(group):
        return None
    _, sub, sup, primes = unscripted(item)
    if sup is not None or primes or (sub is not None and set(sub.text.split(",")) & DECORATIONS):
        return None
    owners = _owners(scan.elab, letter, item, meaning)
    variables = _variables(scan.elab.notation, group, owners, generic=sub is None)
    if variables is None:
        return None
    own = [v for v in variables if isinstance(v, RV)]
    if sub is None and any(another_density(scan.elab.notation, letter, v) for v in own):
        return None
    scan.position += 1
    written = zip(group.parts.items, variables, strict=True)
    events = tuple(Event(v, value_of(scan.elab, node, v)) for node, v in written)
    bar = group.parts.separators.index("|") + 1
    return scan.after_arguments(Density(events[:bar], events[bar:]))


def is_conditional(group: Group) -> bool:
    """Whether brackets hold arguments with one bar, `(x, y | z)`."""
    separators = group.parts.separators
    return group.kind == "(" and separators.count("|") == 1 and set(separators) <= {",", "|"}


def is_density_of_variable(notation: Notation, meaning: Meaning) -> bool:
    """Whether a meaning is the density of a declared random variable."""
    return bool(_with_density(notation, meaning))


def _owners(elab: Elaborator, letter: Letter, item: Node, meaning: Meaning | None) -> list[Term]:
    r"""The variables that a letter is the density of; of `p_t`, which nobody declares, X_t."""
    if meaning is not None:
        return _with_density(elab.notation, meaning)
    _, sub, _, _ = unscripted(item)
    known = letter.name in elab.notation.densities and letter.font in ("", "mathrm")
    if not known or sub is None or len(sub.parts.items) != 1:
        return []
    named = variable_named(elab, sub.parts.items[0])
    return [] if named is None else [named]


def _with_density(notation: Notation, meaning: Meaning) -> list[Term]:
    laws = notation.scope.laws
    match meaning:
        case Field(density=True, trained=False) as field:
            return [v for v, law in laws.items() if law.density == Apply(field, (law.at,))]
        case Defined(params=(point,), body=Density(of=(event,), given=())):
            return [event.variable] if event.value == point else []
        case Defined(params=(point,), body=body):
            return [v for v, w in laws.items() if rebuild(w.density, {w.at: point}) == body]
        case _:
            return []


def _variables(
    notation: Notation, group: Group, owners: list[Term], *, generic: bool
) -> list[Term] | None:
    """The variables that the arguments are values of; None: that is not clear.

    generic: a letter without a subscript, whose arguments alone tell the variables.
    """
    found: list[RV | None] = [variable_at(notation, node) for node in group.parts.items]
    named: list[Term | None] = list(found)
    alone = group.parts.separators.index("|") == 0
    if alone and found[0] is None and len(owners) == 1 and not generic:
        named[0] = owners[0]
    variables = [v for v in named if v is not None]
    if len(variables) < len(named) or len(set(variables)) < len(named):
        return None
    return variables if set(variables) & set(owners) else None
