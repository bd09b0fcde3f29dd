"""Tier 3: what data sources, skills, vectorizers and settings say of which resources belong together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.model.declared import Declared
from auditor.model.ids import ArmId
from auditor.model.reach import APP_SETTINGS, DATA_PLANE, STEPS, Reach
from auditor.relate.deeper_evidence import gather_deeper
from auditor.relate.workloads import READS, Relations, deepened, discover
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
from auditor.sandbox.sample.private_app import CONTAINER_APP, OPENAI
from tests.rules.world import World, mended

Edges = set[tuple[str, str, str, str]]
VECTORIZER = "vectorSearch.vectorizers[].azureOpenAIParameters.resourceUri"
ENV = "properties.template.containers"


def name(rid: str | ArmId) -> str:
    return str(rid).rpartition("/")[2]


def edges(world: World, *reach: Reach) -> Edges:
    world.reach = frozenset(reach or STEPS)
    found = gather_deeper(world.estate(READS))
    assert {edge.tier for edge in found} <= {3}
    return {(name(edge.source), name(edge.target), edge.kind, edge.path) for edge in found}


def of_claims() -> Edges:
    service, store, model = name(CLAIMS_SEARCH), name(CLAIMS_STORAGE), name(CLAIMS_OPENAI)
    return {
        (service, store, "search-data-source", "claims-blobs.credentials.connectionString"),
        (service, model, "search-skillset", "claims-skills.skills[].resourceUri"),
        (service, model, "search-vectorizer", f"claims.{VECTORIZER}"),
    }


def test_search_services_lead_to_their_stores_and_models() -> None:
    found = edges(mended(), DATA_PLANE)
    assert of_claims() <= found
    assert {source for source, *_ in found} == {name(CLAIMS_SEARCH), name(HR_SEARCH)}
    assert (name(HR_SEARCH), name(HR_STORAGE)) in {edge[:2] for edge in found}


def test_apps_lead_to_the_models_and_services_that_their_settings_name() -> None:
    assert edges(mended(), APP_SETTINGS) == {
        (name(CLAIMS_APP), name(CLAIMS_OPENAI), "app-setting", "settings.AZURE_OPENAI_RESOURCE"),
        (name(CLAIMS_APP), name(CLAIMS_SEARCH), "app-setting", "settings.AZURE_SEARCH_SERVICE"),
        (name(HR_APP), name(HR_OPENAI), "app-setting", "settings.AZURE_OPENAI_RESOURCE"),
        (name(HR_APP), name(HR_SEARCH), "app-setting", "settings.AZURE_SEARCH_SERVICE"),
        (name(CONTAINER_APP), name(OPENAI), "app-setting", "settings.AZURE_OPENAI_ENDPOINT"),
    }


def test_nothing_is_gathered_where_nobody_asked() -> None:
    assert gather_deeper(mended().estate(READS)) == ()


@pytest.mark.parametrize(
    ("setting", "value", "target"),
    [
        ("AZURE_OPENAI_ENDPOINT", f"https://{name(CLAIMS_OPENAI)}.openai.azure.com/", CLAIMS_OPENAI),
        ("AZURE_OPENAI_ENDPOINT", f"HTTPS://{name(CLAIMS_OPENAI).upper()}.OPENAI.AZURE.COM", CLAIMS_OPENAI),
        ("AZURE_OPENAI_RESOURCE", f" {name(CLAIMS_OPENAI).upper()} ", CLAIMS_OPENAI),
        ("OPENAI_API_URL", f"https://{name(CLAIMS_OPENAI)}.openai.azure.com/openai/v1", CLAIMS_OPENAI),
        ("AZURE_SEARCH_SERVICE", f"https://{name(CLAIMS_SEARCH)}.search.windows.net", CLAIMS_SEARCH),
        ("AZURE_SEARCH_SERVICE", f"https://{name(CLAIMS_SEARCH)}.search.azure.us", CLAIMS_SEARCH),
        ("AZURE_OPENAI_RESOURCE", name(CLAIMS_SEARCH), None),
        ("AZURE_OPENAI_RESOURCE", "oai-of-somebody-else", None),
        ("AZURE_OPENAI_RESOURCE", "", None),
        ("AZURE_OPENAI_ENDPOINT", "@Microsoft.KeyVault(SecretUri=https://kv/secrets/e)", None),
        ("AZURE_OPENAI_ENDPOINT", 7, None),
        ("AZURE_OPENAI_KEY", name(CLAIMS_OPENAI), None),
    ],
)
def test_setting_names_a_service_by_its_name_or_host(setting: str, value: object, target: str | None) -> None:
    world = mended()
    world.settings(HR_APP).clear()
    world.settings(HR_APP)[setting] = value
    found = {edge[:2] for edge in edges(world, APP_SETTINGS) if edge[0] == name(HR_APP)}
    assert found == ({(name(HR_APP), name(target))} if target else set())


def variables(*containers: list[dict[str, object]]) -> Callable[[World], object]:
    rows = [{"name": f"c{position}", "env": env} for position, env in enumerate(containers)]
    return lambda world: world.put(CONTAINER_APP, ENV, rows)


GOOD: dict[str, object] = {"name": "AZURE_OPENAI_RESOURCE", "value": name(CLAIMS_OPENAI)}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (variables([GOOD]), True),
        (variables([], [GOOD]), True),
        (variables([GOOD], [GOOD]), True),
        (variables([{**GOOD, "value": name(HR_OPENAI)}], [GOOD]), False),
        (variables([{"name": GOOD["name"], "secretRef": "s"}]), False),
        (variables(), False),
        (lambda world: world.put(CONTAINER_APP, f"{ENV}[0].env", None), False),
        (lambda world: world.put(CONTAINER_APP, f"{ENV}[0].env", "x"), False),
        (lambda world: world.put(CONTAINER_APP, f"{ENV}[0].env", [7]), False),
    ],
)
def test_variables_of_containers_must_agree(change: Callable[[World], object], found: bool) -> None:
    world = mended()
    change(world)
    targets = {edge[1] for edge in edges(world, APP_SETTINGS) if edge[0] == name(CONTAINER_APP)}
    assert (name(CLAIMS_OPENAI) in targets) is found
    assert name(HR_OPENAI) not in targets


@pytest.mark.parametrize(
    ("connection", "found"),
    [
        (f"ResourceId={CLAIMS_STORAGE};", True),
        (f"resourceid = {CLAIMS_STORAGE.upper().replace('/SUBS', '/subs')}", True),
        (f"Database=d;ResourceId={CLAIMS_STORAGE};IdentityAuthType=AccessToken", True),
        ("ResourceId=not-an-id;", False),
        ("ResourceId=;", False),
        ("<unchanged>", False),
        (None, False),
        (f"DefaultEndpointsProtocol=https;AccountName={name(CLAIMS_STORAGE)};AccountKey=k", False),
    ],
)
def test_data_source_leads_to_a_store_by_its_id_alone(connection: object, found: bool) -> None:
    world = mended()
    world.inside(CLAIMS_SEARCH, "datasources")[0]["credentials"] = {"connectionString": connection}
    kinds = {edge[2] for edge in edges(world, DATA_PLANE) if edge[0] == name(CLAIMS_SEARCH)}
    assert ("search-data-source" in kinds) is found


def relations(world: World) -> Relations:
    return discover(world.estate(deepened(READS)), Declared())


def test_setting_makes_an_app_probable_that_nothing_else_ties() -> None:
    """Its identity has no role yet: that is what the rules are to find, so it can be no evidence."""
    world = mended().revoke(scope=CLAIMS_OPENAI, principal=mended().principal(CLAIMS_APP))
    model, app = ArmId.parse(CLAIMS_OPENAI), ArmId.parse(CLAIMS_APP)
    assert app not in dict(relations(world).partners(model, "web_app"))
    world.reach = frozenset({APP_SETTINGS})
    assert dict(relations(world).partners(model, "web_app"))[app] == "probable"


def test_step_that_fails_makes_no_relation_less_sure() -> None:
    before = relations(mended())
    world = mended().refuse("/config/appsettings/list").refuse("srch-norrland-[a-z]*/(indexes|datasources)")
    world.reach = frozenset(STEPS)
    after = relations(world)
    assert after.unread == before.unread == ()
    for rid, partners in before.partners_of.items():
        for other, tie in partners.items():
            assert after.partners_of[rid][other] in {tie, "probable", "confirmed"}
