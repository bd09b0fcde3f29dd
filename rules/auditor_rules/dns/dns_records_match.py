"""dns-records-match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from auditor.model.finding import Evidence, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.private_dns import PrivateDnsZone
from auditor.relate.dns import (
    ServedName,
    linked_zone,
    record_in,
    served_names,
    zone_configs,
    zone_elsewhere,
    zones_holding,
)
from auditor.relate.owners import known
from auditor.relate.resolution import Asker, answering_networks, asking_networks
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    unknown_of,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.dns.sources import ENDPOINT_DNS, ON_YOUR_DATA, PROFILES
from auditor_rules.dns.subjects import Leading, Serving, ServingEndpoints, leading_endpoints

_SET = (
    "az network private-dns record-set a {verb} --resource-group {{zone_group}} --subscription"
    " {{zone_subscription}} --zone-name {{zone_name}} --record-set-name {{record}}"
    " --ipv4-address {{{address}}}"
)
_REPLACE = Remedy(
    summary="Put the endpoint's address into the record set and take the old one out. A zone group"
    " (dns-zone-group) keeps it right from then on.",
    az=f"{_SET.format(verb='add-record', address='address')}"
    f" && {_SET.format(verb='remove-record', address='old_address')}",
)
_REMOVE = Remedy(
    summary="Take the address that is not the endpoint's out of the record set.",
    az=_SET.format(verb="remove-record", address="old_address"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One name to look up, in the zones that the networks of one asker are linked to."""

    serving: Serving
    name: ServedName
    networks: tuple[ArmId, ...]
    siblings: frozenset[str]


@rule(
    id="dns-records-match",
    title="A records match the endpoint's IPs",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=ServingEndpoints(),
    profiles=PROFILES,
    remedy=Remedy(
        summary="Give the endpoint a zone group for the zone: it writes the record and keeps it right.",
        az="az network private-endpoint dns-zone-group create --resource-group {group} --subscription"
        " {subscription} --endpoint-name {name} --name default --private-dns-zone {zone}"
        " --zone-name {zone_label}",
    ),
    controls=controls(mcsb=("NS-10",)),
    sources=(ENDPOINT_DNS, ON_YOUR_DATA),
)
def dns_records_match(serving: Serving, view: View) -> Verdict:
    """Every name of an approved private endpoint of ours has an A record with exactly its addresses.

    Why
        An endpoint that is made anew gets another address. A record that still names the old one sends
        callers nowhere, or to whatever took the address since; one that is missing sends them to the public
        address.
    Pass when
        In the zone that answers the networks that ask, the record of each name the endpoint serves holds the
        endpoint's addresses and no others. Who wrote it does not matter: a hand-made record is as good as a
        zone group's. A wildcard record counts where no other does. A record that leads to another approved
        endpoint of ours on the same target passes with a note; dns-zone-group judges two that share a zone.
    Fail when
        The record is missing, or holds an address that is not the endpoint's, or lacks one of its addresses.
        Where several zones bear one name, those that are linked to the networks that ask must each hold it;
        where none is linked (dns-zone-linked says so), it must be in one of them.
    Unknown when
        The endpoint's names or interfaces, the records or links of a zone, or a network that asks could not
        be read; that network uses DNS servers of its own (custom-dns); or a record is not in the zones that
        were found, none of them is linked, and others could not be read.
    Not applicable when
        The endpoint is approved on neither side, or none of the zones it needs was found, which
        dns-zone-exists judges.
    Evidence
        The endpoint's `customDnsConfigs[]`, or where these are empty `privateIPAddress` and `fqdns` of its
        interfaces; `aRecords[].ipv4Address` of `privateDnsZones/{zone}/A`, api-version 2024-06-01 (absent: no
        address). The chain reads name, zone, record, address. Names map to zones by their public suffix: a
        regional registry name `reg.region.data` stands in privatelink.azurecr.io, or in a zone of its own
        below it. CNAME and IPv6 records are not read.
    Remedy
        Give the endpoint a zone group; an old hand-made record has to be corrected or deleted.
    """
    names = served_names(view.estate, serving.endpoint)
    siblings = _sibling_addresses(view, serving)
    askers = {
        asker.network: asker
        for leading in serving.leading
        for asker in asking_networks(view.estate, view.relations, leading.target.id, serving.endpoint)
    }
    checks: list[Verdict] = []
    for asker in askers.values():
        checks.extend(_from_network(view, serving, names, siblings, asker))
    if not askers:
        for name in names:
            asked = _Question(serving=serving, name=name, networks=(), siblings=siblings)
            checks.append(attempt(partial(_answer, view, asked)))
    return _summed(checks, serving, names, view)


def _from_network(
    view: View, serving: Serving, names: Sequence[ServedName], siblings: frozenset[str], asker: Asker
) -> list[Verdict]:
    try:
        networks = answering_networks(view.estate, asker.network)
    except Undecided as undecided:
        return [unknown_of(undecided)]
    asked = (_Question(serving=serving, name=name, networks=networks, siblings=siblings) for name in names)
    return [attempt(partial(_answer, view, one)) for one in asked]


def _answer(view: View, asked: _Question) -> Verdict:
    """What one asker is told of one name."""
    zones = zones_holding(view.estate, asked.name)
    if not zones:
        said = f"{asked.name.fqdn}: no zone {asked.name.zone or 'that is known'} was found"
        return NotApplicable(message=said, reason=Reason.SERVED_OTHERWISE)
    linked = [found for network in asked.networks if (found := linked_zone(view.estate, zones, network))]
    if linked:
        told = [_compared(view, asked, zone) for zone in dict.fromkeys(zone for zone, _ in linked)]
        return worst(told, Severity.HIGH)
    told = [attempt(partial(_compared, view, asked, zone)) for zone in _own_first(view, asked, zones)]
    if (good := next((one for one in told if isinstance(one, Pass)), None)) is not None:
        return good
    if (unsure := next((one for one in told if isinstance(one, Unknown)), None)) is not None:
        return unsure
    doubt = zone_elsewhere(view.estate, asked.serving.endpoint, (zones[-1].name,))
    if doubt is not None:
        return replace(unknown_of(doubt), message=f"{told[0].message}, but {doubt.message}")
    return told[0]


def _compared(view: View, asked: _Question, zone: PrivateDnsZone) -> Verdict:
    name = asked.name
    record = record_in(view.estate, zone, name.alias or "")
    chain = f"{name.fqdn} → zone {zone.name}"
    if record is None:
        return Fail(
            message=f"{chain} → no A record; {asked.serving.endpoint.name} is at {_shown(name.addresses)}",
            evidence=(*name.evidence, Evidence(resource=zone.id.text, path="A", value=name.alias)),
            fills=_zone_fills(zone),
        )
    held = frozenset(record.addresses.value)
    chain = f"{chain} → record {record.name} → {_shown(held) or 'no address'}"
    evidence = (*name.evidence, record.addresses.evidence())
    if held == name.addresses:
        return Pass(message=chain, evidence=evidence)
    if held and held <= name.addresses | asked.siblings:
        note = f"{chain}, which is another endpoint of ours on the same target (dns-zone-group)"
        return Pass(message=chain, evidence=evidence, notes=(note,) if held - name.addresses else ())
    return Fail(
        message=f"{chain}, but {asked.serving.endpoint.name} is at {_shown(name.addresses)}",
        evidence=evidence,
        remedy=None if held <= name.addresses else _REMOVE if name.addresses <= held else _REPLACE,
        fills=(*_zone_fills(zone), ("record", record.name), *_address_fills(held, name.addresses)),
    )


def _zone_fills(zone: PrivateDnsZone) -> tuple[tuple[str, str], ...]:
    return (
        ("zone", zone.id.text),
        ("zone_label", zone.name.replace(".", "-")),
        ("zone_name", zone.name),
        ("zone_group", zone.id.resource_group or ""),
        ("zone_subscription", zone.id.subscription_id or ""),
    )


def _address_fills(held: frozenset[str], right: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """One address to add and one to take out; an audit after that names the next, if there are more."""
    return (
        ("address", min(right - held, default="")),
        ("old_address", min(held - right, default="")),
    )


def _summed(checks: Sequence[Verdict], serving: Serving, names: Sequence[ServedName], view: View) -> Verdict:
    judged = [one for one in checks if not isinstance(one, NotApplicable)]
    lost = tuple(
        dict.fromkeys(
            f"{one.message}; dns-zone-exists judges that" for one in checks if isinstance(one, NotApplicable)
        )
    )
    zones = (zone.id.text for name in names for zone in zones_holding(view.estate, name))
    related = tuple(dict.fromkeys(zones))
    if not judged:
        said = f"none of the zones that {serving.endpoint.name} needs was found: dns-zone-exists judges that"
        evidence = tuple(seen for name in names for seen in name.evidence)
        return NotApplicable(message=said, reason=Reason.SERVED_OTHERWISE, evidence=evidence, notes=lost)
    verdict = worst(judged, Severity.HIGH)
    if isinstance(verdict, Pass):
        said = "; ".join(dict.fromkeys(one.message for one in judged))
        seen = {(e.resource, e.path): e for one in judged for e in one.evidence}
        notes = tuple(dict.fromkeys(note for one in judged for note in one.notes))
        verdict = Pass(message=said, evidence=tuple(seen.values()), notes=notes)
    return replace(verdict, related=related, notes=(*verdict.notes, *lost))


def _sibling_addresses(view: View, serving: Serving) -> frozenset[str]:
    """The addresses of our other approved endpoints on the same targets, as far as they could be read."""
    targets = {leading.target.id for leading in serving.leading}
    found = set[str]()
    for other in leading_endpoints(view):
        if other.is_approved and other.target.id in targets and other.endpoint.id != serving.endpoint.id:
            found |= _addresses(view, other)
    return frozenset(found)


def _addresses(view: View, leading: Leading) -> set[str]:
    try:
        names = served_names(view.estate, leading.endpoint)
    except Undecided:
        return set()
    return {address for name in names for address in name.addresses}


def _own_first(view: View, asked: _Question, zones: Sequence[PrivateDnsZone]) -> list[PrivateDnsZone]:
    """The zones that the endpoint's own zone group writes into come first."""
    written = _written(view, asked.serving.endpoint)
    return sorted(zones, key=lambda zone: zone.id not in written)


def _written(view: View, endpoint: PrivateEndpoint) -> set[ArmId | None]:
    try:
        return {known(config.zone) for config in zone_configs(view.estate, endpoint)}
    except Undecided:
        return set()


def _shown(addresses: frozenset[str]) -> str:
    return ", ".join(sorted(addresses))
