"""The DNS zone group of a private endpoint: made, or given one zone more."""

from __future__ import annotations

import shlex
from typing import Any

from auditor.collect.arm import Reader
from auditor.collect.network import API_VERSION
from auditor.fix.change import Wanted
from auditor.fix.guided.comparing import zones_of
from auditor.fix.guided.reading import read_object
from auditor.fix.guided.refusals import CannotApply
from auditor.fix.guided.step import Step
from auditor.model.fix import FixKind
from auditor.model.ids import ArmId

_TYPE = "Microsoft.Network/privateEndpoints"
_CONFIGURATIONS = "privateDnsZoneConfigs"


async def zone_step(reader: Reader, endpoint: str, group: str, zone: str) -> Step:
    """Raises ReadFailed, and CannotApply where the private endpoint is not there."""
    if await read_object(reader, endpoint, API_VERSION) is None:
        raise CannotApply(f"{endpoint} is not there")
    object_id = f"{endpoint}/privateDnsZoneGroups/{group}"
    before = await read_object(reader, object_id, API_VERSION)
    held: list[Any] = list(((before or {}).get("properties") or {}).get(_CONFIGURATIONS) or [])
    label = ArmId.parse(zone).name.replace(".", "-")
    new = {"name": label, "properties": {"privateDnsZoneId": zone}}
    is_there = zone.lower() in zones_of(held)
    configurations = held if is_there else [*held, new]
    path = f"properties.{_CONFIGURATIONS}"
    return Step(
        kind=FixKind.ADD_DNS_ZONE_GROUP,
        target=endpoint,
        object_id=object_id,
        api_version=API_VERSION,
        said=f"let zone group {group} of {ArmId.parse(endpoint).name} write into {ArmId.parse(zone).name}",
        held=_named(held) if before else "no zone group",
        wish=_named(configurations),
        before=before,
        wanted=(Wanted(path=path, match="zones", value=sorted(zones_of(configurations))),),
        may_change=(path,),
        method="PUT",
        path=object_id,
        # The group as it was read: a zone that is not sent loses its records.
        body={"name": group, "properties": {_CONFIGURATIONS: configurations}},
        action=f"{_TYPE}/privateDnsZoneGroups/write",
        is_due=not is_there,
        revert=_revert(ArmId.parse(endpoint), group, label, is_new=before is None),
    )


def _named(configurations: list[Any]) -> str:
    names = sorted(zone.rpartition("/")[2] for zone in zones_of(configurations))
    return f"zones {', '.join(names) or 'none'}"


def _revert(endpoint: ArmId, group: str, label: str, *, is_new: bool) -> str:
    verb = "delete" if is_new else "remove"
    which = "" if is_new else f" --zone-name {shlex.quote(label)}"
    return (
        f"az network private-endpoint dns-zone-group {verb}"
        f" --resource-group {shlex.quote(endpoint.resource_group or '')}"
        f" --subscription {endpoint.subscription_id} --endpoint-name {shlex.quote(endpoint.name)}"
        f" --name {shlex.quote(group)}{which}"
    )
