"""The chains of one problem: each link judged, located, and where it is false, mended."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.language.terms import DIM, RV, Apply, Identity, Landau, Num, Sym, Term
from derive.language.traverse import walk
from derive.reader.names import name_in
from derive.reader.syntax import items_of
from derive.results import DocumentLink, DocumentResult
from derive.solution.answers import Asked, read_term
from derive.solution.approximation import expanding_letters
from derive.solution.blocks import Blocks
from derive.solution.bounds import ORDERS, limit, member, order, tends, vanishes
from derive.solution.cases import (
    NO_LEAD,
    is_conditional,
    is_disclaimed,
    is_equivalence,
    is_example,
    is_solved_for,
    is_supposed,
    leaves_all_constants_out,
    leaves_constants_out,
)
from derive.solution.comparison import Answers, Choice
from derive.solution.context import IDENTITY, Wrong
from derive.solution.conventions import mixes_indices, product_definition
from derive.solution.definitions import (
    defines_here,
    head_of,
    introduction,
    is_application,
    is_free,
    is_named,
    is_starred,
    of_one_law,
)
from derive.solution.diagnosis import Diagnoser
from derive.solution.equations import APPROXIMATIONS, EQUALITIES, Equations, with_zero
from derive.solution.factors import covers
from derive.solution.judgement import (
    Judgement,
    given,
    judged,
    sides_of,
    unresolved,
)
from derive.solution.objectives import Objectives
from derive.solution.outcomes import is_scheme
from derive.solution.pathwise import expanded, pathwise
from derive.solution.premises import Premises
from derive.solution.processes import differential
from derive.solution.sides import Side, has_operations, span_source
from derive.solution.stretches import enter
from derive.solution.usage import uses
from derive.solution.variational import improved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from derive.derivation import Source
    from derive.documents.chains import Chain, Sign
    from derive.documents.model import Place
    from derive.errors import ParseError
    from derive.solution.cases import Lead
    from derive.solution.context import Context
    from derive.solution.judgement import Decider


VALUE = "a value for a letter"


@dataclass(frozen=True)
class _Step:
    """One link as it is written; `first`: it begins its chain."""

    lhs: Side
    sign: Sign
    rhs: Side
    first: bool
    display: bool


class ProblemChecker:
    """Judges chains in the context of one problem."""

    def __init__(
        self, file: str, context: Context, decider: Decider, links: list[DocumentLink]
    ) -> None:
        self.file, self.context, self.decider = file, context, decider
        self.equations = Equations(context, decider)
        self.premises = Premises(context, self.equations)
        self.objectives = Objectives(context, self.equations)
        self.blocks = Blocks(context, self.equations)
        self.diagnoser = Diagnoser(context, decider)
        self.case = -1  # the paragraph whose condition is no hypothesis of the problem
        self.constants = False  # whether the text leaves constants out
        self.supposed = -1  # the paragraph of a condition that is not understood
        self.tending: set[tuple[Sym, str]] = set()  # (h, "0") of `h \\to 0`
        self._wrong: list[Wrong] = []  # of the chain at hand
        self.seen: list[Chain] = []
        self.apart: set[str] = set()  # links that are said of a case
        self.choices: list[Choice] = []  # what the text puts for letters
        self.damage: list[tuple[Source, str]] = []
        self._all = links  # of the whole document: they are numbered through

    def expanding(self, chains: Sequence[Chain]) -> None:
        """Note the letters that the chains expand in, and those that they let tend."""
        limits = [chain for chain in chains if chain.signs and chain.signs[0].symbol == "\\to"]
        tending = ((self._term(Side(chain.sides[0])), chain.sides[1].text) for chain in limits)
        self.tending |= {(term, at.strip(" .,+")) for term, at in tending if isinstance(term, Sym)}
        read = (self._term(Side(text)) for chain in chains for text in chain.sides)
        terms = [term for term in read if term is not None]
        known = (*self.context.small, *self.decider.small, *expanding_letters(terms))
        self.decider.small = tuple(dict.fromkeys(known))

    def readable(self, chain: Chain) -> int:
        """Tell how well a chain can be read here: a side in guessed letters counts half."""
        terms = [self._term(Side(text)) for text in chain.sides]
        return sum(2 - self._guessed(term) for term in terms if term is not None)

    def provable(self, chain: Chain) -> int:
        """Count the equations of a chain that can be proved here."""
        equations = Equations(self.context, self.decider.apart())
        sides = [Side(text) for text in chain.sides]
        return sum(
            equations.judge(sides[k], sign.symbol, sides[k + 1]).outcome == "proved"
            for k, sign in enumerate(chain.signs)
            if sign.symbol in EQUALITIES
        )

    def refuted(self, chain: Chain) -> set[tuple[str, str]]:
        """Give the sides of the equations of a chain that are false here."""
        sides = [Side(text) for text in chain.sides]
        return {
            (sides[k].latex, sides[k + 1].latex)
            for k, sign in enumerate(chain.signs)
            if sign.symbol in EQUALITIES
            and self.equations.judge(sides[k], sign.symbol, sides[k + 1]).outcome == "refuted"
        }

    def _term(self, side: Side) -> Term | None:
        return read_term(side, self.context)

    # --- links ---

    def chain(self, chain: Chain, lead: Lead = NO_LEAD, *, restated: bool) -> list[DocumentLink]:
        """Judge the links of a chain; `restated`: the sheet's own text, not an answer."""
        if lead.paragraph != self.case:
            self.case = -1
        enter(chain, self.context)
        links: list[DocumentLink] = []
        right: Side | None = None  # the side before a wrong one
        for step in self._steps(chain):
            start = time.perf_counter()
            judgement = self.blocks.judge(step.lhs, step.sign.symbol, step.rhs)
            judgement = judgement or self._judge(step)
            judgement = improved(judgement, (step.lhs, step.rhs), step.sign, chain, self.equations)
            judgement = self._in_its_case(judgement, step, chain, lead)
            if judgement.outcome == "unread" and not (
                chain.display or has_operations(step.lhs, step.rhs)
            ):
                continue  # a name in running text is often no formula
            if right is not None and judgement.outcome == "refuted":
                judgement = self._right_again(right, step) or judgement
                right = right if judgement.outcome == "refuted" else None
            if judgement.outcome == "refuted":
                judgement = self._refuted(step, judgement)
                right = right or (step.lhs if judgement.outcome == "refuted" else None)
            elif step.sign.symbol in EQUALITIES:
                self._note_choice(step, judgement)
            link = self._link(len(self._all) + len(links) + 1, step, judgement)
            links.append(replace(link, seconds=time.perf_counter() - start))
        self.context.wrong += self._wrong
        self._wrong = []
        if not restated and self.case < 0 and not is_disclaimed(chain, lead):
            self.seen.append(chain)
        elif self.case >= 0:
            self.apart |= {link.id for link in links}
        return links

    def _steps(self, chain: Chain) -> Iterator[_Step]:
        r"""Take a chain apart; what follows `= \dots =` is compared with the side before."""
        sides = [Side(text) for text in chain.sides]
        self._note_damage(chain, sides)
        before = sides[0]
        for index, (sign, rhs) in enumerate(zip(chain.signs, sides[1:], strict=True)):
            yield _Step(before, sign, rhs, index == 0, chain.display)
            before = before if rhs.is_left_out else rhs

    def _note_choice(self, step: _Step, judgement: Judgement) -> None:
        """Note what the text puts for a letter, and what the problem says of one."""
        left, right = self._term(step.lhs), self._term(step.rhs)
        if isinstance(left, Sym) and right is not None and judgement.outcome in {"proved", "given"}:
            self.choices.append(Choice(left, right, judgement.outcome == "proved"))

    def _right_again(self, before: Side, step: _Step) -> Judgement | None:
        """Take a side that agrees with the one before a wrong side for no second mistake."""
        if step.sign.symbol not in EQUALITIES:
            return None
        equations = Equations(self.context, self.decider.apart())
        if equations.judge(before, step.sign.symbol, step.rhs).outcome != "proved":
            return None
        return unresolved("its left side is false; it agrees with what stands before it", "follows")

    def _refuted(self, step: _Step, judgement: Judgement) -> Judgement:
        """Tell of a false link why it is, unless it may be none."""
        if self._is_answer(step):
            return given("compared with the sheet among the answers")
        if self._names_a_guess(step) and not of_one_law(step.lhs, step.rhs):
            return given("a definition")
        small = {*self.decider.small, *self.context.small}
        if step.first and is_scheme(
            self._term(step.lhs), self._term(step.rhs), small, self.context
        ):
            return unresolved("a step of its own: it may agree up to o(h) only")
        if self._doubtful(step, judgement):
            return unresolved("false, if its letters mean what they seem to", "guess")
        judgement = self.diagnoser.link(judgement, step.lhs, step.sign.symbol, step.rhs)
        self._adopt(step)
        return judgement.noting(*self._own_definitions(step))

    def _in_its_case(  # noqa: PLR0911 - one for each thing a text may say
        self, judgement: Judgement, step: _Step, chain: Chain, lead: Lead
    ) -> Judgement:
        """Refute nothing that is said under a condition which the problem does not make."""
        if judgement.outcome in {"proved", "refuted"} and is_disclaimed(chain, lead):
            return unresolved("the text speaks of it as of something that does not hold", "case")
        if judgement.outcome == "refuted" and chain.display and is_supposed(chain, lead):
            return unresolved("false, and supposed by the text", "case")
        if judgement.notes == (VALUE,) and isinstance(self._term(step.rhs), Num):
            self.case = lead.paragraph
        self.constants = self.constants or leaves_all_constants_out(lead)
        rough = self.constants or leaves_constants_out(chain, lead)
        if rough and self.objectives.differ_by_constant(judgement):
            return unresolved("false, unless it is meant up to a constant", "case")
        if judgement.outcome in {"unresolved", "unread"} and is_conditional(chain, lead):
            self.supposed = lead.paragraph  # what follows may hold under it alone
        if judgement.outcome == "refuted" and is_conditional(chain, lead):
            self.case = lead.paragraph
            if self._term(step.lhs) == DIM:  # no longer the dimension, whatever it is
                self.context.redefined.setdefault("d", step.lhs.text.place(0).line)
            return given("a case")
        if judgement.outcome == "refuted" and is_solved_for(chain, lead):
            return given("an equation to be solved")
        special = self.case >= 0 or self.supposed == lead.paragraph or is_example(lead)
        if judgement.outcome == "refuted" and (special or is_equivalence(chain)):
            return unresolved("false, unless a condition of the text makes it true", "case")
        return judgement

    def _note_damage(self, chain: Chain, sides: list[Side]) -> None:
        """Note a display that may hold an equation, too damaged to be taken apart."""
        flaw = sides[0].flaw
        if chain.display and not chain.signs and flaw is not None and "=" in sides[0].latex:
            place = _error_place(sides[0], flaw)
            self.damage.append((span_source(self.file, place, place), flaw.message))

    def _own_definitions(self, step: _Step) -> list[str]:
        """Name the document's definitions, made elsewhere, that a false link uses."""
        here = step.sign.text.place(0).line
        sides = [side for side in (step.lhs, step.rhs) if side.flaw is None]
        names = dict.fromkeys(use.name for side in sides for use in uses(side.node))
        lines = ((name, self.context.lines.get(name, here)) for name in names)
        return [f"with ${name}$ as line {line} has it" for name, line in lines if line != here]

    def _is_answer(self, step: _Step) -> bool:
        """Whether an objective will be compared as an answer, and told there."""
        problem = self.context.problem
        if problem is None or step.sign.symbol != "\\to":
            return False
        asked = (Asked.of(result, problem.results) for result in problem.results)
        return any(a.fits(step.lhs, self.context) for a in asked if a is not None)

    def _is_value(self, step: _Step) -> bool:
        """Whether running text says where one is: `x_0 = ...` of a vector, `t = T`, `a = 1`."""
        left, right = self._term(step.lhs), self._term(step.rhs)
        if not isinstance(left, Sym):
            return False
        if left.rank:
            return True
        tied = (x for scope in self.context.scopes for pair in scope.equations for x in pair)
        free = all(left not in side.nodes for side in tied)
        return free and left not in self.context.scope.ranges and isinstance(right, Sym | Num)

    def _doubtful(self, step: _Step, judgement: Judgement) -> bool:
        """Whether a letter of what is refuted has a meaning that is only guessed."""
        decision = judgement.decision
        terms = [self._term(side) for side in (step.lhs, step.rhs)]
        if decision is not None and getattr(decision.verdict, "method", "") != "types":
            terms = list(sides_of(decision.claim))
        return any(self._guessed(term) for term in terms if term is not None)

    def _names_a_guess(self, step: _Step) -> bool:
        """Whether an equation begins with a name whose meaning was only guessed."""
        if not step.first or not is_named(step.lhs) or step.sign.symbol not in EQUALITIES:
            return False
        base = items_of(step.lhs.node)[0]
        return name_in(base) in self.context.guessed

    def _guessed(self, term: Term) -> bool:
        return self.context.is_guessed(term) or self.context.is_undeclared(term)

    def _judge(self, step: _Step) -> Judgement:
        symbol = step.sign.symbol
        if step.rhs.is_left_out or step.lhs.is_left_out:
            return given("steps that are left out")
        if not step.display and symbol == "=" and self._is_value(step):
            return given(VALUE)
        if symbol == "=:":
            return self._equation(replace(step, lhs=step.rhs, rhs=step.lhs, first=True))
        if symbol in EQUALITIES or symbol in APPROXIMATIONS:
            return self._equation(step)
        premises = self.premises
        table: dict[str, Callable[[Side, Side], Judgement]] = {
            "\\sim": premises.law,
            "\\to": self._tends,
            "\\propto": premises.proportional,
            "\\in": lambda lhs, rhs: member(lhs, rhs, self.context),
            **dict.fromkeys(ORDERS, lambda lhs, rhs: order(lhs, symbol, rhs, self.context)),
        }
        if symbol not in table:
            return unresolved(f"the relation {symbol} is not decided")
        return table[symbol](step.lhs, step.rhs)

    def _tends(self, lhs: Side, rhs: Side) -> Judgement:
        if rhs.is_minimum and rhs.optimum is not None:
            return self.objectives.tended(lhs, rhs.optimum)
        if rhs.text.text.strip(" .,;") == "0" and vanishes(lhs, self.context):
            return given("a limit that the problem supposes")
        judgement = tends(lhs, rhs, self.context)
        if judgement.outcome != "unresolved":
            return judgement
        if not self.tending or not self.tending <= {(h, "0") for h in self.decider.small}:
            return judgement  # which letter tends is not said, or it is another one
        return self.equations.limit(lhs, rhs) or judgement

    def _equation(self, step: _Step) -> Judgement:
        special = self._special(step)
        if special is not None:
            return special
        lhs, rhs = step.lhs, step.rhs
        judgement = self.equations.judge(lhs, step.sign.symbol, rhs)
        if judgement.outcome in {"unread", "unresolved"}:
            judgement = self.equations.by_congruence(lhs, rhs) or judgement
        if judgement.outcome == "unread":
            judgement = self.blocks.substituted(lhs, step.sign.symbol, rhs) or judgement
        if step.first and judgement.outcome == "unread" and defines_here(lhs, self.context):
            return given("a definition")  # in letters that have a meaning inside it alone
        if step.sign.symbol == ":=" and judgement.outcome == "refuted":
            return self._redefined(lhs)
        decided = judgement.outcome == "proved" or (
            judgement.outcome == "unresolved" and judgement.decision is not None
        )
        if step.first and decided and self._restates(lhs, rhs):
            return replace(judgement, outcome="given", diagnosis=None)
        return judgement

    def _special(self, step: _Step) -> Judgement | None:
        """Judge an equation that is none between two values: a definition, a limit."""
        lhs, rhs = step.lhs, step.rhs
        if lhs.optimum is not None and rhs.optimum is not None:
            return self.objectives.optima(lhs.optimum, rhs.optimum)
        if step.first and is_starred(lhs) and self._is_parameter(lhs, rhs):
            return introduction(lhs, rhs, self.context)
        if lhs.beginning("\\lim") or rhs.beginning("\\lim"):
            return limit(lhs, rhs, self.context)
        wished = self._wish(lhs, rhs)
        if wished is not None:
            return wished
        if mixes_indices(lhs, rhs, self.context):
            return unresolved("two index letters that stand for one are not told apart")
        return self._introduced(step) if step.first else None

    def _is_parameter(self, lhs: Side, rhs: Side) -> bool:
        r"""Whether `\theta^*` is said to be an optimum, or a value."""
        return rhs.optimum is not None or isinstance(self._term(lhs), Sym)

    def _introduced(self, step: _Step) -> Judgement | None:
        """Judge an equation that gives its left side a meaning; None where it has one."""
        lhs, rhs = step.lhs, step.rhs
        if lhs.flaw is None and rhs.flaw is None:
            covered = covers(lhs.node, rhs.node)
            if covered is not None:
                return (
                    given("a joint density by its factors")
                    if covered
                    else unresolved("the factors are not seen to be those of the joint density")
                )
        product = product_definition(lhs, rhs, self.context)
        if product is not None:
            judgement = judged(self.decider.decide(product, self.context))
            proved = judgement.outcome == "proved"
            return replace(judgement, outcome="given") if proved else judgement
        new = lhs.flaw is None and self._term(lhs) is None
        applied = is_application(lhs) and is_free(lhs, self.context)
        named = step.sign.symbol == ":=" or applied or rhs.minimised is not None
        if (new and named) or head_of(lhs, self.context) is not None:
            return introduction(lhs, rhs, self.context)
        if self._is_own_letter(lhs, rhs):
            self.context.guessed.add(IDENTITY)
            return introduction(lhs, rhs, self.context)
        return differential(lhs, rhs, self.context, self.equations)

    def _is_own_letter(self, lhs: Side, rhs: Side) -> bool:
        """Whether `I = ...` names an integral or an information, and is not the identity."""
        left, right = self._term(lhs), self._term(rhs)
        return isinstance(left, Identity) and right is not None and right.rank != left.rank

    def _wish(self, lhs: Side, rhs: Side) -> Judgement | None:
        """Judge what a trained function is said to equal; None for another equation."""
        left, right = self._term(lhs), self._term(rhs)
        if left is None or right is None:
            return None
        right = with_zero(right, left)
        if left.rank != right.rank:
            return None
        left, right = pathwise(left, right, self.context.scope)
        problem = self.context.problem
        if problem is None or not isinstance(left, Apply) or not left.field.trained:
            return None
        if left.field not in problem.letters.values():
            return None  # a model of the document's own
        inside = any(isinstance(x, Apply) and x.field == left.field for x in walk(right))
        return None if inside else self.objectives.wish(left, right)

    def _redefined(self, lhs: Side) -> Judgement:
        """Take a definition for what it is; what had a meaning before is doubtful after it."""
        name = None if lhs.flaw is not None else name_in(lhs.node)
        if name is not None:
            self.context.guessed.add(name)
        return given("a definition")

    def _restates(self, lhs: Side, rhs: Side) -> bool:
        """Whether an equation only repeats what gave the name on its left side a meaning."""
        if not is_named(lhs):
            return False
        left, right = self._term(lhs), self._term(rhs)
        if left is None or right is None:
            return False
        scope = self.context.scope
        return expanded(left, scope) == expanded(right, scope)

    def _adopt(self, step: _Step) -> None:
        """Keep a false equation: what follows from it is told apart."""
        left, right = self._term(step.lhs), self._term(step.rhs)
        if step.sign.symbol not in EQUALITIES or left is None or right is None:
            return
        if left.rank != right.rank or any(isinstance(x, Landau) for x in walk(right)):
            return
        line = step.rhs.text.place(0).line
        if step.first and isinstance(left, RV) and left in self.context.scope.definitions:
            self.context.authors[left] = (right, line)
        else:
            self._wrong.append(Wrong(left, right, line))

    # --- reports ---

    def answers(self) -> list[DocumentResult]:
        """Compare the answers that the problem asks for."""
        return Answers(
            self.file, self.seen, self.context, self.decider, self.diagnoser, self.choices
        ).compared()

    def _link(self, number: int, step: _Step, judgement: Judgement) -> DocumentLink:
        begin, after = step.sign.text.span()
        _, end = step.rhs.text.span() if step.rhs.text.text else (begin, after)
        source = span_source(self.file, begin, end)
        lines = step.sign.text.source.lines
        stopped = None
        if judgement.error is not None and judgement.side is not None:
            place = _error_place(judgement.side, judgement.error)
            stopped = (span_source(self.file, place, place), lines[place.line - 1])
        decision = judgement.decision
        return DocumentLink(
            id=f"{self.file}#{number}",
            problem=self.context.target,
            relation=step.sign.symbol,
            lhs=step.lhs.latex,
            rhs=step.rhs.latex,
            outcome=judgement.outcome,
            verdict=decision.verdict if decision is not None else None,
            source=source,
            written=lines[begin.line - 1],
            diagnosis=judgement.diagnosis,
            numeric=decision.numeric if decision is not None else None,
            display=step.display,
            stopped=stopped,
            notes=judgement.notes,
        )


def _error_place(side: Side, error: ParseError) -> Place:
    index = min(error.span.start, len(side.text.text))
    return side.text.place(index)
