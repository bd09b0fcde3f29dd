"""private-endpoint-broken-connection."""

from __future__ import annotations

from auditor.model.finding import NotRead
from auditor.model.private_link import ZONES
from auditor.model.reasons import Reason
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.relate.actions import unstated
from auditor.relate.expectations import needed_groups
from auditor.relate.owners import known
from auditor.relate.requesters import READS
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Unknown, Verdict, View, rule
from auditor_rules.private_endpoint.linked import groups_of, is_ours, our_endpoint, requests_to
from auditor_rules.subjects import ALL_CONNECTIONS

_BROKEN = frozenset({"Rejected", "Disconnected", "Timeout"})
_CHANGING = frozenset({"Rejecting", "Disconnecting"})
_SPELT = {need.group.lower(): need.group for need in ZONES}
_LEFTOVER = Remedy(
    summary="No endpoint that can be seen uses the connection: make sure nobody else does, then delete it.",
    az="az network private-endpoint-connection delete --id {id}",
)


@rule(
    id="private-endpoint-broken-connection",
    title="No rejected, disconnected or timed-out connections",
    severity=Severity.LOW,
    rule_class="function",
    subjects=ALL_CONNECTIONS,
    reads=READS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Delete the endpoint, which stays inert, and create it again if it is still wanted. If"
        " somebody rejected it on purpose, only delete it.",
        az="az network private-endpoint delete --ids {endpoint}",
    ),
    sources=(
        Source(
            title="Manage Azure private endpoints",
            url="https://learn.microsoft.com/azure/private-link/manage-private-endpoint",
        ),
    ),
)
def private_endpoint_broken_connection(connection: PrivateEndpointConnection, view: View) -> Verdict:
    """The connection is not rejected, disconnected or timed out, on the target or on our endpoint.

    Why
        Such a connection carries nothing and never recovers by itself. The endpoint keeps its address and
        its DNS records, so that callers are led to an address that does not answer.
    Pass when
        Its status is none of Rejected, Disconnected and Timeout, neither on the target nor, where the
        endpoint is in our tenant, on the endpoint. A pending one passes here: private-endpoint-pending or
        private-endpoint-unknown-requester judges it.
    Fail when
        Either side says Rejected, Disconnected or Timeout: low. High where it is our endpoint's and the
        target has no other approved endpoint of ours for a group that its workloads need. Where the
        connection's group cannot be told, high only if the target has no approved endpoint of ours at all.
    Unknown when
        The target's connections or our own endpoint could not be read; the connection is being rejected or
        disconnected; or the status is absent, null, malformed or not one that is known.
    Not applicable when
        Never.
    Evidence
        `properties.privateLinkServiceConnectionState.status` of the connection, and of the endpoint's request
        to this target. Timeout is a status of workspaces. Storage and workspace connections name no group,
        so that of an endpoint which is gone cannot be told.
    Remedy
        Delete the endpoint and create it again. Where the endpoint is a stranger's or is in no list of ours
        any more, delete the connection that is left on the target.
    """
    status = connection.status
    if status.value is None:
        raise unstated(status)
    if status.value in _BROKEN:
        return _broken(connection, view, f"the connection is {status.value}")
    if status.value in _CHANGING:
        said = f"the connection is {status.value}: look again when that is done"
        return Unknown(message=said, reason=Reason.AMBIGUOUS, evidence=(status.evidence(),))
    endpoint = our_endpoint(view.estate, connection) if is_ours(view.estate, connection) else None
    requests = requests_to(endpoint, connection.scope) if endpoint else ()
    for request in requests:
        if request.status.value in _BROKEN:
            said = f"the connection is {status.value} here and {request.status.value} on our endpoint"
            failed = _broken(connection, view, said)
            evidence = (*failed.evidence, request.status.evidence())
            return Fail(
                message=failed.message,
                evidence=evidence,
                severity=failed.severity,
                remedy=failed.remedy,
                fills=failed.fills,
                notes=failed.notes,
            )
    return Pass(message=f"the connection is {status.value}", evidence=(status.evidence(),))


def _broken(connection: PrivateEndpointConnection, view: View, said: str) -> Fail:
    evidence = (connection.status.evidence(), connection.private_endpoint.evidence())
    named = known(connection.private_endpoint)
    if named is None or not is_ours(view.estate, connection):
        said = f"{said}, and its endpoint is not in a subscription of ours that is visible"
        return Fail(message=said, evidence=evidence, remedy=_LEFTOVER)
    is_left = _is_left_over(connection, view)
    if is_left:
        said = f"{said}, and its endpoint is not in its subscription's list any more"
    lost, note = _lost_groups(connection, view)
    if lost:
        said = f"{said}, and no other approved endpoint of ours serves {_names(lost)} here"
    return Fail(
        message=said,
        evidence=evidence,
        severity=Severity.HIGH if lost else None,
        remedy=_LEFTOVER if is_left else None,
        fills=(("endpoint", named.text),),
        notes=(note,) if note else (),
    )


def _is_left_over(connection: PrivateEndpointConnection, view: View) -> bool:
    """Whether the endpoint is surely not listed; a list that was not read leaves it to be looked for."""
    try:
        return our_endpoint(view.estate, connection) is None
    except NotRead:
        return False


def _names(groups: frozenset[str]) -> str:
    """The groups as ARM spells them."""
    return ", ".join(sorted(_SPELT.get(group, group) for group in groups))


def _lost_groups(connection: PrivateEndpointConnection, view: View) -> tuple[frozenset[str], str]:
    """The needed groups that only this connection served, and what keeps that from being told."""
    estate = view.estate
    needed = needed_groups(estate, view.relations, connection.scope, type(connection)).names
    own = groups_of(estate, connection)
    rows = (row for row in estate.listed(type(connection)) if row.scope == connection.scope)
    others = [row for row in rows if row.id != connection.id and is_ours(estate, row)]
    served = [groups_of(estate, row) for row in others if known(row.status) == "Approved"]
    lost = (needed if own is None else needed & own).difference(*(names for names in served if names))
    is_complete = estate.was_read(type(connection), connection.scope) and None not in served
    if not lost or (is_complete and (own is not None or not served)):
        return lost, ""
    note = f"whether it was the only endpoint for {_names(lost)} cannot be told from what was read"
    return frozenset(), note
