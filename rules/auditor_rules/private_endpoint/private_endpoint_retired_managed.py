"""private-endpoint-retired-managed."""

from __future__ import annotations

from auditor.model.resources.connection import PrivateEndpointConnection, SearchConnection
from auditor.relate.owners import is_retired
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import Connections


@rule(
    id="private-endpoint-retired-managed",
    title="No leftover Microsoft-managed endpoint of On Your Data on Search",
    severity=Severity.LOW,
    rule_class="exposure",
    subjects=Connections(types=(SearchConnection,)),
    profiles=("on-your-data",),
    remedy=Remedy(
        summary="Make search-trusted-service-access pass, which replaced this endpoint, then delete the"
        " connection.",
        az="az network private-endpoint-connection delete --id {id}",
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def private_endpoint_retired_managed(connection: PrivateEndpointConnection, view: View) -> Verdict:
    """The search service holds no connection of On Your Data's retired Microsoft-managed endpoint.

    Why
        On Your Data once reached a private search service through an endpoint in a subscription of
        Microsoft. Nobody can order that form since June 2024 and the endpoints were due for deletion in July
        2025. What is left carries nothing and hides what really connects; a pending one still asks for a way
        in that nobody will use.
    Pass when
        The connection's private endpoint is in another subscription, or the connection names none, which
        other rules judge.
    Fail when
        The endpoint is in subscription 812f15d0-6b38-42a1-a3cf-fa00794f528b, in whatever state: low, medium
        where it is still pending. Microsoft's withdrawn validation script failed where it was missing.
    Unknown when
        The connections could not be read, or the endpoint's id or the status is malformed.
    Not applicable when
        Never.
    Evidence
        `properties.privateEndpoint.id` of `Microsoft.Search/searchServices/privateEndpointConnections`,
        api-version 2025-05-01. The only published source of the subscription's id is that script.
    Remedy
        Let Azure OpenAI in as a trusted service, then delete the connection.
    """
    named = connection.private_endpoint
    where = named.value.subscription if named.value is not None else None
    if not is_retired(connection):
        said = f"the endpoint is in subscription {where.name}" if where else "it names no private endpoint"
        return Pass(message=said, evidence=(named.evidence(),))
    status = connection.status.value or "in no stated state"
    return Fail(
        message=f"the retired Microsoft-managed endpoint of On Your Data is still connected here ({status})",
        evidence=(named.evidence(), connection.status.evidence()),
        severity=Severity.MEDIUM if status == "Pending" else None,
    )
