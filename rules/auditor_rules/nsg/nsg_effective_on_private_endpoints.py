"""nsg-effective-on-private-endpoints."""

from __future__ import annotations

from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.nsg.subnets import EndpointSubnet, EndpointSubnets, policies_evidence

_FIRST_GROUP = Remedy(
    summary="Create a security group, write the rules that nsg-consumer-allowed and nsg-others-denied ask"
    " for, then attach it and switch network policies on for private endpoints.",
    az="az network nsg create --resource-group {group} --subscription {subscription} --name {new_group}"
    " --location {location} && az network vnet subnet update --ids {id}"
    " --disable-private-endpoint-network-policies false --network-security-group {new_group}",
)


@rule(
    id="nsg-effective-on-private-endpoints",
    title="NSG is attached to the private endpoint subnet and effective on private endpoints",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=EndpointSubnets(beside=True),
    profiles=("private-openai",),
    remedy=Remedy(
        summary="Switch network policies on for private endpoints in this subnet. The group's rules begin to"
        " act at once: look at nsg-consumer-allowed first, which judges them as soon as they do.",
        az="az network vnet subnet update --ids {id} --disable-private-endpoint-network-policies false",
    ),
    controls=controls(mcsb=("NS-1",), cis=("7.11",), nist=("SC-7",)),
    sources=(
        Source(
            title="Manage network policies for private endpoints",
            url="https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy",
        ),
        Source(
            title="Configure a private endpoint for an Azure Machine Learning workspace",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
        ),
    ),
)
def nsg_effective_on_private_endpoints(place: EndpointSubnet, view: View) -> Verdict:
    """The subnet of the private endpoints has a security group, and its rules act on the endpoints.

    Why
        Without rules that act, every machine in the network, in its peers and behind its gateways reaches the
        private endpoints. A group that is merely attached looks like protection and is none: private
        endpoints ignore it until the subnet's network policies are switched on, which they are not by
        default.
    Pass when
        The subnet names a security group and `privateEndpointNetworkPolicies` is Enabled or
        NetworkSecurityGroupEnabled.
    Fail when
        The subnet names no security group; or it names one and the policies are Disabled or
        RouteTableEnabled, or absent or null, which mean Disabled. Its rules then silently ignore private
        endpoints.
    Unknown when
        The policies have a value that is none of these, or the subnet or the endpoints could not be read.
    Not applicable when
        The subnet lies in the same network but holds no private endpoint of an AI resource.
    Evidence
        `properties.networkSecurityGroup.id` and `properties.privateEndpointNetworkPolicies` of the subnet,
        api-version 2024-05-01. The sources disagree: the page on network policies wants them on for security
        groups to work, the page on private endpoints of Machine Learning workspaces still tells you to switch
        them off before you add one, which is no longer needed. The first is followed. Endpoints of web apps
        do not count: people come to them from everywhere in the network.
    Remedy
        Switch the policies on, or attach a security group first.
    """
    subnet = place.subnet
    group = subnet.network_security_group.value
    policies = subnet.private_endpoint_network_policies
    seen = policies_evidence(subnet)
    guests = f"{len(place.guests)} private endpoint{'s' * (len(place.guests) != 1)}"
    if group is None:
        location = place.guests[0].endpoint.location or ""
        return Fail(
            message=f"no security group is attached: whoever has a route to the {guests} here reaches them",
            evidence=seen,
            remedy=_FIRST_GROUP,
            fills=(("new_group", f"nsg-{subnet.name}"), ("location", location)),
        )
    if place.is_guarded:
        return Pass(message=f"{group.name} acts on private endpoints ({policies.value})", evidence=seen)
    said = f"are {policies.value}" if policies.is_stated else "are not set, which means Disabled"
    return Fail(
        message=f"{group.name} is attached, but network policies {said}: its rules ignore the {guests} here",
        evidence=seen,
    )
