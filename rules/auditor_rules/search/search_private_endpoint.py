"""search-private-endpoint."""

from __future__ import annotations

from auditor.model.resources.connection import SearchConnection
from auditor.model.resources.search_service import SearchService
from auditor.rule import Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.private_link import READS, create_endpoint, judge_private_endpoint
from auditor_rules.subjects import SEARCH_SERVICES


@rule(
    id="search-private-endpoint",
    title="Search has an approved private endpoint",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=SEARCH_SERVICES,
    reads=(SearchConnection, *READS),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Create a private endpoint for the group searchService in a network of your clients, with"
        " its DNS zone group, or have the pending request of yours approved (private-endpoint-pending).",
        az=create_endpoint("searchService"),
    ),
    controls=controls(policy=("d6759c02-b87f-42b7-892e-71b3f471d782",), mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Create a private endpoint for Azure AI Search",
            url="https://learn.microsoft.com/azure/search/service-create-private-endpoint",
        ),
        Source(
            title="What is a private endpoint",
            url="https://learn.microsoft.com/azure/private-link/private-endpoint-overview",
        ),
    ),
)
def search_private_endpoint(service: SearchService, view: View) -> Verdict:
    """At least one private endpoint of ours is approved on the search service.

    Why
        With public access off a private endpoint is the only way in. Without one the service serves nobody,
        and the quick cure is to open public access again.
    Pass when
        One connection for the group searchService is Approved, its provisioning state is Succeeded, and the
        private endpoint that it names can be read. A provisioning state that is absent or null is noted.
    Fail when
        No connection is approved: there is none, or all are pending, rejected, disconnected, still being
        provisioned, or for another group.
    Unknown when
        Connections are approved, but from private endpoints that cannot be read, such as those in another
        tenant; or the connections could not be read.
    Not applicable when
        Never.
    Evidence
        `privateEndpointConnections` of `Microsoft.Search/searchServices`, read as a list of its own,
        api-version 2025-05-01, and `Microsoft.Network/privateEndpoints`. Descriptions are written by whoever
        asks and are no evidence. The private endpoint's own provisioning state says nothing of approval.
    Remedy
        Create a private endpoint for the group searchService, or approve the request of yours that is
        pending.
    """
    return judge_private_endpoint(view, service, SearchConnection, "searchService")
