"""monitoring-private-telemetry."""

from __future__ import annotations

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.monitoring import Component, LogWorkspace, PrivateLinkScope, ScopedResource
from auditor.model.resources.workspace import Workspace
from auditor.relate.dependencies import linked
from auditor.relate.owners import known
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.dependencies import Dependencies

Sink = Component | LogWorkspace

LINKED_COMPONENTS = Dependencies(
    of=Component,
    called="Application Insights component",
    link="application_insights",
    users=lambda view: linked(view.estate, "application_insights"),
    none="links no Application Insights component",
)
CLOSE_LOGS = Remedy(
    summary="Add the Log Analytics workspace to an Azure Monitor private link scope in Open mode, then close"
    " it to public networks.",
    az="az resource update --ids {at} --api-version 2023-09-01"
    " --set properties.publicNetworkAccessForIngestion=Disabled"
    " properties.publicNetworkAccessForQuery=Disabled",
)


@rule(
    id="monitoring-private-telemetry",
    title="Telemetry path is private",
    severity=Severity.LOW,
    rule_class="exposure",
    subjects=LINKED_COMPONENTS,
    reads=(LogWorkspace, PrivateLinkScope, ScopedResource),
    profiles=("prompt-flow", "model-catalog", "compute-session"),
    remedy=Remedy(
        summary="Add the component to an Azure Monitor private link scope in Open mode (Machine Learning"
        " needs that mode), give the scope a private endpoint, then close the component to public networks.",
        az="az resource update --ids {id} --api-version 2020-02-02"
        " --set properties.publicNetworkAccessForIngestion=Disabled"
        " properties.publicNetworkAccessForQuery=Disabled",
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Secure a workspace in a virtual network",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet",
        ),
        Source(
            title="Managed network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="Private Link for Azure Monitor",
            url="https://learn.microsoft.com/azure/azure-monitor/logs/private-link-security",
        ),
    ),
)
def monitoring_private_telemetry(component: Component, view: View) -> Verdict:
    """Traces and metrics of a private workspace do not pass over public networks.

    Why
        Traces of a flow hold prompts and answers. Where the workspace is private on both sides, telemetry is
        the one path that still leaves it in the open, and the one that can be read from anywhere.
    Pass when
        The component, and the Log Analytics workspace behind it, are each closed to public networks for
        ingestion or for query, or belong to an Azure Monitor private link scope.
    Fail when
        One of the two has both Enabled (absent and null mean Enabled) and belongs to no private link scope.
        SecuredByPerimeter does not count as Enabled.
    Unknown when
        The component, the Log Analytics workspace, or the private link scopes of the audited subscriptions
        could not be read; or a value is not known.
    Not applicable when
        No workspace that links the component is private on both sides (`publicNetworkAccess` Disabled and
        the managed network in AllowOnlyApprovedOutbound), or a workspace links none.
    Evidence
        `publicNetworkAccessForIngestion`, `publicNetworkAccessForQuery` and the scoped resources of
        `Microsoft.Insights/components`, api-version 2020-02-02, and of `Microsoft.OperationalInsights/
        workspaces`, 2023-09-01; `scopedResources` of `Microsoft.Insights/privateLinkScopes`,
        2021-07-01-preview. A scope in mode PrivateOnly is noted: Machine Learning needs Open.
    Remedy
        Add both to a private link scope in Open mode, then close them.
    """
    workspaces = linked(view.estate, "application_insights").get(component.id, ())
    private = [row for row in workspaces if isinstance(row, Workspace) and _is_private(row)]
    if not private and not view.all_resources:
        said = "no workspace that links the component is private on both sides"
        return NotApplicable(message=said, reason=Reason.PUBLIC_ACCESS_OPEN)
    checks = (
        attempt(lambda: _path(component, "the component", view.estate)),
        attempt(lambda: _logs(component, view.estate)),
    )
    verdict = worst(checks, own=Severity.LOW)
    if not isinstance(verdict, Pass):
        return verdict
    passed = [check for check in checks if isinstance(check, Pass)]
    return Pass(
        message="; ".join(check.message for check in passed),
        evidence=tuple(seen for check in passed for seen in check.evidence),
        notes=tuple(dict.fromkeys(note for check in passed for note in check.notes)),
    )


def _is_private(workspace: Workspace) -> bool:
    is_closed = workspace.public_network_access.value == "Disabled"
    return is_closed and workspace.isolation_mode.value == "AllowOnlyApprovedOutbound"


def _logs(component: Component, estate: Estate) -> Verdict:
    named = component.log_workspace
    if named.value is None:
        return Pass(message="it keeps its data itself, in no workspace", evidence=(named.evidence(),))
    found = estate.find(LogWorkspace, named.value)
    if found is None:
        said = f"the Log Analytics workspace {named.value} cannot be seen: deleted, or hidden from Reader"
        raise Undecided(said, Reason.HIDDEN, evidence=(named.evidence(),))
    return _path(found, f"the Log Analytics workspace {found.name}", estate)


def _path(sink: Sink, called: str, estate: Estate) -> Verdict:
    ingestion, query = sink.ingestion_access, sink.query_access
    evidence = (ingestion.evidence(), query.evidence())
    if {ingestion.value, query.value} != {"Enabled"}:
        said = f"{called} is not open for both ingestion ({ingestion.value}) and query ({query.value})"
        return Pass(message=said, evidence=evidence, notes=_modes(sink, estate))
    if sink.scope_members.value or _scopes_of(sink.id, estate):
        said = f"{called} belongs to a private link scope"
        seen = (*evidence, sink.scope_members.evidence())
        return Pass(message=said, evidence=seen, notes=_modes(sink, estate))
    # A list that is missing might have held the membership.
    estate.every(PrivateLinkScope)
    estate.every(ScopedResource)
    said = f"{called} takes and shows telemetry over public networks and is in no private link scope"
    fills, remedy = (("at", sink.id.text),), CLOSE_LOGS if isinstance(sink, LogWorkspace) else None
    return Fail(message=said, evidence=(*evidence, sink.scope_members.evidence()), remedy=remedy, fills=fills)


def _scopes_of(rid: ArmId, estate: Estate) -> tuple[PrivateLinkScope, ...]:
    holders = {row.scope for row in estate.listed(ScopedResource) if known(row.linked) == rid}
    return tuple(scope for scope in estate.listed(PrivateLinkScope) if scope.id in holders)


def _modes(sink: Sink, estate: Estate) -> tuple[str, ...]:
    strict = [
        scope.name
        for scope in _scopes_of(sink.id, estate)
        if "PrivateOnly" in (known(scope.ingestion_mode), known(scope.query_mode))
    ]
    return tuple(f"the scope {name} is in mode PrivateOnly; Machine Learning needs Open" for name in strict)
