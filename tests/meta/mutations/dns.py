"""Private DNS of the endpoints."""

from __future__ import annotations

from tests.meta.mutations.changes import drop, endpoint, put
from tests.meta.mutations.mutation import Mutation
from tests.rules.dns.places import BLOB_ZONE, OPENAI_ZONE, RECORD, SEARCH_ZONE, link, own_servers, record

MUTATIONS = (
    Mutation(
        name="dns-zone-gone",
        change=drop(SEARCH_ZONE),
        flips="""
    fail dns-zone-exists on srch-norrland-claims of pe-claims-search
    fail dns-zone-exists on srch-norrland-hr of pe-hr-search
    fail dns-zone-exists on srch-norrland-servicing of pe-servicing-search
    not_applicable dns-records-match on pe-claims-search
    not_applicable dns-records-match on pe-hr-search
    not_applicable dns-records-match on pe-servicing-search
    no dns-records-match on pe-claims-search of search.windows.net
    no dns-records-match on pe-hr-search of search.windows.net
    no dns-records-match on pe-servicing-search of search.windows.net
    no dns-zone-linked on search.windows.net of vnet-norrland-ai-prod
    """,
    ),
    Mutation(
        name="dns-one-zone-of-three-gone",
        change=drop(OPENAI_ZONE),
        flips="""
    fail dns-zone-exists on aif-norrland-servicing of pe-servicing-foundry
    fail dns-zone-exists on oai-norrland-claims of pe-claims-openai
    fail dns-zone-exists on oai-norrland-hr of pe-hr-openai
    fail dns-zone-exists on oai-norrland-underwriting of pe-underwriting-openai
    pass dns-records-match on pe-claims-openai of cognitiveservices.azure.com
    pass dns-records-match on pe-hr-openai of cognitiveservices.azure.com
    pass dns-records-match on pe-servicing-foundry of cognitiveservices.azure.com, services.ai.azure.com
    pass dns-records-match on pe-underwriting-openai of cognitiveservices.azure.com
    no dns-records-match on pe-claims-openai of cognitiveservices.azure.com, openai.azure.com
    no dns-records-match on pe-hr-openai of cognitiveservices.azure.com, openai.azure.com
    no dns-records-match on pe-servicing-foundry of cognitiveservices.azure.com, openai.azure.com +1
    no dns-records-match on pe-underwriting-openai of cognitiveservices.azure.com, openai.azure.com
    no dns-zone-linked on openai.azure.com of vnet-norrland-ai-prod
    """,
    ),
    Mutation(
        name="dns-zone-not-linked",
        change=drop(link(OPENAI_ZONE)),
        flips="""
    fail dns-zone-linked on openai.azure.com of vnet-norrland-ai-prod
    fail network-container-apps-environment on cae-norrland-underwriting of ca-underwriting-copilot
    fail network-web-app-integration on app-norrland-claims of apps
    fail network-web-app-integration on app-norrland-hr of apps-hr
    """,
    ),
    Mutation(
        name="dns-record-stale",
        change=put(record(SEARCH_ZONE, "srch-norrland-claims"), f"{RECORD}[0].ipv4Address", "10.40.1.7"),
        flips="""
    fail dns-records-match on pe-claims-search of search.windows.net
    """,
    ),
    Mutation(
        name="dns-record-gone",
        change=drop(record(BLOB_ZONE, "stnorrlandclaims")),
        flips="""
    fail dns-records-match on pe-claims-blob of blob.core.windows.net
    """,
    ),
    Mutation(
        name="dns-zone-group-gone",
        change=drop(f"{endpoint('pe-claims-search')}/privateDnsZoneGroups/default"),
        flips="""
    fail dns-zone-group on pe-claims-search
    no dns-zone-group on pe-claims-search of search.windows.net
    """,
    ),
    Mutation(
        name="dns-servers-of-its-own",
        change=lambda world: own_servers(world, "10.9.9.9"),
        flips="""
    fail dns-resolver on vnet-norrland-ai-prod
    unknown dns-records-match on pe-actuarial-blob of blob.core.windows.net
    unknown dns-records-match on pe-actuarial-file of file.core.windows.net
    unknown dns-records-match on pe-actuarial-vault of vaultcore.azure.net
    unknown dns-records-match on pe-actuarial-workspace of api.azureml.ms, notebooks.azure.net
    unknown dns-records-match on pe-claims-app of azurewebsites.net
    unknown dns-records-match on pe-claims-blob of blob.core.windows.net
    unknown dns-records-match on pe-claims-openai of cognitiveservices.azure.com, openai.azure.com
    unknown dns-records-match on pe-claims-search of search.windows.net
    unknown dns-records-match on pe-fraud-blob of blob.core.windows.net
    unknown dns-records-match on pe-fraud-file of file.core.windows.net
    unknown dns-records-match on pe-fraud-hub of api.azureml.ms, notebooks.azure.net
    unknown dns-records-match on pe-fraud-vault of vaultcore.azure.net
    unknown dns-records-match on pe-hr-blob of blob.core.windows.net
    unknown dns-records-match on pe-hr-openai of cognitiveservices.azure.com, openai.azure.com
    unknown dns-records-match on pe-hr-search of search.windows.net
    unknown dns-records-match on pe-servicing-blob of blob.core.windows.net
    unknown dns-records-match on pe-servicing-foundry of cognitiveservices.azure.com, openai.azure.com +1
    unknown dns-records-match on pe-servicing-search of search.windows.net
    unknown dns-records-match on pe-shared-registry of azurecr.io
    unknown dns-records-match on pe-underwriting-openai of cognitiveservices.azure.com, openai.azure.com
    unknown dns-zone-exists on actuarial-ml of pe-actuarial-workspace
    unknown dns-zone-exists on aif-norrland-servicing of pe-servicing-foundry
    unknown dns-zone-exists on app-norrland-claims of pe-claims-app
    unknown dns-zone-exists on crnorrlandai of pe-shared-registry
    unknown dns-zone-exists on fraud-hub of pe-fraud-hub
    unknown dns-zone-exists on kv-actuarial-ml of pe-actuarial-vault
    unknown dns-zone-exists on kv-fraud-hub of pe-fraud-vault
    unknown dns-zone-exists on oai-norrland-claims of pe-claims-openai
    unknown dns-zone-exists on oai-norrland-hr of pe-hr-openai
    unknown dns-zone-exists on oai-norrland-underwriting of pe-underwriting-openai
    unknown dns-zone-exists on srch-norrland-claims of pe-claims-search
    unknown dns-zone-exists on srch-norrland-hr of pe-hr-search
    unknown dns-zone-exists on srch-norrland-servicing of pe-servicing-search
    unknown dns-zone-exists on stactuarialml of pe-actuarial-blob
    unknown dns-zone-exists on stactuarialml of pe-actuarial-file
    unknown dns-zone-exists on stfraudhub of pe-fraud-blob
    unknown dns-zone-exists on stfraudhub of pe-fraud-file
    unknown dns-zone-exists on stnorrlandclaims of pe-claims-blob
    unknown dns-zone-exists on stnorrlandhr of pe-hr-blob
    unknown dns-zone-exists on stnorrlandservicing of pe-servicing-blob
    unknown dns-zone-linked on azurecr.io of vnet-norrland-ai-prod
    unknown dns-zone-linked on blob.core.windows.net of vnet-norrland-ai-prod
    unknown dns-zone-linked on cognitiveservices.azure.com of vnet-norrland-ai-prod
    unknown dns-zone-linked on openai.azure.com of vnet-norrland-ai-prod
    unknown dns-zone-linked on search.windows.net of vnet-norrland-ai-prod
    unknown dns-zone-linked on services.ai.azure.com of vnet-norrland-ai-prod
    unknown network-container-apps-environment on cae-norrland-underwriting of ca-underwriting-copilot
    unknown network-web-app-integration on app-norrland-claims of apps
    unknown network-web-app-integration on app-norrland-hr of apps-hr
    """,
    ),
)
