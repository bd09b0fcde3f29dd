"""openai-firewall-default-action."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import AI_ACCOUNTS

FIRST_FIREWALL = Remedy(
    summary="Give the account a firewall that denies by default. It has none yet, so setting the whole object"
    " loses nothing; openai-trusted-service-access says whether it needs bypass as well.",
    az='az resource update --ids {id} --set \'properties.networkAcls={{"defaultAction":"Deny"}}\'',
)


@rule(
    id="openai-firewall-default-action",
    title="Firewall default action is Deny",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=AI_ACCOUNTS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Set the default action to Deny, and only that member: assigning a whole networkAcls object"
        " drops bypass and the rules.",
        az="az resource update --ids {id} --set properties.networkAcls.defaultAction=Deny",
    ),
    controls=controls(policy=("037eea7a-bd0a-46c5-9a66-03aea78705d3",), mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Configure Azure AI services virtual networks",
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
        ),
    ),
)
def openai_firewall_default_action(account: CognitiveAccount, view: View) -> Verdict:
    """The account's firewall denies what no rule allows.

    Why
        While public network access is on, the firewall is the only thing between the internet and the keys.
        While it is off the firewall is not asked, but it decides what is open the moment somebody turns
        public access on again.
    Pass when
        `networkAcls.defaultAction` is Deny.
    Fail when
        It is Allow, or absent or null, or `networkAcls` is absent or null: all of these accept every network.
        High, or low while `publicNetworkAccess` is Disabled.
    Unknown when
        The default action has a value that is neither, or the account could not be read.
    Not applicable when
        The account is being deleted.
    Evidence
        `properties.networkAcls.defaultAction` and `properties.publicNetworkAccess` of
        `Microsoft.CognitiveServices/accounts`, api-version 2025-06-01. ARM leaves `networkAcls` out until it
        is first set. A public access value that is not known does not count as off. The Azure Policy named
        below is satisfied by either switch.
    Remedy
        Set the default action to Deny, leaving bypass and the rules as they are.
    """
    action = account.default_action
    if action.value == "Deny":
        return Pass(message="the firewall denies by default", evidence=(action.evidence(),))
    access = account.public_network_access
    closed = access.meaning == "Disabled"
    unset = "" if action.is_stated else " (no default action is set, which means Allow)"
    latent = (
        "; it matters only when public network access, now disabled, is turned on again" if closed else ""
    )
    return Fail(
        message=f"the firewall accepts every network{unset}{latent}",
        evidence=(action.evidence(), access.evidence()),
        severity=Severity.LOW if closed else Severity.HIGH,
        remedy=None if account.network_acls.is_stated else FIRST_FIREWALL,
    )
