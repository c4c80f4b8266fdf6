"""The rules that the property tests rewrite with are true themselves, by numbers."""

# ruff: noqa: S311 - random expressions, no secrets

from __future__ import annotations

from random import Random

import pytest
from real_values import compared
from rewriting import DOMAINS, FACTS, RULES, Rule, perturbed, positive, real, rewritten

from derive.equality.statement import Statement
from derive.language import terms as t
from derive.language.traverse import walk

TERMS = 1000  # random terms, in whose parts a rule finds something to do


def statement(left: t.Term, right: t.Term) -> Statement:
    return Statement(left, right, letters=DOMAINS, facts=FACTS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_keeps_the_value(rule: Rule) -> None:
    random, tried, told = Random(rule.__name__), 0, 0
    for number in range(TERMS):
        term = (real, positive)[number % 2](random, 3)
        for part in walk(term):
            if (new := rule(part, random)) is not None and new != part:
                same, different = compared(statement(part, new), random)
                assert not different, (part, new)
                tried, told = tried + 1, told + bool(same)
        if told > 30:
            break
    assert told > 10, f"{told} of {tried} compared"


def test_what_is_called_positive_is() -> None:
    random = Random(7)
    for _ in range(300):
        term = positive(random, 3)
        assert not compared(statement(term, t.Fun("abs", term)), random)[1]


def test_rules_after_one_another_keep_the_value() -> None:
    random = Random(8)
    for _ in range(300):
        term = real(random, 3)
        assert not compared(statement(term, rewritten(term, random, 4)), random)[1]


def test_most_edits_change_the_value() -> None:
    random = Random(9)
    changed = 0
    for _ in range(300):
        term = real(random, 3)
        changed += compared(statement(term, perturbed(term, random)), random)[1] > 0
    assert changed > 150
