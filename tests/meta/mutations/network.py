"""The networks that endpoints, apps and people stand in."""

from __future__ import annotations

from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET
from auditor.sandbox.sample.network import CONTAINER_APPS_SUBNET
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, CLAIMS_STORAGE, HR_APP
from auditor.sandbox.sample.private_app import ENVIRONMENT
from tests.meta.mutations.changes import every, put
from tests.meta.mutations.mutation import Mutation
from tests.rules.network.settings import restriction, without_gateway
from tests.rules.nsg.rules_of_groups import in_subnet

SUBNET = "properties.virtualNetworkSubnetId"
ACCESS = "properties.publicNetworkAccess"
RESTRICTIONS = "properties.ipSecurityRestrictions"
EVERYBODY = [restriction("0.0.0.0/0")]
ACLS = "properties.networkAcls"
WEB_CONFIGURATION = f"{HR_APP}/config/web"
SIGN_IN = f"{HR_APP}/config/authsettingsV2"
OFFICE = {"ipRules": [{"value": "203.0.113.7"}], "defaultAction": "Deny", "bypass": "AzureServices"}
DELEGATED = [{"name": "delegation", "properties": {"serviceName": "microsoft.web/serverfarms"}}]

MUTATIONS = (
    Mutation(
        name="network-without-gateway",
        change=without_gateway,
        flips="""
    fail network-client-path on vnet-norrland-ai-prod
    """,
    ),
    Mutation(
        name="network-environment-in-no-network",
        change=put(ENVIRONMENT, "properties.vnetConfiguration", None),
        flips="""
    fail network-container-apps-environment on cae-norrland-underwriting of ca-underwriting-copilot
    fail nsg-others-denied on private-endpoints of agents, apps +2
    not_applicable dns-zone-linked on azurecr.io
    no dns-zone-linked on azurecr.io of vnet-norrland-ai-prod
    no nsg-consumer-allowed on private-endpoints of container-apps, nsg-private-endpoints
    no nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
    Mutation(
        name="network-account-lets-an-address-in",
        change=every(put(CLAIMS_OPENAI, ACCESS, "Enabled"), put(CLAIMS_OPENAI, ACLS, OFFICE)),
        flips="""
    fail network-ip-allow-lists on oai-norrland-claims
    fail openai-public-network-access on oai-norrland-claims
    """,
    ),
    Mutation(
        name="network-storage-keeps-a-dormant-address",
        change=put(CLAIMS_STORAGE, f"{ACLS}.ipRules", [{"value": "203.0.113.7"}]),
        flips="""
    fail network-ip-allow-lists on stnorrlandclaims
    """,
    ),
    Mutation(
        name="network-front-end-open-to-everybody",
        change=every(
            put(WEB_CONFIGURATION, RESTRICTIONS, EVERYBODY),
            put(SIGN_IN, "properties.platform.enabled", False),
        ),
        flips="""
    fail network-public-front-end on app-norrland-hr of apps-hr
    """,
    ),
    Mutation(
        name="network-endpoints-in-a-delegated-subnet",
        change=in_subnet(delegations=DELEGATED),
        flips="""
    fail network-subnet-layout on vnet-norrland-ai-prod
    """,
    ),
    Mutation(
        name="network-app-among-the-endpoints",
        change=put(CLAIMS_APP, SUBNET, ENDPOINT_SUBNET),
        flips="""
    fail network-subnet-layout on vnet-norrland-ai-prod
    fail network-web-app-integration on app-norrland-claims of private-endpoints
    fail nsg-consumer-allowed on private-endpoints of nsg-private-endpoints
    fail nsg-others-denied on private-endpoints of agents, apps-hr +2
    pass network-public-front-end on app-norrland-claims of private-endpoints
    no network-public-front-end on app-norrland-claims of apps
    no network-web-app-integration on app-norrland-claims of apps
    no nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    no nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
    Mutation(
        name="network-app-in-no-network",
        change=put(CLAIMS_APP, SUBNET, None),
        flips="""
    fail network-web-app-integration on app-norrland-claims
    fail nsg-others-denied on private-endpoints of agents, apps-hr +2
    pass network-public-front-end on app-norrland-claims
    no network-public-front-end on app-norrland-claims of apps
    no network-web-app-integration on app-norrland-claims of apps
    no nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    no nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
    Mutation(
        name="network-app-beside-container-apps",
        change=put(CLAIMS_APP, SUBNET, CONTAINER_APPS_SUBNET),
        flips="""
    fail network-subnet-layout on vnet-norrland-ai-prod
    fail nsg-others-denied on private-endpoints of agents, apps-hr +2
    pass network-public-front-end on app-norrland-claims of container-apps
    pass network-web-app-integration on app-norrland-claims of container-apps
    no network-public-front-end on app-norrland-claims of apps
    no network-web-app-integration on app-norrland-claims of apps
    no nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    no nsg-others-denied on private-endpoints of agents, apps +3
    """,
    ),
)
