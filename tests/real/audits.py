"""The two real tenants, audited whole: collectors, rules and scoring over the sandbox."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

from auditor.collect import PACK
from auditor.collect.runner import collect
from auditor.collect.source import Selection
from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.ids import ArmId
from auditor.model.resources.app import Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import (
    CognitiveConnection,
    SearchConnection,
    StorageConnection,
    WorkspaceConnection,
)
from auditor.model.resources.network import Subnet
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.model.result import AuditResult
from auditor.model.wire import Resource
from auditor.options import parse
from auditor.plugins import load
from auditor.progress import SilentProgress
from auditor.sandbox import Arm
from auditor.sandbox.demo import connection_to
from auditor.sandbox.inventory import Order
from auditor.scan import audit
from tests.real.tenant import TENANT_ID, Kind, served

KINDS: tuple[Kind, ...] = get_args(Kind)
SCOPES = ("related", "all-resources", "declared")
"""Storage of AI workloads only, which is the default; every resource; and with workloads declared."""


@cache
def audited(kind: Kind, scope: str, order: Order = "as-is") -> AuditResult:
    arguments = ["demo", "--all-resources"] if scope == "all-resources" else ["demo"]
    options = parse(arguments, {}, Path(__file__).parent).options
    if scope == "declared":
        options = replace(options, declared=Declared(workloads=tuple(_workloads(kind))))
    progress = SilentProgress()
    connection = connection_to(Arm(served(kind), order), progress.request_finished)
    return audit(connection, options, load(), (), progress)


def _workloads(kind: Kind) -> Iterator[DeclaredWorkload]:
    """The recordings were made apart from each other, so nothing in them belongs together by itself."""
    yield DeclaredWorkload(
        name="chat",
        kind="on-your-data",
        openai=_some(kind, CognitiveAccount, CognitiveConnection),
        search=_some(kind, SearchService, SearchConnection, SharedPrivateLink),
        storage=_some(kind, StorageAccount, StorageConnection),
        web_app=_some(kind, Site),
        consumers=_some(kind, Subnet),
        egress="internet",
    )
    yield DeclaredWorkload(
        name="flows",
        kind="prompt-flow",
        openai=_some(kind, CognitiveAccount),
        storage=_some(kind, StorageAccount),
        workspace=_some(kind, Workspace, WorkspaceConnection, OutboundRule),
        egress="private",
    )


def _some(kind: Kind, of: type[Resource], *below: type[Resource]) -> tuple[str, ...]:
    """Two resources of a type, those first that have something below them."""
    holders = {row.id.parent for child in below for row in collected(kind).listed(child)}
    rows = sorted(collected(kind).listed(of), key=lambda row: row.id not in holders)
    return tuple(row.id.text for row in rows[:2])


@cache
def collected(kind: Kind) -> Estate:
    """Everything that our own sources read, whether or not a rule asks for it."""
    tenant = served(kind)
    found = [ArmId.parse(f"/subscriptions/{entry['subscriptionId']}") for entry in tenant.subscriptions]
    builder = EstateBuilder(TENANT_ID, found, dict.fromkeys(found, TENANT_ID))

    async def read() -> Estate:
        async with connection_to(Arm(tenant), lambda: None) as connection:
            selection = Selection(declared=Declared(), all_resources=True)
            return await collect(connection.readers, PACK.sources, builder, selection)

    return asyncio.run(read())


def counts() -> dict[str, Any]:
    """What the golden file holds: numbers, and no word of any payload."""
    return {
        kind: {
            "resources": _sorted(Counter({of.__name__: len(table.rows) for of, table in _tables(kind)})),
            "gaps": _sorted(Counter(str(gap.reason) for gap in collected(kind).all_gaps())),
            **{scope: _verdicts(audited(kind, scope)) for scope in SCOPES},
        }
        for kind in KINDS
    }


def _tables(kind: Kind) -> list[tuple[type[Any], Any]]:
    return list(collected(kind).tables.items())


def _verdicts(result: AuditResult) -> dict[str, dict[str, int]]:
    by_rule: dict[str, Counter[str]] = {rule.id: Counter() for rule in result.rules}
    for found in result.results:
        by_rule[found.rule][found.status] += 1
    return {rule: _sorted(counted) for rule, counted in sorted(by_rule.items())}


def _sorted(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items()))
