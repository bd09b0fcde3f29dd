"""openai-custom-subdomain."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.openai.openai_custom_subdomain import openai_custom_subdomain
from tests.rules.cases import Case
from tests.rules.world import World

PATH = "properties.customSubDomainName"
ENDPOINT = "properties.endpoint"
SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]


def regional_speech(world: World) -> World:
    return world.put(CLAIMS_OPENAI, "kind", "SpeechServices").put(CLAIMS_OPENAI, PATH, None)


def without_endpoints(world: World) -> World:
    """The account loses every private endpoint connection."""
    connections = [
        found["id"]
        for found in world.tenant["resources"]
        if found["id"].lower().startswith(f"{CLAIMS_OPENAI}/privateEndpointConnections/".lower())
    ]
    return world.drop(*connections)


CASES = (
    Case(name="set", about=CLAIMS_OPENAI, status="pass", seen=((PATH, "oai-norrland-claims"),)),
    Case(
        name="set-in-another-case-than-the-host",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, "OAI-Norrland-Claims"),
    ),
    Case(
        name="endpoint-elsewhere",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.put(
            CLAIMS_OPENAI, ENDPOINT, "https://swedencentral.api.cognitive.microsoft.com/"
        ),
        says="not under the custom subdomain",
    ),
    Case(
        name="endpoint-no-url",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.put(CLAIMS_OPENAI, ENDPOINT, "norrland"),
        says="is 'norrland'",
    ),
    Case(
        name="absent",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.cut(CLAIMS_OPENAI, PATH),
        severity=Severity.HIGH,
        seen=((PATH, ABSENT),),
    ),
    Case(
        name="null",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, None),
        seen=((PATH, None),),
    ),
    Case(
        name="empty",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, " "),
    ),
    Case(
        name="speech-with-endpoints",
        about=CLAIMS_OPENAI,
        status="fail",
        change=regional_speech,
    ),
    Case(
        name="speech-without-endpoints",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=lambda world: without_endpoints(regional_speech(world)),
        reason=Reason.KIND,
    ),
    Case(
        name="speech-with-unread-endpoints",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: regional_speech(world).refuse("oai-norrland-claims/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="malformed",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, 7),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="being-deleted",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.provisioningState", "deleting"),
        reason=Reason.BEING_DELETED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_openai_custom_subdomain(case: Case) -> None:
    case.check(openai_custom_subdomain)


def test_fix_of_an_odd_account_name_suggests_a_host_name() -> None:
    def change(world: World) -> None:
        world.put(CLAIMS_OPENAI, PATH, None).put(CLAIMS_OPENAI, "name", "Oai_Claims.1")

    found = Case(name="", about=CLAIMS_OPENAI, status="fail", change=change).check(openai_custom_subdomain)
    assert found.remedy is not None
    assert (found.remedy.az or "").endswith("--custom-domain oai-claims-1")
