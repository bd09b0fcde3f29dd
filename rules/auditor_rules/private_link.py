"""Whether a target has a private endpoint that its clients can use: a judgement that several rules share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial

from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.wire import Resource
from auditor.rule import Fail, Pass, Unknown, Verdict, View, attempt

READS: tuple[type[Resource], ...] = (PrivateEndpoint,)
"""What judge_private_endpoint touches besides the type of the connections."""


def create_endpoint(group: str) -> str:
    """The command of a remedy: a private endpoint for one group of the failing resource.

    The subnet and the resource group of the endpoint, commonly the network's, are for the reader to fill in.
    """
    return (
        f"az network private-endpoint create --name pe-{{name}}-{group} --connection-name {group}"
        ' --resource-group "$NETWORK_RESOURCE_GROUP" --subnet "$SUBNET_ID"'
        f" --private-connection-resource-id {{id}} --group-id {group}"
    )


def judge_private_endpoint(
    view: View, target: Resource, connections: type[PrivateEndpointConnection], group: str
) -> Verdict:
    """Whether a customer private endpoint for that group is approved on the target.

    Pass where one counts (see `judge_connection`), else unknown where one might, else fail. `group` is the
    target's private link group, such as `account` or `blob`. Raises NotRead where the target's connections
    were not read.
    """
    found = [
        attempt(partial(judge_connection, view, one, target, group))
        for one in view.estate.children(connections, target.id)
    ]
    passes = [verdict for verdict in found if isinstance(verdict, Pass)]
    if passes:
        return _approved(passes, group)
    unsure = [verdict for verdict in found if isinstance(verdict, Unknown)]
    if unsure:
        return _unsure(unsure, group)
    return _none(target, [verdict for verdict in found if isinstance(verdict, Fail)], group)


def judge_connection(
    view: View, connection: PrivateEndpointConnection, target: Resource, group: str
) -> Verdict:
    """Whether one connection gives the target's clients a way in.

    Pass: approved and provisioned, from an endpoint that can be read, for that group. Fail: it is none of
    these. Raises Undecided where its endpoint cannot be read: a shared private link and a managed network
    leave approved connections too, whose endpoints lie in the platform's own subscriptions.
    """
    name = _endpoint_name(connection)
    if (status := connection.status.value) != "Approved":
        return _not_counted(connection, f"{name} is {status or 'in no stated state'}")
    state = connection.provisioning_state
    if state.value not in ("Succeeded", None):
        return _not_counted(connection, f"{name} is approved, but its provisioning state is {state.value}")
    if (rid := connection.private_endpoint.value) is None:
        return _not_counted(connection, f"{name} is approved, but names no private endpoint")
    endpoint = view.estate.find(PrivateEndpoint, rid)
    if endpoint is None:
        said = f"{rid} is not in its subscription's list of private endpoints: deleted, or hidden"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=_seen(connection))
    groups = connection.group_ids() or _asked_groups(endpoint, target)
    if group.casefold() not in {one.casefold() for one in groups}:
        for_what = ", ".join(groups) or "no group of this resource"
        return _not_counted(connection, f"{name} is approved for {for_what}, not for {group}")
    unstated = () if state.is_stated else (f"{name}: no provisioning state was answered; it is approved",)
    return Pass(message=endpoint.name, evidence=_seen(connection), notes=unstated)


def _asked_groups(endpoint: PrivateEndpoint, target: Resource) -> tuple[str, ...]:
    """The groups of the target that the endpoint asks for."""
    asked = (request for request in endpoint.requests if request.target.value == target.id)
    return tuple(group for request in asked for group in request.groups.value)


def _endpoint_name(connection: PrivateEndpointConnection) -> str:
    named = connection.private_endpoint
    return connection.name if named.is_malformed or named.value is None else named.value.name


def _seen(connection: PrivateEndpointConnection) -> tuple[Evidence, ...]:
    return connection.status.evidence(), connection.private_endpoint.evidence()


def _not_counted(connection: PrivateEndpointConnection, said: str) -> Fail:
    return Fail(message=said, evidence=(*_seen(connection), connection.provisioning_state.evidence()))


def _approved(passes: Iterable[Pass], group: str) -> Pass:
    found = tuple(passes)
    names = ", ".join(dict.fromkeys(verdict.message for verdict in found))
    return Pass(
        message=f"approved private endpoint for {group}: {names}",
        evidence=tuple(seen for verdict in found for seen in verdict.evidence),
        notes=tuple(note for verdict in found for note in verdict.notes),
    )


def _unsure(unsure: list[Unknown], group: str) -> Unknown:
    # Leave to read our own endpoints can be given, to read the platform's it cannot.
    first = min(unsure, key=lambda verdict: verdict.reason is Reason.HIDDEN)
    return Unknown(
        message=f"no private endpoint for {group} is known to serve users; {len(unsure)} could not be judged:"
        f" {first.message} (shared private links and managed networks leave such connections too)",
        reason=first.reason,
        gap=first.gap,
        evidence=tuple(seen for verdict in unsure for seen in verdict.evidence),
    )


def _none(target: Resource, fails: list[Fail], group: str) -> Fail:
    said = "; ".join(_counted(fail.message for fail in fails)) or "there is no connection at all"
    asked = Evidence(resource=target.id.text, path="privateEndpointConnections", value=[])
    return Fail(
        message=f"no private endpoint for {group} is approved: {said}",
        evidence=tuple(seen for fail in fails for seen in fail.evidence) or (asked,),
    )


def _counted(messages: Iterable[str]) -> Iterable[str]:
    for message, times in Counter(messages).items():
        yield message if times == 1 else f"{message} ({times} times)"
