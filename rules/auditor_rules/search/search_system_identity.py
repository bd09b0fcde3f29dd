"""search-system-identity."""

from __future__ import annotations

from auditor.model.guided import EnableSystemIdentity
from auditor.model.resources.search_service import SearchService
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.search.remedies import UPDATE
from auditor_rules.subjects import Partnered, WithPartners


@rule(
    id="search-system-identity",
    title="Search has a system-assigned identity",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WithPartners(
        of=SearchService,
        roles=("openai", "storage"),
        lone="no Azure OpenAI or storage account that the search service would call is related to it",
    ),
    profiles=("on-your-data", "foundry"),
    remedy=Remedy(
        summary="Enable the system-assigned identity, then grant it what the role-search rules ask for.",
        az=f"{UPDATE}identity.type={{identity}}",
    ),
    controls=controls(mcsb=("IM-3",), nist=("IA-9",)),
    sources=(
        Source(
            title="Connect Azure AI Search to storage as a trusted service",
            url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-trusted-service-exception",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def search_system_identity(found: Partnered[SearchService], view: View) -> Verdict:
    """The search service has a system-assigned managed identity.

    Why
        Indexers and vectorisers call storage and Azure OpenAI through their firewalls as a trusted service,
        and that works with the system-assigned identity only. Without it they need keys, or are refused.
    Pass when
        `identity.type` holds SystemAssigned, alone or beside UserAssigned, and `identity.principalId` is set.
    Fail when
        The identity is absent, null or None, user-assigned only, or has no principal id.
    Unknown when
        `identity.type` holds another value, the service or what relates it to others could not be read, or
        the relation is only suggested.
    Not applicable when
        No Azure OpenAI or storage account is related to the service.
    Evidence
        `identity.type` and `identity.principalId` of `Microsoft.Search/searchServices`, api-version
        2025-05-01.
    Remedy
        Enable the system-assigned identity; user-assigned ones stay. A new identity has a new principal id,
        so grants made to an earlier one do not count for it.
    """
    identity = found.resource.identity
    seen = (identity.type.evidence(), identity.principal_id.evidence())
    if identity.has_system_identity:
        return Pass(message="the system-assigned identity is enabled", evidence=seen)
    kinds = identity.type.value
    keep = "UserAssigned" in kinds
    if "SystemAssigned" in kinds:
        said = "the system-assigned identity has no principal id, so nothing can be granted to it"
    elif keep:
        said = "only user-assigned identities are there, which trusted-service calls do not accept"
    else:
        said = "there is no managed identity"
    wanted = "SystemAssigned, UserAssigned" if keep else "SystemAssigned"
    fix = EnableSystemIdentity(resource=found.resource.id.text)
    return Fail(message=said, evidence=seen, fills=(("identity", wanted),), fix=fix)
