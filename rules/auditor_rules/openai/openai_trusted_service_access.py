"""openai-trusted-service-access."""

from __future__ import annotations

from functools import partial

from auditor.model.finding import Evidence
from auditor.model.guided import AllowTrustedServices
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_service import SharedPrivateLink
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.subjects import Partnered, WithPartners, not_judged

GROUP = "openai_account"
ANYBODY = (
    "any Azure AI services, Azure AI Search or Azure Machine Learning identity that holds a role gets in from"
    " its own network"
)
FIRST_FIREWALL = Remedy(
    summary="Let trusted services in. The account has no firewall settings yet, so the default action is set"
    " with it.",
    az="az resource update --ids {id} --api-version 2025-06-01"
    ' --set \'properties.networkAcls={{"defaultAction":"Deny","bypass":"AzureServices"}}\'',
)


def _needless_bypass(account: CognitiveAccount, view: View) -> tuple[str, ...]:
    """Noted of an account that trusts Azure's services though nothing of ours needs it."""
    if account.bypass.meaning != "AzureServices" or view.relations.partners(account.id, "workspace"):
        return ()
    return (f"networkAcls.bypass is AzureServices, though nothing related needs it: {ANYBODY}",)


@rule(
    id="openai-trusted-service-access",
    title="Search may reach OpenAI: trusted-service bypass or shared private link",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WithPartners(
        of=CognitiveAccount,
        roles=("search",),
        lone="no search service is related to this account",
        lone_notes=_needless_bypass,
        excludes=not_judged,
    ),
    profiles=("on-your-data",),
    remedy=Remedy(
        summary="Let trusted services through the firewall. Search must then call with its system-assigned"
        " identity (search-system-identity). Or make a shared private link from it, group openai_account.",
        az="az resource update --ids {id} --api-version 2025-06-01"
        " --set properties.networkAcls.bypass=AzureServices",
    ),
    sources=(
        Source(
            title="Configure Azure AI services virtual networks",
            url="https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Make outbound connections through a shared private link",
            url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-private",
        ),
    ),
)
def openai_trusted_service_access(partnered: Partnered[CognitiveAccount], view: View) -> Verdict:
    """Every related search service can get through the account's firewall.

    Why
        Search calls the account for embeddings while it indexes and queries. It does so from its own network,
        which a closed firewall refuses: ingestion then fails, and the usual reaction is to open the firewall.
    Pass when
        `networkAcls.bypass` is AzureServices; or each related search service has a shared private link to
        this account, group openai_account, that is Approved and Succeeded. The bypass works only for callers
        that use their system-assigned identity, which search-system-identity asks for.
    Fail when
        The bypass is None, absent or null (both mean None), and a related search service has no such link.
    Unknown when
        The shared private links of a related search service could not be read; that the search service
        belongs to the account is only suggested; the bypass has a value that is not known; or the account
        could not be read.
    Not applicable when
        The account is open to every network (`publicNetworkAccess` Enabled or absent, and default action
        Allow or absent), no search service is related to it, or it is being deleted. A bypass that nothing
        related needs is noted: any identity on Azure's trusted list that holds a role gets in by it.
    Evidence
        `properties.networkAcls.bypass` of `Microsoft.CognitiveServices/accounts`, api-version 2025-06-01
        (versions before 2023-10-01-preview do not show it), and `sharedPrivateLinkResources` of the search
        services, api-version 2025-05-01.
    Remedy
        Let trusted services through, or make a shared private link and approve it on the account.
    """
    account = partnered.resource
    access, action, bypass = account.public_network_access, account.default_action, account.bypass
    if access.value == "Enabled" and action.value == "Allow":
        return NotApplicable(
            message="the account is open to every network, so search reaches it without the bypass",
            reason=Reason.PUBLIC_ACCESS_OPEN,
            evidence=(access.evidence(), action.evidence()),
        )
    if bypass.value == "AzureServices":
        said = "trusted Azure services are let through the firewall"
        return Pass(message=said, evidence=(bypass.evidence(),))
    judged = [attempt(partial(_by_link, view, account, search)) for search, _ in partnered.partners]
    passes = [verdict for verdict in judged if isinstance(verdict, Pass)]
    if len(passes) < len(judged):
        return worst(judged, own=Severity.HIGH)
    return Pass(
        message="; ".join(verdict.message for verdict in passes),
        evidence=(bypass.evidence(), *(seen for verdict in passes for seen in verdict.evidence)),
    )


def _by_link(view: View, account: CognitiveAccount, search: ArmId) -> Verdict:
    """Whether a shared private link leads one search service to the account.

    Raises Undecided where the links were not read, or none works and one of them is malformed.
    """
    links = view.estate.children(SharedPrivateLink, search)
    for link in links:
        if link.target.meaning == account.id and _is_working(link):
            said = f"{search.name} comes by its shared private link {link.name}"
            return Pass(message=said, evidence=_seen(link))
    ours = [link for link in links if link.target.value == account.id]
    states = (f"{link.name} ({link.group.value}) is {_state(link)}" for link in ours)
    bypass = account.bypass
    stated = "is None" if bypass.is_stated else "is not set, which means None"
    said = (
        f"the firewall refuses {search.name}: networkAcls.bypass {stated}, and it has no working shared"
        f" private link to the account ({'; '.join(states) or 'none at all'})"
    )
    evidence = (bypass.evidence(), *(seen for link in ours for seen in _seen(link)))
    if not account.network_acls.is_stated:
        return Fail(message=said, evidence=evidence, remedy=FIRST_FIREWALL)
    return Fail(message=said, evidence=evidence, fix=AllowTrustedServices(resource=account.id.text))


def _is_working(link: SharedPrivateLink) -> bool:
    """Whether it is known to work; a value that is not known does not count."""
    group = "" if link.group.is_malformed else link.group.value or ""
    is_approved = link.status.meaning == "Approved" and link.provisioning_state.meaning == "Succeeded"
    return group.casefold() == GROUP and is_approved


def _state(link: SharedPrivateLink) -> str:
    status, provisioning = link.status.value, link.provisioning_state.value
    return f"{status or 'in no stated state'}, {provisioning or 'no provisioning state'}"


def _seen(link: SharedPrivateLink) -> tuple[Evidence, ...]:
    return link.group.evidence(), link.status.evidence(), link.provisioning_state.evidence()
