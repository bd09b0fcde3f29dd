"""private-endpoint-unknown-requester."""

from __future__ import annotations

from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.relate.requesters import READS, RequesterClass
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.private_endpoint.asking import RECOGNISED, judged_by, remarks, requester_of
from auditor_rules.subjects import ALL_CONNECTIONS

_SEVERITY = {
    RequesterClass.FOREIGN: Severity.CRITICAL,
    RequesterClass.UNPLANNED: Severity.MEDIUM,
    RequesterClass.ORPHAN: Severity.MEDIUM,
}


@rule(
    id="private-endpoint-unknown-requester",
    title="No pending connection from an unknown requester",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=ALL_CONNECTIONS,
    reads=READS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Do not approve. Ask the owner of the target who made the request; if nobody can say,"
        " reject it.",
        az="az network private-endpoint-connection reject --id {id} --description 'requester unknown'",
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="What is a private endpoint?",
            url="https://learn.microsoft.com/azure/private-link/private-endpoint-overview",
        ),
        Source(
            title="Limit cross-tenant private endpoint connections in Azure",
            url="https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/"
            "limit-cross-tenant-private-endpoint-connections",
        ),
    ),
)
def private_endpoint_unknown_requester(connection: PrivateEndpointConnection, view: View) -> Verdict:
    """No request for a private way in is waiting that is not provably ours.

    Why
        Whoever knows a resource id can ask for a private endpoint to it, from any subscription of any tenant.
        One careless approval gives a stranger's network a line to the service, past its firewall and unseen
        by any network security group of ours; a leaked key then works from there.
    Pass when
        The connection is not pending, or the requester is ours and asks for what a workload needs
        (private-endpoint-pending says so).
    Fail when
        It is pending and not provably ours. Critical: its subscription can be seen and belongs to another
        tenant that is not declared as a partner's. High: it names no private endpoint, its subscription
        cannot be seen and no managed network or shared private link of ours waits for such a connection, or
        the subscription is a partner's or of a tenant that Azure does not name. Medium: our own tenant's
        endpoint that names another target or a group that no workload needs, or that is gone or unreadable.
    Unknown when
        The target's connections could not be read, or the connection's status is absent, null or not one
        that is known. What could not be looked at besides is a note: it does not make a stranger ours.
    Not applicable when
        It is pending and a managed network or shared private link of ours waits for such a connection
        (private-endpoint-pending judges it), or it comes from the retired Microsoft-managed endpoint
        (private-endpoint-retired-managed).
    Evidence
        The connection's status, the subscription in `properties.privateEndpoint.id`, and that subscription's
        tenant where it can be seen. That a subscription is not visible does not tell whose it is. What the
        requester wrote is shown as untrusted text and never looked at. The age of a request is not in ARM.
    Remedy
        Never approve on the strength of the message. Ask the owner, then reject.
    """
    requester = requester_of(connection, view)
    if requester.kind is RequesterClass.NOT_PENDING:
        return Pass(message=f"the connection {requester.said}", evidence=requester.evidence)
    if requester.kind is RequesterClass.OURS:
        return Pass(message=f"the pending request {requester.said}", evidence=requester.evidence)
    if requester.kind is RequesterClass.RETIRED:
        return judged_by("private-endpoint-retired-managed", requester)
    if requester.kind in RECOGNISED:
        return judged_by("private-endpoint-pending", requester)
    return Fail(
        message=f"a request waits for approval that is not provably wanted: it {requester.said}",
        evidence=requester.evidence,
        severity=_SEVERITY.get(requester.kind, Severity.HIGH),
        notes=remarks(connection, requester),
    )
