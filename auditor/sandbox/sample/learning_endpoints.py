"""What ``actuarial-ml`` serves: a model of its own, one of the model catalog, and a batch endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.company import LOCATION, ArmObject, child, entry, name_of, system_identity
from auditor.sandbox.sample.machine_learning import WORKSPACE

FORECAST: Final = child(WORKSPACE, "onlineEndpoints", "reserve-forecast")
SUMMARY: Final = child(WORKSPACE, "onlineEndpoints", "report-summary")
BATCH: Final = child(WORKSPACE, "batchEndpoints", "reserve-runs")

_OWN_MODEL: Final = child(child(WORKSPACE, "models", "reserve-forecast"), "versions", "7")
_OWN_ENVIRONMENT: Final = child(child(WORKSPACE, "environments", "AzureML-sklearn-1.5"), "versions", "24")
_CATALOG: Final = "azureml://registries/azureml"


def serving_entries() -> Iterable[ArmObject]:
    yield _online_endpoint(FORECAST)
    yield _deployment(FORECAST, model=_OWN_MODEL, environment=_OWN_ENVIRONMENT, size="Standard_DS3_v2")
    yield _online_endpoint(SUMMARY)
    yield _deployment(
        SUMMARY,
        model=f"{_CATALOG}/models/Phi-4-mini-instruct/versions/1",
        environment=f"{_CATALOG}/environments/foundation-model-inference/versions/70",
        size="Standard_NC24ads_A100_v4",
    )
    yield _batch_endpoint()


def _online_endpoint(endpoint: str) -> ArmObject:
    return entry(
        endpoint,
        location=LOCATION,
        kind="Managed",
        tags={},
        identity=system_identity(endpoint),
        properties={
            "authMode": "AADToken",
            "publicNetworkAccess": "Disabled",
            "provisioningState": "Succeeded",
            "scoringUri": f"https://{name_of(endpoint)}.{LOCATION}.inference.ml.azure.com/score",
            "traffic": {"blue": 100},
            # The whole id in lower case, as the service keeps it.
            "properties": {"azureml.onlineendpointid": endpoint.lower()},
        },
    )


def _deployment(endpoint: str, *, model: str, environment: str, size: str) -> ArmObject:
    return entry(
        child(endpoint, "deployments", "blue"),
        location=LOCATION,
        kind="Managed",
        sku={"name": "Default", "capacity": 1},
        tags={},
        properties={
            "endpointComputeType": "Managed",
            "instanceType": size,
            "model": model,
            "environmentId": environment,
            "provisioningState": "Succeeded",
            "appInsightsEnabled": True,
        },
    )


def _batch_endpoint() -> ArmObject:
    return entry(
        BATCH,
        location=LOCATION,
        kind=None,
        tags={},
        identity=system_identity(BATCH),
        properties={
            "authMode": "AADToken",
            "defaults": {"deploymentName": "monthly"},
            "provisioningState": "Succeeded",
            "scoringUri": f"https://{name_of(BATCH)}.{LOCATION}.inference.ml.azure.com/jobs",
            "properties": {},
        },
    )
