"""What must hold for every rule, ours and whoever adds the next one."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor import plugins
from auditor.model.wire import Resource
from auditor.rule import PAGE_SECTIONS, Rule, section
from tests.rules.cases import Case

PACKS = plugins.load()
RULES = PACKS.rules
RULE_TESTS = Path(__file__).parents[1] / "rules"
_SECTION_OF = {"pass": "Pass when", "fail": "Fail when", "unknown": "Unknown when"}


def cases_of(rule: Rule[Any]) -> tuple[Case, ...]:
    """The CASES table of the rule's test module."""
    name = f"test_{rule.judge.__name__}"
    (file,) = RULE_TESTS.rglob(f"{name}.py")
    module = importlib.import_module(f"tests.rules.{file.parent.name}.{name}")
    found: tuple[Case, ...] = module.CASES
    return found


def expected_statuses(rule: Rule[Any]) -> Iterator[str]:
    for status, title in (*_SECTION_OF.items(), ("not_applicable", "Not applicable when")):
        if not section(rule.page, title).startswith("Never"):
            yield status


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_tested_for_every_verdict_its_page_names(rule: Rule[Any]) -> None:
    tested = {case.status for case in cases_of(rule)}
    assert tested.issuperset(expected_statuses(rule))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_page_is_complete_and_sources_are_links(rule: Rule[Any]) -> None:
    assert all(section(rule.page, title) for title in PAGE_SECTIONS)
    assert all(source.url.startswith("https://") for source in rule.sources)
    assert rule.rationale


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_reads_only_what_some_source_brings(rule: Rule[Any]) -> None:
    brought = {of for source in PACKS.sources for of in source.records}
    assert brought.issuperset(rule.all_reads)


def test_every_record_that_is_collected_is_read_by_a_rule() -> None:
    wanted = {of for rule in RULES for of in rule.all_reads}
    required = {of for source in PACKS.sources for of in source.requires}
    idle = {of.__name__ for source in PACKS.sources for of in source.records if of not in wanted | required}
    assert not idle


def test_every_record_says_its_arm_type() -> None:
    types: list[type[Resource]] = [of for source in PACKS.sources for of in source.records]
    assert all(of.ARM_TYPE.startswith("Microsoft.") for of in types)


def test_every_source_says_why_its_api_version() -> None:
    assert all(source.why and source.api_version for source in PACKS.sources)
