"""Storage accounts of AI workloads."""

from __future__ import annotations

from auditor.sandbox.sample.learning_dependencies import STORAGE
from auditor.sandbox.sample.on_your_data import CLAIMS_STORAGE, HR_STORAGE
from tests.meta.mutations.changes import endpoint_gone, every, put, unconnected
from tests.meta.mutations.mutation import Mutation

ACCESS = "properties.publicNetworkAccess"
ACTION = "properties.networkAcls.defaultAction"
EVERYBODY = [{"value": "0.0.0.0/0", "action": "Allow"}]

MUTATIONS = (
    Mutation(
        name="storage-open",
        change=put(CLAIMS_STORAGE, ACCESS, "Enabled"),
        flips="""
    fail storage-public-network-access on stnorrlandclaims
    """,
    ),
    Mutation(
        name="storage-access-null",
        change=put(HR_STORAGE, "properties.publicNetworkAccess", None),
        flips="""
    fail storage-public-network-access on stnorrlandhr
    """,
    ),
    Mutation(
        name="storage-firewall-allows",
        change=put(CLAIMS_STORAGE, ACTION, "Allow"),
        flips="""
    fail storage-firewall-default-action on stnorrlandclaims
    """,
    ),
    Mutation(
        name="storage-open-with-an-allowing-firewall",
        change=every(put(CLAIMS_STORAGE, ACCESS, "Enabled"), put(CLAIMS_STORAGE, ACTION, "Allow")),
        flips="""
    fail storage-firewall-default-action on stnorrlandclaims
    fail storage-public-network-access on stnorrlandclaims
    """,
    ),
    Mutation(
        name="storage-anybody-by-address",
        change=every(
            put(CLAIMS_STORAGE, ACCESS, "Enabled"),
            put(CLAIMS_STORAGE, "properties.networkAcls.ipRules", EVERYBODY),
        ),
        flips="""
    fail network-ip-allow-lists on stnorrlandclaims
    fail storage-public-network-access on stnorrlandclaims
    """,
    ),
    Mutation(
        name="storage-keys",
        change=put(CLAIMS_STORAGE, "properties.allowSharedKeyAccess", True),
        flips="""
    fail storage-shared-key-access on stnorrlandclaims
    """,
    ),
    Mutation(
        name="storage-keys-null",
        change=put(CLAIMS_STORAGE, "properties.allowSharedKeyAccess", None),
        flips="""
    fail storage-shared-key-access on stnorrlandclaims
    """,
    ),
    Mutation(
        name="storage-old-tls",
        change=put(CLAIMS_STORAGE, "properties.minimumTlsVersion", "TLS1_0"),
        flips="""
    fail storage-account-hygiene on stnorrlandclaims
    """,
    ),
    Mutation(
        name="storage-anonymous-blobs",
        change=put(STORAGE, "properties.allowBlobPublicAccess", True),
        flips="""
    fail storage-account-hygiene on stactuarialml
    """,
    ),
    Mutation(
        name="storage-exception-without-services",
        change=put(HR_STORAGE, "properties.networkAcls.bypass", "Logging, Metrics"),
        flips="""
    fail storage-trusted-service-access on stnorrlandhr of oai-norrland-hr, srch-norrland-hr
    """,
    ),
    Mutation(
        name="storage-without-blob-endpoint",
        change=endpoint_gone(CLAIMS_STORAGE, "pe-claims-blob"),
        flips="""
    unknown storage-private-endpoints on stnorrlandclaims of oai-norrland-claims, srch-norrland-claims
    no dns-records-match on pe-claims-blob of blob.core.windows.net
    no dns-zone-exists on stnorrlandclaims of pe-claims-blob
    no dns-zone-group on pe-claims-blob of blob.core.windows.net
    no private-endpoint-broken-connection on stnorrlandclaims of pe-claims-blob
    no private-endpoint-foreign-approval on stnorrlandclaims of pe-claims-blob
    no private-endpoint-health on pe-claims-blob of stnorrlandclaims
    no private-endpoint-pending on stnorrlandclaims of pe-claims-blob
    no private-endpoint-unknown-requester on stnorrlandclaims of pe-claims-blob
    """,
    ),
    Mutation(
        name="storage-of-the-workspace-without-file-endpoint",
        change=endpoint_gone(STORAGE, "pe-actuarial-file"),
        flips="""
    unknown storage-private-endpoints on stactuarialml of actuarial-ml
    no dns-records-match on pe-actuarial-file of file.core.windows.net
    no dns-zone-exists on stactuarialml of pe-actuarial-file
    no dns-zone-group on pe-actuarial-file of file.core.windows.net
    no private-endpoint-broken-connection on stactuarialml of pe-actuarial-file
    no private-endpoint-foreign-approval on stactuarialml of pe-actuarial-file
    no private-endpoint-health on pe-actuarial-file of stactuarialml
    no private-endpoint-pending on stactuarialml of pe-actuarial-file
    no private-endpoint-unknown-requester on stactuarialml of pe-actuarial-file
    no role-over-privileged-identity on e9f9e30d of actuarial-ml
    no role-workspace-reads-storage-endpoints on pe-actuarial-file of actuarial-ml
    """,
    ),
    Mutation(
        name="storage-without-any-connection",
        change=unconnected(CLAIMS_STORAGE),
        flips="""
    fail private-endpoint-health on pe-claims-blob of stnorrlandclaims
    fail storage-private-endpoints on stnorrlandclaims of oai-norrland-claims, srch-norrland-claims
    no private-endpoint-broken-connection on stnorrlandclaims of pe-claims-blob
    no private-endpoint-broken-connection on stnorrlandclaims of srch-norrland-claims-link-blob
    no private-endpoint-foreign-approval on stnorrlandclaims of pe-claims-blob
    no private-endpoint-foreign-approval on stnorrlandclaims of srch-norrland-claims-link-blob
    no private-endpoint-pending on stnorrlandclaims of pe-claims-blob
    no private-endpoint-pending on stnorrlandclaims of srch-norrland-claims-link-blob
    no private-endpoint-unknown-requester on stnorrlandclaims of pe-claims-blob
    no private-endpoint-unknown-requester on stnorrlandclaims of srch-norrland-claims-link-blob
    """,
    ),
)
