"""monitoring-resource-logs."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import child
from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor.sandbox.sample.shared_services import REGISTRY
from auditor_rules.monitoring.monitoring_resource_logs import monitoring_resource_logs
from tests.rules.cases import Case, Change
from tests.rules.foundry.agents import then
from tests.rules.world import World, mended

SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]
BLOBS = child(CLAIMS_STORAGE, "blobServices", "default")
FILES = child(CLAIMS_STORAGE, "fileServices", "default")


def setting(rid: str) -> str:
    return f"{rid}/providers/microsoft.insights/diagnosticSettings/to-log-analytics"


def put(path: str, value: object, rid: str = CLAIMS_OPENAI) -> Change:
    return lambda world: world.put(setting(rid), f"properties.{path}", value)


def none(rid: str) -> Change:
    return lambda world: world.drop(setting(rid))


def second(**properties: object) -> Change:
    def change(world: World) -> None:
        rid = f"{CLAIMS_OPENAI}/providers/Microsoft.Insights/diagnosticSettings/second"
        kind = "Microsoft.Insights/diagnosticSettings"
        world.add({"id": rid, "name": "second", "type": kind, "properties": properties})

    return change


def failing(name: str, change: Change, says: str, about: str = CLAIMS_OPENAI) -> Case:
    severity = Severity.MEDIUM
    return Case(name=name, about=about, status="fail", change=change, severity=severity, says=says)


def stranger(world: World) -> None:
    body = dict(world.body(CLAIMS_STORAGE), id=f"{CLAIMS_STORAGE}x", name="x")
    body["id"] = body["id"].replace("rg-claims-chat", "rg-elsewhere")
    world.add(body)


CASES = (
    Case(name="account", about=CLAIMS_OPENAI, status="pass", says="sends logs (allLogs)"),
    Case(name="search", about=CLAIMS_SEARCH, status="pass"),
    Case(name="workspace", about=WORKSPACE, status="pass"),
    Case(name="vault", about=VAULT, status="pass"),
    Case(name="registry", about=REGISTRY, status="pass"),
    Case(name="storage", about=CLAIMS_STORAGE, status="pass", says="no logs of fileServices"),
    Case(
        name="to-an-event-hub",
        about=CLAIMS_OPENAI,
        status="pass",
        change=then(put("workspaceId", ""), put("eventHubAuthorizationRuleId", "/subscriptions/x")),
    ),
    Case(
        name="second-setting-serves",
        about=CLAIMS_OPENAI,
        status="pass",
        change=then(
            put("logs", "all"),
            second(logs=[{"category": "Audit", "enabled": True}], workspaceId="/subscriptions/x"),
        ),
        says="second sends logs (Audit)",
    ),
    Case(
        name="one-service-of-storage-refused",
        about=CLAIMS_STORAGE,
        status="pass",
        change=lambda world: world.refuse("fileServices"),
        says="no logs of fileServices",
    ),
    failing("none", none(CLAIMS_OPENAI), "no diagnostic setting"),
    failing("log-off", put("logs[0].enabled", False), "sends logs anywhere"),
    failing("enabled-absent", put("logs[0].enabled", None), "sends logs anywhere"),
    failing("metrics-only", put("logs", []), "sends logs anywhere"),
    failing("logs-null", put("logs", None), "sends logs anywhere"),
    failing("no-sink", put("workspaceId", None), "sends logs anywhere"),
    failing("empty-sink", put("workspaceId", ""), "sends logs anywhere"),
    failing("no-service-of-storage", none(BLOBS), "on any of its 4 services", CLAIMS_STORAGE),
    failing(
        "blob-storage-has-one-service",
        then(none(BLOBS), lambda world: world.put(CLAIMS_STORAGE, "kind", "BlockBlobStorage")),
        "there is no diagnostic setting: who",
        CLAIMS_STORAGE,
    ),
    failing("none-of-the-vault", none(VAULT), "no diagnostic setting", VAULT),
    Case(
        name="refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.refuse("oai-norrland-claims/providers/Microsoft.Insights"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="not-found",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.refuse(
            "oai-norrland-claims/providers/Microsoft.Insights", 404, "NotFound"
        ),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="service-refused-and-no-other-serves",
        about=CLAIMS_STORAGE,
        status="unknown",
        change=then(none(BLOBS), lambda world: world.refuse("fileServices")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="malformed",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=put("logs", "all"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="vaults-refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("Microsoft.KeyVault/vaults"),
        to="vaults",
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="being-deleted",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.provisioningState", "Deleting"),
        reason=Reason.BEING_DELETED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_monitoring_resource_logs(case: Case) -> None:
    case.check(monitoring_resource_logs)


@pytest.mark.parametrize(("everything", "count"), [(False, 0), (True, 1)])
def test_storage_of_no_workload_is_judged_only_with_all_resources(everything: bool, count: int) -> None:
    world = mended()
    stranger(world)
    found = world.judge(monitoring_resource_logs, all_resources=everything)
    assert len([result for result in found if "rg-elsewhere" in result.resource]) == count


def test_remedy_names_the_service_that_the_setting_belongs_to() -> None:
    found = failing("", none(BLOBS), "", CLAIMS_STORAGE).check(monitoring_resource_logs)
    assert found.remedy is not None
    assert f"--resource {BLOBS} " in (found.remedy.az or "")
    assert FILES not in (found.remedy.az or "")
