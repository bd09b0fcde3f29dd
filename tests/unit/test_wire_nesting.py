"""A wrong form inside a part is told like one outside, and what stands where an object should is shown."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.finding import ABSENT, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.wire import Decoded, decode

SUBSCRIPTION = ArmId.parse("/subscriptions/s")
ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a"


def account(**body: Any) -> Decoded[CognitiveAccount]:
    return decode(CognitiveAccount, {"id": ID, **body}, SUBSCRIPTION)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"identity": {"principalId": 5}}, "identity.principalId"),
        (
            {"identity": {"userAssignedIdentities": {"/x/y": {"principalId": 5}}}},
            "identity.userAssignedIdentities./x/y.principalId",
        ),
        (
            {"properties": {"networkAcls": {"ipRules": [{"value": "1.2.3.4"}, {"value": 5}]}}},
            "properties.networkAcls.ipRules[1].value",
        ),
    ],
)
def test_decode_of_a_malformed_property_inside_a_part_tells_its_path(body: Any, path: str) -> None:
    assert account(**body).malformed == (path,)


def test_decode_of_an_identity_that_is_no_object_leaves_nothing_to_be_taken_for_absent() -> None:
    decoded = account(identity="SystemAssigned")
    assert "identity.type" in decoded.malformed
    with pytest.raises(Undecided) as undecided:
        _ = decoded.resource.identity.has_system_identity
    assert undecided.value.reason is Reason.MALFORMED


def test_fact_below_what_is_no_object_shows_what_stood_there() -> None:
    fact = account(properties="gone").resource.public_network_access
    assert (fact.is_malformed, fact.evidence().value) == (True, "gone")
    rules = account(properties={"networkAcls": {"virtualNetworkRules": "all"}}).resource.virtual_network_rules
    assert (rules.is_malformed, rules.evidence().value) == (True, "all")
    assert account(properties=None).resource.public_network_access.raw is ABSENT


def test_decode_of_a_null_identity_of_one_user_assigned_is_absent_and_not_malformed() -> None:
    decoded = account(identity={"userAssignedIdentities": {"/x/y": None}})
    (identity,) = decoded.resource.identity.user_assigned.value
    assert (decoded.malformed, identity.principal_id.value) == ((), None)
