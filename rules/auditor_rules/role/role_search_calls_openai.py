"""role-search-calls-openai."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_service import SearchService
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Pass, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need, holds, judge_grant, no_identity, noted, system_identity
from auditor_rules.subjects import Pair, Pairs

_OPENAI = "Microsoft.CognitiveServices/accounts/OpenAI"
NEED = Need(
    requirement=Requirement(data_actions=(f"{_OPENAI}/deployments/embeddings/action",)),
    to_do="call embedding deployments of the Azure OpenAI account",
    role="a001fd3d-188f-4b5d-821b-7da978bf7442",
    role_name="Cognitive Services OpenAI Contributor",
)
# `OpenAI/*` is probed with a write that no narrower published role holds.
_CUSTOM_SKILL = Requirement(
    data_actions=(
        f"{_OPENAI}/deployments/embeddings/action",
        f"{_OPENAI}/extensions/chat/completions/action",
        f"{_OPENAI}/deployments/chat/completions/action",
        f"{_OPENAI}/anyother/write",
    )
)


@rule(
    id="role-search-calls-openai",
    title="Azure AI Search may call Azure OpenAI",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=Pairs(
        targets=CognitiveAccount,
        target_role="openai",
        partners=SearchService,
        partner_role="search",
        lone="no search service uses this account for On Your Data",
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
            title="Use Azure OpenAI On Your Data securely (Foundry classic)",
            url="https://learn.microsoft.com/azure/foundry-classic/openai/how-to/on-your-data-configuration",
        ),
    ),
    controls=controls(mcsb=("IM-3",)),
)
def role_search_calls_openai(pair: Pair[CognitiveAccount, SearchService], view: View) -> Verdict:
    """The system identity of the search service may call the Azure OpenAI account.

    Why
        The indexer turns documents into vectors by calling the account's embedding deployment with the search
        service's identity. Without the grant indexing fails with 403, and the usual reaction is to store an
        API key in the skillset.
    Pass when
        The identity holds the data action `OpenAI/deployments/embeddings/action` on the account, by any role,
        made there or above, directly or through a group. A note says so where it holds no more than that:
        enough for integrated vectorisation, too little for the older layout with a custom skill.
    Fail when
        Nothing grants it, or a deny assignment takes it away. Owner and Contributor hold no data action. An
        assignment on a resource group whose name merely begins alike does not reach the account.
    Unknown when
        It is granted only under an ABAC condition, assignments, definitions or deny assignments could not be
        read, or that the two belong together is only suggested.
    Not applicable when
        No search service uses the account for On Your Data, or the service has no system-assigned identity
        (search-system-identity says so).
    Evidence
        Role assignments that reach the identity (`assignedTo()`), their role definitions and deny
        assignments, api-version 2022-04-01. Eligible-only assignments do not count; roles are known by their
        GUID.
        Sources disagree on the role: the pages on On Your Data name Cognitive Services OpenAI Contributor,
        while the integrated vectorisation that the newer ones describe calls embeddings only, for which
        Cognitive Services OpenAI User is enough. Which layout is in use stands in the skillsets, which ARM
        does not show: hence the note.
    Remedy
        Assign Cognitive Services OpenAI Contributor, which serves both layouts, to the search service's
        identity on the account.
    """
    search = pair.partner
    if (excluded := no_identity(search, search.identity)) is not None:
        return excluded
    holder = system_identity(search, search.identity)
    verdict = judge_grant(view, pair.target, holder.name, holder.principal, NEED)
    if isinstance(verdict, Pass) and holds(view, pair.target, holder.principal, _CUSTOM_SKILL) is False:
        said = "enough for integrated vectorisation; a custom skill (the older layout) needs OpenAI/*"
        return noted(verdict, said)
    return verdict
