"""The words of the reports, in the languages they come in, and phrases built of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from derive import translation
from derive.kernel.verdict import RELATIONS, Proved, Refuted, Unresolved, Verdict
from derive.language.transcribe import transcribe, transcribe_words
from derive.language.unicode import unicode
from derive.results import DocumentResult
from derive.translation import decimal, noted, noted_in_context, translate
from derive.translation.patterns import filled, translate_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derive.kernel.verdict import Condition, Counterexample
    from derive.results import Diagnosis, DocumentLink

Lang: TypeAlias = translation.Lang

_LONGEST = 2000  # characters of a formula or a sentence in a report for people
_MOST = 20  # lines of a message

# The words of the reports, by what they are called here.
_WORDS: Mapping[str, str] = noted({
    "problem": "Problem",
    "title": "Title",
    "points": "Points",
    "points_short": "points",
    "steps": "Steps",
    "step": "step",
    "results": "Results",
    "result": "Result",
    "numeric": "Numeric",
    "seconds": "Time",
    "verdict": "Verdict",
    "proved": "proved",
    "refuted": "FALSE",
    "unresolved": "not decided",
    "unread": "SCRIPT FAILED",
    "not_read": "NOT READ",
    "also_at": "so too in this line at column",
    "derived": "derived",
    "stated": "on the sheet",
    "agrees": "agrees",
    "agrees_constant": "agrees up to a constant",
    "differs": "DIFFERS",
    "compared": "Results against the sheet",
    "not_proved": "Steps that are not proved",
    "conditions": "Conditions",
    "condition": "condition",
    "at_step": "step",
    "at_steps": "steps",
    "point_short": "point",
    "unstated": "Conditions used that the sheet does not state",
    "controls": "Controls: false on purpose, so each must be refuted",
    "missed": "NOT REFUTED",
    "simulations": "Simulations",
    "quantity": "Quantity",
    "estimate": "Estimate",
    "expected": "Expected",
    "error": "Std. error",
    "samples": "Samples",
    "order": "Order of the remainder",
    "counterexample": "counterexample",
    "left": "left side",
    "right": "right side",
    "reason": "reason",
    "assumption": "assumption",
    "side_equation": "side equation",
    "witness": "integration by parts: the flux",
    "vanishes": "vanishes at infinity",
    "constant": "the sides differ by the constant",
    "hypotheses": "Hypotheses",
    "from_here": "From here on also",
    "assumed": "not on the sheet",
    "key": "Answer key",
    "check": "Numeric confirmation",
    "models": "Models",
    "largest_error": "Largest error",
    "exact": "0 (exact)",
    "error_max": "largest error",
    "CONTRADICTED": "CONTRADICTED",
    "all_proved": "Everything is proved.",
    "seed": "seed",
    "found_false": "false",
    "found_open": "not decided",
    "found_unread": "not read",
    "found_failed": "scripts failed",
    "found_missed": "controls not refuted",
    "suspicious": "! further from the expected value than chance explains (|z| > 4)",
    "contents": "Problem",
    "summary": "Every step below was decided by derive.",
    "claims": "Claims",
    "confirmed": "Confirmed",
    "flux": "Flux",
    "by_parts": "integrates by parts with the flux",
    "needs": "needs",
    "statement": "Statement",
    "nothing": "Nothing to check.",
    "against": "checked against",
    "alone": "checked by its own definitions",
    "follows": "rests on an error above",
    "given": "given",
    "missing": "MISSING",
    "meant": "probably meant",
    "step_repaired": "with it the step is proved",
    "answer_repaired": "with it the answer agrees",
    "difference": "left side minus right side is",
    "for": "for",
    "no_constant": "so it is not constant",
    "left_is": "the left side is",
    "left_is_about": "the left side",
    "right_is": "the right side",
    "sheet_asks": "The sheet asks",
    "written_at": "Written at",
    "answers": "Answers",
    "elsewhere": "(no problem)",
    "every_link": "All steps",
    "letters": "How the letters are read",
    "count_proved": "proved",
    "count_false": "false",
    "count_open": "open",
    "count_given": "given",
    "found_missing": "answers missing",
    "found_given": "given",
    "found_unreadable": "files not read",
    "second": "s",
    "millisecond": "ms",
})  # fmt: skip

# Words that a language has twice where English has one; the key is the context.
_WORDS_IN_CONTEXT: Mapping[str, str] = noted_in_context({"count_unread": "not read"})

# A difference of two sides that should not depend on what is trained, for two choices of it.
_OTHER_CHOICE = re.compile(r"^left side minus right side, in the model shown and for (.+)$")
_ENCLOSURE = re.compile(r"\[(-?\d+(?:\.\d+)?)(?:e([-+]?\d+))? \+/- (\d+(?:\.\d+)?(?:e[-+]?\d+)?)\]")
_TEXT = re.compile(r"\\text\{([^{}]*)\}")
_VALUES = noted(("undefined", "a number", "a vector", "a matrix"))  # of sides, in words
_DECIMAL_COMMA = re.compile(r"\d,\d")
_NARROW = 1e-4  # the radius of an enclosure, relative to its middle, that goes without saying
_PIECE = re.compile(r"\$[^$]*\$|(?<=line )[\d, ]+(?=,)")  # a formula, or the numbers of lines

# What a repair changes, where its sentence has no translation.
_REPAIRS: Mapping[str, str] = noted({
    "sign": "the sign",
    "factor": "the factor",
    "index": "the index",
    "exponent": "the exponent",
    "root": "the root",
    "remainder": "the remainder",
    "order": "the order of the remainder",
    "variable": "the variable",
    "component": "the component index",
    "argument": "the argument",
})  # fmt: skip


def word(key: str, lang: Lang = "en") -> str:
    """Give a word or a phrase of the reports; `key` is one of this module's table."""
    if key in _WORDS_IN_CONTEXT:
        return translate(_WORDS_IN_CONTEXT[key], lang, key)
    return translate(_WORDS[key], lang)


def name_words(name: str) -> str:
    """Give the name of a result as words with its formulas between dollars: `$A_t$`."""
    looks_like_formula = len(name) == 1 or any(mark in name for mark in "\\_^")
    return f"${name}$" if looks_like_formula and "$" not in name else name


def agreement(verdict: Verdict, lang: Lang = "en", *, constant: bool = False) -> str:
    """Say whether a result agrees with the sheet, perhaps up to a constant only."""
    match verdict:
        case Proved():
            return word("agrees_constant" if constant else "agrees", lang)
        case Refuted():
            return word("differs", lang)
        case Unresolved():
            return word("unresolved", lang)


def condition_words(condition: Condition, lang: Lang = "en") -> str:
    """Give what the words of a condition add to its formula (LaTeX between dollars)."""
    if condition.text == condition.kind:
        return ""
    return in_words(condition.text, lang)


def in_words(text: str, lang: Lang = "en") -> str:
    """Give what the engine says of a condition in words, in a language."""
    return translate(text, lang)


def note_words(note: str) -> str:
    r"""Give a note with its formulas between dollars, where the engine left them bare.

    >>> note_words(r"both sides for s_\theta = 0")
    'both sides for $s_\\theta$ = 0'
    """
    if "$" in note:
        return note
    words: list[str] = []
    for piece in note.split(" "):
        if words and words[-1].count("{") > words[-1].count("}"):  # a space within braces
            words[-1] += f" {piece}"
        else:
            words.append(piece)
    return " ".join(_between_dollars(piece) for piece in words)


def _between_dollars(piece: str) -> str:
    formula = piece.rstrip(",;:.")
    looks_like_formula = any(sign in formula for sign in "\\_^")
    balanced = formula.count("{") == formula.count("}")
    return f"${formula}${piece[len(formula) :]}" if looks_like_formula and balanced else piece


def steps_words(numbers: str, lang: Lang = "en") -> str:
    """Say which steps are meant: `step 4`, `steps 4, 6–8`."""
    return f"{word('at_step' if numbers.isdigit() else 'at_steps', lang)} {numbers}"


def condition_line(condition: Condition, lang: Lang = "en") -> str:
    """Give a condition on one line: its formula, then its words."""
    words = transcribe_words(condition_words(condition, lang))
    if condition.term is None:
        return words
    formula = f"{unicode(condition.term)} {RELATIONS.get(condition.kind, '')}".rstrip()
    return f"{formula}  {words}" if words else formula


def counterexample_sentence(found: Counterexample, lang: Lang = "en") -> str:
    """Give a counterexample in one sentence: the letters, then what the sides are."""
    *model, left, right = counterexample_lines(found, lang)
    left, right = (row.partition(": ")[2] for row in (left, right))
    other = _OTHER_CHOICE.search(found.note)
    if other is not None:
        chosen = transcribe_words(note_words(other[1]))
        differ = (
            f"{word('difference', lang)} {left}; {word('for', lang)} {chosen}: {right}; "
            f"{word('no_constant', lang)}"
        )
        return f"{', '.join(model[:1])}: {differ}"
    verb = "left_is_about" if left.startswith("≈") else "left_is"
    sides = f"{word(verb, lang)} {left}, {word('right_is', lang)} {right}"
    return ": ".join([*(["; ".join(model)] if model else []), sides])


def finding_lines(entry: DocumentLink | DocumentResult, lang: Lang = "en") -> list[str]:
    """Say in plain lines what is wrong with a link or an answer, a repair apart."""
    verdict, diagnosis = entry.verdict, entry.diagnosis
    lines: list[str] = []
    if isinstance(verdict, Refuted) and verdict.method != "types":
        told = counterexample_sentence(verdict.counterexample, lang)
        lines.append(f"{word('counterexample', lang)}: {told}")
    elif isinstance(verdict, Refuted) and (diagnosis is None or diagnosis.kind != "types"):
        # No model is needed to tell a number from a vector; a diagnosis of it says the same.
        told = counterexample_sentence(verdict.counterexample)
        lines.append(diagnosis_words(told, lang))
    if diagnosis is not None and (diagnosis.message or diagnosis.repair is not None):
        message = _message(diagnosis_words(diagnosis.message, lang))
        return lines if diagnosis.repair is not None else [*lines, *message]
    if isinstance(verdict, Unresolved):
        reason = transcribed_words(diagnosis_words(verdict.reason, lang))
        lines.append(f"{word('reason', lang)}: {reason}")
    return lines


def _message(message: str) -> list[str]:
    """Transcribe a sentence; several lines, a formula with a caret below it, stay as they are."""
    rows = message.splitlines()
    return [transcribed_words(message)] if len(rows) == 1 else [*map(_clipped, rows[:_MOST])]


def advice_lines(entry: DocumentLink | DocumentResult) -> list[str]:
    """Say in plain lines what is wrong with a link or an answer, and what was probably meant."""
    diagnosis = entry.diagnosis
    if diagnosis is None or diagnosis.repair is None:
        return finding_lines(entry)
    meant = f"{word('meant')}: {_clipped(diagnosis.repair)}"
    return [*finding_lines(entry), f"{meant} ({repair_words(entry, diagnosis)})"]


def diagnosis_words(message: str, lang: Lang = "en") -> str:
    """Give the sentence of a diagnosis in a language, its formulas as they are."""
    if lang == "en":
        return message
    pieces = _PIECE.findall(message)
    holed = _PIECE.sub("{}", message)
    told = translate(holed, lang)
    return translate_pattern(message, lang) if told == holed else filled(told, tuple(pieces))


def repair_words(
    entry: DocumentLink | DocumentResult, diagnosis: Diagnosis, lang: Lang = "en"
) -> str:
    """Say what a repair changes and what it achieves."""
    changed = diagnosis_words(diagnosis.message, lang)
    if lang != "en" and changed == diagnosis.message and diagnosis.kind in _REPAIRS:
        changed = translate(_REPAIRS[diagnosis.kind], lang)
    achieved = "answer_repaired" if isinstance(entry, DocumentResult) else "step_repaired"
    told = transcribed_words(changed.rstrip(". "))
    return "; ".join(part for part in (told, word(achieved, lang)) if part)


def transcribed(tex: str) -> str:
    r"""Give a formula of a document as one line of Unicode; one nested too deeply, as it is."""
    try:
        return transcribe(_clipped(tex))
    except RecursionError:  # `^^^^...`: nobody can read it in either form
        return _clipped(tex)


def transcribed_words(text: str) -> str:
    """Give a sentence about a document, with its formulas transcribed as in `transcribed`."""
    try:
        return transcribe_words(note_words(_clipped(text)))
    except RecursionError:
        return _clipped(text)


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def counterexample_lines(found: Counterexample, lang: Lang = "en") -> list[str]:
    """Give a counterexample: what is put for each letter, then the two values."""
    model = [
        f"{transcribe(in_text(letter, lang))} = {decimal(transcribe(value), lang)}"
        for letter, value in found.model.items()
    ]
    sides = {"left": found.lhs, "right": found.rhs}
    values = [
        f"{word(side, lang)}: {decimal(transcribe(_side(value, lang)), lang)}"
        for side, value in sides.items()
    ]
    told = found.note if lang == "en" else diagnosis_words(found.note, lang)
    note = [transcribe_words(note_words(told))] if told else []
    first = [_listed(model)] if model else []
    return [*first, *note, *values]


def _side(value: str, lang: Lang) -> str:
    return translate(value, lang) if value in _VALUES else _enclosure(value)


def in_text(letter: str, lang: Lang) -> str:
    r"""Translate what stands for a letter in words: `\text{the remainder of the left side}`."""
    return _TEXT.sub(lambda found: rf"\text{{{translate(found[1], lang)}}}", letter)


def _listed(model: list[str]) -> str:
    """Join values; semicolons tell them apart where a decimal comma stands in one."""
    return ("; " if any(_DECIMAL_COMMA.search(part) for part in model) else ", ").join(model)


def _enclosure(value: str) -> str:
    """Give a number that is known to a few digits as `≈ 0.51`, a coarser one as `[a ± r]`."""

    def shown(found: re.Match[str]) -> str:
        middle, power, radius = found.groups()
        if float(radius) > _NARROW * abs(float(f"{middle}e{power or 0}")):
            return found[0]
        return f"≈ {middle}" + (rf" \cdot 10^{{{int(power)}}}" if power else "")

    return _ENCLOSURE.sub(shown, value).replace("+/-", "±")
