"""storage-public-network-access."""

from __future__ import annotations

from auditor.model.resources.storage_account import StorageAccount
from auditor.rule import Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.perimeter import SOURCE as PERIMETER
from auditor_rules.storage.public_access import READS, judge_public_access
from auditor_rules.subjects import RELATED_STORAGE


@rule(
    id="storage-public-network-access",
    title="Storage public network access disabled",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=RELATED_STORAGE,
    reads=READS,
    profiles=("on-your-data", "prompt-flow", "model-catalog", "compute-session", "foundry"),
    remedy=Remedy(
        summary="Disable public network access, once storage-private-endpoints passes: without approved"
        " private endpoints this locks every client out.",
        az="az storage account update --ids {id} --public-network-access Disabled",
    ),
    controls=controls(
        policy=("b2982f36-99f2-4db5-8eff-283140c09693",), mcsb=("NS-2",), cis=("9.3.2.2",), nist=("SC-7",)
    ),
    sources=(
        Source(
            title="Set the default public network access rule of a storage account",
            url="https://learn.microsoft.com/azure/storage/common/storage-network-security-set-default-access",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        PERIMETER,
    ),
)
def storage_public_network_access(account: StorageAccount, view: View) -> Verdict:
    """The storage account refuses requests from public networks.

    Why
        The account holds what the model is fed: documents, indexes' sources, flows, trained models. With
        public access on, a leaked key or shared access signature reads it from wherever the firewall lets in.
        With it off only private endpoints remain.
    Pass when
        `publicNetworkAccess` is Disabled, or SecuredByPerimeter with a network security perimeter that is
        enforced, or with none yet: until one is associated, every public request is refused.
    Fail when
        It is Enabled, or absent or null, which mean Enabled. High where the firewall lets in every network or
        has a rule for addresses, subnets or resource instances. Medium where it denies by default and has no
        rule, so that trusted services alone come in: the state that the portal's "selected networks" leaves
        behind. Medium too where the perimeter only learns or audits.
    Unknown when
        It has another value, it is SecuredByPerimeter and the association could not be read or states no
        access mode, or the account could not be read.
    Not applicable when
        Never. Storage accounts that serve no AI workload yield no result.
    Evidence
        `properties.publicNetworkAccess` and `properties.networkAcls` of `Microsoft.Storage/storageAccounts`,
        api-version 2023-05-01, and `networkSecurityPerimeterConfigurations` of the account where it is
        secured by a perimeter. IPv6 rules are not in that version; they could raise a medium failure to high.
    Remedy
        Disable public network access, but only once the private endpoints that the account needs are
        approved.
    """
    return judge_public_access(account, view)
