"""openai-private-endpoint."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import CognitiveConnection
from auditor.rule import Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.private_link import READS, create_endpoint, judge_private_endpoint
from auditor_rules.subjects import AI_ACCOUNTS


@rule(
    id="openai-private-endpoint",
    title="At least one approved customer private endpoint",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=AI_ACCOUNTS,
    reads=(CognitiveConnection, *READS),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Create a private endpoint for the group account in the network that the clients use (fill in"
        " resource group and SUBNET_ID), or approve the one that waits, if it is yours.",
        az=create_endpoint("account"),
    ),
    controls=controls(policy=("d6759c02-b87f-42b7-892e-71b3f471d782",), mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="What is a private endpoint?",
            url="https://learn.microsoft.com/azure/private-link/private-endpoint-overview",
        ),
        Source(
            title="Manage Azure private endpoints",
            url="https://learn.microsoft.com/azure/private-link/manage-private-endpoint",
        ),
    ),
)
def openai_private_endpoint(account: CognitiveAccount, view: View) -> Verdict:
    """The account can be reached through a private endpoint of ours.

    Why
        With public access off a private endpoint is the only way in; without one the account is either open
        to the internet or reachable by nobody.
    Pass when
        At least one connection is Approved, its provisioningState is Succeeded (or not answered: some
        examples of the provider leave it out), its private endpoint can be read, and it is for the group
        account.
    Fail when
        There is no connection, or none is approved: Pending, Rejected, Disconnected and Timeout never count,
        nor does an approved one that failed to provision, names no endpoint, or serves another group.
    Unknown when
        The only approved connections come from endpoints that cannot be read: foreign ones, hidden ones, and
        those of shared private links and managed networks, which give users no way in. Also where the account
        or its connections could not be read.
    Not applicable when
        The account is being deleted.
    Evidence
        The account's own list of `privateEndpointConnections`, api-version 2025-06-01, and the
        `Microsoft.Network/privateEndpoints` that they name. The endpoint's own provisioningState says nothing
        of approval and is not used.
    Remedy
        Create a private endpoint for the group account, or approve the waiting one that is yours.
    """
    return judge_private_endpoint(view, account, CognitiveConnection, "account")
