r"""Cases: what is said under a condition of the text, "for a = 1 we get", `\iff`.

A condition that the problem does not make is no claim, and what is false without it may be
true with it: there nothing is refuted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.documents.chains import Chain

_CONDITION = re.compile(
    r"\b(?:if|let|suppose|assume|assuming|when|for|at|setting|example|case"
    r"|если|пусть|при|допустим|предположим|положим|например|для|случа\w+)\b",
    re.IGNORECASE,
)
# A case that is gone into, where these words stand right before its formula.
_TAKEN = re.compile(
    r"\b(?:tak(?:e|ing)|consider(?:ing)?|возьм[её]м|берём|взяв|рассмотрим|рассматривая)"
    r"(?:\s+(?:first|now|the case|an example|сначала|теперь|случай|пример))?,?\s*\$\s*\Z",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:(?:sanity )?check|example|for instance|special case|toy case"
    r"|пример|проверка|проверим|частный случай|в частном случае)\b",
    re.IGNORECASE,
)
_TO_CONSTANT = re.compile(
    r"\bup to (?:an? |the )?(?:\w+ )?const|\bс точностью до (?:\w+ )?(?:констант|постоянн|слагаем)"
    r"|\b(?:drop|omit|ignor|discard|neglect|suppress|leav)\w*\b.{0,40}\b(?:constants?|terms?)\b"
    r"|\b(?:опуска|опуст|отбрасыва|отброс|не пиш)\w*.{0,40}\b(?:констант|слагаем|постоянн)",
    re.IGNORECASE,
)
_THROUGHOUT = re.compile(
    r"\b(?:all|every\w*|throughout|always|below|from now on|here and"
    r"|все|всё|всех|всюду|везде|далее|ниже|здесь и)\b",
    re.IGNORECASE,
)
_EQUIVALENCE = re.compile(r"\\(?:iff|Leftrightarrow|Longleftrightarrow)(?![A-Za-z])")
_SOLVED = re.compile(
    r"\b(?:set(?:ting)?\b.*\b(?:zero|equal)|equat\w+|first.order condition|stationar\w+"
    r"|приравн\w+|стационарн\w+)\b",
    re.IGNORECASE,
)
# What an author does not claim: a mistake that is quoted, a thought that is turned down.
_DISCLAIMED = re.compile(
    r"\b(?:(?:is|are|be) (?:false|wrong|incorrect|not true)|mistakes?|mistaken\w*|erroneous\w*"
    r"|(?:might|could|may) (?:think|hope|believe)|contradiction|does not hold|cannot write"
    r"|неверн\w+|неправильн\w+|ошибк\w+|ошибочн\w+|от противного|не выполняется"
    r"|могло бы показаться|(?:можно|может) (?:было бы )?(?:подумать|показаться)|казалось бы)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(r"\s*(?:suppose|assume|предположим|допустим)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?;:](?:\s|$)")


@dataclass(frozen=True)
class Lead:
    """The paragraph that a chain stands in or after."""

    paragraph: int = 0
    text: str = ""


NO_LEAD = Lead()


def is_conditional(chain: Chain, lead: Lead) -> bool:
    """Whether the words before a formula in running text make it a condition."""
    position = lead.text.find(chain.sides[0].text)
    if chain.display or position < 0:
        return False
    before = _SENTENCE.split(lead.text[:position])[-1]
    return bool(_CONDITION.search(before) or _TAKEN.search(before))


def is_example(lead: Lead) -> bool:
    """Whether the words before a formula make it a check on an example."""
    return _EXAMPLE.search(lead.text) is not None


def leaves_constants_out(chain: Chain, lead: Lead) -> bool:
    """Whether the text says of an equation that it is up to a constant."""
    texts = [lead.text, *(remark.text for remark in chain.remarks)]
    return any(_TO_CONSTANT.search(text) for text in texts)


def leaves_all_constants_out(lead: Lead) -> bool:
    """Whether a sentence says so of all equations."""
    sentences = _SENTENCE.split(lead.text)
    return any(_TO_CONSTANT.search(one) and _THROUGHOUT.search(one) for one in sentences)


def is_disclaimed(chain: Chain, lead: Lead) -> bool:
    """Whether the sentence that a formula stands in says that it does not hold."""
    return _DISCLAIMED.search(_sentence(chain, lead)) is not None


def is_supposed(chain: Chain, lead: Lead) -> bool:
    """Whether a formula is all that a sentence supposes."""
    return _SUPPOSED.match(_sentence(chain, lead)) is not None


def _sentence(chain: Chain, lead: Lead) -> str:
    """Give the sentence of a formula: to its end in running text, else as far as it goes."""
    position = lead.text.find(chain.sides[0].text) if not chain.display else len(lead.text)
    if position < 0:
        return ""
    before = _SENTENCE.split(lead.text[:position])[-1]
    if before.strip() == "" and chain.display:  # a colon, or a full stop before the formula
        parts = [part for part in _SENTENCE.split(lead.text) if part.strip()]
        before = parts[-1] if parts and lead.text.rstrip().endswith(":") else ""
    return before + _SENTENCE.split(lead.text[position:])[0]


def is_solved_for(chain: Chain, lead: Lead) -> bool:
    """Whether the words before `f = 0` say that it is to be made so."""
    return chain.sides[-1].text.strip(" .,;") == "0" and _SOLVED.search(lead.text) is not None


def is_equivalence(chain: Chain) -> bool:
    r"""Whether a chain is one side of `\iff`, or a remark limits it to a case."""
    if any(_CONDITION.search(remark.text) for remark in chain.remarks):
        return True
    first, last = chain.sides[0].place(0).line, chain.sides[-1].place(0).line
    lines = chain.sides[0].source.lines[first - 1 : last]
    return any(_EQUIVALENCE.search(line) for line in lines)
