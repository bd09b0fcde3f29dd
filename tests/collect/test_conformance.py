"""The typed clients, over the same answers, say what our collectors say, or the document says where not."""

from __future__ import annotations

from dataclasses import fields

import pytest

from auditor.model.ids import ArmId
from auditor.model.resources.access import RoleDefinition
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Fact, Resource, decode
from tests.collect.compare import compared
from tests.collect.conformance import (
    DOCUMENT,
    PACKAGES,
    ROW,
    Conformance,
    of_probe,
    of_recording,
    table,
    unlisted,
)
from tests.collect.probe import GROUP, body_of
from tests.collect.scenarios import SERVICES

# The least number of facts seen alike: a comparison of nothing would agree too.
SEEN = {
    "authorization": (250, 25),
    "cognitiveservices": (90, 30),
    "machinelearning": (70, 20),
    "network": (290, 30),
    "search": (50, 25),
    "storage": (70, 25),
}


@pytest.fixture(scope="module")
def conformances(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Conformance, Conformance]]:
    """Recording and probe, by service. MLClient leaves its cloud in the environment."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AZUREML_CURRENT_CLOUD", "AzureCloud")
        directory = tmp_path_factory.mktemp("probes")
        return {service: (of_recording(service), of_probe(service, directory)) for service in PACKAGES}


@pytest.mark.parametrize("service", PACKAGES)
def test_typed_client_has_every_row_that_we_have_and_no_other(
    service: str, conformances: dict[str, tuple[Conformance, Conformance]]
) -> None:
    for conformance, least in zip(conformances[service], SEEN[service], strict=True):
        assert conformance.unmatched == ()
        assert conformance.missing == unlisted(service)
        assert conformance.seen >= least


def test_document_lists_exactly_the_facts_that_typed_models_lose(
    conformances: dict[str, tuple[Conformance, Conformance]],
) -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    documented = {line for line in lines if line.startswith(ROW)}
    measured = set(table(conformances))
    assert measured - documented == set(), "typed models lose more: add these rows to the document"
    assert documented - measured == set(), "typed models no longer lose these: take the rows out"
    assert [line for line in lines if line in documented] == table(conformances)


@pytest.mark.parametrize(
    ("of", "change", "verdict"),
    [
        (CognitiveAccount, {"disableLocalAuth": None}, ("properties.disableLocalAuth", "lost")),
        (CognitiveAccount, {"disableLocalAuth": False}, ("properties.disableLocalAuth", "different")),
        (CognitiveAccount, {"publicNetworkAccess": "enabled"}, ("properties.publicNetworkAccess", "same")),
        (StorageAccount, {"networkAcls": {}}, ("properties.networkAcls.defaultAction", "lost")),
        (RoleDefinition, {"permissions": [{}]}, ("properties.permissions[].dataActions", "lost")),
        (RoleDefinition, {"permissions": []}, ("properties.permissions", "different")),
    ],
)
def test_comparison_sees_what_a_model_changed(
    of: type[Resource], change: dict[str, object], verdict: tuple[str, str]
) -> None:
    body = body_of(of, f"{GROUP}/providers/{of.ARM_TYPE}/x")
    ours = decode(of, body, ArmId.parse("/")).resource
    changed = {**body, "properties": {**body["properties"], **change}}
    assert verdict in {(one.path, one.verdict) for one in compared(ours, changed)}
    assert {one.verdict for one in compared(ours, body)} == {"same"}


def test_comparison_sees_what_a_model_made_up() -> None:
    rid = f"{GROUP}/providers/{StorageAccount.ARM_TYPE}/x"
    ours = decode(StorageAccount, {"id": rid}, ArmId.parse("/")).resource
    made_up = {"id": rid, "properties": {"allowSharedKeyAccess": False}}
    assert [(one.path, one.verdict) for one in compared(ours, made_up)] == [
        ("properties.allowSharedKeyAccess", "invented")
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_probe_states_every_declared_fact(service: str) -> None:
    for of in {of for source in SERVICES[service] for of in source.records}:
        decoded = decode(of, body_of(of, f"{GROUP}/providers/{of.ARM_TYPE}/x"), ArmId.parse("/"))
        assert decoded.malformed == ()
        top = [getattr(decoded.resource, field.name) for field in fields(of)]
        assert [fact.path for fact in top if isinstance(fact, Fact) and not fact.is_stated] == []
