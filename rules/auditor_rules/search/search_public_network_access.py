"""search-public-network-access."""

from __future__ import annotations

from auditor.model.resources.perimeter import SearchPerimeterConfiguration
from auditor.model.resources.search_service import SearchService
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.perimeter import SOURCE as PERIMETER_SOURCE
from auditor_rules.perimeter import judge_perimeter
from auditor_rules.search.remedies import UPDATE
from auditor_rules.subjects import SEARCH_SERVICES


@rule(
    id="search-public-network-access",
    title="Search public network access disabled",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=SEARCH_SERVICES,
    reads=(SearchPerimeterConfiguration,),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Disable public network access, once search-private-endpoint passes: without an approved"
        " private endpoint this locks every client out.",
        az=f"{UPDATE}properties.publicNetworkAccess=disabled",
    ),
    controls=controls(policy=("ee980b6d-0eca-4501-8d54-f6290fd512c3",), mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Create a private endpoint for Azure AI Search",
            url="https://learn.microsoft.com/azure/search/service-create-private-endpoint",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        PERIMETER_SOURCE,
    ),
)
def search_public_network_access(service: SearchService, view: View) -> Verdict:
    """The search service refuses requests from public networks.

    Why
        The index holds the text of the documents. With public access on, one leaked key or token reads it
        from anywhere that the service's IP rules let in, and with no IP rule from everywhere.
    Pass when
        `publicNetworkAccess` is disabled, in any case. SecuredByPerimeter passes where the association with
        the network security perimeter is Enforced, and where no perimeter is associated: Azure documents that
        public requests are then refused.
    Fail when
        It is enabled, or absent or null, which mean enabled; IP rules do not change that. Medium where it is
        SecuredByPerimeter and the association is in Learning or Audit mode.
    Unknown when
        It has another value, it is SecuredByPerimeter and the associations could not be read or state no
        access mode, or the service could not be read.
    Not applicable when
        Never.
    Evidence
        `properties.publicNetworkAccess` of `Microsoft.Search/searchServices`, api-version 2025-05-01, and
        `networkSecurityPerimeterConfigurations` of services that are SecuredByPerimeter. On Learning mode the
        page cited below contradicts itself: its text says that the resource's own firewall still decides what
        no rule matches, its table that the perimeter's rules alone decide. The text is followed here. What an
        enforced perimeter's rules let in is not judged.
    Remedy
        Disable public network access, but only once an approved private endpoint exists. Where a perimeter
        learns, set its association to Enforced instead.
    """
    access = service.public_network_access
    if access.value == "Disabled":
        return Pass(message="public network access is disabled", evidence=(access.evidence(),))
    if access.value == "SecuredByPerimeter":
        return judge_perimeter(view, service, access, SearchPerimeterConfiguration)
    said = "" if access.is_stated else ": the property is not set, which means enabled"
    rules = service.ip_rules
    limited = ("IP rules limit who may ask; they are no isolation",) if rules.raw else ()
    return Fail(
        message=f"public network access is enabled{said}",
        evidence=(access.evidence(), rules.evidence()),
        notes=limited,
    )
