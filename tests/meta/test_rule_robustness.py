"""Odd and hostile answers: no rule breaks, and nobody else's results change."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.model.wire import Misfit
from auditor.sandbox.sample.company import RESOURCE_GROUPS
from tests.meta.payloads import Body, Payload, facts, payloads, put_at
from tests.meta.substitution import judged, substituted
from tests.meta.whole_audit import RULES, Audit, Key, audit, key_of, label
from tests.rules.world import World, mended

SHARDS = 8
WRONG: tuple[Any, ...] = (12.5, "text", True, ["x"], {"a": 1}, [], {})
HOSTILE = (
    "<script>alert(1)</script>'\"; rm -rf ~ #$(id)`id`",
    "\x1b[2J\x1b]0;owned\x07\x00\r\n::error::[bold]{id}{0}%s‮",
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


@cache
def expected() -> dict[Key, Result]:
    return {key_of(result): result for result in judged(calm()[1].estate)}


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
    problems = [
        f"{payload.row.name} {path}: {problem}"
        for payload, path, body in misshapen()[shard::SHARDS]
        for problem in (*_problems(payload, body), *_invented(payload, body))
    ]
    assert not problems


@pytest.mark.parametrize("shard", range(SHARDS))
def test_hostile_text_breaks_no_rule_and_stays_one_word_of_a_command(shard: int) -> None:
    problems = [
        f"{payload.row.name} {path}: {problem}"
        for payload, path, body in tuple(_hostile())[shard::SHARDS]
        for problem in _problems(payload, body)
    ]
    assert not problems


def test_bodies_that_are_no_objects_cost_only_themselves() -> None:
    """Through the collectors: whole property bags of each type replaced, one audit for each wrong value."""
    for wrong in (12.5, "text", ["x"], None):
        world = mended()
        for payload in first_of_each():
            body = next((row for row in world.tenant["resources"] if row["id"] == payload.row.id.text), None)
            if body is not None and wrong is not None:
                _replace_bags(body, wrong)
            elif body is not None:
                body["properties"] = None
        found = audit(world)
        assert not [result for result in found.results if _is_rule_error(result)]


def _replace_bags(body: Body, wrong: object) -> None:
    """Every member of the properties: the sandbox itself needs the bag to be one."""
    if not body["type"].lower().startswith("microsoft.authorization"):
        body["properties"] = {name: wrong for name in body.get("properties") or {}}


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
    return {key_of(result): result for result in judged(substituted(calm()[1].estate, payload, body))}


def _problems(payload: Payload, body: Body) -> Iterator[str]:
    found = _results(payload, body)
    for key, result in found.items():
        if _is_rule_error(result):
            yield f"{label(key, 'error')}: {result.verdict.message[:200]}"
        if result.remedy is not None and result.remedy.az is not None:
            yield from _split_words(result.remedy.az)
    yield from _disturbed(payload, found)


def _is_rule_error(result: Result) -> bool:
    return getattr(result.verdict, "reason", None) is Reason.RULE_ERROR


def _split_words(command: str) -> Iterator[str]:
    words = shlex.split(command)
    for text in HOSTILE:
        if text[:8] in command and not any(text in word for word in words):
            yield f"the hostile text is torn apart in: {command[:200]}"


def _disturbed(payload: Payload, found: dict[Key, Result]) -> Iterator[str]:
    """Results about another application: unchanged, or unknown with this row named as the reason."""
    own = _application(payload.row.id.key)
    for key in expected().keys() | found.keys():
        before, after = expected().get(key), found.get(key)
        if own is None or _application(key[1]) in (own, None):
            continue
        if (before and before.status) == (after and after.status):
            continue
        if after is None or after.status != "unknown" or not _names(after, payload):
            yield f"another application's {label(key, after.status if after else 'no')}"


def _application(rid: str) -> str | None:
    return next((group for group in _APPLICATIONS if rid.startswith(f"{group}/")), None)


def _names(result: Result, payload: Payload) -> bool:
    seen = (result.verdict.message, *(one.resource for one in result.verdict.evidence), *result.related)
    return any(payload.row.id.key in text.lower() or payload.row.name in text for text in seen)


def _invented(payload: Payload, body: Body) -> Iterator[str]:
    """A property that cannot be read is evidence of nothing."""
    known = {(key[0], key[1], result.status) for key, result in expected().items()}
    for key, result in _results(payload, body).items():
        if result.status in ("pass", "fail") and (key[0], key[1], result.status) not in known:
            yield f"new: {label(key, result.status)}: {result.verdict.message[:160]}"
