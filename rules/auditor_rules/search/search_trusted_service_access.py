"""search-trusted-service-access."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.finding import NotApplicable
from auditor.model.guided import AllowTrustedServices
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.workspace import OutboundRule
from auditor.relate.ties import Tie
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Unknown, Verdict, View, rule
from auditor_rules.search.remedies import UPDATE
from auditor_rules.subjects import Partnered, WithPartners


def _open_to_all(service: SearchService) -> NotApplicable | None:
    """Public access without an IP rule: everybody comes in, so trusted services do."""
    access, rules = service.public_network_access, service.ip_rules
    if access.meaning != "Enabled" or rules.meaning != ():
        return None
    return NotApplicable(
        message="public network access is open to all networks, trusted services included",
        reason=Reason.PUBLIC_ACCESS_OPEN,
        evidence=(access.evidence(), rules.evidence()),
    )


@rule(
    id="search-trusted-service-access",
    title="Azure OpenAI and Machine Learning may reach Search",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WithPartners(
        of=SearchService,
        roles=("openai", "workspace"),
        lone="no AI account or workspace that would call the search service is related to it",
        excludes=_open_to_all,
    ),
    profiles=("on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Let trusted Azure services in. Every Azure AI or Machine Learning identity that holds a"
        " role on the service is then admitted, so review those roles too.",
        az=f"{UPDATE}properties.networkRuleSet.bypass=AzureServices",
    ),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Configure network access for Azure AI Search",
            url="https://learn.microsoft.com/azure/search/service-configure-firewall",
        ),
    ),
)
def search_trusted_service_access(found: Partnered[SearchService], view: View) -> Verdict:
    """The related AI accounts and workspaces may reach the search service, as trusted services.

    Why
        Azure OpenAI and Machine Learning call Search from Microsoft's network, not from yours. With public
        access off or limited to addresses they are refused unless the service lets trusted services in.
    Pass when
        `networkRuleSet.bypass` holds AzureServices, alone or with other values.
    Fail when
        It is None, or absent or null, which mean None, or holds other values only, while public access is
        disabled or limited by IP rules.
    Unknown when
        It has a value that is not known. It is not set and `publicNetworkAccess` is SecuredByPerimeter, where
        the perimeter's rules decide. The service, or what relates it to others, could not be read, or the
        relation is only suggested.
    Not applicable when
        No AI account or workspace is related to the service; public access is open to all networks; or only
        workspaces are related and each has an active managed-network endpoint to the service.
    Evidence
        `properties.networkRuleSet.bypass` of `Microsoft.Search/searchServices`, api-version 2025-05-01;
        versions up to 2023-11-01 do not answer it. A Microsoft-managed private endpoint of the older On Your
        Data design no longer counts (private-endpoint-retired-managed).
    Remedy
        Set the bypass to AzureServices; IP rules stay as they are.
    """
    service = found.resource
    bypass, access = service.bypass, service.public_network_access
    if "AzureServices" in bypass.value:
        return Pass(message="trusted Azure services are let in", evidence=(bypass.evidence(),))
    seen = (bypass.evidence(), access.evidence())
    callers = tuple(_callers(found, view))
    if not callers:
        return NotApplicable(
            message="the related workspaces reach the service through endpoints of their managed networks",
            reason=Reason.SERVED_OTHERWISE,
            evidence=seen,
        )
    names = ", ".join(rid.name for rid, _ in callers)
    if access.value == "SecuredByPerimeter":
        return Unknown(
            message=f"whether {names} may come in is up to the network security perimeter, whose rules are"
            " not judged",
            reason=Reason.AMBIGUOUS,
            evidence=seen,
        )
    said = (
        f"{names}: the service calls from Microsoft's network are refused, as trusted services are not let in"
    )
    if all(tie == "suggested" for _, tie in callers):
        asked = f"{said}; that they belong together is only suggested: declare the workload"
        return Unknown(message=asked, reason=Reason.RELATION_SUGGESTED, evidence=seen)
    return Fail(message=said, evidence=seen, fix=AllowTrustedServices(resource=service.id.text))


def _callers(found: Partnered[SearchService], view: View) -> Iterator[tuple[ArmId, Tie]]:
    """The partners but for workspaces whose managed network has a private way to the service."""
    served = {
        outbound.scope
        for outbound in view.estate.listed(OutboundRule)
        if outbound.target == found.resource.id and outbound.status.meaning == "Active"
    }
    return (partner for partner in found.partners if partner[0] not in served)
