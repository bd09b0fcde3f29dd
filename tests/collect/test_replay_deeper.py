"""What the collectors make of search services' own answers and of application settings."""

from __future__ import annotations

import pytest

from auditor.model.finding import Gap, NotRead
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.app import Site
from auditor.model.resources.app_settings import ContainerAppSettings, SiteSettings
from auditor.model.resources.search_objects import (
    SEARCH_OBJECTS,
    SearchDataSource,
    SearchIndex,
    SearchIndexer,
    SearchSkillset,
)
from auditor.model.wire import WITHHELD, Resource
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_APP,
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    CLAIMS_STORAGE,
    HR_APP,
    HR_SEARCH,
)
from auditor.sandbox.sample.private_app import CONTAINER_APP
from tests.collect.replay import named, replay

LIST_SETTINGS = "Microsoft.Web/sites/config/list/action"


def gap_of(label: str, of: type[Resource], scope: str) -> Gap:
    """The one gap of a type at a scope."""
    gaps = replay(label).estate.gaps(of)
    (found,) = [gap for gap in gaps if gap.scope == ArmId.parse(scope)]
    return found


def test_search_objects_are_read_under_ids_of_their_service() -> None:
    found = replay("searchobjects/listed")
    indexes, sources = named(found, SearchIndex), named(found, SearchDataSource)
    fields = {one.name.value: one for one in indexes["claims"].fields.value}
    assert indexes["claims"].id == ArmId.parse(f"{CLAIMS_SEARCH}/indexes/claims")
    assert fields["group_ids"].type.value == "Collection(Edm.String)"
    assert fields["group_ids"].filterable.value is True
    assert sources["claims-blobs"].kind.value == "azureblob"
    assert sources["claims-blobs"].connection.value.target == ArmId.parse(CLAIMS_STORAGE)
    assert sources["claims-blobs"].connection.raw == WITHHELD
    model = f"{ArmId.parse(CLAIMS_OPENAI).name}.openai.azure.com"
    assert indexes["claims"].vectorizer_hosts.value == (model,)
    assert named(found, SearchSkillset)["claims-skills"].skill_hosts.value == (model,)
    indexer = named(found, SearchIndexer)["claims-indexer"]
    assert (indexer.data_source.value, indexer.skillset.value) == ("claims-blobs", "claims-skills")
    assert indexer.environment.value == "private"


@pytest.mark.parametrize("of", SEARCH_OBJECTS, ids=lambda of: of.__name__)
def test_service_that_takes_keys_alone_is_a_gap_and_is_not_asked(of: type[Resource]) -> None:
    gap = gap_of("searchobjects/listed", of, HR_SEARCH)
    assert (gap.reason, gap.http_status) == (Reason.DATA_PLANE_UNREACHABLE, None)
    assert "takes API keys alone" in gap.detail


@pytest.mark.parametrize("of", SEARCH_OBJECTS, ids=lambda of: of.__name__)
def test_refusal_of_a_service_open_to_all_names_the_missing_action(of: type[Resource]) -> None:
    gap = gap_of("searchobjects/denied", of, CLAIMS_SEARCH)
    assert (gap.reason, gap.http_status, gap.action) == (Reason.NO_PERMISSION, 403, f"{of.ARM_TYPE}/read")


@pytest.mark.parametrize("of", SEARCH_OBJECTS, ids=lambda of: of.__name__)
def test_refusal_of_a_private_service_says_both_that_it_may_mean(of: type[Resource]) -> None:
    gap = gap_of("searchobjects/unreachable", of, CLAIMS_SEARCH)
    assert (gap.reason, gap.http_status, gap.action) == (Reason.DATA_PLANE_UNREACHABLE, 403, None)
    assert "run where its private endpoint is reached" in gap.detail
    assert "Search Service Contributor" in gap.detail


@pytest.mark.parametrize(
    ("scenario", "status", "said"),
    [("other-host", 200, "nextLink leads to another host"), ("redirected", 302, "leads to another address")],
)
def test_answer_that_leads_elsewhere_is_not_followed(scenario: str, status: int, said: str) -> None:
    """What the cassette does not hold would raise: it holds no other host."""
    gap = gap_of(f"searchobjects/{scenario}", SearchIndex, CLAIMS_SEARCH)
    assert (gap.reason, gap.http_status) == (Reason.MALFORMED, status)
    assert said in gap.detail
    with pytest.raises(NotRead):
        replay(f"searchobjects/{scenario}").estate.children(SearchIndex, ArmId.parse(CLAIMS_SEARCH))


def test_settings_are_kept_by_name_and_never_as_evidence() -> None:
    estate = replay("appsettings/listed").estate
    settings = {row.app: row for row in (*estate.listed(SiteSettings), *estate.listed(ContainerAppSettings))}
    claims, hr = settings[ArmId.parse(CLAIMS_APP)], settings[ArmId.parse(HR_APP)]
    assert claims.permitted_groups.value is not None
    assert claims.permitted_groups.value.value == "group_ids"
    assert claims.permitted_groups.evidence().value == WITHHELD
    assert claims.openai_endpoint.is_absent
    assert hr.openai_endpoint.value is not None
    assert hr.openai_endpoint.value.value is None
    app = settings[ArmId.parse(CONTAINER_APP)]
    assert app.openai_endpoint.value is not None
    assert str(app.openai_endpoint.value.value).startswith("https://oai-norrland-underwriting.")
    assert app.openai_endpoint.path == "properties.template.containers[].env.AZURE_OPENAI_ENDPOINT"
    assert app.search_service.is_absent
    assert "SCM_DO_BUILD" not in repr(claims)


def test_settings_that_may_not_be_listed_are_a_gap_with_the_action() -> None:
    estate = replay("appsettings/denied").estate
    assert {gap.action for gap in estate.gaps(SiteSettings)} == {LIST_SETTINGS}
    assert len(estate.gaps(SiteSettings)) == len(estate.listed(Site))
    assert estate.gaps(ContainerAppSettings) == ()
