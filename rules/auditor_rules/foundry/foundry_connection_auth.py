"""foundry-connection-auth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.finding import NotApplicable, Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.foundry import (
    AccountConnection,
    FoundryConnection,
    FoundryProject,
    ProjectConnection,
)
from auditor.model.wire import Resource
from auditor.rule import (
    Excluded,
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.foundry.targets import READS, judge_exposure, target_of

KEYLESS = frozenset(
    {"AAD", "ManagedIdentity", "ProjectManagedIdentity", "AgenticIdentityToken", "UserEntraToken"}
)
SECRET = frozenset(
    {
        "ApiKey",
        "AccountKey",
        "AccessKey",
        "SAS",
        "CustomKeys",
        "PAT",
        "UsernamePassword",
        "ServicePrincipal",
    }
)
# Categories without "azure" in their name that mean a service of Azure.
AZURE = frozenset(
    {"aiservices", "cognitivesearch", "cognitiveservice", "adlsgen2", "cosmosdb", "cosmosdbmongodbapi"}
)
TELEMETRY = "appinsights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """Every connection of an account or project to an Azure service; related is what it leads to."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (AccountConnection, ProjectConnection, FoundryProject, CognitiveAccount)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return ()

    def __call__(self, view: View, /) -> Iterator[Subject[FoundryConnection] | Excluded]:
        own: tuple[FoundryConnection, ...] = view.estate.listed(AccountConnection)
        for row in (*own, *view.estate.listed(ProjectConnection)):
            if (excluded := _not_azure(row)) is not None:
                yield Excluded(resource=row, verdict=excluded)
                continue
            named, url = row.resource_id, row.target
            said = named.raw if named.is_stated else url.raw
            yield Subject(resource=row, judged=row, related=(said,) if isinstance(said, str) else ())


def _not_azure(row: FoundryConnection) -> NotApplicable | None:
    if row.category.is_malformed:
        return None
    category = (row.category.value or "").casefold()
    seen = (row.category.evidence(),)
    if category == TELEMETRY:
        said = (
            "telemetry is sent with a connection string in any case; monitoring-private-telemetry judges it"
        )
        return NotApplicable(message=said, reason=Reason.SERVED_OTHERWISE, evidence=seen)
    if row.resource_id.is_stated or category in AZURE or "azure" in category:
        return None
    said = f"a connection of category {row.category.value} leads to no Azure resource"
    return NotApplicable(message=said, reason=Reason.KIND, evidence=seen)


@rule(
    id="foundry-connection-auth",
    title="Agent dependency connections are private and keyless",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=Connections(),
    reads=READS,
    profiles=("foundry",),
    remedy=Remedy(
        summary="Make the connection anew with Microsoft Entra sign-in and the target's resource id, give the"
        " project's identity its role there, and disable keys on the target.",
        az=None,
        url="https://learn.microsoft.com/azure/ai-foundry/agents/how-to/virtual-networks",
    ),
    controls=controls(
        mcsb=(
            "IM-1",
            "IM-8",
        ),
        nist=("IA-5",),
    ),
    sources=(
        Source(
            title="Use a virtual network with the Azure AI Agent Service",
            url="https://learn.microsoft.com/azure/ai-foundry/agents/how-to/virtual-networks",
        ),
        Source(
            title="Managed virtual network for Foundry",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/managed-virtual-network",
        ),
    ),
)
def foundry_connection_auth(connection: FoundryConnection, view: View) -> Verdict:
    """The connection signs in without a stored secret, and its target is closed to public networks.

    Why
        Whoever may use the project may use, and often read, the secret of its connections: a key opens the
        whole account behind it and works from anywhere that account can be reached from. A token of the
        project's identity does neither.
    Pass when
        The authentication type is AAD or another identity (ManagedIdentity, ProjectManagedIdentity,
        AgenticIdentityToken, UserEntraToken), and the target passes its own public-access rule. A connection
        to Cosmos DB must also name the target's resource id in its metadata.
    Fail when
        A secret is stored: ApiKey, AccountKey, AccessKey, SAS, CustomKeys, PAT, UsernamePassword or
        ServicePrincipal; the target is open to public networks; or a connection to Cosmos DB has no
        `metadata.ResourceId` (absent or null).
    Unknown when
        The target is not in the inventory: it was not read, is of a type that is not read, or is named by no
        id and no known host. The authentication type is absent, null, None, OAuth2 or not known. The
        connections could not be read.
    Not applicable when
        The connection leads to no Azure resource by its category, or to Application Insights.
    Evidence
        `properties.authType`, `category`, `target` and `metadata.ResourceId` of the `connections` of
        `Microsoft.CognitiveServices/accounts` and their projects, api-version 2025-06-01, and
        `publicNetworkAccess` of the target. Some examples of the provider spell the ids of connections
        `linkedaccounts`. Required private endpoints that are not active are noted.
    Remedy
        Make the connection anew with Entra sign-in; close the target once its private endpoint is approved.
    """
    checks = (
        attempt(lambda: _auth(connection)),
        attempt(lambda: _metadata(connection)),
        attempt(lambda: _exposure(connection, view)),
    )
    verdict = worst(checks, own=Severity.MEDIUM)
    if not isinstance(verdict, Pass):
        return verdict
    passed = [check for check in checks if isinstance(check, Pass)]
    return Pass(
        message="; ".join(check.message for check in passed if check.message),
        evidence=tuple(seen for check in passed for seen in check.evidence),
        notes=_notes(connection),
    )


def _auth(connection: FoundryConnection) -> Verdict:
    fact = connection.auth_type
    if fact.value in SECRET:
        said = f"the connection stores a secret (authType {fact.value})"
        return Fail(message=said, evidence=(fact.evidence(),), notes=_notes(connection))
    if fact.value in KEYLESS:
        return Pass(message=f"signs in with {fact.value}, no stored secret", evidence=(fact.evidence(),))
    said = f"whether authType {fact.value or '(absent)'} keeps a secret is not known"
    raise Undecided(said, Reason.UNEXPECTED_VALUE, evidence=(fact.evidence(),))


def _metadata(connection: FoundryConnection) -> Verdict:
    named = connection.resource_id
    is_cosmos = (connection.category.value or "").casefold().startswith("cosmosdb")
    if is_cosmos and named.value is None:
        said = "a connection to Cosmos DB needs metadata.ResourceId, which is not set"
        return Fail(message=said, evidence=(named.evidence(),))
    return Pass(message="", evidence=(named.evidence(),))


def _exposure(connection: FoundryConnection, view: View) -> Verdict:
    target = target_of(connection, view.estate)
    verdict = judge_exposure(target, view)
    if isinstance(verdict, Fail):
        return Fail(message=f"its target {target.name} is open: {verdict.message}", evidence=verdict.evidence)
    if isinstance(verdict, Pass):
        return Pass(message=f"its target {target.name} is closed", evidence=verdict.evidence)
    return verdict


def _notes(connection: FoundryConnection) -> tuple[str, ...]:
    wanted, status = connection.endpoint_requirement.raw, connection.endpoint_status.raw
    if wanted != "Required" or status == "Active":
        return ()
    return (f"the connection requires a managed private endpoint, whose status is {status}",)
