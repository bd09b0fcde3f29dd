"""The private DNS zones in the hub: links to both networks, and the records that the endpoints keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from auditor.sandbox.sample.company import ArmObject, child, entry, guid, name_of
from auditor.sandbox.sample.endpoints import SPOKE, ZONE_OF_SUFFIX, Endpoint, Host, zone_id
from auditor.sandbox.sample.network import HUB_VNET

_LINKED_VNETS: Final = (HUB_VNET, SPOKE)


def dns_entries(endpoints: Sequence[Endpoint]) -> Iterable[ArmObject]:
    for zone in ZONE_OF_SUFFIX.values():
        records = [(e, host) for e in endpoints for host in e.hosts if host.zone == zone]
        yield _zone(zone, len(records))
        yield from (_link(zone, vnet) for vnet in _LINKED_VNETS)
        yield from (_record(zone, endpoint, host) for endpoint, host in records)


def _zone(zone: str, records: int) -> ArmObject:
    return entry(
        zone_id(zone),
        etag=guid("etag", zone),
        location="global",
        tags={},
        properties={
            "provisioningState": "Succeeded",
            # The start-of-authority record counts too.
            "numberOfRecordSets": records + 1,
            "numberOfVirtualNetworkLinks": len(_LINKED_VNETS),
            "numberOfVirtualNetworkLinksWithRegistration": 0,
        },
    )


def _link(zone: str, vnet: str) -> ArmObject:
    link_id = child(zone_id(zone), "virtualNetworkLinks", f"link-{name_of(vnet)}")
    return entry(
        link_id,
        etag=f'"{guid("etag", link_id)}"',
        location="global",
        properties={
            "provisioningState": "Succeeded",
            "registrationEnabled": False,
            "resolutionPolicy": "Default",
            "virtualNetwork": {"id": vnet},
            "virtualNetworkLinkState": "Completed",
        },
    )


def _record(zone: str, endpoint: Endpoint, host: Host) -> ArmObject:
    record_id = child(zone_id(zone), "A", host.record)
    guid_of_endpoint = guid("resource", endpoint.id)
    creator = f"created by private endpoint {endpoint.name} with resource guid {guid_of_endpoint}"
    is_by_hand = endpoint.recorded_at is not None
    return entry(
        record_id,
        etag=guid("etag", record_id),
        properties={
            **({} if is_by_hand else {"metadata": {"creator": creator}}),
            "fqdn": f"{host.record}.{zone}.",
            "ttl": 3600 if is_by_hand else 10,
            "aRecords": [{"ipv4Address": endpoint.recorded_at or host.address}],
            "isAutoRegistered": False,
        },
    )
