"""A big audit: many findings over many resources, and a workload that has too much on its map to read."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.finding import Evidence, Fail, Pass, Remedy, Severity, Unknown, Verdict
from auditor.model.map import MapEdge, MapNode, WorkloadMap
from auditor.model.reasons import Reason
from auditor.model.result import AuditResult, Result
from tests.reports.example import HR, OPENAI, SUBSCRIPTION, audit, result_of

_SEVERITIES = tuple(Severity)
_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-"


def large_audit(findings: int, things: int = 60) -> AuditResult:
    """`findings` results of 40 rules in every status, and a map of as many `things`."""
    plain = audit()
    results = tuple(sorted((_result(number) for number in range(findings)), key=lambda one: one.sort_key))
    return replace(plain, results=results, maps=(_map(things), *plain.maps[1:]))


def _storage(number: int) -> str:
    return f"{_GROUP}{number % 50}/providers/Microsoft.Storage/storageAccounts/st{number}"


def _result(number: int) -> Result:
    resource = _storage(number)
    seen = Evidence(resource=resource, path="properties.publicNetworkAccess", value="Enabled")
    message = f"Finding {number}: the account answers from any network, and nothing narrows it."
    verdicts: tuple[Verdict, ...] = (
        Fail(message=message, evidence=(seen, seen)),
        Unknown(message=message, reason=Reason.CONDITIONAL, evidence=(seen,)),
        Pass(message=message, evidence=(seen,)),
    )
    verdict = verdicts[number % 3]
    remedy = Remedy(summary="Turn it off.", az=f"az storage account update --ids {resource}")
    return result_of(
        f"storage-rule-{number % 40:02}",
        verdict,
        _SEVERITIES[number % 5],
        resource,
        workloads=(HR,) if number % 2 else (),
        remedy=remedy if isinstance(verdict, Fail) else None,
    )


def _map(things: int) -> WorkloadMap:
    ids = [_storage(number) for number in range(things)]
    nodes = [MapNode(id=rid, kind="storage", label=rid.rpartition("/")[2]) for rid in ids]
    edges = [
        MapEdge(
            source=OPENAI,
            target=rid,
            kind="role",
            label="Reader",
            resource=f"{rid}/r",
            path="properties.scope",
        )
        for rid in ids
    ]
    return WorkloadMap(
        workload=HR, nodes=(MapNode(id=OPENAI, kind="account", label="oai"), *nodes), edges=tuple(edges)
    )
