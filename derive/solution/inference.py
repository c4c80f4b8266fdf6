r"""What letters mean that nobody declares, from the way they are used.

The customs of the document come first (`derive.solution.conventions`), then the letters
that are left: a function is what is applied and differentiated, a density is integrated
against or has a logarithm, noise has a law.  A guess is noted: a proof with it holds for
whatever the letter is, a refutation may only show that it was meant otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from derive.language.scope import Law
from derive.language.terms import RV, Field, Normal, Sym, Term, Zero, term
from derive.language.traverse import rebuild
from derive.reader.components import component_named
from derive.reader.names import name_in, name_of, readable, without_font
from derive.reader.notation import canonical
from derive.reader.syntax import Letter, Number
from derive.solution.conventions import adopt_bars, adopt_glyphs, adopt_index
from derive.solution.definitions import collect, head_of
from derive.solution.densities import is_law, is_normalised, is_other
from derive.solution.doubts import Doubts
from derive.solution.earlier import step_back
from derive.solution.equations import EQUALITIES
from derive.solution.families import define_siblings, siblings, state_products
from derive.solution.formulas import Formulas
from derive.solution.independence import Independence
from derive.solution.infinity import state_decays
from derive.solution.introductions import declare_densities, declare_laws, densities_in, introduced
from derive.solution.matrices import declare_matrices
from derive.solution.noise import equated_before_laws, is_noise, noise_family, stated_noise
from derive.solution.ranges import state_ranges, state_values
from derive.solution.spoken import declare_spoken, is_random
from derive.solution.unspecified import adopt_laws
from derive.solution.usage import INDEX_LETTERS, Use, bound_in, component, summands_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from derive.documents.chains import Chain
    from derive.reader.notation import Meaning
    from derive.solution.context import Context

_DENSITIES = frozenset({"p", "q"})
_MAYBE_DENSITIES = frozenset({"g", "r", "f", "\\rho", "\\pi", "\\mu", "\\nu"})
_CONSTANTS = frozenset({"C", "c"})
_FUNCTIONS = frozenset({"f", "g", "h", "F", "G", "H", "u", "\\phi", "\\psi", "\\varphi"})


def infer(chains: Sequence[Chain], context: Context, prose: Sequence[str] = ()) -> None:
    """Give the undeclared letters of a document's chains their meanings in a context."""
    formulas = Formulas.of(chains, prose)
    context.doubts = Doubts()
    if context.problem is not None:
        adopt_glyphs(formulas.uses, context)
        adopt_bars(formulas.sides, formulas.uses, context)
        adopt_index(formulas.uses, context)
        step_back(formulas.uses, context)
        adopt_laws(chains, formulas.uses, context)
    declare_matrices(formulas, context)
    guesses = _Guesses(formulas, context)
    guesses.make()
    names = {use.name for use in formulas.uses}
    if context.problem is None:
        state_ranges(chains, context)
        context.guessed -= state_products(formulas.sides, names, context)
        declare_laws(introduced(chains, prose), formulas, context)
    collect(chains, context)
    declare_densities(prose, context)
    define_siblings(formulas.sides, names, context)
    guesses.left()
    if context.problem is not None:
        declare_spoken(formulas, context)
    state_decays(formulas, guesses.new, context)
    if context.problem is None:
        state_values(chains, context)
        variables = [v.name for v in context.scope.laws]
        context.doubts.independence = Independence.told(prose, variables)


@dataclass
class _Guesses:
    """Declares the letters that are left, by their use.

    With a key only what functions, densities, noise and points are called is guessed: any
    other unknown letter is more likely a slip than a custom.
    """

    formulas: Formulas
    context: Context
    new: dict[str, list[Use]] = field(default_factory=dict)

    @property
    def keyed(self) -> bool:
        """Whether a key tells what most letters mean."""
        return self.context.problem is not None

    def make(self) -> None:
        """Declare what can be told; the names that equations define are left to them."""
        self._noise()
        heads = set(self._defined())
        names = {use.name for use in self.formulas.uses}
        families = {other for head in heads for other, _, _ in siblings(head, names)}
        left_out = heads | families | self._indices() | densities_in(self.formulas.prose)
        if not self.keyed:
            left_out |= self._drawn
        for use in self.formulas.uses:
            if use.name not in left_out and not self._known(use):
                self.new.setdefault(use.name, []).append(use)
        self.context.ranks.update(self._ranks(left_out))
        for name, found in self.new.items():
            meaning = self._meaning(name, found)
            if meaning is not None:
                self._declare(name, *meaning)

    def left(self) -> None:
        """Declare what an equation should have defined, and could not: functions, families."""
        heads = set(self._defined())
        left: dict[str, list[Use]] = {}
        for use in self.formulas.uses:
            if not self._known(use):
                left.setdefault(use.name, []).append(use)
        for name, found in left.items():
            longer = self._with_index(name)
            if longer is not None:
                self._declare(name, self.context.letters[longer], f"as {longer}", doubtful=True)
                continue
            meaning = self._meaning(name, found)
            if meaning is None or name in self._indices():
                continue
            if isinstance(meaning[0], Field) or (not self.keyed and name not in heads):
                self._declare(name, meaning[0], meaning[1], doubtful=True)

    def _with_index(self, name: str) -> str | None:
        """The one function that is called so with an index: `mu_t` for `mu`."""
        letters = self.context.letters
        longer = [k for k in letters if "_" in k and k.partition("_")[0] == name]
        functions = [k for k in longer if isinstance(f := letters[k], Field) and not f.density]
        return functions[0] if len(functions) == 1 else None

    def _ranks(self, names: set[str]) -> dict[str, int]:
        """Whether the letters that equations give values are vectors, as parameters elsewhere."""
        by_name: dict[str, list[Use]] = {}
        for use in self.formulas.uses:
            if use.name in names:
                by_name.setdefault(use.name, []).append(use)
        return {n: int(self._is_vector(found, points=True)) for n, found in by_name.items()}

    def _indices(self) -> set[str]:
        """The letters that count components or terms somewhere."""
        subscripts = [use.sub.text for use in self.formulas.uses if use.sub is not None]
        used = {letter for text in subscripts for letter in re.findall(r"[a-z]", text)}
        bound = {name for row in self.formulas.roots for root in row for name in bound_in(root)}
        return (used & INDEX_LETTERS) | bound

    def _defined(self) -> Iterator[str]:
        """The undeclared names that equations of the document define."""
        for chain, row in zip(self.formulas.chains, self.formulas.sides, strict=True):
            if chain.signs and chain.signs[0].symbol in EQUALITIES:
                head = head_of(row[0], self.context)
                if head is not None and (self.keyed or self.formulas.may_define(chain, head.name)):
                    yield head.name

    def _known(self, use: Use) -> bool:
        notation = self.context.notation("")
        found = notation.resolve(use.letter, use.sub, use.sup, use.primes)
        if found is not None:
            # `z_theta(x)` is a trained function, and no noise z with an ornament.
            return not (use.trained and use.arguments and isinstance(found[0], Term))
        if component_named(notation, _letter(use), use.sub, use.sup, use.primes) is not None:
            return True
        if component(use) is not None and self._vector_without_index(use):
            return True
        return self._named_density(use)

    def _vector_without_index(self, use: Use) -> bool:
        base = component(use)
        return any(other.name == base for other in self.formulas.uses)

    def _named_density(self, use: Use) -> bool:
        """Whether the letter is a density that its arguments or its subscript tell."""
        notation = self.context.notation("")
        if use.base not in notation.densities or use.letter_font:
            return False
        known = {name.lower() for name in notation.variables}
        names = [name_in(node) for node in use.arguments or ()]
        plain = [(without_font(n) or n).lower() for n in names if n is not None]
        told = bool(names) and len(plain) == len(names) and set(plain) <= known
        if use.sub is None:
            return told
        parts = [p.strip() for p in re.split(r"[,|+]", use.sub.text)]
        return any(re.match(r"[A-Z](?:_|$)", p) for p in parts) or all(
            p in notation.variables or f"X_{{{p}}}" in notation.variables for p in parts
        )

    # --- what a letter is ---

    def _meaning(self, name: str, found: list[Use]) -> tuple[Meaning, str, bool] | None:
        """The meaning, in words, and whether it is in doubt."""
        if not self._has_meaning(name, found) or any(map(self._named_density, self._all(name))):
            return None
        applied = [use for use in found if use.arguments]
        trained = found[0].trained or self._is_varied(name)
        if self._is_density(found, applied):
            word = "the density of a model" if trained else "a density"
            density = Field(readable(name), 0, trained=trained, density=True)
            if not is_normalised(name, found, self.formulas):
                self.context.doubts.densities.add(density)
                word += ", up to a factor"
            return density, word, True
        if applied and self._is_function(found, applied):
            rank = int(_has_vector_values(found))
            word = "a vector field" if rank else "a function"
            return Field(readable(name), rank, trained=trained), word, True
        if any(use.primes for use in found) or "^" in name:
            return None
        return self._point(name, found) if self.keyed else self._letter(name, found)

    @cached_property
    def _drawn(self) -> frozenset[str]:
        """The names of the variables that the document gives laws."""
        laws = introduced(self.formulas.chains, self.formulas.prose)
        return frozenset(canonical(one.name) for one in laws)

    def _is_varied(self, name: str) -> bool:
        """Whether the text says of something that it does not depend on this function."""
        said = re.compile(
            r"(?:depend\w*\s+on|завис\w+\s+от)\s+\${1,2}" + re.escape(readable(name)) + r"\${1,2}"
        )
        return not self.keyed and any(said.search(text) for text in self.formulas.prose)

    def _all(self, name: str) -> list[Use]:
        return [use for use in self.formulas.uses if use.name == name]

    def _has_meaning(self, name: str, found: list[Use]) -> bool:
        """Whether a name is a letter that stands for something, not a word or a constant."""
        if any(use.letter_font == "mathbb" or not isinstance(use.letter, Letter) for use in found):
            return False
        if "\\dots" in name or (not self.keyed and is_random(name, self.formulas.prose)):
            return False
        return not (found[0].base in _CONSTANTS and self._only_added(name, found))

    def _only_added(self, name: str, found: list[Use]) -> bool:
        """Whether a letter is a term of sums wherever it stands: an unnamed constant."""
        roots = (root for row in self.formulas.roots for root in row)
        added = [n for root in roots for n in summands_in(root) if name_in(n) == name]
        return len(added) == len(found)

    def _is_density(self, found: list[Use], applied: list[Use]) -> bool:
        base = found[0].base
        if any(use.bars and set(use.bars) != {"|"} and use.bars[:1] != ("|",) for use in applied):
            return False  # a joint density is another function than a conditional one
        if any(":" in str(name_in(arg)) for use in applied for arg in use.arguments or ()):
            return False
        laws = any("law" in use.within for use in found)
        laws = laws or (not self.keyed and is_law(found[0].name, self.formulas))
        logs = any("log" in use.within for use in applied)
        if base in _DENSITIES:
            if is_other(found[0].name, self.formulas) or _has_ellipsis(applied):
                return False
            told = self.keyed or logs or is_normalised(found[0].name, found, self.formulas)
            return laws or (bool(applied) and told)
        return base in _MAYBE_DENSITIES and not found[0].trained and (laws or logs)

    def _is_function(self, found: list[Use], applied: list[Use]) -> bool:
        if found[0].trained or found[0].base in _CONSTANTS:
            return True
        if self.keyed:
            return any({"\\nabla", "div"} & set(use.within) for use in applied)
        deriving = {"\\nabla", "div", "tr", "\\partial"}
        if any(deriving & set(use.within) or use.primes for use in found):
            return True
        usual = found[0].base in _FUNCTIONS | _DENSITIES
        if len(applied) + (self._lone(found[0].name) if usual else 0) < len(found):
            return False  # `a(a + b)` beside a bare `a` is a product
        if any({"log", "norm"} & set(use.within) for use in applied):
            return True
        named = (all(name_in(a) is not None for a in use.arguments or ()) for use in applied)
        return any(named) if usual else all(named)

    def _lone(self, name: str) -> int:
        """How often a letter is a formula of its own: "let $f$ be smooth"."""
        return sum(name_in(root) == name for row in self.formulas.roots for root in row)

    def _point(self, name: str, found: list[Use]) -> tuple[Meaning, str, bool] | None:
        """A new point: it stands where a function of the key takes its argument."""
        variable = self._variable_of(name)
        if variable is not None:
            return Sym(readable(name), int(variable.rank)), f"a value of {variable.name}", False
        if all(use.within[-1:] == ("variance",) and not use.arguments for use in found):
            return Sym(readable(name), 0), "a variance", True
        scope = self.context.scope
        ranks = {int(v.rank) for v in (*scope.laws, *scope.definitions)}
        places = [use for use in found if use.within[-1:] == ("argument",)]
        plain = len(name) == 1 and name.isalpha() and name.islower()
        if not (plain and places and len(ranks) == 1):
            return None
        return Sym(readable(name), ranks.pop()), "a point", False

    def _letter(self, name: str, found: list[Use]) -> tuple[Meaning, str, bool]:
        points = any(w in use.within for use in found for w in ("argument", "variable", "wrt"))
        # A small letter is a value of the variable, or the variable.
        drawn = f"{name[:1].upper()}{name[1:]}" in self._drawn
        doubtful = drawn or self.formulas.defines(name) or self._has_twin(name)
        if self._is_vector(found, points=points):
            return Sym(readable(name), 1), "a vector", doubtful
        return Sym(readable(name), 0), "a number", doubtful

    def _has_twin(self, name: str) -> bool:
        r"""Whether a letter stands with a bar and without: what ties the two may not be read."""
        names = {use.name for use in self.formulas.uses}
        barred = re.match(r"\\(?:bar|tilde|hat)\{(.+?)\}(.*)", name)
        if barred is not None:
            return barred[1] + barred[2] in names
        return any(re.sub(r"\\(?:bar|tilde|hat)\{(.+?)\}", r"\1", n) == name != n for n in names)

    def _variable_of(self, name: str) -> RV | None:
        plain = (without_font(name) or name).lower()
        found = {
            v
            for k, v in self.context.notation("").variables.items()
            if (without_font(k) or k).lower() == plain
        }
        return found.pop() if len(found) == 1 else None

    def _is_vector(self, found: list[Use], *, points: bool) -> bool:
        if any(use.letter_font == "mathbf" or use.transposed for use in found):
            return True
        if any("norm" in use.within for use in found if use.within[-1:] != ("den",)):
            return True
        scalar = (("den",), ("root",), ("limit",))
        if any(use.within[-1:] in scalar or _squared(use) for use in found):
            return False
        scripts = {use.sub.text for use in self.formulas.uses if use.sub is not None}
        if {re.sub(r"[+-]\d$", "", text) for text in scripts} & {use.name for use in found}:
            return False
        if not points or self.formulas.one_dimensional:
            return False
        bold = {without_font(use.name) for use in self.formulas.uses if use.letter_font}
        return found[0].name not in bold and self._is_point(found)

    def _is_point(self, found: list[Use]) -> bool:
        """Whether the letter stands where a field or a density with a gradient stands."""
        names = {use.name for use in found}
        for use in self.formulas.uses:
            inside = {name_in(node) for node in use.arguments or ()}
            acting = {"\\nabla", "div", "tr"} & set(use.within)
            if names & inside and (acting or use.transposed or "norm" in use.within):
                return True
        return False

    def _declare(self, name: str, meaning: Meaning, word: str, doubtful: bool) -> None:
        self.context.define(name, meaning)
        self.context.told[name] = word
        if doubtful:
            self.context.guessed.add(name)

    # --- noise ---

    def _noise(self) -> None:
        r"""Declare noise by its law: one that is stated, or the key's of the same letter.

        `z_t \sim \mathcal N(0, I)` is said of all indices, and of different ones independently.
        """
        stated = set(stated_noise(self.formulas.chains))
        equated = equated_before_laws(self.formulas.chains)
        scope = self.context.scope
        for use in self.formulas.uses:
            if use.arguments or use.trained or self._known(use):
                continue
            family = noise_family(name_of(use.letter, None))
            if family in stated and use.name not in equated:
                self._new_noise(use.name, Normal(Sym("v'", 1), Zero(1), term(1)))
                continue
            like = {
                v
                for k, v in self.context.letters.items()
                if isinstance(v, RV)
                and noise_family(k.partition("_")[0]) == family
                and is_noise(v, scope)
            }
            laws = {_law_at(scope.laws[v]) for v in like}
            if len(like) == 1 and self._is_alone(family):
                self._declare(use.name, like.pop(), "the problem's noise", doubtful=False)
            elif len(laws) == 1 and isinstance(density := laws.pop(), Normal):
                self._new_noise(use.name, density, doubtful=False)

    def _is_alone(self, family: str) -> bool:
        """Whether the document has one name only of a family of noise."""
        names = {
            use.name
            for use in self.formulas.uses
            if not (use.arguments or use.trained)
            and noise_family(name_of(use.letter, None)) == family
            and component_named(
                self.context.notation(""), _letter(use), use.sub, use.sup, use.primes
            )
            is None
        }
        return len(names) == 1

    def _new_noise(self, name: str, density: Normal, *, doubtful: bool = True) -> None:
        rank = int(density.at.rank)
        variable, at = RV(readable(name), rank), Sym(f"{readable(name)}'", rank)
        law = Law(at, Normal(at, density.mean, density.variance))
        self.context.scopes = tuple(s.extended(laws={variable: law}) for s in self.context.scopes)
        self._declare(name, variable, "noise, independent of the others", doubtful)


def _letter(use: Use) -> Letter:
    return use.letter if isinstance(use.letter, Letter) else Letter(use.letter.span, use.name)


def _has_vector_values(found: list[Use]) -> bool:
    """Whether a function has vectors for values; a bold capital letter is a covariance."""
    if any("variance" in use.within for use in found):
        return False
    bold = any(
        use.letter_font == "mathbf" and not use.base.lstrip("\\")[:1].isupper() for use in found
    )
    return bold or any(map(_is_vector_value, found))


def _is_vector_value(use: Use) -> bool:
    r"""Whether this use makes a function vector valued: a norm of it, a divergence, a trace."""
    direct = use.within[-1:]
    return (
        use.transposed
        or direct in (("div",), ("norm",), ("mean",))
        or use.within[-2:] == ("tr", "\\nabla")
    )


def _squared(use: Use) -> bool:
    """Whether a power stands on it; `x^1` is the first of several."""
    items = () if use.sup is None else use.sup.parts.items
    return len(items) == 1 and isinstance(items[0], Number) and items[0].value > 1


def _has_ellipsis(applied: Iterable[Use]) -> bool:
    return any("\\dots" in str(name_in(a)) for use in applied for a in use.arguments or ())


def _law_at(law: Law) -> Term:
    return rebuild(law.density, {law.at: Sym("v'", law.at.rank)})
