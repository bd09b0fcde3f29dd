"""role-search-reads-blobs."""

from __future__ import annotations

from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Pass, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need, holds, judge_grant, no_identity, noted, system_identity
from auditor_rules.subjects import Pair, Pairs

_CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
NEED = Need(
    requirement=Requirement(
        actions=(f"{_CONTAINERS}/read",),
        data_actions=(f"{_CONTAINERS}/blobs/read",),
    ),
    to_do="read blobs of the storage account",
    role="2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    role_name="Storage Blob Data Reader",
)
_WRITES = Requirement(
    actions=(f"{_CONTAINERS}/read", f"{_CONTAINERS}/write"),
    data_actions=(f"{_CONTAINERS}/blobs/read", f"{_CONTAINERS}/blobs/write"),
)


@rule(
    id="role-search-reads-blobs",
    title="Azure AI Search may read blobs of the storage account",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=Pairs(
        targets=StorageAccount,
        target_role="storage",
        partners=SearchService,
        partner_role="search",
        lone="no search service reads this storage account for On Your Data",
    ),
    reads=PERMISSION_READS,
    profiles=("on-your-data",),
    remedy=NEED.remedy(),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Connect to storage as a trusted service",
            url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-trusted-service-exception",
        ),
    ),
    controls=controls(mcsb=("IM-3",)),
)
def role_search_reads_blobs(pair: Pair[StorageAccount, SearchService], view: View) -> Verdict:
    """The system identity of the search service may read blobs of the storage account.

    Why
        The indexer reads the documents with the search service's own identity, and the trusted service
        exception of the firewall holds for that identity only. Without the grant nothing is indexed, and a
        connection string with the account key is the usual way out.
    Pass when
        The identity holds the data action `blobs/read` and the action `containers/read`, by any roles
        together, made on the storage account or above, directly or through a group. A note says so where it
        may not write: the knowledge store, the enrichment cache and debug sessions are then not available.
    Fail when
        Part of it is missing, or a deny assignment takes it away. Owner and Contributor hold no data action.
        Low where it is granted on single containers only.
    Unknown when
        It is granted only under an ABAC condition, assignments, definitions or deny assignments could not be
        read, or that the two belong together is only suggested.
    Not applicable when
        No search service reads the storage account for On Your Data, or the service has no system-assigned
        identity (search-system-identity says so).
    Evidence
        Role assignments that reach the identity (`assignedTo()`), their role definitions and deny
        assignments, api-version 2022-04-01. Eligible-only assignments do not count; roles are known by their
        GUID.
        Sources disagree on the role: earlier revisions of "Use Azure OpenAI On Your Data securely" demand
        Storage Blob Data Contributor, since their indexer wrote chunks back; the current one Storage Blob
        Data Reader. Which layout is in use stands in the indexers, which ARM does not show: hence the note.
    Remedy
        Assign Storage Blob Data Reader to the search service's identity on the storage account; Storage Blob
        Data Contributor where the indexer writes chunks back.
    """
    search = pair.partner
    if (excluded := no_identity(search, search.identity)) is not None:
        return excluded
    holder = system_identity(search, search.identity)
    verdict = judge_grant(view, pair.target, holder.name, holder.principal, NEED)
    if isinstance(verdict, Pass) and holds(view, pair.target, holder.principal, _WRITES) is False:
        said = "it may not write: no knowledge store, enrichment cache, debug sessions or older layout"
        return noted(verdict, said)
    return verdict
