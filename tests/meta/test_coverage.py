"""Every requirement of the seed documents has rules that exist, or a reason why a person must check it."""

from __future__ import annotations

from auditor import plugins
from tests.meta.coverage import SEEDS, requirements

REQUIREMENTS = 192
RULES = 104


def test_every_requirement_is_judged_or_says_why_not() -> None:
    unjudged = [row.id for row in requirements() if bool(row.rules) == bool(row.manual)]
    assert not unjudged


def test_every_rule_that_a_requirement_names_exists() -> None:
    known = {rule.id for rule in plugins.load().rules}
    missing = {rule for row in requirements() for rule in row.rules} - known
    assert not missing


def test_requirements_are_all_there() -> None:
    rows = requirements()
    assert len({row.id for row in rows}) == len(rows) == REQUIREMENTS
    assert {row.seed for row in rows} == set(SEEDS)


def test_rules_of_the_catalogue_are_all_there() -> None:
    assert len(plugins.load().rules) == RULES
