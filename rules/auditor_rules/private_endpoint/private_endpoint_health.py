"""private-endpoint-health."""

from __future__ import annotations

from functools import partial

from auditor.model.finding import Evidence
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.network import NetworkInterface, PrivateEndpoint, PrivateLinkServiceConnection
from auditor.relate.actions import unstated
from auditor.relate.owners import known
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.private_endpoint.linked import CONNECTIONS, Linked, LinkedEndpoints, requests_to, type_of

_CHANGING = frozenset({"Approving", "Rejecting", "Disconnecting"})
_BROKEN = frozenset({"Failed", "Canceled"})
_DELETE = Remedy(
    summary="Delete the endpoint: what it led to is gone.", az="az network private-endpoint delete --ids {id}"
)

_BY_HAND = Remedy(
    summary="Delete the endpoint and create it again with all its targets and groups, in the same subnet.",
    az=None,
    url="https://learn.microsoft.com/azure/private-link/manage-private-endpoint",
)


@rule(
    id="private-endpoint-health",
    title="Endpoint healthy and both sides agree",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=LinkedEndpoints(),
    reads=(NetworkInterface,),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Delete the endpoint and create it again in the same subnet, for the same target and group;"
        " then approve its connection if need be and give it its DNS zone group back.",
        az="az network private-endpoint delete --ids {id} && az network private-endpoint create --name {name}"
        " --resource-group {group} --subscription {subscription} --location {location} --subnet {subnet}"
        " --private-connection-resource-id {target} --group-id {group_id} --connection-name {name}",
    ),
    sources=(
        Source(
            title="What is a private endpoint?",
            url="https://learn.microsoft.com/azure/private-link/private-endpoint-overview",
        ),
        Source(
            title="Manage Azure private endpoints",
            url="https://learn.microsoft.com/azure/private-link/manage-private-endpoint",
        ),
    ),
)
def private_endpoint_health(linked: Linked, view: View) -> Verdict:
    """The private endpoint was made completely, has a private address, and its target knows it as it is.

    Why
        An endpoint can look fine from one side only: names resolve to its address while the target has
        rejected, forgotten or never finished the connection. Callers then time out, and the usual reaction
        is to open the public way.
    Pass when
        The endpoint's provisioningState is neither Failed nor Canceled, it has a private address (stated by
        its customDnsConfigs or its network interface), and for each audited target the connection on the
        target names this endpoint with the same status as the endpoint's own. Both sides saying Pending or
        Rejected is agreement: private-endpoint-pending and private-endpoint-broken-connection judge that.
    Fail when
        The endpoint or the target's connection is Failed or Canceled; no address is stated and the endpoint
        names no network interface (an empty or absent list), or its interfaces have no private address; the
        target is not to be found and the endpoint's own status is Disconnected, as Azure writes when a target
        is deleted; the target has no connection that names this endpoint; or the two statuses differ.
    Unknown when
        The interface, the target or its connections could not be read, or the target or an interface without
        which there is no address is not in its subscription's list, which holds only what the reader may see;
        a state is absent, null or not one that is known; or one side is in transition (Approving, Rejecting,
        Disconnecting).
    Not applicable when
        Never. Endpoints that lead to nothing audited here are no subjects. Neither is an endpoint to a
        storage account that is gone, since nothing then tells whether a workload used it; with
        --all-resources it is.
    Evidence
        `properties.provisioningState`, `customDnsConfigs[].ipAddresses` (empty where a DNS zone group keeps
        the names), `networkInterfaces[].id`, `privateLinkServiceConnections[]` and
        `manualPrivateLinkServiceConnections[]` of the endpoint, api-version 2024-05-01; the interface's
        `ipConfigurations[].properties.privateIPAddress`; status and provisioningState of the target's
        connection. provisioningState Succeeded says nothing of approval.
    Remedy
        Delete the endpoint and create it again, with its DNS zone group.
    """
    endpoint = linked.endpoint
    checks = [attempt(partial(_made, endpoint)), attempt(partial(_addressed, endpoint, view))]
    checks += [attempt(partial(_met, endpoint, target, view)) for target in linked.targets]
    if not linked.targets:
        _ = endpoint.requests  # malformed, or it would name a target
    found = worst(checks, own=Severity.MEDIUM)
    if isinstance(found, Pass):
        agreed = "; ".join(check.message for check in checks)
        return Pass(message=agreed, evidence=tuple(e for check in checks for e in check.evidence))
    return found


def _made(endpoint: PrivateEndpoint) -> Verdict:
    state = endpoint.provisioning_state
    if state.value is None:
        raise unstated(state)
    if state.value in _BROKEN:
        return _recreate(endpoint, None, f"the endpoint is {state.value}", (state.evidence(),))
    return Pass(message=f"the endpoint is {state.value}", evidence=(state.evidence(),))


def _addressed(endpoint: PrivateEndpoint, view: View) -> Verdict:
    configs = known(endpoint.custom_dns_configs) or ()
    stated = [fact for config in configs if known(fact := config.ip_addresses)]
    if stated:
        addresses = ", ".join(dict.fromkeys(address for fact in stated for address in fact.value))
        seen = tuple(fact.evidence() for fact in stated)
        return Pass(message=f"it has the address {addresses}", evidence=seen)
    named = endpoint.interfaces
    if not named.value:
        return _recreate(endpoint, None, "the endpoint has no network interface", (named.evidence(),))
    found = [view.estate.find(NetworkInterface, rid) for rid in named.value]
    interfaces = [row for row in found if row is not None]
    facts = [part.private_ip_address for row in interfaces for part in row.ip_configurations.value]
    evidence = (named.evidence(), *(fact.evidence() for fact in facts))
    if addressed := [fact.value for fact in facts if fact.value]:
        return Pass(message=f"it has the address {', '.join(addressed)}", evidence=evidence)
    if None in found:
        said = "its network interface is not in the subscription's list: deleted, or hidden from the reader"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=evidence)
    lists = tuple(row.ip_configurations.evidence() for row in interfaces)
    return _recreate(endpoint, None, "the endpoint has no private address", (*evidence, *lists))


def _met(endpoint: PrivateEndpoint, target: ArmId, view: View) -> Verdict:
    """Each request of the endpoint to one target, held against the target's connections."""
    of = type_of(target)
    requests = requests_to(endpoint, target)
    if view.estate.find(of, target) is None:
        return _unlisted(target, requests)
    rows = view.estate.children(CONNECTIONS[of], target)
    mine = [row for row in rows if known(row.private_endpoint) == endpoint.id]
    if not mine:
        _ = [row.private_endpoint.value for row in rows]  # a malformed one may be this endpoint's
    checks = [attempt(partial(_agree, endpoint, request, target, mine)) for request in requests]
    return worst(checks, own=Severity.MEDIUM)


def _unlisted(target: ArmId, requests: tuple[PrivateLinkServiceConnection, ...]) -> Verdict:
    """A target that its subscription's list lacks: only a Disconnected request proves that it is gone."""
    seen = tuple(fact.evidence() for one in requests for fact in (one.target, one.status))
    if any(known(request.status) == "Disconnected" for request in requests):
        said = f"the target {target.name} no longer exists: it is not listed, and the request is Disconnected"
        return Fail(message=said, evidence=seen, remedy=_DELETE)
    said = f"the target {target.name} is not in its subscription's list: deleted, or hidden from the reader"
    return Unknown(message=said, reason=Reason.HIDDEN, evidence=seen)


def _agree(
    endpoint: PrivateEndpoint,
    request: PrivateLinkServiceConnection,
    target: ArmId,
    mine: list[PrivateEndpointConnection],
) -> Verdict:
    status = request.status
    if status.value is None:
        raise unstated(status)
    if not mine:
        said = f"{target.name} has no connection that names this endpoint, whose own status is {status.value}"
        return _recreate(endpoint, request, said, (status.evidence(), request.target.evidence()))
    statuses = [row.status.value for row in mine]
    evidence = (status.evidence(), *(row.status.evidence() for row in mine))
    for row in mine:
        if row.provisioning_state.value in _BROKEN:
            said = f"the connection on {target.name} is {row.provisioning_state.value}"
            return _recreate(endpoint, request, said, (row.provisioning_state.evidence(),))
    shown = ", ".join(found or "not stated" for found in statuses)
    if not _CHANGING.isdisjoint((status.value, *statuses)):
        said = f"the connection to {target.name} is changing ({status.value} on the endpoint, {shown} there)"
        return Unknown(message=f"{said}: look again later", reason=Reason.AMBIGUOUS, evidence=evidence)
    if status.value not in statuses:
        said = f"the two sides disagree: {status.value} on the endpoint, {shown} on {target.name}"
        return _recreate(endpoint, request, said, evidence)
    return Pass(message=f"both sides say {status.value} for {target.name}", evidence=evidence)


def _recreate(
    endpoint: PrivateEndpoint,
    request: PrivateLinkServiceConnection | None,
    said: str,
    evidence: tuple[Evidence, ...],
) -> Fail:
    """A failure with the command that makes the endpoint anew, where all that it needs is known."""
    requests = (*(known(endpoint.automatic) or ()), *(known(endpoint.manual) or ()))
    asked = request or (requests[0] if len(requests) == 1 else None)
    target = known(asked.target) if asked else None
    groups = (known(asked.groups) if asked else None) or ()
    subnet = known(endpoint.subnet)
    if len(requests) != 1 or target is None or subnet is None or not groups or endpoint.location is None:
        return Fail(message=said, evidence=evidence, remedy=_BY_HAND)
    fills = (
        ("location", endpoint.location),
        ("subnet", subnet.text),
        ("target", target.text),
        ("group_id", groups[0]),
    )
    return Fail(message=said, evidence=evidence, fills=fills)
