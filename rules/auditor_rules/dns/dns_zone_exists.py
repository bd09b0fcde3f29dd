"""dns-zone-exists."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.private_dns import PrivateDnsZone
from auditor.model.resources.storage_account import StorageAccount
from auditor.relate.dns import (
    NeededZone,
    ServedName,
    needed_zones,
    served_names,
    zone_elsewhere,
    zones_named,
)
from auditor.relate.resolution import asking_networks
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
    unknown_of,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.dns.asking import asks_azure
from auditor_rules.dns.sources import ENDPOINT_DNS, FOUNDRY_AGENTS, PROFILES, WORKSPACE_LINK
from auditor_rules.dns.subjects import Leading, TargetEndpoints, names_of

_POLICIES = (
    "c4bc6f10-cb41-49eb-b000-d5ab82e2a091",
    "ee40564d-486e-4f68-a5ca-7a621edae0fb",
    "fbc14a67-53e4-4932-abcc-2049c6706009",
)


@rule(
    id="dns-zone-exists",
    title="A privatelink zone exists for every endpoint group",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=TargetEndpoints(),
    profiles=PROFILES,
    remedy=Remedy(
        summary="Create the zone beside your other private zones, link it to the networks that ask"
        " (dns-zone-linked) and let the endpoint write its records (dns-records-match).",
        az="az network private-dns zone create --resource-group {zone_group} --subscription"
        " {zone_subscription} --name {zone}",
    ),
    controls=controls(
        policy=_POLICIES,
        mcsb=("NS-10",),
    ),
    sources=(ENDPOINT_DNS, FOUNDRY_AGENTS, WORKSPACE_LINK),
)
def dns_zone_exists(leading: Leading, view: View) -> Verdict:
    """Every private DNS zone that an approved private endpoint of ours needs is there.

    Why
        A private endpoint changes no name. Until a private zone answers for the service's public name,
        callers are sent to its public address: they are refused there or, where it is open, leave the
        private network.
    Pass when
        A zone of each needed name stands in a subscription that can be read, and the networks that ask use
        Azure DNS. Whether it holds the record and is linked is judged by dns-records-match and
        dns-zone-linked.
    Fail when
        A needed zone is in none of the subscriptions, all of which could be read, and at least one network
        that asks uses Azure DNS. Needed are the zones of the names that the endpoint serves, and those of
        its group: an account of kind AIServices needs three (cognitiveservices, openai, services.ai), a
        workspace two (api, notebooks). Sources disagree on kind OpenAI: the documentation gives it the
        cognitiveservices zone too, yet its clients call the openai name alone; that zone is asked for only
        where the endpoint serves a name in it.
    Unknown when
        The zones of a subscription could not be read or the endpoint's zone group names a zone out of sight,
        so that a missing zone may be there; a network that asks uses DNS servers of its own (custom-dns) or
        could not be read; the storage account has partitioned DNS names (dnsEndpointType AzureDnsZone) or the
        endpoint serves a name of no known suffix; or no official page confirms the zone's name in this cloud.
        In Azure Government documentation (search.windows.us) and templates (search.azure.us) disagree on the
        search zone: the endpoint's own name decides, else either counts.
    Not applicable when
        The endpoint is approved on neither side.
    Evidence
        `Microsoft.Network/privateDnsZones` of every visible subscription by name, api-version 2024-06-01;
        the endpoint's `customDnsConfigs`, or where these are empty its interfaces' `fqdns`. Networks that
        ask are those of related web apps, container apps and computes and the declared ones, else the
        endpoint's own. Zones of subscriptions that the credential cannot see, and zones that shadow a whole
        public suffix, are not found. `privateLinkResources` of the target are not read.
    Remedy
        Create the zone. Its place does not matter, its links do; a hub subscription is usual.
    """
    if isinstance(leading.target, StorageAccount) and leading.target.dns_endpoint_type.value != "Standard":
        return _partitioned(view, leading, leading.target)
    names = names_of(view, leading)
    needed = needed_zones(view.cloud, leading.target.id, leading.kind, leading.groups, names)
    zones = [attempt(partial(_zone, view, leading, need)) for need in needed]
    askers = asking_networks(view.estate, view.relations, leading.target.id, leading.endpoint)
    networks = [attempt(partial(asks_azure, view, asker)) for asker in askers]
    strange = attempt(partial(_suffixes, view, leading, names, needed))
    verdict = worst((*zones, *networks, strange), Severity.HIGH)
    blind = [one for one in networks if isinstance(one, Unknown)]
    if isinstance(verdict, Fail) and blind and len(blind) == len(networks):
        return replace(blind[0], message=f"{verdict.message}; but {blind[0].message}")
    if not isinstance(verdict, Pass):
        return verdict
    return Pass(
        message=f"the zones that {leading.endpoint.name} needs are there: "
        + ", ".join(one.message for one in zones),
        evidence=tuple(seen for one in (*zones, *networks) for seen in one.evidence),
    )


def _zone(view: View, leading: Leading, need: NeededZone) -> Verdict:
    found = zones_named(view.estate, *need.names)
    if found:
        return Pass(message=need.said, evidence=tuple(_seen(zone) for zone in found))
    said = f"no private DNS zone {need.said} was found, which {leading.endpoint.name} needs"
    if (doubt := zone_elsewhere(view.estate, leading.endpoint, need.names)) is not None:
        return replace(unknown_of(doubt), message=f"{said}, but {doubt.message}")
    if not need.is_sure:
        said = f"{said} if that is its name in {view.cloud}: no official page confirms it"
        return Unknown(message=said, reason=Reason.AMBIGUOUS)
    searched = Evidence(resource=leading.endpoint.id.text, path="privateDnsZones", value=need.said)
    return Fail(
        message=f"{said}: its names lead to public addresses",
        evidence=(leading.endpoint.custom_dns_configs.evidence(), searched),
        fills=(("zone", need.names[0]), *_place(view, leading)),
    )


def _suffixes(
    view: View, leading: Leading, names: tuple[ServedName, ...] | None, needed: tuple[NeededZone, ...]
) -> Verdict:
    """Whether every name of the endpoint has a zone that is known."""
    if names is None and needed:
        return Pass(message="the names could not be read; the zones of the group are known")
    strange = [one for one in names or served_names(view.estate, leading.endpoint) if one.zone is None]
    if not strange:
        return Pass(message="every name has a zone that is known")
    shown = ", ".join(one.fqdn for one in strange)
    return Unknown(
        message=f"{leading.endpoint.name} serves {shown}: which private zone answers that is not known",
        reason=Reason.AMBIGUOUS,
        evidence=strange[0].evidence,
    )


def _partitioned(view: View, leading: Leading, account: StorageAccount) -> Unknown:
    shown = ", ".join(one.fqdn for one in names_of(view, leading) or ()) or "names that could not be read"
    return Unknown(
        message="the account's names are partitioned (AzureDnsZone), and no page says which zone answers"
        f" them; {leading.endpoint.name} serves {shown}",
        reason=Reason.AMBIGUOUS,
        evidence=(account.dns_endpoint_type.evidence(),),
    )


def _seen(zone: PrivateDnsZone) -> Evidence:
    return Evidence(resource=zone.id.text, path="name", value=zone.name)


def _place(view: View, leading: Leading) -> tuple[tuple[str, str], ...]:
    """Where the other private zones stand; the endpoint's group where there is none."""
    others = [zone for zone in view.estate.listed(PrivateDnsZone) if zone.name.startswith("privatelink.")]
    at = (others[0] if others else leading.endpoint).id
    return (("zone_group", at.resource_group or ""), ("zone_subscription", at.subscription_id or ""))
