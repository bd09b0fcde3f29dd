"""storage-firewall-default-action."""

from __future__ import annotations

from auditor.model.resources.storage_account import StorageAccount
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, attempt, rule
from auditor_rules.controls import controls
from auditor_rules.storage.public_access import READS, judge_public_access
from auditor_rules.subjects import RELATED_STORAGE


@rule(
    id="storage-firewall-default-action",
    title="Storage firewall denies by default",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=RELATED_STORAGE,
    reads=READS,
    profiles=("on-your-data", "prompt-flow", "model-catalog", "compute-session", "foundry"),
    remedy=Remedy(
        summary="Deny by default. Clients that come over public networks lose access: check"
        " storage-private-endpoints and storage-trusted-service-access first.",
        az="az storage account update --ids {id} --default-action Deny",
    ),
    controls=controls(
        policy=("34c877ad-507e-4c82-993e-3452a6e0ad3c",), mcsb=("NS-2",), cis=("9.3.2.3",), nist=("SC-7",)
    ),
    sources=(
        Source(
            title="Set the default public network access rule of a storage account",
            url="https://learn.microsoft.com/azure/storage/common/storage-network-security-set-default-access",
        ),
    ),
)
def storage_firewall_default_action(account: StorageAccount, view: View) -> Verdict:
    """The firewall of the storage account denies what no rule allows.

    Why
        With Allow every network reaches the public endpoint, and a key, a shared access signature or a stolen
        token is all that stands before the documents and models. Where public access is off the setting lies
        dormant, but then a single change opens the account to everybody.
    Pass when
        `networkAcls.defaultAction` is Deny.
    Fail when
        It is Allow, or absent or null, which mean Allow. High while public networks reach the account; low
        while `publicNetworkAccess` is Disabled, or SecuredByPerimeter with a perimeter that is enforced,
        whose rules override the firewall, or with none yet.
    Unknown when
        The property has a value that is neither, or the account could not be read.
    Not applicable when
        Never. Storage accounts that serve no AI workload yield no result.
    Evidence
        `properties.networkAcls.defaultAction` and `properties.publicNetworkAccess` of
        `Microsoft.Storage/storageAccounts`, api-version 2023-05-01.
    Remedy
        Set the default action to Deny; bypass and rules stay as they are.
    """
    action = account.default_action
    if action.value == "Deny":
        return Pass(message="the firewall denies by default", evidence=(action.evidence(),))
    said = "" if action.is_stated else ": the property is not set, which means Allow"
    # What cannot be shown to be closed counts as open, so an unreadable perimeter never lowers the severity.
    closed = isinstance(attempt(lambda: judge_public_access(account, view)), Pass)
    latent = ", dormant until public networks reach the account" if closed else ""
    return Fail(
        message=f"the firewall allows every network by default{latent}{said}",
        evidence=(action.evidence(), account.public_network_access.evidence()),
        severity=Severity.LOW if closed else Severity.HIGH,
    )
