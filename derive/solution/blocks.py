r"""Normal laws in blocks: `q(x, y \mid z) = N([m; n], [A, B; B^T, C])` and `[X; Y] \sim N(..)`.

Of variables that the problem knows, the blocks are compared with their means, variances and
covariances; that the variables are jointly normal is seen by their laws.  A block that is
a name without a meaning is named so.  After `[X; Y] \sim N(..)` and `X = x`, `Y = y` the names
of its blocks are those of the law that was stated of x and y.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.claims import Equal
from derive.language.terms import (
    RV,
    Density,
    Event,
    Expect,
    Identity,
    Neg,
    Normal,
    Outer,
    Sym,
    Term,
    Transpose,
    Variance,
    add,
    mul,
)
from derive.reader.names import name_in
from derive.reader.probability import variable_at
from derive.solution.conventions import mixes_indices
from derive.solution.equations import EQUALITIES, Equations, with_zero
from derive.solution.grids import (
    Block,
    GridLaw,
    Name,
    are_misnamed,
    column_in,
    is_consistent,
    law_in,
    name_of_block,
    plain,
)
from derive.solution.judgement import Judgement, given, unread, unresolved
from derive.solution.pathwise import ancestors, outside
from derive.solution.redefinitions import redefined_in
from derive.solution.ties import coefficient
from derive.solution.usage import free_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derive.language.scope import Scope
    from derive.reader.notation import Meaning
    from derive.solution.context import Context
    from derive.solution.sides import Side

_SIZES = "the means and the covariance of a law in blocks are of different sizes"
_NAMES = "one name for different blocks of a law"
_ASYMMETRIC = "blocks of a covariance that are not transposes of each other"
_INDICES = "two index letters that stand for one are not told apart"
_UNKNOWN = "a law of variables of which some are not known"
_ONLY_NAMED = "the blocks of the law are named, and not said to be those of known variables"
_NORMAL = "that the variables are jointly normal is not seen by their laws"
_CONDITIONAL = re.compile(r"(?P<base>.+)_\{(?P<of>[^|{}]+)\|(?P<given>[^|{}]+)\}")


@dataclass(frozen=True)
class _Joint:
    """A law that was stated of variables, with the letters for their values."""

    variables: tuple[Term, ...]
    values: tuple[Term, ...]
    given: tuple[Event, ...]
    means: tuple[Block, ...]
    rows: tuple[tuple[Block, ...], ...]


@dataclass
class Blocks:
    r"""Judges laws in blocks, and remembers the names of their blocks.

    template: the letters of `[X; Y] \sim N(..)`, by the names without fonts.
    known:    which variables the letters of the template stand for.
    indices:  the index letters of the law and of what is said of the letters.
    """

    context: Context
    equations: Equations
    joint: _Joint | None = None
    letters: tuple[str, ...] = ()
    template: _Joint | None = None
    known: dict[str, Term] = field(default_factory=dict)
    indices: frozenset[str] = frozenset()

    def judge(self, lhs: Side, symbol: str, rhs: Side) -> Judgement | None:
        """Judge a law in blocks; None for any other statement."""
        self._note(lhs, symbol, rhs)
        law = None if lhs.flaw is not None or rhs.flaw is not None else law_in(rhs)
        if isinstance(law, str):
            return unread(rhs, ParseError(law, rhs.text.text, rhs.node.span))
        if law is None:
            return self._conditional(lhs, rhs) if symbol in EQUALITIES else None
        column = column_in(lhs)
        if symbol == "\\sim" and column is not None and not law.points:
            judgement = self._drawn(column, law)
        elif symbol in EQUALITIES:
            judgement = self._density(lhs, law)
        else:
            return unresolved("a law in blocks beside what is no column of letters")
        return self._unmistaken(judgement, lhs, rhs)

    def _unmistaken(self, judgement: Judgement, lhs: Side, rhs: Side) -> Judgement:
        """Decide nothing of letters that may have another meaning here."""
        self.indices = self._indices(lhs, rhs)
        line = redefined_in(self.context, lhs, rhs)
        if judgement.outcome not in {"proved", "refuted"}:
            return judgement
        if line is None and not mixes_indices(lhs, rhs, self.context):
            return judgement
        self.joint = None
        return unresolved(_INDICES if line is None else f"a letter was defined anew in line {line}")

    def _density(self, lhs: Side, law: GridLaw) -> Judgement:
        """Judge a law in blocks to be the density on the left."""
        try:
            density = self.context.elaborated(lhs.node, lhs.text.text)[0].term
        except ParseError as error:
            return unread(lhs, error)
        if not isinstance(density, Density) or len(density.of) != len(law.means):
            return unresolved("a law in blocks beside what is no density of as many variables")
        if law.points and not self._are_taken_at(law.points, density.of):
            return unresolved("a law in blocks at other points than the density beside it")
        return self._compared(density.of, density.given, law)

    def _are_taken_at(self, points: tuple[Side, ...], of: tuple[Event, ...]) -> bool:
        """Whether a law is written at the values of the variables, in their order."""
        try:
            found = [self.context.elaborated(p.node, p.text.text)[0].term for p in points]
        except (ParseError, IllTyped):
            return False
        return found == [event.value for event in of]

    # --- laws of variables ---

    def _drawn(self, column: tuple[Side, ...], law: GridLaw) -> Judgement:
        r"""Judge `[X; Y] \sim N(..)`: it introduces X and Y, with names for the blocks or not."""
        blocks = self._blocks(law, (1,) * len(column))
        if isinstance(blocks, Judgement):
            return blocks
        letters = [name_in(side.node) or "" for side in column]
        everything = (*blocks[0], *(cell for row in blocks[1] for cell in row))
        if all(letters) and all(isinstance(block, Name) for block in everything):
            return self._introduced(letters, *blocks)
        found = [self.context.notation("").find(name) for name in letters]
        variables = [v for v in found if isinstance(v, RV)]
        if any(meaning is not None for meaning in found):
            known = len(variables) == len(found)
            return self._of_known(variables, everything, law) if known else unresolved(_UNKNOWN)
        symmetric = self._is_symmetric(blocks[1])
        return given("a law of new variables") if symmetric else unresolved(_ASYMMETRIC)

    def _of_known(
        self, variables: list[RV], everything: tuple[Block, ...], law: GridLaw
    ) -> Judgement:
        """Judge a law of known variables, given the values that stand in it."""
        given_ = self._conditions(everything, variables)
        if given_ is None:
            return unresolved("a law with values of variables that these are not made of")
        judgement = self._compared(tuple(Event(v, v) for v in variables), given_, law)
        problem = self.context.problem
        own = problem is not None and all(v in problem.scope.laws for v in variables)
        if judgement.outcome == "refuted" and not own:
            return unresolved("how the variables depend on each other is not said elsewhere")
        return judgement

    def _conditions(
        self, blocks: tuple[Block, ...], variables: list[RV]
    ) -> tuple[Event, ...] | None:
        """What the law is given: the values in its blocks; None if of what comes later."""
        nodes = {x for block in blocks if isinstance(block, Term) for x in block.nodes}
        values = {x: v for x in nodes if (v := self.context.twin_of(x)) is not None}
        scope = self.context.scope
        above = set[Term]().union(*(ancestors(v, scope) for v in variables)) - set(variables)
        events = tuple(Event(v, x) for x, v in sorted(values.items(), key=lambda p: p[1].name))
        return events if above.issuperset(values.values()) else None

    def _introduced(
        self, letters: list[str], means: tuple[Block, ...], rows: tuple[tuple[Block, ...], ...]
    ) -> Judgement:
        """Take the names of the blocks for what they are."""
        bare = tuple(map(plain, letters))
        if len(set(bare)) < len(bare) or are_misnamed(bare, means, rows):
            return unresolved("names that belong to other blocks of the law")
        self.letters, self.template, self.known = bare, _Joint((), (), (), means, rows), {}
        return given("a law with names for its blocks")

    def _is_symmetric(self, rows: tuple[tuple[Block, ...], ...]) -> bool:
        """Whether the blocks that are formulas are transposes of those opposite."""
        claims = (
            Equal(block, Transpose(other))
            for k, row in enumerate(rows)
            for m, block in enumerate(row)
            if isinstance(block, Term) and isinstance(other := rows[m][k], Term)
        )
        return all(self.equations.claim(claim).outcome == "proved" for claim in claims)

    def _compared(
        self, of: tuple[Event, ...], given_: tuple[Event, ...], law: GridLaw
    ) -> Judgement:
        """Compare the blocks with the moments of variables, given others."""
        variables = tuple(event.variable for event in of)
        blocks = self._blocks(law, tuple(int(v.rank) for v in variables))
        if isinstance(blocks, Judgement):
            return blocks
        means, rows = blocks
        self.joint = None  # what follows from a false law is not told as if it were true
        claims = list(_claims(variables, given_, means, rows))
        if not claims:
            named = self.template is not None  # they may be the names of other blocks
            return unresolved(_ONLY_NAMED) if named else given("names for the blocks of a law")
        if any(
            letter in x.lhs.nodes + x.rhs.nodes for x in claims for letter in self.context.signs
        ):
            return unresolved("of a letter only the square is defined, not its sign")
        judgements = [self.equations.claim(claim) for claim in claims]
        for outcome in ("refuted", "unresolved"):
            for judgement in judgements:
                if judgement.outcome == outcome:
                    return judgement
        if not _jointly_normal(variables, given_, self.context.scope):
            return unresolved(_NORMAL)
        values = tuple(event.value for event in of)
        self.joint = _Joint(variables, values, given_, means, rows)
        return judgements[-1].noting("block by block")

    def _blocks(
        self, law: GridLaw, ranks: tuple[int, ...]
    ) -> tuple[tuple[Block, ...], tuple[tuple[Block, ...], ...]] | Judgement:
        """Read the blocks of a law of variables of these ranks."""
        size = len(ranks)
        if (
            len(law.means) != size
            or len(law.rows) != size
            or any(len(row) != size for row in law.rows)
        ):
            return unresolved(_SIZES)
        try:
            means = tuple(
                _ranked(self._block(side), rank, side)
                for side, rank in zip(law.means, ranks, strict=True)
            )
            rows = tuple(
                tuple(_ranked(self._block(side), 2 * rank, side) for side in row)
                for row, rank in zip(law.rows, ranks, strict=True)
            )
        except ParseError as error:
            sides = (*law.means, *(side for row in law.rows for side in row))
            return unread(next(s for s in sides if s.text.text == error.source), error)
        if not is_consistent(means, rows):
            return unresolved(_NAMES)
        return means, rows

    def _block(self, side: Side) -> Block:
        """Read a block; a name without a meaning is itself.  Raises ParseError."""
        if side.flaw is not None:
            raise side.flaw
        name = name_of_block(side.node)
        if name is not None and self._is_free(name.name):
            return name
        try:
            return self.context.elaborated(side.node, side.text.text)[0].term
        except ParseError:
            if name is None or self.context.declares(name.name):
                raise
            return name
        except IllTyped as error:
            raise ParseError(str(error), side.text.text, side.node.span) from None

    def _is_free(self, name: str) -> bool:
        """Whether a name has no more meaning than that its use was seen."""
        seen = self.context.problem is None or name in self.context.guessed
        free = seen and name not in self.context.lines
        return free and isinstance(self.context.letters.get(name), Sym)

    # --- names of blocks ---

    def _note(self, lhs: Side, symbol: str, rhs: Side) -> None:
        r"""Note that a letter of the template is said to be a variable: `X = x_t`."""
        name = None if lhs.flaw is not None else name_in(lhs.node)
        if name is None or plain(name) not in self.letters or rhs.flaw is not None:
            return
        if symbol in EQUALITIES:
            variable = variable_at(self.context.notation(""), rhs.node)
            if variable is not None:
                self.known[plain(name)] = variable
                self.indices |= self._indices(rhs)
            else:
                _ = self.known.pop(plain(name), None)

    def _indices(self, *sides: Side) -> frozenset[str]:
        """The letters of sides that may be read as the index of the problem."""
        found = frozenset(letter for side in sides for letter in free_letters(side.node))
        return found & self.context.same_index

    def substituted(self, lhs: Side, symbol: str, rhs: Side) -> Judgement | None:
        """Judge an equation in the names of blocks; None where none is known."""
        letters = dict(self._named())
        if not letters or lhs.flaw is not None or rhs.flaw is not None:
            return None
        if len(self.indices | self._indices(lhs, rhs)) > 1:
            return unresolved(_INDICES)
        context = replace(self.context, letters={**self.context.letters, **letters})
        judgement = Equations(context, self.equations.decider).judge(lhs, symbol, rhs)
        if judgement.outcome == "unread":
            return None
        return judgement.noting("with the blocks of the law that was stated")

    def _conditional(self, lhs: Side, rhs: Side) -> Judgement | None:
        r"""Judge what `\mu_{Y|X}` or `\Sigma_{Y|X}` is said to be, of the names of a template."""
        name = None if lhs.flaw is not None else name_in(lhs.node)
        found, template = _CONDITIONAL.fullmatch(name or ""), self.template
        if found is None or template is None:
            return None
        base, one, two = plain(found["base"]), *(found[k].strip() for k in ("of", "given"))
        moments: dict[str, type[Expect | Variance]] = {}
        moments |= {_base(block): Variance for row in template.rows for block in row}
        moments |= {_base(block): Expect for block in template.means}
        if base not in moments or one == two or not {one, two} <= set(self.letters):
            return None
        return self._moment(moments[base], one, two, rhs) or unresolved(_ONLY_NAMED)

    def _moment(
        self, moment: type[Expect | Variance], of: str, given_: str, rhs: Side
    ) -> Judgement | None:
        """Compare a conditional moment of the variables of two letters with a formula."""
        letters, joint = dict(self._named()), self.joint
        if not letters or joint is None or rhs.flaw is not None:
            return None
        context = replace(self.context, letters={**self.context.letters, **letters})
        try:
            value = context.elaborated(rhs.node, rhs.text.text)[0].term
        except (ParseError, IllTyped):
            return None
        if len(self.indices | self._indices(rhs)) > 1:
            return unresolved(_INDICES)
        at = joint.variables.index(self.known[given_])
        events = (Event(self.known[given_], joint.values[at]), *joint.given)
        claimed = moment(self.known[of], events)
        return self.equations.claim(Equal(claimed, value)) if claimed.rank == value.rank else None

    def _named(self) -> Iterator[tuple[str, Meaning]]:
        """What the names of the template mean for the variables of the last law."""
        template, joint = self.template, self.joint
        if template is None or joint is None or set(self.letters) != set(self.known):
            return
        places = [self.known[letter] for letter in self.letters]
        if len(set(places)) < len(places) or not set(places) <= set(joint.variables):
            return
        at = [joint.variables.index(variable) for variable in places]
        for k, letter in enumerate(self.letters):
            yield from _as(letter, joint.values[at[k]])
            yield from _as(template.means[k], joint.means[at[k]])
            for m, other in enumerate(self.letters):
                block, value = template.rows[k][m], joint.rows[at[k]][at[m]]
                yield from _as(block, value)
                if isinstance(block, Name) and block.name.endswith(f"_{{{letter}{other}}}"):
                    base = block.name.rpartition("_")[0]
                    yield from _as(Name(f"{base}_{{{other}{letter}}}"), joint.rows[at[m]][at[k]])


def _base(block: Block) -> str:
    """The letter of a block without its index."""
    return plain(block.name).partition("_")[0] if isinstance(block, Name) else ""


def _as(block: Block | str, value: Block) -> Iterator[tuple[str, Meaning]]:
    """Give a name, with and without its font, the meaning of a block that is known."""
    name = block if isinstance(block, str) else block.name if isinstance(block, Name) else ""
    transposed = isinstance(block, Name) and block.transposed
    if name and not transposed and isinstance(value, Term):
        yield from dict.fromkeys(((name, value), (plain(name), value)))


def _claims(
    variables: tuple[Term, ...],
    given_: tuple[Event, ...],
    means: tuple[Block, ...],
    rows: tuple[tuple[Block, ...], ...],
) -> Iterator[Equal]:
    """Claim of every block that is no new name that it is the moment in its place."""
    for variable, mean in zip(variables, means, strict=True):
        if isinstance(mean, Term):
            yield Equal(Expect(variable, given_), mean)
    for k, row in enumerate(rows):
        for m, block in enumerate(row):
            if isinstance(block, Term):
                yield Equal(_covariance(variables[k], variables[m], given_), block)


def _covariance(one: Term, two: Term, given_: tuple[Event, ...]) -> Term:
    if one == two:
        return Variance(one, given_)
    times = Outer if one.rank else mul
    product = times(Expect(one, given_), Expect(two, given_))
    return add(Expect(times(one, two), given_), Neg(product))


def _ranked(block: Block, rank: int, side: Side) -> Block:
    """Give a block the rank of its place: v may stand for v I.  Raises ParseError."""
    if isinstance(block, Name) or block.rank == rank:
        return block
    block = with_zero(block, Expect(RV("X", 1))) if rank == 1 else block
    if rank == 2 and block.rank == 0:
        return mul(block, Identity())
    if block.rank != rank:
        raise ParseError("a block of another rank", side.text.text, side.node.span)
    return block


def _jointly_normal(variables: tuple[Term, ...], given_: tuple[Event, ...], scope: Scope) -> bool:
    """Whether variables are affine in normal noise, where the roots of the conditions are fixed."""
    conditions = [v for event in given_ for v in outside(event.variable)]
    fixed = {v for v in conditions if isinstance(v, RV) and _is_root(v, scope)}
    pending = [*(v for variable in variables for v in outside(variable)), *conditions]
    seen: set[Term] = set(fixed)
    while pending:
        variable = pending.pop()
        if variable in seen:
            continue
        seen.add(variable)
        parents = _affine_parents(variable, scope)
        if parents is None:
            return False
        pending += parents
    return True


def _is_root(variable: RV, scope: Scope) -> bool:
    return variable in scope.laws and not scope.laws[variable].parents


def _affine_parents(variable: Term, scope: Scope) -> list[Term] | None:
    """The variables that one is an affine function of, with normal noise; None if it is not."""
    if not isinstance(variable, RV):
        return None
    value = scope.definitions.get(variable)
    if value is None:
        law = scope.laws.get(variable)
        density = law.density if law is not None else None
        if law is None or not isinstance(density, Normal) or density.at != law.at:
            return None
        if outside(density.variance):
            return None
        value = density.mean
    parents = outside(value)
    weights = [coefficient(value, v) if isinstance(v, RV) else None for v in parents]
    return parents if all(w is not None and not outside(w) for w in weights) else None
