"""One misconfiguration flips the results that it should, and no other."""

from __future__ import annotations

import importlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditor.rule import Rule, section
from tests.meta.mutations.mutation import Mutation
from tests.meta.whole_audit import RULES, Audit, audit, flips
from tests.rules.world import mended

# Whole tenants over and over: measuring coverage costs much time here, and others measure the same lines.
pytestmark = pytest.mark.no_cover


def _tables() -> tuple[Mutation, ...]:
    """The MUTATIONS of every module of the folder: a new area's table is found by itself."""
    names = sorted(file.stem for file in (Path(__file__).parent / "mutations").glob("*.py"))
    modules = (importlib.import_module(f"tests.meta.mutations.{name}") for name in names)
    return tuple(mutation for module in modules for mutation in getattr(module, "MUTATIONS", ()))


MUTATIONS = _tables()


@cache
def unharmed() -> Audit:
    return audit(mended())


def before(mutation: Mutation) -> Audit:
    if mutation.before is None and mutation.declared is None:
        return unharmed()
    world = mended()
    if mutation.before is not None:
        mutation.before(world)
    return audit(world, mutation.declared)


def after(mutation: Mutation) -> Audit:
    world = mended()
    if mutation.before is not None:
        mutation.before(world)
    mutation.change(world)
    return audit(world, mutation.declared)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_mutation_of_the_compliant_company_flips_what_it_should_and_no_other(mutation: Mutation) -> None:
    assert flips(before(mutation), after(mutation)) == Counter(mutation.lines)


def _can_flip(rule: Rule[Any]) -> bool:
    """Some rules can only ask a person to look: no change of the tenant makes them say anything else."""
    return not all(section(rule.page, title).startswith("Never") for title in ("Pass when", "Fail when"))


@pytest.mark.parametrize("rule", [rule for rule in RULES if _can_flip(rule)], ids=lambda rule: rule.id)
def test_rule_is_made_to_fail_by_a_mutation(rule: Rule[Any]) -> None:
    worst = "unknown" if section(rule.page, "Fail when").startswith("Never") else "fail"
    flipped = [line.split(" ")[:2] for mutation in MUTATIONS for line in mutation.lines]
    assert [worst, rule.id] in flipped


def test_mutations_are_named_once() -> None:
    assert not [name for name, times in Counter(map(str, MUTATIONS)).items() if times > 1]
