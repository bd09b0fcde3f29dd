"""openai-public-network-access."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import AI_ACCOUNTS


@rule(
    id="openai-public-network-access",
    title="Public network access disabled",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=AI_ACCOUNTS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Disable public network access, once openai-private-endpoint passes: without an approved"
        " private endpoint this locks every client out.",
        az="az resource update --ids {id} --set properties.publicNetworkAccess=Disabled",
    ),
    controls=controls(policy=("037eea7a-bd0a-46c5-9a66-03aea78705d3",), mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Configure Azure AI services virtual networks",
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def openai_public_network_access(account: CognitiveAccount, view: View) -> Verdict:
    """The account refuses requests from public networks.

    Why
        The endpoint answers to a key from anywhere on the internet: one leaked key is then enough. With
        public access off only private endpoints reach the account, whatever its firewall rules say.
    Pass when
        `publicNetworkAccess` is Disabled.
    Fail when
        It is Enabled, or absent or null, which mean Enabled. A network security perimeter does not change
        that here.
    Unknown when
        It has a value that is neither, or the account could not be read.
    Not applicable when
        The account is being deleted.
    Evidence
        `properties.publicNetworkAccess` of `Microsoft.CognitiveServices/accounts`, api-version 2025-06-01.
        The Azure Policy named below is weaker: it is satisfied by a firewall that denies by default.
    Remedy
        Disable public network access, but only once an approved private endpoint exists.
    """
    access = account.public_network_access
    if access.value == "Disabled":
        return Pass(message="public network access is disabled", evidence=(access.evidence(),))
    said = "" if access.is_stated else ": the property is not set, which means enabled"
    return Fail(message=f"public network access is enabled{said}", evidence=(access.evidence(),))
