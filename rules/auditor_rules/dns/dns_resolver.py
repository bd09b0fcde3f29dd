"""dns-resolver."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.finding import Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.network import VirtualNetwork
from auditor.relate.resolution import answering_networks, custom_servers
from auditor.rule import Fail, Pass, Remedy, Severity, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.dns.sources import AI_NETWORKS, ENDPOINT_DNS, PROFILES, WEB_NETWORKS
from auditor_rules.dns.subjects import AskingNetworks

_HOSTS = "what hosts files, forwarders on premises and single interfaces' DNS settings answer is not in ARM"


@rule(
    id="dns-resolver",
    title="Consumer networks use Azure DNS (or known forwarders)",
    severity=Severity.INFO,
    rule_class="function",
    subjects=AskingNetworks(),
    profiles=PROFILES,
    remedy=Remedy(
        summary="On those servers, forward the public suffixes of the services (such as openai.azure.com) to"
        " 168.63.129.16 from a network that the private zones are linked to, or to a private resolver's"
        " inbound endpoint. Nothing has to change where they already do.",
        az=None,
        url="https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration",
    ),
    controls=controls(mcsb=("NS-10",)),
    sources=(ENDPOINT_DNS, AI_NETWORKS, WEB_NETWORKS),
)
def dns_resolver(network: VirtualNetwork, view: View) -> Verdict:
    """A network that asks for our endpoints' names asks Azure DNS, or a forwarder that is seen to ask it.

    Why
        Private zones answer only through Azure DNS. A DNS server of one's own may forward there or not; that
        is its own configuration, so what its network is answered cannot be told from Azure, and the other
        DNS rules can say nothing of it.
    Pass when
        The network names no DNS servers, or only 168.63.129.16, or only inbound endpoints of a private
        resolver or firewalls with DNS proxy, in networks of ours that use Azure DNS themselves. Whether those
        networks have the zone links is judged by dns-zone-linked.
    Fail when
        It names another DNS server: informational. dns-zone-exists, dns-records-match and dns-zone-linked
        are unknown (custom-dns) for that network.
    Unknown when
        The network could not be read, or its list of servers is malformed.
    Not applicable when
        Never.
    Evidence
        `properties.dhcpOptions.dnsServers` of the network, absent, null and empty all meaning Azure DNS,
        api-version 2024-05-01; where that names servers, `dnsResolvers/{r}/inboundEndpoints` (2022-07-01),
        `azureFirewalls` and `firewallPolicies` with `dnsSettings.enableProxy` (absent: false). Firewalls of
        virtual WAN hubs and those without a policy are not recognised. Networks that ask are those of known
        consumers and, where none is known, the endpoint's own.
    Remedy
        Conditional forwarders to 168.63.129.16.
    """
    servers = network.dns_servers
    try:
        through = answering_networks(view.estate, network.id)
    except Undecided as undecided:
        if undecided.reason is not Reason.CUSTOM_DNS:
            raise
        verdict: Verdict = Fail(
            message=f"{undecided.message}: whether the private zones are used there cannot be told",
            evidence=(servers.evidence(),),
        )
        return replace(verdict, notes=(_HOSTS,))
    how = "no DNS servers of its own" if not servers.value else f"only {', '.join(servers.value)}"
    if custom_servers(network):
        how += f", which ask Azure DNS from {', '.join(via.name for via in through)}"
    return Pass(message=f"{network.name} names {how}", evidence=(servers.evidence(),), notes=(_HOSTS,))
