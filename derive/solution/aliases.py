r"""An author's own letter for a function of the problem: "I write $f$ for $s_\theta$".

A letter is tied by what the text says of it: in a sentence that names both, by an
equation that introduces it, or as the model of the score.  It is then put into the
problem's letter everywhere; not where the document gives it another meaning besides.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.documents.model import Formula, Item, Prose
from derive.solution.rewriting import bare, formulas_in, occurrences, rewritten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from derive.documents.model import Block
    from derive.solution.rewriting import Occurrence

_NAMING = re.compile(
    r"\b(?:writ\w+|wrote|denot\w+|instead|in place|call\w*|stands?|notation|letters?)\b"
    r"|\b(?:пиш\w+|запис\w+|обознач\w+|вместо|букв\w+|назыв\w+|назов\w+)",
    re.IGNORECASE,
)
_MODEL = re.compile(r"\b(?:models?|network|net|модел\w+|сет[ьи]\w*|нейросет\w+)\b", re.IGNORECASE)
_SCORE = re.compile(r"\bscore\b|\bскор\w*", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|never|nor|no|unlike|except|but|true|derivative|не|ни|кроме|но|истинн\w+"
    r"|производн\w+|градиент\w*|gradient|square\w*|квадрат\w*)\b|n't",
    re.IGNORECASE,
)
_END = re.compile(r"[.;!?](?=\s|\Z)|\n\s*\n")
_PIECE = re.compile(r"\$\$?(?P<formula>[^$]+)\$\$?")
_ARGUMENTS = re.compile(r"\s*+(?:\((?P<of>[^()=]{1,30})\)\s*+)?(?:[.,;]\s*+)?\Z")
_PARAMETERS = frozenset({r"\theta", r"\phi", r"\vartheta", r"\varphi"})
_INDEX = re.compile(r"[ijkl]\Z")
_DIVIDED = re.compile(r"\A(?P<parameter>\\[a-z]+)\s*,?\s*(?P<index>[ijkl])\Z")
_ACCENTS = (r"\hat", r"\tilde", r"\bar", r"\widehat", r"\widetilde", r"\overline", r"\vec")
_TAKEN = frozenset("dDeEpqoOxyzXYZN")
_FUNCTIONS = frozenset({"f", "g", "h", "u", "v", "w", "F", "G", "S", r"\psi", r"\varphi", r"\phi"})
_MINIMAL = re.compile(r"\\(?:arg)?min(?:\\limits)?\s*_\s*\{?\s*\\(?:theta|phi|vartheta)")
_NO_ARGUMENT = re.compile(r"[_^]\{?\Z|\\(?:[dt]?frac|sqrt)\s*\Z")


@dataclass(frozen=True)
class Name:
    r"""A function as a formula names it: `f_\theta(x)`.

    of: what it is applied to, as written, "" for nothing.
    """

    base: str
    sub: str
    of: str


@dataclass(frozen=True)
class Alias:
    """The author's name for a function, and the problem's.

    guessed: nobody says so: it is trained, and the problems have one such function.
    """

    own: Name
    target: Name
    guessed: bool = False

    @property
    def told(self) -> tuple[str, str]:
        """For the reader of the report: the letter and what it is."""
        taken = "taken for the problem's" if self.guessed else "the problem's"
        return _written(self.own), f"{taken} {_written(self.target)}"


def _written(name: Name) -> str:
    return f"{name.base}_{{{name.sub}}}" if name.sub else name.base


def alias_in(
    blocks: Sequence[Block], declared: Collection[str], trained: Sequence[str]
) -> Alias | None:
    """Find the letter that a document has for a trained function of the problems.

    declared: the names of the problems.
    trained:  of these the names of the functions that are trained, one for each problem.
    """
    ranked = (named(name) for name, _ in Counter(trained).most_common())
    targets = [name for name in ranked if name is not None]
    known = {name.base for one in declared if (name := named(one)) is not None}
    left = [t for t in targets if t.sub in _PARAMETERS and not _stands_in(t, blocks)]
    found = [
        Alias(own, target)
        for own, target in _told(blocks, targets, left)
        if bare(own.base) not in known | _TAKEN | _PARAMETERS
    ]
    if not found:
        found = [a for a in _guesses(blocks, left) if bare(a.own.base) not in known | _TAKEN]
    names = {(a.own.base, a.own.sub, a.target.base) for a in found}
    if len(names) != 1 or _has_other_meaning(found[0], blocks):
        return None
    return found[0]


def with_usual_name(blocks: Iterable[Block], alias: Alias) -> tuple[Block, ...]:
    """Put the problem's name for the author's in all formulas."""
    return rewritten(blocks, lambda one: _put(one, alias))


def named(formula: str) -> Name | None:
    """The function that a formula is the name of, with or without arguments; None: it is none."""
    text = formula.strip()
    first = next(occurrences(text), None)
    if first is None or first.start:
        return None
    rest = _ARGUMENTS.match(text, first.end)
    if rest is None or first.base in (r"\nabla", r"\partial"):
        return None
    return Name(first.base, first.sub, re.sub(r"\s", "", rest["of"] or ""))


# --- what the text says ---


def _told(
    blocks: Sequence[Block], targets: Sequence[Name], left: Sequence[Name]
) -> Iterator[tuple[Name, Name]]:
    """The names that a text ties to targets: in words, or by the equation that brings them in.

    left: of the targets with a parameter those that the document does not write.
    """
    seen: set[tuple[str, str]] = set()
    for block in blocks:
        match block:
            case Prose(text=text) | Item(text=text):
                for sentence in _sentences(text.text):
                    yield from _said(sentence, targets, left)
            case Formula(text=text):
                pair = _equated(text.text, targets)
                if pair is not None and (pair[0].base, pair[0].sub) not in seen:
                    yield pair
                seen |= {(one.base, one.sub) for one in occurrences(text.text)}
            case _:
                pass


def _sentences(text: str) -> Iterator[str]:
    """Cut a text at the ends of sentences that stand in no formula."""
    hidden = _PIECE.sub(lambda m: "$" * len(m[0]), text)
    at = 0
    for end in _END.finditer(hidden):
        yield text[at : end.end()]
        at = end.end()
    yield text[at:]


def _said(
    sentence: str, targets: Sequence[Name], left: Sequence[Name]
) -> Iterator[tuple[Name, Name]]:
    words = _PIECE.sub(" ", sentence)
    names = [named(m["formula"]) for m in _PIECE.finditer(sentence)]
    if _NOT.search(words) or not names or any(name is None for name in names):
        return
    spoken = [name for name in names if name is not None]
    wanted = [(n, t) for n in spoken for t in targets if _is(n, t)]
    if len(spoken) == 2 and len(wanted) == 1 and _NAMING.search(words):
        (own,) = (name for name in spoken if name is not wanted[0][0])
        if own.base != wanted[0][0].base:
            yield own, wanted[0][1]
    elif _MODEL.search(words) and _SCORE.search(words) and len(spoken) == len(left) == 1:
        yield from [] if wanted else [(spoken[0], left[0])]


def _is(name: Name, target: Name) -> bool:
    r"""Whether a name is the problem's, its `\theta` left out or not."""
    return bare(name.base) == target.base and (
        name.sub == target.sub or (not name.sub and target.sub in _PARAMETERS)
    )


def _stands_in(target: Name, blocks: Sequence[Block]) -> bool:
    r"""Whether a document writes the target itself, `s_\theta`; a plain s may be an index."""
    found = (one for b in blocks for text in formulas_in(b) for one in occurrences(text.text))
    return any(
        bare(one.base) == target.base
        and (one.sub.startswith(target.sub) or one.after.startswith("("))
        for one in found
    )


def _equated(formula: str, targets: Sequence[Name]) -> tuple[Name, Name] | None:
    r"""The two names of `f_\theta(x) = s_\theta(x)`, of the same arguments."""
    sides = [named(side) for side in re.split(r":=|=|\\equiv|\\coloneqq", formula)]
    names = [name for name in sides if name is not None]
    if len(sides) != 2 or len(names) != 2 or names[0].of != names[1].of:
        return None
    left, right = names
    for own, other in ((left, right), (right, left)):
        for target in targets:
            if _is(other, target) and own.base != other.base:
                return own, target
    return None


# --- what nobody says ---


def _guesses(blocks: Sequence[Block], left: Sequence[Name]) -> list[Alias]:
    r"""Tie every name that is trained, `f_\theta` or what `\min_\theta` stands beside."""
    if len(left) != 1:
        return []
    return [Alias(own, left[0], guessed=True) for own in _trained(blocks)]


def _trained(blocks: Sequence[Block]) -> Iterator[Name]:
    for block in blocks:
        for text in formulas_in(block):
            minimal = _MINIMAL.search(text.text) is not None
            for one in occurrences(text.text):
                applied = one.after.startswith(("(", r"\left(", r"\bigl("))
                trained = one.sub in _PARAMETERS or (minimal and not one.sub)
                if bare(one.base) in _FUNCTIONS and applied and trained and not one.scripted:
                    yield Name(one.base, one.sub, "")


# --- what else it is ---


def _has_other_meaning(alias: Alias, blocks: Sequence[Block]) -> bool:
    """Whether the document defines the letter by anything else, or writes it otherwise."""
    for block in blocks:
        for text in formulas_in(block):
            if _is_defined_otherwise(alias, text.text):
                return True
            for one in occurrences(text.text):
                mine = one.base == alias.own.base
                if mine and (_put(one, alias) is None or one.before.endswith(_ACCENTS)):
                    return True
    return False


def _is_defined_otherwise(alias: Alias, formula: str) -> bool:
    head, sign, rest = formula.partition("=")
    left = named(head.removesuffix(":").replace("&", ""))
    if not sign or left is None or (left.base, left.sub) != (alias.own.base, alias.own.sub):
        return False
    right = named(rest)
    return right is None or not _is(right, alias.target)


def _put(one: Occurrence, alias: Alias) -> str | None:
    """The problem's name for an occurrence of the author's; None: it is another letter."""
    if one.base != alias.own.base:
        return None
    own, target = alias.own.sub, alias.target.sub
    index = ""
    if one.sub != own:
        divided = _DIVIDED.match(one.sub)
        if divided is not None and divided["parameter"] in (own or target, target):
            index = divided["index"]
        elif not own and _INDEX.match(one.sub):
            index = one.sub
        elif own or one.sub != target:
            return None
    sub = ",".join(part for part in (target, index) if part)
    if sub == target and sub.startswith("\\") and not one.text[one.end : one.end + 1].isalpha():
        shown = f"{alias.target.base}_{sub}"
    else:
        shown = f"{alias.target.base}_{{{sub}}}" if sub else alias.target.base
    return f"{{{shown}}}" if _NO_ARGUMENT.search(one.before) else shown
