"""Foundry accounts, their projects and agents."""

from __future__ import annotations

from auditor.sandbox.sample.agents import ACCOUNT, PROJECT
from tests.meta.mutations.changes import put
from tests.meta.mutations.mutation import Mutation
from tests.rules.foundry.agents import INJECTIONS, NETWORK, managed

MODE = "properties.managedNetwork.isolationMode"
FILES = f"{PROJECT}/connections/servicing-files"

MUTATIONS = (
    Mutation(
        name="foundry-agents-in-no-network",
        change=put(ACCOUNT, INJECTIONS, None),
        flips="""
    fail foundry-agent-network-injection on aif-norrland-servicing
    fail nsg-others-denied on private-endpoints of apps, apps-hr +2
    unknown foundry-managed-network on aif-norrland-servicing
    not_applicable dns-zone-linked on services.ai.azure.com
    no dns-zone-linked on services.ai.azure.com of vnet-norrland-ai-prod
    no nsg-consumer-allowed on private-endpoints of agents, nsg-private-endpoints
    no nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
    Mutation(
        name="foundry-connection-with-a-key",
        change=put(FILES, "properties.authType", "ApiKey"),
        flips="""
    fail foundry-connection-auth on servicing-files of stnorrlandservicing
    """,
    ),
    Mutation(
        name="foundry-managed-network-lets-everything-out",
        change=put(NETWORK, MODE, "AllowInternetOutbound"),
        before=managed(),
        flips="""
    fail foundry-agent-network-injection on aif-norrland-servicing
    fail foundry-managed-network on aif-norrland-servicing
    """,
    ),
    Mutation(
        name="foundry-managed-network-inactive",
        change=put(NETWORK, "properties.managedNetwork.status.status", "Inactive"),
        before=managed(),
        flips="""
    fail foundry-agent-network-injection on aif-norrland-servicing
    fail foundry-managed-network on aif-norrland-servicing
    """,
    ),
)
