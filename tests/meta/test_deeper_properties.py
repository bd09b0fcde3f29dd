"""What must hold of rules that look beyond Reader: unread is never a pass, and spelling never a verdict."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.declared import Declared, DeclaredWorkload, DocumentLevelSecurity
from auditor.model.reach import STEPS, Reach
from auditor.rule import Rule
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor_rules.search.search_document_level_security import search_document_level_security
from auditor_rules.search.search_shared_private_links import search_shared_private_links
from tests.meta.whole_audit import Audit, audit, key_of
from tests.rules.world import World, mended

RULES: tuple[Rule[Any], ...] = (search_document_level_security, search_shared_private_links)
DECLARED = Declared(
    workloads=(
        DeclaredWorkload(
            name="claims",
            kind="on-your-data",
            openai=(CLAIMS_OPENAI,),
            search=(CLAIMS_SEARCH,),
            web_app=(CLAIMS_APP,),
            document_level_security=DocumentLevelSecurity(index="claims", field="group_ids"),
        ),
    )
)
NEEDED: dict[str, tuple[Rule[Any], ...]] = {
    "indexes": (search_document_level_security,),
    "datasources": (search_shared_private_links,),
    "skillsets": (search_shared_private_links,),
    "indexers": (search_shared_private_links,),
    "config/appsettings/list": (search_document_level_security,),
}


def statuses(world: World) -> dict[tuple[str, str], str]:
    """The verdict of each of the two rules on each resource."""
    found = (result for rule in RULES for result in world.judge(rule, DECLARED))
    return {(result.rule, result.resource): result.status for result in found}


def deeper(world: World, *steps: Reach) -> World:
    world.reach = frozenset(steps or STEPS)
    return world


@cache
def calm() -> dict[tuple[str, str], str]:
    return statuses(deeper(mended()))


def test_compliant_company_passes_both_rules() -> None:
    assert [calm()[rule.id, CLAIMS_SEARCH] for rule in RULES] == ["pass", "pass"]
    assert "fail" not in calm().values()


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize("part", NEEDED)
def test_part_that_was_refused_makes_unknown_what_needs_it_and_changes_nothing_else(
    part: str, status: int
) -> None:
    world = mended().refuse(f"/{part}\\?", status)
    found = statuses(deeper(world))
    touched = {rule.id for rule in NEEDED[part]}
    for key, before in calm().items():
        assert found[key] == ("unknown" if key[0] in touched and before == "pass" else before), key


@pytest.mark.parametrize(
    "body", [{}, {"value": None}, {"value": {}}, [], "", {"value": [7]}, {"value": [{}]}]
)
@pytest.mark.parametrize("part", [part for part in NEEDED if "/" not in part])
def test_answer_of_an_odd_form_is_never_a_pass(part: str, body: object) -> None:
    world = mended()
    world.tenant["faults"].append({"path": f"srch-norrland-claims/{part}\\?", "status": 200, "body": body})
    found = statuses(deeper(world))
    for rule in NEEDED[part]:
        assert found[rule.id, CLAIMS_SEARCH] == "unknown"


def swapped(found: Any, rng: random.Random) -> Any:
    """Other letter case where it has no meaning: hosts, ids, kinds and environments, not names or types."""
    match found:
        case dict():
            kept = ("name", "type", "fields")
            return {name: inner if name in kept else swapped(inner, rng) for name, inner in found.items()}
        case list():
            return [swapped(inner, rng) for inner in found]
        case str() if rng.random() < 0.5:
            return found.upper() if rng.random() < 0.5 else found.swapcase()
        case _:
            return found


def extended(found: Any, rng: random.Random) -> Any:
    """Members that nobody knows yet."""
    match found:
        case dict():
            more: dict[str, object] = {
                f"x{rng.randrange(10**6)}": rng.choice([None, 7, "text", [], {"a": 1}])
            }
            return {**{name: extended(inner, rng) for name, inner in found.items()}, **more}
        case list():
            return [extended(inner, rng) for inner in found]
        case _:
            return found


def reordered(found: Any, rng: random.Random) -> Any:
    match found:
        case dict():
            return {name: reordered(found[name], rng) for name in rng.sample(sorted(found), len(found))}
        case list():
            return [reordered(inner, rng) for inner in rng.sample(found, len(found))]
        case _:
            return found


Variation = Callable[[Any, random.Random], Any]


@pytest.mark.parametrize("variation", [swapped, extended, reordered])
@settings(max_examples=4, derandomize=True, deadline=None, database=None)
@given(seed=st.integers(min_value=0, max_value=1000))
def test_objects_that_mean_the_same_change_no_verdict(variation: Variation, seed: int) -> None:
    world, rng = deeper(mended()), random.Random(seed)
    objects = world.tenant["search_objects"]
    for service, collections in objects.items():
        objects[service] = {name: variation(rows, rng) for name, rows in collections.items()}
    assert statuses(world) == calm()


def test_steps_change_the_verdicts_of_no_other_rule_of_the_compliant_company() -> None:
    """There every relation is known by stronger evidence, so that the steps add some and turn none."""
    without, found = audit(mended(), DECLARED), audit(deeper(mended()), DECLARED)
    ours = {rule.id for rule in RULES}
    assert _others(without, ours) == _others(found, ours)


def _others(found: Audit, ours: set[str]) -> dict[Any, str]:
    return {key_of(one): one.status for one in found.results if one.rule not in ours}
