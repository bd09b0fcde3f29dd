"""role-openai-reads-search-index."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_service import SearchService
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need, judge_grant, no_identity
from auditor_rules.subjects import Pair, Pairs

NEED = Need(
    requirement=Requirement(data_actions=("Microsoft.Search/searchServices/indexes/documents/read",)),
    to_do="query documents of the search service",
    role="1407120a-92aa-4202-b7e9-c0e197c71c8f",
    role_name="Search Index Data Reader",
)


@rule(
    id="role-openai-reads-search-index",
    title="Azure OpenAI may query the search index",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=Pairs(
        targets=SearchService,
        target_role="search",
        partners=CognitiveAccount,
        partner_role="openai",
        lone="no Azure OpenAI account uses this search service for On Your Data",
    ),
    reads=PERMISSION_READS,
    profiles=("on-your-data",),
    remedy=NEED.remedy(),
    controls=controls(mcsb=("IM-3",)),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Connect to Azure AI Search using roles",
            url="https://learn.microsoft.com/azure/search/search-security-rbac",
        ),
    ),
)
def role_openai_reads_search_index(pair: Pair[SearchService, CognitiveAccount], view: View) -> Verdict:
    """The system identity of the Azure OpenAI account may read documents of the search service.

    Why
        On Your Data queries the index with the account's own identity. Without the grant every answer fails
        with 403, and the usual reaction is to fall back to an admin key.
    Pass when
        The identity holds the data action `indexes/documents/read` on the search service, by any role, made
        there or above, directly or through a group. Owner and Contributor do not: they hold no data action.
    Fail when
        Nothing grants it, or a deny assignment takes it away; low where it is granted on single indexes only.
    Unknown when
        It is granted only under an ABAC condition, assignments, definitions or deny assignments could not be
        read, or that the two belong together is only suggested.
    Not applicable when
        No Azure OpenAI account uses the service for On Your Data, or the account has no system-assigned
        identity (openai-system-identity says so).
    Evidence
        Role assignments that reach the identity (`assignedTo()`), their role definitions and deny
        assignments, api-version 2022-04-01. Eligible-only assignments do not count; roles are known by their
        GUID.
    Remedy
        Assign Search Index Data Reader to the account's identity on the search service.
    """
    account = pair.partner
    if (excluded := no_identity(account, account.identity)) is not None:
        return excluded
    principal = account.identity.principal_id.value or ""
    return judge_grant(view, pair.target, f"the identity of {account.name}", principal, NEED)
