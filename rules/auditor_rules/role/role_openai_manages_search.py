"""role-openai-manages-search."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_service import SearchService
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Fail, Pass, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Holder, Need, holds, judge_grant, no_identity, noted, system_identity
from auditor_rules.subjects import Pair, Pairs

_SEARCH = "Microsoft.Search/searchServices"
NEED = Need(
    requirement=Requirement(
        actions=(
            f"{_SEARCH}/indexes/write",
            f"{_SEARCH}/dataSources/write",
            f"{_SEARCH}/skillsets/write",
            f"{_SEARCH}/indexers/write",
        )
    ),
    to_do="create indexes, data sources, skillsets and indexers in the search service",
    role="7ca78c08-252a-4471-8644-bb5ff32d4ba0",
    role_name="Search Service Contributor",
)
_READS_SCHEMA = Requirement(actions=(f"{_SEARCH}/indexes/read",))
_OVER_GRANT = Requirement(
    actions=(f"{_SEARCH}/listAdminKeys/action", f"{_SEARCH}/privateEndpointConnectionsApproval/action")
)
# A `*` asked for is a name that nobody has: only roles over every provider (Owner, Contributor) cover it.
_EVERYTHING = Requirement(actions=("*",))


@rule(
    id="role-openai-manages-search",
    title="Azure OpenAI may manage objects of the search service",
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
    controls=controls(mcsb=("IM-3",)),
)
def role_openai_manages_search(pair: Pair[SearchService, CognitiveAccount], view: View) -> Verdict:
    """The system identity of the Azure OpenAI account may create objects in the search service.

    Why
        Ingestion makes an index, a data source, a skillset and an indexer with the account's own identity,
        and every question reads the schema of the index. Without the grant no data can be added; without
        the reading part no question is answered either.
    Pass when
        The identity holds `write` on indexes, data sources, skillsets and indexers of the search service, by
        any role, made there or above, directly or through a group. A note says so where the role also hands
        out admin keys and approves private endpoint connections, as the documented role does.
    Fail when
        One of the four is missing, or a deny assignment takes it away. Medium where the schema of indexes can
        be read all the same (Reader, Monitoring Reader): questions may work, ingestion will not. Low where it
        is granted on a part of the service only.
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
        Sources disagree on Owner and Contributor: one passage of "Connect to Azure AI Search using roles"
        says that they manage objects with a token, another that they do so by way of the keys. What the role
        permits decides here, with a note.
    Remedy
        Assign Search Service Contributor to the account's identity on the search service.
    """
    account = pair.partner
    if (excluded := no_identity(account, account.identity)) is not None:
        return excluded
    holder = system_identity(account, account.identity)
    verdict = judge_grant(view, pair.target, holder.name, holder.principal, NEED)
    if isinstance(verdict, Fail) and verdict.severity is None:
        return _lessened(view, pair.target, holder, verdict)
    return noted(verdict, *_notes(view, pair.target, holder)) if isinstance(verdict, Pass) else verdict


def _lessened(view: View, search: SearchService, holder: Holder, verdict: Fail) -> Fail:
    if not holds(view, search, holder.principal, _READS_SCHEMA):
        return verdict
    said = f"{verdict.message}; it may read the schema of indexes: questions may work, ingestion will not"
    return replace(verdict, message=said, severity=Severity.MEDIUM)


def _notes(view: View, search: SearchService, holder: Holder) -> tuple[str, ...]:
    over = "it may also list the admin keys and approve private endpoint connections of the service"
    broad = "Owner or Contributor serves here; sources disagree whether it does without the service's keys"
    found = ((over, _OVER_GRANT), (broad, _EVERYTHING))
    return tuple(said for said, extra in found if holds(view, search, holder.principal, extra))
