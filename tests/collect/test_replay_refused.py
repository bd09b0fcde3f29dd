"""What the collectors make of refusals: a gap with scope, status and missing action; the rest is kept."""

from __future__ import annotations

import pytest

from auditor.model.finding import NotRead
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.access import RoleDefinition
from auditor.model.resources.app import Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import CognitiveConnection, StorageConnection
from auditor.model.resources.network import PrivateDnsZoneGroup, PrivateEndpoint
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.model.wire import Resource
from tests.collect.replay import ids_in_the_file, replay
from tests.collect.scenarios import AI_PROD

LEGACY = "cb744175-6118-502d-916e-e2010d077977"
# service, denied type, end of its gap's scope, the type above it
DENIED: list[tuple[str, type[Resource], str, type[Resource] | None]] = [
    ("cognitiveservices", CognitiveConnection, "accounts/oai-norrland-hr", CognitiveAccount),
    ("search", SharedPrivateLink, "searchServices/srch-norrland-hr", SearchService),
    ("storage", StorageConnection, "storageAccounts/stnorrlandhr", StorageAccount),
    ("network", PrivateDnsZoneGroup, "privateEndpoints/pe-hr-blob", PrivateEndpoint),
    ("machinelearning", OutboundRule, "workspaces/actuarial-ml", Workspace),
    ("authorization", RoleDefinition, f"subscriptions/{AI_PROD}", None),
    ("web", Site, f"subscriptions/{AI_PROD}", None),
]


@pytest.mark.parametrize(("service", "of", "scope", "above"), DENIED)
def test_denied_list_is_a_gap_with_the_missing_action_and_keeps_its_siblings(
    service: str, of: type[Resource], scope: str, above: type[Resource] | None
) -> None:
    estate = replay(f"{service}/denied").estate
    here = [gap for gap in estate.gaps(of) if gap.scope.subscription_id == AI_PROD]
    assert [(gap.reason, gap.http_status, gap.action) for gap in here] == [
        (Reason.NO_PERMISSION, 403, f"{of.ARM_TYPE}/read")
    ]
    assert here[0].scope.text.endswith(scope)
    assert f"perform action '{of.ARM_TYPE}/read'" in here[0].detail
    denied = {rid for rid in ids_in_the_file(of) if rid.is_within(here[0].scope) or above is None}
    assert denied
    assert {row.id for row in estate.listed(of)} == ids_in_the_file(of) - denied
    with pytest.raises(NotRead):
        estate.every(of)
    if above is not None:
        assert len(estate.listed(above)) > 0
        with pytest.raises(NotRead):
            estate.children(of, here[0].scope)


@pytest.mark.parametrize(("service", "of", "above"), [(row[0], row[1], row[3]) for row in DENIED])
def test_denied_subscription_is_a_gap_of_every_top_level_type(
    service: str, of: type[Resource], above: type[Resource] | None
) -> None:
    estate = replay(f"{service}/denied").estate
    subscription = ArmId.parse(f"/subscriptions/{LEGACY}")
    top = above or of
    (gap,) = [gap for gap in estate.gaps(top) if gap.scope == subscription]
    assert (gap.reason, gap.http_status, gap.action) == (Reason.NO_PERMISSION, 403, f"{top.ARM_TYPE}/read")
    assert not estate.was_read(top, subscription)
    with pytest.raises(NotRead):
        estate.find(
            top, subscription.child("resourceGroups", "g", "providers", *top.ARM_TYPE.split("/"), "x")
        )


def test_provider_that_was_never_registered_is_an_empty_list() -> None:
    estate = replay("machinelearning/never-registered").estate
    assert estate.every(Workspace) == ()
    assert estate.was_read(Workspace, estate.audited[0])
    assert estate.all_gaps() == ()
