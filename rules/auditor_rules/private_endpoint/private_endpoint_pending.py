"""private-endpoint-pending."""

from __future__ import annotations

from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.relate.requesters import READS, RequesterClass
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.private_endpoint.asking import RECOGNISED, judged_by, remarks, requester_of
from auditor_rules.subjects import ALL_CONNECTIONS

_ASK_THE_OWNER = Remedy(
    summary="Do not approve by hand what only looks right. Let the workspace's identity approve its own"
    " endpoints (role-managed-network-approver) and apply the outbound rule again; for a shared private link,"
    " compare its state in the portal of the search service before and after approving.",
    az=None,
    url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
)


@rule(
    id="private-endpoint-pending",
    title="No pending connection from a recognised requester",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=ALL_CONNECTIONS,
    reads=READS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Confirm that the endpoint is meant to be there, then approve its connection.",
        az="az network private-endpoint-connection approve --id {id} --description 'approved after review'",
    ),
    controls=controls(mcsb=("NS-2",)),
    sources=(
        Source(
            title="Manage Azure private endpoints",
            url="https://learn.microsoft.com/azure/private-link/manage-private-endpoint",
        ),
        Source(
            title="Azure Private Link permissions",
            url="https://learn.microsoft.com/azure/private-link/rbac-permissions",
        ),
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
    ),
)
def private_endpoint_pending(connection: PrivateEndpointConnection, view: View) -> Verdict:
    """No request for a connection that we want is left waiting for approval.

    Why
        A private endpoint carries nothing until its connection is approved on the target. Until then names
        resolve to an address that does not answer, and the workload fails or goes the public way.
    Pass when
        The connection is not pending. Rejected and broken ones are private-endpoint-broken-connection's.
    Fail when
        It is pending and the requester is recognised. Ours: the endpoint can be read, its subscription is in
        our tenant, and it asks for this target and a group that a workload needs. Likely: the request comes
        from a subscription nobody here can see, it is the only such request, an outbound rule of an audited
        workspace or a shared private link of an audited search service waits for such a connection, and
        either the subscription is the one that serves all other rules of that workspace or the request
        carries the link's random secret. Ambiguous: as likely, without the last proof or with several such
        requests; a stranger's request looks the same.
    Unknown when
        The target's connections could not be read, or the connection's status is absent, null or not one
        that is known.
    Not applicable when
        It is pending, but the requester is not recognised: private-endpoint-unknown-requester judges it. A
        request from the retired Microsoft-managed endpoint is private-endpoint-retired-managed's.
    Evidence
        `properties.privateLinkServiceConnectionState.status` and `properties.privateEndpoint.id` of the
        connection, the tenant of that id's subscription, and the target and groups that the endpoint itself
        names. Storage and workspace connections show no group, so only the endpoint tells it. Groups needed:
        account, searchService, amlworkspace; for storage blob, with file for workspaces and dfs where the
        namespace is hierarchical. The request's description, the connection's name and the names inside the
        endpoint's id are the requester's own words and prove nothing. Managed networks of Foundry accounts
        are not read.
    Remedy
        Approve our own. Do not approve a likely or ambiguous one by its looks: whoever knows a resource id
        can ask, and an approval opens a private way past the firewall.
    """
    requester = requester_of(connection, view)
    if requester.kind is RequesterClass.NOT_PENDING:
        return Pass(message=f"the connection {requester.said}", evidence=requester.evidence)
    if requester.kind is RequesterClass.RETIRED:
        return judged_by("private-endpoint-retired-managed", requester)
    if requester.kind not in RECOGNISED:
        return judged_by("private-endpoint-unknown-requester", requester)
    rivals = ""
    if requester.rivals:
        count = len(requester.rivals) + 1
        rivals = f"; {count} such requests wait here, and only {len(requester.wanted_by)} can be meant"
    waiting = "the connection waits for approval and carries no traffic"
    how = "" if requester.kind is RequesterClass.OURS else f" ({requester.kind})"
    return Fail(
        message=f"{waiting}; the request{how} {requester.said}{rivals}",
        evidence=requester.evidence,
        remedy=None if requester.kind is RequesterClass.OURS else _ASK_THE_OWNER,
        notes=remarks(connection, requester),
    )
