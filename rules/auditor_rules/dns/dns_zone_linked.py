"""dns-zone-linked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from auditor.model.finding import Evidence, NotRead
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.private_dns import PrivateDnsZone, ZoneLink
from auditor.relate.dns import linked_zone
from auditor.relate.resolution import answering_networks
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.dns.sources import ENDPOINT_DNS, FALLBACK, ON_YOUR_DATA, PROFILES
from auditor_rules.dns.subjects import LinkNeed, ZonesAndNetworks
from auditor_rules.verdicts import united

_NO_FALLBACK = Remedy(
    summary="Let the zone's answer be final: set the link's resolution policy to Default, once every name"
    " that is asked for has its record.",
    az="az network private-dns link vnet update --resource-group {group} --subscription {subscription}"
    " --zone-name {name} --name {link} --resolution-policy Default",
)


@rule(
    id="dns-zone-linked",
    title="Zone linked to every consumer network",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=ZonesAndNetworks(),
    profiles=PROFILES,
    remedy=Remedy(
        summary="Link the zone to the network that asks.",
        az="az network private-dns link vnet create --resource-group {group} --subscription {subscription}"
        " --zone-name {name} --name {link} --virtual-network {network} --registration-enabled false",
    ),
    controls=controls(mcsb=("NS-10",)),
    sources=(ENDPOINT_DNS, ON_YOUR_DATA, FALLBACK),
)
def dns_zone_linked(need: LinkNeed, view: View) -> Verdict:
    """A private DNS zone that our endpoints need is linked to each network they are used from.

    Why
        Azure DNS answers from a private zone only in the networks that are linked to it. Everywhere else the
        same name leads to the public address: the app in an unlinked network is refused, or leaves the
        private network without anybody noticing.
    Pass when
        A zone of this name has a link to the network with virtualNetworkLinkState Completed (absent or null
        counts as Completed). Several zones of one name, split by network, are fine: one linked is enough.
    Fail when
        No zone of this name is linked to the network. Low where the link's resolutionPolicy is
        NxDomainRedirect (absent or null: Default): a missing record then falls back to the public name
        without an error.
    Unknown when
        The zone's links, or zones of another subscription, could not be read and no link was found; the link
        is InProgress, since when cannot be told; the network could not be read or uses DNS servers of its own
        (custom-dns), unless these are a private resolver or a firewall with DNS proxy in a readable network,
        whose links then count; or that the caller belongs to the workload is only suggested.
    Not applicable when
        No network is known that uses the zone's endpoints: declare the workload's consumers.
    Evidence
        `virtualNetworkLinks[]` of every zone of this name that could be read, with `virtualNetwork.id`,
        `virtualNetworkLinkState` and `resolutionPolicy`, api-version 2024-06-01. Consumers are the subnets
        of related web apps, container apps environments and computes in a network of ours, and the declared
        ones; of a web app, which people call and not its own workload, the declared ones alone.
    Remedy
        Create the link, without automatic registration.
    """
    through = answering_networks(view.estate, need.asker.network)
    checks = [attempt(partial(_linked, need, view, network)) for network in through]
    verdict = worst(checks, Severity.HIGH)
    if isinstance(verdict, Pass):
        verdict = united([one for one in checks if isinstance(one, Pass)])
    return replace(verdict, notes=(*verdict.notes, *_notes(need)))


def _linked(need: LinkNeed, view: View, network: ArmId) -> Verdict:
    ordered = sorted(need.zones, key=lambda zone: zone is not need.zone)
    found = linked_zone(view.estate, ordered, network)
    if found is None:
        for gap in view.estate.gaps(PrivateDnsZone):
            raise NotRead(gap)
        return _missing(need, network)
    zone, link = found
    state = link.state.value
    evidence = (need.asker.evidence, link.network.evidence(), link.state.evidence())
    if state == "InProgress":
        said = f"the link {link.name} of {network.name} is still InProgress: look again later"
        return Unknown(message=said, reason=Reason.AMBIGUOUS, evidence=evidence)
    if link.resolution_policy.value == "NxDomainRedirect":
        return _falls_back(zone, link, network)
    return Pass(message=f"{zone.name} is linked to {network.name} ({link.name})", evidence=evidence)


def _missing(need: LinkNeed, network: ArmId) -> Fail:
    used_by = ", ".join(sorted({user.name for user in need.asker.users}))
    whose = f" asked by {need.asker.network.name}" if network != need.asker.network else ""
    served = ", ".join(endpoint.name for endpoint in need.endpoints)
    searched = tuple(
        Evidence(
            resource=zone.id.text,
            path="virtualNetworkLinks[].properties.virtualNetwork.id",
            value=network.text,
        )
        for zone in need.zones
    )
    return Fail(
        message=f"{need.zone.name} is not linked to {network.name}{whose} (used by {used_by}): there the"
        f" names of {served} lead to public addresses",
        evidence=(need.asker.evidence, *searched),
        fills=(("link", f"link-{network.name}"), ("network", network.text)),
    )


def _falls_back(zone: PrivateDnsZone, link: ZoneLink, network: ArmId) -> Fail:
    return Fail(
        message=f"{zone.name} is linked to {network.name} with NxDomainRedirect: a name without a record"
        " there leads to its public address, silently",
        evidence=(link.network.evidence(), link.resolution_policy.evidence()),
        severity=Severity.LOW,
        remedy=_NO_FALLBACK,
        fills=(("link", link.name),),
    )


def _notes(need: LinkNeed) -> tuple[str, ...]:
    if len(need.zones) == 1:
        return ()
    others = ", ".join(zone.id.text for zone in need.zones if zone is not need.zone)
    return (f"{len(need.zones)} zones bear this name, also {others}",)
