"""Telemetry: Application Insights, Log Analytics, private link scopes, and who sends its logs where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource, arm_id, choice, flag, parts, text, texts

SOURCE = "https://learn.microsoft.com/azure/azure-monitor/logs/private-link-security"
SETTINGS = "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Component(Resource):
    """`Microsoft.Insights/components`; ARM answers the namespace in lower case."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Insights/components"

    log_workspace: Fact[ArmId | None] = arm_id("properties.WorkspaceResourceId")
    ingestion_access: Fact[str] = choice(
        "properties.publicNetworkAccessForIngestion",
        "Enabled",
        "Disabled",
        "SecuredByPerimeter",
        absent="Enabled",
        source=SOURCE,
    )
    query_access: Fact[str] = choice(
        "properties.publicNetworkAccessForQuery",
        "Enabled",
        "Disabled",
        "SecuredByPerimeter",
        absent="Enabled",
        source=SOURCE,
    )
    scope_members: Fact[tuple[str, ...]] = texts("properties.PrivateLinkScopedResources[].ResourceId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogWorkspace(Resource):
    """`Microsoft.OperationalInsights/workspaces`: where logs end up."""

    ARM_TYPE: ClassVar[str] = "Microsoft.OperationalInsights/workspaces"

    ingestion_access: Fact[str] = choice(
        "properties.publicNetworkAccessForIngestion",
        "Enabled",
        "Disabled",
        "SecuredByPerimeter",
        absent="Enabled",
        source=SOURCE,
    )
    query_access: Fact[str] = choice(
        "properties.publicNetworkAccessForQuery",
        "Enabled",
        "Disabled",
        "SecuredByPerimeter",
        absent="Enabled",
        source=SOURCE,
    )
    scope_members: Fact[tuple[str, ...]] = texts("properties.privateLinkScopedResources[].resourceId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrivateLinkScope(Resource):
    """`Microsoft.Insights/privateLinkScopes`: what Azure Monitor answers through one private endpoint."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Insights/privateLinkScopes"

    ingestion_mode: Fact[str | None] = choice(
        "properties.accessModeSettings.ingestionAccessMode", "Open", "PrivateOnly", source=SOURCE
    )
    query_mode: Fact[str | None] = choice(
        "properties.accessModeSettings.queryAccessMode", "Open", "PrivateOnly", source=SOURCE
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScopedResource(Resource):
    """`privateLinkScopes/{s}/scopedResources/{name}`. `scope` is the private link scope."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Insights/privateLinkScopes/scopedResources"

    linked: Fact[ArmId | None] = arm_id("properties.linkedResourceId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogCategory(Part):
    """One category of logs, or one group of categories, of a diagnostic setting."""

    category: Fact[str | None] = text("category")
    group: Fact[str | None] = text("categoryGroup")
    enabled: Fact[bool] = flag("enabled", absent=False, source=SETTINGS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DiagnosticSetting(Resource):
    """`{resource}/providers/Microsoft.Insights/diagnosticSettings/{name}`. `scope` is the resource.

    The sinks are read as text: ARM answers an empty one for those that are not used.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Insights/diagnosticSettings"

    logs: Fact[tuple[LogCategory, ...]] = parts("properties.logs", LogCategory, source=SETTINGS)
    log_workspace: Fact[str | None] = text("properties.workspaceId")
    storage_account: Fact[str | None] = text("properties.storageAccountId")
    event_hub: Fact[str | None] = text("properties.eventHubAuthorizationRuleId")
    partner: Fact[str | None] = text("properties.marketplacePartnerId")

    @property
    def has_sink(self) -> bool:
        sinks = (self.log_workspace, self.storage_account, self.event_hub, self.partner)
        return any(fact.value for fact in sinks)

    @property
    def enabled_logs(self) -> tuple[LogCategory, ...]:
        return tuple(row for row in self.logs.value if row.enabled.value)
