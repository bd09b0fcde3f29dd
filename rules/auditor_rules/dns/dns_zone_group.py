"""dns-zone-group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from auditor.model.finding import Evidence
from auditor.model.guided import AddDnsZoneGroup
from auditor.model.ids import ArmId
from auditor.model.resources.network import PrivateDnsZoneGroup, ZoneConfig
from auditor.relate.dns import zone_configs, zones_named
from auditor.rule import Fail, Pass, Remedy, Severity, Verdict, View, attempt, rule, worst
from auditor_rules.controls import controls
from auditor_rules.dns.sources import ENDPOINT_DNS, PROFILES
from auditor_rules.dns.subjects import Leading, Serving, ServingEndpoints, leading_endpoints, needs_of

_ONE_EACH = Remedy(
    summary="Keep one endpoint of the target for each zone: delete the one that is not needed, or give the"
    " other network a zone of its own with the same name and let its endpoint's zone group write there.",
    az=None,
    url="https://learn.microsoft.com/azure/private-link/private-endpoint-dns",
)
_RIGHT_ZONE = Remedy(
    summary="Add the zone that the endpoint needs to its zone group.",
    az="az network private-endpoint dns-zone-group add --resource-group {group} --subscription {subscription}"
    " --endpoint-name {name} --name {zone_group} --private-dns-zone {zone} --zone-name {zone_label}",
)


@rule(
    id="dns-zone-group",
    title="Records are managed and not contested",
    severity=Severity.LOW,
    rule_class="function",
    subjects=ServingEndpoints(),
    profiles=PROFILES,
    remedy=Remedy(
        summary="Give the endpoint a zone group with the zones it needs; take over or delete the hand-made"
        " records first.",
        az="az network private-endpoint dns-zone-group create --resource-group {group} --subscription"
        " {subscription} --endpoint-name {name} --name default --private-dns-zone {zone}"
        " --zone-name {zone_label}",
    ),
    controls=controls(mcsb=("NS-10",)),
    sources=(ENDPOINT_DNS,),
)
def dns_zone_group(serving: Serving, view: View) -> Verdict:
    """The records of an approved private endpoint of ours are kept by a zone group, and by one endpoint only.

    Why
        A zone group writes the endpoint's records and takes them away with it. Records made by hand stay as
        they are when the endpoint is made anew with another address. Two endpoints of one target that write
        into one zone overwrite each other's record: the last one wins, and deleting it takes the name away
        from both.
    Pass when
        The endpoint has a zone group that writes records into every zone it needs, and no other approved
        endpoint of ours writes the same group's names of the same target into one of these zones.
    Fail when
        There is no zone group, or it leaves out a zone that the endpoint needs, or one of its zones gets no
        record at all: low. Medium where another endpoint of the same target writes into the same zone.
    Unknown when
        The zone groups could not be read, or the endpoint's requests are malformed.
    Not applicable when
        The endpoint is approved on neither side.
    Evidence
        `privateDnsZoneConfigs[]` of `privateEndpoints/{e}/privateDnsZoneGroups` with `privateDnsZoneId` and
        `recordSets`: Azure accepts a zone that is not the privatelink zone, says Succeeded and writes nothing
        into it. Zones of one name are listed in a note: they may be split by network on purpose.
    Remedy
        One endpoint for each target and zone, each with a zone group.
    """
    configs = zone_configs(view.estate, serving.endpoint)
    written = {zone: config for config in configs if (zone := config.zone.value) is not None}
    checks: list[Verdict] = []
    for leading in serving.leading:
        checks.append(attempt(partial(_managed, view, leading, written)))
        checks += [
            attempt(partial(_contested, leading, other, written, view)) for other in _rivals(view, leading)
        ]
    related = tuple(zone.text for zone in written)
    notes = tuple(_doubles(view, written))
    verdict = worst(checks, Severity.LOW)
    return replace(verdict, related=related, notes=(*verdict.notes, *notes))


def _managed(view: View, leading: Leading, written: dict[ArmId, ZoneConfig]) -> Verdict:
    endpoint = leading.endpoint
    groups = view.estate.children(PrivateDnsZoneGroup, endpoint.id)
    present = {zone.name.lower() for zone in written}
    missing = [need for need in needs_of(view, leading) if present.isdisjoint(n.lower() for n in need.names)]
    if not written:
        asked = Evidence(resource=endpoint.id.text, path="privateDnsZoneGroups", value=[])
        evidence = tuple(group.zones.evidence() for group in groups) or (asked,)
        said = f"{endpoint.name} has no zone group: its records are made by hand and may grow stale"
        wanted = missing[0].names if missing else ()
        group = groups[0].name if groups else "default"
        fix = _fix(view, endpoint.id, group, wanted)
        return Fail(message=said, evidence=evidence, fills=_fills(view, wanted), fix=fix)
    seen = tuple(config.zone.evidence() for config in written.values())
    if missing:
        said = f"the zone group of {endpoint.name} leaves out {', '.join(need.said for need in missing)}"
        fills = (("zone_group", groups[0].name), *_fills(view, missing[0].names))
        fix = _fix(view, endpoint.id, groups[0].name, missing[0].names)
        return Fail(message=said, evidence=seen, remedy=_RIGHT_ZONE, fills=fills, fix=fix)
    for zone, config in written.items():
        if not config.record_fqdns.value:
            said = f"the zone group of {endpoint.name} writes no record into {zone.name}"
            fills = (("zone_group", groups[0].name), *_fills(view, (zone.name,)))
            evidence = (config.zone.evidence(), config.record_fqdns.evidence())
            return Fail(message=said, evidence=evidence, remedy=_RIGHT_ZONE, fills=fills)
    names = ", ".join(zone.name for zone in written)
    return Pass(message=f"the zone group of {endpoint.name} keeps the records in {names}", evidence=seen)


def _rivals(view: View, leading: Leading) -> Iterator[Leading]:
    """Our other approved endpoints for the same group of the same target."""
    own = {group.lower() for group in leading.groups}
    for other in leading_endpoints(view):
        is_other = other.endpoint.id != leading.endpoint.id and other.target.id == leading.target.id
        if is_other and other.is_approved and not own.isdisjoint(group.lower() for group in other.groups):
            yield other


def _contested(leading: Leading, other: Leading, written: dict[ArmId, ZoneConfig], view: View) -> Verdict:
    theirs = {config.zone.value for config in zone_configs(view.estate, other.endpoint)}
    shared = [config for zone, config in written.items() if zone in theirs]
    if not shared:
        return Pass(message=f"{other.endpoint.name} writes into other zones")
    names = ", ".join(zone.name for zone in written if zone in theirs)
    return Fail(
        message=f"{leading.endpoint.name} and {other.endpoint.name} both write the names of"
        f" {leading.target.name} into {names}: one overwrites the other's record",
        evidence=tuple(config.zone.evidence() for config in shared),
        severity=Severity.MEDIUM,
        remedy=_ONE_EACH,
    )


def _doubles(view: View, written: dict[ArmId, ZoneConfig]) -> Iterator[str]:
    for name in dict.fromkeys(zone.name.lower() for zone in written):
        found = zones_named(view.estate, name)
        if len(found) > 1:
            yield f"{len(found)} zones are named {name}: {', '.join(zone.id.text for zone in found)}"


def _fix(view: View, endpoint: ArmId, group: str, names: tuple[str, ...]) -> AddDnsZoneGroup | None:
    """None where no zone of the name is there, or several: which one is meant is their owner's to know."""
    found = zones_named(view.estate, *names)
    if len(found) != 1:
        return None
    return AddDnsZoneGroup(private_endpoint=endpoint.text, group=group, zone=found[0].id.text)


def _fills(view: View, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The zone to write into: one that is there, else its name alone."""
    found = zones_named(view.estate, *names)
    zone = found[0].id.text if found else next(iter(names), "")
    name = found[0].name if found else zone
    return (("zone", zone), ("zone_label", name.replace(".", "-")))
