"""What a DNS zone group does: the records of a private endpoint, written into its zones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

ArmObject = Mapping[str, Any]

_TTL_S = 10
_PREFIX = "privatelink."


def with_records(group: ArmObject, endpoint: ArmObject) -> ArmObject:
    """The group as Azure answers it: each zone's configuration with the records of this endpoint."""
    properties = group.get("properties") or {}
    configurations = [
        _with_record_sets(configuration, endpoint)
        for configuration in properties.get("privateDnsZoneConfigs") or []
    ]
    return {
        **group,
        "properties": {
            **properties,
            "privateDnsZoneConfigs": configurations,
            "provisioningState": "Succeeded",
        },
    }


def record_resources(group: ArmObject) -> Iterator[ArmObject]:
    """The A records in the zones themselves."""
    for configuration in group["properties"]["privateDnsZoneConfigs"]:
        zone_id = configuration["properties"]["privateDnsZoneId"]
        for record in configuration["properties"]["recordSets"]:
            yield {
                "id": f"{zone_id}/A/{record['recordSetName']}",
                "name": record["recordSetName"],
                "type": "Microsoft.Network/privateDnsZones/A",
                "properties": {
                    "fqdn": f"{record['fqdn']}.",
                    "ttl": record["ttl"],
                    "isAutoRegistered": False,
                    "aRecords": [{"ipv4Address": address} for address in record["ipAddresses"]],
                },
            }


def zone_ids(group: ArmObject) -> list[str]:
    properties = group.get("properties") or {}
    return [
        str((configuration.get("properties") or {}).get("privateDnsZoneId", ""))
        for configuration in properties.get("privateDnsZoneConfigs") or []
    ]


def _with_record_sets(configuration: ArmObject, endpoint: ArmObject) -> ArmObject:
    properties = configuration["properties"]
    zone = str(properties["privateDnsZoneId"]).rpartition("/")[2].lower()
    return {
        **configuration,
        "properties": {**properties, "recordSets": list(_record_sets(zone, endpoint))},
    }


def _record_sets(zone: str, endpoint: ArmObject) -> Iterator[ArmObject]:
    for name in (endpoint.get("properties") or {}).get("customDnsConfigs") or []:
        host = str(name.get("fqdn", "")).lower().rstrip(".")
        public = zone.removeprefix(_PREFIX)
        if host.endswith(f".{public}"):
            record = host.removesuffix(f".{public}")
            yield {
                "recordType": "A",
                "recordSetName": record,
                "fqdn": f"{record}.{zone}",
                "ttl": _TTL_S,
                "ipAddresses": list(name.get("ipAddresses") or []),
                "provisioningState": "Succeeded",
            }
