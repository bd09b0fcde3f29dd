"""The sample tenant: the committed file is what the builder makes, and nothing in it points into the void."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from importlib import resources
from typing import Any

import pytest

from auditor.sandbox.sample import printed
from auditor.sandbox.sample.company import AI_PROD, HUB, LEGACY
from tests.sandbox.sample_index import KNOWN_IDS, RESOURCES, TENANT, of_type, parent_of, texts

TENANT_FILE = resources.files("auditor.sandbox").joinpath("sample").joinpath("tenant.json")
ID_IN_TEXT = re.compile(r"^/subscriptions/", re.IGNORECASE)
GUID_IN_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DOCUMENTED_GUIDS = {"00000000-0000-0000-0000-000000000000"}


def test_tenant_file_is_what_the_builder_makes() -> None:
    assert TENANT_FILE.read_text(encoding="utf-8") == printed()


def test_printed_tenant_reads_back_as_the_built_one() -> None:
    assert json.loads(printed()) == TENANT


def test_script_prints_the_tenant_file() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "auditor.sandbox.sample"], capture_output=True, check=True, timeout=60
    )
    assert run.stdout == TENANT_FILE.read_bytes()


def test_resource_ids_ignoring_case_are_unique() -> None:
    counts = Counter(resource["id"].lower() for resource in RESOURCES)
    assert [resource_id for resource_id, count in counts.items() if count > 1] == []


def test_resource_type_is_spelt_by_its_id() -> None:
    for resource in RESOURCES:
        name = resource["id"].rpartition("/providers/")[2]
        namespace, *rest = name.split("/")
        spelt = "/".join([namespace, *rest[::2]])
        if "/providers/" not in resource["id"]:
            spelt = "Microsoft.Resources/resourceGroups"
        assert resource["type"].lower() == spelt.lower(), resource["id"]


def test_resource_of_a_subscription_lies_in_a_readable_one_and_a_stated_group() -> None:
    groups = {r["id"].lower() for r in of_type("Microsoft.Resources/resourceGroups")}
    for resource in RESOURCES:
        parts = resource["id"].split("/")
        if parts[1].lower() != "subscriptions":
            continue
        assert parts[2] in {AI_PROD, HUB}, resource["id"]
        if parts[3].lower() == "resourcegroups":
            assert "/".join(parts[:5]).lower() in groups, resource["id"]


# Ids that point out of the tenant on purpose, or at things that are no ARM resource of the file.
UNRESOLVED = (
    re.compile(r"/providers/Microsoft\.Network/privateEndpoints/"),
    re.compile(r"/workspaces/actuarial-ml/(models|environments)/", re.IGNORECASE),
    re.compile(r"/blobServices/default", re.IGNORECASE),
    re.compile(r"^/subscriptions/[^/]+$"),
)


def test_id_anywhere_in_a_resource_resolves() -> None:
    unresolved = {
        text
        for resource in RESOURCES
        for text in texts(resource)
        if ID_IN_TEXT.search(text)
        and text.lower() not in KNOWN_IDS
        and not any(pattern.search(text) for pattern in UNRESOLVED)
    }
    assert {text for text in unresolved if "/roleDefinitions/" not in text} == set()
    definitions = {role["name"] for role in of_type("Microsoft.Authorization/roleDefinitions")}
    assert {text.rsplit("/", 1)[1] for text in unresolved} <= definitions


def test_guid_in_the_file_is_invented_or_a_role_of_azure() -> None:
    built_in = {
        role["name"]
        for role in of_type("Microsoft.Authorization/roleDefinitions")
        if role["properties"]["type"] == "BuiltInRole"
    }
    found = {guid.lower() for guid in GUID_IN_TEXT.findall(printed())}
    real = {guid for guid in found - built_in - DOCUMENTED_GUIDS if guid[14] != "5"}
    assert real == set()


def test_deployment_names_a_model_that_its_account_still_offers() -> None:
    for deployment in of_type("Microsoft.CognitiveServices/accounts/deployments"):
        model = deployment["properties"]["model"]
        offered = [
            m
            for m in of_type("Microsoft.CognitiveServices/accounts/models")
            if parent_of(m["id"]) == parent_of(deployment["id"])
            and (m["name"], m["version"]) == (model["name"], model["version"])
        ]
        assert [m["lifecycleStatus"] for m in offered] == ["GenerallyAvailable"]


def test_workspace_repeats_its_outbound_rules_by_name() -> None:
    rules = of_type("Microsoft.MachineLearningServices/workspaces/outboundRules")
    repeating = 0
    for workspace in of_type("Microsoft.MachineLearningServices/workspaces"):
        own = [rule for rule in rules if parent_of(rule["id"]) == workspace["id"].lower()]
        repeated = workspace["properties"].get("managedNetwork", {}).get("outboundRules", {})
        assert repeated == {rule["name"]: rule["properties"] for rule in own}
        repeating += bool(repeated)
    assert repeating == 2


def test_hub_and_project_name_each_other_and_the_project_names_nothing_of_the_hub_s() -> None:
    by_kind = {found["kind"]: found for found in of_type("Microsoft.MachineLearningServices/workspaces")}
    hub, project = by_kind["Hub"], by_kind["Project"]
    assert hub["properties"]["associatedWorkspaces"] == [project["id"]]
    assert project["properties"]["hubResourceId"] == hub["id"]
    of_the_hub = {"storageAccount", "keyVault", "containerRegistry", "managedNetwork"}
    assert of_the_hub <= hub["properties"].keys()
    assert of_the_hub.isdisjoint(project["properties"])


def test_fault_refuses_everything_inside_the_legacy_subscription_but_not_the_subscription() -> None:
    (fault,) = TENANT["faults"]
    pattern = re.compile(fault["path"], re.IGNORECASE)
    assert pattern.search(f"/Subscriptions/{LEGACY}/resourceGroups?api-version=2021-04-01")
    assert not pattern.search(f"/subscriptions/{LEGACY}?api-version=2022-12-01")
    assert not pattern.search(f"/subscriptions/{AI_PROD}/resourceGroups?api-version=2021-04-01")
    assert fault["status"] == 403


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("oai-norrland-hr", ("publicNetworkAccess",), None),
        ("oai-norrland-claims", ("publicNetworkAccess",), "Disabled"),
        ("srch-norrland-hr", ("authOptions",), {"apiKeyOnly": {}}),
        ("stnorrlandhr", ("networkAcls", "bypass"), "Logging, Metrics"),
        ("stnorrlandclaims", ("networkAcls", "bypass"), "Logging, Metrics, AzureServices"),
        ("oai-norrland-underwriting", ("disableLocalAuth",), None),
        ("fraud-triage", ("publicNetworkAccess",), "Enabled"),
        ("fraud-hub", ("publicNetworkAccess",), "Disabled"),
        ("underwriting-openai", ("authType",), "ApiKey"),
        ("oai-norrland-underwriting", ("restrictOutboundNetworkAccess",), None),
    ],
)
def test_resource_is_right_or_wrong_as_the_sample_means_it(
    name: str, path: tuple[str, ...], expected: object
) -> None:
    (resource,) = [r for r in RESOURCES if (r["name"] == name and "identity" in r) or r["name"] == name][:1]
    value: Any = resource["properties"]
    for step in path:
        value = value.get(step)
    assert value == expected
