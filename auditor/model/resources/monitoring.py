"""Application Insights components that a workspace links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Resource, arm_id, choice

SOURCE = "https://learn.microsoft.com/azure/azure-monitor/logs/private-link-security"


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
