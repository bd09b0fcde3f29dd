"""Role assignments."""

from __future__ import annotations

from auditor.sandbox.sample.company import AI_PROD, GROUP_UNDERWRITING_CALLERS
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_OPENAI,
)
from tests.rules.role.changes import OWNER
from tests.rules.role.people import PERSON
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


def ungrouped(world: World) -> None:
    """The identity of the copilot leaves the group that may call the account."""
    world.tenant["groups"][GROUP_UNDERWRITING_CALLERS] = []


def staffed(world: World) -> None:
    """One developer holds what every development rule asks for; keys work, as they must for them to apply."""
    for role in (
        OWNER,
        OPENAI_CONTRIBUTOR,
        BLOB_CONTRIBUTOR,
        SEARCH_CONTRIBUTOR,
        INDEX_WRITER,
        DATA_SCIENTIST,
    ):
        world.grant(role, PERSON, f"/subscriptions/{AI_PROD}", principalType="User")
    world.put(CLAIMS_OPENAI, "properties.disableLocalAuth", False)
    world.define(INDEX_WRITER, dataActions=["Microsoft.Search/searchServices/indexes/*"])


def dismissed(world: World) -> None:
    world.revoke(scope=f"/subscriptions/{AI_PROD}", principal=PERSON)


MUTATIONS = ()
