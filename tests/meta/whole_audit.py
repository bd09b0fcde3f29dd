"""Audits by every installed rule, compared result by result."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from auditor import engine, plugins
from auditor.collect.runner import closure, collect
from auditor.collect.scope import resolve
from auditor.collect.source import Selection
from auditor.model.declared import Declared
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.result import Result
from auditor.relate.workloads import deepened, discover
from auditor.rule import View
from auditor.sandbox.arm import Arm
from auditor.sandbox.demo import connection_to
from auditor.sandbox.request import LoggedRequest
from auditor.sandbox.tenant import Tenant
from tests.rules.world import NOW, World

PACKS = plugins.load()
RULES = PACKS.rules
READS = tuple({of for rule in RULES for of in rule.all_reads})
SOURCES = closure(PACKS.sources, deepened(READS))

_APPENDED = re.compile(r"^((?![0-9a-f]{8}-)[\w-]+)[.-][0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$")
_GUID = re.compile(r"([0-9a-f]{8})-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

Key = tuple[str, str, tuple[str, ...]]
"""Rule, resource and related ends, ids in lower case and ends in order: what a fingerprint is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What one audit found, and what it asked for."""

    estate: Estate
    results: tuple[Result, ...]
    requests: tuple[LoggedRequest, ...]

    @property
    def by_key(self) -> dict[Key, Result]:
        return {key_of(result): result for result in self.results}


def audit(world: World, declared: Declared | None = None, *, wide: bool = False) -> Audit:
    """Collect for all rules at once and run all of them."""
    known = declared or Declared()
    estate, requests = asyncio.run(_collect(world, known, wide))
    view = View(
        estate=estate,
        relations=discover(estate, known),
        declared=known,
        now=NOW,
        all_resources=wide,
        cloud=world.cloud,
    )
    return Audit(estate=estate, results=engine.run(RULES, view, estate.audited), requests=requests)


def key_of(result: Result) -> Key:
    return (result.rule, result.resource.lower(), tuple(sorted(end.lower() for end in result.related)))


def label(key: Key, status: str) -> str:
    """One result in a line: `fail some-rule on account of search, storage`, names for ids, two of many."""
    rule, resource, related = key
    name = _name(resource)
    ends = sorted(end for end in map(_name, related) if end != name)
    more = f" +{len(ends) - 2}" if len(ends) > 2 else ""
    named = ", ".join(ends[:2] if more else ends)
    return f"{status} {rule} on {name}{f' of {named}{more}' if ends else ''}"


def flips(before: Audit, after: Audit) -> Counter[str]:
    """Every result whose status is another one, that is new, or that is gone."""
    then, now = before.by_key, after.by_key
    status = {key: result.status for key, result in now.items()}
    changed = [key for key in then.keys() | now.keys() if _status(then, key) != _status(now, key)]
    return Counter(label(key, status.get(key, "no")) for key in changed)


def _status(results: dict[Key, Result], key: Key) -> str | None:
    return results[key].status if key in results else None


def _name(rid: str) -> str:
    """The last segment, less the GUID that follows a name; of other GUIDs the first block."""
    last = rid.rpartition("/")[2].removeprefix("principal:").removeprefix("privatelink.")
    return _GUID.sub(r"\1", _APPENDED.sub(r"\1", last))


async def _collect(world: World, declared: Declared, wide: bool) -> tuple[Estate, tuple[LoggedRequest, ...]]:
    arm: Any = Arm(Tenant.from_json(world.tenant), order=world.order)
    async with connection_to(arm, lambda: None, world.reach) as opened:
        scope = await resolve(opened.reader, world.selected, None, ())
        visible = {one.id: one.tenant_id for one in scope.visible}
        builder = EstateBuilder(world.tenant["tenant_id"], [one.id for one in scope.audited], visible)
        selection = Selection(declared=declared, all_resources=wide, reach=world.reach)
        estate = await collect(opened.readers, SOURCES, builder, selection)
    return estate, tuple(arm.log)
