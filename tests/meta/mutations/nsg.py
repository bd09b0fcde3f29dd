"""Security groups of the endpoints' subnet."""

from __future__ import annotations

from tests.meta.mutations.mutation import Mutation
from tests.rules.nsg.rules_of_groups import in_subnet, only, security_rule, with_rule

DENY = security_rule("deny", 200, "Deny")

MUTATIONS = (
    Mutation(
        name="nsg-denies-before-it-allows",
        change=with_rule("deny-first", 140, "Deny"),
        flips="""
    fail nsg-consumer-allowed on private-endpoints of agents, nsg-private-endpoints
    fail nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    fail nsg-consumer-allowed on private-endpoints of apps-hr, nsg-private-endpoints
    fail nsg-consumer-allowed on private-endpoints of container-apps, nsg-private-endpoints
    """,
    ),
    Mutation(
        name="nsg-denies-one-consumer-in-part",
        change=with_rule("deny-some", 140, "Deny", sourceAddressPrefix="10.40.2.0/28"),
        flips="""
    fail nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    """,
    ),
    Mutation(
        name="nsg-lets-the-whole-network-in",
        change=with_rule("wide", 110, sourceAddressPrefix="VirtualNetwork"),
        flips="""
    fail nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
    Mutation(
        name="nsg-without-rules",
        change=only(),
        flips="""
    fail nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
    Mutation(
        name="nsg-allows-another-port",
        change=only(security_rule("allow", 150, destinationPortRange="444"), DENY),
        flips="""
    fail nsg-consumer-allowed on private-endpoints of agents, nsg-private-endpoints
    fail nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    fail nsg-consumer-allowed on private-endpoints of apps-hr, nsg-private-endpoints
    fail nsg-consumer-allowed on private-endpoints of container-apps, nsg-private-endpoints
    """,
    ),
    Mutation(
        name="nsg-not-effective",
        change=in_subnet(privateEndpointNetworkPolicies="Disabled"),
        flips="""
    fail nsg-effective-on-private-endpoints on private-endpoints of nsg-private-endpoints
    not_applicable nsg-consumer-allowed on private-endpoints of agents, nsg-private-endpoints
    not_applicable nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    not_applicable nsg-consumer-allowed on private-endpoints of apps-hr, nsg-private-endpoints
    not_applicable nsg-consumer-allowed on private-endpoints of container-apps, nsg-private-endpoints
    not_applicable nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
    Mutation(
        name="nsg-not-there",
        change=in_subnet(networkSecurityGroup=...),
        flips="""
    fail nsg-effective-on-private-endpoints on private-endpoints
    not_applicable nsg-consumer-allowed on private-endpoints of agents
    not_applicable nsg-consumer-allowed on private-endpoints of apps
    not_applicable nsg-consumer-allowed on private-endpoints of apps-hr
    not_applicable nsg-consumer-allowed on private-endpoints of container-apps
    not_applicable nsg-others-denied on private-endpoints of agents, apps +2
    no nsg-consumer-allowed on private-endpoints of agents, nsg-private-endpoints
    no nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    no nsg-consumer-allowed on private-endpoints of apps-hr, nsg-private-endpoints
    no nsg-consumer-allowed on private-endpoints of container-apps, nsg-private-endpoints
    no nsg-effective-on-private-endpoints on private-endpoints of nsg-private-endpoints
    no nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
)
