"""openai-system-identity."""

from __future__ import annotations

from auditor.model.guided import EnableSystemIdentity
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.openai.agents import hosts_agents
from auditor_rules.subjects import Partnered, WithPartners, not_judged

NEEDING_KINDS = ("on-your-data", "foundry")
ADD_TO_USER_ASSIGNED = Remedy(
    summary="Enable the system-assigned identity beside the user-assigned ones, then give it its roles."
    " (identity assign would replace the user-assigned ones.)",
    az="az rest --method patch --url {id}'?api-version=2025-06-01'"
    ' --body \'{{"identity":{{"type":"SystemAssigned, UserAssigned"}}}}\'',
)


@rule(
    id="openai-system-identity",
    title="System-assigned identity enabled",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WithPartners(
        of=CognitiveAccount,
        roles=("search", "storage"),
        lone="no search service and no storage account is related to this account",
        excludes=not_judged,
    ),
    profiles=("on-your-data", "foundry"),
    remedy=Remedy(
        summary="Enable the system-assigned identity, then give it its roles. An identity that is made anew"
        " has a new principal: roles of the old one are orphaned.",
        az="az cognitiveservices account identity assign --name {name} --resource-group {group}"
        " --subscription {subscription}",
    ),
    controls=controls(policy=("fe3fd216-4f83-4fc1-8984-2bbec80a3418",), mcsb=("IM-3",), nist=("IA-9",)),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def openai_system_identity(partnered: Partnered[CognitiveAccount], view: View) -> Verdict:
    """The account has a system-assigned identity to call its search service and storage account with.

    Why
        On Your Data and agents reach search and storage with the account's system-assigned identity. Without
        it only keys are left, and the trusted-service way through the firewalls is shut.
    Pass when
        `identity.type` contains SystemAssigned, alone or beside UserAssigned, and `principalId` is there.
    Fail when
        The identity is absent, None or UserAssigned only, or has no principalId. High where the account is
        part of an On Your Data or Foundry workload or hosts agents, info elsewhere.
    Unknown when
        The account or what it could be related to could not be read, the identity type has a value that is
        not known, or that the account belongs with the others is only suggested.
    Not applicable when
        No search service and no storage account is related to the account, or it is being deleted.
    Evidence
        `identity.type` and `identity.principalId` of `Microsoft.CognitiveServices/accounts`, api-version
        2025-06-01. The Azure Policy named below is weaker: any identity satisfies it.
    Remedy
        Enable the system-assigned identity, keeping user-assigned ones, and assign its roles.
    """
    account = partnered.resource
    identity = account.identity
    evidence = (identity.type.evidence(), identity.principal_id.evidence())
    if identity.has_system_identity:
        return Pass(message="the system-assigned identity is enabled", evidence=evidence)
    user_assigned = "UserAssigned" in identity.type.value
    if "SystemAssigned" in identity.type.value:
        said = "the system-assigned identity is named but has no principalId, so no role can be given to it"
    elif user_assigned:
        said = "only user-assigned identities are enabled, and search and storage are not called with those"
    else:
        said = "no managed identity is enabled"
    return Fail(
        message=said,
        evidence=evidence,
        severity=Severity.HIGH if _is_needed(account, view) else Severity.INFO,
        remedy=ADD_TO_USER_ASSIGNED if user_assigned else None,
        fix=EnableSystemIdentity(resource=account.id.text),
    )


def _is_needed(account: CognitiveAccount, view: View) -> bool:
    kinds = {workload.kind for workload in view.relations.workloads_of(account.id)}
    return not kinds.isdisjoint(NEEDING_KINDS) or hosts_agents(account)
