"""Azure OpenAI and AI services accounts."""

from __future__ import annotations

from auditor.sandbox.sample.agents import ACCOUNT as FOUNDRY
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor.sandbox.sample.private_app import OPENAI
from tests.meta.mutations.changes import cut, drop, endpoint_gone, every, put
from tests.meta.mutations.mutation import Mutation

ACCESS = "properties.publicNetworkAccess"
ACTION = "properties.networkAcls.defaultAction"
BYPASS = "properties.networkAcls.bypass"
LINK = f"{CLAIMS_SEARCH}/sharedPrivateLinkResources/link-openai"

MUTATIONS = (
    Mutation(
        name="openai-open",
        change=put(CLAIMS_OPENAI, ACCESS, "Enabled"),
        flips="""
    fail openai-public-network-access on oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-access-unsaid",
        change=cut(CLAIMS_OPENAI, ACCESS),
        flips="""
    fail openai-public-network-access on oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-access-of-a-new-kind",
        change=put(CLAIMS_OPENAI, ACCESS, "Sometimes"),
        flips="""
    unknown openai-public-network-access on oai-norrland-claims
    unknown openai-trusted-service-access on oai-norrland-claims of srch-norrland-claims
    """,
    ),
    Mutation(
        name="openai-firewall-allows",
        change=put(CLAIMS_OPENAI, ACTION, "Allow"),
        flips="""
    fail openai-firewall-default-action on oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-open-with-an-allowing-firewall",
        change=every(put(OPENAI, ACCESS, "Enabled"), put(OPENAI, ACTION, "Allow")),
        flips="""
    fail openai-firewall-default-action on oai-norrland-underwriting
    fail openai-public-network-access on oai-norrland-underwriting
    """,
    ),
    Mutation(
        name="openai-keys",
        change=put(CLAIMS_OPENAI, "properties.disableLocalAuth", False),
        flips="""
    fail openai-local-auth on oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-outbound-unrestricted",
        change=put(OPENAI, "properties.restrictOutboundNetworkAccess", False),
        flips="""
    fail openai-outbound-restriction on oai-norrland-underwriting
    """,
    ),
    Mutation(
        name="openai-without-a-name-of-its-own",
        change=cut(CLAIMS_OPENAI, "properties.customSubDomainName"),
        flips="""
    fail openai-custom-subdomain on oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-exception-and-link-gone",
        change=every(drop(LINK), put(CLAIMS_OPENAI, BYPASS, "None")),
        flips="""
    fail openai-trusted-service-access on oai-norrland-claims of srch-norrland-claims
    fail private-endpoint-foreign-approval on srch-norrland-claims-link-openai
    """,
    ),
    Mutation(
        name="openai-without-identity",
        change=cut(CLAIMS_OPENAI, "identity"),
        flips="""
    fail openai-system-identity on oai-norrland-claims of srch-norrland-claims, stnorrlandclaims
    unknown role-orphaned-assignment on 2be80352 of be7e3c61
    unknown role-orphaned-assignment on 2daa8a70 of be7e3c61
    unknown role-orphaned-assignment on 686734bf of be7e3c61
    not_applicable role-openai-manages-search on srch-norrland-claims of oai-norrland-claims
    not_applicable role-openai-reads-search-index on srch-norrland-claims of oai-norrland-claims
    not_applicable role-openai-writes-blobs on stnorrlandclaims of oai-norrland-claims
    no role-over-privileged-identity on 2be80352 of oai-norrland-claims
    no role-over-privileged-identity on 2daa8a70 of oai-norrland-claims
    no role-over-privileged-identity on 686734bf of oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-user-identity-only",
        change=put(CLAIMS_OPENAI, "identity.type", "UserAssigned"),
        flips="""
    fail openai-system-identity on oai-norrland-claims of srch-norrland-claims, stnorrlandclaims
    not_applicable role-openai-manages-search on srch-norrland-claims of oai-norrland-claims
    not_applicable role-openai-reads-search-index on srch-norrland-claims of oai-norrland-claims
    not_applicable role-openai-writes-blobs on stnorrlandclaims of oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-with-an-endpoint-of-a-managed-network-alone",
        change=endpoint_gone(OPENAI, "pe-underwriting-openai"),
        flips="""
    unknown openai-private-endpoint on oai-norrland-underwriting
    no dns-records-match on pe-underwriting-openai of cognitiveservices.azure.com, openai.azure.com
    no dns-zone-exists on oai-norrland-underwriting of pe-underwriting-openai
    no dns-zone-group on pe-underwriting-openai of cognitiveservices.azure.com, openai.azure.com
    no private-endpoint-broken-connection on pe-underwriting-openai
    no private-endpoint-foreign-approval on pe-underwriting-openai
    no private-endpoint-health on pe-underwriting-openai of oai-norrland-underwriting
    no private-endpoint-pending on pe-underwriting-openai
    no private-endpoint-unknown-requester on pe-underwriting-openai
    """,
    ),
    Mutation(
        name="openai-without-private-endpoint",
        change=endpoint_gone(FOUNDRY, "pe-servicing-foundry"),
        flips="""
    fail openai-private-endpoint on aif-norrland-servicing
    no dns-records-match on pe-servicing-foundry of cognitiveservices.azure.com, openai.azure.com +1
    no dns-zone-exists on aif-norrland-servicing of pe-servicing-foundry
    no dns-zone-group on pe-servicing-foundry of cognitiveservices.azure.com, openai.azure.com +1
    no dns-zone-linked on services.ai.azure.com of vnet-norrland-ai-prod
    no private-endpoint-broken-connection on pe-servicing-foundry
    no private-endpoint-foreign-approval on pe-servicing-foundry
    no private-endpoint-health on pe-servicing-foundry of aif-norrland-servicing
    no private-endpoint-pending on pe-servicing-foundry
    no private-endpoint-unknown-requester on pe-servicing-foundry
    """,
    ),
)
