"""monitoring-resource-logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from auditor.model.finding import Evidence
from auditor.model.ids import ArmId
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.key_vault import Vault
from auditor.model.resources.monitoring import DiagnosticSetting
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.log_settings import READS, logging_resources, setting_scopes
from auditor.rule import (
    Excluded,
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
)
from auditor_rules.controls import controls
from auditor_rules.subjects import not_judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """Every resource that is expected to send logs: see `auditor.relate.log_settings`."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (CognitiveAccount, SearchService, Workspace, Vault, Registry, StorageAccount)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return READS

    def __call__(self, view: View, /) -> Iterator[Subject[Resource] | Excluded]:
        for row in logging_resources(view.estate, view.relations, everything=view.all_resources):
            excluded = not_judged(row) if isinstance(row, CognitiveAccount) else None
            yield Excluded(resource=row, verdict=excluded) if excluded else Subject(resource=row, judged=row)


@rule(
    id="monitoring-resource-logs",
    title="Resource logs enabled",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=Logging(),
    reads=(DiagnosticSetting,),
    profiles=("private-openai", "on-your-data", "prompt-flow", "model-catalog", "compute-session", "foundry"),
    remedy=Remedy(
        summary="Send the resource's logs to a Log Analytics workspace (fill in its id for WORKSPACE).",
        az="az monitor diagnostic-settings create --name to-log-analytics --resource {at}"
        ' --workspace WORKSPACE --logs \'[{{"categoryGroup":"allLogs","enabled":true}}]\'',
    ),
    controls=controls(
        policy=("1b4d1c4e-934c-4703-944c-27c82c06bebb",),
        mcsb=("LT-3",),
        cis=(
            "6.1.1.4",
            "6.1.4",
        ),
        nist=("AU-12",),
    ),
    sources=(
        Source(
            title="Diagnostic settings in Azure Monitor",
            url="https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings",
        ),
        Source(
            title="Built-in policy: diagnostic logs in Azure AI services resources should be enabled",
            url="https://learn.microsoft.com/azure/ai-services/policy-reference",
        ),
    ),
)
def monitoring_resource_logs(row: Resource, view: View) -> Verdict:
    """The resource writes down who used it, and sends that somewhere.

    Why
        Resource logs are off until a diagnostic setting sends them somewhere. Without them nobody can tell
        afterwards which prompts were sent, which documents were read, and by whom.
    Pass when
        At least one diagnostic setting has an enabled log category (or group of categories) and a sink: a Log
        Analytics workspace, a storage account, an event hub or a partner's solution. Of a storage account at
        least one of its services must have such a setting; the others are noted.
    Fail when
        No setting does: there is none, all log categories are off (`enabled` absent or null means off), or
        no sink is named (absent, null or empty). Metrics alone are no logs.
    Unknown when
        The settings could not be read, are refused or not found, or are malformed, and no readable one
        passes.
    Not applicable when
        The account is being deleted, or is a Bing resource. Storage accounts, vaults and registries that no
        workload uses have no result.
    Evidence
        `Microsoft.Insights/diagnosticSettings` of the resource, api-version 2021-05-01-preview; of a storage
        account those of its blob, file, queue and table services, as far as its kind has them.
    Remedy
        Create a diagnostic setting.
    """
    scopes = setting_scopes(row)
    found = {scope: attempt(partial(_judged, scope, view)) for scope in scopes}
    passes = [verdict for verdict in found.values() if isinstance(verdict, Pass)]
    if not passes:
        unsure = (verdict for verdict in found.values() if isinstance(verdict, Unknown))
        return next(unsure, None) or _none_of(found)
    silent = [scope for scope, verdict in found.items() if not isinstance(verdict, Pass)]
    return Pass(
        message="; ".join(dict.fromkeys(verdict.message for verdict in passes)),
        evidence=tuple(seen for verdict in passes for seen in verdict.evidence),
        notes=tuple(f"no logs of {_service(scope)} are seen to be sent anywhere" for scope in silent),
    )


def _judged(scope: ArmId, view: View) -> Verdict:
    """Whether one of the settings at a scope sends logs."""
    settings = view.estate.children(DiagnosticSetting, scope)
    verdicts = [attempt(partial(_sends, setting)) for setting in settings]
    for status in ("pass", "unknown"):
        for verdict in verdicts:
            if verdict.status == status:
                return verdict
    listed = Evidence(
        resource=scope.text,
        path=f"providers/{DiagnosticSetting.ARM_TYPE}",
        value=[setting.name for setting in settings],
    )
    shown = tuple(seen for verdict in verdicts for seen in verdict.evidence)
    said = "no diagnostic setting sends logs anywhere" if settings else "there is no diagnostic setting"
    return Fail(message=said, evidence=(listed, *shown), fills=(("at", scope.text),))


def _sends(setting: DiagnosticSetting) -> Verdict:
    logs = setting.logs
    enabled = setting.enabled_logs
    if enabled and setting.has_sink:
        names = ", ".join(row.group.value or row.category.value or "(unnamed)" for row in enabled)
        return Pass(message=f"the setting {setting.name} sends logs ({names})", evidence=(logs.evidence(),))
    lacks = "no sink" if enabled else "no enabled log category"
    return Fail(message=f"the setting {setting.name} has {lacks}", evidence=(logs.evidence(),))


def _none_of(found: dict[ArmId, Verdict]) -> Fail:
    failures = [verdict for verdict in found.values() if isinstance(verdict, Fail)]
    where = f" on any of its {len(failures)} services" if len(failures) > 1 else ""
    return Fail(
        message=f"{failures[0].message}{where}: who used the resource is not recorded",
        evidence=tuple(seen for verdict in failures for seen in verdict.evidence),
        fills=failures[0].fills,
    )


def _service(scope: ArmId) -> str:
    """`blobServices` of the id of a storage account's service."""
    return scope.segments[-2]
