"""The networks of a map: private endpoints with what they lead to, the names that lead there, peerings."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.ids import ArmId
from auditor.model.private_link import needs_of
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.network import (
    PrivateEndpoint,
    PrivateLinkServiceConnection,
    VirtualNetwork,
)
from auditor.model.wire import Fact
from auditor.relate.map_sheet import SERVICES, MapSheet
from auditor.relate.owners import known


def draw_endpoints(sheet: MapSheet) -> None:
    """Every private endpoint of a service on the map: those that were read, and those that knock unseen."""
    for target in [row.id for of in SERVICES for row in sheet.drawn(of)]:
        connections = {known(row.private_endpoint): row for row in sheet.index.connections.get(target, ())}
        for endpoint, request in sheet.index.requests.get(target, ()):
            _draw_endpoint(sheet, endpoint, request, target, connections.pop(endpoint.id, None))
        for named, connection in connections.items():
            _draw_stranger(sheet, named, connection)


def _draw_endpoint(
    sheet: MapSheet,
    endpoint: PrivateEndpoint,
    request: PrivateLinkServiceConnection,
    target: ArmId,
    connection: PrivateEndpointConnection | None,
) -> None:
    """In its subnet, leading to its target. The target's side decides; the request's own may lag behind."""
    subnet = known(endpoint.subnet)
    if subnet is not None:
        sheet.add_subnet(subnet)
    sheet.add(endpoint.id, parent=subnet)
    status: Fact[str | None] = request.status if connection is None else connection.status
    seen = endpoint.id if connection is None else connection.id
    label = ", ".join((*(known(request.groups) or ()), _state(status)))
    sheet.join(endpoint.id, target, "private-link", label, resource=seen, path=status.path)


def _draw_stranger(sheet: MapSheet, named: ArmId | None, connection: PrivateEndpointConnection) -> None:
    """An endpoint that was not read: another subscription's, the platform's own, or one that is gone."""
    endpoint = named or connection.id
    sheet.add(endpoint, kind="private-endpoint")
    label = _state(connection.status)
    path = connection.status.path
    sheet.join(endpoint, connection.scope, "private-link", label, resource=connection.id, path=path)


def draw_names(sheet: MapSheet) -> None:
    """The zones that endpoints on the map register in or need, and the networks there that ask them."""
    for endpoint in sheet.drawn(PrivateEndpoint):
        for group in sheet.index.zone_groups.get(endpoint.id, ()):
            for config in known(group.zones) or ():
                zone = known(config.zone)
                if zone is not None:
                    sheet.add(zone)
                    path = config.zone.path
                    sheet.join(
                        endpoint.id, zone, "dns-zone-group", "registers in", resource=group.id, path=path
                    )
    needed = {name for endpoint in sheet.drawn(PrivateEndpoint) for name in _zones_of(endpoint)}
    for network in sheet.drawn(VirtualNetwork):
        for link in sheet.index.zone_links.get(network.id, ()):
            if link.scope.name.lower() in needed:
                sheet.add(link.scope)
            label = f"asks, {_state(link.state)}"
            sheet.join(network.id, link.scope, "dns-link", label, resource=link.id, path=link.state.path)


def _zones_of(endpoint: PrivateEndpoint) -> Iterator[str]:
    """The names, in lower case, of the zones that what it asks for may need, in any cloud."""
    for request in (*(known(endpoint.automatic) or ()), *(known(endpoint.manual) or ())):
        target = known(request.target)
        for group in known(request.groups) or ():
            for need in needs_of((target and target.resource_type) or "", group, None):
                yield from (name.lower() for names in need.zones.values() for name in names)


def _state(fact: Fact[str | None]) -> str:
    return known(fact) or "state not stated"


def draw_peerings(sheet: MapSheet) -> None:
    """Peerings between networks on the map, each pair once."""
    done = set[frozenset[ArmId]]()
    for network in sheet.drawn(VirtualNetwork):
        for peering in known(network.peerings) or ():
            remote = known(peering.remote)
            if remote is not None and remote in sheet and frozenset((network.id, remote)) not in done:
                done.add(frozenset((network.id, remote)))
                label = _state(peering.state)
                path = peering.state.path
                sheet.join(network.id, remote, "peering", label, resource=network.id, path=path)
