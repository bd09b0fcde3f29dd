"""foundry-managed-network."""

from __future__ import annotations

from auditor.model.finding import NotApplicable
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.rule import Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.foundry.accounts import FOUNDRY_ACCOUNTS, agent_injections
from auditor_rules.foundry.managed_network import READS, judge_managed_network


@rule(
    id="foundry-managed-network",
    title="Foundry managed network active and restrictive",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=FOUNDRY_ACCOUNTS,
    reads=READS,
    profiles=("foundry",),
    remedy=Remedy(
        summary="Set the managed network to AllowOnlyApprovedOutbound and provision it. The mode cannot be"
        " loosened again. The command group is a preview.",
        az="az cognitiveservices account managed-network update --name {name} --resource-group {group}"
        " --subscription {subscription} --managed-network allow_only_approved_outbound",
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Managed virtual network for Foundry",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/managed-virtual-network",
        ),
        Source(
            title="Foundry samples: managed virtual network",
            url="https://github.com/microsoft-foundry/foundry-samples/tree/main/infrastructure/"
            "infrastructure-setup-bicep/18-managed-virtual-network",
        ),
    ),
)
def foundry_managed_network(account: CognitiveAccount, view: View) -> Verdict:
    """The managed network of the account's agents is active and lets out only what is approved.

    Why
        An agent calls tools and hosts that a prompt may have chosen. A managed network that is restrictive
        and active is then what keeps documents from leaving for a host that nobody approved.
    Pass when
        `isolationMode` is AllowOnlyApprovedOutbound, the status is Active, and an Active outbound rule of
        type PrivateEndpoint leads to each storage account, search service and Cosmos DB account that the
        capability hosts' connections name.
    Fail when
        The mode is AllowInternetOutbound (low). The mode is Disabled, absent or null (both mean Disabled);
        the status is Inactive, absent or null (both mean Inactive); provisioningState is Deferred, Failed,
        Deleting or Deleted; or one of those resources has no active rule (medium).
    Unknown when
        The preview API does not answer for the account (404, or not offered: blind-api); the capability
        hosts or connections could not be read or name no resource; or a value is not known.
    Not applicable when
        The account is not of kind AIServices, does not allow projects, or is being deleted; or all its
        agents run in a subnet of ours, which foundry-agent-network-injection judges.
    Evidence
        `properties.managedNetwork` of `Microsoft.CognitiveServices/accounts/managedNetworks/default`,
        api-version 2026-01-15-preview, whose outbound rules stand in it by name. `capabilityHosts`
        (2025-09-01) and `connections` (2025-06-01) of the account and its projects.
    Remedy
        Restrict and provision the network. The switch is one-way.
    """
    injections = agent_injections(account)
    if injections and all(not one.is_managed.value for one in injections):
        fact = account.network_injections
        said = "the account's agents run in a subnet of ours, not in a managed network"
        return NotApplicable(message=said, reason=Reason.SERVED_OTHERWISE, evidence=(fact.evidence(),))
    return judge_managed_network(account, view)
