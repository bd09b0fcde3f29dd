"""storage-trusted-service-access."""

from __future__ import annotations

from auditor.model.finding import NotRead
from auditor.model.guided import AllowTrustedServices
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.storage_account import StorageAccount
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Unknown, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.storage.instances import covers
from auditor_rules.subjects import Partnered, WithPartners

SUMMARY = (
    "Let trusted Azure services of your tenant through the firewall, or add one resource access rule for each"
    " service that the message names (az storage account network-rule add)."
)
BYPASS = "az storage account update --ids {id} --bypass AzureServices"


@rule(
    id="storage-trusted-service-access",
    title="Azure OpenAI, Search and Machine Learning may pass the storage firewall",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WithPartners(
        of=StorageAccount,
        roles=("openai", "search", "workspace"),
        lone="no Azure OpenAI account, search service or workspace uses this storage account",
    ),
    profiles=("on-your-data", "prompt-flow", "model-catalog", "foundry"),
    remedy=Remedy(
        summary=SUMMARY,
        az=BYPASS,
    ),
    controls=controls(policy=("c9d007d0-c057-4772-b18c-01e546713bcd",), cis=("9.3.5",)),
    sources=(
        Source(
            title="Trusted Azure services for storage network security",
            url="https://learn.microsoft.com/azure/storage/common/storage-network-security-trusted-azure-services",
        ),
        Source(
            title="Create a storage firewall resource instance rule",
            url="https://learn.microsoft.com/azure/storage/common/storage-network-security-resource-instances",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Set the default public network access rule of a storage account",
            url="https://learn.microsoft.com/azure/storage/common/storage-network-security-set-default-access",
        ),
    ),
)
def storage_trusted_service_access(found: Partnered[StorageAccount], view: View) -> Verdict:
    """The firewall lets in the services that work on this account with their managed identities.

    Why
        Azure OpenAI, Search and the Machine Learning service reach the account from the platform's own
        networks, which no address rule can name. Without the exception ingestion and indexing fail with 403
        whatever roles the identities hold.
    Pass when
        `networkAcls.bypass` contains AzureServices, among whatever else; absent or null mean AzureServices.
        Or resource access rules of our tenant name every related Azure OpenAI account, search service and
        workspace, spelt out or by a wildcard.
    Fail when
        Neither is so; the services that are left out are named. Low while the firewall allows every network
        by default, since the exception is needed only once it denies.
    Unknown when
        Only resource access rules would let the services in and `publicNetworkAccess` is not Enabled: the
        documentation places them under "selected networks", and a perimeter overrides the firewall. A
        property has a value that is not known, a service might have been missed because something in the
        account's subscription could not be read, our own tenant is not known, or that the services use this
        account is only suggested.
    Not applicable when
        No Azure OpenAI account, search service or workspace uses the account.
    Evidence
        `properties.networkAcls.bypass` and `.resourceAccessRules` of `Microsoft.Storage/storageAccounts`,
        api-version 2023-05-01. The pages contradict each other about public access Disabled: "On Your Data"
        combines it with the exception, "Set the default public network access rule" says that only private
        endpoints remain then. The exception is accepted here, resource access rules are not.
    Remedy
        Add AzureServices to what the bypass holds already, or a resource access rule for each service.
    """
    account = found.resource
    bypass = account.bypass
    if "AzureServices" in bypass.value:
        said = "" if bypass.is_stated else " (bypass is not set, which means AzureServices)"
        return Pass(message=f"trusted Azure services may pass{said}", evidence=(bypass.evidence(),))
    if view.estate.tenant_id is None:
        said = "which resource access rules are of our own tenant cannot be told: it is not known"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=(bypass.evidence(),))
    left_out = _left_out(found, view.estate.tenant_id)
    if left_out:
        return _refused(account, left_out)
    for gap in view.relations.unread_near(account.id):
        raise NotRead(gap)
    return _by_instance(account)


def _left_out(found: Partnered[StorageAccount], tenant_id: str) -> tuple[ArmId, ...]:
    """The related services that no resource access rule names.

    One that is only suggested is left aside where surer ones are known; else the result is no surer itself.
    """
    sure = tuple(rid for rid, tie in found.partners if tie != "suggested")
    wanted = sure or tuple(rid for rid, _ in found.partners)
    rows = found.resource.resource_access_rules.value
    return tuple(rid for rid in wanted if not any(covers(row, rid, tenant_id) for row in rows))


def _refused(account: StorageAccount, left_out: tuple[ArmId, ...]) -> Fail:
    names = ", ".join(f"{rid.name} ({(rid.resource_type or '').partition('/')[0]})" for rid in left_out)
    allows, access = account.default_action.meaning == "Allow", account.public_network_access.meaning
    is_open = allows and access == "Enabled"
    later = "; today it allows every network, so they lose access only once it denies" if is_open else ""
    return Fail(
        message=f"the firewall shuts out {names}: bypass lacks AzureServices and no rule names them{later}",
        evidence=(account.bypass.evidence(), account.resource_access_rules.evidence()),
        severity=Severity.LOW if is_open else Severity.HIGH,
        remedy=_let_in(account),
        fix=AllowTrustedServices(resource=account.id.text),
    )


def _let_in(account: StorageAccount) -> Remedy:
    """The command replaces the whole bypass, so what it holds already has to be said again."""
    kept = sorted(account.bypass.value - {"None"})
    return Remedy(summary=SUMMARY, az=" ".join((BYPASS, *kept)))


def _by_instance(account: StorageAccount) -> Verdict:
    access, rules = account.public_network_access, account.resource_access_rules
    evidence = (account.bypass.evidence(), rules.evidence(), access.evidence())
    if access.value == "Enabled":
        said = "resource access rules name every service that uses the account"
        return Pass(message=said, evidence=evidence)
    return Unknown(
        message="only resource access rules let the services in, and the documentation does not say that they"
        f" work while publicNetworkAccess is {access.value}",
        reason=Reason.AMBIGUOUS,
        evidence=evidence,
    )
