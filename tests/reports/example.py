"""A small audit by hand: two workloads, failures of each severity, every status, a gap and a waiver."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from auditor.model.changes import Change, ChangeKind, Changes, RunMark
from auditor.model.finding import (
    ABSENT,
    Confidence,
    Evidence,
    Fail,
    Gap,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Unknown,
    Verdict,
)
from auditor.model.fix import Fix, FixKind, Outcome
from auditor.model.guided import AssignRole, Grant, GuidedFix
from auditor.model.ids import ArmId
from auditor.model.map import INTERNET, MapEdge, MapNode, WorkloadMap
from auditor.model.reasons import Reason
from auditor.model.result import (
    AuditResult,
    GroupMarks,
    Marks,
    PackVersion,
    Result,
    RuleSummary,
    Run,
    Score,
    WaiverMark,
    WaiverState,
    WaiverSummary,
    WorkloadEdge,
    WorkloadSummary,
)

SUBSCRIPTION = "6b1f2a34-8d1c-4b57-9a0e-3f1c5d7e9a11"
SHARED = "c0ffee00-1111-4222-8333-444455556666"
_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-hr-chat-prod-westeurope/providers"
OPENAI = f"{_GROUP}/Microsoft.CognitiveServices/accounts/oai-hr-chat-prod"
SEARCH = f"{_GROUP}/Microsoft.Search/searchServices/srch-hr-chat-prod"
STORAGE = f"{_GROUP}/Microsoft.Storage/storageAccounts/sthrchatprod"
STORAGE_LOGS = f"{_GROUP}/Microsoft.Storage/storageAccounts/sthrchatlogs"
NSG = f"{_GROUP}/Microsoft.Network/networkSecurityGroups/nsg-private-endpoints"
WORKSPACE = (
    f"/subscriptions/{SHARED}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/mlw"
)
FRONT = f"/subscriptions/{SHARED}/resourceGroups/rg-ml/providers/Microsoft.App/containerApps/front"
STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FIRST_SEEN = datetime(2026, 2, 2, 6, 0, tzinfo=UTC)
HR, ML = "workload-hr", "workload-ml"
GAP = Gap(
    scope=ArmId.parse(f"/subscriptions/{SHARED}"),
    what="Microsoft.Search/searchServices",
    reason=Reason.NO_PERMISSION,
    http_status=403,
    action="Microsoft.Search/searchServices/read",
    detail="AuthorizationFailed",
)
THROTTLED = Gap(
    scope=ArmId.parse(WORKSPACE),
    what="Microsoft.MachineLearningServices/workspaces/outboundRules",
    reason=Reason.THROTTLED,
    http_status=429,
)


def result_of(
    rule: str,
    verdict: Verdict,
    severity: Severity,
    resource: str,
    *,
    workloads: tuple[str, ...] = (),
    related: tuple[str, ...] = (),
    remedy: Remedy | None = None,
    confidence: Confidence = Confidence.HIGH,
    waiver: WaiverMark | None = None,
    fix: GuidedFix | None = None,
) -> Result:
    """A Result whose type and subscription are read from its resource's id."""
    parsed = ArmId.parse(resource)
    return Result(
        rule=rule,
        verdict=verdict,
        severity=severity,
        confidence=confidence,
        resource=resource,
        resource_type=parsed.resource_type or "Microsoft.Resources/subscriptions",
        subscription_id=parsed.subscription_id,
        location="westeurope" if parsed.resource_type else None,
        related=related,
        workloads=workloads,
        remedy=remedy,
        fix=fix,
        waiver=waiver,
    )


def _seen(resource: str, path: str, value: object) -> Evidence:
    return Evidence(resource=resource, path=path, value=value)


def _critical() -> Result:
    return result_of(
        "openai-public-network-access",
        Fail(
            message="The account answers from any network: public access is on and no firewall narrows it.",
            evidence=(
                _seen(OPENAI, "properties.publicNetworkAccess", "Enabled"),
                _seen(OPENAI, "properties.networkAcls.defaultAction", ABSENT),
            ),
        ),
        Severity.CRITICAL,
        OPENAI,
        workloads=(HR, ML),
        remedy=Remedy(
            summary="Turn public network access off.",
            az="az resource update --ids "
            f"{OPENAI} --set properties.publicNetworkAccess=Disabled --api-version 2024-10-01",
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
        ),
    )


def _high() -> Result:
    return result_of(
        "role-search-calls-openai",
        Fail(
            message="The search service's identity holds no role on the account that lets it embed text, so "
            "vectorising a query fails as soon as keys are off.",
            evidence=(
                _seen(OPENAI, "roleAssignments", []),
                _seen(SEARCH, "identity.type", "SystemAssigned, UserAssigned"),
            ),
            notes=("Grants to groups were expanded.",),
        ),
        Severity.HIGH,
        OPENAI,
        workloads=(HR,),
        related=(SEARCH,),
        confidence=Confidence.MEDIUM,
        remedy=Remedy(
            summary="Grant the role.",
            az="az role assignment create --role 'Cognitive Services OpenAI User' --assignee-object-id "
            f"5c1d0f6e-0000-4000-8000-000000000001 --scope {OPENAI}",
        ),
        fix=AssignRole(
            grants=(
                Grant(
                    scope=OPENAI,
                    principal_id="5c1d0f6e-0000-4000-8000-000000000001",
                    principal_type="ServicePrincipal",
                    role="5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
                    role_name="Cognitive Services OpenAI User",
                ),
            )
        ),
    )


def _medium() -> Result:
    return result_of(
        "workspace-isolation-mode",
        Fail(
            message="The managed network lets every outbound connection through.",
            evidence=(_seen(WORKSPACE, "properties.managedNetwork.isolationMode", "AllowInternetOutbound"),),
        ),
        Severity.MEDIUM,
        WORKSPACE,
        workloads=(ML,),
        remedy=Remedy(
            summary="Make a new workspace with approved outbound only; the mode cannot be narrowed later.",
            az=None,
        ),
    )


def _low(storage: str) -> Result:
    return result_of(
        "storage-shared-key-access",
        Fail(
            message="The account accepts its keys.",
            evidence=(_seen(storage, "properties.allowSharedKeyAccess", None),),
        ),
        Severity.LOW,
        storage,
        workloads=(HR,),
        remedy=Remedy(
            summary="Refuse keys.",
            az=f"az storage account update --ids {storage} --allow-shared-key-access false",
        ),
    )


def _info() -> Result:
    return result_of(
        "nsg-flow-logs",
        Fail(
            message="No flow log is kept.",
            evidence=(_seen(NSG, "properties.securityRules", {"count": 3, "deny": ["10.0.0.0/8"]}),),
        ),
        Severity.INFO,
        NSG,
        remedy=Remedy(summary="Switch virtual network flow logs on.", az=None),
    )


def _others() -> tuple[Result, ...]:
    waiver = WaiverMark(
        rule="network-public-front-end",
        resource=FRONT,
        reason="public by design",
        owner="team-chat",
        expires=date(2026, 12, 31),
    )
    return (
        result_of(
            "search-public-network-access",
            Unknown(message="Search could not be listed.", reason=Reason.NO_PERMISSION, gap=GAP),
            Severity.HIGH,
            f"/subscriptions/{SHARED}",
        ),
        result_of(
            "role-openai-writes-blobs",
            Unknown(
                message="The only grant has a condition, which is not evaluated.",
                reason=Reason.CONDITIONAL,
                evidence=(_seen(STORAGE, "roleAssignments[0].properties.condition", "@Resource[…]"),),
            ),
            Severity.HIGH,
            STORAGE,
            workloads=(HR,),
            related=(OPENAI,),
        ),
        result_of(
            "workspace-outbound-rules",
            Unknown(message="The rules could not be read.", reason=Reason.THROTTLED, gap=THROTTLED),
            Severity.MEDIUM,
            WORKSPACE,
            workloads=(ML,),
        ),
        result_of(
            "network-public-front-end",
            Fail(
                message="The container app is public.",
                evidence=(_seen(FRONT, "properties.configuration.ingress.external", True),),
            ),
            Severity.MEDIUM,
            FRONT,
            remedy=Remedy(summary="Make the environment internal.", az=None),
            waiver=waiver,
        ),
        result_of(
            "storage-public-network-access",
            Pass(
                message="Public access is off.",
                evidence=(_seen(STORAGE, "properties.publicNetworkAccess", "Disabled"),),
            ),
            Severity.HIGH,
            STORAGE,
            workloads=(HR,),
        ),
        result_of(
            "workspace-legacy-switches",
            NotApplicable(message="A hub has no such switch.", reason=Reason.KIND),
            Severity.LOW,
            WORKSPACE,
            workloads=(ML,),
        ),
    )


def results() -> tuple[Result, ...]:
    """In the order in which the engine hands them over."""
    seen = (replace(_critical(), first_seen=STARTED), replace(_high(), first_seen=FIRST_SEEN))
    found = (*seen, _medium(), _low(STORAGE), _low(STORAGE_LOGS), _info(), *_others())
    return tuple(sorted(found, key=lambda result: result.sort_key))


def waivers() -> tuple[WaiverSummary, ...]:
    """The waiver file: one that is used, and one that has expired."""
    used = next(found.waiver for found in _others() if found.waiver)
    old = replace(used, rule="search-api-keys", owner="team-old", expires=date(2026, 1, 31))
    return (
        WaiverSummary(mark=used, state=WaiverState.USED, covered=1),
        WaiverSummary(mark=old, state=WaiverState.EXPIRED, covered=0),
    )


def changes() -> Changes:
    """Since a month before: one finding is new, one passes now, one can no longer be judged."""
    before = RunMark(
        id="8e1b0f3c-3d55-4c5e-9a59-1f0d9f1f7a00",
        started_at=FIRST_SEEN,
        marks=Marks(value=20.0, low=12.5, high=31.2, grade="F"),
    )
    now = RunMark(id="8e1b0f3c-3d55-4c5e-9a59-1f0d9f1f7a01", started_at=STARTED, marks=_score().marks)
    kinds = {
        "openai-public-network-access": (ChangeKind.NEW, None),
        "storage-public-network-access": (ChangeKind.FIXED, "fail"),
        "workspace-outbound-rules": (ChangeKind.UNKNOWN_NOW, "fail"),
    }
    found = [_change(one, *kinds[one.rule]) for one in results() if one.rule in kinds]
    return Changes(
        old=before,
        new=now,
        changes=tuple(sorted(found, key=lambda change: change.sort_key)),
        gone_resources=(f"{STORAGE}old",),
        notes=("Not the same auditor: 0.0.9, then 0.1.0.",),
    )


def _change(found: Result, kind: ChangeKind, was: str | None) -> Change:
    return Change(
        kind=kind,
        rule=found.rule,
        severity=found.severity,
        resource=found.resource,
        resource_type=found.resource_type,
        related=found.related,
        fingerprint=found.fingerprint,
        was=was,
        now=found.status,
        message=found.verdict.message,
    )


def _workloads() -> tuple[WorkloadSummary, ...]:
    return (
        WorkloadSummary(
            id=HR,
            kind="on-your-data",
            name="hr-chat",
            confidence="confirmed",
            members={"openai": (OPENAI,), "search": (SEARCH,), "storage": (STORAGE, STORAGE_LOGS)},
            evidence=(
                WorkloadEdge(
                    source=SEARCH,
                    target=OPENAI,
                    tier=1,
                    kind="shared-private-link",
                    path="properties.sharedPrivateLinkResources[0].properties.privateLinkResourceId",
                ),
            ),
        ),
        WorkloadSummary(
            id=ML,
            kind="prompt-flow",
            name="Übersetzung 翻訳",
            confidence="probable",
            members={"workspace": (WORKSPACE,)},
            evidence=(),
        ),
    )


NETWORK = f"{_GROUP}/Microsoft.Network/virtualNetworks/vnet-hr"
SUBNET = f"{NETWORK}/subnets/private-endpoints"
ENDPOINT = f"{_GROUP}/Microsoft.Network/privateEndpoints/pe-hr-openai"
CONNECTION = f"{OPENAI}/privateEndpointConnections/pe-hr-openai.1"
ASSIGNMENT = (
    f"{OPENAI}/providers/Microsoft.Authorization/roleAssignments/5c1d0f6e-0000-4000-8000-000000000002"
)


def _maps() -> tuple[WorkloadMap, ...]:
    hr = WorkloadMap(
        workload=HR,
        nodes=(
            MapNode(id=INTERNET, kind="internet", label="Internet"),
            MapNode(id=OPENAI, kind="account", label="oai-hr-chat-prod"),
            MapNode(id=NETWORK, kind="network", label="vnet-hr"),
            MapNode(id=SUBNET, kind="subnet", label="private-endpoints", parent=NETWORK),
            MapNode(id=ENDPOINT, kind="private-endpoint", label="pe-hr-openai", parent=SUBNET),
            MapNode(
                id=SEARCH,
                kind="search",
                label="srch-hr-chat-prod",
                unread=("its shared private links could not be read (throttled, HTTP 429)",),
            ),
            MapNode(id=STORAGE, kind="storage", label="sthrchatprod"),
        ),
        edges=(
            MapEdge(
                source=INTERNET,
                target=OPENAI,
                kind="public-access",
                label="from any network",
                resource=OPENAI,
                path="properties.publicNetworkAccess",
            ),
            MapEdge(
                source=ENDPOINT,
                target=OPENAI,
                kind="private-link",
                label="account, Approved",
                resource=CONNECTION,
                path="properties.privateLinkServiceConnectionState.status",
            ),
            MapEdge(
                source=STORAGE,
                target=OPENAI,
                kind="role",
                label="Reader",
                resource=ASSIGNMENT,
                path="properties.scope",
            ),
        ),
        not_read=("private DNS zones",),
    )
    ml = WorkloadMap(
        workload=ML, nodes=(MapNode(id=WORKSPACE, kind="workspace", label="mlw"),), edges=(), not_read=()
    )
    return (hr, ml)


def _score() -> Score:
    return Score(
        marks=Marks(value=22.2, low=14.3, high=50.0, grade="F"),
        coverage=0.7,
        by_status={"pass": 1, "fail": 6, "unknown": 3, "not_applicable": 1},
        fails_by_severity={"critical": 1, "high": 1, "medium": 1, "low": 2, "info": 1},
        waived=1,
        by_workload=(
            GroupMarks(id=HR, marks=Marks(value=25.0, low=20.0, high=40.0, grade="F")),
            GroupMarks(id=ML, marks=Marks(value=0, low=0, high=18.8, grade="F")),
        ),
        by_subscription=(
            GroupMarks(id=SUBSCRIPTION, marks=Marks(value=25.0, low=20.0, high=40.0, grade="F")),
            GroupMarks(id=SHARED, marks=Marks(value=None, low=None, high=None, grade="–")),
        ),
    )


def _rules() -> tuple[RuleSummary, ...]:
    return (
        RuleSummary(
            id="openai-public-network-access",
            title="Public network access is off",
            severity=Severity.CRITICAL,
            rule_class="exposure",
            rationale="A stolen key works from anywhere.",
            profiles=("private-openai", "on-your-data"),
            controls=(("MCSB", "NS-2"), ("Azure Policy", "0725b4dd-7e76-479c-a735-68e7ee23d5ca")),
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
        ),
    )


def audit() -> AuditResult:
    return AuditResult(
        tool_version="0.1.0",
        packs=(PackVersion(name="auditor_rules", version="0.1.0"),),
        run=Run(
            id="8e1b0f3c-3d55-4c5e-9a59-1f0d9f1f7a01",
            started_at=STARTED,
            finished_at=datetime(2026, 3, 2, 9, 31, 13, 400_000, tzinfo=UTC),
            cloud="AzureCloud",
            tenant_id="72f988bf-0000-4000-8000-2d7cd011db47",
            principal_id=None,
            scope=(f"/subscriptions/{SUBSCRIPTION}", f"/subscriptions/{SHARED}/resourceGroups/rg-ml"),
            profile="all",
            options={"fail_on": "high", "subscription": ["Contoso AI production"]},
        ),
        score=_score(),
        gaps=(GAP, THROTTLED),
        workloads=_workloads(),
        maps=_maps(),
        rules=_rules(),
        results=results(),
        notices=("The waiver of team-old for search-api-keys expired on 2026-01-31.",),
        subscription_names={SUBSCRIPTION: "Contoso AI production", SHARED: "Contoso AI shared"},
        waivers=waivers(),
        changes=changes(),
    )


def fix_of(outcome: Outcome, message: str, *, revert: str | None = None) -> Fix:
    """An approval of a connection to the example's storage account."""
    connection = f"{STORAGE}/privateEndpointConnections/sthrchatprod.1"
    return Fix(
        kind=FixKind.APPROVE_PRIVATE_ENDPOINT,
        target=STORAGE,
        connection=connection,
        private_endpoint=f"{_GROUP}/Microsoft.Network/privateEndpoints/pe-hr-blob",
        decision="ours",
        row=5,
        action="approve",
        outcome=outcome,
        before="Pending",
        after="Approved" if outcome is Outcome.APPROVED else None,
        message=message,
        evidence=(_seen(connection, "properties.privateLinkServiceConnectionState.status", "Pending"),),
        unproven=("that it is wanted",),
        revert=revert,
    )
