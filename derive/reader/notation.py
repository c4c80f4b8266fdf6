"""Notation: which letter stands for what, while a formula is elaborated."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from derive.errors import ParseError
from derive.language.terms import RV, Apply, Density, Field, Sym, Term
from derive.language.traverse import walk
from derive.reader.grammar import parse
from derive.reader.names import DECORATIONS, name_in, name_of, without_decoration, without_font

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from derive.language.scope import Scope
    from derive.reader.choices import Choices
    from derive.reader.syntax import Letter, Script, Word


@dataclass(frozen=True, slots=True)
class Defined:
    r"""What a document defines: `\mu(x_t, x_0) := ...`; without parameters a plain name."""

    params: tuple[Sym, ...]
    body: Term


Meaning: TypeAlias = Term | Field | Defined


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """The canonical spelling of a declared name; what is no name stays as it is."""
    try:
        return name_in(parse(name)) or name
    except ParseError:
        return name


@dataclass(frozen=True)
class Notation:
    r"""The meaning of letters.

    letters:  canonical name -> term or function.
    argument_ranks: of the functions whose arguments the hypotheses show.
    argument: what a function without brackets is applied to, in `(\log p)'(x)`.
    guesses:  how many bound variables of unknown rank are being tried around here.

    What a document may write and a key may not:

    choices:   takes one of several readings; without it what is ambiguous is refused.
    bare:      a function may stand without its argument, where one argument alone fits.
    around:    what the functions around here are taken at; None: not known.
    points:    what functions are taken at outside expectations and integrals.
    trailing:  the last arguments of a function, which may be left out.
    decorated: `\theta`, `\phi` and stars in the scripts of a name may be left out or added.
    densities: letters whose arguments tell which density they are.
    indices:   the letters that a sum over components binds around here.

    free: letters stand for real numbers, sums are over whole numbers, bars are absolute values.
    """

    source: str
    letters: Mapping[str, Meaning]
    scope: Scope
    argument_ranks: Mapping[Field, tuple[int, ...]]
    argument: tuple[Term, ...] | None = None
    guesses: int = 0
    choices: Choices | None = None
    bare: bool = False
    around: tuple[Term, ...] | None = None
    points: tuple[Term, ...] = ()
    trailing: Mapping[Field, tuple[Term, ...]] = field(default_factory=dict)
    decorated: bool = False
    densities: frozenset[str] = frozenset({"p", "q"})
    indices: frozenset[str] = frozenset()
    free: bool = False

    @classmethod
    def declared(cls, source: str, letters: Mapping[str, Meaning], scope: Scope) -> Notation:
        """Make the notation of a key, its names spelled canonically."""
        named = {canonical(k): v for k, v in letters.items()}
        return cls(source, named, scope, _argument_ranks(scope))

    def binding(self, name: str, symbol: Sym, *, guess: bool = False) -> Notation:
        """Give the notation inside an integral over `symbol`, whose rank may be a guess."""
        letters = {**self.letters, name: symbol}
        return replace(self, letters=letters, guesses=self.guesses + guess)

    def applying(self, *argument: Term) -> Notation:
        """Give the notation in which a bare function takes this argument."""
        return replace(self, argument=argument)

    def find(self, name: str) -> Meaning | None:
        """Look a canonical name up, then look it up with its font looked through.

        A letter that is declared in bold alone may be written without.
        """
        if name in self.letters or self.free:
            return self.letters.get(name)
        plain = without_font(name)
        if plain is not None:
            return self.letters.get(plain)
        styled = self._styled.get(name, [])
        return styled[0] if len(styled) == 1 else None

    def resolve(
        self, letter: Letter | Word, sub: Script | None, sup: Script | None, primes: int
    ) -> tuple[Meaning, bool, bool] | None:
        r"""Find the longest declared name: is the superscript, are the primes, part of it?

        `D_t^\theta` is a name where it is declared, and `x^2` is `x` with a power.
        """
        for with_sup, with_primes in ((True, True), (False, True), (True, False), (False, False)):
            if (with_sup and sup is None) or (with_primes and not primes):
                continue
            name = name_of(letter, sup=sup if with_sup else None, sub=sub,
                           primes=primes if with_primes else 0)  # fmt: skip
            meaning = self.find(name)
            if meaning is not None and not (self.decorated and _ornament(sup, with_sup)):
                return meaning, with_sup, with_primes
        if not self.decorated:
            return None
        meaning = self._undecorated(name_of(letter, sub, sup))
        if meaning is not None or sup is None:
            return None if meaning is None else (meaning, True, False)
        meaning = self._undecorated(name_of(letter, sub))
        return None if meaning is None else (meaning, False, False)

    def _undecorated(self, name: str) -> Meaning | None:
        r"""Find the one declared name that is this one but for `\theta` or a star in its scripts.

        Densities are left out, and what is defined by one: `p_\theta` is a model of p, not
        p, and `s_\theta` a model of `s(x) := \nabla\log p(x)`.
        """
        alike = self._plain.get(without_decoration(name), [])
        if len(alike) != 1 or _is_of_density(alike[0]):
            return None
        return alike[0]

    @cached_property
    def _styled(self) -> Mapping[str, list[Meaning]]:
        """The meanings of names in a font, by the names without it."""
        found: dict[str, list[Meaning]] = {}
        for name, meaning in self.letters.items():
            plain = without_font(name)
            if plain is not None:
                found.setdefault(plain, []).append(meaning)
        return found

    @cached_property
    def _plain(self) -> Mapping[str, list[Meaning]]:
        """The meanings by their names without decorations, each once."""
        found: dict[str, list[Meaning]] = {}
        for name, meaning in self.letters.items():
            found.setdefault(without_decoration(name), []).append(meaning)
        return {name: list(dict.fromkeys(meanings)) for name, meanings in found.items()}

    @cached_property
    def hypotheses(self) -> tuple[Term, ...]:
        """The terms that the hypotheses consist of."""
        return tuple(_hypotheses(self.scope))

    @cached_property
    def variables(self) -> Mapping[str, RV]:
        """The random variables, by canonical name."""
        found = {k: v for k, v in self.letters.items() if isinstance(v, RV)}
        for variable in (*self.scope.laws, *self.scope.definitions):
            found.setdefault(canonical(variable.name), variable)
        return found


def _is_of_density(meaning: Meaning) -> bool:
    """Whether a meaning is a density, or a function of a point that is defined by one."""
    match meaning:
        case Field(density=True):
            return True
        case Defined(params=(_, *_), body=body):
            return any(
                isinstance(x, Density) or (isinstance(x, Apply) and x.field.density)
                for x in walk(body)
            )
        case _:
            return False


def _ornament(sup: Script | None, part_of_name: bool) -> bool:
    """Whether a superscript that is left as a power is no power but a decoration."""
    return sup is not None and not part_of_name and sup.text in DECORATIONS


def _argument_ranks(scope: Scope) -> Mapping[Field, tuple[int, ...]]:
    """The ranks of the arguments of functions, as far as the hypotheses show them."""
    return {
        node.field: tuple(int(a.rank) for a in node.args)
        for root in _hypotheses(scope)
        for node in walk(root)
        if isinstance(node, Apply)
    }


def _hypotheses(scope: Scope) -> Iterator[Term]:
    yield from (law.density for law in scope.laws.values())
    yield from scope.definitions.values()
    for lhs, rhs in scope.equations:
        yield from (lhs, rhs)
    yield from (decay.flux for decay in scope.decays)
