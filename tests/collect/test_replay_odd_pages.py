"""What the collectors make of answers that break the protocol: never an empty list, never a crash."""

from __future__ import annotations

import pytest

from auditor.model.finding import NotRead
from auditor.model.reasons import Reason
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.network import NetworkInterface
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Resource
from tests.collect.replay import gaps, named, replay
from tests.collect.scenarios import AI_PROD, rows_of_the_sample

SUBSCRIPTION = f"subscriptions/{AI_PROD}"


@pytest.mark.parametrize(
    ("label", "of", "reason", "said", "kept"),
    [
        ("search/nextlink-loop", SearchService, Reason.MALFORMED, "back to an earlier page", 1),
        ("storage/other-host", StorageAccount, Reason.MALFORMED, "nextLink leads to another host", 1),
        ("network/html", NetworkInterface, Reason.MALFORMED, "an HTML page, not JSON", 0),
        ("web/error-in-200", Site, Reason.SERVER_ERROR, "Try later.", 0),
    ],
)
def test_broken_list_is_a_gap_and_keeps_the_rows_that_were_read(
    label: str, of: type[Resource], reason: Reason, said: str, kept: int
) -> None:
    estate = replay(label).estate
    (gap,) = estate.all_gaps()
    assert (gap.scope, gap.what, gap.reason, gap.http_status) == (estate.audited[0], of.ARM_TYPE, reason, 200)
    assert said in gap.detail
    assert len(estate.listed(of)) == kept
    assert not estate.was_read(of, estate.audited[0])
    with pytest.raises(NotRead):
        estate.every(of)


def test_broken_list_costs_no_other_list() -> None:
    found = replay("web/error-in-200")
    assert named(found, ContainerApp).keys() == {"ca-underwriting-copilot"}
    assert found.estate.was_read(ContainerApp, found.estate.audited[0])


def test_malformed_elements_are_one_gap_each_and_keep_their_siblings() -> None:
    found = replay("cognitiveservices/malformed-element")
    what = CognitiveAccount.ARM_TYPE
    assert gaps(found) == {
        ("accounts/[1]", what, "malformed", None, None),
        ("accounts/[2]", what, "malformed", None, None),
        ("accounts/oai-norrland-hr", what, "malformed", None, None),
    }
    accounts = named(found, CognitiveAccount)
    assert accounts.keys() >= {"oai-norrland-claims", "oai-norrland-hr", "oai-norrland-underwriting"}
    assert len(accounts) == rows_of_the_sample(CognitiveAccount)
    broken = accounts["oai-norrland-hr"]
    assert broken.public_network_access.is_malformed
    assert broken.default_action.value == "Deny"
    assert [gap.detail for gap in found.estate.all_gaps()] == [
        "element 1 of the list is not an object",
        "element 2 of the list is not an ARM id",
        "unexpected form of properties.publicNetworkAccess",
    ]
