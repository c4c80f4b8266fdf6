r"""Random variables that a document introduces: `X \sim p`, "X with density p", "the law of Y".

Without a key nothing else tells what is random.  Different variables are independent, as
far as their laws do not name each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.scope import Law, Range
from derive.language.terms import RV, Density, Event, Field, Normal, Pow, Sym, Term, term
from derive.reader.elaborate import Elaborator
from derive.reader.grammar import parse
from derive.reader.laws import read_law
from derive.reader.names import name_in, readable
from derive.reader.notation import Defined, canonical
from derive.solution.doubts import LawFrom
from derive.solution.noise import equated_before_laws
from derive.solution.stretches import is_conditional, place_in, position_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from derive.documents.chains import Chain
    from derive.solution.context import Context
    from derive.solution.formulas import Formulas
    from derive.solution.stretches import Position

_OF_VECTORS = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|Sigma)(?![A-Za-z])|(?<![A-Za-z\\])I(?![A-Za-z])"
)
_IN_SPACE = re.compile(r"\\(?:mathbb|mathbf|R)\s*\{?\s*R?\s*\}?\s*\^\s*\{?\s*[A-Za-z2-9]")
_NORMAL = re.compile(r"\\math(?:cal|scr)\s*\{?\s*N|N\s*\(")
_WITH_LAW = re.compile(
    r"\${1,2}(?P<name>[^$]{1,40}?)\${1,2}[^$.;]{0,40}\brandom (?:variable|vector)"
    r"(?:\s+(?:on|in|of)\s+\${1,2}[^$]*\${1,2})?[^$.;]{0,30}\b(?:density|distribution|law)\s+"
    r"\${1,2}(?P<law>[^$]{1,80}?)\${1,2}"
)
_LAW_OF = re.compile(
    r"\${1,2}(?P<name>[^$]{1,40}?)\${1,2}\s+(?:is\s+|be\s+|denotes?\s+|for\s+)?"
    r"the\s+(?:density|distribution|law)\s+of\s+(?:[a-z]+\s+){0,3}"
    r"\${1,2}(?P<of>[^$=]{1,40}?)\s*(?:=[^$]*)?\${1,2}"
)


@dataclass(frozen=True)
class Introduction:
    """A random variable with its law, as written, and where; None if that is not found."""

    name: str
    law: str
    position: Position | None


def introduced(chains: Iterable[Chain], prose: Sequence[str]) -> list[Introduction]:
    """Give the random variables that a document introduces, in its order."""
    stated = [chain for chain in chains if any(sign.symbol == "\\sim" for sign in chain.signs)]
    found: list[tuple[str, str, Position | None]] = [
        (chain.sides[index].text, chain.sides[index + 1].text, position_of(chain))
        for chain in stated
        for index, sign in enumerate(chain.signs)
        if sign.symbol == "\\sim" and (len(stated) == 1 or not is_conditional(chain))
    ]
    sources = list(dict.fromkeys(chain.sides[0].source for chain in chains))
    found += [
        (m["name"], m["law"], place_in(sources, m[0]))
        for text in prose
        for m in _WITH_LAW.finditer(text)
    ]
    named = (
        Introduction(name.strip(), law.strip(" .,;"), position)
        for names, law, position in found
        for name in names.split(",")
        if _name(name)
    )
    return sorted(named, key=lambda one: one.position or (0, 0))


def _name(text: str) -> str:
    try:
        return name_in(parse(text)) or ""
    except ParseError:
        return ""


def declare_laws(found: Iterable[Introduction], formulas: Formulas, context: Context) -> None:
    r"""Declare the random variables whose laws are read.

    What an equation above the law says of the variable, `Y = -X`, defines it.  Of several
    laws each holds from its line on.
    """
    equated = equated_before_laws(formulas.chains)
    by_name: dict[str, list[Introduction]] = {}
    for one in found:
        by_name.setdefault(_name(one.name), []).append(one)
    for name, stated in by_name.items():
        if name in equated or context.declares(name):
            continue
        written = "".join(one.name + one.law for one in stated)
        if _is_of_either(name, written, formulas):
            context.guessed.add(name)
        ranks = _ranks(name, written, formulas)
        if not any(_declare(name, rank, stated, context) for rank in ranks):
            _ = _declare(name, ranks[0], stated, context, unknown=True)
            context.guessed.add(name)


def _declare(
    name: str, rank: int, stated: list[Introduction], context: Context, *, unknown: bool = False
) -> bool:
    """Declare a random variable of this rank; whether its law can be read so.

    unknown: one that cannot be read is taken for any law.
    """
    at, variable = Sym(f"{readable(name).lower()}'", rank), RV(readable(name), rank)
    laws: list[LawFrom] = []
    for one in stated:
        try:
            density = read_law(Elaborator(context.notation(one.law)), parse(one.law), at)
        except (ParseError, IllTyped):
            if not unknown and len(stated) == 1:
                return False
            density = Field(f"k({variable.name})", 0, density=True)(at)  # it may be any
        laws.append(LawFrom(variable, Law(at, density), one.position or (0, 0)))
    first = laws[0].law
    letters = [letter for one in laws for letter in _deviations(one.law.density, context)]
    ranges = {letter: Range(Fraction(0)) for letter in letters}
    context.scopes = tuple(
        s.extended(laws={variable: first}, ranges=ranges) for s in context.scopes
    )
    context.define(name, variable)
    context.told[name] = f"a random variable with the law {stated[0].law}"
    if any(one.law != first for one in laws):
        context.doubts.laws += tuple(laws)
        context.told[name] += ", and others below"
    return True


def _ranks(name: str, written: str, formulas: Formulas) -> tuple[int, int]:
    r"""The ranks that a variable may have: `\mathcal N(0, v)` without an I is of a number."""
    of_vectors = bool(_OF_VECTORS.search(written)) or _is_vector(name, formulas)
    return (1, 0) if of_vectors or not _NORMAL.search(written) else (0, 1)


def _is_vector(name: str, formulas: Formulas) -> bool:
    """Whether a norm, a transpose or a derivative of the document makes a letter a vector."""
    acting = {"norm", "div", "tr"}
    return any(
        use.name == name
        and (use.transposed or use.letter_font == "mathbf" or acting & set(use.within))
        for use in formulas.uses
    )


def _is_of_either(name: str, text: str, formulas: Formulas) -> bool:
    r"""Whether a document in R^d writes a law without an I, and no use tells the rank."""
    if _OF_VECTORS.search(text) or _is_vector(name, formulas) or formulas.one_dimensional:
        return False
    return any(_IN_SPACE.search(text) for text in formulas.prose)


def _deviations(density: Term, context: Context) -> list[Sym]:
    r"""The letters whose squares are variances: standard deviations, which are positive."""
    variances = [node.variance for node in density.nodes if isinstance(node, Normal)]
    squares = [v.base for v in variances if isinstance(v, Pow) and v.exponent == term(2)]
    known = context.scope.ranges
    return [base for base in squares if isinstance(base, Sym) and base not in known]


def declare_densities(prose: Sequence[str], context: Context) -> None:
    r"""Declare what the text calls the density of a variable: "$p_\sigma$ the law of $Y$"."""
    for name, variable in _named_densities(prose):
        meaning = context.notation("").find(canonical(variable))
        if isinstance(meaning, RV) and not context.declares(name):
            at = Sym(f"{meaning.name.lower()}", int(meaning.rank))
            context.define(name, Defined((at,), Density((Event(meaning, at),))))
            context.told[name] = f"the density of {meaning.name}"


def _named_densities(prose: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text in prose:
        for match in _LAW_OF.finditer(text):
            name = _name(match["name"])
            if name:
                yield name, match["of"].strip()


def densities_in(prose: Sequence[str]) -> set[str]:
    """The names that the text gives to densities of variables."""
    return {name for name, _ in _named_densities(prose)}
