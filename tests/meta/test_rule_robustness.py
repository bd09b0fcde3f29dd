"""Odd and hostile answers: no rule breaks, and nobody else's results change."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from auditor.model.finding import Unknown
from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.model.wire import Resource
from auditor.rule import Rule
from auditor.sandbox.sample.company import RESOURCE_GROUPS
from tests.meta.payloads import Body, Payload, facts, payloads
from tests.meta.substitution import judged, substituted
from tests.meta.whole_audit import RULES, Audit, Key, audit, key_of, label
from tests.rules.world import World, mended

# Whole tenants over and over: measuring coverage costs much time here, and others measure the same lines.
pytestmark = pytest.mark.no_cover

SHARDS = 8
WRONG: tuple[Any, ...] = (12.5, "text", True, ["x"], {"a": 1}, [], {})
HOSTILE = (
    "<script>alert(1)</script>'\"; rm -rf ~ #$(id)`id`",
    "\x1b[2J\x1b]0;owned\x07\x00\r\n::error::[bold]{id}{0}%s\u202e",
    "A" * 10_240,
)
SAMPLED = (
    "CognitiveAccount",
    "SearchService",
    "StorageAccount",
    "Workspace",
    "PrivateEndpoint",
    "CognitiveConnection",
    "SharedPrivateLink",
    "RoleAssignment",
    "NetworkSecurityGroup",
    "Site",
)
# Each of these groups is one application; the others hold what several share.
_APPLICATIONS = tuple(
    group.lower() for group in RESOURCE_GROUPS if not re.search(r"-(network|shared|dns)$", group)
)


@cache
def calm() -> tuple[World, Audit]:
    world = mended()
    return world, audit(world)


@cache
def rows() -> tuple[Payload, ...]:
    world, found = calm()
    return tuple(payloads(world, found.estate))


def first_of_each() -> Iterator[Payload]:
    seen = set[type]()
    for payload in rows():
        if payload.record not in seen:
            seen.add(payload.record)
            yield payload


@cache
def misshapen() -> tuple[tuple[Payload, str, Body], ...]:
    """Each declared property of each type once, in the first row that states it, with a wrong JSON type."""
    found: dict[tuple[type, str], tuple[Payload, str, Body]] = {}
    for payload in rows():
        for fact in facts(payload.row):
            place = (payload.record, re.sub(r"\[\d+\]|/subscriptions/[^.]*", "[]", fact.path))
            if place not in found and (body := _misshapen(payload, fact.path, len(found))) is not None:
                found[place] = (payload, fact.path, body)
    return tuple(found.values())


def _misshapen(payload: Payload, path: str, turn: int) -> Body | None:
    """The body with the first wrong value that the record itself calls malformed; None for a free form."""
    for step in range(len(WRONG)):
        body = payload.with_value(path, WRONG[(turn + step) % len(WRONG)])
        if any(fact.is_malformed and fact.path.startswith(path) for fact in facts(payload.decoded(body))):
            return body
    return None


@pytest.mark.parametrize("shard", range(SHARDS))
def test_property_of_the_wrong_type_makes_nothing_pass_or_fail(shard: int) -> None:
    problems = []
    for payload, path, body in misshapen()[shard::SHARDS]:
        found = _results(payload, body)
        problems += [f"{payload.row.name} {path}: {one}" for one in _problems(payload, found)]
        problems += [f"{payload.row.name} {path}: {one}" for one in _invented(payload, found)]
    assert not problems


@pytest.mark.parametrize("shard", range(SHARDS))
def test_hostile_text_breaks_no_rule_and_stays_one_word_of_a_command(shard: int) -> None:
    problems = []
    for payload, path, body in tuple(_hostile())[shard::SHARDS]:
        found = _results(payload, body)
        problems += [f"{payload.row.name} {path}: {one}" for one in _problems(payload, found)]
    assert not problems


@pytest.mark.parametrize("wrong", [12.5, "text", ["x"], {"a": 1}, None], ids=repr)
def test_members_of_the_wrong_type_everywhere_end_no_audit(wrong: object) -> None:
    """Through the collectors, which decide by what they read what to ask next: one object of each type."""
    world = mended()
    for payload in first_of_each():
        body = next((row for row in world.tenant["resources"] if row["id"] == payload.row.id.text), None)
        if body is not None and not body["type"].startswith("Microsoft.Authorization"):
            body["properties"] = dict.fromkeys(body.get("properties", ()), wrong)
    assert not [result for result in audit(world).results if _is_rule_error(result)]


def _hostile() -> Iterator[tuple[Payload, str, Body]]:
    """Every string of the sampled types in turn; of the others all strings at once."""
    turn = 0
    for payload in first_of_each():
        paths = tuple(_strings(payload.body, ""))
        if payload.record.__name__ in SAMPLED:
            for path in paths:
                turn += 1
                yield payload, path, payload.with_value(path, HOSTILE[turn % len(HOSTILE)])
        else:
            turn += 1
            body = payload.body
            for path in paths:
                if path != "id":
                    copied = Payload(record=payload.record, row=payload.row, body=body)
                    body = copied.with_value(path, HOSTILE[turn % len(HOSTILE)])
            yield payload, "all", body


def _strings(node: Any, at: str) -> Iterator[str]:
    """Where texts stand; a list of texts counts as one, replaced whole by its reader's path."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _strings(value, f"{at}.{name}" if at else name)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _strings(value, f"{at}[{index}]")
    elif isinstance(node, str):
        yield at


def _results(payload: Payload, body: Body) -> dict[Key, Result]:
    """What the rules say that can see this type: to the others nothing has changed."""
    rules = _rules_about(payload.record)
    estate = substituted(calm()[1].estate, payload, body)
    return {key_of(result): result for result in judged(estate, rules)}


def _rules_about(record: type[Resource]) -> tuple[Rule[Any], ...]:
    return tuple(rule for rule in RULES if record in rule.all_reads)


def _expected(record: type[Resource]) -> dict[Key, Result]:
    seeing = {rule.id for rule in _rules_about(record)}
    return {key: result for key, result in calm()[1].by_key.items() if key[0] in seeing}


def _problems(payload: Payload, found: dict[Key, Result]) -> Iterator[str]:
    for key, result in found.items():
        if _is_rule_error(result):
            yield f"{label(key, 'error')}: {result.verdict.message[:200]}"
        if result.remedy is not None and result.remedy.az is not None:
            yield from _torn(result.remedy.az)
    yield from _disturbed(payload, found)


def _is_rule_error(result: Result) -> bool:
    return isinstance(result.verdict, Unknown) and result.verdict.reason is Reason.RULE_ERROR


def _torn(command: str) -> Iterator[str]:
    words = shlex.split(command)
    for text in HOSTILE:
        if text[:8] in command and not any(text in word for word in words):
            yield f"the hostile text is torn apart in: {command[:200]}"


def _disturbed(payload: Payload, found: dict[Key, Result]) -> Iterator[str]:
    """What passed or failed of another application alone still does, or is unknown."""
    own = _application(payload.row.id.key)
    for key, before in _expected(payload.record).items():
        ends = {_application(rid) for rid in (key[1], *key[2])}
        if own is None or own in ends or ends == {None} or before.status not in ("pass", "fail"):
            continue
        after = found.get(key)
        if after is None or after.status not in (before.status, "unknown"):
            yield f"another application's {label(key, after.status if after else 'no')}"


def _application(rid: str) -> str | None:
    return next((group for group in _APPLICATIONS if rid.startswith(f"{group}/")), None)


def _invented(payload: Payload, found: dict[Key, Result]) -> Iterator[str]:
    """A property that cannot be read is evidence of nothing."""
    known = {(key[0], key[1], result.status) for key, result in _expected(payload.record).items()}
    for key, result in found.items():
        if result.status in ("pass", "fail") and (key[0], key[1], result.status) not in known:
            yield f"new: {label(key, result.status)}: {result.verdict.message[:160]}"
