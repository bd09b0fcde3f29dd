"""Role assignments."""

from __future__ import annotations

from auditor.sandbox.sample.company import AI_PROD, GROUP_UNDERWRITING_CALLERS, HR_LOOK_ALIKE
from auditor.sandbox.sample.learning_dependencies import STORAGE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_APP,
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    CLAIMS_STORAGE,
    HR_APP,
    HR_OPENAI,
    HR_SEARCH,
    HR_STORAGE,
)
from tests.meta.mutations.changes import endpoint, granted, revoked
from tests.meta.mutations.mutation import Mutation
from tests.rules.role.changes import CONTRIBUTOR, OWNER, denied, group_of, regranted
from tests.rules.role.people import BY_PERSON, PERSON, declared
from tests.rules.world import World

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
INDEX_READER = "1407120a-92aa-4202-b7e9-c0e197c71c8f"
SEARCH_CONTRIBUTOR = "7ca78c08-252a-4471-8644-bb5ff32d4ba0"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"
OPENAI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
FILE_PRIVILEGED = "69566ab7-960f-475b-8e7c-b3118f30c6bd"
APPROVER = "b556d68e-0be0-4f35-a333-ad7ee1ce17ea"
INDEX_WRITER = "8ebe5a00-799e-43f5-93ac-243d3dce84a7"
DATA_SCIENTIST = "f6c7c914-8db3-469d-8ca1-694a8f32e121"
DEVELOPMENT = (OWNER, OPENAI_CONTRIBUTOR, BLOB_CONTRIBUTOR, SEARCH_CONTRIBUTOR, INDEX_WRITER, DATA_SCIENTIST)


def ungrouped(world: World) -> None:
    """The identity of the copilot leaves the group that may call the account."""
    world.tenant["groups"][GROUP_UNDERWRITING_CALLERS] = []


def staffed(world: World) -> None:
    """One developer holds what every development rule asks for; keys work, as they must for them to apply."""
    for role in DEVELOPMENT:
        world.grant(role, PERSON, f"/subscriptions/{AI_PROD}", principalType="User")
    world.put(CLAIMS_OPENAI, "properties.disableLocalAuth", False)
    world.put(CLAIMS_SEARCH, "properties.disableLocalAuth", False)
    world.put(CLAIMS_STORAGE, "properties.allowSharedKeyAccess", True)
    world.define(INDEX_WRITER, dataActions=["Microsoft.Search/searchServices/indexes/*"])


def dismissed(world: World) -> None:
    world.revoke(scope=f"/subscriptions/{AI_PROD}", principal=PERSON)


MUTATIONS = (
    Mutation(
        name="openai-may-not-read-index",
        change=revoked(CLAIMS_OPENAI, CLAIMS_SEARCH, INDEX_READER),
        flips="""
    fail role-openai-reads-search-index on srch-norrland-claims of oai-norrland-claims
    no role-orphaned-assignment on 2daa8a70 of be7e3c61
    no role-over-privileged-identity on 2daa8a70 of oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-may-not-manage-search",
        change=revoked(CLAIMS_OPENAI, CLAIMS_SEARCH, SEARCH_CONTRIBUTOR),
        flips="""
    fail role-openai-manages-search on srch-norrland-claims of oai-norrland-claims
    no role-orphaned-assignment on 2be80352 of be7e3c61
    no role-over-privileged-identity on 2be80352 of oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-may-not-write-blobs",
        change=revoked(CLAIMS_OPENAI, CLAIMS_STORAGE, BLOB_CONTRIBUTOR),
        flips="""
    fail role-openai-writes-blobs on stnorrlandclaims of oai-norrland-claims
    no role-orphaned-assignment on 686734bf of be7e3c61
    no role-over-privileged-identity on 686734bf of oai-norrland-claims
    """,
    ),
    Mutation(
        name="openai-reads-blobs-only",
        change=regranted(CLAIMS_STORAGE, CLAIMS_OPENAI, BLOB_READER),
        flips="""
    fail role-openai-writes-blobs on stnorrlandclaims of oai-norrland-claims
    pass role-orphaned-assignment on 00000000 of be7e3c61
    pass role-over-privileged-identity on 00000000 of oai-norrland-claims
    no role-orphaned-assignment on 686734bf of be7e3c61
    no role-over-privileged-identity on 686734bf of oai-norrland-claims
    """,
    ),
    Mutation(
        name="search-calls-openai-of-a-look-alike-group",
        change=regranted(HR_OPENAI, HR_SEARCH, OPENAI_CONTRIBUTOR, HR_LOOK_ALIKE),
        flips="""
    fail role-search-calls-openai on oai-norrland-hr of srch-norrland-hr
    pass role-over-privileged-identity on 00000000 of srch-norrland-hr
    no role-orphaned-assignment on 00000000 of 3a84044d
    no role-over-privileged-identity on 00000000 of srch-norrland-hr
    """,
    ),
    Mutation(
        name="search-may-not-read-blobs",
        change=revoked(HR_SEARCH, HR_STORAGE, BLOB_CONTRIBUTOR),
        flips="""
    fail role-search-reads-blobs on stnorrlandhr of srch-norrland-hr
    no role-orphaned-assignment on 41e3b13f of 3a84044d
    no role-over-privileged-identity on 41e3b13f of srch-norrland-hr
    """,
    ),
    Mutation(
        name="app-may-not-call-openai",
        change=revoked(CLAIMS_APP, CLAIMS_OPENAI, OPENAI_USER),
        declared=declared(),
        flips="""
    fail role-app-calls-openai on oai-norrland-claims of app-norrland-claims
    no role-orphaned-assignment on dc9860d8 of 76bc7307
    no role-over-privileged-identity on dc9860d8 of app-norrland-claims
    """,
    ),
    Mutation(
        name="app-is-known-by-its-grant-alone",
        change=revoked(CLAIMS_APP, CLAIMS_OPENAI, OPENAI_USER),
        flips="""
    unknown nsg-others-denied on private-endpoints of agents, apps-hr +2
    unknown private-endpoint-health on pe-claims-app of app-norrland-claims
    not_applicable role-app-calls-openai on oai-norrland-claims
    no network-public-front-end on app-norrland-claims of apps
    no network-web-app-integration on app-norrland-claims of apps
    no nsg-consumer-allowed on private-endpoints of apps, nsg-private-endpoints
    no nsg-others-denied on private-endpoints of agents, apps +3
    no private-endpoint-broken-connection on pe-claims-app
    no private-endpoint-foreign-approval on pe-claims-app
    no private-endpoint-pending on pe-claims-app
    no private-endpoint-unknown-requester on pe-claims-app
    no role-app-calls-openai on oai-norrland-claims of app-norrland-claims
    no role-orphaned-assignment on dc9860d8 of 76bc7307
    no role-over-privileged-identity on dc9860d8 of app-norrland-claims
    """,
    ),
    Mutation(
        name="app-is-denied-openai",
        change=denied(CLAIMS_OPENAI, CLAIMS_APP, dataActions=["*"]),
        flips="""
    fail role-app-calls-openai on oai-norrland-claims of app-norrland-claims
    """,
    ),
    Mutation(
        name="group-lost-its-member",
        change=ungrouped,
        flips="""
    unknown nsg-others-denied on private-endpoints of agents, apps +2
    unknown role-orphaned-assignment on 83b1d7fb of abbcdc59
    pass registry-admin-access on crnorrlandai of actuarial-ml, fraud-hub +1
    not_applicable dns-zone-linked on azurecr.io
    not_applicable network-container-apps-environment on cae-norrland-underwriting
    not_applicable role-app-calls-openai on oai-norrland-underwriting
    no dns-zone-linked on azurecr.io of vnet-norrland-ai-prod
    no network-container-apps-environment on cae-norrland-underwriting of ca-underwriting-copilot
    no network-public-front-end on ca-underwriting-copilot of cae-norrland-underwriting
    no nsg-consumer-allowed on private-endpoints of container-apps, nsg-private-endpoints
    no nsg-others-denied on private-endpoints of agents, apps +3
    no registry-admin-access on crnorrlandai of actuarial-ml, ca-underwriting-copilot +2
    no registry-isolation on crnorrlandai of actuarial-ml, ca-underwriting-copilot +2
    no role-app-calls-openai on oai-norrland-underwriting of ca-underwriting-copilot
    no role-over-privileged-identity on 83b1d7fb of ca-underwriting-copilot
    pass registry-isolation on crnorrlandai of actuarial-ml, fraud-hub +1
    """,
    ),
    Mutation(
        name="app-is-contributor-of-the-subscription",
        change=granted(CONTRIBUTOR, HR_APP, f"/subscriptions/{AI_PROD}"),
        flips="""
    fail role-over-privileged-identity on 00000000 of app-norrland-hr
    """,
    ),
    Mutation(
        name="app-is-owner-of-its-group",
        change=granted(OWNER, CLAIMS_APP, group_of(CLAIMS_APP)),
        flips="""
    pass role-over-privileged-identity on 00000000 of app-norrland-claims
    """,
    ),
    Mutation(
        name="workspace-may-not-use-files",
        change=revoked(WORKSPACE, STORAGE, FILE_PRIVILEGED),
        flips="""
    fail role-workspace-file-data on stactuarialml of actuarial-ml
    no role-orphaned-assignment on 00000000 of a505a860
    no role-over-privileged-identity on 00000000 of actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-may-not-approve",
        change=revoked(WORKSPACE, CLAIMS_OPENAI, APPROVER),
        flips="""
    fail role-managed-network-approver on oai-norrland-claims of actuarial-ml
    no role-orphaned-assignment on 03365df0 of a505a860
    no role-over-privileged-identity on 03365df0 of actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-may-not-read-an-endpoint",
        change=revoked(WORKSPACE, endpoint("pe-actuarial-blob"), READER),
        flips="""
    fail role-workspace-reads-storage-endpoints on pe-actuarial-blob of actuarial-ml
    no role-over-privileged-identity on 4219156e of actuarial-ml
    """,
    ),
    Mutation(
        name="identity-gone-and-its-grant-left",
        change=lambda world: world.grant(OPENAI_USER, "00000000-0000-4000-8000-0000000000aa", CLAIMS_OPENAI),
        flips="""
    unknown role-orphaned-assignment on 00000000
    """,
    ),
    Mutation(
        name="developer-dismissed",
        change=dismissed,
        before=staffed,
        declared=BY_PERSON,
        flips="""
    fail role-developer-assigns-roles on oai-norrland-claims of 00000000
    fail role-developer-openai-data on oai-norrland-claims of 00000000
    fail role-developer-openai-keys on oai-norrland-claims of 00000000
    fail role-developer-search on srch-norrland-claims of 00000000
    fail role-developer-storage on stnorrlandclaims of 00000000
    fail role-developer-web-app on app-norrland-claims of 00000000
    fail role-job-submitter-assigns-identity on id-actuarial-sessions of 00000000
    fail role-prompt-flow-user on actuarial-ml of 00000000
    """,
    ),
)
