"""AI Search services."""

from __future__ import annotations

from auditor.model.declared import Declared, DeclaredWorkload, DocumentLevelSecurity
from auditor.model.reach import STEPS
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_APP,
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    CLAIMS_STORAGE,
    HR_SEARCH,
)
from tests.meta.mutations.changes import drop, endpoint_gone, every, put
from tests.meta.mutations.mutation import Mutation
from tests.rules.world import World

BLOB_LINK = f"{CLAIMS_SEARCH}/sharedPrivateLinkResources/link-blob"
BYPASS = "properties.networkRuleSet.bypass"
KEYS = put(CLAIMS_SEARCH, "properties.disableLocalAuth", False)
OPTIONS = "properties.authOptions"
BOTH_WAYS = {"aadOrApiKey": {"aadAuthFailureMode": "http403"}}
TRIMMED = Declared(
    workloads=(
        DeclaredWorkload(
            name="claims",
            kind="on-your-data",
            openai=(CLAIMS_OPENAI,),
            search=(CLAIMS_SEARCH,),
            storage=(CLAIMS_STORAGE,),
            web_app=(CLAIMS_APP,),
            document_level_security=DocumentLevelSecurity(index="claims", field="group_ids"),
        ),
    )
)


def deeper(world: World) -> None:
    """The operator asks for what lies beyond Reader."""
    world.reach = frozenset(STEPS)


def unfilterable(world: World) -> None:
    world.inside(CLAIMS_SEARCH, "indexes")[0]["fields"][-1]["filterable"] = False


def out_in_the_open(world: World) -> None:
    world.inside(HR_SEARCH, "indexers")[0]["parameters"]["configuration"] = {}


def unmapped(world: World) -> None:
    del world.settings(CLAIMS_APP)["AZURE_SEARCH_PERMITTED_GROUPS_COLUMN"]


MUTATIONS = (
    Mutation(
        name="search-open",
        change=put(CLAIMS_SEARCH, "properties.publicNetworkAccess", "enabled"),
        flips="""
    fail search-public-network-access on srch-norrland-claims
    not_applicable search-trusted-service-access on srch-norrland-claims
    no search-trusted-service-access on srch-norrland-claims of actuarial-ml, oai-norrland-claims
    """,
    ),
    Mutation(
        name="search-access-null",
        change=put(CLAIMS_SEARCH, "properties.publicNetworkAccess", None),
        flips="""
    fail search-public-network-access on srch-norrland-claims
    not_applicable search-trusted-service-access on srch-norrland-claims
    no search-trusted-service-access on srch-norrland-claims of actuarial-ml, oai-norrland-claims
    """,
    ),
    Mutation(
        name="search-keys-beside-roles",
        change=every(KEYS, put(CLAIMS_SEARCH, OPTIONS, BOTH_WAYS)),
        flips="""
    fail search-api-keys on srch-norrland-claims
    """,
    ),
    Mutation(
        name="search-keys-only",
        change=every(KEYS, put(CLAIMS_SEARCH, OPTIONS, {"apiKeyOnly": {}})),
        flips="""
    fail search-api-keys on srch-norrland-claims
    fail search-role-based-access on srch-norrland-claims
    """,
    ),
    Mutation(
        name="search-free",
        change=put(CLAIMS_SEARCH, "sku.name", "free"),
        flips="""
    fail search-shared-private-links on srch-norrland-claims
    fail search-sku-private-endpoints on srch-norrland-claims
    """,
    ),
    Mutation(
        name="search-bypass-none",
        change=put(CLAIMS_SEARCH, BYPASS, "None"),
        flips="""
    fail search-trusted-service-access on srch-norrland-claims of actuarial-ml, oai-norrland-claims
    """,
    ),
    Mutation(
        name="search-user-identity-only",
        change=put(CLAIMS_SEARCH, "identity.type", "UserAssigned"),
        flips="""
    fail search-system-identity on srch-norrland-claims of oai-norrland-claims, stnorrlandclaims
    not_applicable role-search-calls-openai on oai-norrland-claims of srch-norrland-claims
    not_applicable role-search-reads-blobs on stnorrlandclaims of srch-norrland-claims
    """,
    ),
    Mutation(
        name="search-blob-link-pending",
        change=put(BLOB_LINK, "properties.status", "Pending"),
        flips="""
    fail private-endpoint-foreign-approval on stnorrlandclaims of srch-norrland-claims-link-blob
    fail search-shared-private-links on srch-norrland-claims
    fail search-storage-reachability on srch-norrland-claims of stnorrlandclaims
    """,
    ),
    Mutation(
        name="search-blob-link-gone",
        change=drop(BLOB_LINK),
        flips="""
    fail private-endpoint-foreign-approval on stnorrlandclaims of srch-norrland-claims-link-blob
    fail search-storage-reachability on srch-norrland-claims of stnorrlandclaims
    """,
    ),
    Mutation(
        name="search-storage-without-link-or-exception",
        change=every(drop(BLOB_LINK), put(CLAIMS_STORAGE, "properties.networkAcls.bypass", "None")),
        flips="""
    fail private-endpoint-foreign-approval on stnorrlandclaims of srch-norrland-claims-link-blob
    fail search-storage-reachability on srch-norrland-claims of stnorrlandclaims
    fail storage-trusted-service-access on stnorrlandclaims of oai-norrland-claims, srch-norrland-claims
    """,
    ),
    Mutation(
        name="search-without-private-endpoint",
        change=endpoint_gone(HR_SEARCH, "pe-hr-search"),
        flips="""
    fail search-private-endpoint on srch-norrland-hr
    no dns-records-match on pe-hr-search of search.windows.net
    no dns-zone-exists on srch-norrland-hr of pe-hr-search
    no dns-zone-group on pe-hr-search of search.windows.net
    no private-endpoint-broken-connection on pe-hr-search
    no private-endpoint-foreign-approval on pe-hr-search
    no private-endpoint-health on pe-hr-search of srch-norrland-hr
    no private-endpoint-pending on pe-hr-search
    no private-endpoint-retired-managed on pe-hr-search
    no private-endpoint-unknown-requester on pe-hr-search
    """,
    ),
    Mutation(
        name="search-trimmed-for-key-holders",
        change=every(KEYS, put(CLAIMS_SEARCH, OPTIONS, BOTH_WAYS)),
        declared=TRIMMED,
        flips="""
    fail search-api-keys on srch-norrland-claims
    """,
    ),
    Mutation(
        name="search-index-field-cannot-be-filtered-by",
        before=deeper,
        change=unfilterable,
        declared=TRIMMED,
        flips="""
    fail search-document-level-security on srch-norrland-claims of claims
    """,
    ),
    Mutation(
        name="search-groups-field-not-mapped",
        before=deeper,
        change=unmapped,
        declared=TRIMMED,
        flips="""
    fail search-document-level-security on srch-norrland-claims of claims
    """,
    ),
    Mutation(
        name="search-indexer-outside-the-private-environment",
        before=deeper,
        change=out_in_the_open,
        flips="""
    fail search-shared-private-links on srch-norrland-hr
    """,
    ),
)
