r"""Random variables that a document introduces: `X \sim p`, "X with density p", "the law of Y".

Without a key nothing else tells what is random.  Different variables are independent, as
far as their laws do not name each other.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.scope import Law, Range
from derive.language.terms import RV, Density, Event, Normal, Pow, Sym, Term, term
from derive.reader.elaborate import Elaborator
from derive.reader.grammar import parse
from derive.reader.laws import read_law
from derive.reader.names import name_in, readable
from derive.reader.notation import Defined, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from derive.documents.chains import Chain
    from derive.solution.context import Context

_OF_VECTORS = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|Sigma)(?![A-Za-z])|(?<![A-Za-z\\])I(?![A-Za-z])"
)
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


def introduced(chains: Iterable[Chain], prose: Sequence[str]) -> list[tuple[str, str]]:
    """Give the names of random variables with their laws, both as written."""
    found = [
        (chain.sides[index].text, chain.sides[index + 1].text)
        for chain in chains
        for index, sign in enumerate(chain.signs)
        if sign.symbol == "\\sim"
    ]
    found += [(m["name"], m["law"]) for text in prose for m in _WITH_LAW.finditer(text)]
    return [(name.strip(), law.strip(" .,;")) for name, law in found if _name(name)]


def _name(text: str) -> str:
    try:
        return name_in(parse(text)) or ""
    except ParseError:
        return ""


def declare_laws(found: Iterable[tuple[str, str]], context: Context) -> None:
    """Declare the random variables whose laws are read; the first law of a name counts."""
    for written, law in found:
        name = _name(written)
        if context.declares(name):
            continue
        for rank in _ranks(written, law):
            at = Sym(f"{readable(name).lower()}'", rank)
            try:
                density = read_law(Elaborator(context.notation(law)), parse(law), at)
            except (ParseError, IllTyped):
                continue
            variable = RV(readable(name), rank)
            laws = {variable: Law(at, density)}
            ranges = {letter: Range(Fraction(0)) for letter in _deviations(density, context)}
            context.scopes = tuple(s.extended(laws=laws, ranges=ranges) for s in context.scopes)
            context.define(name, variable)
            context.told[name] = f"a random variable with the law {law}"
            break


def _ranks(written: str, law: str) -> tuple[int, int]:
    r"""The ranks that a variable may have: `\mathcal N(0, v)` without an I is of a number."""
    return (1, 0) if _OF_VECTORS.search(written + law) or not _NORMAL.match(law) else (0, 1)


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
